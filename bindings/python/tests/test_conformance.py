"""The vectors that every implementation runs: what is expected as a text is compared byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cqdt

ROOT = Path(__file__).parents[3] / "conformance"
MANIFEST = json.loads((ROOT / "manifest.json").read_text("utf-8"))
FILES = [one["file"] for one in MANIFEST["vectors"]]


def text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)


def read_set(vector: dict[str, Any]) -> cqdt.CriteriaSet:
    if "set_toml" in vector:
        return cqdt.CriteriaSet.from_toml(vector["set_toml"])
    return cqdt.CriteriaSet.from_json(text(vector["set"]))


def read_rows(vector: dict[str, Any]) -> list[cqdt.Submission]:
    return cqdt.Submission.from_csv(vector["csv"], numbers=vector["numbers"])


def read_submissions(vector: dict[str, Any]) -> list[cqdt.Submission]:
    if "csv" in vector:
        return read_rows(vector)
    return [cqdt.Submission.from_json(text(one)) for one in vector["submissions"]]


def cohort(
    vector: dict[str, Any], criteria_set: cqdt.CriteriaSet, submissions: list[cqdt.Submission], layer: Any
) -> cqdt.Cohort | None:
    match vector.get("cohort"):
        case None:
            return None
        case True:
            return criteria_set.cohort(submissions, layer=layer)
        case positions:
            return criteria_set.cohort([submissions[at] for at in positions], layer=layer)


def reports(vector: dict[str, Any]) -> tuple[cqdt.CriteriaSet, list[cqdt.Report]]:
    criteria_set, submissions = read_set(vector), read_submissions(vector)
    layer = vector.get("layer", "self")
    of = cohort(vector, criteria_set, submissions, layer)
    return criteria_set, [criteria_set.score(one, layer=layer, cohort=of) for one in submissions]


def outcome(vector: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 - one operation each
    match vector["op"]:
        case "set":
            read = read_set(vector)
            return {"canonical": read.to_json(), "fingerprint": read.fingerprint}
        case "submission":
            if "submission_toml" in vector:
                return {"canonical": cqdt.Submission.from_toml(vector["submission_toml"]).to_json()}
            return {"canonical": cqdt.Submission.from_json(text(vector["submission"])).to_json()}
        case "csv":
            return {"canonical": [one.to_json() for one in read_rows(vector)]}
        case "score":
            return {"reports": [one.to_json() for one in reports(vector)[1]]}
        case "explain":
            made = reports(vector)[1]
            return {"vi": [str(one.explain("vi")) for one in made], "en": [str(one.explain("en")) for one in made]}
        case "rank":
            criteria_set, made = reports(vector)
            return {"ranks": criteria_set.rank(made, parents=vector.get("parents"))}
        case "verify":
            return {"verifications": verifications(vector)}
        case "gap":
            return gap(vector)
        case "compare":
            before, now = ([cqdt.Standing(unit, total) for unit, total in vector[key]] for key in ("before", "now"))
            return {"rows": [one.to_dict() for one in cqdt.compare(before, now, ties=vector["ties"])]}
        case "round":
            return {"report": assessed(vector).to_json()}
        case other:
            pytest.fail(f"an operation that is not known: {other}")


def verifications(vector: dict[str, Any]) -> list[dict[str, Any]]:
    criteria_set, submissions = read_set(vector), read_submissions(vector)
    found = []
    for one in submissions:
        checked = criteria_set.verify(
            one,
            self_cohort=cohort(vector, criteria_set, submissions, "self"),
            verified_cohort=cohort(vector, criteria_set, submissions, "verified"),
        )
        found.append(
            {
                "self": checked.own.to_json(),
                "verified": checked.verified.to_json(),
                "delta": str(checked.delta),
                "changes": [change.to_dict() for change in checked.changes],
            }
        )
    return found


def gap(vector: dict[str, Any]) -> dict[str, Any]:
    criteria_set, (own, *others) = reports(vector)
    rivals = [criteria_set.standing(one) for one in others]
    expect = vector["expect"]

    def shown(points: Any) -> str | None:
        return None if points is None else str(points)

    return {
        "points_left": [one.to_dict() for one in own.points_left()],
        "to_band": {band: shown(own.points_to_band(band)) for band in expect["to_band"]},
        "to_rank": {rank: shown(own.points_to_rank(int(rank), rivals)) for rank in expect["to_rank"]},
    }


def assessed(vector: dict[str, Any]) -> cqdt.RoundReport:
    if "round_toml" in vector:
        round_ = cqdt.Round.from_toml(vector["round_toml"])
    else:
        round_ = cqdt.Round.from_json(text(vector["round"]))
    sets = [cqdt.CriteriaSet.from_json(text(one)) for one in vector["sets"]]
    incoming = [(one["source"], cqdt.Submission.from_json(text(one["submission"]))) for one in vector["incoming"]]
    return round_.assess(sets, incoming)


@pytest.mark.parametrize("file", FILES)
def test_vector(file: str) -> None:
    vector = json.loads((ROOT / file).read_text("utf-8"))
    assert vector["format"] == 1
    expect = vector["expect"]
    if "error" not in expect:
        assert outcome(vector) == expect
        return
    with pytest.raises(cqdt.CqdtError) as raised:
        outcome(vector)
    faults = [
        {"code": one.code, "line": one.line, "column": one.column, "pointer": one.pointer}
        for one in raised.value.faults
    ]
    assert faults == expect["error"]["faults"]


def test_all_vectors_are_run() -> None:
    assert MANIFEST["format"] == 1
    assert len(FILES) == MANIFEST["count"] > 100
    assert sorted(FILES) == sorted(f"vectors/{one.name}" for one in (ROOT / "vectors").glob("*.json"))
