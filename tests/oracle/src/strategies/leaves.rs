//! Rules without branches. Each is made together with the exact least and most that it can yield.

use serde_json::{Map, Value, json};

use super::facts::{Facts, Kind};
use super::micro::{self, Micro, ONE};
use super::tape::Tape;

/// A rule in the making, without its `max`.
pub(crate) struct Rule {
    pub(crate) json: Map<String, Value>,
    /// Not above the least that it can yield.
    pub(crate) least: Micro,
    /// Exactly the most that it can yield; above 0.
    pub(crate) most: Micro,
}

/// What the place of a rule asks of its least.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Least {
    /// At least 0.
    NotNegative,
    /// Exactly 0: within a deduction, whose most must be 0.
    Zero,
    /// Anything: a criterion that can state a `min`.
    Any,
}

fn rule(kind: &str) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("kind".to_owned(), json!(kind));
    map
}

fn set(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    map.insert(key.to_owned(), value.into());
}

fn set_micro(map: &mut Map<String, Value>, key: &str, value: Micro, tape: &mut Tape) {
    let value = micro::json(value, tape);
    set(map, key, value);
}

/// Any leaf.
pub(crate) fn leaf(facts: &mut Facts, tape: &mut Tape, least: Least) -> Rule {
    match tape.below(12) {
        0 => yes_no(facts, tape, least),
        1 | 2 => proportional(facts, tape),
        3 => choice(facts, tape, least),
        4 | 5 => tiers(facts, tape, least),
        6 => per_item(facts, tape, least),
        7 => stepwise(facts, tape, least),
        8 => checklist(facts, tape),
        9 => cohort("cohort_max", facts, tape, least),
        10 => cohort("cohort_min_max", facts, tape, least),
        _ => given(facts, tape),
    }
}

/// A most that the whole of `uncapped` may be cut to: the whole, or less.
fn cut(uncapped: Micro, tape: &mut Tape) -> Micro {
    let on_grain = uncapped / tape.grain * tape.grain;
    if on_grain == 0 || uncapped <= 1_000_000 * ONE && tape.below(2) == 0 {
        return if on_grain == 0 { uncapped } else { on_grain };
    }
    micro::points(tape).min(on_grain)
}

/// States the cap, which is the `max`, or leaves it to the default.
pub(crate) fn maybe_cap(map: &mut Map<String, Value>, most: Micro, tape: &mut Tape) {
    if tape.below(2) == 1 {
        set_micro(map, "cap", most, tape);
    }
}

fn negative(least: Least, tape: &mut Tape) -> bool {
    least == Least::Any && tape.once_in(6)
}

fn yes_no(facts: &mut Facts, tape: &mut Tape, least: Least) -> Rule {
    let mut map = rule("yes_no");
    let fact = facts.yes_no(tape);
    let id = facts.all[fact].id.clone();
    set(&mut map, "fact", id);
    let most = micro::points(tape);
    let mut other = 0;
    match tape.below(4) {
        0 => {}
        1 => set_micro(&mut map, "yes", most, tape),
        2 => {
            if negative(least, tape) {
                other = -micro::points(tape);
            } else if least != Least::Zero {
                other = micro::points_up_to(most, tape);
            }
            set_micro(&mut map, "no", other, tape);
        }
        _ => {
            // A no that is worth more.
            set_micro(&mut map, "yes", 0, tape);
            set_micro(&mut map, "no", most, tape);
        }
    }
    Rule {
        json: map,
        least: other.min(most),
        most,
    }
}

fn key_points(keys: &[String], points: &[Micro], tape: &mut Tape) -> Value {
    keys.iter()
        .zip(points)
        .map(|(key, &value)| (key.clone(), micro::json(value, tape)))
        .collect::<Map<_, _>>()
        .into()
}

fn choice(facts: &mut Facts, tape: &mut Tape, least: Least) -> Rule {
    let fact = facts.choice(tape);
    let Kind::Choice { keys } = facts.all[fact].kind.clone() else {
        unreachable!("asked for a choice")
    };
    let most = micro::points(tape);
    let mut points: Vec<Micro> = keys
        .iter()
        .map(|_| micro::points_up_to(most, tape))
        .collect();
    let best = tape.below(points.len());
    let other = (best + 1) % points.len();
    points[best] = most;
    if least == Least::Zero {
        points[other] = 0;
    } else if negative(least, tape) {
        points[other] = -micro::points(tape);
    }
    let mut map = rule("choice");
    set(&mut map, "fact", facts.all[fact].id.clone());
    set(&mut map, "points", key_points(&keys, &points, tape));
    Rule {
        json: map,
        least: points.into_iter().min().unwrap_or(0),
        most,
    }
}

