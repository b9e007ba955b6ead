//! Reads the CV or the profile that a command is given, from a file or from standard input (`-`).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use jobmatch_index::profile::Profile;

use super::context::{Context, interruption};
use super::failure::Failure;
use super::words::text;
use crate::config::Settings;
use crate::ingest::cv::{self, Asked, Reader, Reading, Step};
use crate::model::{self, Model};

/// More bytes than any CV: reading stops there, and the reader says that the file is too large.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The reader of documents, with the bounds of `jobmatch.toml`.
pub(super) fn reader(context: &Context) -> Result<Reader, Failure> {
    let limits = Settings::kept(&context.data_dir).map_err(Failure::Usage)?.reading.unwrap_or_default();
    Reader::of_this_program(limits).map_err(|error| Failure::Because(error.message_fr()))
}

/// Reads a CV in any format, with a model too when one is given.
pub(super) fn read_cv(path: &Path, model: Option<&Model>, context: &Context) -> Result<Reading, Failure> {
    let bytes = read(path)?;
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-");
    let refused = |error| Failure::Cv(path.to_owned(), error);
    let reader = reader(context)?;
    let bar = context.bar(0, &text!(context.lang, "Lecture du CV", "Reading the CV"));
    let mut told = |step: Step| {
        bar.set_length(step.pages as u64);
        bar.set_position(step.page as u64);
    };
    let sees = model.is_some_and(Model::sees);
    let opened = reader.open(&bytes, name, sees, &AtomicBool::new(false), &mut told);
    bar.finish_and_clear();
    let mut opened = opened.map_err(refused)?;
    let pages = std::mem::take(&mut opened.previews);
    let reading = opened.understand(context.today);
    let Some(model) = model else { return Ok(reading) };
    let name = model.name();
    let bar = context
        .bar(0, &text!(context.lang, "Relecture par le modèle {name}", "Reading with the model {name}"));
    let mut told = |asked: Asked| bar.set_position(asked.received as u64);
    let read = model::wait_for(cv::assist(reading, &pages, model, context.today, &mut told), interruption());
    bar.finish_and_clear();
    read.ok_or(Failure::Interrupted)
}

/// Reads a profile in JSON, as `profile --json` writes it.
pub(super) fn read_profile(path: &Path, context: &Context) -> Result<Profile, Failure> {
    let refused = |why: &str| {
        Failure::Because(text!(
            context.lang,
            "{} n'est pas un profil JSON (celui que `jobmatch profile CV --json` écrit){why}",
            "{} is not a profile in JSON (as `jobmatch profile CV --json` writes it){why}",
            path.display()
        ))
    };
    let profile: Profile =
        serde_json::from_slice(&read(path)?).map_err(|error| refused(&format!(" : {error}")))?;
    // Every field may be left out, so that any object would do.
    let says_nothing = profile.title.is_none()
        && profile.summary.is_none()
        && profile.experiences.is_empty()
        && profile.skills.is_empty()
        && profile.education.is_empty();
    if says_nothing { Err(refused("")) } else { Ok(profile) }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(LIMIT).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(LIMIT).read_to_end(&mut bytes))
    };
    read.map_err(Failure::file(path))?;
    Ok(bytes)
}
