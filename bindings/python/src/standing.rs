//! Ranking and comparing by bare figures.

use cqdt::{Rational, Standing as Core};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};

use crate::convert::{exact, number, ties};
use crate::error::python;

/// A standing, or a pair of unit and figure.
pub(crate) struct Standing(pub(crate) Core);

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

impl<'py> FromPyObject<'_, 'py> for Standing {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        let unit: String = value.getattr("unit")?.extract()?;
        let figure = value.getattr("value")?;
        let mut core = Core::new(unit, Rational::ZERO);
        core.value = if figure.is_none() {
            None
        } else {
            Some(number(&figure, "value")?)
        };
        for points in value.getattr("tie_breakers")?.try_iter()? {
            core.tie_breakers.push(number(&points?, "tie_breakers")?);
        }
        core.cohort = value.getattr("cohort")?.extract()?;
        let _ = py;
        Ok(Self(core))
    }
}

/// Standings, or a mapping of unit to total.
pub(crate) fn standings(value: &Bound<'_, PyAny>) -> PyResult<Vec<Core>> {
    if let Ok(mapping) = value.cast::<PyMapping>() {
        let mut standings = Vec::new();
        for pair in mapping.items()? {
            let (unit, total): (String, Bound<'_, PyAny>) = pair.extract()?;
            let mut standing = Core::new(unit, Rational::ZERO);
            standing.value = if total.is_none() {
                None
            } else {
                Some(number(&total, &standing.unit)?)
            };
            standings.push(standing);
        }
        return Ok(standings);
    }
    let standings = value
        .try_iter()?
        .map(|one| Ok(one?.extract::<Standing>()?.0));
    standings.collect()
}

/// The rank of each standing among its cohort, in the order given; a mapping of unit to total will do.
///
///     >>> import cqdt
///     >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120})
///     [2, 1, 2, 4]
///     >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120}, ties="dense")
///     [2, 1, 2, 3]
#[pyfunction]
#[pyo3(signature = (standings, *, ties="competition"))]
pub(crate) fn rank(standings: &Bound<'_, PyAny>, ties: &str) -> PyResult<Vec<Option<usize>>> {
    let py = standings.py();
    let ties = self::ties(py, ties)?;
    let standings = self::standings(standings)?;
    Ok(py.detach(|| cqdt::rank(&standings, ties)))
}

/// Compares two rounds, ordered by this round's rank; units only in the earlier one stand last.
///
///     >>> import cqdt
///     >>> first, *_ = cqdt.compare({"a": "135.0", "b": "134.1"}, {"a": "136.5", "b": "136.8"})
///     >>> first.unit, first.change, first.ranks_won
///     ('b', Decimal('2.7'), 1)
#[pyfunction]
#[pyo3(signature = (before, now, *, ties="competition"))]
pub(crate) fn compare<'py>(
    before: &Bound<'py, PyAny>,
    now: &Bound<'py, PyAny>,
    ties: &str,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = before.py();
    let ties = self::ties(py, ties)?;
    let (before, now) = (standings(before)?, standings(now)?);
    let rows = py.detach(|| cqdt::compare(&before, &now, ties));
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
