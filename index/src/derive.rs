//! From an offer to its [`Features`]: the one place that says what the engine reads out of an offer.

use std::collections::HashMap;

use crate::columns::day_number;
use crate::embed::Embedder;
use crate::error::Result;
use crate::features::{AskedSkill, Facets, Features, SkillPlace};
use crate::lang::Lang;
use crate::offer::{Need, Offer};
use crate::skills::{ConceptId, Graph, Kind, Mention, OccupationId, Occupations, canonical_title, fold};
use crate::vectors::quantise;

/// Version of what this module computes; features of another version are computed again.
pub(crate) const VERSION: u32 = 2;

/// Weight of the likeliest occupation's label beside the title in an offer's vector.
const OCCUPATION_IN_VECTOR: f32 = 0.3;

/// How many of an offer's likely occupations vouch for the skills that its prose names.
const TRADES: usize = 4;
/// A skill that ROME gives to so many occupations says nothing of a job outside them.
const GENERAL: usize = 60;

/// Computes the features of an offer. `source` is the number of its source.
pub(crate) fn derive(offer: &Offer, graph: &Graph, embedder: &dyn Embedder, source: u16) -> Result<Features> {
    let declared = offer.rome.as_deref().and_then(|code| graph.by_rome(code));
    let occupations = Occupations::builtin().of_offer(&offer.title, &offer.description, declared);
    let vector = quantise(&vector(offer, occupations.first().copied(), graph, embedder)?);
    let skills = skills(offer, graph, &occupations);
    Ok(Features { skills, occupations, vector, facets: facets(offer, source) })
}

/// The title's vector, with some of the likeliest occupation's: a title such as « Technicien N2 » says little.
fn vector(
    offer: &Offer,
    occupation: Option<(OccupationId, f32)>,
    graph: &Graph,
    embedder: &dyn Embedder,
) -> Result<Vec<f32>> {
    let title = canonical_title(&offer.title);
    let label = occupation.map(|(id, _)| canonical_title(graph.occupation_label(id, Lang::Fr)));
    let mut texts = vec![title.as_str()];
    texts.extend(label.as_deref());
    let vectors = embedder.embed(&texts)?;
    let mut sum = vectors[0].clone();
    if let (Some(label), Some((_, score))) = (vectors.get(1), occupation) {
        for (total, component) in sum.iter_mut().zip(label) {
            *total += OCCUPATION_IN_VECTOR * score * component;
        }
    }
    let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 0.0 {
        sum.iter_mut().for_each(|x| *x /= norm);
    }
    Ok(sum)
}

/// Skills asked for, each concept once: the source's own list, then the title, then the description. A concept
/// that is required anywhere is required.
fn skills(offer: &Offer, graph: &Graph, occupations: &[(OccupationId, f32)]) -> Vec<AskedSkill> {
    let mut found = Collected::default();
    let fits = |mention: &Mention, text: &str| fits(graph, mention, text, occupations);
    for (index, declared) in offer.skills.iter().enumerate() {
        let whole = graph.find(&declared.label);
        let within = || graph.extract(&declared.label).into_iter().map(|mention| mention.concept).collect();
        for concept in whole.map_or_else(within, |concept| vec![concept]) {
            found.add(AskedSkill {
                concept,
                need: declared.need,
                place: SkillPlace::Declared,
                start: index as u32,
                len: 0,
            });
        }
    }
    for mention in graph.extract(&offer.title).iter().filter(|mention| fits(mention, &offer.title)) {
        found.add_mention(mention.concept, Need::Required, SkillPlace::Title, &mention.range);
    }
    let wishes = wished_ranges(&offer.description);
    for mention in
        graph.extract(&offer.description).iter().filter(|mention| fits(mention, &offer.description))
    {
        let at = wishes.partition_point(|wish| wish.end <= mention.range.start);
        let wished = wishes.get(at).is_some_and(|wish| wish.start <= mention.range.start);
        let need = if wished { Need::Wished } else { Need::Required };
        found.add_mention(mention.concept, need, SkillPlace::Description, &mention.range);
    }
    found.skills
}

