"""Rankings under drawn weights, and what points show of criteria."""

from __future__ import annotations

import math
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from decimal import Decimal
from typing import Any

import example_round
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cqdt

ROWS = {"unit": ["a", "b", "c"], "may": [50, 25, 48], "can-bo": [50, 50, 50], "muc": ["b", "a", "b"]}
# Points of the groups: a (2, 0.25), b (1, 1), c (1.92, 0.25).


def reports(of: cqdt.CriteriaSet) -> list[cqdt.Report]:
    rows = [{"may": 50, "can-bo": 50, "muc": "b"}, {"may": 25, "can-bo": 50, "muc": "a"}]
    rows.append({"may": 48, "can-bo": 50, "muc": "b"})
    return [of.score(cqdt.Submission(row, unit=unit, set="thu/nho")) for unit, row in zip("abc", rows, strict=True)]


def test_reports_and_frames_agree(small: cqdt.CriteriaSet) -> None:
    pairs = [("a", "b"), ("c", "a")]
    more: dict[str, Any] = {"draws": 2_000, "seed": 7, "spread": 60, "pairs": pairs}
    by_reports = cqdt.robustness(reports(small), **more)
    assert by_reports == cqdt.robustness(pl.DataFrame(ROWS), small, **more)
    assert by_reports == cqdt.robustness(pa.table(ROWS), small, **more)
    assert [one.unit for one in by_reports.units] == ["a", "b", "c"]
    assert [one.published for one in by_reports.units] == [1, 3, 2]
    assert by_reports.draws == 2_000
    first, second = by_reports.pairs
    # c never beats a: it has less of one group and the same of the other.
    assert (second.first, second.second, second.before) == ("c", "a", 0.0)
    assert 0.5 < first.before < 1
    assert by_reports.intervals["a"][0] == 1
    assert by_reports != cqdt.robustness(reports(small), draws=2_000, seed=8, spread=60, pairs=pairs)


def test_mean_is_that_of_the_draws(small: cqdt.CriteriaSet) -> None:
    found = cqdt.robustness(reports(small), draws=3_000, seed=1, spread=90)
    assert math.fsum(one.mean for one in found.units) == pytest.approx(6.0)
    for one in found.units:
        assert 1 <= one.low <= one.median <= one.high <= 3
        assert one.low <= one.mean <= one.high or one.at_published < 1


def test_whose_weight_moves_ranks(small: cqdt.CriteriaSet) -> None:
    more: dict[str, Any] = {"draws": 100, "spread": 60, "sensitivity": 256}
    found = cqdt.robustness(reports(small), **more)
    shift = found.shift
    assert shift is not None
    assert found == cqdt.robustness(pl.DataFrame(ROWS), small, **more)
    assert shift.samples == 256
    assert 0 < shift.mean < 2
    assert list(shift.groups) == [group.id for group in reports(small)[0].groups]
    for one in shift.groups.values():
        # Two weights: neither alone tells which unit is first.
        assert one.total > 0.1
        assert one.first <= one.total + 4 * (one.first_error + one.total_error)
        assert 0 < one.first_error < 0.5
    assert shift.dropped is None
    dropped = cqdt.robustness(reports(small), **more, drop_one_group=True).shift
    assert dropped is not None
    assert dropped.dropped is not None
    # Units that differ in one group alone never change places.
    alike = [small.score({"may": many, "can-bo": 50, "muc": "b"}) for many in (50, 25)]
    unmoved = cqdt.robustness(alike, **more).shift
    assert unmoved is not None
    assert (unmoved.mean, dict(unmoved.groups)) == (0.0, {})
    assert cqdt.robustness(reports(small), draws=100).shift is None
    with pytest.raises(cqdt.OptionError, match="sensitivity"):
        cqdt.robustness(reports(small), sensitivity=-1)


def test_errors_of_answers(small: cqdt.CriteriaSet) -> None:
    rows = [dict(zip(ROWS, row, strict=True)) for row in zip(*ROWS.values(), strict=True)]
    units = [cqdt.Submission({k: v for k, v in row.items() if k != "unit"}, unit=row["unit"]) for row in rows]
    more: dict[str, Any] = {"draws": 2_000, "seed": 7, "spread": 5, "pairs": [("a", "c")], "sensitivity": 64}
    # Without errors it is all the same what is handed over.
    by_reports = cqdt.robustness(reports(small), **more)
    assert by_reports == cqdt.robustness(units, small, **more)
    assert by_reports.pairs[0].before == 1.0
    assert by_reports.shift is not None
    assert by_reports.shift.errors is None
    # 50 and 48 of 50 change places where each may be 3 off.
    errors: dict[str, int | str | Decimal] = {"may": 3}
    noisy = cqdt.robustness(units, small, **more, errors=errors)
    assert 0.5 < noisy.pairs[0].before < 0.9
    assert noisy.shift is not None
    assert noisy.shift.errors is not None
    assert noisy.shift.errors.total > 0.5
    assert noisy == cqdt.robustness(pl.DataFrame(ROWS), small, **more, errors=errors)
    assert noisy == cqdt.robustness(units, small, **more, errors={"may": Decimal(3)}, layer="verified")
    # What is drawn for a unit doesn't hang on where it stands.
    turned = cqdt.robustness(units[::-1], small, **more, errors=errors)
    assert {one.unit: one for one in turned.units} == {one.unit: one for one in noisy.units}
    assert turned.pairs == noisy.pairs
    percent = cqdt.robustness(units, small, **more, errors={"may": "6,0 %"})
    assert percent.pairs[0].before < 1


