//! A report as canonical JSON, put together from what the set says, written once, and the figures of the unit.
//!
//! It is the text that [`ReportDocument`](super::ReportDocument) serialises to, in a fraction of the time: of 30 KB, two
//! thirds are the same for every unit.

use super::evaluate::Status;
use super::live::Changes;
use super::report::{CriterionScore, GroupScore, Report, Total, branches_of, facts_of};
use super::trace::{Detail, Measured, Trace};
use crate::canonical::{Parts, canonical_json};
use crate::criteria::{Criterion, Definition, Group, RuleKind};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::points::Rational;

/// Stands for a line's kept part; JSON has no such character.
const MARK: &str = "\u{1}";

/// What a criterion's line says whoever is scored.
pub(crate) struct FixedLine {
    /// Entries from `basis` to `min`.
    entries: String,
    rule: FixedRule,
}

/// The same of a step of a calculation.
struct FixedRule {
    facts: String,
    kind: String,
    max: String,
    /// The three of them, which most steps have side by side.
    all: String,
    /// Ids of the keys of the rule's first fact, as strings.
    keys: Vec<String>,
    branches: Vec<FixedRule>,
}

/// What the lines of a set's reports say whoever is scored, as a list of objects, each with its rule.
pub(super) fn fixed(lines: &[FixedLine]) -> String {
    let mut text = Parts::default();
    text.raw("[");
    for line in lines {
        text.entry("{");
        text.raw(&line.entries);
        text.raw(",\"rule\":");
        line.rule.write(&mut text);
        text.raw("}");
    }
    text.raw("]");
    text.finish()
}

/// What the marks of a set's reports stand for, in order, each behind a mark.
pub(super) fn marked(lines: &[FixedLine]) -> String {
    let mut text = String::new();
    for line in lines {
        text.extend([MARK, ",", &line.entries]);
    }
    text
}

impl FixedLine {
    /// Every criterion's, in order.
    pub(crate) fn all(definition: &Definition) -> Vec<Self> {
        let groups = definition.groups.iter();
        let criteria = groups.flat_map(|group| group.criteria.iter().map(move |one| (group, one)));
        criteria
            .map(|(group, criterion)| Self::of(definition, group, criterion))
            .collect()
    }

    fn of(definition: &Definition, group: &Group, criterion: &Criterion) -> Self {
        let basis = &criterion.basis;
        let source = definition.sources.get(&basis.source);
        let mut text = Parts::default();
        text.raw("\"basis\":{\"document\":");
        text.string(source.map_or("", |source| source.document.as_str()));
        text.raw(",\"item\":");
        text.string(&basis.item);
        text.raw(",\"source\":");
        text.string(&basis.source);
        text.raw(",\"status\":");
        text.value(&basis.status);
        text.raw("},\"bonus\":");
        text.flag(criterion.bonus);
        text.raw(",\"group\":");
        text.string(&group.id);
        text.raw(",\"id\":");
        text.string(&criterion.id);
        text.raw(",\"max\":");
        text.number(&criterion.max);
        text.raw(",\"min\":");
        text.number(&criterion.min);
        Self {
            entries: text.finish(),
            rule: FixedRule::of(definition, &criterion.rule, &criterion.max),
        }
    }
}

impl FixedRule {
    fn write(&self, text: &mut Parts) {
        text.raw("{\"branches\":[");
        for branch in &self.branches {
            text.entry("");
            branch.write(text);
        }
        text.raw("],");
        text.raw(&self.all);
        text.raw("}");
    }

    fn of(definition: &Definition, rule: &RuleKind, max: &Rational) -> Self {
        let facts = facts_of(rule);
        let first = facts.first().copied().unwrap_or_default();
        let first = definition.facts.iter().find(|fact| fact.id == first);
        let keys = first.map_or(&[][..], |fact| fact.kind.keys());
        let facts = format!("\"facts\":{}", canonical_json(&facts));
        let kind = format!("\"kind\":{}", canonical_json(&rule.name()));
        let max = format!("\"max\":{}", canonical_json(max));
        Self {
            all: [facts.as_str(), kind.as_str(), max.as_str()].join(","),
            facts,
            kind,
            max,
            keys: keys.iter().map(|key| canonical_json(&key.id)).collect(),
            branches: branches_of(rule)
                .map(|rule| Self::of(definition, &rule.kind, &rule.max))
                .collect(),
        }
    }
}

