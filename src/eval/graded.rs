//! What a set with graded pairs tells beyond the order of its offers: whether the first ones are good, and whether
//! the score means the same for everybody.
//!
//! Pairs that nobody judged are unknown, not bad: each measure is given for the whole ranking, where they count as
//! grade 0, and for the *condensed* one, where they are left out (Sakai: Alternatives to Bpref, 2007).

use std::collections::BTreeMap;

use serde::Serialize;

use super::metrics::{Grades, ndcg_10};
use super::{Collection, RankedQuery};

/// Width of a step of the calibration table, in points of the score.
const STEP: usize = 10;

/// The measures of a graded set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Graded {
    /// Over the queries that have a good offer.
    pub all: Listing,
    /// The same by style of CV, for collections that say it.
    pub styles: BTreeMap<String, Listing>,
    /// Judged pairs of all queries.
    pub pairs: usize,
    /// Chance that a good pair scores above one that is not, over the pairs of all queries, ties counting half
    /// (area under the ROC curve); `None` without pairs of both kinds.
    pub auc: Option<f64>,
    /// Pairs by their score, the highest first.
    pub calibration: Vec<Step>,
    /// Queries that have no good offer.
    pub without_good: usize,
    /// The highest score that any offer reaches for one of them, judged or not; `None` when there is none.
    pub highest_without_good: Option<f32>,
}

/// The means of the measures of some queries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Listing {
    /// Queries.
    pub queries: usize,
    /// nDCG@10.
    pub ndcg_10: f64,
    /// nDCG@10 of the condensed ranking.
    pub ndcg_10_condensed: f64,
    /// Share of the first ten that were judged.
    pub judged_10: f64,
    /// 1 where the first offer is good.
    pub first_good: f64,
    /// The same of the condensed ranking.
    pub first_good_condensed: f64,
    /// Share of the first five with grade 0.
    pub five_bad: f64,
    /// The same of the condensed ranking.
    pub five_bad_condensed: f64,
}

/// The pairs whose score lies in one step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// Lowest score of the step; the next step begins where it ends.
    pub from: usize,
    /// Judged pairs.
    pub pairs: usize,
    /// Share of them that are good.
    pub good: f64,
    /// Their mean grade.
    pub grade: f64,
}

impl Graded {
    /// Measures rankings against a collection's judgements; `None` where no pair was judged and found bad, since
    /// nothing then tells a bad offer from one that nobody looked at.
    pub(super) fn of(collection: &Collection, rankings: &[RankedQuery]) -> Option<Self> {
        if !collection.graded {
            return None;
        }
        let nothing = Grades::new();
        let (mut listings, mut pairs): (Vec<(&str, Listing)>, Vec<(f32, u8)>) = Default::default();
        let (mut without_good, mut highest): (usize, Option<f32>) = (0, None);
        for ranking in rankings {
            let grades = collection.judgements.get(&ranking.query).unwrap_or(&nothing);
            pairs.extend(ranking.offers.iter().filter_map(|(id, score)| Some((*score, *grades.get(id)?))));
            if grades.values().any(|grade| *grade >= collection.good) {
                let style = collection.styles.get(&ranking.query).map_or("", String::as_str);
                let ids: Vec<&str> = ranking.offers.iter().map(|(id, _)| id.as_str()).collect();
                listings.push((style, Listing::of(&ids, grades, collection.good)));
            } else {
                without_good += 1;
                highest = ranking
                    .offers
                    .first()
                    .map(|(_, score)| *score)
                    .into_iter()
                    .chain(highest)
                    .reduce(f32::max);
            }
        }
        let mut styles: BTreeMap<String, Vec<Listing>> = BTreeMap::new();
        for (style, listing) in listings.iter().filter(|(style, _)| !style.is_empty()) {
            styles.entry((*style).to_owned()).or_default().push(*listing);
        }
        Some(Self {
            all: Listing::mean(listings.iter().map(|(_, listing)| listing)),
            styles: styles.into_iter().map(|(style, of)| (style, Listing::mean(&of))).collect(),
            pairs: pairs.len(),
            auc: auc(&pairs, collection.good),
            calibration: calibration(&pairs, collection.good),
            without_good,
            highest_without_good: highest,
        })
    }
}

impl Listing {
    fn of(ranked: &[&str], grades: &Grades, good: u8) -> Self {
        let judged: Vec<&str> = ranked.iter().copied().filter(|id| grades.contains_key(*id)).collect();
        let grade = |id: &&str| grades.get(*id).copied().unwrap_or(0);
        let first_good = |ids: &[&str]| f64::from(u8::from(ids.first().is_some_and(|id| grade(id) >= good)));
        let five_bad = |ids: &[&str]| share(ids.iter().take(5).map(|id| grade(id) == 0));
        Self {
            queries: 1,
            ndcg_10: ndcg_10(ranked, grades),
            ndcg_10_condensed: ndcg_10(&judged, grades),
            judged_10: share(ranked.iter().take(10).map(|id| grades.contains_key(*id))),
            first_good: first_good(ranked),
            first_good_condensed: first_good(&judged),
            five_bad: five_bad(ranked),
            five_bad_condensed: five_bad(&judged),
        }
    }

