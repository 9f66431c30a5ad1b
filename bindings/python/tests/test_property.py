"""Points against `fractions.Fraction`: exact, then rounded once, half away from nought."""

from __future__ import annotations

import os
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cqdt
from conftest import SMALL, criterion

settings.register_profile(
    "cqdt",
    settings.get_profile("untimed"),
    max_examples=int(os.environ.get("CQDT_CASES", "300")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("cqdt")

SET = cqdt.CriteriaSet.from_dict(SMALL)
COHORT = SET.cohort([{"kinh-phi": 0}, {"kinh-phi": 1000}])

counts = st.integers(0, 10**9)
tenths = st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-2))
amounts = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-6))


def rounded(value: Fraction) -> Decimal:
    """To 2 places, halves up, without a float in between."""
    scaled = value * 100
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-2)


@given(over=st.integers(1, 10**9), data=st.data())
def test_proportional(over: int, data: st.DataObject) -> None:
    of = data.draw(st.integers(0, over))
    points = SET.score({"may": of, "can-bo": over}).criterion("i.1").points
    assert points == rounded(Fraction(2 * of, over))


@given(over=st.sampled_from([4, 8, 16, 20, 25, 40, 80, 400]), data=st.data())
def test_ties_round_up(over: int, data: st.DataObject) -> None:
    of = data.draw(st.integers(0, over))
    points = SET.score({"may": of, "can-bo": over}).criterion("i.1").points
    exact = Decimal(2 * of) / Decimal(over)
    assert points == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(amount=amounts)
def test_cohort_max(amount: Decimal) -> None:
    points = SET.score({"kinh-phi": amount}, cohort=COHORT).criterion("ii.1").points
    assert points == rounded(Fraction(amount) * 2 / 1000)


@given(
    may=counts,
    trang=st.none() | st.booleans(),
    share=st.none() | tenths,
    amount=st.none() | amounts,
    muc=st.sampled_from([None, "a", "b", "c"]),
    keys=st.sets(st.sampled_from(["k1", "k2"])),
)
def test_lines_add_up(
    may: int, trang: bool | None, share: Decimal | None, amount: Decimal | None, muc: str | None, keys: set[str]
) -> None:
    facts = {"may": may, "can-bo": 50, "trang": trang, "ty-le": share, "kinh-phi": amount, "muc": muc, "dich-vu": keys}
    report = SET.score(facts, cohort=COHORT)
    assert sum(Fraction(line.points) for line in report.criteria) == Fraction(report.points)
    assert all(0 <= line.points <= line.max for line in report.criteria)
    assert report.share == Fraction(report.points) / Fraction(report.total.applicable_max)
    assert report.band == ("tot" if report.share >= Fraction(4, 5) else "yeu")
    again = cqdt.Submission.from_json(cqdt.Submission(facts).to_json())
    assert SET.score(again, cohort=COHORT) == report


@given(st.lists(st.fractions(), max_size=30))
def test_ranks(totals: list[Fraction]) -> None:
    ranks = cqdt.rank([cqdt.Standing(str(at), total) for at, total in enumerate(totals)])
    assert ranks == [1 + sum(other > total for other in totals) for total in totals]


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    for fact in ("may", "trang", "ty-le", "muc", "dich-vu"):
        report = SET.score({fact: text})
        assert report.points >= 0
        assert report.to_dict()["criteria"]


@given(
    of=st.integers(0, 50),
    trang=st.booleans(),
    share=tenths,
    muc=st.sampled_from(["a", "b"]),
    keys=st.sets(st.sampled_from(["k1", "k2"])),
)
def test_every_line(of: int, trang: bool, share: Decimal, muc: str, keys: set[str]) -> None:
    facts = {"may": of, "can-bo": 50, "trang": trang, "ty-le": share, "muc": muc, "dich-vu": keys}
    report = SET.score(facts, cohort=COHORT)
    points = {line.id: Fraction(line.points) for line in report.criteria}
    assert points["i.1"] == Fraction(rounded(Fraction(2 * of, 50)))
    assert points["i.2"] == (1 if trang else 0)
    assert points["i.3"] == (2 if share >= 90 else Fraction(1, 2) if share >= 50 else 0)
    assert points["ii.2"] == (1 if muc == "a" else Fraction(1, 4))
    assert points["ii.3"] == sum(({"k1": Fraction(3, 2), "k2": Fraction(1, 2)}[key] for key in keys), Fraction(0))


RATIO = {"kind": "proportional", "of": "may", "over": "can-bo"}
STEPS = {"kind": "stepwise", "fact": "kinh-phi", "base_at": 100, "base": 1, "per": 50, "each": "0.25"}
COUNTED = {"kind": "per_item", "fact": "may", "each": "0.05"}
COMPOSED: dict[str, Any] = {
    **SMALL,
    "id": "thu/ghep",
    "max": 10,
    "groups": [
        {
            "id": "i",
            "number": "I",
            "title": SMALL["title"],
            "max": 10,
            "floor": 0,
            "criteria": [
                criterion("i.1", 3, {"kind": "best_of", "rules": [{**RATIO, "max": 3}, {**COUNTED, "max": 3}]}),
                criterion("i.2", 4, {"kind": "sum", "rules": [{**RATIO, "max": 1}, {**STEPS, "max": 3}]}),
                criterion(
                    "i.3", 3, {"kind": "gate", "when": {"fact": "muc", "any_of": ["a"]}, "rule": {**RATIO, "max": 3}}
                ),
                criterion("i.4", 0, {"kind": "deduct", "rule": {**COUNTED, "max": 5}}, min=-5),
            ],
        }
    ],
}


