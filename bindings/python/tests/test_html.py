from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

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
    for part in ("Bộ <thử> & nghiệm", "1/QĐ", "Hạ tầng", small.fingerprint):
        assert part in words


def test_round(small: cqdt.CriteriaSet) -> None:
    one = cqdt.Submission({"trang": True}, unit="a", set="thu/nho", received="2018-10-01")
    outcome = cqdt.Round.from_dict(ROUND).assess([small], [one])
    words = read(outcome._repr_html_())
    for part in ("Đợt <1>", "Xã a", "chưa nộp", "đúng hạn", "Yếu", "dựng lại"):
        assert part in words


def test_bars_stay_inside(document: dict[str, Any]) -> None:
    extra = document["groups"][0]["criteria"][1]
    extra |= {"bonus": True}
    document["groups"][0]["max"] = 4
    document["max"] = 9
    set_ = cqdt.CriteriaSet.from_dict(document)
    html = set_.score({"may": 1, "can-bo": 1, "trang": True, "ty-le": 90})._repr_html_()
    assert "width:100.0%" in html
    read(html)
