//! A table's cells: what a blank one means and what it doesn't.
#![cfg(feature = "csv")]
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::{CriteriaSet, NumberStyle, Status, Submission, TableStyle};

const SET: &str = r#"
format = 1
id = "thu/bang"
version = "1.0.0"
status = "official"
agency_group = "thu"
max = 2
title = { vi = "Thử", en = "Trial" }
document = { number = "1", date = 2018-01-01, issuer = { vi = "Ai đó", en = "Someone" }, title = { vi = "Thử", en = "Trial" } }
sources = { nguon = { document = "1" } }

[[facts]]
id = "thong-tin"
type = "items"
title = { vi = "Thông tin có trên trang", en = "What the page has" }
keys = [
  { id = "dia-chi", title = { vi = "Địa chỉ", en = "Address" } },
  { id = "lich", title = { vi = "Lịch", en = "Calendar" } },
]

[[groups]]
id = "i"
number = "I"
title = { vi = "Một", en = "One" }
max = 2

[[groups.criteria]]
id = "i.1"
number = "1"
title = { vi = "Thông tin", en = "Information" }
max = 2
rule = { kind = "checklist", fact = "thong-tin", points = { dia-chi = 1, lich = 1 } }
basis = { status = "official", source = "nguon", item = "1" }
"#;

/// A blank cell is no answer; nothing ticked is one, and needs a way to be written.
#[test]
fn nothing_ticked_is_not_a_missing_answer() {
    let set = CriteriaSet::parse_toml(SET).unwrap();
    let table =
        "unit;thong-tin\na;\nb;-\nc;không\nd;Kho\u{302}ng\ne;dia-chi|lich\nf;lich\ng;không có\n";
    for style in [NumberStyle::Comma, NumberStyle::Unstated] {
        let rows = Submission::from_csv(table, TableStyle::numbers(style)).unwrap();
        let scores = rows.iter().map(|row| {
            let report = set.score(row);
            let score = report.criterion("i.1").unwrap();
            (
                row.unit().unwrap().to_owned(),
                score.status,
                score.points.to_string(),
            )
        });
        let of = |unit: &str, status, points: &str| (unit.to_owned(), status, points.to_owned());
        assert_eq!(
            scores.collect::<Vec<_>>(),
            [
                of("a", Status::Missing, "0"),
                of("b", Status::Scored, "0"),
                of("c", Status::Scored, "0"),
                of("d", Status::Scored, "0"),
                of("e", Status::Scored, "2"),
                of("f", Status::Scored, "1"),
                of("g", Status::Invalid, "0"),
            ]
        );
    }
}
