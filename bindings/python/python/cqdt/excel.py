"""Workbooks of rounds and reports; needs XlsxWriter (`pip install cqdt[excel]`).

A workbook holds numbers in binary; each cell shows its points with the places that the set rounds to, so what is read
is exact. The report stays the record: over every table of points stand the set with its fingerprint and, where anything
is reconstructed, the notice that the result isn't official. What wasn't scored is a word, never a zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cqdt._errors import OptionError
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
    from cqdt._values import CriterionScore, Entry

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
    "applicable": ("Tối đa áp dụng", "Applicable maximum"),
    "before": ("Trước quy đổi", "Before rescaling"),
    "excess": ("Điểm thưởng vượt mức", "Bonus beyond the cap"),
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
    "unscored": ("Chưa chấm", "Not scored"),
    "is_not_applicable": ("không áp dụng", "not applicable"),
    "is_missing": ("chưa trả lời", "not answered"),
    "is_invalid": ("không hợp lệ", "invalid"),
    "legend": (
        "Ô chữ: “không áp dụng” không tính vào tối đa áp dụng; “chưa trả lời”, “không hợp lệ” được 0 điểm.",
        "Words: “not applicable” is no part of the applicable maximum; “not answered” and “invalid” score 0.",
    ),
    "rescaled_total": (
        "Tổng điểm = điểm trước quy đổi ÷ tối đa áp dụng × tối đa ({max}).",
        "Total = points before rescaling ÷ applicable maximum × maximum ({max}).",
    ),
    "rescaled_group": (
        "Điểm mỗi nhóm đã quy đổi: điểm đạt được ÷ tối đa áp dụng × tối đa của nhóm.",
        "Points of a group are rescaled: points got ÷ applicable maximum × maximum of the group.",
    ),
}

# What a sheet holds.
_COLUMNS, _LINES = 16_384, 1_048_576
# Lines over a table: title, notice, provenance, what to know; then its heads.
_HEADS = 4


class _Row(NamedTuple):
    """One unit."""

    rank: int | None
    unit: str
    name: str
    report: Report | None
    entry: Entry | None


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
        self.group = self.book.add_format({"border": 1, "bold": True, "bg_color": "#F2F2F2", "valign": "top"})
        self.muted = self.book.add_format({"font_color": "#555555"})
        looks = {
            "not_applicable": {"font_color": "#7F7F7F", "bg_color": "#E7E6E6"},
            "missing": {"font_color": "#9C5700", "bg_color": "#FFEB9C"},
            "invalid": {"font_color": "#9C0006", "bg_color": "#FFC7CE"},
        }
        self.states = {
            state: self.book.add_format({"border": 1, "italic": True, "align": "right", **look})
            for state, look in looks.items()
        }
        self.share = self.book.add_format({"border": 1, "num_format": "0.00%"})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.notice = self.book.add_format({"bold": True, "font_color": "#B35900"})
        self.formats: dict[tuple[int, bool], Any] = {}
        self.used: set[str] = set()

    def close(self) -> None:
        try:
            self.book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else error
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def points(self, of: CriteriaSet, *, group: bool = False) -> Any:  # noqa: ANN401
        places = int(of.definition["policies"]["rounding"]["places"])
        if (places, group) not in self.formats:
            pattern = "0." + "0" * places if places else "0"
            look = {"bold": True, "bg_color": "#F2F2F2"} if group else {}
            self.formats[places, group] = self.book.add_format({"border": 1, "num_format": pattern, **look})
        return self.formats[places, group]

    def sheet(self, name: str) -> Any:  # noqa: ANN401
        for mark in "[]:*?/\\":
            name = name.replace(mark, "-")
        name = short = name[:31]
        at = 2
        while name.lower() in self.used:
            more = f" ({at})"
            name = short[: 31 - len(more)] + more
            at += 1
        self.used.add(name.lower())
        return self.book.add_worksheet(name)

    def table(
        self,
        sheet: Any,  # noqa: ANN401
        row: int,
        heads: Sequence[str],
        widths: Sequence[int],
        rows: int,
    ) -> None:
        """The heads of a table of so many rows, which has to fit the sheet: what doesn't would go in silence."""
        if len(heads) > _COLUMNS or row + 1 + rows > _LINES:
            here = f"{rows} × {len(heads)}"
            messages = {
                "vi": f"bảng tính chứa được {_LINES} dòng × {_COLUMNS} cột, ở đây cần {here}; hãy ghi từng phần",
                "en": f"a sheet holds {_LINES} rows × {_COLUMNS} columns, this takes {here}; write it in parts",
            }
            raise OptionError("P0116", messages)
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.write_string(row, column, head, self.head)
            sheet.set_column(column, column, width)

    def over(self, sheet: Any, of: CriteriaSet, known: str, *, reconstructed: bool) -> None:  # noqa: ANN401
        """What stands over a table of points: the set, the notice, the fingerprint, and what to know."""
        sheet.write_string(0, 0, of.title(self.lang), self.title)
        if reconstructed:
            sheet.write_string(1, 0, _say("reconstructed", self.lang), self.notice)
        sheet.write_string(2, 0, f"{of.id} {of.version} · SHA-256 {of.fingerprint}", self.muted)
        sheet.write_string(3, 0, known, self.muted)

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
        OptionError: there are more units than a sheet has columns.
        OSError: the file can't be written.

    """
    book = _Book(path, lang)
    sets = outcome.sets
    reconstructed = outcome.is_reconstructed or any(_reconstructed(of, outcome.entries) for of in sets)
    for of in sets:
        entries = [entry for entry in outcome.entries if entry.set == of.id]
        entries.sort(key=lambda entry: (entry.rank is None, entry.rank or 0))
        if entries:
            rows = [_Row(entry.rank, entry.unit, entry.name[lang], entry.report, entry) for entry in entries]
            suffix = f" {of.id.rpartition('/')[2]}" if len(sets) > 1 else ""
            here = outcome.is_reconstructed or _reconstructed(of, entries)
            _ranking(book, of, rows, suffix, reconstructed=here)
            _criteria(book, of, rows, suffix, reconstructed=here)
    known = {of.id for of in sets}
    _unscored(book, [entry for entry in outcome.entries if entry.set not in known])
    said = [("", one.code, one.messages[lang]) for one in outcome.diagnostics]
    for entry in outcome.entries:
        own = [*entry.diagnostics, *(entry.report.diagnostics if entry.report else ())]
        said += [(entry.name[lang], one.code, one.messages[lang]) for one in own]
    _notes(book, said)
    _source(book, outcome.title(lang), sets, reconstructed=reconstructed)
    book.close()


def _reconstructed(of: CriteriaSet, entries: Iterable[Entry]) -> bool:
    """Whether the set says so, or a line of a report: an official set may have reconstructed lines."""
    reports = [one.report for one in entries if one.report is not None and one.set == of.id]
    return of.status == "reconstructed" or any(one.is_reconstructed for one in reports)


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
        names: what to call each unit; those without an id go by their places, `"0"` and on.
        lang: the language of headings and messages.

    Raises:
        OptionError: there are no reports, they are of different sets, or more than a sheet has columns.
        OSError: the file can't be written.

    """
    of, ranked = by_rank(reports)
    rows = [_Row(rank, unit, (names or {}).get(unit, unit), one, None) for rank, unit, one in ranked]
    reconstructed = of.status == "reconstructed" or any(one.is_reconstructed for one in reports)
    book = _Book(path, lang)
    _ranking(book, of, rows, "", reconstructed=reconstructed)
    _criteria(book, of, rows, "", reconstructed=reconstructed)
    said = [(row.name, one.code, one.messages[lang]) for row in rows if row.report for one in row.report.diagnostics]
    _notes(book, said)
    _source(book, of.title(lang), [of], reconstructed=reconstructed)
    book.close()


