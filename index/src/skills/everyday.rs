//! Names of trades as people write them, each with its ROME occupation: everyday words and abbreviations (« IDE »,
//! « chauffeur PL », « nounou »), and the diplomas and licences that name a trade (« DEAS », « CACES 3 »).
//!
//! The tables under `names/` hold a line for each occupation, tab-separated; `#` starts a comment:
//!
//! | column | content |
//! |---|---|
//! | 1 | ROME code, or several with spaces between; `-` for a name that tells no trade by itself (« gérant ») |
//! | 2 | names, separated by <code>\|</code>, in one gender; `=` before a name that counts only as a whole title |
//! | 3 | words, separated by <code>\|</code>, of which one must stand beside the name: in the title or around it. Empty: none is needed |

use rustc_hash::FxHashMap;

use super::gender::strip_inclusive;
use super::occupations::reduce;
use super::{Graph, OccupationId, fold};

/// One table of names.
pub(super) struct Names {
    /// By the reduced words of a name.
    entries: FxHashMap<Box<str>, Vec<Entry>>,
    /// Words of the longest name.
    longest: usize,
    /// Whether letters are names (« permis D »), and no elided article.
    letters: bool,
}

/// What a name means.
struct Entry {
    /// `None` for a name that tells no trade.
    occupation: Option<OccupationId>,
    /// 1 for the first occupation of a row, less for the others.
    share: f32,
    /// Counts only where nothing else stands in its part of the title.
    whole: bool,
    /// Reduced words of which one must stand around; empty when none is needed.
    beside: Vec<Box<str>>,
}

/// Occupations that a title names, each with how well (0 to 1).
#[derive(Debug, Default, PartialEq)]
pub(super) struct Named {
    pub(super) occupations: Vec<(OccupationId, f32)>,
    /// The title is a name that tells no trade.
    pub(super) vague: bool,
}

/// How well a name tells the occupation that stands alone at the head of a title, that opens it, that follows other
/// words; the rest, up to [`WHOLE`], is in proportion to the words that it explains.
const WHOLE: f32 = 1.0;
const OPENING: f32 = 0.6;
const FOLLOWING: f32 = 0.3;
/// What the further occupations of a row count for beside its first.
const SECOND: f32 = 0.97;
/// What a later part of a title counts for beside the first: « Aide-soignant - service de médecine ».
const LATER: f32 = 0.85;

impl Names {
    /// Titles of jobs.
    pub(super) fn titles(graph: &Graph) -> Self {
        Self::parse(include_str!("names/titles.tsv"), graph, false)
    }

    /// Diplomas.
    pub(super) fn diplomas(graph: &Graph) -> Self {
        Self::parse(include_str!("names/diplomas.tsv"), graph, false)
    }

    /// Licences and certificates.
    pub(super) fn licences(graph: &Graph) -> Self {
        Self::parse(include_str!("names/licences.tsv"), graph, true)
    }

    fn parse(table: &str, graph: &Graph, letters: bool) -> Self {
        let mut names = Self { entries: FxHashMap::default(), longest: 0, letters };
        for row in rows(table) {
            let occupations: Vec<Option<OccupationId>> =
                row.codes().map(|code| graph.by_rome(code)).collect();
            let beside: Vec<Box<str>> = row
                .beside
                .flat_map(|word| words(word, letters).into_iter().flatten())
                .map(String::into_boxed_str)
                .collect();
            for name in row.names {
                let whole = name.starts_with('=');
                let key: Vec<String> =
                    words(name.trim_start_matches('='), letters).into_iter().flatten().collect();
                names.longest = names.longest.max(key.len());
                let entries = names.entries.entry(key.join(" ").into()).or_default();
                entries.extend(occupations.iter().enumerate().map(|(rank, &occupation)| Entry {
                    occupation,
                    share: if rank == 0 { 1.0 } else { SECOND },
                    whole,
                    beside: beside.clone(),
                }));
            }
        }
        names
    }

