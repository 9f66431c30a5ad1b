"""Runs the notebooks of examples/notebooks: `python tools/notebooks.py` writes their outputs, `--check` compares them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[3] / "examples" / "notebooks"


def executed(file: Path) -> Any:
    """The notebook, run from the top in a kernel of its own."""
    notebook = nbformat.read(file, as_version=4)
    with tempfile.TemporaryDirectory():
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": FOLDER}}).execute()
    for cell in notebook.cells:
        # Times of running, which differ each time.
        cell.metadata.pop("execution", None)
    return notebook


def told(notebook: Any) -> list[list[tuple[str, str]]]:
    """What each cell says in text and tables; pictures count by being there."""
    cells = []
    for cell in notebook.cells:
        said: list[tuple[str, str]] = []
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                said.append((output.name, output.text))
            elif output.output_type == "error":
                said.append(("error", output.ename))
            else:
                pictures = {kind: "" for kind in output.data if kind.startswith("image/")}
                said += sorted({**{k: v for k, v in output.data.items() if k.startswith("text/")}, **pictures}.items())
        cells.append(said)
    return cells


def main() -> None:
    """Run them all."""
    stale = []
    for file in sorted(FOLDER.glob("*.ipynb")):
        fresh = executed(file)
        if "--check" not in sys.argv:
            nbformat.write(fresh, file)
        elif told(fresh) != told(nbformat.read(file, as_version=4)):
            stale.append(file.name)
    if stale:
        sys.exit(f"run tools/notebooks.py: {', '.join(stale)}")


if __name__ == "__main__":
    main()
