//! Reading the answers of a submission against the declared facts.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use serde_json::Value;

use crate::number::{decimal, has_places, int, number, set_number, set_number_or};
use crate::outcome::{Diagnostic, Status};

/// Which answers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The unit's own answers.
    SelfAssessed,
    /// The verifier's answers, and the unit's own where the verifier gave none.
    Verified,
}

/// One answer, read as its fact's type.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Not answered.
    Missing,
    /// Answered, but not with a valid value.
    Invalid,
    /// Answered as not applicable, with a reason, where that is allowed.
    NotApplicable,
    /// A yes or a no.
    YesNo(bool),
    /// A count, amount, percentage, points or roll-up.
    Number(BigRational),
    /// The chosen key.
    Key(String),
    /// The ticked keys.
    Items(Vec<String>),
}

impl Answer {
    /// `Scored` where there is a value to compute with.
    pub fn status(&self) -> Status {
        match self {
            Self::Missing => Status::Missing,
            Self::Invalid => Status::Invalid,
            Self::NotApplicable => Status::NotApplicable,
            _ => Status::Scored,
        }
    }
}

/// The answers of one submission in one layer, one for every declared fact.
#[derive(Debug, Clone)]
pub struct Answers {
    by_fact: BTreeMap<String, Answer>,
    /// `unknown_fact` and `invalid_value`, once for each fact.
    pub diagnostics: Vec<Diagnostic>,
}

impl Answers {
    /// Reads a submission.
    pub fn read(set: &Value, submission: &Value, layer: Layer) -> Self {
        let mut raw: BTreeMap<String, Value> = BTreeMap::new();
        if let Some(facts) = submission["facts"].as_object() {
            for (id, value) in facts {
                raw.insert(id.clone(), value.clone());
            }
        }
        if layer == Layer::Verified
            && let Some(verified) = submission["verified"].as_object()
        {
            for (id, value) in verified {
                // D26: the verifier cannot un-answer.
                if !is_missing(value) || !raw.contains_key(id) {
                    raw.insert(id.clone(), value.clone());
                }
            }
        }

        let mut by_fact = BTreeMap::new();
        let mut diagnostics = Vec::new();
        for fact in set["facts"].as_array().map_or(&[][..], Vec::as_slice) {
            let id = fact["id"].as_str().unwrap().to_owned();
            let answer = read(fact, raw.get(&id).unwrap_or(&Value::Null));
            if answer == Answer::Invalid {
                diagnostics.push(Diagnostic {
                    name: "invalid_value",
                    subject: id.clone(),
                });
            }
            by_fact.insert(id, answer);
        }
        for id in raw.keys() {
            if !by_fact.contains_key(id) {
                diagnostics.push(Diagnostic {
                    name: "unknown_fact",
                    subject: id.clone(),
                });
            }
        }
        Self {
            by_fact,
            diagnostics,
        }
    }

    /// The answer to a declared fact.
    pub fn get(&self, fact: &Value) -> &Answer {
        let id = fact.as_str().expect("a rule names its fact");
        self.by_fact
            .get(id)
            .unwrap_or_else(|| panic!("the set has no fact {id}"))
    }
}

fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn read(fact: &Value, value: &Value) -> Answer {
    if is_missing(value) {
        return Answer::Missing;
    }
    if let Value::Object(object) = value {
        let reason = object.get("not_applicable").and_then(Value::as_str);
        let given = object.len() == 1 && reason.is_some_and(|text| !text.trim().is_empty());
        let allowed = fact["not_applicable"] == Value::Bool(true);
        return if given && allowed {
            Answer::NotApplicable
        } else {
            Answer::Invalid
        };
    }
    let answer = match fact["type"].as_str().unwrap() {
        "yes_no" => yes_no(value).map(Answer::YesNo),
        "choice" => value
            .as_str()
            .filter(|key| declares(fact, key))
            .map(|key| Answer::Key(key.to_owned())),
        "items" => items(fact, value).map(Answer::Items),
        numeric => read_number(fact, numeric, value).map(Answer::Number),
    };
    answer.unwrap_or(Answer::Invalid)
}

fn declares(fact: &Value, key: &str) -> bool {
    fact["keys"]
        .as_array()
        .unwrap()
        .iter()
        .any(|declared| declared["id"] == key)
}

fn yes_no(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(answer) => Some(*answer),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            // The Vietnamese words stand here composed and decomposed.
            "c\u{f3}" | "co\u{301}" | "x" | "yes" | "1" => Some(true),
            "kh\u{f4}ng" | "kho\u{302}ng" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn items(fact: &Value, value: &Value) -> Option<Vec<String>> {
    let mut ticked: Vec<String> = Vec::new();
    let keys: Vec<&str> = match value {
        // D28: a text holds its keys with bars between them.
        Value::String(text)
            if matches!(
                text.trim().to_lowercase().as_str(),
                "-" | "kh\u{f4}ng" | "kho\u{302}ng"
            ) =>
        {
            Vec::new()
        }
        Value::String(text) => text.split('|').map(str::trim).collect(),
        _ => value
            .as_array()?
            .iter()
            .map(Value::as_str)
            .collect::<Option<_>>()?,
    };
    for key in keys {
        if !declares(fact, key) || ticked.iter().any(|other| other == key) {
            return None;
        }
        ticked.push(key.to_owned());
    }
    Some(ticked)
}

fn read_number(fact: &Value, kind: &str, value: &Value) -> Option<BigRational> {
    let answer = if kind == "rollup" {
        rollup(value)?
    } else {
        number(value)?
    };
    let within = |least: BigRational, most: BigRational| least <= answer && answer <= most;
    let valid = match kind {
        "count" => {
            answer.is_integer()
                && within(
                    set_number_or(&fact["min"], int(0)),
                    set_number_or(&fact["max"], int(1_000_000_000)),
                )
        }
        "amount" => {
            has_places(&answer, 6)
                && answer.abs() <= int(1_000_000_000_000)
                && within(set_number(&fact["min"]), set_number(&fact["max"]))
        }
        "percent" => {
            has_places(&answer, 2)
                && within(
                    set_number_or(&fact["min"], int(0)),
                    set_number_or(&fact["max"], int(100)),
                )
        }
        "points" => {
            within(int(0), set_number(&fact["max"]))
                && (&answer / set_number(&fact["step"])).is_integer()
        }
        "rollup" => within(int(0), int(100)),
        other => panic!("no such type of fact: {other}"),
    };
    valid.then_some(answer)
}

fn rollup(value: &Value) -> Option<BigRational> {
    let Some((above, below)) = value.as_str().and_then(|text| text.split_once('/')) else {
        return number(value);
    };
    let whole = |text: &str| -> Option<BigInt> {
        decimal(text)
            .filter(|_| !text.contains('.'))
            .map(|n| n.to_integer())
    };
    let (above, below) = (whole(above)?, whole(below)?);
    (!below.is_zero()).then(|| BigRational::new(above, below))
}
