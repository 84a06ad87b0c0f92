//! Security group rules: alike for rules inside a group and rules of their own, in both directions.
//!
//! Who a rule belongs to shows in its tags: rules of their own carry their owner's, those inside a group
//! [`INLINE`]. The rule that AWS puts on every new group has none.

use crate::ec2::{Ec2, all_tags, failed_with, sdk_tags};
use aws_sdk_ec2::types::builders::IpPermissionBuilder;
use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, SecurityGroupRule, SecurityGroupRuleRequest,
    SecurityGroupRuleUpdate, TagSpecification, UserIdGroupPair,
};
use farsight_aws_client::tags::{OP, Tags};
use farsight_aws_client::the_one;
use farsight_model::schema::canonical_cidr;
use farsight_provider::{Error, Fault, Result};
use std::collections::BTreeMap;

/// The tag of rules that are part of their group's own properties.
pub(crate) const INLINE: &str = "farsight:inline";

/// The codes of rules that are not there.
pub(crate) const NO_RULE: &[&str] = &["InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound"];

/// Which way traffic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    In,
    Out,
}

/// Where traffic comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    V4(String),
    V6(String),
    PrefixList(String),
    /// A group, with `account/` before it if it is another account's.
    Group(String),
}

/// A rule in AWS's spelling, so that equal rules are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub protocol: String,
    /// Ports, or ICMP type and code; `None` for protocols without.
    pub ports: Option<(i32, i32)>,
    pub peer: Peer,
    pub description: Option<String>,
}

impl Rule {
    /// Whether two rules let the same traffic through; AWS refuses a second one.
    pub fn is_twin_of(&self, other: &Rule) -> bool {
        self.protocol == other.protocol && self.ports == other.ports && self.peer == other.peer
    }

    /// A rule as AWS tells it; `None` for a rule without a peer.
    pub fn of_sdk(rule: &SecurityGroupRule) -> Option<Self> {
        let (protocol, ports) = traffic(rule);
        Some(Self { protocol, ports, peer: Peer::of_sdk(rule)?, description: text(rule.description.as_ref()) })
    }

    fn request(&self) -> SecurityGroupRuleRequest {
        let mut request = SecurityGroupRuleRequest::builder().ip_protocol(&self.protocol);
        if let Some((from, to)) = self.ports {
            request = request.from_port(from).to_port(to);
        }
        let request = match &self.peer {
            Peer::V4(range) => request.cidr_ipv4(range),
            Peer::V6(range) => request.cidr_ipv6(range),
            Peer::PrefixList(id) => request.prefix_list_id(id),
            Peer::Group(group) => request.referenced_group_id(account_and_group(group).1),
        };
        request.set_description(self.description.clone()).build()
    }
}

impl Peer {
    /// Where a rule comes from or leads to, if it tells.
    pub fn of_sdk(rule: &SecurityGroupRule) -> Option<Self> {
        if let Some(range) = text(rule.cidr_ipv4.as_ref()) {
            return Some(Peer::V4(canonical(&range)));
        }
        if let Some(range) = text(rule.cidr_ipv6.as_ref()) {
            return Some(Peer::V6(canonical(&range)));
        }
        if let Some(list) = text(rule.prefix_list_id.as_ref()) {
            return Some(Peer::PrefixList(list));
        }
        let group = rule.referenced_group_info()?;
        let id = group.group_id()?;
        Some(match (group.user_id(), rule.group_owner_id()) {
            (Some(user), Some(owner)) if !user.is_empty() && user != owner => Peer::Group(format!("{user}/{id}")),
            _ => Peer::Group(id.to_owned()),
        })
    }
}

/// The protocol and the ports of a rule.
pub(crate) fn traffic(rule: &SecurityGroupRule) -> (String, Option<(i32, i32)>) {
    let protocol = protocol_name(rule.ip_protocol().unwrap_or("-1"));
    let ports = has_ports(&protocol).then(|| rule.from_port.zip(rule.to_port)).flatten();
    (protocol, ports)
}

/// A text that AWS leaves out or answers empty when there is none.
pub(crate) fn text(value: Option<&String>) -> Option<String> {
    value.filter(|value| !value.is_empty()).cloned()
}

