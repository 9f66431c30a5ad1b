//! What a score comes to.

use num_rational::BigRational;

/// The status of a rule or of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Points were computed.
    Scored,
    /// An answer that is needed was not given.
    Missing,
    /// An answer that is needed is not a valid one.
    Invalid,
    /// The criterion doesn't concern the unit.
    NotApplicable,
}

impl Status {
    /// The status as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// One diagnostic: its name, and the fact or the criterion that it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Such as `invalid_value`.
    pub name: &'static str,
    /// The fact (`unknown_fact`, `invalid_value`) or the criterion (all others).
    pub subject: String,
}

/// One line of the score.
#[derive(Debug, Clone, PartialEq)]
pub struct CriterionOutcome {
    /// Its id.
    pub id: String,
    /// Its status.
    pub status: Status,
    /// The points of the rule, before rounding and before any cut for evidence; 0 unless scored.
    pub rule_points: BigRational,
    /// The points that count.
    pub points: BigRational,
    /// Its applicable maximum; what a bonus criterion has here counts nowhere.
    pub applicable_max: BigRational,
    /// Not applicable under the policy `exclude`.
    pub excluded: bool,
}

/// One group of the score.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupOutcome {
    /// Its id.
    pub id: String,
    /// The sum of its criteria, before floor, rounding and rescaling.
    pub sum: BigRational,
    /// The points that count.
    pub points: BigRational,
    /// The sum of its criteria's applicable maxima, bonus aside.
    pub applicable_max: BigRational,
    /// Points before rescaling, over the applicable maximum.
    pub share: Option<BigRational>,
    /// Whether all its criteria are excluded.
    pub excluded: bool,
}

/// The total.
#[derive(Debug, Clone, PartialEq)]
pub struct TotalOutcome {
    /// The total that is ranked and banded.
    pub points: BigRational,
    /// What the groups bring.
    pub applicable_max: BigRational,
    /// Total before rescaling, over the applicable maximum.
    pub share: Option<BigRational>,
    /// Bonus points above the cap.
    pub bonus_excess: BigRational,
    /// The total before it was rescaled.
    pub before_rescale: BigRational,
}

/// The whole score of one submission in one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// In the order of the set.
    pub criteria: Vec<CriterionOutcome>,
    /// In the order of the set.
    pub groups: Vec<GroupOutcome>,
    /// The total.
    pub total: TotalOutcome,
    /// No criterion is missing.
    pub complete: bool,
    /// The id of the band.
    pub band: Option<String>,
    /// Every fault, sorted. A criterion with two faulty ratios has two.
    pub diagnostics: Vec<Diagnostic>,
}
