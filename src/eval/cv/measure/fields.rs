//! What was understood of one document, field by field, against the truth.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jobmatch_index::profile::{Experience, Month};
use jobmatch_index::skills::fold;
use serde::Serialize;

use super::super::truth::{Job, Person, Study};
use super::align::assign;
use super::words;
use crate::ingest::cv::Reading;

/// Least likeness of a true and a found job or diploma that are taken for the same.
const LEAST: f64 = 0.3;

/// A kind of field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Full name.
    Name,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Town.
    Town,
    /// Links.
    Links,
    /// Headline.
    Title,
    /// Introduction.
    Summary,
    /// Jobs: whether there is one.
    Jobs,
    /// Titles of jobs.
    JobTitles,
    /// Employers.
    Employers,
    /// Towns of jobs.
    JobTowns,
    /// Start and end of the jobs that were found.
    Dates,
    /// Tasks.
    Tasks,
    /// Diplomas, with their year.
    Diplomas,
    /// Diplomas, whatever their year.
    DiplomaNames,
    /// Schools.
    Schools,
    /// Skills of the lists of skills.
    Skills,
    /// The same, word for word.
    SkillsExact,
    /// Languages.
    Languages,
    /// Levels of the languages that were found.
    Levels,
    /// Licences.
    Licences,
    /// Certificates.
    Certifications,
    /// Interests.
    Interests,
}

impl Field {
    /// All fields, in the order of reports.
    pub const ALL: [Self; 23] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Town,
        Self::Links,
        Self::Title,
        Self::Summary,
        Self::Jobs,
        Self::JobTitles,
        Self::Employers,
        Self::JobTowns,
        Self::Dates,
        Self::Tasks,
        Self::Diplomas,
        Self::DiplomaNames,
        Self::Schools,
        Self::Skills,
        Self::SkillsExact,
        Self::Languages,
        Self::Levels,
        Self::Licences,
        Self::Certifications,
        Self::Interests,
    ];
}

/// A field that the truth states, that was found, or both.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) field: Field,
    /// What tells it from the other items of the same person, whatever was found.
    pub(super) slot: String,
    pub(super) expected: Option<String>,
    pub(super) got: Option<String>,
    pub(super) right: bool,
    /// Where it stands in the profile, as in the evidence.
    pub(super) pointer: Option<String>,
}

/// Compares a profile with the truth. `stated` of its skills, from the first on, come from lists of skills.
pub(super) fn compare(person: &Person, reading: &Reading, today: Date) -> Vec<Item> {
    let mut sheet = Sheet { items: Vec::new() };
    let profile = &reading.profile;
    let identity = &profile.identity;
    let sorted = |text: &str| {
        let mut words = words(text);
        words.sort_unstable();
        words
    };
    sheet.one(Field::Name, Some(&person.name), identity.name.as_deref(), "/identity/name", |a, b| {
        sorted(a) == sorted(b)
    });
    sheet.one(Field::Email, Some(&person.email), identity.email.as_deref(), "/identity/email", |a, b| {
        a.to_lowercase() == b.to_lowercase()
    });
    sheet.one(Field::Phone, Some(&person.phone), identity.phone.as_deref(), "/identity/phone", |a, b| {
        digits(a) == digits(b)
    });
    let town = profile.place.as_ref().map(|place| place.label.as_str());
    sheet.one(Field::Town, Some(&person.place), town, "/place", same_town);
    sheet.one(Field::Title, Some(&person.title), profile.title.as_deref(), "/title", |a, b| {
        words(a) == words(b)
    });
    sheet.one(Field::Summary, person.summary.as_deref(), profile.summary.as_deref(), "/summary", |a, b| {
        dice(&words(a), &words(b)) >= 0.95
    });
    sheet.list(Field::Links, &person.links, &identity.links, "/identity/links", |a, b| link(a) == link(b));
    sheet.jobs(person, &profile.experiences);
    sheet.studies(person, reading);
    sheet.skills(person, reading, today);

    let spoken: Vec<String> = person.languages.iter().map(|language| language.code.clone()).collect();
    let found: Vec<String> = profile.languages.iter().map(|language| language.code.clone()).collect();
    sheet.list(Field::Languages, &spoken, &found, "/languages", |a, b| a == b);
    for language in &person.languages {
        if let Some((i, known)) =
            profile.languages.iter().enumerate().find(|(_, known)| known.code == language.code)
        {
            let got = known.level.map(|level| format!("{level:?}"));
            sheet.push(
                Field::Levels,
                language.code.clone(),
                language.level.clone(),
                got.clone(),
                language.level == got,
                Some(format!("/languages/{i}")),
            );
        }
    }
    let mut licences: Vec<String> = Vec::new();
    for licence in &person.licences {
        if !licences.contains(&licence.name) {
            licences.push(licence.name.clone());
        }
    }
    let same = |a: &str, b: &str| words(a) == words(b);
    sheet.list(Field::Licences, &licences, &profile.licences, "/licences", same);
    sheet.list(
        Field::Certifications,
        &person.certifications,
        &profile.certifications,
        "/certifications",
        same,
    );
    sheet.list(Field::Interests, &person.interests, &profile.interests, "/interests", same);
    sheet.items
}

