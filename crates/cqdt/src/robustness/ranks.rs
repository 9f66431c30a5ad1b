//! Ranks of one draw. Few units are ranked by counting who is ahead of each, which vectors do at once; many by spreading
//! them over about as many buckets and counting within each bucket; by radix sort where they crowd in few buckets, their
//! sums are large or shared ranks skip none.

use super::GroupTable;
use crate::arch::Arch;
use crate::criteria::Ties;

/// Up to so many units counting beats sorting.
const FEW: usize = 640;

/// Units of a bucket that are compared at once.
const WINDOW: usize = 8;

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
    /// How far each is behind the first, by bucket, and what a window may read beyond the last.
    placed: Vec<u32>,
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
            placed: vec![u32::MAX; table.units + WINDOW],
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
            let (counts, placed) = (&mut self.counts, &mut self.placed);
            if !dense && arch.run(|| in_buckets(sums, counts, placed, ranks)) {
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

/// Ranks by way of about as many buckets as there are units: those in buckets before a unit's own are ahead of it, and
/// those in its own are compared with it. False where too many share one.
#[inline(always)]
#[allow(clippy::inline_always, reason = "takes on the caller's instructions")]
fn in_buckets(sums: &[i32], counts: &mut Vec<u32>, placed: &mut [u32], ranks: &mut [u32]) -> bool {
    let (least, most) = extent(sums);
    let reach = most.abs_diff(least);
    let bits = usize::BITS - sums.len().leading_zeros();
    let shift = (u32::BITS - reach.leading_zeros()).saturating_sub(bits);
    let buckets = (reach >> shift) as usize + 1;
    counts.clear();
    counts.resize(buckets + 1, 0);
    for sum in sums {
        counts[(most.abs_diff(*sum) >> shift) as usize] += 1;
    }
    let (mut end, mut crowd) = (0, 0);
    for count in counts.iter_mut() {
        crowd = crowd.max(*count);
        end += *count;
        *count = end;
    }
    if crowd > CROWD {
        return false;
    }
    // Filled from its end, each bucket's count becomes its beginning.
    for sum in sums {
        let behind = most.abs_diff(*sum);
        let place = &mut counts[(behind >> shift) as usize];
        *place -= 1;
        if let Some(slot) = placed.get_mut(*place as usize) {
            *slot = behind;
        }
    }
    for (rank, sum) in ranks.iter_mut().zip(sums) {
        let behind = most.abs_diff(*sum);
        let bucket = (behind >> shift) as usize;
        let (from, to) = (counts[bucket], counts[bucket + 1]);
        // A window of always the same length takes no branch; what it reads of later buckets is further behind.
        let window = placed
            .get(from as usize..)
            .and_then(|rest| rest.first_chunk::<WINDOW>());
        let ahead =
            |others: &[u32]| -> u32 { others.iter().map(|other| u32::from(*other < behind)).sum() };
        let mut before = window.map_or(0, |window| ahead(window));
        if let Some(more) = placed.get(from as usize + WINDOW..to as usize) {
            before += ahead(more);
        }
        *rank = from + before + 1;
    }
    true
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Ranks by comparing everyone with everyone.
    fn plainly(totals: &[i64], dense: bool) -> Vec<u32> {
        let mut ahead = totals.to_vec();
        ahead.sort_unstable_by(|a, b| b.cmp(a));
        if dense {
            ahead.dedup();
        }
        let place = |total: &i64| ahead.iter().position(|one| one == total).unwrap();
        let ranks = totals.iter().map(|total| u32::try_from(place(total) + 1));
        ranks.map(Result::unwrap).collect()
    }

    #[test]
    fn every_way_of_ranking_agrees() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            i64::try_from((state >> 33) % below).unwrap()
        };
        // By counting, in buckets, crowded, with large sums; spread evenly, around a middle, with many alike.
        for units in [1, 5, 640, 641, 900, 2_000] {
            for scale in [1, 1_000_000_000_000] {
                for shape in 0..4 {
                    let points: Vec<i64> = (0..units)
                        .map(|unit| match shape {
                            0 => next(1_000_000),
                            1 => (0..12).map(|_| next(50_000)).sum(),
                            2 => next(9),
                            _ if unit == 0 => 1_000_000,
                            _ => next(700),
                        })
                        .map(|points| (points - 3) * scale / 1_000)
                        .collect();
                    let expected = [false, true].map(|dense| plainly(&points, dense));
                    for (ties, expected) in
                        [Ties::Competition, Ties::Dense].into_iter().zip(expected)
                    {
                        let table = GroupTable::new(vec![points.clone()]).ties(ties);
                        let mut ranks = vec![0; units];
                        Ranker::of(&table, 2).unwrap().rank(&[2], &mut ranks);
                        assert_eq!(ranks, expected, "{units} {scale} {shape}");
                    }
                }
            }
        }
    }
}
