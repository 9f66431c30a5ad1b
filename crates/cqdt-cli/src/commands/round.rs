//! `cqdt round`: a whole round from its folder.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use cqdt::criteria::{BasisStatus, Within};
use cqdt::round::Due;
use cqdt::{
    CriteriaSet, DiagnosticKind, Entry, EntryStatus, Fault, FaultKind, Incoming, Lang, Layer,
    MAX_ROUND_BYTES, MAX_SET_BYTES, MAX_SUBMISSION_BYTES, Round, RoundReport,
};

use super::{basis, fixed, percent};
use crate::args::{DecimalArg, RoundArgs};
use crate::input::{self, Format};
use crate::progress::Progress;
use crate::shell::{Failure, Outcome, Shell};
use crate::table::{Align, Grid};
use crate::{faults, sets, submissions};

/// Findings listed in the terminal; what is beyond is counted.
const MOST_FINDINGS: usize = 400;

/// Units whose sheets go on one page; beyond, it would be too large to open.
const MOST_SHEETS: usize = 1_000;

pub(crate) fn run(args: &RoundArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let assessed = assess(
        shell,
        &args.dir,
        args.sets.as_deref(),
        Stated::Overrides(args.decimal),
    )?;
    let report = &assessed.report;
    let lang = shell.lang;
    let to_stdout = [&args.html, &args.json, &args.csv]
        .into_iter()
        .flatten()
        .filter(|path| input::is_stdin(path))
        .count();
    if to_stdout > 1 {
        let (vi, en) = (
            "chỉ một kết quả được ghi ra đầu ra chuẩn (`-`)",
            "only one result can go to standard output (`-`)",
        );
        return Err(Failure::Usage(lang.pick(vi, en).to_owned()));
    }
    if to_stdout == 0 {
        show(report, shell)?;
    }
    if let Some(path) = &args.html {
        let mut options = cqdt_report::Options::new(lang);
        let units = report.entries().len();
        if units > MOST_SHEETS {
            options = options.without_sheets();
            shell.warn(match lang {
                Lang::Vi => format!(
                    "có {units} đơn vị nên trang không kèm phiếu của từng đơn vị; dùng `cqdt score --html` cho từng phiếu"
                ),
                Lang::En => format!(
                    "there are {units} units, so the page leaves out their sheets; `cqdt score --html` makes single ones"
                ),
            });
        }
        shell.write_by(path, |out| {
            cqdt_report::write_round_page(report, options, out)
        })?;
    }
    if let Some(path) = &args.json {
        let mut text = report.to_json();
        text.push('\n');
        shell.write(path, &text)?;
    }
    if let Some(path) = &args.csv {
        let text =
            table(report, lang).map_err(|error| Failure::File(path.clone(), error.into()))?;
        shell.write(path, &text)?;
    }
    Ok(assessed.outcome)
}

// ---------------------------------------------------------------------------------------------------- reading it

/// A round, assessed.
pub(crate) struct Assessed {
    pub(crate) report: RoundReport,
    pub(crate) outcome: Outcome,
}

/// `tables.toml`: how the tables of a round are written.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    decimal: Option<DecimalArg>,
    #[serde(default)]
    files: BTreeMap<String, DecimalArg>,
}

/// What a command line says about decimal marks.
#[derive(Clone, Copy)]
pub(crate) enum Stated {
    /// More than the folder's own `tables.toml`.
    Overrides(Option<DecimalArg>),
    /// Less: it is said of another file first.
    Otherwise(Option<DecimalArg>),
}

