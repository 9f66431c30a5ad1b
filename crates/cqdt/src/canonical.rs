//! Canonical JSON (RFC 8785): sorted keys, no white space. Numbers in our documents are integers or texts, so the
//! standard's number format is never needed.

// A text of one character is copied; a character would be encoded first, a call each time in the browser.
#![allow(clippy::single_char_add_str)]

use std::cmp::Ordering;
use std::fmt::{self, Display, Write as _};
use std::ops::Range;

use serde::Serialize;
use serde::ser::{self, Impossible, Serializer};

use crate::Rational;
use crate::points::Digits;
use crate::sort::sort_by;

/// The canonical text of a document of ours.
pub(crate) fn canonical_json(document: &impl Serialize) -> String {
    // Our documents are plain structs with text keys, which always serialise.
    to_canonical_json(document).unwrap_or_default()
}

/// A document as canonical JSON (RFC 8785): sorted keys, no white space, the same bytes everywhere. `None` where it
/// holds a binary fraction, bytes, or a key that is no text.
///
/// ```
/// use std::collections::HashMap;
///
/// let document = HashMap::from([("b", Some(1)), ("a", None)]);
/// assert_eq!(cqdt::to_canonical_json(&document).as_deref(), Some(r#"{"a":null,"b":1}"#));
/// ```
pub fn to_canonical_json(document: &impl Serialize) -> Option<String> {
    text_of(document)
}

fn text_of(document: &dyn Value) -> Option<String> {
    let mut writer = Writer::default();
    document.write(&mut writer).ok()?;
    Some(writer.text)
}

/// Canonical JSON put together by hand, where serialising would write the same parts over and over. Who writes sees to
/// the order of keys.
#[derive(Default)]
pub(crate) struct Parts {
    writer: Writer,
    digits: Digits,
}

impl Parts {
    /// For a text that will have about this many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        let mut parts = Self::default();
        parts.writer.text.reserve(bytes);
        parts
    }

    /// Text that is canonical JSON, or part of it.
    pub(crate) fn raw(&mut self, json: &str) {
        self.writer.text.push_str(json);
    }

    /// A key, `"key":` as it is written, or whole entries; behind a comma unless it is the first.
    pub(crate) fn entry(&mut self, json: &str) {
        if !matches!(self.writer.text.as_bytes().last(), Some(b'{' | b'[')) {
            self.raw(",");
        }
        self.raw(json);
    }

    pub(crate) fn string(&mut self, value: &str) {
        self.writer.string(value);
    }

    pub(crate) fn number(&mut self, value: &Rational) {
        value.write_quoted(&mut self.writer.text, &mut self.digits);
    }

    /// A number, or `null` where there is none.
    pub(crate) fn number_or_null(&mut self, value: Option<&Rational>) {
        match value {
            Some(value) => self.number(value),
            None => self.raw("null"),
        }
    }

    pub(crate) fn flag(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    pub(crate) fn position(&mut self, value: usize) {
        match i64::try_from(value) {
            Ok(value) => {
                self.digits.shortest_decimal(value, 0);
                self.writer.text.push_str(self.digits.plain());
            }
            Err(_) => drop(self.writer.integer(&value)),
        }
    }

    pub(crate) fn value(&mut self, value: &dyn Value) {
        // Our documents always serialise.
        let _ = value.write(&mut self.writer);
    }

    pub(crate) fn finish(self) -> String {
        self.writer.text
    }
}

/// A kind of value that no document of ours holds.
#[derive(Debug)]
pub(crate) struct Unsupported;

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not in a canonical document")
    }
}

impl std::error::Error for Unsupported {}

impl ser::Error for Unsupported {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// Whatever serialises, its type forgotten: there are a hundred types of values, and what holds them is compiled once.
pub(crate) trait Value {
    fn write(&self, writer: &mut Writer) -> Result<(), Unsupported>;
}

impl<T: Serialize> Value for T {
    fn write(&self, writer: &mut Writer) -> Result<(), Unsupported> {
        self.serialize(writer)
    }
}

/// Writes straight into one text; only objects whose keys came unsorted are moved about in it afterwards.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
    /// Where the entries (`"key":value`) of all objects that are open begin, innermost last.
    starts: Vec<usize>,
}

