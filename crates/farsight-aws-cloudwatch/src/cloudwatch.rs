//! What the types share: the client, tags, and "not found".

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::Tag;
use farsight_aws_client::tags::{TagChange, Tags};
use farsight_aws_client::{service, unless};
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

service! {
    /// The client on a connection.
    CloudWatch, Client, "cloudwatch"
}

impl CloudWatch {
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
    unless(NOT_FOUND, result)
}
