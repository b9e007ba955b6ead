//! The form of a profile: from its fields to a profile, and what its lists offer to choose from.
//!
//! The fields of rows are named `experiences.2.title`; a row carries its line of the CV along, in a hidden field.

use jobmatch_index::geo::Geo;
use jobmatch_index::lang::Lang;
use jobmatch_index::matching::language_name;
use jobmatch_index::offer::{Cefr, Contract, DiplomaLevel, Telework};
use jobmatch_index::profile::{Education, Experience, LanguageKnown, Profile, ProfileSkill};
use jobmatch_index::skills::Graph;
use serde_json::{Value, json};

use super::super::api::params::unknown_place;
use super::super::problem::Problem;
use super::form_fields::{Fields, named, rows};
use crate::ingest::cv;
use crate::people::profiles::Cv;
use crate::words;

/// A form filled in.
pub(super) struct Filled {
    /// The CV as the form says it.
    pub(super) cv: Cv,
    /// The version that the form was made from.
    pub(super) version: Option<u32>,
    /// What is wrong in it.
    pub(super) wrong: Option<Problem>,
}

/// Reads a form over the stored CV.
pub(super) fn fill(present: &Cv, pairs: &[(String, String)]) -> Filled {
    let mut form = Fields::new(pairs);
    let before = &present.profile;
    let mut profile = before.clone();
    profile.title = form.text("title");
    profile.summary = form.text("summary");
    place(&mut form, &mut profile);
    profile.wishes.salary = form.number("salary");
    profile.wishes.radius_km = form.number("radius_km");
    profile.wishes.telework = form.text("telework").and_then(|name| named(&name));
    profile.wishes.contracts = form.all("contracts").filter_map(named).collect();
    profile.experiences = rows(&mut form, "experiences", |form, row| experience(form, row, before));
    profile.education = rows(&mut form, "education", education);
    profile.skills = rows(&mut form, "skills", |form, row| skill(form, row, before));
    profile.languages = rows(&mut form, "languages", language);
    profile.licences = rows(&mut form, "licences", |form, row| form.text(&format!("{row}.name")));
    let name = form.text("name").unwrap_or_default();
    let version = form.number("version");
    Filled { cv: Cv { name, profile, ..present.clone() }, version, wrong: form.wrong }
}

fn place(form: &mut Fields<'_>, profile: &mut Profile) {
    let Some(name) = form.text("place") else {
        profile.place = None;
        return;
    };
    if profile.place.as_ref().is_some_and(|place| place.label == name) {
        return;
    }
    match Geo::builtin().resolve(&name) {
        Some(place) => profile.place = Some(place),
        None => form.refuse("place", unknown_place(&name)),
    }
}

fn line(form: &Fields<'_>, row: &str) -> String {
    form.text(&format!("{row}.line")).unwrap_or_default()
}

fn experience(form: &mut Fields<'_>, row: &str, before: &Profile) -> Option<Experience> {
    let title = form.text(&format!("{row}.title"));
    let employer = form.text(&format!("{row}.employer"));
    if title.is_none() && employer.is_none() {
        return None;
    }
    let line = line(form, row);
    let same = before.experiences.iter().find(|job| !line.is_empty() && job.line == line);
    let tasks = form.text(&format!("{row}.tasks")).unwrap_or_default();
    Some(Experience {
        rome: title.as_deref().and_then(cv::rome),
        title: title.unwrap_or_default(),
        employer,
        place: form.text(&format!("{row}.place")),
        start: form.month(&format!("{row}.start"), 1),
        end: form.month(&format!("{row}.end"), 12),
        current: form.text(&format!("{row}.current")).is_some(),
        months_said: same.and_then(|job| job.months_said),
        tasks: tasks.lines().map(str::trim).filter(|task| !task.is_empty()).map(str::to_owned).collect(),
        line,
    })
}

fn education(form: &mut Fields<'_>, row: &str) -> Option<Education> {
    Some(Education {
        diploma: form.text(&format!("{row}.diploma"))?,
        level: form.number(&format!("{row}.level")).map(DiplomaLevel),
        school: form.text(&format!("{row}.school")),
        year: form.number(&format!("{row}.year")),
        line: line(form, row),
    })
}

fn skill(form: &mut Fields<'_>, row: &str, before: &Profile) -> Option<ProfileSkill> {
    let label = form.text(&format!("{row}.label"))?;
    if let Some(same) = before.skills.iter().find(|before| before.label == label) {
        return Some(same.clone());
    }
    let graph = Graph::builtin();
    let concept = graph.find(&label).map(|concept| graph.id(concept).to_owned());
    Some(ProfileSkill { label, concept, line: line(form, row), months: None })
}