    fn mean<'a>(listings: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for one in listings {
            sum.queries += 1;
            let mut one = *one;
            for (total, value) in sum.values_mut().into_iter().zip(one.values_mut()) {
                *total += *value;
            }
        }
        let queries = sum.queries.max(1) as f64;
        sum.values_mut().into_iter().for_each(|value| *value /= queries);
        sum
    }

    fn values_mut(&mut self) -> [&mut f64; 7] {
        [
            &mut self.ndcg_10,
            &mut self.ndcg_10_condensed,
            &mut self.judged_10,
            &mut self.first_good,
            &mut self.first_good_condensed,
            &mut self.five_bad,
            &mut self.five_bad_condensed,
        ]
    }
}

/// Share of those that are true; 0 of nothing.
fn share(facts: impl Iterator<Item = bool>) -> f64 {
    let (mut all, mut yes) = (0, 0);
    for fact in facts {
        all += 1;
        yes += usize::from(fact);
    }
    if all == 0 { 0.0 } else { yes as f64 / f64::from(all) }
}

/// The Mann–Whitney statistic, over the number of pairs of pairs.
fn auc(pairs: &[(f32, u8)], good: u8) -> Option<f64> {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut won) = (0_usize, 0.0);
    for ties in sorted.chunk_by(|a, b| a.0 == b.0) {
        let good = ties.iter().filter(|(_, grade)| *grade >= good).count();
        let rest = ties.len() - good;
        won += good as f64 * (below as f64 + rest as f64 / 2.0);
        below += rest;
    }
    let all = (pairs.len() - below) * below;
    (all > 0).then(|| won / all as f64)
}

fn calibration(pairs: &[(f32, u8)], good: u8) -> Vec<Step> {
    let mut steps: BTreeMap<usize, (usize, usize, usize)> = BTreeMap::new();
    for (score, grade) in pairs {
        let step = (score.max(0.0) as usize / STEP).min(100 / STEP - 1) * STEP;
        let (pairs, goods, grades) = steps.entry(step).or_default();
        *pairs += 1;
        *goods += usize::from(*grade >= good);
        *grades += usize::from(*grade);
    }
    let step = |(from, (pairs, good, grades)): (usize, (usize, usize, usize))| Step {
        from,
        pairs,
        good: good as f64 / pairs as f64,
        grade: grades as f64 / pairs as f64,
    };
    steps.into_iter().rev().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades(of: &[(&str, u8)]) -> Grades {
        of.iter().map(|&(id, grade)| (id.to_owned(), grade)).collect()
    }

    #[test]
    fn a_list_with_unjudged_offers_measured_by_hand() {
        let judged = grades(&[("a", 3), ("b", 1), ("c", 0)]);
        let listing = Listing::of(&["x", "a", "c", "b"], &judged, 2);
        let ideal = 7.0 + 1.0 / 3_f64.log2();
        assert_eq!(listing.ndcg_10, (7.0 / 3_f64.log2() + 1.0 / 5_f64.log2()) / ideal);
        assert_eq!(listing.ndcg_10_condensed, (7.0 + 1.0 / 4_f64.log2()) / ideal);
        assert_eq!((listing.first_good, listing.first_good_condensed), (0.0, 1.0));
        assert_eq!((listing.five_bad, listing.five_bad_condensed), (0.5, 1.0 / 3.0));
        assert_eq!(listing.judged_10, 0.75);
    }

    #[test]
    fn the_area_counts_ties_for_half() {
        assert_eq!(auc(&[(80.0, 3), (70.0, 0), (60.0, 2), (50.0, 1)], 2), Some(0.75));
        assert_eq!(auc(&[(80.0, 2), (80.0, 0)], 2), Some(0.5));
        assert_eq!(auc(&[(80.0, 2)], 2), None);
    }

    #[test]
    fn steps_hold_their_pairs() {
        let steps = calibration(&[(100.0, 3), (91.0, 0), (89.9, 2), (3.0, 0)], 2);
        let seen: Vec<_> = steps.iter().map(|step| (step.from, step.pairs, step.good, step.grade)).collect();
        assert_eq!(seen, [(90, 2, 0.5, 1.5), (80, 1, 1.0, 2.0), (0, 1, 0.0, 0.0)]);
    }

    #[test]
    fn means_are_by_query() {
        let one = Listing { queries: 1, ndcg_10: 1.0, five_bad: 0.5, ..Listing::default() };
        let two = Listing { queries: 1, ndcg_10: 0.5, five_bad: 0.0, ..Listing::default() };
        let mean = Listing::mean([&one, &two]);
        assert_eq!((mean.queries, mean.ndcg_10, mean.five_bad), (2, 0.75, 0.25));
    }
}
