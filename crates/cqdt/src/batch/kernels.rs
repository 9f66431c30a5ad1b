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

/// The same for floats of 32 bits: 1.5 × 2^23.
const SHIFT32: f32 = 12_582_912.0;

/// Integers under this come out of 32-bit floats to within a quarter, whatever three roundings did to them.
const EXACT32: i32 = 1 << 20;

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

/// A whole number that may not fit 32 bits.
pub(super) trait Long: Copy {
    /// Its low 64 bits, and whether they are all there is to it.
    fn low(self) -> (i64, bool);
}

impl Long for u32 {
    #[inline(always)]
    fn low(self) -> (i64, bool) {
        (self.into(), true)
    }
}

impl Long for i64 {
    #[inline(always)]
    fn low(self) -> (i64, bool) {
        (self, true)
    }
}

impl Long for i128 {
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "which is looked at")]
    fn low(self) -> (i64, bool) {
        let low = self as i64;
        (low, low >> 63 == (self >> 64) as i64)
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

/// What stands at the position that each byte is.
#[inline(always)]
pub(super) fn pick<const N: usize>(answers: &[u8], points: [i32; N], out: &mut [i32]) {
    for (out, answer) in out.iter_mut().zip(answers) {
        let mut picked = points[0];
        for (key, points) in (0_u8..).zip(points).skip(1) {
            picked = if *answer == key { points } else { picked };
        }
        *out = picked;
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

    /// What is floored: `(a × of + c × over) ÷ (d × over)`, halves added where they are rounded up.
    fn parts(&self) -> Option<[i64; 3]> {
        let [a, c, d] = [self.of, self.base, self.over];
        match self.mode {
            None | Some(RoundingMode::Down) => Some([a, c, d]),
            Some(RoundingMode::HalfUp | RoundingMode::HalfEven) => Some([
                a.checked_mul(2)?,
                c.checked_mul(2)?.checked_add(d)?,
                d.checked_mul(2)?,
            ]),
        }
    }

    /// The same for 32-bit loops, given the largest magnitudes that go in: every whole number on the way fits.
    pub(super) fn narrow(&self, of: i64, over: i64) -> Option<Narrow> {
        let [a, c, d] = self.parts()?;
        let most = i64::from(i32::MAX);
        let product = |a: i64, b: i64| a.checked_abs()?.checked_mul(b);
        let num = product(a, of)?.checked_add(product(c, over)?)?;
        let den = product(d, over)?;
        let room = den.checked_mul(i64::from(self.cap) + 2)?.checked_add(num)?;
        if d <= 0 || self.cap >= EXACT32 || room > most {
            return None;
        }
        Some(Narrow {
            a: i32::try_from(a).ok()?,
            c: i32::try_from(c).ok()?,
            d: i32::try_from(d).ok()?,
            cap: self.cap,
            even: self.mode == Some(RoundingMode::HalfEven),
        })
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

/// A [`Fraction`] whose numbers all fit 32 bits: a quotient of 32-bit floats is next to the right one, and what is left
/// over, a whole number, says which it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Narrow {
    a: i32,
    c: i32,
    d: i32,
    cap: i32,
    /// Halves go to the even digit.
    even: bool,
}

impl Narrow {
    #[inline(always)]
    pub(super) fn rows(self, of: &[i32], over: &[i32], out: &mut [i32]) {
        let rows = out.iter_mut().zip(of.iter().zip(over));
        if self.even {
            for (out, (of, over)) in rows {
                *out = self.one::<true>(*of, *over);
            }
        } else {
            for (out, (of, over)) in rows {
                *out = self.one::<false>(*of, *over);
            }
        }
    }

    /// The same where the denominator is 1.
    #[inline(always)]
    pub(super) fn singles(self, of: &[i32], out: &mut [i32]) {
        let rows = out.iter_mut().zip(of);
        if self.even {
            for (out, of) in rows {
                *out = self.one::<true>(*of, 1);
            }
        } else {
            for (out, of) in rows {
                *out = self.one::<false>(*of, 1);
            }
        }
    }

    #[inline(always)]
    #[allow(clippy::cast_precision_loss, reason = "the rest makes up for it")]
    fn one<const EVEN: bool>(self, of: i32, over: i32) -> i32 {
        let num = self
            .a
            .wrapping_mul(of)
            .wrapping_add(self.c.wrapping_mul(over));
        let den = self.d.wrapping_mul(over);
        let most = (self.cap + 1) as f32;
        let quotient = num as f32 / den as f32;
        // No number, of a denominator of 0, becomes one that is looked at elsewhere.
        let quotient = if quotient < most { quotient } else { most };
        let quotient = if quotient > -1.0 { quotient } else { -1.0 };
        // The right one or one more.
        let near = (quotient + SHIFT32)
            .to_bits()
            .wrapping_sub(SHIFT32.to_bits())
            .cast_signed();
        let rest = num.wrapping_sub(near.wrapping_mul(den));
        let mut floor = near - i32::from(rest < 0);
        if EVEN {
            // Exactly half way, and up to an odd number.
            floor -= i32::from(rest == 0) & floor & 1;
        }
        floor.max(0).min(self.cap)
    }
}

/// The same in 32 bits, where products fit.
#[inline(always)]
pub(super) fn any_odd32(
    of: &[i32],
    over: &[i32],
    of_scale: i32,
    over_scale: i32,
    allow_over: bool,
) -> bool {
    if allow_over {
        return over.iter().fold(false, |any, over| any | (*over <= 0));
    }
    if of_scale == 1 && over_scale == 1 {
        return of
            .iter()
            .zip(over)
            .fold(false, |any, (of, over)| any | (of > over) | (*over <= 0));
    }
    of.iter().zip(over).fold(false, |any, (of, over)| {
        any | (of.wrapping_mul(of_scale) > over.wrapping_mul(over_scale)) | (*over <= 0)
    })
}

/// Statuses, and points, of ratios that can't be formed (D6): what is above becomes invalid, and a denominator of 0 what
/// `zero` says: a status, and points where they don't stay.
#[inline(always)]
pub(super) fn settle32(
    of: &[i32],
    over: &[i32],
    (of_scale, over_scale): (i32, i32),
    allow_over: bool,
    (zero_status, zero_points): (u8, Option<i32>),
    points: &mut [i32],
    statuses: &mut [u8],
) {
    const INVALID: u8 = 3;
    let rows = points.iter_mut().zip(statuses);
    let keeps = zero_points.is_none();
    let instead = zero_points.unwrap_or(0);
    for ((points, status), (of, over)) in rows.zip(of.iter().zip(over)) {
        let scored = *status == 0;
        let above = !allow_over & (of.wrapping_mul(of_scale) > over.wrapping_mul(over_scale));
        let zero = scored & !above & (*over == 0);
        let becomes = if zero { zero_status } else { *status };
        *status = if scored & above { INVALID } else { becomes };
        *points = if zero & !keeps { instead } else { *points };
    }
}

/// The better of two branches, row by row; bit 7 of a status marks that some branch is scored.
#[inline(always)]
pub(super) fn better(other: &[i32], of_other: &[u8], points: &mut [i32], statuses: &mut [u8]) {
    let rows = points.iter_mut().zip(statuses);
    for ((points, status), (other, of_other)) in rows.zip(other.iter().zip(of_other)) {
        let scored = (*status & 0x80 != 0) | (*status == 0);
        let other_scored = *of_other == 0;
        let takes = other_scored & (!scored | (*other > *points));
        *points = if takes { *other } else { *points };
        let worst = (*status & 0x7f).max(*of_other);
        *status = worst | if scored | other_scored { 0x80 } else { 0 };
    }
}

/// Whether some ratio is above `most` or below `least`, each a numerator and a denominator. Ratios that can't be formed
/// don't count.
#[inline(always)]
pub(super) fn beyond(
    of: &[i32],
    over: &[i32],
    (of_scale, over_scale): (f64, f64),
    allow_over: bool,
    least: (f64, f64),
    most: (f64, f64),
) -> bool {
    of.iter().zip(over).fold(false, |any, (of, over)| {
        let (of, over) = (f64::from(*of), f64::from(*over));
        let formed = (over > 0.0) & (allow_over | (of * of_scale <= over * over_scale));
        any | (formed & ((of * most.1 > most.0 * over) | (of * least.1 < least.0 * over)))
    })
}

/// Reads whole numbers into a fact's own unit: a status for each, and a harmless value where it isn't valid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub(super) least: i64,
    pub(super) most: i64,
    pub(super) times: i32,
    pub(super) harmless: i32,
    pub(super) invalid: u8,
}

impl Reader {
    /// Numbers of up to 32 bits.
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "bounds are clamped to 32 bits"
    )]
    pub(super) fn narrow<T: Copy + Into<i32>>(
        &self,
        values: &[T],
        out: &mut [i32],
        statuses: &mut [u8],
    ) {
        let clamp = |bound: i64| bound.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
        let (least, most) = (clamp(self.least), clamp(self.most));
        let nothing = self.most < i32::MIN.into() || self.least > i32::MAX.into();
        for ((out, status), value) in out.iter_mut().zip(statuses).zip(values) {
            let value: i32 = (*value).into();
            let valid = !nothing & (value >= least) & (value <= most);
            *out = if valid {
                value.wrapping_mul(self.times)
            } else {
                self.harmless
            };
            *status = if valid { 0 } else { self.invalid };
        }
    }

    /// Numbers of more bits.
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "what is valid fits 32 bits"
    )]
    pub(super) fn wide<T: Long>(&self, values: &[T], out: &mut [i32], statuses: &mut [u8]) {
        for ((out, status), value) in out.iter_mut().zip(statuses).zip(values) {
            let (value, whole) = value.low();
            let valid = whole & (value >= self.least) & (value <= self.most);
            let own = (value as i32).wrapping_mul(self.times);
            *out = if valid { own } else { self.harmless };
            *status = if valid { 0 } else { self.invalid };
        }
    }

    /// Positions of keys, and masks of keys, into bytes.
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is valid fits a byte"
    )]
    pub(super) fn bytes<T: Copy + Into<i64>>(
        &self,
        values: &[T],
        out: &mut [u8],
        statuses: &mut [u8],
    ) {
        for ((out, status), value) in out.iter_mut().zip(statuses).zip(values) {
            let value: i64 = (*value).into();
            let valid = (value >= 0) & (value <= self.most);
            *out = if valid { value as u8 } else { 0 };
            *status = if valid { 0 } else { self.invalid };
        }
    }
}

