//! `cqdt compare`: totals and ranks of two rounds side by side.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use cqdt::criteria::Ties;
use cqdt::{
    CompareError, Comparison, CriteriaSet, Expected, Fault, FaultKind, Lang, NumberFault, Rational,
    Standing, Thing, compare, read_decimal,
};
use serde::Deserialize;
use serde_json::json;

use super::fixed;
use super::round::{self, Stated};
use crate::args::{CompareArgs, DecimalArg, TiesArg};
use crate::input::{self, Format, Input};
use crate::shell::{Failure, Outcome, Shell};
use crate::table::{Align, Grid};
use crate::{faults, row, sets, submissions};

/// Faults of a table of totals that are shown.
const MOST_FAULTS: usize = 1_000;

/// A report of a round may have this many bytes: about 100,000 units.
const MAX_REPORT_BYTES: usize = 1024 * 1024 * 1024;

pub(crate) fn run(args: &CompareArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    if input::is_stdin(&args.before) && input::is_stdin(&args.now) {
        let (vi, en) = (
            "chỉ một trong hai tệp được đọc từ đầu vào chuẩn (`-`)",
            "only one of the two files can come from standard input (`-`)",
        );
        return Err(Failure::Usage(shell.pick(vi, en).to_owned()));
    }
    let before = read(args, &args.before, shell);
    let now = read(args, &args.now, shell);
    let (before, now) = (before?, now?);
    let pairs = pair(before.totals, now.totals, args.set.as_deref(), shell.lang)?;
    let lang = shell.lang;
    let mut documents = Vec::new();
    let mut notices = before.notices;
    notices.extend(now.notices);
    notices.dedup();
    if !args.json {
        let title = match lang {
            Lang::Vi => format!("So sánh {} với {}", now.name, before.name),
            Lang::En => format!("{} compared with {}", now.name, before.name),
        };
        shell.title(title)?;
        for notice in &notices {
            shell.notice(Some(notice.clone()))?;
        }
    }
    let mut names = before.names;
    names.extend(now.names);
    for pair in pairs {
        let ties = ties(args.ties, pair.set.as_deref());
        let rows = compare(&pair.before.standings, &pair.now.standings, ties)
            .map_err(|error| Failure::Usage(not_apart(&error, lang)))?;
        if args.json {
            documents.push(json!({ "set": pair.set, "units": rows }));
            continue;
        }
        shell.line("")?;
        if let Some(set) = &pair.set {
            shell.title(set)?;
        }
        let places = pair.before.places.max(pair.now.places);
        shell.data(grid(&rows, &names, places, lang))?;
    }
    if args.json {
        shell.data(json!({ "format": 1, "notices": notices, "comparisons": documents }))?;
    }
    Ok(before.outcome.max(now.outcome))
}

/// Units of a report that someone else wrote; those of a table and of a folder have been checked by then.
fn not_apart(error: &CompareError, lang: Lang) -> String {
    match (error, lang) {
        (CompareError::Repeated { unit }, Lang::Vi) => {
            format!("đơn vị `{unit}` có hai lần trong cùng một đợt")
        }
        (CompareError::Repeated { unit }, Lang::En) => {
            format!("unit `{unit}` stands twice in one round")
        }
        (_, Lang::Vi) => "có đơn vị không ghi mã".to_owned(),
        (_, Lang::En) => "there is a unit without an id".to_owned(),
    }
}

/// What a round's totals are, by form where it is known.
struct Side {
    name: String,
    totals: BTreeMap<Option<String>, Totals>,
    names: HashMap<String, String>,
    notices: Vec<String>,
    outcome: Outcome,
}

#[derive(Default)]
struct Totals {
    standings: Vec<Standing>,
    /// Places that the totals have.
    places: u8,
}

impl Totals {
    fn push(&mut self, unit: &str, total: Rational) {
        let text = total.to_string();
        let places = text.split_once('.').map_or(0, |(_, places)| places.len());
        self.places = self
            .places
            .max(u8::try_from(places).unwrap_or(u8::MAX).min(6));
        self.standings.push(Standing::new(unit, total));
    }
}

