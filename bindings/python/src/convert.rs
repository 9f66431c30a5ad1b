//! Values across the border: Python objects to JSON text, exact numbers to `Decimal` and `Fraction`.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use cqdt::{Lang, Layer, NumberStyle, Rational, criteria::Ties};
use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyDate, PyDateTime, PyDict, PyFloat, PyFrozenSet, PyInt, PyIterator, PyList, PyMapping,
    PySet, PyString, PyTuple,
};

use crate::error::{Kind, option, python, raise};

/// How deep a Python value may be nested: deeper than any file may be.
const MAX_DEPTH: usize = 64;

fn decimal_class(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        PyModule::import(py, "decimal")?
            .getattr("Decimal")
            .map(Bound::unbind)
    })?;
    Ok(class.bind(py))
}

fn fraction_class(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        PyModule::import(py, "fractions")?
            .getattr("Fraction")
            .map(Bound::unbind)
    })?;
    Ok(class.bind(py))
}

/// Points: a `Decimal` where one is exact, else a `Fraction`.
pub(crate) fn exact<'py>(py: Python<'py>, value: &Rational) -> PyResult<Bound<'py, PyAny>> {
    let text = value.to_string();
    if text.contains('/') {
        fraction_class(py)?.call1((text,))
    } else {
        decimal_class(py)?.call1((text,))
    }
}

/// A share: always a `Fraction`.
pub(crate) fn fraction<'py>(py: Python<'py>, value: &Rational) -> PyResult<Bound<'py, PyAny>> {
    fraction_class(py)?.call1((value.to_string(),))
}

/// An exact number of Python: `int`, `Decimal`, `Fraction` or their text.
pub(crate) fn number(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<Rational> {
    let py = value.py();
    if is_float(value) {
        return Err(float_refused(py, argument, value, false));
    }
    let text = if let Ok(text) = value.cast::<PyString>() {
        text.to_string()
    } else if value.is_instance(decimal_class(py)?)? {
        plain(value, argument)?
    } else if value.is_instance(fraction_class(py)?)? || whole(value).is_some() {
        // Python refuses to write whole numbers of thousands of digits.
        let text = value.str().map_err(|_| unsupported(py, argument, value))?;
        text.to_string()
    } else {
        return Err(unsupported(py, argument, value));
    };
    text.parse().map_err(|_| unsupported(py, argument, value))
}

/// A `Decimal` without exponent; one with a huge exponent, which would be as many digits long, is none.
fn plain(value: &Bound<'_, PyAny>, at: &str) -> PyResult<String> {
    let is_finite = value.call_method0("is_finite")?.is_truthy()?;
    if !is_finite || value.call_method0("adjusted")?.extract::<i64>()?.abs() > 100 {
        return Err(unsupported(value.py(), at, value));
    }
    value.call_method1("__format__", ("f",))?.extract()
}

/// A whole number of Python or numpy, not a yes or no.
fn whole<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    if value.is_instance_of::<PyBool>() || !value.hasattr("__index__").unwrap_or(false) {
        return None;
    }
    value.call_method0("__index__").ok()
}

/// Why a float isn't taken; `ask` where the caller has `allow_float`.
fn float_refused(py: Python<'_>, at: &str, value: &Bound<'_, PyAny>, ask: bool) -> PyErr {
    let shown = shown(value);
    let (vi, en) = if ask {
        (
            ", hay gọi với allow_float=True để lấy cách viết ngắn nhất của nó",
            ", or call with allow_float=True to take its shortest spelling",
        )
    } else {
        ("", "")
    };
    raise(
        py,
        Kind::Value,
        "P0101",
        &format!(
            "`{at}`: {shown} là số thực nhị phân (float), không phải lúc nào cũng đúng con số đã viết; \
             hãy dùng Decimal(\"…\"), chuỗi hoặc số nguyên{vi}"
        ),
        &format!(
            "`{at}`: {shown} is a binary float, which need not be the number that was written; \
             pass Decimal(\"…\"), a string or an int{en}"
        ),
    )
}

