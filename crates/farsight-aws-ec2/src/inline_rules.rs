//! Rules as blocks of their group: taken apart into single rules, and put together again.

use crate::ec2::{Ec2, failed_with, unless};
use crate::rules::{
    INLINE, NO_RULE, Peer, Rule, Way, canonical, goes, has_ports, is_aws_default, protocol_name, stands_alone,
};
use aws_sdk_ec2::types::SecurityGroupRule;
use farsight_aws::ec2::InlineRule;
use farsight_aws_client::tags::Tags;
use farsight_provider::{Error, Fault, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The rules of a group that its own blocks are about.
pub(crate) fn inline(rules: &[SecurityGroupRule], way: Way) -> impl Iterator<Item = &SecurityGroupRule> {
    rules.iter().filter(move |rule| goes(rule, way) && !stands_alone(rule) && !is_aws_default(rule))
}

/// Blocks as single rules. `group` is the group itself.
pub(crate) fn apart(blocks: &[InlineRule], group: &str) -> Result<Vec<Rule>> {
    let refuse = |message: String| Error::new(Fault::Rejected, message);
    let mut kinds = BTreeSet::new();
    let mut rules = Vec::new();
    for block in blocks {
        let protocol = protocol_name(&block.protocol);
        let ports = if has_ports(&protocol) {
            let port = |port: i64| i32::try_from(port).map_err(|_| refuse(format!("{port} is no port")));
            Some((port(block.from_port)?, port(block.to_port)?))
        } else if (block.from_port, block.to_port) == (0, 0) {
            None
        } else {
            return Err(refuse(format!("the protocol {protocol} has no ports: `fromPort` and `toPort` must be 0")));
        };
        let description = block.description.clone().filter(|words| !words.is_empty());
        if !kinds.insert((protocol.clone(), ports, description.clone())) {
            return Err(refuse(format!("two blocks have the protocol {protocol} and the same ports: make them one")));
        }
        if block.security_groups.iter().any(|other| other == group) {
            return Err(refuse("the group itself is meant by `self`, not by its id".to_owned()));
        }
        let mut peers: Vec<Peer> = block.cidr_blocks.iter().map(|range| Peer::V4(canonical(range))).collect();
        peers.extend(block.ipv6_cidr_blocks.iter().map(|range| Peer::V6(canonical(range))));
        peers.extend(block.prefix_list_ids.iter().cloned().map(Peer::PrefixList));
        peers.extend(block.security_groups.iter().cloned().map(Peer::Group));
        peers.extend(block.include_self.then(|| Peer::Group(group.to_owned())));
        if peers.is_empty() {
            return Err(refuse(format!("the block for the protocol {protocol} names no range, no list and no group")));
        }
        rules.extend(peers.into_iter().map(|peer| Rule {
            protocol: protocol.clone(),
            ports,
            peer,
            description: description.clone(),
        }));
    }
    Ok(rules)
}

/// Single rules as blocks, one per protocol, ports and description.
pub(crate) fn together(rules: impl IntoIterator<Item = Rule>, group: &str) -> Vec<InlineRule> {
    let mut blocks: BTreeMap<_, InlineRule> = BTreeMap::new();
    for rule in rules {
        let (from, to) = rule.ports.unwrap_or((0, 0));
        let key = (rule.protocol.clone(), rule.ports, rule.description.clone());
        let block = blocks.entry(key).or_insert_with(|| InlineRule {
            from_port: from.into(),
            protocol: rule.protocol,
            to_port: to.into(),
            cidr_blocks: Vec::new(),
            description: rule.description,
            ipv6_cidr_blocks: Vec::new(),
            prefix_list_ids: Vec::new(),
            security_groups: Vec::new(),
            include_self: false,
        });
        match rule.peer {
            Peer::V4(range) => block.cidr_blocks.push(range),
            Peer::V6(range) => block.ipv6_cidr_blocks.push(range),
            Peer::PrefixList(list) => block.prefix_list_ids.push(list),
            Peer::Group(other) if other == group => block.include_self = true,
            Peer::Group(other) => block.security_groups.push(other),
        }
    }
    blocks.into_values().collect()
}

impl Ec2 {
    /// Brings a group's own rules of one way to what its blocks say: new ones before old ones go, so there is no gap.
    pub async fn sync(&self, way: Way, group: &str, now: &[SecurityGroupRule], blocks: &[InlineRule]) -> Result<()> {
        let wanted = apart(blocks, group)?;
        let are: Vec<(String, Rule)> = inline(now, way)
            .filter_map(|rule| Some((rule.security_group_rule_id.clone()?, Rule::of_sdk(rule)?)))
            .collect();
        let missing: Vec<Rule> =
            wanted.iter().filter(|rule| !are.iter().any(|(_, old)| old.is_twin_of(rule))).cloned().collect();
        if !missing.is_empty() {
            let tags = Tags::from([(INLINE.to_owned(), "true".to_owned())]);
            self.authorize(way, group, &missing, &tags).await.map_err(|error| {
                // The group itself was just read: the missing one is a peer, and not visible yet.
                let peer = failed_with(&error, &["InvalidGroup.NotFound"]);
                if peer { Error { fault: Fault::Lag, code: None, ..error } } else { error }
            })?;
        }
        let mut surplus = Vec::new();
        for (id, old) in are {
            match wanted.iter().find(|rule| old.is_twin_of(rule)) {
                None => surplus.push(id),
                Some(rule) if rule.description != old.description => self.modify(group, &id, rule).await?,
                Some(_) => {}
            }
        }
        unless(self.revoke(way, group, surplus).await, NO_RULE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(protocol: &str, port: i64, ranges: &[&str]) -> InlineRule {
        InlineRule {
            from_port: port,
            protocol: protocol.into(),
            to_port: port,
            cidr_blocks: ranges.iter().map(|range| (*range).to_owned()).collect(),
            description: None,
            ipv6_cidr_blocks: Vec::new(),
            prefix_list_ids: Vec::new(),
            security_groups: Vec::new(),
            include_self: false,
        }
    }

    /// Protects an untouched group from false drift: what was written is what is read.
    #[test]
    fn blocks_survive_the_way_there_and_back() {
        let mut blocks = vec![block("-1", 0, &["0.0.0.0/0"]), block("tcp", 80, &["10.0.0.0/8", "11.0.0.0/8"])];
        blocks[1].include_self = true;
        blocks[1].security_groups = vec!["sg-2".into()];
        blocks[1].description = Some("web".into());
        assert_eq!(together(apart(&blocks, "sg-1").unwrap(), "sg-1"), blocks);
    }

    #[test]
    fn blocks_that_could_not_be_read_back_are_refused() {
        let two = [block("tcp", 80, &["10.0.0.0/8"]), block("6", 80, &["11.0.0.0/8"])];
        assert!(apart(&two, "sg-1").is_err());
        assert!(apart(&[block("tcp", 80, &[])], "sg-1").is_err());
        assert!(apart(&[block("-1", 80, &["10.0.0.0/8"])], "sg-1").is_err());
        let mut own = block("tcp", 80, &[]);
        own.security_groups = vec!["sg-1".into()];
        assert!(apart(&[own], "sg-1").is_err());
    }
}
