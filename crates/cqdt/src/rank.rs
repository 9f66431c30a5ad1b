//! Ranking (*xếp hạng*): order within the agency group or the parent unit.

use std::cmp::Ordering;

use crate::criteria::{RankBy, Ties, Within};
use crate::score::Report;
use crate::sort::{order, sort_by};
use crate::{CriteriaSet, Rational};

/// One unit that takes part in a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// The unit.
    pub unit: String,
    /// The figure that ranks; none where there is nothing to rank by.
    pub value: Option<Rational>,
    /// Figures that part ties, in order.
    pub tie_breakers: Vec<Rational>,
    /// Whom it is ranked against; units of one cohort are ranked together.
    pub cohort: String,
}

impl Standing {
    /// A unit with the figure that ranks it.
    ///
    /// ```
    /// use cqdt::{Rational, Standing, criteria::Ties, rank};
    ///
    /// let standings = [("a", 130), ("b", 141), ("c", 130)]
    ///     .map(|(unit, total)| Standing::new(unit, Rational::from(total)));
    /// assert_eq!(rank(&standings, Ties::Competition), [Some(2), Some(1), Some(2)]);
    /// ```
    pub fn new(unit: impl Into<String>, value: Rational) -> Self {
        Self {
            unit: unit.into(),
            value: Some(value),
            tie_breakers: Vec::new(),
            cohort: String::new(),
        }
    }

    /// By figure, then by tie-breakers; more is better.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        self.value
            .cmp(&other.value)
            .then_with(|| self.tie_breakers.cmp(&other.tie_breakers))
    }
}

impl CriteriaSet {
    /// What ranks a report, as the set says (D20). `parent` is the unit above it.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::{Submission, criteria::Ties, rank};
    ///
    /// let standings = [15, 18].map(|computers| {
    ///     let answers = Submission::new("x").with("cb-may", computers).with("cb", 20);
    ///     set.standing(&set.score(&answers), None)
    /// });
    /// assert_eq!(rank(&standings, Ties::Competition), [Some(2), Some(1)]);
    /// ```
    pub fn standing(&self, report: &Report, parent: Option<&str>) -> Standing {
        let ranking = &self.definition().ranking;
        let group = |id: &str| report.group(id).filter(|group| !group.excluded);
        let value = match ranking.by {
            RankBy::Total => Some(report.total().points.clone()),
            RankBy::Share => report.total().share.clone(),
            RankBy::Group => ranking
                .group
                .as_deref()
                .and_then(group)
                .map(|group| group.points.clone()),
        };
        let points = |id: &String| report.group(id).map(|group| group.points.clone());
        let cohort = match ranking.within {
            Within::AgencyGroup => String::new(),
            Within::Parent => parent.unwrap_or_default().to_owned(),
        };
        Standing {
            unit: report.unit().unwrap_or_default().to_owned(),
            value,
            tie_breakers: ranking.tie_breakers.iter().filter_map(points).collect(),
            cohort,
        }
    }
}

/// The rank of each unit among its cohort, in the order given; none where it has nothing to rank by.
///
/// Equal units share a rank. What follows is `ties`: 1, 2, 2, 4 or 1, 2, 2, 3.
///
/// ```
/// use cqdt::{Rational, Standing, criteria::Ties, rank};
///
/// let standings = [("a", 90), ("b", 80), ("c", 80), ("d", 70)].map(|(unit, total)| Standing::new(unit, Rational::from(total)));
/// assert_eq!(rank(&standings, Ties::Competition), [Some(1), Some(2), Some(2), Some(4)]);
/// assert_eq!(rank(&standings, Ties::Dense), [Some(1), Some(2), Some(2), Some(3)]);
/// ```
pub fn rank(standings: &[Standing], ties: Ties) -> Vec<Option<usize>> {
    let mut ranks = vec![None; standings.len()];
    let mut ranked: Vec<(usize, &Standing)> = standings.iter().enumerate().collect();
    ranked.retain(|(_, standing)| standing.value.is_some());
    sort_by(&mut ranked, |(_, a), (_, b)| {
        a.cohort.cmp(&b.cohort).then_with(|| b.compare(a))
    });
    let (mut previous, mut position): (Option<(&Standing, usize)>, usize) = (None, 0);
    for (at, standing) in ranked {
        if previous.is_some_and(|(above, _)| above.cohort != standing.cohort) {
            (previous, position) = (None, 0);
        }
        position += 1;
        let rank = match previous {
            Some((above, rank)) if above.compare(standing) == Ordering::Equal => rank,
            Some((_, rank)) if ties == Ties::Dense => rank + 1,
            _ => position,
        };
        if let Some(slot) = ranks.get_mut(at) {
            *slot = Some(rank);
        }
        previous = Some((standing, rank));
    }
    ranks
}

/// Positions best first: by rank, those of equal rank in the order given, and what has no rank last.
///
/// ```
/// assert_eq!(cqdt::best_first(&[None, Some(2), Some(1), Some(2)]), [2, 1, 3, 0]);
/// ```
pub fn best_first(ranks: &[Option<usize>]) -> Vec<usize> {
    let rank = |at: usize| ranks.get(at).copied().flatten().unwrap_or(usize::MAX);
    order(ranks.len(), &mut |a, b| rank(a).cmp(&rank(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(totals: &[i64], ties: Ties) -> Vec<Option<usize>> {
        let standings: Vec<_> = totals
            .iter()
            .map(|total| Standing::new("u", Rational::from(*total)))
            .collect();
        rank(&standings, ties)
    }

    #[test]
    fn ties_share_a_rank() {
        let totals = [90, 80, 80, 70];
        assert_eq!(
            ranks(&totals, Ties::Competition),
            [Some(1), Some(2), Some(2), Some(4)]
        );
        assert_eq!(
            ranks(&totals, Ties::Dense),
            [Some(1), Some(2), Some(2), Some(3)]
        );
        assert_eq!(
            ranks(&[70, 80, 90, 80], Ties::Competition),
            [Some(4), Some(2), Some(1), Some(2)]
        );
    }

    #[test]
    fn cohorts_are_apart_and_what_has_no_figure_is_not_ranked() {
        let mut standings = ["a", "b", "c"].map(|unit| Standing::new(unit, Rational::from(1)));
        standings[1].cohort = "other".to_owned();
        standings[2].value = None;
        assert_eq!(
            rank(&standings, Ties::Competition),
            [Some(1), Some(1), None]
        );
    }
}
