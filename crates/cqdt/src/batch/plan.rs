//! A criteria set compiled for columns: constants as whole numbers of one unit, each rule as a few loops.
//!
//! What can't be had in 32-bit whole numbers isn't compiled: such a criterion, or such a set, goes through the evaluator
//! that scores a single submission. So do single rows in which a `sum` loses part of its maximum.

use std::cell::Cell;

use super::kernels::Fraction;
use super::output::MAX_PLACES;
use crate::CriteriaSet;
use crate::criteria::{
    BandScale, Fact, FactType, MissingEvidence, NotApplicable, Rescale, Threshold, ZeroDenominator,
};
use crate::points::Stage;
use crate::score::{Cohort, Evaluator, MeasurePlan, NumberTest, Op, Ratio, RulePlan, TestPlan};
use crate::submission::Answer;
use crate::{Rational, RoundingMode};

/// How a fact's answers are held while rows are scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 0 and 1, or the position of a key, or a mask of up to 8 keys.
    Byte { most: u8 },
    /// A mask of up to 64 keys.
    Mask { allowed: u64 },
    /// A number of `places`, from `least` to `most`, in steps of `step`.
    Number {
        places: u32,
        least: i64,
        most: i64,
        step: i64,
        narrow: bool,
    },
}

impl Form {
    fn of(fact: &Fact) -> Option<Self> {
        let number = |least: &Rational, most: &Rational, places: u32, step: i64| {
            let (least, most) = (least.at_places(places)?, most.at_places(places)?);
            let narrow = i32::try_from(least).is_ok() && i32::try_from(most).is_ok();
            Some(Self::Number {
                places,
                least,
                most,
                step,
                narrow,
            })
        };
        let places = fact.kind.places().unwrap_or(u32::from(MAX_PLACES));
        match &fact.kind {
            FactType::YesNo => Some(Self::Byte { most: 1 }),
            FactType::Choice { keys } => Some(Self::Byte {
                most: u8::try_from(keys.len().checked_sub(1)?).ok()?,
            }),
            FactType::Items { keys } => Some(match keys.len() {
                count @ 0..=8 => Self::Byte {
                    most: u8::try_from((1_u32 << count) - 1).ok()?,
                },
                64 => Self::Mask { allowed: u64::MAX },
                count => Self::Mask {
                    allowed: (1 << count) - 1,
                },
            }),
            FactType::Count { min, max }
            | FactType::Amount { min, max }
            | FactType::Percent { min, max } => number(min, max, places, 1),
            FactType::Points { max, step } => {
                number(&Rational::ZERO, max, places, step.at_places(places)?)
            }
            FactType::Rollup { .. } => number(&Rational::ZERO, &Rational::HUNDRED, places, 1),
        }
    }

    /// The largest magnitude of a number.
    pub(super) fn magnitude(self) -> i128 {
        match self {
            Self::Number { least, most, .. } => i128::from(least).abs().max(i128::from(most).abs()),
            Self::Byte { .. } | Self::Mask { .. } => i128::from(u64::MAX),
        }
    }
}

/// `of ÷ over`: what must hold of the two whole numbers for it to be formed.
#[derive(Clone, Copy, Debug)]
pub(super) struct RatioOf {
    pub(super) of: usize,
    pub(super) over: usize,
    /// `of × of_scale ÷ (over × over_scale)` is the ratio.
    pub(super) of_scale: i64,
    pub(super) over_scale: i64,
    pub(super) allow_over: bool,
    pub(super) zero: Option<ZeroDenominator>,
    /// What a rule yields for `zero = full`.
    pub(super) full: i32,
}

/// What a rule measures.
#[derive(Clone, Copy, Debug)]
pub(super) enum Measured {
    Fact(usize),
    Ratio(RatioOf),
}

/// `points` where `of × numerator ≥ over × denominator`, or `>`.
#[derive(Clone, Copy, Debug)]
pub(super) struct RatioBound {
    pub(super) of: i64,
    pub(super) over: i64,
    pub(super) strictly: bool,
    pub(super) points: i32,
}

