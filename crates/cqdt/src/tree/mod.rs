//! What a file says before anybody asks what it means: one tree for TOML and JSON, with the place of everything.

mod json;
mod reader;
#[cfg(feature = "toml")]
mod toml;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use json::parse_json;
pub(crate) use reader::{Faults, TableReader, describe, is_id};
#[cfg(feature = "toml")]
pub(crate) use toml::parse_toml;

/// Nesting that a file may have; the formats need about ten.
pub(crate) const MAX_DEPTH: usize = 32;

/// A value and the bytes it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value<'a>,
}

#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// The text of a number, not yet read.
    Number(Cow<'a, str>),
    /// In NFC.
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    /// In the order of the file where the parser keeps it.
    Table(Vec<Entry<'a>>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) key_span: Range<usize>,
    pub(crate) node: Node<'a>,
}

impl Node<'_> {
    /// The bytes of what a JSON pointer names, or of its nearest ancestor.
    pub(crate) fn locate(&self, pointer: &str) -> Range<usize> {
        let mut node = self;
        let mut span = self.span.clone();
        for step in pointer.split('/').skip(1) {
            let step = unescaped(step);
            match &node.value {
                Value::Table(entries) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == step) else {
                        return span;
                    };
                    node = &entry.node;
                    span = node.span.clone();
                }
                Value::List(nodes) => {
                    let Some(next) = step
                        .parse::<usize>()
                        .ok()
                        .and_then(|index| nodes.get(index))
                    else {
                        return span;
                    };
                    node = next;
                    span = node.span.clone();
                }
                _ => return span,
            }
        }
        span
    }
}

/// A pointer one step longer.
pub(crate) fn join(pointer: &str, step: impl std::fmt::Display) -> String {
    format!("{pointer}/{}", escaped(&step.to_string()))
}

fn unescaped(step: &str) -> String {
    let mut parts = step.split('~');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut chars = part.chars();
        plain.push(if chars.next() == Some('1') { '/' } else { '~' });
        plain.push_str(chars.as_str());
    }
    plain
}

fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_back() {
        for step in ["", "a", "~", "/", "~1", "a~0/b~~c/", "đ~"] {
            assert_eq!(unescaped(&escaped(step)), step);
        }
    }
}
