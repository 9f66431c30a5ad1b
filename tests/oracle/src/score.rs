//! From criteria to groups, total and band.

use num_rational::BigRational;
use num_traits::{Signed, Zero};
use serde_json::Value;

use crate::answers::{Answers, Layer};
use crate::number::{int, round, set_number, set_number_or};
use crate::outcome::{CriterionOutcome, Diagnostic, GroupOutcome, Outcome, Status, TotalOutcome};
use crate::rules::{Context, evaluate};

/// The policies of a set, with their defaults.
struct Policies<'a> {
    stage: &'a str,
    places: u32,
    mode: &'a str,
    not_applicable: &'a str,
    rescale: &'a str,
    missing_evidence: &'a str,
    bonus_cap: Option<BigRational>,
}

impl<'a> Policies<'a> {
    fn of(set: &'a Value) -> Self {
        let policies = &set["policies"];
        let rounding = &policies["rounding"];
        Self {
            stage: rounding["stage"].as_str().unwrap_or("criterion"),
            places: rounding["places"]
                .as_u64()
                .map_or(2, |places| u32::try_from(places).unwrap()),
            mode: rounding["mode"].as_str().unwrap_or("half_up"),
            not_applicable: policies["not_applicable"].as_str().unwrap_or("exclude"),
            rescale: policies["rescale"].as_str().unwrap_or("none"),
            missing_evidence: policies["missing_evidence"].as_str().unwrap_or("warn"),
            bonus_cap: Some(&policies["bonus_cap"])
                .filter(|cap| !cap.is_null())
                .map(set_number),
        }
    }

    fn round(&self, value: &BigRational) -> BigRational {
        round(value, self.places, self.mode)
    }

