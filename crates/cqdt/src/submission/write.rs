//! Submissions as JSON: what is written reads back as the same submission.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::{Evidence, RawAnswer, Submission};
use crate::canonical::canonical_json;
use crate::text::{NumberFault, NumberStyle, has, read_decimal};
use crate::{Map, Rational, Received};

type Answers = Map<RawAnswer<'static>>;

/// A text that reads otherwise where numbers are written plainly.
fn styled<S: Serializer>(serializer: S, text: &str, style: NumberStyle) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("numbers", style.name())?;
    map.serialize_entry("text", text)?;
    map.end()
}

/// A submission as it is serialised.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(deny_unknown_fields, title = "Submission")
)]
pub(crate) struct SubmissionDocument<'s> {
    format: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<Received>,
    facts: &'s Answers,
    #[serde(skip_serializing_if = "Map::is_empty")]
    verified: &'s Answers,
    #[serde(skip_serializing_if = "Map::is_empty")]
    reasons: &'s Map<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    evidence: &'s Map<Vec<Evidence>>,
}

impl Submission {
    /// The submission as canonical JSON (RFC 8785), which [`from_json`](Self::from_json) reads back.
    ///
    /// ```
    /// use cqdt::Submission;
    ///
    /// let submission = Submission::new("so-y-te").with("may-tinh", 12);
    /// assert_eq!(submission.to_json(), r#"{"facts":{"may-tinh":12},"format":1,"unit":"so-y-te"}"#);
    /// ```
    pub fn to_json(&self) -> String {
        canonical_json(&SubmissionDocument {
            format: 1,
            set: self.set.as_deref(),
            unit: self.unit.as_deref(),
            received: self.received,
            facts: &self.facts,
            verified: &self.verified,
            reasons: &self.reasons,
            evidence: &self.evidence,
        })
    }
}

impl Serialize for RawAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let one = |serializer: S, key: &str, value: &str| {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(key, value)?;
            map.end()
        };
        match self {
            Self::Missing => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            // Every JSON reader holds integers up to 2^53; the rest travels as text.
            Self::Number(text) => match text.parse::<i64>() {
                Ok(number) if number.unsigned_abs() < 1 << 53 && number.to_string() == **text => {
                    serializer.serialize_i64(number)
                }
                _ => serializer.serialize_str(text),
            },
            Self::Text(text, NumberStyle::Plain) => serializer.serialize_str(text),
            Self::Text(text, style) => match read_decimal(text, *style).map(Rational::from) {
                // No key holds a comma, so it is a number or nothing.
                Ok(number) if has(text, ',') => serializer.serialize_str(&number.to_string()),
                // Written plainly, `1.234` would be another number, or no longer the key that it may be.
                Ok(number) if has(text, '.') && number.to_string() != **text => {
                    styled(serializer, text, *style)
                }
                Err(NumberFault::Ambiguous) => styled(serializer, text, *style),
                Err(_) if read_decimal(text, NumberStyle::Plain).is_ok() => {
                    styled(serializer, text, *style)
                }
                _ => serializer.serialize_str(text),
            },
            Self::Items(keys) => keys.serialize(serializer),
            Self::NotApplicable(reason) => one(serializer, "not_applicable", reason),
            Self::Other(text) => one(serializer, "unreadable", text),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RawAnswer<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Answer".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "An answer; which kinds fit depends on the fact's type.",
            "anyOf": [
                { "type": ["null", "boolean", "number", "string"] },
                { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
                {
                    "type": "object",
                    "required": ["not_applicable"],
                    "properties": { "not_applicable": { "type": "string", "minLength": 1 } },
                    "additionalProperties": false
                },
                {
                    "description": "What was given and is no answer, as it was written.",
                    "type": "object",
                    "required": ["unreadable"],
                    "properties": { "unreadable": { "type": "string" } },
                    "additionalProperties": false
                },
                {
                    "description": "A text whose numbers are not written plainly.",
                    "type": "object",
                    "required": ["text", "numbers"],
                    "properties": {
                        "text": { "type": "string" },
                        "numbers": { "enum": ["plain", "point", "comma", "unstated"] }
                    },
                    "additionalProperties": false
                }
            ]
        })
    }
}
