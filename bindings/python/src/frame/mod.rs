//! Frames: Arrow columns to the core's batch and back. What a value means is the core's matter.

mod cells;
mod decode;
mod faults;
mod options;
mod output;
mod table;

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use cqdt::batch::{BatchError, BatchInput, BatchOutput, Request, Targets};
use cqdt::criteria::Within;
use cqdt::{CriteriaSet as Core, Lang, Submission};
use pyo3::prelude::*;
use rayon::prelude::*;

use crate::capsule::{ArrowTable, arrow_error, batches, export, schema_of};
use crate::cohort::Cohort;
use crate::error::{Kind, Line, frame_error, python, raise};
use crate::pool::detached;
use crate::set::CriteriaSet;
use options::Diagnostics;
pub(crate) use options::Options;
use output::Sheet;
use table::Table;

/// The column that names the units, unless another is named.
const UNIT: &str = "unit";

/// Why a frame wasn't scored.
enum Failure {
    Columns(Vec<Line>),
    Batch(BatchError),
    Arrow(ArrowError),
}

fn raised(py: Python<'_>, failure: Failure) -> PyErr {
    match failure {
        Failure::Columns(lines) => frame_error(py, &lines),
        Failure::Batch(error) => batch_error(py, &error),
        Failure::Arrow(error) => arrow_error(py, &error),
    }
}

fn batch_error(py: Python<'_>, error: &BatchError) -> PyErr {
    frame_error(py, &lines(error))
}

fn lines(error: &BatchError) -> Vec<Line> {
    let lines = error.faults().iter().map(|fault| Line {
        code: fault.code(),
        vi: fault.message(Lang::Vi),
        en: fault.message(Lang::En),
    });
    lines.collect()
}

/// Batches of fewer rows on average are joined first: sorting the columns of each takes longer.
const FEW: usize = 4_096;

/// The batches of a frame, at least one.
fn read_frame(frame: &Bound<'_, PyAny>) -> PyResult<Vec<RecordBatch>> {
    let (schema, all) = read(frame)?;
    let rows: usize = all.iter().map(RecordBatch::num_rows).sum();
    if all.len() == 1 || rows > 0 && rows / all.len() >= FEW {
        return Ok(all);
    }
    Ok(vec![joined(frame.py(), &schema, &all)?])
}

/// A frame as one batch.
fn read_whole(frame: &Bound<'_, PyAny>) -> PyResult<RecordBatch> {
    let (schema, all) = read(frame)?;
    match <[RecordBatch; 1]>::try_from(all) {
        Ok([batch]) => Ok(batch),
        Err(all) => joined(frame.py(), &schema, &all),
    }
}

fn read(frame: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let py = frame.py();
    let reader = batches(frame)?;
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    // Batches may be made as they are asked for: by a query of minutes, or by Python, which takes the GIL by itself.
    let all = py.detach(|| reader.collect::<Result<_, _>>());
    let all = all.map_err(|error| arrow_error(py, &error))?;
    Ok((schema, all))
}

/// Many batches as one. Each column is joined by itself, so that every core has some.
fn joined(py: Python<'_>, schema: &SchemaRef, batches: &[RecordBatch]) -> PyResult<RecordBatch> {
    let column = |at: usize| table::joined(batches.iter().map(|batch| batch.column(at)));
    let made = detached(py, || {
        if batches.is_empty() {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        }
        let columns = (0..schema.fields().len()).into_par_iter().map(column);
        let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>()?;
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let fields = schema.fields().iter().zip(&columns);
        let fields: Vec<_> = fields
            .map(|(field, array)| table::retyped(field, array))
            .collect();
        let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
        RecordBatch::try_new_with_options(Arc::new(schema), columns, &options)
    });
    made.map_err(|error| arrow_error(py, &error))
}

/// Scores every row of a frame, whose first is called `first_row` in errors.
#[pyfunction]
#[pyo3(signature = (set, frame, cohort, options, first_row=0))]
pub(crate) fn _score_arrow(
    py: Python<'_>,
    set: &CriteriaSet,
    frame: &Bound<'_, PyAny>,
    cohort: Option<&Bound<'_, Cohort>>,
    options: &Options,
    first_row: usize,
) -> PyResult<ArrowTable> {
    scored(py, set, cohort, options, first_row, || read_frame(frame))
}

