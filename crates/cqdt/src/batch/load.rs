//! A block of a fact's answers brought into the form that the loops read: borrowed as it is where every answer in the
//! block is valid, else copied, with a status for every row and a harmless value where there is none.

use super::bind::BoundColumn;
use super::column::{Bits, Values};
use super::kernels::{self as k, extent32, extent64, largest8, spread};
use super::plan::Form;
use crate::arch::Arch;
use crate::criteria::Fact;
use crate::score::Status;
use crate::submission::Answer;

/// Rows that are scored at once: their answers and points stay in the first-level cache.
pub(super) const BLOCK: usize = 1_024;

/// A row that only the evaluator of single submissions gets right. Worse than any status.
pub(super) const HARD: u8 = 4;

/// A block of one fact.
#[derive(Debug, Default)]
pub(super) struct Loaded<'a> {
    /// Which block this is.
    pub(super) block: Option<usize>,
    source: Source<'a>,
    bytes: Vec<u8>,
    narrow: Vec<i32>,
    wide: Vec<i64>,
    statuses: Vec<u8>,
    /// The largest magnitude of its 32-bit numbers.
    reach: i64,
    /// Bits spread to bytes.
    spread: Vec<u8>,
    /// Whether some row has a status besides scored.
    pub(super) odd: bool,
    /// Whether nothing is answered in any block.
    absent: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum Source<'a> {
    /// What was copied.
    #[default]
    Own,
    Bytes(&'a [u8]),
    Narrow(&'a [i32]),
    Wide(&'a [i64]),
}

impl<'a> Loaded<'a> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self.source {
            Source::Bytes(bytes) => bytes,
            _ => &self.bytes,
        }
    }

    pub(super) fn narrow(&self) -> &[i32] {
        match self.source {
            Source::Narrow(values) => values,
            _ => &self.narrow,
        }
    }

    pub(super) fn wide(&self) -> &[i64] {
        match self.source {
            Source::Wide(values) => values,
            _ => &self.wide,
        }
    }

    /// The largest magnitude of its 32-bit numbers, where they are held.
    pub(super) fn reach(&self) -> i64 {
        self.reach
    }

    /// A factor by which its 32-bit numbers can be multiplied.
    pub(super) fn scale(&self, scale: i64) -> Option<i32> {
        let fits = scale.checked_mul(self.reach)? <= i32::MAX.into();
        fits.then_some(scale)?.try_into().ok()
    }

    /// By row, if any is odd.
    pub(super) fn statuses(&self) -> Option<&[u8]> {
        self.odd.then_some(&self.statuses)
    }

    /// Reads rows `first..first + rows` of a column.
    pub(super) fn load(
        &mut self,
        arch: Arch,
        form: Form,
        fact: &Fact,
        column: Option<&BoundColumn<'_, 'a>>,
        first: usize,
        rows: usize,
    ) {
        self.source = Source::Own;
        self.reach = declared(form);
        let Some(bound) = column else {
            self.absent(form, rows);
            return;
        };
        let column = bound.column;
        let all = |bits: Option<Bits<'_>>, expected: bool| {
            bits.is_none_or(|bits| bits.all(first, rows, expected))
        };
        let answered = all(column.validity, true) && all(column.not_applicable, false);
        if answered && bound.dictionary.is_none() {
            if let Some((source, reach)) =
                borrowed(arch, form, &column.values, column.places, first, rows)
            {
                self.source = source;
                self.reach = reach;
                self.odd = false;
                self.absent = false;
                return;
            }
            if self.widened(arch, form, &column.values, column.places, first, rows) {
                self.odd = false;
                self.absent = false;
                return;
            }
            if let (Form::Byte { most: 1 }, Values::Bits(bits)) = (form, column.values) {
                bits.spread(first, rows, &mut self.bytes);
                self.odd = false;
                self.absent = false;
                return;
            }
        }
        self.absent = false;
        self.statuses.clear();
        self.statuses.resize(rows, Status::Scored as u8);
        let signed_mask = matches!(form, Form::Mask { .. })
            && matches!(
                column.values,
                Values::I8(_) | Values::I16(_) | Values::I32(_) | Values::I64(_) | Values::I128(_)
            );
        let text = matches!(column.values, Values::Text { .. });
        if bound.dictionary.is_some() || text || signed_mask {
            self.by_answer(form, fact, bound, first, rows);
        } else {
            self.by_integer(arch, form, bound, first, rows);
        }
        if !answered {
            self.gaps(arch, fact, bound, first);
        }
        self.odd = arch.run(|| largest8(&self.statuses)) > 0;
    }

    /// The answer of the only row.
    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn put(&mut self, form: Form, answer: &Answer) {
        self.reach = declared(form);
        let (value, status) = held(form, answer);
        if self.block != Some(0) {
            self.clear();
            self.push(form, value);
            self.statuses = vec![status];
        }
        match form {
            Form::Byte { .. } => set_first(&mut self.bytes, value as u8),
            Form::Number { narrow: true, .. } => set_first(&mut self.narrow, value as i32),
            Form::Mask { .. } | Form::Number { .. } => set_first(&mut self.wide, value),
        }
        set_first(&mut self.statuses, status);
        self.odd = status != Status::Scored as u8;
        self.source = Source::Own;
        self.block = Some(0);
    }

    /// Nothing is answered. The values were made for the first block.
    fn absent(&mut self, form: Form, rows: usize) {
        self.odd = true;
        if self.absent && self.statuses.len() >= rows {
            self.statuses.truncate(rows);
            self.bytes.truncate(rows);
            self.narrow.truncate(rows);
            self.wide.truncate(rows);
            return;
        }
        self.absent = true;
        self.statuses.clear();
        self.statuses.resize(rows, Status::Missing as u8);
        self.clear();
        for _ in 0..rows {
            self.push(form, harmless(form));
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.narrow.clear();
        self.wide.clear();
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn push(&mut self, form: Form, value: i64) {
        match form {
            Form::Byte { .. } => self.bytes.push(value as u8),
            Form::Number { narrow: true, .. } => self.narrow.push(value as i32),
            Form::Mask { .. } | Form::Number { .. } => self.wide.push(value),
        }
    }

    /// What a dictionary's or a text's answers are.
    fn by_answer(
        &mut self,
        form: Form,
        fact: &Fact,
        bound: &BoundColumn<'_, '_>,
        first: usize,
        rows: usize,
    ) {
        self.clear();
        for row in 0..rows {
            let (value, status) = held(form, &bound.answer(fact, first + row));
            self.push(form, value);
            if let Some(slot) = self.statuses.get_mut(row) {
                *slot = status;
            }
        }
    }

    /// Numbers of another width than the form's; false where some isn't valid, or there is more to it.
    fn widened(
        &mut self,
        arch: Arch,
        form: Form,
        values: &Values<'_>,
        places: u8,
        first: usize,
        rows: usize,
    ) -> bool {
        let Form::Number {
            step: 1, narrow, ..
        } = form
        else {
            return false;
        };
        let Some(reading) = Reading::of(form, places).filter(|reading| reading.divide == 1) else {
            return false;
        };
        let range = first..first + rows;
        let bounds = (reading.least, reading.most);
        if !narrow {
            let Values::I128(values) = *values else {
                return false;
            };
            let values = values.get(range).unwrap_or_default();
            self.wide.resize(rows, 0);
            let out = self.wide.get_mut(..rows).unwrap_or_default();
            return reading.times == 1
                && values.len() == rows
                && arch.run(|| k::halve(values, bounds, out));
        }
        let Ok(times) = i32::try_from(reading.times) else {
            return false;
        };
        let clamp = |bound: i64| i32::try_from(bound.clamp(i32::MIN.into(), i32::MAX.into()));
        let (Ok(least), Ok(most)) = (clamp(reading.least), clamp(reading.most)) else {
            return false;
        };
        // The bounds themselves may lie beyond 32 bits on the wrong side.
        if reading.least > reading.most || i64::from(most) != reading.most.min(i32::MAX.into()) {
            return false;
        }
        self.narrow.resize(rows, 0);
        let out = self.narrow.get_mut(..rows).unwrap_or_default();
        macro_rules! brought {
            ($kernel:ident, $values:expr, $bounds:expr) => {{
                let values = $values.get(range).unwrap_or_default();
                values.len() == rows && arch.run(|| k::$kernel(values, $bounds, times, out))
            }};
        }
        let done = match *values {
            Values::U8(values) => brought!(widen, values, (least, most)),
            Values::U16(values) => brought!(widen, values, (least, most)),
            Values::I8(values) => brought!(widen, values, (least, most)),
            Values::I16(values) => brought!(widen, values, (least, most)),
            Values::I32(values) => brought!(widen, values, (least, most)),
            Values::U32(values) => brought!(shorten, values, bounds),
            Values::I64(values) => brought!(shorten, values, bounds),
            Values::I128(values) => brought!(shorten, values, bounds),
            _ => false,
        };
        if done {
            self.reach = reach(arch.run(|| extent32(&self.narrow)));
        }
        done
    }

    /// Whole numbers into bytes and 32-bit numbers, with a status each; false where there is more to it.
    fn read(
        &mut self,
        arch: Arch,
        form: Form,
        values: &Values<'_>,
        reading: &Reading,
        first: usize,
        rows: usize,
    ) -> bool {
        let range = first..first + rows;
        let mut reader = k::Reader {
            least: reading.least,
            most: reading.most,
            times: 1,
            harmless: 0,
            invalid: Status::Invalid as u8,
        };
        match form {
            Form::Byte { .. } => {
                self.bytes.clear();
                self.bytes.resize(rows, 0);
                let (out, statuses) = (&mut self.bytes, &mut self.statuses);
                macro_rules! read {
                    ($values:expr) => {{
                        let values = $values.get(range).unwrap_or_default();
                        arch.run(|| reader.bytes(values, out, statuses));
                        true
                    }};
                }
                match *values {
                    Values::U8(values) => read!(values),
                    Values::U16(values) => read!(values),
                    Values::U32(values) => read!(values),
                    Values::I8(values) => read!(values),
                    Values::I16(values) => read!(values),
                    Values::I32(values) => read!(values),
                    Values::I64(values) => read!(values),
                    Values::Bits(bits) if reading.most >= 1 => {
                        bits.spread(first, rows, out);
                        true
                    }
                    _ => false,
                }
            }
            Form::Number {
                narrow: true,
                step: 1,
                ..
            } if reading.divide == 1 => {
                let (Ok(times), Ok(harmless)) = (
                    i32::try_from(reading.times),
                    i32::try_from(reading.harmless),
                ) else {
                    return false;
                };
                (reader.times, reader.harmless) = (times, harmless);
                self.narrow.clear();
                self.narrow.resize(rows, 0);
                let (out, statuses) = (&mut self.narrow, &mut self.statuses);
                macro_rules! read {
                    ($width:ident, $values:expr) => {{
                        let values = $values.get(range).unwrap_or_default();
                        arch.run(|| reader.$width(values, out, statuses));
                        true
                    }};
                }
                let done = match *values {
                    Values::U8(values) => read!(narrow, values),
                    Values::U16(values) => read!(narrow, values),
                    Values::U32(values) => read!(wide, values),
                    Values::I8(values) => read!(narrow, values),
                    Values::I16(values) => read!(narrow, values),
                    Values::I32(values) => read!(narrow, values),
                    Values::I64(values) => read!(wide, values),
                    Values::I128(values) => read!(wide, values),
                    _ => false,
                };
                if done {
                    self.reach = reach(arch.run(|| extent32(&self.narrow)));
                }
                done
            }
            Form::Mask { .. } | Form::Number { .. } => false,
        }
    }

    fn by_integer(
        &mut self,
        arch: Arch,
        form: Form,
        bound: &BoundColumn<'_, '_>,
        first: usize,
        rows: usize,
    ) {
        self.clear();
        let Some(reading) = Reading::of(form, bound.column.places) else {
            // Bounds that no whole number of the column's unit meets, or a unit out of all proportion.
            for row in 0..rows {
                self.push(form, harmless(form));
                if let Some(slot) = self.statuses.get_mut(row) {
                    *slot = HARD;
                }
            }
            return;
        };
        if self.read(arch, form, &bound.column.values, &reading, first, rows) {
            return;
        }
        self.clear();
        macro_rules! each {
            ($values:expr) => {
                for (slot, value) in self.statuses.iter_mut().zip($values) {
                    let value = i64::try_from(*value).unwrap_or(i64::MIN);
                    let (value, status) = reading.value(value);
                    *slot = status;
                    match form {
                        Form::Byte { .. } => self.bytes.push(value as u8),
                        Form::Number { narrow: true, .. } => self.narrow.push(value as i32),
                        Form::Mask { .. } | Form::Number { .. } => self.wide.push(value),
                    }
                }
            };
        }
        macro_rules! read {
            ($values:expr) => {
                each!($values.get(first..first + rows).unwrap_or_default())
            };
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::unnecessary_fallible_conversions,
            reason = "one text for every width"
        )]
        match bound.column.values {
            Values::Bits(bits) => {
                let values: Vec<u8> = (0..rows).map(|row| bits.get(first + row).into()).collect();
                each!(&values);
            }
            Values::U8(values) => read!(values),
            Values::U16(values) => read!(values),
            Values::U32(values) => read!(values),
            Values::U64(values) if matches!(form, Form::Mask { .. }) => {
                let values = values.get(first..first + rows).unwrap_or_default();
                for (slot, value) in self.statuses.iter_mut().zip(values) {
                    let (value, status) = reading.value(value.cast_signed());
                    *slot = status;
                    self.wide.push(value);
                }
            }
            Values::U64(values) => read!(values),
            Values::I8(values) => read!(values),
            Values::I16(values) => read!(values),
            Values::I32(values) => read!(values),
            Values::I64(values) => read!(values),
            Values::I128(values) => read!(values),
            Values::Text { .. } => {}
        }
    }

    /// Rows that are missing or not applicable, and rows that were not to be read at all.
    fn gaps(&mut self, arch: Arch, fact: &Fact, bound: &BoundColumn<'_, '_>, first: usize) {
        let column = bound.column;
        let rows = self.statuses.len();
        let not_applicable = if fact.not_applicable {
            Status::NotApplicable
        } else {
            Status::Invalid
        };
        let marks = [
            (column.validity, 1, Status::Missing),
            (column.not_applicable, 0, not_applicable),
        ];
        for (bits, expected, status) in marks {
            if let Some(bits) = bits {
                bits.spread(first, rows, &mut self.spread);
                let (spread, statuses) = (&self.spread, &mut self.statuses);
                arch.run(|| k::mark(spread, expected, status as u8, statuses));
            }
        }
    }
}