impl Writer {
    fn integer(&mut self, value: &dyn Display) -> Result<(), Unsupported> {
        write!(self.text, "{value}").map_err(|_| Unsupported)
    }

    fn string(&mut self, value: &str) {
        self.text.push_str("\"");
        let mut rest = value;
        // What is escaped is ASCII, so that bytes tell.
        let special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
        while let Some(at) = rest.as_bytes().iter().position(special) {
            let (plain, more) = rest.split_at_checked(at).unwrap_or_default();
            self.text.push_str(plain);
            let mut chars = more.chars();
            let control = chars.next().unwrap_or_default();
            rest = chars.as_str();
            let escaped = match control {
                '\u{8}' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\u{c}' => "\\f",
                '\r' => "\\r",
                '"' => "\\\"",
                '\\' => "\\\\",
                control => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(control));
                    continue;
                }
            };
            self.text.push_str(escaped);
        }
        self.text.push_str(rest);
        self.text.push_str("\"");
    }

    fn object(&mut self) -> Object<'_> {
        self.text.push_str("{");
        Object {
            first: self.starts.len(),
            writer: self,
            key: 0..0,
            is_sorted: true,
            closing: "}",
        }
    }

    fn list(&mut self) -> List<'_> {
        self.text.push_str("[");
        List {
            writer: self,
            is_first: true,
        }
    }

    /// What was written in some place.
    fn written(&self, place: Range<usize>) -> &str {
        self.text.get(place).unwrap_or_default()
    }
}

/// An object being written.
pub(crate) struct Object<'w> {
    writer: &'w mut Writer,
    /// Position of its first entry among those that are open.
    first: usize,
    /// The place of the last key, as it is written.
    key: Range<usize>,
    /// Whether all keys so far came in order, for sure.
    is_sorted: bool,
    closing: &'static str,
}

impl Object<'_> {
    /// Writes a key with what stands around it, by what writes the string.
    fn key(
        &mut self,
        write: &mut dyn FnMut(&mut Writer) -> Result<(), Unsupported>,
    ) -> Result<(), Unsupported> {
        let writer = &mut *self.writer;
        if writer.starts.len() > self.first {
            writer.text.push_str(",");
        }
        let start = writer.text.len();
        writer.starts.push(start);
        write(writer)?;
        let key = start + 1..writer.text.len().saturating_sub(1);
        writer.text.push_str(":");
        let (last, now) = (
            writer.written(self.key.clone()),
            writer.written(key.clone()),
        );
        self.is_sorted = self.is_sorted && last <= now && is_plain(now);
        self.key = key;
        Ok(())
    }

    #[inline(never)]
    fn field(&mut self, key: &'static str, value: &dyn Value) -> Result<(), Unsupported> {
        self.key(&mut |writer| {
            writer.string(key);
            Ok(())
        })?;
        value.write(self.writer)
    }

    fn close(self) {
        let writer = self.writer;
        if !self.is_sorted {
            writer.sort(self.first);
        }
        writer.starts.truncate(self.first);
        writer.text.push_str(self.closing);
    }
}

/// Whether bytes tell the order of a key as it is written: ASCII without escapes.
fn is_plain(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii() && byte != b'\\')
}

