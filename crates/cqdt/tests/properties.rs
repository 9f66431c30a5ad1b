//! What holds of every set and submission, without any oracle.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use cqdt::criteria::{Measure, RankBy, Rescale, RuleKind, Ties};
use cqdt::{
    Cohort, CriteriaSet, Layer, Rational, RawAnswer, Report, Stage, Standing, Status, Submission,
    rank,
};
use cqdt_oracle::strategies::{Case, cases};
use proptest::prelude::*;
use serde_json::Value;

struct Loaded {
    set: CriteriaSet,
    submissions: Vec<Submission>,
    cohort: Cohort,
}

fn load(case: &Case) -> Loaded {
    let set = CriteriaSet::parse_json(&case.set.to_string()).unwrap();
    let submissions: Vec<Submission> = case
        .submissions
        .iter()
        .map(|submission| Submission::from_json(&submission.to_string()).unwrap())
        .collect();
    let cohort = set.cohort(&submissions, Layer::SelfAssessed);
    Loaded {
        set,
        submissions,
        cohort,
    }
}

impl Loaded {
    fn reports(&self) -> Vec<Report> {
        self.submissions
            .iter()
            .map(|submission| {
                self.set
                    .score_in(submission, Layer::SelfAssessed, Some(&self.cohort))
            })
            .collect()
    }
}

/// A tree with every list of groups, criteria and facts reversed.
fn reversed(mut set: Value) -> Value {
    set["facts"].as_array_mut().unwrap().reverse();
    let groups = set["groups"].as_array_mut().unwrap();
    groups.reverse();
    for group in groups {
        group["criteria"].as_array_mut().unwrap().reverse();
    }
    set
}

/// Whether more of a fact can never mean fewer points.
fn is_monotone(rule: &RuleKind, fact: &str) -> bool {
    let reads = |measure: &Measure| match measure {
        Measure::Fact { .. } => true,
        Measure::Ratio { over, .. } => over != fact,
        _ => false,
    };
    match rule {
        RuleKind::Proportional { ratio } => reads(ratio),
        RuleKind::Tiers {
            measure,
            steps,
            otherwise,
        } => {
            let descending = steps
                .windows(2)
                .all(|pair| pair[0].points >= pair[1].points);
            reads(measure)
                && descending
                && steps.last().is_some_and(|step| step.points >= *otherwise)
        }
        RuleKind::Stepwise { measure, .. } => reads(measure),
        RuleKind::PerItem { .. } => true,
        RuleKind::BestOf { rules } | RuleKind::Sum { rules, .. } => {
            rules.iter().all(|rule| is_monotone(&rule.kind, fact))
        }
        _ => false,
    }
}

