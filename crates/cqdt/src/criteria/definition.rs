//! What a criteria set says, as plain data: the tree of the file with every default filled in.
//!
//! This is what is written back as JSON, what the JSON Schema is generated from, and what the fingerprint covers.

use serde::Serialize;

use crate::{Date, Map, Rational, Rounding, Text};

/// A criteria set as data. Only [`CriteriaSet`](crate::CriteriaSet) holds one that is proved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Definition {
    /// Version of the file format: 1.
    pub format: u32,
    /// `folder/file`, as users call it.
    pub id: String,
    /// Semantic version; a released version never changes.
    pub version: String,
    /// Whether the set is the official one or reconstructed.
    pub status: BasisStatus,
    /// Units of one agency group are ranked against each other (*sở ban ngành, cấp huyện, cấp xã*).
    pub agency_group: String,
    /// Declared maximum in points.
    pub max: Rational,
    /// Name of the set.
    pub title: Text,
    /// The decision it models.
    pub document: DocumentRef,
    /// How cases are treated that rules leave to the set.
    pub policies: Policies,
    /// How units are ranked.
    pub ranking: Ranking,
    /// Bands (*mức độ, xếp loại*) from the top down.
    pub bands: Vec<Band>,
    /// What criteria rest on, by key.
    pub sources: Map<Source>,
    /// Facts (*số liệu*) that units report.
    pub facts: Vec<Fact>,
    /// Groups (*nhóm tiêu chí*) in order.
    pub groups: Vec<Group>,
}

/// Whether something stands in the decision itself or was put together from sister decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BasisStatus {
    /// Checked against the decision's own text.
    Official,
    /// Not official until checked against the annex.
    Reconstructed,
}

/// A decision or letter.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct DocumentRef {
    /// Its number: `1609/QĐ-UBND`.
    pub number: String,
    /// The day it was signed.
    pub date: Date,
    /// Who issued it.
    pub issuer: Text,
    /// What it is about.
    pub title: Text,
}

/// Policies of a set.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Policies {
    /// Where, to how many places and which way points are rounded.
    pub rounding: Rounding,
    /// What a criterion that is not applicable counts.
    pub not_applicable: NotApplicable,
    /// What is scaled back to its declared maximum.
    pub rescale: Rescale,
    /// What becomes of points without the evidence they need.
    pub missing_evidence: MissingEvidence,
    /// The most bonus points that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bonus_cap: Option<Rational>,
}

/// What a criterion that is not applicable counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotApplicable {
    /// Its maximum leaves the applicable maximum.
    Exclude,
    /// 0 points.
    Zero,
    /// Its maximum.
    Full,
}

/// What is scaled back to its declared maximum after exclusions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rescale {
    /// Nothing.
    None,
    /// Each group.
    Group,
    /// The total.
    Total,
}

/// What becomes of points without the evidence they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissingEvidence {
    /// They stand, with a diagnostic.
    Warn,
    /// They become 0, with a diagnostic.
    Zero,
}

/// How units are ranked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Ranking {
    /// By which figure.
    pub by: RankBy,
    /// The group, where ranked by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What follows a shared rank.
    pub ties: Ties,
    /// Among whom.
    pub within: Within,
    /// Groups whose points part ties, in order.
    pub tie_breakers: Vec<String>,
    /// Places shown in published tables; never fed back into a figure.
    pub display_places: u8,
}

/// The figure that ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RankBy {
    /// The rounded total.
    Total,
    /// The exact share.
    Share,
    /// A group's points.
    Group,
}

/// What follows a shared rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// 1, 2, 2, 4.
    Competition,
    /// 1, 2, 2, 3.
    Dense,
}

/// Among whom units are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// All units of the agency group.
    AgencyGroup,
    /// Units of one parent (communes of one district).
    Parent,
}

/// A band (*mức độ, xếp loại*).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Band {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// What its threshold is compared with.
    pub on: BandScale,
    /// The threshold; none for the last band that takes all the rest.
    #[serde(flatten)]
    pub threshold: Option<Threshold>,
    /// Percent of the applicable maximum needed in named groups.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub min_group_share: Map<Rational>,
    /// Percent of the applicable maximum needed in every criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_criterion_share: Option<Rational>,
}

/// What a band's threshold is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BandScale {
    /// The exact share, in percent.
    Share,
    /// The total, in points.
    Total,
}

/// "From 85" or "above 75".
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Threshold {
    /// This much or more.
    AtLeast(Rational),
    /// More than this.
    MoreThan(Rational),
}

impl Threshold {
    /// The number.
    pub fn value(&self) -> &Rational {
        match self {
            Self::AtLeast(value) | Self::MoreThan(value) => value,
        }
    }

