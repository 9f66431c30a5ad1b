//! The work that speed is measured on: 60 criteria in 6 groups over 107 facts, the mix of kinds that decisions use.

#[cfg(feature = "fast")]
pub mod ceiling;

use std::fmt::Write as _;

use cqdt::CriteriaSet;
use cqdt::batch::{BatchInput, Column, Values};
use cqdt::criteria::FactType;
use serde_json::{Value, json};

/// Large columns are taken and given back with every batch: an allocator that keeps pages spares faulting them in anew,
/// as the allocators that numpy and polars bring along do.
#[cfg(feature = "fast")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many criteria there are of each kind.
const KINDS: [(&str, usize); 9] = [
    ("yes_no", 14),
    ("proportional", 14),
    ("tiers", 8),
    ("per_item", 7),
    ("checklist", 5),
    ("best_of", 3),
    ("choice", 4),
    ("cohort_max", 3),
    ("deduct", 2),
];

/// The criteria set, as JSON text.
pub fn set() -> String {
    set_of(&KINDS)
}

/// A set of so many criteria of each kind, in 6 groups, as JSON text.
pub fn set_of(kinds: &[(&str, usize)]) -> String {
    let mut builder = Builder::default();
    let mut criteria: Vec<Value> = Vec::new();
    for (kind, count) in kinds {
        for _ in 0..*count {
            criteria.push(builder.criterion(kind, criteria.len()));
        }
    }
    let mut groups: Vec<(Vec<Value>, i64)> = vec![(Vec::new(), 0); 6];
    for (index, criterion) in criteria.into_iter().enumerate() {
        let max = criterion["max"].as_i64().unwrap_or_default();
        if let Some((members, sum)) = groups.get_mut(index % 6) {
            members.push(criterion);
            *sum += max;
        }
    }
    let max: i64 = groups.iter().map(|(_, sum)| sum).sum();
    let groups: Vec<Value> = groups
        .into_iter()
        .enumerate()
        .map(|(index, (criteria, max))| {
            let id = format!("g{index}");
            json!({ "id": id, "number": id, "title": text(&id), "max": max, "criteria": criteria })
        })
        .collect();
    json!({
        "format": 1, "id": "do-toc-do/60", "version": "1.0.0", "status": "reconstructed", "agency_group": "cap-xa",
        "max": max, "title": text("60 tiêu chí"),
        "document": { "number": "0", "date": "2018-07-05", "issuer": text("cqdt"), "title": text("cqdt") },
        "bands": [
            { "id": "tot", "title": text("Tốt"), "on": "share", "at_least": 85 },
            { "id": "kha", "title": text("Khá"), "on": "share", "at_least": 70 },
            { "id": "con-lai", "title": text("Còn lại"), "on": "share" }
        ],
        "sources": { "cqdt": { "document": "cqdt" } },
        "facts": builder.facts,
        "groups": groups,
    })
    .to_string()
}