fn read(args: &CompareArgs, path: &Path, shell: &mut Shell) -> Result<Side, Failure> {
    if path.is_dir() {
        return read_folder(args, path, shell);
    }
    let input = input::open(shell, path, MAX_REPORT_BYTES)?;
    let read = match input.format {
        Format::Csv => read_table(&input, args.decimal),
        Format::Json => read_report(&input, shell.lang),
        Format::Toml => {
            let name = &input.name;
            return Err(Failure::Usage(match shell.lang {
                Lang::Vi => format!(
                    "{name}: cần bảng CSV có các cột `unit`, `total`, báo cáo JSON của một đợt, hoặc thư mục của một đợt"
                ),
                Lang::En => format!(
                    "{name}: expected a CSV table with columns `unit` and `total`, a round's JSON report, or a round's folder"
                ),
            }));
        }
    };
    read.map_err(|faults| {
        faults::show(shell, &input.name, &input.text, &faults.into());
        Failure::Faults
    })
}

fn read_folder(args: &CompareArgs, dir: &Path, shell: &mut Shell) -> Result<Side, Failure> {
    let lang = shell.lang;
    let assessed = round::assess(shell, dir, None, Stated::Otherwise(args.decimal))?;
    let report = assessed.report;
    let mut totals: BTreeMap<Option<String>, Totals> = BTreeMap::new();
    for set in report.sets() {
        let of_set = totals.entry(Some(set.id().to_owned())).or_default();
        for standing in report.standings(set.id()) {
            if let Some(total) = standing.value {
                of_set.push(&standing.unit, total);
            }
        }
        of_set.places = set.definition().ranking.display_places;
    }
    let names = report.entries().iter().map(|entry| {
        let name = entry.unit.name.get(lang).to_owned();
        (entry.unit.id.clone(), name)
    });
    Ok(Side {
        name: dir.display().to_string(),
        names: names.collect(),
        notices: report.sets().filter_map(|set| set.notice(lang)).collect(),
        totals,
        outcome: assessed.outcome,
    })
}

// ------------------------------------------------------------------------------------------- a round's JSON report

#[derive(Deserialize)]
struct ReportFile {
    round: RoundPart,
    #[serde(default)]
    sets: Vec<SetPart>,
    units: Vec<EntryPart>,
}

#[derive(Deserialize)]
struct RoundPart {
    units: Vec<UnitPart>,
}

#[derive(Deserialize)]
struct UnitPart {
    id: String,
    name: NamePart,
    set: String,
    ranked: bool,
}

#[derive(Deserialize)]
struct NamePart {
    vi: String,
    en: String,
}

#[derive(Deserialize)]
struct SetPart {
    id: String,
    status: String,
}

#[derive(Deserialize)]
struct EntryPart {
    unit: String,
    verified_report: Option<ScorePart>,
}

#[derive(Deserialize)]
struct ScorePart {
    total: TotalPart,
}

#[derive(Deserialize)]
struct TotalPart {
    points: String,
}

fn read_report(input: &Input, lang: Lang) -> Result<Side, Vec<Fault>> {
    let fault = |message: String, at: usize| {
        vec![Fault::new(
            FaultKind::Syntax {
                message: message.into(),
            },
            at..at,
            &input.text,
        )]
    };
    let file: ReportFile = serde_json::from_str(&input.text).map_err(|error| {
        let lines = input.text.split_inclusive('\n');
        let before: usize = lines
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum();
        let at = before + error.column().saturating_sub(1);
        fault(error.to_string(), at)
    })?;
    let roster: HashMap<&str, &UnitPart> = file
        .round
        .units
        .iter()
        .map(|unit| (unit.id.as_str(), unit))
        .collect();
    let mut totals: BTreeMap<Option<String>, Totals> = BTreeMap::new();
    for entry in &file.units {
        let (Some(unit), Some(score)) = (roster.get(entry.unit.as_str()), &entry.verified_report)
        else {
            continue;
        };
        if !unit.ranked {
            continue;
        }
        let points = &score.total.points;
        let total = points
            .parse()
            .map_err(|_| fault(format!("`total.points`: `{points}`"), 0))?;
        let of_set = totals.entry(Some(unit.set.clone())).or_default();
        of_set.push(&entry.unit, total);
    }
    let reconstructed = file.sets.iter().filter(|set| set.status != "official");
    let notices = reconstructed.map(|set| match lang {
        Lang::Vi => format!(
            "{}: bộ tiêu chí phục dựng, CHƯA PHẢI BẢN CHÍNH THỨC.",
            set.id
        ),
        Lang::En => format!("{}: reconstructed criteria, NOT OFFICIAL.", set.id),
    });
    let names = file.round.units.iter().map(|unit| {
        let name = lang.pick(&unit.name.vi, &unit.name.en).to_owned();
        (unit.id.clone(), name)
    });
    Ok(Side {
        name: input.name.clone(),
        names: names.collect(),
        notices: notices.collect(),
        totals,
        outcome: Outcome::Clean,
    })
}

