//! Options that every resource takes, whatever its type.

use crate::{PropertyPath, Urn, Value};
use serde::{Deserialize, Serialize};

/// What a program may say about a resource besides its properties. The names are Pulumi's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ResourceOptions {
    /// Refuse to delete or replace.
    #[serde(skip_serializing_if = "is_false")]
    pub protect: bool,
    /// Whether the program said so of this very resource: then its parent's word does not count.
    #[serde(skip_serializing_if = "is_false")]
    pub own_protect: bool,
    /// Forget instead of deleting.
    #[serde(skip_serializing_if = "is_false")]
    pub retain_on_delete: bool,
    /// As [`ResourceOptions::own_protect`].
    #[serde(skip_serializing_if = "is_false")]
    pub own_retain: bool,
    /// Properties whose differences are left alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore_changes: Vec<PropertyPath>,
    /// Properties whose change replaces instead of updating.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replace_on_changes: Vec<PropertyPath>,
    /// Overrides the order that the type would choose for a replacement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_before_replace: Option<bool>,
    /// Resources that must be done first, besides those that the inputs name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Urn>,
    /// Names or URNs under which this resource was known before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The id of an existing object to adopt instead of creating one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<String>,
    /// The explicit provider, by URN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Urn>,
    /// Limits on how long one operation may take.
    #[serde(skip_serializing_if = "Timeouts::is_empty")]
    pub timeouts: Timeouts,
    /// The resource whose deletion takes this one with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_with: Option<Urn>,
    /// Resources whose replacement replaces this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replace_with: Vec<Urn>,
    /// Outputs to be treated as secret.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secret_outputs: Vec<String>,
    /// A value whose change replaces the resource.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub replacement_trigger: Value,
    /// Closures of the program that run around steps. State remembers that there are some, not which.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<HookRef>,
    /// Kept in state only, never set by a program: inputs that the service answered in other words right after they
    /// were set. As long as both sides stay as they were, that is no difference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Accepted>,
    /// Kept in state only: the URN that the row's keyed hashes are bound to, where that is no longer its own. The next
    /// `up` binds them anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashed_as: Option<Urn>,
}

/// A closure of the program that runs around steps of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookRef {
    /// Around which steps.
    pub when: When,
    /// The program's number of the closure; none in state, which the program outlives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<u64>,
    /// How long it may take, in seconds.
    pub within: u64,
}

/// When a hook runs. A replacement is a create and a delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    /// Before an object is made: an error leaves it unmade.
    BeforeCreate,
    /// After an object was made and is ready.
    AfterCreate,
    /// Before an object is changed in place: an error leaves it as it is.
    BeforeUpdate,
    /// After an object was changed.
    AfterUpdate,
    /// Before an object is deleted: an error keeps it.
    BeforeDelete,
    /// After an object is gone.
    AfterDelete,
}

impl When {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            When::BeforeCreate => "before create",
            When::AfterCreate => "after create",
            When::BeforeUpdate => "before update",
            When::AfterUpdate => "after update",
            When::BeforeDelete => "before delete",
            When::AfterDelete => "after delete",
        }
    }
}

/// An input and what the service made of it. Secrets are kept as keyed hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The property.
    pub path: PropertyPath,
    /// What was asked for.
    pub declared: Value,
    /// What the service says it has.
    pub observed: Value,
}

/// Limits on operations, in seconds; `None` leaves the type's own limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timeouts {
    /// Limit of a create, waiting included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create: Option<u64>,
    /// Limit of an update, waiting included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<u64>,
    /// Limit of a delete, waiting included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<u64>,
}

impl Timeouts {
    /// Whether nothing was limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
