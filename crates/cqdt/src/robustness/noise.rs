//! Answers that are known to a stated error: each draw takes other ones within it, and the set scores them anew.

use std::fmt;
use std::str::FromStr;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::draw::below;
use super::{GroupTable, RobustnessError};
use crate::batch::{Answers, Request};
use crate::criteria::{FactType, Measure, RuleKind};
use crate::submission::{Layer, Submission};
use crate::{Cohort, CriteriaSet, Lang, Rational};

/// Streams of noise, apart from those of weights: these stay what they are, whether there is noise or not.
const STREAMS: u64 = 1 << 63;

/// How far the true figure may lie from an answer, either way and evenly. As a text: `3`, `0.5` or `2%`; a decimal comma
/// is read too.
///
/// ```
/// use cqdt::robustness::FactError;
///
/// let percent: FactError = "2,5 %".parse().unwrap();
/// assert_eq!(percent.to_string(), "2.5%");
/// assert!("2 per cent".parse::<FactError>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FactError {
    /// So many of the fact's own unit.
    Absolute(Rational),
    /// So many percent of each answer.
    Percent(Rational),
}

impl FromStr for FactError {
    type Err = NoFactError;

    fn from_str(text: &str) -> Result<Self, NoFactError> {
        let (size, error): (&str, fn(Rational) -> Self) = match text.trim().strip_suffix('%') {
            Some(size) => (size.trim_end(), Self::Percent),
            None => (text.trim(), Self::Absolute),
        };
        let size = size.replace(',', ".").parse().map_err(|_| NoFactError)?;
        Ok(error(size))
    }
}

impl fmt::Display for FactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(size) => write!(f, "{size}"),
            Self::Percent(size) => write!(f, "{size}%"),
        }
    }
}

/// A text that states no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a number, or a number of percent such as `2%`")]
pub struct NoFactError;

/// The answers of units, and the error of facts: what a ranking is drawn from where the answers themselves are uncertain.
///
/// What is drawn for a unit hangs on its id among the others, not on the order in which units and errors are given.
///
/// Numbers drawn stay within the fact's limits and places; a numerator stays within its denominator where it was; an
/// answer that isn't 0 doesn't become 0. Where that can't be kept, the unit's answers stay as they are in that draw.
///
/// ```
/// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").ok_or("no such form")?;
/// # let set = cqdt::CriteriaSet::parse_toml(form.text)?;
/// use cqdt::robustness::{FactError, NoisyAnswers, Robustness};
/// use cqdt::{Layer, Rational, Submission};
///
/// let units = [
///     Submission::new("a").with("cb-may", 18).with("cb", 20),
///     Submission::new("b").with("cb-may", 17).with("cb", 19),
/// ];
/// let two_percent = FactError::Percent(Rational::from(2));
/// let answers = NoisyAnswers::of(&set, &units, Layer::Verified).error("cb-may", two_percent)?;
/// let report = Robustness::new(100, 7).run_noisy(&answers)?;
/// assert_eq!(report.units().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NoisyAnswers {
    answers: Answers,
    /// Units in the order of their ids, in which numbers are drawn for them.
    order: Vec<usize>,
    /// The units that are ranked; without, all.
    only: Option<Vec<usize>>,
    /// Statistics that rules need; without, those of the units as they are drawn.
    cohort: Option<Cohort>,
    /// By fact, in the order of the set.
    noisy: Vec<Noisy>,
    /// Numerators that stay within their denominators.
    pairs: Vec<(usize, usize)>,
}

#[derive(Clone, Debug)]
struct Noisy {
    fact: usize,
    error: FactError,
    least: i64,
    most: i64,
}

/// An error that a fact can't have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoiseError {
    /// The set has no such fact.
    #[error("there is no fact `{fact}`")]
    UnknownFact {
        /// What was named.
        fact: String,
    },
    /// Only counts, amounts and percentages are off by something.
    #[error("`{fact}` is no count, amount or percentage, so it has no error")]
    NoNumber {
        /// The fact.
        fact: String,
    },
    /// Not above 0, or too large to compute with.
    #[error("the error of `{fact}` must be above 0 and at most 10^12")]
    OutOfRange {
        /// The fact.
        fact: String,
    },
}