/// An answer as a form holds it, and its status.
#[inline]
fn held(form: Form, answer: &Answer) -> (i64, u8) {
    let none = |status: Status| (harmless(form), status as u8);
    match answer {
        Answer::Missing => none(Status::Missing),
        Answer::NotApplicable => none(Status::NotApplicable),
        Answer::Invalid => none(Status::Invalid),
        Answer::YesNo(answer) => (i64::from(*answer), 0),
        Answer::Choice(key) => (i64::from(*key), 0),
        Answer::Items(bits) => (bits.cast_signed(), 0),
        Answer::Number(number) => (*number, 0),
        Answer::Share(share) => match (form, share.at_places(6)) {
            (Form::Number { places: 6, .. }, Some(value)) => (value, 0),
            _ => (harmless(form), HARD),
        },
    }
}

/// A value that no loop can come to harm with.
fn harmless(form: Form) -> i64 {
    match form {
        Form::Number { least, .. } => least,
        Form::Byte { .. } | Form::Mask { .. } => 0,
    }
}

/// The largest magnitude that a fact's 32-bit numbers are declared to have.
fn declared(form: Form) -> i64 {
    match form {
        Form::Number {
            least,
            most,
            narrow: true,
            ..
        } => least.saturating_abs().max(most.saturating_abs()),
        _ => i64::MAX,
    }
}

