//! `aws:elasticache/subnetGroup:SubnetGroup`.

use crate::elasticache::{ElastiCache, PAGE, SOON, create_tags, found};
use aws_sdk_elasticache::types::CacheSubnetGroup;
use farsight_aws::ec2::Vpc;
use farsight_aws::elasticache::{SubnetGroup, SubnetGroupArgs, SubnetGroupOutputs};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_model::Resource;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

const NOT_FOUND: &str = "CacheSubnetGroupNotFoundFault";

pub(crate) struct SubnetGroupHandler {
    pub(crate) cache: ElastiCache,
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
            ("CacheSubnetGroupAlreadyExists", Fault::Exists),
            ("CacheSubnetGroupInUse", Fault::Busy),
            ("SubnetInUse", Fault::Busy),
            // Of a subnet that was made a moment ago.
            ("InvalidSubnet", Fault::Lag),
        ],
        permissions: &[
            "iam:CreateServiceLinkedRole",
            "elasticache:AddTagsToResource",
            "elasticache:CreateCacheSubnetGroup",
            "elasticache:DeleteCacheSubnetGroup",
            "elasticache:DescribeCacheSubnetGroups",
            "elasticache:ListTagsForResource",
            "elasticache:ModifyCacheSubnetGroup",
            "elasticache:RemoveTagsFromResource",
        ],
    };

    async fn create(&self, owner: &Owner, args: &SubnetGroupArgs) -> Result<Id> {
        let call = self.cache.client.create_cache_subnet_group();
        let call = call
            .cache_subnet_group_name(args.name.to_lowercase())
            .cache_subnet_group_description(&args.description)
            .set_subnet_ids(Some(args.subnet_ids.clone()))
            .set_tags(create_tags(owner, &args.tags)?);
        let answer = self.cache.write("CreateCacheSubnetGroup", || call.clone().send()).await?;
        the_one(answer.cache_subnet_group.and_then(|group| group.cache_subnet_group_name), "CreateCacheSubnetGroup")
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
            let call = self.cache.client.modify_cache_subnet_group();
            let call = call
                .cache_subnet_group_name(id)
                .cache_subnet_group_description(&wanted.description)
                .set_subnet_ids(Some(wanted.subnet_ids.clone()));
            self.cache.write("ModifyCacheSubnetGroup", || call.clone().send()).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        self.cache.retag(&format!("subnetgroup:{id}"), &tags).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &SubnetGroupArgs) -> Result<()> {
        let send = || self.cache.client.delete_cache_subnet_group().cache_subnet_group_name(id).send();
        self.cache.write("DeleteCacheSubnetGroup", send).await.map(|_| ())
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
        Ok(inside.map(|(id, _)| Stray { what: format!("cache subnet group `{id}`"), id }).collect())
    }
}

impl SubnetGroupHandler {
    /// One group by its name, or all: there is no filter. Missing ones are just not there.
    async fn groups(&self, name: Option<&str>) -> Result<BTreeMap<Id, CacheSubnetGroup>> {
        let (mut groups, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.cache.client.describe_cache_subnet_groups().set_marker(marker.clone());
            let call = call.set_cache_subnet_group_name(name.map(str::to_owned)).max_records(PAGE);
            let page = found(self.cache.read("DescribeCacheSubnetGroups", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(groups) };
            for group in page.cache_subnet_groups.unwrap_or_default() {
                groups.insert(group.cache_subnet_group_name.clone().unwrap_or_default().to_lowercase(), group);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(groups);
            }
        }
    }

    async fn tags(&self, group: &CacheSubnetGroup) -> Result<Option<Tags>> {
        self.cache.tags(group.arn().unwrap_or_default(), NOT_FOUND).await
    }

    async fn look(&self, group: &CacheSubnetGroup) -> Result<Seen<SubnetGroup>> {
        let Some(tags) = self.tags(group).await? else { return Ok(Seen::Absent) };
        let subnets = group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone());
        let args = SubnetGroupArgs {
            description: group.cache_subnet_group_description.clone().unwrap_or_default(),
            name: group.cache_subnet_group_name.clone().unwrap_or_default(),
            subnet_ids: subnets.collect(),
            tags: tags::observed(tags),
        };
        let outputs = SubnetGroupOutputs { arn: group.arn.clone().unwrap_or_default(), vpc_id: group.vpc_id.clone() };
        Ok(Seen::Ready { args, outputs })
    }
}
