//! The rules, one function for each.

use num_rational::BigRational;
use num_traits::Zero;
use serde_json::Value;

use crate::answers::{Answer, Answers};
use crate::measure::{NoValue, measure, ratio};
use crate::number::{int, set_number, set_number_or};
use crate::outcome::{Diagnostic, Status};

/// What a rule comes to.
#[derive(Debug, Clone)]
pub(crate) struct Yield {
    pub(crate) status: Status,
    /// Meaningful where the status is `Scored`, else 0.
    pub(crate) points: BigRational,
    pub(crate) applicable_max: BigRational,
}

/// Everything that the rules of one criterion may look at.
pub(crate) struct Context<'a> {
    pub(crate) criterion: &'a str,
    pub(crate) answers: &'a Answers,
    /// The answers of the whole cohort, or `None` where no statistics are given.
    pub(crate) cohort: Option<&'a [Answers]>,
    /// The set's policy: `exclude`, `zero` or `full`.
    pub(crate) not_applicable: &'a str,
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
}

impl Context<'_> {
    fn report(&mut self, name: &'static str) {
        self.diagnostics.push(Diagnostic {
            name,
            subject: self.criterion.to_owned(),
        });
    }

    fn excludes(&self) -> bool {
        self.not_applicable == "exclude"
    }
}

/// Evaluates a rule whose maximum is `max`.
pub(crate) fn evaluate(rule: &Value, max: &BigRational, context: &mut Context) -> Yield {
    match rule["kind"].as_str().unwrap() {
        "best_of" => best_of(rule, max, context),
        "sum" => sum(rule, max, context),
        "gate" => gate(rule, max, context),
        "deduct" => deduct(rule, context),
        _ => match leaf(rule, max, context) {
            Ok(points) => Yield {
                status: Status::Scored,
                points,
                applicable_max: max.clone(),
            },
            Err(status) => Yield {
                status,
                points: int(0),
                applicable_max: max.clone(),
            },
        },
    }
}

fn branch(rule: &Value, context: &mut Context) -> Yield {
    evaluate(rule, &set_number(&rule["max"]), context)
}

/// D1: `max − lost`, where `lost` is what the branch that was taken has lost.
fn less_what_was_lost(
    max: &BigRational,
    taken_max: &Value,
    taken: &Yield,
    context: &Context,
) -> BigRational {
    if context.excludes() {
        max - (set_number(taken_max) - &taken.applicable_max)
    } else {
        max.clone()
    }
}

/// D3.
fn best_of(rule: &Value, max: &BigRational, context: &mut Context) -> Yield {
    let rules = rule["rules"].as_array().unwrap();
    let yields: Vec<Yield> = rules.iter().map(|rule| branch(rule, context)).collect();
    let any = |status| yields.iter().any(|one| one.status == status);
    let none = |status| Yield {
        status,
        points: int(0),
        applicable_max: max.clone(),
    };
    if any(Status::Invalid) {
        return none(Status::Invalid);
    }
    let mut best: Option<usize> = None;
    for (index, one) in yields.iter().enumerate() {
        if one.status == Status::Scored && best.is_none_or(|best| one.points > yields[best].points)
        {
            best = Some(index);
        }
    }
    match best {
        Some(best) => Yield {
            status: Status::Scored,
            points: yields[best].points.clone(),
            applicable_max: less_what_was_lost(max, &rules[best]["max"], &yields[best], context),
        },
        None if any(Status::Missing) => none(Status::Missing),
        None => none(Status::NotApplicable),
    }
}

