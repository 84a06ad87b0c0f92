//! The lifecycle of CloudWatch Logs' resource types: log groups and metric filters.

mod log_group;
mod logs;
mod metric_filter;

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use logs::Logs;
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let logs = Logs::new(aws);
    vec![erase(log_group::LogGroupHandler { logs: logs.clone() }), erase(metric_filter::MetricFilterHandler { logs })]
}
