//! What the types share: the client and "not found".

use aws_sdk_cloudwatchlogs::Client;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_aws_client::{Aws, Effect};
use farsight_provider::{Fault, Result, Settle, mins, secs};

/// Everything here is done at once; a delete may wait for a change of the same group.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(2) };

pub(crate) const NOT_FOUND: &str = "ResourceNotFoundException";

/// The client on a connection.
#[derive(Clone)]
pub(crate) struct Logs {
    aws: Aws,
    pub(crate) client: Client,
}

impl Logs {
    pub(crate) fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone(), client: Client::new(aws.config()) }
    }

    pub(crate) async fn read<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("logs", operation, Effect::Read, send).await
    }

    pub(crate) async fn write<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("logs", operation, Effect::Write, send).await
    }
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code.as_deref() == Some(NOT_FOUND) => Ok(None),
        Err(error) => Err(error),
    }
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
