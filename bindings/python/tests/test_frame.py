from __future__ import annotations

import itertools
import json
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cqdt
from conftest import SMALL
from test_errors import check

if TYPE_CHECKING:
    from collections.abc import Iterator

SET = cqdt.CriteriaSet.from_dict(SMALL)

ROWS: dict[str, list[Any]] = {
    "unit": ["xa-a", "xa-b", "xa-c"],
    "may": [47, 10, None],
    "can-bo": [50, 10, 9],
    "trang": [True, False, True],
    "ty-le": ["87.5", "90", None],
    "kinh-phi": ["12.5", "50", "0"],
    "muc": ["b", "a", None],
    "dich-vu": ["k1", "k1|k2", None],
}


def reports(rows: dict[str, list[Any]]) -> list[cqdt.Report]:
    submissions = []
    for at in range(len(rows["unit"])):
        facts = {name: cells[at] for name, cells in rows.items() if name != "unit"}
        if facts["dich-vu"] is not None:
            facts["dich-vu"] = facts["dich-vu"].split("|")
        submissions.append(cqdt.Submission(facts, unit=rows["unit"][at]))
    return SET.score_all(submissions)


def expected(rows: dict[str, list[Any]]) -> list[dict[str, Any]]:
    made = reports(rows)
    ranks = SET.rank(made)
    return [
        {
            "unit": report.unit,
            "total": report.points,
            "rank": rank,
            "band": report.band,
            "complete": report.complete,
            **{f"group:{group.id}": group.points for group in report.groups},
            **{f"criterion:{line.id}": line.points for line in report.criteria},
            **{f"status:{line.id}": line.status for line in report.criteria},
        }
        for report, rank in zip(made, ranks, strict=True)
    ]


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "share"} for row in rows]


KINDS = {
    "polars": lambda: pl.DataFrame(ROWS),
    "polars categories": lambda: pl.DataFrame(ROWS).with_columns(pl.col("muc", "dich-vu").cast(pl.Categorical)),
    "polars chunks": lambda: pl.concat([pl.DataFrame(ROWS)[:1], pl.DataFrame(ROWS)[1:]], rechunk=False),
    "polars sliced": lambda: pl.concat([pl.DataFrame(ROWS)[2:], pl.DataFrame(ROWS)])[1:],
    "pandas": lambda: pd.DataFrame(ROWS).astype({"may": "Int64"}),
    "pandas of Arrow": lambda: pa.table(ROWS).to_pandas(types_mapper=pd.ArrowDtype),
    "pandas of objects": lambda: pd.DataFrame(ROWS).astype({"may": "Int64", "muc": object, "dich-vu": "category"}),
    "pyarrow": lambda: pa.table(ROWS),
    "pyarrow batch": lambda: pa.RecordBatch.from_pydict(ROWS),
    "pyarrow reader": lambda: pa.table(ROWS).to_reader(max_chunksize=2),
    "duckdb": lambda: duckdb.from_arrow(pa.table(ROWS)),
    "ours": lambda: cqdt.score_frame(
        type("Bare", (), {"column_names": list(ROWS), "__arrow_c_stream__": pa.table(ROWS).__arrow_c_stream__})(),
        SET,
    ),
}


def listed(frame: Any) -> list[dict[str, Any]]:
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    if isinstance(frame, pd.DataFrame):
        return pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return frame.to_arrow_table().to_pylist()
    if isinstance(frame, pa.RecordBatchReader):
        return frame.read_all().to_pylist()
    if isinstance(frame, cqdt.ArrowTable):
        return pa.table(frame).to_pylist()
    return frame.to_pylist()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ours"])
def test_every_kind(kind: str) -> None:
    frame = KINDS[kind]()
    scored = cqdt.score_frame(frame, SET, statuses=True)
    assert type(scored) is type(frame)
    assert plain(listed(scored)) == expected(ROWS)


def test_pandas_keeps_its_index_and_reads_not_a_number_as_missing() -> None:
    frame = pd.DataFrame({"unit": ["xa-a", "xa-b"], "may": [47.0, None], "can-bo": [50, 10]}, index=[7, 3])
    assert frame["may"].dtype.kind == "f"
    scored = cqdt.score_frame(frame, SET, statuses=True, allow_float=True)
    assert list(scored.index) == [7, 3]
    assert list(scored["status:i.1"]) == ["scored", "missing"]
    assert scored["criterion:i.1"].iloc[0] == SET.score({"may": 47, "can-bo": 50}).criterion("i.1").points
    assert len(cqdt.score_frame(frame[["unit"]].iloc[:0], SET)) == 0
    assert len(cqdt.score_frame(frame[[]], SET)) == 2


def test_pandas_names_columns_as_it_will() -> None:
    frame = pd.DataFrame({0: ["x"], 1: [2]})
    with pytest.raises(cqdt.FrameError, match="`0`"):
        cqdt.score_frame(frame, SET)
    assert len(cqdt.score_frame(frame, SET, unknown="ignore")) == 1


def test_anything_with_the_interface() -> None:
    table = KINDS["ours"]()
    assert isinstance(table, cqdt.ArrowTable)
    assert len(table) == 3
    assert table.column_names[:3] == ["unit", "total", "share"]
    assert repr(table).startswith("<ArrowTable rows=3 columns=")
    assert [row["total"] for row in listed(table)] == [row["total"] for row in expected(ROWS)]


def test_lazily() -> None:
    plan = cqdt.score_frame(pl.DataFrame(ROWS).lazy(), SET, statuses=True)
    assert isinstance(plan, pl.LazyFrame)
    assert plain(plan.collect().to_dicts()) == expected(ROWS)


