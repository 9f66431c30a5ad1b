//! An exact fraction with a fast path in 64-bit integers.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;

use super::RoundingMode;
use super::big::Big;
use super::digits::Digits;

/// Terminating decimals of up to this many places are written as decimals, everything else as a fraction.
const MAX_DECIMAL_PLACES: u32 = 12;

/// Characters that a number's text may have. The mean of a round's shares, exact, can need thousands.
const MAX_TEXT: usize = 20_000;

/// An exact rational number: points, shares and measures are of this type.
///
/// ```
/// use cqdt::Rational;
///
/// let share = Rational::ratio(47, 50);
/// let points = share * Rational::from(2);
/// assert_eq!(points.to_string(), "1.88");
/// assert_eq!(Rational::ratio(1, 3).to_string(), "1/3");
/// ```
#[derive(Clone)]
pub struct Rational(Repr);

/// The denominator is positive in both; only `Big` is always in lowest terms.
#[derive(Clone)]
enum Repr {
    Small { num: i64, den: i64 },
    Big(Box<Fraction>),
}

/// A fraction of any size in lowest terms; the denominator is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fraction {
    num: Big,
    den: Big,
}

impl Fraction {
    /// In lowest terms; the denominator isn't nought.
    fn new(num: &Big, den: &Big) -> Self {
        let shared = num.gcd(den);
        let (num, den) = (num.div_exact(&shared), den.div_exact(&shared));
        if den.is_negative() {
            let (num, den) = (-num, -den);
            return Self { num, den };
        }
        Self { num, den }
    }
}

impl Rational {
    /// Nought.
    pub const ZERO: Self = Self::integer(0);

    /// A hundred, the base of percentages.
    pub const HUNDRED: Self = Self::integer(100);

    const fn integer(num: i64) -> Self {
        Self(Repr::Small { num, den: 1 })
    }

    /// `num ÷ den`.
    ///
    /// ```
    /// # use cqdt::Rational;
    /// assert_eq!(Rational::ratio(3, 6), Rational::ratio(1, 2));
    /// assert_eq!(Rational::ratio(3, 0), Rational::ZERO);
    /// ```
    ///
    /// A denominator of 0 yields 0: callers that can meet one look at it first.
    pub fn ratio(num: i64, den: i64) -> Self {
        match den.signum() {
            0 => Self::ZERO,
            1 => Self(Repr::Small { num, den }),
            _ => Self::wide(-i128::from(num), -i128::from(den)),
        }
    }

    /// `num ÷ den` where the denominator is positive: what two 64-bit numbers multiplied or added yield.
    #[inline]
    fn wide(num: i128, den: i128) -> Self {
        match (i64::try_from(num), i64::try_from(den)) {
            (Ok(num), Ok(den)) => Self(Repr::Small { num, den }),
            _ => Self::too_wide(num, den),
        }
    }

    #[cold]
    fn too_wide(num: i128, den: i128) -> Self {
        Self::big(Fraction::new(&num.into(), &den.into()))
    }

    /// `mantissa × 10^-places`, as decimals are stored.
    pub(crate) fn scaled(mantissa: i128, places: u32) -> Self {
        match (i64::try_from(mantissa), pow10(places)) {
            (Ok(num), Some(den)) => Self(Repr::Small { num, den }),
            _ => Self::big(Fraction::new(&Big::from(mantissa), &Big::pow10(places))),
        }
    }

    /// Takes what fits back into the small form, so that values stay comparable at speed.
    fn big(value: Fraction) -> Self {
        match (value.num.to_i64(), value.den.to_i64()) {
            (Some(num), Some(den)) => Self(Repr::Small { num, den }),
            _ => Self(Repr::Big(Box::new(value))),
        }
    }

    #[cold]
    fn to_big(&self) -> Fraction {
        match &self.0 {
            Repr::Small { num, den } => {
                Fraction::new(&i128::from(*num).into(), &i128::from(*den).into())
            }
            Repr::Big(value) => (**value).clone(),
        }
    }

