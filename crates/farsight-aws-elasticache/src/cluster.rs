//! `aws:elasticache/cluster:Cluster`.

use crate::elasticache::{ElastiCache, PAGE, create_tags, found, small, text};
use crate::{last_snapshot, log_delivery};
use aws_sdk_elasticache::operation::modify_cache_cluster::builders::ModifyCacheClusterFluentBuilder;
use aws_sdk_elasticache::types::{self, CacheCluster, Endpoint, IpDiscovery, NetworkType, OutpostMode};
use farsight_aws::elasticache::{AzMode, Cluster, ClusterArgs, ClusterCacheNode, ClusterOutputs, SubnetGroup};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_model::{Resource, Value};
use farsight_provider::{
    Change, Error, Fault, Handler, Id, Identity, Leftover, Owner, Policy, Result, Scope, Seen, Settle, Stray, mins,
    secs,
};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

const NOT_FOUND: &str = "CacheClusterNotFound";

/// A create takes 5 minutes, at times 15 (aws catalogue, elasticache.Cluster); a restore more.
pub(crate) const SETTLE: Settle = Settle { every: secs(10), within: mins(60) };

/// What differs without a call to ModifyCacheCluster.
const ELSEWHERE: &[&str] = &["applyImmediately", "finalSnapshotIdentifier", "preferredAvailabilityZones", "tags"];

/// States that no time cures.
const BROKEN: &[&str] = &["create-failed", "incompatible-network", "restore-failed"];

pub(crate) struct ClusterHandler {
    pub(crate) cache: ElastiCache,
}

