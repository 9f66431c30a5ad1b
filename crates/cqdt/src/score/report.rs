//! The report of one unit: points, statuses, traces, diagnostics, and where every line comes from.

use serde::Serialize;

use super::evaluate::Status;
use super::text;
use super::trace::{Detail, Measured, Trace};
use crate::criteria::{
    BasisStatus, Condition, Criterion, Definition, Group, Measure, Rule, RuleKind,
};
use crate::diagnostic::Diagnostic;
use crate::submission::Layer;
use crate::{CriteriaSet, Rational};

/// What scoring one layer of one submission yields.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    pub(crate) set: CriteriaSet,
    pub(crate) unit: Option<String>,
    pub(crate) layer: Layer,
    pub(crate) complete: bool,
    pub(crate) band: Option<usize>,
    pub(crate) criteria: Vec<CriterionScore>,
    pub(crate) groups: Vec<GroupScore>,
    pub(crate) total: Total,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// One criterion's score.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CriterionScore {
    /// What became of it.
    pub status: Status,
    /// Its points, rounded where the set rounds criteria.
    pub points: Rational,
    /// Its maximum, less what isn't applicable.
    pub applicable_max: Rational,
    /// How it was calculated; absent where only points were asked for.
    pub trace: Option<Trace>,
}

/// One group's score.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupScore {
    /// Its points after floor, rounding and rescaling.
    pub points: Rational,
    /// The sum of its criteria's applicable maxima.
    pub applicable_max: Rational,
    /// Points ÷ applicable maximum; none where that is 0.
    pub share: Option<Rational>,
    /// Whether every criterion is excluded.
    pub excluded: bool,
    /// The sum of its criteria.
    pub sum: Rational,
}

/// The total.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Total {
    /// *The* total: what is ranked and banded.
    pub points: Rational,
    /// What the groups bring to the applicable maximum.
    pub applicable_max: Rational,
    /// Exact share of the applicable maximum; none where that is 0.
    pub share: Option<Rational>,
    /// Bonus points beyond the cap, taken off.
    pub bonus_excess: Rational,
    /// The total before it was rescaled.
    pub before_rescale: Rational,
}

impl CriteriaSet {
    /// What stands in the place of each mark of [`Report::marked_json`], in order and behind a mark.
    #[doc(hidden)]
    pub fn marked_lines(&self) -> String {
        text::marked(self.lines())
    }

    /// What the lines of every report say whoever is scored, as JSON.
    #[doc(hidden)]
    pub fn fixed_lines(&self) -> String {
        text::fixed(self.lines())
    }
}

impl Report {
    /// The set that scored it.
    pub fn set(&self) -> &CriteriaSet {
        &self.set
    }

    /// The unit, where the submission names one.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The layer scored.
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// Whether no answer is missing.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The total.
    pub fn total(&self) -> &Total {
        &self.total
    }

    /// The band reached, if the set has bands and one is.
    pub fn band(&self) -> Option<&crate::criteria::Band> {
        self.set.definition().bands.get(self.band?)
    }

    /// Groups with their scores, in order.
    pub fn groups(&self) -> impl Iterator<Item = (&Group, &GroupScore)> {
        self.set.definition().groups.iter().zip(&self.groups)
    }

    /// Criteria with their scores, in order.
    pub fn criteria(&self) -> impl Iterator<Item = (&Criterion, &CriterionScore)> {
        self.set.criteria().zip(&self.criteria)
    }

    /// One criterion's score.
    pub fn criterion(&self, id: &str) -> Option<&CriterionScore> {
        self.criteria.get(self.set.criterion_at(id)?)
    }

    /// One group's score.
    pub fn group(&self, id: &str) -> Option<&GroupScore> {
        let at = self
            .set
            .definition()
            .groups
            .iter()
            .position(|group| group.id == id)?;
        self.groups.get(at)
    }

