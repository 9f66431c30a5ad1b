//! How text is read and written: languages, Unicode form, Vietnamese and English numbers, yes and no.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
#[cfg(feature = "nfc")]
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use crate::Rational;

/// A language of messages, forms and reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese: decimal comma, dd/mm/yyyy.
    #[default]
    Vi,
    /// English: decimal point.
    En,
}

impl Lang {
    /// The text for this language.
    pub fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// A number text of a report (`"1.88"`) as this language writes it (`1,88`), with the minus sign of printed text.
    ///
    /// ```
    /// use cqdt::Lang;
    ///
    /// assert_eq!(Lang::Vi.number("1.88"), "1,88");
    /// assert_eq!(Lang::En.number("1.88"), "1.88");
    /// assert_eq!(Lang::Vi.number("-0.75"), "−0,75");
    /// ```
    pub fn number(self, text: &str) -> String {
        let text = text.replace('-', "−");
        match self {
            Self::Vi => text.replace('.', ","),
            Self::En => text,
        }
    }

    /// An exact number as this language writes it: exact where it has at most 6 places, else rounded to 4 for reading.
    pub fn exact(self, value: &Rational) -> String {
        let text = value.to_string();
        let places = text.split_once('.').map_or(0, |(_, places)| places.len());
        if has(&text, '/') || places > 6 {
            return format!("≈ {}", self.number(&value.to_fixed(4)));
        }
        self.number(&text)
    }
}

/// A text in both languages, in Unicode NFC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text from both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        let (vi, en) = (vi.into(), en.into());
        Self { vi, en }
    }

    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.vi, &self.en)
    }
}

/// Composes decomposed Vietnamese letters; borrows where there is nothing to do.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(is_composed) {
        Cow::Borrowed(text)
    } else {
        compose(text)
    }
}

/// The same of a text that may be owned.
pub(crate) fn nfc_of(text: Cow<'_, str>) -> Cow<'_, str> {
    match nfc(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(composed) => Cow::Owned(composed),
    }
}

/// Letters and marks that stand in composed text as they are, whatever stands beside them: Latin with every
/// Vietnamese letter, dashes, quotes, dots.
fn is_composed(c: char) -> bool {
    matches!(c, '\0'..='\u{2ff}' | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{2027}')
}

#[cfg(feature = "nfc")]
fn compose(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

#[cfg(not(feature = "nfc"))]
static COMPOSER: std::sync::OnceLock<fn(&str) -> String> = std::sync::OnceLock::new();

/// Names the function that brings text into Unicode NFC, for a host that has one and need not carry the tables
/// (the feature `nfc` left out). The first one named stays. Without one, text is taken as it comes.
#[cfg(not(feature = "nfc"))]
pub fn compose_with(composer: fn(&str) -> String) {
    let _ = COMPOSER.set(composer);
}

#[cfg(not(feature = "nfc"))]
fn compose(text: &str) -> Cow<'_, str> {
    COMPOSER
        .get()
        .map_or(Cow::Borrowed(text), |composer| Cow::Owned(composer(text)))
}

/// The text in small letters, for comparing with words of ASCII and the letters á, ó, ô, ụ.
pub(crate) fn small_letters(text: &str) -> String {
    let small = |c| match c {
        'Á' => 'á',
        'Ó' => 'ó',
        'Ô' => 'ô',
        'Ụ' => 'ụ',
        c => c.to_ascii_lowercase(),
    };
    nfc(text).chars().map(small).collect()
}

/// How the numbers of a text source are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberStyle {
    /// A decimal point and no grouping: JSON, TOML.
    #[default]
    Plain,
    /// Decimal point, commas between thousands: `1,234.5`.
    Point,
    /// Decimal comma, points between thousands: `1.234,5`.
    Comma,
    /// Nobody said which; what could be read two ways is refused.
    Unstated,
}

impl NumberStyle {
    const ALL: [Self; 4] = [Self::Plain, Self::Point, Self::Comma, Self::Unstated];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Point => "point",
            Self::Comma => "comma",
            Self::Unstated => "unstated",
        }
    }

    /// The style of that name.
    ///
    /// ```
    /// use cqdt::NumberStyle;
    ///
    /// assert_eq!(NumberStyle::named("comma"), Some(NumberStyle::Comma));
    /// assert_eq!(NumberStyle::named("Comma"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }
}

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It holds something besides digits, one sign and separators, or an exponent.
    NotANumber,
    /// It reads as two different numbers (`1.234`), and nobody said which separator is the decimal one.
    Ambiguous,
    /// It has more than 30 digits.
    TooLong,
}

/// A decimal as it was written: `mantissa × 10^-places`, without trailing zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i128,
    places: u32,
}

