//! Every rule kind and every policy in words, in both languages.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::{CriteriaSet, Lang, Layer, Rational, Report, Submission};
use serde_json::{Value, json};

fn text(vi: &str, en: &str) -> Value {
    json!({ "vi": vi, "en": en })
}

fn keys() -> Value {
    json!([
        { "id": "a", "title": text("trang riêng", "own page") },
        { "id": "b", "title": text("trang chung", "shared page") }
    ])
}

/// One criterion for each `(max, rule)`, all in one group.
fn set(policies: &Value, rules: &[(Value, Value)]) -> CriteriaSet {
    CriteriaSet::parse_json(&definition(policies, rules).to_string()).unwrap()
}

fn definition(policies: &Value, rules: &[(Value, Value)]) -> Value {
    let criteria: Vec<Value> = rules
        .iter()
        .enumerate()
        .map(|(index, (max, rule))| {
            json!({
                "id": format!("c{index}"), "number": (index + 1).to_string(), "title": text("Tiêu chí", "Criterion"),
                "max": max, "min": if *max == json!(0) { -9 } else { 0 }, "rule": rule, "evidence": index == 0,
                "basis": { "status": "reconstructed", "source": "tn", "item": "mục I.1" }
            })
        })
        .collect();
    let max: f64 = rules.iter().map(|(max, _)| max.as_f64().unwrap()).sum();
    let fact = |id: &str, kind: &str, vi: &str, en: &str| json!({ "id": id, "type": kind, "title": text(vi, en), "not_applicable": true });
    let mut facts = vec![
        fact("co", "yes_no", "Có trang thông tin", "Has a page"),
        fact("may", "count", "Số máy tính", "Computers"),
        fact("nguoi", "count", "Số cán bộ", "Staff"),
        fact("hop", "count", "Số cuộc họp", "Meetings"),
        fact("loi", "count", "Số lỗi", "Faults"),
        fact(
            "ty-le",
            "percent",
            "Tỷ lệ văn bản điện tử",
            "Electronic documents",
        ),
        fact("trang", "choice", "Loại trang", "Kind of page"),
        fact("muc", "items", "Chuyên mục", "Sections"),
        fact("cham", "points", "Điểm chấm", "Points given"),
    ];
    facts[3]["unit"] = text("cuộc", "meetings");
    facts[6]["keys"] = keys();
    facts[7]["keys"] = keys();
    facts[8]["max"] = json!(2);
    facts[8]["step"] = json!("0.5");
    json!({
        "format": 1, "id": "thu/bo", "version": "1.0.0", "status": "reconstructed", "agency_group": "cap-xa", "max": max,
        "title": text("Bộ tiêu chí thử", "Test set"), "policies": policies,
        "document": { "number": "1609/QĐ-UBND", "date": "2018-07-05", "issuer": text("UBND tỉnh Phú Thọ", "Phú Thọ province"),
                      "title": text("Bộ tiêu chí", "Criteria") },
        "bands": [{ "id": "tot", "title": text("Tốt", "Good"), "on": "share", "at_least": 85 },
                  { "id": "con-lai", "title": text("Còn lại", "The rest"), "on": "share" }],
        "sources": { "tn": { "document": "Quyết định 2747/QĐ-UBND" } },
        "facts": facts,
        "groups": [{ "id": "i", "number": "I", "title": text("Hạ tầng", "Infrastructure"), "max": max, "floor": 0,
                     "part": text("A. Điều kiện sẵn sàng", "A. Readiness"), "criteria": criteria }],
    })
}