/// How much of the lines is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// All of it.
    Whole,
    /// All of it, with a [`MARK`] in the place of what a line says whoever is scored.
    Marked,
    /// The figures alone, without their keys and one behind the other: [`short_line`].
    Short,
}

/// A report.
pub(super) fn report(report: &Report, extent: Lines) -> String {
    let set = &report.set;
    let definition = set.definition();
    let lines = set.lines();
    let fixed: usize = lines.iter().map(|line| line.entries.len()).sum();
    let mut text = Parts::with_capacity(2_048 + 2 * fixed);
    text.raw("{\"band\":");
    text.value(&report.band().map(|band| band.id.as_str()));
    text.raw(",\"complete\":");
    text.flag(report.complete);
    text.raw(",\"criteria\":[");
    for (fixed, score) in lines.iter().zip(&report.criteria) {
        match extent {
            Lines::Whole => line(&mut text, definition, fixed, score, false),
            Lines::Marked => line(&mut text, definition, fixed, score, true),
            Lines::Short => short_line(&mut text, definition, fixed, score),
        }
    }
    text.raw("],\"diagnostics\":");
    diagnostics(&mut text, &report.diagnostics);
    text.raw(",\"format\":1,\"groups\":[");
    for (one, score) in report.groups() {
        group(&mut text, one, score);
    }
    text.raw("],\"layer\":");
    text.string(report.layer.name());
    text.raw(",\"set\":");
    text.value(&report.reference());
    text.raw(",");
    total(&mut text, definition, &report.total);
    text.raw(",\"unit\":");
    text.value(&report.unit);
    text.raw("}");
    text.finish()
}

/// What an answer changed.
pub(super) fn changes(report: &Report, changes: &Changes) -> String {
    let set = &report.set;
    let definition = set.definition();
    let mut text = Parts::default();
    text.raw("{\"band\":");
    text.value(&report.band().map(|band| band.id.as_str()));
    text.raw(",\"complete\":");
    text.flag(report.complete);
    text.raw(",\"criteria\":[");
    for at in &changes.criteria {
        if let Some((fixed, score)) = set.lines().get(*at).zip(report.criteria.get(*at)) {
            line(&mut text, definition, fixed, score, false);
        }
    }
    text.raw("],\"diagnostics\":");
    if changes.diagnostics {
        diagnostics(&mut text, &report.diagnostics);
    } else {
        text.raw("null");
    }
    text.raw(",\"groups\":[");
    for at in &changes.groups {
        if let Some((one, score)) = definition.groups.get(*at).zip(report.groups.get(*at)) {
            group(&mut text, one, score);
        }
    }
    text.raw("],");
    total(&mut text, definition, &report.total);
    text.raw("}");
    text.finish()
}

fn line(
    text: &mut Parts,
    definition: &Definition,
    fixed: &FixedLine,
    score: &CriterionScore,
    marked: bool,
) {
    text.entry("{\"applicable_max\":");
    text.number(&score.applicable_max);
    if marked {
        text.raw(MARK);
    } else {
        text.raw(",");
        text.raw(&fixed.entries);
    }
    text.raw(",\"points\":");
    text.number(&score.points);
    status(text, score.status);
    text.raw(",\"trace\":");
    match &score.trace {
        Some(step) => trace(text, definition, &fixed.rule, step),
        None => text.raw("null"),
    }
    text.raw("}");
}

fn group(text: &mut Parts, group: &Group, score: &GroupScore) {
    text.entry("{\"applicable_max\":");
    text.number(&score.applicable_max);
    text.raw(",\"excluded\":");
    text.flag(score.excluded);
    text.raw(",\"id\":");
    text.string(&group.id);
    text.raw(",\"max\":");
    text.number(&group.max);
    text.raw(",\"points\":");
    text.number(&score.points);
    text.raw(",\"share\":");
    text.number_or_null(score.share.as_ref());
    text.raw(",\"sum\":");
    text.number(&score.sum);
    text.raw("}");
}

