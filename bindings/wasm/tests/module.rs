//! The border as the module itself sees it, in Node and in Chromium: `npm run test:module`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use cqdt_wasm::{RawSet, date_iso, number_text, prove};
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const SET: &str = "viet-tri-2395-2018/phu-luc-2";

fn builtin(id: &str) -> RawSet {
    RawSet::builtin(id).unwrap()
}

fn proved(text: &str) -> RawSet {
    RawSet::unpack(&prove(text).ok().unwrap()).unwrap()
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn told<T>(answer: Result<T, JsValue>) -> Value {
    match answer {
        Ok(_) => panic!("nothing was refused"),
        Err(error) => read(&error.as_string().unwrap()),
    }
}

#[wasm_bindgen_test]
fn built_in_sets_are_what_reading_and_proving_yields() {
    let ids = RawSet::builtin_ids();
    assert_eq!(ids.lines().count(), 5);
    for id in ids.lines() {
        let set = builtin(id);
        let again = proved(&set.json());
        assert_eq!(again.fingerprint(), set.fingerprint(), "{id}");
        assert!(set.notice(true).unwrap().contains("NOT OFFICIAL"));
    }
    assert!(RawSet::builtin("no/such").is_none());
}

#[wasm_bindgen_test]
fn bytes_of_another_version_are_refused() {
    let bytes = prove(&builtin(SET).json()).ok().unwrap();
    assert!(RawSet::unpack(&bytes).is_some());
    let version = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    for other in [&b"cqdt 0.0.0"[..], b"", b"cqdt"] {
        let other = [other, &bytes[version..]].concat();
        assert!(RawSet::unpack(&other).is_none());
    }
    assert!(RawSet::unpack(&bytes[..bytes.len() - 1]).is_none());
}

/// What native programs say of the same set.
#[wasm_bindgen_test]
fn fingerprints_are_those_of_native_programs() {
    let native = include_str!("../../../criteria/fingerprints.lock");
    let lines = native.lines().filter(|line| line.contains(SET));
    let known = lines.filter(|line| line.contains(&builtin(SET).fingerprint()));
    assert_eq!(known.count(), 1);
}

#[wasm_bindgen_test]
fn the_host_composes_text() {
    // A test's module doesn't begin with its libraries' start.
    cqdt_wasm::start();
    let composed = builtin(SET).json();
    let decomposed: String = JsValue::from_str(&composed)
        .as_string()
        .unwrap()
        .replace('ế', "e\u{302}\u{301}");
    assert_ne!(decomposed, composed);
    let set = proved(&decomposed);
    assert_eq!(set.json(), composed);
}

#[wasm_bindgen_test]
fn faults_cross_as_documents_with_every_place() {
    let broken = told(prove("{"));
    assert_eq!(broken["code"], "E0001");
    let text = builtin(SET).json().replace("\"yes_no\"", "\"yes-no\"");
    let faults = told(prove(&text));
    assert!(faults["faults"].as_array().unwrap().len() > 1);
    for fault in faults["faults"].as_array().unwrap() {
        assert!(fault["line"].as_u64().unwrap() >= 1);
        assert_ne!(fault["messages"]["vi"], fault["messages"]["en"]);
    }
    let list = told(builtin(SET).score_many("[{\"facts\":{}},7]", false));
    assert_eq!(list["faults"][0]["path"], "/1");
}

/// The text of a report as the package puts it together.
fn whole_text(set: &RawSet, submission: &str) -> String {
    let marked = set.score(submission, false).ok().unwrap();
    let lines = set.marked_lines();
    let (mut parts, mut lines) = (marked.split('\u{1}'), lines.split('\u{1}').skip(1));
    let first = parts.next().unwrap().to_owned();
    let text = parts.fold(first, |text, part| text + lines.next().unwrap() + part);
    assert_eq!(lines.next(), None);
    text
}

#[wasm_bindgen_test]
fn a_live_score_is_the_whole_score_after_every_answer() {
    let set = builtin(SET);
    let definition = read(&set.json());
    let mut live = set.live("{\"facts\":{}}", false).ok().unwrap();
    for fact in definition["facts"].as_array().unwrap() {
        let id = fact["id"].as_str().unwrap();
        let answer = match fact["type"].as_str().unwrap() {
            "yes_no" => "true".to_owned(),
            "choice" => fact["keys"][0]["id"].to_string(),
            "items" => format!("[{}]", fact["keys"][0]["id"]),
            _ => "7".to_owned(),
        };
        let changed = read(&live.set(id, &answer).ok().unwrap());
        let whole = whole_text(&set, &live.submission());
        assert_eq!(live.report(), whole, "{id}");
        assert_eq!(changed["total"], read(&whole)["total"], "{id}");
    }
}

#[wasm_bindgen_test]
fn numbers_and_days_are_written_as_people_do() {
    assert_eq!(number_text("1.88", false), "1,88");
    assert_eq!(date_iso("03/10/2018").as_deref(), Some("2018-10-03"));
    assert_eq!(date_iso("31/02/2018"), None);
}

#[cfg(feature = "robustness")]
#[wasm_bindgen_test]
fn draws_may_be_split_as_one_likes() {
    use cqdt_wasm::RawDrawing;

    let set = builtin(SET);
    let unit =
        |at: usize| format!("{{\"unit\":\"u{at}\",\"facts\":{{\"cb-may\":{at},\"cb\":20}}}}");
    let units: Vec<String> = (0..20).map(unit).collect();
    let units = format!("[{}]", units.join(","));
    let pair = || vec!["u3".to_owned(), "u4".to_owned()];
    let draw = |stretch: u32| {
        let drawing = RawDrawing::new(100, 7, 25, None, false, pair(), Vec::new(), 0)
            .ok()
            .unwrap();
        let mut draws = set.draw(&units, "{}", false, true, &drawing).ok().unwrap();
        while draws.advance(stretch) > 0.0 {}
        draws.finish().ok().unwrap()
    };
    let at_once = draw(100);
    assert_eq!(draw(7), at_once);
    let document = read(&at_once);
    assert_eq!(document["rankings"][0]["units"][0]["unit"], "u19");
    assert_eq!(document["rankings"][0]["pairs"][0]["before"], 0.0);
    let nothing = RawDrawing::new(0, 7, 25, None, false, Vec::new(), Vec::new(), 0)
        .ok()
        .unwrap();
    assert_eq!(
        told(set.draw(&units, "{}", false, true, &nothing))["code"],
        "E9004"
    );
}
