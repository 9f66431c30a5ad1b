//! The inner loops: plain slices of one length, no branch that depends on a row, so that the compiler makes vectors of
//! them for every instruction set that [`Arch`](crate::arch::Arch) picks from.
//!
//! Divisions are exact: in floats while every integer in them stays under 2^53, else in 128-bit integers.
#![allow(
    clippy::inline_always,
    clippy::float_cmp,
    clippy::needless_bitwise_bool,
    reason = "loops take on their caller's instructions only inside it; floats hold whole numbers; no branch per row"
)]

use super::plan::RatioBound;
use crate::RoundingMode;

/// Integers under this are exact in a float, and so is the floor of a quotient of two whose sum stays under it.
pub(super) const EXACT: i128 = 1 << 53;

/// 1.5 × 2^52: adding it to a float leaves a whole number in the low bits.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// A whole number of either width.
pub(super) trait Lane: Copy {
    fn float(self) -> f64;
    fn wide(self) -> i64;
}

impl Lane for i32 {
    #[inline(always)]
    fn float(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn wide(self) -> i64 {
        self.into()
    }
}

impl Lane for i64 {
    /// Exact while under 2^51; loops that need more are not run in floats.
    #[inline(always)]
    fn float(self) -> f64 {
        f64::from_bits(SHIFT.to_bits().wrapping_add(self.cast_unsigned())) - SHIFT
    }

    #[inline(always)]
    fn wide(self) -> i64 {
        self
    }
}

/// The largest whole number not above `value`, which is under 2^51.
#[inline(always)]
fn floor(value: f64) -> f64 {
    let nearest = (value + SHIFT) - SHIFT;
    if nearest > value {
        nearest - 1.0
    } else {
        nearest
    }
}

/// A float that holds a whole number of 32 bits; anything else comes out as some number.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)]
fn whole(value: f64) -> i32 {
    (value + SHIFT).to_bits().cast_signed() as i32
}

#[inline(always)]
pub(super) fn extent32(values: &[i32]) -> (i32, i32) {
    values
        .iter()
        .fold((i32::MAX, i32::MIN), |(least, most), value| {
            (least.min(*value), most.max(*value))
        })
}

#[inline(always)]
pub(super) fn extent64(values: &[i64]) -> (i64, i64) {
    values
        .iter()
        .fold((i64::MAX, i64::MIN), |(least, most), value| {
            (least.min(*value), most.max(*value))
        })
}

#[inline(always)]
pub(super) fn largest8(values: &[u8]) -> u8 {
    values.iter().fold(0, |most, value| most.max(*value))
}

/// `yes` or `no` by row.
#[inline(always)]
pub(super) fn flags(answers: &[u8], yes: i32, no: i32, out: &mut [i32]) {
    for (out, answer) in out.iter_mut().zip(answers) {
        *out = if *answer != 0 { yes } else { no };
    }
}

/// What the table says of each byte.
#[inline(always)]
pub(super) fn table(answers: &[u8], table: &[i32; 256], out: &mut [i32]) {
    for (out, answer) in out.iter_mut().zip(answers) {
        *out = table[usize::from(*answer)];
    }
}

/// The sum of what the tables say of the bytes of each mask, at most `cap`.
#[inline(always)]
pub(super) fn tables(masks: &[i64], tables: &[[i32; 256]], cap: i32, out: &mut [i32]) {
    for (out, mask) in out.iter_mut().zip(masks) {
        let bytes = mask.to_le_bytes();
        let points = tables.iter().zip(bytes);
        let sum: i32 = points.map(|(table, byte)| table[usize::from(byte)]).sum();
        *out = sum.min(cap);
    }
}

/// Puts a step's points where the value meets its bound.
#[inline(always)]
pub(super) fn step32(values: &[i32], bound: i32, points: i32, out: &mut [i32]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = if *value >= bound { points } else { *out };
    }
}

#[inline(always)]
pub(super) fn step64(values: &[i64], bound: i64, points: i32, out: &mut [i32]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = if *value >= bound { points } else { *out };
    }
}

/// Three steps over one read of the values: the lowest first.
#[inline(always)]
pub(super) fn steps32(values: &[i32], otherwise: i32, steps: [(i32, i32); 3], out: &mut [i32]) {
    let [(a, at_a), (b, at_b), (c, at_c)] = steps;
    for (out, value) in out.iter_mut().zip(values) {
        let points = if *value >= a { at_a } else { otherwise };
        let points = if *value >= b { at_b } else { points };
        *out = if *value >= c { at_c } else { points };
    }
}

