//! Writes the work as files for other engines, times cqdt on it, and says what came out.
//!
//! `frame ROWS FOLDER ROUNDS`: the set as `set.json`, each column as little-endian `FACT.i32`, the totals, shares and ranks
//! that cqdt finds as `total.i64`, `share.f64`, `band.u8`, `rank.u32` and, within provinces, `place.u32`; on standard output,
//! a line a round, the milliseconds of statistics, scoring and ranks.

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
    let provinces = frame.provinces();
    let bytes: Vec<u8> = provinces
        .iter()
        .flat_map(|province| province.to_le_bytes())
        .collect();
    fs::write(folder.join("province.i32"), bytes)?;
    let request = Request::new().total().share().band().all_groups().ranking();
    for round in 0..=rounds {
        let start = Instant::now();
        let cohort = set.cohort_of_columns(&input)?;
        let counted = start.elapsed().as_secs_f64();
        let output = set.score_batch(&input, &request, Some(&cohort))?;
        let scored = start.elapsed().as_secs_f64();
        let ranks = output.ranks(None).ok_or("no ranks")?;
        let places = output.ranks(Some(provinces)).ok_or("no ranks")?;
        let ranked = start.elapsed().as_secs_f64();
        // The first round warms up.
        if round > 0 {
            let parts = [counted, scored - counted, ranked - scored].map(|time| time * 1_000.0);
            let [counted, scored, ranked] = parts;
            println!("{counted:.3} {scored:.3} {ranked:.3}");
            continue;
        }
        let totals = output.totals().ok_or("no totals")?.values();
        let shares = output.shares().ok_or("no shares")?;
        let bytes = |bytes: Vec<[u8; 8]>| bytes.concat();
        let totals = totals.iter().map(|total| total.to_le_bytes()).collect();
        let shares = shares.iter().map(|share| share.to_le_bytes()).collect();
        fs::write(folder.join("total.i64"), bytes(totals))?;
        fs::write(folder.join("share.f64"), bytes(shares))?;
        fs::write(folder.join("band.u8"), output.bands().ok_or("no bands")?)?;
        for (file, ranks) in [("rank.u32", ranks), ("place.u32", places)] {
            let ranks: Vec<u8> = ranks.iter().flat_map(|rank| rank.to_le_bytes()).collect();
            fs::write(folder.join(file), ranks)?;
        }
    }
    Ok(())
}