/// Rules in the form of a call: one permission per protocol and ports.
fn permissions(rules: &[Rule]) -> Vec<IpPermission> {
    let mut all: BTreeMap<_, IpPermissionBuilder> = BTreeMap::new();
    for rule in rules {
        let permission = all.remove(&(rule.protocol.as_str(), rule.ports)).unwrap_or_else(|| {
            let (from, to) = rule.ports.unzip();
            IpPermission::builder().ip_protocol(&rule.protocol).set_from_port(from).set_to_port(to)
        });
        let words = rule.description.clone();
        let permission = match &rule.peer {
            Peer::V4(range) => permission.ip_ranges(IpRange::builder().cidr_ip(range).set_description(words).build()),
            Peer::V6(range) => {
                permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(range).set_description(words).build())
            }
            Peer::PrefixList(id) => {
                permission.prefix_list_ids(PrefixListId::builder().prefix_list_id(id).set_description(words).build())
            }
            Peer::Group(group) => {
                let (account, id) = account_and_group(group);
                let pair = UserIdGroupPair::builder().group_id(id).set_user_id(account).set_description(words);
                permission.user_id_group_pairs(pair.build())
            }
        };
        all.insert((rule.protocol.as_str(), rule.ports), permission);
    }
    all.into_values().map(IpPermissionBuilder::build).collect()
}

/// Ports as a rule has them: protocols without ports must be given none.
pub(crate) fn ports(protocol: &str, from: Option<i64>, to: Option<i64>) -> Result<Option<(i32, i32)>> {
    let number = |port: i64| i32::try_from(port).map_err(|_| Error::new(Fault::Rejected, format!("{port} is no port")));
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) if has_ports(protocol) => Ok(Some((number(from)?, number(to)?))),
        (Some(_), Some(_)) => {
            let message = format!("the protocol {protocol} has no ports: leave `fromPort` and `toPort` out");
            Err(Error::new(Fault::Rejected, message))
        }
        _ => Err(Error::new(Fault::Rejected, "`fromPort` and `toPort` go together")),
    }
}

/// Only these protocols have ports; AWS ignores ports given with any other.
pub(crate) fn has_ports(protocol: &str) -> bool {
    matches!(protocol, "tcp" | "udp" | "icmp" | "icmpv6")
}

/// A protocol as AWS answers it.
pub(crate) fn protocol_name(text: &str) -> String {
    match text.to_lowercase().as_str() {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "58" => "icmpv6".to_owned(),
        "all" => "-1".to_owned(),
        other => other.to_owned(),
    }
}

/// A range as AWS answers it.
pub(crate) fn canonical(range: &str) -> String {
    canonical_cidr(range).unwrap_or_else(|| range.to_owned())
}

fn account_and_group(group: &str) -> (Option<String>, &str) {
    match group.split_once('/') {
        Some((account, id)) => (Some(account.to_owned()), id),
        None => (None, group),
    }
}

/// Whether this is the rule that AWS puts on every new group, for IPv4 or IPv6: all traffic may leave.
pub(crate) fn is_aws_default(rule: &SecurityGroupRule) -> bool {
    let any = match Rule::of_sdk(rule) {
        Some(Rule { protocol, peer: Peer::V4(range) | Peer::V6(range), description: None, .. }) => {
            protocol == "-1" && (range == "0.0.0.0/0" || range == "::/0")
        }
        _ => false,
    };
    any && rule.is_egress == Some(true) && all_tags(rule.tags.as_deref()).is_empty()
}

/// Whether the rule is a resource of its own.
pub(crate) fn stands_alone(rule: &SecurityGroupRule) -> bool {
    all_tags(rule.tags.as_deref()).contains_key(OP)
}

/// Whether the rule is for this way.
pub(crate) fn goes(rule: &SecurityGroupRule, way: Way) -> bool {
    rule.is_egress.unwrap_or(false) == (way == Way::Out)
}

/// The ids of rules.
pub(crate) fn ids<'a>(rules: impl IntoIterator<Item = &'a SecurityGroupRule>) -> Vec<String> {
    rules.into_iter().filter_map(|rule| rule.security_group_rule_id.clone()).collect()
}

impl Ec2 {
    /// All rules of a group.
    pub async fn rules_of(&self, group: &str) -> Result<Vec<SecurityGroupRule>> {
        let found = self.rules("group-id", &[group.to_owned()], &[]).await?;
        Ok(found.into_iter().filter(|rule| rule.group_id() == Some(group)).collect())
    }

