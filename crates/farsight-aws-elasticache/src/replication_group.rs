//! `aws:elasticache/replicationGroup:ReplicationGroup`.

mod seen;

use crate::cluster::SETTLE;
use crate::elasticache::{ElastiCache, PAGE, create_tags, found, small};
use crate::{last_snapshot, log_delivery};
use aws_sdk_elasticache::operation::modify_replication_group::builders::ModifyReplicationGroupFluentBuilder;
use aws_sdk_elasticache::types::{
    self, AuthTokenUpdateStrategyType, CacheCluster, Durability, IpDiscovery, NetworkType, NodeGroupConfiguration,
};
use farsight_aws::elasticache::{
    AuthTokenUpdateStrategy, ReplicationGroup, ReplicationGroupArgs, ReplicationGroupNodeGroupConfiguration,
    SubnetGroup,
};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_model::{Resource, Value};
use farsight_provider::{
    Change, Error, Fault, Handler, Id, Identity, Leftover, Owner, Policy, Result, Scope, Seen, Stray,
};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

const NOT_FOUND: &str = "ReplicationGroupNotFoundFault";

/// What differs without a call to ModifyReplicationGroup, or in a call of its own.
const ELSEWHERE: &[&str] = &[
    "applyImmediately",
    "authToken",
    "authTokenUpdateStrategy",
    "finalSnapshotIdentifier",
    "numCacheClusters",
    "numNodeGroups",
    "preferredCacheClusterAzs",
    "replicasPerNodeGroup",
    "tags",
];

pub(crate) struct ReplicationGroupHandler {
    pub(crate) cache: ElastiCache,
}

