//! Reading a whole stack at once.

use crate::codec::{optional_urn, typed, urn, value};
use crate::error::Raw;
use crate::{OpKind, Operation, ResourceKey, ResourceRow, StackId, StateError, Store, UpdateId};
use farsight_model::{Location, Value};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Everything the engine needs to know about a stack, from one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// All resource rows by key, old halves of replacements included.
    pub resources: Vec<ResourceRow>,
    /// Operations that are not settled, oldest first.
    pub operations: Vec<Operation>,
    /// The stack's outputs, a map.
    pub outputs: Value,
    /// The first key that was never used.
    pub next_key: ResourceKey,
}

impl Store {
    /// Reads the stack as it is now. Takes time linear in its size.
    pub fn snapshot(&self, stack: StackId) -> Result<Snapshot, StateError> {
        self.read(|conn| {
            let sql = "SELECT next_key FROM stack WHERE id = ?1";
            let next_key = conn.query_row(sql, [stack.0], |row| row.get(0)).optional()?;
            Ok(Snapshot {
                next_key: ResourceKey(next_key.ok_or(StateError::NoSuchStack)?),
                resources: resources(conn, stack)?,
                operations: operations(conn, stack, true)?,
                outputs: outputs(conn, stack)?,
            })
        })
    }

    /// Types and ids of the objects that the other stacks of the file manage.
    pub fn ids_elsewhere(&self, stack: StackId) -> Result<HashSet<(String, String)>, StateError> {
        let sql = "SELECT type, id FROM resource WHERE stack_id <> ?1 AND custom = 1 AND id IS NOT NULL";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.read(|conn| Ok(conn.prepare_cached(sql)?.query_map([stack.0], read)?.collect::<Result<_, _>>()?))
    }

    /// How long operations of each type token and kind took, in milliseconds: the mean of the latest 20 that are done.
    pub fn durations(&self, stack: StackId) -> Result<HashMap<(String, OpKind), f64>, StateError> {
        let sql = "SELECT type, kind, avg(ended_at - started_at)
                   FROM (SELECT type, kind, started_at, ended_at,
                                row_number() OVER (PARTITION BY type, kind ORDER BY ended_at DESC) AS age
                         FROM operation WHERE stack_id = ?1 AND status = 'done')
                   WHERE age <= 20 GROUP BY type, kind";
        let read = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?), row.get(2)?));
        self.read(|conn| Ok(conn.prepare_cached(sql)?.query_map([stack.0], read)?.collect::<Result<_, _>>()?))
    }
}

pub(crate) fn resources(conn: &Connection, stack: StackId) -> Result<Vec<ResourceRow>, Raw> {
    let sql =
        "SELECT key, urn, id, custom, status, pending_delete, tainted, parent, provider, inputs, outputs, options,
                      source_file, source_line, source_column, created_at, updated_at, read_at, error
               FROM resource WHERE stack_id = ?1 ORDER BY key";
    let mut rows: Vec<ResourceRow> =
        conn.prepare_cached(sql)?.query_and_then([stack.0], resource)?.collect::<Result<_, Raw>>()?;
    // Edges come in the same order as rows, so one pass gives each to its resource.
    // With just the expressions of an index, which alone is then read.
    let sql = "SELECT key, depends_on, ifnull(property, '') FROM dependency WHERE stack_id = ?1
               ORDER BY key, depends_on, ifnull(property, '')";
    let mut statement = conn.prepare_cached(sql)?;
    let mut edges = statement.query([stack.0])?;
    let mut at = 0;
    while let Some(edge) = edges.next()? {
        let key = ResourceKey(edge.get(0)?);
        while rows.get(at).is_some_and(|row| row.key < key) {
            at += 1;
        }
        let Some(row) = rows.get_mut(at).filter(|row| row.key == key) else { continue };
        let target = urn(edge, 1)?;
        match edge.get::<_, String>(2)? {
            whole if whole.is_empty() => row.dependencies.push(target),
            property => row.property_dependencies.entry(property).or_default().push(target),
        }
    }
    Ok(rows)
}

fn resource(row: &Row<'_>) -> Result<ResourceRow, Raw> {
    let urn = urn(row, 1)?;
    let location = match (row.get(12)?, row.get(13)?, row.get(14)?) {
        (Some(file), Some(line), Some(column)) => Some(Location { file, line, column }),
        _ => None,
    };
    Ok(ResourceRow {
        key: ResourceKey(row.get(0)?),
        id: row.get(2)?,
        custom: row.get(3)?,
        status: row.get(4)?,
        pending_delete: row.get(5)?,
        tainted: row.get(6)?,
        parent: optional_urn(row, 7)?,
        provider: row.get(8)?,
        inputs: value(row, 9, &urn)?,
        outputs: value(row, 10, &urn)?,
        options: typed(row, 11, &urn)?,
        dependencies: Vec::new(),
        property_dependencies: BTreeMap::new(),
        location,
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
        read_at: row.get(17)?,
        error: row.get(18)?,
        urn,
    })
}

/// The operations of a stack, oldest first: the open ones, or all.
pub(crate) fn operations(conn: &Connection, stack: StackId, open: bool) -> Result<Vec<Operation>, Raw> {
    let only = if open { "AND status IN ('intended', 'accepted', 'unknown')" } else { "" };
    let sql = format!(
        "SELECT id, update_number, key, urn, kind, status, physical_id, inputs, intent, replaces, attempt, error,
                started_at, accepted_at, ended_at
         FROM operation WHERE stack_id = ?1 {only} ORDER BY started_at, rowid"
    );
    conn.prepare_cached(&sql)?.query_and_then([stack.0], operation)?.collect()
}

fn operation(row: &Row<'_>) -> Result<Operation, Raw> {
    let id: String = row.get(0)?;
    let what = format_args!("operation {id}");
    let intent = match row.get_ref(8)? {
        rusqlite::types::ValueRef::Null => None,
        _ => Some(typed(row, 8, &what)?),
    };
    Ok(Operation {
        update: UpdateId(row.get(1)?),
        key: ResourceKey(row.get(2)?),
        urn: urn(row, 3)?,
        kind: row.get(4)?,
        status: row.get(5)?,
        physical_id: row.get(6)?,
        inputs: value(row, 7, &what)?,
        row: intent,
        replaces: row.get::<_, Option<i64>>(9)?.map(ResourceKey),
        attempt: row.get(10)?,
        error: row.get(11)?,
        started_at: row.get(12)?,
        accepted_at: row.get(13)?,
        ended_at: row.get(14)?,
        id,
    })
}

pub(crate) fn outputs(conn: &Connection, stack: StackId) -> Result<Value, Raw> {
    let sql = "SELECT name, value FROM output WHERE stack_id = ?1";
    let entry = |row: &Row<'_>| Ok((row.get(0)?, value(row, 1, &"a stack output")?));
    let entries = conn.prepare_cached(sql)?.query_and_then([stack.0], entry)?.collect::<Result<_, Raw>>()?;
    Ok(Value::Map(entries))
}
