//! `aws:appautoscaling/policy:Policy`.

use crate::autoscaling::{FAULTS, Key, SETTLE, Scaling, or_gone};
use crate::configuration::{step_from_sdk, step_to_sdk, tracking_from_sdk, tracking_to_sdk};
use aws_sdk_applicationautoscaling::types::{self, ScalableDimension, ServiceNamespace};
use farsight_aws::appautoscaling::{Policy as ScalingPolicy, PolicyArgs, PolicyOutputs, PolicyType, Target};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::BTreeMap;

pub(crate) struct PolicyHandler {
    pub(crate) scaling: Scaling,
}

impl Handler for PolicyHandler {
    type Of = ScalingPolicy;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["serviceNamespace", "resourceId", "scalableDimension", "name"],
        serialize_by: None,
        read_batch: 50,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "application-autoscaling:DeleteScalingPolicy",
            "application-autoscaling:DescribeScalingPolicies",
            "application-autoscaling:PutScalingPolicy",
            // The service makes the alarms of a target tracking policy in the caller's name.
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:PutMetricAlarm",
        ],
    };

    async fn create(&self, _: &Owner, args: &PolicyArgs) -> Result<Id> {
        self.put(args).await?;
        Ok(id_of(args))
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<ScalingPolicy>>> {
        let keys = ids.iter().map(|id| parse(id)).collect::<Result<Vec<_>>>()?;
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (key, name) in &keys {
            names.entry(&key.namespace).or_default().push(name.clone());
        }
        let mut policies = BTreeMap::new();
        for (namespace, names) in names {
            policies.extend(self.describe(namespace, None, Some(names)).await?);
        }
        keys.iter().map(|key| policies.get(key).map_or(Ok(Seen::Absent), seen)).collect()
    }

    async fn update(&self, _: &Id, change: Change<'_, PolicyArgs>) -> Result<Option<Id>> {
        self.put(change.wanted).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &PolicyArgs) -> Result<()> {
        let (key, name) = parse(id)?;
        let call = self.scaling.client.delete_scaling_policy().policy_name(name).resource_id(&key.resource);
        let call = call
            .service_namespace(ServiceNamespace::from(key.namespace.as_str()))
            .scalable_dimension(ScalableDimension::from(key.dimension.as_str()));
        or_gone(self.scaling.write("DeleteScalingPolicy", || call.clone().send()).await)?;
        Ok(())
    }

    /// A policy has no tags: the same policy under the same name is what the create would have made.
    async fn find(&self, _: &Owner, args: &PolicyArgs) -> Result<Vec<Id>> {
        let key = Key::new(&args.service_namespace, &args.resource_id, &args.scalable_dimension);
        let there = self.describe(&args.service_namespace, Some(&key), Some(vec![args.name.clone()])).await?;
        let Some(policy) = there.get(&(key, args.name.clone())) else { return Ok(Vec::new()) };
        let same = matches!(seen(policy)?, Seen::Ready { args: has, .. } if has == *args);
        Ok(same.then(|| id_of(args)).into_iter().collect())
    }

    /// Policies of the stack's targets that are no resources.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for key in scope.ids_of(Target::SCHEMA.token).into_iter().filter_map(Key::parse) {
            for (key, name) in self.describe(&key.namespace, Some(&key), None).await?.into_keys() {
                let id = format!("{}/{name}", key.id());
                if !scope.knows(ScalingPolicy::SCHEMA.token, &id) {
                    strays.push(Stray { id, what: format!("scaling policy `{name}` of {}", key.resource) });
                }
            }
        }
        Ok(strays)
    }
}

