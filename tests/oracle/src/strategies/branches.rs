//! Rules with branches.

use serde_json::{Map, Value, json};

use super::facts::{Facts, Kind};
use super::leaves::{Least, Rule, leaf, maybe_cap};
use super::micro::{self, Micro};
use super::tape::Tape;

/// A rule, with branches or without; `depth` levels of branches are left.
pub(crate) fn rule(facts: &mut Facts, tape: &mut Tape, depth: usize, least: Least) -> Rule {
    if depth == 0 {
        return leaf(facts, tape, least);
    }
    // A branch states no `min`.
    let inner = if least == Least::Zero {
        Least::Zero
    } else {
        Least::NotNegative
    };
    match tape.below(9) {
        6 => best_of(facts, tape, depth - 1, inner),
        7 => sum(facts, tape, depth - 1, inner),
        8 => gate(facts, tape, depth - 1, inner, least),
        _ => leaf(facts, tape, least),
    }
}

/// A rule as a branch, with its own `max`.
pub(crate) fn as_branch(rule: Rule, tape: &mut Tape) -> Value {
    let mut map = rule.json;
    map.insert("max".to_owned(), micro::json(rule.most, tape));
    Value::Object(map)
}

fn branches(facts: &mut Facts, tape: &mut Tape, depth: usize, least: Least, n: usize) -> Vec<Rule> {
    (0..n).map(|_| rule(facts, tape, depth, least)).collect()
}

fn put_rules(map: &mut Map<String, Value>, rules: Vec<Rule>, tape: &mut Tape) {
    let rules: Vec<Value> = rules
        .into_iter()
        .map(|rule| as_branch(rule, tape))
        .collect();
    map.insert("rules".to_owned(), rules.into());
}

fn best_of(facts: &mut Facts, tape: &mut Tape, depth: usize, least: Least) -> Rule {
    let n = 2 + tape.below(2);
    let rules = branches(facts, tape, depth, least, n);
    let most = rules.iter().map(|rule| rule.most).max().unwrap_or(0);
    let least = rules.iter().map(|rule| rule.least).min().unwrap_or(0);
    let mut map = Map::new();
    map.insert("kind".to_owned(), json!("best_of"));
    put_rules(&mut map, rules, tape);
    Rule {
        json: map,
        least,
        most,
    }
}

fn sum(facts: &mut Facts, tape: &mut Tape, depth: usize, least: Least) -> Rule {
    let n = 1 + tape.below(3);
    let rules = branches(facts, tape, depth, least, n);
    let mut most: Micro = rules.iter().map(|rule| rule.most).sum();
    let least: Micro = rules.iter().map(|rule| rule.least).sum();
    if tape.below(3) == 2 {
        most = 1 + tape.up_to(most - 1);
    }
    let mut map = Map::new();
    map.insert("kind".to_owned(), json!("sum"));
    put_rules(&mut map, rules, tape);
    maybe_cap(&mut map, most, tape);
    Rule {
        json: map,
        least: least.min(most),
        most,
    }
}

fn gate(facts: &mut Facts, tape: &mut Tape, depth: usize, inner: Least, least: Least) -> Rule {
    let when = condition(facts, tape);
    let rule = rule(facts, tape, depth, inner);
    let mut map = Map::new();
    map.insert("kind".to_owned(), json!("gate"));
    map.insert("when".to_owned(), when);
    let mut otherwise = 0;
    match tape.below(4) {
        0 => {}
        1 => otherwise = micro::points_up_to(rule.most, tape),
        // More than the rule can ever give.
        2 => otherwise = rule.most + micro::points(tape),
        _ if least == Least::Any => otherwise = -micro::points(tape),
        _ => {}
    }
    if otherwise != 0 || tape.below(2) == 1 {
        map.insert("otherwise".to_owned(), micro::json(otherwise, tape));
    }
    let (most, least) = (rule.most.max(otherwise), rule.least.min(otherwise));
    map.insert("rule".to_owned(), as_branch(rule, tape));
    Rule {
        json: map,
        least,
        most,
    }
}

/// A condition that some answers meet and others don't.
fn condition(facts: &mut Facts, tape: &mut Tape) -> Value {
    match tape.below(4) {
        0 => {
            let fact = facts.yes_no(tape);
            json!({ "fact": facts.all[fact].id, "is": tape.below(2) == 0 })
        }
        1 => {
            let fact = facts.choice(tape);
            let Kind::Choice { keys } = facts.all[fact].kind.clone() else {
                unreachable!("asked for a choice")
            };
            let wanted = &keys[..=tape.below(keys.len() - 1)];
            json!({ "fact": facts.all[fact].id, "any_of": wanted })
        }
        2 => {
            let fact = facts.items(tape);
            let Kind::Items { keys } = facts.all[fact].kind.clone() else {
                unreachable!("asked for items")
            };
            json!({ "fact": facts.all[fact].id, "includes": tape.pick(&keys) })
        }
        _ => {
            let fact = if tape.once_in(4) {
                facts.points(tape)
            } else {
                facts.number(tape, false, false)
            };
            let kind = &facts.all[fact].kind;
            let ((from, to), grid) = (kind.range(), kind.grid());
            let part = Micro::try_from(tape.below(5)).unwrap();
            let cells = (to - from) / grid;
            let at = from + cells * part / 4 * grid;
            let style = tape.pick(&["at_least", "more_than", "at_most", "less_than"]);
            // Keep off the end where the condition would be always or never met.
            let at = match style {
                "at_least" | "less_than" => at.max(from + grid),
                _ => at.min(to - grid),
            };
            facts.all[fact].edges.push(at);
            json!({ "fact": facts.all[fact].id, style: micro::json(at, tape) })
        }
    }
}
