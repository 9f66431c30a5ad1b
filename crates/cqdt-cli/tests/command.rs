//! The command as its users run it: output in both languages, exit codes, standard input, pipes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cqdt"));
    command
        .args(arguments)
        .current_dir(fixtures())
        .env_remove("CQDT_LANG")
        .env_remove("NO_COLOR")
        .env_remove("COLUMNS")
        .env_remove("CLICOLOR_FORCE");
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // It may end without reading everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn text(output: &Output) -> String {
    let mut text = format!("exit {}\n", output.status.code().unwrap());
    for (name, stream) in [("out", &output.stdout), ("err", &output.stderr)] {
        let stream = String::from_utf8(stream.clone()).unwrap();
        assert!(!stream.contains('\u{1b}'), "colours in a pipe: {stream}");
        if !stream.is_empty() {
            write!(text, "--- {name}\n{stream}").unwrap();
        }
    }
    text
}

/// Both languages of one command line.
fn both(arguments: &[&str]) -> String {
    let mut all = String::new();
    for lang in ["vi", "en"] {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--lang", lang]);
        let shown = arguments.join(" ");
        write!(all, "$ cqdt {shown}\n{}\n", text(&run(&arguments))).unwrap();
    }
    all
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The example round in a folder of its own, to add to or take from.
fn copied_round() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let target = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &target);
            } else {
                std::fs::copy(&path, &target).unwrap();
            }
        }
    }
    let dir = tempfile::tempdir().unwrap();
    copy(&fixtures().join("round"), dir.path());
    dir
}

const SET: &str = "round/sets/cap-xa.toml";
const GIA_CAM: &str = "round/submissions/gia-cam.toml";
const TABLE: &str = "round/submissions/cac-xa.csv";

// -------------------------------------------------------------------------------------------------- the command line

#[test]
fn help() {
    insta::assert_snapshot!(both(&["--help"]));
    for name in [
        "check",
        "diff",
        "score",
        "explain",
        "round",
        "compare",
        "gap",
        "robustness",
        "analyse",
        "sets",
    ] {
        insta::assert_snapshot!(format!("help_{name}"), both(&[name, "--help"]));
    }
}

