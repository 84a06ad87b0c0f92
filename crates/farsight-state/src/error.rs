//! What can go wrong with a state file, said so that a person knows what to do.

use crate::{LeaseInfo, OpStatus};
use std::path::{Path, PathBuf};

/// Why the store did not do what it was asked. Nothing was written in any of these cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// There is no state file to read.
    #[error("there is no state file `{}`: run `farsight stack init`, or name the right file with `--state`", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The schema is newer than this program knows.
    #[error(
        "state file `{}` was written by a newer farsight (schema {found}, this one knows {known}): install the newer farsight",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest schema version known here.
        known: i64,
    },
    /// The schema is older, and the file was opened for reading only.
    #[error(
        "state file `{}` was written by an older farsight (schema {found}, this one knows {known}): \
         run a command that writes, such as `farsight refresh`, to bring it up to date",
        path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest schema version known here.
        known: i64,
    },
    /// A SQLite database of another application.
    #[error("`{}` is a database, but not one of farsight's: name the right file with `--state`", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// No SQLite database, or a damaged one.
    #[error(
        "state file `{}` is damaged or no state file at all ({detail}): restore a backup, or name the right file with `--state`",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The operating system does not let this user open the file.
    #[error("state file `{}` cannot be opened ({detail}): check who owns it and its directory, and their modes", path.display())]
    Denied {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The file, its directory or its file system is read-only, and a write was wanted.
    #[error("state file `{}` is read-only: make it and its directory writable, or use a command that only reads", path.display())]
    ReadOnlyFile {
        /// The file.
        path: PathBuf,
    },
    /// The disk is full. What was committed before is safe.
    #[error("no space left to write state file `{}`: free some and run again, nothing that was recorded is lost", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file was deleted, moved or replaced while it was open.
    #[error(
        "state file `{}` was deleted or replaced while it was in use: put back the original file, then run again",
        path.display()
    )]
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// Another process kept the file locked for longer than the busy timeout of 5 seconds.
    #[error("state file `{}` is busy: another program has it locked, close it and run again", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The disk or file system failed.
    #[error("state file `{}` cannot be read or written ({detail}): check the disk", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// A backup would overwrite a file.
    #[error("`{}` exists already: choose another name for the backup", path.display())]
    BackupExists {
        /// The backup's file.
        path: PathBuf,
    },
    /// A stack of this name exists.
    #[error("stack `{name}` exists already: choose another name, or select it with `-s {name}`")]
    AlreadyExists {
        /// The stack.
        name: String,
    },
    /// The stack was removed meanwhile.
    #[error("the stack is no longer in the state file: see `farsight stack ls`")]
    NoSuchStack,
    /// A stack that still has something in the cloud cannot be removed.
    #[error(
        "the stack still has {resources} resources and {operations} unsettled operations: run `farsight down` first"
    )]
    StackNotEmpty {
        /// Resource rows.
        resources: u64,
        /// Operations that never ended.
        operations: u64,
    },
    /// Someone else holds the lease.
    #[error(
        "the stack is locked by {} on {} (process {}): wait for it with `--wait 10m`, or take the lock away with `farsight cancel`",
        .0.holder.user, .0.holder.host, .0.holder.pid
    )]
    Locked(Box<LeaseInfo>),
    /// The lease was taken away; this run must stop.
    #[error("the lock of the stack was taken away from this run, which therefore stops: {}", whose(holder.as_deref()))]
    Fenced {
        /// Who holds it now.
        holder: Option<Box<LeaseInfo>>,
    },
    /// A secret in clear was about to be stored.
    #[error("a secret of `{urn}` would have been stored in clear: this is a bug in farsight, please report it")]
    PlaintextSecret {
        /// The resource, or `stack outputs`.
        urn: String,
    },
    /// Two current resources of one URN.
    #[error("`{urn}` is in the state twice: this is a bug in farsight, please report it")]
    DuplicateUrn {
        /// The URN.
        urn: String,
    },
    /// A transition of an operation that was never begun.
    #[error("operation {op} is not in the journal: this is a bug in farsight, please report it")]
    NoSuchOperation {
        /// The operation.
        op: String,
    },
    /// A transition that the operation's status does not allow.
    #[error("operation {op} is `{from}` and cannot become `{to}`: this is a bug in farsight, please report it")]
    OperationStatus {
        /// The operation.
        op: String,
        /// What it is.
        from: OpStatus,
        /// What it should become.
        to: OpStatus,
    },
    /// An update that was never begun, or has ended.
    #[error("update {number} is not running: this is a bug in farsight, please report it")]
    NoSuchUpdate {
        /// The update's number.
        number: i64,
    },
    /// The schema's checks refused a row.
    #[error("the state store refused {what} ({detail}): this is a bug in farsight, please report it")]
    Refused {
        /// Which row.
        what: String,
        /// What SQLite said.
        detail: String,
    },
    /// A row that cannot be read back.
    #[error("{what} in the state file cannot be read ({detail}): run `farsight state verify`, or restore a backup")]
    BadRow {
        /// Which row.
        what: String,
        /// Why not.
        detail: String,
    },
    /// A document that cannot be imported.
    #[error("the document cannot be imported: {detail}")]
    Document {
        /// Why not, and what to do.
        detail: String,
    },
    /// The writer's thread has ended.
    #[error("the state writer has stopped: this is a bug in farsight, please report it")]
    WriterStopped,
    /// Any other failure of SQLite.
    #[error("state file `{}`: {detail}: please report it", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
}

