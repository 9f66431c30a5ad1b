"""Times `score_frame` beside the Rust batch path, numpy, pandas, polars and DuckDB on the same work.

    cargo xtask test --only python      # makes the environment, with the wheel in it
    target/python-venv/bin/python bindings/python/tools/speed.py

Writes docs/performance-python.md. The set and the peers are those of benches/peers/peers.py: 60 criteria over 107 columns,
points to totals, shares and ranks, which must come out the same. Each contender runs in a process of its own, warm, in
paired rounds: one contender after the other, so that whatever else the machine does meets all of them. What `score_frame`
is held against is the Rust path on columns of the same widths, asked for the same columns.

A round at a time, for a machine that can be kept idle only for minutes: `--part 10600 --rounds 1 --more`, and `--part page`
once there are enough.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PEERS = ROOT / "benches" / "peers" / "peers.py"
BINARIES = ROOT / "target" / "release"
RESULTS = ROOT / "target" / "python-speed"
# By title: the kind of frame, and the bits that its library holds decimals in.
OURS = {
    "`score_frame`, pyarrow table": ("pyarrow", 32),
    "`score_frame`, pandas frame (Arrow types)": ("pandas", 32),
    "`score_frame`, polars frame": ("polars", 128),
    "`score_frame`, polars lazily": ("lazy", 128),
    "`score_frame`, DuckDB result": ("duckdb", 128),
}
# What a library takes to make its rows and hand them over, before anything is scored; and whose rows those are.
HANDED = {
    "pandas alone: its rows handed over as Arrow": ("pandas-alone", "pandas"),
    "polars alone: a plan that only hands its rows on": ("lazy-alone", "lazy"),
    "DuckDB alone: its rows handed over as Arrow": ("duckdb-alone", "duckdb"),
    "DuckDB alone: its rows handed over to numpy": ("numpy-alone", ""),
}
RUST = "Rust batch path, decimals of {} bits"
# In each process, by rows: what takes under a millisecond needs many runs to be warm.
RUNS = {10_600: 201, 1_000_000: 7}
OTHERS = ["numpy", "pandas", "polars", "duckdb"]
SIZES = list(RUNS)
Times = dict[str, list[float]]


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
    # In memory as Arrow's own readers lay it out, not where numpy happened to put it.
    return pa.table(columns).take(pa.array(np.arange(len(values))))


def one(kind: str, folder: Path) -> None:
    """A warm-up that is checked against the Rust path, then one timed run."""
    import numpy as np
    import pyarrow as pa

    import cqdt

    of = cqdt.CriteriaSet.from_json((folder / "set.json").read_text())
    frame = table(folder)
    if kind in ("polars", "lazy", "lazy-alone"):
        import polars as pl

        wide = {name: pa.decimal128(5, 2) for name in frame.column_names if pa.types.is_decimal(frame[name].type)}
        types = [pa.field(field.name, wide.get(field.name, field.type)) for field in frame.schema]
        frame = pl.DataFrame(frame.cast(pa.schema(types)))
    elif kind in ("pandas", "pandas-alone"):
        import pandas as pd

        frame = frame.to_pandas(types_mapper=pd.ArrowDtype)
    elif kind in ("duckdb", "duckdb-alone", "numpy-alone"):
        import duckdb

        duckdb.sql("CREATE TABLE units AS SELECT * FROM frame")
        frame = duckdb.table("units")

    def run() -> Any:
        if kind == "lazy":
            return cqdt.score_frame(frame.lazy(), of, criteria=False, coded=True).collect()
        if kind == "lazy-alone":
            return pl.defer(lambda: frame.lazy().collect(), schema=frame.schema).collect()
        if kind == "numpy-alone":
            return frame.fetchnumpy()
        if kind.endswith("-alone"):
            return pa.RecordBatchReader.from_stream(frame).read_all()
        return cqdt.score_frame(frame, of, criteria=False, coded=True)

    out = None if kind == "numpy-alone" else pa.table(run())
    totals = np.fromfile(folder / "total.i64", dtype="<i8")
    if out is not None and not kind.endswith("-alone"):
        assert [int(value * 100) for value in out["total"].to_pylist()] == totals.tolist()
        assert (out["rank"].to_numpy() == np.fromfile(folder / "rank.u32", dtype="<u4")).all()
        assert (out["share"].to_numpy() == np.fromfile(folder / "share.f64", dtype="<f8")).all()
    del out
    for _ in range(RUNS[len(totals)]):
        start = time.perf_counter()
        kept = run()
        print((time.perf_counter() - start) * 1_000)
    del kept


def measure(rows: int, rounds: int) -> Times:
    """Milliseconds by contender, a figure a round."""
    times: Times = {}
    plain = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}

    def run(name: str, *command: object) -> None:
        words = [str(word) for word in command]
        out = subprocess.run(words, env=plain, check=True, capture_output=True, text=True)
        times.setdefault(name, []).append(statistics.median(map(float, out.stdout.split())))

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([str(BINARIES / "frame"), str(rows), folder, "0"], check=True)
        # The peers rank within provinces where there are any; here nobody is asked to.
        for file in ("province.i32", "place.u32"):
            (Path(folder) / file).unlink()
        for _ in range(rounds):
            for bits in (32, 128):
                run(RUST.format(bits), BINARIES / "columns", rows, bits, RUNS[rows])
                for title, (kind, own) in OURS.items():
                    if own == bits:
                        run(title, sys.executable, __file__, "--one", kind, "--folder", folder)
            for title, (kind, _) in HANDED.items():
                run(title, sys.executable, __file__, "--one", kind, "--folder", folder)
            for peer in OTHERS:
                run(peer, sys.executable, PEERS, "--one", peer, "--folder", folder)
    return times


def processor() -> str:
    """The machine's, where it can be told."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else 'unknown processor'}, {os.cpu_count()} cores"


