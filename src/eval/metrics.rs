//! Measures of a ranking against judgements, as TREC and the BEIR benchmark define them.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

/// Grades of the judged documents of one query; a document that is not here was not judged, and counts
/// as grade 0.
pub type Grades = HashMap<String, u8>;

/// The measures of one query, or their means over queries. All lie between 0 and 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Metrics {
    /// Discounted gain of the first ten (gain 2^grade − 1, discount log2(rank + 1)), over the best that
    /// the judged documents allow (Järvelin and Kekäläinen, 2002; gain of Burges et al., 2005).
    pub ndcg_10: f64,
    /// Mean of the precisions at the rank of each good document; one not found adds 0.
    pub map: f64,
    /// 1 / rank of the first good document.
    pub mrr: f64,
    /// 1 when a good document is among the first ten.
    pub success_10: f64,
    /// Share of the good documents that are among the first fifty.
    pub recall_50: f64,
}

impl Metrics {
    /// Measures a ranking, best first. A document that comes twice counts at its first rank only.
    /// `None` when no document of the query has the grade `good` or above: it says nothing about a ranker.
    pub fn of(ranked: &[String], grades: &Grades, good: u8) -> Option<Self> {
        let wanted = grades.values().filter(|&&grade| grade >= good).count();
        if wanted == 0 {
            return None;
        }
        let mut seen = HashSet::new();
        let found: Vec<&str> = ranked.iter().map(String::as_str).filter(|id| seen.insert(*id)).collect();
        let mut measured = Self { ndcg_10: ndcg_10(&found, grades), ..Self::default() };
        let mut hits = 0_usize;
        for (place, id) in found.into_iter().enumerate() {
            if grades.get(id).is_some_and(|grade| *grade >= good) {
                hits += 1;
                measured.map += hits as f64 / (place + 1) as f64;
                if hits == 1 {
                    measured.mrr = 1.0 / (place + 1) as f64;
                }
                if place < 10 {
                    measured.success_10 = 1.0;
                }
                if place < 50 {
                    measured.recall_50 += 1.0 / wanted as f64;
                }
            }
        }
        measured.map /= wanted as f64;
        Some(measured)
    }

