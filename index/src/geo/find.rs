//! Places named in running text.

use std::ops::Range;

use super::name::key;
use super::resolve::ordinal;
use super::{Geo, postal_number};
use crate::offer::Place;

/// Most words that the name of a commune has.
const LONGEST_NAME: usize = 8;

/// After a plain « à », smaller communes are taken for ordinary words.
const KNOWN_TO_ALL: u32 = 5_000;

impl Geo {
    /// Places that a text names beyond doubt, with their bytes in it, in order: a name beside its postal
    /// code or department (« 69003 Lyon », « Annecy (74) »), after words that announce a place (« basé à »,
    /// « Lieu : »), larger communes after « à » and « sur », departments and regions after « en » or
    /// « dans le », a postal code after a street.
    ///
    /// Many communes bear the name of an ordinary word (Contrat, Orange, Tours): a name alone is left out.
    pub fn find_in_text(&self, text: &str) -> Vec<(Range<usize>, Place)> {
        let text = Words::of(text);
        let mut found: Vec<(Range<usize>, Place)> = Vec::new();
        let mut at = 0;
        while at < text.words.len() {
            match self.place_at(&text, at) {
                Some((end, place)) => {
                    found.push((text.bytes(at, end), place));
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The place whose mention begins at word `at`, with the index after its last word.
    fn place_at(&self, text: &Words<'_>, at: usize) -> Option<(usize, Place)> {
        if let Some(postal) = postal_number(text.word(at)) {
            return self.place_at_postal(text, at, postal);
        }
        if !text.word(at).starts_with(char::is_uppercase) {
            return None;
        }
        let cue = Cue::before(text, at);
        for end in text.name_ends(at) {
            let code = text.code_after(end);
            if code.is_none() && cue.is_none() {
                continue;
            }
            let name = key(text.slice(at, end));
            let place = code
                .and_then(|code| self.beside_code(&name, code).map(|place| (end + 1, place)))
                .or_else(|| self.announced(text, &name, end, cue?));
            if place.is_some() {
                return place;
            }
        }
        None
    }

    /// « 69003 Lyon »; a postal code alone counts at the end of a street address.
    fn place_at_postal(&self, text: &Words<'_>, at: usize, postal: u32) -> Option<(usize, Place)> {
        let code = text.word(at);
        let departments = [self.department_of_postal(code)?];
        if text.name_gap(at + 1) {
            for end in text.name_ends(at + 1) {
                let name = key(text.slice(at + 1, end));
                if let Some(index) = self.exact_commune(&name, Some(&departments), Some(postal)) {
                    return Some((end, self.precise(index, Some(postal), None)));
                }
            }
        }
        let known = !self.postal_communes(postal).is_empty();
        (known && text.after_street(at)).then(|| Some((at + 1, self.by_postal(code)?)))?
    }

    /// « Annecy (74) », « Lyon 69003 ».
    fn beside_code(&self, name: &str, code: &str) -> Option<Place> {
        let postal = postal_number(code);
        let department = match postal {
            Some(_) => self.department_of_postal(code)?,
            None => self.department(code).or_else(|| self.area_named(&key(code)))?,
        };
        let departments = &self.area(department).departments;
        let index = self.exact_commune(name, Some(departments), postal)?;
        Some(self.precise(index, postal, None))
    }

    fn announced(&self, text: &Words<'_>, name: &str, end: usize, cue: Cue) -> Option<(usize, Place)> {
        let contracted = match cue.article {
            Some(article) => format!("{article} {name}"),
            None => name.to_owned(),
        };
        let area = || self.area_named(name).map(|area| (end, self.area_place(area)));
        if cue.kind == CueKind::Area {
            return area();
        }
        let Some(index) = self.exact_commune(&contracted, None, None) else {
            return (cue.kind == CueKind::Strong).then(area)?;
        };
        if cue.kind == CueKind::Weak && self.commune(index).population < KNOWN_TO_ALL {
            return None;
        }
        let number = text.words.get(end).filter(|_| text.name_gap(end)).and_then(|_| ordinal(text.word(end)));
        Some((end + usize::from(number.is_some()), self.precise(index, None, number)))
    }
}

/// A text with its words: runs of letters and digits.
struct Words<'a> {
    text: &'a str,
    words: Vec<Range<usize>>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let mut words = Vec::with_capacity(text.len() / 5);
        let mut start = None;
        for (at, c) in text.char_indices() {
            match (c.is_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    words.push(from..at);
                    start = None;
                }
                _ => {}
            }
        }
        words.extend(start.map(|from| from..text.len()));
        Self { text, words }
    }

    fn word(&self, at: usize) -> &'a str {
        &self.text[self.words[at].clone()]
    }

