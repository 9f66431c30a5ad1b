//! Canonical JSON (RFC 8785): sorted keys, no white space. Numbers in our documents are integers or texts, so the
//! standard's number format is never needed.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Display, Write as _};
use std::ops::Range;

use serde::Serialize;
use serde::ser::{self, Impossible, Serializer};

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

/// A kind of value that no document of ours holds.
#[derive(Debug)]
struct Unsupported;

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
trait Value {
    fn write(&self, writer: &mut Writer) -> Result<(), Unsupported>;
}

impl<T: Serialize> Value for T {
    fn write(&self, writer: &mut Writer) -> Result<(), Unsupported> {
        self.serialize(writer)
    }
}

/// Writes straight into one text; only objects whose keys came unsorted are moved about in it afterwards.
#[derive(Default)]
struct Writer {
    text: String,
    /// The entries of all objects that are open, innermost last.
    entries: Vec<Entry>,
}

/// `"key":value`, and where it stands in the text.
struct Entry {
    key: Cow<'static, str>,
    span: Range<usize>,
}

impl Writer {
    fn display(&mut self, value: &dyn Display) -> Result<(), Unsupported> {
        write!(self.text, "{value}").map_err(|_| Unsupported)
    }

    fn string(&mut self, value: &str) {
        self.text.push('"');
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
        self.text.push('"');
    }

    fn object(&mut self) -> Object<'_> {
        self.text.push('{');
        Object {
            first: self.entries.len(),
            writer: self,
            key: Cow::Borrowed(""),
            closing: "}",
        }
    }

    fn list(&mut self) -> List<'_> {
        self.text.push('[');
        List {
            writer: self,
            is_first: true,
        }
    }
}

/// An object being written.
struct Object<'w> {
    writer: &'w mut Writer,
    /// Position of its first entry among those that are open.
    first: usize,
    /// The key whose value comes next.
    key: Cow<'static, str>,
    closing: &'static str,
}

impl Object<'_> {
    fn entry(&mut self, key: Cow<'static, str>, value: &dyn Value) -> Result<(), Unsupported> {
        let writer = &mut *self.writer;
        if writer.entries.len() > self.first {
            writer.text.push(',');
        }
        let start = writer.text.len();
        writer.string(&key);
        writer.text.push(':');
        value.write(writer)?;
        let span = start..writer.text.len();
        writer.entries.push(Entry { key, span });
        Ok(())
    }

    #[inline(never)]
    fn field(&mut self, key: &'static str, value: &dyn Value) -> Result<(), Unsupported> {
        self.entry(Cow::Borrowed(key), value)
    }

    #[inline(never)]
    fn value(&mut self, value: &dyn Value) -> Result<(), Unsupported> {
        let key = std::mem::take(&mut self.key);
        self.entry(key, value)
    }

    fn close(self) {
        let writer = self.writer;
        let open = writer.entries.get(self.first..).unwrap_or_default();
        if open.is_sorted_by(|a, b| canonical_order(&a.key, &b.key) != Ordering::Greater) {
            writer.entries.truncate(self.first);
        } else {
            let mut entries = writer.entries.split_off(self.first);
            let start = entries.first().map_or(0, |entry| entry.span.start);
            sort_by(&mut entries, |a, b| canonical_order(&a.key, &b.key));
            let unsorted = writer.text.split_off(start);
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    writer.text.push(',');
                }
                let span = entry.span.start - start..entry.span.end - start;
                writer.text.push_str(unsorted.get(span).unwrap_or_default());
            }
        }
        writer.text.push_str(self.closing);
    }
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
struct List<'w> {
    writer: &'w mut Writer,
    is_first: bool,
}

impl List<'_> {
    fn item(&mut self, value: &dyn Value) -> Result<(), Unsupported> {
        if !std::mem::take(&mut self.is_first) {
            self.writer.text.push(',');
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
        self.writer.text.push(']');
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
        self.key = Cow::Owned(key.serialize(KeyText)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        self.value(&value)
    }

    fn end(self) -> Result<(), Unsupported> {
        self.close();
        Ok(())
    }
}

fn unsupported<T>() -> Result<T, Unsupported> {
    Err(Unsupported)
}

macro_rules! displayed {
    ($($name:ident: $type:ty),*) => {
        $( fn $name(self, value: $type) -> Result<(), Unsupported> { self.display(&value) } )*
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

    displayed!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

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
        object.entry(Cow::Borrowed(variant), &value)?;
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
        self.text.push('{');
        self.string(variant);
        self.text.push(':');
        let mut object = self.object();
        object.closing = "}}";
        Ok(object)
    }
}

/// Takes the text of a key; nothing else can be one.
struct KeyText;

macro_rules! no_keys {
    ($($name:ident($($argument:ty),*) -> $result:ty;)*) => {
        $( fn $name(self, $(_: $argument),*) -> Result<$result, Unsupported> { unsupported() } )*
    };
}

impl Serializer for KeyText {
    type Ok = String;
    type Error = Unsupported;
    type SerializeSeq = Impossible<String, Unsupported>;
    type SerializeTuple = Impossible<String, Unsupported>;
    type SerializeTupleStruct = Impossible<String, Unsupported>;
    type SerializeTupleVariant = Impossible<String, Unsupported>;
    type SerializeMap = Impossible<String, Unsupported>;
    type SerializeStruct = Impossible<String, Unsupported>;
    type SerializeStructVariant = Impossible<String, Unsupported>;

    fn serialize_str(self, value: &str) -> Result<String, Unsupported> {
        Ok(value.to_owned())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<String, Unsupported> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<String, Unsupported> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<String, Unsupported> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, Unsupported> {
        unsupported()
    }

    no_keys! {
        serialize_bool(bool) -> String;
        serialize_i8(i8) -> String;
        serialize_i16(i16) -> String;
        serialize_i32(i32) -> String;
        serialize_i64(i64) -> String;
        serialize_u8(u8) -> String;
        serialize_u16(u16) -> String;
        serialize_u32(u32) -> String;
        serialize_u64(u64) -> String;
        serialize_f32(f32) -> String;
        serialize_f64(f64) -> String;
        serialize_char(char) -> String;
        serialize_bytes(&[u8]) -> String;
        serialize_none() -> String;
        serialize_unit() -> String;
        serialize_unit_struct(&'static str) -> String;
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
}
