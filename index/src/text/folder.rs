//! A text index on disk: opening, writing, committing.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tantivy::directory::MmapDirectory;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{Index, IndexWriter, ReloadPolicy, Term};

use super::directory::Folder;
use super::document::{Document, FIELDS, TOKENIZER};
use super::reader::TextReader;
use crate::error::{Error, Result};
use crate::store::OfferId;

/// A text index on disk.
pub(crate) struct TextFolder {
    path: PathBuf,
    index: Index,
}

/// How much will be written before the writer is let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    /// A few offers: start fast, merge only small segments.
    Small,
    /// An import or a rebuild.
    Bulk,
}

impl TextFolder {
    /// Makes an empty index.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
        let index = Index::create_in_dir(path, FIELDS.schema.clone()).map_err(|e| name_path(e, path))?;
        Ok(Self::with(path, index))
    }

    /// Opens an index; `None` when there is none, or its files are damaged, or it has another schema.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>> {
        if !path.join(META).is_file() {
            return Ok(None);
        }
        let directory = MmapDirectory::open(path).map_err(|e| Error::Text(e.into()))?;
        match Index::open(Folder(directory)) {
            Ok(index) if index.schema() == FIELDS.schema => Ok(Some(Self::with(path, index))),
            _ => Ok(None),
        }
    }

    fn with(path: &Path, index: Index) -> Self {
        let analyzer = TextAnalyzer::builder(WhitespaceTokenizer::default()).build();
        index.tokenizers().register(TOKENIZER, analyzer);
        Self { path: path.to_owned(), index }
    }

    /// Whether all its files are there and open.
    pub(crate) fn is_sound(&self) -> bool {
        self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().is_ok()
    }

    /// Whether all its files are as they were written, by their checksums.
    pub(crate) fn is_whole(&self) -> bool {
        self.index.validate_checksum().is_ok_and(|damaged| damaged.is_empty())
    }

    /// Revision of the store that the last commit covers.
    pub(crate) fn revision(&self) -> Result<u64> {
        let payload = self.index.load_metas()?.payload;
        Ok(payload.and_then(|revision| revision.parse().ok()).unwrap_or(0))
    }

    /// Documents of the last commit, without those that it deleted.
    pub(crate) fn documents(&self) -> Result<u64> {
        Ok(self.index.load_metas()?.segments.iter().map(|segment| u64::from(segment.num_docs())).sum())
    }

    /// Changes when somebody commits, in this process or another. `None` when the folder is gone.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        let meta = std::fs::metadata(self.path.join(META)).ok()?;
        #[cfg(unix)]
        let file = std::os::unix::fs::MetadataExt::ino(&meta);
        #[cfg(not(unix))]
        let file = 0;
        Some(Stamp { file, len: meta.len(), modified: meta.modified().ok()? })
    }

    /// Opens it for queries.
    pub(crate) fn reader(&self) -> Result<TextReader> {
        let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        TextReader::new(reader)
    }

    /// Opens it for writing; the caller holds the write lock, or the folder is not live.
    pub(crate) fn writer(&self, workload: Workload) -> Result<TextWriter> {
        let threads = match workload {
            Workload::Small => 1,
            Workload::Bulk => std::thread::available_parallelism().map_or(1, |n| n.get().min(4)),
        };
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .num_merge_threads(threads)
            .memory_budget_per_thread(if workload == Workload::Small { 16 << 20 } else { 96 << 20 })
            .build();
        let writer: IndexWriter =
            self.index.writer_with_options(options).map_err(|e| name_path(e, &self.path))?;
        // A writer that was killed may have left files that this one, counting on from the same commit, would
        // name alike.
        writer.garbage_collect_files().wait().map_err(|e| name_path(e, &self.path))?;
        let mut policy = LogMergePolicy::default();
        if workload == Workload::Small {
            // Every small write leaves a small segment; merging eight of them at a time keeps both their
            // number and the cost of a write low. Large ones wait for the next bulk.
            policy.set_min_layer_size(1_000);
            policy.set_max_docs_before_merge(20_000);
        }
        policy.set_del_docs_ratio_before_merge(0.3);
        writer.set_merge_policy(Box::new(policy));
        Ok(TextWriter { writer, path: self.path.clone() })
    }

    /// Bytes on disk.
    pub(crate) fn disk_size(&self) -> u64 {
        let files = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
    }
}

/// State of a text index on disk, for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    file: u64,
    len: u64,
    modified: SystemTime,
}

const META: &str = "meta.json";

/// Writes to a text index.
pub(crate) struct TextWriter {
    writer: IndexWriter,
    path: PathBuf,
}

impl TextWriter {
    /// Indexes an offer in place of any former state of it.
    pub(crate) fn put(&mut self, id: OfferId, document: Document) -> Result<()> {
        self.remove(id);
        let Err(error) = self.writer.add_document(document.into_tantivy(id)) else { return Ok(()) };
        // Said by a queue whose workers are gone; what stopped them is told where they are awaited.
        let cause = self.writer.prepare_commit().err().unwrap_or(error);
        Err(name_path(cause, &self.path))
    }

    /// Takes an offer out.
    pub(crate) fn remove(&self, id: OfferId) {
        self.writer.delete_term(Term::from_field_u64(FIELDS.id, u64::from(id.0)));
    }

    /// Makes everything so far durable and visible to readers that look again; it covers `revision`.
    pub(crate) fn commit(&mut self, revision: u64) -> Result<()> {
        let path = self.path.clone();
        let mut commit = || {
            let mut commit = self.writer.prepare_commit()?;
            commit.set_payload(&revision.to_string());
            commit.commit()
        };
        commit().map(|_| ()).map_err(|e| name_path(e, &path))
    }

    /// Ends once the merges that the last commits began are done.
    pub(crate) fn finish(self) -> Result<()> {
        self.writer.wait_merging_threads().map_err(|e| name_path(e, &self.path))
    }
}

/// An I/O error keeps its kind and gets the folder's name.
fn name_path(error: tantivy::TantivyError, path: &Path) -> Error {
    match error {
        tantivy::TantivyError::IoError(io) => {
            let source = io.raw_os_error().map_or_else(
                || std::io::Error::new(io.kind(), io.to_string()),
                std::io::Error::from_raw_os_error,
            );
            Error::Io { path: path.to_owned(), source }
        }
        other => match io_error_within(&other.to_string()) {
            Some(source) => Error::Io { path: path.to_owned(), source },
            None => Error::Text(other),
        },
    }
}

/// The system's error in a message of tantivy's threads, which pass it on in words: « … (os error 28) ».
fn io_error_within(message: &str) -> Option<std::io::Error> {
    let (_, number) = message.rsplit_once("(os error ")?;
    let number = number.split_once(')')?.0.parse().ok()?;
    Some(std::io::Error::from_raw_os_error(number))
}
