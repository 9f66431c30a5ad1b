//! `cqdt score`: the points of one submission, or of every row of a table.

use cqdt::{Lang, Report, Status};

use super::percent;
use crate::args::ScoreArgs;
use crate::shell::{Failure, Outcome, Shell};
use crate::submissions::{self, Scored};
use crate::table::{Align, Grid};

pub(crate) fn run(args: &ScoreArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let scored = submissions::score(shell, &args.scored)?;
    if let Some(path) = &args.html {
        let (both, submission) = scored.both_layers(shell)?;
        let page = cqdt_report::verification_page(&both, submission, shell.lang);
        shell.write(path, &page)?;
    }
    if args.json {
        // One canonical report a line.
        for report in &scored.reports {
            shell.data(report.to_json())?;
        }
    } else if args.html.is_none() {
        match scored.reports.as_slice() {
            [report] => sheet(report, shell)?,
            _ => list(&scored, shell)?,
        }
    }
    Ok(Outcome::Clean)
}

/// One unit: every criterion, groups, total.
fn sheet(report: &Report, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let words = report.explain(lang);
    heading(report, shell)?;
    let mut grid = Grid::new([
        ("", Align::Whole),
        (lang.pick("Tiêu chí", "Criterion"), Align::Left),
        (lang.pick("Điểm", "Points"), Align::Right),
        (lang.pick("Tối đa", "Max"), Align::Right),
        (lang.pick("Ghi chú", "Note"), Align::Left),
    ]);
    for group in &words.groups {
        let share = group.share.clone().unwrap_or_default();
        grid.row([
            group.number.clone(),
            group.title.clone(),
            group.points.clone(),
            group.max.clone(),
            group
                .note
                .clone()
                .map_or(share.clone(), |note| format!("{share} {note}")),
        ]);
        for line in &group.lines {
            let status = match line.status {
                Status::Scored => String::new(),
                _ => line.status_text.clone(),
            };
            grid.row([
                String::new(),
                format!("{}. {}", line.number, line.title),
                line.points.clone(),
                line.max.clone(),
                status,
            ]);
        }
    }
    let total = &words.total;
    grid.row([
        String::new(),
        lang.pick("TỔNG ĐIỂM", "TOTAL").to_owned(),
        total.points.clone(),
        total.max.clone(),
        total.share.clone().unwrap_or_default(),
    ]);
    shell.data(grid)?;
    shell.line("")?;
    summary(report, shell)?;
    findings(report, shell)?;
    shell.line(words.provenance)
}

/// Set, document, unit, notice.
pub(crate) fn heading(report: &Report, shell: &mut Shell) -> Result<(), Failure> {
    let words = report.explain(shell.lang);
    shell.title(words.set)?;
    shell.line(words.document)?;
    if let Some(unit) = words.unit {
        let word = shell.pick("Đơn vị", "Unit");
        shell.line(format_args!("{word}: {unit} ({})", words.layer))?;
    }
    shell.notice(words.notice)?;
    shell.line("")
}

/// Band, applicable maximum, what happened to the total.
fn summary(report: &Report, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let total = report.explain(lang).total;
    if let Some(band) = total.band {
        shell.line(format_args!("{}: {band}", lang.pick("Xếp loại", "Band")))?;
    }
    if total.applicable_max != total.max {
        let word = lang.pick("Điểm tối đa áp dụng", "Applicable maximum");
        shell.line(format_args!("{word}: {}", total.applicable_max))?;
    }
    for note in total.notes {
        shell.line(format_args!("- {note}"))?;
    }
    Ok(())
}

/// Everything found besides points.
pub(crate) fn findings(report: &Report, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    for diagnostic in report.diagnostics() {
        shell.line(super::finding(diagnostic, lang))?;
    }
    Ok(())
}

/// Every row of a table.
fn list(scored: &Scored, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let definition = scored.set.definition();
    shell.title(definition.title.get(lang))?;
    shell.notice(scored.set.notice(lang))?;
    shell.line("")?;
    let places = definition.ranking.display_places;
    let mut grid = Grid::new([
        (lang.pick("Đơn vị", "Unit"), Align::Whole),
        (lang.pick("Tổng điểm", "Total"), Align::Right),
        (lang.pick("Tỷ lệ", "Share"), Align::Right),
        (lang.pick("Xếp loại", "Band"), Align::Left),
        (lang.pick("Ghi chú", "Note"), Align::Left),
    ]);
    for report in &scored.reports {
        let total = report.total();
        grid.row([
            report.unit().unwrap_or_default().to_owned(),
            super::fixed(&total.points, places, lang),
            total
                .share
                .as_ref()
                .map(|share| percent(share, lang))
                .unwrap_or_default(),
            report
                .band()
                .map(|band| band.title.get(lang).to_owned())
                .unwrap_or_default(),
            marks(report, lang),
        ]);
    }
    shell.data(grid)?;
    let units = scored.reports.iter();
    for report in units.filter(|report| !report.diagnostics().is_empty()) {
        shell.line("")?;
        shell.line(report.unit().unwrap_or_default())?;
        for diagnostic in report.diagnostics() {
            let line = super::finding(diagnostic, lang);
            shell.line(format_args!("  {line}"))?;
        }
    }
    Ok(())
}

/// What to look at in a report: incomplete, errors.
pub(crate) fn marks(report: &Report, lang: Lang) -> String {
    let mut marks = Vec::new();
    let missing = report
        .criteria()
        .filter(|(_, score)| score.status == Status::Missing)
        .count();
    if missing > 0 {
        marks.push(match lang {
            Lang::Vi => format!("thiếu {missing} tiêu chí"),
            Lang::En => format!("{missing} missing"),
        });
    }
    let errors = report
        .diagnostics()
        .iter()
        .filter(|one| one.severity() == cqdt::Severity::Error)
        .count();
    if errors > 0 {
        marks.push(match lang {
            Lang::Vi => format!("{errors} lỗi"),
            Lang::En if errors == 1 => "1 error".to_owned(),
            Lang::En => format!("{errors} errors"),
        });
    }
    marks.join(", ")
}
