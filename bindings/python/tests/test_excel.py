"""Workbooks, read back by another library."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import example_round
import openpyxl
import pytest

import cqdt
from cqdt import excel

if TYPE_CHECKING:
    from pathlib import Path


def test_a_round(tmp_path: Path) -> None:
    outcome = example_round.outcome()
    file = tmp_path / "dot.xlsx"
    excel.write_round(outcome, file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == [
        "Xếp hạng phu-luc-1",
        "Tiêu chí phu-luc-1",
        "Xếp hạng phu-luc-2",
        "Tiêu chí phu-luc-2",
        "Lưu ý",
        "Nguồn gốc",
    ]
    sheet = book["Xếp hạng phu-luc-2"]
    assert "PHỤC DỰNG" in sheet["A2"].value
    entries = outcome.ranking(example_round.COMMUNES)
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(rows) == len(entries) > 20
    for row, entry in zip(rows, entries, strict=True):
        assert row[:3] == (entry.rank, entry.unit, entry.name["vi"])
        if entry.report is None:
            assert row[3:] == (None,) * (len(row) - 4) + ("chưa nộp",)
            continue
        assert Decimal(str(row[3])) == entry.report.points
        assert [Decimal(str(value)) for value in row[7 : 7 + len(entry.report.groups)]] == [
            group.points for group in entry.report.groups
        ]
    # A unit that sent nothing is on the sheet too.
    assert any(entry.report is None for entry in entries)
    lines = list(book["Tiêu chí phu-luc-2"].iter_rows(min_row=2, values_only=True))
    report = entries[0].report
    assert report is not None
    assert [Decimal(str(line[3])) for line in lines] == [line.points for line in report.criteria]
    source = list(book["Nguồn gốc"].iter_rows(min_row=4, values_only=True))
    assert [row[3] for row in source] == [of.fingerprint for of in outcome.sets]


def test_reports_in_english(small: cqdt.CriteriaSet, facts: dict[str, object], tmp_path: Path) -> None:
    # Text that a spreadsheet would take for a formula stays text.
    units = ["a", "b"]
    reports = [
        small.score(cqdt.Submission({**facts, "may": may}, unit=unit))
        for unit, may in zip(units, (40, 51), strict=True)
    ]
    file = tmp_path / "reports.xlsx"
    excel.write_reports(reports, file, names={"a": "=1+1", "b": "Unit B"}, lang="en")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Ranking", "Criteria", "Notes", "Provenance"]
    cell = book["Ranking"]["C4"]
    # XlsxWriter wrote a text; openpyxl takes any text that begins with `=` for a formula, spreadsheets do not.
    assert cell.value == "=1+1"
    with zipfile.ZipFile(file) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist() if "worksheets" in name)
    assert book["Ranking"]["C5"].value == "Unit B"
    notes = list(book["Notes"].iter_rows(min_row=2, values_only=True))
    assert any(row[0] == "Unit B" and row[1] == "D0201" for row in notes)


def test_what_is_refused(small: cqdt.CriteriaSet, commune: cqdt.CriteriaSet, tmp_path: Path) -> None:
    with pytest.raises(cqdt.OptionError, match="P0115 no reports"):
        excel.write_reports([], tmp_path / "x.xlsx")
    with pytest.raises(cqdt.OptionError):
        excel.write_reports([small.score({}), commune.score({})], tmp_path / "x.xlsx")
    with pytest.raises(OSError, match=r"x\.xlsx"):
        excel.write_reports([small.score({})], tmp_path / "none" / "x.xlsx")
