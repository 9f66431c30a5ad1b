//! The one evaluator: rule × answers → status, points, applicable maximum and, if asked, the trace.

use super::cohort::{Cohort, Extent};
use super::plan::{MeasurePlan, NumberTest, Op, Ratio, RulePlan, TestPlan, number_of};
use super::trace::{Detail, Measured, Trace};
use crate::Rational;
use crate::criteria::{NotApplicable, ZeroDenominator, stepwise};
use crate::submission::Answer;

/// What became of a criterion or a rule inside it (*trạng thái*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// An answer was scored.
    Scored,
    /// It doesn't apply to the unit, with a reason.
    NotApplicable,
    /// An answer is missing.
    Missing,
    /// An answer can't be used.
    Invalid,
}

impl Status {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::NotApplicable => "not_applicable",
            Self::Missing => "missing",
            Self::Invalid => "invalid",
        }
    }
}

/// A fault that only a rule can see.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RuleFault {
    NumeratorAbove {
        of: usize,
        of_value: Rational,
        over: usize,
        over_value: Rational,
    },
    ZeroDenominator {
        over: usize,
    },
    NoCohort,
    OutsideCohort {
        value: Rational,
        least: Rational,
        largest: Rational,
    },
}

/// What evaluating a rule yields. `points` is 0 unless scored.
pub(crate) struct Outcome {
    pub(crate) status: Status,
    pub(crate) points: Rational,
    /// What is lost of the rule's maximum to branches that aren't applicable (D1).
    pub(crate) lost: Rational,
    pub(crate) trace: Option<Trace>,
}

/// The answers of one unit, and what the set says about them.
pub(crate) struct Evaluator<'r, const TRACE: bool> {
    pub(crate) answers: &'r [Answer],
    pub(crate) cohort: Option<&'r Cohort>,
    pub(crate) not_applicable: NotApplicable,
    /// Faults of the criterion at hand.
    pub(crate) faults: Vec<RuleFault>,
}

/// Why a rule has no points: a status, or a denominator of 0 that the rule has an answer for.
enum Unscored {
    /// Also what is lost of the maximum, which a sum knows even where another branch is missing.
    Status(Status, Rational),
    Zero(ZeroDenominator),
}

impl From<Status> for Unscored {
    fn from(status: Status) -> Self {
        Self::Status(status, Rational::ZERO)
    }
}

type Scored<T> = Result<T, Unscored>;

