//! Documents that only this border has: small rows instead of whole reports, errors with both languages.

#[cfg(feature = "schema")]
use cqdt::{Change, ChangesDocument, ReportDocument};
#[cfg(feature = "explain")]
use cqdt::{Changes, ChangesExplanation, Diagnostic, LiveScore};
use cqdt::{
    CriteriaSet, FileError, Lang, Map, PointsLeft, Rational, Report, Standing, Text, Verification,
    best_first, rank,
};
use serde::Serialize;

/// Why a text could not be used.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Failure {
    /// The code of the first fault.
    code: &'static str,
    /// Every fault.
    faults: Vec<FaultItem>,
    /// All faults, one a line.
    messages: Text,
    /// JSON Pointer to its place.
    path: String,
}

/// One fault of a text.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FaultItem {
    /// Its stable code.
    code: &'static str,
    /// Column in characters, from 1.
    column: usize,
    /// Line, from 1.
    line: usize,
    /// The sentence.
    messages: Text,
    /// Its stable name.
    name: &'static str,
    /// JSON Pointer to its place.
    path: String,
}

fn text(say: impl Fn(Lang) -> String) -> Text {
    Text::new(say(Lang::Vi), say(Lang::En))
}

impl Failure {
    /// A refusal that has no place in a text.
    #[cfg(feature = "robustness")]
    pub(crate) fn plain(code: &'static str, messages: Text) -> Self {
        Self {
            code,
            faults: Vec::new(),
            messages,
            path: String::new(),
        }
    }

    pub(crate) fn of(error: &FileError) -> Self {
        let faults: Vec<FaultItem> = error
            .faults()
            .iter()
            .map(|fault| FaultItem {
                code: fault.code(),
                name: fault.kind.name(),
                path: fault.pointer.clone(),
                line: fault.line,
                column: fault.column,
                messages: text(|lang| fault.kind.message(lang)),
            })
            .collect();
        Self {
            code: faults.first().map_or("", |fault| fault.code),
            path: faults
                .first()
                .map_or_else(String::new, |fault| fault.path.clone()),
            messages: text(|lang| error.message(lang)),
            faults,
        }
    }
}

/// One unit's result, without its criteria.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ScoreRow"))]
pub(crate) struct Row {
    /// The maximum less what isn't applicable.
    applicable_max: Rational,
    /// The band reached.
    band: Option<String>,
    /// Whether no answer is missing.
    complete: bool,
    /// How many diagnostics the report has.
    diagnostics: usize,
    /// Points by group.
    groups: Map<Rational>,
    /// The total.
    points: Rational,
    /// The exact share of it.
    share: Option<Rational>,
    /// The unit, where the submission names one.
    unit: Option<String>,
}

impl Row {
    pub(crate) fn of(report: &Report) -> Self {
        let total = report.total();
        Self {
            unit: report.unit().map(str::to_owned),
            points: total.points.clone(),
            applicable_max: total.applicable_max.clone(),
            share: total.share.clone(),
            band: report.band().map(|band| band.id.clone()),
            complete: report.is_complete(),
            groups: report
                .groups()
                .map(|(group, score)| (group.id.clone(), score.points.clone()))
                .collect(),
            diagnostics: report.diagnostics().len(),
        }
    }
}

/// One unit's place in a ranking.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "RankedRow"))]
pub(crate) struct Ranked {
    /// The total in per mille of the declared maximum, for a bar.
    bar: u32,
    /// The rank; none where there is nothing to rank by.
    rank: Option<usize>,
    /// The unit's result.
    #[serde(flatten)]
    row: Row,
    /// The figure that ranks, with the places that tables show.
    shown: Option<String>,
}

impl Ranked {
    /// Every report with its rank, best first; equal ones in the order given.
    pub(crate) fn all(set: &CriteriaSet, reports: &[Report], parents: &Map<String>) -> Vec<Self> {
        let standings = standings(set, reports, parents);
        let ranks = rank(&standings, set.definition().ranking.ties);
        let places = set.definition().ranking.display_places;
        let row = |at: usize| {
            let (report, standing) = reports.get(at).zip(standings.get(at))?;
            Some(Self {
                rank: ranks.get(at).copied().flatten(),
                shown: standing
                    .value
                    .as_ref()
                    .map(|value| value.to_fixed(places.into())),
                bar: per_mille(report),
                row: Row::of(report),
            })
        };
        best_first(&ranks).into_iter().filter_map(row).collect()
    }
}

pub(crate) fn standings(
    set: &CriteriaSet,
    reports: &[Report],
    parents: &Map<String>,
) -> Vec<Standing> {
    let parent = |report: &Report| {
        parents
            .get(report.unit().unwrap_or_default())
            .map(String::as_str)
    };
    reports
        .iter()
        .map(|report| set.standing(report, parent(report)))
        .collect()
}

