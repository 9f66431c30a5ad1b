//! What came of a round.

use serde::Serialize;

use super::{Round, Unit};
use crate::canonical::canonical_json;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::rank::Standing;
use crate::score::Report;
use crate::submission::{Layer, Submission};
use crate::verify::{Change, Verification};
use crate::{CriteriaSet, Rational, Received};

/// How a unit's report stands with the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryStatus {
    /// In time.
    OnTime,
    /// After the due date; scored and ranked all the same.
    Late,
    /// It doesn't say when it came in.
    Undated,
    /// Nothing came in.
    Missing,
    /// Only reports on another form came in.
    WrongForm,
}

/// One unit on the roster and what came of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The unit.
    pub unit: Unit,
    /// How its report stands.
    pub status: EntryStatus,
    /// When the report that counts came in.
    pub received: Option<Received>,
    /// Where it stands.
    pub source: Option<String>,
    /// Earlier reports that it replaced.
    pub superseded: Vec<String>,
    /// The report itself, with rollups filled in.
    pub submission: Option<Submission>,
    /// Both layers' scores.
    pub verification: Option<Verification>,
    /// Rank by the verified layer: the one that counts. Where nothing was verified, it is the self-assessed one.
    pub rank: Option<usize>,
    /// Rank by the self-assessed layer.
    pub rank_own: Option<usize>,
    /// Whether a verifier answered anything.
    pub is_verified: bool,
    /// What was found about this unit's reports.
    pub diagnostics: Vec<Diagnostic>,
}

impl Entry {
    pub(super) fn missing(unit: &Unit) -> Self {
        Self {
            unit: unit.clone(),
            status: EntryStatus::Missing,
            received: None,
            source: None,
            superseded: Vec::new(),
            submission: None,
            verification: None,
            rank: None,
            rank_own: None,
            is_verified: false,
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn tell(&mut self, kind: DiagnosticKind) {
        self.diagnostics.push(kind.into());
    }

    /// The score of a layer.
    pub fn report(&self, layer: Layer) -> Option<&Report> {
        let verification = self.verification.as_ref()?;
        Some(match layer {
            Layer::SelfAssessed => &verification.own,
            Layer::Verified => &verification.verified,
        })
    }

    /// The total that counts: the verified one.
    pub fn total(&self) -> Option<&Rational> {
        Some(&self.report(Layer::Verified)?.total().points)
    }
}

/// What came of a round: every unit on the roster in its order, scores, ranks, diagnostics.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RoundReport {
    pub(super) round: Round,
    pub(super) sets: Vec<CriteriaSet>,
    pub(super) entries: Vec<Entry>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl RoundReport {
    /// The round.
    pub fn round(&self) -> &Round {
        &self.round
    }

    /// The forms on the roster, in the order given.
    pub fn sets(&self) -> impl Iterator<Item = &CriteriaSet> {
        self.sets
            .iter()
            .filter(|set| self.entries.iter().any(|entry| entry.unit.set == set.id()))
    }

    /// Every unit on the roster, in its order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The units of one form by rank; what isn't ranked stands last, in the order of the roster.
    pub fn ranking(&self, set: &str) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| entry.unit.set == set)
            .collect();
        entries.sort_by_key(|entry| entry.rank.unwrap_or(usize::MAX));
        entries
    }

    /// What was found besides any one unit's reports.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Adds a finding from outside, such as a file that could not be read.
    pub fn tell(&mut self, kind: DiagnosticKind) {
        self.diagnostics.push(kind.into());
    }

    /// The totals that count, for comparing with another round.
    pub fn standings(&self, set: &str) -> Vec<Standing> {
        let entries = self
            .entries
            .iter()
            .filter(|entry| entry.unit.set == set && entry.unit.ranked);
        entries
            .filter_map(|entry| Some(Standing::new(entry.unit.id.clone(), entry.total()?.clone())))
            .collect()
    }

    /// Whether the roster, a form or a line of one is reconstructed rather than official.
    pub fn is_reconstructed(&self) -> bool {
        let reports = self
            .entries
            .iter()
            .filter_map(|entry| entry.report(Layer::Verified));
        self.round.basis.status == crate::criteria::BasisStatus::Reconstructed
            || reports.into_iter().any(Report::is_reconstructed)
    }

    /// The round's result as canonical JSON (RFC 8785).
    pub fn to_json(&self) -> String {
        canonical_json(&RoundDocument {
            format: 1,
            round: &self.round,
            sets: self.sets().map(set_document).collect(),
            units: self.entries.iter().map(entry_document).collect(),
            diagnostics: &self.diagnostics,
        })
    }
}

/// A round's result as it is serialised.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoundDocument<'r> {
    format: u32,
    round: &'r Round,
    sets: Vec<SetDocument<'r>>,
    units: Vec<EntryDocument<'r>>,
    diagnostics: &'r [Diagnostic],
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct SetDocument<'r> {
    id: &'r str,
    version: &'r str,
    status: crate::criteria::BasisStatus,
    fingerprint: &'r str,
}

fn set_document(set: &CriteriaSet) -> SetDocument<'_> {
    SetDocument {
        id: set.id(),
        version: &set.definition().version,
        status: set.definition().status,
        fingerprint: set.fingerprint(),
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct EntryDocument<'r> {
    unit: &'r str,
    status: EntryStatus,
    received: Option<Received>,
    source: Option<&'r str>,
    superseded: &'r [String],
    rank: Option<usize>,
    rank_self: Option<usize>,
    ranked: bool,
    verified: bool,
    delta: Option<Rational>,
    changes: &'r [Change],
    #[serde(rename = "self_report")]
    own: Option<crate::score::ReportDocument<'r>>,
    #[serde(rename = "verified_report")]
    counted: Option<crate::score::ReportDocument<'r>>,
    diagnostics: &'r [Diagnostic],
}

fn entry_document(entry: &Entry) -> EntryDocument<'_> {
    let verification = entry.verification.as_ref();
    EntryDocument {
        unit: &entry.unit.id,
        status: entry.status,
        received: entry.received,
        source: entry.source.as_deref(),
        superseded: &entry.superseded,
        rank: entry.rank,
        rank_self: entry.rank_own,
        ranked: entry.unit.ranked,
        verified: entry.is_verified,
        delta: verification.map(Verification::delta),
        changes: verification.map_or(&[][..], |verification| &verification.changes),
        own: verification.map(|verification| verification.own.document()),
        counted: verification.map(|verification| verification.verified.document()),
        diagnostics: &entry.diagnostics,
    }
}