fn every_rule() -> Vec<(Value, Value)> {
    let ratio = |kind: &str| json!({ "kind": kind, "of": "may", "over": "nguoi", "zero_denominator": "zero" });
    let with = |mut rule: Value, key: &str, value: Value| {
        rule[key] = value;
        rule
    };
    vec![
        (json!(2), json!({ "kind": "yes_no", "fact": "co" })),
        (
            json!(3),
            json!({ "kind": "choice", "fact": "trang", "points": { "a": 3, "b": 1 } }),
        ),
        (json!(2), ratio("proportional")),
        (
            json!(3),
            with(
                ratio("tiers"),
                "steps",
                json!([{ "at_least": 90, "points": 3 }, { "more_than": 50, "points": 1 }]),
            ),
        ),
        (
            json!(3),
            json!({ "kind": "tiers", "fact": "hop", "steps": [{ "at_least": 4, "points": 3 }, { "at_least": 2, "points": 1 }] }),
        ),
        (
            json!(2),
            json!({ "kind": "per_item", "fact": "hop", "each": "0.5" }),
        ),
        (
            json!(5),
            json!({ "kind": "stepwise", "fact": "nguoi", "base_at": 10, "base": 1, "per": 20, "each": "0.5" }),
        ),
        (
            json!(2),
            json!({ "kind": "checklist", "fact": "muc", "points": { "a": "1.5", "b": 1 }, "cap": 2 }),
        ),
        (json!(4), ratio("cohort_max")),
        (
            json!(4),
            json!({ "kind": "cohort_min_max", "fact": "ty-le" }),
        ),
        (json!(2), json!({ "kind": "given", "fact": "cham" })),
        (
            json!(3),
            json!({ "kind": "best_of", "rules": [{ "kind": "yes_no", "fact": "co", "max": 2 }, with(ratio("proportional"), "max", json!(3))] }),
        ),
        (
            json!(5),
            json!({ "kind": "sum", "rules": [with(ratio("proportional"), "max", json!("4.5")), { "kind": "per_item", "fact": "hop", "each": 1, "max": 2 }], "cap": 5 }),
        ),
        (
            json!(2),
            json!({ "kind": "gate", "when": { "fact": "hop", "at_least": 2 }, "rule": { "kind": "yes_no", "fact": "co", "max": 2 } }),
        ),
        (
            json!(0),
            json!({ "kind": "deduct", "rule": { "kind": "per_item", "fact": "loi", "each": "0.5", "max": 9 } }),
        ),
    ]
}

fn answers() -> Submission {
    Submission::new("phuong-gia-cam")
        .with("co", true)
        .with("may", 47)
        .with("nguoi", 60)
        .with("hop", 3)
        .with("loi", 2)
        .with("ty-le", "87.5")
        .with("trang", "b")
        .with("muc", vec!["a", "b"])
        .with("cham", "1.5")
}

fn scored(set: &CriteriaSet, submission: &Submission) -> Report {
    let other = Submission::new("khac")
        .with("may", 50)
        .with("nguoi", 50)
        .with("ty-le", 12);
    let cohort = set.cohort([submission, &other], Layer::SelfAssessed);
    set.score_in(submission, Layer::SelfAssessed, Some(&cohort))
}

fn both(report: &Report) -> String {
    format!(
        "{}\n---\n\n{}",
        report.explain(Lang::Vi),
        report.explain(Lang::En)
    )
}

#[test]
fn every_rule_in_words() {
    let set = set(&json!({}), &every_rule());
    insta::assert_snapshot!(both(&scored(&set, &answers())));
}

#[test]
fn nothing_answered() {
    let set = set(&json!({}), &every_rule());
    insta::assert_snapshot!(both(&set.score(&Submission::default())));
}

#[test]
fn the_other_outcomes_of_each_rule() {
    let set = set(&json!({ "missing_evidence": "zero" }), &every_rule());
    let submission = Submission::new("phuong-gia-cam")
        .with("co", true)
        .with("may", 0)
        .with("nguoi", 0)
        .with("hop", 1)
        .with("loi", 0)
        .with("ty-le", "x")
        .with("trang", "a")
        .with("muc", Vec::<&str>::new())
        .with("cham", 0);
    let alone = set.cohort([&submission], Layer::SelfAssessed);
    insta::assert_snapshot!(both(&set.score_in(
        &submission,
        Layer::SelfAssessed,
        Some(&alone)
    )));
}

