//! Figures about an index.

use serde::{Deserialize, Serialize};

use super::Index;
use crate::error::Result;

/// Figures about an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stats {
    /// Offers.
    pub offers: u64,
    /// Revision of the store: grows with every commit.
    pub revision: u64,
    /// Names of the sources.
    pub sources: Vec<String>,
    /// Bytes of the store on disk.
    pub store_bytes: u64,
    /// Bytes of the text index on disk.
    pub text_bytes: u64,
    /// Version of the skill graph that made the features.
    pub graph: String,
    /// Embedding model that made the vectors.
    pub model: String,
    /// Why a rebuild is needed, when one is.
    pub outdated: Option<String>,
    /// How many offers state each fact.
    pub coverage: Coverage,
}

/// How many offers state each fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coverage {
    /// Position of the place of work.
    pub position: u64,
    /// Pay.
    pub salary: u64,
    /// Experience.
    pub experience: u64,
    /// Kind of contract.
    pub contract: u64,
    /// Telework.
    pub telework: u64,
    /// Date.
    pub date: u64,
    /// A likely occupation.
    pub occupation: u64,
    /// At least one skill.
    pub skills: u64,
}

impl Index {
    /// Figures about the index.
    ///
    /// # Errors
    /// [`Error::Store`](crate::Error::Store), [`Error::Io`](crate::Error::Io).
    pub fn stats(&self) -> Result<Stats> {
        let snapshot = self.snapshot()?;
        let meta = snapshot.meta();
        let [position, salary, experience, contract, telework, date, occupation, skills] =
            snapshot.columns().known();
        Ok(Stats {
            offers: meta.offers,
            revision: meta.revision,
            sources: meta.sources.clone(),
            store_bytes: self.store.disk_size()?,
            text_bytes: snapshot.text_size(),
            graph: meta.live.versions.graph.clone(),
            model: meta.live.versions.model.clone(),
            outdated: snapshot.check_current().err().map(|e| e.to_string()),
            coverage: Coverage { position, salary, experience, contract, telework, date, occupation, skills },
        })
    }
}
