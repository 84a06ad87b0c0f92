//! `aws:elasticache/replicationGroup:ReplicationGroup`.

use super::LogDeliveryConfiguration;
use farsight::prelude::*;

/// Redis or Valkey nodes that hold the same data: one shard or, in cluster mode, several.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "ReplicationGroup",
    token = "aws:elasticache/replicationGroup:ReplicationGroup",
    import_id = "replication group id, in lower case",
    outputs = ReplicationGroupOutputs,
)]
pub struct ReplicationGroupArgs {
    /// Whether changes that interrupt service are made at once, and not in the maintenance window. Changes of the number
    /// of nodes and of the token always are.
    #[prop(local, default = false)]
    pub apply_immediately: bool,
    /// Whether the data is encrypted on disk.
    #[prop(replace, default = false)]
    pub at_rest_encryption_enabled: bool,
    /// The password of clients, 16 to 128 characters; needs encryption in transit.
    #[prop(write_only, secret)]
    pub auth_token: Option<String>,
    /// How a new token is taken.
    #[prop(local, default = "ROTATE")]
    pub auth_token_update_strategy: AuthTokenUpdateStrategy,
    /// Whether AWS installs minor versions in the maintenance window.
    #[prop(default = true)]
    pub auto_minor_version_upgrade: bool,
    /// Whether a replica takes over from a failing primary; needs a replica.
    #[prop(default = false)]
    pub automatic_failover_enabled: bool,
    /// Whether there may be several shards; a change passes through `compatible`.
    pub cluster_mode: Option<ClusterMode>,
    /// Whether seldom used data goes to disk, of the node class r6gd.
    #[prop(replace, default = false)]
    pub data_tiering_enabled: bool,
    /// What the group is for.
    pub description: String,
    /// How safe writes are, in the service's words; it chooses if not given.
    pub durability: Option<String>,
    /// `redis` or `valkey`.
    #[prop(compare = case_insensitive)]
    pub engine: Option<String>,
    /// The engine's version; `7.1` is satisfied by any 7.1.x.
    #[prop(compare = version_prefix)]
    pub engine_version: Option<String>,
    /// The snapshot that a delete leaves; none if not given.
    #[prop(local)]
    pub final_snapshot_identifier: Option<String>,
    /// The global datastore that the group becomes a secondary of.
    #[prop(replace)]
    pub global_replication_group_id: Option<String>,
    /// The addresses that clients learn: `ipv4` or `ipv6`.
    pub ip_discovery: Option<String>,
    /// The KMS key that encrypts the data on disk; AWS's own if not given.
    #[prop(replace)]
    pub kms_key_id: Option<String>,
    /// Where the logs go.
    #[prop(set)]
    pub log_delivery_configurations: Vec<LogDeliveryConfiguration>,
    /// When maintenance may happen, in UTC, such as `sun:04:00-sun:05:00`; AWS chooses if not given.
    #[prop(compare = case_insensitive)]
    pub maintenance_window: Option<String>,
    /// Whether the nodes are in several zones; needs automatic failover.
    #[prop(default = false)]
    pub multi_az_enabled: bool,
    /// `ipv4`, `ipv6` or `dual_stack`.
    #[prop(replace)]
    pub network_type: Option<String>,
    /// The shards one by one; they count only when the group is made.
    #[prop(replace, local)]
    pub node_group_configurations: Option<Vec<ReplicationGroupNodeGroupConfiguration>>,
    /// The class of the nodes, such as `cache.t3.micro`.
    pub node_type: Option<String>,
    /// The topic that hears of what happens to the group.
    pub notification_topic_arn: Option<String>,
    /// How many nodes there are, the primary included; without cluster mode.
    pub num_cache_clusters: Option<i64>,
    /// How many shards there are.
    pub num_node_groups: Option<i64>,
    /// The parameter group; the engine's default one if not given.
    #[prop(compare = case_insensitive)]
    pub parameter_group_name: Option<String>,
    /// The port; 6379 if not given.
    #[prop(replace)]
    pub port: Option<i64>,
    /// The zones of the nodes, the primary's first; they count only when the group is made.
    #[prop(local)]
    pub preferred_cache_cluster_azs: Option<Vec<String>>,
    /// How many replicas each shard has.
    pub replicas_per_node_group: Option<i64>,
    /// The id, unique in account and region, at most 40 letters, digits and hyphens; kept in lower case.
    #[prop(replace, auto_name = 40, compare = case_insensitive)]
    pub replication_group_id: String,
    /// The security groups; the VPC's default one if not given.
    #[prop(set)]
    pub security_group_ids: Option<Vec<String>>,
    /// The objects in S3 that the data comes from, by ARN.
    #[prop(replace, local)]
    pub snapshot_arns: Option<Vec<String>>,
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
    /// Whether clients speak TLS.
    #[prop(default = false)]
    pub transit_encryption_enabled: bool,
    /// Whether clients may also speak without; a change to TLS passes through `preferred`.
    pub transit_encryption_mode: Option<TransitEncryptionMode>,
    /// The user group; at most one.
    #[prop(set)]
    pub user_group_ids: Option<Vec<String>>,
}

/// How a new token is taken.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthTokenUpdateStrategy {
    /// Only the new one counts.
    #[prop(rename = "SET")]
    Set,
    /// The old one counts too, until the next change.
    #[prop(rename = "ROTATE")]
    Rotate,
    /// There is none any more.
    #[prop(rename = "DELETE")]
    Delete,
}

/// Whether there may be several shards.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterMode {
    /// One shard.
    Disabled,
    /// Several shards.
    Enabled,
    /// On the way: clients may take it for either.
    Compatible,
}

/// Whether clients may also speak without TLS.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitEncryptionMode {
    /// They may.
    Preferred,
    /// They may not.
    Required,
}

/// One shard.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ReplicationGroupNodeGroupConfiguration {
    /// Its number, such as `0001`.
    pub node_group_id: Option<String>,
    /// The zone of the primary.
    pub primary_availability_zone: Option<String>,
    /// The Outpost of the primary.
    pub primary_outpost_arn: Option<String>,
    /// The zones of the replicas.
    pub replica_availability_zones: Option<Vec<String>>,
    /// How many replicas there are.
    pub replica_count: Option<i64>,
    /// The Outposts of the replicas.
    pub replica_outpost_arns: Option<Vec<String>>,
    /// Its key slots, such as `0-8191`.
    pub slots: Option<String>,
}

/// What a replication group answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ReplicationGroupOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// Whether it is in cluster mode.
    pub cluster_enabled: bool,
    /// The host that clients connect to in cluster mode.
    pub configuration_endpoint_address: Option<String>,
    /// The engine's full version, now.
    pub engine_version_actual: Option<String>,
    /// Its clusters, each of one node, by id.
    pub member_clusters: Vec<String>,
    /// The host for writes, without cluster mode.
    pub primary_endpoint_address: Option<String>,
    /// The host for reads, without cluster mode.
    pub reader_endpoint_address: Option<String>,
}
