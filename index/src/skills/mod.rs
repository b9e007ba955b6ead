//! The synonym graph of skills and occupations, and the extractor that finds them in text.

use serde::{Deserialize, Serialize};

/// Dense number of a skill concept in the built-in graph. Tied to one version of the graph: outside the
/// engine a concept goes by its stable id, such as `tech:react`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConceptId(pub u32);

/// Dense number of a ROME occupation in the built-in graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OccupationId(pub u16);