    /// Whether the number is 0.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Small { num, .. } => *num == 0,
            Repr::Big(value) => value.num.is_zero(),
        }
    }

    /// Whether the number is below 0.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { num, .. } => *num < 0,
            Repr::Big(value) => value.num.is_negative(),
        }
    }

    /// Whether the number is above 0.
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// `self ÷ divisor`, or nothing where the divisor is 0.
    ///
    /// ```
    /// # use cqdt::Rational;
    /// assert_eq!(Rational::from(1).checked_div(&Rational::from(4)), Some(Rational::ratio(1, 4)));
    /// assert_eq!(Rational::from(1).checked_div(&Rational::ZERO), None);
    /// ```
    #[must_use]
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) =
            (&self.0, &divisor.0)
        {
            let (num, den) = (times(*a, *d), times(*b, *c));
            return Some(if den < 0 {
                Self::wide(-num, -den)
            } else {
                Self::wide(num, den)
            });
        }
        let divisor = divisor.to_big();
        let (mut num, mut den) = (divisor.den, divisor.num);
        if den.is_negative() {
            (num, den) = (-num, -den);
        }
        Some(self * &Self::big(Fraction { num, den }))
    }

    /// The largest integer not above the number.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Repr::Small { num, den } => Self::integer(num.div_euclid(*den)),
            Repr::Big(value) => Self::big(Fraction {
                num: value.num.div_mod_floor(&value.den).0,
                den: Big::from(1),
            }),
        }
    }

    /// The smaller of two numbers; the first where they are equal.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// The larger of two numbers; the first where they are equal.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// Rounds to a number of decimal places.
    pub(crate) fn round_to(&self, places: u32, mode: RoundingMode) -> Self {
        if let Repr::Small { num, den } = &self.0
            && let Some(scale) = pow10(places)
        {
            // Sums of already rounded points keep the denominator: nothing to do.
            if *den == scale {
                return self.clone();
            }
            if let Some(scaled) = fitting(*num, scale) {
                return Self(Repr::Small {
                    num: mode.divide_small(scaled, *den),
                    den: scale,
                });
            }
        }
        let scale = Big::pow10(places);
        let Fraction { num, den } = self.to_big();
        let (quotient, remainder) = (&num * &scale).div_mod_floor(&den);
        let rounded = mode.settle(quotient, &remainder, &den);
        Self::big(Fraction::new(&rounded, &scale))
    }

    /// The mantissa at a number of decimal places, where the number has no more than that and fits.
    pub(crate) fn at_places(&self, places: u32) -> Option<i64> {
        let scale = pow10(places)?;
        match &self.0 {
            Repr::Small { num, den } if *den == scale => Some(*num),
            Repr::Small { num, den } => {
                let (num, den) = lowest(*num, *den);
                if scale % den == 0 {
                    fitting(num, scale / den)
                } else {
                    None
                }
            }
            Repr::Big(value) => {
                let scale = Big::from(i128::from(scale));
                let (scaled, rest) = (&value.num * &scale).div_rem(&value.den);
                rest.is_zero().then(|| scaled.to_i64())?
            }
        }
    }

    /// A whole number.
    pub(crate) fn whole(value: i128) -> Self {
        Self::wide(value, 1)
    }

    /// The number times `10^places`.
    pub(crate) fn scaled_by(&self, places: u32) -> Self {
        self * &Self::scaled(1, places).inverse()
    }

    fn inverse(&self) -> Self {
        Self::from(1).checked_div(self).unwrap_or_default()
    }

    /// Numerator and denominator in lowest terms, where they fit.
    pub(crate) fn parts(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Repr::Small { num, den } => Some(lowest(*num, *den)),
            // What fits is never big.
            Repr::Big(_) => None,
        }
    }

    /// The nearest 64-bit float, for plots and statistics only. Points are never computed from it.
    ///
    /// ```
    /// # use cqdt::Rational;
    /// assert!((Rational::ratio(1, 3).to_f64() - 0.333_333).abs() < 1e-6);
    /// ```
    pub fn to_f64(&self) -> f64 {
        let Fraction { num, den } = self.to_big();
        num.divided_by(&den)
    }

    /// The number in decimal digits with exactly `places` places, rounded half up, for displays.
    ///
    /// ```
    /// # use cqdt::Rational;
    /// assert_eq!(Rational::ratio(2, 3).to_fixed(2), "0.67");
    /// assert_eq!(Rational::ratio(-1, 2).to_fixed(0), "-1");
    /// ```
    pub fn to_fixed(&self, places: u32) -> String {
        let rounded = self.round_to(places, RoundingMode::HalfUp);
        if let Some(mantissa) = rounded.at_places(places) {
            let mut digits = Digits::default();
            digits.decimal(mantissa, places);
            return digits.plain().to_owned();
        }
        let Fraction { num, den } = rounded.to_big();
        decimal_text(&(&num * &Big::pow10(places)).div_exact(&den), places)
    }

    /// Writes the number text of reports: a decimal where one of at most 12 places is exact, else a reduced fraction.
    pub(crate) fn write<T>(&self, write: impl FnOnce(&str) -> T) -> T {
        let mut digits = Digits::default();
        if self.fits(&mut digits) {
            write(digits.plain())
        } else {
            write(&self.long_text())
        }
    }

    /// The same between quotes, as reports have it.
    pub(crate) fn write_quoted(&self, text: &mut String, digits: &mut Digits) {
        if self.fits(digits) {
            text.push_str(digits.quoted());
        } else {
            text.extend(["\"", &self.long_text(), "\""]);
        }
    }

    /// Writes a number that 64 bits hold with all its places; false where they don't.
    #[inline(never)]
    fn fits(&self, digits: &mut Digits) -> bool {
        let Repr::Small { num, den } = self.0 else {
            return false;
        };
        // Whole numbers and rounded points, which are most of a report, need no divisor looked for.
        if let Some(places) = short_places_of(den) {
            digits.shortest_decimal(num, places);
            return true;
        }
        let (num, den) = lowest(num, den);
        let Some(places) = places_of(den) else {
            digits.fraction(num, den);
            return true;
        };
        match pow10(places).and_then(|scale| fitting(num, scale / den)) {
            Some(mantissa) => digits.decimal(mantissa, places),
            None => return false,
        }
        true
    }

    /// The text of a number of many digits.
    #[cold]
    fn long_text(&self) -> String {
        let Fraction { num, den } = self.to_big();
        let (mantissa, rest) = (&num * &Big::pow10(MAX_DECIMAL_PLACES)).div_rem(&den);
        if !rest.is_zero() {
            return format!("{num}/{den}");
        }
        let text = decimal_text(&mantissa, MAX_DECIMAL_PLACES);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// A product, which 128 bits always hold.
#[inline]
fn times(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// A product, where 64 bits hold it. Factors of half the width, the usual ones, are multiplied without a look at what
/// comes out, which costs the browser a call.
#[inline]
fn fitting(a: i64, b: i64) -> Option<i64> {
    match (i32::try_from(a), i32::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i64::from(a) * i64::from(b)),
        _ => a.checked_mul(b),
    }
}

/// Numerator and denominator without what they share; the denominator is positive.
fn lowest(num: i64, den: i64) -> (i64, i64) {
    let shared = gcd(num, den);
    (num / shared, den / shared)
}

/// The greatest common divisor, 1 or more; the second is positive.
fn gcd(a: i64, b: i64) -> i64 {
    // The other way round the first step would only swap them, and denominators are 1 or 100 most of the time.
    let (mut a, mut b) = (b.unsigned_abs(), a.unsigned_abs());
    while b != 0 {
        // Half the width divides in half the time.
        (a, b) = match (u32::try_from(a), u32::try_from(b)) {
            (Ok(a), Ok(b)) => (b.into(), (a % b).into()),
            _ => (b, a % b),
        };
    }
    i64::try_from(a).unwrap_or(1)
}

/// How many decimal places a fraction with this denominator, in lowest terms, has; none where it doesn't end within
/// [`MAX_DECIMAL_PLACES`].
fn places_of(den: i64) -> Option<u32> {
    let twos = den.trailing_zeros();
    let mut rest = den >> twos;
    let mut fives = 0;
    while rest % 5 == 0 {
        rest /= 5;
        fives += 1;
    }
    let places = twos.max(fives);
    (rest == 1 && places <= MAX_DECIMAL_PLACES).then_some(places)
}

/// The places of a denominator that is 1, 100 or another small power of ten, whether or not they are all needed.
fn short_places_of(den: i64) -> Option<u32> {
    match den {
        1 => Some(0),
        10 => Some(1),
        100 => Some(2),
        1_000 => Some(3),
        10_000 => Some(4),
        1_000_000 => Some(6),
        _ => None,
    }
}

/// `10^places` while it fits.
fn pow10(places: u32) -> Option<i64> {
    10_i64.checked_pow(places)
}

fn decimal_text(mantissa: &Big, places: u32) -> String {
    let digits = mantissa.abs().to_string();
    let places = places as usize;
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded
        .split_at_checked(padded.len() - places)
        .unwrap_or_default();
    let sign = if mantissa.is_negative() { "-" } else { "" };
    let point = if places == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

impl Default for Rational {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Self::integer(value)
    }
}

impl Add for Rational {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        &self + &other
    }
}

