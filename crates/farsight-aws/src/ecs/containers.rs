//! Container definitions, typed: what is written as JSON in a task definition.

use farsight::prelude::*;

/// The containers of a task, for [`TaskDefinitionArgs::container_definitions`](super::TaskDefinitionArgs); parts may be
/// outputs.
///
/// ```
/// use farsight_aws::ecs::{ContainerDefinition, ContainerDefinitions, LogConfiguration, PortMapping};
///
/// let containers = ContainerDefinitions::new().container(
///     ContainerDefinition::new()
///         .name("api")
///         .image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1.2")
///         .port_mappings([PortMapping::tcp(8000)])
///         .environment([("RUST_LOG", "info")])
///         .log_configuration(LogConfiguration::awslogs("/ecs/api", "eu-central-1", "api")),
/// );
/// # let _ = containers;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "container definitions do nothing until they are given to a task definition"]
pub struct ContainerDefinitions {
    all: Vec<Value>,
}

impl ContainerDefinitions {
    /// No containers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a container.
    pub fn container(mut self, container: impl Into<Input<ContainerDefinition>>) -> Self {
        self.all.push(as_ecs_takes_it(container.into().into_value()));
        self
    }

    /// The definitions as JSON text.
    #[track_caller]
    pub fn json(self) -> Output<String> {
        farsight::json(Value::List(self.all))
    }
}

impl From<ContainerDefinitions> for Input<String> {
    #[track_caller]
    fn from(containers: ContainerDefinitions) -> Self {
        containers.json().into()
    }
}

/// Maps become lists sorted by name, and what ECS fills in by itself is left out, so that the text is what is read back.
fn as_ecs_takes_it(mut container: Value) -> Value {
    for (list, key, value) in [
        ("environment", "name", "value"),
        ("secrets", "name", "valueFrom"),
        ("extraHosts", "hostname", "ipAddress"),
        ("systemControls", "namespace", "value"),
    ] {
        pairs(&mut container, list, key, value);
    }
    for (part, list) in [("logConfiguration", "secretOptions")] {
        if let Some(mut inner) = container.get(part).cloned() {
            pairs(&mut inner, list, "name", "valueFrom");
            container.set(part, inner);
        }
    }
    unless_default(&mut container, &[("essential", Value::Bool(true)), ("cpu", Value::Number(0.0))]);
    if let Some(mut check) = container.get("healthCheck").cloned() {
        let seconds = [("interval", 30.0), ("retries", 3.0), ("timeout", 5.0), ("startPeriod", 0.0)];
        unless_default(&mut check, &seconds.map(|(name, value)| (name, Value::Number(value))));
        container.set("healthCheck", check);
    }
    container
}

/// Takes properties away that have the value which they would have anyway.
fn unless_default(block: &mut Value, defaults: &[(&str, Value)]) {
    for (name, default) in defaults {
        if block.get(name) == Some(default) {
            block.set(name, Value::Null);
        }
    }
}

fn pairs(block: &mut Value, list: &str, key: &str, value: &str) {
    let entries = block.get(list).and_then(Value::as_map).map(|entries| {
        let pair = |(k, v): (&String, &Value)| Value::map([(key, Value::from(k.as_str())), (value, v.clone())]);
        Value::List(entries.iter().map(pair).collect())
    });
    if let Some(entries) = entries {
        block.set(list, entries);
    }
}

