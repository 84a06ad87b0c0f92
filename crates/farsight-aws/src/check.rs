//! Checks of AWS: what must hold once a stack is up, asked by `farsight verify`.
//!
//! ```no_run
//! use farsight::prelude::*;
//! use farsight::Check;
//! use farsight_aws::{check, ecs, lb};
//! use std::time::Duration;
//!
//! fn checks(cx: &Context, balancer: &lb::LoadBalancer, group: &lb::TargetGroup, service: &ecs::Service) {
//!     Check::http("health", output!("http://{}/health", balancer.dns_name())).contains("ok").add(cx);
//!     check::targets_healthy("api-targets", group.arn()).within(Duration::from_mins(5)).add(cx);
//!     check::service_steady("api", service.cluster(), service.name()).within(Duration::from_mins(10)).add(cx);
//!     check::alarms_quiet("alarms", ["api-cpu-high", "api-memory-high"]).add(cx);
//!     check::logs_flowing("api-logs", "/ecs/api", Duration::from_mins(15)).add(cx);
//! }
//! ```

use farsight::Check;
use farsight::prelude::*;
use std::time::Duration;

/// An ECS service runs as many tasks as it wants, all of its newest deployment. `cluster` is a name or ARN.
#[track_caller]
pub fn service_steady(
    name: impl Into<String>,
    cluster: impl Into<Input<String>>,
    service: impl Into<Input<String>>,
) -> Check {
    let check = Check::new("aws:check/serviceSteady:ServiceSteady", name);
    check.set("cluster", cluster.into().into_value()).set("service", service.into().into_value())
}

/// A target group has targets, and all of them are healthy; those that are just leaving do not count.
#[track_caller]
pub fn targets_healthy(name: impl Into<String>, target_group_arn: impl Into<Input<String>>) -> Check {
    let check = Check::new("aws:check/targetsHealthy:TargetsHealthy", name);
    check.set("targetGroupArn", target_group_arn.into().into_value())
}

/// Alarms exist and none of them is in state ALARM; one without enough data is quiet.
#[track_caller]
pub fn alarms_quiet(name: impl Into<String>, alarm_names: impl Into<Input<Vec<String>>>) -> Check {
    Check::new("aws:check/alarmsQuiet:AlarmsQuiet", name).set("alarmNames", alarm_names.into().into_value())
}

/// A log group got at least one event during the last `since`; parts of a second do not count.
#[track_caller]
pub fn logs_flowing(name: impl Into<String>, log_group: impl Into<Input<String>>, since: Duration) -> Check {
    let check = Check::new("aws:check/logsFlowing:LogsFlowing", name);
    let since = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    check.set("logGroupName", log_group.into().into_value()).set("since", since)
}
