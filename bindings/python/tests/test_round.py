from __future__ import annotations

from typing import Any

import pytest

import cqdt

ROUND: dict[str, Any] = {
    "format": 1,
    "id": "dot-1",
    "title": {"vi": "Đợt <1>", "en": "Round <1>"},
    "period": {"from": "2017-09-01", "to": "2018-09-30"},
    "due": {"before": "2018-10-03"},
    "collector": {"vi": "Phòng VHTT", "en": "Culture"},
    "recipients": [],
    "document": {
        "number": "2395/UBND-VH",
        "date": "2018-09-25",
        "issuer": {"vi": "UBND", "en": "UBND"},
        "title": {"vi": "t", "en": "t"},
    },
    "basis": {"status": "reconstructed"},
    "units": [
        {"id": unit, "name": {"vi": f"Xã {unit}", "en": unit}, "set": "thu/nho"} for unit in ("a", "b", "c", "d")
    ],
}


@pytest.fixture
def outcome(small: cqdt.CriteriaSet) -> cqdt.RoundReport:
    def report(unit: str, received: str, **facts: object) -> cqdt.Submission:
        return cqdt.Submission(facts, unit=unit, set="thu/nho", received=received)

    late = cqdt.Submission(
        {"trang": True, "muc": "a"}, unit="b", set="thu/nho", received="2018-10-03", verified={"muc": "b"}
    )
    files = {
        "a1.json": report("a", "2018-09-28", trang=False),
        "a2.json": report("a", "2018-10-02", trang=True),
        "b.json": late,
        "c.json": report("c", "2018-10-01", muc="a"),
        "x.json": report("x", "2018-10-01"),
    }
    return cqdt.Round.from_dict(ROUND).assess([small], files)


def test_entries(outcome: cqdt.RoundReport) -> None:
    by_unit = {entry.unit: entry for entry in outcome.entries}
    assert {unit: entry.status for unit, entry in by_unit.items()} == {
        "a": "on_time",
        "b": "late",
        "c": "on_time",
        "d": "missing",
    }
    assert (by_unit["a"].source, by_unit["a"].superseded) == ("a2.json", ("a1.json",))
    assert by_unit["b"].verified
    assert str(by_unit["b"].delta) == "-0.75"
    assert by_unit["b"].changes[0].criterion == "ii.2"
    assert by_unit["d"].report is None
    assert {one.name for one in by_unit["b"].diagnostics} == {"late"}
    assert by_unit["a"].name["vi"] == "Xã a"
    assert outcome.ranking("thu/nho")[0].unit == "b"
    assert [entry.rank for entry in outcome.ranking("thu/nho")] == [1, 2, 2, None]
    assert {standing.unit for standing in outcome.standings("thu/nho")} == {"a", "b", "c"}
    assert [one.name for one in outcome.diagnostics] == ["unknown_unit"]
    assert outcome.is_reconstructed
    assert [one.id for one in outcome.sets] == ["thu/nho"]


def test_documents(outcome: cqdt.RoundReport) -> None:
    document = outcome.to_dict()
    assert [unit["unit"] for unit in document["units"]] == ["a", "b", "c", "d"]
    assert outcome.title("en") == "Round <1>"
    assert repr(outcome) == "<RoundReport dot-1 units=4>"
    entry = outcome.entries[1]
    plain = entry.to_dict()
    assert plain["delta"] == "-0.75"
    assert plain["report"]["unit"] == "b"


def test_sources(small: cqdt.CriteriaSet) -> None:
    round_ = cqdt.Round.from_dict(ROUND)
    one = cqdt.Submission({}, unit="a", set="thu/nho", received="2018-10-01")
    assert round_.assess([small], [one]).entries[0].source == "#1"
    assert round_.assess([small], [("tep.json", one)]).entries[0].source == "tep.json"
    assert round_.units[0]["id"] == "a"
    assert (round_.id, repr(round_)) == ("dot-1", "<Round dot-1 units=4>")
    assert round_.to_dict()["due"] == {"before": "2018-10-03"}


def test_builtin_rounds() -> None:
    for id_ in cqdt.Round.builtins():
        round_ = cqdt.Round.builtin(id_)
        sets = [cqdt.CriteriaSet.builtin(form) for form in {unit["set"] for unit in round_.units}]
        outcome = round_.assess(sets, [])
        assert {entry.status for entry in outcome.entries} == {"missing"}
    assert "viet-tri-2018" in cqdt.Round.builtins()
