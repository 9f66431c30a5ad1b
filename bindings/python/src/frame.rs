//! Frames: Arrow columns to the core's batch and back. What a value means is the core's matter.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{LargeStringBuilder, ListBuilder, StringBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Float64Array, Int8Array,
    LargeStringArray, PrimitiveArray, RecordBatch, StringArray, UInt32Array,
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::concat::concat_batches;
use cqdt::batch::{
    BatchError, BatchInput, BatchOutput, Bits, Column, Offsets, PointsColumn, Request, Values,
};
use cqdt::criteria::{Fact, FactType, Within};
use cqdt::{CriteriaSet as Core, DiagnosticKind, Lang, NumberStyle, RawAnswer, Stage, Submission};
use pyo3::prelude::*;
use rayon::prelude::*;

use crate::capsule::{ArrowTable, arrow_error, batches};
use crate::cohort::Cohort;
use crate::error::{Kind, Line, frame_error, python, raise};
use crate::set::CriteriaSet;
use crate::submission::style;

/// Faulty rows that an error tells of.
const MAX_TOLD: usize = 20;

/// What the caller asked for.
#[derive(FromPyObject)]
#[allow(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub(crate) struct Options {
    #[pyo3(item)]
    groups: bool,
    #[pyo3(item)]
    criteria: bool,
    #[pyo3(item)]
    statuses: bool,
    #[pyo3(item)]
    rank: bool,
    #[pyo3(item)]
    parent: Option<String>,
    /// Where it isn't said, `unit`, if there is such a column.
    #[pyo3(item)]
    keep: Option<Vec<String>>,
    #[pyo3(item)]
    ignore_unknown: bool,
    #[pyo3(item)]
    as_float: bool,
    #[pyo3(item)]
    allow_float: bool,
    #[pyo3(item)]
    numbers: String,
    #[pyo3(item)]
    diagnostics: String,
    /// What the first row is called in errors.
    #[pyo3(item)]
    first_row: usize,
}

/// A frame's columns, sorted by what they are to the set.
struct Table {
    rows: usize,
    facts: Vec<(String, Cells)>,
    not_applicable: HashMap<String, BooleanArray>,
    evidence: Vec<(String, BooleanArray)>,
    kept: Vec<(String, ArrayRef)>,
    parents: Option<Vec<u32>>,
}

/// A column of answers in a layout that the core reads.
struct Cells {
    array: ArrayRef,
    places: u8,
    /// Texts that the numbers stand for.
    dictionary: Option<Vec<String>>,
    style: NumberStyle,
}

