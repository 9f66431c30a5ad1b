//! Bytes as the tape of the case generator: a valid set and submissions, scored by the core and by the oracle.
#![no_main]

use cqdt::{CriteriaSet, Layer, Submission};
use cqdt_oracle::strategies::case_of;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    // The first byte says how much of the tape is the set's.
    let Some((share, data)) = data.split_first() else {
        return;
    };
    let words: Vec<u32> = data
        .chunks(2)
        .map(|pair| {
            let low = u32::from(pair[0]);
            let high = u32::from(pair.get(1).copied().unwrap_or(0));
            // Both ends of the word, since some choices look at its remainder and some at its size.
            (high << 24) | (low << 16) | (high << 8) | low
        })
        .collect();
    let (of_set, of_answers) = words.split_at(words.len() * usize::from(*share) / 256);
    let half = of_answers.len() / 2;
    let answers = [of_answers[..half].to_vec(), of_answers[half..].to_vec()];
    let case = case_of(of_set, &answers);
    let set = CriteriaSet::parse_json(&case.set.to_string())
        .unwrap_or_else(|error| panic!("a valid set is refused: {error}\n{case:?}"));
    let submissions: Vec<Submission> = case
        .submissions
        .iter()
        .map(|one| Submission::from_json(&one.to_string()).expect("a submission of sound form"))
        .collect();
    let trees: Vec<&Value> = case.submissions.iter().collect();
    for (layer, oracle_layer) in [
        (Layer::SelfAssessed, cqdt_oracle::Layer::SelfAssessed),
        (Layer::Verified, cqdt_oracle::Layer::Verified),
    ] {
        let cohort = set.cohort(&submissions, layer);
        for (submission, tree) in submissions.iter().zip(&trees) {
            let report = set.score_in(submission, layer, Some(&cohort));
            let report: Value = serde_json::from_str(&report.to_json()).expect("a report is JSON");
            let outcome = cqdt_oracle::score(&case.set, tree, oracle_layer, Some(&trees));
            let differences = cqdt_oracle::differences(&report, &outcome);
            assert!(
                differences.is_empty(),
                "{}\n{case:?}",
                differences.join("\n")
            );
        }
    }
});
