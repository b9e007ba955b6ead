//! What can go wrong in the engine. A message names the thing, what is wrong with it and the remedy.

use std::path::PathBuf;

/// Result of the engine's operations.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The LMDB environment refused an operation.
    #[error("the offer store failed: {0}")]
    Store(#[from] heed::Error),
    /// The text index refused an operation.
    #[error("the text index failed: {0}; `reindex text` builds it again from the store")]
    Text(#[from] tantivy::TantivyError),
    /// A stored record or an embedded artefact cannot be decoded.
    #[error("{what} cannot be decoded: {why}")]
    Corrupt {
        /// The record or artefact.
        what: String,
        /// What was found.
        why: String,
    },
    /// A key is missing, damaged or another one: the rows that it opens cannot be read, and none is written over.
    #[error("the key {path} {fault}; put it back from a backup: without it, what it opens cannot be read")]
    Key {
        /// The file of the key.
        path: PathBuf,
        /// What is wrong.
        fault: KeyFault,
    },
    /// The file of the store is missing or empty, where other files say that there was one.
    #[error(
        "{path} is missing or empty, but {witness} is there: is a disk not mounted? put the file back, or restore a \
         backup; nothing was changed"
    )]
    StoreGone {
        /// The file.
        path: PathBuf,
        /// What says that there was one.
        witness: PathBuf,
    },
    /// The file of the store was cut or changed by something else than this program.
    #[error(
        "{path} is damaged ({why}); put the file back from a copy, or restore a backup; nothing was changed"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// A search text that cannot be understood.
    #[error("the search {0:?} cannot be understood")]
    Query(String),
    /// The embedding model cannot be used.
    #[error("the embedding model {model} cannot be used: {why}")]
    Model {
        /// Its id.
        model: String,
        /// The reason and the remedy.
        why: String,
    },
    /// Another process holds the lock that writing needs.
    #[error("another process is writing to {0}; wait for it to finish")]
    Busy(PathBuf),
    /// Derived data was made by another version of the program, the skill graph or the model.
    #[error(
        "the {part} was made with {made_with}, this program has {current}; `reindex` brings it up to date"
    )]
    Outdated {
        /// What is outdated.
        part: &'static str,
        /// The version that made it.
        made_with: String,
        /// The version of this program.
        current: String,
    },
    /// The index was opened for reading only.
    #[error("{0} was opened for reading only")]
    ReadOnly(PathBuf),
    /// The text index is missing and could not be made.
    #[error("{0} has no text index yet; `reindex text` builds it from the store")]
    NoText(PathBuf),
    /// A backup would overwrite something, or is no backup.
    #[error("{path}: {why}")]
    Backup {
        /// The file or folder.
        path: PathBuf,
        /// The reason and the remedy.
        why: String,
    },
    /// One more source than there may be.
    #[error("there are {most} sources already: offers of the source {source_name:?} are not taken")]
    TooManySources {
        /// The new one.
        source_name: String,
        /// How many there may be.
        most: usize,
    },
    /// A person's rows would take more room than one person has.
    #[error("this person's data would take more than {most} bytes")]
    NoRoom {
        /// The room, in bytes.
        most: u64,
    },
    /// A backup whose keys do not open what is in it.
    #[error("{path}: the key {key} in it is missing, or does not open what is there; take another backup")]
    BackupClosed {
        /// The backup.
        path: PathBuf,
        /// Name of the key's file.
        key: String,
    },
    /// Rows of a person who is unknown, or was erased.
    #[error("this person is unknown, or was erased")]
    UnknownOwner,
    /// The caller asked for the work to stop.
    #[error("cancelled")]
    Cancelled,
}

/// What is wrong with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// There is no file.
    #[error("is missing")]
    Missing,
    /// It has not the length of a key.
    #[error("does not have 32 bytes")]
    Length,
    /// It cannot be read.
    #[error("cannot be read ({0})")]
    Unreadable(std::io::Error),
    /// It does not open what it should.
    #[error("does not open what was encrypted with it")]
    Unfit,
}