fn language(form: &mut Fields<'_>, row: &str) -> Option<LanguageKnown> {
    let code = form.text(&format!("{row}.code"))?;
    let level = form.text(&format!("{row}.level")).and_then(|name| named(&name));
    Some(LanguageKnown { code, level, line: line(form, row) })
}

/// What the lists of the form offer to choose from.
pub(super) fn choices(profile: &Profile) -> Value {
    const LANGUAGES: [&str; 16] =
        ["fr", "en", "es", "de", "it", "pt", "nl", "ar", "zh", "ru", "ja", "pl", "ro", "tr", "uk", "br"];
    let others = profile.languages.iter().map(|known| known.code.as_str());
    let mut codes: Vec<&str> = LANGUAGES.into_iter().chain(others).collect();
    let mut seen = std::collections::HashSet::new();
    codes.retain(|code| seen.insert(*code));
    let languages: Vec<Value> = codes
        .into_iter()
        .map(|code| json!({ "code": code, "name": language_name(code, Lang::Fr) }))
        .collect();
    let diploma = |level| {
        let kind = jobmatch_index::score::ConditionKind::Diploma { level: DiplomaLevel(level) };
        json!({ "level": level, "name": jobmatch_index::matching::condition_name(&kind, Lang::Fr) })
    };
    let contract = |contract| json!({ "name": contract, "label": words::contract(contract, Lang::Fr) });
    // Nobody looks for « other ».
    let contracts = Contract::ALL.into_iter().filter(|contract| *contract != Contract::Other);
    json!({
        "languages": languages,
        "levels": [Cefr::A1, Cefr::A2, Cefr::B1, Cefr::B2, Cefr::C1, Cefr::C2],
        "diplomas": (2..=8).map(diploma).collect::<Vec<_>>(),
        "contracts": contracts.map(contract).collect::<Vec<_>>(),
        "telework": [Telework::Some, Telework::Full],
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jobmatch_index::profile::Month;

    use super::*;

    fn cv() -> Cv {
        let job =
            Experience { title: "Soudeur".into(), line: "2019-2021 Soudeur".into(), ..Experience::default() };
        let skill =
            |label: &str| ProfileSkill { label: label.into(), line: label.into(), ..ProfileSkill::default() };
        let profile = Profile {
            experiences: vec![Experience::default(), job],
            skills: vec![skill("TIG"), skill("MIG")],
            ..Profile::default()
        };
        let at = Timestamp::UNIX_EPOCH;
        Cv {
            name: "CV".into(),
            profile,
            file: None,
            confirmed: true,
            replaces: None,
            created: at,
            updated: at,
            version: 3,
        }
    }

    fn filled(pairs: &[(&str, &str)]) -> Filled {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        fill(&cv(), &pairs)
    }

    #[test]
    fn rows_keep_their_line_and_go_when_they_are_taken_out() {
        let filled = filled(&[
            ("version", "3"),
            ("experiences.1.line", "2019-2021 Soudeur"),
            ("experiences.1.title", "Soudeur TIG"),
            ("experiences.1.start", "2019-03"),
            ("experiences.1.end", "2021"),
            ("skills.0.label", "TIG"),
            ("skills.0.remove", "1"),
            ("skills.7.label", "Python"),
            ("skills.8.label", " "),
        ]);
        assert!(filled.wrong.is_none());
        let profile = filled.cv.profile;
        let job = &profile.experiences[0];
        assert_eq!((job.title.as_str(), job.line.as_str()), ("Soudeur TIG", "2019-2021 Soudeur"));
        assert_eq!(job.start, Some(Month { year: 2019, month: 3 }));
        assert_eq!(job.end, Some(Month { year: 2021, month: 12 }));
        let labels: Vec<_> = profile.skills.iter().map(|skill| skill.label.as_str()).collect();
        assert_eq!(labels, ["Python"]);
        assert!(profile.skills[0].concept.is_some());
        assert_eq!(filled.version, Some(3));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (name, value) in
            [("salary", "beaucoup"), ("place", "Xyzzyville"), ("experiences.0.start", "hier")]
        {
            let filled = filled(&[("experiences.0.title", "Soudeur"), (name, value)]);
            assert_eq!(filled.wrong.unwrap().errors[0].field, name);
        }
        let filled = filled(&[("salary", "32 000"), ("place", "Rennes")]);
        assert!(filled.wrong.is_none());
        assert_eq!(filled.cv.profile.wishes.salary, Some(32_000));
        assert!(filled.cv.profile.place.unwrap().position.is_some());
    }
}