fn whose(holder: Option<&LeaseInfo>) -> String {
    match holder {
        Some(info) => format!(
            "{} on {} (process {}) has it now, see `farsight stack history` when that run has ended",
            info.holder.user, info.holder.host, info.holder.pid
        ),
        None => "run again, and it will settle what this run left open".to_owned(),
    }
}

impl StateError {
    /// Whether the data of one request caused this, so that other requests may still succeed.
    pub(crate) fn blames_request(&self) -> bool {
        matches!(
            self,
            StateError::PlaintextSecret { .. }
                | StateError::DuplicateUrn { .. }
                | StateError::NoSuchOperation { .. }
                | StateError::OperationStatus { .. }
                | StateError::NoSuchUpdate { .. }
                | StateError::Refused { .. }
        )
    }
}

/// An error before the file's name is added to it.
pub(crate) enum Raw {
    Sql(rusqlite::Error),
    Typed(StateError),
}

impl From<rusqlite::Error> for Raw {
    fn from(error: rusqlite::Error) -> Self {
        Raw::Sql(error)
    }
}

impl From<StateError> for Raw {
    fn from(error: StateError) -> Self {
        Raw::Typed(error)
    }
}

impl Raw {
    /// The error for people, about the file `path`.
    pub(crate) fn at(self, path: &Path) -> StateError {
        match self {
            Raw::Typed(error) => error,
            Raw::Sql(error) => of_sqlite(path, &error),
        }
    }
}

/// Extended result codes, from <https://sqlite.org/rescode.html>.
const READONLY_DBMOVED: i32 = 1032;
const IOERR_SHMSIZE: i32 = 4874;

fn of_sqlite(path: &Path, error: &rusqlite::Error) -> StateError {
    use rusqlite::ErrorCode as Code;
    let (path, detail) = (path.to_owned(), error.to_string());
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => match (failure.code, failure.extended_code) {
            (_, READONLY_DBMOVED) => StateError::Replaced { path },
            (Code::DiskFull, _) | (_, IOERR_SHMSIZE) => StateError::Full { path },
            (Code::ReadOnly, _) => StateError::ReadOnlyFile { path },
            (Code::NotADatabase | Code::DatabaseCorrupt, _) => StateError::Corrupt { path, detail },
            (Code::DatabaseBusy | Code::DatabaseLocked, _) => StateError::Busy { path },
            (Code::CannotOpen | Code::PermissionDenied, _) => StateError::Denied { path, detail },
            (Code::SystemIoFailure, _) => StateError::Io { path, detail },
            (Code::ConstraintViolation, _) => StateError::Refused { what: "a row".to_owned(), detail },
            _ => StateError::Sqlite { path, detail },
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::Utf8Error(..) => StateError::BadRow { what: "a row".to_owned(), detail },
        _ => StateError::Sqlite { path, detail },
    }
}

/// The error for a failed call of the operating system on `path`.
pub(crate) fn of_io(path: &Path, error: &std::io::Error) -> StateError {
    use std::io::ErrorKind as Kind;
    let (path, detail) = (path.to_owned(), error.to_string());
    match error.kind() {
        Kind::NotFound => StateError::Missing { path },
        Kind::PermissionDenied => StateError::Denied { path, detail },
        Kind::ReadOnlyFilesystem => StateError::ReadOnlyFile { path },
        Kind::StorageFull | Kind::QuotaExceeded => StateError::Full { path },
        _ => StateError::Io { path, detail },
    }
}

/// Says which row a constraint refused.
pub(crate) fn refused(error: rusqlite::Error, what: &str) -> Raw {
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) {
        Raw::Typed(StateError::Refused { what: what.to_owned(), detail: error.to_string() })
    } else {
        Raw::Sql(error)
    }
}
