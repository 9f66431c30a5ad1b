"""The examples in docstrings and READMEs run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import cqdt
import cqdt._errors
import cqdt._study
import cqdt._values

HERE = Path(__file__).parent
CLASSES = [cqdt.CriteriaSet, cqdt.Submission, cqdt.Report, cqdt.Cohort, cqdt.Round, cqdt.RoundReport]


def docstrings() -> dict[str, str]:
    found = {"cqdt": cqdt.__doc__ or ""}
    for kind in CLASSES:
        found[kind.__name__] = kind.__doc__ or ""
        for name in vars(kind):
            if not name.startswith("_"):
                found[f"{kind.__name__}.{name}"] = getattr(kind, name).__doc__ or ""
    functions = (cqdt.rank, cqdt.compare, cqdt.robustness, cqdt.analyse, cqdt.score_frame, cqdt.cohort_frame)
    for function in (*functions, cqdt.score_stream, cqdt.cohort_stream):
        found[function.__name__] = function.__doc__ or ""
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


def test_readme() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (HERE.parent / "README.md").read_text("utf-8"), re.M | re.S)
    assert blocks
    for block in blocks:
        if ">>>" in block:
            examples = doctest.DocTestParser().get_doctest(block, {}, "README.md", None, 0)
            assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples).failed == 0
