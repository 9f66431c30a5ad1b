//! Sets, scores and live scores: handles, and texts of JSON.

use std::borrow::Cow;

use cqdt::criteria::FactType;
use cqdt::{
    Cohort, CriteriaSet, Evidence, Lang, Layer, LiveScore, Map, NumberStyle, Rational, RawAnswer,
    Report, Submission, read_decimal,
};
use wasm_bindgen::prelude::*;

#[cfg(feature = "explain")]
use crate::document;
use crate::document::{Gap, Ranked, Row, verified};
use crate::{Answer, PROVED, failure, json, sets};

fn read(text: &str) -> Answer<Submission> {
    Submission::from_json(text).map_err(|error| failure(&error))
}

pub(crate) fn read_list(text: &str) -> Answer<Vec<Submission>> {
    Submission::list_from_json(text).map_err(|error| failure(&error))
}

pub(crate) fn layer(verified: bool) -> Layer {
    if verified {
        Layer::Verified
    } else {
        Layer::SelfAssessed
    }
}

pub(crate) fn language(english: bool) -> Lang {
    if english { Lang::En } else { Lang::Vi }
}

/// Statistics that cohort rules need.
#[wasm_bindgen]
pub struct RawCohort(pub(crate) Cohort);

/// A criteria set, and the cohort whose statistics its rules read.
#[wasm_bindgen]
pub struct RawSet(pub(crate) CriteriaSet, Option<Cohort>);

#[wasm_bindgen]
impl RawSet {
    /// A set that the reader's module proved; none where the bytes are not of this version.
    pub fn unpack(bytes: &[u8]) -> Option<RawSet> {
        let set = CriteriaSet::unpack(bytes.strip_prefix(PROVED)?)?;
        Some(Self(set, None))
    }

    /// A built-in set; none where there is none of that id.
    pub fn builtin(id: &str) -> Option<RawSet> {
        sets::find(id).map(|set| Self(set, None))
    }

    /// Ids of the built-in sets, one a line.
    pub fn builtin_ids() -> String {
        sets::ids()
    }

