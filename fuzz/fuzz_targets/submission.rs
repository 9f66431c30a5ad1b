//! Any text as a submission, in JSON and in TOML.
#![no_main]

use cqdt::Submission;
use cqdt_fuzz::{check_error, check_submission, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    for read in [Submission::from_toml, Submission::from_json] {
        match read(text) {
            Ok(submission) => {
                check_submission(&submission);
            }
            Err(error) => check_error(&error, text),
        }
    }
});
