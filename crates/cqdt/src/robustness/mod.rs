//! How far a ranking rests on the weights of the groups: weights drawn many times, ranks counted.
//!
//! Each draw changes the weight of every group within a stated range and ranks all units anew. Weights are whole
//! thousandths of the decided ones, so totals are whole numbers and ties are ties. Every draw has a random stream of its
//! own, so one seed gives the same numbers on any number of threads and in every binding. Means and shares of draws are
//! floats: statistics about points, never points.
//!
//! ```
//! use cqdt::robustness::{GroupTable, Robustness};
//!
//! // Points of three units in two groups, in hundredths.
//! let table = GroupTable::new(vec![vec![1_800, 1_500, 1_790], vec![900, 1_100, 905]]);
//! let report = Robustness::new(1_000, 7).pair(0, 1).run(&table).unwrap();
//! assert_eq!(report.published(), [1, 3, 2]);
//! assert!(report.units()[0].at_published > 0.5);
//! ```

mod document;
mod draw;
mod noise;
mod ranks;
#[cfg(feature = "sensitivity")]
mod sensitivity;
mod steps;
mod tally;

use std::ops::ControlFlow;

use crate::batch::BatchOutput;
use crate::criteria::{RankBy, Ties};
use crate::{CriteriaSet, Rational, Report};

pub use document::{
    DrawingDocument, GroupInfluenceDocument, InfluenceDocument, PairDocument, RankingDocument,
    RanksDocument, RobustnessDocument, SensitivityDocument, UnitDocument,
};
pub use noise::{FactError, NoFactError, NoiseError, NoisyAnswers};
#[cfg(feature = "sensitivity")]
pub use sensitivity::{Sensitivity, SensitivityReport};
pub use steps::Draws;
#[cfg(feature = "sensitivity")]
pub use steps::Samples;

use draw::Weights;
use ranks::Ranker;
use tally::Tally;

/// The points that every unit has in every group: whole numbers of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTable {
    /// By group, then by unit.
    points: Vec<Vec<i64>>,
    units: usize,
    ties: Ties,
}

impl GroupTable {
    /// A table of points by group, then by unit; units that a group lacks have 0.
    pub fn new(mut points: Vec<Vec<i64>>) -> Self {
        let units = points.iter().map(Vec::len).max().unwrap_or(0);
        for group in &mut points {
            group.resize(units, 0);
        }
        Self {
            points,
            units,
            ties: Ties::Competition,
        }
    }

    /// The groups' points of a batch that was asked for [all groups](crate::batch::Request::all_groups). None where it
    /// wasn't, or where the set ranks by one group.
    ///
    /// Where totals were asked for too, and for a set that ranks by share the shares, a unit's groups are scaled as
    /// its total is: by what doesn't apply to it, or by the cap of bonus points. Its groups then add up to what ranks it.
    pub fn of(output: &BatchOutput) -> Option<Self> {
        let definition = output.set().definition();
        if definition.ranking.by == RankBy::Group {
            return None;
        }
        let mut points = Vec::new();
        let mut places = 0;
        for group in &definition.groups {
            let column = output.group(&group.id)?;
            places = column.places();
            points.push(column.values().to_vec());
        }
        if let Some(totals) = output.totals() {
            let shares = output.shares();
            let shares = shares.filter(|_| definition.ranking.by == RankBy::Share);
            let fine = 10_i128.pow(PLACES.saturating_sub(u32::from(totals.places())));
            let target =
                |(row, total): (usize, &i64)| match shares.and_then(|shares| shares.get(row)) {
                    Some(share) => of_share(*share, &definition.max),
                    None => i128::from(*total) * fine,
                };
            let targets: Vec<i128> = totals.values().iter().enumerate().map(target).collect();
            let scale = 10_i64.pow(PLACES.saturating_sub(u32::from(places)));
            let off = |(row, target): (usize, &i128)| {
                let sum: i128 = points.iter().map(|group| i128::from(group[row])).sum();
                sum * i128::from(scale) != *target
            };
            if targets.iter().enumerate().any(off) {
                for value in points.iter_mut().flatten() {
                    *value = value.checked_mul(scale)?;
                }
                settle(&mut points, &targets);
            }
        }
        let mut table = Self::new(points);
        table.ties = definition.ranking.ties;
        Some(table)
    }

