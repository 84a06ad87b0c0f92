//! The parts of an alarm, to AWS and back.

use aws_sdk_cloudwatch::types::{
    self, AlarmPromQlCriteria, Dimension, EvaluationCriteria as SdkCriteria, EvaluationWindow as SdkWindow,
    MetricDataQuery, MetricStat, StandardUnit,
};
use farsight_aws::cloudwatch::{
    ComparisonOperator, EvaluationCriteria, EvaluationWindow, MetricAlarm, MetricAlarmArgs, MetricAlarmOutputs,
    MetricQuery, MetricQueryMetric, PromqlCriteria, Statistic, TreatMissingData, WallClockWindow, WarmUpConfiguration,
};
use farsight_aws_client::tags::{self, Tags};
use farsight_provider::Seen;
use std::collections::BTreeMap;

/// A number in the form that the service wants.
pub(crate) fn small(number: Option<i64>) -> Option<i32> {
    number.and_then(|number| number.try_into().ok())
}

pub(crate) fn unit_to_sdk(unit: &str) -> StandardUnit {
    StandardUnit::from(unit)
}

pub(crate) fn dimensions_to_sdk(dimensions: &BTreeMap<String, String>) -> Option<Vec<Dimension>> {
    let one = |(name, value): (&String, &String)| Dimension::builder().name(name).value(value).build();
    (!dimensions.is_empty()).then(|| dimensions.iter().map(one).collect())
}

fn dimensions_from_sdk(dimensions: &[Dimension]) -> BTreeMap<String, String> {
    let one = |of: &Dimension| (of.name.clone().unwrap_or_default(), of.value.clone().unwrap_or_default());
    dimensions.iter().map(one).collect()
}

pub(crate) fn query_to_sdk(query: &MetricQuery) -> MetricDataQuery {
    let stat = query.metric.as_ref().map(|metric| {
        let of = types::Metric::builder()
            .metric_name(&metric.metric_name)
            .set_namespace(metric.namespace.clone())
            .set_dimensions(dimensions_to_sdk(&metric.dimensions));
        MetricStat::builder()
            .metric(of.build())
            .set_period(small(Some(metric.period)))
            .stat(&metric.stat)
            .set_unit(metric.unit.as_deref().map(unit_to_sdk))
            .build()
    });
    MetricDataQuery::builder()
        .id(&query.id)
        .set_account_id(query.account_id.clone())
        .set_expression(query.expression.clone())
        .set_label(query.label.clone())
        .set_metric_stat(stat)
        .set_period(small(query.period))
        .return_data(query.return_data)
        .build()
}

fn query_from_sdk(query: &MetricDataQuery) -> MetricQuery {
    let metric = query.metric_stat.as_ref().and_then(|stat| {
        let metric = stat.metric.as_ref()?;
        Some(MetricQueryMetric {
            metric_name: metric.metric_name.clone().unwrap_or_default(),
            period: stat.period.map_or(0, i64::from),
            stat: stat.stat.clone().unwrap_or_default(),
            dimensions: dimensions_from_sdk(metric.dimensions()),
            namespace: metric.namespace.clone(),
            unit: stat.unit.as_ref().map(|unit| unit.as_str().to_owned()),
        })
    });
    MetricQuery {
        id: query.id.clone().unwrap_or_default(),
        account_id: query.account_id.clone(),
        expression: query.expression.clone(),
        label: query.label.clone(),
        metric,
        period: query.period.map(i64::from),
        return_data: query.return_data.unwrap_or_default(),
    }
}

pub(crate) fn criteria_to_sdk(criteria: &EvaluationCriteria) -> SdkCriteria {
    let wanted = &criteria.promql_criteria;
    SdkCriteria::PromQlCriteria(
        AlarmPromQlCriteria::builder()
            .query(&wanted.query)
            .set_pending_period(small(wanted.pending_period))
            .set_recovery_period(small(wanted.recovery_period))
            .build(),
    )
}

