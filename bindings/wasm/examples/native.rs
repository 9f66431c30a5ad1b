//! `native SET FILE`: the median time, in milliseconds, of the package's `scoreMany` outside the browser.

use std::time::Instant;

use cqdt_wasm::RawSet;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, id, file] = args.as_slice() else {
        return Err("usage: native SET FILE".into());
    };
    let units = std::fs::read_to_string(file)?;
    let set = RawSet::builtin(id).ok_or("no such set")?;
    let mut times = Vec::new();
    for _ in 0..7 {
        let began = Instant::now();
        let rows = set.score_many(&units, false).map_err(|_| "not scored")?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        std::hint::black_box(rows);
    }
    times.sort_by(f64::total_cmp);
    println!("{}", times[times.len() / 2]);
    Ok(())
}
