//! Candidates to scored, explained, ordered matches.
//!
//! A profile is read once into a `Seeker`. Few offers are scored all; of many, the best by words, skills,
//! occupations and vectors together are. A score is computed from columns in memory; the offers themselves are
//! read for the page that is shown, and only there evidence is gathered.

mod candidates;
mod criteria;
mod evidence;
mod gaps;
mod seeker;
mod sentences;
mod situation;
mod wishes;

use std::cmp::Ordering;

use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use gaps::{Gap, Gaps};
pub use sentences::{
    against_sentence, band_name, condition_name, condition_sentence, criterion_name, language_name,
    part_sentences, sentences, short_reasons, wish_name,
};

use crate::columns::Selection;
use crate::engine::{Index, Snapshot};
use crate::error::Result;
use crate::filter::Filter;
use crate::offer::OfferKey;
use crate::profile::Profile;
use crate::score::{Band, Criterion, Match, Part, Versions, Weights, Wish};
use crate::skills::Graph;
use crate::store::OfferId;
use candidates::Words;
use criteria::Demand;
use evidence::Sources;
use seeker::Seeker;
pub use wishes::Division;
use wishes::Wanted;

/// Version of the formula: changes when the same inputs would give another score.
pub const FORMULA: &str = "3";

/// What to rank, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankQuery {
    /// How much each criterion counts.
    pub weights: Weights,
    /// Offers that do not pass are not ranked.
    pub filter: Filter,
    /// How many matches to give.
    pub limit: usize,
    /// How many of the best to skip.
    pub offset: usize,
    /// The day that a present job is counted up to.
    pub today: Date,
    /// Wishes of the profile that do not divide the list.
    #[serde(default)]
    pub without: Vec<Wish>,
}

impl RankQuery {
    /// The best 20 of all offers, with the default weights.
    pub fn new(today: Date) -> Self {
        Self {
            weights: Weights::default(),
            filter: Filter::default(),
            limit: 20,
            offset: 0,
            today,
            without: vec![],
        }
    }
}

/// The answer to a [`RankQuery`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// What fits the person's wishes first, then what misses some of them, among it what fits and is
    /// [far](Band::Far); in each part best first, ties by the order of import.
    pub matches: Vec<Match>,
    /// Offers that pass the filter.
    pub total: u64,
    /// How many of them were scored.
    pub scored: usize,
    /// How the wishes divide the offers that pass.
    pub division: Division,
}

/// Offers in the order of their scores, without their explanations: what pages are cut from.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The offers asked for, in the order of [`Ranking::matches`].
    pub ids: Vec<OfferId>,
    /// How many of them, the first ones, fit the person's wishes and are not [far](Band::Far).
    pub fitting: usize,
    /// Offers that pass the filter.
    pub total: u64,
    /// How many of them were scored.
    pub scored: usize,
    /// How the wishes divide the offers that pass.
    pub division: Division,
}

impl Index {
    /// Ranks the offers for a profile, best first, each with its explanation.
    ///
    /// # Errors
    /// [`Error::Outdated`](crate::Error::Outdated) when a [rebuild](Index::rebuild) must come first;
    /// [`Error::Store`](crate::Error::Store), [`Error::Text`](crate::Error::Text).
    pub fn rank(&self, profile: &Profile, query: &RankQuery) -> Result<Ranking> {
        let snapshot = self.snapshot()?;
        let ranker = Ranker::new(&snapshot, profile, query)?;
        let best = ranker.best(query)?;
        Ok(Ranking {
            matches: ranker.explain(&best.page)?,
            total: best.total,
            scored: best.scored,
            division: best.division,
        })
    }

    /// As [`Index::rank`], without the explanations: quick for hundreds of offers, of which
    /// [`Index::explain_each`] then explains those that are shown.
    ///
    /// # Errors
    /// As [`Index::rank`].
    pub fn order(&self, profile: &Profile, query: &RankQuery) -> Result<Order> {
        let snapshot = self.snapshot()?;
        let ranker = Ranker::new(&snapshot, profile, query)?;
        let best = ranker.best(query)?;
        Ok(Order {
            ids: best.page.iter().map(|scored| scored.id).collect(),
            fitting: best.fitting,
            total: best.total,
            scored: best.scored,
            division: best.division,
        })
    }

