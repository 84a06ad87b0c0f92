//! What policies do, to AWS and back.

use aws_sdk_applicationautoscaling::types::{
    self, CustomizedMetricSpecification, MetricDimension, MetricStatistic, MetricType, PredefinedMetricSpecification,
    StepScalingPolicyConfiguration, TargetTrackingMetric, TargetTrackingMetricDataQuery, TargetTrackingMetricDimension,
    TargetTrackingMetricStat, TargetTrackingScalingPolicyConfiguration,
};
use farsight_aws::appautoscaling::{
    AdjustmentType, CustomizedMetric, MetricAggregation, PredefinedMetric, ScalingMetric, ScalingMetricDimension,
    ScalingMetricQuery, ScalingMetricStat, StepAdjustment, StepScaling, TargetTracking,
};
use farsight_provider::{Error, Fault, Result};

fn small(number: Option<i64>) -> Option<i32> {
    number.and_then(|number| number.try_into().ok())
}

fn built<T>(built: std::result::Result<T, aws_smithy_types::error::operation::BuildError>) -> Result<T> {
    built.map_err(|error| Error::new(Fault::Rejected, error.to_string()))
}

pub(crate) fn step_to_sdk(step: &StepScaling) -> Result<StepScalingPolicyConfiguration> {
    let steps = step.step_adjustments.iter().map(|step| {
        let adjustment = types::StepAdjustment::builder()
            .set_scaling_adjustment(small(Some(step.scaling_adjustment)))
            .set_metric_interval_lower_bound(step.metric_interval_lower_bound)
            .set_metric_interval_upper_bound(step.metric_interval_upper_bound);
        built(adjustment.build())
    });
    let kind = step.adjustment_type.map(|kind| types::AdjustmentType::from(kind.as_str()));
    Ok(StepScalingPolicyConfiguration::builder()
        .set_adjustment_type(kind)
        .set_cooldown(small(step.cooldown))
        .metric_aggregation_type(types::MetricAggregationType::from(step.metric_aggregation_type.as_str()))
        .set_min_adjustment_magnitude(small(step.min_adjustment_magnitude))
        .set_step_adjustments(Some(steps.collect::<Result<_>>()?))
        .build())
}

pub(crate) fn step_from_sdk(step: &StepScalingPolicyConfiguration) -> StepScaling {
    let steps = step.step_adjustments().iter().map(|step| StepAdjustment {
        scaling_adjustment: i64::from(step.scaling_adjustment),
        metric_interval_lower_bound: step.metric_interval_lower_bound,
        metric_interval_upper_bound: step.metric_interval_upper_bound,
    });
    let aggregation = step.metric_aggregation_type.as_ref();
    StepScaling {
        adjustment_type: step.adjustment_type.as_ref().and_then(|kind| AdjustmentType::from_wire(kind.as_str())),
        cooldown: step.cooldown.map(i64::from),
        metric_aggregation_type: aggregation
            .and_then(|kind| MetricAggregation::from_wire(kind.as_str()))
            .unwrap_or(MetricAggregation::Average),
        min_adjustment_magnitude: step.min_adjustment_magnitude.map(i64::from),
        step_adjustments: steps.collect(),
    }
}

pub(crate) fn tracking_to_sdk(tracking: &TargetTracking) -> Result<TargetTrackingScalingPolicyConfiguration> {
    let known = tracking.predefined_metric_specification.as_ref().map(|metric| {
        let specification = PredefinedMetricSpecification::builder()
            .predefined_metric_type(MetricType::from(metric.predefined_metric_type.as_str()))
            .set_resource_label(metric.resource_label.clone());
        built(specification.build())
    });
    let own = tracking.customized_metric_specification.as_ref().map(customized_to_sdk);
    let configuration = TargetTrackingScalingPolicyConfiguration::builder()
        .target_value(tracking.target_value)
        .set_predefined_metric_specification(known.transpose()?)
        .set_customized_metric_specification(own.transpose()?)
        .disable_scale_in(tracking.disable_scale_in)
        .set_scale_in_cooldown(small(tracking.scale_in_cooldown))
        .set_scale_out_cooldown(small(tracking.scale_out_cooldown));
    built(configuration.build())
}