fn total(text: &mut Parts, definition: &Definition, total: &Total) {
    text.raw("\"total\":{\"applicable_max\":");
    text.number(&total.applicable_max);
    text.raw(",\"before_rescale\":");
    text.number(&total.before_rescale);
    text.raw(",\"bonus_excess\":");
    text.number(&total.bonus_excess);
    text.raw(",\"max\":");
    text.number(&definition.max);
    text.raw(",\"points\":");
    text.number(&total.points);
    text.raw(",\"share\":");
    text.number_or_null(total.share.as_ref());
    text.raw("}");
}

/// A step of a calculation: entries in the order of keys, each where its rule has it.
fn trace(text: &mut Parts, definition: &Definition, fixed: &FixedRule, trace: &Trace) {
    text.raw("{");
    match &trace.detail {
        Detail::YesNo { answer } => {
            text.entry("\"answer\":");
            text.flag(*answer);
        }
        Detail::Unscored { because } if !because.is_empty() => {
            text.entry("\"because\":[");
            because_of(text, definition, because);
            text.raw("]");
        }
        Detail::BestOf {
            branches: steps, ..
        }
        | Detail::Sum {
            branches: steps, ..
        } => {
            branches(text, definition, fixed, steps);
        }
        Detail::Gate { branch } | Detail::Deduct { branch } => {
            if let Some(step) = branch.as_deref() {
                branches(text, definition, fixed, std::slice::from_ref(step));
            }
        }
        _ => {}
    }
    match &trace.detail {
        Detail::Gate { branch } => {
            text.entry(&fixed.facts);
            text.raw(",\"held\":");
            text.flag(branch.is_some());
            kind_and_max(text, fixed);
        }
        Detail::Choice { key } => {
            text.entry(&fixed.facts);
            keys(text, fixed, &|index| index == *key);
            kind_and_max(text, fixed);
        }
        Detail::Checklist { bits, .. } => {
            text.entry(&fixed.facts);
            keys(text, fixed, &|index| bits >> index & 1 == 1);
            kind_and_max(text, fixed);
        }
        Detail::CohortMax { largest, .. } => cohort(text, fixed, largest, None),
        Detail::CohortMinMax { largest, least, .. } => cohort(text, fixed, largest, Some(least)),
        _ => text.entry(&fixed.all),
    }
    let measure = match &trace.detail {
        Detail::Tiers { measure, .. }
        | Detail::Stepwise { measure }
        | Detail::CohortMax { measure, .. }
        | Detail::CohortMinMax { measure, .. } => Some(measure),
        _ => None,
    };
    let ratio = match (&trace.detail, measure.and_then(Measured::ratio)) {
        (Detail::Proportional { of, over }, _) | (_, Some((of, over))) => Some((of, over)),
        _ => None,
    };
    if let Some((of, over)) = ratio {
        number(text, ",\"of\":", Some(of));
        number(text, ",\"over\":", Some(over));
    }
    number(text, ",\"points\":", Some(&trace.points));
    status(text, trace.status);
    match &trace.detail {
        Detail::Tiers {
            step: Some(step), ..
        } => {
            text.raw(",\"step\":");
            text.position(*step);
        }
        Detail::Checklist { sum, .. } | Detail::Sum { sum, .. } => {
            number(text, ",\"sum\":", Some(sum));
        }
        Detail::BestOf { taken, .. } => {
            text.raw(",\"taken\":");
            text.position(*taken);
        }
        Detail::PerItem { count } => number(text, ",\"value\":", Some(count)),
        Detail::ZeroDenominator => text.raw(",\"zero_denominator\":true"),
        _ => {}
    }
    number(text, ",\"value\":", measure.map(|measure| &measure.value));
    text.raw("}");
}

/// What a step has beside facts, kind, maximum, points and status, as bits in the order of keys. `js/short.ts` has the same list.
mod has {
    pub(super) const ANSWER: usize = 1;
    pub(super) const BECAUSE: usize = 1 << 1;
    pub(super) const BRANCHES: usize = 1 << 2;
    pub(super) const HELD: usize = 1 << 3;
    pub(super) const KEYS: usize = 1 << 4;
    pub(super) const LARGEST: usize = 1 << 5;
    pub(super) const LEAST: usize = 1 << 6;
    /// Numerator and denominator.
    pub(super) const RATIO: usize = 1 << 7;
    pub(super) const STEP: usize = 1 << 8;
    pub(super) const SUM: usize = 1 << 9;
    pub(super) const TAKEN: usize = 1 << 10;
    pub(super) const VALUE: usize = 1 << 11;
    pub(super) const ZERO: usize = 1 << 12;
}