impl Decimal {
    /// The mantissa at a number of places, where the decimal has no more than that.
    ///
    /// ```
    /// use cqdt::{NumberStyle, read_decimal};
    ///
    /// let half = read_decimal("0,5", NumberStyle::Comma).unwrap();
    /// assert_eq!(half.at_places(2), Some(50));
    /// assert_eq!(half.at_places(0), None);
    /// ```
    pub fn at_places(self, places: u32) -> Option<i128> {
        let shift = places.checked_sub(self.places)?;
        self.mantissa.checked_mul(10_i128.checked_pow(shift)?)
    }

    /// Number of decimal places, trailing zeros aside.
    pub fn places(self) -> u32 {
        self.places
    }
}

impl From<Decimal> for Rational {
    fn from(decimal: Decimal) -> Self {
        Self::scaled(decimal.mantissa, decimal.places)
    }
}

/// Digits that a number text may have.
const MAX_DIGITS: usize = 30;

/// Reads a number written by a person.
///
/// ```
/// use cqdt::{NumberFault, NumberStyle, Rational, read_decimal};
///
/// let read = |text, style| read_decimal(text, style).map(Rational::from);
/// assert_eq!(read("1.234,5", NumberStyle::Comma), Ok(Rational::ratio(12_345, 10)));
/// assert_eq!(read("12,5", NumberStyle::Unstated), Ok(Rational::ratio(25, 2)));
/// assert_eq!(read("1.234", NumberStyle::Unstated), Err(NumberFault::Ambiguous));
/// ```
///
/// # Errors
/// [`NumberFault`] says why the text isn't one number. Nothing is guessed.
pub fn read_decimal(text: &str, style: NumberStyle) -> Result<Decimal, NumberFault> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (decimal, grouping) = separators(digits, style)?;
    let (whole, fraction) = match decimal {
        Some(mark) => match digits.split_once(mark) {
            Some((_, "")) => return Err(NumberFault::NotANumber),
            Some((whole, fraction)) => (whole, fraction),
            None => (digits, ""),
        },
        None => (digits, ""),
    };
    if !groups_are_right(whole, grouping) {
        return Err(NumberFault::NotANumber);
    }
    let fraction_digits = fraction.trim_end_matches('0');
    let mut mantissa: i128 = 0;
    let mut count = 0_usize;
    for byte in whole.bytes().chain(fraction_digits.bytes()) {
        if Some(char::from(byte)) == grouping {
            continue;
        }
        if !byte.is_ascii_digit() {
            return Err(NumberFault::NotANumber);
        }
        count += usize::from(count > 0 || byte != b'0');
        if count > MAX_DIGITS {
            return Err(NumberFault::TooLong);
        }
        mantissa = mantissa * 10 + i128::from(byte - b'0');
    }
    // Also refuses a fraction that is only zeros and other signs.
    if fraction.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(NumberFault::NotANumber);
    }
    let places = u32::try_from(fraction_digits.len()).map_err(|_| NumberFault::TooLong)?;
    if places as usize > MAX_DIGITS {
        return Err(NumberFault::TooLong);
    }
    Ok(Decimal {
        mantissa: if negative { -mantissa } else { mantissa },
        places: if mantissa == 0 { 0 } else { places },
    })
}

/// Which mark parts the decimals, and which the thousands.
fn separators(
    digits: &str,
    style: NumberStyle,
) -> Result<(Option<char>, Option<char>), NumberFault> {
    match style {
        NumberStyle::Plain => Ok((Some('.'), None)),
        NumberStyle::Point => Ok((Some('.'), Some(','))),
        NumberStyle::Comma => Ok((Some(','), Some('.'))),
        NumberStyle::Unstated => {
            let mut marks = digits.chars().filter(|c| matches!(c, '.' | ','));
            let Some(first) = marks.next() else {
                return Ok((None, None));
            };
            let other = if first == '.' { ',' } else { '.' };
            let Some(second) = marks.next() else {
                // One mark: `12,5` can only be a decimal; `1.234` could be either.
                let (whole, fraction) = digits.split_once(first).unwrap_or_default();
                let could_group = fraction.len() == 3 && (1..=3).contains(&whole.len());
                return if could_group && !whole.starts_with('0') {
                    Err(NumberFault::Ambiguous)
                } else {
                    Ok((Some(first), None))
                };
            };
            if second == first {
                Ok((has(digits, other).then_some(other), Some(first)))
            } else {
                Ok((Some(other), Some(first)))
            }
        }
    }
}

/// `1.234.567`: the first group has one to three digits, every further one three.
fn groups_are_right(whole: &str, grouping: Option<char>) -> bool {
    let Some(mark) = grouping.filter(|mark| has(whole, *mark)) else {
        return !whole.is_empty();
    };
    whole.split(mark).enumerate().all(|(index, group)| {
        if index == 0 {
            // Nobody groups `0.125`: it is a decimal in the other style.
            (1..=3).contains(&group.len()) && !group.starts_with('0')
        } else {
            group.len() == 3
        }
    })
}