/// Reads a round's folder and assesses it; faults are shown, and what can't be read is counted in the report.
pub(crate) fn assess(
    shell: &mut Shell,
    dir: &Path,
    more_sets: Option<&Path>,
    stated: Stated,
) -> Result<Assessed, Failure> {
    let round = read_round(shell, dir)?;
    let tables = read_tables(shell, dir)?;
    let (forms, mut outcome) = read_sets(shell, dir, more_sets, &round)?;
    let mut unreadable = Vec::new();
    let mut incoming = Vec::new();
    let files = submission_files(shell, dir)?;
    let mut progress = Progress::new(shell.lang, "đọc báo cáo", "reading");
    for (at, (path, source)) in files.iter().enumerate() {
        progress.at(at, files.len());
        match input::read(path, MAX_SUBMISSION_BYTES, shell.lang) {
            Err(unread) => {
                unread.show(shell, path);
                let (count, how) = match &unread {
                    input::Unread::Io(_) => (1, Outcome::Unreadable),
                    input::Unread::Faults { error, .. } => (error.faults().len(), Outcome::Faults),
                };
                outcome = outcome.max(how);
                unreadable.push((source.clone(), count));
            }
            Ok(file) => {
                let own = tables.files.get(source).copied();
                let decimal = match stated {
                    Stated::Overrides(decimal) => decimal.or(own).or(tables.decimal),
                    Stated::Otherwise(decimal) => own.or(tables.decimal).or(decimal),
                };
                match submissions::parse(&file, decimal) {
                    Ok(rows) => {
                        let is_table = file.format == Format::Csv;
                        let digits = rows.len().to_string().len();
                        incoming.extend(rows.into_iter().enumerate().map(|(row, submission)| {
                            // Rows in the order of the table: the later one counts where times are equal (D24).
                            let source = if is_table {
                                format!("{source}#{:0digits$}", row + 1)
                            } else {
                                source.clone()
                            };
                            Incoming::new(source, submission)
                        }));
                    }
                    Err(error) => {
                        faults::show(shell, &file.name, &file.text, &error);
                        outcome = outcome.max(Outcome::Faults);
                        unreadable.push((source.clone(), error.faults().len()));
                    }
                }
            }
        }
    }
    drop(progress);
    for name in tables.files.keys() {
        if !files.iter().any(|(_, source)| source == name) {
            shell.warn(match shell.lang {
                Lang::Vi => format!("tables.toml: không có tệp `{name}`"),
                Lang::En => format!("tables.toml: there is no file `{name}`"),
            });
        }
    }
    let mut progress = Progress::new(shell.lang, "tính điểm", "scoring");
    let mut report = round.assess(&forms, incoming, |done, all| progress.at(done, all));
    drop(progress);
    for (source, faults) in unreadable {
        report.tell(DiagnosticKind::Unreadable { source, faults });
    }
    Ok(Assessed { report, outcome })
}

fn read_round(shell: &mut Shell, dir: &Path) -> Result<Round, Failure> {
    let json = dir.join("round.json");
    let path = if json.is_file() {
        json
    } else {
        dir.join("round.toml")
    };
    let input = input::open(shell, &path, MAX_ROUND_BYTES)?;
    super::check::parse_round(&input).map_err(|error| {
        faults::show(shell, &input.name, &input.text, &error);
        Failure::Faults
    })
}

fn read_tables(shell: &mut Shell, dir: &Path) -> Result<Tables, Failure> {
    let path = dir.join("tables.toml");
    if !path.exists() {
        return Ok(Tables::default());
    }
    let input = input::open(shell, &path, MAX_SET_BYTES)?;
    toml::from_str(&input.text).map_err(|error| {
        let message = error.message().to_owned();
        let span = error.span().unwrap_or_default();
        let fault = Fault::new(
            FaultKind::Syntax {
                message: message.into(),
            },
            span,
            &input.text,
        );
        faults::show(shell, &input.name, &input.text, &fault.into());
        Failure::Faults
    })
}

