//! Ranks over columns: the same order as [`rank`](crate::rank), without a name or an allocation a unit.

use std::cmp::Ordering;

use super::fork;
use super::kernels::extent64;
use super::output::{Key, PointsColumn};
use crate::Rational;
use crate::arch::Arch;
use crate::criteria::Ties;

/// The rank of every row among its cohort; 0 where there is nothing to rank by.
pub(super) fn ranks(
    rows: usize,
    key: &Key<'_>,
    breakers: &[&PointsColumn],
    cohorts: Option<&[u32]>,
    ties: Ties,
) -> Vec<u32> {
    if let Some(ranks) = by_counting(rows, key, breakers, cohorts, ties) {
        return ranks;
    }
    let cohort = |row: usize| cohorts.and_then(|cohorts| cohorts.get(row)).copied();
    let mut order: Vec<usize> = (0..rows).filter(|row| key.ranks(*row)).collect();
    let compare = |a: usize, b: usize| {
        key.compare(a, b).then_with(|| {
            let breakers = breakers.iter().map(|column| column.compare(a, b));
            breakers.fold(Ordering::Equal, Ordering::then)
        })
    };
    order.sort_unstable_by(|a, b| {
        cohort(*a)
            .cmp(&cohort(*b))
            .then_with(|| compare(*b, *a))
            .then_with(|| a.cmp(b))
    });
    let mut ranks = vec![0; rows];
    let mut previous: Option<(usize, u32)> = None;
    let mut position = 0;
    for row in order {
        let rank = match previous {
            Some((above, rank)) if cohort(above) == cohort(row) => {
                position += 1;
                match compare(above, row) {
                    Ordering::Equal => rank,
                    _ if ties == Ties::Dense => rank + 1,
                    _ => position,
                }
            }
            _ => {
                position = 1;
                1
            }
        };
        if let Some(slot) = ranks.get_mut(row) {
            *slot = rank;
        }
        previous = Some((row, rank));
    }
    ranks
}

/// Counters that ranks may be counted with; beyond, sorting is as good.
const MOST_COUNTERS: u64 = 1 << 23;

/// Ranks by counting how often each figure comes up: where figures are whole numbers of a narrow range, in time linear in
/// the rows. None where they aren't.
fn by_counting(
    rows: usize,
    key: &Key<'_>,
    breakers: &[&PointsColumn],
    cohorts: Option<&[u32]>,
    ties: Ties,
) -> Option<Vec<u32>> {
    let Key::Points(points) = key else {
        return None;
    };
    let values = points.values();
    let plain = breakers.is_empty() && points.exact().is_empty() && values.len() == rows;
    if !plain || cohorts.is_some_and(|cohorts| cohorts.len() != rows) {
        return None;
    }
    let arch = Arch::new();
    let extent = |first: usize, rows: usize| {
        let values = values.get(first..first + rows).unwrap_or_default();
        arch.run(|| extent64(values))
    };
    let wider = |a: (i64, i64), b: (i64, i64)| (a.0.min(b.0), a.1.max(b.1));
    let (least, most) = fork::parts(0, rows, &extent, &wider);
    if least > most {
        return None;
    }
    let width = most.abs_diff(least).checked_add(1)?;
    let groups = cohorts
        .and_then(|cohorts| cohorts.iter().max())
        .copied()
        .unwrap_or(0);
    let size = width.checked_mul(u64::from(groups) + 1)?;
    // No more counters than a few a row: a sort of few rows costs less than clearing many counters.
    if size > MOST_COUNTERS || size > 64 + 8 * rows as u64 {
        return by_packing(values, most, width, groups, cohorts, ties);
    }
    let width = usize::try_from(width).ok()?;
    let counter = |row: usize, value: i64| {
        let cohort = match cohorts {
            Some(cohorts) => cohorts.get(row).map_or(0, |cohort| *cohort as usize),
            None => 0,
        };
        // Between the extremes, so neither overflows nor is negative.
        let behind = most.wrapping_sub(value).cast_unsigned();
        cohort * width + usize::try_from(behind).unwrap_or(0)
    };
    let size = usize::try_from(size).ok()?;
    let count = |first: usize, rows: usize| {
        let mut counts = vec![0_u32; size];
        let values = values.get(first..first + rows).unwrap_or_default();
        for (row, value) in values.iter().enumerate() {
            if let Some(count) = counts.get_mut(counter(first + row, *value)) {
                *count += 1;
            }
        }
        counts
    };
    let add = |mut counts: Vec<u32>, other: Vec<u32>| {
        for (count, other) in counts.iter_mut().zip(other) {
            *count += other;
        }
        counts
    };
    // Counters of every thread are added up in the end: worth it where there are fewer of them than rows.
    let mut counts = if size < rows {
        fork::parts(0, rows, &count, &add)
    } else {
        count(0, rows)
    };
    for counts in counts.chunks_exact_mut(width) {
        let mut rank = 1;
        for count in counts {
            let step = match ties {
                Ties::Competition => *count,
                Ties::Dense => u32::from(*count > 0),
            };
            *count = rank;
            rank += step;
        }
    }
    let mut ranks = vec![0; rows];
    fork::pieces(values, &mut ranks, 0, &|first, values, ranks| {
        for (row, (rank, value)) in ranks.iter_mut().zip(values).enumerate() {
            *rank = counts
                .get(counter(first + row, *value))
                .copied()
                .unwrap_or(0);
        }
    });
    Some(ranks)
}