/// The columns that a frame with this schema comes to, without a row.
#[pyfunction]
pub(crate) fn _score_schema(
    py: Python<'_>,
    set: &CriteriaSet,
    schema: &Bound<'_, PyAny>,
    cohort: Option<&Bound<'_, Cohort>>,
    options: &Options,
) -> PyResult<ArrowTable> {
    let none = || Ok(vec![RecordBatch::new_empty(schema_of(schema)?)]);
    scored(py, set, cohort, options, 0, none)
}

fn scored(
    py: Python<'_>,
    set: &CriteriaSet,
    cohort: Option<&Bound<'_, Cohort>>,
    options: &Options,
    first_row: usize,
    batches: impl FnOnce() -> PyResult<Vec<RecordBatch>>,
) -> PyResult<ArrowTable> {
    let given = Cohort::given(py, &set.core, cohort)?;
    let batches = batches()?;
    detached(py, || score(&set.core, &batches, given, options, first_row))
        .map(ArrowTable)
        .map_err(|failure| raised(py, failure))
}

/// An error where something is no frame.
#[pyfunction]
pub(crate) fn _check_frame(frame: &Bound<'_, PyAny>) -> PyResult<()> {
    export(frame).map(drop)
}

/// Positions of the columns that are read, and of those that are asked for `also`.
#[pyfunction]
pub(crate) fn _columns_read(
    set: &CriteriaSet,
    names: Vec<String>,
    options: &Options,
    also: Vec<String>,
) -> Vec<usize> {
    let is_read = |name: &String| also.contains(name) || table::is_read(&set.core, name, options);
    let all = names.iter().enumerate();
    all.filter(|(_, name)| is_read(name))
        .map(|(at, _)| at)
        .collect()
}

