//! Criteria and method of Vietnamese e-government assessments as data plus pure functions: exact, explained,
//! recomputable.
#![forbid(unsafe_code)]

mod band;
mod canonical;
mod catalogue;
mod compare;
pub mod criteria;
mod date;
mod diagnostic;
mod explain;
mod fault;
mod gap;
mod points;
mod rank;
pub mod round;
#[cfg(feature = "schema")]
pub mod schema;
mod score;
mod submission;
mod text;
mod tree;
mod verify;

pub use compare::{Comparison, compare};
pub use criteria::{CriteriaSet, MAX_SET_BYTES};
pub use date::{Date, DateError, Received};
pub use diagnostic::{Diagnostic, DiagnosticKind, Severity};
pub use explain::{Explanation, GroupExplanation, LineExplanation, TotalExplanation};
pub use fault::{Expected, Fault, FaultKind, FileError, Nearest, Thing};
pub use gap::PointsLeft;
pub use points::{ParseRationalError, Rational, Rounding, RoundingMode, Stage};
pub use rank::{Standing, rank};
pub use round::{
    Entry, EntryStatus, Incoming, MAX_ROUND_BYTES, Round, RoundDocument, RoundReport, Unit,
};
pub use score::{
    Cohort, CriterionScore, Detail, GroupScore, Measured, Report, ReportDocument, Status, Total,
    Trace,
};
pub use submission::{Evidence, Layer, MAX_SUBMISSION_BYTES, RawAnswer, Submission};
#[cfg(feature = "csv")]
pub use submission::{MAX_CSV_BYTES, TableStyle};
pub use text::{Decimal, Lang, NumberFault, NumberStyle, Text, read_decimal, read_yes_no};
pub use verify::{Change, Verification};