    /// Bytes from the first to the last of words `at..end`.
    fn bytes(&self, at: usize, end: usize) -> Range<usize> {
        self.words[at].start..self.words[end - 1].end
    }

    fn slice(&self, at: usize, end: usize) -> &'a str {
        &self.text[self.bytes(at, end)]
    }

    /// What stands between word `at` and the one before.
    fn gap(&self, at: usize) -> &'a str {
        let from = if at == 0 { 0 } else { self.words[at - 1].end };
        &self.text[from..self.words.get(at).map_or(self.text.len(), |w| w.start)]
    }

    /// Word `at` can go on the name that the word before is part of.
    fn name_gap(&self, at: usize) -> bool {
        at < self.words.len() && matches!(self.gap(at), " " | "-" | "'" | "’" | ". " | " - ")
    }

    /// Where a name that begins at word `at` can end, longest first.
    fn name_ends(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let mut last = at + 1;
        while last < at + LONGEST_NAME && self.name_gap(last) {
            last += 1;
        }
        (at + 1..=last).rev()
    }

    /// The postal code or bracketed department that follows a name ending before word `end`.
    fn code_after(&self, end: usize) -> Option<&'a str> {
        let word = self.words.get(end)?;
        let gap = self.gap(end);
        let bracket = gap.trim_start() == "(";
        if bracket && !self.text[word.end..].starts_with(')') {
            // « (Seine-Saint-Denis) »
            let close = self.text[word.start..].find(')').filter(|&n| n < 30)?;
            return Some(&self.text[word.start..word.start + close]);
        }
        let beside = bracket || matches!(gap, " " | ", " | " - " | " – ");
        (bracket || beside && postal_number(self.word(end)).is_some()).then(|| self.word(end))
    }

    /// A street is named shortly before word `at`, on the same line.
    fn after_street(&self, at: usize) -> bool {
        const STREETS: [&str; 9] =
            ["rue", "avenue", "boulevard", "chemin", "allee", "impasse", "route", "quai", "cours"];
        let line = self.text[..self.words[at].start].rfind('\n').map_or(0, |n| n + 1);
        let before = self.words[..at].iter().rev().take(8).take_while(|w| w.start >= line);
        before.into_iter().any(|w| STREETS.contains(&key(&self.text[w.clone()]).as_str()))
    }
}

