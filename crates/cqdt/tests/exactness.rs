//! The core against an independent second implementation on arbitrary-precision rationals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use cqdt::{CriteriaSet, Layer, Submission};
use cqdt_oracle::strategies::{Case, cases};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

/// 10,000 unless `CQDT_CASES` says otherwise.
fn config() -> Config {
    let cases = std::env::var("CQDT_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    Config {
        cases: cases.unwrap_or(10_000),
        failure_persistence: None,
        ..Config::default()
    }
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let text = case.set.to_string();
    let set = CriteriaSet::parse_json(&text)
        .map_err(|error| TestCaseError::fail(format!("refused: {error}")))?;
    let submissions: Vec<Submission> = case
        .submissions
        .iter()
        .map(|submission| Submission::from_json(&submission.to_string()))
        .collect::<Result<_, _>>()
        .map_err(|error| TestCaseError::fail(format!("unread: {error}")))?;
    let trees: Vec<&Value> = case.submissions.iter().collect();
    let layers = [
        (Layer::SelfAssessed, cqdt_oracle::Layer::SelfAssessed),
        (Layer::Verified, cqdt_oracle::Layer::Verified),
    ];
    for (layer, oracle_layer) in layers {
        let all = set.cohort(&submissions, layer);
        let others = set.cohort(submissions.iter().skip(1), layer);
        // Each submission meets one of the cohorts: cases are cheaper to have than cohorts.
        let cohorts = [
            (Some(&all), Some(trees.as_slice())),
            (None, None),
            (Some(&others), Some(&trees[1..])),
        ];
        for (at, submission) in submissions.iter().enumerate() {
            let (cohort, tree) = cohorts[(at + submissions.len()) % cohorts.len()];
            let report = set.score_in(submission, layer, cohort);
            let report: Value = serde_json::from_str(&report.to_json()).unwrap();
            let outcome = cqdt_oracle::score(&case.set, trees[at], oracle_layer, tree);
            let differences = cqdt_oracle::differences(&report, &outcome);
            prop_assert!(differences.is_empty(), "{}", differences.join("\n"));
        }
    }
    Ok(())
}

#[test]
fn equals_the_oracle() {
    TestRunner::new(config())
        .run(&cases(), |case| check(&case))
        .unwrap();
}
