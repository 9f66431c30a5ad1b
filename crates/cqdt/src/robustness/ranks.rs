//! Ranks of one draw. Few units are ranked by counting who is ahead of each, which vectors do at once; many by spreading
//! them over about as many buckets and putting each bucket in order; by radix sort where they crowd in few buckets or
//! their sums are large.

use super::GroupTable;
use crate::arch::Arch;
use crate::criteria::Ties;

/// Up to so many units counting beats sorting.
const FEW: usize = 640;

/// Units in one bucket beyond which a radix sort is faster.
const CROWD: u32 = 48;

/// Bits of a radix digit.
const DIGIT: u32 = 11;

pub(super) struct Ranker<'t> {
    table: &'t GroupTable,
    arch: Arch,
    /// By group, if weighted sums fit 32 bits.
    narrow: Option<Vec<Vec<i32>>>,
    sums: Vec<i32>,
    wide: Vec<i64>,
    /// How far behind the first in the upper half, the unit in the lower.
    packed: Vec<u64>,
    keys: Vec<(u64, u32)>,
    spare: Vec<(u64, u32)>,
    counts: Vec<u32>,
}

impl<'t> Ranker<'t> {
    /// None where weighted sums don't fit 64 bits.
    pub(super) fn of(table: &'t GroupTable, most: i32) -> Option<Self> {
        let largest = |group: &Vec<i64>| {
            group
                .iter()
                .map(|points| i128::from(*points).abs())
                .max()
                .unwrap_or(0)
        };
        let reach: i128 = table.points.iter().map(largest).sum::<i128>() * i128::from(most);
        i64::try_from(reach * 2).ok()?;
        let narrow = (reach < i128::from(i32::MAX)).then(|| {
            let groups = table.points.iter().map(|group| {
                let points = group
                    .iter()
                    .map(|points| i32::try_from(*points).unwrap_or(0));
                points.collect()
            });
            groups.collect()
        });
        Some(Self {
            table,
            arch: Arch::new(),
            narrow,
            sums: vec![0; table.units],
            wide: vec![0; table.units],
            packed: vec![0; table.units],
            keys: Vec::new(),
            spare: Vec::new(),
            counts: Vec::new(),
        })
    }

    /// The rank of every unit, its groups' points weighted.
    pub(super) fn rank(&mut self, factors: &[i32], ranks: &mut [u32]) {
        let arch = self.arch;
        let dense = self.table.ties == Ties::Dense;
        if let Some(points) = &self.narrow {
            let sums = &mut self.sums;
            arch.run(|| weigh(points, factors, sums));
            if sums.len() <= FEW && !dense {
                arch.run(|| count_ahead(sums, ranks));
                return;
            }
            if self.by_buckets(dense, ranks) {
                return;
            }
            self.wide.clear();
            self.wide
                .extend(self.sums.iter().map(|sum| i64::from(*sum)));
        } else {
            self.wide.fill(0);
            for (points, factor) in self.table.points.iter().zip(factors) {
                for (sum, points) in self.wide.iter_mut().zip(points) {
                    *sum += points * i64::from(*factor);
                }
            }
        }
        self.sort();
        let (mut rank, mut previous) = (0, None);
        for (position, (key, unit)) in (1_u32..).zip(&self.keys) {
            if previous != Some(key) {
                rank = if dense { rank + 1 } else { position };
            }
            previous = Some(key);
            if let Some(slot) = ranks.get_mut(*unit as usize) {
                *slot = rank;
            }
        }
    }