    /// The groups' points of reports of one set, in whole numbers of `10^-6`, scaled as [`of`](Self::of) says. None where the set
    /// ranks by one group, where the reports are of different sets, or where points are no such numbers.
    pub fn of_reports<'r>(reports: impl IntoIterator<Item = &'r Report>) -> Option<Self> {
        let mut points: Vec<Vec<i64>> = Vec::new();
        let mut targets = Vec::new();
        let mut of: Option<&CriteriaSet> = None;
        for report in reports {
            let set = of.get_or_insert(report.set());
            if set.fingerprint() != report.set().fingerprint() {
                return None;
            }
            points.resize_with(report.groups().count(), Vec::new);
            for (column, (_, group)) in points.iter_mut().zip(report.groups()) {
                column.push(group.points.at_places(PLACES)?);
            }
            let definition = set.definition();
            let total = report.total();
            let target = match (definition.ranking.by, &total.share) {
                (RankBy::Share, Some(share)) => of_share(share.to_f64(), &definition.max),
                (RankBy::Share, None) => 0,
                _ => total.points.at_places(PLACES)?.into(),
            };
            targets.push(target);
        }
        let ranking = of.map(|set| &set.definition().ranking);
        if ranking.is_some_and(|ranking| ranking.by == RankBy::Group) {
            return None;
        }
        settle(&mut points, &targets);
        let table = Self::new(points);
        Some(match ranking {
            Some(ranking) => table.ties(ranking.ties),
            None => table,
        })
    }

    /// What follows a shared rank.
    #[must_use]
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// Only these units, in this order.
    #[must_use]
    pub fn only(&self, units: &[usize]) -> Self {
        let column = |group: &Vec<i64>| -> Vec<i64> {
            let points = units.iter().map(|unit| group.get(*unit).copied());
            points.map(Option::unwrap_or_default).collect()
        };
        Self::new(self.points.iter().map(column).collect()).ties(self.ties)
    }

    /// How many units there are.
    pub fn units(&self) -> usize {
        self.units
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.points.len()
    }
}

/// Places of points that are brought to one scale.
const PLACES: u32 = 6;

/// Scales each unit's points so that they add up to its target; what rounding leaves goes to its largest group.
fn settle(points: &mut [Vec<i64>], targets: &[i128]) {
    for (row, target) in targets.iter().enumerate() {
        let sum: i128 = points.iter().map(|group| i128::from(group[row])).sum();
        if sum == *target || sum <= 0 {
            continue;
        }
        let mut left = *target;
        for group in points.iter_mut() {
            let scaled = divided(i128::from(group[row]) * target, sum);
            group[row] = i64::try_from(scaled).unwrap_or(i64::MAX);
            left -= i128::from(group[row]);
        }
        if let Some(largest) = points.iter_mut().max_by_key(|group| group[row]) {
            largest[row] = largest[row].saturating_add(i64::try_from(left).unwrap_or(0));
        }
    }
}

/// A share as points of the declared maximum; 0 where there is none. Equal shares give equal points.
#[allow(
    clippy::cast_possible_truncation,
    reason = "saturates; below what is too large"
)]
fn of_share(share: f64, max: &Rational) -> i128 {
    (share * max.to_f64() * 1e6).round() as i128
}

/// The nearest whole number, halves up; `by` is above 0.
fn divided(value: i128, by: i128) -> i128 {
    (2 * value + by).div_euclid(2 * by)
}

