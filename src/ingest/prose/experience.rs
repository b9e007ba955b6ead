//! Experience asked for, in months.

use std::sync::LazyLock;

use jobmatch_index::offer::Found;
use regex::Regex;

use super::text::{Prose, Topic};

/// What « une première expérience » stands for, months.
const FIRST_EXPERIENCE: u16 = 6;

/// More years than an offer asks for: such figures praise the employer.
const MOST_YEARS: f32 = 15.0;

impl Prose<'_> {
    /// Experience that the text asks for, in months: the lower end of a range, `0` when beginners are
    /// welcome, 6 for « une première expérience ». A length that is not said (« expérience significative »)
    /// gives nothing.
    pub fn experience(&self) -> Option<Found<u16>> {
        static BEGINNER: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"debutants?(?:\(?e?s?\)?|/e)? (?:sont |est )?(?:accepte|bienvenu|possible|motive)|(?:ouvert|accessible) (?:aux|a un|a des) (?:profils? )?(?:debutant|junior)|experience(?: minimum)?(?: requise?)? ?: ?debutant|(?:aucune|sans|pas d'?) ?experience(?: n'est)? ?(?:requise|exigee|necessaire|prealable|demandee)|profils? sans experience|experience (?:non |n'est pas )(?:requise|exigee|necessaire|obligatoire|indispensable)|experience minimum requis : debutant|(?:avec ou|ou) sans experience|aucune experience|ne demandons pas d'experience|no (?:prior |previous )?experience (?:is )?(?:required|needed|necessary)",
            )
        });
        let text = self.folded();
        let refused = |end: usize| {
            text[end..].trim_start_matches(['e', 's', '(', ')']).trim_start().starts_with("si formation")
        };
        for window in self.windows(Topic::Experience, 45, 60) {
            let said = BEGINNER.find_iter(&text[window.clone()]);
            let mut said = said.map(|found| window.start + found.start()..window.start + found.end());
            if let Some(range) = said.find(|range| !refused(range.end) && !after_negation(text, range.start))
            {
                return Some(Found::in_prose(0, self.words(word_end(text, range))));
            }
        }
        let (months, range) = self.length_asked().or_else(|| self.first_experience())?;
        Some(Found::in_prose(months, self.words(range)))
    }

    /// As [`Self::experience`], for a text that is the field for experience (« 2 An(s) », « 6 Mois »,
    /// « Débutant accepté »).
    pub fn experience_field(&self) -> Option<Found<u16>> {
        static LENGTH: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"{NUMBER} ?{UNIT}")));
        let text = self.folded();
        let words = |range| self.words(range).to_owned();
        if let Some(found) = LENGTH.captures(text) {
            let months = months(&found[1], None, &found[2])?;
            return Some(Found::in_field(months, words(found.get(0)?.range())));
        }
        let beginner = text.contains("debutant") || text.contains("sans experience");
        beginner.then(|| Found::in_field(0, words(0..text.len())))
    }

    fn first_experience(&self) -> Option<(u16, std::ops::Range<usize>)> {
        static FIRST: LazyLock<Regex> =
            LazyLock::new(|| regex(r"(?:1ere|premiere|first) (?:\w+ )?experience"));
        let mut windows = self.windows(Topic::Experience, 30, 12).into_iter();
        windows.find_map(|window| {
            let found = FIRST.find(&self.folded()[window.clone()])?;
            Some((FIRST_EXPERIENCE, window.start + found.start()..window.start + found.end()))
        })
    }

    /// « 3 ans d'expérience », « expérience de 2 à 5 ans », « 5+ years of experience ».
    fn length_asked(&self) -> Option<(u16, std::ops::Range<usize>)> {
        static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
            regex(&format!(
                r"{range} ?\+? ?{UNIT} ?(?:\(?min(?:imum|\.)?\)? )?(?:ou plus |et plus |reussies? |de |d' ?|of |d|'|d'une |en |relevant |proven |professional |solid |solide |premiere |pratique |hands-on )*(?:\w+ ){{0,2}}$",
                range = *RANGE
            ))
        });
        static AFTER: LazyLock<Regex> = LazyLock::new(|| {
            regex(&format!(
                r"^s?(?P<gap>[^.\n0-9!?]{{0,70}}?)(?P<length>{range} ?\+? ?{UNIT})",
                range = *RANGE
            ))
        });
        static EMPLOYER: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"\bfort|depuis|notre|nos |entreprise|groupe|societe|cabinet|nous |our |company|founded|riche de|leader|plus de [2-9]\d|clients",
            )
        });
        let text = self.folded();
        for at in self.hits(Topic::Experience) {
            // « dexpérience »: some sources lose the apostrophe.
            let at = at + usize::from(text[at..].starts_with("dexp"));
            if !text[at..].starts_with("experience") {
                continue;
            }
            // The experience of customers is another thing.
            const WHOSE: [&str; 6] =
                [" client", " utilisateur", " collaborateur", " candidat", "s client", " user"];
            let after = &text[at + "experience".len()..];
            if WHOSE.iter().any(|whose| after.starts_with(whose)) {
                continue;
            }
            let line = self.line(at);
            let before = line.start.max(at.saturating_sub(70));
            let candidate = match BEFORE.captures(&text[before..at]) {
                Some(found) => found.get(0).map(|m| (found, before + m.start()..at + "experience".len())),
                None => AFTER.captures(&text[at + "experience".len()..line.end]).and_then(|found| {
                    let length = found.name("length")?;
                    let cut = [
                        "contrat",
                        "unique",
                        "duree",
                        "mission de",
                        "stage",
                        "age",
                        "apres",
                        "formation de",
                        "anciennete",
                    ];
                    if cut.iter().any(|word| found["gap"].contains(word)) {
                        return None;
                    }
                    let end = at + "experience".len() + length.end();
                    Some((found, at..end))
                }),
            };
            let Some((found, range)) = candidate else { continue };
            let group = |name| found.name(name).map(|m: regex::Match<'_>| m.as_str());
            let Some(months) =
                months(group("low").unwrap_or_default(), group("high"), group("unit").unwrap_or_default())
            else {
                continue;
            };
            let head = &text[self.clause(&range, 60).start..range.start];
            let asks =
                ["vous", "minimum", "justifi", "au moins", "profil"].iter().any(|word| head.contains(word));
            if f32::from(months) > MOST_YEARS * 12.0 || !asks && EMPLOYER.is_match(head) {
                continue;
            }
            return Some((months, range));
        }
        None
    }
}

