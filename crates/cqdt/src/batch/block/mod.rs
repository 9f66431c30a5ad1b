//! Rows through the compiled plan, a block at a time.
#![allow(
    clippy::inline_always,
    reason = "a loop takes on the instructions of its caller only inside of it"
)]

mod groups;
mod rules;
mod totals;

use std::cell::OnceCell;

use super::bind::Bound;
use super::kernels::{self as k, Fraction};
use super::load::{BLOCK, HARD, Loaded};
use super::output::{Cells, Layout, MAX_PLACES, Off, Part, wide};
use super::plan::{BatchPlan, CriterionKernel};
use std::sync::Arc;

use crate::CriteriaSet;
use crate::arch::Arch;
use crate::criteria::{NotApplicable, Rescale};
use crate::points::Stage;
use crate::score::{Cohort, Evaluator, Status};
use crate::submission::Answer;

const SCORED: u8 = Status::Scored as u8;
const NOT_APPLICABLE: u8 = Status::NotApplicable as u8;
const MISSING: u8 = Status::Missing as u8;
const INVALID: u8 = Status::Invalid as u8;

/// The points and statuses of one rule over a block.
#[derive(Debug, Default)]
pub(super) struct Lines {
    points: Vec<i32>,
    pub(super) statuses: Vec<u8>,
    /// Whether some row has a status besides scored; else `statuses` says nothing.
    pub(super) odd: bool,
}

impl Lines {
    pub(super) fn size(&mut self, rows: usize) {
        self.points.resize(rows, 0);
        self.statuses.resize(rows, 0);
        self.odd = false;
    }

    /// Takes over a fact's statuses, the worse ones where there are some already.
    pub(super) fn worsen(&mut self, arch: Arch, other: Option<&[u8]>) {
        let Some(other) = other else {
            return;
        };
        if self.odd {
            arch.run(|| k::worse(other, &mut self.statuses));
        } else if let Some(own) = self.statuses.get_mut(..other.len()) {
            own.copy_from_slice(other);
            self.odd = true;
        }
    }

    /// Statuses of their own, all scored if there were none.
    fn own_statuses(&mut self) -> &mut [u8] {
        if !self.odd {
            self.statuses.fill(SCORED);
            self.odd = true;
        }
        &mut self.statuses
    }
}

/// What a run over some rows needs, and the scratch it writes in.
pub(super) struct Runner<'e, 'a> {
    pub(super) set: &'e CriteriaSet,
    pub(super) plan: &'e BatchPlan,
    /// None where answers are put in one by one.
    pub(super) bound: Option<&'e Bound<'e, 'a>>,
    pub(super) cohort: Option<&'e Cohort>,
    pub(super) layout: Arc<Layout>,
    pub(super) arch: Arch,
    pub(super) facts: Vec<Loaded<'a>>,
    pool: Vec<Lines>,
    answers: Vec<Answer>,
    needs: Needs,
    sums: Sums,
    fractions: Fractions,
}

/// What each cohort rule comes to under the runner's cohort, worked out once.
#[derive(Debug, Default)]
struct Fractions(Vec<OnceCell<Option<Fraction>>>);

impl Fractions {
    fn at(&mut self, rule: usize, work_out: impl FnOnce() -> Option<Fraction>) -> Option<Fraction> {
        if self.0.len() <= rule {
            self.0.resize_with(rule + 1, OnceCell::new);
        }
        *self.0.get(rule)?.get_or_init(work_out)
    }
}

/// Which figures are wanted besides single criteria.
#[derive(Clone, Debug)]
struct Needs {
    /// By criterion.
    criteria: Vec<bool>,
    /// By group.
    groups: Vec<bool>,
    total: bool,
    applicable: bool,
}