def test_errors_that_cant_be(small: cqdt.CriteriaSet) -> None:
    frame = pl.DataFrame(ROWS)
    with pytest.raises(cqdt.OptionError, match="P0113") as caught:
        cqdt.robustness(frame, small, errors={"no": 1, "muc": 1, "may": 0, "can-bo": "2 per cent"})
    for said in caught.value.messages.values():
        assert all(f"`{fact}`" in said for fact in ("no", "muc", "may", "can-bo")), said
    assert caught.value.messages["vi"] != caught.value.messages["en"]
    with pytest.raises(cqdt.OptionError, match="P0113"):
        cqdt.robustness(frame, small, errors={"may": 0.5})  # type: ignore[dict-item]
    with pytest.raises(cqdt.OptionError, match="P0114"):
        cqdt.robustness(reports(small), errors={"may": 1})
    with pytest.raises(cqdt.OptionError, match="P0105"):
        cqdt.robustness([], small, layer="no")  # type: ignore[arg-type]
    with pytest.raises(cqdt.ValueTypeError, match="P0102"):
        cqdt.robustness([1], small)


def test_other_ways_to_draw(small: cqdt.CriteriaSet) -> None:
    near = cqdt.robustness(reports(small), draws=1_000, method="dirichlet", concentration=1e6)
    assert [one.at_published for one in near.units] == [1.0, 1.0, 1.0]
    far = cqdt.robustness(reports(small), draws=1_000, method="dirichlet", concentration=1.0)
    assert far.units[0].at_published < 1
    without = cqdt.robustness(reports(small), draws=1_000, drop_one_group=True, spread=1)
    assert 0.3 < without.units[0].at_published < 0.7


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"draws": 0}, "P0110"),
        ({"draws": -1}, "P0110"),
        ({"draws": 1.5}, "P0110"),
        ({"spread": 0}, "P0110"),
        ({"spread": 101}, "P0110"),
        ({"seed": 2**64}, "P0110"),
        ({"method": "normal"}, "P0105"),
        ({"method": "dirichlet", "concentration": 0}, "P0110"),
        ({"pairs": [("a", "x")]}, "P0109"),
    ],
)
def test_what_is_refused(small: cqdt.CriteriaSet, more: dict[str, Any], code: str) -> None:
    with pytest.raises(cqdt.OptionError) as caught:
        cqdt.robustness(reports(small), **more)
    assert caught.value.code == code
    assert caught.value.messages["vi"] != caught.value.messages["en"]


def test_other_refusals(small: cqdt.CriteriaSet, commune: cqdt.CriteriaSet, document: dict[str, Any]) -> None:
    with pytest.raises(cqdt.OptionError, match="P0110"):
        cqdt.robustness([])
    with pytest.raises(cqdt.OptionError, match="P0107"):
        cqdt.robustness(pl.DataFrame(ROWS))
    with pytest.raises(cqdt.OptionError, match="P0111"):
        cqdt.robustness([*reports(small), commune.score({})])
    document["ranking"] = {"by": "group", "group": "i"}
    with pytest.raises(cqdt.OptionError, match="P0111"):
        cqdt.robustness(pl.DataFrame(ROWS), cqdt.CriteriaSet.from_dict(document))
    document["max"] = 20_000_000_000_000_000
    with pytest.raises(TypeError):
        cqdt.robustness([1])
    with pytest.raises(cqdt.FrameError):
        cqdt.robustness(pl.DataFrame({"may": [0.5]}), small)


