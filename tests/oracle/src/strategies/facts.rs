//! The facts of a set in the making. Rules ask for one that fits and get an old one or a new one.

use serde_json::{Value, json};

use super::micro::{self, Micro, ONE};
use super::tape::Tape;

/// The type of a fact, with what bounds it.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    YesNo,
    Count { min: Micro, max: Micro },
    Amount { min: Micro, max: Micro },
    Percent { min: Micro, max: Micro },
    Choice { keys: Vec<String> },
    Items { keys: Vec<String> },
    Points { max: Micro, step: Micro },
    Rollup { at_band: bool },
}

impl Kind {
    /// The least and the largest number.
    pub(crate) fn range(&self) -> (Micro, Micro) {
        match *self {
            Self::Count { min, max } | Self::Amount { min, max } | Self::Percent { min, max } => {
                (min, max)
            }
            Self::Points { max, .. } => (0, max),
            Self::Rollup { .. } => (0, 100 * ONE),
            _ => panic!("not a number: {self:?}"),
        }
    }

    /// The distance between neighbouring numbers (of those that we use, for a roll-up).
    pub(crate) fn grid(&self) -> Micro {
        match *self {
            Self::Count { .. } => ONE,
            Self::Percent { .. } => 10_000,
            Self::Points { step, .. } => step,
            _ => 1,
        }
    }

    pub(crate) fn is_measure(&self) -> bool {
        matches!(
            self,
            Self::Count { .. } | Self::Amount { .. } | Self::Percent { .. } | Self::Rollup { .. }
        )
    }
}

/// A fact.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) may_be_not_applicable: bool,
    /// Values where some rule changes its mind.
    pub(crate) edges: Vec<Micro>,
}

/// A ratio that some rule reads.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) of: usize,
    pub(crate) over: usize,
    pub(crate) allow_over: bool,
    /// Percentages where some rule changes its mind.
    pub(crate) edges: Vec<Micro>,
}

/// All facts and ratios so far.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) all: Vec<Fact>,
    pub(crate) pairs: Vec<Pair>,
}

impl Facts {
    /// A fact that fits: half of the time an old one, where there is one, else the new kind.
    pub(crate) fn ask(
        &mut self,
        tape: &mut Tape,
        fits: impl Fn(&Kind) -> bool,
        new: Kind,
    ) -> usize {
        let old: Vec<usize> = (0..self.all.len())
            .filter(|&index| fits(&self.all[index].kind))
            .collect();
        if !old.is_empty() && tape.below(2) == 0 {
            return tape.pick(&old);
        }
        self.add(tape, new)
    }

    fn add(&mut self, tape: &mut Tape, kind: Kind) -> usize {
        // The order of declaration is not the order of use.
        let id = format!(
            "{}{}",
            tape.pick(&["f", "a-", "so.lieu_", "9x"]),
            self.all.len() + 1
        );
        self.all.push(Fact {
            id,
            kind,
            may_be_not_applicable: tape.below(3) == 2,
            edges: Vec::new(),
        });
        self.all.len() - 1
    }

    pub(crate) fn yes_no(&mut self, tape: &mut Tape) -> usize {
        self.ask(tape, |kind| matches!(kind, Kind::YesNo), Kind::YesNo)
    }

    /// At least two keys, so that a condition on it can be met and not met.
    pub(crate) fn choice(&mut self, tape: &mut Tape) -> usize {
        let keys = keys(2 + tape.below(4));
        self.ask(
            tape,
            |kind| matches!(kind, Kind::Choice { .. }),
            Kind::Choice { keys },
        )
    }

    pub(crate) fn items(&mut self, tape: &mut Tape) -> usize {
        let keys = keys(1 + tape.below(6));
        self.ask(
            tape,
            |kind| matches!(kind, Kind::Items { .. }),
            Kind::Items { keys },
        )
    }

    pub(crate) fn points(&mut self, tape: &mut Tape) -> usize {
        let step = tape.pick(&[ONE, 500_000, 250_000, 100_000, 5_000, 1, 300_000, 62_500]);
        let max = step.max(tape.grain) * tape.pick(&[1, 2, 4, 10, 7, 1_000]);
        let step = if max % step == 0 { step } else { max };
        self.ask(
            tape,
            |kind| matches!(kind, Kind::Points { .. }),
            Kind::Points { max, step },
        )
    }

