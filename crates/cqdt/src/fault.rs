//! What can be wrong with a file: closed list, stable codes, both languages, place by line and column.

use std::fmt;
use std::ops::Range;

use crate::catalogue::{Argument, Datum, catalogue, quoted};
use crate::sort::sort_by;
use crate::words::ParserWords;
use crate::{Lang, Rational};

catalogue! {
/// What is wrong at one place of a criteria set, submission, round or table.
pub enum FaultKind {
    /// The text is not TOML, JSON or CSV.
    Syntax {
        /// The parser's own words.
        message: ParserWords,
    } = "E0001" "syntax",
        vi "tệp không đúng cú pháp: {message}",
        en "the file is not well-formed: {message}";
    /// Tables or lists are nested too deeply.
    TooDeep {
        /// Levels allowed.
        limit: usize,
    } = "E0002" "too_deep",
        vi "lồng nhau quá sâu, nhiều nhất {limit} cấp",
        en "nested too deeply, at most {limit} levels";
    /// The file is too large.
    TooLarge {
        /// Bytes of the file.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    } = "E0003" "too_large",
        vi "tệp dài {size} byte, nhiều nhất {limit} byte",
        en "the file has {size} bytes, at most {limit} are read";
    /// The bytes are not UTF-8.
    NotUtf8 {
        /// Offset of the first bad byte.
        offset: usize,
    } = "E0004" "not_utf8",
        vi "tệp không phải UTF-8 (từ byte {offset}); hãy lưu lại với mã hoá UTF-8",
        en "the file is not UTF-8 (from byte {offset}); save it as UTF-8";
    /// More entries than the limit.
    TooMany {
        /// Of what.
        what: Thing,
        /// How many there are.
        count: usize,
        /// How many are allowed.
        limit: usize,
    } = "E0005" "too_many",
        vi "có {count} {what}, nhiều nhất {limit}",
        en "{count} {what} entries, at most {limit} are allowed";
    /// A format version that this crate doesn't read.
    UnknownFormat {
        /// What the file says.
        found: String,
    } = "E0006" "unknown_format",
        vi "phiên bản định dạng {found} chưa được hỗ trợ; cần `format = 1`",
        en "format version {found} is not supported; expected `format = 1`";
    /// More faults than are worth listing.
    TooManyFaults {
        /// How many there are.
        count: usize,
        /// How many are listed.
        limit: usize,
    } = "E0007" "too_many_faults",
        vi "tệp có {count} lỗi, chỉ nêu {limit} lỗi",
        en "{count} faults in this file, only {limit} are listed";
    /// A key that the format doesn't have.
    UnknownKey {
        /// The key.
        key: String,
        /// A key like it.
        nearest: Nearest,
    } = "E0101" "unknown_key",
        vi "khoá `{key}` không có trong định dạng{nearest}",
        en "unknown key `{key}`{nearest}";
    /// A key stands twice.
    DuplicateKey {
        /// The key.
        key: String,
    } = "E0102" "duplicate_key",
        vi "khoá `{key}` xuất hiện hai lần",
        en "key `{key}` stands twice";
    /// A key is needed.
    MissingKey {
        /// The key.
        key: String,
    } = "E0103" "missing_key",
        vi "thiếu khoá `{key}`",
        en "missing key `{key}`";
    /// A value is not what its key takes.
    Unexpected {
        /// The value.
        value: String,
        /// What the key takes.
        expected: Expected,
    } = "E0104" "unexpected",
        vi "giá trị `{value}` không hợp lệ, cần {expected}",
        en "unexpected value `{value}`, expected {expected}";
    /// Two things share an id.
    DuplicateId {
        /// Of what kind they are.
        what: Thing,
        /// The id.
        id: String,
    } = "E0201" "duplicate_id",
        vi "mã {what} `{id}` đã dùng ở trên",
        en "the {what} id `{id}` is already taken above";
    /// An id that nothing has.
    UnknownId {
        /// Of what kind it should be.
        what: Thing,
        /// The id.
        id: String,
        /// An id like it.
        nearest: Nearest,
    } = "E0202" "unknown_id",
        vi "không có {what} nào mang mã `{id}`{nearest}",
        en "no {what} has the id `{id}`{nearest}";
    /// A rule reads a fact of a type that it can't use.
    WrongFactType {
        /// The fact.
        fact: String,
        /// Its type.
        found: String,
        /// The types that fit.
        fitting: Vec<String>,
    } = "E0203" "wrong_fact_type",
        vi "số liệu `{fact}` có kiểu `{found}`, quy tắc cần kiểu {fitting}",
        en "fact `{fact}` is of type `{found}`, the rule needs {fitting}";
    /// Points are not stated for a key of the fact.
    MissingPoints {
        /// The key.
        key: String,
        /// The fact.
        fact: String,
    } = "E0204" "missing_points",
        vi "chưa có điểm cho lựa chọn `{key}` của số liệu `{fact}`",
        en "no points for key `{key}` of fact `{fact}`";
    /// Criteria of a group don't add up.
    GroupMaxDiffers {
        /// The group.
        group: String,
        /// Its maximum.
        max: Rational,
        /// What its criteria add up to.
        sum: Rational,
    } = "E0301" "group_max_differs",
        vi "nhóm `{group}` ghi điểm tối đa {max} nhưng các tiêu chí cộng lại được {sum}",
        en "group `{group}` declares a maximum of {max}, its criteria add up to {sum}";
    /// Groups don't add up.
    SetMaxDiffers {
        /// The declared maximum.
        max: Rational,
        /// What the groups add up to.
        sum: Rational,
    } = "E0302" "set_max_differs",
        vi "bộ tiêu chí ghi điểm tối đa {max} nhưng các nhóm cộng lại được {sum}",
        en "the set declares a maximum of {max}, its groups add up to {sum}";
    /// Thresholds don't descend.
    OutOfOrder {
        /// The threshold.
        threshold: Rational,
        /// The one before it.
        previous: Rational,
    } = "E0303" "out_of_order",
        vi "ngưỡng {threshold} phải thấp hơn ngưỡng {previous} đứng trước nó",
        en "threshold {threshold} must be lower than {previous} before it";
    /// No answer reaches the maximum.
    MaxNotReached {
        /// The maximum stated.
        max: Rational,
        /// The most points the rule can yield.
        most: Rational,
    } = "E0304" "max_not_reached",
        vi "không câu trả lời nào đạt điểm tối đa {max}: quy tắc cho nhiều nhất {most} điểm",
        en "no answer reaches the maximum of {max}: the rule yields at most {most} points";
    /// Some answer exceeds the maximum.
    MaxExceeded {
        /// The maximum stated.
        max: Rational,
        /// The most points the rule can yield.
        most: Rational,
    } = "E0305" "max_exceeded",
        vi "có câu trả lời vượt điểm tối đa {max}: quy tắc có thể cho {most} điểm",
        en "some answer exceeds the maximum of {max}: the rule can yield {most} points";
    /// Some answer falls under the minimum.
    MinExceeded {
        /// The minimum stated.
        min: Rational,
        /// The least points the rule can yield.
        least: Rational,
    } = "E0306" "min_exceeded",
        vi "có câu trả lời thấp hơn điểm tối thiểu {min}: quy tắc có thể cho {least} điểm",
        en "some answer falls under the minimum of {min}: the rule can yield {least} points";
    /// A step or condition that no answer meets.
    Unreachable {
        /// The fact or ratio.
        measure: String,
    } = "E0307" "unreachable",
        vi "không giá trị hợp lệ nào của `{measure}` thoả điều kiện này",
        en "no valid value of `{measure}` meets this condition";
    /// A penalty without its shape, or a criterion with the shape of one.
    PenaltyShape {
        /// The criterion.
        criterion: String,
    } = "E0308" "penalty_shape",
        vi "tiêu chí trừ điểm `{criterion}` phải có `max = 0`, `min` nhỏ hơn 0 và quy tắc ngoài cùng là `deduct`",
        en "penalty criterion `{criterion}` needs `max = 0`, a `min` below 0 and `deduct` as its outermost rule";
    /// A `deduct` inside another rule.
    NestedDeduct {} = "E0309" "nested_deduct",
        vi "`deduct` chỉ được là quy tắc ngoài cùng của tiêu chí",
        en "`deduct` may only be the outermost rule of a criterion";
    /// Facts of a ratio may be negative.
    NegativeMeasure {
        /// The fact.
        fact: String,
    } = "E0310" "negative_measure",
        vi "số liệu `{fact}` có thể âm, không dùng được ở đây; hãy khai `min` từ 0 trở lên",
        en "fact `{fact}` can be negative and can't be used here; declare a `min` of at least 0";
    /// A limit is not a multiple of its step.
    NotAMultiple {
        /// The number.
        value: Rational,
        /// The step.
        step: Rational,
    } = "E0311" "not_a_multiple",
        vi "{value} không phải bội số của bước {step}",
        en "{value} is not a multiple of the step {step}";
    /// A number outside what its key takes.
    OutOfRange {
        /// The number.
        value: Rational,
        /// The least.
        least: Rational,
        /// The most.
        most: Rational,
    } = "E0312" "out_of_range",
        vi "{value} nằm ngoài khoảng từ {least} đến {most}",
        en "{value} is not between {least} and {most}";
    /// `rescale` without `exclude`.
    RescaleNeedsExclude {} = "E0313" "rescale_needs_exclude",
        vi "`rescale` chỉ đi với `not_applicable = \"exclude\"`",
        en "`rescale` goes only with `not_applicable = \"exclude\"`";
    /// A band without a threshold that isn't the last.
    OpenBand {
        /// The band.
        band: String,
    } = "E0314" "open_band",
        vi "mức `{band}` không có ngưỡng nên phải đứng cuối",
        en "band `{band}` has no threshold, so it must be the last";
    /// Bands on different scales.
    MixedBands {} = "E0315" "mixed_bands",
        vi "các mức xếp loại phải cùng xét theo `share` hoặc cùng theo `total`",
        en "bands must all be on `share` or all on `total`";
    /// Exactly one of several keys is needed.
    ExactlyOneOf {
        /// The keys.
        keys: Vec<String>,
    } = "E0316" "exactly_one_of",
        vi "cần đúng một trong các khoá {keys}",
        en "exactly one of {keys} is needed";
    /// A list or table is empty.
    Empty {
        /// Of what.
        what: Thing,
        /// How many are needed.
        least: usize,
    } = "E0317" "empty",
        vi "cần ít nhất {least} {what}",
        en "{what} entries: at least {least} needed";
    /// A maximum or minimum that rounding would move.
    OffGrid {
        /// The number.
        value: Rational,
        /// What points are rounded to.
        step: Rational,
    } = "E0318" "off_grid",
        vi "{value} lẻ hơn bước làm tròn {step} của bộ tiêu chí; điểm tối đa và tối thiểu phải là bội số của bước này",
        en "{value} has more places than points are rounded to; maxima and minima must be multiples of {step}";
    /// A group to rank by where groups don't rank.
    GroupDoesNotRank {} = "E0319" "group_does_not_rank",
        vi "`group` chỉ đi với `by = \"group\"`",
        en "`group` goes only with `by = \"group\"`";
    /// Two dates the wrong way round.
    PeriodReversed {
        /// First day stated.
        from: crate::Date,
        /// Last day stated.
        to: crate::Date,
    } = "E0401" "period_reversed",
        vi "kỳ đánh giá bắt đầu {from} sau ngày kết thúc {to}",
        en "the period begins on {from}, after its end on {to}";
    /// A table without the column it needs.
    MissingColumn {
        /// The column.
        column: String,
    } = "E0501" "missing_column",
        vi "bảng thiếu cột `{column}`",
        en "the table has no column `{column}`";
    /// A column that stands twice.
    DuplicateColumn {
        /// The column.
        column: String,
    } = "E0502" "duplicate_column",
        vi "cột `{column}` xuất hiện hai lần",
        en "column `{column}` stands twice";
    /// A row with too few or too many cells.
    RowLength {
        /// Cells in the row.
        found: usize,
        /// Columns of the table.
        columns: usize,
    } = "E0503" "row_length",
        vi "dòng có {found} ô, bảng có {columns} cột",
        en "the row has {found} cells, the table has {columns} columns";
    /// A number that reads two ways.
    AmbiguousNumber {
        /// The text.
        value: String,
    } = "E0504" "ambiguous_number",
        vi "`{value}` đọc được theo hai cách; hãy nói rõ dấu thập phân là phẩy hay chấm",
        en "`{value}` reads two ways; state whether the decimal mark is a comma or a point";
    /// The delimiter could not be told.
    UnknownDelimiter {} = "E0505" "unknown_delimiter",
        vi "dòng đầu không có cột `unit`, hoặc không rõ dấu phân cách (`,` `;` hay tab)",
        en "the first row has no column `unit`, or its delimiter (`,` `;` or tab) can't be told";
}
}

/// A thing that has an id or can be too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Thing {
    /// *tiêu chí*
    Criterion,
    /// *nhóm tiêu chí*
    Group,
    /// *số liệu*
    Fact,
    /// *lựa chọn*
    Key,
    /// *nguồn*
    Source,
    /// *mức xếp loại*
    Band,
    /// *đơn vị*
    Unit,
    /// *quy tắc*
    Rule,
    /// *ngưỡng*
    Step,
    /// *dòng*
    Row,
    /// *ký tự*
    Character,
    /// *bộ tiêu chí*
    Set,
}

