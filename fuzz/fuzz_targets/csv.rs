//! Any text as a table of submissions, in every style of numbers, and its rows as scored by one set.
#![no_main]

use std::sync::LazyLock;

use cqdt::{CriteriaSet, NumberStyle, Submission, TableStyle};
use cqdt_fuzz::{check_error, check_score, set, text};
use libfuzzer_sys::fuzz_target;

static SET: LazyLock<CriteriaSet> =
    LazyLock::new(|| set(include_str!("../seeds/set/every-rule.toml")).expect("a valid set"));

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    use NumberStyle::{Comma, Plain, Point, Unstated};
    for numbers in [Plain, Point, Comma, Unstated] {
        match Submission::from_csv(text, TableStyle::numbers(numbers)) {
            Ok(rows) => {
                for row in rows.iter().take(8) {
                    assert!(row.unit().is_some());
                    check_score(&SET, row);
                }
            }
            Err(error) => check_error(&error, text),
        }
    }
});
