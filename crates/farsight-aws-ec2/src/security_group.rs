//! `aws:ec2/securityGroup:SecurityGroup`.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, seen_tags, tagged, unless};
use crate::inline_rules::{inline, together};
use crate::rules::{NO_RULE, Peer, Rule, Way, goes, ids, is_aws_default};
use crate::strays::{BY_STACK, Strays, known, stack, words};
use aws_sdk_ec2::types::{self, ResourceType, SecurityGroupRule};
use farsight_aws::ec2::{SecurityGroup, SecurityGroupArgs, SecurityGroupOutputs, Vpc};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::{in_order, the_one};
use farsight_model::Resource;
use farsight_provider::{
    Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Settle, Stray, mins, secs,
};
use std::collections::BTreeMap;

pub(crate) struct SecurityGroupHandler {
    pub ec2: Ec2,
}

/// Network interfaces of load balancers and functions hold a group for up to 40 minutes after they were deleted.
const SETTLE: Settle = Settle { every: secs(2), within: mins(45) };

impl Handler for SecurityGroupHandler {
    type Of = SecurityGroup;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["vpcId", "name"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SETTLE,
        faults: &[("InvalidGroup.NotFound", Fault::Gone), ("InvalidSecurityGroupID.NotFound", Fault::Gone)],
        permissions: &[
            "ec2:AuthorizeSecurityGroupEgress",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:CreateSecurityGroup",
            "ec2:CreateTags",
            "ec2:DeleteSecurityGroup",
            "ec2:DeleteTags",
            "ec2:DescribeSecurityGroupRules",
            "ec2:DescribeSecurityGroups",
            "ec2:ModifySecurityGroupRules",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
        ],
    };

    async fn create(&self, owner: &Owner, args: &SecurityGroupArgs) -> Result<Id> {
        let tags = tagged(ResourceType::SecurityGroup, owner, &args.tags)?;
        let call = self.ec2.client.create_security_group();
        let call = call
            .group_name(&args.name)
            .description(&args.description)
            .set_vpc_id(args.vpc_id.clone())
            .tag_specifications(tags);
        let answer = self.ec2.write("CreateSecurityGroup", || call.clone().send()).await?;
        the_one(answer.group_id, "CreateSecurityGroup")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<SecurityGroup>>> {
        let found = self.describe("group-id", ids).await?;
        let mut rules: BTreeMap<String, Vec<SecurityGroupRule>> = BTreeMap::new();
        let there: Vec<String> = found.keys().cloned().collect();
        for rule in self.ec2.rules("group-id", &there, &[]).await? {
            rules.entry(rule.group_id.clone().unwrap_or_default()).or_default().push(rule);
        }
        Ok(in_order(ids, &found, |id, group| self.seen(id, group, rules.get(id).map_or(&[], Vec::as_slice))))
    }

    async fn update(&self, id: &Id, change: Change<'_, SecurityGroupArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        self.ec2.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        if !change.touches_any(&["allowAllEgress", "egress", "ingress"]) {
            return Ok(None);
        }
        let now = self.ec2.rules_of(id).await?;
        // A block may be the very rule of AWS, and there is only one of a kind: first the one that goes.
        let (closes, opens) = match (change.touches("allowAllEgress"), wanted.allow_all_egress) {
            (touched, false) => (touched, false),
            (touched, true) => (false, touched),
        };
        if closes {
            let aws = ids(now.iter().filter(|rule| is_aws_default(rule)));
            unless(self.ec2.revoke(Way::Out, id, aws).await, NO_RULE)?;
        }
        // What the program no longer gives is from now on other resources' and stays as it is.
        for (name, way, blocks) in [("ingress", Way::In, &wanted.ingress), ("egress", Way::Out, &wanted.egress)] {
            if change.touches(name)
                && let Some(blocks) = blocks
            {
                self.ec2.sync(way, id, &now, blocks).await?;
            }
        }
        if opens && !now.iter().any(is_aws_default) {
            let peer = Peer::V4("0.0.0.0/0".to_owned());
            let rule = Rule { protocol: "-1".to_owned(), ports: None, peer, description: None };
            self.ec2.authorize(Way::Out, id, &[rule], &Tags::new()).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &SecurityGroupArgs) -> Result<()> {
        if args.revoke_rules_on_delete {
            let rules = self.ec2.rules_of(id).await?;
            for way in [Way::In, Way::Out] {
                let all = ids(rules.iter().filter(|rule| goes(rule, way)));
                unless(self.ec2.revoke(way, id, all).await, NO_RULE)?;
            }
        }
        let send = || self.ec2.client.delete_security_group().group_id(id).send();
        self.ec2.write("DeleteSecurityGroup", send).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, _: &SecurityGroupArgs) -> Result<Vec<Id>> {
        Ok(self.describe(BY_OP, &op(owner)).await?.into_keys().collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, SecurityGroup::SCHEMA.token);
        for (by, values) in [(BY_STACK, stack(scope).to_vec()), ("vpc-id", known(scope, Vpc::SCHEMA.token))] {
            for (id, group) in self.describe(by, &values).await? {
                // Every VPC comes with a group of this name.
                if group.group_name() != Some("default") {
                    let kind = format!("security group `{}`", group.group_name().unwrap_or_default());
                    strays.add(Some(&id), words(&kind, None, group.vpc_id()));
                }
            }
        }
        Ok(strays.found())
    }
}

impl SecurityGroupHandler {
    async fn describe(&self, by: &str, values: &[String]) -> Result<BTreeMap<Id, types::SecurityGroup>> {
        let found = self.ec2.groups(by, values, &[]).await?;
        Ok(found.into_iter().filter_map(|group| Some((group.group_id.clone()?, group))).collect())
    }

    fn seen(&self, id: &str, group: &types::SecurityGroup, rules: &[SecurityGroupRule]) -> Seen<SecurityGroup> {
        let owner = group.owner_id().unwrap_or_default();
        let blocks = |way| Some(together(inline(rules, way).filter_map(Rule::of_sdk), id));
        Seen::Ready {
            args: SecurityGroupArgs {
                allow_all_egress: rules.iter().any(is_aws_default),
                description: group.description.clone().unwrap_or_default(),
                egress: blocks(Way::Out),
                ingress: blocks(Way::In),
                name: group.group_name.clone().unwrap_or_default(),
                revoke_rules_on_delete: false,
                tags: seen_tags(group.tags.as_deref()),
                vpc_id: group.vpc_id.clone(),
            },
            outputs: SecurityGroupOutputs {
                arn: self.ec2.aws.arn("ec2", owner, &format!("security-group/{id}")),
                owner_id: group.owner_id.clone(),
            },
        }
    }
}