impl Handler for ClusterHandler {
    type Of = Cluster;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["clusterId"],
        serialize_by: None,
        read_batch: 100,
        settle: SETTLE,
        faults: &[
            (NOT_FOUND, Fault::Gone),
            ("CacheClusterAlreadyExists", Fault::Exists),
            ("InvalidCacheClusterState", Fault::Busy),
            ("InvalidReplicationGroupState", Fault::Busy),
            // Dependencies that were made a moment ago.
            ("CacheParameterGroupNotFound", Fault::Lag),
            ("CacheSubnetGroupNotFoundFault", Fault::Lag),
            ("ReplicationGroupNotFoundFault", Fault::Lag),
            ("ServiceLinkedRoleNotFoundFault", Fault::Lag),
        ],
        permissions: &[
            "elasticache:AddTagsToResource",
            "elasticache:CreateCacheCluster",
            "elasticache:CreateSnapshot",
            "elasticache:DeleteCacheCluster",
            "elasticache:DescribeCacheClusters",
            "elasticache:ListTagsForResource",
            "elasticache:ModifyCacheCluster",
            "elasticache:RemoveTagsFromResource",
            "iam:CreateServiceLinkedRole",
        ],
    };

    async fn create(&self, owner: &Owner, args: &ClusterArgs) -> Result<Id> {
        let call = self.cache.client.create_cache_cluster();
        let call = call
            .auto_minor_version_upgrade(args.auto_minor_version_upgrade)
            .set_az_mode(args.az_mode.map(|mode| types::AzMode::from(mode.as_str())))
            .cache_cluster_id(args.cluster_id.to_lowercase())
            .set_cache_node_type(args.node_type.clone())
            .set_cache_parameter_group_name(args.parameter_group_name.clone())
            .set_cache_subnet_group_name(args.subnet_group_name.clone())
            .set_engine(args.engine.clone())
            .set_engine_version(args.engine_version.clone())
            .set_ip_discovery(args.ip_discovery.as_deref().map(IpDiscovery::from))
            .set_log_delivery_configurations(log_delivery::requests(&args.log_delivery_configurations, &[]))
            .set_network_type(args.network_type.as_deref().map(NetworkType::from))
            .set_notification_topic_arn(args.notification_topic_arn.clone())
            .set_num_cache_nodes(nodes(args))
            .set_outpost_mode(args.outpost_mode.as_deref().map(OutpostMode::from))
            .set_port(small(args.port))
            .set_preferred_availability_zone(args.availability_zone.clone())
            .set_preferred_availability_zones(args.preferred_availability_zones.clone())
            .set_preferred_maintenance_window(args.maintenance_window.clone())
            .set_preferred_outpost_arn(args.preferred_outpost_arn.clone())
            .set_replication_group_id(args.replication_group_id.clone())
            .set_security_group_ids(args.security_group_ids.clone())
            .set_snapshot_arns(args.snapshot_arns.clone().map(|arn| vec![arn]))
            .set_snapshot_name(args.snapshot_name.clone())
            .set_snapshot_retention_limit(small(args.snapshot_retention_limit))
            .set_snapshot_window(args.snapshot_window.clone())
            .set_tags(create_tags(owner, &args.tags)?)
            .set_transit_encryption_enabled(args.transit_encryption_enabled.then_some(true));
        let answer = self.cache.write("CreateCacheCluster", || call.clone().send()).await?;
        the_one(answer.cache_cluster.and_then(|cluster| cluster.cache_cluster_id), "CreateCacheCluster")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Cluster>>> {
        let found = match ids {
            [id] => self.cache.clusters(Some(id)).await?,
            _ => self.cache.clusters(None).await?,
        };
        try_join_all(ids.iter().map(async |id| match found.get(&id.to_lowercase()) {
            Some(cluster) => self.look(cluster).await,
            None => Ok(Seen::Absent),
        }))
        .await
    }

    /// The tags come last, and only when nothing else is to be done: they take the cluster out of `available` for a
    /// while, in which it refuses changes.
    async fn update(&self, id: &Id, change: Change<'_, ClusterArgs>) -> Result<Option<Id>> {
        let modifies = |name: &str| !ELSEWHERE.contains(&name);
        if change.differences.iter().any(|difference| difference.path.head().is_some_and(modifies)) {
            let call = self.modification(id, &change);
            self.cache.write("ModifyCacheCluster", || call.clone().send()).await?;
            return Ok(None);
        }
        let tags = tags::changed(&change, &change.wanted.tags, &change.observed.tags)?;
        self.cache.retag(&format!("cluster:{id}"), &tags).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &ClusterArgs) -> Result<()> {
        let done = self.remove(id, args.final_snapshot_identifier.clone()).await;
        match (&args.final_snapshot_identifier, done) {
            (Some(given), Err(error)) if last_snapshot::is_taken(&error) => {
                let cluster = self.cache.clusters(Some(id)).await?.remove(id).ok_or_else(|| Error::gone(id))?;
                self.remove(id, Some(last_snapshot::other(given, cluster.cache_cluster_create_time()))).await
            }
            (_, done) => done,
        }
    }

    fn leaves(&self, _: &Id, known: &Value) -> Option<Leftover> {
        last_snapshot::leaves(known)
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        Some(format!("aws elasticache delete-cache-cluster --cache-cluster-id {id}"))
    }

    async fn find(&self, owner: &Owner, args: &ClusterArgs) -> Result<Vec<Id>> {
        let id = args.cluster_id.to_lowercase();
        let Some(cluster) = self.cache.clusters(Some(&id)).await?.remove(&id) else { return Ok(Vec::new()) };
        let Some(tags) = self.tags(&cluster).await? else {
            // As long as it is being made, nobody can say whose it is (aws catalogue, elasticache.Cluster).
            return Err(Error::new(Fault::Busy, format!("the tags of `{id}` cannot be read yet")));
        };
        Ok(tags::is_ours(&tags, owner).then_some(id).into_iter().collect())
    }

    /// Clusters in the stack's subnet groups. Members of replication groups belong to these.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let groups = scope.ids_of(SubnetGroup::SCHEMA.token);
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let all = self.cache.clusters(None).await?.into_iter();
        let inside = all.filter(|(id, cluster)| {
            cluster.cache_subnet_group_name().is_some_and(|group| groups.contains(&group))
                && text(cluster.replication_group_id.as_ref()).is_none()
                && !scope.knows(Cluster::SCHEMA.token, id)
        });
        Ok(inside.map(|(id, _)| Stray { what: format!("cache `{id}`"), id }).collect())
    }
}

impl ElastiCache {
    /// One cluster by its id, or all: there is no filter. Missing ones are just not there.
    pub(crate) async fn clusters(&self, id: Option<&str>) -> Result<BTreeMap<Id, CacheCluster>> {
        let (mut clusters, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.client.describe_cache_clusters().set_cache_cluster_id(id.map(str::to_owned));
            let call = call.show_cache_node_info(true).max_records(PAGE).set_marker(marker.clone());
            let page = found(self.read("DescribeCacheClusters", || call.clone().send()).await, NOT_FOUND)?;
            let Some(page) = page else { return Ok(clusters) };
            for cluster in page.cache_clusters.unwrap_or_default() {
                clusters.insert(cluster.cache_cluster_id.clone().unwrap_or_default().to_lowercase(), cluster);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(clusters);
            }
        }
    }
}

impl ClusterHandler {
    async fn remove(&self, id: &Id, snapshot: Option<String>) -> Result<()> {
        let call = self.cache.client.delete_cache_cluster().cache_cluster_id(id);
        let call = call.set_final_snapshot_identifier(snapshot);
        self.cache.write("DeleteCacheCluster", || call.clone().send()).await.map(|_| ())
    }