/// The width of a bar; no figure of the method.
fn per_mille(report: &Report) -> u32 {
    let max = &report.set().definition().max;
    let thousand = Rational::from(1000);
    let share = report.total().points.checked_div(max).unwrap_or_default();
    let width = (share * thousand.clone()).min(thousand).max(Rational::ZERO);
    width.to_fixed(0).parse().unwrap_or(0)
}

// The schema alone: `verified` writes the text.
/// Both layers of a submission.
#[cfg(feature = "schema")]
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Verification")]
#[allow(clippy::struct_field_names)]
struct Verified<'r> {
    /// Criteria that verification changed.
    changes: &'r [Change],
    /// Verified total less self-assessed total.
    delta: Rational,
    /// The self-assessed layer.
    own: ReportDocument<'r>,
    /// The verified layer.
    verified: ReportDocument<'r>,
}

/// Both layers of a submission, with the reports' texts as they are.
pub(crate) fn verified(verification: &Verification) -> String {
    let changes = crate::json(&verification.changes);
    let delta = crate::json(&verification.delta());
    let (own, verified) = (verification.own.to_json(), verification.verified.to_json());
    format!(r#"{{"changes":{changes},"delta":{delta},"own":{own},"verified":{verified}}}"#)
}

/// What one unit could still win.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Gap {
    /// Criteria by points still to win, most first.
    points_left: Vec<PointsLeft>,
    /// The fewest points that reach each band; null where no points can.
    to_band: Map<Option<Rational>>,
    /// The fewest points that reach each rank from 1 on, while the others stay; null where no points can.
    to_rank: Vec<Option<Rational>>,
}

impl Gap {
    pub(crate) fn of(set: &CriteriaSet, report: &Report, others: &[Report]) -> Self {
        let others = standings(set, others, &Map::new());
        let bands = set.definition().bands.iter();
        Self {
            points_left: report.points_left(),
            to_band: bands
                .map(|band| (band.id.clone(), report.points_to_band(&band.id)))
                .collect(),
            to_rank: (1..=others.len())
                .map(|rank| report.points_to_rank(rank, None, &others))
                .collect(),
        }
    }
}

/// A diagnostic in words, for the people who fill in a form.
#[cfg(feature = "explain")]
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Finding {
    /// Its stable code.
    code: &'static str,
    /// Criteria that it touches.
    criteria: Vec<String>,
    /// Whether points were lost.
    error: bool,
    /// The fact that it is about, where it is about one.
    fact: Option<String>,
    /// The sentence; facts and criteria are called as the form calls them.
    message: String,
}

#[cfg(feature = "explain")]
impl Finding {
    fn of(set: &CriteriaSet, diagnostic: &Diagnostic, lang: Lang) -> Self {
        Self {
            code: diagnostic.code(),
            error: diagnostic.severity() == cqdt::Severity::Error,
            fact: diagnostic.fact().map(str::to_owned),
            criteria: diagnostic.criteria.clone(),
            message: diagnostic.sentence(set, lang),
        }
    }

    pub(crate) fn all(report: &Report, lang: Lang) -> Vec<Self> {
        let diagnostics = report.diagnostics().iter();
        diagnostics
            .map(|diagnostic| Self::of(report.set(), diagnostic, lang))
            .collect()
    }
}

/// What an answer changed, in words.
#[cfg(feature = "explain")]
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SpokenChange {
    /// Lines, groups and the total.
    #[serde(flatten)]
    explanation: ChangesExplanation,
    /// All findings, where any of them changed.
    findings: Option<Vec<Finding>>,
}

#[cfg(feature = "explain")]
impl SpokenChange {
    pub(crate) fn of(live: &LiveScore, changes: &Changes, lang: Lang) -> Self {
        Self {
            explanation: live.explain_changes(changes, lang),
            findings: changes
                .diagnostics
                .then(|| Finding::all(live.report(), lang)),
        }
    }
}

/// Schemas of everything that crosses the border, by name.
#[cfg(feature = "schema")]
pub fn schemas() -> Vec<(&'static str, schemars::Schema)> {
    use schemars::generate::SchemaSettings;

    fn of<T: schemars::JsonSchema>() -> schemars::Schema {
        SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<T>()
    }
    vec![
        ("Definition", of::<cqdt::criteria::Definition>()),
        ("Report", of::<ReportDocument<'_>>()),
        ("Failure", of::<Failure>()),
        ("ScoreRows", of::<Vec<Row>>()),
        ("RankedRows", of::<Vec<Ranked>>()),
        ("Verification", of::<Verified<'_>>()),
        ("Gap", of::<Gap>()),
        ("LiveChange", of::<ChangesDocument<'_>>()),
        ("Explanation", of::<cqdt::Explanation>()),
        ("Findings", of::<Vec<Finding>>()),
        ("SpokenChange", of::<SpokenChange>()),
        #[cfg(feature = "robustness")]
        ("Robustness", of::<cqdt::robustness::RobustnessDocument>()),
    ]
}