    /// Ranks from the 32-bit sums; false where too many of them are close together.
    fn by_buckets(&mut self, dense: bool, ranks: &mut [u32]) -> bool {
        let arch = self.arch;
        let (least, most) = arch.run(|| extent(&self.sums));
        let reach = most.abs_diff(least);
        // About as many buckets as units.
        let bits = usize::BITS - self.sums.len().leading_zeros();
        let shift = (u32::BITS - reach.leading_zeros()).saturating_sub(bits);
        let buckets = (reach >> shift) as usize + 1;
        self.counts.clear();
        self.counts.resize(buckets, 0);
        let behind = |sum: i32| most.abs_diff(sum);
        for sum in &self.sums {
            self.counts[(behind(*sum) >> shift) as usize] += 1;
        }
        let (mut start, mut crowd) = (0, 0);
        for count in &mut self.counts {
            crowd = crowd.max(*count);
            start += std::mem::replace(count, start);
        }
        if crowd > CROWD {
            return false;
        }
        for (unit, sum) in (0_u32..).zip(&self.sums) {
            let behind = behind(*sum);
            let place = &mut self.counts[(behind >> shift) as usize];
            if let Some(slot) = self.packed.get_mut(*place as usize) {
                *slot = u64::from(behind) << 32 | u64::from(unit);
            }
            *place += 1;
        }
        // No unit is further from its place than its bucket is long.
        for at in 1..self.packed.len() {
            let own = self.packed[at];
            let mut to = at;
            while to > 0 && self.packed[to - 1] > own {
                self.packed[to] = self.packed[to - 1];
                to -= 1;
            }
            self.packed[to] = own;
        }
        let (mut rank, mut previous) = (0, None);
        for (position, packed) in (1_u32..).zip(&self.packed) {
            let behind = packed >> 32;
            let next = if dense { rank + 1 } else { position };
            rank = if previous == Some(behind) { rank } else { next };
            previous = Some(behind);
            let unit = usize::try_from(packed & u64::from(u32::MAX)).unwrap_or(usize::MAX);
            if let Some(slot) = ranks.get_mut(unit) {
                *slot = rank;
            }
        }
        true
    }

    /// The largest sum first: least significant digits before more significant ones.
    fn sort(&mut self) {
        let most = self.wide.iter().max().copied().unwrap_or(0);
        let keys = (0_u32..).zip(&self.wide);
        // How far each is behind the first.
        let keys = keys.map(|(unit, sum)| (most.abs_diff(*sum), unit));
        self.keys.clear();
        self.keys.extend(keys);
        let reach = self.keys.iter().map(|(key, _)| *key).max().unwrap_or(0);
        let digits = (u64::BITS - reach.leading_zeros()).div_ceil(DIGIT);
        self.spare.resize(self.keys.len(), (0, 0));
        for digit in 0..digits {
            let shift = digit * DIGIT;
            let at = |key: u64| usize::try_from(key >> shift & ((1 << DIGIT) - 1)).unwrap_or(0);
            self.counts.clear();
            self.counts.resize(1 << DIGIT, 0);
            for (key, _) in &self.keys {
                self.counts[at(*key)] += 1;
            }
            let mut start = 0;
            for count in &mut self.counts {
                start += std::mem::replace(count, start);
            }
            for pair in &self.keys {
                let place = &mut self.counts[at(pair.0)];
                if let Some(slot) = self.spare.get_mut(*place as usize) {
                    *slot = *pair;
                }
                *place += 1;
            }
            std::mem::swap(&mut self.keys, &mut self.spare);
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "takes on the caller's instructions")]
fn weigh(points: &[Vec<i32>], factors: &[i32], sums: &mut [i32]) {
    sums.fill(0);
    for (points, factor) in points.iter().zip(factors) {
        for (sum, points) in sums.iter_mut().zip(points) {
            *sum += points * factor;
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "takes on the caller's instructions")]
fn extent(sums: &[i32]) -> (i32, i32) {
    let all = sums
        .iter()
        .fold((i32::MAX, i32::MIN), |(least, most), sum| {
            (least.min(*sum), most.max(*sum))
        });
    if sums.is_empty() { (0, 0) } else { all }
}

/// One more than how many are ahead.
#[inline(always)]
#[allow(clippy::inline_always, reason = "takes on the caller's instructions")]
fn count_ahead(sums: &[i32], ranks: &mut [u32]) {
    // Four at a time, so that each sum that is read serves four comparisons.
    let mut fours = sums.chunks_exact(4);
    let mut slots = ranks.chunks_exact_mut(4);
    for (own, slots) in fours.by_ref().zip(slots.by_ref()) {
        let [a, b, c, d] = [own[0], own[1], own[2], own[3]];
        let mut ahead = [0_u32; 4];
        for sum in sums {
            ahead[0] += u32::from(*sum > a);
            ahead[1] += u32::from(*sum > b);
            ahead[2] += u32::from(*sum > c);
            ahead[3] += u32::from(*sum > d);
        }
        for (slot, ahead) in slots.iter_mut().zip(ahead) {
            *slot = ahead + 1;
        }
    }
    for (own, slot) in fours.remainder().iter().zip(slots.into_remainder()) {
        *slot = 1 + sums.iter().map(|sum| u32::from(sum > own)).sum::<u32>();
    }
}
