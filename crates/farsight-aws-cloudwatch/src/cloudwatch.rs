//! What the types share: the client, tags, and "not found".

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::Tag;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_aws_client::tags::{TagChange, Tags};
use farsight_aws_client::{Aws, Effect};
use farsight_provider::{Fault, Result, Settle, mins, secs};

/// Everything here is done at once.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(2) };

/// What the service's codes mean to both types. It says shape names as well as the older codes.
pub(crate) const FAULTS: &[(&str, Fault)] = &[
    ("ConflictException", Fault::Busy),
    ("DashboardNotFoundError", Fault::Gone),
    ("ResourceConflict", Fault::Busy),
    ("ResourceNotFound", Fault::Gone),
    ("ResourceNotFoundException", Fault::Gone),
];

const NOT_FOUND: &[&str] = &["DashboardNotFoundError", "ResourceNotFound", "ResourceNotFoundException"];

/// The client on a connection.
#[derive(Clone)]
pub(crate) struct CloudWatch {
    aws: Aws,
    pub(crate) client: Client,
}

impl CloudWatch {
    pub(crate) fn new(aws: &Aws) -> Self {
        Self { aws: aws.clone(), client: Client::new(aws.config()) }
    }

    pub(crate) async fn read<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("cloudwatch", operation, Effect::Read, send).await
    }

    pub(crate) async fn write<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.aws.call("cloudwatch", operation, Effect::Write, send).await
    }

    /// All tags of an object; nothing if it went in the meantime.
    pub(crate) async fn tags(&self, arn: &str) -> Result<Option<Tags>> {
        let list = || self.client.list_tags_for_resource().resource_arn(arn).send();
        let answer = found(self.read("ListTagsForResource", list).await)?;
        let pairs = answer.map(|answer| answer.tags.unwrap_or_default());
        let pair = |tag: Tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        Ok(pairs.map(|pairs| pairs.into_iter().map(pair).collect()))
    }

    /// Brings the tags of an object to what is wanted.
    pub(crate) async fn retag(&self, arn: &str, change: TagChange) -> Result<()> {
        if !change.set.is_empty() {
            let set = sdk_tags(&change.set);
            let tag = || self.client.tag_resource().resource_arn(arn).set_tags(Some(set.clone())).send();
            self.write("TagResource", tag).await?;
        }
        if !change.unset.is_empty() {
            let untag =
                || self.client.untag_resource().resource_arn(arn).set_tag_keys(Some(change.unset.clone())).send();
            self.write("UntagResource", untag).await?;
        }
        Ok(())
    }
}

/// Tags in the SDK's form.
pub(crate) fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code.as_deref().is_some_and(|code| NOT_FOUND.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
}