impl Add<&Rational> for &Rational {
    type Output = Rational;

    fn add(self, other: &Rational) -> Rational {
        let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0)
        else {
            return Rational::big(add_big(&self.to_big(), &other.to_big()));
        };
        if b == d {
            return Rational::wide(i128::from(*a) + i128::from(*c), i128::from(*b));
        }
        // Lowest common denominator first: plain cross-multiplication outgrows 64 bits after a few sums.
        let shared = gcd(*b, *d);
        let num = times(*a, d / shared) + times(*c, b / shared);
        Rational::wide(num, times(b / shared, *d))
    }
}

/// Two fractions in lowest terms, added so that the large numbers meet only the greatest common divisor of the
/// denominators: a long sum stays quick while one of the two is short (Knuth, 4.5.1).
fn add_big(a: &Fraction, b: &Fraction) -> Fraction {
    let shared = a.den.gcd(&b.den);
    if shared.is_one() {
        return Fraction {
            num: &(&a.num * &b.den) + &(&b.num * &a.den),
            den: &a.den * &b.den,
        };
    }
    let left = a.den.div_exact(&shared);
    let sum = &(&a.num * &b.den.div_exact(&shared)) + &(&b.num * &left);
    let common = sum.gcd(&shared);
    Fraction {
        num: sum.div_exact(&common),
        den: &left * &b.den.div_exact(&common),
    }
}

