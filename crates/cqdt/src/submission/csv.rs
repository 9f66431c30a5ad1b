//! Submissions from a table: one row a unit.

use std::collections::HashSet;
use std::ops::Range;

use super::answer::read_cell;
use super::{Evidence, Submission};
use crate::fault::{Expected, Fault, FaultKind, FileError, MAX_FAULTS, Thing, read_text};
use crate::text::{NumberStyle, nfc};
use crate::tree::is_id;

/// A table may have this many bytes.
pub const MAX_CSV_BYTES: usize = 64 * 1024 * 1024;

const MAX_ROWS: usize = 200_000;
const MAX_COLUMNS: usize = 8_000;

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableStyle {
    /// How its numbers are written.
    pub numbers: NumberStyle,
}

impl TableStyle {
    /// A table whose numbers are written in a style. The style of a table is never guessed from its contents.
    pub fn numbers(numbers: NumberStyle) -> Self {
        Self { numbers }
    }
}

/// What a column holds.
enum Column {
    Unit,
    Set,
    Received,
    Fact(String),
    Verified(String),
    Evidence(String),
    Reason(String),
}

impl Column {
    fn parse(name: &str) -> Option<Self> {
        let id = |id: &str| is_id(id, 64, "-_.").then(|| id.to_owned());
        match name.split_once(':') {
            Some(("verified", fact)) => id(fact).map(Self::Verified),
            Some(("evidence", criterion)) => id(criterion).map(Self::Evidence),
            Some(("reason", fact)) => id(fact).map(Self::Reason),
            Some(_) => None,
            None => match name {
                "unit" => Some(Self::Unit),
                "set" => Some(Self::Set),
                "received" => Some(Self::Received),
                fact => id(fact).map(Self::Fact),
            },
        }
    }
}

impl Submission {
    /// Reads a table with one row a unit: columns `unit`, `set`, `received`, then facts. The delimiter is `,`, `;` or
    /// a tab, as the first line shows; a byte order mark is skipped.
    ///
    /// ```
    /// use cqdt::{NumberStyle, Submission, TableStyle};
    ///
    /// let style = TableStyle::numbers(NumberStyle::Comma);
    /// let submissions = Submission::from_csv("unit;may-tinh;ty-le\nso-y-te;12;87,5\n", style)?;
    /// assert_eq!(submissions[0].unit(), Some("so-y-te"));
    /// # Ok::<(), cqdt::FileError>(())
    /// ```
    ///
    /// # Errors
    /// All faults of form at once, with line and column.
    pub fn from_csv(text: &str, style: TableStyle) -> Result<Vec<Self>, FileError> {
        read_text(text, MAX_CSV_BYTES, |text| {
            let Some(delimiter) = delimiter(text) else {
                return Err(Fault::new(FaultKind::UnknownDelimiter {}, 0..0, text).into());
            };
            let table = Table {
                source: text,
                style,
                faults: Vec::new(),
                count: 0,
            };
            table.read(delimiter)
        })
    }
}

/// The delimiter that parts a column `unit` from the others in the first line.
fn delimiter(body: &str) -> Option<u8> {
    let first = body.lines().next().unwrap_or_default();
    [b',', b';', b'\t']
        .into_iter()
        .filter(|mark| {
            let mut names = first.split(char::from(*mark));
            names.any(|name| name.trim().trim_matches('"') == "unit")
        })
        .max_by_key(|mark| first.bytes().filter(|byte| byte == mark).count())
}

/// How long a cell is as it stands in the table: quoted, its marks and each doubled one count too.
fn raw_length(rest: &[u8], cell: &str) -> usize {
    if rest.first() == Some(&b'"') {
        cell.len() + 2 + cell.matches('"').count()
    } else {
        cell.len()
    }
}

struct Table<'s> {
    source: &'s str,
    style: TableStyle,
    faults: Vec<Fault>,
    /// How many faults there are, also those that are not kept.
    count: usize,
}

