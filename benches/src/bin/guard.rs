//! Fixed work to count instructions of: `guard JOB ROUNDS`; without arguments, the names of the jobs.
//!
//! Built without features that pick instructions or threads, so that the count is the same on every processor.
//! Run it under `valgrind --tool=callgrind`, built with `--no-default-features`.

use std::error::Error;
use std::hint::black_box;

use cqdt::batch::Request;
use cqdt::robustness::{GroupTable, Robustness};
use cqdt::{CriteriaSet, Lang, Layer, Submission};
use cqdt_benches::Frame;

const JOBS: [&str; 11] = [
    "parse",
    "json",
    "trace",
    "explain",
    "report",
    "cohort",
    "batch",
    "rank",
    "analysis",
    "robustness",
    "sensitivity",
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [job, rounds] = arguments.as_slice() else {
        println!("{}", JOBS.join("\n"));
        return Ok(());
    };
    let rounds: usize = rounds.parse()?;
    let definition = cqdt_benches::set();
    let set = CriteriaSet::parse_json(&definition)?;
    let text = cqdt_benches::submission(7);
    let submission = Submission::from_json(&text)?;
    let cohort = set.cohort([&submission], Layer::SelfAssessed);
    let report = set.score_in(&submission, Layer::SelfAssessed, Some(&cohort));
    let frame = Frame::new(&set, 4_096);
    let input = frame.input();
    let request = Request::new().total().share().band().all_groups().ranking();
    let output = set.score_batch(&input, &request, Some(&cohort))?;
    let points = set.score_batch(&input, &Request::new().all_criteria(), Some(&cohort))?;
    let table = GroupTable::new(cqdt_benches::group_points(1_000));
    let mut scorer = set.scorer(&Request::new().total(), Some(&cohort))?;
    for _ in 0..rounds {
        match job.as_str() {
            "parse" => drop(black_box(CriteriaSet::parse_json(&definition)?)),
            "json" => {
                black_box(scorer.json(&text)?);
            }
            "trace" => drop(black_box(set.score_in(
                &submission,
                Layer::SelfAssessed,
                Some(&cohort),
            ))),
            "explain" => drop(black_box(report.explain(Lang::Vi))),
            "report" => drop(black_box(report.to_json())),
            "cohort" => drop(black_box(set.cohort_of_columns(&input)?)),
            "batch" => {
                let cohort = set.cohort_of_columns(&input)?;
                drop(black_box(set.score_batch(
                    &input,
                    &request,
                    Some(&cohort),
                )?));
            }
            "rank" => drop(black_box(output.ranks(Some(frame.provinces())))),
            "robustness" => drop(black_box(Robustness::new(64, 1).run(&table)?)),
            "analysis" => drop(black_box(points.analysis(0.95))),
            "sensitivity" => drop(black_box(Robustness::new(1, 1).sensitivity(&table, 8)?)),
            other => return Err(format!("no job `{other}`").into()),
        }
    }
    Ok(())
}