/// Whether a skill that the prose names is one that the job asks for. A single ordinary word (« transmission ») names a skill only in the trades that ROME gives it to: elsewhere it is just a word.
fn fits(graph: &Graph, mention: &Mention, text: &str, occupations: &[(OccupationId, f32)]) -> bool {
    if graph.kind(mention.concept) == Kind::Technology || graph.id(mention.concept).starts_with("curated:") {
        return true;
    }
    let trades = graph.skill_occupations(mention.concept);
    if occupations.iter().take(TRADES).any(|(id, _)| trades.contains(id)) {
        return true;
    }
    let words =
        text[mention.range.clone()].split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3).count();
    words >= 2 && trades.len() < GENERAL
}

#[derive(Default)]
struct Collected {
    skills: Vec<AskedSkill>,
    at: HashMap<ConceptId, usize>,
}

impl Collected {
    fn add(&mut self, skill: AskedSkill) {
        match self.at.get(&skill.concept) {
            Some(&at) => {
                if skill.need == Need::Required {
                    self.skills[at].need = Need::Required;
                }
            }
            None => {
                self.at.insert(skill.concept, self.skills.len());
                self.skills.push(skill);
            }
        }
    }

    fn add_mention(
        &mut self,
        concept: ConceptId,
        need: Need,
        place: SkillPlace,
        range: &std::ops::Range<usize>,
    ) {
        let len = u16::try_from(range.len()).unwrap_or(u16::MAX);
        self.add(AskedSkill { concept, need, place, start: range.start as u32, len });
    }
}

/// Words that say of a skill that it is welcome rather than needed, folded.
const WISH_CUES: [&str; 17] = [
    "souhait",
    "appreci",
    "un plus",
    "serait un atout",
    "est un atout",
    "les plus",
    "idealement",
    "de preference",
    "facultati",
    "optionnel",
    "bonus",
    "nice to have",
    "a plus",
    "preferred",
    "desirable",
    "would be an asset",
    "ideally",
];

/// Byte ranges of the sentences that wish rather than ask, in order; the lines of a list under a heading that
/// wishes (« Les plus : ») count too.
fn wished_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut under_wish = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let heading = trimmed.ends_with(':') && trimmed.len() < 80;
        if heading || trimmed.is_empty() {
            under_wish = heading && wishes(trimmed);
        }
        if under_wish {
            ranges.push(start..start + line.len());
        } else {
            let mut at = start;
            for sentence in line.split_inclusive(['.', ';', '!']) {
                if wishes(sentence) {
                    ranges.push(at..at + sentence.len());
                }
                at += sentence.len();
            }
        }
        start += line.len();
    }
    ranges
}

fn wishes(text: &str) -> bool {
    let folded = fold(text);
    WISH_CUES.iter().any(|cue| folded.contains(cue))
}

fn facets(offer: &Offer, source: u16) -> Facets {
    let place = offer.place.as_ref().map(|found| &found.value);
    Facets {
        position: place.and_then(|place| place.position),
        uncertainty_km: place.map_or(0, |place| place.uncertainty_km),
        salary: offer.salary.as_ref().map(|found| found.value),
        experience: offer.experience.as_ref().map(|found| found.value),
        contract: offer.contract.as_ref().map(|found| found.value),
        telework: offer.telework.as_ref().map(|found| found.value),
        day: offer.updated.or(offer.published).map(day_number),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::wished_ranges;

    #[test]
    fn wishes_are_told_from_demands() {
        let text = "Vous maîtrisez Java. La connaissance de Kotlin serait un plus.\nLes plus :\n- Docker\n\nPermis B";
        let wished: Vec<&str> = wished_ranges(text).into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(wished, ["La connaissance de Kotlin serait un plus.", "Les plus :", "- Docker"]);
    }
}
