//! What generated code needs: tables as data, reads of single properties, type states.

use crate::Handle;
use farsight_model::{Field, FromValue, Literal, Mismatch, OutputField, Value};
use std::collections::BTreeMap;

/// A struct of inputs as data.
pub trait Table {
    /// Its fields.
    const FIELDS: &'static [Field];
}

/// A struct of outputs as data.
pub trait OutputTable {
    /// Its fields.
    const FIELDS: &'static [OutputField];
    /// The accessors of a declared resource.
    type Refs: From<Handle> + AsRef<Handle> + Clone + std::fmt::Debug;
}

/// The state of a required argument that was given.
#[derive(Debug, Clone, Copy)]
pub struct Given;

/// The state of a required argument that was not given.
#[derive(Debug, Clone, Copy)]
pub struct Missing;

/// The parts of a nested block that were set.
#[derive(Debug, Clone, Default)]
pub struct BlockDraft(BTreeMap<String, Value>);

impl BlockDraft {
    /// Sets a part; null takes it away.
    pub fn set(&mut self, name: &'static str, value: Value) {
        if value.is_null() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// The block.
    pub fn into_value(self) -> Value {
        Value::Map(self.0)
    }
}

/// Reads the property `name` of a block; an absent one is its default, or null.
pub fn field<T: FromValue>(block: &Value, name: &'static str, default: Option<Literal>) -> Result<T, Mismatch> {
    match block.get(name) {
        Some(value) => T::from_value(value),
        None => T::from_value(&default.map_or(Value::Null, Literal::value)),
    }
    .map_err(|mismatch| mismatch.at(name))
}

/// Makes sure that a value is a block.
pub fn block(value: &Value) -> Result<(), Mismatch> {
    value.as_map().map(|_| ()).ok_or(Mismatch::new("a block"))
}

/// Marks a value as secret, unless there is none.
pub fn secret(value: Value) -> Value {
    if value.is_null() { value } else { Value::secret(value) }
}
