"""Threads, memory, imports."""

from __future__ import annotations

import copy
import gc
import importlib.metadata
import itertools
import multiprocessing
import pickle
import resource
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import cqdt
from test_round import ROUND

if TYPE_CHECKING:
    from collections.abc import Callable

HEAVY = ("numpy", "pandas", "polars", "pyarrow", "matplotlib", "duckdb", "pyspark", "xlsxwriter", "inspect", "typing")


def test_eight_threads_share_one_set(small: cqdt.CriteriaSet) -> None:
    rows = [{"may": at % 51, "can-bo": 50, "trang": at % 2 == 0, "muc": "ab"[at % 2]} for at in range(400)]
    expected = [small.score(row).to_json() for row in rows]
    start = threading.Barrier(8)

    def work(_: int) -> list[str]:
        start.wait()
        return [small.score(row).to_json() for row in rows]

    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(work, range(8)))


def test_eight_threads_share_reports(small: cqdt.CriteriaSet) -> None:
    told = [cqdt.Submission({"may": at, "can-bo": 50}, verified={"may": 3}, unit=str(at)) for at in range(40)]
    reports = small.score_all(told)
    round_ = cqdt.Round.from_dict(ROUND)

    def everything(reports: list[cqdt.Report]) -> list[object]:
        return [
            [str(report.explain("en")) for report in reports],
            [(report.criteria, report.groups, report.diagnostics, hash(report)) for report in reports],
            [report._repr_html_() for report in reports[:5]],
            small.rank(reports),
            [small.verify(one).changes for one in told],
            small.definition,
            round_.assess([small], told).to_dict(),
            pickle.loads(pickle.dumps(reports)),  # noqa: S301
        ]

    expected = everything(small.score_all(told))
    start = threading.Barrier(8)

    def work(_: int) -> list[object]:
        # All of them ask for the same report's parts for the first time at once.
        start.wait()
        return everything(reports)

    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(work, range(8)))


def ticking(work: Callable[[], object]) -> tuple[float, list[float], float]:
    """When the work began, when another thread ran meanwhile, and when it ended."""
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    watcher = threading.Thread(target=tick)
    watcher.start()
    began = time.perf_counter()
    work()
    ended = time.perf_counter()
    done.set()
    watcher.join()
    return began, [tick for tick in ticks if began < tick < ended], ended


def test_long_calls_let_others_run(commune: cqdt.CriteriaSet) -> None:
    submissions = [cqdt.Submission({"cb": 20, "cb-may": 19}) for _ in range(4_000)]
    began, ticks, ended = ticking(lambda: commune.score_all(submissions))
    assert len(ticks) >= 3, f"{len(ticks)} ticks in {ended - began:.3f} s"


