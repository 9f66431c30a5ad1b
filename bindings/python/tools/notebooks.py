"""Runs the notebooks of examples/notebooks: `python tools/notebooks.py` writes their outputs, `--check` compares them."""

from __future__ import annotations

import sys
import tempfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

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
    """What each cell says in text and tables; pictures count by being there, see `alike` for what they show."""
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


def pictures(notebook: Any) -> list[Any]:
    """What is drawn, as pixels."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    drawn = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    return [np.asarray(Image.open(BytesIO(b64decode(one))).convert("RGB"), dtype=np.int16) for one in drawn]


def alike(found: Any, kept: Any) -> bool:
    """Whether two notebooks show the same pictures; machines may differ in how they smooth an edge."""
    pairs = list(zip(pictures(found), pictures(kept), strict=True))
    return all(a.shape == b.shape and (np.abs(a - b) > 64).mean() < 0.001 for a, b in pairs)


def main() -> None:
    """Run them all."""
    stale = []
    for file in sorted(FOLDER.glob("*.ipynb")):
        fresh = executed(file)
        if "--check" not in sys.argv:
            nbformat.write(fresh, file)
            continue
        kept = nbformat.read(file, as_version=4)
        if told(fresh) != told(kept) or not alike(fresh, kept):
            stale.append(file.name)
    if stale:
        sys.exit(f"run tools/notebooks.py: {', '.join(stale)}")


if __name__ == "__main__":
    main()