/// A rule as loops. Points are whole numbers of the unit that the criterion is in.
#[derive(Debug)]
pub(super) enum Kernel {
    Flag {
        fact: usize,
        yes: i32,
        no: i32,
    },
    Table {
        fact: usize,
        most: u8,
        table: Box<[i32; 256]>,
    },
    Tables {
        fact: usize,
        tables: Box<[[i32; 256]]>,
        cap: i32,
    },
    /// From the lowest bound up.
    Steps {
        fact: usize,
        bounds: Box<[(i64, i32)]>,
        otherwise: i32,
    },
    /// From the lowest bound up.
    RatioSteps {
        ratio: RatioOf,
        bounds: Box<[RatioBound]>,
        otherwise: i32,
    },
    PerItem {
        fact: usize,
        each: i32,
        most: i32,
        cap: i32,
    },
    Divide {
        measure: Measured,
        fraction: Fraction,
        /// Then `min(base + each × quotient, cap)`.
        stairs: Option<(i32, i32, i32)>,
    },
    /// The fraction depends on the cohort.
    Cohort {
        /// Which of the set's cohort rules it is.
        rule: usize,
        measure: Measured,
        places: u32,
        statistic: usize,
        min_max: bool,
        max: Rational,
        target: Target,
    },
    BestOf(Box<[Kernel]>),
    Sum {
        branches: Box<[(Kernel, i32)]>,
        cap: i32,
    },
    Gate {
        fact: usize,
        test: Test,
        branch: Box<Kernel>,
        otherwise: i32,
    },
    Negate(Box<Kernel>),
    Coarsen {
        inner: Box<Kernel>,
        scale: i32,
        mode: RoundingMode,
    },
}

/// A condition on a whole number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Test {
    /// Bits of the bytes that meet it: yes or no, or the position of a key.
    AnyOf(u64),
    /// A bit of a mask.
    Includes(u64),
    /// From and to.
    Within(i64, i64),
}

/// The unit that points come in: `10^-places`, and how they come to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    places: u32,
    /// None where points must be exact.
    mode: Option<RoundingMode>,
}

impl Target {
    fn int(self, value: &Rational) -> Option<i32> {
        let value = match self.mode {
            Some(mode) => value.round_to(self.places, mode).at_places(self.places),
            None => value.at_places(self.places),
        };
        i32::try_from(value?).ok()
    }
}

#[derive(Debug)]
pub(super) struct CriterionKernel {
    /// None where the evaluator of single submissions scores it.
    pub(super) kernel: Option<Kernel>,
    /// The facts it reads.
    pub(super) facts: Vec<usize>,
    /// What it counts where it isn't applicable, under `full`.
    pub(super) full: i32,
    pub(super) bonus: bool,
    /// Whether points without evidence are taken away.
    pub(super) evidence: bool,
    /// Its maximum in the unit of maxima.
    pub(super) max: i64,
}

#[derive(Debug)]
pub(super) struct GroupKernel {
    pub(super) criteria: std::ops::Range<usize>,
    pub(super) floor: i64,
    /// Declared maximum in the unit of maxima.
    pub(super) max: i64,
    /// What its criteria bring to the applicable maximum, if all apply.
    pub(super) applicable: i64,
    /// Whether any of its criteria can be excluded.
    pub(super) size: u16,
}

/// A band's thresholds.
#[derive(Debug)]
pub(super) struct BandKernel {
    pub(super) on_share: bool,
    /// Numerator and denominator, and whether it must be passed.
    pub(super) threshold: Option<(i64, i64, bool)>,
    /// By group: a percentage as numerator and denominator.
    pub(super) groups: Vec<(usize, i64, i64)>,
}

/// A criteria set compiled for columns.
#[derive(Debug)]
pub(crate) struct BatchPlan {
    pub(super) forms: Vec<Form>,
    pub(super) criteria: Vec<CriterionKernel>,
    pub(super) groups: Vec<GroupKernel>,
    /// Places of criteria, of groups' sums, and of what is rounded.
    pub(super) fine: u32,
    pub(super) coarse: u32,
    pub(super) stage: Stage,
    pub(super) mode: RoundingMode,
    /// Places of maxima.
    pub(super) max_places: u32,
    pub(super) not_applicable: NotApplicable,
    pub(super) rescale: Rescale,
    pub(super) max: i64,
    pub(super) bonus_cap: Option<i64>,
    /// None where some band needs more than totals and groups.
    pub(super) bands: Option<Vec<BandKernel>>,
}