def test_columns_are_those_asked_for() -> None:
    frame = pl.DataFrame(ROWS)
    few = cqdt.score_frame(frame, SET, groups=False, criteria=False, rank=False)
    assert few.columns == ["unit", "total", "share", "band", "complete"]
    kept = cqdt.score_frame(frame, SET, groups=False, criteria=False, keep=["muc", "unit"])
    assert kept.columns == ["unit", "muc", "total", "share", "rank", "band", "complete"]
    assert few.schema["total"] == pl.Decimal(38, 2)
    floats = cqdt.score_frame(frame, SET, points="float")
    assert floats.schema["total"] == floats.schema["criterion:i.1"] == pl.Float64
    assert floats["total"].to_list() == [float(row["total"]) for row in expected(ROWS)]
    assert few["share"].to_list() == [float(report.share or 0) for report in reports(ROWS)]


def test_layouts_of_answers() -> None:
    frame = pl.DataFrame(
        {
            "may": pl.Series([47, 10], dtype=pl.UInt8),
            "can-bo": pl.Series([50, 10], dtype=pl.Int16),
            "trang": pl.Series([1, 0], dtype=pl.Int8),
            "ty-le": pl.Series([Decimal("87.50"), Decimal("90.00")], dtype=pl.Decimal(10, 2)),
            "kinh-phi": pl.Series(["12,5", "1.000"]),
            "muc": pl.Series([1, 0], dtype=pl.UInt32),
            "dich-vu": pl.Series([["k1"], ["k2", "k1"]]),
            "evidence:i.1": pl.Series(["12/BC", ""]),
        }
    )
    found = cqdt.score_frame(frame, SET, numbers="comma", coded=True)
    assert found["criterion:i.1"].to_list() == [Decimal("1.88"), 2]
    assert found["criterion:i.3"].to_list() == [Decimal("0.5"), 2]
    assert found["criterion:ii.1"].to_list() == [Decimal("0.03"), 2]
    assert found["criterion:ii.2"].to_list() == [Decimal("0.25"), 1]
    assert found["criterion:ii.3"].to_list() == [Decimal("1.5"), 2]


def keys_of_digits() -> cqdt.CriteriaSet:
    document = json.loads(json.dumps(SMALL))
    fact = next(fact for fact in document["facts"] if fact["id"] == "muc")
    fact["keys"] = [{**key, "id": name} for key, name in zip(fact["keys"], ("2", "1"), strict=True)]
    rule = next(line for line in document["groups"][1]["criteria"] if line["id"] == "ii.2")["rule"]
    rule["points"] = {{"a": "2", "b": "1"}[key]: value for key, value in rule["points"].items()}
    return cqdt.CriteriaSet.from_dict(document)


def test_a_whole_number_is_the_key_that_is_written_so() -> None:
    of = keys_of_digits()
    single = [of.score({"muc": key}).criterion("ii.2").points for key in (2, 1, 2)]
    for column in (
        pa.array([2, 1, 2], pa.int8()),
        pa.array([Decimal(2), Decimal(1), Decimal(2)]),
        pa.array([2.0, 1.0, 2.0]),
        pa.array([2, 1, 2]).dictionary_encode(),
        pa.array(["2", "1", "2"]),
        pc.run_end_encode(pa.array([2, 1, 2])),
    ):
        found = cqdt.score_frame(pa.table({"muc": column}), of, allow_float=True)
        assert found["criterion:ii.2"].to_pylist() == single
    # As positions where it is said that they are.
    coded = cqdt.score_frame(pa.table({"muc": [0, 1, 0]}), of, coded=True)
    assert coded["criterion:ii.2"].to_pylist() == single
    with pytest.raises(cqdt.FrameError, match=r"D0101 .*`#2`"):
        cqdt.score_frame(pa.table({"muc": [2]}), of, coded=True)
    with pytest.raises(cqdt.FrameError, match="coded=True") as refused:
        cqdt.score_frame(pa.table({"dich-vu": [3]}), SET)
    check(refused.value, "P0208")
    assert cqdt.score_frame(pa.table({"dich-vu": [3]}), SET, coded=True)["criterion:ii.3"].to_pylist() == [2]


NUMBERS: tuple[Literal["plain", "point", "comma", "unstated"], ...] = ("plain", "point", "comma", "unstated")


@pytest.mark.parametrize("numbers", NUMBERS)
def test_categories_are_read_as_texts_are(numbers: Literal["plain", "point", "comma", "unstated"]) -> None:
    texts = pa.array(["1.000", "500", "12,5", "", None])
    plainly = cqdt.score_frame(pa.table({"kinh-phi": texts}), SET, numbers=numbers, diagnostics="column", statuses=True)
    coded = pa.table({"kinh-phi": texts.dictionary_encode()})
    assert cqdt.score_frame(coded, SET, numbers=numbers, diagnostics="column", statuses=True) == plainly
    assert cqdt.cohort_frame(coded, SET, numbers=numbers) == cqdt.cohort_frame(
        pa.table({"kinh-phi": texts}), SET, numbers=numbers
    )


def test_not_applicable() -> None:
    frame = pl.DataFrame({"trang": [True, None], "not_applicable:trang": [False, True]})
    found = cqdt.score_frame(frame, SET, statuses=True)
    assert found["status:i.2"].to_list() == ["scored", "not_applicable"]


