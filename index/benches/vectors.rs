//! Nearest vectors by each way, by size of the corpus and share of it that a filter lets pass.
//!
//! `cargo bench -p jobmatch-index --bench vectors [-- SIZE…]`; sizes are 10000 100000 1000000 when none is
//! given, and the graph is built up to 100000. Prints the median time of a query and the recall of its best 50
//! against the direct scan. The constants of `vectors::plan` come from here.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

use jobmatch_index::Progress;
use jobmatch_index::store::OfferId;
use jobmatch_index::vectors::{Vectors, Way, plan, quantise};
use roaring::RoaringBitmap;

const DIM: usize = 256;
const BEST: usize = 50;
const QUERIES: usize = 41;
const GRAPH_UP_TO: usize = 100_000;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes };
    for size in sizes {
        bench(size);
    }
}

fn bench(size: usize) {
    let mut source = Source::new(size / 40);
    let mut vectors = Vectors::new(DIM);
    let rows: Vec<_> = (0..size).map(|_| quantise(&source.vector())).collect();
    let began = Instant::now();
    for (i, row) in rows.iter().enumerate() {
        vectors.insert(OfferId(i as u32), row);
    }
    println!("\n{size} offers, filled in {:.0?}", began.elapsed());
    drop(rows);
    let queries: Vec<_> = (0..QUERIES).map(|_| source.vector()).collect();
    if size <= GRAPH_UP_TO {
        let began = Instant::now();
        let graph = vectors.graph_input().build(&Progress::none()).expect("nobody cancels");
        println!("graph of {} points built in {:.1?}", graph.points(), began.elapsed());
        vectors.use_graph(graph);
    }
    println!(
        "{:>9} {:>12} {:>12} {:>8} {:>12} {:>8}  planned",
        "passing", "direct", "signs", "recall", "graph", "recall"
    );
    for percent in [100.0, 50.0, 10.0, 1.0, 0.1] {
        let step = (100.0f64 / percent).round() as u32;
        let filter: RoaringBitmap =
            (0..size as u32).filter(|i| i.wrapping_mul(2_654_435_761) % step == 0).collect();
        let filter = (percent < 100.0).then_some(&filter);
        let (direct, truth) = measure(&vectors, Way::Direct, &queries, filter);
        let (signs, found) = measure(&vectors, Way::Signs, &queries, filter);
        let by_signs = recall(&truth, &found);
        let passing = filter.map_or(size, |f| f.len() as usize);
        let tail = vectors.graph().map(|_| vectors.graph_lag());
        let planned = plan(passing, size, tail, BEST);
        let graph = tail.map(|_| measure(&vectors, Way::Graph, &queries, filter));
        let (graph, by_graph) = graph.map_or((String::new(), String::new()), |(time, found)| {
            (format!("{time:.1?}"), format!("{:.4}", recall(&truth, &found)))
        });
        println!(
            "{passing:>9} {direct:>12.1?} {signs:>12.1?} {by_signs:>8.4} {graph:>12} {by_graph:>8}  {planned:?}"
        );
    }
}

type Found = Vec<Vec<(OfferId, f32)>>;

fn measure(
    vectors: &Vectors,
    way: Way,
    queries: &[Vec<f32>],
    filter: Option<&RoaringBitmap>,
) -> (Duration, Found) {
    let mut times = vec![];
    let mut found = vec![];
    for query in queries {
        let began = Instant::now();
        found.push(vectors.nearest_by(way, query, BEST, filter));
        times.push(began.elapsed());
    }
    times.sort();
    (times[times.len() / 2], found)
}

fn recall(truth: &Found, found: &Found) -> f64 {
    let hits: usize = truth.iter().zip(found).map(|(t, f)| t.iter().filter(|x| f.contains(x)).count()).sum();
    hits as f64 / truth.iter().map(Vec::len).sum::<usize>() as f64
}

/// Vectors around centres of different sizes, from a fixed sequence.
struct Source {
    state: u64,
    centres: Vec<Vec<f32>>,
}

impl Source {
    fn new(centres: usize) -> Self {
        let mut source = Self { state: 42, centres: vec![] };
        source.centres = (0..centres).map(|_| (0..DIM).map(|_| source.next()).collect()).collect();
        source
    }

    fn next(&mut self) -> f32 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    }

    /// A unit vector.
    fn vector(&mut self) -> Vec<f32> {
        let share = self.next() + 0.5;
        let centre = ((share * share) * self.centres.len() as f32) as usize;
        let mut vector = self.centres[centre.min(self.centres.len() - 1)].clone();
        for x in &mut vector {
            *x += 0.8 * self.next();
        }
        let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|x| *x /= norm);
        vector
    }
}
