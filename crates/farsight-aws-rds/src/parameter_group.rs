//! `aws:rds/parameterGroup:ParameterGroup`.

use crate::rds::{PAGE, PARAMETERS, Rds, SOON, create_tags, found};
use aws_sdk_rds::types::{self, DbParameterGroup, Parameter};
use farsight_aws::rds::{
    ApplyMethod, ParameterGroup, ParameterGroupArgs, ParameterGroupOutputs, ParameterGroupParameter,
};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

const NOT_FOUND: &str = "DBParameterGroupNotFound";

/// Parameters that are refused unless they travel in one call (aws catalogue, rds.ParameterGroup).
const TOGETHER: &[&[&str]] = &[
    &["character_set_server", "collation_server"],
    &["enforce_gtid_consistency", "gtid-mode"],
    &["password_encryption", "rds.accepted_password_auth_method"],
    &["ssl_max_protocol_version", "ssl_min_protocol_version"],
];

pub(crate) struct ParameterGroupHandler {
    pub(crate) rds: Rds,
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
            ("DBParameterGroupAlreadyExists", Fault::Exists),
            ("InvalidDBParameterGroupState", Fault::Busy),
        ],
        permissions: &[
            "rds:AddTagsToResource",
            "rds:CreateDBParameterGroup",
            "rds:DeleteDBParameterGroup",
            "rds:DescribeDBParameterGroups",
            "rds:DescribeDBParameters",
            "rds:ListTagsForResource",
            "rds:ModifyDBParameterGroup",
            "rds:RemoveTagsFromResource",
            "rds:ResetDBParameterGroup",
        ],
    };

    async fn create(&self, owner: &Owner, args: &ParameterGroupArgs) -> Result<Id> {
        let call = self.rds.client.create_db_parameter_group();
        let call = call
            .db_parameter_group_name(&args.name)
            .db_parameter_group_family(&args.family)
            .description(&args.description)
            .set_tags(create_tags(owner, &args.tags)?);
        let answer = self.rds.write("CreateDBParameterGroup", || call.clone().send()).await?;
        the_one(answer.db_parameter_group.and_then(|group| group.db_parameter_group_name), "CreateDBParameterGroup")
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
        self.rds.retag(&format!("pg:{id}"), &tags).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &ParameterGroupArgs) -> Result<()> {
        if args.skip_destroy {
            // Done for the engine, which would otherwise wait until the group is not there.
            return Err(Error::new(Fault::Gone, format!("the parameter group `{id}` is left, as `skipDestroy` says")));
        }
        let send = || self.rds.client.delete_db_parameter_group().db_parameter_group_name(id).send();
        self.rds.write("DeleteDBParameterGroup", send).await.map(|_| ())
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
    async fn groups(&self, name: Option<&str>) -> Result<BTreeMap<Id, DbParameterGroup>> {
        let (mut groups, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.rds.client.describe_db_parameter_groups().set_marker(marker.clone());
            let call = call.set_db_parameter_group_name(name.map(str::to_owned)).max_records(PAGE);
            let page = found(self.rds.read("DescribeDBParameterGroups", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(groups) };
            for group in page.db_parameter_groups.unwrap_or_default() {
                groups.insert(group.db_parameter_group_name.clone().unwrap_or_default().to_lowercase(), group);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(groups);
            }
        }
    }

    async fn tags(&self, group: &DbParameterGroup) -> Result<Option<Tags>> {
        self.rds.tags(group.db_parameter_group_arn().unwrap_or_default(), NOT_FOUND).await
    }

    /// What differs from the engine's defaults; nothing if the group went in the meantime.
    async fn parameters(&self, name: &str) -> Result<Option<Vec<ParameterGroupParameter>>> {
        let (mut parameters, mut marker) = (Vec::new(), None);
        loop {
            let call = self.rds.client.describe_db_parameters().db_parameter_group_name(name).source("user");
            let call = call.max_records(PAGE).set_marker(marker.clone());
            let page = found(self.rds.read("DescribeDBParameters", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(None) };
            parameters.extend(page.parameters.unwrap_or_default().into_iter().filter_map(seen));
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(Some(parameters));
            }
        }
    }

    async fn look(&self, group: &DbParameterGroup) -> Result<Seen<ParameterGroup>> {
        let name = group.db_parameter_group_name.clone().unwrap_or_default();
        let (Some(tags), Some(parameters)) = (self.tags(group).await?, self.parameters(&name).await?) else {
            return Ok(Seen::Absent);
        };
        let args = ParameterGroupArgs {
            description: group.description.clone().unwrap_or_default(),
            family: group.db_parameter_group_family.clone().unwrap_or_default(),
            name,
            parameters,
            skip_destroy: false,
            tags: tags::observed(tags),
        };
        let outputs = ParameterGroupOutputs { arn: group.db_parameter_group_arn.clone().unwrap_or_default() };
        Ok(Seen::Ready { args, outputs })
    }

    /// Sets what differs and puts the rest back to the engine's defaults.
    async fn set(&self, id: &Id, wanted: &[ParameterGroupParameter], now: &[ParameterGroupParameter]) -> Result<()> {
        let client = &self.rds.client;
        let gone: Vec<&ParameterGroupParameter> =
            now.iter().filter(|has| !wanted.iter().any(|want| want.name.eq_ignore_ascii_case(&has.name))).collect();
        for chunk in batches(gone) {
            let call = client.reset_db_parameter_group().db_parameter_group_name(id);
            let call = call.set_parameters(Some(chunk));
            self.rds.write("ResetDBParameterGroup", || call.clone().send()).await?;
        }
        let changed: Vec<&ParameterGroupParameter> = wanted.iter().filter(|want| !now.contains(want)).collect();
        for chunk in batches(changed) {
            let call = client.modify_db_parameter_group().db_parameter_group_name(id);
            let call = call.set_parameters(Some(chunk));
            self.rds.write("ModifyDBParameterGroup", || call.clone().send()).await?;
        }
        Ok(())
    }
}

/// As many as one call takes, with those side by side that must travel together.
fn batches(mut parameters: Vec<&ParameterGroupParameter>) -> Vec<Vec<Parameter>> {
    let pair = |parameter: &ParameterGroupParameter| {
        let name = parameter.name.to_lowercase();
        TOGETHER.iter().position(|pair| pair.contains(&name.as_str())).unwrap_or(TOGETHER.len())
    };
    // Pairs first: four of them never cross the border of a batch.
    parameters.sort_by_key(|parameter| pair(parameter));
    parameters.chunks(PARAMETERS).map(|chunk| chunk.iter().map(|parameter| sdk(parameter)).collect()).collect()
}

fn sdk(parameter: &ParameterGroupParameter) -> Parameter {
    Parameter::builder()
        .parameter_name(&parameter.name)
        .parameter_value(&parameter.value)
        .apply_method(types::ApplyMethod::from(parameter.apply_method.as_str()))
        .build()
}

fn seen(parameter: Parameter) -> Option<ParameterGroupParameter> {
    let method = parameter.apply_method.as_ref().and_then(|method| ApplyMethod::from_wire(method.as_str()));
    Some(ParameterGroupParameter {
        apply_method: method.unwrap_or(ApplyMethod::Immediate),
        name: parameter.parameter_name?,
        value: parameter.parameter_value?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects settings that AWS takes only in pairs: a pair is never split.
    #[test]
    fn pairs_travel_in_one_call() {
        let of = |name: &str| ParameterGroupParameter {
            apply_method: ApplyMethod::Immediate,
            name: name.to_owned(),
            value: "1".into(),
        };
        let mut all: Vec<ParameterGroupParameter> = (0..19).map(|n| of(&format!("a{n}"))).collect();
        all.extend([of("collation_server"), of("character_set_server")]);
        let batches = batches(all.iter().collect());
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [20, 1]);
        let first: Vec<&str> = batches[0].iter().filter_map(Parameter::parameter_name).collect();
        assert!(first.contains(&"collation_server") && first.contains(&"character_set_server"));
    }
}
