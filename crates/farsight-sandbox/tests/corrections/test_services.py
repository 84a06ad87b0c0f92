"""The corrections of the services that stand on the network."""

import datetime
import http.client
import urllib.parse

import cbor2
from support import NAME_TAG, Network, client


class Services(Network):
    def setUp(self):
        super().setUp()
        self.name = self._testMethodName.removeprefix("test_").replace("_", "-")[:20]
        self.here = self.vpc()
        self.subnets = [self.subnet(self.here), self.subnet(self.here, "10.0.1.0/24", "us-east-1b")]


class Rds(Services):
    def test_db_subnet_group_update(self):
        rds = client("rds")
        third = self.subnet(self.here, "10.0.2.0/24", "us-east-1c")
        call = {"DBSubnetGroupName": self.name, "DBSubnetGroupDescription": "old"}
        rds.create_db_subnet_group(**call, SubnetIds=self.subnets)
        call["DBSubnetGroupDescription"] = "new"
        rds.modify_db_subnet_group(**call, SubnetIds=[*self.subnets, third])
        read = rds.describe_db_subnet_groups(DBSubnetGroupName=self.name)["DBSubnetGroups"][0]
        self.assertEqual(read["DBSubnetGroupDescription"], "new")
        self.assertEqual({s["SubnetIdentifier"] for s in read["Subnets"]}, {*self.subnets, third})
        call["DBSubnetGroupName"] = "missing"
        self.refused("DBSubnetGroupNotFoundFault", rds.modify_db_subnet_group, **call, SubnetIds=self.subnets)


class ElastiCache(Services):
    def setUp(self):
        super().setUp()
        self.cache = client("elasticache")

    def cluster(self, **more):
        call = {"CacheClusterId": self.name, "Engine": "redis", "CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1}
        self.cache.create_cache_cluster(**call, **more)

    def read(self):
        found = self.cache.describe_cache_clusters(CacheClusterId=self.name, ShowCacheNodeInfo=True)
        return found["CacheClusters"][0]

    def test_cache_deletion(self):
        self.cluster()
        self.assertEqual(self.cache.delete_cache_cluster(CacheClusterId=self.name)["CacheCluster"]["CacheClusterStatus"], "deleting")
        self.refused("CacheClusterNotFound", self.cache.describe_cache_clusters, CacheClusterId=self.name)
        ids = {"ReplicationGroupId": self.name}
        self.cache.create_replication_group(**ids, ReplicationGroupDescription="d", NumCacheClusters=2)
        self.cache.delete_replication_group(**ids)
        self.refused("ReplicationGroupNotFoundFault", self.cache.describe_replication_groups, **ids)

    def test_cache_cluster_update(self):
        self.cluster()
        call = {"CacheNodeType": "cache.t3.small", "SnapshotRetentionLimit": 3, "PreferredMaintenanceWindow": "sun:05:00-sun:06:00"}
        self.cache.modify_cache_cluster(CacheClusterId=self.name, ApplyImmediately=True, **call)
        self.has(call, self.read())

    def test_cache_nodes(self):
        group = self.group(self.here)
        self.cluster(SecurityGroupIds=[group], Port=6380)
        self.assertEqual(self.read()["SecurityGroups"], [{"SecurityGroupId": group, "Status": "active"}])
        self.assertEqual(self.read()["CacheNodes"][0]["Endpoint"]["Port"], 6380)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=group)
        self.cache.delete_cache_cluster(CacheClusterId=self.name)
        self.ec2.delete_security_group(GroupId=group)

    def test_cache_subnet_group_update(self):
        call = {"CacheSubnetGroupName": self.name}
        self.cache.create_cache_subnet_group(**call, CacheSubnetGroupDescription="d", SubnetIds=self.subnets[:1])
        self.cache.modify_cache_subnet_group(**call, SubnetIds=self.subnets)
        read = self.cache.describe_cache_subnet_groups(**call)["CacheSubnetGroups"][0]
        self.assertEqual({s["SubnetIdentifier"] for s in read["Subnets"]}, set(self.subnets))
        self.cluster(CacheSubnetGroupName=self.name)
        self.refused("CacheSubnetGroupInUse", self.cache.delete_cache_subnet_group, **call)
        self.cache.delete_cache_cluster(CacheClusterId=self.name)
        self.cache.delete_cache_subnet_group(**call)
        self.refused("CacheSubnetGroupNotFoundFault", self.cache.describe_cache_subnet_groups, **call)

    def test_cache_parameter_groups(self):
        call = {"CacheParameterGroupName": self.name}
        fields = {"CacheParameterGroupFamily": "redis7", "Description": "d"}
        made = self.cache.create_cache_parameter_group(**call, **fields, Tags=NAME_TAG)["CacheParameterGroup"]
        self.has(fields, self.cache.describe_cache_parameter_groups(**call)["CacheParameterGroups"][0])
        self.assertEqual(self.cache.list_tags_for_resource(ResourceName=made["ARN"])["TagList"], NAME_TAG)
        value = {"ParameterName": "maxmemory-policy", "ParameterValue": "allkeys-lru"}
        self.cache.modify_cache_parameter_group(**call, ParameterNameValues=[value])
        self.has(value, self.cache.describe_cache_parameters(**call)["Parameters"][0])
        self.cache.reset_cache_parameter_group(**call, ResetAllParameters=True)
        self.assertEqual(self.cache.describe_cache_parameters(**call)["Parameters"], [])
        self.cache.delete_cache_parameter_group(**call)
        self.refused("CacheParameterGroupNotFound", self.cache.describe_cache_parameter_groups, **call)