impl Argument for Thing {
    fn show(&self, lang: Lang) -> String {
        let (vi, en) = match self {
            Self::Criterion => ("tiêu chí", "criterion"),
            Self::Group => ("nhóm tiêu chí", "group"),
            Self::Fact => ("số liệu", "fact"),
            Self::Key => ("lựa chọn", "key"),
            Self::Source => ("nguồn", "source"),
            Self::Band => ("mức xếp loại", "band"),
            Self::Unit => ("đơn vị", "unit"),
            Self::Rule => ("quy tắc", "rule"),
            Self::Step => ("ngưỡng", "step"),
            Self::Row => ("dòng", "row"),
            Self::Character => ("ký tự", "character"),
            Self::Set => ("bộ tiêu chí", "criteria set"),
        };
        lang.pick(vi, en).to_owned()
    }

    fn json(&self) -> Datum {
        Datum::Text(self.show(Lang::En).replace(' ', "_"))
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<String>()
    }
}

/// What a value should have been.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(tag = "kind", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Expected {
    /// A text that isn't blank.
    Text,
    /// `true` or `false`.
    TrueOrFalse,
    /// Yes or no.
    YesNo,
    /// A number of at most 6 decimals.
    Number,
    /// A whole number.
    Whole {
        /// The least allowed.
        least: i64,
        /// The most allowed.
        most: i64,
    },
    /// A number in a range.
    NumberIn {
        /// The least allowed.
        least: Rational,
        /// The most allowed.
        most: Rational,
        /// Decimal places allowed.
        places: usize,
    },
    /// Points on a step.
    Points {
        /// The most allowed.
        max: Rational,
        /// The step.
        step: Rational,
    },
    /// An exact percentage.
    Share,
    /// A day.
    Date,
    /// A day, or a day and a time.
    Moment,
    /// An id.
    Id,
    /// An id of a criteria set.
    SetId,
    /// The name of a table's column.
    Column,
    /// A list.
    List,
    /// A table.
    Table,
    /// A semantic version.
    Version,
    /// One of some words.
    OneOf {
        /// The words.
        words: Vec<String>,
    },
    /// Some of some words.
    SomeOf {
        /// The words.
        words: Vec<String>,
    },
    /// An answer, since "not applicable" isn't allowed.
    Applicable,
    /// A reason for "not applicable".
    Reason,
}

