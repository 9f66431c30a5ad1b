//! The text of a number of 64 bits, in place: a report holds hundreds, and an allocation for each would cost more than
//! scoring does.

use std::fmt;

/// The longest text: two numbers of 19 digits, a minus and a stroke, and a quote on either side.
const LONGEST: usize = 42;

/// A number's text.
pub(super) struct Digits {
    /// The text stands at the end, between quotes.
    bytes: [u8; LONGEST],
    /// Where the first quote stands.
    start: usize,
}

impl Digits {
    const EMPTY: Self = Self {
        bytes: [b'"'; LONGEST],
        start: LONGEST - 1,
    };

    /// `mantissa × 10^-places` with all its places, of which there are at most 18.
    pub(super) fn decimal(mantissa: i64, places: u32) -> Self {
        let mut text = Self::EMPTY;
        let mut left = mantissa.unsigned_abs();
        if places > 0 {
            for _ in 0..places {
                left = text.put_last(left);
            }
            text.put(b'.');
        }
        text.put_whole(left);
        text.put_sign(mantissa);
        text.put(b'"');
        text
    }

    /// `mantissa × 10^-places` without places that are 0.
    pub(super) fn shortest_decimal(mut mantissa: i64, mut places: u32) -> Self {
        while places > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            places -= 1;
        }
        Self::decimal(mantissa, places)
    }

    /// `num/den`.
    pub(super) fn fraction(num: i64, den: i64) -> Self {
        let mut text = Self::EMPTY;
        text.put_whole(den.unsigned_abs());
        text.put(b'/');
        text.put_whole(num.unsigned_abs());
        text.put_sign(num);
        text.put(b'"');
        text
    }

    /// The number.
    pub(super) fn as_str(&self) -> &str {
        let quoted = self.quoted();
        quoted
            .get(1..quoted.len().saturating_sub(1))
            .unwrap_or_default()
    }

    /// The number between quotes.
    pub(super) fn quoted(&self) -> &str {
        let text = self.bytes.get(self.start..).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// Puts a byte in front.
    fn put(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(self.start) {
            *place = byte;
        }
    }

    /// Puts the last digit in front; what is left of the number.
    fn put_last(&mut self, number: u64) -> u64 {
        // Half the width divides in half the time.
        let (left, last) = match u32::try_from(number) {
            Ok(number) => (u64::from(number / 10), (number % 10) as u8),
            Err(_) => (number / 10, (number % 10) as u8),
        };
        self.put(b'0' + last);
        left
    }

    fn put_whole(&mut self, number: u64) {
        let mut left = self.put_last(number);
        while left > 0 {
            left = self.put_last(left);
        }
    }

    fn put_sign(&mut self, number: i64) {
        if number < 0 {
            self.put(b'-');
        }
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_shortest_and_the_longest() {
        assert_eq!(Digits::decimal(0, 0).as_str(), "0");
        assert_eq!(Digits::decimal(0, 2).as_str(), "0.00");
        assert_eq!(Digits::decimal(-5, 2).as_str(), "-0.05");
        assert_eq!(Digits::decimal(1234, 2).as_str(), "12.34");
        assert_eq!(
            Digits::decimal(i64::MIN, 18).as_str(),
            "-9.223372036854775808"
        );
        assert_eq!(Digits::shortest_decimal(1230, 3).as_str(), "1.23");
        assert_eq!(Digits::shortest_decimal(-1200, 2).as_str(), "-12");
        assert_eq!(Digits::shortest_decimal(0, 2).as_str(), "0");
        assert_eq!(Digits::fraction(-1, 3).as_str(), "-1/3");
        assert_eq!(Digits::fraction(-1, 3).quoted(), "\"-1/3\"");
        assert_eq!(
            Digits::fraction(i64::MIN, i64::MAX).as_str(),
            "-9223372036854775808/9223372036854775807"
        );
    }
}
