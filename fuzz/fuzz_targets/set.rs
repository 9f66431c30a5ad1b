//! Any text as a criteria set, in TOML and in JSON.
#![no_main]

use cqdt::CriteriaSet;
use cqdt_fuzz::{check_error, check_set, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    for read in [CriteriaSet::parse_toml, CriteriaSet::parse_json] {
        match read(text) {
            Ok(set) => check_set(&set),
            Err(error) => check_error(&error, text),
        }
    }
});
