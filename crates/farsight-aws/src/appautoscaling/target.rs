//! `aws:appautoscaling/target:Target`.

use farsight::prelude::*;

/// Something whose capacity may change between two bounds, such as the number of tasks of an ECS service.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Target",
    token = "aws:appautoscaling/target:Target",
    import_id = "namespace, resource id and dimension, such as `ecs/service/main/api/ecs:service:DesiredCount`",
    outputs = TargetOutputs,
)]
pub struct TargetArgs {
    /// The highest capacity.
    pub max_capacity: i64,
    /// The lowest capacity.
    pub min_capacity: i64,
    /// What it is, such as `service/CLUSTER/SERVICE`.
    #[prop(replace)]
    pub resource_id: String,
    /// The role that scales; only EMR takes one, for all others AWS has its own.
    pub role_arn: Option<String>,
    /// What changes, such as `ecs:service:DesiredCount`.
    #[prop(replace)]
    pub scalable_dimension: String,
    /// The service, such as `ecs`.
    #[prop(replace)]
    pub service_namespace: String,
    /// Which kinds of scaling rest.
    pub suspended_state: Option<TargetSuspendedState>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// Which kinds of scaling rest.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetSuspendedState {
    /// Whether policies no longer lower the capacity.
    #[prop(default = false)]
    pub dynamic_scaling_in_suspended: bool,
    /// Whether policies no longer raise the capacity.
    #[prop(default = false)]
    pub dynamic_scaling_out_suspended: bool,
    /// Whether scheduled actions are passed over.
    #[prop(default = false)]
    pub scheduled_scaling_suspended: bool,
}

/// What a target answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct TargetOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
}
