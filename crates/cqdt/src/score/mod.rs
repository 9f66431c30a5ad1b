//! Scoring: rule × answers → points and trace; groups; total.

mod cohort;
mod evaluate;
mod live;
mod plan;
mod report;
mod text;
mod total;
mod trace;

pub use cohort::{Cohort, CohortError};
pub use evaluate::Status;
pub use live::{Changes, ChangesDocument, LiveScore};
pub use report::{CriterionScore, GroupScore, Report, ReportDocument, Total};
pub use trace::{Detail, Measured, Trace};

pub(crate) use cohort::Extent;
pub(crate) use evaluate::{Evaluator, RuleFault};
pub(crate) use plan::{MeasurePlan, NumberTest, Op, Plan, Ratio, RulePlan, TestPlan};
pub(crate) use report::{branches_of, facts_of};
pub(crate) use text::FixedLine;

use plan::CriterionPlan;

use crate::criteria::MissingEvidence;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::points::Stage;
use crate::submission::{Layer, Row, Submission, read_row};
use crate::{CriteriaSet, FileError};

impl CriteriaSet {
    /// Scores the self-assessed layer of a submission. Total: any submission yields a report with every diagnostic.
    ///
    /// Rules that need a cohort are `missing` here; see [`score_in`](Self::score_in).
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::{Submission, Status};
    ///
    /// // `cb` is a whole number of people: this is none, which is told and never an error.
    /// let report = set.score(&Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", "hai mươi"));
    /// assert_eq!(report.criterion("i.1").unwrap().status, Status::Invalid);
    /// assert_eq!(report.diagnostics()[0].code(), "D0101");
    /// ```
    pub fn score(&self, submission: &Submission) -> Report {
        self.score_in(submission, Layer::SelfAssessed, None)
    }

    /// Scores a layer of a submission, given the statistics of its cohort in the same layer.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::{Layer, Submission};
    ///
    /// let answers = Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", 20);
    /// let checked = answers.verified("cb-may", 15, "3 máy đã hỏng");
    /// let report = set.score_in(&checked, Layer::Verified, None);
    /// assert_eq!(report.criterion("i.1").unwrap().points.to_string(), "1.5");
    /// ```
    pub fn score_in(
        &self,
        submission: &Submission,
        layer: Layer,
        cohort: Option<&Cohort>,
    ) -> Report {
        let row = Row::of(self, submission, layer);
        let mut report = self.score_row::<true>(row, cohort);
        report.unit.clone_from(&submission.unit);
        report.layer = layer;
        report
    }

    /// Reads a submission from JSON and scores it: what [`Submission::from_json`] and [`score_in`](Self::score_in) do, in
    /// two thirds of the time.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::Layer;
    ///
    /// let text = r#"{ "unit": "phuong-gia-cam", "facts": { "cb-may": 18, "cb": 20 } }"#;
    /// let report = set.score_json(text, Layer::SelfAssessed, None)?;
    /// assert_eq!(report.criterion("i.1").unwrap().points.to_string(), "1.8");
    /// # Ok::<(), cqdt::FileError>(())
    /// ```
    ///
    /// # Errors
    /// All faults of form at once, with line and column.
    pub fn score_json(
        &self,
        text: &str,
        layer: Layer,
        cohort: Option<&Cohort>,
    ) -> Result<Report, FileError> {
        let (unit, row) = read_row(self, text, layer)?;
        let mut report = self.score_row::<true>(row, cohort);
        report.unit = unit;
        report.layer = layer;
        Ok(report)
    }

