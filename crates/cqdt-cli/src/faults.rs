//! Faults of a file, each with the line it is about and a caret under the place, as compilers show them.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use cqdt::{Fault, FileError, Lang};
use serde_json::{Map, Value, json};

use crate::shell::{self, Shell};

/// Faults shown of one file; what is beyond is counted.
const MOST: usize = 100;

/// Columns to fit lines into where the output is no terminal.
const WIDTH: usize = 120;

/// Bytes of a line that is handed to the renderer whole.
const LONGEST: usize = 4_000;

/// Characters shown of a longer one: before the place, and from it on.
const BEFORE: usize = 50;
const AFTER: usize = 70;

/// Shows every fault of a file beside the output. `source` may be empty where there is nothing to show.
pub(crate) fn show(shell: &mut Shell, name: &str, source: &str, error: &FileError) {
    let lang = shell.lang;
    let faults = error.faults();
    for fault in faults.iter().take(MOST) {
        shell.tell(render(name, source, fault, lang));
        shell.tell("");
    }
    let rest = faults.len().saturating_sub(MOST);
    if rest > 0 {
        shell.tell(match lang {
            Lang::Vi => format!("… và {rest} lỗi nữa trong {name}"),
            Lang::En => format!("… and {rest} more in {name}"),
        });
    }
}

fn render(name: &str, source: &str, fault: &Fault, lang: Lang) -> String {
    let level = Level::ERROR.with_name(lang.pick("lỗi", "error"));
    let title = level
        .primary_title(fault.kind.message(lang))
        .id(fault.code());
    let origin = || {
        Origin::path(name.to_owned())
            .line(fault.line)
            .char_column(fault.column)
    };
    let group = match line(source, fault) {
        None => title.element(origin()),
        Some((line, span)) if line.len() <= LONGEST => {
            let mark = AnnotationKind::Primary.span(span);
            let snippet = Snippet::source(line).line_start(fault.line);
            title.element(snippet.path(name.to_owned()).annotation(mark))
        }
        // The renderer would read the whole of it for each fault.
        Some((line, span)) => {
            let (line, span) = cut(line, &span);
            let mark = AnnotationKind::Primary.span(span);
            let snippet = Snippet::source(line).line_start(fault.line);
            title.element(origin()).element(snippet.annotation(mark))
        }
    };
    let width = shell::width().map_or(WIDTH, usize::from);
    Renderer::styled().term_width(width).render(&[group])
}

/// The line that a fault is about, and the fault's bytes in it; nothing where there is nothing to see.
fn line<'s>(source: &'s str, fault: &Fault) -> Option<(&'s str, Range<usize>)> {
    let at = fault.span.start;
    let start = source.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let rest = source.get(at..)?;
    let end = at + rest.find('\n').unwrap_or(rest.len());
    let line = source.get(start..end)?.trim_end_matches('\r');
    if line.trim().is_empty() {
        return None;
    }
    let from = (at - start).min(line.len());
    // What goes on in later lines is marked to the end of this one.
    let to = (from + fault.span.len()).min(line.len());
    Some((line, from..to))
}

/// A very long line cut to what is around the place.
fn cut(line: &str, span: &Range<usize>) -> (String, Range<usize>) {
    let (head, tail) = line.split_at(span.start);
    let (head, before) = match head.char_indices().rev().nth(BEFORE - 1) {
        Some((from, _)) if from > 0 => (&head[from..], "…"),
        _ => (head, ""),
    };
    let (tail, after) = match tail.char_indices().nth(AFTER) {
        Some((to, _)) => (&tail[..to], "…"),
        None => (tail, ""),
    };
    let from = before.len() + head.len();
    let to = from + span.len().min(tail.len());
    (format!("{before}{head}{tail}{after}"), from..to)
}

/// The faults of a file for programs.
pub(crate) fn json(error: &FileError) -> Vec<Value> {
    let faults = error.faults().iter();
    faults
        .map(|fault| {
            let mut entry = Map::new();
            entry.insert("code".to_owned(), json!(fault.code()));
            entry.insert("name".to_owned(), json!(fault.kind.name()));
            entry.insert("line".to_owned(), json!(fault.line));
            entry.insert("column".to_owned(), json!(fault.column));
            entry.insert("pointer".to_owned(), json!(fault.pointer));
            entry.insert(
                "message".to_owned(),
                json!({ "vi": fault.kind.message(Lang::Vi), "en": fault.kind.message(Lang::En) }),
            );
            entry.insert(
                "arguments".to_owned(),
                fault
                    .kind
                    .arguments()
                    .into_iter()
                    .map(|(key, argument)| (key.to_owned(), json!(argument)))
                    .collect(),
            );
            Value::Object(entry)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use cqdt::CriteriaSet;

    use super::*;

    fn shown(source: &str, code: &str) -> String {
        let error = CriteriaSet::parse_toml(source).unwrap_err();
        let mut faults = error.faults().iter();
        let fault = faults.find(|fault| fault.code() == code).unwrap();
        let text = render("tep.toml", source, fault, Lang::Vi);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn the_caret_stands_under_the_place_whatever_the_letters() {
        // Decomposed letters take two characters and one column; wide ones take two columns.
        for title in [
            "Tiếng Việt",
            "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t",
            "漢字",
            "a",
        ] {
            let source = format!("title = {{ vi = \"{title}\", en = \"b\", fr = \"c\" }}\n");
            let text = shown(&source, "E0101");
            let line = text.lines().find(|line| line.contains("fr =")).unwrap();
            let caret = text.lines().find(|line| line.contains('^')).unwrap();
            let (head, _) = line.split_once("fr =").unwrap();
            let marks = head
                .chars()
                .filter(|c| ('\u{300}'..'\u{370}').contains(c))
                .count();
            let wide = head
                .chars()
                .filter(|c| ('\u{4e00}'..'\u{a000}').contains(c))
                .count();
            let columns = head.chars().count() - marks + wide;
            assert_eq!(caret.find('^'), Some(columns), "{text}");
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let source = format!(
            "{{\"x\": \"{}\", \"y\": 1, \"z\": \"{}\"}}",
            "ấ".repeat(9_000),
            "ệ".repeat(9_000)
        );
        let error = CriteriaSet::parse_json(&source).unwrap_err();
        for fault in error.faults() {
            let text = render("tep.json", &source, fault, Lang::En);
            assert!(
                text.lines().all(|line| line.chars().count() < 250),
                "{text}"
            );
            assert!(
                text.contains(&format!("tep.json:1:{}", fault.column)),
                "{text}"
            );
        }
    }
}
