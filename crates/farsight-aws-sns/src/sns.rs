//! What the types share: the client and "not found".

use aws_sdk_sns::Client;
use farsight_aws_client::{service, unless};
use farsight_provider::{Fault, Result, Settle, mins, secs};

/// Everything here is done at once.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(2) };

/// What the service's codes mean to both types.
pub(crate) const FAULTS: &[(&str, Fault)] = &[
    ("ConcurrentAccess", Fault::Busy),
    ("ConcurrentAccessException", Fault::Busy),
    ("NotFound", Fault::Lag),
    ("NotFoundException", Fault::Lag),
    ("ResourceNotFound", Fault::Lag),
    ("ResourceNotFoundException", Fault::Lag),
    ("StaleTag", Fault::Busy),
    ("Throttled", Fault::Throttled),
];

/// The codes of the service's model, and the names of their shapes, which emulators answer instead.
const NOT_FOUND: &[&str] = &["NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException"];

service! {
    /// The client on a connection.
    Sns, Client, "sns"
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(NOT_FOUND, result)
}
