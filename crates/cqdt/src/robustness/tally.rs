//! What is counted over draws. Memory stays at units × bins, whatever the number of draws.

use super::{RobustnessReport, UnitRanks};
use crate::batch::fork;

/// Bins a unit may have.
const MOST_BINS: usize = 4_096;

/// Counts of ranks. Those of parts add up.
#[derive(Debug)]
pub(super) struct Tally {
    units: usize,
    sums: Vec<u64>,
    at_published: Vec<u32>,
    before: Vec<u32>,
    ranks: Ranks,
}

#[derive(Debug)]
enum Ranks {
    /// Unit by unit, how often each bin of ranks came up; a bin holds `width` ranks.
    Counted {
        counts: Vec<u32>,
        bins: usize,
        width: u32,
    },
    /// Few draws: all ranks, draw by draw.
    Kept(Vec<Vec<u32>>),
    /// The same of ranks that fit 16 bits.
    Short(Vec<Vec<u16>>),
}

impl Tally {
    pub(super) fn new(units: usize, all_draws: u32, draws: u32, pairs: &[(usize, usize)]) -> Self {
        let few = all_draws as usize <= units.min(MOST_BINS);
        let ranks = if few && u16::try_from(units).is_ok() {
            Ranks::Short(Vec::with_capacity(draws as usize))
        } else if few {
            Ranks::Kept(Vec::with_capacity(draws as usize))
        } else {
            let width = units.div_ceil(MOST_BINS).max(1);
            let bins = units.div_ceil(width);
            Ranks::Counted {
                counts: vec![0; units * bins],
                bins,
                width: u32::try_from(width).unwrap_or(u32::MAX),
            }
        };
        Self {
            units,
            sums: vec![0; units],
            at_published: vec![0; units],
            before: vec![0; pairs.len()],
            ranks,
        }
    }

    pub(super) fn count(&mut self, ranks: &[u32], published: &[u32], pairs: &[(usize, usize)]) {
        for (sum, rank) in self.sums.iter_mut().zip(ranks) {
            *sum += u64::from(*rank);
        }
        for (count, (rank, published)) in self
            .at_published
            .iter_mut()
            .zip(ranks.iter().zip(published))
        {
            *count += u32::from(rank == published);
        }
        for (count, (first, second)) in self.before.iter_mut().zip(pairs) {
            let before = ranks.get(*first).zip(ranks.get(*second));
            *count += u32::from(before.is_some_and(|(first, second)| first < second));
        }
        match &mut self.ranks {
            Ranks::Kept(kept) => kept.push(ranks.to_vec()),
            Ranks::Short(kept) => {
                let short = ranks.iter().map(|rank| short(*rank));
                kept.push(short.collect());
            }
            Ranks::Counted {
                counts,
                bins,
                width: 1,
            } => {
                for (counts, rank) in counts.chunks_exact_mut(*bins).zip(ranks) {
                    if let Some(count) = counts.get_mut(*rank as usize - 1) {
                        *count += 1;
                    }
                }
            }
            Ranks::Counted {
                counts,
                bins,
                width,
            } => {
                for (counts, rank) in counts.chunks_exact_mut(*bins).zip(ranks) {
                    if let Some(count) = counts.get_mut(((rank - 1) / *width) as usize) {
                        *count += 1;
                    }
                }
            }
        }
    }

    #[cfg_attr(not(feature = "parallel"), allow(dead_code))]
    pub(super) fn merge(mut self, other: Self) -> Self {
        fn add<T: Copy + std::ops::AddAssign>(to: &mut [T], from: &[T]) {
            for (to, from) in to.iter_mut().zip(from) {
                *to += *from;
            }
        }
        add(&mut self.sums, &other.sums);
        add(&mut self.at_published, &other.at_published);
        add(&mut self.before, &other.before);
        match (&mut self.ranks, other.ranks) {
            (Ranks::Counted { counts, .. }, Ranks::Counted { counts: more, .. }) => {
                add(counts, &more);
            }
            (Ranks::Kept(kept), Ranks::Kept(more)) => kept.extend(more),
            (Ranks::Short(kept), Ranks::Short(more)) => kept.extend(more),
            _ => {}
        }
        self
    }

