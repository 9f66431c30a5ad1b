"""Robustness, Sobol' indices and noise, worked out once more in numpy.

The weights that are drawn are listed by `ranks` of the benchmarks: ranks are compared number by number.
Sobol' indices and noise are estimated from numpy's own random numbers and must agree within their standard errors.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

ROOT = Path(__file__).parents[3]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
UNITS, DRAWS = 60, 2_000
PAIRS = [(0, 1), (5, 50), (7, 7)]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def programs() -> Path:
    build = [
        "cargo",
        "build",
        "--quiet",
        "--locked",
        "-p",
        "cqdt-cli",
        "-p",
        "cqdt-benches",
        "--bin",
        "cqdt",
        "--bin",
        "ranks",
    ]
    subprocess.run(build, cwd=ROOT, check=True)
    return TARGET


def text(word: str) -> dict[str, str]:
    return {"vi": word, "en": word}


def form() -> dict[str, Any]:
    """Two groups of one criterion each: `10 × n ÷ 200` points."""
    facts = [{"id": f"n{at}", "type": "count", "title": text("n")} for at in (0, 1)]
    facts.append({"id": "of", "type": "count", "title": text("of")})
    groups = []
    for at in (0, 1):
        rule = {"kind": "proportional", "of": f"n{at}", "over": "of"}
        basis = {"status": "official", "source": "s", "item": "1"}
        criterion = {"id": f"c{at}", "number": "1", "title": text("c"), "max": 10, "rule": rule, "basis": basis}
        groups.append({"id": f"g{at}", "number": str(at), "title": text("g"), "max": 10, "criteria": [criterion]})
    document = {"number": "1", "date": "2018-07-05", "issuer": text("x"), "title": text("x")}
    return {
        "format": 1,
        "id": "thu/nhieu",
        "version": "1.0.0",
        "status": "official",
        "agency_group": "x",
        "max": 20,
        "title": text("t"),
        "document": document,
        "sources": {"s": {"document": "d"}},
        "facts": facts,
        "groups": groups,
    }


def ranks_of(totals: Ints) -> Ints:
    """Competition ranks, draw by draw: one more than how many are ahead."""
    ranks: Ints = (totals[:, None, :] > totals[:, :, None]).sum(axis=2) + 1
    return ranks


def told(programs: Path, table: Path, *options: str) -> dict[str, Any]:
    command = [str(programs / "cqdt"), "robustness", str(table), "--json", *options]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    ranking: dict[str, Any] = json.loads(out)["rankings"][0]
    return ranking


def scores(folder: Path, points: Ints) -> Path:
    """The table of scores that the command reads, from points in hundredths by group and unit."""
    lines = ["unit," + ",".join(f"g{group}" for group in range(len(points)))]
    lines += [f"u{unit}," + ",".join(f"{p / 100:.2f}" for p in row) for unit, row in enumerate(points.T)]
    table = folder / "scores.csv"
    table.write_text("\n".join(lines) + "\n")
    return table


def drawn(programs: Path, folder: Path, units: int, draws: int, *options: str) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Points by group and unit, and the weights of every draw, as the core draws them."""
    subprocess.run([programs / "ranks", str(units), str(draws), folder, "0", *options], check=True, capture_output=True)
    points: Ints = np.fromfile(folder / "points.i64", "<i8").reshape(6, units)
    return points, np.fromfile(folder / "weights.i32", "<i4").reshape(draws, 6)