    /// Statistics of the cohort that some submissions are, in one layer.
    ///
    /// Statistics of parts can be [merged](Cohort::merge).
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::{Layer, Submission};
    ///
    /// let units = [12, 18].map(|computers| Submission::new("x").with("cb-may", computers).with("cb", 20));
    /// let all = set.cohort(&units, Layer::SelfAssessed);
    /// let parts = units.each_ref().map(|unit| set.cohort([unit], Layer::SelfAssessed));
    /// let [one, other] = parts;
    /// assert_eq!(other.merge(one), all);
    /// ```
    pub fn cohort<'s>(
        &self,
        submissions: impl IntoIterator<Item = &'s Submission>,
        layer: Layer,
    ) -> Cohort {
        let rows = submissions
            .into_iter()
            .map(|submission| Row::of(self, submission, layer));
        rows.map(|row| self.cohort_of(&row))
            .fold(Cohort::default(), Cohort::merge)
    }

    /// The cohort of one unit.
    pub(crate) fn cohort_of(&self, row: &Row) -> Cohort {
        let mut evaluator = Evaluator::<false> {
            answers: &row.answers,
            cohort: None,
            not_applicable: self.definition().policies.not_applicable,
            faults: Vec::new(),
        };
        let measures = self.plan().cohort_measures.iter();
        Cohort::of(
            measures
                .map(|measure| evaluator.valid_measure(measure).map(Extent::of))
                .collect(),
        )
    }

    /// Scores a row of answers; without `TRACE`, the same figures without the calculations behind them.
    pub(crate) fn score_row<const TRACE: bool>(&self, row: Row, cohort: Option<&Cohort>) -> Report {
        let policies = &self.definition().policies;
        let plan = self.plan();
        let mut evaluator = Evaluator::<TRACE> {
            answers: &row.answers,
            cohort,
            not_applicable: policies.not_applicable,
            faults: Vec::new(),
        };
        let mut diagnostics = row.diagnostics;
        let mut criteria = Vec::with_capacity(plan.criteria.len());
        for (at, criterion) in plan.criteria.iter().enumerate() {
            let proved = row.evidence.get(at).copied().unwrap_or(false);
            let found = &mut diagnostics;
            criteria.push(self.score_criterion(&mut evaluator, at, criterion, proved, found));
        }
        let (groups, total) = total::add_up(self, &criteria);
        let complete = criteria
            .iter()
            .all(|criterion| criterion.status != Status::Missing);
        let mut report = Report {
            set: self.clone(),
            unit: None,
            layer: Layer::SelfAssessed,
            complete,
            band: None,
            criteria,
            groups,
            total,
            diagnostics,
        };
        report.band = self.band(&report);
        report
    }

    /// Scores one criterion (D12, D13); what is wrong in it goes to `found`.
    #[inline]
    fn score_criterion<const TRACE: bool>(
        &self,
        evaluator: &mut Evaluator<'_, TRACE>,
        at: usize,
        criterion: &CriterionPlan,
        proved: bool,
        found: &mut Vec<Diagnostic>,
    ) -> CriterionScore {
        let policies = &self.definition().policies;
        let outcome = evaluator.evaluate(&criterion.rule);
        for fault in evaluator.faults.drain(..) {
            found.push(self.rule_diagnostic(at, fault));
        }
        let points = total::criterion_points(criterion, policies, outcome.status, outcome.points);
        let mut points = policies.rounding.at(Stage::Criterion, points);
        let unproved = criterion.evidence
            && outcome.status == Status::Scored
            && points.is_positive()
            && !proved;
        if unproved {
            let criterion = self.criterion_id(at);
            found.push(DiagnosticKind::MissingEvidence { criterion }.into());
            if policies.missing_evidence == MissingEvidence::Zero {
                points = crate::Rational::ZERO;
            }
        }
        CriterionScore {
            status: outcome.status,
            applicable_max: total::applicable_max(
                criterion,
                policies,
                outcome.status,
                &outcome.lost,
            ),
            points,
            trace: outcome.trace,
        }
    }

    fn criterion_id(&self, at: usize) -> String {
        self.criteria()
            .nth(at)
            .map(|criterion| criterion.id.clone())
            .unwrap_or_default()
    }

    fn rule_diagnostic(&self, at: usize, fault: RuleFault) -> Diagnostic {
        let criterion = self.criterion_id(at);
        let fact = |at: usize| {
            self.definition()
                .facts
                .get(at)
                .map(|fact| fact.id.clone())
                .unwrap_or_default()
        };
        let kind = match fault {
            RuleFault::NumeratorAbove {
                of,
                of_value,
                over,
                over_value,
            } => DiagnosticKind::NumeratorAboveDenominator {
                criterion,
                of: fact(of),
                of_value,
                over: fact(over),
                over_value,
            },
            RuleFault::ZeroDenominator { over } => DiagnosticKind::ZeroDenominator {
                criterion,
                over: fact(over),
            },
            RuleFault::NoCohort => DiagnosticKind::NoCohort { criterion },
            RuleFault::OutsideCohort {
                value,
                least,
                largest,
            } => DiagnosticKind::OutsideCohort {
                criterion,
                value,
                least,
                largest,
            },
        };
        kind.into()
    }
}
