//! Languages and their level.

use std::ops::Range;
use std::sync::LazyLock;

use jobmatch_index::offer::{Cefr, Found, LanguageAsked};
use regex::Regex;

use super::need::need;
use super::text::{Prose, Topic};

impl Prose<'_> {
    /// Languages that the text names as such, each once, with their level when it is said. An adjective
    /// (« le marché espagnol ») is no language: other than English, a language needs a word of level, of
    /// need or of mastery beside it, or must stand in a list of languages.
    pub fn languages(&self) -> Vec<Found<LanguageAsked>> {
        let text = self.folded();
        let mut asked: Vec<Found<LanguageAsked>> = Vec::new();
        for at in self.hits(Topic::Language) {
            let name = text[at..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            let Some(code) = code(name) else { continue };
            let range = at..at + name.len();
            let clause = self.clause(&range, 70);
            if !self.is_language(&range, &clause, code) {
                continue;
            }
            let level = level(text, &range, &clause);
            match asked.iter_mut().find(|a| a.value.code == code) {
                Some(known) => known.value.level = known.value.level.or(level),
                None => {
                    let Some(need) = need(self, &range) else { continue };
                    let value = LanguageAsked { code: code.to_owned(), level, need };
                    asked.push(Found::in_prose(value, self.words(clause)));
                }
            }
        }
        asked
    }

    fn is_language(&self, range: &Range<usize>, clause: &Range<usize>, code: &str) -> bool {
        static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"(?:cours|lecons?|formations?|professeure?|enseignante?|march[ee]s?|droit|client\w*|groupe|leader|soci[e]te|entreprise|acteur|filiale|fabricant|site|territoire|restaurant|constructeur|sport|cuisine|cafe|passeport)s? (?:d'|de |en |du |public |automobile )?(?:l')?$",
            )
        });
        static CONTEXT: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"courant|couramment|bilingu|trilingu|\blue?s?\b|\becrite?s?\b|parle|\boral|maitris|niveau|langues?\b|pratique|notions|fluent|fluency|\b[abc][12]\b|scolaire|professionnel|techni(?:que|cal)|intermediaire|connaissance|toeic|\bspeak|exige|souhait|requis|\batout|un plus|apprecie|obligatoire|bilingual|native|language|maternelle|indispensable|imperati|operationnel|required|written|spoken|communiqu|express|comprehension",
            )
        });
        let text = self.folded();
        let head = &text[clause.start.max(range.start.saturating_sub(30))..range.start];
        if ASIDE.is_match(head) {
            return false;
        }
        let line = self.line(range.start);
        let whole = text[line.clone()].trim_start_matches([' ', '-', '*']);
        let listed = whole.split_ascii_whitespace().count() <= 4
            || whole.starts_with("langue")
            || whole.starts_with("language");
        if code == "en" || listed && code != "fr" {
            return true;
        }
        let near = clause.start.max(range.start.saturating_sub(45))..clause.end.min(range.end + 45);
        let around = [&text[near.start..range.start], &text[range.end..near.end]];
        let strict = code == "fr";
        around.iter().any(|part| CONTEXT.is_match(part)) && (!strict || french_asked(around) || listed)
    }
}

/// French is the country's word: only its mastery counts.
fn french_asked(around: [&str; 2]) -> bool {
    static ASKED: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"maitris|langue|courant|\blue?\b|\becrit|parl|fluent|native|\b[abc][12]\b|niveau|bilingu|speak|pratique du|expression",
        )
    });
    around.iter().any(|part| ASKED.is_match(part))
}

