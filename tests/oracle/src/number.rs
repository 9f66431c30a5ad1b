//! Exact numbers: reading, rounding, writing.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use serde_json::Value;

/// A whole number as a rational.
pub(crate) fn int(n: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(n))
}

fn power_of_ten(places: u32) -> BigRational {
    BigRational::from_integer(BigInt::from(10).pow(places))
}

/// Reads `-12.50`: an optional minus, digits, and optionally a point with digits. Anything else (exponents too) is `None`.
pub fn decimal(text: &str) -> Option<BigRational> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || fraction.is_some_and(|part| !digits(part)) {
        return None;
    }
    let fraction = fraction.unwrap_or("");
    let all: BigInt = format!("{whole}{fraction}").parse().ok()?;
    let value = BigRational::from_integer(all) / power_of_ten(u32::try_from(fraction.len()).ok()?);
    Some(if negative { -value } else { value })
}

/// A JSON number or a decimal string. A JSON number is read from its text; the strategies emit whole ones only.
pub(crate) fn number(value: &Value) -> Option<BigRational> {
    match value {
        Value::Number(number) => decimal(&number.to_string()),
        // D29: blanks around it don't count, and a sign may stand in front, also the typographic minus.
        Value::String(text) => match text.trim().strip_prefix(['+', '\u{2212}']) {
            Some(rest) if rest.starts_with('-') => None,
            Some(rest) if text.trim().starts_with('+') => decimal(rest),
            Some(rest) => decimal(rest).map(|value| -value),
            None => decimal(text.trim()),
        },
        _ => None,
    }
}

/// A number of the criteria set, which is valid.
pub(crate) fn set_number(value: &Value) -> BigRational {
    number(value).unwrap_or_else(|| panic!("not a number of a criteria set: {value}"))
}

/// A number of the criteria set, or its default.
pub(crate) fn set_number_or(value: &Value, default: BigRational) -> BigRational {
    if value.is_null() {
        default
    } else {
        set_number(value)
    }
}

/// Whether the value has at most so many significant decimals.
pub(crate) fn has_places(value: &BigRational, places: u32) -> bool {
    (value * power_of_ten(places)).is_integer()
}

/// Rounds to `places` decimals: `half_up` (halves away from zero), `half_even`, or `down` (towards zero).
pub fn round(value: &BigRational, places: u32, mode: &str) -> BigRational {
    let scale = power_of_ten(places);
    let scaled = value * &scale;
    let towards_zero = scaled.trunc();
    let rest = (&scaled - &towards_zero).abs();
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let odd = !(towards_zero.to_integer() % BigInt::from(2)).is_zero();
    let away = match mode {
        "half_up" => rest >= half,
        "half_even" => rest > half || (rest == half && odd),
        "down" => false,
        other => panic!("no such rounding mode: {other}"),
    };
    let rounded = match (away, scaled.is_negative()) {
        (false, _) => towards_zero,
        (true, false) => towards_zero + int(1),
        (true, true) => towards_zero - int(1),
    };
    rounded / scale
}

/// Writes a number as reports do: a decimal of at most 12 places without trailing zeros, else a reduced fraction.
pub fn exact(value: &BigRational) -> String {
    if !has_places(value, 12) {
        return format!("{}/{}", value.numer(), value.denom());
    }
    let digits = (value.abs() * power_of_ten(12)).to_integer().to_string();
    let padded = format!("{digits:0>13}");
    let (whole, fraction) = padded.split_at(padded.len() - 12);
    let fraction = fraction.trim_end_matches('0');
    let sign = if value.is_negative() { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}