/// `min(each × n, cap)`, where `most` is the largest `n` that still makes a difference.
#[inline(always)]
pub(super) fn per_item32(counts: &[i32], each: i32, most: i32, cap: i32, out: &mut [i32]) {
    for (out, count) in out.iter_mut().zip(counts) {
        *out = ((*count).min(most) * each).min(cap);
    }
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation)]
pub(super) fn per_item64(counts: &[i64], each: i32, most: i32, cap: i32, out: &mut [i32]) {
    for (out, count) in out.iter_mut().zip(counts) {
        let count = (*count).min(i64::from(most)) as i32;
        *out = (count * each).min(cap);
    }
}

/// `(a × of + c × over) ÷ (d × over)`: every division that rules make, in whole numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fraction {
    pub(super) of: i64,
    pub(super) base: i64,
    pub(super) over: i64,
    /// What comes out is at least 0 and at most this.
    pub(super) cap: i32,
    /// None for the floor.
    pub(super) mode: Option<RoundingMode>,
}

impl Fraction {
    /// Whether floats hold every whole number on the way, given the largest magnitudes that go in.
    pub(super) fn fits(&self, of: i128, over: i128) -> bool {
        let product = |a: i64, b: i128| i128::from(a.unsigned_abs()).saturating_mul(b);
        let num = product(self.of, of).saturating_add(product(self.base, over));
        let den = product(self.over, over);
        // Doubled for the halves that rounding adds.
        num.saturating_add(den).saturating_mul(2) < EXACT / 2
    }

    #[inline(always)]
    pub(super) fn rows<A: Lane, B: Lane>(&self, of: &[A], over: &[B], out: &mut [i32]) {
        let pairs = of.iter().zip(over);
        let pairs = out
            .iter_mut()
            .zip(pairs.map(|(of, over)| (of.float(), over.float())));
        self.floats(pairs);
    }

    /// The same where the denominator is 1.
    #[inline(always)]
    pub(super) fn singles<A: Lane>(&self, of: &[A], out: &mut [i32]) {
        self.floats(out.iter_mut().zip(of.iter().map(|of| (of.float(), 1.0))));
    }

    #[inline(always)]
    #[allow(clippy::cast_precision_loss)]
    fn floats<'o>(&self, rows: impl Iterator<Item = (&'o mut i32, (f64, f64))>) {
        let (a, c, d) = (self.of as f64, self.base as f64, self.over as f64);
        let cap = f64::from(self.cap);
        let settle = |quotient: f64| {
            let quotient = if quotient < 0.0 { 0.0 } else { quotient };
            whole(if quotient > cap { cap } else { quotient })
        };
        match self.mode {
            None | Some(RoundingMode::Down) => {
                for (out, (of, over)) in rows {
                    *out = settle(floor((a * of + c * over) / (d * over)));
                }
            }
            Some(RoundingMode::HalfUp) => {
                let (a, c, twice) = (2.0 * a, 2.0 * c + d, 2.0 * d);
                for (out, (of, over)) in rows {
                    *out = settle(floor((a * of + c * over) / (twice * over)));
                }
            }
            Some(RoundingMode::HalfEven) => {
                let (a, c, twice) = (2.0 * a, 2.0 * c + d, 2.0 * d);
                for (out, (of, over)) in rows {
                    let (num, den) = (a * of + c * over, twice * over);
                    let up = floor(num / den);
                    let halved = up * 0.5;
                    // Exactly half way, and up to an odd number.
                    let tie = up * den == num && floor(halved) < halved;
                    *out = settle(if tie { up - 1.0 } else { up });
                }
            }
        }
    }

    /// One row in integers, for numbers too large for floats.
    #[cold]
    pub(super) fn one(&self, of: i64, over: i64) -> i32 {
        let [a, c, d] = [self.of, self.base, self.over].map(i128::from);
        let (of, over) = (i128::from(of), i128::from(over));
        let (num, den) = (a * of + c * over, d * over);
        if den <= 0 || num <= 0 {
            return 0;
        }
        let rounded = self.mode.unwrap_or(RoundingMode::Down).divide(num, den);
        i32::try_from(rounded).map_or(self.cap, |points| points.min(self.cap))
    }
}

