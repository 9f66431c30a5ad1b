//! Explanation (*giải trình*): every number of a report in words, in Vietnamese or English.
//!
//! It speaks the decision's language (document, group, item), and puts the numbers into each formula. Nothing is computed
//! here: the trace holds every figure.

mod formula;

use std::fmt;

use serde::Serialize;

use crate::band::HeldBack;
use crate::criteria::{
    Band, Basis, BasisStatus, Criterion, Definition, Group, NotApplicable, Rescale,
};
use crate::points::Stage;
use crate::score::{Changes, CriterionScore, GroupScore, LiveScore, Report, Status, Total};
use crate::{Lang, Layer, Rational};

/// A report in words, ready to show.
///
/// [`Display`](fmt::Display) writes it as a plain text sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Explanation {
    /// Everything found besides points.
    pub diagnostics: Vec<String>,
    /// The decision: number, date, who issued it.
    pub document: String,
    /// Groups in order.
    pub groups: Vec<GroupExplanation>,
    /// Self-assessed or verified.
    pub layer: String,
    /// That the set is not official, where it is not.
    pub notice: Option<String>,
    /// Id, version, status and fingerprint of the set: what it takes to recompute the report.
    pub provenance: String,
    /// Title of the criteria set.
    pub set: String,
    /// The total.
    pub total: TotalExplanation,
    /// The unit, where the submission names one.
    pub unit: Option<String>,
}

/// A group in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GroupExplanation {
    /// Its id.
    pub id: String,
    /// Its criteria in order.
    pub lines: Vec<LineExplanation>,
    /// Its declared maximum.
    pub max: String,
    /// How its points differ from the sum of its criteria, where they do.
    pub note: Option<String>,
    /// Its number in the decision.
    pub number: String,
    /// The heading above it.
    pub part: Option<String>,
    /// Its points.
    pub points: String,
    /// Its share of the applicable maximum, in percent to 2 places.
    pub share: Option<String>,
    /// Its title.
    pub title: String,
}

/// A criterion in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LineExplanation {
    /// Where the criterion was taken from, and whether it is official.
    pub basis: String,
    /// The calculation with the numbers put in: `47 ÷ 50 × 2 = 1,88`.
    pub formula: String,
    /// Its id.
    pub id: String,
    /// Its maximum.
    pub max: String,
    /// Its number in the group.
    pub number: String,
    /// Its points.
    pub points: String,
    /// What became of it.
    pub status: Status,
    /// The same in words.
    pub status_text: String,
    /// Its title.
    pub title: String,
}

/// The total in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TotalExplanation {
    /// The maximum less what isn't applicable.
    pub applicable_max: String,
    /// The band reached.
    pub band: Option<String>,
    /// Whether no answer is missing.
    pub complete: bool,
    /// The declared maximum.
    pub max: String,
    /// What happened between the groups and the total, and what is missing.
    pub notes: Vec<String>,
    /// The total.
    pub points: String,
    /// The share of the applicable maximum, in percent to 2 places.
    pub share: Option<String>,
}

/// What an answer changed, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChangesExplanation {
    /// Groups whose line reads differently now, in order; without their criteria.
    pub groups: Vec<GroupExplanation>,
    /// Criteria whose line reads differently now, in order.
    pub lines: Vec<LineExplanation>,
    /// The total as it is now.
    pub total: TotalExplanation,
}

impl LiveScore {
    /// What an answer changed, in words.
    pub fn explain_changes(&self, changes: &Changes, lang: Lang) -> ChangesExplanation {
        let report = self.report();
        let definition = report.set().definition();
        let lines = report.criteria().enumerate();
        let groups = report.groups().enumerate();
        ChangesExplanation {
            lines: lines
                .filter(|(at, _)| changes.criteria.contains(at))
                .map(|(_, (criterion, score))| line(definition, criterion, score, lang))
                .collect(),
            groups: groups
                .filter(|(at, _)| changes.groups.contains(at))
                .map(|(_, (group, score))| group_head(definition, group, score, lang))
                .collect(),
            total: report.explain_total(lang),
        }
    }
}

