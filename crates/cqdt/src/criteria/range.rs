//! Attainable range: interval analysis over rules, so that a maximum nobody can reach is found before anybody is scored.

use std::collections::HashMap;

use super::definition::{
    Condition, Fact, FactType, Measure, RuleKind, Test, Threshold, ZeroDenominator,
};
use crate::Rational;

/// The facts of a set by id.
pub(super) struct Facts<'d> {
    facts: &'d [Fact],
    positions: Positions<'d>,
}

/// Positions by id: one type of map for all that the core looks up, since each type is compiled anew.
pub(crate) type Positions<'i> = HashMap<&'i str, usize>;

impl<'d> Facts<'d> {
    pub(super) fn of(facts: &'d [Fact]) -> Self {
        let positions = positions(facts);
        Self { facts, positions }
    }

    pub(super) fn get(&self, id: &str) -> Option<&'d Fact> {
        self.facts.get(*self.positions.get(id)?)
    }
}

/// The position of each fact by id.
pub(crate) fn positions(facts: &[Fact]) -> Positions<'_> {
    facts
        .iter()
        .enumerate()
        .map(|(index, fact)| (fact.id.as_str(), index))
        .collect()
}

/// The least and the most of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) least: Rational,
    pub(crate) most: Rational,
}

impl Range {
    fn point(value: Rational) -> Self {
        Self {
            least: value.clone(),
            most: value,
        }
    }

    /// The range of either.
    fn or(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            most: self.most.max(other.most),
        }
    }

    fn over(values: impl IntoIterator<Item = Self>) -> Self {
        values
            .into_iter()
            .reduce(Self::or)
            .unwrap_or_else(|| Self::point(Rational::ZERO))
    }

    fn capped(self, cap: &Rational) -> Self {
        Self {
            least: self.least.min(cap.clone()),
            most: self.most.min(cap.clone()),
        }
    }
}

/// The numbers that a measure can be.
pub(super) struct Domain {
    range: Range,
    /// Places of the grid that its values lie on; none where any fraction is possible.
    places: Option<u32>,
}

impl Domain {
    /// Nothing where a fact isn't a number or the ratio can't be formed.
    pub(super) fn of(measure: &Measure, facts: &Facts<'_>) -> Option<Self> {
        match measure {
            Measure::Fact { fact } => Self::of_fact(facts.get(fact.as_str())?),
            Measure::Ratio {
                of,
                over,
                allow_over,
                ..
            } => {
                let of = Self::of_fact(facts.get(of.as_str())?)?;
                let over = Self::of_fact(facts.get(over.as_str())?)?;
                Self::of_ratio(&of, &over, *allow_over)
            }
        }
    }

    pub(super) fn of_fact(fact: &Fact) -> Option<Self> {
        let (least, most) = match &fact.kind {
            FactType::Count { min, max }
            | FactType::Amount { min, max }
            | FactType::Percent { min, max } => (min.clone(), max.clone()),
            FactType::Points { max, .. } => (Rational::ZERO, max.clone()),
            FactType::Rollup { .. } => (Rational::ZERO, Rational::HUNDRED),
            FactType::YesNo | FactType::Choice { .. } | FactType::Items { .. } => return None,
        };
        Some(Self {
            range: Range { least, most },
            places: fact.kind.places(),
        })
    }

    /// `of ÷ over × 100`, the denominator being at least the smallest number above 0 that it can be.
    fn of_ratio(of: &Self, over: &Self, allow_over: bool) -> Option<Self> {
        let smallest = Rational::scaled(1, over.places.unwrap_or(0));
        let narrowest = over.range.least.clone().max(smallest);
        let percent = |of: &Rational, over: &Rational| {
            of.checked_div(over).map(|share| share * Rational::HUNDRED)
        };
        let least = percent(&of.range.least, &over.range.most)?;
        let mut most = percent(&of.range.most, &narrowest)?;
        if !allow_over {
            most = most.min(Rational::HUNDRED);
        }
        (least <= most).then_some(Self {
            range: Range { least, most },
            places: None,
        })
    }

    pub(super) fn is_ever_negative(&self) -> bool {
        self.range.least.is_negative()
    }

