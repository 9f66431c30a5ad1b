"""Workbooks, read back by another library."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import example_round
import openpyxl
import pytest

import cqdt
from conftest import text
from cqdt import excel
from test_round import ROUND

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


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
    for one in book.worksheets[:4]:
        assert "PHỤC DỰNG" in one["A2"].value
    assert sheet["A3"].value == f"{example_round.COMMUNES} 1.0.0 · SHA-256 {outcome.sets[1].fingerprint}"
    assert [one.value for one in sheet[5]][3:6] == ["Tổng điểm", "Trước quy đổi", "Tối đa áp dụng"]
    entries = outcome.ranking(example_round.COMMUNES)
    rows = list(sheet.iter_rows(min_row=6, values_only=True))
    assert len(rows) == len(entries) > 20
    for row, entry in zip(rows, entries, strict=True):
        assert row[:3] == (entry.rank, entry.unit, entry.name["vi"])
        if entry.report is None:
            assert row[3:] == (None,) * (len(row) - 4) + ("chưa nộp",)
            continue
        assert Decimal(str(row[3])) == entry.report.points
        total = entry.report.total
        assert [Decimal(str(value)) for value in row[4:6]] == [total.before_rescale, total.applicable_max]
        points = [Decimal(str(value)) for value in row[9 : 9 + len(entry.report.groups)]]
        assert points == [group.points for group in entry.report.groups]
        # What stands there adds up.
        assert sum(points) == Decimal(str(row[4]))
    # A unit that sent nothing is on the sheet too.
    assert any(entry.report is None for entry in entries)
    lines = list(book["Tiêu chí phu-luc-2"].iter_rows(min_row=6, values_only=True))
    report = entries[0].report
    assert report is not None
    ids = []
    for group in report.groups:
        ids += [group.id, *(one.id for one in report.criteria if one.group == group.id)]
    assert [line[0] for line in lines] == ids
    found = {str(line[0]): Decimal(str(line[4])) for line in lines}
    groups, criteria = ({one.id: one.points for one in lot} for lot in (report.groups, report.criteria))
    assert found == {**groups, **criteria}
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
    cell = book["Ranking"]["C6"]
    # XlsxWriter wrote a text; openpyxl takes any text that begins with `=` for a formula, spreadsheets do not.
    assert cell.value == "=1+1"
    with zipfile.ZipFile(file) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist() if "worksheets" in name)
    assert book["Ranking"]["C7"].value == "Unit B"
    notes = list(book["Notes"].iter_rows(min_row=2, values_only=True))
    assert any(row[0] == "Unit B" and row[1] == "D0201" for row in notes)


def column(book: openpyxl.Workbook, sheet: str, name: str) -> dict[str, object]:
    """A unit's cells by the id of what they are about."""
    heads, *lines = book[sheet].iter_rows(min_row=5, values_only=True)
    at = heads.index(name)
    return {str(line[0]): line[at] for line in lines}


def test_what_is_not_scored_is_no_zero(tmp_path: Path) -> None:
    file = tmp_path / "dot.xlsx"
    excel.write_round(example_round.outcome(), file)
    book = openpyxl.load_workbook(file)
    sheet = "Tiêu chí phu-luc-2"
    assert column(book, sheet, "UBND phường Minh Nông")["vii.2"] == "không áp dụng"
    assert column(book, sheet, "UBND phường Vân Cơ")["iv.1"] == "chưa trả lời"
    assert column(book, sheet, "UBND phường Thọ Sơn")["iv.1"] == "không hợp lệ"
    # A zero that was earned is a number.
    assert column(book, sheet, "UBND phường Gia Cẩm")["iii.3"] == 0
    assert "Tổng điểm = điểm trước quy đổi ÷ tối đa áp dụng × tối đa (90)" in book[sheet]["A4"].value
    assert "“không áp dụng”" in book[sheet]["A4"].value


def test_a_group_that_does_not_apply_is_no_zero(document: dict[str, Any], tmp_path: Path) -> None:
    document["policies"] = {"not_applicable": "exclude", "rescale": "group"}
    only = document["groups"][0]["criteria"][1]
    document["groups"][0] |= {"max": 1, "criteria": [only]}
    document |= {"max": 6}
    kept = ("trang", "kinh-phi", "muc", "dich-vu")
    document["facts"] = [fact for fact in document["facts"] if fact["id"] in kept]
    of = cqdt.CriteriaSet.from_dict(document)
    file = tmp_path / "x.xlsx"
    excel.write_reports([of.score(cqdt.Submission({"trang": cqdt.NotApplicable("x")}, unit="a"))], file)
    book = openpyxl.load_workbook(file)
    assert column(book, "Tiêu chí", "a")["i"] == "không áp dụng"
    assert "không áp dụng" in [one.value for one in book["Xếp hạng"][6]]
    assert book["Xếp hạng"]["A4"].value.startswith("Điểm mỗi nhóm đã quy đổi")


