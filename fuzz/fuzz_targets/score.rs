//! A set and submissions to it, parted by NUL bytes: whatever both are, a report comes out and its parts agree.
#![no_main]

use cqdt_fuzz::{check_score, check_set, parts, set, submission, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    let parts = parts(text);
    let Some((first, rest)) = parts.split_first() else {
        return;
    };
    let Ok(set) = set(first) else { return };
    check_set(&set);
    for text in rest.iter().take(4) {
        if let Ok(submission) = submission(text) {
            check_score(&set, &submission);
        }
    }
});
