//! Templates and style, and how a page is put together from them.

use std::borrow::Cow;
use std::io;

use cqdt::Lang;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, escape_formatter};
use serde::Serialize;

use crate::words::labels;

const STYLE: &str = include_str!("templates/style.css");

/// What the page's policy lets in: this style and nothing else. A test keeps it fresh.
const STYLE_HASH: &str = "sha256-zlm4aY0vboF/DT4+9jSC375W9sjJlk2r9Ch65aJYwlk=";

pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("head.html", include_str!("templates/head.html")),
    ("round.html", include_str!("templates/round.html")),
    ("sheet.html", include_str!("templates/sheet.html")),
    ("sources.html", include_str!("templates/sources.html")),
    ("foot.html", include_str!("templates/foot.html")),
];

/// Writes a page piece by piece, so that no page need be held as a whole.
pub(crate) struct Page<W> {
    templates: Environment<'static>,
    out: W,
}

#[derive(Serialize)]
struct Head<'t> {
    lang: &'static str,
    title: Cow<'t, str>,
    version: &'static str,
    style_hash: &'static str,
}

impl<W: io::Write> Page<W> {
    /// Begins a page with its head.
    pub(crate) fn begin(out: W, lang: Lang, title: &str) -> io::Result<Self> {
        let mut templates = Environment::new();
        // Before the templates: each is compiled with what is set when it is added.
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build();
        templates.set_syntax(syntax.map_err(io::Error::other)?);
        templates.set_formatter(|out, state, value| match value.as_str().map(visible) {
            Some(Cow::Owned(text)) => escape_formatter(out, state, &Value::from(text)),
            _ => escape_formatter(out, state, value),
        });
        for (name, source) in TEMPLATES {
            templates
                .add_template(name, source)
                .map_err(io::Error::other)?;
        }
        templates.add_global("t", Value::from(Serde(labels(lang))));
        templates.add_global("style", Value::from_safe_string(STYLE.to_owned()));
        let mut page = Self { templates, out };
        page.write(
            "head.html",
            Head {
                lang: lang.pick("vi", "en"),
                title: undirected(title),
                version: env!("CARGO_PKG_VERSION"),
                style_hash: STYLE_HASH,
            },
        )?;
        Ok(page)
    }

    /// Writes one template.
    pub(crate) fn write(&mut self, template: &str, context: impl Serialize) -> io::Result<()> {
        let template = self.templates.get_template(template);
        let text = template.and_then(|template| template.render(Serde(context)));
        self.out
            .write_all(text.map_err(io::Error::other)?.as_bytes())
    }

    /// Ends the page.
    pub(crate) fn end(mut self) -> io::Result<()> {
        self.write("foot.html", ())?;
        self.out.flush()
    }
}

/// Controls, which no document may hold, shown as `␣`; borrows where there is none.
fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(hidden) {
        Cow::Owned(text.replace(hidden, "␣"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Without the characters that turn the direction of text: a window's title can't hold them in.
fn undirected(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(turns) {
        Cow::Owned(text.replace(turns, ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn policy_names_the_style() {
        let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        assert_eq!(STYLE_HASH, format!("sha256-{digest}"));
    }

    #[test]
    fn style_loads_nothing() {
        for word in ["url(", "@import", "@font-face", "image-set", "</"] {
            assert!(!STYLE.contains(word), "{word}");
        }
    }

    #[test]
    fn controls_are_shown() {
        assert_eq!(visible("a\0b\u{7f}\n"), "a␣b␣\n");
        assert_eq!(undirected("a\u{202e}b"), "ab");
    }
}
