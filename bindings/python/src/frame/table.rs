//! A frame's columns by what they are to the set.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{ArrowError, Field, FieldRef};
use arrow_select::concat::concat;
use cqdt::batch::{BatchInput, Request};
use cqdt::criteria::Fact;
use cqdt::{CriteriaSet as Core, RawAnswer, Submission};

use super::cells::{Cells, Wanted, bits, unreadable};
use super::decode::{decoded, filled, flagged, names};
use super::{Options, UNIT, lines};
use crate::error::Line;

/// What a column of names may hold.
pub(super) const NAMES: Wanted = (
    "chữ hoặc số nguyên (kiểu `Int64` của pandas nếu có ô trống)",
    "texts or integers (pandas' `Int64` where some are missing)",
);
const EVIDENT: Wanted = (
    "đúng/sai, chữ, số hay danh sách",
    "booleans, texts, numbers or lists",
);
const FLAGS: Wanted = ("đúng/sai, hoặc 0 và 1", "booleans, or 0 and 1");

const EVIDENCE: &str = "evidence:";
const NOT_APPLICABLE: &str = "not_applicable:";

/// A batch's columns, sorted by what they are to the set.
pub(super) struct Table {
    pub(super) rows: usize,
    facts: Vec<(String, Cells)>,
    not_applicable: HashMap<String, BooleanArray>,
    evidence: Vec<(String, BooleanArray)>,
    kept: Vec<(FieldRef, ArrayRef)>,
    /// Of each row, none where it has none.
    parent: Option<Vec<Option<String>>>,
}

impl Table {
    /// The batches of a frame. Everything that is wrong with the columns is told at once.
    pub(super) fn all(
        set: &Core,
        batches: &[RecordBatch],
        options: &Options,
    ) -> Result<Vec<Self>, Vec<Line>> {
        let table = |batch: &RecordBatch| {
            let (table, mut faults) = Self::sort(set, batch, options);
            if faults.is_empty() {
                return Ok(table);
            }
            // What the core would say of the others: asked without a row.
            let (others, _) = Self::sort(set, &batch.slice(0, 0), options);
            if let Err(error) = set.score_batch(&others.input(), &Request::new(), None) {
                faults.extend(lines(&error));
            }
            Err(faults)
        };
        batches.iter().map(table).collect()
    }

    fn sort(set: &Core, batch: &RecordBatch, options: &Options) -> (Self, Vec<Line>) {
        let mut table = Self {
            rows: batch.num_rows(),
            facts: Vec::with_capacity(batch.num_columns()),
            not_applicable: HashMap::new(),
            evidence: Vec::new(),
            kept: Vec::new(),
            parent: None,
        };
        let mut faults: Vec<Line> = Vec::new();
        let schema = batch.schema_ref();
        let mut facts = Facts::of(set);
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let name = field.name();
            let kept = is_kept(name, options);
            let is_parent = options.parent.as_ref() == Some(name);
            if kept {
                faults.extend(table.keep(field, array).err());
            }
            if is_parent {
                faults.extend(table.put_parent(name, array).err());
            }
            if let Some(criterion) = name.strip_prefix(EVIDENCE) {
                faults.extend(table.put_evidence(name, criterion, array).err());
            } else if let Some(fact) = name.strip_prefix(NOT_APPLICABLE) {
                faults.extend(table.put_flags(name, fact, array).err());
            } else if let Some(fact) = facts.find(name) {
                let cells = Cells::read(fact, array, options).unwrap_or_else(|fault| {
                    faults.push(fault);
                    Cells::nothing(table.rows)
                });
                table.facts.push((name.clone(), cells));
            } else if !kept && !is_parent && !options.ignore_unknown {
                // The core's words, with the fact that was probably meant.
                let nothing = Cells::nothing(table.rows);
                table.facts.push((name.clone(), nothing));
            }
        }
        table.put_flagged_alone();
        let missing = options.keep.iter().flatten().chain(&options.parent);
        let missing = missing.filter(|name| schema.column_with_name(name).is_none());
        faults.extend(missing.map(|name| absent(name)));
        (table, faults)
    }

    fn keep(&mut self, field: &FieldRef, array: &ArrayRef) -> Result<(), Line> {
        let name = field.name();
        let has = self.kept.iter().any(|(one, _)| one.name() == name);
        self.kept.push((Arc::clone(field), Arc::clone(array)));
        if has { Err(twice(name)) } else { Ok(()) }
    }

    fn put_parent(&mut self, name: &str, array: &ArrayRef) -> Result<(), Line> {
        let names = names(array).ok_or_else(|| unreadable(name, array.data_type(), NAMES))?;
        match self.parent.replace(names) {
            None => Ok(()),
            Some(_) => Err(twice(name)),
        }
    }

    fn put_evidence(&mut self, name: &str, criterion: &str, array: &ArrayRef) -> Result<(), Line> {
        let flags = filled(array).ok_or_else(|| unreadable(name, array.data_type(), EVIDENT))?;
        let has = self.evidence.iter().any(|(one, _)| one == criterion);
        self.evidence.push((criterion.to_owned(), flags));
        if has { Err(twice(name)) } else { Ok(()) }
    }

    fn put_flags(&mut self, name: &str, fact: &str, array: &ArrayRef) -> Result<(), Line> {
        let flags = flagged(array).ok_or_else(|| unreadable(name, array.data_type(), FLAGS))?;
        match self.not_applicable.insert(fact.to_owned(), flags) {
            None => Ok(()),
            Some(_) => Err(twice(name)),
        }
    }

    /// Flags answer without a column of their fact, too; where there is no such fact, the core says so.
    fn put_flagged_alone(&mut self) {
        let has = |id: &String| self.facts.iter().any(|(fact, _)| fact == id);
        let alone = self.not_applicable.keys().filter(|id| !has(id));
        let mut alone: Vec<String> = alone.cloned().collect();
        alone.sort_unstable();
        let rows = self.rows;
        let alone = alone.into_iter().map(|id| (id, Cells::nothing(rows)));
        self.facts.extend(alone);
    }

    pub(super) fn input(&self) -> BatchInput<'_> {
        let mut input = BatchInput::new(self.rows);
        for (id, cells) in &self.facts {
            let mut column = cells.column();
            if let Some(flags) = self.not_applicable.get(id) {
                column = column.with_not_applicable(bits(flags.values()));
            }
            input = input.column(id.as_str(), column);
        }
        for (id, flags) in &self.evidence {
            input = input.evidence(id.as_str(), bits(flags.values()));
        }
        input
    }

    /// A submission with the answers of one row.
    pub(super) fn submission(
        &self,
        set: &Core,
        mut submission: Submission,
        row: usize,
    ) -> Submission {
        for (id, cells) in &self.facts {
            let fact = set.definition().facts.iter().find(|fact| fact.id == *id);
            let excused = self
                .not_applicable
                .get(id)
                .is_some_and(|flags| flags.value(row));
            let answer = match fact {
                _ if excused => RawAnswer::NotApplicable("×".into()),
                Some(fact) => cells.answer(fact, row),
                None => continue,
            };
            submission = submission.with(id.as_str(), answer);
        }
        for (id, flags) in &self.evidence {
            if flags.value(row) {
                submission = submission.with_evidence(id.as_str(), cqdt::Evidence::default());
            }
        }
        submission
    }
}

