"""Plain values: what reports, rounds and comparisons are made of.

All are frozen. Points are `Decimal` where a decimal of at most 12 places is exact (always, where the set rounds), else
`Fraction`; shares are `Fraction`, of 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cqdt import _errors

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from cqdt._cqdt import CriteriaSet, Report

Exact: TypeAlias = Decimal | Fraction
"""An exact number: a `Decimal` where one is exact, else a `Fraction`."""

Status: TypeAlias = Literal["scored", "missing", "invalid", "not_applicable"]
"""What became of a criterion."""

EntryStatus: TypeAlias = Literal["on_time", "late", "undated", "missing", "wrong_form"]
"""What became of a unit in a round."""


@dataclass(frozen=True)
class NotApplicable:
    """An answer that says why a fact doesn't apply to the unit.

    >>> NotApplicable("đơn vị không có bộ phận một cửa").reason
    'đơn vị không có bộ phận một cửa'
    """

    reason: str


class _Plain:
    """Values that can be had as plain data."""

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data, exact numbers as text."""
        return {key: _plain(value) for key, value in _fields(self)}


def _fields(value: object) -> Iterable[tuple[str, object]]:
    if is_dataclass(value):
        for one in fields(value):
            if one.repr:
                yield one.name, getattr(value, one.name)