def page(results: list[Times], machine: str) -> str:
    """The figures as a page."""
    rounds = min(len(column) for times in results for column in times.values())

    def figure(times: Times, name: str) -> str:
        return f"{statistics.median(times[name]):,.2f} ({min(times[name]):,.2f})"

    def speed(times: Times, name: str, bits: int) -> float:
        rust = times[RUST.format(bits)]
        return statistics.median(a / b for a, b in zip(rust, times[name], strict=True))

    def with_rows(times: Times, name: str, bits: int, handed: str) -> float:
        rounds = zip(times[RUST.format(bits)], times[handed], times[name], strict=True)
        return statistics.median((rust + rows) / own for rust, rows, own in rounds)

    lines = [
        "# How fast it is from Python",
        "",
        "Written by `bindings/python/tools/speed.py`; don't edit. The work: 60 criteria over 107 columns of answers to points",
        "(exact), groups, total, share, band and competition rank; a frame in, a frame out. All contenders come to the same",
        f"totals, shares and ranks. Medians of {rounds} paired rounds, each contender in a process of its own, warm; the fastest",
        f"round in brackets. {machine}; Python {platform.python_version()}.",
        "",
        "The Rust path (`benches/src/bin/columns.rs`) is given columns as wide as the frame's library holds them, and asked for",
        "the same columns and whether every answer is valid. Both hold their last result until they have the next, and both",
        "write to memory that they have held before: a first frame of a million rows takes longer, as pages come fresh from the",
        "system. *Speed* is the median of the rounds' ratios: the Rust path's time on columns of the same width over the",
        "contender's. Of Arrow's columns in and out, pyarrow's and polars', at least 0.7 is asked for at 1,000,000 rows (ADR",
        "16), 0.9 is the goal. Where a library makes its rows only when they are asked for (a query of DuckDB's, a plan of",
        "polars', a pandas frame), that is in the time, too; in brackets, the Rust path's time and that of handing over alone,",
        "over the contender's. Choices and ticked keys stand as numbers (`coded=True`), as they do for all contenders.",
        "",
        "| contender | " + " | ".join(f"{rows:,} units, ms" for rows in SIZES) + " | speed |",
        "| --- |" + " ---: |" * (len(SIZES) + 1),
    ]
    for bits in (32, 128):
        name = RUST.format(bits)
        lines.append(f"| {name} | " + " | ".join(figure(times, name) for times in results) + " | 1, 1 |")
        for title, (kind, own) in OURS.items():
            if own == bits:
                cells = " | ".join(figure(times, title) for times in results)
                shares = ", ".join(f"{speed(times, title, bits):.2f}" for times in results)
                for handed, (_, of) in HANDED.items():
                    if of == kind:
                        both = (f"{with_rows(times, title, bits, handed):.2f}" for times in results)
                        shares += f" ({', '.join(both)})"
                lines.append(f"| {title} | {cells} | {shares} |")
    for title in HANDED:
        lines.append(f"| {title} | " + " | ".join(figure(times, title) for times in results) + " | |")
    for peer in OTHERS:
        cells = " | ".join(figure(times, peer) for times in results)
        shares = ", ".join(f"{speed(times, peer, 32):.3f}" for times in results)
        lines.append(f"| {peer} {importlib.metadata.version(peer)} | {cells} | {shares} |")
    lines += [
        "",
        "What keeps a table of pyarrow's or polars' below the Rust path is what a column costs whatever its rows, 107 times: a fifth",
        "to a quarter of a millisecond, more than half of it in Arrow's own hands on the way in and out (ADR 16 has the parts).",
        "",
        "A pandas frame of Arrow's types and of numbers is read column by column, which takes less than pandas itself takes to hand",
        "it over. DuckDB's rows come in batches and are scored as they are, without being joined.",
        "",
        "Columns go in without a copy where their type is one that the core reads (booleans, integers, decimals, texts); no Python",
        "object is made for a cell, and the GIL is not held, neither while a frame is handed over nor while it is scored.",
        "",
        "Lazily, `score_frame` is a source of a polars plan (`defer`, its columns known to the plan) that collects the plan",
        "above it; the plan is made afresh each time, which scores a schema without rows to know the columns. As a step of the plan",
        "(`map_batches`) it was measured beside that: 1,000,000 rows took twice as long, since the streaming engine cuts rows into",
        "pieces that have to be joined again. A compiled polars plugin would need every row at once all the same, for ranks and",
        "cohorts, and is bound to one version of polars: there is none.",
        "",
        "What is given back for a DuckDB result is a query over the scores, which DuckDB reads when they are looked at. Whoever",
        "works such a result out with numpy has its rows to fetch first, too: see the row of that alone.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", choices=[*(kind for kind, _ in OURS.values()), *(kind for kind, _ in HANDED.values())])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--part", choices=[*map(str, SIZES), "page"], action="append")
    parser.add_argument("--more", action="store_true", help="add rounds to those of a part that there are")
    parser.add_argument("--built", action="store_true", help="take the programs as they are")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "performance-python.md")
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.folder)
        return
    if not arguments.built:
        build = ["cargo", "build", "--release", "-p", "cqdt-benches", "--bin", "frame", "--bin", "columns"]
        subprocess.run(build, cwd=ROOT, check=True)
    RESULTS.mkdir(parents=True, exist_ok=True)
    parts = arguments.part or [*map(str, SIZES), "page"]
    for part in parts:
        if part == "page":
            continue
        file, found = RESULTS / f"{part}.json", measure(int(part), arguments.rounds)
        if arguments.more and file.exists():
            before = json.loads(file.read_text())
            found = {name: before[name] + times for name, times in found.items()}
        file.write_text(json.dumps(found))
    if "page" in parts:
        text = page([json.loads((RESULTS / f"{rows}.json").read_text()) for rows in SIZES], processor())
        arguments.output.write_text(text, "utf-8")
        print(text)


if __name__ == "__main__":
    main()
