//! What a caller asks of the columns of a frame.

use cqdt::{Lang, NumberStyle};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::{LANGS, NUMBERS};
use crate::error::{Kind, meant, raise, unexpected};

/// What a caller asks of the columns of a frame; wrong arguments are told all at once.
#[pyclass(frozen, name = "_FrameOptions", module = "cqdt._cqdt")]
#[allow(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub(crate) struct Options {
    pub(super) groups: bool,
    pub(super) criteria: bool,
    pub(super) statuses: bool,
    pub(super) rank: bool,
    pub(super) parent: Option<String>,
    /// Where it isn't said, `unit`, if there is such a column.
    pub(super) keep: Option<Vec<String>>,
    #[pyo3(get)]
    pub(super) ignore_unknown: bool,
    pub(super) as_float: bool,
    pub(super) allow_float: bool,
    /// Whether whole numbers are positions of keys and masks of ticked ones.
    pub(super) coded: bool,
    pub(super) numbers: NumberStyle,
    pub(super) diagnostics: Diagnostics,
    /// Of the column that says what there is to say of each row.
    pub(super) lang: Lang,
}

/// What to do where an answer is invalid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Diagnostics {
    Raise,
    Column,
    Off,
}

#[pymethods]
impl Options {
    #[new]
    #[pyo3(signature = (*, keep, parent, groups, criteria, statuses, rank, diagnostics, unknown, points, numbers, allow_float, coded, lang))]
    #[allow(
        clippy::too_many_arguments,
        clippy::fn_params_excessive_bools,
        reason = "the arguments of `score_frame`"
    )]
    fn new(
        py: Python<'_>,
        keep: Option<&Bound<'_, PyAny>>,
        parent: Option<String>,
        groups: bool,
        criteria: bool,
        statuses: bool,
        rank: bool,
        diagnostics: &Bound<'_, PyAny>,
        unknown: &Bound<'_, PyAny>,
        points: &Bound<'_, PyAny>,
        numbers: &Bound<'_, PyAny>,
        allow_float: bool,
        coded: bool,
        lang: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let mut wrong = Wrong::default();
        let diagnoses = [
            ("raise", Diagnostics::Raise),
            ("column", Diagnostics::Column),
            ("off", Diagnostics::Off),
        ];
        let options = Self {
            groups,
            criteria,
            statuses,
            rank,
            parent,
            keep: wrong.names(keep)?,
            diagnostics: wrong.word("diagnostics", diagnostics, diagnoses),
            ignore_unknown: wrong.word("unknown", unknown, [("raise", false), ("ignore", true)]),
            as_float: wrong.word("points", points, [("decimal", false), ("float", true)]),
            numbers: wrong.word("numbers", numbers, NUMBERS),
            allow_float,
            coded,
            lang: wrong.word("lang", lang, LANGS),
        };
        wrong.told(py)?;
        Ok(options)
    }

    /// For whoever makes something else than points of the answers: nothing is asked for, and columns that are neither
    /// answers nor in `keep` are passed over.
    #[staticmethod]
    #[pyo3(signature = (*, numbers, allow_float, coded, keep=None))]
    fn reading(
        py: Python<'_>,
        numbers: &Bound<'_, PyAny>,
        allow_float: bool,
        coded: bool,
        keep: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut wrong = Wrong::default();
        let options = Self {
            groups: false,
            criteria: false,
            statuses: false,
            rank: false,
            parent: None,
            keep: Some(wrong.names(keep)?.unwrap_or_default()),
            diagnostics: Diagnostics::Off,
            ignore_unknown: true,
            as_float: false,
            numbers: wrong.word("numbers", numbers, NUMBERS),
            allow_float,
            coded,
            lang: Lang::Vi,
        };
        wrong.told(py)?;
        Ok(options)
    }
}

/// What is wrong with the arguments, in both languages.
#[derive(Default)]
struct Wrong(Vec<(String, String)>);

impl Wrong {
    /// What a word stands for: that of the first, where it is none of those there are.
    fn word<T: Copy, const N: usize>(
        &mut self,
        argument: &str,
        given: &Bound<'_, PyAny>,
        words: [(&str, T); N],
    ) -> T {
        let (_, first) = words[0];
        let found = if let Ok(word) = given.extract::<String>() {
            meant(argument, &word, &words)
        } else {
            // What isn't text is no word, and told as Python writes it.
            let shown = given.str().map(|shown| shown.to_string());
            Err(unexpected(argument, &shown.unwrap_or_default(), &words))
        };
        found.unwrap_or_else(|told| {
            self.0.push(told);
            first
        })
    }

    /// Names of columns; pandas may call one by a number.
    fn names(&mut self, keep: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Vec<String>>> {
        let Some(keep) = keep else { return Ok(None) };
        if keep.is_instance_of::<PyString>() {
            self.0.push((
                format!("đối số `keep`: `{keep}` không hợp lệ, cần danh sách tên cột, như `[\"{keep}\"]`"),
                format!("argument `keep`: unexpected `{keep}`, expected a list of columns, such as `[\"{keep}\"]`"),
            ));
            return Ok(None);
        }
        let names = keep.try_iter()?;
        let names = names.map(|name| Ok(name?.str()?.to_string()));
        names.collect::<PyResult<_>>().map(Some)
    }

    fn told(self, py: Python<'_>) -> PyResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let (vi, en): (Vec<_>, Vec<_>) = self.0.into_iter().unzip();
        Err(raise(
            py,
            Kind::Option,
            "P0105",
            &vi.join("\n"),
            &en.join("\n"),
        ))
    }
}