    /// The names, each as its reduced words.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, OccupationId)> {
        let clear = |entry: &&Entry| !entry.whole && entry.beside.is_empty();
        self.entries.iter().flat_map(move |(name, entries)| {
            entries.iter().filter(clear).filter_map(|entry| Some((name.as_ref(), entry.occupation?)))
        })
    }

    /// The occupations that `text` names; `around` is what else may tell between two meanings. `spell` may put an
    /// unknown word right.
    pub(super) fn find(&self, text: &str, around: &str, spell: impl Fn(&str) -> Option<String>) -> Named {
        let mut parts = words(text, self.letters);
        for word in parts.iter_mut().flatten() {
            if let Some(right) = spell(word) {
                *word = right;
            }
        }
        let around: Vec<String> = words(around, self.letters).into_iter().flatten().collect();
        let all: Vec<&str> = parts.iter().flatten().chain(&around).map(String::as_str).collect();
        let mut named = Named::default();
        let mut rank = 1.0;
        for part in &parts {
            let bare: Vec<&str> =
                part.iter().map(String::as_str).filter(|word| !is_circumstance(word)).collect();
            if bare.is_empty() {
                // « Stage », « CDD »
                named.vague = true;
                continue;
            }
            let found = self.find_in(&bare, &all, rank, &mut named);
            if bare.len() < part.len() {
                let full: Vec<&str> = part.iter().map(String::as_str).collect();
                self.find_in(&full, &all, rank, &mut named);
            }
            if found {
                rank = LATER;
            }
        }
        named.vague &= named.occupations.is_empty();
        named
    }

    /// The names within a part of a title, longest first from each word on.
    fn find_in(&self, part: &[&str], all: &[&str], rank: f32, named: &mut Named) -> bool {
        let mut found = false;
        let mut at = 0;
        while at < part.len() {
            let longest = self.longest.min(part.len() - at);
            let hit = (1..=longest).rev().find_map(|length| {
                let entries = self.entries.get(part[at..at + length].join(" ").as_str())?;
                let whole = length == part.len();
                let fits = |entry: &&Entry| {
                    (whole || !entry.whole)
                        && (entry.beside.is_empty()
                            || entry.beside.iter().any(|word| all.contains(&word.as_ref())))
                };
                // A name that its surroundings make clear means nothing else.
                let sure = entries.iter().any(|entry| fits(&entry) && !entry.beside.is_empty());
                let fitting: Vec<&Entry> =
                    entries.iter().filter(fits).filter(|entry| !sure || !entry.beside.is_empty()).collect();
                (!fitting.is_empty()).then_some((length, fitting))
            });
            let Some((length, entries)) = hit else {
                at += 1;
                continue;
            };
            let share = length as f32 / part.len() as f32;
            let least = if at == 0 { OPENING } else { FOLLOWING };
            let value = rank * (least + (WHOLE - least) * share);
            for entry in entries {
                let value = value * entry.share;
                match entry.occupation {
                    Some(occupation) => {
                        found = true;
                        match named.occupations.iter_mut().find(|(known, _)| *known == occupation) {
                            Some((_, known)) => *known = known.max(value),
                            None => named.occupations.push((occupation, value)),
                        }
                    }
                    None => named.vague |= length == part.len(),
                }
            }
            at += length;
        }
        found
    }
}

struct Row<'a, N, W> {
    codes: &'a str,
    names: N,
    beside: W,
}

impl<'a, N, W> Row<'a, N, W> {
    fn codes(&self) -> impl Iterator<Item = &'a str> + use<'a, N, W> {
        self.codes.split(' ')
    }
}

fn rows(
    table: &str,
) -> impl Iterator<Item = Row<'_, impl Iterator<Item = &str>, impl Iterator<Item = &str>>> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let mut columns = line.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        Row {
            codes: next(),
            names: next().split('|'),
            beside: next().split('|').filter(|word| !word.is_empty()),
        }
    })
}

