//! Decimals with six places as whole millionths: all that a criteria set may hold.

use serde_json::Value;

use super::tape::Tape;

/// Millionths.
pub(crate) type Micro = i128;

/// One.
pub(crate) const ONE: Micro = 1_000_000;

/// The text of a decimal, without trailing zeros.
pub(crate) fn text(value: Micro) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, fraction) = (value.abs() / ONE, value.abs() % ONE);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!("{fraction:06}");
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

/// As JSON: a whole number as a number or (now and then) a string, any other as a string, so that no reader of these
/// trees meets a binary float.
pub(crate) fn json(value: Micro, tape: &mut Tape) -> Value {
    match i64::try_from(value / ONE) {
        Ok(whole) if value % ONE == 0 && !tape.once_in(6) => Value::from(whole),
        _ => Value::from(text(value)),
    }
}

/// Points above 0. Many lie on a rounding half at some number of places.
const POINTS: [Micro; 30] = [
    1_000_000,
    2_000_000,
    5_000_000,
    500_000,
    250_000,
    125_000,
    375_000,
    625_000,
    62_500,
    46_875,
    5_000,
    15_000,
    2_675_000,
    1_005_000,
    333_333,
    1,
    5,
    50,
    2_500_000,
    1_500_000,
    500_000,
    3_141_592,
    7_500_000,
    12_345_675,
    100_000_000,
    10_000_000,
    999_999,
    104_999,
    1_000_000_000_000,
    1_000_000_000_001,
];

/// Points above 0, on the tape's grain.
pub(crate) fn points(tape: &mut Tape) -> Micro {
    let points = if tape.once_in(6) {
        1 + tape.up_to(20 * ONE)
    } else {
        tape.pick(&POINTS)
    };
    (points + tape.grain - 1) / tape.grain * tape.grain
}

/// Points from 0 to `most`.
pub(crate) fn points_up_to(most: Micro, tape: &mut Tape) -> Micro {
    match tape.below(4) {
        0 => 0,
        1 => points(tape).min(most),
        2 => tape.up_to(most),
        _ => most / tape.pick(&[2, 4, 8, 3]),
    }
}
