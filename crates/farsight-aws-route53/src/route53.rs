//! What the types share: the client, zones, tags and names.

use aws_sdk_route53::Client;
use aws_sdk_route53::operation::get_hosted_zone::GetHostedZoneOutput;
use aws_sdk_route53::types::{HostedZone, Tag, TagResourceType};
use farsight_aws_client::tags::Tags;
use farsight_aws_client::{service, unless};
use farsight_provider::Result;
use std::collections::BTreeMap;

service! {
    /// The client on a connection.
    Route53, Client, "route53"
}

/// What AWS says of a zone that is not there.
pub(crate) const NO_ZONE: &str = "NoSuchHostedZone";

/// Zones whose tags one call tells.
pub(crate) const TAG_BATCH: usize = 10;

/// The ARN of a zone, which is of no account and no region.
pub(crate) fn zone_arn(route53: &Route53, id: &str) -> String {
    format!("arn:{}:route53:::hostedzone/{id}", route53.aws.partition())
}

/// The id of a zone without what answers put before it.
pub(crate) fn bare_id(id: &str) -> &str {
    id.trim_start_matches("/hostedzone/")
}

/// A zone with its networks and name servers; nothing if there is none.
pub(crate) async fn get_zone(route53: &Route53, id: &str) -> Result<Option<GetHostedZoneOutput>> {
    let get = || route53.client.get_hosted_zone().id(id).send();
    unless(&[NO_ZONE], route53.read("GetHostedZone", get).await)
}

/// All zones of a domain, public and private; names are not unique.
pub(crate) async fn zones_of(route53: &Route53, domain: &str) -> Result<Vec<HostedZone>> {
    let domain = plain_name(domain);
    let (mut found, mut from) = (Vec::new(), (domain.clone(), None));
    loop {
        let list = || {
            let call = route53.client.list_hosted_zones_by_name().dns_name(&from.0);
            call.set_hosted_zone_id(from.1.clone()).send()
        };
        let page = route53.read("ListHostedZonesByName", list).await?;
        // The list begins with the domain and goes on in the order of names.
        let count = page.hosted_zones.len();
        found.extend(page.hosted_zones.into_iter().filter(|zone| plain_name(zone.name()) == domain));
        match (page.is_truncated, page.next_dns_name) {
            (true, Some(next)) if count > 0 && plain_name(&next) == domain => from = (next, page.next_hosted_zone_id),
            _ => return Ok(found),
        }
    }
}

/// The tags of zones that are there.
pub(crate) async fn zone_tags(route53: &Route53, ids: &[String]) -> Result<BTreeMap<String, Tags>> {
    let mut all = BTreeMap::new();
    for ids in ids.chunks(TAG_BATCH) {
        let list = || {
            let call = route53.client.list_tags_for_resources().resource_type(TagResourceType::Hostedzone);
            call.set_resource_ids(Some(ids.to_vec())).send()
        };
        let answer = unless(&[NO_ZONE], route53.read("ListTagsForResources", list).await)?;
        for set in answer.map(|answer| answer.resource_tag_sets).unwrap_or_default() {
            let pair = |tag: Tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
            let tags = set.tags.unwrap_or_default().into_iter().map(pair).collect();
            all.insert(set.resource_id.unwrap_or_default(), tags);
        }
    }
    Ok(all)
}

/// A name as programs have it: in lower case, without a dot at its end, `*` for the `\052` of answers.
pub(crate) fn plain_name(name: &str) -> String {
    let (mut plain, mut rest) = (String::new(), name.trim_end_matches('.'));
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let code = after.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        if let Some(code) = code.filter(u8::is_ascii) {
            plain.push(char::from(code));
            rest = &after[3..];
        } else {
            plain.push('\\');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects records of wildcards: Route 53 answers them in another spelling.
    #[test]
    fn names_are_compared_in_one_spelling() {
        assert_eq!(plain_name(r"\052.Example.com."), "*.example.com");
        assert_eq!(plain_name(r"a\.b\"), r"a\.b\");
        assert_eq!(plain_name("_x.example.com"), "_x.example.com");
    }
}
