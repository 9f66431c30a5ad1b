//! The self-contained HTML page of an e-government assessment.
//!
//! A page is one file: no script, nothing loaded from anywhere, printable on A4. It shows the ranking with bars by
//! group, statistics, and each unit's sheet with the calculation of every line, its basis and its evidence; what it
//! takes to recompute it; and, while a criteria set is reconstructed, that it isn't official. Every figure comes from
//! the report that it is made from; nothing is scored here.
//!
//! ```
//! use cqdt::{CriteriaSet, Lang, Submission};
//!
//! let set = CriteriaSet::parse_toml(include_str!("../tests/small.toml"))?;
//! let report = set.score(&Submission::new("phuong-a").with("can-bo", 50).with("may-tinh", 47));
//! let page = cqdt_report::unit_page(&report, Lang::Vi);
//! assert!(page.contains("47 ÷ 50 × 2 = 1,88"));
//! # Ok::<(), cqdt::FileError>(())
//! ```
#![forbid(unsafe_code)]

mod bar;
mod number;
mod overview;
mod page;
mod sheet;
mod sources;
mod statistics;
mod words;

use std::collections::HashMap;
use std::io;

use cqdt::criteria::Within;
use cqdt::{CriteriaSet, Entry, Lang, Layer, Report, RoundReport, Submission, Verification};

use overview::{Overview, annex_anchor, by_rank, form_anchor, has_two_layers, unit_anchor};
use page::Page;
use sheet::{Finding, Scored, Sheet};
use sources::{Annex, Sources};

/// What a round's page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Its language.
    pub lang: Lang,
    /// Whether each unit's sheet is on it. Thousands of sheets make a page of hundreds of megabytes.
    pub sheets: bool,
}

impl Options {
    /// Everything, in a language.
    pub fn new(lang: Lang) -> Self {
        Self { lang, sheets: true }
    }

    /// The ranking and what it rests on, without the units' sheets.
    #[must_use]
    pub fn without_sheets(mut self) -> Self {
        self.sheets = false;
        self
    }
}

/// A round's page: facts, rankings, statistics, each unit's sheet, and what the criteria rest on.
pub fn round_page(report: &RoundReport, lang: Lang) -> String {
    in_memory(|out| write_round_page(report, Options::new(lang), out))
}

