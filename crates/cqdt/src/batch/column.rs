//! Columns of answers as other engines hold them: borrowed, never copied.

use std::borrow::Cow;

use crate::text::NumberStyle;

/// A bitmap, one bit a row, the lowest bit first: Arrow's layout of booleans and of validity.
#[derive(Clone, Copy, Debug)]
pub struct Bits<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Bits<'a> {
    /// The bits of `bytes` from bit `offset` on.
    ///
    /// ```
    /// use cqdt::batch::Bits;
    ///
    /// let bits = Bits::new(&[0b0000_0110], 1);
    /// assert_eq!([bits.get(0), bits.get(1), bits.get(2)], [true, true, false]);
    /// ```
    pub fn new(bytes: &'a [u8], offset: usize) -> Self {
        Self { bytes, offset }
    }

    /// The bit of a row; false beyond the end.
    #[inline]
    pub fn get(&self, row: usize) -> bool {
        let at = self.offset.saturating_add(row);
        let byte = self.bytes.get(at / 8).copied().unwrap_or(0);
        byte >> (at % 8) & 1 == 1
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// How many rows the bits reach for.
    pub fn len(&self) -> usize {
        self.bytes
            .len()
            .saturating_mul(8)
            .saturating_sub(self.offset)
    }

    /// Whether there are no bits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Texts one after the other, each ending where the next one's offset says: Arrow's layout of strings.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Offsets<'a> {
    /// 32-bit offsets, one more than rows.
    Small(&'a [i32]),
    /// 64-bit offsets, one more than rows.
    Large(&'a [i64]),
}

impl Offsets<'_> {
    fn get(&self, at: usize) -> Option<usize> {
        match self {
            Self::Small(offsets) => usize::try_from(*offsets.get(at)?).ok(),
            Self::Large(offsets) => usize::try_from(*offsets.get(at)?).ok(),
        }
    }

    fn rows(&self) -> usize {
        match self {
            Self::Small(offsets) => offsets.len().saturating_sub(1),
            Self::Large(offsets) => offsets.len().saturating_sub(1),
        }
    }
}

/// The values of a column. What a whole number means depends on the fact: a number times `10^-places`, the position of a
/// key, a mask of ticked keys, or 0 and 1 for no and yes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Values<'a> {
    /// Yes or no, a bit a row.
    Bits(Bits<'a>),
    /// Whole numbers.
    U8(&'a [u8]),
    /// Whole numbers.
    U16(&'a [u16]),
    /// Whole numbers.
    U32(&'a [u32]),
    /// Whole numbers.
    U64(&'a [u64]),
    /// Whole numbers.
    I8(&'a [i8]),
    /// Whole numbers.
    I16(&'a [i16]),
    /// Whole numbers.
    I32(&'a [i32]),
    /// Whole numbers.
    I64(&'a [i64]),
    /// Whole numbers; with places, Arrow's 128-bit decimals.
    I128(&'a [i128]),
    /// Texts, read as a fact reads them.
    Text {
        /// Where each text begins.
        offsets: Offsets<'a>,
        /// All texts, in UTF-8.
        bytes: &'a [u8],
        /// How numbers are written in them.
        style: NumberStyle,
    },
}

impl<'a> Values<'a> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Bits(bits) => bits.len(),
            Self::U8(values) => values.len(),
            Self::U16(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::I8(values) => values.len(),
            Self::I16(values) => values.len(),
            Self::I32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::I128(values) => values.len(),
            Self::Text { offsets, .. } => offsets.rows(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The whole number of a row; none for texts and beyond the end.
    pub(super) fn integer(&self, row: usize) -> Option<i128> {
        Some(match self {
            Self::Bits(bits) => (row < bits.len()).then(|| i128::from(bits.get(row)))?,
            Self::U8(values) => (*values.get(row)?).into(),
            Self::U16(values) => (*values.get(row)?).into(),
            Self::U32(values) => (*values.get(row)?).into(),
            Self::U64(values) => (*values.get(row)?).into(),
            Self::I8(values) => (*values.get(row)?).into(),
            Self::I16(values) => (*values.get(row)?).into(),
            Self::I32(values) => (*values.get(row)?).into(),
            Self::I64(values) => (*values.get(row)?).into(),
            Self::I128(values) => *values.get(row)?,
            Self::Text { .. } => return None,
        })
    }

    /// The text of a row; none for whole numbers, beyond the end, and where the bytes aren't UTF-8.
    pub(super) fn text(&self, row: usize) -> Option<&'a str> {
        let Self::Text { offsets, bytes, .. } = self else {
            return None;
        };
        let (from, to) = (offsets.get(row)?, offsets.get(row.checked_add(1)?)?);
        std::str::from_utf8(bytes.get(from..to)?).ok()
    }

    /// What the values are called in messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Bits(_) => "bits",
            Self::U8(_) => "u8",
            Self::U16(_) => "u16",
            Self::U32(_) => "u32",
            Self::U64(_) => "u64",
            Self::I8(_) => "i8",
            Self::I16(_) => "i16",
            Self::I32(_) => "i32",
            Self::I64(_) => "i64",
            Self::I128(_) => "i128",
            Self::Text { .. } => "text",
        }
    }
}

/// One fact's answers, a row a unit.
///
/// ```
/// use cqdt::NumberStyle;
/// use cqdt::batch::{Bits, Column, Values};
///
/// let computers = [12, 40, 0];
/// // The third unit did not answer.
/// let column = Column::new(Values::I32(&computers)).with_validity(Bits::new(&[0b011], 0));
/// let percent = Column::new(Values::I64(&[8_750, 10_000, 0])).with_places(2);
/// let choice = Column::new(Values::U8(&[0, 1, 0])).with_dictionary(["tot", "kha"], NumberStyle::Plain);
/// # let _ = (column, percent, choice);
/// ```
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub(super) values: Values<'a>,
    pub(super) places: u8,
    pub(super) validity: Option<Bits<'a>>,
    pub(super) not_applicable: Option<Bits<'a>>,
    pub(super) dictionary: Option<Dictionary<'a>>,
}

/// Texts that whole numbers stand for.
#[derive(Clone, Debug)]
pub(super) struct Dictionary<'a> {
    pub(super) texts: Vec<Cow<'a, str>>,
    pub(super) style: NumberStyle,
}

impl<'a> Column<'a> {
    /// A column that answers every row.
    pub fn new(values: Values<'a>) -> Self {
        Self {
            values,
            places: 0,
            validity: None,
            not_applicable: None,
            dictionary: None,
        }
    }

    /// Decimals: each number counts `10^-places`.
    #[must_use]
    pub fn with_places(mut self, places: u8) -> Self {
        self.places = places;
        self
    }

    /// Rows whose bit is not set are missing, whatever their value.
    #[must_use]
    pub fn with_validity(mut self, bits: Bits<'a>) -> Self {
        self.validity = Some(bits);
        self
    }

    /// Rows whose bit is set are not applicable, for a reason that is kept elsewhere; before validity.
    #[must_use]
    pub fn with_not_applicable(mut self, bits: Bits<'a>) -> Self {
        self.not_applicable = Some(bits);
        self
    }

    /// Each number is the position of a text, which is read as the fact reads it: keys, yes and no, decimals that are
    /// written in this style.
    #[must_use]
    pub fn with_dictionary<T: Into<Cow<'a, str>>>(
        mut self,
        texts: impl IntoIterator<Item = T>,
        style: NumberStyle,
    ) -> Self {
        let texts = texts.into_iter().map(Into::into).collect();
        self.dictionary = Some(Dictionary { texts, style });
        self
    }

    /// How many rows the column reaches for.
    pub(super) fn rows(&self) -> usize {
        let bits = [self.validity, self.not_applicable].into_iter().flatten();
        bits.map(|bits| bits.len())
            .fold(self.values.len(), usize::min)
    }
}
