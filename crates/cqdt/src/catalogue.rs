//! Messages as data: one table per stage gives each kind its stable code, its typed arguments and its sentence in
//! Vietnamese and English.

use std::fmt::Display;

use serde_json::Value;

use crate::round::Due;
use crate::text::Excerpt;
use crate::{Date, Lang, Rational};

/// An argument of a message.
pub(crate) trait Argument {
    /// As a sentence shows it.
    fn show(&self, lang: Lang) -> String;
    /// As a report stores it.
    fn json(&self) -> Value;
}

impl Argument for String {
    fn show(&self, _: Lang) -> String {
        Excerpt(self).to_string()
    }

    fn json(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Argument for usize {
    fn show(&self, _: Lang) -> String {
        self.to_string()
    }

    fn json(&self) -> Value {
        Value::from(*self)
    }
}

impl Argument for Rational {
    fn show(&self, lang: Lang) -> String {
        lang.exact(self)
    }

    fn json(&self) -> Value {
        Value::from(self.to_string())
    }
}

impl Argument for Date {
    fn show(&self, lang: Lang) -> String {
        self.display(lang)
    }

    fn json(&self) -> Value {
        Value::from(self.to_string())
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

    fn json(&self) -> Value {
        let (key, date) = match self {
            Self::By(date) => ("by", date),
            Self::Before(date) => ("before", date),
        };
        serde_json::json!({ key: date.to_string() })
    }
}

impl Argument for Vec<String> {
    fn show(&self, _: Lang) -> String {
        quoted(self)
    }

    fn json(&self) -> Value {
        Value::from(self.as_slice())
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
                $(#[$doc:meta])*
                $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }
                    = $code:literal $id:literal, vi $vi:literal, en $en:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $kinds {
            $( $(#[$doc])* $name { $($(#[$field_doc])* $field: $type),* }, )*
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

            /// The sentence in one language: no capital, no full stop.
            pub fn message(&self, lang: $crate::Lang) -> String {
                #[allow(unused_imports)]
                use $crate::catalogue::Argument as _;
                match self {
                    $( Self::$name { $($field),* } => {
                        $( let $field = $field.show(lang); )*
                        match lang {
                            $crate::Lang::Vi => format!($vi),
                            $crate::Lang::En => format!($en),
                        }
                    } )*
                }
            }

            /// The typed arguments, as reports store them.
            pub fn arguments(&self) -> serde_json::Map<String, serde_json::Value> {
                #[allow(unused_imports)]
                use $crate::catalogue::Argument as _;
                match self {
                    $( Self::$name { $($field),* } => {
                        #[allow(unused_mut)]
                        let mut arguments = serde_json::Map::new();
                        $( arguments.insert(stringify!($field).to_owned(), $field.json()); )*
                        arguments
                    } )*
                }
            }
        }
    };
}

pub(crate) use catalogue;
