//! One function a criterion: what the offer asks for, what the profile has, and a value from 0 to 1, or unknown.
//!
//! Each value is computed alone, from numbers; evidence is gathered by [`evidence`](super::evidence) only for the
//! offers that are shown.

use super::seeker::{HeldSkill, Job, Seeker};
use crate::features::{AskedSkill, Facets};
use crate::geo::distance_km;
use crate::offer::{Need, Telework};
use crate::skills::{ConceptId, Graph, Kind, OccupationId};
use crate::store::PackedSkill;

/// A skill that an offer asks for.
#[derive(Clone, Copy)]
pub(super) struct Demand {
    pub(super) concept: ConceptId,
    pub(super) need: Need,
}

impl From<PackedSkill> for Demand {
    fn from(skill: PackedSkill) -> Self {
        Self { concept: skill.concept(), need: skill.need() }
    }
}

impl From<&AskedSkill> for Demand {
    fn from(skill: &AskedSkill) -> Self {
        Self { concept: skill.concept, need: skill.need }
    }
}

/// An offer that names few skills says little: its value is drawn towards [`SKILL_PRIOR`] as if it named this much
/// more weight of skills.
const SKILL_DOUBT: f32 = 1.5;
/// Value of the skills criterion when nothing is known of the skills asked for.
const SKILL_PRIOR: f32 = 0.2;
/// Kilometres at which the location is worth half, when the profile sets no radius.
const USUAL_RADIUS_KM: f32 = 30.0;
/// BM25 score, per unit of the CV's weight, at which the words of the text are worth 1. Few offers reach it.
const TEXT_FULL: f32 = 0.375;
/// Share of the text criterion that the words of the offer's title decide.
const TITLE: f32 = 0.15;
/// Months asked for that a month held answers, and months that are forgiven anyone: an offer's figure is a wish.
const LENIENCY: (f32, f32) = (1.3, 6.0);
/// What a month outside the offer's trade counts as experience for it.
const OTHER_TRADE: f32 = 1.0 / 3.0;

/// Share of the skills asked for that the profile meets, by weight.
pub(super) fn skills(seeker: &Seeker, graph: &Graph, asked: &[Demand]) -> Option<f32> {
    if asked.is_empty() || seeker.skills.is_empty() {
        return None;
    }
    let (mut met, mut all) = (SKILL_DOUBT * SKILL_PRIOR, SKILL_DOUBT);
    for &skill in asked {
        let weight = skill_weight(graph, skill);
        met += weight * held(seeker, skill).map_or(0.0, |h| h.value);
        all += weight;
    }
    Some(met / all)
}

/// The skills criterion of someone who has none of those asked for.
pub(super) fn no_skill(graph: &Graph, asked: &[Demand]) -> Option<f32> {
    let all: f32 = asked.iter().map(|skill| skill_weight(graph, *skill)).sum();
    (!asked.is_empty()).then(|| SKILL_DOUBT * SKILL_PRIOR / (all + SKILL_DOUBT))
}

/// What the profile has for a skill asked for.
pub(super) fn held(seeker: &Seeker, asked: Demand) -> Option<HeldSkill> {
    seeker.skills.get(&asked.concept).copied()
}

/// Part of the skills criterion's value that a skill asked for decides.
pub(super) fn skill_share(graph: &Graph, skill: Demand, asked: &[Demand]) -> f32 {
    let all: f32 = asked.iter().map(|skill| skill_weight(graph, *skill)).sum();
    skill_weight(graph, skill) / (all + SKILL_DOUBT)
}

/// Wished counts half of required; what nearly every offer asks of everybody counts little.
fn skill_weight(graph: &Graph, skill: Demand) -> f32 {
    let need = match skill.need {
        Need::Required => 1.0,
        Need::Wished => 0.5,
    };
    let kind = match graph.kind(skill.concept) {
        Kind::Technology | Kind::Skill => 1.0,
        Kind::Knowledge => 0.8,
        Kind::Soft => 0.2,
    };
    need * kind
}

/// How near the offer's likely occupations are to the person's: the square root of
/// `(2 × same + 3 × near) / 5`, so that a neighbouring occupation is worth clearly more than a distant one.
pub(super) fn occupation(seeker: &Seeker, offered: &[(OccupationId, f32)]) -> Option<f32> {
    let (_, best) = offered.first()?;
    if seeker.occupations.is_empty() {
        return None;
    }
    // How well the offer reads as one of the person's occupations, beside what it reads best as ...
    let same = offered
        .iter()
        .filter_map(|(id, score)| {
            let held = seeker.occupations.iter().find(|held| held.id == *id)?;
            Some(held.share * (score / best).powi(2))
        })
        .fold(0.0, f32::max);
    // ... and how near its likely occupations are to them.
    Some(((2.0 * same + 3.0 * nearness(&seeker.proximity, offered)) / 5.0).sqrt())
}

