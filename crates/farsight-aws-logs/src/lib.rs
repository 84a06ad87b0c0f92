//! The lifecycle of CloudWatch Logs' resource types: log groups and metric filters; their events.

mod events;
mod flowing;
mod log_group;
mod logs;
mod metric_filter;

pub use events::{LogEvent, LogSource, Tail};

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, Probe, erase};
use logs::Logs;
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let logs = Logs::new(aws);
    vec![erase(log_group::LogGroupHandler { logs: logs.clone() }), erase(metric_filter::MetricFilterHandler { logs })]
}

/// The checks of this crate, on one connection.
pub fn probes(aws: &Aws) -> Vec<Probe> {
    let (logs, clock) = (Logs::new(aws), aws.clock().clone());
    let ask = move |args, _| flowing::flowing(logs.clone(), clock.clone(), args);
    vec![Probe::new("aws:check/logsFlowing:LogsFlowing", ask)]
}