impl Handler for ReplicationGroupHandler {
    type Of = ReplicationGroup;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["replicationGroupId"],
        serialize_by: None,
        read_batch: 100,
        settle: SETTLE,
        faults: &[
            (NOT_FOUND, Fault::Gone),
            ("ReplicationGroupAlreadyExists", Fault::Exists),
            ("InvalidCacheClusterState", Fault::Busy),
            ("InvalidReplicationGroupState", Fault::Busy),
            ("InvalidUserGroupState", Fault::Busy),
            // Dependencies that were made a moment ago.
            ("CacheParameterGroupNotFound", Fault::Lag),
            ("CacheSubnetGroupNotFoundFault", Fault::Lag),
            ("InvalidKMSKeyFault", Fault::Lag),
            ("ServiceLinkedRoleNotFoundFault", Fault::Lag),
            ("UserGroupNotFound", Fault::Lag),
        ],
        permissions: &[
            "elasticache:AddTagsToResource",
            "elasticache:CreateReplicationGroup",
            "elasticache:CreateSnapshot",
            "elasticache:DecreaseReplicaCount",
            "elasticache:DeleteReplicationGroup",
            "elasticache:DescribeCacheClusters",
            "elasticache:DescribeReplicationGroups",
            "elasticache:IncreaseReplicaCount",
            "elasticache:ListTagsForResource",
            "elasticache:ModifyReplicationGroup",
            "elasticache:ModifyReplicationGroupShardConfiguration",
            "elasticache:RemoveTagsFromResource",
            "iam:CreateServiceLinkedRole",
            "kms:CreateGrant",
            "kms:DescribeKey",
        ],
    };

    async fn create(&self, owner: &Owner, args: &ReplicationGroupArgs) -> Result<Id> {
        let mode = args.transit_encryption_mode.map(|mode| types::TransitEncryptionMode::from(mode.as_str()));
        let shards = args.node_group_configurations.as_deref().map(|shards| shards.iter().map(shard).collect());
        let call = self.cache.client.create_replication_group();
        let call = call
            .set_at_rest_encryption_enabled(args.at_rest_encryption_enabled.then_some(true))
            .set_auth_token(args.auth_token.clone())
            .auto_minor_version_upgrade(args.auto_minor_version_upgrade)
            .automatic_failover_enabled(args.automatic_failover_enabled)
            .set_cache_node_type(args.node_type.clone())
            .set_cache_parameter_group_name(args.parameter_group_name.clone())
            .set_cache_subnet_group_name(args.subnet_group_name.clone())
            .set_cluster_mode(args.cluster_mode.map(|mode| types::ClusterMode::from(mode.as_str())))
            .set_data_tiering_enabled(args.data_tiering_enabled.then_some(true))
            .set_durability(args.durability.as_deref().map(Durability::from))
            .set_engine(args.engine.clone())
            .set_engine_version(args.engine_version.clone())
            .set_global_replication_group_id(args.global_replication_group_id.clone())
            .set_ip_discovery(args.ip_discovery.as_deref().map(IpDiscovery::from))
            .set_kms_key_id(args.kms_key_id.clone())
            .set_log_delivery_configurations(log_delivery::requests(&args.log_delivery_configurations, &[]))
            .multi_az_enabled(args.multi_az_enabled)
            .set_network_type(args.network_type.as_deref().map(NetworkType::from))
            .set_node_group_configuration(shards)
            .set_notification_topic_arn(args.notification_topic_arn.clone())
            .set_num_cache_clusters(small(args.num_cache_clusters))
            .set_num_node_groups(small(args.num_node_groups))
            .set_port(small(args.port))
            .set_preferred_cache_cluster_azs(args.preferred_cache_cluster_azs.clone())
            .set_preferred_maintenance_window(args.maintenance_window.clone())
            .set_replicas_per_node_group(small(args.replicas_per_node_group))
            .replication_group_description(&args.description)
            .replication_group_id(args.replication_group_id.to_lowercase())
            .set_security_group_ids(args.security_group_ids.clone())
            .set_snapshot_arns(args.snapshot_arns.clone())
            .set_snapshot_name(args.snapshot_name.clone())
            .set_snapshot_retention_limit(small(args.snapshot_retention_limit))
            .set_snapshot_window(args.snapshot_window.clone())
            .set_tags(create_tags(owner, &args.tags)?)
            .set_transit_encryption_enabled(args.transit_encryption_enabled.then_some(true))
            .set_transit_encryption_mode(mode)
            .set_user_group_ids(args.user_group_ids.clone());
        let answer = self.cache.write("CreateReplicationGroup", || call.clone().send()).await?;
        the_one(answer.replication_group.and_then(|group| group.replication_group_id), "CreateReplicationGroup")
    }

    /// The group tells half of it; the rest is asked of its first member.
    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<ReplicationGroup>>> {
        let (groups, members) = if let [id] = ids {
            let groups = self.groups(Some(id)).await?;
            let member = groups.values().find_map(|group| group.member_clusters().first());
            let members = match member {
                Some(member) => self.cache.clusters(Some(member)).await?,
                None => BTreeMap::new(),
            };
            (groups, members)
        } else {
            (self.groups(None).await?, self.cache.clusters(None).await?)
        };
        try_join_all(ids.iter().map(async |id| match groups.get(&id.to_lowercase()) {
            Some(group) => self.look(group, &members).await,
            None => Ok(Seen::Absent),
        }))
        .await
    }

    /// One step at a time, since each takes the group out of `available`, in which it refuses the next one; the engine
    /// asks again for what is left. The token is first: nobody can see later that it is left. Replicas go last, when
    /// nothing needs them any more (aws catalogue, elasticache.ReplicationGroup).
    async fn update(&self, id: &Id, change: Change<'_, ReplicationGroupArgs>) -> Result<Option<Id>> {
        let (wanted, observed) = (change.wanted, change.observed);
        let ends = wanted.auth_token_update_strategy == AuthTokenUpdateStrategy::Delete;
        if change.touches("authToken") || (change.touches("authTokenUpdateStrategy") && ends) {
            return self.set_token(id, wanted).await.map(|()| None);
        }
        if change.touches("numNodeGroups")
            && let Some(shards) = wanted.num_node_groups
        {
            return self.reshard(id, shards).await.map(|()| None);
        }
        let counts = change.touches_any(&["numCacheClusters", "replicasPerNodeGroup"]);
        let replicas = wanted.num_cache_clusters.map(|nodes| nodes - 1).or(wanted.replicas_per_node_group);
        let replicas = replicas.filter(|_| counts);
        let more = replicas.is_some_and(|count| observed.replicas_per_node_group.is_some_and(|now| count > now));
        let modifies = |name: &str| !ELSEWHERE.contains(&name);
        let standard = change.differences.iter().any(|difference| difference.path.head().is_some_and(modifies));
        match replicas {
            Some(count) if more || !standard => return self.replicate(id, count).await.map(|()| None),
            _ => {}
        }
        if standard {
            let mut call = self.modification(id, &change);
            if change.touches("userGroupIds") {
                call = self.regroup(call, id, wanted.user_group_ids.as_deref().unwrap_or_default()).await?;
            }
            self.cache.write("ModifyReplicationGroup", || call.clone().send()).await?;
            return Ok(None);
        }
        let tags = tags::changed(&change, &wanted.tags, &observed.tags)?;
        self.cache.retag(&format!("replicationgroup:{id}"), &tags).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &ReplicationGroupArgs) -> Result<()> {
        let done = self.remove(id, args.final_snapshot_identifier.clone()).await;
        match (&args.final_snapshot_identifier, done) {
            (Some(given), Err(error)) if last_snapshot::is_taken(&error) => {
                let group = self.groups(Some(id)).await?.remove(id).ok_or_else(|| Error::gone(id))?;
                self.remove(id, Some(last_snapshot::other(given, group.replication_group_create_time()))).await
            }
            (_, done) => done,
        }
    }

    fn leaves(&self, _: &Id, known: &Value) -> Option<Leftover> {
        last_snapshot::leaves(known)
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        Some(format!("aws elasticache delete-replication-group --replication-group-id {id}"))
    }

    async fn find(&self, owner: &Owner, args: &ReplicationGroupArgs) -> Result<Vec<Id>> {
        let id = args.replication_group_id.to_lowercase();
        let Some(group) = self.groups(Some(&id)).await?.remove(&id) else { return Ok(Vec::new()) };
        let Some(tags) = self.tags(&group).await? else {
            // As long as it is being made, nobody can say whose it is (aws catalogue, elasticache.ReplicationGroup).
            return Err(Error::new(Fault::Busy, format!("the tags of `{id}` cannot be read yet")));
        };
        Ok(tags::is_ours(&tags, owner).then_some(id).into_iter().collect())
    }

    /// Groups whose members are in the stack's subnet groups.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let subnets = scope.ids_of(SubnetGroup::SCHEMA.token);
        if subnets.is_empty() {
            return Ok(Vec::new());
        }
        let mut strays: Vec<Stray> = Vec::new();
        for member in self.cache.clusters(None).await?.into_values() {
            let inside = member.cache_subnet_group_name().is_some_and(|group| subnets.contains(&group));
            let Some(id) = member.replication_group_id.filter(|id| inside && !id.is_empty()) else { continue };
            if !scope.knows(ReplicationGroup::SCHEMA.token, &id) && !strays.iter().any(|stray| stray.id == id) {
                strays.push(Stray { what: format!("cache `{id}`"), id });
            }
        }
        Ok(strays)
    }
}

