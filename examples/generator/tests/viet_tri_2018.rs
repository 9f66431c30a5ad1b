//! The example round is what its generator makes, and shows what its README says it shows.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cqdt::{
    CriteriaSet, Entry, EntryStatus, Incoming, Layer, NumberStyle, Round, RoundReport, Severity,
    Submission, TableStyle,
};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../viet-tri-2018")
}

fn stored() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder().join("submissions")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn submissions_are_what_the_generator_makes() {
    let (stored, fresh) = (stored(), cqdt_example_data::files().unwrap());
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&stored), names(&fresh));
    for (name, text) in &fresh {
        assert!(
            stored[name] == *text,
            "{name} is out of date; renew all with `cargo run -p cqdt-example-data`"
        );
    }
}

#[test]
fn every_file_says_that_it_is_made_up() {
    for (name, text) in stored() {
        assert!(text.contains(cqdt_example_data::MARK), "{name}");
    }
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    assert!(readme.contains(cqdt_example_data::MARK));
}

#[test]
fn the_round_is_the_built_in_one() {
    let here = fs::read_to_string(folder().join("round.toml")).unwrap();
    let built_in = cqdt_criteria::find_round("viet-tri-2018").unwrap().text;
    assert_eq!(
        Round::parse_toml(&here).unwrap(),
        Round::parse_toml(built_in).unwrap()
    );
}