#[test]
fn not_applicable_under_each_policy() {
    let rules = &every_rule()[..3];
    let submission = Submission::from_json(
        r#"{ "facts": { "co": { "not_applicable": "không có trụ sở" }, "trang": "a", "may": 1, "nguoi": 3 } }"#,
    )
    .unwrap();
    let policies = [
        json!({ "not_applicable": "exclude", "rescale": "total" }),
        json!({ "not_applicable": "exclude", "rescale": "group" }),
        json!({ "not_applicable": "zero" }),
        json!({ "not_applicable": "full", "rounding": { "stage": "total", "places": 1, "mode": "half_even" } }),
    ];
    let texts = policies.map(|policy| {
        format!(
            "{policy}\n{}",
            both(&set(&policy, rules).score(&submission))
        )
    });
    insta::assert_snapshot!(texts.join("\n===\n\n"));
}

#[test]
fn a_line_says_what_the_report_says() {
    let set = set(&json!({}), &every_rule());
    let report = scored(&set, &answers());
    let line = report.explain_criterion("c2", Lang::Vi).unwrap();
    assert_eq!(
        (line.points.as_str(), line.formula.as_str()),
        ("1,57", "47 ÷ 60 × 2 ≈ 1,57")
    );
    assert_eq!(
        report.explain_criterion("c2", Lang::En).unwrap().formula,
        "47 ÷ 60 × 2 ≈ 1.57"
    );
    assert_eq!(
        report.criterion("c2").unwrap().points,
        Rational::ratio(157, 100)
    );
    assert_eq!(report.explain_criterion("nope", Lang::Vi), None);
}

#[test]
fn says_what_keeps_a_unit_out_of_a_band() {
    let yes_no = |fact: &str| json!({ "kind": "yes_no", "fact": fact });
    let rules = [
        (json!(6), yes_no("co")),
        (
            json!(4),
            json!({ "kind": "per_item", "fact": "hop", "each": 1 }),
        ),
    ];
    let notes = |band: Value, lang| {
        let mut definition = definition(&json!({}), &rules);
        definition["bands"][0] = band;
        let set = CriteriaSet::parse_json(&definition.to_string()).unwrap();
        let evidence = cqdt::Evidence::default();
        let unit = Submission::new("phuong-gia-cam")
            .with("co", true)
            .with("hop", 1);
        let report = set.score(&unit.with_evidence("c0", evidence));
        assert_eq!(report.band().unwrap().id, "con-lai");
        report.explain(lang).total.notes
    };
    let band = |more: Value| {
        let mut band =
            json!({ "id": "tot", "title": text("Tốt", "Good"), "on": "share", "at_least": 60 });
        for (key, value) in more.as_object().unwrap() {
            band[key] = value.clone();
        }
        band
    };
    let group = band(json!({ "min_group_share": { "i": 75 } }));
    assert_eq!(
        notes(group.clone(), Lang::Vi),
        ["đủ điểm để đạt “Tốt”, nhưng nhóm I mới đạt 70 % (cần 75 %)"]
    );
    assert_eq!(
        notes(group, Lang::En),
        ["enough points for “Good”, but group I has only 70 % (needs 75 %)"]
    );
    let criterion = band(json!({ "min_criterion_share": 50 }));
    assert_eq!(
        notes(criterion.clone(), Lang::Vi),
        ["đủ điểm để đạt “Tốt”, nhưng tiêu chí 2 mới đạt 25 % (cần 50 %)"]
    );
    assert_eq!(
        notes(criterion, Lang::En),
        ["enough points for “Good”, but criterion 2 has only 25 % (needs 50 %)"]
    );
    // Too few points need no other reason.
    assert!(notes(band(json!({ "at_least": 80 })), Lang::Vi).is_empty());
}
