from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import cqdt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def check(error: cqdt.CqdtError, code: str) -> None:
    """Whatever is raised has a code and says the same in both languages."""
    assert error.code == code
    assert set(error.messages) == {"vi", "en"}
    assert error.messages["vi"] != error.messages["en"]
    vi, en = error.message("vi"), error.message("en")
    assert code in vi
    assert code in en
    assert str(error) == f"{vi}\n{en}"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is type(error)
    assert (again.code, again.messages, again.faults, again.path) == (
        error.code,
        error.messages,
        error.faults,
        error.path,
    )


def test_a_set_reports_every_fault(document: dict[str, Any]) -> None:
    document["groups"][0]["max"] = 6
    document["groups"][0]["criteria"][0]["rule"]["of"] = "mya"
    with pytest.raises(cqdt.CriteriaSetError) as raised:
        cqdt.CriteriaSet.from_dict(document)
    error = raised.value
    check(error, error.faults[0].code)
    assert isinstance(error, ValueError)
    codes = {fault.code for fault in error.faults}
    assert {"E0202", "E0301"} <= codes
    unknown = next(fault for fault in error.faults if fault.code == "E0202")
    assert unknown.name == "unknown_id"
    assert unknown.pointer == "/groups/0/criteria/0/rule/of"
    assert "`mya`" in unknown.messages["vi"]
    assert unknown.message("en").startswith(f"{unknown.line}:{unknown.column} E0202 ")


def test_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bo.toml"
    file.write_text("format = 2\n", encoding="utf-8")
    with pytest.raises(cqdt.CriteriaSetError) as raised:
        cqdt.CriteriaSet.from_file(file)
    assert raised.value.path == str(file)
    assert f"{file}:1:10 E0006" in str(raised.value)
    check(raised.value, raised.value.faults[0].code)


@pytest.mark.parametrize(
    ("read", "kind"),
    [
        (cqdt.CriteriaSet.from_file, cqdt.CriteriaSetError),
        (cqdt.Submission.from_file, cqdt.SubmissionError),
        (cqdt.Submission.from_csv_file, cqdt.SubmissionError),
        (cqdt.Round.from_file, cqdt.RoundError),
    ],
)
def test_files(tmp_path: Path, read: Callable[[Any], object], kind: type[cqdt.CqdtError]) -> None:
    missing = tmp_path / "khong-co.json"
    with pytest.raises(FileNotFoundError) as absent:
        read(missing)
    assert absent.value.filename == str(missing)
    latin = tmp_path / "cu.json"
    latin.write_bytes("đ".encode("utf-16"))
    with pytest.raises(kind) as raised:
        read(latin)
    check(raised.value, "E0004")
    assert raised.value.path == str(latin)
    bad = tmp_path / "hong.json"
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(kind) as broken:
        read(bad)
    check(broken.value, broken.value.faults[0].code)
    assert broken.value.path == str(bad)


@pytest.mark.parametrize("kind", [cqdt.CriteriaSet, cqdt.Round])
def test_texts_that_are_nothing(kind: type[cqdt.CriteriaSet] | type[cqdt.Round]) -> None:
    for read, text in ((kind.from_json, "["), (kind.from_toml, "=")):
        with pytest.raises(cqdt.CqdtError) as raised:
            read(text)
        check(raised.value, "E0001")
    with pytest.raises(cqdt.CqdtError) as empty:
        kind.from_dict({})
    check(empty.value, "E0103")
    with pytest.raises(cqdt.UnknownSetError) as unknown:
        kind.builtin("khong-co")
    check(unknown.value, "P0103")
    assert isinstance(unknown.value, LookupError)


def test_submissions_that_are_none() -> None:
    for raising in (
        lambda: cqdt.Submission.from_json("{}"),
        lambda: cqdt.Submission.from_toml("x"),
        lambda: cqdt.Submission.from_dict({"facts": {}, "fact": 1}),
        lambda: cqdt.Submission({}, unit="Xã A"),
        lambda: cqdt.Submission({}, received="hôm qua"),
        lambda: cqdt.Submission({}, evidence={"i.1": [{}]}),
        lambda: cqdt.Submission.from_csv("a\n1\n"),
    ):
        with pytest.raises(cqdt.SubmissionError) as raised:
            raising()
        check(raised.value, raised.value.faults[0].code)


@pytest.mark.parametrize("value", [12.5, float("nan"), np.float64(1), np.float32(0.1), [0.5]])
def test_floats_are_refused(small: cqdt.CriteriaSet, value: object) -> None:
    with pytest.raises(cqdt.ValueTypeError) as raised:
        small.score({"kinh-phi": value})
    check(raised.value, "P0101")
    assert isinstance(raised.value, TypeError)
    assert "kinh-phi" in raised.value.messages["vi"]
    assert "allow_float" in raised.value.messages["en"]
    with pytest.raises(cqdt.ValueTypeError) as ranked:
        cqdt.rank({"a": value if not isinstance(value, list) else 0.5})
    check(ranked.value, "P0101")


def test_floats_where_asked(small: cqdt.CriteriaSet) -> None:
    def amount(value: object) -> object:
        report = small.score({"kinh-phi": value}, allow_float=True, cohort=small.cohort([{"kinh-phi": 1000}]))
        line = report.criterion("ii.1")
        return line.trace["value"] if line.trace is not None and line.status == "scored" else line.status

    assert amount(0.1) == amount("0.1") == "0.1"
    assert amount(np.float32(0.1)) == "0.1"
    assert amount(5e-5) == "0.00005"
    assert amount(float("nan")) == "missing"
    with pytest.raises(cqdt.ValueTypeError):
        amount(float("inf"))


