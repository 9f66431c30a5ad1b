//! Times the batch path on what `score_frame` of the Python package is given and asked for, so that the two can be compared.
//!
//! `columns ROWS WIDTH ROUNDS`: percentages in as many bits as a library of frames holds them, 32 (pyarrow) or 128 (polars,
//! DuckDB); statistics of the cohort, points of groups, total, share, band, completeness and the overall rank out, and that
//! every answer is valid, as `score_frame` makes sure unless told otherwise. On standard output, a line a round, the
//! milliseconds.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use cqdt::CriteriaSet;
use cqdt::batch::{BatchInput, Column, Request, Values};
use cqdt_benches::{Frame, Held};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, width, rounds] = arguments.as_slice() else {
        return Err("usage: columns ROWS WIDTH ROUNDS".into());
    };
    let (rows, rounds): (usize, usize) = (rows.parse()?, rounds.parse()?);
    let set = CriteriaSet::parse_json(&cqdt_benches::set())?;
    let frame = Frame::new(&set, rows);
    let percentages = Percentages::of(&frame, width)?;
    let request = Request::new().total().share().band().complete();
    let request = request.all_groups().ranking().valid();

    // What came out last is let go of once there is something newer, as it is by who calls from a notebook.
    let mut kept = None;
    for round in 0..=rounds {
        let start = Instant::now();
        let input = percentages.input(&frame, rows);
        let cohort = set.cohort_of_columns(&input)?;
        let output = set.score_batch(&input, &request, Some(&cohort))?;
        if output.valid().is_none_or(|valid| valid.contains(&0)) {
            return Err("invalid answers".into());
        }
        let ranks = output.ranks(None).ok_or("no ranks")?;
        kept = Some(black_box((output, ranks)));
        let taken = start.elapsed().as_secs_f64() * 1_000.0;
        // The first round warms up.
        if round > 0 {
            println!("{taken:.3}");
        }
    }
    drop(kept);
    Ok(())
}

/// The columns of percentages, in hundredths.
enum Percentages {
    Bits32(Vec<Vec<i32>>),
    Bits128(Vec<Vec<i128>>),
}

impl Percentages {
    fn of(frame: &Frame, width: &str) -> Result<Self, String> {
        match width {
            "32" => Ok(Self::Bits32(widened(frame))),
            "128" => Ok(Self::Bits128(widened(frame))),
            _ => Err(format!("no frames with decimals of {width} bits")),
        }
    }

    fn input<'a>(&'a self, frame: &'a Frame, rows: usize) -> BatchInput<'a> {
        let mut input = BatchInput::new(rows);
        let mut at = 0;
        for (id, held) in frame.columns() {
            let values = match held {
                Held::Bytes(values) => Some(Values::U8(values)),
                Held::Counts(values) => Some(Values::I32(values)),
                Held::Hundredths(_) => {
                    at += 1;
                    self.column(at - 1)
                }
            };
            let places = if matches!(held, Held::Hundredths(_)) {
                2
            } else {
                0
            };
            if let Some(values) = values {
                input = input.column(id.as_str(), Column::new(values).with_places(places));
            }
        }
        input
    }

    fn column(&self, at: usize) -> Option<Values<'_>> {
        match self {
            Self::Bits32(columns) => columns.get(at).map(|values| Values::I32(values)),
            Self::Bits128(columns) => columns.get(at).map(|values| Values::I128(values)),
        }
    }
}

fn widened<T: From<i16>>(frame: &Frame) -> Vec<Vec<T>> {
    let columns = frame.columns().iter().filter_map(|(_, held)| match held {
        Held::Hundredths(values) => Some(values.iter().copied().map(T::from).collect()),
        _ => None,
    });
    columns.collect()
}
