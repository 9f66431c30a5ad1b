//! A column of answers as the core reads it.

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Int8Array, LargeStringArray, PrimitiveArray, UInt64Array,
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::DataType;
use arrow_select::take::take;
use cqdt::batch::{Bits, Column, Offsets, Values};
use cqdt::criteria::{Fact, FactType};
use cqdt::{NumberStyle, RawAnswer};

use super::Options;
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
        options: &Options,
        style: NumberStyle,
    ) -> Result<Self, Line> {
        let ticks = matches!(fact.kind, FactType::Items { .. });
        // Ticked keys in a text are parted by `|`, which only a table's cell may be.
        let style = if ticks && style == NumberStyle::Plain {
            NumberStyle::Point
        } else {
            style
        };
        let text = |array: LargeStringArray| Self {
            style,
            ..Self::plain(Arc::new(array))
        };
        Ok(match array.data_type() {
            DataType::Null => Self::nothing(array.len()),
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
            kind if is_list(kind) && ticks => {
                let joined =
                    joined(fact, array).ok_or_else(|| unreadable(&fact.id, array.data_type()))?;
                Self {
                    lists: Some(Arc::clone(array)),
                    ..text(joined)
                }
            }
            DataType::Dictionary(_, values) if is_text(values) => {
                let dictionary = array.as_any_dictionary();
                let texts = texts(dictionary.values())
                    .ok_or_else(|| unreadable(&fact.id, array.data_type()))?;
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
                Some(plain) => return Self::read(fact, &plain, options, style),
                None => return Err(unreadable(&fact.id, other)),
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
        _ => return texts(&decoded(array)?),
    })
}

/// A column that holds each of its values once, or once in a row, as one that holds them cell by cell.
pub(super) fn decoded(array: &ArrayRef) -> Option<ArrayRef> {
    let cells = |values: &ArrayRef, at: &dyn Array| take(values, at, None).ok();
    match array.data_type() {
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            cells(dictionary.values(), dictionary.keys())
        }
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => run_by_run::<Int16Type>(array),
            DataType::Int32 => run_by_run::<Int32Type>(array),
            _ => run_by_run::<Int64Type>(array),
        },
        _ => None,
    }
}

fn run_by_run<T: RunEndIndexType>(array: &ArrayRef) -> Option<ArrayRef> {
    let runs = array.as_run_opt::<T>()?;
    let rows: Vec<u64> = (0_u64..).take(array.len()).collect();
    let at = runs.get_physical_indices(&rows).ok()?;
    let at = at.into_iter().map(|at| u64::try_from(at).ok());
    take(runs.values(), &at.collect::<UInt64Array>(), None).ok()
}

fn is_text(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_number(kind: &DataType) -> bool {
    kind.is_integer() || kind.is_decimal()
}

fn is_choice(fact: &Fact) -> bool {
    matches!(fact.kind, FactType::Choice { .. })
}

fn is_list(kind: &DataType) -> bool {
    use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView};
    matches!(
        kind,
        List(_) | LargeList(_) | FixedSizeList(_, _) | ListView(_) | LargeListView(_)
    )
}

/// One of a column's lists; none where it is no column of lists.
fn list(array: &ArrayRef, row: usize) -> Option<ArrayRef> {
    Some(match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().value(row),
        DataType::LargeList(_) => array.as_list::<i64>().value(row),
        DataType::FixedSizeList(_, _) => array.as_fixed_size_list().value(row),
        DataType::ListView(_) => array.as_list_view::<i32>().value(row),
        DataType::LargeListView(_) => array.as_list_view::<i64>().value(row),
        _ => return None,
    })
}

/// The texts of one list.
fn listed(array: &ArrayRef, row: usize) -> Option<Vec<String>> {
    let list = list(array, row)?;
    if list.is_empty() {
        // Where no list holds anything, its type is that of nothing.
        return Some(Vec::new());
    }
    texts(&list)
}

/// Whether each cell holds anything: a yes, a number besides zero, a text that isn't blank, a list that isn't empty.
pub(super) fn filled(array: &ArrayRef) -> Option<BooleanArray> {
    let rows = 0..array.len();
    let kind = array.data_type();
    let cells: Vec<bool> = match kind {
        DataType::Null => vec![false; array.len()],
        DataType::Boolean => return Some(set_flags(array.as_boolean())),
        _ if kind.is_integer() => rows
            .map(|row| array.is_valid(row) && integer(array, row) != 0)
            .collect(),
        _ if is_list(kind) => rows
            .map(|row| array.is_valid(row) && list(array, row).is_some_and(|list| !list.is_empty()))
            .collect(),
        _ if is_text(kind) => texts(array)?
            .iter()
            .map(|text| !text.trim().is_empty())
            .collect(),
        _ => return filled(&decoded(array)?),
    };
    Some(cells.into())
}

/// Flags where a null is a no.
pub(super) fn set_flags(flags: &BooleanArray) -> BooleanArray {
    let cells = flags.iter().map(|flag| flag.unwrap_or(false));
    cells.collect::<Vec<bool>>().into()
}

/// The name that each cell is, of texts or of whole numbers; empty where null.
pub(super) fn names(array: &ArrayRef) -> Option<Vec<String>> {
    let kind = array.data_type();
    if kind.is_null() {
        return Some(vec![String::new(); array.len()]);
    }
    if !kind.is_integer() {
        return texts(array).or_else(|| names(&decoded(array)?));
    }
    let name = |row| {
        let known = array.is_valid(row);
        known.then(|| integer(array, row).to_string())
    };
    let name = |row| name(row).unwrap_or_default();
    Some((0..array.len()).map(name).collect())
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

/// Numbers as they are written: of a float the shortest that reads back as the same; not a number is missing.
fn spelt(array: &ArrayRef) -> LargeStringArray {
    match array.data_type() {
        DataType::Float32 => spelt_floats(array.as_primitive::<Float32Type>()),
        DataType::Float64 => spelt_floats(array.as_primitive::<Float64Type>()),
        _ => (0..array.len())
            .map(|row| array.is_valid(row).then(|| number(array, row)))
            .collect(),
    }
}

fn spelt_floats<T: ArrowPrimitiveType<Native: std::fmt::Display + PartialEq>>(
    array: &PrimitiveArray<T>,
) -> LargeStringArray {
    #[allow(clippy::eq_op, reason = "only not-a-number differs from itself")]
    let text = |value: T::Native| (value == value).then(|| value.to_string());
    array.iter().map(|value| value.and_then(text)).collect()
}

/// One number in digits.
fn number(array: &ArrayRef, row: usize) -> String {
    match array.data_type() {
        DataType::Decimal32(..) => array.as_primitive::<Decimal32Type>().value_as_string(row),
        DataType::Decimal64(..) => array.as_primitive::<Decimal64Type>().value_as_string(row),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Decimal256(..) => array.as_primitive::<Decimal256Type>().value_as_string(row),
        _ => integer(array, row).to_string(),
    }
}

pub(super) fn unreadable(column: &str, kind: &DataType) -> Line {
    Line {
        code: "P0201",
        vi: format!("cột `{column}`: không đọc được giá trị kiểu `{kind}`"),
        en: format!("column `{column}`: values of type `{kind}` can't be read here"),
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
