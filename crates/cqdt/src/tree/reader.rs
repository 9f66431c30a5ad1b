//! Reading a tree into types, gathering every fault instead of stopping at the first.

use std::ops::Range;

use super::{Entry, Node, Value, join};
use crate::criteria::Positions;
use crate::date::Date;
use crate::fault::{Expected, Fault, FaultKind, FileError, MAX_FAULTS, Nearest, nearest};
use crate::text::{NumberStyle, has, read_decimal};
use crate::{Rational, Text};

/// The faults of one file, as they are found.
#[derive(Default)]
pub(crate) struct Faults {
    found: Vec<Found>,
    /// How many more there are than are kept.
    more: usize,
}

struct Found {
    kind: FaultKind,
    pointer: String,
    /// Where the pointer alone doesn't tell.
    span: Option<Range<usize>>,
}

impl Faults {
    /// Notes a fault at the value that the pointer names.
    pub(crate) fn push(&mut self, pointer: &str, kind: FaultKind) {
        self.note(pointer, None, kind);
    }

    /// Notes a fault where the place is already known.
    pub(crate) fn push_span(&mut self, pointer: &str, span: Range<usize>, kind: FaultKind) {
        self.note(pointer, Some(span), kind);
    }

    fn note(&mut self, pointer: &str, span: Option<Range<usize>>, kind: FaultKind) {
        if self.is_full() {
            self.more += 1;
            return;
        }
        let pointer = pointer.to_owned();
        self.found.push(Found {
            kind,
            pointer,
            span,
        });
    }

    /// Whether further faults are only counted.
    fn is_full(&self) -> bool {
        self.found.len() >= MAX_FAULTS
    }

