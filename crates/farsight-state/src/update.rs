//! The history of updates: one row per run that may have written to a stack.

use crate::codec::{encode_any, typed};
use crate::error::Raw;
use crate::text_enum::text_enum;
use crate::{Lease, Millis, StackId, StateError, Store, lease};
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An update's number within its stack, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UpdateId(pub i64);

/// How many resources were created, updated, replaced, deleted, left the same, ..., by name.
pub type Counts = BTreeMap<String, u64>;

text_enum! {
    /// How an update ended.
    UpdateResult {
        /// Every step was done.
        Succeeded = "succeeded",
        /// Some step failed.
        Failed = "failed",
        /// The user stopped it.
        Cancelled = "cancelled",
        /// Its process died. The store itself sets this, when the next update begins.
        Interrupted = "interrupted",
    }
}

/// What is known when an update begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateStart {
    /// The command's name: `up`, `down`, `refresh`, `import`, ...
    pub kind: String,
    /// The command line as text.
    pub command: String,
    /// The user's name.
    pub user: String,
    /// The host's name.
    pub host: String,
    /// What the user wrote about it.
    pub message: Option<String>,
    /// farsight's version.
    pub version: String,
    /// When.
    pub started_at: Millis,
}

/// What is known when an update ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateEnd {
    /// How it ended.
    pub result: UpdateResult,
    /// What it did.
    pub counts: Counts,
    /// When.
    pub ended_at: Millis,
    /// What went wrong, in one line.
    pub error: Option<String>,
}

/// An update as the history has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateRow {
    /// Its number within the stack.
    pub id: UpdateId,
    /// The command's name.
    pub kind: String,
    /// The command line as text.
    pub command: String,
    /// The user's name.
    pub user: String,
    /// The host's name.
    pub host: String,
    /// What the user wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// farsight's version.
    pub version: String,
    /// When it began.
    pub started_at: Millis,
    /// How it ended; `None` while it runs, or when its process died and no other update began since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<UpdateResult>,
    /// What it did.
    #[serde(default)]
    pub counts: Counts,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it ended; `None` also if it was interrupted, for then nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Millis>,
}

impl Store {
    /// Records that an update begins. Older updates that never ended become [`UpdateResult::Interrupted`].
    pub fn begin_update(&mut self, lease: &Lease, start: &UpdateStart) -> Result<UpdateId, StateError> {
        self.write(|tx| {
            lease::check(tx, lease)?;
            let sql = "UPDATE update_run SET result = 'interrupted' WHERE stack_id = ?1 AND result IS NULL";
            tx.execute(sql, [lease.stack.0])?;
            let sql =
                "INSERT INTO update_run (stack_id, number, kind, command, user, host, message, version, started_at)
                       VALUES (?1, (SELECT ifnull(max(number), 0) + 1 FROM update_run WHERE stack_id = ?1),
                               ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                       RETURNING number";
            let UpdateStart { kind, command, user, host, message, version, started_at } = start;
            let row = (lease.stack.0, kind, command, user, host, message, version, started_at);
            Ok(UpdateId(tx.query_row(sql, row, |row| row.get(0))?))
        })
    }

    /// Records how an update ended.
    pub fn end_update(&mut self, lease: &Lease, update: UpdateId, end: &UpdateEnd) -> Result<(), StateError> {
        let counts = encode_any(&end.counts)?;
        self.write(|tx| {
            lease::check(tx, lease)?;
            let sql = "UPDATE update_run SET result = ?3, counts = ?4, error = ?5, ended_at = ?6
                       WHERE stack_id = ?1 AND number = ?2 AND result IS NULL";
            match tx.execute(sql, (lease.stack.0, update.0, end.result, counts, &end.error, end.ended_at))? {
                0 => Err(StateError::NoSuchUpdate { number: update.0 }.into()),
                _ => Ok(()),
            }
        })
    }

    /// The latest `limit` updates, newest first.
    pub fn updates(&self, stack: StackId, limit: usize) -> Result<Vec<UpdateRow>, StateError> {
        self.read(|conn| updates(conn, stack, limit))
    }
}

pub(crate) fn updates(conn: &Connection, stack: StackId, limit: usize) -> Result<Vec<UpdateRow>, Raw> {
    let sql = "SELECT number, kind, command, user, host, message, version, started_at, result, counts, error, ended_at
               FROM update_run WHERE stack_id = ?1 ORDER BY number DESC LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    conn.prepare(sql)?.query_and_then((stack.0, limit), read)?.collect()
}

fn read(row: &Row<'_>) -> Result<UpdateRow, Raw> {
    let id = UpdateId(row.get(0)?);
    Ok(UpdateRow {
        id,
        kind: row.get(1)?,
        command: row.get(2)?,
        user: row.get(3)?,
        host: row.get(4)?,
        message: row.get(5)?,
        version: row.get(6)?,
        started_at: row.get(7)?,
        result: row.get(8)?,
        counts: typed(row, 9, &format_args!("update {}", id.0))?,
        error: row.get(10)?,
        ended_at: row.get(11)?,
    })
}