impl Argument for Expected {
    fn show(&self, lang: Lang) -> String {
        let text = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
        let number = |value: &Rational| lang.exact(value);
        match self {
            Self::Text => text(
                "một đoạn chữ trong dấu nháy, không để trống",
                "a quoted text that isn't blank",
            ),
            Self::Column => text(
                "tên cột: `unit`, `set`, `received`, mã số liệu, `verified:` hoặc `reason:` kèm mã số liệu, `evidence:` kèm mã tiêu chí",
                "a column: `unit`, `set`, `received`, a fact's id, `verified:` or `reason:` and a fact's id, `evidence:` and a criterion's",
            ),
            Self::TrueOrFalse => text("`true` hoặc `false`", "`true` or `false`"),
            Self::YesNo => text("có hoặc không", "yes or no"),
            Self::Number => text(
                "một số không quá 6 chữ số thập phân, không vượt 1000000000000, không có số mũ",
                "a number of at most 6 decimals, at most 1000000000000, without exponent",
            ),
            Self::Whole { least, most } => match lang {
                Lang::Vi => format!("số nguyên từ {least} đến {most}"),
                Lang::En => format!("a whole number from {least} to {most}"),
            },
            Self::NumberIn {
                least,
                most,
                places,
            } => {
                let (least, most) = (number(least), number(most));
                match (places, lang) {
                    (0, Lang::Vi) => format!("số nguyên từ {least} đến {most}"),
                    (0, Lang::En) => format!("a whole number from {least} to {most}"),
                    (_, Lang::Vi) => {
                        format!("số từ {least} đến {most}, không quá {places} chữ số thập phân")
                    }
                    (_, Lang::En) => {
                        format!("a number from {least} to {most} of at most {places} decimals")
                    }
                }
            }
            Self::Points { max, step } => {
                let (max, step) = (number(max), number(step));
                match lang {
                    Lang::Vi => format!("điểm từ 0 đến {max}, theo bước {step}"),
                    Lang::En => format!("points from 0 to {max} in steps of {step}"),
                }
            }
            Self::Share => text("tỷ lệ phần trăm từ 0 đến 100", "a percentage from 0 to 100"),
            Self::Date => text("ngày như 2018-10-03", "a date such as 2018-10-03"),
            Self::Moment => text(
                "ngày hoặc ngày giờ như 2018-10-01T08:30, không kèm múi giờ",
                "a date, or a date and time such as 2018-10-01T08:30, without a time zone",
            ),
            Self::Id => text(
                "mã gồm chữ thường không dấu, chữ số, `-`, `_`, `.`, không quá 64 ký tự",
                "an id of lower-case ASCII letters, digits, `-`, `_`, `.`, at most 64 long",
            ),
            Self::SetId => text(
                "mã bộ tiêu chí gồm chữ thường không dấu, chữ số, `-`, `_`, `.`, `/`",
                "a set's id of lower-case ASCII letters, digits, `-`, `_`, `.`, `/`",
            ),
            Self::List => text("một danh sách `[…]`", "a list `[…]`"),
            Self::Table => text("một bảng `{…}`", "a table `{…}`"),
            Self::Version => text("phiên bản như 1.0.0", "a version such as 1.0.0"),
            Self::OneOf { words } => {
                format!("{} {}", text("một trong:", "one of"), quoted(words))
            }
            Self::SomeOf { words } => format!(
                "{} {}",
                text("các lựa chọn khác nhau trong:", "different keys out of"),
                quoted(words)
            ),
            Self::Applicable => text(
                "một câu trả lời (số liệu này không được ghi \"không áp dụng\")",
                "an answer (this fact can't be \"not applicable\")",
            ),
            Self::Reason => text("lý do không áp dụng", "a reason why it isn't applicable"),
        }
    }