impl BatchPlan {
    /// Nothing where the set's points can't be had in 32-bit whole numbers.
    pub(crate) fn compile(set: &CriteriaSet) -> Option<Self> {
        let definition = set.definition();
        let policies = &definition.policies;
        let rounding = policies.rounding;
        let forms: Option<Vec<Form>> = definition.facts.iter().map(Form::of).collect();
        let compiler = Compiler {
            set,
            forms: forms?,
            cohort_rules: Cell::new(0),
        };
        let coarse = u32::from(rounding.places);
        let plan = set.plan();
        let target = if rounding.stage == Stage::Criterion {
            Target {
                places: coarse,
                mode: Some(rounding.mode),
            }
        } else {
            let needed = plan.criteria.iter().map(|criterion| {
                let own = places_of(&criterion.rule)?;
                Some(own.max(decimals(&criterion.max)?))
            });
            let floors = definition.groups.iter().map(|group| decimals(&group.floor));
            let needed: Option<Vec<u32>> = needed.chain(floors).collect();
            let places = needed?.into_iter().max().unwrap_or(0).max(coarse);
            Target { places, mode: None }
        };
        let fine = target.places;
        let at = |value: &Rational, places: u32| value.at_places(places);
        let branch_maxima = plan
            .criteria
            .iter()
            .map(|criterion| maxima(&criterion.rule));
        let max_places = branch_maxima
            .chain(definition.groups.iter().map(|group| decimals(&group.max)))
            .chain([decimals(&definition.max)])
            .collect::<Option<Vec<u32>>>()?
            .into_iter()
            .max()
            .unwrap_or(0);
        let zero = policies.missing_evidence == MissingEvidence::Zero;
        let mut criteria = Vec::new();
        // Sums of any of these stay in 32 bits.
        let mut reach: i64 = 0;
        for (criterion, declared) in plan.criteria.iter().zip(set.criteria()) {
            let kernel = compiler.kernel(&criterion.rule, target);
            if kernel.is_none() && target.mode.is_none() {
                return None;
            }
            let (most, least) = (
                at(&declared.max, fine)?,
                exact_or_down(&declared.min, fine)?,
            );
            reach = reach.checked_add(most.max(least.checked_neg()?))?;
            let mut facts = Vec::new();
            reads(&criterion.rule, &mut facts);
            facts.sort_unstable();
            facts.dedup();
            criteria.push(CriterionKernel {
                kernel,
                facts,
                full: target.int(&criterion.max)?,
                bonus: criterion.bonus,
                evidence: criterion.evidence && zero,
                max: at(&criterion.max, max_places)?,
            });
        }
        i32::try_from(reach).ok()?;
        let mut groups = Vec::new();
        for (group, range) in definition.groups.iter().zip(&plan.groups) {
            let members = criteria.get(range.clone())?;
            groups.push(GroupKernel {
                criteria: range.clone(),
                floor: at(&group.floor, fine)?,
                max: at(&group.max, max_places)?,
                applicable: members
                    .iter()
                    .filter(|member| !member.bonus)
                    .map(|member| member.max)
                    .sum(),
                size: u16::try_from(range.len()).ok()?,
            });
        }
        // Products of maxima and points stay in 128 bits; see `small`.
        let max = at(&definition.max, max_places)?;
        let largest = groups.iter().map(|group| group.applicable.max(group.max));
        if largest.chain([max]).any(|value| value > 1 << 40) {
            return None;
        }
        let bonus_cap = match &policies.bonus_cap {
            Some(cap) => Some(at(cap, fine)?),
            None => None,
        };
        // A cut is exact; where groups are rounded it could leave their grid.
        if bonus_cap.is_some() && rounding.stage == Stage::Group && fine != coarse {
            return None;
        }
        let bands = definition.bands.iter().map(|band| {
            let threshold = match &band.threshold {
                Some(threshold) => {
                    let (num, den) = threshold.value().parts()?;
                    Some((num, den, matches!(threshold, Threshold::MoreThan(_))))
                }
                None => None,
            };
            let groups = band.min_group_share.iter().map(|(id, least)| {
                let at = definition.groups.iter().position(|group| group.id == *id)?;
                let (num, den) = least.parts()?;
                Some((at, num, den))
            });
            band.min_criterion_share.is_none().then_some(BandKernel {
                on_share: band.on == BandScale::Share,
                threshold,
                groups: groups.collect::<Option<_>>()?,
            })
        });
        let bands = bands.collect();
        Some(Self {
            forms: compiler.forms,
            criteria,
            groups,
            fine,
            coarse,
            stage: rounding.stage,
            mode: rounding.mode,
            max_places,
            not_applicable: policies.not_applicable,
            rescale: policies.rescale,
            max,
            bonus_cap,
            bands,
        })
    }
}

/// Decimal places that a number needs; none where no decimal is exact.
fn decimals(value: &Rational) -> Option<u32> {
    (0..=6).find(|places| value.at_places(*places).is_some())
}

fn exact_or_down(value: &Rational, places: u32) -> Option<i64> {
    value.at_places(places).or_else(|| {
        let down = value.round_to(places, RoundingMode::Down);
        down.at_places(places).map(|value| value.saturating_sub(1))
    })
}