/// Python's floats, and numpy's narrower ones, which aren't.
fn is_float(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyFloat>()
        || matches!(type_name(value).as_str(), "numpy.float32" | "numpy.float16")
}

/// How pandas and numpy say that there is nothing, besides not-a-number: `NA`, `NaT`.
pub(crate) fn is_missing(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(match type_name(value).as_str() {
        "pandas._libs.missing.NAType"
        | "pandas.api.typing.NAType"
        | "pandas._libs.tslibs.nattype.NaTType"
        | "pandas.api.typing.NaTType" => true,
        "numpy.datetime64" | "numpy.timedelta64" => value.ne(value)?,
        _ => false,
    })
}

fn unsupported(py: Python<'_>, at: &str, value: &Bound<'_, PyAny>) -> PyErr {
    refused(py, at, value, ("", ""))
}

/// A value that can't be taken, and in both languages what would be, where that is one thing.
pub(crate) fn refused(
    py: Python<'_>,
    at: &str,
    value: &Bound<'_, PyAny>,
    (wanted_vi, wanted_en): (&str, &str),
) -> PyErr {
    let (shown, name) = (shown(value), type_name(value));
    // The key of the outermost mapping has no place of its own.
    let at = if at.is_empty() {
        String::new()
    } else {
        format!("`{at}`: ")
    };
    let wanted = |word: &str, wanted: &str| match wanted {
        "" => String::new(),
        wanted => format!("{word}{wanted}"),
    };
    let (vi, en) = (
        wanted(", cần ", wanted_vi),
        wanted(", expected ", wanted_en),
    );
    raise(
        py,
        Kind::Value,
        "P0102",
        &format!("{at}không đọc được {shown} kiểu `{name}`{vi}"),
        &format!("{at}{shown} of type `{name}` can't be read here{en}"),
    )
}

/// What something holds that should be a list, or anything else that can be gone through.
pub(crate) fn items<'py>(
    value: &Bound<'py, PyAny>,
    argument: &str,
    wanted: (&str, &str),
) -> PyResult<Bound<'py, PyIterator>> {
    let py = value.py();
    let items = value.try_iter();
    items.map_err(|_| refused(py, argument, value, wanted))
}

/// Objects of one class of the package's.
pub(crate) fn objects<'py, T: PyClass>(
    value: &Bound<'py, PyAny>,
    argument: &str,
    wanted: (&str, &str),
) -> PyResult<Vec<Bound<'py, T>>> {
    let py = value.py();
    let items = items(value, argument, wanted)?.enumerate();
    let objects = items.map(|(at, item)| {
        let item = item?;
        let object = item.cast::<T>().cloned();
        object.map_err(|_| refused(py, &format!("{argument}[{at}]"), &item, wanted))
    });
    objects.collect()
}