impl Needs {
    fn of(plan: &BatchPlan, layout: &Layout) -> Self {
        let band = layout.band.is_some();
        let share = layout.share || layout.share_parts.is_some() || band;
        let applicable = share
            || layout.applicable_max.is_some()
            || plan.rescale != Rescale::None
            || layout.excluded.is_some();
        let total = layout.total.or(layout.target_total).is_some()
            || share
            || layout.applicable_max.is_some();
        let asked = |slots: [&[Option<usize>]; 2], at: usize| {
            let slots = slots.into_iter().filter_map(|slots| *slots.get(at)?);
            slots.count() > 0
        };
        let all = total || band || layout.complete.or(layout.valid).is_some();
        let groups: Vec<bool> = (0..plan.groups.len())
            .map(|at| {
                let ranks = layout.excluded.is_some_and(|(_, group)| group == at);
                all || ranks || asked([&layout.groups, &layout.target_groups], at)
            })
            .collect();
        let mut criteria = vec![false; plan.criteria.len()];
        for (group, wanted) in plan.groups.iter().zip(&groups) {
            for criterion in criteria
                .get_mut(group.criteria.clone())
                .into_iter()
                .flatten()
            {
                *criterion = *wanted;
            }
        }
        for (at, criterion) in criteria.iter_mut().enumerate() {
            *criterion |= asked([&layout.criteria, &layout.target_criteria], at)
                || layout.statuses.get(at).is_some_and(Option::is_some);
        }
        Self {
            criteria,
            groups,
            total,
            applicable,
        }
    }
}

/// By row: totals, totals before they are rescaled, applicable maxima; by group then row: points and applicable maxima.
type Figures<'f> = (&'f [i64], &'f [i64], &'f [i64], &'f [(Vec<i64>, Vec<i64>)]);

/// Sums over a block.
#[derive(Debug, Default)]
struct Sums {
    group: Vec<i32>,
    bonus: Vec<i32>,
    /// The group's points after floor, rounding and rescaling.
    points: Vec<i64>,
    applicable: Applicable,
    /// How many of the group's criteria aren't applicable.
    excluded: Vec<u16>,
    total: Vec<i64>,
    total_applicable: Applicable,
    before_rescale: Vec<i64>,
    complete: Vec<u8>,
    valid: Vec<u8>,
    /// By group, for bands: points before rescaling and applicable maximum.
    kept: Vec<(Vec<i64>, Vec<i64>)>,
}

/// Applicable maxima of a block: one for all rows, as long as every line applies to every unit.
#[derive(Debug, Default)]
struct Applicable {
    base: i64,
    rows: usize,
    varies: bool,
    values: Vec<i64>,
}

impl Applicable {
    fn start(&mut self, base: i64, rows: usize) {
        self.base = base;
        self.rows = rows;
        self.varies = false;
    }

    /// The maxima row by row, from here on.
    fn vary(&mut self) -> &mut [i64] {
        if !self.varies {
            self.varies = true;
            reset(&mut self.values, self.rows, self.base);
        }
        &mut self.values
    }

    fn add(&mut self, base: i64) {
        if self.varies {
            for value in &mut self.values {
                *value += base;
            }
        } else {
            self.base += base;
        }
    }

    /// What all rows have.
    fn uniform(&self) -> Option<i64> {
        (!self.varies).then_some(self.base)
    }
}

impl<'e, 'a> Runner<'e, 'a> {
    pub(super) fn new(
        set: &'e CriteriaSet,
        plan: &'e BatchPlan,
        bound: Option<&'e Bound<'e, 'a>>,
        cohort: Option<&'e Cohort>,
        layout: Arc<Layout>,
    ) -> Self {
        Self {
            set,
            plan,
            bound,
            cohort,
            arch: Arch::new(),
            facts: plan.forms.iter().map(|_| Loaded::default()).collect(),
            pool: Vec::new(),
            answers: vec![Answer::Missing; plan.forms.len()],
            needs: Needs::of(plan, &layout),
            layout,
            sums: Sums::default(),
            fractions: Fractions::default(),
        }
    }