/// The forms that the roster names: from `--sets`, else from the round's own `sets/`, else built in.
fn read_sets(
    shell: &mut Shell,
    dir: &Path,
    more: Option<&Path>,
    round: &Round,
) -> Result<(Vec<CriteriaSet>, Outcome), Failure> {
    let own = dir.join("sets");
    let folders = [more, own.is_dir().then_some(own.as_path())];
    let mut outcome = Outcome::Clean;
    let mut forms: Vec<CriteriaSet> = Vec::new();
    let mut from: HashMap<String, String> = HashMap::new();
    for folder in folders.into_iter().flatten() {
        let read = sets::folder(shell, folder)?;
        if read.faulty > 0 {
            outcome = Outcome::Faults;
        }
        for (path, set) in read.sets {
            let path = path.display().to_string();
            if let Some(first) = from.get(set.id()) {
                let id = set.id();
                shell.warn(match shell.lang {
                    Lang::Vi => format!("`{id}` có trong cả {first} và {path}; dùng {first}"),
                    Lang::En => format!("`{id}` is in both {first} and {path}; {first} is used"),
                });
            } else {
                from.insert(set.id().to_owned(), path);
                forms.push(set);
            }
        }
    }
    let mut wanted: Vec<&str> = round.units.iter().map(|unit| unit.set.as_str()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    forms.retain(|set| wanted.contains(&set.id()));
    for id in wanted {
        if forms.iter().any(|set| set.id() == id) {
            continue;
        }
        if let Some(source) = sets::built_in(id) {
            match CriteriaSet::parse_toml(source.text) {
                Ok(set) => forms.push(set),
                Err(error) => {
                    faults::show(shell, source.file, source.text, &error);
                    outcome = Outcome::Faults;
                }
            }
        }
    }
    Ok((forms, outcome))
}

/// Files of submissions with the names that reports call them by; what is no submission is told.
fn submission_files(
    shell: &mut Shell,
    dir: &Path,
) -> Result<Vec<(std::path::PathBuf, String)>, Failure> {
    let folder = dir.join("submissions");
    let all = sets::files(&folder).map_err(|error| Failure::File(folder.clone(), error))?;
    let mut files = Vec::with_capacity(all.len());
    let mut skipped = Vec::new();
    for path in all {
        let inside = path.strip_prefix(dir).unwrap_or(&path);
        // The same name on every system.
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let source = parts.join("/");
        if input::format_by_name(&path).is_some() {
            files.push((path, source));
        } else {
            skipped.push(source);
        }
    }
    if !skipped.is_empty() {
        let list = skipped.join(", ");
        shell.warn(match shell.lang {
            Lang::Vi => format!(
                "bỏ qua {} tệp không phải TOML, JSON hay CSV: {list}",
                skipped.len()
            ),
            Lang::En if skipped.len() == 1 => {
                format!("passed over 1 file that is not TOML, JSON or CSV: {list}")
            }
            Lang::En => format!(
                "passed over {} files that are not TOML, JSON or CSV: {list}",
                skipped.len()
            ),
        });
    }
    Ok(files)
}

// ---------------------------------------------------------------------------------------------------- showing it

/// The due date in words.
pub(crate) fn due(round: &Round, lang: Lang) -> String {
    let date = round.due.date().display(lang);
    match (round.due, lang) {
        (Due::Before(_), Lang::Vi) => format!("trước ngày {date}"),
        (Due::Before(_), Lang::En) => format!("before {date}"),
        (Due::By(_), Lang::Vi) => format!("hết ngày {date}"),
        (Due::By(_), Lang::En) => format!("by {date}"),
    }
}

/// That the roster is not official, where it is not.
pub(crate) fn roster_notice(round: &Round, lang: Lang) -> Option<String> {
    (round.basis.status == BasisStatus::Reconstructed).then(|| {
        let note = round.basis.note.as_deref().unwrap_or_default();
        let notice = lang.pick(
            "Danh sách đơn vị được phục dựng, CHƯA PHẢI BẢN CHÍNH THỨC.",
            "The roster is reconstructed, NOT OFFICIAL.",
        );
        format!("{notice} {note}").trim_end().to_owned()
    })
}

/// How a unit's report stands, in words.
pub(crate) fn status(status: EntryStatus, lang: Lang) -> &'static str {
    match status {
        EntryStatus::OnTime => lang.pick("đúng hạn", "on time"),
        EntryStatus::Late => lang.pick("nộp muộn", "late"),
        EntryStatus::Undated => lang.pick("không ghi ngày nhận", "undated"),
        EntryStatus::Missing => lang.pick("chưa nộp", "missing"),
        EntryStatus::WrongForm => lang.pick("sai mẫu", "wrong form"),
    }
}