def resident() -> int:
    """Kilobytes in memory now; where the system doesn't tell, the most so far."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def grown(work: Callable[[int], None], count: int, slack: int) -> int:
    """Kilobytes in memory that a piece of work leaves behind, once it has run warm.

    A leak is there every time; that the allocator takes more at one time isn't one.
    """
    work(max(count // 20, 1))
    left = 0
    for _ in range(3):
        gc.collect()
        before = resident()
        work(count)
        gc.collect()
        left = resident() - before
        if left < slack:
            break
    return left


def test_memory_is_flat(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    def work(times: int) -> None:
        for at in range(times):
            facts["may"] = at % 51
            small.score(facts)

    left = grown(work, 1_000_000, 8_000)
    assert left < 8_000, f"{left} kB more after a million scores"


# Kilobytes that may be left besides: of a leak of 200 bytes a call, those below leave twice as many.
SLACK = 2_000
PIECES: dict[str, tuple[int, Callable[[cqdt.CriteriaSet, cqdt.Submission, cqdt.Report], object]]] = {
    "explain": (20_000, lambda _, __, report: report.explain()),
    "to_dict": (20_000, lambda _, __, report: report.to_dict()),
    "html": (20_000, lambda _, __, report: report._repr_html_()),
    "parts": (20_000, lambda of, told, _: of.score(told).criteria),
    "verify": (20_000, lambda of, told, _: of.verify(told)),
    "rank": (20_000, lambda of, _, report: of.rank([report, report])),
    "compare": (20_000, lambda *_: cqdt.compare({"a": 1, "b": "1/3"}, {"b": 2})),
    "pickle": (20_000, lambda _, told, __: pickle.loads(pickle.dumps(told))),  # noqa: S301
    "pickled report": (20_000, lambda _, __, report: pickle.loads(pickle.dumps(report))),  # noqa: S301
    "copies": (20_000, lambda *of: (copy.deepcopy(of), hash(of[2]))),
    "assess": (20_000, lambda of, told, _: cqdt.Round.from_dict(ROUND).assess([of], [told]).entries),
    "errors": (20_000, lambda of, _, report: [refused(of.score, {"may": 0.5}), refused(report.criterion, "x")]),
}


def refused(call: Callable[[Any], object], given: object) -> bool:
    try:
        call(given)
    except cqdt.CqdtError:
        return True
    return False


@pytest.mark.parametrize("piece", PIECES)
def test_nothing_is_left_behind(small: cqdt.CriteriaSet, facts: dict[str, object], piece: str) -> None:
    times, call = PIECES[piece]
    told = cqdt.Submission(facts, unit="a", set="thu/nho", verified={"may": 40})
    report = small.score(told)

    def work(times: int) -> None:
        for _ in range(times):
            call(small, told, report)

    left = grown(work, times, SLACK)
    assert left < SLACK, f"{left} kB more after {times} times"


def test_frames_let_others_run(small: cqdt.CriteriaSet) -> None:
    con = duckdb.connect()
    units = """SELECT i % 51 AS may, 50 AS "can-bo" FROM range(3_000_000) t(i)"""
    slow = con.sql(f'SELECT may, max("can-bo") OVER (PARTITION BY may % 7) AS "can-bo" FROM ({units})')
    began, ticks, ended = ticking(lambda: cqdt.cohort_frame(slow, small))
    marks = [began, *ticks, ended]
    gaps = [later - sooner for sooner, later in itertools.pairwise(marks)]
    # The query takes most of the time; were the GIL held, nothing would run until it ends.
    assert max(gaps) < (ended - began) / 2, f"{max(gaps):.3f} of {ended - began:.3f} s"


def scored_elsewhere(units: int) -> str:
    commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
    found = cqdt.score_frame(pa.table({"cb": [50] * units, "cb-may": [at % 51 for at in range(units)]}), commune)
    return str(pc.sum(found["total"]))


def test_a_forked_process_has_threads_of_its_own() -> None:
    units = 300_000
    expected = scored_elsewhere(units)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which are what this is about
        context = multiprocessing.get_context("fork")
        with context.Pool(1) as pool:
            assert pool.apply_async(scored_elsewhere, (units,)).get(timeout=120) == expected


def test_results_that_are_kept_stay_as_they_are(commune: cqdt.CriteriaSet) -> None:
    def result(machines: int) -> pa.Table:
        table = pa.table({"cb": [50] * 40_000, "cb-may": [machines] * 40_000})
        return cqdt.score_frame(table, commune)

    first, expected = result(47), commune.score({"cb": 50, "cb-may": 47}).points
    column = first["total"]
    result(1)  # Given back at once, and used again.
    for machines in range(20):
        result(machines)
    assert column.unique().to_pylist() == [expected]
    del first
    for machines in range(20):
        result(machines)
    assert column.unique().to_pylist() == [expected]


def test_given_back_memory_is_not_hoarded(commune: cqdt.CriteriaSet) -> None:
    table = pa.table({"cb": [50] * 2_000, "cb-may": [47] * 2_000})
    cqdt.score_frame(table, commune)
    gc.collect()
    before = resident()
    kept = [cqdt.score_frame(table, commune) for _ in range(300)]
    held = resident()
    del kept
    gc.collect()
    # Kilobytes: 64 MiB may wait, besides what the allocator keeps.
    assert held - before > 200_000
    assert resident() - before < 120_000


def test_the_licences_come_with_it() -> None:
    files = importlib.metadata.files("cqdt") or []
    texts = {file.name: file.read_text() for file in files if file.name.startswith("LICENSE")}
    root = Path(__file__).parents[3]
    assert texts == {name: (root / name).read_text("utf-8") for name in ("LICENSE-APACHE", "LICENSE-MIT")}


def test_import_is_light() -> None:
    # What the interpreter itself loads, through files in site-packages among others, is none of our doing.
    code = (
        "import sys; before = set(sys.modules); import cqdt; "
        "print([name for name in sys.argv[1:] if name in sys.modules and name not in before])"
    )
    shown = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_what_is_loaded_later_is_there() -> None:
    code = "import cqdt; assert set(cqdt.__all__) <= set(dir(cqdt)); from cqdt import *; print(CqdtError, score_frame)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "CqdtError" in shown.stdout
    assert not hasattr(cqdt, "no_such_name")


def test_extras_are_there_after_a_plain_import() -> None:
    code = "import cqdt; print(cqdt.plot.ranking, cqdt.excel.write_round); assert 'spark' in dir(cqdt)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ranking" in shown.stdout
    # Where what it needs isn't installed, it is told how to get it, and `hasattr` works.
    code = "import sys; sys.modules['matplotlib'] = None; import cqdt; assert not hasattr(cqdt, 'plot'); cqdt.plot"
    refused = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install cqdt[plot]" in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize(("extra", "library"), [("plot", "matplotlib"), ("excel", "xlsxwriter"), ("spark", "pyspark")])
def test_an_extra_that_is_imported_by_name_says_what_it_needs(extra: str, library: str) -> None:
    for how in (f"import cqdt.{extra}", f"from cqdt.{extra} import *"):
        code = f"import sys; sys.modules['{library}'] = None; {how}"
        refused = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        vi, en = refused.stderr.splitlines()[-2:]
        assert f"hãy chạy `pip install cqdt[{extra}]`" in vi
        assert en == f"`cqdt.{extra}` needs `pip install cqdt[{extra}]`"
        assert library in refused.stderr.splitlines()[-3]


def test_import_is_quick() -> None:
    def seconds(code: str) -> float:
        """Processor time, which other programs on the machine don't add to."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    pairs = [(seconds("import cqdt"), seconds("pass")) for _ in range(5)]
    beyond = min(with_ for with_, _ in pairs) - min(bare for _, bare in pairs)

    assert beyond < 0.05, f"{beyond * 1000:.0f} ms"
