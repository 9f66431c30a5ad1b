//! Rounds: roster × submissions → who counts, scores, ranks.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use cqdt::{Incoming, Layer, Round as Core, RoundReport as CoreReport};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMapping};

use crate::cohort::Cohort;
use crate::convert::{JsonWriter, exact, hash, items, loads, objects, refused};
use crate::error::{Found, Kind, Named, parsed, python, raise, unknown_id};
use crate::report::{Origin, Report};
use crate::set::{CriteriaSet, changes};
use crate::standing::Standing;
use crate::submission::{File, Submission};

/// One campaign (*đợt đánh giá*): its period, due date, and who must report on which form. Frozen, hashable.
///
///     >>> import cqdt
///     >>> cqdt.Round.builtin("viet-tri-2018").to_dict()["due"]
///     {'before': '2018-10-03'}
#[pyclass(frozen, module = "cqdt._cqdt")]
pub(crate) struct Round(Core);

fn read(py: Python<'_>, text: &str, toml: bool, found: Found<'_>) -> PyResult<Round> {
    let parse = if toml {
        Core::parse_toml
    } else {
        Core::parse_json
    };
    parsed(py, Kind::Round, found, || parse(text)).map(Round)
}

#[pymethods]
impl Round {
    /// Reads a round in TOML.
    ///
    /// Raises `RoundError` with every fault, each with line and column.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, text, true, Found::InText(None))
    }

    /// Reads a round in JSON.
    ///
    /// Raises `RoundError` with every fault, each with line and column.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, text, false, Found::InText(None))
    }

    /// Reads a round given as a mapping.
    ///
    /// Raises `RoundError` with every fault, each with a JSON Pointer, and `ValueTypeError` for a float.
    #[staticmethod]
    fn from_dict(document: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let mut writer = JsonWriter::new(false);
        writer.value(document.as_any(), "")?;
        read(document.py(), &writer.text, false, Found::InValues(None))
    }

    /// Reads a file: JSON, or TOML where its name ends so.
    ///
    /// Raises `RoundError` with every fault and the file's name, and what Python raises for a file it can't open.
    #[staticmethod]
    fn from_file(path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let file = File::read(path, Kind::Round)?;
        read(path.py(), &file.text, file.is_toml, file.found())
    }

    /// A round that comes with the package, by its id. Raises `UnknownSetError` where there is none.
    #[staticmethod]
    fn builtin(py: Python<'_>, id: &str) -> PyResult<Self> {
        let Some(source) = cqdt_criteria::find_round(id) else {
            let known: Vec<String> = Self::builtins()
                .iter()
                .map(|id| format!("`{id}`"))
                .collect();
            let known = known.join(", ");
            return Err(raise(
                py,
                Kind::UnknownSet,
                "P0103",
                &format!("không có sẵn đợt đánh giá `{id}`; hiện có {known}"),
                &format!("no round `{id}` comes with the package; there are {known}"),
            ));
        };
        read(py, source.text, true, Found::InText(Some(source.file)))
    }

    /// Ids of the rounds that come with the package.
    #[staticmethod]
    fn builtins() -> Vec<&'static str> {
        let sources = cqdt_criteria::rounds().iter();
        sources.map(|source| source.id).collect()
    }

    /// Its id.
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// Units on the roster, as plain data.
    #[getter]
    fn units<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(
            py,
            &serde_json::to_string(&self.0.units).unwrap_or_default(),
        )
    }

    /// The round as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let json = serde_json::to_string(&self.0).unwrap_or_default();
        Ok(loads(py, &json)?.cast_into()?)
    }

    /// Assesses the round: who reported in time and on the right form, scores in both layers, ranks.
    ///
    /// `submissions` are submissions, pairs of source and submission, or a mapping of source (a file's name) to submission. Of
    /// several of one unit the latest counts.
    ///
    ///     >>> round = cqdt.Round.builtin("viet-tri-2018")
    ///     >>> sets = [cqdt.CriteriaSet.builtin(id) for id in {unit["set"] for unit in round.units}]
    ///     >>> {entry.status for entry in round.assess(sets, []).entries}
    ///     {'missing'}
    ///
    /// Raises `ValueTypeError` for what is no `CriteriaSet` or no `Submission`. What is amiss with a submission is a finding of the
    /// report, no exception.
    fn assess(
        slf: &Bound<'_, Self>,
        sets: &Bound<'_, PyAny>,
        submissions: &Bound<'_, PyAny>,
    ) -> PyResult<RoundReport> {
        let sets = objects(sets, "sets", ("các `CriteriaSet`", "`CriteriaSet`s"))?;
        let incoming = incoming(submissions)?;
        Ok(RoundReport::assess(&slf.get().0, &sets, incoming, slf.py()))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash(&self.json())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.json(),)))
    }

    fn __repr__(&self) -> String {
        format!("<Round {} units={}>", self.0.id, self.0.units.len())
    }
}

