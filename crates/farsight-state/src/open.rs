//! Opening state files: creation, modes, and telling other people's files apart.

use crate::error::{Raw, of_io};
use crate::migrate::{migrate, usable};
use crate::{SCHEMA_VERSION, StateError, Store};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How a state file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// For reading and writing. The file and its directory are created if missing, an older schema is migrated.
    ReadWrite,
    /// For reading only. The file must exist; it may lie on a read-only file system, and others may write to it.
    ReadOnly,
}

/// How long a statement waits for other processes' locks.
const BUSY: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the state file at `path`.
    pub fn open(path: &Path, access: Access) -> Result<Store, StateError> {
        // SQLite would read a path that begins with `file:` as a URI; an absolute one cannot.
        let path = std::path::absolute(path).map_err(|error| of_io(path, &error))?;
        let conn = match access {
            Access::ReadWrite => {
                create(&path)?;
                read_write(&path).map_err(|raw| raw.at(&path))?
            }
            Access::ReadOnly => {
                let file = File::open(&path).map_err(|error| of_io(&path, &error))?;
                if file.metadata().map_err(|error| of_io(&path, &error))?.len() == 0 {
                    return Err(StateError::Missing { path });
                }
                read_only(&path).map_err(|raw| raw.at(&path))?
            }
        };
        Store::of_file(conn, path)
    }

    /// A store that lives in memory only, for tests and dry runs.
    pub fn in_memory() -> Result<Store, StateError> {
        memory(None)
    }

    /// The same, and [`Store::another`] opens it once more; for tests of several runs.
    pub fn in_shared_memory() -> Result<Store, StateError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        memory(Some(NUMBER.fetch_add(1, Ordering::Relaxed)))
    }

    /// Another connection to the same state, as a second process would have.
    pub fn another(&self) -> Result<Store, StateError> {
        match (self.path(), self.number) {
            (Some(path), _) => Store::open(path, Access::ReadWrite),
            (None, Some(number)) => memory(Some(number)),
            (None, None) => Err(StateError::Missing { path: PathBuf::from(MEMORY) }),
        }
    }
}

const MEMORY: &str = ":memory:";

/// Opens memory: of its own, or that which has a number and is there as long as one connection to it is open.
fn memory(number: Option<u64>) -> Result<Store, StateError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let name = number.map_or(MEMORY.to_owned(), |number| format!("file:/farsight-{number}?vfs=memdb"));
    let open = || {
        let mut conn = Connection::open_with_flags(name, flags)?;
        conn.pragma_update(None, "foreign_keys", true)?;
        migrate(&mut conn, Path::new(MEMORY))?;
        Store::of_memory(conn, number)
    };
    open().map_err(|raw: Raw| raw.at(Path::new(MEMORY)))
}

/// Makes an empty file that only its owner can read. SQLite gives its `-wal` and `-shm` files the same mode.
fn create(path: &Path) -> Result<(), StateError> {
    if path.exists() {
        return Ok(());
    }
    let failed = |error: std::io::Error| match of_io(path, &error) {
        StateError::Missing { path } => StateError::Denied { path, detail: error.to_string() },
        other => other,
    };
    let directory = path.parent().unwrap_or(Path::new("/"));
    DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        // So that the new name survives a power failure. Some file systems cannot; they are no worse off.
        Ok(_) => drop(File::open(directory).and_then(|directory| directory.sync_all())),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    Ok(())
}

fn read_write(path: &Path) -> Result<Connection, Raw> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    // Nothing may be changed before it is clear that the file is ours.
    usable(&conn, path)?;
    if conn.is_readonly("main")? {
        return Err(StateError::ReadOnlyFile { path: path.to_owned() }.into());
    }
    conn.pragma_update(None, "foreign_keys", true)?;
    migrate(&mut conn, path)?;
    write_ahead(&conn)?;
    // A commit must survive a power failure; the `fullfsync` ones matter on macOS, where fsync alone does not.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    // Keeps what is needed to undo one statement in small pieces of memory. Otherwise each statement takes and frees
    // 64 KiB, which costs ten times what the statement does, and large ones go to files in the temporary directory.
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(conn)
}

/// Turns on write-ahead logging. Unlike other statements this one does not wait for locks by itself.
fn write_ahead(conn: &Connection) -> Result<(), Raw> {
    let pause = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < BUSY => {
                std::thread::sleep(pause);
                waited += pause;
            }
            other => return other.map(drop).map_err(Raw::from),
        }
    }
}

fn read_only(path: &Path) -> Result<Connection, Raw> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let first = Connection::open_with_flags(path, flags).map_err(Raw::from).and_then(|conn| readable(conn, path));
    match first {
        Err(Raw::Sql(error))
            if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) =>
        {
            unwritable_directory(path)
        }
        other => other,
    }
}

/// Reads a file whose `-wal` and `-shm` files cannot be made, as on a read-only file system.
fn unwritable_directory(path: &Path) -> Result<Connection, Raw> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let log = beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
    let conn = if log {
        // The log holds commits that are not in the main file yet. It can be read without locks and with its index in
        // memory, since nobody has the file open: they would keep an index beside it, and the usual way had worked.
        let conn = Connection::open_with_flags_and_vfs(path, flags, "unix-none")?;
        conn.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
        conn
    } else {
        Connection::open_with_flags(immutable(path), flags | OpenFlags::SQLITE_OPEN_URI)?
    };
    readable(conn, path)
}

fn readable(conn: Connection, path: &Path) -> Result<Connection, Raw> {
    conn.busy_timeout(BUSY)?;
    match usable(&conn, path)? {
        0 => Err(StateError::Missing { path: path.to_owned() }.into()),
        SCHEMA_VERSION => Ok(conn),
        found => Err(StateError::Older { path: path.to_owned(), found, known: SCHEMA_VERSION }.into()),
    }
}

/// The name of a file that SQLite keeps beside `path`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0')
}

/// The URI of a file that nobody changes, so that SQLite needs neither locks nor a log.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            _ => uri.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    uri.push_str("?immutable=1");
    uri
}