def test_a_flag_without_its_fact() -> None:
    frame = pl.DataFrame({"unit": ["a", "b"], "not_applicable:trang": [True, None]})
    found = cqdt.score_frame(frame, SET, statuses=True)
    assert found["status:i.2"].to_list() == ["not_applicable", "missing"]
    with pytest.raises(cqdt.FrameError, match=r"`trnag`.*`trang`") as typo:
        cqdt.score_frame(frame.rename({"not_applicable:trang": "not_applicable:trnag"}), SET, unknown="ignore")
    check(typo.value, "E0601")
    with pytest.raises(cqdt.FrameError, match="D0101"):
        cqdt.score_frame(frame.rename({"not_applicable:trang": "not_applicable:may"}), SET)
    flag = pa.array([True])
    twice = pa.Table.from_arrays([flag, flag], ["not_applicable:trang"] * 2)
    twice_evident = twice.rename_columns(["evidence:i.2"] * 2)
    for doubled in (twice, twice_evident):
        with pytest.raises(cqdt.FrameError) as refused:
            cqdt.score_frame(doubled, SET)
        check(refused.value, "P0209")
    nobody = pa.table({"trang": [True], "not_applicable:trang": pa.nulls(1)})
    assert cqdt.score_frame(nobody, SET, statuses=True)["status:i.2"].to_pylist() == ["scored"]


def test_evidence() -> None:
    document = {**SMALL, "policies": {"missing_evidence": "zero"}}
    document["groups"] = json.loads(json.dumps(document["groups"]))
    document["groups"][0]["criteria"][1]["evidence"] = True
    strict = cqdt.CriteriaSet.from_dict(document)
    frame = pl.DataFrame({"trang": [True, True, True], "evidence:i.2": ["12/BC", " ", None]})
    found = cqdt.score_frame(frame, strict, diagnostics="column")
    assert found["criterion:i.2"].to_list() == [1, 0, 0]
    assert [any("D0203" in one for one in row) for row in found["diagnostics"].to_list()] == [False, True, True]
    runs = pc.run_end_encode(pa.array(["", "x"]))
    for column, wanted in (
        (pa.nulls(2), [0, 0]),
        (pa.array([None, True]), [0, 1]),
        (pa.array([0, 1]), [0, 1]),
        (pa.array(["", "x"]).dictionary_encode(), [0, 1]),
        (pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array([None, "x"])), [0, 1]),
        (pa.array([[], ["x"]]), [0, 1]),
        (pa.array([None, ["x"]]), [0, 1]),
        (runs, [0, 1]),
    ):
        told = cqdt.score_frame(pa.table({"trang": [True, True], "evidence:i.2": column}), strict, diagnostics="off")
        assert told["criterion:i.2"].to_pylist() == wanted, column.type
    for frame in (
        pl.DataFrame({"trang": [True] * 3, "evidence:i.2": pl.Series([0, 12, None], dtype=pl.Int128)}),
        pd.DataFrame({"trang": [True] * 3, "evidence:i.2": pd.Series([0, "12/BC", None], dtype=object)}),
        pd.DataFrame({"trang": [True] * 3, "evidence:i.2": [0.0, 1.0, None]}),
        pa.table({"trang": [True] * 3, "evidence:i.2": [Decimal(0), Decimal(10), None]}),
    ):
        counted = pa.table(cqdt.score_frame(frame, strict, diagnostics="off"))
        assert counted["criterion:i.2"].to_pylist() == [0, 1, 0]
    unread = pa.table({"trang": [True], "evidence:i.2": pa.array([b"x"])})
    with pytest.raises(cqdt.FrameError, match=r"`evidence:i.2`") as refused:
        cqdt.score_frame(unread, strict)
    check(refused.value, "P0201")


def test_invalid_answers() -> None:
    frame = pl.DataFrame({"unit": ["a", "b", "c"], "may": [5, 51, 7], "can-bo": [5, 50, 7], "muc": ["a", "a", "ồ"]})
    with pytest.raises(cqdt.FrameError) as raised:
        cqdt.score_frame(frame, SET)
    check(raised.value, "D0201")
    told = raised.value.message("en").splitlines()
    assert told[0].startswith("D0201 row 1: criterion `i.1`: `may` = 51 exceeds `can-bo` = 50")
    assert told[1].startswith("D0101 row 2: fact `muc`: unexpected value `ồ`")
    assert told[2].startswith("P0204 2 rows have invalid answers")
    column = cqdt.score_frame(frame, SET, diagnostics="column", statuses=True)
    assert column["status:i.1"].to_list() == ["scored", "invalid", "scored"]
    assert column["diagnostics"].to_list()[0] == []
    assert [len(one) for one in column["diagnostics"].to_list()] == [0, 1, 1]
    english = cqdt.score_frame(frame, SET, diagnostics="column", lang="en")["diagnostics"].to_list()
    assert "exceeds `can-bo` = 50" in english[1][0]
    quiet = cqdt.score_frame(frame, SET, diagnostics="off")
    assert quiet["criterion:i.1"].to_list() == [2, 0, 2]


def test_an_invalid_answer_in_a_complete_row(facts: dict[str, Any]) -> None:
    good = pl.DataFrame({name: [value] for name, value in {**facts, "may": 47, "can-bo": 50}.items()})
    assert cqdt.score_frame(good, SET)["complete"].to_list() == [True]
    # Invalid answers don't make a report incomplete.
    bad = good.with_columns(may=pl.lit(51))
    assert cqdt.score_frame(bad, SET, diagnostics="off")["complete"].to_list() == [True]
    with pytest.raises(cqdt.FrameError) as raised:
        cqdt.score_frame(pl.concat([good, bad.cast(good.schema)]), SET, criteria=False, groups=False, rank=False)
    check(raised.value, "D0201")
    assert "row 1: criterion `i.1`: `may` = 51 exceeds `can-bo` = 50" in raised.value.message("en")


