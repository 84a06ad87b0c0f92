//! What the types share: the client, "not found", a secret as described.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use farsight_aws_client::tags::Tags;
use farsight_aws_client::{service, unless};
use farsight_provider::Result;

const NOT_FOUND: &str = "ResourceNotFoundException";

service! {
    /// The client on a connection.
    Secrets, Client, "secretsmanager"
}

impl Secrets {
    /// A secret by ARN or name, even one that is deleted and can still be restored.
    pub(crate) async fn describe(&self, id: &str) -> Result<Option<DescribeSecretOutput>> {
        let describe = || self.client.describe_secret().secret_id(id).send();
        found(self.read("DescribeSecret", describe).await)
    }
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(&[NOT_FOUND], result)
}

/// All tags of a secret, farsight's own too.
pub(crate) fn all_tags(secret: &DescribeSecretOutput) -> Tags {
    let tags = secret.tags().iter();
    tags.filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default()))).collect()
}