fn show(report: &RoundReport, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let round = report.round();
    shell.title(round.title.get(lang))?;
    let document = &round.document;
    let (number, date) = (&document.number, document.date.display(lang));
    let issuer = document.issuer.get(lang);
    shell.line(match lang {
        Lang::Vi => format!("Văn bản: {number} ngày {date} của {issuer}"),
        Lang::En => format!("Document: {number} of {date}, {issuer}"),
    })?;
    let (from, to) = (
        round.period.from.display(lang),
        round.period.to.display(lang),
    );
    let (collector, due) = (round.collector.get(lang), due(round, lang));
    shell.line(match lang {
        Lang::Vi => format!("Số liệu từ {from} đến {to}; nộp về {collector} {due}"),
        Lang::En => format!("Period {from} to {to}; due {due} at {collector}"),
    })?;
    shell.line(counts(report, lang))?;
    let mut notices: Vec<String> = report.sets().filter_map(|set| set.notice(lang)).collect();
    notices.extend(roster_notice(round, lang));
    notices.dedup();
    for notice in notices {
        shell.notice(Some(notice))?;
    }
    for set in report.sets() {
        shell.line("")?;
        ranking(report, set, shell)?;
    }
    findings(report, shell)
}

/// How many units, and how many of them stand how.
fn counts(report: &RoundReport, lang: Lang) -> String {
    let entries = report.entries();
    let all = [
        EntryStatus::OnTime,
        EntryStatus::Late,
        EntryStatus::Undated,
        EntryStatus::Missing,
        EntryStatus::WrongForm,
    ];
    let mut parts = Vec::new();
    for one in all {
        let count = entries.iter().filter(|entry| entry.status == one).count();
        if count > 0 {
            parts.push(format!("{count} {}", status(one, lang)));
        }
    }
    let units = entries.len();
    let parts = parts.join(", ");
    match lang {
        Lang::Vi => format!("{units} đơn vị: {parts}"),
        Lang::En => format!("{units} units: {parts}"),
    }
}

/// Entries of a form in the order of a published table.
fn in_order<'r>(report: &'r RoundReport, set: &CriteriaSet) -> Vec<&'r Entry> {
    let mut entries = report.ranking(set.id());
    if set.definition().ranking.within == Within::Parent {
        // Stable: ranks stay in order inside each parent.
        entries.sort_by(|a, b| a.unit.parent.cmp(&b.unit.parent));
    }
    entries
}

