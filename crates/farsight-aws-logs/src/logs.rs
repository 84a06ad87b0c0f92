//! What the types share: the client and "not found".

use aws_sdk_cloudwatchlogs::Client;
use farsight_aws_client::{service, unless};
use farsight_provider::{Fault, Result, Settle, mins, secs};

/// Everything here is done at once; a delete may wait for a change of the same group.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(2) };

pub(crate) const NOT_FOUND: &str = "ResourceNotFoundException";

service! {
    /// The client on a connection.
    Logs, Client, "logs"
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(&[NOT_FOUND], result)
}

/// "Not found" as gone: elsewhere it means a dependency that is not visible yet.
pub(crate) fn or_gone<T>(result: Result<T>) -> Result<T> {
    result.map_err(|mut error| {
        if error.code.as_deref() == Some(NOT_FOUND) {
            error.fault = Fault::Gone;
        }
        error
    })
}
