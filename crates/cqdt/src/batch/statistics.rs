//! Cohort statistics from columns: the least and largest valid value of each measure that a rule compares with.

use super::block::{Lines, Runner};
use super::load::{BLOCK, HARD};
use super::plan::Form;
use crate::Rational;
use crate::score::{Cohort, Evaluator, Extent, MeasurePlan, Ratio, Status};

const SCORED: u8 = Status::Scored as u8;

impl Runner<'_, '_> {
    /// Statistics of the cohort that the rows are.
    pub(super) fn statistics(&mut self, rows: usize) -> Cohort {
        let set = self.set;
        let extents = set.plan().cohort_measures.iter().map(|measure| {
            let blocks = (0..rows).step_by(BLOCK);
            blocks
                .filter_map(|first| self.extent(measure, first, BLOCK.min(rows - first)))
                .reduce(Extent::merge)
        });
        Cohort::of(extents.collect())
    }

    /// The extent of a measure's valid values in a block.
    fn extent(&mut self, measure: &MeasurePlan, first: usize, rows: usize) -> Option<Extent> {
        let (of, ratio) = match measure {
            MeasurePlan::Fact(fact, _) => (*fact, None),
            MeasurePlan::Ratio(ratio) => (ratio.of, Some(ratio)),
        };
        let mut lines = Lines::default();
        lines.size(rows);
        self.load(of, first, rows);
        lines.worsen(self.arch, self.facts.get(of)?.statuses());
        if let Some(ratio) = ratio {
            self.load(ratio.over, first, rows);
            lines.worsen(self.arch, self.facts.get(ratio.over)?.statuses());
        }
        let status = |row: usize| match lines.statuses.get(row) {
            Some(status) if lines.odd => *status,
            _ => SCORED,
        };
        let valid = (0..rows).filter(|row| status(*row) == SCORED);
        let found = match ratio {
            None => self.extent_of_fact(of, valid),
            Some(ratio) => self.extent_of_ratio(ratio, valid),
        };
        let hard = (0..rows).filter(|row| status(*row) == HARD);
        let hard = hard.filter_map(|row| self.extent_of_row(measure, first + row));
        hard.chain(found).reduce(Extent::merge)
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

    fn extent_of_ratio(&self, ratio: &Ratio, rows: impl Iterator<Item = usize>) -> Option<Extent> {
        let scale = self.unit(ratio.of)?.checked_div(&self.unit(ratio.over)?)?;
        let (up, down) = scale.parts()?;
        let pairs = rows.filter_map(|row| {
            let of = i128::from(self.value(ratio.of, row));
            let over = i128::from(self.value(ratio.over, row));
            let above = of * i128::from(up) > over * i128::from(down);
            (over > 0 && (ratio.allow_over || !above)).then_some((of, over))
        });
        // a ÷ b < c ÷ d where a × d < c × b
        let [least, largest] = pairs.fold(None, |extent: Option<[(i128, i128); 2]>, pair| {
            let [mut least, mut most] = extent.unwrap_or([pair, pair]);
            if pair.0 * least.1 < least.0 * pair.1 {
                least = pair;
            }
            if pair.0 * most.1 > most.0 * pair.1 {
                most = pair;
            }
            Some([least, most])
        })?;
        let percent = |(of, over): (i128, i128)| {
            let share = Rational::whole(of).checked_div(&Rational::whole(over))?;
            Some(share * scale.clone() * Rational::HUNDRED)
        };
        Some(Extent {
            least: percent(least)?,
            largest: percent(largest)?,
        })
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
