//! Metric filters.

use farsight::prelude::*;

/// What makes a metric of the events of a log group.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "MetricFilter",
    token = "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    import_id = "log group name and filter name, such as `/app/api:errors`",
    outputs = MetricFilterOutputs,
)]
pub struct MetricFilterArgs {
    /// Whether events are looked at after the group's transformer changed them.
    #[prop(default = false)]
    pub apply_on_transformed_logs: bool,
    /// Name of the log group.
    #[prop(replace)]
    pub log_group_name: String,
    /// The metric that matching events make.
    pub metric_transformation: MetricTransformation,
    /// The name, unique in the group, at most 512 characters, without `:` and `*`.
    #[prop(replace, auto_name = 512)]
    pub name: String,
    /// Which events count, in the pattern language of CloudWatch Logs; empty for all.
    pub pattern: String,
}

/// How events become a metric.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct MetricTransformation {
    /// The value in periods without a matching event. Not together with dimensions.
    pub default_value: Option<f64>,
    /// Dimensions of the metric, each from a field of the event, at most three.
    pub dimensions: BTreeMap<String, String>,
    /// Name of the metric.
    pub name: String,
    /// Namespace of the metric.
    pub namespace: String,
    /// The unit, as CloudWatch names it.
    #[prop(default = "None")]
    pub unit: String,
    /// What a matching event adds: a number, or a field of the event such as `$.latency`.
    pub value: String,
}

/// What a metric filter answers: nothing that is not an input.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct MetricFilterOutputs {}
