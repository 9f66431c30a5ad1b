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
    # Whoever reads the stream gets pyarrow's own error, with what was said.
    with pytest.raises((pa.ArrowException, OSError, cqdt.FrameError), match="row 999: "):
        stream.read_all()


def test_anything_that_hands_rows_over(small: cqdt.CriteriaSet) -> None:
    import pandas as pd
    import polars as pl

    cohort = cqdt.cohort_frame(pa.table(ROWS), small)
    wanted = cqdt.score_stream(reader(), small, cohort=cohort).read_all()
    # Not with pandas' index as a column.
    indexed = pd.DataFrame(ROWS, index=[f"q{at}" for at in range(1_000)])
    for frame in (indexed, pl.DataFrame(ROWS)):
        assert cqdt.cohort_stream(frame, small) == cohort
        assert cqdt.score_stream(frame, small, cohort=cohort).read_all().drop(["unit"]) == wanted.drop(["unit"])
    for stream in (5, None, pa.Table):
        with pytest.raises(cqdt.ValueTypeError, match="P0206"):
            cqdt.score_stream(stream, small, cohort=cohort)
        with pytest.raises(cqdt.ValueTypeError, match="P0206"):
            cqdt.cohort_stream(stream, small)


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
ranked = f"SELECT unit, total, rank() OVER (ORDER BY total DESC) AS rank FROM read_parquet('{target}')"
base.execute(f"COPY ({ranked}) TO '{target}.ranked' (FORMAT parquet, ROW_GROUP_SIZE 10000)")
# Not `ru_maxrss`: a child starts with its parent's.
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def test_duckdb_with_a_file_larger_than_its_memory(tmp_path: Path) -> None:
    import duckdb

    source, target = tmp_path / "units.parquet", tmp_path / "scored.parquet"
    rows = 400_000
    # 1,216 bytes of remarks a row that don't repeat: half a gigabyte in memory, and in the file.
    remarks = " || ".join(f"md5(i || '-{at}')" for at in range(38))
    duckdb.sql(
        f"""COPY (SELECT 'u' || i AS unit, i % 51 AS may, 50 AS "can-bo", (i * i) % 997 AS "kinh-phi",
            {remarks} AS "ghi-chu" FROM range({rows}) t(i)) TO '{source}' (FORMAT parquet, ROW_GROUP_SIZE 10000)"""
    )
    assert source.stat().st_size > 400_000_000
    tests = str(Path(__file__).parent)
    command = [sys.executable, "-c", BIG, str(source), str(target), tests]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert int(shown.stdout) < 650, f"{shown.stdout} MB at most"
    some = f"""SELECT count(*), sum(length("ghi-chu")) FROM '{target}'"""
    assert duckdb.sql(some).fetchall() == [(rows, rows * 1_216)]
    # All rows, to the last digit, as in one piece.
    small = duckdb.sql(f"""SELECT unit, may, "can-bo", "kinh-phi" FROM '{source}'""").to_arrow_table()
    whole = cqdt.score_frame(small, cqdt.CriteriaSet.from_dict(SMALL), criteria=False, groups=False)
    found = duckdb.sql(f"SELECT unit, total, rank FROM read_parquet('{target}.ranked')").to_arrow_table()
    expected = whole.select(["unit", "total", "rank"]).sort_by("unit").combine_chunks()
    found = found.cast(expected.schema).sort_by("unit").combine_chunks()
    assert found.equals(expected)