/// Decimal places of every maximum in a rule.
fn maxima(rule: &RulePlan) -> Option<u32> {
    let inner = match &rule.op {
        Op::BestOf { branches } | Op::Sum { branches, .. } => &branches[..],
        Op::Gate { branch, .. } | Op::Deduct { branch } => std::slice::from_ref(&**branch),
        _ => &[],
    };
    let inner = inner.iter().map(maxima).chain([decimals(&rule.max)]);
    inner.collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// Decimal places that a rule's points need; none where they are any fraction.
fn places_of(rule: &RulePlan) -> Option<u32> {
    let own = |values: &[&Rational]| {
        let places = values.iter().map(|value| decimals(value));
        places.collect::<Option<Vec<_>>>()?.into_iter().max()
    };
    let branches = |branches: &[RulePlan], more: &Rational| {
        let inner = branches.iter().map(places_of).chain([decimals(more)]);
        inner.collect::<Option<Vec<_>>>()?.into_iter().max()
    };
    let with_max = |places: u32| Some(places.max(decimals(&rule.max)?));
    match &rule.op {
        Op::YesNo { yes, no, .. } => own(&[yes, no]),
        Op::Choice { points, .. } => own(&points.iter().collect::<Vec<_>>()),
        Op::Checklist { points, cap, .. } => own(&points.iter().chain([cap]).collect::<Vec<_>>()),
        Op::Tiers {
            steps, otherwise, ..
        } => with_max(own(&steps
            .iter()
            .map(|(_, points)| points)
            .chain([otherwise])
            .collect::<Vec<_>>())?),
        Op::PerItem { each, cap, .. } => own(&[each, cap]),
        Op::Stepwise {
            base, each, cap, ..
        } => with_max(own(&[base, each, cap])?),
        Op::Given { .. } => with_max(6),
        Op::Proportional { .. } | Op::CohortMax { .. } | Op::CohortMinMax { .. } => None,
        Op::BestOf { branches: rules } => branches(rules, &Rational::ZERO),
        Op::Sum {
            branches: rules,
            cap,
        } => with_max(branches(rules, cap)?),
        Op::Gate {
            branch, otherwise, ..
        } => branches(std::slice::from_ref(branch), otherwise),
        Op::Deduct { branch } => places_of(branch),
    }
}

struct Compiler<'s> {
    set: &'s CriteriaSet,
    forms: Vec<Form>,
    /// How many cohort rules there are so far.
    cohort_rules: Cell<usize>,
}

