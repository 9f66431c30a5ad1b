"""What a whole cohort's points show: how far its ranking rests on the weights, which criteria part units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast

from cqdt._cqdt import (
    Cohort,
    CriteriaSet,
    Report,
    Submission,
    _analyse_arrow,
    _FrameOptions,
    _robust_arrow,
    _robust_reports,
    _robust_submissions,
)
from cqdt._errors import OptionError
from cqdt._library import handed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cqdt._values import Analysis, Robustness


def robustness(
    units: object,
    criteria_set: CriteriaSet | None = None,
    *,
    draws: int = 10_000,
    seed: int = 0,
    method: Literal["uniform", "dirichlet"] = "uniform",
    spread: int = 25,
    concentration: float = 100.0,
    drop_one_group: bool = False,
    pairs: Iterable[tuple[str, str]] = (),
    errors: Mapping[str, int | str | Decimal] | None = None,
    sensitivity: int = 0,
    progress: Callable[[int, int], object] | None = None,
    unit: str = "unit",
    layer: Literal["self", "verified"] = "self",
    cohort: Cohort | None = None,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
) -> Robustness:
    """Draw weights of the groups many times, rank all units anew each time, and say where each came out.

    The same seed gives the same numbers on any machine, with any number of threads, in every language. Other threads
    run meanwhile, Ctrl-C stops it.

    >>> import cqdt
    >>> commune = cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
    >>> answers = {"cb": 20, "cb-may": 18, "tslcd": True}, {"cb": 20, "cb-may": 20}
    >>> found = cqdt.robustness(commune.score_all(answers), draws=500, pairs=[("0", "1")])
    >>> [(one.unit, one.published, one.low, one.high) for one in found.units], found.pairs[0].before
    ([('0', 1, 1, 1), ('1', 2, 2, 2)], 1.0)

    Answers that are known to a stated error are drawn within it besides, and scored anew in each draw:

    >>> close = {"cb": 20, "cb-may": 18}, {"cb": 20, "cb-may": 20}
    >>> found = cqdt.robustness(close, commune, draws=500, errors={"cb-may": 2}, sensitivity=64)
    >>> found.units[1].published, found.units[1].at_published < 1, found.shift.errors.total > 0.5
    (1, True, True)

    Args:
        units: reports of one set; or with `criteria_set` submissions, or a frame, as for `score_frame`. Units without a
            name are called by their place, from `"0"`.
        criteria_set: the set to score submissions or a frame with.
        draws: how many.
        seed: where chance starts from.
        method: each weight evenly within `spread` percent of what was decided; or all at once around the decided ones,
            by a Dirichlet distribution whose parameters add up to `concentration`.
        spread: percent, 1 to 100.
        concentration: the larger, the closer to the decided weights.
        drop_one_group: leave out one group in each draw besides, each as often as any other.
        pairs: units of which to count how often the first ranks before the second.
        errors: by fact, how far the true figure may lie from an answer, either way and evenly: `3`, or `"2%"` of it.
            Needs answers, so submissions or a frame. What is drawn for a unit hangs on its name, not on its place.
        sensitivity: samples for Sobol' indices, which say whose weight moves the ranks: best a power of 2, at most
            65,536, such as 1,024; all units are ranked (groups + 2) times for each, once more with
            `drop_one_group` and once more with `errors`. Without, there are none.
        progress: called now and then, in this thread, with the draws done and those wanted, samples
            among them; what it raises stops it.
        unit: the column of a frame that names the units.
        layer: the layer of submissions that is scored.
        cohort: statistics for rules over the whole cohort; without, the units given are the cohort.
        numbers: how numbers in texts of a frame are written.
        allow_float: read a binary float of a frame or of a submission as its shortest spelling.
        coded: in a frame's columns of choices and of ticked keys, read whole numbers as positions and bit masks.

    Raises:
        OptionError: nothing to draw, a range that is none, a pair of unknown units, a set that ranks by a single group,
            a fact that can't have the error that is stated, errors of reports, which hold no answers.
        SubmissionError: a submission that can't be read.
        ValueTypeError: what is no submission, or no report; a float, unless `allow_float`.
        FrameError: columns that can't be scored.

    """
    wanted: dict[str, object] = {
        "draws": _whole("draws", draws, 2**32 - 1),
        "seed": _whole("seed", seed, 2**64 - 1),
        "method": method,
        "spread": _whole("spread", spread, 100),
        "concentration": float(concentration),
        "drop_one_group": drop_one_group,
        "pairs": list(pairs),
        "errors": [(fact, _size(fact, size)) for fact, size in (errors or {}).items()],
        "sensitivity": _whole("sensitivity", sensitivity, 65_536),
        "progress": progress,
    }
    if criteria_set is None:
        if hasattr(units, "__arrow_c_stream__"):
            raise OptionError(
                "P0107",
                {
                    "vi": "chấm một bảng thì cần `criteria_set`",
                    "en": "a frame needs a `criteria_set` to be scored with",
                },
            )
        if errors:
            raise OptionError(
                "P0114",
                {
                    "vi": "báo cáo không giữ câu trả lời để có sai số: hãy đưa bài nộp hoặc bảng, kèm `criteria_set`",
                    "en": "reports hold no answers to have errors: pass submissions or a frame, with `criteria_set`",
                },
            )
        return _robust_reports(list(cast("Sequence[Report]", units)), wanted)
    if isinstance(units, (list, tuple)):
        submissions = cast("Sequence[Submission]", units)
        return _robust_submissions(criteria_set, submissions, cohort, layer, allow_float, wanted)
    options = _FrameOptions.reading(numbers=numbers, allow_float=allow_float, coded=coded)
    rows = handed(units, criteria_set, options, also=(unit,))
    return _robust_arrow(criteria_set, rows, cohort, options, unit, wanted)


def analyse(
    frame: object,
    criteria_set: CriteriaSet,
    *,
    like: float = 0.9,
    cohort: Cohort | None = None,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
) -> Analysis:
    """Say of each criterion how a cohort's points spread, and which criteria say nearly the same.

    Args:
        frame: the units, as for `score_frame`; columns that are no facts are passed over.
        criteria_set: the set to score with.
        like: the correlation from which two criteria are said to measure the same.
        cohort: statistics for rules over the whole cohort; without, the frame is the cohort.
        numbers: how numbers in texts are written.
        allow_float: read a binary float as its shortest spelling.
        coded: in columns of choices and of ticked keys, read whole numbers as positions and bit masks.

    Raises:
        FrameError: columns that can't be scored, or no rows.

    """
    options = _FrameOptions.reading(numbers=numbers, allow_float=allow_float, coded=coded)
    return _analyse_arrow(criteria_set, handed(frame, criteria_set, options), cohort, options, float(like))


def _size(fact: str, size: object) -> str:
    if isinstance(size, (int, str, Decimal)) and not isinstance(size, bool):
        return str(size)
    raise OptionError(
        "P0113",
        {
            "vi": f"đối số `errors`: sai số của `{fact}` là `{size!r}`, cần dạng `2%` hoặc `3`",
            "en": f"argument `errors`: the error of `{fact}` is `{size!r}`, expected one such as `2%` or `3`",
        },
    )


def _whole(argument: str, value: object, most: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    raise OptionError(
        "P0110",
        {
            "vi": f"đối số `{argument}`: `{value!r}` không hợp lệ, cần số nguyên từ 0 đến {most}",
            "en": f"argument `{argument}`: unexpected `{value!r}`, expected a whole number from 0 to {most}",
        },
    )
