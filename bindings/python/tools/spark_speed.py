"""Times `cqdt.spark` by executors: `python tools/spark_speed.py EXECUTORS [ROWS [ROUNDS]]` prints rows a second of each part.

The work is that of the tests: a small set with a cohort rule; read from Parquet, nothing kept.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Measure."""
    executors = int(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    import pyarrow.parquet as pq
    from pyspark.sql import SparkSession

    import cqdt
    from conftest import SMALL
    from cqdt import spark as on_spark
    from test_spark import units

    session = (
        SparkSession.builder.master(f"local-cluster[{executors},1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.files.maxPartitionBytes", "2m")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(sys.path))
        .getOrCreate()
    )
    criteria_set = cqdt.CriteriaSet.from_dict(SMALL)
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(units(rows), f"{folder}/units.parquet", row_group_size=50_000)
        frame = session.read.parquet(f"{folder}/units.parquet")

        def timed(name: str, work: Callable[[], object]) -> None:
            taken = []
            for _ in range(rounds):
                start = time.perf_counter()
                work()
                taken.append(time.perf_counter() - start)
            middle = statistics.median(taken)
            said = f"{middle:.2f} s (best {min(taken):.2f}), {rows / middle:,.0f} rows/s"
            print(f"{executors} executors, {name}: {said}", flush=True)

        def nothing(of: object) -> None:
            of.write.format("noop").mode("overwrite").save()  # type: ignore[attr-defined]

        nothing(on_spark.score(frame, criteria_set))
        timed("reading alone", lambda: nothing(frame))
        timed("to Python and back alone", lambda: nothing(frame.mapInArrow(lambda batches: batches, frame.schema)))
        timed("cohort", lambda: on_spark.cohort_of(frame, criteria_set))
        cohort = on_spark.cohort_of(frame, criteria_set)
        timed("scores", lambda: nothing(on_spark.score(frame, criteria_set, cohort=cohort, rank=False)))
        timed("all of it, ranks too", lambda: nothing(on_spark.score(frame, criteria_set)))
    session.stop()
    start = time.perf_counter()
    table = units(rows)
    start = time.perf_counter()
    cqdt.score_frame(table, criteria_set, diagnostics="off", unknown="ignore")
    taken = time.perf_counter() - start
    print(f"one process, no Spark: {taken:.2f} s, {rows / taken:,.0f} rows/s")


if __name__ == "__main__":
    main()