class Odd:
    def __repr__(self) -> str:
        return "Odd"


@pytest.mark.parametrize(
    "value",
    [Odd(), b"12", 1j, Decimal("NaN"), Decimal("1e999"), {1: 2}, [Odd()]],
    ids=["object", "bytes", "complex", "nan", "huge", "key", "list"],
)
def test_what_is_no_answer(small: cqdt.CriteriaSet, value: object) -> None:
    with pytest.raises(cqdt.ValueTypeError) as raised:
        small.score({"may": value})
    check(raised.value, "P0102")


def test_a_value_that_holds_itself(small: cqdt.CriteriaSet) -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(cqdt.ValueTypeError):
        small.score({"may": loop})


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (np.int64(47), 47),
        (np.uint8(47), 47),
        (Decimal("47"), 47),
        (Decimal("4.7E+1"), 47),
        (Fraction(94, 2), 47),
        (" 47 ", "47"),
        (pd.NA, None),
        ("", None),
    ],
)
def test_numbers_of_every_kind(small: cqdt.CriteriaSet, given: object, same: object) -> None:
    assert small.score({"may": given, "can-bo": 50}) == small.score({"may": same, "can-bo": 50})


def test_yes_no_items_and_dates(small: cqdt.CriteriaSet) -> None:
    assert small.score({"trang": np.True_}) == small.score({"trang": True}) == small.score({"trang": "có"})
    ticked = [{"dich-vu": keys} for keys in (["k1", "k2"], ("k1", "k2"), {"k2", "k1"}, frozenset({"k1", "k2"}))]
    assert len({small.score(one).to_json() for one in ticked}) == 1
    moment = cqdt.Submission({}, received=datetime.date(2018, 10, 3))
    assert moment.received == "2018-10-03"
    clock = datetime.datetime(2018, 10, 3, 8, 30)
    assert cqdt.Submission({}, received=clock).received == "2018-10-03T08:30"


def test_options(small: cqdt.CriteriaSet) -> None:
    report = small.score({})
    wrong: list[Callable[[], object]] = [
        lambda: small.score({}, layer="x"),  # type: ignore[arg-type]
        lambda: report.explain("fr"),  # type: ignore[arg-type]
        lambda: cqdt.rank({}, ties="x"),  # type: ignore[arg-type]
        lambda: cqdt.compare({}, {}, ties="x"),  # type: ignore[arg-type]
        lambda: cqdt.Submission.from_csv("unit\n", numbers="x"),  # type: ignore[arg-type]
    ]
    for call in wrong:
        with pytest.raises(cqdt.OptionError) as raised:
            call()
        check(raised.value, "P0105")
    with pytest.raises(cqdt.OptionError) as parents:
        small.rank([report], parents=[])
    check(parents.value, "P0106")
    for id_ in ("x", ""):
        with pytest.raises(KeyError):
            report.criterion(id_)
        with pytest.raises(KeyError):
            report.group(id_)


def test_what_belongs_to_another_set(small: cqdt.CriteriaSet, document: dict[str, Any]) -> None:
    document["version"] = "2.0.0"
    other = cqdt.CriteriaSet.from_dict(document)
    cohort = other.cohort([])
    for call in (
        lambda: small.score({}, cohort=cohort),
        lambda: small.score_all([], cohort=cohort),
        lambda: small.verify(cqdt.Submission({}), self_cohort=cohort),
        lambda: small.cohort([]).merge(cohort),
        lambda: small.cohort([]) | cohort,
    ):
        with pytest.raises(cqdt.CohortError) as raised:
            call()
        check(raised.value, "P0104")
    with pytest.raises(cqdt.OptionError) as foreign:
        small.rank([other.score({})])
    check(foreign.value, "P0107")


class Meddling:
    """A number that moves the answers it is one of."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def __index__(self) -> int:
        self.answers["can-bo"] = self.answers.pop("may")
        self.answers["trang"] = True
        return 1


def test_answers_that_change_while_they_are_read(small: cqdt.CriteriaSet) -> None:
    answers: dict[str, Any] = {}
    answers["may"] = Meddling(answers)
    # What counts is what was there when it was handed over.
    assert small.score(answers).criterion("i.2").status == "missing"
    assert "may" not in answers


def test_values_that_cannot_be_written(small: cqdt.CriteriaSet) -> None:
    for facts in (
        {"may": 10**5_000},
        {"may": Fraction(10**5_000, 3)},
        {"trang": cqdt.NotApplicable("\ud800")},
        {"may": Decimal("1e999999999")},
        {"muc": "\ud800"},
        {"\ud800": 1},
        {"dich-vu": {1, "k1"}},
    ):
        with pytest.raises(cqdt.ValueTypeError) as raised:
            small.score(facts)
        check(raised.value, "P0102")
    for points in (Decimal("1e999999999"), Decimal("NaN"), 10**5_000):
        with pytest.raises(cqdt.ValueTypeError) as ranked:
            cqdt.rank({"a": points})
        check(ranked.value, "P0102")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"cohort":{"extents":[],"format":1},"set":"a\\"b"}',
        '{"cohort":{"extents":[],"format":2},"set":"x"}',
        "[1]",
    ],
)
def test_statistics_that_are_none(text: str) -> None:
    with pytest.raises(cqdt.CohortError) as raised:
        cqdt.Cohort.from_json(text)
    check(raised.value, "P0108")


def test_all_are_one_family() -> None:
    kinds = [value for value in vars(cqdt).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(kinds) == 9
    assert all(issubclass(kind, cqdt.CqdtError) for kind in kinds)