    fn json(&self) -> Datum {
        let (kind, fields): (&str, Vec<(&'static str, Datum)>) = match self {
            Self::Text => ("text", vec![]),
            Self::TrueOrFalse => ("true_or_false", vec![]),
            Self::YesNo => ("yes_no", vec![]),
            Self::Number => ("number", vec![]),
            Self::Whole { least, most } => (
                "whole",
                vec![
                    ("least", Datum::Number(*least)),
                    ("most", Datum::Number(*most)),
                ],
            ),
            Self::NumberIn {
                least,
                most,
                places,
            } => (
                "number_in",
                vec![
                    ("least", least.json()),
                    ("most", most.json()),
                    ("places", Datum::count(*places)),
                ],
            ),
            Self::Points { max, step } => {
                ("points", vec![("max", max.json()), ("step", step.json())])
            }
            Self::Share => ("share", vec![]),
            Self::Date => ("date", vec![]),
            Self::Moment => ("moment", vec![]),
            Self::Id => ("id", vec![]),
            Self::SetId => ("set_id", vec![]),
            Self::Column => ("column", vec![]),
            Self::List => ("list", vec![]),
            Self::Table => ("table", vec![]),
            Self::Version => ("version", vec![]),
            Self::OneOf { words } => ("one_of", vec![("words", words.json())]),
            Self::SomeOf { words } => ("some_of", vec![("words", words.json())]),
            Self::Applicable => ("applicable", vec![]),
            Self::Reason => ("reason", vec![]),
        };
        let mut table = vec![("kind", Datum::from(kind))];
        table.extend(fields);
        Datum::Table(table)
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<Self>()
    }
}

/// An id like a misspelt one, if there is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nearest(pub Option<String>);

impl Argument for Nearest {
    fn show(&self, lang: Lang) -> String {
        self.0.as_ref().map_or_else(String::new, |word| match lang {
            Lang::Vi => format!("; có phải là `{word}`?"),
            Lang::En => format!("; did you mean `{word}`?"),
        })
    }