/// One container. The names are those of ECS; what is not given, ECS or the image decides.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ContainerDefinition {
    /// The command, in place of the image's.
    pub command: Option<Vec<String>>,
    /// CPU units of this container out of the task's, 1024 a core.
    pub cpu: Option<i64>,
    /// Credential specifications, by ARN, for Active Directory.
    pub credential_specs: Option<Vec<String>>,
    /// Containers that must be in some state before this one starts.
    pub depends_on: Option<Vec<ContainerDependency>>,
    /// Whether it has no network.
    pub disable_networking: Option<bool>,
    /// DNS search domains, not under `awsvpc`.
    pub dns_search_domains: Option<Vec<String>>,
    /// DNS servers, not under `awsvpc`.
    pub dns_servers: Option<Vec<String>>,
    /// Labels of the container.
    pub docker_labels: BTreeMap<String, String>,
    /// Security options of Docker.
    pub docker_security_options: Option<Vec<String>>,
    /// The entry point, in place of the image's.
    pub entry_point: Option<Vec<String>>,
    /// Environment variables. Names must be known, values may be outputs. Never secrets.
    pub environment: BTreeMap<String, String>,
    /// Files with environment variables, in S3.
    pub environment_files: Option<Vec<EnvironmentFile>>,
    /// Whether the task ends when this container does; true if not given.
    pub essential: Option<bool>,
    /// More lines for `/etc/hosts`: address by host name, not under `awsvpc`.
    pub extra_hosts: BTreeMap<String, String>,
    /// That this container routes logs.
    pub firelens_configuration: Option<FirelensConfiguration>,
    /// How it is seen that the container is healthy.
    pub health_check: Option<HealthCheck>,
    /// Its host name, not under `awsvpc`.
    pub hostname: Option<String>,
    /// The image: repository and tag, or repository and digest.
    pub image: String,
    /// Whether it keeps its standard input.
    pub interactive: Option<bool>,
    /// Other containers that it can reach by name, under `bridge`.
    pub links: Option<Vec<String>>,
    /// Linux's own options.
    pub linux_parameters: Option<LinuxParameters>,
    /// Where its output goes.
    pub log_configuration: Option<LogConfiguration>,
    /// The most memory in MiB; more, and it is killed.
    pub memory: Option<i64>,
    /// Memory in MiB that is kept for it.
    pub memory_reservation: Option<i64>,
    /// The task's volumes in its file system.
    pub mount_points: Option<Vec<MountPoint>>,
    /// The name, unique in the task.
    pub name: String,
    /// Ports that it listens on.
    pub port_mappings: Option<Vec<PortMapping>>,
    /// Whether it may do what root may on the instance. Not on Fargate.
    pub privileged: Option<bool>,
    /// Whether it has a terminal.
    pub pseudo_terminal: Option<bool>,
    /// Whether it cannot write its root file system.
    pub readonly_root_filesystem: Option<bool>,
    /// Credentials of a private registry.
    pub repository_credentials: Option<RepositoryCredentials>,
    /// GPUs and accelerators.
    pub resource_requirements: Option<Vec<ResourceRequirement>>,
    /// Whether it is started again by itself when it ends.
    pub restart_policy: Option<ContainerRestartPolicy>,
    /// Secrets as environment variables: ARN of a secret or parameter by name. Names must be known, ARNs may be outputs.
    pub secrets: BTreeMap<String, String>,
    /// Seconds until dependencies are given up.
    pub start_timeout: Option<i64>,
    /// Seconds between SIGTERM and SIGKILL, 120 at most on Fargate.
    pub stop_timeout: Option<i64>,
    /// Kernel parameters: value by namespace, such as `net.core.somaxconn`.
    pub system_controls: BTreeMap<String, String>,
    /// Limits.
    pub ulimits: Option<Vec<Ulimit>>,
    /// The user, as `uid`, `uid:gid` or names.
    pub user: Option<String>,
    /// Whether a tag is resolved to a digest once for each deployment: `enabled` or `disabled`.
    pub version_consistency: Option<String>,
    /// Volumes of other containers.
    pub volumes_from: Option<Vec<VolumeFrom>>,
    /// The directory where the command runs.
    pub working_directory: Option<String>,
}

/// That a container waits for another.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ContainerDependency {
    /// What the other must be: `START`, `COMPLETE`, `SUCCESS` or `HEALTHY`.
    pub condition: String,
    /// Name of the other.
    pub container_name: String,
}

/// A file with environment variables.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct EnvironmentFile {
    /// `s3`.
    #[prop(name = "type")]
    pub kind: String,
    /// ARN of the object.
    pub value: String,
}

/// That a container routes logs.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct FirelensConfiguration {
    /// Options of the router.
    pub options: BTreeMap<String, String>,
    /// `fluentbit` or `fluentd`.
    #[prop(name = "type")]
    pub kind: String,
}

/// How it is seen that a container is healthy.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct HealthCheck {
    /// The command: `CMD` and its words, or `CMD-SHELL` and a line.
    pub command: Vec<String>,
    /// Seconds between checks, 5 to 300; 30 if not given.
    pub interval: Option<i64>,
    /// Failures in a row until it is unhealthy, 1 to 10; 3 if not given.
    pub retries: Option<i64>,
    /// Seconds in which failures do not count yet, up to 300.
    pub start_period: Option<i64>,
    /// Seconds until a check failed, 2 to 60; 5 if not given.
    pub timeout: Option<i64>,
}

impl HealthCheck {
    /// A line for the container's shell, such as `curl -f http://localhost/health || exit 1`.
    pub fn shell(line: impl Into<String>) -> Self {
        let command = vec!["CMD-SHELL".to_owned(), line.into()];
        Self { command, interval: None, retries: None, start_period: None, timeout: None }
    }
}

/// Linux's own options.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct LinuxParameters {
    /// Capabilities beyond Docker's defaults, or fewer.
    pub capabilities: Option<KernelCapabilities>,
    /// Devices of the instance.
    pub devices: Option<Vec<Device>>,
    /// Whether a small init process reaps zombies.
    pub init_process_enabled: Option<bool>,
    /// Swap in MiB.
    pub max_swap: Option<i64>,
    /// `/dev/shm` in MiB.
    pub shared_memory_size: Option<i64>,
    /// How eagerly memory is swapped, 0 to 100.
    pub swappiness: Option<i64>,
    /// File systems in memory.
    pub tmpfs: Option<Vec<Tmpfs>>,
}

/// Linux capabilities.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct KernelCapabilities {
    /// More than Docker's defaults.
    pub add: Option<Vec<String>>,
    /// Fewer.
    pub drop: Option<Vec<String>>,
}

