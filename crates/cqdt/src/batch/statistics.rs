//! Cohort statistics from columns: the least and largest valid value of each measure that a rule compares with.

use super::block::{Lines, Runner};
use super::kernels::{self as k, EXACT};
use super::load::{BLOCK, HARD, Loaded};
use super::plan::Form;
use crate::Rational;
use crate::score::{Cohort, Evaluator, Extent, MeasurePlan, Ratio, Status};

const SCORED: u8 = Status::Scored as u8;

/// What was found of a measure so far.
#[derive(Default)]
struct Found {
    ratios: Option<Ratios>,
    /// Of other rows.
    extent: Option<Extent>,
}

/// The least and largest ratio as whole numbers of both facts' units.
#[derive(Clone, Copy)]
struct Ratios {
    least: (i128, i128),
    most: (i128, i128),
    /// What makes one unit of them.
    scale: (i128, i128),
}

impl Found {
    fn add(&mut self, extent: Option<Extent>) {
        let both = self.extent.take().into_iter().chain(extent);
        self.extent = both.reduce(Extent::merge);
    }

    fn settle(mut self) -> Option<Extent> {
        let of_ratios = self.ratios.and_then(|ratios| {
            let scale =
                Rational::whole(ratios.scale.0).checked_div(&Rational::whole(ratios.scale.1))?;
            let percent = |(of, over): (i128, i128)| {
                let share = Rational::whole(of).checked_div(&Rational::whole(over))?;
                Some(share * scale.clone() * Rational::HUNDRED)
            };
            Some(Extent {
                least: percent(ratios.least)?,
                largest: percent(ratios.most)?,
            })
        });
        self.add(of_ratios);
        self.extent
    }
}

#[allow(clippy::cast_precision_loss, reason = "proved to be under 2^53")]
fn float(value: i128) -> f64 {
    value as f64
}

impl Runner<'_, '_> {
    /// Statistics of the cohort that so many rows from `first` on are.
    pub(super) fn statistics(&mut self, first: usize, rows: usize) -> Cohort {
        let set = self.set;
        let extents = set.plan().cohort_measures.iter().map(|measure| {
            let mut extent = Found::default();
            for at in (0..rows).step_by(BLOCK) {
                self.extent(measure, first + at, BLOCK.min(rows - at), &mut extent);
            }
            extent.settle()
        });
        let extents = extents.collect();
        Cohort::of(extents)
    }

    /// The extent of a measure's valid values in a block.
    fn extent(&mut self, measure: &MeasurePlan, first: usize, rows: usize, all: &mut Found) {
        let (of, ratio) = match measure {
            MeasurePlan::Fact(fact, _) => (*fact, None),
            MeasurePlan::Ratio(ratio) => (ratio.of, Some(ratio)),
        };
        let mut lines = Lines::default();
        lines.size(rows);
        self.load(of, first, rows);
        lines.worsen(self.arch, self.facts.get(of).and_then(Loaded::statuses));
        if let Some(ratio) = ratio {
            self.load(ratio.over, first, rows);
            let over = self.facts.get(ratio.over).and_then(Loaded::statuses);
            lines.worsen(self.arch, over);
            if let Some(ratios) = &all.ratios
                && !self.widens(ratio, ratios)
                && !(lines.odd && self.arch.run(|| k::any_is(&lines.statuses, HARD)))
            {
                return;
            }
        }
        let status = |row: usize| match lines.statuses.get(row) {
            Some(status) if lines.odd => *status,
            _ => SCORED,
        };
        let valid = (0..rows).filter(|row| status(*row) == SCORED);
        match ratio {
            None => all.add(self.extent_of_fact(of, valid)),
            Some(ratio) => self.extent_of_ratio(ratio, valid, all),
        }
        for row in (0..rows).filter(|row| status(*row) == HARD) {
            all.add(self.extent_of_row(measure, first + row));
        }
    }

