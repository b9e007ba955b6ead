//! What ranking reads of a profile, worked out once for all offers.

use std::collections::HashMap;

use jiff::civil::Date;

use super::situation::Situation;
use crate::career::covered_months;
use crate::embed::Embedder;
use crate::error::Result;
use crate::lang::Lang;
use crate::offer::Place;
use crate::profile::{Profile, ProfileSkill, Wishes};
use crate::score::{How, Label, Nearness};
use crate::skills::{ConceptId, Graph, Kind, OccupationId, Occupations, Relation, canonical_title};
use crate::text::Zone;

/// Share below which an occupation is not held to be the person's.
const LEAST_SHARE: f32 = 0.15;
/// How near an occupation is that ROME lists as a move, or that shares the professional field.
const NEIGHBOUR: f32 = 0.5;
/// What a title held counts beside a trade that is wanted instead.
const LEFT: f32 = 0.4;
/// Skill values below this are not worth following further in the graph.
const LEAST_SKILL: f32 = 0.25;

/// A profile as the criteria see it. Identity is never read.
pub(super) struct Seeker {
    /// Occupations of the person, best first.
    pub(super) occupations: Vec<HeldOccupation>,
    /// By occupation: how near it is to the person's, 0 to 1.
    pub(super) proximity: Vec<f32>,
    /// Skills held, and those they bring near.
    pub(super) skills: HashMap<ConceptId, HeldSkill>,
    /// Jobs with a known length.
    pub(super) jobs: Vec<Job>,
    /// Months of all jobs, those that overlap counted once; `None` when no job says how long it was.
    pub(super) months: Option<u16>,
    /// Which kinds of contract are for the person.
    pub(super) situation: Situation,
    /// Unit vector of the titles.
    pub(super) vector: Option<Vec<f32>>,
    /// Everything that the CV says, identity, hobbies and what it does not claim left out, by how much it tells.
    pub(super) zones: Vec<Zone>,
    /// Home.
    pub(super) place: Option<Place>,
    /// What the person looks for.
    pub(super) wishes: Wishes,
}

/// An occupation of the person.
pub(super) struct HeldOccupation {
    pub(super) id: OccupationId,
    /// 0 to 1; the best occupation is at 1 when the CV says it clearly.
    pub(super) share: f32,
    /// The title of the CV that says so best.
    pub(super) title: String,
}

/// A skill that the profile has or comes near to.
#[derive(Clone, Copy)]
pub(super) struct HeldSkill {
    /// How far it meets a demand for the skill, 0 to 1.
    pub(super) value: f32,
    pub(super) how: How,
    /// The skill or occupation of the profile that brings it.
    pub(super) source: Source,
}

/// Where a held skill comes from.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// Index in `Profile::skills`, and its concept.
    Stated(u32, ConceptId),
    /// Index in `Seeker::occupations`.
    Occupation(u32),
}

/// A job of known length.
pub(super) struct Job {
    pub(super) title: String,
    pub(super) months: u16,
    /// By occupation: how near the job is to it, 0 to 1.
    pub(super) proximity: Vec<f32>,
}

impl Seeker {
    pub(super) fn new(
        profile: &Profile,
        graph: &Graph,
        embedder: &dyn Embedder,
        today: Date,
    ) -> Result<Self> {
        let titles = titles(profile);
        let prose = prose(profile, &titles);
        let months = covered_months(&profile.experiences, today);
        let occupations = occupations(profile, &titles, &prose);
        let proximity = nearby(graph, occupations.iter().map(|o| (o.id, o.share)));
        let skills = skills(profile, graph, &occupations);
        let jobs = profile
            .experiences
            .iter()
            .filter_map(|job| {
                let months = job.months(today)?;
                let named = Occupations::builtin().of_title(&job.title);
                let best = named.first()?.1;
                let near = named.iter().take_while(|(_, s)| *s > best * 0.7).map(|&(id, s)| (id, s / best));
                Some(Job { title: job.title.clone(), months, proximity: nearby(graph, near) })
            })
            .collect();
        Ok(Self {
            occupations,
            proximity,
            skills,
            jobs,
            months,
            situation: Situation::of(profile, months, today),
            vector: vector(&titles, embedder)?,
            zones: zones(profile, &titles, graph),
            place: profile.place.clone(),
            wishes: profile.wishes.clone(),
        })
    }
}

