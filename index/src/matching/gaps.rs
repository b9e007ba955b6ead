//! What is missing most: the skills that would raise the most offers by the most points.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::criteria::{self, Demand};
use super::seeker::{Seeker, concept_label};
use super::{Ranker, Scored};
use crate::columns::{Columns, Selection};
use crate::error::Result;
use crate::offer::OfferKey;
use crate::score::{Criterion, Label, Weights};
use crate::skills::{ConceptId, Graph, Kind};
use crate::store::OfferId;

/// What a profile lacks most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gaps {
    /// Offers that were looked at: those in or near the person's occupations.
    pub offers: u64,
    /// Skills that several of them ask for and that are worth a point or more, the most useful first.
    pub skills: Vec<Gap>,
}

/// A skill that the profile lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gap {
    /// The skill.
    pub skill: Label,
    /// Offers that ask for it and would gain.
    pub offers: u64,
    /// Points that one of them gains, in the mean.
    pub mean_points: f32,
    /// Sum of the points over these offers: what the list is ordered by.
    pub points: f32,
    /// The best of these offers, by their present score.
    pub examples: Vec<GapExample>,
}

/// An offer that a skill would raise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GapExample {
    /// The offer.
    pub offer: OfferKey,
    /// Its title.
    pub title: String,
    /// Its present score, 0 to 100.
    pub score: f32,
    /// The points that it would gain.
    pub gain: f32,
}

/// Value of the occupation criterion from which an offer is in the person's field.
const IN_FIELD: f32 = 0.65;
/// Gains below this are not counted, in points.
const LEAST_GAIN: f32 = 0.05;
/// A skill is named when it is worth this many points in the mean ...
const WORTH_NAMING: f64 = 1.0;
/// ... and so many offers of the field ask for it: what one offer asks for says nothing of a trade ...
const SEVERAL: u64 = 2;
/// ... unless the field has no more offers than this.
const FEW_OFFERS: usize = 4;
/// Examples given with each skill.
const EXAMPLES: usize = 3;

#[derive(Default)]
struct Sum {
    offers: u64,
    points: f64,
    /// Score, gain and offer, best first.
    best: Vec<(f32, f32, OfferId)>,
}

impl Sum {
    fn add(&mut self, score: f32, gain: f32, id: OfferId) {
        self.offers += 1;
        self.points += f64::from(gain);
        self.best.push((score, gain, id));
        self.trim();
    }

    fn merge(&mut self, other: Self) {
        self.offers += other.offers;
        self.points += other.points;
        self.best.extend(other.best);
        self.trim();
    }

    fn trim(&mut self) {
        self.best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        self.best.truncate(EXAMPLES);
    }
}

/// Offers scored together, so that the sums are made in the same order whatever the number of threads.
const TOGETHER: usize = 2_048;

impl Ranker<'_> {
    pub(super) fn gaps(&self, passing: &Selection, limit: usize) -> Result<Gaps> {
        let columns = self.snapshot.columns();
        let in_field: Vec<OfferId> = passing
            .iter()
            .filter(|id| {
                let row = columns.row(*id);
                let occupations: Vec<_> = row.iter().flat_map(crate::columns::Row::occupations).collect();
                criteria::occupation(&self.seeker, &occupations).is_some_and(|value| value >= IN_FIELD)
            })
            .collect();
        let scored = self.score(&in_field)?;
        let (seeker, graph, weights) = (&self.seeker, self.graph, self.weights);
        let parts: Vec<HashMap<ConceptId, Sum>> = scored
            .par_chunks(TOGETHER)
            .map(|offers| missing(offers, columns, seeker, graph, weights))
            .collect();
        let mut sums: HashMap<ConceptId, Sum> = HashMap::new();
        for part in parts {
            for (concept, sum) in part {
                sums.entry(concept).or_default().merge(sum);
            }
        }
        let several = if in_field.len() > FEW_OFFERS { SEVERAL } else { 1 };
        // Who bears a trade's title lacks nothing that the title says.
        let borne: HashSet<ConceptId> = (seeker.occupations.iter())
            .flat_map(|held| graph.extract(&held.title))
            .map(|m| m.concept)
            .collect();
        let mut sums: Vec<(ConceptId, Sum)> = sums
            .into_iter()
            .filter(|(concept, sum)| {
                let worth = sum.points >= WORTH_NAMING * sum.offers as f64;
                sum.offers >= several && worth && !borne.contains(concept)
            })
            .collect();
        sums.sort_by(|(a, x), (b, y)| y.points.total_cmp(&x.points).then(a.cmp(b)));
        sums.truncate(limit);
        let skills = sums.into_iter().map(|(concept, sum)| self.gap(concept, sum)).collect::<Result<_>>()?;
        Ok(Gaps { offers: in_field.len() as u64, skills })
    }

    fn gap(&self, concept: ConceptId, sum: Sum) -> Result<Gap> {
        let mut examples = vec![];
        for (score, gain, id) in sum.best {
            if let Some(offer) = self.snapshot.offer(id)? {
                examples.push(GapExample { offer: offer.key, title: offer.title, score, gain });
            }
        }
        Ok(Gap {
            skill: concept_label(self.graph, concept),
            offers: sum.offers,
            mean_points: (sum.points / sum.offers as f64) as f32,
            points: sum.points as f32,
            examples,
        })
    }
}

/// By skill that these offers ask for and the profile lacks: what it would bring.
fn missing(
    offers: &[Scored],
    columns: &Columns,
    seeker: &Seeker,
    graph: &Graph,
    weights: &Weights,
) -> HashMap<ConceptId, Sum> {
    let mut sums: HashMap<ConceptId, Sum> = HashMap::new();
    for offer in offers {
        let Some(row) = columns.row(offer.id) else { continue };
        let demands: Vec<Demand> = row.skills.iter().map(|skill| Demand::from(*skill)).collect();
        for demand in &demands {
            // A way of being is no skill to learn.
            if graph.kind(demand.concept) == Kind::Soft {
                continue;
            }
            let held = criteria::held(seeker, *demand).map_or(0.0, |held| held.value);
            let share = criteria::skill_share(graph, *demand, &demands);
            // Unknown skills become known by the first one that is held.
            let now = offer.values[Criterion::Skills as usize];
            let then =
                now.or_else(|| criteria::no_skill(graph, &demands)).map(|value| value + share * (1.0 - held));
            let gain = offer.score_with(Criterion::Skills, then, weights) - offer.score;
            if gain >= LEAST_GAIN {
                sums.entry(demand.concept).or_default().add(offer.score, gain, offer.id);
            }
        }
    }
    sums
}