impl PolicyHandler {
    /// Policies of a service, by target and name.
    async fn describe(
        &self,
        namespace: &str,
        of: Option<&Key>,
        names: Option<Vec<String>>,
    ) -> Result<BTreeMap<(Key, String), types::ScalingPolicy>> {
        let (mut found, mut next) = (BTreeMap::new(), None);
        loop {
            let call = self.scaling.client.describe_scaling_policies();
            let call = call
                .service_namespace(ServiceNamespace::from(namespace))
                .set_resource_id(of.map(|key| key.resource.clone()))
                .set_scalable_dimension(of.map(|key| ScalableDimension::from(key.dimension.as_str())))
                .set_policy_names(names.clone())
                .set_next_token(next);
            let page = self.scaling.read("DescribeScalingPolicies", || call.clone().send()).await?;
            for policy in page.scaling_policies.unwrap_or_default() {
                let key = Key::new(namespace, &policy.resource_id, policy.scalable_dimension.as_str());
                found.insert((key, policy.policy_name.clone()), policy);
            }
            next = page.next_token;
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// Writes the whole policy, new or not.
    async fn put(&self, args: &PolicyArgs) -> Result<()> {
        let step = args.step_scaling_policy_configuration.as_ref().map(step_to_sdk).transpose()?;
        let tracking = args.target_tracking_scaling_policy_configuration.as_ref().map(tracking_to_sdk).transpose()?;
        let call = self.scaling.client.put_scaling_policy().policy_name(&args.name);
        let call = call
            .service_namespace(ServiceNamespace::from(args.service_namespace.as_str()))
            .resource_id(&args.resource_id)
            .scalable_dimension(ScalableDimension::from(args.scalable_dimension.as_str()))
            .policy_type(types::PolicyType::from(args.policy_type.as_str()))
            .set_step_scaling_policy_configuration(step)
            .set_target_tracking_scaling_policy_configuration(tracking);
        self.scaling.write("PutScalingPolicy", || call.clone().send()).await?;
        Ok(())
    }
}

fn id_of(args: &PolicyArgs) -> Id {
    let key = Key::new(&args.service_namespace, &args.resource_id, &args.scalable_dimension);
    format!("{}/{}", key.id(), args.name)
}

/// The target and the name in an id; names may have slashes, dimensions have two colons and none.
fn parse(id: &str) -> Result<(Key, String)> {
    let bad = || Error::bad_id(id, ScalingPolicy::SCHEMA.import_id);
    let (namespace, _) = id.split_once('/').ok_or_else(bad)?;
    let at = id.find(&format!("/{namespace}:")).ok_or_else(bad)?;
    let end = id[at + 1..].find('/').ok_or_else(bad)? + at + 1;
    let key = Key::parse(&id[..end]).ok_or_else(bad)?;
    Ok((key, id[end + 1..].to_owned()))
}

fn seen(policy: &types::ScalingPolicy) -> Result<Seen<ScalingPolicy>> {
    let Some(policy_type) = PolicyType::from_wire(policy.policy_type.as_str()) else {
        let message =
            format!("a policy of the type `{}`, which this version does not know", policy.policy_type.as_str());
        return Err(Error::new(Fault::Rejected, message));
    };
    let tracking = policy.target_tracking_scaling_policy_configuration.as_ref();
    let args = PolicyArgs {
        name: policy.policy_name.clone(),
        policy_type,
        resource_id: policy.resource_id.clone(),
        scalable_dimension: policy.scalable_dimension.as_str().to_owned(),
        service_namespace: policy.service_namespace.as_str().to_owned(),
        step_scaling_policy_configuration: policy.step_scaling_policy_configuration.as_ref().map(step_from_sdk),
        target_tracking_scaling_policy_configuration: tracking.map(tracking_from_sdk),
    };
    let alarms = policy.alarms.as_deref().unwrap_or_default().iter();
    let outputs = PolicyOutputs {
        alarm_arns: alarms.map(|alarm| alarm.alarm_arn.clone()).collect(),
        arn: policy.policy_arn.clone(),
    };
    Ok(Seen::Ready { args, outputs })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects imports: both resources and names may have slashes.
    #[test]
    fn an_id_names_target_and_policy() {
        let (key, name) = parse("ecs/service/main/api/ecs:service:DesiredCount/cpu/high").unwrap();
        assert_eq!((key.id().as_str(), name.as_str()), ("ecs/service/main/api/ecs:service:DesiredCount", "cpu/high"));
        assert!(parse("ecs/service/main/api").is_err());
    }
}
