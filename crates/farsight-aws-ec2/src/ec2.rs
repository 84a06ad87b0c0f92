//! The connection to EC2, and what all its types do alike.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, Tag, TagSpecification};
use farsight_aws_client::service;
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_provider::{Error, Owner, Result, Settle, mins, secs};

/// How objects are watched that settle at once or within seconds; deletes wait for network interfaces that vanish late.
pub(crate) const SOON: Settle = Settle { every: secs(2), within: mins(10) };

/// Ids that one Describe call takes in a filter (aws catalogue, section 4).
pub(crate) const BATCH: usize = 200;

service! {
    /// A connection to EC2. Clones share everything.
    Ec2, Client, "ec2"
}

impl Ec2 {
    /// Brings the tags of an object to what is wanted.
    pub async fn retag(&self, id: &str, change: &TagChange) -> Result<()> {
        if !change.set.is_empty() {
            let set = sdk_tags(&change.set);
            self.write("CreateTags", || self.client.create_tags().resources(id).set_tags(Some(set.clone())).send())
                .await?;
        }
        if !change.unset.is_empty() {
            let unset: Vec<Tag> = change.unset.iter().map(|key| Tag::builder().key(key).build()).collect();
            self.write("DeleteTags", || self.client.delete_tags().resources(id).set_tags(Some(unset.clone())).send())
                .await?;
        }
        Ok(())
    }
}

/// The tags of a create call: the owner's and the program's.
pub(crate) fn tagged(kind: ResourceType, owner: &Owner, declared: &Tags) -> Result<TagSpecification> {
    let all = tags::for_create(owner, declared)?;
    Ok(TagSpecification::builder().resource_type(kind).set_tags(Some(sdk_tags(&all))).build())
}

/// Tags in the SDK's form.
pub(crate) fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags that programs see.
pub(crate) fn seen_tags(tags: Option<&[Tag]>) -> Tags {
    tags::observed(all_tags(tags))
}

/// All tags, also those of farsight and AWS.
pub(crate) fn all_tags(tags: Option<&[Tag]>) -> Tags {
    let pairs = tags.unwrap_or_default().iter();
    pairs.map(|tag| (tag.key().unwrap_or_default().to_owned(), tag.value().unwrap_or_default().to_owned())).collect()
}

/// A truth value in the form that attributes want.
pub(crate) fn truth(value: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value).build()
}

/// A number in the form that EC2 wants.
pub(crate) fn small(number: Option<i64>) -> Option<i32> {
    number.and_then(|number| number.try_into().ok())
}

/// Whether a call failed with this code.
pub(crate) fn failed_with(error: &Error, codes: &[&str]) -> bool {
    error.code.as_deref().is_some_and(|code| codes.contains(&code))
}

/// A call whose failure with one of these codes means that there was nothing to do.
pub(crate) fn unless<T>(outcome: Result<T>, codes: &[&str]) -> Result<()> {
    match outcome {
        Err(error) if !failed_with(&error, codes) => Err(error),
        _ => Ok(()),
    }
}

/// What is in `a` and not in `b`.
pub(crate) fn beyond(a: &[String], b: &[String]) -> Vec<String> {
    a.iter().filter(|item| !b.contains(item)).cloned().collect()
}