/// The reduced words of a title, by its parts: what commas, brackets, slashes and dashes between spaces divide.
/// Abbreviations with a dot are written out. Joining words, and what marks both genders, are left out.
fn words(text: &str, letters: bool) -> Vec<Vec<String>> {
    let mut folded = strip_inclusive(&without_dots(&fold(text)));
    for divider in [" - ", " puis ", " then "] {
        folded = folded.replace(divider, "|");
    }
    let divides = |c: char| "/|,;():•\n".contains(c);
    let mut parts: Vec<Vec<String>> = folded
        .split(divides)
        .map(|part| {
            let mut words = Vec::new();
            let mut rest = part;
            while let Some(start) = rest.find(is_letter) {
                let word = &rest[start..];
                let end = word.find(|c| !is_letter(c)).unwrap_or(word.len());
                let (word, after) = word.split_at(end);
                rest = after;
                let written = if after.starts_with('.') { written_out(word).unwrap_or(word) } else { word };
                let short = !letters
                    && matches!(written.as_bytes(), [b'a'..=b'b' | b'd'..=b'q' | b's'..=b'z' | b'0']);
                if short || is_joining(written) && !(letters && written.len() == 1) {
                    continue;
                }
                let mut reduced = written.to_owned();
                // Their last letters are no plural and no feminine.
                if !matches!(written, "deas" | "deass" | "deaes" | "dees" | "deets" | "deavs") {
                    reduce(&mut reduced);
                }
                words.push(reduced);
            }
            words
        })
        .filter(|words: &Vec<String>| !words.is_empty())
        .collect();
    // « Consultant / Consultante en recrutement »: the second gender says it all.
    let mut at = 0;
    while at + 1 < parts.len() {
        if parts[at + 1].starts_with(&parts[at]) {
            parts.remove(at);
        } else {
            at += 1;
        }
    }
    parts
}

/// Folded text with its acronyms in one piece: « i.d.e. » is « ide ».
fn without_dots(folded: &str) -> String {
    let acronym = |word: &str| {
        word.len() >= 4
            && word
                .bytes()
                .enumerate()
                .all(|(at, b)| if at % 2 == 0 { b.is_ascii_alphabetic() } else { b == b'.' })
    };
    let words =
        folded.split(' ').map(|word| if acronym(word) { word.replace('.', "") } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '+' || c == '#'
}

/// Words that join others, and the marks of gender.
fn is_joining(word: &str) -> bool {
    const JOINING: [&str; 29] = [
        "a", "and", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "f", "fh", "for", "h",
        "hf", "in", "l", "la", "le", "les", "mf", "of", "pour", "sur", "the", "un", "une",
    ];
    JOINING.binary_search(&word).is_ok()
}

/// Reduced words that say how long, how much or in what state, and not what: « Cariste confirmé en intérim ».
fn is_circumstance(word: &str) -> bool {
    const CIRCUMSTANCES: [&str; 36] = [
        "ab",
        "alternanc",
        "alternant",
        "apprenti",
        "apprentissag",
        "benevol",
        "cdd",
        "cdi",
        "confirm",
        "contrat",
        "debutant",
        "diplom",
        "emploi",
        "exp",
        "experient",
        "experiment",
        "freelanc",
        "independant",
        "interim",
        "interimair",
        "junior",
        "mission",
        "partiel",
        "plein",
        "post",
        "qualifi",
        "recherch",
        "remplacant",
        "saison",
        "saisonni",
        "saisonnier",
        "senior",
        "stag",
        "stagiair",
        "temp",
        "urgent",
    ];
    CIRCUMSTANCES.binary_search(&word).is_ok()
}

/// What an abbreviation with a dot stands for, in titles of jobs: « secr. méd. ».
fn written_out(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 42] = [
        ("adj", "adjoint"),
        ("adm", "administratif"),
        ("admin", "administratif"),
        ("ag", "agent"),
        ("assist", "assistant"),
        ("ass", "assistant"),
        ("asst", "assistant"),
        ("aux", "auxiliaire"),
        ("auto", "automobile"),
        ("bat", "batiment"),
        ("charg", "charge"),
        ("coll", "collaborateur"),
        ("com", "commercial"),
        ("comm", "commercial"),
        ("compt", "comptable"),
        ("cond", "conducteur"),
        ("cons", "conseiller"),
        ("coord", "coordinateur"),
        ("dev", "developpeur"),
        ("dir", "direction"),
        ("educ", "educateur"),
        ("elec", "electricien"),
        ("emp", "employe"),
        ("empl", "employe"),
        ("gest", "gestionnaire"),
        ("hosp", "hospitalier"),
        ("inf", "infirmier"),
        ("info", "informatique"),
        ("ing", "ingenieur"),
        ("maint", "maintenance"),
        ("manut", "manutentionnaire"),
        ("mec", "mecanicien"),
        ("med", "medical"),
        ("op", "operateur"),
        ("ouv", "ouvrier"),
        ("prep", "preparateur"),
        ("prod", "production"),
        ("prof", "professeur"),
        ("resp", "responsable"),
        ("sec", "secretaire"),
        ("secr", "secretaire"),
        ("tech", "technicien"),
    ];
    WORDS.iter().find(|(short, _)| *short == word).map(|(_, long)| *long)
}