/// Reads `có`, `không`, `x`, `yes`, `no`, `1`, `0`, whatever the case or Unicode form.
///
/// ```
/// use cqdt::read_yes_no;
///
/// assert_eq!(read_yes_no("Co\u{301}"), Some(true));
/// assert_eq!(read_yes_no("KHÔNG"), Some(false));
/// assert_eq!(read_yes_no("có lẽ"), None);
/// ```
pub fn read_yes_no(text: &str) -> Option<bool> {
    match small_letters(text.trim()).as_str() {
        "có" | "x" | "yes" | "1" | "true" => Some(true),
        "không" | "no" | "0" | "false" => Some(false),
        _ => None,
    }
}

/// Whether a character stands in a text; std's own search brings its two-way search for texts along, into the browser.
pub(crate) fn has(text: &str, wanted: char) -> bool {
    text.chars().any(|c| c == wanted)
}

/// A text cut to what a message can show.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 60;
        let mut chars = self.0.chars();
        for c in chars.by_ref().take(LONGEST) {
            // Line breaks and other controls would tear a message apart.
            write!(f, "{}", if c.is_control() { '␣' } else { c })?;
        }
        if chars.next().is_some() {
            f.write_str("…")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_style() {
        use NumberFault::{Ambiguous, NotANumber, TooLong};
        use NumberStyle::{Comma, Plain, Point, Unstated};
        let cases: &[(&str, NumberStyle, Result<&str, NumberFault>)] = &[
            ("12.5", Plain, Ok("12.5")),
            ("12,5", Plain, Err(NotANumber)),
            ("1,234", Plain, Err(NotANumber)),
            ("1e3", Plain, Err(NotANumber)),
            ("12,50", Comma, Ok("12.5")),
            ("1.234", Comma, Ok("1234")),
            ("1.234,5", Comma, Ok("1234.5")),
            ("12.34", Comma, Err(NotANumber)),
            ("1,234.5", Point, Ok("1234.5")),
            ("1,23", Point, Err(NotANumber)),
            ("0,125", Point, Err(NotANumber)),
            ("0.125", Comma, Err(NotANumber)),
            ("0.125.000", Comma, Err(NotANumber)),
            ("0.125.000", Unstated, Err(NotANumber)),
            ("1.234", Unstated, Err(Ambiguous)),
            ("1,234", Unstated, Err(Ambiguous)),
            ("0,125", Unstated, Ok("0.125")),
            ("1.234.567", Unstated, Ok("1234567")),
            ("1.234,56", Unstated, Ok("1234.56")),
            ("1.234.567,8", Unstated, Ok("1234567.8")),
            ("1,2,3", Unstated, Err(NotANumber)),
            ("1.2,3.4", Unstated, Err(NotANumber)),
            ("−3", Unstated, Ok("-3")),
            ("+3", Plain, Ok("3")),
            ("", Plain, Err(NotANumber)),
            (".5", Plain, Err(NotANumber)),
            ("5.", Plain, Err(NotANumber)),
            ("5.x", Plain, Err(NotANumber)),
            ("--5", Plain, Err(NotANumber)),
            ("٣", Plain, Err(NotANumber)),
            ("0000000000000000000000000000000000001", Plain, Ok("1")),
            ("9999999999999999999999999999999", Plain, Err(TooLong)),
        ];
        for (text, style, expected) in cases {
            let read = read_decimal(text, *style).map(|value| Rational::from(value).to_string());
            assert_eq!(
                read.as_deref().map_err(|fault| *fault),
                *expected,
                "{text} {style:?}"
            );
        }
    }

    #[test]
    #[cfg(feature = "nfc")]
    fn what_is_called_composed_is_composed() {
        for c in '\0'..=char::MAX {
            if is_composed(c) {
                let beside = [c.to_string(), format!("e{c}"), format!("{c}\u{e1}")];
                for text in beside {
                    assert_eq!(text.nfc().collect::<String>(), text, "{c:?}");
                }
            }
        }
    }

    #[test]
    fn small_letters_are_those_of_unicode_where_words_need_them() {
        for c in '\0'..=char::MAX {
            let (full, ours) = (
                nfc(&c.to_string()).to_lowercase(),
                small_letters(&c.to_string()),
            );
            let in_words = |c| "có xyesntrufalkhôgápdụ01/".contains(c);
            assert_eq!(
                full.chars().all(in_words),
                ours.chars().all(in_words),
                "{c:?}"
            );
            assert!(full == ours || !full.chars().all(in_words), "{c:?}");
        }
    }

    #[test]
    #[cfg(feature = "nfc")]
    fn composes_vietnamese() {
        assert_eq!(nfc("đánh giá"), "đánh giá");
        assert_eq!(nfc("đa\u{301}nh gia\u{301}"), "đánh giá");
        assert_eq!(nfc("tie\u{302}\u{301}ng Vie\u{323}\u{302}t"), "tiếng Việt");
    }
}