    /// The set's fingerprint.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint().to_owned()
    }

    /// The set as canonical JSON.
    pub fn json(&self) -> String {
        self.0.to_json()
    }

    /// Whether rules need a cohort.
    pub fn needs_cohort(&self) -> bool {
        self.0.needs_cohort()
    }

    /// The same set, in a cohort.
    #[must_use]
    pub fn in_cohort(&self, cohort: &RawCohort) -> RawSet {
        Self(self.0.clone(), Some(cohort.0.clone()))
    }

    /// Statistics of a list of submissions.
    pub fn cohort(&self, submissions: &str, verified: bool) -> Answer<RawCohort> {
        let submissions = read_list(submissions)?;
        Ok(RawCohort(self.0.cohort(&submissions, layer(verified))))
    }

    /// The report of a submission as canonical JSON, with a mark (U+0001) in the place of what each line says whoever is scored.
    pub fn score(&self, submission: &str, verified: bool) -> Answer<String> {
        Ok(self.report(submission, verified)?.marked_json())
    }

    /// What stands in the place of the marks, in order, each behind a mark.
    pub fn marked_lines(&self) -> String {
        self.0.marked_lines()
    }

    /// The report with the figures of all lines as one list.
    pub fn short(&self, submission: &str, verified: bool) -> Answer<String> {
        Ok(self.report(submission, verified)?.short_json())
    }

    /// What the lines of every report say whoever is scored.
    pub fn fixed_lines(&self) -> String {
        self.0.fixed_lines()
    }

    fn report(&self, submission: &str, verified: bool) -> Answer<Report> {
        self.0
            .score_json(submission, layer(verified), self.1.as_ref())
            .map_err(|error| failure(&error))
    }

    /// One row for each of a list of submissions, scored as one cohort.
    pub fn score_many(&self, submissions: &str, verified: bool) -> Answer<String> {
        let submissions = read_list(submissions)?;
        let layer = layer(verified);
        let cohort = self.cohort_of(&submissions, layer);
        // One report at a time: all of them would take a hundred times the memory of the rows.
        let mut rows = String::from("[");
        for submission in submissions {
            if rows.len() > 1 {
                rows.push(',');
            }
            let report = self.0.score_in(&submission, layer, cohort.as_ref());
            rows.push_str(&json(&Row::of(&report)));
        }
        rows.push(']');
        Ok(rows)
    }

    /// Statistics of submissions, where rules need them.
    fn cohort_of(&self, submissions: &[Submission], layer: Layer) -> Option<Cohort> {
        let needed = self.0.needs_cohort();
        needed.then(|| self.0.cohort(submissions, layer))
    }

    pub(crate) fn reports(&self, submissions: &[Submission], layer: Layer) -> Vec<Report> {
        let cohort = self.cohort_of(submissions, layer);
        let submissions = submissions.iter();
        submissions
            .map(|submission| self.0.score_in(submission, layer, cohort.as_ref()))
            .collect()
    }

    /// A list of submissions ranked; `parents` is an object of unit to the unit above it.
    pub fn rank(&self, submissions: &str, parents: &str, verified: bool) -> Answer<String> {
        let submissions = read_list(submissions)?;
        let parents = read_parents(parents)?;
        let reports = self.reports(&submissions, layer(verified));
        Ok(json(&Ranked::all(&self.0, &reports, &parents)))
    }

    /// Both layers of a submission, and what differs.
    pub fn verify(&self, submission: &str) -> Answer<String> {
        let verification = self
            .0
            .verify(&read(submission)?, self.1.as_ref(), self.1.as_ref());
        Ok(verified(&verification))
    }

    /// Points still to win, and what lifts to each band and rank.
    pub fn gap(&self, submission: &str, others: &str, verified: bool) -> Answer<String> {
        let mut all = vec![read(submission)?];
        all.extend(read_list(others)?);
        let reports = self.reports(&all, layer(verified));
        let gap = reports
            .split_first()
            .map(|(report, others)| Gap::of(&self.0, report, others));
        Ok(json(&gap))
    }

    /// The report in words.
    #[cfg(feature = "explain")]
    pub fn explain(&self, submission: &str, verified: bool, english: bool) -> Answer<String> {
        let report = self.report(submission, verified)?;
        Ok(json(&report.explain(language(english))))
    }

    /// The report in words, as a plain text sheet.
    #[cfg(feature = "explain")]
    pub fn explain_text(&self, submission: &str, verified: bool, english: bool) -> Answer<String> {
        let report = self.report(submission, verified)?;
        Ok(report.explain(language(english)).to_string())
    }

    /// The line that everything made with a set carries while it isn't official.
    #[cfg(feature = "explain")]
    pub fn notice(&self, english: bool) -> Option<String> {
        self.0.notice(language(english))
    }

    /// A submission that is filled in from here on.
    pub fn live(&self, submission: &str, verified: bool) -> Answer<RawLive> {
        let live = LiveScore::new(&self.0, read(submission)?, layer(verified), self.1.clone());
        Ok(RawLive { live })
    }
}

pub(crate) fn read_parents(text: &str) -> Answer<Map<String>> {
    // A map of texts is what a submission's reasons are: one reader for both.
    let submission = read(&format!("{{\"facts\":{{}},\"reasons\":{text}}}"))?;
    Ok(submission.reasons().clone())
}

/// A submission that is being filled in.
#[wasm_bindgen]
pub struct RawLive {
    live: LiveScore,
}

#[wasm_bindgen]
impl RawLive {
    /// Answers a fact with JSON.
    pub fn set(&mut self, fact: &str, answer: &str) -> Answer<String> {
        let answer = RawAnswer::from_json(answer).map_err(|error| failure(&error))?;
        Ok(self.put(fact, answer))
    }

    /// Answers a fact with a text whose numbers have a decimal comma, or else a decimal point.
    pub fn set_text(&mut self, fact: &str, text: &str, comma: bool) -> String {
        let answer = self.typed(fact, text, comma);
        self.put(fact, answer)
    }