    /// The matches of offers, in the order given, whatever the query's filter says; those that are gone are left
    /// out.
    ///
    /// # Errors
    /// As [`Index::rank`].
    pub fn explain_each(&self, profile: &Profile, ids: &[OfferId], query: &RankQuery) -> Result<Vec<Match>> {
        let snapshot = self.snapshot()?;
        let ranker = Ranker::new(&snapshot, profile, query)?;
        ranker.explain(&ranker.score(ids)?)
    }

    /// The match of one offer, whatever the query's filter says; `None` when there is no such offer.
    ///
    /// # Errors
    /// What [`Index::rank`] may meet.
    pub fn explain(&self, profile: &Profile, offer: &OfferKey, query: &RankQuery) -> Result<Option<Match>> {
        let snapshot = self.snapshot()?;
        let Some(id) = snapshot.number(offer)? else { return Ok(None) };
        let ranker = Ranker::new(&snapshot, profile, query)?;
        let scored = ranker.score(&[id])?;
        Ok(ranker.explain(&scored)?.pop())
    }

    /// The skills that would raise the most offers by the most points, were they in the profile: best first, at most
    /// `query.limit`. Counted over all offers that pass the filter and lie in or near the person's occupations.
    ///
    /// # Errors
    /// As [`Index::rank`].
    pub fn gaps(&self, profile: &Profile, query: &RankQuery) -> Result<Gaps> {
        let snapshot = self.snapshot()?;
        let ranker = Ranker::new(&snapshot, profile, query)?;
        ranker.gaps(&snapshot.select(&query.filter)?, query.limit)
    }
}

/// One profile against one snapshot.
struct Ranker<'a> {
    snapshot: &'a Snapshot<'a>,
    graph: &'static Graph,
    profile: &'a Profile,
    weights: &'a Weights,
    seeker: Seeker,
    words: Words,
    wanted: Wanted,
}

/// The page that a query asks for.
struct Best {
    page: Vec<Scored>,
    /// How many of the page, the first ones, miss no wish.
    fitting: usize,
    /// Offers that pass the filter.
    total: u64,
    /// How many of them were scored.
    scored: usize,
    division: Division,
}

/// The values of one offer.
#[derive(Clone)]
struct Scored {
    id: OfferId,
    score: f32,
    values: Values,
    cosine: f32,
}

/// In the order of [`Criterion::ALL`].
type Values = [Option<f32>; Criterion::ALL.len()];

impl Scored {
    /// The score that the offer would have with another value of one criterion.
    fn score_with(&self, changed: Criterion, value: Option<f32>, weights: &Weights) -> f32 {
        let mut values = self.values;
        values[changed as usize] = value;
        Match::score(Criterion::ALL.map(|criterion| (weights.of(criterion), values[criterion as usize]))).0
    }
}

impl Scored {
    fn best_first(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id))
    }
}

impl<'a> Ranker<'a> {
    fn new(snapshot: &'a Snapshot<'a>, profile: &'a Profile, query: &'a RankQuery) -> Result<Self> {
        snapshot.check_current()?;
        let graph = Graph::builtin();
        let seeker = Seeker::new(profile, graph, snapshot.embedder(), query.today)?;
        let words = Words::telling(snapshot.text()?, &seeker.zones, snapshot.columns().language())?;
        let wanted = Wanted::new(profile, query, snapshot.text()?, snapshot.columns().live())?;
        Ok(Self { snapshot, graph, profile, weights: &query.weights, seeker, words, wanted })
    }

    /// The page that the query asks for: the offers that fit the wishes by their score, then the others by theirs.
    fn best(&self, query: &RankQuery) -> Result<Best> {
        let passing = self.snapshot.select(&query.filter)?;
        let (fit, division) = self.wanted.divide(&passing, self.snapshot.columns());
        let mut list = self.ranked(&fit, query)?;
        let mut fitting = list.len();
        if fit.len() < passing.len() {
            // What fits the wishes and is no job for this person does not come before one that is.
            fitting = list.partition_point(|scored| scored.score >= Band::WorthALook.from());
            if fitting < query.offset + query.limit {
                let mut rest = passing.clone();
                rest.keep(|at| !fit.contains(OfferId(at as u32)));
                list.extend(self.ranked(&rest, query)?);
                list[fitting..].sort_unstable_by(Scored::best_first);
            }
        }
        let scored = list.len();
        let page = list.into_iter().skip(query.offset).take(query.limit).collect();
        let fitting = fitting.saturating_sub(query.offset).min(query.limit);
        Ok(Best { page, fitting, total: passing.len(), scored, division })
    }

