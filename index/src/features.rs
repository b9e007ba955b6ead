//! What the engine derives from an offer: skill concepts, occupations, vector and the numbers that filters
//! and scores read. Derived data: it can be computed again from the [`Offer`].

use serde::{Deserialize, Serialize};

use crate::geo::Territory;
use crate::offer::{Contract, Need, Offer, Position, Salary, Telework, WorkingTime};
use crate::score::Label;
use crate::skills::{ConceptId, Graph, Lang, OccupationId};

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

impl AskedSkill {
    /// The offer's own words for the skill, on one line.
    pub fn words(&self, offer: &Offer) -> String {
        let start = self.start as usize;
        let end = start + usize::from(self.len);
        let words = match self.place {
            SkillPlace::Title => offer.title.get(start..end),
            SkillPlace::Description => offer.description.get(start..end),
            SkillPlace::Declared => offer.skills.get(start).map(|declared| declared.label.as_str()),
        };
        words.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A skill that an offer asks for, as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillRead {
    /// The skill.
    pub skill: Label,
    /// How binding it is.
    pub need: Need,
    /// Where the words stand.
    pub place: SkillPlace,
    /// The offer's words.
    pub words: String,
}

impl SkillRead {
    pub(crate) fn new(asked: &AskedSkill, offer: &Offer, graph: &Graph) -> Self {
        let skill = Label {
            id: graph.id(asked.concept).to_owned(),
            fr: graph.label(asked.concept, Lang::Fr).to_owned(),
            en: graph.label(asked.concept, Lang::En).to_owned(),
        };
        Self { skill, need: asked.need, place: asked.place, words: asked.words(offer) }
    }
}

/// Where a skill was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Department or region of the place of work.
    pub territory: Option<Territory>,
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
