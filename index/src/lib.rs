#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod application;
pub mod career;
mod columns;
mod derive;
pub mod embed;
mod engine;
pub mod error;
pub mod features;
mod filter;
pub mod geo;
pub mod lang;
pub mod matching;
pub mod offer;
pub mod profile;
mod progress;
pub mod records;
pub mod score;
mod seniority;
pub mod skills;
pub mod store;
pub mod text;
pub mod vectors;

pub use engine::{
    Coverage, Facets, Findings, Hit, Index, Limits, Options, Part, Put, SearchQuery, SearchResults, Sort,
    State, Stats, Writer,
};
pub use error::{Error, Result};
pub use filter::{Filter, Near};
pub use matching::{RankQuery, Ranking};
pub use progress::Progress;
pub use store::OnBusy;
