"""Objects as values: equal, hashable, copied, pickled, sent to other processes."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

import cqdt
from test_round import ROUND


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301


def told(unit: str = "a", **more: Any) -> cqdt.Submission:
    facts = {"may": 47, "can-bo": 50, "kinh-phi": "12.5", "trang": True, "muc": "c"}
    return cqdt.Submission(facts, unit=unit, set="thu/nho", received="2018-10-01T08:30", **more)


@pytest.fixture
def outcome(small: cqdt.CriteriaSet) -> cqdt.RoundReport:
    checked = told("b", verified={"may": 40, "kinh-phi": 900}, reasons={"may": "hỏng"})
    return cqdt.Round.from_dict(ROUND).assess([small], {"a.json": told(), "b.json": checked, "x.json": told("x")})


@pytest.fixture
def objects(small: cqdt.CriteriaSet, outcome: cqdt.RoundReport) -> dict[str, Any]:
    """One of every kind."""
    checked = told(verified={"may": 40})
    rows: list[dict[str, object]] = [{"kinh-phi": 3}, {"kinh-phi": 20, "trang": True}]
    return {
        "set": small,
        "cohort": small.cohort(rows),
        "submission": checked,
        "report": small.score(checked, layer="verified", cohort=small.cohort(rows)),
        "report without statistics": small.score({"kinh-phi": 3, "la": 1}),
        "reports": tuple(small.score_all(rows)),
        "verification": small.verify(checked, self_cohort=small.cohort(rows)),
        "round": cqdt.Round.from_dict(ROUND),
        "built-in round": cqdt.Round.builtin("viet-tri-2018"),
        "round report": outcome,
        "entry": outcome.entries[1],
        "explanation": small.score(checked).explain(),
    }


NAMES = [
    "set",
    "cohort",
    "submission",
    "report",
    "report without statistics",
    "reports",
    "verification",
    "round",
    "built-in round",
    "round report",
    "entry",
    "explanation",
]


@pytest.mark.parametrize("name", NAMES)
def test_copies_are_equal(objects: dict[str, Any], name: str) -> None:
    one = objects[name]
    for other in (again(one), copy.copy(one), copy.deepcopy(one)):
        assert other == one
        assert (other != one) is False
        assert hash(other) == hash(one)
        assert len({one, other}) == 1
        assert repr(other) == repr(one)
        if hasattr(one, "to_json"):
            assert other.to_json() == one.to_json()
    assert one != object()


def test_frozen_objects_are_their_own_copies(objects: dict[str, Any]) -> None:
    for name in ("set", "cohort", "submission", "report", "round", "round report"):
        assert copy.copy(objects[name]) is objects[name]
        assert copy.deepcopy([objects[name]])[0] is objects[name]


def test_what_differs_is_not_equal(small: cqdt.CriteriaSet, outcome: cqdt.RoundReport) -> None:
    assert small.score(told()) != small.score(told("b"))
    assert small.score(told()) != small.score(told(), layer="verified")
    assert cqdt.Round.from_dict(ROUND) != cqdt.Round.from_dict({**ROUND, "id": "dot-2"})
    assert cqdt.Round.from_dict(ROUND).assess([small], []) != outcome
    assert small.cohort([{"kinh-phi": 1}]) != small.cohort([{"kinh-phi": 2}])


def test_a_report_knows_its_very_set(small: cqdt.CriteriaSet, outcome: cqdt.RoundReport) -> None:
    assert small.score({}).set is small
    assert small.score_all([{}])[0].set is small
    report = outcome.entries[0].report
    assert report is not None
    assert report.set is small
    assert outcome.sets[0] is small


def test_reports_of_one_set_are_pickled_with_it_once(small: cqdt.CriteriaSet) -> None:
    reports = small.score_all([{"may": at, "can-bo": 50} for at in range(50)])
    loaded = again(reports)
    assert loaded == reports
    assert len({id(report.set) for report in loaded}) == 1
    assert len(pickle.dumps(reports)) < 2 * len(small.to_json()) + 50 * 200


def test_a_round_that_lacks_a_form(small: cqdt.CriteriaSet) -> None:
    bare = cqdt.Round.from_dict(ROUND).assess([], [told()])
    assert again(bare) == bare
    assert bare.sets == []
    assert [entry.report for entry in bare.ranking("thu/nho")] == [None] * 4
    assert bare != cqdt.Round.from_dict(ROUND).assess([small], [told()])


def test_a_round_with_rollups() -> None:
    round_ = cqdt.Round.builtin("viet-tri-2018")
    sets = [cqdt.CriteriaSet.builtin(form) for form in sorted({unit["set"] for unit in round_.units})]
    told = [cqdt.Submission({"cb": 20, "cb-may": at}, unit=one["id"]) for at, one in enumerate(round_.units[:15])]
    outcome = round_.assess(sets, told)
    loaded = again(outcome)
    assert loaded == outcome
    assert [again(entry) for entry in outcome.entries] == outcome.entries == loaded.entries


def test_other_processes_give_reports_back(small: cqdt.CriteriaSet) -> None:
    rows: list[dict[str, object]] = [{"may": at, "can-bo": 50} for at in range(8)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(small.score, rows)) == [small.score(row) for row in rows]


@pytest.mark.parametrize(
    "kind", [cqdt.ArrowTable, cqdt.Cohort, cqdt.CriteriaSet, cqdt.Report, cqdt.Round, cqdt.RoundReport]
)
def test_what_is_not_made_by_calling_its_class(kind: Any) -> None:
    with pytest.raises(TypeError):
        kind()
