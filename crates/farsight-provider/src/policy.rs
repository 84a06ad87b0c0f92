//! How the engine treats a type: data, one constant per type.

use crate::Fault;
use std::time::Duration;

/// What the engine must know about a type besides its schema.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// How a create is found again when its answer was lost.
    pub identity: Identity,
    /// Properties that no two objects may share at once. A replacement that keeps them all deletes first.
    /// Empty where old and new can always stand side by side.
    pub unique_key: &'static [&'static str],
    /// The property whose value lets one write at a time through, where the service refuses parallel changes.
    pub serialize_by: Option<&'static str>,
    /// Ids that one read call takes.
    pub read_batch: usize,
    /// How an object on its way is watched.
    pub settle: Settle,
    /// What the service's error codes mean for this type; the provider's shared table comes after.
    pub faults: &'static [(&'static str, Fault)],
    /// The IAM actions that the type needs.
    pub permissions: &'static [&'static str],
}

/// How a create is found again after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The create takes an idempotency token; the same token gives the same object.
    ClientToken,
    /// The object has a name that is unique in its scope, chosen before the call.
    Name,
    /// The object is one of its kind for some inputs (a route in a table).
    NaturalKey,
    /// The create writes whether or not the object exists.
    Upsert,
    /// Only the owner's tags, put on in the create call, tell whose it is.
    OwnerTag,
    /// There is nothing but what state holds: a value that the lifecycle makes up, such as a password. `create` answers
    /// the value and `read` takes it apart, both without a cloud; the engine keeps it in the commit that makes the row.
    /// Inputs are marked `local`, with `replace` where another input means another value; what the value itself tells
    /// (its length) needs no `local`.
    State,
}

/// How often and how long an object on its way is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Settle {
    /// Pause between two looks.
    pub every: Duration,
    /// The longest that creates, updates and deletes may take, unless the program's `timeouts` say otherwise.
    pub within: Duration,
}

/// Seconds.
pub const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Minutes.
pub const fn mins(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}
