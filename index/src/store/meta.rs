//! The one record that says what the store holds and which derived indexes are live.

use serde::{Deserialize, Serialize};

/// What the store holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Meta {
    /// Form of the store; a program refuses a newer one.
    pub(crate) format: u32,
    /// Grows by one with every commit of changes.
    pub(crate) revision: u64,
    /// Offers in the store.
    pub(crate) offers: u64,
    /// Numbers given so far: every offer's number is below.
    pub(crate) numbers: u32,
    /// Names of sources; offers refer to them by position.
    pub(crate) sources: Vec<String>,
    /// The derived indexes that queries read.
    pub(crate) live: Generation,
    /// What a rebuild is making beside them.
    pub(crate) building: Option<Building>,
    /// Journal entries up to this revision are gone.
    pub(crate) trimmed: u64,
}

/// Of the same record, what tells whether something has changed: read with every query, whose cost must not grow with
/// the names of sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Head {
    /// As [`Meta::revision`].
    pub(crate) revision: u64,
    /// As [`Meta::live`].
    pub(crate) live: Generation,
}

/// Form of the store that this program reads and writes.
pub(crate) const FORMAT: u32 = 1;

impl Default for Meta {
    fn default() -> Self {
        Self {
            format: FORMAT,
            revision: 0,
            offers: 0,
            numbers: 0,
            sources: vec![],
            live: Generation::default(),
            building: None,
            trimmed: 0,
        }
    }
}

/// Derived indexes and what made them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Generation {
    /// Grows with every swap, so that readers notice.
    pub(crate) number: u64,
    /// Which of the two tables of features.
    pub(crate) features: u8,
    /// What made the features.
    pub(crate) versions: Versions,
    /// The text index.
    pub(crate) text: TextIndex,
}

/// What derived features depend on. Another version of any makes them outdated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Versions {
    /// Skill graph.
    pub(crate) graph: String,
    /// Embedding model.
    pub(crate) model: String,
    /// How features are derived from an offer.
    pub(crate) derivation: u32,
    /// Layout of the stored features.
    pub(crate) layout: u32,
}

/// A text index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TextIndex {
    /// Name of its folder in `text/`.
    pub(crate) folder: u32,
    /// Version of the schema and the analysis.
    pub(crate) analysis: u32,
    /// Skill graph whose concept numbers it holds.
    pub(crate) graph: String,
}

/// What a rebuild is making.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Building {
    /// Revision it started from: the journal is kept from there on.
    pub(crate) since: u64,
    /// Folder of the text index it writes, if it does.
    pub(crate) text: Option<u32>,
    /// Table of features it writes, if it does.
    pub(crate) features: Option<u8>,
}