    /// Scores the rows of a part, the first of which is `first`.
    pub(super) fn run(&mut self, part: &mut Part<'_>, first: usize) -> Off {
        let mut off = Off::new();
        for at in (0..part.rows).step_by(BLOCK) {
            let rows = BLOCK.min(part.rows - at);
            self.block(part, at, first + at, rows, &mut off);
        }
        off
    }

    /// Puts an answer into the one row that there is. Inlined, as handing over an answer takes longer than using it.
    #[inline(always)]
    pub(super) fn put(&mut self, fact: usize, answer: Answer) {
        if let (Some(loaded), Some(form)) = (self.facts.get_mut(fact), self.plan.forms.get(fact)) {
            loaded.put(*form, &answer);
        }
        if let Some(slot) = self.answers.get_mut(fact) {
            *slot = answer;
        }
    }

    fn block(&mut self, part: &mut Part<'_>, at: usize, first: usize, rows: usize, off: &mut Off) {
        let plan = self.plan;
        let exclude = plan.not_applicable == NotApplicable::Exclude;
        let mut sums = std::mem::take(&mut self.sums);
        reset(&mut sums.total, rows, 0);
        sums.total_applicable.start(0, rows);
        reset(&mut sums.bonus, rows, 0);
        reset(&mut sums.complete, rows, 1);
        reset(&mut sums.valid, rows, 1);
        sums.kept.clear();
        let bands = plan.bands.as_deref().unwrap_or_default();
        let keep = self.layout.band.is_some() && bands.iter().any(|band| !band.groups.is_empty());
        for (group_at, group) in plan.groups.iter().enumerate() {
            let wanted = self.needs.groups.get(group_at) == Some(&true);
            reset(&mut sums.group, rows, 0);
            sums.applicable.start(group.applicable, rows);
            let mut any_excluded = false;
            for at_criterion in group.criteria.clone() {
                if self.needs.criteria.get(at_criterion) != Some(&true) {
                    continue;
                }
                let Some(criterion) = plan.criteria.get(at_criterion) else {
                    continue;
                };
                let mut lines = self.pool.pop().unwrap_or_default();
                lines.size(rows);
                self.criterion(
                    at_criterion,
                    criterion,
                    first,
                    rows,
                    &mut lines,
                    &mut sums.applicable,
                );
                if lines.odd {
                    let (complete, valid) = (&mut sums.complete, &mut sums.valid);
                    self.arch.run(|| {
                        k::clear_where(&lines.statuses, MISSING, complete);
                        k::clear_where(&lines.statuses, INVALID, valid);
                    });
                }
                if lines.odd && exclude {
                    let statuses = &lines.statuses;
                    if self.arch.run(|| k::any_is(statuses, NOT_APPLICABLE)) {
                        if !any_excluded {
                            reset(&mut sums.excluded, rows, 0);
                        }
                        any_excluded = true;
                        let max = if criterion.bonus { 0 } else { criterion.max };
                        let (applicable, excluded) = (sums.applicable.vary(), &mut sums.excluded);
                        self.arch.run(|| {
                            k::take_off(statuses, NOT_APPLICABLE, max, applicable, excluded);
                        });
                    }
                }
                if wanted {
                    self.arch.run(|| k::add(&lines.points, &mut sums.group));
                    if criterion.bonus && plan.bonus_cap.is_some() {
                        self.arch.run(|| k::add(&lines.points, &mut sums.bonus));
                    }
                }
                self.put_criterion(part, at_criterion, at, &lines);
                self.pool.push(lines);
            }
            if wanted {
                let excluded = any_excluded;
                self.group(part, group_at, group, at, rows, excluded, keep, &mut sums);
            }
        }
        if self.needs.total {
            self.total(part, at, first, rows, bands, &mut sums, off);
        }
        for (slot, flags) in [
            (self.layout.complete, &sums.complete),
            (self.layout.valid, &sums.valid),
        ] {
            if let Some(column) = slot.and_then(|slot| part.bytes.get_mut(slot)) {
                copy(flags, column, at);
            }
        }
        self.sums = sums;
    }

