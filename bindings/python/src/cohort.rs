//! Cohort statistics, which remember whose they are.

use cqdt::CriteriaSet as Core;
use pyo3::prelude::*;

use crate::convert::hash;
use crate::error::{Kind, raise};

/// Statistics of a cohort: what rules like `cohort_max` need to know of all units at once.
///
/// Made by `CriteriaSet.cohort`; those of parts are merged with `merge` or `|`, in any order. Frozen.
#[pyclass(frozen, module = "cqdt._cqdt", from_py_object)]
#[derive(Clone)]
pub(crate) struct Cohort {
    pub(crate) inner: cqdt::Cohort,
    pub(crate) fingerprint: String,
}

impl Cohort {
    pub(crate) fn new(set: &Core, inner: cqdt::Cohort) -> Self {
        let fingerprint = set.fingerprint().to_owned();
        Self { inner, fingerprint }
    }

    /// The statistics that were given, if any; an error where they are of another set.
    pub(crate) fn given<'c>(
        py: Python<'_>,
        set: &Core,
        cohort: Option<&'c Bound<'_, Self>>,
    ) -> PyResult<Option<&'c cqdt::Cohort>> {
        cohort.map(|cohort| cohort.get().of(py, set)).transpose()
    }

    fn of(&self, py: Python<'_>, set: &Core) -> PyResult<&cqdt::Cohort> {
        if self.fingerprint == set.fingerprint() {
            Ok(&self.inner)
        } else {
            Err(foreign(py))
        }
    }
}

fn foreign(py: Python<'_>) -> PyErr {
    raise(
        py,
        Kind::Cohort,
        "P0104",
        "số liệu nhóm này được tính theo một bộ tiêu chí khác",
        "these cohort statistics were built with another criteria set",
    )
}

fn read(text: &str) -> Option<Cohort> {
    let document: serde_json::Value = serde_json::from_str(text).ok()?;
    let fingerprint = document.get("set")?.as_str()?.to_owned();
    let is_fingerprint =
        fingerprint.len() == 64 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    let inner = cqdt::Cohort::from_json(&document.get("cohort")?.to_string()).ok()?;
    let whole = document.as_object().is_some_and(|keys| keys.len() == 2);
    (whole && is_fingerprint).then_some(Cohort { inner, fingerprint })
}

#[pymethods]
impl Cohort {
    /// The statistics of both together. Raises `CohortError` for those of another set.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        if self.fingerprint != other.fingerprint {
            return Err(foreign(py));
        }
        Ok(Self {
            inner: self.inner.clone().merge(other.inner.clone()),
            fingerprint: self.fingerprint.clone(),
        })
    }

    fn __or__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        self.merge(py, other)
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __hash__(&self) -> u64 {
        hash(&self.to_json())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && self.inner == other.inner
    }

    /// The statistics as JSON, with the fingerprint of their set: `from_json` reads it back.
    fn to_json(&self) -> String {
        let (set, cohort) = (&self.fingerprint, self.inner.to_json());
        format!("{{\"cohort\":{cohort},\"set\":\"{set}\"}}")
    }

    /// Reads what `to_json` wrote. Raises `CohortError` for anything else.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(text).ok_or_else(|| {
            raise(
                py,
                Kind::Cohort,
                "P0108",
                "đây không phải số liệu nhóm do `Cohort.to_json` ghi ra",
                "this is not what `Cohort.to_json` writes",
            )
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((
            py.get_type::<Self>().getattr("from_json")?,
            (self.to_json(),),
        ))
    }

    /// Fingerprint of the set they belong to.
    #[getter]
    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn __repr__(&self) -> String {
        format!("Cohort(fingerprint={:?})", self.fingerprint)
    }
}