struct Sheet {
    items: Vec<Item>,
}

impl Sheet {
    fn push(
        &mut self,
        field: Field,
        slot: String,
        expected: Option<String>,
        got: Option<String>,
        right: bool,
        pointer: Option<String>,
    ) {
        if expected.is_some() || got.is_some() {
            self.items.push(Item { field, slot, expected, got, right, pointer });
        }
    }

    /// A field that comes once.
    fn one(
        &mut self,
        field: Field,
        expected: Option<&str>,
        got: Option<&str>,
        pointer: &str,
        same: impl Fn(&str, &str) -> bool,
    ) {
        let right = expected.zip(got).is_some_and(|(a, b)| same(a, b));
        self.push(
            field,
            String::new(),
            expected.map(str::to_owned),
            got.map(str::to_owned),
            right,
            Some(pointer.to_owned()),
        );
    }

    /// A list, the order of which does not matter; each true item is met by one found item at most.
    fn list(
        &mut self,
        field: Field,
        expected: &[String],
        got: &[String],
        pointer: &str,
        same: impl Fn(&str, &str) -> bool,
    ) {
        let mut left: Vec<usize> = (0..got.len()).collect();
        for text in expected {
            let at = left.iter().position(|&i| same(text, &got[i])).map(|k| left.remove(k));
            let pointer = at.map(|i| format!("{pointer}/{i}"));
            self.push(
                field,
                text.clone(),
                Some(text.clone()),
                at.map(|i| got[i].clone()),
                at.is_some(),
                pointer,
            );
        }
        for i in left {
            let slot = format!("+{}", words(&got[i]).join(" "));
            self.push(field, slot, None, Some(got[i].clone()), false, Some(format!("{pointer}/{i}")));
        }
    }

    fn jobs(&mut self, person: &Person, found: &[Experience]) {
        let likeness: Vec<Vec<f64>> = person
            .experiences
            .iter()
            .map(|job| found.iter().map(|other| job_likeness(job, other)).collect())
            .collect();
        let assigned = assign(&likeness, LEAST);
        let named = |job: &Experience| format!("{} @ {}", job.title, job.employer.as_deref().unwrap_or("?"));
        for (k, job) in person.experiences.iter().enumerate() {
            let other = assigned[k].map(|i| (i, &found[i]));
            let at = |field: &str| other.map(|(i, _)| format!("/experiences/{i}/{field}"));
            let tolerated = around(job);
            let slot = k.to_string();
            self.push(
                Field::Jobs,
                slot.clone(),
                Some(format!("{} @ {}", job.title, job.employer)),
                other.map(|(_, o)| named(o)),
                other.is_some(),
                None,
            );
            let title = other.map(|(_, o)| o.title.clone()).filter(|title| !title.is_empty());
            let shorter = without_contract(job);
            let right = title.as_ref().is_some_and(|title| {
                let is = |wanted: &String| says(title, wanted, &tolerated);
                is(&job.title) || shorter.as_ref().is_some_and(is)
            });
            self.push(Field::JobTitles, slot.clone(), Some(job.title.clone()), title, right, at("title"));
            let employer = other.and_then(|(_, o)| o.employer.clone());
            let right = employer.as_ref().is_some_and(|employer| says(employer, &job.employer, &tolerated));
            self.push(
                Field::Employers,
                slot.clone(),
                Some(job.employer.clone()),
                employer,
                right,
                at("employer"),
            );
            let town = other.and_then(|(_, o)| o.place.clone());
            let right = job.place.as_ref().zip(town.as_ref()).is_some_and(|(a, b)| same_town(a, b));
            self.push(Field::JobTowns, slot.clone(), job.place.clone(), town, right, at("place"));
            if let Some((_, other)) = other {
                let start = other.start.map(month);
                let right = other.start == Some(job.start);
                self.push(
                    Field::Dates,
                    format!("{slot} start"),
                    Some(month(job.start)),
                    start,
                    right,
                    at("dates"),
                );
                let (expected, got) = (ending(job.end, job.current), ending(other.end, other.current));
                let right = expected == got;
                self.push(Field::Dates, format!("{slot} end"), expected, got, right, at("dates"));
            }
            let none = Vec::new();
            let tasks = other.map_or(&none, |(_, o)| &o.tasks);
            self.list(Field::Tasks, &job.tasks, tasks, &at("tasks").unwrap_or_default(), |a, b| {
                words(a) == words(b)
            });
        }
        for (i, job) in found.iter().enumerate().filter(|(i, _)| !assigned.contains(&Some(*i))) {
            let slot = format!("+{}", words(&named(job)).join(" "));
            let at = |field: &str| Some(format!("/experiences/{i}/{field}"));
            self.push(Field::Jobs, slot.clone(), None, Some(named(job)), false, None);
            self.push(
                Field::JobTitles,
                slot.clone(),
                None,
                Some(job.title.clone()).filter(|t| !t.is_empty()),
                false,
                at("title"),
            );
            self.push(Field::Employers, slot.clone(), None, job.employer.clone(), false, at("employer"));
            self.push(Field::JobTowns, slot, None, job.place.clone(), false, at("place"));
            self.list(Field::Tasks, &[], &job.tasks, &format!("/experiences/{i}/tasks"), |_, _| false);
        }
    }