impl Round {
    fn json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

/// What came in: where it stands, and what it says.
type Source = (String, Submission);

fn incoming(submissions: &Bound<'_, PyAny>) -> PyResult<Vec<Source>> {
    const WANTED: (&str, &str) = (
        "các `Submission`, hoặc cặp hay ánh xạ từ nguồn đến `Submission`",
        "`Submission`s, or pairs or a mapping of source to `Submission`",
    );
    let py = submissions.py();
    let pairs = submissions.cast::<PyMapping>();
    let listed = match pairs.map(PyMappingMethods::items) {
        Ok(pairs) => pairs?.into_any(),
        Err(_) => submissions.clone(),
    };
    let mut incoming = Vec::new();
    for (at, item) in items(&listed, "submissions", WANTED)?.enumerate() {
        let item = item?;
        if let Ok(one) = item.cast::<Submission>() {
            incoming.push((format!("#{}", at + 1), one.get().clone()));
        } else if let Ok((source, one)) = item.extract::<(String, Bound<'_, Submission>)>() {
            incoming.push((source, one.get().clone()));
        } else {
            let place = format!("submissions[{at}]");
            return Err(refused(py, &place, &item, WANTED));
        }
    }
    Ok(incoming)
}

/// What a pickled round report is made of anew.
#[pyfunction]
pub(crate) fn _round_report(
    round: &Bound<'_, Round>,
    sets: &Bound<'_, PyAny>,
    submissions: &Bound<'_, PyAny>,
) -> PyResult<RoundReport> {
    Round::assess(round, sets, submissions)
}

/// What came of a round: an entry a unit, ranks, findings. A notebook shows it as a table. Frozen, hashable.
///
/// Pickled, it is what it was made of; loading assesses that anew.
#[pyclass(frozen, module = "cqdt._cqdt")]
pub(crate) struct RoundReport {
    core: CoreReport,
    sets: Vec<Py<CriteriaSet>>,
    incoming: Vec<Source>,
    cohorts: PyOnceLock<HashMap<String, Cohorts>>,
}

/// Statistics of the units of one form, in both layers.
type Cohorts = [Py<Cohort>; 2];

impl RoundReport {
    fn assess(
        round: &Core,
        sets: &[Bound<'_, CriteriaSet>],
        incoming: Vec<Source>,
        py: Python<'_>,
    ) -> Self {
        let cores: Vec<_> = sets.iter().map(|set| set.get().core.clone()).collect();
        let core = py.detach(|| {
            let incoming = incoming.iter();
            let incoming = incoming
                .map(|(source, one)| Incoming::new(source.clone(), (*one.0).clone()))
                .collect();
            round.assess(&cores, incoming, |_, _| {})
        });
        Self {
            core,
            sets: sets.iter().map(|set| set.clone().unbind()).collect(),
            incoming,
            cohorts: PyOnceLock::new(),
        }
    }

    /// Statistics by form, for the forms that need them: what units of the form were scored with.
    fn cohorts(&self, py: Python<'_>) -> PyResult<&HashMap<String, Cohorts>> {
        self.cohorts.get_or_try_init(py, || {
            let needing = self.core.sets().filter(|set| set.needs_cohort());
            let cohorts = needing.map(|set| {
                let of = |layer| {
                    let entries = self.core.entries().iter();
                    let members = entries.filter(|entry| entry.unit.set == set.id());
                    let submissions = members.filter_map(|entry| entry.submission.as_ref());
                    Py::new(py, Cohort::new(set, set.cohort(submissions, layer)))
                };
                let cohorts = [of(Layer::SelfAssessed)?, of(Layer::Verified)?];
                Ok((set.id().to_owned(), cohorts))
            });
            cohorts.collect()
        })
    }

    /// One layer's report of a unit.
    fn report(
        &self,
        py: Python<'_>,
        entry: &cqdt::Entry,
        submission: Option<&Submission>,
        layer: Layer,
    ) -> PyResult<Option<Report>> {
        let Some((core, submission)) = entry.report(layer).zip(submission) else {
            return Ok(None);
        };
        let set = self.sets.iter().find(|set| set.get().core == *core.set());
        let Some(set) = set.map(|set| set.clone_ref(py)) else {
            return Ok(None);
        };
        let cohorts = self.cohorts(py)?.get(core.set().id());
        let cohort = cohorts.map(|[own, verified]| match layer {
            Layer::SelfAssessed => own.clone_ref(py),
            Layer::Verified => verified.clone_ref(py),
        });
        let origin = Origin {
            set,
            submission: submission.clone(),
            cohort,
        };
        Ok(Some(Report::new(core.clone(), origin)))
    }

    /// That some unit is on a form.
    fn known_form(&self, py: Python<'_>, set: &str) -> PyResult<()> {
        let forms = || self.core.round().units.iter().map(|unit| &*unit.set);
        if forms().any(|form| form == set) {
            return Ok(());
        }
        let forms: BTreeSet<&str> = forms().collect();
        Err(unknown_id(py, Named::Form, set, forms))
    }
}

#[pymethods]
impl RoundReport {
    /// Units in the roster's order.
    #[getter]
    fn entries<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let entries = self.core.entries().iter();
        entries.map(|one| self.entry(py, one)).collect()
    }