/// Held against the schemas in `criteria/schema`, which a test of that crate keeps fresh.
#[test]
fn files_hold_to_their_schemas() {
    let schema = |name: &str| {
        let path = folder().join("../../criteria/schema").join(name);
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    };
    let hold = |validator: &jsonschema::Validator, file: &str, value: &Value| {
        let faults = validator.iter_errors(value);
        let faults: Vec<String> = faults
            .map(|fault| format!("{file}{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    };
    let submission = schema("submission.schema.json");
    for (name, text) in stored() {
        match name.rsplit_once('.').unwrap().1 {
            "json" => hold(&submission, &name, &serde_json::from_str(&text).unwrap()),
            "toml" => hold(&submission, &name, &json(&text)),
            _ => {}
        }
    }
    let round = fs::read_to_string(folder().join("round.toml")).unwrap();
    hold(&schema("round.schema.json"), "round.toml", &json(&round));
    let report = serde_json::from_str(&assess().to_json()).unwrap();
    hold(&schema("round-report.schema.json"), "report", &report);
}

/// TOML as an editor hands it to a schema: dates are texts.
fn json(text: &str) -> Value {
    fn convert(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(moment) => moment.to_string().into(),
            toml::Value::Array(list) => list.into_iter().map(convert).collect(),
            toml::Value::Table(table) => {
                let entries = table.into_iter();
                entries.map(|(key, value)| (key, convert(value))).collect()
            }
            other => serde_json::to_value(other).unwrap(),
        }
    }
    convert(toml::from_str(text).unwrap())
}

fn assess() -> RoundReport {
    let round =
        Round::parse_toml(&fs::read_to_string(folder().join("round.toml")).unwrap()).unwrap();
    let sets = cqdt_criteria::all().iter();
    let sets: Vec<_> = sets
        .map(|source| CriteriaSet::parse_toml(source.text).unwrap())
        .collect();
    let mut incoming = Vec::new();
    for (name, text) in stored() {
        let submissions = match name.rsplit_once('.').unwrap().1 {
            "json" => vec![Submission::from_json(&text).unwrap()],
            "toml" => vec![Submission::from_toml(&text).unwrap()],
            // No number in it reads two ways, so that nobody needs to say which mark is the decimal one.
            "csv" => {
                Submission::from_csv(&text, TableStyle::numbers(NumberStyle::Unstated)).unwrap()
            }
            other => panic!("{other}"),
        };
        incoming.extend(
            submissions
                .into_iter()
                .map(|submission| Incoming::new(&name, submission)),
        );
    }
    round.assess(&sets, incoming, |_, _| ())
}

fn codes(entry: &Entry, layer: Layer) -> BTreeSet<&'static str> {
    let of_report = entry
        .report(layer)
        .map_or(&[][..], |report| report.diagnostics());
    entry
        .diagnostics
        .iter()
        .chain(of_report)
        .map(cqdt::Diagnostic::code)
        .collect()
}

#[test]
fn what_goes_wrong_is_found() {
    let report = assess();
    assert!(
        report.diagnostics().is_empty(),
        "{:?}",
        report.diagnostics()
    );
    let entry = |id: &str| {
        report
            .entries()
            .iter()
            .find(|entry| entry.unit.id == id)
            .unwrap()
    };
    let odd = [
        ("phuong-ben-got", EntryStatus::Missing, &["D0302"][..]),
        ("xa-tan-duc", EntryStatus::Late, &["D0301"]),
        ("kinh-te", EntryStatus::WrongForm, &["D0306"]),
        ("phuong-tien-cat", EntryStatus::OnTime, &["D0303"]),
        (
            "phuong-tho-son",
            EntryStatus::OnTime,
            &["D0101", "D0102", "D0201"],
        ),
        ("phuong-gia-cam", EntryStatus::OnTime, &["D0308"]),
        ("phuong-van-co", EntryStatus::OnTime, &[]),
    ];
    for (id, status, wanted) in odd {
        assert_eq!(entry(id).status, status, "{id}");
        let found = codes(entry(id), Layer::SelfAssessed);
        for code in wanted {
            assert!(found.contains(code), "{id}: {code} not in {found:?}");
        }
    }
    assert_eq!(
        entry("phuong-tien-cat").superseded,
        ["phuong-tien-cat.json"]
    );
    let is_complete = |entry: &Entry| {
        entry
            .report(Layer::SelfAssessed)
            .map(cqdt::Report::is_complete)
    };
    let mut forgotten = 0;
    for entry in report.entries() {
        let id = entry.unit.id.as_str();
        if !odd.iter().any(|(odd, _, _)| *odd == id) {
            assert_eq!(entry.status, EntryStatus::OnTime, "{id}");
            let errors = entry
                .report(Layer::SelfAssessed)
                .unwrap()
                .diagnostics()
                .iter();
            let errors: Vec<_> = errors
                .filter(|one| one.severity() == Severity::Error)
                .collect();
            assert!(errors.is_empty(), "{id}: {errors:?}");
        }
        if entry.status != EntryStatus::Missing && entry.status != EntryStatus::WrongForm {
            assert_eq!(is_complete(entry), Some(id != "phuong-van-co"), "{id}");
        }
        forgotten += usize::from(codes(entry, Layer::SelfAssessed).contains("D0203"));
    }
    assert!(forgotten > 5, "{forgotten} units forgot evidence");
}

#[test]
fn verifiers_change_totals_and_ranks() {
    let report = assess();
    let checked: Vec<&Entry> = report
        .entries()
        .iter()
        .filter(|entry| entry.is_verified)
        .collect();
    assert_eq!(checked.len(), 9);
    for entry in &checked {
        let verification = entry.verification.as_ref().unwrap();
        assert!(!verification.changes.is_empty(), "{}", entry.unit.id);
        assert!(!entry.submission.as_ref().unwrap().reasons().is_empty());
    }
    assert!(checked.iter().any(|entry| entry.rank != entry.rank_own));
    let lower = checked.iter().filter(|entry| {
        entry.total()
            < entry
                .report(Layer::SelfAssessed)
                .map(|report| &report.total().points)
    });
    assert!(lower.count() >= 6);
}

#[test]
fn units_differ_and_something_does_not_apply() {
    let report = assess();
    for form in [
        "viet-tri-2395-2018/phu-luc-1",
        "viet-tri-2395-2018/phu-luc-2",
    ] {
        let ranking = report.ranking(form);
        let bands: BTreeSet<&str> = ranking
            .iter()
            .filter_map(|entry| Some(entry.report(Layer::Verified)?.band()?.id.as_str()))
            .collect();
        assert!(bands.len() >= 3, "{form}: {bands:?}");
    }
    let excused = |id: &str| {
        let entry = report
            .entries()
            .iter()
            .find(|entry| entry.unit.id == id)
            .unwrap();
        let report = entry.report(Layer::SelfAssessed).unwrap();
        report.total().applicable_max < report.set().definition().max
    };
    assert!(excused("thanh-tra") && excused("phuong-minh-nong") && excused("xa-kim-duc"));
    assert!(!excused("tu-phap"));
}