/// D2.
fn sum(rule: &Value, max: &BigRational, context: &mut Context) -> Yield {
    let cap = set_number_or(&rule["cap"], max.clone());
    let rules = rule["rules"].as_array().unwrap();
    let yields: Vec<Yield> = rules.iter().map(|rule| branch(rule, context)).collect();
    let any = |status| yields.iter().any(|one| one.status == status);

    let mut points = int(0);
    let mut applicable = int(0);
    for (rule, one) in rules.iter().zip(&yields) {
        if one.status == Status::NotApplicable {
            if context.not_applicable == "full" {
                points += set_number(&rule["max"]);
            }
        } else {
            points += &one.points;
            applicable += &one.applicable_max;
        }
    }
    let applicable_max = if context.excludes() {
        applicable.min(cap.clone())
    } else {
        max.clone()
    };
    let status = if any(Status::Invalid) {
        Status::Invalid
    } else if any(Status::Missing) {
        Status::Missing
    } else if any(Status::Scored) {
        Status::Scored
    } else {
        Status::NotApplicable
    };
    let points = if status == Status::Scored {
        points.min(cap)
    } else {
        int(0)
    };
    Yield {
        status,
        points,
        applicable_max,
    }
}

/// D4.
fn gate(rule: &Value, max: &BigRational, context: &mut Context) -> Yield {
    let when = &rule["when"];
    let answer = context.answers.get(&when["fact"]);
    if answer.status() != Status::Scored {
        return Yield {
            status: answer.status(),
            points: int(0),
            applicable_max: max.clone(),
        };
    }
    if !holds(when, answer) {
        let points = set_number_or(&rule["otherwise"], int(0));
        return Yield {
            status: Status::Scored,
            points,
            applicable_max: max.clone(),
        };
    }
    let taken = branch(&rule["rule"], context);
    let applicable_max = less_what_was_lost(max, &rule["rule"]["max"], &taken, context);
    Yield {
        applicable_max,
        ..taken
    }
}

fn holds(when: &Value, answer: &Answer) -> bool {
    match answer {
        Answer::YesNo(yes) => *yes == when["is"].as_bool().unwrap(),
        Answer::Key(key) => when["any_of"]
            .as_array()
            .unwrap()
            .iter()
            .any(|wanted| wanted == key),
        Answer::Items(ticked) => ticked.iter().any(|key| when["includes"] == **key),
        Answer::Number(value) => {
            if !when["at_least"].is_null() {
                *value >= set_number(&when["at_least"])
            } else if !when["more_than"].is_null() {
                *value > set_number(&when["more_than"])
            } else if !when["at_most"].is_null() {
                *value <= set_number(&when["at_most"])
            } else {
                *value < set_number(&when["less_than"])
            }
        }
        other => panic!("no condition on {other:?}"),
    }
}

/// D5. Its own maximum is 0, and an applicable maximum is never less (D1).
fn deduct(rule: &Value, context: &mut Context) -> Yield {
    let inner = branch(&rule["rule"], context);
    Yield {
        status: inner.status,
        points: -inner.points,
        applicable_max: int(0),
    }
}

