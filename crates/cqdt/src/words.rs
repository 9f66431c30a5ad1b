//! What parsers of TOML, JSON and CSV say, in Vietnamese: they speak English alone.

use crate::Lang;
use crate::catalogue::{Argument, Datum};

/// A parser's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParserWords(pub String);

impl<T: Into<String>> From<T> for ParserWords {
    fn from(words: T) -> Self {
        Self(words.into())
    }
}

impl Argument for ParserWords {
    fn show(&self, lang: Lang) -> String {
        // A parser quotes little of the file, so that its words need no cutting, but may hold a control character.
        let words = match lang {
            Lang::Vi => in_vietnamese(&self.0),
            Lang::En => self.0.clone(),
        };
        words.replace(|c: char| c.is_control(), "␣")
    }

    fn json(&self) -> Datum {
        Datum::from(self.0.as_str())
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<String>()
    }
}

/// A slip that officers make and parsers don't tell as what it is: the words for it, by what stands in the file.
pub(crate) fn slip(source: &str, at: usize) -> Option<&'static str> {
    let (before, here) = source.split_at_checked(at)?;
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut rest = here.chars();
    let (first, second) = (rest.next(), rest.next());
    let mut earlier = before.chars().rev();
    let (last, but_one) = (earlier.next(), earlier.next());
    // `12,5`: TOML stops at the comma, JSON behind it.
    if (first == Some(',') && digit(last) && digit(second))
        || (digit(first) && last == Some(',') && digit(but_one))
    {
        return Some(COMMA);
    }
    if matches!(first, Some('“' | '”' | '‘' | '’')) {
        return Some(CURLY);
    }
    let line = here.lines().next().unwrap_or_default();
    if before.trim_end_matches(' ').ends_with('=') && line.trim().is_empty() {
        return Some("missing value for key");
    }
    if matches!(first, Some(']' | '}')) && before.trim_end().ends_with(',') {
        return Some("trailing comma");
    }
    None
}

const COMMA: &str = "a number is written with a decimal point, not a comma";
const CURLY: &str = "curly quotation marks, type a straight `\"` instead";

/// What is wrong, by the table.
#[cfg(not(feature = "toml"))]
fn in_vietnamese(words: &str) -> String {
    lookup(words).unwrap_or(words).to_owned()
}

/// What is wrong, and after it what was expected instead, each by the table; what it doesn't have stays as it is.
#[cfg(feature = "toml")]
fn in_vietnamese(words: &str) -> String {
    let (fault, expected) = match words.split_once(", expected ") {
        Some((fault, expected)) => (fault, Some(expected)),
        None => (words, None),
    };
    let Some(expected) = expected else {
        return match fault.strip_prefix("expected ") {
            Some(rest) if lookup(fault).is_none() => {
                format!("cần {}", rest.replace(" or ", " hoặc "))
            }
            _ => lookup(fault).unwrap_or(fault).to_owned(),
        };
    };
    if fault == "string values must be quoted" {
        // What the parser would take instead misleads.
        return lookup(fault).unwrap_or(fault).to_owned();
    }
    let expected: Vec<String> = expected
        .split(", ")
        .map(|word| between(word).unwrap_or_else(|| lookup(word).unwrap_or(word).to_owned()))
        .collect();
    format!(
        "{}, cần {}",
        lookup(fault).unwrap_or(fault),
        expected.join(", ")
    )
}

/// `day between 01 and 30`.
#[cfg(feature = "toml")]
fn between(words: &str) -> Option<String> {
    let (what, range) = words.split_once(" between ")?;
    let (least, most) = range.split_once(" and ")?;
    Some(format!("{} từ {least} đến {most}", lookup(what)?))
}

fn lookup(words: &str) -> Option<&'static str> {
    let row = WORDS
        .iter()
        .chain(TOML_WORDS)
        .find(|(english, _)| *english == words)?;
    Some(row.1)
}

