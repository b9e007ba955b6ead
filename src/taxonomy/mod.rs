//! Compiles the publishers' raw files into the artefacts that [`jobmatch_index::skills::Graph`] and
//! [`jobmatch_index::geo::Geo`] read.
//!
//! The folder of raw files holds `rome/`, `rome_esco/`, `esco_fr/`, `esco_en/`, `tech/` and `geo/`, each with the files
//! under the names that their publishers give them.

mod compile;
mod concepts;
mod curated;
mod esco;
pub mod geo;
mod ordinary;
mod rome;
mod source;
mod tech;
#[cfg(test)]
mod tests;
mod titles;

use std::path::{Path, PathBuf};

use jobmatch_index::Progress;
use jobmatch_index::skills::Graph;

pub use source::Error;

/// Names of the artefacts within the output folder.
const TAXONOMY: &str = "taxonomy.bin";
const GEOGRAPHY: &str = "geo.bin";

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The artefact of skills and occupations.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its content hash.
    pub version: String,
    /// Skill concepts.
    pub concepts: usize,
    /// Occupations.
    pub occupations: usize,
    /// Job titles.
    pub titles: usize,
    /// Communes in the artefact of geography.
    pub communes: usize,
}

/// Compiles the raw files under `raw` to `taxonomy.bin` and `geo.bin` in `out_dir`. Equal files give equal bytes.
/// The curated file is part of the program.
///
/// # Errors
/// Names the file, and the line and column where there is one.
pub fn build(raw: &Path, out_dir: &Path, progress: &Progress<'_>) -> Result<Report, Error> {
    progress.step(0, 4)?;
    let rome = rome::read(&raw.join("rome"))?;
    progress.step(1, 4)?;
    let esco = esco::read(raw)?;
    let technologies = tech::read(&raw.join("tech"))?;
    progress.step(2, 4)?;
    let tables = compile::compile(rome, esco, technologies, &curated::read()?)?;
    progress.step(3, 4)?;
    let bytes = tables.encode();
    let graph = Graph::from_bytes(&bytes)?;
    let path = out_dir.join(TAXONOMY);
    std::fs::write(&path, &bytes).map_err(|source| Error::Io { path: path.clone(), source })?;
    let communes = geo::build(&raw.join("geo"), &out_dir.join(GEOGRAPHY))?;
    progress.step(4, 4)?;
    Ok(Report {
        path,
        bytes: bytes.len() as u64,
        version: graph.version().to_owned(),
        concepts: graph.len(),
        occupations: graph.occupation_count(),
        titles: graph.titles().len(),
        communes,
    })
}
