//! Rounding: where, to how many places, and which way, as the criteria set says.

use serde::Serialize;

use super::Rational;
use super::big::Big;

/// Where a criteria set rounds (*làm tròn*): once, at one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Each criterion's points; the column then adds up by hand to the printed total.
    Criterion,
    /// Each group's sum.
    Group,
    /// The total only.
    Total,
}

/// Which way a rounding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// Halves away from zero, as by hand and as a spreadsheet's ROUND does.
    HalfUp,
    /// Halves to the even digit.
    HalfEven,
    /// Towards zero.
    Down,
}

impl RoundingMode {
    /// `num ÷ den` as an integer; `den` is positive.
    pub(crate) fn divide(self, num: i128, den: i128) -> i128 {
        let magnitude = num.unsigned_abs();
        let den = den.unsigned_abs();
        // 64-bit division is several times faster, and almost all points fit it.
        let (quotient, remainder) = match (u64::try_from(magnitude), u64::try_from(den)) {
            (Ok(num), Ok(den)) => (u128::from(num / den), u128::from(num % den)),
            _ => (magnitude / den, magnitude % den),
        };
        let up = self.goes_up(&remainder, &(den - remainder), quotient & 1 == 1);
        let rounded = quotient + u128::from(up);
        // |rounded| ≤ |num|, so it fits.
        let rounded = i128::try_from(rounded).unwrap_or(i128::MAX);
        if num < 0 { -rounded } else { rounded }
    }

    /// Whether a magnitude goes up: by what remains of it, and by what is missing to the next whole, which is more than
    /// nothing. Compared like that, nothing is doubled and nothing overflows.
    #[inline]
    fn goes_up<T: Ord>(self, remainder: &T, missing: &T, is_odd: bool) -> bool {
        match self {
            Self::Down => false,
            Self::HalfUp => remainder >= missing,
            Self::HalfEven => remainder > missing || (remainder == missing && is_odd),
        }
    }

    /// [`divide`](Self::divide) in 64 bits, which is all that points take.
    pub(super) fn divide_small(self, num: i64, den: i64) -> i64 {
        let (quotient, remainder) = (num / den, (num % den).unsigned_abs());
        let missing = den.unsigned_abs() - remainder;
        let up = self.goes_up(&remainder, &missing, quotient & 1 == 1);
        // Away from nought by one at most, and only where there was a rest.
        quotient + if up { num.signum() } else { 0 }
    }

    /// Rounds `floor + remainder ÷ den` to an integer.
    pub(super) fn settle(self, floor: Big, remainder: &Big, den: &Big) -> Big {
        if remainder.is_zero() {
            return floor;
        }
        let negative = floor.is_negative();
        let twice = remainder + remainder;
        let up = match self {
            Self::Down => negative,
            Self::HalfUp => twice > *den || (twice == *den && !negative),
            Self::HalfEven => twice > *den || (twice == *den && floor.is_odd()),
        };
        if up { &floor + &Big::from(1) } else { floor }
    }
}

/// `rounding = { stage, places, mode }` of a criteria set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rounding {
    /// Where it rounds.
    pub stage: Stage,
    /// Decimal places, 0 to 6.
    pub places: u8,
    /// Which way.
    pub mode: RoundingMode,
}

impl Default for Rounding {
    /// Each criterion to 2 places, halves up.
    fn default() -> Self {
        Self {
            stage: Stage::Criterion,
            places: 2,
            mode: RoundingMode::HalfUp,
        }
    }
}

impl Rounding {
    /// Rounds a number of points, whatever the stage.
    ///
    /// ```
    /// use cqdt::{Rational, Rounding};
    ///
    /// let rounding = Rounding::default();
    /// assert_eq!(rounding.round(&Rational::ratio(1, 8)).to_string(), "0.13");
    /// assert_eq!(rounding.round(&Rational::ratio(-1, 8)).to_string(), "-0.13");
    /// ```
    #[must_use]
    pub fn round(&self, value: &Rational) -> Rational {
        value.round_to(u32::from(self.places), self.mode)
    }

    /// One unit of the last place: 0.01 at two places.
    pub(crate) fn unit(self) -> Rational {
        Rational::scaled(1, u32::from(self.places))
    }

    /// Rounds if this is the stage that the set rounds at.
    pub(crate) fn at(self, stage: Stage, value: Rational) -> Rational {
        if self.stage == stage {
            self.round(&value)
        } else {
            value
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways(mode: RoundingMode, num: i128, den: i128) -> i128 {
        let (floor, remainder) = Big::from(num).div_mod_floor(&Big::from(den));
        let slow = mode.settle(floor, &remainder, &Big::from(den));
        let fast = mode.divide(num, den);
        assert_eq!(Big::from(fast), slow, "{num}/{den} {mode:?}");
        if let (Ok(num), Ok(den)) = (i64::try_from(num), i64::try_from(den)) {
            assert_eq!(
                i128::from(mode.divide_small(num, den)),
                fast,
                "{num}/{den} {mode:?}"
            );
        }
        fast
    }

    #[test]
    fn halves_and_signs() {
        use RoundingMode::{Down, HalfEven, HalfUp};
        for (num, half_up, half_even, down) in [
            (5, 3, 2, 2),
            (-5, -3, -2, -2),
            (7, 4, 4, 3),
            (-7, -4, -4, -3),
            (3, 2, 2, 1),
            (0, 0, 0, 0),
            (1, 1, 0, 0),
            (-1, -1, 0, 0),
        ] {
            assert_eq!(both_ways(HalfUp, num, 2), half_up);
            assert_eq!(both_ways(HalfEven, num, 2), half_even);
            assert_eq!(both_ways(Down, num, 2), down);
        }
        assert_eq!(both_ways(HalfUp, 1, 3), 0);
        assert_eq!(both_ways(HalfUp, 2, 3), 1);
    }
}