impl Report {
    /// The report in words: each line's formula with the numbers put in, where each criterion comes from, every
    /// diagnostic.
    ///
    /// Points stand as they are, exactly; what doesn't terminate is marked `≈`.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::{Lang, Submission};
    ///
    /// let report = set.score(&Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", 20));
    /// let sheet = report.explain(Lang::Vi);
    /// assert_eq!(sheet.groups[0].lines[0].formula, "18 ÷ 20 × 2 = 1,8");
    /// // What isn't official says so, in front of everything.
    /// assert!(sheet.to_string().contains("CHƯA PHẢI BẢN CHÍNH THỨC"));
    /// ```
    pub fn explain(&self, lang: Lang) -> Explanation {
        let definition = self.set().definition();
        let document = &definition.document;
        Explanation {
            set: definition.title.get(lang).to_owned(),
            document: match lang {
                Lang::Vi => format!(
                    "{} ngày {} của {}",
                    document.number,
                    document.date.display(lang),
                    document.issuer.vi
                ),
                Lang::En => {
                    let date = document.date.display(lang);
                    format!("{} of {date}, {}", document.number, document.issuer.en)
                }
            },
            notice: self.notice(lang),
            provenance: format!(
                "{} {} ({}), SHA-256 {}",
                definition.id,
                definition.version,
                basis_status(definition.status, lang),
                self.set().fingerprint()
            ),
            unit: self.unit().map(str::to_owned),
            layer: layer_text(self.layer(), lang).to_owned(),
            groups: self.explain_groups(lang),
            total: self.explain_total(lang),
            diagnostics: self
                .diagnostics()
                .iter()
                .map(|diagnostic| diagnostic.message(lang))
                .collect(),
        }
    }

    /// One criterion in words; nothing where the set has no such criterion.
    pub fn explain_criterion(&self, id: &str, lang: Lang) -> Option<LineExplanation> {
        let (criterion, score) = self.criteria().find(|(criterion, _)| criterion.id == id)?;
        Some(line(self.set().definition(), criterion, score, lang))
    }

    /// The line that a report carries while its set, or any line of it, is not official.
    pub fn notice(&self, lang: Lang) -> Option<String> {
        self.set().notice(lang)
    }

    fn explain_groups(&self, lang: Lang) -> Vec<GroupExplanation> {
        let definition = self.set().definition();
        let mut lines = self.criteria();
        self.groups()
            .map(|(group, score)| GroupExplanation {
                lines: lines
                    .by_ref()
                    .take(group.criteria.len())
                    .map(|(criterion, score)| line(definition, criterion, score, lang))
                    .collect(),
                ..group_head(definition, group, score, lang)
            })
            .collect()
    }

    fn explain_total(&self, lang: Lang) -> TotalExplanation {
        let total = self.total();
        TotalExplanation {
            points: lang.exact(&total.points),
            max: lang.exact(&self.set().definition().max),
            applicable_max: lang.exact(&total.applicable_max),
            share: total.share.as_ref().map(|share| percent(share, lang)),
            band: self
                .band()
                .map(|band: &Band| band.title.get(lang).to_owned()),
            complete: self.is_complete(),
            notes: self.total_notes(total, lang),
        }
    }

    fn total_notes(&self, total: &Total, lang: Lang) -> Vec<String> {
        let mut notes = Vec::new();
        let number = |value: &Rational| lang.exact(value);
        if !total.bonus_excess.is_zero() {
            let excess = number(&total.bonus_excess);
            notes.push(match lang {
                Lang::Vi => format!("trừ {excess} điểm thưởng vượt mức trần"),
                Lang::En => format!("{excess} bonus points above the cap taken off"),
            });
        }
        let definition = self.set().definition();
        if definition.policies.rescale == Rescale::Total
            && total.share.is_some()
            && total.applicable_max != definition.max
        {
            notes.push(rescaled(
                &total.before_rescale,
                &total.applicable_max,
                &definition.max,
                &total.points,
                lang,
            ));
        }
        let missing = self
            .criteria()
            .filter(|(_, score)| score.status == Status::Missing)
            .count();
        if missing > 0 {
            notes.push(match lang {
                Lang::Vi => format!("chưa đầy đủ: {missing} tiêu chí thiếu số liệu"),
                Lang::En if missing == 1 => "incomplete: 1 criterion lacks answers".to_owned(),
                Lang::En => format!("incomplete: {missing} criteria lack answers"),
            });
        }
        notes.extend(self.held_back().map(|held| held_back(&held, lang)));
        notes
    }
}

impl crate::CriteriaSet {
    /// The line that everything made with this set carries while it, or any line of it, is not official.
    pub fn notice(&self, lang: Lang) -> Option<String> {
        let definition = self.definition();
        let number = &definition.document.number;
        if definition.status == BasisStatus::Reconstructed {
            return Some(match lang {
                Lang::Vi => format!(
                    "Bộ tiêu chí phục dựng, CHƯA PHẢI BẢN CHÍNH THỨC: chưa đối chiếu với phụ lục của văn bản {number}."
                ),
                Lang::En => format!(
                    "Reconstructed criteria, NOT OFFICIAL: not yet checked against the annex of {number}."
                ),
            });
        }
        let reconstructed = self
            .criteria()
            .filter(|criterion| criterion.basis.status == BasisStatus::Reconstructed)
            .count();
        (reconstructed > 0).then(|| match lang {
            Lang::Vi => format!(
                "{reconstructed} tiêu chí là bản phục dựng, CHƯA CHÍNH THỨC: chưa đối chiếu với phụ lục của văn bản {number}."
            ),
            Lang::En => format!(
                "{reconstructed} of the criteria are reconstructed and NOT OFFICIAL: not yet checked against the annex of {number}."
            ),
        })
    }
}

