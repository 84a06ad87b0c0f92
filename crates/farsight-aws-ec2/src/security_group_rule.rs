//! `aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule` and
//! `aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule`: the same but for the way.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, SOON, all_tags, failed_with, seen_tags, unless};
use crate::rules::{self, NO_RULE, Peer, Rule, Way};
use crate::strays::{BY_STACK, Strays, stack};
use aws_sdk_ec2::types::SecurityGroupRule;
use farsight_aws::ec2::{
    SecurityGroup, SecurityGroupEgressRule, SecurityGroupEgressRuleArgs, SecurityGroupEgressRuleOutputs,
    SecurityGroupIngressRule, SecurityGroupIngressRuleArgs, SecurityGroupIngressRuleOutputs,
};
use farsight_aws_client::in_order;
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::{BTreeMap, BTreeSet};

/// The arguments of both types.
struct Args {
    group: String,
    protocol: String,
    from: Option<i64>,
    to: Option<i64>,
    v4: Option<String>,
    v6: Option<String>,
    prefix_list: Option<String>,
    referenced: Option<String>,
    description: Option<String>,
    tags: Tags,
}

impl Args {
    fn rule(&self) -> Result<Rule> {
        let protocol = rules::protocol_name(&self.protocol);
        let ports = rules::ports(&protocol, self.from, self.to)?;
        let peer = match (&self.v4, &self.v6, &self.prefix_list, &self.referenced) {
            (Some(range), ..) => Peer::V4(rules::canonical(range)),
            (_, Some(range), ..) => Peer::V6(rules::canonical(range)),
            (_, _, Some(list), _) => Peer::PrefixList(list.clone()),
            (.., Some(group)) => Peer::Group(group.clone()),
            _ => return Err(Error::new(Fault::Rejected, "a rule needs a range, a prefix list or a group")),
        };
        Ok(Rule { protocol, ports, peer, description: self.description.clone() })
    }

    fn of_sdk(rule: &SecurityGroupRule) -> Option<Self> {
        let (protocol, ports) = rules::traffic(rule);
        let mut args = Self {
            group: rule.group_id.clone()?,
            protocol,
            from: ports.map(|(from, _)| from.into()),
            to: ports.map(|(_, to)| to.into()),
            v4: None,
            v6: None,
            prefix_list: None,
            referenced: None,
            description: rules::text(rule.description.as_ref()),
            tags: seen_tags(rule.tags.as_deref()),
        };
        match Peer::of_sdk(rule) {
            Some(Peer::V4(range)) => args.v4 = Some(range),
            Some(Peer::V6(range)) => args.v6 = Some(range),
            Some(Peer::PrefixList(list)) => args.prefix_list = Some(list),
            Some(Peer::Group(group)) => args.referenced = Some(group),
            // What the service does not tell is for the engine to compare.
            None => {}
        }
        Some(args)
    }
}

/// What makes a rule; a change of any is one call.
const SUBSTANCE: &[&str] = &[
    "cidrIpv4",
    "cidrIpv6",
    "description",
    "fromPort",
    "ipProtocol",
    "prefixListId",
    "referencedSecurityGroupId",
    "toPort",
];

impl Ec2 {
    async fn create_rule(&self, way: Way, owner: &Owner, args: &Args) -> Result<Id> {
        let tags = tags::for_create(owner, &args.tags)?;
        self.authorize(way, &args.group, &[args.rule()?], &tags).await
    }

    async fn rules_by_id(&self, way: Way, by: &str, values: &[String]) -> Result<BTreeMap<Id, SecurityGroupRule>> {
        let found = self.rules(by, values, &[]).await?.into_iter().filter(|rule| rules::goes(rule, way));
        Ok(found.filter_map(|rule| Some((rule.security_group_rule_id.clone()?, rule))).collect())
    }

    async fn update_rule(
        &self,
        way: Way,
        id: &Id,
        wanted: &Args,
        substance: bool,
        retag: TagChange,
    ) -> Result<Option<Id>> {
        self.retag(id, &retag).await?;
        if !substance {
            return Ok(None);
        }
        let rule = wanted.rule()?;
        let now = self.rules_by_id(way, "security-group-rule-id", std::slice::from_ref(id)).await?;
        let Some(now) = now.get(id) else { return Err(Error::gone(id)) };
        let old = Rule::of_sdk(now);
        if old.is_none_or(|old| std::mem::discriminant(&old.peer) == std::mem::discriminant(&rule.peer)) {
            self.modify(&wanted.group, id, &rule).await?;
            return Ok(None);
        }
        // Another kind of peer needs another rule: the new one first, so that there is no gap, with the same owner.
        let mut tags = all_tags(now.tags.as_deref());
        tags.retain(|key, _| !key.starts_with("aws:"));
        let new = self.authorize_once(way, &wanted.group, &rule, &tags).await?;
        unless(self.revoke(way, &wanted.group, vec![id.clone()]).await, NO_RULE)?;
        Ok(Some(new))
    }

    async fn delete_rule(&self, way: Way, id: &Id, group: &str) -> Result<()> {
        match self.revoke(way, group, vec![id.clone()]).await {
            // With the group, its rules are gone.
            Err(error) if failed_with(&error, &["InvalidGroup.NotFound"]) => Err(Error::gone(id)),
            other => other,
        }
    }

