"""Times cqdt beside numpy, pandas, polars and DuckDB on the same work, and writes docs/performance.md.

    python3 -m venv /some/folder && /some/folder/bin/pip install -r benches/peers/requirements.txt
    /some/folder/bin/python benches/peers/peers.py

Every contender scores the set of `cqdt_benches::set()` over the same columns, exactly, as its users would write it, and must
come to the same totals, shares and ranks; one that doesn't ends the run. Rounds are paired: each runs every contender once,
in a fresh process, after a warm-up in that process. What counts is the median of the rounds.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PEERS = ["numpy", "pandas", "polars", "duckdb"]
Criteria = list[dict[str, Any]]


def criteria(folder: Path) -> Criteria:
    groups = json.loads((folder / "set.json").read_text())["groups"]
    return [criterion for group in groups for criterion in group["criteria"]]


def maximum(folder: Path) -> int:
    return int(json.loads((folder / "set.json").read_text())["max"])


def hundredths(points: Any) -> int:
    return round(float(points) * 100)


def columns(folder: Path) -> dict[str, Any]:
    import numpy as np

    return {file.stem: np.fromfile(file, dtype="<i4") for file in sorted(folder.glob("*.i32"))}


def vectors(c: dict[str, Any], rules: Criteria, xp: Any, wide: Callable[[Any], Any]) -> Any:
    """Totals in hundredths with whole columns at a time: numpy arrays or pandas series alike."""

    def ratio(rule: dict[str, Any], points: int) -> Any:
        of, over = wide(c[rule["of"]]), c[rule["over"]]
        return (2 * of * points + over) // (2 * over)

    def points(rule: dict[str, Any], maximum: int) -> Any:
        kind = rule["kind"]
        if kind == "yes_no":
            return c[rule["fact"]] * maximum
        if kind == "proportional":
            return ratio(rule, maximum)
        if kind == "tiers":
            value, out = c[rule["fact"]], 0
            for step in reversed(rule["steps"]):
                out = xp.where(value >= hundredths(step["at_least"]), hundredths(step["points"]), out)
            return out
        if kind == "per_item":
            cap = hundredths(rule.get("cap", maximum / 100))
            return xp.minimum(c[rule["fact"]] * hundredths(rule["each"]), cap)
        if kind == "checklist":
            value, out = c[rule["fact"]], 0
            for bit, key in enumerate(rule["points"]):
                out = out + (value // (1 << bit) % 2) * hundredths(rule["points"][key])
            return xp.minimum(out, maximum)
        if kind == "choice":
            table = xp.array([hundredths(p) for p in rule["points"].values()])
            return table[c[rule["fact"]]]
        if kind == "best_of":
            first, second = (points(branch, hundredths(branch["max"])) for branch in rule["rules"])
            return xp.maximum(first, second)
        if kind == "cohort_max":
            of, over = wide(c[rule["of"]]), wide(c[rule["over"]])
            best = xp.asarray(of / over).argmax()
            top, below = int(xp.asarray(of)[best]), int(xp.asarray(over)[best])
            num, den = of * (maximum * below), over * top
            return (2 * num + den) // (2 * den)
        if kind == "deduct":
            return -points(rule["rule"], hundredths(rule["rule"]["max"]))
        raise ValueError(kind)

    groups: dict[int, Any] = {}
    for at, criterion in enumerate(rules):
        worth = points(criterion["rule"], hundredths(criterion["max"]))
        group = criterion["group"]
        groups[group] = worth if group not in groups else groups[group] + worth
    return sum(xp.maximum(total, 0) for total in groups.values())


def grouped(folder: Path) -> Criteria:
    groups = json.loads((folder / "set.json").read_text())["groups"]
    return [dict(c, group=at) for at, group in enumerate(groups) for c in group["criteria"]]


def of_numpy(folder: Path) -> Callable[[], tuple[Any, Any, Any]]:
    import numpy as np

    c, rules, most = columns(folder), grouped(folder), maximum(folder)

    def run() -> tuple[Any, Any, Any]:
        total = vectors(c, rules, np, lambda column: column.astype(np.int64))
        ordered = np.sort(total)
        rank = len(total) - np.searchsorted(ordered, total, side="right") + 1
        return total, total / (most * 100), rank

    return run


def of_pandas(folder: Path) -> Callable[[], tuple[Any, Any, Any]]:
    import numpy as np
    import pandas as pd

    frame, rules, most = pd.DataFrame(columns(folder)), grouped(folder), maximum(folder)
    c = {name: frame[name] for name in frame}

    def run() -> tuple[Any, Any, Any]:
        total = pd.Series(vectors(c, rules, np, lambda column: column.astype("int64")))
        rank = total.rank(method="min", ascending=False).astype("int64")
        return total.to_numpy(), (total / (most * 100)).to_numpy(), rank.to_numpy()

    return run


def of_polars(folder: Path) -> Callable[[], tuple[Any, Any, Any]]:
    import polars as pl

    frame, rules, most = pl.DataFrame(columns(folder)), grouped(folder), maximum(folder)

    def wide(name: str) -> Any:
        return pl.col(name).cast(pl.Int64)

    def points(rule: dict[str, Any], worth: int) -> Any:
        kind = rule["kind"]
        if kind == "yes_no":
            return pl.col(rule["fact"]) * worth
        if kind == "proportional":
            of, over = wide(rule["of"]), wide(rule["over"])
            return (of * (2 * worth) + over) // (over * 2)
        if kind == "tiers":
            chain: Any = pl
            for step in rule["steps"]:
                met = pl.col(rule["fact"]) >= hundredths(step["at_least"])
                chain = chain.when(met).then(hundredths(step["points"]))
            return chain.otherwise(0)
        if kind == "per_item":
            cap = hundredths(rule.get("cap", worth / 100))
            return pl.min_horizontal(pl.col(rule["fact"]) * hundredths(rule["each"]), pl.lit(cap))
        if kind == "checklist":
            keys = enumerate(rule["points"])
            ticked = [
                (pl.col(rule["fact"]) // (1 << bit) % 2) * hundredths(rule["points"][key])
                for bit, key in keys
            ]
            return pl.min_horizontal(pl.sum_horizontal(ticked), pl.lit(worth))
        if kind == "choice":
            table = {at: hundredths(p) for at, p in enumerate(rule["points"].values())}
            return pl.col(rule["fact"]).replace_strict(table, return_dtype=pl.Int32)
        if kind == "best_of":
            return pl.max_horizontal([points(b, hundredths(b["max"])) for b in rule["rules"]])
        if kind == "cohort_max":
            of, over = wide(rule["of"]), wide(rule["over"])
            best = (of / over).arg_max()
            num, den = of * worth * over.get(best), over * of.get(best)
            return (num * 2 + den) // (den * 2)
        if kind == "deduct":
            return -points(rule["rule"], hundredths(rule["rule"]["max"]))
        raise ValueError(kind)

    groups: dict[int, list[Any]] = {}
    for criterion in rules:
        worth = points(criterion["rule"], hundredths(criterion["max"]))
        groups.setdefault(criterion["group"], []).append(worth.cast(pl.Int64))
    floored = [pl.max_horizontal(pl.sum_horizontal(g), pl.lit(0)) for g in groups.values()]
    query = (
        frame.lazy()
        .select(total=pl.sum_horizontal(floored))
        .with_columns(
            share=pl.col("total") / (most * 100),
            rank=pl.col("total").rank("min", descending=True),
        )
    )

    def run() -> tuple[Any, Any, Any]:
        out = query.collect()
        return out["total"].to_numpy(), out["share"].to_numpy(), out["rank"].to_numpy()

    return run


def of_duckdb(folder: Path) -> Callable[[], tuple[Any, Any, Any]]:
    import duckdb
    import pyarrow as pa

    rules, most = grouped(folder), maximum(folder)
    connection = duckdb.connect()
    connection.register("frame", pa.table(columns(folder)))
    connection.execute("CREATE TABLE units AS SELECT * FROM frame")
    tops: list[str] = []

    def column(name: str) -> str:
        return f'"{name}"'

    def points(rule: dict[str, Any], worth: int) -> str:
        kind = rule["kind"]
        if kind == "yes_no":
            return f"{column(rule['fact'])} * {worth}"
        if kind == "proportional":
            of, over = f"{column(rule['of'])}::BIGINT", f"{column(rule['over'])}::BIGINT"
            return f"({of} * {2 * worth} + {over}) // ({over} * 2)"
        if kind == "tiers":
            steps = " ".join(
                f"WHEN {column(rule['fact'])} >= {hundredths(s['at_least'])} THEN {hundredths(s['points'])}"
                for s in rule["steps"]
            )
            return f"CASE {steps} ELSE 0 END"
        if kind == "per_item":
            cap = hundredths(rule.get("cap", worth / 100))
            return f"least({column(rule['fact'])} * {hundredths(rule['each'])}, {cap})"
        if kind == "checklist":
            keys = enumerate(rule["points"])
            ticked = " + ".join(
                f"({column(rule['fact'])} >> {bit} & 1) * {hundredths(rule['points'][key])}"
                for bit, key in keys
            )
            return f"least({ticked}, {worth})"
        if kind == "choice":
            steps = " ".join(
                f"WHEN {at} THEN {hundredths(p)}" for at, p in enumerate(rule["points"].values())
            )
            return f"CASE {column(rule['fact'])} {steps} END"
        if kind == "best_of":
            branches = ", ".join(points(b, hundredths(b["max"])) for b in rule["rules"])
            return f"greatest({branches})"
        if kind == "cohort_max":
            of, over = f"{column(rule['of'])}::BIGINT", f"{column(rule['over'])}::BIGINT"
            name = f"top{len(tops)}"
            ratio = f"{of}::DOUBLE / {over}"
            tops.append(f"arg_max({of}, {ratio}) AS {name}_of, arg_max({over}, {ratio}) AS {name}_over")
            num, den = f"({of} * {worth} * {name}_over)", f"({over} * {name}_of)"
            return f"({num} * 2 + {den}) // ({den} * 2)"
        if kind == "deduct":
            return f"-({points(rule['rule'], hundredths(rule['rule']['max']))})"
        raise ValueError(kind)

    groups: dict[int, list[str]] = {}
    for criterion in rules:
        worth = points(criterion["rule"], hundredths(criterion["max"]))
        groups.setdefault(criterion["group"], []).append(f"({worth})::BIGINT")
    total = " + ".join(f"greatest({' + '.join(group)}, 0)" for group in groups.values())
    query = f"""
        WITH tops AS (SELECT {', '.join(tops)} FROM units),
        scored AS (SELECT {total} AS total FROM units, tops)
        SELECT total, total / {most * 100} AS share, rank() OVER (ORDER BY total DESC) AS rank FROM scored
    """

    def run() -> tuple[Any, Any, Any]:
        out = connection.execute(query).fetchnumpy()
        return out["total"], out["share"], out["rank"]

    return run


CONTENDERS = {"numpy": of_numpy, "pandas": of_pandas, "polars": of_polars, "duckdb": of_duckdb}


def one(contender: str, folder: Path) -> None:
    """A warm-up that is checked against cqdt, then one timed run, in this process."""
    import numpy as np

    run = CONTENDERS[contender](folder)
    total, share, rank = run()
    ours = [np.fromfile(folder / file, dtype=kind) for file, kind in
            [("total.i64", "<i8"), ("share.f64", "<f8"), ("rank.u32", "<u4")]]
    if contender == "duckdb":
        # Its rows come in any order.
        order = np.lexsort((rank, total))
        total, share, rank = total[order], share[order], rank[order]
        order = np.lexsort((ours[2], ours[0]))
        ours = [column[order] for column in ours]
    assert (np.asarray(total) == ours[0]).all(), f"{contender}: other totals"
    assert np.allclose(share, ours[1], rtol=1e-12, atol=0), f"{contender}: other shares"
    assert (np.asarray(rank) == ours[2]).all(), f"{contender}: other ranks"
    start = time.perf_counter()
    run()
    print((time.perf_counter() - start) * 1_000)


def measure(rows: int, rounds: int, binary: Path) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    # On some machines numpy's library is told to pass for an older processor: that isn't how its users run it.
    plain = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for threads in (1, 2):
                environment = plain | {"RAYON_NUM_THREADS": str(threads)}
                command = [str(binary), str(rows), folder, "1"]
                out = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
                times.setdefault(f"cqdt, {threads} thread{'s' * (threads > 1)}", []).append(float(out.stdout))
            for peer in PEERS:
                command = [sys.executable, __file__, "--one", peer, "--folder", folder]
                out = subprocess.run(command, env=plain, check=True, capture_output=True, text=True)
                times.setdefault(peer, []).append(float(out.stdout))
    return times


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def page(sizes: list[int], results: list[dict[str, list[float]]], rounds: int) -> str:
    versions = {peer: importlib.metadata.version(peer) for peer in PEERS}
    lines = [
        "# How fast it is",
        "",
        "Written by `benches/peers/peers.py`; don't edit. The work: 60 criteria over 107 columns of answers to points (exact,",
        "rounded half up to 1/100), groups, total, share and competition rank; all contenders come to the same totals, shares and",
        f"ranks. Medians of {rounds} paired rounds in fresh processes, warm; the fastest round in brackets. {processor()},",
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} as this was written: compare figures of one column, not with other pages.",
        "",
        "| contender | " + " | ".join(f"{rows:,} units, ms" for rows in sizes) + " | behind cqdt on 2 threads |",
        "| --- |" + " --- |" * (len(sizes) + 1),
    ]
    fastest = [statistics.median(times["cqdt, 2 threads"]) for times in results]
    for name in results[0]:
        cells = [f"{statistics.median(t[name]):.2f} ({min(t[name]):.2f})" for t in results]
        behind = [f"{statistics.median(t[name]) / f:.1f}×" for t, f in zip(results, fastest, strict=True)]
        title = f"{name} {versions[name]}" if name in versions else f"**{name}**"
        lines.append(f"| {title} | " + " | ".join(cells) + f" | {', '.join(behind)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=PEERS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_600, 1_000_000])
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.folder)
        return
    build = ["cargo", "build", "--release", "-p", "cqdt-benches", "--bin", "frame"]
    subprocess.run(build, cwd=ROOT, check=True)
    binary = ROOT / "target" / "release" / "frame"
    results = [measure(rows, arguments.rounds, binary) for rows in arguments.rows]
    text = page(arguments.rows, results, arguments.rounds)
    (ROOT / "docs" / "performance.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
