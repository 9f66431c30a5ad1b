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
from conftest import criterion, text
from cqdt import _drawing, plot

if TYPE_CHECKING:
    from typing import Any

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


LONG = "Ban Quản lý dự án đầu tư xây dựng công trình dân dụng và công nghiệp tỉnh Phú Thọ"


@pytest.fixture(scope="module")
def entries() -> list[cqdt.Entry]:
    return example_round.outcome().ranking(example_round.COMMUNES)


@pytest.fixture(scope="module")
def reports(entries: list[cqdt.Entry]) -> list[cqdt.Report]:
    return [entry.report for entry in entries if entry.report is not None]


@pytest.mark.parametrize("name", ["plot-group-bars", "plot-layers", "plot-ranking", "plot-slopes"])
def test_labels_are_inside_and_apart(drawn: dict[str, Figure], name: str) -> None:
    inside_and_apart(drawn[name])


def test_labels_are_inside_and_apart_in_english(entries: list[cqdt.Entry], reports: list[cqdt.Report]) -> None:
    names = {entry.unit: entry.name["en"] for entry in entries}
    ranges = {report.unit or "": (1.0, 22.0) for report in reports}
    inside_and_apart(plot.layers(entries, lang="en"))
    inside_and_apart(plot.ranking(reports, names=names, intervals=ranges, lang="en"))
    inside_and_apart(plot.group_bars(reports[0], reports, names=names, lang="en"))


def test_long_names_are_inside_and_apart(commune: cqdt.CriteriaSet, reports: list[cqdt.Report]) -> None:
    few = reports[:6]
    names = {report.unit or "": LONG for report in few}
    inside_and_apart(plot.ranking(few, names=names))
    inside_and_apart(plot.ranking(few, names=names, intervals={few[0].unit or "": (1, 2)}))
    inside_and_apart(plot.group_bars(few[0], few, names=names))
    for told, verified in ((180, 100), (100, 180)):
        moved = commune.verify(cqdt.Submission({"cb": 200, "cb-may": told}, verified={"cb-may": verified}))
        inside_and_apart(plot.layers({f"{LONG} {at}": moved for at in range(6)}))


def inside_and_apart(figure: Figure) -> None:
    figure.draw_without_rendering()
    boxes = [(one.get_text(), one.get_window_extent()) for one in texts(figure)]
    for said, box in boxes:
        assert box.x0 >= -1, said
        assert box.y0 >= -1, said
        assert box.x1 <= figure.bbox.width + 1, said
        assert box.y1 <= figure.bbox.height + 1, said
    for at, (said, box) in enumerate(boxes):
        for other, beside in boxes[at + 1 :]:
            wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            assert wide <= 1 or high <= 2.5, f"{said!r} over {other!r}"


def test_they_say_what_they_are(drawn: dict[str, Figure]) -> None:
    for name in ("plot-ranking", "plot-heat-map", "plot-group-bars", "plot-layers"):
        said = "\n".join(one.get_text() for one in texts(drawn[name]))
        assert "không phải kết quả chính thức" in said
        assert "SHA-256" in said


