//! The keys, one file a person, readable by the owner of the data folder only.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::OsRng;
use chacha20poly1305::aead::rand_core::RngCore;

use super::{Owner, Uuid};
use crate::error::{Error, Result};

/// Folder of the keys inside a data folder.
pub(crate) const FOLDER: &str = "keys";
const SUFFIX: &str = ".key";
const SECRET: &str = "server.key";

/// Key of one person.
pub(super) struct Key(pub(super) [u8; 32]);

/// The folder of keys.
pub(super) struct Keys {
    folder: PathBuf,
}

/// Whether a file of this name is a key.
pub(crate) fn is_key_name(name: &str) -> bool {
    name == SECRET || owner_of(name).is_some()
}

fn owner_of(name: &str) -> Option<Owner> {
    name.strip_suffix(SUFFIX)?.parse::<Uuid>().ok().map(Owner)
}

impl Keys {
    pub(super) fn new(dir: &Path) -> Self {
        Self { folder: dir.join(FOLDER) }
    }

    pub(super) fn get(&self, owner: Owner) -> Result<Option<Key>> {
        self.load(&self.path(owner)).map(|key| key.map(Key))
    }

    pub(super) fn create(&self, owner: Owner) -> Result<()> {
        self.make(&self.path(owner)).map(drop)
    }

    pub(super) fn ensure(&self, owner: Owner) -> Result<()> {
        if self.get(owner)?.is_none() { self.create(owner) } else { Ok(()) }
    }

    pub(super) fn secret(&self) -> Result<[u8; 32]> {
        let path = self.folder.join(SECRET);
        match self.load(&path)? {
            Some(secret) => Ok(secret),
            None => self.make(&path),
        }
    }

    pub(super) fn owners(&self) -> Result<Vec<Owner>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(vec![]),
            Err(source) => return Err(Error::Io { path: self.folder.clone(), source }),
        };
        let mut owners = vec![];
        for entry in entries {
            let entry = entry.map_err(|source| Error::Io { path: self.folder.clone(), source })?;
            let owner = entry.file_name().to_str().and_then(owner_of);
            owners.extend(owner.filter(|owner| *owner != Owner::HOUSE));
        }
        owners.sort_unstable();
        Ok(owners)
    }

    /// Overwrites the key, then removes its file.
    pub(super) fn destroy(&self, owner: Owner) -> Result<()> {
        let path = self.path(owner);
        let overwritten = OpenOptions::new().write(true).open(&path).and_then(|mut file| {
            file.write_all(&[0; 32])?;
            file.sync_all()
        });
        overwritten.and_then(|()| fs::remove_file(&path)).map_err(|source| Error::Io { path, source })
    }

    fn path(&self, owner: Owner) -> PathBuf {
        self.folder.join(format!("{}{SUFFIX}", owner.0))
    }

    fn load(&self, path: &Path) -> Result<Option<[u8; 32]>> {
        match fs::read(path) {
            Ok(bytes) => match bytes.try_into() {
                Ok(key) => Ok(Some(key)),
                Err(bytes) => Err(Error::Corrupt {
                    what: format!("the key {}", path.display()),
                    why: format!("it has {} bytes instead of 32", Vec::len(&bytes)),
                }),
            },
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Io { path: path.to_owned(), source }),
        }
    }

    /// Makes a key unless another process has just made it; gives the one that stands.
    fn make(&self, path: &Path) -> Result<[u8; 32]> {
        let mut key = [0; 32];
        OsRng.fill_bytes(&mut key);
        let written = (|| {
            private_folder(&self.folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(&key)?;
            file.as_file().sync_all()?;
            match file.persist_noclobber(path) {
                Ok(_) => {}
                Err(e) if e.error.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e.error),
            }
            // The name itself must last as long as what is encrypted with the key.
            File::open(&self.folder)?.sync_all()
        })();
        written.map_err(|source| Error::Io { path: path.to_owned(), source })?;
        Ok(self.load(path)?.unwrap_or(key))
    }
}

#[cfg(unix)]
pub(crate) fn private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
pub(crate) fn private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}
