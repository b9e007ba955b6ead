//! What is on the disk only while it is being sent or taken in: exports, back-ups, imports. Some of it holds keys of
//! people who may be erased the next minute, so that nothing of it may stay, however the program ends.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jobmatch_index::Error;
use tempfile::TempDir;

/// Its place in the data folder. Whatever is in there may go, once nobody holds it.
const PLACE: &str = "scratch";
/// In each folder of that place: locked by whoever uses the folder.
const LOCK: &str = "lock";

/// A file without a name: it goes with whoever holds it, also when that is killed.
pub(super) fn file(data: &Path) -> Result<File, Error> {
    tempfile::tempfile_in(data).map_err(|source| Error::Io { path: data.to_owned(), source })
}

/// A folder, until it is dropped; else it goes at the next start.
pub(super) struct Folder {
    folder: TempDir,
    _lock: File,
}

impl Folder {
    pub(super) fn new(data: &Path) -> Result<Self, Error> {
        let place = data.join(PLACE);
        let made = || {
            fs::create_dir_all(&place)?;
            let folder = TempDir::new_in(&place)?;
            let lock = File::create(folder.path().join(LOCK))?;
            lock.lock()?;
            Ok(Self { folder, _lock: lock })
        };
        made().map_err(|source| Error::Io { path: place.clone(), source })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes what a program that was killed has left. Another one that runs keeps what it holds.
pub(super) fn sweep(data: &Path) {
    for folder in folders(&data.join(PLACE)) {
        let lock = File::open(folder.join(LOCK));
        match lock.as_ref().map(File::try_lock) {
            Ok(Ok(())) => remove(&folder),
            // Another program uses it.
            Ok(Err(_)) => {}
            // It was killed before it wrote anything; a folder that holds something stays.
            Err(_) => drop(fs::remove_dir(&folder)),
        }
    }
    // Where earlier programs made back-ups.
    for folder in folders(data) {
        let ours = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".tmp"));
        if ours && names(&folder).is_ok_and(|names| names.iter().all(|name| name.starts_with("backup"))) {
            remove(&folder);
        }
    }
}

fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::warn!(%error, folder = %folder.display(), "what a killed program has left cannot be removed");
    }
}

fn folders(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_program_has_left_goes_and_what_is_used_stays() {
        let data = tempfile::tempdir().unwrap();
        let used = Folder::new(data.path()).unwrap();
        fs::write(used.path().join("backup"), "held").unwrap();
        let left = data.path().join(PLACE).join(".tmpAbCdEf");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::write(left.join("backup.part"), "keys").unwrap();
        let empty = data.path().join(PLACE).join(".tmpGhIjKl");
        fs::create_dir(&empty).unwrap();
        let earlier = data.path().join(".tmpMnOpQr");
        fs::create_dir(&earlier).unwrap();
        fs::write(earlier.join("backup.copy"), "keys").unwrap();
        let other = data.path().join(".tmpStUvWx");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("notes.txt"), "mine").unwrap();
        sweep(data.path());
        assert!(used.path().join("backup").exists() && other.join("notes.txt").exists());
        assert!(!left.exists() && !empty.exists() && !earlier.exists());
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists());
    }
}
