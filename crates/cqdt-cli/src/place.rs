//! In which line of a submission's file an answer stands, so that a finding can be looked up. What can't be told is left
//! out: the file may be written in ways that this doesn't follow, but it never tells a wrong line of a plain one.

use cqdt::{DiagnosticKind, Layer};

use crate::input::{Format, Input};

/// The fact that a finding is about.
pub(crate) fn fact(kind: &DiagnosticKind) -> Option<&str> {
    match kind {
        DiagnosticKind::InvalidValue { fact, .. }
        | DiagnosticKind::UnknownFact { fact, .. }
        | DiagnosticKind::AmbiguousNumber { fact, .. }
        | DiagnosticKind::NumeratorAboveDenominator { of: fact, .. }
        | DiagnosticKind::ZeroDenominator { over: fact, .. } => Some(fact),
        _ => None,
    }
}

/// Lines of the rows of a table, blank ones aside; nothing for other files.
pub(crate) fn rows(input: &Input) -> Vec<usize> {
    if input.format != Format::Csv {
        return Vec::new();
    }
    let first = input.text.lines().next().unwrap_or_default();
    let marks = [b',', b';', b'\t'].into_iter();
    let delimiter = marks.max_by_key(|mark| first.bytes().filter(|byte| byte == mark).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .from_reader(input.text.as_bytes());
    let records = reader.records().map_while(Result::ok);
    records
        .filter(|record| record.iter().any(|cell| !cell.trim().is_empty()))
        .filter_map(|record| usize::try_from(record.position()?.line()).ok())
        .collect()
}

/// The line of the answer to a fact, from 1.
pub(crate) fn line(input: &Input, fact: &str, layer: Layer) -> Option<usize> {
    let find = |section: &str| match input.format {
        Format::Toml => in_toml(&input.text, section, fact),
        Format::Json => in_json(&input.text, section, fact),
        Format::Csv => None,
    };
    match layer {
        Layer::SelfAssessed => find("facts"),
        Layer::Verified => find("verified").or_else(|| find("facts")),
    }
}

/// `[section]`, then `fact = …` in a line of its own.
fn in_toml(text: &str, section: &str, fact: &str) -> Option<usize> {
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(head) = line.strip_prefix('[') {
            let head = head.split(']').next().unwrap_or_default();
            inside = head.trim() == section;
        } else if inside
            && let Some((key, _)) = line.split_once('=')
            && key.trim().trim_matches(['"', '\'']) == fact
        {
            return Some(at + 1);
        }
    }
    None
}

/// `"section": {`, then the first `"fact":` before the next closing brace that isn't an answer's own.
fn in_json(text: &str, section: &str, fact: &str) -> Option<usize> {
    let (start, end) = json_table(text, section)?;
    let inside = text.get(start..end)?;
    let mut depth = 0_usize;
    let mut rest = inside;
    while let Some(at) = rest.find(['{', '}', '"']) {
        let offset = inside.len() - rest.len() + at;
        let after = &rest[at + 1..];
        match rest.as_bytes()[at] {
            b'{' => {
                depth += 1;
                rest = after;
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                rest = after;
            }
            _ => {
                let close = quote_end(after)?;
                let beyond = &after[close + 1..];
                let is_key = beyond.trim_start().starts_with(':');
                if depth == 1 && is_key && after.get(..close) == Some(fact) {
                    let lines = text.get(..start + offset)?.matches('\n').count();
                    return Some(lines + 1);
                }
                rest = beyond;
            }
        }
    }
    None
}

/// Bytes from the brace that opens a table of the document to the one that closes it.
fn json_table(text: &str, section: &str) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let mut opened = None;
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find(['{', '}', '"']) {
        at += found;
        match text.as_bytes()[at] {
            b'{' => {
                depth += 1;
                at += 1;
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                at += 1;
                if depth == 1
                    && let Some(start) = opened
                {
                    return Some((start, at));
                }
            }
            _ => {
                let after = text.get(at + 1..)?;
                let close = quote_end(after)?;
                let beyond = after.get(close + 1..)?.trim_start();
                let table = beyond.strip_prefix(':').map(str::trim_start);
                let is_table = table.is_some_and(|table| table.starts_with('{'));
                if depth == 1 && is_table && after.get(..close) == Some(section) {
                    let table = table.unwrap_or_default();
                    opened = Some(text.len() - table.len());
                }
                at += close + 2;
            }
        }
    }
    None
}

/// Where a JSON text ends whose opening quote has been read.
fn quote_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(text: &str, format: Format) -> Input {
        Input {
            name: String::new(),
            text: text.to_owned(),
            format,
        }
    }

    #[test]
    fn in_toml_by_section() {
        let text =
            "unit = \"a\"\n[facts]\nx = 1\n\"i.1\" = 2\n[verified]\nx = 3\n[reasons]\ny = \"\"\n";
        let file = input(text, Format::Toml);
        assert_eq!(line(&file, "x", Layer::SelfAssessed), Some(3));
        assert_eq!(line(&file, "i.1", Layer::SelfAssessed), Some(4));
        assert_eq!(line(&file, "x", Layer::Verified), Some(6));
        assert_eq!(line(&file, "i.1", Layer::Verified), Some(4));
        assert_eq!(line(&file, "y", Layer::SelfAssessed), None);
        assert_eq!(line(&file, "unit", Layer::SelfAssessed), None);
    }

    #[test]
    fn in_json_by_table() {
        let text = "{ \"reasons\": { \"x\": \"}\\\"\" },\n\"verified\": { \"x\": 3 },\n\"facts\": {\n \"k\": \"x\",\n \"t\": { \"x\": 1 },\n \"x\" : 1, \"z\": [\"y\"],\n \"y\": 2 } }";
        let file = input(text, Format::Json);
        assert_eq!(line(&file, "x", Layer::SelfAssessed), Some(6));
        assert_eq!(line(&file, "y", Layer::SelfAssessed), Some(7));
        assert_eq!(line(&file, "x", Layer::Verified), Some(2));
        assert_eq!(line(&file, "y", Layer::Verified), Some(7));
        assert_eq!(line(&file, "w", Layer::Verified), None);
        for end in 0..text.len() {
            if let Some(part) = text.get(..end) {
                line(&input(part, Format::Json), "x", Layer::Verified);
            }
        }
    }

    #[test]
    fn rows_of_tables() {
        let text = "unit;x\na;1\n\n;\nb;\"2\n3\"\nc;4\n";
        assert_eq!(rows(&input(text, Format::Csv)), [2, 5, 7]);
        assert!(rows(&input("{}", Format::Json)).is_empty());
    }
}
