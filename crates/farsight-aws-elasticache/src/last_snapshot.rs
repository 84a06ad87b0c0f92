//! The snapshot that a delete leaves.

use aws_sdk_elasticache::primitives::DateTime;
use farsight_model::Value;
use farsight_provider::{Error, Leftover};

/// Whether a delete was refused because a snapshot has the name already: one that an earlier object of the same name
/// left, before a `down` that was followed by an `up`.
pub(crate) fn is_taken(error: &Error) -> bool {
    error.code.as_deref() == Some("SnapshotAlreadyExistsFault")
}

/// The name that is taken then. When the object was made makes it unlike that of an earlier one, and like itself when
/// the delete is repeated.
pub(crate) fn other(given: &str, made_at: Option<&DateTime>) -> String {
    format!("{given}-{}", made_at.map_or(0, DateTime::secs))
}

/// What people are told of it.
pub(crate) fn leaves(known: &Value) -> Option<Leftover> {
    let name = known.get("finalSnapshotIdentifier").and_then(Value::as_str).filter(|name| !name.is_empty())?;
    Some(Leftover {
        what: format!("leaves the snapshot `{name}`, or `{name}-<seconds>` where that name was taken"),
        delete: Some(format!("aws elasticache delete-snapshot --snapshot-name {name}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_name_is_the_same_each_time() {
        let made = DateTime::from_secs(1_767_225_600);
        assert_eq!(other("last", Some(&made)), "last-1767225600");
        let known = Value::map([("finalSnapshotIdentifier", "last")].map(|(k, v)| (k, Value::from(v))));
        assert!(leaves(&known).is_some_and(|left| left.what.contains("`last`")));
        assert_eq!(leaves(&Value::map::<String>([])), None);
    }
}
