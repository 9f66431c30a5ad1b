"""Times cqdt beside its peers on the same work, and writes docs/performance.md.

    python3 -m venv target/peers-venv && target/peers-venv/bin/pip install -r benches/peers/requirements.txt
    target/peers-venv/bin/python benches/peers/peers.py

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
PEERS = ["numpy", "pandas", "polars", "duckdb", "datalogic-py", "zen-engine"]
# Builds of the program written by hand for this one set.
BUILDS = {"picked": "by hand, picked at run time", "portable": "by hand, portable"}
# One row at a time: a million would take minutes.
ROW_BY_ROW = {"datalogic-py", "zen-engine"}
BANDS = [85, 70]
Criteria = list[dict[str, Any]]
# Totals, shares, bands, ranks, and ranks within the province where there are provinces.
Run = Callable[[], tuple[Any, ...]]


def criteria(folder: Path) -> Criteria:
    groups = json.loads((folder / "set.json").read_text())["groups"]
    return [criterion for group in groups for criterion in group["criteria"]]


def maximum(folder: Path) -> int:
    return int(json.loads((folder / "set.json").read_text())["max"])


def hundredths(points: Any) -> int:
    return round(float(points) * 100)


def columns(folder: Path) -> dict[str, Any]:
    import numpy as np

    files = sorted(folder.glob("*.i32"))
    return {f.stem: np.fromfile(f, dtype="<i4") for f in files if f.stem != "province"}


def provinces(folder: Path) -> Any:
    """The province of each row; none where the folder has none, and nobody is asked to rank within them."""
    import numpy as np

    file = folder / "province.i32"
    return np.fromfile(file, dtype="<i4") if file.exists() else None


def vectors(c: dict[str, Any], rules: Criteria, xp: Any, wide: Callable[[Any], Any]) -> Any:
    """Groups' points in hundredths with whole columns at a time: numpy arrays or pandas series alike."""

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
    return [xp.maximum(total, 0) for total in groups.values()]


def grouped(folder: Path) -> Criteria:
    groups = json.loads((folder / "set.json").read_text())["groups"]
    return [dict(c, group=at) for at, group in enumerate(groups) for c in group["criteria"]]


def finish(total: Any, most: int, province: Any) -> tuple[Any, ...]:
    """Share, band and ranks of totals, in numpy."""
    import numpy as np

    bounds = np.array([bound * most for bound in reversed(BANDS)])
    band = len(BANDS) - np.searchsorted(bounds, total, side="right")
    ordered = np.sort(total)
    rank = len(total) - np.searchsorted(ordered, total, side="right") + 1
    if province is None:
        return total, total / (most * 100), band, rank
    # Of one province together: what ranks within it is a number of its own.
    own = province * (most * 200) + total
    ends = np.cumsum(np.bincount(province))
    place = ends[province] - np.searchsorted(np.sort(own), own, side="right") + 1
    return total, total / (most * 100), band, rank, place


def of_numpy(folder: Path) -> Run:
    import numpy as np

    c, rules, most = columns(folder), grouped(folder), maximum(folder)
    province = provinces(folder)

    def run() -> tuple[Any, ...]:
        groups = vectors(c, rules, np, lambda column: column.astype(np.int64))
        return finish(sum(groups), most, province)

    return run


def of_pandas(folder: Path) -> Run:
    import numpy as np
    import pandas as pd

    frame, rules, most = pd.DataFrame(columns(folder)), grouped(folder), maximum(folder)
    c = {name: frame[name] for name in frame}
    province = provinces(folder)
    within = None if province is None else pd.Series(province)

    def run() -> tuple[Any, ...]:
        total = sum(pd.Series(g) for g in vectors(c, rules, np, lambda column: column.astype("int64")))
        share = total / (most * 100)
        bounds = [-1, *(bound / 100 for bound in reversed(BANDS)), 10]
        band = pd.cut(share, bounds, right=False, labels=False)
        rank = total.rank(method="min", ascending=False).astype("int64")
        if within is None:
            return total, share, len(BANDS) - band, rank
        place = total.groupby(within).rank(method="min", ascending=False).astype("int64")
        return total, share, len(BANDS) - band, rank, place

    return run


