//! The Arrow PyCapsule interface: tables in and out without a copy.

use std::ffi::CStr;
use std::ptr;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array as _, RecordBatch, RecordBatchIterator, StructArray};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple, PyType};

use crate::error::{Kind, Line, frame_error, raise};

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// A table that any Arrow library can take over: it has `__arrow_c_stream__` and, being
/// one batch, `__arrow_c_array__`.
#[pyclass(frozen, module = "cqdt._cqdt")]
pub(crate) struct ArrowTable(pub(crate) RecordBatch);

#[pymethods]
impl ArrowTable {
    /// The table as an Arrow C stream of one batch; a schema asked for is not followed.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let schema = self.0.schema();
        let batches = RecordBatchIterator::new([Ok(self.0.clone())], schema);
        let stream = FFI_ArrowArrayStream::new(Box::new(batches));
        PyCapsule::new_with_value(py, stream, STREAM)
    }

    /// The table as an Arrow C struct array; a schema asked for is not followed.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let schema = FFI_ArrowSchema::try_from(self.0.schema_ref().as_ref());
        let schema = schema.map_err(|error| arrow_error(py, &error))?;
        let array = FFI_ArrowArray::new(&StructArray::from(self.0.clone()).into_data());
        Ok((
            PyCapsule::new_with_value(py, schema, SCHEMA)?,
            PyCapsule::new_with_value(py, array, ARRAY)?,
        ))
    }

    /// Names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        let schema = self.0.schema();
        let fields = schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __repr__(&self) -> String {
        format!(
            "<ArrowTable rows={} columns={}>",
            self.0.num_rows(),
            self.0.num_columns()
        )
    }
}

/// All batches of a frame's stream.
pub(crate) fn batches(frame: &Bound<'_, PyAny>) -> PyResult<RecordBatchStreamReader> {
    let py = frame.py();
    let capsule = export(frame)?.call1(PyTuple::empty(py))?;
    let capsule = capsule.cast::<PyCapsule>().map_err(|_| no_frame(frame))?;
    let pointer = capsule
        .pointer_checked(Some(STREAM))?
        .cast::<FFI_ArrowArrayStream>();
    // SAFETY: the interface says that a capsule of this name points to a valid stream, which its consumer may move out,
    // leaving a released one behind; the capsule is alive here, and the GIL keeps others from it.
    let stream = unsafe { ptr::replace(pointer.as_ptr(), FFI_ArrowArrayStream::empty()) };
    RecordBatchStreamReader::try_new(stream).map_err(|error| arrow_error(py, &error))
}

/// What hands a frame's stream over.
pub(crate) fn export<'py>(frame: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let kind = frame.get_type();
    // A single column has a stream, too: that of a pandas or polars `Series`, of a pyarrow `ChunkedArray`.
    let is_column = kind.hasattr("dtype")? || kind.hasattr("num_chunks")?;
    match frame.getattr("__arrow_c_stream__") {
        Ok(export) if !is_column && !frame.is_instance_of::<PyType>() => Ok(export),
        _ => Err(no_frame(frame)),
    }
}

/// The schema that something with `__arrow_c_schema__` stands for.
pub(crate) fn schema_of(schema: &Bound<'_, PyAny>) -> PyResult<SchemaRef> {
    let py = schema.py();
    let capsule = schema.call_method0("__arrow_c_schema__")?;
    let pointer = capsule
        .cast::<PyCapsule>()?
        .pointer_checked(Some(SCHEMA))?
        .cast::<FFI_ArrowSchema>();
    // SAFETY: the interface says that a capsule of this name points to a valid schema; the capsule, which is alive here,
    // keeps and releases it.
    let schema = Schema::try_from(unsafe { pointer.as_ref() });
    schema
        .map(Arc::new)
        .map_err(|error| arrow_error(py, &error))
}

fn no_frame(value: &Bound<'_, PyAny>) -> PyErr {
    let kind = value.get_type().name();
    let kind = kind.map_or_else(|_| "?".to_owned(), |name| name.to_string());
    raise(
        value.py(),
        Kind::Value,
        "P0206",
        &format!(
            "`{kind}` không phải một bảng (có `__arrow_c_stream__`): cần bảng của polars, pandas, pyarrow hay DuckDB"
        ),
        &format!(
            "`{kind}` is no frame (with `__arrow_c_stream__`): expected one of polars, pandas, pyarrow or DuckDB"
        ),
    )
}

/// What whoever hands a frame over says is wrong with it, in its own words.
pub(crate) fn arrow_error(py: Python<'_>, error: &ArrowError) -> PyErr {
    let line = Line {
        code: "P0207",
        vi: format!("không lấy được bảng: {error}"),
        en: format!("the frame can't be had: {error}"),
    };
    frame_error(py, &[line])
}
