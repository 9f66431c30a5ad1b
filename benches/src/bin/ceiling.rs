//! Times the hand-written program on the work that `frame` times cqdt on, once it comes to the same in every row.
//!
//! `ceiling ROWS portable|picked ROUNDS`; on standard output the milliseconds of each round.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use cqdt::CriteriaSet;
use cqdt_benches::Frame;
use cqdt_benches::ceiling::{Build, Columns, Scores};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, build, rounds] = arguments.as_slice() else {
        return Err("usage: ceiling ROWS portable|picked ROUNDS".into());
    };
    let build = match build.as_str() {
        "portable" => Build::Portable,
        "picked" => Build::Picked,
        other => return Err(format!("no build `{other}`").into()),
    };
    let (rows, rounds): (usize, usize) = (rows.parse()?, rounds.parse()?);
    // Inside the pool, so that no thread has to be woken to begin.
    let pool = rayon::ThreadPoolBuilder::new().build()?;
    let times = pool.install(|| times(rows, build, rounds))?;
    println!("{}", times.join(" "));
    Ok(())
}

fn times(rows: usize, build: Build, rounds: usize) -> Result<Vec<String>, String> {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).map_err(|error| error.to_string())?;
    let frame = Frame::new(&set, rows);
    let columns = Columns::of(&set, &frame).ok_or("not the set that this was written for")?;
    if Some(columns.score(build)) != Scores::by_plan(&set, &frame) {
        return Err("other scores than cqdt's".into());
    }
    let time = |_| {
        let start = Instant::now();
        black_box(black_box(&columns).score(build));
        format!("{:.3}", start.elapsed().as_secs_f64() * 1_000.0)
    };
    Ok((0..rounds).map(time).collect())
}