    /// Whether some ratio of the block may lie outside of those that were found: if none does, whatever their statuses,
    /// there is nothing to look for.
    fn widens(&self, ratio: &Ratio, found: &Ratios) -> bool {
        let (Some(of), Some(over)) = (self.facts.get(ratio.of), self.facts.get(ratio.over)) else {
            return true;
        };
        let narrow = self.is_narrow(ratio.of) && self.is_narrow(ratio.over);
        let Ratios { least, most, scale } = *found;
        let products = [
            (scale.0, of),
            (scale.1, over),
            (least.0, over),
            (most.0, over),
            (least.1, of),
            (most.1, of),
        ];
        let exact = products.iter().all(|(factor, fact)| {
            factor.saturating_abs().saturating_mul(fact.reach().into()) < EXACT
        });
        if !narrow || !exact {
            return true;
        }
        let [least, most, scale] = [least, most, scale].map(|(of, over)| (float(of), float(over)));
        let (of, over) = (of.narrow(), over.narrow());
        self.arch
            .run(|| k::beyond(of, over, scale, ratio.allow_over, least, most))
    }

    fn extent_of_fact(&self, fact: usize, rows: impl Iterator<Item = usize>) -> Option<Extent> {
        let values = rows.map(|row| self.value(fact, row));
        let (least, largest) = values.fold(None, |extent: Option<(i64, i64)>, value| {
            let (least, most) = extent.unwrap_or((value, value));
            Some((least.min(value), most.max(value)))
        })?;
        let unit = self.unit(fact)?;
        Some(Extent {
            least: &Rational::from(least) * &unit,
            largest: &Rational::from(largest) * &unit,
        })
    }

    fn extent_of_ratio(&self, ratio: &Ratio, rows: impl Iterator<Item = usize>, all: &mut Found) {
        let scale = || self.unit(ratio.of)?.checked_div(&self.unit(ratio.over)?);
        let Some(unit) = scale() else { return };
        let Some((up, down)) = unit.parts() else {
            return;
        };
        let scale = (i128::from(up), i128::from(down));
        for row in rows {
            let of = i128::from(self.value(ratio.of, row));
            let over = i128::from(self.value(ratio.over, row));
            let above = of * scale.0 > over * scale.1;
            if over <= 0 || (above && !ratio.allow_over) {
                continue;
            }
            let pair = (of, over);
            let found = all.ratios.get_or_insert(Ratios {
                least: pair,
                most: pair,
                scale,
            });
            // a ÷ b < c ÷ d where a × d < c × b
            if of * found.least.1 < found.least.0 * over {
                found.least = pair;
            }
            if of * found.most.1 > found.most.0 * over {
                found.most = pair;
            }
        }
    }

    /// A row's measure by the evaluator of single submissions.
    fn extent_of_row(&self, measure: &MeasurePlan, row: usize) -> Option<Extent> {
        let answers = self.bound?.row(self.set, row).answers;
        let mut evaluator = Evaluator::<false> {
            answers: &answers,
            cohort: None,
            not_applicable: self.plan.not_applicable,
            faults: Vec::new(),
        };
        evaluator.valid_measure(measure).map(Extent::of)
    }

    /// What a fact's whole numbers count.
    fn unit(&self, fact: usize) -> Option<Rational> {
        match self.form(fact)? {
            Form::Number { places, .. } => Some(Rational::scaled(1, places)),
            Form::Byte { .. } | Form::Mask { .. } => None,
        }
    }

    /// A number of the block at hand.
    fn value(&self, fact: usize, row: usize) -> i64 {
        let narrow = self.is_narrow(fact);
        let Some(loaded) = self.facts.get(fact) else {
            return 0;
        };
        if narrow {
            loaded.narrow().get(row).copied().unwrap_or(0).into()
        } else {
            loaded.wide().get(row).copied().unwrap_or(0)
        }
    }
}