fn criteria_from_sdk(criteria: &SdkCriteria) -> Option<EvaluationCriteria> {
    let seen = criteria.as_prom_ql_criteria().ok()?;
    let promql_criteria = PromqlCriteria {
        query: seen.query.clone().unwrap_or_default(),
        pending_period: seen.pending_period.map(i64::from),
        recovery_period: seen.recovery_period.map(i64::from),
    };
    Some(EvaluationCriteria { promql_criteria })
}

pub(crate) fn window_to_sdk(window: &EvaluationWindow) -> SdkWindow {
    let timezone = window.wall_clock_window.timezone.clone();
    SdkWindow::WallClockWindow(types::WallClockWindow::builder().set_timezone(timezone).build())
}

/// A sliding window is what an alarm has that says nothing.
fn window_from_sdk(window: &SdkWindow) -> Option<EvaluationWindow> {
    let timezone = window.as_wall_clock_window().ok()?.timezone.clone();
    Some(EvaluationWindow { wall_clock_window: WallClockWindow { timezone } })
}

pub(crate) fn warm_up_to_sdk(wanted: &WarmUpConfiguration) -> types::WarmUpConfiguration {
    types::WarmUpConfiguration::builder()
        .set_warm_up_period_duration_in_minutes(small(Some(wanted.warm_up_period_duration_in_minutes)))
        .set_only_start_evaluating_after_warm_up_period_ends(wanted.only_start_evaluating_after_warm_up_period_ends)
        .build()
}

/// An alarm as programs see it.
pub(crate) fn seen(alarm: &types::MetricAlarm, tags: Tags) -> Seen<MetricAlarm> {
    let queries = alarm.metrics();
    let warm_up = alarm.warm_up_configuration().map(|seen| WarmUpConfiguration {
        warm_up_period_duration_in_minutes: seen.warm_up_period_duration_in_minutes.map_or(0, i64::from),
        only_start_evaluating_after_warm_up_period_ends: seen.only_start_evaluating_after_warm_up_period_ends,
    });
    let missing = alarm.treat_missing_data().and_then(TreatMissingData::from_wire);
    let args = MetricAlarmArgs {
        actions_enabled: alarm.actions_enabled.unwrap_or(true),
        alarm_actions: alarm.alarm_actions().to_vec(),
        alarm_description: alarm.alarm_description.clone().filter(|text| !text.is_empty()),
        comparison_operator: alarm.comparison_operator().and_then(|op| ComparisonOperator::from_wire(op.as_str())),
        datapoints_to_alarm: alarm.datapoints_to_alarm.map(i64::from),
        dimensions: dimensions_from_sdk(alarm.dimensions()),
        evaluate_low_sample_count_percentiles: alarm.evaluate_low_sample_count_percentile.clone(),
        evaluation_criteria: alarm.evaluation_criteria().and_then(criteria_from_sdk),
        evaluation_interval: alarm.evaluation_interval.map(i64::from),
        evaluation_periods: alarm.evaluation_periods.map(i64::from),
        evaluation_window: alarm.evaluation_window().and_then(window_from_sdk),
        extended_statistic: alarm.extended_statistic.clone(),
        insufficient_data_actions: alarm.insufficient_data_actions().to_vec(),
        metric_name: alarm.metric_name.clone().filter(|name| !name.is_empty()),
        metric_queries: (!queries.is_empty()).then(|| queries.iter().map(query_from_sdk).collect()),
        name: alarm.alarm_name.clone().unwrap_or_default(),
        namespace: alarm.namespace.clone().filter(|name| !name.is_empty()),
        ok_actions: alarm.ok_actions().to_vec(),
        period: alarm.period.map(i64::from),
        statistic: alarm.statistic().and_then(|statistic| Statistic::from_wire(statistic.as_str())),
        tags: tags::observed(tags),
        threshold: alarm.threshold,
        threshold_metric_id: alarm.threshold_metric_id.clone(),
        // Absent means missing (aws catalogue, cloudwatch.MetricAlarm).
        treat_missing_data: missing.unwrap_or(TreatMissingData::Missing),
        unit: alarm.unit.as_ref().map(|unit| unit.as_str().to_owned()),
        warm_up_configuration: warm_up,
    };
    Seen::Ready { args, outputs: MetricAlarmOutputs { arn: alarm.alarm_arn.clone().unwrap_or_default() } }
}
