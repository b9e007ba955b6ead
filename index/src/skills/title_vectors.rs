//! Job titles to occupations by meaning: the vectors of all known titles, by occupation.
//!
//! Words alone miss « Data scientist » for « Expert en sciences des données ». Always the built-in table, whatever
//! model embeds the offers: what an offer's occupation is must not depend on it.

use std::collections::HashMap;

use super::{Graph, OccupationId};
use crate::embed::{Embedder, StaticTable};
use crate::features::Quantised;
use crate::vectors::{dot, quantise};

/// The known titles of every occupation, as int8 vectors.
pub(super) struct TitleVectors {
    /// Titles of occupation `o`: numbers `starts[o]..starts[o + 1]`.
    starts: Vec<u32>,
    titles: Rows,
    /// By occupation, the mean of its titles.
    centres: Rows,
}

/// Occupations whose titles are compared one by one: those with the nearest centres.
const COMPARED: usize = 64;
/// Titles nearest to the one asked for that count for an occupation.
const NEAREST: usize = 2;

impl TitleVectors {
    pub(super) fn new(graph: &Graph) -> Self {
        let table = StaticTable::builtin();
        let mut titles: Vec<_> = graph.titles().iter().collect();
        titles.sort_by_key(|title| title.occupation);
        let texts: Vec<&str> = titles.iter().map(|title| title.text.as_ref()).collect();
        let embedded = embed(table, &texts);
        let mut found = Self { starts: vec![0], titles: Rows::default(), centres: Rows::default() };
        let mut at = 0;
        for occupation in (0..graph.occupation_count() as u16).map(OccupationId) {
            let mut centre = vec![0.0_f32; table.dim()];
            // Both genders of a title have one vector: the surest stands for all.
            let mut distinct: HashMap<&[i8], f32> = HashMap::new();
            while let Some(title) = titles.get(at).filter(|title| title.occupation == occupation) {
                centre.iter_mut().zip(&embedded[at].0).for_each(|(sum, x)| *sum += x);
                let sureness = f32::from(title.weight) / 100.0;
                let factor = distinct.entry(&embedded[at].1.values).or_default();
                *factor = factor.max(sureness * embedded[at].1.scale);
                at += 1;
            }
            let mut distinct: Vec<_> = distinct.into_iter().collect();
            distinct.sort_unstable_by_key(|(values, _)| *values);
            for (values, factor) in distinct {
                found.titles.push(values, factor);
            }
            let centre = quantise(&centre);
            found.centres.push(&centre.values, centre.scale);
            found.starts.push(found.titles.factors.len() as u32);
        }
        found
    }

    /// Occupations near to a title, each with the mean cosine of its nearest titles, 0 to 1, in no order.
    pub(super) fn near(&self, title: &str) -> Vec<(OccupationId, f32)> {
        let title = quantise(&StaticTable::builtin().vector(title));
        if title.scale == 0.0 {
            return vec![];
        }
        let mut near: Vec<(f32, usize)> =
            (0..self.centres.factors.len()).map(|o| (self.centres.cosine(&title, o), o)).collect();
        let compared = COMPARED.min(near.len());
        if compared < near.len() {
            near.select_nth_unstable_by(compared, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        near[..compared]
            .iter()
            .map(|&(_, o)| {
                let titles = self.starts[o] as usize..self.starts[o + 1] as usize;
                let mut cosines: Vec<f32> = titles.map(|n| self.titles.cosine(&title, n)).collect();
                cosines.sort_unstable_by(|a, b| b.total_cmp(a));
                cosines.truncate(NEAREST);
                let mean = cosines.iter().sum::<f32>() / cosines.len().max(1) as f32;
                (OccupationId(o as u16), mean.clamp(0.0, 1.0))
            })
            .collect()
    }
}

/// Embeds on all cores. On threads of its own: this runs while others wait for it, and a thread of rayon's that
/// waits for its parts may take up work that waits for this very table.
fn embed(table: &StaticTable, texts: &[&str]) -> Vec<(Vec<f32>, Quantised)> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let one = |text: &&str| {
        let vector = table.vector(text);
        let quantised = quantise(&vector);
        (vector, quantised)
    };
    std::thread::scope(|scope| {
        let parts: Vec<_> = texts
            .chunks(texts.len().div_ceil(cores).max(1))
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("embedding a text does not panic")).collect()
    })
}

/// Vectors side by side, each with what its product is multiplied by.
#[derive(Default)]
struct Rows {
    values: Vec<i8>,
    factors: Vec<f32>,
}

impl Rows {
    fn push(&mut self, values: &[i8], factor: f32) {
        self.values.extend_from_slice(values);
        self.factors.push(factor);
    }

    fn cosine(&self, vector: &Quantised, row: usize) -> f32 {
        let dim = vector.values.len();
        let values = &self.values[row * dim..][..dim];
        dot(&vector.values, values) as f32 * vector.scale * self.factors[row]
    }
}