/// A line's figures: applicable maximum, points, status, and the step behind them.
fn short_line(
    text: &mut Parts,
    definition: &Definition,
    fixed: &FixedLine,
    score: &CriterionScore,
) {
    text.entry("");
    text.number(&score.applicable_max);
    number(text, ",", Some(&score.points));
    text.raw(",");
    text.position(score.status as usize);
    match &score.trace {
        Some(step) => short_step(text, definition, &fixed.rule, step),
        None => text.raw(",null"),
    }
}

/// A step's figures: what it has, with the status in the last two bits; its points; and what it has, in the order of keys.
fn short_step(text: &mut Parts, definition: &Definition, fixed: &FixedRule, step: &Trace) {
    let mut begin = |has: usize| {
        text.raw(",");
        text.position(has << 2 | step.status as usize);
        number(text, ",", Some(&step.points));
    };
    match &step.detail {
        Detail::Unscored { because } if !because.is_empty() => {
            begin(has::BECAUSE);
            text.raw(",[");
            because_of(text, definition, because);
            text.raw("]");
        }
        Detail::Unscored { .. } | Detail::Given => begin(0),
        Detail::ZeroDenominator => begin(has::ZERO),
        Detail::YesNo { answer } => {
            begin(has::ANSWER);
            text.raw(",");
            text.flag(*answer);
        }
        Detail::Choice { key } => {
            begin(has::KEYS);
            text.raw(",");
            chosen_keys(text, fixed, &|index| index == *key);
        }
        Detail::Proportional { of, over } => {
            begin(has::RATIO);
            number(text, ",", Some(of));
            number(text, ",", Some(over));
        }
        Detail::Tiers {
            measure,
            step: Some(step),
        } => {
            begin(has::STEP | measured(measure));
            short_ratio(text, measure);
            text.raw(",");
            text.position(*step);
            number(text, ",", Some(&measure.value));
        }
        Detail::Tiers { measure, .. } | Detail::Stepwise { measure } => {
            begin(measured(measure));
            short_ratio(text, measure);
            number(text, ",", Some(&measure.value));
        }
        Detail::PerItem { count } => {
            begin(has::VALUE);
            number(text, ",", Some(count));
        }
        Detail::Checklist { bits, sum } => {
            begin(has::KEYS | has::SUM);
            text.raw(",");
            chosen_keys(text, fixed, &|index| bits >> index & 1 == 1);
            number(text, ",", Some(sum));
        }
        Detail::CohortMax { measure, largest } => {
            begin(has::LARGEST | measured(measure));
            number(text, ",", Some(largest));
            short_ratio(text, measure);
            number(text, ",", Some(&measure.value));
        }
        Detail::CohortMinMax {
            measure,
            least,
            largest,
        } => {
            begin(has::LARGEST | has::LEAST | measured(measure));
            number(text, ",", Some(largest));
            number(text, ",", Some(least));
            short_ratio(text, measure);
            number(text, ",", Some(&measure.value));
        }
        Detail::BestOf { taken, branches } => {
            begin(has::TAKEN | branched(fixed, branches));
            short_branches(text, definition, fixed, branches);
            text.raw(",");
            text.position(*taken);
        }
        Detail::Sum { sum, branches } => {
            begin(has::SUM | branched(fixed, branches));
            short_branches(text, definition, fixed, branches);
            number(text, ",", Some(sum));
        }
        Detail::Gate { branch } => {
            let branches = branch
                .as_deref()
                .map(std::slice::from_ref)
                .unwrap_or_default();
            begin(has::HELD | branched(fixed, branches));
            short_branches(text, definition, fixed, branches);
            text.raw(",");
            text.flag(branch.is_some());
        }
        Detail::Deduct { branch } => {
            let branches = branch
                .as_deref()
                .map(std::slice::from_ref)
                .unwrap_or_default();
            begin(branched(fixed, branches));
            short_branches(text, definition, fixed, branches);
        }
    }
}

