from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import settings

import cqdt

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def text(word: str) -> dict[str, str]:
    return {"vi": word, "en": word}


def criterion(id_: str, max_: object, rule: dict[str, Any], **more: object) -> dict[str, Any]:
    basis = {"status": "reconstructed", "source": "s", "item": id_}
    return {"id": id_, "number": id_, "title": text(id_), "max": max_, "rule": rule, "basis": basis, **more}


SMALL: dict[str, Any] = {
    "format": 1,
    "id": "thu/nho",
    "version": "1.0.0",
    "status": "reconstructed",
    "agency_group": "cap-xa",
    "max": 10,
    "title": {"vi": "Bộ <thử> & nghiệm", "en": "A <trial> & more"},
    "document": {
        "number": "1/QĐ",
        "date": "2018-07-05",
        "issuer": text("UBND"),
        "title": text("Quyết định"),
    },
    "bands": [
        {"id": "tot", "title": {"vi": "Tốt", "en": "Good"}, "on": "share", "at_least": 80},
        {"id": "yeu", "title": {"vi": "Yếu", "en": "Weak"}, "on": "share"},
    ],
    "sources": {"s": {"document": "Quyết định mẫu"}},
    "facts": [
        {"id": "may", "type": "count", "title": text("Máy tính")},
        {"id": "can-bo", "type": "count", "title": text("Cán bộ")},
        {"id": "trang", "type": "yes_no", "title": text("Có trang"), "not_applicable": True},
        {"id": "ty-le", "type": "percent", "title": text("Tỷ lệ")},
        {"id": "kinh-phi", "type": "amount", "min": 0, "max": 1000, "title": text("Kinh phí")},
        {
            "id": "muc",
            "type": "choice",
            "title": text("Mức"),
            "keys": [{"id": "a", "title": text("a")}, {"id": "b", "title": text("b")}],
        },
        {
            "id": "dich-vu",
            "type": "items",
            "title": text("Dịch vụ"),
            "keys": [{"id": "k1", "title": text("k1")}, {"id": "k2", "title": text("k2")}],
        },
    ],
    "groups": [
        {
            "id": "i",
            "number": "I",
            "title": text("Hạ tầng"),
            "max": 5,
            "criteria": [
                criterion("i.1", 2, {"kind": "proportional", "of": "may", "over": "can-bo"}),
                criterion("i.2", 1, {"kind": "yes_no", "fact": "trang"}),
                criterion(
                    "i.3",
                    2,
                    {
                        "kind": "tiers",
                        "fact": "ty-le",
                        "steps": [{"at_least": 90, "points": 2}, {"at_least": 50, "points": "0.5"}],
                    },
                ),
            ],
        },
        {
            "id": "ii",
            "number": "II",
            "title": text("Kết quả"),
            "max": 5,
            "criteria": [
                criterion("ii.1", 2, {"kind": "cohort_max", "fact": "kinh-phi"}),
                criterion("ii.2", 1, {"kind": "choice", "fact": "muc", "points": {"a": 1, "b": "0.25"}}),
                criterion("ii.3", 2, {"kind": "checklist", "fact": "dich-vu", "points": {"k1": "1.5", "k2": "0.5"}}),
            ],
        },
    ],
}

FACTS: dict[str, object] = {
    "may": 47,
    "can-bo": 50,
    "trang": True,
    "ty-le": "87.5",
    "kinh-phi": "12.5",
    "muc": "b",
    "dich-vu": ["k1"],
}


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(SMALL)


@pytest.fixture(scope="session")
def small() -> cqdt.CriteriaSet:
    return cqdt.CriteriaSet.from_dict(SMALL)


@pytest.fixture
def facts() -> dict[str, object]:
    return dict(FACTS)


@pytest.fixture(scope="session")
def commune() -> cqdt.CriteriaSet:
    return cqdt.CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2")
