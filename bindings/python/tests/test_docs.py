"""The examples in docstrings and READMEs run."""

from __future__ import annotations

import doctest
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
import stubs

import cqdt
import cqdt._errors
import cqdt._study
import cqdt._values

HERE = Path(__file__).parent
CLASSES = [cqdt.CriteriaSet, cqdt.Submission, cqdt.Report, cqdt.Cohort, cqdt.Round, cqdt.RoundReport]
FUNCTIONS = [
    "analyse",
    "cohort_frame",
    "cohort_stream",
    "compare",
    "rank",
    "robustness",
    "score_frame",
    "score_stream",
]


def docstrings() -> dict[str, str]:
    found = {"cqdt": cqdt.__doc__ or ""}
    for kind in CLASSES:
        found[kind.__name__] = kind.__doc__ or ""
        for name in vars(kind):
            if not name.startswith("_"):
                found[f"{kind.__name__}.{name}"] = getattr(kind, name).__doc__ or ""
    for name in FUNCTIONS:
        found[name] = getattr(cqdt, name).__doc__ or ""
    return found


@pytest.mark.parametrize("name", sorted(docstrings()))
def test_everything_is_documented(name: str) -> None:
    text = docstrings()[name]
    assert text.strip()
    examples = doctest.DocTestParser().get_doctest(text, {"cqdt": cqdt}, name, None, 0)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples).failed == 0


def test_there_are_examples() -> None:
    assert sum(">>>" in text for text in docstrings().values()) >= 8


@pytest.mark.parametrize("module", [cqdt._errors, cqdt._study, cqdt._values])
def test_modules(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


# What raises nothing of its own: properties, and what only shows what is there.
SILENT = {
    "Cohort.to_json",
    "CriteriaSet.builtins",
    "CriteriaSet.to_dict",
    "CriteriaSet.to_json",
    "Report.points_left",
    "Report.to_dict",
    "Report.to_json",
    "Round.builtins",
    "Round.to_dict",
    "RoundReport.to_dict",
    "RoundReport.to_json",
    "Submission.to_dict",
    "Submission.to_json",
}


def methods() -> list[str]:
    found = [(kind, name) for kind in CLASSES for name in vars(kind) if not name.startswith("_")]
    return [f"{kind.__name__}.{name}" for kind, name in found if callable(getattr(kind, name))]


@pytest.mark.parametrize("name", [*methods(), *FUNCTIONS])
def test_what_is_raised_is_documented(name: str) -> None:
    assert ("Raises" in docstrings()[name]) != (name in SILENT)


def test_the_stub_says_what_the_compiled_says() -> None:
    text = stubs.STUB.read_text("utf-8")
    assert len(stubs.documented(text)) > 80
    assert stubs.filled(text) == text, "run `python tools/stubs.py`"


def blocks(path: Path) -> list[tuple[int, str]]:
    """The `python` blocks of a text, each with the line it begins at."""
    text = path.read_text("utf-8")
    found = re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S)
    return [(text.count("\n", 0, one.start(1)), one[1]) for one in found]


def run(path: Path, names: dict[str, Any]) -> None:
    """Runs the blocks of a text one after another, as a reader would; a fault is at its line of the text."""
    for line, block in blocks(path):
        exec(compile("\n" * line + block, str(path), "exec"), names)  # noqa: S102 - our own text


def test_readme(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    run(HERE.parent / "README.md", names)
    printed = capsys.readouterr().out
    # What the comments beside the calls say.
    assert "18 ÷ 20 × 2 = 1,8\n" in printed
    assert "\n1.8\n" in printed
    assert [names["commune"].rank(names["reports"])[0], len(names["reports"])] == [2, 2]


ROOT = HERE.parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the guide's reader has the files that it names."""
    monkeypatch.chdir(tmp_path)
    form = (ROOT / "criteria/viet-tri-2395-2018/phu-luc-2.toml").read_text("utf-8")
    Path("bo.toml").write_text(form, "utf-8")
    Path("xa.json").write_text('{"unit": "phuong-gia-cam", "facts": {"cb": 20, "cb-may": 18}}', "utf-8")
    Path("xa.csv").write_text("unit;cb;cb-may\nphuong-gia-cam;20;18\nxa-chu-hoa;19;3\nxa-kim-duc;10;10\n", "utf-8")
    duckdb.read_csv("xa.csv").write_parquet("xa.parquet")
    return tmp_path


def test_guide(folder: Path) -> None:
    names: dict[str, Any] = {}
    run(ROOT / "docs/python.vi.md", names)
    assert str(names["bao_cao"].criterion("i.1").points) == "1.8"
    assert names["bao_cao"].explain("vi").line("i.1").formula == "18 ÷ 20 × 2 = 1,8"
    assert names["bang"]["unit"].to_list() == ["phuong-gia-cam", "xa-chu-hoa", "xa-kim-duc"]
    assert names["vung"].units[2].published == 1
    assert (folder / "diem.parquet").exists()


def test_points_add_up_as_the_guide_says() -> None:
    for text in (HERE.parent / "README.md", ROOT / "docs/python.vi.md"):
        assert "sum(Fraction(" in text.read_text("utf-8")
    points: list[cqdt.Exact] = [Decimal("0.5"), Fraction(2, 3)]
    with pytest.raises(TypeError):
        sum(points)
    assert sum(Fraction(one) for one in points) == Fraction(7, 6)