@pytest.mark.parametrize("ticked", [["k1|k2"], ["-"], ["không"], [""], ["k1", "k1"], ["k3"], ["k1", None]])
def test_lists_mean_what_they_mean_to_a_single_score(ticked: list[Any]) -> None:
    frame = pl.DataFrame({"dich-vu": [ticked, ["k1", "k2"], []]})
    found = cqdt.score_frame(frame, SET, statuses=True, diagnostics="column")
    statuses = found[next(name for name in found.columns if name.startswith("status:ii") and "invalid" in found[name])]
    assert statuses.to_list() == ["invalid", "scored", "scored"]
    nothing = cqdt.score_frame(pa.table({"dich-vu": [[], []]}), SET, statuses=True, diagnostics="off")
    assert nothing[statuses.name].to_pylist() == ["scored", "scored"]
    if None not in ticked:
        single = SET.score({"dich-vu": ticked})
        said = [one.messages["vi"] for one in single.diagnostics if one.code == "D0101"]
        assert said
        assert any(said[0] in one for one in found["diagnostics"].to_list()[0])


def test_columns_that_do_not_fit() -> None:
    frame = pl.DataFrame({"mya": [1], "may": [0.5], "muc": [{"a": 1}], "trang": [b"x"]})
    with pytest.raises(cqdt.FrameError) as raised:
        cqdt.score_frame(frame, SET, keep=["unit"], parent="huyen")
    check(raised.value, "P0101")
    text = raised.value.message("en")
    for part in ("column `may` holds binary floats", "column `muc`", "column `trang`", "no column `unit`", "`huyen`"):
        assert part in text
    with pytest.raises(cqdt.FrameError) as unknown:
        cqdt.score_frame(pl.DataFrame({"mays": [1]}), SET)
    check(unknown.value, "E0601")
    assert "did you mean `may`?" in unknown.value.messages["en"]
    assert cqdt.score_frame(pl.DataFrame({"mays": [1]}), SET, unknown="ignore")["total"].to_list() == [0]
    with pytest.raises(cqdt.FrameError) as wrong:
        cqdt.score_frame(pl.DataFrame({"may": [True], "evidence:ix": [True]}), SET)
    assert "E0604" in str(wrong.value)
    assert "`ix`" in str(wrong.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    frame = pa.table(
        {"may": [0.5], "zzz": [1], "evidence:qq": ["x"], "trang": [b"x"], "can-bo": [True], "not_applicable:ty": [True]}
    )
    with pytest.raises(cqdt.FrameError) as raised:
        cqdt.score_frame(frame, SET, keep=["nope"])
    told = raised.value.message("en")
    assert [line[:5] for line in told.splitlines()] == ["P0101", "P0201", "P0202", "E0601", "E0604", "E0601", "E0601"]
    for part in ("`may`", "`trang`", "`nope`", "`zzz`", "`qq`", "`can-bo`", "`ty`"):
        assert part in told


ODD_LISTS = {
    "polars categories": lambda: pl.Series([["k2", "k1"], [], None], dtype=pl.List(pl.Categorical)),
    "polars enums": lambda: pl.Series([["k2", "k1"], [], None], dtype=pl.List(pl.Enum(["k1", "k2"]))),
    "dictionary": lambda: pa.array([["k2", "k1"], [], None], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
    "view": lambda: pa.array([["k2", "k1"], [], None], pa.list_view(pa.string())),
    "large view": lambda: pa.array([["k2", "k1"], [], None], pa.large_list_view(pa.string())),
}


@pytest.mark.parametrize("kind", ODD_LISTS)
def test_lists_of_every_layout(kind: str) -> None:
    column = ODD_LISTS[kind]()
    frame: Any = pl.DataFrame({"dich-vu": column}) if isinstance(column, pl.Series) else pa.table({"dich-vu": column})
    found = pa.table(cqdt.score_frame(frame, SET, statuses=True, diagnostics="column"))
    assert found["status:ii.3"].to_pylist() == ["scored", "scored", "missing"]
    assert found["criterion:ii.3"].to_pylist() == [2, 0, 0]
    assert not any("ii.3" in one for row in found["diagnostics"].to_pylist()[:2] for one in row)


def test_lists_of_one_length() -> None:
    for frame in (
        pa.table({"dich-vu": pa.array([["k2", "k1"], ["k1", "k3"], None], pa.list_(pa.string(), 2))}),
        pl.DataFrame({"dich-vu": pl.Series([["k2", "k1"], ["k1", "k3"], None], dtype=pl.Array(pl.String, 2))}),
    ):
        found = pa.table(cqdt.score_frame(frame, SET, statuses=True, diagnostics="off"))
        assert found["status:ii.3"].to_pylist() == ["scored", "invalid", "missing"]


def test_lists_of_what_is_no_key() -> None:
    for column in (pa.array([[1], [2]]), pa.array([[], None], pa.list_(pa.int64()))):
        table = pa.table({"dich-vu": column, "mya": [1, 2]})
        # From the type alone: a plan tells it before anything runs.
        for frame in (table, table.slice(0, 0), pl.DataFrame(table), pl.DataFrame(table).lazy()):
            with pytest.raises(cqdt.FrameError) as raised:
                cqdt.score_frame(frame, SET)
            told = raised.value.message("en").splitlines()
            assert told[0].startswith("P0201 column `dich-vu`: values of type ")
            assert told[1].startswith("E0601 the criteria set has no fact `mya`")


EMPTY = {
    "pandas": lambda name: pd.DataFrame({name: [float("nan")] * 2, "unit": ["a", "b"]}),
    "pandas of texts": lambda name: pd.DataFrame({name: [None, None], "unit": ["a", "b"]}, dtype="str"),
    "polars texts": lambda name: pl.DataFrame({name: pl.Series([None, None], dtype=pl.String), "unit": ["a", "b"]}),
    "categories": lambda name: pa.table({name: pa.array([None, None], pa.string()).dictionary_encode()}),
}


@pytest.mark.parametrize("kind", EMPTY)
def test_columns_that_nobody_filled_in(kind: str) -> None:
    for name in ("may", "trang", "dich-vu", "not_applicable:trang", "evidence:i.1"):
        found = pa.table(cqdt.score_frame(EMPTY[kind](name), SET, statuses=True))
        assert found["status:i.2"].to_pylist() == ["missing", "missing"]
        assert found["status:ii.3"].to_pylist() == ["missing", "missing"]


def test_flags_of_tables() -> None:
    for column in (
        pa.array([1, 0, None]),
        pa.array([True, False, None]),
        pa.array([True, False, None]).dictionary_encode(),
        pc.run_end_encode(pa.array([True, False, None])),
    ):
        found = cqdt.score_frame(pa.table({"not_applicable:trang": column}), SET, statuses=True)
        assert found["status:i.2"].to_pylist() == ["not_applicable", "missing", "missing"]
    for wrong in (pa.array([2]), pa.array(["x"])):
        with pytest.raises(cqdt.FrameError, match="expected booleans, or 0 and 1") as refused:
            cqdt.score_frame(pa.table({"not_applicable:trang": wrong}), SET)
        check(refused.value, "P0201")


def test_facts_that_nobody_answered() -> None:
    nobody = pl.DataFrame([{"unit": "a", "may": 1, "can-bo": 2, "trang": None, "dich-vu": []}])
    assert nobody.schema["trang"] == pl.Null
    for frame in (nobody, nobody.lazy(), nobody.to_arrow(), nobody.to_pandas()):
        scored = cqdt.score_frame(frame, SET, statuses=True, keep=["unit", "trang"])
        found = pa.table(scored.collect() if isinstance(scored, pl.LazyFrame) else scored)
        assert found["status:i.2"].to_pylist() == ["missing"]
        assert found["trang"].to_pylist() == [None]
        assert cqdt.cohort_frame(frame, SET) == SET.cohort([{"may": 1, "can-bo": 2, "dich-vu": []}])
    kept = cqdt.score_frame(nobody, SET, keep=["unit", "trang", "dich-vu"])
    assert kept.select("trang", "dich-vu").schema == nobody.select("trang", "dich-vu").schema
    assert len(cqdt.score_frame(pl.DataFrame({"may": []}), SET)) == 0


def test_what_is_not_read_may_be_anything() -> None:
    odd = pl.DataFrame(
        {"may": [1, 2], "can-bo": [2, 2], "s": [{"a": None}] * 2, "o": pl.Series([1, 2], dtype=pl.Int128)}
    )
    mixed = pd.DataFrame({"may": [1, 2], "can-bo": [2, 2], "note": ["x", 3.5]})
    for frame in (odd, odd.lazy(), mixed, pa.table({"may": [1, 2], "can-bo": [2, 2], "b": [b"x", b"y"]})):
        scored = cqdt.score_frame(frame, SET, unknown="ignore")
        found = pa.table(scored.collect() if isinstance(scored, pl.LazyFrame) else scored)
        assert found["criterion:i.1"].to_pylist() == [1, 2]
        assert cqdt.cohort_frame(frame, SET) == SET.cohort([{"may": 1, "can-bo": 2}, {"may": 2, "can-bo": 2}])
    for none in (odd.select("o"), odd.lazy().select("o"), mixed[["note"]], pa.table({"b": [b"x", b"y"]})):
        scored = cqdt.score_frame(none, SET, unknown="ignore")
        assert len(scored.collect() if isinstance(scored, pl.LazyFrame) else scored) == 2
    wide = cqdt.score_frame(pl.DataFrame({"may": pl.Series([1], dtype=pl.Int128), "can-bo": [2]}), SET)
    assert wide["criterion:i.1"].to_list() == [1]
    beyond = pl.DataFrame({"kinh-phi": pl.Series([2**127 - 1], dtype=pl.Int128)})
    with pytest.raises(cqdt.FrameError, match="D0101"):
        cqdt.score_frame(beyond, SET)
    masks = pl.DataFrame({"dich-vu": pl.Series([3], dtype=pl.Int128)})
    assert cqdt.score_frame(masks, SET, coded=True)["criterion:ii.3"].to_list() == [2]
    objects = pl.DataFrame({"may": [1], "o": pl.Series([object()], dtype=pl.Object)})
    with pytest.raises(cqdt.FrameError, match="`o`") as refused:
        cqdt.score_frame(objects, SET, keep=["o"])
    check(refused.value, "P0211")


def test_columns_without_one_type() -> None:
    # As a sheet gives them where one cell is no number.
    found = cqdt.score_frame(pd.DataFrame({"ty-le": [90, "87.5", None]}), SET, statuses=True)
    assert found["status:i.3"].tolist() == ["scored", "scored", "missing"]
    assert found["criterion:i.3"].iloc[1] == SET.score({"ty-le": "87.5"}).criterion("i.3").points
    cells = pd.DataFrame({"kinh-phi": pd.Series([1, Decimal("2.5"), np.int64(7)], dtype=object)})
    exact = cqdt.score_frame(cells, SET)["criterion:ii.1"].tolist()
    assert exact == [
        report.criterion("ii.1").points
        for report in SET.score_all([{"kinh-phi": 1}, {"kinh-phi": "2.5"}, {"kinh-phi": 7}])
    ]
    numbers = pd.DataFrame({"ty-le": pd.Series([np.int64(90), "87.5"], dtype=object)})
    assert cqdt.score_frame(numbers, SET, statuses=True)["status:i.3"].tolist() == ["scored", "scored"]
    frame = pd.DataFrame({"may": [1, 2], "ty-le": [Decimal(90), "87.5"], "muc": ["a", 2.5], "mya": [1, 2]})
    with pytest.raises(cqdt.FrameError) as raised:
        cqdt.score_frame(frame, SET)
    check(raised.value, "P0211")
    told = raised.value.message("en").splitlines()
    assert told[0].startswith("P0211 column `ty-le`: row 1 is `'87.5'` (str), those above are Decimal")
    assert told[1].startswith("P0211 column `muc`: row 1 is `2.5` (float), those above are str")
    # With what is wrong besides.
    assert told[2].startswith("E0601 the criteria set has no fact `mya`")
    sparse = pd.DataFrame({"may": pd.arrays.SparseArray([1, 0])})
    with pytest.raises(cqdt.FrameError, match="column `may`") as refused:
        cqdt.score_frame(sparse, SET)
    check(refused.value, "P0211")
    doubled = pd.DataFrame([[1, 2]], columns=["may", "may"])
    with pytest.raises(cqdt.FrameError) as twice:
        cqdt.score_frame(doubled, SET)
    check(twice.value, "E0602")


def test_what_is_kept_stays_as_it_is() -> None:
    levels = pl.Enum(["thap", "cao"])
    enums = pl.DataFrame({"e": pl.Series(["cao"], dtype=levels), "may": [1]})
    assert cqdt.score_frame(enums, SET, keep=["e"]).schema["e"] == levels
    field = pa.field("id", pa.uuid(), metadata={"a": "b"})
    table = pa.table([pa.array([b"x" * 16], pa.binary(16)).cast(pa.uuid())], schema=pa.schema([field]))
    for kept in (
        cqdt.score_frame(table, SET, keep=["id"]),
        cqdt.score_stream(table, SET, keep=["id"], cohort=cqdt.cohort_frame(table, SET)),
    ):
        assert kept.schema.field("id").type == pa.uuid()
        assert kept.schema.field("id").metadata == {b"a": b"b"}


def test_what_is_kept_has_a_name_of_its_own() -> None:
    for frame in (
        pa.table({"total": ["x"], "may": [1]}),
        pl.DataFrame({"total": ["x"]}),
        pd.DataFrame({"total": ["x"]}),
    ):
        with pytest.raises(cqdt.FrameError, match="`total`") as raised:
            cqdt.score_frame(frame, SET, keep=["total"])
        check(raised.value, "P0210")
    with pytest.raises(cqdt.FrameError, match="`diagnostics`"):
        cqdt.score_frame(pa.table({"diagnostics": ["x"]}), SET, keep=["diagnostics"], diagnostics="column")
    # Names that differ by their case alone are one to DuckDB.
    folded = duckdb.from_arrow(pa.table({"Total": ["x"]}))
    with pytest.raises(cqdt.FrameError, match="`Total`") as alike:
        cqdt.score_frame(folded, SET, keep=["Total"])
    check(alike.value, "P0210")
    twice = pa.Table.from_arrays([pa.array(["x"])] * 2, ["unit"] * 2)
    with pytest.raises(cqdt.FrameError, match="`unit`"):
        cqdt.score_frame(twice, SET)


def test_options() -> None:
    frame = pl.DataFrame(ROWS)

    class Word(str, Enum):
        OFF = "off"

    assert cqdt.score_frame(frame, SET, diagnostics=Word.OFF).equals(cqdt.score_frame(frame, SET, diagnostics="off"))  # type: ignore[arg-type]
    for wrong in ("diagnostics", "unknown", "points", "numbers", "lang"):
        with pytest.raises(cqdt.OptionError) as raised:
            cqdt.score_frame(frame, SET, **{wrong: "x"})  # type: ignore[arg-type]
        check(raised.value, "P0105")
    with pytest.raises(cqdt.OptionError, match=r'`\["unit"\]`') as bare:
        cqdt.score_frame(frame, SET, keep="unit")
    check(bare.value, "P0105")
    with pytest.raises(cqdt.OptionError) as several:
        cqdt.score_frame(frame, SET, keep="unit", diagnostics=1, lang="fr")  # type: ignore[arg-type]
    told = several.value.message("en").splitlines()
    assert [line.split("`")[1] for line in told] == ["keep", "diagnostics", "lang"]
    assert "unexpected `1`, expected one of `raise`, `column`, `off`" in told[1]
    assert pa.table(cqdt.score_frame(pd.DataFrame({7: ["x"]}), SET, keep=[7])).column_names[0] == "7"  # type: ignore[list-item]
    columns = (pd.Series([1]), pl.Series([1]), pa.chunked_array([[1]]))
    for none in ([1], "x", None, pl.DataFrame, *columns):
        with pytest.raises(TypeError, match="__arrow_c_stream__") as refused:
            cqdt.score_frame(none, SET)
        assert isinstance(refused.value, cqdt.ValueTypeError)
        check(refused.value, "P0206")
    with pytest.raises(cqdt.CohortError):
        cqdt.score_frame(frame, SET, cohort=cqdt.CriteriaSet.builtin("phu-tho-1609-2018/cap-xa").cohort([]))


def test_floats() -> None:
    frame = pd.DataFrame({"may": [1.0, None], "can-bo": [3, 3], "ty-le": [87.5, 90.25]})
    with pytest.raises(cqdt.FrameError):
        cqdt.score_frame(frame, SET)
    found = cqdt.score_frame(frame, SET, allow_float=True, statuses=True)
    assert found["criterion:i.1"].tolist() == [Decimal("0.67"), 0]
    assert found["status:i.1"].tolist() == ["scored", "missing"]
    assert found["criterion:i.3"].tolist() == [Decimal("0.5"), 2]


def test_a_frame_that_breaks_off() -> None:
    schema = pa.schema([("may", pa.int64())])

    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch([pa.array([1])], schema)
        message = "đứt đường truyền"
        raise OSError(message)

    with pytest.raises(cqdt.FrameError, match="đứt đường truyền") as raised:
        cqdt.score_frame(pa.RecordBatchReader.from_batches(schema, batches()), SET)
    check(raised.value, "P0207")


def test_relations_stay_with_their_connection() -> None:
    own = duckdb.connect()
    own.execute("""CREATE TABLE xa AS SELECT 'u' || i AS unit, i AS may, 50 AS "can-bo" FROM range(3) t(i)""")
    scored = cqdt.score_frame(own.sql("FROM xa"), SET)
    # Of another connection, it could not stand in a query of this one.
    joined = own.sql("SELECT xa.unit, scored.total FROM xa JOIN scored USING (unit) ORDER BY 1")
    assert [row[0] for row in joined.fetchall()] == ["u0", "u1", "u2"]
    # Nothing is left behind, and what is there already isn't taken for the result.
    assert "_cqdt" not in str(own.sql("SELECT view_name FROM duckdb_views()").fetchall())
    own.execute("CREATE TABLE cqdt_scored AS SELECT 1 AS total")
    # Two results at once keep apart.
    other = cqdt.score_frame(own.sql("FROM xa WHERE may = 2"), SET)
    assert (len(scored.fetchall()), len(other.fetchall())) == (3, 1)
    closed = duckdb.connect(config={"python_enable_replacements": False})
    few = closed.sql("""SELECT 'a' AS unit, 3 AS may, 4 AS "can-bo" """)
    assert len(cqdt.score_frame(few, SET).fetchall()) == 1


class Named(pd.DataFrame):  # type: ignore[misc]
    """A frame of one's own."""


def test_frames_of_classes_of_ones_own() -> None:
    frame = Named(ROWS, index=["x", "y", "z"]).astype({"may": "Int64"})
    found = cqdt.score_frame(frame, SET)
    assert isinstance(found, pd.DataFrame)
    assert found.index.tolist() == ["x", "y", "z"]


def test_the_index_stays() -> None:
    frame = pd.DataFrame(ROWS, index=["x", "y", "z"]).astype({"may": "Int64"})
    assert cqdt.score_frame(frame, SET).index.tolist() == ["x", "y", "z"]


def test_batches_are_scored_as_they_come() -> None:
    rows = 30_000
    parents = [f"h{at % 3}" for at in range(rows)]
    columns = {
        "unit": [f"u{at}" for at in range(rows)],
        "may": [at % 53 for at in range(rows)],
        "can-bo": [50] * rows,
        "kinh-phi": [str(at % 1_000) for at in range(rows)],
        "muc": pa.array(["a", "b", None] * (rows // 3)).dictionary_encode(),
        "evidence:i.1": [at % 2 == 0 for at in range(rows)],
        "huyen": parents,
    }
    whole = pa.table(columns)
    cuts = [0, 9_001, 9_001, 20_007, rows]
    parts = [whole.slice(a, b - a) for a, b in itertools.pairwise(cuts)]
    # Each part has a dictionary of its own, in an order of its own.
    own = [part.set_column(4, "muc", part["muc"].cast(pa.string()).dictionary_encode()) for part in parts[::-1]]
    parted = pa.concat_tables(own[::-1]).select(whole.column_names)
    assert parted["may"].num_chunks > 1
    within = cqdt.CriteriaSet.from_dict({**SMALL, "ranking": {"within": "parent"}})
    options: dict[str, Any] = {"parent": "huyen", "statuses": True, "diagnostics": "column"}
    wanted = cqdt.score_frame(whole, within, **options)
    assert cqdt.score_frame(parted, within, **options) == wanted
    assert cqdt.cohort_frame(parted, within) == cqdt.cohort_frame(whole, within)
    with pytest.raises(cqdt.FrameError) as raised:
        cqdt.score_frame(parted, within, parent="huyen")
    assert "row 51: criterion `i.1`" in raised.value.message("en")
    # More categories than an 8-bit code tells apart, in parts that have some each.
    kinds = pa.dictionary(pa.int8(), pa.string())
    many = [pa.array([f"h{part}-{at}" for at in range(100)], kinds) for part in range(3)]
    short = pa.table({"huyen": pa.chunked_array(many), "may": [1] * 300})
    kept = cqdt.score_frame(short, within, parent="huyen", keep=["huyen"], diagnostics="off")
    assert kept["huyen"].to_pylist() == short["huyen"].to_pylist()
    # The first faulty row of a later batch is told by its number in the frame.
    late = whole.set_column(1, "may", pa.array([1] * 25_000 + [51] + [1] * 4_999))
    late = pa.concat_tables([late.slice(0, 10_000), late.slice(10_000)])
    with pytest.raises(cqdt.FrameError, match=r"row 25000: criterion `i.1`"):
        cqdt.score_frame(late, within, parent="huyen")


def test_cohorts_of_parts() -> None:
    frame = pl.DataFrame(ROWS)
    whole = cqdt.cohort_frame(frame, SET)
    assert cqdt.cohort_frame(frame[:1], SET) | cqdt.cohort_frame(frame[1:], SET) == whole
    first = cqdt.score_frame(frame[:1], SET, cohort=whole)
    assert first["criterion:ii.1"].to_list() == [Decimal("0.5")]


def test_parents() -> None:
    within = cqdt.CriteriaSet.from_dict({**SMALL, "ranking": {"within": "parent"}})
    frame = pl.DataFrame({"huyen": ["x", "y", "x", "y"], "trang": [True, True, False, False]})
    found = cqdt.score_frame(frame, within, parent="huyen")
    assert found["rank"].to_list() == [1, 1, 2, 2]
    coded = frame.with_columns(pl.col("huyen").cast(pl.Categorical))
    assert cqdt.score_frame(coded, within, parent="huyen")["rank"].to_list() == [1, 1, 2, 2]
    for codes in (
        pl.Series([7, 8, 7, 8]),
        pl.Series([7, 8, 7, 8], dtype=pl.UInt16),
        pa.array([7, 8, 7, 8]).dictionary_encode(),
        pc.run_end_encode(pa.array(["x", "y", "x", "y"])),
    ):
        table = pa.table(
            {"huyen": codes.to_arrow() if isinstance(codes, pl.Series) else codes, "trang": frame["trang"]}
        )
        assert cqdt.score_frame(table, within, parent="huyen")["rank"].to_pylist() == [1, 1, 2, 2]
    decimals = frame.with_columns(huyen=pl.Series([7, 8, 7, 8]).cast(pl.Decimal(38, 0)))
    assert cqdt.score_frame(decimals, within, parent="huyen")["rank"].to_list() == [1, 1, 2, 2]
    with pytest.raises(cqdt.FrameError, match="`Int64` where some are missing") as floats:
        cqdt.score_frame(frame.with_columns(huyen=pl.Series([7.0, 8, 7, 8])), within, parent="huyen")
    check(floats.value, "P0201")
    nobody = pa.table({"huyen": pa.nulls(4), "trang": frame["trang"].to_arrow()})
    assert cqdt.score_frame(nobody, within, parent="huyen")["rank"].to_pylist() == [1, 1, 3, 3]
    with pytest.raises(cqdt.FrameError) as raised:
        cqdt.score_frame(frame.drop("huyen"), within)
    check(raised.value, "P0203")


def test_unrounded_points_are_text() -> None:
    document = {**SMALL, "policies": {"rounding": {"stage": "total", "places": 2, "mode": "half_up"}}}
    unrounded = cqdt.CriteriaSet.from_dict(document)
    found = cqdt.score_frame(pl.DataFrame({"may": [1, 1], "can-bo": [3, 4]}), unrounded)
    assert found["criterion:i.1"].to_list() == ["2/3", "0.5"]
    assert found["total"].to_list() == [Decimal("0.67"), Decimal("0.50")]


def test_no_rows() -> None:
    empty = cqdt.score_frame(pl.DataFrame(ROWS)[:0], SET)
    assert len(empty) == 0
    assert "criterion:ii.3" in empty.columns


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-2, 60),
            st.none() | st.integers(0, 60),
            st.none() | st.booleans(),
            st.none() | st.sampled_from(["0", "49.99", "50", "90", "100", "101", "x", "1,5"]),
            st.none() | st.decimals(0, 1001, places=3),
            st.none() | st.sampled_from(["a", "b", "c"]),
            st.none() | st.sampled_from(["k1", "k2", "k1|k2", "k1|k1", "k3"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_frames_are_as_single_scores(rows: list[tuple[Any, ...]]) -> None:
    names = [name for name in ROWS if name != "unit"]
    columns: dict[str, list[Any]] = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    units = {"unit": [f"u{at}" for at in range(len(rows))]}
    frame = pa.table({**units, **columns, "kinh-phi": pa.array(columns["kinh-phi"], pa.decimal128(12, 3))})
    found = cqdt.score_frame(frame, SET, statuses=True, diagnostics="off")
    assert plain(found.to_pylist()) == expected({**units, **columns})


def test_a_lazy_plan_goes_on(small: cqdt.CriteriaSet) -> None:
    lazy = pl.LazyFrame({"unit": ["a", "b"], "may": [10, 20], "can-bo": [50, 50]})
    scored = cqdt.score_frame(lazy, small)
    assert scored.collect_schema() == scored.collect().schema
    best = scored.filter(pl.col("rank") == 1).select("unit", "total").collect()
    assert best.rows() == [("b", Decimal("0.80"))]
    wrong = cqdt.score_frame(lazy.with_columns(may=pl.lit(51)), small).filter(pl.col("rank") == 1)
    engines: tuple[Literal["in-memory", "streaming"], ...] = ("in-memory", "streaming")
    for engine in engines:
        with pytest.raises(cqdt.FrameError, match="D0201"):
            wrong.collect(engine=engine)
    # Columns that can't be scored are told before anything is.
    with pytest.raises(cqdt.FrameError):
        cqdt.score_frame(pl.LazyFrame({"may": [0.5]}), small)


def test_points_as_floats(small: cqdt.CriteriaSet) -> None:
    frame = pl.DataFrame({"may": list(range(51)), "can-bo": [49] * 49 + [51] * 2})
    exact = cqdt.score_frame(frame, small, diagnostics="off")
    floats = cqdt.score_frame(frame, small, diagnostics="off", points="float")
    assert floats["criterion:i.1"].to_list() == [float(value) for value in exact["criterion:i.1"]]


def test_decimals_of_every_width(small: cqdt.CriteriaSet) -> None:
    wanted = None
    for kind in (pa.decimal32(5, 2), pa.decimal64(10, 2), pa.decimal128(20, 2)):
        column = pa.array([Decimal("12.50"), None, Decimal("100.01")], pa.decimal128(20, 2)).cast(kind)
        found = cqdt.score_frame(pa.table({"ty-le": column}), small, diagnostics="column")
        wanted = wanted or found.to_pylist()
        assert found.to_pylist() == wanted
        assert any("ty-le" in one and "100" in one for one in wanted[2]["diagnostics"])
