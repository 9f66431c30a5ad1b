//! What a cohort's points say about the criteria: which of them still part anyone, and which say the same thing. In floats:
//! statistics about points, never points.

use super::output::BatchOutput;
use crate::Rational;

/// One criterion over a cohort.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CriterionAnalysis {
    /// The criterion.
    pub id: String,
    /// Mean points.
    pub mean: f64,
    /// Standard deviation of the points, over the cohort itself.
    pub spread: f64,
    /// Share of units, 0 to 1, without a point.
    pub at_zero: f64,
    /// Share of units, 0 to 1, that have its maximum: near 1, it parts no one any more. 0 for penalties.
    pub at_max: f64,
    /// Correlation with the points of all other criteria; none where either doesn't vary.
    pub item_total: Option<f64>,
}

/// One group over a cohort.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupAnalysis {
    /// The group.
    pub id: String,
    /// Cronbach's alpha of its criteria; none with fewer than two of them, or where their sum doesn't vary.
    pub alpha: Option<f64>,
}

/// Two criteria whose points go together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LikePair {
    /// The first criterion.
    pub first: String,
    /// The second criterion.
    pub second: String,
    /// Correlation of their points.
    pub correlation: f64,
}

/// A criteria set as a cohort's points show it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CohortAnalysis {
    /// Every criterion, in order.
    pub criteria: Vec<CriterionAnalysis>,
    /// Every group, in order.
    pub groups: Vec<GroupAnalysis>,
    /// Pairs whose correlation reaches what was asked for, the closest first.
    pub pairs: Vec<LikePair>,
}

impl BatchOutput {
    /// Analyses the criteria over all rows. `like` is the correlation from which two criteria are said to measure the
    /// same. None unless [all criteria](super::Request::all_criteria) were asked for and there are rows.
    pub fn analysis(&self, like: f64) -> Option<CohortAnalysis> {
        let rows = self.rows();
        let count = count(rows);
        if rows == 0 {
            return None;
        }
        let definition = self.set().definition();
        let mut columns: Vec<Centred> = Vec::new();
        let mut criteria = Vec::new();
        let mut sum = vec![0.0; rows];
        for criterion in self.set().criteria() {
            let points = self.criterion(&criterion.id)?;
            let scale = 10_f64.powi(i32::from(points.places()));
            let mut values: Vec<f64> = points.values().iter().map(|v| float(*v) / scale).collect();
            for (row, exact) in points.exact() {
                if let Some(value) = values.get_mut(*row) {
                    *value = exact.to_f64();
                }
            }
            let max = criterion.max.to_f64();
            let share = |hits: usize| self::count(hits) / count;
            let at = |wanted: f64| values.iter().filter(|value| same(**value, wanted)).count();
            let at_max = if criterion.max == Rational::ZERO {
                0
            } else {
                at(max)
            };
            for (sum, value) in sum.iter_mut().zip(&values) {
                *sum += value;
            }
            let (at_zero, at_max) = (share(at(0.0)), share(at_max));
            let column = Centred::of(values);
            criteria.push(CriterionAnalysis {
                id: criterion.id.clone(),
                mean: column.mean,
                spread: (column.square / count).sqrt(),
                at_zero,
                at_max,
                item_total: None,
            });
            columns.push(column);
        }
        let total = Centred::of(sum);
        for (criterion, column) in criteria.iter_mut().zip(&columns) {
            let others = total.values.iter().zip(&column.values);
            let others = Centred::of(others.map(|(total, own)| total - own).collect());
            criterion.item_total = column.correlation(&others);
        }
        let mut at = 0;
        let groups = definition.groups.iter().map(|group| {
            let members = columns.get(at..at + group.criteria.len());
            at += group.criteria.len();
            GroupAnalysis {
                id: group.id.clone(),
                alpha: members.and_then(|members| alpha(members, rows)),
            }
        });
        let groups = groups.collect();
        let mut pairs = Vec::new();
        for (at, (first, one)) in criteria.iter().zip(&columns).enumerate() {
            for (second, other) in criteria.iter().zip(&columns).skip(at + 1) {
                if let Some(correlation) = one.correlation(other)
                    && correlation >= like
                {
                    pairs.push(LikePair {
                        first: first.id.clone(),
                        second: second.id.clone(),
                        correlation,
                    });
                }
            }
        }
        pairs.sort_by(|a, b| b.correlation.total_cmp(&a.correlation));
        Some(CohortAnalysis {
            criteria,
            groups,
            pairs,
        })
    }
}

/// Values less their mean.
struct Centred {
    mean: f64,
    values: Vec<f64>,
    /// Sum of squares.
    square: f64,
}

impl Centred {
    fn of(mut values: Vec<f64>) -> Self {
        let mean = values.iter().sum::<f64>() / count(values.len());
        let constant = values.windows(2).all(|pair| same(pair[0], pair[1]));
        for value in &mut values {
            // What rounding leaves of a column that doesn't vary would pass for a correlation.
            *value = if constant { 0.0 } else { *value - mean };
        }
        let square = dot(&values, &values);
        Self {
            mean,
            values,
            square,
        }
    }

    fn correlation(&self, other: &Self) -> Option<f64> {
        let scale = (self.square * other.square).sqrt();
        (scale > 0.0).then(|| (dot(&self.values, &other.values) / scale).clamp(-1.0, 1.0))
    }
}

/// `k ÷ (k − 1) × (1 − Σ variances ÷ variance of the sum)`
fn alpha(members: &[Centred], rows: usize) -> Option<f64> {
    let items = count(members.len());
    let mut sum = vec![0.0; rows];
    for member in members {
        for (sum, value) in sum.iter_mut().zip(&member.values) {
            *sum += value;
        }
    }
    let variances: f64 = members.iter().map(|member| member.square).sum();
    let whole = dot(&sum, &sum);
    let varies = whole > variances * 1e-12 && whole > 0.0;
    (members.len() > 1 && varies).then(|| items / (items - 1.0) * (1.0 - variances / whole))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[allow(
    clippy::float_cmp,
    reason = "floats nearest to exact numbers: equal where those are"
)]
fn same(a: f64, b: f64) -> bool {
    a == b
}

#[allow(clippy::cast_precision_loss, reason = "statistics")]
fn count(count: usize) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "statistics")]
fn float(value: i64) -> f64 {
    value as f64
}