    /// Whether a number meets it.
    pub fn is_met(&self, value: &Rational) -> bool {
        match self {
            Self::AtLeast(threshold) => value >= threshold,
            Self::MoreThan(threshold) => value > threshold,
        }
    }
}

/// What criteria rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Source {
    /// The document, with number and date.
    pub document: String,
    /// How much of it was read, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Where a line was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Basis {
    /// Official or reconstructed.
    pub status: BasisStatus,
    /// Key of the source.
    pub source: String,
    /// Item in the source.
    pub item: String,
    /// What was adapted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A fact (*số liệu*): one typed answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Fact {
    /// Its id: a column of a table, a field of a form.
    pub id: String,
    /// Its type and limits.
    #[serde(flatten)]
    pub kind: FactType,
    /// What is asked.
    pub title: Text,
    /// What it is counted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// How to fill it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Whether "not applicable, because …" is an answer.
    pub not_applicable: bool,
}

/// The type of a fact, with its limits.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactType {
    /// Yes or no.
    YesNo,
    /// A whole number.
    Count {
        /// The least allowed.
        min: Rational,
        /// The most allowed.
        max: Rational,
    },
    /// A decimal of at most 6 places.
    Amount {
        /// The least allowed.
        min: Rational,
        /// The most allowed.
        max: Rational,
    },
    /// A percentage of at most 2 places.
    Percent {
        /// The least allowed.
        min: Rational,
        /// The most allowed.
        max: Rational,
    },
    /// One of some keys.
    Choice {
        /// The keys.
        keys: Vec<Choice>,
    },
    /// Some of some keys.
    Items {
        /// The keys.
        keys: Vec<Choice>,
    },
    /// Points given by an assessor.
    Points {
        /// The most that can be given.
        max: Rational,
        /// Given in steps of this.
        step: Rational,
    },
    /// Filled by the round from the unit's own child units, in percent.
    Rollup {
        /// Agency group of the children.
        children: String,
        /// What is taken from them.
        value: RollupValue,
        /// The band, for the share of children at or above one.
        #[serde(skip_serializing_if = "Option::is_none")]
        band: Option<String>,
    },
}

/// What a rollup takes from the children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RollupValue {
    /// The mean of their shares.
    MeanShare,
    /// The share of them at or above a band.
    ShareAtBand,
}

impl FactType {
    /// The type's name in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::YesNo => "yes_no",
            Self::Count { .. } => "count",
            Self::Amount { .. } => "amount",
            Self::Percent { .. } => "percent",
            Self::Choice { .. } => "choice",
            Self::Items { .. } => "items",
            Self::Points { .. } => "points",
            Self::Rollup { .. } => "rollup",
        }
    }

    /// Decimal places that its numbers may have; none where it isn't a number, or is any fraction.
    pub(crate) fn places(&self) -> Option<u32> {
        match self {
            Self::Count { .. } => Some(0),
            Self::Percent { .. } => Some(2),
            Self::Amount { .. } | Self::Points { .. } => Some(6),
            Self::YesNo | Self::Choice { .. } | Self::Items { .. } | Self::Rollup { .. } => None,
        }
    }

    /// The keys of a choice or of items.
    pub fn keys(&self) -> &[Choice] {
        match self {
            Self::Choice { keys } | Self::Items { keys } => keys,
            _ => &[],
        }
    }
}

/// One key of a choice or of items (*lựa chọn*).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What it means.
    pub title: Text,
}

/// A group of criteria (*nhóm tiêu chí*).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its number in the decision: `I`.
    pub number: String,
    /// Its title.
    pub title: Text,
    /// Its maximum in points, bonus aside.
    pub max: Rational,
    /// What its points never fall under.
    pub floor: Rational,
    /// The heading above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Text>,
    /// Its criteria in order.
    pub criteria: Vec<Criterion>,
}

/// A criterion (*tiêu chí*): one scored line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Criterion {
    /// Its id.
    pub id: String,
    /// Its number in the group.
    pub number: String,
    /// Its title.
    pub title: Text,
    /// How to fill it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// The most points it yields.
    pub max: Rational,
    /// The least points it yields; below 0 for penalties.
    pub min: Rational,
    /// Whether its maximum stands outside the declared maxima (*điểm thưởng*).
    pub bonus: bool,
    /// Whether its points need evidence (*tài liệu kiểm chứng*).
    pub evidence: bool,
    /// How it is scored.
    pub rule: RuleKind,
    /// Where it was taken from.
    pub basis: Basis,
}

/// A rule inside another, with its own maximum.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Rule {
    /// The most points it yields.
    pub max: Rational,
    /// How it is scored.
    #[serde(flatten)]
    pub kind: RuleKind,
}