/// Statistics of the cohort that the rows of a frame are.
#[pyfunction]
pub(crate) fn _cohort_arrow(
    py: Python<'_>,
    set: &CriteriaSet,
    frame: &Bound<'_, PyAny>,
    options: &Options,
) -> PyResult<Cohort> {
    let batches = read_frame(frame)?;
    let made = detached(py, || {
        let tables = Table::all(&set.core, &batches, options).map_err(Failure::Columns)?;
        cohort_of_rows(&set.core, &inputs(&tables))
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
    options: &Options,
    like: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let request = Request::new().all_criteria();
    let (output, _, _) = batch(py, &set.core, frame, cohort, options, &request, None)?;
    let analysis = detached(py, || output.analysis(like));
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
) -> PyResult<(BatchOutput, Vec<String>, RecordBatch)> {
    let given = Cohort::given(py, set, cohort)?;
    let batch = read_whole(frame)?;
    detached(py, || {
        let whole = std::slice::from_ref(&batch);
        let tables = Table::all(set, whole, options).map_err(Failure::Columns)?;
        let inputs = inputs(&tables);
        let cohort = cohort_of(set, &inputs, given)?;
        let output = set
            .score_batches_to(&inputs, request, cohort.as_deref(), Targets::new())
            .map_err(Failure::Batch)?;
        let names = named(&batch, names).map_err(|fault| Failure::Columns(vec![fault]))?;
        drop(inputs);
        drop(tables);
        Ok((output, names, batch))
    })
    .map_err(|failure| raised(py, failure))
}

/// The units by what a column names them, else by their places; that it is called `unit` goes without saying.
fn named(batch: &RecordBatch, column: Option<&str>) -> Result<Vec<String>, Line> {
    let place = |row: usize| row.to_string();
    let Some((name, array)) = column.map(|name| (name, batch.column_by_name(name))) else {
        return Ok((0..batch.num_rows()).map(place).collect());
    };
    match array {
        Some(array) => {
            let names = decode::names(array);
            let names =
                names.ok_or_else(|| cells::unreadable(name, array.data_type(), table::NAMES))?;
            let names = names.into_iter().enumerate();
            Ok(names
                .map(|(row, name)| name.unwrap_or_else(|| place(row)))
                .collect())
        }
        None if name == UNIT => Ok((0..batch.num_rows()).map(place).collect()),
        None => Err(table::absent(name)),
    }
}

/// The rows of a frame as submissions of the units that are named.
pub(crate) fn submissions_of(
    py: Python<'_>,
    set: &Core,
    rows: &RecordBatch,
    units: &[String],
    options: &Options,
) -> PyResult<Vec<Submission>> {
    detached(py, || {
        let rows = std::slice::from_ref(rows);
        let tables = Table::all(set, rows, options).map_err(Failure::Columns)?;
        let rows = tables
            .iter()
            .flat_map(|table| (0..table.rows).map(move |row| (table, row)));
        let units = rows.zip(units);
        let units =
            units.map(|((table, row), unit)| table.submission(set, Submission::new(unit), row));
        Ok(units.collect())
    })
    .map_err(|failure| raised(py, failure))
}

fn inputs(tables: &[Table]) -> Vec<BatchInput<'_>> {
    tables.iter().map(Table::input).collect()
}

/// The cohort that the rows are.
fn cohort_of_rows(set: &Core, inputs: &[BatchInput<'_>]) -> Result<cqdt::Cohort, Failure> {
    let parts = inputs.iter().map(|input| set.cohort_of_columns(input));
    let parts: Vec<cqdt::Cohort> = parts.collect::<Result<_, _>>().map_err(Failure::Batch)?;
    Ok(parts
        .into_iter()
        .fold(cqdt::Cohort::default(), cqdt::Cohort::merge))
}

/// The cohort given, or the one that the rows are, where the set needs any.
fn cohort_of<'c>(
    set: &Core,
    inputs: &[BatchInput<'_>],
    given: Option<&'c cqdt::Cohort>,
) -> Result<Option<Cow<'c, cqdt::Cohort>>, Failure> {
    Ok(match given {
        Some(cohort) => Some(Cow::Borrowed(cohort)),
        None if set.needs_cohort() => Some(Cow::Owned(cohort_of_rows(set, inputs)?)),
        None => None,
    })
}

fn score(
    set: &Core,
    batches: &[RecordBatch],
    given: Option<&cqdt::Cohort>,
    options: &Options,
    first_row: usize,
) -> Result<RecordBatch, Failure> {
    let tables = Table::all(set, batches, options).map_err(Failure::Columns)?;
    let kept = table::kept(&tables).map_err(Failure::Arrow)?;
    let parents = table::parents(&tables);
    let rows = tables.iter().map(|table| table.rows).sum();
    let sheet = Sheet::new(set, options, rows);
    let names = kept.iter().map(|(field, _)| field.name().as_str());
    let mut faults: Vec<Line> = names
        .filter(|name| sheet.holds(name))
        .map(output::taken)
        .collect();
    let within_parent = set.definition().ranking.within == Within::Parent;
    if options.rank && within_parent && parents.is_none() {
        faults.push(Line {
            code: "P0203",
            vi: "bộ tiêu chí xếp hạng trong từng đơn vị cấp trên: hãy nêu cột ghi đơn vị cấp trên (`parent=`), hoặc rank=False".to_owned(),
            en: "the set ranks within parent units: name the column that holds them (`parent=`), or pass rank=False".to_owned(),
        });
    }
    if !faults.is_empty() {
        return Err(Failure::Columns(faults));
    }
    let inputs = inputs(&tables);
    let cohort = cohort_of(set, &inputs, given)?;
    let cohort = cohort.as_deref();
    let mut block = sheet.block();
    let raises = options.diagnostics == Diagnostics::Raise;
    let request = sheet.request();
    let request = if raises { request.valid() } else { request };
    let output = set
        .score_batches_to(&inputs, &request, cohort, sheet.targets(&mut block))
        .map_err(Failure::Batch)?;
    if let Some(valid) = output.valid() {
        faults::told(set, &tables, valid, cohort, first_row).map_err(Failure::Columns)?;
    }
    let mut columns = kept;
    let made = sheet.columns(&output, &block.share(), parents.as_deref());
    let field = |name: String, array: &ArrayRef| {
        Arc::new(Field::new(name, array.data_type().clone(), true))
    };
    columns.extend(
        made.into_iter()
            .map(|(name, array)| (field(name, &array), array)),
    );
    if options.diagnostics == Diagnostics::Column {
        let array = faults::diagnoses(set, &tables, cohort, options.lang);
        columns.push((field(output::DIAGNOSTICS.to_owned(), &array), array));
    }
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let rows = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &rows)
        .map_err(Failure::Arrow)
}
