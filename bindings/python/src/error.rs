//! Errors of the core as typed exceptions, which the Python part of the package declares.

use cqdt::{FileError, Lang};
use pyo3::marker::Ungil;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The exception classes of `cqdt._errors`.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    CriteriaSet,
    Submission,
    Round,
    Cohort,
    Value,
    Option,
    UnknownSet,
    UnknownId,
    Frame,
}

impl Kind {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::CriteriaSet => "CriteriaSetError",
            Self::Submission => "SubmissionError",
            Self::Round => "RoundError",
            Self::Cohort => "CohortError",
            Self::Value => "ValueTypeError",
            Self::Option => "OptionError",
            Self::UnknownSet => "UnknownSetError",
            Self::UnknownId => "UnknownIdError",
            Self::Frame => "FrameError",
        }
    }
}

/// An attribute of one of the package's own modules, looked up once.
macro_rules! python {
    ($py:expr, $module:literal, $name:expr) => {{
        static MODULE: pyo3::sync::PyOnceLock<Py<PyModule>> = pyo3::sync::PyOnceLock::new();
        let module =
            MODULE.get_or_try_init($py, || PyModule::import($py, $module).map(Bound::unbind))?;
        module.bind($py).getattr($name)
    }};
}
pub(crate) use python;

/// What faults were found in.
#[derive(Clone, Copy)]
pub(crate) enum Found<'p> {
    /// A text, or the file of this name: faults have a line and a column.
    InText(Option<&'p str>),
    /// Values, which stand there among several: nobody has written lines, so faults have a JSON Pointer alone.
    InValues(Option<&'p str>),
}

/// An exception with its code, both messages and what was wrong where.
pub(crate) fn raise(py: Python<'_>, kind: Kind, code: &str, vi: &str, en: &str) -> PyErr {
    make(py, kind, code, vi, en, None).unwrap_or_else(|error| error)
}

fn make(
    py: Python<'_>,
    kind: Kind,
    code: &str,
    vi: &str,
    en: &str,
    found: Option<(&FileError, Found<'_>)>,
) -> PyResult<PyErr> {
    let class = python!(py, "cqdt._errors", kind.class())?;
    let fault_class = python!(py, "cqdt._errors", "Fault")?;
    let (faults, path, has_lines) = match found {
        Some((error, Found::InText(path))) => (error.faults(), path, true),
        Some((error, Found::InValues(path))) => (error.faults(), path, false),
        None => (&[][..], None, false),
    };
    let mut list = Vec::new();
    for fault in faults {
        let messages = messages(
            py,
            &fault.kind.message(Lang::Vi),
            &fault.kind.message(Lang::En),
        )?;
        list.push(fault_class.call1((
            fault.code(),
            fault.kind.name(),
            has_lines.then_some(fault.line),
            has_lines.then_some(fault.column),
            &fault.pointer,
            messages,
        ))?);
    }
    let error = class.call1((code, messages(py, vi, en)?, list, path))?;
    Ok(PyErr::from_value(error))
}

fn messages<'py>(py: Python<'py>, vi: &str, en: &str) -> PyResult<Bound<'py, PyDict>> {
    let messages = PyDict::new(py);
    messages.set_item("vi", vi)?;
    messages.set_item("en", en)?;
    Ok(messages)
}

/// What is read without the GIL, or all faults of it as one exception.
pub(crate) fn parsed<T: Ungil + Send>(
    py: Python<'_>,
    kind: Kind,
    found: Found<'_>,
    parse: impl FnOnce() -> Result<T, FileError> + Ungil + Send,
) -> PyResult<T> {
    py.detach(parse)
        .map_err(|error| file_error(py, kind, &error, found))
}

