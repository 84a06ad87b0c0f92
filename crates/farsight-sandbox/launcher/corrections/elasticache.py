"""Corrections of ElastiCache."""

import inspect

from moto.core.responses import ActionResult, EmptyResult, PaginatedResult
from moto.elasticache.exceptions import CacheSubnetGroupNotFound, ElastiCacheException
from moto.elasticache.models import CacheCluster, CacheSubnetGroup, ElastiCacheBackend, ReplicationGroup
from moto.elasticache.responses import ElastiCacheResponse

from . import correction, replace


class Refused(ElastiCacheException):
    """An error that moto's ElastiCache does not have."""


def change_log_deliveries(cache, requests):
    changed = [request["LogType"] for request in requests]
    stay = [delivery for delivery in cache.log_delivery_configurations if delivery["LogType"] not in changed]
    come = [request for request in requests if str(request.get("Enabled", True)).lower() == "true"]
    cache.log_delivery_configurations = stay + come


@correction
def cache_deletion():
    """moto: a deleted cluster or replication group is `deleting` for ever.

    AWS: it is gone after a while.
    """

    @replace(ElastiCacheBackend)
    def delete_cache_cluster(self, old, cache_cluster_id):
        cluster = old(cache_cluster_id)
        del self.cache_clusters[cache_cluster_id]
        return cluster

    @replace(ElastiCacheBackend)
    def delete_replication_group(self, old, replication_group_id, *args, **kwargs):
        group = old(replication_group_id, *args, **kwargs)
        del self.replication_groups[replication_group_id]
        return group


@correction
def cache_cluster_update():
    """moto: modify_cache_cluster is not there.

    AWS: it changes the cluster.
    """
    attributes = {
        "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
        "CacheNodeType": "cache_node_type",
        "CacheParameterGroupName": "cache_parameter_group_name",
        "EngineVersion": "engine_version",
        "IpDiscovery": "ip_discovery",
        "NotificationTopicArn": "notification_topic_arn",
        "NumCacheNodes": "num_cache_nodes",
        "PreferredMaintenanceWindow": "preferred_maintenance_window",
        "SecurityGroupIds": "security_group_ids",
        "SnapshotRetentionLimit": "snapshot_retention_limit",
        "SnapshotWindow": "snapshot_window",
    }

    def modify_cache_cluster(self):
        cluster = self.elasticache_backend.describe_cache_clusters(self._get_param("CacheClusterId"))[0]
        for parameter, attribute in attributes.items():
            if self._get_param(parameter) is not None:
                setattr(cluster, attribute, self._get_param(parameter))
        if self._get_param("NotificationTopicStatus") == "inactive":
            cluster.notification_topic_arn = None
        change_log_deliveries(cluster, self._get_param("LogDeliveryConfigurations") or [])
        return ActionResult({"CacheCluster": cluster})

    ElastiCacheResponse.modify_cache_cluster = modify_cache_cluster


@correction
def cache_nodes():
    """moto: a cluster shows neither its security groups nor the endpoints of its nodes.

    AWS: both.
    """

    def nodes(cluster):
        address = f"{cluster.cache_cluster_id}.sandbox.0001.use1.cache.amazonaws.com"
        return [
            {
                "CacheNodeId": f"{number:04}",
                "CacheNodeStatus": "available",
                "CacheNodeCreateTime": cluster.cache_cluster_create_time,
                "Endpoint": {"Address": address, "Port": int(cluster.port)},
                "ParameterGroupStatus": "in-sync",
            }
            for number in range(1, cluster.num_cache_nodes + 1)
        ]

    def security_groups(cluster):
        return [{"SecurityGroupId": group, "Status": "active"} for group in cluster.security_group_ids or []]

    CacheCluster.cache_nodes = property(nodes)
    CacheCluster.security_groups = property(security_groups)


@correction
def cache_cluster_fields():
    """moto: a cluster shows neither its parameter group nor its topic, and HTTP 500 answers for one of Valkey.

    AWS: both, and Valkey is an engine like Redis.
    """

    def parameter_group(cluster):
        name = cluster.cache_parameter_group_name
        return name and {"CacheParameterGroupName": name, "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": []}

    def topic(cluster):
        arn = cluster.notification_topic_arn
        return arn and {"TopicArn": arn, "TopicStatus": "active"}

    CacheCluster.num_cache_nodes = 1
    CacheCluster.cache_parameter_group = property(parameter_group)
    CacheCluster.notification_configuration = property(topic)