const WORDS: &[(&str, &str)] = &[
    // Slips
    (
        COMMA,
        "số phải viết với dấu chấm thập phân, không dùng dấu phẩy",
    ),
    (CURLY, "dấu nháy cong, hãy gõ dấu nháy thẳng `\"`"),
    // JSON
    (
        "EOF while parsing a list",
        "danh sách `[` chưa được đóng khi hết tệp",
    ),
    (
        "EOF while parsing an object",
        "bảng `{` chưa được đóng khi hết tệp",
    ),
    (
        "EOF while parsing a string",
        "đoạn chữ chưa được đóng bằng `\"` khi hết tệp",
    ),
    ("EOF while parsing a value", "hết tệp mà chưa có giá trị"),
    ("expected ident", "cần `true`, `false` hoặc `null`"),
    ("expected value", "cần một giá trị"),
    ("expected `,` or `]`", "cần `,` hoặc `]`"),
    ("expected `,` or `}`", "cần `,` hoặc `}`"),
    ("expected `:`", "cần `:`"),
    ("invalid escape", "dấu `\\` trong đoạn chữ không hợp lệ"),
    ("invalid number", "số viết không đúng"),
    ("number out of range", "số quá lớn"),
    ("invalid unicode code point", "mã Unicode không hợp lệ"),
    (
        "control character (\\u0000-\\u001F) found while parsing a string",
        "có ký tự điều khiển hoặc xuống dòng trong đoạn chữ",
    ),
    ("key must be a string", "khoá phải đặt trong dấu `\"`"),
    (
        "lone leading surrogate in hex escape",
        "mã Unicode không hợp lệ sau `\\u`",
    ),
    (
        "unexpected end of hex escape",
        "mã Unicode sau `\\u` bị thiếu",
    ),
    ("trailing comma", "thừa dấu phẩy"),
    ("trailing characters", "thừa ký tự sau phần cuối"),
    ("missing value for key", "khoá chưa có giá trị"),
];