    /// Rules in the stack's groups, unless the group itself holds all its rules; and all with the stack's tags.
    async fn stray_rules(&self, way: Way, token: &'static str, scope: &Scope) -> Result<Vec<Stray>> {
        let property = if way == Way::In { "ingress" } else { "egress" };
        let groups: Vec<String> = scope
            .known
            .iter()
            .filter(|(token, _, reading)| token == SecurityGroup::SCHEMA.token && reading.get(property).is_none())
            .map(|(_, id, _)| id.clone())
            .collect();
        let inside: BTreeSet<&String> = groups.iter().collect();
        let mut strays = Strays::new(scope, token);
        for (by, values) in [(BY_STACK, stack(scope).to_vec()), ("group-id", groups.clone())] {
            for (id, rule) in self.rules_by_id(way, by, &values).await? {
                let group = rule.group_id.clone().unwrap_or_default();
                // AWS's own rule is the group's property `allowAllEgress`.
                if !rules::is_aws_default(&rule) && (by == BY_STACK || inside.contains(&group)) {
                    strays.add(Some(&id), format!("{property} rule in {group}"));
                }
            }
        }
        Ok(strays.found())
    }
}

macro_rules! rule_type {
    ($handler:ident, $resource:ident, $args:ident, $outputs:ident, $way:expr, $permissions:expr) => {
        pub(crate) struct $handler {
            pub ec2: Ec2,
        }

        impl Handler for $handler {
            type Of = $resource;

            const POLICY: Policy = Policy {
                identity: Identity::NaturalKey,
                unique_key: &[
                    "securityGroupId",
                    "cidrIpv4",
                    "cidrIpv6",
                    "fromPort",
                    "ipProtocol",
                    "prefixListId",
                    "referencedSecurityGroupId",
                    "toPort",
                ],
                // Parallel changes of one group are refused (ConcurrentMutationLimitExceeded).
                serialize_by: Some("securityGroupId"),
                read_batch: BATCH,
                settle: SOON,
                faults: &[
                    ("InvalidPermission.NotFound", Fault::Gone),
                    ("InvalidSecurityGroupRuleId.NotFound", Fault::Gone),
                ],
                permissions: $permissions,
            };

            async fn create(&self, owner: &Owner, args: &$args) -> Result<Id> {
                self.ec2.create_rule($way, owner, &neutral(args)).await
            }

            async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<$resource>>> {
                let found = self.ec2.rules_by_id($way, "security-group-rule-id", ids).await?;
                Ok(in_order(ids, &found, seen))
            }

            async fn update(&self, id: &Id, change: Change<'_, $args>) -> Result<Option<Id>> {
                let retag = tags::changed(&change, &change.wanted.tags, &change.observed.tags)?;
                let substance = change.touches_any(SUBSTANCE);
                self.ec2.update_rule($way, id, &neutral(change.wanted), substance, retag).await
            }

            async fn delete(&self, id: &Id, args: &$args) -> Result<()> {
                self.ec2.delete_rule($way, id, &args.security_group_id).await
            }

            async fn find(&self, owner: &Owner, _: &$args) -> Result<Vec<Id>> {
                Ok(self.ec2.rules_by_id($way, BY_OP, &op(owner)).await?.into_keys().collect())
            }

            async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
                self.ec2.stray_rules($way, $resource::SCHEMA.token, scope).await
            }
        }

        const _: () = {
            impl From<&$args> for Args {
                fn from(args: &$args) -> Self {
                    Self {
                        group: args.security_group_id.clone(),
                        protocol: args.ip_protocol.clone(),
                        from: args.from_port,
                        to: args.to_port,
                        v4: args.cidr_ipv4.clone(),
                        v6: args.cidr_ipv6.clone(),
                        prefix_list: args.prefix_list_id.clone(),
                        referenced: args.referenced_security_group_id.clone(),
                        description: args.description.clone(),
                        tags: args.tags.clone(),
                    }
                }
            }

            impl SeenAs for $resource {
                fn ready(id: &str, arn: Option<String>, args: Args) -> Seen<Self> {
                    Seen::Ready {
                        args: $args {
                            ip_protocol: args.protocol,
                            security_group_id: args.group,
                            cidr_ipv4: args.v4,
                            cidr_ipv6: args.v6,
                            description: args.description,
                            from_port: args.from,
                            prefix_list_id: args.prefix_list,
                            referenced_security_group_id: args.referenced,
                            tags: args.tags,
                            to_port: args.to,
                        },
                        outputs: $outputs { arn, security_group_rule_id: id.to_owned() },
                    }
                }
            }
        };
    };
}

/// What the two types make of the arguments that they share.
trait SeenAs: Resource + Sized {
    fn ready(id: &str, arn: Option<String>, args: Args) -> Seen<Self>;
}

fn neutral<'a, T>(args: &'a T) -> Args
where
    Args: From<&'a T>,
{
    Args::from(args)
}

#[allow(clippy::ptr_arg, reason = "the form that `in_order` asks for")]
fn seen<R: SeenAs>(id: &Id, rule: &SecurityGroupRule) -> Seen<R> {
    match Args::of_sdk(rule) {
        Some(args) => R::ready(id, rule.security_group_rule_arn.clone(), args),
        None => Seen::Failed("the rule has no group".to_owned()),
    }
}

rule_type!(
    SecurityGroupIngressRuleHandler,
    SecurityGroupIngressRule,
    SecurityGroupIngressRuleArgs,
    SecurityGroupIngressRuleOutputs,
    Way::In,
    &[
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "ec2:DescribeSecurityGroupRules",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupIngress",
    ]
);

rule_type!(
    SecurityGroupEgressRuleHandler,
    SecurityGroupEgressRule,
    SecurityGroupEgressRuleArgs,
    SecurityGroupEgressRuleOutputs,
    Way::Out,
    &[
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "ec2:DescribeSecurityGroupRules",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
    ]
);