/// Ranks by sorting rows as single numbers: cohort, how far behind the first, row. None where that is more than 64 bits.
fn by_packing(
    values: &[i64],
    most: i64,
    width: u64,
    groups: u32,
    cohorts: Option<&[u32]>,
    ties: Ties,
) -> Option<Vec<u32>> {
    let bits = |below: u64| u64::BITS - below.leading_zeros();
    let row_bits = bits(values.len() as u64);
    let behind_bits = bits(width);
    if bits(groups.into()) + behind_bits + row_bits > u64::BITS {
        return None;
    }
    let cohort = |row: usize| cohorts.and_then(|cohorts| cohorts.get(row)).copied();
    let rows = (0_u64..).zip(values.iter().enumerate());
    let mut packed: Vec<u64> = rows
        .map(|(row, (at, value))| {
            let cohort = u64::from(cohort(at).unwrap_or(0));
            let behind = most.wrapping_sub(*value).cast_unsigned();
            (cohort << behind_bits | behind) << row_bits | row
        })
        .collect();
    packed.sort_unstable();
    let mut ranks = vec![0; values.len()];
    let mut previous: Option<(u64, u32)> = None;
    let mut position = 0;
    for packed in packed {
        let (own, row) = (packed >> row_bits, packed & ((1 << row_bits) - 1));
        let rank = match previous {
            Some((above, rank)) if above >> behind_bits == own >> behind_bits => {
                position += 1;
                match (above == own, ties) {
                    (true, _) => rank,
                    (false, Ties::Dense) => rank + 1,
                    (false, Ties::Competition) => position,
                }
            }
            _ => {
                position = 1;
                1
            }
        };
        previous = Some((own, rank));
        if let Some(slot) = usize::try_from(row).ok().and_then(|row| ranks.get_mut(row)) {
            *slot = rank;
        }
    }
    Some(ranks)
}

impl Key<'_> {
    /// Whether there is a figure to rank by.
    fn ranks(&self, row: usize) -> bool {
        match self {
            Self::Points(_) => true,
            Self::Share(_, of) => of.is_above_zero(row),
            Self::Group(_, excluded) => excluded.get(row) == Some(&0),
        }
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Self::Points(points) | Self::Group(points, _) => points.compare(a, b),
            Self::Share(points, of) => {
                if let (Some(x), Some(of_x), Some(y), Some(of_y)) =
                    (points.whole(a), of.whole(a), points.whole(b), of.whole(b))
                {
                    // x ÷ of_x < y ÷ of_y where x × of_y < y × of_x: both divisors are above 0.
                    let [x, of_x, y, of_y] = [x, of_x, y, of_y].map(i128::from);
                    return (x * of_y).cmp(&(y * of_x));
                }
                let share =
                    |row| -> Option<Rational> { points.get(row)?.checked_div(&of.get(row)?) };
                share(a).cmp(&share(b))
            }
        }
    }
}

impl PointsColumn {
    /// The value of a row that is on the grid.
    fn whole(&self, row: usize) -> Option<i64> {
        let on_grid = self.exact().is_empty() || !self.exact().contains_key(&row);
        on_grid.then(|| self.values().get(row).copied()).flatten()
    }

    fn is_above_zero(&self, row: usize) -> bool {
        match self.whole(row) {
            Some(value) => value > 0,
            None => self.get(row).is_some_and(|value| value.is_positive()),
        }
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        match (self.whole(a), self.whole(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => self.get(a).cmp(&self.get(b)),
        }
    }
}
