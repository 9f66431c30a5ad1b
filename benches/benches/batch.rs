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