    /// Everything found besides points.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the set or any of its lines is reconstructed rather than official.
    pub fn is_reconstructed(&self) -> bool {
        let reconstructed = BasisStatus::Reconstructed;
        self.set.definition().status == reconstructed
            || self
                .set
                .criteria()
                .any(|criterion| criterion.basis.status == reconstructed)
    }

    /// The report as canonical JSON (RFC 8785): the same bytes wherever it is made.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// let report = set.score(&cqdt::Submission::new("phuong-gia-cam"));
    /// assert!(report.to_json().starts_with(r#"{"band":"#));
    /// ```
    pub fn to_json(&self) -> String {
        text::report(self, text::Lines::Whole)
    }

    /// The whole text with a mark (U+0001, which JSON never has) in the place of what each criterion's line says whoever is
    /// scored, for the npm package: [`CriteriaSet::marked_lines`] has what stands there.
    #[doc(hidden)]
    pub fn marked_json(&self) -> String {
        text::report(self, text::Lines::Marked)
    }

    /// The report with the figures of all lines as one list, for the npm package: [`CriteriaSet::fixed_lines`] has the rest.
    #[doc(hidden)]
    pub fn short_json(&self) -> String {
        text::report(self, text::Lines::Short)
    }

    /// The report as a document for serialising.
    pub fn document(&self) -> ReportDocument<'_> {
        let definition = self.set.definition();
        ReportDocument {
            format: 1,
            set: self.reference(),
            unit: self.unit.as_deref(),
            layer: self.layer.name(),
            complete: self.complete,
            total: total_document(definition, &self.total),
            band: self.band().map(|band| band.id.as_str()),
            groups: self
                .groups()
                .map(|(group, score)| group_document(group, score))
                .collect(),
            criteria: self.lines(definition).collect(),
            diagnostics: &self.diagnostics,
        }
    }

    pub(super) fn reference(&self) -> SetReference<'_> {
        let definition = self.set.definition();
        SetReference {
            id: &definition.id,
            version: &definition.version,
            status: definition.status,
            fingerprint: self.set.fingerprint(),
            document: &definition.document.number,
        }
    }

    fn lines<'r>(
        &'r self,
        definition: &'r Definition,
    ) -> impl Iterator<Item = CriterionDocument<'r>> {
        let criteria = definition.groups.iter().flat_map(|group| {
            group
                .criteria
                .iter()
                .map(move |criterion| (group, criterion))
        });
        criteria
            .zip(&self.criteria)
            .map(|((group, criterion), score)| {
                criterion_document(definition, group, criterion, score)
            })
    }
}

pub(super) fn criterion_document<'r>(
    definition: &'r Definition,
    group: &'r Group,
    criterion: &'r Criterion,
    score: &'r CriterionScore,
) -> CriterionDocument<'r> {
    let basis = &criterion.basis;
    CriterionDocument {
        id: &criterion.id,
        group: &group.id,
        points: &score.points,
        max: &criterion.max,
        min: &criterion.min,
        applicable_max: &score.applicable_max,
        status: score.status.name(),
        bonus: criterion.bonus,
        basis: BasisDocument {
            status: basis.status,
            source: &basis.source,
            document: definition
                .sources
                .get(&basis.source)
                .map_or("", |source| source.document.as_str()),
            item: &basis.item,
        },
        trace: score
            .trace
            .as_ref()
            .map(|trace| trace_document(definition, &criterion.rule, &criterion.max, trace)),
    }
}

/// A report as it is serialised. Fields stand in the order of canonical JSON here and below, which spares sorting them.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportDocument<'r> {
    band: Option<&'r str>,
    complete: bool,
    criteria: Vec<CriterionDocument<'r>>,
    diagnostics: &'r [Diagnostic],
    format: u32,
    groups: Vec<GroupDocument<'r>>,
    #[cfg_attr(feature = "schema", schemars(with = "Layer"))]
    layer: &'r str,
    set: SetReference<'r>,
    total: TotalDocument<'r>,
    unit: Option<&'r str>,
}

