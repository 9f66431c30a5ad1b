"""Pictures of reports and rounds; needs matplotlib (`pip install cqdt[plot]`).

Each function returns a `matplotlib.figure.Figure`, which a notebook shows and `savefig` writes; none touches pyplot.
Where anything is reconstructed rather than official, the picture says so. Points become floats for drawing only.
"""

from __future__ import annotations

from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from cqdt._values import by_rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from cqdt._cqdt import CriteriaSet, Report
    from cqdt._values import Comparison, Entry, Exact, Verification

Lang = Literal["vi", "en"]

_FONT: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
# From the best band to the weakest; told apart by lightness too.
_BANDS = ["#1b5e8a", "#4a90b8", "#e0a63a", "#c2542d", "#8c2f2f", "#6b6b6b"]
_BLUE, _GREY, _RED, _GREEN = "#2f6fb3", "#9a9a9a", "#c2542d", "#2e7d4f"
_HEAT = LinearSegmentedColormap.from_list("cqdt", ["#b5452b", "#f2dfb8", "#1b5e8a"])

_WORDS = {
    "points": ("Điểm", "Points"),
    "rank": ("Hạng (khoảng 5 %–95 %)", "Rank (5 %–95 % interval)"),
    "share": ("Tỷ lệ điểm đạt được (%)", "Share of applicable points (%)"),
    "median": ("Trung vị các đơn vị", "Median of the units"),
    "own": ("Tự đánh giá (điểm)", "Self-assessed (points)"),
    "verified": ("Thẩm định (điểm)", "Verified (points)"),
    "unranked": ("không xếp hạng", "not ranked"),
    "not_applicable": ("không áp dụng", "not applicable"),
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
    text = text.replace("-", "−")
    return text if lang == "en" else text.replace(".", ",")


def _places(of: CriteriaSet) -> int:
    return int(of.definition["policies"]["rounding"]["places"])


def _figure(width: float, height: float) -> _Picture:
    return _Picture(figsize=(width, height), layout="constrained")


def _foot(figure: Figure, reports: Iterable[Report], lang: Lang) -> None:
    """Where the figures come from, and that they aren't official, where they aren't."""
    reports = list(reports)
    sets = {report.set.fingerprint: report.set for report in reports}
    if not reports:
        return
    text = "\n".join(f"{of.id} {of.version} · SHA-256 {of.fingerprint[:12]}…" for of in sets.values())
    if any(report.is_reconstructed for report in reports):
        text = f"{_say('reconstructed', lang)}\n{text}"
    figure.supxlabel(text, fontsize=7, color="#555555", x=0.01, ha="left")


def _name(unit: str | None, names: Mapping[str, str] | None) -> str:
    unit = unit or "?"
    return (names or {}).get(unit, unit)


def _titles(of: CriteriaSet, key: str, lang: Lang) -> dict[str, str]:
    return {one["id"]: one["title"][lang] for one in of.definition[key]}


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
        names: what to call each unit.
        intervals: by unit, the least and largest rank under changed weights.
        lang: language of the labels.

    """
    of, ranked = by_rank(reports)
    bands = _titles(of, "bands", lang)
    colours = dict(zip(bands, _BANDS, strict=False))
    with rc_context(_FONT):
        figure = _figure(10 if intervals else 8, 1.6 + 0.27 * len(ranked))
        if intervals:
            bars, dots = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
            _dots(dots, ranked, intervals, lang)
        else:
            bars = figure.subplots()
        places = range(len(ranked))
        totals = [float(report.points) for _, report in ranked]
        bars.barh(places, totals, color=[colours.get(report.band or "", _GREY) for _, report in ranked], height=0.72)
        for place, (_, report) in zip(places, ranked, strict=True):
            bars.text(totals[place], place, f" {_number(report.points, lang, _places(of))}", va="center", fontsize=8)
        labels = [f"{_name(report.unit, names)}  {'–' if rank is None else rank}" for rank, report in ranked]
        bars.set_yticks(places, labels)
        bars.set_ylim(len(ranked) - 0.4, -0.6)
        bars.set_xlim(0, max([float(of.max), *totals]) * 1.12)
        bars.set_xlabel(_say("points", lang))
        bars.set_title(of.title(lang), loc="left", fontsize=10, wrap=True)
        met = {report.band for _, report in ranked}
        patches = [Patch(color=colours[band], label=title) for band, title in bands.items() if band in met]
        if patches:
            bars.legend(handles=patches, loc="lower right", frameon=True, fontsize=8)
        _foot(figure, reports, lang)
    return figure


def _dots(
    axes: Axes,
    ranked: Sequence[tuple[int | None, Report]],
    intervals: Mapping[str, tuple[float, float]],
    lang: Lang,
) -> None:
    for place, (rank, report) in enumerate(ranked):
        if (interval := intervals.get(report.unit or "")) is not None:
            axes.plot(interval, (place, place), color=_BLUE, linewidth=3, alpha=0.45, solid_capstyle="round")
        if rank is not None:
            axes.plot([rank], [place], "o", color=_BLUE, markersize=4)
    axes.set_xlabel(_say("rank", lang))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", alpha=0.3)


def heat_map(reports: Sequence[Report], *, names: Mapping[str, str] | None = None, lang: Lang = "vi") -> Figure:
    """Units × criteria: the share of its maximum that each criterion got, units by rank, what doesn't apply grey.

    Criteria without a maximum of their own (penalties) are left out.

    Args:
        reports: reports of units that are ranked against each other.
        names: what to call each unit.
        lang: language of the labels.

    """
    of, ranked = by_rank(reports)
    lines = [line for line in reports[0].criteria if line.max > 0]
    shown = {line.id for line in lines}
    cells: list[list[float]] = []
    for _, report in ranked:
        row = []
        for line in report.criteria:
            if line.id in shown:
                applies = line.status != "not_applicable" and line.applicable_max > 0
                row.append(100 * float(line.points) / float(line.applicable_max) if applies else float("nan"))
        cells.append(row)
    with rc_context(_FONT):
        figure = _figure(2.4 + 0.19 * len(lines), 2.2 + 0.24 * len(ranked))
        axes = figure.subplots()
        axes.set_facecolor("#dddddd")
        image = axes.imshow(cells, cmap=_HEAT, vmin=0, vmax=100, aspect="auto", interpolation="nearest")
        axes.set_yticks(range(len(ranked)), [_name(report.unit, names) for _, report in ranked])
        axes.set_xticks(range(len(lines)), [line.id for line in lines], rotation=90, fontsize=7)
        edges = [at for at in range(1, len(lines)) if lines[at].group != lines[at - 1].group]
        for edge in edges:
            axes.axvline(edge - 0.5, color="white", linewidth=2)
        bar = figure.colorbar(image, ax=axes, pad=0.01, shrink=0.8)
        bar.set_label(_say("share", lang))
        axes.set_title(of.title(lang), loc="left", fontsize=10)
        if any(value != value for row in cells for value in row):  # noqa: PLR0124 - only not-a-number differs from itself
            excused = Patch(color="#dddddd", label=_say("not_applicable", lang))
            figure.legend(handles=[excused], loc="outside upper right", frameon=False, fontsize=8)
        _foot(figure, reports, lang)
    return figure


def group_bars(
    report: Report,
    others: Sequence[Report],
    *,
    names: Mapping[str, str] | None = None,
    lang: Lang = "vi",
) -> Figure:
    """One unit's share in each group against the median of all units.

    Args:
        report: the unit.
        others: every unit that it is compared with, itself included or not.
        names: what to call each unit.
        lang: language of the labels.

    """
    titles = _titles(report.set, "groups", lang)
    numbers = {one["id"]: one["number"] for one in report.set.definition["groups"]}
    groups = [group for group in report.groups if group.share is not None]
    typical = []
    for group in groups:
        shares = [other.group(group.id).share for other in others]
        typical.append(100 * median([float(share) for share in shares if share is not None] or [0.0]))
    own = [100 * float(group.share or 0) for group in groups]
    with rc_context(_FONT):
        figure = _figure(8, 1.6 + 0.5 * len(groups))
        axes = figure.subplots()
        places = range(len(groups))
        axes.barh(places, own, color=_BLUE, height=0.55, label=_name(report.unit, names))
        axes.plot(typical, places, "|", color="#111111", markersize=17, markeredgewidth=2, label=_say("median", lang))
        for place, (share, group) in enumerate(zip(own, groups, strict=True)):
            text = f"{_number(group.points, lang, _places(report.set))} / {_number(group.max, lang)}"
            axes.text(max(share, typical[place]) + 1.5, place, text, va="center", fontsize=8)
        axes.set_yticks(places, [f"{numbers[group.id]}. {titles[group.id]}" for group in groups])
        axes.invert_yaxis()
        axes.set_xlim(0, max([100.0, *own, *typical]) * 1.16)
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel(_say("share", lang))
        figure.legend(loc="outside upper right", ncols=2, frameon=False, fontsize=8)
        _foot(figure, [report], lang)
    return figure


def layers(
    units: Sequence[Entry] | Mapping[str, Verification],
    *,
    names: Mapping[str, str] | None = None,
    lang: Lang = "vi",
) -> Figure:
    """Self-assessed against verified totals: what lies under the line, verification took away.

    Args:
        units: entries of a round (those with a report), or verifications by unit.
        names: what to call each unit; entries have their own names.
        lang: language of the labels.

    """
    pairs: list[tuple[str, Report, Report]] = []
    if isinstance(units, (list, tuple)):
        for entry in units:
            if entry.self_report is not None and entry.report is not None:
                pairs.append((entry.name[lang], entry.self_report, entry.report))
    else:
        checked: Mapping[str, Verification] = units  # type: ignore[assignment]
        pairs = [(_name(unit, names), one.own, one.verified) for unit, one in checked.items()]
    own = [float(one.points) for _, one, _ in pairs]
    verified = [float(one.points) for _, _, one in pairs]
    with rc_context(_FONT):
        figure = _figure(6.4, 6)
        axes = figure.subplots()
        least, most = min([*own, *verified], default=0), max([*own, *verified], default=1)
        air = (most - least or 1) * 0.08
        ends = (least - air, most + air)
        axes.plot(ends, ends, color=_GREY, linewidth=1, linestyle="--")
        moved = sorted(range(len(pairs)), key=lambda at: -abs(own[at] - verified[at]))
        told = {at for at in moved[:8] if own[at] != verified[at]}
        for at, (name, _, _) in enumerate(pairs):
            colour = _BLUE if own[at] == verified[at] else _RED if verified[at] < own[at] else _GREEN
            axes.plot(own[at], verified[at], "o", color=colour, markersize=6, alpha=0.85)
            if at in told:
                text = f"{name} ({_number(verified[at] - own[at], lang)})"
                axes.annotate(text, (own[at], verified[at]), xytext=(6, -9), textcoords="offset points", fontsize=7)
        axes.set_xlim(*ends)
        axes.set_ylim(*ends)
        axes.set_aspect("equal")
        axes.set_xlabel(_say("own", lang))
        axes.set_ylabel(_say("verified", lang))
        _foot(figure, [one for _, _, one in pairs], lang)
    return figure


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
        gap = 0.62 / max(len(rows), 1)
        heights = [_apart([start for _, start, _ in rows], gap), _apart([end for _, _, end in rows], gap)]
        for at, (one, start, end) in enumerate(rows):
            colour = _GREEN if end > start else _RED if end < start else _GREY
            axes.plot((0, 1), (start, end), color=colour, marker="o", markersize=4, linewidth=1.4)
            name = _name(one.unit, names)
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


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Heights of labels as near to their values as can be, in their order, at least `gap` of the span apart."""
    if not values:
        return []
    step = (max(values) - min(values) or 1.0) * gap
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