fn checklist(facts: &mut Facts, tape: &mut Tape) -> Rule {
    let fact = facts.items(tape);
    let Kind::Items { keys } = facts.all[fact].kind.clone() else {
        unreachable!("asked for items")
    };
    let first = micro::points(tape);
    let points: Vec<Micro> = (0..keys.len())
        .map(|index| {
            if index == 0 {
                first
            } else {
                micro::points_up_to(first, tape)
            }
        })
        .collect();
    let most = cut(points.iter().sum(), tape);
    let mut map = rule("checklist");
    set(&mut map, "fact", facts.all[fact].id.clone());
    set(&mut map, "points", key_points(&keys, &points, tape));
    maybe_cap(&mut map, most, tape);
    Rule {
        json: map,
        least: 0,
        most,
    }
}

fn per_item(facts: &mut Facts, tape: &mut Tape, least: Least) -> Rule {
    let fact = if tape.below(2) == 0 {
        facts.count(tape, least == Least::Zero)
    } else {
        facts.items(tape)
    };
    let (fewest, largest) = match &facts.all[fact].kind {
        Kind::Items { keys } => (0, Micro::try_from(keys.len()).unwrap()),
        kind => (kind.range().0 / ONE, kind.range().1 / ONE),
    };
    let each = micro::points(tape);
    // Rarely so large a product that only the cap keeps it within bounds.
    let most = cut(each * largest, tape);
    if matches!(facts.all[fact].kind, Kind::Count { .. }) {
        facts.all[fact].edges.push(most / each * ONE);
    }
    let mut map = rule("per_item");
    set(&mut map, "fact", facts.all[fact].id.clone());
    set_micro(&mut map, "each", each, tape);
    maybe_cap(&mut map, most, tape);
    Rule {
        json: map,
        least: (each * fewest).min(most),
        most,
    }
}

fn given(facts: &mut Facts, tape: &mut Tape) -> Rule {
    let fact = facts.points(tape);
    let mut map = rule("given");
    set(&mut map, "fact", facts.all[fact].id.clone());
    Rule {
        json: map,
        least: 0,
        most: facts.all[fact].kind.range().1,
    }
}

/// Writes a ratio into a rule.
fn put_pair(map: &mut Map<String, Value>, facts: &Facts, pair: usize, tape: &mut Tape) {
    let pair = &facts.pairs[pair];
    set(map, "of", facts.all[pair.of].id.clone());
    set(map, "over", facts.all[pair.over].id.clone());
    if pair.allow_over {
        set(map, "allow_over", true);
    } else if tape.once_in(8) {
        set(map, "allow_over", false);
    }
    // Only where the denominator can be 0 is there anything to say.
    if facts.all[pair.over].kind.range().0 == 0 {
        let says = tape.pick(&[None, Some("zero"), Some("full"), Some("not_applicable")]);
        if let Some(says) = says {
            set(map, "zero_denominator", says);
        }
    }
}

fn proportional(facts: &mut Facts, tape: &mut Tape) -> Rule {
    let mut map = rule("proportional");
    let pair = facts.pair(tape);
    put_pair(&mut map, facts, pair, tape);
    Rule {
        json: map,
        least: 0,
        most: micro::points(tape),
    }
}

/// The measure of a rule in the making: where its values lie, and where to note what is an edge to it.
struct Measured {
    from: Micro,
    to: Micro,
    grid: Micro,
    pair: Option<usize>,
    fact: usize,
}

impl Measured {
    fn note(&self, facts: &mut Facts, edge: Micro) {
        match self.pair {
            Some(pair) => facts.pairs[pair].edges.push(edge),
            None => facts.all[self.fact].edges.push(edge),
        }
    }
}

fn measured(
    map: &mut Map<String, Value>,
    facts: &mut Facts,
    tape: &mut Tape,
    from_zero: bool,
    positive: bool,
) -> Measured {
    if tape.below(2) == 0 {
        let pair = facts.pair(tape);
        put_pair(map, facts, pair, tape);
        // It may run higher with `allow_over`; thresholds up to here are within reach.
        let to = if facts.pairs[pair].allow_over {
            200 * ONE
        } else {
            100 * ONE
        };
        return Measured {
            from: 0,
            to,
            grid: 1,
            pair: Some(pair),
            fact: 0,
        };
    }
    let fact = facts.number(tape, from_zero, positive);
    set(map, "fact", facts.all[fact].id.clone());
    let kind = &facts.all[fact].kind;
    let (from, to) = kind.range();
    Measured {
        from,
        to,
        grid: kind.grid(),
        pair: None,
        fact,
    }
}

fn cohort(kind: &str, facts: &mut Facts, tape: &mut Tape, least: Least) -> Rule {
    let mut map = rule(kind);
    measured(
        &mut map,
        facts,
        tape,
        least == Least::Zero,
        kind == "cohort_max",
    );
    Rule {
        json: map,
        least: 0,
        most: micro::points(tape),
    }
}