class EcsServices(Services):
    def setUp(self):
        super().setUp()
        self.ecs = client("ecs")
        self.ecs.create_cluster(clusterName=self.name)

    def task(self):
        container = {"name": "c", "image": "i", "memory": 128}
        answer = self.ecs.register_task_definition(family=self.name, containerDefinitions=[container])
        return answer["taskDefinition"]["taskDefinitionArn"]

    def service(self, **more):
        call = {"cluster": self.name, "serviceName": "s", "taskDefinition": self.name, "desiredCount": 1}
        self.ecs.create_service(**call, **more)

    def read(self):
        return self.ecs.describe_services(cluster=self.name, services=["s"])["services"][0]


class Ecs(EcsServices):
    def test_service_fields(self):
        self.task()
        network = {"subnets": self.subnets, "securityGroups": [self.group(self.here)]}
        call = {
            "deploymentConfiguration": {
                "minimumHealthyPercent": 50,
                "maximumPercent": 150,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            },
            "enableExecuteCommand": True,
            "enableECSManagedTags": True,
            "healthCheckGracePeriodSeconds": 30,
        }
        self.service(launchType="FARGATE", networkConfiguration={"awsvpcConfiguration": network}, **call)
        self.has({**call, "platformVersion": "LATEST"}, self.read())
        spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]
        other = {"serviceName": "spot", "taskDefinition": self.name, "desiredCount": 1}
        self.ecs.create_service(cluster=self.name, **other, capacityProviderStrategy=spot)
        read = self.ecs.describe_services(cluster=self.name, services=["spot"])["services"][0]
        self.assertNotIn("launchType", read)

    def test_duplicate_service(self):
        self.task()
        self.service()
        self.refused("InvalidParameterException", self.service)

    def test_blocks_of_deployment(self):
        self.task()
        connect = {"enabled": True, "namespace": "n"}
        self.service(serviceConnectConfiguration=connect)
        self.assertEqual(self.read()["deployments"][0]["serviceConnectConfiguration"], connect)
        off = {"enabled": False}
        self.ecs.update_service(cluster=self.name, service="s", serviceConnectConfiguration=off)
        self.assertEqual(self.read()["deployments"][0]["serviceConnectConfiguration"], off)

    def test_service_token(self):
        self.task()
        self.service(clientToken="a")
        self.service(clientToken="a")
        self.refused("InvalidParameterException", self.service, clientToken="b")

    def test_tasks_of_new_service(self):
        self.task()
        call = {"cluster": self.name, "serviceName": "s", "taskDefinition": self.name}
        self.ecs.create_service(**call, desiredCount=3)
        expected = {"runningCount": 3, "pendingCount": 0}
        self.has(expected, self.read())
        self.has({**expected, "rolloutState": "COMPLETED"}, self.read()["deployments"][0])

    def test_service_deployment(self):
        self.task()
        self.service()
        second = self.task()
        self.ecs.update_service(cluster=self.name, service="s", taskDefinition=second, desiredCount=3)
        self.assertEqual(self.read()["taskDefinition"], second)
        self.has({"taskDefinition": second, "desiredCount": 3, "runningCount": 3}, self.read()["deployments"][0])

    def test_cluster_settings(self):
        settings = [{"name": "containerInsights", "value": "enabled"}]
        self.ecs.update_cluster_settings(cluster=self.name, settings=settings)
        read = self.ecs.describe_clusters(clusters=[self.name], include=["SETTINGS"])["clusters"][0]
        self.assertEqual(read["settings"], settings)

    def test_cluster_in_use(self):
        self.task()
        self.service()
        self.refused("ClusterContainsServicesException", self.ecs.delete_cluster, cluster=self.name)
        self.ecs.delete_service(cluster=self.name, service="s", force=True)
        self.ecs.delete_cluster(cluster=self.name)


