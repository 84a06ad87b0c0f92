//! The store itself: a connection, its file, and the two ways to use them.

use crate::StateError;
use crate::error::{Raw, of_io};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// An open state file.
///
/// Its methods take and return whole rows; each is one transaction. It can be sent to another thread (see
/// [`crate::Writer`]); several stores may have the same file open, in one process or in many.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    file: Option<StateFile>,
    /// What tells shared memory from other.
    pub(crate) number: Option<u64>,
    /// Bytes of JSON that [`Store::apply`] has written.
    pub(crate) written: u64,
}

#[derive(Debug)]
struct StateFile {
    path: PathBuf,
    /// Device and inode: a path alone does not tell a file from its replacement.
    identity: (u64, u64),
}

/// Makes sure that no statement of this crate is ever prepared twice: there is room for all of them, and plans do not
/// depend on the values that are bound, for which SQLite would prepare some of them anew at every call.
fn prepare_once(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(64);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

impl Store {
    pub(crate) fn of_file(conn: Connection, path: PathBuf) -> Result<Store, StateError> {
        prepare_once(&conn).map_err(|error| Raw::Sql(error).at(&path))?;
        let identity = identity(&path)?;
        Ok(Store { conn, file: Some(StateFile { path, identity }), number: None, written: 0 })
    }

    pub(crate) fn of_memory(conn: Connection, number: Option<u64>) -> Result<Store, Raw> {
        prepare_once(&conn)?;
        Ok(Store { conn, file: None, number, written: 0 })
    }

    /// The file's absolute path; `None` in memory.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path.as_path())
    }

    /// Adds the file's name to an error.
    fn locate(&self, raw: Raw) -> StateError {
        raw.at(self.path().unwrap_or(Path::new(":memory:")))
    }

    /// Runs `work` on one consistent state of the file.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Raw>) -> Result<T, StateError> {
        let run = || {
            let tx = self.conn.unchecked_transaction()?;
            work(&tx)
        };
        run().map_err(|raw| self.locate(raw))
    }

    /// Runs `work` outside of a transaction, for statements that bring their own.
    pub(crate) fn bare<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Raw>) -> Result<T, StateError> {
        work(&self.conn).map_err(|raw| self.locate(raw))
    }

    /// Runs `work` in a transaction that is committed if it succeeds, and undone as a whole if it does not.
    pub(crate) fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Raw>) -> Result<T, StateError> {
        self.check_file()?;
        let conn = &mut self.conn;
        let run = || {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&tx)?;
            tx.commit()?;
            Ok(result)
        };
        let result = run();
        result.map_err(|raw| self.locate(raw))
    }

    /// Notices that the path no longer leads to the open file: what is written there would be lost.
    fn check_file(&self) -> Result<(), StateError> {
        match &self.file {
            Some(file) if identity(&file.path).ok() != Some(file.identity) => {
                Err(StateError::Replaced { path: file.path.clone() })
            }
            _ => Ok(()),
        }
    }
}

fn identity(path: &Path) -> Result<(u64, u64), StateError> {
    let metadata = path.metadata().map_err(|error| of_io(path, &error))?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use crate::{Access, StateError, Store};
    use std::time::Duration;

    /// Protects a run on a full disk: the error says so, what was committed stays, and freed space is used again.
    #[test]
    fn a_full_disk_is_reported_and_loses_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(&directory.path().join("x.db"), Access::ReadWrite).unwrap();
        let stack = store.create_stack("shop", "dev", 0).unwrap().id;
        let limit = |store: &Store, pages: i64| {
            store.bare(|conn| Ok(conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)).unwrap();
        };
        limit(&store, 1);
        let long = "x".repeat(100_000);
        assert!(matches!(store.set_key_info(stack, &long), Err(StateError::Full { .. })));
        assert_eq!(store.key_info(stack).unwrap(), None);
        assert_eq!(store.stacks().unwrap().len(), 1);
        limit(&store, 1_000_000);
        store.set_key_info(stack, &long).unwrap();
        assert_eq!(store.verify().unwrap(), []);
    }

    /// Protects people from a bare "database is locked".
    #[test]
    fn a_file_that_another_program_locks_is_busy() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.db");
        let mut store = Store::open(&path, Access::ReadWrite).unwrap();
        store.bare(|conn| Ok(conn.busy_timeout(Duration::ZERO)?)).unwrap();
        let other = rusqlite::Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert!(matches!(store.create_stack("shop", "dev", 0), Err(StateError::Busy { .. })));
        assert!(store.stacks().unwrap().is_empty(), "reading goes on");
        other.execute_batch("ROLLBACK").unwrap();
        store.create_stack("shop", "dev", 0).unwrap();
    }
}
