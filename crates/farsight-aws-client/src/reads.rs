//! Putting the answers of a batched read into the order of the question.

use farsight_model::Resource;
use farsight_provider::{Error, Fault, Id, Result, Seen};
use std::collections::BTreeMap;

/// One reading per id, in the order of `ids`; an id that was not answered is absent.
///
/// `found` holds the service's answers under the ids that they themselves name, never by position: a service may leave
/// out, repeat or reorder.
pub fn in_order<R: Resource, T>(
    ids: &[Id],
    found: &BTreeMap<Id, T>,
    seen: impl Fn(&Id, &T) -> Seen<R>,
) -> Vec<Seen<R>> {
    ids.iter().map(|id| found.get(id).map_or(Seen::Absent, |answer| seen(id, answer))).collect()
}

/// The id in the answer of a create; a create that answers without one may still have been done.
pub fn the_one(id: Option<String>, operation: &str) -> Result<Id> {
    id.filter(|id| !id.is_empty())
        .ok_or_else(|| Error::new(Fault::Unknown, format!("{operation} answered without an id")))
}
