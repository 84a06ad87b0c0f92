//! What must hold once the stack is up: what `farsight verify` asks.

use farsight::{Check, prelude::*};
use farsight_aws::{check, cloudwatch::MetricAlarm};
use farsight_components::{Alarms, FargateService, LoadBalancer};
use std::time::Duration;

/// As long as new tasks may take to start and to be found healthy.
const SOON: Duration = Duration::from_mins(5);
/// As long as a rollout may take.
const LATER: Duration = Duration::from_mins(15);

pub fn declare(
    cx: &Context,
    url: &Output<String>,
    balancer: &LoadBalancer,
    services: [(&str, &FargateService); 2],
    alarms: &Alarms,
) {
    Check::http("health", output!("{}/health", url)).within(SOON).add(cx);
    check::targets_healthy("targets", balancer.targets.arn()).within(SOON).add(cx);
    for (name, FargateService { service, logs, .. }) in services {
        check::service_steady(name, service.cluster(), service.name()).within(LATER).add(cx);
        check::logs_flowing(name, logs.name(), LATER).within(SOON).add(cx);
    }
    let names: Vec<Output<String>> = alarms.alarms.iter().map(MetricAlarm::name).collect();
    check::alarms_quiet("alarms", names).add(cx);
}