fn ranking(report: &RoundReport, set: &CriteriaSet, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let definition = set.definition();
    shell.title(definition.title.get(lang))?;
    let max = lang.exact(&definition.max);
    let status_word = basis(definition.status, lang);
    shell.line(match lang {
        Lang::Vi => format!(
            "Mẫu {} {} ({status_word}), tối đa {max} điểm",
            set.id(),
            definition.version
        ),
        Lang::En => format!(
            "Form {} {} ({status_word}), max {max} points",
            set.id(),
            definition.version
        ),
    })?;
    let entries = in_order(report, set);
    let verified = entries.iter().any(|entry| entry.is_verified);
    let by_parent = definition.ranking.within == Within::Parent;
    let mut headings = Vec::new();
    if by_parent {
        headings.push((lang.pick("Trực thuộc", "Parent"), Align::Left));
    }
    headings.push((lang.pick("Hạng", "Rank"), Align::Right));
    headings.push((lang.pick("Đơn vị", "Unit"), Align::Left));
    if verified {
        headings.push((lang.pick("Tự chấm", "Self"), Align::Right));
        headings.push((lang.pick("Thẩm định", "Verified"), Align::Right));
    } else {
        headings.push((lang.pick("Tổng điểm", "Total"), Align::Right));
    }
    headings.push((lang.pick("Tỷ lệ", "Share"), Align::Right));
    if !definition.bands.is_empty() {
        headings.push((lang.pick("Xếp loại", "Band"), Align::Left));
    }
    headings.push((lang.pick("Tình trạng", "Status"), Align::Left));
    let mut grid = Grid::with_headings(&headings);
    let places = definition.ranking.display_places;
    for entry in entries {
        let counted = entry.report(Layer::Verified);
        let mut row = Vec::new();
        if by_parent {
            row.push(entry.unit.parent.clone().unwrap_or_default());
        }
        row.push(match entry.rank {
            Some(rank) => rank.to_string(),
            None => "–".to_owned(),
        });
        row.push(entry.unit.name.get(lang).to_owned());
        if verified {
            let own = entry.report(Layer::SelfAssessed);
            row.push(
                own.map(|own| fixed(&own.total().points, places, lang))
                    .unwrap_or_default(),
            );
        }
        row.push(
            counted
                .map(|one| fixed(&one.total().points, places, lang))
                .unwrap_or_default(),
        );
        let share = counted.and_then(|one| one.total().share.as_ref());
        row.push(share.map(|share| percent(share, lang)).unwrap_or_default());
        if !definition.bands.is_empty() {
            let band = counted.and_then(|one| one.band());
            row.push(
                band.map(|band| band.title.get(lang).to_owned())
                    .unwrap_or_default(),
            );
        }
        row.push(entry_marks(entry, lang));
        grid.row(row);
    }
    shell.data(grid)
}

/// What to look at in an entry: late, incomplete, errors, not ranked.
fn entry_marks(entry: &Entry, lang: Lang) -> String {
    let mut marks = Vec::new();
    if entry.status != EntryStatus::OnTime {
        marks.push(status(entry.status, lang).to_owned());
    }
    if let Some(report) = entry.report(Layer::Verified) {
        let more = super::score::marks(report, lang);
        if !more.is_empty() {
            marks.push(more);
        }
    }
    if !entry.superseded.is_empty() {
        let times = entry.superseded.len() + 1;
        marks.push(match lang {
            Lang::Vi => format!("nộp {times} lần"),
            Lang::En => format!("reported {times} times"),
        });
    }
    if !entry.unit.ranked {
        marks.push(lang.pick("không xếp hạng", "not ranked").to_owned());
    }
    marks.join(", ")
}

