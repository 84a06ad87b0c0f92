//! ElastiCache.

mod cluster;
mod log_delivery;
mod parameter_group;
mod replication_group;
mod subnet_group;

pub use cluster::*;
pub use log_delivery::*;
pub use parameter_group::*;
pub use replication_group::*;
pub use subnet_group::*;
