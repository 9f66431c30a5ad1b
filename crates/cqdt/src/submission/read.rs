//! Submissions from JSON and TOML.

use std::borrow::Cow;

use super::{Answer, Evidence, Layer, RawAnswer, Row, Submission};
use crate::criteria::read_format;
use crate::fault::{Expected, FaultKind, FileError, Thing, read_text};
use crate::text::NumberStyle;
use crate::tree::{Entry, Faults, Node, TableReader, Value, describe, join, parse_json};
use crate::{CriteriaSet, Map};

/// A submission file may have this many bytes.
pub const MAX_SUBMISSION_BYTES: usize = 4 * 1024 * 1024;

/// A list of submissions may have this many bytes.
pub const MAX_LIST_BYTES: usize = 256 * 1024 * 1024;

/// Answers that a submission may have in a layer.
const MAX_ANSWERS: usize = 4_000;

impl Submission {
    /// Reads a submission from JSON.
    ///
    /// ```
    /// use cqdt::Submission;
    ///
    /// let submission = Submission::from_json(r#"{ "unit": "so-y-te", "facts": { "may-tinh": 12 } }"#)?;
    /// assert_eq!(submission.unit(), Some("so-y-te"));
    /// # Ok::<(), cqdt::FileError>(())
    /// ```
    ///
    /// # Errors
    /// All faults of form at once, with line and column. What an answer should have been is only known to a criteria
    /// set: unfit answers are diagnostics of the report.
    pub fn from_json(text: &str) -> Result<Self, FileError> {
        read_text(text, MAX_SUBMISSION_BYTES, |text| {
            Self::from_tree(text, &parse_json(text)?)
        })
    }

    /// Reads a submission from TOML.
    ///
    /// ```
    /// let submission = cqdt::Submission::from_toml("unit = \"so-y-te\"\n[facts]\nmay-tinh = 12")?;
    /// assert_eq!(submission.unit(), Some("so-y-te"));
    /// # Ok::<(), cqdt::FileError>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, FileError> {
        read_text(text, MAX_SUBMISSION_BYTES, |text| {
            Self::from_tree(text, &crate::tree::parse_toml(text)?)
        })
    }

    /// Reads a JSON list of submissions.
    ///
    /// # Errors
    /// All faults of form in all of them at once, with line and column.
    pub fn list_from_json(text: &str) -> Result<Vec<Self>, FileError> {
        read_list(text, MAX_LIST_BYTES, read_submission)
    }

    fn from_tree(source: &str, tree: &Node<'_>) -> Result<Self, FileError> {
        Self::from_tree_with(source, tree, read_answers)
    }

    fn from_tree_with(
        source: &str,
        tree: &Node<'_>,
        read_facts: ReadAnswers,
    ) -> Result<Self, FileError> {
        let mut faults = Faults::default();
        let submission = read_submission_with(&mut faults, "", tree, read_facts);
        match submission {
            Some(submission) if faults.is_empty() => Ok(submission),
            _ => Err(faults.into_error(source, tree)),
        }
    }
}

impl RawAnswer<'static> {
    /// Reads one answer from JSON, as a submission holds it.
    ///
    /// # Errors
    /// The text is not JSON. What an answer should have been is the criteria set's matter.
    pub fn from_json(text: &str) -> Result<Self, FileError> {
        read_text(text, MAX_SUBMISSION_BYTES, |text| {
            Ok(raw_answer(&parse_json(text)?).into_owned())
        })
    }
}

impl Evidence {
    /// Reads a JSON list of evidence, as a submission holds it for one criterion.
    ///
    /// # Errors
    /// All faults of form at once, each with its place.
    pub fn list_from_json(text: &str) -> Result<Vec<Self>, FileError> {
        read_list(text, MAX_SUBMISSION_BYTES, read_evidence)
    }
}

