//! A graph as bytes, to be kept beside the vectors and loaded at opening.

use std::io::{Read, Write};
use std::path::Path;

use hnsw_rs::api::AnnT;
use hnsw_rs::hnswio::HnswIo;
use serde::{Deserialize, Serialize};

use super::graph::Graph;
use crate::error::{Error, Result};

/// Changes when the bytes mean something else: an older snapshot is then built again.
const VERSION: u32 = 1;
/// Bytes of a chunk, but for the last.
const CHUNK: usize = 8 << 20;
const NAME: &str = "graph";
const FILES: [&str; 2] = ["graph.hnsw.graph", "graph.hnsw.data"];

/// What a snapshot covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotHeader {
    version: u32,
    /// Id of the model that made the vectors.
    pub model: String,
    /// Revision of the store that the graph was built from.
    pub revision: u64,
    /// Points in the graph.
    pub points: u64,
}

/// A graph and what it covers.
#[derive(Debug)]
pub struct Snapshot {
    /// What it covers.
    pub header: SnapshotHeader,
    /// The graph.
    pub graph: Graph,
}

impl Snapshot {
    /// Writes a graph as chunks of at most 8 MiB, with a checksum over all.
    ///
    /// # Errors
    /// [`Error::Io`] when the temporary folder cannot be written.
    pub fn chunks(graph: &Graph, model: &str, revision: u64) -> Result<Vec<Vec<u8>>> {
        let header = SnapshotHeader {
            version: VERSION,
            model: model.to_owned(),
            revision,
            points: graph.points() as u64,
        };
        let folder = temporary()?;
        graph.hnsw.file_dump(folder.path(), NAME).map_err(|e| corrupt(&e))?;
        let written = |e| Error::Io { path: folder.path().to_owned(), source: e };
        let mut out = zstd::Encoder::new(vec![], 1).map_err(written)?;
        out.include_checksum(true).map_err(written)?;
        let header = rmp_serde::to_vec(&header).map_err(|e| corrupt(&e))?;
        section(&mut out, &header).map_err(written)?;
        for name in FILES {
            let bytes = std::fs::read(folder.path().join(name)).map_err(written)?;
            section(&mut out, &bytes).map_err(written)?;
        }
        let bytes = out.finish().map_err(written)?;
        Ok(bytes.chunks(CHUNK).map(<[u8]>::to_vec).collect())
    }

    /// Reads the chunks back. `Ok(None)` when they were written by another version or for another model, so
    /// that the graph must be built again.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when chunks are missing, out of order or damaged.
    pub fn load<B: AsRef<[u8]>>(chunks: impl IntoIterator<Item = B>, model: &str) -> Result<Option<Self>> {
        let bytes = chunks.into_iter().fold(vec![], |mut all, chunk| {
            all.extend_from_slice(chunk.as_ref());
            all
        });
        let mut input = zstd::Decoder::new(&bytes[..]).map_err(|e| corrupt(&e))?;
        let header: SnapshotHeader =
            rmp_serde::from_slice(&read_section(&mut input)?).map_err(|e| corrupt(&e))?;
        if header.version != VERSION || header.model != model {
            return Ok(None);
        }
        let folder = temporary()?;
        for name in FILES {
            let path = folder.path().join(name);
            std::fs::write(&path, read_section(&mut input)?).map_err(|source| Error::Io { path, source })?;
        }
        // Reads to the end of the frame, where its checksum is compared.
        if input.read(&mut [0]).map_err(|e| corrupt(&e))? != 0 {
            return Err(corrupt(&"more bytes than it should have"));
        }
        drop(bytes);
        let graph = reload(folder.path())?;
        if graph.points() as u64 != header.points {
            return Err(corrupt(&"points are missing"));
        }
        Ok(Some(Self { header, graph }))
    }
}

fn reload(folder: &Path) -> Result<Graph> {
    // `hnsw_rs` ties a graph's lifetime to its reader, even when nothing is mapped: the reader, two short
    // strings and a few numbers, is left for the life of the process.
    let reader: &'static mut HnswIo = Box::leak(Box::new(HnswIo::new(folder, NAME)));
    reader.load_hnsw().map(|hnsw| Graph { hnsw }).map_err(|e| corrupt(&e))
}

fn section(out: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(bytes)
}

fn read_section(input: &mut impl Read) -> Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length).map_err(|e| corrupt(&e))?;
    let length = u64::from_le_bytes(length);
    let mut bytes = vec![];
    input.take(length).read_to_end(&mut bytes).map_err(|e| corrupt(&e))?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(corrupt(&"it ends too early")) }
}

fn temporary() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(|source| Error::Io { path: std::env::temp_dir(), source })
}

fn corrupt(why: &impl std::fmt::Display) -> Error {
    Error::Corrupt { what: "the snapshot of the vector graph".into(), why: why.to_string() }
}
