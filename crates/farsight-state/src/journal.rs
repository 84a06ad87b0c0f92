//! Applying transitions: many in one transaction, under the lease's fence.

use crate::codec::{encode, encode_any};
use crate::error::{Raw, refused};
use crate::stack::is_unique;
use crate::{Lease, Millis, OpStatus, Operation, ResourceKey, StateError, Store, Transition, lease};
use farsight_model::Value;
use rusqlite::{Connection, OptionalExtension, params};

impl Store {
    /// Commits `transitions`, in order and all together, or none of them.
    ///
    /// Fails with [`StateError::Fenced`] if the lease was taken away, and with [`StateError::PlaintextSecret`] if
    /// some value is a secret in clear. When this returns, the transitions survive a power failure.
    pub fn apply(&mut self, lease: &Lease, transitions: &[Transition]) -> Result<(), StateError> {
        self.apply_all(lease, transitions.iter())
    }

    /// Commits the transitions of several stacks of the file all together, each under its lease, or none of them.
    pub fn apply_together(&mut self, parts: &[(&Lease, &[Transition])]) -> Result<(), StateError> {
        for transition in parts.iter().flat_map(|(_, transitions)| *transitions) {
            transition.check_sealed()?;
        }
        let bytes = self.write(|tx| {
            let mut bytes = 0;
            for (lease, transitions) in parts {
                bytes += apply_to(tx, lease, transitions.iter())?;
            }
            Ok(bytes)
        })?;
        self.written += bytes;
        Ok(())
    }

    /// Gives the stack of a lease another name, and its rows the URNs that go with it, all in one commit.
    pub fn rename_stack(&mut self, lease: &Lease, name: &str, rows: &[Transition]) -> Result<(), StateError> {
        for transition in rows {
            transition.check_sealed()?;
        }
        let bytes = self.write(|tx| {
            let bytes = apply_to(tx, lease, rows.iter())?;
            match tx.execute("UPDATE stack SET name = ?2 WHERE id = ?1", (lease.stack.0, name)) {
                Ok(_) => Ok(bytes),
                Err(error) if is_unique(&error) => Err(StateError::AlreadyExists { name: name.to_owned() }.into()),
                Err(error) => Err(error.into()),
            }
        })?;
        self.written += bytes;
        Ok(())
    }

    /// [`Store::apply`] for transitions that lie in several places.
    pub(crate) fn apply_all<'a>(
        &mut self,
        lease: &Lease,
        transitions: impl Iterator<Item = &'a Transition> + Clone,
    ) -> Result<(), StateError> {
        for transition in transitions.clone() {
            transition.check_sealed()?;
        }
        let bytes = self.write(|tx| apply_to(tx, lease, transitions))?;
        self.written += bytes;
        Ok(())
    }
}

/// Applies transitions to the stack of a lease; gives how many bytes of JSON were written.
fn apply_to<'a>(
    conn: &Connection,
    lease: &Lease,
    transitions: impl Iterator<Item = &'a Transition>,
) -> Result<u64, Raw> {
    lease::check(conn, lease)?;
    let mut journal = Journal { conn, stack: lease.stack.0, bytes: 0, last_key: 0 };
    for transition in transitions {
        journal.apply(transition)?;
    }
    journal.keep_keys()?;
    Ok(journal.bytes)
}

/// One transaction's work on one stack.
pub(crate) struct Journal<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) stack: i64,
    /// Bytes of JSON written.
    pub(crate) bytes: u64,
    /// The largest resource key seen.
    pub(crate) last_key: i64,
}