    /// The criteria sets that were given and that units are on.
    #[getter]
    fn sets(&self, py: Python<'_>) -> Vec<Py<CriteriaSet>> {
        let used: Vec<_> = self.core.sets().collect();
        let sets = self.sets.iter();
        let used = sets.filter(|set| used.contains(&&set.get().core));
        used.map(|set| set.clone_ref(py)).collect()
    }

    /// Units of one form by rank. Raises `UnknownIdError`, a `KeyError`, for a form that no unit is on.
    fn ranking<'py>(&self, py: Python<'py>, set: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.known_form(py, set)?;
        let ranking = self.core.ranking(set).into_iter();
        ranking.map(|one| self.entry(py, one)).collect()
    }

    /// What the ranked units of one form are ranked by. Raises `UnknownIdError`, a `KeyError`, for a form that no unit is on.
    fn standings<'py>(&self, py: Python<'py>, set: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.known_form(py, set)?;
        let standings = self.core.standings(set);
        standings
            .iter()
            .map(|one| Standing::to_python(py, one))
            .collect()
    }

    /// Findings that belong to no unit on the roster.
    #[getter]
    fn diagnostics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        diagnostics(py, self.core.diagnostics())
    }

    /// Whether anything in it is reconstructed rather than official.
    #[getter]
    fn is_reconstructed(&self) -> bool {
        self.core.is_reconstructed()
    }

    /// Canonical JSON.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.core.to_json())
    }

    /// The same as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(loads(py, &self.core.to_json())?.cast_into()?)
    }

    /// The title of the round that was assessed, in `"vi"` or `"en"`. Raises `OptionError` for another language.
    #[pyo3(signature = (lang="vi"))]
    fn title(&self, py: Python<'_>, lang: &str) -> PyResult<&str> {
        let lang = crate::convert::lang(py, lang)?;
        Ok(self.core.round().title.get(lang))
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
        let totals = self.core.entries().iter().map(|entry| {
            let total = entry.total().map(ToString::to_string);
            (entry.rank, total)
        });
        let totals: Vec<_> = totals.collect();
        hash(&format!("{} {totals:?}", self.core.round().id))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Made)> {
        let sets = self.sets.iter().map(|set| set.clone_ref(py)).collect();
        let made = (
            Round(self.core.round().clone()),
            sets,
            self.incoming.clone(),
        );
        Ok((python!(py, "cqdt._cqdt", "_round_report")?, made))
    }

    fn __repr__(&self) -> String {
        let round = self.core.round();
        format!("<RoundReport {} units={}>", round.id, round.units.len())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python!(slf.py(), "cqdt._html", "round_report")?.call1((slf,))
    }
}

