//! Times one unit, from the JSON text of its answers: to its points, and to the report with every line's calculation.
//!
//! `unit ROUNDS`; on standard output, a line a round, the microseconds of both, each the mean of many.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use cqdt::batch::Request;
use cqdt::{CriteriaSet, Layer, Submission};

const TIMES: u32 = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).ok_or("usage: unit ROUNDS")?;
    let set = CriteriaSet::parse_json(&cqdt_benches::set())?;
    let texts: Vec<String> = (1..=34).map(cqdt_benches::submission).collect();
    let units: Result<Vec<Submission>, _> = texts
        .iter()
        .map(|text| Submission::from_json(text))
        .collect();
    let cohort = set.cohort(&units?, Layer::SelfAssessed);
    let mut scorer = set.scorer(&Request::new().total(), Some(&cohort))?;
    // The first round warms up.
    for round in 0..=rounds.parse()? {
        let start = Instant::now();
        for (_, text) in (0..TIMES).zip(texts.iter().cycle()) {
            black_box(scorer.json(black_box(text))?);
        }
        let points = start.elapsed().as_secs_f64();
        for (_, text) in (0..TIMES).zip(texts.iter().cycle()) {
            let submission = Submission::from_json(black_box(text))?;
            black_box(set.score_in(&submission, Layer::SelfAssessed, Some(&cohort)));
        }
        let traced = start.elapsed().as_secs_f64() - points;
        if round > 0 {
            let [points, traced] = [points, traced].map(|time| time * 1e6 / f64::from(TIMES));
            println!("{points:.3} {traced:.3}");
        }
    }
    Ok(())
}
