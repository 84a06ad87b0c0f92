//! `aws:elasticache/cluster:Cluster`.

use super::LogDeliveryConfiguration;
use farsight::prelude::*;

/// A cache: one Redis or Valkey node, a replica in a replication group, or Memcached nodes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Cluster",
    token = "aws:elasticache/cluster:Cluster",
    import_id = "cluster id, in lower case",
    outputs = ClusterOutputs,
)]
pub struct ClusterArgs {
    /// Whether changes that interrupt service are made at once, and not in the maintenance window. Until then the
    /// cluster reads as if they were made.
    #[prop(local, default = false)]
    pub apply_immediately: bool,
    /// Whether AWS installs minor versions in the maintenance window.
    #[prop(default = true)]
    pub auto_minor_version_upgrade: bool,
    /// The zone of a cluster that is in one; AWS chooses if not given.
    #[prop(replace)]
    pub availability_zone: Option<String>,
    /// Whether Memcached nodes are in one zone or in several.
    pub az_mode: Option<AzMode>,
    /// The id, unique in account and region, at most 50 letters, digits and hyphens; kept in lower case.
    #[prop(replace, auto_name = 50, compare = case_insensitive)]
    pub cluster_id: String,
    /// `redis`, `valkey` or `memcached`; not for a replica.
    #[prop(replace, compare = case_insensitive)]
    pub engine: Option<String>,
    /// The engine's version; `7.1` is satisfied by any 7.1.x.
    #[prop(compare = version_prefix)]
    pub engine_version: Option<String>,
    /// The snapshot that a delete leaves; none if not given.
    #[prop(local)]
    pub final_snapshot_identifier: Option<String>,
    /// The addresses that clients learn: `ipv4` or `ipv6`.
    pub ip_discovery: Option<String>,
    /// Where the logs go.
    #[prop(set)]
    pub log_delivery_configurations: Vec<LogDeliveryConfiguration>,
    /// When maintenance may happen, in UTC, such as `sun:04:00-sun:05:00`; AWS chooses if not given.
    #[prop(compare = case_insensitive)]
    pub maintenance_window: Option<String>,
    /// `ipv4`, `ipv6` or `dual_stack`.
    #[prop(replace)]
    pub network_type: Option<String>,
    /// The class of the nodes, such as `cache.t3.micro`; not for a replica.
    pub node_type: Option<String>,
    /// The topic that hears of what happens to the cluster.
    pub notification_topic_arn: Option<String>,
    /// How many nodes there are; more than one only of Memcached.
    pub num_cache_nodes: Option<i64>,
    /// `single-outpost` or `cross-outpost`, on Outposts.
    #[prop(replace, local)]
    pub outpost_mode: Option<String>,
    /// The parameter group; the engine's default one if not given.
    #[prop(compare = case_insensitive)]
    pub parameter_group_name: Option<String>,
    /// The port; the engine's own if not given.
    #[prop(replace)]
    pub port: Option<i64>,
    /// The zones of Memcached nodes, one for each; they count when nodes are made.
    #[prop(local)]
    pub preferred_availability_zones: Option<Vec<String>>,
    /// The Outpost of the nodes.
    #[prop(replace)]
    pub preferred_outpost_arn: Option<String>,
    /// The replication group that the cluster becomes a replica in.
    #[prop(replace)]
    pub replication_group_id: Option<String>,
    /// The security groups; the VPC's default one if not given.
    #[prop(set)]
    pub security_group_ids: Option<Vec<String>>,
    /// The object in S3 that the data comes from, by ARN.
    #[prop(replace, local)]
    pub snapshot_arns: Option<String>,
    /// The snapshot that the data comes from.
    #[prop(replace, local)]
    pub snapshot_name: Option<String>,
    /// Days that automatic snapshots are kept; 0 for none.
    pub snapshot_retention_limit: Option<i64>,
    /// When snapshots are made, in UTC, such as `03:00-04:00`.
    pub snapshot_window: Option<String>,
    /// The subnet group.
    #[prop(replace, compare = case_insensitive)]
    pub subnet_group_name: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether clients must speak TLS; of Memcached alone.
    #[prop(replace, default = false)]
    pub transit_encryption_enabled: bool,
}

/// Where Memcached nodes are.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzMode {
    /// In one zone.
    #[prop(rename = "single-az")]
    SingleAz,
    /// In several zones.
    #[prop(rename = "cross-az")]
    CrossAz,
}

/// A node of a cluster.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClusterCacheNode {
    /// The host.
    pub address: Option<String>,
    /// The zone, by name.
    pub availability_zone: Option<String>,
    /// Its number, such as `0001`.
    pub id: Option<String>,
    /// The Outpost.
    pub outpost_arn: Option<String>,
    /// The port.
    pub port: Option<i64>,
}

/// What a cluster answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ClusterOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The nodes and their endpoints.
    pub cache_nodes: Vec<ClusterCacheNode>,
    /// The host that tells Memcached clients of the nodes.
    pub cluster_address: Option<String>,
    /// The same with its port, after a colon.
    pub configuration_endpoint: Option<String>,
    /// The engine's full version, now.
    pub engine_version_actual: Option<String>,
}