/// All faults as one exception; its code is that of the first.
fn file_error(py: Python<'_>, kind: Kind, error: &FileError, found: Found<'_>) -> PyErr {
    let code = error.faults().first().map_or("E0001", |fault| fault.code());
    let message = |lang| match found {
        Found::InText(_) => error.message(lang),
        Found::InValues(_) => {
            let lines = error.faults().iter().map(|fault| {
                let (pointer, code) = (&fault.pointer, fault.code());
                let blank = if pointer.is_empty() { "" } else { " " };
                format!("{pointer}{blank}{code} {}", fault.kind.message(lang))
            });
            lines.collect::<Vec<_>>().join("\n")
        }
    };
    let (vi, en) = (message(Lang::Vi), message(Lang::En));
    make(py, kind, code, &vi, &en, Some((error, found))).unwrap_or_else(|error| error)
}

/// What a word stands for; an error where it is none of those an argument takes.
pub(crate) fn option<T: Copy>(
    py: Python<'_>,
    argument: &str,
    word: &str,
    words: &[(&str, T)],
) -> PyResult<T> {
    meant(argument, word, words).map_err(|(vi, en)| raise(py, Kind::Option, "P0105", &vi, &en))
}

/// What a word stands for, or that it is none of those an argument takes, in both languages.
pub(crate) fn meant<T: Copy>(
    argument: &str,
    word: &str,
    words: &[(&str, T)],
) -> Result<T, (String, String)> {
    let found = words.iter().find(|(known, _)| *known == word);
    found.map_or_else(
        || Err(unexpected(argument, word, words)),
        |(_, meant)| Ok(*meant),
    )
}

/// That something is none of the words an argument takes, in both languages.
pub(crate) fn unexpected<T>(argument: &str, shown: &str, words: &[(&str, T)]) -> (String, String) {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    let words = words.join(", ");
    (
        format!("đối số `{argument}`: `{shown}` không hợp lệ, cần một trong {words}"),
        format!("argument `{argument}`: unexpected `{shown}`, expected one of {words}"),
    )
}

/// What ids may be of.
#[derive(Clone, Copy)]
pub(crate) enum Named {
    Criterion,
    Group,
    Band,
    Form,
}

impl Named {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Criterion => ("bộ tiêu chí không có tiêu chí", "the set has no criterion"),
            Self::Group => ("bộ tiêu chí không có nhóm", "the set has no group"),
            Self::Band => ("bộ tiêu chí không có mức độ", "the set has no band"),
            Self::Form => (
                "không đơn vị nào trong đợt dùng mẫu",
                "no unit of the round is on the form",
            ),
        }
    }
}

/// As many ids are told as one reads.
const MOST_IDS: usize = 12;

/// An id that is none of those there are.
pub(crate) fn unknown_id<'i>(
    py: Python<'_>,
    what: Named,
    id: &str,
    known: impl IntoIterator<Item = &'i str>,
) -> PyErr {
    let (vi, en) = what.words();
    let known: Vec<String> = known.into_iter().map(|id| format!("`{id}`")).collect();
    let (mut known_vi, mut known_en) = (String::new(), String::new());
    if (1..=MOST_IDS).contains(&known.len()) {
        let known = known.join(", ");
        known_vi = format!("; hiện có {known}");
        known_en = format!("; there are {known}");
    }
    raise(
        py,
        Kind::UnknownId,
        "P0117",
        &format!("{vi} `{id}`{known_vi}"),
        &format!("{en} `{id}`{known_en}"),
    )
}

/// One thing that is wrong with a frame.
pub(crate) struct Line {
    pub(crate) code: &'static str,
    pub(crate) vi: String,
    pub(crate) en: String,
}

/// Everything that is wrong with a frame; the code is that of the first.
pub(crate) fn frame_error(py: Python<'_>, lines: &[Line]) -> PyErr {
    let code = lines.first().map_or("P0201", |line| line.code);
    let said = |text: fn(&Line) -> &String| {
        let lines = lines
            .iter()
            .map(|line| format!("{} {}", line.code, text(line)));
        lines.collect::<Vec<_>>().join("\n")
    };
    raise(
        py,
        Kind::Frame,
        code,
        &said(|line| &line.vi),
        &said(|line| &line.en),
    )
}
