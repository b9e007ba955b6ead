//! The keys, one file a person, readable by the owner of the data folder only.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::OsRng;
use chacha20poly1305::aead::rand_core::RngCore;

use super::{Owner, Uuid};
use crate::error::{Error, KeyFault, Result};

/// Folder of the keys inside a data folder.
pub(crate) const FOLDER: &str = "keys";
const SUFFIX: &str = ".key";
const SERVER: &str = "server.key";
const LENGTH: usize = 32;

/// Key of one person.
#[derive(Clone, Copy)]
pub(crate) struct Key(pub(super) [u8; LENGTH]);

impl Key {
    /// As it lies in its file.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The folder of keys.
pub(super) struct Keys {
    folder: PathBuf,
}

/// Whose key a file of this name is; `None` when it is no key.
pub(crate) fn owner_of(name: &str) -> Option<Owner> {
    match name {
        SERVER => Some(Owner::SERVER),
        _ => name.strip_suffix(SUFFIX)?.parse::<Uuid>().ok().map(Owner),
    }
}

/// Name of the file of an owner's key.
pub(crate) fn file_name(owner: Owner) -> String {
    if owner == Owner::SERVER { SERVER.to_owned() } else { format!("{}{SUFFIX}", owner.0) }
}

impl Keys {
    pub(super) fn new(dir: &Path) -> Self {
        Self { folder: dir.join(FOLDER) }
    }

    pub(super) fn path(&self, owner: Owner) -> PathBuf {
        self.folder.join(file_name(owner))
    }

    /// The key in an owner's file; whether it fits is another matter.
    pub(super) fn load(&self, owner: Owner) -> Result<Key, KeyFault> {
        let mut bytes = Vec::with_capacity(LENGTH);
        let file = match File::open(self.path(owner)) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return Err(KeyFault::Missing),
            Err(e) => return Err(KeyFault::Unreadable(e)),
        };
        file.take(LENGTH as u64 + 1).read_to_end(&mut bytes).map_err(KeyFault::Unreadable)?;
        bytes.try_into().map(Key).map_err(|_| KeyFault::Length)
    }

    /// Everybody who has a file here, in no order.
    pub(super) fn files(&self) -> Result<Vec<Owner>> {
        let failed = |source| Error::Io { path: self.folder.clone(), source };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(vec![]),
            Err(source) => return Err(failed(source)),
        };
        let mut owners = vec![];
        for entry in entries {
            owners.extend(entry.map_err(failed)?.file_name().to_str().and_then(owner_of));
        }
        Ok(owners)
    }

    /// Overwrites the key, then removes its file; one that is gone is no error.
    pub(super) fn destroy(&self, owner: Owner) -> Result<()> {
        let path = self.path(owner);
        let destroyed = (|| {
            match OpenOptions::new().write(true).open(&path) {
                Ok(mut file) => {
                    file.write_all(&[0; LENGTH])?;
                    file.sync_all()?;
                }
                Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
                Err(e) => return Err(e),
            }
            fs::remove_file(&path)?;
            self.sync()
        })();
        destroyed.map_err(|source| Error::Io { path, source })
    }

    /// Makes a key, unless there is one; gives the one that stands. Whoever calls has seen that nothing is encrypted
    /// for this owner.
    pub(super) fn make(&self, owner: Owner) -> Result<Key> {
        let path = self.path(owner);
        let mut key = [0; LENGTH];
        OsRng.fill_bytes(&mut key);
        let written = (|| {
            private_folder(&self.folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(&key)?;
            file.as_file().sync_all()?;
            match file.persist_noclobber(&path) {
                Ok(_) => {}
                Err(e) if e.error.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e.error),
            }
            self.sync()
        })();
        written.map_err(|source| Error::Io { path: path.clone(), source })?;
        self.load(owner).map_err(|fault| Error::Key { path, fault })
    }

    /// The names must last as long as what is encrypted with the keys.
    fn sync(&self) -> std::io::Result<()> {
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
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
