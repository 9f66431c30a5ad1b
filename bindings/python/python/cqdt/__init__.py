"""Exact, explained scoring of Vietnamese e-government assessments.

Everything is computed by the Rust core; Python translates. See `CriteriaSet`.
"""

from __future__ import annotations

from cqdt._cqdt import (
    ArrowTable,
    Cohort,
    CriteriaSet,
    Report,
    Round,
    RoundReport,
    Submission,
    __version__,
    compare,
    rank,
)

# As type checkers take it; `typing` itself would be most of what an import costs.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from cqdt import excel as excel
    from cqdt import plot as plot
    from cqdt import spark as spark
    from cqdt._errors import (
        CohortError,
        CqdtError,
        CriteriaSetError,
        Fault,
        FrameError,
        OptionError,
        RoundError,
        SubmissionError,
        UnknownIdError,
        UnknownSetError,
        ValueTypeError,
    )
    from cqdt._frame import cohort_frame, cohort_stream, score_frame, score_stream
    from cqdt._study import analyse, robustness
    from cqdt._values import (
        Analysis,
        Basis,
        Change,
        Comparison,
        CriterionAnalysis,
        CriterionScore,
        Diagnostic,
        Entry,
        EntryStatus,
        Exact,
        Explanation,
        GroupAnalysis,
        GroupExplanation,
        GroupScore,
        Influence,
        LikePair,
        LineExplanation,
        NotApplicable,
        PairRanks,
        PointsLeft,
        RankShift,
        Robustness,
        Standing,
        Status,
        Total,
        TotalExplanation,
        UnitRanks,
        Verification,
    )

__all__ = [
    "Analysis",
    "ArrowTable",
    "Basis",
    "Change",
    "Cohort",
    "CohortError",
    "Comparison",
    "CqdtError",
    "CriteriaSet",
    "CriteriaSetError",
    "CriterionAnalysis",
    "CriterionScore",
    "Diagnostic",
    "Entry",
    "EntryStatus",
    "Exact",
    "Explanation",
    "Fault",
    "FrameError",
    "GroupAnalysis",
    "GroupExplanation",
    "GroupScore",
    "Influence",
    "LikePair",
    "LineExplanation",
    "NotApplicable",
    "OptionError",
    "PairRanks",
    "PointsLeft",
    "RankShift",
    "Report",
    "Robustness",
    "Round",
    "RoundError",
    "RoundReport",
    "Standing",
    "Status",
    "Submission",
    "SubmissionError",
    "Total",
    "TotalExplanation",
    "UnitRanks",
    "UnknownIdError",
    "UnknownSetError",
    "ValueTypeError",
    "Verification",
    "__version__",
    "analyse",
    "cohort_frame",
    "cohort_stream",
    "compare",
    "rank",
    "robustness",
    "score_frame",
    "score_stream",
]

# What `import cqdt` need not wait for is loaded when it is first asked for.
_LATER = {
    "cqdt._errors": (
        "CohortError",
        "CqdtError",
        "CriteriaSetError",
        "Fault",
        "FrameError",
        "OptionError",
        "RoundError",
        "SubmissionError",
        "UnknownIdError",
        "UnknownSetError",
        "ValueTypeError",
    ),
    "cqdt._frame": (
        "cohort_frame",
        "cohort_stream",
        "score_frame",
        "score_stream",
    ),
    "cqdt._study": (
        "analyse",
        "robustness",
    ),
    "cqdt._values": (
        "Analysis",
        "Basis",
        "Change",
        "Comparison",
        "CriterionAnalysis",
        "CriterionScore",
        "Diagnostic",
        "Entry",
        "EntryStatus",
        "Exact",
        "Explanation",
        "GroupAnalysis",
        "GroupExplanation",
        "GroupScore",
        "Influence",
        "LikePair",
        "LineExplanation",
        "NotApplicable",
        "PairRanks",
        "PointsLeft",
        "RankShift",
        "Robustness",
        "Standing",
        "Status",
        "Total",
        "TotalExplanation",
        "UnitRanks",
        "Verification",
    ),
}
_HOMES = {name: module for module, names in _LATER.items() for name in names}
# Modules that need more than the package: loaded when first named.
_EXTRAS = ("excel", "plot", "spark")


def _later(name: str) -> object:
    from importlib import import_module

    if name in _EXTRAS:
        try:
            return import_module(f"cqdt.{name}")
        except ImportError as error:
            # So that `hasattr` works; the module says which extra it needs.
            raise AttributeError(str(error)) from error
    home = _HOMES.get(name)
    if home is None:
        message = f"module 'cqdt' has no attribute {name!r}"
        raise AttributeError(message)
    module = import_module(home)
    for one in _LATER[home]:
        globals()[one] = getattr(module, one)
    return globals()[name]


def _names() -> list[str]:
    return sorted({*globals(), *_HOMES, *_EXTRAS})


# Out of the sight of type checkers, which would take any misspelt name for one that is loaded later.
if not TYPE_CHECKING:
    __getattr__ = _later
    __dir__ = _names
