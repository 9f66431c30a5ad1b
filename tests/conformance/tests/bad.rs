//! Every broken file of `tests/bad/`: what an officer reads, in both languages, with line and column.
//!
//! `INSTA_UPDATE=always` accepts the messages as they come; read both languages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cqdt::{
    CriteriaSet, Diagnostic, DiagnosticKind, Fault, FaultKind, FileError, Incoming, Lang, Layer,
    NumberStyle, Round, Submission, TableStyle,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../bad")
}

/// The files of a folder, by name.
fn files(folder: &str) -> Vec<(String, PathBuf)> {
    let mut files: Vec<_> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The text of a file; bytes that are no UTF-8 are a fault of their own.
fn text(path: &Path) -> Result<String, FileError> {
    String::from_utf8(fs::read(path).unwrap()).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let shown = String::from_utf8_lossy(error.as_bytes());
        Fault::new(FaultKind::NotUtf8 { offset }, offset..offset, &shown).into()
    })
}

fn is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn set(path: &Path) -> Result<CriteriaSet, FileError> {
    let read = if is(path, "json") {
        CriteriaSet::parse_json
    } else {
        CriteriaSet::parse_toml
    };
    read(&text(path)?)
}

fn submissions(path: &Path, numbers: NumberStyle) -> Result<Vec<Submission>, FileError> {
    let text = text(path)?;
    if is(path, "csv") {
        return Submission::from_csv(&text, TableStyle::numbers(numbers));
    }
    let read = if is(path, "json") {
        Submission::from_json
    } else {
        Submission::from_toml
    };
    Ok(vec![read(&text)?])
}

fn form() -> CriteriaSet {
    set(&root().join("form.toml")).unwrap_or_else(|error| panic!("{error}"))
}

/// What is wrong with each broken file.
fn errors() -> Vec<(String, FileError)> {
    let mut errors = Vec::new();
    for folder in ["sets", "submissions", "rounds", "tables"] {
        for (name, path) in files(folder) {
            let outcome = match folder {
                "sets" => set(&path).map(drop),
                "rounds" => text(&path).and_then(|text| Round::parse_toml(&text).map(drop)),
                _ => submissions(&path, NumberStyle::Comma).map(drop),
            };
            let error = outcome.expect_err(&format!("{folder}/{name} is not broken"));
            errors.push((format!("{folder}/{name}"), error));
        }
    }
    // Too large to keep.
    let large = "#".repeat(cqdt::MAX_SET_BYTES + 1);
    let error = CriteriaSet::parse_toml(&large).expect_err("too large");
    errors.push(("sets/too-large.toml".to_owned(), error));
    errors
}

/// What scoring says of each file of answers, alone and in a cohort.
fn findings() -> Vec<(String, Vec<Diagnostic>)> {
    let form = form();
    let cohort = form.cohort(
        [&Submission::new("xa-z").with("tien", 3)],
        Layer::SelfAssessed,
    );
    let mut findings = Vec::new();
    for (name, path) in files("answers") {
        let mut found: Vec<Diagnostic> = Vec::new();
        let read = submissions(&path, NumberStyle::Unstated);
        for submission in read.unwrap_or_else(|error| panic!("{name}: {error}")) {
            for cohort in [None, Some(&cohort)] {
                let report = form.score_in(&submission, Layer::SelfAssessed, cohort);
                for diagnostic in report.diagnostics() {
                    if !found.contains(diagnostic) {
                        found.push(diagnostic.clone());
                    }
                }
            }
        }
        assert!(!found.is_empty(), "{name} holds nothing to find");
        findings.push((format!("answers/{name}"), found));
    }
    findings
}

