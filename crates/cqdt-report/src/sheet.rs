//! One unit's sheet: every line, its points, how they came about, and what they rest on.

use std::collections::HashMap;

use cqdt::criteria::{BasisStatus, Criterion, Definition};
use cqdt::{
    Change, CriterionScore, Diagnostic, Evidence, Lang, LineExplanation, Rational, Report,
    Severity, Status, Submission,
};
use serde::Serialize;

use crate::bar::{Bar, length};
use crate::number::Numbers;
use crate::sources::{Source, Sources};
use crate::words;

/// What a sheet is made from.
#[derive(Clone, Copy)]
pub(crate) struct Scored<'r> {
    /// The report that counts.
    pub(crate) report: &'r Report,
    /// The self-assessed report, where it stands beside.
    pub(crate) own: Option<&'r Report>,
    /// Criteria that verification changed.
    pub(crate) changes: &'r [Change],
    /// Whether its layer is the verified one, but nobody verified anything.
    pub(crate) is_unverified: bool,
    /// The answers, for their evidence.
    pub(crate) submission: Option<&'r Submission>,
}

/// A sheet, ready for its template.
#[derive(Serialize)]
pub(crate) struct Sheet<'r> {
    /// Level of its heading.
    pub(crate) level: u8,
    /// What links point at.
    pub(crate) anchor: String,
    /// Where the way back leads, on a page with a ranking.
    pub(crate) back: Option<String>,
    /// The unit, or what there is to name it by.
    pub(crate) name: &'r str,
    /// Rank, day of receipt and the like: label and value.
    pub(crate) facts: Vec<(String, String)>,
    /// What was found about the unit's reports.
    pub(crate) findings: Vec<Finding>,
    form: &'r str,
    document: String,
    notice: Option<String>,
    layer: String,
    band: Option<String>,
    share: Option<String>,
    total: String,
    max: String,
    applicable_max: Option<String>,
    own_total: Option<String>,
    delta: Option<String>,
    complete: bool,
    columns: usize,
    groups: Vec<Group>,
    steps: Vec<Step>,
    notes: Vec<String>,
    sources: Vec<Source<'r>>,
    provenance: Provenance<'r>,
}

#[derive(Serialize)]
struct Group {
    part: Option<String>,
    id: String,
    number: String,
    title: String,
    points: String,
    own: Option<String>,
    max: String,
    share: Option<String>,
    note: Option<String>,
    bar: Bar,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    number: String,
    title: String,
    bonus: bool,
    points: String,
    own: Option<String>,
    max: String,
    status: Status,
    status_text: String,
    formula: String,
    change: Option<LineChange>,
    evidence: Vec<Proof>,
    official: bool,
    basis: &'static str,
    source: usize,
    item: String,
}

#[derive(Serialize)]
struct LineChange {
    delta: String,
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct Proof {
    text: String,
    /// Only what a browser opens as a page.
    href: Option<String>,
}

/// A line between the groups and the total.
#[derive(Serialize)]
struct Step {
    label: &'static str,
    points: String,
}

/// A diagnostic as a page lists it.
#[derive(Serialize)]
pub(crate) struct Finding {
    code: &'static str,
    error: bool,
    text: String,
}

impl Finding {
    pub(crate) fn of(diagnostic: &Diagnostic, lang: Lang) -> Self {
        let (code, text) = (diagnostic.code(), diagnostic.message(lang));
        // The code stands in a place of its own.
        let bare = text.strip_prefix(code).map(str::trim_start);
        Self {
            code,
            error: diagnostic.severity() == Severity::Error,
            text: bare.unwrap_or(&text).to_owned(),
        }
    }
}

/// What it takes to recompute a figure.
#[derive(Serialize)]
pub(crate) struct Provenance<'r> {
    id: &'r str,
    version: &'r str,
    status: &'static str,
    fingerprint: &'r str,
    rounding: String,
}

