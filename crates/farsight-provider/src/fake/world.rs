//! The fake cloud's objects, with the indexes that keep every call as cheap as a real service's.

use super::cloud::{Call, Fate, LogEntry, Object, Script, Watcher};
use super::types;
use crate::{Id, Identity};
use farsight_model::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

#[derive(Default)]
pub(super) struct World {
    objects: BTreeMap<Id, Object>,
    by_op: HashMap<String, BTreeSet<Id>>,
    by_identity: HashMap<(String, String), BTreeSet<Id>>,
    needed_by: HashMap<Id, BTreeSet<Id>>,
    pub scripts: Vec<(Script, usize)>,
    pub log: Vec<LogEntry>,
    pub serial: u64,
    pub lag: Duration,
    pub create_takes: Duration,
    pub delete_takes: Duration,
    pub call_takes: Duration,
    pub watcher: Option<Watcher>,
    /// Whether an object that others need refuses to be deleted.
    pub guards: bool,
    /// Properties that are not kept.
    pub forgotten: Vec<String>,
    /// What reads answer instead of what objects have.
    pub answers: Vec<(&'static str, Value)>,
    pub fail_creates: Option<String>,
    pub updates_rename: bool,
    pub region: Option<String>,
    pub account: Option<String>,
}

impl World {
    pub fn objects(&self) -> impl Iterator<Item = (&Id, &Object)> {
        self.objects.iter()
    }

    pub fn get(&self, id: &str) -> Option<&Object> {
        self.objects.get(id)
    }

    pub fn put(&mut self, id: Id, object: Object) {
        self.by_op.entry(object.op.clone()).or_default().insert(id.clone());
        if let Some(identity) = identity(&object.token, &object.inputs) {
            self.by_identity.entry(identity).or_default().insert(id.clone());
        }
        for needed in needs(&object.inputs) {
            self.needed_by.entry(needed).or_default().insert(id.clone());
        }
        self.objects.insert(id, object);
    }

    pub fn take(&mut self, id: &str) -> Option<Object> {
        let object = self.objects.remove(id)?;
        if let Some(ids) = self.by_op.get_mut(&object.op) {
            ids.remove(id);
        }
        if let Some(ids) = identity(&object.token, &object.inputs).and_then(|key| self.by_identity.get_mut(&key)) {
            ids.remove(id);
        }
        for needed in needs(&object.inputs) {
            if let Some(ids) = self.needed_by.get_mut(&needed) {
                ids.remove(id);
            }
        }
        Some(object)
    }

    pub fn modify(&mut self, id: &str, change: impl FnOnce(&mut Object)) {
        if let Some(mut object) = self.take(id) {
            change(&mut object);
            self.put(id.to_owned(), object);
        }
    }

    /// Objects that an operation made, gone ones too.
    pub fn made_by(&self, op: &str) -> impl Iterator<Item = (&Id, &Object)> {
        self.each(self.by_op.get(op))
    }

    /// Objects with the identity that these inputs would have, gone ones too.
    pub fn alike(&self, token: &str, inputs: &Value) -> impl Iterator<Item = (&Id, &Object)> {
        self.each(identity(token, inputs).and_then(|key| self.by_identity.get(&key)))
    }

    /// Objects that need one, gone ones too.
    pub fn dependents(&self, id: &str) -> impl Iterator<Item = (&Id, &Object)> {
        self.each(self.needed_by.get(id))
    }

    fn each<'a>(&'a self, ids: Option<&'a BTreeSet<Id>>) -> impl Iterator<Item = (&'a Id, &'a Object)> {
        ids.into_iter().flatten().filter_map(|id| self.objects.get_key_value(id))
    }

    pub fn new_id(&mut self, token: &str) -> Id {
        self.serial += 1;
        let kind = token.rsplit(':').next().unwrap_or(token).to_lowercase();
        format!("{kind}-{:04}", self.serial)
    }

    pub fn fate(&mut self, call: Call, about: &str) -> Option<Fate> {
        for (script, met) in &mut self.scripts {
            if script.call == call && about.contains(script.about.as_str()) {
                *met += 1;
                if *met > script.after && *met - script.after <= script.times {
                    return Some(script.fate.clone());
                }
            }
        }
        None
    }
}

/// What no two objects of a type may share.
fn identity(token: &str, inputs: &Value) -> Option<(String, String)> {
    let property = match types::policy(token).identity {
        Identity::Name => "name",
        Identity::NaturalKey | Identity::Upsert => "key",
        Identity::ClientToken | Identity::OwnerTag | Identity::State => return None,
    };
    let value = inputs.get(property)?;
    Some((token.to_owned(), value.to_json().to_string()))
}

/// The ids that an object needs.
pub(super) fn needs(inputs: &Value) -> Vec<Id> {
    let list = inputs.get("needs").and_then(Value::as_list).unwrap_or_default();
    list.iter()
        .chain(inputs.get("within"))
        .chain(inputs.get("anchor"))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