    /// One criterion's points and statuses, evidence and policies in.
    fn criterion(
        &mut self,
        at: usize,
        criterion: &CriterionKernel,
        first: usize,
        rows: usize,
        lines: &mut Lines,
        applicable: &mut Applicable,
    ) {
        for fact in &criterion.facts {
            self.load(*fact, first, rows);
        }
        let scored = criterion
            .kernel
            .as_ref()
            .is_some_and(|kernel| self.rule(kernel, rows, lines));
        if !scored {
            lines.statuses.fill(HARD);
            lines.odd = true;
        }
        if lines.odd {
            self.arch
                .run(|| k::unscored(&lines.statuses, &mut lines.points));
            if self.arch.run(|| k::largest8(&lines.statuses)) >= HARD {
                for row in 0..rows {
                    if lines.statuses.get(row) == Some(&HARD) {
                        self.hard(at, criterion, first, row, lines, applicable);
                    }
                }
            }
            if self.plan.not_applicable == NotApplicable::Full {
                let rows = lines.points.iter_mut().zip(&lines.statuses);
                for (points, status) in rows {
                    if *status == NOT_APPLICABLE {
                        *points = criterion.full;
                    }
                }
            }
        }
        if criterion.evidence {
            let bound = self.bound;
            let evidence = bound.and_then(|bound| bound.evidence.get(at).copied().flatten());
            for (row, points) in lines.points.iter_mut().enumerate() {
                let scored = !lines.odd || lines.statuses.get(row) == Some(&SCORED);
                let proved = evidence.is_some_and(|bits| bits.get(first + row));
                if scored && !proved && *points > 0 {
                    *points = 0;
                }
            }
        }
    }

    pub(super) fn load(&mut self, fact: usize, first: usize, rows: usize) {
        let (Some(loaded), Some(form), Some(definition)) = (
            self.facts.get_mut(fact),
            self.plan.forms.get(fact),
            self.set.definition().facts.get(fact),
        ) else {
            return;
        };
        if loaded.block == Some(first) {
            return;
        }
        let column = self
            .bound
            .and_then(|bound| bound.columns.get(fact)?.as_ref());
        loaded.load(self.arch, *form, definition, column, first, rows);
        loaded.block = Some(first);
    }

    /// A row of one criterion by the evaluator of single submissions.
    #[cold]
    fn hard(
        &mut self,
        at: usize,
        criterion: &CriterionKernel,
        first: usize,
        row: usize,
        lines: &mut Lines,
        applicable: &mut Applicable,
    ) {
        let facts = &self.set.definition().facts;
        if let Some(bound) = self.bound {
            for at in &criterion.facts {
                let column = bound.columns.get(*at).and_then(Option::as_ref);
                if let (Some(slot), Some(fact)) = (self.answers.get_mut(*at), facts.get(*at)) {
                    *slot =
                        column.map_or(Answer::Missing, |column| column.answer(fact, first + row));
                }
            }
        }
        let Some(own) = self.set.plan().criteria.get(at) else {
            return;
        };
        let mut evaluator = Evaluator::<false> {
            answers: &self.answers,
            cohort: self.cohort,
            not_applicable: self.plan.not_applicable,
            faults: Vec::new(),
        };
        let outcome = evaluator.evaluate(&own.rule);
        let rounding = self.set.definition().policies.rounding;
        let points = rounding.at(Stage::Criterion, outcome.points);
        if let (Some(points_at), Some(status)) =
            (lines.points.get_mut(row), lines.statuses.get_mut(row))
        {
            // Both were proved to fit when the plan was made.
            let fits = points.at_places(self.plan.fine);
            *points_at = fits.and_then(|fits| i32::try_from(fits).ok()).unwrap_or(0);
            *status = outcome.status as u8;
        }
        // What isn't applicable at all is taken off with the others.
        if outcome.status != Status::NotApplicable && !criterion.bonus {
            let lost = outcome.lost.at_places(self.plan.max_places).unwrap_or(0);
            if lost != 0
                && let Some(applicable) = applicable.vary().get_mut(row)
            {
                *applicable -= lost;
            }
        }
    }

