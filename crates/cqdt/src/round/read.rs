//! Reading a round from TOML or JSON; all faults at once.

use std::collections::HashSet;

use super::{Due, MAX_ROUND_BYTES, Period, RosterBasis, Round, Unit};
use crate::criteria::{read_document, read_format, read_roster_basis};
use crate::fault::{FaultKind, FileError, Thing, read_text};
use crate::tree::{Faults, Node, TableReader, join, parse_json};

/// Units that a roster may have.
const MAX_UNITS: usize = 50_000;

impl Round {
    /// Reads a round in TOML.
    ///
    /// # Errors
    /// All faults at once, with line and column.
    #[cfg(feature = "toml")]
    pub fn parse_toml(text: &str) -> Result<Self, FileError> {
        read_text(text, MAX_ROUND_BYTES, |text| {
            Self::from_tree(text, &crate::tree::parse_toml(text)?)
        })
    }

    /// Reads a round in JSON.
    ///
    /// # Errors
    /// All faults at once, with line and column.
    pub fn parse_json(text: &str) -> Result<Self, FileError> {
        read_text(text, MAX_ROUND_BYTES, |text| {
            Self::from_tree(text, &parse_json(text)?)
        })
    }

    fn from_tree(source: &str, tree: &Node<'_>) -> Result<Self, FileError> {
        let mut faults = Faults::default();
        let round = read_round(&mut faults, tree);
        match round {
            Some(round) if faults.is_empty() => Ok(round),
            _ => Err(faults.into_error(source, tree)),
        }
    }
}

fn read_round(faults: &mut Faults, tree: &Node<'_>) -> Option<Round> {
    let mut table = TableReader::new(faults, "", tree)?;
    table.required(faults, "format", read_format);
    let id = table.required(faults, "id", Faults::id);
    let title = table.required(faults, "title", Faults::bilingual);
    let period = table.required(faults, "period", read_period);
    let due = table.required(faults, "due", read_due);
    let collector = table.required(faults, "collector", Faults::bilingual);
    let recipients = table.optional(faults, "recipients", |faults, at, node| {
        faults.list(at, node, Faults::bilingual)
    });
    let document = table.required(faults, "document", read_document);
    let basis = table.required(faults, "basis", read_roster_basis);
    let units = table.required(faults, "units", |faults, at, node| {
        faults.list(at, node, read_unit)
    });
    table.finish(faults);
    let units = units?;
    check_units(faults, &units);
    let (status, note) = basis?;
    Some(Round {
        format: 1,
        id: id?,
        title: title?,
        period: period?,
        due: due?,
        collector: collector?,
        recipients: recipients.unwrap_or_default(),
        document: document?,
        basis: RosterBasis { status, note },
        units,
    })
}

fn check_units(faults: &mut Faults, units: &[Unit]) {
    let (what, count, limit) = (Thing::Unit, units.len(), MAX_UNITS);
    if count > limit {
        faults.push("/units", FaultKind::TooMany { what, count, limit });
    }
    if count == 0 && faults.is_empty() {
        faults.push("/units", FaultKind::Empty { what, least: 1 });
    }
    let mut seen = HashSet::new();
    for (index, unit) in units.iter().enumerate() {
        if !seen.insert(&unit.id) {
            let (at, id) = (join(&join("/units", index), "id"), unit.id.clone());
            faults.push(&at, FaultKind::DuplicateId { what, id });
        }
    }
}

fn read_period(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Period> {
    let mut table = TableReader::new(faults, at, node)?;
    let from = table.required(faults, "from", Faults::date);
    let to = table.required(faults, "to", Faults::date);
    table.finish_ref(faults);
    let (from, to) = (from?, to?);
    if from > to {
        table.fault(faults, FaultKind::PeriodReversed { from, to });
    }
    Some(Period { from, to })
}

fn read_due(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Due> {
    let mut table = TableReader::new(faults, at, node)?;
    let by = table.optional(faults, "by", Faults::date);
    let before = table.optional(faults, "before", Faults::date);
    table.finish_ref(faults);
    match (by, before) {
        (Some(date), None) if !table.has("before") => Some(Due::By(date)),
        (None, Some(date)) if !table.has("by") => Some(Due::Before(date)),
        _ => {
            if table.has("by") == table.has("before") {
                let keys = vec!["by".to_owned(), "before".to_owned()];
                table.fault(faults, FaultKind::ExactlyOneOf { keys });
            }
            None
        }
    }
}

fn read_unit(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Unit> {
    let mut table = TableReader::new(faults, at, node)?;
    let id = table.required(faults, "id", Faults::id);
    let name = table.required(faults, "name", Faults::bilingual);
    let set = table.required(faults, "set", Faults::set_id);
    let parent = table.optional(faults, "parent", Faults::id);
    let ranked = table.optional(faults, "ranked", Faults::flag);
    table.finish(faults);
    Some(Unit {
        id: id?,
        name: name?,
        set: set?,
        parent,
        ranked: ranked.unwrap_or(true),
    })
}
