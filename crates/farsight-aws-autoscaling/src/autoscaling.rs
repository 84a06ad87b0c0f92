//! What the types share: the client, "not found", and ids that begin with a target.

use aws_sdk_applicationautoscaling::Client;
use farsight_aws_client::{service, unless};
use farsight_provider::{Fault, Result, Settle, mins, secs};

/// Everything here is done at once; changes of one target may have to wait for each other.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(5) };

/// What the service's codes mean to both types.
pub(crate) const FAULTS: &[(&str, Fault)] = &[
    ("ConcurrentUpdateException", Fault::Busy),
    // CloudWatch, behind the service, was asked too often.
    ("FailedResourceAccessException", Fault::Busy),
    ("ObjectNotFoundException", Fault::Lag),
];

const NOT_FOUND: &[&str] = &["ObjectNotFoundException", "ResourceNotFoundException"];

service! {
    /// The client on a connection.
    Scaling, Client, "application-autoscaling"
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(NOT_FOUND, result)
}

/// "Not found" as gone: elsewhere it means a target that is not visible yet.
pub(crate) fn or_gone<T>(result: Result<T>) -> Result<T> {
    result.map_err(|mut error| {
        if error.code.as_deref().is_some_and(|code| NOT_FOUND.contains(&code)) {
            // Without its code, which the policy's table would take for lag again.
            error.code = None;
            error.fault = Fault::Gone;
        }
        error
    })
}

/// A scalable target: which service, what, and which of its properties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) namespace: String,
    pub(crate) resource: String,
    pub(crate) dimension: String,
}

impl Key {
    pub(crate) fn new(namespace: &str, resource: &str, dimension: &str) -> Self {
        Self { namespace: namespace.to_owned(), resource: resource.to_owned(), dimension: dimension.to_owned() }
    }

    /// The id: `namespace/resource/dimension`.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}/{}", self.namespace, self.resource, self.dimension)
    }

    /// Reads an id, from both ends: resources have slashes of their own.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let (namespace, rest) = id.split_once('/')?;
        let (resource, dimension) = rest.rsplit_once('/')?;
        dimension.contains(':').then(|| Self::new(namespace, resource, dimension))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects imports: resource ids have slashes of their own.
    #[test]
    fn an_id_is_read_from_both_ends() {
        let id = "ecs/service/main/api/ecs:service:DesiredCount";
        let key = Key::new("ecs", "service/main/api", "ecs:service:DesiredCount");
        assert_eq!(Key::parse(id), Some(key.clone()));
        assert_eq!(key.id(), id);
        assert_eq!(Key::parse("ecs/service/main/api"), None);
    }
}
