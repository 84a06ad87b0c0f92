//! `farsight state ls`

use crate::context::Context;
use crate::failure::Result;
use crate::out;
use farsight_engine::Patterns;
use farsight_render::{Table, printable};
use farsight_state::ResourceRow;
use serde_json::{Value as Json, json};

pub fn run(cx: &Context, pattern: Option<&str>, as_json: bool) -> Result<()> {
    let (store, stack) = cx.existing()?;
    let patterns: Vec<String> = pattern.map(str::to_owned).into_iter().collect();
    let patterns = Patterns::parse(&patterns)?;
    let rows = store.snapshot(stack.id)?.resources;
    let is_meant =
        |row: &&ResourceRow| pattern.is_none_or(|pattern| patterns.name(&row.urn) || row.urn.token().matches(pattern));
    let rows: Vec<&ResourceRow> = rows.iter().filter(is_meant).collect();
    if as_json {
        return out::json(&rows.iter().map(|row| item(row)).collect::<Vec<_>>());
    }
    if rows.is_empty() {
        let such = if pattern.is_some() { "such " } else { "" };
        out::talk(&format!("stack `{}` has no {such}resources", stack.name));
    }
    let mut table = Table::new(["TYPE", "NAME", "ID", "STATUS"]);
    for row in rows {
        table.row([
            printable(&row.urn.token().short()),
            printable(row.urn.name()),
            printable(row.id.as_deref().unwrap_or_default()),
            status(row),
        ]);
    }
    out::data(&table.render())
}

/// How far a resource is, and what is special about it.
fn status(row: &ResourceRow) -> String {
    let mut words = vec![row.status.to_string()];
    let marks = [
        (row.pending_delete, "to be deleted"),
        (row.tainted, "tainted"),
        (row.options.protect, "protected"),
        (row.options.retain_on_delete, "retained"),
    ];
    words.extend(marks.into_iter().filter(|(set, _)| *set).map(|(_, word)| word.to_owned()));
    words.join(", ")
}

/// A resource as `--json` lists it.
fn item(row: &ResourceRow) -> Json {
    json!({
        "urn": row.urn,
        "type": row.urn.token(),
        "name": row.urn.name(),
        "id": row.id,
        "custom": row.custom,
        "status": row.status,
        "pendingDelete": row.pending_delete,
        "tainted": row.tainted,
        "protect": row.options.protect,
        "parent": row.parent,
        "dependencies": row.dependencies,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "readAt": row.read_at,
    })
}