def _decimal(text: str, lang: Lang) -> str:
    return text if lang == "en" else text.replace(".", ",")


def _known(of: CriteriaSet, rows: Sequence[_Row], lang: Lang) -> str:
    """What to know to read the points: why groups don't add up to a total, where they don't, and what words mean."""
    said = [_say("legend", lang)]
    rescales = of.definition["policies"]["rescale"]
    if rescales == "group" or any(word == "before" for word, _, _ in _sums(_reports(rows))):
        most = _decimal(of.definition["max"], lang)
        said.insert(0, _say(f"rescaled_{rescales}", lang).format(max=most))
    return " ".join(said)


def _reports(rows: Iterable[_Row]) -> list[Report]:
    return [row.report for row in rows if row.report is not None]


def _sums(reports: Sequence[Report]) -> list[tuple[str, str, int]]:
    """Columns from the groups' points to the total: head, field, width; those that say nothing here are left out."""
    columns = [("total", "points", 11)]
    if any(one.total.before_rescale != one.total.points for one in reports):
        columns.append(("before", "before_rescale", 11))
    if any(one.total.bonus_excess for one in reports):
        columns.append(("excess", "bonus_excess", 13))
    return [*columns, ("applicable", "applicable_max", 11)]


def _ranking(book: _Book, of: CriteriaSet, rows: Sequence[_Row], suffix: str, *, reconstructed: bool) -> None:
    lang = book.lang
    sheet = book.sheet(_say("ranking", lang) + suffix)
    groups = of.definition["groups"]
    bands = {band["id"]: band["title"][lang] for band in of.definition["bands"]}
    sums = _sums(_reports(rows))
    words = ["rank", "unit", "name", *[word for word, _, _ in sums], "share", "band", "complete"]
    heads = [_say(word, lang) for word in words]
    heads += [f"{group['number']}. {group['title'][lang]} ({_decimal(group['max'], lang)})" for group in groups]
    widths = [7, 22, 34, *[width for _, _, width in sums], 10, 16, 10, *[18] * len(groups)]
    if any(row.entry is not None for row in rows):
        heads += [_say(word, lang) for word in ("self", "delta", "state")]
        widths += [12, 12, 18]
    book.over(sheet, of, _known(of, rows, lang), reconstructed=reconstructed)
    book.table(sheet, _HEADS, heads, widths, len(rows))
    sheet.set_row(_HEADS, 48)
    points = book.points(of)
    for at, (rank, unit, name, report, entry) in enumerate(rows, start=_HEADS + 1):
        cells: list[tuple[object, Any]] = [(rank, book.text), (unit, book.text), (name, book.text)]
        if report is None:
            cells += [(None, book.text)] * (len(sums) + 3 + len(groups))
        else:
            total = report.total
            cells += [(getattr(total, field), points) for _, field, _ in sums]
            cells += [(report.share, book.share), (bands.get(report.band or ""), book.text)]
            cells.append((_say("yes" if report.complete else "no", lang), book.text))
            cells += [_state(book, "not_applicable") if one.excluded else (one.points, points) for one in report.groups]
        if entry is not None:
            own = entry.self_report.points if entry.self_report else None
            cells += [(own, points), (entry.delta, points), (_say(entry.status, lang), book.text)]
        for column, (value, form) in enumerate(cells):
            book.cell(sheet, at, column, value, form)
    sheet.freeze_panes(_HEADS + 1, 3)
    sheet.autofilter(_HEADS, 0, _HEADS + len(rows), len(heads) - 1)


