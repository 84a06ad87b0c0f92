//! `aws:lb/targetGroup:TargetGroup`.

use crate::attributes::{Attributes, changed};
use crate::elb::{BATCH, Elb, PAGE, SOON, batch, create_tags, found, small};
use crate::target_group_parts::{Check, rows, seen};
use aws_sdk_elasticloadbalancingv2::types::{
    self, ProtocolEnum, TargetGroupAttribute, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};
use farsight_aws::ec2::Vpc;
use farsight_aws::lb::{TargetGroup, TargetGroupArgs};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::{in_order, the_one};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

pub(crate) struct TargetGroupHandler {
    pub(crate) elb: Elb,
}

/// All that is known of a target group.
pub(crate) struct Known {
    pub(crate) group: types::TargetGroup,
    pub(crate) attributes: Attributes,
    pub(crate) tags: Tags,
}

impl Handler for TargetGroupHandler {
    type Of = TargetGroup;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[
            ("DuplicateTargetGroupName", Fault::Exists),
            // A listener or rule forwards to it.
            ("ResourceInUse", Fault::Busy),
            ("TargetGroupNotFound", Fault::Gone),
            ("TooManyTargetGroups", Fault::Quota),
        ],
        permissions: &[
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:CreateTargetGroup",
            "elasticloadbalancing:DeleteTargetGroup",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetGroupAttributes",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:ModifyTargetGroup",
            "elasticloadbalancing:ModifyTargetGroupAttributes",
            "elasticloadbalancing:RemoveTags",
        ],
    };

    /// The service answers with the group of the same name and settings, whoever made it; so names are looked at first.
    async fn create(&self, owner: &Owner, args: &TargetGroupArgs) -> Result<Id> {
        let tags = create_tags(owner, &args.tags)?;
        if self.named(&args.name).await?.is_some() {
            let message = format!("there is a target group of the name `{}` already", args.name);
            return Err(Error::new(Fault::Exists, message));
        }
        let check = Check::given(args);
        let call = self.elb.client.create_target_group().name(&args.name).set_tags(tags);
        let call = call
            .set_protocol(args.protocol.map(|protocol| ProtocolEnum::from(protocol.as_str())))
            .set_protocol_version(args.protocol_version.map(|version| version.to_string()))
            .set_port(small(args.port))
            .set_vpc_id(args.vpc_id.clone())
            .target_type(TargetTypeEnum::from(args.target_type.as_str()))
            .set_ip_address_type(args.ip_address_type.map(|kind| TargetGroupIpAddressTypeEnum::from(kind.as_str())))
            .set_target_control_port(small(args.target_control_port))
            .set_health_check_enabled(check.enabled)
            .set_health_check_interval_seconds(check.interval)
            .set_health_check_path(check.path)
            .set_health_check_port(check.port)
            .set_health_check_protocol(check.protocol)
            .set_health_check_timeout_seconds(check.timeout)
            .set_healthy_threshold_count(check.healthy)
            .set_unhealthy_threshold_count(check.unhealthy)
            .set_matcher(check.matcher);
        let answer = self.elb.write("CreateTargetGroup", || call.clone().send()).await?;
        let made = answer.target_groups.unwrap_or_default().into_iter().next();
        the_one(made.and_then(|group| group.target_group_arn), "CreateTargetGroup")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<TargetGroup>>> {
        let groups = self.describe(ids).await?;
        let arns: Vec<Id> = groups.keys().cloned().collect();
        let mut tags = self.elb.tags(&arns).await?;
        let known = groups.into_iter().map(|(arn, group)| (tags.remove(&arn).unwrap_or_default(), arn, group));
        let known = try_join_all(known.map(async |(tags, arn, group)| {
            let attributes = found(self.attributes(&arn).await)?;
            Ok::<_, Error>(attributes.map(|attributes| (arn, Known { group, attributes, tags })))
        }));
        let known: BTreeMap<Id, Known> = known.await?.into_iter().flatten().collect();
        Ok(in_order(ids, &known, |arn, known| seen(arn, known)))
    }

    async fn update(&self, id: &Id, change: Change<'_, TargetGroupArgs>) -> Result<Option<Id>> {
        let (wanted, client) = (change.wanted, &self.elb.client);
        if change.touches("healthCheck") {
            let check = Check::changed(&change);
            let call = client.modify_target_group().target_group_arn(id);
            let call = call
                .set_health_check_enabled(check.enabled)
                .set_health_check_interval_seconds(check.interval)
                .set_health_check_path(check.path)
                .set_health_check_port(check.port)
                .set_health_check_protocol(check.protocol)
                .set_health_check_timeout_seconds(check.timeout)
                .set_healthy_threshold_count(check.healthy)
                .set_unhealthy_threshold_count(check.unhealthy)
                .set_matcher(check.matcher);
            self.elb.write("ModifyTargetGroup", || call.clone().send()).await?;
        }
        let changed = changed(&change, rows(wanted));
        if !changed.is_empty() {
            let pairs =
                changed.iter().map(|(key, value)| TargetGroupAttribute::builder().key(*key).value(value).build());
            let call = client.modify_target_group_attributes().target_group_arn(id);
            let call = call.set_attributes(Some(pairs.collect()));
            self.elb.write("ModifyTargetGroupAttributes", || call.clone().send()).await?;
        }
        self.elb.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &TargetGroupArgs) -> Result<()> {
        let delete = || self.elb.client.delete_target_group().target_group_arn(id).send();
        self.elb.write("DeleteTargetGroup", delete).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &TargetGroupArgs) -> Result<Vec<Id>> {
        let named = self.named(&args.name).await?.and_then(|group| group.target_group_arn);
        self.elb.owned(&Vec::from_iter(named), owner).await
    }

    /// Target groups in the stack's VPCs.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let networks = scope.ids_of(Vpc::SCHEMA.token);
        if networks.is_empty() {
            return Ok(Vec::new());
        }
        let (mut strays, mut marker) = (Vec::new(), None);
        loop {
            let list = || self.elb.client.describe_target_groups().page_size(PAGE).set_marker(marker.clone()).send();
            let page = self.elb.read("DescribeTargetGroups", list).await?;
            for group in page.target_groups.unwrap_or_default() {
                let (network, id) = (group.vpc_id.unwrap_or_default(), group.target_group_arn.unwrap_or_default());
                if networks.contains(&network.as_str()) && !scope.knows(TargetGroup::SCHEMA.token, &id) {
                    let name = group.target_group_name.unwrap_or_default();
                    strays.push(Stray { id, what: format!("target group `{name}` in {network}") });
                }
            }
            marker = page.next_marker;
            if marker.is_none() {
                return Ok(strays);
            }
        }
    }
}