    /// The offers worth scoring among these, best first.
    fn ranked(&self, offers: &Selection, query: &RankQuery) -> Result<Vec<Scored>> {
        let ids = candidates::of(self.snapshot, &self.seeker, &self.words, offers, query)?;
        let mut scored = self.score(&ids)?;
        scored.sort_unstable_by(Scored::best_first);
        Ok(scored)
    }

    fn score(&self, ids: &[OfferId]) -> Result<Vec<Scored>> {
        let text = self.snapshot.text()?;
        let bm25 = text.scores_of(&self.words.body, ids)?;
        let titles = text.shares_of(&self.words.title, ids)?;
        let (columns, vectors) = (self.snapshot.columns(), self.snapshot.vectors());
        let (seeker, graph, weights) = (&self.seeker, self.graph, self.weights);
        let query_weight = self.words.weight;
        let one = |((id, bm25), title): ((&OfferId, &f32), &f32)| {
            let row = columns.row(*id)?;
            let occupations: Vec<_> = row.occupations().collect();
            let demands: Vec<Demand> = row.skills.iter().map(|skill| Demand::from(*skill)).collect();
            let cosine = seeker.vector.as_deref().and_then(|vector| vectors.cosine(vector, *id));
            let values = [
                criteria::skills(seeker, graph, &demands),
                criteria::experience(seeker, &row.facets, &occupations),
                criteria::location(seeker, &row.facets),
                criteria::salary(seeker, &row.facets),
                criteria::occupation(seeker, &occupations),
                criteria::text(*bm25, query_weight, *title),
                cosine.map(criteria::meaning),
                criteria::situation(seeker, &row.facets),
            ];
            let parts = Criterion::ALL.map(|criterion| (weights.of(criterion), values[criterion as usize]));
            let score = Match::score(parts).0;
            Some(Scored { id: *id, score, values, cosine: cosine.unwrap_or_default() })
        };
        Ok(ids.par_iter().zip(&bm25).zip(&titles).with_min_len(64).filter_map(one).collect())
    }

    fn explain(&self, page: &[Scored]) -> Result<Vec<Match>> {
        let ids: Vec<OfferId> = page.iter().map(|scored| scored.id).collect();
        let shared = self.words.shared(self.snapshot.text()?, &ids)?;
        let mut matches = Vec::with_capacity(page.len());
        for (scored, shared) in page.iter().zip(&shared) {
            let (Some(offer), Some(features)) =
                (self.snapshot.offer(scored.id)?, self.snapshot.features(scored.id)?)
            else {
                continue;
            };
            let sources = Sources {
                graph: self.graph,
                profile: self.profile,
                seeker: &self.seeker,
                offer: &offer,
                features: &features,
                cosine: scored.cosine,
                shared,
            };
            let (score, coverage) =
                Match::score(Criterion::ALL.map(|c| (self.weights.of(c), scored.values[c as usize])));
            let parts = Criterion::ALL.map(|criterion| {
                let (weight, value) = (self.weights.of(criterion), scored.values[criterion as usize]);
                let gain = |rise: f32| {
                    scored.score_with(criterion, value.map(|value| value + rise), self.weights) - score
                };
                let evidence = value.map_or_else(Vec::new, |_| sources.of(criterion, &gain));
                let silent = if value.is_none() { sources.silent(criterion) } else { None };
                Part { criterion, weight, value, silent, evidence }
            });
            matches.push(Match {
                title: offer.title.clone(),
                place: offer.place.as_ref().map(|place| place.value.label.clone()),
                company: offer.company.clone(),
                conditions: sources.conditions(),
                against: Match::against(
                    &Criterion::ALL.map(|c| (c, self.weights.of(c), scored.values[c as usize])),
                ),
                misses: self.wanted.missed(scored.id, &features.facets),
                offer: offer.key,
                score,
                band: Band::of(score),
                coverage,
                parts: parts.into(),
                versions: self.versions(),
            });
        }
        Ok(matches)
    }

    fn versions(&self) -> Versions {
        Versions {
            formula: FORMULA.to_owned(),
            graph: self.graph.version().to_owned(),
            model: self.snapshot.embedder().id().to_owned(),
        }
    }
}
