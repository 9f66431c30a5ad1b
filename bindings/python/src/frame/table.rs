//! A frame's columns by what they are to the set.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::DataType;
use cqdt::batch::BatchInput;
use cqdt::criteria::Fact;
use cqdt::{CriteriaSet as Core, NumberStyle, RawAnswer, Submission};

use super::Options;
use super::cells::{Cells, bits, texts, unreadable};
use crate::error::Line;

/// A frame's columns, sorted by what they are to the set.
pub(super) struct Table {
    pub(super) rows: usize,
    facts: Vec<(String, Cells)>,
    not_applicable: HashMap<String, BooleanArray>,
    evidence: Vec<(String, BooleanArray)>,
    pub(super) kept: Vec<(String, ArrayRef)>,
    pub(super) parents: Option<Vec<u32>>,
}
impl Table {
    /// Everything that is wrong with the columns is told at once.
    pub(super) fn sort(
        set: &Core,
        batch: &RecordBatch,
        options: &Options,
        style: NumberStyle,
    ) -> Result<Self, Vec<Line>> {
        let mut table = Self {
            rows: batch.num_rows(),
            facts: Vec::new(),
            not_applicable: HashMap::new(),
            evidence: Vec::new(),
            kept: Vec::new(),
            parents: None,
        };
        let mut faults = Vec::new();
        let schema = batch.schema();
        let mut facts = Facts::of(set);
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let name = field.name();
            let kept = match &options.keep {
                Some(keep) => keep.contains(name),
                None => name == "unit",
            };
            if kept {
                table.kept.push((name.clone(), Arc::clone(array)));
            }
            let is_parent = options.parent.as_ref() == Some(name);
            if is_parent {
                match codes(array) {
                    Some(codes) => table.parents = Some(codes),
                    None => faults.push(unreadable(name, array.data_type())),
                }
            }
            if let Some(id) = name.strip_prefix("evidence:") {
                table.evidence.push((id.to_owned(), filled(array)));
                continue;
            }
            if let Some(id) = name.strip_prefix("not_applicable:") {
                match array.as_boolean_opt() {
                    Some(flags) => {
                        table.not_applicable.insert(id.to_owned(), set_flags(flags));
                    }
                    None => faults.push(unreadable(name, array.data_type())),
                }
                continue;
            }
            let Some(fact) = facts.find(name) else {
                if !kept && !is_parent && !options.ignore_unknown {
                    // The core's words, with the fact that was probably meant.
                    table
                        .facts
                        .push((name.clone(), Cells::nothing(batch.num_rows())));
                }
                continue;
            };
            match Cells::read(fact, array, options.allow_float, style) {
                Ok(cells) => table.facts.push((name.clone(), cells)),
                Err(fault) => faults.push(fault),
            }
        }
        let names = schema.fields().iter().map(|field| field.name());
        let missing = options.keep.iter().flatten().chain(&options.parent);
        let missing: Vec<_> = missing
            .filter(|name| !names.clone().any(|have| have == *name))
            .collect();
        faults.extend(missing.into_iter().map(|name| Line {
            code: "P0202",
            vi: format!("bảng không có cột `{name}`"),
            en: format!("the frame has no column `{name}`"),
        }));
        if faults.is_empty() {
            Ok(table)
        } else {
            Err(faults)
        }
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

/// Whether each cell holds anything, for evidence: a yes, a text that isn't blank.
fn filled(array: &ArrayRef) -> BooleanArray {
    if let Some(flags) = array.as_boolean_opt() {
        return set_flags(flags);
    }
    let texts = texts(array);
    let cells = (0..array.len()).map(|row| match &texts {
        Some(texts) => texts.get(row).is_some_and(|text| !text.trim().is_empty()),
        None => array.is_valid(row),
    });
    cells.collect::<Vec<bool>>().into()
}

/// Flags where a null is a no.
fn set_flags(flags: &BooleanArray) -> BooleanArray {
    let cells = flags.iter().map(|flag| flag.unwrap_or(false));
    cells.collect::<Vec<bool>>().into()
}

/// A number for each different value of a column, to rank within.
fn codes(array: &ArrayRef) -> Option<Vec<u32>> {
    let texts = match array.data_type() {
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let values = texts(dictionary.values())?;
            let keys = dictionary.normalized_keys();
            let cell = |(row, key): (usize, usize)| {
                let known = array.is_valid(row).then(|| values.get(key).cloned());
                known.flatten().unwrap_or_default()
            };
            keys.into_iter().enumerate().map(cell).collect()
        }
        _ => texts(array)?,
    };
    let mut known: HashMap<String, u32> = HashMap::new();
    let coded = texts.into_iter().map(|text| {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(text).or_insert(next)
    });
    Some(coded.collect())
}
