//! The JSON Schemas in `schema/` are those of the types, and the files that people write hold to them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use cqdt::round::Due;
use cqdt::{Diagnostic, DiagnosticKind, Expected, Nearest, Rational};
use serde_json::{Map, Value};

const COMMAND: &str = "CQDT_UPDATE=1 cargo test -p cqdt-criteria --test schemas";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema")
}

fn schema(name: &str) -> Value {
    let schemas = cqdt::schema::all();
    let found = schemas.into_iter().find(|(file, _)| *file == name);
    found.expect(name).1
}

#[test]
fn schemas_are_fresh() {
    for (name, mut schema) in cqdt::schema::all() {
        schema.sort_all_objects();
        let fresh = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = folder().join(name);
        if env::var_os("CQDT_UPDATE").is_some() {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, &fresh).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == fresh,
            "schema/{name} is out of date; renew it with `{COMMAND}`"
        );
    }
    let stored = fs::read_dir(folder()).unwrap().count();
    assert_eq!(
        stored,
        cqdt::schema::all().len(),
        "a schema that no type has"
    );
}

#[test]
fn files_hold_to_their_schemas() {
    let validator = validator("criteria-set.schema.json");
    for source in cqdt_criteria::all().iter().chain(cqdt_criteria::earlier()) {
        hold(&validator, source.file, &json(source.text));
    }
    let validator = self::validator("round.schema.json");
    for source in cqdt_criteria::rounds() {
        hold(&validator, source.file, &json(source.text));
    }
}

#[test]
fn reports_hold_to_their_schema() {
    let validator = validator("report.schema.json");
    for source in cqdt_criteria::all() {
        let set = cqdt::CriteriaSet::parse_toml(source.text).unwrap();
        let submission = cqdt::Submission::new("don-vi")
            .with("cb", "x")
            .with("may", 3);
        let report = set.score(&submission).to_json();
        hold(
            &validator,
            source.id,
            &serde_json::from_str(&report).unwrap(),
        );
    }
}

/// A finding's arguments are those of its kind, and what a value should have been is told in full.
#[test]
fn findings_hold_to_their_schema() {
    let mut schema = schema("report.schema.json");
    let definitions = schema["$defs"].take();
    let schema = serde_json::json!({ "$ref": "#/$defs/Diagnostic", "$defs": definitions });
    let validator = jsonschema::validator_for(&schema).unwrap();
    for kind in findings() {
        let found = serde_json::to_value(Diagnostic::from(kind.clone())).unwrap();
        hold(&validator, kind.name(), &found);
        for (argument, _) in kind.arguments() {
            let mut bad = found.clone();
            bad.as_object_mut().unwrap().remove(argument);
            assert!(!validator.is_valid(&bad), "{bad} passes");
            bad[argument] = Value::from(vec![true]);
            assert!(!validator.is_valid(&bad), "{bad} passes");
        }
    }
}

/// Findings with arguments of every type, and with everything that a value should have been.
fn findings() -> Vec<DiagnosticKind> {
    let (least, most) = (Rational::from(1), Rational::from(2));
    let words = vec!["a".to_owned()];
    let day: cqdt::Date = "2018-10-03".parse().unwrap();
    let unit = || "u".to_owned();
    let expected = [
        Expected::Text,
        Expected::TrueOrFalse,
        Expected::YesNo,
        Expected::Number,
        Expected::Whole { least: 1, most: 2 },
        Expected::NumberIn {
            least: least.clone(),
            most: most.clone(),
            places: 2,
        },
        Expected::Points {
            max: most.clone(),
            step: least.clone(),
        },
        Expected::Share,
        Expected::Date,
        Expected::Moment,
        Expected::Id,
        Expected::SetId,
        Expected::Column,
        Expected::List,
        Expected::Table,
        Expected::Version,
        Expected::OneOf {
            words: words.clone(),
        },
        Expected::SomeOf { words },
        Expected::Applicable,
        Expected::Reason,
    ];
    let invalid = expected.map(|expected| DiagnosticKind::InvalidValue {
        fact: "f".to_owned(),
        value: "?".to_owned(),
        expected,
    });
    let nearest = [None, Some(unit())].map(|near| DiagnosticKind::UnknownFact {
        fact: "f".to_owned(),
        nearest: Nearest(near),
    });
    let late = [Due::By(day), Due::Before(day)].map(|due| DiagnosticKind::Late {
        unit: unit(),
        received: day,
        due,
    });
    let rest = [
        DiagnosticKind::OutsideCohort {
            criterion: "c".to_owned(),
            value: least.clone(),
            least,
            largest: most,
        },
        DiagnosticKind::Unreadable {
            source: unit(),
            faults: 3,
        },
    ];
    let all = invalid.into_iter().chain(nearest).chain(late);
    all.chain(rest).collect()
}

/// What an answer can be written back as, what was no answer included.
#[test]
fn answers_hold_to_their_schema() {
    let validator = validator("submission.schema.json");
    let text = r#"{"facts":{"a":{"b":1},"c":[1],"d":{"not_applicable":"x"},"e":null,"f":12.5,"g":["x"],"h":true}}"#;
    let submission = cqdt::Submission::from_json(text).unwrap();
    let written = submission.to_json();
    assert!(written.contains("unreadable"), "{written}");
    hold(&validator, text, &serde_json::from_str(&written).unwrap());
}

/// Breaks a good file.
type Damage = fn(&mut Value);

/// A schema that lets everything through would hold too.
#[test]
fn a_faulty_file_does_not_hold() {
    let validator = validator("criteria-set.schema.json");
    let good = json(cqdt_criteria::all()[0].text);
    let damages: [(&str, Damage); 5] = [
        ("a key too many", |set| set["surprise"] = Value::from(1)),
        ("a key too few", |set| {
            set.as_object_mut().unwrap().remove("facts");
        }),
        ("a wrong word", |set| set["status"] = Value::from("perhaps")),
        ("an unknown rule", |set| {
            set["groups"][0]["criteria"][0]["rule"]["kind"] = Value::from("guess");
        }),
        ("a title in one language", |set| {
            set["title"].as_object_mut().unwrap().remove("en");
        }),
    ];
    for (what, damage) in damages {
        let mut bad = good.clone();
        damage(&mut bad);
        assert!(!validator.is_valid(&bad), "{what} passes");
    }
}

fn validator(name: &str) -> jsonschema::Validator {
    jsonschema::validator_for(&schema(name)).unwrap()
}

fn hold(validator: &jsonschema::Validator, file: &str, value: &Value) {
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|fault| format!("{file}{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// TOML as an editor hands it to a schema: dates are texts.
fn json(text: &str) -> Value {
    fn convert(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(value) => value.into(),
            toml::Value::Datetime(moment) => moment.to_string().into(),
            toml::Value::Array(list) => list.into_iter().map(convert).collect(),
            toml::Value::Table(table) => table
                .into_iter()
                .map(|(key, value)| (key, convert(value)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
    convert(toml::from_str(text).unwrap())
}