    fn studies(&mut self, person: &Person, reading: &Reading) {
        let found = &reading.profile.education;
        let alike = |study: &Study| {
            let of = |text: &str, other: &str| dice(&words(text), &words(other));
            found
                .iter()
                .map(|other| {
                    let school = study.school.as_deref().zip(other.school.as_deref());
                    let year = study.year.is_some() && study.year == other.year;
                    0.6 * of(&study.diploma, &other.diploma)
                        + if year { 0.25 } else { 0.0 }
                        + 0.15 * school.map_or(0.0, |(a, b)| of(a, b))
                })
                .collect()
        };
        let likeness: Vec<Vec<f64>> = person.education.iter().map(alike).collect();
        let assigned = assign(&likeness, LEAST);
        let dated = |diploma: &str, year: Option<i16>| match year {
            Some(year) => format!("{diploma} [{year}]"),
            None => diploma.to_owned(),
        };
        for (k, study) in person.education.iter().enumerate() {
            let other = assigned[k].map(|i| (i, &found[i]));
            let at = |field: &str| other.map(|(i, _)| format!("/education/{i}/{field}"));
            let tolerated = words(
                &[study.school.as_deref(), study.place.as_deref(), study.dates.as_deref()]
                    .map(Option::unwrap_or_default)
                    .join(" "),
            );
            let slot = k.to_string();
            let right = other.is_some_and(|(_, o)| says(&o.diploma, &study.diploma, &tolerated));
            self.push(
                Field::DiplomaNames,
                slot.clone(),
                Some(study.diploma.clone()),
                other.map(|(_, o)| o.diploma.clone()),
                right,
                at("diploma"),
            );
            let year = other.is_some_and(|(_, o)| o.year == study.year);
            let got = other.map(|(_, o)| dated(&o.diploma, o.year));
            self.push(
                Field::Diplomas,
                slot.clone(),
                Some(dated(&study.diploma, study.year)),
                got,
                right && year,
                at("year"),
            );
            let school = other.and_then(|(_, o)| o.school.clone());
            let place = words(study.place.as_deref().unwrap_or_default());
            let right = study.school.as_ref().zip(school.as_ref()).is_some_and(|(a, b)| says(b, a, &place));
            self.push(Field::Schools, slot, study.school.clone(), school, right, at("school"));
        }
        for (i, study) in found.iter().enumerate().filter(|(i, _)| !assigned.contains(&Some(*i))) {
            let slot = format!("+{}", words(&study.diploma).join(" "));
            let at = |field: &str| Some(format!("/education/{i}/{field}"));
            self.push(
                Field::DiplomaNames,
                slot.clone(),
                None,
                Some(study.diploma.clone()),
                false,
                at("diploma"),
            );
            self.push(
                Field::Diplomas,
                slot.clone(),
                None,
                Some(dated(&study.diploma, study.year)),
                false,
                at("year"),
            );
            self.push(Field::Schools, slot, None, study.school.clone(), false, at("school"));
        }
    }

