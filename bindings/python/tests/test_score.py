from __future__ import annotations

import json
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

import cqdt

if TYPE_CHECKING:
    from pathlib import Path


def test_points_are_exact_decimals(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    cohort = small.cohort([facts, {"kinh-phi": 50}])
    report = small.score(facts, cohort=cohort)
    points = {line.id: line.points for line in report.criteria}
    assert points == {
        "i.1": Decimal("1.88"),
        "i.2": Decimal(1),
        "i.3": Decimal("0.5"),
        "ii.1": Decimal("0.5"),
        "ii.2": Decimal("0.25"),
        "ii.3": Decimal("1.5"),
    }
    assert all(type(value) is Decimal for value in points.values())
    assert report.points == report.total.points == Decimal("5.63")
    assert report.share == report.total.share == Fraction(563, 1000)
    assert (report.band, report.band_title(), report.band_title("en")) == ("yeu", "Yếu", "Weak")
    assert report.complete
    assert not report.diagnostics
    assert [group.points for group in report.groups] == [Decimal("3.38"), Decimal("2.25")]
    assert report.group("ii").share == Fraction(9, 20)
    assert report.criterion("i.1").basis.document == "Quyết định mẫu"
    trace = report.criterion("i.1").trace
    assert trace is not None
    assert (trace["of"], trace["over"]) == ("47", "50")


def test_what_does_not_terminate_is_a_fraction(document: dict[str, Any]) -> None:
    document["policies"] = {"rounding": {"stage": "total", "places": 2, "mode": "half_up"}}
    unrounded = cqdt.CriteriaSet.from_dict(document)
    report = unrounded.score({"may": 1, "can-bo": 3})
    assert report.criterion("i.1").points == Fraction(2, 3)
    assert report.points == Decimal("0.67")


@pytest.mark.parametrize("layer", ["self", "verified"])
def test_to_dict_is_the_document(small: cqdt.CriteriaSet, facts: dict[str, object], layer: Any) -> None:
    report = small.score(facts, layer=layer)
    document = report.to_dict()
    assert document == json.loads(report.to_json())
    assert document["set"]["fingerprint"] == small.fingerprint
    assert document["layer"] == report.layer == layer
    assert document["total"]["points"] == str(report.points)
    assert report.to_json() == json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_missing_and_not_applicable(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    del facts["muc"]
    facts["trang"] = cqdt.NotApplicable("không có trang riêng")
    report = small.score(facts)
    statuses = {line.id: line.status for line in report.criteria}
    assert statuses["i.2"] == "not_applicable"
    assert statuses["ii.2"] == "missing"
    assert statuses["ii.1"] == "missing"
    assert not report.complete
    assert report.total.applicable_max == 9
    assert [one.code for one in report.diagnostics] == ["D0204"]
    assert small.score({**facts, "trang": {"not_applicable": "không có trang riêng"}}) == report


def test_diagnostics_speak_both_languages(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    facts |= {"may": 51, "mya": 3, "muc": "c"}
    report = small.score(facts, cohort=small.cohort([facts]))
    by_code = {one.code: one for one in report.diagnostics}
    assert by_code["D0102"].arguments["fact"] == "mya"
    assert by_code["D0102"].messages["vi"].startswith("bộ tiêu chí không có số liệu `mya`")
    assert by_code["D0101"].criteria == ("ii.2",)
    assert by_code["D0101"].arguments["value"] == "c"
    assert by_code["D0201"].severity == "error"
    assert "exceeds" in by_code["D0201"].messages["en"]


def test_explanation(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    report = small.score(facts)
    vi, en = report.explain(), report.explain("en")
    assert vi.line("i.1").formula == "47 ÷ 50 × 2 = 1,88"
    assert en.line("i.1").formula == "47 ÷ 50 × 2 = 1.88"
    assert vi.total.points == "5,13"
    assert "1,88" in str(vi)
    assert str(report) == str(vi)
    assert vi.to_dict()["groups"][0]["lines"][0]["id"] == "i.1"
    with pytest.raises(KeyError, match=r"ix\.1"):
        vi.line("ix.1")


def test_verification(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    submission = cqdt.Submission(facts, unit="xa-a", verified={"may": 40, "muc": "a"}, reasons={"may": "bảy máy hỏng"})
    assert submission.is_verified
    result = small.verify(submission)
    assert result.delta == Decimal("0.47")
    assert [(one.criterion, one.delta) for one in result.changes] == [
        ("i.1", Decimal("-0.28")),
        ("ii.2", Decimal("0.75")),
    ]
    assert result.changes[0].reasons == ("bảy máy hỏng",)
    assert (result.own.layer, result.verified.layer) == ("self", "verified")
    assert result.verified == small.score(submission, layer="verified")
    assert result.to_dict()["verified"] == result.verified.to_dict()


def test_cohort_merges(small: cqdt.CriteriaSet) -> None:
    rows = [{"kinh-phi": amount} for amount in (3, 20, 7)]
    whole = small.cohort(rows)
    parts = [small.cohort([row]) for row in rows]
    assert parts[0].merge(parts[1]) | parts[2] == whole
    assert parts[2] | parts[0] != whole
    assert small.score(rows[2], cohort=whole).criterion("ii.1").points == Decimal("0.7")
    assert cqdt.Cohort.from_json(whole.to_json()) == pickle.loads(pickle.dumps(whole)) == whole  # noqa: S301
    together = small.score_all(rows)
    assert [report.criterion("ii.1").points for report in together] == [Decimal("0.3"), 2, Decimal("0.7")]
    assert together == small.score_all(rows, cohort=whole)


def test_ranks(small: cqdt.CriteriaSet) -> None:
    reports = small.score_all([{"trang": True}, {"trang": False}, {"trang": True, "muc": "a"}, {"trang": True}])
    assert small.rank(reports) == [2, 4, 1, 2]
    standings = [small.standing(report) for report in reports]
    assert cqdt.rank(standings) == [2, 4, 1, 2]
    assert cqdt.rank(standings, ties="dense") == [2, 3, 1, 2]
    assert cqdt.rank({"a": "131.5", "b": Decimal("131.50"), "c": Fraction(263, 2), "d": 132, "e": None}) == [
        2,
        2,
        2,
        1,
        None,
    ]
    assert cqdt.rank([cqdt.Standing("a", 1, (2,)), cqdt.Standing("b", 1, (3,))]) == [2, 1]
    assert cqdt.rank([cqdt.Standing("a", 1, (), "x"), cqdt.Standing("b", 2, (), "y")]) == [1, 1]


def test_compare() -> None:
    rows = cqdt.compare({"a": "129.8", "b": "130.4", "c": 1}, {"b": "132.4", "a": "132.5", "d": 5})
    assert [(row.unit, row.rank_now, row.rank_before, row.ranks_won) for row in rows] == [
        ("a", 1, 2, 1),
        ("b", 2, 1, -1),
        ("d", 3, None, None),
        ("c", None, 3, None),
    ]
    assert rows[0].change == Decimal("2.7")


def test_units_that_cannot_be_told_apart_are_not_compared(small: cqdt.CriteriaSet) -> None:
    twice = [cqdt.Standing("a", 1), cqdt.Standing("a", 2)]
    for before, now in ((twice, {}), ({"a": 3}, twice)):
        with pytest.raises(cqdt.OptionError) as repeated:
            cqdt.compare(before, now)
        assert repeated.value.code == "P0118"
        assert "`a`" in repeated.value.messages["vi"]
    unnamed = [small.standing(report) for report in small.score_all([{"trang": True}, {"trang": False}])]
    with pytest.raises(cqdt.OptionError) as nameless:
        cqdt.compare(unnamed, unnamed)
    assert nameless.value.code == "P0118"
    # A rank needs no name.
    assert cqdt.rank(unnamed) == [1, 2]


def test_gap(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    report = small.score(facts, cohort=small.cohort([facts]))
    assert report.points == Decimal("7.13")
    left = report.points_left()
    assert [(line.criterion, line.left) for line in left][:2] == [("i.3", Decimal("1.5")), ("ii.2", Decimal("0.75"))]
    assert report.points_to_band("tot") == Decimal("0.87")
    assert report.points_to_band("yeu") is None
    assert report.points_to_rank(1, {"x": 8, "y": 7}) == Decimal("0.87")
    assert report.points_to_rank(2, {"x": 8, "y": 7}) == 0
    assert report.points_to_rank(1, [cqdt.Standing("x", Decimal(9))]) == Decimal("1.87")


def test_same_set_from_every_form(tmp_path: Path, document: dict[str, Any], small: cqdt.CriteriaSet) -> None:
    file = tmp_path / "bo.json"
    file.write_text(small.to_json(), encoding="utf-8")
    again = [cqdt.CriteriaSet.from_json(small.to_json()), cqdt.CriteriaSet.from_file(file)]
    again += [cqdt.CriteriaSet.from_file(str(file)), pickle.loads(pickle.dumps(small))]  # noqa: S301
    for one in again:
        assert one == small
        assert hash(one) == hash(small)
        assert one.fingerprint == small.fingerprint
    document["version"] = "1.0.1"
    assert cqdt.CriteriaSet.from_dict(document) != small
    assert small.to_dict() == json.loads(small.to_json())
    assert small.definition is small.definition
    assert (small.id, small.version, small.status, small.max) == ("thu/nho", "1.0.0", "reconstructed", Decimal(10))
    assert small.title("en") == "A <trial> & more"
    assert small.needs_cohort
    assert small.attainable_range("ii.3") == (Decimal(0), Decimal(2))


def test_builtin_sets() -> None:
    ids = cqdt.CriteriaSet.builtins()
    assert "phu-tho-1609-2018/so-ban-nganh" in ids
    for id_ in ids:
        one = cqdt.CriteriaSet.builtin(id_)
        assert one.id == id_
        assert one.score({}).to_dict()["set"]["fingerprint"] == one.fingerprint


def test_submissions_from_every_form(tmp_path: Path, facts: dict[str, object]) -> None:
    whole = cqdt.Submission(
        facts,
        unit="xa-a",
        set="thu/nho",
        received="2018-10-01T08:30",
        evidence={"i.1": [{"number": "12/BC", "date": "2018-09-20"}]},
    )
    assert (whole.unit, whole.set, whole.received) == ("xa-a", "thu/nho", "2018-10-01T08:30")
    assert whole.fact_ids() == sorted(facts)
    assert cqdt.Submission.from_json(whole.to_json()) == whole
    assert cqdt.Submission.from_dict(whole.to_dict()) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole  # noqa: S301
    file = tmp_path / "xa.json"
    file.write_text(whole.to_json(), encoding="utf-8")
    assert cqdt.Submission.from_file(file) == whole
    toml = tmp_path / "xa.toml"
    toml.write_text('unit = "xa-a"\n[facts]\nmay = 47\n', encoding="utf-8")
    assert cqdt.Submission.from_file(toml) == cqdt.Submission({"may": 47}, unit="xa-a")
    assert cqdt.Submission.from_toml(toml.read_text()).unit == "xa-a"


def test_tables(tmp_path: Path, small: cqdt.CriteriaSet) -> None:
    text = "unit;may;ty-le;dich-vu;trang\nxa-a;12;87,5;k1|k2;có\nxa-b;3;9,25;;n/a: không có\n"
    rows = cqdt.Submission.from_csv(text, numbers="comma")
    assert [row.unit for row in rows] == ["xa-a", "xa-b"]
    assert small.score(rows[0]).criterion("ii.3").points == 2
    assert small.score(rows[1]).criterion("i.2").status == "not_applicable"
    file = tmp_path / "bang.csv"
    file.write_text(text, encoding="utf-8")
    assert cqdt.Submission.from_csv_file(file, numbers="comma") == rows


def test_reprs(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    assert repr(small).startswith("<CriteriaSet thu/nho 1.0.0 (reconstructed, ")
    submission = cqdt.Submission(facts, unit="xa-a")
    assert repr(submission) == '<Submission unit="xa-a" facts=7>'
    report = small.score(submission)
    assert repr(report) == '<Report unit="xa-a" layer=self points=5.13 of 10 band="yeu" complete=false>'
    assert report.set == small
    assert report.is_reconstructed
    assert repr(small.cohort([])).startswith("Cohort(fingerprint=")
