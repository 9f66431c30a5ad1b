"""Pictures: what they show, nothing clipped, no glyph missing; those of the documentation are up to date."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING

import example_round
import numpy as np
import pictures
import pytest
from matplotlib.figure import Figure
from PIL import Image

import cqdt
from cqdt import plot

if TYPE_CHECKING:
    from matplotlib.text import Text

IMAGES = example_round.ROOT / "docs" / "images"


@pytest.fixture(scope="module")
def drawn() -> dict[str, Figure]:
    return pictures.pictures()


def pixels(figure: Figure) -> np.ndarray:
    file = BytesIO()
    with warnings.catch_warnings():
        # A letter that the font lacks is a warning.
        warnings.simplefilter("error")
        figure.savefig(file, format="png", dpi=100)
    return np.asarray(Image.open(file).convert("RGB"), dtype=np.int16)


@pytest.mark.parametrize("name", ["plot-group-bars", "plot-heat-map", "plot-layers", "plot-ranking", "plot-slopes"])
def test_the_documentation_shows_this(drawn: dict[str, Figure], name: str) -> None:
    found, kept = pixels(drawn[name]), np.asarray(Image.open(IMAGES / f"{name}.png").convert("RGB"), dtype=np.int16)
    assert found.shape == kept.shape, "run tools/pictures.py"
    # Machines may differ in how they smooth an edge, not in what is drawn.
    assert (np.abs(found - kept) > 64).mean() < 0.001, "run tools/pictures.py"


def texts(figure: Figure) -> list[Text]:
    from matplotlib.text import Text

    # Ticks beyond the ends of an axis are there, but aren't drawn.
    hidden: set[int] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                    hidden |= {id(tick.label1), id(tick.label2)}
    found = [one for one in figure.findobj(Text) if id(one) not in hidden]
    return [one for one in found if one.get_visible() and one.get_text().strip()]


@pytest.mark.parametrize("name", ["plot-group-bars", "plot-layers", "plot-ranking", "plot-slopes"])
def test_labels_are_inside_and_apart(drawn: dict[str, Figure], name: str) -> None:
    figure = drawn[name]
    figure.draw_without_rendering()
    boxes = [(one.get_text(), one.get_window_extent()) for one in texts(figure)]
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.width + 1, text
        assert box.y1 <= figure.bbox.height + 1, text
    for at, (text, box) in enumerate(boxes):
        for other, beside in boxes[at + 1 :]:
            wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            assert wide <= 1 or high <= 2.5, f"{text!r} over {other!r}"


def test_they_say_what_they_are(drawn: dict[str, Figure]) -> None:
    for name in ("plot-ranking", "plot-heat-map", "plot-group-bars", "plot-layers"):
        said = "\n".join(one.get_text() for one in texts(drawn[name]))
        assert "không phải kết quả chính thức" in said
        assert "SHA-256" in said


def test_numbers_are_those_of_the_reports(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    reports = [small.score(cqdt.Submission({**facts, "may": may}, unit=f"u{may}")) for may in (10, 47)]
    figure = plot.ranking(reports, names={"u47": "Bốn bảy"}, lang="en")
    said = [one.get_text() for one in texts(figure)]
    assert "Bốn bảy  1" in said
    assert "u10  2" in said
    assert {f" {report.points}" for report in reports} <= set(said)
    widths = [bar.get_width() for bar in figure.axes[0].patches]  # type: ignore[attr-defined]
    assert widths == sorted((float(one.points) for one in reports), reverse=True)


def test_verifications(small: cqdt.CriteriaSet) -> None:
    told = small.verify(cqdt.Submission({"muc": "a"}, verified={"muc": "b"}))
    figure = plot.layers({"x": told}, names={"x": "Xã X"})
    assert any("Xã X (−0,75)" in one.get_text() for one in texts(figure))


def test_edges(small: cqdt.CriteriaSet) -> None:
    with pytest.raises(cqdt.OptionError, match="P0115 no reports"):
        plot.ranking([])
    empty = small.score({"trang": cqdt.NotApplicable("không có")})
    for figure in (
        plot.ranking([empty], intervals={}),
        plot.heat_map([empty]),
        plot.group_bars(empty, []),
        plot.layers([]),
        plot.slopes([], before="1", now="2"),
        plot.slopes(cqdt.compare({"a": 1}, {"a": 1}), before="1", now="2"),
    ):
        assert isinstance(figure, Figure)
        assert pixels(figure).size > 0
    assert plot.ranking([empty])._repr_png_()[:4] == b"\x89PNG"  # type: ignore[attr-defined]


def test_a_number_below_zero_has_the_minus_sign_of_reports() -> None:
    assert plot._number(-1.5, "vi") == "−1,5"
    assert plot._number(-1.5, "en") == "−1.5"
    assert plot._number(-2, "vi", 1) == "−2,0"
