"""What is compiled of the package; import it from `cqdt`."""

import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, NoReturn, final, overload

from typing_extensions import Self

from cqdt._values import (
    Analysis,
    Comparison,
    CriterionScore,
    Diagnostic,
    Entry,
    Exact,
    Explanation,
    GroupScore,
    PointsLeft,
    Robustness,
    Standing,
    Total,
    Verification,
)

_Lang = Literal["vi", "en"]
_Layer = Literal["self", "verified"]
_Ties = Literal["competition", "dense"]
_Path = str | os.PathLike[str]
# Overloads, since of a union mypy can't tell what a dictionary of numbers and texts is meant to be.
_Standings = Iterable[Standing]
_Totals = Mapping[str, Exact | int | str | None]

__all__ = [
    "ArrowTable",
    "Cohort",
    "CriteriaSet",
    "Report",
    "Round",
    "RoundReport",
    "Submission",
    "_FrameOptions",
    "__version__",
    "_analyse_arrow",
    "_check_frame",
    "_cohort_arrow",
    "_columns_read",
    "_report",
    "_robust_arrow",
    "_robust_reports",
    "_robust_submissions",
    "_round_report",
    "_score_arrow",
    "_score_schema",
    "compare",
    "rank",
]

__version__: str

@final
class ArrowTable:
    """A table that any Arrow library can take over: it has `__arrow_c_stream__` and, being
    one batch, `__arrow_c_array__`.
    """

    def __new__(cls, never: NoReturn, /) -> Self: ...
    @property
    def column_names(self) -> list[str]:
        """Names of the columns."""
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any: ...  # noqa: ANN401
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, Any]: ...
    def __len__(self) -> int: ...

@final
class Cohort:
    """Statistics of a cohort: what rules like `cohort_max` need to know of all units at once.

    Made by `CriteriaSet.cohort`; those of parts are merged with `merge` or `|`, in any order. Frozen.
    """

    def __new__(cls, never: NoReturn, /) -> Self: ...
    @property
    def fingerprint(self) -> str:
        """Fingerprint of the set they belong to."""
    def merge(self, other: Cohort) -> Cohort:
        """The statistics of both together. Raises `CohortError` for those of another set."""
    def to_json(self) -> str:
        """The statistics as JSON, with the fingerprint of their set: `from_json` reads it back."""
    @staticmethod
    def from_json(text: str) -> Cohort:
        """Reads what `to_json` wrote. Raises `CohortError` for anything else."""
    def __or__(self, other: Cohort, /) -> Cohort: ...
    def __ror__(self, other: Cohort, /) -> Cohort: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...

