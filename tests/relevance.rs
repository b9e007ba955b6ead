//! Guards how well the engine ranks, on the fictional judged set that `src/demo/data/README.md` describes.

use std::path::Path;

use jiff::civil::date;
use jobmatch::eval::{Collection, Ranker, Report, evaluate};

/// Lowest mean of each measure that passes, a little under what the engine reaches: a change that lowers one
/// is looked at before the figure is.
const BARS: [(&str, f64); 5] =
    [("nDCG@10", 0.60), ("MAP", 0.55), ("MRR", 0.65), ("success@10", 0.85), ("recall@50", 0.85)];

/// How much worse than its best part the whole may be, for want of queries.
const TOLERANCE: f64 = 0.02;

fn measured(ranker: Ranker) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/data/judged");
    let collection = Collection::read(&folder).unwrap();
    evaluate(&collection, &ranker.weights(), date(2026, 11, 22), &|_| {}).unwrap()
}

fn mean(report: &Report, measure: &str) -> f64 {
    report.estimates.iter().find(|estimate| estimate.measure == measure).unwrap().mean
}

#[test]
fn the_judged_set_is_ranked_as_well_as_before() {
    let hybrid = measured(Ranker::Hybrid);
    assert!(
        hybrid.rejected.is_empty() && hybrid.unread.is_empty(),
        "{:?} {:?}",
        hybrid.rejected,
        hybrid.unread
    );
    assert!(hybrid.measured >= 25, "{}", hybrid.measured);
    for (measure, bar) in BARS {
        let reached = mean(&hybrid, measure);
        assert!(reached >= bar, "{measure} is {reached:.3}, below {bar}");
    }
    for part in [Ranker::Text, Ranker::Vectors, Ranker::Skills] {
        let alone = mean(&measured(part), "nDCG@10");
        let together = mean(&hybrid, "nDCG@10");
        assert!(together >= alone - TOLERANCE, "{} alone reaches {alone:.3}, all {together:.3}", part.name());
    }
}
