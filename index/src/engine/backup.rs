//! Backup and restore: one file, the store, compressed and with a checksum; everything else is derived from it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

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
        // Under other names until it is whole, so that a file by its name is a backup.
        let (copy, part) = (suffixed(to, ".copy"), suffixed(to, ".part"));
        let result = self.store.copy_to(&copy).and_then(|()| {
            compress(&copy, &part).map_err(|source| Error::Io { path: to.to_owned(), source })?;
            std::fs::rename(&part, to).map_err(|source| Error::Io { path: to.to_owned(), source })
        });
        // Best effort: the error that is given says more than one about these files.
        let _ = std::fs::remove_file(&copy);
        let _ = std::fs::remove_file(&part);
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
        let restored = expand(from, &part.join(DATA))
            .and_then(|()| {
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

fn compress(from: &Path, to: &Path) -> io::Result<()> {
    let mut out = zstd::Encoder::new(BufWriter::new(File::create(to)?), zstd::DEFAULT_COMPRESSION_LEVEL)?;
    out.include_checksum(true)?;
    io::copy(&mut BufReader::new(File::open(from)?), &mut out)?;
    out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Writes the store that a backup holds; a backup that was cut or changed is refused by its checksum.
fn expand(from: &Path, to: &Path) -> Result<()> {
    let unreadable = |source| Error::Io { path: from.to_owned(), source };
    let file = File::open(from).map_err(unreadable)?;
    let mut input = zstd::Decoder::new(BufReader::new(file)).map_err(unreadable)?;
    let mut out = File::create(to).map_err(|source| Error::Io { path: to.to_owned(), source })?;
    match io::copy(&mut input, &mut out) {
        Ok(_) => out.sync_all().map_err(|source| Error::Io { path: to.to_owned(), source }),
        // What the system says of a file has a number; what is left is said of the bytes.
        Err(e) if e.raw_os_error().is_some() => Err(Error::Io { path: to.to_owned(), source: e }),
        Err(_) => Err(refused(from, "is no backup, or was cut or damaged")),
    }
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// Opens what was written, and reads its record and its first offer.
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