/// Widens numbers, `times` as much; true where all of them lie within the bounds.
#[inline(always)]
pub(super) fn widen<T: Copy + Into<i32>>(
    values: &[T],
    (least, most): (i32, i32),
    times: i32,
    out: &mut [i32],
) -> bool {
    let mut odd = false;
    for (out, value) in out.iter_mut().zip(values) {
        let value: i32 = (*value).into();
        odd |= (value < least) | (value > most);
        *out = value.wrapping_mul(times);
    }
    !odd
}

/// Longer numbers as 32-bit ones, `times` as much; true where all of them lie within the bounds.
#[inline(always)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "what lies within the bounds fits 32 bits"
)]
pub(super) fn shorten<T: Long>(
    values: &[T],
    (least, most): (i64, i64),
    times: i32,
    out: &mut [i32],
) -> bool {
    let mut odd = false;
    for (out, value) in out.iter_mut().zip(values) {
        let (value, whole) = value.low();
        odd |= !whole | (value < least) | (value > most);
        *out = (value as i32).wrapping_mul(times);
    }
    !odd
}

/// 128-bit numbers as 64-bit ones; true where all of them lie within the bounds.
#[inline(always)]
pub(super) fn halve(values: &[i128], (least, most): (i64, i64), out: &mut [i64]) -> bool {
    let mut odd = false;
    for (out, value) in out.iter_mut().zip(values) {
        let (value, whole) = value.low();
        odd |= !whole | (value < least) | (value > most);
        *out = value;
    }
    !odd
}

