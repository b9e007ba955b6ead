//! Words of a text and the forms under which labels and text are compared.
//!
//! Labels and text go through the same functions, so both sides meet whatever the inflection:
//! « gérer les stocks » and « gestion de stock » have the same roots.

use super::fold::{fold_char, is_mark};

/// What stands between a word and the word before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing that separates: a space, a hyphen, an apostrophe.
    Soft,
    /// A slash without spaces: within a name (`CI/CD`) or between two (`Word/Excel`).
    Slash,
    /// A separator of lists: a comma, a bullet, a bracket, a new line.
    List,
    /// The end of a sentence, or the start of the text.
    Sentence,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `react`
    Lower,
    /// `React`
    Capital,
    /// `REACT`, `R`
    Upper,
    /// `JavaScript`, `iOS`
    Mixed,
}

/// A word of a text.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// Folded form; keeps `c++`, `c#` and `.net` whole.
    pub folded: &'a str,
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What stands before.
    pub gap: Gap,
    /// How it is written.
    pub case: Case,
    /// An article or pronoun cut by an apostrophe: `l'`, `d'`, `c'`.
    pub elided: bool,
}

/// Calls `visit` for each word of the text, in order.
pub(super) fn each_word(text: &str, mut visit: impl FnMut(Word<'_>)) {
    let mut folded = String::with_capacity(32);
    let mut chars = text.char_indices().peekable();
    let mut gap_start = 0;
    while let Some((start, first)) = chars.next() {
        let dot_net = first == '.' && starts_dot_net(text, start);
        if !first.is_alphanumeric() && !dot_net {
            continue;
        }
        folded.clear();
        fold_char(first, &mut folded);
        let (mut end, mut uppers, mut lowers) =
            (start + first.len_utf8(), usize::from(first.is_uppercase()), usize::from(first.is_lowercase()));
        while let Some(&(at, c)) = chars.peek() {
            if !c.is_alphanumeric() && !is_mark(c) {
                break;
            }
            fold_char(c, &mut folded);
            uppers += usize::from(c.is_uppercase());
            lowers += usize::from(c.is_lowercase());
            end = at + c.len_utf8();
            chars.next();
        }
        let rest = &text[end..];
        let suffix = if rest.starts_with("++") {
            "++"
        } else if folded.len() == 1 && rest.starts_with('#') {
            "#"
        } else {
            ""
        };
        for _ in suffix.chars() {
            chars.next();
        }
        folded.push_str(suffix);
        end += suffix.len();
        let case = match (uppers, lowers) {
            (0, _) => Case::Lower,
            (_, 0) => Case::Upper,
            (1, _) if first.is_uppercase() => Case::Capital,
            _ => Case::Mixed,
        };
        let elided = suffix.is_empty()
            && matches!(folded.as_str(), "l" | "d" | "s" | "j" | "m" | "t" | "n" | "c" | "qu")
            && text[end..].starts_with(['\'', '’', 'ʼ', '‘']);
        visit(Word { folded: &folded, start, end, gap: gap(text, gap_start, start), case, elided });
        gap_start = end;
    }
}

/// A part of words that were glued together.
pub(super) struct Part {
    folded: String,
    start: usize,
    end: usize,
    gap: Gap,
    case: Case,
}

impl Part {
    pub(super) fn word(&self) -> Word<'_> {
        Word {
            folded: &self.folded,
            start: self.start,
            end: self.end,
            gap: self.gap,
            case: self.case,
            elided: false,
        }
    }
}

