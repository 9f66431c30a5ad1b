//! The conformance vectors, as the core runs them. The format is described in `conformance/README.md`.
//!
//! Other languages have a runner like [`run`] each; this one also fills in what is expected, and holds it against the
//! oracle and against the figures worked out by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a broken vector must stop the test, loudly"
)]

use std::path::PathBuf;

use cqdt::{
    Cohort, CriteriaSet, FileError, Incoming, Lang, Layer, NumberStyle, Rational, Report, Round,
    Standing, Submission, TableStyle, compare, criteria::Ties, rank,
};
use serde_json::{Value, json};

/// `conformance/`.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
}

/// A document of a vector: a text as it is, or a tree that any JSON writer may write.
pub fn text(document: &Value) -> String {
    document
        .as_str()
        .map_or_else(|| document.to_string(), str::to_owned)
}

/// A key that must hold a list.
pub fn list<'v>(vector: &'v Value, key: &str) -> &'v [Value] {
    vector[key]
        .as_array()
        .unwrap_or_else(|| panic!("`{key}` must be a list"))
}

fn word<'v>(vector: &'v Value, key: &str) -> &'v str {
    vector[key]
        .as_str()
        .unwrap_or_else(|| panic!("`{key}` must be a text"))
}

/// The layer of a vector; self-assessed unless it says otherwise.
pub fn layer(vector: &Value) -> Layer {
    match vector["layer"].as_str() {
        None | Some("self") => Layer::SelfAssessed,
        Some("verified") => Layer::Verified,
        Some(other) => panic!("no such layer: {other}"),
    }
}

fn ties(vector: &Value) -> Ties {
    match word(vector, "ties") {
        "competition" => Ties::Competition,
        "dense" => Ties::Dense,
        other => panic!("no such ties: {other}"),
    }
}

fn error(error: &FileError) -> Value {
    let faults = error.faults().iter().map(|fault| {
        json!({
            "code": fault.code(),
            "line": fault.line,
            "column": fault.column,
            "pointer": fault.pointer,
        })
    });
    json!({ "error": { "faults": faults.collect::<Vec<_>>() } })
}

/// What comes of a vector, to be compared with its `expect`.
pub fn run(vector: &Value) -> Value {
    outcome(vector).unwrap_or_else(|fault| error(&fault))
}

fn outcome(vector: &Value) -> Result<Value, FileError> {
    Ok(match word(vector, "op") {
        "set" => {
            let set = set(vector)?;
            json!({ "canonical": set.to_json(), "fingerprint": set.fingerprint() })
        }
        "submission" => {
            let submission = match vector.get("submission_toml") {
                Some(toml) => Submission::from_toml(&text(toml))?,
                None => Submission::from_json(&text(&vector["submission"]))?,
            };
            json!({ "canonical": submission.to_json() })
        }
        "csv" => {
            let canonical = table(vector)?.iter().map(Submission::to_json).collect();
            json!({ "canonical": Value::Array(canonical_texts(canonical)) })
        }
        "score" => {
            let set = set(vector)?;
            let submissions = submissions(vector)?;
            let reports = reports(vector, &set, &submissions);
            json!({ "reports": reports.iter().map(Report::to_json).collect::<Vec<_>>() })
        }
        "explain" => {
            let set = set(vector)?;
            let submissions = submissions(vector)?;
            let reports = reports(vector, &set, &submissions);
            let sheets = |lang| {
                let sheets = reports
                    .iter()
                    .map(|report| report.explain(lang).to_string());
                sheets.collect::<Vec<_>>()
            };
            json!({ "vi": sheets(Lang::Vi), "en": sheets(Lang::En) })
        }
        "rank" => {
            let set = set(vector)?;
            let submissions = submissions(vector)?;
            let reports = reports(vector, &set, &submissions);
            let parents = vector["parents"].as_array();
            let standings: Vec<Standing> = reports
                .iter()
                .enumerate()
                .map(|(at, report)| {
                    set.standing(report, parents.and_then(|parents| parents[at].as_str()))
                })
                .collect();
            json!({ "ranks": rank(&standings, set.definition().ranking.ties) })
        }
        "verify" => {
            let set = set(vector)?;
            let submissions = submissions(vector)?;
            let cohorts = [Layer::SelfAssessed, Layer::Verified]
                .map(|layer| cohort(vector, &set, &submissions, layer));
            let outcomes = submissions.iter().map(|submission| {
                let [own, verified] = &cohorts;
                let verification = set.verify(submission, own.as_ref(), verified.as_ref());
                json!({
                    "self": verification.own.to_json(),
                    "verified": verification.verified.to_json(),
                    "delta": verification.delta(),
                    "changes": verification.changes,
                })
            });
            json!({ "verifications": outcomes.collect::<Vec<_>>() })
        }
        "gap" => gap(vector)?,
        "compare" => {
            let rows = compare(
                &standings(vector, "before"),
                &standings(vector, "now"),
                ties(vector),
            )
            .expect("units that can be told apart");
            json!({ "rows": rows })
        }
        "round" => {
            let round = match vector.get("round_toml") {
                Some(toml) => Round::parse_toml(&text(toml))?,
                None => Round::parse_json(&text(&vector["round"]))?,
            };
            let sets = list(vector, "sets").iter();
            let sets: Vec<CriteriaSet> = sets
                .map(|set| CriteriaSet::parse_json(&text(set)))
                .collect::<Result<_, _>>()?;
            let incoming = list(vector, "incoming").iter().map(|one| {
                let submission = Submission::from_json(&text(&one["submission"]))?;
                Ok(Incoming::new(word(one, "source"), submission))
            });
            let incoming: Vec<Incoming> = incoming.collect::<Result<_, FileError>>()?;
            json!({ "report": round.assess(&sets, incoming, |_, _| {}).to_json() })
        }
        other => panic!("no such op: {other}"),
    })
}

