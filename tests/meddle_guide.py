#!/usr/bin/env python3
"""Changes with boto3 alone what `programs/farsight-server` made, behind its back: at least one object of each type.

Prints what a drift report must name, and nothing else: lines of kind, resource and property. `meddle_guide.py tags`
changes the tags of everything that has tags instead.
"""

import json
import sys

import boto3

CLUSTER = "farsight-cluster"
EXPECTED = []


def client(service):
    return boto3.client(service, region_name="us-east-1")


ec2, iam, logs, rds, ecs, ecr = (client(name) for name in ("ec2", "iam", "logs", "rds", "ecs", "ecr"))
elb, cache, alarms, topics = (client(name) for name in ("elbv2", "elasticache", "cloudwatch", "sns"))
secrets, scaling = client("secretsmanager"), client("application-autoscaling")


def expect(kind, resource, *paths):
    EXPECTED.extend(f"{kind} {resource} {path}".rstrip() for path in paths)


def changed(resource, *paths):
    expect("changed", resource, *paths)


def named(objects, name):
    """The one whose tag Name ends so."""
    def of(item):
        return {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}.get("Name", "")
    found = [item for item in objects if of(item) == f"farsight-server-dev-{name}"]
    assert len(found) == 1, (name, [of(item) for item in objects])
    return found[0]