impl Table<'_> {
    fn read(mut self, delimiter: u8) -> Result<Vec<Submission>, FileError> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(self.source.as_bytes());
        let mut records = reader.records();
        let header = match records.next() {
            Some(Ok(header)) => header,
            _ => csv::StringRecord::new(),
        };
        let columns = self.columns(&header);
        let mut submissions = Vec::new();
        for record in records {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let at = error
                        .position()
                        .map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0));
                    let message = error.to_string().into();
                    self.fault(at..at, FaultKind::Syntax { message });
                    break;
                }
            };
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if submissions.len() == MAX_ROWS {
                let (what, count, limit) = (Thing::Row, MAX_ROWS + 1, MAX_ROWS);
                self.fault(0..0, FaultKind::TooMany { what, count, limit });
                break;
            }
            submissions.push(self.row(&record, &columns, header.len()));
        }
        if self.count == 0 {
            return Ok(submissions);
        }
        Err(FileError::of(self.faults, self.count, self.source))
    }

    fn fault(&mut self, span: Range<usize>, kind: FaultKind) {
        self.count += 1;
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault::unplaced(kind, span, String::new()));
        }
    }

    /// A fault of one cell, whose place is only looked for where the fault is kept.
    fn cell_fault(&mut self, record: &csv::StringRecord, index: usize, kind: FaultKind) {
        let span = if self.faults.len() < MAX_FAULTS {
            self.cell_span(record, index)
        } else {
            0..0
        };
        self.fault(span, kind);
    }

    fn columns(&mut self, header: &csv::StringRecord) -> Vec<Option<Column>> {
        let (what, count, limit) = (Thing::Fact, header.len(), MAX_COLUMNS);
        if count > limit {
            self.fault(0..0, FaultKind::TooMany { what, count, limit });
            return Vec::new();
        }
        let mut seen = HashSet::new();
        let mut columns = Vec::with_capacity(count);
        for (index, name) in header.iter().enumerate() {
            let name = nfc(name.trim());
            let column = Column::parse(&name);
            if column.is_none() {
                let (value, expected) = (name.clone().into_owned(), Expected::Column);
                self.cell_fault(header, index, FaultKind::Unexpected { value, expected });
            } else if !seen.insert(name.clone().into_owned()) {
                let column = name.into_owned();
                self.cell_fault(header, index, FaultKind::DuplicateColumn { column });
            }
            columns.push(column);
        }
        if !columns
            .iter()
            .flatten()
            .any(|column| matches!(column, Column::Unit))
        {
            let column = "unit".to_owned();
            self.fault(0..0, FaultKind::MissingColumn { column });
        }
        columns
    }

    /// Where a record begins: the reader counts blank lines before it as its own.
    fn start(&self, record: &csv::StringRecord) -> usize {
        let at = record.position().map(csv::Position::byte);
        let at = at.and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
        let rest = self.source.as_bytes().get(at..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        at + blank.count()
    }

    /// Where a cell stands.
    fn cell_span(&self, record: &csv::StringRecord, index: usize) -> Range<usize> {
        let mut at = self.start(record);
        for (before, cell) in record.iter().enumerate().take(index + 1) {
            let rest = self.source.as_bytes().get(at..).unwrap_or_default();
            let length = raw_length(rest, cell);
            if before == index {
                return at..at + length;
            }
            // The delimiter.
            at += length + 1;
        }
        at..at
    }

    fn row(
        &mut self,
        record: &csv::StringRecord,
        columns: &[Option<Column>],
        width: usize,
    ) -> Submission {
        let mut submission = Submission::default();
        if record.len() != width {
            let start = self.start(record);
            let (found, columns) = (record.len(), width);
            self.fault(start..start, FaultKind::RowLength { found, columns });
        }
        for (index, (cell, column)) in record.iter().zip(columns).enumerate() {
            let Some(column) = column else { continue };
            if let Some(expected) = self.cell(&mut submission, column, cell) {
                let value = cell.to_owned();
                self.cell_fault(record, index, FaultKind::Unexpected { value, expected });
            }
        }
        submission
    }

    /// Takes one cell; says what it should have been where it can't.
    fn cell(&self, submission: &mut Submission, column: &Column, cell: &str) -> Option<Expected> {
        let text = nfc(cell.trim());
        match column {
            Column::Unit => {
                if !is_id(&text, 64, "-_.") {
                    return Some(Expected::Id);
                }
                submission.unit = Some(text.into_owned());
            }
            _ if text.is_empty() => {}
            Column::Set => {
                if !is_id(&text, 128, "-_./") {
                    return Some(Expected::SetId);
                }
                submission.set = Some(text.into_owned());
            }
            Column::Received => match text.parse() {
                Ok(moment) => submission.received = Some(moment),
                Err(_) => return Some(Expected::Moment),
            },
            Column::Fact(fact) => {
                let answer = read_cell(&text, self.style.numbers).into_owned();
                submission.facts.insert(fact.clone(), answer);
            }
            Column::Verified(fact) => {
                let answer = read_cell(&text, self.style.numbers).into_owned();
                submission.verified.insert(fact.clone(), answer);
            }
            Column::Reason(fact) => {
                submission.reasons.insert(fact.clone(), text.into_owned());
            }
            Column::Evidence(criterion) => {
                let evidence = Evidence {
                    number: Some(text.into_owned()),
                    ..Evidence::default()
                };
                submission
                    .evidence
                    .insert(criterion.clone(), vec![evidence]);
            }
        }
        None
    }
}
