//! JSON Schemas of the file formats, generated from the types.
//!
//! The types hold a file's content with every default filled in; the schemas are for people who write files, so what
//! may be left out is not required there, and numbers may be written as numbers.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::criteria::Definition;
use crate::round::{Round, RoundDocument};
use crate::score::ReportDocument;
use crate::submission::SubmissionDocument;

/// Keys that files may leave out, by the type that has them.
const OPTIONAL: &[(&str, &[&str])] = &[
    ("CriteriaSet", &["policies", "ranking", "bands"]),
    (
        "Policies",
        &["rounding", "not_applicable", "rescale", "missing_evidence"],
    ),
    ("Rounding", &["stage", "places", "mode"]),
    (
        "Ranking",
        &["by", "ties", "within", "tie_breakers", "display_places"],
    ),
    ("Band", &["min_group_share"]),
    ("Fact", &["not_applicable", "min", "max"]),
    ("Group", &["floor"]),
    ("Criterion", &["min", "bonus", "evidence"]),
    ("Rule", &["yes", "no", "cap", "otherwise", "allow_over"]),
    ("RuleKind", &["yes", "no", "cap", "otherwise", "allow_over"]),
    ("Measure", &["allow_over"]),
    ("Round", &["recipients"]),
    ("Unit", &["ranked"]),
    ("Submission", &["format"]),
];

/// Name of each schema's file, and the schema.
pub fn all() -> Vec<(&'static str, Value)> {
    let schema = |of: fn() -> schemars::Schema| Value::from(of());
    vec![
        (
            "criteria-set.schema.json",
            authored("CriteriaSet", schema(of::<Definition>)),
        ),
        ("round.schema.json", authored("Round", schema(of::<Round>))),
        (
            "submission.schema.json",
            authored("Submission", schema(of::<SubmissionDocument<'_>>)),
        ),
        (
            "report.schema.json",
            titled("Report", schema(of::<ReportDocument<'_>>)),
        ),
        (
            "round-report.schema.json",
            titled("RoundReport", schema(of::<RoundDocument<'_>>)),
        ),
    ]
}

fn of<T: schemars::JsonSchema>() -> schemars::Schema {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
}

fn titled(title: &str, mut schema: Value) -> Value {
    schema["title"] = Value::from(title);
    schema
}

/// A schema for files that people write.
fn authored(title: &str, schema: Value) -> Value {
    let mut schema = titled(title, schema);
    relax(&mut schema, title);
    let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) else {
        return schema;
    };
    for (name, definition) in definitions {
        if name == "Number" {
            *definition = json!({
                "description": "A number of at most 6 decimals; as a number or as a text.",
                "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$" }]
            });
        } else {
            let name = name.clone();
            relax(definition, &name);
        }
    }
    schema
}

/// Takes the keys that a type may leave out from every list of required keys in its schema.
fn relax(schema: &mut Value, name: &str) {
    let optional = OPTIONAL
        .iter()
        .filter(|(owner, _)| *owner == name)
        .flat_map(|(_, keys)| keys.iter().copied());
    let optional: Vec<&str> = optional.collect();
    if !optional.is_empty() {
        drop_required(schema, &optional);
    }
}

fn drop_required(schema: &mut Value, optional: &[&str]) {
    match schema {
        Value::Object(map) => {
            if let Some(required) = map.get_mut("required").and_then(Value::as_array_mut) {
                required.retain(|key| !optional.contains(&key.as_str().unwrap_or_default()));
            }
            for (key, value) in map {
                // Other types' definitions have their own rows in the table.
                if key != "$defs" {
                    drop_required(value, optional);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                drop_required(item, optional);
            }
        }
        _ => {}
    }
}
