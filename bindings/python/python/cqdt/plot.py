"""Pictures of reports and rounds; needs matplotlib (`pip install cqdt[plot]`).

Each function returns a `matplotlib.figure.Figure`, which a notebook shows and `savefig` writes; none touches pyplot.
Where anything is reconstructed rather than official, the picture says so; a unit that lacks answers is marked. Points
become floats for drawing only.
"""

from __future__ import annotations

from statistics import median
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any

from cqdt._errors import OptionError
from cqdt._extras import missing
from cqdt._values import by_rank, of_one_set

try:
    from matplotlib import patheffects, rc_context
    from matplotlib.collections import PatchCollection
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch, Rectangle
    from matplotlib.ticker import MaxNLocator

    from cqdt import _drawing as draw
except ImportError as error:
    raise missing("plot", error) from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from cqdt._cqdt import CriteriaSet, Report
    from cqdt._drawing import Lang
    from cqdt._values import Comparison, Entry, GroupScore, Verification


def _known(intervals: Mapping[str, tuple[float, float]], units: Sequence[str]) -> None:
    """Refuse intervals of other units: they would be left out without a word."""
    if intervals and not intervals.keys() & set(units):
        theirs, ours = next(iter(intervals)), units[0]
        raise OptionError(
            "P0109",
            {
                "vi": f"đối số `intervals`: không có đơn vị nào của các báo cáo (có `{theirs}`…, cần `{ours}`…)",
                "en": f"argument `intervals`: none of the reports' units (there is `{theirs}`…, expected `{ours}`…)",
            },
        )


def ranking(
    reports: Sequence[Report],
    *,
    names: Mapping[str, str] | None = None,
    intervals: Mapping[str, tuple[float, float]] | None = None,
    lang: Lang = "vi",
) -> Figure:
    """Totals by rank, coloured by band; with `intervals`, the range of each unit's rank beside them.

    Args:
        reports: reports of units that are ranked against each other.
        names: what to call each unit; those without an id go by their places, `"0"` and on, as in `robustness`.
        intervals: by unit, the least and largest rank under changed weights.
        lang: language of the labels.

    Raises:
        OptionError: there are no reports, they are of different sets, or the intervals are of other units.

    """
    of, ranked = by_rank(reports)
    _known(intervals or {}, [unit for _, unit, _ in ranked])
    labels = [
        f"{draw.marked(fill(draw.name_of(unit, names), draw.WIDE), report)}  {'–' if rank is None else rank}"
        for rank, unit, report in ranked
    ]
    with rc_context(draw.FONT):
        beside = 0.07 * max(0, draw.longest(labels) - 28)
        width = (10 if intervals else 8) + beside
        figure = draw.new_figure(width, 1.6 + draw.height_of(labels, 0.27))
        if intervals:
            bars, dots = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
            _dots(dots, ranked, intervals, lang)
        else:
            bars = figure.subplots()
        met = _bars(bars, of, [report for _, _, report in ranked], lang)
        if met:
            draw.put_legend(figure, met)
        bars.set_yticks(range(len(ranked)), labels)
        bars.set_ylim(len(ranked) - 0.4, -0.6)
        draw.put_title(bars, of, lang, width - 0.075 * draw.longest(labels) - 0.4)
        draw.put_foot(figure, reports, lang, draw.notes_of(reports, lang))
    return figure


