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
