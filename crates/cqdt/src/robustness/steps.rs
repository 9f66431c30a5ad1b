//! Draws a few at a time, for a caller that has other things to do in between: a page that must answer its user.

use super::draw::Weights;
use super::tally::Tally;
use super::{GroupTable, NoisyAnswers, Robustness, RobustnessError, RobustnessReport, Source};
#[cfg(feature = "sensitivity")]
use super::{SensitivityReport, sensitivity};

/// Points that draws are made of, kept by the draws themselves.
#[derive(Clone, Debug)]
struct Points {
    /// Under the answers as they were given.
    table: GroupTable,
    noisy: Option<NoisyAnswers>,
}

impl Points {
    fn of(table: GroupTable) -> Self {
        Self { table, noisy: None }
    }

    fn noisy(answers: NoisyAnswers) -> Result<Self, RobustnessError> {
        Ok(Self {
            table: answers.or_empty()?,
            noisy: Some(answers),
        })
    }

    fn source(&self) -> Source<'_> {
        self.noisy.as_ref().map_or(Source::Table, Source::Noisy)
    }
}

/// Draws under way. However they are split, the outcome is that of [`Robustness::run`] or [`Robustness::run_noisy`].
#[derive(Debug)]
pub struct Draws {
    settings: Robustness,
    points: Points,
    weights: Weights,
    published: Vec<u32>,
    tally: Tally,
    done: u32,
    too_large: bool,
}

/// Samples for Sobol' indices under way. However they are split, the outcome is that of [`Robustness::sensitivity`] or
/// [`Robustness::sensitivity_noisy`].
#[cfg(feature = "sensitivity")]
#[derive(Debug)]
pub struct Samples {
    settings: Robustness,
    points: Points,
    plan: sensitivity::Plan,
    shifts: Vec<u64>,
    done: u32,
    too_large: bool,
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
        self.begin(Points::of(table))
    }

    /// The same with noise in the answers.
    ///
    /// # Errors
    /// [`RobustnessError::Empty`] and [`RobustnessError::TooLarge`].
    pub fn start_noisy(self, answers: NoisyAnswers) -> Result<Draws, RobustnessError> {
        self.begin(Points::noisy(answers)?)
    }

    fn begin(self, points: Points) -> Result<Draws, RobustnessError> {
        let (weights, published) = self.prepare(&points.table)?;
        Ok(Draws {
            tally: Tally::new(points.table.units(), self.draws, self.draws, &self.pairs),
            settings: self,
            points,
            weights,
            published,
            done: 0,
            too_large: false,
        })
    }

    /// Begins to look for what moves ranks, with no sample taken yet.
    ///
    /// ```
    /// use cqdt::robustness::{GroupTable, Robustness};
    ///
    /// let table = GroupTable::new(vec![vec![10, 4, 7], vec![2, 9, 6]]);
    /// let mut samples = Robustness::new(1, 7).start_sensitivity(table.clone(), 256)?;
    /// while samples.advance(100) > 0 {}
    /// assert_eq!(samples.finish()?, Robustness::new(1, 7).sensitivity(&table, 256)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RobustnessError::Empty`] and [`RobustnessError::TooLarge`].
    #[cfg(feature = "sensitivity")]
    pub fn start_sensitivity(
        self,
        table: GroupTable,
        samples: u32,
    ) -> Result<Samples, RobustnessError> {
        self.begin_sensitivity(Points::of(table), samples)
    }

    /// The same with noise in the answers.
    ///
    /// # Errors
    /// [`RobustnessError::Empty`] and [`RobustnessError::TooLarge`].
    #[cfg(feature = "sensitivity")]
    pub fn start_sensitivity_noisy(
        self,
        answers: NoisyAnswers,
        samples: u32,
    ) -> Result<Samples, RobustnessError> {
        self.begin_sensitivity(Points::noisy(answers)?, samples)
    }

    #[cfg(feature = "sensitivity")]
    fn begin_sensitivity(self, points: Points, samples: u32) -> Result<Samples, RobustnessError> {
        let plan = sensitivity::Plan::of(&self, points.source(), &points.table, samples)?;
        Ok(Samples {
            settings: self,
            points,
            plan,
            shifts: Vec::new(),
            done: 0,
            too_large: false,
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
        if self.make(to).is_none() {
            // No other draw is any better.
            (self.too_large, self.done) = (true, all);
        }
        all - self.done
    }

    fn make(&mut self, to: u32) -> Option<()> {
        let points = &self.points;
        let seed = self.settings.seed;
        let mut ranking = points
            .source()
            .ranking(&points.table, self.weights.most())?;
        let mut factors = vec![0; points.table.groups()];
        let mut ranks = vec![0; points.table.units()];
        for draw in self.done..to {
            self.weights.draw(seed, draw, &mut factors);
            ranking.rank(seed, draw.into(), &factors, &mut ranks)?;
            self.tally
                .count(&ranks, &self.published, &self.settings.pairs);
        }
        self.done = to;
        Some(())
    }

    /// What the draws come to.
    ///
    /// # Errors
    /// [`RobustnessError::Stopped`] where some are left to make, [`RobustnessError::TooLarge`] where one came to points that
    /// are.
    pub fn finish(self) -> Result<RobustnessReport, RobustnessError> {
        if self.too_large {
            return Err(RobustnessError::TooLarge);
        }
        if self.done < self.settings.draws {
            return Err(RobustnessError::Stopped { draws: self.done });
        }
        let (draws, pairs) = (self.settings.draws, &self.settings.pairs);
        Ok(self.tally.report(draws, self.published, pairs))
    }
}

#[cfg(feature = "sensitivity")]
impl Samples {
    /// How many samples are taken.
    pub fn done(&self) -> u32 {
        self.done
    }

    /// How often each sample ranks all units.
    pub fn rankings(&self) -> u32 {
        u32::try_from(self.plan.width()).unwrap_or(u32::MAX)
    }

    /// Takes up to so many more samples, and says how many are left.
    pub fn advance(&mut self, samples: u32) -> u32 {
        let all = self.plan.samples;
        let to = all.min(self.done.saturating_add(samples));
        let job = sensitivity::Job {
            settings: &self.settings,
            source: self.points.source(),
            table: &self.points.table,
            plan: &self.plan,
            watch: &|_| std::ops::ControlFlow::Continue(()),
            done: std::sync::atomic::AtomicU32::new(0),
        };
        if let Ok(mut shifts) = job.part(self.done, to) {
            self.shifts.append(&mut shifts);
            self.done = to;
        } else {
            (self.too_large, self.done) = (true, all);
        }
        all - self.done
    }

    /// What the samples come to.
    ///
    /// # Errors
    /// [`RobustnessError::Stopped`] where some are left to take, [`RobustnessError::TooLarge`] where one came to points that
    /// are.
    pub fn finish(self) -> Result<SensitivityReport, RobustnessError> {
        if self.too_large {
            return Err(RobustnessError::TooLarge);
        }
        if self.done < self.plan.samples {
            return Err(RobustnessError::Stopped { draws: self.done });
        }
        Ok(self.plan.report(&self.shifts))
    }
}
