"""The real Spark, a driver and two executors: the same digits as on one machine."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import cqdt
from conftest import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyspark.sql import SparkSession

# What pyspark says of pandas, which it isn't asked to use, and of files it leaves to be collected.
pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        # No job before both executors are there.
        .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "180s")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(sys.path))
        .getOrCreate()
    )
    yield session
    session.stop()


def units(count: int) -> pa.Table:
    """Made-up answers: ties, missing and invalid ones among them."""
    at = np.arange(count)
    texts = np.array([f"{number / 100:.2f}" for number in range(10_100)])
    lists = pa.array([[], ["k1"], ["k1", "k2"]])
    return pa.table(
        {
            "unit": pc.binary_join_element_wise(pa.scalar("u"), pc.cast(pa.array(at), pa.string()), ""),
            "huyen": pc.binary_join_element_wise(pa.scalar("h"), pc.cast(pa.array(at % 34), pa.string()), ""),
            "may": pa.array(at * 7 % 52, pa.int32()),
            "can-bo": pa.array(np.where(at % 11 == 0, 0, 50), pa.int32()),
            "trang": pa.array(at % 3 == 0, mask=at % 13 == 0),
            "ty-le": pa.array(texts[at * 37 % 10_100]),
            "kinh-phi": pa.array(at * at % 997, pa.int64()),
            "muc": pa.array(np.array(["a", "b", "c"])[at % 3], mask=at % 5 == 0),
            "dich-vu": lists.take(pa.array(at % 3, mask=at % 7 == 0)),
            "ghi-chu": pa.array(np.full(count, "x")),
        }
    )


def by_unit(table: pa.Table, names: list[str]) -> pa.Table:
    return table.select(names).sort_by("unit").combine_chunks()


def local(table: pa.Table, criteria_set: cqdt.CriteriaSet, **more: Any) -> pa.Table:
    found = cqdt.score_frame(table, criteria_set, statuses=True, diagnostics="off", unknown="ignore", **more)
    texts = [
        pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column for column in found.columns
    ]
    return pa.table(texts, names=found.column_names)


def agree(found: pa.Table, expected: pa.Table) -> None:
    """To the last digit, whatever the order of columns and rows."""
    assert sorted(found.column_names) == sorted(expected.column_names)
    found, expected = by_unit(found, expected.column_names), by_unit(expected, expected.column_names)
    for name in expected.column_names:
        same = found[name].cast(expected[name].type)
        assert same.equals(expected[name]), name


def test_a_million_rows(spark: SparkSession, tmp_path: Path) -> None:
    from cqdt import spark as on_spark

    criteria_set = cqdt.CriteriaSet.from_dict(SMALL)
    assert criteria_set.needs_cohort
    table = units(1_000_000)
    pq.write_table(table, tmp_path / "units.parquet", row_group_size=125_000)
    frame = spark.read.parquet(str(tmp_path / "units.parquet"))
    found = on_spark.score(frame, criteria_set, statuses=True)
    agree(found.toArrow(), local(table, criteria_set))


def test_two_executors_take_part(spark: SparkSession) -> None:
    def where(_: int) -> int:
        import os
        import time

        time.sleep(0.5)
        # Workers are forked off a process of which each executor has one.
        return os.getppid()

    assert len(set(spark.sparkContext.parallelize(range(4), 4).map(where).collect())) == 2


@pytest.mark.parametrize(
    "ranking",
    [{"by": "group", "group": "i", "tie_breakers": ["ii"]}, {"tie_breakers": ["ii"], "ties": "dense"}],
    ids=["group", "tie-breaker"],
)
def test_figures_that_are_not_rounded(spark: SparkSession, ranking: dict[str, Any]) -> None:
    from cqdt import spark as on_spark

    said = {**SMALL, "ranking": ranking, "policies": {"rounding": {"stage": "total"}}}
    criteria_set = cqdt.CriteriaSet.from_dict(said)
    # As texts, 2/25 would stand above 17/25.
    table = units(3_000)
    found = on_spark.score(spark.createDataFrame(table).repartition(4), criteria_set, statuses=True).toArrow()
    agree(found, local(table, criteria_set))


@pytest.mark.parametrize(
    "ranking",
    [{"ties": "dense", "tie_breakers": ["ii"]}, {"by": "group", "group": "i"}, {"by": "share", "within": "parent"}],
    ids=["dense", "group", "share"],
)
def test_the_same_digits(spark: SparkSession, ranking: dict[str, Any]) -> None:
    from cqdt import spark as on_spark

    criteria_set = cqdt.CriteriaSet.from_dict({**SMALL, "ranking": ranking})
    table = units(10_000)
    parent = "huyen" if "within" in ranking else None
    keep = ["unit", "huyen"]
    frame = spark.createDataFrame(table).repartition(4)
    found = on_spark.score(frame, criteria_set, keep=keep, statuses=True, parent=parent).toArrow()
    agree(found, local(table, criteria_set, keep=keep, parent=parent))


def test_cohorts_are_merged(spark: SparkSession) -> None:
    from cqdt import spark as on_spark

    criteria_set = cqdt.CriteriaSet.from_dict(SMALL)
    table = units(1000)
    frame = spark.createDataFrame(table).repartition(7)
    assert on_spark.cohort_of(frame, criteria_set) == cqdt.cohort_frame(table, criteria_set)


def test_diagnostics_and_parents(spark: SparkSession) -> None:
    from cqdt import spark as on_spark

    criteria_set = cqdt.CriteriaSet.from_dict({**SMALL, "ranking": {"within": "parent"}})
    frame = spark.createDataFrame([("a", 51, 50)], ["unit", "may", "can-bo"])
    with pytest.raises(cqdt.FrameError, match="P0203 the set ranks within parent"):
        on_spark.score(frame, criteria_set)
    rows = on_spark.score(frame, criteria_set, rank=False, diagnostics="column").collect()
    assert any(one.startswith("D0201") for one in rows[0].diagnostics)


def test_what_is_wrong_is_told_before_anything_runs(spark: SparkSession) -> None:
    from cqdt import spark as on_spark

    criteria_set = cqdt.CriteriaSet.from_dict(SMALL)
    frame = spark.createDataFrame([(51, 0.5, "x")], ["may", "ty-le", "ghi-chu"])
    with pytest.raises(cqdt.FrameError, match="column `ty-le` holds binary floats"):
        on_spark.score(frame, criteria_set)
    with pytest.raises(cqdt.FrameError, match="column `ty-le` holds binary floats"):
        on_spark.cohort_of(frame, criteria_set)
    with pytest.raises(cqdt.FrameError, match="no column `untis`") as typo:
        on_spark.score(frame, criteria_set, keep=["untis"])
    assert typo.value.code == "P0202"
    for wrong in ("diagnostics", "numbers", "lang"):
        with pytest.raises(cqdt.OptionError, match=f"`{wrong}`"):
            on_spark.score(frame.drop("ty-le"), criteria_set, **{wrong: "raise"})  # type: ignore[arg-type]
    # `unit` is kept where there is one.
    rows = on_spark.score(frame, criteria_set, allow_float=True, groups=False, criteria=False).collect()
    assert [sorted(row.asDict()) for row in rows] == [["band", "complete", "rank", "share", "total"]]
    coded = spark.createDataFrame([(1, 3)], ["muc", "dich-vu"])
    total = on_spark.score(coded, criteria_set, coded=True).collect()[0].total
    assert total == local(pa.table({"muc": [1], "dich-vu": [3]}), criteria_set, coded=True)["total"][0].as_py()