// ----------------------------------------------------------------------------------------------- a table of totals

/// Columns `unit`, `total`, and perhaps `name` and `set`; others are passed over.
fn read_table(input: &Input, decimal: Option<DecimalArg>) -> Result<Side, Vec<Fault>> {
    let text = input.text.as_str();
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().find(|mark| {
        let mut names = first.split(char::from(*mark));
        names.any(|name| name.trim().trim_matches('"') == "unit")
    });
    let Some(delimiter) = delimiter else {
        return Err(vec![Fault::new(FaultKind::UnknownDelimiter {}, 0..0, text)]);
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next().and_then(Result::ok).unwrap_or_default();
    let column = |name: &str| header.iter().position(|cell| cell.trim() == name);
    let mut found = Vec::new();
    let mut columns = HashMap::new();
    for name in ["unit", "total", "name", "set"] {
        match column(name) {
            Some(at) => {
                columns.insert(name, at);
            }
            None if matches!(name, "unit" | "total") => {
                let column = name.to_owned();
                found.push(Fault::new(FaultKind::MissingColumn { column }, 0..0, text));
            }
            None => {}
        }
    }
    let mut side = Side {
        name: input.name.clone(),
        totals: BTreeMap::new(),
        names: HashMap::new(),
        notices: Vec::new(),
        outcome: Outcome::Clean,
    };
    let mut seen = HashSet::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let (at, line) = row::place(error.position());
                let message = error.to_string().into();
                found.push(row::in_row(
                    FaultKind::Syntax { message },
                    text,
                    at,
                    line,
                    0..0,
                ));
                break;
            }
        };
        if found.len() >= MOST_FAULTS {
            // One convention not stated is as many faults as rows.
            break;
        }
        let (at, line) = row::place(record.position());
        let fault = |kind: FaultKind, column: &str| {
            let span = columns.get(column).copied();
            let span = span.map_or(0..0, |index| row::cell_span(&record, index, &text[at..]));
            row::in_row(kind, text, at, line, span)
        };
        let cell = |name: &str| {
            let cell = columns.get(name).and_then(|at| record.get(*at));
            cell.unwrap_or_default().trim()
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != header.len() {
            let (found_cells, columns) = (record.len(), header.len());
            let kind = FaultKind::RowLength {
                found: found_cells,
                columns,
            };
            found.push(fault(kind, ""));
            continue;
        }
        let (unit, total) = (cell("unit"), cell("total"));
        if unit.is_empty() {
            let key = "unit".to_owned();
            let kind = FaultKind::MissingKey { key };
            found.push(fault(kind, "unit"));
            continue;
        }
        let set = Some(cell("set")).filter(|set| !set.is_empty());
        if !seen.insert((set.map(str::to_owned), unit.to_owned())) {
            let (what, id) = (Thing::Unit, unit.to_owned());
            found.push(fault(FaultKind::DuplicateId { what, id }, "unit"));
        }
        if !cell("name").is_empty() {
            side.names.insert(unit.to_owned(), cell("name").to_owned());
        }
        let of_set = side.totals.entry(set.map(str::to_owned)).or_default();
        if total.is_empty() {
            // It was there, but got no total.
            continue;
        }
        match read_decimal(total, submissions::style(decimal)) {
            Ok(total) => of_set.push(unit, Rational::from(total)),
            Err(wrong) => {
                let value = total.to_owned();
                let kind = match wrong {
                    NumberFault::Ambiguous => FaultKind::AmbiguousNumber { value },
                    NumberFault::NotANumber | NumberFault::TooLong => FaultKind::Unexpected {
                        value,
                        expected: Expected::Number,
                    },
                };
                found.push(fault(kind, "total"));
            }
        }
    }
    if found.is_empty() {
        Ok(side)
    } else {
        Err(found)
    }
}