/// Writes a round's page sheet by sheet: no more than one is held in memory.
///
/// # Errors
/// Those of the writer.
pub fn write_round_page(
    report: &RoundReport,
    options: Options,
    out: impl io::Write,
) -> io::Result<()> {
    let Options { lang, sheets } = options;
    let mut page = Page::begin(out, lang, report.round().title.get(lang))?;
    page.write("round.html", Overview::of(report, sheets, lang))?;
    let sets: Vec<(&CriteriaSet, Sources<'_>)> =
        report.sets().map(|set| (set, Sources::of(set))).collect();
    if sheets {
        for (form, (set, sources)) in sets.iter().enumerate() {
            let members = by_rank(report, set.id());
            let cohorts = cohorts(set, &members);
            for (at, entry) in members {
                let ranked = cohorts.get(cohort(set, entry)).copied().unwrap_or_default();
                if let Some(mut sheet) = entry_sheet(at, entry, ranked, sources, lang) {
                    sheet.back = Some(form_anchor(form));
                    page.write("sheet.html", sheet)?;
                }
            }
        }
    }
    for (at, (set, sources)) in sets.iter().enumerate() {
        page.write(
            "sources.html",
            Annex::of(annex_anchor(at), set, sources, lang),
        )?;
    }
    page.end()
}

/// One report's page: the sheet alone.
pub fn unit_page(report: &Report, lang: Lang) -> String {
    let scored = Scored {
        report,
        own: None,
        changes: &[],
        is_unverified: false,
        submission: None,
    };
    sheet_page(scored, lang)
}

/// One submission's page: the sheet with both layers beside each other, the verifier's reasons, and the evidence.
pub fn verification_page(both: &Verification, submission: &Submission, lang: Lang) -> String {
    let two_layers = submission.is_verified() || !both.changes.is_empty();
    let scored = Scored {
        report: &both.verified,
        own: two_layers.then_some(&both.own),
        changes: &both.changes,
        is_unverified: !submission.is_verified(),
        submission: Some(submission),
    };
    sheet_page(scored, lang)
}

fn sheet_page(scored: Scored<'_>, lang: Lang) -> String {
    let sources = Sources::of(scored.report.set());
    let mut sheet = Sheet::of(scored, &sources, lang);
    if sheet.name.is_empty() {
        sheet.name = scored.report.set().definition().title.get(lang);
    }
    in_memory(|out| {
        let mut page = Page::begin(out, lang, sheet.name)?;
        page.write("sheet.html", sheet)?;
        page.end()
    })
}

/// The sheet of a unit that reported.
fn entry_sheet<'r>(
    at: usize,
    entry: &'r Entry,
    ranked: usize,
    sources: &Sources<'r>,
    lang: Lang,
) -> Option<Sheet<'r>> {
    let both = entry.verification.as_ref()?;
    let scored = Scored {
        report: entry.report(Layer::Verified)?,
        own: has_two_layers(entry).then_some(&both.own),
        changes: &both.changes,
        is_unverified: !entry.is_verified,
        submission: entry.submission.as_ref(),
    };
    let mut sheet = Sheet::of(scored, sources, lang);
    sheet.level = 3;
    sheet.anchor = unit_anchor(at);
    sheet.name = entry.unit.name.get(lang);
    sheet.facts = entry_facts(entry, ranked, lang);
    let found = entry.diagnostics.iter();
    let found = found.map(|diagnostic| Finding::of(diagnostic, lang));
    sheet.findings.splice(0..0, found);
    Some(sheet)
}

/// Whom a unit is ranked against: the parent unit where the set ranks within it.
fn cohort<'r>(set: &CriteriaSet, entry: &'r Entry) -> &'r str {
    match set.definition().ranking.within {
        Within::AgencyGroup => "",
        Within::Parent => entry.unit.parent.as_deref().unwrap_or_default(),
    }
}

/// How many units are ranked in each cohort.
fn cohorts<'r>(set: &CriteriaSet, members: &[(usize, &'r Entry)]) -> HashMap<&'r str, usize> {
    let mut cohorts = HashMap::new();
    for (_, entry) in members.iter().filter(|(_, entry)| entry.rank.is_some()) {
        *cohorts.entry(cohort(set, entry)).or_default() += 1;
    }
    cohorts
}

/// Rank and receipt.
fn entry_facts(entry: &Entry, ranked: usize, lang: Lang) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |vi: &str, en: &str, value: String| {
        facts.push((lang.pick(vi, en).to_owned(), value));
    };
    if let Some(rank) = entry.rank {
        let own = entry.rank_own.filter(|own| *own != rank);
        let own = own.map(|own| match lang {
            Lang::Vi => format!(" (theo tự đánh giá: {own})"),
            Lang::En => format!(" (self-assessed: {own})"),
        });
        let text = format!("{rank}/{ranked}{}", own.unwrap_or_default());
        fact("Hạng", "Rank", text);
    }
    let status = words::entry_status(entry.status, lang);
    let received = match entry.received {
        Some(moment) => format!("{} ({status})", moment.display(lang)),
        None => status.to_owned(),
    };
    fact("Nhận ngày", "Received", received);
    if let Some(source) = &entry.source {
        fact("Báo cáo", "Report", source.clone());
    }
    if !entry.superseded.is_empty() {
        let earlier = entry.superseded.join(", ");
        fact("Thay cho", "Supersedes", earlier);
    }
    facts
}

/// A page as a text.
#[allow(
    clippy::expect_used,
    reason = "memory takes every write, and every template is tested"
)]
fn in_memory(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut page = Vec::new();
    write(&mut page).expect("templates render");
    String::from_utf8(page).expect("templates render text")
}
