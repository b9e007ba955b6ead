//! Everything that JobMatch keeps of a person, as one archive: JSON, JSON Resume, and the files as they were given.

use std::io::{Cursor, Write};

use jobmatch_index::profile::{Month, Profile};
use jobmatch_index::records::{Owner, Records};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::ingest::cv::language_name;

use super::{Refusal, accounts, applications, files, hidden, profiles, readings, tokens};

/// The archive, in memory: a person's files are few.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn archive(records: &Records<'_>, owner: Owner) -> Result<Vec<u8>, Refusal> {
    let account = accounts::get(records, owner)?;
    let tokens: Vec<_> = tokens::tokens(records, owner)?.into_iter().map(|(_, token)| token).collect();
    let mut archive = Archive(ZipWriter::new(Cursor::new(vec![])));
    archive.json(
        "compte.json",
        &json!({
            "email": account.email,
            "role": account.role,
            "created": account.created,
            "weights": account.weights,
            "active_profile": account.active_profile,
            "tokens": tokens,
            "hidden_offers": hidden::list(records, owner)?,
        }),
    )?;
    for (id, cv) in profiles::list(records, owner)? {
        let folder = format!("cv/{id}");
        archive.json(&format!("{folder}/profil.json"), &json!(cv))?;
        archive.json(&format!("{folder}/json-resume.json"), &json_resume(&cv.profile))?;
        if let Some(file) = &cv.file {
            let file = files::get(records, owner, file.id)?;
            archive.add(&format!("{folder}/fichier/{}", file.name), &file.bytes)?;
        }
        if let Some(reading) = readings::get(records, owner, id)? {
            archive.json(&format!("{folder}/lecture.json"), &json!(reading))?;
        }
        for (n, picture) in readings::pages(records, owner, id)?.iter().enumerate() {
            archive.add(&format!("{folder}/pages/{}.png", n + 1), picture)?;
        }
    }
    for (id, application) in applications::list(records, owner)? {
        let folder = format!("candidatures/{id}");
        archive.json(&format!("{folder}/candidature.json"), &json!(application))?;
        for document in &application.documents {
            let file = files::get(records, owner, document.id)?;
            archive.add(&format!("{folder}/documents/{}-{}", document.id, file.name), &file.bytes)?;
        }
    }
    archive.finish()
}

struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    fn json(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
        let text = serde_json::to_vec_pretty(value).expect("a JSON value can be written");
        self.add(name, &text)
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let written = self.0.start_file(name, SimpleFileOptions::default());
        written.map_err(std::io::Error::from).and_then(|()| self.0.write_all(bytes)).map_err(failed)
    }

    fn finish(self) -> Result<Vec<u8>, Refusal> {
        Ok(self.0.finish().map_err(|e| failed(e.into()))?.into_inner())
    }
}

fn failed(source: std::io::Error) -> Refusal {
    jobmatch_index::Error::Io { path: "export.zip".into(), source }.into()
}

/// A profile as JSON Resume 1.0 (<https://jsonresume.org/schema>).
pub fn json_resume(profile: &Profile) -> Value {
    let month = |month: Option<Month>| month.map(|m| format!("{:04}-{:02}", m.year, m.month));
    let identity = &profile.identity;
    json!({
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": {
            "name": identity.name,
            "label": profile.title,
            "email": identity.email,
            "phone": identity.phone,
            "summary": profile.summary,
            "location": profile.place.as_ref().map(|place| json!({
                "city": place.label,
                "postalCode": place.postal_code,
                "countryCode": "FR",
            })),
            "profiles": identity.links.iter().map(|url| json!({ "url": url })).collect::<Vec<_>>(),
        },
        "work": profile.experiences.iter().map(|job| json!({
            "name": job.employer,
            "position": job.title,
            "location": job.place,
            "startDate": month(job.start),
            "endDate": month(job.end),
            "highlights": job.tasks,
        })).collect::<Vec<_>>(),
        "education": profile.education.iter().map(|education| json!({
            "institution": education.school,
            "studyType": education.diploma,
            "endDate": education.year.map(|year| year.to_string()),
        })).collect::<Vec<_>>(),
        "skills": profile.skills.iter().map(|skill| json!({ "name": skill.label })).collect::<Vec<_>>(),
        "languages": profile.languages.iter().map(|language| json!({
            "language": language_name(&language.code).unwrap_or_else(|| language.code.clone()),
            "fluency": language.level,
        })).collect::<Vec<_>>(),
        "certificates": profile.licences.iter().chain(&profile.certifications)
            .map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "interests": profile.interests.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
    })
}
