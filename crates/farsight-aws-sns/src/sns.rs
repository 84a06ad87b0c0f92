//! What the types share: the client and "not found".

use aws_sdk_sns::Client;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_aws_client::{Aws, Effect};
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

/// The client on a connection.
#[derive(Clone)]
pub(crate) struct Sns {
    pub(crate) aws: Aws,
    pub(crate) client: Client,
}

impl Sns {
    pub(crate) fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone(), client: Client::new(aws.config()) }
    }

    pub(crate) async fn read<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("sns", operation, Effect::Read, send).await
    }

    pub(crate) async fn write<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("sns", operation, Effect::Write, send).await
    }
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code.as_deref().is_some_and(|code| NOT_FOUND.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
}