def of_polars(folder: Path) -> Run:
    import polars as pl

    province = provinces(folder)
    within = {} if province is None else {"province": province}
    frame = pl.DataFrame(columns(folder) | within)
    rules, most = grouped(folder), maximum(folder)

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
    floored = {
        f"g{at}": pl.max_horizontal(pl.sum_horizontal(g), pl.lit(0)) for at, g in groups.items()
    }
    band = pl
    for at, bound in enumerate(BANDS):
        band = band.when(pl.col("total") >= bound * most).then(at)
    query = (
        frame.lazy()
        .select(*within, **floored)
        .with_columns(total=pl.sum_horizontal(floored.keys()))
        .with_columns(
            share=pl.col("total") / (most * 100),
            band=band.otherwise(len(BANDS)),
            rank=pl.col("total").rank("min", descending=True),
            **{"place": pl.col("total").rank("min", descending=True).over(name) for name in within},
        )
    )

    def run() -> tuple[Any, ...]:
        out = query.collect()
        names = ("total", "share", "band", "rank", *(["place"] if within else []))
        return tuple(out[name].to_numpy() for name in names)

    return run


def of_duckdb(folder: Path) -> Run:
    import duckdb
    import pyarrow as pa

    rules, most = grouped(folder), maximum(folder)
    connection = duckdb.connect()
    province = provinces(folder)
    within = {} if province is None else {"province": province}
    connection.register("frame", pa.table(columns(folder) | within))
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
    sums = ", ".join(f"greatest({' + '.join(g)}, 0) AS g{at}" for at, g in groups.items())
    total = " + ".join(f"g{at}" for at in groups)
    bands = " ".join(f"WHEN total >= {bound * most} THEN {at}" for at, bound in enumerate(BANDS))
    place = ", rank() OVER (PARTITION BY province ORDER BY total DESC) AS place" if within else ""
    query = f"""
        WITH tops AS (SELECT {', '.join(tops)} FROM units),
        grouped AS (SELECT {"".join(f"{name}, " for name in within)}{sums} FROM units, tops),
        scored AS (SELECT *, {total} AS total FROM grouped)
        SELECT *, total / {most * 100} AS share, CASE {bands} ELSE {len(BANDS)} END AS band,
            rank() OVER (ORDER BY total DESC) AS rank{place} FROM scored
    """

    def run() -> tuple[Any, ...]:
        out = connection.execute(query).fetchnumpy()
        names = ("total", "share", "band", "rank", *(["place"] if within else []))
        return tuple(out[name] for name in names)

    return run


class Language:
    """How an expression language writes what the rules need; numbers are hundredths."""

    def __init__(self, **words: Callable[..., Any]) -> None:
        self.words = words

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self.words[name]


JSON_LOGIC = Language(
    var=lambda name: {"var": name},
    add=lambda *parts: {"+": list(parts)},
    times=lambda a, b: {"*": [a, b]},
    floored=lambda a, b: {"/": [{"-": [a, {"%": [a, b]}]}, b]},
    least=lambda *parts: {"min": list(parts)},
    most=lambda *parts: {"max": list(parts)},
    at_least=lambda a, b: {">=": [a, b]},
    bit=lambda a, bit: {">=": [{"%": [a, 2 << bit]}, 1 << bit]},
    same=lambda a, b: {"==": [a, b]},
    choose=lambda test, a, b: {"if": [test, a, b]},
)
ZEN = Language(
    var=str,
    add=lambda *parts: f"({' + '.join(map(str, parts))})",
    times=lambda a, b: f"({a} * {b})",
    floored=lambda a, b: f"floor({a} / {b})",
    least=lambda *parts: f"min([{', '.join(map(str, parts))}])",
    most=lambda *parts: f"max([{', '.join(map(str, parts))}])",
    at_least=lambda a, b: f"({a} >= {b})",
    bit=lambda a, bit: f"({a} % {2 << bit} >= {1 << bit})",
    same=lambda a, b: f"({a} == {b})",
    choose=lambda test, a, b: f"({test} ? {a} : {b})",
)