#[derive(Debug, Clone, Copy)]
struct Cue {
    kind: CueKind,
    /// Article that a contraction before the name hides: « au Havre ».
    article: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CueKind {
    /// A place is announced, however small.
    Strong,
    /// « à », « sur »: a place or something else.
    Weak,
    /// « en », « dans le »: only a department or region fits.
    Area,
}

impl Cue {
    /// Reads the words before word `at`.
    fn before(text: &Words<'_>, at: usize) -> Option<Self> {
        let word = |back: usize| at.checked_sub(back).map(|i| key(text.word(i))).unwrap_or_default();
        let gap = text.gap(at);
        let last = word(1);
        if gap.trim_start().starts_with(':') && gap.len() < 5 {
            let labels =
                ["lieu", "travail", "localisation", "ville", "adresse", "location", "commune", "poste"];
            return labels.contains(&last.as_str()).then_some(Self { kind: CueKind::Strong, article: None });
        }
        if !matches!(gap, " " | "'" | "’") {
            return None;
        }
        let article = match last.as_str() {
            "au" | "du" => Some("le"),
            "aux" | "des" => Some("les"),
            _ => None,
        };
        let before = word(2);
        let kind = match last.as_str() {
            "a" | "au" | "aux" | "sur" | "in" if announces(&before) || announces(&word(3)) => CueKind::Strong,
            "de" | "d" | "du" | "des" if is_of_place(&before) => CueKind::Strong,
            // « AIDE A LA GARDE »: in capitals every word looks like a name.
            "a" | "au" | "aux" | "sur" | "secteur" => {
                let shouted = text.slice(at - 1, at + 1).chars().all(|c| !c.is_lowercase());
                (!shouted).then_some(CueKind::Weak)?
            }
            "en" | "region" | "departement" => CueKind::Area,
            "le" | "la" | "les" | "l" if before == "dans" => CueKind::Area,
            "de" | "du" | "d" | "la" | "l" if before == "departement" || word(3) == "departement" => {
                CueKind::Area
            }
            _ => return None,
        };
        Some(Self { kind, article })
    }
}

/// « basé(e) à », « situé sur », « habite à », « based in ».
fn announces(word: &str) -> bool {
    const STEMS: [&str; 12] = [
        "base",
        "situe",
        "localise",
        "implante",
        "domicilie",
        "installe",
        "habit",
        "reside",
        "locat",
        "based",
        "living",
        "live",
    ];
    STEMS.iter().any(|stem| word.strip_prefix(stem).is_some_and(|rest| rest.len() <= 3))
}

/// « près de », « agence de », « région de ».
fn is_of_place(word: &str) -> bool {
    const WORDS: [&str; 12] = [
        "pres",
        "proche",
        "proximite",
        "agence",
        "site",
        "region",
        "commune",
        "ville",
        "secteur",
        "bassin",
        "usine",
        "mairie",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        let places = Geo::builtin().find_in_text(text);
        places.into_iter().map(|(range, place)| (text[range].to_owned(), place.label)).collect()
    }

    #[test]
    fn places_said_beyond_doubt_are_found() {
        let cases = [
            ("Jeanne Martin\n12 rue des Lilas, 69003 Lyon", "69003 Lyon", "Lyon 3e (69)"),
            ("Poste basé à Lyon, à pourvoir vite", "Lyon", "Lyon (69)"),
            ("Je suis basée au Havre.", "Havre", "Le Havre (76)"),
            ("Notre usine est située à Saint-Vulbas dans la plaine", "Saint-Vulbas", "Saint-Vulbas (01)"),
            ("Lieu de travail : Tours", "Tours", "Tours (37)"),
            ("Lieu : Lyon 7e", "Lyon 7e", "Lyon 7e (69)"),
            ("Karim B. - Annecy (74) - 30 ans", "Annecy (74", "Annecy (74)"),
            ("Saint-Denis (Seine-Saint-Denis)", "Saint-Denis (Seine", "Saint-Denis (93)"),
            ("MONTPELLIER 34000", "MONTPELLIER 34000", "Montpellier (34)"),
            ("un poste à Villeurbanne au sein de l'équipe", "Villeurbanne", "Villeurbanne (69)"),
            ("Intervention en Île-de-France", "Île-de-France", "Île-de-France"),
            ("des chantiers dans le Rhône", "Rhône", "Rhône (69)"),
            ("The role is based in Bordeaux.", "Bordeaux", "Bordeaux (33)"),
            ("4 avenue de la Gare\n8 quai Sud 35000", "35000", "Rennes (35)"),
            ("à proximité de Vallon-Pont-d'Arc", "Vallon-Pont-d'Arc", "Vallon-Pont-d'Arc (07)"),
        ];
        for (text, words, label) in cases {
            assert_eq!(found(text), [(words.to_owned(), label.to_owned())], "{text}");
        }
    }

    #[test]
    fn ordinary_words_are_no_places() {
        for text in [
            "Contrat de 35 heures. Orange recrute. Bonne humeur et sens du contact.",
            "Salaire : 30000 euros par an",
            "À Temps plein, du lundi au vendredi",
            "Référence 69003, merci de la rappeler",
            "Ancien chef de Projet chez Total. Permis B. Vienne que pourra.",
            "Vous participez à Agile et à Python",
            "AIDE A LA GARDE D'ENFANTS",
            "expert du secteur Retail",
            "",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn ranges_hold_whole_characters() {
        for text in ["🙂 basé à Évry (91) 🙂", "é 75011 Paris — é", "à À Àà 69003"] {
            for (range, _) in Geo::builtin().find_in_text(text) {
                assert!(text.get(range).is_some());
            }
        }
    }
}
