//! The lifecycle of Application Auto Scaling's resource types: scalable targets and scaling policies.

mod autoscaling;
mod configuration;
mod policy;
mod target;

use autoscaling::Scaling;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let scaling = Scaling::new(aws);
    vec![erase(policy::PolicyHandler { scaling: scaling.clone() }), erase(target::TargetHandler { scaling })]
}
