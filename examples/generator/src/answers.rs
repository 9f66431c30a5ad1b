//! Made-up answers of one unit: ratios hang together, and a stronger unit answers better.

use std::collections::BTreeMap;

use cqdt::CriteriaSet;
use cqdt::criteria::{Fact, FactType, Measure, Rule, RuleKind};
use serde_json::{Value, json};

use crate::random::Random;

/// How large a count is, least and most, for a unit of usual size; the rest is 0 to 6.
const SIZES: &[(&str, i64, i64)] = &[
    ("bc", 3, 8),
    ("bc-tong", 12, 40),
    ("cb", 17, 26),
    ("hop-tong", 20, 60),
    ("hs", 420, 2600),
    ("hs-buu-chinh", 0, 80),
    ("hs-lt", 15, 140),
    ("ld", 2, 4),
    ("nv", 3, 9),
    ("pakn", 4, 40),
    ("so-ht", 20, 90),
    ("tin-bai", 8, 150),
    ("tin-bai-gui", 2, 60),
    ("tthc", 88, 132),
    ("vb-chi-dao", 0, 6),
    ("vb-den", 600, 1900),
    ("vb-di", 180, 900),
    ("vb-phai-dang", 6, 40),
];

/// The same, where a division of the city differs from a commune.
const SIZES_OF_DIVISIONS: &[(&str, i64, i64)] = &[("cb", 7, 18), ("hs", 30, 1400), ("tthc", 6, 48)];

/// Numerators that even a strong unit has little of, in per mille of the denominator at full strength.
const RARE: &[(&str, i64)] = &[
    ("tthc-muc-34", 520),
    ("hs-truc-tuyen", 360),
    ("vb-di-ky-so", 900),
    ("hop-dt", 500),
    ("so-ht-sh", 700),
    ("bc-dt", 800),
];

/// Every fact of a form, answered by a unit of a strength in per mille.
pub(crate) fn answers(
    set: &CriteriaSet,
    strength: i64,
    random: &mut Random,
) -> BTreeMap<String, Value> {
    let over = denominators(set);
    let is_division = set.definition().agency_group == "phong-ban-thanh-pho";
    let mut answers = BTreeMap::new();
    for fact in &set.definition().facts {
        let answer = answer(fact, &over, &answers, is_division, strength, random);
        answers.insert(fact.id.clone(), answer);
    }
    hang_together(&mut answers, random);
    answers
}

fn answer(
    fact: &Fact,
    over: &BTreeMap<String, String>,
    given: &BTreeMap<String, Value>,
    is_division: bool,
    strength: i64,
    random: &mut Random,
) -> Value {
    match &fact.kind {
        // Penalised: hardly any.
        FactType::YesNo if fact.id == "su-co" => json!(false),
        FactType::Count { .. } if ["cham", "sai", "vi-pham"].contains(&fact.id.as_str()) => {
            json!(0)
        }
        FactType::YesNo => json!(random.chance(300 + strength * 7 / 10)),
        FactType::Count { min, max } => {
            let whole = |number: &cqdt::Rational| number.to_string().parse().unwrap_or(i64::MAX);
            let count = match over.get(&fact.id).and_then(|over| given.get(over)) {
                Some(over) => part(&fact.id, over.as_i64().unwrap_or(0), strength, random),
                None => size(&fact.id, is_division, strength, random),
            };
            json!(count.clamp(whole(min), whole(max)))
        }
        FactType::Amount { .. } => {
            // Millions of dong, in half millions.
            let halves = strength * random.within(20, 240) / 1000;
            number(halves * 50)
        }
        FactType::Percent { .. } => number(random.near(strength * 6 / 10, 200) * 10),
        FactType::Points { .. } => {
            let quarters = strength * random.within(0, 4) / 1000;
            number(quarters * 25)
        }
        FactType::Choice { keys } => {
            // Keys stand from the best down.
            let worst = i64::try_from(keys.len()).unwrap_or(1) - 1;
            let miss = (1000 - random.near(strength, 180)) * (worst + 1) / 1000;
            let at = usize::try_from(miss.clamp(0, worst)).unwrap_or(0);
            json!(keys[at].id)
        }
        FactType::Items { keys } => {
            let likely = 250 + strength * 7 / 10;
            let ticked = keys.iter().filter(|_| random.chance(likely));
            ticked.map(|key| json!(key.id)).collect()
        }
        // The round fills rollups.
        _ => Value::Null,
    }
}

