//! Whole criteria sets.

use serde_json::{Map, Value, json};

use super::branches::{as_branch, rule};
use super::facts::{Facts, Pair, title};
use super::leaves::Least;
use super::micro::{self, Micro, ONE};
use super::tape::Tape;

/// A set, and what the answers to it must know.
pub(crate) struct Blueprint {
    pub(crate) set: Value,
    pub(crate) facts: Vec<super::facts::Fact>,
    pub(crate) pairs: Vec<Pair>,
    /// The criteria that ask for evidence.
    pub(crate) with_evidence: Vec<String>,
}

/// What the groups have come to so far.
#[derive(Default)]
struct Made {
    facts: Facts,
    with_evidence: Vec<String>,
    has_bonus: bool,
}

/// Reads a set off the tape.
pub(crate) fn blueprint(mut tape: Tape) -> Blueprint {
    let tape = &mut tape;
    let mut made = Made::default();
    // Policies come first: what comes late on the tape is often the simplest choice.
    let mut policies = policies(tape);
    // Mostly as fine as the rounding, so that it need not be made finer afterwards.
    if tape.below(4) > 0 {
        let places = policies
            .get("rounding")
            .map_or(2, |rounding| rounding["places"].as_u64().unwrap_or(2));
        tape.grain = ONE / 10_i128.pow(u32::try_from(places).unwrap());
    }
    let mut groups = Vec::new();
    let mut maxima: Vec<(String, Micro)> = Vec::new();
    for number in 1..=1 + tape.below(4) {
        let id = format!("g{number}");
        let (group, max) = group(&id, number == 1, &mut made, tape);
        groups.push(group);
        maxima.push((id, max));
    }
    let max: Micro = maxima.iter().map(|(_, max)| max).sum();

    let mut set = json!({
        "format": 1,
        "id": "sinh-ra/bo-tieu-chi",
        "version": "1.0.0",
        "status": "reconstructed",
        "agency_group": "cap-xa",
        "max": micro::json(max, tape),
        "title": title("Bộ tiêu chí"),
        "document": { "number": "1/QĐ-UBND", "date": "2018-07-05", "issuer": title("UBND"), "title": title("Quyết định") },
        "sources": { "nguon": { "document": "Quyết định 1/QĐ-UBND" } },
        "facts": made.facts.declared(tape),
        "groups": groups,
    });
    if !made.has_bonus {
        policies.remove("bonus_cap");
    }
    keep_maxima_on_grid(&mut policies, &set);
    if !policies.is_empty() || tape.below(2) == 1 {
        set["policies"] = policies.into();
    }
    if tape.below(2) == 1 {
        set["ranking"] = ranking(&maxima, tape);
    }
    if tape.below(3) > 0 {
        set["bands"] = bands(max, &maxima, tape);
    }
    Blueprint {
        set,
        facts: made.facts.all,
        pairs: made.facts.pairs,
        with_evidence: made.with_evidence,
    }
}

/// D27: as many places as the maxima that are rounded or rescaled to need.
fn keep_maxima_on_grid(policies: &mut Map<String, Value>, set: &Value) {
    let stage = policies
        .get("rounding")
        .map_or("criterion", |rounding| {
            rounding["stage"].as_str().unwrap_or("criterion")
        })
        .to_owned();
    let rescale = policies
        .get("rescale")
        .and_then(Value::as_str)
        .unwrap_or("none")
        .to_owned();
    let groups = || set["groups"].as_array().unwrap().iter();
    let mut numbers: Vec<&Value> = Vec::new();
    if stage == "criterion" {
        let criteria = groups().flat_map(|group| group["criteria"].as_array().unwrap());
        numbers.extend(criteria.flat_map(|criterion| [&criterion["max"], &criterion["min"]]));
    }
    if stage == "group" || rescale == "group" {
        numbers.extend(groups().flat_map(|group| [&group["max"], &group["floor"]]));
    }
    if stage == "total" || rescale == "total" {
        numbers.push(&set["max"]);
    }
    let needed = numbers.into_iter().map(places_of).max().unwrap_or(0);
    let stated = policies
        .get("rounding")
        .map_or(2, |rounding| rounding["places"].as_u64().unwrap_or(2));
    if needed > stated {
        let rounding = policies.entry("rounding").or_insert_with(|| json!({}));
        rounding["places"] = json!(needed);
    }
}

