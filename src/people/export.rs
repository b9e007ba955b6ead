//! Everything that JobMatch keeps of a person, as one archive: JSON, JSON Resume, and the files as they were given.

use std::io::{Seek, Write};

use jobmatch_index::records::{Owner, Records};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::ingest::cv::json_resume;

use super::{
    Refusal, accounts, applications, files, hidden, profiles, readings, sign_ins, skill_remarks, tokens,
};

/// Writes the archive, one file of the person after the other, and gives what it was written to.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn archive<W: Write + Seek>(records: &Records<'_>, owner: Owner, to: W) -> Result<W, Refusal> {
    let account = accounts::get(records, owner)?;
    let tokens: Vec<_> = tokens::tokens(records, owner)?.into_iter().map(|(_, token)| token).collect();
    let mut archive = Archive(ZipWriter::new(to));
    archive.json(
        "compte.json",
        &json!({
            "email": account.email,
            "role": account.role,
            "created": account.created,
            "weights": account.weights,
            "active_profile": account.active_profile,
            "tokens": tokens,
            "sign_ins": sign_ins::list(records, owner)?,
            "hidden_offers": hidden::list(records, owner)?,
            "skill_remarks": skill_remarks::list(records, owner)?,
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

struct Archive<W: Write + Seek>(ZipWriter<W>);

impl<W: Write + Seek> Archive<W> {
    fn json(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
        let text = serde_json::to_vec_pretty(value).expect("a JSON value can be written");
        self.add(name, &text)
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let written = self.0.start_file(name, SimpleFileOptions::default());
        written.map_err(std::io::Error::from).and_then(|()| self.0.write_all(bytes)).map_err(failed)
    }

    fn finish(self) -> Result<W, Refusal> {
        self.0.finish().map_err(|e| failed(e.into()))
    }
}

fn failed(source: std::io::Error) -> Refusal {
    jobmatch_index::Error::Io { path: "export.zip".into(), source }.into()
}