impl NoiseError {
    /// What is wrong, in words.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (_, Lang::En) => self.to_string(),
            (Self::UnknownFact { fact }, Lang::Vi) => format!("không có số liệu `{fact}`"),
            (Self::NoNumber { fact }, Lang::Vi) => {
                format!("`{fact}` không phải số đếm, số đo hay tỷ lệ phần trăm nên không có sai số")
            }
            (Self::OutOfRange { fact }, Lang::Vi) => {
                format!("sai số của `{fact}` phải lớn hơn 0 và không quá 10^12")
            }
        }
    }
}

impl NoisyAnswers {
    /// The answers of submissions in a layer; as yet without an error.
    pub fn of<'s>(
        set: &CriteriaSet,
        submissions: impl IntoIterator<Item = &'s Submission>,
        layer: Layer,
    ) -> Self {
        let mut pairs = Vec::new();
        for criterion in set.criteria() {
            ratios(set, &criterion.rule, &mut pairs);
        }
        pairs.sort_unstable();
        pairs.dedup();
        let submissions: Vec<&Submission> = submissions.into_iter().collect();
        let mut order: Vec<usize> = (0..submissions.len()).collect();
        order.sort_by_key(|row| submissions.get(*row).map(|one| &one.unit));
        Self {
            answers: Answers::of(set, submissions, layer),
            order,
            only: None,
            cohort: None,
            noisy: Vec::new(),
            pairs,
        }
    }

    /// With the error of a fact.
    ///
    /// # Errors
    /// [`NoiseError`].
    pub fn error(mut self, fact: &str, error: FactError) -> Result<Self, NoiseError> {
        self.add_error(fact, error).map(|()| self)
    }

    /// Adds the error of a fact, in place of an earlier one. Where it can't be, nothing changes: whoever has several to
    /// add can go on, and tell all that is wrong with them at once.
    ///
    /// # Errors
    /// [`NoiseError`].
    pub fn add_error(&mut self, fact: &str, error: FactError) -> Result<(), NoiseError> {
        let named = || fact.to_owned();
        let Some(at) = self.answers.set().fact_at(fact) else {
            return Err(NoiseError::UnknownFact { fact: named() });
        };
        let kind = self
            .answers
            .set()
            .definition()
            .facts
            .get(at)
            .map(|fact| &fact.kind);
        let Some(
            FactType::Count { min, max }
            | FactType::Amount { min, max }
            | FactType::Percent { min, max },
        ) = kind
        else {
            return Err(NoiseError::NoNumber { fact: named() });
        };
        let places = kind.and_then(FactType::places).unwrap_or(0);
        let (FactError::Absolute(size) | FactError::Percent(size)) = &error;
        let largest = Rational::from(1_000_000_000_000_i64);
        let in_range = *size > Rational::ZERO && *size <= largest;
        let limits = min.at_places(places).zip(max.at_places(places));
        let Some((least, most)) = limits.filter(|_| in_range) else {
            return Err(NoiseError::OutOfRange { fact: named() });
        };
        let noisy = Noisy {
            fact: at,
            error,
            least,
            most,
        };
        match self.noisy.binary_search_by_key(&at, |noisy| noisy.fact) {
            Ok(place) => self.noisy[place] = noisy,
            Err(place) => self.noisy.insert(place, noisy),
        }
        Ok(())
    }

    /// With the statistics that rules need, where they aren't those of these units.
    #[must_use]
    pub fn cohort(mut self, cohort: Cohort) -> Self {
        self.cohort = Some(cohort);
        self
    }

    /// Ranks only these units, in this order; the others stay their cohort.
    #[must_use]
    pub fn only(mut self, units: Vec<usize>) -> Self {
        self.only = Some(units);
        self
    }

    /// The answers as they were given.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Points under the answers as they were given. None where the set ranks by one group.
    pub fn table(&self) -> Option<GroupTable> {
        self.scored(&[])
    }

    /// Points under the answers of one draw of the noise.
    pub(super) fn drawn(&self, seed: u64, draw: u64) -> Option<GroupTable> {
        self.scored(&self.draw(seed, draw))
    }

    pub(super) fn or_empty(&self) -> Result<GroupTable, RobustnessError> {
        self.table().ok_or(RobustnessError::Empty)
    }

    /// The numbers of one draw, fact by fact in the order of `noisy`.
    fn draw(&self, seed: u64, draw: u64) -> Vec<Vec<i64>> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(STREAMS | draw);
        let mut drawn: Vec<Vec<i64>> = Vec::with_capacity(self.noisy.len());
        for noisy in &self.noisy {
            let Some(numbers) = self.answers.numbers(noisy.fact) else {
                continue;
            };
            let reach = self.reach(noisy);
            let mut moved = numbers.to_vec();
            for row in &self.order {
                let Some(number) = moved.get_mut(*row) else {
                    continue;
                };
                let reach = reach(*number);
                let width = 2 * u64::try_from(reach).unwrap_or(0) + 1;
                let above = i64::try_from(below(&mut random, width)).unwrap_or(0);
                // What isn't a number of the fact stays what it is.
                if !(noisy.least..=noisy.most).contains(number) {
                    continue;
                }
                let at = number.saturating_add(above - reach);
                let at = at.clamp(noisy.least, noisy.most);
                *number = match *number {
                    1.. => at.max(1),
                    0 => at,
                    _ => at.min(-1),
                };
            }
            drawn.push(moved);
        }
        self.keep_ratios(&mut drawn);
        drawn
    }

    /// How far each number may move, in units of its last place.
    fn reach(&self, noisy: &Noisy) -> impl Fn(i64) -> i64 + use<> {
        const MOST: i64 = i64::MAX / 4;
        let places = self.places(noisy.fact);
        let (fixed, per) = match &noisy.error {
            FactError::Absolute(size) => {
                let scaled = size * &Rational::from(10_i64.pow(places));
                (scaled.floor().at_places(0).unwrap_or(MOST).min(MOST), None)
            }
            // In millionths of the answer.
            FactError::Percent(size) => {
                let per = (size * &Rational::from(10_000)).floor();
                (0, Some(i128::from(per.at_places(0).unwrap_or(MOST))))
            }
        };
        move |number| match per {
            None => fixed,
            Some(per) => {
                let reach = i128::from(number).abs() * per / 1_000_000;
                i64::try_from(reach).unwrap_or(MOST).min(MOST)
            }
        }
    }

    /// Brings numerators within their denominators, or leaves a unit as it was where that takes them out of their limits.
    fn keep_ratios(&self, drawn: &mut [Vec<i64>]) {
        let place = |fact: usize| self.noisy.iter().position(|noisy| noisy.fact == fact);
        let pairs = self.pairs.iter().filter_map(|(of, over)| {
            let (own, other) = (place(*of), place(*over));
            let scales =
                [self.places(*of), self.places(*over)].map(|places| 10_i128.pow(6 - places));
            let bases = (self.answers.numbers(*of)?, self.answers.numbers(*over)?);
            (own.is_some() || other.is_some()).then_some((own, other, scales, bases))
        });
        let pairs: Vec<_> = pairs.collect();
        for row in 0..self.answers.rows() {
            let get = |drawn: &[Vec<i64>], place: Option<usize>, base: &[i64]| {
                let moved = place.and_then(|place| drawn.get(place)?.get(row));
                *moved.or(base.get(row)).unwrap_or(&0)
            };
            let mut whole = true;
            for _ in 0..=pairs.len() {
                whole = true;
                for (own, other, [scale, over_scale], (base, over_base)) in &pairs {
                    let (of_base, over_base_value) =
                        (get(&[], None, base), get(&[], None, over_base));
                    let fits = |of: i64, over: i64| {
                        i128::from(of) * scale <= i128::from(over) * over_scale
                    };
                    let over = get(drawn, *other, over_base);
                    let of = get(drawn, *own, base);
                    if fits(of, over) || !fits(of_base, over_base_value) {
                        continue;
                    }
                    whole = false;
                    let most = i128::from(over) * over_scale / scale;
                    if let Some(slot) = own.and_then(|own| drawn.get_mut(own)?.get_mut(row)) {
                        *slot = i64::try_from(most).unwrap_or(*slot);
                    }
                }
                if whole {
                    break;
                }
            }
            let within = self.noisy.iter().zip(&*drawn).all(|(noisy, numbers)| {
                let (now, before) = (numbers.get(row), self.answers.numbers(noisy.fact));
                let limits = noisy.least..=noisy.most;
                let before = before.and_then(|before| before.get(row));
                now == before || now.is_some_and(|now| limits.contains(now))
            });
            if whole && within {
                continue;
            }
            for (noisy, numbers) in self.noisy.iter().zip(drawn.iter_mut()) {
                let before = self
                    .answers
                    .numbers(noisy.fact)
                    .and_then(|before| before.get(row));
                if let (Some(slot), Some(before)) = (numbers.get_mut(row), before) {
                    *slot = *before;
                }
            }
        }
    }

    fn places(&self, fact: usize) -> u32 {
        let facts = &self.answers.set().definition().facts;
        let fact = facts.get(fact);
        fact.and_then(|fact| fact.kind.places()).unwrap_or(0).min(6)
    }

    /// The points of all units; numbers that were drawn stand before those that were given.
    fn scored(&self, drawn: &[Vec<i64>]) -> Option<GroupTable> {
        let set = self.answers.set();
        let input = self.answers.moved(&|fact| {
            let at = self.noisy.iter().position(|noisy| noisy.fact == fact)?;
            drawn.get(at).map(Vec::as_slice)
        });
        let request = Request::new().all_groups().total().share();
        let own = if set.needs_cohort() && self.cohort.is_none() {
            Some(set.cohort_of_columns(&input).ok()?)
        } else {
            None
        };
        let cohort = self.cohort.as_ref().or(own.as_ref());
        let output = set.score_batch(&input, &request, cohort).ok()?;
        let table = GroupTable::of(&output)?;
        Some(match &self.only {
            Some(units) => table.only(units),
            None => table,
        })
    }
}