    /// A word like a misspelt one, for a fault that will be listed.
    pub(crate) fn nearest(&self, word: &str, among: &mut dyn Iterator<Item = &str>) -> Nearest {
        if self.is_full() {
            Nearest::default()
        } else {
            nearest(word, among)
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All faults in the order of the file, placed by line and column.
    pub(crate) fn into_error(self, source: &str, tree: &Node<'_>) -> FileError {
        let count = self.found.len() + self.more;
        let placed = self.found.into_iter().map(
            |Found {
                 kind,
                 pointer,
                 span,
             }| {
                let span = span.unwrap_or_else(|| tree.locate(&pointer));
                Fault::unplaced(kind, span, pointer)
            },
        );
        FileError::of(placed.collect(), count, source)
    }

    /// Notes a value of the wrong kind.
    pub(crate) fn unexpected(&mut self, pointer: &str, node: &Node<'_>, expected: Expected) {
        let value = describe(node);
        self.push_span(
            pointer,
            node.span.clone(),
            FaultKind::Unexpected { value, expected },
        );
    }

    pub(crate) fn text<'n>(&mut self, pointer: &str, node: &'n Node<'_>) -> Option<&'n str> {
        if let Value::Text(text) = &node.value
            && !text.trim().is_empty()
        {
            return Some(text);
        }
        self.unexpected(pointer, node, Expected::Text);
        None
    }

    pub(crate) fn flag(&mut self, pointer: &str, node: &Node<'_>) -> Option<bool> {
        if let Value::Bool(value) = node.value {
            return Some(value);
        }
        self.unexpected(pointer, node, Expected::TrueOrFalse);
        None
    }

    /// A number of points, a threshold or a limit: at most 6 decimals, at most 10^12 either side of 0.
    pub(crate) fn number(&mut self, pointer: &str, node: &Node<'_>) -> Option<Rational> {
        let (Value::Number(text) | Value::Text(text)) = &node.value else {
            self.unexpected(pointer, node, Expected::Number);
            return None;
        };
        let number = read_decimal(text, NumberStyle::Plain)
            .ok()
            .filter(|number| {
                number
                    .at_places(6)
                    .is_some_and(|scaled| scaled.unsigned_abs() <= 10_u128.pow(18))
            });
        if number.is_none() {
            self.unexpected(pointer, node, Expected::Number);
        }
        number.map(Rational::from)
    }

    /// A whole number in a range.
    pub(crate) fn whole(
        &mut self,
        pointer: &str,
        node: &Node<'_>,
        least: i64,
        most: i64,
    ) -> Option<i64> {
        let number = match &node.value {
            Value::Number(text) | Value::Text(text) => read_decimal(text, NumberStyle::Plain)
                .ok()
                .and_then(|number| number.at_places(0))
                .and_then(|number| i64::try_from(number).ok())
                .filter(|number| (least..=most).contains(number)),
            _ => None,
        };
        if number.is_none() {
            self.unexpected(pointer, node, Expected::Whole { least, most });
        }
        number
    }

    pub(crate) fn date(&mut self, pointer: &str, node: &Node<'_>) -> Option<Date> {
        let date = match &node.value {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        if date.is_none() {
            self.unexpected(pointer, node, Expected::Date);
        }
        date
    }

    /// An id: ASCII lower-case letters, digits, `-`, `_`, `.`.
    pub(crate) fn id(&mut self, pointer: &str, node: &Node<'_>) -> Option<String> {
        match &node.value {
            Value::Text(text) if is_id(text, 64, "-_.") => Some(text.clone().into_owned()),
            _ => {
                self.unexpected(pointer, node, Expected::Id);
                None
            }
        }
    }

    /// The id of a criteria set, which may hold `/`.
    pub(crate) fn set_id(&mut self, pointer: &str, node: &Node<'_>) -> Option<String> {
        match &node.value {
            Value::Text(text) if is_id(text, 128, "-_./") => Some(text.clone().into_owned()),
            _ => {
                self.unexpected(pointer, node, Expected::SetId);
                None
            }
        }
    }

    /// One of a closed list of words.
    pub(crate) fn word<T: Copy>(
        &mut self,
        pointer: &str,
        node: &Node<'_>,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        if let Value::Text(text) = &node.value
            && let Some((_, value)) = words.iter().find(|(word, _)| word == text)
        {
            return Some(*value);
        }
        let words = words.iter().map(|(word, _)| (*word).to_owned()).collect();
        self.unexpected(pointer, node, Expected::OneOf { words });
        None
    }

    /// `{ vi, en }`.
    pub(crate) fn bilingual(&mut self, pointer: &str, node: &Node<'_>) -> Option<Text> {
        let mut table = TableReader::new(self, pointer, node)?;
        let vi = table.required(self, "vi", Self::text).map(str::to_owned);
        let en = table.required(self, "en", Self::text).map(str::to_owned);
        table.finish(self);
        Some(Text { vi: vi?, en: en? })
    }

    /// A list, each item read by `read`; faulty items are left out.
    pub(crate) fn list<'n, T>(
        &mut self,
        pointer: &str,
        node: &'n Node<'n>,
        mut read: impl FnMut(&mut Self, &str, &'n Node<'n>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut items = Vec::new();
        for (index, node) in self.nodes(pointer, node)?.iter().enumerate() {
            items.extend(read(self, &join(pointer, index), node));
        }
        Some(items)
    }

    fn nodes<'n>(&mut self, pointer: &str, node: &'n Node<'n>) -> Option<&'n [Node<'n>]> {
        if let Value::List(nodes) = &node.value {
            return Some(nodes);
        }
        self.unexpected(pointer, node, Expected::List);
        None
    }
}

/// Whether a text is an id: beginning with a letter or digit, then these marks too.
pub(crate) fn is_id(text: &str, longest: usize, marks: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= longest
        && text.starts_with(plain)
        && text.chars().all(|c| plain(c) || has(marks, c))
}

/// A value as a message shows it.
pub(crate) fn describe(node: &Node<'_>) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) => text.clone().into_owned(),
        Value::Text(text) => format!("\"{text}\""),
        Value::List(nodes) => format!("[{}]", listed(nodes, describe)),
        Value::Table(entries) => {
            let entry = |entry: &Entry<'_>| format!("{}: {}", entry.key, describe(&entry.node));
            format!("{{{}}}", listed(entries, entry))
        }
    }
}

/// The first few of a list: no message shows more.
fn listed<T>(items: &[T], describe: impl Fn(&T) -> String) -> String {
    const FEW: usize = 4;
    let mut words: Vec<String> = items.iter().take(FEW).map(describe).collect();
    if items.len() > FEW {
        words.push("…".to_owned());
    }
    words.join(", ")
}

/// Reads one table key by key, and reports at the end what nobody asked for.
pub(crate) struct TableReader<'n> {
    pointer: String,
    span: Range<usize>,
    entries: &'n [Entry<'n>],
    asked: Vec<&'static str>,
}

