//! Answers: as they were given, and as a fact's type understands them.

use std::borrow::Cow;

use crate::Rational;
use crate::criteria::{Fact, FactType};
use crate::fault::Expected;
#[cfg(feature = "csv")]
use crate::text::nfc;
use crate::text::{NumberFault, NumberStyle, has, read_decimal, read_yes_no, small_letters};

/// One answer as it was given, before any fact says what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RawAnswer<'a> {
    /// Not answered.
    Missing,
    /// `true` or `false`.
    Bool(bool),
    /// The text of a JSON or TOML number.
    Number(Cow<'a, str>),
    /// A text, and how numbers are written in it.
    Text(Cow<'a, str>, NumberStyle),
    /// Ticked keys.
    Items(Vec<Cow<'a, str>>),
    /// Not applicable, with the reason.
    NotApplicable(Cow<'a, str>),
    /// Something that is no answer at all, as a message shows it.
    Other(Cow<'a, str>),
}

impl RawAnswer<'_> {
    /// The same answer, holding its own text.
    pub fn into_owned(self) -> RawAnswer<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Missing => RawAnswer::Missing,
            Self::Bool(value) => RawAnswer::Bool(value),
            Self::Number(text) => RawAnswer::Number(owned(text)),
            Self::Text(text, style) => RawAnswer::Text(owned(text), style),
            Self::Items(keys) => RawAnswer::Items(keys.into_iter().map(owned).collect()),
            Self::NotApplicable(reason) => RawAnswer::NotApplicable(owned(reason)),
            Self::Other(text) => RawAnswer::Other(owned(text)),
        }
    }

    /// Whether nothing was answered: absent, null or blank.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Text(text, _) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The answer as a message shows it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) | Self::Text(text, _) | Self::Other(text) => text.to_string(),
            Self::Items(keys) => {
                let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
                format!("[{}]", keys.join(", "))
            }
            Self::NotApplicable(reason) => format!("not_applicable: {reason}"),
        }
    }
}

impl From<bool> for RawAnswer<'static> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<Vec<&'a str>> for RawAnswer<'a> {
    /// Ticked keys.
    fn from(keys: Vec<&'a str>) -> Self {
        Self::Items(keys.into_iter().map(Cow::Borrowed).collect())
    }
}

impl From<i64> for RawAnswer<'static> {
    fn from(value: i64) -> Self {
        Self::Number(Cow::Owned(value.to_string()))
    }
}

impl From<i32> for RawAnswer<'static> {
    fn from(value: i32) -> Self {
        i64::from(value).into()
    }
}

impl<'a> From<&'a str> for RawAnswer<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text), NumberStyle::Plain)
    }
}

impl From<&Rational> for RawAnswer<'static> {
    fn from(value: &Rational) -> Self {
        Self::Text(Cow::Owned(value.to_string()), NumberStyle::Plain)
    }
}

/// An answer as its fact's type understands it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Missing,
    NotApplicable,
    Invalid,
    YesNo(bool),
    /// Scaled by the decimal places of the fact's type.
    Number(i64),
    /// Position of the key.
    Choice(u8),
    /// Bits of the ticked keys.
    Items(u64),
    /// A rollup: any fraction.
    Share(Box<Rational>),
}

/// Why an answer can't be used.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AnswerFault {
    Unexpected(Expected),
    Ambiguous,
}

impl From<Expected> for AnswerFault {
    fn from(expected: Expected) -> Self {
        Self::Unexpected(expected)
    }
}

impl Answer {
    /// Reads an answer as its fact demands. Nothing is guessed.
    pub(crate) fn read(fact: &Fact, raw: &RawAnswer<'_>) -> Result<Self, AnswerFault> {
        if raw.is_missing() {
            return Ok(Self::Missing);
        }
        if let RawAnswer::NotApplicable(reason) = raw {
            return if !fact.not_applicable {
                Err(Expected::Applicable.into())
            } else if reason.trim().is_empty() {
                Err(Expected::Reason.into())
            } else {
                Ok(Self::NotApplicable)
            };
        }
        match &fact.kind {
            FactType::YesNo => read_flag(raw)
                .map(Self::YesNo)
                .ok_or_else(|| Expected::YesNo.into()),
            FactType::Count { min, max } => {
                let expected = || whole(min, max);
                read_number(raw, 0, expected)
                    .and_then(|number| within(number, 0, min, max, expected))
            }
            FactType::Percent { min, max } => {
                let expected = || decimal(min, max, 2);
                read_number(raw, 2, expected)
                    .and_then(|number| within(number, 2, min, max, expected))
            }
            FactType::Amount { min, max } => {
                let expected = || decimal(min, max, 6);
                read_number(raw, 6, expected)
                    .and_then(|number| within(number, 6, min, max, expected))
            }
            FactType::Points { max, step } => {
                let expected = || Expected::Points {
                    max: max.clone(),
                    step: step.clone(),
                };
                let number = read_number(raw, 6, expected)?;
                let answer = within(number, 6, &Rational::ZERO, max, expected)?;
                let steps = Rational::scaled(i128::from(number), 6).checked_div(step);
                if steps.is_none_or(|steps| steps.floor() != steps) {
                    return Err(expected().into());
                }
                Ok(answer)
            }
            FactType::Choice { keys } => read_key(raw)
                .and_then(|text| keys.iter().position(|key| key.id == text))
                .and_then(|index| u8::try_from(index).ok())
                .map(Self::Choice)
                .ok_or_else(|| Expected::OneOf { words: ids(fact) }.into()),
            FactType::Items { keys } => read_items(raw)
                .and_then(|ticked| {
                    ticked.iter().try_fold(0_u64, |bits, text| {
                        let index = keys.iter().position(|key| key.id == *text)?;
                        let bit = 1_u64.checked_shl(u32::try_from(index).ok()?)?;
                        (bits & bit == 0).then_some(bits | bit)
                    })
                })
                .map(Self::Items)
                .ok_or_else(|| Expected::SomeOf { words: ids(fact) }.into()),
            FactType::Rollup { .. } => read_share(raw)
                .map(|share| Self::Share(Box::new(share)))
                .ok_or_else(|| Expected::Share.into()),
        }
    }
}

