//! Whole numbers of any size, by the methods of the schoolbook. Scores leave 128 bits only where a round's shares are
//! added up or somebody tries: what matters here is to be right, and short enough for the browser.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};

/// Digits to the base of 2³², least first, without zeros in front.
type Limbs = Vec<u32>;

const LIMB: u32 = 32;
/// The most decimal digits that a limb holds, and what comes after them.
const DIGITS: usize = 9;
const BILLION: u32 = 1_000_000_000;

/// A whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Big {
    /// Never of nought.
    negative: bool,
    limbs: Limbs,
}

fn low(wide: u64) -> u32 {
    (wide & 0xffff_ffff) as u32
}

fn trim(mut limbs: Limbs) -> Limbs {
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
    limbs
}

fn compare(a: &[u32], b: &[u32]) -> Ordering {
    let length = a.len().cmp(&b.len());
    length.then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn sum(a: &[u32], b: &[u32]) -> Limbs {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut carry = 0;
    let mut sum = Limbs::with_capacity(long.len() + 1);
    let more = std::iter::repeat(&0);
    for (a, b) in long.iter().zip(short.iter().chain(more)) {
        let wide = u64::from(*a) + u64::from(*b) + carry;
        sum.push(low(wide));
        carry = wide >> LIMB;
    }
    sum.push(low(carry));
    trim(sum)
}

/// `from` less what is no larger.
fn difference(from: &[u32], less: &[u32]) -> Limbs {
    let mut borrowed = false;
    let more = std::iter::repeat(&0);
    let limbs = from.iter().zip(less.iter().chain(more)).map(|(a, b)| {
        let (rest, under) = a.overflowing_sub(*b);
        let (rest, further) = rest.overflowing_sub(borrowed.into());
        borrowed = under || further;
        rest
    });
    trim(limbs.collect())
}

fn product(a: &[u32], b: &[u32]) -> Limbs {
    let mut product = vec![0; a.len() + b.len()];
    for (at, a) in a.iter().enumerate() {
        let mut carry = 0;
        let places = product.iter_mut().skip(at);
        for (place, b) in places.zip(b.iter().chain(std::iter::once(&0))) {
            let wide = u64::from(*a) * u64::from(*b) + u64::from(*place) + carry;
            *place = low(wide);
            carry = wide >> LIMB;
        }
    }
    trim(product)
}

/// Times a limb, plus a limb.
fn push(limbs: &mut Limbs, times: u32, plus: u32) {
    let mut carry = u64::from(plus);
    for limb in limbs.iter_mut() {
        let wide = u64::from(*limb) * u64::from(times) + carry;
        *limb = low(wide);
        carry = wide >> LIMB;
    }
    if carry > 0 {
        limbs.push(low(carry));
    }
}

/// By a limb, in place; what remains.
fn pop(limbs: &mut Limbs, by: u32) -> u32 {
    let mut rest = 0;
    for limb in limbs.iter_mut().rev() {
        let wide = rest << LIMB | u64::from(*limb);
        *limb = low(wide / u64::from(by));
        rest = wide % u64::from(by);
    }
    *limbs = trim(std::mem::take(limbs));
    low(rest)
}

/// Quotient and rest (Knuth, 4.3.1, algorithm D). The divisor isn't nought.
fn divide(a: &[u32], b: &[u32]) -> (Limbs, Limbs) {
    if compare(a, b) == Ordering::Less {
        return (Limbs::new(), a.to_vec());
    }
    let [.., _, top] = b else {
        let mut quotient = a.to_vec();
        let rest = pop(&mut quotient, b.first().copied().unwrap_or(1));
        return (quotient, trim(vec![rest]));
    };
    // With its first bit set, the divisor's top limbs tell a digit of the quotient to within one.
    let scale = 1 << top.leading_zeros();
    let (mut rest, mut divisor) = (a.to_vec(), b.to_vec());
    push(&mut divisor, scale, 0);
    push(&mut rest, scale, 0);
    let [.., second, top] = divisor.as_slice() else {
        return (Limbs::new(), rest);
    };
    let (second, top) = (u64::from(*second), u64::from(*top));
    rest.resize(a.len() + 1, 0);
    let mut quotient = Limbs::new();
    for at in (0..=a.len() - b.len()).rev() {
        let Some(window) = rest.get_mut(at..=at + b.len()) else {
            break;
        };
        let [.., third, middle, first] = &*window else {
            break;
        };
        let high = u64::from(*first) << LIMB | u64::from(*middle);
        let (mut digit, mut left) = (high / top, high % top);
        while digit >> LIMB > 0 || digit * second > (left << LIMB | u64::from(*third)) {
            digit -= 1;
            left += top;
            if left >> LIMB > 0 {
                break;
            }
        }
        let mut carry = 0;
        let padded = || divisor.iter().chain(std::iter::once(&0));
        for (place, limb) in window.iter_mut().zip(padded()) {
            let wide = digit * u64::from(*limb) + carry;
            let (less, under) = place.overflowing_sub(low(wide));
            *place = less;
            carry = (wide >> LIMB) + u64::from(under);
        }
        if carry > 0 {
            digit -= 1;
            let mut carry = 0;
            for (place, limb) in window.iter_mut().zip(padded()) {
                let wide = u64::from(*place) + u64::from(*limb) + carry;
                *place = low(wide);
                carry = wide >> LIMB;
            }
        }
        quotient.push(low(digit));
    }
    quotient.reverse();
    let mut rest = trim(rest);
    pop(&mut rest, scale);
    (trim(quotient), rest)
}

impl Big {
    fn of(negative: bool, limbs: Limbs) -> Self {
        let negative = negative && !limbs.is_empty();
        Self { negative, limbs }
    }

    /// Ten to some power.
    pub(super) fn pow10(exponent: u32) -> Self {
        let mut limbs = vec![1];
        for _ in 0..exponent {
            push(&mut limbs, 10, 0);
        }
        Self::of(false, limbs)
    }

    /// From decimal digits, with or without a minus in front.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() {
            return None;
        }
        let mut limbs = Limbs::new();
        for chunk in digits.as_bytes().chunks(DIGITS) {
            let (mut times, mut plus) = (1, 0);
            for byte in chunk {
                if !byte.is_ascii_digit() {
                    return None;
                }
                times *= 10;
                plus = plus * 10 + u32::from(byte - b'0');
            }
            push(&mut limbs, times, plus);
        }
        Some(Self::of(digits.len() < text.len(), trim(limbs)))
    }

    pub(super) fn to_i128(&self) -> Option<i128> {
        let wide = self.limbs.iter().rev().try_fold(0_u128, |wide, limb| {
            Some(wide.checked_mul(1 << LIMB)? + u128::from(*limb))
        })?;
        if self.negative {
            0_i128.checked_sub_unsigned(wide)
        } else {
            wide.try_into().ok()
        }
    }

    pub(super) fn to_i64(&self) -> Option<i64> {
        self.to_i128()?.try_into().ok()
    }

    pub(super) fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    pub(super) fn is_one(&self) -> bool {
        !self.negative && self.limbs == [1]
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn is_odd(&self) -> bool {
        self.limbs.first().is_some_and(|limb| limb % 2 == 1)
    }

    pub(super) fn abs(&self) -> Self {
        Self::of(false, self.limbs.clone())
    }

    /// Quotient towards nought, and rest of the dividend's sign. By nought, both are nought.
    pub(super) fn div_rem(&self, by: &Self) -> (Self, Self) {
        if by.is_zero() {
            return (Self::from(0), Self::from(0));
        }
        let (quotient, rest) = divide(&self.limbs, &by.limbs);
        (
            Self::of(self.negative != by.negative, quotient),
            Self::of(self.negative, rest),
        )
    }

    /// Quotient downwards, and rest of the divisor's sign.
    pub(super) fn div_mod_floor(&self, by: &Self) -> (Self, Self) {
        let (quotient, rest) = self.div_rem(by);
        if rest.is_zero() || rest.negative == by.negative {
            return (quotient, rest);
        }
        (&quotient + &Self::from(-1), &rest + by)
    }

    /// The quotient where there is no rest.
    pub(super) fn div_exact(&self, by: &Self) -> Self {
        if by.is_one() {
            return self.clone();
        }
        self.div_rem(by).0
    }

    /// The greatest common divisor.
    pub(super) fn gcd(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.abs(), other.abs());
        while !b.is_zero() {
            let rest = divide(&a.limbs, &b.limbs).1;
            a = std::mem::replace(&mut b, Self::of(false, rest));
        }
        a
    }

    fn bits(&self) -> u32 {
        let top = self.limbs.last().map_or(0, |limb| limb.leading_zeros());
        u32::try_from(self.limbs.len()).unwrap_or(u32::MAX / LIMB) * LIMB - top
    }

    fn shifted(&self, bits: u32) -> Self {
        let mut limbs = vec![0; (bits / LIMB) as usize];
        limbs.extend(&self.limbs);
        push(&mut limbs, 1 << (bits % LIMB), 0);
        Self::of(self.negative, limbs)
    }

    /// The float nearest to the quotient.
    pub(super) fn divided_by(&self, by: &Self) -> f64 {
        if self.is_zero() || by.is_zero() {
            return 0.0;
        }
        // A quotient of 63 or 64 bits: more than a float holds, and the last one tells whether there was a rest.
        let up = i64::from(by.bits()) + 64 - i64::from(self.bits());
        let amount = u32::try_from(up.unsigned_abs()).unwrap_or(u32::MAX);
        let (above, below) = if up < 0 {
            (self.clone(), by.shifted(amount))
        } else {
            (self.shifted(amount), by.clone())
        };
        let (quotient, rest) = divide(&above.limbs, &below.limbs);
        let mut wide = quotient
            .iter()
            .rev()
            .fold(0_u128, |wide, limb| wide << LIMB | u128::from(*limb));
        wide |= u128::from(!rest.is_empty());
        #[allow(clippy::cast_precision_loss)]
        let mut float = wide as f64;
        let mut left = -up;
        while left != 0 && float != 0.0 && float.is_finite() {
            let step = left.clamp(-1000, 1000);
            float *= 2_f64.powi(i32::try_from(step).unwrap_or_default());
            left -= step;
        }
        if self.negative == by.negative {
            float
        } else {
            -float
        }
    }
}

