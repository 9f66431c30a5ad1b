//! A criteria set compiled for scoring: facts as positions, no ids and no maps in the inner loop.

use crate::Rational;
use crate::criteria::{
    Condition, Definition, Measure, Rule, RuleKind, Test, Threshold, ZeroDenominator,
};
use crate::submission::Answer;

/// The position of a fact in a row of answers.
pub(crate) type FactAt = usize;

/// All criteria of a set in order, and the measures that need a cohort.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) criteria: Vec<CriterionPlan>,
    /// The criteria of each group, as a range of `criteria`.
    pub(crate) groups: Vec<std::ops::Range<usize>>,
    pub(crate) cohort_measures: Vec<MeasurePlan>,
    /// Criteria that read each fact, for diagnostics.
    pub(crate) readers: Vec<Vec<usize>>,
}

#[derive(Debug)]
pub(crate) struct CriterionPlan {
    pub(crate) max: Rational,
    pub(crate) bonus: bool,
    pub(crate) evidence: bool,
    pub(crate) rule: RulePlan,
}

#[derive(Debug)]
pub(crate) struct RulePlan {
    pub(crate) max: Rational,
    pub(crate) op: Op,
}

#[derive(Debug)]
pub(crate) enum Op {
    YesNo {
        fact: FactAt,
        yes: Rational,
        no: Rational,
    },
    Choice {
        fact: FactAt,
        points: Box<[Rational]>,
    },
    Proportional {
        ratio: Ratio,
    },
    Tiers {
        measure: MeasurePlan,
        steps: Box<[(Threshold, Rational)]>,
        otherwise: Rational,
    },
    PerItem {
        fact: FactAt,
        each: Rational,
        cap: Rational,
    },
    Stepwise {
        measure: MeasurePlan,
        base_at: Rational,
        base: Rational,
        per: Rational,
        each: Rational,
        cap: Rational,
    },
    Checklist {
        fact: FactAt,
        points: Box<[Rational]>,
        cap: Rational,
    },
    /// `statistic` is the position among the cohort measures.
    CohortMax {
        measure: MeasurePlan,
        statistic: usize,
    },
    CohortMinMax {
        measure: MeasurePlan,
        statistic: usize,
    },
    Given {
        fact: FactAt,
    },
    BestOf {
        branches: Box<[RulePlan]>,
    },
    Sum {
        branches: Box<[RulePlan]>,
        cap: Rational,
    },
    Gate {
        fact: FactAt,
        test: TestPlan,
        branch: Box<RulePlan>,
        otherwise: Rational,
    },
    Deduct {
        branch: Box<RulePlan>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MeasurePlan {
    Fact(FactAt, u32),
    Ratio(Ratio),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio {
    pub(crate) of: FactAt,
    pub(crate) of_places: u32,
    pub(crate) over: FactAt,
    pub(crate) over_places: u32,
    pub(crate) zero: Option<ZeroDenominator>,
    pub(crate) allow_over: bool,
}

#[derive(Debug)]
pub(crate) enum TestPlan {
    Is(bool),
    /// Bits of the keys.
    AnyOf(u64),
    Includes(u64),
    Number {
        places: u32,
        test: NumberTest,
    },
}

#[derive(Debug)]
pub(crate) enum NumberTest {
    AtLeast(Rational),
    MoreThan(Rational),
    AtMost(Rational),
    LessThan(Rational),
}

impl NumberTest {
    pub(crate) fn holds(&self, value: &Rational) -> bool {
        match self {
            Self::AtLeast(bound) => value >= bound,
            Self::MoreThan(bound) => value > bound,
            Self::AtMost(bound) => value <= bound,
            Self::LessThan(bound) => value < bound,
        }
    }
}

impl Plan {
    /// Compiles a definition that has passed its checks. Unknown ids can't occur there and would read fact 0.
    pub(crate) fn compile(definition: &Definition) -> Self {
        let mut compiler = Compiler {
            definition,
            positions: crate::criteria::positions(&definition.facts),
            cohort_measures: Vec::new(),
            readers: vec![Vec::new(); definition.facts.len()],
            current: 0,
        };
        let mut criteria = Vec::new();
        let mut groups = Vec::new();
        for group in &definition.groups {
            let start = criteria.len();
            for criterion in &group.criteria {
                compiler.current = criteria.len();
                criteria.push(CriterionPlan {
                    max: criterion.max.clone(),
                    bonus: criterion.bonus,
                    evidence: criterion.evidence,
                    rule: compiler.rule(&criterion.rule, &criterion.max),
                });
            }
            groups.push(start..criteria.len());
        }
        Self {
            criteria,
            groups,
            cohort_measures: compiler.cohort_measures,
            readers: compiler.readers,
        }
    }
}

struct Compiler<'d> {
    definition: &'d Definition,
    positions: crate::criteria::Positions<'d>,
    cohort_measures: Vec<MeasurePlan>,
    readers: Vec<Vec<usize>>,
    current: usize,
}

impl Compiler<'_> {
    fn fact(&mut self, id: &str) -> FactAt {
        let at = self.positions.get(id).copied().unwrap_or_default();
        if let Some(readers) = self.readers.get_mut(at)
            && readers.last() != Some(&self.current)
        {
            readers.push(self.current);
        }
        at
    }

    fn places(&self, at: FactAt) -> u32 {
        self.definition
            .facts
            .get(at)
            .and_then(|fact| fact.kind.places())
            .unwrap_or(0)
    }

    fn branch(&mut self, rule: &Rule) -> RulePlan {
        self.rule(&rule.kind, &rule.max)
    }

    fn branches(&mut self, rules: &[Rule]) -> Box<[RulePlan]> {
        rules.iter().map(|rule| self.branch(rule)).collect()
    }

    fn ratio(&mut self, measure: &Measure) -> Ratio {
        match self.measure(measure) {
            MeasurePlan::Ratio(ratio) => ratio,
            MeasurePlan::Fact(at, places) => Ratio {
                of: at,
                of_places: places,
                over: at,
                over_places: places,
                zero: None,
                allow_over: false,
            },
        }
    }

    fn measure(&mut self, measure: &Measure) -> MeasurePlan {
        match measure {
            Measure::Fact { fact } => {
                let at = self.fact(fact);
                MeasurePlan::Fact(at, self.places(at))
            }
            Measure::Ratio {
                of,
                over,
                zero_denominator,
                allow_over,
            } => {
                let (of, over) = (self.fact(of), self.fact(over));
                MeasurePlan::Ratio(Ratio {
                    of,
                    of_places: self.places(of),
                    over,
                    over_places: self.places(over),
                    zero: *zero_denominator,
                    allow_over: *allow_over,
                })
            }
        }
    }

    fn statistic(&mut self, measure: &MeasurePlan) -> usize {
        let known = self
            .cohort_measures
            .iter()
            .position(|other| other == measure);
        known.unwrap_or_else(|| {
            self.cohort_measures.push(measure.clone());
            self.cohort_measures.len() - 1
        })
    }

    /// Points in the order of the fact's keys.
    fn by_key(&mut self, at: FactAt, points: &crate::Map<Rational>) -> Box<[Rational]> {
        let Some(fact) = self.definition.facts.get(at) else {
            return Box::default();
        };
        let keys = fact.kind.keys().iter();
        keys.map(|key| points.get(&key.id).cloned().unwrap_or_default())
            .collect()
    }

    fn bits(&self, at: FactAt, keys: &[String]) -> u64 {
        let Some(fact) = self.definition.facts.get(at) else {
            return 0;
        };
        let declared = fact.kind.keys().iter().enumerate();
        declared
            .filter(|(_, key)| keys.contains(&key.id))
            .fold(0, |bits, (index, _)| bits | 1 << index)
    }

    fn test(&mut self, when: &Condition, at: FactAt) -> TestPlan {
        let places = self.places(at);
        let number = |test| TestPlan::Number { places, test };
        match &when.test {
            Test::Is(answer) => TestPlan::Is(*answer),
            Test::AnyOf(keys) => TestPlan::AnyOf(self.bits(at, keys)),
            Test::Includes(key) => TestPlan::Includes(self.bits(at, std::slice::from_ref(key))),
            Test::AtLeast(bound) => number(NumberTest::AtLeast(bound.clone())),
            Test::MoreThan(bound) => number(NumberTest::MoreThan(bound.clone())),
            Test::AtMost(bound) => number(NumberTest::AtMost(bound.clone())),
            Test::LessThan(bound) => number(NumberTest::LessThan(bound.clone())),
        }
    }

    fn rule(&mut self, kind: &RuleKind, max: &Rational) -> RulePlan {
        let op = match kind {
            RuleKind::YesNo { fact, yes, no } => Op::YesNo {
                fact: self.fact(fact),
                yes: yes.clone(),
                no: no.clone(),
            },
            RuleKind::Choice { fact, points } => {
                let fact = self.fact(fact);
                Op::Choice {
                    fact,
                    points: self.by_key(fact, points),
                }
            }
            RuleKind::Proportional { ratio } => Op::Proportional {
                ratio: self.ratio(ratio),
            },
            RuleKind::Tiers {
                measure,
                steps,
                otherwise,
            } => Op::Tiers {
                measure: self.measure(measure),
                steps: steps
                    .iter()
                    .map(|step| (step.threshold.clone(), step.points.clone()))
                    .collect(),
                otherwise: otherwise.clone(),
            },
            RuleKind::PerItem { fact, each, cap } => Op::PerItem {
                fact: self.fact(fact),
                each: each.clone(),
                cap: cap.clone(),
            },
            RuleKind::Stepwise {
                measure,
                base_at,
                base,
                per,
                each,
                cap,
            } => Op::Stepwise {
                measure: self.measure(measure),
                base_at: base_at.clone(),
                base: base.clone(),
                per: per.clone(),
                each: each.clone(),
                cap: cap.clone(),
            },
            RuleKind::Checklist { fact, points, cap } => {
                let fact = self.fact(fact);
                Op::Checklist {
                    fact,
                    points: self.by_key(fact, points),
                    cap: cap.clone(),
                }
            }
            RuleKind::CohortMax { measure } => {
                let measure = self.measure(measure);
                let statistic = self.statistic(&measure);
                Op::CohortMax { measure, statistic }
            }
            RuleKind::CohortMinMax { measure } => {
                let measure = self.measure(measure);
                let statistic = self.statistic(&measure);
                Op::CohortMinMax { measure, statistic }
            }
            RuleKind::Given { fact } => Op::Given {
                fact: self.fact(fact),
            },
            RuleKind::BestOf { rules } => Op::BestOf {
                branches: self.branches(rules),
            },
            RuleKind::Sum { rules, cap } => Op::Sum {
                branches: self.branches(rules),
                cap: cap.clone(),
            },
            RuleKind::Gate {
                when,
                rule,
                otherwise,
            } => {
                let fact = self.fact(&when.fact);
                Op::Gate {
                    fact,
                    test: self.test(when, fact),
                    branch: Box::new(self.branch(rule)),
                    otherwise: otherwise.clone(),
                }
            }
            RuleKind::Deduct { rule } => Op::Deduct {
                branch: Box::new(self.branch(rule)),
            },
        };
        // A penalty's own maximum is 0 (D5).
        let max = if matches!(kind, RuleKind::Deduct { .. }) {
            Rational::ZERO
        } else {
            max.clone()
        };
        RulePlan { max, op }
    }
}

/// A fact's number as an exact rational; `None` where the answer is no number.
pub(crate) fn number_of(answer: &Answer, places: u32) -> Option<Rational> {
    match answer {
        Answer::Number(mantissa) => Some(Rational::scaled(i128::from(*mantissa), places)),
        Answer::Share(share) => Some((**share).clone()),
        _ => None,
    }
}