    /// The skills that the reader takes from lists. A label is right when it is a part of a true skill, whole words one
    /// after the other; a true skill is found when the labels that are parts of it hold half of its words that say
    /// something.
    fn skills(&mut self, person: &Person, reading: &Reading, today: Date) {
        let stated =
            &reading.profile.skills[..reading.stated_skills(today).min(reading.profile.skills.len())];
        let labels: Vec<Vec<String>> = stated.iter().map(|skill| words(&skill.label)).collect();
        let mut truth: Vec<&String> = Vec::new();
        for item in person.skills.iter().flat_map(|group| &group.items) {
            if !truth.iter().any(|known| words(known) == words(item)) {
                truth.push(item);
            }
        }
        let parts: Vec<Vec<String>> = truth.iter().map(|item| words(item)).collect();
        for (item, all) in truth.iter().zip(&parts) {
            let telling: Vec<&String> = all.iter().filter(|word| !is_link(word)).collect();
            let within: Vec<usize> = (0..labels.len()).filter(|&i| holds(all, &labels[i])).collect();
            let covered =
                telling.iter().filter(|word| within.iter().any(|&i| labels[i].contains(word))).count();
            let got = (!within.is_empty())
                .then(|| within.iter().map(|&i| stated[i].label.as_str()).collect::<Vec<_>>().join(" + "));
            let right = !within.is_empty() && covered * 2 >= telling.len();
            // Found labels are counted below, each once.
            self.items.push(Item {
                field: Field::Skills,
                slot: (*item).clone(),
                expected: Some((*item).clone()),
                got: None,
                right,
                pointer: None,
            });
            let exact = labels.iter().position(|label| label == all);
            let pointer = None;
            self.push(
                Field::SkillsExact,
                (*item).clone(),
                Some((*item).clone()),
                exact.and(got),
                exact.is_some(),
                pointer,
            );
        }
        for (i, label) in labels.iter().enumerate() {
            let right = parts.iter().any(|all| holds(all, label));
            let slot = format!("+{}", label.join(" "));
            self.push(
                Field::Skills,
                slot.clone(),
                None,
                Some(stated[i].label.clone()),
                right,
                Some(format!("/skills/{i}")),
            );
            if !parts.contains(label) {
                self.push(Field::SkillsExact, slot, None, Some(stated[i].label.clone()), false, None);
            }
        }
    }
}

/// Whether each field of the profile, by its pointer in the evidence, was right; the dates of a job are one field.
pub(super) fn verdicts(items: &[Item]) -> BTreeMap<&str, (Field, bool)> {
    let mut verdicts = BTreeMap::new();
    for item in items.iter().filter(|item| item.got.is_some()) {
        if let Some(pointer) = &item.pointer {
            let (_, right) = verdicts.entry(pointer.as_str()).or_insert((item.field, true));
            *right &= item.right;
        }
    }
    verdicts
}

fn job_likeness(job: &Job, other: &Experience) -> f64 {
    let employer = dice(&words(&job.employer), &words(other.employer.as_deref().unwrap_or_default()));
    let start = other.start == Some(job.start);
    let end = ending(job.end, job.current) == ending(other.end, other.current);
    0.35 * dice(&words(&job.title), &words(&other.title))
        + 0.25 * employer
        + if start { 0.2 } else { 0.0 }
        + if start && end { 0.2 } else { 0.0 }
}

/// The words that the truth has in other fields of a job: they may stand beside its title or employer.
fn around(job: &Job) -> Vec<String> {
    let texts = [job.place.as_deref(), job.contract.as_deref(), Some(&job.dates)];
    words(&texts.map(Option::unwrap_or_default).join(" "))
}

/// Whether `found` says `wanted`, all its words in their order. Words of `tolerated` (what the truth has in other fields)
/// and link words may stand around and between; « (H/F) » does not count.
fn says(found: &str, wanted: &str, tolerated: &[String]) -> bool {
    let (found, wanted) = (without_gender(found), without_gender(wanted));
    let mut left = wanted.iter().peekable();
    let extras: Vec<&String> = found.iter().filter(|word| left.next_if_eq(word).is_none()).collect();
    let may_stand = |word: &String| tolerated.contains(word) || !tolerated.is_empty() && is_link(word);
    left.peek().is_none() && extras.into_iter().all(may_stand)
}

