//! Reads the CV or the profile that a command is given, from a file or from standard input (`-`).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use jobmatch_index::profile::Profile;

use super::context::Context;
use super::failure::Failure;
use super::words::text;
use crate::ingest::cv;

/// More bytes than any CV: reading stops there, and the reader says that the file is too large.
const LIMIT: u64 = 64 * 1024 * 1024;

/// Reads a CV in any format.
pub(super) fn read_cv(path: &Path, context: &Context) -> Result<Profile, Failure> {
    let bytes = read(path)?;
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-");
    cv::read(&bytes, name, context.today).map_err(|error| Failure::Cv(path.to_owned(), error))
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
