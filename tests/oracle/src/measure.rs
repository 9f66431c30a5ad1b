//! Measures: one fact, or a ratio of two.

use num_rational::BigRational;
use num_traits::Zero;
use serde_json::Value;

use crate::answers::{Answer, Answers};
use crate::number::int;
use crate::outcome::Status;

/// Why a measure has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoValue {
    /// A fact that it reads has this status.
    Fact(Status),
    /// The numerator is above the denominator, and the rule doesn't allow it.
    NumeratorAbove,
    /// The denominator is 0.
    ZeroDenominator,
}

/// The value of the measure that a rule reads; a ratio in percent (D7).
pub(crate) fn measure(rule: &Value, answers: &Answers) -> Result<BigRational, NoValue> {
    if rule["fact"].is_null() {
        return Ok(ratio(rule, answers)? * int(100));
    }
    numeric(answers.get(&rule["fact"]))
}

fn numeric(answer: &Answer) -> Result<BigRational, NoValue> {
    match answer {
        Answer::Number(value) => Ok(value.clone()),
        other if other.status() != Status::Scored => Err(NoValue::Fact(other.status())),
        other => panic!("not a number: {other:?}"),
    }
}

/// `of ÷ over`, with the checks in the order of D6.
pub(crate) fn ratio(rule: &Value, answers: &Answers) -> Result<BigRational, NoValue> {
    let of = answers.get(&rule["of"]);
    let over = answers.get(&rule["over"]);
    for status in [Status::Invalid, Status::Missing, Status::NotApplicable] {
        if of.status() == status || over.status() == status {
            return Err(NoValue::Fact(status));
        }
    }
    let (of, over) = (numeric(of)?, numeric(over)?);
    if of > over && rule["allow_over"] != Value::Bool(true) {
        return Err(NoValue::NumeratorAbove);
    }
    if over.is_zero() {
        return Err(NoValue::ZeroDenominator);
    }
    Ok(of / over)
}
