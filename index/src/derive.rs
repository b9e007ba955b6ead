//! Features of an offer.

use std::collections::HashSet;

use crate::columns::day_number;
use crate::embed::Embedder;
use crate::features::{AskedSkill, Facets, Features, Quantised, SkillPlace};
use crate::offer::{Need, Offer};
use crate::skills::Graph;
use crate::vectors::quantise;

/// Changes when features are derived in another way: stored ones are then outdated.
pub(crate) const VERSION: u32 = 0;

/// What the engine derives from an offer; `source` is the position of its source in the store's list.
pub(crate) fn derive(offer: &Offer, graph: &Graph, embedder: &dyn Embedder, source: u16) -> Features {
    let place = offer.place.as_ref().map(|found| &found.value);
    let vector = embedder.embed(&[&offer.title]).ok().and_then(|mut vectors| vectors.pop());
    let mut seen = HashSet::new();
    let mut skills = vec![];
    for (text, place) in [(&offer.title, SkillPlace::Title), (&offer.description, SkillPlace::Description)] {
        for mention in graph.extract(text) {
            if seen.insert(mention.concept) {
                skills.push(AskedSkill {
                    concept: mention.concept,
                    need: Need::Required,
                    place,
                    start: mention.range.start as u32,
                    len: mention.range.len() as u16,
                });
            }
        }
    }
    Features {
        skills,
        occupations: vec![],
        vector: vector.map_or_else(Quantised::default, |vector| quantise(&vector)),
        facets: Facets {
            position: place.and_then(|place| place.position),
            uncertainty_km: place.map_or(0, |place| place.uncertainty_km),
            salary: offer.salary.as_ref().map(|found| found.value),
            experience: offer.experience.as_ref().map(|found| found.value),
            contract: offer.contract.as_ref().map(|found| found.value),
            telework: offer.telework.as_ref().map(|found| found.value),
            day: offer.updated.or(offer.published).map(day_number),
            source,
        },
    }
}
