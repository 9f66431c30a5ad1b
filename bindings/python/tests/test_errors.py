from __future__ import annotations

import datetime
import json
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import cqdt
from test_round import ROUND

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
    # Nobody has written lines.
    assert (unknown.line, unknown.column) == (None, None)
    assert unknown.message("en").startswith(f"{unknown.pointer} E0202 ")
    assert unknown.message("vi") in error.message("vi").splitlines()


def test_a_text_reports_lines(document: dict[str, Any]) -> None:
    document["groups"][0]["criteria"][0]["rule"]["of"] = "mya"
    with pytest.raises(cqdt.CriteriaSetError) as raised:
        cqdt.CriteriaSet.from_json(json.dumps(document, indent=1, default=str))
    [fault] = raised.value.faults
    assert fault.line is not None
    assert fault.line > 1
    assert fault.pointer == "/groups/0/criteria/0/rule/of"
    assert fault.message("en").startswith(f"{fault.line}:{fault.column} E0202 ")
    assert fault.message("en") in raised.value.message("en").splitlines()


def test_values_are_told_by_their_places(small: cqdt.CriteriaSet) -> None:
    with pytest.raises(cqdt.SubmissionError) as one:
        cqdt.Submission.from_dict({"unit": "Xã A", "zz": 1})
    told = one.value.message("en").splitlines()
    assert any(line.startswith("E0103 missing key `facts`") for line in told)
    assert any(line.startswith("/zz E0101 ") for line in told)
    with pytest.raises(cqdt.SubmissionError) as among:
        small.score_all([{"may": 1}, dict.fromkeys(map(str, range(5_000)), 1)])
    assert among.value.message("en").startswith("[1]/facts E0005 5000 ")


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
    figure: Any = value if not isinstance(value, list) else 0.5
    with pytest.raises(cqdt.ValueTypeError) as ranked:
        cqdt.rank({"a": figure})
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
        (pd.NaT, None),
        (np.datetime64("NaT", "D"), None),
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
        lambda: cqdt.rank({}, ties="x"),  # type: ignore[call-overload]
        lambda: cqdt.compare({}, {}, ties="x"),  # type: ignore[call-overload]
        lambda: cqdt.Submission.from_csv("unit\n", numbers="x"),  # type: ignore[arg-type]
    ]
    for call in wrong:
        with pytest.raises(cqdt.OptionError) as raised:
            call()
        check(raised.value, "P0105")
    with pytest.raises(cqdt.OptionError) as parents:
        small.rank([report], parents=[])
    check(parents.value, "P0106")


def test_ids_that_there_are_none_of(small: cqdt.CriteriaSet) -> None:
    report = small.score({})
    outcome = cqdt.Round.from_dict(ROUND).assess([small], [])
    asked: list[Callable[[str], object]] = [
        report.criterion,
        report.group,
        report.explain().line,
        report.points_to_band,
        small.attainable_range,
        outcome.ranking,
        outcome.standings,
    ]
    for ask in asked:
        for id_ in ("x", ""):
            with pytest.raises(cqdt.UnknownIdError) as unknown:
                ask(id_)
            check(unknown.value, "P0117")
            assert isinstance(unknown.value, KeyError)
            assert f"`{id_}`" in unknown.value.messages["vi"]
    with pytest.raises(cqdt.UnknownIdError) as band:
        report.points_to_band("tott")
    assert band.value.messages["en"].endswith("there are `tot`, `yeu`")


@pytest.mark.parametrize("target", [0, -1, 10**30, 1.0, "1", True, None, np.int64(0)])
def test_ranks_that_are_none(small: cqdt.CriteriaSet, target: Any) -> None:
    with pytest.raises(cqdt.OptionError) as raised:
        small.score({}).points_to_rank(target, {"x": 8})
    check(raised.value, "P0110")


def test_a_rank_of_numpy(small: cqdt.CriteriaSet) -> None:
    assert small.score({}).points_to_rank(np.int64(1), {"x": 8}) == 8


FIGURES: list[Any] = [
    5,
    None,
    [("a", 3)],
    ["a"],
    {1: 3},
    {"a": object()},
    {"a": "x"},
    [cqdt.Standing("a", object())],  # type: ignore[arg-type]
    [cqdt.Standing(None, 1)],  # type: ignore[arg-type]
    [cqdt.Standing("a", 1, 3)],  # type: ignore[arg-type]
    [cqdt.Standing("a", 1, (), 3)],  # type: ignore[arg-type]
]


@pytest.mark.parametrize("figures", FIGURES, ids=repr)
def test_what_cannot_be_ranked(small: cqdt.CriteriaSet, figures: Any) -> None:
    report = small.score({})
    ways: list[Callable[[], object]] = [
        lambda: cqdt.rank(figures),
        lambda: cqdt.compare(figures, {}),
        lambda: cqdt.compare({}, figures),
        lambda: report.points_to_rank(1, figures),
    ]
    for way in ways:
        with pytest.raises(cqdt.ValueTypeError) as raised:
            way()
        check(raised.value, "P0102")