/// Puts words right that are one slip away from a word of a known title.
pub(super) struct Spelling {
    /// Words by first letter and length, with how many titles hold them.
    words: FxHashMap<(u8, usize), Vec<(Box<str>, u32)>>,
}

/// Shorter words have too many neighbours.
const LEAST_LETTERS: usize = 6;
/// A word of fewer titles may be a slip itself.
const LEAST_TITLES: u32 = 4;

impl Spelling {
    pub(super) fn new<'a>(words: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let mut spelling = Self { words: FxHashMap::default() };
        for (word, titles) in words.filter(|(word, titles)| fits(word) && *titles >= LEAST_TITLES) {
            spelling.words.entry((word.as_bytes()[0], word.len())).or_default().push((word.into(), titles));
        }
        spelling.words.values_mut().for_each(|words| words.sort_unstable());
        spelling
    }

    /// The most usual word with the same first letter that one letter added, lost, changed or two swapped make of
    /// `word`.
    pub(super) fn right(&self, word: &str) -> Option<&str> {
        if !fits(word) {
            return None;
        }
        let lengths = word.len() - 1..=word.len() + 1;
        let near = lengths.filter_map(|length| self.words.get(&(word.as_bytes()[0], length))).flatten();
        let slips = near.filter(|(known, _)| is_slip(word.as_bytes(), known.as_bytes()));
        slips.max_by_key(|(_, titles)| *titles).map(|(known, _)| known.as_ref())
    }
}

fn fits(word: &str) -> bool {
    word.len() >= LEAST_LETTERS && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// Whether two words differ by one letter added, lost or changed, or by two neighbours that are swapped.
fn is_slip(a: &[u8], b: &[u8]) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        ([a1, a2, a @ ..], [b1, b2, b @ ..]) => a1 == b2 && a2 == b1 && a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_name_has_an_occupation_that_exists_and_only_one_unless_words_beside_it_tell() {
        let graph = Graph::builtin();
        for (file, table, letters) in [
            ("titles", include_str!("names/titles.tsv"), false),
            ("diplomas", include_str!("names/diplomas.tsv"), false),
            ("licences", include_str!("names/licences.tsv"), true),
        ] {
            let mut seen: HashMap<String, &str> = HashMap::new();
            for row in rows(table) {
                let codes = row.codes;
                let known = |code: &str| code == "-" || graph.by_rome(code).is_some();
                assert!(row.codes().all(known), "{file}: {codes}");
                let told = row.beside.count() > 0;
                for name in row.names {
                    let key: Vec<String> =
                        words(name.trim_start_matches('='), letters).into_iter().flatten().collect();
                    assert!(!key.is_empty(), "{file}: {name:?} under {codes} has no word");
                    let other = (!told).then(|| seen.insert(key.join(" "), codes)).flatten();
                    assert!(
                        other.is_none_or(|other| other == codes),
                        "{file}: {name:?} is {codes} and {other:?}"
                    );
                }
            }
            assert!(seen.len() > 50, "{file}");
        }
    }

    #[test]
    fn one_slip_is_put_right() {
        let spelling =
            Spelling::new([("soignant", 40), ("cuisinier", 30), ("macon", 9), ("rarement", 1)].into_iter());
        assert_eq!(spelling.right("soignat"), Some("soignant"));
        assert_eq!(spelling.right("cuisnier"), Some("cuisinier"));
        assert_eq!(spelling.right("cuisiiner"), Some("cuisinier"));
        assert_eq!(spelling.right("macn"), None, "too short to tell");
        assert_eq!(spelling.right("raremen"), None, "too rare to be the right one");
        assert_eq!(spelling.right("buisinier"), None, "the first letter is seldom wrong");
    }

    #[test]
    fn titles_fall_into_parts_and_abbreviations_are_written_out() {
        let parts = |text: &str| {
            let parts = words(text, false).into_iter().map(|part| part.join(" "));
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(
            parts("Secr. méd. (H/F) - Cabinet de radiologie"),
            ["secretair medical", "cabinet radiologi"]
        );
        assert_eq!(parts("Aide-soignante / AMP"), ["aid soignant", "amp"]);
        assert_eq!(parts("Agent(e) d'entretien"), ["agent entretien"]);
        assert_eq!(parts("Consultant / Consultante en recrutement"), ["consultant recrutement"]);
        assert_eq!(parts("Animateur puis directeur"), ["animateur", "directeur"]);
    }
}
