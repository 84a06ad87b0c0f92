//! Writing and removing resource rows, and the versions that tell what they were.

use crate::codec::encode_any;
use crate::error::{Raw, refused};
use crate::journal::Journal;
use crate::stack::is_unique;
use crate::{Millis, ResourceKey, ResourceRow, StateError, UpdateId};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The dependencies of a resource as a version keeps them: sorted, so that equal ones are equal text.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Edges {
    pub(crate) all: BTreeSet<String>,
    pub(crate) properties: BTreeMap<String, BTreeSet<String>>,
}

impl Edges {
    pub(crate) fn of(row: &ResourceRow) -> Self {
        let texts = |urns: &[farsight_model::Urn]| urns.iter().map(|urn| urn.as_str().to_owned()).collect();
        let properties = row.property_dependencies.iter().filter(|(_, urns)| !urns.is_empty());
        Self {
            all: texts(&row.dependencies),
            properties: properties.map(|(property, urns)| (property.clone(), texts(urns))).collect(),
        }
    }
}

/// The version that says that a row went.
pub(crate) struct Tombstone<'a> {
    pub(crate) key: ResourceKey,
    pub(crate) update: UpdateId,
    pub(crate) at: Millis,
    pub(crate) urn: &'a str,
    pub(crate) id: Option<&'a str>,
    pub(crate) custom: bool,
    pub(crate) reason: &'a str,
}

/// What of a row its versions keep, as SQL texts.
pub(crate) struct Content {
    inputs: String,
    outputs: String,
    options: String,
    dependencies: String,
}

