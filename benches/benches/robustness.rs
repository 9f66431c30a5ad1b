//! Ranks under drawn weights.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::robustness::{GroupTable, Robustness};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn table(units: i64) -> GroupTable {
    let points = |group: i64| (0..units).map(move |unit| (unit * 7_919 + group * 104_729) % 3_001);
    GroupTable::new((0..6).map(|group| points(group).collect()).collect())
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn of_277_units_10_000_draws(bencher: Bencher<'_, '_>) {
    let table = table(277);
    bencher.bench_local(|| Robustness::new(10_000, 1).run(black_box(&table)).unwrap());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn of_10_600_units_1_000_draws(bencher: Bencher<'_, '_>) {
    let table = table(10_600);
    bencher.bench_local(|| Robustness::new(1_000, 1).run(black_box(&table)).unwrap());
}