def _bars(axes: Axes, of: CriteriaSet, reports: Sequence[Report], lang: Lang) -> list[Patch]:
    """A bar a total, its figure beyond the bar's end, on whichever side of zero that is; gives the bands met."""
    bands = draw.titles_of(of, "bands", lang)
    colours = dict(zip(bands, draw.palette(len(bands)), strict=True))
    totals = [float(report.points) for report in reports]
    places = range(len(reports))
    axes.barh(places, totals, color=[colours.get(report.band or "", draw.GREY) for report in reports], height=0.72)
    for place, total, report in zip(places, totals, reports, strict=True):
        text = draw.number(report.points, lang, draw.places_of(of))
        text, side = (f"{text} ", "right") if total < 0 else (f" {text}", "left")
        # The axis has air for it; the layout must not make more.
        axes.text(total, place, text, ha=side, va="center", fontsize=8, clip_on=True).set_in_layout(False)
    least, most = min(0.0, *totals), max(float(of.max), *totals)
    air = (most - least or 1) * 0.13
    axes.set_xlim(least - air if least < 0 else 0, most + air)
    if least < 0:
        axes.axvline(0, color="#555555", linewidth=0.8)
    axes.set_xlabel(draw.say("points", lang))
    axes.xaxis.set_major_formatter(draw.formatter(lang))
    met = {report.band for report in reports}
    return [Patch(color=colours[band], label=title) for band, title in bands.items() if band in met]