impl Sub for Rational {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Sub<&Rational> for &Rational {
    type Output = Rational;

    fn sub(self, other: &Rational) -> Rational {
        self.clone() - other.clone()
    }
}

impl Neg for Rational {
    type Output = Self;

    fn neg(self) -> Self {
        match self.0 {
            Repr::Small { num, den } => Self::wide(-i128::from(num), i128::from(den)),
            Repr::Big(value) => Self::big(Fraction {
                num: -value.num,
                den: value.den,
            }),
        }
    }
}

impl Mul for Rational {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        &self * &other
    }
}

impl Mul<&Rational> for &Rational {
    type Output = Rational;

    fn mul(self, other: &Rational) -> Rational {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) =
            (&self.0, &other.0)
        {
            return Rational::wide(times(*a, *c), times(*b, *d));
        }
        let (a, b) = (self.to_big(), other.to_big());
        // Crosswise, so that a long fraction is only ever divided by a short one.
        let (left, right) = (a.num.gcd(&b.den), b.num.gcd(&a.den));
        Rational::big(Fraction {
            num: &a.num.div_exact(&left) * &b.num.div_exact(&right),
            den: &a.den.div_exact(&right) * &b.den.div_exact(&left),
        })
    }
}

impl std::iter::Sum for Rational {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |sum, next| sum + next)
    }
}

impl PartialEq for Rational {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rational {}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) =
            (&self.0, &other.0)
        {
            if b == d {
                return a.cmp(c);
            }
            return times(*a, *d).cmp(&times(*c, *b));
        }
        let (a, b) = (self.to_big(), other.to_big());
        (&a.num * &b.den).cmp(&(&b.num * &a.den))
    }
}

impl fmt::Display for Rational {
    /// The number text of reports: a decimal where one of at most 12 places is exact, else a reduced fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(|text| f.write_str(text))
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Rational {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(|text| serializer.serialize_str(text))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Rational {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "An exact number as text: a decimal of at most 12 places, or a reduced fraction.",
            "type": "string",
            "pattern": r"^-?[0-9]+(\.[0-9]+|/[0-9]+)?$"
        })
    }
}

/// The text is neither a decimal nor a fraction of two integers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a decimal such as 12.5 or a fraction such as 1/3")]
pub struct ParseRationalError;

impl FromStr for Rational {
    type Err = ParseRationalError;