impl Writer {
    /// Brings the entries of the innermost object in order.
    #[cold]
    fn sort(&mut self, first: usize) {
        let starts = self.starts.get(first..).unwrap_or_default();
        let begin = starts.first().copied().unwrap_or_default();
        let ends = starts.iter().skip(1).map(|next| next - 1);
        let ends = ends.chain(std::iter::once(self.text.len()));
        let entries = starts.iter().zip(ends);
        let mut entries: Vec<(String, &str)> = entries
            .map(|(start, end)| {
                let entry = self.written(*start..end);
                (key_of(entry), entry)
            })
            .collect();
        sort_by(&mut entries, |a, b| canonical_order(&a.0, &b.0));
        let sorted: Vec<&str> = entries.iter().map(|(_, entry)| *entry).collect();
        let sorted = sorted.join(",");
        self.text.truncate(begin);
        self.text.push_str(&sorted);
    }
}

/// The key of an entry of ours (`"key":value`).
fn key_of(entry: &str) -> String {
    let mut key = String::new();
    let mut chars = entry.chars().skip(1);
    while let Some(next) = chars.next() {
        let meant = match next {
            '"' => break,
            '\\' => match chars.next().unwrap_or_default() {
                'b' => '\u{8}',
                't' => '\t',
                'n' => '\n',
                'f' => '\u{c}',
                'r' => '\r',
                'u' => {
                    let code = chars
                        .by_ref()
                        .take(4)
                        .filter_map(|digit| digit.to_digit(16));
                    char::from_u32(code.fold(0, |code, digit| code * 16 + digit))
                        .unwrap_or_default()
                }
                itself => itself,
            },
            plain => plain,
        };
        key.push(meant);
    }
    key
}

/// By UTF-16 code units, as the standard says; for ASCII that is by bytes.
fn canonical_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        a.cmp(b)
    } else {
        a.encode_utf16().cmp(b.encode_utf16())
    }
}

/// A list being written.
pub(crate) struct List<'w> {
    writer: &'w mut Writer,
    is_first: bool,
}

impl List<'_> {
    fn item(&mut self, value: &dyn Value) -> Result<(), Unsupported> {
        if !std::mem::take(&mut self.is_first) {
            self.writer.text.push_str(",");
        }
        value.write(self.writer)
    }
}

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        self.item(&value)
    }

    fn end(self) -> Result<(), Unsupported> {
        self.writer.text.push_str("]");
        Ok(())
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        self.item(&value)
    }

    fn end(self) -> Result<(), Unsupported> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unsupported> {
        self.field(key, &value)
    }

    fn end(self) -> Result<(), Unsupported> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStructVariant for Object<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unsupported> {
        self.field(key, &value)
    }

    fn end(self) -> Result<(), Unsupported> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unsupported> {
        self.key(&mut |writer| key.serialize(Key(writer)))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        Value::write(&value, self.writer)
    }

    fn end(self) -> Result<(), Unsupported> {
        self.close();
        Ok(())
    }
}

fn unsupported<T>() -> Result<T, Unsupported> {
    Err(Unsupported)
}

macro_rules! integers {
    ($($name:ident: $type:ty),*) => {
        $( fn $name(self, value: $type) -> Result<(), Unsupported> { self.integer(&value) } )*
    };
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = List<'w>;
    type SerializeTuple = List<'w>;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeMap = Object<'w>;
    type SerializeStruct = Object<'w>;
    type SerializeStructVariant = Object<'w>;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_bool(self, value: bool) -> Result<(), Unsupported> {
        self.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), Unsupported> {
        unsupported()
    }

    fn serialize_f64(self, _: f64) -> Result<(), Unsupported> {
        unsupported()
    }

    fn serialize_char(self, value: char) -> Result<(), Unsupported> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unsupported> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unsupported> {
        unsupported()
    }

    fn serialize_none(self) -> Result<(), Unsupported> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unsupported> {
        self.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unsupported> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unsupported> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unsupported> {
        let mut object = self.object();
        object.field(variant, &value)?;
        object.close();
        Ok(())
    }

    fn collect_seq<I>(self, items: I) -> Result<(), Unsupported>
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let mut list = self.list();
        for item in items {
            list.item(&item)?;
        }
        ser::SerializeSeq::end(list)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'w>, Unsupported> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'w>, Unsupported> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unsupported> {
        unsupported()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unsupported> {
        unsupported()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'w>, Unsupported> {
        Ok(self.object())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'w>, Unsupported> {
        Ok(self.object())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'w>, Unsupported> {
        self.text.push_str("{");
        self.string(variant);
        self.text.push_str(":");
        let mut object = self.object();
        object.closing = "}}";
        Ok(object)
    }
}

/// Writes a key, which is text and nothing else.
struct Key<'w>(&'w mut Writer);

