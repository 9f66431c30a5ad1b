//! Reports: the core's, with Python values made of them when they are asked for.

use cqdt::{Layer, Rational, Report as Core};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};

use crate::cohort::Cohort;
use crate::convert::{self, exact, fraction, hash, loads, place};
use crate::error::{Named, python, unknown_id};
use crate::set::{CriteriaSet, layer_name, unknown_criterion};
use crate::submission::Submission;

/// What scoring one layer of one submission yields: points, statuses, traces, diagnostics, provenance. Frozen, hashable.
///
/// Points are `Decimal` where a decimal of at most 12 places is exact (always, where the set rounds), else `Fraction`. A notebook
/// shows it as a table. Pickled, it is what it was made of; loading scores that anew.
///
///     >>> import cqdt
///     >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
///     >>> report = commune.score({"cb": 50, "cb-may": 47})
///     >>> report.points, report.share, report.complete
///     (Decimal('1.88'), Fraction(47, 2250), False)
#[pyclass(frozen, module = "cqdt._cqdt")]
pub(crate) struct Report {
    pub(crate) core: Core,
    origin: Origin,
    parts: PyOnceLock<Py<PyTuple>>,
}

/// What a report was made of.
pub(crate) struct Origin {
    pub(crate) set: Py<CriteriaSet>,
    pub(crate) submission: Submission,
    pub(crate) cohort: Option<Py<Cohort>>,
}

/// What a pickled report is made of anew.
#[pyfunction]
pub(crate) fn _report(
    set: &Bound<'_, CriteriaSet>,
    submission: Submission,
    layer: &str,
    cohort: Option<&Bound<'_, Cohort>>,
) -> PyResult<Report> {
    let py = set.py();
    let layer = convert::layer(py, layer)?;
    Cohort::given(py, &set.get().core, cohort)?;
    Ok(Report::scored(set, submission, layer, cohort))
}

impl Report {
    pub(crate) fn new(core: Core, origin: Origin) -> Self {
        let parts = PyOnceLock::new();
        Self {
            core,
            origin,
            parts,
        }
    }

    /// Scores one layer; the cohort is the set's.
    pub(crate) fn scored(
        set: &Bound<'_, CriteriaSet>,
        submission: Submission,
        layer: Layer,
        cohort: Option<&Bound<'_, Cohort>>,
    ) -> Self {
        let (core, statistics) = (&set.get().core, cohort.map(|cohort| &cohort.get().inner));
        let report = set
            .py()
            .detach(|| core.score_in(&submission.0, layer, statistics));
        let origin = Origin {
            set: set.clone().unbind(),
            submission,
            cohort: cohort.map(|cohort| cohort.clone().unbind()),
        };
        Self::new(report, origin)
    }

    /// Groups, criteria, diagnostics: made once, from the report's own document.
    fn part<'py>(&self, py: Python<'py>, at: usize) -> PyResult<Bound<'py, PyAny>> {
        let parts = self.parts.get_or_try_init(py, || -> PyResult<_> {
            let document = loads(py, &self.core.to_json())?;
            let said = self.core.diagnostics().iter().map(|one| {
                (
                    one.kind.message(cqdt::Lang::Vi),
                    one.kind.message(cqdt::Lang::En),
                )
            });
            let said: Vec<_> = said.collect();
            let parts = python!(py, "cqdt._values", "report_parts")?.call1((document, said))?;
            Ok(parts.cast_into()?.unbind())
        })?;
        parts.bind(py).get_item(at)
    }
}

#[pymethods]
impl Report {
    /// The set that scored it.
    #[getter]
    fn set(&self, py: Python<'_>) -> Py<CriteriaSet> {
        self.origin.set.clone_ref(py)
    }

    /// The unit, where the submission names one.
    #[getter]
    fn unit(&self) -> Option<&str> {
        self.core.unit()
    }

