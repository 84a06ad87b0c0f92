//! The lease: at most one run writes to a stack, and a run that lost its lease cannot write any more.

use crate::error::Raw;
use crate::{Millis, StackId, StateError, Store};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

/// Who holds a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The user's name.
    pub user: String,
    /// The host's name.
    pub host: String,
    /// The process, on that host.
    pub pid: u32,
    /// What tells that process from a later one with the same number, such as the boot's id and the time the process
    /// started; the caller alone gives it a meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The command line.
    pub command: String,
}

/// A lease that this process acquired. Every write to the stack needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The stack.
    pub stack: StackId,
    /// The fencing number: larger than that of every lease before.
    pub fence: i64,
}

/// A lease as everyone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaseInfo {
    /// Its fencing number.
    pub fence: i64,
    /// Who holds it.
    pub holder: Holder,
    /// When it was acquired.
    pub acquired_at: Millis,
    /// When its holder last said that it lives.
    pub heartbeat_at: Millis,
    /// From when on anyone may take it over.
    pub expires_at: Millis,
}

impl Store {
    /// Acquires the stack's lease for `ttl_ms` milliseconds. A lease that has expired is taken over.
    ///
    /// Fails with [`StateError::Locked`] while someone else holds a live one.
    pub fn acquire_lease(
        &mut self,
        stack: StackId,
        holder: &Holder,
        now: Millis,
        ttl_ms: i64,
    ) -> Result<Lease, StateError> {
        self.acquire_lease_with(stack, holder, now, ttl_ms, |held| held.expires_at <= now)
    }

    /// Like [`Store::acquire_lease`], but `is_over` alone says which lease may be taken over: clocks may be wrong, and
    /// the caller may know more of the holder.
    pub fn acquire_lease_with(
        &mut self,
        stack: StackId,
        holder: &Holder,
        now: Millis,
        ttl_ms: i64,
        is_over: impl Fn(&LeaseInfo) -> bool,
    ) -> Result<Lease, StateError> {
        self.write(|tx| {
            crate::stack::by_id(tx, stack)?;
            if let Some(held) = held(tx, stack)?
                && !is_over(&held)
            {
                return Err(StateError::Locked(Box::new(held)).into());
            }
            let sql = "INSERT INTO lease (stack_id, fence, user, host, pid, process, command, acquired_at, heartbeat_at, expires_at)
                       VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)
                       ON CONFLICT (stack_id) DO UPDATE SET fence = fence + 1, user = excluded.user,
                           host = excluded.host, pid = excluded.pid, process = excluded.process,
                           command = excluded.command, acquired_at = excluded.acquired_at,
                           heartbeat_at = excluded.heartbeat_at, expires_at = excluded.expires_at
                       RETURNING fence";
            let row = (
                stack.0,
                &holder.user,
                &holder.host,
                holder.pid,
                &holder.process,
                &holder.command,
                now,
                now.saturating_add(ttl_ms),
            );
            let fence = tx.query_row(sql, row, |row| row.get(0))?;
            Ok(Lease { stack, fence })
        })
    }

    /// Says that the holder lives, and prolongs the lease to `ttl_ms` milliseconds from `now`.
    pub fn heartbeat(&mut self, lease: &Lease, now: Millis, ttl_ms: i64) -> Result<(), StateError> {
        self.write(|tx| {
            check(tx, lease)?;
            let sql = "UPDATE lease SET heartbeat_at = ?2, expires_at = ?3 WHERE stack_id = ?1";
            tx.execute(sql, (lease.stack.0, now, now.saturating_add(ttl_ms)))?;
            Ok(())
        })
    }

    /// Gives the lease back.
    pub fn release_lease(&mut self, lease: &Lease) -> Result<(), StateError> {
        self.write(|tx| {
            check(tx, lease)?;
            free(tx, lease.stack)
        })
    }

    /// Takes the lease away from whoever holds it, and says who that was. Their next write is
    /// [`StateError::Fenced`].
    pub fn break_lease(&mut self, stack: StackId, now: Millis) -> Result<Option<LeaseInfo>, StateError> {
        self.write(|tx| {
            crate::stack::by_id(tx, stack)?;
            let held = held(tx, stack)?;
            free(tx, stack)?;
            Ok(held.filter(|held| held.expires_at > now))
        })
    }

    /// Who holds the stack's lease, expired or not.
    pub fn lease(&self, stack: StackId) -> Result<Option<LeaseInfo>, StateError> {
        self.read(|conn| held(conn, stack))
    }
}

/// Fails unless `lease` is the one that holds.
pub(crate) fn check(conn: &Connection, lease: &Lease) -> Result<(), Raw> {
    let sql = "SELECT 1 FROM lease WHERE stack_id = ?1 AND fence = ?2 AND expires_at IS NOT NULL";
    if conn.prepare_cached(sql)?.exists((lease.stack.0, lease.fence))? {
        return Ok(());
    }
    Err(StateError::Fenced { holder: held(conn, lease.stack)?.map(Box::new) }.into())
}

/// The number stays, so that the next lease gets a larger one.
fn free(conn: &Connection, stack: StackId) -> Result<(), Raw> {
    let sql = "UPDATE lease SET user = NULL, host = NULL, pid = NULL, process = NULL, command = NULL,
               acquired_at = NULL, heartbeat_at = NULL, expires_at = NULL WHERE stack_id = ?1";
    conn.execute(sql, [stack.0])?;
    Ok(())
}

fn held(conn: &Connection, stack: StackId) -> Result<Option<LeaseInfo>, Raw> {
    let sql = "SELECT fence, user, host, pid, process, command, acquired_at, heartbeat_at, expires_at
               FROM lease WHERE stack_id = ?1 AND expires_at IS NOT NULL";
    Ok(conn.query_row(sql, [stack.0], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<LeaseInfo> {
    Ok(LeaseInfo {
        fence: row.get(0)?,
        holder: Holder {
            user: row.get(1)?,
            host: row.get(2)?,
            pid: row.get(3)?,
            process: row.get(4)?,
            command: row.get(5)?,
        },
        acquired_at: row.get(6)?,
        heartbeat_at: row.get(7)?,
        expires_at: row.get(8)?,
    })
}
