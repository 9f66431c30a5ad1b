//! Seeded numbers, the same on every machine.

/// SplitMix64: small, and fixed for good, so that the generated files never change by themselves.
pub(crate) struct Random(u64);

impl Random {
    /// A stream of its own for each name, so that a new unit leaves the others as they are.
    pub(crate) fn of(seed: u64, name: &str) -> Self {
        // FNV-1a.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `least` to `most`, both included.
    pub(crate) fn within(&mut self, least: i64, most: i64) -> i64 {
        let width = most.abs_diff(least) + 1;
        let offset = self.next() % width;
        least.saturating_add_unsigned(offset)
    }

    /// True in so many of 1000 cases.
    pub(crate) fn chance(&mut self, per_mille: i64) -> bool {
        self.within(1, 1000) <= per_mille
    }

    /// A per mille near another one.
    pub(crate) fn near(&mut self, per_mille: i64, spread: i64) -> i64 {
        (per_mille + self.within(-spread, spread)).clamp(0, 1000)
    }
}