/// Which set scored, so that anyone can recompute the report.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SetReference<'r> {
    pub(crate) document: &'r str,
    pub(crate) fingerprint: &'r str,
    pub(crate) id: &'r str,
    pub(crate) status: BasisStatus,
    pub(crate) version: &'r str,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct TotalDocument<'r> {
    applicable_max: &'r Rational,
    before_rescale: &'r Rational,
    bonus_excess: &'r Rational,
    max: &'r Rational,
    points: &'r Rational,
    share: Option<&'r Rational>,
}

pub(super) fn total_document<'r>(
    definition: &'r Definition,
    total: &'r Total,
) -> TotalDocument<'r> {
    TotalDocument {
        points: &total.points,
        max: &definition.max,
        applicable_max: &total.applicable_max,
        share: total.share.as_ref(),
        bonus_excess: &total.bonus_excess,
        before_rescale: &total.before_rescale,
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct GroupDocument<'r> {
    applicable_max: &'r Rational,
    excluded: bool,
    id: &'r str,
    max: &'r Rational,
    points: &'r Rational,
    share: Option<&'r Rational>,
    sum: &'r Rational,
}

pub(super) fn group_document<'r>(group: &'r Group, score: &'r GroupScore) -> GroupDocument<'r> {
    GroupDocument {
        id: &group.id,
        points: &score.points,
        max: &group.max,
        applicable_max: &score.applicable_max,
        share: score.share.as_ref(),
        excluded: score.excluded,
        sum: &score.sum,
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct CriterionDocument<'r> {
    applicable_max: &'r Rational,
    basis: BasisDocument<'r>,
    bonus: bool,
    group: &'r str,
    id: &'r str,
    max: &'r Rational,
    min: &'r Rational,
    points: &'r Rational,
    #[cfg_attr(feature = "schema", schemars(with = "Status"))]
    status: &'r str,
    trace: Option<TraceDocument<'r>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct BasisDocument<'r> {
    document: &'r str,
    item: &'r str,
    source: &'r str,
    status: BasisStatus,
}

/// A trace beside its rule: kind, facts, the numbers put in, branches.
#[derive(Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct TraceDocument<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<&'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    branches: Vec<Self>,
    facts: Vec<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<&'r str>>,
    #[cfg_attr(feature = "schema", schemars(schema_with = "kinds_of_rules"))]
    kind: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    largest: Option<&'r Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    least: Option<&'r Rational>,
    max: Rational,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'r Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    over: Option<&'r Rational>,
    points: Rational,
    #[cfg_attr(feature = "schema", schemars(with = "Status"))]
    status: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<&'r Rational>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'r Rational>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    zero_denominator: bool,
}

/// The names that rules have in their own schema.
#[cfg(feature = "schema")]
fn kinds_of_rules(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    use schemars::JsonSchema as _;

    let rules = RuleKind::json_schema(&mut schemars::SchemaGenerator::default());
    let rules = rules.get("oneOf").and_then(serde_json::Value::as_array);
    let kinds: Vec<_> = rules
        .into_iter()
        .flatten()
        .map(|rule| rule["properties"]["kind"]["const"].clone())
        .collect();
    schemars::json_schema!({ "enum": kinds })
}

impl<'r> TraceDocument<'r> {
    fn measured(&mut self, measure: &'r Measured) {
        self.value = Some(&measure.value);
        if let Some(ratio) = &measure.ratio {
            (self.of, self.over) = (Some(&ratio.0), Some(&ratio.1));
        }
    }
}

fn trace_document<'r>(
    definition: &'r Definition,
    rule: &'r RuleKind,
    max: &Rational,
    trace: &'r Trace,
) -> TraceDocument<'r> {
    let mut document = TraceDocument {
        kind: rule.name(),
        status: trace.status.name(),
        points: trace.points.clone(),
        max: max.clone(),
        facts: facts_of(rule),
        ..TraceDocument::default()
    };
    let branch =
        |rule: &'r Rule, trace: &'r Trace| trace_document(definition, &rule.kind, &rule.max, trace);
    let keys = |chosen: &dyn Fn(usize) -> bool| {
        let fact = facts_of(rule).first().copied().unwrap_or_default();
        let fact = definition
            .facts
            .iter()
            .find(|candidate| candidate.id == fact);
        let keys = fact.map_or(&[][..], |fact| fact.kind.keys());
        let chosen = keys.iter().enumerate().filter(|(index, _)| chosen(*index));
        chosen.map(|(_, key)| key.id.as_str()).collect()
    };
    match &trace.detail {
        Detail::Given => {}
        Detail::Unscored { because } => {
            let facts = because.iter().filter_map(|at| definition.facts.get(*at));
            document.because = facts.map(|fact| fact.id.as_str()).collect();
        }
        Detail::ZeroDenominator => document.zero_denominator = true,
        Detail::YesNo { answer } => document.answer = Some(*answer),
        Detail::Choice { key } => document.keys = Some(keys(&|index| index == *key)),
        Detail::Proportional { of, over } => {
            (document.of, document.over) = (Some(of), Some(over));
        }
        Detail::Tiers { measure, step } => {
            document.measured(measure);
            document.step = *step;
        }
        Detail::PerItem { count } => document.value = Some(count),
        Detail::Stepwise { measure } => document.measured(measure),
        Detail::Checklist { bits, sum } => {
            document.keys = Some(keys(&|index| bits >> index & 1 == 1));
            document.sum = Some(sum);
        }
        Detail::CohortMax { measure, largest } => {
            document.measured(measure);
            document.largest = Some(largest);
        }
        Detail::CohortMinMax {
            measure,
            least,
            largest,
        } => {
            document.measured(measure);
            (document.least, document.largest) = (Some(least), Some(largest));
        }
        Detail::BestOf { taken, branches } => {
            document.taken = Some(*taken);
            document.branches = branches_of(rule)
                .zip(branches)
                .map(|(r, t)| branch(r, t))
                .collect();
        }
        Detail::Sum { sum, branches } => {
            document.sum = Some(sum);
            document.branches = branches_of(rule)
                .zip(branches)
                .map(|(r, t)| branch(r, t))
                .collect();
        }
        Detail::Gate { branch: taken } => {
            document.held = Some(taken.is_some());
            document.branches = branches_of(rule)
                .zip(taken.as_deref())
                .map(|(r, t)| branch(r, t))
                .collect();
        }
        Detail::Deduct { branch: taken } => {
            document.branches = branches_of(rule)
                .zip(taken.as_deref())
                .map(|(r, t)| branch(r, t))
                .collect();
        }
    }
    document
}

