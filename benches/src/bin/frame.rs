//! Writes the work as files for other engines, times cqdt on it, and says what came out.
//!
//! `frame ROWS FOLDER ROUNDS [STAGE [KIND]]`: the set as `set.json`, each column as little-endian `FACT.i32`, the totals, shares
//! and ranks that cqdt finds as `total.i64`, `share.f64`, `band.u8`, `rank.u32` and, within provinces, `place.u32`; nothing
//! where the folder is `-`. On standard output, a line a round, the milliseconds of statistics, scoring and ranks.
//!
//! With a stage, `statistics`, `scores` or `ranks`, rounds repeat that one alone, to count its instructions; with a kind, the set
//! is 60 criteria of it.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use cqdt::CriteriaSet;
use cqdt::batch::{BatchOutput, Request};
use cqdt_benches::{Frame, Held};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (rows, folder, rounds, stage, kind) = match arguments.as_slice() {
        [rows, folder, rounds] => (rows, folder, rounds, None, None),
        [rows, folder, rounds, stage] => (rows, folder, rounds, Some(stage.as_str()), None),
        [rows, folder, rounds, stage, kind] => (
            rows,
            folder,
            rounds,
            Some(stage.as_str()),
            Some(kind.as_str()),
        ),
        _ => return Err("usage: frame ROWS FOLDER ROUNDS [STAGE [KIND]]".into()),
    };
    let (rows, rounds): (usize, usize) = (rows.parse()?, rounds.parse()?);
    let text = match kind {
        Some(kind) => cqdt_benches::set_of(&[(kind, 60)]),
        None => cqdt_benches::set(),
    };
    let set = CriteriaSet::parse_json(&text)?;
    let frame = Frame::new(&set, rows);
    let input = frame.input();
    let provinces = frame.provinces();
    let request = Request::new().total().share().band().all_groups().ranking();

    // What is written, and what single stages start from.
    let cohort = set.cohort_of_columns(&input)?;
    let output = set.score_batch(&input, &request, Some(&cohort))?;
    let ranks = output.ranks(None).ok_or("no ranks")?;
    let places = output.ranks(Some(provinces)).ok_or("no ranks")?;
    if folder != "-" {
        let folder = Path::new(folder);
        fs::create_dir_all(folder)?;
        fs::write(folder.join("set.json"), &text)?;
        write_columns(&frame, folder)?;
        write_scores(&output, [&ranks, &places], folder)?;
    }

    for round in 0..=rounds {
        let start = Instant::now();
        let own = match stage {
            None | Some("statistics") => Some(set.cohort_of_columns(&input)?),
            Some(_) => None,
        };
        let counted = start.elapsed().as_secs_f64();
        let own = match stage {
            None | Some("scores") => {
                let cohort = own.as_ref().unwrap_or(&cohort);
                Some(set.score_batch(&input, &request, Some(cohort))?)
            }
            Some(_) => None,
        };
        let scored = start.elapsed().as_secs_f64();
        if let None | Some("ranks") = stage {
            let output = own.as_ref().unwrap_or(&output);
            black_box((output.ranks(None), output.ranks(Some(provinces))));
        }
        let ranked = start.elapsed().as_secs_f64();
        let parts = [counted, scored - counted, ranked - scored].map(|time| time * 1_000.0);
        let [counted, scored, ranked] = parts;
        // The first round warms up.
        if round > 0 {
            println!("{counted:.3} {scored:.3} {ranked:.3}");
        }
    }
    Ok(())
}

fn write_columns(frame: &Frame, folder: &Path) -> Result<(), Box<dyn Error>> {
    for (id, held) in frame.columns() {
        let values: Vec<i32> = match held {
            Held::Bytes(values) => values.iter().map(|value| i32::from(*value)).collect(),
            Held::Counts(values) => values.clone(),
            Held::Hundredths(values) => values.iter().map(|value| i32::from(*value)).collect(),
        };
        write(&folder.join(format!("{id}.i32")), &values, |value| {
            value.to_le_bytes()
        })?;
    }
    write(
        &folder.join("province.i32"),
        frame.provinces(),
        u32::to_le_bytes,
    )
}

fn write_scores(
    output: &BatchOutput,
    [ranks, places]: [&[u32]; 2],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let totals = output.totals().ok_or("no totals")?.values();
    let shares = output.shares().ok_or("no shares")?;
    write(&folder.join("total.i64"), totals, |total| {
        total.to_le_bytes()
    })?;
    write(&folder.join("share.f64"), shares, |share| {
        share.to_le_bytes()
    })?;
    fs::write(folder.join("band.u8"), output.bands().ok_or("no bands")?)?;
    write(&folder.join("rank.u32"), ranks, u32::to_le_bytes)?;
    write(&folder.join("place.u32"), places, |place| {
        place.to_le_bytes()
    })
}

fn write<T: Copy, const N: usize>(
    file: &Path,
    values: &[T],
    bytes: impl Fn(T) -> [u8; N],
) -> Result<(), Box<dyn Error>> {
    let bytes: Vec<u8> = values.iter().flat_map(|value| bytes(*value)).collect();
    Ok(fs::write(file, bytes)?)
}