def test_progress_and_what_it_raises(small: cqdt.CriteriaSet) -> None:
    seen: list[tuple[int, int]] = []
    home = threading.get_ident()

    def progress(done: int, wanted: int) -> None:
        assert threading.get_ident() == home
        seen.append((done, wanted))

    cqdt.robustness(reports(small), draws=1_000, progress=progress)
    assert seen[-1] == (1_000, 1_000)
    seen.clear()
    cqdt.robustness(reports(small), draws=1_000, sensitivity=64, progress=progress)
    assert [pair for pair in seen if pair in ((1_000, 1_064), (1_064, 1_064))] == [(1_000, 1_064), (1_064, 1_064)]
    assert seen == sorted(seen)

    def enough(done: int, wanted: int) -> None:
        raise LookupError(f"{done} of {wanted}")

    began = time.perf_counter()
    with pytest.raises(LookupError):
        cqdt.robustness(many(), cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2"), draws=10**8, progress=enough)
    assert time.perf_counter() - began < 30


def many() -> pl.DataFrame:
    return pl.DataFrame({"cb": [20] * 500, "cb-may": [at % 21 for at in range(500)], "tslcd": [True, False] * 250})


def test_ctrl_c_stops_it() -> None:
    code = (
        "import cqdt, polars as pl, sys\n"
        "of = cqdt.CriteriaSet.builtin('viet-tri-2395-2018/phu-luc-2')\n"
        "frame = pl.DataFrame({'cb': [20] * 500, 'cb-may': [at % 21 for at in range(500)]})\n"
        "print('ready', flush=True)\n"
        "try:\n"
        "    cqdt.robustness(frame, of, draws=4_000_000_000)\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped')\n"
    )
    job = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert job.stdout is not None
    assert job.stdout.readline() == "ready\n"
    time.sleep(0.5)
    job.send_signal(signal.SIGINT)
    shown, _ = job.communicate(timeout=30)
    assert shown == "stopped\n"


def test_others_run_meanwhile() -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.wait(0.002):
            ticks += 1

    watcher = threading.Thread(target=tick)
    watcher.start()
    cqdt.robustness(many(), cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2"), draws=20_000)
    done.set()
    watcher.join()
    assert ticks > 3


def test_analysis(small: cqdt.CriteriaSet) -> None:
    count = 40
    may = [at % 41 + 10 for at in range(count)]
    frame = pl.DataFrame(
        {
            "unit": [str(at) for at in range(count)],
            "may": may,
            "can-bo": [50] * count,
            "trang": [True] * count,
            "muc": ["a" if at >= 20 else "b" for at in range(count)],
            "kinh-phi": may,
        }
    )
    found = cqdt.analyse(frame, small, like=0.99)
    lines = {one.id: one for one in found.criteria}
    points = [float(value) for value in cqdt.score_frame(frame, small)["criterion:i.1"]]
    assert lines["i.1"].mean == pytest.approx(statistics.fmean(points))
    assert lines["i.1"].spread == pytest.approx(statistics.pstdev(points))
    assert lines["i.2"].at_max == 1.0
    assert lines["i.2"].item_total is None
    assert lines["i.3"].at_zero == 1.0
    assert lines["ii.2"].at_max == 0.5
    assert [(pair.first, pair.second) for pair in found.pairs] == [("i.1", "ii.1")]
    assert {one.id for one in found.groups} == {"i", "ii"}
    assert found.to_dict()["criteria"][0]["id"] == "i.1"
    with pytest.raises(cqdt.FrameError, match="P0205"):
        cqdt.analyse(frame.head(0), small)


def test_published_ranks_are_those_of_the_round() -> None:
    # A ward to which a criterion doesn't apply has its total rescaled: its groups alone would rank it lower.
    entries = [entry for entry in example_round.outcome().ranking(example_round.COMMUNES) if entry.report is not None]
    reports = [entry.report for entry in entries if entry.report is not None]
    assert any(sum(group.points for group in one.groups) != one.points for one in reports)
    found = cqdt.robustness(reports, draws=500, seed=1)
    assert [one.published for one in found.units] == [entry.rank for entry in entries]


@pytest.mark.parametrize("by", [{}, {"by": "share"}])
@pytest.mark.parametrize("rescale", ["none", "total", "group"])
def test_published_ranks_where_something_does_not_apply(document: dict[str, Any], by: Any, rescale: str) -> None:
    document["ranking"] = by
    document["policies"] = {"not_applicable": "exclude", "rescale": rescale}
    of = cqdt.CriteriaSet.from_dict(document)
    rows = {
        "unit": [f"u{at}" for at in range(40)],
        "may": [at * 7 % 51 for at in range(40)],
        "can-bo": [50] * 40,
        "muc": ["a" if at % 3 else "b" for at in range(40)],
        "not_applicable:trang": [at % 2 == 0 for at in range(40)],
        "trang": [None if at % 2 == 0 else True for at in range(40)],
    }
    frame = pl.DataFrame(rows)
    found = cqdt.robustness(frame, of, draws=100)
    assert [one.published for one in found.units] == cqdt.score_frame(frame, of)["rank"].to_list()


def test_units_of_a_frame_by_their_names(small: cqdt.CriteriaSet) -> None:
    def units(**columns: object) -> list[str]:
        frame = pd.DataFrame({"may": [1, 2, 3], "can-bo": [5, 5, 5], **columns})
        name = next(iter(columns), "unit")
        return [one.unit for one in cqdt.robustness(frame, small, draws=50, unit=name).units]

    assert sorted(units(unit=pd.array([7, 8, None], "Int64"))) == ["2", "7", "8"]
    assert sorted(units(xa=["b", "a", None])) == ["2", "a", "b"]
    assert sorted(units()) == ["0", "1", "2"]
    with pytest.raises(cqdt.FrameError, match="P0202"):
        cqdt.robustness(pd.DataFrame({"may": [1], "can-bo": [5]}), small, draws=50, unit="xã")
    with pytest.raises(cqdt.FrameError, match="P0201"):
        units(unit=[7.0, 8.0, None])
