//! Where the rows and cells of a CSV file stand in it, for faults.

use std::ops::Range;

use cqdt::{Fault, FaultKind};

/// Byte and line where a record begins.
pub(crate) fn place(position: Option<&csv::Position>) -> (usize, usize) {
    position.map_or((0, 1), |at| {
        let number = |number: u64| usize::try_from(number).unwrap_or_default();
        (number(at.byte()), number(at.line()))
    })
}

/// A fault in a row that begins at a byte and a line: what stands before it isn't counted again.
pub(crate) fn in_row(
    kind: FaultKind,
    text: &str,
    at: usize,
    line: usize,
    span: Range<usize>,
) -> Fault {
    let mut fault = Fault::new(kind, span, text.get(at..).unwrap_or_default());
    fault.line += line - 1;
    fault.span = fault.span.start + at..fault.span.end + at;
    fault
}

/// Where a cell stands in its row: the first like text after the cells before it.
pub(crate) fn cell_span(record: &csv::StringRecord, index: usize, row: &str) -> Range<usize> {
    let mut at = 0;
    for (position, cell) in record.iter().enumerate().take(index + 1) {
        let rest = row.get(at..).unwrap_or_default();
        at += rest.find(cell).unwrap_or_default();
        if position < index {
            at += cell.len();
        }
    }
    at..at + record.get(index).map_or(0, str::len)
}
