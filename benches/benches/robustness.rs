//! Ranks under drawn weights.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::robustness::{GroupTable, Robustness};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn table(units: usize) -> GroupTable {
    GroupTable::new(cqdt_benches::group_points(units))
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
