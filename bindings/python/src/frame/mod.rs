//! Frames: Arrow columns to the core's batch and back. What a value means is the core's matter.

mod cells;
mod faults;
mod output;
mod table;

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Field, Schema};
use arrow_select::concat::concat;
use cqdt::batch::{BatchError, BatchInput, BatchOutput, Request};
use cqdt::criteria::Within;
use cqdt::{CriteriaSet as Core, Lang, NumberStyle, Submission};
use pyo3::prelude::*;
use rayon::prelude::*;

use crate::capsule::{ArrowTable, arrow_error, batches};
use crate::cohort::Cohort;
use crate::error::{Kind, Line, frame_error, python, raise};
use crate::pool::detached;
use crate::set::CriteriaSet;
use crate::submission::style;
use cells::texts;
use output::Sheet;
use table::Table;

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
    /// Of the column that says what there is to say of each row.
    #[pyo3(item)]
    lang: String,
    /// What the first row is called in errors.
    #[pyo3(item)]
    first_row: usize,
}

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
    let lines = error.faults().iter().map(|fault| Line {
        code: fault.code(),
        vi: fault.message(Lang::Vi),
        en: fault.message(Lang::En),
    });
    frame_error(py, &lines.collect::<Vec<_>>())
}

fn read_frame(frame: &Bound<'_, PyAny>) -> PyResult<RecordBatch> {
    let py = frame.py();
    let reader = batches(frame)?;
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    // Batches may be made as they are asked for: by a query of minutes, or by Python, which takes the GIL by itself.
    let all: Vec<RecordBatch> = py
        .detach(|| reader.collect::<Result<_, _>>())
        .map_err(|error| arrow_error(py, &error))?;
    match <[RecordBatch; 1]>::try_from(all) {
        Ok([batch]) => Ok(batch),
        Err(all) => detached(py, || joined(&schema, &all)).map_err(|error| arrow_error(py, &error)),
    }
}

/// Many batches as one. Each column is joined by itself, so that every core has some: a result of DuckDB comes in hundreds
/// of batches.
fn joined(schema: &Arc<Schema>, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    if batches.is_empty() {
        return Ok(RecordBatch::new_empty(Arc::clone(schema)));
    }
    let column = |at: usize| {
        let parts: Vec<&dyn Array> = batches.iter().map(|batch| &**batch.column(at)).collect();
        concat(&parts)
    };
    let columns = (0..schema.fields().len()).into_par_iter().map(column);
    let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>()?;
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
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
    let given = Cohort::given(py, &set.core, cohort)?;
    let batch = read_frame(frame)?;
    detached(py, || score(&set.core, &batch, given, &options, style))
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
    let made = detached(py, || {
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
    let (output, _, _) = batch(py, &set.core, frame, cohort, &options, &request, None)?;
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
    let style = style(py, &options.numbers)?;
    let given = Cohort::given(py, set, cohort)?;
    let batch = read_frame(frame)?;
    detached(py, || {
        let table = Table::sort(set, &batch, options, style).map_err(Failure::Columns)?;
        let input = table.input();
        let cohort = cohort_of(set, &input, given)?;
        let output = set
            .score_batch(&input, request, cohort.as_deref())
            .map_err(Failure::Batch)?;
        let column = names.and_then(|name| batch.column_by_name(name));
        let names = column.and_then(texts);
        let names = names.unwrap_or_else(|| (0..table.rows).map(|row| row.to_string()).collect());
        drop(table);
        Ok((output, names, batch))
    })
    .map_err(|failure| raised(py, failure))
}

/// The rows of a frame as submissions of the units that are named.
pub(crate) fn submissions_of(
    py: Python<'_>,
    set: &Core,
    rows: &RecordBatch,
    units: &[String],
    options: &Options,
) -> PyResult<Vec<Submission>> {
    let style = style(py, &options.numbers)?;
    detached(py, || {
        let table = Table::sort(set, rows, options, style).map_err(Failure::Columns)?;
        let units = units.iter().enumerate();
        let units = units.map(|(row, unit)| table.submission(set, Submission::new(unit), row));
        Ok(units.collect())
    })
    .map_err(|failure| raised(py, failure))
}

/// The cohort given, or the one that the rows are, where the set needs any.
fn cohort_of<'c>(
    set: &Core,
    input: &BatchInput<'_>,
    given: Option<&'c cqdt::Cohort>,
) -> Result<Option<Cow<'c, cqdt::Cohort>>, Failure> {
    Ok(match given {
        Some(cohort) => Some(Cow::Borrowed(cohort)),
        None if set.needs_cohort() => {
            let own = set.cohort_of_columns(input).map_err(Failure::Batch)?;
            Some(Cow::Owned(own))
        }
        None => None,
    })
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
    let cohort = cohort_of(set, &input, given)?;
    let cohort = cohort.as_deref();
    let sheet = Sheet::new(set, options, table.rows);
    let mut block = sheet.block();
    let raises = options.diagnostics == "raise";
    let request = sheet.request();
    let request = if raises { request.valid() } else { request };
    let output = set
        .score_batch_to(&input, &request, cohort, sheet.targets(&mut block))
        .map_err(Failure::Batch)?;
    if let Some(valid) = output.valid() {
        faults::told(set, &table, valid, cohort, options.first_row).map_err(Failure::Columns)?;
    }
    let mut columns = table.kept.clone();
    columns.extend(sheet.columns(&output, &block.share(), table.parents.as_deref()));
    if options.diagnostics == "column" {
        let lang = if options.lang == "en" {
            Lang::En
        } else {
            Lang::Vi
        };
        let column = faults::diagnoses(set, &table, cohort, lang);
        columns.push(("diagnostics".to_owned(), column));
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
