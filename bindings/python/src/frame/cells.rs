//! A column of answers as the core reads it.

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Decimal32Type, Decimal64Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, Int8Array, LargeStringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::DataType;
use cqdt::batch::{Bits, Column, Offsets, Values};
use cqdt::criteria::{Fact, FactType};
use cqdt::{NumberStyle, RawAnswer};

use super::Options;
use super::decode::{
    decoded, is_empty, is_number, is_text, listed, lists_texts, number, numbers, spelt, texts,
};
use crate::error::Line;

/// A column of answers in a layout that the core reads.
pub(super) struct Cells {
    array: ArrayRef,
    places: u8,
    /// Texts that the numbers stand for.
    dictionary: Option<Vec<String>>,
    /// The lists that the texts were made of.
    lists: Option<ArrayRef>,
    style: NumberStyle,
}

impl Cells {
    fn plain(array: ArrayRef) -> Self {
        Self {
            array,
            places: 0,
            dictionary: None,
            lists: None,
            style: NumberStyle::Plain,
        }
    }

    pub(super) fn nothing(rows: usize) -> Self {
        let nulls = NullBuffer::new_null(rows);
        let values = vec![0; rows];
        Self::plain(Arc::new(Int8Array::new(values.into(), Some(nulls))))
    }

    /// The column as the core reads it, without a copy where the layout allows.
    pub(super) fn read(fact: &Fact, array: &ArrayRef, options: &Options) -> Result<Self, Line> {
        let ticks = matches!(fact.kind, FactType::Items { .. });
        // Ticked keys in a text are parted by `|`, which only a table's cell may be.
        let style = match options.numbers {
            NumberStyle::Plain if ticks => NumberStyle::Point,
            style => style,
        };
        let text = |array: LargeStringArray| Self {
            style,
            ..Self::plain(Arc::new(array))
        };
        Ok(match array.data_type() {
            _ if is_empty(array) => Self::nothing(array.len()),
            // What a position is to the core would be a key to whoever writes the number.
            kind if is_number(kind) && ticks && !options.coded => {
                return Err(number_refused(&fact.id));
            }
            kind if is_number(kind) && is_choice(fact) && !options.coded => text(spelt(array)),
            DataType::Boolean
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32
            | DataType::UInt64 => Self::plain(Arc::clone(array)),
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
                if *scale >= 0 =>
            {
                Self {
                    places: scale.unsigned_abs(),
                    ..Self::plain(Arc::clone(array))
                }
            }
            DataType::Utf8 | DataType::LargeUtf8 => Self {
                style,
                ..Self::plain(Arc::clone(array))
            },
            DataType::Utf8View => text(array.as_string_view().iter().collect()),
            DataType::Float64 | DataType::Float32 if options.allow_float => text(spelt(array)),
            DataType::Float32 | DataType::Float64 => return Err(float_refused(&fact.id)),
            kind if lists_texts(kind) && ticks => {
                let joined =
                    joined(fact, array).ok_or_else(|| unreadable(&fact.id, kind, ANSWERS))?;
                Self {
                    lists: Some(Arc::clone(array)),
                    ..text(joined)
                }
            }
            DataType::Dictionary(_, values) if is_text(values) => {
                let dictionary = array.as_any_dictionary();
                let texts = texts(dictionary.values())
                    .ok_or_else(|| unreadable(&fact.id, array.data_type(), ANSWERS))?;
                if ticks {
                    // Each text may tick several keys.
                    let keys = dictionary.normalized_keys();
                    let cells = keys.into_iter().enumerate().map(|(row, key)| {
                        let text = array.is_valid(row).then(|| texts.get(key));
                        text.flatten().map(String::as_str)
                    });
                    return Ok(text(cells.collect()));
                }
                let keys = arrow_array::make_array(dictionary.keys().to_data());
                Self {
                    dictionary: Some(texts),
                    style,
                    ..Self::plain(keys)
                }
            }
            other => match decoded(array) {
                Some(plain) => return Self::read(fact, &plain, options),
                None => return Err(unreadable(&fact.id, other, ANSWERS)),
            },
        })
    }

