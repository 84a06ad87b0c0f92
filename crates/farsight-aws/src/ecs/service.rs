//! `aws:ecs/service:Service`.

use super::{
    CapacityProviderStrategy, PlacementConstraint, ServiceAlarms, ServiceDeploymentCircuitBreaker,
    ServiceDeploymentConfiguration, ServiceDeploymentController, ServiceLoadBalancer, ServiceNetworkConfiguration,
    ServiceOrderedPlacementStrategy, ServiceServiceConnectConfiguration, ServiceServiceRegistries,
    ServiceVolumeConfiguration, ServiceVpcLatticeConfiguration,
};
use farsight::prelude::*;

/// Keeps a number of tasks running and replaces them when their definition changes.
///
/// It is ready when as many tasks run as shall and the last deployment is complete, unless `wait_for_steady_state` is
/// false. A service behind a load balancer must depend on the listener, and all services on the policies of their roles.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Service",
    token = "aws:ecs/service:Service",
    import_id = "cluster and service name, such as `main/api`, or the ARN",
    outputs = ServiceOutputs,
    at_most_one("launch_type", "capacity_provider_strategies"),
)]
pub struct ServiceArgs {
    /// Alarms that fail a deployment.
    pub alarms: Option<ServiceAlarms>,
    /// Whether tasks are spread anew when zones become uneven: `ENABLED` or `DISABLED`.
    pub availability_zone_rebalancing: Option<String>,
    /// What tasks run on, in place of a launch type; the cluster's default if neither is given.
    #[prop(set)]
    pub capacity_provider_strategies: Option<Vec<CapacityProviderStrategy>>,
    /// The cluster, by name or ARN; `default` if not given. Another spelling counts as another cluster.
    #[prop(replace)]
    pub cluster: Option<String>,
    /// Whether a deployment that cannot start its tasks is given up.
    pub deployment_circuit_breaker: Option<ServiceDeploymentCircuitBreaker>,
    /// How a new deployment takes the place of the old one.
    pub deployment_configuration: Option<ServiceDeploymentConfiguration>,
    /// Who deploys: ECS if not given.
    #[prop(replace)]
    pub deployment_controller: Option<ServiceDeploymentController>,
    /// The most tasks during a deployment, in percent of `desired_count`.
    pub deployment_maximum_percent: Option<i64>,
    /// The fewest healthy tasks during a deployment, in percent of `desired_count`.
    pub deployment_minimum_healthy_percent: Option<i64>,
    /// How many tasks run. Autoscaling may change it, which is no drift.
    #[prop(ambient)]
    pub desired_count: Option<i64>,
    /// Whether ECS puts tags of cluster and service on tasks.
    #[prop(default = false)]
    pub enable_ecs_managed_tags: bool,
    /// Whether commands can be run in containers (ECS Exec).
    #[prop(default = false)]
    pub enable_execute_command: bool,
    /// Whether a delete stops tasks first without scaling down. Services are always scaled down; this is for those of
    /// the strategy `DAEMON`.
    #[prop(local, default = false)]
    pub force_delete: bool,
    /// Whether every update of the service starts a new deployment, even of the same task definition.
    #[prop(local, default = false)]
    pub force_new_deployment: bool,
    /// Seconds in which the load balancer's verdict on a new task does not count.
    #[prop(default = 0)]
    pub health_check_grace_period_seconds: i64,
    /// ARN of the role for a load balancer without `awsvpc`; ECS's own if not given.
    #[prop(replace)]
    pub iam_role: Option<String>,
    /// What tasks run on: `FARGATE`, `EC2` or `EXTERNAL`.
    #[prop(replace)]
    pub launch_type: Option<LaunchType>,
    /// Target groups that tasks are registered with.
    #[prop(set)]
    pub load_balancers: Vec<ServiceLoadBalancer>,
    /// The name, unique in the cluster: at most 255 letters, digits, hyphens and underscores.
    #[prop(replace, auto_name = 255)]
    pub name: String,
    /// Subnets and groups of the tasks, for task definitions with `awsvpc`.
    pub network_configuration: Option<ServiceNetworkConfiguration>,
    /// Where tasks are placed, first rule first; not on Fargate.
    pub ordered_placement_strategies: Vec<ServiceOrderedPlacementStrategy>,
    /// Where tasks may run; not on Fargate.
    #[prop(set)]
    pub placement_constraints: Vec<PlacementConstraint>,
    /// The platform version of Fargate; `LATEST` if not given.
    pub platform_version: Option<String>,
    /// Whose tags the tasks get.
    #[prop(default = "NONE")]
    pub propagate_tags: PropagateTags,
    /// How many tasks there are: as many as wanted, or one on each instance.
    #[prop(replace, default = "REPLICA")]
    pub scheduling_strategy: SchedulingStrategy,
    /// A proxy beside each task, through which services reach each other by name.
    pub service_connect_configuration: Option<ServiceServiceConnectConfiguration>,
    /// Where tasks are registered for discovery by name (AWS Cloud Map).
    pub service_registries: Option<ServiceServiceRegistries>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// ARN of the task definition with its revision, as [`TaskDefinition`](super::TaskDefinition) answers it.
    pub task_definition: Option<String>,
    /// Any change of these starts a new deployment, such as a digest behind a tag.
    #[prop(local)]
    pub triggers: BTreeMap<String, String>,
    /// A volume of EBS that each task gets for itself.
    pub volume_configuration: Option<ServiceVolumeConfiguration>,
    /// Target groups of VPC Lattice that tasks are registered with.
    #[prop(set)]
    pub vpc_lattice_configurations: Vec<ServiceVpcLatticeConfiguration>,
    /// Whether creates and updates wait until the service is steady, and fail when a deployment fails.
    #[prop(local, default = true)]
    pub wait_for_steady_state: bool,
}

/// What tasks run on.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaunchType {
    /// Instances of one's own.
    #[prop(rename = "EC2")]
    Ec2,
    /// Machines elsewhere (ECS Anywhere).
    #[prop(rename = "EXTERNAL")]
    External,
    /// Nothing that one sees.
    #[prop(rename = "FARGATE")]
    Fargate,
    /// Instances that ECS manages.
    #[prop(rename = "MANAGED_INSTANCES")]
    ManagedInstances,
}

/// Whose tags tasks get.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropagateTags {
    /// Nobody's.
    #[prop(rename = "NONE")]
    None,
    /// The service's.
    #[prop(rename = "SERVICE")]
    Service,
    /// The task definition's.
    #[prop(rename = "TASK_DEFINITION")]
    TaskDefinition,
}

/// How many tasks there are.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulingStrategy {
    /// One on each instance.
    #[prop(rename = "DAEMON")]
    Daemon,
    /// As many as wanted.
    #[prop(rename = "REPLICA")]
    Replica,
}

/// What a service answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ServiceOutputs {
    /// The ARN.
    #[prop(stable)]
    pub arn: String,
}
