//! What `diff` says of each kind of change, in both languages, and that it leaves nothing out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write as _;

use cqdt::{CriteriaSet, Lang, SetDiff, diff};
use cqdt_oracle::strategies::cases;
use proptest::prelude::*;
use serde_json::Value;

const OLD: &str = r#"
format = 1
id = "vi-du/cap-xa"
version = "1.0.0"
status = "reconstructed"
agency_group = "cap-xa"
max = 20
title = { vi = "Bộ tiêu chí ví dụ", en = "An example set" }

[document]
number = "1/QĐ-UBND"
date = 2018-07-05
issuer = { vi = "UBND tỉnh", en = "The province" }
title = { vi = "Ban hành bộ tiêu chí", en = "On the criteria" }

[[bands]]
id = "tot"
title = { vi = "Tốt", en = "Good" }
on = "share"
at_least = 85

[[bands]]
id = "kha"
title = { vi = "Khá", en = "Fair" }
on = "share"
at_least = 70

[sources.qd]
document = "Quyết định 1/QĐ-UBND"

[[facts]]
id = "may"
type = "count"
title = { vi = "Số máy tính", en = "Computers" }

[[facts]]
id = "cb"
type = "count"
title = { vi = "Số cán bộ", en = "Staff" }

[[facts]]
id = "trang"
type = "yes_no"
title = { vi = "Có trang thông tin", en = "Has a page" }

[[facts]]
id = "muc"
type = "choice"
title = { vi = "Mức độ", en = "Level" }
keys = [{ id = "a", title = { vi = "Mức a", en = "Level a" } }, { id = "b", title = { vi = "Mức b", en = "Level b" } }]

[[groups]]
id = "i"
number = "I"
title = { vi = "Hạ tầng", en = "Infrastructure" }
max = 12

[[groups.criteria]]
id = "i.1"
number = "1"
title = { vi = "Cán bộ có máy tính", en = "Staff with computers" }
max = 2
rule = { kind = "proportional", of = "may", over = "cb" }
basis = { status = "reconstructed", source = "qd", item = "I.1" }

[[groups.criteria]]
id = "i.2"
number = "2"
title = { vi = "Số máy tính", en = "Number of computers" }
max = 5
rule = { kind = "tiers", fact = "may", steps = [{ at_least = 90, points = 5 }, { at_least = 50, points = 2.5 }] }
basis = { status = "reconstructed", source = "qd", item = "I.2" }

[[groups.criteria]]
id = "i.3"
number = "3"
title = { vi = "Mức độ trang", en = "Level of the page" }
max = 5
rule = { kind = "choice", fact = "muc", points = { a = 5, b = 1 } }
basis = { status = "reconstructed", source = "qd", item = "I.3" }

[[groups]]
id = "ii"
number = "II"
title = { vi = "Kết quả", en = "Results" }
max = 8

[[groups.criteria]]
id = "ii.1"
number = "1"
title = { vi = "Trang thông tin", en = "Page" }
max = 8
rule = { kind = "yes_no", fact = "trang" }
basis = { status = "reconstructed", source = "qd", item = "II.1" }
"#;

fn set(text: &str) -> CriteriaSet {
    CriteriaSet::parse_toml(text).unwrap_or_else(|error| panic!("{error}"))
}