def network():
    vpc = named(ec2.describe_vpcs()["Vpcs"], "main")["VpcId"]
    inside = [{"Name": "vpc-id", "Values": [vpc]}]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    changed("main", "enableDnsHostnames")
    ec2.modify_vpc_attribute(VpcId=vpc, EnableNetworkAddressUsageMetrics={"Value": True})
    changed("main", "enableNetworkAddressUsageMetrics")

    subnets = ec2.describe_subnets(Filters=inside)["Subnets"]
    public = named(subnets, "main-public-0")["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": False})
    changed("main-public-0", "mapPublicIpOnLaunch")
    ec2.modify_subnet_attribute(SubnetId=public, EnableResourceNameDnsARecordOnLaunch={"Value": True})
    changed("main-public-0", "enableResourceNameDnsARecordOnLaunch")
    ec2.modify_subnet_attribute(SubnetId=public, PrivateDnsHostnameTypeOnLaunch="resource-name")
    changed("main-public-0", "privateDnsHostnameTypeOnLaunch")

    tables = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    gateway = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])
    table = named(tables, "main-private-0")
    ec2.replace_route(
        RouteTableId=table["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway["InternetGateways"][0]["InternetGatewayId"],
    )
    changed("main-private-0-internet", "gatewayId", "natGatewayId")
    other = named(tables, "main-private-1")
    ec2.delete_route(RouteTableId=other["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    expect("gone", "main-private-1-internet", "")
    lost = [a for a in other["Associations"] if not a.get("Main")][0]
    ec2.disassociate_route_table(AssociationId=lost["RouteTableAssociationId"])
    expect("gone", "main-private-1", "")

    groups = {g["GroupName"].rsplit("-", 1)[0]: g["GroupId"] for g in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]}
    in_alb = [{"Name": "group-id", "Values": [groups["alb"]]}]
    rules = ec2.describe_security_group_rules(Filters=in_alb)["SecurityGroupRules"]
    http = [r for r in rules if not r["IsEgress"] and r["FromPort"] == 80][0]["SecurityGroupRuleId"]
    rule = {"IpProtocol": "tcp", "FromPort": 81, "ToPort": 82, "CidrIpv4": "10.1.0.0/16", "Description": "mine"}
    ec2.modify_security_group_rules(
        GroupId=groups["alb"], SecurityGroupRules=[{"SecurityGroupRuleId": http, "SecurityGroupRule": rule}]
    )
    changed("internet-to-alb-http", "fromPort", "toPort", "cidrIpv4", "description")
    out = [r for r in rules if r["IsEgress"]][0]["SecurityGroupRuleId"]
    ec2.revoke_security_group_egress(GroupId=groups["alb"], SecurityGroupRuleIds=[out])
    expect("gone", "alb-to-tasks", "")

    endpoints = ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"]
    logs_endpoint = [e for e in endpoints if e["ServiceName"].endswith(".logs")][0]
    ec2.modify_vpc_endpoint(VpcEndpointId=logs_endpoint["VpcEndpointId"], RemoveSubnetIds=[logs_endpoint["SubnetIds"][0]])
    changed("endpoints-logs", "subnetIds")


def roles():
    role = [r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("ecsTaskRole")][0]
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    changed("ecsTaskRole", "assumeRolePolicy")
    iam.update_role(RoleName=role, Description="mine", MaxSessionDuration=7200)
    changed("ecsTaskRole", "description", "maxSessionDuration")
    policy = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    anything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(anything))
    changed("ecsTaskRole", "policy")
    start = [r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("ecsTaskExecutionRole")][0]
    attached = iam.list_attached_role_policies(RoleName=start)["AttachedPolicies"][0]
    iam.detach_role_policy(RoleName=start, PolicyArn=attached["PolicyArn"])
    expect("gone", "ecsTaskExecutionRole", "")


def data():
    rds.modify_db_instance(
        DBInstanceIdentifier="farsight-postgres",
        BackupRetentionPeriod=1,
        MultiAZ=False,
        DBInstanceClass="db.t3.large",
        CopyTagsToSnapshot=False,
        DeletionProtection=True,
        ApplyImmediately=True,
    )
    changed(
        "database",
        "backupRetentionPeriod",
        "multiAz",
        "instanceClass",
        "copyTagsToSnapshot",
        "deletionProtection",
    )
    group = [g for g in rds.describe_db_subnet_groups()["DBSubnetGroups"]][0]
    rds.modify_db_subnet_group(
        DBSubnetGroupName=group["DBSubnetGroupName"],
        DBSubnetGroupDescription="mine",
        SubnetIds=[subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
    )
    changed("database", "description")
    cache.modify_replication_group(
        ReplicationGroupId="farsight-redis",
        ReplicationGroupDescription="mine",
        CacheNodeType="cache.t3.small",
        SnapshotRetentionLimit=3,
        ApplyImmediately=True,
    )
    changed("cache", "description", "nodeType", "snapshotRetentionLimit")
    group = cache.describe_cache_subnet_groups()["CacheSubnetGroups"][0]
    cache.modify_cache_subnet_group(CacheSubnetGroupName=group["CacheSubnetGroupName"], CacheSubnetGroupDescription="mine")
    changed("cache", "description")
    secrets.update_secret(SecretId="farsight/server-secrets", Description="mine")
    changed("server-secrets", "description")


def services():
    ecs.update_service(
        cluster=CLUSTER,
        service="farsight-worker",
        healthCheckGracePeriodSeconds=99,
        enableExecuteCommand=True,
        deploymentConfiguration={
            "minimumHealthyPercent": 50,
            "maximumPercent": 150,
            "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        },
    )
    changed(
        "worker",
        "deploymentMinimumHealthyPercent",
        "deploymentMaximumPercent",
        "healthCheckGracePeriodSeconds",
        "enableExecuteCommand",
        "deploymentCircuitBreaker.enable",
        "deploymentCircuitBreaker.rollback",
    )
    ecs.update_cluster_settings(cluster=CLUSTER, settings=[{"name": "containerInsights", "value": "disabled"}])
    changed("tasks", "settings")
    service = f"service/{CLUSTER}/farsight-api-server"
    of_service = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "ResourceId": service}
    scaling.register_scalable_target(MinCapacity=1, MaxCapacity=50, **of_service)
    changed("api", "minCapacity", "maxCapacity")
    policy = scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=service)["ScalingPolicies"][0]
    tracking = dict(policy["TargetTrackingScalingPolicyConfiguration"], TargetValue=35.0, ScaleInCooldown=7)
    scaling.put_scaling_policy(
        PolicyName=policy["PolicyName"],
        PolicyType=policy["PolicyType"],
        TargetTrackingScalingPolicyConfiguration=tracking,
        **of_service,
    )
    block = "targetTrackingScalingPolicyConfiguration"
    changed("api", f"{block}.targetValue", f"{block}.scaleInCooldown")
    ecr.put_image_tag_mutability(repositoryName="farsight-server", imageTagMutability="IMMUTABLE")
    changed("server", "imageTagMutability")
    ecr.put_image_scanning_configuration(
        repositoryName="farsight-server", imageScanningConfiguration={"scanOnPush": False}
    )
    changed("server", "imageScanningConfiguration.scanOnPush")
    keep = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3},
        "action": {"type": "expire"},
    }
    ecr.put_lifecycle_policy(repositoryName="farsight-server", lifecyclePolicyText=json.dumps({"rules": [keep]}))
    changed("server", "policy")