def name_of(fact: str) -> str:
    return fact.replace("-", "_")


def expression(c: dict[str, Any], rules: Criteria, language: Language) -> Any:
    """The total as one expression over a row."""
    x = language

    def var(fact: str) -> Any:
        return x.var(name_of(fact))

    def half_up(num: Any, den: Any) -> Any:
        return x.floored(x.add(x.times(2, num), den), x.times(2, den))

    def points(rule: dict[str, Any], worth: int) -> Any:
        kind = rule["kind"]
        if kind == "yes_no":
            return x.times(var(rule["fact"]), worth)
        if kind == "proportional":
            return half_up(x.times(var(rule["of"]), worth), var(rule["over"]))
        if kind == "tiers":
            out: Any = 0
            for step in reversed(rule["steps"]):
                met = x.at_least(var(rule["fact"]), hundredths(step["at_least"]))
                out = x.choose(met, hundredths(step["points"]), out)
            return out
        if kind == "per_item":
            cap = hundredths(rule.get("cap", worth / 100))
            return x.least(x.times(var(rule["fact"]), hundredths(rule["each"])), cap)
        if kind == "checklist":
            keys = enumerate(rule["points"].values())
            ticked = [x.choose(x.bit(var(rule["fact"]), bit), hundredths(p), 0) for bit, p in keys]
            return x.least(x.add(*ticked), worth)
        if kind == "choice":
            out = 0
            for at, p in enumerate(rule["points"].values()):
                out = x.choose(x.same(var(rule["fact"]), at), hundredths(p), out)
            return out
        if kind == "best_of":
            return x.most(*(points(b, hundredths(b["max"])) for b in rule["rules"]))
        if kind == "cohort_max":
            of, over = c[rule["of"]], c[rule["over"]]
            best = (of / over).argmax()
            num = x.times(x.times(var(rule["of"]), worth), int(over[best]))
            return half_up(num, x.times(var(rule["over"]), int(of[best])))
        if kind == "deduct":
            return x.times(points(rule["rule"], hundredths(rule["rule"]["max"])), -1)
        raise ValueError(kind)

    groups: dict[int, list[Any]] = {}
    for criterion in rules:
        worth = points(criterion["rule"], hundredths(criterion["max"]))
        groups.setdefault(criterion["group"], []).append(worth)
    return x.add(*(x.most(x.add(*group), 0) for group in groups.values()))


def rows_of(c: dict[str, Any]) -> list[dict[str, int]]:
    lists = {name_of(fact): column.tolist() for fact, column in c.items()}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def of_datalogic(folder: Path) -> Run:
    import numpy as np
    from datalogic_py import DataHandle, Engine

    c, rules, most = columns(folder), grouped(folder), maximum(folder)
    province = provinces(folder)
    # Rows parsed beforehand: the fastest way that it offers.
    rows = [DataHandle(json.dumps(row)) for row in rows_of(c)]
    engine = Engine()

    def run() -> tuple[Any, ...]:
        rule, session = engine.compile(expression(c, rules, JSON_LOGIC)), engine.session()
        total = np.array([round(session.evaluate_float(rule, row)) for row in rows])
        return finish(total, most, province)

    return run


def of_zen(folder: Path) -> Run:
    import numpy as np
    import zen

    c, rules, most = columns(folder), grouped(folder), maximum(folder)
    province, rows = provinces(folder), rows_of(c)

    def run() -> tuple[Any, ...]:
        compiled = zen.compile_expression(expression(c, rules, ZEN))
        total = np.array([round(compiled.evaluate(row)) for row in rows])
        return finish(total, most, province)

    return run


