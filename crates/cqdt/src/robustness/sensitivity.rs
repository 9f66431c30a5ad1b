//! Which group's weight moves the ranking: Sobol' indices of the mean rank shift.
//!
//! Two independent halves A and B of one scrambled Sobol' sequence; for every input besides, A with that input's column
//! from B. First order after Saltelli and others (2010), total after Jansen (1999).

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};

use super::draw::Weights;
use super::ranks::Ranker;
use super::{Ended, GroupTable, NoisyAnswers, Robustness, RobustnessError, Source, draw};
use crate::batch::fork;

/// Samples that the sequence has.
const MOST_SAMPLES: u32 = 1 << 16;

/// Samples between two looks at whether to go on.
const STRETCH: u32 = 16;

/// How much of the variance of the mean rank shift an input brings about.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sensitivity {
    /// By itself: the share of the variance that would go if it were fixed.
    pub first: f64,
    /// With all that it does together with others: the share that would be left if only it moved.
    pub total: f64,
    /// Standard error of `first`, as of independent samples; those of the sequence lie closer.
    pub first_error: f64,
    /// The same of `total`.
    pub total_error: f64,
}

/// Sobol' indices of the mean rank shift: over units, how far ranks lie from the published ones.
#[derive(Clone, Debug, PartialEq)]
pub struct SensitivityReport {
    samples: u32,
    rankings: u32,
    mean: f64,
    deviation: f64,
    indices: Option<Vec<Sensitivity>>,
    groups: usize,
    drops: bool,
    noise: bool,
}

impl SensitivityReport {
    /// Samples of each half.
    pub fn samples(&self) -> u32 {
        self.samples
    }

    /// How often all units were ranked.
    pub fn rankings(&self) -> u32 {
        self.rankings
    }

    /// The mean rank shift, over draws.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Its standard deviation.
    pub fn deviation(&self) -> f64 {
        self.deviation
    }

    /// By group. None where nothing that is drawn moves any rank.
    pub fn groups(&self) -> Option<&[Sensitivity]> {
        self.indices.as_deref()?.get(..self.groups)
    }

    /// The choice of the group that is left out, where [one is](Robustness::drop_one_group).
    pub fn dropped(&self) -> Option<Sensitivity> {
        let at = self.groups;
        self.drops
            .then(|| self.indices.as_deref()?.get(at).copied())?
    }

    /// The noise of all answers together, where there is some.
    pub fn noise(&self) -> Option<Sensitivity> {
        let at = self.groups + usize::from(self.drops);
        self.noise
            .then(|| self.indices.as_deref()?.get(at).copied())?
    }
}

impl Robustness {
    /// Whose weight moves the ranking: samples of the sequence are taken instead of draws, at most 65,536, best a power
    /// of 2; all units are ranked (groups + 2) times for each, once more where a group is
    /// left out, and once more where answers have errors.
    ///
    /// A Dirichlet distribution is taken by its independent gamma variates, which only their sum makes weights of: ranks
    /// don't hang on it.
    ///
    /// ```
    /// use cqdt::robustness::{GroupTable, Robustness};
    ///
    /// // The third group parts no one, so its weight moves no one.
    /// let table = GroupTable::new(vec![vec![10, 4, 7], vec![2, 9, 6], vec![5, 5, 5]]);
    /// let report = Robustness::new(1, 7).sensitivity(&table, 256)?;
    /// let groups = report.groups().ok_or("no rank moved")?;
    /// assert!(groups[0].total > 0.1);
    /// assert_eq!(groups[2].total, 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RobustnessError::Empty`], also beyond 65,536 samples or 122 inputs, and [`RobustnessError::TooLarge`].
    pub fn sensitivity(
        &self,
        table: &GroupTable,
        samples: u32,
    ) -> Result<SensitivityReport, RobustnessError> {
        self.sensitivity_with(table, samples, &|_| ControlFlow::Continue(()))
    }

    /// The same, telling from time to time how many samples are done; `watch` says whether to go on.
    ///
    /// # Errors
    /// [`RobustnessError`], also when `watch` said to stop.
    pub fn sensitivity_with(
        &self,
        table: &GroupTable,
        samples: u32,
        watch: &(dyn Fn(u32) -> ControlFlow<()> + Sync),
    ) -> Result<SensitivityReport, RobustnessError> {
        self.indices(Source::Table, table, samples, watch)
    }

