//! Looking for damage: what SQLite itself can tell, and what only farsight knows must hold.

use crate::codec::decode;
use crate::error::Raw;
use crate::graph::cycle;
use crate::put::Edges;
use crate::{Counts, ResourceRow, StateError, Store};
use farsight_model::{ResourceOptions, Urn, Value};
use rusqlite::{Connection, Row};
use serde::Serialize;
use serde::de::IgnoredAny;
use std::collections::HashMap;

/// Something wrong with a state file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of damage: `integrity`, `foreign-key`, `dangling-dependency`, `dependency-cycle`, `missing-parent`,
    /// `parent-cycle`, `duplicate-urn`, `bad-urn`, `bad-json`, `missing-id`, `plaintext-secret` or `key-reused`.
    pub code: &'static str,
    /// The resource, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urn: Option<String>,
    /// What is wrong, for people.
    pub message: String,
    /// What [`Store::repair`] does about it; none where nobody can know what is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<&'static str>,
    /// The stack's row, where it can be repaired.
    #[serde(skip)]
    pub(crate) stack: Option<i64>,
    /// What the repair must know besides.
    #[serde(skip)]
    pub(crate) detail: String,
}

impl Finding {
    fn new(code: &'static str, urn: Option<String>, message: impl Into<String>) -> Self {
        Self { code, urn, message: message.into(), fix: None, stack: None, detail: String::new() }
    }

    fn fixed_by(mut self, fix: &'static str, stack: i64, detail: impl Into<String>) -> Self {
        (self.fix, self.stack, self.detail) = (Some(fix), Some(stack), detail.into());
        self
    }

    /// The stack that a repair of it changes.
    pub fn stack(&self) -> Option<crate::StackId> {
        self.stack.map(crate::StackId)
    }
}

impl Store {
    /// Looks for damage in the whole file, all stacks. An empty list means that none was found.
    ///
    /// What SQLite reports comes alone: in a damaged file nothing else is worth saying.
    pub fn verify(&self) -> Result<Vec<Finding>, StateError> {
        self.read(findings)
    }
}

/// Everything that is wrong.
pub(crate) fn findings(conn: &Connection) -> Result<Vec<Finding>, Raw> {
    let mut findings = integrity(conn)?;
    if findings.is_empty() {
        rows(conn, &mut findings)?;
        json(conn, &mut findings)?;
        cycles(conn, &mut findings)?;
    }
    Ok(findings)
}