    /// Whether some value meets `from` and falls short of `under`.
    pub(super) fn reaches(&self, from: &Threshold, under: Option<&Threshold>) -> bool {
        let lowest = self.lowest(from);
        lowest <= self.range.most
            && under
                .is_none_or(|under| !under.is_met(&lowest) || self.is_dense_between(from, under))
    }

    /// The lowest value that meets a threshold; on a dense measure, the threshold itself.
    fn lowest(&self, from: &Threshold) -> Rational {
        let start = from.value().clone().max(self.range.least.clone());
        let Some(places) = self.places else {
            // Just above a threshold that the most equals there is nothing.
            return match from {
                Threshold::MoreThan(value) if *value >= self.range.most => {
                    &self.range.most + &Rational::from(1)
                }
                _ => start,
            };
        };
        let unit = Rational::scaled(1, places);
        let floor = start.round_to(places, crate::RoundingMode::Down);
        // Two steps up cover rounding towards zero and a threshold that excludes itself.
        let mut candidate = &floor - &unit;
        while candidate < self.range.least || !from.is_met(&candidate) {
            candidate = &candidate + &unit;
        }
        candidate
    }

    fn is_dense_between(&self, from: &Threshold, under: &Threshold) -> bool {
        self.places.is_none() && from.value() < under.value()
    }
}

/// The range of a rule, given that its facts exist and are of types that fit.
pub(crate) struct Analysis<'d> {
    pub(super) facts: &'d Facts<'d>,
}

