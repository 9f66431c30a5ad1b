//! A live score is the score of the whole submission, after any sequence of answers.
#![allow(clippy::unwrap_used, missing_docs)]

use std::borrow::Cow;

use cqdt::{
    Changes, Cohort, CriteriaSet, Evidence, Lang, Layer, LiveScore, NumberStyle, RawAnswer, Report,
    Submission,
};
use cqdt_oracle::strategies::cases;
use proptest::prelude::*;
use serde_json::Value;

/// One change of a form; numbers pick what it is about.
#[derive(Clone, Debug)]
enum Edit {
    /// A fact takes the answer that another submission has.
    Borrow {
        fact: usize,
        from: usize,
    },
    /// A fact takes some answer, fitting or not.
    Answer {
        fact: usize,
        answer: Option<RawAnswer<'static>>,
    },
    /// A fact that the set doesn't have takes an answer or loses it.
    Unknown {
        fact: u8,
        answer: bool,
    },
    Evidence {
        criterion: usize,
        some: bool,
    },
    UnknownEvidence {
        some: bool,
    },
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = |text: &'static str| RawAnswer::Text(Cow::Borrowed(text), NumberStyle::Comma);
    let answers = prop::sample::select(vec![
        None,
        Some(RawAnswer::from(true)),
        Some(RawAnswer::from(false)),
        Some(text("0")),
        Some(text("12,5")),
        Some(text("1.234")),
        Some(text("nhiều")),
        Some(RawAnswer::from("k1")),
        Some(RawAnswer::NotApplicable(Cow::Borrowed("không có"))),
        Some(RawAnswer::NotApplicable(Cow::Borrowed(""))),
        Some(RawAnswer::Items(vec![Cow::Borrowed("k0")])),
    ]);
    let edit = prop_oneof![
        4 => (any::<usize>(), any::<usize>()).prop_map(|(fact, from)| Edit::Borrow { fact, from }),
        4 => (any::<usize>(), answers).prop_map(|(fact, answer)| Edit::Answer { fact, answer }),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(fact, answer)| Edit::Unknown { fact, answer }),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(criterion, some)| Edit::Evidence { criterion, some }),
        1 => any::<bool>().prop_map(|some| Edit::UnknownEvidence { some }),
    ];
    prop::collection::vec(edit, 1..40)
}

fn evidence(some: bool) -> Vec<Evidence> {
    let mut evidence = Evidence::default();
    evidence.number = Some("12/BC-UBND".to_owned());
    if some { vec![evidence] } else { Vec::new() }
}

fn apply(
    edit: &Edit,
    live: &mut LiveScore,
    set: &CriteriaSet,
    submissions: &[Submission],
) -> Changes {
    let facts = &set.definition().facts;
    match edit {
        Edit::Borrow { fact, from } => {
            let id = &facts[fact % facts.len()].id;
            let answer = submissions[from % submissions.len()].answer(id, Layer::SelfAssessed);
            live.set(id, answer.cloned().unwrap_or(RawAnswer::Missing))
        }
        Edit::Answer { fact, answer } => {
            let id = &facts[fact % facts.len()].id;
            live.set(id, answer.clone().unwrap_or(RawAnswer::Missing))
        }
        Edit::Unknown { fact, answer } => {
            let answer = if *answer {
                RawAnswer::from(1)
            } else {
                RawAnswer::Missing
            };
            live.set(&format!("la-{fact}"), answer)
        }
        Edit::Evidence { criterion, some } => {
            let id = &set
                .criteria()
                .nth(criterion % set.criteria().count())
                .unwrap()
                .id;
            live.set_evidence(id, evidence(*some))
        }
        Edit::UnknownEvidence { some } => live.set_evidence("la.1", evidence(*some)),
    }
}

/// What changed between two reports is what the changes name, no more and no less.
fn check_changes(before: &Report, after: &Report, changes: &Changes) {
    let criteria = before.criteria().zip(after.criteria()).enumerate();
    let criteria: Vec<usize> = criteria
        .filter(|(_, (a, b))| a.1 != b.1)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(changes.criteria, criteria);
    let groups = before.groups().zip(after.groups()).enumerate();
    let groups: Vec<usize> = groups
        .filter(|(_, (a, b))| a.1 != b.1)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(changes.groups, groups);
    let total = before.total() != after.total()
        || before.is_complete() != after.is_complete()
        || before.band() != after.band();
    assert_eq!(changes.total, total);
    assert!(changes.diagnostics || before.diagnostics() == after.diagnostics());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_live_score_is_the_score(case in cases(), edits in edits(), verified: bool) {
        let set = CriteriaSet::parse_json(&case.set.to_string()).unwrap();
        let submissions: Vec<Submission> =
            case.submissions.iter().map(|submission| Submission::from_json(&submission.to_string()).unwrap()).collect();
        let layer = if verified { Layer::Verified } else { Layer::SelfAssessed };
        let cohort: Cohort = set.cohort(&submissions, layer);
        let mut live = LiveScore::new(&set, submissions[0].clone(), layer, Some(cohort.clone()));
        prop_assert_eq!(live.report(), &set.score_in(live.submission(), layer, Some(&cohort)));
        for edit in &edits {
            let before = live.report().clone();
            let changes = apply(edit, &mut live, &set, &submissions);
            let whole = set.score_in(live.submission(), layer, Some(&cohort));
            prop_assert_eq!(live.report(), &whole);
            check_changes(&before, &whole, &changes);
            let explained = live.explain_changes(&changes, Lang::Vi);
            let full = whole.explain(Lang::Vi);
            let lines: Vec<_> = full.groups.iter().flat_map(|group| &group.lines).collect();
            let lines: Vec<_> = changes.criteria.iter().map(|at| lines[*at].clone()).collect();
            prop_assert_eq!(explained.lines, lines);
            prop_assert_eq!(explained.total, full.total);
            prop_assert_eq!(
                explained.groups.iter().map(|group| &group.points).collect::<Vec<_>>(),
                changes.groups.iter().map(|at| &full.groups[*at].points).collect::<Vec<_>>()
            );
            prop_assert_eq!(Some(live.changes_json(&changes)), cqdt::to_canonical_json(&live.document(&changes)));
            let document = serde_json::to_value(live.document(&changes)).unwrap();
            let report: Value = serde_json::from_str(&whole.to_json()).unwrap();
            prop_assert_eq!(&document["total"], &report["total"]);
            let lines: Vec<Value> = changes.criteria.iter().map(|at| report["criteria"][*at].clone()).collect();
            prop_assert_eq!(&document["criteria"], &Value::from(lines));
        }
        // What is written reads back as the same report.
        let read = Submission::from_json(&live.submission().to_json()).unwrap();
        let report = set.score_in(&read, layer, Some(&cohort));
        prop_assert_eq!(report.total(), live.report().total());
    }

    #[test]
    fn many_unknown_facts_are_told_of_as_in_a_whole_report(case in cases(), count in 45_usize..60) {
        let set = CriteriaSet::parse_json(&case.set.to_string()).unwrap();
        let mut live = LiveScore::new(&set, Submission::default(), Layer::SelfAssessed, None);
        for at in 0..count {
            live.set(&format!("f{at}x"), 1);
        }
        prop_assert_eq!(live.report(), &set.score(live.submission()));
    }
}