    fn json(&self) -> Datum {
        self.0.as_deref().map_or(Datum::Null, Datum::from)
    }

    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<Option<String>>()
    }
}

/// The word that takes the fewest edits to get to, if few enough to be a slip.
pub(crate) fn nearest(word: &str, among: &mut dyn Iterator<Item = &str>) -> Nearest {
    let word: String = word.chars().take(64).collect();
    let slip = 1 + word.chars().count() / 4;
    let best = among
        .map(|candidate| (edits(&word, candidate), candidate))
        .filter(|(edits, _)| *edits <= slip)
        .min();
    Nearest(best.map(|(_, candidate)| candidate.to_owned()))
}

/// Levenshtein distance by the two-row method.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// One fault at one place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The bytes of the file that it is about.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// JSON Pointer (RFC 6901) to the value, or empty for the file as a whole.
    pub pointer: String,
}

impl Fault {
    /// A fault whose line and column are still to be counted.
    pub(crate) fn unplaced(kind: FaultKind, span: Range<usize>, pointer: String) -> Self {
        Self {
            kind,
            span,
            line: 1,
            column: 1,
            pointer,
        }
    }

    /// A fault at some bytes of a source, for readers of files outside this crate.
    pub fn new(kind: FaultKind, span: Range<usize>, source: &str) -> Self {
        let mut fault = [Self::unplaced(kind, span, String::new())];
        place_all(&mut fault, source);
        let [fault] = fault;
        fault
    }