def _state(book: _Book, state: str) -> tuple[object, Any]:
    return _say(f"is_{state}", book.lang), book.states[state]


def _line(book: _Book, line: CriterionScore, points: Any) -> tuple[object, Any]:  # noqa: ANN401
    """Points; a word where a zero wasn't earned."""
    return (line.points, points) if line.status == "scored" or line.points else _state(book, line.status)


def _criteria(book: _Book, of: CriteriaSet, rows: Sequence[_Row], suffix: str, *, reconstructed: bool) -> None:
    """A line a criterion under its group's, a column a unit."""
    lang = book.lang
    sheet = book.sheet(_say("criteria", lang) + suffix)
    shown = [(row.name, row.report) for row in rows if row.report is not None]
    heads = [_say(word, lang) for word in ("code", "number", "criterion", "max")] + [name for name, _ in shown]
    groups = of.definition["groups"]
    count = sum(1 + len(group["criteria"]) for group in groups)
    book.over(sheet, of, _known(of, rows, lang), reconstructed=reconstructed)
    book.table(sheet, _HEADS, heads, [9, 8, 60, 9, *[14] * len(shown)], count)
    sheet.set_row(_HEADS, 48)
    points, sums = book.points(of), book.points(of, group=True)
    at = _HEADS
    for group in groups:
        at += 1
        _named(book, sheet, at, group, book.group, sums)
        for column, (_, report) in enumerate(shown, start=4):
            one = report.group(group["id"])
            value, form = _state(book, "not_applicable") if one.excluded else (one.points, sums)
            book.cell(sheet, at, column, value, form)
        for line in group["criteria"]:
            at += 1
            _named(book, sheet, at, line, book.wrap, points)
            for column, (_, report) in enumerate(shown, start=4):
                value, form = _line(book, report.criterion(line["id"]), points)
                book.cell(sheet, at, column, value, form)
    sheet.freeze_panes(_HEADS + 1, 4)


def _named(book: _Book, sheet: Any, at: int, one: Mapping[str, Any], text: Any, points: Any) -> None:  # noqa: ANN401
    """What a line is about: id, number, title, maximum."""
    for column, said in enumerate((one["id"], one["number"], one["title"][book.lang])):
        sheet.write_string(at, column, said, text)
    sheet.write_number(at, 3, float(one["max"]), points)


def _unscored(book: _Book, entries: Sequence[Entry]) -> None:
    """Units whose criteria set wasn't given: on no other sheet."""
    if not entries:
        return
    sheet = book.sheet(_say("unscored", book.lang))
    heads = [_say(word, book.lang) for word in ("unit", "name", "set", "state")]
    book.table(sheet, 0, heads, [22, 34, 36, 18], len(entries))
    for at, one in enumerate(entries, start=1):
        for column, text in enumerate((one.unit, one.name[book.lang], one.set, _say(one.status, book.lang))):
            sheet.write_string(at, column, text, book.text)
    sheet.freeze_panes(1, 0)


def _notes(book: _Book, said: Sequence[tuple[str, str, str]]) -> None:
    sheet = book.sheet(_say("notes", book.lang))
    book.table(sheet, 0, [_say(word, book.lang) for word in ("name", "code", "text")], [34, 9, 110], len(said))
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
    sets = list(sets)
    book.table(sheet, 2, [_say(word, lang) for word in words], [36, 12, 42, 70], len(sets))
    for at, of in enumerate(sets, start=3):
        for column, text in enumerate((of.id, of.version, _say(of.status, lang), of.fingerprint)):
            sheet.write_string(at, column, text, book.text)