/// Mean proximity of the offer's likely occupations, each by the cube of its score: the likeliest decide.
fn nearness(proximity: &[f32], offered: &[(OccupationId, f32)]) -> f32 {
    let (mut near, mut all) = (0.0, 0.0);
    for (id, score) in offered {
        let weight = score.powi(3);
        near += weight * proximity[usize::from(id.0)];
        all += weight;
    }
    if all > 0.0 { near / all } else { 0.0 }
}

/// Months held against months asked for. Unknown for a CV without dates, even where the offer asks for nothing: it
/// would raise just those offers, whatever the job.
pub(super) fn experience(seeker: &Seeker, facets: &Facets, offered: &[(OccupationId, f32)]) -> Option<f32> {
    let asked = months_asked(facets)?;
    let total = f32::from(seeker.months?);
    if asked == 0 {
        return Some(1.0);
    }
    let near = months_held(seeker, offered);
    let counted = near + OTHER_TRADE * (total - near);
    Some(((LENIENCY.0 * counted + LENIENCY.1) / f32::from(asked)).min(1.0))
}

/// Months asked for: those that the offer says, or that the words of its title stand for, whichever is more.
pub(super) fn months_asked(facets: &Facets) -> Option<u16> {
    let by_title = (facets.title_years > 0).then(|| u16::from(facets.title_years) * 12);
    facets.experience.max(by_title)
}

/// Months of the jobs, each by its nearness to the offer's occupation; never more than all jobs cover.
pub(super) fn months_held(seeker: &Seeker, offered: &[(OccupationId, f32)]) -> f32 {
    let near: f32 = seeker.jobs.iter().map(|job| f32::from(job.months) * job_nearness(job, offered)).sum();
    near.min(f32::from(seeker.months.unwrap_or_default()))
}

/// How near a job held is to the offer, 0 to 1.
pub(super) fn job_nearness(job: &Job, offered: &[(OccupationId, f32)]) -> f32 {
    // The offer's own doubt about its occupation must not halve the months of someone who does that very job.
    let best = offered.iter().take(2).map(|(id, _)| job.proximity[usize::from(id.0)]).fold(0.0, f32::max);
    best.max(nearness(&job.proximity, offered))
}

/// 1 at home, half at the radius, less beyond; 1 for a job that is done from home.
pub(super) fn location(seeker: &Seeker, facets: &Facets) -> Option<f32> {
    if facets.telework == Some(Telework::Full) {
        return Some(1.0);
    }
    let km = kilometres(seeker, facets)?;
    // A place known to within its department may be near: half of the doubt is in the person's favour.
    let km = (km - f32::from(facets.uncertainty_km) / 2.0).max(0.0);
    let radius = seeker.wishes.radius_km.map_or(USUAL_RADIUS_KM, |r| f32::from(r).max(1.0));
    Some(1.0 / (1.0 + (km / radius).powi(2)))
}

/// Distance as the crow flies.
pub(super) fn kilometres(seeker: &Seeker, facets: &Facets) -> Option<f32> {
    let home = seeker.place.as_ref()?.position?;
    Some(distance_km(home, facets.position?))
}

/// 1 when the offer reaches the pay wished, falling to 0 at 30 % below it.
pub(super) fn salary(seeker: &Seeker, facets: &Facets) -> Option<f32> {
    let wished = seeker.wishes.salary.filter(|w| *w > 0)? as f32;
    let offered = facets.salary?.max as f32;
    Some((1.0 - (wished - offered).max(0.0) / (0.3 * wished)).clamp(0.0, 1.0))
}

/// The words that the CV and the offer share: a BM25 score in proportion to the weight of the CV's words, and the part
/// of the offer's title that the CV says.
pub(super) fn text(bm25: f32, query_weight: f32, title: f32) -> Option<f32> {
    let words = |weight: f32| (bm25 / (TEXT_FULL * weight)).min(1.0);
    (query_weight > 0.0).then(|| (1.0 - TITLE) * words(query_weight) + TITLE * title.min(1.0))
}

/// Whether the kind of contract is for someone in the person's situation.
pub(super) fn situation(seeker: &Seeker, facets: &Facets) -> Option<f32> {
    facets.contract.map(|contract| seeker.situation.suits(contract))
}

/// A cosine as a value: two unrelated titles lie near 0 by the way the built-in model is trained, so that no
/// rescaling ranked better on the judged sets.
pub(super) fn meaning(cosine: f32) -> f32 {
    cosine.clamp(0.0, 1.0)
}
