//! Columns brought into the order of a set's facts, and each row's answer read as a single submission's would be.

use std::borrow::Cow;

use super::BatchInput;
use super::column::{Bits, Column, Values};
use super::fault::{BatchError, BatchFault};
use super::output::{Request, ResolvedTargets, Targets, Wanted};
use crate::CriteriaSet;
use crate::criteria::{Fact, FactType};
use crate::fault::{Nearest, Thing, nearest};
use crate::submission::{Answer, RawAnswer, Row};

/// The columns of a batch by fact, proved to fit the set.
pub(super) struct Bound<'b, 'a> {
    pub(super) rows: usize,
    pub(super) columns: Vec<Option<BoundColumn<'b, 'a>>>,
    /// By criterion.
    pub(super) evidence: Vec<Option<Bits<'a>>>,
}

/// One column, and what its dictionary's texts mean to the fact.
pub(super) struct BoundColumn<'b, 'a> {
    pub(super) column: &'b Column<'a>,
    pub(super) dictionary: Option<Vec<Answer>>,
}

impl BoundColumn<'_, '_> {
    /// The answer of a row.
    pub(super) fn answer(&self, fact: &Fact, row: usize) -> Answer {
        let column = self.column;
        if column.not_applicable.is_some_and(|bits| bits.get(row)) {
            return if fact.not_applicable {
                Answer::NotApplicable
            } else {
                Answer::Invalid
            };
        }
        if column.validity.is_some_and(|bits| !bits.get(row)) {
            return Answer::Missing;
        }
        if let Values::Text { style, .. } = column.values {
            return match column.values.text(row) {
                Some(text) => read(fact, &RawAnswer::Text(crate::text::nfc(text), style)),
                None => Answer::Invalid,
            };
        }
        let Some(value) = column.values.integer(row) else {
            return Answer::Missing;
        };
        match &self.dictionary {
            Some(answers) => usize::try_from(value)
                .ok()
                .and_then(|code| answers.get(code))
                .cloned()
                .unwrap_or(Answer::Invalid),
            None => of_integer(fact, value, column.places),
        }
    }
}

fn read(fact: &Fact, raw: &RawAnswer<'_>) -> Answer {
    Answer::read(fact, raw).unwrap_or(Answer::Invalid)
}

/// A whole number as a fact understands it: by way of the answer that a person would have written.
fn of_integer(fact: &Fact, value: i128, places: u8) -> Answer {
    let keys = fact.kind.keys();
    let raw = match &fact.kind {
        FactType::YesNo => match value {
            0 => RawAnswer::Bool(false),
            1 => RawAnswer::Bool(true),
            _ => return Answer::Invalid,
        },
        FactType::Choice { .. } => {
            let key = usize::try_from(value).ok().and_then(|code| keys.get(code));
            let Some(key) = key else {
                return Answer::Invalid;
            };
            RawAnswer::from(key.id.as_str())
        }
        FactType::Items { .. } => {
            let Ok(mask) = u64::try_from(value) else {
                return Answer::Invalid;
            };
            if keys.len() < 64 && mask >> keys.len() != 0 {
                return Answer::Invalid;
            }
            let ticked = keys.iter().enumerate();
            let ticked = ticked.filter(|(at, _)| mask >> at & 1 == 1);
            RawAnswer::Items(
                ticked
                    .map(|(_, key)| Cow::Borrowed(key.id.as_str()))
                    .collect(),
            )
        }
        _ => RawAnswer::Number(Cow::Owned(decimal(value, places))),
    };
    read(fact, &raw)
}

/// `value × 10^-places` in digits.
fn decimal(value: i128, places: u8) -> String {
    let places = usize::from(places);
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if places == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{fraction}")
}

impl Bound<'_, '_> {
    /// All answers of a row.
    pub(super) fn row(&self, set: &CriteriaSet, row: usize) -> Row {
        let facts = set.definition().facts.iter().zip(&self.columns);
        let answers = facts.map(|(fact, column)| {
            column
                .as_ref()
                .map_or(Answer::Missing, |column| column.answer(fact, row))
        });
        let mut made = Row::empty(set);
        made.answers = answers.collect();
        if self.evidence.iter().any(Option::is_some) {
            let evidence = self.evidence.iter();
            made.evidence = evidence
                .map(|bits| bits.is_some_and(|bits| bits.get(row)))
                .collect();
        }
        made
    }
}

