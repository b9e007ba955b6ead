//! What the engine derives from an offer: skill concepts, occupations, vector and the numbers that filters
//! and scores read. Derived data: it can be computed again from the [`Offer`](crate::offer::Offer).

use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::offer::{Contract, Need, Position, Salary, Telework, WorkingTime};
use crate::skills::{ConceptId, OccupationId};

/// Derived from one offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// Skills asked for, each concept once, in the order of the offer.
    pub skills: Vec<AskedSkill>,
    /// Likely occupations with their scores (0 to 1), most likely first, at most
    /// [`KEPT`](crate::skills::KEPT).
    pub occupations: Vec<(OccupationId, f32)>,
    /// Embedding of title, occupation and skills.
    pub vector: Quantised,
    /// What filters read.
    pub facets: Facets,
}

/// A skill that an offer asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedSkill {
    /// The concept.
    pub concept: ConceptId,
    /// How binding it is.
    pub need: Need,
    /// Where the words stand.
    pub place: SkillPlace,
    /// Byte offset of the words in that text (for `Declared`: the index in `Offer::skills`).
    pub start: u32,
    /// Length of the words in bytes.
    pub len: u16,
}

/// Where a skill was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SkillPlace {
    /// In the title.
    Title,
    /// In the description.
    Description,
    /// In the source's structured list.
    Declared,
}

/// A unit vector as int8 with one scale: component `i` is `values[i] × scale`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quantised {
    /// Components.
    pub values: Vec<i8>,
    /// Scale.
    pub scale: f32,
}

/// The columns that filters read. `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Facets {
    /// Position of the place of work.
    pub position: Option<Position>,
    /// How far the real place may be from it, in kilometres.
    pub uncertainty_km: u16,
    /// Pay, gross euros a year.
    pub salary: Option<Salary>,
    /// Months of experience asked for.
    pub experience: Option<u16>,
    /// Years of experience that the title's words stand for (« senior », « directrice »), at most 15; 0 for none.
    pub title_years: u8,
    /// Kind of contract.
    pub contract: Option<Contract>,
    /// Work from home.
    pub telework: Option<Telework>,
    /// Working time.
    pub hours: Option<WorkingTime>,
    /// Language of the description.
    pub lang: Lang,
    /// Last change at the source, else publication: days since 1970-01-01.
    pub day: Option<i32>,
    /// Number of the source in the store's list of sources.
    pub source: u16,
}