class ScalableTargets(EcsServices):
    def setUp(self):
        super().setUp()
        self.scaling = client("application-autoscaling")
        self.task()
        self.service()
        self.target = {
            "ServiceNamespace": "ecs",
            "ResourceId": f"service/{self.name}/s",
            "ScalableDimension": "ecs:service:DesiredCount",
        }

    def register(self, **more):
        return self.scaling.register_scalable_target(**self.target, MinCapacity=1, MaxCapacity=2, **more)["ScalableTargetARN"]

    def test_scalable_target_tags(self):
        arn = self.register(Tags={"a": "1"})
        self.scaling.tag_resource(ResourceARN=arn, Tags={"b": "2"})
        self.scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
        self.assertEqual(self.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"], {"b": "2"})

    def test_scalable_target_role(self):
        self.register()
        found = self.scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[self.target["ResourceId"]])
        self.assertIn("AWSServiceRoleForApplicationAutoScaling_ECSService", found["ScalableTargets"][0]["RoleARN"])


class CloudWatch(Network):
    def call(self, operation, parameters):
        """Status and content of a call in CBOR."""
        address = urllib.parse.urlparse(self.ec2.meta.endpoint_url)
        credential = "test/20300101/us-east-1/monitoring/aws4_request"
        headers = {
            "Content-Type": "application/cbor",
            "Smithy-Protocol": "rpc-v2-cbor",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
        }
        connection = http.client.HTTPConnection(address.hostname, address.port)
        path = f"/service/GraniteServiceVersion20100801/operation/{operation}"
        connection.request("POST", path, cbor2.dumps(parameters), headers)
        answer = connection.getresponse()
        return answer.status, cbor2.loads(answer.read())

    def test_cbor_protocol(self):
        alarm = {
            "AlarmName": "cbor",
            "Namespace": "n",
            "MetricName": "m",
            "Period": 60,
            "Statistic": "Sum",
            "EvaluationPeriods": 1,
            "Threshold": 1.5,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        self.assertEqual(self.call("PutMetricAlarm", alarm), (200, {}))
        status, found = self.call("DescribeAlarms", {"AlarmNames": ["cbor"]})
        self.assertEqual(status, 200)
        self.has(alarm, found["MetricAlarms"][0])
        self.assertIsInstance(found["MetricAlarms"][0]["StateUpdatedTimestamp"], datetime.datetime)
        status, error = self.call("GetDashboard", {"DashboardName": "missing"})
        self.assertEqual((status, error["__type"].split("#")[-1]), (404, "ResourceNotFound"))
