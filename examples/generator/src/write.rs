//! A submission as JSON, as TOML, and many as a table; the way an officer's tools would write them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

/// With line breaks, for people.
pub(crate) fn json(submission: &Value) -> String {
    let mut submission = submission.clone();
    submission.sort_all_objects();
    format!("{submission:#}\n")
}

/// Answers in the order of the alphabet; `None` is left out.
pub(crate) fn toml(unit: &str, submission: &Value) -> String {
    let mut text = String::from("#:schema ../../../criteria/schema/submission.schema.json\n");
    let _ = writeln!(
        text,
        "# Số liệu giả lập của {unit}, không phải báo cáo thật. / Made-up figures, not a real report.\n"
    );
    for key in ["format", "set", "unit", "received"] {
        let _ = writeln!(text, "{key} = {}", toml_value(&submission[key]));
    }
    for key in ["facts", "verified", "reasons"] {
        if let Some(table) = submission[key].as_object() {
            let _ = writeln!(text, "\n[{key}]");
            for (id, value) in sorted(table) {
                let _ = writeln!(text, "{id} = {}", toml_value(value));
            }
        }
    }
    if let Some(evidence) = submission["evidence"].as_object() {
        for (criterion, documents) in sorted(evidence) {
            for document in documents.as_array().into_iter().flatten() {
                let _ = writeln!(text, "\n[[evidence.\"{criterion}\"]]");
                for (key, value) in document.as_object().map(sorted).unwrap_or_default() {
                    let _ = writeln!(text, "{key} = {}", toml_value(value));
                }
            }
        }
    }
    text
}

fn sorted(table: &serde_json::Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::Object(table) => {
            let entries = sorted(table).into_iter();
            let entries: Vec<_> = entries
                .map(|(key, value)| format!("{key} = {}", toml_value(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(list) => {
            let items: Vec<_> = list.iter().map(toml_value).collect();
            format!("[{}]", items.join(", "))
        }
        // JSON's escapes are TOML's.
        other => other.to_string(),
    }
}

/// One row a unit; `;` between columns and a decimal comma, as a spreadsheet saves it here.
pub(crate) fn csv(rows: &[Value]) -> String {
    let mut columns: BTreeSet<(u8, String)> = BTreeSet::new();
    for row in rows {
        for (order, key) in [
            (1, "facts"),
            (2, "verified"),
            (3, "reasons"),
            (4, "evidence"),
        ] {
            let ids = row[key]
                .as_object()
                .into_iter()
                .flat_map(|table| table.keys());
            columns.extend(ids.map(|id| (order, id.clone())));
        }
    }
    let mut text = String::from("unit;set;received");
    for (order, id) in &columns {
        let prefix = ["", "", "verified:", "reason:", "evidence:"][usize::from(*order)];
        let _ = write!(text, ";{prefix}{id}");
    }
    text.push('\n');
    for row in rows {
        let of = |key: &str| row[key].as_str().unwrap_or_default();
        let _ = write!(text, "{};{};{}", of("unit"), of("set"), of("received"));
        for (order, id) in &columns {
            let value = match order {
                1 => &row["facts"][id],
                2 => &row["verified"][id],
                3 => &row["reasons"][id],
                _ => &row["evidence"][id][0]["number"],
            };
            let _ = write!(text, ";{}", cell(value, *order < 3));
        }
        text.push('\n');
    }
    text
}

fn cell(value: &Value, is_answer: bool) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "có".to_owned(),
        Value::Bool(false) => "không".to_owned(),
        Value::String(text)
            if is_answer
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.') =>
        {
            text.replace('.', ",")
        }
        Value::String(text) => quoted(text),
        // A blank cell would be no answer.
        Value::Array(keys) if keys.is_empty() => "-".to_owned(),
        Value::Array(keys) => {
            let keys: Vec<&str> = keys.iter().filter_map(Value::as_str).collect();
            keys.join("|")
        }
        Value::Object(answer) => {
            let reason = answer.get("not_applicable").and_then(Value::as_str);
            quoted(&format!("không áp dụng: {}", reason.unwrap_or_default()))
        }
        number @ Value::Number(_) => number.to_string(),
    }
}

fn quoted(text: &str) -> String {
    if text.contains([';', '"', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
