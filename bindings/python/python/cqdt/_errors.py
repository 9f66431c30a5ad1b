"""Exceptions: one class a stage, each with a stable code and messages in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of a file or text."""

    code: str
    """Stable code, such as `E0104`."""
    name: str
    """Stable name, such as `unexpected`."""
    line: int | None
    """Line, from 1; None where it was no text that was read, but values."""
    column: int | None
    """Column in characters, from 1; None as for the line."""
    pointer: str
    """JSON Pointer to the value, or empty for the whole."""
    messages: Mapping[str, str] = field(hash=False)
    """The sentence by language: `vi`, `en`."""

    def message(self, lang: str = "vi") -> str:
        """Place, code and sentence on one line."""
        place = self.pointer if self.line is None else f"{self.line}:{self.column}"
        return f"{place} {self.code} {self.messages[lang]}".lstrip()


class CqdtError(Exception):
    """Whatever cqdt raises for what it is given.

    A call that isn't one (an argument left out, a number for a text) raises Python's own `TypeError`, a file that can't
    be opened `OSError`. `str()` gives the Vietnamese message, then the English one.
    """

    def __init__(
        self,
        code: str,
        messages: Mapping[str, str],
        faults: Sequence[Fault] = (),
        path: str | None = None,
    ) -> None:
        super().__init__(code, messages, tuple(faults), path)
        self.code = code
        """Stable code; with several faults, that of the first."""
        self.messages: dict[str, str] = dict(messages)
        """The message by language: `vi`, `en`."""
        self.faults: tuple[Fault, ...] = tuple(faults)
        """Every fault of a file or text, in its order."""
        self.path = path
        """The file, or the place among several submissions, where there is one."""

    def message(self, lang: str = "vi") -> str:
        """The message in one language, each line with the file it is about."""
        text = self.messages[lang]
        if self.faults:
            return "\n".join(map(self._placed, text.splitlines()))
        place = f"{self.path}: " if self.path is not None else ""
        code = "" if text.startswith(self.code) else f"{self.code} "
        return f"{place}{code}{text}"

    def _placed(self, line: str) -> str:
        """A fault's line, its place after the file or the place among several values."""
        if self.path is None:
            return line
        if self.faults[0].line is not None:
            return f"{self.path}:{line}"
        return f"{self.path}{line}" if line.startswith("/") else f"{self.path} {line}"

    def __str__(self) -> str:
        return f"{self.message('vi')}\n{self.message('en')}"


class CriteriaSetError(CqdtError, ValueError):
    """A criteria set that can't be used; `faults` has every reason."""


class SubmissionError(CqdtError, ValueError):
    """A submission or table that can't be read; `faults` has every reason.

    An answer that merely doesn't fit its fact is no error: it is a diagnostic of the report.
    """


class RoundError(CqdtError, ValueError):
    """A round that can't be read; `faults` has every reason."""


class ValueTypeError(CqdtError, TypeError):
    """A Python value that can't be taken exactly: a float, or something that is no answer."""


class CohortError(CqdtError, ValueError):
    """Cohort statistics of another criteria set, or text that isn't any."""


class FrameError(CqdtError, ValueError):
    """A frame whose columns can't be scored."""


class OptionError(CqdtError, ValueError):
    """An argument that is none of the words it takes, or doesn't fit the others."""


class UnknownSetError(CqdtError, LookupError):
    """No criteria set or round of this id comes with the package."""


class UnknownIdError(CqdtError, KeyError):
    """No criterion, group, band or form has this id."""
