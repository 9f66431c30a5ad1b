//! A report that follows the answers: one answer changes, and only what reads it is scored again.
//!
//! It is always the report that scoring the whole submission yields.

use serde::Serialize;

use super::cohort::Cohort;
use super::evaluate::{Evaluator, Status};
use super::report::{
    CriterionDocument, GroupDocument, Report, TotalDocument, criterion_document, group_document,
    total_document,
};
use super::{text, total};
use crate::diagnostic::Diagnostic;
use crate::submission::{Answer, Evidence, Layer, MAX_SUGGESTIONS, RawAnswer, Row, Submission};
use crate::{CriteriaSet, Map};

/// A submission that is being filled in, and its report.
///
/// ```
/// use cqdt::{Layer, LiveScore, Submission};
/// # let text = r#"{ "format": 1, "id": "vi-du/mot", "version": "1.0.0", "status": "reconstructed", "agency_group": "cap-xa",
/// #   "max": 2, "title": { "vi": "Ví dụ", "en": "Example" },
/// #   "document": { "number": "0", "date": "2018-07-05", "issuer": { "vi": "a", "en": "a" }, "title": { "vi": "a", "en": "a" } },
/// #   "sources": { "s": { "document": "s" } },
/// #   "facts": [ { "id": "co-mang", "type": "yes_no", "title": { "vi": "Có mạng", "en": "Has a network" } } ],
/// #   "groups": [ { "id": "i", "number": "I", "title": { "vi": "a", "en": "a" }, "max": 2, "criteria": [ { "id": "i.1", "number": "1",
/// #     "title": { "vi": "a", "en": "a" }, "max": 2, "rule": { "kind": "yes_no", "fact": "co-mang" },
/// #     "basis": { "status": "reconstructed", "source": "s", "item": "1" } } ] } ] }"#;
/// let set = cqdt::CriteriaSet::parse_json(text)?;
/// let mut live = LiveScore::new(&set, Submission::default(), Layer::SelfAssessed, None);
/// let changes = live.set("co-mang", true);
/// assert_eq!(live.report().total().points.to_string(), "2");
/// assert_eq!(changes.criteria, [0]);
/// assert_eq!(live.report(), &set.score(live.submission()));
/// # Ok::<(), cqdt::FileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LiveScore {
    submission: Submission,
    cohort: Option<Cohort>,
    row: Row,
    /// What is wrong in an answer, by fact.
    unfit: Map<Diagnostic>,
    /// Whether the submission names facts or criteria that the set doesn't have.
    has_unknown: bool,
    /// What is wrong in each criterion.
    found: Vec<Vec<Diagnostic>>,
    report: Report,
}

/// What an answer changed: positions of criteria and groups in the set's order, and whether the rest did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// Criteria with another score or calculation.
    pub criteria: Vec<usize>,
    /// Groups with another score.
    pub groups: Vec<usize>,
    /// Whether the total, the band or completeness changed.
    pub total: bool,
    /// Whether the diagnostics changed.
    pub diagnostics: bool,
}

/// Changes as they are serialised: what changed as it is now, in the shape that it has in a report.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangesDocument<'r> {
    /// The band, changed or not.
    band: Option<&'r str>,
    /// Whether no answer is missing.
    complete: bool,
    /// Criteria that changed.
    criteria: Vec<CriterionDocument<'r>>,
    /// All diagnostics, where any of them changed.
    diagnostics: Option<&'r [Diagnostic]>,
    /// Groups that changed.
    groups: Vec<GroupDocument<'r>>,
    /// The total, changed or not.
    total: TotalDocument<'r>,
}

impl LiveScore {
    /// Scores a layer of a submission, and goes on from there.
    pub fn new(
        set: &CriteriaSet,
        submission: Submission,
        layer: Layer,
        cohort: Option<Cohort>,
    ) -> Self {
        let report = set.score_in(&submission, layer, cohort.as_ref());
        let mut live = Self {
            submission,
            cohort,
            row: Row::empty(set),
            unfit: Map::new(),
            has_unknown: false,
            found: vec![Vec::new(); set.plan().criteria.len()],
            report,
        };
        live.row.evidence = vec![false; set.plan().criteria.len()];
        live.read_all();
        for at in 0..live.found.len() {
            live.score_at(at);
        }
        live
    }

