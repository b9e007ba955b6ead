use jiff::civil::date;
use jobmatch_index::profile::Month;
use serde_json::{Value, json};

use super::super::super::read;
use super::jobs::Claim;
use super::*;

const TODAY: Date = date(2026, 11, 22);

fn merged(text: &str, answer: Value) -> Reading {
    let reading = read(text.as_bytes(), Some("cv.txt"), TODAY).unwrap();
    let all = 0..reading.document.lines.len();
    merge(reading, vec![(all, serde_json::from_value(answer).unwrap())], "essai", TODAY)
}

fn jobs(reading: &Reading) -> Vec<(&str, Option<&str>)> {
    reading.profile.experiences.iter().map(|job| (job.title.as_str(), job.employer.as_deref())).collect()
}

fn origin(reading: &Reading, field: &str) -> Origin {
    reading.evidence.iter().find(|found| found.field == field).unwrap_or_else(|| panic!("{field}")).origin
}

fn told(reading: &Reading) -> String {
    reading.remarks.join("\n")
}

/// The second job stands in a task of the first.
const HIDDEN: &str = "Marie DUPONT\nmarie@exemple.fr\n\nEXPÉRIENCES\nVendeuse - Maison Lorca\tjanvier 2018 - juin 2020\n• Encaissement\n• Puis, pour un long remplacement pendant lequel j'ai aussi formé deux collègues, caissière chez Super Halle, de janvier 2021 à mars 2022\n• Tenue du coffre";

fn hidden_job(start: &str, employer: &str) -> Value {
    json!({ "experiences": [
        { "title": "Vendeuse", "employer": "Maison Lorca", "start": "2018-01", "end": "2020-06", "tasks": ["Encaissement"] },
        { "title": "caissière", "employer": employer, "start": start, "end": "2022-03", "tasks": [] },
    ] })
}

#[test]
fn a_job_among_the_tasks_of_another_takes_what_stands_below_it() {
    let rules = read(HIDDEN.as_bytes(), Some("cv.txt"), TODAY).unwrap();
    assert_eq!(jobs(&rules), [("Vendeuse", Some("Maison Lorca"))]);
    let reading = merged(HIDDEN, hidden_job("2021-01", "Super Halle"));
    assert_eq!(jobs(&reading), [("caissière", Some("Super Halle")), ("Vendeuse", Some("Maison Lorca"))]);
    let [new, old] = reading.profile.experiences.as_slice() else { panic!() };
    assert_eq!(
        (new.start, new.end),
        (Some(Month { year: 2021, month: 1 }), Some(Month { year: 2022, month: 3 }))
    );
    assert_eq!(
        (new.tasks.as_slice(), old.tasks.as_slice()),
        (["Tenue du coffre".to_owned()].as_slice(), ["Encaissement".to_owned()].as_slice())
    );
    assert_eq!(origin(&reading, "/experiences/0/title"), Origin::Model);
    assert_eq!(origin(&reading, "/experiences/1/title"), Origin::Both);
    assert!(
        reading
            .evidence
            .iter()
            .filter(|e| e.field.starts_with("/experiences/0/"))
            .all(|e| e.lines == [5] || e.field.contains("tasks")),
        "{:?}",
        reading.evidence
    );
}

#[test]
fn a_task_is_no_job_because_a_model_says_so() {
    for (start, employer) in [("2015", "Super Halle"), ("2021-01", "Grand Bazar")] {
        let reading = merged(HIDDEN, hidden_job(start, employer));
        assert_eq!(jobs(&reading), [("Vendeuse", Some("Maison Lorca"))]);
        assert_eq!(reading.profile.experiences[0].tasks.len(), 3);
        assert!(told(&reading).contains("« caissière »"), "{}", told(&reading));
    }
}