impl Compiler<'_> {
    fn read(&self, fact: usize) -> Option<Form> {
        self.forms.get(fact).copied()
    }

    fn number(&self, fact: usize) -> Option<(u32, i64, i64)> {
        match self.read(fact)? {
            Form::Number {
                places,
                least,
                most,
                ..
            } => Some((places, least, most)),
            Form::Byte { .. } | Form::Mask { .. } => None,
        }
    }

    /// A rule whose points come out in the target's unit.
    fn kernel(&self, rule: &RulePlan, target: Target) -> Option<Kernel> {
        let Some(mode) = target.mode else {
            return self.exact(rule, target);
        };
        if let Some(places) = places_of(rule) {
            let places = places.max(target.places);
            let exact = self.exact(rule, Target { places, mode: None });
            let scale = 10_i32.checked_pow(places - target.places)?;
            return match exact {
                Some(kernel) if scale == 1 => Some(kernel),
                Some(kernel) => Some(Kernel::Coarsen {
                    inner: Box::new(kernel),
                    scale,
                    mode,
                }),
                None => None,
            };
        }
        // Rounding keeps the order, so it may come before the largest is taken.
        match &rule.op {
            Op::Proportional { ratio } => {
                let ratio = self.ratio(ratio, target.int(&rule.max)?)?;
                let (num, den) = rule.max.scaled_by(target.places).parts()?;
                Some(Kernel::Divide {
                    measure: Measured::Ratio(ratio),
                    fraction: Fraction {
                        of: ratio.of_scale.checked_mul(num)?,
                        base: 0,
                        over: ratio.over_scale.checked_mul(den)?,
                        cap: target.int(&rule.max)?,
                        mode: Some(mode),
                    },
                    stairs: None,
                })
            }
            Op::CohortMax { measure, statistic } | Op::CohortMinMax { measure, statistic } => {
                let full = target.int(&rule.max)?;
                let (measure, places) = self.measure(measure, full)?;
                let rule_at = self.cohort_rules.get();
                self.cohort_rules.set(rule_at + 1);
                Some(Kernel::Cohort {
                    rule: rule_at,
                    measure,
                    places,
                    statistic: *statistic,
                    min_max: matches!(rule.op, Op::CohortMinMax { .. }),
                    max: rule.max.clone(),
                    target,
                })
            }
            Op::BestOf { branches } => {
                let branches = branches.iter().map(|branch| self.kernel(branch, target));
                Some(Kernel::BestOf(branches.collect::<Option<_>>()?))
            }
            Op::Gate {
                fact,
                test,
                branch,
                otherwise,
            } => {
                let test = self.test(*fact, test)?;
                Some(Kernel::Gate {
                    fact: *fact,
                    test,
                    branch: Box::new(self.kernel(branch, target)?),
                    otherwise: target.int(otherwise)?,
                })
            }
            Op::Deduct { branch } => Some(Kernel::Negate(Box::new(self.kernel(branch, target)?))),
            Op::Sum { branches, cap } => self.sum_of_one_fraction(branches, cap, target),
            _ => None,
        }
    }

    /// Where all branches but one lie on the grid, rounding the sum is rounding that one. Not to the even digit, which
    /// depends on the rest, and not with points under 0, which round the other way.
    fn sum_of_one_fraction(
        &self,
        branches: &[RulePlan],
        cap: &Rational,
        target: Target,
    ) -> Option<Kernel> {
        let on_grid =
            |branch: &&RulePlan| places_of(branch).is_some_and(|places| places <= target.places);
        let fractions = branches.iter().filter(|branch| !on_grid(branch)).count();
        let on_grid = |value: &Rational| decimals(value).is_some_and(|own| own <= target.places);
        let plain = branches
            .iter()
            .all(|branch| never_negative(branch) && on_grid(&branch.max));
        let even = target.mode == Some(RoundingMode::HalfEven);
        if fractions > 1 || even || !plain || !on_grid(cap) {
            return None;
        }
        let compiled = branches.iter().map(|branch| {
            let full = target.int(&branch.max)?;
            Some((self.kernel(branch, target)?, full))
        });
        Some(Kernel::Sum {
            branches: compiled.collect::<Option<_>>()?,
            cap: target.int(cap)?,
        })
    }

    /// A rule whose points are whole numbers of the target's unit.
    fn exact(&self, rule: &RulePlan, target: Target) -> Option<Kernel> {
        let int = |value: &Rational| target.int(value);
        Some(match &rule.op {
            Op::YesNo { fact, yes, no } => {
                self.read(*fact)?;
                Kernel::Flag {
                    fact: *fact,
                    yes: int(yes)?,
                    no: int(no)?,
                }
            }
            Op::Choice { fact, .. } => {
                self.read(*fact)?;
                self.table(rule, *fact, target, Answer::Choice)?
            }
            Op::Checklist { fact, points, cap } => {
                if let Form::Byte { .. } = self.read(*fact)? {
                    self.table(rule, *fact, target, |byte| Answer::Items(byte.into()))?
                } else {
                    let points: Option<Vec<i32>> = points.iter().map(int).collect();
                    tables(*fact, &points?, int(cap)?)?
                }
            }
            Op::PerItem { fact, each, cap } => match self.read(*fact)? {
                Form::Byte { .. } => {
                    self.table(rule, *fact, target, |byte| Answer::Items(byte.into()))?
                }
                Form::Mask { .. } => tables(*fact, &[int(each)?; 64], int(cap)?)?,
                Form::Number { least, .. } => {
                    let (each, cap) = (int(each)?, int(cap)?);
                    if each < 0 || cap < 0 || least < 0 {
                        return None;
                    }
                    each.checked_add(cap)?;
                    Kernel::PerItem {
                        fact: *fact,
                        each,
                        most: cap.checked_div(each).map_or(1, |count| count + 1),
                        cap,
                    }
                }
            },
            Op::Tiers {
                measure,
                steps,
                otherwise,
            } => self.steps(rule, measure, steps, otherwise, target)?,
            Op::Stepwise {
                measure,
                base_at,
                base,
                per,
                each,
                cap,
            } => {
                let (measure, places) = self.measure(measure, int(&rule.max)?)?;
                let (base, each, cap) = (int(base)?, int(each)?, int(cap)?);
                if base > cap || each < 0 {
                    return None;
                }
                // Further steps than reach the cap make no difference.
                let most = (cap - base).checked_div(each).map_or(0, |steps| steps + 1);
                // ⌊(v − base_at) ÷ per⌋
                let fraction = divide(
                    measure,
                    places,
                    &Rational::from(1).checked_div(per)?,
                    &-base_at.checked_div(per)?,
                    most,
                    None,
                )?;
                base.checked_add(each.checked_mul(most)?)?;
                Kernel::Divide {
                    measure,
                    fraction,
                    stairs: Some((base, each, cap)),
                }
            }
            Op::Given { fact } => {
                let (places, _, _) = self.number(*fact)?;
                let unit = Rational::scaled(1, places).scaled_by(target.places);
                let (num, den) = unit.parts()?;
                Kernel::Divide {
                    measure: Measured::Fact(*fact),
                    fraction: Fraction {
                        of: num,
                        base: 0,
                        over: den,
                        cap: int(&rule.max)?,
                        mode: None,
                    },
                    stairs: None,
                }
            }
            Op::BestOf { branches } => {
                let branches = branches.iter().map(|branch| self.exact(branch, target));
                Kernel::BestOf(branches.collect::<Option<_>>()?)
            }
            Op::Sum { branches, cap } => {
                int(&branches.iter().map(weight).sum::<Rational>())?;
                let compiled = branches
                    .iter()
                    .map(|branch| Some((self.exact(branch, target)?, int(&branch.max)?)));
                Kernel::Sum {
                    branches: compiled.collect::<Option<_>>()?,
                    cap: int(cap)?,
                }
            }
            Op::Gate {
                fact,
                test,
                branch,
                otherwise,
            } => Kernel::Gate {
                fact: *fact,
                test: self.test(*fact, test)?,
                branch: Box::new(self.exact(branch, target)?),
                otherwise: int(otherwise)?,
            },
            Op::Deduct { branch } => Kernel::Negate(Box::new(self.exact(branch, target)?)),
            Op::Proportional { .. } | Op::CohortMax { .. } | Op::CohortMinMax { .. } => {
                return None;
            }
        })
    }

    /// A table of what the evaluator says for every answer that a byte can be.
    fn table(
        &self,
        rule: &RulePlan,
        fact: usize,
        target: Target,
        answer: impl Fn(u8) -> Answer,
    ) -> Option<Kernel> {
        let Form::Byte { most } = *self.forms.get(fact)? else {
            return None;
        };
        let mut answers = vec![Answer::Missing; self.forms.len()];
        let mut table = Box::new([0; 256]);
        for byte in 0..=most {
            *answers.get_mut(fact)? = answer(byte);
            let mut evaluator = Evaluator::<false> {
                answers: &answers,
                cohort: None,
                not_applicable: self.set.definition().policies.not_applicable,
                faults: Vec::new(),
            };
            table[usize::from(byte)] = target.int(&evaluator.evaluate(rule).points)?;
        }
        Some(Kernel::Table { fact, most, table })
    }

    fn steps(
        &self,
        rule: &RulePlan,
        measure: &MeasurePlan,
        steps: &[(Threshold, Rational)],
        otherwise: &Rational,
        target: Target,
    ) -> Option<Kernel> {
        let otherwise = target.int(otherwise)?;
        let (measured, places) = self.measure(measure, target.int(&rule.max)?)?;
        let lowest_first = steps.iter().rev();
        match measured {
            Measured::Fact(fact) => {
                let bounds = lowest_first.map(|(threshold, points)| {
                    let scaled = threshold.value().scaled_by(places);
                    let bound = match threshold {
                        Threshold::AtLeast(_) => -(-scaled).floor(),
                        Threshold::MoreThan(_) => scaled.floor() + Rational::from(1),
                    };
                    Some((bound.at_places(0)?, target.int(points)?))
                });
                Some(Kernel::Steps {
                    fact,
                    bounds: bounds.collect::<Option<_>>()?,
                    otherwise,
                })
            }
            Measured::Ratio(ratio) => {
                let bounds = lowest_first.map(|(threshold, points)| {
                    // 100 × of × of_scale ÷ (over × over_scale) against p ÷ q
                    let (num, den) = threshold.value().checked_div(&Rational::HUNDRED)?.parts()?;
                    let strictly = matches!(threshold, Threshold::MoreThan(_));
                    Some(RatioBound {
                        of: ratio.of_scale.checked_mul(den)?,
                        over: ratio.over_scale.checked_mul(num)?,
                        strictly,
                        points: target.int(points)?,
                    })
                });
                Some(Kernel::RatioSteps {
                    ratio,
                    bounds: bounds.collect::<Option<_>>()?,
                    otherwise,
                })
            }
        }
    }

    fn ratio(&self, ratio: &Ratio, full: i32) -> Option<RatioOf> {
        let (of_places, of_least, _) = self.number(ratio.of)?;
        let (over_places, over_least, _) = self.number(ratio.over)?;
        if of_least < 0 || over_least < 0 {
            return None;
        }
        let shared = of_places.min(over_places);
        Some(RatioOf {
            of: ratio.of,
            over: ratio.over,
            of_scale: 10_i64.checked_pow(over_places - shared)?,
            over_scale: 10_i64.checked_pow(of_places - shared)?,
            allow_over: ratio.allow_over,
            zero: ratio.zero,
            full,
        })
    }

    /// A measure, and the places of its whole numbers where it is a fact.
    fn measure(&self, measure: &MeasurePlan, full: i32) -> Option<(Measured, u32)> {
        Some(match measure {
            MeasurePlan::Fact(fact, _) => {
                let (places, _, _) = self.number(*fact)?;
                (Measured::Fact(*fact), places)
            }
            MeasurePlan::Ratio(ratio) => (Measured::Ratio(self.ratio(ratio, full)?), 0),
        })
    }

    fn test(&self, fact: usize, test: &TestPlan) -> Option<Test> {
        let form = self.read(fact)?;
        Some(match test {
            TestPlan::Is(answer) => Test::AnyOf(if *answer { 2 } else { 1 }),
            TestPlan::AnyOf(keys) => Test::AnyOf(*keys),
            TestPlan::Includes(key) => Test::Includes(*key),
            TestPlan::Number { test, .. } => {
                let Form::Number { places, .. } = form else {
                    return None;
                };
                let floor = |bound: &Rational| bound.scaled_by(places).floor().at_places(0);
                let ceiling = |bound: &Rational| (-(-bound.scaled_by(places)).floor()).at_places(0);
                match test {
                    NumberTest::AtLeast(bound) => Test::Within(ceiling(bound)?, i64::MAX),
                    NumberTest::MoreThan(bound) => {
                        Test::Within(floor(bound)?.checked_add(1)?, i64::MAX)
                    }
                    NumberTest::AtMost(bound) => Test::Within(i64::MIN, floor(bound)?),
                    NumberTest::LessThan(bound) => {
                        Test::Within(i64::MIN, ceiling(bound)?.checked_sub(1)?)
                    }
                }
            }
        })
    }
}

