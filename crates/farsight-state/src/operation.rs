//! The journal's vocabulary: operations and the transitions that are committed about them.

use crate::resource::check_sealed;
use crate::text_enum::text_enum;
use crate::{Millis, ResourceKey, ResourceRow, StateError, UpdateId};
use farsight_model::{Urn, Value};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What an operation does.
    OpKind {
        /// Makes an object.
        Create = "create",
        /// Changes an object in place.
        Update = "update",
        /// Deletes an object.
        Delete = "delete",
        /// Adopts an existing object into the state.
        Import = "import",
        /// Reads an object that the program only refers to.
        Read = "read",
        /// Takes the cloud's truth into the state.
        Refresh = "refresh",
    }
}

text_enum! {
    /// How far an operation is.
    OpStatus {
        /// Committed before the cloud is asked; whether the cloud got to know is open.
        Intended = "intended",
        /// The cloud accepted it and the object's id is known; it may still be working.
        Accepted = "accepted",
        /// Finished, and the resource row tells the result.
        Done = "done",
        /// Surely without effect, or with the effect that the resource row tells.
        Failed = "failed",
        /// May have had an effect: the answer was lost. Never treated as failed, but looked up.
        Unknown = "unknown",
    }
}

impl OpStatus {
    /// Whether the operation is settled.
    pub fn has_ended(self) -> bool {
        matches!(self, OpStatus::Done | OpStatus::Failed)
    }
}

/// One write to the cloud, from intent to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// 32 lower-case hexadecimal digits; also the client token and the value of the tag `farsight:op`.
    pub id: String,
    /// The update that began it.
    pub update: UpdateId,
    /// The resource.
    pub key: ResourceKey,
    /// The resource's URN.
    pub urn: Urn,
    /// What it does.
    pub kind: OpKind,
    /// How far it is.
    pub status: OpStatus,
    /// The object's id in the cloud, as soon as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<String>,
    /// The whole intent, sealed: all that is needed to find the object again or to repeat the call.
    pub inputs: Value,
    /// The resource that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<ResourceKey>,
    /// The resource row as it will be, from which recovery can rebuild it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Box<ResourceRow>>,
    /// How often it was tried before, from 0.
    pub attempt: u32,
    /// Why it failed, or what made its outcome unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When the intent was made.
    pub started_at: Millis,
    /// When the cloud accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Millis>,
    /// When it was settled; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Millis>,
}

/// One change of the state. [`crate::Store::apply`] commits many at once, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Transition {
    /// Records an intent, with status [`OpStatus::Intended`] whatever the operation says. Of an operation that is in
    /// the journal and open, it records another attempt; an id that was known stays known.
    Begin(Box<Operation>),
    /// The cloud accepted the operation.
    Accepted {
        /// The operation.
        op: String,
        /// The object's id.
        physical_id: String,
        /// When.
        at: Millis,
    },
    /// The operation ended, or its outcome is unknown.
    Finish {
        /// The operation.
        op: String,
        /// [`OpStatus::Done`], [`OpStatus::Failed`] or [`OpStatus::Unknown`].
        status: OpStatus,
        /// Why, unless done.
        error: Option<String>,
        /// When.
        at: Millis,
    },
    /// Inserts a resource row, or replaces the one of the same key, and appends a version of it, unless only
    /// times or the location changed. Of a replacement, the old half must become `pending_delete` first.
    Put {
        /// The row.
        row: Box<ResourceRow>,
        /// The operation that led to it.
        op: Option<String>,
        /// The update.
        update: UpdateId,
    },
    /// Removes a resource row and appends a version that says so. Edges that name its URN go too, unless another row
    /// has that URN. A key without a row is no error, so recovery may repeat itself.
    Remove {
        /// The resource.
        key: ResourceKey,
        /// The update.
        update: UpdateId,
        /// Why: `deleted`, `gone`, `retained`, `forgotten` or `moved`.
        reason: String,
        /// When.
        at: Millis,
    },
    /// Replaces the stack's outputs as a whole.
    Outputs {
        /// A map from name to value, sealed.
        outputs: Value,
    },
}

impl Operation {
    pub(crate) fn check_sealed(&self) -> Result<(), StateError> {
        check_sealed(self.urn.as_str(), [&self.inputs])?;
        self.row.as_ref().map_or(Ok(()), |row| row.check_sealed())
    }
}

impl Transition {
    /// Refuses secrets in clear.
    pub(crate) fn check_sealed(&self) -> Result<(), StateError> {
        match self {
            Transition::Begin(operation) => operation.check_sealed(),
            Transition::Put { row, .. } => row.check_sealed(),
            Transition::Outputs { outputs } => check_sealed("stack outputs", [outputs]),
            Transition::Accepted { .. } | Transition::Finish { .. } | Transition::Remove { .. } => Ok(()),
        }
    }
}
