//! Which way a query takes, by its estimated cost.
//!
//! The constants are nanoseconds read off `benches/vectors.rs` at 100,000 and 1,000,000 vectors; only their ratios
//! matter.

/// A way to find the nearest vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Score every candidate.
    Direct,
    /// Shortlist the candidates by the signs of their components, then score the shortlist.
    Signs,
    /// Walk the graph, scan what it does not know.
    Graph,
}

/// Scoring one candidate in int8.
const DIRECT: f64 = 20.0;
/// Comparing the signs of one candidate.
const SIGNS: f64 = 3.0;
/// Scoring one of the shortlist, which lie far apart in memory.
const SHORTLISTED: f64 = 100.0;
/// Walking the graph: one point in view, with the neighbours that are compared on the way to it.
const VISIT: f64 = 20_000.0;
/// Points in view at least.
const WIDTH: usize = 64;

/// Distinct vectors from which a graph is worth building: below, scanning the signs takes as long as the walk.
pub(crate) const GRAPH_FROM: usize = 500_000;

/// The cheapest way to the best `k` of `candidates` that pass the filter, out of `all`. `tail` is how many the
/// graph does not know; `None` without a graph.
pub fn plan(candidates: usize, all: usize, tail: Option<usize>, k: usize) -> Way {
    let count = candidates as f64;
    let direct = count * DIRECT;
    let signs = count * SIGNS + shortlist(k, candidates) as f64 * SHORTLISTED;
    let graph = tail.map_or(f64::INFINITY, |tail| {
        // A filter that lets one point in `n` pass makes the walk visit about `n` times as many.
        let visits = width(k) as f64 * all as f64 / count.max(1.0);
        visits * VISIT + tail as f64 * DIRECT
    });
    if graph < signs && graph < direct {
        Way::Graph
    } else if signs < direct {
        Way::Signs
    } else {
        Way::Direct
    }
}

/// How many of `candidates` the signs let through for the best `k`; `benches/vectors.rs` measures the recall. The
/// more there are, the more lie between the best by signs and the best.
pub(super) fn shortlist(k: usize, candidates: usize) -> usize {
    (k * 60).max(20_000).max(candidates / 8)
}

/// How many points the walk keeps in view for the best `k`.
pub(super) fn width(k: usize) -> usize {
    WIDTH.max(4 * k)
}