def test_reports_are_no_standings(small: cqdt.CriteriaSet) -> None:
    with pytest.raises(cqdt.ValueTypeError) as raised:
        cqdt.rank([cqdt.Standing("a", 1), small.score({})])  # type: ignore[list-item]
    check(raised.value, "P0102")
    assert raised.value.messages["en"].startswith("`standings[1]`: `<Report ")
    assert "expected `Standing`s" in raised.value.messages["en"]


@pytest.mark.parametrize("given", [None, 3, "x", [("may", 1)], pd.Series({"may": 1})], ids=repr)
def test_what_is_no_submission(small: cqdt.CriteriaSet, given: Any) -> None:
    named: list[tuple[str, Callable[[], object]]] = [
        ("submission", lambda: small.score(given)),
        ("submission", lambda: small.verify(given)),
        ("[1]", lambda: small.score_all([{}, given])),
        ("[1]", lambda: small.cohort([{}, given])),
        ("[0]", lambda: cqdt.robustness([given], small)),
    ]
    for place, call in named:
        with pytest.raises(cqdt.ValueTypeError) as raised:
            call()
        check(raised.value, "P0102")
        assert raised.value.messages["en"].startswith(f"`{place}`: ")
        assert "Submission" in raised.value.messages["vi"]


def test_what_is_no_list(small: cqdt.CriteriaSet) -> None:
    nothing: Any = None
    round_ = cqdt.Round.from_dict(ROUND)
    for call in (
        lambda: small.score_all(nothing),
        lambda: small.cohort(nothing),
        lambda: small.rank(nothing),
        lambda: small.rank([nothing]),
        lambda: small.standing(nothing),
        lambda: small.verify({"may": 1}),  # type: ignore[arg-type]
        lambda: round_.assess(nothing, []),
        lambda: round_.assess([nothing], []),
        lambda: round_.assess([small], nothing),
        lambda: round_.assess([small], [nothing]),
        lambda: round_.assess([small], {"a.json": {"may": 1}}),  # type: ignore[arg-type]
        lambda: round_.assess([small], [(1, cqdt.Submission({}))]),  # type: ignore[list-item]
        lambda: cqdt.robustness([nothing]),
    ):
        with pytest.raises(cqdt.ValueTypeError) as raised:
            call()
        check(raised.value, "P0102")


def test_which_of_many_is_wrong(small: cqdt.CriteriaSet) -> None:
    many: list[dict[str, object]] = [{"may": 1}] * 57_000
    odds: list[dict[str, object]] = [{"may": 1}, {"dich-vu": ["k1", b"k2"]}]
    for score in (small.score_all, small.cohort):
        with pytest.raises(cqdt.ValueTypeError) as raised:
            score([*many, {"may": 0.5}])
        check(raised.value, "P0101")
        assert raised.value.messages["en"].startswith("`[57000].may`: ")
        with pytest.raises(cqdt.ValueTypeError) as odd:
            score(iter(odds))
        check(odd.value, "P0102")
        assert odd.value.messages["vi"].startswith("`[1].dich-vu[1]`: ")
        with pytest.raises(cqdt.SubmissionError) as unread:
            score([{"may": 1}, dict.fromkeys(map(str, range(5_000)), 1)])
        check(unread.value, unread.value.faults[0].code)
        assert unread.value.path == "[1]"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (datetime.datetime(2018, 10, 1, 8, 30, 12, 123456), "2018-10-01T08:30:12.123456"),
        (datetime.datetime(2018, 10, 1, 8, 30, 0, 500000), "2018-10-01T08:30:00.5"),
        (pd.Timestamp("2018-10-01T08:30:12.123456789"), "2018-10-01T08:30:12.123456789"),
        ("2018-10-01 08:30:12.50", "2018-10-01T08:30:12.5"),
        (pd.NaT, None),
        (pd.NA, None),
        (None, None),
    ],
    ids=repr,
)
def test_moments(given: Any, kept: str | None) -> None:
    submission = cqdt.Submission({}, received=given)
    assert submission.received == kept
    assert cqdt.Submission.from_json(submission.to_json()) == submission


def test_the_time_now_is_a_moment() -> None:
    now = datetime.datetime.now()
    assert cqdt.Submission({}, received=now).received is not None


@pytest.mark.parametrize(
    "given",
    [
        datetime.datetime(2018, 10, 1, 8, 30, tzinfo=datetime.timezone.utc),
        datetime.datetime(2018, 10, 1, 8, 30, 1, 5, datetime.timezone(datetime.timedelta(hours=7))),
        pd.Timestamp("2018-10-01", tz="Asia/Ho_Chi_Minh"),
        "2018-10-01T08:30Z",
    ],
    ids=repr,
)
def test_time_zones_are_refused_by_name(given: Any) -> None:
    with pytest.raises(cqdt.SubmissionError) as raised:
        cqdt.Submission({}, received=given)
    check(raised.value, "E0104")
    assert "without a time zone" in raised.value.messages["en"]
    assert "không kèm múi giờ" in raised.value.messages["vi"]


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
    assert len(kinds) == 10
    assert all(issubclass(kind, cqdt.CqdtError) for kind in kinds)
