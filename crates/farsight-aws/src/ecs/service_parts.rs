//! The blocks of services.

use farsight::prelude::*;

/// Alarms that fail a deployment.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceAlarms {
    /// Names of CloudWatch alarms.
    #[prop(set)]
    pub alarm_names: Vec<String>,
    /// Whether they count.
    pub enable: bool,
    /// Whether the last deployment that was complete comes back.
    pub rollback: bool,
}

/// Gives a deployment up that cannot start its tasks.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceDeploymentCircuitBreaker {
    /// Whether it does.
    pub enable: bool,
    /// Whether the last deployment that was complete comes back.
    pub rollback: bool,
}

/// How a new deployment takes the place of the old one.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceDeploymentConfiguration {
    /// Minutes that old and new run side by side, as digits.
    pub bake_time_in_minutes: Option<String>,
    /// A first share of the traffic, then all of it; for `CANARY`.
    pub canary_configuration: Option<ServiceDeploymentConfigurationCanaryConfiguration>,
    /// What is asked between the stages of a deployment.
    #[prop(set)]
    pub lifecycle_hooks: Vec<ServiceDeploymentConfigurationLifecycleHook>,
    /// Equal shares of the traffic, one after another; for `LINEAR`.
    pub linear_configuration: Option<ServiceDeploymentConfigurationLinearConfiguration>,
    /// `ROLLING`, `BLUE_GREEN`, `LINEAR` or `CANARY`.
    #[prop(default = "ROLLING")]
    pub strategy: String,
}

/// A first share of the traffic, then all of it.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceDeploymentConfigurationCanaryConfiguration {
    /// Minutes between the two, as digits.
    pub canary_bake_time_in_minutes: Option<String>,
    /// The share in percent.
    pub canary_percent: Option<f64>,
}

/// Somebody who is asked between the stages of a deployment.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceDeploymentConfigurationLifecycleHook {
    /// What it is told, as JSON.
    #[prop(json)]
    pub hook_details: Option<String>,
    /// ARN of the Lambda function.
    pub hook_target_arn: Option<String>,
    /// When it is asked, such as `POST_TEST_TRAFFIC_SHIFT`.
    #[prop(set)]
    pub lifecycle_stages: Vec<String>,
    /// ARN of the role that calls it.
    pub role_arn: Option<String>,
    /// What it is, if not a function: `PAUSE`.
    pub target_type: Option<String>,
    /// What happens when it does not answer.
    pub timeout_configuration: Option<ServiceDeploymentConfigurationLifecycleHookTimeoutConfiguration>,
}

/// What happens when a hook does not answer.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceDeploymentConfigurationLifecycleHookTimeoutConfiguration {
    /// What is done then.
    pub action: Option<String>,
    /// Minutes until then, as digits.
    pub timeout_in_minutes: Option<String>,
}

/// Equal shares of the traffic, one after another.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceDeploymentConfigurationLinearConfiguration {
    /// Minutes between two, as digits.
    pub step_bake_time_in_minutes: Option<String>,
    /// The share in percent.
    pub step_percent: Option<f64>,
}

/// Who deploys.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceDeploymentController {
    /// `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
    #[prop(name = "type", default = "ECS")]
    pub kind: String,
}

/// A target group or classic load balancer that tasks are registered with.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceLoadBalancer {
    /// What blue/green deployments need.
    pub advanced_configuration: Option<ServiceLoadBalancerAdvancedConfiguration>,
    /// The container that listens.
    pub container_name: String,
    /// The port of the container.
    pub container_port: i64,
    /// Name of a classic load balancer.
    pub elb_name: Option<String>,
    /// ARN of a target group.
    pub target_group_arn: Option<String>,
}

/// What blue/green deployments need of a load balancer.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceLoadBalancerAdvancedConfiguration {
    /// ARN of the target group of the other colour.
    pub alternate_target_group_arn: String,
    /// ARN of the listener rule for real traffic.
    pub production_listener_rule: String,
    /// ARN of the role that changes the rules.
    pub role_arn: String,
    /// ARN of the listener rule for tests.
    pub test_listener_rule: Option<String>,
}

/// Where tasks are in the network.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceNetworkConfiguration {
    /// Whether they get a public address.
    #[prop(default = false)]
    pub assign_public_ip: bool,
    /// Security groups; the VPC's default one if none is given.
    #[prop(set)]
    pub security_groups: Option<Vec<String>>,
    /// Subnets, all of one VPC.
    #[prop(set)]
    pub subnets: Vec<String>,
}

/// A rule for where tasks are placed.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceOrderedPlacementStrategy {
    /// What it goes by, such as `attribute:ecs.availability-zone`, `instanceId`, `memory`.
    #[prop(compare = case_insensitive)]
    pub field: Option<String>,
    /// `binpack`, `random` or `spread`.
    #[prop(name = "type")]
    pub kind: String,
}

/// Where tasks are registered for discovery by name.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceRegistries {
    /// The container, for SRV records.
    pub container_name: Option<String>,
    /// The port of the container, for SRV records.
    pub container_port: Option<i64>,
    /// The port for SRV records, where it is the same for all tasks.
    pub port: Option<i64>,
    /// ARN of the service in Cloud Map.
    pub registry_arn: String,
}

/// A target group of VPC Lattice.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceVpcLatticeConfiguration {
    /// Name of the port mapping.
    pub port_name: String,
    /// ARN of the role that registers.
    pub role_arn: String,
    /// ARN of the target group.
    pub target_group_arn: String,
}