/// How weights are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Drawing {
    /// Each group's weight evenly within so many percent of what was decided, at most 100.
    Uniform {
        /// Percent.
        percent: u32,
    },
    /// All weights at once, around the decided ones: the larger the concentration, the closer.
    Dirichlet {
        /// What the parameters add up to.
        concentration: f64,
    },
}

/// What is drawn, how often, and what is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Robustness {
    draws: u32,
    seed: u64,
    drawing: Drawing,
    drop_one: bool,
    /// Weights of the groups, for a Dirichlet distribution.
    weights: Vec<f64>,
    pairs: Vec<(usize, usize)>,
}

/// Nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RobustnessError {
    /// The caller stopped it.
    #[error("stopped after {draws} draws")]
    Stopped {
        /// Draws that were done by then.
        draws: u32,
    },
    /// There is nothing to draw: no units, no groups, no draws, a range beyond 0 to 100 percent, or a concentration that
    /// isn't above 0.
    #[error("nothing to draw: needs units, groups, draws, and a range of 1 to 100 percent")]
    Empty,
    /// Points too large for their weighted sums.
    #[error("points are too large for weighted sums")]
    TooLarge,
}

/// What the draws say of one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnitRanks {
    /// Mean rank.
    pub mean: f64,
    /// The rank that half of the draws don't exceed.
    pub median: u32,
    /// The rank that 5 % of the draws don't exceed.
    pub low: u32,
    /// The rank that 95 % of the draws don't exceed.
    pub high: u32,
    /// Share of the draws, 0 to 1, in which it has its published rank.
    pub at_published: f64,
}

/// What all draws come to.
#[derive(Clone, Debug, PartialEq)]
pub struct RobustnessReport {
    draws: u32,
    published: Vec<u32>,
    units: Vec<UnitRanks>,
    pairs: Vec<(usize, usize, f64)>,
    bin: u32,
}

impl RobustnessReport {
    /// How many draws were made.
    pub fn draws(&self) -> u32 {
        self.draws
    }

    /// The ranks under the decided weights, by unit.
    pub fn published(&self) -> &[u32] {
        &self.published
    }

    /// By unit.
    pub fn units(&self) -> &[UnitRanks] {
        &self.units
    }

    /// For each pair asked for: the share of draws, 0 to 1, in which the first ranks before the second.
    pub fn pairs(&self) -> &[(usize, usize, f64)] {
        &self.pairs
    }

    /// Ranks that one bin of the counts holds: medians and the like are exact to so many. 1 unless there are both many
    /// units and many draws.
    pub fn bin(&self) -> u32 {
        self.bin
    }
}

/// Draws between two looks at whether to go on.
const STRETCH: u32 = 64;

