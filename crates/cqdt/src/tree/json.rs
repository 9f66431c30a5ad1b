//! JSON (RFC 8259) into the tree, in one pass: the text of every number and the place of everything are kept.
//!
//! A scanner of our own: a general parser is a fourth of what the browser would load, reads numbers into floating
//! point on the way, and doesn't say where a value stands.

use std::borrow::Cow;
use std::ops::Range;

use super::{Entry, MAX_DEPTH, Node, Value};
use crate::fault::{Fault, FaultKind, FileError};
use crate::text::nfc_of;
use crate::words::slip;

/// Its words are those of serde_json, which `words` has in Vietnamese.
const OPEN_TABLE: Stop = Stop::Syntax("EOF while parsing an object");

/// Why scanning stopped, at the place where the scanner stands.
enum Stop {
    Syntax(&'static str),
    TooDeep,
}

type Scan<T> = Result<T, Stop>;

/// Parses a whole document.
pub(crate) fn parse_json(source: &str) -> Result<Node<'_>, FileError> {
    let mut scanner = Scanner { source, at: 0 };
    scanner.document().map_err(|stop| {
        let at = source.floor_char_boundary(scanner.at);
        let kind = match stop {
            Stop::TooDeep => FaultKind::TooDeep { limit: MAX_DEPTH },
            Stop::Syntax(told) => FaultKind::Syntax {
                message: slip(source, at).unwrap_or(told).into(),
            },
        };
        Fault::new(kind, at..at, source).into()
    })
}

