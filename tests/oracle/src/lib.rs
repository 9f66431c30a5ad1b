//! A second implementation of the scoring method, to test the first one against.
//!
//! It is written from `method.md`, `decisions.md` and `format.md` alone, works straight on the JSON trees and computes
//! with `BigRational` everywhere. It is slow and plain on purpose: each function follows one sentence of those pages.
//! It assumes a *valid* criteria set and panics on a broken one; submissions may hold anything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a broken set must stop the test, loudly"
)]

mod answers;
mod compare;
mod measure;
mod number;
mod outcome;
mod rank;
mod rules;
mod score;
pub mod strategies;

pub use answers::{Answer, Answers, Layer};
pub use compare::differences;
pub use number::{decimal, exact, round};
pub use outcome::{CriterionOutcome, Diagnostic, GroupOutcome, Outcome, Status, TotalOutcome};
pub use rank::{Entry, Ties, entries, rank, ties_of};
pub use score::score;