    /// `self` or `verified`.
    #[getter]
    fn layer(&self) -> &'static str {
        layer_name(self.core.layer())
    }

    /// Whether no answer is missing.
    #[getter]
    fn complete(&self) -> bool {
        self.core.is_complete()
    }

    /// Whether the set or any of its lines is reconstructed rather than official.
    #[getter]
    fn is_reconstructed(&self) -> bool {
        self.core.is_reconstructed()
    }

    /// *The* total: what is ranked and banded.
    #[getter]
    fn points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        exact(py, &self.core.total().points)
    }

    /// Exact share of the applicable maximum.
    #[getter]
    fn share<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let share = self.core.total().share.as_ref();
        share.map(|share| fraction(py, share)).transpose()
    }

    /// Id of the band reached.
    #[getter]
    fn band(&self) -> Option<&str> {
        self.core.band().map(|band| band.id.as_str())
    }

    /// Title of the band reached, in `"vi"` or `"en"`. Raises `OptionError` for another language.
    #[pyo3(signature = (lang="vi"))]
    fn band_title(&self, py: Python<'_>, lang: &str) -> PyResult<Option<&str>> {
        let lang = convert::lang(py, lang)?;
        Ok(self.core.band().map(|band| band.title.get(lang)))
    }

    /// The total with all its figures.
    #[getter]
    fn total<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let total = self.core.total();
        let share = total.share.as_ref().map(|share| fraction(py, share));
        python!(py, "cqdt._values", "Total")?.call1((
            exact(py, &total.points)?,
            exact(py, &self.core.set().definition().max)?,
            exact(py, &total.applicable_max)?,
            share.transpose()?,
            exact(py, &total.bonus_excess)?,
            exact(py, &total.before_rescale)?,
        ))
    }

    /// Groups in order.
    #[getter]
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, 0)
    }

    /// Criteria in order.
    #[getter]
    fn criteria<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, 1)
    }

    /// Everything found besides points.
    #[getter]
    fn diagnostics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, 2)
    }

    /// One criterion by id. Raises `UnknownIdError`, a `KeyError`, for an id that the set doesn't have.
    fn criterion<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        match find(&self.part(py, 1)?, id)? {
            Some(criterion) => Ok(criterion),
            None => Err(unknown_criterion(py, self.core.set(), id)),
        }
    }

    /// One group by id. Raises `UnknownIdError`, a `KeyError`, for an id that the set doesn't have.
    fn group<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyAny>> {
        find(&self.part(py, 0)?, id)?.ok_or_else(|| {
            let groups = self.core.groups();
            unknown_id(py, Named::Group, id, groups.map(|(group, _)| &*group.id))
        })
    }

    /// The report in words, in `"vi"` or `"en"`: every line with its formula and where it comes from; `str()` gives a text sheet.
    ///
    /// Raises `OptionError` for another language.
    #[pyo3(signature = (lang="vi"))]
    fn explain<'py>(&self, py: Python<'py>, lang: &str) -> PyResult<Bound<'py, PyAny>> {
        let lang = convert::lang(py, lang)?;
        let (json, text) = py.detach(|| {
            let explanation = self.core.explain(lang);
            let json = serde_json::to_string(&explanation).unwrap_or_default();
            (json, explanation.to_string())
        });
        python!(py, "cqdt._values", "explanation")?.call1((loads(py, &json)?, text))
    }

    /// Criteria by points still to win, most first.
    fn points_left<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let class = python!(py, "cqdt._values", "PointsLeft")?;
        let left = self.core.points_left();
        let left = left.iter().map(|line| {
            let (points, left) = (exact(py, &line.points)?, exact(py, &line.left)?);
            class.call1((&line.criterion, points, left))
        });
        left.collect()
    }

    /// The fewest points, in the set's places, that reach a band by its threshold; none for a band without one.
    ///
    /// Raises `UnknownIdError`, a `KeyError`, for a band that the set doesn't have.
    fn points_to_band<'py>(
        &self,
        py: Python<'py>,
        band: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let bands = &self.core.set().definition().bands;
        if bands.iter().all(|one| one.id != band) {
            let known = bands.iter().map(|one| &*one.id);
            return Err(unknown_id(py, Named::Band, band, known));
        }
        let points = self.core.points_to_band(band);
        points.map(|points| exact(py, &points)).transpose()
    }

    /// The fewest points, in the set's places, that reach a rank among others: standings, or a mapping of unit to total.
    ///
    ///     >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
    ///     >>> report = commune.score({"cb": 50, "cb-may": 47})
    ///     >>> report.points_to_rank(1, {"phuong-nong-trang": 3, "phuong-tan-dan": "2.5"})
    ///     Decimal('1.12')
    ///
    /// Raises `OptionError` for a rank that isn't a whole number from 1 on, `ValueTypeError` for what is no standing or no exact number.
    #[pyo3(signature = (target, others, *, parent=None))]
    fn points_to_rank<'py>(
        &self,
        py: Python<'py>,
        target: &Bound<'py, PyAny>,
        others: &Bound<'py, PyAny>,
        parent: Option<&str>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let target = place(target, "target")?;
        let others = crate::standing::standings(others, "others")?;
        let points: Option<Rational> =
            py.detach(|| self.core.points_to_rank(target, parent, &others));
        points.map(|points| exact(py, &points)).transpose()
    }

    /// Canonical JSON (RFC 8785): the same bytes wherever the report is made.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.core.to_json())
    }

    /// The same as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(loads(py, &self.core.to_json())?.cast_into()?)
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Made)> {
        let origin = &self.origin;
        let made = (
            origin.set.clone_ref(py),
            origin.submission.clone(),
            self.layer(),
            origin.cohort.as_ref().map(|cohort| cohort.clone_ref(py)),
        );
        Ok((python!(py, "cqdt._cqdt", "_report")?, made))
    }

    fn __hash__(&self) -> u64 {
        let (set, points) = (self.core.set().fingerprint(), &self.core.total().points);
        let (unit, layer) = (self.unit(), self.layer());
        hash(&format!("{set} {layer} {points} {unit:?}"))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.core == other.core
    }

    fn __repr__(&self) -> String {
        let total = self.core.total();
        let band = self.core.band().map_or("", |band| band.id.as_str());
        format!(
            "<Report unit={:?} layer={} points={} of {} band={band:?} complete={}>",
            self.core.unit().unwrap_or(""),
            self.layer(),
            total.points,
            total.applicable_max,
            self.core.is_complete()
        )
    }

    fn __str__(&self) -> String {
        self.core.explain(cqdt::Lang::Vi).to_string()
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python!(slf.py(), "cqdt._html", "report")?.call1((slf,))
    }
}

fn find<'py>(parts: &Bound<'py, PyAny>, id: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    for part in parts.try_iter()? {
        let part = part?;
        if part.getattr("id")?.eq(id)? {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

/// What `_report` takes.
type Made = (
    Py<CriteriaSet>,
    Submission,
    &'static str,
    Option<Py<Cohort>>,
);
