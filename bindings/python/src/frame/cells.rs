//! A column of answers as the core reads it.

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, Int8Array, LargeStringArray, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::DataType;
use cqdt::batch::{Bits, Column, Offsets, Values};
use cqdt::criteria::{Fact, FactType};
use cqdt::{NumberStyle, RawAnswer};

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
    pub(super) fn read(
        fact: &Fact,
        array: &ArrayRef,
        allow_float: bool,
        style: NumberStyle,
    ) -> Result<Self, Line> {
        // Ticked keys in a text are parted by `|`, which only a table's cell may be.
        let style = match fact.kind {
            FactType::Items { .. } if style == NumberStyle::Plain => NumberStyle::Point,
            _ => style,
        };
        let text = |array: LargeStringArray| Self {
            style,
            ..Self::plain(Arc::new(array))
        };
        Ok(match array.data_type() {
            DataType::Null => Self::nothing(array.len()),
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
            DataType::Float64 if allow_float => text(spelt(array.as_primitive::<Float64Type>())),
            DataType::Float32 if allow_float => text(spelt(array.as_primitive::<Float32Type>())),
            DataType::Float32 | DataType::Float64 => return Err(float_refused(&fact.id)),
            DataType::List(_) | DataType::LargeList(_)
                if matches!(fact.kind, FactType::Items { .. }) =>
            {
                let joined =
                    joined(fact, array).ok_or_else(|| unreadable(&fact.id, array.data_type()))?;
                Self {
                    lists: Some(Arc::clone(array)),
                    ..text(joined)
                }
            }
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_any_dictionary();
                let texts = texts(dictionary.values())
                    .ok_or_else(|| unreadable(&fact.id, array.data_type()))?;
                if matches!(fact.kind, FactType::Items { .. }) {
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
                    ..Self::plain(keys)
                }
            }
            other => return Err(unreadable(&fact.id, other)),
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
            column = column.with_dictionary(texts.iter().map(String::as_str));
        }
        column
    }

    /// One cell as an answer, for diagnostics.
    pub(super) fn answer(&self, fact: &Fact, row: usize) -> RawAnswer<'static> {
        if self.array.is_null(row) {
            return RawAnswer::Missing;
        }
        if let Some(keys) = self.lists.as_ref().and_then(|lists| list(lists, row)) {
            return RawAnswer::Items(keys.into_iter().map(Into::into).collect());
        }
        let text = |text: &str| RawAnswer::Text(text.to_owned().into(), self.style);
        let number = match self.array.data_type() {
            DataType::Boolean => return RawAnswer::Bool(self.array.as_boolean().value(row)),
            DataType::Utf8 => return text(self.array.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => return text(self.array.as_string::<i64>().value(row)),
            DataType::Decimal32(..) => self
                .array
                .as_primitive::<Decimal32Type>()
                .value_as_string(row),
            DataType::Decimal64(..) => self
                .array
                .as_primitive::<Decimal64Type>()
                .value_as_string(row),
            DataType::Decimal128(..) => self
                .array
                .as_primitive::<Decimal128Type>()
                .value_as_string(row),
            _ => integer(&self.array, row).to_string(),
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
                key.map_or(RawAnswer::Number(number.into()), |key| {
                    RawAnswer::Text(key.id.clone().into(), NumberStyle::Plain)
                })
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

fn numbers<T: ArrowPrimitiveType>(array: &ArrayRef) -> &[T::Native] {
    array.as_primitive::<T>().values()
}

fn integer(array: &ArrayRef, row: usize) -> i128 {
    match array.data_type() {
        DataType::Int8 => numbers::<Int8Type>(array)[row].into(),
        DataType::Int16 => numbers::<Int16Type>(array)[row].into(),
        DataType::Int32 => numbers::<Int32Type>(array)[row].into(),
        DataType::Int64 => numbers::<Int64Type>(array)[row].into(),
        DataType::UInt8 => numbers::<UInt8Type>(array)[row].into(),
        DataType::UInt16 => numbers::<UInt16Type>(array)[row].into(),
        DataType::UInt32 => numbers::<UInt32Type>(array)[row].into(),
        _ => numbers::<UInt64Type>(array)[row].into(),
    }
}

pub(super) fn bits(buffer: &BooleanBuffer) -> Bits<'_> {
    Bits::new(buffer.values(), buffer.offset())
}

/// The texts of a column, empty where null.
pub(super) fn texts(array: &ArrayRef) -> Option<Vec<String>> {
    let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(own).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(own).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(own).collect(),
        _ => return None,
    })
}

/// The texts of one list.
fn list(array: &ArrayRef, row: usize) -> Option<Vec<String>> {
    let list = match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().value(row),
        _ => array.as_list::<i64>().value(row),
    };
    if list.is_empty() {
        // Where no list holds anything, its type is that of nothing.
        return Some(Vec::new());
    }
    texts(&list)
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
        let list = list(array, row)?;
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

/// The shortest decimal of each float that reads back as the same; not a number is missing.
fn spelt<T: ArrowPrimitiveType<Native: std::fmt::Display + PartialEq>>(
    array: &PrimitiveArray<T>,
) -> LargeStringArray {
    #[allow(clippy::eq_op, reason = "only not-a-number differs from itself")]
    let text = |value: T::Native| (value == value).then(|| value.to_string());
    array.iter().map(|value| value.and_then(text)).collect()
}

pub(super) fn unreadable(column: &str, kind: &DataType) -> Line {
    Line {
        code: "P0201",
        vi: format!("cột `{column}`: không đọc được giá trị kiểu `{kind}`"),
        en: format!("column `{column}`: values of type `{kind}` can't be read here"),
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