fn canonical_texts(texts: Vec<String>) -> Vec<Value> {
    texts.into_iter().map(Value::from).collect()
}

/// The criteria set of a vector.
///
/// # Errors
/// The faults of the set.
pub fn set(vector: &Value) -> Result<CriteriaSet, FileError> {
    match vector.get("set_toml") {
        Some(toml) => CriteriaSet::parse_toml(&text(toml)),
        None => CriteriaSet::parse_json(&text(&vector["set"])),
    }
}

fn table(vector: &Value) -> Result<Vec<Submission>, FileError> {
    let name = word(vector, "numbers");
    let style = NumberStyle::named(name).unwrap_or_else(|| panic!("no such style: {name}"));
    Submission::from_csv(word(vector, "csv"), TableStyle::numbers(style))
}

/// The submissions of a vector: each a document, or the rows of a table.
fn submissions(vector: &Value) -> Result<Vec<Submission>, FileError> {
    if vector.get("csv").is_some() {
        return table(vector);
    }
    list(vector, "submissions")
        .iter()
        .map(|one| Submission::from_json(&text(one)))
        .collect()
}

/// Whose answers make the cohort's statistics: `true` for all submissions, or their positions from 0.
fn members(vector: &Value, count: usize) -> Option<Vec<usize>> {
    match &vector["cohort"] {
        Value::Bool(true) => Some((0..count).collect()),
        Value::Array(positions) => {
            let position = |at: &Value| usize::try_from(at.as_u64().unwrap()).unwrap();
            Some(positions.iter().map(position).collect())
        }
        _ => None,
    }
}

fn cohort(
    vector: &Value,
    set: &CriteriaSet,
    submissions: &[Submission],
    layer: Layer,
) -> Option<Cohort> {
    let members = members(vector, submissions.len())?;
    Some(set.cohort(members.into_iter().map(|at| &submissions[at]), layer))
}

fn reports(vector: &Value, set: &CriteriaSet, submissions: &[Submission]) -> Vec<Report> {
    let layer = layer(vector);
    let cohort = cohort(vector, set, submissions, layer);
    submissions
        .iter()
        .map(|submission| set.score_in(submission, layer, cohort.as_ref()))
        .collect()
}

/// `[["so-y-te", "131.5"], …]`.
fn standings(vector: &Value, key: &str) -> Vec<Standing> {
    list(vector, key)
        .iter()
        .map(|row| {
            let total: Rational = row[1].as_str().unwrap().parse().unwrap();
            Standing::new(row[0].as_str().unwrap(), total)
        })
        .collect()
}

/// What the first submission still has to win, against the others.
fn gap(vector: &Value) -> Result<Value, FileError> {
    let set = set(vector)?;
    let submissions = submissions(vector)?;
    let reports = reports(vector, &set, &submissions);
    let (report, others) = reports.split_first().expect("a submission");
    let others: Vec<Standing> = others
        .iter()
        .map(|report| set.standing(report, None))
        .collect();
    let bands = set.definition().bands.iter().map(|band| {
        let points = report.points_to_band(&band.id);
        (band.id.clone(), json!(points))
    });
    let ranks = (1..=reports.len()).map(|target| {
        let points = report.points_to_rank(target, None, &others);
        (target.to_string(), json!(points))
    });
    Ok(json!({
        "points_left": report.points_left(),
        "to_band": bands.collect::<serde_json::Map<_, _>>(),
        "to_rank": ranks.collect::<serde_json::Map<_, _>>(),
    }))
}

