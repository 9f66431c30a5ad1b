//! Tables in the terminal: aligned by display width, folded to the terminal.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};

use crate::shell;

/// How a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words, folded where there is no room.
    Left,
    /// Ids, never folded.
    Whole,
    /// Numbers, never folded.
    Right,
}

/// Rows under headings.
pub(crate) struct Grid {
    table: Table,
    columns: Vec<Align>,
}

impl Grid {
    pub(crate) fn new<const N: usize>(headings: [(&str, Align); N]) -> Self {
        Self::with_headings(&headings)
    }

    pub(crate) fn with_headings(headings: &[(&str, Align)]) -> Self {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        let rule = &mut table.style_mut().header_separator;
        (rule.fill, rule.junction) = (Some('─'), Some('─'));
        match shell::width() {
            Some(width) => {
                table.set_content_arrangement(ContentArrangement::Dynamic);
                table.set_width(width);
            }
            None => {
                table.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        let columns = headings.iter().map(|(_, align)| *align).collect();
        let mut grid = Self { table, columns };
        let cells = headings.iter().map(|(heading, _)| (*heading).to_owned());
        let row = grid.cells(cells);
        grid.table.set_header(row);
        let last = grid.columns.len().saturating_sub(1);
        let columns = grid.columns.iter().zip(grid.table.column_iter_mut());
        for (at, (align, column)) in columns.enumerate() {
            if *align != Align::Left {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            column.set_padding((0, u16::from(at != last)));
        }
        grid
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row = self.cells(cells);
        self.table.add_row(row);
    }

    fn cells(&self, cells: impl IntoIterator<Item = String>) -> Vec<Cell> {
        let aligned = cells.into_iter().zip(&self.columns);
        aligned
            .map(|(text, align)| {
                let alignment = match align {
                    Align::Left | Align::Whole => CellAlignment::Left,
                    Align::Right => CellAlignment::Right,
                };
                Cell::new(plain(&text)).set_alignment(alignment)
            })
            .collect()
    }
}

impl std::fmt::Display for Grid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.table.trim_fmt())
    }
}

/// A text without what would move the cursor or tear a row apart.
pub(crate) fn plain(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_letters() {
        let mut grid = Grid::new([("Đơn vị", Align::Left), ("Điểm", Align::Right)]);
        // Composed, decomposed, and wide letters.
        for (name, points) in [
            ("Phường Gia Cẩm", "9,5"),
            ("Tie\u{302}n Ca\u{301}t", "10,25"),
            ("漢字", "1"),
        ] {
            grid.row([name.to_owned(), points.to_owned()]);
        }
        let text = grid.to_string();
        let ends: Vec<usize> = text
            .lines()
            .filter(|line| !line.contains('─'))
            .map(comfy_width)
            .collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "{text}");
    }

    fn comfy_width(line: &str) -> usize {
        // Decomposed marks take no room, the two characters of 漢字 take two each.
        let marks = line
            .chars()
            .filter(|c| ('\u{300}'..'\u{370}').contains(c))
            .count();
        let wide = line
            .chars()
            .filter(|c| ('\u{4e00}'..'\u{a000}').contains(c))
            .count();
        line.chars().count() - marks + wide
    }
}