/// A hash of a text that says all or most of what two equal objects have in common.
pub(crate) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A rank from 1 on, of Python or numpy.
pub(crate) fn place(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<usize> {
    let place = whole(value).and_then(|number| number.extract::<u32>().ok());
    let place = place.and_then(|place| usize::try_from(place).ok());
    place.filter(|place| *place > 0).ok_or_else(|| {
        let shown = shown(value);
        raise(
            value.py(),
            Kind::Option,
            "P0110",
            &format!(
                "đối số `{argument}`: {shown} không hợp lệ, cần số nguyên từ 1 đến {}",
                u32::MAX
            ),
            &format!(
                "argument `{argument}`: unexpected {shown}, expected a whole number from 1 to {}",
                u32::MAX
            ),
        )
    })
}

fn shown(value: &Bound<'_, PyAny>) -> String {
    let text = value
        .repr()
        .map_or_else(|_| "?".to_owned(), |text| text.to_string());
    let short: String = text.chars().take(80).collect();
    format!("`{short}`")
}

fn type_name(value: &Bound<'_, PyAny>) -> String {
    value
        .get_type()
        .fully_qualified_name()
        .map_or_else(|_| "?".to_owned(), |name| name.to_string())
}

/// Writes Python values as JSON text; a float is refused, or written as its shortest spelling where that is asked for.
pub(crate) struct JsonWriter {
    pub(crate) text: String,
    allow_float: bool,
    depth: usize,
}

impl JsonWriter {
    pub(crate) fn new(allow_float: bool) -> Self {
        Self {
            text: String::new(),
            allow_float,
            depth: 0,
        }
    }

    /// The JSON text of a value; `at` is what messages call it.
    pub(crate) fn value(&mut self, value: &Bound<'_, PyAny>, at: &str) -> PyResult<()> {
        let py = value.py();
        if value.is_none() {
            self.text.push_str("null");
        } else if let Ok(flag) = value.cast::<PyBool>() {
            self.text
                .push_str(if flag.is_true() { "true" } else { "false" });
        } else if value.is_exact_instance_of::<PyInt>() {
            self.digits(value, value, at)?;
        } else if let Ok(text) = value.cast::<PyString>() {
            // Half of a surrogate pair is no text.
            let text = text.to_cow().map_err(|_| unsupported(py, at, value))?;
            self.string(&text);
        } else if value.is_instance_of::<PyFloat>() {
            self.float(value, at)?;
        } else if value.is_instance(decimal_class(py)?)? {
            self.decimal(value, at)?;
        } else if let Ok(dict) = value.cast::<PyDict>() {
            self.deeper(value, at)?;
            // A copy: a value that is asked for its number may be of a class that changes the dictionary meanwhile.
            self.entries(&dict.items(), at)?;
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            self.list(value, at)?;
        } else if value.is_instance_of::<PySet>() || value.is_instance_of::<PyFrozenSet>() {
            // In order, so that the same set is the same text.
            let sorted = py.get_type::<PyList>().call1((value,))?;
            let sort = sorted.call_method0("sort");
            sort.map_err(|_| unsupported(py, at, value))?;
            self.list(&sorted, at)?;
        } else {
            self.rest(value, at)?;
        }
        Ok(())
    }

    /// What is rarer: numpy, fractions, dates, mappings of other classes.
    fn rest(&mut self, value: &Bound<'_, PyAny>, at: &str) -> PyResult<()> {
        let py = value.py();
        let not_applicable = python!(py, "cqdt._values", "NotApplicable")?;
        if value.is_instance(&not_applicable)? {
            let reason = value.getattr("reason")?.extract::<String>();
            let reason = reason.map_err(|_| unsupported(py, at, value))?;
            self.text.push_str("{\"not_applicable\":");
            self.string(&reason);
            self.text.push('}');
        } else if value.is_instance(fraction_class(py)?)? {
            let text = value.str().map_err(|_| unsupported(py, at, value))?;
            let text = text.to_string();
            let number: Rational = text.parse().map_err(|_| unsupported(py, at, value))?;
            let text = number.to_string();
            if text.contains('/') {
                self.string(&text);
            } else {
                self.text.push_str(&text);
            }
        } else if let Some(number) = whole(value) {
            self.digits(&number, value, at)?;
        } else if is_missing(value)? {
            self.text.push_str("null");
        } else if value.is_instance_of::<PyDateTime>() || value.is_instance_of::<PyDate>() {
            self.string(&value.call_method0("isoformat")?.extract::<String>()?);
        } else if let Ok(mapping) = value.cast::<PyMapping>() {
            self.deeper(value, at)?;
            self.entries(&mapping.items()?, at)?;
        } else {
            match type_name(value).as_str() {
                // numpy's yes or no is not Python's.
                "numpy.bool" | "numpy.bool_" => {
                    let flag = value.is_truthy()?;
                    self.text.push_str(if flag { "true" } else { "false" });
                }
                _ if is_float(value) => self.float(value, at)?,
                _ => return Err(unsupported(py, at, value)),
            }
        }
        Ok(())
    }

    /// A whole number; Python refuses to write thousands of digits.
    fn digits(
        &mut self,
        number: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
        at: &str,
    ) -> PyResult<()> {
        let text = number.str();
        let text = text.map_err(|_| unsupported(value.py(), at, value))?;
        self.text.push_str(&text.to_cow()?);
        Ok(())
    }

    fn float(&mut self, value: &Bound<'_, PyAny>, at: &str) -> PyResult<()> {
        let py = value.py();
        if !self.allow_float {
            return Err(float_refused(py, at, value, true));
        }
        // The shortest decimal that reads back as the same float of its own width; NaN is how frames say missing.
        if value.ne(value)? {
            self.text.push_str("null");
            return Ok(());
        }
        let spelling = decimal_class(py)?.call1((value.str()?,))?;
        self.decimal(&spelling, at)
    }

    fn decimal(&mut self, value: &Bound<'_, PyAny>, at: &str) -> PyResult<()> {
        self.text.push_str(&plain(value, at)?);
        Ok(())
    }

    fn list(&mut self, value: &Bound<'_, PyAny>, at: &str) -> PyResult<()> {
        self.deeper(value, at)?;
        self.text.push('[');
        for (index, item) in value.try_iter()?.enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.value(&item?, &format!("{at}[{index}]"))?;
        }
        self.text.push(']');
        self.depth -= 1;
        Ok(())
    }

    /// One more level; a value that holds itself has no end.
    fn deeper(&mut self, value: &Bound<'_, PyAny>, at: &str) -> PyResult<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(unsupported(value.py(), at, value));
        }
        Ok(())
    }

    fn entries(&mut self, items: &Bound<'_, PyList>, at: &str) -> PyResult<()> {
        for (index, pair) in items.iter().enumerate() {
            let (key, item): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
            self.entry(index, &key, &item, at)?;
        }
        self.end(items.is_empty());
        Ok(())
    }

    fn entry(
        &mut self,
        index: usize,
        key: &Bound<'_, PyAny>,
        item: &Bound<'_, PyAny>,
        at: &str,
    ) -> PyResult<()> {
        let Ok(text) = key.cast::<PyString>() else {
            return Err(unsupported(key.py(), at, key));
        };
        let text = text.to_cow().map_err(|_| unsupported(key.py(), at, key))?;
        self.text.push(if index == 0 { '{' } else { ',' });
        self.string(&text);
        self.text.push(':');
        let place = if at.is_empty() {
            text.into_owned()
        } else {
            format!("{at}.{text}")
        };
        self.value(item, &place)
    }

    fn end(&mut self, empty: bool) {
        self.text.push_str(if empty { "{}" } else { "}" });
        self.depth -= 1;
    }

    /// One more key of the object that is being written.
    pub(crate) fn key(&mut self, key: &str) {
        self.text.push(',');
        self.string(key);
        self.text.push(':');
    }

    /// A JSON string.
    pub(crate) fn string(&mut self, text: &str) {
        // Writing to a string can't fail.
        let _ = write!(self.text, "{}", serde_json::Value::from(text));
    }
}

