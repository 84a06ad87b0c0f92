//! The lifecycle of ECS's resource types: clusters, capacity providers, task definitions and services.
//!
//! The blocks of these types are those of the service's JSON protocol but for some names, and there are many: so they
//! travel as JSON ([`wire`]), not through the SDK's types, which would lose what a newer ECS knows.

mod cluster;
mod cluster_capacity_providers;
mod containers;
mod ecs;
mod service;
mod service_blocks;
mod service_form;
mod steady;
mod task_definition;
mod task_form;
mod wire;

use ecs::Ecs;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, Probe, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let ecs = Ecs::new(aws);
    vec![
        erase(cluster::ClusterHandler { ecs: ecs.clone() }),
        erase(cluster_capacity_providers::ClusterCapacityProvidersHandler { ecs: ecs.clone() }),
        erase(service::ServiceHandler { ecs: ecs.clone() }),
        erase(task_definition::TaskDefinitionHandler { ecs }),
    ]
}

/// The checks of this crate, on one connection.
pub fn probes(aws: &Aws) -> Vec<Probe> {
    let ecs = Ecs::new(aws);
    vec![Probe::new("aws:check/serviceSteady:ServiceSteady", move |args, _| steady::steady(ecs.clone(), args))]
}
