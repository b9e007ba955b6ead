//! Backup and restore: one file, a `tar` of the store and the people's keys, compressed and with a checksum;
//! everything else is derived from them.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use super::{Index, Options, STORE};
use crate::error::{Error, Result};
use crate::records;
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
            let keys = self.dir.join(records::FOLDER);
            compress(&copy, &keys, &part).map_err(|source| Error::Io { path: to.to_owned(), source })?;
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
        let restored = expand(from, &part)
            .and_then(|()| {
                check(&part).map_err(|why| refused(from, &format!("is no backup of an index ({why})")))
            })
            .and_then(|()| {
                let keys = part.join(records::FOLDER);
                let moved = if keys.is_dir() { replace(&keys, &dir.join(records::FOLDER)) } else { Ok(()) };
                moved
                    .and_then(|()| std::fs::rename(&part, &store))
                    .map_err(|source| Error::Io { path: store.clone(), source })
            });
        if let Err(e) = restored {
            let _ = std::fs::remove_dir_all(&part);
            return Err(e);
        }
        Self::open(dir, options)
    }
}

/// Only the owner may read the file: it holds keys.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn compress(store: &Path, keys: &Path, to: &Path) -> io::Result<()> {
    let mut out = zstd::Encoder::new(BufWriter::new(private(to)?), zstd::DEFAULT_COMPRESSION_LEVEL)?;
    out.include_checksum(true)?;
    let mut archive = tar::Builder::new(out);
    archive.append_path_with_name(store, DATA)?;
    if keys.is_dir() {
        for entry in keys.read_dir()? {
            let entry = entry?;
            if let Some(name) = entry.file_name().to_str().filter(|name| records::is_key_name(name)) {
                archive.append_path_with_name(entry.path(), format!("{}/{name}", records::FOLDER))?;
            }
        }
    }
    let out = archive.into_inner()?;
    out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Writes the store and the keys that a backup holds; one that was cut or changed is refused by its checksum.
fn expand(from: &Path, to: &Path) -> Result<()> {
    let unreadable = |source| Error::Io { path: from.to_owned(), source };
    let file = File::open(from).map_err(unreadable)?;
    let input = zstd::Decoder::new(BufReader::new(file)).map_err(unreadable)?;
    let mut archive = tar::Archive::new(input);
    let written = (|| {
        for entry in archive.entries()? {
            let mut entry = entry?;
            let name = entry.path()?.to_str().unwrap_or_default().to_owned();
            let key = name.strip_prefix(records::FOLDER).and_then(|name| name.strip_prefix('/'));
            let path = match key {
                Some(key) if records::is_key_name(key) => {
                    records::private_folder(&to.join(records::FOLDER))?;
                    to.join(&name)
                }
                _ if name == DATA => to.join(DATA),
                _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "holds a file of another kind")),
            };
            let mut out = private(&path)?;
            io::copy(&mut entry, &mut out)?;
            out.sync_all()?;
        }
        // The checksum comes after the archive's end.
        io::copy(&mut archive.into_inner(), &mut io::sink()).map(drop)
    })();
    match written {
        Ok(()) => Ok(()),
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

/// Moves a folder to where one may be that an interrupted restore left.
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::rename(from, to)
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