    /// The report as it stands.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The submission as it stands.
    pub fn submission(&self) -> &Submission {
        &self.submission
    }

    /// Answers a fact in the layer that is scored; [`RawAnswer::Missing`] takes the answer away.
    pub fn set<'a>(&mut self, fact: &str, answer: impl Into<RawAnswer<'a>>) -> Changes {
        let answer = answer.into();
        let layer = self.report.layer;
        let answers = match layer {
            Layer::SelfAssessed => &mut self.submission.facts,
            Layer::Verified => &mut self.submission.verified,
        };
        if answer.is_missing() {
            answers.remove(fact);
        } else {
            answers.insert(fact.to_owned(), answer.into_owned());
        }
        let set = self.report.set.clone();
        let Some(at) = set.fact_at(fact) else {
            return self.score_all();
        };
        let answer = self.submission.answer(fact, layer);
        let was_unfit = self.unfit.remove(fact);
        self.row
            .put_at(&set, at, answer.unwrap_or(&RawAnswer::Missing));
        if let Some(unfit) = self.row.diagnostics.pop() {
            self.unfit.insert(fact.to_owned(), unfit);
        }
        let fitness_changed = was_unfit.as_ref() != self.unfit.get(fact);
        let readers = set.plan().readers.get(at).map_or(&[][..], Vec::as_slice);
        self.score_again(readers, fitness_changed)
    }

    /// Names the evidence of a criterion, in place of what there was.
    pub fn set_evidence(&mut self, criterion: &str, evidence: Vec<Evidence>) -> Changes {
        let proved = !evidence.is_empty();
        if proved {
            self.submission
                .evidence
                .insert(criterion.to_owned(), evidence);
        } else {
            self.submission.evidence.remove(criterion);
        }
        match self.report.set.criterion_at(criterion) {
            Some(at) => {
                if let Some(flag) = self.row.evidence.get_mut(at) {
                    *flag = proved;
                }
                self.score_again(&[at], false)
            }
            None => self.score_all(),
        }
    }

    /// Names the unit that reports.
    pub fn set_unit(&mut self, unit: Option<String>) {
        self.report.unit.clone_from(&unit);
        self.submission.unit = unit;
    }

    /// Changes as a document for serialising.
    pub fn document(&self, changes: &Changes) -> ChangesDocument<'_> {
        let report = &self.report;
        let definition = report.set.definition();
        let criteria = definition.groups.iter().flat_map(|group| {
            let criteria = group.criteria.iter();
            criteria.map(move |criterion| (group, criterion))
        });
        ChangesDocument {
            criteria: criteria
                .zip(&report.criteria)
                .enumerate()
                .filter(|(at, _)| changes.criteria.contains(at))
                .map(|(_, ((group, criterion), score))| {
                    criterion_document(definition, group, criterion, score)
                })
                .collect(),
            groups: report
                .groups()
                .enumerate()
                .filter(|(at, _)| changes.groups.contains(at))
                .map(|(_, (group, score))| group_document(group, score))
                .collect(),
            total: total_document(definition, &report.total),
            band: report.band().map(|band| band.id.as_str()),
            complete: report.complete,
            diagnostics: changes.diagnostics.then_some(report.diagnostics.as_slice()),
        }
    }

    /// What changed as canonical JSON: the text that [`document`](Self::document) serialises to.
    pub fn changes_json(&self, changes: &Changes) -> String {
        text::changes(&self.report, changes)
    }

    /// Reads every answer and all evidence.
    fn read_all(&mut self) {
        let set = self.report.set.clone();
        let layer = self.report.layer;
        self.row.answers.fill(Answer::Missing);
        self.unfit.clear();
        self.has_unknown = false;
        for (id, raw) in self.submission.answers(layer) {
            let Some(at) = set.fact_at(id) else {
                self.has_unknown = true;
                continue;
            };
            self.row.put_at(&set, at, raw);
            if let Some(unfit) = self.row.diagnostics.pop() {
                self.unfit.insert(id.to_owned(), unfit);
            }
        }
        self.row.evidence.fill(false);
        for (id, evidence) in &self.submission.evidence {
            let flag = set
                .criterion_at(id)
                .and_then(|at| self.row.evidence.get_mut(at));
            match flag {
                Some(flag) => *flag = !evidence.is_empty(),
                None => self.has_unknown = true,
            }
        }
    }

    /// Scores everything again: what the set doesn't know may have come or gone.
    fn score_all(&mut self) -> Changes {
        self.read_all();
        let all: Vec<usize> = (0..self.found.len()).collect();
        self.score_again(&all, true)
    }

    /// Scores one criterion; whether its score and whether its diagnostics changed.
    fn score_at(&mut self, at: usize) -> (bool, bool) {
        let set = self.report.set.clone();
        let (Some(criterion), Some(score), Some(found)) = (
            set.plan().criteria.get(at),
            self.report.criteria.get_mut(at),
            self.found.get_mut(at),
        ) else {
            return (false, false);
        };
        let mut evaluator = Evaluator::<true> {
            answers: &self.row.answers,
            cohort: self.cohort.as_ref(),
            not_applicable: set.definition().policies.not_applicable,
            faults: Vec::new(),
        };
        let proved = self.row.evidence.get(at).copied().unwrap_or(false);
        let mut now_found = Vec::new();
        let now = set.score_criterion(&mut evaluator, at, criterion, proved, &mut now_found);
        let changed = (*score != now, *found != now_found);
        *score = now;
        *found = now_found;
        changed
    }

    /// Scores some criteria again, then the groups and the total.
    fn score_again(&mut self, criteria: &[usize], answers_changed: bool) -> Changes {
        let mut changes = Changes {
            diagnostics: answers_changed,
            ..Changes::default()
        };
        for at in criteria {
            let (score, found) = self.score_at(*at);
            if score {
                changes.criteria.push(*at);
            }
            changes.diagnostics |= found;
        }
        if changes.diagnostics {
            self.report.diagnostics = self.diagnostics();
        }
        if changes.criteria.is_empty() {
            return changes;
        }
        let report = &mut self.report;
        let set = report.set.clone();
        for (at, range) in set.plan().groups.iter().enumerate() {
            if !changes.criteria.iter().any(|at| range.contains(at)) {
                continue;
            }
            let now = total::add_group(&set, at, &report.criteria);
            if let Some((old, now)) = report.groups.get_mut(at).zip(now)
                && *old != now
            {
                *old = now;
                changes.groups.push(at);
            }
        }
        let total = total::add_groups(&set, &report.criteria, &report.groups);
        let complete = report
            .criteria
            .iter()
            .all(|criterion| criterion.status != Status::Missing);
        changes.total = report.total != total || report.complete != complete;
        report.total = total;
        report.complete = complete;
        let band = report.set.band(report);
        changes.total |= report.band != band;
        report.band = band;
        changes
    }

    /// All diagnostics in the order of a report.
    fn diagnostics(&self) -> Vec<Diagnostic> {
        let layer = self.report.layer;
        // What is like an unknown id is looked up only so often: a matter of the whole row.
        let mut diagnostics = if self.has_unknown || self.unfit.len() >= MAX_SUGGESTIONS {
            Row::of(&self.report.set, &self.submission, layer).diagnostics
        } else if self.unfit.is_empty() {
            Vec::new()
        } else {
            let ids = self.submission.fact_ids(layer);
            ids.filter_map(|id| self.unfit.get(id)).cloned().collect()
        };
        diagnostics.extend(self.found.iter().flatten().cloned());
        diagnostics
    }
}
