//! From an offer to its [`Features`]: the one place that says what the engine reads out of an offer.

use std::collections::HashMap;
use std::ops::Range;

use crate::columns::day_number;
use crate::embed::Embedder;
use crate::error::Result;
use crate::features::{AskedSkill, Facets, Features, SkillPlace};
use crate::lang::Lang;
use crate::offer::{Need, Offer};
use crate::seniority::years_of_title;
use crate::skills::{ConceptId, Graph, Kind, Mention, OccupationId, Occupations, canonical_title, fold};
use crate::text::language;
use crate::vectors::quantise;

/// Version of what this module computes; features of another version are computed again.
pub(crate) const VERSION: u32 = 4;

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
    // A licence is a condition beside the score, not a skill in it.
    let licences: Vec<String> = offer.licences.iter().map(|licence| fold(&licence.words)).collect();
    let is_licence = |words: &str| {
        let words = fold(words);
        licences.iter().any(|licence| licence.contains(&words))
    };
    let fits = |mention: &Mention, text: &str| {
        fits(graph, mention, text, occupations) && !is_licence(&text[mention.range.clone()])
    };
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
    let asides = Asides::of(&offer.description);
    for mention in
        graph.extract(&offer.description).iter().filter(|mention| fits(mention, &offer.description))
    {
        let at = mention.range.start;
        if within(&asides.given, at) && graph.kind(mention.concept) != Kind::Technology {
            continue;
        }
        let need = if within(&asides.wished, at) { Need::Wished } else { Need::Required };
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

    fn add_mention(&mut self, concept: ConceptId, need: Need, place: SkillPlace, range: &Range<usize>) {
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

/// Words that tell of what the employer gives rather than asks, folded.
const OFFER_CUES: [&str; 18] = [
    "fastt",
    "avantages",
    "mutuelle,",
    "mutuelle d'entreprise",
    "mutuelle familiale",
    "mutuelle prise en charge",
    "tickets restaurant",
    "ticket restaurant",
    "titres restaurant",
    "titres-restaurant",
    "cheques vacances",
    "remise sur",
    "remises sur",
    "comite d'entreprise",
    "pouvoir d'achat",
    "nous offrons",
    "we offer",
    "benefits",
];

/// Byte ranges of the sentences that say something else than a demand, in order.
#[derive(Default)]
struct Asides {
    /// They wish rather than ask.
    wished: Vec<Range<usize>>,
    /// They tell what the employer gives: « mutuelle, garde d'enfants » asks for nothing.
    given: Vec<Range<usize>>,
}

impl Asides {
    /// The lines of a list under a heading (« Les plus : », « Nos avantages : ») count as its words do.
    fn of(text: &str) -> Self {
        let mut asides = Self::default();
        let mut under = Aside::None;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            let heading = trimmed.ends_with(':') && trimmed.len() < 80;
            if heading || trimmed.is_empty() {
                under = if heading { Aside::of(trimmed) } else { Aside::None };
            }
            if under == Aside::None {
                let mut at = start;
                for sentence in line.split_inclusive(['.', ';', '!']) {
                    asides.add(Aside::of(sentence), at..at + sentence.len());
                    at += sentence.len();
                }
            } else {
                asides.add(under, start..start + line.len());
            }
            start += line.len();
        }
        asides
    }

    fn add(&mut self, aside: Aside, range: Range<usize>) {
        match aside {
            Aside::None => {}
            Aside::Wished => self.wished.push(range),
            Aside::Given => self.given.push(range),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Aside {
    None,
    Wished,
    Given,
}

impl Aside {
    fn of(text: &str) -> Self {
        let folded = fold(text);
        let holds = |cues: &[&str]| cues.iter().any(|cue| folded.contains(cue));
        if holds(&OFFER_CUES) {
            Self::Given
        } else if holds(&WISH_CUES) {
            Self::Wished
        } else {
            Self::None
        }
    }
}

fn within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.start <= at)
}

fn facets(offer: &Offer, source: u16) -> Facets {
    let place = offer.place.as_ref().map(|found| &found.value);
    Facets {
        position: place.and_then(|place| place.position),
        uncertainty_km: place.map_or(0, |place| place.uncertainty_km),
        salary: offer.salary.as_ref().map(|found| found.value),
        experience: offer.experience.as_ref().map(|found| found.value),
        title_years: years_of_title(&offer.title),
        lang: language(&offer.description),
        contract: offer.contract.as_ref().map(|found| found.value),
        telework: offer.telework.as_ref().map(|found| found.value),
        hours: offer.hours.as_ref().map(|found| found.value),
        day: offer.updated.or(offer.published).map(day_number),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_and_gifts_are_told_from_demands() {
        let text = "Vous maîtrisez Java. La connaissance de Kotlin serait un plus.\nLes plus :\n- Docker\n\nPermis B\n\
                    Services intérimaires : FASTT (mutuelle, logement, garde d'enfants).\nNos avantages :\n- conciergerie\n";
        let asides = Asides::of(text);
        let texts = |ranges: &[Range<usize>]| -> Vec<&str> {
            ranges.iter().map(|range| text[range.clone()].trim()).collect()
        };
        assert_eq!(
            texts(&asides.wished),
            ["La connaissance de Kotlin serait un plus.", "Les plus :", "- Docker"]
        );
        assert_eq!(
            texts(&asides.given),
            [
                "Services intérimaires : FASTT (mutuelle, logement, garde d'enfants).",
                "Nos avantages :",
                "- conciergerie"
            ]
        );
    }
}