impl Journal<'_> {
    pub(crate) fn apply(&mut self, transition: &Transition) -> Result<(), Raw> {
        match transition {
            Transition::Begin(operation) => self.begin(operation),
            Transition::Accepted { op, physical_id, at } => self.accepted(op, physical_id, *at),
            Transition::Finish { op, status, error, at } => self.finish(op, *status, error.as_deref(), *at),
            Transition::Put { row, op, update } => self.put(row, op.as_deref(), *update),
            Transition::Remove { key, update, reason, at } => self.remove(*key, *update, reason, *at),
            Transition::Outputs { outputs } => self.outputs(outputs),
        }
    }

    /// Encodes a value and counts its bytes.
    pub(crate) fn text(&mut self, value: &Value) -> String {
        self.count(encode(value))
    }

    pub(crate) fn count(&mut self, text: String) -> String {
        self.bytes += text.len() as u64;
        text
    }

    pub(crate) fn saw(&mut self, key: ResourceKey) {
        self.last_key = self.last_key.max(key.0);
    }

    /// Remembers the largest key, so that none is ever given out twice.
    pub(crate) fn keep_keys(&self) -> Result<(), Raw> {
        if self.last_key > 0 {
            let sql = "UPDATE stack SET next_key = ?2 WHERE id = ?1 AND next_key < ?2";
            self.conn.prepare_cached(sql)?.execute((self.stack, self.last_key.saturating_add(1)))?;
        }
        Ok(())
    }

    fn begin(&mut self, operation: &Operation) -> Result<(), Raw> {
        match self.status(&operation.id)? {
            Some(from) if from.has_ended() => {
                let (op, to) = (operation.id.clone(), OpStatus::Intended);
                Err(StateError::OperationStatus { op, from, to }.into())
            }
            _ => {
                let status = OpStatus::Intended;
                let intent = Operation { status, error: None, accepted_at: None, ended_at: None, ..operation.clone() };
                self.insert_operation(&intent)
            }
        }
    }

    /// Inserts an operation, or makes another attempt of the open one with its id.
    pub(crate) fn insert_operation(&mut self, operation: &Operation) -> Result<(), Raw> {
        self.saw(operation.key);
        let inputs = self.text(&operation.inputs);
        let intent = match &operation.row {
            Some(row) => {
                let text = encode_any(row)?;
                Some(self.count(text))
            }
            None => None,
        };
        let sql =
            "INSERT INTO operation (stack_id, id, update_number, key, urn, type, kind, status, physical_id, inputs,
                                          intent, replaces, attempt, error, started_at, accepted_at, ended_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
                   ON CONFLICT (stack_id, id) DO UPDATE SET update_number = excluded.update_number,
                       status = excluded.status, physical_id = ifnull(excluded.physical_id, physical_id),
                       inputs = excluded.inputs, intent = excluded.intent, replaces = excluded.replaces,
                       attempt = excluded.attempt, error = NULL, started_at = excluded.started_at, accepted_at = NULL
                   WHERE key = excluded.key AND urn = excluded.urn AND kind = excluded.kind";
        let changed = self
            .conn
            .prepare_cached(sql)?
            .execute(params![
                self.stack,
                operation.id,
                operation.update.0,
                operation.key.0,
                operation.urn.as_str(),
                operation.urn.token().as_str(),
                operation.kind,
                operation.status,
                operation.physical_id,
                inputs,
                intent,
                operation.replaces.map(|key| key.0),
                operation.attempt,
                operation.error,
                operation.started_at,
                operation.accepted_at,
                operation.ended_at,
            ])
            .map_err(|error| refused(error, &format!("operation {}", operation.id)))?;
        if changed == 0 {
            let (what, detail) = (format!("operation {}", operation.id), "its id is taken by another one".to_owned());
            return Err(StateError::Refused { what, detail }.into());
        }
        Ok(())
    }

    fn accepted(&mut self, op: &str, physical_id: &str, at: Millis) -> Result<(), Raw> {
        self.open(op, OpStatus::Accepted)?;
        let sql = "UPDATE operation SET status = 'accepted', physical_id = ?3, accepted_at = ?4, error = NULL
                   WHERE stack_id = ?1 AND id = ?2";
        self.conn.prepare_cached(sql)?.execute((self.stack, op, physical_id, at))?;
        Ok(())
    }

    fn finish(&mut self, op: &str, status: OpStatus, error: Option<&str>, at: Millis) -> Result<(), Raw> {
        let from = self.open(op, status)?;
        if matches!(status, OpStatus::Intended | OpStatus::Accepted) {
            return Err(StateError::OperationStatus { op: op.to_owned(), from, to: status }.into());
        }
        let ended_at = status.has_ended().then_some(at);
        let sql = "UPDATE operation SET status = ?3, error = ?4, ended_at = ?5 WHERE stack_id = ?1 AND id = ?2";
        self.conn.prepare_cached(sql)?.execute((self.stack, op, status, error, ended_at))?;
        Ok(())
    }

    fn status(&self, op: &str) -> Result<Option<OpStatus>, Raw> {
        let sql = "SELECT status FROM operation WHERE stack_id = ?1 AND id = ?2";
        Ok(self.conn.prepare_cached(sql)?.query_row((self.stack, op), |row| row.get(0)).optional()?)
    }

    /// The status of an operation that must be open, since it is about to become `to`.
    fn open(&self, op: &str, to: OpStatus) -> Result<OpStatus, Raw> {
        match self.status(op)? {
            None => Err(StateError::NoSuchOperation { op: op.to_owned() }.into()),
            Some(from) if from.has_ended() => Err(StateError::OperationStatus { op: op.to_owned(), from, to }.into()),
            Some(from) => Ok(from),
        }
    }

    pub(crate) fn outputs(&mut self, outputs: &Value) -> Result<(), Raw> {
        self.conn.prepare_cached("DELETE FROM output WHERE stack_id = ?1")?.execute([self.stack])?;
        let entries = match outputs {
            Value::Null => return Ok(()),
            Value::Map(entries) => entries,
            _ => {
                let (what, detail) = ("stack outputs".to_owned(), "they are no map".to_owned());
                return Err(StateError::Refused { what, detail }.into());
            }
        };
        for (name, value) in entries {
            let text = self.text(value);
            let sql = "INSERT INTO output (stack_id, name, value) VALUES (?1, ?2, ?3)";
            self.conn.prepare_cached(sql)?.execute((self.stack, name, text))?;
        }
        Ok(())
    }
}