    /// That there are more faults than are listed.
    fn too_many(count: usize, limit: usize) -> Self {
        Self::unplaced(
            FaultKind::TooManyFaults { count, limit },
            0..0,
            String::new(),
        )
    }

    /// The stable code, such as `E0104`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Place, code and sentence on one line: `12:7 E0103 missing key `max``.
    pub fn message(&self, lang: Lang) -> String {
        let (line, column, code) = (self.line, self.column, self.code());
        format!("{line}:{column} {code} {}", self.kind.message(lang))
    }
}

/// Faults that are listed of one file; the rest is only counted.
pub(crate) const MAX_FAULTS: usize = 1_000;

/// Faults of syntax that are listed: what follows the first few is mostly their echo.
#[cfg(feature = "toml")]
pub(crate) const MAX_SYNTAX_FAULTS: usize = 10;

/// A file that can't be used, with every fault found in it, in file order. Of more than a thousand faults only
/// [`TooManyFaults`](FaultKind::TooManyFaults), which comes first, and a thousand are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    faults: Vec<Fault>,
}

impl FileError {
    /// The faults; at least one.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Every fault on a line of its own.
    pub fn message(&self, lang: Lang) -> String {
        let lines: Vec<String> = self
            .faults
            .iter()
            .map(|fault| fault.message(lang))
            .collect();
        lines.join("\n")
    }
}