/// A group without its criteria.
fn group_head(
    definition: &Definition,
    group: &Group,
    score: &GroupScore,
    lang: Lang,
) -> GroupExplanation {
    GroupExplanation {
        id: group.id.clone(),
        number: group.number.clone(),
        title: group.title.get(lang).to_owned(),
        part: group.part.as_ref().map(|part| part.get(lang).to_owned()),
        points: lang.exact(&score.points),
        max: lang.exact(&group.max),
        share: score.share.as_ref().map(|share| percent(share, lang)),
        note: group_note(definition, group, score, lang),
        lines: Vec::new(),
    }
}

fn line(
    definition: &Definition,
    criterion: &Criterion,
    score: &CriterionScore,
    lang: Lang,
) -> LineExplanation {
    LineExplanation {
        id: criterion.id.clone(),
        number: criterion.number.clone(),
        title: criterion.title.get(lang).to_owned(),
        points: lang.exact(&score.points),
        max: lang.exact(&criterion.max),
        status: score.status,
        status_text: score.status.text(lang).to_owned(),
        formula: line_formula(definition, criterion, score, lang),
        basis: basis_text(definition, &criterion.basis, lang),
    }
}

/// The rule's formula, then what policies made of it.
fn line_formula(
    definition: &Definition,
    criterion: &Criterion,
    score: &CriterionScore,
    lang: Lang,
) -> String {
    let Some(trace) = &score.trace else {
        return String::new();
    };
    let policies = &definition.policies;
    let rounded = policies.rounding.at(Stage::Criterion, trace.points.clone());
    let text = formula::of(
        definition,
        &criterion.rule,
        &criterion.max,
        trace,
        &rounded,
        lang,
    );
    let shown = lang.exact(&score.points);
    let (vi, en) = match (score.status, policies.not_applicable) {
        (Status::NotApplicable, NotApplicable::Exclude) => {
            let (vi, en) = ("không tính vào điểm tối đa", "left out of the maximum");
            (vi.to_owned(), en.to_owned())
        }
        (Status::NotApplicable, _) => (
            format!("tính {shown} điểm"),
            format!("counts {shown} points"),
        ),
        (Status::Scored, _) if score.points != rounded => {
            let (vi, en) = ("chưa có tài liệu kiểm chứng", "no evidence");
            (format!("{vi} → {shown}"), format!("{en} → {shown}"))
        }
        _ => return text,
    };
    text + "; " + lang.pick(&vi, &en)
}

