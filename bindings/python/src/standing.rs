//! Ranking and comparing by bare figures.

use cqdt::{CompareError, Rational, Standing as Core};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};

use crate::convert::{exact, items, number, refused, ties};
use crate::error::{Kind, python, raise};

/// What a unit is ranked by, across the border.
pub(crate) struct Standing;

impl Standing {
    pub(crate) fn to_python<'py>(py: Python<'py>, core: &Core) -> PyResult<Bound<'py, PyAny>> {
        let value = core
            .value
            .as_ref()
            .map(|value| exact(py, value))
            .transpose()?;
        let tie_breakers: Vec<_> = core
            .tie_breakers
            .iter()
            .map(|points| exact(py, points))
            .collect::<PyResult<_>>()?;
        python!(py, "cqdt._values", "Standing")?.call1((
            &core.unit,
            value,
            pyo3::types::PyTuple::new(py, tie_breakers)?,
            &core.cohort,
        ))
    }
}

/// What takes part in a ranking, as messages name it.
const WANTED: (&str, &str) = (
    "các `Standing`, hoặc ánh xạ từ đơn vị đến tổng điểm",
    "`Standing`s, or a mapping of unit to total",
);

fn standing(value: &Bound<'_, PyAny>, at: &str) -> PyResult<Core> {
    let py = value.py();
    let class = python!(py, "cqdt._values", "Standing")?;
    if !value.is_instance(&class)? {
        return Err(refused(py, at, value, WANTED));
    }
    let text = |name: &str| -> PyResult<String> {
        let value = value.getattr(name)?;
        let text = value.extract();
        text.map_err(|_| refused(py, &format!("{at}.{name}"), &value, TEXT))
    };
    let mut core = Core::new(text("unit")?, Rational::ZERO);
    core.value = figure(&value.getattr("value")?, &format!("{at}.value"))?;
    let place = format!("{at}.tie_breakers");
    for points in items(&value.getattr("tie_breakers")?, &place, FIGURES)? {
        core.tie_breakers.push(number(&points?, &place)?);
    }
    core.cohort = text("cohort")?;
    Ok(core)
}

const TEXT: (&str, &str) = ("một đoạn chữ", "a text");
const FIGURES: (&str, &str) = ("một danh sách số", "a list of numbers");

/// What a unit is ranked by, if it has anything.
fn figure(value: &Bound<'_, PyAny>, at: &str) -> PyResult<Option<Rational>> {
    (!value.is_none()).then(|| number(value, at)).transpose()
}

/// Standings, or a mapping of unit to total.
pub(crate) fn standings(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<Vec<Core>> {
    let py = value.py();
    if let Ok(mapping) = value.cast::<PyMapping>() {
        let pairs = mapping.items()?;
        let standings = pairs.iter().map(|pair| {
            let (unit, total): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
            let name: String = unit
                .extract()
                .map_err(|_| refused(py, argument, &unit, TEXT))?;
            let mut standing = Core::new(name, Rational::ZERO);
            standing.value = figure(&total, &standing.unit)?;
            Ok(standing)
        });
        return standings.collect();
    }
    let standings = items(value, argument, WANTED)?.enumerate();
    let standings = standings.map(|(at, one)| standing(&one?, &format!("{argument}[{at}]")));
    standings.collect()
}

/// The rank of each standing among its cohort, in the order given; a mapping of unit to total will do.
///
///     >>> import cqdt
///     >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120})
///     [2, 1, 2, 4]
///     >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120}, ties="dense")
///     [2, 1, 2, 3]
///
/// Raises `ValueTypeError` for what is no standing or no exact number, such as a float; `OptionError` for an unknown word.
#[pyfunction]
#[pyo3(signature = (standings, *, ties="competition"))]
pub(crate) fn rank(standings: &Bound<'_, PyAny>, ties: &str) -> PyResult<Vec<Option<usize>>> {
    let py = standings.py();
    let ties = self::ties(py, ties)?;
    let standings = self::standings(standings, "standings")?;
    Ok(py.detach(|| cqdt::rank(&standings, ties)))
}

fn not_apart(py: Python<'_>, error: &CompareError) -> PyErr {
    let (vi, en) = match error {
        CompareError::Repeated { unit } => (
            format!("đơn vị `{unit}` có hai lần trong cùng một đợt"),
            format!("unit `{unit}` stands twice in one round"),
        ),
        CompareError::Unnamed { at } => (
            format!(
                "đơn vị ở vị trí {at} không có tên: hãy ghi `unit` trong bài nộp hoặc `Standing`"
            ),
            format!(
                "the unit at place {at} has no name: state `unit` in the submission or `Standing`"
            ),
        ),
        _ => (
            "không phân biệt được các đơn vị".to_owned(),
            error.to_string(),
        ),
    };
    raise(py, Kind::Option, "P0118", &vi, &en)
}

/// Compares two rounds, ordered by this round's rank; units only in the earlier one stand last.
///
///     >>> import cqdt
///     >>> first, *_ = cqdt.compare({"a": "135.0", "b": "134.1"}, {"a": "136.5", "b": "136.8"})
///     >>> first.unit, first.change, first.ranks_won
///     ('b', Decimal('2.7'), 1)
///
/// Raises `OptionError` for a unit without a name and for one that stands twice in a round, `ValueTypeError` for what is no standing
/// or no exact number.
#[pyfunction]
#[pyo3(signature = (before, now, *, ties="competition"))]
pub(crate) fn compare<'py>(
    before: &Bound<'py, PyAny>,
    now: &Bound<'py, PyAny>,
    ties: &str,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = before.py();
    let ties = self::ties(py, ties)?;
    let (before, now) = (standings(before, "before")?, standings(now, "now")?);
    let rows = py.detach(|| cqdt::compare(&before, &now, ties));
    let rows = rows.map_err(|error| not_apart(py, &error))?;
    let class = python!(py, "cqdt._values", "Comparison")?;
    let figure = |value: &Option<Rational>| value.as_ref().map(|v| exact(py, v)).transpose();
    let rows = rows.iter().map(|row| {
        let keywords = PyDict::new(py);
        keywords.set_item("unit", &row.unit)?;
        keywords.set_item("before", figure(&row.before)?)?;
        keywords.set_item("now", figure(&row.now)?)?;
        keywords.set_item("rank_before", row.rank_before)?;
        keywords.set_item("rank_now", row.rank_now)?;
        keywords.set_item("change", figure(&row.change)?)?;
        keywords.set_item("ranks_won", row.ranks_won)?;
        class.call((), Some(&keywords))
    });
    rows.collect()
}
