//! A submission brought into the order of a set's facts: what the evaluator reads.

use super::answer::AnswerFault;
use super::{Answer, Layer, RawAnswer, Submission};
use crate::CriteriaSet;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::fault::{Nearest, nearest};

/// Unknown facts for which a like one is looked up; beyond, the search would cost more than it tells.
pub(crate) const MAX_SUGGESTIONS: usize = 50;

/// The answers of one unit in the order of the set's facts, with what was wrong in them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) answers: Vec<Answer>,
    /// Whether each criterion has evidence.
    pub(crate) evidence: Vec<bool>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Row {
    /// A row that answers nothing.
    pub(crate) fn empty(set: &CriteriaSet) -> Self {
        Self {
            answers: vec![Answer::Missing; set.definition().facts.len()],
            evidence: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    pub(crate) fn of(set: &CriteriaSet, submission: &Submission, layer: Layer) -> Self {
        let mut row = Self::empty(set);
        for (id, raw) in submission.answers(layer) {
            row.put(set, id, raw);
        }
        row.put_all_evidence(set, submission);
        row
    }

    /// Says which criteria a submission has evidence for.
    pub(crate) fn put_all_evidence(&mut self, set: &CriteriaSet, submission: &Submission) {
        if !submission.evidence.is_empty() {
            self.evidence = vec![false; set.plan().criteria.len()];
        }
        for (id, evidence) in &submission.evidence {
            if !evidence.is_empty() {
                self.put_evidence(set, id);
            }
        }
    }

    /// Reads one answer; a fault becomes a diagnostic.
    pub(crate) fn put(&mut self, set: &CriteriaSet, id: &str, raw: &RawAnswer<'_>) {
        let Some(at) = set.fact_at(id) else {
            let nearest = self.suggest(
                id,
                &mut set.definition().facts.iter().map(|fact| fact.id.as_str()),
            );
            let fact = id.to_owned();
            self.diagnostics
                .push(DiagnosticKind::UnknownFact { fact, nearest }.into());
            return;
        };
        self.put_at(set, at, raw);
    }

    pub(crate) fn put_at(&mut self, set: &CriteriaSet, at: usize, raw: &RawAnswer<'_>) {
        let (Some(fact), Some(answer)) = (set.definition().facts.get(at), self.answers.get_mut(at))
        else {
            return;
        };
        match Answer::read(fact, raw) {
            Ok(read) => *answer = read,
            Err(fault) => {
                *answer = Answer::Invalid;
                let (id, value) = (fact.id.clone(), raw.describe());
                let kind = match fault {
                    AnswerFault::Unexpected(expected) => DiagnosticKind::InvalidValue {
                        fact: id,
                        value,
                        expected,
                    },
                    AnswerFault::Ambiguous => DiagnosticKind::AmbiguousNumber { fact: id, value },
                };
                self.diagnostics
                    .push(Diagnostic::from(kind).read_by(set.readers(at)));
            }
        }
    }

    pub(crate) fn put_evidence(&mut self, set: &CriteriaSet, id: &str) {
        if self.evidence.is_empty() {
            self.evidence = vec![false; set.plan().criteria.len()];
        }
        if let Some(evidence) = set
            .criterion_at(id)
            .and_then(|at| self.evidence.get_mut(at))
        {
            *evidence = true;
            return;
        }
        let nearest = self.suggest(
            id,
            &mut set.criteria().map(|criterion| criterion.id.as_str()),
        );
        let criterion = id.to_owned();
        self.diagnostics
            .push(DiagnosticKind::UnknownCriterion { criterion, nearest }.into());
    }

    fn suggest(&self, id: &str, among: &mut dyn Iterator<Item = &str>) -> Nearest {
        if self.diagnostics.len() < MAX_SUGGESTIONS {
            nearest(id, among)
        } else {
            Nearest::default()
        }
    }
}