// -------------------------------------------------------------------------------------------------------- together

/// One form in both rounds.
struct Pair {
    set: Option<String>,
    before: Totals,
    now: Totals,
}

/// Pairs the forms of two rounds by id. Totals that don't say their form go with the only one that the other side has.
fn pair(
    mut before: BTreeMap<Option<String>, Totals>,
    mut now: BTreeMap<Option<String>, Totals>,
    wanted: Option<&str>,
    lang: Lang,
) -> Result<Vec<Pair>, Failure> {
    if let Some(wanted) = wanted {
        for side in [&mut before, &mut now] {
            side.retain(|set, _| set.as_deref().is_none_or(|set| set == wanted));
        }
    }
    name_by(&mut before, &now);
    name_by(&mut now, &before);
    let mut forms: Vec<Option<String>> = now.keys().chain(before.keys()).cloned().collect();
    forms.sort();
    forms.dedup();
    // What doesn't say its form can't be compared with what does.
    if forms.is_empty() || forms.len() > 1 && forms.contains(&None) {
        let ids: Vec<String> = forms.into_iter().flatten().collect();
        let ids = ids.join(", ");
        return Err(Failure::Usage(match (ids.is_empty(), lang) {
            (true, Lang::Vi) => "không có tổng điểm nào để so sánh".to_owned(),
            (true, Lang::En) => "there are no totals to compare".to_owned(),
            (false, Lang::Vi) => {
                format!("bảng không có cột `set`; hãy chọn một mẫu bằng `--set`: {ids}")
            }
            (false, Lang::En) => {
                format!("the table has no column `set`; choose a form by `--set`: {ids}")
            }
        }));
    }
    let pairs = forms.into_iter().map(|set| Pair {
        before: before.remove(&set).unwrap_or_default(),
        now: now.remove(&set).unwrap_or_default(),
        set,
    });
    Ok(pairs.collect())
}

/// Where all totals of one side lack a form and the other side has one form, they are of that form.
fn name_by(side: &mut BTreeMap<Option<String>, Totals>, other: &BTreeMap<Option<String>, Totals>) {
    let mut forms = other.keys();
    if let (Some(Some(form)), None) = (forms.next(), forms.next())
        && side.len() == 1
        && let Some(totals) = side.remove(&None)
    {
        side.insert(Some(form.clone()), totals);
    }
}

fn ties(asked: Option<TiesArg>, set: Option<&str>) -> Ties {
    match asked {
        Some(TiesArg::Competition) => Ties::Competition,
        Some(TiesArg::Dense) => Ties::Dense,
        None => set
            .and_then(sets::built_in)
            .and_then(|source| CriteriaSet::parse_toml(source.text).ok())
            .map_or(Ties::Competition, |set| set.definition().ranking.ties),
    }
}

fn grid(rows: &[Comparison], names: &HashMap<String, String>, places: u8, lang: Lang) -> Grid {
    let mut grid = Grid::new([
        (lang.pick("Hạng", "Rank"), Align::Right),
        (lang.pick("Trước", "Before"), Align::Right),
        ("±", Align::Right),
        (lang.pick("Đơn vị", "Unit"), Align::Left),
        (lang.pick("Điểm trước", "Total before"), Align::Right),
        (lang.pick("Điểm nay", "Total now"), Align::Right),
        (lang.pick("Thay đổi", "Change"), Align::Right),
    ]);
    for row in rows {
        let rank =
            |rank: Option<usize>| rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string());
        let total = |total: &Option<Rational>| {
            let total = total.as_ref();
            total.map_or_else(|| "–".to_owned(), |total| fixed(total, places, lang))
        };
        let moved = match row.ranks_won {
            Some(0) => "=".to_owned(),
            Some(won) if won > 0 => format!("▲{won}"),
            Some(won) => format!("▼{}", won.unsigned_abs()),
            None => String::new(),
        };
        let change = row.change.as_ref().map(|change| {
            let sign = if change.is_positive() { "+" } else { "" };
            format!("{sign}{}", fixed(change, places, lang))
        });
        let name = names.get(&row.unit).unwrap_or(&row.unit);
        grid.row([
            rank(row.rank_now),
            rank(row.rank_before),
            moved,
            name.clone(),
            total(&row.before),
            total(&row.now),
            change.unwrap_or_default(),
        ]);
    }
    grid
}
