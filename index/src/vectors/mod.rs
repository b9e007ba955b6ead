//! Nearest neighbours over the offers' vectors.
//!
//! [`Vectors`] keeps every vector in memory as int8 with its signs as bits. A query takes the cheapest of
//! three ways that the [planner](plan) knows the cost of: score every candidate, shortlist by signs and score
//! the shortlist, or walk an optional [`Graph`]. All three give the cosine of the query with the int8 vector,
//! so which way was taken shows in the time only.

mod graph;
mod plan;
mod quantised;
mod scan;
mod snapshot;

use roaring::RoaringBitmap;

use crate::features::Quantised;
use crate::store::OfferId;

pub use graph::{Graph, GraphInput};
pub(crate) use plan::GRAPH_FROM;
pub use plan::{Way, plan};
pub(crate) use quantised::dot;
pub use quantised::quantise;
pub use snapshot::{Snapshot, SnapshotHeader};

const ABSENT: u32 = u32::MAX;

/// The vectors of all offers, in memory: `dim + dim/8 + 12` bytes an offer.
#[derive(Debug)]
pub struct Vectors {
    dim: usize,
    /// Offer in each slot; slots are dense, in no order.
    ids: Vec<u32>,
    /// Slot of each offer, by its number.
    slots: Vec<u32>,
    values: Vec<i8>,
    scales: Vec<f32>,
    signs: Vec<u64>,
    graph: Option<graph::Covered>,
}

impl Vectors {
    /// No vectors yet; all will have `dim` components.
    pub fn new(dim: usize) -> Self {
        assert!(dim > 0, "vectors have at least one component");
        Self { dim, ids: vec![], slots: vec![], values: vec![], scales: vec![], signs: vec![], graph: None }
    }

    /// Components of a vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Offers that have a vector.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether no offer has a vector.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Gives an offer its vector, in place of any former one. A vector of another dimension (an empty one, of
    /// an offer with nothing to embed) leaves the offer without.
    pub fn insert(&mut self, id: OfferId, vector: &Quantised) {
        self.remove(id);
        if vector.values.len() != self.dim {
            return;
        }
        let at = id.0 as usize;
        if self.slots.len() <= at {
            self.slots.resize(at + 1, ABSENT);
        }
        self.slots[at] = self.ids.len() as u32;
        self.ids.push(id.0);
        self.values.extend_from_slice(&vector.values);
        self.scales.push(vector.scale);
        quantised::push_signs(&vector.values, &mut self.signs);
        if let Some(graph) = &mut self.graph {
            graph.miss(id.0);
        }
    }

    /// Takes an offer's vector away; tells whether it had one.
    pub fn remove(&mut self, id: OfferId) -> bool {
        let Some(slot) = self.slot(id.0) else { return false };
        let last = self.ids.len() - 1;
        let words = quantised::sign_words(self.dim);
        self.values.copy_within(last * self.dim.., slot * self.dim);
        self.values.truncate(last * self.dim);
        self.signs.copy_within(last * words.., slot * words);
        self.signs.truncate(last * words);
        self.scales.swap_remove(slot);
        self.ids.swap_remove(slot);
        self.slots[id.0 as usize] = ABSENT;
        if slot != last {
            self.slots[self.ids[slot] as usize] = slot as u32;
        }
        if let Some(graph) = &mut self.graph {
            graph.forget(id.0);
        }
        true
    }

    /// Cosine of `query` (a unit vector) with an offer's vector, from −1 to 1. `None` when it has none.
    pub fn cosine(&self, query: &[f32], id: OfferId) -> Option<f32> {
        self.slot(id.0).map(|slot| quantised::dot_float(query, self.values_of(slot)) * self.scales[slot])
    }

    /// The `k` offers whose vectors have the highest cosine with `query` (a unit vector of [`Self::dim`]
    /// components; any other gives nothing), best first, ties by offer. With a filter, among its offers only.
    pub fn nearest(&self, query: &[f32], k: usize, filter: Option<&RoaringBitmap>) -> Vec<(OfferId, f32)> {
        let candidates = filter.map_or(self.len(), |f| self.len().min(f.len() as usize));
        let way = plan(candidates, self.len(), self.graph.as_ref().map(|g| g.tail().len() as usize), k);
        self.nearest_by(way, query, k, filter)
    }

    /// [`Self::nearest`] by a given way, for measurements. Without a graph, [`Way::Graph`] is [`Way::Signs`].
    pub fn nearest_by(
        &self,
        way: Way,
        query: &[f32],
        k: usize,
        filter: Option<&RoaringBitmap>,
    ) -> Vec<(OfferId, f32)> {
        if query.len() != self.dim || k == 0 || self.is_empty() {
            return vec![];
        }
        let mut found = match (way, &self.graph) {
            (Way::Graph, Some(graph)) => self.walk(graph, query, k, filter),
            (way, _) => {
                let slots = filter.map(|f| f.iter().filter_map(|id| self.slot(id)).collect::<Vec<_>>());
                scan::top(self, query, k, slots.as_deref(), way == Way::Direct)
            }
        };
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(k);
        found
    }

    /// A copy of the vectors that [`GraphInput::build`] makes a graph of, without holding on to `self`.
    pub fn graph_input(&self) -> GraphInput {
        GraphInput::new(self)
    }

    /// Searches by this graph where it is the cheapest way. Offers that changed since the graph was built are
    /// scanned beside it.
    pub fn use_graph(&mut self, graph: Graph) {
        self.graph = Some(graph::Covered::new(graph, self));
    }

    /// The graph in use.
    pub fn graph(&self) -> Option<&Graph> {
        self.graph.as_ref().map(graph::Covered::graph)
    }

    /// Offers that the graph in use does not know, and are scanned: 0 without a graph.
    pub fn graph_lag(&self) -> usize {
        self.graph.as_ref().map_or(0, |g| g.tail().len() as usize)
    }

    fn walk(
        &self,
        graph: &graph::Covered,
        query: &[f32],
        k: usize,
        filter: Option<&RoaringBitmap>,
    ) -> Vec<(OfferId, f32)> {
        let ids = graph.search(query, k, filter);
        let mut found: Vec<(OfferId, f32)> =
            ids.into_iter().filter_map(|id| Some((OfferId(id), self.cosine(query, OfferId(id))?))).collect();
        if !graph.tail().is_empty() {
            let tail = graph.tail().iter().filter(|&id| filter.is_none_or(|f| f.contains(id)));
            let slots: Vec<usize> = tail.filter_map(|id| self.slot(id)).collect();
            found.extend(scan::top(self, query, k, Some(&slots), true));
        }
        found
    }

    fn slot(&self, id: u32) -> Option<usize> {
        self.slots.get(id as usize).filter(|&&slot| slot != ABSENT).map(|&slot| slot as usize)
    }

    fn values_of(&self, slot: usize) -> &[i8] {
        &self.values[slot * self.dim..][..self.dim]
    }
}

#[cfg(test)]
mod tests;