/// `factor × v + base` of a measure `v` (percent, where it is a ratio) as one division.
pub(super) fn divide(
    measure: Measured,
    places: u32,
    factor: &Rational,
    base: &Rational,
    cap: i32,
    mode: Option<RoundingMode>,
) -> Option<Fraction> {
    // v = unit × of ÷ over in whole numbers
    let unit = match measure {
        Measured::Fact(_) => Rational::scaled(1, places),
        Measured::Ratio(ratio) => {
            let scales = Rational::ratio(ratio.of_scale, ratio.over_scale);
            &scales * &Rational::HUNDRED
        }
    };
    let (of_num, of_den) = (factor * &unit).parts()?;
    let (base_num, base_den) = base.parts()?;
    let shared = num_integer::gcd(of_den, base_den);
    Some(Fraction {
        of: of_num.checked_mul(base_den / shared)?,
        base: base_num.checked_mul(of_den / shared)?,
        over: (of_den / shared).checked_mul(base_den)?,
        cap,
        mode,
    })
}

/// The fraction that a cohort rule is, given its statistics; nothing where they have no spread, or numbers outgrow 64
/// bits.
pub(super) fn cohort_fraction(
    measure: Measured,
    places: u32,
    (least, largest): (&Rational, &Rational),
    min_max: bool,
    max: &Rational,
    target: Target,
) -> Option<Fraction> {
    let cap = target.int(max)?;
    let max = max.scaled_by(target.places);
    let spread = if min_max {
        largest - least
    } else {
        largest.clone()
    };
    let factor = max.checked_div(&spread)?;
    let base = if min_max {
        -(&factor * least)
    } else {
        Rational::ZERO
    };
    divide(measure, places, &factor, &base, cap, target.mode)
}