fn reach((least, most): (i32, i32)) -> i64 {
    i64::from(least.unsigned_abs().max(most.unsigned_abs()))
}

/// A block as it is, where every value in it is valid, and the largest magnitude of its 32-bit numbers.
fn borrowed<'a>(
    arch: Arch,
    form: Form,
    values: &Values<'a>,
    scale: u8,
    first: usize,
    rows: usize,
) -> Option<(Source<'a>, i64)> {
    let range = first..first + rows;
    match (form, *values) {
        (Form::Byte { most }, Values::U8(values)) if scale == 0 => {
            let values = values.get(range)?;
            (arch.run(|| largest8(values)) <= most).then_some((Source::Bytes(values), 0))
        }
        (
            Form::Number {
                places,
                least,
                most,
                step: 1,
                narrow: true,
            },
            Values::I32(values),
        ) if places == u32::from(scale) => {
            let values = values.get(range)?;
            let (low, high) = arch.run(|| extent32(values));
            let fits = least <= i64::from(low) && i64::from(high) <= most;
            fits.then_some((Source::Narrow(values), reach((low, high))))
        }
        (
            Form::Number {
                places,
                least,
                most,
                step: 1,
                narrow: false,
            },
            Values::I64(values),
        ) if places == u32::from(scale) => {
            let values = values.get(range)?;
            let (low, high) = arch.run(|| extent64(values));
            (least <= low && high <= most).then_some((Source::Wide(values), 0))
        }
        _ => None,
    }
}