fn customized_to_sdk(metric: &CustomizedMetric) -> Result<CustomizedMetricSpecification> {
    let dimension =
        |of: &ScalingMetricDimension| built(MetricDimension::builder().name(&of.name).value(&of.value).build());
    let dimensions: Vec<MetricDimension> = metric.dimensions.iter().map(dimension).collect::<Result<_>>()?;
    let queries: Vec<_> = metric.metrics.iter().map(query_to_sdk).collect::<Result<_>>()?;
    Ok(CustomizedMetricSpecification::builder()
        .set_dimensions((!dimensions.is_empty()).then_some(dimensions))
        .set_metric_name(metric.metric_name.clone())
        .set_metrics((!queries.is_empty()).then_some(queries))
        .set_namespace(metric.namespace.clone())
        .set_statistic(metric.statistic.as_deref().map(MetricStatistic::from))
        .set_unit(metric.unit.clone())
        .build())
}

fn query_to_sdk(query: &ScalingMetricQuery) -> Result<TargetTrackingMetricDataQuery> {
    let stat = query.metric_stat.as_ref().map(|stat| {
        let dimensions = stat.metric.dimensions.iter().map(|dimension| {
            built(TargetTrackingMetricDimension::builder().name(&dimension.name).value(&dimension.value).build())
        });
        let metric = TargetTrackingMetric::builder()
            .metric_name(&stat.metric.metric_name)
            .namespace(&stat.metric.namespace)
            .set_dimensions(Some(dimensions.collect::<Result<_>>()?))
            .build();
        let stat = TargetTrackingMetricStat::builder().metric(metric).stat(&stat.stat).set_unit(stat.unit.clone());
        built(stat.build())
    });
    let query = TargetTrackingMetricDataQuery::builder()
        .id(&query.id)
        .set_expression(query.expression.clone())
        .set_label(query.label.clone())
        .set_metric_stat(stat.transpose()?)
        .return_data(query.return_data);
    built(query.build())
}

pub(crate) fn tracking_from_sdk(tracking: &TargetTrackingScalingPolicyConfiguration) -> TargetTracking {
    let known = tracking.predefined_metric_specification.as_ref().map(|metric| PredefinedMetric {
        predefined_metric_type: metric.predefined_metric_type.as_str().to_owned(),
        resource_label: metric.resource_label.clone(),
    });
    TargetTracking {
        target_value: tracking.target_value,
        customized_metric_specification: tracking.customized_metric_specification.as_ref().map(customized_from_sdk),
        disable_scale_in: tracking.disable_scale_in.unwrap_or_default(),
        predefined_metric_specification: known,
        scale_in_cooldown: tracking.scale_in_cooldown.map(i64::from),
        scale_out_cooldown: tracking.scale_out_cooldown.map(i64::from),
    }
}

fn customized_from_sdk(metric: &CustomizedMetricSpecification) -> CustomizedMetric {
    let dimension = |of: &MetricDimension| ScalingMetricDimension { name: of.name.clone(), value: of.value.clone() };
    CustomizedMetric {
        dimensions: metric.dimensions().iter().map(dimension).collect(),
        metric_name: metric.metric_name.clone(),
        metrics: metric.metrics().iter().map(query_from_sdk).collect(),
        namespace: metric.namespace.clone(),
        statistic: metric.statistic.as_ref().map(|statistic| statistic.as_str().to_owned()),
        unit: metric.unit.clone(),
    }
}

fn query_from_sdk(query: &TargetTrackingMetricDataQuery) -> ScalingMetricQuery {
    let metric = |metric: &TargetTrackingMetric| ScalingMetric {
        metric_name: metric.metric_name.clone().unwrap_or_default(),
        namespace: metric.namespace.clone().unwrap_or_default(),
        dimensions: metric
            .dimensions()
            .iter()
            .map(|of| ScalingMetricDimension { name: of.name.clone(), value: of.value.clone() })
            .collect(),
    };
    let stat = query.metric_stat.as_ref().and_then(|stat| {
        let metric = metric(stat.metric.as_ref()?);
        Some(ScalingMetricStat { metric, stat: stat.stat.clone(), unit: stat.unit.clone() })
    });
    ScalingMetricQuery {
        id: query.id.clone(),
        expression: query.expression.clone(),
        label: query.label.clone(),
        metric_stat: stat,
        return_data: query.return_data.unwrap_or(true),
    }
}