impl<'r> Provenance<'r> {
    pub(crate) fn of(definition: &'r Definition, fingerprint: &'r str, lang: Lang) -> Self {
        Self {
            id: &definition.id,
            version: &definition.version,
            status: words::basis(definition.status, lang),
            fingerprint,
            rounding: words::rounding(definition.policies.rounding, lang),
        }
    }
}

impl<'r> Sheet<'r> {
    pub(crate) fn of(scored: Scored<'r>, sources: &Sources<'r>, lang: Lang) -> Self {
        let report = scored.report;
        let definition = report.set().definition();
        let numbers = Numbers::new(lang, definition.policies.rounding.places);
        let explanation = report.explain(lang);
        let total = report.total();
        let lines = Lines {
            scored,
            sources,
            numbers,
            lang,
            changes: scored
                .changes
                .iter()
                .map(|change| (change.criterion.as_str(), change))
                .collect(),
        };
        Self {
            level: 1,
            anchor: String::new(),
            back: None,
            name: report.unit().unwrap_or_default(),
            facts: Vec::new(),
            findings: Vec::new(),
            form: definition.title.get(lang),
            document: explanation.document,
            notice: explanation.notice,
            layer: layer(scored, explanation.layer, lang),
            band: explanation.total.band,
            share: total.share.as_ref().map(|share| numbers.percent(share)),
            total: numbers.points(&total.points),
            max: numbers.plain(&definition.max),
            applicable_max: (total.applicable_max != definition.max)
                .then(|| numbers.plain(&total.applicable_max)),
            own_total: scored.own.map(|own| numbers.points(&own.total().points)),
            delta: scored
                .own
                .map(|own| numbers.difference(&(&total.points - &own.total().points))),
            complete: report.is_complete(),
            columns: 5 + usize::from(scored.own.is_some()),
            groups: lines.groups(explanation.groups),
            steps: lines.steps(),
            notes: explanation.total.notes,
            sources: sources.list(),
            provenance: Provenance::of(definition, report.set().fingerprint(), lang),
        }
        .with_findings(report, lang)
    }

    fn with_findings(mut self, report: &Report, lang: Lang) -> Self {
        let found = report.diagnostics().iter();
        self.findings
            .extend(found.map(|diagnostic| Finding::of(diagnostic, lang)));
        self
    }
}

/// Which layer counts. The verified one is the self-assessed one where nobody verified anything.
fn layer(scored: Scored<'_>, name: String, lang: Lang) -> String {
    if scored.is_unverified {
        let text = lang.pick("tự đánh giá, chưa thẩm định", "self-assessed, not verified");
        return text.to_owned();
    }
    name
}

/// What all lines of a sheet share.
struct Lines<'s, 'r> {
    scored: Scored<'r>,
    sources: &'s Sources<'r>,
    numbers: Numbers,
    lang: Lang,
    changes: HashMap<&'r str, &'r Change>,
}

impl Lines<'_, '_> {
    fn groups(&self, explained: Vec<cqdt::GroupExplanation>) -> Vec<Group> {
        let (report, numbers) = (self.scored.report, self.numbers);
        // All bars of a sheet are drawn to one scale.
        let scale = report
            .groups()
            .fold(Rational::ZERO, |scale, (group, score)| {
                scale.max(group.max.clone()).max(length([&score.points]))
            });
        let mut scores = report.criteria();
        let mut own = self.scored.own.map(Report::criteria);
        let mut part = None;
        let groups = report.groups().zip(explained).enumerate();
        groups
            .map(|(at, ((group, score), explanation))| {
                let begins_part = explanation.part.is_some() && explanation.part != part;
                if begins_part {
                    part.clone_from(&explanation.part);
                }
                let own_group = self.scored.own.and_then(|own| own.group(&group.id));
                Group {
                    part: explanation.part.filter(|_| begins_part),
                    id: explanation.id,
                    number: explanation.number,
                    title: explanation.title,
                    points: numbers.points(&score.points),
                    own: own_group.map(|own| numbers.points(&own.points)),
                    max: numbers.plain(&group.max),
                    share: score.share.as_ref().map(|share| numbers.percent(share)),
                    note: explanation.note,
                    bar: Bar::single(at, &score.points, &group.max, &scale),
                    lines: explanation
                        .lines
                        .into_iter()
                        .zip(scores.by_ref())
                        .map(|(line, (criterion, score))| {
                            let own = own.as_mut().and_then(Iterator::next);
                            self.line(line, criterion, score, own.map(|(_, own)| own))
                        })
                        .collect(),
                }
            })
            .collect()
    }

