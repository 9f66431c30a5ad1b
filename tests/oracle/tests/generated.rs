//! What every generated case must satisfy, whoever scores it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at its first surprise"
)]

use std::collections::BTreeMap;

use cqdt_oracle::strategies::{Case, cases};
use cqdt_oracle::{Layer, Outcome, Status, decimal, score};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

fn number(value: &Value) -> BigRational {
    match value {
        Value::Null => BigRational::from_integer(BigInt::from(0)),
        Value::String(text) => decimal(text).expect("a decimal"),
        other => decimal(&other.to_string()).expect("a decimal"),
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn outcomes(case: &Case) -> Vec<Outcome> {
    let cohort: Vec<&Value> = case.submissions.iter().collect();
    let mut all = Vec::new();
    for submission in &case.submissions {
        for layer in [Layer::SelfAssessed, Layer::Verified] {
            all.push(score(&case.set, submission, layer, Some(&cohort)));
            all.push(score(&case.set, submission, layer, Some(&cohort[1..])));
            all.push(score(&case.set, submission, layer, None));
        }
    }
    all
}

/// Every object with a `kind` in a criterion.
fn rules(value: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(next) = open.pop() {
        match next {
            Value::Object(map) => {
                if map.contains_key("kind") {
                    found.push(next);
                }
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

proptest! {
    #![proptest_config(Config { cases: 150, failure_persistence: None, ..Config::default() })]

    #[test]
    fn declared_maxima_add_up(case in cases()) {
        let zero = number(&Value::Null);
        let mut total = zero.clone();
        for group in list(&case.set, "groups") {
            let sum = list(group, "criteria")
                .iter()
                .filter(|criterion| criterion["bonus"] != true)
                .fold(zero.clone(), |sum, criterion| sum + number(&criterion["max"]));
            prop_assert_eq!(&sum, &number(&group["max"]));
            prop_assert!(number(&group["floor"]) <= zero);
            total += sum;
        }
        prop_assert_eq!(&total, &number(&case.set["max"]));
        prop_assert!(total > zero);
    }

    #[test]
    fn ids_are_unique_and_facts_are_read(case in cases()) {
        let mut ids: Vec<String> = list(&case.set, "facts").iter().map(|fact| fact["id"].to_string()).collect();
        let text = Value::from(list(&case.set, "groups").to_vec()).to_string();
        for id in &ids {
            prop_assert!(text.contains(id), "nothing reads {}", id);
        }
        let declared = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), declared);
    }

    #[test]
    fn points_stay_within_bounds(case in cases()) {
        for outcome in outcomes(&case) {
            let declared = list(&case.set, "groups").iter().flat_map(|group| list(group, "criteria"));
            for (criterion, line) in declared.zip(&outcome.criteria) {
                let max = number(&criterion["max"]);
                prop_assert!(line.rule_points >= number(&criterion["min"]), "{} is under its min", line.id);
                prop_assert!(line.rule_points <= max, "{} is above its max", line.id);
                prop_assert!(line.applicable_max <= max && line.applicable_max >= number(&Value::Null));
            }
            // The column adds up.
            let mut lines = outcome.criteria.iter();
            for (group, result) in list(&case.set, "groups").iter().zip(&outcome.groups) {
                let n = list(group, "criteria").len();
                let sum = lines.by_ref().take(n).fold(number(&Value::Null), |sum, line| sum + &line.points);
                prop_assert_eq!(&sum, &result.sum);
            }
        }
    }

    #[test]
    fn the_order_of_a_cohort_does_not_matter(case in cases()) {
        let cohort: Vec<&Value> = case.submissions.iter().collect();
        let reversed: Vec<&Value> = case.submissions.iter().rev().collect();
        for submission in &case.submissions {
            prop_assert_eq!(
                score(&case.set, submission, Layer::Verified, Some(&cohort)),
                score(&case.set, submission, Layer::Verified, Some(&reversed))
            );
        }
    }
}

/// The strategies are worth nothing if they miss a kind of rule or an edge: each must turn up in a fixed sample.
#[test]
fn everything_turns_up() {
    let mut runner = TestRunner::deterministic();
    let strategy = cases();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut see = |what: String| *seen.entry(what).or_default() += 1;
    for _ in 0..1_600 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        for rule in rules(&case.set["groups"]) {
            let kind = rule["kind"].as_str().unwrap();
            see(format!("rule {kind}"));
            for key in ["zero_denominator", "allow_over", "cap"] {
                if !rule[key].is_null() {
                    see(format!(
                        "{kind} {key} {}",
                        if key == "cap" {
                            &Value::Null
                        } else {
                            &rule[key]
                        }
                    ));
                }
            }
        }
        let policies = &case.set["policies"];
        for (key, value) in policies.as_object().into_iter().flatten() {
            match key.as_str() {
                "bonus_cap" => see("bonus_cap".to_owned()),
                "rounding" => see(format!(
                    "rounding {} {} {}",
                    value["stage"], value["places"], value["mode"]
                )),
                _ => see(format!("{key} {value}")),
            }
        }
        for fact in list(&case.set, "facts") {
            see(format!("fact {}", fact["type"]));
        }
        for outcome in outcomes(&case) {
            for line in &outcome.criteria {
                see(format!("status {}", line.status.name()));
                if line.status == Status::Scored && line.rule_points != line.points {
                    see("a rounded criterion".to_owned());
                }
                let places = policies["rounding"]["places"].as_u64().unwrap_or(2);
                let scale = BigInt::from(10).pow(u32::try_from(places).unwrap());
                let scaled = &line.rule_points * BigRational::from_integer(scale);
                if *scaled.denom() == BigInt::from(2) {
                    see("a half at the last place".to_owned());
                }
            }
            for diagnostic in &outcome.diagnostics {
                see(format!("diagnostic {}", diagnostic.name));
            }
            for group in &outcome.groups {
                see(format!("group excluded {}", group.excluded));
            }
            let total = &outcome.total;
            see(format!("total share {}", total.share.is_some()));
            see(format!("complete {}", outcome.complete));
            see(format!(
                "band {}",
                outcome.band.as_deref().unwrap_or("none")
            ));
            if total.bonus_excess > number(&Value::Null) {
                see("bonus excess".to_owned());
            }
            if total.points < number(&Value::Null) {
                see("a negative total".to_owned());
            }
            if total.before_rescale != total.points {
                see("a rescaled total".to_owned());
            }
        }
    }
    for (what, times) in &seen {
        println!("{times:>8}  {what}");
    }
    for expected in EXPECTED {
        assert!(
            seen.get(*expected).copied().unwrap_or(0) >= 5,
            "hardly ever: {expected}"
        );
    }
    let roundings = seen
        .keys()
        .filter(|what| what.starts_with("rounding") && !what.contains("null"))
        .count();
    assert_eq!(roundings, 3 * 7 * 3, "not every rounding turned up");
}

const EXPECTED: &[&str] = &[
    "rule yes_no",
    "rule choice",
    "rule proportional",
    "rule tiers",
    "rule per_item",
    "rule stepwise",
    "rule checklist",
    "rule cohort_max",
    "rule cohort_min_max",
    "rule given",
    "rule best_of",
    "rule sum",
    "rule gate",
    "rule deduct",
    "proportional zero_denominator \"zero\"",
    "proportional zero_denominator \"full\"",
    "proportional zero_denominator \"not_applicable\"",
    "proportional allow_over true",
    "fact \"rollup\"",
    "status scored",
    "status missing",
    "status invalid",
    "status not_applicable",
    "diagnostic unknown_fact",
    "diagnostic invalid_value",
    "diagnostic numerator_above_denominator",
    "diagnostic zero_denominator",
    "diagnostic missing_evidence",
    "diagnostic no_cohort",
    "diagnostic outside_cohort",
    "group excluded true",
    "total share false",
    "complete false",
    "complete true",
    "bonus excess",
    "a negative total",
    "a rescaled total",
    "a half at the last place",
    "band b1",
    "band b2",
    "band con-lai",
    "band none",
];
