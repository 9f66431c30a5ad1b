//! Many units: columns in, columns out.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::CriteriaSet;
use cqdt::batch::Request;
use cqdt_benches::Frame;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 1_000, 10_600, 1_000_000], sample_count = 20, sample_size = 1)]
fn groups_total_share_band(bencher: Bencher<'_, '_>, rows: usize) {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    let frame = Frame::new(&set, rows);
    let input = frame.input();
    let cohort = set.cohort_of_columns(&input).unwrap();
    let request = Request::new().total().share().band().all_groups();
    bencher.bench_local(|| {
        set.score_batch(black_box(&input), &request, Some(&cohort))
            .unwrap()
    });
}

/// 60 criteria of one kind.
#[divan::bench(
    args = [
        "yes_no", "choice", "proportional", "tiers", "per_item", "stepwise", "checklist", "cohort_max", "cohort_min_max",
        "given", "best_of", "sum", "gate", "deduct",
    ],
    sample_count = 20, sample_size = 1,
)]
fn of_one_kind_10_600_rows(bencher: Bencher<'_, '_>, kind: &str) {
    let set = CriteriaSet::parse_json(&cqdt_benches::set_of(&[(kind, 60)])).unwrap();
    let frame = Frame::new(&set, 10_600);
    let input = frame.input();
    let cohort = set.cohort_of_columns(&input).unwrap();
    let request = Request::new().total();
    bencher.bench_local(|| {
        set.score_batch(black_box(&input), &request, Some(&cohort))
            .unwrap()
    });
}

#[divan::bench(args = [10_600, 1_000_000], sample_count = 20, sample_size = 1)]
fn cohort(bencher: Bencher<'_, '_>, rows: usize) {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    let frame = Frame::new(&set, rows);
    let input = frame.input();
    bencher.bench_local(|| set.cohort_of_columns(black_box(&input)).unwrap());
}

#[divan::bench(args = [10_600, 1_000_000], sample_count = 20, sample_size = 1)]
fn rank(bencher: Bencher<'_, '_>, rows: usize) {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    let frame = Frame::new(&set, rows);
    let input = frame.input();
    let cohort = set.cohort_of_columns(&input).unwrap();
    let request = Request::new().ranking();
    let output = set.score_batch(&input, &request, Some(&cohort)).unwrap();
    bencher.bench_local(|| {
        let provinces = black_box(&output).ranks(Some(frame.provinces()));
        (output.ranks(None).unwrap(), provinces.unwrap())
    });
}

#[divan::bench(args = [1_000, 10_600], sample_count = 10, sample_size = 1)]
fn analysis(bencher: Bencher<'_, '_>, rows: usize) {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    let frame = Frame::new(&set, rows);
    let input = frame.input();
    let cohort = set.cohort_of_columns(&input).unwrap();
    let request = Request::new().all_criteria();
    let output = set.score_batch(&input, &request, Some(&cohort)).unwrap();
    bencher.bench_local(|| black_box(&output).analysis(0.95).unwrap());
}