/// A unit's answers, as the JSON text of a submission.
pub fn submission(seed: u64) -> String {
    let set: Value = serde_json::from_str(&set()).unwrap_or_default();
    let mut state = seed;
    let mut next = |below: u64| {
        // SplitMix64: the same numbers everywhere, for good.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    };
    let mut facts = String::new();
    for fact in set["facts"].as_array().into_iter().flatten() {
        let id = fact["id"].as_str().unwrap_or_default();
        let answer = match fact["type"].as_str().unwrap_or_default() {
            "yes_no" => (next(2) == 1).to_string(),
            "percent" => format!("\"{}.{:02}\"", next(100), next(100)),
            "choice" => format!("\"k{}\"", next(4)),
            "items" => {
                let keys: Vec<String> = (0..6)
                    .filter(|_| next(2) == 1)
                    .map(|key| format!("\"k{key}\""))
                    .collect();
                format!("[{}]", keys.join(","))
            }
            _ if id.starts_with("over") => (50 + next(450)).to_string(),
            _ => next(51).to_string(),
        };
        let _ = write!(
            facts,
            "{}\"{id}\":{answer}",
            if facts.is_empty() { "" } else { "," }
        );
    }
    format!(r#"{{"format":1,"set":"do-toc-do/60","unit":"u{seed}","facts":{{{facts}}}}}"#)
}

/// SplitMix64: the same numbers everywhere, for good.
fn mix(state: u64) -> u64 {
    let mut mixed = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The answers of many units, as columns of the narrowest type: what a frame holds.
pub struct Frame {
    rows: usize,
    columns: Vec<(String, Held)>,
    provinces: Vec<u32>,
}

/// A column that owns its values.
pub enum Held {
    /// Yes and no, keys, masks of keys.
    Bytes(Vec<u8>),
    /// Counts.
    Counts(Vec<i32>),
    /// Percentages, in hundredths.
    Hundredths(Vec<i16>),
}

impl Frame {
    /// Units `0..rows` answering the set.
    #[allow(clippy::cast_possible_truncation, reason = "all drawn below what fits")]
    pub fn new(set: &CriteriaSet, rows: usize) -> Self {
        let facts = set.definition().facts.iter().enumerate();
        let columns = facts.map(|(at, fact)| {
            let draws = (0..rows as u64).map(|row| mix(row << 8 | at as u64));
            let held = match &fact.kind {
                FactType::YesNo => Held::Bytes(draws.map(|draw| (draw % 2) as u8).collect()),
                FactType::Choice { keys } => {
                    let count = keys.len() as u64;
                    Held::Bytes(draws.map(|draw| (draw % count) as u8).collect())
                }
                FactType::Items { keys } => {
                    let masks = 1_u64 << keys.len();
                    Held::Bytes(draws.map(|draw| (draw % masks) as u8).collect())
                }
                FactType::Percent { .. } => {
                    Held::Hundredths(draws.map(|draw| (draw % 10_001) as i16).collect())
                }
                _ if fact.id.starts_with("over") => {
                    Held::Counts(draws.map(|draw| 50 + (draw % 450) as i32).collect())
                }
                _ => Held::Counts(draws.map(|draw| (draw % 51) as i32).collect()),
            };
            (fact.id.clone(), held)
        });
        let columns = columns.collect();
        let provinces = (0..rows as u64).map(|row| (mix(row << 8 | 255) % 34) as u32);
        Self {
            rows,
            columns,
            provinces: provinces.collect(),
        }
    }

    /// The columns, borrowed.
    pub fn input(&self) -> BatchInput<'_> {
        let input = BatchInput::new(self.rows);
        self.columns.iter().fold(input, |input, (id, held)| {
            let column = match held {
                Held::Bytes(values) => Column::new(Values::U8(values)),
                Held::Counts(values) => Column::new(Values::I32(values)),
                Held::Hundredths(values) => Column::new(Values::I16(values)).with_places(2),
            };
            input.column(id.as_str(), column)
        })
    }

    /// The province of each unit, one of 34.
    pub fn provinces(&self) -> &[u32] {
        &self.provinces
    }

    /// The columns by fact.
    pub fn columns(&self) -> &[(String, Held)] {
        &self.columns
    }
}

/// Points of units in six groups, in hundredths: sums that crowd in the middle, as real ones do.
pub fn group_points(units: usize) -> Vec<Vec<i64>> {
    let unit = |group: u64, unit: u64| -> i64 {
        let draws = (0..4).map(|draw| mix(unit << 8 | group << 4 | draw) % 751);
        i64::try_from(draws.sum::<u64>()).unwrap_or(0)
    };
    (0..6)
        .map(|group| (0..units as u64).map(|at| unit(group, at)).collect())
        .collect()
}

fn text(text: &str) -> Value {
    json!({ "vi": text, "en": text })
}

#[derive(Default)]
struct Builder {
    facts: Vec<Value>,
}

impl Builder {
    fn fact(&mut self, prefix: &str, mut fact: Value) -> String {
        let id = format!("{prefix}-{}", self.facts.len());
        fact["id"] = json!(id);
        fact["title"] = text(&id);
        self.facts.push(fact);
        id
    }

    fn keys(count: usize) -> Value {
        (0..count)
            .map(|key| json!({ "id": format!("k{key}"), "title": text("k") }))
            .collect()
    }

    fn ratio(&mut self) -> (String, String) {
        let of = self.fact("of", json!({ "type": "count", "max": 100_000 }));
        let over = self.fact("over", json!({ "type": "count", "min": 1, "max": 100_000 }));
        (of, over)
    }

    fn criterion(&mut self, kind: &str, index: usize) -> Value {
        let (max, rule) = match kind {
            "proportional" | "cohort_max" | "cohort_min_max" => {
                let (of, over) = self.ratio();
                (3, json!({ "kind": kind, "of": of, "over": over }))
            }
            "tiers" => {
                let fact = self.fact("tl", json!({ "type": "percent" }));
                let steps = json!([
                    { "at_least": 90, "points": 3 }, { "at_least": 70, "points": 2 }, { "at_least": 50, "points": 1 }
                ]);
                (3, json!({ "kind": kind, "fact": fact, "steps": steps }))
            }
            "per_item" => {
                let fact = self.fact("sl", json!({ "type": "count" }));
                (5, json!({ "kind": kind, "fact": fact, "each": "0.25" }))
            }
            "checklist" => {
                let fact = self.fact("ds", json!({ "type": "items", "keys": Self::keys(6) }));
                let points =
                    json!({ "k0": 1, "k1": 1, "k2": 1, "k3": 1, "k4": "0.5", "k5": "0.5" });
                (4, json!({ "kind": kind, "fact": fact, "points": points }))
            }
            "stepwise" => {
                let fact = self.fact("tl", json!({ "type": "percent" }));
                (
                    3,
                    json!({ "kind": kind, "fact": fact, "base_at": 50, "base": 1, "per": 10, "each": "0.4", "cap": 3 }),
                )
            }
            "given" => {
                let fact = self.fact("cho", json!({ "type": "points", "max": 50, "step": 1 }));
                (50, json!({ "kind": kind, "fact": fact }))
            }
            "gate" => {
                let fact = self.fact("muc", json!({ "type": "choice", "keys": Self::keys(4) }));
                let (of, over) = self.ratio();
                let rule = json!({ "kind": "proportional", "of": of, "over": over, "max": 3 });
                let when = json!({ "fact": fact, "any_of": ["k1", "k2", "k3"] });
                (3, json!({ "kind": kind, "when": when, "rule": rule }))
            }
            "sum" => {
                let fact = self.fact("co", json!({ "type": "yes_no" }));
                let (of, over) = self.ratio();
                let rules = json!([
                    { "kind": "yes_no", "fact": fact, "max": 2 },
                    { "kind": "proportional", "of": of, "over": over, "max": 3 }
                ]);
                (5, json!({ "kind": kind, "rules": rules, "cap": 5 }))
            }
            "best_of" => {
                let fact = self.fact("co", json!({ "type": "yes_no" }));
                let (of, over) = self.ratio();
                let rules = json!([
                    { "kind": "yes_no", "fact": fact, "max": 2 },
                    { "kind": "proportional", "of": of, "over": over, "max": 3 }
                ]);
                (3, json!({ "kind": kind, "rules": rules }))
            }
            "choice" => {
                let fact = self.fact("muc", json!({ "type": "choice", "keys": Self::keys(4) }));
                let points = json!({ "k0": 0, "k1": 1, "k2": 2, "k3": 3 });
                (3, json!({ "kind": kind, "fact": fact, "points": points }))
            }
            "deduct" => {
                let fact = self.fact("loi", json!({ "type": "count", "max": 1_000 }));
                let rule =
                    json!({ "kind": "per_item", "fact": fact, "each": "0.5", "cap": 2, "max": 2 });
                (0, json!({ "kind": kind, "rule": rule }))
            }
            _ => {
                let fact = self.fact("co", json!({ "type": "yes_no" }));
                (2, json!({ "kind": kind, "fact": fact }))
            }
        };
        // Facts that no rule reads are part of real forms too: they fill the row up to its usual width.
        if index.is_multiple_of(3) {
            self.fact("phu", json!({ "type": "count" }));
        }
        let min = if kind == "deduct" { -2 } else { 0 };
        json!({
            "id": format!("c{index}"), "number": index.to_string(), "title": text("tiêu chí"), "max": max, "min": min,
            "rule": rule, "basis": { "status": "reconstructed", "source": "cqdt", "item": "0" }
        })
    }
}