/// The text that the npm package puts together.
fn unmarked(report: &Report) -> String {
    let lines = report.set().marked_lines();
    let mut lines = lines.split('\u{1}').skip(1);
    let marked = report.marked_json();
    let mut parts = marked.split('\u{1}');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + lines.next().unwrap() + part)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_of_groups_criteria_and_facts_is_nothing(case in cases()) {
        let loaded = load(&case);
        let turned = load(&Case { set: reversed(case.set.clone()), submissions: case.submissions.clone() });
        for (straight, turned) in loaded.reports().iter().zip(turned.reports()) {
            prop_assert_eq!(straight.total(), turned.total());
            for (criterion, score) in straight.criteria() {
                prop_assert_eq!(Some(&score.points), turned.criterion(&criterion.id).map(|score| &score.points));
            }
            for (group, score) in straight.groups() {
                prop_assert_eq!(Some(score), turned.group(&group.id));
            }
        }
    }

    #[test]
    fn order_of_units_is_nothing(case in cases()) {
        let loaded = load(&case);
        let reports = loaded.reports();
        let ties = loaded.set.definition().ranking.ties;
        let standings: Vec<Standing> = reports.iter().map(|report| loaded.set.standing(report, None)).collect();
        let backwards: Vec<Standing> = standings.iter().rev().cloned().collect();
        let mut ranks = rank(&backwards, ties);
        ranks.reverse();
        prop_assert_eq!(rank(&standings, ties), ranks);
    }

    #[test]
    fn ranks_follow_the_figures(case in cases()) {
        let loaded = load(&case);
        let reports = loaded.reports();
        let ranking = &loaded.set.definition().ranking;
        prop_assume!(ranking.by == RankBy::Total && ranking.tie_breakers.is_empty());
        let standings: Vec<Standing> = reports.iter().map(|report| loaded.set.standing(report, None)).collect();
        let ranks = rank(&standings, Ties::Competition);
        for (report, own) in reports.iter().zip(&ranks) {
            let above = reports.iter().filter(|other| other.total().points > report.total().points);
            prop_assert_eq!(*own, Some(above.count() + 1));
        }
    }

    #[test]
    fn cohorts_merge_in_any_order(case in cases()) {
        let loaded = load(&case);
        let parts: Vec<Cohort> = loaded
            .submissions
            .iter()
            .map(|submission| loaded.set.cohort([submission], Layer::SelfAssessed))
            .collect();
        let forwards = parts.iter().cloned().fold(Cohort::default(), Cohort::merge);
        let backwards = parts.iter().rev().cloned().fold(Cohort::default(), Cohort::merge);
        let nested = parts.iter().rev().cloned().fold(Cohort::default(), |all, part| part.merge(all));
        prop_assert_eq!(&forwards, &loaded.cohort);
        prop_assert_eq!(&forwards, &backwards);
        prop_assert_eq!(&forwards, &nested);
        prop_assert_eq!(&forwards.clone().merge(Cohort::default()), &forwards);
    }

    #[test]
    fn json_reads_back(case in cases()) {
        let loaded = load(&case);
        let again = CriteriaSet::parse_json(&loaded.set.to_json()).unwrap();
        prop_assert_eq!(again.fingerprint(), loaded.set.fingerprint());
        prop_assert_eq!(again.definition(), loaded.set.definition());
        for submission in &loaded.submissions {
            let again = Submission::from_json(&submission.to_json()).unwrap();
            for layer in [Layer::SelfAssessed, Layer::Verified] {
                let report = loaded.set.score_in(submission, layer, None);
                prop_assert_eq!(Some(report.to_json()), cqdt::to_canonical_json(&report.document()));
                prop_assert_eq!(report.to_json(), loaded.set.score_in(&again, layer, None).to_json());
                prop_assert_eq!(&loaded.set.score_json(&submission.to_json(), layer, None).unwrap(), &report);
                prop_assert_eq!(unmarked(&report), report.to_json());
            }
        }
    }

    #[test]
    fn points_lie_in_the_proved_range(case in cases()) {
        let loaded = load(&case);
        let rounding = loaded.set.definition().policies.rounding;
        for report in loaded.reports() {
            for (criterion, score) in report.criteria() {
                prop_assert!(score.points >= criterion.min && score.points <= criterion.max);
                let (least, most) = loaded.set.attainable_range(&criterion.id).unwrap();
                let (least, most) = match rounding.stage {
                    Stage::Criterion => (rounding.round(&least), rounding.round(&most)),
                    _ => (least, most),
                };
                prop_assert!(most <= criterion.max);
                prop_assert!(score.points.is_zero() || (score.points >= least && score.points <= most));
            }
        }
    }

    #[test]
    fn the_printed_column_adds_up(case in cases()) {
        let loaded = load(&case);
        let policies = &loaded.set.definition().policies;
        for report in loaded.reports() {
            for (group, score) in report.groups() {
                let lines = group.criteria.iter().filter_map(|criterion| report.criterion(&criterion.id));
                let sum: Rational = lines.map(|line| line.points.clone()).sum();
                prop_assert_eq!(&sum, &score.sum);
                if policies.rounding.stage == Stage::Criterion && policies.rescale != Rescale::Group && !score.excluded {
                    prop_assert_eq!(&score.points, &sum.max(group.floor.clone()));
                }
            }
            if policies.rounding.stage == Stage::Criterion {
                let groups: Rational = report.groups().map(|(_, score)| score.points.clone()).sum();
                let total = report.total();
                prop_assert_eq!(&(&groups - &total.bonus_excess), &total.before_rescale);
                let places = u32::from(policies.rounding.places);
                for (_, score) in report.criteria() {
                    let printed: Rational = score.points.to_fixed(places).parse().unwrap();
                    prop_assert_eq!(&printed, &score.points);
                }
            }
        }
    }

    #[test]
    fn more_of_a_good_thing_never_scores_less(case in cases()) {
        let loaded = load(&case);
        for (submission, report) in loaded.submissions.iter().zip(loaded.reports()) {
            for fact in &loaded.set.definition().facts {
                let Some(RawAnswer::Number(text)) = submission.answer(&fact.id, Layer::SelfAssessed) else {
                    continue;
                };
                let Ok(number) = text.parse::<i64>() else { continue };
                let more = submission.clone().with(fact.id.clone(), number + 1);
                let raised = loaded.set.score_in(&more, Layer::SelfAssessed, Some(&loaded.cohort));
                for (criterion, before) in report.criteria() {
                    let after = raised.criterion(&criterion.id).unwrap();
                    let scored = before.status == Status::Scored && after.status == Status::Scored;
                    if scored && is_monotone(&criterion.rule, &fact.id) {
                        prop_assert!(after.points >= before.points, "{} by {}", criterion.id, fact.id);
                    }
                }
            }
        }
    }

    #[test]
    fn rationals_add_and_multiply_as_they_should(
        a in any::<(i64, i64)>(), b in any::<(i64, i64)>(), c in any::<(i64, i64)>()
    ) {
        let of = |(num, den): (i64, i64)| Rational::ratio(num, if den == 0 { 1 } else { den });
        let (a, b, c) = (of(a), of(b), of(c));
        prop_assert_eq!(&(&a + &b) + &c, &a + &(&b + &c));
        prop_assert_eq!(&(&a * &b) * &c, &a * &(&b * &c));
        prop_assert_eq!(&a * &(&b + &c), &(&a * &b) + &(&a * &c));
        prop_assert_eq!(&(&a - &b) + &b, a.clone());
        prop_assert_eq!(a.to_string().parse::<Rational>(), Ok(a.clone()));
        prop_assert!(a.floor() <= a && a < &a.floor() + &Rational::from(1));
        if let Some(quotient) = a.checked_div(&b) {
            prop_assert_eq!(&quotient * &b, a);
        }
    }
}