/// The trades wanted, then the headline, then the titles of the jobs, each with its weight.
fn titles(profile: &Profile) -> Vec<(&str, f32)> {
    let wanted = profile.wishes.occupations.iter().map(String::as_str);
    let jobs = profile.experiences.iter().map(|job| job.title.as_str());
    let said = profile.title.as_deref().into_iter().chain(jobs);
    let mut titles: Vec<(&str, f32)> = wanted.map(|title| (title, 1.0)).collect();
    // Who says what they want next says the rest as what they leave.
    let left = if titles.is_empty() { 1.0 } else { LEFT };
    for (rank, title) in said.enumerate() {
        let weight = match rank {
            0 => 1.0,
            1..=4 => 0.7,
            _ => 0.4,
        };
        titles.push((title, left * weight));
    }
    titles.retain(|(title, _)| !title.trim().is_empty());
    titles
}

/// Words of a skill's name beyond which it is a phrase.
const PHRASE: usize = 3;
/// Emphasis of what the CV announces: its headline, or the latest job's title.
const ANNOUNCED: f32 = 2.0;

/// The CV in words, by how much they tell.
fn zones(profile: &Profile, titles: &[(&str, f32)], graph: &Graph) -> Vec<Zone> {
    let zone = |text: String, emphasis, repeats| Zone { text, emphasis, repeats };
    let mut zones = vec![];
    for (rank, (title, weight)) in titles.iter().enumerate() {
        let announced = rank == 0 || *weight == 1.0;
        zones.push(zone(canonical_title(title), if announced { ANNOUNCED } else { 0.0 }, false));
    }
    let mut prose: Vec<&str> = profile.summary.as_deref().into_iter().collect();
    for job in &profile.experiences {
        prose.extend(job.employer.as_deref());
        prose.extend(job.tasks.iter().map(String::as_str));
    }
    prose.extend(profile.education.iter().map(|education| education.diploma.as_str()));
    prose.extend(
        profile.certifications.iter().chain(&profile.licences).chain(&profile.unplaced).map(String::as_str),
    );
    zones.push(zone(prose.join("\n"), 0.0, false));
    let mut skills: Vec<&str> = vec![];
    for skill in &profile.skills {
        let concept = known(skill, graph);
        // A whole phrase that names a skill counts once, as that skill: its words are anybody's.
        if concept.is_none() || skill.label.split_whitespace().count() <= PHRASE {
            skills.push(&skill.label);
        }
        // A technology goes by many names (K8s): its usual one is that which offers write.
        skills.extend(
            concept.filter(|id| graph.kind(*id) == Kind::Technology).map(|id| graph.label(id, Lang::Fr)),
        );
    }
    zones.push(zone(skills.join("\n"), 0.0, true));
    zones
}

/// What the CV tells in words, the skill list left out: a skill counts once, as a skill.
fn prose(profile: &Profile, titles: &[(&str, f32)]) -> String {
    let mut lines: Vec<String> = titles.iter().map(|(title, _)| canonical_title(title)).collect();
    lines.extend(profile.summary.clone());
    lines.extend(profile.experiences.iter().flat_map(|job| job.tasks.iter().cloned()));
    if lines.is_empty() {
        // A bare list of skills is all the words there are.
        lines.extend(profile.skills.iter().map(|skill| skill.label.clone()));
    }
    lines.join("\n")
}