def test_numbers_are_those_of_the_reports(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    reports = small.score_all([cqdt.Submission({**facts, "may": may}, unit=f"u{may}") for may in (10, 47)])
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
    assert any("Xã X * (−0,75)" in one.get_text() for one in texts(figure))


def penalised(document: dict[str, Any]) -> cqdt.CriteriaSet:
    """A set whose totals may lie below zero."""
    rule = {"kind": "deduct", "rule": {"kind": "per_item", "fact": "loi", "each": "2", "cap": "20", "max": "20"}}
    document["facts"].append({"id": "loi", "type": "count", "title": text("Lỗi")})
    group = {"id": "iii", "number": "III", "title": text("Điểm trừ"), "max": 0, "floor": -20}
    document["groups"].append({**group, "criteria": [criterion("iii.1", 0, rule, min=-20)]})
    return cqdt.CriteriaSet.from_dict(document)


def test_totals_below_zero(document: dict[str, Any], facts: dict[str, object]) -> None:
    of = penalised(document)
    found = [of.score(cqdt.Submission({**facts, "loi": loi}, unit=f"u{loi}")) for loi in (0, 3, 10)]
    assert [one.points < 0 for one in found] == [False, True, True]
    for figure in (plot.ranking(found), plot.ranking(found, intervals={"u3": (1, 3)})):
        inside_and_apart(figure)
        axes = figure.axes[0]
        low, high = axes.get_xlim()
        assert low < min(float(one.points) for one in found)
        labels = {one.get_text().strip(): one for one in axes.texts}
        box = axes.get_window_extent()
        for one in found:
            label = labels[str(one.points).replace("-", "−").replace(".", ",")].get_window_extent()
            assert box.x0 <= label.x0 < label.x1 <= box.x1
        # The layout has room for all of it.
        assert box.width > 0.3 * figure.bbox.width
        assert high >= 10


def test_what_has_no_share_is_told(document: dict[str, Any], facts: dict[str, object]) -> None:
    of = penalised(document)
    one = of.score({**facts, "loi": 3})
    said = "\n".join(one.get_text() for one in texts(plot.group_bars(one, [one])))
    assert "III. Điểm trừ: −6" in said


def test_group_bars_leave_out_a_median_that_there_is_not(small: cqdt.CriteriaSet, commune: cqdt.CriteriaSet) -> None:
    one = small.score({})
    figure = plot.group_bars(one, [])
    assert not figure.axes[0].lines
    with pytest.raises(cqdt.OptionError, match="P0107"):
        plot.group_bars(one, [one, commune.score({})])


def test_layers_refuse_what_does_not_compare() -> None:
    with pytest.raises(cqdt.OptionError, match="P0107"):
        plot.layers(example_round.outcome().entries)


def test_layers_say_what_colours_mean(entries: list[cqdt.Entry]) -> None:
    said = [one.get_text() for one in texts(plot.layers(entries))]
    assert {"giữ nguyên", "thẩm định hạ"} <= set(said)
    assert "thẩm định nâng" not in said


def test_what_is_incomplete_is_marked(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    lacking = {"may": 3, "can-bo": 2, "trang": True}
    whole, part = small.score_all([cqdt.Submission(facts, unit="whole"), cqdt.Submission(lacking, unit="part")])
    assert (whole.complete, part.complete) == (True, False)
    told = small.verify(cqdt.Submission({"muc": "a"}, verified={"muc": "b"}))
    for figure in (
        plot.ranking([whole, part]),
        plot.heat_map([whole, part]),
        plot.group_bars(part, [whole]),
        plot.layers({"part": told}),
    ):
        said = [one.get_text() for one in texts(figure)]
        assert any(one.startswith("part *") for one in said)
        assert not any(one.startswith("whole *") for one in said)
        assert any("* chưa đủ số liệu" in one for one in said)
    assert not any("*" in one.get_text() for one in texts(plot.ranking([whole])))


def test_what_is_not_scored_is_no_zero(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    one = small.score({**facts, "muc": "z", "may": 51, "ty-le": None, "trang": cqdt.NotApplicable("x")})
    figure = plot.heat_map([one])
    said = [one.get_text() for one in texts(figure)]
    assert {"không áp dụng", "chưa trả lời", "không hợp lệ"} <= set(said)
    (cells,) = figure.axes[0].images[0].get_array().filled(np.nan).tolist()  # type: ignore[union-attr]
    assert [np.isnan(cell) for cell in cells] == [line.status != "scored" for line in one.criteria]
    hatches = sorted(str(patches.get_hatch()) for patches in figure.axes[0].collections)
    assert hatches == ["/////", "None", "xxxxx"]


def test_unnamed_units_go_by_their_places(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    found = small.score_all([{**facts, "may": may} for may in (10, 40)])
    ranges = cqdt.robustness(found, draws=50).intervals
    figure = plot.ranking(found, names={"1": "Xã sau"}, intervals=ranges)
    said = [one.get_text() for one in texts(figure)]
    assert {"Xã sau  1", "0  2"} <= set(said)
    # A point and a range each.
    assert len(figure.axes[1].lines) == 4
    with pytest.raises(cqdt.OptionError, match="P0109") as raised:
        plot.ranking(found, intervals={"xa-khac": (1, 2)})
    assert "`xa-khac`" in raised.value.messages["vi"]


def test_ticks_are_written_as_the_language_has_it(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    told = small.verify(cqdt.Submission({"muc": "a"}, verified={"muc": "b"}))
    for lang, mark, other in (("vi", ",", "."), ("en", ".", ",")):
        figure = plot.layers({"x": told}, lang=lang)  # type: ignore[arg-type]
        figure.draw_without_rendering()
        axes = figure.axes[0]
        ticks = [one.get_text() for one in (*axes.get_xticklabels(), *axes.get_yticklabels())]
        assert any(mark in one for one in ticks)
        assert not any(other in one for one in ticks)
    one = small.score(cqdt.Submission(facts, unit="a"))
    figure = plot.ranking([one], intervals={"a": (1, 3)})
    figure.draw_without_rendering()
    dots = figure.axes[1]
    low, high = dots.get_xlim()
    assert (low, high) == (0.5, 3.5)
    assert [tick for tick in dots.get_xticks() if low <= tick <= high] == [1, 2, 3]


@pytest.mark.parametrize("count", range(1, 12))
def test_bands_have_colours_of_their_own(count: int, document: dict[str, Any], facts: dict[str, object]) -> None:
    bands = [{"id": f"b{at}", "title": text(f"Bậc {at}"), "on": "share", "at_least": 90 - at} for at in range(count)]
    del bands[-1]["at_least"]
    one = cqdt.CriteriaSet.from_dict({**document, "bands": bands}).score(facts)
    assert one.band == f"b{count - 1}"
    assert isinstance(plot.ranking([one]), Figure)
    colours = _drawing.palette(count)
    assert len(set(colours)) == count
    assert colours[0] == "#1b5e8a"
    assert count == 1 or colours[-1] in {"#c2542d", "#8c2f2f"}


def test_a_dollar_is_a_dollar(small: cqdt.CriteriaSet) -> None:
    found = [small.score(cqdt.Submission({"may": at, "can-bo": 9}, unit=f"u{at}")) for at in range(2)]
    names = {"u0": "Xã $\\frac{ $", "u1": "$5 $6"}
    for figure in (plot.ranking(found, names=names), plot.heat_map(found, names=names)):
        assert pixels(figure).size > 0
        assert any(one.get_text().startswith("Xã $") for one in texts(figure))


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
    assert _drawing.number(-1.5, "vi") == "−1,5"
    assert _drawing.number(-1.5, "en") == "−1.5"
    assert _drawing.number(-2, "vi", 1) == "−2,0"
    assert _drawing.number(-0.001, "vi") == "0"