pub(super) fn extent_of(
    cohort: Option<&Cohort>,
    statistic: usize,
) -> Option<(&Rational, &Rational)> {
    let extent = cohort?.extent(statistic)?;
    Some((&extent.least, &extent.largest))
}

/// A table for each byte of a mask.
fn tables(fact: usize, points: &[i32], cap: i32) -> Option<Kernel> {
    let sum: i64 = points.iter().map(|points| i64::from(points.abs())).sum();
    i32::try_from(sum).ok()?;
    let tables = points.chunks(8).map(|points| {
        let mut table = [0; 256];
        for (byte, sum) in table.iter_mut().enumerate() {
            let ticked = points
                .iter()
                .enumerate()
                .filter(|(key, _)| byte >> key & 1 == 1);
            *sum = ticked.map(|(_, points)| *points).sum();
        }
        table
    });
    Some(Kernel::Tables {
        fact,
        tables: tables.collect(),
        cap,
    })
}

/// More than the magnitude of what a rule can yield.
fn weight(rule: &RulePlan) -> Rational {
    let all = |points: &[&Rational]| {
        let magnitudes = points.iter().map(|points| {
            let negative = points.is_negative();
            if negative {
                -(*points).clone()
            } else {
                (*points).clone()
            }
        });
        magnitudes.fold(rule.max.clone(), |sum, points| sum + points)
    };
    match &rule.op {
        Op::YesNo { yes, no, .. } => all(&[yes, no]),
        Op::Choice { points, .. } => all(&points.iter().collect::<Vec<_>>()),
        Op::Checklist { points, cap, .. } => all(&points.iter().chain([cap]).collect::<Vec<_>>()),
        Op::Tiers {
            steps, otherwise, ..
        } => {
            let steps = steps.iter().map(|(_, points)| points);
            all(&steps.chain([otherwise]).collect::<Vec<_>>())
        }
        Op::PerItem { each, cap, .. } => all(&[each, cap]),
        Op::Stepwise {
            base, each, cap, ..
        } => all(&[base, each, cap]),
        Op::Given { .. }
        | Op::Proportional { .. }
        | Op::CohortMax { .. }
        | Op::CohortMinMax { .. } => all(&[]),
        Op::BestOf { branches } | Op::Sum { branches, .. } => {
            branches.iter().map(weight).sum::<Rational>() + all(&[])
        }
        Op::Gate {
            branch, otherwise, ..
        } => weight(branch) + all(&[otherwise]),
        Op::Deduct { branch } => weight(branch),
    }
}

