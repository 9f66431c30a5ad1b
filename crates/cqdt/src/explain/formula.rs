//! The formula of one rule with the numbers put in: `47 ÷ 50 × 2 = 1,88`.

use crate::criteria::{
    Condition, Definition, Fact, Measure, Rule, RuleKind, Step, Test, Threshold,
};
use crate::score::{Detail, Measured, Status, Trace, branches_of, facts_of};
use crate::{Lang, Rational};

/// The formula of a rule; `shown` is what its points are printed as.
pub(super) fn of(
    definition: &Definition,
    rule: &RuleKind,
    max: &Rational,
    trace: &Trace,
    shown: &Rational,
    lang: Lang,
) -> String {
    let words = Words { definition, lang };
    words.rule(rule, max, trace, shown)
}

struct Words<'d> {
    definition: &'d Definition,
    lang: Lang,
}

impl Words<'_> {
    fn rule(&self, rule: &RuleKind, max: &Rational, trace: &Trace, shown: &Rational) -> String {
        let number = |value: &Rational| self.lang.exact(value);
        let points = self.points(&trace.points, shown);
        match (&trace.detail, rule) {
            (Detail::Unscored { because }, _) => self.unscored(trace.status, because),
            (Detail::ZeroDenominator, _) => {
                let zero = self.pick("mẫu số bằng 0", "the denominator is 0");
                format!("{zero} → {}", self.value(shown))
            }
            (Detail::YesNo { answer }, _) => {
                let answer = if *answer {
                    self.pick("có", "yes")
                } else {
                    self.pick("không", "no")
                };
                format!("{answer} → {}", self.value(shown))
            }
            (Detail::Choice { key }, _) => {
                format!("“{}” → {}", self.key_title(rule, *key), self.value(shown))
            }
            (Detail::Proportional { of, over }, _) => {
                let formula = format!("{} ÷ {} × {}", number(of), number(over), number(max));
                if of > over {
                    // Only where the rule allows it; the points stay at the maximum.
                    return format!(
                        "{formula} → {} {}",
                        self.pick("tối đa", "at most"),
                        self.value(shown)
                    );
                }
                format!("{formula} {points}")
            }
            (
                Detail::Tiers { measure, step },
                RuleKind::Tiers {
                    measure: of, steps, ..
                },
            ) => {
                let compared = self.tier(of, steps, *step);
                format!(
                    "{}{compared} → {}",
                    self.measured(of, measure),
                    self.value(shown)
                )
            }
            (Detail::PerItem { count }, RuleKind::PerItem { each, cap, .. }) => {
                let product = count * each;
                let formula = format!("{} × {}", number(count), number(each));
                self.capped(&formula, &product, cap, shown)
            }
            (
                Detail::Stepwise { measure },
                RuleKind::Stepwise {
                    measure: of,
                    base_at,
                    base,
                    per,
                    each,
                    cap,
                },
            ) => self.stepwise(of, measure, [base_at, base, per, each, cap], shown),
            (Detail::Checklist { bits, sum }, RuleKind::Checklist { points, cap, .. }) => {
                let keys = self.keys(rule);
                let ticked: Vec<String> = keys
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| bits >> index & 1 == 1)
                    .filter_map(|(_, (id, title))| {
                        Some(format!("{} ({title})", number(points.get(id)?)))
                    })
                    .collect();
                if ticked.is_empty() {
                    let nothing = self.pick("không đánh dấu mục nào", "nothing ticked");
                    return format!("{nothing} → {}", self.value(shown));
                }
                self.capped(&ticked.join(" + "), sum, cap, shown)
            }
            (Detail::CohortMax { measure, largest }, RuleKind::CohortMax { measure: of }) => {
                if largest.is_zero() {
                    let zero = self.pick(
                        "giá trị lớn nhất trong nhóm là 0",
                        "the largest in the cohort is 0",
                    );
                    return format!("{zero} → {}", self.value(shown));
                }
                let own = self.in_formula(of, measure);
                format!(
                    "{own} ÷ {} ({}) × {} {points}",
                    self.with_unit(of, largest),
                    self.pick("lớn nhất trong nhóm", "largest in the cohort"),
                    number(max)
                )
            }
            (
                Detail::CohortMinMax {
                    measure,
                    least,
                    largest,
                },
                RuleKind::CohortMinMax { measure: of },
            ) => {
                if least == largest {
                    let equal = self.pick(
                        "mọi đơn vị trong nhóm bằng nhau",
                        "all units of the cohort are equal",
                    );
                    return format!("{equal} → {}", self.value(shown));
                }
                let (own, least, largest) = (
                    self.in_formula(of, measure),
                    self.with_unit(of, least),
                    self.with_unit(of, largest),
                );
                format!(
                    "({own} − {least}) ÷ ({largest} − {least}) × {} {points}",
                    number(max)
                )
            }
            (Detail::Given, _) => {
                format!("{} {}", self.pick("được chấm", "given"), self.value(shown))
            }
            (Detail::BestOf { taken, branches }, _) => self.best_of(rule, *taken, branches, shown),
            (Detail::Sum { sum, branches }, RuleKind::Sum { cap, .. }) => {
                let parts: Vec<String> = branches_of(rule)
                    .zip(branches)
                    .map(|(rule, trace)| format!("[{}]", self.branch(rule, trace)))
                    .collect();
                self.capped(&parts.join(" + "), sum, cap, shown)
            }
            (Detail::Gate { branch }, RuleKind::Gate { when, rule, .. }) => {
                let condition = self.condition(when);
                let Some(trace) = branch.as_deref() else {
                    let failed = self.pick("chưa đạt điều kiện", "condition not met:");
                    return format!("{failed} {condition} → {}", self.value(shown));
                };
                let held = self.pick("đạt điều kiện", "condition met:");
                format!("{held} {condition}; {}", self.branch_as(rule, trace, shown))
            }
            (
                Detail::Deduct {
                    branch: Some(trace),
                },
                RuleKind::Deduct { rule },
            ) => {
                let inner = self.branch(rule, trace);
                format!(
                    "{} [{inner}] → {}",
                    self.pick("trừ", "minus"),
                    self.value(shown)
                )
            }
            // A trace without its branches was made without traces; there is nothing more to tell.
            _ => points,
        }
    }

    fn pick(&self, vi: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(vi, en)
    }

    fn value(&self, value: &Rational) -> String {
        self.lang.exact(value)
    }

    /// `= 1,88`, or `≈ 0,67` where it is rounded.
    fn points(&self, exact: &Rational, shown: &Rational) -> String {
        let text = self.value(shown);
        if text.starts_with('≈') {
            text
        } else if exact == shown {
            format!("= {text}")
        } else {
            format!("≈ {text}")
        }
    }

    /// A branch prints its own points.
    fn branch(&self, rule: &Rule, trace: &Trace) -> String {
        self.branch_as(rule, trace, &trace.points)
    }

    fn branch_as(&self, rule: &Rule, trace: &Trace, shown: &Rational) -> String {
        self.rule(&rule.kind, &rule.max, trace, shown)
    }

    fn capped(&self, formula: &str, sum: &Rational, cap: &Rational, shown: &Rational) -> String {
        if sum > cap {
            let most = self.pick("tối đa", "at most");
            return format!(
                "{formula} {}, {most} {}",
                self.points(sum, sum),
                self.value(shown)
            );
        }
        format!("{formula} {}", self.points(sum, shown))
    }

    fn unscored(&self, status: Status, because: &[usize]) -> String {
        let what = match status {
            Status::Missing => self.pick("chưa trả lời", "not answered"),
            Status::Invalid => self.pick("không hợp lệ", "invalid"),
            _ => self.pick("không áp dụng", "not applicable"),
        };
        let titles: Vec<&str> = because
            .iter()
            .filter_map(|at| self.definition.facts.get(*at))
            .map(|fact| fact.title.get(self.lang))
            .collect();
        if !titles.is_empty() {
            return format!("{what}: {}", titles.join("; "));
        }
        match status {
            Status::Missing => self.pick(
                "cần số liệu của cả nhóm cơ quan",
                "needs the figures of the whole cohort",
            ),
            Status::Invalid => self.pick(
                "số liệu mâu thuẫn, xem cảnh báo",
                "answers contradict, see the findings",
            ),
            _ => what,
        }
        .to_owned()
    }

    fn best_of(
        &self,
        rule: &RuleKind,
        taken: usize,
        branches: &[Trace],
        shown: &Rational,
    ) -> String {
        let Some((rule, trace)) = branches_of(rule).zip(branches).nth(taken) else {
            return self.value(shown);
        };
        let all: Vec<String> = branches
            .iter()
            .map(|branch| match branch.status {
                Status::Scored => self.value(&branch.points),
                status => status.text(self.lang).to_owned(),
            })
            .collect();
        format!(
            "{} {}: {} ({}: {})",
            self.pick("phương án cao nhất là", "the best case is"),
            taken + 1,
            self.branch_as(rule, trace, shown),
            self.pick("các phương án", "all cases"),
            all.join("; ")
        )
    }

    fn stepwise(
        &self,
        of: &Measure,
        measure: &Measured,
        [base_at, base, per, each, cap]: [&Rational; 5],
        shown: &Rational,
    ) -> String {
        let number = |value: &Rational| self.lang.exact(value);
        if measure.value <= *base_at {
            let (own, limit) = (self.measured(of, measure), self.with_unit(of, base_at));
            return format!("{own} ≤ {limit} → {}", self.value(shown));
        }
        let own = self.in_formula(of, measure);
        let formula = format!(
            "{} + ⌊({own} − {}) ÷ {}⌋ × {}",
            number(base),
            self.with_unit(of, base_at),
            self.with_unit(of, per),
            number(each)
        );
        if shown == cap {
            return format!(
                "{formula} → {} {}",
                self.pick("tối đa", "at most"),
                self.value(shown)
            );
        }
        format!("{formula} = {}", self.value(shown))
    }

    /// ` ≥ 70%`, or the lowest threshold missed.
    fn tier(&self, of: &Measure, steps: &[Step], step: Option<usize>) -> String {
        let met = step.and_then(|step| steps.get(step));
        let (threshold, signs) = match (met, steps.last()) {
            (Some(step), _) => (&step.threshold, ["≥", ">"]),
            (None, Some(lowest)) => (&lowest.threshold, ["<", "≤"]),
            (None, None) => return String::new(),
        };
        let [at_least, more_than] = signs;
        let sign = match threshold {
            Threshold::AtLeast(_) => at_least,
            Threshold::MoreThan(_) => more_than,
        };
        format!(" {sign} {}", self.with_unit(of, threshold.value()))
    }

    /// `35 ÷ 40 = 87,5%` of a ratio, `3 cuộc họp` of a fact.
    fn measured(&self, of: &Measure, measure: &Measured) -> String {
        let value = self.with_unit(of, &measure.value);
        let Some(ratio) = &measure.ratio else {
            return value;
        };
        let (of, over) = (self.lang.exact(&ratio.0), self.lang.exact(&ratio.1));
        let sign = if value.starts_with('≈') { "" } else { "= " };
        format!("{of} ÷ {over} {sign}{value}")
    }

    /// A measure inside a formula; a ratio stays one, so that the formula is exact.
    fn in_formula(&self, of: &Measure, measure: &Measured) -> String {
        let Some(ratio) = &measure.ratio else {
            return self.with_unit(of, &measure.value);
        };
        let (of, over) = (self.lang.exact(&ratio.0), self.lang.exact(&ratio.1));
        format!("({of} ÷ {over})")
    }

    /// A number in what a measure is counted in.
    fn with_unit(&self, of: &Measure, value: &Rational) -> String {
        let text = self.value(value);
        let fact = match of {
            Measure::Ratio { .. } => return text + "%",
            Measure::Fact { fact } => self.fact(fact),
        };
        match fact {
            Some(fact) if matches!(fact.kind.name(), "percent" | "rollup") => text + "%",
            Some(Fact {
                unit: Some(unit), ..
            }) => format!("{text} {}", unit.get(self.lang)),
            _ => text,
        }
    }

    fn fact(&self, id: &str) -> Option<&Fact> {
        self.definition.facts.iter().find(|fact| fact.id == id)
    }

    /// The keys that a rule's fact has.
    fn keys(&self, rule: &RuleKind) -> Vec<(&str, &str)> {
        let fact = facts_of(rule).first().and_then(|id| self.fact(id));
        let keys = fact.map_or(&[][..], |fact| fact.kind.keys());
        keys.iter()
            .map(|key| (key.id.as_str(), key.title.get(self.lang)))
            .collect()
    }

    fn key_title(&self, rule: &RuleKind, key: usize) -> String {
        let keys = self.keys(rule);
        keys.get(key)
            .map_or_else(String::new, |(_, title)| (*title).to_owned())
    }

    fn condition(&self, when: &Condition) -> String {
        let fact = self.fact(&when.fact);
        let title = fact.map_or(when.fact.as_str(), |fact| fact.title.get(self.lang));
        let key_title = |id: &String| {
            let keys = fact.map_or(&[][..], |fact| fact.kind.keys());
            let key = keys.iter().find(|key| key.id == *id);
            key.map_or(id.as_str(), |key| key.title.get(self.lang))
                .to_owned()
        };
        let measure = Measure::Fact {
            fact: when.fact.clone(),
        };
        let number = |value: &Rational| self.with_unit(&measure, value);
        let test = match &when.test {
            Test::Is(true) => format!("= {}", self.pick("có", "yes")),
            Test::Is(false) => format!("= {}", self.pick("không", "no")),
            Test::AnyOf(keys) => {
                let titles: Vec<String> = keys.iter().map(key_title).collect();
                format!("= {}", titles.join(self.pick(" hoặc ", " or ")))
            }
            Test::Includes(key) => format!("∋ {}", key_title(key)),
            Test::AtLeast(bound) => format!("≥ {}", number(bound)),
            Test::MoreThan(bound) => format!("> {}", number(bound)),
            Test::AtMost(bound) => format!("≤ {}", number(bound)),
            Test::LessThan(bound) => format!("< {}", number(bound)),
        };
        format!("({title} {test})")
    }
}