    pub(super) fn column(&self) -> Column<'_> {
        let values = match self.array.data_type() {
            DataType::Boolean => Values::Bits(bits(self.array.as_boolean().values())),
            DataType::Int8 => Values::I8(numbers::<Int8Type>(&self.array)),
            DataType::Int16 => Values::I16(numbers::<Int16Type>(&self.array)),
            DataType::Int32 => Values::I32(numbers::<Int32Type>(&self.array)),
            DataType::Int64 => Values::I64(numbers::<Int64Type>(&self.array)),
            DataType::UInt8 => Values::U8(numbers::<UInt8Type>(&self.array)),
            DataType::UInt16 => Values::U16(numbers::<UInt16Type>(&self.array)),
            DataType::UInt32 => Values::U32(numbers::<UInt32Type>(&self.array)),
            DataType::UInt64 => Values::U64(numbers::<UInt64Type>(&self.array)),
            DataType::Decimal32(..) => Values::I32(numbers::<Decimal32Type>(&self.array)),
            DataType::Decimal64(..) => Values::I64(numbers::<Decimal64Type>(&self.array)),
            DataType::Decimal128(..) => Values::I128(numbers::<Decimal128Type>(&self.array)),
            DataType::Utf8 => {
                let texts = self.array.as_string::<i32>();
                Values::Text {
                    offsets: Offsets::Small(texts.value_offsets()),
                    bytes: texts.value_data(),
                    style: self.style,
                }
            }
            // `read` leaves nothing else.
            _ => {
                let texts = self.array.as_string::<i64>();
                Values::Text {
                    offsets: Offsets::Large(texts.value_offsets()),
                    bytes: texts.value_data(),
                    style: self.style,
                }
            }
        };
        let mut column = Column::new(values).with_places(self.places);
        if let Some(nulls) = self.array.nulls() {
            column = column.with_validity(bits(nulls.inner()));
        }
        if let Some(texts) = &self.dictionary {
            column = column.with_dictionary(texts.iter().map(String::as_str), self.style);
        }
        column
    }

    /// One cell as an answer, for diagnostics.
    pub(super) fn answer(&self, fact: &Fact, row: usize) -> RawAnswer<'static> {
        if self.array.is_null(row) {
            return RawAnswer::Missing;
        }
        if let Some(keys) = self.lists.as_ref().and_then(|lists| listed(lists, row)) {
            return RawAnswer::Items(keys.into_iter().map(Into::into).collect());
        }
        let text = |text: &str| RawAnswer::Text(text.to_owned().into(), self.style);
        let number = match self.array.data_type() {
            DataType::Boolean => return RawAnswer::Bool(self.array.as_boolean().value(row)),
            DataType::Utf8 => return text(self.array.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => return text(self.array.as_string::<i64>().value(row)),
            _ => number(&self.array, row),
        };
        if let Some(texts) = &self.dictionary {
            let text = number.parse().ok().and_then(|at: usize| texts.get(at));
            return text.map_or(RawAnswer::Missing, |one| {
                RawAnswer::Text(one.clone().into(), self.style)
            });
        }
        match &fact.kind {
            FactType::YesNo if number == "0" || number == "1" => RawAnswer::Bool(number == "1"),
            FactType::Choice { keys } => {
                let key = number.parse().ok().and_then(|at: usize| keys.get(at));
                // A key may be written as a number: what is no position must not be taken for it.
                let text = key.map_or_else(|| format!("#{number}"), |key| key.id.clone());
                RawAnswer::Text(text.into(), NumberStyle::Plain)
            }
            FactType::Items { keys } => {
                let mask: u64 = number.parse().unwrap_or(u64::MAX);
                if keys.len() < 64 && mask >> keys.len() != 0 {
                    return RawAnswer::Number(number.into());
                }
                let ticked = keys
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| mask >> at & 1 == 1);
                RawAnswer::Items(ticked.map(|(_, key)| key.id.clone().into()).collect())
            }
            _ => RawAnswer::Number(number.into()),
        }
    }
}

pub(super) fn bits(buffer: &BooleanBuffer) -> Bits<'_> {
    Bits::new(buffer.values(), buffer.offset())
}

fn is_choice(fact: &Fact) -> bool {
    matches!(fact.kind, FactType::Choice { .. })
}

/// Lists of keys as texts, the keys parted by `|`.
fn joined(fact: &Fact, array: &ArrayRef) -> Option<LargeStringArray> {
    let keys = fact.kind.keys();
    let is_key = |text: &String| keys.iter().any(|key| key.id == text.trim());
    let mut builder = LargeStringBuilder::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            builder.append_null();
            continue;
        }
        let list = listed(array, row)?;
        if list.is_empty() {
            // Nothing ticked is an answer, which a dash gives; an empty text would be none.
            builder.append_value("-");
        } else if list.iter().all(is_key) {
            builder.append_value(list.join("|"));
        } else {
            // One text of a list is one key: joined, `a|b` would be two, and `-` none.
            builder.append_value("\0");
        }
    }
    Some(builder.finish())
}

/// What a column may hold, in both languages.
pub(super) type Wanted = (&'static str, &'static str);

const ANSWERS: Wanted = (
    "đúng/sai, số nguyên, số thập phân, chữ, loại (category), hay danh sách chữ cho các mục được đánh dấu",
    "booleans, integers, decimals, texts, categories, or lists of texts for ticked keys",
);

pub(super) fn unreadable(column: &str, kind: &DataType, (vi, en): Wanted) -> Line {
    Line {
        code: "P0201",
        vi: format!("cột `{column}`: không đọc được giá trị kiểu `{kind}`, cần {vi}"),
        en: format!("column `{column}`: values of type `{kind}` can't be read here, expected {en}"),
    }
}

fn number_refused(column: &str) -> Line {
    Line {
        code: "P0208",
        vi: format!(
            "cột `{column}` là số, mà số liệu này là các mục được đánh dấu; hãy ghi danh sách hoặc chữ như `a|b`, hay gọi với coded=True nếu \
             mỗi số là một mặt nạ bit"
        ),
        en: format!(
            "column `{column}` holds numbers, but keys are ticked here; use lists or texts such as `a|b`, or call with coded=True where each \
             number is a bit mask"
        ),
    }
}

fn float_refused(column: &str) -> Line {
    Line {
        code: "P0101",
        vi: format!(
            "cột `{column}` là số thực nhị phân (float), không phải lúc nào cũng đúng con số đã viết; hãy dùng số nguyên, Decimal hoặc \
             chữ, hay gọi với allow_float=True"
        ),
        en: format!(
            "column `{column}` holds binary floats, which need not be the numbers that were written; use integers (nullable ones, where \
             some are missing), decimals or text, or call with allow_float=True"
        ),
    }
}
