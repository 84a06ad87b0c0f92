//! What the types share: the client, tags, small conversions.

use aws_sdk_elasticache::Client;
use aws_sdk_elasticache::types::Tag;
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_aws_client::{service, unless};
use farsight_provider::{Owner, Result, Settle, mins, secs};

/// Groups are there at once; a delete waits for the last cluster in them.
pub(crate) const SOON: Settle = Settle { every: secs(5), within: mins(15) };

/// The largest page (aws catalogue, elasticache.Cluster).
pub(crate) const PAGE: i32 = 100;

/// The most parameters that one call takes (aws catalogue, elasticache.ParameterGroup).
pub(crate) const PARAMETERS: usize = 20;

service! {
    /// The client on a connection.
    ElastiCache, Client, "elasticache"
}

impl ElastiCache {
    /// The ARN of an object of the account, such as `cluster:main`.
    pub(crate) async fn arn(&self, object: &str) -> Result<String> {
        let account = &self.aws.identity().await?.account;
        Ok(self.aws.arn("elasticache", account, object))
    }

    /// All tags of an object; nothing if it is not there, for which the service has a code for each type.
    pub(crate) async fn tags(&self, arn: &str, missing: &str) -> Result<Option<Tags>> {
        let list = || self.client.list_tags_for_resource().resource_name(arn).send();
        let answer = found(self.read("ListTagsForResource", list).await, missing)?;
        Ok(answer.map(|answer| all_tags(answer.tag_list.as_deref())))
    }

    /// Brings the tags of an object, such as `cluster:main`, to what is wanted.
    pub(crate) async fn retag(&self, object: &str, change: &TagChange) -> Result<()> {
        if change.is_empty() {
            return Ok(());
        }
        let arn = self.arn(object).await?;
        if !change.set.is_empty() {
            let set = Some(sdk_tags(&change.set));
            let add = || self.client.add_tags_to_resource().resource_name(&arn).set_tags(set.clone()).send();
            self.write("AddTagsToResource", add).await?;
        }
        if !change.unset.is_empty() {
            let keys = Some(change.unset.clone());
            let remove =
                || self.client.remove_tags_from_resource().resource_name(&arn).set_tag_keys(keys.clone()).send();
            self.write("RemoveTagsFromResource", remove).await?;
        }
        Ok(())
    }
}

/// Nothing instead of an error with the code `missing`.
pub(crate) fn found<T>(result: Result<T>, missing: &str) -> Result<Option<T>> {
    unless(&[missing], result)
}

/// The tags of a create call: the owner's and the program's.
pub(crate) fn create_tags(owner: &Owner, declared: &Tags) -> Result<Option<Vec<Tag>>> {
    Ok(Some(sdk_tags(&tags::for_create(owner, declared)?)))
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// All tags, also those of farsight and AWS.
pub(crate) fn all_tags(tags: Option<&[Tag]>) -> Tags {
    let pairs = tags.unwrap_or_default().iter();
    pairs.map(|tag| (tag.key().unwrap_or_default().to_owned(), tag.value().unwrap_or_default().to_owned())).collect()
}

/// A number in the form that ElastiCache wants.
pub(crate) fn small(number: Option<i64>) -> Option<i32> {
    number.and_then(|number| number.try_into().ok())
}

/// Text that is there and not empty.
pub(crate) fn text(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}
