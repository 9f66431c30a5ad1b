//! Rounds: roster × submissions → who counts, scores, ranks.

use cqdt::{Incoming, Layer, Round as Core, RoundReport as CoreReport};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};

use crate::convert::{JsonWriter, exact, loads};
use crate::error::{Kind, file_error, python, raise};
use crate::report::Report;
use crate::set::{CriteriaSet, changes};
use crate::standing::Standing;
use crate::submission::{File, Submission};

/// One campaign (*đợt đánh giá*): its period, due date, and who must report on which form.
///
///     >>> import cqdt
///     >>> cqdt.Round.builtin("viet-tri-2018").to_dict()["due"]
///     {'before': '2018-10-03'}
#[pyclass(frozen, module = "cqdt._cqdt")]
pub(crate) struct Round(Core);

fn read(py: Python<'_>, text: &str, toml: bool, path: Option<&str>) -> PyResult<Round> {
    let parse = if toml {
        Core::parse_toml
    } else {
        Core::parse_json
    };
    py.detach(|| parse(text))
        .map(Round)
        .map_err(|error| file_error(py, Kind::Round, &error, path))
}

#[pymethods]
impl Round {
    /// Reads a round in TOML.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, text, true, None)
    }

    /// Reads a round in JSON.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        read(py, text, false, None)
    }

    /// Reads a round given as a mapping.
    #[staticmethod]
    fn from_dict(document: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let mut writer = JsonWriter::new(false);
        writer.value(document.as_any(), "")?;
        read(document.py(), &writer.text, false, None)
    }

    /// Reads a file: JSON, or TOML where its name ends so.
    #[staticmethod]
    fn from_file(path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let file = File::read(path, Kind::Round)?;
        read(path.py(), &file.text, file.is_toml, Some(&file.name))
    }

    /// A round that comes with the package.
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
        read(py, source.text, true, Some(source.file))
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
    fn assess(
        &self,
        py: Python<'_>,
        sets: Vec<Bound<'_, CriteriaSet>>,
        submissions: &Bound<'_, PyAny>,
    ) -> PyResult<RoundReport> {
        let sets: Vec<_> = sets.iter().map(|set| set.get().core.clone()).collect();
        let mut incoming = Vec::new();
        let named = submissions.cast::<PyMapping>();
        let pairs = named.map(PyMappingMethods::items);
        let items = match pairs {
            Ok(items) => items?.into_any(),
            Err(_) => submissions.clone(),
        };
        for (at, item) in items.try_iter()?.enumerate() {
            let item = item?;
            let (source, submission) = if let Ok(one) = item.cast::<Submission>() {
                (format!("#{}", at + 1), one.get().clone())
            } else {
                let (source, one): (Bound<'_, PyString>, Bound<'_, Submission>) = item.extract()?;
                (source.to_string(), one.get().clone())
            };
            incoming.push(Incoming::new(source, (*submission.0).clone()));
        }
        let core = py.detach(|| self.0.assess(&sets, incoming, |_, _| {}));
        Ok(RoundReport(core))
    }

    fn __repr__(&self) -> String {
        format!("<Round {} units={}>", self.0.id, self.0.units.len())
    }
}

/// What came of a round: an entry a unit, ranks, findings. A notebook shows it as a table. Frozen.
#[pyclass(frozen, module = "cqdt._cqdt")]
pub(crate) struct RoundReport(CoreReport);

#[pymethods]
impl RoundReport {
    /// Units in the roster's order.
    #[getter]
    fn entries<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.entries().iter().map(|one| entry(py, one)).collect()
    }

    /// Ids of the criteria sets that units are on.
    #[getter]
    fn sets(&self) -> Vec<CriteriaSet> {
        self.0.sets().map(|set| set.clone().into()).collect()
    }

    /// Units of one form by rank.
    fn ranking<'py>(&self, py: Python<'py>, set: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let ranking = self.0.ranking(set);
        ranking.into_iter().map(|one| entry(py, one)).collect()
    }

    /// What the ranked units of one form are ranked by.
    fn standings<'py>(&self, py: Python<'py>, set: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let standings = self.0.standings(set);
        standings
            .iter()
            .map(|one| Standing::to_python(py, one))
            .collect()
    }

    /// Findings that belong to no unit on the roster.
    #[getter]
    fn diagnostics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        diagnostics(py, self.0.diagnostics())
    }

    /// Whether anything in it is reconstructed rather than official.
    #[getter]
    fn is_reconstructed(&self) -> bool {
        self.0.is_reconstructed()
    }

    /// Canonical JSON.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_json())
    }

    /// The same as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(loads(py, &self.0.to_json())?.cast_into()?)
    }

    /// The round that was assessed, its titles in one language.
    #[pyo3(signature = (lang="vi"))]
    fn title(&self, py: Python<'_>, lang: &str) -> PyResult<&str> {
        let lang = crate::convert::lang(py, lang)?;
        Ok(self.0.round().title.get(lang))
    }

    fn __repr__(&self) -> String {
        let round = self.0.round();
        format!("<RoundReport {} units={}>", round.id, round.units.len())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python!(slf.py(), "cqdt._html", "round_report")?.call1((slf,))
    }
}

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

fn entry<'py>(py: Python<'py>, entry: &cqdt::Entry) -> PyResult<Bound<'py, PyAny>> {
    let verification = entry.verification.as_ref();
    let report = |layer| entry.report(layer).cloned().map(Report::from);
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
    keywords.set_item("self_report", report(Layer::SelfAssessed))?;
    keywords.set_item("report", report(Layer::Verified))?;
    keywords.set_item("diagnostics", diagnostics(py, &entry.diagnostics)?)?;
    python!(py, "cqdt._values", "Entry")?.call((), Some(&keywords))
}