macro_rules! no_keys {
    ($($name:ident($($argument:ty),*) -> $result:ty;)*) => {
        $( fn $name(self, $(_: $argument),*) -> Result<$result, Unsupported> { unsupported() } )*
    };
}

impl Serializer for Key<'_> {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Impossible<(), Unsupported>;
    type SerializeTuple = Impossible<(), Unsupported>;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeMap = Impossible<(), Unsupported>;
    type SerializeStruct = Impossible<(), Unsupported>;
    type SerializeStructVariant = Impossible<(), Unsupported>;

    fn serialize_str(self, value: &str) -> Result<(), Unsupported> {
        self.0.string(value);
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unsupported> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unsupported> {
        unsupported()
    }

    no_keys! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Shapes {
        Unit,
        New(u8),
        Struct { b: i64, a: Option<bool> },
    }

    #[derive(Serialize)]
    struct Mixed {
        z: Vec<Shapes>,
        #[serde(flatten)]
        a: std::collections::BTreeMap<String, (u8, char)>,
        none: (),
    }

    #[test]
    fn every_shape_comes_out_as_serde_json_has_it() {
        let document = Mixed {
            z: vec![
                Shapes::Unit,
                Shapes::New(7),
                Shapes::Struct {
                    b: -1,
                    a: Some(true),
                },
            ],
            a: [("y".to_owned(), (1, '"')), ("b".to_owned(), (2, 'ộ'))].into(),
            none: (),
        };
        let expected = r#"{"b":[2,"ộ"],"none":null,"y":[1,"\""],"z":["unit",{"new":7},{"struct":{"a":true,"b":-1}}]}"#;
        assert_eq!(canonical_json(&document), expected);
        let read: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(canonical_json(&read), expected);
    }

    #[test]
    fn sorts_and_escapes_as_the_standard_shows() {
        let value = serde_json::json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{0080}": "Control", "\u{00f6}": "ö",
            "literals": [null, true, false], "text": "\u{20ac}$\u{f}\nA'B\"\\\\\"/"
        });
        let canonical = canonical_json(&value);
        let order: Vec<_> = [
            "\\r", "1", "literals", "text", "\u{80}", "ö", "€", "😀", "\u{fb33}",
        ]
        .iter()
        .map(|key| canonical.find(&format!("\"{key}\":")))
        .collect();
        assert!(
            order.is_sorted() && order.iter().all(Option::is_some),
            "{canonical}"
        );
        assert!(
            canonical.contains(r#""text":"€$\u000f\nA'B\"\\\\\"/""#),
            "{canonical}"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_keys_come_out_sorted_and_whole(
            entries in proptest::collection::vec((".{0,4}|[a\\\\\"\u{1}-\u{1f}\u{e000}\u{1f600}]{0,3}", proptest::prelude::any::<u8>()), 0..40)
        ) {
            let document: std::collections::HashMap<String, u8> = entries.into_iter().collect();
            let text = canonical_json(&document);
            let read: std::collections::HashMap<String, u8> = serde_json::from_str(&text).unwrap();
            proptest::prop_assert_eq!(&read, &document);
            let mut keys: Vec<&String> = document.keys().collect();
            keys.sort_by_key(|key| key.encode_utf16().collect::<Vec<_>>());
            let entries: Vec<String> = keys
                .iter()
                .map(|key| format!("{}:{}", serde_json::to_string(key).unwrap(), document[*key]))
                .collect();
            proptest::prop_assert_eq!(text, format!("{{{}}}", entries.join(",")));
        }
    }
}