def test_an_official_set_in_what_is_reconstructed(document: dict[str, Any], tmp_path: Path) -> None:
    document["status"] = "official"
    lines = [line for group in document["groups"] for line in group["criteria"]]
    for line in lines:
        line["basis"]["status"] = "official"
    official = cqdt.CriteriaSet.from_dict(document)
    lines[0]["basis"]["status"] = "reconstructed"
    partly = cqdt.CriteriaSet.from_dict(document)
    file = tmp_path / "x.xlsx"
    for of, told in ((official, False), (partly, True)):
        excel.write_reports([of.score({"may": 1})], file)
        book = openpyxl.load_workbook(file)
        assert [bool(book[name]["A2"].value) for name in ("Xếp hạng", "Tiêu chí", "Nguồn gốc")] == [told] * 3
    one = cqdt.Submission({"trang": True}, unit="a", set="thu/nho", received="2018-10-01")
    for status in ("official", "reconstructed"):
        round_ = cqdt.Round.from_dict({**ROUND, "basis": {"status": status}})
        excel.write_round(round_.assess([official], [one]), file)
        book = openpyxl.load_workbook(file)
        told = status == "reconstructed"
        assert [bool(book[name]["A2"].value) for name in ("Xếp hạng", "Tiêu chí", "Nguồn gốc")] == [told] * 3


def test_units_of_a_set_that_was_not_given(tmp_path: Path) -> None:
    divisions = cqdt.CriteriaSet.builtin(example_round.DIVISIONS)
    outcome = cqdt.Round.builtin("viet-tri-2018").assess([divisions], example_round.submissions())
    file = tmp_path / "dot.xlsx"
    excel.write_round(outcome, file)
    rows = list(openpyxl.load_workbook(file)["Chưa chấm"].iter_rows(min_row=2, values_only=True))
    expected = [entry for entry in outcome.entries if entry.set == example_round.COMMUNES]
    assert [row[0] for row in rows] == [entry.unit for entry in expected]
    assert {row[2] for row in rows} == {example_round.COMMUNES}


def test_sheets_of_sets_with_the_same_tail(document: dict[str, Any], tmp_path: Path) -> None:
    sets = [cqdt.CriteriaSet.from_dict({**document, "id": f"c{at}/{'x' * 40}"}) for at in range(12)]
    units = [{"id": f"u{at}", "name": text(f"Xã {at}"), "set": of.id} for at, of in enumerate(sets)]
    sent = [cqdt.Submission({"may": 1}, unit=f"u{at}", set=of.id, received="2018-09-20") for at, of in enumerate(sets)]
    file = tmp_path / "dot.xlsx"
    excel.write_round(cqdt.Round.from_dict({**ROUND, "units": units}).assess(sets, sent), file)
    names = openpyxl.load_workbook(file).sheetnames
    assert len(set(names)) == 2 * 12 + 2
    assert max(map(len, names)) == 31


def test_more_units_than_a_sheet_has_columns(small: cqdt.CriteriaSet, tmp_path: Path) -> None:
    one = small.score({"may": 1, "can-bo": 2})
    file = tmp_path / "x.xlsx"
    with pytest.raises(cqdt.OptionError, match="P0116") as raised:
        excel.write_reports([one] * 16_381, file)
    assert "16384" in raised.value.messages["en"]
    assert not file.exists()


def test_what_is_refused(small: cqdt.CriteriaSet, commune: cqdt.CriteriaSet, tmp_path: Path) -> None:
    with pytest.raises(cqdt.OptionError, match="P0115 no reports"):
        excel.write_reports([], tmp_path / "x.xlsx")
    with pytest.raises(cqdt.OptionError):
        excel.write_reports([small.score({}), commune.score({})], tmp_path / "x.xlsx")
    with pytest.raises(OSError, match=r"x\.xlsx"):
        excel.write_reports([small.score({})], tmp_path / "none" / "x.xlsx")
