//! Container definitions as ECS answers them, in the form in which programs write them.

use crate::wire::{drop_empty, list, rename, set, take, text};
use serde_json::{Value as Json, json};

/// The definitions without what ECS fills in (aws catalogue, ecs.TaskDefinition): empty lists, defaults, and the host
/// ports that say nothing. Variables and secrets, which keep no order, are sorted by name.
pub(crate) fn as_written(definitions: &Json, network_mode: &str) -> Json {
    let mut definitions = definitions.clone();
    for container in definitions.as_array_mut().into_iter().flatten() {
        drop_equal(container, "essential", &json!(true));
        drop_equal(container, "cpu", &json!(0));
        for port in container["portMappings"].as_array_mut().into_iter().flatten() {
            drop_equal(port, "protocol", &json!("tcp"));
            let says_nothing = match network_mode {
                // The container's port is the host's.
                "awsvpc" | "host" => port["containerPort"].clone(),
                _ => json!(0),
            };
            drop_equal(port, "hostPort", &says_nothing);
        }
        if let Some(check) = container.get_mut("healthCheck") {
            for (name, seconds) in HEALTH_CHECK {
                drop_equal(check, name, &json!(seconds));
            }
        }
        for (name, key) in
            [("environment", "name"), ("secrets", "name"), ("extraHosts", "hostname"), ("systemControls", "namespace")]
        {
            sort(container, name, key);
        }
        if let Some(log) = container.get_mut("logConfiguration") {
            sort(log, "secretOptions", "name");
            drop_empty(log, "secretOptions");
            drop_empty(log, "options");
        }
        let keys: Vec<String> = container.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
        for key in keys {
            drop_empty(container, &key);
        }
    }
    definitions
}

/// What ECS makes of a health check that says nothing else (aws catalogue, ecs.TaskDefinition).
const HEALTH_CHECK: [(&str, i64); 4] = [("interval", 30), ("retries", 3), ("timeout", 5), ("startPeriod", 0)];

/// The definitions with health checks written out, so that whoever reads them finds what holds.
pub(crate) fn as_sent(mut definitions: Json) -> Json {
    for container in definitions.as_array_mut().into_iter().flatten() {
        if let Some(check) = container.get_mut("healthCheck").and_then(Json::as_object_mut) {
            for (name, value) in HEALTH_CHECK {
                check.entry(name).or_insert(json!(value));
            }
        }
    }
    definitions
}

fn drop_equal(part: &mut Json, key: &str, value: &Json) {
    if part[key] == *value {
        take(part, key);
    }
}

fn sort(part: &mut Json, name: &str, key: &str) {
    if let Some(items) = part.get_mut(name).and_then(Json::as_array_mut) {
        items.sort_by(|a, b| text(a, key).cmp(text(b, key)));
    }
}

/// A map as the list of pairs that the wire has.
pub(crate) fn pairs(map: &Json) -> Json {
    let entries = map.as_object().into_iter().flatten();
    entries.map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// A list of pairs as a map.
pub(crate) fn map(part: &Json, key: &str) -> Json {
    let pairs = list(part, key).iter();
    Json::Object(pairs.map(|pair| (text(pair, "name").to_owned(), pair["value"].clone())).collect())
}

/// A volume as the wire has it.
pub(crate) fn volume_to(volume: &Json) -> Json {
    let mut volume = volume.clone();
    rename(&mut volume, "configureAtLaunch", "configuredAtLaunch");
    if volume["configuredAtLaunch"] == json!(false) {
        take(&mut volume, "configuredAtLaunch");
    }
    let path = take(&mut volume, "hostPath");
    if !path.is_null() {
        set(&mut volume, "host", json!({ "sourcePath": path }));
    }
    for block in ["driverOpts", "labels"] {
        if let Some(docker) = volume.get_mut("dockerVolumeConfiguration") {
            drop_empty(docker, block);
        }
    }
    volume
}

/// A volume as programs have it.
pub(crate) fn volume_from(volume: &Json) -> Json {
    let mut volume = volume.clone();
    rename(&mut volume, "configuredAtLaunch", "configureAtLaunch");
    let host = take(&mut volume, "host");
    set(&mut volume, "hostPath", host["sourcePath"].clone());
    volume
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects running tasks: what ECS adds is no difference, so nothing is registered anew.
    #[test]
    fn what_ecs_fills_in_is_taken_out() {
        let answered = json!([{
            "name": "api", "image": "i", "cpu": 0, "essential": true, "mountPoints": [], "volumesFrom": [],
            "portMappings": [{ "containerPort": 80, "hostPort": 80, "protocol": "tcp" }],
            "environment": [{ "name": "B", "value": "2" }, { "name": "A", "value": "1" }],
            "healthCheck": { "command": ["CMD", "true"], "interval": 30, "retries": 3, "timeout": 5 },
            "logConfiguration": { "logDriver": "awslogs", "options": { "k": "v" }, "secretOptions": [] },
        }]);
        let written = json!([{
            "name": "api", "image": "i",
            "portMappings": [{ "containerPort": 80 }],
            "environment": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }],
            "healthCheck": { "command": ["CMD", "true"] },
            "logConfiguration": { "logDriver": "awslogs", "options": { "k": "v" } },
        }]);
        assert_eq!(as_written(&answered, "awsvpc"), written);
        assert_eq!(as_written(&as_sent(written.clone()), "awsvpc"), written);
    }

    /// A host port that was chosen is a difference under `bridge`, one that ECS chooses is none.
    #[test]
    fn host_ports_count_only_where_they_can_differ() {
        let with = |host: i64| json!([{ "portMappings": [{ "containerPort": 80, "hostPort": host }] }]);
        assert_eq!(as_written(&with(80), "bridge"), with(80));
        assert_eq!(as_written(&with(0), "bridge"), json!([{ "portMappings": [{ "containerPort": 80 }] }]));
    }

    #[test]
    fn volumes_go_there_and_back() {
        let volume = json!({ "name": "v", "hostPath": "/data", "configureAtLaunch": true });
        let wire = json!({ "name": "v", "host": { "sourcePath": "/data" }, "configuredAtLaunch": true });
        assert_eq!(volume_to(&volume), wire);
        assert_eq!(volume_from(&wire), volume);
    }
}