def balancer():
    arn = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn,
        Attributes=[
            {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"},
            {"Key": "idle_timeout.timeout_seconds", "Value": "99"},
        ],
    )
    changed("alb", "dropInvalidHeaderFields", "idleTimeout")
    group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    elb.modify_target_group(
        TargetGroupArn=group,
        HealthCheckPath="/mine",
        HealthCheckIntervalSeconds=31,
        HealthCheckTimeoutSeconds=11,
        HealthyThresholdCount=3,
        UnhealthyThresholdCount=4,
        Matcher={"HttpCode": "204"},
    )
    parts = ("path", "interval", "timeout", "healthyThreshold", "unhealthyThreshold", "matcher")
    changed("alb", *(f"healthCheck.{part}" for part in parts))
    elb.modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "17"}]
    )
    changed("alb", "deregistrationDelay")
    listener = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"][0]["ListenerArn"]
    elb.modify_listener(ListenerArn=listener, Port=81)
    changed("alb-http", "port")


def watching():
    logs.put_retention_policy(logGroupName="/ecs/farsight-worker", retentionInDays=7)
    changed("worker", "retentionInDays")
    found = logs.describe_metric_filters(logGroupName="/ecs/farsight-api-server")["metricFilters"][0]
    logs.put_metric_filter(
        logGroupName="/ecs/farsight-api-server",
        filterName=found["filterName"],
        filterPattern="mine",
        metricTransformations=found["metricTransformations"],
    )
    changed("api-database-errors", "pattern")
    alarm = alarms.describe_alarms(AlarmNames=["farsight-api-server-high-cpu"])["MetricAlarms"][0]
    kept = ("MetricName", "Namespace", "Statistic", "Dimensions", "AlarmActions", "OKActions", "TreatMissingData")
    alarms.put_metric_alarm(
        AlarmName=alarm["AlarmName"],
        AlarmDescription="mine",
        ActionsEnabled=False,
        Period=120,
        EvaluationPeriods=alarm["EvaluationPeriods"] + 1,
        Threshold=alarm["Threshold"] + 1,
        ComparisonOperator="GreaterThanThreshold",
        **{key: alarm[key] for key in kept if key in alarm},
    )
    paths = ["alarmDescription", "actionsEnabled", "evaluationPeriods", "threshold"]
    paths += ["period"] if alarm["Period"] != 120 else []
    paths += ["comparisonOperator"] if alarm["ComparisonOperator"] != "GreaterThanThreshold" else []
    changed("farsight-api-server-high-cpu", *paths)
    alarms.delete_alarms(AlarmNames=["farsight-worker-high-cpu"])
    expect("gone", "farsight-worker-high-cpu", "")
    widget = {"type": "text", "x": 0, "y": 0, "width": 3, "height": 3, "properties": {"markdown": "mine"}}
    alarms.put_dashboard(DashboardName="farsight", DashboardBody=json.dumps({"widgets": [widget]}))
    changed("dashboard", "dashboardBody")
    arn = topics.list_topics()["Topics"][0]["TopicArn"]
    topics.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="mine")
    changed("alarms", "displayName")