struct Scanner<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn document(&mut self) -> Scan<Node<'a>> {
        let node = self.value(0)?;
        match self.next_mark() {
            None => Ok(node),
            Some(_) => Err(Stop::Syntax("trailing characters")),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    /// The next byte that isn't white space, not yet taken.
    fn next_mark(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    fn value(&mut self, depth: usize) -> Scan<Node<'a>> {
        let mark = self.next_mark();
        if depth > MAX_DEPTH {
            return Err(Stop::TooDeep);
        }
        let start = self.at;
        let value = match mark {
            Some(b'{') => self.table(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(nfc_of(self.text()?.0)),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(_) => return Err(Stop::Syntax("expected value")),
            None => return Err(Stop::Syntax("EOF while parsing a value")),
        };
        Ok(Node {
            span: start..self.at,
            value,
        })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Scan<Value<'a>> {
        let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Stop::Syntax("expected ident"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn table(&mut self, depth: usize) -> Scan<Value<'a>> {
        let mut entries = Vec::new();
        self.at += 1;
        if self.next_mark() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Table(entries));
        }
        loop {
            match self.next_mark() {
                Some(b'"') => {}
                Some(_) => return Err(Stop::Syntax("key must be a string")),
                None => return Err(OPEN_TABLE),
            }
            let (key, key_span) = self.text()?;
            match self.next_mark() {
                Some(b':') => {}
                Some(_) => return Err(Stop::Syntax("expected `:`")),
                None => return Err(OPEN_TABLE),
            }
            self.at += 1;
            entries.push(Entry {
                key: nfc_of(key),
                key_span,
                node: self.value(depth + 1)?,
            });
            match self.next_mark() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                Some(_) => return Err(Stop::Syntax("expected `,` or `}`")),
                None => return Err(OPEN_TABLE),
            }
        }
        self.at += 1;
        Ok(Value::Table(entries))
    }

    fn list(&mut self, depth: usize) -> Scan<Value<'a>> {
        let mut nodes = Vec::new();
        self.at += 1;
        if self.next_mark() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(nodes));
        }
        loop {
            nodes.push(self.value(depth + 1)?);
            match self.next_mark() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                Some(_) => return Err(Stop::Syntax("expected `,` or `]`")),
                None => return Err(Stop::Syntax("EOF while parsing a list")),
            }
        }
        self.at += 1;
        Ok(Value::List(nodes))
    }

    /// Digits, of which there is at least one.
    fn digits(&mut self) -> Scan<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return Err(Stop::Syntax("invalid number"));
        }
        Ok(())
    }

    fn number(&mut self) -> Scan<Value<'a>> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(Stop::Syntax("invalid number"));
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Value::Number(Cow::Borrowed(self.slice(start..self.at))))
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.source.get(range).unwrap_or_default()
    }

    /// A text and the bytes between its quotes; borrowed from the input where it holds no escapes.
    fn text(&mut self) -> Scan<(Cow<'a, str>, Range<usize>)> {
        self.at += 1;
        let start = self.at;
        let mut text = String::new();
        let mut plain = start;
        loop {
            // Nearly all of a text is plain.
            let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
            let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            self.at += rest.iter().position(special).unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    text.push_str(self.slice(plain..self.at));
                    self.at += 1;
                    text.push(self.escape()?);
                    plain = self.at;
                }
                Some(_) => {
                    return Err(Stop::Syntax(
                        "control character (\\u0000-\\u001F) found while parsing a string",
                    ));
                }
                None => return Err(Stop::Syntax("EOF while parsing a string")),
            }
        }
        let span = start..self.at;
        let rest = self.slice(plain..self.at);
        self.at += 1;
        if plain == start {
            return Ok((Cow::Borrowed(rest), span));
        }
        text.push_str(rest);
        Ok((Cow::Owned(text), span))
    }

    /// What stands after a backslash.
    fn escape(&mut self) -> Scan<char> {
        let Some(mark) = self.peek() else {
            return Err(Stop::Syntax("EOF while parsing a string"));
        };
        self.at += 1;
        Ok(match mark {
            b'"' | b'\\' | b'/' => char::from(mark),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => {
                self.at -= 1;
                return Err(Stop::Syntax("invalid escape"));
            }
        })
    }

    fn code_point(&mut self) -> Scan<char> {
        const LONE: Stop = Stop::Syntax("lone leading surrogate in hex escape");
        let unit = self.hex4()?;
        if !(0xd800..0xe000).contains(&unit) {
            return char::from_u32(unit).ok_or(LONE);
        }
        if unit >= 0xdc00 || self.slice(self.at..self.at + 2) != "\\u" {
            return Err(LONE);
        }
        self.at += 2;
        let low = self.hex4()?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(LONE);
        }
        char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)).ok_or(LONE)
    }

    fn hex4(&mut self) -> Scan<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(Stop::Syntax("invalid escape"));
            };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The tree as serde_json has it; numbers as texts behind a mark, since its own would be read.
    fn plain(node: &Node<'_>) -> serde_json::Value {
        match &node.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| format!("number {text}").into())
            }
            Value::Text(text) => text.as_ref().into(),
            Value::List(nodes) => nodes.iter().map(plain).collect(),
            Value::Table(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone().into_owned(), plain(&entry.node)))
                .collect(),
        }
    }

    /// Both readers accept the same texts and find the same in them.
    fn compare(text: &str) {
        let theirs = serde_json::from_str::<serde_json::Value>(text);
        match (parse_json(text), theirs) {
            (Ok(node), Ok(value)) => assert_eq!(plain(&node), value, "{text}"),
            // A number that no f64 holds is still a number of ours.
            (Ok(_), Err(error)) => assert!(
                error.to_string().contains("number out of range"),
                "{text}: {error}"
            ),
            (Err(error), Ok(_)) => {
                assert_eq!(error.faults()[0].code(), "E0002", "{text}: {error}");
            }
            (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn reads_what_a_general_parser_reads() {
        for text in [
            "",
            " ",
            "null",
            "nul",
            "true",
            "tru",
            "false x",
            "0",
            "-0",
            "01",
            "-",
            "1.",
            ".5",
            "1.5e3",
            "1e",
            "1e+",
            "1E-2",
            "+1",
            "[]",
            "[ ]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[",
            "[1",
            "{}",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":1",
            "{\"a\":1,\"a\":2}",
            "\"",
            "\"a",
            "\"\u{0}\"",
            "\"\t\"",
            "\"\\t\\n\\r\\b\\f\\/\\\\\\\"\"",
            "\"\\x\"",
            "\"\\u00e9\"",
            "\"\\u00E\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ud83dx\"",
            "\"ế\u{2028}\"",
            "{} {}",
            "\u{feff}{}",
            "[1]\u{a0}",
            "\"\\",
            "{\"\\u0061\": [true, null, {\"b\": \"c\"}]}",
            "1e999",
            "[\"\\u12\"]",
            "\u{b}1",
        ] {
            compare(text);
        }
    }

    #[test]
    fn places_are_those_of_the_source() {
        let source = "{ \"a\\u0301\" : [ 1.50 , \"x\" ] }";
        let node = parse_json(source).unwrap();
        assert_eq!(&source[node.span.clone()], source);
        let Value::Table(entries) = &node.value else {
            panic!("a table was expected");
        };
        assert_eq!(entries[0].key, "á");
        assert_eq!(&source[entries[0].key_span.clone()], "a\\u0301");
        assert_eq!(&source[node.locate("/á/0")], "1.50");
        assert_eq!(&source[node.locate("/á/1")], "\"x\"");
    }

    #[test]
    fn a_fault_names_its_place() {
        let error = parse_json("{\n  \"a\": 1\n  \"b\": 2 }").unwrap_err();
        assert_eq!(
            error.to_string(),
            "3:3 E0001 the file is not well-formed: expected `,` or `}`"
        );
        let deep = "[".repeat(MAX_DEPTH + 2);
        assert_eq!(
            parse_json(&deep).unwrap_err().faults()[0].column,
            MAX_DEPTH + 2
        );
        let error = parse_json("\"\\ud83dế\"").unwrap_err();
        assert_eq!(error.faults()[0].column, 8);
    }

    proptest! {
        #[test]
        fn agrees_on_any_text(text in r#"[\[\]{}:,"\\ue0-9a-f.+\- \ntrlsế]{0,24}"#) {
            compare(&text);
        }

        #[test]
        fn agrees_on_any_value_written_any_way(value in values(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            compare(&text.unwrap());
        }
    }

    fn values() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            // Composed text only: what is decomposed is composed here and kept there.
            "[a-zếưđ\"\\\\\n\u{1}😀]{0,6}".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                prop::collection::btree_map("[a-z\"ế]{0,4}", inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }
}
