//! Drift records: what was found different from what is remembered, kept for ever and queryable.

use crate::codec::{encode, optional_urn, optional_value};
use crate::error::Raw;
use crate::resource::check_sealed;
use crate::text_enum::text_enum;
use crate::{Millis, ResourceKey, StackId, StateError, Store};
use farsight_model::{PropertyPath, Urn, Value};
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A drift run's number in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DriftRunId(pub i64);

text_enum! {
    /// What kind of difference was found.
    DriftKind {
        /// A property is not what is remembered.
        Changed = "changed",
        /// The object no longer exists.
        Gone = "gone",
        /// A property changed that others may change in normal life.
        Ambient = "ambient",
        /// A property changed that the program ignores.
        Ignored = "ignored",
        /// An object of the stack that the state does not know.
        Unmanaged = "unmanaged",
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriftFinding {
    /// What kind of difference.
    pub kind: DriftKind,
    /// The resource; `None` only if unmanaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urn: Option<Urn>,
    /// The type token.
    #[serde(rename = "type")]
    pub token: String,
    /// The object's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The property, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PropertyPath>,
    /// What the program declared, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Value>,
    /// What the state remembered, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<Value>,
    /// What the cloud has, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Value>,
}

/// One look at a stack, to be recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftRun {
    /// When it began.
    pub started_at: Millis,
    /// When it ended.
    pub ended_at: Millis,
    /// The user's name.
    pub user: String,
    /// The host's name.
    pub host: String,
    /// How many resources were read.
    pub checked: u32,
    /// Why it is incomplete, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What it found.
    #[serde(default)]
    pub findings: Vec<DriftFinding>,
}

/// One look at a stack, as recorded. [`Store::drift_findings`] has the details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftRunRow {
    /// Its number.
    pub id: DriftRunId,
    /// When it began.
    pub started_at: Millis,
    /// When it ended.
    pub ended_at: Millis,
    /// The user's name.
    pub user: String,
    /// The host's name.
    pub host: String,
    /// How many resources were read.
    pub checked: u32,
    /// Why it is incomplete, if it is.
    pub error: Option<String>,
    /// How many findings it has.
    pub findings: u32,
}

impl DriftRun {
    /// Refuses secrets in clear.
    pub(crate) fn check_sealed(&self) -> Result<(), StateError> {
        self.findings.iter().try_for_each(|finding| {
            let place = finding.urn.as_ref().map_or(finding.token.as_str(), Urn::as_str);
            check_sealed(place, [&finding.declared, &finding.remembered, &finding.observed].into_iter().flatten())
        })
    }
}

impl Store {
    /// Records a look at a stack. Needs no lease, since no resource row changes.
    pub fn record_drift(&mut self, stack: StackId, run: &DriftRun) -> Result<DriftRunId, StateError> {
        run.check_sealed()?;
        self.write(|tx| {
            crate::stack::by_id(tx, stack)?;
            insert(tx, stack, run)
        })
    }

    /// The latest `limit` drift runs, newest first.
    pub fn drift_runs(&self, stack: StackId, limit: usize) -> Result<Vec<DriftRunRow>, StateError> {
        self.read(|conn| runs(conn, stack, limit))
    }

    /// The rows of which a drift run found that they changed or are gone, and which nobody has read since.
    pub fn drifted(&self, stack: StackId) -> Result<HashSet<ResourceKey>, StateError> {
        let sql = "SELECT DISTINCT resource.key FROM resource
                   JOIN drift_finding finding ON finding.urn = resource.urn
                   JOIN drift_run run ON run.id = finding.run_id AND run.stack_id = resource.stack_id
                   WHERE resource.stack_id = ?1 AND finding.kind IN ('changed', 'gone')
                         AND run.started_at >= coalesce(resource.read_at, 0)";
        let read = |row: &Row<'_>| row.get(0).map(ResourceKey);
        self.read(|conn| Ok(conn.prepare_cached(sql)?.query_map([stack.0], read)?.collect::<Result<_, _>>()?))
    }

    /// What a drift run found, in the order in which it was recorded.
    pub fn drift_findings(&self, run: DriftRunId) -> Result<Vec<DriftFinding>, StateError> {
        self.read(|conn| findings(conn, run))
    }
}

pub(crate) fn insert(conn: &Connection, stack: StackId, run: &DriftRun) -> Result<DriftRunId, Raw> {
    let sql = "INSERT INTO drift_run (stack_id, started_at, ended_at, user, host, checked, error)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    conn.execute(sql, (stack.0, run.started_at, run.ended_at, &run.user, &run.host, run.checked, &run.error))?;
    let id = conn.last_insert_rowid();
    let sql = "INSERT INTO drift_finding (run_id, number, kind, urn, type, id, path, declared, remembered, observed)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let mut statement = conn.prepare(sql)?;
    for (number, finding) in (1_i64..).zip(&run.findings) {
        statement.execute(params![
            id,
            number,
            finding.kind,
            finding.urn.as_ref().map(Urn::as_str),
            finding.token,
            finding.id,
            finding.path.as_ref().map(ToString::to_string),
            json(finding.declared.as_ref()),
            json(finding.remembered.as_ref()),
            json(finding.observed.as_ref()),
        ])?;
    }
    Ok(DriftRunId(id))
}

/// Null says the same as nothing, and is stored as nothing.
fn json(value: Option<&Value>) -> Option<String> {
    value.filter(|value| !value.is_null()).map(encode)
}

pub(crate) fn runs(conn: &Connection, stack: StackId, limit: usize) -> Result<Vec<DriftRunRow>, Raw> {
    let sql = "SELECT id, started_at, ended_at, user, host, checked, error,
                      (SELECT count(*) FROM drift_finding WHERE run_id = drift_run.id)
               FROM drift_run WHERE stack_id = ?1 ORDER BY id DESC LIMIT ?2";
    let read = |row: &Row<'_>| {
        Ok(DriftRunRow {
            id: DriftRunId(row.get(0)?),
            started_at: row.get(1)?,
            ended_at: row.get(2)?,
            user: row.get(3)?,
            host: row.get(4)?,
            checked: row.get(5)?,
            error: row.get(6)?,
            findings: row.get(7)?,
        })
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(conn.prepare(sql)?.query_map((stack.0, limit), read)?.collect::<Result<_, _>>()?)
}

pub(crate) fn findings(conn: &Connection, run: DriftRunId) -> Result<Vec<DriftFinding>, Raw> {
    let sql = "SELECT kind, urn, type, id, path, declared, remembered, observed
               FROM drift_finding WHERE run_id = ?1 ORDER BY number";
    conn.prepare(sql)?.query_and_then([run.0], finding)?.collect()
}

fn finding(row: &Row<'_>) -> Result<DriftFinding, Raw> {
    let what = "a drift finding";
    let path = row.get::<_, Option<String>>(4)?.map(|text| match PropertyPath::parse(&text) {
        Ok(path) => path,
        Err(_) if text.is_empty() => PropertyPath::root(),
        // A key with odd characters prints as what cannot be parsed; as one key it still reads well.
        Err(_) => PropertyPath::key(text),
    });
    Ok(DriftFinding {
        kind: row.get(0)?,
        urn: optional_urn(row, 1)?,
        token: row.get(2)?,
        id: row.get(3)?,
        path,
        declared: optional_value(row, 5, &what)?,
        remembered: optional_value(row, 6, &what)?,
        observed: optional_value(row, 7, &what)?,
    })
}
