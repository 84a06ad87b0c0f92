//! The connection to Elastic Load Balancing, and what all its types do alike.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Tag;
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_aws_client::{service, unless};
use farsight_provider::{Owner, Result, Settle, mins, secs};
use std::collections::BTreeMap;

/// Everything but load balancers is done at once; deletes wait for listeners and rules to go.
pub(crate) const SOON: Settle = Settle { every: secs(2), within: mins(5) };

/// Ids that one Describe call takes, of each type and of tags (aws catalogue, section 12).
pub(crate) const BATCH: usize = 20;

/// Objects in a page of a listing.
pub(crate) const PAGE: i32 = 400;

const NOT_FOUND: &[&str] = &["LoadBalancerNotFound", "TargetGroupNotFound", "ListenerNotFound", "RuleNotFound"];

service! {
    /// A connection to Elastic Load Balancing. Clones share everything.
    Elb, Client, "elasticloadbalancing"
}

impl Elb {
    /// All tags of objects that are there.
    pub(crate) async fn tags(&self, arns: &[String]) -> Result<BTreeMap<String, Tags>> {
        let ask = |arns: Vec<String>| async move {
            let describe = || self.client.describe_tags().set_resource_arns(Some(arns.clone())).send();
            Ok(self.read("DescribeTags", describe).await?.tag_descriptions.unwrap_or_default())
        };
        let mut found = BTreeMap::new();
        for chunk in arns.chunks(BATCH) {
            for description in batch(chunk, &ask).await? {
                let pairs = description.tags.unwrap_or_default();
                let tags = pairs.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
                found.insert(description.resource_arn.unwrap_or_default(), tags.collect());
            }
        }
        Ok(found)
    }

    /// Those of the objects that surely belong to an owner.
    pub(crate) async fn owned(&self, arns: &[String], owner: &Owner) -> Result<Vec<String>> {
        let tags = self.tags(arns).await?;
        Ok(tags.into_iter().filter(|(_, tags)| tags::is_ours(tags, owner)).map(|(arn, _)| arn).collect())
    }

    /// Brings the tags of an object to what is wanted.
    pub(crate) async fn retag(&self, arn: &str, change: &TagChange) -> Result<()> {
        if !change.set.is_empty() {
            let set = sdk_tags(&change.set);
            let add = || self.client.add_tags().resource_arns(arn).set_tags(Some(set.clone())).send();
            self.write("AddTags", add).await?;
        }
        if !change.unset.is_empty() {
            let keys = Some(change.unset.clone());
            let remove = || self.client.remove_tags().resource_arns(arn).set_tag_keys(keys.clone()).send();
            self.write("RemoveTags", remove).await?;
        }
        Ok(())
    }
}

/// What a Describe call with ids answers. One missing id fails the whole call, so then each is asked for by itself.
pub(crate) async fn batch<T, Asked>(ids: &[String], ask: impl Fn(Vec<String>) -> Asked) -> Result<Vec<T>>
where
    Asked: Future<Output = Result<Vec<T>>>,
{
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(all) = found(ask(ids.to_vec()).await)? {
        return Ok(all);
    }
    let mut all = Vec::new();
    if ids.len() > 1 {
        for id in ids {
            all.extend(found(ask(vec![id.clone()]).await)?.unwrap_or_default());
        }
    }
    Ok(all)
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(NOT_FOUND, result)
}

/// The tags of a create call: the owner's and the program's.
pub(crate) fn create_tags(owner: &Owner, declared: &Tags) -> Result<Option<Vec<Tag>>> {
    Ok(Some(sdk_tags(&tags::for_create(owner, declared)?)))
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// A number in the form that the service wants.
pub(crate) fn small(number: Option<i64>) -> Option<i32> {
    number.and_then(|number| number.try_into().ok())
}

/// A list, unless it is empty: the service refuses empty lists.
pub(crate) fn given(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// What CloudWatch calls an object: its ARN from the word on.
pub(crate) fn suffix(arn: &str, after: &str) -> String {
    arn.split_once(after).map_or(arn, |(_, suffix)| suffix).to_owned()
}
