//! Many units at once: columns of answers in, columns of exact points out.
//!
//! The same rules as [`CriteriaSet::score`], row by row the same points; a set is compiled once, and rows go through it
//! in blocks that stay in the processor's cache. Columns are borrowed as Arrow, polars or numpy hold them.
//!
//! ```
//! use cqdt::batch::{BatchInput, Bits, Column, Request, Values};
//! # let set = cqdt::CriteriaSet::parse_json(r#"{ "format": 1, "id": "a/b", "version": "1.0.0", "status": "official",
//! #     "agency_group": "x", "max": 5, "title": { "vi": "t", "en": "t" }, "document": { "number": "1",
//! #     "date": "2018-07-05", "issuer": { "vi": "t", "en": "t" }, "title": { "vi": "t", "en": "t" } },
//! #     "sources": { "s": { "document": "d" } }, "facts": [
//! #     { "id": "co-trang", "type": "yes_no", "title": { "vi": "t", "en": "t" } },
//! #     { "id": "may", "type": "count", "title": { "vi": "t", "en": "t" } },
//! #     { "id": "can-bo", "type": "count", "title": { "vi": "t", "en": "t" } } ],
//! #     "groups": [ { "id": "i", "number": "I", "title": { "vi": "t", "en": "t" }, "max": 5, "criteria": [
//! #     { "id": "i.1", "number": "1", "title": { "vi": "t", "en": "t" }, "max": 2,
//! #       "rule": { "kind": "yes_no", "fact": "co-trang" }, "basis": { "status": "official", "source": "s", "item": "1" } },
//! #     { "id": "i.2", "number": "2", "title": { "vi": "t", "en": "t" }, "max": 3,
//! #       "rule": { "kind": "proportional", "of": "may", "over": "can-bo" },
//! #       "basis": { "status": "official", "source": "s", "item": "2" } } ] } ] }"#)?;
//! // One yes/no and two counts, for three communes.
//! let input = BatchInput::new(3)
//!     .column("co-trang", Column::new(Values::Bits(Bits::new(&[0b101], 0))))
//!     .column("may", Column::new(Values::I32(&[47, 10, 7])))
//!     .column("can-bo", Column::new(Values::I32(&[50, 10, 9])));
//! let output = set.score_batch(&input, &Request::new().total().ranking(), None)?;
//! let totals = output.totals().unwrap();
//! assert_eq!((totals.places(), totals.values()), (2, &[482, 300, 433][..]));
//! assert_eq!(output.ranks(None), Some(vec![1, 3, 2]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod analysis;
mod answers;
mod bind;
mod block;
mod column;
mod fault;
pub(crate) mod fork;
mod kernels;
mod load;
mod output;
mod plan;
mod rank;
mod scorer;
mod statistics;

use std::borrow::Cow;
use std::sync::Arc;

pub use analysis::{CohortAnalysis, CriterionAnalysis, GroupAnalysis, LikePair};
pub use answers::Answers;
pub use column::{Bits, Column, Offsets, Values};
pub use fault::{BatchError, BatchFault};
pub use output::{BatchOutput, PointsColumn, Request, Targets, Wide};
pub use scorer::Scorer;

use bind::Bound;
use block::Runner;
use output::{Layout, Off, Part};
pub(crate) use plan::BatchPlan;

use crate::CriteriaSet;
use crate::score::Cohort;

/// Answers of many units, a column a fact. Facts without a column are missing for every unit.
#[derive(Clone, Debug)]
pub struct BatchInput<'a> {
    rows: usize,
    columns: Vec<(Cow<'a, str>, Column<'a>)>,
    evidence: Vec<(Cow<'a, str>, Bits<'a>)>,
}

impl<'a> BatchInput<'a> {
    /// Nothing answered yet.
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            columns: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// With the answers to a fact.
    #[must_use]
    pub fn column(mut self, fact: impl Into<Cow<'a, str>>, column: Column<'a>) -> Self {
        self.columns.push((fact.into(), column));
        self
    }

    /// With the rows that have evidence for a criterion.
    #[must_use]
    pub fn evidence(mut self, criterion: impl Into<Cow<'a, str>>, rows: Bits<'a>) -> Self {
        self.evidence.push((criterion.into(), rows));
        self
    }

    /// How many units there are.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

impl CriteriaSet {
    /// Scores every row, given the statistics of its cohort: exactly the points, statuses, shares and bands that
    /// [`score_in`](Self::score_in) gives a submission with the same answers.
    ///
    /// # Errors
    /// All faults of the columns at once: unknown facts, two columns for one, too few rows, values that a fact can't be
    /// read from, and ids asked for that the set doesn't have. What is wrong in single rows is their status.
    pub fn score_batch(
        &self,
        input: &BatchInput<'_>,
        request: &Request,
        cohort: Option<&Cohort>,
    ) -> Result<BatchOutput, BatchError> {
        self.score_batch_to(input, request, cohort, Targets::new())
    }

    /// The same, some of the figures to memory of the caller's.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::batch::{BatchInput, Column, Request, Targets, Values};
    ///
    /// let input = BatchInput::new(2)
    ///     .column("cb-may", Column::new(Values::I32(&[18, 20])))
    ///     .column("cb", Column::new(Values::I32(&[20, 20])));
    /// let mut totals = [[0; 2]; 2];
    /// let targets = Targets::new().total(&mut totals);
    /// set.score_batch_to(&input, &Request::new(), None, targets).unwrap();
    /// assert_eq!(totals, [[180, 0], [200, 0]]);
    /// ```
    ///
    /// # Errors
    /// As [`score_batch`](Self::score_batch), and targets of fewer cells than there are rows.
    pub fn score_batch_to(
        &self,
        input: &BatchInput<'_>,
        request: &Request,
        cohort: Option<&Cohort>,
        targets: Targets<'_>,
    ) -> Result<BatchOutput, BatchError> {
        self.score_batches_to(std::slice::from_ref(input), request, cohort, targets)
    }