/// Where a ratio can't be formed: the numerator, times `of`, above the denominator, times `over`, or a denominator of 0.
#[inline(always)]
#[allow(clippy::cast_precision_loss)]
pub(super) fn any_odd<A: Lane, B: Lane>(
    of: &[A],
    over: &[B],
    of_scale: i64,
    over_scale: i64,
    allow_over: bool,
) -> bool {
    let (a, b) = (of_scale as f64, over_scale as f64);
    if allow_over {
        return over
            .iter()
            .fold(false, |any, over| any | (over.float() <= 0.0));
    }
    of.iter().zip(over).fold(false, |any, (of, over)| {
        let over = over.float();
        any | (of.float() * a > over * b) | (over <= 0.0)
    })
}

/// Puts a step's points where the ratio meets its bound.
#[inline(always)]
#[allow(clippy::cast_precision_loss)]
pub(super) fn ratio_step<A: Lane, B: Lane>(
    of: &[A],
    over: &[B],
    bound: RatioBound,
    out: &mut [i32],
) {
    let (a, b) = (bound.of as f64, bound.over as f64);
    let points = bound.points;
    let rows = out.iter_mut().zip(of.iter().zip(over));
    if bound.strictly {
        for (out, (of, over)) in rows {
            let met = of.float() * a > over.float() * b;
            *out = if met { points } else { *out };
        }
    } else {
        for (out, (of, over)) in rows {
            let met = of.float() * a >= over.float() * b;
            *out = if met { points } else { *out };
        }
    }
}

/// `min(base + each × steps, cap)` in place.
#[inline(always)]
pub(super) fn stairs(base: i32, each: i32, cap: i32, out: &mut [i32]) {
    for out in out {
        *out = (base + each * *out).min(cap);
    }
}

/// Rounds whole numbers of a finer unit, `scale` of which make one, in place. Halves away from 0.
#[inline(always)]
pub(super) fn coarsen(scale: i32, mode: RoundingMode, out: &mut [i32]) {
    let d = f64::from(scale);
    for out in out {
        let value = f64::from(*out);
        let magnitude = value.abs();
        let rounded = match mode {
            RoundingMode::Down => floor(magnitude / d),
            RoundingMode::HalfUp => floor((2.0 * magnitude + d) / (2.0 * d)),
            RoundingMode::HalfEven => {
                let (num, den) = (2.0 * magnitude + d, 2.0 * d);
                let up = floor(num / den);
                let halved = up * 0.5;
                let tie = up * den == num && floor(halved) < halved;
                if tie { up - 1.0 } else { up }
            }
        };
        *out = whole(if value < 0.0 { -rounded } else { rounded });
    }
}

#[inline(always)]
pub(super) fn add(from: &[i32], out: &mut [i32]) {
    for (out, from) in out.iter_mut().zip(from) {
        *out += from;
    }
}

#[inline(always)]
pub(super) fn negate(out: &mut [i32]) {
    for out in out {
        *out = -*out;
    }
}

#[inline(always)]
pub(super) fn at_most(cap: i32, out: &mut [i32]) {
    for out in out {
        *out = (*out).min(cap);
    }
}

#[inline(always)]
pub(super) fn larger(from: &[i32], out: &mut [i32]) {
    for (out, from) in out.iter_mut().zip(from) {
        *out = (*out).max(*from);
    }
}

/// The worse of two statuses.
#[inline(always)]
pub(super) fn worse(from: &[u8], out: &mut [u8]) {
    for (out, from) in out.iter_mut().zip(from) {
        *out = (*out).max(*from);
    }
}

/// Nothing where a row isn't scored.
#[inline(always)]
pub(super) fn unscored(statuses: &[u8], out: &mut [i32]) {
    for (out, status) in out.iter_mut().zip(statuses) {
        *out = if *status == 0 { *out } else { 0 };
    }
}

/// Eight rows of a bitmap at a time into bytes of 0 and 1.
#[inline(always)]
pub(super) fn spread(byte: u8) -> [u8; 8] {
    let copies = u64::from(byte).wrapping_mul(0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    // A byte that holds any bit carries into its highest one.
    let set = copies.wrapping_add(0x7f7f_7f7f_7f7f_7f7f);
    ((set >> 7) & 0x0101_0101_0101_0101).to_le_bytes()
}
