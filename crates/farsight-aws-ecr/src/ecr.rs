//! What the types share: the client and "not found".

use aws_sdk_ecr::Client;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_aws_client::{Aws, Effect};
use farsight_provider::{Error, Fault, Result, Settle, mins, secs};

/// Everything here is done at once.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(2) };

/// The client on a connection.
#[derive(Clone)]
pub(crate) struct Ecr {
    aws: Aws,
    pub(crate) client: Client,
}

impl Ecr {
    pub(crate) fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone(), client: Client::new(aws.config()) }
    }

    pub(crate) async fn read<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("ecr", operation, Effect::Read, send).await
    }

    pub(crate) async fn write<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("ecr", operation, Effect::Write, send).await
    }
}

/// Nothing instead of a failure with one of these codes.
pub(crate) fn unless<T>(codes: &[&str], result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code.as_deref().is_some_and(|code| codes.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
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