/// The ratios that a rule reads and that mustn't exceed 1.
fn ratios(set: &CriteriaSet, rule: &RuleKind, pairs: &mut Vec<(usize, usize)>) {
    let measure = match rule {
        RuleKind::Proportional { ratio: measure }
        | RuleKind::Tiers { measure, .. }
        | RuleKind::Stepwise { measure, .. }
        | RuleKind::CohortMax { measure }
        | RuleKind::CohortMinMax { measure } => measure,
        RuleKind::BestOf { rules } | RuleKind::Sum { rules, .. } => {
            return rules.iter().for_each(|rule| ratios(set, &rule.kind, pairs));
        }
        RuleKind::Gate { rule, .. } | RuleKind::Deduct { rule } => {
            return ratios(set, &rule.kind, pairs);
        }
        _ => return,
    };
    if let Measure::Ratio {
        of,
        over,
        allow_over: false,
        ..
    } = measure
    {
        pairs.extend(set.fact_at(of).zip(set.fact_at(over)));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::robustness::{Drawing, Robustness};

    /// A set of two groups: so many points for each of a count, and a ratio.
    fn set() -> CriteriaSet {
        let text = |text: &str| format!(r#"{{ "vi": "{text}", "en": "{text}" }}"#);
        let basis = r#""basis": { "status": "official", "source": "s", "item": "1" }"#;
        let title = text("t");
        let criterion = |id: &str, max: u32, rule: &str| {
            format!(
                r#"{{ "id": "{id}", "number": "1", "title": {title}, "max": {max}, "rule": {rule}, {basis} }}"#
            )
        };
        let group = |id: &str, max: u32, criterion: String| {
            format!(
                r#"{{ "id": "{id}", "number": "{id}", "title": {title}, "max": {max}, "criteria": [ {criterion} ] }}"#
            )
        };
        let each = r#"{ "kind": "per_item", "fact": "sl", "each": "0.1" }"#;
        let share = r#"{ "kind": "proportional", "of": "co", "over": "tong" }"#;
        let groups = [
            group("i", 100, criterion("i.1", 100, each)),
            group("ii", 10, criterion("ii.1", 10, share)),
        ];
        let fact = |id: &str, limits: &str| {
            format!(r#"{{ "id": "{id}", "type": "count", "title": {title}{limits} }}"#)
        };
        let facts = [
            fact("sl", r#", "max": 1000"#),
            fact("co", ""),
            fact("tong", ""),
            format!(r#"{{ "id": "ok", "type": "yes_no", "title": {title} }}"#),
        ];
        CriteriaSet::parse_json(&format!(
            r#"{{ "format": 1, "id": "a/b", "version": "1.0.0", "status": "official", "agency_group": "x", "max": 110,
                "title": {title}, "document": {{ "number": "1", "date": "2018-07-05", "issuer": {title}, "title": {title} }},
                "sources": {{ "s": {{ "document": "d" }} }}, "facts": [ {} ], "groups": [ {} ] }}"#,
            facts.join(", "),
            groups.join(", "),
        ))
        .unwrap()
    }

    fn absolute(size: i64) -> FactError {
        FactError::Absolute(Rational::from(size))
    }

    #[test]
    fn two_units_one_uncertain_count() {
        let set = set();
        let units = [50, 52].map(|count| {
            Submission::new("u")
                .with("sl", count)
                .with("co", 5)
                .with("tong", 10)
        });
        let answers = NoisyAnswers::of(&set, &units, Layer::Verified)
            .error("sl", absolute(3))
            .unwrap();
        let report = Robustness::new(20_000, 4)
            .drawing(Drawing::Uniform { percent: 1 })
            .pair(0, 1)
            .pair(1, 0)
            .run_noisy(&answers)
            .unwrap();
        assert_eq!(report.published(), [2, 1]);
        // All pairs of figures are equally likely; where groups weigh ±1 % no weight outweighs one of the count.
        let (mut first, mut second) = (0.0, 0.0);
        for one in 47..=53 {
            for other in 49..=55 {
                first += f64::from(u8::from(one > other)) / 49.0;
                second += f64::from(u8::from(other > one)) / 49.0;
            }
        }
        let found: Vec<f64> = report.pairs().iter().map(|(_, _, share)| *share).collect();
        assert!((found[0] - first).abs() < 0.015, "{found:?}, {first}");
        assert!((found[1] - second).abs() < 0.015, "{found:?}, {second}");
    }

    #[test]
    fn without_an_error_nothing_changes() {
        let set = set();
        let units = [3, 7, 5].map(|count| Submission::new("u").with("sl", count).with("ok", true));
        let answers = NoisyAnswers::of(&set, &units, Layer::Verified);
        let settings = Robustness::new(300, 2).drop_one_group();
        let plain = settings.run(&answers.table().unwrap()).unwrap();
        assert_eq!(settings.run_noisy(&answers).unwrap(), plain);
        assert_eq!(plain.published(), [3, 1, 2]);
        let turned = answers.only(vec![1, 0]).table().unwrap();
        assert_eq!(settings.run(&turned).unwrap().published(), [1, 2]);
    }

    #[test]
    fn drawn_answers_are_answers_that_the_set_takes() {
        let set = set();
        let units = [
            Submission::new("full")
                .with("sl", 999)
                .with("co", 20)
                .with("tong", 20),
            Submission::new("small")
                .with("sl", 0)
                .with("co", 1)
                .with("tong", 2),
            Submission::new("wrong")
                .with("sl", 5)
                .with("co", 21)
                .with("tong", 20),
            Submission::new("silent").with("tong", 20),
        ];
        let answers = NoisyAnswers::of(&set, &units, Layer::Verified)
            .error("sl", absolute(5))
            .unwrap()
            .error("co", FactError::Percent(Rational::from(40)))
            .unwrap()
            .error("tong", absolute(4))
            .unwrap();
        let (mut moved, mut reached) = (0, [false; 2]);
        for draw in 0..300 {
            let drawn = answers.draw(9, draw);
            let [sl, co, tong] = drawn.as_slice() else {
                unreachable!("three facts have an error")
            };
            assert!(sl.iter().take(3).all(|count| (0..=1_000).contains(count)));
            assert!(co[0] <= tong[0] && co[1] <= tong[1] && co[1] >= 1 && tong[1] >= 1);
            assert!((12..=24).contains(&co[0]), "{co:?}");
            assert!((16..=24).contains(&tong[0]));
            moved += usize::from(co[0] != 20);
            reached[0] |= sl[0] == 1_000;
            reached[1] |= sl[1] == 0;
            // What wasn't answered stays so.
            assert_eq!((sl[3], co[3]), (i64::MAX, i64::MAX));
            // The batch's points are those of submissions with the same figures.
            let table = answers.drawn(9, draw).unwrap();
            for row in [0, 1, 2] {
                let unit = Submission::new("u")
                    .with("sl", sl[row])
                    .with("co", co[row])
                    .with("tong", tong[row]);
                let report = set.score(&unit);
                let points = report.groups().map(|(_, group)| group.points.at_places(2));
                let points: Option<Vec<i64>> = points.collect();
                let found: Vec<i64> = table.points.iter().map(|group| group[row]).collect();
                assert_eq!(points, Some(found));
            }
        }
        assert!(moved > 200, "{moved}");
        assert_eq!(reached, [true; 2]);
        assert_eq!(answers.draw(9, 0), answers.draw(9, 0));
        assert_ne!(answers.draw(9, 0), answers.draw(9, 1));
        assert_ne!(answers.draw(9, 0), answers.draw(8, 0));
    }

    #[test]
    fn what_is_drawn_for_a_unit_hangs_on_its_id() {
        let set = set();
        let unit = |id: &str, count: i64| {
            let unit = Submission::new("x").with("sl", count).with("co", 5);
            Submission {
                unit: Some(id.to_owned()),
                ..unit.with("tong", 10)
            }
        };
        let units = [unit("c", 30), unit("a", 30), unit("b", 30)];
        let draw = |order: [usize; 3], facts: [&str; 2]| {
            let units = order.map(|at| &units[at]);
            let mut answers = NoisyAnswers::of(&set, units, Layer::Verified);
            for fact in facts {
                answers = answers.error(fact, absolute(4)).unwrap();
            }
            let drawn = answers.draw(3, 1);
            let mut rows: Vec<Vec<i64>> = vec![Vec::new(); 3];
            for (place, at) in order.into_iter().enumerate() {
                rows[at] = drawn.iter().map(|fact| fact[place]).collect();
            }
            rows
        };
        let told = draw([0, 1, 2], ["sl", "tong"]);
        assert!(told[0] != told[1] || told[1] != told[2]);
        for order in [[2, 1, 0], [1, 2, 0]] {
            assert_eq!(draw(order, ["sl", "tong"]), told);
            assert_eq!(draw(order, ["tong", "sl"]), told);
        }
    }

    #[test]
    fn errors_as_texts() {
        for (text, error) in [
            ("3", absolute(3)),
            (" 2 %", FactError::Percent(Rational::from(2))),
            ("2.50%", FactError::Percent(Rational::ratio(5, 2))),
            ("0,5", FactError::Absolute(Rational::ratio(1, 2))),
        ] {
            let read: FactError = text.parse().unwrap();
            assert_eq!(read, error, "{text}");
            assert_eq!(read.to_string().parse(), Ok(error));
        }
        for text in ["", "%", "2%%", "x", "1.000,5"] {
            assert_eq!(text.parse::<FactError>(), Err(NoFactError), "{text}");
        }
    }

    #[test]
    fn only_numbers_have_errors_and_only_positive_ones() {
        let set = set();
        let answers = || NoisyAnswers::of(&set, [], Layer::Verified);
        let fact = || "ok".to_owned();
        assert_eq!(
            answers().error("ok", absolute(1)).err(),
            Some(NoiseError::NoNumber { fact: fact() })
        );
        let unknown = answers().error("oki", absolute(1)).err();
        assert_eq!(
            unknown,
            Some(NoiseError::UnknownFact {
                fact: "oki".to_owned()
            })
        );
        for size in [0, -1, 1_000_000_000_001] {
            for error in [absolute(size), FactError::Percent(Rational::from(size))] {
                let found = answers().error("sl", error).err();
                assert_eq!(
                    found,
                    Some(NoiseError::OutOfRange {
                        fact: "sl".to_owned()
                    })
                );
            }
        }
        assert_eq!(
            Robustness::new(10, 1).run_noisy(&answers()),
            Err(RobustnessError::Empty)
        );
    }
}
