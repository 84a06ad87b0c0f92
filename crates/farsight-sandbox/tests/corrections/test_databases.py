"""The corrections of databases and caches that their lifecycles need."""

from support import client
from test_services import Services


class RdsGroupsAndInstances(Services):
    def setUp(self):
        super().setUp()
        self.rds = client("rds")
        self.key = {"DBInstanceIdentifier": self.name}

    def instance(self, **more):
        call = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": 20, "EngineVersion": "14.9"}
        call |= {"MasterUsername": "app", "MasterUserPassword": "long-enough"}
        return self.rds.create_db_instance(**self.key, **call, **more)["DBInstance"]

    def read(self, **call):
        return self.rds.describe_db_instances(**(call or self.key))["DBInstances"][0]

    def test_db_group_exists(self):
        group, parameters = {"DBSubnetGroupName": self.name}, {"DBParameterGroupName": self.name}
        call = {**group, "DBSubnetGroupDescription": "d", "SubnetIds": self.subnets}
        self.rds.create_db_subnet_group(**call)
        self.refused("DBSubnetGroupAlreadyExists", self.rds.create_db_subnet_group, **call)
        self.rds.create_db_parameter_group(**parameters, DBParameterGroupFamily="postgres14", Description="d")
        self.instance(**group, **parameters)
        self.refused("InvalidDBSubnetGroupStateFault", self.rds.delete_db_subnet_group, **group)
        self.refused("InvalidDBParameterGroupState", self.rds.delete_db_parameter_group, **parameters)
        self.rds.delete_db_instance(**self.key, SkipFinalSnapshot=True)
        self.rds.delete_db_subnet_group(**group)
        self.rds.delete_db_parameter_group(**parameters)

    def test_automated_backups_have_names_of_their_own(self):
        # Three times, should a minute end between two of them.
        for _ in range(3):
            self.instance(BackupRetentionPeriod=1)
            self.rds.delete_db_instance(**self.key, SkipFinalSnapshot=True, DeleteAutomatedBackups=False)

    def test_missing_db_parameter_group(self):
        call = {"DBParameterGroupName": self.name}
        self.refused("DBParameterGroupNotFound", self.rds.describe_db_parameter_groups, **call)
        self.rds.create_db_parameter_group(**call, DBParameterGroupFamily="postgres14", Description="d")
        parameter = {"ParameterName": "log_statement", "ApplyMethod": "immediate"}
        self.rds.modify_db_parameter_group(**call, Parameters=[{**parameter, "ParameterValue": "ddl"}])
        self.rds.reset_db_parameter_group(**call, Parameters=[parameter])
        self.assertEqual(self.rds.describe_db_parameters(**call, Source="user")["Parameters"], [])

    def test_db_instance_fields(self):
        insights = {"PerformanceInsightsRetentionPeriod": 7, "NetworkType": "IPV4", "DedicatedLogVolume": True}
        self.instance(EnablePerformanceInsights=True, EnableCloudwatchLogsExports=["postgresql"], **insights)
        read = self.read()
        self.has({**insights, "PerformanceInsightsEnabled": True}, read)
        self.assertIn("HostedZoneId", read["Endpoint"])
        logs = {"EnableLogTypes": ["postgresql"]}
        self.rds.modify_db_instance(**self.key, DBPortNumber=5433, CloudwatchLogsExportConfiguration=logs)
        self.assertEqual(self.read()["Endpoint"]["Port"], 5433)
        self.assertEqual(self.read()["EnabledCloudwatchLogsExports"], ["postgresql"])

    def test_replica_promotion(self):
        self.instance()
        replica = {"DBInstanceIdentifier": f"{self.name}-r"}
        self.rds.create_db_instance_read_replica(**replica, SourceDBInstanceIdentifier=self.name)
        self.rds.promote_read_replica(**replica)
        self.assertNotIn("ReadReplicaSourceDBInstanceIdentifier", self.read(**replica))
        self.assertEqual(self.read()["ReadReplicaDBInstanceIdentifiers"], [])


class ElastiCacheClusters(Services):
    def test_cache_cluster_fields(self):
        cache, name = client("elasticache"), {"CacheClusterId": self.name}
        group, topic = "default.redis7", "arn:aws:sns:us-east-1:123456789012:t"
        more = {"CacheParameterGroupName": group, "NotificationTopicArn": topic, "CacheNodeType": "cache.t3.micro"}
        cache.create_cache_cluster(**name, **more, Engine="valkey", NumCacheNodes=1)
        read = cache.describe_cache_clusters(**name, ShowCacheNodeInfo=True)["CacheClusters"][0]
        self.assertEqual(read["CacheParameterGroup"]["CacheParameterGroupName"], group)
        self.assertEqual(read["NotificationConfiguration"], {"TopicArn": topic, "TopicStatus": "active"})
        self.assertEqual(read["NumCacheNodes"], 1)

    def replicated(self, **more):
        cache, ids = client("elasticache"), {"ReplicationGroupId": self.name}
        cache.create_replication_group(**ids, ReplicationGroupDescription="d", CacheNodeType="cache.t3.micro", **more)
        return cache, ids

    def test_replication_group_members(self):
        cache, ids = self.replicated(NumCacheClusters=2, EngineVersion="7.1")

        def read():
            return cache.describe_replication_groups(**ids)["ReplicationGroups"][0]["MemberClusters"]

        for member in read():
            cluster = cache.describe_cache_clusters(CacheClusterId=member)["CacheClusters"][0]
            self.has({"EngineVersion": "7.1", "ReplicationGroupId": self.name}, cluster)
        self.assertEqual(len(read()), 2)
        cache.increase_replica_count(**ids, NewReplicaCount=3, ApplyImmediately=True)
        self.assertEqual(len(read()), 4)
        cache.decrease_replica_count(**ids, NewReplicaCount=0, ApplyImmediately=True)
        self.assertEqual(read(), [f"{self.name}-001"])
        cache.delete_replication_group(**ids)
        self.refused("CacheClusterNotFound", cache.describe_cache_clusters, CacheClusterId=f"{self.name}-001")

    def test_replication_group_update(self):
        cache, ids = self.replicated(NumCacheClusters=1)
        call = {"SnapshotWindow": "03:00-04:00", "TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}
        window = {"PreferredMaintenanceWindow": "sun:04:00-sun:05:00"}
        cache.modify_replication_group(**ids, **call, **window, ApplyImmediately=True)
        self.has(call, cache.describe_replication_groups(**ids)["ReplicationGroups"][0])
        self.has(window, cache.describe_cache_clusters(CacheClusterId=f"{self.name}-001")["CacheClusters"][0])