CONTENDERS = {
    "numpy": of_numpy,
    "pandas": of_pandas,
    "polars": of_polars,
    "duckdb": of_duckdb,
    "datalogic-py": of_datalogic,
    "zen-engine": of_zen,
}


def ranks_of_numpy(folder: Path) -> Run:
    """Ranks under drawn weights, ties and all: mean, median, 5 % and 95 % by unit."""
    import numpy as np

    points = np.fromfile(folder / "points.i64", "<i8").reshape(6, -1)
    weights = np.fromfile(folder / "weights.i32", "<i4").reshape(-1, 6)

    def run() -> tuple[Any, ...]:
        draws, units = len(weights), points.shape[1]
        ranks = np.empty((draws, units), dtype=np.int32)
        positions = np.arange(1, units + 1, dtype=np.int32)
        step = max(1, 200_000 // units)
        for at in range(0, draws, step):
            totals = weights[at : at + step].astype(np.int64) @ points
            order = np.argsort(-totals, axis=1)
            ordered = np.take_along_axis(totals, order, 1)
            first = np.ones(ordered.shape, bool)
            first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
            own = np.maximum.accumulate(np.where(first, positions, 0), axis=1)
            np.put_along_axis(ranks[at : at + step], order, own, 1)
        nth = [max(1, -(-draws * percent // 100)) - 1 for percent in (50, 5, 95)]
        parts = np.partition(ranks, sorted(nth), axis=0)
        return ranks.mean(axis=0), *(parts[at] for at in nth)

    return run


def one(contender: str, folder: Path) -> None:
    """A warm-up that is checked against cqdt, then one timed run, in this process."""
    import numpy as np

    if contender == "ranks":
        run = ranks_of_numpy(folder)
        found = run()
        expected = np.fromfile(folder / "robustness.f64", "<f8").reshape(-1, 4).T
        for column, own in zip(found, expected, strict=True):
            assert np.allclose(column, own, rtol=1e-12, atol=0), "other ranks"
        start = time.perf_counter()
        run()
        print((time.perf_counter() - start) * 1_000)
        return
    run = CONTENDERS[contender](folder)
    found = [np.asarray(column) for column in run()]
    kinds = {"total.i64": "<i8", "share.f64": "<f8", "band.u8": "u1", "rank.u32": "<u4", "place.u32": "<u4"}
    kinds = {file: kind for file, kind in kinds.items() if (folder / file).exists()}
    ours = [np.fromfile(folder / file, dtype=kind) for file, kind in kinds.items()]
    if contender == "duckdb":
        # Its rows come in any order.
        keys = [at for at in (4, 3, 2, 0) if at < len(kinds)]
        order = np.lexsort(tuple(found[at] for at in keys))
        found = [column[order] for column in found]
        order = np.lexsort(tuple(ours[at] for at in keys))
        ours = [column[order] for column in ours]
    for file, column, own in zip(kinds, found, ours, strict=True):
        same = np.allclose(column, own, rtol=1e-12, atol=0) if file == "share.f64" else (column == own).all()
        assert same, f"{contender}: other than cqdt's {file}"
    start = time.perf_counter()
    run()
    print((time.perf_counter() - start) * 1_000)


def output_of(command: list[str], environment: dict[str, str]) -> str:
    out = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if out.returncode:
        raise SystemExit(out.stderr)
    return out.stdout


def plain() -> dict[str, str]:
    # On some machines numpy's library is told to pass for an older processor: that isn't how its users run it.
    return {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}


Times = dict[str, list[float]]
THREADS = (1, 2)


def of_threads(name: str, threads: int) -> str:
    return f"{name}, {threads} thread{'s' * (threads > 1)}"


def measure(rows: int, rounds: int, parts: list[list[float]]) -> Times:
    times: Times = {}
    with tempfile.TemporaryDirectory() as folder:
        output_of([str(BINARIES / "frame"), str(rows), folder, "0"], plain())
        for _ in range(rounds):
            for threads in THREADS:
                environment = plain() | {"RAYON_NUM_THREADS": str(threads)}
                out = output_of([str(BINARIES / "frame"), str(rows), "-", "1"], environment)
                own = [float(part) for part in out.split()]
                times.setdefault(of_threads("cqdt", threads), []).append(sum(own))
                if threads == 2:
                    parts.append(own)
            for build, name in BUILDS.items():
                for threads in THREADS:
                    environment = plain() | {"RAYON_NUM_THREADS": str(threads)}
                    out = output_of([str(BINARIES / "ceiling"), str(rows), build, "1"], environment)
                    times.setdefault(of_threads(name, threads), []).append(float(out))
            for peer in PEERS:
                if peer in ROW_BY_ROW and rows > 100_000:
                    continue
                command = [sys.executable, __file__, "--one", peer, "--folder", folder]
                times.setdefault(peer, []).append(float(output_of(command, plain())))
    return times


def measure_ranks(units: int, draws: int, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for threads in (1, 2):
                environment = plain() | {"RAYON_NUM_THREADS": str(threads)}
                command = [str(BINARIES / "ranks"), str(units), str(draws), folder, "1"]
                name = f"cqdt, {threads} thread{'s' * (threads > 1)}"
                times.setdefault(name, []).append(float(output_of(command, environment)))
            command = [sys.executable, __file__, "--one", "ranks", "--folder", folder]
            times.setdefault("numpy", []).append(float(output_of(command, plain())))
    return times


def measure_unit(rounds: int) -> Times:
    out = output_of([str(BINARIES / "unit"), str(rounds)], plain())
    points, traced = zip(*(map(float, line.split()) for line in out.splitlines()), strict=True)
    return {"points": list(points), "traced": list(traced)}


def copy_bandwidth() -> float:
    """Bytes a second that two threads read and write, copying 256 MB."""
    import threading

    import numpy as np

    source, target = np.ones(1 << 25), np.empty(1 << 25)
    target[:] = source
    half = len(source) // 2
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        parts = [threading.Thread(target=np.copyto, args=(target[a:b], source[a:b]))
                 for a, b in ((0, half), (half, None))]
        for part in parts:
            part.start()
        for part in parts:
            part.join()
        best = min(best, time.perf_counter() - start)
    return 2 * source.nbytes / best


KINDS = ["yes_no", "proportional", "tiers", "per_item", "checklist", "best_of", "choice", "cohort_max", "deduct"]


def instructions() -> dict[str, float]:
    """Instructions a row by stage, and by kind for a criterion; by callgrind, as the difference of two runs."""
    rows = 16_384

    def a_row(stage: list[str]) -> float:
        counts = []
        for rounds in ("1", "2"):
            command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
            environment = plain() | {"RAYON_NUM_THREADS": "1"}
            run = subprocess.run([*command, str(BINARIES / "frame"), str(rows), "-", rounds, *stage],
                                 env=environment, check=True, capture_output=True, text=True)
            refs = next(line for line in run.stderr.splitlines() if "Collected" in line)
            counts.append(int(refs.split(":")[1]))
        return (counts[1] - counts[0]) / rows

    stages = {stage: a_row([stage]) for stage in ("statistics", "scores", "ranks")}
    return stages | {kind: a_row(["scores", kind]) / 60 for kind in KINDS}


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def table(sizes: list[str], results: list[dict[str, list[float]]]) -> list[str]:
    lines = [
        "| contender | " + " | ".join(f"{size}, ms" for size in sizes) + " | times as long as cqdt on 2 threads |",
        "| --- |" + " ---: |" * (len(sizes) + 1),
    ]
    fastest = [statistics.median(times["cqdt, 2 threads"]) for times in results]
    for name in results[0]:
        cells, behind = [], []
        for times, least in zip(results, fastest, strict=True):
            if name in times:
                cells.append(f"{statistics.median(times[name]):,.2f} ({min(times[name]):,.2f})")
                behind.append(f"{statistics.median(times[name]) / least:,.1f}")
            else:
                cells.append("–")
                behind.append("–")
        if name.startswith("cqdt"):
            title = f"**{name}**"
        else:
            title = name if name.startswith("by hand") else f"{name} {importlib.metadata.version(name)}"
        lines.append(f"| {title} | " + " | ".join(cells) + f" | {', '.join(behind)} |")
    return lines


def large(rounds: int) -> Any:
    parts: list[list[float]] = []
    return {"times": measure(1_000_000, rounds, parts), "parts": parts}


# What is measured, each part on its own.
PARTS: dict[str, Callable[[int], Any]] = {
    "small": lambda rounds: measure(10_600, rounds, []),
    "large": large,
    "ranks": lambda rounds: [
        measure_ranks(277, 10_000, rounds),
        measure_ranks(10_600, 1_000, rounds),
    ],
    "unit": measure_unit,
    "bandwidth": lambda _: copy_bandwidth(),
    "instructions": lambda _: instructions(),
}
RESULTS = ROOT / "target" / "peers"


def paired(times: Times, name: str, other: str) -> float:
    """How many times as long the one takes as the other: the median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(times[name], times[other], strict=True))


def page() -> str:
    results = {part: json.loads((RESULTS / f"{part}.json").read_text()) for part in PARTS}
    batch, ranks = [results["small"], results["large"]["times"]], results["ranks"]
    parts = results["large"]["parts"]
    counted, scored, ranked = (statistics.median(column) for column in zip(*parts, strict=True))
    whole = statistics.median(batch[1]["cqdt, 2 threads"])
    scaling = paired(batch[1], "cqdt, 1 thread", "cqdt, 2 threads")
    above = [
        paired(times, of_threads("cqdt", threads), of_threads(BUILDS["picked"], threads))
        for times in batch for threads in THREADS
    ]
    bandwidth, counts = results["bandwidth"], results["instructions"]
    rounds = min(len(column) for times in [*batch, *ranks] for column in times.values())
    # Bytes of the columns that rules read, of the columns that come out.
    moved = (26 * 1 + 8 * 2 + 49 * 4 + 4 + 7 * 8 + 8 + 1 + 2 * 4) * 1_000_000
    rustc = output_of(["rustc", "--version"], dict(os.environ)).split()[1]
    return "\n".join([
        "# How fast it is",
        "",
        "Written by `benches/peers/peers.py`; don't edit. Medians of "
        f"{rounds} paired rounds, each contender in a fresh process and warm; the fastest round in brackets.",
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}; Rust {rustc}, Python {platform.python_version()}.",
        "Ratios carry over to other machines better than figures do.",
        "",
        "## Scoring columns",
        "",
        "60 criteria in 6 groups over the columns of `cqdt_benches::set()`: 14 yes/no, 14 ratios, 8 tiers, 7 capped counts, 5",
        "checklists, 3 best-of, 4 choices, 3 against the cohort, 2 penalties. Points exact, rounded half up to 1/100 at the",
        "criterion; group sums of at least 0, total, share, band, competition rank overall and within 34 provinces. Every",
        "contender comes to the same totals, shares, bands and ranks for every unit, or the run ends. cqdt runs its generic",
        "compiled plan in a portable x86-64 build that picks its instructions at run time; the benchmark uses mimalloc, as",
        "polars and numpy bring allocators of their own. Peers hold every column in 32 bits, in which their sums fit; engines",
        "that take one row at a time rank with numpy.",
        "",
        *table(["10,600 units", "1,000,000 units"], batch),
        "",
        "*By hand* is a program written for this one set (`benches/src/ceiling.rs`): its constants and bounds built in, every",
        "answer taken for valid, no statuses, policies or evidence. The same answers in, the same columns out, in every row",
        "the same. cqdt's plan, which knows none of that beforehand, takes "
        f"{above[0]:.2f} times as long as its fastest build on one thread and {above[1]:.2f} on",
        f"two at 10,600 units, {above[2]:.2f} and {above[3]:.2f} at 1,000,000 (medians of the rounds' ratios).",
        "",
        f"From one thread to two, 1,000,000 units: {scaling:.2f} times as fast.",
        "",
        "### Where the time goes",
        "",
        "| stage | ms of 1,000,000 units, 2 threads | instructions a row |",
        "| --- | ---: | ---: |",
        f"| statistics of the cohort | {counted:.1f} | {counts['statistics']:.0f} |",
        f"| scores | {scored:.1f} | {counts['scores']:.0f} |",
        f"| both ranks | {ranked:.1f} | {counts['ranks']:.0f} |",
        "",
        "Instructions are counted by callgrind, which has AVX2 but no AVX-512, on one thread and 16,384 rows. Those of one",
        "criterion, columns read and group sums included, in a set of 60 of its kind:",
        "",
        "| " + " | ".join(kind.replace("_", " ") for kind in KINDS) + " |",
        "|" + " ---: |" * len(KINDS),
        "| " + " | ".join(f"{counts[kind]:.1f}" for kind in KINDS) + " |",
        "",
        f"Copying runs at {bandwidth / 1e9:.0f} GB/s here on two threads, so {moved / 1e6:.0f} MB in and out cannot take less than",
        f"{moved / bandwidth * 1_000:.0f} ms: cqdt is {whole / (moved / bandwidth * 1_000):.1f} times over what memory allows.",
        "",
        "## One unit",
        "",
        "From the JSON text of a unit's answers to the same set, on one thread:",
        "",
        "| | µs |",
        "| --- | ---: |",
        f"| to its points | {statistics.median(results['unit']['points']):.1f} |",
        f"| to the report with every line's calculation | {statistics.median(results['unit']['traced']):.1f} |",
        "",
        "## Ranks under drawn weights",
        "",
        "Weights of 6 groups within ±25 %, competition ranks with ties in every draw; mean, median, 5 % and 95 % ranks of every",
        "unit. numpy does the same work on the same weights and comes to the same ranks.",
        "",
        *table(["277 units × 10,000 draws", "10,600 units × 1,000 draws"], ranks),
        "",
    ])


BINARIES = ROOT / "target" / "release"


def joined(before: Any, more: Any) -> Any:
    """Rounds and those that were made after them; of what isn't made in rounds, what was found last."""
    if isinstance(before, dict):
        return {key: joined(before[key], more[key]) for key in before}
    if isinstance(before, list) and before and isinstance(before[0], dict):
        return [joined(a, b) for a, b in zip(before, more, strict=True)]
    return before + more if isinstance(before, list) else more


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=[*PEERS, "ranks"])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--part", choices=[*PARTS, "page"], action="append")
    parser.add_argument("--more", action="store_true", help="add rounds to those of a part that there are")
    parser.add_argument("--built", action="store_true", help="take the binaries as they are")
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.folder)
        return
    if not arguments.built:
        build = ["cargo", "build", "--release", "-p", "cqdt-benches", "--bins"]
        subprocess.run(build, cwd=ROOT, check=True)
    RESULTS.mkdir(parents=True, exist_ok=True)
    for part in arguments.part or PARTS:
        if part == "page":
            continue
        file, found = RESULTS / f"{part}.json", PARTS[part](arguments.rounds)
        if arguments.more and file.exists():
            found = joined(json.loads(file.read_text()), found)
        file.write_text(json.dumps(found))
    if arguments.part and "page" not in arguments.part:
        return
    text = page()
    (ROOT / "docs" / "performance.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
