//! `farsight state show`

use super::find;
use crate::context::Context;
use crate::failure::Result;
use crate::{keys, out};
use farsight_engine::masked;
use farsight_model::Value;
use farsight_render::{Table, moment, printable, value};
use serde_json::json;

pub fn run(cx: &Context, resource: &str, show: bool, as_json: bool) -> Result<()> {
    let (store, stack) = cx.existing()?;
    let rows = store.snapshot(stack.id)?.resources;
    let row = find::resource(&rows, resource)?;
    let keyring = if show { keys::open(&store, &stack)? } else { None };
    let clear = |value: &Value| match &keyring {
        Some(keyring) => keyring.open(row.urn.as_str(), value).map(|value| masked(&value.revealed())),
        None => Ok(masked(value)),
    };
    let (inputs, outputs) = (clear(&row.inputs)?, clear(&row.outputs)?);
    if as_json {
        return out::json(&json!({
            "urn": row.urn,
            "type": row.urn.token(),
            "name": row.urn.name(),
            "id": row.id,
            "custom": row.custom,
            "status": row.status,
            "pendingDelete": row.pending_delete,
            "tainted": row.tainted,
            "error": row.error,
            "parent": row.parent,
            "inputs": inputs,
            "outputs": outputs,
            "options": row.options,
            "dependencies": row.dependencies,
            "propertyDependencies": row.property_dependencies,
            "location": row.location,
            "createdAt": row.created_at,
            "updatedAt": row.updated_at,
            "readAt": row.read_at,
        }));
    }
    let mut table = Table::new(["RESOURCE", row.urn.as_str()]);
    let mut line = |name: &str, text: String| table.row([name.to_owned(), text]);
    if let Some(id) = &row.id {
        line("id", printable(id));
    }
    line("status", row.status.to_string());
    line("created", moment(row.created_at));
    line("updated", moment(row.updated_at));
    if let Some(at) = row.read_at {
        line("read", moment(at));
    }
    if let Some(location) = &row.location {
        line("declared at", location.to_string());
    }
    if let Some(parent) = &row.parent {
        line("parent", parent.to_string());
    }
    for dependency in &row.dependencies {
        line("depends on", dependency.to_string());
    }
    if let Some(error) = &row.error {
        line("last error", printable(error));
    }
    let mut text = table.render();
    for (title, values) in [("inputs", inputs), ("outputs", outputs)] {
        let Some(entries) = values.as_object().filter(|entries| !entries.is_empty()) else { continue };
        let lines = entries.iter().map(|(name, part)| format!("  {}: {}\n", printable(name), value(part).join("\n  ")));
        text.extend([format!("\n{title}\n")].into_iter().chain(lines));
    }
    out::data(&text)
}