@final
class CriteriaSet:
    """A criteria set (*bộ tiêu chí*), proved when it was read: frozen, hashable, shared by threads.

    >>> import cqdt
    >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
    >>> report = commune.score({"cb": 50, "cb-may": 47})
    >>> report.criterion("i.1").points
    Decimal('1.88')
    >>> report.explain("en").line("i.1").formula
    '47 ÷ 50 × 2 = 1.88'
    """

    def __new__(cls, never: NoReturn, /) -> Self: ...
    @staticmethod
    def from_toml(text: str) -> CriteriaSet:
        """Reads and proves a set in TOML.

        Raises `CriteriaSetError` with every fault, each with line and column.
        """
    @staticmethod
    def from_json(text: str) -> CriteriaSet:
        """Reads and proves a set in JSON.

        Raises `CriteriaSetError` with every fault, each with line and column.
        """
    @staticmethod
    def from_dict(document: Mapping[str, Any]) -> CriteriaSet:
        """Reads and proves a set given as a mapping: the tree of a set file, points as `int`, `Decimal` or text.

        Read TOML for it with `tomllib.loads(text, parse_float=Decimal)`. Raises `CriteriaSetError` with every fault, each with a
        JSON Pointer, and `ValueTypeError` for a float.
        """
    @staticmethod
    def from_file(path: _Path) -> CriteriaSet:
        """Reads and proves a file: TOML where its name ends in `.toml`, else JSON.

        Raises `CriteriaSetError` with every fault and the file's name, and what Python raises for a file it can't open.
        """
    @staticmethod
    def builtin(id: str) -> CriteriaSet:
        """A set that comes with the package, by its id.

            >>> cqdt.CriteriaSet.builtin("phu-tho-1609-2018/so-ban-nganh").max
            Decimal('150')

        Raises `UnknownSetError` where there is none.
        """
    @staticmethod
    def builtins() -> list[str]:
        """Ids of the sets that come with the package."""
    @property
    def id(self) -> str:
        """`folder/file`, as users call it."""
    @property
    def version(self) -> str:
        """Semantic version."""
    @property
    def status(self) -> Literal["official", "reconstructed"]:
        """`official` or `reconstructed`."""
    @property
    def fingerprint(self) -> str:
        """SHA-256 of the set's canonical JSON."""
    @property
    def max(self) -> Exact:
        """The declared maximum."""
    @property
    def needs_cohort(self) -> bool:
        """Whether some rule needs the figures of all units at once."""
    @property
    def definition(self) -> dict[str, Any]:
        """Everything that the set says, as plain data: the same dictionary at every call, not to be changed."""
    def title(self, lang: _Lang = "vi") -> str:
        """The set's title, in `"vi"` or `"en"`. Raises `OptionError` for another language."""
    def attainable_range(self, criterion: str) -> tuple[Exact, Exact]:
        """The least and most points that a criterion's rule can yield, before rounding, as proved when the set was read.

        Raises `UnknownIdError`, a `KeyError`, for a criterion that the set doesn't have.
        """
    def to_json(self) -> str:
        """Canonical JSON, every default filled in."""
    def to_dict(self) -> dict[str, Any]:
        """A fresh copy of `definition`."""
    def score(
        self,
        submission: Submission | Mapping[str, object],
        *,
        layer: _Layer = "self",
        cohort: Cohort | None = None,
        allow_float: bool = False,
    ) -> Report:
        """Scores one layer of a submission, or of a mapping of facts to answers.

        An answer is `bool`, `int`, `Decimal`, `Fraction`, text, a list of ticked keys, `None` (missing) or `NotApplicable`. Any
        submission yields a report: answers that don't fit are diagnostics. Rules over the whole cohort are `missing` unless its
        statistics are given.

            >>> small = {"cb": 50, "cb-may": 51}
            >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
            >>> [one.code for one in commune.score(small).diagnostics]
            ['D0201']

        `layer` is `"self"` (*tự đánh giá*) or `"verified"` (*thẩm định*). Raises `ValueTypeError` for a float, unless `allow_float`:
        then its shortest spelling counts, and not-a-number is missing. Raises `CohortError` for statistics of another set.
        """
    def score_all(
        self,
        submissions: Iterable[Submission | Mapping[str, object]],
        *,
        layer: _Layer = "self",
        cohort: Cohort | None = None,
        allow_float: bool = False,
    ) -> list[Report]:
        """Scores many submissions, in their order; where the set needs a cohort and none is given, they are it.

        Other threads run meanwhile. For a data frame, `cqdt.score_frame` is many times faster.

        Raises what `score` raises; the message says which submission is at fault: `[2].cb` is an answer of the third.
        """
    def cohort(
        self,
        submissions: Iterable[Submission | Mapping[str, object]],
        *,
        layer: _Layer = "self",
        allow_float: bool = False,
    ) -> Cohort:
        """Statistics of the cohort that some submissions are, in one layer: what `score` needs for rules over the whole cohort.

        Raises what `score_all` raises.
        """
    def verify(
        self,
        submission: Submission,
        *,
        self_cohort: Cohort | None = None,
        verified_cohort: Cohort | None = None,
    ) -> Verification:
        """Scores both layers of a submission and says what verification (*thẩm định*) changed: criterion by criterion, with reasons.

            >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
            >>> told = cqdt.Submission({"cb": 50, "cb-may": 47}, verified={"cb-may": 45})
            >>> [(one.criterion, one.delta) for one in commune.verify(told).changes]
            [('i.1', Decimal('-0.08'))]

        Raises `CohortError` for statistics of another set, `ValueTypeError` for what is no `Submission`: a mapping holds one layer only.
        """
    def standing(self, report: Report, *, parent: str | None = None) -> Standing:
        """What a unit is ranked by: total, share or a group's points, and tie-breakers, as the set says.

        `parent` is the unit above it, for sets that rank within parent units. Raises `OptionError` for a report of another set,
        `ValueTypeError` for what is no report.
        """
    def rank(self, reports: Iterable[Report], *, parents: Sequence[str | None] | None = None) -> list[int | None]:
        """The rank of each report, in the order given; none where there is nothing to rank by.

            >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
            >>> commune.rank(commune.score_all([{"tslcd": False}, {"tslcd": True}, {"tslcd": True}]))
            [3, 1, 1]

        `parents` names the unit above each. Raises `OptionError` for a report of another set and for `parents` of another length,
        `ValueTypeError` for what is no report.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def _repr_html_(self) -> str: ...

@final
class Submission:
    """What one unit reported: facts, the verifier's answers over them with reasons, evidence by criterion. Frozen.

        >>> import cqdt
        >>> told = cqdt.Submission(
        ...     {"cb": 50, "cb-may": 47},
        ...     unit="phuong-gia-cam",
        ...     received="2018-10-01T08:30",
        ...     evidence={"i.1": [{"number": "12/BC-UBND", "date": "2018-09-20"}]},
        ... )
        >>> told.unit, told.fact_ids()
        ('phuong-gia-cam', ['cb', 'cb-may'])

    `received` is a `date`, a `datetime` without time zone, or the like as ISO 8601 text; fractions of a second are kept.

    Raises `SubmissionError` for what can't be read, `ValueTypeError` for a float (see `CriteriaSet.score`).
    """

    def __new__(
        cls,
        facts: Mapping[str, object],
        *,
        unit: str | None = None,
        set: str | None = None,
        received: str | datetime.date | None = None,
        verified: Mapping[str, object] | None = None,
        reasons: Mapping[str, str] | None = None,
        evidence: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
        allow_float: bool = False,
    ) -> Self: ...
    @staticmethod
    def from_json(text: str) -> Submission:
        """Reads a submission from JSON text; its numbers are read from their digits, exactly.

        Raises `SubmissionError` with every fault, each with line and column.
        """
    @staticmethod
    def from_toml(text: str) -> Submission:
        """Reads a submission from TOML text.

        Raises `SubmissionError` with every fault, each with line and column.
        """
    @staticmethod
    def from_dict(document: Mapping[str, object], *, allow_float: bool = False) -> Submission:
        """The document form as a mapping: the keys of a submission file.

        Raises `SubmissionError` with every fault, each with a JSON Pointer, and `ValueTypeError` for a float.
        """
    @staticmethod
    def from_file(path: _Path) -> Submission:
        """Reads a file: JSON, or TOML where its name ends so.

        Raises `SubmissionError` with every fault and the file's name, and what Python raises for a file it can't open.
        """
    @staticmethod
    def from_csv(
        text: str, *, numbers: Literal["plain", "point", "comma", "unstated"] = "unstated"
    ) -> list[Submission]:
        r"""Reads a table with one row a unit: columns `unit`, `set`, `received`, then facts; `,`, `;` or tab between cells.

        `numbers` says how its numbers are written: `"comma"` (1.234,5), `"point"` (1,234.5), `"plain"` (1234.5) or `"unstated"`, where
        a number that reads two ways is refused rather than guessed.

            >>> rows = cqdt.Submission.from_csv("unit;cb;cb-may\nphuong-gia-cam;50;47\n", numbers="comma")
            >>> rows[0].unit
            'phuong-gia-cam'

        Raises `SubmissionError` with every fault, each with line and column; `OptionError` for an unknown word.
        """
    @staticmethod
    def from_csv_file(
        path: _Path, *, numbers: Literal["plain", "point", "comma", "unstated"] = "unstated"
    ) -> list[Submission]:
        """Reads a file of a table with one row a unit, as `from_csv` reads a text.

        Raises `SubmissionError` with every fault and the file's name, and what Python raises for a file it can't open.
        """
    @property
    def unit(self) -> str | None:
        """The unit that reported."""
    @property
    def set(self) -> str | None:
        """The form that it filled in."""
    @property
    def received(self) -> str | None:
        """When it came in, as ISO 8601."""
    @property
    def is_verified(self) -> bool:
        """Whether a verifier answered anything."""
    def fact_ids(self, layer: _Layer = "self") -> list[str]:
        """Ids of the facts answered in a layer. Raises `OptionError` for another layer."""
    def to_json(self) -> str:
        """Canonical JSON, which `from_json` reads back."""
    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...

@final
class Report:
    """What scoring one layer of one submission yields: points, statuses, traces, diagnostics, provenance. Frozen, hashable.

    Points are `Decimal` where a decimal of at most 12 places is exact (always, where the set rounds), else `Fraction`. A notebook
    shows it as a table. Pickled, it is what it was made of; loading scores that anew.

        >>> import cqdt
        >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
        >>> report = commune.score({"cb": 50, "cb-may": 47})
        >>> report.points, report.share, report.complete
        (Decimal('1.88'), Fraction(47, 2250), False)
    """

    def __new__(cls, never: NoReturn, /) -> Self: ...
    @property
    def set(self) -> CriteriaSet:
        """The set that scored it."""
    @property
    def unit(self) -> str | None:
        """The unit, where the submission names one."""
    @property
    def layer(self) -> _Layer:
        """`self` or `verified`."""
    @property
    def complete(self) -> bool:
        """Whether no answer is missing."""
    @property
    def is_reconstructed(self) -> bool:
        """Whether the set or any of its lines is reconstructed rather than official."""
    @property
    def points(self) -> Exact:
        """*The* total: what is ranked and banded."""
    @property
    def share(self) -> Fraction | None:
        """Exact share of the applicable maximum."""
    @property
    def band(self) -> str | None:
        """Id of the band reached."""
    def band_title(self, lang: _Lang = "vi") -> str | None:
        """Title of the band reached, in `"vi"` or `"en"`. Raises `OptionError` for another language."""
    @property
    def total(self) -> Total:
        """The total with all its figures."""
    @property
    def groups(self) -> tuple[GroupScore, ...]:
        """Groups in order."""
    @property
    def criteria(self) -> tuple[CriterionScore, ...]:
        """Criteria in order."""
    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything found besides points."""
    def criterion(self, id: str) -> CriterionScore:
        """One criterion by id. Raises `UnknownIdError`, a `KeyError`, for an id that the set doesn't have."""
    def group(self, id: str) -> GroupScore:
        """One group by id. Raises `UnknownIdError`, a `KeyError`, for an id that the set doesn't have."""
    def explain(self, lang: _Lang = "vi") -> Explanation:
        """The report in words, in `"vi"` or `"en"`: every line with its formula and where it comes from; `str()` gives a text sheet.

        Raises `OptionError` for another language.
        """
    def points_left(self) -> list[PointsLeft]:
        """Criteria by points still to win, most first."""
    def points_to_band(self, band: str) -> Exact | None:
        """The fewest points, in the set's places, that reach a band by its threshold; none for a band without one.

        Raises `UnknownIdError`, a `KeyError`, for a band that the set doesn't have.
        """
    @overload
    def points_to_rank(self, target: int, others: _Totals, *, parent: str | None = None) -> Exact | None:
        """The fewest points, in the set's places, that reach a rank among others: standings, or a mapping of unit to total.

            >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
            >>> report = commune.score({"cb": 50, "cb-may": 47})
            >>> report.points_to_rank(1, {"phuong-nong-trang": 3, "phuong-tan-dan": "2.5"})
            Decimal('1.12')

        Raises `OptionError` for a rank that isn't a whole number from 1 on, `ValueTypeError` for what is no standing or no exact number.
        """
    @overload
    def points_to_rank(self, target: int, others: _Standings, *, parent: str | None = None) -> Exact | None:
        """The fewest points, in the set's places, that reach a rank among others: standings, or a mapping of unit to total.

            >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
            >>> report = commune.score({"cb": 50, "cb-may": 47})
            >>> report.points_to_rank(1, {"phuong-nong-trang": 3, "phuong-tan-dan": "2.5"})
            Decimal('1.12')

        Raises `OptionError` for a rank that isn't a whole number from 1 on, `ValueTypeError` for what is no standing or no exact number.
        """
    def to_json(self) -> str:
        """Canonical JSON (RFC 8785): the same bytes wherever the report is made."""
    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def _repr_html_(self) -> str: ...

