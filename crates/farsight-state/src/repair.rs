//! Repairing what can surely be repaired: where only one state can have been meant, or where the program says it anew.

use crate::error::Raw;
use crate::journal::Journal;
use crate::put::Edges;
use crate::snapshot::resources;
use crate::verify::{Finding, findings};
use crate::{Lease, StackId, StateError, Store, UpdateId, lease};
use farsight_model::Urn;
use rusqlite::Connection;

impl Store {
    /// Repairs every finding of [`Store::verify`] that has a fix and is of one of these stacks, in one transaction, and
    /// gives what it repaired. Nothing is changed if that fails. Make a backup first ([`Store::backup`]).
    pub fn repair(&mut self, held: &[(Lease, UpdateId)]) -> Result<Vec<Finding>, StateError> {
        self.write(|tx| {
            for (lease, _) in held {
                lease::check(tx, lease)?;
            }
            let mut repaired = Vec::new();
            // What one repair uncovers the next one mends: orphaned edges hide everything else.
            loop {
                let mut again = false;
                for finding in findings(tx)? {
                    let of_stack = |(lease, _): &&(Lease, UpdateId)| finding.stack() == Some(lease.stack);
                    let Some((lease, update)) = held.iter().find(of_stack) else { continue };
                    if repaired.contains(&finding) {
                        let (what, detail) = ("the repair".to_owned(), finding.message);
                        return Err(StateError::Refused { what, detail }.into());
                    }
                    mend(tx, lease.stack, *update, &finding)?;
                    repaired.push(finding);
                    again = true;
                }
                if !again {
                    return Ok(repaired);
                }
            }
        })
    }
}

fn mend(conn: &Connection, stack: StackId, update: UpdateId, finding: &Finding) -> Result<(), Raw> {
    let urn = finding.urn.as_deref().and_then(|text| Urn::parse(text).ok());
    match (finding.code, urn) {
        ("foreign-key", _) => {
            let row: i64 = finding.detail.parse().unwrap_or(-1);
            conn.execute("DELETE FROM dependency WHERE rowid = ?1", [row])?;
        }
        ("key-reused", _) => {
            let sql =
                "UPDATE stack SET next_key = (SELECT max(key) + 1 FROM resource WHERE stack_id = ?1) WHERE id = ?1";
            conn.execute(sql, [stack.0])?;
        }
        ("bad-urn", Some(urn)) => {
            let sql = "UPDATE resource SET type = ?3, name = ?4 WHERE stack_id = ?1 AND urn = ?2";
            conn.execute(sql, (stack.0, urn.as_str(), urn.token().as_str(), urn.name()))?;
        }
        ("dangling-dependency" | "missing-parent", Some(urn)) => {
            let mut journal = Journal { conn, stack: stack.0, bytes: 0, last_key: 0 };
            for mut row in resources(conn, stack)?.into_iter().filter(|row| row.urn == urn) {
                let stays = |other: &Urn| other.as_str() != finding.detail;
                if finding.code == "missing-parent" {
                    row.parent = row.parent.filter(stays);
                } else {
                    row.dependencies.retain(stays);
                    row.property_dependencies.values_mut().for_each(|urns| urns.retain(stays));
                }
                // Not `put`: what the versions tell may be right already, and only the row be wrong.
                let edges = Edges::of(&row);
                let content = journal.content(&row, &edges)?;
                journal.write_row(&row, &content)?;
                journal.write_edges(row.key, &edges)?;
                journal.write_version(&row, &content, None, update)?;
            }
        }
        _ => {}
    }
    Ok(())
}
