//! Criteria sets: read, score, cohort, verify, rank.

use cqdt::{CriteriaSet as Core, Layer};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyMapping};

use crate::cohort::Cohort;
use crate::convert::{self, JsonWriter, exact, loads, objects, refused};
use crate::error::{Found, Kind, Named, parsed, python, raise, unknown_id};
use crate::report::{Origin, Report};
use crate::standing::Standing;
use crate::submission::{File, Submission};

/// A criteria set (*bộ tiêu chí*), proved when it was read: frozen, hashable, shared by threads.
///
///     >>> import cqdt
///     >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
///     >>> report = commune.score({"cb": 50, "cb-may": 47})
///     >>> report.criterion("i.1").points
///     Decimal('1.88')
///     >>> report.explain("en").line("i.1").formula
///     '47 ÷ 50 × 2 = 1.88'
#[pyclass(frozen, module = "cqdt._cqdt")]
pub(crate) struct CriteriaSet {
    pub(crate) core: Core,
    definition: PyOnceLock<Py<PyDict>>,
}

impl From<Core> for CriteriaSet {
    fn from(core: Core) -> Self {
        let definition = PyOnceLock::new();
        Self { core, definition }
    }
}

fn read(py: Python<'_>, text: &str, toml: bool, found: Found<'_>) -> PyResult<CriteriaSet> {
    let parse = if toml {
        Core::parse_toml
    } else {
        Core::parse_json
    };
    parsed(py, Kind::CriteriaSet, found, || parse(text)).map(CriteriaSet::from)
}