/// The closed algebra of rules.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RuleKind {
    /// Points for yes, points for no.
    YesNo {
        /// The fact.
        fact: String,
        /// Points for yes.
        yes: Rational,
        /// Points for no.
        no: Rational,
    },
    /// The points of the chosen key.
    Choice {
        /// The fact.
        fact: String,
        /// Points by key.
        points: Map<Rational>,
    },
    /// `max × of ÷ over`, exact.
    Proportional {
        /// The ratio.
        #[serde(flatten)]
        ratio: Measure,
    },
    /// The points of the first step met, from the highest threshold down.
    Tiers {
        /// What is measured.
        #[serde(flatten)]
        measure: Measure,
        /// Steps from the highest threshold down.
        steps: Vec<Step>,
        /// Points where no step is met.
        otherwise: Rational,
    },
    /// `min(each × n, cap)`.
    PerItem {
        /// A count, or items whose ticked keys are counted.
        fact: String,
        /// Points for each.
        each: Rational,
        /// The most points.
        cap: Rational,
    },
    /// `base` up to `base_at`, then `each` for every further full `per`, at most `cap`.
    Stepwise {
        /// What is measured.
        #[serde(flatten)]
        measure: Measure,
        /// Up to here the base counts.
        base_at: Rational,
        /// Points of the base.
        base: Rational,
        /// The width of a step.
        per: Rational,
        /// Points for each full step.
        each: Rational,
        /// The most points.
        cap: Rational,
    },
    /// `min(Σ points of the ticked keys, cap)`.
    Checklist {
        /// The items.
        fact: String,
        /// Points by key.
        points: Map<Rational>,
        /// The most points.
        cap: Rational,
    },
    /// `max × v ÷ (largest v in the cohort)`.
    CohortMax {
        /// What is measured.
        #[serde(flatten)]
        measure: Measure,
    },
    /// `max × (v − least) ÷ (largest − least)`.
    CohortMinMax {
        /// What is measured.
        #[serde(flatten)]
        measure: Measure,
    },
    /// The points as given.
    Given {
        /// The points fact.
        fact: String,
    },
    /// The largest branch.
    BestOf {
        /// The branches.
        rules: Vec<Rule>,
    },
    /// `min(Σ branches, cap)`.
    Sum {
        /// The branches.
        rules: Vec<Rule>,
        /// The most points.
        cap: Rational,
    },
    /// The rule where a condition holds, else fixed points.
    Gate {
        /// The condition.
        when: Condition,
        /// The rule where it holds.
        rule: Box<Rule>,
        /// Points where it doesn't.
        otherwise: Rational,
    },
    /// Minus the rule's points (*điểm trừ*).
    Deduct {
        /// The rule.
        rule: Box<Rule>,
    },
}

impl RuleKind {
    /// The rule's name in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::YesNo { .. } => "yes_no",
            Self::Choice { .. } => "choice",
            Self::Proportional { .. } => "proportional",
            Self::Tiers { .. } => "tiers",
            Self::PerItem { .. } => "per_item",
            Self::Stepwise { .. } => "stepwise",
            Self::Checklist { .. } => "checklist",
            Self::CohortMax { .. } => "cohort_max",
            Self::CohortMinMax { .. } => "cohort_min_max",
            Self::Given { .. } => "given",
            Self::BestOf { .. } => "best_of",
            Self::Sum { .. } => "sum",
            Self::Gate { .. } => "gate",
            Self::Deduct { .. } => "deduct",
        }
    }
}

/// What a rule measures: a fact, or a ratio of two facts in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum Measure {
    /// One fact.
    Fact {
        /// The fact.
        fact: String,
    },
    /// `of ÷ over`.
    Ratio {
        /// The numerator.
        of: String,
        /// The denominator.
        over: String,
        /// What counts where the denominator is 0; invalid where it doesn't say.
        #[serde(skip_serializing_if = "Option::is_none")]
        zero_denominator: Option<ZeroDenominator>,
        /// Whether the numerator may exceed the denominator.
        allow_over: bool,
    },
}

/// What counts where a denominator is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ZeroDenominator {
    /// 0 points.
    Zero,
    /// The rule's maximum.
    Full,
    /// The rule isn't applicable.
    NotApplicable,
}

/// A step of `tiers`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Step {
    /// From where it holds.
    #[serde(flatten)]
    pub threshold: Threshold,
    /// Its points.
    pub points: Rational,
}

/// A condition on one fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Condition {
    /// The fact.
    pub fact: String,
    /// What must hold of it.
    #[serde(flatten)]
    pub test: Test,
}

/// What must hold of a fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Test {
    /// A yes/no is this.
    Is(bool),
    /// A choice is one of these.
    AnyOf(Vec<String>),
    /// Items include this.
    Includes(String),
    /// A number is this or more.
    AtLeast(Rational),
    /// A number is more than this.
    MoreThan(Rational),
    /// A number is this or less.
    AtMost(Rational),
    /// A number is less than this.
    LessThan(Rational),
}