#[test]
fn a_diploma_is_no_job_and_an_address_no_name() {
    let text = "dupont.marie@exemple.fr\n\nFORMATION\n2017 : Bac pro Commerce - Lycée Ampère, Lyon\n\nLOISIRS\nRestaurant chinois";
    let rules = read(text.as_bytes(), Some("cv.txt"), TODAY).unwrap();
    let reading = merged(
        text,
        json!({
            "name": "Dupont Marie",
            "experiences": [{ "title": "Commerce", "employer": "Lycée Ampère", "start": "2017", "end": "2017" }],
            "skills": ["Lycée Ampère"],
            "languages": [{ "name": "chinois", "level": null }, { "name": "klingon", "level": "C2" }],
        }),
    );
    assert_eq!(reading.profile.identity.name, rules.profile.identity.name);
    assert_eq!(reading.profile.experiences, rules.profile.experiences);
    assert_eq!(reading.profile.skills, rules.profile.skills);
    for refused in [
        "le nom « Dupont Marie »",
        "le poste « Commerce »",
        "la compétence « Lycée Ampère »",
        "la langue « klingon »",
    ] {
        assert!(told(&reading).contains(refused), "{refused}: {}", told(&reading));
    }
}

#[test]
fn what_lacks_is_filled_in_and_to_be_checked() {
    let text = "Marie DUPONT\nContact par mail de préférence : marie@exemple.fr\n\nDIVERS\nJ'ai obtenu un Bac pro Commerce au lycée Ampère de Lyon, session 2017\nAnglais : lu, écrit, parlé\nPermis B\nJe fais du C++ et du C# le soir";
    let answer = json!({
        "education": [{ "diploma": "Bac pro Commerce", "school": "lycée Ampère", "year": 2017 }],
        "languages": [{ "name": "Anglais", "level": "lu, écrit, parlé" }],
        "licences": ["Permis B"],
        "skills": ["C#"],
    });
    let reading = merged(text, answer);
    let profile = &reading.profile;
    let study = profile.education.first().unwrap();
    assert_eq!(
        (study.diploma.as_str(), study.school.as_deref(), study.year),
        ("Bac pro Commerce", Some("lycée Ampère"), Some(2017))
    );
    assert_eq!(study.level.map(|level| level.0), Some(4));
    assert!(
        profile.skills.iter().any(|skill| skill.label == "C#" && skill.concept.is_some()),
        "{:?}",
        profile.skills
    );
    assert_eq!(profile.languages[0].code, "en");
    assert!(profile.licences.iter().any(|licence| licence.contains('B')), "{:?}", profile.licences);
    for found in reading.evidence.iter().filter(|found| found.origin == Origin::Model) {
        assert!(found.confidence < LOW && !found.lines.is_empty(), "{found:?}");
    }
    assert_eq!(origin(&reading, "/education/0/diploma"), Origin::Model);
}

#[test]
fn addresses_and_numbers_are_the_same_however_they_are_written() {
    for (a, b, same) in [
        ("06 39 98 50 03", "06.39.98.50.03", true),
        ("+33 6 39 98 50 03", "+33639985003", true),
        ("https://www.exemple.fr/moi/", "exemple.fr/moi", true),
        ("m.dupont@exemple.fr", "mdupont@exemple.fr", false),
        ("06 39 98 50 03", "06 39 98 50 04", false),
    ] {
        assert_eq!(squeezed(a) == squeezed(b), same, "{a} {b}");
    }
}

#[test]
fn the_years_of_a_claim_choose_among_the_dates_of_the_text() {
    let claim = |start: &str, end: Value, current: bool| {
        let job = json!({ "start": start, "end": end, "current": current });
        Claim::of(&serde_json::from_value(job).unwrap(), TODAY)
    };
    let period = |text: &str| dates::find(text, TODAY).unwrap();
    assert!(claim("2018-05", json!("2020"), false).agrees(&period("mars 2018 - juin 2020")));
    assert!(claim("mars 2018", Value::Null, true).agrees(&period("depuis mars 2018")));
    assert!(claim("2018", json!(2026), false).agrees(&period("depuis mars 2018")));
    assert!(!claim("2018", Value::Null, true).agrees(&period("2018 - 2020")));
    assert!(!claim("2017", json!("2020"), false).agrees(&period("2018 - 2020")));
    assert!(!claim("", Value::Null, true).agrees(&period("2018 - 2020")));
}