/// Finds every fault of the columns and of what is asked for.
pub(super) fn bind<'b, 'a, 't>(
    set: &CriteriaSet,
    batches: &'b [BatchInput<'a>],
    request: &Request,
    targets: Targets<'t>,
) -> Result<(Vec<Bound<'b, 'a>>, Wanted, ResolvedTargets<'t>), BatchError> {
    let mut faults = Vec::new();
    let mut bound = Vec::with_capacity(batches.len());
    for input in batches {
        let mut own = Vec::new();
        bound.push(columns(set, input, &mut own));
        // Batches of one query have their faults in common.
        own.retain(|fault| !faults.contains(fault));
        faults.append(&mut own);
    }
    let wanted = request.resolve(set, &mut faults);
    let rows = batches.iter().map(BatchInput::rows).sum();
    let targets = targets.resolve(set, rows, &mut faults);
    if faults.is_empty() {
        Ok((bound, wanted, targets))
    } else {
        Err(BatchError { faults })
    }
}

/// The columns of a batch by fact.
fn columns<'b, 'a>(
    set: &CriteriaSet,
    input: &'b BatchInput<'a>,
    faults: &mut Vec<BatchFault>,
) -> Bound<'b, 'a> {
    let facts = &set.definition().facts;
    let mut columns: Vec<Option<BoundColumn<'b, 'a>>> = facts.iter().map(|_| None).collect();
    let rows = input.rows;
    let too_few = |column: &str, count: usize, faults: &mut Vec<BatchFault>| {
        if count < rows {
            let column = column.to_owned();
            faults.push(BatchFault::TooFewRows {
                column,
                count,
                rows,
            });
        }
    };
    let mut next = 0;
    for (id, column) in &input.columns {
        // Most frames hold facts in the order of the form.
        let guessed = facts.get(next).is_some_and(|fact| *id == fact.id);
        let at = if guessed { Some(next) } else { set.fact_at(id) };
        let Some((at, fact)) = at.and_then(|at| Some((at, facts.get(at)?))) else {
            let nearest = nearest(id, &mut facts.iter().map(|fact| fact.id.as_str()));
            faults.push(unknown(Thing::Fact, id, nearest));
            continue;
        };
        next = at + 1;
        too_few(id, column.rows(), faults);
        if !fits(fact, column) {
            faults.push(BatchFault::WrongValues {
                fact: id.to_string(),
                kind: fact.kind.name().to_owned(),
                found: column.values.name().to_owned(),
            });
        }
        let dictionary = column.dictionary.as_ref().map(|dictionary| {
            let texts = dictionary.texts.iter();
            texts
                .map(|text| {
                    let text = crate::text::nfc(text);
                    read(fact, &RawAnswer::Text(text, dictionary.style))
                })
                .collect()
        });
        let slot = columns.get_mut(at);
        if let Some(slot) = slot
            && slot.replace(BoundColumn { column, dictionary }).is_some()
        {
            let fact = id.to_string();
            faults.push(BatchFault::DuplicateColumn { fact });
        }
    }
    let mut evidence = vec![None; set.plan().criteria.len()];
    for (id, bits) in &input.evidence {
        too_few(id, bits.len(), faults);
        if let Some(slot) = set.criterion_at(id).and_then(|at| evidence.get_mut(at)) {
            *slot = Some(*bits);
        } else {
            let nearest = nearest(
                id,
                &mut set.criteria().map(|criterion| criterion.id.as_str()),
            );
            faults.push(unknown(Thing::Criterion, id, nearest));
        }
    }
    Bound {
        rows,
        columns,
        evidence,
    }
}

pub(super) fn unknown(what: Thing, id: &str, nearest: Nearest) -> BatchFault {
    let id = id.to_owned();
    BatchFault::UnknownId { what, id, nearest }
}

/// Whether a fact can be read from a column's values.
fn fits(fact: &Fact, column: &Column<'_>) -> bool {
    let text = matches!(column.values, Values::Text { .. });
    if column.dictionary.is_some() || text {
        return !(column.dictionary.is_some() && text);
    }
    let bits = matches!(column.values, Values::Bits(_));
    match &fact.kind {
        FactType::YesNo => column.places == 0,
        FactType::Choice { .. } | FactType::Items { .. } => column.places == 0 && !bits,
        _ => column.places <= 30 && !bits,
    }
}
