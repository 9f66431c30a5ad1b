//! What is told of single rows: an error, or a column.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{ListBuilder, StringBuilder};
use cqdt::{CriteriaSet as Core, DiagnosticKind, Lang, Submission};
use rayon::prelude::*;

use super::table::Table;
use crate::error::Line;

/// Faulty rows that an error tells of.
const MAX_TOLD: usize = 20;

/// An error where a row isn't valid: the first of them, each with fact, value and what was expected.
pub(super) fn told(
    set: &Core,
    tables: &[Table],
    valid: &[u8],
    cohort: Option<&cqdt::Cohort>,
    first_row: usize,
) -> Result<(), Vec<Line>> {
    let rows: usize = valid.iter().map(|valid| usize::from(*valid == 0)).sum();
    if rows == 0 {
        return Ok(());
    }
    let mut lines = Vec::new();
    let all = (first_row..).zip(rows_of(tables)).zip(valid);
    let faulty = all.filter(|(_, valid)| **valid == 0);
    for ((number, (table, row)), _) in faulty {
        if lines.len() >= MAX_TOLD {
            break;
        }
        let report = set.score_in(
            &table.submission(set, Submission::default(), row),
            cqdt::Layer::SelfAssessed,
            cohort,
        );
        for one in report.diagnostics() {
            if one.severity() == cqdt::Severity::Error
                && !matches!(one.kind, DiagnosticKind::NoCohort { .. })
            {
                lines.push(Line {
                    code: one.code(),
                    vi: format!("dòng {number}: {}", one.kind.message(Lang::Vi)),
                    en: format!("row {number}: {}", one.kind.message(Lang::En)),
                });
            }
        }
    }
    lines.truncate(MAX_TOLD);
    lines.push(Line {
        code: "P0204",
        vi: format!("{rows} dòng có số liệu không hợp lệ; dùng diagnostics=\"column\" để chấm và ghi vào một cột"),
        en: format!("{rows} rows have invalid answers; pass diagnostics=\"column\" to score them and tell in a column"),
    });
    Err(lines)
}

/// Every row, with the batch that it is in.
fn rows_of(tables: &[Table]) -> impl Iterator<Item = (&Table, usize)> {
    let tables = tables.iter();
    tables.flat_map(|table| (0..table.rows).map(move |row| (table, row)))
}

/// What there is to say of every row; an empty list where nothing is.
pub(super) fn diagnoses(
    set: &Core,
    tables: &[Table],
    cohort: Option<&cqdt::Cohort>,
    lang: Lang,
) -> ArrayRef {
    let told = |(table, row): (&Table, usize)| -> Vec<String> {
        let report = set.score_in(
            &table.submission(set, Submission::default(), row),
            cqdt::Layer::SelfAssessed,
            cohort,
        );
        let all = report.diagnostics().iter();
        all.map(|one| one.message(lang)).collect()
    };
    let rows: Vec<_> = rows_of(tables).collect();
    let rows: Vec<Vec<String>> = rows.into_par_iter().map(told).collect();
    let mut builder = ListBuilder::new(StringBuilder::new());
    for messages in rows {
        for message in messages {
            builder.values().append_value(message);
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}