/// What a round says of all that came in.
fn round_findings() -> Vec<Diagnostic> {
    let round = Round::parse_toml(&text(&root().join("round.toml")).unwrap()).unwrap();
    let (mut incoming, mut unreadable) = (Vec::new(), Vec::new());
    for (name, path) in files("reports") {
        match submissions(&path, NumberStyle::Plain) {
            Ok(read) => incoming.extend(read.into_iter().map(|one| Incoming::new(&name, one))),
            Err(error) => {
                let (source, faults) = (name, error.faults().len());
                unreadable.push(DiagnosticKind::Unreadable { source, faults });
            }
        }
    }
    let mut report = round.assess(&[form()], incoming, |_, _| {});
    for kind in unreadable {
        report.tell(kind);
    }
    let mut found: Vec<Diagnostic> = report.diagnostics().to_vec();
    for entry in report.entries() {
        found.extend(entry.diagnostics.iter().cloned());
    }
    // Nobody of this round is missing altogether, since each has something to show.
    let nobody = round.assess(&[form()], Vec::new(), |_, _| {});
    found.extend(
        nobody
            .entries()
            .iter()
            .take(1)
            .flat_map(|entry| entry.diagnostics.clone()),
    );
    found
}

/// The first lines in both languages; a file of a thousand faults shows as one of ten.
fn sheet(lines: impl Fn(Lang) -> Vec<String>) -> String {
    let mut sheet = String::new();
    for (name, lang) in [("vi", Lang::Vi), ("en", Lang::En)] {
        let lines = lines(lang);
        for line in lines.iter().take(10) {
            assert!(!line.contains('\n'), "{line}");
            writeln!(sheet, "{name} {line}").unwrap();
        }
        if lines.len() > 10 {
            writeln!(sheet, "{name} … {} more", lines.len() - 10).unwrap();
        }
    }
    sheet
}

fn snapshot(name: &str, sheet: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.replace(['/', '.'], "_"), sheet));
}

#[test]
fn every_broken_file_says_what_is_wrong() {
    for (name, error) in errors() {
        let sheet = sheet(|lang| {
            error
                .faults()
                .iter()
                .map(|fault| fault.message(lang))
                .collect()
        });
        snapshot(&name, &sheet);
    }
}

#[test]
fn every_finding_reads_in_both_languages() {
    for (name, found) in findings() {
        snapshot(
            &name,
            &sheet(|lang| found.iter().map(|one| one.message(lang)).collect()),
        );
    }
    let found = round_findings();
    for (part, found) in found.chunks(10).enumerate() {
        let sheet = sheet(|lang| found.iter().map(|one| one.message(lang)).collect());
        snapshot(&format!("reports/{part}"), &sheet);
    }
}

#[test]
fn every_code_has_an_example() {
    // Numbers of a table of totals, which the command reads: its own tests show them.
    const ELSEWHERE: [&str; 1] = ["E0504"];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (_, error) in errors() {
        seen.extend(error.faults().iter().map(Fault::code));
    }
    for (_, found) in findings() {
        seen.extend(found.iter().map(Diagnostic::code));
    }
    seen.extend(round_findings().iter().map(Diagnostic::code));
    let all = FaultKind::CODES.iter().chain(DiagnosticKind::CODES);
    let missing: Vec<_> = all
        .filter(|(code, _)| !seen.contains(code) && !ELSEWHERE.contains(code))
        .collect();
    assert!(missing.is_empty(), "no file shows {missing:?}");
}

#[test]
fn there_is_a_snapshot_for_every_file_and_no_other() {
    let broken = errors().len();
    assert!(broken >= 60, "{broken} broken files");
    let reports = round_findings().len().div_ceil(10);
    let snapshots = files("snapshots").len();
    assert_eq!(snapshots, broken + findings().len() + reports);
}

/// A message's words outside of what the file itself says.
fn own_words(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn vietnamese_messages_hold_no_english() {
    let english = [
        "expected",
        "missing",
        "unknown",
        "invalid",
        "unexpected",
        " the ",
        "while",
        "unclosed",
    ];
    for (name, error) in errors() {
        for fault in error.faults().iter().take(20) {
            let message = own_words(&fault.message(Lang::Vi));
            let found: Vec<_> = english
                .iter()
                .filter(|word| message.contains(*word))
                .collect();
            assert!(found.is_empty(), "{name}: {message}");
        }
    }
}