impl<'n> TableReader<'n> {
    pub(crate) fn new(faults: &mut Faults, pointer: &str, node: &'n Node<'_>) -> Option<Self> {
        let Value::Table(entries) = &node.value else {
            faults.unexpected(pointer, node, Expected::Table);
            return None;
        };
        let mut seen = Positions::with_capacity(entries.len());
        for entry in entries {
            if seen.insert(&entry.key, 0).is_some() {
                let key = entry.key.clone().into_owned();
                let pointer = join(pointer, &entry.key);
                faults.push_span(
                    &pointer,
                    entry.key_span.clone(),
                    FaultKind::DuplicateKey { key },
                );
            }
        }
        Some(Self {
            pointer: pointer.to_owned(),
            span: node.span.clone(),
            entries,
            asked: Vec::new(),
        })
    }

    /// The pointer of a key of this table.
    pub(crate) fn at(&self, key: &str) -> String {
        join(&self.pointer, key)
    }

    pub(crate) fn get(&mut self, key: &'static str) -> Option<&'n Node<'n>> {
        self.asked.push(key);
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// A key that may be absent.
    pub(crate) fn optional<T>(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
        read: impl FnOnce(&mut Faults, &str, &'n Node<'n>) -> Option<T>,
    ) -> Option<T>
    where
        T: 'n,
    {
        let (at, node) = self.place(key)?;
        read(faults, &at, node)
    }

    // What doesn't depend on the type that is read stands apart, so that it is compiled once.
    #[inline(never)]
    fn place(&mut self, key: &'static str) -> Option<(String, &'n Node<'n>)> {
        let node = self.get(key)?;
        Some((self.at(key), node))
    }

    #[inline(never)]
    fn required_place(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
    ) -> Option<(String, &'n Node<'n>)> {
        let place = self.place(key);
        if place.is_none() {
            let key = key.to_owned();
            self.fault(faults, FaultKind::MissingKey { key });
        }
        place
    }

    /// A key that must be there.
    pub(crate) fn required<T>(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
        read: impl FnOnce(&mut Faults, &str, &'n Node<'n>) -> Option<T>,
    ) -> Option<T>
    where
        T: 'n,
    {
        let (at, node) = self.required_place(faults, key)?;
        read(faults, &at, node)
    }

    /// The entries, for tables whose keys are free.
    pub(crate) fn entries(&self) -> &'n [Entry<'n>] {
        self.entries
    }

    /// Whether the key stands in the table. Doesn't count as asking for it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// Takes keys as known without reading them, where a fault elsewhere makes them moot.
    pub(crate) fn know_all(&mut self, keys: &[&'static str]) {
        self.asked.extend_from_slice(keys);
    }

    /// Notes a fault of the table as a whole.
    pub(crate) fn fault(&self, faults: &mut Faults, kind: FaultKind) {
        faults.push_span(&self.pointer, self.span.clone(), kind);
    }

    /// Reports the keys that nobody asked for.
    pub(crate) fn finish(self, faults: &mut Faults) {
        self.finish_ref(faults);
    }

    /// The same, where the table is still on loan.
    pub(crate) fn finish_ref(&self, faults: &mut Faults) {
        for entry in self.entries {
            if !self.asked.iter().any(|key| *key == entry.key) {
                let nearest = faults.nearest(&entry.key, &mut self.asked.iter().copied());
                let key = entry.key.clone().into_owned();
                let span = entry.key_span.clone();
                faults.push_span(
                    &self.at(&entry.key),
                    span,
                    FaultKind::UnknownKey { key, nearest },
                );
            }
        }
    }
}
