//! From criteria to groups to the total: policies, floors, rounding, rescaling, bonus cap.

use super::evaluate::Status;
use super::plan::CriterionPlan;
use super::report::{CriterionScore, GroupScore, Total};
use crate::criteria::{NotApplicable, Policies, Rescale};
use crate::points::Stage;
use crate::{CriteriaSet, Rational};

/// A criterion's points before evidence and rounding (D12).
pub(super) fn criterion_points(
    criterion: &CriterionPlan,
    policies: &Policies,
    status: Status,
    points: Rational,
) -> Rational {
    match (status, policies.not_applicable) {
        (Status::Scored, _) => points,
        (Status::NotApplicable, NotApplicable::Full) => criterion.max.clone(),
        _ => Rational::ZERO,
    }
}

/// What a criterion brings to the applicable maximum (D1, D12).
pub(super) fn applicable_max(
    criterion: &CriterionPlan,
    policies: &Policies,
    status: Status,
    lost: &Rational,
) -> Rational {
    if status == Status::NotApplicable && policies.not_applicable == NotApplicable::Exclude {
        Rational::ZERO
    } else if lost.is_zero() {
        criterion.max.clone()
    } else {
        &criterion.max - lost
    }
}

/// Groups (D14, D15) and total (D16, D17).
pub(super) fn add_up(set: &CriteriaSet, criteria: &[CriterionScore]) -> (Vec<GroupScore>, Total) {
    let groups: Vec<GroupScore> = (0..set.plan().groups.len())
        .filter_map(|at| add_group(set, at, criteria))
        .collect();
    let total = add_groups(set, criteria, &groups);
    (groups, total)
}

/// One group (D14, D15).
pub(super) fn add_group(
    set: &CriteriaSet,
    at: usize,
    criteria: &[CriterionScore],
) -> Option<GroupScore> {
    let definition = set.definition();
    let policies = &definition.policies;
    let plan = set.plan();
    let (group, range) = definition.groups.get(at).zip(plan.groups.get(at))?;
    let scores = criteria.get(range.clone()).unwrap_or_default();
    let lines = plan.criteria.get(range.clone()).unwrap_or_default();
    let mut points = Rational::ZERO;
    let mut applicable = Rational::ZERO;
    let mut excluded = policies.not_applicable == NotApplicable::Exclude && !range.is_empty();
    for (score, criterion) in scores.iter().zip(lines) {
        points = &points + &score.points;
        excluded &= score.status == Status::NotApplicable;
        if !criterion.bonus {
            applicable = &applicable + &score.applicable_max;
        }
    }
    Some(group_score(group, policies, points, applicable, excluded))
}

/// The total of the groups (D16, D17).
pub(super) fn add_groups(
    set: &CriteriaSet,
    criteria: &[CriterionScore],
    groups: &[GroupScore],
) -> Total {
    let definition = set.definition();
    let rescales = definition.policies.rescale == Rescale::Group;
    let mut sum = Rational::ZERO;
    let mut applicable = Rational::ZERO;
    for (group, score) in definition.groups.iter().zip(groups) {
        sum = &sum + &score.points;
        // What is rescaled is measured against the declared maximum again.
        applicable = if rescales && score.share.is_some() {
            &applicable + &group.max
        } else {
            &applicable + &score.applicable_max
        };
    }
    let mut bonus = Rational::ZERO;
    for (score, criterion) in criteria.iter().zip(&set.plan().criteria) {
        if criterion.bonus {
            bonus = &bonus + &score.points;
        }
    }
    total(set, &sum, applicable, &bonus)
}

fn group_score(
    group: &crate::criteria::Group,
    policies: &Policies,
    sum: Rational,
    applicable_max: Rational,
    excluded: bool,
) -> GroupScore {
    if excluded {
        return GroupScore {
            points: Rational::ZERO,
            applicable_max: Rational::ZERO,
            share: None,
            excluded,
            sum,
        };
    }
    let floored = sum.clone().max(group.floor.clone());
    let mut points = policies.rounding.at(Stage::Group, floored);
    let share = points.checked_div(&applicable_max);
    if policies.rescale == Rescale::Group
        && let Some(share) = &share
    {
        points = policies.rounding.round(&(share * &group.max));
    }
    GroupScore {
        points,
        applicable_max,
        share,
        excluded,
        sum,
    }
}

fn total(set: &CriteriaSet, sum: &Rational, applicable_max: Rational, bonus: &Rational) -> Total {
    let definition = set.definition();
    let policies = &definition.policies;
    let over_cap = policies
        .bonus_cap
        .as_ref()
        .map_or(Rational::ZERO, |cap| (bonus - cap).max(Rational::ZERO));
    // The cut never takes a total under 0, so it may be less than what is over the cap.
    let bonus_excess = over_cap.min(sum.clone().max(Rational::ZERO));
    let points = sum - &bonus_excess;
    let before_rescale = policies.rounding.at(Stage::Total, points);
    let share = before_rescale.checked_div(&applicable_max);
    let points = match (&share, policies.rescale) {
        (Some(share), Rescale::Total) => policies.rounding.round(&(share * &definition.max)),
        _ => before_rescale.clone(),
    };
    Total {
        points,
        applicable_max,
        share,
        bonus_excess,
        before_rescale,
    }
}
