//! What the types share: the client, "not found", tags.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::{service, unless};
use farsight_provider::{Error, Fault, Owner, Result, Settle, mins, secs};

/// IAM answers at once, and its other regions some seconds later.
pub(crate) const SETTLE: Settle = Settle { every: secs(2), within: mins(2) };

const NOT_FOUND: &str = "NoSuchEntity";

service! {
    /// The client on a connection.
    Iam, Client, "iam"
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(&[NOT_FOUND], result)
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

/// The tags of a create call.
pub(crate) fn create_tags(owner: &Owner, declared: &Tags) -> Result<Vec<Tag>> {
    tag_list(tags::for_create(owner, declared)?)
}

/// Tags as IAM takes them.
pub(crate) fn tag_list(tags: Tags) -> Result<Vec<Tag>> {
    tags.into_iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| Error::new(Fault::Rejected, error.to_string()))
}

/// The tags that programs see.
pub(crate) fn observed_tags(tags: &[Tag]) -> Tags {
    tags::observed(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())))
}

/// Whether the tags are the owner's.
pub(crate) fn is_owned(tags: &[Tag], owner: &Owner) -> bool {
    let all = tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    tags::is_ours(&all, owner)
}
