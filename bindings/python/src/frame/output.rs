//! The columns that come out: their names and types, and where their cells are written.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Float64Array, Int8Array, StringArray,
    UInt32Array,
};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use cqdt::batch::{BatchOutput, PointsColumn, Request, Targets};
use cqdt::criteria::Within;
use cqdt::{CriteriaSet as Core, Stage};
use rayon::prelude::*;

use super::options::{Diagnostics, Options};
use crate::block::{Block, Places};
use crate::error::Line;

/// Columns of fewer rows are made faster than a thread wakes.
const FEW: usize = 65_536;

/// The column that tells what is wrong with each row.
pub(super) const DIAGNOSTICS: &str = "diagnostics";

/// What a column of the result holds.
#[derive(Clone, Copy)]
enum What<'s> {
    Total,
    Share,
    Rank,
    Band,
    Complete,
    Group(&'s str),
    Criterion(&'s str),
    Status(&'s str),
}

/// The columns of a result.
pub(super) struct Sheet<'s> {
    set: &'s Core,
    rows: usize,
    as_float: bool,
    /// Whether a column tells what is wrong.
    told: bool,
    /// Each with its place in the block; empty where it is made of what the core keeps.
    columns: Vec<(What<'s>, Range<usize>)>,
    places: Places,
}

impl<'s> Sheet<'s> {
    /// What was asked for, in order.
    pub(super) fn new(set: &'s Core, options: &Options, rows: usize) -> Self {
        let mut sheet = Self {
            set,
            rows,
            as_float: options.as_float,
            told: options.diagnostics == Diagnostics::Column,
            columns: Vec::new(),
            places: Places::default(),
        };
        let definition = set.definition();
        sheet.add(What::Total);
        sheet.add(What::Share);
        if options.rank {
            sheet.add(What::Rank);
        }
        sheet.add(What::Band);
        sheet.add(What::Complete);
        for group in definition.groups.iter().filter(|_| options.groups) {
            sheet.add(What::Group(&group.id));
        }
        for criterion in set.criteria() {
            if options.criteria {
                sheet.add(What::Criterion(&criterion.id));
            }
            if options.statuses {
                sheet.add(What::Status(&criterion.id));
            }
        }
        sheet
    }

    fn add(&mut self, what: What<'s>) {
        let cells = match what {
            What::Share => self.places.add::<f64>(self.rows),
            _ if self.is_decimal(what) => self.places.add::<i128>(self.rows),
            _ => 0..0,
        };
        self.columns.push((what, cells));
    }

    /// Whether it is points that the set rounds, to be given as decimals.
    fn is_decimal(&self, what: What<'_>) -> bool {
        !self.as_float && self.rounds(what)
    }

    fn rounds(&self, what: What<'_>) -> bool {
        let stage = self.set.definition().policies.rounding.stage;
        match what {
            What::Total => true,
            What::Group(_) => stage != Stage::Total,
            What::Criterion(_) => stage == Stage::Criterion,
            _ => false,
        }
    }

    /// Whether a column of the result has this name.
    pub(super) fn holds(&self, name: &str) -> bool {
        let told = self.told && name == DIAGNOSTICS;
        told || self.columns.iter().any(|(what, _)| what.name() == name)
    }

    /// What the core is to keep, for columns that are made of it.
    pub(super) fn request(&self) -> Request {
        let columns = self.columns.iter();
        columns.fold(Request::new(), |request, (what, _)| match what {
            _ if self.is_decimal(*what) => request,
            What::Share => request,
            What::Total => request.total(),
            What::Rank => request.ranking(),
            What::Band => request.band(),
            What::Complete => request.complete(),
            What::Group(id) => request.group(id),
            What::Criterion(id) => request.criterion(id),
            What::Status(id) => request.status(id),
        })
    }

    /// Where the rest goes.
    pub(super) fn block(&self) -> Block {
        Block::new(self.places.bytes())
    }

    pub(super) fn targets<'b>(&'b self, block: &'b mut Block) -> Targets<'b> {
        let mut parts = block.parts();
        let mut targets = Targets::new();
        for (what, cells) in &self.columns {
            targets = match what {
                _ if cells.is_empty() => targets,
                What::Total => targets.total(parts.next(self.rows)),
                What::Share => targets.share(parts.next(self.rows)),
                What::Group(id) => targets.group(*id, parts.next(self.rows)),
                What::Criterion(id) => targets.criterion(*id, parts.next(self.rows)),
                _ => targets,
            };
        }
        targets
    }

    /// The columns and their names.
    pub(super) fn columns(
        &self,
        output: &BatchOutput,
        block: &Buffer,
        parents: Option<&[u32]>,
    ) -> Vec<(String, ArrayRef)> {
        let column = |(what, cells): &(What<'_>, Range<usize>)| {
            let array = self.column(*what, cells, output, block, parents)?;
            Some((what.name(), array))
        };
        if self.rows < FEW {
            self.columns.iter().filter_map(column).collect()
        } else {
            self.columns.par_iter().filter_map(column).collect()
        }
    }

    fn column(
        &self,
        what: What<'_>,
        cells: &Range<usize>,
        output: &BatchOutput,
        block: &Buffer,
        parents: Option<&[u32]>,
    ) -> Option<ArrayRef> {
        let definition = self.set.definition();
        let kept = match what {
            _ if self.is_decimal(what) => {
                let places = definition.policies.rounding.places;
                return Some(decimals(part(block, cells, self.rows), places));
            }
            What::Share => return Some(shares(part(block, cells, self.rows))),
            What::Rank => {
                let parents = parents.filter(|_| definition.ranking.within == Within::Parent);
                return Some(ranks(output.ranks(parents)?));
            }
            What::Band => {
                let bands = definition.bands.iter().map(|band| band.id.as_str());
                return Some(words(output.bands()?, &bands.collect::<Vec<_>>()));
            }
            What::Status(id) => {
                let names = ["scored", "not_applicable", "missing", "invalid"];
                return Some(words(output.statuses(id)?, &names));
            }
            What::Complete => return Some(flags(output.complete()?)),
            What::Total => output.totals(),
            What::Group(id) => output.group(id),
            What::Criterion(id) => output.criterion(id),
        };
        Some(points(kept?, self.as_float))
    }
}

impl What<'_> {
    fn name(self) -> String {
        match self {
            Self::Total => "total".to_owned(),
            Self::Share => "share".to_owned(),
            Self::Rank => "rank".to_owned(),
            Self::Band => "band".to_owned(),
            Self::Complete => "complete".to_owned(),
            Self::Group(id) => format!("group:{id}"),
            Self::Criterion(id) => format!("criterion:{id}"),
            Self::Status(id) => format!("status:{id}"),
        }
    }
}

/// A kept column that has the name of one of the result's.
pub(super) fn taken(column: &str) -> Line {
    Line {
        code: "P0210",
        vi: format!(
            "không giữ được cột `{column}`: kết quả đã có cột tên này; hãy đổi tên cột trong bảng"
        ),
        en: format!(
            "column `{column}` can't be kept: the result has one of that name; rename it in the frame"
        ),
    }
}

fn part<T: ArrowNativeType>(block: &Buffer, cells: &Range<usize>, rows: usize) -> ScalarBuffer<T> {
    ScalarBuffer::new(block.clone(), cells.start / size_of::<T>(), rows)
}

/// Which cells hold something; none where all do.
fn valid<T: Copy>(cells: &[T], holds: impl Fn(T) -> bool) -> Option<NullBuffer> {
    // Counted, not searched: most columns are full, and counting is done many cells at a time.
    let full = cells.iter().filter(|cell| holds(**cell)).count() == cells.len();
    (!full).then(|| {
        let holds = |row: usize| holds(cells[row]);
        NullBuffer::new(BooleanBuffer::collect_bool(cells.len(), holds))
    })
}

fn shares(cells: ScalarBuffer<f64>) -> ArrayRef {
    let nulls = valid(&cells, |share| !share.is_nan());
    Arc::new(Float64Array::new(cells, nulls))
}

fn ranks(ranks: Vec<u32>) -> ArrayRef {
    let nulls = valid(&ranks, |rank| rank > 0);
    Arc::new(UInt32Array::new(ranks.into(), nulls))
}

/// Points of so many places.
fn decimals(cells: ScalarBuffer<i128>, places: u8) -> ArrayRef {
    let rows = cells.len();
    let places = i8::try_from(places).unwrap_or(0);
    // What a 64-bit count reaches has 19 digits; 38 is what the type holds, and what frames make of decimals anyway.
    match Decimal128Array::new(cells, None).with_precision_and_scale(38, places) {
        Ok(decimals) => Arc::new(decimals),
        Err(_) => Arc::new(StringArray::new_null(rows)),
    }
}

/// Points as floats where asked, else as text: the set leaves fractions unrounded.
fn points(column: &PointsColumn, as_float: bool) -> ArrayRef {
    let rows = 0..column.values().len();
    if as_float && column.exact().is_empty() {
        // Nearest by IEEE: both are exact, as long as the count fits 53 bits.
        let scale = 10_f64.powi(i32::from(column.places()));
        let exact = |value: i64| value.unsigned_abs() < 1 << 53;
        if column.values().iter().copied().all(exact) {
            #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
            let value = |value: &i64| *value as f64 / scale;
            let values: Vec<f64> = column.values().iter().map(value).collect();
            return Arc::new(Float64Array::from(values));
        }
    }
    if as_float {
        let value = |row| column.get(row).map(|points| points.to_f64());
        return Arc::new(rows.map(value).collect::<Float64Array>());
    }
    let value = |row| column.get(row).map(|points| points.to_string());
    Arc::new(rows.map(value).collect::<StringArray>())
}

/// Flags from ones and zeros.
fn flags(cells: &[u8]) -> ArrayRef {
    let flags = if cells.contains(&0) {
        BooleanBuffer::collect_bool(cells.len(), |row| cells[row] == 1)
    } else {
        BooleanBuffer::new_set(cells.len())
    };
    Arc::new(BooleanArray::new(flags, None))
}

/// Positions as words; none where there is no such word.
fn words(positions: &[u8], words: &[&str]) -> ArrayRef {
    let known = |position: u8| position.is_ascii() && usize::from(position) < words.len();
    let largest = positions.iter().fold(0, |largest, one| *one.max(&largest));
    let (keys, nulls) = if known(largest) {
        (
            positions.iter().map(|one| one.cast_signed()).collect(),
            None,
        )
    } else {
        let key = |one: u8| if known(one) { one.cast_signed() } else { 0 };
        let keys: Vec<i8> = positions.iter().map(|one| key(*one)).collect();
        (keys, valid(positions, known))
    };
    let keys = Int8Array::new(keys.into(), nulls);
    let values: ArrayRef = Arc::new(StringArray::from(words.to_vec()));
    Arc::new(DictionaryArray::new(keys, values))
}
