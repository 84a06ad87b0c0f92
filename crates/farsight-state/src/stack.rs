//! Stacks: their names, the cloud each lives in, and what is needed to open its secrets.

use crate::error::Raw;
use crate::{Millis, StateError, Store};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

/// A stack's number in its file. It is never given to another stack, not even after the stack was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StackId(pub i64);

/// A stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its number.
    pub id: StackId,
    /// The project's name.
    pub project: String,
    /// Its name, unique in the file.
    pub name: String,
    /// Where it was built; `None` until the first update that reaches a cloud.
    pub cloud: Option<Cloud>,
    /// When it was created.
    pub created_at: Millis,
}

/// The account and region a stack was built in. The engine refuses to touch another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cloud {
    /// The AWS account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// A custom endpoint; `None` for AWS itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Whether it is the local sandbox.
    pub sandbox: bool,
}

const COLUMNS: &str = "id, project, name, account, region, endpoint, sandbox, created_at";

fn read(row: &Row<'_>) -> rusqlite::Result<Stack> {
    let cloud = match (row.get(3)?, row.get(4)?) {
        (Some(account), Some(region)) => Some(Cloud { account, region, endpoint: row.get(5)?, sandbox: row.get(6)? }),
        _ => None,
    };
    Ok(Stack { id: StackId(row.get(0)?), project: row.get(1)?, name: row.get(2)?, cloud, created_at: row.get(7)? })
}

pub(crate) fn by_id(conn: &Connection, stack: StackId) -> Result<Stack, Raw> {
    let sql = format!("SELECT {COLUMNS} FROM stack WHERE id = ?1");
    conn.query_row(&sql, [stack.0], read).optional()?.ok_or(Raw::Typed(StateError::NoSuchStack))
}

impl Store {
    /// The stack of this name.
    pub fn stack(&self, name: &str) -> Result<Option<Stack>, StateError> {
        let sql = format!("SELECT {COLUMNS} FROM stack WHERE name = ?1");
        self.read(|conn| Ok(conn.query_row(&sql, [name], read).optional()?))
    }

    /// All stacks, by name.
    pub fn stacks(&self) -> Result<Vec<Stack>, StateError> {
        let sql = format!("SELECT {COLUMNS} FROM stack ORDER BY name");
        self.read(|conn| Ok(conn.prepare(&sql)?.query_map([], read)?.collect::<Result<_, _>>()?))
    }

    /// Creates an empty stack.
    pub fn create_stack(&mut self, project: &str, name: &str, now: Millis) -> Result<Stack, StateError> {
        self.write(|tx| {
            let sql = "INSERT INTO stack (project, name, created_at) VALUES (?1, ?2, ?3)";
            match tx.execute(sql, (project, name, now)) {
                Ok(_) => by_id(tx, StackId(tx.last_insert_rowid())),
                Err(error) if is_unique(&error) => Err(StateError::AlreadyExists { name: name.to_owned() }.into()),
                Err(error) => Err(error.into()),
            }
        })
    }

    /// Removes a stack and its whole history. Refused while it has resources or open operations.
    pub fn remove_stack(&mut self, stack: StackId) -> Result<(), StateError> {
        self.write(|tx| {
            let resources = count_resources(tx, stack)?;
            let sql =
                "SELECT count(*) FROM operation WHERE stack_id = ?1 AND status IN ('intended', 'accepted', 'unknown')";
            let operations: i64 = tx.query_row(sql, [stack.0], |row| row.get(0))?;
            if resources > 0 || operations > 0 {
                return Err(StateError::StackNotEmpty { resources, operations: operations as u64 }.into());
            }
            match tx.execute("DELETE FROM stack WHERE id = ?1", [stack.0])? {
                0 => Err(StateError::NoSuchStack.into()),
                _ => Ok(()),
            }
        })
    }

    /// Remembers where the stack lives.
    pub fn set_cloud(&mut self, stack: StackId, cloud: &Cloud) -> Result<(), StateError> {
        self.write(|tx| set_cloud(tx, stack, cloud))
    }

    /// How many resource rows the stack has, old halves of replacements included.
    pub fn resource_count(&self, stack: StackId) -> Result<u64, StateError> {
        self.read(|conn| count_resources(conn, stack))
    }

    /// What `farsight-secrets` needs to open the stack's secrets, as it gave it to [`Store::set_key_info`].
    pub fn key_info(&self, stack: StackId) -> Result<Option<String>, StateError> {
        self.read(|conn| {
            let sql = "SELECT key_info FROM stack WHERE id = ?1";
            conn.query_row(sql, [stack.0], |row| row.get(0)).optional()?.ok_or(Raw::Typed(StateError::NoSuchStack))
        })
    }

    /// Stores what `farsight-secrets` needs to open the stack's secrets; no secret itself.
    pub fn set_key_info(&mut self, stack: StackId, key_info: &str) -> Result<(), StateError> {
        self.write(|tx| one(tx.execute("UPDATE stack SET key_info = ?2 WHERE id = ?1", (stack.0, key_info))?))
    }
}

pub(crate) fn set_cloud(conn: &Connection, stack: StackId, cloud: &Cloud) -> Result<(), Raw> {
    let sql = "UPDATE stack SET account = ?2, region = ?3, endpoint = ?4, sandbox = ?5 WHERE id = ?1";
    one(conn.execute(sql, (stack.0, &cloud.account, &cloud.region, &cloud.endpoint, cloud.sandbox))?)
}

fn count_resources(conn: &Connection, stack: StackId) -> Result<u64, Raw> {
    let sql = "SELECT count(*) FROM resource WHERE stack_id = ?1";
    Ok(conn.query_row(sql, [stack.0], |row| row.get::<_, i64>(0))? as u64)
}

/// An update of one stack's row that met none means that the stack is gone.
fn one(changed: usize) -> Result<(), Raw> {
    if changed == 1 { Ok(()) } else { Err(StateError::NoSuchStack.into()) }
}

/// Whether a row was refused because another one has its key.
pub(crate) fn is_unique(error: &rusqlite::Error) -> bool {
    /// `SQLITE_CONSTRAINT_UNIQUE`.
    const UNIQUE: i32 = 2067;
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
        && error.sqlite_error().is_some_and(|failure| failure.extended_code == UNIQUE)
}
