//! Ranking (D20).

use num_rational::BigRational;
use serde_json::Value;

use crate::number::int;
use crate::outcome::Outcome;

/// How ties are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// 1, 2, 2, 4.
    Competition,
    /// 1, 2, 2, 3.
    Dense,
}

/// One unit to rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The unit.
    pub id: String,
    /// What it is ranked by; `None` where it isn't ranked.
    pub key: Option<BigRational>,
    /// The points of the tie-breaking groups, in order.
    pub breakers: Vec<BigRational>,
}

/// The ranks, in the order of the entries: one more than the number of units (or, dense, of different results) that
/// are better.
pub fn rank(entries: &[Entry], ties: Ties) -> Vec<(String, Option<usize>)> {
    let results: Vec<Option<Vec<BigRational>>> = entries
        .iter()
        .map(|entry| {
            entry
                .key
                .clone()
                .map(|key| [vec![key], entry.breakers.clone()].concat())
        })
        .collect();
    let rank_of = |mine: &Vec<BigRational>| {
        let mut better: Vec<&Vec<BigRational>> = results
            .iter()
            .flatten()
            .filter(|other| *other > mine)
            .collect();
        if ties == Ties::Dense {
            better.sort();
            better.dedup();
        }
        better.len() + 1
    };
    entries
        .iter()
        .zip(&results)
        .map(|(entry, mine)| (entry.id.clone(), mine.as_ref().map(rank_of)))
        .collect()
}

/// What a set ranks by, for units of one agency group (or of one parent).
pub fn entries(set: &Value, outcomes: &[(&str, &Outcome)]) -> Vec<Entry> {
    let ranking = &set["ranking"];
    let points_of = |outcome: &Outcome, group: &Value| {
        let group = outcome
            .groups
            .iter()
            .find(|one| *group == *one.id)
            .expect("the ranking names a group of the set");
        (!group.excluded).then(|| group.points.clone())
    };
    outcomes
        .iter()
        .map(|(id, outcome)| Entry {
            id: (*id).to_owned(),
            key: match ranking["by"].as_str().unwrap_or("total") {
                "total" => Some(outcome.total.points.clone()),
                "share" => outcome.total.share.clone(),
                _ => points_of(outcome, &ranking["group"]),
            },
            breakers: ranking["tie_breakers"]
                .as_array()
                .map_or(&[][..], Vec::as_slice)
                .iter()
                // An excluded group has 0 points.
                .map(|group| points_of(outcome, group).unwrap_or_else(|| int(0)))
                .collect(),
        })
        .collect()
}

/// How a set numbers ties.
pub fn ties_of(set: &Value) -> Ties {
    if set["ranking"]["ties"] == "dense" {
        Ties::Dense
    } else {
        Ties::Competition
    }
}