fn integrity(conn: &Connection) -> Result<Vec<Finding>, Raw> {
    let mut findings = Vec::new();
    let lines =
        conn.prepare("PRAGMA integrity_check")?.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    findings.extend(lines.into_iter().filter(|line| line != "ok").map(|line| Finding::new("integrity", None, line)));
    let mut check = conn.prepare("PRAGMA foreign_key_check")?;
    let mut broken = check.query([])?;
    while let Some(row) = broken.next()? {
        let (table, number, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let shown = number.map_or(String::new(), |number| format!(" {number}"));
        let finding = Finding::new("foreign-key", None, format!("row{shown} of `{table}` has no row in `{parent}`"));
        findings.push(match number {
            Some(number) if table == "dependency" => {
                let sql = "SELECT stack_id FROM dependency WHERE rowid = ?1";
                let stack = conn.query_row(sql, [number], |row| row.get(0))?;
                finding.fixed_by(
                    "forgets the dependency of a resource that is not in the state",
                    stack,
                    number.to_string(),
                )
            }
            _ => finding,
        });
    }
    Ok(findings)
}

/// A check that is a query: it gives a URN, a second text for the message, and the stack.
struct Query {
    code: &'static str,
    message: &'static str,
    fix: Option<&'static str>,
    sql: &'static str,
}

const QUERIES: &[Query] = &[
    Query {
        code: "dangling-dependency",
        message: "depends on {}, which is not in the state",
        fix: Some("forgets the dependency; the next `up` knows it again from the program"),
        sql: "SELECT r.urn, d.depends_on, r.stack_id FROM dependency d JOIN resource r USING (stack_id, key)
         WHERE NOT EXISTS (SELECT 1 FROM resource t WHERE t.stack_id = d.stack_id AND t.urn = d.depends_on AND t.pending_delete = 0)
           AND NOT EXISTS (SELECT 1 FROM resource t WHERE t.stack_id = d.stack_id AND t.urn = d.depends_on AND t.pending_delete = 1)
         GROUP BY r.stack_id, r.key, d.depends_on",
    },
    Query {
        code: "missing-parent",
        message: "its parent {} is not in the state",
        fix: Some("forgets the parent; the next `up` knows it again from the program"),
        sql: "SELECT r.urn, r.parent, r.stack_id FROM resource r WHERE r.parent IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM resource t WHERE t.stack_id = r.stack_id AND t.urn = r.parent AND t.pending_delete = 0)
           AND NOT EXISTS (SELECT 1 FROM resource t WHERE t.stack_id = r.stack_id AND t.urn = r.parent AND t.pending_delete = 1)",
    },
    Query {
        code: "duplicate-urn",
        message: "{} rows have this URN and are not waiting for deletion",
        fix: None,
        sql: "SELECT urn, CAST(count(*) AS TEXT), stack_id FROM resource WHERE pending_delete = 0 GROUP BY stack_id, urn HAVING count(*) > 1",
    },
    Query {
        code: "missing-id",
        message: "it is {} but has no id",
        fix: None,
        sql: "SELECT urn, status, stack_id FROM resource WHERE custom = 1 AND status = 'ready' AND ifnull(id, '') = ''",
    },
    Query {
        code: "key-reused",
        message: "its key {} would be given out again",
        fix: Some("goes on with the keys behind the largest one in use"),
        sql: "SELECT r.urn, CAST(r.key AS TEXT), r.stack_id FROM resource r JOIN stack s ON s.id = r.stack_id WHERE r.key >= s.next_key",
    },
];

fn rows(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), Raw> {
    for query in QUERIES {
        let mut statement = conn.prepare(query.sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let (urn, detail): (String, String) = (row.get(0)?, row.get(1)?);
            let finding = Finding::new(query.code, Some(urn), query.message.replace("{}", &detail));
            findings.push(match query.fix {
                Some(fix) => finding.fixed_by(fix, row.get(2)?, detail),
                None => finding,
            });
        }
    }
    let mut statement = conn.prepare("SELECT urn, type, name, stack_id FROM resource")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (text, token, name): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        match Urn::parse(&text) {
            Err(error) => findings.push(Finding::new("bad-urn", Some(text), error.to_string())),
            Ok(urn) if urn.token().as_str() != token || urn.name() != name => {
                let message = format!("its row says type {token} and name {name}");
                findings.push(Finding::new("bad-urn", Some(text), message).fixed_by(
                    "writes the type and the name of the URN into the row",
                    row.get(3)?,
                    "",
                ));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// A check that a JSON text is of the type that its column must have.
type Typed = fn(&str) -> Result<(), String>;

fn is<T: serde::de::DeserializeOwned>(text: &str) -> Result<(), String> {
    serde_json::from_str::<T>(text).map(drop).map_err(|error| error.to_string())
}

/// Every JSON column: its table, what to call the row, and its type.
const COLUMNS: &[(&str, &str, &str, Typed)] = &[
    ("resource", "urn", "inputs", is::<IgnoredAny>),
    ("resource", "urn", "outputs", is::<IgnoredAny>),
    ("resource", "urn", "options", is::<ResourceOptions>),
    ("operation", "urn", "inputs", is::<IgnoredAny>),
    ("operation", "urn", "intent", is::<ResourceRow>),
    ("version", "urn", "inputs", is::<IgnoredAny>),
    ("version", "urn", "outputs", is::<IgnoredAny>),
    ("version", "urn", "options", is::<ResourceOptions>),
    ("version", "urn", "dependencies", is::<Edges>),
    ("output", "NULL", "value", is::<IgnoredAny>),
    ("update_run", "NULL", "counts", is::<Counts>),
    ("drift_finding", "urn", "declared", is::<IgnoredAny>),
    ("drift_finding", "urn", "remembered", is::<IgnoredAny>),
    ("drift_finding", "urn", "observed", is::<IgnoredAny>),
];

fn json(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), Raw> {
    for (table, urn, column, typed) in COLUMNS {
        let sql = format!("SELECT {urn}, {column} FROM {table} WHERE {column} IS NOT NULL");
        let mut statement = conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (urn, text): (Option<String>, String) = (row.get(0)?, row.get(1)?);
            // Whole rows and options read as values too, with the secrets at the same places.
            match decode(&text).and_then(|value| typed(&text).map(|()| value)) {
                Err(detail) => {
                    findings.push(Finding::new("bad-json", urn, format!("`{column}` in `{table}`: {detail}")));
                }
                Ok(value) if value.any(&|part| matches!(part, Value::Secret(_))) => {
                    let message = format!("`{column}` in `{table}` holds a secret in clear");
                    findings.push(Finding::new("plaintext-secret", urn, message));
                }
                Ok(_) => {}
            }
        }
    }
    Ok(())
}

/// Cycles among the current rows. Old halves of replacements are left out: their edges may mean objects that had their
/// URN before.
fn cycles(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), Raw> {
    let nodes = "SELECT stack_id, urn FROM resource WHERE pending_delete = 0";
    let dependencies = "SELECT r.stack_id, r.urn, d.depends_on FROM dependency d JOIN resource r USING (stack_id, key)
                        WHERE r.pending_delete = 0";
    let parents = "SELECT stack_id, urn, parent FROM resource WHERE pending_delete = 0 AND parent IS NOT NULL";
    let names = conn
        .prepare(nodes)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let index: HashMap<&(i64, String), usize> = names.iter().zip(0..).collect();
    for (code, sql) in [("dependency-cycle", dependencies), ("parent-cycle", parents)] {
        let mut edges = vec![Vec::new(); names.len()];
        let read = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?), (row.get(0)?, row.get(2)?)));
        for edge in conn.prepare(sql)?.query_map([], read)? {
            let (from, to) = edge?;
            if let (Some(from), Some(to)) = (index.get(&from), index.get(&to)) {
                edges[*from].push(*to);
            }
        }
        if let Some(nodes) = cycle(&edges) {
            let path: Vec<&str> = nodes.iter().chain(nodes.first()).map(|node| names[*node].1.as_str()).collect();
            findings.push(Finding::new(code, path.first().map(|urn| (*urn).to_owned()), path.join(" -> ")));
        }
    }
    Ok(())
}