def check_ranks(programs: Path, folder: Path, points: Ints, weights: npt.NDArray[np.int32], *options: str) -> None:
    """All that the command tells, worked out by numpy from the same weights."""
    draws = len(weights)
    ranks = ranks_of(weights.astype(np.int64) @ points)
    published = ranks_of(points.sum(axis=0)[None])[0]
    ordered = np.sort(ranks, axis=0)
    pairs = [f"--pair=u{first},u{second}" for first, second in PAIRS]
    found = told(programs, scores(folder, points), f"--draws={draws}", "--seed=1", *pairs, *options)
    # The command tells units in the order of their ranks.
    rows = sorted(found["units"], key=lambda one: int(one["unit"][1:]))
    columns = {name: np.array([one[name] for one in rows]) for name in rows[0]}
    assert (columns["rank"] == published).all()
    np.testing.assert_allclose(columns["mean"], ranks.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(columns["at_rank"], (ranks == published).mean(axis=0), rtol=1e-13)
    for name, percent in ("median", 50), ("low", 5), ("high", 95):
        assert (columns[name] == ordered[-(-draws * percent // 100) - 1]).all(), name
    for one, (first, second) in zip(found["pairs"], PAIRS, strict=True):
        assert one["before"] == (ranks[:, first] < ranks[:, second]).mean()


@pytest.mark.parametrize("units", [UNITS, 700])
def test_ranks_are_those_of_numpy_on_the_same_weights(programs: Path, tmp_path: Path, units: int) -> None:
    points, weights = drawn(programs, tmp_path, units, DRAWS if units == UNITS else 60)
    assert weights.min() >= 750
    assert weights.max() <= 1_250
    check_ranks(programs, tmp_path, points, weights)


def test_dirichlet_weights_are_such_and_rank_as_in_numpy(programs: Path, tmp_path: Path) -> None:
    concentration = 40
    option = f"--dirichlet={concentration}"
    points, weights = drawn(programs, tmp_path, UNITS, DRAWS, option)
    # Six shares that add up to one: of each, mean 1/6 and variance 1/6 · 5/6 ÷ (concentration + 1).
    shares = weights / 6_000
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=6 * 0.5 / 6_000)
    deviation = np.sqrt(5 / 36 / (concentration + 1))
    assert (np.abs(shares.mean(axis=0) - 1 / 6) < 4.5 * deviation / np.sqrt(DRAWS)).all()
    np.testing.assert_allclose(shares.std(axis=0), deviation, rtol=0.1)
    # Shares of one sum pull each other down: −1/5 between any two of six.
    apart = np.corrcoef(shares.T)[np.triu_indices(6, 1)]
    np.testing.assert_allclose(apart, -0.2, atol=0.1)
    # As numpy draws them: the same distribution, by the largest distance between their steps.
    own = np.random.default_rng(3).dirichlet(np.full(6, concentration / 6), DRAWS)
    both = np.sort(np.concatenate([shares[:, 0], own[:, 0]]))
    steps = [np.searchsorted(np.sort(one[:, 0]), both, side="right") / DRAWS for one in (shares, own)]
    assert np.abs(steps[0] - steps[1]).max() < 1.95 * np.sqrt(2 / DRAWS)
    check_ranks(programs, tmp_path, points, weights, option)


def test_each_draw_drops_one_group_and_ranks_as_in_numpy(programs: Path, tmp_path: Path) -> None:
    points, weights = drawn(programs, tmp_path, UNITS, DRAWS, "--drop-one")
    dropped = weights == 0
    assert (dropped.sum(axis=1) == 1).all()
    assert ((weights >= 750) | dropped).all()
    assert (np.abs(dropped.mean(axis=0) - 1 / 6) < 4.5 * np.sqrt(5 / 36 / DRAWS)).all()
    check_ranks(programs, tmp_path, points, weights, "--drop-one")


def sobol(points: Ints, samples: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats, Floats, float]:
    """First-order (Saltelli) and total (Jansen) indices of the mean rank shift, their errors, and its mean."""
    groups = len(points)
    published = ranks_of(points.sum(axis=0)[None])[0]

    def shift(weights: Ints) -> Floats:
        parts = [np.abs(ranks_of(part @ points) - published).mean(axis=1) for part in np.array_split(weights, 40)]
        return np.concatenate(parts)

    a, b = (rng.integers(750, 1_251, (samples, groups)) for _ in "ab")
    of_a, of_b = shift(a), shift(b)
    both = np.concatenate([of_a, of_b])
    mean, variance = both.mean(), both.var()
    found = []
    for group in range(groups):
        mixed = a.copy()
        mixed[:, group] = b[:, group]
        of_mixed = shift(mixed)
        first, total = (of_b - mean) * (of_mixed - of_a), (of_a - of_mixed) ** 2 / 2
        found.append([part / variance for part in (first, total)])
    first, total = (np.array([one[at].mean() for one in found]) for at in (0, 1))
    errors = [np.array([one[at].std() for one in found]) / np.sqrt(samples) for at in (0, 1)]
    return first, total, errors[0], errors[1], float(mean)


def test_sobol_indices_are_those_of_numpy(programs: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(2018)
    # Groups of unlike spread, so that their indices differ; the last one parts no one.
    spread = np.array([300, 900, 600, 100, 0])
    points = 1_000 + (rng.random((5, 40)) * spread[:, None]).astype(np.int64)
    first, total, first_error, total_error, mean = sobol(points, 8_000, rng)
    found = told(programs, scores(tmp_path, points), "--draws=10", "--sensitivity=8192", "--seed=3")["sensitivity"]
    assert found["mean_shift"] == pytest.approx(mean, rel=0.03)
    for name, own, error in ("first", first, first_error), ("total", total, total_error):
        theirs = np.array([group[name] for group in found["groups"]])
        stated = np.array([group[f"{name}_error"] for group in found["groups"]])
        # Four standard errors of the difference.
        assert (np.abs(theirs - own) <= 4 * np.hypot(error, stated) + 1e-12).all(), (name, theirs, own)
        # The errors that are stated are those of independent samples.
        np.testing.assert_allclose(stated, error, rtol=0.2, atol=1e-12)
        # Tight enough to tell one group from another.
        assert (4 * np.hypot(error, stated) < 0.2).all()
    assert found["groups"][4]["total"] == total[4] == 0.0


def test_noise_is_that_of_numpy(programs: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    answers = rng.integers(60, 160, (2, 25))
    (tmp_path / "set.json").write_text(json.dumps(form()))
    rows = [f"u{unit},{a},{b},200" for unit, (a, b) in enumerate(answers.T)]
    table = tmp_path / "units.csv"
    table.write_text("\n".join(["unit,n0,n1,of", *rows]) + "\n")
    draws = 20_000
    options = [f"--set={tmp_path / 'set.json'}", "--error=n0=10%", "--error=n1=7", f"--draws={draws}", "--percent=10"]
    found = told(programs, table, *options, "--seed=5")
    # A tenth of the one count, rounded down, and seven of the other, each way, all numbers alike.
    reach = np.array([answers[0] // 10, np.full(25, 7)])
    noisy = answers + rng.integers(-reach, reach + 1, (draws, 2, 25))
    points = (2 * 1_000 * noisy + 200) // 400
    weights = rng.integers(900, 1_101, (draws, 2))
    totals = (weights[:, :, None] * points).sum(axis=1)
    ranks = np.concatenate([ranks_of(part) for part in np.array_split(totals, 40)])
    published = ranks_of(((2 * 1_000 * answers + 200) // 400).sum(axis=0)[None])[0]
    # The command tells units in the order of their ranks.
    order = [int(one["unit"][1:]) for one in found["units"]]
    theirs = {name: np.array([one[name] for one in found["units"]]) for name in ("rank", "mean", "at_rank")}
    assert (theirs["rank"] == published[order]).all()
    same = ranks == published
    for name, own in ("mean", ranks), ("at_rank", same):
        error = own.std(axis=0)[order] * np.sqrt(2 / draws)
        assert (np.abs(theirs[name] - own.mean(axis=0)[order]) <= 4.5 * error + 1e-12).all(), name
    # Without noise, the same comparison fails: the tolerance is no wider than what it looks for.
    still = told(programs, table, *options[:1], *options[3:], "--seed=5")
    quiet = {one["unit"]: one["at_rank"] for one in still["units"]}
    off = np.abs(np.array([quiet[f"u{unit}"] for unit in order]) - same.mean(axis=0)[order])
    assert (off > 4.5 * same.std(axis=0)[order] * np.sqrt(2 / draws)).any()
