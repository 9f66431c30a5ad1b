//! A table of scores that were made elsewhere: a row a unit, a column a group.

use std::collections::HashSet;

use cqdt::robustness::GroupTable;
use cqdt::{Expected, Fault, FaultKind, NumberFault, Rational, Thing, read_decimal};

use crate::args::DecimalArg;
use crate::input::Input;
use crate::{row, submissions};

/// Points of a table count by millionths.
const MICRO: i64 = 1_000_000;

/// Columns that hold no group's points, as other commands write them.
const OTHERS: [&str; 6] = ["unit", "name", "total", "share", "rank", "band"];

/// A table of scores.
pub(super) struct Scores {
    /// Ids and names.
    pub(super) units: Vec<(String, String)>,
    pub(super) groups: Vec<String>,
    pub(super) table: GroupTable,
}

/// Reads columns `unit`, perhaps `name`, and one of points for every group.
pub(super) fn read(input: &Input, decimal: Option<DecimalArg>) -> Result<Scores, Vec<Fault>> {
    let text = input.text.as_str();
    let first = text.lines().next().unwrap_or_default();
    let marks = [b',', b';', b'\t'].into_iter();
    let delimiter = marks.clone().find(|mark| {
        let mut names = first.split(char::from(*mark));
        names.any(|name| name.trim().trim_matches('"') == "unit")
    });
    let Some(delimiter) = delimiter else {
        let column = "unit".to_owned();
        return Err(vec![Fault::new(
            FaultKind::MissingColumn { column },
            0..0,
            text,
        )]);
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next().and_then(Result::ok).unwrap_or_default();
    let header: Vec<&str> = header.iter().map(str::trim).collect();
    let at = |name: &str| header.iter().position(|one| *one == name);
    let (unit_at, name_at) = (at("unit").unwrap_or(0), at("name"));
    let groups = header.iter().enumerate();
    let groups: Vec<(usize, &str)> = groups
        .filter(|(_, name)| !OTHERS.contains(name))
        .map(|(at, name)| (at, *name))
        .collect();
    let mut faults = Vec::new();
    for (at, name) in &groups {
        if header.iter().take(*at).any(|before| before == name) {
            let (what, id) = (Thing::Group, (*name).to_owned());
            faults.push(Fault::new(FaultKind::DuplicateId { what, id }, 0..0, text));
        }
    }
    if groups.is_empty() {
        let column = "i".to_owned();
        faults.push(Fault::new(FaultKind::MissingColumn { column }, 0..0, text));
    }
    let mut units: Vec<(String, String)> = Vec::new();
    let mut seen = HashSet::new();
    let mut points: Vec<Vec<i64>> = vec![Vec::new(); groups.len()];
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let message = error.to_string().into();
                let byte = error.position().map_or(0, csv::Position::byte);
                let byte = usize::try_from(byte).unwrap_or(0).min(text.len());
                faults.push(Fault::new(FaultKind::Syntax { message }, byte..byte, text));
                break;
            }
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let (byte, line) = row::place(record.position());
        let own_text = text.get(byte..).unwrap_or_default();
        let mut fault = |kind: FaultKind, index: Option<usize>| {
            let span = index.map_or(0..0, |index| row::cell_span(&record, index, own_text));
            faults.push(row::in_row(kind, text, byte, line, span));
        };
        if record.len() != header.len() {
            let (found, columns) = (record.len(), header.len());
            fault(FaultKind::RowLength { found, columns }, None);
            continue;
        }
        let own = |at: usize| record.get(at).unwrap_or_default().trim();
        let id = own(unit_at).to_owned();
        if id.is_empty() {
            let key = "unit".to_owned();
            fault(FaultKind::MissingKey { key }, Some(unit_at));
        }
        if !seen.insert(id.clone()) {
            let (what, id) = (Thing::Unit, id.clone());
            fault(FaultKind::DuplicateId { what, id }, Some(unit_at));
        }
        for ((at, _), points) in groups.iter().zip(&mut points) {
            let value = own(*at).to_owned();
            let number = read_decimal(&value, submissions::style(decimal)).map(Rational::from);
            let scaled = number.map(|number| &number * &Rational::from(MICRO));
            points.push(match scaled.map(|scaled| scaled.to_string().parse()) {
                Ok(Ok(scaled)) => scaled,
                Err(NumberFault::Ambiguous) => {
                    fault(FaultKind::AmbiguousNumber { value }, Some(*at));
                    0
                }
                _ => {
                    let expected = Expected::Number;
                    fault(FaultKind::Unexpected { value, expected }, Some(*at));
                    0
                }
            });
        }
        let name = name_at.map(own).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| id.clone(), str::to_owned);
        units.push((id, name));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    // Best first, as everywhere.
    let total = |unit: usize| -> i128 { points.iter().map(|group| i128::from(group[unit])).sum() };
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|unit| std::cmp::Reverse(total(*unit)));
    let units = order
        .iter()
        .filter_map(|unit| units.get(*unit).cloned())
        .collect();
    Ok(Scores {
        units,
        groups: groups
            .into_iter()
            .map(|(_, name)| name.to_owned())
            .collect(),
        table: GroupTable::new(points).only(&order),
    })
}
