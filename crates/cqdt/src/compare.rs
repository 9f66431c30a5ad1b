//! Comparing two rounds: change of total and of rank per unit, as the published tables show last year's total beside
//! this year's.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::Rational;
use crate::criteria::Ties;
use crate::rank::{Standing, rank};

/// One unit in two rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Comparison {
    /// The unit.
    pub unit: String,
    /// Its total before; none where it wasn't there.
    pub before: Option<Rational>,
    /// Its total now.
    pub now: Option<Rational>,
    /// Its rank before.
    pub rank_before: Option<usize>,
    /// Its rank now.
    pub rank_now: Option<usize>,
    /// Total now less total before.
    pub change: Option<Rational>,
    /// Ranks won: positive where it moved up.
    pub ranks_won: Option<i64>,
}

/// Units that can't be told apart, so that none can be found in the other round.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// A unit without a name, by its place from 0 in its round.
    #[error("the unit at place {at} has no name")]
    Unnamed {
        /// Its place.
        at: usize,
    },
    /// A name that stands twice in one round.
    #[error("unit `{unit}` stands twice")]
    Repeated {
        /// The name.
        unit: String,
    },
}

/// Compares two rounds, ordered by this round's rank; units that are only in the earlier one stand last.
///
/// ```
/// use cqdt::{Rational, Standing, compare, criteria::Ties};
///
/// let of = |totals: [(&str, i64); 2]| totals.map(|(unit, total)| Standing::new(unit, Rational::from(total)));
/// let rows = compare(&of([("a", 130), ("b", 120)]), &of([("a", 125), ("b", 128)]), Ties::Competition)?;
/// assert_eq!((rows[0].unit.as_str(), rows[0].ranks_won), ("b", Some(1)));
/// # Ok::<(), cqdt::CompareError>(())
/// ```
///
/// # Errors
///
/// A unit without a name, or a name that stands twice in one round: whose change would it be?
pub fn compare(
    before: &[Standing],
    now: &[Standing],
    ties: Ties,
) -> Result<Vec<Comparison>, CompareError> {
    let earlier = ranked(before, ties)?;
    let current = ranked(now, ties)?;
    let units: BTreeSet<&str> = earlier.keys().chain(current.keys()).copied().collect();
    let mut rows: Vec<Comparison> = units
        .into_iter()
        .map(|unit| {
            let (before, rank_before) = earlier.get(unit).cloned().unwrap_or_default();
            let (now, rank_now) = current.get(unit).cloned().unwrap_or_default();
            Comparison {
                unit: unit.to_owned(),
                change: now
                    .as_ref()
                    .zip(before.as_ref())
                    .map(|(now, before)| now - before),
                ranks_won: rank_before.zip(rank_now).and_then(|(before, now)| {
                    i64::try_from(before)
                        .ok()?
                        .checked_sub(i64::try_from(now).ok()?)
                }),
                before,
                now,
                rank_before,
                rank_now,
            }
        })
        .collect();
    let last = usize::MAX;
    rows.sort_by_key(|row| {
        (
            row.rank_now.unwrap_or(last),
            row.rank_before.unwrap_or(last),
        )
    });
    Ok(rows)
}

type Ranked<'s> = BTreeMap<&'s str, (Option<Rational>, Option<usize>)>;

fn ranked(standings: &[Standing], ties: Ties) -> Result<Ranked<'_>, CompareError> {
    let ranks = rank(standings, ties);
    let mut units = Ranked::new();
    for (at, (standing, rank)) in standings.iter().zip(ranks).enumerate() {
        let unit = standing.unit.as_str();
        if unit.is_empty() {
            return Err(CompareError::Unnamed { at });
        }
        if units.insert(unit, (standing.value.clone(), rank)).is_some() {
            let unit = unit.to_owned();
            return Err(CompareError::Repeated { unit });
        }
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_cannot_be_told_apart_are_refused() {
        let of = |units: &[&str]| -> Vec<Standing> {
            let units = units.iter().zip(1..);
            units
                .map(|(unit, total)| Standing::new(*unit, Rational::from(total)))
                .collect()
        };
        let compared = |before: &[&str], now: &[&str]| {
            compare(&of(before), &of(now), Ties::Competition).map(|rows| rows.len())
        };
        assert_eq!(compared(&["a", "b"], &["b", "c"]), Ok(3));
        let twice = CompareError::Repeated {
            unit: "a".to_owned(),
        };
        assert_eq!(compared(&["a", "b", "a"], &[]), Err(twice.clone()));
        assert_eq!(compared(&["a"], &["a", "a"]), Err(twice));
        assert_eq!(
            compared(&["a"], &["b", ""]),
            Err(CompareError::Unnamed { at: 1 })
        );
    }
}
