//! CloudWatch: alarms and dashboards. Log groups and metric filters are in [`logs`](crate::logs).

mod dashboard;
mod metric_alarm;
mod widgets;

pub use dashboard::*;
pub use metric_alarm::*;
pub use widgets::*;
