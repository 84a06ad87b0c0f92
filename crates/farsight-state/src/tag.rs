//! Tags of stacks: what people note about them.

use crate::error::Raw;
use crate::stack::by_id;
use crate::{StackId, StateError, Store};
use rusqlite::Connection;
use std::collections::BTreeMap;

impl Store {
    /// The tags of a stack, by name.
    pub fn tags(&self, stack: StackId) -> Result<BTreeMap<String, String>, StateError> {
        self.read(|conn| tags(conn, stack))
    }

    /// Sets a tag.
    pub fn set_tag(&mut self, stack: StackId, name: &str, value: &str) -> Result<(), StateError> {
        self.write(|tx| {
            by_id(tx, stack)?;
            set_tag(tx, stack, name, value)
        })
    }

    /// Removes a tag; `false` if there was none.
    pub fn remove_tag(&mut self, stack: StackId, name: &str) -> Result<bool, StateError> {
        let sql = "DELETE FROM stack_tag WHERE stack_id = ?1 AND name = ?2";
        self.write(|tx| Ok(tx.execute(sql, (stack.0, name))? == 1))
    }
}

pub(crate) fn tags(conn: &Connection, stack: StackId) -> Result<BTreeMap<String, String>, Raw> {
    let sql = "SELECT name, value FROM stack_tag WHERE stack_id = ?1 ORDER BY name";
    let mut statement = conn.prepare(sql)?;
    Ok(statement.query_map([stack.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

pub(crate) fn set_tag(conn: &Connection, stack: StackId, name: &str, value: &str) -> Result<(), Raw> {
    let sql = "INSERT INTO stack_tag (stack_id, name, value) VALUES (?1, ?2, ?3)
               ON CONFLICT (stack_id, name) DO UPDATE SET value = excluded.value";
    conn.execute(sql, (stack.0, name, value))?;
    Ok(())
}
