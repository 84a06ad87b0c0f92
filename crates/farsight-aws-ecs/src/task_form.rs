//! Task definitions: properties to request, answer to properties.

use crate::containers::{as_sent, as_written, map, pairs, volume_from, volume_to};
use crate::ecs::all_tags;
use crate::wire::{drop_blank, drop_empty, from_json, list, rename, set, take, text, to_json};
use farsight_aws::ecs::{TaskDefinition, TaskDefinitionArgs, TaskDefinitionOutputs};
use farsight_aws_client::tags;
use farsight_provider::{Error, Fault, Result, Seen};
use serde_json::{Value as Json, json};

/// The properties that have the same form on the wire.
const SAME: &[&str] = &[
    "cpu",
    "enableFaultInjection",
    "executionRoleArn",
    "family",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
];

/// What `RegisterTaskDefinition` takes, without tags.
pub(crate) fn request(args: &TaskDefinitionArgs) -> Result<Json> {
    let all = to_json(args.clone());
    let mut body = crate::wire::only(&all, SAME);
    if !args.enable_fault_injection {
        take(&mut body, "enableFaultInjection");
    }
    let containers: Json = serde_json::from_str(&args.container_definitions)
        .map_err(|error| Error::new(Fault::Rejected, format!("`containerDefinitions` is no JSON: {error}")))?;
    set(&mut body, "containerDefinitions", as_sent(containers));
    let mut storage = all["ephemeralStorage"].clone();
    rename(&mut storage, "sizeInGib", "sizeInGiB");
    set(&mut body, "ephemeralStorage", storage);
    let mut proxy = all["proxyConfiguration"].clone();
    let properties = take(&mut proxy, "properties");
    set(&mut proxy, "properties", pairs(&properties));
    set(&mut body, "proxyConfiguration", proxy);
    if args.volumes.is_some() {
        let volumes: Json = list(&all, "volumes").iter().map(volume_to).collect();
        set(&mut body, "volumes", volumes);
    }
    Ok(body)
}

/// A revision as `DescribeTaskDefinition` answers it.
pub(crate) fn seen(answer: &Json) -> Result<Seen<TaskDefinition>> {
    let definition = &answer["taskDefinition"];
    // Deregistered revisions stay visible for ever.
    if definition.is_null() || !matches!(text(definition, "status"), "ACTIVE" | "") {
        return Ok(Seen::Absent);
    }
    let mut args = crate::wire::only(definition, SAME);
    // An empty text says that nothing was set.
    for name in SAME {
        drop_blank(&mut args, name);
    }
    let containers = as_written(&definition["containerDefinitions"], text(definition, "networkMode"));
    set(&mut args, "containerDefinitions", json!(containers.to_string()));
    let mut storage = definition["ephemeralStorage"].clone();
    rename(&mut storage, "sizeInGiB", "sizeInGib");
    set(&mut args, "ephemeralStorage", storage);
    let mut proxy = definition["proxyConfiguration"].clone();
    if proxy.is_object() {
        let properties = map(&proxy, "properties");
        set(&mut proxy, "properties", properties);
        set(&mut args, "proxyConfiguration", proxy);
    }
    let volumes: Json = list(definition, "volumes").iter().map(volume_from).collect();
    set(&mut args, "volumes", volumes);
    for list in ["placementConstraints", "requiresCompatibilities", "volumes"] {
        drop_empty(&mut args, list);
    }
    let mut args: TaskDefinitionArgs = from_json(&args)?;
    args.tags = tags::observed(all_tags(answer));
    // An absent list and an empty one are the same to ECS.
    args.placement_constraints = args.placement_constraints.filter(|list| !list.is_empty());
    args.requires_compatibilities = args.requires_compatibilities.filter(|list| !list.is_empty());
    args.volumes = args.volumes.filter(|list| !list.is_empty());
    let arn = text(definition, "taskDefinitionArn").to_owned();
    let outputs = TaskDefinitionOutputs {
        arn_without_revision: arn.rsplit_once(':').map_or(arn.as_str(), |(family, _)| family).to_owned(),
        revision: crate::wire::count(definition, "revision"),
        arn,
    };
    Ok(Seen::Ready { args, outputs })
}
