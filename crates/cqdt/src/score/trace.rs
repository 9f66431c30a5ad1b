//! How a rule came to its points: the numbers put in, beside the rule itself in the definition.

use crate::Rational;

use super::evaluate::Status;

/// One step of a calculation. Its shape follows the rule in the criteria set.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace {
    /// What became of the rule.
    pub status: Status,
    /// Its points before rounding.
    pub points: Rational,
    /// The numbers put in.
    pub detail: Detail,
}

/// What a rule measured.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Measured {
    /// The value; of a ratio, in percent.
    pub value: Rational,
    /// Numerator and denominator of a ratio.
    pub ratio: Option<Box<(Rational, Rational)>>,
}

impl Measured {
    /// Numerator and denominator, where it is a ratio.
    pub(super) fn ratio(&self) -> Option<(&Rational, &Rational)> {
        self.ratio.as_deref().map(|(of, over)| (of, over))
    }
}

/// The numbers that a rule used.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Detail {
    /// No points: an answer is missing, invalid or not applicable.
    Unscored {
        /// Positions of the facts whose answers are; none where a rule found the fault itself.
        because: Vec<usize>,
    },
    /// The denominator was 0, and the rule says what counts.
    ZeroDenominator,
    /// The answer.
    YesNo {
        /// Yes or no.
        answer: bool,
    },
    /// The chosen key.
    Choice {
        /// Its position.
        key: usize,
    },
    /// The ratio.
    Proportional {
        /// Numerator.
        of: Rational,
        /// Denominator.
        over: Rational,
    },
    /// The step met.
    Tiers {
        /// The measure.
        measure: Measured,
        /// Position of the first step met.
        step: Option<usize>,
    },
    /// What was counted.
    PerItem {
        /// How many.
        count: Rational,
    },
    /// The measure.
    Stepwise {
        /// The measure.
        measure: Measured,
    },
    /// What was ticked.
    Checklist {
        /// Bits of the ticked keys.
        bits: u64,
        /// Their points before the cap.
        sum: Rational,
    },
    /// The measure and the cohort's largest.
    CohortMax {
        /// The measure.
        measure: Measured,
        /// The largest in the cohort.
        largest: Rational,
    },
    /// The measure and the cohort's extent.
    CohortMinMax {
        /// The measure.
        measure: Measured,
        /// The least in the cohort.
        least: Rational,
        /// The largest in the cohort.
        largest: Rational,
    },
    /// Points as given.
    Given,
    /// All branches and the one taken.
    BestOf {
        /// Position of the first largest branch.
        taken: usize,
        /// Every branch.
        branches: Vec<Trace>,
    },
    /// All branches.
    Sum {
        /// Their sum before the cap.
        sum: Rational,
        /// Every branch.
        branches: Vec<Trace>,
    },
    /// The branch, where the condition held.
    Gate {
        /// Its trace; nothing where `otherwise` was taken.
        branch: Option<Box<Trace>>,
    },
    /// The rule whose points are deducted.
    Deduct {
        /// Its trace.
        branch: Option<Box<Trace>>,
    },
}