    fn line(
        &self,
        explained: LineExplanation,
        criterion: &Criterion,
        score: &CriterionScore,
        own: Option<&CriterionScore>,
    ) -> Line {
        let numbers = self.numbers;
        let basis = &criterion.basis;
        let change = self.changes.get(criterion.id.as_str());
        let submission = self.scored.submission;
        let evidence = submission.and_then(|one| one.evidence().get(&criterion.id));
        Line {
            id: explained.id,
            number: explained.number,
            title: explained.title,
            bonus: criterion.bonus,
            points: numbers.points(&score.points),
            own: own.map(|own| numbers.points(&own.points)),
            max: numbers.plain(&criterion.max),
            status: explained.status,
            status_text: explained.status_text,
            formula: explained.formula,
            change: change.map(|change| LineChange {
                delta: numbers.difference(&change.delta),
                reasons: change.reasons.clone(),
            }),
            evidence: evidence.map_or_else(Vec::new, |evidence| {
                evidence.iter().map(|one| self.proof(one)).collect()
            }),
            official: basis.status == BasisStatus::Official,
            basis: words::basis(basis.status, self.lang),
            source: self.sources.number(&basis.source),
            item: basis.item.clone(),
        }
    }

    fn proof(&self, evidence: &Evidence) -> Proof {
        let date = evidence.date.map(|date| date.display(self.lang));
        let named = match (&evidence.number, date) {
            (Some(number), Some(date)) => Some(format!("{number} ({date})")),
            (number, date) => number.clone().or(date),
        };
        let text: Vec<&str> = [named.as_deref(), evidence.note.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        let link = evidence.link.as_deref();
        let href = link.filter(|link| opens_as_page(link)).map(str::to_owned);
        let named = text.join(": ");
        // An address that isn't linked, or has no other name, is shown.
        let shown = link.filter(|_| href.is_none() || named.is_empty());
        let text = [Some(named.as_str()), shown].into_iter().flatten();
        let text: Vec<&str> = text.filter(|one| !one.is_empty()).collect();
        let text = text.join(" ");
        Proof { text, href }
    }

    /// What stands between the groups and the total, so that the column adds up.
    fn steps(&self) -> Vec<Step> {
        let total = self.scored.report.total();
        let mut steps = Vec::new();
        if !total.bonus_excess.is_zero() {
            steps.push(Step {
                label: self
                    .lang
                    .pick("Điểm thưởng vượt mức trần", "Bonus points above the cap"),
                points: self.numbers.points(&-total.bonus_excess.clone()),
            });
        }
        if total.before_rescale != total.points {
            steps.push(Step {
                label: self
                    .lang
                    .pick("Cộng, trước quy đổi", "Sum before rescaling"),
                points: self.numbers.points(&total.before_rescale),
            });
        }
        steps
    }
}

/// Whether a browser would open an address as a page; anything else is shown, not linked.
fn opens_as_page(link: &str) -> bool {
    let scheme = link.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_are_linked() {
        assert!(opens_as_page("https://phutho.gov.vn/a"));
        assert!(opens_as_page("HTTP://viettri.gov.vn"));
        for link in [
            "javascript:alert(1)//://",
            "data:text/html,x",
            "file:///etc",
            " https://x",
            "12/BC",
            "",
        ] {
            assert!(!opens_as_page(link), "{link}");
        }
    }
}