@correction
def cache_subnet_group_update():
    """moto: modify_cache_subnet_group and delete_cache_subnet_group are not there.

    AWS: they change and delete the group; a group in use is CacheSubnetGroupInUse.
    """

    def find(response):
        return response.elasticache_backend.describe_cache_subnet_groups(response._get_param("CacheSubnetGroupName"))[0]

    def modify_cache_subnet_group(self):
        group, backend = find(self), self.elasticache_backend
        changed = CacheSubnetGroup(
            account_id=backend.account_id,
            region_name=backend.region_name,
            cache_subnet_group_name=group.cache_subnet_group_name,
            cache_subnet_group_description=(
                self._get_param("CacheSubnetGroupDescription") or group.cache_subnet_group_description
            ),
            subnet_ids=self._get_param("SubnetIds") or group.subnet_ids,
            tags=group.tags,
        )
        backend.cache_subnet_groups[group.cache_subnet_group_name] = changed
        return ActionResult({"CacheSubnetGroup": changed})

    def delete_cache_subnet_group(self):
        name, backend = find(self).cache_subnet_group_name, self.elasticache_backend
        caches = [*backend.cache_clusters.values(), *backend.replication_groups.values()]
        if any(getattr(cache, "cache_subnet_group_name", None) == name for cache in caches):
            raise Refused("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")
        del backend.cache_subnet_groups[name]
        return EmptyResult()

    CacheSubnetGroupNotFound.code = "CacheSubnetGroupNotFoundFault"
    ElastiCacheResponse.modify_cache_subnet_group = modify_cache_subnet_group
    ElastiCacheResponse.delete_cache_subnet_group = delete_cache_subnet_group


@correction
def cache_parameter_groups():
    """moto: cache parameter groups are not there.

    AWS: they are made, changed, reset, described and deleted.
    """

    def groups(response):
        # Kept on the backend, so that a reset of the account forgets them.
        return response.elasticache_backend.__dict__.setdefault("parameter_groups", {})

    def find(response):
        name = response._get_param("CacheParameterGroupName")
        if name not in groups(response):
            raise Refused("CacheParameterGroupNotFound", f"CacheParameterGroup not found: {name}")
        return groups(response)[name]

    def create_cache_parameter_group(self):
        name, backend = self._get_param("CacheParameterGroupName"), self.elasticache_backend
        if name in groups(self):
            raise Refused("CacheParameterGroupAlreadyExists", f"Cache parameter group {name} already exists.")
        arn = f"arn:aws:elasticache:{backend.region_name}:{backend.account_id}:parametergroup:{name}"
        group = {"CacheParameterGroupName": name, "ARN": arn, "IsGlobal": False, "parameters": {}}
        group |= {key: self._get_param(key) for key in ("CacheParameterGroupFamily", "Description")}
        groups(self)[name] = group
        if self._get_param("Tags"):
            backend.tagging_service.tag_resource(arn, self._get_param("Tags"))
        return ActionResult({"CacheParameterGroup": group})

    def describe_cache_parameter_groups(self):
        wanted = [find(self)] if self._get_param("CacheParameterGroupName") else list(groups(self).values())
        return PaginatedResult({"CacheParameterGroups": wanted})

    def describe_cache_parameters(self):
        parameters = find(self)["parameters"].items()
        return PaginatedResult(
            {"Parameters": [{"ParameterName": k, "ParameterValue": v, "Source": "user"} for k, v in parameters]}
        )

    def modify_cache_parameter_group(self):
        group = find(self)
        for parameter in self._get_param("ParameterNameValues", []):
            group["parameters"][parameter["ParameterName"]] = parameter.get("ParameterValue")
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def reset_cache_parameter_group(self):
        group = find(self)
        names = [p["ParameterName"] for p in self._get_param("ParameterNameValues", [])]
        for name in list(group["parameters"]) if self._get_param("ResetAllParameters") else names:
            group["parameters"].pop(name, None)
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def delete_cache_parameter_group(self):
        name = find(self)["CacheParameterGroupName"]
        if any(c.cache_parameter_group_name == name for c in self.elasticache_backend.cache_clusters.values()):
            raise Refused("InvalidCacheParameterGroupState", "One or more cache clusters are still members of this group.")
        del groups(self)[name]
        return EmptyResult()

    @replace(ElastiCacheBackend)
    def list_tags_for_resource(self, old, arn):
        return self.tagging_service.list_tags_for_resource(arn) if ":parametergroup:" in arn else old(arn)

    for call in (
        create_cache_parameter_group,
        describe_cache_parameter_groups,
        describe_cache_parameters,
        modify_cache_parameter_group,
        reset_cache_parameter_group,
        delete_cache_parameter_group,
    ):
        setattr(ElastiCacheResponse, call.__name__, call)


