//! What scoring has to say besides points: closed list, stable codes, both languages. Scoring never stops at one.

use serde::Serialize;
use serde::ser::SerializeMap as _;

use crate::catalogue::{Argument as _, Datum, catalogue};
use crate::fault::{Expected, Nearest};
use crate::round::Due;
use crate::sort::sort_by;
use crate::{CriteriaSet, Date, Lang, Rational};

catalogue! {
/// What scoring or a round found.
pub enum DiagnosticKind {
    /// An answer is not what its fact takes.
    InvalidValue {
        /// The fact.
        fact: String,
        /// The answer.
        value: String,
        /// What the fact takes.
        expected: Expected,
    } = "D0101" "invalid_value",
        vi "số liệu `{fact}`: giá trị `{value}` không hợp lệ, cần {expected}",
        en "fact `{fact}`: unexpected value `{value}`, expected {expected}";
    /// An answer to a fact that the set doesn't have.
    UnknownFact {
        /// The fact.
        fact: String,
        /// A fact like it.
        nearest: Nearest,
    } = "D0102" "unknown_fact",
        vi "bộ tiêu chí không có số liệu `{fact}`{nearest}",
        en "the criteria set has no fact `{fact}`{nearest}";
    /// A number that reads two ways.
    AmbiguousNumber {
        /// The fact.
        fact: String,
        /// The text.
        value: String,
    } = "D0103" "ambiguous_number",
        vi "số liệu `{fact}`: `{value}` đọc được theo hai cách; hãy nói rõ dấu thập phân là phẩy hay chấm",
        en "fact `{fact}`: `{value}` reads two ways; state whether the decimal mark is a comma or a point";
    /// Evidence for a criterion that the set doesn't have.
    UnknownCriterion {
        /// The criterion.
        criterion: String,
        /// A criterion like it.
        nearest: Nearest,
    } = "D0104" "unknown_criterion",
        vi "tài liệu kiểm chứng cho tiêu chí `{criterion}` không có trong bộ tiêu chí{nearest}",
        en "evidence for a criterion `{criterion}` that the set doesn't have{nearest}";
    /// A numerator exceeds its denominator.
    NumeratorAboveDenominator {
        /// The criterion.
        criterion: String,
        /// Numerator.
        of: String,
        /// Its value.
        of_value: Rational,
        /// Denominator.
        over: String,
        /// Its value.
        over_value: Rational,
    } = "D0201" "numerator_above_denominator",
        vi "tiêu chí `{criterion}`: `{of}` = {of_value} lớn hơn `{over}` = {over_value}, cần nhỏ hơn hoặc bằng",
        en "criterion `{criterion}`: `{of}` = {of_value} exceeds `{over}` = {over_value}, expected at most that";
    /// A denominator is 0 and the rule doesn't say what counts.
    ZeroDenominator {
        /// The criterion.
        criterion: String,
        /// Denominator.
        over: String,
    } = "D0202" "zero_denominator",
        vi "tiêu chí `{criterion}`: mẫu số `{over}` bằng 0, cần lớn hơn 0",
        en "criterion `{criterion}`: the denominator `{over}` is 0, expected more than 0";
    /// Evidence is needed and there is none.
    MissingEvidence {
        /// The criterion.
        criterion: String,
    } = "D0203" "missing_evidence",
        vi "tiêu chí `{criterion}`: có điểm nhưng chưa có tài liệu kiểm chứng",
        en "criterion `{criterion}`: points without the evidence they need";
    /// A cohort rule without a cohort.
    NoCohort {
        /// The criterion.
        criterion: String,
    } = "D0204" "no_cohort",
        vi "tiêu chí `{criterion}`: cần số liệu của cả nhóm cơ quan mới tính được",
        en "criterion `{criterion}`: needs the figures of the whole cohort";
    /// A value outside the cohort's statistics.
    OutsideCohort {
        /// The criterion.
        criterion: String,
        /// The unit's value.
        value: Rational,
        /// The cohort's least.
        least: Rational,
        /// The cohort's largest.
        largest: Rational,
    } = "D0205" "outside_cohort",
        vi "tiêu chí `{criterion}`: {value} nằm ngoài khoảng của nhóm, từ {least} đến {largest}",
        en "criterion `{criterion}`: {value} lies outside the cohort, from {least} to {largest}";
    /// A report came in after the due date.
    Late {
        /// The unit.
        unit: String,
        /// The day it came in.
        received: Date,
        /// When it was due.
        due: Due,
    } = "D0301" "late",
        vi "đơn vị `{unit}` nộp ngày {received}, quá hạn: phải nộp {due}",
        en "unit `{unit}` reported on {received}, due {due}";
    /// A unit did not report.
    MissingReport {
        /// The unit.
        unit: String,
    } = "D0302" "missing_report",
        vi "đơn vị `{unit}` chưa nộp báo cáo",
        en "unit `{unit}` did not report";
    /// A report that a later one replaced.
    Superseded {
        /// The unit.
        unit: String,
        /// Where the earlier report stands.
        source: String,
        /// Where the report stands that counts.
        by: String,
    } = "D0303" "superseded",
        vi "đơn vị `{unit}` nộp nhiều lần: `{source}` được thay bằng `{by}`",
        en "unit `{unit}` reported more than once: `{source}` is superseded by `{by}`";
    /// Two reports of one unit at the same time.
    SameTime {
        /// The unit.
        unit: String,
        /// The report that counts.
        source: String,
    } = "D0304" "same_time",
        vi "đơn vị `{unit}` có hai báo cáo cùng thời điểm; tính theo `{source}`",
        en "unit `{unit}` has two reports of the same time; `{source}` counts";
    /// A report of a unit that isn't on the roster.
    UnknownUnit {
        /// The unit.
        unit: String,
        /// Where the report stands.
        source: String,
        /// A unit like it.
        nearest: Nearest,
    } = "D0305" "unknown_unit",
        vi "`{source}`: đơn vị `{unit}` không có trong danh sách{nearest}",
        en "`{source}`: unit `{unit}` is not on the roster{nearest}";
    /// A report on another form than the roster's.
    WrongForm {
        /// The unit.
        unit: String,
        /// Where the report stands.
        source: String,
        /// The form it is on.
        found: String,
        /// The form it should be on.
        form: String,
    } = "D0306" "wrong_form",
        vi "`{source}`: đơn vị `{unit}` dùng mẫu `{found}`, phải dùng `{form}`",
        en "`{source}`: unit `{unit}` used form `{found}`, expected `{form}`";
    /// A report without the day it came in.
    Undated {
        /// The unit.
        unit: String,
        /// Where the report stands.
        source: String,
    } = "D0307" "undated",
        vi "`{source}`: báo cáo của đơn vị `{unit}` không ghi ngày nhận (`received`)",
        en "`{source}`: the report of unit `{unit}` doesn't say when it was received (`received`)";
    /// Evidence dated outside the assessment period.
    EvidenceOutsidePeriod {
        /// The criterion.
        criterion: String,
        /// The date.
        date: Date,
        /// First day of the period.
        from: Date,
        /// Last day of the period.
        to: Date,
    } = "D0308" "evidence_outside_period",
        vi "tiêu chí `{criterion}`: tài liệu ngày {date} nằm ngoài kỳ đánh giá từ {from} đến {to}",
        en "criterion `{criterion}`: evidence of {date} lies outside the period from {from} to {to}";
    /// A report without a unit.
    NoUnit {
        /// Where the report stands.
        source: String,
    } = "D0309" "no_unit",
        vi "`{source}`: báo cáo không ghi đơn vị (`unit`)",
        en "`{source}`: the report doesn't name its unit (`unit`)";
    /// A form that the round doesn't have.
    UnknownForm {
        /// The unit.
        unit: String,
        /// The form.
        form: String,
    } = "D0310" "unknown_form",
        vi "đơn vị `{unit}`: không tìm thấy mẫu `{form}`",
        en "unit `{unit}`: form `{form}` was not found";
    /// A file that could not be read.
    Unreadable {
        /// The file.
        source: String,
        /// How many faults it has.
        faults: usize,
    } = "D0311" "unreadable",
        vi "không đọc được `{source}`: {faults} lỗi",
        en "`{source}` can't be read, faults found: {faults}";
}
}

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something to look at; points stand.
    Warning,
    /// Something that cost points or a report.
    Error,
}

