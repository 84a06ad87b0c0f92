//! Resources as the state remembers them.

use crate::text_enum::text_enum;
use crate::{Millis, StateError};
use farsight_model::{Location, ResourceOptions, Urn, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A resource's number within its stack. The engine assigns it, upwards from [`crate::Snapshot::next_key`], and never
/// uses one twice: the two halves of a replacement share a URN but not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceKey(pub i64);

text_enum! {
    /// How far a resource is.
    ResourceStatus {
        /// Finished: the last operation on it succeeded.
        Ready = "ready",
        /// It exists and its id is known, but its create has not finished.
        Creating = "creating",
        /// An update of it began and has not finished.
        Updating = "updating",
        /// A delete of it began and has not finished.
        Deleting = "deleting",
    }
}

/// One resource: a row of the table `resource` and its rows of `dependency`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRow {
    /// Its number within the stack.
    pub key: ResourceKey,
    /// Its URN; unique among the rows that are not `pending_delete`.
    pub urn: Urn,
    /// The cloud's id of the object; `None` for components.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether a provider manages it; `false` for a component.
    pub custom: bool,
    /// How far it is.
    pub status: ResourceStatus,
    /// Whether it is the old half of a replacement and only waits for its deletion.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pending_delete: bool,
    /// Whether it must be replaced whatever the program says, since its create failed halfway.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tainted: bool,
    /// The component it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Urn>,
    /// The explicit provider, if the program named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What the program declared, sealed.
    pub inputs: Value,
    /// The last full reading of the object: inputs as observed and computed outputs, sealed.
    pub outputs: Value,
    /// Options of the program, such as `protect`.
    #[serde(default)]
    pub options: ResourceOptions,
    /// Everything that must exist before it. Read back in the order of URNs, without repetitions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Urn>,
    /// Which property needs which resources. Read back in the order of URNs, without repetitions or empty lists.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub property_dependencies: BTreeMap<String, Vec<Urn>>,
    /// Where the program declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// When its create began.
    pub created_at: Millis,
    /// When this row was last written.
    pub updated_at: Millis,
    /// When the object was last read from the cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Millis>,
    /// Why the last operation failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl ResourceRow {
    /// Refuses secrets in clear, wherever the row could hold one.
    pub(crate) fn check_sealed(&self) -> Result<(), StateError> {
        check_sealed(self.urn.as_str(), [&self.inputs, &self.outputs, &self.options.replacement_trigger])
    }
}

/// Refuses secrets in clear in any of `values`.
pub(crate) fn check_sealed<'a>(urn: &str, values: impl IntoIterator<Item = &'a Value>) -> Result<(), StateError> {
    for value in values {
        if value.any(&|part| matches!(part, Value::Secret(_))) {
            return Err(StateError::PlaintextSecret { urn: urn.to_owned() });
        }
    }
    Ok(())
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