/// The rules directly inside a rule.
pub(crate) fn branches_of(rule: &RuleKind) -> impl Iterator<Item = &Rule> {
    let branches = match rule {
        RuleKind::BestOf { rules } | RuleKind::Sum { rules, .. } => rules.as_slice(),
        RuleKind::Gate { rule, .. } | RuleKind::Deduct { rule } => std::slice::from_ref(&**rule),
        _ => &[],
    };
    branches.iter()
}

/// The facts that a rule reads itself, not those of its branches.
pub(crate) fn facts_of(rule: &RuleKind) -> Vec<&str> {
    match rule {
        RuleKind::YesNo { fact, .. }
        | RuleKind::Choice { fact, .. }
        | RuleKind::PerItem { fact, .. }
        | RuleKind::Checklist { fact, .. }
        | RuleKind::Given { fact }
        | RuleKind::Gate {
            when: Condition { fact, .. },
            ..
        } => vec![fact],
        RuleKind::Proportional { ratio: measure }
        | RuleKind::Tiers { measure, .. }
        | RuleKind::Stepwise { measure, .. }
        | RuleKind::CohortMax { measure }
        | RuleKind::CohortMinMax { measure } => match measure {
            Measure::Fact { fact } => vec![fact],
            Measure::Ratio { of, over, .. } => vec![of, over],
        },
        RuleKind::BestOf { .. } | RuleKind::Sum { .. } | RuleKind::Deduct { .. } => Vec::new(),
    }
}