    /// Nothing as long as the cluster is not available: its tags cannot be read before.
    async fn tags(&self, cluster: &CacheCluster) -> Result<Option<Tags>> {
        if cluster.cache_cluster_status() == Some("creating") {
            return Ok(None);
        }
        self.cache.tags(cluster.arn().unwrap_or_default(), NOT_FOUND).await
    }

    async fn look(&self, cluster: &CacheCluster) -> Result<Seen<Cluster>> {
        let status = cluster.cache_cluster_status().unwrap_or("creating");
        if status == "deleted" {
            return Ok(Seen::Absent);
        }
        if BROKEN.contains(&status) {
            return Ok(Seen::Failed(status.to_owned()));
        }
        if status != "available" {
            return Ok(Seen::Settling(status.to_owned()));
        }
        let mut groups = cluster.security_groups().iter().filter_map(|group| group.status());
        if let Some(status) = groups.find(|status| *status != "active") {
            return Ok(Seen::Settling(format!("a security group is {status}")));
        }
        Ok(match self.tags(cluster).await? {
            Some(tags) => Seen::Ready { args: args(cluster, tags), outputs: outputs(cluster) },
            None => Seen::Settling("the tags cannot be read yet".into()),
        })
    }

    /// One call with everything that differs.
    fn modification(&self, id: &Id, change: &Change<'_, ClusterArgs>) -> ModifyCacheClusterFluentBuilder {
        let (wanted, observed) = (change.wanted, change.observed);
        let text = |name: &str, value: &Option<String>| value.clone().filter(|_| change.touches(name));
        let number = |name: &str, value: Option<i64>| small(value).filter(|_| change.touches(name));
        let truth = |name: &str, value: bool| change.touches(name).then_some(value);
        let groups = wanted.security_group_ids.clone().filter(|_| change.touches("securityGroupIds"));
        let mode = wanted.az_mode.filter(|_| change.touches("azMode"));
        let topic = change.touches("notificationTopicArn");
        let logs = change.touches("logDeliveryConfigurations").then(|| {
            log_delivery::requests(&wanted.log_delivery_configurations, &observed.log_delivery_configurations)
        });
        let discovery = text("ipDiscovery", &wanted.ip_discovery);
        let call = self.cache.client.modify_cache_cluster().cache_cluster_id(id);
        let call = call
            .apply_immediately(wanted.apply_immediately)
            .set_auto_minor_version_upgrade(truth("autoMinorVersionUpgrade", wanted.auto_minor_version_upgrade))
            .set_az_mode(mode.map(|mode| types::AzMode::from(mode.as_str())))
            .set_cache_node_type(text("nodeType", &wanted.node_type))
            .set_cache_parameter_group_name(text("parameterGroupName", &wanted.parameter_group_name))
            .set_engine_version(text("engineVersion", &wanted.engine_version))
            .set_ip_discovery(discovery.as_deref().map(IpDiscovery::from))
            .set_log_delivery_configurations(logs.flatten())
            .set_notification_topic_arn(text("notificationTopicArn", &wanted.notification_topic_arn))
            .set_notification_topic_status(topic.then(|| {
                let status = if wanted.notification_topic_arn.is_some() { "active" } else { "inactive" };
                status.to_owned()
            }))
            .set_preferred_maintenance_window(text("maintenanceWindow", &wanted.maintenance_window))
            .set_security_group_ids(groups)
            .set_snapshot_retention_limit(number("snapshotRetentionLimit", wanted.snapshot_retention_limit))
            .set_snapshot_window(text("snapshotWindow", &wanted.snapshot_window));
        if change.touches("numCacheNodes") { resized(call, wanted, observed) } else { call }
    }
}

/// More nodes take the next of the preferred zones; fewer lose the last ones, which must be named.
fn resized(
    call: ModifyCacheClusterFluentBuilder,
    wanted: &ClusterArgs,
    observed: &ClusterArgs,
) -> ModifyCacheClusterFluentBuilder {
    let (want, has) = (wanted.num_cache_nodes.unwrap_or(1), observed.num_cache_nodes.unwrap_or(1));
    let call = call.set_num_cache_nodes(small(Some(want)));
    if want < has {
        return call.set_cache_node_ids_to_remove(Some((want + 1..=has).map(|node| format!("{node:04}")).collect()));
    }
    let zones = wanted.preferred_availability_zones.iter().flatten();
    let zones: Vec<String> = zones.skip(usize::try_from(has).unwrap_or(0)).cloned().collect();
    call.set_new_availability_zones((!zones.is_empty()).then_some(zones))
}

/// The service wants a number, but of a replica.
fn nodes(args: &ClusterArgs) -> Option<i32> {
    small(args.num_cache_nodes).or_else(|| args.replication_group_id.is_none().then_some(1))
}