    /// Puts rules on a group, all or none; gives the first one's id.
    pub async fn authorize(&self, way: Way, group: &str, rules: &[Rule], tags: &Tags) -> Result<String> {
        let permissions = permissions(rules);
        let tags = (!tags.is_empty()).then(|| {
            let kind = ResourceType::SecurityGroupRule;
            vec![TagSpecification::builder().resource_type(kind).set_tags(Some(sdk_tags(tags))).build()]
        });
        let (operation, made) = match way {
            Way::In => {
                let call = self.client.authorize_security_group_ingress().group_id(group);
                let call = call.set_ip_permissions(Some(permissions)).set_tag_specifications(tags);
                let operation = "AuthorizeSecurityGroupIngress";
                (operation, self.write(operation, || call.clone().send()).await?.security_group_rules)
            }
            Way::Out => {
                let call = self.client.authorize_security_group_egress().group_id(group);
                let call = call.set_ip_permissions(Some(permissions)).set_tag_specifications(tags);
                let operation = "AuthorizeSecurityGroupEgress";
                (operation, self.write(operation, || call.clone().send()).await?.security_group_rules)
            }
        };
        the_one(made.unwrap_or_default().into_iter().next().and_then(|rule| rule.security_group_rule_id), operation)
    }

    /// Takes rules off a group.
    pub async fn revoke(&self, way: Way, group: &str, rules: Vec<String>) -> Result<()> {
        if rules.is_empty() {
            return Ok(());
        }
        match way {
            Way::In => {
                let call = self.client.revoke_security_group_ingress().group_id(group);
                let call = call.set_security_group_rule_ids(Some(rules));
                self.write("RevokeSecurityGroupIngress", || call.clone().send()).await.map(|_| ())
            }
            Way::Out => {
                let call = self.client.revoke_security_group_egress().group_id(group);
                let call = call.set_security_group_rule_ids(Some(rules));
                self.write("RevokeSecurityGroupEgress", || call.clone().send()).await.map(|_| ())
            }
        }
    }

    /// Makes a rule another one, without a gap. The kind of its peer must stay: AWS cannot change that.
    pub async fn modify(&self, group: &str, id: &str, rule: &Rule) -> Result<()> {
        let update = SecurityGroupRuleUpdate::builder().security_group_rule_id(id).security_group_rule(rule.request());
        let call = self.client.modify_security_group_rules().group_id(group).security_group_rules(update.build());
        self.write("ModifySecurityGroupRules", || call.clone().send()).await.map(|_| ())
    }

    /// Puts a rule on a group, or takes the one that is there: an update may come twice.
    pub async fn authorize_once(&self, way: Way, group: &str, rule: &Rule, tags: &Tags) -> Result<String> {
        match self.authorize(way, group, std::slice::from_ref(rule), tags).await {
            Err(error) if failed_with(&error, &["InvalidPermission.Duplicate"]) => {
                let there = self.rules_of(group).await?;
                let twin = there.iter().filter(|there| goes(there, way)).find(|there| {
                    Rule::of_sdk(there).is_some_and(|there| there.is_twin_of(rule))
                        && all_tags(there.tags.as_deref()).get(OP) == tags.get(OP)
                });
                twin.and_then(|twin| twin.security_group_rule_id.clone()).ok_or(error)
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::Tag;

    fn all_out() -> SecurityGroupRule {
        SecurityGroupRule::builder()
            .is_egress(true)
            .ip_protocol("-1")
            .from_port(-1)
            .to_port(-1)
            .cidr_ipv4("0.0.0.0/0")
            .build()
    }

    /// Protects users from open groups, and their own rules from being taken for AWS's.
    #[test]
    fn only_the_untagged_rule_is_aws_own() {
        assert!(is_aws_default(&all_out()));
        let mut tagged = all_out();
        tagged.tags = Some(vec![Tag::builder().key(OP).value("1").build()]);
        assert!(!is_aws_default(&tagged));
        let mut named = all_out();
        named.description = Some("all".into());
        assert!(!is_aws_default(&named));
        let mut inwards = all_out();
        inwards.is_egress = Some(false);
        assert!(!is_aws_default(&inwards));
    }

    #[test]
    fn rules_are_read_in_one_spelling() {
        let rule =
            SecurityGroupRule::builder().ip_protocol("6").from_port(80).to_port(81).cidr_ipv4("10.0.0.7/8").build();
        let rule = Rule::of_sdk(&rule).unwrap();
        assert_eq!((rule.protocol.as_str(), rule.ports), ("tcp", Some((80, 81))));
        assert_eq!(rule.peer, Peer::V4("10.0.0.0/8".into()));
        assert_eq!(Rule::of_sdk(&all_out()).unwrap().ports, None);
    }

    #[test]
    fn protocols_without_ports_take_none() {
        assert!(ports("-1", Some(0), Some(0)).is_err());
        assert!(ports("tcp", Some(1), None).is_err());
        assert_eq!(ports("tcp", Some(1), Some(2)).unwrap(), Some((1, 2)));
        assert_eq!(ports("-1", None, None).unwrap(), None);
    }
}
