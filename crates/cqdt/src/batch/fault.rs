//! What can be wrong with columns before any row is scored.

use std::fmt;

use crate::Lang;
use crate::catalogue::catalogue;
use crate::fault::{Nearest, Thing};

catalogue! {
/// Why columns can't be scored.
pub enum BatchFault {
    /// A column, or something asked for, that the criteria set doesn't have.
    UnknownId {
        /// What it should be.
        what: Thing,
        /// Its id.
        id: String,
        /// One like it.
        nearest: Nearest,
    } = "E0601" "unknown_id_in_columns",
        vi "bộ tiêu chí không có {what} `{id}`{nearest}",
        en "the criteria set has no {what} `{id}`{nearest}";
    /// Two columns for one fact.
    DuplicateColumn {
        /// The fact.
        fact: String,
    } = "E0602" "duplicate_fact_column",
        vi "số liệu `{fact}` có hai cột",
        en "fact `{fact}` has two columns";
    /// A column that has fewer rows than the others.
    TooFewRows {
        /// The column.
        column: String,
        /// Its rows.
        count: usize,
        /// Rows wanted.
        rows: usize,
    } = "E0603" "too_few_rows",
        vi "cột `{column}` có {count} dòng, cần {rows}",
        en "column `{column}` has {count} rows, expected {rows}";
    /// Values that a fact of this type can't be read from.
    WrongValues {
        /// The fact.
        fact: String,
        /// Its type.
        kind: String,
        /// The values.
        found: String,
    } = "E0604" "wrong_values",
        vi "cột `{fact}`: không đọc được số liệu kiểu `{kind}` từ giá trị kiểu `{found}`",
        en "column `{fact}`: a fact of type `{kind}` can't be read from values of type `{found}`";
}
}

/// Columns that can't be scored, with every fault found in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchError {
    pub(super) faults: Vec<BatchFault>,
}

impl BatchError {
    /// All faults; at least one.
    pub fn faults(&self) -> &[BatchFault] {
        &self.faults
    }

    /// Every fault on a line of its own, with its code.
    pub fn message(&self, lang: Lang) -> String {
        let lines: Vec<String> = self
            .faults
            .iter()
            .map(|fault| format!("{} {}", fault.code(), fault.message(lang)))
            .collect();
        lines.join("\n")
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for BatchError {}
