//! What each value rests on, gathered for the offers that are shown.

use super::criteria::{self, Demand};
use super::seeker::{self, Seeker, Source, concept_label, occupation_label, source_label};
use crate::features::Features;
use crate::offer::{Contract, Found, Offer, Telework};
use crate::profile::Profile;
use crate::score::{Condition, ConditionKind, Criterion, Evidence, How, Nearness, Occupation, Silent};
use crate::skills::{Graph, OccupationId, fold};

/// Everything that evidence is drawn from.
pub(super) struct Sources<'a> {
    pub(super) graph: &'a Graph,
    pub(super) profile: &'a Profile,
    pub(super) seeker: &'a Seeker,
    pub(super) offer: &'a Offer,
    pub(super) features: &'a Features,
    pub(super) cosine: f32,
    /// Words that the CV and the offer share.
    pub(super) shared: &'a [String],
}

impl Sources<'_> {
    /// The evidence of one criterion. `gain` tells the points that the score gains when the criterion's value rises by
    /// so much.
    pub(super) fn of(&self, criterion: Criterion, gain: &dyn Fn(f32) -> f32) -> Vec<Evidence> {
        match criterion {
            Criterion::Skills => self.skills(gain),
            Criterion::Experience => self.experience(),
            Criterion::Location => self.distance(),
            Criterion::Salary => self.salary(),
            Criterion::Occupation => self.occupation(),
            Criterion::Text if self.shared.is_empty() => Vec::new(),
            Criterion::Text => vec![Evidence::Words { shared: self.shared.to_vec() }],
            Criterion::Meaning => vec![Evidence::Meaning { cosine: self.cosine }],
            Criterion::Situation => self.contract(),
        }
    }

    /// Who does not say what a criterion compares.
    pub(super) fn silent(&self, criterion: Criterion) -> Option<Silent> {
        let (facets, seeker) = (&self.features.facets, self.seeker);
        let (offer, profile) = match criterion {
            Criterion::Skills => (self.features.skills.is_empty(), seeker.skills.is_empty()),
            Criterion::Experience => (criteria::months_asked(facets).is_none(), seeker.months.is_none()),
            Criterion::Location => {
                let home = seeker.place.as_ref().and_then(|place| place.position);
                (facets.position.is_none(), home.is_none())
            }
            Criterion::Salary => {
                (facets.salary.is_none(), seeker.wishes.salary.is_none_or(|wished| wished == 0))
            }
            Criterion::Occupation => (self.features.occupations.is_empty(), seeker.occupations.is_empty()),
            Criterion::Text => (false, true),
            Criterion::Situation => (true, false),
            Criterion::Meaning => (self.features.vector.values.is_empty(), seeker.vector.is_none()),
        };
        match (offer, profile) {
            (true, true) => Some(Silent::Both),
            (true, false) => Some(Silent::Offer),
            (false, true) => Some(Silent::Profile),
            (false, false) => None,
        }
    }

    /// Skills asked for: those met first, the best met first, then those missing, the dearest first.
    fn skills(&self, gain: &dyn Fn(f32) -> f32) -> Vec<Evidence> {
        let mut met = Vec::new();
        let mut missing = Vec::new();
        let demands: Vec<Demand> = self.features.skills.iter().map(Demand::from).collect();
        for (skill, &demand) in self.features.skills.iter().zip(&demands) {
            let asked = concept_label(self.graph, skill.concept);
            let words = skill.words(self.offer);
            let share = criteria::skill_share(self.graph, demand, &demands);
            match criteria::held(self.seeker, demand) {
                Some(held) => {
                    let label = source_label(self.seeker, self.graph, held.source);
                    let line = match held.source {
                        Source::Stated(index, _) => self.profile.skills[index as usize].line.clone(),
                        Source::Occupation(_) => String::new(),
                    };
                    let how = match held.how {
                        // One concept under two names: the CV's words are not the offer's.
                        How::Exact if !same_words(&words, held.source, self.profile) => How::Synonym,
                        how => how,
                    };
                    met.push((
                        share * held.value,
                        Evidence::SkillMet {
                            asked,
                            words,
                            need: skill.need,
                            held: label,
                            line,
                            how,
                            value: held.value,
                        },
                    ));
                }
                None => {
                    let cost = gain(share);
                    missing.push((cost, Evidence::SkillMissing { asked, words, need: skill.need, cost }));
                }
            }
        }
        met.sort_by(|a, b| b.0.total_cmp(&a.0));
        missing.sort_by(|a, b| b.0.total_cmp(&a.0));
        met.into_iter().chain(missing).map(|(_, evidence)| evidence).collect()
    }

    fn experience(&self) -> Vec<Evidence> {
        let Some(asked) = criteria::months_asked(&self.features.facets) else { return Vec::new() };
        let said = self.offer.experience.as_ref().filter(|found| found.value == asked);
        let mut jobs: Vec<(f32, &str)> = self
            .seeker
            .jobs
            .iter()
            .map(|job| {
                let near = criteria::job_nearness(job, &self.features.occupations);
                (near * f32::from(job.months), near, job.title.as_str())
            })
            .filter(|(_, near, _)| *near >= 0.2)
            .map(|(months, _, title)| (months, title))
            .collect();
        jobs.sort_by(|a, b| b.0.total_cmp(&a.0));
        vec![Evidence::Experience {
            asked,
            words: said.map_or(&self.offer.title, |found| &found.words).clone(),
            held: criteria::months_held(self.seeker, &self.features.occupations).round() as u16,
            total: self.seeker.months.unwrap_or_default(),
            jobs: jobs.into_iter().take(3).map(|(_, title)| title.to_owned()).collect(),
        }]
    }

    /// Contracts that are for anyone need no word.
    fn contract(&self) -> Vec<Evidence> {
        let of_some = [Contract::Apprenticeship, Contract::Internship, Contract::SelfEmployed];
        let found = self.offer.contract.iter().filter(|found| of_some.contains(&found.value));
        let evidence = |found: &Found<Contract>| Evidence::Contract {
            offered: found.value,
            words: found.words.clone(),
            suits: self.seeker.situation.suits(found.value),
        };
        found.map(evidence).collect()
    }

    fn distance(&self) -> Vec<Evidence> {
        let remote = self.features.facets.telework == Some(Telework::Full);
        let km = criteria::kilometres(self.seeker, &self.features.facets);
        if km.is_none() && !remote {
            return Vec::new();
        }
        vec![Evidence::Distance {
            km: km.unwrap_or(0.0),
            from: self.seeker.place.as_ref().map(|place| place.label.clone()).unwrap_or_default(),
            to: self.offer.place.as_ref().map(|place| place.value.label.clone()).unwrap_or_default(),
            uncertainty_km: self.features.facets.uncertainty_km,
            remote,
        }]
    }

    fn salary(&self) -> Vec<Evidence> {
        match (&self.offer.salary, self.seeker.wishes.salary) {
            (Some(found), Some(wished)) => {
                vec![Evidence::Salary { offered: found.value, words: found.words.clone(), wished }]
            }
            _ => Vec::new(),
        }
    }

    fn occupation(&self) -> Vec<Evidence> {
        let Some(best) = self.seeker.occupations.first() else { return Vec::new() };
        // Of the two likeliest occupations of the offer, when both may well be meant, the one nearest to the person.
        let Some(&(_, likeliest)) = self.features.occupations.first() else { return Vec::new() };
        let meant = self.features.occupations.iter().take(2).filter(|(_, score)| *score >= 0.85 * likeliest);
        let Some(&(offered, score)) = meant.max_by(|a, b| {
            let near = |id: OccupationId| self.seeker.proximity[usize::from(id.0)];
            (near(a.0) * a.1).total_cmp(&(near(b.0) * b.1))
        }) else {
            return Vec::new();
        };
        let near = |id| match seeker::nearness(self.graph, id, offered) {
            Nearness::Same => 3,
            Nearness::Mobility => 2,
            Nearness::Field => 1,
            Nearness::Title | Nearness::Far => 0,
        };
        let held = self.seeker.occupations.iter().rev().max_by_key(|held| near(held.id)).unwrap_or(best);
        let sum: f32 = self.features.occupations.iter().map(|(_, s)| s).sum();
        vec![Evidence::Occupation {
            offered: Occupation {
                rome: self.graph.rome(offered).to_owned(),
                label: occupation_label(self.graph, offered),
                confidence: per_cent(score / sum),
            },
            held: Occupation {
                rome: self.graph.rome(held.id).to_owned(),
                label: occupation_label(self.graph, held.id),
                confidence: per_cent(held.share),
            },
            title: held.title.clone(),
            how: seeker::nearness(self.graph, held.id, offered),
        }]
    }

    /// Licences, languages and diploma that the offer sets, each met, not met or unknown.
    pub(super) fn conditions(&self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for found in &self.offer.licences {
            conditions.push(Condition {
                asked: ConditionKind::Licence { name: found.value.label() },
                need: found.value.need,
                words: found.words.clone(),
                origin: found.origin,
                // A CV that names no licence at all may simply not speak of them.
                met: (!self.profile.licences.is_empty()).then(|| {
                    let mut names = std::iter::once(&found.value.name).chain(&found.value.or);
                    names.any(|name| self.profile.licences.iter().any(|held| covers(held, name)))
                }),
            });
        }
        for found in &self.offer.languages {
            let known = self.profile.languages.iter().find(|known| known.code == found.value.code);
            let met = match (known, found.value.level) {
                (Some(known), Some(level)) => known.level.map(|held| held >= level),
                (Some(_), None) => Some(true),
                (None, _) if self.profile.languages.is_empty() => None,
                (None, _) => Some(false),
            };
            conditions.push(Condition {
                asked: ConditionKind::Language { code: found.value.code.clone(), level: found.value.level },
                need: found.value.need,
                words: found.words.clone(),
                origin: found.origin,
                met,
            });
        }
        if let Some(found) = &self.offer.diploma {
            let highest = self.profile.education.iter().filter_map(|education| education.level).max();
            conditions.push(Condition {
                asked: ConditionKind::Diploma { level: found.value.level },
                need: found.value.need,
                words: found.words.clone(),
                origin: found.origin,
                met: highest.map(|level| level >= found.value.level),
            });
        }
        conditions
    }
}

/// Whether a licence held gives the right that `asked` names: the same name, or a narrower form of it
/// (« CACES R489-3 » where « CACES » is asked), or a heavier driving licence where « Permis B » is.
fn covers(held: &str, asked: &str) -> bool {
    let (held, asked) = (held.to_lowercase(), asked.to_lowercase());
    let heavier =
        asked == "permis b" && ["permis be", "permis c", "permis ce", "permis d"].contains(&held.as_str());
    held == asked
        || heavier
        || held.strip_prefix(&asked).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether the CV says the offer's words: in the skill's name, or in the line that it stands in.
fn same_words(words: &str, source: Source, profile: &Profile) -> bool {
    let Source::Stated(index, _) = source else { return false };
    let skill = &profile.skills[index as usize];
    let words = plain(words);
    plain(&skill.label) == words || format!(" {} ", plain(&skill.line)).contains(&format!(" {words} "))
}

/// Folded words in the singular, a space between.
fn plain(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(|c: char| !(c.is_alphanumeric() || "+#".contains(c))).filter(|w| !w.is_empty());
    words.map(|word| word.trim_end_matches(['s', 'x'])).collect::<Vec<_>>().join(" ")
}

fn per_cent(share: f32) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}
