"""Write the docstrings of what is compiled into its stub, where editors look for them: `python tools/stubs.py`."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

STUB = Path(__file__).parents[1] / "python/cqdt/_cqdt.pyi"

Documented = ast.ClassDef | ast.FunctionDef


def documented(text: str) -> list[tuple[Documented, str]]:
    """Classes and functions of a stub with what the compiled ones say of themselves."""
    import cqdt._cqdt

    found: list[tuple[Documented, str]] = []

    def take(nodes: list[ast.stmt], home: Any) -> None:
        for node in nodes:
            if not isinstance(node, Documented):
                continue
            one = getattr(home, node.name)
            # Editors don't show what is private, and know what Python says of its own methods.
            if not node.name.startswith("_") and (said := inspect.cleandoc(one.__doc__ or "")):
                found.append((node, said))
            if isinstance(node, ast.ClassDef):
                take(node.body, one)

    take(ast.parse(text).body, cqdt._cqdt)
    return found


def literal(said: str, indent: str) -> str:
    """A docstring as source."""
    prefix = "r" if "\\" in said else ""
    lines = said.splitlines()
    if len(lines) == 1:
        return f'{indent}{prefix}"""{said}"""'
    body = "\n".join(f"{indent}{line}" if line else "" for line in lines[1:])
    return f'{indent}{prefix}"""{lines[0]}\n{body}\n{indent}"""'


def filled(text: str) -> str:
    """A stub with the docstrings of what it describes."""
    lines = text.splitlines()
    for node, said in sorted(documented(text), key=lambda pair: -pair[0].lineno):
        first = node.body[0]
        assert first.end_lineno is not None
        written = literal(said, " " * (node.col_offset + 4)).splitlines()
        begin, end = first.lineno - 1, first.end_lineno
        if ast.get_docstring(node) is None and isinstance(node, ast.ClassDef):
            # Before its first method, and the decorators of that.
            decorators = getattr(first, "decorator_list", [])
            begin = end = min([first, *decorators], key=lambda one: one.lineno).lineno - 1
            written.append("")
        elif ast.get_docstring(node) is None:
            # In place of `...`, which stands behind the colon.
            written.insert(0, lines[begin][: first.col_offset].rstrip())
        lines[begin:end] = written
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    STUB.write_text(filled(STUB.read_text("utf-8")), "utf-8")
