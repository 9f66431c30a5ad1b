"""Times `score_frame` beside the Rust batch path, numpy, pandas, polars and DuckDB on the same work.

    cargo xtask test --only python      # makes the environment, with the wheel in it
    target/python-venv/bin/python bindings/python/tools/speed.py

Writes docs/performance-python.md. The work and the peers are those of benches/peers/peers.py: 60 criteria over 107 columns,
points to totals, shares and ranks, which must come out the same. Each contender runs in a process of its own, warm, in
paired rounds.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PEERS = ROOT / "benches" / "peers" / "peers.py"
OURS = {
    "polars": "`score_frame`, polars frame",
    "lazy": "`score_frame`, polars lazily",
    "pyarrow": "`score_frame`, pyarrow table",
    "pandas": "`score_frame`, pandas frame (Arrow types)",
}
RUNS = 5
OTHERS = ["numpy", "pandas", "polars", "duckdb"]


def table(folder: Path) -> Any:
    """The columns in the narrow types that the Rust side has; percentages as decimals."""
    import numpy as np
    import pyarrow as pa

    facts = {fact["id"]: fact for fact in json.loads((folder / "set.json").read_text())["facts"]}
    columns = {}
    for id_, fact in facts.items():
        values = np.fromfile(folder / f"{id_}.i32", dtype="<i4")
        if fact["type"] == "percent":
            column = pa.Array.from_buffers(pa.decimal32(5, 2), len(values), [None, pa.py_buffer(values.tobytes())])
        elif fact["type"] in ("yes_no", "choice", "items"):
            column = pa.array(values.astype(np.uint8))
        else:
            column = pa.array(values)
        columns[id_] = column
    return pa.table(columns)


def one(kind: str, folder: Path) -> None:
    """A warm-up that is checked against the Rust path, then one timed run."""
    import numpy as np
    import pyarrow as pa

    import cqdt

    of = cqdt.CriteriaSet.from_json((folder / "set.json").read_text())
    frame = table(folder)
    if kind in ("polars", "lazy"):
        import polars as pl

        wide = {name: pa.decimal128(5, 2) for name in frame.column_names if pa.types.is_decimal(frame[name].type)}
        types = [pa.field(field.name, wide.get(field.name, field.type)) for field in frame.schema]
        frame = pl.DataFrame(frame.cast(pa.schema(types)))
    elif kind == "pandas":
        import pandas as pd

        frame = frame.to_pandas(types_mapper=pd.ArrowDtype)

    def run() -> Any:
        if kind == "lazy":
            return cqdt.score_frame(frame.lazy(), of, criteria=False).collect()
        return cqdt.score_frame(frame, of, criteria=False)

    out = pa.table(run())
    totals = np.array([int(value * 100) for value in out["total"].to_pylist()])
    assert (totals == np.fromfile(folder / "total.i64", dtype="<i8")).all()
    assert (out["rank"].to_numpy() == np.fromfile(folder / "rank.u32", dtype="<u4")).all()
    assert (out["share"].to_numpy() == np.fromfile(folder / "share.f64", dtype="<f8")).all()
    del out
    for _ in range(RUNS):
        start = time.perf_counter()
        kept = run()
        print((time.perf_counter() - start) * 1_000)
    del kept


def measure(rows: int, rounds: int, binary: Path) -> dict[str, list[float]]:
    """Milliseconds by contender."""
    times: dict[str, list[float]] = {}
    plain = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}

    def run(name: str, command: list[str]) -> None:
        out = subprocess.run(command, env=plain, check=True, capture_output=True, text=True)
        # A line a run; the Rust side tells the parts of each: cohort, points, ranks.
        sums = [sum(map(float, line.split())) for line in out.stdout.splitlines() if line.strip()]
        times.setdefault(name, []).append(statistics.median(sums))

    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            run("Rust batch path", [str(binary), str(rows), folder, str(RUNS)])
            for kind, title in OURS.items():
                run(title, [sys.executable, __file__, "--one", kind, "--folder", folder])
            for peer in OTHERS if PEERS.exists() else ():
                version = importlib.metadata.version(peer)
                run(f"{peer} {version}", [sys.executable, str(PEERS), "--one", peer, "--folder", folder])
    return times


def page(sizes: list[int], results: list[dict[str, list[float]]], rounds: int) -> str:
    """The figures as a page."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    lines = [
        "# How fast it is from Python",
        "",
        "Written by `bindings/python/tools/speed.py`; don't edit. The work: 60 criteria over 107 columns of answers to points",
        "(exact), groups, total, share, band and competition rank; a frame in, a frame out. All contenders come to the same",
        f"totals, shares and ranks. Medians of paired rounds ({rounds}) in processes of their own, warm; the fastest in brackets.",
        f"{model[0].split(':', 1)[1].strip() if model else ''}, {os.cpu_count()} cores.",
        "",
        "| contender | " + " | ".join(f"{rows:,} units, ms" for rows in sizes) + " | speed of the Rust path |",
        "| --- |" + " --- |" * (len(sizes) + 1),
    ]
    base = [statistics.median(times["Rust batch path"]) for times in results]
    for name in results[0]:
        cells = [f"{statistics.median(times[name]):.2f} ({min(times[name]):.2f})" for times in results]
        share = [f"{ours / statistics.median(times[name]):.2f}" for ours, times in zip(base, results, strict=True)]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {', '.join(share)} |")
    lines += [
        "",
        "Columns go in without a copy where their type is one that the core reads (booleans, integers, decimals, texts); no Python",
        "object is made for a cell, and the GIL is not held. The aim is 0.7 of the Rust path.",
        "",
        "Lazily, `score_frame` is one step of a polars plan (`map_batches`, its columns known to the plan). Such a step that does",
        "nothing takes 0.3 to 0.8 ms here; what is slower is memory, which the threads of polars get afresh from the system each",
        "time. A compiled polars plugin would run on those same threads, would need every row at once all the same, for ranks and",
        "cohorts, and is bound to one version of polars: there is none.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=OURS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_600, 1_000_000])
    parser.add_argument("--binary", type=Path, default=ROOT / "target" / "release" / "frame")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "performance-python.md")
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.folder)
        return
    if arguments.binary == parser.get_default("binary"):
        build = ["cargo", "build", "--release", "-p", "cqdt-benches", "--bin", "frame"]
        subprocess.run(build, cwd=ROOT, check=True)
    results = [measure(rows, arguments.rounds, arguments.binary) for rows in arguments.rows]
    text = page(arguments.rows, results, arguments.rounds)
    arguments.output.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