impl Table {
    /// Everything that is wrong with the columns is told at once.
    fn sort(
        set: &Core,
        batch: &RecordBatch,
        options: &Options,
        style: NumberStyle,
    ) -> Result<Self, Vec<Line>> {
        let mut table = Self {
            rows: batch.num_rows(),
            facts: Vec::new(),
            not_applicable: HashMap::new(),
            evidence: Vec::new(),
            kept: Vec::new(),
            parents: None,
        };
        let mut faults = Vec::new();
        let schema = batch.schema();
        let facts = set.definition().facts.iter();
        let facts: HashMap<&str, &Fact> = facts.map(|fact| (fact.id.as_str(), fact)).collect();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let name = field.name();
            let kept = match &options.keep {
                Some(keep) => keep.contains(name),
                None => name == "unit",
            };
            if kept {
                table.kept.push((name.clone(), Arc::clone(array)));
            }
            let is_parent = options.parent.as_ref() == Some(name);
            if is_parent {
                match codes(array) {
                    Some(codes) => table.parents = Some(codes),
                    None => faults.push(unreadable(name, array.data_type())),
                }
            }
            if let Some(id) = name.strip_prefix("evidence:") {
                table.evidence.push((id.to_owned(), filled(array)));
                continue;
            }
            if let Some(id) = name.strip_prefix("not_applicable:") {
                match array.as_boolean_opt() {
                    Some(flags) => {
                        table.not_applicable.insert(id.to_owned(), set_flags(flags));
                    }
                    None => faults.push(unreadable(name, array.data_type())),
                }
                continue;
            }
            let Some(fact) = facts.get(name.as_str()) else {
                if !kept && !is_parent && !options.ignore_unknown {
                    // The core's words, with the fact that was probably meant.
                    table
                        .facts
                        .push((name.clone(), Cells::nothing(batch.num_rows())));
                }
                continue;
            };
            match Cells::read(fact, array, options.allow_float, style) {
                Ok(cells) => table.facts.push((name.clone(), cells)),
                Err(fault) => faults.push(fault),
            }
        }
        let names = schema.fields().iter().map(|field| field.name());
        let missing = options.keep.iter().flatten().chain(&options.parent);
        let missing: Vec<_> = missing
            .filter(|name| !names.clone().any(|have| have == *name))
            .collect();
        faults.extend(missing.into_iter().map(|name| Line {
            code: "P0202",
            vi: format!("bảng không có cột `{name}`"),
            en: format!("the frame has no column `{name}`"),
        }));
        if faults.is_empty() {
            Ok(table)
        } else {
            Err(faults)
        }
    }

    fn input(&self) -> BatchInput<'_> {
        let mut input = BatchInput::new(self.rows);
        for (id, cells) in &self.facts {
            let mut column = cells.column();
            if let Some(flags) = self.not_applicable.get(id) {
                column = column.with_not_applicable(bits(flags.values()));
            }
            input = input.column(id.as_str(), column);
        }
        for (id, flags) in &self.evidence {
            input = input.evidence(id.as_str(), bits(flags.values()));
        }
        input
    }

    /// One row as a single submission, for its diagnostics.
    fn submission(&self, set: &Core, row: usize) -> Submission {
        let mut submission = Submission::default();
        for (id, cells) in &self.facts {
            let fact = set.definition().facts.iter().find(|fact| fact.id == *id);
            let excused = self
                .not_applicable
                .get(id)
                .is_some_and(|flags| flags.value(row));
            let answer = match fact {
                _ if excused => RawAnswer::NotApplicable("×".into()),
                Some(fact) => cells.answer(fact, row),
                None => continue,
            };
            submission = submission.with(id.as_str(), answer);
        }
        for (id, flags) in &self.evidence {
            if flags.value(row) {
                submission = submission.with_evidence(id.as_str(), cqdt::Evidence::default());
            }
        }
        submission
    }
}

impl Cells {
    fn plain(array: ArrayRef) -> Self {
        Self {
            array,
            places: 0,
            dictionary: None,
            style: NumberStyle::Plain,
        }
    }

    fn nothing(rows: usize) -> Self {
        let nulls = NullBuffer::new_null(rows);
        let values = vec![0; rows];
        Self::plain(Arc::new(Int8Array::new(values.into(), Some(nulls))))
    }

    /// The column as the core reads it, without a copy where the layout allows.
    fn read(
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
                text(joined(array).ok_or_else(|| unreadable(&fact.id, array.data_type()))?)
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

    fn column(&self) -> Column<'_> {
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
    fn answer(&self, fact: &Fact, row: usize) -> RawAnswer<'static> {
        if self.array.is_null(row) {
            return RawAnswer::Missing;
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

fn bits(buffer: &BooleanBuffer) -> Bits<'_> {
    Bits::new(buffer.values(), buffer.offset())
}

/// Whether each cell holds anything, for evidence: a yes, a text that isn't blank.
fn filled(array: &ArrayRef) -> BooleanArray {
    if let Some(flags) = array.as_boolean_opt() {
        return set_flags(flags);
    }
    let texts = texts(array);
    let cells = (0..array.len()).map(|row| match &texts {
        Some(texts) => texts.get(row).is_some_and(|text| !text.trim().is_empty()),
        None => array.is_valid(row),
    });
    cells.collect::<Vec<bool>>().into()
}

/// Flags where a null is a no.
fn set_flags(flags: &BooleanArray) -> BooleanArray {
    let cells = flags.iter().map(|flag| flag.unwrap_or(false));
    cells.collect::<Vec<bool>>().into()
}

/// The texts of a column, empty where null.
fn texts(array: &ArrayRef) -> Option<Vec<String>> {
    let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(own).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(own).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(own).collect(),
        _ => return None,
    })
}