/// TOML's.
#[cfg(not(feature = "toml"))]
const TOML_WORDS: &[(&str, &str)] = &[];
#[cfg(feature = "toml")]
const TOML_WORDS: &[(&str, &str)] = &[
    // TOML: what is wrong
    ("missing opening quote", "thiếu dấu nháy mở"),
    (
        "missing comma between array elements",
        "thiếu dấu phẩy giữa các phần tử của danh sách",
    ),
    (
        "missing comma between key-value pairs",
        "thiếu dấu phẩy giữa các khoá của bảng",
    ),
    (
        "integers with a radix cannot be signed",
        "số hệ khác thập phân không được có dấu",
    ),
    ("radix must be lowercase", "tiền tố hệ số phải viết thường"),
    (
        "missing assignment between key-value pairs",
        "thiếu dấu `=` giữa khoá và giá trị",
    ),
    ("unexpected leading zero", "số không được bắt đầu bằng 0"),
    ("unclosed array table", "thiếu `]]`"),
    ("unclosed table", "thiếu `]` sau tên bảng"),
    ("unclosed inline table", "bảng `{` chưa được đóng"),
    ("unclosed array", "danh sách `[` chưa được đóng"),
    (
        "missing key for inline table element",
        "thiếu khoá trong bảng `{…}`",
    ),
    ("missing inline table opening", "thiếu `{`"),
    ("missing array opening", "thiếu `[`"),
    ("missing table open", "thiếu `[`"),
    ("missing escaped value", "thiếu ký tự sau dấu `\\`"),
    (
        "invalid unquoted key",
        "khoá có ký tự lạ, phải đặt trong dấu nháy",
    ),
    ("unquoted keys cannot be empty", "thiếu khoá"),
    ("unexpected sign", "thừa dấu của số"),
    ("redundant numeric sign", "thừa dấu của số"),
    ("redundant integer number prefix", "thừa tiền tố hệ số"),
    (
        "unexpected key or value",
        "thừa khoá hoặc giá trị trên dòng này",
    ),
    ("unexpected content", "có nội dung không đúng chỗ"),
    (
        "unexpected content between comment and newline",
        "có nội dung không đúng chỗ sau chú thích",
    ),
    (
        "unexpected `=` in array",
        "không được có dấu `=` trong danh sách",
    ),
    ("too few unicode value digits", "mã Unicode bị thiếu chữ số"),
    (
        "string values must be quoted",
        "đoạn chữ phải đặt trong dấu nháy",
    ),
    ("missing value", "thiếu giá trị"),
    ("missing comment start", "thiếu dấu `#`"),
    (
        "keys cannot be multi-line literal strings",
        "khoá không được xuống dòng",
    ),
    (
        "keys cannot be multi-line basic strings",
        "khoá không được xuống dòng",
    ),
    ("key with no value", "khoá chưa có giá trị"),
    ("invalid value", "giá trị không hợp lệ"),
    ("invalid key-value pair", "khoá và giá trị không hợp lệ"),
    (
        "invalid inline table element",
        "phần tử của bảng không hợp lệ",
    ),
    (
        "invalid comment character",
        "ký tự trong chú thích không hợp lệ",
    ),
    ("invalid basic string", "đoạn chữ không hợp lệ"),
    ("invalid literal string", "đoạn chữ không hợp lệ"),
    (
        "invalid multi-line basic string",
        "đoạn chữ nhiều dòng không hợp lệ",
    ),
    (
        "invalid multi-line literal string",
        "đoạn chữ nhiều dòng không hợp lệ",
    ),
    ("invalid datetime", "ngày giờ không hợp lệ"),
    ("invalid date-time", "ngày giờ không hợp lệ"),
    ("invalid date", "ngày không hợp lệ"),
    ("invalid time", "giờ không hợp lệ"),
    ("invalid float", "số không hợp lệ"),
    ("invalid integer number", "số không hợp lệ"),
    ("invalid hexadecimal number", "số không hợp lệ"),
    ("invalid octal number", "số không hợp lệ"),
    ("invalid binary number", "số không hợp lệ"),
    ("invalid mantissa", "số không hợp lệ"),
    ("invalid fraction", "phần thập phân không hợp lệ"),
    ("invalid exponent", "số mũ không hợp lệ"),
    ("invalid boolean", "cần `true` hoặc `false`"),
    ("invalid string", "đoạn chữ không hợp lệ"),
    ("year", "năm"),
    ("month", "tháng"),
    ("day", "ngày"),
    ("hour", "giờ"),
    ("hours", "giờ"),
    ("minute", "phút"),
    ("minutes", "phút"),
    ("second", "giây"),
    ("extra comma in inline table", "thừa dấu phẩy trong bảng"),
    ("extra comma in array", "thừa dấu phẩy trong danh sách"),
    ("extra assignment between key-value pairs", "thừa dấu `=`"),
    ("extra `=`", "thừa dấu `=`"),
    (
        "`_` may only go between digits",
        "`_` chỉ được đứng giữa hai chữ số",
    ),
    (
        "carriage return must be followed by newline",
        "ký tự về đầu dòng phải đi kèm xuống dòng",
    ),
    (
        "cannot extend value of type",
        "không mở rộng được giá trị này",
    ),
    // TOML: what was expected
    ("value", "giá trị"),
    ("key", "khoá"),
    ("numbers", "chữ số"),
    ("digits", "chữ số"),
    ("letters", "chữ cái"),
    ("characters", "ký tự"),
    ("newline", "xuống dòng"),
    ("nothing", "không có gì"),
    ("literal string", "đoạn chữ trong dấu `'`"),
    ("basic string", "đoạn chữ trong dấu `\"`"),
    ("multi-line basic string", "đoạn chữ nhiều dòng"),
    ("unicode hexadecimal value", "mã Unicode"),
    ("printable characters", "ký tự in được"),
    (
        "non-single-quote visible characters",
        "ký tự in được ngoài dấu `'`",
    ),
    ("non-single-quote characters", "ký tự ngoài dấu `'`"),
    (
        "non-double-quote visible characters",
        "ký tự in được ngoài dấu `\"`",
    ),
    ("non-double-quote characters", "ký tự ngoài dấu `\"`"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen() {
        for (text, expected) in [
            ("max = 12|,5", Some(COMMA)),
            ("{\"a\": 12,|5}", Some(COMMA)),
            ("[12, |5]", None),
            ("id = |“a”", Some(CURLY)),
            ("id = |\nmax = 1", Some("missing value for key")),
            ("[1, |]", Some("trailing comma")),
            ("[1 |]", None),
            ("|", None),
        ] {
            let at = text.find('|').unwrap_or_default();
            assert_eq!(slip(&text.replace('|', ""), at), expected, "{text}");
        }
        assert_eq!(slip("đ", 1), None);
    }

    #[cfg(feature = "toml")]
    #[test]
    fn parsers_speak_vietnamese() {
        for (words, expected) in [
            (
                "EOF while parsing an object",
                "bảng `{` chưa được đóng khi hết tệp",
            ),
            ("expected `,` or `}`", "cần `,` hoặc `}`"),
            ("expected value", "cần một giá trị"),
            ("expected `,` or `]`", "cần `,` hoặc `]`"),
            ("expected `,` or `}`", "cần `,` hoặc `}`"),
            ("expected `:`", "cần `:`"),
            (
                "unclosed array, expected `]`",
                "danh sách `[` chưa được đóng, cần `]`",
            ),
            (
                "invalid basic string, expected non-double-quote visible characters, `\\`",
                "đoạn chữ không hợp lệ, cần ký tự in được ngoài dấu `\"`, `\\`",
            ),
            (
                "invalid date, expected day between 01 and 30",
                "ngày không hợp lệ, cần ngày từ 01 đến 30",
            ),
            ("something new, expected `x`", "something new, cần `x`"),
        ] {
            assert_eq!(in_vietnamese(words), expected);
        }
    }
}