/// The title of a job without a contract in brackets, which the truth has in a field of its own: « (alternance) ».
fn without_contract(job: &Job) -> Option<String> {
    const CONTRACTS: [&str; 9] = [
        "alternance",
        "apprentissage",
        "benevolat",
        "benevole",
        "emploi etudiant",
        "interim",
        "saison",
        "stage",
        "stagiaire",
    ];
    let (title, rest) = job.title.split_once('(')?;
    let inside = words(rest).join(" ");
    (job.contract.is_some() && CONTRACTS.contains(&inside.as_str())).then(|| title.trim_end().to_owned())
}

/// The words of a title without « (H/F) ».
fn without_gender(text: &str) -> Vec<String> {
    let folded = fold(text);
    let text = ["(h/f)", "(f/h)", "h/f", "f/h"].iter().fold(folded, |text, mark| text.replace(mark, " "));
    words(&text)
}

/// Whether the words of `part` stand in `all` one after the other.
fn holds(all: &[String], part: &[String]) -> bool {
    !part.is_empty() && all.windows(part.len()).any(|window| window == part)
}

/// Words that only tie others together.
fn is_link(word: &str) -> bool {
    const LINKS: [&str; 24] = [
        "a", "au", "aux", "avec", "chez", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les",
        "of", "ou", "par", "pour", "s", "sur", "un", "une",
    ];
    LINKS.contains(&word)
}

/// Share of words in common, from 0 to 1.
fn dice(a: &[String], b: &[String]) -> f64 {
    let mut left: Vec<&String> = b.iter().collect();
    let common = a
        .iter()
        .filter(|word| left.iter().position(|w| w == word).map(|i| left.swap_remove(i)).is_some())
        .count();
    if a.is_empty() && b.is_empty() { 0.0 } else { 2.0 * common as f64 / (a.len() + b.len()) as f64 }
}

/// The digits of a French number, from its 0: « +33(0)6 39 98… » is « 06 39 98… ».
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0033").or_else(|| digits.strip_prefix("33"));
    match national {
        Some(rest) if phone.trim_start().starts_with(['+', '0', '3', '(']) && digits.len() > 10 => {
            format!("0{}", rest.trim_start_matches('0'))
        }
        _ => digits,
    }
}

/// « 59000 Lille », « Lille (59) » and « Lille » are the same; « 75018 Paris » and « Paris 18e arrondissement » too.
fn same_town(expected: &str, got: &str) -> bool {
    let name = |text: &str| -> Vec<String> {
        let text = text.split('(').next().unwrap_or_default();
        let number = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
        words(text).into_iter().filter(|word| !number(word) && word != "arrondissement").collect()
    };
    name(expected) == name(got)
}

/// An address on the web without what is the same for all.
fn link(text: &str) -> String {
    let text = text.to_lowercase();
    let text = text.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    text.trim_end_matches('/').to_owned()
}

fn month(month: Month) -> String {
    format!("{:04}-{:02}", month.year, month.month)
}

fn ending(end: Option<Month>, current: bool) -> Option<String> {
    if current { Some("current".to_owned()) } else { end.map(month) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_may_carry_what_the_truth_has_elsewhere() {
        let tolerated = words("Lille CDI depuis mars 2021");
        assert!(says("Aide-soignante à Lille (CDI)", "Aide-soignante", &tolerated));
        assert!(says("AIDE SOIGNANTE (H/F)", "Aide-soignante", &tolerated));
        assert!(!says("Aide-soignante de nuit", "Aide-soignante", &tolerated));
        assert!(!says("Aide", "Aide-soignante", &tolerated));
        assert!(says("Mairie de Lille, Lille", "Mairie de Lille", &tolerated));
    }

    #[test]
    fn contacts_compare_by_what_they_mean() {
        for phone in ["+33(0)6 39 98 12 34", "+33 6 39 98 12 34", "06.39.98.12.34", "0033 6 39 98 12 34"] {
            assert_eq!(digits(phone), "0639981234", "{phone}");
        }
        assert_ne!(digits("06 39 98 12 3"), "0639981234");
        assert!(same_town("75018 PARIS", "Paris 18e Arrondissement (75)"));
        assert!(same_town("Poitiers (86)", "Poitiers"));
        assert!(!same_town("59000 Lille", "Lillers (62)"));
        assert_eq!(link("https://www.linkedin.com/in/x/"), link("linkedin.com/in/x"));
    }
}
