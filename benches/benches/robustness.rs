//! Ranks under drawn weights.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::criteria::FactType;
use cqdt::robustness::{FactError, GroupTable, NoisyAnswers, Robustness};
use cqdt::{CriteriaSet, Layer, Rational, Submission};
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

#[divan::bench(sample_count = 20, sample_size = 1)]
fn sensitivity_of_277_units_1_024_samples(bencher: Bencher<'_, '_>) {
    let table = table(277);
    bencher.bench_local(|| {
        Robustness::new(1, 1)
            .sensitivity(black_box(&table), 1_024)
            .unwrap()
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn noise_in_277_units_1_000_draws(bencher: Bencher<'_, '_>) {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    let units: Vec<Submission> = (1..=277)
        .map(|seed| Submission::from_json(&cqdt_benches::submission(seed)).unwrap())
        .collect();
    let facts = set.definition().facts.iter();
    let mut answers = NoisyAnswers::of(&set, &units, Layer::SelfAssessed);
    for fact in facts.filter(|fact| matches!(fact.kind, FactType::Count { .. })) {
        let error = FactError::Percent(Rational::from(2));
        answers = answers.error(&fact.id, error).unwrap();
    }
    bencher.bench_local(|| {
        Robustness::new(1_000, 1)
            .run_noisy(black_box(&answers))
            .unwrap()
    });
}
