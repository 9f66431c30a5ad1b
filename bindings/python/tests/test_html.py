from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import example_round

import cqdt
from test_round import ROUND

VOID = {"br", "meta"}


class Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> str:
    parser = Balanced()
    parser.feed(html)
    parser.close()
    assert not parser.open
    assert "script" not in parser.seen
    assert "<thử>" not in html
    return " ".join(parser.words)


def test_report(small: cqdt.CriteriaSet, facts: dict[str, object]) -> None:
    facts |= {"muc": "<b>x</b>"}
    words = read(small.score(cqdt.Submission(facts, unit="xa-a"))._repr_html_())
    for part in ("Bộ <thử> & nghiệm", "xa-a", "47 ÷ 50 × 2 = 1,88", "<b>x</b>", "4,88 / 10", small.fingerprint, "I."):
        assert part in words


def test_set(small: cqdt.CriteriaSet) -> None:
    words = read(small._repr_html_())
    for part in ("Bộ <thử> & nghiệm", "1/QĐ", "Hạ tầng", small.fingerprint, "phục dựng", "CHƯA PHẢI BẢN CHÍNH THỨC"):
        assert part in words
    assert "reconstructed" not in words


def test_an_official_set(document: dict[str, Any]) -> None:
    document["status"] = "official"
    for group in document["groups"]:
        for line in group["criteria"]:
            line["basis"]["status"] = "official"
    words = read(cqdt.CriteriaSet.from_dict(document)._repr_html_())
    assert "chính thức" in words
    assert "phục dựng" not in words


def test_round(small: cqdt.CriteriaSet) -> None:
    one = cqdt.Submission({"trang": True}, unit="a", set="thu/nho", received="2018-10-01")
    outcome = cqdt.Round.from_dict(ROUND).assess([small], [one])
    words = read(outcome._repr_html_())
    for part in ("Đợt <1>", "Xã a", "chưa nộp", "đúng hạn", "Yếu", "phục dựng", "chưa đủ", "1,00"):
        assert part in words


def test_what_was_found_about_units(small: cqdt.CriteriaSet) -> None:
    one = cqdt.Submission({"may": 3, "can-bo": 2}, unit="a", set="thu/nho", received="2018-10-05")
    words = read(cqdt.Round.from_dict(ROUND).assess([small], [one])._repr_html_())
    assert "Xã a: D0201" in words
    assert "quá hạn: phải nộp trước" in words
    assert "Xã b: " in words


def test_units_of_a_set_that_was_not_given() -> None:
    divisions = cqdt.CriteriaSet.builtin(example_round.DIVISIONS)
    outcome = cqdt.Round.builtin("viet-tri-2018").assess([divisions], example_round.submissions())
    words = read(outcome._repr_html_())
    assert f"Thiếu bộ tiêu chí {example_round.COMMUNES}: 23 đơn vị chưa được chấm." in words
    for entry in outcome.entries:
        assert entry.name["vi"] in words
    assert "D0310" in words


def test_points_of_a_round_are_written_alike() -> None:
    html = example_round.outcome()._repr_html_()
    read(html)
    cells = re.findall(r'<td class="cq-n">(\d*,\d*)</td>', html)
    assert len(cells) > 30
    assert "74,00" in cells
    assert all(re.fullmatch(r"\d+,\d\d", cell) for cell in cells)


def test_bars_stay_inside(document: dict[str, Any]) -> None:
    extra = document["groups"][0]["criteria"][1]
    extra |= {"bonus": True}
    document["groups"][0]["max"] = 4
    document["max"] = 9
    set_ = cqdt.CriteriaSet.from_dict(document)
    html = set_.score({"may": 1, "can-bo": 1, "trang": True, "ty-le": 90})._repr_html_()
    assert "width:100.0%" in html
    read(html)