/// Decimal places that a number needs, trailing zeros aside.
fn places_of(number: &Value) -> u64 {
    let text = number.as_str().unwrap_or_default();
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    fraction.trim_end_matches('0').len() as u64
}

fn group(id: &str, first: bool, made: &mut Made, tape: &mut Tape) -> (Value, Micro) {
    let mut criteria = Vec::new();
    let mut max = 0;
    let mut deductions: Micro = 0;
    for number in 1..=1 + tape.below(5) {
        let criterion_id = format!("{id}.{number}");
        // The first criterion of all is a plain one, so that there is something to win.
        let place = if first && number == 1 {
            0
        } else {
            tape.below(8)
        };
        let (mut criterion, worth) = match place {
            6 => {
                made.has_bonus = true;
                let (mut criterion, _) = plain(made, tape);
                criterion["bonus"] = json!(true);
                (criterion, 0)
            }
            7 => {
                let (criterion, most) = deduction(made, tape);
                deductions += most;
                (criterion, 0)
            }
            _ => plain(made, tape),
        };
        max += worth;
        criterion["id"] = json!(criterion_id);
        criterion["number"] = json!(number.to_string());
        criterion["title"] = title("Tiêu chí");
        criterion["basis"] = basis(&criterion_id, tape);
        if tape.below(4) == 3 {
            criterion["evidence"] = json!(true);
            made.with_evidence.push(criterion_id);
        }
        criteria.push(criterion);
    }
    let mut group = json!({
        "id": id,
        "number": id.to_uppercase(),
        "title": title("Nhóm"),
        "max": micro::json(max, tape),
        "criteria": criteria,
    });
    if deductions > 0 && tape.below(2) == 1 {
        group["floor"] = micro::json(-1 - tape.up_to(deductions - 1), tape);
    } else if tape.once_in(8) {
        group["floor"] = json!(0);
    }
    if tape.once_in(8) {
        group["part"] = title("A. Điều kiện sẵn sàng");
    }
    (group, max)
}

fn basis(criterion: &str, tape: &mut Tape) -> Value {
    let mut basis = json!({ "status": "reconstructed", "source": "nguon", "item": criterion });
    if tape.once_in(8) {
        basis["note"] = json!("ghi chú");
    }
    basis
}

fn depth(tape: &mut Tape) -> usize {
    tape.pick(&[0, 1, 2, 3])
}

fn plain(made: &mut Made, tape: &mut Tape) -> (Value, Micro) {
    let depth = depth(tape);
    let rule = rule(&mut made.facts, tape, depth, Least::Any);
    let mut criterion = json!({ "max": micro::json(rule.most, tape) });
    if rule.least < 0 || tape.once_in(10) {
        let spare = if tape.once_in(4) { ONE } else { 0 };
        criterion["min"] = micro::json(rule.least.min(0) - spare, tape);
    }
    criterion["rule"] = Value::Object(rule.json);
    (criterion, rule.most)
}

/// A deduction, and the most that it can take.
fn deduction(made: &mut Made, tape: &mut Tape) -> (Value, Micro) {
    let depth = depth(tape);
    let inner = rule(&mut made.facts, tape, depth, Least::Zero);
    let most = inner.most;
    let spare = if tape.once_in(6) { ONE } else { 0 };
    let mut rule = Map::new();
    rule.insert("kind".to_owned(), json!("deduct"));
    rule.insert("rule".to_owned(), as_branch(inner, tape));
    (
        json!({ "max": 0, "min": micro::json(-most - spare, tape), "rule": rule }),
        most,
    )
}

