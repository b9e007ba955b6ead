//! The synonym graph of skills and occupations, and the extractor that finds them in text.
//!
//! ```
//! use jobmatch_index::skills::Graph;
//!
//! let graph = Graph::builtin();
//! let text = "Développement d'interfaces en ReactJS";
//! let found = graph.extract(text);
//! assert!(found.iter().any(|mention| graph.id(mention.concept) == "tech:react"));
//! ```
//!
//! The graph is compiled from ROME 4.0, ESCO, their crosswalk, lists of technologies and a curated file by the
//! program's `taxonomy build`; [`artefact`] is the format between the two.

pub mod artefact;
mod context;
mod everyday;
mod extract;
mod fold;
mod gender;
mod graph;
mod lexicon;
mod occupations;
mod title_vectors;
mod trades;
mod words;
mod zones;

use serde::{Deserialize, Serialize};

pub use crate::lang::Lang;
pub use extract::{Mention, Reading};
pub use fold::fold;
pub use gender::{canonical_title, masculine};
pub use graph::{Graph, PatternFlags};
pub use occupations::{KEPT, Occupations};
pub use words::Pattern;
pub use zones::{Zone, Zones};

/// Dense number of a skill concept in the built-in graph. Tied to one version of the graph: outside the
/// engine a concept goes by its stable id, such as `tech:react`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConceptId(pub u32);

/// Dense number of a ROME occupation in the built-in graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OccupationId(pub u16);

/// Kind of a concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A tool, a programming language, a piece of software.
    Technology,
    /// Something one can do (*savoir-faire*).
    Skill,
    /// A field, a method, a rule one knows (*savoir*).
    Knowledge,
    /// A way of being at work (*savoir-être*).
    Soft,
}

impl Kind {
    /// All kinds; a kind's position is its number in the artefact.
    pub const ALL: [Self; 4] = [Self::Technology, Self::Skill, Self::Knowledge, Self::Soft];
}

/// How one concept stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same thing under another name.
    SameAs,
    /// The target is wider: *Java* from *Spring*.
    Broader,
    /// The target is narrower: *Spring* from *Java*.
    Narrower,
    /// The target goes with it.
    Related,
}

impl Relation {
    /// All relations; a relation's position is its number in the artefact.
    pub const ALL: [Self; 4] = [Self::SameAs, Self::Broader, Self::Narrower, Self::Related];

    /// The relation seen from the other end.
    pub fn inverse(self) -> Self {
        match self {
            Self::Broader => Self::Narrower,
            Self::Narrower => Self::Broader,
            other => other,
        }
    }
}

/// An edge of the graph, from the concept that was asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The other concept.
    pub to: ConceptId,
    /// How it stands to the first.
    pub relation: Relation,
    /// How close the two are, 0 to 1.
    pub weight: f32,
}

/// A skill that ROME links to an occupation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OccupationSkill {
    /// The skill.
    pub concept: ConceptId,
    /// Whether ROME counts it among the core of the occupation.
    pub core: bool,
}

/// An occupation that ROME sees as within reach of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OccupationMove {
    /// The occupation within reach.
    pub to: OccupationId,
    /// How near, 0 to 1.
    pub weight: f32,
}

/// A job title and the occupation it names.
#[derive(Debug, Clone, PartialEq)]
pub struct TitleEntry {
    /// The title, folded by [`fold`].
    pub text: Box<str>,
    /// The occupation.
    pub occupation: OccupationId,
    /// How surely the title means the occupation, in percent: 100 for ROME's own titles, less for ESCO's
    /// according to the crosswalk's relation and the number of occupations the title is spread over.
    pub weight: u8,
}