/// Everything found, by unit.
fn findings(report: &RoundReport, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    // Units of which nothing else is known than that they did not report.
    let mut silent: Vec<&str> = Vec::new();
    let of_round: Vec<String> = report
        .diagnostics()
        .iter()
        .map(|one| super::finding(one, lang))
        .collect();
    if !of_round.is_empty() {
        let word = lang.pick("Cả đợt", "The round").to_owned();
        blocks.push((word, of_round));
    }
    for entry in report.entries() {
        let mut lines: Vec<String> = entry
            .diagnostics
            .iter()
            .map(|one| super::finding(one, lang))
            .collect();
        for layer in [Layer::SelfAssessed, Layer::Verified] {
            let of_layer = entry.report(layer).into_iter();
            for one in of_layer.flat_map(cqdt::Report::diagnostics) {
                let line = super::finding(one, lang);
                // Most are the same in both layers.
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        let name = entry.unit.name.get(lang);
        if entry.status == EntryStatus::Missing && lines.len() == 1 {
            silent.push(name);
        } else if !lines.is_empty() {
            let source = entry.source.as_deref().unwrap_or(entry.unit.id.as_str());
            blocks.push((format!("{name} ({source})"), lines));
        }
    }
    let all: usize = blocks.iter().map(|(_, lines)| lines.len()).sum();
    if all == 0 && silent.is_empty() {
        return Ok(());
    }
    shell.line("")?;
    shell.title(lang.pick("Cần xem lại", "To look at"))?;
    if !silent.is_empty() {
        let (count, names) = (silent.len(), silent.join("; "));
        shell.line(match lang {
            Lang::Vi => format!("Chưa nộp báo cáo ({count}): {names}"),
            Lang::En => format!("No report ({count}): {names}"),
        })?;
    }
    let mut shown = 0;
    for (name, lines) in blocks {
        if shown >= MOST_FINDINGS {
            break;
        }
        shell.line(name)?;
        shown += lines.len();
        for line in lines {
            shell.line(format_args!("  {line}"))?;
        }
    }
    if all > shown {
        let rest = all - shown;
        shell.line(match lang {
            Lang::Vi => format!("… và {rest} dòng nữa; `--html` và `--json` ghi đủ"),
            Lang::En => format!("… and {rest} more; `--html` and `--json` have them all"),
        })?;
    }
    Ok(())
}

// ------------------------------------------------------------------------------------------------------ as table

/// The result as a table: in Vietnamese as Vietnamese spreadsheets open it (byte order mark, `;`, decimal comma), in
/// English with `,` and decimal points.
fn table(report: &RoundReport, lang: Lang) -> Result<String, csv::Error> {
    let delimiter = match lang {
        Lang::Vi => b';',
        Lang::En => b',',
    };
    // Not `Lang::number`: a spreadsheet takes a printed minus sign for text.
    let number = |text: String| match lang {
        Lang::Vi => text.replace('.', ","),
        Lang::En => text,
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    writer.write_record([
        "set",
        "set_status",
        "rank",
        "unit",
        "name",
        "total",
        "max",
        "applicable_max",
        "share_percent",
        "band",
        "rank_self",
        "total_self",
        "status",
        "received",
        "complete",
        "ranked",
    ])?;
    for set in report.sets() {
        let definition = set.definition();
        let set_status = match definition.status {
            BasisStatus::Official => "official",
            BasisStatus::Reconstructed => "reconstructed",
        };
        for entry in in_order(report, set) {
            let counted = entry.report(Layer::Verified);
            let own = entry.report(Layer::SelfAssessed);
            let total = |one: &cqdt::Report| number(one.total().points.to_string());
            let rank = |rank: Option<usize>| rank.map(|rank| rank.to_string()).unwrap_or_default();
            let share = counted.and_then(|one| one.total().share.as_ref());
            let share = share.map(|share| (share * &cqdt::Rational::HUNDRED).to_fixed(2));
            let band = counted.and_then(|one| one.band());
            let received = entry.received.map(|moment| moment.to_string());
            let flag = |flag: bool| if flag { "1" } else { "0" }.to_owned();
            writer.write_record([
                set.id().to_owned(),
                set_status.to_owned(),
                rank(entry.rank),
                entry.unit.id.clone(),
                entry.unit.name.get(lang).to_owned(),
                counted.map(total).unwrap_or_default(),
                number(definition.max.to_string()),
                counted
                    .map(|one| number(one.total().applicable_max.to_string()))
                    .unwrap_or_default(),
                share.map(number).unwrap_or_default(),
                band.map(|band| band.id.clone()).unwrap_or_default(),
                rank(entry.rank_own),
                own.map(total).unwrap_or_default(),
                status_word(entry.status).to_owned(),
                received.unwrap_or_default(),
                counted
                    .map(|one| flag(one.is_complete()))
                    .unwrap_or_default(),
                flag(entry.unit.ranked),
            ])?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(match lang {
        Lang::Vi => format!("\u{feff}{text}"),
        Lang::En => text,
    })
}

/// The status as reports for programs write it.
fn status_word(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::OnTime => "on_time",
        EntryStatus::Late => "late",
        EntryStatus::Undated => "undated",
        EntryStatus::Missing => "missing",
        EntryStatus::WrongForm => "wrong_form",
    }
}
