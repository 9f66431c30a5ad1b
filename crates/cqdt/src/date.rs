//! Calendar dates, as periods, due dates and evidence need them; no clock, no time zone.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::Lang;
use crate::text::has;

/// A day of the calendar.
///
/// ```
/// use cqdt::{Date, Lang};
///
/// let due: Date = "2018-10-03".parse()?;
/// assert_eq!(due.display(Lang::Vi), "03/10/2018");
/// # Ok::<(), cqdt::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Default for Date {
    /// 01/01/2000, where a faulty file gives none; never seen in a result.
    fn default() -> Self {
        Self {
            year: 2000,
            month: 1,
            day: 1,
        }
    }
}

/// The text is not a day of the calendar written as `2018-10-03`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a date such as 2018-10-03")]
pub struct DateError;

impl Date {
    /// The day as the language writes it: `03/10/2018` in Vietnamese, `2018-10-03` in English.
    pub fn display(self, lang: Lang) -> String {
        match lang {
            Lang::Vi => format!("{:02}/{:02}/{:04}", self.day, self.month, self.year),
            Lang::En => self.to_string(),
        }
    }

    fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            1..=12 => 31,
            _ => return None,
        };
        ((1..=days).contains(&day) && year > 0).then_some(Self { year, month, day })
    }
}

/// Exactly `width` ASCII digits as a number.
fn digits(text: &str, width: usize) -> Option<u16> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn small_digits(text: &str) -> Option<u8> {
    digits(text, 2).and_then(|value| u8::try_from(value).ok())
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `2018-10-03`, and `03/10/2018` as Vietnamese forms write it.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let parts: Vec<&str> = text.trim().split(['-', '/']).collect();
        let date = match (parts.as_slice(), has(text, '-'), has(text, '/')) {
            ([year, month, day], true, false) | ([day, month, year], false, true) => {
                digits(year, 4)
                    .zip(small_digits(month))
                    .zip(small_digits(day))
                    .and_then(|((year, month), day)| Self::new(year, month, day))
            }
            _ => None,
        };
        date.ok_or(DateError)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
    }
}

/// When a report came in: a day, and the time of that day where it is known, to the nanosecond.
///
/// Ordered as received; a day alone counts as its beginning. There is no time zone: all times are those of the office
/// that receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Received {
    /// The day.
    pub date: Date,
    /// Nanoseconds since midnight, where a time was given.
    nanoseconds: Option<u64>,
}

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

impl Received {
    /// The moment as the language writes it, to the second.
    pub fn display(self, lang: Lang) -> String {
        match self.nanoseconds {
            None => self.date.display(lang),
            Some(time) => format!("{} {}", self.date.display(lang), clock(time / SECOND)),
        }
    }
}

/// Nanoseconds since midnight of `08:30`, `08:30:15` or `08:30:15.25`.
fn time(text: &str) -> Option<u64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let parts: Option<Vec<u8>> = whole.split(':').map(small_digits).collect();
    let seconds = match (parts?.as_slice(), fraction) {
        ([h @ 0..24, m @ 0..60], None) => u64::from(*h) * 3600 + u64::from(*m) * 60,
        ([h @ 0..24, m @ 0..60, s @ 0..60], _) => {
            u64::from(*h) * 3600 + u64::from(*m) * 60 + u64::from(*s)
        }
        _ => return None,
    };
    Some(seconds * SECOND + fraction.map_or(Some(0), nanoseconds)?)
}

/// A fraction of a second from its digits, of which there are 1 to 9.
fn nanoseconds(digits: &str) -> Option<u64> {
    let (mut found, mut unit) = (0, SECOND);
    for byte in digits.bytes() {
        unit /= 10;
        if !byte.is_ascii_digit() || unit == 0 {
            return None;
        }
        found += u64::from(byte - b'0') * unit;
    }
    (unit < SECOND).then_some(found)
}

fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }
}

impl FromStr for Received {
    type Err = DateError;

    /// Reads `2018-10-01`, `2018-10-01T08:30`, `2018-10-01 08:30:15`, and that with a fraction of up to 9 digits.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        let (date, nanoseconds) = match text.split_once(['T', ' ']) {
            None => (text, None),
            Some((date, of_day)) => (date, Some(time(of_day).ok_or(DateError)?)),
        };
        Ok(Self {
            date: date.parse()?,
            nanoseconds,
        })
    }
}

impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(time) = self.nanoseconds else {
            return write!(f, "{}", self.date);
        };
        let (seconds, mut fraction) = (time / SECOND, time % SECOND);
        write!(f, "{}T{}", self.date, clock(seconds))?;
        if fraction == 0 {
            return Ok(());
        }
        if seconds % 60 == 0 {
            // The clock left them out.
            f.write_str(":00")?;
        }
        let mut places = 9;
        while fraction % 10 == 0 {
            (fraction, places) = (fraction / 10, places - 1);
        }
        write!(f, ".{fraction:0places$}")
    }
}

impl Serialize for Received {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Received {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Received".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_ways_of_writing() {
        assert_eq!("2018-10-03".parse::<Date>(), "03/10/2018".parse());
        for text in [
            "2018-02-29",
            "2018-13-01",
            "3/10/2018",
            "2018-10",
            "0000-01-01",
            "2018-10/03",
            "31/04/2018",
            "trước 3/10",
        ] {
            assert_eq!(text.parse::<Date>(), Err(DateError), "{text}");
        }
        assert!("2020-02-29".parse::<Date>().is_ok());
    }

    #[test]
    fn orders_by_time() {
        let read = |text: &str| text.parse::<Received>();
        assert!(read("2018-10-01").is_ok());
        assert!(read("2018-10-01T08:30").ok() < read("2018-10-01 08:31").ok());
        assert!(read("2018-10-01T24:00").is_err());
        assert_eq!(
            read("2018-10-01 08:30:05").map(|t| t.to_string()),
            Ok("2018-10-01T08:30:05".to_owned())
        );
    }

    #[test]
    fn fractions_of_a_second_are_kept() {
        let read = |text: &str| text.parse::<Received>();
        let shown = |text: &str| read(text).map(|moment| moment.to_string());
        for (given, written) in [
            ("2018-10-01T08:30:05.250000", "2018-10-01T08:30:05.25"),
            (
                "2018-10-01 08:30:00.000000001",
                "2018-10-01T08:30:00.000000001",
            ),
            ("2018-10-01T08:30:00.5", "2018-10-01T08:30:00.5"),
            ("2018-10-01T08:30:05.000", "2018-10-01T08:30:05"),
            ("2018-10-01T08:30:00.0", "2018-10-01T08:30"),
        ] {
            assert_eq!(shown(given), Ok(written.to_owned()), "{given}");
            assert_eq!(read(written), read(given), "{given}");
        }
        assert!(read("2018-10-01T08:30:05.1").ok() < read("2018-10-01T08:30:05.2").ok());
        assert_eq!(
            read("2018-10-01T08:30:05.25").map(|moment| moment.display(Lang::Vi)),
            Ok("01/10/2018 08:30:05".to_owned())
        );
        for text in [
            "2018-10-01T08:30:05.",
            "2018-10-01T08:30.5",
            "2018-10-01T08:30:05.1234567890",
            "2018-10-01T08:30:05.1a",
            "2018-10-01T08:30:05,5",
            "2018-10-01T08:30:05.1.2",
            "2018-10-01T08:30:05Z",
            "2018-10-01T08:30:05.5+07:00",
        ] {
            assert_eq!(read(text), Err(DateError), "{text}");
        }
    }
}