fn occupations(profile: &Profile, titles: &[(&str, f32)], prose: &str) -> Vec<HeldOccupation> {
    let classifier = Occupations::builtin();
    let mut named: HashMap<OccupationId, (f32, f32, &str)> = HashMap::new();
    for &(title, weight) in titles {
        for (id, score) in classifier.of_title(title) {
            let (sum, best, by) = named.entry(id).or_insert((0.0, 0.0, title));
            *sum += weight * score;
            if weight * score > *best {
                (*best, *by) = (weight * score, title);
            }
        }
    }
    let top = named.values().map(|(sum, ..)| *sum).fold(0.0, f32::max);
    let told = classifier.of_text(prose, usize::MAX);
    let surest = named.values().map(|(_, best, _)| *best).fold(0.0, f32::max);
    let confidence = (surest + told.first().map_or(0.0, |(_, score)| *score)).min(1.0);
    let mut shares: HashMap<OccupationId, f32> = told.into_iter().collect();
    if top > 0.0 {
        for (id, (sum, ..)) in &named {
            *shares.entry(*id).or_default() += 0.5 * sum / top;
        }
    }
    let best = shares.values().copied().fold(0.0, f32::max);
    let headline = profile.title.as_deref().or(titles.first().map(|t| t.0)).unwrap_or_default();
    let mut held: Vec<HeldOccupation> = shares
        .into_iter()
        // The sixth power keeps what is nearly as likely as the best, and little else.
        .map(|(id, share)| (id, (share / best).powi(6)))
        .filter(|(_, share)| *share >= LEAST_SHARE)
        .map(|(id, share)| HeldOccupation {
            id,
            share: share * confidence,
            title: named.get(&id).map_or(headline, |(_, _, by)| by).to_owned(),
        })
        .collect();
    held.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.id.cmp(&b.id)));
    held
}

/// For every occupation, the best of `held`: its share when it is the same, half when ROME lists the move or
/// the professional field (the first three characters of the code) is the same.
fn nearby(graph: &Graph, held: impl Iterator<Item = (OccupationId, f32)>) -> Vec<f32> {
    let mut near = vec![0.0_f32; graph.occupation_count()];
    let mut raise = |id: OccupationId, value: f32| {
        let slot = &mut near[usize::from(id.0)];
        *slot = slot.max(value);
    };
    for (id, share) in held {
        raise(id, share);
        for step in graph.mobility(id) {
            raise(step.to, NEIGHBOUR * share);
        }
        let field = &graph.rome(id)[..3];
        for other in (0..graph.occupation_count() as u16).map(OccupationId) {
            if graph.rome(other).starts_with(field) {
                raise(other, NEIGHBOUR * share);
            }
        }
    }
    near
}

/// How near `to` is to `from`.
pub(super) fn nearness(graph: &Graph, from: OccupationId, to: OccupationId) -> Nearness {
    if from == to {
        Nearness::Same
    } else if graph.mobility(from).iter().any(|step| step.to == to) {
        Nearness::Mobility
    } else if graph.rome(from)[..3] == graph.rome(to)[..3] {
        Nearness::Field
    } else {
        Nearness::Far
    }
}

fn skills(profile: &Profile, graph: &Graph, occupations: &[HeldOccupation]) -> HashMap<ConceptId, HeldSkill> {
    let mut held: HashMap<ConceptId, HeldSkill> = HashMap::new();
    for (index, skill) in profile.skills.iter().enumerate() {
        let concepts = match known(skill, graph) {
            Some(concept) => vec![concept],
            None => graph.extract(&skill.label).into_iter().map(|mention| mention.concept).collect(),
        };
        for concept in concepts {
            spread(graph, &mut held, concept, Source::Stated(index as u32, concept));
        }
    }
    for (index, occupation) in occupations.iter().enumerate().filter(|(_, o)| o.share > 0.5) {
        for skill in graph.core_skills(occupation.id) {
            let value = occupation.share * if skill.core { 0.6 } else { 0.35 };
            raise(
                &mut held,
                skill.concept,
                HeldSkill { value, how: How::Occupation, source: Source::Occupation(index as u32) },
            );
        }
    }
    held
}