/// A JSON list, all or nothing.
fn read_list<T>(
    text: &str,
    limit: usize,
    read: fn(&mut Faults, &str, &Node<'_>) -> Option<T>,
) -> Result<Vec<T>, FileError> {
    read_text(text, limit, |text| {
        let tree = parse_json(text)?;
        let mut faults = Faults::default();
        match faults.list("", &tree, read) {
            Some(items) if faults.is_empty() => Ok(items),
            _ => Err(faults.into_error(text, &tree)),
        }
    })
}

/// A unit and its answers in the order of a set's facts. The answers go there straight from the file where every one of
/// them can be used; a submission that holds them by id is made, which takes most of the time, where one can't.
pub(crate) fn read_row(
    set: &CriteriaSet,
    text: &str,
    layer: Layer,
) -> Result<(Option<String>, Row), FileError> {
    read_text(text, MAX_SUBMISSION_BYTES, |text| {
        let tree = parse_json(text)?;
        let plain = match layer {
            Layer::SelfAssessed => plain_row(set, &tree),
            Layer::Verified => None,
        };
        let Some(mut row) = plain else {
            let submission = Submission::from_tree(text, &tree)?;
            let row = Row::of(set, &submission, layer);
            return Ok((submission.unit, row));
        };
        let submission = Submission::from_tree_with(text, &tree, |_, _, _| Some(Map::new()))?;
        row.put_all_evidence(set, &submission);
        Ok((submission.unit, row))
    })
}

/// The unit's own answers, where each is to a fact of the set, the only one to it, and what it takes.
fn plain_row(set: &CriteriaSet, tree: &Node<'_>) -> Option<Row> {
    let Value::Table(entries) = &tree.value else {
        return None;
    };
    let facts = entries.iter().find(|entry| entry.key == "facts")?;
    let Value::Table(answers) = &facts.node.value else {
        return None;
    };
    let mut row = Row::empty(set);
    let mut answered = vec![false; row.answers.len()];
    let mut next = 0;
    for entry in answers {
        let at = set.fact_at_from(next, &entry.key)?;
        if std::mem::replace(answered.get_mut(at)?, true) {
            return None;
        }
        let fact = set.definition().facts.get(at)?;
        *row.answers.get_mut(at)? = Answer::read(fact, &raw_answer(&entry.node)).ok()?;
        next = at + 1;
    }
    Some(row)
}

fn read_submission(faults: &mut Faults, at: &str, tree: &Node<'_>) -> Option<Submission> {
    read_submission_with(faults, at, tree, read_answers)
}

fn read_submission_with(
    faults: &mut Faults,
    at: &str,
    tree: &Node<'_>,
    read_facts: ReadAnswers,
) -> Option<Submission> {
    let mut table = TableReader::new(faults, at, tree)?;
    table.optional(faults, "format", read_format);
    let set = table.optional(faults, "set", Faults::set_id);
    let unit = table.optional(faults, "unit", Faults::id);
    let received = table.optional(faults, "received", |faults, at, node| {
        let moment = match &node.value {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        if moment.is_none() {
            faults.unexpected(at, node, Expected::Moment);
        }
        moment
    });
    let facts = table.required(faults, "facts", read_facts);
    let verified = table.optional(faults, "verified", read_answers);
    let reasons = table.optional(faults, "reasons", |faults, at, node| {
        read_map(faults, at, node, |faults, at, entry| {
            let text = faults.text(&join(at, &entry.key), &entry.node);
            text.map(str::to_owned)
        })
    });
    let evidence = table.optional(faults, "evidence", |faults, at, node| {
        read_map(faults, at, node, |faults, at, entry| {
            faults.list(&join(at, &entry.key), &entry.node, read_evidence)
        })
    });
    table.finish(faults);
    Some(Submission {
        set,
        unit,
        received,
        facts: facts.unwrap_or_default(),
        verified: verified.unwrap_or_default(),
        reasons: reasons.unwrap_or_default(),
        evidence: evidence.unwrap_or_default(),
    })
}

/// A table whose keys anyone may name; whether they are known is the set's matter.
fn read_map<T>(
    faults: &mut Faults,
    at: &str,
    node: &Node<'_>,
    read: impl Fn(&mut Faults, &str, &Entry<'_>) -> Option<T>,
) -> Option<Map<T>> {
    let table = TableReader::new(faults, at, node)?;
    let (what, count, limit) = (Thing::Fact, table.entries().len(), MAX_ANSWERS);
    if count > limit {
        table.fault(faults, FaultKind::TooMany { what, count, limit });
        return None;
    }
    let mut map = Map::new();
    for entry in table.entries() {
        if let Some(value) = read(faults, at, entry) {
            map.push(entry.key.clone().into_owned(), value);
        }
    }
    map.settle();
    Some(map)
}

type ReadAnswers = fn(&mut Faults, &str, &Node<'_>) -> Option<Map<RawAnswer<'static>>>;

fn read_answers(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Map<RawAnswer<'static>>> {
    read_map(faults, at, node, |_, _, entry| {
        Some(raw_answer(&entry.node).into_owned())
    })
}

/// An answer as the file has it. Nothing is a fault here: the set's fact decides.
pub(super) fn raw_answer<'n>(node: &'n Node<'_>) -> RawAnswer<'n> {
    match &node.value {
        Value::Null => RawAnswer::Missing,
        Value::Bool(value) => RawAnswer::Bool(*value),
        Value::Number(text) => RawAnswer::Number(Cow::Borrowed(text)),
        Value::Text(text) => RawAnswer::Text(Cow::Borrowed(text), NumberStyle::Plain),
        Value::List(nodes) => {
            let keys: Option<Vec<_>> = nodes
                .iter()
                .map(|node| match &node.value {
                    Value::Text(text) => Some(Cow::Borrowed(text.as_ref())),
                    _ => None,
                })
                .collect();
            keys.map_or_else(
                || RawAnswer::Other(Cow::Owned(describe(node))),
                RawAnswer::Items,
            )
        }
        Value::Table(entries) => match entries.as_slice() {
            [entry] if entry.key == "not_applicable" => match &entry.node.value {
                Value::Text(reason) => RawAnswer::NotApplicable(Cow::Borrowed(reason)),
                _ => RawAnswer::Other(Cow::Owned(describe(node))),
            },
            [entry] if entry.key == "unreadable" => match &entry.node.value {
                Value::Text(text) => RawAnswer::Other(Cow::Borrowed(text)),
                _ => RawAnswer::Other(Cow::Owned(describe(node))),
            },
            [one, other] => {
                let (text, numbers) = if one.key == "text" {
                    (one, other)
                } else {
                    (other, one)
                };
                styled(text, numbers).unwrap_or_else(|| RawAnswer::Other(describe(node).into()))
            }
            _ => RawAnswer::Other(Cow::Owned(describe(node))),
        },
    }
}

/// `{ "text": "1.234,5", "numbers": "comma" }`: a text whose numbers aren't written plainly.
fn styled<'n>(text: &'n Entry<'_>, numbers: &'n Entry<'_>) -> Option<RawAnswer<'n>> {
    let (Value::Text(content), Value::Text(name)) = (&text.node.value, &numbers.node.value) else {
        return None;
    };
    let style = NumberStyle::named(name)?;
    (text.key == "text" && numbers.key == "numbers")
        .then_some(RawAnswer::Text(Cow::Borrowed(content), style))
}

fn read_evidence(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Evidence> {
    let mut table = TableReader::new(faults, at, node)?;
    let text =
        |faults: &mut Faults, at: &str, node: &Node<'_>| faults.text(at, node).map(str::to_owned);
    let number = table.optional(faults, "number", text);
    let date = table.optional(faults, "date", Faults::date);
    let link = table.optional(faults, "link", text);
    let note = table.optional(faults, "note", text);
    if table.entries().is_empty() {
        let keys = ["number", "date", "link", "note"]
            .map(str::to_owned)
            .to_vec();
        faults.unexpected(at, node, Expected::OneOf { words: keys });
    }
    table.finish(faults);
    Some(Evidence {
        number,
        date,
        link,
        note,
    })
}
