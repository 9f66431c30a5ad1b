//! The proofs a criteria set must pass before it is used: ids, references, sums, thresholds, attainable ranges.

use super::definition::{
    Criterion, Definition, Fact, FactType, Group, Measure, NotApplicable, RankBy, Rescale, Rule,
    RuleKind, Test, Threshold,
};
use super::range::{Analysis, Domain, Facts, Positions};
use super::read::Reading;
use crate::Rational;
use crate::fault::{FaultKind, Thing};
use crate::points::Stage;
use crate::tree::{Faults, join};

/// Criteria that a set may have.
const MAX_CRITERIA: usize = 2_000;
/// Facts that a set may have.
const MAX_FACTS: usize = 2_000;
/// Groups that a set may have.
const MAX_GROUPS: usize = 200;
/// Bands that a set may have.
const MAX_BANDS: usize = 100;
/// Sources that a set may name.
const MAX_SOURCES: usize = 2_000;
/// Rules that a set may have, those inside others included.
const MAX_RULES: usize = 10_000;
/// Keys that a choice or items may have.
const MAX_KEYS: usize = 64;

/// Notes every fault of meaning.
pub(super) fn check(faults: &mut Faults, reading: &Reading) {
    let facts = Facts::of(&reading.definition.facts);
    let form_is_sound = faults.is_empty();
    let mut checker = Checker {
        faults,
        definition: &reading.definition,
        analysis: Analysis { facts: &facts },
        form_is_sound,
    };
    if !checker.sizes() {
        return;
    }
    checker.policies();
    for (fact, index) in reading.definition.facts.iter().zip(&reading.facts_at) {
        checker.fact(fact, &join("/facts", index));
    }
    checker.unique(
        Thing::Fact,
        &mut reading
            .definition
            .facts
            .iter()
            .zip(&reading.facts_at)
            .map(|(fact, index)| (fact.id.as_str(), join(&join("/facts", index), "id"))),
    );
    checker.groups(reading);
    checker.bands(&reading.bands_at);
    checker.ranking();
}

struct Checker<'c, 'd> {
    faults: &'c mut Faults,
    definition: &'d Definition,
    analysis: Analysis<'d>,
    /// With parts left out for faults of form, sums and references would seem wrong as well.
    form_is_sound: bool,
}

