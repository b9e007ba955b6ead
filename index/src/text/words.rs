//! Text to words: where they begin and end, and how they are written once case, accents, elisions and
//! inclusive writing are set aside.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::lang::Lang;

/// A word of a text, before stop words and stemming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, without accents.
    pub(super) folded: String,
    /// Where it stands in the text, in bytes.
    pub(super) range: Range<usize>,
    /// It is a single capital letter, such as the language R or the licence B.
    pub(super) capital: bool,
}

/// Calls `each` with every word of the text, in order.
pub(super) fn each_word(text: &str, lang: Lang, mut each: impl FnMut(&Word)) {
    let mut scan = Scan { text, at: 0 };
    let mut word = Word { folded: String::new(), range: 0..0, capital: false };
    while let Some(range) = scan.next_range() {
        let raw = &text[range.clone()];
        fold_into(raw, &mut word.folded);
        if drop_gender_mark(&mut scan, &word.folded, range.end) {
            continue;
        }
        if scan.elided(&word.folded, range.end, lang) || is_contraction(text, &range, &word.folded, lang) {
            continue;
        }
        word.capital = word.folded.len() == 1 && raw.chars().all(char::is_uppercase);
        scan.skip_inclusive_ending();
        word.range = range;
        if word.folded.len() <= LONGEST && !word.folded.is_empty() {
            each(&word);
        }
    }
}

/// Longer ones are no words: keys, addresses, encoded data.
const LONGEST: usize = 40;

/// Lower case, no accents, ligatures apart.
pub(super) fn fold_into(raw: &str, out: &mut String) {
    out.clear();
    for c in raw.chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            c if c.is_ascii() => out.push(c),
            c => out.extend(
                c.to_lowercase()
                    .flat_map(|c| std::iter::once(c).nfkd())
                    .filter(|c| !is_combining_mark(*c) && !c.is_whitespace()),
            ),
        }
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl Scan<'_> {
    /// The next run of characters that make a word.
    fn next_range(&mut self) -> Option<Range<usize>> {
        let rest = &self.text[self.at..];
        let skipped = rest.find(|c: char| c.is_alphanumeric() || c == '.')?;
        let start = self.at + skipped;
        if self.text[start..].starts_with('.') {
            return if self.is_dot_net(start) {
                self.at = start + 4;
                Some(start..self.at)
            } else {
                self.at = start + 1;
                self.next_range()
            };
        }
        let mut end = self.run(start);
        loop {
            let longer = self.joined(start, end);
            if longer == end {
                break;
            }
            end = longer;
        }
        self.at = end;
        Some(start..end)
    }

    /// End of the letters, digits and combining marks from `start` on.
    fn run(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        start + rest.find(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).unwrap_or(rest.len())
    }

    /// `.NET` at the start of a word.
    fn is_dot_net(&self, at: usize) -> bool {
        let before = self.text[..at].chars().next_back();
        self.text.get(at + 1..at + 4).is_some_and(|name| name.eq_ignore_ascii_case("net"))
            && !before.is_some_and(char::is_alphanumeric)
            && !self.text[at + 4..].starts_with(char::is_alphanumeric)
    }

    /// End of the word once a sign that belongs to it is taken in: `C++`, `C#`, `Node.js`, `CI/CD`, `R&D`.
    fn joined(&self, start: usize, end: usize) -> usize {
        let word = &self.text[start..end];
        let rest = &self.text[end..];
        let Some(sign) = rest.chars().next() else { return end };
        let after = self.run(end + sign.len_utf8());
        let next = &self.text[end + sign.len_utf8()..after];
        let is = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        match sign {
            '+' => {
                let pluses = rest.len() - rest.trim_start_matches('+').len();
                let bac = is(word, "bac") && pluses == 1 && next.starts_with(|c: char| c.is_ascii_digit());
                if bac {
                    after
                } else if pluses == 2 && word.len() == 1 || pluses == 1 && next.is_empty() && word.len() == 1
                {
                    end + pluses
                } else {
                    end
                }
            }
            '#' if word.len() == 1 && next.is_empty() => end + 1,
            '.' if ["js", "net", "io", "ts"].iter().any(|suffix| is(next, suffix)) => after,
            '/' if JOINED_BY_SLASH.iter().any(|(a, b)| is(word, a) && is(next, b)) => after,
            '&' if word.chars().count() <= 2 && (1..=2).contains(&next.chars().count()) => after,
            _ => end,
        }
    }

    /// Whether `folded`, which ends at `end`, loses its vowel before an apostrophe: `l'`, `d'`, `qu'`.
    fn elided(&mut self, folded: &str, end: usize, lang: Lang) -> bool {
        let rest = &self.text[end..];
        let Some(sign) = rest.chars().next().filter(|c| is_apostrophe(*c)) else { return false };
        let next = &rest[sign.len_utf8()..];
        lang == Lang::Fr && next.starts_with(char::is_alphanumeric) && ELIDED.contains(&folded)
    }

    /// Passes over the other gender or the plural of the word before: `(e)`, `·euse·s`, `.trice`, `/euse`.
    fn skip_inclusive_ending(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let Some(sign) = rest.chars().next() else { return };
            let endings: &[&str] = match sign {
                '(' | '·' | '•' | '‧' | '・' | '.' => ENDINGS,
                '/' | '-' => &ENDINGS[..SURE_ENDINGS],
                _ => return,
            };
            let start = self.at + sign.len_utf8();
            let start = if sign == '(' && self.text[start..].starts_with(['-', '·']) {
                start + self.text[start..].chars().next().map_or(0, char::len_utf8)
            } else {
                start
            };
            let end = self.run(start);
            let ending = self.text[start..end].to_lowercase();
            let known = endings.contains(&ending.as_str())
                || ending.strip_suffix('s').is_some_and(|one| endings.contains(&one));
            let closed = if sign == '(' { self.text[end..].starts_with(')') } else { true };
            if !known || !closed {
                return;
            }
            self.at = end + usize::from(sign == '(');
            if sign == '(' {
                // « salarié(e)s »
                let rest = &self.text[self.at..];
                if rest.starts_with('s') && !rest[1..].starts_with(char::is_alphanumeric) {
                    self.at += 1;
                }
            }
        }
    }
}

