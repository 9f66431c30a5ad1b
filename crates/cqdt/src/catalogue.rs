//! Messages as data: one table per stage gives each kind its stable code, its typed arguments and its sentence in
//! Vietnamese and English.

use std::fmt::Display;

#[cfg(feature = "schema")]
use schemars::{Schema, SchemaGenerator};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::round::Due;
use crate::text::Excerpt;
use crate::{Date, Lang, Rational};

/// An argument of a message, as reports store it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Datum {
    /// There is none.
    Null,
    /// An id, a text of a file, or an exact number.
    Text(String),
    /// A count or a limit.
    Number(i64),
    /// Ids.
    List(Vec<String>),
    /// Something that has parts.
    Table(Vec<(&'static str, Datum)>),
}

impl Datum {
    pub(crate) fn count(count: usize) -> Self {
        Self::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Serialize for Datum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::List(ids) => ids.serialize(serializer),
            Self::Table(parts) => {
                let mut map = serializer.serialize_map(Some(parts.len()))?;
                for (key, part) in parts {
                    map.serialize_entry(key, part)?;
                }
                map.end()
            }
        }
    }
}

/// An argument of a message.
pub(crate) trait Argument {
    /// As a sentence shows it.
    fn show(&self, lang: Lang) -> String;
    /// As a report stores it.
    fn json(&self) -> Datum;
    /// The schema of what a report stores.
    #[cfg(feature = "schema")]
    fn schema(generator: &mut SchemaGenerator) -> Schema
    where
        Self: Sized;
}

/// The schema of one kind's arguments.
#[cfg(feature = "schema")]
pub(crate) struct KindSchema {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// What the kind says.
    pub(crate) doc: &'static str,
    /// Name, what it is, schema.
    pub(crate) arguments: Vec<(&'static str, &'static str, Schema)>,
}

impl Argument for String {
    fn show(&self, _: Lang) -> String {
        Excerpt(self).to_string()
    }

    fn json(&self) -> Datum {
        Datum::from(self.as_str())
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl Argument for usize {
    fn show(&self, _: Lang) -> String {
        self.to_string()
    }

    fn json(&self) -> Datum {
        Datum::count(*self)
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl Argument for Rational {
    fn show(&self, lang: Lang) -> String {
        lang.exact(self)
    }

    fn json(&self) -> Datum {
        Datum::Text(self.to_string())
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl Argument for Date {
    fn show(&self, lang: Lang) -> String {
        self.display(lang)
    }

    fn json(&self) -> Datum {
        Datum::Text(self.to_string())
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl Argument for Due {
    fn show(&self, lang: Lang) -> String {
        let date = self.date().display(lang);
        match (self, lang) {
            (Self::By(_), Lang::Vi) => format!("chậm nhất ngày {date}"),
            (Self::Before(_), Lang::Vi) => format!("trước ngày {date}"),
            (Self::By(_), Lang::En) => format!("by {date}"),
            (Self::Before(_), Lang::En) => format!("before {date}"),
        }
    }

    fn json(&self) -> Datum {
        let (key, date) = match self {
            Self::By(date) => ("by", date),
            Self::Before(date) => ("before", date),
        };
        Datum::Table(vec![(key, Datum::Text(date.to_string()))])
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl Argument for Vec<String> {
    fn show(&self, _: Lang) -> String {
        quoted(self)
    }

    fn json(&self) -> Datum {
        Datum::List(self.clone())
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

/// `` `a`, `b` ``.
pub(crate) fn quoted(words: &[impl Display]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// Declares an enum of message kinds: `Name { argument: Type } = "CODE" "name", vi "…{argument}…", en "…"`.
macro_rules! catalogue {
    (
        $(#[$meta:meta])*
        pub enum $kinds:ident {
            $(
                $(#[doc = $doc:literal])*
                $name:ident { $($(#[doc = $field_doc:literal])* $field:ident: $type:ty),* $(,)? }
                    = $code:literal $id:literal, vi $vi:literal, en $en:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $kinds {
            $( $(#[doc = $doc])* $name { $($(#[doc = $field_doc])* $field: $type),* }, )*
        }

        impl $kinds {
            /// Every code with its name, for tests and documentation.
            pub const CODES: &'static [(&'static str, &'static str)] = &[$(($code, $id)),*];

            /// The stable code, such as `E0104`.
            pub fn code(&self) -> &'static str {
                match self { $( Self::$name { .. } => $code, )* }
            }

            /// The stable name, such as `unknown_key`.
            pub fn name(&self) -> &'static str {
                match self { $( Self::$name { .. } => $id, )* }
            }

            fn template(&self, lang: $crate::Lang) -> &'static str {
                match self { $( Self::$name { .. } => lang.pick($vi, $en), )* }
            }

            /// The arguments by name.
            pub(crate) fn parts(&self) -> Vec<(&'static str, &dyn $crate::catalogue::Argument)> {
                match self {
                    $( Self::$name { $($field),* } => vec![$( (stringify!($field), $field) ),*], )*
                }
            }

            /// The sentence, with arguments shown as the caller shows them.
            pub(crate) fn message_with(
                &self,
                lang: $crate::Lang,
                show: &dyn Fn(&'static str, &dyn $crate::catalogue::Argument) -> String,
            ) -> String {
                $crate::catalogue::fill(self.template(lang), &self.parts(), show)
            }

            /// The sentence in one language: no capital, no full stop.
            pub fn message(&self, lang: $crate::Lang) -> String {
                self.message_with(lang, &|_, argument| argument.show(lang))
            }

            /// The typed arguments, as reports store them.
            pub fn arguments(&self) -> Vec<(&'static str, $crate::Datum)> {
                let parts = self.parts().into_iter();
                parts.map(|(key, argument)| (key, argument.json())).collect()
            }

            /// Each kind's code, name and arguments, as reports store them.
            #[cfg(feature = "schema")]
            #[allow(dead_code)]
            pub(crate) fn schemas(
                generator: &mut schemars::SchemaGenerator,
            ) -> Vec<$crate::catalogue::KindSchema> {
                let _ = &generator;
                vec![$( $crate::catalogue::KindSchema {
                    code: $code,
                    name: $id,
                    doc: concat!($($doc),*).trim(),
                    arguments: vec![$( (
                        stringify!($field),
                        concat!($($field_doc),*).trim(),
                        <$type as $crate::catalogue::Argument>::schema(generator),
                    ) ),*],
                } ),*]
            }

            /// Holds sentences to the arguments that their kinds have, when they are compiled.
            #[allow(dead_code)]
            fn fits(&self) -> [String; 2] {
                match self {
                    $( Self::$name { $($field),* } => {
                        $( let $field = $crate::catalogue::Argument::json($field); )*
                        $( let $field = format!("{:?}", $field); )*
                        [format!($vi), format!($en)]
                    } )*
                }
            }
        }
    };
}

/// A sentence with its arguments filled in: `{name}` by name.
pub(crate) fn fill(
    template: &str,
    parts: &[(&'static str, &dyn Argument)],
    show: &dyn Fn(&'static str, &dyn Argument) -> String,
) -> String {
    let mut sentence = String::new();
    let mut rest = template;
    while let Some((plain, (name, after))) = rest
        .split_once('{')
        .and_then(|(plain, after)| Some((plain, after.split_once('}')?)))
    {
        sentence.push_str(plain);
        if let Some((key, argument)) = parts.iter().find(|(key, _)| *key == name) {
            sentence.push_str(&show(key, *argument));
        }
        rest = after;
    }
    sentence.push_str(rest);
    sentence
}

pub(crate) use catalogue;
