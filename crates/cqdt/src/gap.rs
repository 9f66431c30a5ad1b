//! What is still to win: criteria by points left, and the fewest points that reach a rank or a band.

use std::cmp::Ordering;

use serde::Serialize;

use crate::criteria::{BandScale, RankBy, Threshold, Ties};
use crate::rank::{Standing, rank};
use crate::score::{Report, Status};
use crate::sort::sort_by;
use crate::{CriteriaSet, Rational};

/// Points that one criterion still has to give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PointsLeft {
    /// The criterion.
    pub criterion: String,
    /// Applicable maximum less points.
    pub left: Rational,
    /// Its points now.
    pub points: Rational,
}

impl Report {
    /// Criteria that could still give points, most first; where equal, in the set's order. For a penalty it is what
    /// was taken off.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::Submission;
    ///
    /// let report = set.score(&Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", 20));
    /// let line = report.points_left().into_iter().find(|line| line.criterion == "i.1").unwrap();
    /// assert_eq!(line.left.to_string(), "0.2");
    /// ```
    pub fn points_left(&self) -> Vec<PointsLeft> {
        let mut left: Vec<PointsLeft> = self
            .criteria()
            .filter(|(_, score)| score.status != Status::NotApplicable)
            .map(|(criterion, score)| PointsLeft {
                criterion: criterion.id.clone(),
                points: score.points.clone(),
                left: &score.applicable_max - &score.points,
            })
            .filter(|line| line.left.is_positive())
            .collect();
        sort_by(&mut left, |a, b| b.left.cmp(&a.left));
        left
    }

    /// The fewest points, in the set's places, that lift the total to a band's threshold: 0 where it is met.
    ///
    /// Nothing where the set has no such band, it has no threshold, or there is no maximum to have a share of. Minimum
    /// shares of groups and criteria that the band asks for come on top.
    pub fn points_to_band(&self, band: &str) -> Option<Rational> {
        let bands = &self.set().definition().bands;
        let band = bands.iter().find(|candidate| candidate.id == band)?;
        let threshold = band.threshold.as_ref()?;
        let scale = match band.on {
            BandScale::Total => Rational::from(1),
            BandScale::Share => {
                let max = &self.total().applicable_max;
                if max.is_zero() {
                    return None;
                }
                max.checked_div(&Rational::HUNDRED)?
            }
        };
        // For bands on the share of a total that is rescaled, points count before rescaling.
        let own = match band.on {
            BandScale::Total => &self.total().points,
            BandScale::Share => &self.total().before_rescale,
        };
        let target = threshold.value() * &scale;
        let strictly = matches!(threshold, Threshold::MoreThan(_));
        Some(fewest(self.set(), own, &target, strictly))
    }

    /// The fewest points, in the set's places, that lift a unit to a rank (or better) while the others stay (D25): 0
    /// where it is there.
    ///
    /// `others` are the standings of the other units; those of other cohorts don't count. Where the set ranks by
    /// share, points of the total are meant; where by a group, that group's.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::{Rational, Standing, Submission};
    ///
    /// let report = set.score(&Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", 20));
    /// assert_eq!(report.total().points.to_string(), "1.8");
    /// let others = [Standing::new("xa-hung-lo", Rational::from(3)), Standing::new("xa-kim-duc", Rational::from(2))];
    /// // Equalling a unit is ranking beside it.
    /// assert_eq!(report.points_to_rank(2, None, &others).unwrap().to_string(), "0.2");
    /// assert_eq!(report.points_to_rank(1, None, &others).unwrap().to_string(), "1.2");
    /// ```
    pub fn points_to_rank(
        &self,
        target: usize,
        parent: Option<&str>,
        others: &[Standing],
    ) -> Option<Rational> {
        let set = self.set();
        let ranking = &set.definition().ranking;
        let own = set.standing(self, parent);
        let value = own.value.clone()?;
        let mut rivals: Vec<&Standing> = others
            .iter()
            .filter(|rival| rival.cohort == own.cohort && rival.value.is_some())
            .collect();
        sort_by(&mut rivals, |a, b| b.compare(a));
        if reaches(&own, &rivals, target, ranking.ties) {
            return Some(Rational::ZERO);
        }
        // Ranks change only at a rival's figure: try to equal each, then to pass it, from the lowest up.
        let (figure, scale) = match ranking.by {
            RankBy::Total | RankBy::Group => (value, Rational::from(1)),
            RankBy::Share => (
                self.total().before_rescale.clone(),
                self.total().applicable_max.clone(),
            ),
        };
        for rival in rivals.iter().rev() {
            let wanted = rival.value.as_ref()? * &scale;
            for strictly in [false, true] {
                let points = fewest(set, &figure, &wanted, strictly);
                if !points.is_positive() {
                    continue;
                }
                let raised = Standing {
                    value: (&figure + &points).checked_div(&scale),
                    ..own.clone()
                };
                if reaches(&raised, &rivals, target, ranking.ties) {
                    return Some(points);
                }
            }
        }
        None
    }
}

/// Whether a unit would rank at `target` or better.
fn reaches(own: &Standing, rivals: &[&Standing], target: usize, ties: Ties) -> bool {
    if ties == Ties::Competition {
        let above = rivals
            .iter()
            .filter(|rival| rival.compare(own) == Ordering::Greater);
        return above.count() < target;
    }
    let mut standings: Vec<Standing> = rivals.iter().map(|rival| (*rival).clone()).collect();
    standings.push(own.clone());
    rank(&standings, ties)
        .pop()
        .flatten()
        .is_some_and(|rank| rank <= target)
}

/// The least number of points in the set's places that lifts `own` to `target`, or strictly over it.
fn fewest(set: &CriteriaSet, own: &Rational, target: &Rational, strictly: bool) -> Rational {
    let unit = set.definition().policies.rounding.unit();
    let missing = target - own;
    if missing.is_negative() {
        return Rational::ZERO;
    }
    let steps = missing.checked_div(&unit).unwrap_or_default();
    let whole = steps.floor();
    let more = whole != steps || strictly;
    let steps = if more {
        &whole + &Rational::from(1)
    } else {
        whole
    };
    &steps * &unit
}
