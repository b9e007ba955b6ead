//! Kind of contract and working time.

use std::sync::LazyLock;

use jobmatch_index::offer::{Contract, Found, WorkingTime};
use regex::Regex;

use super::text::Prose;

/// From this many hours a week, work counts as full time.
const FULL_FROM: f64 = 34.0;

impl Prose<'_> {
    /// The kind of contract that the text announces: after « type de contrat », else the first one named.
    /// Agencies and schools name contracts in passing, so a label counts more than its place.
    pub fn contract(&self) -> Option<Found<Contract>> {
        static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
            regex(&format!(
                r"(?:type d[e'] ?(?:contrat|emploi)|contrat|contract(?: type)?|statut|poste en|emploi en)\s?:?\s?(?:en )?(?:temps plein, |de type |type )?{KINDS}"
            ))
        });
        static ANY: LazyLock<Regex> = LazyLock::new(|| regex(KINDS));
        let text = self.folded();
        let found = LABELLED.captures(text).or_else(|| ANY.captures(text))?;
        let (value, word) = NAMES.iter().find_map(|(name, kind)| Some((*kind, found.name(name)?)))?;
        Some(Found::in_prose(value, self.words(word.range())))
    }

    /// Full or part time; nothing when the text offers both.
    pub fn working_time(&self) -> Option<Found<WorkingTime>> {
        static TIME: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"(?P<full>temps (?:plein|complet)|plein temps|full[- ]time)|(?P<part>temps[- ](?:partiel|incomplet)|mi-temps|part[- ]time)",
            )
        });
        let text = self.folded();
        let mut said: Option<(WorkingTime, std::ops::Range<usize>)> = None;
        for found in TIME.captures_iter(text) {
            let time = if found.name("full").is_some() { WorkingTime::Full } else { WorkingTime::Part };
            match &said {
                None => said = Some((time, found.get(0)?.range())),
                Some((first, _)) if *first != time => return None,
                Some(_) => {}
            }
        }
        if let Some((time, range)) = said {
            return Some(Found::in_prose(time, self.words(range)));
        }
        let (hours, range) = self.hours_said()?;
        let time = if hours >= FULL_FROM { WorkingTime::Full } else { WorkingTime::Part };
        Some(Found::in_prose(time, self.words(range)))
    }

    /// Hours a week, as in « 39h/semaine », « 35 heures hebdomadaires » or, in a field, « 37H30 ».
    pub fn weekly_hours(&self) -> Option<f64> {
        self.hours_said().map(|(hours, _)| hours)
    }

    fn hours_said(&self) -> Option<(f64, std::ops::Range<usize>)> {
        static HOURS: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"\b(?P<h>\d{1,2})\s?(?:h|heures|hours|hrs)\s?(?P<m>[0-5]\d)?\s?(?:/|par|per|de travail par|a|-)?\s?(?:la |une )?(?:sem(?:aine)?\b|hebdo|week|autre|travail)|(?:cdi|cdd|contrat|plein|complet|partiel|base|salaire|semaine|travail|hebdomadaire|mensuel|duree|temps)\s?(?:de |:|-|\()?\s?(?P<h2>[1-4]\d)\s?h(?:eures)?\s?(?P<m2>[0-5]\d)?\b|^(?P<h3>\d{1,2}) ?h(?P<m3>[0-5]\d)?\b",
            )
        });
        let text = self.folded();
        let found = HOURS.captures(text)?;
        let group = |names: [&str; 3]| names.into_iter().find_map(|name| found.name(name));
        let hours: f64 = group(["h", "h2", "h3"])?.as_str().parse().ok()?;
        let minutes: f64 = group(["m", "m2", "m3"]).map_or(0.0, |m| m.as_str().parse().unwrap_or(0.0));
        let week = hours + minutes / 60.0;
        (1.0..=60.0).contains(&week).then(|| Some((week, found.get(0)?.range())))?
    }
}

const KINDS: &str = concat!(
    r"(?:(?P<apprentice>\balternan(?:ce|te?)\b|contrat (?:d'?|en )?(?:apprentissage|alternance)|contrat (?:de )?pro(?:fessionnalisation)?\b|\bapprentie?\b|apprenticeship)",
    r"|(?P<intern>\bstage (?:de|d'|conventionne|remunere|a pourvoir|-|h/f|f/h|\d)|\bstagiaires?\b|offre de stage|convention de stage|internship|\bintern\b)",
    r"|(?P<seasonal>\bsaisonnie|seasonal)",
    r"|(?P<permanent>\bcdi\b|contrat a duree indeterminee|duree indeterminee|permanent (?:contract|position|role)|open-ended)",
    r"|(?P<fixed>\bcdd\b|contrat a duree determinee|duree determinee|fixed[- ]term)",
    r"|(?P<temporary>\binterim\b|\binterimaire\b|travail temporaire|contrat temporaire|temporary (?:contract|position|work))",
    r"|(?P<own>\bfreelance\b|\bindependants?\b|auto-?entrepreneur|micro-?entrepreneur|franchise\b|self-employed|\bmandataire immobilier))",
);

const NAMES: [(&str, Contract); 7] = [
    ("apprentice", Contract::Apprenticeship),
    ("intern", Contract::Internship),
    ("seasonal", Contract::Seasonal),
    ("permanent", Contract::Permanent),
    ("fixed", Contract::FixedTerm),
    ("temporary", Contract::Temporary),
    ("own", Contract::SelfEmployed),
];

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is sound")
}
