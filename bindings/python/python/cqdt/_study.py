"""What a whole cohort's points show: how far its ranking rests on the weights, which criteria part units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from cqdt._cqdt import Cohort, CriteriaSet, Report, _analyse_arrow, _robust_arrow, _robust_reports
from cqdt._errors import OptionError
from cqdt._frame import _bare, _options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
    sensitivity: int = 0,
    progress: Callable[[int, int], object] | None = None,
    unit: str = "unit",
    cohort: Cohort | None = None,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
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

    Args:
        units: reports of one set; or a frame, as for `score_frame`, with `criteria_set`. Units without a name are
            called by their place, from `"0"`.
        criteria_set: the set to score a frame with.
        draws: how many.
        seed: where chance starts from.
        method: each weight evenly within `spread` percent of what was decided; or all at once around the decided ones,
            by a Dirichlet distribution whose parameters add up to `concentration`.
        spread: percent, 1 to 100.
        concentration: the larger, the closer to the decided weights.
        drop_one_group: leave out one group in each draw besides, each as often as any other.
        pairs: units of which to count how often the first ranks before the second.
        sensitivity: samples for Sobol' indices, which say whose weight moves the ranks: best a power of 2, at most
            65,536, such as 1,024; all units are ranked (groups + 2) times for each. Without, there are none.
        progress: called now and then, in this thread, with the draws done and those wanted; what it raises stops it.
        unit: the column of a frame that names the units.
        cohort: statistics for rules over the whole cohort; without, a frame's rows are the cohort.
        numbers: how numbers in texts of a frame are written.
        allow_float: read a binary float of a frame as its shortest spelling.

    Raises:
        OptionError: nothing to draw, a range that is none, a pair of unknown units, a set that ranks by a single group.
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
        return _robust_reports(list(cast("Sequence[Report]", units)), wanted)
    options = _options(keep=(), unknown="ignore", numbers=numbers, allow_float=allow_float)
    return _robust_arrow(criteria_set, _bare(units), cohort, options, unit, wanted)


def analyse(
    frame: object,
    criteria_set: CriteriaSet,
    *,
    like: float = 0.9,
    cohort: Cohort | None = None,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
) -> Analysis:
    """Say of each criterion how a cohort's points spread, and which criteria say nearly the same.

    Args:
        frame: the units, as for `score_frame`; columns that are no facts are passed over.
        criteria_set: the set to score with.
        like: the correlation from which two criteria are said to measure the same.
        cohort: statistics for rules over the whole cohort; without, the frame is the cohort.
        numbers: how numbers in texts are written.
        allow_float: read a binary float as its shortest spelling.

    Raises:
        FrameError: columns that can't be scored, or no rows.

    """
    options = _options(keep=(), unknown="ignore", numbers=numbers, allow_float=allow_float)
    return _analyse_arrow(criteria_set, _bare(frame), cohort, options, float(like))


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
