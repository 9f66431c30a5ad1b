"""What pictures have in common: figures and their edges, names and numbers as they are written, colours."""

from __future__ import annotations

from io import BytesIO
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from cqdt._cqdt import CriteriaSet, Report
    from cqdt._values import Exact

Lang = Literal["vi", "en"]

FONT: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.8,
    # A dollar in a name is a dollar.
    "text.parse_math": False,
}
# From the best band to the weakest; told apart by lightness too.
BANDS = ["#1b5e8a", "#4a90b8", "#e0a63a", "#c2542d", "#8c2f2f"]
BLUE, GREY, RED, GREEN = "#2f6fb3", "#9a9a9a", "#c2542d", "#2e7d4f"
HEAT = LinearSegmentedColormap.from_list("cqdt", ["#b5452b", "#f2dfb8", "#1b5e8a"])
# Cells without a share: by status, their look. What wasn't scored must not look like an earned zero.
BLANK: dict[str, dict[str, Any]] = {
    "not_applicable": {"facecolor": "#dddddd", "edgecolor": "#dddddd"},
    "missing": {"facecolor": "#ffffff", "edgecolor": "#777777", "hatch": "/////"},
    "invalid": {"facecolor": "#ffffff", "edgecolor": "#b5452b", "hatch": "xxxxx"},
}
# A name is broken after so many letters.
WIDE = 40

WORDS = {
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


class Picture(Figure):
    """A figure that notebooks show without a backend."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=110)
        return file.getvalue()


def say(word: str, lang: Lang) -> str:
    vi, en = WORDS[word]
    return en if lang == "en" else vi


def number(value: Exact | float, lang: Lang, places: int | None = None) -> str:
    """With so many places, or as few as it needs of two; with the minus sign that reports print, no hyphen."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".") if places is None else f"{float(value):.{places}f}"
    text = text.replace("-", "−") if text.strip("-0.") else text.replace("-", "")
    return text if lang == "en" else text.replace(".", ",")


def change(value: float, lang: Lang) -> str:
    return f"{'+' if value > 0 else ''}{number(value, lang)}"


def formatter(lang: Lang) -> FuncFormatter:
    """Figures on an axis are written like those in the picture."""
    return FuncFormatter(lambda value, _: number(value, lang))


def places_of(of: CriteriaSet) -> int:
    return int(of.definition["policies"]["rounding"]["places"])


def new_figure(width: float, height: float) -> Picture:
    return Picture(figsize=(width, height), layout="constrained")


def put_foot(figure: Figure, reports: Iterable[Report], lang: Lang, notes: Iterable[str] = ()) -> None:
    """What marks mean, where the figures come from, and that they aren't official, where they aren't."""
    reports = list(reports)
    if not reports:
        return
    lines = list(notes)
    if any(report.is_reconstructed for report in reports):
        lines.append(say("reconstructed", lang))
    sets = {report.set.fingerprint: report.set for report in reports}
    lines += [f"{of.id} {of.version} · SHA-256 {of.fingerprint[:12]}…" for of in sets.values()]
    figure.supxlabel("\n".join(lines), fontsize=7, color="#555555", x=0.01, ha="left")


def notes_of(reports: Iterable[Report], lang: Lang) -> list[str]:
    """What the star beside a name means, where there is one."""
    return [say("incomplete", lang)] if any(not report.complete for report in reports) else []


def name_of(unit: str | None, names: Mapping[str, str] | None) -> str:
    unit = unit or "?"
    return (names or {}).get(unit, unit)


def marked(name: str, *reports: Report) -> str:
    """The name, with a star where answers are missing."""
    return name if all(report.complete for report in reports) else f"{name} *"


def most_lines(texts: Iterable[str]) -> int:
    return max((text.count("\n") + 1 for text in texts), default=1)


def longest(texts: Iterable[str]) -> int:
    return max((len(line) for text in texts for line in text.splitlines()), default=0)


def height_of(labels: Sequence[str], height: float) -> float:
    """Inches for so many rows of labels, each as high as the one with most lines."""
    return len(labels) * max(height, 0.165 * most_lines(labels) + 0.09)


def put_title(axes: Axes, of: CriteriaSet, lang: Lang, inches: float) -> None:
    axes.set_title(fill(of.title(lang), max(20, int(inches / 0.083))), loc="left", fontsize=10)


def titles_of(of: CriteriaSet, key: str, lang: Lang) -> dict[str, str]:
    return {one["id"]: one["title"][lang] for one in of.definition[key]}


def palette(count: int) -> list[str]:
    """A colour a band, from the best to the weakest: always both ends, as many between as are needed."""
    few = BANDS[: max(4, count)]
    if count <= len(few):
        return [few[round(at * (len(few) - 1) / max(count - 1, 1))] for at in range(count)]
    between = LinearSegmentedColormap.from_list("bands", BANDS)
    return [to_hex(between(at / (count - 1))) for at in range(count)]


def put_legend(figure: Figure, handles: Sequence[Any]) -> None:
    """Above the picture, where it hides nothing."""
    columns = min(len(handles), 5)
    figure.legend(handles=handles, loc="outside upper right", ncols=columns, frameon=False, fontsize=8)


def apart(values: Sequence[float], step: float) -> list[float]:
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
