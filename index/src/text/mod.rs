//! The tantivy index: analysis, BM25 queries and searches.
//!
//! An offer is analysed in its language into terms before it reaches tantivy; both languages share the fields.
//! Nothing is stored here: an offer's number leads to the store. The payload of each commit is the revision of
//! the store that it covers.

mod analysis;
mod directory;
mod document;
mod folder;
mod query;
mod reader;
mod search;
mod snippet;
mod stop_words;
mod telling;
mod words;

pub(crate) use analysis::ANALYSIS;
pub(crate) use document::Document;
pub(crate) use folder::{Stamp, TextFolder, TextWriter, Workload};
pub(crate) use query::Query;
pub(crate) use reader::{Term, TextReader};
pub(crate) use search::{Found, Order};
pub use snippet::Snippet;
pub(crate) use snippet::snippet;
pub use stop_words::language;
pub(crate) use telling::{TellingTerm, Zone};

/// What a term is looked up in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    /// Terms of the title, each once.
    Title,
    /// Terms of the title and the description.
    Body,
    /// Terms of the employer's name.
    Company,
    /// Numbers of skill concepts, in decimal.
    Concepts,
    /// Numbers of occupations, in decimal.
    Occupations,
}
