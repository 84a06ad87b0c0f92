//! `docs/state.md` tells the truth: its queries run and find something, and it describes every table and column.

use crate::export::full;
use rusqlite::{Connection, OpenFlags};

const PAGE: &str = include_str!("../../../../docs/state.md");

/// A file with something in every table, open for reading only, as a person would open it.
fn file(directory: &std::path::Path) -> Connection {
    let path = directory.join("shop.db");
    full().store.backup(&path).unwrap();
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// Protects people who copy a query from the page.
#[test]
fn every_query_on_the_page_finds_something() {
    let directory = tempfile::tempdir().unwrap();
    let conn = file(directory.path());
    let queries: Vec<&str> = PAGE.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(queries.len() >= 10);
    for query in queries {
        let mut statement = conn.prepare(query).unwrap_or_else(|error| panic!("{query}\n{error}"));
        let mut rows = statement.query([]).unwrap();
        assert!(rows.next().unwrap().is_some(), "finds nothing:\n{query}");
    }
}

/// Protects the page from ageing: the schema cannot grow without it.
#[test]
fn every_table_and_column_is_described_and_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let conn = file(directory.path());
    let list = |sql: &str| -> Vec<String> {
        conn.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let tables = list("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
    let sections: Vec<&str> = PAGE.split("\n### `").skip(1).collect();
    assert_eq!(sections.len(), tables.len());
    for table in tables {
        let section = sections.iter().find(|section| section.starts_with(&format!("{table}`"))).unwrap();
        let section = section.split("\n## ").next().unwrap();
        let described: Vec<&str> =
            section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        assert_eq!(described, list(&format!("SELECT name FROM pragma_table_info('{table}')")), "{table}");
    }
}

/// Protects the numbers on the page.
#[test]
fn the_marks_of_the_file_are_those_on_the_page() {
    let directory = tempfile::tempdir().unwrap();
    let conn = file(directory.path());
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert!(PAGE.contains(&format!("`PRAGMA application_id` = {}", pragma("application_id"))));
    assert!(PAGE.contains(&format!("of the schema, now {}.", pragma("user_version"))));
}