/// A set's facts by id.
struct Facts<'s> {
    all: &'s [Fact],
    next: usize,
    by_id: OnceCell<HashMap<&'s str, usize>>,
}

impl<'s> Facts<'s> {
    fn of(set: &'s Core) -> Self {
        Self {
            all: &set.definition().facts,
            next: 0,
            by_id: OnceCell::new(),
        }
    }

    fn find(&mut self, id: &str) -> Option<&'s Fact> {
        // Most frames hold facts in the order of the form.
        let at = match self.all.get(self.next) {
            Some(fact) if fact.id == id => self.next,
            _ => {
                let facts = || self.all.iter().enumerate();
                let all = || facts().map(|(at, fact)| (fact.id.as_str(), at)).collect();
                *self.by_id.get_or_init(all).get(id)?
            }
        };
        self.next = at + 1;
        self.all.get(at)
    }
}

/// Whether a column is kept: `unit`, where it isn't said.
fn is_kept(name: &String, options: &Options) -> bool {
    match &options.keep {
        Some(keep) => keep.contains(name),
        None => name == UNIT,
    }
}

/// Whether a column is an answer, or something else that is read.
pub(super) fn is_read(set: &Core, name: &String, options: &Options) -> bool {
    is_kept(name, options)
        || options.parent.as_ref() == Some(name)
        || name.starts_with(EVIDENCE)
        || name.starts_with(NOT_APPLICABLE)
        || set.definition().facts.iter().any(|fact| fact.id == *name)
}

/// Columns that are kept, those of several batches joined.
pub(super) fn kept(tables: &[Table]) -> Result<Vec<(FieldRef, ArrayRef)>, ArrowError> {
    let Some(first) = tables.first() else {
        return Ok(Vec::new());
    };
    let column = |(at, (field, _)): (usize, &(FieldRef, ArrayRef))| {
        let parts = tables
            .iter()
            .filter_map(|table| Some(&table.kept.get(at)?.1));
        let joined = joined(parts)?;
        Ok((retyped(field, &joined), joined))
    };
    first.kept.iter().enumerate().map(column).collect()
}

/// A number for each different parent, to rank within; none where there is no such column.
pub(super) fn parents(tables: &[Table]) -> Option<Vec<u32>> {
    if !tables.iter().any(|table| table.parent.is_some()) {
        return None;
    }
    let mut known: HashMap<Option<&str>, u32> = HashMap::new();
    let all = tables
        .iter()
        .flat_map(|table| table.parent.iter().flatten());
    let coded = all.map(|name| {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(name.as_deref()).or_insert(next)
    });
    Some(coded.collect())
}

/// The parts of a column as one, without a copy where there is but one.
pub(super) fn joined<'a>(
    parts: impl Iterator<Item = &'a ArrayRef>,
) -> Result<ArrayRef, ArrowError> {
    let parts: Vec<&ArrayRef> = parts.collect();
    if let [one] = parts[..] {
        return Ok(Arc::clone(one));
    }
    concat(&parts.iter().map(|part| &***part).collect::<Vec<_>>()).or_else(|error| {
        // More different categories than the codes of one part can tell apart.
        let plain: Option<Vec<ArrayRef>> = parts.iter().map(|part| decoded(part)).collect();
        let plain = plain.ok_or(error)?;
        concat(&plain.iter().map(|part| &**part).collect::<Vec<_>>())
    })
}

/// The field, of the type that its column has come to.
pub(super) fn retyped(field: &FieldRef, array: &ArrayRef) -> FieldRef {
    if field.data_type() == array.data_type() {
        return Arc::clone(field);
    }
    let field = Field::clone(field);
    Arc::new(field.with_data_type(array.data_type().clone()))
}

pub(super) fn absent(column: &str) -> Line {
    Line {
        code: "P0202",
        vi: format!("bảng không có cột `{column}`"),
        en: format!("the frame has no column `{column}`"),
    }
}

fn twice(column: &str) -> Line {
    Line {
        code: "P0209",
        vi: format!("bảng có hai cột `{column}`"),
        en: format!("the frame has two columns `{column}`"),
    }
}