@given(stage=st.sampled_from(["criterion", "group", "total"]), over=st.integers(1, 200), data=st.data())
def test_rules_of_rules(stage: str, over: int, data: st.DataObject) -> None:
    of, amount, muc = data.draw(st.integers(0, over)), data.draw(st.integers(0, 1000)), data.draw(st.sampled_from("ab"))
    composed = cqdt.CriteriaSet.from_dict({**COMPOSED, "policies": {"rounding": {"stage": stage}}})
    report = composed.score({"may": of, "can-bo": over, "kinh-phi": amount, "muc": muc})
    ratio, counted = Fraction(of, over), Fraction(of, 20)
    steps = Fraction(1) if amount <= 100 else min(1 + Fraction(1, 4) * ((amount - 100) // 50), Fraction(3))
    lines = [
        max(3 * ratio, min(counted, Fraction(3))),
        min(ratio + steps, Fraction(4)),
        3 * ratio if muc == "a" else Fraction(0),
        -min(counted, Fraction(5)),
    ]
    if stage == "criterion":
        # A deduction is rounded by its size, away from nought.
        lines = [Fraction(rounded(line) if line >= 0 else -rounded(-line)) for line in lines]
    assert [Fraction(line.points) for line in report.criteria] == lines
    group = max(sum(lines, Fraction(0)), Fraction(0))
    if stage == "group":
        group = Fraction(rounded(group))
    assert Fraction(report.groups[0].points) == group
    assert report.points == rounded(group)


def to_places(value: Fraction, places: int, mode: str) -> Fraction:
    """Rounded by the sizes of what is left over and what is missing."""
    scale = 10**places
    size = abs(value) * scale
    whole = size.numerator // size.denominator
    over = size - whole
    half = Fraction(1, 2)
    up = {"down": False, "half_up": over >= half, "half_even": over > half or (over == half and whole % 2 == 1)}[mode]
    return (-1 if value < 0 else 1) * Fraction(whole + up, scale)


@given(
    stage=st.sampled_from(["criterion", "group", "total"]),
    places=st.integers(0, 6),
    mode=st.sampled_from(["half_up", "half_even", "down"]),
    policy=st.sampled_from(
        [("exclude", "none"), ("exclude", "group"), ("exclude", "total"), ("zero", "none"), ("full", "none")]
    ),
    # Few denominators, so that halves come up.
    over=st.sampled_from([3, 7, 8, 16, 400, 4_000, 4_000_000]),
    trang=st.none() | st.booleans(),
    data=st.data(),
)
def test_policies(
    stage: str, places: int, mode: str, policy: tuple[str, str], over: int, trang: bool | None, data: st.DataObject
) -> None:
    not_applicable, rescale = policy
    of, amount = data.draw(st.integers(0, over)), data.draw(st.integers(0, 1000))
    rounding = {"stage": stage, "places": places, "mode": mode}
    policies = {"rounding": rounding, "not_applicable": not_applicable, "rescale": rescale}
    scored = cqdt.CriteriaSet.from_dict({**SMALL, "policies": policies})
    page = cqdt.NotApplicable("không có trang") if trang is None else trang
    facts = {"may": of, "can-bo": over, "trang": page, "ty-le": 60, "kinh-phi": amount, "muc": "b", "dich-vu": ["k1"]}
    report = scored.score(facts, cohort=scored.cohort([{"kinh-phi": 0}, {"kinh-phi": 1000}]))

    def rounded_at(here: str, value: Fraction) -> Fraction:
        return to_places(value, places, mode) if here == stage else value

    absent = Fraction(1) if not_applicable == "full" else Fraction(0)
    lines = [
        [Fraction(2 * of, over), absent if trang is None else Fraction(trang), Fraction(1, 2)],
        [Fraction(2 * amount, 1000), Fraction(1, 4), Fraction(3, 2)],
    ]
    lines = [[rounded_at("criterion", line) for line in group] for group in lines]
    assert [Fraction(line.points) for line in report.criteria] == [line for group in lines for line in group]

    maxima = [Fraction(4 if trang is None and not_applicable == "exclude" else 5), Fraction(5)]
    groups = [rounded_at("group", sum(group, Fraction(0))) for group in lines]
    if rescale == "group":
        groups = [to_places(points / most * 5, places, mode) for points, most in zip(groups, maxima, strict=True)]
        maxima = [Fraction(5), Fraction(5)]
    assert [Fraction(group.points) for group in report.groups] == groups

    total = rounded_at("total", sum(groups, Fraction(0)))
    share = total / sum(maxima, Fraction(0))
    assert Fraction(report.total.before_rescale) == total
    assert report.share == share
    assert Fraction(report.points) == (to_places(share * 10, places, mode) if rescale == "total" else total)