/// The concept of a skill.
fn known(skill: &ProfileSkill, graph: &Graph) -> Option<ConceptId> {
    skill.concept.as_deref().and_then(|id| graph.by_id(id)).or_else(|| graph.find(&skill.label))
}

/// Puts `concept` and, up to two steps away, what it brings near.
fn spread(graph: &Graph, held: &mut HashMap<ConceptId, HeldSkill>, concept: ConceptId, source: Source) {
    raise(held, concept, HeldSkill { value: 1.0, how: How::Exact, source });
    let mut front = vec![(concept, 1.0_f32, How::Exact)];
    for _step in 0..2 {
        let mut next = Vec::new();
        for (from, value, how) in front {
            for edge in graph.neighbours(from) {
                let (factor, step) = match edge.relation {
                    Relation::SameAs => (0.97, How::Synonym),
                    Relation::Broader => (0.85, How::Narrower),
                    Relation::Narrower => (0.5, How::Broader),
                    Relation::Related => (0.5 * edge.weight, How::Related),
                };
                // Up and down again, or down and up, would make kin of all that one heading or one detail joins.
                let turns = matches!(
                    (how, step),
                    (How::Narrower, How::Broader) | (How::Broader, How::Narrower) | (How::Related, _)
                );
                let value = value * factor;
                if turns || value < LEAST_SKILL {
                    continue;
                }
                let how = if how == How::Exact || how == How::Synonym { step } else { how };
                if raise(held, edge.to, HeldSkill { value, how, source }) {
                    next.push((edge.to, value, how));
                }
            }
        }
        front = next;
    }
}

/// Keeps the better of what is held and `skill`; tells whether that changed.
fn raise(held: &mut HashMap<ConceptId, HeldSkill>, concept: ConceptId, skill: HeldSkill) -> bool {
    match held.get_mut(&concept) {
        Some(old) if old.value >= skill.value => false,
        Some(old) => {
            *old = skill;
            true
        }
        None => {
            held.insert(concept, skill);
            true
        }
    }
}

/// The weighted mean of the titles' vectors, as a unit vector.
fn vector(titles: &[(&str, f32)], embedder: &dyn Embedder) -> Result<Option<Vec<f32>>> {
    let canonical: Vec<String> = titles.iter().map(|(title, _)| canonical_title(title)).collect();
    let texts: Vec<&str> = canonical.iter().map(String::as_str).collect();
    if texts.is_empty() {
        return Ok(None);
    }
    let mut sum = vec![0.0_f32; embedder.dim()];
    for (vector, (_, weight)) in embedder.embed(&texts)?.iter().zip(titles) {
        for (total, component) in sum.iter_mut().zip(vector) {
            *total += weight * component;
        }
    }
    let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm == 0.0 {
        return Ok(None);
    }
    sum.iter_mut().for_each(|x| *x /= norm);
    Ok(Some(sum))
}

/// The label of the skill or occupation of the profile behind a held skill.
pub(super) fn source_label(seeker: &Seeker, graph: &Graph, source: Source) -> Label {
    match source {
        Source::Stated(_, concept) => concept_label(graph, concept),
        Source::Occupation(index) => occupation_label(graph, seeker.occupations[index as usize].id),
    }
}

/// A concept's id and labels.
pub(super) fn concept_label(graph: &Graph, concept: ConceptId) -> Label {
    Label {
        id: graph.id(concept).to_owned(),
        fr: graph.label(concept, Lang::Fr).to_owned(),
        en: graph.label(concept, Lang::En).to_owned(),
    }
}

/// An occupation's code and labels.
pub(super) fn occupation_label(graph: &Graph, id: OccupationId) -> Label {
    Label {
        id: graph.rome(id).to_owned(),
        fr: graph.occupation_label(id, Lang::Fr).to_owned(),
        en: graph.occupation_label(id, Lang::En).to_owned(),
    }
}