impl From<i128> for Big {
    fn from(value: i128) -> Self {
        let mut wide = value.unsigned_abs();
        let mut limbs = Limbs::new();
        while wide > 0 {
            limbs.push((wide & 0xffff_ffff) as u32);
            wide >>= LIMB;
        }
        Self::of(value < 0, limbs)
    }
}

impl Add for &Big {
    type Output = Big;

    fn add(self, other: &Big) -> Big {
        if self.negative == other.negative {
            return Big::of(self.negative, sum(&self.limbs, &other.limbs));
        }
        match compare(&self.limbs, &other.limbs) {
            Ordering::Less => Big::of(other.negative, difference(&other.limbs, &self.limbs)),
            _ => Big::of(self.negative, difference(&self.limbs, &other.limbs)),
        }
    }
}

impl Sub for &Big {
    type Output = Big;

    fn sub(self, other: &Big) -> Big {
        self + &-other.clone()
    }
}

impl Mul for &Big {
    type Output = Big;

    fn mul(self, other: &Big) -> Big {
        Big::of(
            self.negative != other.negative,
            product(&self.limbs, &other.limbs),
        )
    }
}

impl Neg for Big {
    type Output = Big;

    fn neg(self) -> Big {
        Big::of(!self.negative, self.limbs)
    }
}

