//! Rows through the compiled plan, a block at a time.
#![allow(
    clippy::inline_always,
    reason = "a loop takes on the instructions of its caller only inside of it"
)]

use std::cell::OnceCell;

use super::bind::Bound;
use super::kernels::{self as k, EXACT, Fraction, Lane};
use super::load::{BLOCK, HARD, Loaded};
use super::output::{BatchOutput, Layout, MAX_PLACES, Off, Part};
use super::plan::{
    BandKernel, BatchPlan, CriterionKernel, Form, GroupKernel, Kernel, Measured, RatioBound,
    RatioOf, Test, cohort_fraction, extent_of,
};
use std::sync::Arc;

use crate::arch::Arch;
use crate::criteria::{NotApplicable, Rescale, ZeroDenominator};
use crate::points::Stage;
use crate::score::{Cohort, Evaluator, Status};
use crate::submission::Answer;
use crate::{CriteriaSet, Rational};

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
        let total = layout.total.is_some() || share || layout.applicable_max.is_some();
        let all = total || band || layout.complete.is_some();
        let groups: Vec<bool> = (0..plan.groups.len())
            .map(|at| {
                let ranks = layout.excluded.is_some_and(|(_, group)| group == at);
                all || ranks || layout.groups.get(at).copied().flatten().is_some()
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
        for (criterion, slots) in criteria
            .iter_mut()
            .zip(layout.criteria.iter().zip(&layout.statuses))
        {
            *criterion |= slots.0.is_some() || slots.1.is_some();
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
                    let complete = &mut sums.complete;
                    self.arch
                        .run(|| k::complete(&lines.statuses, MISSING, complete));
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
        if let Some(column) = self
            .layout
            .complete
            .and_then(|slot| part.bytes.get_mut(slot))
        {
            copy(&sums.complete, column, at);
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

    /// A rule over the block; false where this batch's numbers or cohort need the evaluator.
    fn rule(&mut self, kernel: &Kernel, rows: usize, lines: &mut Lines) -> bool {
        let arch = self.arch;
        match kernel {
            Kernel::Flag { fact, yes, no } => {
                if let Some(fact) = self.facts.get(*fact) {
                    arch.run(|| k::flags(fact.bytes(), *yes, *no, &mut lines.points));
                    lines.worsen(arch, fact.statuses());
                }
            }
            Kernel::Table { fact, most, table } => {
                if let Some(fact) = self.facts.get(*fact) {
                    let (bytes, out) = (fact.bytes(), &mut lines.points);
                    if let (0..=3, Some(points)) = (most, table.first_chunk::<4>()) {
                        arch.run(|| k::pick(bytes, *points, out));
                    } else if let (4..=7, Some(points)) = (most, table.first_chunk::<8>()) {
                        arch.run(|| k::pick(bytes, *points, out));
                    } else {
                        arch.run(|| k::table(bytes, table, out));
                    }
                    lines.worsen(arch, fact.statuses());
                }
            }
            Kernel::Tables { fact, tables, cap } => {
                if let Some(fact) = self.facts.get(*fact) {
                    arch.run(|| k::tables(fact.wide(), tables, *cap, &mut lines.points));
                    lines.worsen(arch, fact.statuses());
                }
            }
            Kernel::Steps {
                fact,
                bounds,
                otherwise,
            } => self.steps(*fact, bounds, *otherwise, lines),
            Kernel::PerItem {
                fact,
                each,
                most,
                cap,
            } => {
                let narrow = self.is_narrow(*fact);
                if let Some(fact) = self.facts.get(*fact) {
                    let (each, most, cap) = (*each, *most, *cap);
                    let out = &mut lines.points;
                    if narrow {
                        arch.run(|| k::per_item32(fact.narrow(), each, most, cap, out));
                    } else {
                        arch.run(|| k::per_item64(fact.wide(), each, most, cap, out));
                    }
                    lines.worsen(arch, fact.statuses());
                }
            }
            Kernel::RatioSteps {
                ratio,
                bounds,
                otherwise,
            } => {
                if !self.ratio_steps(ratio, bounds, *otherwise, lines) {
                    return false;
                }
                self.settle_ratio(ratio, rows, lines);
            }
            Kernel::Divide {
                measure,
                fraction,
                stairs,
            } => {
                self.divide(*measure, fraction, lines);
                if let Some((base, each, cap)) = *stairs {
                    arch.run(|| k::stairs(base, each, cap, &mut lines.points));
                }
                self.settle(*measure, rows, lines);
            }
            Kernel::Cohort {
                rule,
                measure,
                places,
                statistic,
                min_max,
                max,
                target,
            } => {
                if let Some(extent) = extent_of(self.cohort, *statistic) {
                    let fraction = self.fractions.at(*rule, || {
                        cohort_fraction(*measure, *places, extent, *min_max, max, *target)
                    });
                    let Some(fraction) = fraction else {
                        return false;
                    };
                    self.divide(*measure, &fraction, lines);
                    self.settle(*measure, rows, lines);
                } else {
                    lines.points.fill(0);
                    self.settle(*measure, rows, lines);
                    // Points of a denominator of 0 stand without a cohort: let the evaluator say which.
                    if let Measured::Ratio(ratio) = measure
                        && ratio.zero.is_some()
                    {
                        return false;
                    }
                    for status in lines.own_statuses() {
                        *status = if *status == SCORED { MISSING } else { *status };
                    }
                }
            }
            Kernel::BestOf(branches) => return self.best_of(branches, rows, lines),
            Kernel::Sum { branches, cap } => return self.sum(branches, *cap, rows, lines),
            Kernel::Gate {
                fact,
                test,
                branch,
                otherwise,
            } => return self.gate(*fact, *test, branch, *otherwise, rows, lines),
            Kernel::Negate(branch) => {
                if !self.rule(branch, rows, lines) {
                    return false;
                }
                arch.run(|| k::negate(&mut lines.points));
            }
            Kernel::Coarsen { inner, scale, mode } => {
                if !self.rule(inner, rows, lines) {
                    return false;
                }
                arch.run(|| k::coarsen(*scale, *mode, &mut lines.points));
            }
        }
        true
    }

    pub(super) fn form(&self, fact: usize) -> Option<Form> {
        self.plan.forms.get(fact).copied()
    }

    pub(super) fn is_narrow(&self, fact: usize) -> bool {
        matches!(self.form(fact), Some(Form::Number { narrow: true, .. }))
    }

    fn magnitude(&self, fact: usize) -> i128 {
        self.form(fact).map_or(i128::MAX, Form::magnitude)
    }

    fn steps(&self, fact: usize, bounds: &[(i64, i32)], otherwise: i32, lines: &mut Lines) {
        let arch = self.arch;
        let narrow = self.is_narrow(fact);
        let Some(fact) = self.facts.get(fact) else {
            return;
        };
        let out = &mut lines.points;
        let small = |bound: i64| i32::try_from(bound).ok();
        if narrow {
            let values = fact.narrow();
            if let [(a, at_a), (b, at_b), (c, at_c)] = *bounds
                && let (Some(a), Some(b), Some(c)) = (small(a), small(b), small(c))
            {
                let steps = [(a, at_a), (b, at_b), (c, at_c)];
                arch.run(|| k::steps32(values, otherwise, steps, out));
            } else {
                out.fill(otherwise);
                for (bound, points) in bounds {
                    match small(*bound) {
                        Some(bound) => arch.run(|| k::step32(values, bound, *points, out)),
                        None if *bound < 0 => out.fill(*points),
                        None => {}
                    }
                }
            }
        } else {
            out.fill(otherwise);
            for (bound, points) in bounds {
                arch.run(|| k::step64(fact.wide(), *bound, *points, out));
            }
        }
        lines.worsen(arch, fact.statuses());
    }

    /// Runs over both facts of a ratio, whatever their widths.
    fn pair<R>(&self, of: usize, over: usize, op: impl PairOp<R>) -> Option<R> {
        let (a, b) = (self.facts.get(of)?, self.facts.get(over)?);
        let arch = self.arch;
        Some(match (self.is_narrow(of), self.is_narrow(over)) {
            (true, true) => arch.run(|| op.run(a.narrow(), b.narrow())),
            (true, false) => arch.run(|| op.run(a.narrow(), b.wide())),
            (false, true) => arch.run(|| op.run(a.wide(), b.narrow())),
            (false, false) => arch.run(|| op.run(a.wide(), b.wide())),
        })
    }

    /// Both facts of a ratio, where both are held in 32 bits.
    fn narrow_pair(&self, ratio: &RatioOf) -> Option<(&Loaded<'a>, &Loaded<'a>)> {
        let narrow = self.is_narrow(ratio.of) && self.is_narrow(ratio.over);
        narrow.then_some((self.facts.get(ratio.of)?, self.facts.get(ratio.over)?))
    }

    fn ratio_steps(
        &self,
        ratio: &RatioOf,
        bounds: &[RatioBound],
        otherwise: i32,
        lines: &mut Lines,
    ) -> bool {
        let (of, over) = (self.magnitude(ratio.of), self.magnitude(ratio.over));
        let fits = |scale: i64, magnitude: i128| {
            i128::from(scale.unsigned_abs()).saturating_mul(magnitude) < EXACT
                && magnitude < EXACT / 4
        };
        lines.points.fill(otherwise);
        for bound in bounds {
            if !fits(bound.of, of) || !fits(bound.over, over) {
                return false;
            }
            let op = StepOp {
                bound: *bound,
                out: &mut lines.points,
            };
            self.pair(ratio.of, ratio.over, op);
        }
        true
    }

    fn divide(&self, measure: Measured, fraction: &Fraction, lines: &mut Lines) {
        let out = &mut lines.points;
        match measure {
            Measured::Fact(fact) => {
                let narrow = self.is_narrow(fact);
                let fits =
                    fraction.fits(self.magnitude(fact), 1) && self.magnitude(fact) < EXACT / 4;
                let Some(fact) = self.facts.get(fact) else {
                    return;
                };
                let arch = self.arch;
                if narrow && let Some(fraction) = fraction.narrow(fact.reach(), 1) {
                    arch.run(|| fraction.singles(fact.narrow(), out));
                    return;
                }
                match (fits, narrow) {
                    (true, true) => arch.run(|| fraction.singles(fact.narrow(), out)),
                    (true, false) => arch.run(|| fraction.singles(fact.wide(), out)),
                    (false, true) => singly(fact.narrow(), None::<&[i32]>, fraction, out),
                    (false, false) => singly(fact.wide(), None::<&[i64]>, fraction, out),
                }
            }
            Measured::Ratio(ratio) => {
                if let Some((of, over)) = self.narrow_pair(&ratio)
                    && let Some(fraction) = fraction.narrow(of.reach(), over.reach())
                {
                    let (of, over) = (of.narrow(), over.narrow());
                    self.arch.run(|| fraction.rows(of, over, out));
                    return;
                }
                let (of, over) = (self.magnitude(ratio.of), self.magnitude(ratio.over));
                let floats = fraction.fits(of, over) && of.max(over) < EXACT / 4;
                let op = DivideOp {
                    fraction: *fraction,
                    floats,
                    out,
                };
                self.pair(ratio.of, ratio.over, op);
            }
        }
    }

    /// Statuses of what was measured.
    fn settle(&self, measure: Measured, rows: usize, lines: &mut Lines) {
        match measure {
            Measured::Fact(fact) => {
                let statuses = self.facts.get(fact).and_then(Loaded::statuses);
                lines.worsen(self.arch, statuses);
            }
            Measured::Ratio(ratio) => self.settle_ratio(&ratio, rows, lines),
        }
    }

    /// Statuses of a ratio's facts, and what becomes of numerators above and denominators of 0 (D6).
    fn settle_ratio(&self, ratio: &RatioOf, rows: usize, lines: &mut Lines) {
        let (Some(of), Some(over)) = (self.facts.get(ratio.of), self.facts.get(ratio.over)) else {
            return;
        };
        lines.worsen(self.arch, of.statuses());
        lines.worsen(self.arch, over.statuses());
        if let Some((of, over)) = self.narrow_pair(ratio)
            && let Some(of_scale) = of.scale(ratio.of_scale)
            && let Some(over_scale) = over.scale(ratio.over_scale)
        {
            let (of, over) = (of.narrow(), over.narrow());
            let allow = ratio.allow_over;
            let scales = (of_scale, over_scale);
            if self
                .arch
                .run(|| k::any_odd32(of, over, of_scale, over_scale, allow))
            {
                lines.own_statuses();
                let zero = match ratio.zero {
                    Some(ZeroDenominator::Zero) => (SCORED, Some(0)),
                    Some(ZeroDenominator::Full) => (SCORED, Some(ratio.full)),
                    Some(ZeroDenominator::NotApplicable) => (NOT_APPLICABLE, None),
                    None => (INVALID, None),
                };
                let Lines {
                    points, statuses, ..
                } = lines;
                self.arch
                    .run(|| k::settle32(of, over, scales, allow, zero, points, statuses));
            }
            return;
        }
        let scale = |scale: i64, fact: usize| {
            let magnitude = self.magnitude(fact);
            i128::from(scale).saturating_mul(magnitude) < EXACT && magnitude < EXACT / 4
        };
        let floats = scale(ratio.of_scale, ratio.of) && scale(ratio.over_scale, ratio.over);
        if floats && self.pair(ratio.of, ratio.over, OddOp { ratio }) != Some(true) {
            return;
        }
        let narrow = (self.is_narrow(ratio.of), self.is_narrow(ratio.over));
        let value = |fact: &Loaded<'_>, narrow: bool, row: usize| -> i64 {
            if narrow {
                fact.narrow().get(row).copied().unwrap_or(0).into()
            } else {
                fact.wide().get(row).copied().unwrap_or(0)
            }
        };
        lines.own_statuses();
        let scored = lines.points.iter_mut().zip(&mut lines.statuses);
        for (row, (points, status)) in scored.enumerate().take(rows) {
            if *status != SCORED {
                continue;
            }
            let (of, over) = (value(of, narrow.0, row), value(over, narrow.1, row));
            let above = i128::from(of) * i128::from(ratio.of_scale)
                > i128::from(over) * i128::from(ratio.over_scale);
            if above && !ratio.allow_over {
                *status = INVALID;
            } else if over == 0 {
                match ratio.zero {
                    Some(ZeroDenominator::Zero) => *points = 0,
                    Some(ZeroDenominator::Full) => *points = ratio.full,
                    Some(ZeroDenominator::NotApplicable) => *status = NOT_APPLICABLE,
                    None => *status = INVALID,
                }
            }
        }
    }

    /// The largest of the scored branches (D3).
    fn best_of(&mut self, branches: &[Kernel], rows: usize, lines: &mut Lines) -> bool {
        let arch = self.arch;
        let mut branch_lines = self.pool.pop().unwrap_or_default();
        let mut done = true;
        for (at, branch) in branches.iter().enumerate() {
            branch_lines.size(rows);
            if at == 0 {
                done = self.rule(branch, rows, lines);
            } else {
                done = self.rule(branch, rows, &mut branch_lines);
                if done && !lines.odd && !branch_lines.odd {
                    arch.run(|| k::larger(&branch_lines.points, &mut lines.points));
                } else if done {
                    lines.own_statuses();
                    branch_lines.own_statuses();
                    let Lines {
                        points, statuses, ..
                    } = &mut *lines;
                    let (other, of_other) = (&branch_lines.points, &branch_lines.statuses);
                    arch.run(|| k::better(other, of_other, points, statuses));
                }
            }
            if !done {
                break;
            }
        }
        self.pool.push(branch_lines);
        if done && lines.odd {
            // While branches are compared, bit 7 marks that one is scored, and the worst status stands below it.
            let rows = lines.points.iter_mut().zip(&mut lines.statuses);
            for (points, status) in rows {
                let worst = *status & 0x7f;
                let scored = *status & 0x80 != 0 || *status == SCORED;
                *status = if scored && worst < INVALID {
                    SCORED
                } else {
                    worst
                };
                if *status != SCORED {
                    *points = 0;
                }
            }
        }
        done
    }

    /// `min(Σ branches, cap)` (D1, D2). Rows in which a branch isn't applicable may lose some of the maximum.
    fn sum(
        &mut self,
        branches: &[(Kernel, i32)],
        cap: i32,
        rows: usize,
        lines: &mut Lines,
    ) -> bool {
        let arch = self.arch;
        let policy = self.plan.not_applicable;
        let mut branch_lines = self.pool.pop().unwrap_or_default();
        lines.points.fill(0);
        lines.odd = false;
        let mut done = true;
        for (at, (branch, full)) in branches.iter().enumerate() {
            branch_lines.size(rows);
            done = self.rule(branch, rows, &mut branch_lines);
            if !done {
                break;
            }
            // While branches are added, a status is one bit for each status that some branch has.
            if branch_lines.odd {
                arch.run(|| k::unscored(&branch_lines.statuses, &mut branch_lines.points));
                if !lines.odd {
                    lines.own_statuses().fill(u8::from(at > 0) << SCORED);
                }
                let branch = branch_lines.points.iter_mut().zip(&branch_lines.statuses);
                for (seen, (points, status)) in lines.statuses.iter_mut().zip(branch) {
                    if *status == NOT_APPLICABLE && policy == NotApplicable::Full {
                        *points = *full;
                    }
                    *seen |= 1 << *status;
                }
            } else if lines.odd {
                for seen in &mut lines.statuses {
                    *seen |= 1 << SCORED;
                }
            }
            arch.run(|| k::add(&branch_lines.points, &mut lines.points));
        }
        self.pool.push(branch_lines);
        if !done {
            return false;
        }
        arch.run(|| k::at_most(cap, &mut lines.points));
        if lines.odd {
            let exclude = policy == NotApplicable::Exclude;
            for seen in &mut lines.statuses {
                let has = |status: u8| *seen >> status & 1 == 1;
                *seen = if has(HARD) || (exclude && has(NOT_APPLICABLE) && branches.len() > 1) {
                    HARD
                } else if has(INVALID) {
                    INVALID
                } else if has(MISSING) {
                    MISSING
                } else if has(SCORED) || !has(NOT_APPLICABLE) {
                    SCORED
                } else {
                    NOT_APPLICABLE
                };
            }
        }
        true
    }

    fn gate(
        &mut self,
        fact: usize,
        test: Test,
        branch: &Kernel,
        otherwise: i32,
        rows: usize,
        lines: &mut Lines,
    ) -> bool {
        if !self.rule(branch, rows, lines) {
            return false;
        }
        let form = self.form(fact);
        let Some(fact) = self.facts.get(fact) else {
            return false;
        };
        let mut fails: Vec<bool> = Vec::with_capacity(rows);
        match (test, form) {
            (Test::AnyOf(bits), _) => {
                fails.extend(fact.bytes().iter().map(|byte| bits >> (byte & 63) & 1 == 0));
            }
            (Test::Includes(bit), Some(Form::Byte { .. })) => {
                fails.extend(fact.bytes().iter().map(|byte| u64::from(*byte) & bit == 0));
            }
            (Test::Includes(bit), _) => {
                fails.extend(
                    fact.wide()
                        .iter()
                        .map(|mask| mask.cast_unsigned() & bit == 0),
                );
            }
            (Test::Within(from, to), Some(Form::Number { narrow: true, .. })) => {
                let range = from..=to;
                let values = fact.narrow().iter();
                fails.extend(values.map(|value| !range.contains(&i64::from(*value))));
            }
            (Test::Within(from, to), _) => {
                let range = from..=to;
                fails.extend(fact.wide().iter().map(|value| !range.contains(value)));
            }
        }
        for (points, fails) in lines.points.iter_mut().zip(&fails) {
            *points = if *fails { otherwise } else { *points };
        }
        if lines.odd {
            for (status, fails) in lines.statuses.iter_mut().zip(&fails) {
                *status = if *fails { SCORED } else { *status };
            }
        }
        if let Some(statuses) = fact.statuses() {
            let rows = lines.own_statuses().iter_mut().zip(statuses);
            for (status, of_fact) in rows {
                *status = if *of_fact == SCORED {
                    *status
                } else {
                    *of_fact
                };
            }
        }
        true
    }

    fn put_criterion(&self, part: &mut Part<'_>, criterion: usize, at: usize, lines: &Lines) {
        let slot = |slots: &[Option<usize>]| slots.get(criterion).copied().flatten();
        if let Some(slot) = slot(&self.layout.criteria)
            && let Some(column) = part.points.get_mut(slot)
        {
            let places = self.layout.places.get(slot).copied().unwrap_or_default();
            let scale = 10_i64.pow(u32::from(places).saturating_sub(self.plan.fine));
            let cells = column.get_mut(at..).unwrap_or_default();
            self.arch.run(|| k::scaled32(&lines.points, scale, cells));
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

    /// Floor, rounding and rescaling of a group (D14, D15), and its part of the total.
    #[allow(clippy::too_many_arguments)]
    fn group(
        &self,
        part: &mut Part<'_>,
        group_at: usize,
        group: &GroupKernel,
        at: usize,
        rows: usize,
        any_excluded: bool,
        keep: bool,
        sums: &mut Sums,
    ) {
        let plan = self.plan;
        let rounds = plan.stage == Stage::Group && plan.fine != plan.coarse;
        let down = 10_i64.pow(plan.fine - plan.coarse);
        let arch = self.arch;
        if !rounds && !any_excluded && plan.rescale != Rescale::Group {
            sums.points.resize(rows, 0);
            let (points, total) = (&mut sums.points, &mut sums.total);
            arch.run(|| k::floored(&sums.group, group.floor, points, total));
            if keep {
                let applicable = sums.applicable.vary().to_vec();
                sums.kept.push((sums.points.clone(), applicable));
            }
        } else {
            sums.points.clear();
            let floored = sums
                .group
                .iter()
                .map(|sum| i64::from(*sum).max(group.floor));
            if rounds {
                // Kept in the finer unit, on the coarser grid.
                sums.points
                    .extend(floored.map(|points| divide(points, down, plan) * down));
            } else {
                sums.points.extend(floored);
            }
            if any_excluded {
                let rows = sums.points.iter_mut().zip(sums.applicable.vary());
                for ((points, applicable), excluded) in rows.zip(&sums.excluded) {
                    if *excluded == group.size {
                        (*points, *applicable) = (0, 0);
                    }
                }
            }
            if keep {
                // Before rescaling: the share is that of what the group has.
                let applicable = sums.applicable.vary().to_vec();
                sums.kept.push((sums.points.clone(), applicable));
            }
            if plan.rescale == Rescale::Group {
                for (points, applicable) in sums.points.iter_mut().zip(sums.applicable.vary()) {
                    if *applicable > 0 {
                        // points ÷ applicable × max, all in their own units, to the coarser grid
                        let num = i128::from(*points) * i128::from(group.max);
                        let den = i128::from(*applicable) * i128::from(down);
                        *points = narrow(plan.mode.divide(num, den)) * down;
                    }
                }
            }
            for (total, points) in sums.total.iter_mut().zip(&sums.points) {
                *total += points;
            }
        }
        let of_applicable = |applicable: i64| {
            if plan.rescale == Rescale::Group && applicable > 0 {
                group.max
            } else {
                applicable
            }
        };
        if let Some(applicable) = sums.applicable.uniform() {
            sums.total_applicable.add(of_applicable(applicable));
        } else {
            let totals = sums.total_applicable.vary().iter_mut();
            for (total, applicable) in totals.zip(sums.applicable.vary()) {
                *total += of_applicable(*applicable);
            }
        }
        let slot = self.layout.groups.get(group_at).copied().flatten();
        if let Some(slot) = slot
            && let Some(column) = part.points.get_mut(slot)
        {
            let places = u32::from(self.layout.places.get(slot).copied().unwrap_or_default());
            put_scaled(arch, &sums.points, plan.fine, places, column, at);
        }
        if let Some((slot, ranked)) = self.layout.excluded
            && ranked == group_at
            && let Some(column) = part.bytes.get_mut(slot)
        {
            let cells = column.get_mut(at..at + rows).unwrap_or_default();
            for (cell, excluded) in cells.iter_mut().zip(&sums.excluded) {
                *cell = u8::from(any_excluded && *excluded == group.size);
            }
        }
    }

    /// Bonus cap, rounding and rescaling of the total (D16, D17), share and band (D21).
    #[allow(clippy::too_many_arguments)]
    fn total(
        &self,
        part: &mut Part<'_>,
        at: usize,
        first: usize,
        rows: usize,
        bands: &[BandKernel],
        sums: &mut Sums,
        off: &mut Off,
    ) {
        let plan = self.plan;
        let layout = &*self.layout;
        let down = 10_i64.pow(plan.fine - plan.coarse);
        if let Some(cap) = plan.bonus_cap {
            for (total, bonus) in sums.total.iter_mut().zip(&sums.bonus) {
                let over = (i64::from(*bonus) - cap).max(0);
                *total -= over.min((*total).max(0));
            }
        }
        if plan.stage == Stage::Total && plan.fine != plan.coarse {
            for total in &mut sums.total {
                *total = divide(*total, down, plan) * down;
            }
        }
        let share_wanted = self.needs.applicable;
        if plan.rescale != Rescale::Total
            && layout.share_parts.is_none()
            && layout.applicable_max.is_none()
            && let Some(applicable) = sums.total_applicable.uniform()
            && self.alike(part, at, first, rows, bands, applicable, &sums.total, off)
        {
            return;
        }
        let Sums {
            total,
            total_applicable,
            before_rescale,
            ..
        } = sums;
        let total_applicable = &*total_applicable.vary();
        if plan.rescale == Rescale::Total {
            before_rescale.clear();
            before_rescale.extend_from_slice(total);
            for (total, applicable) in total.iter_mut().zip(total_applicable) {
                if *applicable > 0 {
                    let num = i128::from(*total) * i128::from(plan.max);
                    let den = i128::from(*applicable) * i128::from(down);
                    *total = narrow(plan.mode.divide(num, den)) * down;
                }
            }
        }
        let before = if plan.rescale == Rescale::Total {
            &*before_rescale
        } else {
            &*total
        };
        let places = |slot: usize| u32::from(layout.places.get(slot).copied().unwrap_or_default());
        let columns = [
            (layout.total, total.as_slice(), plan.fine),
            (layout.applicable_max, total_applicable, plan.max_places),
            (layout.share_parts.map(|(slot, _)| slot), before, plan.fine),
            (
                layout.share_parts.map(|(_, slot)| slot),
                total_applicable,
                plan.max_places,
            ),
        ];
        for (slot, values, unit) in columns {
            if let Some(slot) = slot
                && let Some(column) = part.points.get_mut(slot)
            {
                let places = places(slot);
                put_scaled(self.arch, values, unit, places, column, at);
                if unit > places {
                    Self::put_off_grid(values, unit, places, slot, first, off);
                }
            }
        }
        if !share_wanted {
            return;
        }
        let (of, by) = self.scales();
        if let Some(share) = part.share.as_deref_mut() {
            let cells = share.get_mut(at..at + rows).unwrap_or_default();
            let rows = before.iter().zip(total_applicable);
            for (cell, (points, applicable)) in cells.iter_mut().zip(rows) {
                *cell = share_of(*points, of, *applicable, by);
            }
        }
        if let Some(column) = layout.band.and_then(|slot| part.bytes.get_mut(slot)) {
            let cells = column.get_mut(at..at + rows).unwrap_or_default();
            let figures = (&**total, &**before, total_applicable, &*sums.kept);
            for (row, cell) in cells.iter_mut().enumerate() {
                *cell = self.band(bands, figures, row, of, by);
            }
        }
    }

    /// Figures of a finer unit than their column's: those that aren't on its grid.
    fn put_off_grid(
        values: &[i64],
        unit: u32,
        places: u32,
        slot: usize,
        first: usize,
        off: &mut Off,
    ) {
        let scale = 10_i64.pow(unit - places);
        for (row, value) in values.iter().enumerate() {
            if value % scale != 0 {
                let exact = Rational::scaled(i128::from(*value), unit);
                off.push((slot, first + row, exact));
            }
        }
    }

    /// What points and maxima are multiplied by to be of one unit, so that their quotient is the share.
    fn scales(&self) -> (i64, i64) {
        let plan = self.plan;
        let shared = plan.fine.min(plan.max_places);
        let up = |places: u32| 10_i64.pow(places - shared);
        (up(plan.max_places), up(plan.fine))
    }

    /// Total, share and band of a block in which all units have one applicable maximum; false where that takes more than
    /// a comparison a band.
    #[allow(clippy::too_many_arguments)]
    fn alike(
        &self,
        part: &mut Part<'_>,
        at: usize,
        first: usize,
        rows: usize,
        bands: &[BandKernel],
        applicable: i64,
        total: &[i64],
        off: &mut Off,
    ) -> bool {
        let (plan, layout, arch) = (self.plan, &*self.layout, self.arch);
        let (of, by) = self.scales();
        let den = i128::from(applicable) * i128::from(by);
        // Sums of points stay in 32 bits.
        let exact = i128::from(i32::MAX) * i128::from(of) < EXACT && den < EXACT;
        if !exact || applicable <= 0 || bands.iter().any(|band| !band.groups.is_empty()) {
            return false;
        }
        if let Some(slot) = layout.total
            && let Some(column) = part.points.get_mut(slot)
        {
            let places = u32::from(layout.places.get(slot).copied().unwrap_or_default());
            put_scaled(arch, total, plan.fine, places, column, at);
            if plan.fine > places {
                Self::put_off_grid(total, plan.fine, places, slot, first, off);
            }
        }
        if let Some(share) = part.share.as_deref_mut() {
            let cells = share.get_mut(at..at + rows).unwrap_or_default();
            let by = applicable * by;
            arch.run(|| k::quotients(total, of, by, cells));
        }
        if let Some(column) = layout.band.and_then(|slot| part.bytes.get_mut(slot)) {
            let cells = column.get_mut(at..at + rows).unwrap_or_default();
            cells.fill(BatchOutput::NO_BAND);
            for (position, band) in bands.iter().enumerate().rev() {
                let position = u8::try_from(position).unwrap_or(BatchOutput::NO_BAND);
                let Some((num, den_of, strictly)) = band.threshold else {
                    cells.fill(position);
                    continue;
                };
                // The least total that meets it.
                let (left, right) = if band.on_share {
                    (i128::from(of) * 100, den)
                } else {
                    (1, 10_i128.pow(plan.fine))
                };
                let left = left.saturating_mul(den_of.into());
                let right = right.saturating_mul(num.into());
                let bound = if strictly {
                    num_integer::div_floor(right, left) + 1
                } else {
                    num_integer::div_ceil(right, left)
                };
                let bound = narrow(bound);
                arch.run(|| k::band(total, bound, position, cells));
            }
        }
        true
    }

    fn band(
        &self,
        bands: &[BandKernel],
        (total, before, total_applicable, kept): Figures<'_>,
        row: usize,
        of: i64,
        by: i64,
    ) -> u8 {
        let at = |values: &[i64]| values.get(row).copied().map_or(0, i128::from);
        let (of, by) = (i128::from(of), i128::from(by));
        let applicable = at(total_applicable);
        // points × of ÷ (applicable × by) × 100 against num ÷ den
        let meets = |points: i128, applicable: i128, num: i64, den: i64, strictly: bool| {
            let left = (points * of * 100).saturating_mul(i128::from(den));
            let right = (applicable * by).saturating_mul(i128::from(num));
            if strictly {
                left > right
            } else {
                left >= right
            }
        };
        let position = bands.iter().position(|band| {
            let threshold = match (band.on_share, band.threshold) {
                (true, _) if applicable == 0 => false,
                (true, Some((num, den, strictly))) => {
                    meets(at(before), applicable, num, den, strictly)
                }
                (false, Some((num, den, strictly))) => {
                    let unit = 10_i128.pow(self.plan.fine);
                    let left = at(total).saturating_mul(i128::from(den));
                    let right = unit.saturating_mul(i128::from(num));
                    if strictly {
                        left > right
                    } else {
                        left >= right
                    }
                }
                (_, None) => true,
            };
            threshold
                && band.groups.iter().all(|(group, num, den)| {
                    kept.get(*group).is_none_or(|(points, applicable)| {
                        let applicable = at(applicable);
                        applicable == 0 || meets(at(points), applicable, *num, *den, false)
                    })
                })
        });
        position
            .and_then(|position| u8::try_from(position).ok())
            .unwrap_or(BatchOutput::NO_BAND)
    }
}

/// A loop over two facts of whatever width.
trait PairOp<R> {
    fn run<A: Lane, B: Lane>(self, of: &[A], over: &[B]) -> R;
}

struct DivideOp<'o> {
    fraction: Fraction,
    floats: bool,
    out: &'o mut [i32],
}

impl PairOp<()> for DivideOp<'_> {
    #[inline(always)]
    fn run<A: Lane, B: Lane>(self, of: &[A], over: &[B]) {
        if self.floats {
            self.fraction.rows(of, over, self.out);
        } else {
            singly(of, Some(over), &self.fraction, self.out);
        }
    }
}

/// Row by row, in integers.
fn singly<A: Lane, B: Lane>(of: &[A], over: Option<&[B]>, fraction: &Fraction, out: &mut [i32]) {
    for (row, (out, of)) in out.iter_mut().zip(of).enumerate() {
        let over = over.map_or(1, |over| over.get(row).map_or(0, |over| over.wide()));
        *out = fraction.one(of.wide(), over);
    }
}

struct StepOp<'o> {
    bound: RatioBound,
    out: &'o mut [i32],
}

impl PairOp<()> for StepOp<'_> {
    #[inline(always)]
    fn run<A: Lane, B: Lane>(self, of: &[A], over: &[B]) {
        k::ratio_step(of, over, self.bound, self.out);
    }
}

