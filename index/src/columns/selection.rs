//! A set of offer numbers as one bit each: quicker than a compressed bitmap where most numbers are tested.

use rayon::prelude::*;
use roaring::RoaringBitmap;

use crate::store::OfferId;

/// A set of offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    words: Vec<u64>,
}

/// Words that one thread filters at a time.
const SLICE: usize = 2048;

impl Selection {
    /// Whether it holds an offer.
    pub(crate) fn contains(&self, id: OfferId) -> bool {
        self.words.get(id.0 as usize / 64).is_some_and(|word| word >> (id.0 % 64) & 1 == 1)
    }

    /// Adds an offer; tells whether it was absent.
    pub(crate) fn insert(&mut self, id: OfferId) -> bool {
        self.grow(id.0 + 1);
        let word = &mut self.words[id.0 as usize / 64];
        let absent = *word >> (id.0 % 64) & 1 == 0;
        *word |= 1 << (id.0 % 64);
        absent
    }

    /// Takes an offer away; tells whether it was there.
    pub(crate) fn remove(&mut self, id: OfferId) -> bool {
        let present = self.contains(id);
        if present {
            self.words[id.0 as usize / 64] &= !(1 << (id.0 % 64));
        }
        present
    }

    /// Sets aside room for numbers below `numbers`.
    pub(crate) fn grow(&mut self, numbers: u32) {
        let words = (numbers as usize).div_ceil(64);
        if words > self.words.len() {
            self.words.resize(words, 0);
        }
    }

    /// Adds the numbers of `next`, each `base` higher.
    pub(crate) fn append(&mut self, base: u32, next: &Self) {
        if base.is_multiple_of(64) {
            self.words.resize(base as usize / 64, 0);
            self.words.extend_from_slice(&next.words);
        } else {
            for id in next.iter() {
                self.insert(OfferId(base + id.0));
            }
        }
    }

    /// Keeps the offers whose number passes.
    pub(crate) fn keep(&mut self, passes: impl Fn(usize) -> bool + Sync) {
        self.words.par_chunks_mut(SLICE).enumerate().for_each(|(slice, words)| {
            for (n, word) in words.iter_mut().enumerate() {
                let base = (slice * SLICE + n) * 64;
                let mut left = *word;
                let mut kept = 0_u64;
                while left != 0 {
                    let bit = left.trailing_zeros();
                    kept |= u64::from(passes(base + bit as usize)) << bit;
                    left &= left - 1;
                }
                *word = kept;
            }
        });
    }

    /// How many offers it holds.
    pub(crate) fn len(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The offers, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = OfferId> + '_ {
        self.words.iter().enumerate().flat_map(|(n, word)| {
            std::iter::successors(Some(*word).filter(|w| *w != 0), |w| Some(w & (w - 1)).filter(|w| *w != 0))
                .map(move |w| OfferId(n as u32 * 64 + w.trailing_zeros()))
        })
    }

    /// The same set as a compressed bitmap.
    pub(crate) fn to_bitmap(&self) -> RoaringBitmap {
        if cfg!(target_endian = "little") {
            RoaringBitmap::from_lsb0_bytes(0, bytemuck::cast_slice(&self.words))
        } else {
            self.iter().map(|id| id.0).collect()
        }
    }
}

impl FromIterator<OfferId> for Selection {
    fn from_iter<I: IntoIterator<Item = OfferId>>(ids: I) -> Self {
        let mut selection = Self::default();
        for id in ids {
            selection.insert(id);
        }
        selection
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn behaves_as_a_set(ids in proptest::collection::vec(0_u32..300_000, 0..200), gone in proptest::collection::vec(0_u32..300_000, 0..50)) {
            let mut selection: Selection = ids.iter().copied().map(OfferId).collect();
            let mut set: BTreeSet<u32> = ids.into_iter().collect();
            for id in gone {
                prop_assert_eq!(selection.remove(OfferId(id)), set.remove(&id));
            }
            selection.keep(|id| id % 3 != 0);
            set.retain(|id| id % 3 != 0);
            prop_assert_eq!(selection.len(), set.len() as u64);
            prop_assert!(selection.iter().map(|id| id.0).eq(set.iter().copied()));
            prop_assert!(selection.to_bitmap().iter().eq(set.iter().copied()));
            prop_assert!(set.iter().all(|id| selection.contains(OfferId(*id))));
        }
    }
}