/// How whole numbers of a column become a form's.
#[derive(Clone, Copy)]
struct Reading {
    least: i64,
    most: i64,
    times: i64,
    divide: i64,
    step: i64,
    /// Bits of a mask that are allowed.
    allowed: Option<u64>,
    harmless: i64,
}

impl Reading {
    fn of(form: Form, places: u8) -> Option<Self> {
        let plain = Self {
            least: 0,
            most: 0,
            times: 1,
            divide: 1,
            step: 1,
            allowed: None,
            harmless: 0,
        };
        Some(match form {
            Form::Byte { most } => Self {
                most: most.into(),
                ..plain
            },
            Form::Mask { allowed } => Self {
                allowed: Some(allowed),
                ..plain
            },
            Form::Number {
                places: own,
                least,
                most,
                step,
                ..
            } => {
                let places = u32::from(places);
                let shift = |by: u32| 10_i64.checked_pow(by);
                let (times, divide) = if places <= own {
                    (shift(own - places)?, 1)
                } else {
                    (1, shift(places - own)?)
                };
                Self {
                    // In the column's own unit.
                    least: num_integer::div_ceil(least, times).checked_mul(divide)?,
                    most: num_integer::div_floor(most, times).checked_mul(divide)?,
                    times,
                    divide,
                    step,
                    allowed: None,
                    harmless: least,
                }
            }
        })
    }

