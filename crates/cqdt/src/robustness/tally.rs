//! What is counted over draws. Memory stays at units × bins, whatever the number of draws.

use super::{RobustnessReport, UnitRanks};

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
}

impl Tally {
    pub(super) fn new(units: usize, all_draws: u32, draws: u32, pairs: &[(usize, usize)]) -> Self {
        let few = all_draws as usize <= units.min(MOST_BINS);
        let ranks = if few {
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

/// A few units at a time, so that each draw's ranks are read once a cache line.
fn of_kept(kept: &[Vec<u32>], units: usize, nths: [u32; 3]) -> Vec<[u32; 3]> {
    const TOGETHER: usize = 16;
    let mut quantiles = Vec::with_capacity(units);
    let mut own: Vec<Vec<u32>> = vec![Vec::new(); TOGETHER];
    for first in (0..units).step_by(TOGETHER) {
        let count = TOGETHER.min(units - first);
        for ranks in &mut own {
            ranks.clear();
        }
        for draw in kept {
            let ranks = draw.get(first..first + count).unwrap_or_default();
            for (own, rank) in own.iter_mut().zip(ranks) {
                own.push(*rank);
            }
        }
        for ranks in own.iter_mut().take(count) {
            let [median, low, high] = nths.map(|nth| nth as usize - 1);
            let (below, middle, above) = ranks.select_nth_unstable(median);
            let pick = |part: &mut [u32], at: usize| *part.select_nth_unstable(at).1;
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
            quantiles.push([middle, lowest, highest]);
        }
    }
    quantiles
}