const NUMBER: &str = r"(\d{1,3}(?:[.,]\d)?)";
const WORD_NUMBER: &str = r"\d{1,2}(?:[.,]\d)?|une?|deux|trois|quatre|cinq|six|sept|huit|dix|one|two|three|four|five|seven|eight|ten";
const UNIT: &str = r"(?P<unit>an\(s\)|ans?\b|annees?\b|mois\b|(?:years?|yrs?|months?)\b'?)";
static RANGE: LazyLock<String> = LazyLock::new(|| {
    format!(
        r"\b(?P<low>{WORD_NUMBER})(?:\s?(?:ans?|annees?)?\s?(?:a|-|/|et|to|ou)\s?(?P<high>{WORD_NUMBER}))?"
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is sound")
}

fn months(low: &str, high: Option<&str>, unit: &str) -> Option<u16> {
    let number = |word: &str| -> Option<f32> {
        Some(match word {
            "un" | "une" | "one" => 1.0,
            "deux" | "two" => 2.0,
            "trois" | "three" => 3.0,
            "quatre" | "four" => 4.0,
            "cinq" | "five" => 5.0,
            "six" => 6.0,
            "sept" | "seven" => 7.0,
            "huit" | "eight" => 8.0,
            "dix" | "ten" => 10.0,
            digits => digits.replace(',', ".").parse().ok()?,
        })
    };
    let low = number(low)?;
    // « 10 à 5 ans » is a slip, « 2023/2 ans » no range.
    let low = high.and_then(number).map_or(low, |high| low.min(high));
    let per_unit = if unit.starts_with('m') { 1.0 } else { 12.0 };
    Some((low * per_unit).round().clamp(0.0, 600.0) as u16)
}

/// « non débutant », « débutants non acceptés ».
fn after_negation(text: &str, at: usize) -> bool {
    let before = text[at.saturating_sub(6)..at].trim_end();
    before.ends_with("non") || before.ends_with("pas")
}

/// Extends a range to the end of its word.
fn word_end(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let more = text[range.end..].bytes().take_while(u8::is_ascii_alphabetic).count();
    range.start..range.end + more
}