impl TargetGroupHandler {
    async fn describe(&self, arns: &[Id]) -> Result<BTreeMap<Id, types::TargetGroup>> {
        let ask = |arns: Vec<Id>| async move {
            let describe = || self.elb.client.describe_target_groups().set_target_group_arns(Some(arns.clone())).send();
            Ok(self.elb.read("DescribeTargetGroups", describe).await?.target_groups.unwrap_or_default())
        };
        let all = batch(arns, ask).await?;
        Ok(all.into_iter().filter_map(|group| Some((group.target_group_arn.clone()?, group))).collect())
    }

    async fn named(&self, name: &str) -> Result<Option<types::TargetGroup>> {
        let describe = || self.elb.client.describe_target_groups().names(name).send();
        let answer = found(self.elb.read("DescribeTargetGroups", describe).await)?;
        let all = answer.and_then(|answer| answer.target_groups).unwrap_or_default();
        Ok(all.into_iter().find(|group| group.target_group_name() == Some(name)))
    }

    async fn attributes(&self, arn: &str) -> Result<Attributes> {
        let describe = || self.elb.client.describe_target_group_attributes().target_group_arn(arn).send();
        let answer = self.elb.read("DescribeTargetGroupAttributes", describe).await?;
        Ok(answer.attributes.unwrap_or_default().into_iter().map(|pair| (pair.key, pair.value)).collect())
    }
}
