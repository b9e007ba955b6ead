//! Backup and restore: one file, the store; everything else is derived from it.

use std::path::Path;

use super::{Index, Options, STORE};
use crate::error::{Error, Result};
use crate::store::Store;

const DATA: &str = "data.mdb";

impl Index {
    /// Copies the store, as it is now, to a new file; readers and writers go on meanwhile.
    ///
    /// # Errors
    /// [`Error::Backup`] when `to` exists, [`Error::Io`] when it cannot be written; nothing is left then.
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<()> {
        let to = to.as_ref();
        if to.exists() {
            return Err(refused(to, "exists already; name a new file"));
        }
        // Under another name until it is whole, so that a file by its name is a backup.
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = to.with_file_name(name);
        let result = self.store.copy_to(&part).and_then(|()| {
            std::fs::rename(&part, to).map_err(|source| Error::Io { path: to.to_owned(), source })
        });
        if result.is_err() {
            // Best effort: the error that is given says more than one about this file.
            let _ = std::fs::remove_file(&part);
        }
        result
    }

    /// Puts a backup back into a folder that holds no index, and builds the text index again.
    ///
    /// # Errors
    /// [`Error::Backup`] when `dir` holds an index or `from` is no backup, [`Error::Io`] when either cannot be
    /// read or written.
    pub fn restore(from: impl AsRef<Path>, dir: impl AsRef<Path>, options: Options) -> Result<Self> {
        let (from, dir) = (from.as_ref(), dir.as_ref());
        let store = dir.join(STORE);
        if store.exists() {
            return Err(refused(dir, "holds an index already; name an empty folder, or move that one away"));
        }
        let part = dir.join("restoring");
        // What an interrupted restore left.
        let _ = std::fs::remove_dir_all(&part);
        std::fs::create_dir_all(&part).map_err(|source| Error::Io { path: part.clone(), source })?;
        let restored = std::fs::copy(from, part.join(DATA))
            .map_err(|source| Error::Io { path: from.to_owned(), source })
            .and_then(|_| {
                check(&part).map_err(|why| refused(from, &format!("is no backup of an index ({why})")))
            })
            .and_then(|()| {
                std::fs::rename(&part, &store).map_err(|source| Error::Io { path: store.clone(), source })
            });
        if let Err(e) = restored {
            let _ = std::fs::remove_dir_all(&part);
            return Err(e);
        }
        Self::open(dir, options)
    }
}

/// Opens what was copied, and reads its record and its first offer.
fn check(part: &Path) -> Result<()> {
    let store = Store::open(part, true)?;
    let reader = store.read()?;
    reader.meta()?;
    reader.offers_from(0, 1)?;
    Ok(())
}

fn refused(path: &Path, why: &str) -> Error {
    Error::Backup { path: path.to_owned(), why: why.to_owned() }
}
