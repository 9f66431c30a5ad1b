"""The Việt Trì round of 2018, read from its example files: what pictures and notebooks show."""

from __future__ import annotations

from pathlib import Path

import cqdt

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "examples" / "viet-tri-2018"
COMMUNES = "viet-tri-2395-2018/phu-luc-2"
DIVISIONS = "viet-tri-2395-2018/phu-luc-1"


def submissions() -> list[tuple[str, cqdt.Submission]]:
    """Every file of the round; tables hold decimal commas."""
    found: list[tuple[str, cqdt.Submission]] = []
    for file in sorted((FOLDER / "submissions").iterdir()):
        if file.suffix == ".csv":
            found += [(file.name, one) for one in cqdt.Submission.from_csv_file(file, numbers="comma")]
        else:
            found.append((file.name, cqdt.Submission.from_file(file)))
    return found


def outcome() -> cqdt.RoundReport:
    """The assessed round."""
    sets = [cqdt.CriteriaSet.builtin(one) for one in (DIVISIONS, COMMUNES)]
    return cqdt.Round.from_file(FOLDER / "round.toml").assess(sets, submissions())