fn ids(fact: &Fact) -> Vec<String> {
    fact.kind.keys().iter().map(|key| key.id.clone()).collect()
}

fn whole(min: &Rational, max: &Rational) -> Expected {
    Expected::NumberIn {
        least: min.clone(),
        most: max.clone(),
        places: 0,
    }
}

fn decimal(min: &Rational, max: &Rational, places: usize) -> Expected {
    Expected::NumberIn {
        least: min.clone(),
        most: max.clone(),
        places,
    }
}

fn read_flag(raw: &RawAnswer<'_>) -> Option<bool> {
    match raw {
        RawAnswer::Bool(value) => Some(*value),
        RawAnswer::Text(text, _) => read_yes_no(text),
        _ => None,
    }
}

/// A number scaled to a number of places.
fn read_number(
    raw: &RawAnswer<'_>,
    places: u32,
    expected: impl Fn() -> Expected,
) -> Result<i64, AnswerFault> {
    let (text, style) = match raw {
        RawAnswer::Number(text) => (text, NumberStyle::Plain),
        RawAnswer::Text(text, style) => (text, *style),
        _ => return Err(expected().into()),
    };
    // Plain digits are nearly all there is, and take no general reading.
    if text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = text
            .bytes()
            .fold(0_i64, |number, byte| number * 10 + i64::from(byte - b'0'));
        return Ok(digits * 10_i64.pow(places));
    }
    match read_decimal(text, style) {
        Ok(number) => number
            .at_places(places)
            .and_then(|scaled| i64::try_from(scaled).ok())
            .ok_or_else(|| expected().into()),
        Err(NumberFault::Ambiguous) => Err(AnswerFault::Ambiguous),
        Err(_) => Err(expected().into()),
    }
}

fn within(
    number: i64,
    places: u32,
    min: &Rational,
    max: &Rational,
    expected: impl Fn() -> Expected,
) -> Result<Answer, AnswerFault> {
    let value = Rational::scaled(i128::from(number), places);
    if value < *min || value > *max {
        return Err(expected().into());
    }
    Ok(Answer::Number(number))
}

fn read_key<'r>(raw: &'r RawAnswer<'_>) -> Option<&'r str> {
    match raw {
        RawAnswer::Text(text, _) | RawAnswer::Number(text) => Some(text.trim()),
        _ => None,
    }
}

/// Ticked keys: a list, or a text with `|` between them.
fn read_items<'r>(raw: &'r RawAnswer<'_>) -> Option<Vec<&'r str>> {
    match raw {
        RawAnswer::Items(keys) => Some(keys.iter().map(|key| key.trim()).collect()),
        RawAnswer::Text(text, _) if ticks_nothing(text) => Some(Vec::new()),
        RawAnswer::Text(text, _) => Some(text.split('|').map(str::trim).collect()),
        _ => None,
    }
}

/// `-` or `không` in a table's cell: an answer, where a blank cell is none. Neither can be a key.
fn ticks_nothing(text: &str) -> bool {
    matches!(small_letters(text.trim()).as_str(), "-" | "không")
}

/// An exact percentage: a decimal or a fraction.
fn read_share(raw: &RawAnswer<'_>) -> Option<Rational> {
    let share: Rational = match raw {
        RawAnswer::Number(text) | RawAnswer::Text(text, NumberStyle::Plain) => text.parse().ok()?,
        RawAnswer::Text(text, _) if has(text, '/') => text.trim().parse().ok()?,
        RawAnswer::Text(text, style) => read_decimal(text, *style).ok()?.into(),
        _ => return None,
    };
    (!share.is_negative() && share <= Rational::HUNDRED).then_some(share)
}

/// `n/a: reason` or `không áp dụng: lý do` in a table's cell.
#[cfg(feature = "csv")]
pub(crate) fn read_cell(cell: &str, style: NumberStyle) -> RawAnswer<'_> {
    let text = cell.trim();
    if text.is_empty() {
        return RawAnswer::Missing;
    }
    if let Some((mark, reason)) = text.split_once(':').or(Some((text, "")))
        && matches!(
            small_letters(mark.trim()).as_str(),
            "n/a" | "không áp dụng" | "kad"
        )
    {
        return RawAnswer::NotApplicable(Cow::Borrowed(reason.trim()));
    }
    RawAnswer::Text(nfc(text), style)
}
