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
    /// Rows of a person who is unknown, or was erased.
    #[error("this person is unknown, or was erased")]
    UnknownOwner,
    /// The caller asked for the work to stop.
    #[error("cancelled")]
    Cancelled,
}
