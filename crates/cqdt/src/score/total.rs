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
    let definition = set.definition();
    let policies = &definition.policies;
    let plan = set.plan();
    let mut bonus = Rational::ZERO;
    let mut sum = Rational::ZERO;
    let mut applicable = Rational::ZERO;
    let mut groups = Vec::with_capacity(definition.groups.len());
    for (group, range) in definition.groups.iter().zip(&plan.groups) {
        let lines = || {
            let scores = criteria.get(range.clone()).unwrap_or_default();
            scores
                .iter()
                .zip(plan.criteria.get(range.clone()).unwrap_or_default())
        };
        let mut points = Rational::ZERO;
        let mut group_applicable = Rational::ZERO;
        let mut excluded = policies.not_applicable == NotApplicable::Exclude && !range.is_empty();
        for (score, criterion) in lines() {
            points = &points + &score.points;
            excluded &= score.status == Status::NotApplicable;
            if criterion.bonus {
                bonus = &bonus + &score.points;
            } else {
                group_applicable = &group_applicable + &score.applicable_max;
            }
        }
        let score = group_score(group, policies, points, group_applicable, excluded);
        sum = &sum + &score.points;
        // What is rescaled is measured against the declared maximum again.
        if policies.rescale == Rescale::Group && score.share.is_some() {
            applicable = &applicable + &group.max;
        } else {
            applicable = &applicable + &score.applicable_max;
        }
        groups.push(score);
    }
    let total = total(set, &sum, applicable, &bonus);
    (groups, total)
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
