//! `aws:appautoscaling/policy:Policy`.

use farsight::prelude::*;

/// When and by how much a target's capacity changes.
///
/// A target must be registered first: take its properties from the [`Target`](super::Target), so that it is.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Policy",
    token = "aws:appautoscaling/policy:Policy",
    import_id = "namespace, resource id, dimension and name, such as `ecs/service/main/api/ecs:service:DesiredCount/cpu`",
    outputs = PolicyOutputs,
    exactly_one("step_scaling_policy_configuration", "target_tracking_scaling_policy_configuration"),
)]
pub struct PolicyArgs {
    /// The name, unique for the target, at most 256 characters.
    #[prop(replace, auto_name = 256)]
    pub name: String,
    /// The kind; it goes with the block that is given.
    #[prop(default = "StepScaling")]
    pub policy_type: PolicyType,
    /// What the target is, as in the target.
    #[prop(replace)]
    pub resource_id: String,
    /// What changes, as in the target.
    #[prop(replace)]
    pub scalable_dimension: String,
    /// The service, as in the target.
    #[prop(replace)]
    pub service_namespace: String,
    /// Steps that an alarm of one's own takes.
    pub step_scaling_policy_configuration: Option<StepScaling>,
    /// A metric that is kept near a value; AWS makes the alarms.
    pub target_tracking_scaling_policy_configuration: Option<TargetTracking>,
}

/// The kinds of policies.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyType {
    /// An alarm takes steps.
    #[prop(rename = "StepScaling")]
    StepScaling,
    /// A metric is kept near a value.
    #[prop(rename = "TargetTrackingScaling")]
    TargetTrackingScaling,
}

/// Steps that an alarm takes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct StepScaling {
    /// What the numbers of the steps mean.
    pub adjustment_type: Option<AdjustmentType>,
    /// Seconds after a change in which it counts as the same one.
    pub cooldown: Option<i64>,
    /// How data points become one value.
    #[prop(default = "Average")]
    pub metric_aggregation_type: MetricAggregation,
    /// The smallest change, for `PercentChangeInCapacity`.
    pub min_adjustment_magnitude: Option<i64>,
    /// The steps.
    #[prop(set)]
    pub step_adjustments: Vec<StepAdjustment>,
}

/// What the numbers of steps mean.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustmentType {
    /// How much is added.
    #[prop(rename = "ChangeInCapacity")]
    ChangeInCapacity,
    /// What it becomes.
    #[prop(rename = "ExactCapacity")]
    ExactCapacity,
    /// How many percent are added.
    #[prop(rename = "PercentChangeInCapacity")]
    PercentChangeInCapacity,
}

/// How data points become one value.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricAggregation {
    /// Their average.
    #[prop(rename = "Average")]
    Average,
    /// The greatest.
    #[prop(rename = "Maximum")]
    Maximum,
    /// The least.
    #[prop(rename = "Minimum")]
    Minimum,
}

/// One step: what happens when the metric is so far from the alarm's threshold.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct StepAdjustment {
    /// The change.
    pub scaling_adjustment: i64,
    /// The least distance from the threshold; none if not given.
    pub metric_interval_lower_bound: Option<f64>,
    /// The greatest distance from the threshold; none if not given.
    pub metric_interval_upper_bound: Option<f64>,
}

/// A metric that is kept near a value. Exactly one of the two specifications is given.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetTracking {
    /// The value.
    pub target_value: f64,
    /// A metric of one's own.
    pub customized_metric_specification: Option<CustomizedMetric>,
    /// Whether the capacity is never lowered.
    #[prop(default = false)]
    pub disable_scale_in: bool,
    /// A metric that AWS knows.
    pub predefined_metric_specification: Option<PredefinedMetric>,
    /// Seconds after a lowering before the next.
    pub scale_in_cooldown: Option<i64>,
    /// Seconds after a raise in which it counts as the same one.
    pub scale_out_cooldown: Option<i64>,
}

/// A metric that AWS knows.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct PredefinedMetric {
    /// The metric, such as `ECSServiceAverageCPUUtilization`.
    pub predefined_metric_type: String,
    /// Which load balancer and target group, for `ALBRequestCountPerTarget`: `app/NAME/ID/targetgroup/NAME/ID`.
    pub resource_label: Option<String>,
}

/// A metric of one's own: one of CloudWatch by name, or several in an expression.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CustomizedMetric {
    /// The dimensions.
    #[prop(set)]
    pub dimensions: Vec<ScalingMetricDimension>,
    /// The name.
    pub metric_name: Option<String>,
    /// Metrics and expressions, of which one returns data.
    #[prop(set)]
    pub metrics: Vec<ScalingMetricQuery>,
    /// The namespace.
    pub namespace: Option<String>,
    /// `Average`, `Maximum`, `Minimum`, `SampleCount` or `Sum`.
    pub statistic: Option<String>,
    /// The unit, as CloudWatch names it.
    pub unit: Option<String>,
}

/// A dimension of a metric.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ScalingMetricDimension {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A metric, or an expression over others.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ScalingMetricQuery {
    /// The name that expressions use.
    pub id: String,
    /// An expression over other ids.
    pub expression: Option<String>,
    /// Words for people.
    pub label: Option<String>,
    /// A metric.
    pub metric_stat: Option<ScalingMetricStat>,
    /// Whether it is the one that counts.
    #[prop(default = true)]
    pub return_data: bool,
}

/// A metric and how its data points become one value.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ScalingMetricStat {
    /// The metric.
    pub metric: ScalingMetric,
    /// The statistic, such as `Average`.
    pub stat: String,
    /// The unit, as CloudWatch names it.
    pub unit: Option<String>,
}

/// A metric of CloudWatch.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ScalingMetric {
    /// The name.
    pub metric_name: String,
    /// The namespace.
    pub namespace: String,
    /// The dimensions.
    #[prop(set)]
    pub dimensions: Vec<ScalingMetricDimension>,
}

/// What a policy answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct PolicyOutputs {
    /// The alarms that AWS made for it.
    pub alarm_arns: Vec<String>,
    /// Its ARN: what an alarm's actions name.
    #[prop(stable)]
    pub arn: String,
}
