//! Services: properties to requests, answer to properties.

use crate::ecs::all_tags;
use crate::service_blocks::{configuration_from, configuration_to, connect_from, connect_to, volume_from, volume_to};
use crate::wire::{from_json, list, rename, set, take, text, to_json};
use farsight_aws::ecs::ServiceArgs;
use farsight_aws_client::tags;
use farsight_provider::{Error, Fault, Result};
use serde_json::{Value as Json, json};

/// What create and update take alike: property, and name on the wire.
const BOTH: &[(&str, &str)] = &[
    ("availabilityZoneRebalancing", "availabilityZoneRebalancing"),
    ("capacityProviderStrategies", "capacityProviderStrategy"),
    ("desiredCount", "desiredCount"),
    ("enableEcsManagedTags", "enableECSManagedTags"),
    ("enableExecuteCommand", "enableExecuteCommand"),
    ("healthCheckGracePeriodSeconds", "healthCheckGracePeriodSeconds"),
    ("loadBalancers", "loadBalancers"),
    ("networkConfiguration", "networkConfiguration"),
    ("orderedPlacementStrategies", "placementStrategy"),
    ("placementConstraints", "placementConstraints"),
    ("platformVersion", "platformVersion"),
    ("propagateTags", "propagateTags"),
    ("serviceConnectConfiguration", "serviceConnectConfiguration"),
    ("serviceRegistries", "serviceRegistries"),
    ("taskDefinition", "taskDefinition"),
    ("volumeConfiguration", "volumeConfigurations"),
    ("vpcLatticeConfigurations", "vpcLatticeConfigurations"),
];

/// What only a create takes.
const CREATE: &[(&str, &str)] = &[
    ("cluster", "cluster"),
    ("deploymentController", "deploymentController"),
    ("iamRole", "role"),
    ("launchType", "launchType"),
    ("name", "serviceName"),
    ("schedulingStrategy", "schedulingStrategy"),
];

/// Properties that are parts of the deployment configuration on the wire.
const DEPLOYMENT: &[&str] = &[
    "alarms",
    "deploymentCircuitBreaker",
    "deploymentConfiguration",
    "deploymentMaximumPercent",
    "deploymentMinimumHealthyPercent",
];

/// Lists that an update empties when they are no longer wanted.
const LISTS: &[&str] = &[
    "capacityProviderStrategies",
    "loadBalancers",
    "orderedPlacementStrategies",
    "placementConstraints",
    "serviceRegistries",
    "volumeConfiguration",
    "vpcLatticeConfigurations",
];

/// What `CreateService` takes, without tags and token.
pub(crate) fn create(args: &ServiceArgs) -> Result<Json> {
    let all = wire(args)?;
    let mut body = json!({});
    for (property, name) in BOTH.iter().chain(CREATE) {
        let part = &all[*property];
        // ECS refuses a grace period where there is no load balancer.
        let none = *property == "healthCheckGracePeriodSeconds" && args.health_check_grace_period_seconds == 0;
        if !none && !part.as_array().is_some_and(Vec::is_empty) {
            set(&mut body, name, part.clone());
        }
    }
    let deployment = deployment(&all);
    if deployment != json!({}) {
        set(&mut body, "deploymentConfiguration", deployment);
    }
    Ok(body)
}

/// What `UpdateService` takes for the properties that `touches` names.
pub(crate) fn update(args: &ServiceArgs, touches: impl Fn(&str) -> bool) -> Result<Json> {
    let all = wire(args)?;
    let mut body = json!({});
    for (property, name) in BOTH.iter().filter(|(property, _)| touches(property)) {
        let none = match *property {
            list if LISTS.contains(&list) => json!([]),
            "platformVersion" => json!("LATEST"),
            "serviceConnectConfiguration" => json!({ "enabled": false }),
            _ => Json::Null,
        };
        let part = &all[*property];
        set(&mut body, name, if part.is_null() { none } else { part.clone() });
    }
    if DEPLOYMENT.iter().any(|property| touches(property)) {
        let mut deployment = deployment(&all);
        // What is no longer wanted goes back to what ECS does by itself.
        let off = [
            ("alarms", json!({ "alarmNames": [], "enable": false, "rollback": false })),
            ("deploymentCircuitBreaker", json!({ "enable": false, "rollback": false })),
            ("maximumPercent", json!(200)),
            ("minimumHealthyPercent", json!(100)),
        ];
        for (name, none) in off {
            if deployment[name].is_null() {
                set(&mut deployment, name, none);
            }
        }
        if touches("deploymentConfiguration") && deployment["strategy"].is_null() {
            set(&mut deployment, "strategy", json!("ROLLING"));
        }
        set(&mut body, "deploymentConfiguration", deployment);
    }
    Ok(body)
}

