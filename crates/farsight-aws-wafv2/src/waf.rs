//! What the types share: the client, tags, faults. WAF speaks JSON 1.1; its types nest too deep to spell them out twice.

use aws_sdk_wafv2::Client;
use farsight_aws_client::json::{list, text};
use farsight_aws_client::tags::{TagChange, Tags};
use farsight_aws_client::{call_json, service, unless};
use farsight_provider::{Fault, Result, Settle, mins, secs};
use serde_json::{Value as Json, json};

/// Everything here is done at once, but it may take minutes until WAF knows what was made a moment ago.
pub(crate) const SETTLE: Settle = Settle { every: secs(3), within: mins(15) };

/// What the service's codes mean to both types.
pub(crate) const FAULTS: &[(&str, Fault)] = &[
    // A load balancer goes on using a web ACL for a while after it let go of it.
    ("WAFAssociatedItemException", Fault::Busy),
    ("WAFDuplicateItemException", Fault::Exists),
    ("WAFLimitsExceededException", Fault::Quota),
    ("WAFNonexistentItemException", Fault::Lag),
    // Somebody else's change came between reading and writing.
    ("WAFOptimisticLockException", Fault::Busy),
    ("WAFTagOperationException", Fault::Busy),
    // What was made a moment ago is not known everywhere.
    ("WAFUnavailableEntityException", Fault::Lag),
];

const NOT_FOUND: &[&str] = &["WAFNonexistentItemException"];

service! {
    /// The client on a connection.
    Waf, Client, "wafv2"
}

impl Waf {
    /// A web ACL with its lock token; nothing if there is none.
    pub(crate) async fn web_acl(&self, name: &str, id: &str, scope: &str) -> Result<Option<Json>> {
        let body = json!({ "Name": name, "Id": id, "Scope": scope });
        found(call_json!(self, "wafv2", Read, get_web_acl, "GetWebACL", body))
    }

    /// The web ACL before a resource; nothing if there is none.
    pub(crate) async fn web_acl_of(&self, resource: &str) -> Result<Option<Json>> {
        let body = json!({ "ResourceArn": resource });
        let answer = call_json!(self, "wafv2", Read, get_web_acl_for_resource, "GetWebACLForResource", body);
        Ok(found(answer)?.map(|mut answer| answer["WebACL"].take()).filter(|acl| !acl.is_null()))
    }

    /// All tags of an object; nothing if it went in the meantime.
    pub(crate) async fn tags(&self, arn: &str) -> Result<Option<Tags>> {
        // An object has at most 50 tags, which one page of 100 holds.
        let body = json!({ "ResourceARN": arn, "Limit": 100 });
        let answer = found(call_json!(self, "wafv2", Read, list_tags_for_resource, "ListTagsForResource", body))?;
        let pair = |tag: &Json| (text(tag, "Key").to_owned(), text(tag, "Value").to_owned());
        Ok(answer.map(|answer| list(&answer["TagInfoForResource"], "TagList").iter().map(pair).collect()))
    }

    /// Brings the tags of an object to what is wanted.
    pub(crate) async fn retag(&self, arn: &str, change: &TagChange) -> Result<()> {
        if !change.set.is_empty() {
            let body = json!({ "ResourceARN": arn, "Tags": tag_list(&change.set) });
            call_json!(self, "wafv2", Write, tag_resource, "TagResource", body)?;
        }
        if !change.unset.is_empty() {
            let body = json!({ "ResourceARN": arn, "TagKeys": change.unset });
            call_json!(self, "wafv2", Write, untag_resource, "UntagResource", body)?;
        }
        Ok(())
    }
}

/// Tags as WAF takes them.
pub(crate) fn tag_list(tags: &Tags) -> Json {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(NOT_FOUND, result)
}
