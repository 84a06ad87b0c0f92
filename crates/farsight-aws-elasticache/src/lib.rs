//! The lifecycle of ElastiCache's resource types: subnet groups, parameter groups, clusters and replication
//! groups.

mod cluster;
mod elasticache;
mod last_snapshot;
mod log_delivery;
mod parameter_group;
mod replication_group;
mod subnet_group;

use elasticache::ElastiCache;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let cache = ElastiCache::new(aws);
    vec![
        erase(cluster::ClusterHandler { cache: cache.clone() }),
        erase(parameter_group::ParameterGroupHandler { cache: cache.clone() }),
        erase(replication_group::ReplicationGroupHandler { cache: cache.clone() }),
        erase(subnet_group::SubnetGroupHandler { cache }),
    ]
}
