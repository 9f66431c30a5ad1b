//! Writes the work as files for other engines, times cqdt on it, and says what came out.
//!
//! `frame ROWS FOLDER ROUNDS`: the set as `set.json`, each column as little-endian `FACT.i32`, the totals, shares and ranks
//! that cqdt finds as `total.i64`, `share.f64` and `rank.u32`; on standard output the milliseconds of each round.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use cqdt::CriteriaSet;
use cqdt::batch::Request;
use cqdt_benches::{Frame, Held};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, folder, rounds] = arguments.as_slice() else {
        return Err("usage: frame ROWS FOLDER ROUNDS".into());
    };
    let (rows, rounds, folder) = (rows.parse()?, rounds.parse()?, Path::new(folder));
    fs::create_dir_all(folder)?;
    let text = cqdt_benches::set();
    let set = CriteriaSet::parse_json(&text)?;
    fs::write(folder.join("set.json"), &text)?;
    let frame = Frame::new(&set, rows);
    for (id, held) in frame.columns() {
        let values: Vec<i32> = match held {
            Held::Bytes(values) => values.iter().map(|value| i32::from(*value)).collect(),
            Held::Counts(values) => values.clone(),
            Held::Hundredths(values) => values.iter().map(|value| i32::from(*value)).collect(),
        };
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        fs::write(folder.join(format!("{id}.i32")), bytes)?;
    }
    let input = frame.input();
    let request = Request::new().total().share().band().all_groups().ranking();
    let mut times = Vec::new();
    for round in 0..=rounds {
        let start = Instant::now();
        let cohort = set.cohort_of_columns(&input)?;
        let output = set.score_batch(&input, &request, Some(&cohort))?;
        let ranks = output.ranks(None).ok_or("no ranks")?;
        let time = start.elapsed().as_secs_f64() * 1_000.0;
        // The first round warms up.
        if round > 0 {
            times.push(time);
            continue;
        }
        let totals = output.totals().ok_or("no totals")?.values();
        let shares = output.shares().ok_or("no shares")?;
        let bytes = |bytes: Vec<[u8; 8]>| bytes.concat();
        let totals = totals.iter().map(|total| total.to_le_bytes()).collect();
        let shares = shares.iter().map(|share| share.to_le_bytes()).collect();
        fs::write(folder.join("total.i64"), bytes(totals))?;
        fs::write(folder.join("share.f64"), bytes(shares))?;
        let ranks: Vec<u8> = ranks.iter().flat_map(|rank| rank.to_le_bytes()).collect();
        fs::write(folder.join("rank.u32"), ranks)?;
    }
    let times: Vec<String> = times.iter().map(|time| format!("{time:.3}")).collect();
    print_line(&times.join(" "));
    Ok(())
}

fn print_line(line: &str) {
    println!("{line}");
}
