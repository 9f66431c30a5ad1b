//! JSON into the tree. serde_json scans; the raw slices it hands out keep the text of every number and its place.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Entry, MAX_DEPTH, Node, Value};
use crate::fault::{Fault, FaultKind, FileError};
use crate::text::nfc;
use crate::words::slip;

/// A string, borrowed from the input where it holds no escapes.
struct JsonText<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for JsonText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = JsonText<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(JsonText(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(JsonText(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// The entries of an object in file order, duplicates kept.
struct RawEntries<'a>(Vec<(JsonText<'a>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawEntries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = RawEntries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RawEntries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// The entries of the object that `text` is.
fn raw_entries(text: &str) -> serde_json::Result<Vec<(JsonText<'_>, &RawValue)>> {
    serde_json::from_str::<RawEntries<'_>>(text).map(|entries| entries.0)
}

/// The content of the string that `raw` is; without its escapes, composed.
fn text_of(raw: &str) -> serde_json::Result<Cow<'_, str>> {
    let text = serde_json::from_str::<JsonText<'_>>(raw)?.0;
    Ok(match nfc(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(composed) => Cow::Owned(composed),
    })
}

/// Parses a whole document.
pub(crate) fn parse_json(source: &str) -> Result<Node<'_>, FileError> {
    let raw: &RawValue =
        serde_json::from_str(source).map_err(|error| syntax(source, source, &error))?;
    build(source, raw.get(), 0)
}

/// Where a slice of `source` stands in it.
fn span_in(source: &str, slice: &str) -> Range<usize> {
    let start = (slice.as_ptr() as usize).saturating_sub(source.as_ptr() as usize);
    start..start + slice.len()
}

fn build<'a>(source: &'a str, text: &'a str, depth: usize) -> Result<Node<'a>, FileError> {
    let span = span_in(source, text);
    if depth > MAX_DEPTH {
        return Err(Fault::new(FaultKind::TooDeep { limit: MAX_DEPTH }, span, source).into());
    }
    let fail = |error: serde_json::Error| syntax(source, text, &error);
    let value = match text.as_bytes().first() {
        Some(b'{') => {
            let entries = raw_entries(text).map_err(fail)?;
            let entries = entries.into_iter().map(|(JsonText(key), raw)| {
                let node = build(source, raw.get(), depth + 1)?;
                let key_span = match &key {
                    Cow::Borrowed(key) => span_in(source, key),
                    Cow::Owned(_) => node.span.clone(),
                };
                let key = match nfc(&key) {
                    Cow::Borrowed(_) => key,
                    Cow::Owned(composed) => Cow::Owned(composed),
                };
                Ok(Entry {
                    key,
                    key_span,
                    node,
                })
            });
            Value::Table(entries.collect::<Result<_, FileError>>()?)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(fail)?;
            let nodes = items
                .into_iter()
                .map(|raw| build(source, raw.get(), depth + 1));
            Value::List(nodes.collect::<Result<_, FileError>>()?)
        }
        Some(b'"') => Value::Text(text_of(text).map_err(fail)?),
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'n') => Value::Null,
        _ => Value::Number(Cow::Borrowed(text)),
    };
    Ok(Node { span, value })
}

/// A fault where serde_json stopped reading `part`, a slice of `source`.
fn syntax(source: &str, part: &str, error: &serde_json::Error) -> FileError {
    let line_start = part
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let at = span_in(source, part).start + line_start + error.column().saturating_sub(1);
    let at = source.floor_char_boundary(at.min(source.len()));
    // The message ends in " at line 1 column 2", which the place already says.
    let text = error.to_string();
    let told = text.split(" at line ").next().unwrap_or(&text);
    let message = slip(source, at).unwrap_or(told).into();
    Fault::new(FaultKind::Syntax { message }, at..at, source).into()
}