/// A device of the instance.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Device {
    /// The path in the container.
    pub container_path: Option<String>,
    /// The path on the instance.
    pub host_path: String,
    /// `read`, `write`, `mknod`.
    pub permissions: Option<Vec<String>>,
}

/// A file system in memory.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Tmpfs {
    /// The path in the container.
    pub container_path: String,
    /// Options of the mount.
    pub mount_options: Option<Vec<String>>,
    /// Its size in MiB.
    pub size: i64,
}

/// Where a container's output goes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct LogConfiguration {
    /// The driver, such as `awslogs` or `awsfirelens`.
    pub log_driver: String,
    /// Options of the driver.
    pub options: BTreeMap<String, String>,
    /// Options that are secrets: ARN by name.
    pub secret_options: BTreeMap<String, String>,
}

impl LogConfiguration {
    /// CloudWatch Logs: a log group, its region, and what the streams' names begin with. Each may be an output.
    pub fn awslogs(
        group: impl Into<Input<String>>,
        region: impl Into<Input<String>>,
        prefix: impl Into<Input<String>>,
    ) -> Input<LogConfiguration> {
        let options = Value::map([
            ("awslogs-group", group.into().into_value()),
            ("awslogs-region", region.into().into_value()),
            ("awslogs-stream-prefix", prefix.into().into_value()),
        ]);
        Input::from_value(Value::map([("logDriver", Value::from("awslogs")), ("options", options)]))
    }
}

/// A volume of the task in a container's file system.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct MountPoint {
    /// The path in the container.
    pub container_path: String,
    /// Whether it cannot be written.
    pub read_only: Option<bool>,
    /// Name of the volume.
    pub source_volume: String,
}

/// A port that a container listens on.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct PortMapping {
    /// What Service Connect makes of it: `http`, `http2` or `grpc`; TCP if not given.
    pub app_protocol: Option<String>,
    /// The port; or `container_port_range`.
    pub container_port: Option<i64>,
    /// Several ports, such as `8000-8010`.
    pub container_port_range: Option<String>,
    /// The instance's port under `bridge`; a free one if not given.
    pub host_port: Option<i64>,
    /// A name that Service Connect and VPC Lattice use.
    pub name: Option<String>,
    /// `udp`; TCP if not given.
    pub protocol: Option<String>,
}

impl PortMapping {
    /// A TCP port.
    pub fn tcp(port: u16) -> Self {
        Self {
            app_protocol: None,
            container_port: Some(i64::from(port)),
            container_port_range: None,
            host_port: None,
            name: None,
            protocol: None,
        }
    }
}

/// Credentials of a private registry.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RepositoryCredentials {
    /// ARN of the secret with user name and password.
    pub credentials_parameter: String,
}

/// A GPU or accelerator.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ResourceRequirement {
    /// `GPU` or `InferenceAccelerator`.
    #[prop(name = "type")]
    pub kind: String,
    /// How many, or the accelerator's name.
    pub value: String,
}

/// Whether a container is started again by itself.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ContainerRestartPolicy {
    /// Whether it is.
    pub enabled: bool,
    /// Exit codes after which it is not.
    pub ignored_exit_codes: Option<Vec<i64>>,
    /// Seconds that it must have run, 60 to 1800; 300 if not given.
    pub restart_attempt_period: Option<i64>,
}

/// A limit.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Ulimit {
    /// The most that it can be raised to.
    pub hard_limit: i64,
    /// Its name, such as `nofile`.
    pub name: String,
    /// What it is.
    pub soft_limit: i64,
}

/// The volumes of another container.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct VolumeFrom {
    /// Whether they cannot be written.
    pub read_only: Option<bool>,
    /// Name of the other container.
    pub source_container: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects running tasks: what programs write is what ECS answers, so nothing is registered anew.
    #[test]
    fn typed_containers_are_what_ecs_reads_back() {
        let containers = ContainerDefinitions::new().container(
            ContainerDefinition::new()
                .image("api:1")
                .name("api")
                .essential(true)
                .cpu(0)
                .port_mappings([PortMapping::tcp(8000)])
                .environment([("B", "2"), ("A", "1")])
                .secrets([("PASSWORD", "arn:aws:secretsmanager:r:1:secret:p")])
                .health_check(HealthCheck { interval: Some(30), retries: Some(3), ..HealthCheck::shell("true") })
                .log_configuration(LogConfiguration::awslogs("/ecs/api", "r", "api")),
        );
        let Value::String(text) = containers.json().to_value() else { panic!("the definitions are known") };
        let expected = serde_json::json!([{
            "name": "api",
            "image": "api:1",
            "portMappings": [{ "containerPort": 8000 }],
            "environment": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }],
            "secrets": [{ "name": "PASSWORD", "valueFrom": "arn:aws:secretsmanager:r:1:secret:p" }],
            "healthCheck": { "command": ["CMD-SHELL", "true"] },
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": { "awslogs-group": "/ecs/api", "awslogs-region": "r", "awslogs-stream-prefix": "api" },
            },
        }]);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
    }
}