    /// What somebody typed. A number is kept plainly, so that no later reader need know how it was typed.
    fn typed<'t>(&self, fact: &str, text: &'t str, comma: bool) -> RawAnswer<'t> {
        let style = if comma {
            NumberStyle::Comma
        } else {
            NumberStyle::Point
        };
        let facts = &self.live.report().set().definition().facts;
        let is_number = facts.iter().any(|candidate| {
            candidate.id == fact
                && matches!(
                    candidate.kind,
                    FactType::Count { .. }
                        | FactType::Amount { .. }
                        | FactType::Percent { .. }
                        | FactType::Points { .. }
                )
        });
        match read_decimal(text, style) {
            Ok(number) if is_number => RawAnswer::from(&Rational::from(number)),
            _ => RawAnswer::Text(Cow::Borrowed(text), style),
        }
    }

    /// Answers a fact with yes or no.
    pub fn set_flag(&mut self, fact: &str, flag: bool) -> String {
        self.put(fact, RawAnswer::Bool(flag))
    }

    fn put(&mut self, fact: &str, answer: RawAnswer<'_>) -> String {
        let changes = self.live.set(fact, answer);
        self.live.changes_json(&changes)
    }

    /// Names the evidence of a criterion, as a JSON list.
    pub fn set_evidence(&mut self, criterion: &str, evidence: &str) -> Answer<String> {
        let evidence = Evidence::list_from_json(evidence).map_err(|error| failure(&error))?;
        let changes = self.live.set_evidence(criterion, evidence);
        Ok(self.live.changes_json(&changes))
    }

    /// Names the unit.
    pub fn set_unit(&mut self, unit: Option<String>) {
        self.live.set_unit(unit);
    }

    /// The submission as canonical JSON.
    pub fn submission(&self) -> String {
        self.live.submission().to_json()
    }

    /// The report as canonical JSON.
    pub fn report(&self) -> String {
        self.live.report().to_json()
    }

    /// The report in words.
    #[cfg(feature = "explain")]
    pub fn explain(&self, english: bool) -> String {
        json(&self.live.report().explain(language(english)))
    }

    /// One criterion in words.
    #[cfg(feature = "explain")]
    pub fn explain_criterion(&self, criterion: &str, english: bool) -> Option<String> {
        let line = self
            .live
            .report()
            .explain_criterion(criterion, language(english))?;
        Some(json(&line))
    }

    /// What is wrong, in words for people who fill in the form.
    #[cfg(feature = "explain")]
    pub fn findings(&self, english: bool) -> String {
        json(&document::Finding::all(
            self.live.report(),
            language(english),
        ))
    }

    /// Answers a fact, and says what changed in words; the answer is JSON, or a text where `style` is 1 (decimal
    /// comma) or 2 (decimal point).
    #[cfg(feature = "explain")]
    pub fn change(&mut self, fact: &str, answer: &str, style: u8, english: bool) -> Answer<String> {
        let answer = match style {
            0 => RawAnswer::from_json(answer).map_err(|error| failure(&error))?,
            style => self.typed(fact, answer, style == 1),
        };
        let changes = self.live.set(fact, answer);
        Ok(json(&document::SpokenChange::of(
            &self.live,
            &changes,
            language(english),
        )))
    }

    /// Names the evidence of a criterion, and says what changed in words.
    #[cfg(feature = "explain")]
    pub fn change_evidence(
        &mut self,
        criterion: &str,
        evidence: &str,
        english: bool,
    ) -> Answer<String> {
        let evidence = Evidence::list_from_json(evidence).map_err(|error| failure(&error))?;
        let changes = self.live.set_evidence(criterion, evidence);
        Ok(json(&document::SpokenChange::of(
            &self.live,
            &changes,
            language(english),
        )))
    }
}

/// A number of a report as a language writes it.
#[wasm_bindgen]
pub fn number_text(text: &str, english: bool) -> String {
    language(english).number(text)
}

/// A day (`2018-10-03` or `03/10/2018`) as files write it; none where it is no day of the calendar.
#[wasm_bindgen]
pub fn date_iso(text: &str) -> Option<String> {
    text.parse::<cqdt::Date>().ok().map(|date| date.to_string())
}

/// A day as a language writes it; none where it is no day of the calendar.
#[wasm_bindgen]
pub fn date_text(text: &str, english: bool) -> Option<String> {
    let date: cqdt::Date = text.parse().ok()?;
    Some(date.display(language(english)))
}
