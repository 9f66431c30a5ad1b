//! Criteria sets (*bộ tiêu chí*): read, proved, frozen.

mod check;
mod definition;
#[cfg(feature = "packed")]
mod packed;
mod range;
mod read;
mod set;

pub use definition::{
    Band, BandScale, Basis, BasisStatus, Choice, Condition, Criterion, Definition, DocumentRef,
    Fact, FactType, Group, Measure, MissingEvidence, NotApplicable, Policies, RankBy, Ranking,
    Rescale, RollupValue, Rule, RuleKind, Source, Step, Test, Threshold, Ties, Within,
    ZeroDenominator,
};
pub(crate) use range::stepwise;
pub(crate) use range::{Positions, positions};
pub(crate) use read::{read_document, read_format, read_roster_basis};
pub use set::{CriteriaSet, MAX_SET_BYTES};
