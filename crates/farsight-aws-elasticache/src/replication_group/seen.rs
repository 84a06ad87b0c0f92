//! What a replication group is, as the service describes it and its first member.

use crate::elasticache::text;
use crate::log_delivery;
use aws_sdk_elasticache::types::{
    AutomaticFailoverStatus, CacheCluster, DataTieringStatus, Endpoint, MultiAzStatus, PendingAutomaticFailoverStatus,
    ReplicationGroup, ReplicationGroupPendingModifiedValues,
};
use farsight_aws::elasticache::{
    AuthTokenUpdateStrategy, ClusterMode, ReplicationGroupArgs, ReplicationGroupOutputs, TransitEncryptionMode,
};
use farsight_aws_client::tags::{self, Tags};

/// How many replicas each shard has.
pub(super) fn replicas(group: &ReplicationGroup) -> i64 {
    let shards = group.node_groups().len().max(1);
    i64::try_from(group.member_clusters().len() / shards).unwrap_or(1) - 1
}

/// The inputs, as they will be when all pending changes are made.
pub(super) fn args(group: &ReplicationGroup, member: &CacheCluster, tags: Tags) -> ReplicationGroupArgs {
    let none = ReplicationGroupPendingModifiedValues::builder().build();
    let pending = group.pending_modified_values().unwrap_or(&none);
    let topic = member.notification_configuration().filter(|topic| topic.topic_status() != Some("inactive"));
    let waiting = member.pending_modified_values();
    let version = waiting.and_then(|waiting| waiting.engine_version.clone());
    let node_type = waiting.and_then(|waiting| waiting.cache_node_type.clone());
    let mode = pending.transit_encryption_mode().or(group.transit_encryption_mode());
    let encrypted = pending.transit_encryption_enabled.or(group.transit_encryption_enabled).unwrap_or_default();
    ReplicationGroupArgs {
        apply_immediately: false,
        at_rest_encryption_enabled: group.at_rest_encryption_enabled.unwrap_or_default(),
        auth_token: None,
        auth_token_update_strategy: AuthTokenUpdateStrategy::Rotate,
        auto_minor_version_upgrade: group
            .auto_minor_version_upgrade
            .or(member.auto_minor_version_upgrade)
            .unwrap_or_default(),
        automatic_failover_enabled: failover(group, pending),
        cluster_mode: group.cluster_mode().and_then(|mode| ClusterMode::from_wire(mode.as_str())),
        data_tiering_enabled: group.data_tiering() == Some(&DataTieringStatus::Enabled),
        description: group.description.clone().unwrap_or_default(),
        durability: group.durability().map(|durability| durability.as_str().to_owned()),
        engine: group.engine.clone().or(member.engine.clone()),
        engine_version: version.or(member.engine_version.clone()),
        final_snapshot_identifier: None,
        global_replication_group_id: group
            .global_replication_group_info()
            .and_then(|info| text(info.global_replication_group_id.as_ref())),
        ip_discovery: group.ip_discovery().map(|discovery| discovery.as_str().to_owned()),
        kms_key_id: text(group.kms_key_id.as_ref()),
        log_delivery_configurations: log_delivery::seen(
            group.log_delivery_configurations(),
            pending.log_delivery_configurations(),
        ),
        maintenance_window: member.preferred_maintenance_window.clone(),
        multi_az_enabled: group.multi_az() == Some(&MultiAzStatus::Enabled),
        network_type: group.network_type().map(|kind| kind.as_str().to_owned()),
        node_group_configurations: None,
        node_type: node_type.or(group.cache_node_type.clone()),
        notification_topic_arn: topic.and_then(|topic| topic.topic_arn.clone()),
        num_cache_clusters: i64::try_from(group.member_clusters().len()).ok(),
        num_node_groups: i64::try_from(group.node_groups().len()).ok(),
        parameter_group_name: member.cache_parameter_group().and_then(|group| group.cache_parameter_group_name.clone()),
        port: port(group, member),
        preferred_cache_cluster_azs: None,
        replicas_per_node_group: Some(replicas(group)),
        replication_group_id: group.replication_group_id.clone().unwrap_or_default(),
        security_group_ids: Some(
            member.security_groups().iter().filter_map(|group| group.security_group_id.clone()).collect(),
        ),
        snapshot_arns: None,
        snapshot_name: None,
        snapshot_retention_limit: group.snapshot_retention_limit.map(i64::from),
        snapshot_window: text(group.snapshot_window.as_ref()),
        subnet_group_name: text(member.cache_subnet_group_name.as_ref()),
        tags: tags::observed(tags),
        transit_encryption_enabled: encrypted,
        transit_encryption_mode: mode
            .and_then(|mode| TransitEncryptionMode::from_wire(mode.as_str()))
            .filter(|_| encrypted),
        user_group_ids: Some(user_groups(group, pending)),
    }
}

/// What will be, of the states in between.
fn failover(group: &ReplicationGroup, pending: &ReplicationGroupPendingModifiedValues) -> bool {
    let on = matches!(
        group.automatic_failover(),
        Some(AutomaticFailoverStatus::Enabled | AutomaticFailoverStatus::Enabling)
    );
    let will = pending.automatic_failover_status().map(|status| *status == PendingAutomaticFailoverStatus::Enabled);
    will.unwrap_or(on)
}

fn user_groups(group: &ReplicationGroup, pending: &ReplicationGroupPendingModifiedValues) -> Vec<String> {
    let now = group.user_group_ids().iter();
    let Some(pending) = pending.user_groups() else { return now.cloned().collect() };
    let stay = now.filter(|group| !pending.user_group_ids_to_remove().contains(group));
    let come = pending.user_group_ids_to_add().iter().filter(|id| !group.user_group_ids().contains(id));
    stay.chain(come).cloned().collect()
}

fn port(group: &ReplicationGroup, member: &CacheCluster) -> Option<i64> {
    let shards = group.node_groups().iter().find_map(|shard| shard.primary_endpoint());
    let nodes = || member.cache_nodes().iter().find_map(|node| node.endpoint());
    let endpoint = group.configuration_endpoint().or(shards).or_else(nodes);
    endpoint.and_then(Endpoint::port).map(i64::from)
}

pub(super) fn outputs(group: &ReplicationGroup, member: &CacheCluster) -> ReplicationGroupOutputs {
    let cluster_enabled = group.cluster_enabled.unwrap_or_default();
    let shard = group.node_groups().first().filter(|_| !cluster_enabled);
    let address = |endpoint: Option<&Endpoint>| endpoint.and_then(|endpoint| endpoint.address.clone());
    ReplicationGroupOutputs {
        arn: group.arn.clone().unwrap_or_default(),
        cluster_enabled,
        configuration_endpoint_address: address(group.configuration_endpoint()),
        engine_version_actual: member.engine_version.clone(),
        member_clusters: group.member_clusters().to_vec(),
        primary_endpoint_address: address(shard.and_then(|shard| shard.primary_endpoint())),
        reader_endpoint_address: address(shard.and_then(|shard| shard.reader_endpoint())),
    }
}
