"""Reports as HTML for notebooks: self-contained, no script, every text escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def _bar(share: Fraction | None) -> str:
    if share is None:
        return ""
    width = max(0.0, min(100.0, float(share * 100)))
    return f'<span class="cq-bar"><i style="width:{width:.1f}%"></i></span>'


def _findings(texts: list[tuple[str, str]]) -> str:
    if not texts:
        return ""
    items = "".join(f'<li class="{escape(kind)}">{escape(text)}</li>' for kind, text in texts)
    return f"<details open><summary>Lưu ý ({len(texts)})</summary><ul>{items}</ul></details>"


def _finding(one: Diagnostic) -> tuple[str, str]:
    kind = "cq-invalid" if one.severity == "error" else "cq-missing"
    return kind, f"{one.code} {one.messages['vi']}"


def report(of: Report) -> str:
    """A report: total, group bars, every line with its formula, diagnostics, provenance."""
    words = of.explain("vi")
    total = words.total
    shares = {group.id: group.share for group in of.groups}
    head = [f"<h3>{escape(words.set)}</h3>", f'<p class="cq-muted">{escape(words.document)}</p>']
    if words.notice is not None:
        head.append(f'<p class="cq-notice">{escape(words.notice)}</p>')
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


def _text(both: object) -> str:
    return escape(str(both["vi"])) if isinstance(both, dict) else ""


def criteria_set(of: CriteriaSet) -> str:
    """A criteria set: its document, groups and maxima."""
    said = of.definition
    document = said["document"]
    rows = "".join(
        f"<tr><td>{escape(group['number'])}. {_text(group['title'])}</td>"
        f'<td class="cq-n">{len(group["criteria"])}</td><td class="cq-n">{escape(group["max"])}</td></tr>'
        for group in said["groups"]
    )
    return (
        f'{_STYLE}<div class="cqdt"><h3>{_text(said["title"])}</h3>'
        f'<p class="cq-muted">{escape(document["number"])} · {_text(document["issuer"])} · {escape(of.status)}</p>'
        '<table><thead><tr><th>Nhóm</th><th class="cq-n">Tiêu chí</th><th class="cq-n">Điểm tối đa</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f'<p class="cq-hash">{escape(of.id)} {escape(of.version)}, SHA-256 {escape(of.fingerprint)}</p></div>'
    )


def _entry(one: Entry) -> str:
    report = one.report
    total = words = ""
    share = None
    if report is not None:
        explained = report.explain("vi").total
        total, words, share = explained.points, explained.band or "", report.share
    return (
        f'<tr><td class="cq-n">{"" if one.rank is None else one.rank}</td><td>{escape(one.name["vi"])}</td>'
        f'<td class="cq-n">{escape(total)}</td><td>{_bar(share)}</td><td>{escape(words)}</td>'
        f"<td>{escape(_WORDS[one.status])}</td></tr>"
    )


def round_report(of: RoundReport) -> str:
    """A round: one table a form, by rank."""
    parts = [f"<h3>{escape(of.title('vi'))}</h3>"]
    if of.is_reconstructed:
        notice = "Có nội dung dựng lại, chưa đối chiếu với văn bản gốc: kết quả không phải là kết quả chính thức."
        parts.append(f'<p class="cq-notice">{notice}</p>')
    for one in of.sets:
        rows = "".join(_entry(entry) for entry in of.ranking(one.id))
        parts.append(
            f"<p><b>{escape(one.title('vi'))}</b></p><table><thead><tr><th class='cq-n'>Hạng</th><th>Đơn vị</th>"
            '<th class="cq-n">Điểm</th><th></th><th>Mức</th><th>Nộp</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
        parts.append(
            f'<p class="cq-hash">{escape(one.id)} {escape(one.version)}, SHA-256 {escape(one.fingerprint)}</p>'
        )
    parts.append(_findings([_finding(one) for one in of.diagnostics]))
    return f'{_STYLE}<div class="cqdt">{"".join(parts)}</div>'