/// The words in one that nobody knows and that has capitals in its middle: « PythonJavaSQL », « posteVous ». Names
/// with such capitals of their own (`known`) stay whole: « JavaScriptPostgreSQL ». None when it is not glued.
pub(super) fn glued_parts(text: &str, word: &Word<'_>, known: impl Fn(&str) -> bool) -> Vec<Part> {
    let written = &text[word.start..word.end];
    let chars: Vec<(usize, char)> = written.char_indices().collect();
    let mut cuts = vec![0];
    for (i, pair) in chars.windows(2).enumerate() {
        let (before, (at, c)) = (pair[0].1, pair[1]);
        let next_is_lower = chars.get(i + 2).is_some_and(|(_, next)| next.is_lowercase());
        if c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower)) {
            cuts.push(at);
        }
    }
    if cuts.len() == 1 {
        return Vec::new();
    }
    cuts.push(written.len());
    let folded = |from: usize, to: usize| {
        let mut folded = String::with_capacity(to - from);
        written[from..to].chars().for_each(|c| fold_char(c, &mut folded));
        folded
    };
    let mut parts: Vec<Part> = Vec::new();
    let mut first = 0;
    while first + 1 < cuts.len() {
        let longest = (first + 1..cuts.len()).rev().find(|&last| known(&folded(cuts[first], cuts[last])));
        let last = longest.unwrap_or(first + 1);
        let part = &written[cuts[first]..cuts[last]];
        let case = match (part.starts_with(char::is_uppercase), part.contains(char::is_lowercase)) {
            (_, false) => Case::Upper,
            (true, true) => Case::Capital,
            (false, true) => Case::Lower,
        };
        parts.push(Part {
            folded: folded(cuts[first], cuts[last]),
            start: word.start + cuts[first],
            end: word.start + cuts[last],
            gap: if parts.is_empty() { word.gap } else { Gap::List },
            case,
        });
        first = last;
    }
    parts
}

fn starts_dot_net(text: &str, dot: usize) -> bool {
    let bytes = text.as_bytes();
    let alone = dot == 0 || !bytes[dot - 1].is_ascii_alphanumeric();
    let ends = bytes.get(dot + 4).is_none_or(|next| !next.is_ascii_alphanumeric());
    alone && ends && bytes.get(dot + 1..dot + 4).is_some_and(|net| net.eq_ignore_ascii_case(b"net"))
}

fn gap(text: &str, from: usize, to: usize) -> Gap {
    if from == 0 {
        return Gap::Sentence;
    }
    let between = &text[from..to];
    if between == " " || between == "'" || between == "-" || between == "’" {
        return Gap::Soft;
    }
    if between == "/" {
        return Gap::Slash;
    }
    let mut gap = Gap::Soft;
    let mut chars = between.chars().peekable();
    let mut spaced = false;
    while let Some(c) = chars.next() {
        let before_space = chars.peek().is_none_or(|next| next.is_whitespace());
        match c {
            '!' | '?' => return Gap::Sentence,
            '.' | '…' if chars.peek().is_some_and(|next| next.is_whitespace()) => return Gap::Sentence,
            // A line that a PDF wrapped goes on in lower case; a new item does not.
            '\n' if text[to..].starts_with(|next: char| !next.is_lowercase()) => gap = Gap::List,
            ',' | ';' | ':' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '*' | '•' | '·' | '▪' | '●' | '→'
            | '=' | '>' | '<' | '+' | '✔' | '✓' | '➢' | '✅' | '\t' => gap = Gap::List,
            '/' | '\\' | '-' | '–' | '—' | '_' if spaced || (before_space && chars.peek().is_some()) => {
                gap = Gap::List;
            }
            _ => {}
        }
        spaced = c.is_whitespace();
    }
    gap
}

/// Words that a phrase may have or lack without changing its sense.
pub(super) fn is_stop(folded: &str) -> bool {
    matches!(
        folded,
        "a" | "au"
            | "aux"
            | "avec"
            | "ce"
            | "ces"
            | "cette"
            | "d"
            | "dans"
            | "de"
            | "des"
            | "du"
            | "en"
            | "l"
            | "la"
            | "le"
            | "les"
            | "leur"
            | "leurs"
            | "nos"
            | "notre"
            | "par"
            | "pour"
            | "qu"
            | "sa"
            | "ses"
            | "son"
            | "sur"
            | "un"
            | "une"
            | "vos"
            | "votre"
            | "an"
            | "at"
            | "by"
            | "for"
            | "from"
            | "in"
            | "of"
            | "on"
            | "our"
            | "the"
            | "to"
            | "with"
            | "your"
    )
}

