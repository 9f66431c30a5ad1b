//! Comparing a report (the JSON of `format.md`) with the oracle's outcome.

use std::collections::BTreeSet;

use num_rational::BigRational;
use serde_json::Value;

use crate::number::exact;
use crate::outcome::Outcome;

/// The diagnostics that the oracle predicts.
const NAMES: [&str; 7] = [
    "unknown_fact",
    "invalid_value",
    "numerator_above_denominator",
    "zero_denominator",
    "missing_evidence",
    "no_cohort",
    "outside_cohort",
];

/// Every difference between a report and an outcome, one line each; empty where they agree to the last digit.
///
/// Diagnostics are compared as sets: whether two faulty ratios of one criterion are one diagnostic or two is presentation.
pub fn differences(report: &Value, outcome: &Outcome) -> Vec<String> {
    let mut found = Differences::default();

    let lines = report["criteria"].as_array().map_or(&[][..], Vec::as_slice);
    found.same(
        "criteria",
        &Value::from(lines.len()),
        &Value::from(outcome.criteria.len()),
    );
    for (line, expected) in lines.iter().zip(&outcome.criteria) {
        let at = &expected.id;
        found.same(
            &format!("{at} id"),
            &line["id"],
            &Value::from(expected.id.clone()),
        );
        found.same(
            &format!("{at} status"),
            &line["status"],
            &Value::from(expected.status.name()),
        );
        found.number(
            &format!("{at} points"),
            &line["points"],
            Some(&expected.points),
        );
        found.number(
            &format!("{at} applicable_max"),
            &line["applicable_max"],
            Some(&expected.applicable_max),
        );
    }

    let groups = report["groups"].as_array().map_or(&[][..], Vec::as_slice);
    found.same(
        "groups",
        &Value::from(groups.len()),
        &Value::from(outcome.groups.len()),
    );
    for (group, expected) in groups.iter().zip(&outcome.groups) {
        let at = &expected.id;
        found.same(
            &format!("{at} id"),
            &group["id"],
            &Value::from(expected.id.clone()),
        );
        found.number(&format!("{at} sum"), &group["sum"], Some(&expected.sum));
        found.number(
            &format!("{at} points"),
            &group["points"],
            Some(&expected.points),
        );
        found.number(
            &format!("{at} applicable_max"),
            &group["applicable_max"],
            Some(&expected.applicable_max),
        );
        found.number(
            &format!("{at} share"),
            &group["share"],
            expected.share.as_ref(),
        );
        found.same(
            &format!("{at} excluded"),
            &group["excluded"],
            &Value::from(expected.excluded),
        );
    }

    let (total, expected) = (&report["total"], &outcome.total);
    found.number("total points", &total["points"], Some(&expected.points));
    found.number(
        "total applicable_max",
        &total["applicable_max"],
        Some(&expected.applicable_max),
    );
    found.number("total share", &total["share"], expected.share.as_ref());
    found.number(
        "total bonus_excess",
        &total["bonus_excess"],
        Some(&expected.bonus_excess),
    );
    found.number(
        "total before_rescale",
        &total["before_rescale"],
        Some(&expected.before_rescale),
    );
    found.same(
        "complete",
        &report["complete"],
        &Value::from(outcome.complete),
    );
    found.same("band", &report["band"], &Value::from(outcome.band.clone()));

    let expected: BTreeSet<(String, String)> = outcome
        .diagnostics
        .iter()
        .map(|one| (one.name.to_owned(), one.subject.clone()))
        .collect();
    let reported = reported(report);
    for (name, subject) in expected.difference(&reported) {
        found.0.push(format!("no diagnostic {name} for {subject}"));
    }
    for (name, subject) in reported.difference(&expected) {
        found
            .0
            .push(format!("unexpected diagnostic {name} for {subject}"));
    }
    found.0
}

#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn same(&mut self, what: &str, reported: &Value, expected: &Value) {
        if reported != expected {
            self.0
                .push(format!("{what}: reported {reported}, expected {expected}"));
        }
    }

    fn number(&mut self, what: &str, reported: &Value, expected: Option<&BigRational>) {
        self.same(what, reported, &Value::from(expected.map(exact)));
    }
}

fn reported(report: &Value) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for one in report["diagnostics"]
        .as_array()
        .map_or(&[][..], Vec::as_slice)
    {
        let name = one["name"].as_str().unwrap_or_default();
        if !NAMES.contains(&name) {
            continue;
        }
        if matches!(name, "unknown_fact" | "invalid_value") {
            all.insert((
                name.to_owned(),
                one["fact"].as_str().unwrap_or_default().to_owned(),
            ));
        } else {
            for criterion in one["criteria"].as_array().map_or(&[][..], Vec::as_slice) {
                all.insert((
                    name.to_owned(),
                    criterion.as_str().unwrap_or_default().to_owned(),
                ));
            }
        }
    }
    all
}