    /// A count; with `from_zero`, one whose least is 0.
    pub(crate) fn count(&mut self, tape: &mut Tape, from_zero: bool) -> usize {
        let new = if from_zero {
            new_count_from_zero(tape)
        } else {
            new_count(tape)
        };
        self.ask(
            tape,
            |kind| matches!(*kind, Kind::Count { min, .. } if !from_zero || min == 0),
            new,
        )
    }

    /// A number; with `from_zero`, one whose least is 0; with `positive`, one that is never negative.
    pub(crate) fn number(&mut self, tape: &mut Tape, from_zero: bool, positive: bool) -> usize {
        let new = match tape.below(4) {
            0 if from_zero => new_count_from_zero(tape),
            0 => new_count(tape),
            1 if from_zero => Kind::Percent {
                min: 0,
                max: tape.pick(&[100 * ONE, 50_500_000]),
            },
            1 => {
                let (min, max) = tape.pick(&[
                    (0, 100 * ONE),
                    (10 * ONE, 90 * ONE),
                    (0, 50_500_000),
                    (250_000, 99_990_000),
                ]);
                Kind::Percent { min, max }
            }
            2 if from_zero => new_amount_from_zero(tape),
            2 if positive => new_denominator_amount(tape),
            2 => {
                let trillion = 1_000_000_000_000 * ONE;
                let (min, max) = tape.pick(&[
                    (0, 1_000 * ONE),
                    (-trillion, trillion),
                    (-50_500_000, 100_250_000),
                    (1, 5 * ONE),
                    (-trillion, -ONE),
                ]);
                Kind::Amount { min, max }
            }
            _ => Kind::Rollup {
                at_band: tape.below(2) == 1,
            },
        };
        let fits = |kind: &Kind| {
            kind.is_measure() && {
                let (min, _) = kind.range();
                (!from_zero || min == 0) && (!positive || min >= 0)
            }
        };
        self.ask(tape, fits, new)
    }

    /// A ratio that can take any value from 0 to 100 %, and up to 1000 % with `allow_over`.
    pub(crate) fn pair(&mut self, tape: &mut Tape) -> usize {
        if !self.pairs.is_empty() && tape.below(3) == 2 {
            let index = tape.below(self.pairs.len());
            // The same two facts with the other reading of "over" are another measure.
            if tape.once_in(3) {
                let old = self.pairs[index].clone();
                self.pairs.push(Pair {
                    allow_over: !old.allow_over,
                    edges: Vec::new(),
                    ..old
                });
                return self.pairs.len() - 1;
            }
            return index;
        }
        let amounts = tape.once_in(3);
        let mixed = tape.once_in(8);
        let new_over = if amounts == mixed {
            new_denominator_count(tape)
        } else {
            new_denominator_amount(tape)
        };
        let over = self.ask(tape, |kind| denominator(kind, amounts != mixed), new_over);
        let least = self.all[over].kind.range().0;
        let new_of = if amounts {
            new_amount_from_zero(tape)
        } else {
            new_count_from_zero(tape)
        };
        let mut of = self.ask(tape, |kind| numerator(kind, amounts, least), new_of.clone());
        if of == over {
            of = self.add(tape, new_of);
        }
        let allow_over = tape.once_in(3);
        self.pairs.push(Pair {
            of,
            over,
            allow_over,
            edges: Vec::new(),
        });
        self.pairs.len() - 1
    }

    /// The facts as the set declares them.
    pub(crate) fn declared(&self, tape: &mut Tape) -> Vec<Value> {
        self.all.iter().map(|fact| declare(fact, tape)).collect()
    }
}

fn keys(n: usize) -> Vec<String> {
    (1..=n).map(|index| format!("k{index}")).collect()
}

fn new_count(tape: &mut Tape) -> Kind {
    if tape.once_in(3) {
        let (min, max) = tape.pick(&[
            (ONE, 1_000_000_000 * ONE),
            (2 * ONE, 50 * ONE),
            (10 * ONE, 20 * ONE),
        ]);
        return Kind::Count { min, max };
    }
    new_count_from_zero(tape)
}

