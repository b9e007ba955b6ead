//! Job titles to occupations by meaning: the vectors of all known titles, by occupation.
//!
//! Words alone miss « Data scientist » for « Expert en sciences des données ». Always the built-in table, whatever
//! model embeds the offers: what an offer's occupation is must not depend on it.

use rayon::prelude::*;

use super::{Graph, OccupationId};
use crate::embed::StaticTable;
use crate::features::Quantised;
use crate::vectors::{dot, quantise};

/// The known titles of every occupation, as int8 vectors.
pub(super) struct TitleVectors {
    /// Titles of occupation `o`: `vectors[starts[o]..starts[o + 1]]`.
    starts: Vec<u32>,
    vectors: Vec<Quantised>,
    /// How surely each title means its occupation, 0 to 1.
    sureness: Vec<f32>,
    /// Mean of each occupation's titles.
    centres: Vec<Quantised>,
}

/// Occupations whose titles are compared one by one: those with the nearest centres.
const COMPARED: usize = 64;
/// Titles nearest to the one asked for that count for an occupation.
const NEAREST: usize = 3;

impl TitleVectors {
    pub(super) fn new(graph: &Graph) -> Self {
        let table = StaticTable::builtin();
        let mut titles: Vec<_> = graph.titles().iter().collect();
        titles.sort_by_key(|title| title.occupation);
        let embedded: Vec<Vec<f32>> = titles.par_iter().map(|title| table.vector(&title.text)).collect();
        let mut starts = vec![0_u32];
        let mut centres = Vec::with_capacity(graph.occupation_count());
        for occupation in (0..graph.occupation_count() as u16).map(OccupationId) {
            let from = starts[starts.len() - 1] as usize;
            let count = titles[from..].iter().take_while(|title| title.occupation == occupation).count();
            let mut centre = vec![0.0_f32; embedded.first().map_or(0, Vec::len)];
            for vector in &embedded[from..from + count] {
                centre.iter_mut().zip(vector).for_each(|(sum, x)| *sum += x);
            }
            centres.push(quantise(&centre));
            starts.push((from + count) as u32);
        }
        let vectors = embedded.par_iter().map(|vector| quantise(vector)).collect();
        let sureness = titles.iter().map(|title| f32::from(title.weight) / 100.0).collect();
        Self { starts, vectors, sureness, centres }
    }

    /// Occupations near to a title, each with the cosine of its nearest titles, 0 to 1, in no order.
    pub(super) fn near(&self, title: &str) -> Vec<(OccupationId, f32)> {
        let title = quantise(&StaticTable::builtin().vector(title));
        if title.scale == 0.0 {
            return vec![];
        }
        let mut near: Vec<(f32, usize)> =
            self.centres.iter().enumerate().map(|(o, centre)| (cosine(&title, centre), o)).collect();
        let compared = COMPARED.min(near.len());
        if compared < near.len() {
            near.select_nth_unstable_by(compared, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        near[..compared]
            .iter()
            .map(|&(_, o)| {
                let titles = self.starts[o] as usize..self.starts[o + 1] as usize;
                let mut cosines: Vec<f32> =
                    titles.map(|n| self.sureness[n] * cosine(&title, &self.vectors[n])).collect();
                cosines.sort_unstable_by(|a, b| b.total_cmp(a));
                cosines.truncate(NEAREST);
                let mean = cosines.iter().sum::<f32>() / cosines.len().max(1) as f32;
                (OccupationId(o as u16), mean.clamp(0.0, 1.0))
            })
            .collect()
    }
}

fn cosine(a: &Quantised, b: &Quantised) -> f32 {
    dot(&a.values, &b.values) as f32 * a.scale * b.scale
}
