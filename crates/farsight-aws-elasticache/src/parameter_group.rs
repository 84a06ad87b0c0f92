//! `aws:elasticache/parameterGroup:ParameterGroup`.

use crate::elasticache::{ElastiCache, PAGE, PARAMETERS, SOON, create_tags, found};
use aws_sdk_elasticache::types::{CacheParameterGroup, Parameter, ParameterNameValue};
use farsight_aws::elasticache::{ParameterGroup, ParameterGroupArgs, ParameterGroupOutputs, ParameterGroupParameter};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

const NOT_FOUND: &str = "CacheParameterGroupNotFound";

pub(crate) struct ParameterGroupHandler {
    pub(crate) cache: ElastiCache,
}

impl Handler for ParameterGroupHandler {
    type Of = ParameterGroup;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: 100,
        settle: SOON,
        faults: &[
            (NOT_FOUND, Fault::Gone),
            ("CacheParameterGroupAlreadyExists", Fault::Exists),
            ("InvalidCacheParameterGroupState", Fault::Busy),
        ],
        permissions: &[
            "elasticache:AddTagsToResource",
            "elasticache:CreateCacheParameterGroup",
            "elasticache:DeleteCacheParameterGroup",
            "elasticache:DescribeCacheParameterGroups",
            "elasticache:DescribeCacheParameters",
            "elasticache:ListTagsForResource",
            "elasticache:ModifyCacheParameterGroup",
            "elasticache:RemoveTagsFromResource",
            "elasticache:ResetCacheParameterGroup",
        ],
    };

    async fn create(&self, owner: &Owner, args: &ParameterGroupArgs) -> Result<Id> {
        let call = self.cache.client.create_cache_parameter_group();
        let call = call
            .cache_parameter_group_name(args.name.to_lowercase())
            .cache_parameter_group_family(&args.family)
            .description(&args.description)
            .set_tags(create_tags(owner, &args.tags)?);
        let answer = self.cache.write("CreateCacheParameterGroup", || call.clone().send()).await?;
        the_one(
            answer.cache_parameter_group.and_then(|group| group.cache_parameter_group_name),
            "CreateCacheParameterGroup",
        )
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<ParameterGroup>>> {
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

    async fn update(&self, id: &Id, change: Change<'_, ParameterGroupArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        if change.touches("parameters") {
            self.set(id, &wanted.parameters, &change.observed.parameters).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        self.cache.retag(&format!("parametergroup:{id}"), &tags).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &ParameterGroupArgs) -> Result<()> {
        let send = || self.cache.client.delete_cache_parameter_group().cache_parameter_group_name(id).send();
        self.cache.write("DeleteCacheParameterGroup", send).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &ParameterGroupArgs) -> Result<Vec<Id>> {
        let mut ours = Vec::new();
        for (id, group) in self.groups(Some(&args.name.to_lowercase())).await? {
            if self.tags(&group).await?.is_some_and(|tags| tags::is_ours(&tags, owner)) {
                ours.push(id);
            }
        }
        Ok(ours)
    }
}

impl ParameterGroupHandler {
    /// One group by its name, or all: there is no filter. Missing ones are just not there.
    async fn groups(&self, name: Option<&str>) -> Result<BTreeMap<Id, CacheParameterGroup>> {
        let (mut groups, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.cache.client.describe_cache_parameter_groups().set_marker(marker.clone());
            let call = call.set_cache_parameter_group_name(name.map(str::to_owned)).max_records(PAGE);
            let page = found(self.cache.read("DescribeCacheParameterGroups", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(groups) };
            for group in page.cache_parameter_groups.unwrap_or_default() {
                groups.insert(group.cache_parameter_group_name.clone().unwrap_or_default().to_lowercase(), group);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(groups);
            }
        }
    }

    async fn tags(&self, group: &CacheParameterGroup) -> Result<Option<Tags>> {
        self.cache.tags(group.arn().unwrap_or_default(), NOT_FOUND).await
    }

    /// What differs from the engine's defaults; nothing if the group went in the meantime.
    async fn parameters(&self, name: &str) -> Result<Option<Vec<ParameterGroupParameter>>> {
        let (mut parameters, mut marker) = (Vec::new(), None);
        loop {
            let call = self.cache.client.describe_cache_parameters().cache_parameter_group_name(name).source("user");
            let call = call.max_records(PAGE).set_marker(marker.clone());
            let page = found(self.cache.read("DescribeCacheParameters", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(None) };
            parameters.extend(page.parameters.unwrap_or_default().into_iter().filter_map(seen));
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(Some(parameters));
            }
        }
    }

    async fn look(&self, group: &CacheParameterGroup) -> Result<Seen<ParameterGroup>> {
        let name = group.cache_parameter_group_name.clone().unwrap_or_default();
        let (Some(tags), Some(parameters)) = (self.tags(group).await?, self.parameters(&name).await?) else {
            return Ok(Seen::Absent);
        };
        let args = ParameterGroupArgs {
            description: group.description.clone().unwrap_or_default(),
            family: group.cache_parameter_group_family.clone().unwrap_or_default(),
            name,
            parameters,
            tags: tags::observed(tags),
        };
        let outputs = ParameterGroupOutputs { arn: group.arn.clone().unwrap_or_default() };
        Ok(Seen::Ready { args, outputs })
    }

    /// Sets what differs and puts the rest back to the engine's defaults.
    async fn set(&self, id: &Id, wanted: &[ParameterGroupParameter], now: &[ParameterGroupParameter]) -> Result<()> {
        let client = &self.cache.client;
        let gone: Vec<&ParameterGroupParameter> =
            now.iter().filter(|has| !wanted.iter().any(|want| want.name == has.name)).collect();
        for chunk in batches(&gone) {
            let call = client.reset_cache_parameter_group().cache_parameter_group_name(id);
            let call = call.set_parameter_name_values(Some(chunk));
            self.cache.write("ResetCacheParameterGroup", || call.clone().send()).await?;
        }
        let changed: Vec<&ParameterGroupParameter> = wanted.iter().filter(|want| !now.contains(want)).collect();
        for chunk in batches(&changed) {
            let call = client.modify_cache_parameter_group().cache_parameter_group_name(id);
            let call = call.set_parameter_name_values(Some(chunk));
            self.cache.write("ModifyCacheParameterGroup", || call.clone().send()).await?;
        }
        Ok(())
    }
}

/// As many as one call takes.
fn batches(parameters: &[&ParameterGroupParameter]) -> Vec<Vec<ParameterNameValue>> {
    parameters.chunks(PARAMETERS).map(|chunk| chunk.iter().map(|parameter| sdk(parameter)).collect()).collect()
}

fn sdk(parameter: &ParameterGroupParameter) -> ParameterNameValue {
    ParameterNameValue::builder().parameter_name(&parameter.name).parameter_value(&parameter.value).build()
}

fn seen(parameter: Parameter) -> Option<ParameterGroupParameter> {
    Some(ParameterGroupParameter { name: parameter.parameter_name?, value: parameter.parameter_value? })
}
