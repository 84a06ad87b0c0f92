//! A stack as one JSON document, out and in. `docs/state.md` describes the document.

use crate::error::Raw;
use crate::journal::Journal;
use crate::put::{Edges, Tombstone};
use crate::resource::check_sealed;
use crate::{
    Cloud, DriftRun, DriftRunRow, Lease, Operation, ResourceKey, ResourceRow, StackId, StateError, Store, UpdateRow,
    VersionRow, drift, lease, snapshot, stack, tag, update, version,
};
use farsight_model::Value;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const FORMAT: &str = "farsight-state";
const VERSION: u32 = 1;

/// The document. Its fields are those of the types named; times are milliseconds since the Unix epoch.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    format: String,
    version: u32,
    project: String,
    stack: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cloud: Option<Cloud>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_info: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    next_key: ResourceKey,
    outputs: Value,
    resources: Vec<ResourceRow>,
    operations: Vec<Operation>,
    updates: Vec<UpdateRow>,
    versions: Vec<VersionRow>,
    drift_runs: Vec<DriftRun>,
}

impl Store {
    /// Everything about a stack except its lease. Secrets stay sealed.
    pub fn export(&self, stack: StackId) -> Result<serde_json::Value, StateError> {
        let document = self.read(|conn| {
            let of = stack::by_id(conn, stack)?;
            let sql = "SELECT key_info, next_key FROM stack WHERE id = ?1";
            let (key_info, next_key) = conn.query_row(sql, [stack.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut updates = update::updates(conn, stack, usize::MAX)?;
            updates.reverse();
            let mut drift_runs = Vec::new();
            for run in drift::runs(conn, stack, usize::MAX)?.into_iter().rev() {
                let findings = drift::findings(conn, run.id)?;
                let DriftRunRow { started_at, ended_at, user, host, checked, error, .. } = run;
                drift_runs.push(DriftRun { started_at, ended_at, user, host, checked, error, findings });
            }
            Ok(Document {
                format: FORMAT.to_owned(),
                version: VERSION,
                project: of.project,
                stack: of.name,
                cloud: of.cloud,
                key_info,
                tags: tag::tags(conn, stack)?,
                next_key: ResourceKey(next_key),
                outputs: snapshot::outputs(conn, stack)?,
                resources: snapshot::resources(conn, stack)?,
                operations: snapshot::operations(conn, stack, false)?,
                updates,
                versions: version::versions(conn, stack, None)?,
                drift_runs,
            })
        })?;
        serde_json::to_value(document)
            .map_err(|error| StateError::BadRow { what: "a row".to_owned(), detail: error.to_string() })
    }

    /// Restores a document of [`Store::export`] into the lease's stack, which must have the document's name and
    /// project and be empty: no resource, no update, no drift run.
    pub fn import_document(&mut self, lease: &Lease, document: serde_json::Value) -> Result<(), StateError> {
        let document: Document = serde_json::from_value(document)
            .map_err(|error| refuse(format!("{error}: give a file that `farsight state export` wrote")))?;
        document.check()?;
        self.write(|tx| {
            lease::check(tx, lease)?;
            let into = stack::by_id(tx, lease.stack)?;
            if (&into.name, &into.project) != (&document.stack, &document.project) {
                let Document { stack, project, .. } = &document;
                return Err(refuse(format!("it is of stack `{stack}` in project `{project}`: select that one")).into());
            }
            check_empty(tx, lease.stack)?;
            document.restore(tx, lease.stack)
        })
    }
}

fn refuse(detail: String) -> StateError {
    StateError::Document { detail }
}

fn check_empty(conn: &Connection, stack: StackId) -> Result<(), Raw> {
    for table in ["resource", "operation", "version", "output", "update_run", "drift_run"] {
        let sql = format!("SELECT 1 FROM {table} WHERE stack_id = ?1");
        if conn.prepare(&sql)?.exists([stack.0])? {
            return Err(refuse("the stack is not empty: import into a new one".to_owned()).into());
        }
    }
    Ok(())
}

impl Document {
    fn check(&self) -> Result<(), StateError> {
        if self.format != FORMAT {
            return Err(refuse(format!("its format is `{}`, not `{FORMAT}`", self.format)));
        }
        if self.version != VERSION {
            return Err(refuse(format!("its version is {}: install the newer farsight", self.version)));
        }
        check_sealed("stack outputs", [&self.outputs])?;
        self.resources.iter().try_for_each(ResourceRow::check_sealed)?;
        self.operations.iter().try_for_each(Operation::check_sealed)?;
        for version in &self.versions {
            if let Some(state) = &version.state {
                let values = [&state.inputs, &state.outputs, &state.options.replacement_trigger];
                check_sealed(version.urn.as_str(), values)?;
            }
        }
        self.drift_runs.iter().try_for_each(DriftRun::check_sealed)
    }

    fn restore(&self, conn: &Connection, stack: StackId) -> Result<(), Raw> {
        if let Some(cloud) = &self.cloud {
            stack::set_cloud(conn, stack, cloud)?;
        }
        conn.execute("UPDATE stack SET key_info = ?2 WHERE id = ?1", (stack.0, &self.key_info))?;
        for (name, value) in &self.tags {
            tag::set_tag(conn, stack, name, value)?;
        }
        for update in &self.updates {
            insert_update(conn, stack, update)?;
        }
        let mut journal = Journal { conn, stack: stack.0, bytes: 0, last_key: self.next_key.0 - 1 };
        for version in &self.versions {
            journal.restore_version(version)?;
        }
        for row in &self.resources {
            let edges = Edges::of(row);
            let content = journal.content(row, &edges)?;
            journal.saw(row.key);
            journal.write_row(row, &content)?;
            journal.write_edges(row.key, &edges)?;
        }
        for operation in &self.operations {
            journal.insert_operation(operation)?;
        }
        journal.outputs(&self.outputs)?;
        journal.keep_keys()?;
        for run in &self.drift_runs {
            drift::insert(conn, stack, run)?;
        }
        Ok(())
    }
}

impl Journal<'_> {
    fn restore_version(&mut self, version: &VersionRow) -> Result<(), Raw> {
        let VersionRow { key, update, at, urn, id, custom, op, .. } = version;
        match (&version.removed, &version.state) {
            (Some(reason), None) => self.write_tombstone(&Tombstone {
                key: *key,
                update: *update,
                at: *at,
                urn: urn.as_str(),
                id: id.as_deref(),
                custom: *custom,
                reason,
            }),
            (None, Some(state)) => {
                let state = (**state).clone();
                let row = ResourceRow {
                    key: *key,
                    urn: urn.clone(),
                    id: id.clone(),
                    custom: *custom,
                    status: state.status,
                    pending_delete: state.pending_delete,
                    tainted: state.tainted,
                    parent: state.parent,
                    provider: state.provider,
                    inputs: state.inputs,
                    outputs: state.outputs,
                    options: state.options,
                    dependencies: state.dependencies,
                    property_dependencies: state.property_dependencies,
                    error: state.error,
                    location: None,
                    created_at: *at,
                    updated_at: *at,
                    read_at: None,
                };
                let content = self.content(&row, &Edges::of(&row))?;
                self.write_version(&row, &content, op.as_deref(), *update)
            }
            _ => Err(refuse(format!("a version of `{urn}` has neither or both of `state` and `removed`")).into()),
        }
    }
}

fn insert_update(conn: &Connection, stack: StackId, update: &UpdateRow) -> Result<(), Raw> {
    let sql = "INSERT INTO update_run (stack_id, number, kind, command, user, host, message, version, started_at,
                                       result, counts, error, ended_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    let counts = crate::codec::encode_any(&update.counts)?;
    let row = params![
        stack.0,
        update.id.0,
        update.kind,
        update.command,
        update.user,
        update.host,
        update.message,
        update.version,
        update.started_at,
        update.result,
        counts,
        update.error,
        update.ended_at,
    ];
    conn.prepare_cached(sql)?
        .execute(row)
        .map(drop)
        .map_err(|error| crate::error::refused(error, &format!("update {}", update.id.0)))
}
