//! Submissions: facts of one unit in, read by the core.

use std::path::Path;
use std::sync::Arc;

use cqdt::{Layer, TableStyle};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};

use crate::convert::{JsonWriter, NUMBERS, hash, is_missing, items, loads, refused};
use crate::error::{Found, Kind, option, parsed, python};

/// What one unit reported: facts, the verifier's answers over them with reasons, evidence by criterion. Frozen.
///
///     >>> import cqdt
///     >>> told = cqdt.Submission(
///     ...     {"cb": 50, "cb-may": 47},
///     ...     unit="phuong-gia-cam",
///     ...     received="2018-10-01T08:30",
///     ...     evidence={"i.1": [{"number": "12/BC-UBND", "date": "2018-09-20"}]},
///     ... )
///     >>> told.unit, told.fact_ids()
///     ('phuong-gia-cam', ['cb', 'cb-may'])
///
/// `received` is a `date`, a `datetime` without time zone, or the like as ISO 8601 text; fractions of a second are kept.
///
/// Raises `SubmissionError` for what can't be read, `ValueTypeError` for a float (see `CriteriaSet.score`).
#[pyclass(frozen, module = "cqdt._cqdt", from_py_object)]
#[derive(Clone)]
pub(crate) struct Submission(pub(crate) Arc<cqdt::Submission>);

impl From<cqdt::Submission> for Submission {
    fn from(core: cqdt::Submission) -> Self {
        Self(Arc::new(core))
    }
}

impl Submission {
    pub(crate) fn read(py: Python<'_>, json: &str, found: Found<'_>) -> PyResult<Self> {
        parsed(py, Kind::Submission, found, || {
            cqdt::Submission::from_json(json)
        })
        .map(Self::from)
    }

    /// A submission, or a mapping of facts; `place` is where it stands among several.
    pub(crate) fn of(
        value: &Bound<'_, PyAny>,
        allow_float: bool,
        place: Option<&str>,
    ) -> PyResult<Self> {
        if let Ok(submission) = value.cast::<Self>() {
            return Ok(submission.get().clone());
        }
        let py = value.py();
        if !value.is_instance_of::<PyDict>() && value.cast::<PyMapping>().is_err() {
            let at = place.unwrap_or("submission");
            return Err(refused(py, at, value, WANTED));
        }
        let mut writer = JsonWriter::new(allow_float);
        writer.text.push_str("{\"facts\":");
        writer.value(value, place.unwrap_or_default())?;
        writer.text.push('}');
        Self::read(py, &writer.text, Found::InValues(place))
    }

    /// Many of them, in their order.
    pub(crate) fn all(submissions: &Bound<'_, PyAny>, allow_float: bool) -> PyResult<Vec<Self>> {
        let submissions = items(submissions, "submissions", WANTED)?.enumerate();
        let submissions = submissions.map(|(at, one)| {
            let one = one?;
            Self::of(&one, allow_float, None).or_else(|error| {
                // Only what can't be read need be told where it stands: read it again with its place.
                let place = format!("[{at}]");
                Self::of(&one, allow_float, Some(&place)).and(Err(error))
            })
        });
        submissions.collect()
    }
}

/// What can be scored, as messages name it.
pub(crate) const WANTED: (&str, &str) = (
    "một `Submission` hoặc ánh xạ từ số liệu đến câu trả lời",
    "a `Submission` or a mapping of facts to answers",
);

