/// SplitMix64: a few lines that give the same numbers for ever, whatever the release of a crate.
pub(crate) struct Random(u64);

impl Random {
    /// The generator number `index` of a seed; neighbouring indices have unrelated sequences.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let mut mix = Self(seed);
        Self(mix.next() ^ Self(index).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..end`; `end` is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// A number in `low..=high`.
    pub(crate) fn within(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(u64::from(high - low) + 1) as u32
    }

    /// True `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items, which are not none.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len() as u64) as usize]
    }

    /// Up to `count` different items in a random order.
    pub(crate) fn sample<'a>(&mut self, items: &[&'a str], count: usize) -> Vec<&'a str> {
        let mut left = items.to_vec();
        let count = count.min(left.len());
        for at in 0..count {
            let other = at + self.below((left.len() - at) as u64) as usize;
            left.swap(at, other);
        }
        left.truncate(count);
        left
    }

    /// The first index whose running total is above a random number: `totals` are running sums of weights.
    pub(crate) fn weighted(&mut self, totals: &[u64]) -> usize {
        let drawn = self.below(totals.last().copied().unwrap_or(1));
        totals.partition_point(|&total| total <= drawn)
    }
}