/// What `_round_report` takes.
type Made = (Round, Vec<Py<CriteriaSet>>, Vec<Source>);

fn diagnostics<'py>(
    py: Python<'py>,
    diagnostics: &[cqdt::Diagnostic],
) -> PyResult<Bound<'py, PyAny>> {
    let said: Vec<_> = diagnostics
        .iter()
        .map(|one| {
            (
                one.kind.message(cqdt::Lang::Vi),
                one.kind.message(cqdt::Lang::En),
            )
        })
        .collect();
    let json = serde_json::to_string(diagnostics).unwrap_or_default();
    python!(py, "cqdt._values", "diagnostics")?.call1((loads(py, &json)?, said))
}

impl RoundReport {
    fn entry<'py>(&self, py: Python<'py>, entry: &cqdt::Entry) -> PyResult<Bound<'py, PyAny>> {
        let verification = entry.verification.as_ref();
        let submission = entry.submission.clone();
        let submission = submission.map(|one| Submission(Arc::new(one)));
        let report = |layer| self.report(py, entry, submission.as_ref(), layer);
        let delta = verification
            .map(|one| exact(py, &one.delta()))
            .transpose()?;
        let changed = verification.map_or(&[][..], |one| &one.changes);
        let status = serde_json::to_value(entry.status).unwrap_or_default();
        let name = PyDict::new(py);
        name.set_item("vi", &entry.unit.name.vi)?;
        name.set_item("en", &entry.unit.name.en)?;
        let keywords = PyDict::new(py);
        keywords.set_item("unit", &entry.unit.id)?;
        keywords.set_item("name", name)?;
        keywords.set_item("set", &entry.unit.set)?;
        keywords.set_item("parent", &entry.unit.parent)?;
        keywords.set_item("status", status.as_str())?;
        keywords.set_item("received", entry.received.map(|moment| moment.to_string()))?;
        keywords.set_item("source", &entry.source)?;
        keywords.set_item("superseded", &entry.superseded)?;
        keywords.set_item("rank", entry.rank)?;
        keywords.set_item("rank_self", entry.rank_own)?;
        keywords.set_item("ranked", entry.unit.ranked)?;
        keywords.set_item("verified", entry.is_verified)?;
        keywords.set_item("delta", delta)?;
        keywords.set_item("changes", changes(py, changed)?)?;
        keywords.set_item("self_report", report(Layer::SelfAssessed)?)?;
        keywords.set_item("report", report(Layer::Verified)?)?;
        keywords.set_item("diagnostics", diagnostics(py, &entry.diagnostics)?)?;
        python!(py, "cqdt._values", "Entry")?.call((), Some(&keywords))
    }
}