@final
class Round:
    """One campaign (*đợt đánh giá*): its period, due date, and who must report on which form. Frozen, hashable.

    >>> import cqdt
    >>> cqdt.Round.builtin("viet-tri-2018").to_dict()["due"]
    {'before': '2018-10-03'}
    """

    def __new__(cls, never: NoReturn, /) -> Self: ...
    @staticmethod
    def from_toml(text: str) -> Round:
        """Reads a round in TOML.

        Raises `RoundError` with every fault, each with line and column.
        """
    @staticmethod
    def from_json(text: str) -> Round:
        """Reads a round in JSON.

        Raises `RoundError` with every fault, each with line and column.
        """
    @staticmethod
    def from_dict(document: Mapping[str, Any]) -> Round:
        """Reads a round given as a mapping.

        Raises `RoundError` with every fault, each with a JSON Pointer, and `ValueTypeError` for a float.
        """
    @staticmethod
    def from_file(path: _Path) -> Round:
        """Reads a file: JSON, or TOML where its name ends so.

        Raises `RoundError` with every fault and the file's name, and what Python raises for a file it can't open.
        """
    @staticmethod
    def builtin(id: str) -> Round:
        """A round that comes with the package, by its id. Raises `UnknownSetError` where there is none."""
    @staticmethod
    def builtins() -> list[str]:
        """Ids of the rounds that come with the package."""
    @property
    def id(self) -> str:
        """Its id."""
    @property
    def units(self) -> list[dict[str, Any]]:
        """Units on the roster, as plain data."""
    def to_dict(self) -> dict[str, Any]:
        """The round as plain data."""
    def assess(
        self,
        sets: Iterable[CriteriaSet],
        submissions: Iterable[Submission | tuple[str, Submission]] | Mapping[str, Submission],
    ) -> RoundReport:
        """Assesses the round: who reported in time and on the right form, scores in both layers, ranks.

        `submissions` are submissions, pairs of source and submission, or a mapping of source (a file's name) to submission. Of
        several of one unit the latest counts.

            >>> round = cqdt.Round.builtin("viet-tri-2018")
            >>> sets = [cqdt.CriteriaSet.builtin(id) for id in {unit["set"] for unit in round.units}]
            >>> {entry.status for entry in round.assess(sets, []).entries}
            {'missing'}

        Raises `ValueTypeError` for what is no `CriteriaSet` or no `Submission`. What is amiss with a submission is a finding of the
        report, no exception.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...

@final
class RoundReport:
    """What came of a round: an entry a unit, ranks, findings. A notebook shows it as a table. Frozen, hashable.

    Pickled, it is what it was made of; loading assesses that anew.
    """

    def __new__(cls, never: NoReturn, /) -> Self: ...
    @property
    def entries(self) -> list[Entry]:
        """Units in the roster's order."""
    @property
    def sets(self) -> list[CriteriaSet]:
        """The criteria sets that were given and that units are on."""
    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings that belong to no unit on the roster."""
    @property
    def is_reconstructed(self) -> bool:
        """Whether anything in it is reconstructed rather than official."""
    def title(self, lang: _Lang = "vi") -> str:
        """The title of the round that was assessed, in `"vi"` or `"en"`. Raises `OptionError` for another language."""
    def ranking(self, set: str) -> list[Entry]:
        """Units of one form by rank. Raises `UnknownIdError`, a `KeyError`, for a form that no unit is on."""
    def standings(self, set: str) -> list[Standing]:
        """What the ranked units of one form are ranked by. Raises `UnknownIdError`, a `KeyError`, for a form that no unit is on."""
    def to_json(self) -> str:
        """Canonical JSON."""
    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def _repr_html_(self) -> str: ...

@overload
def rank(standings: _Totals, *, ties: _Ties = "competition") -> list[int | None]:
    """The rank of each standing among its cohort, in the order given; a mapping of unit to total will do.

        >>> import cqdt
        >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120})
        [2, 1, 2, 4]
        >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120}, ties="dense")
        [2, 1, 2, 3]

    Raises `ValueTypeError` for what is no standing or no exact number, such as a float; `OptionError` for an unknown word.
    """

@overload
def rank(standings: _Standings, *, ties: _Ties = "competition") -> list[int | None]:
    """The rank of each standing among its cohort, in the order given; a mapping of unit to total will do.

        >>> import cqdt
        >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120})
        [2, 1, 2, 4]
        >>> cqdt.rank({"a": "129.8", "b": "131.5", "c": "129.8", "d": 120}, ties="dense")
        [2, 1, 2, 3]

    Raises `ValueTypeError` for what is no standing or no exact number, such as a float; `OptionError` for an unknown word.
    """

@overload
def compare(before: _Totals, now: _Totals, *, ties: _Ties = "competition") -> list[Comparison]:
    """Compares two rounds, ordered by this round's rank; units only in the earlier one stand last.

        >>> import cqdt
        >>> first, *_ = cqdt.compare({"a": "135.0", "b": "134.1"}, {"a": "136.5", "b": "136.8"})
        >>> first.unit, first.change, first.ranks_won
        ('b', Decimal('2.7'), 1)

    Raises `OptionError` for a unit without a name and for one that stands twice in a round, `ValueTypeError` for what is no standing
    or no exact number.
    """

@overload
def compare(before: _Totals, now: _Standings, *, ties: _Ties = "competition") -> list[Comparison]:
    """Compares two rounds, ordered by this round's rank; units only in the earlier one stand last.

        >>> import cqdt
        >>> first, *_ = cqdt.compare({"a": "135.0", "b": "134.1"}, {"a": "136.5", "b": "136.8"})
        >>> first.unit, first.change, first.ranks_won
        ('b', Decimal('2.7'), 1)

    Raises `OptionError` for a unit without a name and for one that stands twice in a round, `ValueTypeError` for what is no standing
    or no exact number.
    """

@overload
def compare(before: _Standings, now: _Totals, *, ties: _Ties = "competition") -> list[Comparison]:
    """Compares two rounds, ordered by this round's rank; units only in the earlier one stand last.

        >>> import cqdt
        >>> first, *_ = cqdt.compare({"a": "135.0", "b": "134.1"}, {"a": "136.5", "b": "136.8"})
        >>> first.unit, first.change, first.ranks_won
        ('b', Decimal('2.7'), 1)

    Raises `OptionError` for a unit without a name and for one that stands twice in a round, `ValueTypeError` for what is no standing
    or no exact number.
    """

@overload
def compare(before: _Standings, now: _Standings, *, ties: _Ties = "competition") -> list[Comparison]:
    """Compares two rounds, ordered by this round's rank; units only in the earlier one stand last.

        >>> import cqdt
        >>> first, *_ = cqdt.compare({"a": "135.0", "b": "134.1"}, {"a": "136.5", "b": "136.8"})
        >>> first.unit, first.change, first.ranks_won
        ('b', Decimal('2.7'), 1)

    Raises `OptionError` for a unit without a name and for one that stands twice in a round, `ValueTypeError` for what is no standing
    or no exact number.
    """

def _report(set: CriteriaSet, submission: Submission, layer: str, cohort: Cohort | None) -> Report: ...
def _round_report(
    round: Round, sets: Iterable[CriteriaSet], submissions: Iterable[Submission | tuple[str, Submission]]
) -> RoundReport: ...

@final
class _FrameOptions:
    def __new__(
        cls,
        *,
        keep: Iterable[object] | None,
        parent: str | None,
        groups: bool,
        criteria: bool,
        statuses: bool,
        rank: bool,
        diagnostics: str,
        unknown: str,
        points: str,
        numbers: str,
        allow_float: bool,
        coded: bool,
        lang: str,
    ) -> _FrameOptions: ...
    @staticmethod
    def reading(*, numbers: str, allow_float: bool, coded: bool, keep: Iterable[object] | None = None) -> _FrameOptions:
        """For whoever makes something else than points of the answers: nothing is asked for, and columns that are neither
        answers nor in `keep` are passed over.
        """
    @property
    def ignore_unknown(self) -> bool: ...

def _score_arrow(
    set: CriteriaSet, frame: object, cohort: Cohort | None, options: _FrameOptions, first_row: int = 0
) -> ArrowTable: ...
def _score_schema(set: CriteriaSet, schema: object, cohort: Cohort | None, options: _FrameOptions) -> ArrowTable: ...
def _check_frame(frame: object) -> None: ...
def _columns_read(set: CriteriaSet, names: Sequence[str], options: _FrameOptions, also: Sequence[str]) -> list[int]: ...
def _cohort_arrow(set: CriteriaSet, frame: object, options: _FrameOptions) -> Cohort: ...
def _analyse_arrow(
    set: CriteriaSet, frame: object, cohort: Cohort | None, options: _FrameOptions, like: float
) -> Analysis: ...
def _robust_submissions(
    set: CriteriaSet,
    submissions: Iterable[Submission | Mapping[str, object]],
    cohort: Cohort | None,
    layer: str,
    allow_float: bool,
    draws: Mapping[str, object],
) -> Robustness: ...
def _robust_reports(reports: Iterable[Report], draws: Mapping[str, object]) -> Robustness: ...
def _robust_arrow(
    set: CriteriaSet,
    frame: object,
    cohort: Cohort | None,
    options: _FrameOptions,
    unit: str,
    draws: Mapping[str, object],
) -> Robustness: ...
