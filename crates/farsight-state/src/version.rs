//! What resources were: one version for every change of a row, and one for its end.

use crate::codec::{bad, optional_urn, typed, urn, value};
use crate::error::Raw;
use crate::put::Edges;
use crate::{Millis, ResourceKey, ResourceStatus, StackId, StateError, Store, UpdateId};
use farsight_model::{ResourceOptions, Urn, Value};
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One change of a resource row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionRow {
    /// The update that made it.
    pub update: UpdateId,
    /// The operation that led to it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<String>,
    /// When.
    pub at: Millis,
    /// The resource.
    pub key: ResourceKey,
    /// Its URN.
    pub urn: Urn,
    /// The object's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether a provider manages it; `false` for a component.
    pub custom: bool,
    /// Why the row went (`deleted`, `gone`, `retained`, `forgotten`); `None` if it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<String>,
    /// What was written; `None` if the row went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<VersionState>>,
}

/// What a version says of a resource; the fields are those of [`crate::ResourceRow`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "documented at ResourceRow")]
pub struct VersionState {
    pub status: ResourceStatus,
    pub pending_delete: bool,
    pub tainted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Urn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    pub inputs: Value,
    pub outputs: Value,
    pub options: ResourceOptions,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Urn>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub property_dependencies: BTreeMap<String, Vec<Urn>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Store {
    /// The versions of one resource, or of all, oldest first.
    pub fn versions(&self, stack: StackId, urn: Option<&Urn>) -> Result<Vec<VersionRow>, StateError> {
        self.read(|conn| versions(conn, stack, urn))
    }
}

pub(crate) fn versions(conn: &Connection, stack: StackId, urn: Option<&Urn>) -> Result<Vec<VersionRow>, Raw> {
    let columns =
        "SELECT update_number, op, at, key, urn, id, custom, removed, status, pending_delete, tainted, parent,
                   provider, inputs, outputs, options, dependencies, error FROM version WHERE stack_id = ?1";
    let only = if urn.is_some() { "AND urn = ?2" } else { "AND ?2 IS NULL" };
    let sql = format!("{columns} {only} ORDER BY number");
    conn.prepare_cached(&sql)?.query_and_then((stack.0, urn.map(Urn::as_str)), read)?.collect()
}

fn read(row: &Row<'_>) -> Result<VersionRow, Raw> {
    let urn = urn(row, 4)?;
    let removed: Option<String> = row.get(7)?;
    let state = match removed {
        Some(_) => None,
        None => Some(Box::new(state(row, &urn)?)),
    };
    Ok(VersionRow {
        update: UpdateId(row.get(0)?),
        op: row.get(1)?,
        at: row.get(2)?,
        key: ResourceKey(row.get(3)?),
        id: row.get(5)?,
        custom: row.get(6)?,
        removed,
        state,
        urn,
    })
}

fn state(row: &Row<'_>, of: &Urn) -> Result<VersionState, Raw> {
    let edges: Edges = typed(row, 16, of)?;
    let urns = |texts: &BTreeSet<String>| -> Result<Vec<Urn>, Raw> {
        texts.iter().map(|text| Urn::parse(text).map_err(|error| bad(of, &error))).collect()
    };
    let mut property_dependencies = BTreeMap::new();
    for (property, texts) in &edges.properties {
        property_dependencies.insert(property.clone(), urns(texts)?);
    }
    Ok(VersionState {
        status: row.get(8)?,
        pending_delete: row.get(9)?,
        tainted: row.get(10)?,
        parent: optional_urn(row, 11)?,
        provider: row.get(12)?,
        inputs: value(row, 13, of)?,
        outputs: value(row, 14, of)?,
        options: typed(row, 15, of)?,
        dependencies: urns(&edges.all)?,
        property_dependencies,
        error: row.get(17)?,
    })
}