/// A label as it is looked for in text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// One word: its folded form, and its singular.
    Word {
        /// Folded form, such as `jenkins`.
        exact: String,
        /// Without the mark of the plural, such as `jenkin`.
        singular: String,
    },
    /// Several words: the roots of those that carry sense, in order; at least two.
    Phrase(Vec<String>),
}

impl Pattern {
    /// The pattern of a label; `None` when no word in it carries sense, or only one among others.
    pub fn of(label: &str) -> Option<Self> {
        let mut words = Vec::new();
        let mut stops = 0;
        each_word(label, |word| {
            if word.elided || is_stop(word.folded) {
                stops += 1;
            } else {
                words.push(word.folded.to_owned());
            }
        });
        match words.as_slice() {
            [] => None,
            [only] if stops == 0 => {
                Some(Self::Word { exact: only.clone(), singular: singular(only).into_owned() })
            }
            [_] => None,
            _ => Some(Self::Phrase(words.iter().map(|word| root(word)).collect())),
        }
    }
}

/// A folded word without the mark of the plural.
pub(super) fn singular(folded: &str) -> std::borrow::Cow<'_, str> {
    let n = folded.len();
    if n < 4 || !folded.is_ascii() {
        return folded.into();
    }
    if let Some(stem) = folded.strip_suffix("eaux") {
        return format!("{stem}eau").into();
    }
    if n > 4
        && let Some(stem) = folded.strip_suffix("aux")
    {
        return format!("{stem}al").into();
    }
    match folded.as_bytes()[n - 1] {
        b's' if !matches!(folded.as_bytes()[n - 2], b's' | b'u' | b'i') => folded[..n - 1].into(),
        _ => folded.into(),
    }
}

/// The root under which an inflected or derived form of a word meets the others, within a phrase:
/// `gerer`, `gestion` give `gest`; `installer`, `installation` give `install`. Coarser than a stemmer: safe
/// only because a phrase needs all its words.
pub(super) fn root(folded: &str) -> String {
    let mut root = String::new();
    root_into(folded, &mut root);
    root
}

/// [`root`] into a buffer that is reused.
pub(super) fn root_into(folded: &str, root: &mut String) {
    root.clear();
    if let Some(known) = irregular(folded) {
        root.push_str(known);
        return;
    }
    let word = singular(folded);
    root.push_str(&word);
    if root.len() <= 4 || !root.is_ascii() || root.bytes().any(|b| !b.is_ascii_lowercase()) {
        return;
    }
    if let Some(known) = irregular(root) {
        root.clear();
        root.push_str(known);
        return;
    }
    for (suffix, replacement, kept) in SUFFIXES {
        if root.ends_with(suffix) && root.len() - suffix.len() >= *kept {
            root.truncate(root.len() - suffix.len());
            root.push_str(replacement);
            break;
        }
    }
    let bytes = root.as_bytes();
    let n = bytes.len();
    if n > 4 && bytes[n - 1] == bytes[n - 2] {
        root.pop();
    }
}

/// Suffix, what replaces it, and how many bytes must stand before it; the first that fits is taken.
const SUFFIXES: &[(&str, &str, usize)] = &[
    ("ification", "ifi", 3),
    ("ifier", "ifi", 3),
    ("ifie", "ifi", 3),
    ("isation", "is", 3),
    ("ization", "is", 3),
    ("issement", "i", 4),
    ("ation", "", 4),
    ("ction", "ct", 3),
    ("trice", "teur", 3),
    ("ement", "", 4),
    ("euse", "eur", 3),
    ("ienne", "ien", 3),
    ("elle", "el", 3),
    ("iere", "ier", 3),
    ("ize", "is", 3),
    ("ing", "", 4),
    // « vous découperez », « il assurera »
    ("erez", "", 4),
    ("eront", "", 4),
    ("era", "", 4),
    ("age", "", 4),
    ("ive", "if", 3),
    ("ee", "", 4),
    ("er", "", 4),
    ("ez", "", 4),
    ("e", "", 4),
];

