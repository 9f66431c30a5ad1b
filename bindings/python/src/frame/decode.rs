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
