//! Rules over a block: points and statuses of each kernel of the plan.
#![allow(
    clippy::inline_always,
    reason = "a loop takes on the instructions of its caller only inside of it"
)]

use super::super::kernels::{self as k, EXACT, Fraction, Lane};
use super::super::load::{HARD, Loaded};
use super::super::plan::{
    Form, Kernel, Measured, RatioBound, RatioOf, Test, cohort_fraction, extent_of,
};
use super::{INVALID, Lines, MISSING, NOT_APPLICABLE, Runner, SCORED};
use crate::criteria::{NotApplicable, ZeroDenominator};

impl<'a> Runner<'_, 'a> {
    /// A rule over the block; false where this batch's numbers or cohort need the evaluator.
    pub(super) fn rule(&mut self, kernel: &Kernel, rows: usize, lines: &mut Lines) -> bool {
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

    pub(in crate::batch) fn form(&self, fact: usize) -> Option<Form> {
        self.plan.forms.get(fact).copied()
    }

    pub(in crate::batch) fn is_narrow(&self, fact: usize) -> bool {
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