/// The properties with the values of the wire, under their own names.
fn wire(args: &ServiceArgs) -> Result<Json> {
    if let Some(definition) = args.task_definition.as_deref().filter(|text| !is_revision(text)) {
        // ECS takes more, and answers the ARN: nobody could tell later whether it is the same.
        let message =
            format!("`taskDefinition`: `{definition}` is not the ARN of a revision, as task definitions answer it");
        return Err(Error::new(Fault::Rejected, message));
    }
    let mut all = to_json(args.clone());
    for balancer in all["loadBalancers"].as_array_mut().into_iter().flatten() {
        rename(balancer, "elbName", "loadBalancerName");
    }
    let mut network = take(&mut all, "networkConfiguration");
    if network.is_object() {
        let public = if network["assignPublicIp"] == json!(true) { "ENABLED" } else { "DISABLED" };
        set(&mut network, "assignPublicIp", json!(public));
        set(&mut all, "networkConfiguration", json!({ "awsvpcConfiguration": network }));
    }
    let registry = take(&mut all, "serviceRegistries");
    if registry.is_object() {
        set(&mut all, "serviceRegistries", json!([registry]));
    }
    let connect = take(&mut all, "serviceConnectConfiguration");
    set(&mut all, "serviceConnectConfiguration", connect_to(connect));
    let volume = take(&mut all, "volumeConfiguration");
    if volume.is_object() {
        set(&mut all, "volumeConfiguration", volume_to(volume));
    }
    if let Some(configuration) = all.get_mut("deploymentConfiguration") {
        configuration_to(configuration)?;
    }
    Ok(all)
}

fn is_revision(text: &str) -> bool {
    text.starts_with("arn:") && text.rsplit(':').next().is_some_and(|last| last.parse::<u64>().is_ok())
}

fn deployment(all: &Json) -> Json {
    let mut deployment =
        if all["deploymentConfiguration"].is_object() { all["deploymentConfiguration"].clone() } else { json!({}) };
    set(&mut deployment, "alarms", all["alarms"].clone());
    set(&mut deployment, "deploymentCircuitBreaker", all["deploymentCircuitBreaker"].clone());
    set(&mut deployment, "maximumPercent", all["deploymentMaximumPercent"].clone());
    set(&mut deployment, "minimumHealthyPercent", all["deploymentMinimumHealthyPercent"].clone());
    deployment
}

/// A service as programs have it. The cluster is named as the id names it.
pub(crate) fn args(service: &Json, cluster: &str) -> Result<ServiceArgs> {
    let mut args = json!({});
    for (property, name) in BOTH.iter().chain(CREATE) {
        set(&mut args, property, service[*name].clone());
    }
    set(&mut args, "cluster", json!(cluster));
    set(&mut args, "iamRole", service["roleArn"].clone());
    // These are in the newest deployment, not in the service.
    let newest = list(service, "deployments").first().cloned().unwrap_or_default();
    set(&mut args, "serviceConnectConfiguration", connect_from(&newest["serviceConnectConfiguration"]));
    set(&mut args, "vpcLatticeConfigurations", newest["vpcLatticeConfigurations"].clone());
    take(&mut args, "volumeConfiguration");
    if newest["volumeConfigurations"][0].is_object() {
        set(&mut args, "volumeConfiguration", volume_from(&newest["volumeConfigurations"]));
    }
    for balancer in args["loadBalancers"].as_array_mut().into_iter().flatten() {
        rename(balancer, "loadBalancerName", "elbName");
    }
    let mut network = take(&mut args, "networkConfiguration")["awsvpcConfiguration"].take();
    if network.is_object() {
        let public = text(&network, "assignPublicIp") == "ENABLED";
        set(&mut network, "assignPublicIp", json!(public));
        set(&mut args, "networkConfiguration", network);
    }
    let registry = list(&args, "serviceRegistries").first().cloned();
    take(&mut args, "serviceRegistries");
    set(&mut args, "serviceRegistries", registry.unwrap_or_default());
    let deployment = &service["deploymentConfiguration"];
    set(&mut args, "deploymentConfiguration", configuration_from(deployment));
    set(&mut args, "deploymentMaximumPercent", deployment["maximumPercent"].clone());
    set(&mut args, "deploymentMinimumHealthyPercent", deployment["minimumHealthyPercent"].clone());
    set(&mut args, "deploymentCircuitBreaker", deployment["deploymentCircuitBreaker"].clone());
    // ECS answers alarms that nobody gave.
    if !list(&deployment["alarms"], "alarmNames").is_empty() {
        set(&mut args, "alarms", deployment["alarms"].clone());
    }
    let mut args: ServiceArgs = from_json(&args)?;
    args.tags = tags::observed(all_tags(service));
    args.capacity_provider_strategies = args.capacity_provider_strategies.filter(|list| !list.is_empty());
    Ok(args)
}
