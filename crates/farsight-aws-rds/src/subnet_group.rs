//! `aws:rds/subnetGroup:SubnetGroup`.

use crate::rds::{PAGE, Rds, SOON, create_tags, found};
use aws_sdk_rds::types::DbSubnetGroup;
use farsight_aws::ec2::Vpc;
use farsight_aws::rds::{SubnetGroup, SubnetGroupArgs, SubnetGroupOutputs};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_model::Resource;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

/// A missing group, with `Fault` in its name, unlike other types (aws catalogue, rds.SubnetGroup).
const NOT_FOUND: &str = "DBSubnetGroupNotFoundFault";

pub(crate) struct SubnetGroupHandler {
    pub(crate) rds: Rds,
}

impl Handler for SubnetGroupHandler {
    type Of = SubnetGroup;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: 100,
        settle: SOON,
        faults: &[
            (NOT_FOUND, Fault::Gone),
            ("DBSubnetGroupAlreadyExists", Fault::Exists),
            ("InvalidDBSubnetGroupStateFault", Fault::Busy),
            ("InvalidDBSubnetStateFault", Fault::Busy),
            // Of subnets that were made a moment ago.
            ("InvalidSubnet", Fault::Lag),
            ("DBSubnetGroupDoesNotCoverEnoughAZs", Fault::Lag),
        ],
        permissions: &[
            "iam:CreateServiceLinkedRole",
            "rds:AddTagsToResource",
            "rds:CreateDBSubnetGroup",
            "rds:DeleteDBSubnetGroup",
            "rds:DescribeDBSubnetGroups",
            "rds:ListTagsForResource",
            "rds:ModifyDBSubnetGroup",
            "rds:RemoveTagsFromResource",
        ],
    };

    async fn create(&self, owner: &Owner, args: &SubnetGroupArgs) -> Result<Id> {
        let call = self.rds.client.create_db_subnet_group();
        let call = call
            .db_subnet_group_name(&args.name)
            .db_subnet_group_description(&args.description)
            .set_subnet_ids(Some(args.subnet_ids.clone()))
            .set_tags(create_tags(owner, &args.tags)?);
        let answer = self.rds.write("CreateDBSubnetGroup", || call.clone().send()).await?;
        the_one(answer.db_subnet_group.and_then(|group| group.db_subnet_group_name), "CreateDBSubnetGroup")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<SubnetGroup>>> {
        let groups = match ids {
            [id] => self.groups(Some(id)).await?,
            _ => self.groups(None).await?,
        };
        try_join_all(ids.iter().map(async |id| match groups.get(&id.to_lowercase()) {
            Some(group) => self.look(group).await,
            None => Ok(Seen::Absent),
        }))
        .await
    }

    async fn update(&self, id: &Id, change: Change<'_, SubnetGroupArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        if change.touches_any(&["description", "subnetIds"]) {
            let call = self.rds.client.modify_db_subnet_group();
            let call = call
                .db_subnet_group_name(id)
                .db_subnet_group_description(&wanted.description)
                .set_subnet_ids(Some(wanted.subnet_ids.clone()));
            self.rds.write("ModifyDBSubnetGroup", || call.clone().send()).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        self.rds.retag(&format!("subgrp:{id}"), &tags).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &SubnetGroupArgs) -> Result<()> {
        let send = || self.rds.client.delete_db_subnet_group().db_subnet_group_name(id).send();
        self.rds.write("DeleteDBSubnetGroup", send).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &SubnetGroupArgs) -> Result<Vec<Id>> {
        let mut ours = Vec::new();
        for (id, group) in self.groups(Some(&args.name.to_lowercase())).await? {
            if self.tags(&group).await?.is_some_and(|tags| tags::is_ours(&tags, owner)) {
                ours.push(id);
            }
        }
        Ok(ours)
    }

    /// Groups in the stack's networks.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let networks = scope.ids_of(Vpc::SCHEMA.token);
        if networks.is_empty() {
            return Ok(Vec::new());
        }
        let groups = self.groups(None).await?.into_iter();
        let inside = groups.filter(|(id, group)| {
            group.vpc_id().is_some_and(|vpc| networks.contains(&vpc)) && !scope.knows(SubnetGroup::SCHEMA.token, id)
        });
        Ok(inside.map(|(id, _)| Stray { what: format!("database subnet group `{id}`"), id }).collect())
    }
}

impl SubnetGroupHandler {
    /// One group by its name, or all: there is no filter. Missing ones are just not there.
    async fn groups(&self, name: Option<&str>) -> Result<BTreeMap<Id, DbSubnetGroup>> {
        let (mut groups, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.rds.client.describe_db_subnet_groups().set_marker(marker.clone());
            let call = call.set_db_subnet_group_name(name.map(str::to_owned)).max_records(PAGE);
            let page = found(self.rds.read("DescribeDBSubnetGroups", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(groups) };
            for group in page.db_subnet_groups.unwrap_or_default() {
                groups.insert(group.db_subnet_group_name.clone().unwrap_or_default().to_lowercase(), group);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(groups);
            }
        }
    }

    async fn tags(&self, group: &DbSubnetGroup) -> Result<Option<Tags>> {
        self.rds.tags(group.db_subnet_group_arn().unwrap_or_default(), NOT_FOUND).await
    }

    async fn look(&self, group: &DbSubnetGroup) -> Result<Seen<SubnetGroup>> {
        let Some(tags) = self.tags(group).await? else { return Ok(Seen::Absent) };
        if let Some(status) = group.subnet_group_status().filter(|status| !status.eq_ignore_ascii_case("complete")) {
            return Ok(Seen::Settling(status.to_owned()));
        }
        let subnets = group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone());
        let args = SubnetGroupArgs {
            description: group.db_subnet_group_description.clone().unwrap_or_default(),
            name: group.db_subnet_group_name.clone().unwrap_or_default(),
            subnet_ids: subnets.collect(),
            tags: tags::observed(tags),
        };
        let outputs = SubnetGroupOutputs {
            arn: group.db_subnet_group_arn.clone().unwrap_or_default(),
            supported_network_types: group.supported_network_types.clone().unwrap_or_default(),
            vpc_id: group.vpc_id.clone(),
        };
        Ok(Seen::Ready { args, outputs })
    }
}