    /// Reads what [`Display`](fmt::Display) writes: a decimal with a point, or `n/d`. At most 20,000 characters.
    fn from_str(text: &str) -> Result<Self, ParseRationalError> {
        if let Some(short) = short(text) {
            return Ok(short);
        }
        if text.len() > MAX_TEXT {
            return Err(ParseRationalError);
        }
        let integer = |digits: &str| Big::parse(digits).ok_or(ParseRationalError);
        if let Some((num, den)) = text.split_once('/') {
            let (num, den) = (integer(num)?, integer(den)?);
            if den.is_zero() || den.is_negative() {
                return Err(ParseRationalError);
            }
            return Ok(Self::big(Fraction::new(&num, &den)));
        }
        let Some((whole, fraction)) = text.split_once('.') else {
            let (num, den) = (integer(text)?, Big::from(1));
            return Ok(Self::big(Fraction { num, den }));
        };
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseRationalError);
        }
        integer(whole)?;
        let mantissa = integer(&format!("{whole}{fraction}"))?;
        let places = u32::try_from(fraction.len()).map_err(|_| ParseRationalError)?;
        Ok(Self::big(Fraction::new(&mantissa, &Big::pow10(places))))
    }
}

/// A decimal of so few digits that 64 bits hold it; nothing where the text is anything else.
fn short(text: &str) -> Option<Rational> {
    const MOST_DIGITS: usize = 18;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mut num, mut count, mut point) = (0_i64, 0, None);
    if digits.len() > MOST_DIGITS {
        return None;
    }
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                num = num * 10 + i64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() && count > 0 => point = Some(count),
            _ => return None,
        }
    }
    let places = count - point.unwrap_or(count);
    // Digits in front of a point and behind it.
    if count == 0 || point == Some(count) {
        return None;
    }
    if digits.len() < text.len() {
        num = -num;
    }
    let (num, den) = lowest(num, pow10(places)?);
    Some(Rational(Repr::Small { num, den }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outgrows_128_bits_and_comes_back() {
        let huge = Rational::ratio(i64::MAX, 1);
        let product = &(&huge * &huge) * &huge;
        let back = product
            .checked_div(&huge)
            .and_then(|value| value.checked_div(&huge));
        assert_eq!(back, Some(huge));
    }

    #[test]
    fn large_fractions_stay_in_lowest_terms() {
        // Denominators of 40 digits that share factors, so that every way through the sum is taken.
        let fraction = |num: i64, den: [i64; 3]| {
            den.iter().fold(Rational::from(num), |value, den| {
                value.checked_div(&Rational::from(*den)).unwrap_or_default()
            })
        };
        let (p, q) = (9_999_999_999_999_937, 9_999_999_999_999_917);
        let reference = |value: &Rational| {
            let Fraction { num, den } = value.to_big();
            let read = |number: Big| number.to_string().parse::<num_bigint::BigInt>();
            num_rational::BigRational::new(read(num).unwrap(), read(den).unwrap())
        };
        let cases = [
            fraction(7, [p, q, 5]),
            fraction(-11, [p, q, 10]),
            fraction(3, [p, p, p]),
            fraction(5, [q, 4, 25]),
            Rational::ZERO,
            Rational::from(-12),
        ];
        for a in &cases {
            for b in &cases {
                let (big_a, big_b) = (reference(a), reference(b));
                assert_eq!(reference(&(a + b)), &big_a + &big_b, "{a} + {b}");
                assert_eq!(reference(&(a - b)), &big_a - &big_b, "{a} - {b}");
                assert_eq!(reference(&(a * b)), &big_a * &big_b, "{a} × {b}");
                if let Some(quotient) = a.checked_div(b) {
                    assert_eq!(reference(&quotient), big_a / big_b, "{a} ÷ {b}");
                }
            }
        }
    }

    #[test]
    fn writes_decimals_and_fractions() {
        for (num, den, text) in [
            (0, 1, "0"),
            (188, 100, "1.88"),
            (-1, 2, "-0.5"),
            (1, 3, "1/3"),
            (200, 100, "2"),
            (1, 4096, "0.000244140625"),
            (1, 8192, "1/8192"),
        ] {
            let value = Rational::ratio(num, den);
            assert_eq!(value.to_string(), text);
            assert_eq!(text.parse(), Ok(value));
        }
    }

    #[test]
    fn refuses_other_texts() {
        for text in [
            "", "-", "1.", ".5", "1e3", "1/0", "1/-2", "+1", "1,5", " 1", "-1.-5",
        ] {
            assert_eq!(text.parse::<Rational>(), Err(ParseRationalError), "{text}");
        }
    }
}