fn new_count_from_zero(tape: &mut Tape) -> Kind {
    let max = tape.pick(&[1_000_000_000, 10, 20, 40, 100, 1_000, 1_000_000]) * ONE;
    Kind::Count { min: 0, max }
}

fn new_amount_from_zero(tape: &mut Tape) -> Kind {
    let max = tape.pick(&[1_000 * ONE, 1_000_000_000_000 * ONE, 12_500_000]);
    Kind::Amount { min: 0, max }
}

fn new_denominator_count(tape: &mut Tape) -> Kind {
    let (min, max) = tape.pick(&[(0, 1_000_000_000), (1, 1_000_000_000), (0, 400), (1, 80)]);
    Kind::Count {
        min: min * ONE,
        max: max * ONE,
    }
}

fn new_denominator_amount(tape: &mut Tape) -> Kind {
    let (min, max) = tape.pick(&[
        (0, 1_000_000_000_000 * ONE),
        (1, 1_000 * ONE),
        (0, 400 * ONE),
        (500_000, 500 * ONE),
    ]);
    Kind::Amount { min, max }
}

fn denominator(kind: &Kind, amounts: bool) -> bool {
    match *kind {
        Kind::Count { min, max } => !amounts && (0..=ONE).contains(&min) && max >= 10 * ONE,
        Kind::Amount { min, max } => amounts && (0..=ONE).contains(&min) && max >= 10 * ONE,
        _ => false,
    }
}

fn numerator(kind: &Kind, amounts: bool, least_denominator: Micro) -> bool {
    match *kind {
        Kind::Count { min, max } => !amounts && min == 0 && max >= 10 * ONE.max(least_denominator),
        Kind::Amount { min, max } => amounts && min == 0 && max >= 10 * ONE.max(least_denominator),
        _ => false,
    }
}

/// A text in both languages.
pub(crate) fn title(vi: &str) -> Value {
    json!({ "vi": format!("{vi} (tiếng Việt)"), "en": format!("{vi} (English)") })
}

fn declare(fact: &Fact, tape: &mut Tape) -> Value {
    let mut value = json!({ "id": fact.id, "title": title(&fact.id) });
    if fact.may_be_not_applicable {
        value["not_applicable"] = json!(true);
    } else if tape.once_in(6) {
        value["not_applicable"] = json!(false);
    }
    if tape.once_in(8) {
        value["unit"] = title("cái");
        value["help"] = title("hướng dẫn");
    }
    let declared_keys = |keys: &[String]| -> Vec<Value> {
        keys.iter()
            .map(|key| json!({ "id": key, "title": title(key) }))
            .collect()
    };
    let kind = match &fact.kind {
        Kind::YesNo => "yes_no",
        Kind::Count { min, max } => {
            // The defaults may be left out.
            if *min != 0 || tape.once_in(2) {
                value["min"] = micro::json(*min, tape);
            }
            if *max != 1_000_000_000 * ONE || tape.once_in(2) {
                value["max"] = micro::json(*max, tape);
            }
            "count"
        }
        Kind::Amount { min, max } => {
            value["min"] = micro::json(*min, tape);
            value["max"] = micro::json(*max, tape);
            "amount"
        }
        Kind::Percent { min, max } => {
            if *min != 0 || tape.once_in(2) {
                value["min"] = micro::json(*min, tape);
            }
            if *max != 100 * ONE || tape.once_in(2) {
                value["max"] = micro::json(*max, tape);
            }
            "percent"
        }
        Kind::Choice { keys } => {
            value["keys"] = json!(declared_keys(keys));
            "choice"
        }
        Kind::Items { keys } => {
            value["keys"] = json!(declared_keys(keys));
            "items"
        }
        Kind::Points { max, step } => {
            value["max"] = micro::json(*max, tape);
            value["step"] = micro::json(*step, tape);
            "points"
        }
        Kind::Rollup { at_band } => {
            value["children"] = json!("cap-con");
            value["value"] = json!(if *at_band {
                "share_at_band"
            } else {
                "mean_share"
            });
            if *at_band {
                value["band"] = json!("tot");
            }
            "rollup"
        }
    };
    value["type"] = json!(kind);
    value
}
