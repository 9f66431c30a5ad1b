//! Criteria and method of Vietnamese e-government assessments (*đánh giá mức độ chính quyền điện tử*) as data plus pure
//! functions: exact, explained, recomputable.
//!
//! A first score, with a form that the crate `cqdt-criteria` brings along:
//!
//! ```
//! use cqdt::{CriteriaSet, Lang, Submission};
//!
//! let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").ok_or("no such form")?;
//! let set = CriteriaSet::parse_toml(form.text)?;
//! let answers = Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", 20);
//! let report = set.score(&answers);
//! let line = report.explain_criterion("i.1", Lang::Vi).ok_or("no such criterion")?;
//! assert_eq!(line.formula, "18 ÷ 20 × 2 = 1,8");
//! assert!(!report.is_complete());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The way through
//!
//! 1. [`CriteriaSet::parse_toml`] or [`parse_json`](CriteriaSet::parse_json) reads a set (*bộ tiêu chí*) and proves it. What comes out can't
//!    be malformed; what doesn't come out says why, every fault with line and column, in a [`FileError`].
//! 2. A [`Submission`] (*phiếu tự đánh giá*) is one flat row of answers with evidence, in two layers: self-assessed and verified. It comes from JSON,
//!    TOML, a table, or code. Any answer may be missing or wrong: that is the score's business.
//! 3. [`CriteriaSet::score`] always yields a [`Report`]: points of every line with the calculation behind them, groups, total, band, and
//!    [`Diagnostic`]s for what is wrong. [`Report::explain`] puts it into words, [`Report::to_json`] into canonical JSON: the same bytes wherever it is
//!    made.
//! 4. Rules that look at everybody need a [`Cohort`]; [`rank()`] orders units; [`CriteriaSet::verify`] sets both layers side by side; a [`Round`] does all of that for a
//!    roster; [`compare()`] sets two rounds side by side; [`Report::points_to_rank`] and its like tell what is missing.
//!
//! # What holds
//!
//! - Points are exact: decimals and fractions, one rounding where the set says ([`Rational`], [`Rounding`]).
//! - Pure: no file, clock, network, locale or state. Nothing panics on any input; nothing `unsafe`.
//! - Nothing reconstructed passes for official: [`CriteriaSet::notice`] is on every report.
//!
//! # Features
//!
//! `toml` and `csv` (both on) read those formats; `schema` gives the JSON Schemas of all formats. Without them the crate is what a browser
//! loads.
#![forbid(unsafe_code)]

mod arch;
mod band;
pub mod batch;
mod canonical;
mod catalogue;
mod compare;
pub mod criteria;
mod date;
mod diagnostic;
mod diff;
mod explain;
mod fault;
mod gap;
mod map;
mod points;
mod rank;
#[cfg(feature = "robustness")]
pub mod robustness;
pub mod round;
#[cfg(feature = "schema")]
pub mod schema;
mod score;
mod sort;
mod submission;
mod text;
mod tree;
mod verify;
mod words;

pub use canonical::to_canonical_json;
pub use catalogue::Datum;
pub use compare::{CompareError, Comparison, compare};
pub use criteria::{CriteriaSet, MAX_SET_BYTES};
pub use date::{Date, DateError, Received};
pub use diagnostic::{Diagnostic, DiagnosticKind, Severity};
pub use diff::{
    ChangeKind, Edition, FieldValue, Place, SetChange, SetDiff, Subject, Summary, diff,
};
pub use explain::{
    ChangesExplanation, Explanation, GroupExplanation, LineExplanation, TotalExplanation,
};
pub use fault::{Expected, Fault, FaultKind, FileError, Nearest, Thing};
pub use gap::PointsLeft;
pub use map::Map;
pub use points::{ParseRationalError, Rational, Rounding, RoundingMode, Stage};
pub use rank::{Standing, best_first, rank};
pub use round::{
    Entry, EntryStatus, Incoming, MAX_ROUND_BYTES, Round, RoundDocument, RoundReport, Unit,
};
pub use score::{
    Changes, ChangesDocument, Cohort, CohortError, CriterionScore, Detail, GroupScore, LiveScore,
    Measured, Report, ReportDocument, Status, Total, Trace,
};
pub use submission::{
    Evidence, Layer, MAX_LIST_BYTES, MAX_SUBMISSION_BYTES, RawAnswer, Submission,
};
#[cfg(feature = "csv")]
pub use submission::{MAX_CSV_BYTES, TableStyle};
#[cfg(not(feature = "nfc"))]
pub use text::compose_with;
pub use text::{Decimal, Lang, NumberFault, NumberStyle, Text, read_decimal, read_yes_no};
pub use verify::{Change, Verification};
pub use words::ParserWords;