    pub(super) fn report(
        self,
        draws: u32,
        published: Vec<u32>,
        pairs: &[(usize, usize)],
    ) -> RobustnessReport {
        let all = f64::from(draws);
        // The rank that so many percent of the draws don't exceed is that of this draw, in order.
        let nth = |percent: u64| {
            let nth = (u64::from(draws) * percent).div_ceil(100).max(1);
            u32::try_from(nth).unwrap_or(draws)
        };
        let nths = [nth(50), nth(5), nth(95)];
        let mut bin = 1;
        let quantiles: Vec<[u32; 3]> = match &self.ranks {
            Ranks::Counted {
                counts,
                bins,
                width,
            } => {
                bin = *width;
                let units = counts.chunks_exact(*bins);
                units
                    .map(|counts| nths.map(|nth| nth_of(counts, nth, *width)))
                    .collect()
            }
            Ranks::Kept(kept) => of_kept(kept, self.units, nths),
            Ranks::Short(kept) => of_kept(kept, self.units, nths),
        };
        let units = quantiles.iter().enumerate().map(|(unit, quantiles)| {
            let [median, low, high] = *quantiles;
            let sum = self.sums.get(unit).copied().unwrap_or(0);
            UnitRanks {
                mean: float(sum) / all,
                median,
                low,
                high,
                at_published: self.at_published.get(unit).copied().map_or(0.0, f64::from) / all,
            }
        });
        let before = self.before.iter().zip(pairs);
        RobustnessReport {
            draws,
            units: units.collect(),
            pairs: before
                .map(|(count, (first, second))| (*first, *second, f64::from(*count) / all))
                .collect(),
            published,
            bin,
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a sum of ranks, for a mean")]
fn float(sum: u64) -> f64 {
    sum as f64
}

/// The `nth` rank in order; the middle of its bin.
fn nth_of(counts: &[u32], nth: u32, width: u32) -> u32 {
    let mut seen = 0;
    for (bin, count) in (0_u32..).zip(counts) {
        seen += count;
        if seen >= nth {
            return bin * width + width.div_ceil(2);
        }
    }
    0
}

/// A rank that is known to fit.
#[allow(clippy::cast_possible_truncation, reason = "there are fewer units")]
fn short(rank: u32) -> u16 {
    rank as u16
}

/// A few units at a time, so that each draw's ranks are read once a cache line.
const TOGETHER: usize = 32;

fn of_kept<R: Copy + Ord + From<u8> + Into<u32> + Send + Sync>(
    kept: &[Vec<R>],
    units: usize,
    nths: [u32; 3],
) -> Vec<[u32; 3]> {
    let mut quantiles = vec![[0; 3]; units];
    few_by_few(kept, 0, &mut quantiles, nths);
    quantiles
}

/// Quantiles of the units from `first` on.
fn few_by_few<R: Copy + Ord + From<u8> + Into<u32> + Send + Sync>(
    kept: &[Vec<R>],
    first: usize,
    quantiles: &mut [[u32; 3]],
    nths: [u32; 3],
) {
    let units = quantiles.len();
    if units > 16 * TOGETHER {
        let half = (units / 2).next_multiple_of(TOGETHER);
        let (head, tail) = quantiles.split_at_mut(half);
        fork::join(
            || few_by_few(kept, first, head, nths),
            || few_by_few(kept, first + half, tail, nths),
        );
        return;
    }
    let draws = kept.len();
    let mut own: Vec<R> = vec![0_u8.into(); TOGETHER * draws];
    let mut counts = Vec::new();
    let mut from = first;
    for quantiles in quantiles.chunks_mut(TOGETHER) {
        let count = quantiles.len();
        for (at, draw) in kept.iter().enumerate() {
            let ranks = draw.get(from..from + count).unwrap_or_default();
            for (own, rank) in own.chunks_exact_mut(draws).zip(ranks) {
                own[at] = *rank;
            }
        }
        from += count;
        for (quantiles, ranks) in quantiles.iter_mut().zip(own.chunks_exact_mut(draws)) {
            let counted = counted(ranks, nths, &mut counts);
            *quantiles = counted.unwrap_or_else(|| selected(ranks, nths));
        }
    }
}

/// Ranks that counters are kept for.
const MOST_COUNTERS: usize = 4_096;

/// Counters that are skipped at once.
const SKIP: usize = 32;

/// Quantiles by counting, where ranks lie close enough together.
fn counted<R: Copy + Ord + Into<u32>>(
    ranks: &[R],
    nths: [u32; 3],
    counts: &mut Vec<u16>,
) -> Option<[u32; 3]> {
    let mut extent = ranks.iter().copied();
    let one = extent.next()?;
    let (least, most) = extent.fold((one, one), |(least, most), rank| {
        (least.min(rank), most.max(rank))
    });
    let least: u32 = least.into();
    let width = (most.into() - least) as usize + 1;
    if width > MOST_COUNTERS || u16::try_from(ranks.len()).is_err() {
        return None;
    }
    counts.clear();
    counts.resize(width.next_multiple_of(SKIP), 0);
    for rank in ranks {
        counts[((*rank).into() - least) as usize] += 1;
    }
    Some(nths.map(|nth| {
        let (mut seen, mut rank) = (0, least);
        for counts in counts.chunks_exact(SKIP) {
            let all = u32::from(counts.iter().sum::<u16>());
            if seen + all < nth {
                seen += all;
                rank += u32::try_from(SKIP).unwrap_or(0);
                continue;
            }
            for count in counts {
                seen += u32::from(*count);
                if seen >= nth {
                    return rank;
                }
                rank += 1;
            }
        }
        rank
    }))
}

/// Quantiles by putting the ranks in order as far as they need to be.
fn selected<R: Copy + Ord + Into<u32>>(ranks: &mut [R], nths: [u32; 3]) -> [u32; 3] {
    let [median, low, high] = nths.map(|nth| nth as usize - 1);
    let (below, middle, above) = ranks.select_nth_unstable(median);
    let pick = |part: &mut [R], at: usize| *part.select_nth_unstable(at).1;
    let middle = *middle;
    let lowest = if low < median {
        pick(below, low)
    } else {
        middle
    };
    let highest = if high > median {
        pick(above, high - median - 1)
    } else {
        middle
    };
    [middle, lowest, highest].map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_and_ordering_give_the_same_quantiles() {
        let mut state = 1_u64;
        for (draws, width) in [
            (1_u32, 1),
            (7, 3),
            (300, 90),
            (1_000, 4_000),
            (4_096, 2_000),
        ] {
            let mut ranks: Vec<u16> = (0..draws)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    1 + u16::try_from((state >> 33) % width).unwrap_or(0)
                })
                .collect();
            let nths = [50, 5, 95].map(|percent| (draws * percent).div_ceil(100).max(1));
            let counted = counted(&ranks, nths, &mut Vec::new());
            ranks.sort_unstable();
            let sorted = nths.map(|nth| u32::from(ranks[nth as usize - 1]));
            assert_eq!(counted, Some(sorted));
            ranks.reverse();
            assert_eq!(selected(&mut ranks, nths), sorted);
        }
        assert_eq!(counted(&[1_u32, 9_000], [1, 1, 2], &mut Vec::new()), None);
    }
}
