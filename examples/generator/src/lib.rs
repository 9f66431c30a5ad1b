//! Generates the submissions of `examples/viet-tri-2018`. What units really answered in 2018 isn't public: everything
//! here is made up, seeded, and labelled so in each file.

mod answers;
mod random;
mod unit;
mod write;

use std::collections::BTreeMap;

use cqdt::{CriteriaSet, Round};
use serde_json::Value;

pub use unit::MARK;

/// Changing it changes every file.
const SEED: u64 = 2395;

/// The communes' reports came in as one table.
const TABLE: &str = "xa.csv";

/// Name below `submissions/` and contents of every file.
///
/// # Errors
/// Where the built-in round or one of its forms can't be read.
pub fn files() -> Result<BTreeMap<String, String>, cqdt::FileError> {
    let mut files = BTreeMap::new();
    let mut forms: BTreeMap<&str, CriteriaSet> = BTreeMap::new();
    for source in cqdt_criteria::all() {
        forms.insert(source.id, CriteriaSet::parse_toml(source.text)?);
    }
    let Some(source) = cqdt_criteria::find_round("viet-tri-2018") else {
        return Ok(files);
    };
    let round = Round::parse_toml(source.text)?;
    let mut rows: Vec<Value> = Vec::new();
    for unit in &round.units {
        let Some(form) = forms.get(unit::form_of(unit)) else {
            continue;
        };
        for (name, submission) in unit::submissions(&round, unit, form, SEED) {
            if unit.id.starts_with("xa-") {
                rows.push(submission);
            } else if unit.id.starts_with("phuong-") {
                files.insert(format!("{name}.json"), write::json(&submission));
            } else {
                files.insert(
                    format!("{name}.toml"),
                    write::toml(&unit.name.vi, &submission),
                );
            }
        }
    }
    files.insert(TABLE.to_owned(), write::csv(&rows));
    Ok(files)
}