/// The example with some texts replaced; each must be there.
fn changed(edits: &[(&str, &str)]) -> SetDiff {
    let mut text = OLD.to_owned();
    for (old, new) in edits {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    diff(&set(OLD), &set(&text))
}

/// Both languages, line by line.
fn both(diff: &SetDiff) -> String {
    let mut text = String::new();
    for change in &diff.changes {
        writeln!(text, "{}", change.message(Lang::Vi)).unwrap();
        writeln!(text, "    {}", change.message(Lang::En)).unwrap();
    }
    text
}

#[test]
fn nothing_changed() {
    let same = diff(&set(OLD), &set(OLD));
    assert!(same.is_empty() && !same.reuses_version());
    assert_eq!(same.message(Lang::Vi), "");
}

#[test]
fn maxima_titles_and_the_set_itself() {
    let diff = changed(&[
        ("version = \"1.0.0\"", "version = \"1.1.0\""),
        ("max = 20", "max = 20.5"),
        ("max = 12", "max = 12.5"),
        ("max = 2\n", "max = 2.5\n"),
        (
            "en = \"Staff with computers\"",
            "en = \"Staff who have computers\"",
        ),
        (
            "vi = \"Trang thông tin\", en = \"Page\"",
            "vi = \"Có trang\", en = \"Has a page\"",
        ),
        (
            "issuer = { vi = \"UBND tỉnh\"",
            "issuer = { vi = \"UBND tỉnh Phú Thọ\"",
        ),
        ("item = \"II.1\"", "item = \"II.1.2\", note = \"đã sửa\""),
    ]);
    assert!(!diff.reuses_version());
    insta::assert_snapshot!(both(&diff));
}

#[test]
fn policies_ranking_and_bands() {
    let tables = r#"
[policies]
rounding = { stage = "group", places = 1, mode = "half_even" }
not_applicable = "zero"
bonus_cap = 2.5

[ranking]
by = "group"
group = "ii"
ties = "dense"
tie_breakers = ["ii", "i"]

[[bands]]
id = "xuat-sac"
title = { vi = "Xuất sắc", en = "Excellent" }
on = "share"
more_than = 95.5
min_group_share = { i = 50 }

[[bands]]"#;
    let diff = changed(&[
        (
            "\n[[bands]]\nid = \"tot\"",
            &format!("{tables}\nid = \"tot\""),
        ),
        ("at_least = 70", "more_than = 70"),
    ]);
    assert!(diff.reuses_version());
    insta::assert_snapshot!(both(&diff));
}

#[test]
fn rules_field_by_field() {
    let diff = changed(&[
        (
            "{ at_least = 90, points = 5 }, { at_least = 50, points = 2.5 }",
            "{ at_least = 95, points = 5 }, { at_least = 50, points = 3 }",
        ),
        ("points = { a = 5, b = 1 }", "points = { a = 5, b = 1.5 }"),
        (
            "over = \"cb\"",
            "over = \"cb\", zero_denominator = \"zero\"",
        ),
        (
            "rule = { kind = \"yes_no\", fact = \"trang\" }",
            "rule = { kind = \"best_of\", rules = [{ kind = \"yes_no\", fact = \"trang\", max = 8 }, { kind = \"choice\", fact = \"muc\", points = { a = 4, b = 0.5 }, max = 4 }] }",
        ),
    ]);
    insta::assert_snapshot!(both(&diff));
}

#[test]
fn criteria_and_facts_come_go_and_move() {
    let one = r#"[[groups.criteria]]
id = "i.1"
number = "1"
title = { vi = "Cán bộ có máy tính", en = "Staff with computers" }
max = 2
rule = { kind = "proportional", of = "may", over = "cb" }
basis = { status = "reconstructed", source = "qd", item = "I.1" }
"#;
    let more = r#"
[[groups.criteria]]
id = "ii.2"
number = "2"
title = { vi = "Có mạng nội bộ", en = "Has a local network" }
max = 1
rule = { kind = "yes_no", fact = "mang" }
basis = { status = "reconstructed", source = "qd", item = "II.2" }
"#;
    let tail = "basis = { status = \"reconstructed\", source = \"qd\", item = \"II.1\" }\n";
    let diff = changed(&[
        (one, ""),
        (tail, &format!("{tail}{more}{one}")),
        ("max = 12", "max = 10"),
        ("max = 8\n\n", "max = 11\n\n"),
        ("max = 20", "max = 21"),
        (
            "id = \"trang\"\ntype = \"yes_no\"",
            "id = \"mang\"\ntype = \"yes_no\"\ntitle = { vi = \"Có mạng\", en = \"Has a network\" }\n\n[[facts]]\nid = \"trang\"\ntype = \"yes_no\"\nnot_applicable = true",
        ),
        (
            "id = \"b\", title = { vi = \"Mức b\"",
            "id = \"b\", title = { vi = \"Mức B\"",
        ),
    ]);
    insta::assert_snapshot!(both(&diff));
    insta::assert_snapshot!("criteria_json", diff.to_json());
}

#[test]
fn the_fewest_parts_move() {
    // The last of the facts goes to the front: one move, not three.
    let muc = OLD.find("[[facts]]\nid = \"muc\"").unwrap();
    let end = OLD.find("[[groups]]").unwrap();
    let first = OLD.find("[[facts]]").unwrap();
    let text = format!(
        "{}{}{}{}",
        &OLD[..first],
        &OLD[muc..end],
        &OLD[first..muc],
        &OLD[end..]
    );
    let diff = diff(&set(OLD), &set(&text));
    insta::assert_snapshot!(both(&diff), @r"
    số liệu `muc` chuyển từ vị trí 4 sang vị trí 1
        fact `muc` moved from position 4 to position 1
    ");
}

/// Two generated sets.
fn pairs() -> impl Strategy<Value = (Value, Value)> {
    (cases(), cases()).prop_map(|(a, b)| (a.set, b.set))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases_wanted(), failure_persistence: None, ..ProptestConfig::default() })]

    /// There is no change exactly where the fingerprints are equal, whatever parts of two sets are mixed.
    #[test]
    fn no_change_exactly_where_fingerprints_are_equal((a, b) in pairs(), key in 0..6_usize) {
        let old = CriteriaSet::parse_json(&a.to_string()).unwrap();
        let key = ["policies", "ranking", "bands", "facts", "groups", "version"][key];
        let mut mixed = a.clone();
        match b.get(key) {
            Some(part) => mixed[key] = part.clone(),
            None => drop(mixed.as_object_mut().unwrap().remove(key)),
        }
        for other in [a, mixed, b] {
            // A mix may not be a valid set.
            let Ok(new) = CriteriaSet::parse_json(&other.to_string()) else { continue };
            let changes = diff(&old, &new);
            prop_assert_eq!(changes.is_empty(), old.fingerprint() == new.fingerprint());
            for lang in [Lang::Vi, Lang::En] {
                prop_assert_eq!(changes.message(lang).lines().count(), changes.changes.len());
            }
        }
    }
}

fn cases_wanted() -> u32 {
    let wanted = std::env::var("CQDT_CASES").ok();
    wanted
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(500)
        .min(2_000)
}
