//! Schema versions and the way from one to the next.

use crate::StateError;
use crate::error::Raw;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Marks SQLite files as farsight's: the letters `FSGT`.
pub(crate) const APPLICATION_ID: i64 = 0x4653_4754;

/// One script per schema version, from version 1. Scripts that were released never change.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_init.sql"), include_str!("migrations/0002_stack_tag.sql")];

/// The newest schema version that this program knows, which it writes.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// What kind of file this is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A database without any content.
    Empty,
    /// One of ours, of this schema version.
    Ours(i64),
    /// Someone else's.
    Foreign,
}

/// Finds out what `conn` is, without changing it.
pub(crate) fn kind(conn: &Connection) -> rusqlite::Result<Kind> {
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let version = pragma("user_version")?;
    Ok(match pragma("application_id")? {
        APPLICATION_ID => Kind::Ours(version),
        0 if version == 0 => {
            let objects: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if objects == 0 { Kind::Empty } else { Kind::Foreign }
        }
        _ => Kind::Foreign,
    })
}

/// The schema version of a file that this program can use, or why it cannot.
pub(crate) fn usable(conn: &Connection, path: &Path) -> Result<i64, Raw> {
    let path = path.to_owned();
    match kind(conn)? {
        Kind::Foreign => Err(StateError::NotOurs { path }.into()),
        Kind::Ours(found) if found > SCHEMA_VERSION => {
            Err(StateError::Newer { path, found, known: SCHEMA_VERSION }.into())
        }
        Kind::Ours(found) => Ok(found),
        Kind::Empty => Ok(0),
    }
}

/// Brings the schema up to date, all in one transaction: a file is never left between two versions.
pub(crate) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), Raw> {
    migrate_with(conn, path, MIGRATIONS)
}

fn migrate_with(conn: &mut Connection, path: &Path, scripts: &[&str]) -> Result<(), Raw> {
    let known = scripts.len() as i64;
    if usable(conn, path)? == known {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again under the lock: another process may have migrated meanwhile.
    let found = usable(&tx, path)?;
    for script in scripts.iter().skip(usize::try_from(found).unwrap_or(0)) {
        tx.execute_batch(script)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", known)?;
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(conn: &Connection) -> i64 {
        conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    /// Protects every existing file: an interrupted or failing migration leaves it as it was.
    #[test]
    fn a_failing_migration_changes_nothing() {
        let mut conn = Connection::open_in_memory().unwrap();
        assert!(migrate_with(&mut conn, Path::new("x"), &["CREATE TABLE a (b)", "no sql"]).is_err());
        assert_eq!(kind(&conn).unwrap(), Kind::Empty);
        assert_eq!(version(&conn), 0);
    }

    /// Protects files of older versions: only the scripts that are missing run, and the others are not run again.
    #[test]
    fn only_missing_scripts_run() {
        let mut conn = Connection::open_in_memory().unwrap();
        assert!(migrate_with(&mut conn, Path::new("x"), &[]).is_ok());
        let path = Path::new("x");
        // `usable` compares with the real newest version, so two scripts need a stand-in for it: none of ours exists yet.
        conn.execute_batch("CREATE TABLE a (b)").unwrap();
        conn.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        conn.pragma_update(None, "user_version", 1).unwrap();
        assert!(migrate_with(&mut conn, path, &["CREATE TABLE a (b)", "CREATE TABLE c (d)"]).is_ok());
        assert_eq!(version(&conn), 2);
        conn.execute("INSERT INTO c VALUES (1)", []).unwrap();
    }
}
