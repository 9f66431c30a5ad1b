//! Writes points and drawn weights as files for other engines, times the robustness of ranks on them, and says what came
//! out.
//!
//! `ranks UNITS DRAWS FOLDER ROUNDS [--dirichlet=CONCENTRATION] [--drop-one]`: points by group as little-endian `points.i64`, weights by draw as `weights.i32`; by
//! unit mean, median, 5 % and 95 % ranks as `robustness.f64`; on standard output the milliseconds of each round.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use cqdt::robustness::{Drawing, Robustness};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [units, draws, folder, rounds, options @ ..] = arguments.as_slice() else {
        return Err("usage: ranks UNITS DRAWS FOLDER ROUNDS [OPTIONS]".into());
    };
    let (units, draws, rounds): (usize, u32, usize) =
        (units.parse()?, draws.parse()?, rounds.parse()?);
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let points = cqdt_benches::group_points(units);
    let table = cqdt::robustness::GroupTable::new(points.clone());
    let mut settings = Robustness::new(draws, 1);
    for option in options {
        settings = match option.split_once('=') {
            Some(("--dirichlet", concentration)) => settings.drawing(Drawing::Dirichlet {
                concentration: concentration.parse()?,
            }),
            None if option == "--drop-one" => settings.drop_one_group(),
            _ => return Err(format!("unknown option {option}").into()),
        };
    }
    let mut times = Vec::new();
    for round in 0..=rounds {
        let start = Instant::now();
        let report = settings.run(&table)?;
        // The first round warms up.
        if round > 0 {
            times.push(format!("{:.3}", start.elapsed().as_secs_f64() * 1_000.0));
            continue;
        }
        let figures = report.units().iter().flat_map(|unit| {
            let ranks = [unit.median, unit.low, unit.high].map(f64::from);
            [unit.mean, ranks[0], ranks[1], ranks[2]]
        });
        let figures: Vec<u8> = figures.flat_map(f64::to_le_bytes).collect();
        fs::write(folder.join("robustness.f64"), figures)?;
        let bytes: Vec<u8> = points
            .iter()
            .flatten()
            .flat_map(|points| points.to_le_bytes())
            .collect();
        fs::write(folder.join("points.i64"), bytes)?;
        let mut weights = Vec::new();
        for draw in 0..draws {
            let drawn = settings
                .weights_of_draw(table.groups(), draw)
                .ok_or("no weights")?;
            weights.extend(drawn.into_iter().flat_map(i32::to_le_bytes));
        }
        fs::write(folder.join("weights.i32"), weights)?;
    }
    println!("{}", times.join(" "));
    Ok(())
}
