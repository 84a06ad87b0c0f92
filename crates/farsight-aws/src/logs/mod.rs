//! CloudWatch Logs. Type tokens and properties are those of Pulumi's `cloudwatch` module.

mod log_group;
mod metric_filter;

pub use log_group::*;
pub use metric_filter::*;