impl<'d> Checker<'_, 'd> {
    /// Whether nothing is so much that the proofs would take too long.
    fn sizes(&mut self) -> bool {
        let criteria = self
            .definition
            .groups
            .iter()
            .map(|group| group.criteria.len())
            .sum();
        let definition = self.definition;
        let (groups, facts) = (definition.groups.len(), definition.facts.len());
        let (bands, sources) = (definition.bands.len(), definition.sources.len());
        let lines = definition.groups.iter().flat_map(|group| &group.criteria);
        let rules = lines.map(|criterion| count_rules(&criterion.rule)).sum();
        let tie_breakers = definition.ranking.tie_breakers.len();
        let mut sound = true;
        for (at, what, count, limit) in [
            ("/groups", Thing::Group, groups, MAX_GROUPS),
            ("/groups", Thing::Criterion, criteria, MAX_CRITERIA),
            ("/groups", Thing::Rule, rules, MAX_RULES),
            ("/facts", Thing::Fact, facts, MAX_FACTS),
            ("/bands", Thing::Band, bands, MAX_BANDS),
            ("/sources", Thing::Source, sources, MAX_SOURCES),
            (
                "/ranking/tie_breakers",
                Thing::Group,
                tie_breakers,
                MAX_GROUPS,
            ),
        ] {
            if count > limit {
                self.faults
                    .push(at, FaultKind::TooMany { what, count, limit });
                sound = false;
            }
        }
        if criteria == 0 && self.form_is_sound {
            let what = Thing::Criterion;
            self.faults
                .push("/groups", FaultKind::Empty { what, least: 1 });
        }
        sound
    }

    fn policies(&mut self) {
        let policies = &self.definition.policies;
        if policies.rescale != Rescale::None && policies.not_applicable != NotApplicable::Exclude {
            self.faults
                .push("/policies/rescale", FaultKind::RescaleNeedsExclude {});
        }
        if let Some(cap) = &policies.bonus_cap {
            self.not_negative("/policies/bonus_cap", cap);
        }
        self.not_negative("/max", &self.definition.max);
        if policies.rounding.stage == Stage::Total || policies.rescale == Rescale::Total {
            self.on_grid("/max", &self.definition.max);
        }
    }

    fn not_negative(&mut self, at: &str, value: &Rational) {
        self.within(
            at,
            value,
            &Rational::ZERO,
            &Rational::from(1_000_000_000_000),
        );
    }

    fn within(&mut self, at: &str, value: &Rational, least: &Rational, most: &Rational) {
        if value < least || value > most {
            let (value, least, most) = (value.clone(), least.clone(), most.clone());
            self.faults
                .push(at, FaultKind::OutOfRange { value, least, most });
        }
    }

    /// Rounding must not lift a maximum over itself.
    fn on_grid(&mut self, at: &str, value: &Rational) {
        let rounding = self.definition.policies.rounding;
        if rounding.round(value) != *value {
            let (value, step) = (value.clone(), rounding.unit());
            self.faults.push(at, FaultKind::OffGrid { value, step });
        }
    }

    fn unique(&mut self, what: Thing, ids: &mut dyn Iterator<Item = (&str, String)>) {
        let mut seen = Positions::new();
        for (id, at) in ids {
            if seen.insert(id, 0).is_some() {
                let id = id.to_owned();
                self.faults.push(&at, FaultKind::DuplicateId { what, id });
            }
        }
    }

    fn known(
        &mut self,
        what: Thing,
        id: &str,
        at: &str,
        among: &mut dyn Iterator<Item = &str>,
    ) -> bool {
        let mut others = Vec::new();
        for candidate in among {
            if candidate == id {
                return true;
            }
            others.push(candidate);
        }
        if self.form_is_sound {
            let nearest = self.faults.nearest(id, &mut others.into_iter());
            let id = id.to_owned();
            self.faults
                .push(at, FaultKind::UnknownId { what, id, nearest });
        }
        false
    }

    fn fact(&mut self, fact: &Fact, at: &str) {
        let trillion = Rational::from(1_000_000_000_000);
        match &fact.kind {
            FactType::Count { min, max } => {
                self.limits(
                    at,
                    min,
                    max,
                    0,
                    &Rational::ZERO,
                    &Rational::from(1_000_000_000),
                );
            }
            FactType::Amount { min, max } => {
                self.limits(at, min, max, 6, &-trillion.clone(), &trillion);
            }
            FactType::Percent { min, max } => {
                self.limits(at, min, max, 2, &Rational::ZERO, &Rational::HUNDRED);
            }
            FactType::Points { max, step } => {
                self.not_negative(&join(at, "max"), max);
                if step.is_positive() {
                    let steps = max.checked_div(step).unwrap_or_default();
                    if steps.floor() != steps {
                        let (value, step) = (max.clone(), step.clone());
                        self.faults
                            .push(&join(at, "max"), FaultKind::NotAMultiple { value, step });
                    }
                } else {
                    self.within(&join(at, "step"), step, &Rational::scaled(1, 6), &trillion);
                }
            }
            FactType::Choice { keys } | FactType::Items { keys } => {
                let at = join(at, "keys");
                let (what, count) = (Thing::Key, keys.len());
                if count == 0 && self.form_is_sound {
                    self.faults.push(&at, FaultKind::Empty { what, least: 1 });
                }
                if count > MAX_KEYS {
                    self.faults.push(
                        &at,
                        FaultKind::TooMany {
                            what,
                            count,
                            limit: MAX_KEYS,
                        },
                    );
                }
                let ids = keys.iter().enumerate();
                self.unique(
                    what,
                    &mut ids.map(|(index, key)| (key.id.as_str(), join(&join(&at, index), "id"))),
                );
            }
            FactType::YesNo | FactType::Rollup { .. } => {}
        }
    }

    fn limits(
        &mut self,
        at: &str,
        min: &Rational,
        max: &Rational,
        places: u32,
        least: &Rational,
        most: &Rational,
    ) {
        for (key, value) in [("min", min), ("max", max)] {
            self.within(&join(at, key), value, least, most);
            if value.round_to(places, crate::RoundingMode::Down) != *value {
                let (value, step) = (value.clone(), Rational::scaled(1, places));
                self.faults
                    .push(&join(at, key), FaultKind::NotAMultiple { value, step });
            }
        }
        if min > max {
            self.within(&join(at, "min"), min, least, max);
        }
    }

    fn groups(&mut self, reading: &Reading) {
        let groups = || self.definition.groups.iter().zip(&reading.groups_at);
        let group_ids: Vec<_> = groups()
            .map(|(group, index)| (group.id.as_str(), join(&join("/groups", index), "id")))
            .collect();
        let at = |group: &usize, criterion: &usize| {
            join(&join(&join("/groups", group), "criteria"), criterion)
        };
        let criteria: Vec<(&Criterion, String)> = groups()
            .zip(&reading.criteria_at)
            .flat_map(|((group, group_at), criteria_at)| {
                let places = criteria_at.iter().map(move |index| at(group_at, index));
                group.criteria.iter().zip(places)
            })
            .collect();
        self.unique(Thing::Group, &mut group_ids.into_iter());
        self.unique(
            Thing::Criterion,
            &mut criteria
                .iter()
                .map(|(criterion, at)| (criterion.id.as_str(), join(at, "id"))),
        );
        for (criterion, at) in &criteria {
            self.criterion(criterion, at);
        }
        for (group, index) in self.definition.groups.iter().zip(&reading.groups_at) {
            self.group(group, &join("/groups", index));
        }
        let sum: Rational = self
            .definition
            .groups
            .iter()
            .map(|group| group.max.clone())
            .sum();
        if sum != self.definition.max && self.form_is_sound {
            let max = self.definition.max.clone();
            self.faults
                .push("/max", FaultKind::SetMaxDiffers { max, sum });
        }
    }

    fn group(&mut self, group: &'d Group, at: &str) {
        let policies = &self.definition.policies;
        let trillion = Rational::from(1_000_000_000_000);
        self.within(
            &join(at, "floor"),
            &group.floor,
            &-trillion,
            &Rational::ZERO,
        );
        if policies.rounding.stage == Stage::Group || policies.rescale == Rescale::Group {
            self.on_grid(&join(at, "max"), &group.max);
            self.on_grid(&join(at, "floor"), &group.floor);
        }
        let regular = group.criteria.iter().filter(|criterion| !criterion.bonus);
        let sum: Rational = regular.map(|criterion| criterion.max.clone()).sum();
        if sum != group.max && self.form_is_sound {
            let (group, max) = (group.id.clone(), group.max.clone());
            self.faults.push(
                &join(at, "max"),
                FaultKind::GroupMaxDiffers { group, max, sum },
            );
        }
    }

    fn criterion(&mut self, criterion: &'d Criterion, at: &str) {
        self.not_negative(&join(at, "max"), &criterion.max);
        let trillion = Rational::from(1_000_000_000_000);
        self.within(
            &join(at, "min"),
            &criterion.min,
            &-trillion,
            &Rational::ZERO,
        );
        if self.definition.policies.rounding.stage == Stage::Criterion {
            self.on_grid(&join(at, "max"), &criterion.max);
            self.on_grid(&join(at, "min"), &criterion.min);
        }
        let source = &criterion.basis.source;
        let mut sources = self.definition.sources.keys().map(String::as_str);
        self.known(
            Thing::Source,
            source,
            &join(&join(at, "basis"), "source"),
            &mut sources,
        );
        let at_rule = join(at, "rule");
        if let RuleKind::Deduct { rule } = &criterion.rule {
            if !criterion.max.is_zero() || !criterion.min.is_negative() {
                let criterion = criterion.id.clone();
                self.faults.push(at, FaultKind::PenaltyShape { criterion });
                return;
            }
            if !self.branch(rule, &join(&at_rule, "rule")) {
                return;
            }
        } else if !self.rule(&criterion.rule, &at_rule) {
            return;
        }
        self.range(&criterion.rule, &criterion.max, &criterion.min, at);
    }

    /// A rule inside another: its facts, then its own maximum.
    fn branch(&mut self, rule: &'d Rule, at: &str) -> bool {
        if matches!(rule.kind, RuleKind::Deduct { .. }) {
            self.faults.push(at, FaultKind::NestedDeduct {});
            return false;
        }
        self.not_negative(&join(at, "max"), &rule.max);
        self.rule(&rule.kind, at)
            && self.range(
                &rule.kind,
                &rule.max,
                &-rule.max.clone().max(Rational::from(1_000_000_000_000)),
                at,
            )
    }

    fn range(&mut self, rule: &RuleKind, max: &Rational, min: &Rational, at: &str) -> bool {
        let Some(range) = self.analysis.range(rule, max) else {
            return false;
        };
        let max = max.clone();
        let (most, least) = (range.most, range.least);
        let fault = if most > max {
            FaultKind::MaxExceeded { max, most }
        } else if most < max && !(max.is_zero() && matches!(rule, RuleKind::Deduct { .. })) {
            FaultKind::MaxNotReached { max, most }
        } else if least < *min {
            FaultKind::MinExceeded {
                min: min.clone(),
                least,
            }
        } else {
            return true;
        };
        self.faults.push(&join(at, "max"), fault);
        false
    }

    /// Whether facts, keys and thresholds of a rule are sound, so that its range can be told.
    fn rule(&mut self, rule: &'d RuleKind, at: &str) -> bool {
        match rule {
            RuleKind::YesNo { fact, .. } => self.typed(fact, &join(at, "fact"), &["yes_no"]),
            RuleKind::Choice { fact, points } => {
                self.typed(fact, &join(at, "fact"), &["choice"])
                    && self.keyed(fact, points.keys(), &join(at, "points"))
            }
            RuleKind::Checklist { fact, points, cap } => {
                self.not_negative(&join(at, "cap"), cap);
                self.typed(fact, &join(at, "fact"), &["items"])
                    && self.keyed(fact, points.keys(), &join(at, "points"))
            }
            RuleKind::Proportional { ratio } => self.measure(ratio, at),
            RuleKind::CohortMax { measure } => {
                self.measure(measure, at) && self.cohort_max(measure, at)
            }
            RuleKind::CohortMinMax { measure } => self.measure(measure, at),
            RuleKind::Tiers { measure, steps, .. } => {
                let sound = self.measure(measure, at);
                let at = join(at, "steps");
                if steps.is_empty() {
                    self.faults.push(
                        &at,
                        FaultKind::Empty {
                            what: Thing::Step,
                            least: 1,
                        },
                    );
                    return false;
                }
                let thresholds: Vec<&Threshold> =
                    steps.iter().map(|step| &step.threshold).collect();
                let ordered = self.descending(&thresholds, &at);
                sound && ordered && self.all_reachable(measure, &thresholds, &at)
            }
            RuleKind::PerItem { fact, each, cap } => {
                self.not_negative(&join(at, "each"), each);
                self.not_negative(&join(at, "cap"), cap);
                self.typed(fact, &join(at, "fact"), &["count", "items"])
            }
            RuleKind::Stepwise {
                measure,
                base,
                per,
                each,
                cap,
                ..
            } => {
                self.not_negative(&join(at, "each"), each);
                let trillion = Rational::from(1_000_000_000_000);
                self.within(&join(at, "per"), per, &Rational::scaled(1, 6), &trillion);
                self.within(&join(at, "base"), base, &-trillion, cap);
                self.measure(measure, at)
            }
            RuleKind::Given { fact } => self.typed(fact, &join(at, "fact"), &["points"]),
            RuleKind::BestOf { rules } => self.branches(rules, at, 2),
            RuleKind::Sum { rules, cap } => {
                self.not_negative(&join(at, "cap"), cap);
                self.branches(rules, at, 1)
            }
            RuleKind::Gate { when, rule, .. } => {
                let at_when = join(at, "when");
                let sound = self.condition(&when.fact, &when.test, &at_when);
                let inner = self.branch(rule, &join(at, "rule"));
                if sound && self.analysis.can_hold(when) == Some(false) {
                    let measure = when.fact.clone();
                    self.faults
                        .push(&at_when, FaultKind::Unreachable { measure });
                    return false;
                }
                sound && inner
            }
            RuleKind::Deduct { .. } => {
                self.faults.push(at, FaultKind::NestedDeduct {});
                false
            }
        }
    }

    fn branches(&mut self, rules: &'d [Rule], at: &str, least: usize) -> bool {
        let at = join(at, "rules");
        if rules.len() < least {
            let what = Thing::Rule;
            self.faults.push(&at, FaultKind::Empty { what, least });
            return false;
        }
        let mut sound = true;
        for (index, rule) in rules.iter().enumerate() {
            sound &= self.branch(rule, &join(&at, index));
        }
        sound
    }

    /// Whether a fact exists and has one of some types.
    fn typed(&mut self, id: &str, at: &str, fitting: &[&str]) -> bool {
        let definition = self.definition;
        let mut ids = definition.facts.iter().map(|fact| fact.id.as_str());
        if !self.known(Thing::Fact, id, at, &mut ids) {
            return false;
        }
        let Some(fact) = self.analysis.facts.get(id) else {
            return false;
        };
        let found = fact.kind.name();
        if fitting.contains(&found) {
            return true;
        }
        let kind = FaultKind::WrongFactType {
            fact: id.to_owned(),
            found: found.to_owned(),
            fitting: fitting.iter().map(|name| (*name).to_owned()).collect(),
        };
        self.faults.push(at, kind);
        false
    }

    /// Whether points are stated for exactly the keys of a fact.
    fn keyed<'i>(&mut self, id: &str, stated: impl Iterator<Item = &'i String>, at: &str) -> bool {
        let Some(fact) = self.analysis.facts.get(id) else {
            return false;
        };
        let stated: Positions<'_> = stated.map(|key| (key.as_str(), 0)).collect();
        let keys: Vec<&str> = fact.kind.keys().iter().map(|key| key.id.as_str()).collect();
        let mut sound = true;
        for key in stated.keys() {
            sound &= self.known(Thing::Key, key, &join(at, key), &mut keys.iter().copied());
        }
        for key in keys.iter().filter(|key| !stated.contains_key(**key)) {
            let (key, fact) = ((*key).to_owned(), id.to_owned());
            self.faults.push(at, FaultKind::MissingPoints { key, fact });
            sound = false;
        }
        sound
    }

    fn measure(&mut self, measure: &Measure, at: &str) -> bool {
        match measure {
            Measure::Fact { fact } => self.typed(
                fact,
                &join(at, "fact"),
                &["count", "amount", "percent", "rollup"],
            ),
            Measure::Ratio { of, over, .. } => {
                let mut sound = true;
                for (key, id) in [("of", of), ("over", over)] {
                    let at = join(at, key);
                    sound &=
                        self.typed(id, &at, &["count", "amount"]) && self.never_negative(id, &at);
                }
                if sound && Domain::of(measure, self.analysis.facts).is_none() {
                    let measure = format!("{of} ÷ {over}");
                    self.faults.push(at, FaultKind::Unreachable { measure });
                    return false;
                }
                sound
            }
        }
    }

    fn never_negative(&mut self, id: &str, at: &str) -> bool {
        let domain = self.analysis.facts.get(id).and_then(Domain::of_fact);
        if domain.is_some_and(|domain| domain.is_ever_negative()) {
            let fact = id.to_owned();
            self.faults.push(at, FaultKind::NegativeMeasure { fact });
            return false;
        }
        true
    }

    fn cohort_max(&mut self, measure: &Measure, at: &str) -> bool {
        match measure {
            Measure::Fact { fact } => self.never_negative(fact, &join(at, "fact")),
            Measure::Ratio { .. } => true,
        }
    }

    fn descending(&mut self, thresholds: &[&Threshold], at: &str) -> bool {
        let mut sound = true;
        for (index, pair) in thresholds.windows(2).enumerate() {
            if let [previous, next] = pair
                && rank_of(previous) <= rank_of(next)
            {
                let kind = FaultKind::OutOfOrder {
                    threshold: next.value().clone(),
                    previous: previous.value().clone(),
                };
                self.faults.push(&join(at, index + 1), kind);
                sound = false;
            }
        }
        sound
    }

    fn all_reachable(&mut self, measure: &Measure, thresholds: &[&Threshold], at: &str) -> bool {
        let Some(domain) = Domain::of(measure, self.analysis.facts) else {
            return false;
        };
        let mut above = None;
        let mut sound = true;
        for (index, threshold) in thresholds.iter().copied().enumerate() {
            if !domain.reaches(threshold, above) {
                let measure = match measure {
                    Measure::Fact { fact } => fact.clone(),
                    Measure::Ratio { of, over, .. } => format!("{of} ÷ {over}"),
                };
                self.faults
                    .push(&join(at, index), FaultKind::Unreachable { measure });
                sound = false;
            }
            above = Some(threshold);
        }
        sound
    }

    fn condition(&mut self, fact: &str, test: &Test, at: &str) -> bool {
        let at_fact = join(at, "fact");
        match test {
            Test::Is(_) => self.typed(fact, &at_fact, &["yes_no"]),
            Test::AnyOf(keys) => {
                if !self.typed(fact, &at_fact, &["choice"]) {
                    return false;
                }
                let at = join(at, "any_of");
                if keys.is_empty() {
                    self.faults.push(
                        &at,
                        FaultKind::Empty {
                            what: Thing::Key,
                            least: 1,
                        },
                    );
                    return false;
                }
                let mut sound = true;
                for (index, key) in keys.iter().enumerate() {
                    sound &= self.has_key(fact, key, &join(&at, index));
                }
                sound
            }
            Test::Includes(key) => {
                self.typed(fact, &at_fact, &["items"])
                    && self.has_key(fact, key, &join(at, "includes"))
            }
            Test::AtLeast(_) | Test::MoreThan(_) | Test::AtMost(_) | Test::LessThan(_) => {
                let fitting = ["count", "amount", "percent", "points", "rollup"];
                self.typed(fact, &at_fact, &fitting)
            }
        }
    }

    fn has_key(&mut self, fact: &str, key: &str, at: &str) -> bool {
        let keys: Vec<&str> = self
            .analysis
            .facts
            .get(fact)
            .map(|fact| fact.kind.keys().iter().map(|key| key.id.as_str()).collect())
            .unwrap_or_default();
        self.known(Thing::Key, key, at, &mut keys.into_iter())
    }

    fn bands(&mut self, bands_at: &[usize]) {
        let definition = self.definition;
        let bands = || {
            definition
                .bands
                .iter()
                .zip(bands_at.iter().map(|index| join("/bands", index)))
        };
        self.unique(
            Thing::Band,
            &mut bands().map(|(band, at)| (band.id.as_str(), join(&at, "id"))),
        );
        let mut previous: Option<&Threshold> = None;
        for (position, (band, at)) in bands().enumerate() {
            if definition
                .bands
                .first()
                .is_some_and(|first| first.on != band.on)
            {
                self.faults.push(&join(&at, "on"), FaultKind::MixedBands {});
            }
            match (&band.threshold, previous) {
                (None, _) if position + 1 < definition.bands.len() => {
                    let band = band.id.clone();
                    self.faults.push(&at, FaultKind::OpenBand { band });
                }
                // Bands may share a threshold where a minimum share tells them apart.
                (Some(threshold), Some(above)) if rank_of(above) < rank_of(threshold) => {
                    let (threshold, previous) = (threshold.value().clone(), above.value().clone());
                    self.faults.push(
                        &at,
                        FaultKind::OutOfOrder {
                            threshold,
                            previous,
                        },
                    );
                }
                _ => {}
            }
            previous = band.threshold.as_ref().or(previous);
            let groups = definition.groups.iter().map(|group| group.id.as_str());
            for (group, share) in &band.min_group_share {
                let at = join(&join(&at, "min_group_share"), group);
                self.known(Thing::Group, group, &at, &mut groups.clone());
                self.within(&at, share, &Rational::ZERO, &Rational::HUNDRED);
            }
            if let Some(share) = &band.min_criterion_share {
                self.within(
                    &join(&at, "min_criterion_share"),
                    share,
                    &Rational::ZERO,
                    &Rational::HUNDRED,
                );
            }
        }
    }

    fn ranking(&mut self) {
        let ranking = &self.definition.ranking;
        let groups = self.definition.groups.iter().map(|group| group.id.as_str());
        match (ranking.by, &ranking.group) {
            (RankBy::Group, Some(group)) => {
                self.known(Thing::Group, group, "/ranking/group", &mut groups.clone());
            }
            (RankBy::Group, None) => {
                let key = "group".to_owned();
                self.faults.push("/ranking", FaultKind::MissingKey { key });
            }
            (_, Some(_)) => {
                self.faults
                    .push("/ranking/group", FaultKind::GroupDoesNotRank {});
            }
            (_, None) => {}
        }
        for (index, group) in ranking.tie_breakers.iter().enumerate() {
            let at = join("/ranking/tie_breakers", index);
            self.known(Thing::Group, group, &at, &mut groups.clone());
        }
    }
}

/// Thresholds by how much they ask: at one number, "more than" asks more than "at least".
fn rank_of(threshold: &Threshold) -> (&Rational, bool) {
    (
        threshold.value(),
        matches!(threshold, Threshold::MoreThan(_)),
    )
}

/// A rule and those inside it.
fn count_rules(rule: &RuleKind) -> usize {
    let inner: usize = match rule {
        RuleKind::BestOf { rules } | RuleKind::Sum { rules, .. } => {
            rules.iter().map(|rule| count_rules(&rule.kind)).sum()
        }
        RuleKind::Gate { rule, .. } | RuleKind::Deduct { rule } => count_rules(&rule.kind),
        _ => 0,
    };
    1 + inner
}