    /// The same of rows that come in several batches, as query engines hand them over: each row where it would be if the
    /// batches stood in one, without copying them together.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::batch::{BatchInput, Column, Request, Targets, Values};
    ///
    /// let batch = |may, cb| {
    ///     BatchInput::new(1)
    ///         .column("cb-may", Column::new(Values::I32(may)))
    ///         .column("cb", Column::new(Values::I32(cb)))
    /// };
    /// let batches = [batch(&[18], &[20]), batch(&[20], &[20])];
    /// let request = Request::new().total().ranking();
    /// let output = set.score_batches_to(&batches, &request, None, Targets::new()).unwrap();
    /// assert_eq!(output.totals().unwrap().values(), [180, 200]);
    /// assert_eq!(output.ranks(None), Some(vec![2, 1]));
    /// ```
    ///
    /// # Errors
    /// As [`score_batch_to`](Self::score_batch_to); what is wrong with several batches is told once.
    pub fn score_batches_to(
        &self,
        batches: &[BatchInput<'_>],
        request: &Request,
        cohort: Option<&Cohort>,
        targets: Targets<'_>,
    ) -> Result<BatchOutput, BatchError> {
        let (bound, wanted, targets) = bind::bind(self, batches, request, targets)?;
        let rows = bound.iter().map(|bound| bound.rows).sum();
        let mut output = BatchOutput::new(self, rows, &wanted, &targets);
        let layout = output.layout();
        let (_, part) = output.part_with(targets);
        let compiled = self.batch_plan();
        let engine = Engine {
            set: self,
            // Bands that look at single criteria aren't compiled.
            plan: compiled.filter(|plan| layout.band.is_none() || plan.bands.is_some()),
            cohort,
            layout: &layout,
        };
        let off = engine.all(&bound, part, 0);
        output.put_off(off);
        Ok(output)
    }

    /// Statistics of the cohort that the rows are, for rules that need them. Those of parts can be
    /// [merged](Cohort::merge).
    ///
    /// # Errors
    /// As [`score_batch`](Self::score_batch).
    pub fn cohort_of_columns(&self, input: &BatchInput<'_>) -> Result<Cohort, BatchError> {
        let (bound, wanted, targets) = bind::bind(
            self,
            std::slice::from_ref(input),
            &Request::new(),
            Targets::new(),
        )?;
        let Some(bound) = bound.first() else {
            return Ok(Cohort::default());
        };
        if let Some(plan) = self.batch_plan() {
            let layout = Arc::new(Layout::of(self, &wanted, &targets));
            let part = |first: usize, rows: usize| {
                let mut runner = Runner::new(self, plan, Some(bound), None, Arc::clone(&layout));
                runner.statistics(first, rows)
            };
            return Ok(fork::parts(0, bound.rows, &part, &Cohort::merge));
        }
        let rows = (0..bound.rows).map(|row| self.cohort_of(&bound.row(self, row)));
        Ok(rows.fold(Cohort::default(), Cohort::merge))
    }
}

/// What scoring rows needs besides the rows and the place to write them to.
#[derive(Clone, Copy)]
struct Engine<'e> {
    set: &'e CriteriaSet,
    /// None where the set can't be compiled for columns.
    plan: Option<&'e BatchPlan>,
    cohort: Option<&'e Cohort>,
    layout: &'e Arc<Layout>,
}

impl Engine<'_> {
    /// Scores batches one after the other, the first row of which is `first` of all.
    fn all(self, batches: &[Bound<'_, '_>], part: Part<'_>, first: usize) -> Off {
        match batches {
            [] => Off::new(),
            [batch] => {
                let mut off = self.run(batch, part, 0);
                for (_, row, _) in &mut off {
                    *row += first;
                }
                off
            }
            _ => {
                let (head, tail) = batches.split_at(batches.len() / 2);
                let rows = head.iter().map(|batch| batch.rows).sum();
                let (head_part, tail_part) = part.split(rows);
                let (mut off, other) = fork::join(
                    || self.all(head, head_part, first),
                    || self.all(tail, tail_part, first + rows),
                );
                off.extend(other);
                off
            }
        }
    }

    /// Scores the rows of a part, the first of which is `first` of its batch.
    fn run(self, batch: &Bound<'_, '_>, mut part: Part<'_>, first: usize) -> Off {
        if part.rows > fork::STRETCH {
            let half = fork::half(part.rows, fork::STRETCH);
            let (head, tail) = part.split(half);
            let (mut off, other) = fork::join(
                || self.run(batch, head, first),
                || self.run(batch, tail, first + half),
            );
            off.extend(other);
            return off;
        }
        if let Some(plan) = self.plan {
            let layout = Arc::clone(self.layout);
            let mut runner = Runner::new(self.set, plan, Some(batch), self.cohort, layout);
            return runner.run(&mut part, first);
        }
        let mut off = Off::new();
        for row in 0..part.rows {
            // The slow way: by the evaluator that scores a single submission.
            let answers = batch.row(self.set, first + row);
            let report = self.set.score_row::<false>(answers, self.cohort);
            part.put_report(self.layout, row, first, &report, &mut off);
        }
        off
    }
}

#[cfg(test)]
mod tests;
