//! Submissions to a set: good answers, bad ones and none.

use serde_json::{Map, Value, json};

use super::facts::{Fact, Kind};
use super::micro::{self, Micro, ONE};
use super::sets::Blueprint;
use super::tape::Tape;

/// An answer in the making: a number can still be mended, a finished one not.
enum Draft {
    Number(Micro),
    Done(Value),
    Absent,
}

/// How a submission is answered.
#[derive(Clone, Copy)]
struct Manner {
    /// One in so many answers is left out, not applicable, or wrong; 0 for none.
    gaps: usize,
    not_applicable: usize,
    faults: usize,
}

/// Reads a submission off the tape.
pub(crate) fn submission(blueprint: &Blueprint, number: usize, tape: &mut Tape) -> Value {
    let manner = Manner {
        gaps: tape.pick(&[0, 0, 12, 3]),
        not_applicable: tape.pick(&[0, 4, 2, 1]),
        faults: tape.pick(&[0, 0, 12, 3]),
    };
    let mut facts = answers(blueprint, manner, tape);
    if tape.once_in(6) {
        let unknown = tape.pick(&["khong-co", "f999", "F1", "số liệu"]);
        let value = tape.pick(&[
            json!(1),
            json!("x"),
            json!(true),
            json!([]),
            json!({ "not_applicable": "vì" }),
        ]);
        facts.insert(unknown.to_owned(), value);
    }
    let mut submission = json!({ "format": 1, "set": "sinh-ra/bo-tieu-chi", "unit": format!("u{number}"), "facts": facts });
    if tape.below(3) == 2 {
        // Only some answers are overridden.
        let all = answers(
            blueprint,
            Manner {
                gaps: 4,
                not_applicable: 3,
                faults: 12,
            },
            tape,
        );
        let some: Map<String, Value> = all.into_iter().filter(|_| tape.below(3) == 0).collect();
        if tape.below(2) == 1 {
            submission["reasons"] = some
                .keys()
                .map(|id| (id.clone(), json!("lý do")))
                .collect::<Map<_, _>>()
                .into();
        }
        submission["verified"] = some.into();
    }
    let mut evidence = Map::new();
    for id in &blueprint.with_evidence {
        match tape.below(8) {
            0..=4 => {
                evidence.insert(
                    id.clone(),
                    json!([{ "number": "12/BC-UBND", "date": "2018-09-20" }]),
                );
            }
            5 => {
                evidence.insert(id.clone(), json!([]));
            }
            _ => {}
        }
    }
    if !evidence.is_empty() {
        submission["evidence"] = evidence.into();
    }
    submission
}

fn answers(blueprint: &Blueprint, manner: Manner, tape: &mut Tape) -> Map<String, Value> {
    let happens = |one_in: usize, tape: &mut Tape| one_in > 0 && tape.once_in(one_in.max(2));
    let mut drafts: Vec<Draft> = Vec::new();
    for fact in &blueprint.facts {
        let draft = if happens(manner.faults, tape) {
            Draft::Done(fault(fact, tape))
        } else if happens(manner.gaps, tape) {
            tape.pick(&[None, Some(Value::Null), Some(json!(""))])
                .map_or(Draft::Absent, Draft::Done)
        } else if fact.may_be_not_applicable && happens(manner.not_applicable, tape) {
            Draft::Done(json!({ "not_applicable": "không có bộ phận này" }))
        } else {
            good(fact, tape)
        };
        drafts.push(draft);
    }
    if !tape.once_in(6) {
        mend(blueprint, &mut drafts, tape);
    }
    let mut answers = Map::new();
    for (fact, draft) in blueprint.facts.iter().zip(drafts) {
        match draft {
            Draft::Number(value) => {
                answers.insert(fact.id.clone(), written(value, &fact.kind, tape))
            }
            Draft::Done(value) => answers.insert(fact.id.clone(), value),
            Draft::Absent => None,
        };
    }
    answers
}

/// Lowers numerators that are above their denominators, mostly to where a rule changes its mind.
fn mend(blueprint: &Blueprint, drafts: &mut [Draft], tape: &mut Tape) {
    // A numerator may be the denominator of another ratio, so once is not enough; it only ever goes down.
    for _ in 0..3 {
        for pair in &blueprint.pairs {
            let (&Draft::Number(of), &Draft::Number(over)) = (&drafts[pair.of], &drafts[pair.over])
            else {
                continue;
            };
            if of <= over || pair.allow_over {
                continue;
            }
            let percent = if pair.edges.is_empty() || tape.below(3) == 0 {
                let parts: [Micro; 9] = [100, 50, 25, 75, 0, 10, 33, 99, 1];
                tape.pick(&parts) * ONE
            } else {
                tape.pick(&pair.edges).min(100 * ONE)
            };
            let grid = blueprint.facts[pair.of].kind.grid();
            drafts[pair.of] = Draft::Number(over * percent / (100 * ONE) / grid * grid);
        }
    }
}

/// A number as a submission writes it.
fn written(value: Micro, kind: &Kind, tape: &mut Tape) -> Value {
    let plain = micro::json(value, tape);
    match plain {
        // Zeros at the end change nothing.
        Value::String(text)
            if text.contains('.') && !matches!(kind, Kind::Count { .. }) && tape.once_in(4) =>
        {
            Value::from(format!("{text}{}", tape.pick(&["0", "00"])))
        }
        other => other,
    }
}

