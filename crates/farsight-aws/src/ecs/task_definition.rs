//! `aws:ecs/taskDefinition:TaskDefinition`.

use super::TaskDefinitionVolume;
use farsight::prelude::*;

/// Which containers run together, and with what.
///
/// AWS never changes a task definition: every change registers a new revision of the family, and the old one is
/// deregistered once nothing needs it any more. The id is the ARN with the revision.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "TaskDefinition",
    token = "aws:ecs/taskDefinition:TaskDefinition",
    import_id = "ARN of a revision, or family and revision such as `api:7`",
    outputs = TaskDefinitionOutputs,
)]
pub struct TaskDefinitionArgs {
    /// The containers, as the JSON list that `RegisterTaskDefinition` takes. [`ContainerDefinitions`](super::ContainerDefinitions)
    /// writes it from typed parts that may be outputs, in the form that is read back.
    #[prop(replace, json)]
    pub container_definitions: String,
    /// CPU units of the whole task, 1024 a core, as digits. Fargate takes 256, 512, 1024, 2048, 4096, 8192 and 16384.
    #[prop(replace)]
    pub cpu: Option<String>,
    /// Whether tasks accept requests to inject faults.
    #[prop(replace, default = false)]
    pub enable_fault_injection: bool,
    /// Storage that lives as long as the task, on Fargate.
    #[prop(replace)]
    pub ephemeral_storage: Option<TaskDefinitionEphemeralStorage>,
    /// ARN of the role that pulls images, reads secrets and writes logs before the containers start.
    #[prop(replace)]
    pub execution_role_arn: Option<String>,
    /// The name that all revisions share, at most 255 letters, digits, hyphens and underscores.
    #[prop(replace, auto_name = 255)]
    pub family: String,
    /// Which processes the containers share memory with.
    #[prop(replace)]
    pub ipc_mode: Option<IpcMode>,
    /// Memory of the whole task in MiB, as digits. Fargate takes what fits its CPU.
    #[prop(replace)]
    pub memory: Option<String>,
    /// How containers are on the network: Fargate knows `awsvpc` only; Docker's `bridge` if not given.
    #[prop(replace)]
    pub network_mode: Option<NetworkMode>,
    /// Which processes the containers see.
    #[prop(replace)]
    pub pid_mode: Option<PidMode>,
    /// Where tasks may run, not on Fargate.
    #[prop(replace, set)]
    pub placement_constraints: Option<Vec<PlacementConstraint>>,
    /// The App Mesh proxy.
    #[prop(replace)]
    pub proxy_configuration: Option<TaskDefinitionProxyConfiguration>,
    /// What the definition must be valid for: `FARGATE`, `EC2`, `EXTERNAL`, `MANAGED_INSTANCES`.
    #[prop(replace, set)]
    pub requires_compatibilities: Option<Vec<String>>,
    /// Processor and operating system.
    #[prop(replace)]
    pub runtime_platform: Option<TaskDefinitionRuntimePlatform>,
    /// Whether a delete, and each replacement, leaves the old revision active.
    #[prop(local, default = false)]
    pub skip_destroy: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// ARN of the role that the containers themselves have.
    #[prop(replace)]
    pub task_role_arn: Option<String>,
    /// Volumes that containers can mount.
    #[prop(replace, set)]
    pub volumes: Option<Vec<TaskDefinitionVolume>>,
}

/// Storage that lives as long as the task.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionEphemeralStorage {
    /// Its size in GiB, 21 to 200.
    pub size_in_gib: i64,
}

/// Which processes share memory.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpcMode {
    /// All of the instance.
    Host,
    /// Those of the task.
    Task,
    /// None.
    None,
}

/// How containers are on the network.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkMode {
    /// Docker's own network on the instance.
    Bridge,
    /// The instance's network.
    Host,
    /// A network interface for each task.
    Awsvpc,
    /// Not at all.
    None,
}

/// Which processes containers see.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum PidMode {
    /// All of the instance.
    Host,
    /// Those of the task.
    Task,
}

/// Where tasks may run.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct PlacementConstraint {
    /// A condition in ECS's query language, with `memberOf`.
    pub expression: Option<String>,
    /// `memberOf`, or `distinctInstance` for services.
    #[prop(name = "type")]
    pub kind: String,
}

/// The App Mesh proxy of a task.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionProxyConfiguration {
    /// The container that is the proxy.
    pub container_name: String,
    /// Its parameters, such as `AppPorts`.
    pub properties: BTreeMap<String, String>,
    /// What it is.
    #[prop(name = "type", default = "APPMESH")]
    pub kind: String,
}

/// Processor and operating system of a task on Fargate.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionRuntimePlatform {
    /// `X86_64` or `ARM64`.
    pub cpu_architecture: Option<String>,
    /// `LINUX`, or a release of Windows such as `WINDOWS_SERVER_2022_CORE`.
    pub operating_system_family: Option<String>,
}

/// What a task definition answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct TaskDefinitionOutputs {
    /// The ARN with the revision.
    #[prop(stable)]
    pub arn: String,
    /// The ARN of the family: its newest active revision, wherever ECS takes a task definition.
    #[prop(stable)]
    pub arn_without_revision: String,
    /// The revision.
    #[prop(stable)]
    pub revision: i64,
}