def _plain(value: object) -> Any:  # noqa: ANN401
    if isinstance(value, (Decimal, Fraction)):
        return str(value)
    if is_dataclass(value):
        return {key: _plain(inner) for key, inner in _fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if callable(to_dict) else value


def exact(text: str) -> Exact:
    """An exact number from its text in a report.

    >>> exact("1.88"), exact("1/3")
    (Decimal('1.88'), Fraction(1, 3))
    """
    return Fraction(text) if "/" in text else Decimal(text)


def _share(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


@dataclass(frozen=True)
class Total(_Plain):
    """The total."""

    points: Exact
    """*The* total: what is ranked and banded."""
    max: Exact
    """The declared maximum."""
    applicable_max: Exact
    """The maximum less what isn't applicable."""
    share: Fraction | None
    """Share of the applicable maximum; none where that is 0."""
    bonus_excess: Exact
    """Bonus points beyond the cap, taken off."""
    before_rescale: Exact
    """The total before it was rescaled."""


@dataclass(frozen=True)
class GroupScore(_Plain):
    """One group's score."""

    id: str
    points: Exact
    max: Exact
    applicable_max: Exact
    share: Fraction | None
    """Share of the applicable maximum; none where that is 0."""
    excluded: bool
    """Whether every criterion is excluded."""
    sum: Exact
    """The sum of its criteria, before floor, rounding and rescaling."""


@dataclass(frozen=True)
class Basis(_Plain):
    """Where a criterion was taken from."""

    status: Literal["official", "reconstructed"]
    source: str
    document: str
    item: str


@dataclass(frozen=True)
class CriterionScore(_Plain):
    """One criterion's score."""

    id: str
    group: str
    points: Exact
    max: Exact
    min: Exact
    applicable_max: Exact
    status: Status
    bonus: bool
    basis: Basis
    trace: Mapping[str, Any] | None = field(hash=False)
    """How it was calculated, as the report's JSON has it."""


@dataclass(frozen=True)
class Diagnostic(_Plain):
    """One finding besides points."""

    code: str
    """Stable code, such as `D0101`."""
    name: str
    """Stable name, such as `invalid_value`."""
    severity: Literal["warning", "error"]
    criteria: tuple[str, ...]
    """Criteria that it touches."""
    arguments: Mapping[str, Any] = field(hash=False)
    """What the sentence is about: fact, value, what was expected."""
    messages: Mapping[str, str] = field(hash=False)
    """The sentence by language: `vi`, `en`."""


@dataclass(frozen=True)
class LineExplanation(_Plain):
    """A criterion in words."""

    id: str
    number: str
    title: str
    points: str
    max: str
    status: Status
    status_text: str
    formula: str
    """The calculation with the numbers put in: `47 ÷ 50 × 2 = 1,88`."""
    basis: str


@dataclass(frozen=True)
class GroupExplanation(_Plain):
    """A group in words."""

    id: str
    number: str
    title: str
    part: str | None
    points: str
    max: str
    share: str | None
    note: str | None
    lines: tuple[LineExplanation, ...]


@dataclass(frozen=True)
class TotalExplanation(_Plain):
    """The total in words."""

    points: str
    max: str
    applicable_max: str
    share: str | None
    band: str | None
    complete: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Explanation(_Plain):
    """A report in words, ready to show; `str()` gives it as a plain text sheet."""

    set: str
    document: str
    notice: str | None
    """That the set is not official, where it is not."""
    provenance: str
    """What it takes to recompute the report."""
    unit: str | None
    layer: str
    groups: tuple[GroupExplanation, ...]
    total: TotalExplanation
    diagnostics: tuple[str, ...]
    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def line(self, criterion: str) -> LineExplanation:
        """One criterion by id.

        Raises:
            UnknownIdError: the set has no such criterion.

        """
        for group in self.groups:
            for line in group.lines:
                if line.id == criterion:
                    return line
        messages = {
            "vi": f"bộ tiêu chí không có tiêu chí `{criterion}`",
            "en": f"the set has no criterion `{criterion}`",
        }
        raise _errors.UnknownIdError("P0117", messages)


@dataclass(frozen=True)
class PointsLeft(_Plain):
    """Points that one criterion still has to give."""

    criterion: str
    points: Exact
    left: Exact


@dataclass(frozen=True)
class Change(_Plain):
    """One criterion that verification changed."""

    criterion: str
    own: Exact
    """Points by the unit's own answers."""
    verified: Exact
    """Points with the verifier's answers over them."""
    delta: Exact
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", tuple(self.reasons))


@dataclass(frozen=True)
class Verification(_Plain):
    """Both layers of one submission, and the difference."""

    own: Report
    verified: Report
    changes: tuple[Change, ...]
    delta: Exact
    """Verified total less the unit's own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(self.changes))


@dataclass(frozen=True)
class Standing(_Plain):
    """One unit that takes part in a ranking.

    Figures may be given as `int`, `Decimal`, `Fraction` or their text.
    """

    unit: str
    value: Exact | int | str | None
    """What it is ranked by; a unit without one isn't ranked."""
    tie_breakers: tuple[Exact | int | str, ...] = ()
    cohort: str = ""
    """Units of one cohort are ranked against each other."""


@dataclass(frozen=True)
class Comparison(_Plain):
    """One unit in two rounds."""

    unit: str
    before: Exact | None
    now: Exact | None
    rank_before: int | None
    rank_now: int | None
    change: Exact | None
    ranks_won: int | None


@dataclass(frozen=True)
class Entry(_Plain):
    """One unit of a round."""

    unit: str
    name: Mapping[str, str] = field(hash=False)
    """The unit's name by language: `vi`, `en`."""
    set: str
    parent: str | None
    status: EntryStatus
    received: str | None
    source: str | None
    """Where the report stands that counts."""
    superseded: tuple[str, ...]
    rank: int | None
    rank_self: int | None
    """Where it would rank by its own answers."""
    ranked: bool
    verified: bool
    delta: Exact | None
    changes: tuple[Change, ...]
    self_report: Report | None
    report: Report | None
    """The report that counts: verified, where a verifier answered."""
    diagnostics: tuple[Diagnostic, ...]

    def __post_init__(self) -> None:
        for name in ("superseded", "changes", "diagnostics"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True)
class UnitRanks(_Plain):
    """What draws of weights say of one unit's rank. Floats: statistics about points, never points."""

    unit: str
    published: int
    """The rank under the decided weights."""
    mean: float
    median: int
    low: int
    """The rank that 5 % of the draws don't exceed."""
    high: int
    """The rank that 95 % of the draws don't exceed."""
    at_published: float
    """Share of the draws, 0 to 1, in which it has its published rank."""


@dataclass(frozen=True)
class PairRanks(_Plain):
    """How often one unit ranks before another."""

    first: str
    second: str
    before: float
    """Share of the draws, 0 to 1, in which the first ranks before the second."""


@dataclass(frozen=True)
class Influence(_Plain):
    """How much of the variance of the mean rank shift an input brings about (Sobol' indices)."""

    first: float
    """By itself: the share of the variance that would go if it were fixed."""
    total: float
    """With all that it does together with others: the share that would be left if only it moved."""
    first_error: float
    """Standard error of `first`, as of independent samples; those of the sequence lie closer."""
    total_error: float


@dataclass(frozen=True)
class RankShift(_Plain):
    """How far ranks lie from the published ones, over units and draws, and whose weight moves them."""

    samples: int
    mean: float
    deviation: float
    groups: Mapping[str, Influence] = field(hash=False)
    """By group id; empty where nothing that is drawn moves any rank."""
    dropped: Influence | None
    """The choice of the group that is left out, where `drop_one_group` is set."""
    errors: Influence | None = None
    """The errors of all facts together, where `errors` states some."""


@dataclass(frozen=True)
class Robustness(_Plain):
    """How far a ranking rests on the weights of the groups."""

    draws: int
    units: tuple[UnitRanks, ...]
    """In the order given."""
    pairs: tuple[PairRanks, ...]
    bin: int
    """Ranks that one bin of the counts holds: medians and the like are exact to so many."""
    shift: RankShift | None = None
    """Whose weight moves the ranks; where `sensitivity` asked for it."""

    @property
    def intervals(self) -> dict[str, tuple[int, int]]:
        """The 5 %–95 % interval of each unit's rank: what `cqdt.plot.ranking` draws."""
        return {one.unit: (one.low, one.high) for one in self.units}


@dataclass(frozen=True)
class CriterionAnalysis(_Plain):
    """One criterion over a cohort."""

    id: str
    mean: float
    """Mean points."""
    spread: float
    """Standard deviation of the points, over the cohort itself."""
    at_zero: float
    """Share of units, 0 to 1, without a point."""
    at_max: float
    """Share of units, 0 to 1, that have its maximum: near 1, it parts no one any more. 0 for penalties."""
    item_total: float | None
    """Correlation with the points of all other criteria; none where either doesn't vary."""


@dataclass(frozen=True)
class GroupAnalysis(_Plain):
    """One group over a cohort."""

    id: str
    alpha: float | None
    """Cronbach's alpha of its criteria; none with fewer than two of them, or where their sum doesn't vary."""


@dataclass(frozen=True)
class LikePair(_Plain):
    """Two criteria whose points go together."""

    first: str
    second: str
    correlation: float


@dataclass(frozen=True)
class Analysis(_Plain):
    """A criteria set as a cohort's points show it. Floats: statistics about points, never points."""

    criteria: tuple[CriterionAnalysis, ...]
    groups: tuple[GroupAnalysis, ...]
    pairs: tuple[LikePair, ...]
    """Criteria that say nearly the same, the closest first."""


def robustness(
    draws: int,
    units: Iterable[tuple[str, int, float, int, int, int, float]],
    pairs: Iterable[tuple[str, str, float]],
    bin: int,
    shift: tuple[
        tuple[int, float, float],
        Iterable[tuple[str, float, float, float, float]],
        tuple[float, float, float, float] | None,
        tuple[float, float, float, float] | None,
    ]
    | None,
) -> Robustness:
    """The core's findings as values."""
    found = None
    if shift is not None:
        (samples, mean, deviation), groups, *others = shift
        by_group = {group: Influence(*figures) for group, *figures in groups}
        dropped, errors = (None if one is None else Influence(*one) for one in others)
        found = RankShift(samples, mean, deviation, by_group, dropped, errors)
    return Robustness(
        draws, tuple(UnitRanks(*one) for one in units), tuple(PairRanks(*one) for one in pairs), bin, found
    )


def analysis(
    criteria: Iterable[tuple[str, float, float, float, float, float | None]],
    groups: Iterable[tuple[str, float | None]],
    pairs: Iterable[tuple[str, str, float]],
) -> Analysis:
    """The core's findings as values."""
    return Analysis(
        tuple(CriterionAnalysis(*one) for one in criteria),
        tuple(GroupAnalysis(*one) for one in groups),
        tuple(LikePair(*one) for one in pairs),
    )


def report_parts(
    document: Mapping[str, Any], said: Sequence[tuple[str, str]]
) -> tuple[tuple[GroupScore, ...], tuple[CriterionScore, ...], tuple[Diagnostic, ...]]:
    """Groups, criteria and diagnostics of a report's JSON document."""
    groups = tuple(
        GroupScore(
            id=group["id"],
            points=exact(group["points"]),
            max=exact(group["max"]),
            applicable_max=exact(group["applicable_max"]),
            share=_share(group["share"]),
            excluded=group["excluded"],
            sum=exact(group["sum"]),
        )
        for group in document["groups"]
    )
    criteria = tuple(
        CriterionScore(
            id=line["id"],
            group=line["group"],
            points=exact(line["points"]),
            max=exact(line["max"]),
            min=exact(line["min"]),
            applicable_max=exact(line["applicable_max"]),
            status=line["status"],
            bonus=line["bonus"],
            basis=Basis(**line["basis"]),
            trace=line["trace"],
        )
        for line in document["criteria"]
    )
    return groups, criteria, diagnostics(document["diagnostics"], said)


def diagnostics(documents: Sequence[Mapping[str, Any]], said: Sequence[tuple[str, str]]) -> tuple[Diagnostic, ...]:
    """Diagnostics from their JSON documents and their sentences."""
    own = {"code", "name", "severity", "criteria"}
    return tuple(
        Diagnostic(
            code=one["code"],
            name=one["name"],
            severity=one["severity"],
            criteria=tuple(one["criteria"]),
            arguments={key: value for key, value in one.items() if key not in own},
            messages={"vi": vi, "en": en},
        )
        for one, (vi, en) in zip(documents, said, strict=True)
    )


def explanation(document: Mapping[str, Any], text: str) -> Explanation:
    """An explanation from its JSON document and its text sheet."""
    groups = tuple(
        GroupExplanation(**{**group, "lines": tuple(LineExplanation(**line) for line in group["lines"])})
        for group in document["groups"]
    )
    total = TotalExplanation(**{**document["total"], "notes": tuple(document["total"]["notes"])})
    rest = {
        **document,
        "groups": groups,
        "total": total,
        "diagnostics": tuple(document["diagnostics"]),
        "text": text,
    }
    return Explanation(**rest)


def read_text(path: str | os.PathLike[str], error: str) -> tuple[str, str]:
    """A file's name and text; `error` names the exception for one that isn't UTF-8."""
    file = Path(path)
    raw = file.read_bytes()
    try:
        return str(file), raw.decode()
    except UnicodeDecodeError as fault:
        messages = {
            "vi": f"tệp không phải UTF-8 (từ byte {fault.start}); hãy lưu lại với mã hoá UTF-8",
            "en": f"the file is not UTF-8 (from byte {fault.start}); save it as UTF-8",
        }
        kind: type[_errors.CqdtError] = getattr(_errors, error)
        raise kind("E0004", messages, (), str(file)) from None


def place_names(reports: Sequence[Report]) -> list[str]:
    """What `robustness` calls the units: by their ids; those without one by their places."""
    return [str(at) if one.unit is None else one.unit for at, one in enumerate(reports)]


def by_rank(reports: Sequence[Report]) -> tuple[CriteriaSet, list[tuple[int | None, str, Report]]]:
    """Reports of one set with their ranks and what their units are called, best first; those without a rank last."""
    if not reports:
        raise _errors.OptionError("P0115", {"vi": "không có báo cáo nào", "en": "no reports"})
    of = reports[0].set
    ranked = list(zip(of.rank(reports), place_names(reports), reports, strict=True))
    ranked.sort(key=lambda one: (one[0] is None, one[0] or 0))
    return of, ranked


def of_one_set(reports: Iterable[Report]) -> None:
    """Refuse reports that can't be shown on one scale."""
    first: Report | None = None
    for one in reports:
        first = first or one
        if one.set.fingerprint != first.set.fingerprint:
            other = one.set.id
            messages = {
                "vi": f"báo cáo này được chấm theo bộ tiêu chí khác (`{other}`)",
                "en": f"this report was scored with another criteria set (`{other}`)",
            }
            raise _errors.OptionError("P0107", messages)
