//! Tables of `ls` commands.

use crate::style::{BOLD, paint};
use crate::text::plain;

/// Rows under bold headings, columns as wide as they must be.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<Vec<String>>,
    headings: Vec<String>,
}

impl Table {
    /// A table without rows.
    pub fn new<const N: usize>(headings: [&str; N]) -> Self {
        Self { rows: Vec::new(), headings: headings.map(str::to_owned).to_vec() }
    }

    /// Adds a row. Cells may have colours.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table, each line with its line feed; nothing at all without rows.
    pub fn render(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let headings: Vec<String> = self.headings.iter().map(|heading| paint(BOLD, heading)).collect();
        let lines: Vec<&Vec<String>> = std::iter::once(&headings).chain(&self.rows).collect();
        let width = |cell: &String| plain(cell).chars().count();
        let widths: Vec<usize> = (0..self.headings.len())
            .map(|column| lines.iter().filter_map(|line| line.get(column)).map(width).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for line in lines {
            let mut row = String::new();
            for (cell, room) in line.iter().zip(&widths) {
                row.push_str(cell);
                row.push_str(&" ".repeat(room - width(cell) + 2));
            }
            text.push_str(row.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["NAME", "RESOURCES", "UPDATED"]);
        assert_eq!(table.render(), "");
        table.row(["dev".into(), paint(BOLD, "12"), "never".into()]);
        table.row(["production".into(), "3".into(), String::new()]);
        insta::assert_snapshot!(plain(&table.render()), @r"
        NAME        RESOURCES  UPDATED
        dev         12         never
        production  3
        ");
    }
}
