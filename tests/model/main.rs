//! Language models, as the program meets them: a server that speaks each protocol, and misbehaves.

mod program;
mod protocols;
mod readings;
mod server;
mod setbacks;

use jiff::civil::{Date, date};
use jobmatch::ingest::cv::{self, Reading};
use serde_json::{Value, json};

const TODAY: Date = date(2026, 11, 22);

/// A CV whose rare words would be found in any log.
const CV: &str = "Zéphyrine QUOLIBET\nCuisinière\nzephyrine.quolibet@exemple.fr | 06 39 98 50 03\n35000 Rennes\n\nEXPÉRIENCES\nCuisinière - Maison Gloubiboulga, Rennes\tmars 2021 - aujourd'hui\n• Préparation des entrées\nCommis de cuisine - Brasserie du Port\t2018 - 2020\n• Plonge\n\nFORMATION\n2017 : CAP Cuisine - Lycée hôtelier de Dinard\n\nLANGUES\nAnglais : B1";

const PROVIDERS: [&str; 3] = ["ollama", "openai", "anthropic"];

fn reading(text: &str) -> Reading {
    cv::read(text.as_bytes(), Some("cv.txt"), TODAY).unwrap()
}

/// What a good model says of [`CV`].
fn good_answer() -> Value {
    json!({
        "name": "Zéphyrine Quolibet",
        "email": "zephyrine.quolibet@exemple.fr",
        "phone": "06.39.98.50.03",
        "links": [],
        "title": "Cuisinière",
        "summary": null,
        "place": "Rennes",
        "experiences": [
            {
                "title": "Cuisinière",
                "employer": "Maison Gloubiboulga",
                "place": "Rennes",
                "start": "2021-03",
                "end": null,
                "current": true,
                "tasks": ["Préparation des entrées"],
            },
            {
                "title": "Commis de cuisine",
                "employer": "Brasserie du Port",
                "place": null,
                "start": "2018",
                "end": "2020",
                "current": false,
                "tasks": ["Plonge"],
            },
        ],
        "education": [{ "diploma": "CAP Cuisine", "school": "Lycée hôtelier de Dinard", "year": "2017" }],
        "skills": ["Plonge"],
        "languages": [{ "name": "Anglais", "level": "B1" }],
        "licences": [],
        "certifications": [],
        "interests": [],
    })
}

/// Has a model read a CV; gives what came of it.
async fn assisted(text: &str, model: &jobmatch::model::Model) -> Reading {
    cv::assist(reading(text), &[], model, TODAY, &mut |_| {}).await
}

/// Everything that a profile says in words that must be the document's.
fn words_of(reading: &Reading) -> Vec<String> {
    let profile = &reading.profile;
    let identity = &profile.identity;
    let mut all: Vec<String> =
        [&identity.name, &identity.email, &identity.phone, &profile.title, &profile.summary]
            .into_iter()
            .flatten()
            .chain(&identity.links)
            .cloned()
            .collect();
    for job in &profile.experiences {
        all.push(job.title.clone());
        all.extend(job.employer.iter().chain(&job.place).chain(&job.tasks).cloned());
        all.extend([job.start, job.end].into_iter().flatten().map(|month| month.year.to_string()));
    }
    for study in &profile.education {
        all.push(study.diploma.clone());
        all.extend(study.school.iter().cloned().chain(study.year.iter().map(ToString::to_string)));
    }
    all.extend(profile.skills.iter().map(|skill| skill.label.clone()));
    all.extend(profile.certifications.iter().chain(&profile.interests).cloned());
    all
}

/// Nothing may be said that the text does not.
fn assert_grounded(reading: &Reading, text: &str) {
    use jobmatch_index::skills::fold;
    let plain = |text: &str| {
        let folded = fold(text);
        let words: Vec<&str> =
            folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        format!(" {} ", words.join(" "))
    };
    let document = plain(text);
    for said in words_of(reading) {
        assert!(document.contains(&plain(&said)), "« {said} » is not in the document");
    }
}