impl FileError {
    /// Faults found in `source`, in any order, of which there are `count` in all.
    pub(crate) fn of(mut faults: Vec<Fault>, count: usize, source: &str) -> Self {
        sort_by(&mut faults, |a, b| a.span.start.cmp(&b.span.start));
        place_all(&mut faults, source);
        if count > faults.len() {
            faults.insert(0, Fault::too_many(count, faults.len()));
        }
        Self { faults }
    }

    /// The same faults in a text that has so many bytes more in front.
    fn shifted(mut self, bytes: usize) -> Self {
        for fault in &mut self.faults {
            fault.span = fault.span.start + bytes..fault.span.end + bytes;
        }
        self
    }
}

impl From<Vec<Fault>> for FileError {
    /// Faults that are placed already, in file order.
    fn from(faults: Vec<Fault>) -> Self {
        Self { faults }
    }
}

impl From<Fault> for FileError {
    fn from(fault: Fault) -> Self {
        Self {
            faults: vec![fault],
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for FileError {}

/// Reads a file's text without its byte order mark, unless it is longer than a limit: then nothing is read.
///
/// Spans count from the beginning of the file, mark included; lines and columns are what an editor shows.
pub(crate) fn read_text<T>(
    text: &str,
    limit: usize,
    read: impl FnOnce(&str) -> Result<T, FileError>,
) -> Result<T, FileError> {
    let size = text.len();
    if size > limit {
        return Err(Fault::new(FaultKind::TooLarge { size, limit }, 0..0, text).into());
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    read(body).map_err(|error| error.shifted(size - body.len()))
}

/// Counts the lines and columns of faults sorted by place, in one pass over the source.
fn place_all(faults: &mut [Fault], source: &str) {
    let (mut at, mut line, mut column) = (0, 1, 1);
    for fault in faults {
        let start = source.floor_char_boundary(fault.span.start.min(source.len()));
        let passed = source.get(at..start).unwrap_or_default();
        line += passed.bytes().filter(|byte| *byte == b'\n').count();
        match passed.rsplit_once('\n') {
            Some((_, begun)) => column = 1 + begun.chars().count(),
            None => column += passed.chars().count(),
        }
        at = at.max(start);
        fault.line = line;
        fault.column = column;
        let end = fault.span.end.clamp(start, source.len());
        fault.span = start..source.ceil_char_boundary(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_called_so() {
        let expected = |places| Expected::NumberIn {
            least: Rational::ZERO,
            most: Rational::HUNDRED,
            places,
        };
        assert_eq!(expected(0).show(Lang::Vi), "số nguyên từ 0 đến 100");
        assert_eq!(expected(0).show(Lang::En), "a whole number from 0 to 100");
        assert_eq!(
            expected(2).show(Lang::Vi),
            "số từ 0 đến 100, không quá 2 chữ số thập phân"
        );
    }
}
