"""Draws the pictures of the documentation: `python tools/pictures.py [FOLDER]`, by default docs/images."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import example_round

import cqdt
from cqdt import plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def published(year: int) -> tuple[dict[str, str], dict[str, str]]:
    """Totals and names as Phú Thọ published them."""
    with (example_round.ROOT / f"examples/phu-tho-2021/{year}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["unit"]: row["total"] for row in rows}, {row["unit"]: row["name"] for row in rows}


def pictures() -> dict[str, Figure]:
    """Every picture by its file's name."""
    outcome = example_round.outcome()
    entries = outcome.ranking(example_round.COMMUNES)
    reports = [entry.report for entry in entries if entry.report is not None]
    names = {entry.unit: entry.name["vi"] for entry in entries}
    found = cqdt.robustness(reports, draws=10_000, seed=2018, spread=25)
    before, _ = published(2020)
    now, called = published(2021)
    unit = next(report for report in reports if report.unit == "phuong-gia-cam")
    return {
        "plot-ranking": plot.ranking(reports, names=names, intervals=found.intervals),
        "plot-heat-map": plot.heat_map(reports, names=names),
        "plot-group-bars": plot.group_bars(unit, reports, names=names),
        "plot-layers": plot.layers(entries),
        "plot-slopes": plot.slopes(
            cqdt.compare(before, now),
            before="2020",
            now="2021",
            names=called,
            source="Quyết định 519/QĐ-UBND ngày 08/3/2022 của UBND tỉnh Phú Thọ; 18 cơ quan đọc được",
        ),
    }


def main() -> None:
    """Write them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else example_round.ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in pictures().items():
        figure.savefig(folder / f"{name}.png", dpi=100, metadata={"Software": None})


if __name__ == "__main__":
    main()