#[pymethods]
impl Submission {
    #[new]
    #[pyo3(signature = (facts, *, unit=None, set=None, received=None, verified=None, reasons=None, evidence=None, allow_float=false))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        facts: &Bound<'_, PyMapping>,
        unit: Option<&str>,
        set: Option<&str>,
        received: Option<&Bound<'_, PyAny>>,
        verified: Option<&Bound<'_, PyMapping>>,
        reasons: Option<&Bound<'_, PyMapping>>,
        evidence: Option<&Bound<'_, PyMapping>>,
        allow_float: bool,
    ) -> PyResult<Self> {
        let py = facts.py();
        let mut writer = JsonWriter::new(allow_float);
        writer.text.push_str("{\"facts\":");
        writer.value(facts.as_any(), "")?;
        for (key, text) in [("unit", unit), ("set", set)] {
            if let Some(text) = text {
                writer.key(key);
                writer.string(text);
            }
        }
        let rest = [
            ("received", received),
            ("verified", verified.map(Bound::as_any)),
            ("reasons", reasons.map(Bound::as_any)),
            ("evidence", evidence.map(Bound::as_any)),
        ];
        for (key, value) in rest {
            if let Some(value) = value
                && !is_missing(value)?
            {
                writer.key(key);
                writer.value(value, key)?;
            }
        }
        writer.text.push('}');
        Self::read(py, &writer.text, Found::InValues(None))
    }

    /// Reads a submission from JSON text; its numbers are read from their digits, exactly.
    ///
    /// Raises `SubmissionError` with every fault, each with line and column.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        Self::read(py, text, Found::InText(None))
    }

    /// Reads a submission from TOML text.
    ///
    /// Raises `SubmissionError` with every fault, each with line and column.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: &str) -> PyResult<Self> {
        let found = Found::InText(None);
        parsed(py, Kind::Submission, found, || {
            cqdt::Submission::from_toml(text)
        })
        .map(Self::from)
    }

    /// The document form as a mapping: the keys of a submission file.
    ///
    /// Raises `SubmissionError` with every fault, each with a JSON Pointer, and `ValueTypeError` for a float.
    #[staticmethod]
    #[pyo3(signature = (document, *, allow_float=false))]
    fn from_dict(document: &Bound<'_, PyMapping>, allow_float: bool) -> PyResult<Self> {
        let mut writer = JsonWriter::new(allow_float);
        writer.value(document.as_any(), "")?;
        Self::read(document.py(), &writer.text, Found::InValues(None))
    }

    /// Reads a file: JSON, or TOML where its name ends so.
    ///
    /// Raises `SubmissionError` with every fault and the file's name, and what Python raises for a file it can't open.
    #[staticmethod]
    fn from_file(path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = path.py();
        let file = File::read(path, Kind::Submission)?;
        let read = if file.is_toml {
            cqdt::Submission::from_toml
        } else {
            cqdt::Submission::from_json
        };
        parsed(py, Kind::Submission, file.found(), || read(&file.text)).map(Self::from)
    }

    /// Reads a table with one row a unit: columns `unit`, `set`, `received`, then facts; `,`, `;` or tab between cells.
    ///
    /// `numbers` says how its numbers are written: `"comma"` (1.234,5), `"point"` (1,234.5), `"plain"` (1234.5) or `"unstated"`, where
    /// a number that reads two ways is refused rather than guessed.
    ///
    ///     >>> rows = cqdt.Submission.from_csv("unit;cb;cb-may\nphuong-gia-cam;50;47\n", numbers="comma")
    ///     >>> rows[0].unit
    ///     'phuong-gia-cam'
    ///
    /// Raises `SubmissionError` with every fault, each with line and column; `OptionError` for an unknown word.
    #[staticmethod]
    #[pyo3(signature = (text, *, numbers="unstated"))]
    fn from_csv(py: Python<'_>, text: &str, numbers: &str) -> PyResult<Vec<Self>> {
        let style = TableStyle::numbers(option(py, "numbers", numbers, &NUMBERS)?);
        let found = Found::InText(None);
        parsed(py, Kind::Submission, found, || {
            cqdt::Submission::from_csv(text, style)
        })
        .map(wrap)
    }

    /// Reads a file of a table with one row a unit, as `from_csv` reads a text.
    ///
    /// Raises `SubmissionError` with every fault and the file's name, and what Python raises for a file it can't open.
    #[staticmethod]
    #[pyo3(signature = (path, *, numbers="unstated"))]
    fn from_csv_file(path: &Bound<'_, PyAny>, numbers: &str) -> PyResult<Vec<Self>> {
        let py = path.py();
        let style = TableStyle::numbers(option(py, "numbers", numbers, &NUMBERS)?);
        let file = File::read(path, Kind::Submission)?;
        let read = || cqdt::Submission::from_csv(&file.text, style);
        parsed(py, Kind::Submission, file.found(), read).map(wrap)
    }

    /// The unit that reported.
    #[getter]
    fn unit(&self) -> Option<&str> {
        self.0.unit()
    }

    /// The form that it filled in.
    #[getter]
    fn set(&self) -> Option<&str> {
        self.0.set()
    }

    /// When it came in, as ISO 8601.
    #[getter]
    fn received(&self) -> Option<String> {
        self.0.received().map(|moment| moment.to_string())
    }

    /// Whether a verifier answered anything.
    #[getter]
    fn is_verified(&self) -> bool {
        self.0.is_verified()
    }

    /// Ids of the facts answered in a layer. Raises `OptionError` for another layer.
    #[pyo3(signature = (layer="self"))]
    fn fact_ids(&self, py: Python<'_>, layer: &str) -> PyResult<Vec<String>> {
        let layer: Layer = crate::convert::layer(py, layer)?;
        Ok(self.0.fact_ids(layer).map(str::to_owned).collect())
    }

    /// Canonical JSON, which `from_json` reads back.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The same as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(loads(py, &self.0.to_json())?.cast_into()?)
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __hash__(&self) -> u64 {
        hash(&self.0.to_json())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __repr__(&self) -> String {
        let facts = self.0.fact_ids(Layer::Verified).count();
        format!(
            "<Submission unit={:?} facts={facts}>",
            self.0.unit().unwrap_or("")
        )
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((
            py.get_type::<Self>().getattr("from_json")?,
            (self.0.to_json(),),
        ))
    }
}

fn wrap(submissions: Vec<cqdt::Submission>) -> Vec<Submission> {
    let submissions = submissions.into_iter();
    submissions
        .map(|submission| Submission(Arc::new(submission)))
        .collect()
}

/// A file's text; Python opens it, so that a missing one is Python's own error.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) is_toml: bool,
}

impl File {
    pub(crate) fn read(path: &Bound<'_, PyAny>, kind: Kind) -> PyResult<Self> {
        let py = path.py();
        let read = python!(py, "cqdt._values", "read_text")?;
        let (name, text): (String, Bound<'_, PyString>) =
            read.call1((path, kind.class()))?.extract()?;
        Ok(Self {
            is_toml: Path::new(&name).extension() == Some("toml".as_ref()),
            text: text.to_cow()?.into_owned(),
            name,
        })
    }

    pub(crate) fn found(&self) -> Found<'_> {
        Found::InText(Some(&self.name))
    }
}