#[pymethods]
impl CriteriaSet {
    /// Reads and proves a set in TOML.
    ///
    /// Raises `CriteriaSetError` with every fault, each with line and column.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, text, true, Found::InText(None))
    }

    /// Reads and proves a set in JSON.
    ///
    /// Raises `CriteriaSetError` with every fault, each with line and column.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, text, false, Found::InText(None))
    }

    /// Reads and proves a set given as a mapping: the tree of a set file, points as `int`, `Decimal` or text.
    ///
    /// Read TOML for it with `tomllib.loads(text, parse_float=Decimal)`. Raises `CriteriaSetError` with every fault, each with a
    /// JSON Pointer, and `ValueTypeError` for a float.
    #[staticmethod]
    fn from_dict(document: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let mut writer = JsonWriter::new(false);
        writer.value(document.as_any(), "")?;
        read(document.py(), &writer.text, false, Found::InValues(None))
    }

    /// Reads and proves a file: TOML where its name ends in `.toml`, else JSON.
    ///
    /// Raises `CriteriaSetError` with every fault and the file's name, and what Python raises for a file it can't open.
    #[staticmethod]
    fn from_file(path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let file = File::read(path, Kind::CriteriaSet)?;
        read(path.py(), &file.text, file.is_toml, file.found())
    }

    /// A set that comes with the package, by its id.
    ///
    ///     >>> cqdt.CriteriaSet.builtin("phu-tho-1609-2018/so-ban-nganh").max
    ///     Decimal('150')
    ///
    /// Raises `UnknownSetError` where there is none.
    #[staticmethod]
    fn builtin(py: Python<'_>, id: &str) -> PyResult<Self> {
        match cqdt_criteria::find(id) {
            Some(source) => read(py, source.text, true, Found::InText(Some(source.file))),
            None => Err(unknown_builtin(py, id, &Self::builtins())),
        }
    }

    /// Ids of the sets that come with the package.
    #[staticmethod]
    fn builtins() -> Vec<&'static str> {
        let sources = cqdt_criteria::all().iter();
        sources.map(|source| source.id).collect()
    }

    /// `folder/file`, as users call it.
    #[getter]
    fn id(&self) -> &str {
        self.core.id()
    }

    /// Semantic version.
    #[getter]
    fn version(&self) -> &str {
        &self.core.definition().version
    }

    /// `official` or `reconstructed`.
    #[getter]
    fn status(&self) -> &'static str {
        match self.core.definition().status {
            cqdt::criteria::BasisStatus::Official => "official",
            cqdt::criteria::BasisStatus::Reconstructed => "reconstructed",
        }
    }

    /// SHA-256 of the set's canonical JSON.
    #[getter]
    fn fingerprint(&self) -> &str {
        self.core.fingerprint()
    }

    /// The declared maximum.
    #[getter]
    fn max<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        exact(py, &self.core.definition().max)
    }

    /// Whether some rule needs the figures of all units at once.
    #[getter]
    fn needs_cohort(&self) -> bool {
        self.core.needs_cohort()
    }

    /// The set's title, in `"vi"` or `"en"`. Raises `OptionError` for another language.
    #[pyo3(signature = (lang="vi"))]
    fn title(&self, py: Python<'_>, lang: &str) -> PyResult<&str> {
        let lang = convert::lang(py, lang)?;
        Ok(self.core.definition().title.get(lang))
    }

    /// Everything that the set says, as plain data: the same dictionary at every call, not to be changed.
    #[getter]
    fn definition<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let definition = self.definition.get_or_try_init(py, || -> PyResult<_> {
            Ok(loads(py, &self.core.to_json())?.cast_into()?.unbind())
        })?;
        Ok(definition.bind(py).clone())
    }

    /// The least and most points that a criterion's rule can yield, before rounding, as proved when the set was read.
    ///
    /// Raises `UnknownIdError`, a `KeyError`, for a criterion that the set doesn't have.
    fn attainable_range<'py>(
        &self,
        py: Python<'py>,
        criterion: &str,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        match self.core.attainable_range(criterion) {
            Some((least, most)) => Ok((exact(py, &least)?, exact(py, &most)?)),
            None => Err(unknown_criterion(py, &self.core, criterion)),
        }
    }

    /// Canonical JSON, every default filled in.
    fn to_json(&self) -> String {
        self.core.to_json()
    }

    /// A fresh copy of `definition`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(loads(py, &self.core.to_json())?.cast_into()?)
    }

    /// Scores one layer of a submission, or of a mapping of facts to answers.
    ///
    /// An answer is `bool`, `int`, `Decimal`, `Fraction`, text, a list of ticked keys, `None` (missing) or `NotApplicable`. Any
    /// submission yields a report: answers that don't fit are diagnostics. Rules over the whole cohort are `missing` unless its
    /// statistics are given.
    ///
    ///     >>> small = {"cb": 50, "cb-may": 51}
    ///     >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
    ///     >>> [one.code for one in commune.score(small).diagnostics]
    ///     ['D0201']
    ///
    /// `layer` is `"self"` (*tự đánh giá*) or `"verified"` (*thẩm định*). Raises `ValueTypeError` for a float, unless `allow_float`:
    /// then its shortest spelling counts, and not-a-number is missing. Raises `CohortError` for statistics of another set.
    #[pyo3(signature = (submission, *, layer="self", cohort=None, allow_float=false))]
    fn score(
        slf: &Bound<'_, Self>,
        submission: &Bound<'_, PyAny>,
        layer: &str,
        cohort: Option<&Bound<'_, Cohort>>,
        allow_float: bool,
    ) -> PyResult<Report> {
        let py = slf.py();
        let layer = convert::layer(py, layer)?;
        Cohort::given(py, &slf.get().core, cohort)?;
        let submission = Submission::of(submission, allow_float, None)?;
        Ok(Report::scored(slf, submission, layer, cohort))
    }

    /// Scores many submissions, in their order; where the set needs a cohort and none is given, they are it.
    ///
    /// Other threads run meanwhile. For a data frame, `cqdt.score_frame` is many times faster.
    ///
    /// Raises what `score` raises; the message says which submission is at fault: `[2].cb` is an answer of the third.
    #[pyo3(signature = (submissions, *, layer="self", cohort=None, allow_float=false))]
    fn score_all<'py>(
        slf: &Bound<'py, Self>,
        submissions: &Bound<'py, PyAny>,
        layer: &str,
        cohort: Option<&Bound<'py, Cohort>>,
        allow_float: bool,
    ) -> PyResult<Vec<Report>> {
        let py = slf.py();
        let core = &slf.get().core;
        let layer = convert::layer(py, layer)?;
        Cohort::given(py, core, cohort)?;
        let submissions = Submission::all(submissions, allow_float)?;
        let cohort = match cohort {
            None if core.needs_cohort() => {
                let own = py.detach(|| core.cohort(submissions.iter().map(|one| &*one.0), layer));
                Some(Bound::new(py, Cohort::new(core, own))?)
            }
            given => given.cloned(),
        };
        let statistics = cohort.as_ref().map(|cohort| &cohort.get().inner);
        let reports: Vec<_> = py.detach(|| {
            let reports = submissions.iter();
            reports
                .map(|one| core.score_in(&one.0, layer, statistics))
                .collect()
        });
        let reports = reports.into_iter().zip(submissions);
        let reports = reports.map(|(report, submission)| {
            let origin = Origin {
                set: slf.clone().unbind(),
                submission,
                cohort: cohort.clone().map(Bound::unbind),
            };
            Report::new(report, origin)
        });
        Ok(reports.collect())
    }

    /// Statistics of the cohort that some submissions are, in one layer: what `score` needs for rules over the whole cohort.
    ///
    /// Raises what `score_all` raises.
    #[pyo3(signature = (submissions, *, layer="self", allow_float=false))]
    fn cohort(
        &self,
        submissions: &Bound<'_, PyAny>,
        layer: &str,
        allow_float: bool,
    ) -> PyResult<Cohort> {
        let py = submissions.py();
        let layer = convert::layer(py, layer)?;
        let submissions = Submission::all(submissions, allow_float)?;
        let cohort = py.detach(|| {
            self.core
                .cohort(submissions.iter().map(|one| &*one.0), layer)
        });
        Ok(Cohort::new(&self.core, cohort))
    }

    /// Scores both layers of a submission and says what verification (*thẩm định*) changed: criterion by criterion, with reasons.
    ///
    ///     >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
    ///     >>> told = cqdt.Submission({"cb": 50, "cb-may": 47}, verified={"cb-may": 45})
    ///     >>> [(one.criterion, one.delta) for one in commune.verify(told).changes]
    ///     [('i.1', Decimal('-0.08'))]
    ///
    /// Raises `CohortError` for statistics of another set, `ValueTypeError` for what is no `Submission`: a mapping holds one layer only.
    #[pyo3(signature = (submission, *, self_cohort=None, verified_cohort=None))]
    fn verify<'py>(
        slf: &Bound<'py, Self>,
        submission: &Bound<'py, PyAny>,
        self_cohort: Option<&Bound<'py, Cohort>>,
        verified_cohort: Option<&Bound<'py, Cohort>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let core = &slf.get().core;
        let own = Cohort::given(py, core, self_cohort)?;
        let verified = Cohort::given(py, core, verified_cohort)?;
        let Ok(submission) = submission.cast::<Submission>() else {
            let wanted = ("một `Submission`", "a `Submission`");
            return Err(refused(py, "submission", submission, wanted));
        };
        let submission = submission.get();
        let verification = py.detach(|| core.verify(&submission.0, own, verified));
        let delta = exact(py, &verification.delta())?;
        let changes = changes(py, &verification.changes)?;
        let report = |core, cohort: Option<&Bound<'py, Cohort>>| {
            let origin = Origin {
                set: slf.clone().unbind(),
                submission: submission.clone(),
                cohort: cohort.map(|cohort| cohort.clone().unbind()),
            };
            Report::new(core, origin)
        };
        let own = report(verification.own, self_cohort);
        let counted = report(verification.verified, verified_cohort);
        python!(py, "cqdt._values", "Verification")?.call1((own, counted, changes, delta))
    }

    /// What a unit is ranked by: total, share or a group's points, and tie-breakers, as the set says.
    ///
    /// `parent` is the unit above it, for sets that rank within parent units. Raises `OptionError` for a report of another set,
    /// `ValueTypeError` for what is no report.
    #[pyo3(signature = (report, *, parent=None))]
    fn standing<'py>(
        &self,
        report: &Bound<'py, PyAny>,
        parent: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = report.py();
        let Ok(report) = report.cast::<Report>() else {
            return Err(refused(
                py,
                "report",
                report,
                ("một `Report`", "a `Report`"),
            ));
        };
        let report = report.get();
        own_report(py, &self.core, report)?;
        Standing::to_python(py, &self.core.standing(&report.core, parent))
    }

    /// The rank of each report, in the order given; none where there is nothing to rank by.
    ///
    ///     >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
    ///     >>> commune.rank(commune.score_all([{"tslcd": False}, {"tslcd": True}, {"tslcd": True}]))
    ///     [3, 1, 1]
    ///
    /// `parents` names the unit above each. Raises `OptionError` for a report of another set and for `parents` of another length,
    /// `ValueTypeError` for what is no report.
    #[pyo3(signature = (reports, *, parents=None))]
    fn rank(
        &self,
        reports: &Bound<'_, PyAny>,
        parents: Option<Vec<Option<String>>>,
    ) -> PyResult<Vec<Option<usize>>> {
        let py = reports.py();
        let reports = objects::<Report>(reports, "reports", ("các `Report`", "`Report`s"))?;
        if let Some(parents) = &parents
            && parents.len() != reports.len()
        {
            let (found, wanted) = (parents.len(), reports.len());
            return Err(raise(
                py,
                Kind::Option,
                "P0106",
                &format!("`parents` có {found} mục, cần {wanted} như số báo cáo"),
                &format!("`parents` has {found} entries, expected {wanted}, one a report"),
            ));
        }
        let mut standings = Vec::with_capacity(reports.len());
        for (at, report) in reports.iter().enumerate() {
            let report = report.get();
            own_report(py, &self.core, report)?;
            let parent = parents.as_ref().and_then(|all| all.get(at)?.as_deref());
            standings.push(self.core.standing(&report.core, parent));
        }
        let ties = self.core.definition().ranking.ties;
        Ok(py.detach(|| cqdt::rank(&standings, ties)))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.core == other.core
    }

    fn __hash__(&self) -> u64 {
        let hex = self.core.fingerprint().get(..16).unwrap_or_default();
        u64::from_str_radix(hex, 16).unwrap_or_default()
    }

    fn __repr__(&self) -> String {
        let definition = self.core.definition();
        let short = self.core.fingerprint().get(..12).unwrap_or_default();
        format!(
            "<CriteriaSet {} {} ({}, {short}…)>",
            definition.id,
            definition.version,
            self.status()
        )
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python!(slf.py(), "cqdt._html", "criteria_set")?.call1((slf,))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let read = py.get_type::<Self>().getattr("from_json")?;
        Ok((read, (self.core.to_json(),)))
    }
}