struct OddOp<'r> {
    ratio: &'r RatioOf,
}

impl PairOp<bool> for OddOp<'_> {
    #[inline(always)]
    fn run<A: Lane, B: Lane>(self, of: &[A], over: &[B]) -> bool {
        let ratio = self.ratio;
        k::any_odd(of, over, ratio.of_scale, ratio.over_scale, ratio.allow_over)
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

/// Figures of `unit` places into a column of `places`; what is finer is rounded half up, and said to be so elsewhere.
fn put_scaled(arch: Arch, values: &[i64], unit: u32, places: u32, column: &mut [i64], at: usize) {
    match unit.cmp(&places) {
        std::cmp::Ordering::Equal => copy(values, column, at),
        std::cmp::Ordering::Less => {
            let scale = 10_i64.pow(places - unit);
            let cells = column.get_mut(at..).unwrap_or_default();
            arch.run(|| k::scaled(values, scale, cells));
        }
        std::cmp::Ordering::Greater => {
            let scale = i128::from(10_i64.pow(unit - places));
            let cells = column.get_mut(at..).unwrap_or_default();
            for (cell, value) in cells.iter_mut().zip(values) {
                *cell = narrow(crate::RoundingMode::HalfUp.divide(i128::from(*value), scale));
            }
        }
    }
}

/// The float nearest to `points × of ÷ (applicable × by)`.
#[allow(clippy::cast_precision_loss)]
fn share_of(points: i64, of: i64, applicable: i64, by: i64) -> f64 {
    if applicable == 0 {
        return f64::NAN;
    }
    if let (Some(num), Some(den)) = (points.checked_mul(of), applicable.checked_mul(by))
        && i128::from(num.unsigned_abs().max(den.unsigned_abs())) < EXACT
    {
        // Two floats that are exact: their quotient is rounded once.
        return num as f64 / den as f64;
    }
    let (num, den) = (
        i128::from(points) * i128::from(of),
        i128::from(applicable) * i128::from(by),
    );
    let exact = Rational::whole(num).checked_div(&Rational::whole(den));
    exact.map_or(f64::NAN, |share| share.to_f64())
}

const _: () = assert!(MAX_PLACES == 6, "figures are scaled by at most 10^6");
