//! The lifecycle of Elastic Load Balancing v2's resource types: load balancers, target groups, listeners, rules.
//!
//! One file per type. What they share: [`elb`] (calls, batches, tags), [`attributes`] (what is set key by key),
//! [`actions`] and [`conditions`] (what listeners and rules do, and with which requests).

mod actions;
mod attributes;
mod conditions;
mod elb;
mod healthy;
mod listener;
mod listener_headers;
mod listener_rule;
mod load_balancer;
mod target_group;
mod target_group_parts;

use elb::Elb;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, Probe, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let elb = Elb::new(aws);
    vec![
        erase(listener::ListenerHandler { elb: elb.clone() }),
        erase(listener_rule::ListenerRuleHandler { elb: elb.clone() }),
        erase(load_balancer::LoadBalancerHandler { elb: elb.clone() }),
        erase(target_group::TargetGroupHandler { elb }),
    ]
}

/// The checks of this crate, on one connection.
pub fn probes(aws: &Aws) -> Vec<Probe> {
    let elb = Elb::new(aws);
    vec![Probe::new("aws:check/targetsHealthy:TargetsHealthy", move |args, _| healthy::healthy(elb.clone(), args))]
}
