//! What the types share: the client and "not found".

use aws_sdk_ecr::Client;
use farsight_aws_client::service;
use farsight_provider::{Error, Fault, Result, Settle, mins, secs};

/// Everything here is done at once.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(2) };

service! {
    /// The client on a connection.
    Ecr, Client, "ecr"
}

/// A failure with one of these codes as gone: elsewhere it may mean a dependency that is not visible yet.
pub(crate) fn or_gone<T>(codes: &[&str], result: Result<T>) -> Result<T> {
    result.map_err(|mut error| {
        if error.code.as_deref().is_some_and(|code| codes.contains(&code)) {
            error.fault = Fault::Gone;
        }
        error
    })
}

/// A part of a request that lacks something.
pub(crate) fn wrong(error: impl std::fmt::Display) -> Error {
    Error::new(Fault::Rejected, error.to_string())
}
