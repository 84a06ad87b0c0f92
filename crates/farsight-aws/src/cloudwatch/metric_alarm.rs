//! `aws:cloudwatch/metricAlarm:MetricAlarm`.

use farsight::prelude::*;

/// Watches a metric, and acts when it is where it should not be.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "MetricAlarm",
    token = "aws:cloudwatch/metricAlarm:MetricAlarm",
    import_id = "alarm name",
    outputs = MetricAlarmOutputs,
    exactly_one("metric_name", "metric_queries", "evaluation_criteria"),
    at_most_one("statistic", "extended_statistic"),
    at_most_one("threshold", "threshold_metric_id"),
)]
pub struct MetricAlarmArgs {
    /// Whether it acts at all.
    #[prop(default = true)]
    pub actions_enabled: bool,
    /// What happens when it goes off: ARNs, such as that of a topic.
    #[prop(set)]
    pub alarm_actions: Vec<String>,
    /// What it is about, at most 1024 characters.
    pub alarm_description: Option<String>,
    /// How the metric is compared with the threshold.
    pub comparison_operator: Option<ComparisonOperator>,
    /// Data points of the periods that must be bad; all if not given.
    pub datapoints_to_alarm: Option<i64>,
    /// Dimensions of the metric.
    pub dimensions: BTreeMap<String, String>,
    /// Whether percentiles of few samples count: `evaluate` or `ignore`.
    pub evaluate_low_sample_count_percentiles: Option<String>,
    /// A query over metrics in PromQL; instead of a metric.
    pub evaluation_criteria: Option<EvaluationCriteria>,
    /// Seconds between two looks, for queries in PromQL.
    pub evaluation_interval: Option<i64>,
    /// Periods that are looked at.
    pub evaluation_periods: Option<i64>,
    /// Where periods begin.
    pub evaluation_window: Option<EvaluationWindow>,
    /// A percentile, such as `p99`; instead of a statistic.
    pub extended_statistic: Option<String>,
    /// What happens when there is too little data: ARNs.
    #[prop(set)]
    pub insufficient_data_actions: Vec<String>,
    /// The metric.
    pub metric_name: Option<String>,
    /// Metrics and expressions, of which one returns data; instead of a metric.
    #[prop(set)]
    pub metric_queries: Option<Vec<MetricQuery>>,
    /// The name, unique in account and region, at most 255 characters.
    #[prop(replace, auto_name = 255)]
    pub name: String,
    /// The namespace of the metric.
    pub namespace: Option<String>,
    /// What happens when all is well again: ARNs.
    #[prop(set)]
    pub ok_actions: Vec<String>,
    /// Seconds of a period: 10, 20, 30, or a multiple of 60.
    pub period: Option<i64>,
    /// How the data points of a period become one value.
    pub statistic: Option<Statistic>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The value that the metric is compared with.
    pub threshold: Option<f64>,
    /// The query that finds what is unusual, instead of a threshold.
    pub threshold_metric_id: Option<String>,
    /// What periods without data count for.
    #[prop(default = "missing")]
    pub treat_missing_data: TreatMissingData,
    /// The unit, as CloudWatch names it; any if not given.
    pub unit: Option<String>,
    /// How a new alarm waits for data.
    pub warm_up_configuration: Option<WarmUpConfiguration>,
}

/// How a metric is compared.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonOperator {
    /// Not below the threshold.
    #[prop(rename = "GreaterThanOrEqualToThreshold")]
    GreaterThanOrEqualToThreshold,
    /// Above the threshold.
    #[prop(rename = "GreaterThanThreshold")]
    GreaterThanThreshold,
    /// Above what is usual.
    #[prop(rename = "GreaterThanUpperThreshold")]
    GreaterThanUpperThreshold,
    /// Below or above what is usual.
    #[prop(rename = "LessThanLowerOrGreaterThanUpperThreshold")]
    LessThanLowerOrGreaterThanUpperThreshold,
    /// Below what is usual.
    #[prop(rename = "LessThanLowerThreshold")]
    LessThanLowerThreshold,
    /// Not above the threshold.
    #[prop(rename = "LessThanOrEqualToThreshold")]
    LessThanOrEqualToThreshold,
    /// Below the threshold.
    #[prop(rename = "LessThanThreshold")]
    LessThanThreshold,
}

/// How data points become one value.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Their average.
    #[prop(rename = "Average")]
    Average,
    /// The greatest.
    #[prop(rename = "Maximum")]
    Maximum,
    /// The least.
    #[prop(rename = "Minimum")]
    Minimum,
    /// How many there are.
    #[prop(rename = "SampleCount")]
    SampleCount,
    /// Their sum.
    #[prop(rename = "Sum")]
    Sum,
}

/// What periods without data count for.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreatMissingData {
    /// Bad.
    Breaching,
    /// The state stays.
    Ignore,
    /// Too little data.
    Missing,
    /// Good.
    #[prop(rename = "notBreaching")]
    NotBreaching,
}

/// A metric, or an expression over others.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct MetricQuery {
    /// The name that expressions use.
    pub id: String,
    /// The account of the metric, if it is another one.
    pub account_id: Option<String>,
    /// An expression over other ids.
    pub expression: Option<String>,
    /// Words for people.
    pub label: Option<String>,
    /// A metric.
    pub metric: Option<MetricQueryMetric>,
    /// Seconds of a period, for expressions.
    pub period: Option<i64>,
    /// Whether it is the one that counts.
    #[prop(default = false)]
    pub return_data: bool,
}

/// A metric and how its data points become one value.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct MetricQueryMetric {
    /// The name.
    pub metric_name: String,
    /// Seconds of a period.
    pub period: i64,
    /// The statistic, such as `Sum` or `p99`.
    pub stat: String,
    /// Dimensions.
    pub dimensions: BTreeMap<String, String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The unit, as CloudWatch names it.
    pub unit: Option<String>,
}

/// A query over metrics.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct EvaluationCriteria {
    /// The query.
    pub promql_criteria: PromqlCriteria,
}

/// A query in PromQL; each series that it finds is bad.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct PromqlCriteria {
    /// The query.
    pub query: String,
    /// Seconds that a series must be there before it counts.
    pub pending_period: Option<i64>,
    /// Seconds that a series must be gone before all is well.
    pub recovery_period: Option<i64>,
}

/// Where periods begin.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct EvaluationWindow {
    /// They begin with the hours, days or weeks of the clock.
    pub wall_clock_window: WallClockWindow,
}

/// Periods of the clock.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct WallClockWindow {
    /// The zone of the clock, such as `Europe/Berlin`; UTC if not given.
    pub timezone: Option<String>,
}

/// How a new alarm waits for data.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct WarmUpConfiguration {
    /// Minutes that it waits at most.
    pub warm_up_period_duration_in_minutes: i64,
    /// Whether it waits to the end even if there is data.
    pub only_start_evaluating_after_warm_up_period_ends: Option<bool>,
}

/// What an alarm answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct MetricAlarmOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
}
