//! The text of a number of 64 bits, in place: a report holds hundreds, and an allocation for each would cost more than
//! scoring does.

/// The longest text: two numbers of 19 digits, a minus and a stroke, and a quote on either side.
const LONGEST: usize = 42;

/// Where a number's text is written; for the next number it is used again.
pub(crate) struct Digits {
    /// The text stands at the end, between quotes.
    bytes: [u8; LONGEST],
    /// Where the first quote stands.
    start: usize,
}

impl Default for Digits {
    fn default() -> Self {
        Self {
            bytes: [b'"'; LONGEST],
            start: LONGEST - 1,
        }
    }
}

impl Digits {
    /// `mantissa × 10^-places` with all its places, of which there are at most 18.
    pub(super) fn decimal(&mut self, mantissa: i64, places: u32) {
        self.begin();
        let mut left = mantissa.unsigned_abs();
        if places > 0 {
            for _ in 0..places {
                left = self.put_last(left);
            }
            self.put(b'.');
        }
        self.put_whole(left);
        self.end(mantissa);
    }

    /// `mantissa × 10^-places` without places that are 0.
    pub(crate) fn shortest_decimal(&mut self, mut mantissa: i64, mut places: u32) {
        // Half the width divides in half the time, and nearly all numbers have it.
        if let Ok(left) = u32::try_from(mantissa.unsigned_abs()) {
            self.begin();
            self.put_shortest(left, places);
            self.end(mantissa);
            return;
        }
        while places > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            places -= 1;
        }
        self.decimal(mantissa, places);
    }

    fn put_shortest(&mut self, mut left: u32, places: u32) {
        let mut has_places = false;
        for _ in 0..places {
            let last = left % 10;
            left /= 10;
            has_places |= last > 0;
            if has_places {
                self.put(b'0' + last as u8);
            }
        }
        if has_places {
            self.put(b'.');
        }
        loop {
            self.put(b'0' + (left % 10) as u8);
            left /= 10;
            if left == 0 {
                return;
            }
        }
    }

    /// `num/den`.
    pub(super) fn fraction(&mut self, num: i64, den: i64) {
        self.begin();
        self.put_whole(den.unsigned_abs());
        self.put(b'/');
        self.put_whole(num.unsigned_abs());
        self.end(num);
    }

    /// The number.
    pub(crate) fn plain(&self) -> &str {
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

    fn begin(&mut self) {
        // The last quote stays where it is.
        self.start = LONGEST - 1;
    }

    fn end(&mut self, number: i64) {
        if number < 0 {
            self.put(b'-');
        }
        self.put(b'"');
    }

    /// Puts a byte in front.
    #[inline]
    fn put(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(self.start) {
            *place = byte;
        }
    }

    /// Puts the last digit in front; what is left of the number.
    fn put_last(&mut self, number: u64) -> u64 {
        self.put(b'0' + (number % 10) as u8);
        number / 10
    }

    fn put_whole(&mut self, number: u64) {
        if let Ok(number) = u32::try_from(number) {
            return self.put_shortest(number, 0);
        }
        let mut left = self.put_last(number);
        while left > 0 {
            left = self.put_last(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Digits)) -> String {
        let mut digits = Digits::default();
        // What was written before doesn't show.
        digits.fraction(i64::MIN, i64::MAX);
        write(&mut digits);
        assert_eq!(digits.quoted(), format!("\"{}\"", digits.plain()));
        digits.plain().to_owned()
    }

    #[test]
    fn writes_the_shortest_and_the_longest() {
        let decimal = |number, places| text(|digits| digits.decimal(number, places));
        let shortest = |number, places| text(|digits| digits.shortest_decimal(number, places));
        let fraction = |num, den| text(|digits| digits.fraction(num, den));
        assert_eq!(decimal(0, 0), "0");
        assert_eq!(decimal(0, 2), "0.00");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(1234, 2), "12.34");
        assert_eq!(decimal(i64::MIN, 18), "-9.223372036854775808");
        assert_eq!(shortest(1230, 3), "1.23");
        assert_eq!(shortest(-1200, 2), "-12");
        assert_eq!(shortest(105, 2), "1.05");
        assert_eq!(shortest(-5, 6), "-0.000005");
        assert_eq!(shortest(0, 2), "0");
        assert_eq!(shortest(u32::MAX.into(), 0), "4294967295");
        assert_eq!(shortest(i64::from(u32::MAX) + 5, 2), "42949673");
        assert_eq!(shortest(i64::MAX, 6), "9223372036854.775807");
        assert_eq!(shortest(1_000_000_000_000_000_000, 6), "1000000000000");
        assert_eq!(fraction(-1, 3), "-1/3");
        assert_eq!(
            fraction(i64::MIN, i64::MAX),
            "-9223372036854775808/9223372036854775807"
        );
    }
}