/// Whether a rule surely never yields points under 0.
fn never_negative(rule: &RulePlan) -> bool {
    let fine = |values: &[&Rational]| values.iter().all(|value| !value.is_negative());
    match &rule.op {
        Op::YesNo { yes, no, .. } => fine(&[yes, no]),
        Op::Choice { points, .. } => points.iter().all(|points| fine(&[points])),
        Op::Checklist { points, cap, .. } => {
            points.iter().chain([cap]).all(|points| fine(&[points]))
        }
        Op::Tiers {
            steps, otherwise, ..
        } => fine(&[otherwise]) && steps.iter().all(|(_, points)| fine(&[points])),
        Op::PerItem { each, cap, .. } => fine(&[each, cap]),
        Op::Stepwise {
            base, each, cap, ..
        } => fine(&[base, each, cap]),
        Op::Proportional { .. }
        | Op::CohortMax { .. }
        | Op::CohortMinMax { .. }
        | Op::Given { .. } => true,
        Op::BestOf { branches } => branches.iter().all(never_negative),
        Op::Sum { branches, cap } => branches.iter().all(never_negative) && fine(&[cap]),
        Op::Gate {
            branch, otherwise, ..
        } => never_negative(branch) && fine(&[otherwise]),
        Op::Deduct { .. } => false,
    }
}

/// The facts that a rule reads, branches and all.
fn reads(rule: &RulePlan, facts: &mut Vec<usize>) {
    let measured = |measure: &MeasurePlan, facts: &mut Vec<usize>| match measure {
        MeasurePlan::Fact(fact, _) => facts.push(*fact),
        MeasurePlan::Ratio(ratio) => facts.extend([ratio.of, ratio.over]),
    };
    match &rule.op {
        Op::YesNo { fact, .. }
        | Op::Choice { fact, .. }
        | Op::PerItem { fact, .. }
        | Op::Checklist { fact, .. }
        | Op::Given { fact } => facts.push(*fact),
        Op::Proportional { ratio } => facts.extend([ratio.of, ratio.over]),
        Op::Tiers { measure, .. }
        | Op::Stepwise { measure, .. }
        | Op::CohortMax { measure, .. }
        | Op::CohortMinMax { measure, .. } => measured(measure, facts),
        Op::BestOf { branches } | Op::Sum { branches, .. } => {
            for branch in branches {
                reads(branch, facts);
            }
        }
        Op::Gate { fact, branch, .. } => {
            facts.push(*fact);
            reads(branch, facts);
        }
        Op::Deduct { branch } => reads(branch, facts),
    }
}