/// Languages of messages.
pub(crate) const LANGS: [(&str, Lang); 2] = [("vi", Lang::Vi), ("en", Lang::En)];

/// How the numbers of a table may be written.
pub(crate) const NUMBERS: [(&str, NumberStyle); 4] = [
    ("plain", NumberStyle::Plain),
    ("point", NumberStyle::Point),
    ("comma", NumberStyle::Comma),
    ("unstated", NumberStyle::Unstated),
];

pub(crate) fn lang(py: Python<'_>, word: &str) -> PyResult<Lang> {
    option(py, "lang", word, &LANGS)
}

pub(crate) fn layer(py: Python<'_>, word: &str) -> PyResult<Layer> {
    let layers = [("self", Layer::SelfAssessed), ("verified", Layer::Verified)];
    option(py, "layer", word, &layers)
}

pub(crate) fn ties(py: Python<'_>, word: &str) -> PyResult<Ties> {
    let ties = [("competition", Ties::Competition), ("dense", Ties::Dense)];
    option(py, "ties", word, &ties)
}

/// Plain Python data from JSON text; its numbers are strings already, or integers.
pub(crate) fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let loads = LOADS.get_or_try_init(py, || {
        PyModule::import(py, "json")?
            .getattr("loads")
            .map(Bound::unbind)
    })?;
    loads.bind(py).call1((json,))
}
