//! Blocks of services that have other names on the wire: deployment configuration, Service Connect, managed volumes. The
//! latter two are in a service's newest deployment, not in the service itself.

use crate::ecs::all_tags;
use crate::wire::{drop_empty, only, rename, set, take};
use farsight_provider::{Error, Fault, Result};
use serde_json::{Value as Json, json};

/// Names of a managed volume: as a property, and on the wire.
const VOLUME: &[(&str, &str)] = &[("fileSystemType", "filesystemType"), ("sizeInGb", "sizeInGiB")];

/// Minutes of a deployment configuration, which are text as properties and numbers on the wire.
const MINUTES: &[&str] = &[
    "/bakeTimeInMinutes",
    "/canaryConfiguration/canaryBakeTimeInMinutes",
    "/linearConfiguration/stepBakeTimeInMinutes",
];
const HOOK_MINUTES: &str = "/timeoutConfiguration/timeoutInMinutes";

/// A deployment configuration as the wire has it.
pub(crate) fn configuration_to(configuration: &mut Json) -> Result<()> {
    for minutes in MINUTES {
        number(configuration, minutes)?;
    }
    for hook in configuration["lifecycleHooks"].as_array_mut().into_iter().flatten() {
        number(hook, HOOK_MINUTES)?;
        if let Some(details) = hook["hookDetails"].as_str() {
            let details: Json = serde_json::from_str(details)
                .map_err(|error| Error::new(Fault::Rejected, format!("`hookDetails` is no JSON: {error}")))?;
            set(hook, "hookDetails", details);
        }
    }
    Ok(())
}

/// A deployment configuration as programs have it, without the parts that are properties of their own.
pub(crate) fn configuration_from(deployment: &Json) -> Json {
    let parts = ["bakeTimeInMinutes", "canaryConfiguration", "lifecycleHooks", "linearConfiguration", "strategy"];
    let mut configuration = only(deployment, &parts);
    for minutes in MINUTES {
        digits(&mut configuration, minutes);
    }
    for hook in configuration.get_mut("lifecycleHooks").and_then(Json::as_array_mut).into_iter().flatten() {
        digits(hook, HOOK_MINUTES);
        if !hook["hookDetails"].is_null() {
            hook["hookDetails"] = json!(hook["hookDetails"].to_string());
        }
    }
    drop_empty(&mut configuration, "lifecycleHooks");
    if configuration["strategy"].is_null() {
        set(&mut configuration, "strategy", json!("ROLLING"));
    }
    configuration
}

fn number(block: &mut Json, minutes: &str) -> Result<()> {
    if let Some(part) = block.pointer_mut(minutes)
        && let Some(text) = part.as_str()
    {
        let whole = text.parse::<i64>().map_err(|_| {
            Error::new(Fault::Rejected, format!("`{text}` is no number of minutes in `deploymentConfiguration`"))
        })?;
        *part = json!(whole);
    }
    Ok(())
}

fn digits(block: &mut Json, minutes: &str) {
    if let Some(part) = block.pointer_mut(minutes)
        && let Some(whole) = part.as_i64()
    {
        *part = json!(whole.to_string());
    }
}

/// Service Connect as the wire has it.
pub(crate) fn connect_to(mut block: Json) -> Json {
    for service in block["services"].as_array_mut().into_iter().flatten() {
        rename(service, "clientAlias", "clientAliases");
    }
    block
}

/// Service Connect as programs have it; nothing where it is off.
pub(crate) fn connect_from(block: &Json) -> Json {
    if block["enabled"] != json!(true) {
        return Json::Null;
    }
    let mut block = block.clone();
    for service in block["services"].as_array_mut().into_iter().flatten() {
        rename(service, "clientAliases", "clientAlias");
    }
    block
}

/// A volume as the wire has it: a list of one.
pub(crate) fn volume_to(mut block: Json) -> Json {
    let mut volume = take(&mut block, "managedEbsVolume");
    for (property, wire) in VOLUME {
        rename(&mut volume, property, wire);
    }
    for specification in volume["tagSpecifications"].as_array_mut().into_iter().flatten() {
        let tags = take(specification, "tags");
        let list = tags.as_object().into_iter().flatten();
        set(specification, "tags", list.map(|(key, value)| json!({ "key": key, "value": value })).collect());
    }
    set(&mut block, "managedEBSVolume", volume);
    json!([block])
}

/// A volume as programs have it.
pub(crate) fn volume_from(list: &Json) -> Json {
    let mut block = list[0].clone();
    let mut volume = take(&mut block, "managedEBSVolume");
    for (property, wire) in VOLUME {
        rename(&mut volume, wire, property);
    }
    for specification in volume["tagSpecifications"].as_array_mut().into_iter().flatten() {
        let tags = all_tags(specification);
        set(specification, "tags", json!(tags));
    }
    set(&mut block, "managedEbsVolume", volume);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_text_in_programs() {
        let hook = json!({ "hookDetails": r#"{"a":1}"#, "timeoutConfiguration": { "timeoutInMinutes": "3" } });
        let written = json!({ "bakeTimeInMinutes": "5", "lifecycleHooks": [hook], "strategy": "BLUE_GREEN" });
        let mut wire = written.clone();
        configuration_to(&mut wire).unwrap();
        assert_eq!(wire["bakeTimeInMinutes"], json!(5));
        assert_eq!(wire["lifecycleHooks"][0]["hookDetails"], json!({ "a": 1 }));
        assert_eq!(wire["lifecycleHooks"][0]["timeoutConfiguration"]["timeoutInMinutes"], json!(3));
        assert_eq!(configuration_from(&wire), written);
        assert!(configuration_to(&mut json!({ "bakeTimeInMinutes": "soon" })).is_err());
    }

    #[test]
    fn blocks_go_there_and_back() {
        let connect = json!({ "enabled": true, "services": [{ "portName": "api", "clientAlias": [{ "port": 80 }] }] });
        assert_eq!(connect_to(connect.clone())["services"][0]["clientAliases"], json!([{ "port": 80 }]));
        assert_eq!(connect_from(&connect_to(connect.clone())), connect);
        assert_eq!(connect_from(&json!({ "enabled": false })), Json::Null);
        let specification = json!({ "resourceType": "volume", "tags": { "a": "1" } });
        let volume = json!({ "sizeInGb": 8, "fileSystemType": "xfs", "tagSpecifications": [specification] });
        let block = json!({ "name": "v", "managedEbsVolume": volume });
        let wire = volume_to(block.clone());
        assert_eq!(wire[0]["managedEBSVolume"]["sizeInGiB"], json!(8));
        assert_eq!(wire[0]["managedEBSVolume"]["tagSpecifications"][0]["tags"], json!([{ "key": "a", "value": "1" }]));
        assert_eq!(volume_from(&wire), block);
    }
}