fn measured(measure: &Measured) -> usize {
    match measure.ratio() {
        Some(_) => has::VALUE | has::RATIO,
        None => has::VALUE,
    }
}

fn short_ratio(text: &mut Parts, measure: &Measured) {
    if let Some((of, over)) = measure.ratio() {
        number(text, ",", Some(of));
        number(text, ",", Some(over));
    }
}

fn branched(fixed: &FixedRule, steps: &[Trace]) -> usize {
    if fixed.branches.is_empty() || steps.is_empty() {
        0
    } else {
        has::BRANCHES
    }
}

/// How many branches there are, and their steps.
fn short_branches(text: &mut Parts, definition: &Definition, fixed: &FixedRule, steps: &[Trace]) {
    if branched(fixed, steps) == 0 {
        return;
    }
    text.raw(",");
    text.position(steps.len().min(fixed.branches.len()));
    for (fixed, step) in fixed.branches.iter().zip(steps) {
        short_step(text, definition, fixed, step);
    }
}

fn kind_and_max(text: &mut Parts, fixed: &FixedRule) {
    text.entry(&fixed.kind);
    text.entry(&fixed.max);
}

fn cohort(text: &mut Parts, fixed: &FixedRule, largest: &Rational, least: Option<&Rational>) {
    text.entry(&fixed.facts);
    text.entry(&fixed.kind);
    number(text, ",\"largest\":", Some(largest));
    number(text, ",\"least\":", least);
    text.entry(&fixed.max);
}

/// A number that stands behind others.
fn number(text: &mut Parts, key: &str, value: Option<&Rational>) {
    if let Some(value) = value {
        text.raw(key);
        text.number(value);
    }
}

fn status(text: &mut Parts, status: Status) {
    text.raw(match status {
        Status::Scored => ",\"status\":\"scored\"",
        Status::NotApplicable => ",\"status\":\"not_applicable\"",
        Status::Missing => ",\"status\":\"missing\"",
        Status::Invalid => ",\"status\":\"invalid\"",
    });
}

/// What was found; points without evidence, which a form in the making is full of, without serialising.
fn diagnostics(text: &mut Parts, found: &[Diagnostic]) {
    text.raw("[");
    for diagnostic in found {
        text.entry("");
        let DiagnosticKind::MissingEvidence { criterion } = &diagnostic.kind else {
            text.value(diagnostic);
            continue;
        };
        text.raw("{\"code\":\"");
        text.raw(diagnostic.code());
        text.raw("\",\"criteria\":[");
        for id in &diagnostic.criteria {
            text.entry("");
            text.string(id);
        }
        text.raw("],\"criterion\":");
        text.string(criterion);
        text.raw(",\"name\":\"");
        text.raw(diagnostic.kind.name());
        text.raw("\",\"severity\":\"warning\"}");
    }
    text.raw("]");
}

/// Branches as far as they were taken; none are not told of.
fn branches(text: &mut Parts, definition: &Definition, fixed: &FixedRule, steps: &[Trace]) {
    let mut pairs = fixed.branches.iter().zip(steps).peekable();
    if pairs.peek().is_none() {
        return;
    }
    text.entry("\"branches\":[");
    for (fixed, step) in pairs {
        text.entry("");
        trace(text, definition, fixed, step);
    }
    text.raw("]");
}

fn because_of(text: &mut Parts, definition: &Definition, facts: &[usize]) {
    for fact in facts.iter().filter_map(|at| definition.facts.get(*at)) {
        text.entry("");
        text.string(&fact.id);
    }
}

fn keys(text: &mut Parts, fixed: &FixedRule, chosen: &dyn Fn(usize) -> bool) {
    text.entry("\"keys\":");
    chosen_keys(text, fixed, chosen);
}

fn chosen_keys(text: &mut Parts, fixed: &FixedRule, chosen: &dyn Fn(usize) -> bool) {
    text.raw("[");
    for (_, key) in fixed.keys.iter().enumerate().filter(|(at, _)| chosen(*at)) {
        text.entry(key);
    }
    text.raw("]");
}