@correction
def replication_group_members():
    """moto: NumCacheClusters is ignored, the members of a replication group are no clusters, and its shards and replicas cannot be changed.

    AWS: each member is a cluster with the settings of its group; shards and replicas come and go.
    """
    copied = ("engine", "engine_version", "cache_node_type", "cache_parameter_group_name", "cache_subnet_group_name")
    copied += ("security_group_ids", "preferred_maintenance_window", "notification_topic_arn", "port")
    copied += ("auto_minor_version_upgrade", "snapshot_retention_limit", "snapshot_window")

    def show_members(backend, group):
        for name, cluster in list(backend.cache_clusters.items()):
            if getattr(cluster, "replication_group_id", None) == group.replication_group_id:
                del backend.cache_clusters[name]
        options = dict.fromkeys(list(inspect.signature(CacheCluster.__init__).parameters)[3:])
        options |= {name: getattr(group, name) for name in copied}
        for name in group.member_clusters:
            options["cache_cluster_id"] = name
            cluster = CacheCluster(backend.account_id, backend.region_name, **options)
            cluster.replication_group_id = group.replication_group_id
            backend.cache_clusters[name] = cluster

    def resize(backend, group, shards, replicas):
        first = group.node_groups[0]
        group.node_groups, group.member_clusters = [], []
        for number in range(1, shards + 1):
            shard = {**first, "node_group_id": f"{number:0>4}", "node_group_members": []}
            common = {"node_group": shard, "member_clusters": group.member_clusters}
            common |= {"replication_group_id": group.replication_group_id, "replicas_per_node_group": replicas}
            if group.cluster_enabled:
                more = {"node_group_configuration": [], "member_clusters_outpost_arns": []}
                group._set_node_members_clusters_enabled(**common, **more)
            else:
                more = {"replication_group_domain": "sandbox", "preferred_cache_cluster_azs": []}
                group._set_node_members_clusters_disabled(**common, **more, num_cache_clusters=replicas + 1)
            group.node_groups.append(shard)
        show_members(backend, group)

    def find(response):
        return response.elasticache_backend.describe_replication_groups(response._get_param("ReplicationGroupId"))[0]

    def replicas_of(group):
        return len(group.member_clusters) // len(group.node_groups) - 1

    @replace(ReplicationGroup, "__init__")
    def init(self, old, *args, **kwargs):
        if kwargs.get("cluster_mode") in (None, "disabled") and kwargs.get("num_cache_clusters"):
            kwargs["replicas_per_node_group"] = kwargs["num_cache_clusters"] - 1
        old(*args, **kwargs)
        for shard in self.node_groups if not self.cluster_enabled else []:
            shard["reader_endpoint"] = {"address": shard["reader_endpoint_address"], "port": self.port}

    @replace(ElastiCacheBackend)
    def create_replication_group(self, old, *args, **kwargs):
        group = old(*args, **kwargs)
        show_members(self, group)
        return group

    @replace(ElastiCacheBackend)
    def delete_replication_group(self, old, *args, **kwargs):
        group = old(*args, **kwargs)
        group.member_clusters = []
        show_members(self, group)
        return group

    def change_replica_count(self):
        group = find(self)
        resize(self.elasticache_backend, group, len(group.node_groups), int(self._get_param("NewReplicaCount")))
        return ActionResult({"ReplicationGroup": group})

    def modify_replication_group_shard_configuration(self):
        group = find(self)
        resize(self.elasticache_backend, group, int(self._get_param("NodeGroupCount")), replicas_of(group))
        return ActionResult({"ReplicationGroup": group})

    ElastiCacheResponse.increase_replica_count = change_replica_count
    ElastiCacheResponse.decrease_replica_count = change_replica_count
    ElastiCacheResponse.modify_replication_group_shard_configuration = modify_replication_group_shard_configuration


@correction
def replication_group_update():
    """moto: modify_replication_group knows six settings and drops the others.

    AWS: all are changed, those of the members too.
    """
    attributes = {
        "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
        "CacheParameterGroupName": "cache_parameter_group_name",
        "ClusterMode": "cluster_mode",
        "Durability": "durability",
        "EngineVersion": "engine_version",
        "IpDiscovery": "ip_discovery",
        "NotificationTopicArn": "notification_topic_arn",
        "PreferredMaintenanceWindow": "preferred_maintenance_window",
        "SecurityGroupIds": "security_group_ids",
        "SnapshotWindow": "snapshot_window",
        "TransitEncryptionEnabled": "transit_encryption_enabled",
        "TransitEncryptionMode": "transit_encryption_mode",
    }
    of_members = ("engine", "cache_node_type", "snapshot_retention_limit", *attributes.values())

    @replace(ElastiCacheResponse)
    def modify_replication_group(self, old):
        answer, backend = old(), self.elasticache_backend
        group = backend.describe_replication_groups(self._get_param("ReplicationGroupId"))[0]
        for parameter, attribute in attributes.items():
            if self._get_param(parameter) is not None:
                setattr(group, attribute, self._get_param(parameter))
        if self._get_param("NotificationTopicStatus") == "inactive":
            group.notification_topic_arn = None
        change_log_deliveries(group, self._get_param("LogDeliveryConfigurations") or [])
        gone, come = (self._get_param(f"UserGroupIdsTo{what}") or [] for what in ("Remove", "Add"))
        group.user_group_ids = [name for name in group.user_group_ids if name not in [*gone, *come]] + come
        for name in group.member_clusters:
            for attribute in of_members if name in backend.cache_clusters else ():
                setattr(backend.cache_clusters[name], attribute, getattr(group, attribute, None))
        return answer