/// One finding, and the criteria that it touches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What was found.
    pub kind: DiagnosticKind,
    /// Criteria that it touches.
    pub criteria: Vec<String>,
}

impl From<DiagnosticKind> for Diagnostic {
    fn from(kind: DiagnosticKind) -> Self {
        let criteria = match &kind {
            DiagnosticKind::NumeratorAboveDenominator { criterion, .. }
            | DiagnosticKind::ZeroDenominator { criterion, .. }
            | DiagnosticKind::MissingEvidence { criterion }
            | DiagnosticKind::NoCohort { criterion }
            | DiagnosticKind::OutsideCohort { criterion, .. }
            | DiagnosticKind::EvidenceOutsidePeriod { criterion, .. } => vec![criterion.clone()],
            _ => Vec::new(),
        };
        Self { kind, criteria }
    }
}

impl Diagnostic {
    pub(crate) fn read_by(mut self, criteria: Vec<String>) -> Self {
        self.criteria = criteria;
        self
    }

    /// The stable code, such as `D0101`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The fact that it is about, where it is about one fact's answer.
    pub fn fact(&self) -> Option<&str> {
        match &self.kind {
            DiagnosticKind::InvalidValue { fact, .. }
            | DiagnosticKind::UnknownFact { fact, .. }
            | DiagnosticKind::AmbiguousNumber { fact, .. } => Some(fact),
            _ => None,
        }
    }

    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        match self.kind {
            DiagnosticKind::MissingEvidence { .. }
            | DiagnosticKind::OutsideCohort { .. }
            | DiagnosticKind::Late { .. }
            | DiagnosticKind::Superseded { .. }
            | DiagnosticKind::SameTime { .. }
            | DiagnosticKind::Undated { .. }
            | DiagnosticKind::EvidenceOutsidePeriod { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Code and sentence, with the criteria that an answer feeds: `D0101 … (i.1, i.4)`.
    pub fn message(&self, lang: Lang) -> String {
        let sentence = format!("{} {}", self.code(), self.kind.message(lang));
        let named = matches!(
            self.kind,
            DiagnosticKind::InvalidValue { .. } | DiagnosticKind::AmbiguousNumber { .. }
        );
        if !named || self.criteria.is_empty() {
            return sentence;
        }
        let word = lang.pick("tiêu chí", "criteria");
        format!("{sentence} ({word} {})", self.criteria.join(", "))
    }
}

impl Diagnostic {
    /// The sentence for people who fill in a form: facts and criteria by what the form calls them, not by id.
    pub fn sentence(&self, set: &CriteriaSet, lang: Lang) -> String {
        let definition = set.definition();
        let title = |id: &str| {
            let fact = definition.facts.iter().find(|fact| fact.id == id)?;
            Some(fact.title.get(lang).to_owned())
        };
        let number = |id: &str| {
            definition.groups.iter().find_map(|group| {
                let criterion = group.criteria.iter().find(|line| line.id == id)?;
                Some(format!("{}.{}", group.number, criterion.number))
            })
        };
        self.kind.message_with(lang, &|key, argument| {
            let called = match (key, argument.json()) {
                ("fact" | "of" | "over", Datum::Text(id)) => title(&id),
                ("criterion", Datum::Text(id)) => number(&id),
                _ => None,
            };
            called.map_or_else(|| argument.show(lang), |name| name.show(lang))
        })
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const OWN: [&str; 4] = ["code", "criteria", "name", "severity"];
        let arguments = self.kind.arguments();
        let keys = OWN.into_iter().chain(arguments.iter().map(|(key, _)| *key));
        // In the order of canonical JSON, which spares moving them about in the text.
        let mut order: Vec<(&str, usize)> = keys.zip(0..).collect();
        sort_by(&mut order, |a, b| a.0.cmp(b.0));
        let mut map = serializer.serialize_map(Some(order.len()))?;
        for (key, at) in order {
            match at {
                0 => map.serialize_entry(key, self.code())?,
                1 => map.serialize_entry(key, &self.criteria)?,
                2 => map.serialize_entry(key, self.kind.name())?,
                3 => map.serialize_entry(key, &self.severity())?,
                _ => {
                    if let Some((_, value)) = arguments.get(at - OWN.len()) {
                        map.serialize_entry(key, value)?;
                    }
                }
            }
        }
        map.end()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Diagnostic {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Diagnostic".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let kinds: Vec<serde_json::Value> = DiagnosticKind::schemas(generator)
            .into_iter()
            .map(kind_schema)
            .collect();
        schemars::json_schema!({
            "description": "A finding: its code tells its kind, and with it its arguments.",
            "type": "object",
            "required": ["severity", "criteria"],
            "properties": {
                "severity": { "enum": ["warning", "error"] },
                "criteria": {
                    "description": "Criteria that it touches.",
                    "type": "array",
                    "items": { "type": "string" }
                }
            },
            "oneOf": kinds
        })
    }
}

/// What one kind of finding has beside what all have.
#[cfg(feature = "schema")]
fn kind_schema(kind: crate::catalogue::KindSchema) -> serde_json::Value {
    let mut properties = serde_json::json!({
        "code": { "const": kind.code },
        "name": { "const": kind.name }
    });
    let mut required = vec!["code", "name"];
    for (key, doc, mut schema) in kind.arguments {
        schema.insert("description".to_owned(), doc.into());
        properties[key] = schema.into();
        required.push(key);
    }
    serde_json::json!({
        "description": kind.doc,
        "type": "object",
        "required": required,
        "properties": properties
    })
}
