//! Ranks over columns: the same order as [`rank`](crate::rank), without a name or an allocation a unit.

use std::cmp::Ordering;

use super::output::{Key, PointsColumn};
use crate::Rational;
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
    let (least, most) = (*values.iter().min()?, *values.iter().max()?);
    let width = most.abs_diff(least).checked_add(1)?;
    let groups = cohorts
        .and_then(|cohorts| cohorts.iter().max())
        .copied()
        .unwrap_or(0);
    let size = width.checked_mul(u64::from(groups) + 1)?;
    // No more counters than a few a row: a sort of few rows costs less than clearing many counters.
    if size > MOST_COUNTERS || size > 64 + 8 * rows as u64 {
        return None;
    }
    let width = usize::try_from(width).ok()?;
    let counter = |row: usize, value: i64| {
        let cohort = cohorts
            .and_then(|cohorts| cohorts.get(row))
            .copied()
            .unwrap_or(0);
        let behind = usize::try_from(most.abs_diff(value)).unwrap_or(0);
        cohort as usize * width + behind
    };
    let mut counts = vec![0_u32; usize::try_from(size).ok()?];
    for (row, value) in values.iter().enumerate() {
        if let Some(count) = counts.get_mut(counter(row, *value)) {
            *count += 1;
        }
    }
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
    let ranks = values.iter().enumerate();
    let rank = |(row, value): (usize, &i64)| counts.get(counter(row, *value)).copied();
    Some(ranks.map(|pair| rank(pair).unwrap_or(0)).collect())
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