/// Thresholds above `from` and up to `to`, on the grid, highest first, so far apart that values fit between.
fn thresholds(measured: &Measured, tape: &mut Tape) -> Vec<Micro> {
    let &Measured { from, to, grid, .. } = measured;
    let nice = [
        50, 100, 25, 75, 90, 80, 10, 1, 2, 3, 5, 95, 20, 150, 12, 60, 16,
    ]
    .map(|whole| whole * ONE);
    let odd = [
        12_500_000, 62_500_000, 33_333_333, 66_666_667, 87_500_000, 99_990_000, 500_000, 2_675_000,
    ];
    let spread = (1..=16).map(|part| from + (to - from) / grid * part / 16 * grid);
    let all: Vec<Micro> = nice
        .into_iter()
        .chain(odd)
        .chain(spread)
        .filter(|&at| at >= from + 3 * grid && at <= to && (at - from) % grid == 0)
        .collect();
    let mut taken: Vec<Micro> = Vec::new();
    for _ in 0..=tape.below(4) {
        let at = tape.pick(&all);
        if taken.iter().all(|&other| (at - other).abs() >= 3 * grid) {
            taken.push(at);
        }
    }
    taken.sort_unstable();
    taken.reverse();
    taken
}

fn tiers(facts: &mut Facts, tape: &mut Tape, least: Least) -> Rule {
    let mut map = rule("tiers");
    let measured = measured(&mut map, facts, tape, false, false);
    // "at_least" or "more_than", and the threshold.
    let mut steps: Vec<(&str, Micro)> = Vec::new();
    for at in thresholds(&measured, tape) {
        measured.note(facts, at);
        let style = tape.below(6);
        if style >= 3 && at < measured.to {
            steps.push(("more_than", at));
            // Both styles at one threshold: the second one is met there and nowhere else.
            if style == 5 && (measured.pair.is_none() || at % (25 * ONE) == 0) {
                steps.push(("at_least", at));
            }
        } else if style == 2 && measured.pair.is_none() && measured.grid == ONE {
            // A threshold between two counts.
            steps.push(("at_least", at - ONE / 2));
        } else {
            steps.push(("at_least", at));
        }
    }
    let mut otherwise = None;
    if least == Least::Any && tape.once_in(6) {
        otherwise = Some(-micro::points(tape));
    } else if least != Least::Zero && tape.once_in(6) {
        // Everything is covered: nothing is left for `otherwise`.
        steps.push(("at_least", measured.from));
    } else if tape.below(3) == 1 {
        otherwise = Some(0);
    }
    let most = micro::points(tape);
    let mut points: Vec<Micro> = steps
        .iter()
        .map(|_| micro::points_up_to(most, tape))
        .collect();
    let best = if tape.once_in(4) {
        tape.below(points.len())
    } else {
        0
    };
    points[best] = most;
    if least != Least::Zero && otherwise == Some(0) {
        otherwise = Some(micro::points_up_to(most, tape));
    }
    let steps: Vec<Value> = steps
        .iter()
        .zip(&points)
        .map(|(&(style, at), &value)| json!({ style: micro::json(at, tape), "points": micro::json(value, tape) }))
        .collect();
    set(&mut map, "steps", steps);
    if let Some(otherwise) = otherwise {
        set_micro(&mut map, "otherwise", otherwise, tape);
    }
    points.push(otherwise.unwrap_or(0));
    Rule {
        json: map,
        least: points.into_iter().min().unwrap_or(0),
        most,
    }
}

fn stepwise(facts: &mut Facts, tape: &mut Tape, least: Least) -> Rule {
    let mut map = rule("stepwise");
    let measured = measured(&mut map, facts, tape, false, false);
    let Measured { from, to, grid, .. } = measured;
    // From the lowest value up to the middle.
    let base_at =
        from + (to - from) / grid / 2 * Micro::try_from(tape.below(9)).unwrap() / 8 * grid;
    let room = to - base_at;
    let per = tape
        .pick(&[ONE, 5 * ONE, 500_000, 2_500_000, 10 * ONE, 1, 3_333_333])
        .min(room);
    let steps = (1 + Micro::try_from(tape.below(8)).unwrap()).min(room / per);
    let base = if least == Least::Zero {
        0
    } else {
        tape.pick(&[0, ONE, 250_000, 125_000, 5])
    };
    let each = micro::points(tape);
    // On a whole step, or cut by the cap before it.
    let mut most = base + each * steps;
    if tape.below(3) == 2 {
        most -= tape.up_to(each - 1);
    }
    measured.note(facts, base_at);
    for step in 1..=steps.min(3) {
        measured.note(facts, base_at + per * step);
    }
    measured.note(facts, base_at + per * steps);
    set_micro(&mut map, "base_at", base_at, tape);
    set_micro(&mut map, "base", base, tape);
    set_micro(&mut map, "per", per, tape);
    set_micro(&mut map, "each", each, tape);
    maybe_cap(&mut map, most, tape);
    Rule {
        json: map,
        least: base,
        most,
    }
}
