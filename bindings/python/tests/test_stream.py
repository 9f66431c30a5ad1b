"""More rows than memory holds: batch by batch, and through DuckDB."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import cqdt
from conftest import SMALL

ROWS: dict[str, list[Any]] = {
    "unit": [f"u{at}" for at in range(1_000)],
    "may": [at % 51 for at in range(1_000)],
    "can-bo": [50] * 1_000,
    "kinh-phi": [at * at % 997 for at in range(1_000)],
}


def reader() -> pa.RecordBatchReader:
    return pa.table(ROWS).to_reader(max_chunksize=70)


def test_the_same_as_in_one_piece(small: cqdt.CriteriaSet) -> None:
    whole = cqdt.score_frame(pa.table(ROWS), small, rank=False)
    cohort = cqdt.cohort_stream(reader(), small)
    assert cohort == cqdt.cohort_frame(pa.table(ROWS), small)
    scored = cqdt.score_stream(reader(), small, cohort=cohort)
    assert isinstance(scored, pa.RecordBatchReader)
    found = scored.read_all()
    assert found.schema == whole.schema
    assert found.to_pylist() == whole.to_pylist()


def test_what_is_refused(small: cqdt.CriteriaSet) -> None:
    with pytest.raises(cqdt.OptionError, match="P0107"):
        cqdt.score_stream(reader(), small)
    cohort = cqdt.cohort_frame(pa.table(ROWS), small)
    with pytest.raises(cqdt.OptionError, match="P0105"):
        cqdt.score_stream(reader(), small, cohort=cohort, diagnostics="x")  # type: ignore[arg-type]
    with pytest.raises(cqdt.FrameError):
        cqdt.score_stream(pa.table({"la": [1]}).to_reader(), small, cohort=cohort)
    # The row is counted over all batches.
    bad = dict(ROWS, may=[*ROWS["may"][:-1], 51])
    stream = cqdt.score_stream(pa.table(bad).to_reader(max_chunksize=70), small, cohort=cohort)
    with pytest.raises(Exception, match="row 999: "):
        stream.read_all()


BIG = """
import sys
import duckdb, cqdt
sys.path.insert(0, sys.argv[3])
from conftest import SMALL

source, target = sys.argv[1:3]
of = cqdt.CriteriaSet.from_dict(SMALL)
base = duckdb.connect(config={"memory_limit": "300MB", "threads": 2, "preserve_insertion_order": False})
base.execute("SET enable_progress_bar = false")
base.execute(f"SET temp_directory = '{target}.tmp'")
read = f"SELECT * FROM read_parquet('{source}')"
cohort = cqdt.cohort_stream(base.sql(read).to_arrow_reader(20_000), of)
cursor = base.cursor()
units = cursor.sql(read).to_arrow_reader(20_000)
scored = cqdt.score_stream(units, of, cohort=cohort, keep=["unit", "ghi-chu"], unknown="ignore")
base.execute(f"COPY (SELECT * FROM scored) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 10000)")
# Not `ru_maxrss`: a child starts with its parent's.
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def test_duckdb_with_a_file_larger_than_its_memory(tmp_path: Path) -> None:
    import duckdb

    source, target = tmp_path / "units.parquet", tmp_path / "scored.parquet"
    rows = 600_000
    # 1,216 bytes of remarks a row: 730 MB in memory.
    duckdb.sql(
        f"""COPY (SELECT 'u' || i AS unit, i % 51 AS may, 50 AS "can-bo", (i * i) % 997 AS "kinh-phi",
            repeat(md5(i::VARCHAR), 38) AS "ghi-chu" FROM range({rows}) t(i))
            TO '{source}' (FORMAT parquet, ROW_GROUP_SIZE 10000)"""
    )
    tests = str(Path(__file__).parent)
    command = [sys.executable, "-c", BIG, str(source), str(target), tests]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert int(shown.stdout) < 650, f"{shown.stdout} MB at most"
    count, some = duckdb.sql(f"SELECT count(*), sum(length(\"ghi-chu\")) FROM '{target}'").fetchall()[0]
    assert (count, some) == (rows, rows * 1_216)
    picked = [0, 7, 996, 599_999]
    of = cqdt.CriteriaSet.from_dict(SMALL)
    cohort = of.cohort([{"kinh-phi": 0}, {"kinh-phi": max(i * i % 997 for i in range(997))}])
    for at in picked:
        total = duckdb.sql(f"SELECT total FROM '{target}' WHERE unit = 'u{at}'").fetchall()
        facts = {"may": at % 51, "can-bo": 50, "kinh-phi": at * at % 997}
        assert total == [(of.score(facts, cohort=cohort).points,)]