impl Analysis<'_> {
    /// The least and most points of a rule whose own maximum is `max`; nothing where a fact or range is already at fault.
    pub(super) fn range(&self, rule: &RuleKind, max: &Rational) -> Option<Range> {
        Some(match rule {
            RuleKind::YesNo { yes, no, .. } => {
                Range::point(yes.clone()).or(Range::point(no.clone()))
            }
            RuleKind::Choice { points, .. } => {
                Range::over(points.values().cloned().map(Range::point))
            }
            RuleKind::Proportional { ratio } => {
                let domain = Domain::of(ratio, self.facts)?;
                let share = |percent: &Rational| {
                    let points = percent.checked_div(&Rational::HUNDRED)? * max.clone();
                    Some(points.min(max.clone()))
                };
                let range = Range {
                    least: share(&domain.range.least)?,
                    most: share(&domain.range.most)?,
                };
                with_zero_denominator(range, ratio, max)
            }
            RuleKind::Tiers {
                measure,
                steps,
                otherwise,
            } => {
                let domain = Domain::of(measure, self.facts)?;
                let mut above: Option<&Threshold> = None;
                let mut reached = Vec::new();
                for step in steps {
                    if domain.reaches(&step.threshold, above) {
                        reached.push(Range::point(step.points.clone()));
                    }
                    above = Some(&step.threshold);
                }
                if above.is_none_or(|lowest| !lowest.is_met(&domain.range.least)) {
                    reached.push(Range::point(otherwise.clone()));
                }
                with_zero_denominator(Range::over(reached), measure, max)
            }
            RuleKind::PerItem { fact, each, cap } => {
                let (least, most) = self.countable(fact)?;
                Range {
                    least: each * &least,
                    most: each * &most,
                }
                .capped(cap)
            }
            RuleKind::Stepwise {
                measure,
                base_at,
                base,
                per,
                each,
                cap,
            } => {
                let domain = Domain::of(measure, self.facts)?;
                let points = |value: &Rational| stepwise(value, base_at, base, per, each, cap);
                let range = Range {
                    least: points(&domain.range.least)?,
                    most: points(&domain.range.most)?,
                };
                with_zero_denominator(range, measure, max)
            }
            RuleKind::Checklist { points, cap, .. } => {
                let sum = |keep: fn(&Rational) -> bool| {
                    points
                        .values()
                        .filter(|value| keep(value))
                        .cloned()
                        .sum::<Rational>()
                };
                Range {
                    least: sum(Rational::is_negative),
                    most: sum(Rational::is_positive),
                }
                .capped(cap)
            }
            RuleKind::CohortMax { measure } | RuleKind::CohortMinMax { measure } => {
                Domain::of(measure, self.facts)?;
                let range = Range {
                    least: Rational::ZERO,
                    most: max.clone(),
                };
                with_zero_denominator(range, measure, max)
            }
            RuleKind::Given { fact } => Domain::of_fact(self.facts.get(fact.as_str())?)?.range,
            RuleKind::BestOf { rules } => {
                let ranges: Option<Vec<_>> = rules
                    .iter()
                    .map(|rule| self.range(&rule.kind, &rule.max))
                    .collect();
                Range::over(ranges?)
            }
            RuleKind::Sum { rules, cap } => {
                let mut sum = Range::point(Rational::ZERO);
                for rule in rules {
                    let range = self.range(&rule.kind, &rule.max)?;
                    // A branch that isn't applicable adds nothing, which may be less than its least.
                    sum.least = sum.least + range.least.min(Rational::ZERO);
                    sum.most = sum.most + range.most;
                }
                sum.capped(cap)
            }
            RuleKind::Gate {
                when,
                rule,
                otherwise,
            } => {
                let inner = self.range(&rule.kind, &rule.max)?;
                if self.can_fail(when)? {
                    inner.or(Range::point(otherwise.clone()))
                } else {
                    inner
                }
            }
            RuleKind::Deduct { rule } => {
                let inner = self.range(&rule.kind, &rule.max)?;
                Range {
                    least: -inner.most,
                    most: -inner.least,
                }
            }
        })
    }

    /// The least and most of what `per_item` counts.
    fn countable(&self, fact: &str) -> Option<(Rational, Rational)> {
        match &self.facts.get(fact)?.kind {
            FactType::Count { min, max } => Some((min.clone(), max.clone())),
            FactType::Items { keys } => {
                let most = i64::try_from(keys.len()).ok()?;
                Some((Rational::ZERO, Rational::from(most)))
            }
            _ => None,
        }
    }

    /// Whether some valid answer meets the condition.
    pub(super) fn can_hold(&self, when: &Condition) -> Option<bool> {
        let fact = self.facts.get(when.fact.as_str())?;
        Some(match &when.test {
            Test::Is(_) | Test::AnyOf(_) | Test::Includes(_) => true,
            Test::AtLeast(value) => {
                Domain::of_fact(fact)?.reaches(&Threshold::AtLeast(value.clone()), None)
            }
            Test::MoreThan(value) => {
                Domain::of_fact(fact)?.reaches(&Threshold::MoreThan(value.clone()), None)
            }
            Test::AtMost(value) => Domain::of_fact(fact)?.range.least <= *value,
            Test::LessThan(value) => Domain::of_fact(fact)?.range.least < *value,
        })
    }

    /// Whether some valid answer doesn't meet the condition.
    fn can_fail(&self, when: &Condition) -> Option<bool> {
        let fact = self.facts.get(when.fact.as_str())?;
        Some(match &when.test {
            Test::Is(_) | Test::Includes(_) => true,
            Test::AnyOf(keys) => fact.kind.keys().iter().any(|key| !keys.contains(&key.id)),
            Test::AtLeast(value) => Domain::of_fact(fact)?.range.least < *value,
            Test::MoreThan(value) => Domain::of_fact(fact)?.range.least <= *value,
            Test::AtMost(value) => {
                Domain::of_fact(fact)?.reaches(&Threshold::MoreThan(value.clone()), None)
            }
            Test::LessThan(value) => {
                Domain::of_fact(fact)?.reaches(&Threshold::AtLeast(value.clone()), None)
            }
        })
    }
}

/// A denominator of 0 can yield 0 or the maximum besides.
fn with_zero_denominator(range: Range, measure: &Measure, max: &Rational) -> Range {
    match measure {
        Measure::Ratio {
            zero_denominator: Some(ZeroDenominator::Zero),
            ..
        } => range.or(Range::point(Rational::ZERO)),
        Measure::Ratio {
            zero_denominator: Some(ZeroDenominator::Full),
            ..
        } => range.or(Range::point(max.clone())),
        _ => range,
    }
}

/// `base` up to `base_at`, then `each` for every further full `per`, at most `cap`.
pub(crate) fn stepwise(
    value: &Rational,
    base_at: &Rational,
    base: &Rational,
    per: &Rational,
    each: &Rational,
    cap: &Rational,
) -> Option<Rational> {
    if value <= base_at {
        return Some(base.clone());
    }
    let steps = (value - base_at).checked_div(per)?.floor();
    Some((base + &(each * &steps)).min(cap.clone()))
}