    /// The same with noise in the answers: all of it is one input more.
    ///
    /// # Errors
    /// [`RobustnessError`].
    pub fn sensitivity_noisy(
        &self,
        answers: &NoisyAnswers,
        samples: u32,
        watch: &(dyn Fn(u32) -> ControlFlow<()> + Sync),
    ) -> Result<SensitivityReport, RobustnessError> {
        let table = answers.or_empty()?;
        self.indices(Source::Noisy(answers), &table, samples, watch)
    }

    fn indices(
        &self,
        source: Source<'_>,
        table: &GroupTable,
        samples: u32,
        watch: &(dyn Fn(u32) -> ControlFlow<()> + Sync),
    ) -> Result<SensitivityReport, RobustnessError> {
        let plan = Plan::of(self, source, table, samples)?;
        let job = Job {
            settings: self,
            source,
            table,
            plan: &plan,
            watch,
            done: AtomicU32::new(0),
        };
        let shifts = job
            .part(0, samples)
            .map_err(|ended| ended.error(job.done.load(Ordering::Relaxed)))?;
        Ok(plan.report(&shifts))
    }
}

/// What is worked out once, before any sample is taken.
#[derive(Debug)]
pub(super) struct Plan {
    weights: Weights,
    published: Vec<u32>,
    groups: usize,
    drops: bool,
    noise: bool,
    pub(super) samples: u32,
}

impl Plan {
    pub(super) fn of(
        settings: &Robustness,
        source: Source<'_>,
        table: &GroupTable,
        samples: u32,
    ) -> Result<Self, RobustnessError> {
        let groups = table.groups();
        let weights = Weights::of(settings, groups).ok_or(RobustnessError::Empty)?;
        let mut ranker = Ranker::of(table, weights.most()).ok_or(RobustnessError::TooLarge)?;
        let mut published = vec![0; table.units];
        ranker.rank(&vec![draw::ONE; groups], &mut published);
        let plan = Self {
            weights,
            published,
            groups,
            drops: settings.drop_one,
            noise: matches!(source, Source::Noisy(_)),
            samples,
        };
        // The sequence has 256 dimensions, two for each input.
        let fits = plan.inputs() <= 122 && (2..=MOST_SAMPLES).contains(&samples);
        if table.units == 0 || !fits {
            return Err(RobustnessError::Empty);
        }
        Ok(plan)
    }

    /// The weights, and what is drawn besides.
    fn inputs(&self) -> usize {
        self.groups + usize::from(self.drops) + usize::from(self.noise)
    }

    /// How often each sample ranks all units.
    pub(super) fn width(&self) -> usize {
        self.inputs() + 2
    }

    /// What the sums of rank shifts of all samples come to.
    pub(super) fn report(&self, shifts: &[u64]) -> SensitivityReport {
        let (width, units) = (self.width(), self.published.len());
        #[allow(clippy::cast_precision_loss, reason = "a mean of rank shifts")]
        let shift = |sum: u64| sum as f64 / units as f64;
        let column = |at: usize| -> Vec<f64> {
            let shifts = shifts.iter().skip(at).step_by(width);
            shifts.map(|sum| shift(*sum)).collect()
        };
        let mixed: Vec<Vec<f64>> = (2..width).map(column).collect();
        let found = estimate(&column(0), &column(1), &mixed);
        let width = u32::try_from(width).unwrap_or(u32::MAX);
        SensitivityReport {
            samples: self.samples,
            rankings: self.samples.saturating_mul(width),
            mean: found.mean,
            deviation: found.variance.sqrt(),
            indices: found.indices,
            groups: self.groups,
            drops: self.drops,
            noise: self.noise,
        }
    }
}

pub(super) struct Job<'j> {
    pub(super) settings: &'j Robustness,
    pub(super) source: Source<'j>,
    pub(super) table: &'j GroupTable,
    pub(super) plan: &'j Plan,
    pub(super) watch: &'j (dyn Fn(u32) -> ControlFlow<()> + Sync),
    pub(super) done: AtomicU32,
}

/// What one ranking is drawn with.
#[derive(Clone)]
struct Point {
    factors: Vec<i32>,
    dropped: usize,
    noise: u64,
}