impl Ord for Big {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => compare(&self.limbs, &other.limbs),
            (true, true) => compare(&other.limbs, &self.limbs),
        }
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Big {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut limbs = self.limbs.clone();
        let mut digits = Vec::new();
        while !limbs.is_empty() {
            let mut chunk = pop(&mut limbs, BILLION);
            for _ in 0..DIGITS {
                digits.push(char::from_digit(chunk % 10, 10).unwrap_or('0'));
                chunk /= 10;
            }
        }
        while digits.last() == Some(&'0') {
            digits.pop();
        }
        if digits.is_empty() {
            digits.push('0');
        }
        if self.negative {
            digits.push('-');
        }
        let text: String = digits.into_iter().rev().collect();
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use num_integer::Integer as _;
    use num_traits::{ToPrimitive as _, Zero as _};
    use proptest::prelude::*;

    use super::*;

    /// Numbers of many limbs, with long runs of ones and zeros, where carries and estimates go wrong.
    fn number() -> impl Strategy<Value = BigInt> {
        let limb = prop_oneof![
            Just(0),
            Just(u32::MAX),
            Just(1 << 31),
            Just(1),
            any::<u32>()
        ];
        let magnitude = prop::collection::vec(limb, 0..12);
        (any::<bool>(), magnitude).prop_map(|(negative, limbs)| {
            let value = BigInt::from(num_bigint::BigUint::new(limbs));
            if negative { -value } else { value }
        })
    }

    fn ours(value: &BigInt) -> Big {
        let ours = Big::parse(&value.to_string()).unwrap();
        assert_eq!(ours.to_string(), value.to_string());
        assert_eq!(ours.limbs, value.magnitude().to_u32_digits());
        ours
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn computes_as_num_bigint_does(a in number(), b in number()) {
            let (x, y) = (ours(&a), ours(&b));
            prop_assert_eq!(&x + &y, ours(&(&a + &b)));
            prop_assert_eq!(&x - &y, ours(&(&a - &b)));
            prop_assert_eq!(&x * &y, ours(&(&a * &b)));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x.gcd(&y), ours(&a.gcd(&b)));
            prop_assert_eq!(x.to_i128(), a.to_i128());
            prop_assert_eq!(x.to_i64(), a.to_i64());
            prop_assert_eq!(x.is_odd(), a.is_odd());
            if let Some(small) = a.to_i128() {
                prop_assert_eq!(&Big::from(small), &x);
            }
            if !b.is_zero() {
                let (quotient, rest) = x.div_rem(&y);
                prop_assert_eq!(quotient, ours(&(&a / &b)));
                prop_assert_eq!(rest, ours(&(&a % &b)));
                let (quotient, rest) = x.div_mod_floor(&y);
                let (expected, expected_rest) = a.div_mod_floor(&b);
                prop_assert_eq!(quotient, ours(&expected));
                prop_assert_eq!(rest, ours(&expected_rest));
                prop_assert_eq!(&(&x * &y).div_exact(&y), &x);
                let float = num_rational::BigRational::new(a.clone(), b.clone()).to_f64();
                prop_assert_eq!(Some(x.divided_by(&y)), float);
            }
        }
    }

    #[test]
    fn powers_of_ten_and_texts() {
        assert_eq!(Big::pow10(40).to_string(), format!("1{}", "0".repeat(40)));
        assert_eq!(Big::parse("-0"), Some(Big::from(0)));
        assert_eq!(Big::from(i128::MIN).to_i128(), Some(i128::MIN));
        for text in ["", "-", "1a", "+1", "--1"] {
            assert_eq!(Big::parse(text), None, "{text}");
        }
    }
}