/// So much of the denominator.
fn part(id: &str, over: i64, strength: i64, random: &mut Random) -> i64 {
    let rare = RARE.iter().find(|(name, _)| *name == id);
    let per_mille = match rare {
        Some((_, most)) => random.near(strength * most / 1000, 60),
        // What is asked everywhere, nearly everybody mostly does.
        None => random.near(400 + strength * 6 / 10, 90),
    };
    (over * per_mille + 500) / 1000
}

fn size(id: &str, is_division: bool, strength: i64, random: &mut Random) -> i64 {
    let own = if is_division { SIZES_OF_DIVISIONS } else { &[] };
    match own.iter().chain(SIZES).find(|(name, _, _)| *name == id) {
        // How much news there is, is up to the unit; how many dossiers come in is not.
        Some((_, least, most)) if id.starts_with("tin-bai") || id == "hs-buu-chinh" => {
            least + (most - least) * random.near(strength, 200) / 1000
        }
        Some((_, least, most)) => random.within(*least, *most),
        None => (random.near(strength, 150) * 6 + 500) / 1000,
    }
}

/// A decimal of two places, given in hundredths, as its text.
fn number(hundredths: i64) -> Value {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    json!(text.trim_end_matches('0').trim_end_matches('.'))
}

/// What follows from other answers.
fn hang_together(answers: &mut BTreeMap<String, Value>, random: &mut Random) {
    let count = |answers: &BTreeMap<String, Value>, id: &str| {
        answers.get(id).and_then(Value::as_i64).unwrap_or(0)
    };
    // Computers: one for each member of staff who has one, and a few more.
    let machines = count(answers, "cb-may") + random.within(0, 3);
    for (id, per_mille) in [
        ("may", 1000),
        ("may-lan", 950),
        ("may-internet", 900),
        ("may-virus", 600),
    ] {
        let share = if id == "may" {
            per_mille
        } else {
            random.near(per_mille, 90)
        };
        let value = json!((machines * share + 500) / 1000);
        answers
            .entry(id.to_owned())
            .and_modify(|answer| *answer = value);
    }
    // What came in late in the period is still open.
    let settled = count(answers, "hs") * random.within(955, 995) / 1000;
    let in_time = settled * random.within(880, 1000) / 1000;
    for (id, value) in [("hs-xong", settled), ("hs-dung-han", in_time)] {
        answers
            .entry(id.to_owned())
            .and_modify(|answer| *answer = json!(value));
    }
    // Without a page nothing stands on it.
    for (page, on_it) in [
        (
            "trang",
            &[
                "gioi-thieu",
                "cong-khai",
                "tin-bai",
                "tthc-cong-khai",
                "lien-ket",
                "hoi-dap",
            ][..],
        ),
        ("chuyen-muc", &["gioi-thieu-phong", "tin-bai-gui"]),
    ] {
        if answers.get(page) != Some(&json!("khong")) {
            continue;
        }
        for id in on_it {
            answers.entry((*id).to_owned()).and_modify(|answer| {
                *answer = match answer {
                    Value::Array(_) => json!([]),
                    Value::Bool(_) => json!(false),
                    _ => json!(0),
                };
            });
        }
    }
    if answers.get("phu-trach") == Some(&json!("khong")) {
        answers
            .entry("trinh-do".to_owned())
            .and_modify(|answer| *answer = json!("khong"));
    }
}

/// Numerator → denominator, as the form's rules have them.
fn denominators(set: &CriteriaSet) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for criterion in set.criteria() {
        collect(&criterion.rule, &mut found);
    }
    found
}

fn collect(rule: &RuleKind, found: &mut BTreeMap<String, String>) {
    let inner: &[Rule] = match rule {
        RuleKind::BestOf { rules } | RuleKind::Sum { rules, .. } => rules,
        RuleKind::Gate { rule, .. } | RuleKind::Deduct { rule } => std::slice::from_ref(&**rule),
        _ => &[],
    };
    for rule in inner {
        collect(&rule.kind, found);
    }
    if let RuleKind::Proportional { ratio: measure }
    | RuleKind::Tiers { measure, .. }
    | RuleKind::Stepwise { measure, .. } = rule
        && let Measure::Ratio { of, over, .. } = measure
    {
        found.entry(of.clone()).or_insert_with(|| over.clone());
    }
}
