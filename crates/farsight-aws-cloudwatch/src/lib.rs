//! The lifecycle of CloudWatch's resource types: metric alarms and dashboards.

mod alarm_parts;
mod cloudwatch;
mod dashboard;
mod metric_alarm;
mod quiet;

use cloudwatch::CloudWatch;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, Probe, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let cloudwatch = CloudWatch::new(aws);
    vec![
        erase(dashboard::DashboardHandler { cloudwatch: cloudwatch.clone() }),
        erase(metric_alarm::MetricAlarmHandler { cloudwatch }),
    ]
}

/// The checks of this crate, on one connection.
pub fn probes(aws: &Aws) -> Vec<Probe> {
    let cloudwatch = CloudWatch::new(aws);
    vec![Probe::new("aws:check/alarmsQuiet:AlarmsQuiet", move |args, _| quiet::quiet(cloudwatch.clone(), args))]
}
