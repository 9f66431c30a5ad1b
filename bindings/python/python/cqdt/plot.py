"""Pictures of reports and rounds; needs matplotlib (`pip install cqdt[plot]`).

Each function returns a `matplotlib.figure.Figure`, which a notebook shows and `savefig` writes; none touches pyplot.
Where anything is reconstructed rather than official, the picture says so; a unit that lacks answers is marked. Points
become floats for drawing only.
"""

from __future__ import annotations

from io import BytesIO
from statistics import median
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any, Literal

from cqdt._errors import OptionError
from cqdt._extras import missing
from cqdt._values import by_rank, of_one_set

try:
    from matplotlib import patheffects, rc_context
    from matplotlib.collections import PatchCollection
    from matplotlib.colors import LinearSegmentedColormap, to_hex
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch, Rectangle
    from matplotlib.ticker import FuncFormatter, MaxNLocator
except ImportError as error:
    raise missing("plot", error) from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from cqdt._cqdt import CriteriaSet, Report
    from cqdt._values import Comparison, Entry, Exact, GroupScore, Verification

Lang = Literal["vi", "en"]

_FONT: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.8,
    # A dollar in a name is a dollar.
    "text.parse_math": False,
}
# From the best band to the weakest; told apart by lightness too.
_BANDS = ["#1b5e8a", "#4a90b8", "#e0a63a", "#c2542d", "#8c2f2f"]
_BLUE, _GREY, _RED, _GREEN = "#2f6fb3", "#9a9a9a", "#c2542d", "#2e7d4f"
_HEAT = LinearSegmentedColormap.from_list("cqdt", ["#b5452b", "#f2dfb8", "#1b5e8a"])
# Cells without a share: by status, their look. What wasn't scored must not look like an earned zero.
_BLANK: dict[str, dict[str, Any]] = {
    "not_applicable": {"facecolor": "#dddddd", "edgecolor": "#dddddd"},
    "missing": {"facecolor": "#ffffff", "edgecolor": "#777777", "hatch": "/////"},
    "invalid": {"facecolor": "#ffffff", "edgecolor": "#b5452b", "hatch": "xxxxx"},
}
# A name is broken after so many letters.
_WIDE = 40

_WORDS = {
    "points": ("Điểm", "Points"),
    "rank": ("Hạng (khoảng 5 %–95 %)", "Rank (5 %–95 % interval)"),
    "share": ("Tỷ lệ điểm đạt được (%)", "Share of applicable points (%)"),
    "median": ("Trung vị các đơn vị", "Median of the units"),
    "own": ("Tự đánh giá (điểm)", "Self-assessed (points)"),
    "verified": ("Thẩm định (điểm)", "Verified (points)"),
    "as_told": ("giữ nguyên", "as self-assessed"),
    "lowered": ("thẩm định hạ", "lowered"),
    "raised": ("thẩm định nâng", "raised"),
    "not_applicable": ("không áp dụng", "not applicable"),
    "missing": ("chưa trả lời", "not answered"),
    "invalid": ("không hợp lệ", "invalid"),
    "incomplete": ("* chưa đủ số liệu", "* figures are missing"),
    "reconstructed": (
        "Có nội dung phục dựng: không phải kết quả chính thức",
        "Partly reconstructed: not an official result",
    ),
}


class _Picture(Figure):
    """A figure that notebooks show without a backend."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=110)
        return file.getvalue()


def _say(word: str, lang: Lang) -> str:
    vi, en = _WORDS[word]
    return en if lang == "en" else vi


def _number(value: Exact | float, lang: Lang, places: int | None = None) -> str:
    """With so many places, or as few as it needs of two; with the minus sign that reports print, no hyphen."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".") if places is None else f"{float(value):.{places}f}"
    text = text.replace("-", "−") if text.strip("-0.") else text.replace("-", "")
    return text if lang == "en" else text.replace(".", ",")


def _change(value: float, lang: Lang) -> str:
    return f"{'+' if value > 0 else ''}{_number(value, lang)}"


def _ticks(lang: Lang) -> FuncFormatter:
    """Figures on an axis are written like those in the picture."""
    return FuncFormatter(lambda value, _: _number(value, lang))


def _places(of: CriteriaSet) -> int:
    return int(of.definition["policies"]["rounding"]["places"])


def _figure(width: float, height: float) -> _Picture:
    return _Picture(figsize=(width, height), layout="constrained")


