//! Draws a few at a time, for a caller that has other things to do in between: a page that must answer its user.

use super::draw::Weights;
use super::ranks::Ranker;
use super::tally::Tally;
use super::{GroupTable, Robustness, RobustnessError, RobustnessReport};

/// Draws under way. However they are split, the outcome is that of [`Robustness::run`].
#[derive(Debug)]
pub struct Draws {
    settings: Robustness,
    table: GroupTable,
    weights: Weights,
    published: Vec<u32>,
    tally: Tally,
    done: u32,
}

impl Robustness {
    /// Begins, with no draw made yet.
    ///
    /// ```
    /// use cqdt::robustness::{GroupTable, Robustness};
    ///
    /// let table = GroupTable::new(vec![vec![10, 0], vec![0, 9]]);
    /// let mut draws = Robustness::new(1_000, 7).start(table.clone())?;
    /// while draws.advance(300) > 0 {}
    /// assert_eq!(draws.finish()?, Robustness::new(1_000, 7).run(&table)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RobustnessError::Empty`] and [`RobustnessError::TooLarge`].
    pub fn start(self, table: GroupTable) -> Result<Draws, RobustnessError> {
        let (weights, published) = self.prepare(&table)?;
        Ok(Draws {
            tally: Tally::new(table.units(), self.draws, self.draws, &self.pairs),
            settings: self,
            table,
            weights,
            published,
            done: 0,
        })
    }
}

impl Draws {
    /// How many draws are made.
    pub fn done(&self) -> u32 {
        self.done
    }

    /// Makes up to so many more draws, and says how many are left.
    pub fn advance(&mut self, draws: u32) -> u32 {
        let all = self.settings.draws;
        let to = all.min(self.done.saturating_add(draws));
        if let Some(mut ranker) = Ranker::of(&self.table, self.weights.most()) {
            let mut factors = vec![0; self.table.groups()];
            let mut ranks = vec![0; self.table.units()];
            for draw in self.done..to {
                self.weights.draw(self.settings.seed, draw, &mut factors);
                ranker.rank(&factors, &mut ranks);
                self.tally
                    .count(&ranks, &self.published, &self.settings.pairs);
            }
        }
        self.done = to;
        all - to
    }

    /// What the draws come to.
    ///
    /// # Errors
    /// [`RobustnessError::Stopped`] where some are left to make.
    pub fn finish(self) -> Result<RobustnessReport, RobustnessError> {
        if self.done < self.settings.draws {
            return Err(RobustnessError::Stopped { draws: self.done });
        }
        let (draws, pairs) = (self.settings.draws, &self.settings.pairs);
        Ok(self.tally.report(draws, self.published, pairs))
    }
}
