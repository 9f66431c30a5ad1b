//! The oracle against examples computed by hand from `method.md` and `decisions.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test stops at its first surprise, and literals read best as values"
)]

use cqdt_oracle::{
    Entry, Layer, Outcome, Status, Ties, decimal, differences, exact, rank, round, score,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use serde_json::{Value, json};

const SELF: Layer = Layer::SelfAssessed;

fn q(text: &str) -> BigRational {
    match text.split_once('/') {
        Some((above, below)) => decimal(above).unwrap() / decimal(below).unwrap(),
        None => decimal(text).unwrap(),
    }
}

/// One group with one criterion.
fn one(max: Value, rule: Value, facts: Value) -> Value {
    let max_of_set = max.clone();
    json!({
        "max": max_of_set,
        "facts": facts,
        "groups": [{ "id": "g", "max": max_of_set, "criteria": [{ "id": "c", "max": max, "rule": rule }] }],
    })
}

fn count(id: &str) -> Value {
    json!({ "id": id, "type": "count", "not_applicable": true })
}

fn yes_no(id: &str) -> Value {
    json!({ "id": id, "type": "yes_no", "not_applicable": true })
}

fn answer(facts: Value) -> Value {
    json!({ "facts": facts })
}

fn na() -> Value {
    json!({ "not_applicable": "không có" })
}

fn run(set: &Value, facts: Value) -> Outcome {
    score(set, &answer(facts), SELF, None)
}

/// The only criterion: status, points, applicable maximum.
fn line(outcome: &Outcome) -> (&'static str, String, String) {
    let line = &outcome.criteria[0];
    (
        line.status.name(),
        exact(&line.points),
        exact(&line.applicable_max),
    )
}

fn expect(set: &Value, facts: Value, status: &str, points: &str, applicable_max: &str) {
    let outcome = run(set, facts);
    assert_eq!(line(&outcome), line_of(status, points, applicable_max));
}

fn line_of(status: &str, points: &str, applicable_max: &str) -> (&'static str, String, String) {
    let status = match status {
        "scored" => Status::Scored,
        "missing" => Status::Missing,
        "invalid" => Status::Invalid,
        _ => Status::NotApplicable,
    };
    (status.name(), points.to_owned(), applicable_max.to_owned())
}

fn names(outcome: &Outcome) -> Vec<(&str, &str)> {
    outcome
        .diagnostics
        .iter()
        .map(|one| (one.name, one.subject.as_str()))
        .collect()
}

#[test]
fn rounding_modes() {
    for (value, places, up, even, down) in [
        ("2.5", 0, "3", "2", "2"),
        ("3.5", 0, "4", "4", "3"),
        ("-2.5", 0, "-3", "-2", "-2"),
        ("-3.5", 0, "-4", "-4", "-3"),
        ("0.125", 2, "0.13", "0.12", "0.12"),
        ("-0.125", 2, "-0.13", "-0.12", "-0.12"),
        ("0.375", 2, "0.38", "0.38", "0.37"),
        ("2.675", 2, "2.68", "2.68", "2.67"),
        ("2/3", 2, "0.67", "0.67", "0.66"),
        ("-1/3", 2, "-0.33", "-0.33", "-0.33"),
        ("0.0000005", 6, "0.000001", "0", "0"),
        ("-0.4", 0, "0", "0", "0"),
    ] {
        assert_eq!(
            exact(&round(&q(value), places, "half_up")),
            up,
            "{value} half_up"
        );
        assert_eq!(
            exact(&round(&q(value), places, "half_even")),
            even,
            "{value} half_even"
        );
        assert_eq!(
            exact(&round(&q(value), places, "down")),
            down,
            "{value} down"
        );
    }
}

#[test]
fn numbers_are_read_and_written() {
    assert_eq!(exact(&q("1.880")), "1.88");
    assert_eq!(exact(&q("-0.5")), "-0.5");
    assert_eq!(exact(&q("1/3")), "1/3");
    assert_eq!(
        exact(&BigRational::new(BigInt::from(1), BigInt::from(1u64 << 12))),
        "0.000244140625"
    );
    assert_eq!(
        exact(&BigRational::new(BigInt::from(1), BigInt::from(1u64 << 13))),
        "1/8192"
    );
    for bad in ["", "-", "1e3", ".5", "5.", "1,5", "+1", " 1", "1.2.3"] {
        assert_eq!(decimal(bad), None, "{bad:?}");
    }
}

#[test]
fn proportional_as_in_the_method() {
    let set = one(
        json!(2),
        json!({ "kind": "proportional", "of": "a", "over": "b" }),
        json!([count("a"), count("b")]),
    );
    expect(&set, json!({ "a": 47, "b": 50 }), "scored", "1.88", "2");
    expect(&set, json!({ "a": 0, "b": 50 }), "scored", "0", "2");
    expect(&set, json!({ "b": 50 }), "missing", "0", "2");
    expect(&set, json!({ "a": "", "b": "năm" }), "invalid", "0", "2");
    expect(&set, json!({ "a": na(), "b": null }), "missing", "0", "2");
    expect(
        &set,
        json!({ "a": na(), "b": 50 }),
        "not_applicable",
        "0",
        "0",
    );
    // D6: the numerator is looked at before the denominator's zero.
    let over = run(&set, json!({ "a": 1, "b": 0 }));
    assert_eq!(
        (line(&over), names(&over)),
        (
            line_of("invalid", "0", "2"),
            vec![("numerator_above_denominator", "c")]
        )
    );
    let zero = run(&set, json!({ "a": 0, "b": 0 }));
    assert_eq!(
        (line(&zero), names(&zero)),
        (
            line_of("invalid", "0", "2"),
            vec![("zero_denominator", "c")]
        )
    );
    assert!(zero.complete && zero.diagnostics.len() == 1);
}

#[test]
fn zero_denominators_and_allow_over() {
    for (says, status, points, max) in [
        ("zero", "scored", "0", "2"),
        ("full", "scored", "2", "2"),
        ("not_applicable", "not_applicable", "0", "0"),
    ] {
        let rule = json!({ "kind": "proportional", "of": "a", "over": "b", "zero_denominator": says, "allow_over": true });
        let set = one(json!(2), rule, json!([count("a"), count("b")]));
        expect(&set, json!({ "a": 5, "b": 0 }), status, points, max);
        expect(&set, json!({ "a": 5, "b": 4 }), "scored", "2", "2");
    }
}

#[test]
fn tiers_of_both_styles() {
    let rule = json!({ "kind": "tiers", "of": "a", "over": "b", "otherwise": "0.25", "steps": [
        { "at_least": 90, "points": 2 }, { "more_than": 50, "points": 1 }, { "at_least": 50, "points": "0.5" } ] });
    let set = one(json!(2), rule, json!([count("a"), count("b")]));
    for (a, points) in [(90, "2"), (89, "1"), (51, "1"), (50, "0.5"), (49, "0.25")] {
        expect(&set, json!({ "a": a, "b": 100 }), "scored", points, "2");
    }
}

#[test]
fn stepwise_counts_full_steps_only() {
    let rule = json!({ "kind": "stepwise", "fact": "n", "base_at": 10, "base": 1, "per": 5, "each": "0.5", "cap": "2.25" });
    let set = one(json!("2.25"), rule, json!([count("n")]));
    for (n, points) in [
        (0, "1"),
        (10, "1"),
        (14, "1"),
        (15, "1.5"),
        (24, "2"),
        (25, "2.25"),
        (1000, "2.25"),
    ] {
        expect(&set, json!({ "n": n }), "scored", points, "2.25");
    }
}

#[test]
fn items_and_choices() {
    let keys = json!([{ "id": "a" }, { "id": "b" }, { "id": "c" }]);
    let facts = json!([{ "id": "i", "type": "items", "keys": keys }, { "id": "k", "type": "choice", "keys": keys }]);
    let points = json!({ "a": 1, "b": "0.5", "c": 2 });
    let check = one(
        json!(3),
        json!({ "kind": "checklist", "fact": "i", "points": points }),
        facts.clone(),
    );
    expect(&check, json!({ "i": ["a", "b"] }), "scored", "1.5", "3");
    expect(&check, json!({ "i": ["c", "b", "a"] }), "scored", "3", "3");
    expect(&check, json!({ "i": [] }), "scored", "0", "3");
    expect(&check, json!({ "i": ["a", "a"] }), "invalid", "0", "3");
    expect(&check, json!({ "i": "a" }), "scored", "1", "3");
    expect(&check, json!({ "i": " a | c " }), "scored", "3", "3");
    expect(&check, json!({ "i": "a|a" }), "invalid", "0", "3");
    expect(&check, json!({ "i": "a||b" }), "invalid", "0", "3");
    expect(&check, json!({ "i": true }), "invalid", "0", "3");
    let per = one(
        json!(1),
        json!({ "kind": "per_item", "fact": "i", "each": "0.4" }),
        facts.clone(),
    );
    expect(&per, json!({ "i": ["a", "b"] }), "scored", "0.8", "1");
    expect(&per, json!({ "i": ["a", "b", "c"] }), "scored", "1", "1");
    let choice = one(
        json!(2),
        json!({ "kind": "choice", "fact": "k", "points": points }),
        facts,
    );
    expect(&choice, json!({ "k": "b" }), "scored", "0.5", "2");
    expect(&choice, json!({ "k": "d" }), "invalid", "0", "2");
}

#[test]
fn answers_of_every_type() {
    let facts = json!([
        { "id": "amount", "type": "amount", "min": -5, "max": 5 },
        { "id": "percent", "type": "percent" },
        { "id": "rollup", "type": "rollup" },
        { "id": "points", "type": "points", "max": 2, "step": "0.25" },
        yes_no("yes"),
        count("count"),
    ]);
    let set = json!({ "max": 0, "facts": facts, "groups": [] });
    let faulty =
        |fact: &str, value: Value| !run(&set, json!({ fact: value })).diagnostics.is_empty();
    let good = [
        ("amount", json!("-4.999999")),
        ("percent", json!("87.500")),
        ("rollup", json!("2357/29")),
        ("points", json!("1.75")),
        ("yes", json!("co\u{301}")),
        ("yes", json!(" KHÔNG ")),
        ("count", json!("12")),
        ("count", json!(1_000_000_000)),
        ("count", na()),
    ];
    for (fact, value) in good {
        assert!(!faulty(fact, value.clone()), "{fact} {value}");
    }
    let bad = [
        ("amount", json!("0.0000001")),
        ("amount", json!(6)),
        ("percent", json!("87.501")),
        ("percent", json!(101)),
        ("rollup", json!("301/3")),
        ("rollup", json!("1/0")),
        ("points", json!("1.8")),
        ("points", json!("2.25")),
        ("yes", json!(1)),
        ("yes", json!("có lẽ")),
        ("count", json!("1.5")),
        ("count", json!(-1)),
        ("count", json!(1_000_000_001)),
        ("count", json!(true)),
        ("count", json!({ "not_applicable": " " })),
        ("percent", na()),
    ];
    for (fact, value) in bad {
        assert!(faulty(fact, value.clone()), "{fact} {value}");
    }
}

/// Two yes/no criteria of 3 and 1 in group `a`, one of 6 in group `b`.
fn two_groups(policies: Value) -> Value {
    json!({
        "max": 10,
        "policies": policies,
        "facts": [yes_no("x"), yes_no("y"), yes_no("z")],
        "groups": [
            { "id": "a", "max": 4, "criteria": [
                { "id": "a.1", "max": 3, "rule": { "kind": "yes_no", "fact": "x" } },
                { "id": "a.2", "max": 1, "rule": { "kind": "yes_no", "fact": "y", "no": "0.5" } } ] },
            { "id": "b", "max": 6, "criteria": [ { "id": "b.1", "max": 6, "rule": { "kind": "yes_no", "fact": "z" } } ] },
        ],
    })
}

#[test]
fn not_applicable_policies() {
    let answers = json!({ "x": na(), "y": false, "z": true });
    for (policy, points, max, share) in [
        ("exclude", "6.5", "7", "13/14"),
        ("zero", "6.5", "10", "0.65"),
        ("full", "9.5", "10", "0.95"),
    ] {
        let total = run(
            &two_groups(json!({ "not_applicable": policy })),
            answers.clone(),
        )
        .total;
        let got = (
            exact(&total.points),
            exact(&total.applicable_max),
            exact(&total.share.unwrap()),
        );
        assert_eq!(
            got,
            (points.to_owned(), max.to_owned(), share.to_owned()),
            "{policy}"
        );
    }
}

#[test]
fn rescaling() {
    // Group a: 0.5 of 1, so 2 of 4; group b: 6 of 6.
    let answers = json!({ "x": na(), "y": false, "z": true });
    let by_group = run(&two_groups(json!({ "rescale": "group" })), answers.clone());
    assert_eq!(exact(&by_group.groups[0].points), "2");
    assert_eq!(exact(&by_group.groups[0].share.clone().unwrap()), "0.5");
    assert_eq!(
        (
            exact(&by_group.total.points),
            exact(&by_group.total.applicable_max)
        ),
        ("8".into(), "10".into())
    );
    // 6.5 of 7, so 9.2857... of 10.
    let by_total = run(&two_groups(json!({ "rescale": "total" })), answers);
    assert_eq!(exact(&by_total.total.points), "9.29");
    assert_eq!(exact(&by_total.total.before_rescale), "6.5");
    assert_eq!(exact(&by_total.total.share.unwrap()), "13/14");
    // A group without a share brings nothing.
    let all_of_a = run(
        &two_groups(json!({ "rescale": "group" })),
        json!({ "x": na(), "y": na(), "z": true }),
    );
    assert!(all_of_a.groups[0].excluded && all_of_a.groups[0].share.is_none());
    assert_eq!(
        (
            exact(&all_of_a.total.points),
            exact(&all_of_a.total.applicable_max)
        ),
        ("6".into(), "6".into())
    );
    // Nothing left at all.
    let nothing = run(
        &two_groups(json!({ "rescale": "total" })),
        json!({ "x": na(), "y": na(), "z": na() }),
    );
    assert_eq!(
        (exact(&nothing.total.points), nothing.total.share),
        ("0".into(), None)
    );
}

#[test]
fn stages_of_rounding() {
    // Twice a third of 1, in one group.
    let set = |stage: &str| {
        json!({
            "max": 2,
            "policies": { "rounding": { "stage": stage, "places": 2, "mode": "half_up" } },
            "facts": [count("a"), count("b")],
            "groups": [{ "id": "g", "max": 2, "criteria": [
                { "id": "c", "max": 1, "rule": { "kind": "proportional", "of": "a", "over": "b" } },
                { "id": "d", "max": 1, "rule": { "kind": "proportional", "of": "a", "over": "b" } } ] }],
        })
    };
    for (stage, line, group, total) in [
        ("criterion", "0.67", "1.34", "1.34"),
        ("group", "2/3", "1.33", "1.33"),
        ("total", "2/3", "4/3", "1.33"),
    ] {
        let outcome = run(&set(stage), json!({ "a": 2, "b": 3 }));
        assert_eq!(exact(&outcome.criteria[0].points), line);
        assert_eq!(exact(&outcome.groups[0].points), group);
        assert_eq!(exact(&outcome.total.points), total);
    }
}

#[test]
fn penalties_and_floor() {
    let set = |floor: Value| {
        json!({
            "max": 1,
            "facts": [yes_no("x"), count("n")],
            "groups": [{ "id": "g", "max": 1, "floor": floor, "criteria": [
                { "id": "c", "max": 1, "rule": { "kind": "yes_no", "fact": "x" } },
                { "id": "d", "max": 0, "min": -5,
                  "rule": { "kind": "deduct", "rule": { "kind": "per_item", "fact": "n", "each": "0.5", "max": 5 } } } ] }],
        })
    };
    for (floor, n, sum, points) in [
        (0, 1, "0.5", "0.5"),
        (0, 4, "-1", "0"),
        (-3, 4, "-1", "-1"),
        (-3, 100, "-4", "-3"),
    ] {
        let outcome = run(&set(json!(floor)), json!({ "x": true, "n": n }));
        assert_eq!(exact(&outcome.groups[0].sum), sum);
        assert_eq!(exact(&outcome.groups[0].points), points);
        assert_eq!(exact(&outcome.total.applicable_max), "1");
    }
}

#[test]
fn bonus_and_its_cap() {
    let set = |cap: Value| {
        json!({
            "max": 2,
            "policies": { "bonus_cap": cap },
            "facts": [yes_no("x"), yes_no("y"), count("n")],
            "groups": [{ "id": "g", "max": 2, "floor": -9, "criteria": [
                { "id": "c", "max": 2, "rule": { "kind": "yes_no", "fact": "x" } },
                { "id": "d", "max": 3, "bonus": true, "rule": { "kind": "yes_no", "fact": "y" } },
                { "id": "e", "max": 0, "min": -9,
                  "rule": { "kind": "deduct", "rule": { "kind": "per_item", "fact": "n", "each": 1, "max": 9 } } } ] }],
        })
    };
    for (cap, x, n, points, excess, share) in [
        (json!(null), true, 0, "5", "0", "2.5"),
        (json!("1.5"), true, 0, "3.5", "1.5", "1.75"),
        // D16: the cut doesn't take the total under 0, and doesn't deepen a negative one.
        (json!(1), false, 2, "0", "1", "0"),
        (json!(1), false, 7, "-4", "0", "-2"),
    ] {
        let total = run(&set(cap), json!({ "x": x, "y": true, "n": n })).total;
        let got = (
            exact(&total.points),
            exact(&total.bonus_excess),
            exact(&total.share.unwrap()),
        );
        assert_eq!(
            got,
            (points.to_owned(), excess.to_owned(), share.to_owned())
        );
    }
}

fn with_policy(mut set: Value, policy: &str) -> Value {
    set["policies"] = json!({ "not_applicable": policy });
    set
}

#[test]
fn best_of_passes_over() {
    let rule = json!({ "kind": "best_of", "rules": [
        { "kind": "yes_no", "fact": "x", "max": 3 }, { "kind": "yes_no", "fact": "y", "max": 5 } ] });
    let set = one(json!(5), rule, json!([yes_no("x"), yes_no("y")]));
    expect(&set, json!({ "x": true, "y": true }), "scored", "5", "5");
    expect(&set, json!({ "x": true, "y": false }), "scored", "3", "5");
    expect(&set, json!({ "x": true }), "scored", "3", "5");
    expect(&set, json!({ "x": true, "y": na() }), "scored", "3", "5");
    expect(&set, json!({ "x": true, "y": 7 }), "invalid", "0", "5");
    expect(&set, json!({ "x": na() }), "missing", "0", "5");
    expect(
        &set,
        json!({ "x": na(), "y": na() }),
        "not_applicable",
        "0",
        "0",
    );
}

#[test]
fn sum_with_a_branch_that_does_not_apply() {
    let rule = json!({ "kind": "sum", "cap": 4, "rules": [
        { "kind": "yes_no", "fact": "x", "max": 3 }, { "kind": "yes_no", "fact": "y", "max": 2 } ] });
    let set = one(json!(4), rule, json!([yes_no("x"), yes_no("y")]));
    expect(&set, json!({ "x": true, "y": true }), "scored", "4", "4");
    expect(&set, json!({ "x": true, "y": na() }), "scored", "3", "3");
    expect(&set, json!({ "x": na(), "y": true }), "scored", "2", "2");
    expect(&set, json!({ "x": true }), "missing", "0", "4");
    expect(&set, json!({ "x": na() }), "missing", "0", "2");
    expect(
        &set,
        json!({ "x": na(), "y": na() }),
        "not_applicable",
        "0",
        "0",
    );
    expect(
        &with_policy(set.clone(), "zero"),
        json!({ "x": na(), "y": true }),
        "scored",
        "2",
        "4",
    );
    expect(
        &with_policy(set.clone(), "full"),
        json!({ "x": na(), "y": false }),
        "scored",
        "3",
        "4",
    );
    expect(
        &with_policy(set, "full"),
        json!({ "x": na(), "y": true }),
        "scored",
        "4",
        "4",
    );
}

#[test]
fn what_a_branch_lost_is_passed_up() {
    let sum = json!({ "kind": "sum", "max": 5, "rules": [
        { "kind": "yes_no", "fact": "x", "max": 3 }, { "kind": "yes_no", "fact": "y", "max": 2 } ] });
    let gate = json!({ "kind": "gate", "when": { "fact": "n", "at_least": 1 }, "rule": sum, "otherwise": 7 });
    let set = one(
        json!(7),
        gate,
        json!([yes_no("x"), yes_no("y"), count("n")]),
    );
    expect(
        &set,
        json!({ "n": 1, "x": true, "y": na() }),
        "scored",
        "3",
        "5",
    );
    expect(
        &set,
        json!({ "n": 0, "x": true, "y": na() }),
        "scored",
        "7",
        "7",
    );
    let best = json!({ "kind": "best_of", "rules": [sum, { "kind": "per_item", "fact": "n", "each": 1, "max": 4 }] });
    let set = one(
        json!(5),
        best,
        json!([yes_no("x"), yes_no("y"), count("n")]),
    );
    expect(
        &set,
        json!({ "n": 2, "x": true, "y": na() }),
        "scored",
        "3",
        "3",
    );
    // At a tie the first branch is taken.
    expect(
        &set,
        json!({ "n": 3, "x": true, "y": na() }),
        "scored",
        "3",
        "3",
    );
    expect(
        &set,
        json!({ "n": 4, "x": true, "y": na() }),
        "scored",
        "4",
        "5",
    );
}

#[test]
fn gate_needs_only_the_branch_it_takes() {
    let rule = json!({ "kind": "gate", "when": { "fact": "x", "is": true }, "otherwise": 1,
        "rule": { "kind": "proportional", "of": "a", "over": "b", "max": 4 } });
    let set = one(json!(4), rule, json!([yes_no("x"), count("a"), count("b")]));
    expect(
        &set,
        json!({ "x": true, "a": 1, "b": 2 }),
        "scored",
        "2",
        "4",
    );
    expect(&set, json!({ "x": true, "a": 1 }), "missing", "0", "4");
    expect(&set, json!({ "x": false, "a": 1 }), "scored", "1", "4");
    expect(&set, json!({ "a": 1, "b": 2 }), "missing", "0", "4");
    expect(
        &set,
        json!({ "x": "maybe", "a": 1, "b": 2 }),
        "invalid",
        "0",
        "4",
    );
    expect(
        &set,
        json!({ "x": na(), "a": 1, "b": 2 }),
        "not_applicable",
        "0",
        "0",
    );
    // No fault of a branch that isn't taken.
    assert!(
        run(&set, json!({ "x": false, "a": 2, "b": 1 }))
            .diagnostics
            .is_empty()
    );
}

#[test]
fn cohorts() {
    let units: Vec<Value> = [json!(2), json!(5), json!(8), json!(-1), json!(null)]
        .iter()
        .map(|n| answer(json!({ "n": n })))
        .collect();
    let cohort: Vec<&Value> = units.iter().collect();
    let of = |kind: &str, unit: &Value, cohort: Option<&[&Value]>| {
        let set = one(
            json!(3),
            json!({ "kind": kind, "fact": "n" }),
            json!([count("n")]),
        );
        score(&set, unit, SELF, cohort)
    };
    let points = |kind: &str, unit: &Value| line(&of(kind, unit, Some(&cohort))).1;
    assert_eq!(points("cohort_max", &units[0]), "0.75");
    assert_eq!(points("cohort_max", &units[2]), "3");
    assert_eq!(points("cohort_min_max", &units[0]), "0");
    assert_eq!(points("cohort_min_max", &units[1]), "1.5");
    let alone = [&units[1]];
    assert_eq!(line(&of("cohort_min_max", &units[1], Some(&alone))).1, "3");
    let zero = answer(json!({ "n": 0 }));
    assert_eq!(line(&of("cohort_max", &zero, Some(&[&zero]))).1, "0");
    // Outside: [2, 8] is widened to [2, 10], and to [1, 8].
    let (high, low) = (answer(json!({ "n": 10 })), answer(json!({ "n": 1 })));
    let outcome = of("cohort_max", &high, Some(&cohort));
    assert_eq!(
        (line(&outcome).1.as_str(), names(&outcome)),
        ("3", vec![("outside_cohort", "c")])
    );
    assert_eq!(line(&of("cohort_min_max", &low, Some(&cohort))).1, "0");
    // No statistics.
    let outcome = of("cohort_max", &units[0], None);
    assert_eq!(
        (line(&outcome), names(&outcome)),
        (line_of("missing", "0", "3"), vec![("no_cohort", "c")])
    );
    let outcome = of("cohort_max", &units[0], Some(&cohort[3..]));
    assert_eq!(names(&outcome), vec![("no_cohort", "c")]);
    assert!(!outcome.complete);
}

#[test]
fn evidence() {
    let set = |policy: &str| {
        let mut set = one(
            json!(2),
            json!({ "kind": "yes_no", "fact": "x" }),
            json!([yes_no("x")]),
        );
        set["policies"] = json!({ "missing_evidence": policy });
        set["groups"][0]["criteria"][0]["evidence"] = json!(true);
        set
    };
    for (policy, points) in [("warn", "2"), ("zero", "0")] {
        let bare = run(&set(policy), json!({ "x": "có" }));
        assert_eq!(
            (line(&bare), names(&bare)),
            (
                line_of("scored", points, "2"),
                vec![("missing_evidence", "c")]
            )
        );
        assert!(
            run(&set(policy), json!({ "x": false }))
                .diagnostics
                .is_empty()
        );
        let backed = json!({ "facts": { "x": "có" }, "evidence": { "c": [{ "number": "12" }] } });
        let backed = score(&set(policy), &backed, SELF, None);
        assert_eq!(
            (line(&backed).1.as_str(), backed.diagnostics.len()),
            ("2", 0)
        );
    }
}

#[test]
fn layers_and_unknown_facts() {
    let set = one(
        json!(3),
        json!({ "kind": "per_item", "fact": "n", "each": 1 }),
        json!([count("n")]),
    );
    let with = |verified: Value| json!({ "facts": { "n": 3, "lạ": 1 }, "verified": verified });
    let points = |verified: Value, layer| {
        let outcome = score(&set, &with(verified), layer, None);
        assert!(names(&outcome).contains(&("unknown_fact", "lạ")));
        line(&outcome)
    };
    assert_eq!(points(json!({ "n": 1 }), SELF).1, "3");
    assert_eq!(points(json!({ "n": 1 }), Layer::Verified).1, "1");
    assert_eq!(points(json!({ "n": null }), Layer::Verified).1, "3");
    assert_eq!(points(json!({}), Layer::Verified).1, "3");
    assert_eq!(
        points(json!({ "n": na() }), Layer::Verified).0,
        "not_applicable"
    );
    assert_eq!(points(json!({ "n": "?" }), Layer::Verified).0, "invalid");
}

#[test]
fn bands() {
    let set = |first: Value| {
        let mut set = two_groups(json!({}));
        let mut first_band = json!({ "id": "tot", "on": "share", "at_least": 70 });
        first_band
            .as_object_mut()
            .unwrap()
            .extend(first.as_object().unwrap().clone());
        set["bands"] = json!([
            first_band, { "id": "kha", "on": "share", "more_than": 65 }, { "id": "yeu", "on": "share" } ]);
        set
    };
    let band = |set: &Value, x, y, z| run(set, json!({ "x": x, "y": y, "z": z })).band.unwrap();
    let plain = set(json!({}));
    assert_eq!(band(&plain, json!(false), json!(true), json!(true)), "tot");
    assert_eq!(band(&plain, json!(false), json!(false), json!(true)), "yeu");
    let strict = set(json!({ "min_group_share": { "a": 50 } }));
    assert_eq!(band(&strict, json!(false), json!(true), json!(true)), "kha");
    assert_eq!(band(&strict, json!(true), json!(true), json!(true)), "tot");
    // Excluded: met.
    assert_eq!(band(&strict, na(), na(), json!(true)), "tot");
    let every = set(json!({ "min_criterion_share": 50 }));
    assert_eq!(band(&every, json!(true), json!(false), json!(true)), "tot");
    assert_eq!(band(&every, json!(false), json!(true), json!(true)), "kha");
}

#[test]
fn ranks() {
    let entry = |id: &str, key: Option<&str>, breaker: &str| Entry {
        id: id.to_owned(),
        key: key.map(q),
        breakers: vec![q(breaker)],
    };
    let units = [
        entry("a", Some("5"), "1"),
        entry("b", Some("7.5"), "0"),
        entry("c", None, "9"),
        entry("d", Some("5"), "1"),
        entry("e", Some("5"), "2"),
        entry("f", Some("-1"), "2"),
    ];
    let ranks = |ties| {
        rank(&units, ties)
            .into_iter()
            .map(|(_, rank)| rank.unwrap_or(0))
            .collect::<Vec<_>>()
    };
    assert_eq!(ranks(Ties::Competition), [3, 1, 0, 3, 2, 5]);
    assert_eq!(ranks(Ties::Dense), [3, 1, 0, 3, 2, 4]);
}

#[test]
fn reports_are_compared_to_the_last_digit() {
    let set = two_groups(json!({}));
    let outcome = run(&set, json!({ "x": true, "y": false, "lạ": 1 }));
    let mut report = json!({
        "complete": false, "band": null,
        "total": { "points": "3.5", "applicable_max": "10", "share": "0.35", "bonus_excess": "0", "before_rescale": "3.5" },
        "groups": [
            { "id": "a", "sum": "3.5", "points": "3.5", "applicable_max": "4", "share": "0.875", "excluded": false },
            { "id": "b", "sum": "0", "points": "0", "applicable_max": "6", "share": "0", "excluded": false } ],
        "criteria": [
            { "id": "a.1", "status": "scored", "points": "3", "applicable_max": "3" },
            { "id": "a.2", "status": "scored", "points": "0.5", "applicable_max": "1" },
            { "id": "b.1", "status": "missing", "points": "0", "applicable_max": "6" } ],
        "diagnostics": [{ "name": "unknown_fact", "fact": "lạ" }],
    });
    assert_eq!(differences(&report, &outcome), Vec::<String>::new());
    report["total"]["share"] = json!("0.3500001");
    report["diagnostics"] = json!([]);
    assert_eq!(differences(&report, &outcome).len(), 2);
}