    fn put_criterion(&self, part: &mut Part<'_>, criterion: usize, at: usize, lines: &Lines) {
        let slot = |slots: &[Option<usize>]| slots.get(criterion).copied().flatten();
        let (kept, target) = (&self.layout.criteria, &self.layout.target_criteria);
        for slot in slot(kept).into_iter().chain(slot(target)) {
            let places = self.layout.places.get(slot).copied().unwrap_or_default();
            let scale = 10_i64.pow(u32::from(places).saturating_sub(self.plan.fine));
            match part.points.get_mut(slot) {
                Some(Cells::Kept(column)) => {
                    let cells = column.get_mut(at..).unwrap_or_default();
                    self.arch
                        .run(|| k::scaled(&lines.points, scale, |kept| kept, cells));
                }
                Some(Cells::Target(column)) => {
                    let cells = column.get_mut(at..).unwrap_or_default();
                    self.arch
                        .run(|| k::scaled(&lines.points, scale, wide, cells));
                }
                None => {}
            }
        }
        if let Some(column) = slot(&self.layout.statuses).and_then(|slot| part.bytes.get_mut(slot))
        {
            if lines.odd {
                copy(&lines.statuses, column, at);
            } else {
                let end = at + lines.points.len();
                column.get_mut(at..end).unwrap_or_default().fill(SCORED);
            }
        }
    }
}

fn reset<T: Copy>(values: &mut Vec<T>, rows: usize, value: T) {
    values.clear();
    values.resize(rows, value);
}

fn copy<T: Copy>(from: &[T], to: &mut [T], at: usize) {
    if let Some(to) = to.get_mut(at..at + from.len()) {
        to.copy_from_slice(from);
    }
}

fn narrow(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

fn divide(value: i64, by: i64, plan: &BatchPlan) -> i64 {
    narrow(plan.mode.divide(i128::from(value), i128::from(by)))
}

/// Figures of `unit` places into a slot; what is finer than it is rounded half up, and said to be so elsewhere.
fn put_scaled(
    arch: Arch,
    layout: &Layout,
    part: &mut Part<'_>,
    slot: usize,
    (values, unit): (&[i64], u32),
    at: usize,
) {
    let places = u32::from(layout.places.get(slot).copied().unwrap_or_default());
    match part.points.get_mut(slot) {
        Some(Cells::Kept(column)) => {
            let cells = column.get_mut(at..).unwrap_or_default();
            scale(arch, values, unit, places, |kept| kept, cells);
        }
        Some(Cells::Target(column)) => {
            let cells = column.get_mut(at..).unwrap_or_default();
            scale(arch, values, unit, places, wide, cells);
        }
        None => {}
    }
}

fn scale<C>(
    arch: Arch,
    values: &[i64],
    unit: u32,
    places: u32,
    cell: impl Fn(i64) -> C,
    cells: &mut [C],
) {
    if unit <= places {
        let scale = 10_i64.pow(places - unit);
        arch.run(|| k::scaled(values, scale, cell, cells));
        return;
    }
    let scale = i128::from(10_i64.pow(unit - places));
    for (put, value) in cells.iter_mut().zip(values) {
        let nearest = crate::RoundingMode::HalfUp.divide(i128::from(*value), scale);
        *put = cell(narrow(nearest));
    }
}

const _: () = assert!(MAX_PLACES == 6, "figures are scaled by at most 10^6");
