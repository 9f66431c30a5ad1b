"""The notebooks run, and show what is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import notebooks
import pytest

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(notebooks.FOLDER.glob("*.ipynb"))

# What the notebook's own machinery says on some Pythons.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_there_are_four() -> None:
    assert len(FILES) == 4


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_outputs_are_those_of_a_run(file: Path) -> None:
    kept = nbformat.read(file, as_version=4)
    found = notebooks.executed(file)
    assert notebooks.told(found) == notebooks.told(kept), "run tools/notebooks.py"
    assert notebooks.alike(found, kept), "run tools/notebooks.py"
    said = [one for cell in notebooks.told(kept) for one in cell]
    assert said
    assert not any(kind == "error" for kind, _ in said)
    assert not any(kind == "stderr" for kind, _ in said)
