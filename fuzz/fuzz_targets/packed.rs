//! Any bytes as a packed criteria set. It may say nonsense, but must score, write and pack like any other.
#![no_main]

use cqdt::{CriteriaSet, Lang, Submission};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(set) = CriteriaSet::unpack(data) else {
        return;
    };
    let again = CriteriaSet::unpack(&set.pack());
    assert_eq!(
        again.map(|set| set.to_json()),
        Some(set.to_json()),
        "what was packed comes back"
    );
    let report = set.score(&Submission::new("u"));
    assert!(!report.to_json().is_empty());
    let _ = report.explain(Lang::Vi).to_string();
});