#[test]
fn a_wrong_command_line() {
    let mut all = String::new();
    for arguments in [
        &["chek"][..],
        &["score"],
        &["check", "x.toml", "--as", "sets"],
        &["check", "x.toml", "--jsn"],
        &["gap", SET, GIA_CAM, "--rank", "0", "--round", "round"],
        &["gap", SET, GIA_CAM, "--rank", "1"],
        &["gap", SET, GIA_CAM, "--rank"],
        &["sets", "--show", "x", "--form", "x"],
        &["sets", "--show", "viet-tri-2395-2018/phu-luc-3"],
        &["score", "khong-co", GIA_CAM],
        &["score", SET, TABLE, "--unit", "xa-khac"],
        &["score", "-", "-"],
        &["explain", SET, GIA_CAM, "--criterion", "i.9"],
        &["gap", SET, TABLE],
        &["gap", SET, GIA_CAM, "--band", "xuat-sac"],
        &["compare", "-", "-"],
        &["compare", "2020.csv", "set-v2.toml"],
    ] {
        let shown = both(arguments);
        assert_eq!(shown.matches("exit 2").count(), 2, "{shown}");
        all.push_str(&shown);
    }
    // Which sets are built in is not this test's business.
    for source in cqdt_criteria::all() {
        all = all.replace(&format!("  {}\n", source.id), "");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn nothing_asked_shows_help() {
    let output = run(&[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("Cách dùng: cqdt <LỆNH>"));
}

#[test]
fn the_environment_chooses_the_language_unless_the_line_does() {
    let heading = |environment: &str, arguments: &[&str]| {
        let output = command(arguments)
            .env("CQDT_LANG", environment)
            .output()
            .unwrap();
        stdout(&output)
            .split_whitespace()
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(heading("en", &["sets"]), "Id");
    assert_eq!(heading("vi", &["sets"]), "Mã");
    assert_eq!(heading("xx", &["sets"]), "Mã");
    assert_eq!(heading("en", &["sets", "--lang", "vi"]), "Mã");
    assert_eq!(heading("vi", &["--lang=en", "sets"]), "Id");
}

// ------------------------------------------------------------------------------------------------------------- check

#[test]
fn check_sound_files() {
    insta::assert_snapshot!(both(&[
        "check",
        SET,
        "set-v2.toml",
        "round/round.toml",
        GIA_CAM,
        TABLE
    ]));
}

#[test]
fn check_a_faulty_set() {
    insta::assert_snapshot!(both(&["check", "bad-set.toml"]));
}

#[test]
fn check_a_faulty_set_for_programs() {
    let output = run(&["check", "bad-set.toml", SET, "--json"]);
    assert_eq!(code(&output), 1);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    insta::assert_json_snapshot!(document);
}

#[test]
fn check_answers_against_their_form() {
    insta::assert_snapshot!(both(&["check", "--set", SET, "bad-answers.toml", GIA_CAM]));
    let output = run(&["check", "--set", SET, "bad-answers.toml", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["files"][0]["valid"], false);
    assert_eq!(
        document["files"][0]["diagnostics"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[test]
fn check_answers_against_the_built_in_form_that_they_name() {
    let text = b"set = \"viet-tri-2395-2018/phu-luc-2\"\nunit = \"x\"\n[facts]\nkhong-co-so-lieu-nay = 1\n";
    let output = run_with(&["check", "-"], text);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("D0102"), "{}", stdout(&output));
}

#[test]
fn check_tells_kinds_apart_and_does_as_it_is_told() {
    for (input, kind) in [
        ("agency_group = \"x\"", "set"),
        ("[[groups]]\nid = \"i\"", "set"),
        ("{\"groups\": []}", "set"),
        ("[[units]]\nid = \"x\"", "round"),
        ("due = 3", "round"),
        ("[facts]\nx = 1", "submission"),
        ("{\"facts\": {}}", "submission"),
        ("unit;x\na;1", "csv"),
        ("\u{feff}unit,x\na,1", "csv"),
        ("x = 1", "set"),
        ("", "set"),
    ] {
        let output = run_with(&["check", "-", "--json"], input.as_bytes());
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["files"][0]["kind"], kind, "{input}");
        let output = run_with(&["check", "-", "--json", "--as", "round"], input.as_bytes());
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["files"][0]["kind"], "round", "{input}");
    }
}

#[test]
fn check_numbers_of_tables_as_stated() {
    let found = |value: &str, more: &[&str]| {
        let table = format!("unit;ty-le-truc-tuyen\na;{value}\n");
        let mut arguments = vec!["check", "--set", SET, "--as", "csv", "-"];
        arguments.extend(more);
        stdout(&run_with(&arguments, table.as_bytes()))
    };
    let (comma, point) = (&["--decimal", "comma"][..], &["--decimal", "point"][..]);
    // Two readings, and nobody said which: refused, never guessed.
    assert!(found("1.234", &[]).contains("D0103"));
    // One thousand two hundred and thirty-four percent; three places where two are allowed.
    assert!(found("1.234", comma).contains("D0101"));
    assert!(found("1.234", point).contains("D0101"));
    for (value, stated, fits) in [
        ("12,34", comma, true),
        ("12,34", point, false),
        ("12.34", comma, false),
        ("12.34", point, true),
        ("12,34", &[][..], true),
        ("12.34", &[][..], true),
    ] {
        let found = found(value, stated);
        assert_eq!(!found.contains("D0101"), fits, "{value} {stated:?} {found}");
    }
}

// ------------------------------------------------------------------------------------------------- what can't be read

#[test]
fn bytes_that_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    };
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("unit;x".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    file("utf-16.csv", &utf16);
    file("latin.csv", b"unit,name\nxa-a,\xe1b\n");
    file("latin.toml", b"title = \"\xe1\"\n");
    let mut all = String::new();
    for lang in ["vi", "en"] {
        let output = command(&[
            "check",
            "utf-16.csv",
            "latin.csv",
            "latin.toml",
            "--lang",
            lang,
        ])
        .current_dir(dir.path())
        .output()
        .unwrap();
        assert_eq!(code(&output), 1);
        all.push_str(&text(&output));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn large_files_end_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let large = std::fs::File::create(dir.path().join("large.toml")).unwrap();
    // Nobody reads it, so it may be one hole.
    large.set_len(100_000_000_000).unwrap();
    let path = dir.path().join("large.toml");
    let path = path.to_str().unwrap();
    let started = std::time::Instant::now();
    for arguments in [
        &["check", path][..],
        &["score", path, GIA_CAM],
        &["score", SET, path],
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 1);
        assert!(stderr(&output).contains("E0003"), "{}", stderr(&output));
    }
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn too_much_standard_input_ends_in_an_error() {
    let output = run_with(&["score", SET, "-"], &vec![b' '; 70 * 1024 * 1024]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("E0003"), "{}", stderr(&output));
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for deep in [
        format!("{{\"facts\": {}", "[".repeat(100_000)),
        format!("facts = {}", "[".repeat(100_000)),
        format!("facts = {}", "{x=".repeat(100_000)),
    ] {
        let output = run_with(&["check", "-"], deep.as_bytes());
        assert_eq!(code(&output), 1, "{}", stderr(&output));
    }
}

#[test]
fn files_that_are_not_there() {
    insta::assert_snapshot!(both(&["check", "khong-co.toml", SET, "round"]));
    for arguments in [
        &["score", SET, "khong-co.toml"][..],
        &["score", "khong-co.toml", GIA_CAM],
        &["round", "khong-co"],
        &["compare", "khong-co.csv", "2021.csv"],
        &["round", "round", "--sets", "khong-co"],
        &["round", "round", "--json", "khong-co/x.json"],
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 3, "{arguments:?} {}", stderr(&output));
        assert!(
            stderr(&output).contains("không tìm thấy"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn a_set_in_canonical_json_is_the_same_set() {
    let id = "viet-tri-2395-2018/phu-luc-2";
    let set = cqdt::CriteriaSet::parse_toml(cqdt_criteria::find(id).unwrap().text).unwrap();
    let shown = |set: &str| stdout(&run(&["sets", "--show", set, "--json"]));
    assert_eq!(shown(id), format!("{}\n", set.to_json()));
    let own = cqdt::CriteriaSet::parse_json(&shown(SET)).unwrap();
    assert_eq!(shown(SET), format!("{}\n", own.to_json()));
}

#[test]
fn a_reader_that_leaves_early_is_no_panic() {
    let mut child = command(&["sets", "--show", "phu-tho-1609-2018/so-ban-nganh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
}

#[test]
fn colours_are_for_terminals() {
    let shown = |variables: &[(&str, &str)]| {
        let mut command = command(&["check", "bad-set.toml"]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        stderr(&output)
    };
    let plain = shown(&[]);
    assert!(!plain.contains('\u{1b}'));
    let coloured = shown(&[("CLICOLOR_FORCE", "1")]);
    assert!(coloured.contains('\u{1b}'), "{coloured}");
    assert_eq!(shown(&[("NO_COLOR", "1")]), plain);
}

// -------------------------------------------------------------------------------------------------------------- diff

#[test]
fn diff_two_versions() {
    insta::assert_snapshot!(both(&["diff", SET, "set-v2.toml"]));
}

#[test]
fn diff_of_nothing_and_of_a_changed_release() {
    let output = run(&["diff", SET, SET]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("giống hệt nhau"));
    let changed = std::fs::read_to_string(fixtures().join(SET))
        .unwrap()
        .replace("Có trang thông tin điện tử", "Có cổng thông tin điện tử");
    let output = run_with(&["diff", SET, "-", "--lang", "en"], changed.as_bytes());
    assert_eq!(code(&output), 0);
    assert!(
        stderr(&output).contains("a released version never changes"),
        "{}",
        stderr(&output)
    );
    let output = run_with(&["diff", SET, "-", "--json"], changed.as_bytes());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["changes"].as_array().unwrap().len(), 2);
}

#[test]
fn diff_shows_the_faults_of_both() {
    let output = run(&["diff", "bad-set.toml", "bad-answers.toml"]);
    assert_eq!(code(&output), 1);
    for name in ["bad-set.toml:2", "bad-answers.toml:"] {
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
    }
}

// ----------------------------------------------------------------------------------------------- score, explain, gap

#[test]
fn score_one_unit() {
    insta::assert_snapshot!(both(&["score", SET, GIA_CAM]));
}

#[test]
fn score_a_table() {
    insta::assert_snapshot!(both(&["score", SET, TABLE, "--decimal", "comma"]));
    insta::assert_snapshot!(
        "score_a_row",
        both(&["score", SET, TABLE, "--unit", "xa-song-lo"])
    );
}

#[test]
fn score_layers_and_forms() {
    let total = |arguments: &[&str], input: &str| {
        let output = run_with(arguments, input.as_bytes());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (
            report["total"]["points"].as_str().unwrap().to_owned(),
            stderr(&output),
        )
    };
    let toml = std::fs::read_to_string(fixtures().join(GIA_CAM)).unwrap();
    assert_eq!(total(&["score", SET, "-", "--json"], &toml).0, "16.88");
    assert_eq!(
        total(&["score", SET, "-", "--json", "--layer", "self"], &toml).0,
        "17.29"
    );
    let other = toml.replace("set = \"vi-du/cap-xa\"", "set = \"vi-du/cap-tinh\"");
    let (_, told) = total(&["score", SET, "-", "--json"], &other);
    assert!(told.contains("vi-du/cap-tinh"), "{told}");
}

#[test]
fn score_for_programs_is_the_canonical_report() {
    let output = run(&["score", SET, TABLE, "--decimal", "comma", "--json"]);
    let text = std::fs::read_to_string(fixtures().join(SET)).unwrap();
    let set = cqdt::CriteriaSet::parse_toml(&text).unwrap();
    let table = std::fs::read_to_string(fixtures().join(TABLE)).unwrap();
    let style = cqdt::TableStyle::numbers(cqdt::NumberStyle::Comma);
    let rows = cqdt::Submission::from_csv(&table, style).unwrap();
    let expected: Vec<String> = rows.iter().map(|row| set.score(row).to_json()).collect();
    let out = stdout(&output);
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn score_from_standard_input_and_by_a_built_in_set() {
    let output = run_with(
        &["score", "viet-tri-2395-2018/phu-luc-2", "-", "--json"],
        b"{\"unit\": \"phuong-gia-cam\", \"facts\": {}}",
    );
    assert_eq!(code(&output), 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["set"]["id"], "viet-tri-2395-2018/phu-luc-2");
    assert_eq!(report["complete"], false);
}

#[test]
fn explain_a_sheet_and_a_line() {
    insta::assert_snapshot!(both(&["explain", SET, "round/submissions/tien-cat-2.json"]));
    insta::assert_snapshot!(
        "explain_lines",
        both(&[
            "explain",
            SET,
            TABLE,
            "--unit",
            "xa-song-lo",
            "--criterion",
            "i.1",
            "--criterion",
            "ii.1"
        ])
    );
    let output = run(&["explain", SET, GIA_CAM, "--criterion", "i.1", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["lines"][0]["points"], "4,38");
}

#[test]
fn gap_to_bands_and_ranks() {
    insta::assert_snapshot!(both(&[
        "gap",
        SET,
        TABLE,
        "--unit",
        "xa-song-lo",
        "--decimal",
        "comma"
    ]));
    insta::assert_snapshot!(
        "gap_to_a_rank",
        both(&[
            "gap", SET, GIA_CAM, "--round", "round", "--rank", "2", "--band", "tot"
        ])
    );
    let output = run(&["gap", SET, GIA_CAM, "--round", "round", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["rank"], 4);
    // The next rank up is Hùng Lô's 17.5.
    assert_eq!(
        document["to_rank"],
        serde_json::json!({ "rank": 3, "points": "0.62" })
    );
    assert_eq!(
        document["to_band"],
        serde_json::json!([{ "band": "tot", "points": "0.12" }])
    );
}

// ------------------------------------------------------------------------------------------------------------- round

#[test]
fn round_in_the_terminal() {
    let output = run(&["round", "round"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!(both(&["round", "round"]));
}

#[test]
fn round_with_files_that_cannot_be_read() {
    let dir = copied_round();
    std::fs::write(dir.path().join("submissions/hong.toml"), "facts = {").unwrap();
    std::fs::write(dir.path().join("submissions/hong.csv"), b"unit;x\na;\xff\n").unwrap();
    let output = command(&["round", "."])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 1);
    let (out, err) = (stdout(&output), stderr(&output));
    assert!(
        err.contains("hong.toml:1") && err.contains("E0004"),
        "{err}"
    );
    for name in ["submissions/hong.toml", "submissions/hong.csv"] {
        assert!(
            out.contains(&format!("D0311 không đọc được `{name}`")),
            "{out}"
        );
    }
    // The rest is scored all the same.
    assert!(out.contains("UBND xã Hùng Lô"), "{out}");
}

#[test]
fn round_writes_json_and_tables() {
    let dir = copied_round();
    let run = |arguments: &[&str]| command(arguments).current_dir(dir.path()).output().unwrap();
    let output = run(&["round", ".", "--json", "-"]);
    assert_eq!(code(&output), 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["units"].as_array().unwrap().len(), 6);
    let output = run(&[
        "round", ".", "--json", "a.json", "--csv", "b.csv", "--lang", "en",
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("Tiên Cát ward"));
    let written = std::fs::read_to_string(dir.path().join("a.json")).unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&written).unwrap(),
        report
    );
    insta::assert_snapshot!(
        "round_csv_en",
        std::fs::read_to_string(dir.path().join("b.csv")).unwrap()
    );
    let output = run(&["round", ".", "--csv", "-"]);
    insta::assert_snapshot!("round_csv_vi", stdout(&output));
    // Both ways of writing a result can be compared with.
    for (before, decimal) in [("a.json", "point"), ("b.csv", "point")] {
        let output = run(&["compare", before, ".", "--decimal", decimal, "--json"]);
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let units = document["comparisons"][0]["units"].as_array().unwrap();
        assert_eq!(units.len(), 5, "{document}");
        assert!(units.iter().all(|unit| unit["change"] == "0"), "{document}");
    }
    let output = run(&["round", ".", "--json", "-", "--csv", "-"]);
    assert_eq!(code(&output), 2);
}

#[test]
fn pages_are_written_in_the_language_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trang.html");
    let path = path.to_str().unwrap();
    for (lang, line, name) in [
        ("vi", "CHƯA PHẢI BẢN CHÍNH THỨC", "UBND phường Tiên Cát"),
        ("en", "NOT OFFICIAL", "Tiên Cát ward"),
    ] {
        let output = run(&["round", "round", "--html", path, "--lang", lang]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let page = std::fs::read_to_string(path).unwrap();
        assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"));
        assert!(page.contains(line) && page.contains(name));
        let output = run(&["score", SET, GIA_CAM, "--html", "-", "--lang", lang]);
        let page = stdout(&output);
        assert!(
            page.contains(line) && page.contains("phuong-gia-cam"),
            "{page}"
        );
        // Both layers, and why they differ.
        assert!(page.contains("hai máy đã hỏng"), "{page}");
    }
    let output = run(&["score", SET, TABLE, "--html", "-"]);
    assert_eq!(code(&output), 2);
    let output = run(&["round", "round", "--html", "khong-co/x.html"]);
    assert_eq!(code(&output), 3);
}

#[test]
fn a_page_of_very_many_units_leaves_out_their_sheets() {
    let dir = copied_round();
    let path = dir.path().join("round.toml");
    let mut round = std::fs::read_to_string(&path).unwrap();
    for at in 0..1_000 {
        write!(round, "[[units]]\nid = \"xa-{at}\"\nname = {{ vi = \"Xã {at}\", en = \"Commune {at}\" }}\nset = \"vi-du/cap-xa\"\n").unwrap();
    }
    std::fs::write(&path, round).unwrap();
    let output = command(&["round", ".", "--html", "-"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0);
    assert!(
        stderr(&output).contains("không kèm phiếu"),
        "{}",
        stderr(&output)
    );
    assert!(!stdout(&output).contains("hai máy đã hỏng"));
}

#[test]
fn round_reads_tables_as_stated() {
    let dir = copied_round();
    let run = |arguments: &[&str]| command(arguments).current_dir(dir.path()).output().unwrap();
    // 1.234 percent is too much with commas, and reads two ways where nobody says.
    let table = "unit;ty-le-truc-tuyen\nxa-chu-hoa;1.234\n";
    std::fs::write(dir.path().join("submissions/chu-hoa.csv"), table).unwrap();
    let comma = stdout(&run(&["round", "."]));
    assert!(
        comma.contains("D0101 số liệu `ty-le-truc-tuyen`"),
        "{comma}"
    );
    std::fs::write(
        dir.path().join("tables.toml"),
        "[files]\n\"submissions/cac-xa.csv\" = \"comma\"\n",
    )
    .unwrap();
    assert!(stdout(&run(&["round", "."])).contains("D0103"));
    // The command line has the last word.
    let said = run(&["round", ".", "--decimal", "comma"]);
    assert!(!stdout(&said).contains("D0103"));
    std::fs::write(dir.path().join("tables.toml"), "decimal = \"dot\"\n").unwrap();
    let output = run(&["round", "."]);
    assert_eq!(code(&output), 1);
    assert!(
        stderr(&output).contains("tables.toml:1"),
        "{}",
        stderr(&output)
    );
    std::fs::write(
        dir.path().join("tables.toml"),
        "[files]\n\"submissions/x.csv\" = \"point\"\n",
    )
    .unwrap();
    assert!(stderr(&run(&["round", "."])).contains("không có tệp `submissions/x.csv`"));
}

#[test]
fn round_finds_its_forms() {
    let dir = copied_round();
    let run = |arguments: &[&str]| command(arguments).current_dir(dir.path()).output().unwrap();
    let sets = fixtures();
    // A folder given comes before the round's own: there stands version 1.1.0 of the same set.
    let given = tempfile::tempdir().unwrap();
    std::fs::copy(sets.join("set-v2.toml"), given.path().join("set.toml")).unwrap();
    std::fs::write(given.path().join("notes.toml"), "x = 1").unwrap();
    let output = run(&["round", ".", "--sets", given.path().to_str().unwrap()]);
    assert!(
        stdout(&output).contains("vi-du/cap-xa 1.1.0"),
        "{}",
        stdout(&output)
    );
    assert!(
        stderr(&output).contains("`vi-du/cap-xa` có trong cả"),
        "{}",
        stderr(&output)
    );
    // A faulty set is told, and its units have no form.
    std::fs::copy(
        sets.join("bad-set.toml"),
        dir.path().join("sets/cap-xa.toml"),
    )
    .unwrap();
    let output = run(&["round", "."]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("D0310"), "{}", stdout(&output));
}

#[cfg(unix)]
#[test]
fn round_is_not_led_in_circles() {
    let dir = copied_round();
    let submissions = dir.path().join("submissions");
    std::fs::create_dir(submissions.join("xa")).unwrap();
    std::fs::rename(
        submissions.join("kim-duc.csv"),
        submissions.join("xa/kim-duc.csv"),
    )
    .unwrap();
    std::os::unix::fs::symlink(&submissions, submissions.join("xa/vong")).unwrap();
    std::fs::write(submissions.join("~$khoa.csv"), "x").unwrap();
    let output = command(&["round", ".", "--json", "-"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let kim_duc = &report["units"][4];
    assert_eq!(kim_duc["source"], "submissions/xa/kim-duc.csv#1");
    assert_eq!(kim_duc["superseded"], serde_json::json!([]));
}

#[test]
fn round_without_reports() {
    let dir = copied_round();
    std::fs::remove_dir_all(dir.path().join("submissions")).unwrap();
    let output = command(&["round", "."])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("submissions"),
        "{}",
        stderr(&output)
    );
    std::fs::create_dir(dir.path().join("submissions")).unwrap();
    let output = command(&["round", "."])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0);
    assert!(
        stdout(&output).contains("6 đơn vị: 6 chưa nộp"),
        "{}",
        stdout(&output)
    );
}

// ----------------------------------------------------------------------------------------------------------- compare

#[test]
fn compare_tables_of_totals() {
    insta::assert_snapshot!(both(&["compare", "2020.csv", "2021.csv"]));
    insta::assert_snapshot!(
        "compare_faults",
        both(&["compare", "bad-totals.csv", "2021.csv"])
    );
    let output = run(&[
        "compare", "2020.csv", "2021.csv", "--ties", "dense", "--json",
    ]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    insta::assert_json_snapshot!("compare_json", document);
}

#[test]
fn compare_reads_standard_input() {
    let output = run_with(
        &["compare", "2020.csv", "-"],
        "unit\ttotal\nso-y-te\t1\n".as_bytes(),
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let output = run_with(
        &["compare", "-", "2020.csv"],
        b"{\"round\": {\"units\": [{\"id\": 3}]}}",
    );
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("E0001"), "{}", stderr(&output));
}

// -------------------------------------------------------------------------------------------------------- robustness

#[test]
fn robustness_of_a_round() {
    insta::assert_snapshot!(both(&["robustness", "round", "--draws", "500"]));
    let json = |threads: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_cqdt"))
            .args([
                "robustness",
                "round",
                "--draws",
                "2000",
                "--drop-one",
                "--seed",
                "9",
                "--json",
            ])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(json("1"), json("3"));
    let document: serde_json::Value = serde_json::from_str(&json("2")).unwrap();
    let units = document["rankings"][0]["units"].as_array().unwrap();
    assert!(!units.is_empty());
    for unit in units {
        let of = |key: &str| unit[key].as_f64().unwrap();
        assert!(
            of("low") <= of("median") && of("median") <= of("high"),
            "{unit}"
        );
        assert!((0.0..=1.0).contains(&of("at_rank")), "{unit}");
    }
}

/// Errors of facts and whose weight moves the ranks, in words, figures and on the page; the same on any number of threads.
#[test]
fn robustness_says_what_moves_ranks() {
    let asked = [
        "robustness",
        "round",
        "--draws",
        "300",
        "--drop-one",
        "--error",
        "can-bo=5%",
        "--sensitivity=64",
    ];
    insta::assert_snapshot!(both(&asked));
    let json = |threads: &str, more: &str| {
        let mut command = command(&asked);
        command
            .args(["--json", more])
            .env("RAYON_NUM_THREADS", threads);
        stdout(&command.output().unwrap())
    };
    for more in ["--seed=3", "--dirichlet=50"] {
        assert_eq!(json("1", more), json("3", more));
        let document: serde_json::Value = serde_json::from_str(&json("2", more)).unwrap();
        for ranking in document["rankings"].as_array().unwrap() {
            let found = &ranking["sensitivity"];
            assert_eq!(found["samples"], 64);
            let groups = found["groups"].as_array().unwrap();
            assert_eq!(found["rankings"], 64 * (groups.len() + 4));
            for index in groups.iter().chain([&found["dropped"], &found["errors"]]) {
                assert!(index["total"].as_f64().unwrap() >= 0.0, "{index}");
                assert!(index["first"].as_f64().unwrap() <= 1.5, "{index}");
            }
        }
    }
    let page = stdout(&run(&[&asked[..], &["--html", "-"]].concat()));
    assert!(
        page.contains("class=\"total\"") && page.contains("300 lượt"),
        "{page}"
    );
    for (error, part) in [
        ("can-bo", "cần dạng"),
        ("can-bo=0", "phải lớn hơn 0"),
        ("khong-co=1", "không có số liệu"),
    ] {
        let output = run(&["robustness", "round", "--error", error]);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
    // All of them at once.
    let wrong = ["can-bo", "--error=can-bo=0", "--error=khong-co=1"];
    let output = run(&[&["robustness", "round", "--error"], &wrong[..]].concat());
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!(stderr(&output));
}

/// Scores that were made elsewhere, and submissions in a table.
#[test]
fn robustness_of_tables() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let scores = file(
        "scores.csv",
        "unit;name;i;ii;total\nb;Xã B;9;4,25;13,25\na;Xã A;10,5;3;13,5\n",
    );
    let output = run(&[
        "robustness",
        &scores,
        "--pair",
        "a,b",
        "--sensitivity",
        "--json",
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ranking = &document["rankings"][0];
    assert_eq!(ranking["units"][0]["unit"], "a");
    assert_eq!(ranking["units"][1]["rank"], 2);
    // a is ahead where 1.5 of the one group's weight is more than 1.25 of the other's: by area, all but 0.225 of the square.
    let before = ranking["pairs"][0]["before"].as_f64().unwrap();
    assert!((before - 0.798).abs() < 0.02, "{before}");
    assert_eq!(ranking["sensitivity"]["groups"][1]["group"], "ii");
    let faulty = file("bad.csv", "unit,i,ii\na,1,x\na,2\n,3,4\n");
    let output = run(&["robustness", &faulty]);
    assert_eq!(code(&output), 1);
    assert!(
        ["E0104", "E0503", "2:5"]
            .iter()
            .all(|part| stderr(&output).contains(part)),
        "{}",
        stderr(&output)
    );
    let id = "viet-tri-2395-2018/phu-luc-2";
    let table = file("units.csv", "unit;cb;cb-may\nx;20;10\ny;20;18\n");
    let output = run(&[
        "robustness",
        &table,
        "--set",
        id,
        "--error",
        "cb-may=2",
        "--json",
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["rankings"][0]["units"][0]["unit"], "y");
    assert_eq!(document["rankings"][0]["set"], id);
}

#[test]
fn analysis_of_a_round_and_of_a_table() {
    insta::assert_snapshot!(both(&["analyse", "round"]));
    let id = "viet-tri-2395-2018/phu-luc-2";
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("units.csv");
    std::fs::write(&table, "unit;cb;cb-may\nx;20;10\ny;20;18\nz;20;20\n").unwrap();
    let table = table.to_str().unwrap();
    let output = run(&["analyse", table, "--set", id, "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let set = &document["sets"][0];
    let criteria = set["criteria"].as_array().unwrap();
    let one = criteria.iter().find(|one| one["id"] == "i.1").unwrap();
    // 1, 1.8 and 2 of 2 points.
    assert!((one["mean"].as_f64().unwrap() - 1.6).abs() < 1e-12, "{one}");
    let spread = (0.56_f64 / 3.0).sqrt();
    assert!(
        (one["spread"].as_f64().unwrap() - spread).abs() < 1e-12,
        "{one}"
    );
    assert!(
        (one["at_max"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-12,
        "{one}"
    );
    assert_eq!(
        (set["units"].as_u64(), set["set"].as_str()),
        (Some(3), Some(id))
    );
    for wrong in [
        &["analyse", table][..],
        &["analyse", "round", "--like", "2"],
    ] {
        assert_eq!(code(&run(wrong)), 2);
    }
}

/// The page stands alone: nothing is fetched, nothing runs, every ranked unit has its line.
#[test]
fn robustness_page() {
    for lang in ["vi", "en"] {
        let output = run(&[
            "robustness",
            "round",
            "--draws",
            "200",
            "--html",
            "-",
            "--lang",
            lang,
        ]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let page = stdout(&output);
        assert!(
            page.starts_with("<!doctype html>") && page.contains("<svg"),
            "{page}"
        );
        assert!(
            !page.contains("<script") && !page.contains("http"),
            "{page}"
        );
        let document = run(&["robustness", "round", "--draws", "200", "--json"]);
        let document: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
        let units: usize = document["rankings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|ranking| ranking["units"].as_array().unwrap().len())
            .sum();
        assert_eq!(page.matches("class=\"range\"").count(), units);
    }
}

// -------------------------------------------------------------------------------------------------------------- sets

#[test]
fn sets_lists_and_shows_what_is_built_in() {
    for lang in ["vi", "en"] {
        let output = run(&["sets", "--lang", lang]);
        assert_eq!(code(&output), 0);
        for source in cqdt_criteria::all() {
            assert!(stdout(&output).contains(source.id), "{}", stdout(&output));
            let shown = run(&["sets", "--show", source.id]);
            assert_eq!(stdout(&shown), source.text);
        }
    }
    let output = run(&["sets", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let listed = document["sets"].as_array().unwrap();
    assert!(listed.len() >= cqdt_criteria::all().len());
    // What is not official says so wherever it is listed.
    let reconstructed = listed.iter().any(|set| set["status"] == "reconstructed");
    assert_eq!(
        stdout(&run(&["sets"])).contains("CHƯA PHẢI BẢN CHÍNH THỨC"),
        reconstructed
    );
}

/// A blank form is sound, answers nothing, and asks for every fact; filled in, it scores.
#[test]
fn sets_prints_blank_forms() {
    insta::assert_snapshot!(both(&["sets", "--form", SET]));
    for source in cqdt_criteria::all() {
        let set = cqdt::CriteriaSet::parse_toml(source.text).unwrap();
        for lang in ["vi", "en"] {
            let form = stdout(&run(&["sets", "--form", source.id, "--lang", lang]));
            let submission = cqdt::Submission::from_toml(&form).unwrap();
            assert_eq!(submission.set(), Some(source.id));
            let report = set.score(&submission);
            assert_eq!(report.diagnostics(), []);
            for fact in &set.definition().facts {
                let asked = form.contains(&format!("\n{} = ", fact.id));
                let rollup = matches!(fact.kind, cqdt::criteria::FactType::Rollup { .. });
                assert_eq!(asked, !rollup, "{}", fact.id);
            }
        }
    }
}

/// Every output of a set that isn't official says so.
#[test]
fn nothing_reconstructed_goes_without_its_line() {
    for arguments in [
        &["check", SET][..],
        &["check", "--set", SET, GIA_CAM],
        &["diff", SET, "set-v2.toml"],
        &["score", SET, GIA_CAM],
        &["score", SET, TABLE],
        &["explain", SET, GIA_CAM],
        &["explain", SET, GIA_CAM, "--criterion", "i.1"],
        &["gap", SET, GIA_CAM],
        &["round", "round"],
        &["compare", "round", "round"],
        &["robustness", "round", "--draws", "9"],
        &["robustness", "round", "--draws", "9", "--html", "-"],
        &["round", "round", "--html", "-"],
        &["score", SET, GIA_CAM, "--html", "-"],
        &["sets", "--form", SET],
    ] {
        for (lang, line) in [("vi", "CHƯA PHẢI BẢN CHÍNH THỨC"), ("en", "NOT OFFICIAL")] {
            let mut arguments = arguments.to_vec();
            arguments.extend(["--lang", lang]);
            let output = run(&arguments);
            assert!(stdout(&output).contains(line), "{arguments:?}");
        }
    }
}
