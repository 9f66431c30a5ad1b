"""Threads, memory, imports."""

from __future__ import annotations

import contextlib
import gc
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cqdt

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


def test_long_calls_let_others_run(commune: cqdt.CriteriaSet) -> None:
    submissions = [cqdt.Submission({"cb": 20, "cb-may": 19}) for _ in range(4_000)]
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    watcher = threading.Thread(target=tick)
    watcher.start()
    began = time.perf_counter()
    commune.score_all(submissions)
    ended = time.perf_counter()
    done.set()
    watcher.join()
    during = sum(began < tick < ended for tick in ticks)
    assert during >= 3, f"{during} ticks in {ended - began:.3f} s"


def resident() -> int:
    """Kilobytes in memory now; where the system doesn't tell, the most so far."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_memory_is_flat(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    count = 1_000_000

    def work(times: int) -> None:
        for at in range(times):
            facts["may"] = at % 51
            report = small.score(facts)
            # What is made of a report takes a hundred times as long as the score.
            if at % 500 == 0:
                assert report.criteria
                assert report.explain().to_dict()
                assert report.to_dict()
                assert report._repr_html_()
                with contextlib.suppress(cqdt.CqdtError):
                    small.score({"may": 0.5})

    work(count // 20)
    gc.collect()
    before = resident()
    work(count)
    gc.collect()
    grown = resident() - before
    assert grown < 8_000, f"{grown} kB more after {count} scores"


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
