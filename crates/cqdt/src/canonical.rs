//! Canonical JSON (RFC 8785): sorted keys, no white space. Numbers in our documents are integers or texts, so the
//! standard's number format is never needed.

use serde::Serialize;
use serde_json::Value;

/// The canonical text of a document of ours.
pub(crate) fn canonical_json(document: &impl Serialize) -> String {
    let mut text = String::new();
    // Our documents are plain structs with text keys, which always serialise.
    let value = serde_json::to_value(document).unwrap_or_default();
    write(&value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            // By UTF-16 code units, as the standard says, whatever order serde_json keeps.
            entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            list(text, ('{', '}'), entries, |(key, value), text| {
                scalar(&Value::from(key.as_str()), text);
                text.push(':');
                write(value, text);
            });
        }
        Value::Array(items) => list(text, ('[', ']'), items, write),
        other => scalar(other, text),
    }
}

fn list<T>(
    text: &mut String,
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    write: impl Fn(T, &mut String),
) {
    text.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(item, text);
    }
    text.push(close);
}

/// serde_json escapes texts as the standard asks.
fn scalar(value: &Value, text: &mut String) {
    text.push_str(&value.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

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