fn good(fact: &Fact, tape: &mut Tape) -> Draft {
    match &fact.kind {
        Kind::YesNo => {
            let words = [
                "có",
                "co\u{301}",
                "CÓ",
                "x",
                " X ",
                "Yes",
                "1",
                "không",
                "kho\u{302}ng",
                "Không",
                "no",
                "0",
            ];
            Draft::Done(match tape.below(4) {
                0 => json!(true),
                1 => json!(false),
                _ => json!(tape.pick(&words)),
            })
        }
        Kind::Choice { keys } => Draft::Done(json!(tape.pick(keys))),
        Kind::Items { keys } => {
            let mut ticked: Vec<&String> = keys.iter().filter(|_| tape.below(3) > 0).collect();
            if tape.below(2) == 1 {
                ticked.reverse();
            }
            Draft::Done(json!(ticked))
        }
        Kind::Rollup { .. } if tape.below(2) == 0 => {
            let below = tape.pick(&[3, 7, 29, 40, 80, 1]);
            let above = match (fact.edges.is_empty(), tape.below(3)) {
                (false, 0) => tape.pick(&fact.edges) / ONE * below,
                _ => tape.up_to(100 * below),
            };
            Draft::Done(json!(format!("{above}/{below}")))
        }
        kind => Draft::Number(number(kind, &fact.edges, tape)),
    }
}

/// A number within the bounds: round ones, the bounds, edges and their neighbours, anything.
fn number(kind: &Kind, edges: &[Micro], tape: &mut Tape) -> Micro {
    let ((from, to), grid) = (kind.range(), kind.grid());
    let round = [
        8,
        16,
        20,
        25,
        40,
        80,
        1,
        2,
        3,
        4,
        5,
        7,
        0,
        100,
        125,
        200,
        400,
        1000,
        999_999_999,
    ]
    .map(|whole| whole * ONE);
    let drawn = match tape.below(6) {
        0 | 1 => tape.pick(&round),
        2 => tape.pick(&[from, to]),
        3 if !edges.is_empty() => tape.pick(edges),
        4 if !edges.is_empty() => tape.pick(edges) + tape.pick(&[grid, -grid]),
        3 | 4 => tape.pick(&[
            ONE / 8,
            ONE / 3,
            2_675_000,
            5_005_000,
            123_456_789_012_345_678,
            50 * ONE,
            62_500_000,
        ]),
        _ => from + tape.up_to(to - from),
    };
    // To the grid, then within the bounds.
    let cells = drawn.clamp(from, to) - from;
    from + cells / grid * grid
}

/// An answer that is invalid for its fact.
fn fault(fact: &Fact, tape: &mut Tape) -> Value {
    if !fact.may_be_not_applicable && tape.once_in(4) {
        return json!({ "not_applicable": "không được phép" });
    }
    if tape.once_in(5) {
        return tape.pick(&[
            json!({ "not_applicable": "" }),
            json!({ "not_applicable": "  " }),
            json!({ "not_applicable": true }),
            json!({ "na": "lý do" }),
            json!({}),
            json!([[]]),
        ]);
    }
    match &fact.kind {
        Kind::YesNo => tape.pick(&[
            json!("có lẽ"),
            json!(1),
            json!(0),
            json!([]),
            json!("2"),
            json!("k1"),
        ]),
        Kind::Choice { .. } => tape.pick(&[
            json!("k99"),
            json!("K1"),
            json!(1),
            json!(true),
            json!(["k1"]),
        ]),
        Kind::Items { .. } => tape.pick(&[
            json!(["k99"]),
            json!(["k1", "k1"]),
            json!("k1"),
            json!(1),
            json!(true),
            json!([1]),
            json!([null]),
        ]),
        kind => bad_number(kind, tape),
    }
}

fn bad_number(kind: &Kind, tape: &mut Tape) -> Value {
    let (from, to) = kind.range();
    let grid = kind.grid();
    let texts = [
        "abc",
        "1e3",
        "12,5",
        "1.234.567",
        "1/0",
        "NaN",
        "inf",
        "--1",
        "0x10",
        "99999999999999999999999999999999999999999999999999999999999999",
        "-99999999999999999999999999999999999999999999999999999999999999.5",
        "1000000000000.000001",
    ];
    match tape.below(6) {
        0 => json!(tape.pick(&texts)),
        1 => tape.pick(&[
            json!(true),
            json!(false),
            json!([]),
            json!([1]),
            json!(["1"]),
        ]),
        2 => json!(micro::text(to + grid)),
        3 => json!(micro::text(from - grid)),
        4 => tape.pick(&[
            json!(u64::MAX),
            json!(i64::MIN),
            json!("18446744073709551616"),
        ]),
        // Between two values that are allowed.
        _ => match kind {
            Kind::Count { .. } => json!(micro::text(from + grid / 2)),
            Kind::Percent { .. } => json!(micro::text(from + 1_000)),
            Kind::Points { step, .. } => json!(format!("{}1", zero_padded(*step / 2))),
            Kind::Amount { .. } => json!(format!("{}1", zero_padded(from))),
            _ => json!("101/1"),
        },
    }
}

/// With all six decimals, so that one more digit is one decimal too many.
fn zero_padded(value: Micro) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", value.abs() / ONE, value.abs() % ONE)
}
