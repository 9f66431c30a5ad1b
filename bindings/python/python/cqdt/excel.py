"""Workbooks of rounds and reports; needs XlsxWriter (`pip install cqdt[excel]`).

A workbook holds numbers in binary; each cell shows its points with the places that the set rounds to, so what is read
is exact. The report stays the record: its fingerprint and its notice stand on the first sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from cqdt._extras import missing
from cqdt._values import by_rank

try:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError
except ImportError as error:
    raise missing("excel", error) from error

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from cqdt._cqdt import CriteriaSet, Report, RoundReport
    from cqdt._values import Entry

Lang = Literal["vi", "en"]

_WORDS = {
    "ranking": ("Xếp hạng", "Ranking"),
    "criteria": ("Tiêu chí", "Criteria"),
    "notes": ("Lưu ý", "Notes"),
    "source": ("Nguồn gốc", "Provenance"),
    "rank": ("Hạng", "Rank"),
    "unit": ("Mã đơn vị", "Unit id"),
    "name": ("Đơn vị", "Unit"),
    "total": ("Tổng điểm", "Total"),
    "share": ("Tỷ lệ", "Share"),
    "band": ("Mức độ", "Band"),
    "self": ("Tự đánh giá", "Self-assessed"),
    "delta": ("Chênh lệch", "Difference"),
    "state": ("Tình trạng", "State"),
    "complete": ("Đủ số liệu", "Complete"),
    "yes": ("có", "yes"),
    "no": ("không", "no"),
    "code": ("Mã", "Code"),
    "text": ("Nội dung", "Text"),
    "number": ("Số", "Number"),
    "criterion": ("Tiêu chí", "Criterion"),
    "max": ("Tối đa", "Maximum"),
    "set": ("Bộ tiêu chí", "Criteria set"),
    "version": ("Phiên bản", "Version"),
    "fingerprint": ("Dấu vân tay (SHA-256)", "Fingerprint (SHA-256)"),
    "status": ("Tính chất", "Status"),
    "official": ("chính thức", "official"),
    "reconstructed": ("PHỤC DỰNG, không phải kết quả chính thức", "RECONSTRUCTED, not an official result"),
    "on_time": ("đúng hạn", "on time"),
    "late": ("quá hạn", "late"),
    "undated": ("không rõ ngày nhận", "undated"),
    "missing": ("chưa nộp", "missing"),
    "wrong_form": ("sai mẫu", "wrong form"),
}


def _say(word: str, lang: Lang) -> str:
    vi, en = _WORDS[word]
    return en if lang == "en" else vi


class _Book:
    def __init__(self, path: str | os.PathLike[str], lang: Lang) -> None:
        # Text stays text: nothing that a unit wrote becomes a formula or a link.
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(path, {**plain, "in_memory": True})
        self.lang: Lang = lang
        self.head = self.book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
        self.head.set_align("vcenter")
        self.text = self.book.add_format({"border": 1})
        self.wrap = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.share = self.book.add_format({"border": 1, "num_format": "0.00%"})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.notice = self.book.add_format({"bold": True, "font_color": "#B35900"})
        self.formats: dict[int, Any] = {}
        self.used: set[str] = set()

    def close(self) -> None:
        try:
            self.book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else error
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def points(self, of: CriteriaSet) -> Any:  # noqa: ANN401
        places = int(of.definition["policies"]["rounding"]["places"])
        if places not in self.formats:
            pattern = "0." + "0" * places if places else "0"
            self.formats[places] = self.book.add_format({"border": 1, "num_format": pattern})
        return self.formats[places]

    def sheet(self, name: str) -> Any:  # noqa: ANN401
        for mark in "[]:*?/\\":
            name = name.replace(mark, "-")
        name = short = name[:31]
        at = 2
        while name.lower() in self.used:
            name = f"{short[:27]} ({at})"
            at += 1
        self.used.add(name.lower())
        return self.book.add_worksheet(name)

    def table(self, sheet: Any, row: int, heads: Sequence[str], widths: Sequence[int]) -> None:  # noqa: ANN401
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.write_string(row, column, head, self.head)
            sheet.set_column(column, column, width)

    def cell(self, sheet: Any, row: int, column: int, value: object, form: Any) -> None:  # noqa: ANN401
        if value is None:
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, form)
        else:
            sheet.write_number(row, column, float(value), form)  # type: ignore[arg-type]


def write_round(outcome: RoundReport, path: str | os.PathLike[str], *, lang: Lang = "vi") -> None:
    """Write a round: for each set its ranking and its points by criterion, then every diagnostic, then the provenance.

    Args:
        outcome: what `Round.assess` gives.
        path: where to write the `.xlsx`.
        lang: the language of headings and messages.

    Raises:
        OSError: the file can't be written.

    """
    book = _Book(path, lang)
    sets = outcome.sets
    for of in sets:
        entries = [entry for entry in outcome.entries if entry.set == of.id]
        entries.sort(key=lambda entry: (entry.rank is None, entry.rank or 0))
        if entries:
            rows = [(entry.rank, entry.unit, entry.name[lang], entry.report, entry) for entry in entries]
            suffix = f" {of.id.rpartition('/')[2]}" if len(sets) > 1 else ""
            _ranking(book, of, rows, suffix)
            _criteria(book, of, rows, suffix)
    said = [("", one.code, one.messages[lang]) for one in outcome.diagnostics]
    for entry in outcome.entries:
        own = [*entry.diagnostics, *(entry.report.diagnostics if entry.report else ())]
        said += [(entry.name[lang], one.code, one.messages[lang]) for one in own]
    _notes(book, said)
    _source(book, outcome.title(lang), sets, reconstructed=outcome.is_reconstructed)
    book.close()


def write_reports(
    reports: Sequence[Report],
    path: str | os.PathLike[str],
    *,
    names: Mapping[str, str] | None = None,
    lang: Lang = "vi",
) -> None:
    """Write reports of units that are ranked against each other: ranking, points by criterion, diagnostics, provenance.

    Args:
        reports: reports of one set, in any order.
        path: where to write the `.xlsx`.
        names: what to call each unit.
        lang: the language of headings and messages.

    Raises:
        OptionError: there are no reports, or they are of different sets.
        OSError: the file can't be written.

    """
    of, pairs = by_rank(reports)
    rows = [(rank, unit, (names or {}).get(unit, unit), one, None) for rank, unit, one in pairs]
    book = _Book(path, lang)
    _ranking(book, of, rows, "")
    _criteria(book, of, rows, "")
    _notes(book, [(row[2], one.code, one.messages[lang]) for row in rows for one in row[3].diagnostics])
    _source(book, of.title(lang), [of], reconstructed=any(one.is_reconstructed for one in reports))
    book.close()


def _ranking(
    book: _Book,
    of: CriteriaSet,
    rows: Sequence[tuple[int | None, str, str, Report | None, Entry | None]],
    suffix: str,
) -> None:
    lang = book.lang
    sheet = book.sheet(_say("ranking", lang) + suffix)
    groups = of.definition["groups"]
    bands = {band["id"]: band["title"][lang] for band in of.definition["bands"]}
    heads = [_say(word, lang) for word in ("rank", "unit", "name", "total", "share", "band", "complete")]
    heads += [f"{group['number']}. {group['title'][lang]} ({group['max']})" for group in groups]
    widths = [7, 22, 34, 11, 10, 16, 10, *[18] * len(groups)]
    round_ = any(row[4] is not None for row in rows)
    if round_:
        heads += [_say(word, lang) for word in ("self", "delta", "state")]
        widths += [12, 12, 18]
    sheet.write_string(0, 0, of.title(lang), book.title)
    if of.status == "reconstructed":
        sheet.write_string(1, 0, _say("reconstructed", lang), book.notice)
    book.table(sheet, 2, heads, widths)
    sheet.set_row(2, 48)
    points = book.points(of)
    for at, (rank, unit, name, report, entry) in enumerate(rows, start=3):
        cells: list[tuple[object, Any]] = [(rank, book.text), (unit, book.text), (name, book.text)]
        if report is None:
            cells += [(None, book.text)] * (4 + len(groups))
        else:
            cells += [
                (report.points, points),
                (report.share, book.share),
                (bands.get(report.band or ""), book.text),
                (_say("yes" if report.complete else "no", lang), book.text),
                *[(group.points, points) for group in report.groups],
            ]
        if entry is not None:
            own = entry.self_report.points if entry.self_report else None
            cells += [(own, points), (entry.delta, points), (_say(entry.status, lang), book.text)]
        for column, (value, form) in enumerate(cells):
            book.cell(sheet, at, column, value, form)
    sheet.freeze_panes(3, 3)
    sheet.autofilter(2, 0, 2 + len(rows), len(heads) - 1)


def _criteria(
    book: _Book,
    of: CriteriaSet,
    rows: Sequence[tuple[int | None, str, str, Report | None, Entry | None]],
    suffix: str,
) -> None:
    """A line a criterion, a column a unit."""
    lang = book.lang
    sheet = book.sheet(_say("criteria", lang) + suffix)
    shown = [(name, report) for _, _, name, report, _ in rows if report is not None]
    heads = [_say(word, lang) for word in ("number", "criterion", "max")] + [name for name, _ in shown]
    book.table(sheet, 0, heads, [8, 60, 9, *[14] * len(shown)])
    sheet.set_row(0, 48)
    points = book.points(of)
    lines = [line for group in of.definition["groups"] for line in group["criteria"]]
    for at, line in enumerate(lines, start=1):
        sheet.write_string(at, 0, line["number"], book.text)
        sheet.write_string(at, 1, line["title"][lang], book.wrap)
        sheet.write_number(at, 2, float(line["max"]), points)
        for column, (_, report) in enumerate(shown, start=3):
            book.cell(sheet, at, column, report.criterion(line["id"]).points, points)
    sheet.freeze_panes(1, 3)


def _notes(book: _Book, said: Iterable[tuple[str, str, str]]) -> None:
    sheet = book.sheet(_say("notes", book.lang))
    book.table(sheet, 0, [_say(word, book.lang) for word in ("name", "code", "text")], [34, 9, 110])
    for at, cells in enumerate(said, start=1):
        for column, text in enumerate(cells):
            sheet.write_string(at, column, text, book.wrap)
    sheet.freeze_panes(1, 0)


def _source(book: _Book, title: str, sets: Iterable[CriteriaSet], *, reconstructed: bool) -> None:
    lang = book.lang
    sheet = book.sheet(_say("source", lang))
    sheet.write_string(0, 0, title, book.title)
    if reconstructed:
        sheet.write_string(1, 0, _say("reconstructed", lang), book.notice)
    words = ("set", "version", "status", "fingerprint")
    book.table(sheet, 2, [_say(word, lang) for word in words], [36, 12, 42, 70])
    for at, of in enumerate(sets, start=3):
        for column, text in enumerate((of.id, of.version, _say(of.status, lang), of.fingerprint)):
            sheet.write_string(at, column, text, book.text)