    #[inline]
    fn value(&self, value: i64) -> (i64, u8) {
        let valid = match self.allowed {
            Some(allowed) => value.cast_unsigned() & !allowed == 0,
            None => self.least <= value && value <= self.most,
        };
        if !valid {
            return (self.harmless, Status::Invalid as u8);
        }
        if self.divide != 1 && value % self.divide != 0 {
            return (self.harmless, Status::Invalid as u8);
        }
        let value = value * self.times / self.divide;
        if self.step != 1 && value % self.step != 0 {
            return (self.harmless, Status::Invalid as u8);
        }
        (value, Status::Scored as u8)
    }
}

impl Bits<'_> {
    /// The eight bits from a row on, the first one lowest.
    fn byte(&self, row: usize) -> u8 {
        let at = self.offset().saturating_add(row);
        let byte = |index: usize| self.bytes().get(index).copied().unwrap_or(0);
        let pair = u16::from(byte(at / 8)) | u16::from(byte(at / 8 + 1)) << 8;
        let [low, _] = (pair >> (at % 8)).to_le_bytes();
        low
    }

    /// Whether all of some rows have one value.
    fn all(&self, first: usize, rows: usize, value: bool) -> bool {
        let uniform = if value { u8::MAX } else { 0 };
        let whole = rows / 8 * 8;
        (0..whole)
            .step_by(8)
            .all(|row| self.byte(first + row) == uniform)
            && (whole..rows).all(|row| self.get(first + row) == value)
    }

    /// A byte of 0 or 1 for each row.
    fn spread(&self, first: usize, rows: usize, out: &mut Vec<u8>) {
        out.clear();
        for row in (0..rows).step_by(8) {
            out.extend_from_slice(&spread(self.byte(first + row)));
        }
        out.truncate(rows);
    }
}

/// In place: a fill of one element would be a call.
fn set_first<T>(values: &mut [T], value: T) {
    if let Some(slot) = values.first_mut() {
        *slot = value;
    }
}