/// Puts a status where a byte is not what is expected.
#[inline(always)]
pub(super) fn mark(bytes: &[u8], expected: u8, status: u8, statuses: &mut [u8]) {
    for (own, byte) in statuses.iter_mut().zip(bytes) {
        *own = if *byte == expected { *own } else { status };
    }
}

/// A group's points where nothing is rescaled: at least `floor`, and added to the total.
#[inline(always)]
pub(super) fn floored(sums: &[i32], floor: i64, points: &mut [i64], total: &mut [i64]) {
    for ((points, total), sum) in points.iter_mut().zip(total).zip(sums) {
        let own = i64::from(*sum).max(floor);
        *points = own;
        *total += own;
    }
}

#[inline(always)]
pub(super) fn scaled<V: Copy + Into<i64>, C>(
    values: &[V],
    times: i64,
    cell: impl Fn(i64) -> C,
    out: &mut [C],
) {
    let cells = out.iter_mut().zip(values);
    // Mostly points are in their column's unit: no multiplication, which some processors do one number at a time.
    if times == 1 {
        cells.for_each(|(out, value)| *out = cell((*value).into()));
    } else {
        cells.for_each(|(out, value)| *out = cell((*value).into() * times));
    }
}

/// `value × times ÷ by`, rounded once: both whole numbers stay under 2^53.
#[inline(always)]
#[allow(clippy::cast_precision_loss)]
pub(super) fn quotients(values: &[i64], times: i64, by: i64, out: &mut [f64]) {
    let (times, by) = (times as f64, by as f64);
    for (out, value) in out.iter_mut().zip(values) {
        *out = value.float() * times / by;
    }
}