def _foot(figure: Figure, reports: Iterable[Report], lang: Lang, notes: Iterable[str] = ()) -> None:
    """What marks mean, where the figures come from, and that they aren't official, where they aren't."""
    reports = list(reports)
    if not reports:
        return
    lines = list(notes)
    if any(report.is_reconstructed for report in reports):
        lines.append(_say("reconstructed", lang))
    sets = {report.set.fingerprint: report.set for report in reports}
    lines += [f"{of.id} {of.version} · SHA-256 {of.fingerprint[:12]}…" for of in sets.values()]
    figure.supxlabel("\n".join(lines), fontsize=7, color="#555555", x=0.01, ha="left")


def _marks(reports: Iterable[Report], lang: Lang) -> list[str]:
    """What the star beside a name means, where there is one."""
    return [_say("incomplete", lang)] if any(not report.complete for report in reports) else []


def _name(unit: str | None, names: Mapping[str, str] | None) -> str:
    unit = unit or "?"
    return (names or {}).get(unit, unit)


def _marked(name: str, *reports: Report) -> str:
    """The name, with a star where answers are missing."""
    return name if all(report.complete for report in reports) else f"{name} *"


def _lines(texts: Iterable[str]) -> int:
    return max((text.count("\n") + 1 for text in texts), default=1)


def _longest(texts: Iterable[str]) -> int:
    return max((len(line) for text in texts for line in text.splitlines()), default=0)


def _rows(labels: Sequence[str], height: float) -> float:
    """Inches for so many rows of labels, each as high as the one with most lines."""
    return len(labels) * max(height, 0.165 * _lines(labels) + 0.09)


def _title(axes: Axes, of: CriteriaSet, lang: Lang, inches: float) -> None:
    axes.set_title(fill(of.title(lang), max(20, int(inches / 0.083))), loc="left", fontsize=10)


def _titles(of: CriteriaSet, key: str, lang: Lang) -> dict[str, str]:
    return {one["id"]: one["title"][lang] for one in of.definition[key]}


def _palette(count: int) -> list[str]:
    """A colour a band, from the best to the weakest: always both ends, as many between as are needed."""
    few = _BANDS[: max(4, count)]
    if count <= len(few):
        return [few[round(at * (len(few) - 1) / max(count - 1, 1))] for at in range(count)]
    between = LinearSegmentedColormap.from_list("bands", _BANDS)
    return [to_hex(between(at / (count - 1))) for at in range(count)]


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
        f"{_marked(fill(_name(unit, names), _WIDE), report)}  {'–' if rank is None else rank}"
        for rank, unit, report in ranked
    ]
    with rc_context(_FONT):
        beside = 0.07 * max(0, _longest(labels) - 28)
        width = (10 if intervals else 8) + beside
        figure = _figure(width, 1.6 + _rows(labels, 0.27))
        if intervals:
            bars, dots = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
            _dots(dots, ranked, intervals, lang)
        else:
            bars = figure.subplots()
        met = _bars(bars, of, [report for _, _, report in ranked], lang)
        if met:
            _legend(figure, met)
        bars.set_yticks(range(len(ranked)), labels)
        bars.set_ylim(len(ranked) - 0.4, -0.6)
        _title(bars, of, lang, width - 0.075 * _longest(labels) - 0.4)
        _foot(figure, reports, lang, _marks(reports, lang))
    return figure


def _bars(axes: Axes, of: CriteriaSet, reports: Sequence[Report], lang: Lang) -> list[Patch]:
    """A bar a total, its figure beyond the bar's end, on whichever side of zero that is; gives the bands met."""
    bands = _titles(of, "bands", lang)
    colours = dict(zip(bands, _palette(len(bands)), strict=True))
    totals = [float(report.points) for report in reports]
    places = range(len(reports))
    axes.barh(places, totals, color=[colours.get(report.band or "", _GREY) for report in reports], height=0.72)
    for place, total, report in zip(places, totals, reports, strict=True):
        text = _number(report.points, lang, _places(of))
        text, side = (f"{text} ", "right") if total < 0 else (f" {text}", "left")
        # The axis has air for it; the layout must not make more.
        axes.text(total, place, text, ha=side, va="center", fontsize=8, clip_on=True).set_in_layout(False)
    least, most = min(0.0, *totals), max(float(of.max), *totals)
    air = (most - least or 1) * 0.13
    axes.set_xlim(least - air if least < 0 else 0, most + air)
    if least < 0:
        axes.axvline(0, color="#555555", linewidth=0.8)
    axes.set_xlabel(_say("points", lang))
    axes.xaxis.set_major_formatter(_ticks(lang))
    met = {report.band for report in reports}
    return [Patch(color=colours[band], label=title) for band, title in bands.items() if band in met]


