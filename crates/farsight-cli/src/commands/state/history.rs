//! `farsight state history`

use super::find;
use crate::context::Context;
use crate::failure::Result;
use crate::out;
use farsight_engine::{DiffView, masked};
use farsight_model::{ChangeKind, Urn, Value};
use farsight_render::{change_lines, moment, resource};
use farsight_state::{ResourceKey, VersionRow};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

pub fn run(cx: &Context, resource: Option<&str>, as_json: bool) -> Result<()> {
    let (store, stack) = cx.existing()?;
    let urn = resource.map(|text| whose(&store.snapshot(stack.id)?.resources, text)).transpose()?;
    let versions = store.versions(stack.id, urn.as_ref())?;
    if as_json {
        return out::json(&versions.iter().map(item).collect::<Vec<_>>());
    }
    if versions.is_empty() {
        out::talk("nothing is remembered of it");
    }
    let mut before: HashMap<ResourceKey, &VersionRow> = HashMap::new();
    let mut text = String::new();
    for version in &versions {
        text.push_str(&entry(version, before.insert(version.key, version)));
    }
    out::data(&text)
}

/// The URN of a resource; one that is no longer in the state is named by its URN.
fn whose(rows: &[farsight_state::ResourceRow], text: &str) -> Result<Urn> {
    match Urn::parse(text) {
        Ok(urn) => Ok(urn),
        Err(_) => Ok(find::resource(rows, text)?.urn.clone()),
    }
}

fn entry(version: &VersionRow, before: Option<&VersionRow>) -> String {
    let id = version.id.as_ref().map_or_else(String::new, |id| format!(" [{id}]"));
    let what = match (&version.removed, &version.state) {
        (Some(why), _) => why.clone(),
        (None, Some(state)) => state.status.to_string(),
        (None, None) => String::new(),
    };
    let head = format!("#{} {} {}{id}: {what}", version.update.0, moment(version.at), resource(&version.urn));
    let mut lines = vec![head];
    if let (Some(state), None) = (&version.state, &version.removed) {
        let empty = Value::Null;
        let old = before.and_then(|before| before.state.as_ref()).map_or(&empty, |state| &state.inputs);
        let changes = changes(old, &state.inputs);
        lines.extend(changes.iter().flat_map(|change| change_lines(change, false)).map(|line| format!("    {line}")));
        lines.extend(state.error.as_ref().map(|error| format!("    {}", farsight_render::printable(error))));
    }
    lines.join("\n") + "\n"
}

/// What differs between the inputs of two versions, property by property.
fn changes(old: &Value, new: &Value) -> Vec<DiffView> {
    let keys =
        |value: &Value| -> Vec<String> { value.as_map().into_iter().flat_map(|map| map.keys().cloned()).collect() };
    let mut names = keys(old);
    names.extend(keys(new));
    names.sort_unstable();
    names.dedup();
    let part = |value: &Value, name: &str| value.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .filter_map(|path| {
            let (old, new) = (part(old, &path), part(new, &path));
            let kind = match (old.is_null(), new.is_null()) {
                _ if old == new => return None,
                (true, _) => ChangeKind::Add,
                (_, true) => ChangeKind::Delete,
                _ => ChangeKind::Update,
            };
            Some(DiffView { path, kind, old: masked(&old), new: masked(&new), replace: false, default: false })
        })
        .collect()
}

/// A version as `--json` lists it.
fn item(version: &VersionRow) -> Json {
    let state = version.state.as_ref();
    json!({
        "update": version.update,
        "at": version.at,
        "urn": version.urn,
        "id": version.id,
        "operation": version.op,
        "removed": version.removed,
        "status": state.map(|state| state.status),
        "inputs": state.map(|state| masked(&state.inputs)),
        "outputs": state.map(|state| masked(&state.outputs)),
        "error": state.and_then(|state| state.error.clone()),
    })
}