fn own_report(py: Python<'_>, set: &Core, report: &Report) -> PyResult<()> {
    if report.core.set() == set {
        return Ok(());
    }
    let other = report.core.set().id();
    Err(raise(
        py,
        Kind::Option,
        "P0107",
        &format!("báo cáo này được chấm theo bộ tiêu chí khác (`{other}`)"),
        &format!("this report was scored with another criteria set (`{other}`)"),
    ))
}

fn unknown_builtin(py: Python<'_>, id: &str, known: &[&str]) -> PyErr {
    let list: Vec<String> = known.iter().map(|id| format!("`{id}`")).collect();
    let list = list.join(", ");
    raise(
        py,
        Kind::UnknownSet,
        "P0103",
        &format!("không có sẵn bộ tiêu chí `{id}`; hiện có {list}"),
        &format!("no criteria set `{id}` comes with the package; there are {list}"),
    )
}

pub(crate) fn unknown_criterion(py: Python<'_>, set: &Core, id: &str) -> PyErr {
    let known = set.criteria().map(|criterion| &*criterion.id);
    unknown_id(py, Named::Criterion, id, known)
}

/// What verification changed, as Python values.
pub(crate) fn changes<'py>(
    py: Python<'py>,
    changes: &[cqdt::Change],
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    let class = python!(py, "cqdt._values", "Change")?;
    for change in changes {
        list.append(class.call1((
            &change.criterion,
            exact(py, &change.own)?,
            exact(py, &change.verified)?,
            exact(py, &change.delta)?,
            change.reasons.clone(),
        ))?)?;
    }
    Ok(list)
}

/// The layer's own name.
pub(crate) fn layer_name(layer: Layer) -> &'static str {
    layer.name()
}