/// Verbs and their nouns that no suffix brings together.
fn irregular(folded: &str) -> Option<&'static str> {
    Some(match folded {
        "gerer" | "gere" | "geres" | "gerez" | "gerent" | "gestion" | "gestions" => "gest",
        "direction" | "directions" => "directio",
        "vendre" | "vends" | "vendez" | "vente" | "ventes" => "vente",
        "accueillir" | "accueil" | "accueillez" | "accueils" => "accueil",
        "suivre" | "suivi" | "suivis" | "suivez" => "suivi",
        "entretenir" | "entretien" | "entretiens" | "entretenez" => "entretien",
        "maintenir" | "maintenance" => "mainten",
        "mettre" | "mise" | "mises" | "mettez" => "mise",
        "conduire" | "conduite" | "conduites" | "conduisez" => "conduit",
        "produire" | "production" | "productions" | "produisez" => "producti",
        "construire" | "construction" | "constructions" => "constructi",
        "concevoir" | "conception" | "conceptions" | "concevez" => "concepti",
        "rediger" | "redaction" | "redactions" | "redigez" => "redact",
        "coordonner" | "coordination" | "coordonnez" => "coordin",
        "lire" | "lecture" | "lectures" => "lectur",
        "ecrire" | "ecriture" | "ecrit" => "ecritur",
        "soigner" | "soin" | "soins" => "soin",
        "traduire" | "traduction" | "traductions" => "traducti",
        "recevoir" | "reception" | "receptionner" | "receptions" => "recepti",
        "nettoyer" | "nettoie" | "nettoyage" | "nettoyez" => "nettoy",
        "resoudre" | "resolution" => "resolut",
        "definir" | "definition" | "definissez" => "definit",
        "etablir" | "etablissement" => "etabl",
        "decouper" | "decoupe" | "decoupes" => "decoup",
        "depanner" | "depannage" | "depannages" => "depann",
        "analyser" | "analysez" | "analyse" | "analyses" | "analysis" | "analyze" | "analyzing"
        | "analysing" => "analys",
        "planifier" | "planification" | "planifiez" => "planifi",
        "negocier" | "negociation" | "negociations" => "negoci",
        "manage" | "managing" | "management" | "manager" | "managers" | "manages" => "manag",
        "develop" | "developing" | "development" | "develops" => "develop",
        "developper" | "developpement" | "developpez" => "developp",
        "maintain" | "maintaining" => "maintain",
        "sell" | "selling" | "sales" | "sale" => "sale",
        "drive" | "driving" => "driv",
        "planning" | "plannings" => "planning",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(String, Gap)> {
        let mut words = Vec::new();
        each_word(text, |word| words.push((word.folded.to_owned(), word.gap)));
        words
    }

    #[test]
    fn keeps_names_of_technologies_whole() {
        let found: Vec<String> =
            words("C++, C# et .NET ; ASP.NET, Node.js, CI/CD").into_iter().map(|(word, _)| word).collect();
        assert_eq!(found, ["c++", "c#", "et", ".net", "asp", "net", "node", "js", "ci", "cd"]);
    }

    #[test]
    fn separates_items_and_sentences_but_not_wrapped_lines() {
        let gaps: Vec<Gap> =
            words("Gestion des\nstocks, vente. Accueil\nCaisse - tri").iter().map(|w| w.1).collect();
        use Gap::{List, Sentence, Soft};
        assert_eq!(gaps, [Sentence, Soft, Soft, List, Sentence, List, List]);
    }

    #[test]
    fn brings_verbs_and_nouns_together() {
        let same = |a: &str, b: &str| assert_eq!(Pattern::of(a), Pattern::of(b), "{a} / {b}");
        same("gérer les stocks", "Gestion de stock");
        same("installation d’équipements électriques", "installer un équipement électrique");
        same("managing stocks", "manage the stock");
        same("vous installerez l'équipement", "vous installer équipement");
    }

    #[test]
    fn knows_elided_words_from_the_language_c() {
        let mut elided = Vec::new();
        each_word("c'est le langage C", |word| elided.push(word.elided));
        assert_eq!(elided, [true, false, false, false, false]);
    }
}