/// Passes over « H/F », « F-H », « m/w/d », « H/F/X », whose first letter is the word just read.
fn drop_gender_mark(scan: &mut Scan<'_>, folded: &str, end: usize) -> bool {
    const LETTERS: [&str; 8] = ["h", "f", "m", "w", "d", "x", "n", "nb"];
    if !LETTERS.contains(&folded) {
        return false;
    }
    let mut at = end;
    let mut count = 1;
    loop {
        let rest = &scan.text[at..];
        let tight = rest.trim_start_matches(' ');
        let Some(after) = tight.strip_prefix(['/', '-', '|']).map(|r| r.trim_start_matches(' ')) else {
            break;
        };
        let start = scan.text.len() - after.len();
        let stop = scan.run(start);
        if !LETTERS.iter().any(|letter| scan.text[start..stop].eq_ignore_ascii_case(letter)) {
            break;
        }
        count += 1;
        at = stop;
    }
    if count > 1 {
        scan.at = at;
    }
    count > 1
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘')
}

/// What follows the apostrophe in *don't*, *we're*, *company's*.
fn is_contraction(text: &str, range: &Range<usize>, folded: &str, lang: Lang) -> bool {
    lang == Lang::En
        && matches!(folded, "s" | "t" | "re" | "ve" | "ll" | "d" | "m")
        && text[..range.start].ends_with(is_apostrophe)
}

const JOINED_BY_SLASH: [(&str, &str); 4] = [("ci", "cd"), ("pl", "sql"), ("tcp", "ip"), ("os", "2")];

const ELIDED: [&str; 13] =
    ["l", "d", "qu", "j", "n", "s", "m", "t", "c", "jusqu", "lorsqu", "puisqu", "quelqu"];

/// Endings of feminine and plural forms; the first ones are sure enough to follow a hyphen or a slash.
const ENDINGS: &[&str] = &[
    "e", "s", "es", "ne", "euse", "rice", "trice", "ice", "ere", "ère", "iere", "ière", "ienne", "enne",
    "eure", "esse", "te", "se", "le", "fe", "ve", "x", "elle", "ive", "re", "in", "eur", "er", "ier", "teur",
];
const SURE_ENDINGS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        words_in(text, Lang::Fr)
    }

    fn words_in(text: &str, lang: Lang) -> Vec<String> {
        let mut words = vec![];
        each_word(text, lang, |word| {
            assert!(text.get(word.range.clone()).is_some(), "{word:?} lies outside of {text:?}");
            words.push(word.folded.clone());
        });
        words
    }

    #[test]
    fn technical_names_stay_whole() {
        assert_eq!(words("C, C++, C# et .NET"), ["c", "c++", "c#", "et", ".net"]);
        assert_eq!(words("C/C++ ; ASP.NET, Node.js."), ["c", "c++", "asp.net", "node.js"]);
        assert_eq!(words("CI/CD, R&D, H&M, R."), ["ci/cd", "r&d", "h&m", "r"]);
        assert_eq!(words("bac+5, bac +2, 10+ ans"), ["bac+5", "bac", "2", "10", "ans"]);
        assert_eq!(words("Fin.Début d'une phrase..."), ["fin", "debut", "une", "phrase"]);
    }

    #[test]
    fn accents_case_and_elisions_are_set_aside() {
        assert_eq!(words("L'ÉQUIPE d’œuvre qu'elle"), ["equipe", "oeuvre", "elle"]);
        assert_eq!(words("De\u{301}veloppeur"), ["developpeur"]);
        assert_eq!(words("aujourd'hui, chef d'équipe"), ["aujourd", "hui", "chef", "equipe"]);
        assert_eq!(
            words_in("Don't miss the company's team", Lang::En),
            ["don", "miss", "the", "company", "team"]
        );
    }

    #[test]
    fn inclusive_writing_is_reduced() {
        for text in [
            "développeur·euse web",
            "développeur.euse web",
            "développeur-euse web",
            "développeur/euse web",
            "développeur(euse) web",
            "Développeur (H/F) web",
            "développeur F/H web",
            "DÉVELOPPEUR web - H/F/X",
            "développeur web (m/w/d)",
        ] {
            assert_eq!(words(text), ["developpeur", "web"], "{text}");
        }
        assert_eq!(words("étudiant·e·s motivé(e)s"), ["etudiant", "motive"]);
        assert_eq!(words("Chargé.e d'affaires"), ["charge", "affaires"]);
        assert_eq!(words("conseiller.ère, agent(e), infirmier/ière"), ["conseiller", "agent", "infirmier"]);
        assert_eq!(words("permis B exigé, plan B/C"), ["permis", "b", "exige", "plan", "b", "c"]);
    }
}