impl ReplicationGroupHandler {
    async fn remove(&self, id: &Id, snapshot: Option<String>) -> Result<()> {
        let call = self.cache.client.delete_replication_group().replication_group_id(id);
        let call = call.set_final_snapshot_identifier(snapshot);
        self.cache.write("DeleteReplicationGroup", || call.clone().send()).await.map(|_| ())
    }

    /// One group by its id, or all: there is no filter. Missing ones are just not there.
    async fn groups(&self, id: Option<&str>) -> Result<BTreeMap<Id, types::ReplicationGroup>> {
        let (mut groups, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.cache.client.describe_replication_groups().set_marker(marker.clone());
            let call = call.set_replication_group_id(id.map(str::to_owned)).max_records(PAGE);
            let page = found(self.cache.read("DescribeReplicationGroups", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(groups) };
            for group in page.replication_groups.unwrap_or_default() {
                groups.insert(group.replication_group_id.clone().unwrap_or_default().to_lowercase(), group);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(groups);
            }
        }
    }

    async fn group(&self, id: &Id) -> Result<types::ReplicationGroup> {
        self.groups(Some(id)).await?.remove(id).ok_or_else(|| Error::gone(id))
    }

    /// Nothing as long as the group is not available: its tags cannot be read before.
    async fn tags(&self, group: &types::ReplicationGroup) -> Result<Option<Tags>> {
        if group.status() == Some("creating") {
            return Ok(None);
        }
        self.cache.tags(group.arn().unwrap_or_default(), NOT_FOUND).await
    }

    async fn look(
        &self,
        group: &types::ReplicationGroup,
        members: &BTreeMap<Id, CacheCluster>,
    ) -> Result<Seen<ReplicationGroup>> {
        match group.status().unwrap_or("creating") {
            "available" => {}
            "create-failed" => return Ok(Seen::Failed("create-failed".into())),
            status => return Ok(Seen::Settling(status.to_owned())),
        }
        let Some(member) = group.member_clusters().iter().find_map(|member| members.get(member)) else {
            return Ok(Seen::Settling("the members are not visible yet".into()));
        };
        Ok(match self.tags(group).await? {
            Some(tags) => Seen::Ready { args: seen::args(group, member, tags), outputs: seen::outputs(group, member) },
            None => Seen::Settling("the tags cannot be read yet".into()),
        })
    }

    async fn set_token(&self, id: &Id, wanted: &ReplicationGroupArgs) -> Result<()> {
        let strategy = AuthTokenUpdateStrategyType::from(wanted.auth_token_update_strategy.as_str());
        let call = self.cache.client.modify_replication_group().replication_group_id(id);
        let call = call.set_auth_token(wanted.auth_token.clone()).auth_token_update_strategy(strategy);
        // The service refuses to put it off.
        let call = call.apply_immediately(true);
        self.cache.write("ModifyReplicationGroup", || call.clone().send()).await.map(|_| ())
    }

    /// Asked anew, since the same number again is refused, and shards that go must be named: the last ones.
    async fn reshard(&self, id: &Id, wanted: i64) -> Result<()> {
        let group = self.group(id).await?;
        let mut names: Vec<String> =
            group.node_groups().iter().filter_map(|shard| shard.node_group_id.clone()).collect();
        names.sort();
        let count = usize::try_from(wanted).unwrap_or(1);
        if count == names.len() {
            return Ok(());
        }
        let gone = names.split_off(count.min(names.len()));
        let call = self.cache.client.modify_replication_group_shard_configuration().replication_group_id(id);
        let call = call.set_node_group_count(small(Some(wanted))).apply_immediately(true);
        let call = call.set_node_groups_to_remove((!gone.is_empty()).then_some(gone));
        self.cache.write("ModifyReplicationGroupShardConfiguration", || call.clone().send()).await.map(|_| ())
    }

    /// Asked anew, since the same number again is refused.
    async fn replicate(&self, id: &Id, wanted: i64) -> Result<()> {
        let now = seen::replicas(&self.group(id).await?);
        let (client, count) = (&self.cache.client, small(Some(wanted)));
        if wanted > now {
            let call = client.increase_replica_count().replication_group_id(id).apply_immediately(true);
            let call = call.set_new_replica_count(count);
            self.cache.write("IncreaseReplicaCount", || call.clone().send()).await?;
        } else if wanted < now {
            let call = client.decrease_replica_count().replication_group_id(id).apply_immediately(true);
            let call = call.set_new_replica_count(count);
            self.cache.write("DecreaseReplicaCount", || call.clone().send()).await?;
        }
        Ok(())
    }

    /// The user groups to come and to go, of those that are there now.
    async fn regroup(
        &self,
        call: ModifyReplicationGroupFluentBuilder,
        id: &Id,
        wanted: &[String],
    ) -> Result<ModifyReplicationGroupFluentBuilder> {
        let now = self.group(id).await?.user_group_ids.unwrap_or_default();
        let beyond = |a: &[String], b: &[String]| -> Option<Vec<String>> {
            let more: Vec<String> = a.iter().filter(|group| !b.contains(group)).cloned().collect();
            (!more.is_empty()).then_some(more)
        };
        Ok(call.set_user_group_ids_to_add(beyond(wanted, &now)).set_user_group_ids_to_remove(beyond(&now, wanted)))
    }

    /// One call with everything that differs and can travel together.
    fn modification(&self, id: &Id, change: &Change<'_, ReplicationGroupArgs>) -> ModifyReplicationGroupFluentBuilder {
        let (wanted, observed) = (change.wanted, change.observed);
        let text = |name: &str, value: &Option<String>| value.clone().filter(|_| change.touches(name));
        let truth = |name: &str, value: bool| change.touches(name).then_some(value);
        let groups = wanted.security_group_ids.clone().filter(|_| change.touches("securityGroupIds"));
        let topic = change.touches("notificationTopicArn").then(|| {
            let status = if wanted.notification_topic_arn.is_some() { "active" } else { "inactive" };
            status.to_owned()
        });
        let logs = change.touches("logDeliveryConfigurations").then(|| {
            log_delivery::requests(&wanted.log_delivery_configurations, &observed.log_delivery_configurations)
        });
        let limit = small(wanted.snapshot_retention_limit).filter(|_| change.touches("snapshotRetentionLimit"));
        let mode = wanted.cluster_mode.filter(|_| change.touches("clusterMode"));
        let transit = change.touches_any(&["transitEncryptionEnabled", "transitEncryptionMode"]);
        let transit_mode = wanted.transit_encryption_mode.filter(|_| transit && wanted.transit_encryption_enabled);
        // A new engine is refused without a version.
        let version = wanted.engine_version.clone().filter(|_| change.touches_any(&["engine", "engineVersion"]));
        self.cache
            .client
            .modify_replication_group()
            .replication_group_id(id)
            .apply_immediately(wanted.apply_immediately)
            .set_auto_minor_version_upgrade(truth("autoMinorVersionUpgrade", wanted.auto_minor_version_upgrade))
            .set_automatic_failover_enabled(truth("automaticFailoverEnabled", wanted.automatic_failover_enabled))
            .set_cache_node_type(text("nodeType", &wanted.node_type))
            .set_cache_parameter_group_name(text("parameterGroupName", &wanted.parameter_group_name))
            .set_cluster_mode(mode.map(|mode| types::ClusterMode::from(mode.as_str())))
            .set_durability(text("durability", &wanted.durability).as_deref().map(Durability::from))
            .set_engine(text("engine", &wanted.engine))
            .set_engine_version(version)
            .set_ip_discovery(text("ipDiscovery", &wanted.ip_discovery).as_deref().map(IpDiscovery::from))
            .set_log_delivery_configurations(logs.flatten())
            .set_multi_az_enabled(truth("multiAzEnabled", wanted.multi_az_enabled))
            .set_notification_topic_arn(text("notificationTopicArn", &wanted.notification_topic_arn))
            .set_notification_topic_status(topic)
            .set_preferred_maintenance_window(text("maintenanceWindow", &wanted.maintenance_window))
            .set_replication_group_description(change.touches("description").then(|| wanted.description.clone()))
            .set_security_group_ids(groups)
            .set_snapshot_retention_limit(limit)
            .set_snapshot_window(text("snapshotWindow", &wanted.snapshot_window))
            .set_transit_encryption_enabled(transit.then_some(wanted.transit_encryption_enabled))
            .set_transit_encryption_mode(transit_mode.map(|mode| types::TransitEncryptionMode::from(mode.as_str())))
    }
}

fn shard(shard: &ReplicationGroupNodeGroupConfiguration) -> NodeGroupConfiguration {
    NodeGroupConfiguration::builder()
        .set_node_group_id(shard.node_group_id.clone())
        .set_primary_availability_zone(shard.primary_availability_zone.clone())
        .set_primary_outpost_arn(shard.primary_outpost_arn.clone())
        .set_replica_availability_zones(shard.replica_availability_zones.clone())
        .set_replica_count(small(shard.replica_count))
        .set_replica_outpost_arns(shard.replica_outpost_arns.clone())
        .set_slots(shard.slots.clone())
        .build()
}
