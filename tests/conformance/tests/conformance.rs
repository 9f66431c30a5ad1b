//! Every vector of `conformance/`, on the core.
//!
//! `CQDT_UPDATE=1` writes what is expected anew, after the oracle and the figures by hand have agreed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cqdt_conformance::{justify, root, run};
use serde_json::{Value, json};

const FORMAT: u64 = 1;

/// What a vector may hold besides `format`, `about`, `method`, `op` and `expect`.
const OPS: [(&str, &[&str]); 10] = [
    ("set", &["set", "set_toml"]),
    ("submission", &["submission", "submission_toml"]),
    ("csv", &["csv", "numbers"]),
    (
        "score",
        &[
            "set",
            "set_toml",
            "submissions",
            "csv",
            "numbers",
            "layer",
            "cohort",
            "hand",
        ],
    ),
    (
        "explain",
        &[
            "set",
            "set_toml",
            "submissions",
            "csv",
            "numbers",
            "layer",
            "cohort",
        ],
    ),
    (
        "rank",
        &[
            "set",
            "set_toml",
            "submissions",
            "parents",
            "layer",
            "cohort",
        ],
    ),
    ("verify", &["set", "set_toml", "submissions", "cohort"]),
    (
        "gap",
        &["set", "set_toml", "submissions", "layer", "cohort"],
    ),
    ("compare", &["before", "now", "ties"]),
    ("round", &["round", "round_toml", "sets", "incoming"]),
];

fn updating() -> bool {
    let asked = std::env::var_os("CQDT_UPDATE").is_some();
    assert!(
        !(asked && std::env::var_os("CI").is_some()),
        "expectations are not rewritten in CI"
    );
    asked
}

/// The files on disk, by name.
fn files() -> Vec<(String, PathBuf)> {
    let mut files: Vec<_> = fs::read_dir(root().join("vectors"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    files.sort();
    files
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Writes a file in one go: the tests beside this one read it meanwhile.
fn write(path: &PathBuf, value: &Value) {
    let draft = root().join(format!(
        "draft-{}",
        value["op"].as_str().unwrap_or("manifest")
    ));
    fs::write(&draft, pretty(value)).unwrap();
    fs::rename(&draft, path).unwrap();
}

fn read(path: &PathBuf) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Integers and texts only: any JSON reader and writer keeps them.
fn has_only_safe_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some_and(|n| n.unsigned_abs() < 1 << 53),
        Value::Array(items) => items.iter().all(has_only_safe_numbers),
        Value::Object(map) => map.values().all(has_only_safe_numbers),
        _ => true,
    }
}

#[test]
fn every_vector_comes_out_as_it_says() {
    let update = updating();
    let (mut wrong, mut ran, mut compared) = (Vec::new(), 0, 0);
    for (name, path) in files() {
        let mut vector = read(&path);
        let outcome = run(&vector);
        let (differences, by_hand) = justify(&vector, &outcome);
        ran += 1;
        compared += by_hand;
        let unjustified = !differences.is_empty();
        wrong.extend(differences.into_iter().map(|one| format!("{name}: {one}")));
        if update && !unjustified {
            vector["expect"] = outcome;
            write(&path, &vector);
        } else if vector["expect"] != outcome {
            wrong.push(format!(
                "{name}: expected\n  {}\ncame\n  {outcome}",
                vector["expect"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(ran, files().len());
    assert!(ran >= 100, "{ran} vectors");
    println!("{ran} vectors, {compared} figures by hand");
}

#[test]
fn the_manifest_lists_the_files() {
    let vectors: Vec<Value> = files()
        .into_iter()
        .map(|(name, path)| {
            let vector = read(&path);
            json!({ "file": format!("vectors/{name}"), "op": vector["op"], "about": vector["about"] })
        })
        .collect();
    let manifest = json!({ "format": FORMAT, "count": vectors.len(), "vectors": vectors });
    let path = root().join("manifest.json");
    if updating() {
        write(&path, &manifest);
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        pretty(&manifest),
        "run with CQDT_UPDATE=1"
    );
}

#[test]
fn vectors_have_the_form_described() {
    for (name, path) in files() {
        let text = fs::read_to_string(&path).unwrap();
        let vector = read(&path);
        assert_eq!(
            text,
            pretty(&vector),
            "{name} is not written as it is rewritten"
        );
        assert!(
            has_only_safe_numbers(&vector),
            "{name} holds a number that JavaScript would change"
        );
        assert_eq!(vector["format"], FORMAT, "{name}");
        let (number, _) = name.split_once('-').expect("NNN-name.json");
        assert!(
            number.len() == 3 && number.parse::<usize>().is_ok(),
            "{name}"
        );
        for key in ["about", "method"] {
            assert!(
                vector[key].as_str().is_some_and(|text| !text.is_empty()),
                "{name}: `{key}`"
            );
        }
        if vector["expect"].get("error").is_some() {
            // Places depend on how a tree is written.
            for key in ["set", "submission", "round"] {
                assert!(!vector[key].is_object(), "{name}: `{key}` must be a text");
            }
        }
        let op = vector["op"].as_str().unwrap();
        let (_, keys) = OPS.iter().find(|(known, _)| *known == op).expect(op);
        for key in vector.as_object().unwrap().keys() {
            let general = ["format", "about", "method", "op", "expect"];
            assert!(
                general.contains(&key.as_str()) || keys.contains(&key.as_str()),
                "{name}: `{key}`"
            );
        }
    }
    let numbers: BTreeSet<String> = files()
        .iter()
        .map(|(name, _)| name[..3].to_owned())
        .collect();
    assert_eq!(numbers.len(), files().len(), "two vectors share a number");
}

#[test]
fn every_operation_has_vectors() {
    let seen: BTreeSet<String> = files()
        .iter()
        .map(|(_, path)| read(path)["op"].as_str().unwrap().to_owned())
        .collect();
    let known: BTreeSet<String> = OPS.iter().map(|(op, _)| (*op).to_owned()).collect();
    assert_eq!(seen, known);
}

#[test]
fn every_diagnostic_and_status_of_a_report_has_a_vector() {
    if updating() {
        return;
    }
    let all: String = files()
        .iter()
        .map(|(_, path)| read(path)["expect"].to_string())
        .collect();
    for (code, name) in cqdt::DiagnosticKind::CODES {
        // What only a reader of files can tell.
        if ["unreadable"].contains(name) {
            continue;
        }
        assert!(
            all.contains(&format!("\\\"{code}\\\"")),
            "no vector shows {code} {name}"
        );
    }
    for status in ["scored", "missing", "invalid", "not_applicable"] {
        assert!(
            all.contains(&format!("\\\"status\\\":\\\"{status}\\\"")),
            "{status}"
        );
    }
}
