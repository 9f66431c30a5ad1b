"""What a module says that needs a library which isn't installed."""

from __future__ import annotations


def missing(extra: str, error: ImportError) -> ImportError:
    """The same error, but saying in both languages which extra brings the library."""
    why = f"`cqdt.{extra}`: hãy chạy `pip install cqdt[{extra}]`\n`cqdt.{extra}` needs `pip install cqdt[{extra}]`"
    return ImportError(f"{error}\n{why}", name=error.name, path=error.path)
