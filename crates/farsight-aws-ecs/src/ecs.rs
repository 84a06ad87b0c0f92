//! What the types share: the client, tags, faults.

use crate::wire::{call, list, text};
use aws_sdk_ecs::Client;
use farsight_aws_client::service;
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_provider::{Error, Fault, Owner, Result};
use serde_json::{Value as Json, json};

service! {
    /// The client on a connection.
    Ecs, Client, "ecs"
}

impl Ecs {
    /// Changes the tags of an object.
    pub(crate) async fn retag(&self, arn: &str, change: &TagChange) -> Result<()> {
        if !change.set.is_empty() {
            let body = json!({ "resourceArn": arn, "tags": tag_list(&change.set) });
            call!(self, Write, tag_resource, "TagResource", body)?;
        }
        if !change.unset.is_empty() {
            let body = json!({ "resourceArn": arn, "tagKeys": change.unset });
            call!(self, Write, untag_resource, "UntagResource", body)?;
        }
        Ok(())
    }

    /// Clusters with everything about them, those that are gone left out.
    pub(crate) async fn clusters(&self, names: &[String]) -> Result<Vec<Json>> {
        let body = json!({ "clusters": names, "include": ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "TAGS"] });
        let answer = call!(self, Read, describe_clusters, "DescribeClusters", body)?;
        let there = list(&answer, "clusters").iter().filter(|cluster| text(cluster, "status") != "INACTIVE");
        Ok(there.cloned().collect())
    }
}

/// The tags of a create call.
pub(crate) fn create_tags(owner: &Owner, declared: &Tags) -> Result<Json> {
    Ok(tag_list(&tags::for_create(owner, declared)?))
}

/// Tags as ECS takes them.
pub(crate) fn tag_list(tags: &Tags) -> Json {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

/// All tags of an object, farsight's own too.
pub(crate) fn all_tags(object: &Json) -> Tags {
    let tag = |tag: &Json| (text(tag, "key").to_owned(), text(tag, "value").to_owned());
    list(object, "tags").iter().map(tag).collect()
}

/// Nothing instead of a failure with this code.
pub(crate) fn unless<T>(code: &str, result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code.as_deref() == Some(code) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The failure with another meaning, if it has this code.
pub(crate) fn meaning<T>(code: &str, fault: Fault, result: Result<T>) -> Result<T> {
    result.map_err(|mut error| {
        if error.code.as_deref() == Some(code) {
            error.fault = fault;
        }
        error
    })
}

/// The text at a key of an answer that must have it; without it the call may still have been done.
pub(crate) fn must(object: &Json, key: &str, operation: &str) -> Result<String> {
    match text(object, key) {
        "" => Err(Error::new(Fault::Unknown, format!("{operation} answered without `{key}`"))),
        there => Ok(there.to_owned()),
    }
}