/// The inputs, as they will be when all pending changes are made.
fn args(cluster: &CacheCluster, tags: Tags) -> ClusterArgs {
    let pending = cluster.pending_modified_values();
    let zone = text(cluster.preferred_availability_zone.as_ref());
    // The service's word for nodes in several zones.
    let several = zone.as_deref() == Some("Multiple");
    let topic = cluster.notification_configuration().filter(|topic| topic.topic_status() != Some("inactive"));
    let node_type = pending.and_then(|pending| pending.cache_node_type.clone());
    let version = pending.and_then(|pending| pending.engine_version.clone());
    let waiting = pending.map(types::PendingModifiedValues::log_delivery_configurations).unwrap_or_default();
    let encrypted = pending.and_then(|pending| pending.transit_encryption_enabled);
    ClusterArgs {
        apply_immediately: false,
        auto_minor_version_upgrade: cluster.auto_minor_version_upgrade.unwrap_or_default(),
        availability_zone: zone.filter(|_| !several),
        az_mode: Some(if several { AzMode::CrossAz } else { AzMode::SingleAz }),
        cluster_id: cluster.cache_cluster_id.clone().unwrap_or_default(),
        engine: cluster.engine.clone(),
        engine_version: version.or(cluster.engine_version.clone()),
        final_snapshot_identifier: None,
        ip_discovery: cluster.ip_discovery().map(|discovery| discovery.as_str().to_owned()),
        log_delivery_configurations: log_delivery::seen(cluster.log_delivery_configurations(), waiting),
        maintenance_window: cluster.preferred_maintenance_window.clone(),
        network_type: cluster.network_type().map(|kind| kind.as_str().to_owned()),
        node_type: node_type.or(cluster.cache_node_type.clone()),
        notification_topic_arn: topic.and_then(|topic| topic.topic_arn.clone()),
        num_cache_nodes: pending.and_then(|p| p.num_cache_nodes).or(cluster.num_cache_nodes).map(i64::from),
        outpost_mode: None,
        parameter_group_name: cluster
            .cache_parameter_group()
            .and_then(|group| group.cache_parameter_group_name.clone()),
        port: endpoint(cluster).and_then(Endpoint::port).map(i64::from),
        preferred_availability_zones: None,
        preferred_outpost_arn: text(cluster.preferred_outpost_arn.as_ref()),
        replication_group_id: text(cluster.replication_group_id.as_ref()),
        security_group_ids: Some(
            cluster.security_groups().iter().filter_map(|group| group.security_group_id.clone()).collect(),
        ),
        snapshot_arns: None,
        snapshot_name: None,
        snapshot_retention_limit: cluster.snapshot_retention_limit.map(i64::from),
        snapshot_window: text(cluster.snapshot_window.as_ref()),
        subnet_group_name: text(cluster.cache_subnet_group_name.as_ref()),
        tags: tags::observed(tags),
        transit_encryption_enabled: encrypted.or(cluster.transit_encryption_enabled).unwrap_or_default(),
    }
}

/// Memcached has an endpoint of its own; of the others there is a node.
fn endpoint(cluster: &CacheCluster) -> Option<&Endpoint> {
    cluster.configuration_endpoint().or_else(|| cluster.cache_nodes().iter().find_map(|node| node.endpoint()))
}

fn outputs(cluster: &CacheCluster) -> ClusterOutputs {
    let nodes = cluster.cache_nodes().iter().map(|node| ClusterCacheNode {
        address: node.endpoint().and_then(|endpoint| endpoint.address.clone()),
        availability_zone: node.customer_availability_zone.clone(),
        id: node.cache_node_id.clone(),
        outpost_arn: node.customer_outpost_arn.clone(),
        port: node.endpoint().and_then(Endpoint::port).map(i64::from),
    });
    let configuration = cluster.configuration_endpoint();
    let address = configuration.and_then(|endpoint| endpoint.address.clone());
    let port = configuration.and_then(Endpoint::port);
    ClusterOutputs {
        arn: cluster.arn.clone().unwrap_or_default(),
        cache_nodes: nodes.collect(),
        configuration_endpoint: address.as_ref().zip(port).map(|(address, port)| format!("{address}:{port}")),
        cluster_address: address,
        engine_version_actual: cluster.engine_version.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticache::types::PendingModifiedValues;

    /// Protects from endless updates: what waits for the maintenance window counts as done.
    #[test]
    fn pending_changes_count() {
        let pending = PendingModifiedValues::builder().cache_node_type("cache.b").num_cache_nodes(3).build();
        let cluster = CacheCluster::builder().cache_node_type("cache.a").num_cache_nodes(1);
        let args = args(&cluster.pending_modified_values(pending).build(), Tags::new());
        assert_eq!((args.node_type.as_deref(), args.num_cache_nodes), (Some("cache.b"), Some(3)));
    }
}
