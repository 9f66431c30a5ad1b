//! A round, a form and submissions, parted by NUL bytes: assessed in any order with the same outcome.
#![no_main]

use cqdt::{FileError, Incoming, Lang, Round};
use cqdt_fuzz::{check_error, check_report, is_json, parts, set, submission, text};
use libfuzzer_sys::fuzz_target;

fn read(text: &str) -> Result<Round, FileError> {
    if is_json(text) {
        Round::parse_json(text)
    } else {
        Round::parse_toml(text)
    }
}

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    let parts = parts(text);
    let round = match read(parts[0]) {
        Ok(round) => round,
        Err(error) => return check_error(&error, parts[0]),
    };
    let (mut sets, mut incoming) = (Vec::new(), Vec::new());
    for (index, text) in parts.iter().enumerate().skip(1).take(8) {
        if let Ok(set) = set(text) {
            if sets
                .iter()
                .all(|other: &cqdt::CriteriaSet| other.id() != set.id())
            {
                sets.push(set);
            }
        } else if let Ok(submission) = submission(text) {
            incoming.push(Incoming::new(format!("{index}"), submission));
        }
    }
    let report = round.assess(&sets, incoming.clone(), |_, _| {});
    incoming.reverse();
    sets.reverse();
    let reversed = round.assess(&sets, incoming, |_, _| {});
    assert_eq!(
        report.entries(),
        reversed.entries(),
        "the order of the input matters"
    );
    let json = report.to_json();
    let tree: serde_json::Value = serde_json::from_str(&json).expect("a round's result is JSON");
    assert_eq!(tree.to_string(), json);
    assert_eq!(report.entries().len(), round.units.len());
    for entry in report.entries() {
        if let Some(verification) = &entry.verification {
            check_report(&verification.own);
            check_report(&verification.verified);
        }
    }
    let all = report.entries().iter().flat_map(|entry| &entry.diagnostics);
    for diagnostic in all.chain(report.diagnostics()) {
        for lang in [Lang::Vi, Lang::En] {
            assert!(!diagnostic.message(lang).contains('\n'));
        }
    }
});
