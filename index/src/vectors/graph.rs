//! A navigable small-world graph (`hnsw_rs`) over the distinct vectors.
//!
//! Many offers have the very same vector (reposts, stock titles): each distinct vector is one point, since
//! equal points crowd out the links that lead elsewhere. A graph never changes; [`Covered`] says which offers
//! it still speaks for.

use std::collections::HashMap;

use hnsw_rs::prelude::{Distance, Hnsw};
use roaring::RoaringBitmap;

use super::{Vectors, plan, quantised};
use crate::Progress;
use crate::error::Result;

/// Links of a point; with 200 candidates at construction, `benches/vectors.rs` measures the recall.
const LINKS: usize = 16;
const CANDIDATES: usize = 200;
const LAYERS: usize = 16;
/// Bytes of the scale that follows the components of a point.
const SCALE: usize = size_of::<f32>();

/// A graph of vectors, built from [`GraphInput`] or loaded from a [`Snapshot`](super::Snapshot).
pub struct Graph {
    pub(super) hnsw: Hnsw<'static, i8, Cosine>,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("points", &self.points()).finish()
    }
}

impl Graph {
    /// Distinct vectors in the graph.
    pub fn points(&self) -> usize {
        self.hnsw.get_nb_point()
    }
}

/// One minus the cosine of two points: int8 components, then the scale.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cosine;

impl Distance<i8> for Cosine {
    fn eval(&self, a: &[i8], b: &[i8]) -> f32 {
        let (a, scale_a) = a.split_at(a.len() - SCALE);
        let (b, scale_b) = b.split_at(b.len() - SCALE);
        let cosine = quantised::dot(a, b) as f32 * scale(scale_a) * scale(scale_b);
        (1.0 - cosine).max(0.0)
    }
}

fn scale(bytes: &[i8]) -> f32 {
    f32::from_le_bytes([bytes[0] as u8, bytes[1] as u8, bytes[2] as u8, bytes[3] as u8])
}

fn point(values: &[i8], scale: f32) -> Vec<i8> {
    let mut point = Vec::with_capacity(values.len() + SCALE);
    point.extend_from_slice(values);
    point.extend(scale.to_le_bytes().map(|b| b as i8));
    point
}

/// The distinct vectors at one moment.
pub struct GraphInput {
    points: Vec<Vec<i8>>,
}

impl GraphInput {
    pub(super) fn new(vectors: &Vectors) -> Self {
        let mut distinct: Vec<usize> = (0..vectors.len()).collect();
        distinct.sort_unstable_by_key(|&slot| (vectors.values_of(slot), vectors.ids[slot]));
        distinct.dedup_by(|a, b| vectors.values_of(*a) == vectors.values_of(*b));
        // In the order of the offers: close to the order of import, which is as good as random.
        distinct.sort_unstable_by_key(|&slot| vectors.ids[slot]);
        let points = distinct.iter().map(|&slot| point(vectors.values_of(slot), vectors.scales[slot]));
        Self { points: points.collect() }
    }

    /// Distinct vectors.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Builds the graph on one thread: about 2 ms a point at 100,000 points.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled) when `progress` says so.
    pub fn build(self, progress: &Progress<'_>) -> Result<Graph> {
        let total = self.points.len();
        let hnsw = Hnsw::new(LINKS, total.max(1), LAYERS, CANDIDATES, Cosine);
        for (i, point) in self.points.iter().enumerate() {
            if i % 256 == 0 {
                progress.step(i as u64, total as u64)?;
            }
            hnsw.insert((point, i));
        }
        progress.step(total as u64, total as u64)?;
        Ok(Graph { hnsw })
    }
}

/// A graph, and the offers that it speaks for.
#[derive(Debug)]
pub(super) struct Covered {
    graph: Graph,
    /// Offers of point `p`: `offers[starts[p]..starts[p + 1]]`.
    starts: Vec<u32>,
    offers: Vec<u32>,
    /// Those of them whose vector is still the point's.
    live: RoaringBitmap,
    /// Offers whose vector no point has.
    tail: RoaringBitmap,
}

impl Covered {
    /// Finds, for each point of the graph, the offers that have its very vector.
    pub(super) fn new(graph: Graph, vectors: &Vectors) -> Self {
        let mut of_point: Vec<(u32, u32)> = Vec::with_capacity(vectors.len());
        {
            let points: HashMap<Vec<i8>, u32> = graph
                .hnsw
                .get_point_indexation()
                .into_iter()
                .map(|p| (p.get_v().to_vec(), p.get_origin_id() as u32))
                .collect();
            for slot in 0..vectors.len() {
                if let Some(&p) = points.get(&point(vectors.values_of(slot), vectors.scales[slot])) {
                    of_point.push((p, vectors.ids[slot]));
                }
            }
        }
        of_point.sort_unstable();
        let mut starts = vec![0u32; graph.points() + 1];
        for &(p, _) in &of_point {
            starts[p as usize + 1] += 1;
        }
        for p in 1..starts.len() {
            starts[p] += starts[p - 1];
        }
        let offers: Vec<u32> = of_point.into_iter().map(|(_, id)| id).collect();
        let live: RoaringBitmap = offers.iter().copied().collect();
        let tail = vectors.ids.iter().copied().filter(|&id| !live.contains(id)).collect();
        Self { graph, starts, offers, live, tail }
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Offers that have a vector and are to be scanned, since no point stands for them.
    pub(super) fn tail(&self) -> &RoaringBitmap {
        &self.tail
    }

    /// The offer has a new vector.
    pub(super) fn miss(&mut self, id: u32) {
        self.tail.insert(id);
    }

    /// The offer has no vector any more.
    pub(super) fn forget(&mut self, id: u32) {
        self.live.remove(id);
        self.tail.remove(id);
    }

    /// Offers of the points nearest to `query`: at least `k` where the filter lets as many pass.
    pub(super) fn search(&self, query: &[f32], k: usize, filter: Option<&RoaringBitmap>) -> Vec<u32> {
        let coarse = quantised::quantise(query);
        let passes = |id: &u32| self.live.contains(*id) && filter.is_none_or(|f| f.contains(*id));
        let any = |p: &usize| self.offers_of(*p).iter().any(passes);
        let all_pass = filter.is_none() && self.live.len() as usize == self.offers.len();
        let found = self.graph.hnsw.search_filter(
            &point(&coarse.values, coarse.scale),
            k + k / 4 + 16,
            plan::width(k),
            if all_pass { None } else { Some(&any) },
        );
        let points = found.iter().map(|n| n.d_id);
        points.flat_map(|p| self.offers_of(p).iter().copied().filter(passes)).collect()
    }

    fn offers_of(&self, point: usize) -> &[u32] {
        &self.offers[self.starts[point] as usize..self.starts[point + 1] as usize]
    }
}
