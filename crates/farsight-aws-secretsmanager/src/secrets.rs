//! What the types share: the client, "not found", a secret as described.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_aws_client::tags::Tags;
use farsight_aws_client::{Aws, Effect};
use farsight_provider::Result;

const NOT_FOUND: &str = "ResourceNotFoundException";

/// The client on a connection.
#[derive(Clone)]
pub(crate) struct Secrets {
    aws: Aws,
    pub(crate) client: Client,
}

impl Secrets {
    pub(crate) fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone(), client: Client::new(aws.config()) }
    }

    pub(crate) async fn read<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("secretsmanager", operation, Effect::Read, send).await
    }

    pub(crate) async fn write<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("secretsmanager", operation, Effect::Write, send).await
    }

    /// A secret by ARN or name, even one that is deleted and can still be restored.
    pub(crate) async fn describe(&self, id: &str) -> Result<Option<DescribeSecretOutput>> {
        let describe = || self.client.describe_secret().secret_id(id).send();
        found(self.read("DescribeSecret", describe).await)
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

/// All tags of a secret, farsight's own too.
pub(crate) fn all_tags(secret: &DescribeSecretOutput) -> Tags {
    let tags = secret.tags().iter();
    tags.filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default()))).collect()
}