impl Robustness {
    /// So many draws from a seed, weights within 25 % of the decided ones.
    pub fn new(draws: u32, seed: u64) -> Self {
        Self {
            draws,
            seed,
            drawing: Drawing::Uniform { percent: 25 },
            drop_one: false,
            weights: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Draws weights another way.
    #[must_use]
    pub fn drawing(mut self, drawing: Drawing) -> Self {
        self.drawing = drawing;
        self
    }

    /// Leaves out one group in each draw besides, each as often as any other.
    #[must_use]
    pub fn drop_one_group(mut self) -> Self {
        self.drop_one = true;
        self
    }

    /// The decided weights (the groups' maxima), which a Dirichlet distribution is drawn around; without, all are alike.
    #[must_use]
    pub fn weights(mut self, weights: Vec<f64>) -> Self {
        self.weights = weights;
        self
    }

    /// Counts how often one unit ranks before another.
    #[must_use]
    pub fn pair(mut self, first: usize, second: usize) -> Self {
        self.pairs.push((first, second));
        self
    }

    /// The weights of one draw, as thousandths of the decided ones, so that others can do the same work again. None for
    /// settings that nothing can be drawn with.
    ///
    /// ```
    /// use cqdt::robustness::Robustness;
    ///
    /// let settings = Robustness::new(1_000, 7);
    /// let weights = settings.weights_of_draw(3, 12).unwrap();
    /// assert!(weights.iter().all(|weight| (750..=1_250).contains(weight)));
    /// assert_eq!(settings.weights_of_draw(3, 12), Some(weights));
    /// ```
    pub fn weights_of_draw(&self, groups: usize, draw: u32) -> Option<Vec<i32>> {
        let mut factors = vec![0; groups];
        Weights::of(self, groups)?.draw(self.seed, draw, &mut factors);
        Some(factors)
    }

    /// Draws and ranks.
    ///
    /// ```
    /// use cqdt::robustness::{GroupTable, Robustness};
    ///
    /// // Two units, two groups: which is first hangs on the weights alone.
    /// let table = GroupTable::new(vec![vec![10, 0], vec![0, 9]]);
    /// let report = Robustness::new(1000, 2018).pair(0, 1).run(&table)?;
    /// assert_eq!(report.published(), [1, 2]);
    /// let (_, _, before) = report.pairs()[0];
    /// assert!((0.5..1.0).contains(&before));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RobustnessError::Empty`] and [`RobustnessError::TooLarge`].
    pub fn run(&self, table: &GroupTable) -> Result<RobustnessReport, RobustnessError> {
        self.run_with(table, &|_| ControlFlow::Continue(()))
    }

    /// The same, telling from time to time how many draws are done; `watch` says whether to go on.
    ///
    /// # Errors
    /// [`RobustnessError`], also when `watch` said to stop.
    pub fn run_with(
        &self,
        table: &GroupTable,
        watch: &(dyn Fn(u32) -> ControlFlow<()> + Sync),
    ) -> Result<RobustnessReport, RobustnessError> {
        self.ranks(Source::Table, table, watch)
    }

    /// Draws answers within their error besides, and ranks. The weights drawn are those of [`run`](Self::run).
    ///
    /// # Errors
    /// [`RobustnessError`].
    pub fn run_noisy(&self, answers: &NoisyAnswers) -> Result<RobustnessReport, RobustnessError> {
        self.run_noisy_with(answers, &|_| ControlFlow::Continue(()))
    }

    /// The same, telling from time to time how many draws are done; `watch` says whether to go on.
    ///
    /// # Errors
    /// [`RobustnessError`], also when `watch` said to stop.
    pub fn run_noisy_with(
        &self,
        answers: &NoisyAnswers,
        watch: &(dyn Fn(u32) -> ControlFlow<()> + Sync),
    ) -> Result<RobustnessReport, RobustnessError> {
        let table = answers.or_empty()?;
        self.ranks(Source::Noisy(answers), &table, watch)
    }

    fn ranks(
        &self,
        source: Source<'_>,
        table: &GroupTable,
        watch: &(dyn Fn(u32) -> ControlFlow<()> + Sync),
    ) -> Result<RobustnessReport, RobustnessError> {
        let (weights, published) = self.prepare(table)?;
        let job = Job {
            source,
            table,
            settings: self,
            weights: &weights,
            published: &published,
            watch,
            done: std::sync::atomic::AtomicU32::new(0),
        };
        let tally = job.part(0, self.draws).map_err(|ended| {
            let draws = job.done.load(std::sync::atomic::Ordering::Relaxed);
            ended.error(draws)
        })?;
        Ok(tally.report(self.draws, published, &self.pairs))
    }

    /// How weights are drawn, and the ranks under the decided ones.
    fn prepare(&self, table: &GroupTable) -> Result<(Weights, Vec<u32>), RobustnessError> {
        let weights = Weights::of(self, table.groups()).ok_or(RobustnessError::Empty)?;
        if self.draws == 0 || table.units == 0 {
            return Err(RobustnessError::Empty);
        }
        let mut ranker = Ranker::of(table, weights.most()).ok_or(RobustnessError::TooLarge)?;
        let mut published = vec![0; table.units];
        ranker.rank(&vec![draw::ONE; table.groups()], &mut published);
        Ok((weights, published))
    }
}

/// Why a part of the draws came to no end.
enum Ended {
    /// The caller had enough.
    Stopped,
    /// A draw of the noise came to points that are too large.
    TooLarge,
}

impl Ended {
    fn error(&self, draws: u32) -> RobustnessError {
        match self {
            Self::Stopped => RobustnessError::Stopped { draws },
            Self::TooLarge => RobustnessError::TooLarge,
        }
    }
}

/// Where the points of a draw come from.
#[derive(Clone, Copy)]
enum Source<'s> {
    /// The same for every draw.
    Table,
    /// Scored anew for every draw.
    Noisy(&'s NoisyAnswers),
}

impl<'s> Source<'s> {
    /// What ranks draws. None where weighted sums are too large.
    fn ranking(self, table: &'s GroupTable, most: i32) -> Option<Ranking<'s>> {
        Some(match self {
            Self::Table => Ranking::Same(Box::new(Ranker::of(table, most)?)),
            Self::Noisy(answers) => Ranking::Anew { answers, most },
        })
    }
}

/// Ranks one draw after another.
enum Ranking<'r> {
    /// By points that stay the same.
    Same(Box<Ranker<'r>>),
    /// By those of the answers of each draw.
    Anew {
        answers: &'r NoisyAnswers,
        most: i32,
    },
}

impl Ranking<'_> {
    /// The ranks under weights, and under the noise of a draw, where there is some. None where weighted sums are too large.
    fn rank(&mut self, seed: u64, noise: u64, factors: &[i32], ranks: &mut [u32]) -> Option<()> {
        match self {
            Self::Same(ranker) => ranker.rank(factors, ranks),
            Self::Anew { answers, most } => {
                let table = answers.drawn(seed, noise)?;
                Ranker::of(&table, *most)?.rank(factors, ranks);
            }
        }
        Some(())
    }
}

struct Job<'j> {
    source: Source<'j>,
    /// The points under the answers as they were given.
    table: &'j GroupTable,
    settings: &'j Robustness,
    weights: &'j Weights,
    published: &'j [u32],
    watch: &'j (dyn Fn(u32) -> ControlFlow<()> + Sync),
    done: std::sync::atomic::AtomicU32,
}

impl Job<'_> {
    /// The tally of draws `from..to`. What is counted adds up, so parts may be done in any order by anyone.
    fn part(&self, from: u32, to: u32) -> Result<Tally, Ended> {
        #[cfg(feature = "parallel")]
        {
            let fair = self
                .settings
                .draws
                .div_ceil(u32::try_from(rayon::current_num_threads()).unwrap_or(u32::MAX));
            if to - from > fair.max(STRETCH) {
                let half = from + (to - from) / 2;
                let (left, right) = rayon::join(|| self.part(from, half), || self.part(half, to));
                return Ok(left?.merge(right?));
            }
        }
        let (table, seed) = (self.table, self.settings.seed);
        let ranking = self.source.ranking(table, self.weights.most());
        let mut ranking = ranking.ok_or(Ended::TooLarge)?;
        let mut tally = Tally::new(
            table.units,
            self.settings.draws,
            to - from,
            &self.settings.pairs,
        );
        let mut factors = vec![0; table.groups()];
        let mut ranks = vec![0; table.units];
        for draw in from..to {
            self.weights.draw(seed, draw, &mut factors);
            let ranked = ranking.rank(seed, draw.into(), &factors, &mut ranks);
            ranked.ok_or(Ended::TooLarge)?;
            tally.count(&ranks, self.published, &self.settings.pairs);
            if (draw - from) % STRETCH == STRETCH - 1 {
                let order = std::sync::atomic::Ordering::Relaxed;
                let done = self.done.fetch_add(STRETCH, order) + STRETCH;
                if (self.watch)(done).is_break() {
                    return Err(Ended::Stopped);
                }
            }
        }
        Ok(tally)
    }
}

#[cfg(test)]
mod tests;