impl<const TRACE: bool> Evaluator<'_, TRACE> {
    pub(crate) fn evaluate(&mut self, rule: &RulePlan) -> Outcome {
        match self.score(rule) {
            Ok((points, lost, detail)) => Outcome {
                status: Status::Scored,
                trace: self.trace(Status::Scored, &points, detail),
                points,
                lost,
            },
            Err(Unscored::Zero(ZeroDenominator::Zero)) => self.settled(Rational::ZERO),
            Err(Unscored::Zero(ZeroDenominator::Full)) => self.settled(rule.max.clone()),
            Err(Unscored::Zero(ZeroDenominator::NotApplicable)) => {
                self.unscored(rule, Status::NotApplicable, Rational::ZERO)
            }
            Err(Unscored::Status(status, lost)) => self.unscored(rule, status, lost),
        }
    }

    /// Points that a zero denominator stands for.
    fn settled(&self, points: Rational) -> Outcome {
        Outcome {
            status: Status::Scored,
            trace: self.trace(Status::Scored, &points, Detail::ZeroDenominator),
            points,
            lost: Rational::ZERO,
        }
    }

    fn unscored(&self, rule: &RulePlan, status: Status, lost: Rational) -> Outcome {
        let mut because = Vec::new();
        if TRACE {
            self.collect_facts(rule, status, &mut because);
        }
        Outcome {
            status,
            trace: self.trace(status, &Rational::ZERO, Detail::Unscored { because }),
            points: Rational::ZERO,
            lost,
        }
    }

    /// The facts of a rule whose answers have a status, each once. Of a gate only what decides it: the condition, or
    /// the branch behind it.
    fn collect_facts(&self, rule: &RulePlan, status: Status, because: &mut Vec<usize>) {
        let mut add = |fact: usize| {
            if self.answer(fact).err() == Some(status) && !because.contains(&fact) {
                because.push(fact);
            }
        };
        match &rule.op {
            Op::YesNo { fact, .. }
            | Op::Choice { fact, .. }
            | Op::PerItem { fact, .. }
            | Op::Checklist { fact, .. }
            | Op::Given { fact } => add(*fact),
            Op::Proportional { ratio } => [ratio.of, ratio.over].into_iter().for_each(add),
            Op::Tiers { measure, .. }
            | Op::Stepwise { measure, .. }
            | Op::CohortMax { measure, .. }
            | Op::CohortMinMax { measure, .. } => match measure {
                MeasurePlan::Fact(fact, _) => add(*fact),
                MeasurePlan::Ratio(ratio) => [ratio.of, ratio.over].into_iter().for_each(add),
            },
            Op::BestOf { branches } | Op::Sum { branches, .. } => {
                for branch in branches {
                    self.collect_facts(branch, status, because);
                }
            }
            Op::Gate { fact, branch, .. } => {
                if self.answer(*fact).is_err() {
                    add(*fact);
                } else {
                    self.collect_facts(branch, status, because);
                }
            }
            Op::Deduct { branch } => self.collect_facts(branch, status, because),
        }
    }

    #[allow(clippy::unused_self)]
    fn trace(&self, status: Status, points: &Rational, detail: Detail) -> Option<Trace> {
        TRACE.then(|| Trace {
            status,
            points: points.clone(),
            detail,
        })
    }

    #[inline]
    fn score(&mut self, rule: &RulePlan) -> Scored<(Rational, Rational, Detail)> {
        let (points, detail) = match &rule.op {
            Op::YesNo { fact, yes, no } => {
                let Answer::YesNo(answer) = *self.answer(*fact)? else {
                    return Err(Status::Invalid.into());
                };
                let points = if answer { yes } else { no };
                (points.clone(), Detail::YesNo { answer })
            }
            Op::Choice { fact, points } => {
                let Answer::Choice(key) = *self.answer(*fact)? else {
                    return Err(Status::Invalid.into());
                };
                let key = usize::from(key);
                let points = points.get(key).cloned().unwrap_or_default();
                (points, Detail::Choice { key })
            }
            Op::Proportional { ratio } => {
                let (of, over) = self.ratio(ratio)?;
                let share = of.checked_div(&over).unwrap_or_default();
                // Only `allow_over` can exceed the maximum.
                let points = (&rule.max * &share).min(rule.max.clone());
                (points, Detail::Proportional { of, over })
            }
            Op::Tiers {
                measure,
                steps,
                otherwise,
            } => {
                let measure = self.measure(measure)?;
                let step = steps
                    .iter()
                    .position(|(threshold, _)| threshold.is_met(&measure.value));
                let points = step
                    .and_then(|step| steps.get(step))
                    .map_or(otherwise, |(_, points)| points);
                (points.clone(), Detail::Tiers { measure, step })
            }
            Op::PerItem { fact, each, cap } => {
                let count = match *self.answer(*fact)? {
                    Answer::Number(count) => count,
                    Answer::Items(bits) => i64::from(bits.count_ones()),
                    _ => return Err(Status::Invalid.into()),
                };
                let count = Rational::from(count);
                ((each * &count).min(cap.clone()), Detail::PerItem { count })
            }
            Op::Stepwise {
                measure,
                base_at,
                base,
                per,
                each,
                cap,
            } => {
                let measure = self.measure(measure)?;
                let points =
                    stepwise(&measure.value, base_at, base, per, each, cap).unwrap_or_default();
                (points, Detail::Stepwise { measure })
            }
            Op::Checklist { fact, points, cap } => {
                let Answer::Items(bits) = *self.answer(*fact)? else {
                    return Err(Status::Invalid.into());
                };
                let sum: Rational = points
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| bits >> index & 1 == 1)
                    .map(|(_, points)| points.clone())
                    .sum();
                let points = sum.clone().min(cap.clone());
                (points, Detail::Checklist { bits, sum })
            }
            Op::CohortMax { measure, statistic } => {
                let measure = self.measure(measure)?;
                let Extent { largest, .. } = self.extent(*statistic, &measure.value)?;
                let share = measure.value.checked_div(&largest).unwrap_or_default();
                (&rule.max * &share, Detail::CohortMax { measure, largest })
            }
            Op::CohortMinMax { measure, statistic } => {
                let measure = self.measure(measure)?;
                let Extent { least, largest } = self.extent(*statistic, &measure.value)?;
                let share = (&measure.value - &least).checked_div(&(&largest - &least));
                let points = share.map_or_else(|| rule.max.clone(), |share| &rule.max * &share);
                (
                    points,
                    Detail::CohortMinMax {
                        measure,
                        least,
                        largest,
                    },
                )
            }
            Op::Given { fact } => {
                let points = self.number(*fact, 6)?;
                (points, Detail::Given)
            }
            Op::BestOf { branches } => return self.best_of(branches),
            Op::Sum { branches, cap } => return self.sum(rule, branches, cap),
            Op::Gate {
                fact,
                test,
                branch,
                otherwise,
            } => {
                if !self.holds(*fact, test)? {
                    let detail = Detail::Gate { branch: None };
                    return Ok((otherwise.clone(), Rational::ZERO, detail));
                }
                let outcome = self.taken(branch)?;
                let branch = outcome.trace.map(Box::new);
                return Ok((outcome.points, outcome.lost, Detail::Gate { branch }));
            }
            Op::Deduct { branch } => {
                // A penalty has no maximum to lose.
                let outcome = match self.taken(branch) {
                    Err(Unscored::Status(status, _)) => return Err(status.into()),
                    outcome => outcome?,
                };
                let branch = outcome.trace.map(Box::new);
                (-outcome.points, Detail::Deduct { branch })
            }
        };
        Ok((points, Rational::ZERO, detail))
    }

    /// The branch that a rule hands over to: its status is the rule's.
    fn taken(&mut self, branch: &RulePlan) -> Scored<Outcome> {
        let outcome = self.evaluate(branch);
        match outcome.status {
            Status::Scored => Ok(outcome),
            status => Err(Unscored::Status(status, outcome.lost)),
        }
    }

    /// The first largest of the scored branches (D3).
    fn best_of(&mut self, branches: &[RulePlan]) -> Scored<(Rational, Rational, Detail)> {
        let mut best: Option<(usize, Rational, Rational)> = None;
        let mut worst = Status::Scored;
        let mut traces = Vec::with_capacity(if TRACE { branches.len() } else { 0 });
        for (index, branch) in branches.iter().enumerate() {
            let outcome = self.evaluate(branch);
            worst = worst.max(outcome.status);
            traces.extend(outcome.trace);
            let better = best
                .as_ref()
                .is_none_or(|(_, points, _)| outcome.points > *points);
            if outcome.status == Status::Scored && better {
                best = Some((index, outcome.points, outcome.lost));
            }
        }
        match best {
            Some((taken, points, lost)) if worst != Status::Invalid => Ok((
                points,
                lost,
                Detail::BestOf {
                    taken,
                    branches: traces,
                },
            )),
            _ => Err(worst.into()),
        }
    }

    /// `min(Σ branches, cap)`; branches that aren't applicable follow the policy (D1, D2).
    fn sum(
        &mut self,
        rule: &RulePlan,
        branches: &[RulePlan],
        cap: &Rational,
    ) -> Scored<(Rational, Rational, Detail)> {
        let exclude = self.not_applicable == NotApplicable::Exclude;
        let mut points = Rational::ZERO;
        let mut applicable = Rational::ZERO;
        let mut statuses = [false; 4];
        let mut lost_any = false;
        let mut traces = Vec::with_capacity(if TRACE { branches.len() } else { 0 });
        for branch in branches {
            let outcome = self.evaluate(branch);
            statuses[outcome.status as usize] = true;
            if outcome.status == Status::NotApplicable {
                lost_any = true;
                if self.not_applicable == NotApplicable::Full {
                    points = points + branch.max.clone();
                }
            } else {
                lost_any |= !outcome.lost.is_zero();
                points = points + outcome.points;
                if exclude {
                    applicable = applicable + (&branch.max - &outcome.lost);
                }
            }
            traces.extend(outcome.trace);
        }
        let lost = if exclude && lost_any {
            &rule.max - &applicable.min(cap.clone())
        } else {
            Rational::ZERO
        };
        for status in [Status::Invalid, Status::Missing] {
            if statuses[status as usize] {
                return Err(Unscored::Status(status, lost));
            }
        }
        if !statuses[Status::Scored as usize] {
            return Err(Status::NotApplicable.into());
        }
        let detail = Detail::Sum {
            sum: points.clone(),
            branches: traces,
        };
        Ok((points.min(cap.clone()), lost, detail))
    }

    /// An answer that can be scored, or the status that it gives a rule.
    fn answer(&self, fact: usize) -> Result<&Answer, Status> {
        match self.answers.get(fact).unwrap_or(&Answer::Missing) {
            Answer::Missing => Err(Status::Missing),
            Answer::NotApplicable => Err(Status::NotApplicable),
            Answer::Invalid => Err(Status::Invalid),
            answer => Ok(answer),
        }
    }

    fn number(&self, fact: usize, places: u32) -> Result<Rational, Status> {
        number_of(self.answer(fact)?, places).ok_or(Status::Invalid)
    }

    fn measure(&mut self, measure: &MeasurePlan) -> Scored<Measured> {
        match measure {
            MeasurePlan::Fact(fact, places) => Ok(Measured {
                value: self.number(*fact, *places)?,
                ratio: None,
            }),
            MeasurePlan::Ratio(ratio) => {
                let (of, over) = self.ratio(ratio)?;
                let share = of.checked_div(&over).unwrap_or_default();
                Ok(Measured {
                    value: share * Rational::HUNDRED,
                    ratio: TRACE.then(|| Box::new((of, over))),
                })
            }
        }
    }

    /// Numerator and denominator, the latter above 0 (D6).
    fn ratio(&mut self, ratio: &Ratio) -> Scored<(Rational, Rational)> {
        let of = self.number(ratio.of, ratio.of_places);
        let over = self.number(ratio.over, ratio.over_places);
        let (of_value, over_value) = match (of, over) {
            (Ok(of), Ok(over)) => (of, over),
            (of, over) => {
                let worst = of.err().max(over.err());
                return Err(worst.unwrap_or(Status::Invalid).into());
            }
        };
        if of_value > over_value && !ratio.allow_over {
            self.faults.push(RuleFault::NumeratorAbove {
                of: ratio.of,
                of_value,
                over: ratio.over,
                over_value,
            });
            return Err(Status::Invalid.into());
        }
        if over_value.is_zero() {
            let Some(zero) = ratio.zero else {
                self.faults
                    .push(RuleFault::ZeroDenominator { over: ratio.over });
                return Err(Status::Invalid.into());
            };
            return Err(Unscored::Zero(zero));
        }
        Ok((of_value, over_value))
    }

    /// The cohort's extent of a measure, wide enough to hold the unit's own value (D9).
    fn extent(&mut self, statistic: usize, value: &Rational) -> Scored<Extent> {
        let Some(extent) = self.cohort.and_then(|cohort| cohort.extent(statistic)) else {
            self.faults.push(RuleFault::NoCohort);
            return Err(Status::Missing.into());
        };
        if (&extent.least..=&extent.largest).contains(&value) {
            return Ok(extent.clone());
        }
        self.faults.push(RuleFault::OutsideCohort {
            value: value.clone(),
            least: extent.least.clone(),
            largest: extent.largest.clone(),
        });
        Ok(extent.clone().merge(Extent::of(value.clone())))
    }

    fn holds(&self, fact: usize, test: &TestPlan) -> Result<bool, Status> {
        let answer = self.answer(fact)?;
        match (test, answer) {
            (TestPlan::Is(expected), Answer::YesNo(answer)) => Ok(answer == expected),
            (TestPlan::AnyOf(bits), Answer::Choice(key)) => Ok(bits >> key & 1 == 1),
            (TestPlan::Includes(bit), Answer::Items(bits)) => Ok(bits & bit != 0),
            (TestPlan::Number { places, test }, answer) => {
                let value = number_of(answer, *places).ok_or(Status::Invalid)?;
                Ok(NumberTest::holds(test, &value))
            }
            _ => Err(Status::Invalid),
        }
    }

    /// The value of a measure where it is valid, for cohort statistics.
    pub(crate) fn valid_measure(&mut self, measure: &MeasurePlan) -> Option<Rational> {
        Some(self.measure(measure).ok()?.value)
    }
}