/// The level said in the clause, nearest to the language.
fn level(text: &str, range: &Range<usize>, clause: &Range<usize>) -> Option<Cefr> {
    static LEVELS: LazyLock<Regex> = LazyLock::new(|| {
        regex(concat!(
            r"\b(?P<cefr>[abc][12])\b|toeic\D{0,12}(?P<toeic>\d{3})",
            r"|(?P<c2>bilingu|trilingu|maternelle|native|mother tongue)",
            r"|(?P<c1>couramment|courant|fluent|parfaite|excellent|avance|advanced|proficient)",
            r"|(?P<b2>professionnel|operationnel|\bbon niveau|bonne (?:maitrise|pratique)|lue?s?,? (?:et )?(?:ecrit|parle)|maitris|professional|\bbonnes? connaissance|confortable|a l'aise|working proficiency)",
            r"|(?P<b1>intermediaire|technique|technical|conversation|correct|scolaire|intermediate)",
            r"|(?P<a2>notions|\bbases\b|basic|elementaire|debutant)",
        ))
    });
    let mut nearest: Option<(usize, Cefr)> = None;
    for found in LEVELS.captures_iter(&text[clause.clone()]) {
        let Some(whole) = found.get(0) else { continue };
        let (start, end) = (clause.start + whole.start(), clause.start + whole.end());
        let (between, gap) = if start >= range.end {
            (range.end..start, start - range.end)
        } else {
            // A level before the name counts a little less: it may end the item before.
            (end.min(range.start)..range.start, range.start.saturating_sub(end) + 3)
        };
        // « C2, anglais » after « français »: the level belongs to the language before it.
        let taken = start < range.start
            && found.name("c2").is_none()
            && NAMES
                .find_iter(&text[clause.start..start])
                .last()
                .is_some_and(|m| start - clause.start - m.end() < 36);
        let mastery = whole.as_str().starts_with("maitris") || whole.as_str().starts_with("bonne");
        if taken || mastery && start >= range.end {
            continue;
        }
        // Another language between them takes the level.
        if gap > 48 || NAMES.is_match(&text[between]) && found.name("c2").is_none() {
            continue;
        }
        let named = |name| found.name(name).is_some();
        let cefr = match found.name("cefr").map(|m: regex::Match<'_>| m.as_str()) {
            Some("a1") => Cefr::A1,
            Some("a2") => Cefr::A2,
            Some("b1") => Cefr::B1,
            Some("b2") => Cefr::B2,
            Some("c1") => Cefr::C1,
            Some(_) => Cefr::C2,
            None if named("toeic") => match found["toeic"].parse::<u16>() {
                Ok(945..) => Cefr::C1,
                Ok(785..) => Cefr::B2,
                _ => Cefr::B1,
            },
            None if named("c2") => Cefr::C2,
            None if named("c1") => Cefr::C1,
            None if named("b2") => Cefr::B2,
            None if named("b1") => Cefr::B1,
            None => Cefr::A2,
        };
        // The framework's own scale outweighs words: « anglais courant (B2 minimum) ».
        let weight = if named("cefr") || named("toeic") { 0 } else { gap + 1 };
        if nearest.is_none_or(|(best, _)| weight < best) {
            nearest = Some((weight, cefr));
        }
    }
    nearest.map(|(_, level)| level)
}

static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    let all: Vec<&str> = LANGUAGES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    regex(&format!(r"\b(?:{})\b", all.join("|")))
});

fn code(name: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(_, names)| names.contains(&name)).map(|(code, _)| *code)
}

/// ISO 639-1 codes with the French and English names, folded.
pub(super) const LANGUAGES: [(&str, &[&str]); 26] = [
    ("en", &["anglais", "english"]),
    ("fr", &["francais", "french"]),
    ("de", &["allemand", "german"]),
    ("es", &["espagnol", "spanish"]),
    ("it", &["italien", "italian"]),
    ("pt", &["portugais", "portuguese"]),
    ("nl", &["neerlandais", "hollandais", "flamand", "dutch"]),
    ("ar", &["arabe", "arabic"]),
    ("zh", &["chinois", "mandarin", "chinese"]),
    ("ja", &["japonais", "japanese"]),
    ("ru", &["russe", "russian"]),
    ("pl", &["polonais", "polish"]),
    ("ro", &["roumain", "romanian"]),
    ("tr", &["turc", "turkish"]),
    ("ko", &["coreen", "korean"]),
    ("lb", &["luxembourgeois", "luxembourgish"]),
    ("da", &["danois", "danish"]),
    ("sv", &["suedois", "swedish"]),
    ("no", &["norvegien", "norwegian"]),
    ("fi", &["finnois", "finnish"]),
    ("el", &["grec", "greek"]),
    ("cs", &["tcheque", "czech"]),
    ("hu", &["hongrois", "hungarian"]),
    ("uk", &["ukrainien", "ukrainian"]),
    ("he", &["hebreu", "hebrew"]),
    ("vi", &["vietnamien", "vietnamese"]),
];

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is sound")
}
