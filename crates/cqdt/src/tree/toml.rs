//! TOML into the tree.

use std::borrow::Cow;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::{Entry, MAX_DEPTH, Node, Value};
use crate::fault::{Fault, FaultKind, FileError, MAX_FAULTS, MAX_SYNTAX_FAULTS};
use crate::text::nfc_of;
use crate::words::slip;

/// Parses a whole document; all syntax faults at once.
pub(crate) fn parse_toml(source: &str) -> Result<Node<'_>, FileError> {
    // The parser bounds brackets and dots each by themselves; together they would nest beyond what a stack holds.
    if let Some(at) = too_deep(source) {
        return Err(Fault::new(TOO_DEEP, at..at, source).into());
    }
    let (table, errors) = DeTable::parse_recoverable(source);
    if errors.is_empty() {
        let span = table.span();
        let value = table_value(table.into_inner(), 0)
            .map_err(|span| Fault::new(TOO_DEEP, span, source))?;
        return Ok(Node { span, value });
    }
    let mut count = 0;
    let mut syntax = 0;
    let mut faults = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let kind = match error.message() {
            "duplicate key" => {
                let key = source.get(span.clone()).unwrap_or_default();
                let key = key.trim_matches(['"', '\'']).to_owned();
                FaultKind::DuplicateKey { key }
            }
            "recursion limit" | "cannot recurse further; max recursion depth met" => TOO_DEEP,
            message => {
                syntax += 1;
                let told = slip(source, span.start).unwrap_or(message);
                let message = told.replace('\n', "; ").into();
                FaultKind::Syntax { message }
            }
        };
        count += 1;
        let echo = matches!(kind, FaultKind::Syntax { .. }) && syntax > MAX_SYNTAX_FAULTS;
        if faults.len() < MAX_FAULTS && !echo {
            faults.push(Fault::unplaced(kind, span, String::new()));
        }
    }
    Err(FileError::of(faults, count, source))
}

const TOO_DEEP: FaultKind = FaultKind::TooDeep { limit: MAX_DEPTH };

/// Where brackets and the dots of keys first nest deeper than any file of ours, if anywhere.
fn too_deep(source: &str) -> Option<usize> {
    // Levels that each open bracket brought: itself and the key before it.
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut header = 0;
    let mut key = 0;
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at = line_end(bytes, at),
            b'"' | b'\'' => at = string_end(bytes, at),
            b'.' => key += 1,
            b'[' | b'{' => {
                open.push(key + 1);
                depth += key + 1;
                key = 0;
            }
            b']' | b'}' => {
                depth -= open.pop().unwrap_or_default();
                if open.is_empty() {
                    // What ends outside of all brackets may be the header of a table, `[a.b]` or `[[a.b]]`.
                    header = key;
                }
            }
            b',' => key = 0,
            b'\n' if open.is_empty() => key = 0,
            _ => {}
        }
        if header + depth + key > MAX_DEPTH {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The last byte of the line, or of the text.
fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest.iter().position(|byte| *byte == b'\n');
    from + length.unwrap_or(rest.len())
}

/// The last byte of a string that begins here; of one that isn't closed, the last of what it could hold.
fn string_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let Some(quote) = rest.first() else {
        return from;
    };
    let escapes = *quote == b'"';
    let long = [*quote; 3];
    let is_long = rest.starts_with(&long);
    let mut at = if is_long { 3 } else { 1 };
    while let Some(byte) = rest.get(at) {
        if escapes && *byte == b'\\' {
            at += 1;
        } else if is_long && rest.get(at..).is_some_and(|rest| rest.starts_with(&long)) {
            return from + at + 2;
        } else if !is_long && (byte == quote || *byte == b'\n') {
            return from + at;
        }
        at += 1;
    }
    from + rest.len()
}

type Span = std::ops::Range<usize>;

fn table_value(table: DeTable<'_>, depth: usize) -> Result<Value<'_>, Span> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        entries.push(Entry {
            key_span: key.span(),
            key: nfc_of(key.into_inner()),
            node: node(value, depth + 1)?,
        });
    }
    entries.sort_by_key(|entry| entry.key_span.start);
    Ok(Value::Table(entries))
}

fn node(value: Spanned<DeValue<'_>>, depth: usize) -> Result<Node<'_>, Span> {
    let span = value.span();
    if depth > MAX_DEPTH {
        return Err(span);
    }
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(nfc_of(text)),
        DeValue::Boolean(value) => Value::Bool(value),
        // Keeps a radix prefix, so that only decimal digits read as numbers further on.
        DeValue::Integer(integer) => Value::Number(Cow::Owned(integer.to_string())),
        DeValue::Float(float) => Value::Number(Cow::Owned(float.as_str().to_owned())),
        DeValue::Datetime(moment) => Value::Text(Cow::Owned(moment.to_string())),
        DeValue::Array(array) => Value::List(
            array
                .into_iter()
                .map(|item| node(item, depth + 1))
                .collect::<Result<_, _>>()?,
        ),
        DeValue::Table(table) => table_value(table, depth)?,
    };
    Ok(Node { span, value })
}