impl Journal<'_> {
    pub(crate) fn put(&mut self, row: &ResourceRow, op: Option<&str>, update: UpdateId) -> Result<(), Raw> {
        self.saw(row.key);
        let edges = Edges::of(row);
        let content = self.content(row, &edges)?;
        if self.is_unchanged(row, &content)? && self.touch(row)? {
            // The removal of another row may have taken edges since; the version still tells of them.
            return if self.has_edges(row.key, &edges)? { Ok(()) } else { self.write_edges(row.key, &edges) };
        }
        self.write_row(row, &content)?;
        self.write_edges(row.key, &edges)?;
        self.write_version(row, &content, op, update)
    }

    pub(crate) fn content(&mut self, row: &ResourceRow, edges: &Edges) -> Result<Content, Raw> {
        Ok(Content {
            inputs: self.text(&row.inputs),
            outputs: self.text(&row.outputs),
            options: encode_any(&row.options).map(|text| self.count(text))?,
            dependencies: encode_any(edges).map(|text| self.count(text))?,
        })
    }

    /// Whether the latest version of the row says just the same.
    fn is_unchanged(&self, row: &ResourceRow, content: &Content) -> Result<bool, Raw> {
        let sql = "SELECT 1 FROM version
                   WHERE number = (SELECT number FROM version WHERE stack_id = ?1 AND urn = ?3 AND key = ?2
                                   ORDER BY number DESC LIMIT 1)
                     AND removed IS NULL AND id IS ?4 AND custom = ?5 AND status = ?6 AND pending_delete = ?7
                     AND tainted = ?8 AND parent IS ?9 AND provider IS ?10 AND inputs = ?11 AND outputs = ?12
                     AND options = ?13 AND dependencies = ?14 AND error IS ?15";
        Ok(self.conn.prepare_cached(sql)?.exists(params![
            self.stack,
            row.key.0,
            row.urn.as_str(),
            row.id,
            row.custom,
            row.status,
            row.pending_delete,
            row.tainted,
            row.parent.as_ref().map(farsight_model::Urn::as_str),
            row.provider,
            content.inputs,
            content.outputs,
            content.options,
            content.dependencies,
            row.error,
        ])?)
    }

    /// Writes what versions do not keep. Says whether the row is there.
    fn touch(&self, row: &ResourceRow) -> Result<bool, Raw> {
        let sql = "UPDATE resource SET created_at = ?3, updated_at = ?4, read_at = ?5, source_file = ?6,
                       source_line = ?7, source_column = ?8
                   WHERE stack_id = ?1 AND key = ?2";
        let changed = self.conn.prepare_cached(sql)?.execute((
            self.stack,
            row.key.0,
            row.created_at,
            row.updated_at,
            row.read_at,
            row.location.as_ref().map(|at| &at.file),
            row.location.as_ref().map(|at| at.line),
            row.location.as_ref().map(|at| at.column),
        ))?;
        Ok(changed == 1)
    }

    pub(crate) fn write_row(&self, row: &ResourceRow, content: &Content) -> Result<(), Raw> {
        let sql = "INSERT INTO resource (stack_id, key, urn, type, name, id, custom, status, pending_delete, tainted,
                       parent, provider, inputs, outputs, options, error, source_file, source_line, source_column,
                       created_at, updated_at, read_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                           ?21, ?22)
                   ON CONFLICT (stack_id, key) DO UPDATE SET urn = excluded.urn, type = excluded.type,
                       name = excluded.name, id = excluded.id, custom = excluded.custom, status = excluded.status,
                       pending_delete = excluded.pending_delete, tainted = excluded.tainted,
                       parent = excluded.parent, provider = excluded.provider, inputs = excluded.inputs,
                       outputs = excluded.outputs, options = excluded.options, error = excluded.error,
                       source_file = excluded.source_file, source_line = excluded.source_line,
                       source_column = excluded.source_column, created_at = excluded.created_at,
                       updated_at = excluded.updated_at, read_at = excluded.read_at";
        let done = self.conn.prepare_cached(sql)?.execute(params![
            self.stack,
            row.key.0,
            row.urn.as_str(),
            row.urn.token().as_str(),
            row.urn.name(),
            row.id,
            row.custom,
            row.status,
            row.pending_delete,
            row.tainted,
            row.parent.as_ref().map(farsight_model::Urn::as_str),
            row.provider,
            content.inputs,
            content.outputs,
            content.options,
            row.error,
            row.location.as_ref().map(|at| &at.file),
            row.location.as_ref().map(|at| at.line),
            row.location.as_ref().map(|at| at.column),
            row.created_at,
            row.updated_at,
            row.read_at,
        ]);
        match done {
            Ok(_) => Ok(()),
            Err(error) if is_unique(&error) => {
                Err(StateError::DuplicateUrn { urn: row.urn.as_str().to_owned() }.into())
            }
            Err(error) => Err(refused(error, row.urn.as_str())),
        }
    }

    /// Whether all edges of a row whose versions tell of them are still there.
    fn has_edges(&self, key: ResourceKey, edges: &Edges) -> Result<bool, Raw> {
        let sql = "SELECT count(*) FROM dependency WHERE stack_id = ?1 AND key = ?2";
        let standing: i64 = self.conn.prepare_cached(sql)?.query_row((self.stack, key.0), |row| row.get(0))?;
        let expected = edges.all.len() + edges.properties.values().map(BTreeSet::len).sum::<usize>();
        Ok(usize::try_from(standing) == Ok(expected))
    }

    pub(crate) fn write_edges(&self, key: ResourceKey, edges: &Edges) -> Result<(), Raw> {
        let sql = "DELETE FROM dependency WHERE stack_id = ?1 AND key = ?2";
        self.conn.prepare_cached(sql)?.execute((self.stack, key.0))?;
        let sql = "INSERT INTO dependency (stack_id, key, depends_on, property) VALUES (?1, ?2, ?3, ?4)";
        let mut insert = self.conn.prepare_cached(sql)?;
        for urn in &edges.all {
            insert.execute((self.stack, key.0, urn, None::<&str>))?;
        }
        for (property, urns) in &edges.properties {
            for urn in urns {
                insert.execute((self.stack, key.0, urn, Some(property)))?;
            }
        }
        Ok(())
    }

    pub(crate) fn write_version(
        &self,
        row: &ResourceRow,
        content: &Content,
        op: Option<&str>,
        update: UpdateId,
    ) -> Result<(), Raw> {
        let sql = "INSERT INTO version (stack_id, update_number, op, at, key, urn, id, custom, status, pending_delete,
                       tainted, parent, provider, inputs, outputs, options, dependencies, error)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
        let done = self.conn.prepare_cached(sql)?.execute(params![
            self.stack,
            update.0,
            op,
            row.updated_at,
            row.key.0,
            row.urn.as_str(),
            row.id,
            row.custom,
            row.status,
            row.pending_delete,
            row.tainted,
            row.parent.as_ref().map(farsight_model::Urn::as_str),
            row.provider,
            content.inputs,
            content.outputs,
            content.options,
            content.dependencies,
            row.error,
        ]);
        done.map(drop).map_err(|error| refused(error, row.urn.as_str()))
    }

    pub(crate) fn remove(&mut self, key: ResourceKey, update: UpdateId, reason: &str, at: Millis) -> Result<(), Raw> {
        let sql = "DELETE FROM resource WHERE stack_id = ?1 AND key = ?2 RETURNING urn, id, custom";
        let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let gone = self.conn.prepare_cached(sql)?.query_row((self.stack, key.0), columns).optional()?;
        let Some((urn, id, custom)): Option<(String, Option<String>, bool)> = gone else {
            return Ok(());
        };
        // The other half of a replacement has the same URN; edges then mean that one.
        let sql = "DELETE FROM dependency WHERE stack_id = ?1 AND depends_on = ?2
                   AND NOT EXISTS (SELECT 1 FROM resource WHERE stack_id = ?1 AND urn = ?2 AND pending_delete = 0)
                   AND NOT EXISTS (SELECT 1 FROM resource WHERE stack_id = ?1 AND urn = ?2 AND pending_delete = 1)";
        self.conn.prepare_cached(sql)?.execute((self.stack, &urn))?;
        let end = Tombstone { key, update, at, urn: &urn, id: id.as_deref(), custom, reason };
        self.write_tombstone(&end)
    }

    pub(crate) fn write_tombstone(&self, end: &Tombstone<'_>) -> Result<(), Raw> {
        let sql = "INSERT INTO version (stack_id, update_number, at, key, urn, id, removed, custom)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let row = (self.stack, end.update.0, end.at, end.key.0, end.urn, end.id, end.reason, end.custom);
        self.conn.prepare_cached(sql)?.execute(row).map(drop).map_err(|error| refused(error, end.urn))
    }
}