def tags():
    """Another value of `Name`, and a tag more, on everything that the tagging calls of its service reach."""
    mine = {"Name": "mine", "owner": "somebody"}
    pairs = [{"Key": key, "Value": value} for key, value in mine.items()]
    vpc = named(ec2.describe_vpcs()["Vpcs"], "main")["VpcId"]
    inside = [{"Name": "vpc-id", "Values": [vpc]}]

    def tagged(resource, do, **arguments):
        do(**arguments)
        changed(resource, "tags.Name", "tags.owner")

    def on_ec2(resource, *ids):
        tagged(resource, ec2.create_tags, Resources=list(ids), Tags=pairs)

    gateway = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]
    nat = ec2.describe_nat_gateways(Filters=inside)["NatGateways"]
    subnets, tables = ec2.describe_subnets(Filters=inside)["Subnets"], ec2.describe_route_tables(Filters=inside)["RouteTables"]
    on_ec2("main", vpc)
    on_ec2("main", gateway[0]["InternetGatewayId"])
    on_ec2("main-nat-0", [n for n in nat if n["State"] == "available"][0]["NatGatewayId"])
    on_ec2("main-nat-0", named(ec2.describe_addresses()["Addresses"], "main-nat-0")["AllocationId"])
    on_ec2("main-public-0", named(subnets, "main-public-0")["SubnetId"])
    on_ec2("main-private-0", named(tables, "main-private-0")["RouteTableId"])
    groups = {g["GroupName"].rsplit("-", 1)[0]: g["GroupId"] for g in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]}
    on_ec2("tasks", groups["tasks"])
    endpoint = [e for e in ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"] if e["ServiceName"].endswith(".s3")]
    on_ec2("endpoints-s3", endpoint[0]["VpcEndpointId"])

    account = client("sts").get_caller_identity()["Account"]
    database = rds.describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    tagged("database", rds.add_tags_to_resource, ResourceName=database, Tags=pairs)
    redis = cache.describe_replication_groups()["ReplicationGroups"][0]["ARN"]
    tagged("cache", cache.add_tags_to_resource, ResourceName=redis, Tags=pairs)
    lower = [{"key": key, "value": value} for key, value in mine.items()]
    cluster = ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]["clusterArn"]
    tagged("tasks", ecs.tag_resource, resourceArn=cluster, tags=lower)
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    tagged("alb", elb.add_tags, ResourceArns=[balancer], Tags=pairs)
    repository = ecr.describe_repositories()["repositories"][0]["repositoryArn"]
    tagged("server", ecr.tag_resource, resourceArn=repository, tags=pairs)
    tagged("server-secrets", secrets.tag_resource, SecretId="farsight/server-secrets", Tags=pairs)
    group = f"arn:aws:logs:us-east-1:{account}:log-group:/ecs/farsight-worker"
    tagged("worker", logs.tag_resource, resourceArn=group, tags=mine)
    topic = topics.list_topics()["Topics"][0]["TopicArn"]
    tagged("alarms", topics.tag_resource, ResourceArn=topic, Tags=pairs)
    alarm = alarms.describe_alarms(AlarmNames=["farsight-api-server-high-cpu"])["MetricAlarms"][0]["AlarmArn"]
    tagged("farsight-api-server-high-cpu", alarms.tag_resource, ResourceARN=alarm, Tags=pairs)
    role = [r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("ecsTaskRole")][0]
    tagged("ecsTaskRole", iam.tag_role, RoleName=role, Tags=pairs)


if __name__ == "__main__":
    for change in [tags] if sys.argv[1:] == ["tags"] else [network, roles, data, services, balancer, watching]:
        change()
    print("\n".join(sorted(EXPECTED)))
