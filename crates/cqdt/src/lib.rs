//! Criteria and method of Vietnamese e-government assessments as data plus pure functions: exact, explained,
//! recomputable.
#![forbid(unsafe_code)]

mod band;
mod canonical;
mod catalogue;
pub mod criteria;
mod date;
mod diagnostic;
mod fault;
mod points;
mod score;
mod submission;
mod text;
mod tree;

pub use criteria::{CriteriaSet, MAX_SET_BYTES};
pub use date::{Date, DateError, Received};
pub use diagnostic::{Diagnostic, DiagnosticKind, Severity};
pub use fault::{Expected, Fault, FaultKind, FileError, Nearest, Thing};
pub use points::{ParseRationalError, Rational, Rounding, RoundingMode, Stage};
pub use score::{Cohort, CriterionScore, Detail, GroupScore, Report, Status, Total, Trace};
pub use submission::{Evidence, Layer, MAX_SUBMISSION_BYTES, RawAnswer, Submission};
#[cfg(feature = "csv")]
pub use submission::{MAX_CSV_BYTES, TableStyle};
pub use text::{Decimal, Lang, NumberFault, NumberStyle, Text, read_decimal, read_yes_no};