    fn round_at(&self, stage: &str, value: BigRational) -> BigRational {
        if self.stage == stage {
            self.round(&value)
        } else {
            value
        }
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn share(points: &BigRational, applicable_max: &BigRational) -> Option<BigRational> {
    (!applicable_max.is_zero()).then(|| points / applicable_max)
}

fn is_bonus(criterion: &Value) -> bool {
    criterion["bonus"] == Value::Bool(true)
}

/// Scores one submission in one layer.
///
/// `cohort` holds the submissions of the cohort, this one among them; `None` means that no statistics are given.
pub fn score(set: &Value, submission: &Value, layer: Layer, cohort: Option<&[&Value]>) -> Outcome {
    let policies = Policies::of(set);
    let answers = Answers::read(set, submission, layer);
    let cohort: Option<Vec<Answers>> = cohort.map(|all| {
        all.iter()
            .map(|one| Answers::read(set, one, layer))
            .collect()
    });
    let mut diagnostics = answers.diagnostics.clone();

    let mut criteria = Vec::new();
    let mut groups = Vec::new();
    let mut bonus = int(0);
    let mut sum_of_groups = int(0);
    let mut applicable_max = int(0);
    for group in list(set, "groups") {
        let mut lines = Vec::new();
        for criterion in list(group, "criteria") {
            let mut context = Context {
                criterion: criterion["id"].as_str().unwrap(),
                answers: &answers,
                cohort: cohort.as_deref(),
                not_applicable: policies.not_applicable,
                diagnostics: &mut diagnostics,
            };
            let line = score_criterion(criterion, &policies, submission, &mut context);
            if is_bonus(criterion) {
                bonus += &line.points;
            }
            lines.push(line);
        }
        let (outcome, brings) = score_group(group, &lines, &policies);
        sum_of_groups += &outcome.points;
        applicable_max += brings;
        groups.push(outcome);
        criteria.extend(lines);
    }

    let total = score_total(set, sum_of_groups, &bonus, applicable_max, &policies);
    let complete = criteria.iter().all(|line| line.status != Status::Missing);
    diagnostics.sort();
    let band = band(set, &criteria, &groups, &total);
    Outcome {
        criteria,
        groups,
        total,
        complete,
        band,
        diagnostics,
    }
}

/// D12 and D13.
fn score_criterion(
    criterion: &Value,
    policies: &Policies,
    submission: &Value,
    context: &mut Context,
) -> CriterionOutcome {
    let max = set_number(&criterion["max"]);
    let result = evaluate(&criterion["rule"], &max, context);
    let excluded = result.status == Status::NotApplicable && policies.not_applicable == "exclude";
    let mut points = match result.status {
        Status::Scored => policies.round_at("criterion", result.points.clone()),
        Status::NotApplicable if policies.not_applicable == "full" => max,
        _ => int(0),
    };
    let needs_evidence = criterion["evidence"] == Value::Bool(true)
        && result.status == Status::Scored
        && points.is_positive();
    if needs_evidence && list(&submission["evidence"], context.criterion).is_empty() {
        context.diagnostics.push(Diagnostic {
            name: "missing_evidence",
            subject: context.criterion.to_owned(),
        });
        if policies.missing_evidence == "zero" {
            points = int(0);
        }
    }
    CriterionOutcome {
        id: context.criterion.to_owned(),
        status: result.status,
        rule_points: result.points,
        points,
        applicable_max: if excluded {
            int(0)
        } else {
            result.applicable_max
        },
        excluded,
    }
}

/// D14 and D15: the group, and the applicable maximum that it brings to the total.
fn score_group(
    group: &Value,
    lines: &[CriterionOutcome],
    policies: &Policies,
) -> (GroupOutcome, BigRational) {
    let sum = lines.iter().fold(int(0), |sum, line| sum + &line.points);
    let applicable_max = list(group, "criteria")
        .iter()
        .zip(lines)
        .filter(|(criterion, _)| !is_bonus(criterion))
        .fold(int(0), |sum, (_, line)| sum + &line.applicable_max);
    let excluded = !lines.is_empty() && lines.iter().all(|line| line.excluded);

    let floor = set_number_or(&group["floor"], int(0));
    let raised = sum.clone().max(floor);
    let mut points = policies.round_at("group", raised);
    let share = share(&points, &applicable_max);
    let mut brings = applicable_max.clone();
    if policies.rescale == "group" {
        let declared = set_number(&group["max"]);
        match &share {
            Some(share) => {
                points = policies.round(&(share * &declared));
                brings = declared;
            }
            None => brings = int(0),
        }
    }
    let id = group["id"].as_str().unwrap().to_owned();
    (
        GroupOutcome {
            id,
            sum,
            points,
            applicable_max,
            share,
            excluded,
        },
        brings,
    )
}

/// D16 and D17.
fn score_total(
    set: &Value,
    sum: BigRational,
    bonus: &BigRational,
    applicable_max: BigRational,
    policies: &Policies,
) -> TotalOutcome {
    let over_cap = match &policies.bonus_cap {
        Some(cap) => (bonus - cap).max(int(0)),
        None => int(0),
    };
    let bonus_excess = over_cap.min(sum.clone().max(int(0)));
    let before_rescale = policies.round_at("total", sum - &bonus_excess);
    let share = share(&before_rescale, &applicable_max);
    let points = match &share {
        Some(share) if policies.rescale == "total" => {
            policies.round(&(share * set_number(&set["max"])))
        }
        _ => before_rescale.clone(),
    };
    TotalOutcome {
        points,
        applicable_max,
        share,
        bonus_excess,
        before_rescale,
    }
}

/// D21: the first band, from the top, that is met.
fn band(
    set: &Value,
    criteria: &[CriterionOutcome],
    groups: &[GroupOutcome],
    total: &TotalOutcome,
) -> Option<String> {
    let declared: Vec<&Value> = list(set, "groups")
        .iter()
        .flat_map(|group| list(group, "criteria"))
        .collect();
    let percent = |share: &BigRational| share * int(100);
    for band in list(set, "bands") {
        let figure = if band["on"] == "share" {
            percent(total.share.as_ref()?)
        } else {
            total.points.clone()
        };
        let threshold = if !band["at_least"].is_null() {
            figure >= set_number(&band["at_least"])
        } else if !band["more_than"].is_null() {
            figure > set_number(&band["more_than"])
        } else {
            true
        };
        let in_groups = groups.iter().all(|group| {
            let required = &band["min_group_share"][&group.id];
            match (&group.share, required.is_null()) {
                (Some(share), false) => percent(share) >= set_number(required),
                _ => true,
            }
        });
        let required = &band["min_criterion_share"];
        let in_criteria = required.is_null()
            || declared.iter().zip(criteria).all(|(criterion, line)| {
                let counts = !is_bonus(criterion) && set_number(&criterion["max"]).is_positive();
                match share(&line.points, &line.applicable_max) {
                    Some(share) if counts => percent(&share) >= set_number(required),
                    _ => true,
                }
            });
        if threshold && in_groups && in_criteria {
            return Some(band["id"].as_str().unwrap().to_owned());
        }
    }
    None
}