/// The points of a rule without branches, or the status that keeps it from having any.
fn leaf(rule: &Value, max: &BigRational, context: &mut Context) -> Result<BigRational, Status> {
    let answered = |context: &Context| -> Result<Answer, Status> {
        let answer = context.answers.get(&rule["fact"]);
        if answer.status() == Status::Scored {
            Ok(answer.clone())
        } else {
            Err(answer.status())
        }
    };
    match rule["kind"].as_str().unwrap() {
        "yes_no" => match answered(context)? {
            Answer::YesNo(true) => Ok(set_number_or(&rule["yes"], max.clone())),
            Answer::YesNo(false) => Ok(set_number_or(&rule["no"], int(0))),
            other => panic!("not a yes or no: {other:?}"),
        },
        "choice" => match answered(context)? {
            Answer::Key(key) => Ok(set_number(&rule["points"][&key])),
            other => panic!("not a key: {other:?}"),
        },
        "checklist" => match answered(context)? {
            Answer::Items(ticked) => {
                let sum = ticked
                    .iter()
                    .fold(int(0), |sum, key| sum + set_number(&rule["points"][key]));
                Ok(sum.min(set_number_or(&rule["cap"], max.clone())))
            }
            other => panic!("not items: {other:?}"),
        },
        "per_item" => {
            let n = match answered(context)? {
                Answer::Number(count) => count,
                Answer::Items(ticked) => int(i64::try_from(ticked.len()).unwrap()),
                other => panic!("not countable: {other:?}"),
            };
            Ok((set_number(&rule["each"]) * n).min(set_number_or(&rule["cap"], max.clone())))
        }
        "given" => match answered(context)? {
            Answer::Number(points) => Ok(points),
            other => panic!("not points: {other:?}"),
        },
        "proportional" => match ratio(rule, context.answers) {
            Ok(ratio) => Ok((max * ratio).min(max.clone())),
            Err(why) => without_value(why, rule, max, context),
        },
        "tiers" => match measure(rule, context.answers) {
            Ok(v) => Ok(tiers(rule, &v)),
            Err(why) => without_value(why, rule, max, context),
        },
        "stepwise" => match measure(rule, context.answers) {
            Ok(v) => Ok(stepwise(rule, &v, max)),
            Err(why) => without_value(why, rule, max, context),
        },
        "cohort_max" | "cohort_min_max" => match measure(rule, context.answers) {
            Ok(v) => against_cohort(rule, &v, max, context),
            Err(why) => without_value(why, rule, max, context),
        },
        other => panic!("no such rule: {other}"),
    }
}

/// D6.
fn without_value(
    why: NoValue,
    rule: &Value,
    max: &BigRational,
    context: &mut Context,
) -> Result<BigRational, Status> {
    match why {
        NoValue::Fact(status) => Err(status),
        NoValue::NumeratorAbove => {
            context.report("numerator_above_denominator");
            Err(Status::Invalid)
        }
        NoValue::ZeroDenominator => match rule["zero_denominator"].as_str() {
            Some("zero") => Ok(int(0)),
            Some("full") => Ok(max.clone()),
            Some("not_applicable") => Err(Status::NotApplicable),
            Some(other) => panic!("no such policy: {other}"),
            None => {
                context.report("zero_denominator");
                Err(Status::Invalid)
            }
        },
    }
}

fn tiers(rule: &Value, v: &BigRational) -> BigRational {
    for step in rule["steps"].as_array().unwrap() {
        let met = if step["at_least"].is_null() {
            *v > set_number(&step["more_than"])
        } else {
            *v >= set_number(&step["at_least"])
        };
        if met {
            return set_number(&step["points"]);
        }
    }
    set_number_or(&rule["otherwise"], int(0))
}

/// D8.
fn stepwise(rule: &Value, v: &BigRational, max: &BigRational) -> BigRational {
    let base = set_number(&rule["base"]);
    let beyond = v - set_number(&rule["base_at"]);
    if beyond <= int(0) {
        return base;
    }
    let full_steps = (beyond / set_number(&rule["per"])).floor();
    (base + set_number(&rule["each"]) * full_steps).min(set_number_or(&rule["cap"], max.clone()))
}

/// D9.
fn against_cohort(
    rule: &Value,
    v: &BigRational,
    max: &BigRational,
    context: &mut Context,
) -> Result<BigRational, Status> {
    let valid: Vec<BigRational> = context
        .cohort
        .unwrap_or(&[])
        .iter()
        .filter_map(|answers| measure(rule, answers).ok())
        .collect();
    let (Some(least), Some(largest)) = (valid.iter().min(), valid.iter().max()) else {
        context.report("no_cohort");
        return Err(Status::Missing);
    };
    if v < least || v > largest {
        context.report("outside_cohort");
    }
    let (least, largest) = (least.min(v), largest.max(v));
    if rule["kind"] == "cohort_max" {
        return Ok(if largest.is_zero() {
            int(0)
        } else {
            max * v / largest
        });
    }
    Ok(if least == largest {
        max.clone()
    } else {
        max * (v - least) / (largest - least)
    })
}
