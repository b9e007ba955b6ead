//! Backup and restore: one file, a `tar` of the store and the people's keys, compressed and with a checksum;
//! everything else is derived from them.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use super::{Index, Options, STORE};
use crate::error::{Error, Result};
use crate::records::{self, Key, Owner, Records};
use crate::store::{DATA, Store, check_closed_file};

impl Index {
    /// Copies the store, as it is now, and the keys of those who are in it to a new file; readers and writers go on
    /// meanwhile.
    ///
    /// # Errors
    /// [`Error::Backup`] when `to` exists, [`Error::Io`] when it cannot be written, [`Error::Damaged`] when the copy
    /// does not hold together; nothing is left then.
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<()> {
        let to = to.as_ref();
        if to.exists() {
            return Err(refused(to, "exists already; name a new file"));
        }
        // Under other names until it is whole, so that a file by its name is a backup.
        let (copy, part) = (suffixed(to, ".copy"), suffixed(to, ".part"));
        let result = self.pack(&copy, &part).and_then(|()| {
            std::fs::rename(&part, to).map_err(|source| Error::Io { path: to.to_owned(), source })
        });
        // Best effort: the error that is given says more than one about these files.
        let _ = std::fs::remove_dir_all(&copy);
        let _ = std::fs::remove_file(&part);
        result
    }

    fn pack(&self, copy: &Path, part: &Path) -> Result<()> {
        let data = copy.join(DATA);
        records::private_folder(copy).map_err(|source| Error::Io { path: copy.to_owned(), source })?;
        // Whoever comes while the copy is made has a key after it, whoever goes had one before.
        let mut keys = self.records().keys()?;
        self.store.copy_to(&data)?;
        for (owner, key) in self.records().keys()? {
            keys.entry(owner).or_insert(key);
        }
        check_closed_file(&data)?;
        let copied = Store::open(copy, true)?;
        let owners = Records::of(&copied, copy).all_owners()?;
        // The secret has no row in a store that an earlier program made.
        keys.retain(|owner, _| *owner == Owner::SERVER || owners.contains(owner));
        drop(copied);
        compress(&data, &keys, part).map_err(|source| Error::Io { path: part.to_owned(), source })
    }

    /// Puts a backup back into a folder that holds no index, and builds the text index again. Before that, its pages
    /// and its keys are looked at.
    ///
    /// # Errors
    /// [`Error::Backup`] when `dir` holds an index or `from` is no backup, [`Error::BackupClosed`] when its keys do not
    /// open what is in it, [`Error::Io`] when either cannot be read or written.
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
                check(&part).map_err(|why| match why {
                    Error::Key { path, .. } => Error::BackupClosed {
                        path: from.to_owned(),
                        key: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                    },
                    why => refused(from, &format!("is no backup of an index ({why})")),
                })
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

fn compress(store: &Path, keys: &BTreeMap<Owner, Key>, to: &Path) -> io::Result<()> {
    let mut out = zstd::Encoder::new(BufWriter::new(private(to)?), zstd::DEFAULT_COMPRESSION_LEVEL)?;
    out.include_checksum(true)?;
    let mut archive = tar::Builder::new(out);
    archive.append_path_with_name(store, DATA)?;
    for (owner, key) in keys {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o600);
        header.set_size(key.bytes().len() as u64);
        archive.append_data(
            &mut header,
            format!("{}/{}", records::FOLDER, records::file_name(*owner)),
            key.bytes(),
        )?;
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
                Some(key) if records::owner_of(key).is_some() => {
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

/// Opens what was written: its pages hold together, its own record and first offer are read, and its keys open rows.
/// One person's key may be missing, as it was when the backup was made; the house's, the server's and all people's may
/// not.
fn check(part: &Path) -> Result<()> {
    check_closed_file(&part.join(DATA))?;
    let store = Store::open(part, true)?;
    let reader = store.read()?;
    reader.meta()?;
    reader.offers_from(0, 1)?;
    drop(reader);
    let records = Records::of(&store, part);
    let (people, mut unopened) = (records.owners()?.len(), records.unopened()?);
    let lost = unopened.iter().filter(|(owner, _)| owner.is_person()).count();
    unopened.retain(|(owner, _)| !owner.is_person() || lost == people);
    unopened.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
}

fn refused(path: &Path, why: &str) -> Error {
    Error::Backup { path: path.to_owned(), why: why.to_owned() }
}