def _dots(
    axes: Axes,
    ranked: Sequence[tuple[int | None, str, Report]],
    intervals: Mapping[str, tuple[float, float]],
    lang: Lang,
) -> None:
    last = 1.0
    for place, (rank, unit, _) in enumerate(ranked):
        if (interval := intervals.get(unit)) is not None:
            axes.plot(interval, (place, place), color=draw.BLUE, linewidth=3, alpha=0.45, solid_capstyle="round")
            last = max(last, *interval)
        if rank is not None:
            axes.plot([rank], [place], "o", color=draw.BLUE, markersize=4)
            last = max(last, rank)
    # Ranks are whole numbers from 1 on.
    axes.set_xlim(0.5, last + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlabel(draw.say("rank", lang))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", alpha=0.3)


def heat_map(reports: Sequence[Report], *, names: Mapping[str, str] | None = None, lang: Lang = "vi") -> Figure:
    """Units × criteria: the share of its maximum that each criterion got, units by rank.

    What doesn't apply is grey; what wasn't answered, or can't be taken, is hatched. Criteria without a maximum of their
    own (penalties) are left out.

    Args:
        reports: reports of units that are ranked against each other.
        names: what to call each unit; those without an id go by their places.
        lang: language of the labels.

    Raises:
        OptionError: there are no reports, or they are of different sets.

    """
    of, ranked = by_rank(reports)
    lines = [line for line in reports[0].criteria if line.max > 0]
    cells, blank = _cells([report for _, _, report in ranked], {line.id for line in lines})
    labels = [draw.marked(fill(draw.name_of(unit, names), draw.WIDE), report) for _, unit, report in ranked]
    with rc_context(draw.FONT):
        beside = 0.075 * max(0, draw.longest(labels) - 28)
        width = 2.4 + beside + 0.19 * len(lines)
        figure = draw.new_figure(width, 2.2 + draw.height_of(labels, 0.24))
        axes = figure.subplots()
        image = axes.imshow(cells, cmap=draw.HEAT, vmin=0, vmax=100, aspect="auto", interpolation="nearest")
        axes.set_yticks(range(len(ranked)), labels)
        axes.set_xticks(range(len(lines)), [line.id for line in lines], rotation=90, fontsize=7)
        for status, at in blank.items():
            squares = [Rectangle((column - 0.5, row - 0.5), 1, 1) for row, column in at]
            axes.add_collection(PatchCollection(squares, linewidth=0, **draw.BLANK[status]), autolim=False)
        edges = [at for at in range(1, len(lines)) if lines[at].group != lines[at - 1].group]
        for edge in edges:
            axes.axvline(edge - 0.5, color="white", linewidth=2)
        bar = figure.colorbar(image, ax=axes, pad=0.01, shrink=0.8, format=draw.formatter(lang))
        bar.set_label(draw.say("share", lang))
        draw.put_title(axes, of, lang, width - 0.075 * draw.longest(labels) - 0.6)
        met = [status for status in draw.BLANK if blank.get(status)]
        if met:
            draw.put_legend(
                figure, [Patch(linewidth=0, label=draw.say(status, lang), **draw.BLANK[status]) for status in met]
            )
        draw.put_foot(figure, reports, lang, draw.notes_of(reports, lang))
    return figure


def _cells(
    reports: Iterable[Report], shown: Iterable[str]
) -> tuple[list[list[float]], dict[str, list[tuple[int, int]]]]:
    """Shares in percent, and by status the places, row and column, that have none."""
    cells: list[list[float]] = []
    blank: dict[str, list[tuple[int, int]]] = {}
    for at, report in enumerate(reports):
        row: list[float] = []
        for line in report.criteria:
            if line.id not in shown:
                continue
            status = "not_applicable" if line.applicable_max == 0 else line.status
            if status == "scored":
                row.append(100 * float(line.points) / float(line.applicable_max))
            else:
                blank.setdefault(status, []).append((at, len(row)))
                row.append(float("nan"))
        cells.append(row)
    return cells, blank


def group_bars(
    report: Report,
    others: Sequence[Report],
    *,
    names: Mapping[str, str] | None = None,
    lang: Lang = "vi",
) -> Figure:
    """One unit's share in each group against the median of all units.

    Groups without a share (penalties, what doesn't apply) stand below the picture.

    Args:
        report: the unit.
        others: every unit that it is compared with, itself included or not.
        names: what to call each unit.
        lang: language of the labels.

    Raises:
        OptionError: the reports are of different sets.

    """
    of_one_set([report, *others])
    of = report.set
    titles = {one["id"]: f"{one['number']}. {one['title'][lang]}" for one in of.definition["groups"]}
    groups = [group for group in report.groups if group.share is not None]
    own = [100 * float(group.share or 0) for group in groups]
    typical = {place: middle for place, group in enumerate(groups) if (middle := _median(group.id, others)) is not None}
    labels = [fill(titles[group.id], draw.WIDE) for group in groups]
    with rc_context(draw.FONT):
        figure = draw.new_figure(8, 1.6 + draw.height_of(labels, 0.5))
        axes = figure.subplots()
        places = range(len(groups))
        name = draw.marked(fill(draw.name_of(report.unit, names), 60), report)
        axes.barh(places, own, color=draw.BLUE, height=0.55, label=name)
        if typical:
            called = draw.say("median", lang)
            axes.plot([*typical.values()], [*typical], "|", color="#111111", ms=17, mew=2, label=called)
        least, most = min([0.0, *own]), max([100.0, *own, *typical.values()])
        axes.set_xlim(least * 1.16, most * 1.16)
        for place, (share, group) in enumerate(zip(own, groups, strict=True)):
            _score(axes, place, share, typical.get(place), _points(group, of, lang))
        axes.set_yticks(places, labels)
        axes.invert_yaxis()
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel(draw.say("share", lang))
        draw.put_legend(figure, axes.get_legend_handles_labels()[0][::-1])
        without = [
            f"{titles[group.id]}: {draw.say('not_applicable', lang) if group.max else draw.number(group.points, lang)}"
            for group in report.groups
            if group.share is None
        ]
        draw.put_foot(figure, [report], lang, [*draw.notes_of([report], lang), *without])
    return figure


def _median(group: str, others: Iterable[Report]) -> float | None:
    """The median share of a group in percent; none where no unit has one."""
    shares = [other.group(group).share for other in others]
    known = [float(share) for share in shares if share is not None]
    return 100 * median(known) if known else None


def _points(group: GroupScore, of: CriteriaSet, lang: Lang) -> str:
    """A group's points, and what they are the share of."""
    most = group.max if of.definition["policies"]["rescale"] == "group" else group.applicable_max
    return f"{draw.number(group.points, lang, draw.places_of(of))} / {draw.number(most, lang)}"


def _score(axes: Axes, place: int, share: float, typical: float | None, text: str) -> None:
    """Write the unit's points where they are its bar's and not the median's: in the bar, else at its end."""
    least, most = axes.get_xlim()
    need = 0.016 * (len(text) + 1) * (most - least)
    clear = float("-inf") if typical is None else typical
    inside: dict[str, Any] = {"va": "center", "fontsize": 8, "color": "white"}
    if share >= need and not share - need <= clear <= share:
        axes.text(share, place, f"{text} ", ha="right", **inside)
    elif share >= need and clear > need:
        axes.text(0, place, f" {text}", ha="left", **inside)
    else:
        # A bar too short to write in: beside its end, above the median's mark if that is there.
        high = 0.3 if share <= clear <= share + need else 0
        axes.text(max(share, 0), place - high, f" {text}", va="center", fontsize=8 if not high else 7)


def layers(
    units: Sequence[Entry] | Mapping[str, Verification],
    *,
    names: Mapping[str, str] | None = None,
    lang: Lang = "vi",
) -> Figure:
    """Self-assessed against verified totals: what lies under the line, verification took away.

    The eight that moved most are named.

    Args:
        units: entries of one set of a round (`RoundReport.ranking`; those with a report), or verifications by unit.
        names: what to call each unit; entries have their own names.
        lang: language of the labels.

    Raises:
        OptionError: the units are of different sets, whose points don't compare.

    """
    pairs = _pairs(units, names, lang)
    reports = [verified for _, _, verified in pairs]
    of_one_set(reports)
    own = [float(one.points) for _, one, _ in pairs]
    verified = [float(one.points) for one in reports]
    moved = sorted(range(len(pairs)), key=lambda at: -abs(own[at] - verified[at]))
    told = {
        at: f"{shorten(pairs[at][0], draw.WIDE, placeholder='…')} ({draw.change(verified[at] - own[at], lang)})"
        for at in moved[:8]
        if own[at] != verified[at]
    }
    least, most = min([*own, *verified], default=0), max([*own, *verified], default=1)
    air = (most - least or 1) * 0.08
    ends = (least - air, most + air)
    with rc_context(draw.FONT):
        # Points to an inch, so that there is room for the names beside the square.
        unit = (ends[1] - ends[0]) / 4.8
        labels = _beside(told, own, verified, unit)
        left = min([ends[0], *(own[at] - wide for at, (side, _, wide) in labels.items() if side < 0)])
        right = max([ends[1], *(own[at] + wide for at, (side, _, wide) in labels.items() if side > 0)])
        heights = [height for _, height, _ in labels.values()]
        low, high = min([ends[0], *(height - air for height in heights)]), max([ends[1], *heights])
        figure = draw.new_figure(1.1 + (right - left) / unit, 1.4 + (high - low) / unit)
        axes = figure.subplots()
        axes.plot(ends, ends, color=draw.GREY, linewidth=1, linestyle="--")
        kinds = {"as_told": (draw.BLUE, 0), "lowered": (draw.RED, -1), "raised": (draw.GREEN, 1)}
        for word, (colour, sign) in kinds.items():
            ours = [at for at in range(len(pairs)) if (verified[at] > own[at]) - (verified[at] < own[at]) == sign]
            if ours:
                xs, ys = [own[at] for at in ours], [verified[at] for at in ours]
                axes.plot(xs, ys, "o", color=colour, markersize=6, alpha=0.85, label=draw.say(word, lang))
        for at, (side, height, _) in labels.items():
            x = own[at] + side * 0.14 * unit
            axes.plot((own[at], x), (verified[at], height), color="#bbbbbb", linewidth=0.7, zorder=0)
            text = axes.text(x, height, told[at], ha="left" if side > 0 else "right", va="center", fontsize=7)
            text.set_path_effects([patheffects.withStroke(linewidth=2, foreground="white")])
        axes.set_xlim(left, right)
        axes.set_ylim(low, high)
        axes.set_aspect("equal")
        axes.set_xlabel(draw.say("own", lang))
        axes.set_ylabel(draw.say("verified", lang))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(draw.formatter(lang))
        if pairs:
            draw.put_legend(figure, axes.get_legend_handles_labels()[0])
        draw.put_foot(figure, reports, lang, draw.notes_of([one for at in told for one in pairs[at][1:]], lang))
    return figure


def _pairs(
    units: Sequence[Entry] | Mapping[str, Verification], names: Mapping[str, str] | None, lang: Lang
) -> list[tuple[str, Report, Report]]:
    """Name, own and verified report of each unit that has both."""
    if isinstance(units, (list, tuple)):
        entries: Sequence[Entry] = units
        found = [(entry.name[lang], entry.self_report, entry.report) for entry in entries]
    else:
        checked: Mapping[str, Verification] = units  # type: ignore[assignment]
        found = [(draw.name_of(unit, names), one.own, one.verified) for unit, one in checked.items()]
    return [
        (draw.marked(name, own, verified), own, verified)
        for name, own, verified in found
        if own is not None and verified is not None
    ]


def _beside(
    told: Mapping[int, str], own: Sequence[float], verified: Sequence[float], unit: float
) -> dict[int, tuple[int, float, float]]:
    """By place: the side of the point that its label is on, its height, and how far it reaches.

    Under the line all is free to the right, above it to the left.
    """
    placed: dict[int, tuple[int, float, float]] = {}
    for side in (-1, 1):
        here = [at for at in told if (verified[at] < own[at]) == (side > 0)]
        heights = draw.apart([verified[at] for at in here], 0.15 * unit)
        for at, height in zip(here, heights, strict=True):
            placed[at] = (side, height, (0.25 + 0.06 * len(told[at])) * unit)
    return placed


def slopes(
    comparisons: Sequence[Comparison],
    *,
    before: str,
    now: str,
    names: Mapping[str, str] | None = None,
    source: str | None = None,
    lang: Lang = "vi",
) -> Figure:
    """Totals of two rounds joined by a line a unit: up is green, down is red.

    Args:
        comparisons: what `cqdt.compare` gives; units in only one round are left out.
        before: what to call the earlier round.
        now: what to call the later one.
        names: what to call each unit.
        source: where the figures are from, to be shown under them.
        lang: language of the numbers.

    """
    rows = [
        (one, float(one.before), float(one.now))
        for one in comparisons
        if one.before is not None and one.now is not None
    ]
    # Whole numbers are written like their neighbours.
    tenths = all(value * 10 % 1 == 0 for one, _, _ in rows for value in (one.before, one.now) if value is not None)
    with rc_context(draw.FONT):
        figure = draw.new_figure(9, 1.2 + 0.3 * len(rows))
        axes = figure.subplots()
        columns = [start for _, start, _ in rows], [end for _, _, end in rows]
        heights = [
            draw.apart(column, (max(column, default=0) - min(column, default=0) or 1) * 0.62 / max(len(rows), 1))
            for column in columns
        ]
        for at, (one, start, end) in enumerate(rows):
            colour = draw.GREEN if end > start else draw.RED if end < start else draw.GREY
            axes.plot((0, 1), (start, end), color=colour, marker="o", markersize=4, linewidth=1.4)
            name = fill(draw.name_of(one.unit, names), draw.WIDE)
            left = f"{one.rank_before}. {name}  {draw.number(one.before or 0, lang, 1 if tenths else None)}"
            right = f"{draw.number(one.now or 0, lang, 1 if tenths else None)}  {one.rank_now}. {name}"
            for x, y, height, text, side in (
                (0, start, heights[0][at], left, "right"),
                (1, end, heights[1][at], right, "left"),
            ):
                out = -1 if side == "right" else 1
                # From the point, over a short stretch, to where the label begins.
                axes.plot(
                    (x, x + 0.12 * out, x + 0.15 * out), (y, height, height), color="#bbbbbb", linewidth=0.7, zorder=0
                )
                axes.text(x + 0.165 * out, height, text, fontsize=7.5, ha=side, va="center")
        axes.set_xlim(-1.15, 2.15)
        axes.xaxis.set_ticks_position("top")
        axes.set_xticks((0, 1), (before, now), fontsize=11, fontweight="bold")
        axes.set_yticks(())
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        if source is not None:
            figure.supxlabel(source, fontsize=7, color="#555555", x=0.01, ha="left")
    return figure