impl Job<'_> {
    /// Sums of rank shifts of samples `from..to`: of A, of B, of A with each input from B. In order, whoever does them.
    pub(super) fn part(&self, from: u32, to: u32) -> Result<Vec<u64>, Ended> {
        if to - from > STRETCH {
            let half = from + (to - from) / 2;
            let (left, right) = fork::join(|| self.part(from, half), || self.part(half, to));
            let mut left = left?;
            left.append(&mut right?);
            return Ok(left);
        }
        let (plan, seed) = (self.plan, self.settings.seed);
        let mut ranks = vec![0; plan.published.len()];
        let ranking = self.source.ranking(self.table, plan.weights.most());
        let mut ranking = ranking.ok_or(Ended::TooLarge)?;
        let mut shifts = Vec::new();
        for sample in from..to {
            let (a, b) = (self.point(sample, 0), self.point(sample, 1));
            let mixed = (0..plan.inputs()).map(|input| self.mixed(&a, &b, input));
            for point in [a.clone(), b.clone()].into_iter().chain(mixed) {
                let mut factors = point.factors;
                if plan.drops
                    && let Some(factor) = factors.get_mut(point.dropped)
                {
                    *factor = 0;
                }
                let ranked = ranking.rank(seed, point.noise, &factors, &mut ranks);
                ranked.ok_or(Ended::TooLarge)?;
                let ranks = ranks.iter().zip(&plan.published);
                let apart = ranks.map(|(rank, own)| u64::from(rank.abs_diff(*own)));
                shifts.push(apart.sum());
            }
        }
        let done = self.done.fetch_add(to - from, Ordering::Relaxed) + to - from;
        match (self.watch)(done) {
            ControlFlow::Continue(()) => Ok(shifts),
            ControlFlow::Break(()) => Err(Ended::Stopped),
        }
    }

    /// A sample's point in one half.
    fn point(&self, sample: u32, half: u32) -> Point {
        let (plan, seed) = (self.plan, self.settings.seed);
        let inputs = u32::try_from(plan.inputs()).unwrap_or(0);
        let uniform = |input: usize| {
            let input = u32::try_from(input).unwrap_or(0);
            uniform(sample, half * inputs + input, seed)
        };
        let mut factors = vec![0; plan.groups];
        let draw = sample + half * plan.samples;
        plan.weights.independent(seed, draw, &uniform, &mut factors);
        Point {
            factors,
            dropped: draw::share_of(uniform(plan.groups), plan.groups),
            noise: u64::from(draw),
        }
    }

    /// A with one input from B.
    fn mixed(&self, a: &Point, b: &Point, input: usize) -> Point {
        let mut point = a.clone();
        if let (Some(slot), Some(factor)) = (point.factors.get_mut(input), b.factors.get(input)) {
            *slot = *factor;
        } else if input == self.plan.groups && self.plan.drops {
            point.dropped = b.dropped;
        } else {
            point.noise = b.noise;
        }
        point
    }
}

/// A coordinate of the sequence, from 0 to below 1.
fn uniform(sample: u32, dimension: u32, seed: u64) -> f64 {
    let [low, high] = [seed, seed >> 32].map(|half| u32::try_from(half & 0xffff_ffff).unwrap_or(0));
    f64::from(sobol_burley::sample(
        sample % MOST_SAMPLES,
        dimension % sobol_burley::NUM_DIMENSIONS,
        low ^ high.rotate_left(16),
    ))
}

struct Estimate {
    mean: f64,
    variance: f64,
    /// None where nothing varies.
    indices: Option<Vec<Sensitivity>>,
}

/// Indices from what came out of A, of B and of A with each input from B.
fn estimate(a: &[f64], b: &[f64], mixed: &[Vec<f64>]) -> Estimate {
    let both = || a.iter().chain(b);
    let mean = mean(both().copied()).0;
    let (variance, _) = self::mean(both().map(|value| (value - mean).powi(2)));
    let varies = variance > 0.0;
    let indices = varies.then(|| {
        let of = |mixed: &Vec<f64>| {
            let rows = || a.iter().zip(b).zip(mixed);
            // Less the mean, which changes nothing but the estimate's own variance.
            let first = rows().map(|((a, b), mixed)| (b - mean) * (mixed - a));
            let total = rows().map(|((a, _), mixed)| (a - mixed).powi(2) / 2.0);
            let ((first, first_error), (total, total_error)) =
                (self::mean(first), self::mean(total));
            Sensitivity {
                first: first / variance,
                total: total / variance,
                first_error: first_error / variance,
                total_error: total_error / variance,
            }
        };
        mixed.iter().map(of).collect()
    });
    Estimate {
        mean,
        variance,
        indices,
    }
}

