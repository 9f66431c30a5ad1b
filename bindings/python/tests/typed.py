"""What type checkers must let pass and what they must refuse. It is checked, by mypy and by pyright, and never run.

An `ignore` that has nothing to ignore is an error to both, so each says that its line is wrong.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import cqdt
from cqdt import CriteriaSett  # type: ignore[attr-defined]  # noqa: F401

SET = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")


def names() -> object:
    points: cqdt.Exact = SET.score({}).points
    status: cqdt.Status = SET.score({}).criterion("i.1").status
    entry: cqdt.EntryStatus = "late"
    found = (points, status, entry, cqdt.plot, cqdt.excel, cqdt.spark)
    misspelt = cqdt.scoer_frame  # type: ignore[attr-defined]
    flat: Decimal = SET.score({}).points  # type: ignore[assignment]
    return found, misspelt, flat


def objects() -> object:
    report, submission = SET.score({}), cqdt.Submission({})
    by_report: dict[cqdt.Report, int] = {report: 1}
    seen = {submission, cqdt.Submission({})}
    one: cqdt.Report = cqdt.Report()  # type: ignore[call-arg]
    cqdt.CriteriaSet()  # type: ignore[call-arg]
    cqdt.Cohort()  # type: ignore[call-arg]
    cqdt.Round()  # type: ignore[call-arg]
    cqdt.RoundReport()  # type: ignore[call-arg]
    cqdt.ArrowTable()  # type: ignore[call-arg]
    return by_report, seen, one


def figures(totals: dict[str, int]) -> object:
    cqdt.rank(totals)
    cqdt.compare({"a": "1.5", "b": 1}, [cqdt.Standing("a", 2)])
    SET.score({}).points_to_rank(1, {"a": "1.5", "b": 1})
    cqdt.rank({"a": 1, "b": Decimal(2), "c": Fraction(1, 3), "d": "1.5", "e": None})
    cqdt.rank({"a": 1.5})  # type: ignore[dict-item]
    cqdt.rank({"a": object()})  # type: ignore[dict-item]
    cqdt.compare({1: 3}, {})  # type: ignore[dict-item]
    cqdt.rank([SET.score({})])  # type: ignore[list-item]
    return SET.rank(SET.score({}) for _ in range(2))


def moments() -> object:
    today = cqdt.Submission({}, received=datetime.date.today())
    now = cqdt.Submission({}, received=datetime.datetime.now())
    cqdt.Submission({}, received=3)  # type: ignore[arg-type]
    SET.verify({"cb": 1})  # type: ignore[arg-type]
    return today, now
