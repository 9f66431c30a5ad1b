//! What single cells hold, whatever the layout of their column.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, LargeStringArray, PrimitiveArray, UInt64Array};
use arrow_schema::DataType;
use arrow_select::take::take;

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

pub(super) fn is_text(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

pub(super) fn is_number(kind: &DataType) -> bool {
    kind.is_integer() || kind.is_decimal()
}

pub(super) fn is_list(kind: &DataType) -> bool {
    use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView};
    matches!(
        kind,
        List(_) | LargeList(_) | FixedSizeList(_, _) | ListView(_) | LargeListView(_)
    )
}

/// Whether a column's lists hold texts, or nothing at all.
pub(super) fn lists_texts(kind: &DataType) -> bool {
    use DataType::{Dictionary, FixedSizeList, LargeList, LargeListView, List, ListView};
    let (List(of) | LargeList(of) | FixedSizeList(of, _) | ListView(of) | LargeListView(of)) = kind
    else {
        return false;
    };
    match of.data_type() {
        Dictionary(_, values) => is_text(values),
        held => held.is_null() || is_text(held),
    }
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
pub(super) fn listed(array: &ArrayRef, row: usize) -> Option<Vec<String>> {
    let list = list(array, row)?;
    if list.is_empty() {
        // Where no list holds anything, its type is that of nothing.
        return Some(Vec::new());
    }
    texts(&list)
}

/// Whether each cell holds anything: a yes, a number besides zero, a text that isn't blank, a list that isn't empty.
pub(super) fn filled(array: &ArrayRef) -> Option<BooleanArray> {
    let kind = array.data_type();
    let by_row = |holds: &dyn Fn(usize) -> bool| {
        let cell = |row| array.is_valid(row) && holds(row);
        Some((0..array.len()).map(cell).collect::<Vec<bool>>().into())
    };
    match kind {
        _ if is_empty(array) => by_row(&|_| false),
        DataType::Boolean => Some(set_flags(array.as_boolean())),
        DataType::Float32 | DataType::Float64 => {
            let texts = spelt(array);
            by_row(&|row| texts.is_valid(row) && !matches!(texts.value(row), "0" | "-0"))
        }
        _ if is_number(kind) => {
            by_row(&|row| number(array, row).contains(|c| matches!(c, '1'..='9')))
        }
        _ if is_list(kind) => by_row(&|row| list(array, row).is_some_and(|list| !list.is_empty())),
        _ if is_text(kind) => {
            let texts = texts(array)?;
            by_row(&|row| texts.get(row).is_some_and(|text| !text.trim().is_empty()))
        }
        _ => filled(&decoded(array)?),
    }
}

/// Flags: yes and no, or one and zero.
pub(super) fn flagged(array: &ArrayRef) -> Option<BooleanArray> {
    let kind = array.data_type();
    match kind {
        _ if is_empty(array) => Some(vec![false; array.len()].into()),
        DataType::Boolean => Some(set_flags(array.as_boolean())),
        _ if kind.is_integer() => {
            let flag = |row| match array.is_valid(row).then(|| integer(array, row)) {
                None | Some(0) => Some(false),
                Some(1) => Some(true),
                Some(_) => None,
            };
            let flags: Option<Vec<bool>> = (0..array.len()).map(flag).collect();
            Some(flags?.into())
        }
        _ => flagged(&decoded(array)?),
    }
}

/// Whether a column has rows and nothing in them, which is what tables make of a fact that nobody answered, whatever type
/// they give it. Without a row, the type is all that there is to judge by.
pub(super) fn is_empty(array: &ArrayRef) -> bool {
    array.data_type().is_null() || !array.is_empty() && array.logical_null_count() == array.len()
}

/// Flags where a null is a no.
pub(super) fn set_flags(flags: &BooleanArray) -> BooleanArray {
    let cells = flags.iter().map(|flag| flag.unwrap_or(false));
    cells.collect::<Vec<bool>>().into()
}

/// The name that each cell is, of texts or of numbers; none where null.
pub(super) fn names(array: &ArrayRef) -> Option<Vec<Option<String>>> {
    let kind = array.data_type();
    let by_row = |name: &dyn Fn(usize) -> String| {
        let name = |row| array.is_valid(row).then(|| name(row));
        (0..array.len()).map(name).collect()
    };
    Some(match kind {
        _ if is_empty(array) => vec![None; array.len()],
        _ if is_number(kind) => by_row(&|row| number(array, row)),
        _ if is_text(kind) => {
            let texts = texts(array)?;
            by_row(&|row| texts.get(row).cloned().unwrap_or_default())
        }
        _ => return names(&decoded(array)?),
    })
}

pub(super) fn numbers<T: ArrowPrimitiveType>(array: &ArrayRef) -> &[T::Native] {
    array.as_primitive::<T>().values()
}

pub(super) fn integer(array: &ArrayRef, row: usize) -> i128 {
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

/// Numbers as they are written: of a float the shortest that reads back as the same; not a number is missing.
pub(super) fn spelt(array: &ArrayRef) -> LargeStringArray {
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
pub(super) fn number(array: &ArrayRef, row: usize) -> String {
    match array.data_type() {
        DataType::Decimal32(..) => array.as_primitive::<Decimal32Type>().value_as_string(row),
        DataType::Decimal64(..) => array.as_primitive::<Decimal64Type>().value_as_string(row),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Decimal256(..) => array.as_primitive::<Decimal256Type>().value_as_string(row),
        _ => integer(array, row).to_string(),
    }
}
