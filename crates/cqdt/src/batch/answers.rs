//! Submissions as columns, for those who hold no columns of their own.

use super::{BatchInput, Bits, Column, Offsets, Values};
use crate::CriteriaSet;
use crate::criteria::FactType;
use crate::submission::{Answer, Layer, Row, Submission};
use crate::text::NumberStyle;

/// The answers of submissions, read as a set's facts read them and held as columns.
///
/// ```
/// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").ok_or("no such form")?;
/// # let set = cqdt::CriteriaSet::parse_toml(form.text)?;
/// use cqdt::batch::{Answers, Request};
/// use cqdt::{Layer, Submission};
///
/// let units = [Submission::new("a").with("cb-may", 18).with("cb", 20), Submission::new("b")];
/// let answers = Answers::of(&set, &units, Layer::SelfAssessed);
/// let output = set.score_batch(&answers.input(), &Request::new().total(), None)?;
/// assert_eq!(output.totals().and_then(|totals| totals.get(0)), Some(set.score(&units[0]).total().points.clone()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Answers {
    set: CriteriaSet,
    rows: usize,
    /// By fact.
    facts: Vec<Held>,
    /// By criterion, a bit a row; none where no unit has evidence.
    evidence: Vec<Vec<u8>>,
}

/// The answers to one fact.
#[derive(Clone, Debug)]
struct Held {
    values: HeldValues,
    valid: Vec<u8>,
    not_applicable: Vec<u8>,
}

#[derive(Clone, Debug)]
enum HeldValues {
    Numbers(Vec<i64>),
    Masks(Vec<i128>),
    Shares { text: String, offsets: Vec<i64> },
}

impl Answers {
    /// The answers of submissions in a layer.
    pub fn of<'s>(
        set: &CriteriaSet,
        submissions: impl IntoIterator<Item = &'s Submission>,
        layer: Layer,
    ) -> Self {
        let submissions = submissions.into_iter();
        let rows: Vec<Row> = submissions.map(|one| Row::of(set, one, layer)).collect();
        let facts = set.definition().facts.iter().enumerate();
        let facts = facts.map(|(at, fact)| {
            let answers = rows.iter().map(|row| row.answers.get(at));
            Held::of(&fact.kind, answers)
        });
        let facts = facts.collect();
        let mut evidence = Vec::new();
        if rows.iter().any(|row| !row.evidence.is_empty()) {
            let criteria = 0..set.criteria().count();
            let has = |at: usize| {
                bits(
                    rows.iter()
                        .map(move |row| row.evidence.get(at) == Some(&true)),
                )
            };
            evidence = criteria.map(has).collect();
        }
        Self {
            set: set.clone(),
            rows: rows.len(),
            facts,
            evidence,
        }
    }

    /// The criteria set.
    pub fn set(&self) -> &CriteriaSet {
        &self.set
    }

    /// How many units there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The answers as a batch takes them.
    pub fn input(&self) -> BatchInput<'_> {
        self.moved(&|_| None)
    }

    /// The same, with other numbers for some of the facts.
    pub(crate) fn moved<'m>(
        &'m self,
        numbers: &dyn Fn(usize) -> Option<&'m [i64]>,
    ) -> BatchInput<'m> {
        let mut input = BatchInput::new(self.rows);
        let facts = self.set.definition().facts.iter().zip(&self.facts);
        for (at, (fact, held)) in facts.enumerate() {
            let places = fact.kind.places().unwrap_or(0);
            input = input.column(fact.id.as_str(), held.column(numbers(at), places));
        }
        for (criterion, bits) in self.set.criteria().zip(&self.evidence) {
            input = input.evidence(criterion.id.as_str(), Bits::new(bits, 0));
        }
        input
    }

    /// The numbers that answer a fact, scaled by its places; what is none of its own is beyond all limits.
    #[cfg(feature = "robustness")]
    pub(crate) fn numbers(&self, fact: usize) -> Option<&[i64]> {
        match &self.facts.get(fact)?.values {
            HeldValues::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }
}

impl Held {
    fn of<'a>(kind: &FactType, answers: impl Iterator<Item = Option<&'a Answer>> + Clone) -> Self {
        // What no fact takes: an answer that is wrong stays wrong.
        const WRONG: i64 = i64::MAX;
        let valid = bits(
            answers
                .clone()
                .map(|answer| !matches!(answer, None | Some(Answer::Missing))),
        );
        let not_applicable = bits(
            answers
                .clone()
                .map(|answer| answer == Some(&Answer::NotApplicable)),
        );
        let values = match kind {
            FactType::Items { .. } => HeldValues::Masks(
                answers
                    .map(|answer| match answer {
                        Some(Answer::Items(mask)) => i128::from(*mask),
                        _ => -1,
                    })
                    .collect(),
            ),
            FactType::Rollup { .. } => {
                let (mut text, mut offsets) = (String::new(), vec![0]);
                for answer in answers {
                    match answer {
                        Some(Answer::Share(share)) => text.push_str(&share.to_string()),
                        _ => text.push('?'),
                    }
                    offsets.push(i64::try_from(text.len()).unwrap_or(0));
                }
                HeldValues::Shares { text, offsets }
            }
            _ => HeldValues::Numbers(
                answers
                    .map(|answer| match answer {
                        Some(Answer::Number(number)) => *number,
                        Some(Answer::YesNo(yes)) => i64::from(*yes),
                        Some(Answer::Choice(key)) => i64::from(*key),
                        _ => WRONG,
                    })
                    .collect(),
            ),
        };
        Self {
            values,
            valid,
            not_applicable,
        }
    }

    fn column<'a>(&'a self, moved: Option<&'a [i64]>, places: u32) -> Column<'a> {
        let values = match (&self.values, moved) {
            (_, Some(numbers)) => Values::I64(numbers),
            (HeldValues::Numbers(numbers), None) => Values::I64(numbers),
            (HeldValues::Masks(masks), None) => Values::I128(masks),
            (HeldValues::Shares { text, offsets }, None) => Values::Text {
                offsets: Offsets::Large(offsets),
                bytes: text.as_bytes(),
                style: NumberStyle::Plain,
            },
        };
        Column::new(values)
            .with_places(u8::try_from(places).unwrap_or(0))
            .with_validity(Bits::new(&self.valid, 0))
            .with_not_applicable(Bits::new(&self.not_applicable, 0))
    }
}

fn bits(flags: impl Iterator<Item = bool>) -> Vec<u8> {
    let mut bits = Vec::new();
    for (at, flag) in flags.enumerate() {
        if at % 8 == 0 {
            bits.push(0);
        }
        if let Some(byte) = bits.last_mut() {
            *byte |= u8::from(flag) << (at % 8);
        }
    }
    bits
}