    /// Names and values, in the order in which they are shown.
    pub fn named(self) -> [(&'static str, f64); 5] {
        [
            ("nDCG@10", self.ndcg_10),
            ("MAP", self.map),
            ("MRR", self.mrr),
            ("success@10", self.success_10),
            ("recall@50", self.recall_50),
        ]
    }
}

/// Discounted gain of the first ten, over the best that the judged documents allow; 0 where none has a gain.
pub(super) fn ndcg_10(ranked: &[&str], grades: &Grades) -> f64 {
    let gains = ranked.iter().take(10).enumerate();
    let gain: f64 = gains.map(|(place, id)| discounted(grades.get(*id).copied().unwrap_or(0), place)).sum();
    let ideal = ideal_gain_10(grades);
    if ideal > 0.0 { gain / ideal } else { 0.0 }
}

fn discounted(grade: u8, place: usize) -> f64 {
    (2_f64.powi(i32::from(grade)) - 1.0) / ((place + 2) as f64).log2()
}

fn ideal_gain_10(grades: &Grades) -> f64 {
    let mut best: Vec<u8> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    best.iter().take(10).enumerate().map(|(place, &grade)| discounted(grade, place)).sum()
}

/// A measure's mean over queries with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Name of the measure, such as `nDCG@10`.
    pub measure: &'static str,
    /// Mean over queries.
    pub mean: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// Means over queries with percentile bootstrap intervals (Efron, 1979; Sakai, 2006, for retrieval):
/// 1,000 resamples of the queries, the same ones for every measure, drawn from a fixed seed. Empty when
/// there is no query.
pub fn estimates(queries: &[Metrics]) -> Vec<Estimate> {
    const RESAMPLES: usize = 1_000;
    if queries.is_empty() {
        return Vec::new();
    }
    let rows: Vec<_> = queries.iter().map(|query| query.named()).collect();
    let mean_of = |pick: &mut dyn FnMut(usize) -> usize| {
        let mut sums = [0.0; 5];
        for drawn in 0..rows.len() {
            let row = &rows[pick(drawn)];
            for (sum, (_, value)) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        sums.map(|sum| sum / rows.len() as f64)
    };
    let means = mean_of(&mut |i| i);
    let mut random = SplitMix(0x6a6f_626d_6174_6368);
    let resampled: Vec<_> = (0..RESAMPLES).map(|_| mean_of(&mut |_| random.below(rows.len()))).collect();
    rows[0]
        .iter()
        .enumerate()
        .map(|(column, &(measure, _))| {
            let mut draws: Vec<f64> = resampled.iter().map(|means| means[column]).collect();
            draws.sort_unstable_by(f64::total_cmp);
            let low = draws[RESAMPLES * 25 / 1_000];
            let high = draws[RESAMPLES * 975 / 1_000 - 1];
            Estimate { measure, mean: means[column], low, high }
        })
        .collect()
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same on every machine.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades(of: &[(&str, u8)]) -> Grades {
        of.iter().map(|&(id, grade)| (id.to_owned(), grade)).collect()
    }

    fn ranking(ids: &str) -> Vec<String> {
        ids.split_whitespace().map(str::to_owned).collect()
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn a_graded_ranking_measured_by_hand() {
        let judged = grades(&[("a", 2), ("b", 2), ("c", 1), ("d", 0)]);
        // Ranks: x unjudged, c grade 1, a grade 2, d grade 0, b grade 2.
        let m = Metrics::of(&ranking("x c a d b"), &judged, 2).unwrap();
        let gain = 1.0 / 3_f64.log2() + 3.0 / 4_f64.log2() + 3.0 / 6_f64.log2();
        let ideal = 3.0 + 3.0 / 3_f64.log2() + 1.0 / 4_f64.log2();
        close(m.ndcg_10, gain / ideal);
        close(m.map, (1.0 / 3.0 + 2.0 / 5.0) / 2.0);
        close(m.mrr, 1.0 / 3.0);
        close(m.success_10, 1.0);
        close(m.recall_50, 1.0);
    }

    #[test]
    fn the_ideal_order_is_one_whatever_the_order_of_equal_grades() {
        let judged = grades(&[("a", 2), ("b", 2), ("c", 1)]);
        for order in ["a b c", "b a c"] {
            let m = Metrics::of(&ranking(order), &judged, 2).unwrap();
            for (_, value) in m.named() {
                close(value, 1.0);
            }
        }
    }

    #[test]
    fn documents_that_are_not_found_cost() {
        let judged = grades(&[("a", 1), ("b", 1), ("c", 1), ("d", 1)]);
        let m = Metrics::of(&ranking("b"), &judged, 1).unwrap();
        close(m.map, 0.25);
        close(m.mrr, 1.0);
        close(m.recall_50, 0.25);
        assert_eq!(Metrics::of(&[], &judged, 1), Some(Metrics::default()));
    }

    #[test]
    fn the_cuts_are_at_ten_and_fifty() {
        let judged = grades(&[("a", 1), ("b", 1)]);
        let mut ids: Vec<String> = (0..60).map(|i| format!("x{i}")).collect();
        ids[10] = "a".into();
        ids[50] = "b".into();
        let m = Metrics::of(&ids, &judged, 1).unwrap();
        close(m.ndcg_10, 0.0);
        close(m.success_10, 0.0);
        close(m.recall_50, 0.5);
        close(m.mrr, 1.0 / 11.0);
        close(m.map, (1.0 / 11.0 + 2.0 / 51.0) / 2.0);
    }

    #[test]
    fn a_document_that_comes_twice_counts_once() {
        let judged = grades(&[("a", 1), ("b", 1)]);
        let twice = Metrics::of(&ranking("a a a b"), &judged, 1).unwrap();
        assert_eq!(twice, Metrics::of(&ranking("a b"), &judged, 1).unwrap());
    }

    #[test]
    fn a_query_without_a_good_document_is_left_out() {
        assert_eq!(Metrics::of(&ranking("a"), &grades(&[("a", 1)]), 2), None);
        assert_eq!(Metrics::of(&ranking("a"), &grades(&[]), 1), None);
    }

    #[test]
    fn intervals_hold_the_mean_and_are_the_same_each_time() {
        let queries: Vec<Metrics> = (0..40)
            .map(|i| Metrics { map: f64::from(i % 5) / 4.0, mrr: 0.5, ..Metrics::default() })
            .collect();
        let first = estimates(&queries);
        assert_eq!(first, estimates(&queries));
        let [_, map, mrr, ..] = first[..] else { panic!("{first:?}") };
        assert_eq!((map.measure, mrr.measure), ("MAP", "MRR"));
        close(map.mean, 0.5);
        assert!(map.low < 0.5 && 0.5 < map.high && map.high - map.low < 0.3, "{map:?}");
        close(mrr.low, 0.5);
        close(mrr.high, 0.5);
        assert!(estimates(&[]).is_empty());
    }
}