/// Mean and its standard error.
fn mean(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let (count, sum) = values
        .clone()
        .fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    let mean = sum / count;
    let square: f64 = values.map(|value| (value - mean).powi(2)).sum();
    (mean, (square / count / (count - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::f64::consts::PI;

    use super::*;

    /// Indices of a function of the unit cube.
    fn of(inputs: u32, samples: u32, function: impl Fn(&[f64]) -> f64) -> Vec<Sensitivity> {
        let point = |sample: u32, half: u32| -> Vec<f64> {
            (0..inputs)
                .map(|input| uniform(sample, half * inputs + input, 3))
                .collect()
        };
        let half = |half: u32| -> Vec<f64> {
            (0..samples)
                .map(|sample| function(&point(sample, half)))
                .collect()
        };
        let mixed = (0..inputs as usize).map(|input| {
            (0..samples)
                .map(|sample| {
                    let mut at = point(sample, 0);
                    at[input] = point(sample, 1)[input];
                    function(&at)
                })
                .collect()
        });
        let mixed: Vec<Vec<f64>> = mixed.collect();
        estimate(&half(0), &half(1), &mixed).indices.unwrap()
    }

    #[test]
    fn ishigami() {
        // sin x + 7 sin² y + 0.1 z⁴ sin x: its indices are known.
        let [seven, tenth] = [7.0_f64, 0.1];
        let found = of(3, 8_192, |x| {
            let [x, y, z] = [x[0], x[1], x[2]].map(|x| PI * (2.0 * x - 1.0));
            x.sin() + seven * y.sin().powi(2) + tenth * z.powi(4) * x.sin()
        });
        let alone = 0.5 * (1.0 + tenth * PI.powi(4) / 5.0).powi(2);
        let second = seven * seven / 8.0;
        let together = tenth * tenth * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
        let all = alone + second + together;
        let expected = [
            (alone / all, (alone + together) / all),
            (second / all, second / all),
            (0.0, together / all),
        ];
        for (found, (first, total)) in found.iter().zip(expected) {
            assert!((found.first - first).abs() < 0.01, "{found:?}, {first}");
            assert!((found.total - total).abs() < 0.01, "{found:?}, {total}");
        }
    }

    #[test]
    fn an_additive_function_has_no_more_in_total_than_alone() {
        let found = of(3, 1_024, |x| 3.0 * x[0] + 2.0 * x[1] + x[2]);
        for (found, weight) in found.iter().zip([9.0, 4.0, 1.0]) {
            assert!((found.first - weight / 14.0).abs() < 0.005, "{found:?}");
            assert!((found.total - weight / 14.0).abs() < 0.005, "{found:?}");
        }
    }

    #[test]
    fn two_units_two_weights() {
        // They change places where the one weight falls below the other: with three halves each alike.
        let table = GroupTable::new(vec![vec![1_000, 0], vec![0, 1_000]]);
        let report = Robustness::new(1, 9).sensitivity(&table, 16_384).unwrap();
        // Both first in the decided ranking, so one of them is always one off: no variance but where weights are equal.
        assert!((report.mean() - 0.5).abs() < 0.01, "{report:?}");
        let table = GroupTable::new(vec![vec![1_001, 0], vec![0, 1_000]]);
        let report = Robustness::new(1, 9).sensitivity(&table, 16_384).unwrap();
        // 1 where x < y, of two alike: mean 1/2, variance 1/4; given x it is 1 − x, so its own share is 1/12 ÷ 1/4.
        assert!((report.mean() - 0.5).abs() < 0.01, "{report:?}");
        for group in report.groups().unwrap() {
            assert!((group.first - 1.0 / 3.0).abs() < 0.02, "{group:?}");
            assert!((group.total - 2.0 / 3.0).abs() < 0.02, "{group:?}");
        }
        assert_eq!(report.rankings(), 4 * 16_384);
    }

    #[test]
    fn what_moves_no_rank_has_no_indices() {
        let table = GroupTable::new(vec![vec![3, 2, 1]]);
        let report = Robustness::new(1, 1).sensitivity(&table, 64).unwrap();
        assert_eq!(
            (report.mean(), report.deviation(), report.groups()),
            (0.0, 0.0, None)
        );
        for samples in [0, 1, 65_537] {
            let found = Robustness::new(1, 1).sensitivity(&table, samples);
            assert_eq!(found, Err(RobustnessError::Empty));
        }
        let stopped =
            Robustness::new(1, 1).sensitivity_with(&table, 64, &|_| ControlFlow::Break(()));
        assert!(matches!(stopped, Err(RobustnessError::Stopped { .. })));
    }
}
