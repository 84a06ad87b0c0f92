//! ECS: clusters, task definitions and services.

mod cluster;
mod cluster_capacity_providers;
mod containers;
mod service;
mod service_connect;
mod service_parts;
mod task_definition;
mod volume;

pub use cluster::*;
pub use cluster_capacity_providers::*;
pub use containers::*;
pub use service::*;
pub use service_connect::*;
pub use service_parts::*;
pub use task_definition::*;
pub use volume::*;
