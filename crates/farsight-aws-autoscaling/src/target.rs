//! `aws:appautoscaling/target:Target`.

use crate::autoscaling::{FAULTS, Key, SETTLE, Scaling, found, or_gone};
use aws_sdk_applicationautoscaling::types::{self, ScalableDimension, ServiceNamespace, SuspendedState};
use farsight_aws::appautoscaling::{Target, TargetArgs, TargetOutputs, TargetSuspendedState};
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use std::collections::{BTreeMap, HashMap};

pub(crate) struct TargetHandler {
    pub(crate) scaling: Scaling,
}

impl Handler for TargetHandler {
    type Of = Target;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["serviceNamespace", "resourceId", "scalableDimension"],
        serialize_by: None,
        read_batch: 50,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "application-autoscaling:DeregisterScalableTarget",
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:ListTagsForResource",
            "application-autoscaling:RegisterScalableTarget",
            "application-autoscaling:TagResource",
            "application-autoscaling:UntagResource",
            "iam:CreateServiceLinkedRole",
        ],
    };

    /// The service takes over a target that is there; one of others is left to them.
    async fn create(&self, owner: &Owner, args: &TargetArgs) -> Result<Id> {
        let key = key_of(args);
        let tags = tags::for_create(owner, &args.tags)?;
        if let Some(there) = self.describe(std::slice::from_ref(&key)).await?.remove(&key)
            && !tags::is_ours(&self.tags(&there).await?.unwrap_or_default(), owner)
        {
            let message = format!("`{}` is a scalable target of others already", key.id());
            return Err(Error::new(Fault::Exists, message));
        }
        self.register(args, Some(tags.into_iter().collect())).await?;
        Ok(key.id())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Target>>> {
        let parse = |id: &Id| Key::parse(id).ok_or_else(|| Error::bad_id(id, Target::SCHEMA.import_id));
        let keys = ids.iter().map(parse).collect::<Result<Vec<Key>>>()?;
        let targets = self.describe(&keys).await?;
        try_join_all(keys.iter().map(async |key| {
            let Some(target) = targets.get(key) else { return Ok(Seen::Absent) };
            Ok(self.tags(target).await?.map_or(Seen::Absent, |tags| seen(target, tags)))
        }))
        .await
    }

    async fn update(&self, id: &Id, change: Change<'_, TargetArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        if change.touches_any(&["maxCapacity", "minCapacity", "roleArn", "suspendedState"]) {
            self.register(wanted, None).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        if !tags.is_empty() {
            self.retag(id, tags).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &TargetArgs) -> Result<()> {
        let key = Key::parse(id).ok_or_else(|| Error::bad_id(id, Target::SCHEMA.import_id))?;
        let call = self.scaling.client.deregister_scalable_target().resource_id(&key.resource);
        let call = call
            .service_namespace(ServiceNamespace::from(key.namespace.as_str()))
            .scalable_dimension(ScalableDimension::from(key.dimension.as_str()));
        or_gone(self.scaling.write("DeregisterScalableTarget", || call.clone().send()).await)?;
        Ok(())
    }

    async fn find(&self, owner: &Owner, args: &TargetArgs) -> Result<Vec<Id>> {
        let key = key_of(args);
        let Some(target) = self.describe(std::slice::from_ref(&key)).await?.remove(&key) else { return Ok(Vec::new()) };
        let tags = self.tags(&target).await?.unwrap_or_default();
        Ok(tags::is_ours(&tags, owner).then(|| key.id()).into_iter().collect())
    }
}

impl TargetHandler {
    /// The targets of these keys that are there: one call for each service and dimension.
    async fn describe(&self, keys: &[Key]) -> Result<BTreeMap<Key, types::ScalableTarget>> {
        let mut resources: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for key in keys {
            resources.entry((&key.namespace, &key.dimension)).or_default().push(key.resource.clone());
        }
        let mut found = BTreeMap::new();
        for ((namespace, dimension), resources) in resources {
            let mut next = None;
            loop {
                let call = self.scaling.client.describe_scalable_targets();
                let call = call
                    .service_namespace(ServiceNamespace::from(namespace))
                    .scalable_dimension(ScalableDimension::from(dimension))
                    .set_resource_ids(Some(resources.clone()))
                    .set_next_token(next);
                let page = self.scaling.read("DescribeScalableTargets", || call.clone().send()).await?;
                for target in page.scalable_targets.unwrap_or_default() {
                    found.insert(Key::new(namespace, &target.resource_id, dimension), target);
                }
                next = page.next_token;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// All tags of a target; nothing if it went in the meantime.
    async fn tags(&self, target: &types::ScalableTarget) -> Result<Option<Tags>> {
        // Targets of old days have no ARN, and so no tags.
        let Some(arn) = &target.scalable_target_arn else { return Ok(Some(Tags::new())) };
        let list = || self.scaling.client.list_tags_for_resource().resource_arn(arn).send();
        let answer = found(self.scaling.read("ListTagsForResource", list).await)?;
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
    }

    /// Writes the whole target, new or not. Tags count only for a new one.
    async fn register(&self, args: &TargetArgs, tags: Option<HashMap<String, String>>) -> Result<()> {
        let small = |name: &str, number: i64| {
            i32::try_from(number).map_err(|_| Error::new(Fault::Rejected, format!("`{name}`: {number} is too large")))
        };
        let state = args.suspended_state.as_ref();
        let state = SuspendedState::builder()
            .dynamic_scaling_in_suspended(state.is_some_and(|state| state.dynamic_scaling_in_suspended))
            .dynamic_scaling_out_suspended(state.is_some_and(|state| state.dynamic_scaling_out_suspended))
            .scheduled_scaling_suspended(state.is_some_and(|state| state.scheduled_scaling_suspended))
            .build();
        let call = self.scaling.client.register_scalable_target();
        let call = call
            .service_namespace(ServiceNamespace::from(args.service_namespace.as_str()))
            .resource_id(&args.resource_id)
            .scalable_dimension(ScalableDimension::from(args.scalable_dimension.as_str()))
            .min_capacity(small("minCapacity", args.min_capacity)?)
            .max_capacity(small("maxCapacity", args.max_capacity)?)
            .set_role_arn(args.role_arn.clone())
            .suspended_state(state)
            .set_tags(tags);
        self.scaling.write("RegisterScalableTarget", || call.clone().send()).await?;
        Ok(())
    }

    async fn retag(&self, id: &Id, change: TagChange) -> Result<()> {
        let key = Key::parse(id).ok_or_else(|| Error::bad_id(id, Target::SCHEMA.import_id))?;
        let target = self.describe(std::slice::from_ref(&key)).await?.remove(&key);
        let arn = target.and_then(|target| target.scalable_target_arn).ok_or_else(|| Error::gone(id))?;
        let client = &self.scaling.client;
        if !change.set.is_empty() {
            let set: HashMap<String, String> = change.set.into_iter().collect();
            let tag = || client.tag_resource().resource_arn(&arn).set_tags(Some(set.clone())).send();
            self.scaling.write("TagResource", tag).await?;
        }
        if !change.unset.is_empty() {
            let untag = || client.untag_resource().resource_arn(&arn).set_tag_keys(Some(change.unset.clone())).send();
            self.scaling.write("UntagResource", untag).await?;
        }
        Ok(())
    }
}

fn key_of(args: &TargetArgs) -> Key {
    Key::new(&args.service_namespace, &args.resource_id, &args.scalable_dimension)
}

fn seen(target: &types::ScalableTarget, tags: Tags) -> Seen<Target> {
    let state = target.suspended_state.as_ref();
    let rests = |of: fn(&SuspendedState) -> Option<bool>| state.and_then(of).unwrap_or_default();
    let args = TargetArgs {
        max_capacity: i64::from(target.max_capacity),
        min_capacity: i64::from(target.min_capacity),
        resource_id: target.resource_id.clone(),
        role_arn: Some(target.role_arn.clone()).filter(|arn| !arn.is_empty()),
        scalable_dimension: target.scalable_dimension.as_str().to_owned(),
        service_namespace: target.service_namespace.as_str().to_owned(),
        suspended_state: Some(TargetSuspendedState {
            dynamic_scaling_in_suspended: rests(|state| state.dynamic_scaling_in_suspended),
            dynamic_scaling_out_suspended: rests(|state| state.dynamic_scaling_out_suspended),
            scheduled_scaling_suspended: rests(|state| state.scheduled_scaling_suspended),
        }),
        tags: tags::observed(tags),
    };
    Seen::Ready { args, outputs: TargetOutputs { arn: target.scalable_target_arn.clone().unwrap_or_default() } }
}