/// Puts a band where the value meets its bound.
#[inline(always)]
pub(super) fn band(values: &[i64], bound: i64, band: u8, out: &mut [u8]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = if *value >= bound { band } else { *out };
    }
}

#[inline(always)]
pub(super) fn any_is(statuses: &[u8], which: u8) -> bool {
    statuses
        .iter()
        .fold(false, |any, status| any | (*status == which))
}

/// Takes a maximum off where a criterion doesn't apply, and counts it.
#[inline(always)]
pub(super) fn take_off(
    statuses: &[u8],
    which: u8,
    max: i64,
    applicable: &mut [i64],
    excluded: &mut [u16],
) {
    let rows = applicable.iter_mut().zip(excluded);
    for ((applicable, excluded), status) in rows.zip(statuses) {
        let gone = *status == which;
        *applicable -= if gone { max } else { 0 };
        *excluded += u16::from(gone);
    }
}

/// 0 where a status is this one.
#[inline(always)]
pub(super) fn clear_where(statuses: &[u8], which: u8, out: &mut [u8]) {
    for (out, status) in out.iter_mut().zip(statuses) {
        *out = if *status == which { 0 } else { *out };
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        /// Quotients by 32-bit floats and a rest are those by 128-bit integers, ties and all.
        #[test]
        fn narrow_divisions_are_exact(
            (a, c, d) in (-3_000_i64..200_000, -3_000_i64..3_000, 1_i64..500),
            cap in prop_oneof![0..4_000_i32, 0..EXACT32],
            (of, over) in (0_i32..60_000, 0_i32..60_000),
            mode in prop_oneof![Just(None), Just(Some(RoundingMode::Down)),
                Just(Some(RoundingMode::HalfUp)), Just(Some(RoundingMode::HalfEven))],
            ties in any::<bool>(),
        ) {
            let fraction = Fraction { of: a, base: c, over: d, cap, mode };
            // Numerators that make exact halves, as often as not.
            let of = if ties { of / 100 * 25 } else { of };
            if let Some(narrow) = fraction.narrow(of.into(), over.into()) && over > 0 {
                let (of, over) = ([of; 2], [over; 2]);
                let mut out = [0; 2];
                narrow.rows(&of, &over, &mut out);
                prop_assert_eq!(out[0], fraction.one(of[0].into(), over[0].into()));
                let mut out = [0; 2];
                narrow.singles(&of, &mut out);
                prop_assert_eq!(out[1], fraction.one(of[1].into(), 1));
            }
        }

        #[test]
        fn settled_ratios_are_those_of_any_width(
            rows in proptest::collection::vec((0_i32..9, 0_i32..9, 0_u8..4), 1..40),
            (of_scale, over_scale) in (1..4_i32, 1..4_i32), allow in any::<bool>(),
        ) {
            let of: Vec<i32> = rows.iter().map(|row| row.0).collect();
            let over: Vec<i32> = rows.iter().map(|row| row.1).collect();
            let mut points = vec![7; rows.len()];
            let mut statuses: Vec<u8> = rows.iter().map(|row| row.2).collect();
            let scales = (of_scale, over_scale);
            settle32(&of, &over, scales, allow, (1, Some(5)), &mut points, &mut statuses);
            for (row, (of, over, status)) in rows.iter().enumerate() {
                let expected = match (*status, of * of_scale > over * over_scale, *over) {
                    (0, true, _) if !allow => (3, 7),
                    (0, _, 0) => (1, 5),
                    (status, ..) => (status, 7),
                };
                prop_assert_eq!((statuses[row], points[row]), expected);
            }
            let any = rows.iter().any(|(of, over, _)| {
                *over == 0 || (!allow && of * of_scale > over * over_scale)
            });
            prop_assert_eq!(any_odd32(&of, &over, of_scale, over_scale, allow), any);
        }
    }
}