fn group_note(
    definition: &Definition,
    group: &Group,
    score: &GroupScore,
    lang: Lang,
) -> Option<String> {
    if score.excluded {
        let text = lang.pick(
            "cả nhóm không áp dụng, không tính vào điểm tối đa",
            "no criterion applies; left out of the maximum",
        );
        return Some(text.to_owned());
    }
    let mut notes = Vec::new();
    if score.sum < group.floor {
        let (sum, floor) = (lang.exact(&score.sum), lang.exact(&group.floor));
        notes.push(match lang {
            Lang::Vi => format!("tổng {sum}, tính không thấp hơn {floor}"),
            Lang::En => format!("sum {sum}, never under {floor}"),
        });
    }
    if definition.policies.rescale == Rescale::Group
        && score.share.is_some()
        && score.applicable_max != group.max
    {
        let own = score
            .share
            .as_ref()
            .map(|share| share * &score.applicable_max);
        let own = own.unwrap_or_default();
        notes.push(rescaled(
            &own,
            &score.applicable_max,
            &group.max,
            &score.points,
            lang,
        ));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// Why a higher band isn't reached though the total would do.
fn held_back(held: &HeldBack<'_>, lang: Lang) -> String {
    let band = held.band.title.get(lang);
    let number = held.number;
    let [share, least] = [&held.share, held.least].map(|percent| lang.exact(percent));
    match (lang, held.is_group) {
        (Lang::Vi, true) => {
            format!(
                "đủ điểm để đạt “{band}”, nhưng nhóm {number} mới đạt {share} % (cần {least} %)"
            )
        }
        (Lang::Vi, false) => {
            format!(
                "đủ điểm để đạt “{band}”, nhưng tiêu chí {number} mới đạt {share} % (cần {least} %)"
            )
        }
        (Lang::En, true) => {
            format!(
                "enough points for “{band}”, but group {number} has only {share} % (needs {least} %)"
            )
        }
        (Lang::En, false) => {
            format!(
                "enough points for “{band}”, but criterion {number} has only {share} % (needs {least} %)"
            )
        }
    }
}

/// `42,63 ÷ 48 × 50 = 44,41`.
fn rescaled(
    own: &Rational,
    applicable: &Rational,
    max: &Rational,
    points: &Rational,
    lang: Lang,
) -> String {
    let exact = own
        .checked_div(applicable)
        .is_some_and(|share| &share * max == *points);
    let sign = if exact { "=" } else { "≈" };
    let [own, applicable, max, points] =
        [own, applicable, max, points].map(|value| lang.exact(value));
    let formula = format!("{own} ÷ {applicable} × {max} {sign} {points}");
    match lang {
        Lang::Vi => format!("quy đổi {formula}"),
        Lang::En => format!("rescaled {formula}"),
    }
}

fn basis_text(definition: &Definition, basis: &Basis, lang: Lang) -> String {
    let document = definition
        .sources
        .get(&basis.source)
        .map_or(basis.source.as_str(), |source| source.document.as_str());
    let status = basis_status(basis.status, lang);
    format!("{status}; {document}; {}", basis.item)
}

/// Official or reconstructed, in words.
fn basis_status(status: BasisStatus, lang: Lang) -> &'static str {
    match status {
        BasisStatus::Official => lang.pick("chính thức", "official"),
        BasisStatus::Reconstructed => lang.pick("phục dựng", "reconstructed"),
    }
}

fn layer_text(layer: Layer, lang: Lang) -> &'static str {
    match layer {
        Layer::SelfAssessed => lang.pick("tự đánh giá", "self-assessed"),
        Layer::Verified => lang.pick("thẩm định", "verified"),
    }
}

/// A share as a percentage of 2 places.
fn percent(share: &Rational, lang: Lang) -> String {
    let percent = share * &Rational::HUNDRED;
    format!("{}%", lang.number(&percent.to_fixed(2)))
}

impl Status {
    /// The status in words.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Scored => lang.pick("đã chấm", "scored"),
            Self::NotApplicable => lang.pick("không áp dụng", "not applicable"),
            Self::Missing => lang.pick("thiếu số liệu", "missing"),
            Self::Invalid => lang.pick("không hợp lệ", "invalid"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.set)?;
        writeln!(f, "{}", self.document)?;
        if let Some(notice) = &self.notice {
            writeln!(f, "{notice}")?;
        }
        match &self.unit {
            Some(unit) => writeln!(f, "{unit} ({})", self.layer)?,
            None => writeln!(f, "({})", self.layer)?,
        }
        let mut part = None;
        for group in &self.groups {
            if group.part.is_some() && group.part != part {
                part.clone_from(&group.part);
                writeln!(f, "\n{}", part.as_deref().unwrap_or_default())?;
            }
            write!(f, "\n{group}")?;
        }
        write!(f, "\n{}", self.total)?;
        if !self.diagnostics.is_empty() {
            writeln!(f)?;
            for diagnostic in &self.diagnostics {
                writeln!(f, "! {diagnostic}")?;
            }
        }
        writeln!(f, "\n{}", self.provenance)
    }
}

impl fmt::Display for GroupExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}. {}: {}/{}",
            self.number, self.title, self.points, self.max
        )?;
        if let Some(share) = &self.share {
            write!(f, " ({share})")?;
        }
        if let Some(note) = &self.note {
            write!(f, " [{note}]")?;
        }
        writeln!(f)?;
        for line in &self.lines {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

impl fmt::Display for LineExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            title,
            points,
            max,
            formula,
            basis,
            ..
        } = self;
        write!(f, "{number}. {title}: {points}/{max}")?;
        if !formula.is_empty() {
            write!(f, "\n     {formula}")?;
        }
        write!(f, "\n     ({basis})")
    }
}

impl fmt::Display for TotalExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "= {}/{}", self.points, self.max)?;
        if self.applicable_max != self.max {
            write!(f, " [{}]", self.applicable_max)?;
        }
        if let Some(share) = &self.share {
            write!(f, " ({share})")?;
        }
        if let Some(band) = &self.band {
            write!(f, " — {band}")?;
        }
        writeln!(f)?;
        for note in &self.notes {
            writeln!(f, "  {note}")?;
        }
        Ok(())
    }
}
