//! The exact ways: score every candidate, or shortlist by signs and score the shortlist.

use rayon::prelude::*;

use super::{Vectors, plan, quantised};
use crate::store::OfferId;

/// Slots that one thread takes at a time.
const BLOCK: usize = 1 << 15;

/// The best `k` (and some more, in no order) of the given slots, or of all. `direct` scores every one in
/// int8; otherwise those whose signs differ least from the query's are scored.
pub(super) fn top(
    vectors: &Vectors,
    query: &[f32],
    k: usize,
    slots: Option<&[usize]>,
    direct: bool,
) -> Vec<(OfferId, f32)> {
    let coarse = quantised::quantise(query);
    let count = slots.map_or(vectors.len(), <[usize]>::len);
    let shortlist = plan::shortlist(k, count);
    let kept: Vec<usize> = if direct || count <= shortlist {
        slots.map_or_else(|| (0..count).collect(), <[usize]>::to_vec)
    } else {
        by_signs(vectors, &coarse.values, shortlist, slots)
    };
    let mut scored: Vec<(f32, usize)> = score(vectors, &coarse.values, &kept);
    // The query is rounded too: some more than `k` go to the exact product.
    let enough = k + k / 4 + 16;
    if scored.len() > enough {
        let order = |a: &(f32, usize), b: &(f32, usize)| {
            b.0.total_cmp(&a.0).then_with(|| vectors.ids[a.1].cmp(&vectors.ids[b.1]))
        };
        scored.select_nth_unstable_by(enough, order);
        scored.truncate(enough);
    }
    scored
        .into_iter()
        .map(|(_, slot)| {
            let cosine = quantised::dot_float(query, vectors.values_of(slot)) * vectors.scales[slot];
            (OfferId(vectors.ids[slot]), cosine)
        })
        .collect()
}

fn score(vectors: &Vectors, query: &[i8], slots: &[usize]) -> Vec<(f32, usize)> {
    let one =
        |&slot: &usize| (quantised::dot(query, vectors.values_of(slot)) as f32 * vectors.scales[slot], slot);
    if slots.len() <= BLOCK {
        slots.iter().map(one).collect()
    } else {
        slots.par_iter().with_min_len(BLOCK / 4).map(one).collect()
    }
}

/// At least `enough` slots with the fewest signs that differ from the query's: all those up to a distance.
fn by_signs(vectors: &Vectors, query: &[i8], enough: usize, slots: Option<&[usize]>) -> Vec<usize> {
    let mut signs = vec![];
    quantised::push_signs(query, &mut signs);
    let words = signs.len();
    let distance =
        |bits: &[u64]| bits.iter().zip(&signs).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>() as u16;
    let distances: Vec<u16> = match slots {
        None if words == 4 => {
            let signs: [u64; 4] = [signs[0], signs[1], signs[2], signs[3]];
            let four =
                |b: &[u64]| -> u16 { (0..4).map(|i| (b[i] ^ signs[i]).count_ones()).sum::<u32>() as u16 };
            vectors.signs.par_chunks_exact(4).with_min_len(BLOCK).map(four).collect()
        }
        None => vectors.signs.par_chunks_exact(words).with_min_len(BLOCK).map(distance).collect(),
        Some(slots) => slots
            .par_iter()
            .with_min_len(BLOCK)
            .map(|&slot| distance(&vectors.signs[slot * words..][..words]))
            .collect(),
    };
    let mut histogram = vec![0usize; vectors.dim + 1];
    for &d in &distances {
        histogram[usize::from(d)] += 1;
    }
    let mut sum = 0;
    let limit = histogram.iter().position(|n| {
        sum += n;
        sum >= enough
    });
    let limit = limit.unwrap_or(vectors.dim) as u16;
    let near = distances.iter().enumerate().filter(|&(_, &d)| d <= limit);
    match slots {
        None => near.map(|(i, _)| i).collect(),
        Some(slots) => near.map(|(i, _)| slots[i]).collect(),
    }
}