def _legend(figure: Figure, handles: Sequence[Any]) -> None:
    """Above the picture, where it hides nothing."""
    columns = min(len(handles), 5)
    figure.legend(handles=handles, loc="outside upper right", ncols=columns, frameon=False, fontsize=8)


def _dots(
    axes: Axes,
    ranked: Sequence[tuple[int | None, str, Report]],
    intervals: Mapping[str, tuple[float, float]],
    lang: Lang,
) -> None:
    last = 1.0
    for place, (rank, unit, _) in enumerate(ranked):
        if (interval := intervals.get(unit)) is not None:
            axes.plot(interval, (place, place), color=_BLUE, linewidth=3, alpha=0.45, solid_capstyle="round")
            last = max(last, *interval)
        if rank is not None:
            axes.plot([rank], [place], "o", color=_BLUE, markersize=4)
            last = max(last, rank)
    # Ranks are whole numbers from 1 on.
    axes.set_xlim(0.5, last + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlabel(_say("rank", lang))
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
    labels = [_marked(fill(_name(unit, names), _WIDE), report) for _, unit, report in ranked]
    with rc_context(_FONT):
        beside = 0.075 * max(0, _longest(labels) - 28)
        width = 2.4 + beside + 0.19 * len(lines)
        figure = _figure(width, 2.2 + _rows(labels, 0.24))
        axes = figure.subplots()
        image = axes.imshow(cells, cmap=_HEAT, vmin=0, vmax=100, aspect="auto", interpolation="nearest")
        axes.set_yticks(range(len(ranked)), labels)
        axes.set_xticks(range(len(lines)), [line.id for line in lines], rotation=90, fontsize=7)
        for status, at in blank.items():
            squares = [Rectangle((column - 0.5, row - 0.5), 1, 1) for row, column in at]
            axes.add_collection(PatchCollection(squares, linewidth=0, **_BLANK[status]), autolim=False)
        edges = [at for at in range(1, len(lines)) if lines[at].group != lines[at - 1].group]
        for edge in edges:
            axes.axvline(edge - 0.5, color="white", linewidth=2)
        bar = figure.colorbar(image, ax=axes, pad=0.01, shrink=0.8, format=_ticks(lang))
        bar.set_label(_say("share", lang))
        _title(axes, of, lang, width - 0.075 * _longest(labels) - 0.6)
        met = [status for status in _BLANK if blank.get(status)]
        if met:
            _legend(figure, [Patch(linewidth=0, label=_say(status, lang), **_BLANK[status]) for status in met])
        _foot(figure, reports, lang, _marks(reports, lang))
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
    labels = [fill(titles[group.id], _WIDE) for group in groups]
    with rc_context(_FONT):
        figure = _figure(8, 1.6 + _rows(labels, 0.5))
        axes = figure.subplots()
        places = range(len(groups))
        name = _marked(fill(_name(report.unit, names), 60), report)
        axes.barh(places, own, color=_BLUE, height=0.55, label=name)
        if typical:
            called = _say("median", lang)
            axes.plot([*typical.values()], [*typical], "|", color="#111111", ms=17, mew=2, label=called)
        least, most = min([0.0, *own]), max([100.0, *own, *typical.values()])
        axes.set_xlim(least * 1.16, most * 1.16)
        for place, (share, group) in enumerate(zip(own, groups, strict=True)):
            _score(axes, place, share, typical.get(place), _points(group, of, lang))
        axes.set_yticks(places, labels)
        axes.invert_yaxis()
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel(_say("share", lang))
        _legend(figure, axes.get_legend_handles_labels()[0][::-1])
        without = [
            f"{titles[group.id]}: {_say('not_applicable', lang) if group.max else _number(group.points, lang)}"
            for group in report.groups
            if group.share is None
        ]
        _foot(figure, [report], lang, [*_marks([report], lang), *without])
    return figure


def _median(group: str, others: Iterable[Report]) -> float | None:
    """The median share of a group in percent; none where no unit has one."""
    shares = [other.group(group).share for other in others]
    known = [float(share) for share in shares if share is not None]
    return 100 * median(known) if known else None


def _points(group: GroupScore, of: CriteriaSet, lang: Lang) -> str:
    """A group's points, and what they are the share of."""
    most = group.max if of.definition["policies"]["rescale"] == "group" else group.applicable_max
    return f"{_number(group.points, lang, _places(of))} / {_number(most, lang)}"


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
        at: f"{shorten(pairs[at][0], _WIDE, placeholder='…')} ({_change(verified[at] - own[at], lang)})"
        for at in moved[:8]
        if own[at] != verified[at]
    }
    least, most = min([*own, *verified], default=0), max([*own, *verified], default=1)
    air = (most - least or 1) * 0.08
    ends = (least - air, most + air)
    with rc_context(_FONT):
        # Points to an inch, so that there is room for the names beside the square.
        unit = (ends[1] - ends[0]) / 4.8
        labels = _beside(told, own, verified, unit)
        left = min([ends[0], *(own[at] - wide for at, (side, _, wide) in labels.items() if side < 0)])
        right = max([ends[1], *(own[at] + wide for at, (side, _, wide) in labels.items() if side > 0)])
        heights = [height for _, height, _ in labels.values()]
        low, high = min([ends[0], *(height - air for height in heights)]), max([ends[1], *heights])
        figure = _figure(1.1 + (right - left) / unit, 1.4 + (high - low) / unit)
        axes = figure.subplots()
        axes.plot(ends, ends, color=_GREY, linewidth=1, linestyle="--")
        kinds = {"as_told": (_BLUE, 0), "lowered": (_RED, -1), "raised": (_GREEN, 1)}
        for word, (colour, sign) in kinds.items():
            ours = [at for at in range(len(pairs)) if (verified[at] > own[at]) - (verified[at] < own[at]) == sign]
            if ours:
                xs, ys = [own[at] for at in ours], [verified[at] for at in ours]
                axes.plot(xs, ys, "o", color=colour, markersize=6, alpha=0.85, label=_say(word, lang))
        for at, (side, height, _) in labels.items():
            x = own[at] + side * 0.14 * unit
            axes.plot((own[at], x), (verified[at], height), color="#bbbbbb", linewidth=0.7, zorder=0)
            text = axes.text(x, height, told[at], ha="left" if side > 0 else "right", va="center", fontsize=7)
            text.set_path_effects([patheffects.withStroke(linewidth=2, foreground="white")])
        axes.set_xlim(left, right)
        axes.set_ylim(low, high)
        axes.set_aspect("equal")
        axes.set_xlabel(_say("own", lang))
        axes.set_ylabel(_say("verified", lang))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(_ticks(lang))
        if pairs:
            _legend(figure, axes.get_legend_handles_labels()[0])
        _foot(figure, reports, lang, _marks([one for at in told for one in pairs[at][1:]], lang))
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
        found = [(_name(unit, names), one.own, one.verified) for unit, one in checked.items()]
    return [
        (_marked(name, own, verified), own, verified)
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
        heights = _apart([verified[at] for at in here], 0.15 * unit)
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
    with rc_context(_FONT):
        figure = _figure(9, 1.2 + 0.3 * len(rows))
        axes = figure.subplots()
        columns = [start for _, start, _ in rows], [end for _, _, end in rows]
        heights = [
            _apart(column, (max(column, default=0) - min(column, default=0) or 1) * 0.62 / max(len(rows), 1))
            for column in columns
        ]
        for at, (one, start, end) in enumerate(rows):
            colour = _GREEN if end > start else _RED if end < start else _GREY
            axes.plot((0, 1), (start, end), color=colour, marker="o", markersize=4, linewidth=1.4)
            name = fill(_name(one.unit, names), _WIDE)
            left = f"{one.rank_before}. {name}  {_number(one.before or 0, lang, 1 if tenths else None)}"
            right = f"{_number(one.now or 0, lang, 1 if tenths else None)}  {one.rank_now}. {name}"
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


def _apart(values: Sequence[float], step: float) -> list[float]:
    """Heights of labels as near to their values as can be, in their order, at least a step apart."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    # Stacks of labels that touch: where the lowest would like to be on the whole, and how many there are.
    stacks: list[tuple[float, int]] = []
    for at in order:
        wish, count = values[at], 1
        while stacks and stacks[-1][0] + step * stacks[-1][1] > wish:
            below, held = stacks.pop()
            wish = (below * held + (wish - step * held) * count) / (held + count)
            count += held
        stacks.append((wish, count))
    placed = [lowest + step * above for lowest, count in stacks for above in range(count)]
    heights = [0.0] * len(values)
    for at, height in zip(order, placed, strict=True):
        heights[at] = height
    return heights