/// A number for each different value of a column, to rank within.
fn codes(array: &ArrayRef) -> Option<Vec<u32>> {
    let texts = match array.data_type() {
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let values = texts(dictionary.values())?;
            let keys = dictionary.normalized_keys();
            let cell = |(row, key): (usize, usize)| {
                let known = array.is_valid(row).then(|| values.get(key).cloned());
                known.flatten().unwrap_or_default()
            };
            keys.into_iter().enumerate().map(cell).collect()
        }
        _ => texts(array)?,
    };
    let mut known: HashMap<String, u32> = HashMap::new();
    let coded = texts.into_iter().map(|text| {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(text).or_insert(next)
    });
    Some(coded.collect())
}

/// Lists of keys as texts, the keys parted by `|`.
fn joined(array: &ArrayRef) -> Option<LargeStringArray> {
    let lists: Vec<Option<ArrayRef>> = match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().iter().collect(),
        _ => array.as_list::<i64>().iter().collect(),
    };
    let mut builder = LargeStringBuilder::new();
    for list in lists {
        match list {
            None => builder.append_null(),
            // Nothing ticked is an answer, which a dash gives; an empty text would be none.
            Some(list) if list.is_empty() => builder.append_value("-"),
            Some(list) => builder.append_value(texts(&list)?.join("|")),
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

fn unreadable(column: &str, kind: &DataType) -> Line {
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

fn batch_error(py: Python<'_>, error: &BatchError) -> PyErr {
    let lines = error.faults().iter().map(|fault| Line {
        code: fault.code(),
        vi: fault.message(Lang::Vi),
        en: fault.message(Lang::En),
    });
    frame_error(py, &lines.collect::<Vec<_>>())
}

/// Why a frame wasn't scored.
enum Failure {
    Columns(Vec<Line>),
    Batch(BatchError),
    Arrow(arrow_schema::ArrowError),
}

fn raised(py: Python<'_>, failure: Failure) -> PyErr {
    match failure {
        Failure::Columns(lines) => frame_error(py, &lines),
        Failure::Batch(error) => batch_error(py, &error),
        Failure::Arrow(error) => arrow_error(&error),
    }
}

fn read_frame(frame: &Bound<'_, PyAny>) -> PyResult<RecordBatch> {
    let py = frame.py();
    let (reader, _) = batches(frame)?;
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    // Batches may be made as they are asked for, by Python among others.
    let all: Vec<RecordBatch> = reader
        .collect::<Result<_, _>>()
        .map_err(|error| arrow_error(&error))?;
    match <[RecordBatch; 1]>::try_from(all) {
        Ok([batch]) => Ok(batch),
        Err(all) => py
            .detach(|| concat_batches(&schema, &all))
            .map_err(|error| arrow_error(&error)),
    }
}

/// Scores every row of a frame.
#[pyfunction]
pub(crate) fn _score_arrow(
    py: Python<'_>,
    set: &CriteriaSet,
    frame: &Bound<'_, PyAny>,
    cohort: Option<&Bound<'_, Cohort>>,
    options: Options,
) -> PyResult<ArrowTable> {
    let style = style(py, &options.numbers)?;
    let given = match cohort {
        Some(cohort) => Some(cohort.get().of(py, &set.core)?),
        None => None,
    };
    let batch = read_frame(frame)?;
    py.detach(|| score(&set.core, &batch, given, &options, style))
        .map(ArrowTable)
        .map_err(|failure| raised(py, failure))
}

/// Statistics of the cohort that the rows of a frame are.
#[pyfunction]
pub(crate) fn _cohort_arrow(
    py: Python<'_>,
    set: &CriteriaSet,
    frame: &Bound<'_, PyAny>,
    options: Options,
) -> PyResult<Cohort> {
    let style = style(py, &options.numbers)?;
    let batch = read_frame(frame)?;
    let made = py.detach(|| {
        let table = Table::sort(&set.core, &batch, &options, style).map_err(Failure::Columns)?;
        set.core
            .cohort_of_columns(&table.input())
            .map_err(Failure::Batch)
    });
    made.map(|inner| Cohort::new(&set.core, inner))
        .map_err(|failure| raised(py, failure))
}

/// What the points of a frame's units say of each criterion.
#[pyfunction]
pub(crate) fn _analyse_arrow<'py>(
    py: Python<'py>,
    set: &CriteriaSet,
    frame: &Bound<'py, PyAny>,
    cohort: Option<&Bound<'py, Cohort>>,
    options: Options,
    like: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let request = Request::new().all_criteria();
    let (output, _) = batch(py, &set.core, frame, cohort, &options, &request, None)?;
    let analysis = py.detach(|| output.analysis(like));
    let Some(analysis) = analysis else {
        return Err(raise(
            py,
            Kind::Frame,
            "P0205",
            "bảng không có dòng nào",
            "the frame has no rows",
        ));
    };
    let criteria: Vec<_> = analysis
        .criteria
        .iter()
        .map(|one| {
            (
                &one.id,
                one.mean,
                one.spread,
                one.at_zero,
                one.at_max,
                one.item_total,
            )
        })
        .collect();
    let groups: Vec<_> = analysis
        .groups
        .iter()
        .map(|one| (&one.id, one.alpha))
        .collect();
    let pairs: Vec<_> = analysis
        .pairs
        .iter()
        .map(|one| (&one.first, &one.second, one.correlation))
        .collect();
    python!(py, "cqdt._values", "analysis")?.call1((criteria, groups, pairs))
}

/// Scores a frame's rows for what is made of them in the core, with what `names` holds: the units, or their numbers.
pub(crate) fn batch(
    py: Python<'_>,
    set: &Core,
    frame: &Bound<'_, PyAny>,
    cohort: Option<&Bound<'_, Cohort>>,
    options: &Options,
    request: &Request,
    names: Option<&str>,
) -> PyResult<(BatchOutput, Vec<String>)> {
    let style = style(py, &options.numbers)?;
    let given = match cohort {
        Some(cohort) => Some(cohort.get().of(py, set)?),
        None => None,
    };
    let batch = read_frame(frame)?;
    py.detach(|| {
        let table = Table::sort(set, &batch, options, style).map_err(Failure::Columns)?;
        let input = table.input();
        let own = match given {
            None if set.needs_cohort() => {
                Some(set.cohort_of_columns(&input).map_err(Failure::Batch)?)
            }
            _ => None,
        };
        let output = set
            .score_batch(&input, request, given.or(own.as_ref()))
            .map_err(Failure::Batch)?;
        let column = names.and_then(|name| batch.column_by_name(name));
        let names = column.and_then(texts);
        let names = names.unwrap_or_else(|| (0..table.rows).map(|row| row.to_string()).collect());
        Ok((output, names))
    })
    .map_err(|failure| raised(py, failure))
}

fn score(
    set: &Core,
    batch: &RecordBatch,
    given: Option<&cqdt::Cohort>,
    options: &Options,
    style: NumberStyle,
) -> Result<RecordBatch, Failure> {
    let table = Table::sort(set, batch, options, style).map_err(Failure::Columns)?;
    let within_parent = set.definition().ranking.within == Within::Parent;
    if options.rank && within_parent && table.parents.is_none() {
        return Err(Failure::Columns(vec![Line {
            code: "P0203",
            vi: "bộ tiêu chí xếp hạng trong từng đơn vị cấp trên: hãy nêu cột ghi đơn vị cấp trên (`parent=`), hoặc rank=False".to_owned(),
            en: "the set ranks within parent units: name the column that holds them (`parent=`), or pass rank=False".to_owned(),
        }]));
    }
    let input = table.input();
    let own = match given {
        None if set.needs_cohort() => Some(set.cohort_of_columns(&input).map_err(Failure::Batch)?),
        _ => None,
    };
    let cohort = given.or(own.as_ref());
    let output = set
        .score_batch(&input, &request(options), cohort)
        .map_err(Failure::Batch)?;
    match options.diagnostics.as_str() {
        // Only a row that isn't complete can hold anything invalid: most frames need no statuses.
        "raise" if output.complete().is_some_and(|rows| rows.contains(&0)) => {
            let statuses = if options.statuses {
                None
            } else {
                let request = Request::new().all_statuses();
                Some(
                    set.score_batch(&input, &request, cohort)
                        .map_err(Failure::Batch)?,
                )
            };
            told(
                set,
                &table,
                statuses.as_ref().unwrap_or(&output),
                cohort,
                options.first_row,
            )
            .map_err(Failure::Columns)?;
        }
        _ => {}
    }
    let mut columns = table.kept.clone();
    columns.extend(made(set, &output, options, table.parents.as_deref()));
    if options.diagnostics == "column" {
        columns.push(("diagnostics".to_owned(), diagnoses(set, &table, cohort)));
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let rows = arrow_array::RecordBatchOptions::new().with_row_count(Some(table.rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &rows)
        .map_err(Failure::Arrow)
}

fn request(options: &Options) -> Request {
    let mut request = Request::new().total().share().band().complete();
    if options.rank {
        request = request.ranking();
    }
    if options.groups {
        request = request.all_groups();
    }
    if options.criteria {
        request = request.all_criteria();
    }
    if options.statuses {
        request = request.all_statuses();
    }
    request
}

/// What becomes one column of the result.
enum Made<'o> {
    /// Points, and whether the set rounds them.
    Points(&'o PointsColumn, bool),
    Shares(&'o [f64]),
    Ranks(Option<&'o [u32]>),
    Words(&'o [u8], Vec<&'o str>),
    Flags(&'o [u8]),
}

/// The columns that were asked for, one a thread.
fn made<'o>(
    set: &'o Core,
    output: &'o BatchOutput,
    options: &Options,
    parents: Option<&'o [u32]>,
) -> Vec<(String, ArrayRef)> {
    let definition = set.definition();
    let stage = definition.policies.rounding.stage;
    let mut plan: Vec<(String, Made<'o>)> = Vec::new();
    let mut add = |name: &str, made: Option<Made<'o>>| {
        plan.extend(made.map(|made| (name.to_owned(), made)));
    };
    let total = output.totals().map(|totals| Made::Points(totals, true));
    add("total", total);
    add("share", output.shares().map(Made::Shares));
    let parents = parents.filter(|_| definition.ranking.within == Within::Parent);
    add("rank", options.rank.then_some(Made::Ranks(parents)));
    let bands = definition.bands.iter().map(|band| band.id.as_str());
    let bands = output
        .bands()
        .map(|cells| Made::Words(cells, bands.collect()));
    add("band", bands);
    add("complete", output.complete().map(Made::Flags));
    for group in definition.groups.iter().filter(|_| options.groups) {
        let points = output.group(&group.id);
        let points = points.map(|points| Made::Points(points, stage != Stage::Total));
        add(&format!("group:{}", group.id), points);
    }
    for criterion in set.criteria() {
        let id = &criterion.id;
        if options.criteria {
            let points = output.criterion(id);
            let points = points.map(|points| Made::Points(points, stage == Stage::Criterion));
            add(&format!("criterion:{id}"), points);
        }
        if options.statuses {
            let names = vec!["scored", "not_applicable", "missing", "invalid"];
            let cells = output.statuses(id).map(|cells| Made::Words(cells, names));
            add(&format!("status:{id}"), cells);
        }
    }
    let columns = plan.into_par_iter().filter_map(|(name, made)| {
        let array: ArrayRef = match made {
            Made::Points(column, rounded) => points(column, rounded, options.as_float),
            Made::Shares(shares) => {
                let nulls = valid(shares.len(), |row| !shares[row].is_nan());
                Arc::new(Float64Array::new(shares.to_vec().into(), nulls))
            }
            Made::Ranks(cohorts) => {
                let ranks = output.ranks(cohorts)?;
                let nulls = valid(ranks.len(), |row| ranks[row] > 0);
                Arc::new(UInt32Array::new(ranks.into(), nulls))
            }
            Made::Words(cells, names) => words(cells, &names),
            Made::Flags(cells) => {
                let flags = BooleanBuffer::collect_bool(cells.len(), |row| cells[row] == 1);
                Arc::new(BooleanArray::new(flags, None))
            }
        };
        Some((name, array))
    });
    columns.collect()
}

/// Which rows hold something; none where all do.
fn valid(rows: usize, holds: impl Fn(usize) -> bool) -> Option<NullBuffer> {
    let nulls = NullBuffer::new(BooleanBuffer::collect_bool(rows, holds));
    (nulls.null_count() > 0).then_some(nulls)
}

/// Points as decimals; as text where the set leaves fractions unrounded; as floats where asked.
fn points(column: &PointsColumn, rounded: bool, as_float: bool) -> ArrayRef {
    let rows = 0..column.values().len();
    if as_float && column.exact().is_empty() {
        // Nearest by IEEE: both are exact, as long as the count fits 53 bits.
        let scale = 10_f64.powi(i32::from(column.places()));
        let exact = |value: i64| value.unsigned_abs() < 1 << 53;
        if column.values().iter().copied().all(exact) {
            #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
            let value = |value: &i64| *value as f64 / scale;
            let values: Vec<f64> = column.values().iter().map(value).collect();
            return Arc::new(Float64Array::from(values));
        }
    }
    if as_float {
        let value = |row| column.get(row).map(|points| points.to_f64());
        return Arc::new(rows.map(value).collect::<Float64Array>());
    }
    if !rounded {
        let value = |row| column.get(row).map(|points| points.to_string());
        return Arc::new(rows.map(value).collect::<StringArray>());
    }
    let values: Vec<i128> = column.values().iter().copied().map(i128::from).collect();
    let places = i8::try_from(column.places()).unwrap_or(0);
    // What a 64-bit count reaches has 19 digits; 38 is what the type holds, and what frames make of decimals anyway.
    match Decimal128Array::from(values).with_precision_and_scale(38, places) {
        Ok(decimals) => Arc::new(decimals),
        Err(_) => Arc::new(StringArray::new_null(column.values().len())),
    }
}

/// Positions as words; none where there is no such word.
fn words(positions: &[u8], words: &[&str]) -> ArrayRef {
    let known = |position: u8| usize::from(position) < words.len();
    let nulls = valid(positions.len(), |row| known(positions[row]));
    let key = |position: &u8| i8::try_from(*position).ok().filter(|_| known(*position));
    let keys: Vec<i8> = positions.iter().map(|one| key(one).unwrap_or(0)).collect();
    let keys = Int8Array::new(keys.into(), nulls);
    let values: ArrayRef = Arc::new(StringArray::from(words.to_vec()));
    Arc::new(DictionaryArray::new(keys, values))
}

/// An error where any answer is invalid: the first rows, each with fact, value and what was expected.
fn told(
    set: &Core,
    table: &Table,
    output: &BatchOutput,
    cohort: Option<&cqdt::Cohort>,
    first_row: usize,
) -> Result<(), Vec<Line>> {
    const INVALID: u8 = 3;
    let statuses: Vec<&[u8]> = set
        .criteria()
        .filter_map(|criterion| output.statuses(&criterion.id))
        .collect();
    let mut lines = Vec::new();
    let mut rows = 0_usize;
    if !statuses.iter().any(|column| column.contains(&INVALID)) {
        return Ok(());
    }
    for row in 0..table.rows {
        if !statuses
            .iter()
            .any(|column| column.get(row) == Some(&INVALID))
        {
            continue;
        }
        rows += 1;
        if lines.len() >= MAX_TOLD {
            continue;
        }
        let report = set.score_in(
            &table.submission(set, row),
            cqdt::Layer::SelfAssessed,
            cohort,
        );
        for one in report.diagnostics() {
            if one.severity() == cqdt::Severity::Error
                && !matches!(one.kind, DiagnosticKind::NoCohort { .. })
            {
                let row = first_row + row;
                lines.push(Line {
                    code: one.code(),
                    vi: format!("dòng {row}: {}", one.kind.message(Lang::Vi)),
                    en: format!("row {row}: {}", one.kind.message(Lang::En)),
                });
            }
        }
    }
    lines.truncate(MAX_TOLD);
    lines.push(Line {
        code: "P0204",
        vi: format!("{rows} dòng có số liệu không hợp lệ; dùng diagnostics=\"column\" để chấm và ghi vào một cột"),
        en: format!("{rows} rows have invalid answers; pass diagnostics=\"column\" to score them and tell in a column"),
    });
    Err(lines)
}

/// What there is to say of every row, in Vietnamese; an empty list where nothing is.
fn diagnoses(set: &Core, table: &Table, cohort: Option<&cqdt::Cohort>) -> ArrayRef {
    let told = |row| -> Vec<String> {
        let report = set.score_in(
            &table.submission(set, row),
            cqdt::Layer::SelfAssessed,
            cohort,
        );
        let all = report.diagnostics().iter();
        all.map(|one| one.message(Lang::Vi)).collect()
    };
    let rows: Vec<Vec<String>> = (0..table.rows).into_par_iter().map(told).collect();
    let mut builder = ListBuilder::new(StringBuilder::new());
    for messages in rows {
        for message in messages {
            builder.values().append_value(message);
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}
