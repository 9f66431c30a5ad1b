"""Reports as HTML for notebooks: self-contained, no script, every text escaped."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from cqdt._cqdt import CriteriaSet, Report, RoundReport
    from cqdt._values import Diagnostic, Entry

_STYLE = """<style>
.cqdt{font-size:13px;line-height:1.45;max-width:960px}
.cqdt h3{font-size:15px;margin:0 0 2px}
.cqdt p{margin:2px 0}
.cqdt .cq-muted{opacity:.72}
.cqdt .cq-notice{border-left:3px solid #c77700;padding:1px 8px;margin:6px 0}
.cqdt .cq-total{font-size:20px;font-weight:600;margin:6px 0}
.cqdt table{border-collapse:collapse;width:100%;margin:4px 0}
.cqdt td,.cqdt th{text-align:left!important;padding:2px 8px 2px 0;vertical-align:top;background:none}
.cqdt .cq-n{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.cqdt .cq-bar{display:inline-block;width:160px;height:9px;background:rgba(128,128,128,.25);border-radius:2px}
.cqdt .cq-bar i{display:block;height:100%;background:#2f6fb3;border-radius:2px}
.cqdt .cq-missing{color:#b35900}.cqdt .cq-invalid{color:#c62828}.cqdt .cq-not_applicable{opacity:.6}
.cqdt summary{cursor:pointer;font-weight:600;margin:4px 0}
.cqdt .cq-hash{font-family:monospace;font-size:11px;overflow-wrap:anywhere}
</style>"""

_WORDS = {
    "on_time": "đúng hạn",
    "late": "quá hạn",
    "undated": "không rõ ngày nhận",
    "missing": "chưa nộp",
    "wrong_form": "sai mẫu",
}
_BASIS = {"official": "chính thức", "reconstructed": "phục dựng"}
# As many findings of a round are shown unasked; more would push whatever follows away.
_SHOWN = 12


def _bar(share: Fraction | None) -> str:
    if share is None:
        return ""
    width = max(0.0, min(100.0, float(share * 100)))
    return f'<span class="cq-bar"><i style="width:{width:.1f}%"></i></span>'


def _findings(texts: list[tuple[str, str]], *, most: int | None = None) -> str:
    if not texts:
        return ""
    items = "".join(f'<li class="{escape(kind)}">{escape(text)}</li>' for kind, text in texts)
    shown = " open" if most is None or len(texts) <= most else ""
    return f"<details{shown}><summary>Lưu ý ({len(texts)})</summary><ul>{items}</ul></details>"


def _finding(one: Diagnostic) -> tuple[str, str]:
    kind = "cq-invalid" if one.severity == "error" else "cq-missing"
    return kind, f"{one.code} {one.messages['vi']}"


def report(of: Report) -> str:
    """A report: total, group bars, every line with its formula, diagnostics, provenance."""
    words = of.explain("vi")
    total = words.total
    shares = {group.id: group.share for group in of.groups}
    head = [f"<h3>{escape(words.set)}</h3>", f'<p class="cq-muted">{escape(words.document)}</p>']
    head.append(_notice(words.notice))
    unit = f"{escape(words.unit)} · " if words.unit is not None else ""
    head.append(f"<p>{unit}{escape(words.layer)}</p>")
    figure = f"{escape(total.points)} / {escape(total.applicable_max)}"
    extra = [escape(text) for text in (total.share, total.band) if text is not None]
    head.append(f'<p class="cq-total">{" · ".join([figure, *extra])}</p>')
    head.extend(f'<p class="cq-missing">{escape(note)}</p>' for note in total.notes)
    bars = "".join(
        f"<tr><td>{escape(group.number)}. {escape(group.title)}</td><td>{_bar(shares[group.id])}</td>"
        f'<td class="cq-n">{escape(group.points)} / {escape(group.max)}</td>'
        f'<td class="cq-n">{escape(group.share or "")}</td></tr>'
        for group in words.groups
    )
    lines = []
    for group in words.groups:
        rows = "".join(
            f'<tr class="cq-{escape(line.status)}"><td>{escape(line.number)}</td><td>{escape(line.title)}'
            f'<br><span class="cq-muted">{escape(line.basis)}</span></td><td>{escape(line.formula)}</td>'
            f'<td class="cq-n">{escape(line.points)} / {escape(line.max)}</td>'
            f"<td>{escape(line.status_text)}</td></tr>"
            for line in group.lines
        )
        note = f'<p class="cq-muted">{escape(group.note)}</p>' if group.note is not None else ""
        lines.append(
            f"<details><summary>{escape(group.number)}. {escape(group.title)}</summary>{note}"
            "<table><thead><tr><th>TT</th><th>Tiêu chí</th><th>Cách tính</th>"
            f'<th class="cq-n">Điểm</th><th></th></tr></thead><tbody>{rows}</tbody></table></details>'
        )
    findings = _findings([_finding(one) for one in of.diagnostics])
    return (
        f'{_STYLE}<div class="cqdt">{"".join(head)}<table>{bars}</table>{"".join(lines)}{findings}'
        f'<p class="cq-hash">{escape(words.provenance)}</p></div>'
    )


def _notice(text: str | None) -> str:
    return "" if text is None else f'<p class="cq-notice">{escape(text)}</p>'


def _text(both: object) -> str:
    return escape(str(both["vi"])) if isinstance(both, dict) else ""


def criteria_set(of: CriteriaSet) -> str:
    """A criteria set: its document, groups and maxima."""
    said = of.definition
    document = said["document"]
    # In the words of its reports.
    notice = _notice(of.score({}).explain("vi").notice)
    rows = "".join(
        f"<tr><td>{escape(group['number'])}. {_text(group['title'])}</td>"
        f'<td class="cq-n">{len(group["criteria"])}</td>'
        f'<td class="cq-n">{escape(group["max"].replace(".", ","))}</td></tr>'
        for group in said["groups"]
    )
    return (
        f'{_STYLE}<div class="cqdt"><h3>{_text(said["title"])}</h3>'
        f'<p class="cq-muted">{escape(document["number"])} · {_text(document["issuer"])} · {_BASIS[of.status]}</p>'
        f"{notice}"
        '<table><thead><tr><th>Nhóm</th><th class="cq-n">Tiêu chí</th><th class="cq-n">Điểm tối đa</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f'<p class="cq-hash">{escape(of.id)} {escape(of.version)}, SHA-256 {escape(of.fingerprint)}</p></div>'
    )


def _padded(text: str, places: int) -> str:
    """A decimal with the places of its column: figures under each other are written alike."""
    if not places or re.fullmatch(r"[−-]?[\d.]+(,\d+)?", text) is None:
        return text
    whole, _, part = text.partition(",")
    return f"{whole},{part:0<{places}}"


def _entry(one: Entry) -> str:
    report = one.report
    total = words = complete = ""
    share = None
    if report is not None:
        explained = report.explain("vi").total
        total = _padded(explained.points, int(report.set.definition["policies"]["rounding"]["places"]))
        words, share = explained.band or "", report.share
        complete = "đủ" if report.complete else '<span class="cq-missing">chưa đủ</span>'
    return (
        f'<tr><td class="cq-n">{"" if one.rank is None else one.rank}</td><td>{escape(one.name["vi"])}</td>'
        f'<td class="cq-n">{escape(total)}</td><td>{_bar(share)}</td><td>{escape(words)}</td>'
        f"<td>{complete}</td><td>{escape(_WORDS[one.status])}</td></tr>"
    )


def _form(entries: Sequence[Entry], id_: str, of: CriteriaSet | None) -> str:
    """One form's units; a form whose set wasn't given has its id for a title, and says that nothing was scored."""
    rows = "".join(_entry(entry) for entry in entries)
    title = id_ if of is None else of.title("vi")
    head = f"<p><b>{escape(title)}</b></p>"
    table = (
        '<table><thead><tr><th class="cq-n">Hạng</th><th>Đơn vị</th><th class="cq-n">Điểm</th><th></th><th>Mức</th>'
        "<th>Số liệu</th><th>Nộp</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    if of is None:
        return f"{head}{_notice(f'Thiếu bộ tiêu chí {id_}: {len(entries)} đơn vị chưa được chấm.')}{table}"
    source = f"{escape(of.id)} {escape(of.version)}, SHA-256 {escape(of.fingerprint)}"
    return f'{head}{table}<p class="cq-hash">{source}</p>'


def _entry_findings(one: Entry) -> list[tuple[str, str]]:
    """What was found about a unit and in its report, with its name, which a report's findings don't say."""
    found = [*one.diagnostics, *(one.report.diagnostics if one.report is not None else ())]
    return [(kind, f"{one.name['vi']}: {text}") for kind, text in map(_finding, found)]


def round_report(of: RoundReport) -> str:
    """A round: one table a form, by rank; units of a form without its set, too; everything that was found."""
    entries = of.entries
    sets = {one.id: one for one in of.sets}
    parts = [f"<h3>{escape(of.title('vi'))}</h3>"]
    if of.is_reconstructed:
        notice = "Có nội dung phục dựng, chưa đối chiếu với văn bản gốc: kết quả không phải là kết quả chính thức."
        parts.append(_notice(notice))
    parts += [_form(of.ranking(id_), id_, sets.get(id_)) for id_ in dict.fromkeys(one.set for one in entries)]
    found = [_finding(one) for one in of.diagnostics]
    found += [said for entry in entries for said in _entry_findings(entry)]
    parts.append(_findings(found, most=_SHOWN))
    return f'{_STYLE}<div class="cqdt">{"".join(parts)}</div>'