/// Holds the reports of a vector against the oracle, and against what it says under `hand`.
///
/// Returns every difference, and how many figures were compared with those worked out by hand.
pub fn justify(vector: &Value, outcome: &Value) -> (Vec<String>, usize) {
    let Some(reports) = outcome["reports"].as_array() else {
        return (Vec::new(), 0);
    };
    let mut differences = Vec::new();
    let reports: Vec<Value> = reports
        .iter()
        .map(|report| serde_json::from_str(report.as_str().unwrap()).unwrap())
        .collect();
    // The oracle reads trees, with every default that it needs, and no tables.
    let set: Value = serde_json::from_str(&self::set(vector).unwrap().to_json()).unwrap();
    let submissions: Vec<Value> = submissions(vector)
        .unwrap()
        .iter()
        .map(|one| plainly(serde_json::from_str(&one.to_json()).unwrap()))
        .collect();
    let members = members(vector, submissions.len());
    let cohort: Option<Vec<&Value>> =
        members.map(|members| members.into_iter().map(|at| &submissions[at]).collect());
    let oracle_layer = match layer(vector) {
        Layer::SelfAssessed => cqdt_oracle::Layer::SelfAssessed,
        Layer::Verified => cqdt_oracle::Layer::Verified,
    };
    for (report, submission) in reports.iter().zip(&submissions) {
        let outcome = cqdt_oracle::score(&set, submission, oracle_layer, cohort.as_deref());
        // What reads two ways is invalid; that it is told as its own kind is the core's affair.
        let told = |line: &String| {
            report["diagnostics"].as_array().unwrap().iter().any(|one| {
                let fact = one["fact"].as_str().unwrap_or_default();
                one["name"] == "ambiguous_number"
                    && *line == format!("no diagnostic invalid_value for {fact}")
            })
        };
        let found = cqdt_oracle::differences(report, &outcome);
        differences.extend(found.into_iter().filter(|line| !told(line)));
    }
    let mut compared = 0;
    let hand = vector["hand"].as_array().map_or(&[][..], Vec::as_slice);
    if hand.len() != reports.len() {
        differences.push(format!("{} reports, {} by hand", reports.len(), hand.len()));
    }
    for (report, hand) in reports.iter().zip(hand) {
        for (key, expected) in hand.as_object().expect("figures by name") {
            compared += 1;
            let found = figure(report, key);
            if found != expected {
                differences.push(format!("{key}: {found}, by hand {expected}"));
            }
        }
    }
    (differences, compared)
}

/// A submission with the texts whose style is stated written plainly, since the oracle reads nothing else.
fn plainly(mut submission: Value) -> Value {
    for layer in ["facts", "verified"] {
        let answers = submission[layer].as_object_mut().into_iter();
        for (_, answer) in answers.flatten() {
            let plain = match (&answer["text"], &answer["numbers"]) {
                (Value::String(text), Value::String(style)) if style == "comma" => {
                    text.replace('.', "").replace(',', ".")
                }
                (Value::String(text), Value::String(style)) if style == "point" => {
                    text.replace(',', "")
                }
                _ => continue,
            };
            *answer = Value::from(plain);
        }
    }
    submission
}

/// One figure of a report: `total`, `total.share`, `band`, `complete`, `group:ID`, `ID` or `ID.status` of a criterion,
/// `diagnostics` (their codes).
fn figure<'r>(report: &'r Value, name: &str) -> &'r Value {
    let by_id = |list: &'r Value, id: &str| -> &'r Value {
        let found = list.as_array().unwrap().iter().find(|one| one["id"] == id);
        found.unwrap_or_else(|| panic!("no `{id}` in the report"))
    };
    match name {
        "total" => &report["total"]["points"],
        "band" | "complete" => &report[name],
        _ if name.starts_with("total.") => &report["total"][&name["total.".len()..]],
        _ => {
            if let Some(group) = name.strip_prefix("group:") {
                return match group.split_once('.') {
                    Some((group, key)) => &by_id(&report["groups"], group)[key],
                    None => &by_id(&report["groups"], group)["points"],
                };
            }
            match name.split_once('.') {
                Some((criterion, key)) => &by_id(&report["criteria"], criterion)[key],
                None => &by_id(&report["criteria"], name)["points"],
            }
        }
    }
}