fn policies(tape: &mut Tape) -> Map<String, Value> {
    let mut policies = Map::new();
    if tape.once_in(8) {
        return policies;
    }
    if tape.below(6) > 0 {
        let rounding = json!({
            "stage": tape.pick(&["criterion", "group", "total"]),
            "places": tape.pick(&[2, 0, 1, 3, 4, 5, 6]),
            "mode": tape.pick(&["half_up", "half_even", "down"]),
        });
        policies.insert("rounding".to_owned(), rounding);
    }
    let not_applicable = tape.pick(&[None, Some("exclude"), Some("zero"), Some("full")]);
    if let Some(policy) = not_applicable {
        policies.insert("not_applicable".to_owned(), json!(policy));
    }
    if matches!(not_applicable, None | Some("exclude"))
        && let Some(rescale) = tape.pick(&[None, Some("group"), Some("total"), Some("none")])
    {
        policies.insert("rescale".to_owned(), json!(rescale));
    }
    if let Some(policy) = tape.pick(&[None, Some("zero"), Some("warn")]) {
        policies.insert("missing_evidence".to_owned(), json!(policy));
    }
    if tape.below(2) == 1 {
        let cap = micro::points(tape);
        policies.insert("bonus_cap".to_owned(), micro::json(cap, tape));
    }
    policies
}

fn ranking(groups: &[(String, Micro)], tape: &mut Tape) -> Value {
    let mut ranking = json!({ "by": tape.pick(&["total", "share", "group"]) });
    if ranking["by"] == "group" {
        ranking["group"] = json!(tape.pick(groups).0);
    }
    if tape.below(2) == 1 {
        ranking["ties"] = json!(tape.pick(&["competition", "dense"]));
        ranking["within"] = json!(tape.pick(&["agency_group", "parent"]));
    }
    if tape.below(2) == 1 {
        let breakers: Vec<&String> = groups
            .iter()
            .map(|(id, _)| id)
            .filter(|&id| ranking["group"] != **id && tape.below(2) == 1)
            .collect();
        ranking["tie_breakers"] = json!(breakers);
    }
    if tape.once_in(4) {
        ranking["display_places"] = json!(tape.below(7));
    }
    ranking
}

fn bands(max: Micro, groups: &[(String, Micro)], tape: &mut Tape) -> Value {
    let on_share = tape.below(2) == 0;
    let mut bands = Vec::new();
    // In fortieths of 100 % or of the maximum.
    let mut part = 40;
    for number in 1..=1 + tape.below(3) {
        part -= Micro::try_from(1 + tape.below(13)).unwrap();
        let at = if on_share {
            100 * ONE * part / 40
        } else {
            max * part / 40
        };
        if at == 0 || bands.last().is_some_and(|&(_, last)| at >= last) {
            break;
        }
        let mut band = json!({
            "id": format!("b{number}"),
            "title": title("Mức"),
            "on": if on_share { "share" } else { "total" },
            tape.pick(&["at_least", "more_than"]): micro::json(at, tape),
        });
        if tape.once_in(3) {
            let mut minima = Map::new();
            for (id, max) in groups {
                if *max > 0 && tape.below(2) == 1 {
                    minima.insert(id.clone(), least_share(tape));
                }
            }
            if !minima.is_empty() {
                band["min_group_share"] = minima.into();
            }
        }
        if tape.once_in(4) {
            band["min_criterion_share"] = least_share(tape);
        }
        bands.push((band, at));
    }
    let mut bands: Vec<Value> = bands.into_iter().map(|(band, _)| band).collect();
    if tape.below(2) == 0 {
        let on = if on_share { "share" } else { "total" };
        bands.push(json!({ "id": "con-lai", "title": title("Còn lại"), "on": on }));
    }
    bands.into()
}

fn least_share(tape: &mut Tape) -> Value {
    let percent = tape.pick(&[50 * ONE, 25 * ONE, 12_500_000, 100 * ONE, 33_333_333, ONE]);
    micro::json(percent, tape)
}
