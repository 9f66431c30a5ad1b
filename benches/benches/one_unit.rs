//! One unit: from JSON text to points, to the full report, to the canonical bytes; and loading the set itself.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::batch::Request;
use cqdt::{Cohort, CriteriaSet, Lang, Layer, Submission};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn loaded() -> (CriteriaSet, String, Cohort) {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    let units: Vec<Submission> = (1..=34)
        .map(|seed| Submission::from_json(&cqdt_benches::submission(seed)).unwrap())
        .collect();
    let cohort = set.cohort(&units, Layer::SelfAssessed);
    (set, cqdt_benches::submission(7), cohort)
}

#[divan::bench]
fn set_parse_and_check(bencher: Bencher<'_, '_>) {
    let text = cqdt_benches::set();
    bencher.bench(|| CriteriaSet::parse_json(black_box(&text)).unwrap());
}

#[divan::bench]
fn json_to_points(bencher: Bencher<'_, '_>) {
    let (set, text, cohort) = loaded();
    let mut scorer = set.scorer(&Request::new().total(), Some(&cohort)).unwrap();
    bencher.bench_local(|| {
        scorer
            .json(black_box(&text))
            .unwrap()
            .totals()
            .unwrap()
            .values()[0]
    });
}

#[divan::bench]
fn json_to_submission(bencher: Bencher<'_, '_>) {
    let (_, text, _) = loaded();
    bencher.bench(|| Submission::from_json(black_box(&text)).unwrap());
}

/// The whole way to every line's calculation.
#[divan::bench]
fn json_to_report(bencher: Bencher<'_, '_>) {
    let (set, text, cohort) = loaded();
    bencher.bench(|| {
        let submission = Submission::from_json(black_box(&text)).unwrap();
        set.score_in(&submission, Layer::SelfAssessed, Some(&cohort))
    });
}

/// Scoring with the trace alone: answers are read, the report isn't written.
#[divan::bench]
fn submission_to_trace(bencher: Bencher<'_, '_>) {
    let (set, text, cohort) = loaded();
    let submission = Submission::from_json(&text).unwrap();
    bencher.bench(|| set.score_in(black_box(&submission), Layer::SelfAssessed, Some(&cohort)));
}

#[divan::bench]
fn report_to_json(bencher: Bencher<'_, '_>) {
    let (set, text, cohort) = loaded();
    let submission = Submission::from_json(&text).unwrap();
    let report = set.score_in(&submission, Layer::SelfAssessed, Some(&cohort));
    bencher.bench(|| black_box(&report).to_json());
}

/// From answers already read: points alone, against the whole report with every line's calculation.
#[divan::bench]
fn row_to_points(bencher: Bencher<'_, '_>) {
    let (set, _, cohort) = loaded();
    let frame = cqdt_benches::Frame::new(&set, 1);
    let input = frame.input();
    let request = Request::new().total();
    bencher.bench_local(|| {
        set.score_batch(black_box(&input), &request, Some(&cohort))
            .unwrap()
    });
}

#[divan::bench]
fn report_to_words(bencher: Bencher<'_, '_>) {
    let (set, text, cohort) = loaded();
    let submission = Submission::from_json(&text).unwrap();
    let report = set.score_in(&submission, Layer::SelfAssessed, Some(&cohort));
    bencher.bench(|| black_box(&report).explain(Lang::Vi));
}

#[divan::bench]
fn set_to_json(bencher: Bencher<'_, '_>) {
    let (set, ..) = loaded();
    bencher.bench(|| black_box(&set).to_json());
}
