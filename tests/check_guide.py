#!/usr/bin/env python3
"""Checks with boto3 alone what `programs/farsight-server` leaves in an account that held nothing else.

    check_guide.py up    [KEY=VALUE]..    every object of the guide is there, with the right values
    check_guide.py down  [KEY=VALUE]..    nothing of it is left but what is kept

The keys are those of the program's configuration, and `images=true` where somebody pushed an image.
Prints every fact that does not hold and ends with 1 if there is any.
"""

import ipaddress
import json
import sys
from urllib.parse import unquote

import boto3

# The configuration that the facts follow from, with the program's defaults: those of the guide.
CONFIG = {
    "region": "us-east-1",
    "prefix": "farsight",
    "vpc_cidr": "10.0.0.0/16",
    "zones": "2",
    "nat_per_zone": "false",
    "db_instance_class": "db.t3.medium",
    "db_engine_version": "14",
    "db_storage": "100",
    "db_multi_az": "true",
    "db_backup_days": "7",
    "redis_node_type": "cache.t3.micro",
    "redis_tls": "true",
    "ecr_repo_name": "farsight-server",
    "image_tag": "latest",
    "cluster_name": "farsight-cluster",
    "task_cpu": "512",
    "task_memory": "1024",
    "worker_spot": "false",
    "temporal_address": "localhost:7233",
    "temporal_cidr": "0.0.0.0/0",
    "temporal_namespace": "default",
    "temporal_task_queue": "orchestrator-task-queue",
    "pinecone_index": "default-index",
    "certificate_domain": "",
    "waf": "false",
    "alarm_email": "",
    "log_retention_days": "731",
    "secret_name": "farsight/server-secrets",
    "openai_api_key": "",
    "pinecone_api_key": "",
    "api_key": "",
    "postgres_password": "",
    "redis_password": "",
    "keep_data": "true",
    "deletion_protection": "false",
    "storage_encrypted": "true",
    "internet_egress": "true",
    "container_insights": "true",
    "immutable_tags": "false",
    # What the cloud holds besides: whether somebody pushed an image, and how many databases went with a snapshot.
    "images": "false",
    "snapshots": "1",
}
WRONG = []
CHECKED = 0


def text(key):
    return CONFIG[key]


def number(key):
    return int(CONFIG[key])


def yes(key):
    return CONFIG[key] == "true"


def name(what):
    return f"{text('prefix')}-{what}"


def client(service):
    return boto3.client(service, region_name=text("region"))


def check(what, found, expected):
    global CHECKED
    CHECKED += 1
    if found != expected:
        WRONG.append(f"{what}: found {found!r}, expected {expected!r}")


def check_all(what, found, expected):
    """Checks the parts of a description one by one."""
    for key, value in expected.items():
        check(f"{what}: {key}", found.get(key), value)


def the(what, items):
    """The only one of some objects; an empty description, and a wrong fact, if there is not exactly one."""
    check(what, len(items), 1)
    return items[0] if items else {}


def own_tags(what, tags):
    check(f"{what} has a name for people", "Name" in tags, True)
    check(f"{what} says whose it is", any(key.startswith("farsight:") for key in tags), True)


def tags(item):
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}


def document(policy):
    return policy if isinstance(policy, dict) else json.loads(unquote(policy))


def listed(value):
    return value if isinstance(value, list) else [value]


def own_vpcs(ec2):
    return [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]


def in_vpc(vpc, name="vpc-id"):
    return [{"Name": name, "Values": [vpc]}]


def check_vpc(ec2, cidr):
    vpcs = own_vpcs(ec2)
    check("VPCs", len(vpcs), 1)
    vpc = vpcs[0]
    check("VPC range", vpc["CidrBlock"], cidr)
    check("VPC tenancy", vpc["InstanceTenancy"], "default")
    for attribute, key, expected in [
        ("enableDnsSupport", "EnableDnsSupport", True),
        ("enableDnsHostnames", "EnableDnsHostnames", True),
        ("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics", False),
    ]:
        answer = ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
        check(f"VPC {attribute}", answer[key]["Value"], expected)
    return vpc["VpcId"]


def check_subnets(ec2, vpc, cidr):
    subnets = ec2.describe_subnets(Filters=in_vpc(vpc))["Subnets"]
    zones = number("zones")
    check("subnets", len(subnets), 2 * zones)
    network = ipaddress.ip_network(cidr)
    public = sorted((s for s in subnets if s["MapPublicIpOnLaunch"]), key=lambda s: s["AvailabilityZone"])
    private = sorted((s for s in subnets if not s["MapPublicIpOnLaunch"]), key=lambda s: s["AvailabilityZone"])
    for kind, group in [("public", public), ("private", private)]:
        check(f"{kind} subnets", len(group), zones)
        check(f"zones of {kind} subnets", len({s["AvailabilityZone"] for s in group}), zones)
        for subnet in group:
            inside = ipaddress.ip_network(subnet["CidrBlock"]).subnet_of(network)
            check(f"{kind} subnet {subnet['CidrBlock']} inside the VPC", inside, True)
            check(f"{kind} subnet state", subnet["State"], "available")
    check("zones", {s["AvailabilityZone"] for s in public}, {s["AvailabilityZone"] for s in private})
    ranges = [ipaddress.ip_network(s["CidrBlock"]) for s in subnets]
    overlaps = any(a.overlaps(b) for i, a in enumerate(ranges) for b in ranges[i + 1 :])
    check("subnets overlap", overlaps, False)
    return [s["SubnetId"] for s in public], [s["SubnetId"] for s in private]


def check_gateways(ec2, vpc, public):
    gateway = the("internet gateways", ec2.describe_internet_gateways(Filters=in_vpc(vpc, "attachment.vpc-id"))["InternetGateways"])
    nats = ec2.describe_nat_gateways(Filters=in_vpc(vpc))["NatGateways"]
    nats = [nat for nat in nats if nat["State"] == "available"]
    wanted = number("zones") if yes("nat_per_zone") else 1
    check("NAT gateways", len(nats), wanted)
    check("subnets of NAT gateways", len({nat["SubnetId"] for nat in nats} & set(public)), wanted)
    addresses = ec2.describe_addresses()["Addresses"]
    used = {nat["NatGatewayAddresses"][0]["AllocationId"] for nat in nats}
    check("addresses of NAT gateways", used, {address["AllocationId"] for address in addresses})
    for nat in nats:
        check("NAT connectivity", nat["ConnectivityType"], "public")
    for address in addresses:
        check("address domain", address["Domain"], "vpc")
    return gateway["InternetGatewayId"], {nat["NatGatewayId"] for nat in nats}


def check_routes(ec2, vpc, public, private, gateway, nats):
    tables = ec2.describe_route_tables(Filters=in_vpc(vpc))["RouteTables"]
    own = [t for t in tables if not any(a.get("Main") for a in t["Associations"])]
    zones = number("zones")
    check("route tables besides the main one", len(own), zones + 1)
    of_subnet = {a["SubnetId"]: t for t in own for a in t["Associations"] if "SubnetId" in a}
    check("subnets with a route table", set(of_subnet), set(public) | set(private))
    check("route tables of public subnets", len({of_subnet[s]["RouteTableId"] for s in public}), 1)
    check("route tables of private subnets", len({of_subnet[s]["RouteTableId"] for s in private}), zones)

    def default(table):
        return the("default routes", [r for r in table["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"])

    for subnet in public:
        expected = {"GatewayId": gateway, "NatGatewayId": None, "State": "active"}
        check_all(f"default route of public subnet {subnet}", default(of_subnet[subnet]), expected)
    ways = [default(of_subnet[subnet]) for subnet in private]
    for way in ways:
        check_all("default route of a private subnet", way, {"GatewayId": None, "State": "active"})
    check("NAT gateways of private subnets", {way["NatGatewayId"] for way in ways}, nats)
    return {t["RouteTableId"] for t in own}


def check_groups(ec2, vpc, cidr):
    groups = [g for g in ec2.describe_security_groups(Filters=in_vpc(vpc))["SecurityGroups"] if g["GroupName"] != "default"]
    check("security groups", len(groups), 5)
    by_name = {}
    for group in groups:
        for kind in ["alb", "tasks", "database", "cache", "endpoints"]:
            if group["GroupName"].startswith(kind + "-"):
                by_name[kind] = group
    check("security groups by name", sorted(by_name), ["alb", "cache", "database", "endpoints", "tasks"])
    ids = {name: group["GroupId"] for name, group in by_name.items()}
    names = {value: key for key, value in ids.items()}

    def rules(group, egress):
        found = set()
        answer = ec2.describe_security_group_rules(Filters=in_vpc(ids[group], "group-id"))
        for rule in answer["SecurityGroupRules"]:
            if rule["IsEgress"] == egress:
                other = rule.get("ReferencedGroupInfo", {}).get("GroupId")
                peer = rule.get("CidrIpv4") or names.get(other, other) or rule.get("PrefixListId")
                found.add((rule["IpProtocol"], rule["FromPort"], rule["ToPort"], peer))
        return found

    s3 = f"com.amazonaws.{text('region')}.s3"
    s3 = ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [s3]}])
    s3 = s3["PrefixLists"][0]["PrefixListId"]
    anywhere = "0.0.0.0/0"
    temporal = int(text("temporal_address").rsplit(":", 1)[1])
    expected = {
        ("alb", False): {("tcp", 80, 80, anywhere), ("tcp", 443, 443, anywhere)},
        ("alb", True): {("tcp", 8000, 8000, "tasks")},
        ("tasks", False): {("tcp", 8000, 8000, "alb")},
        ("tasks", True): {
            ("tcp", 5432, 5432, "database"),
            ("tcp", 6379, 6379, "cache"),
            ("tcp", temporal, temporal, text("temporal_cidr")),
            ("tcp", 443, 443, "endpoints"),
            ("tcp", 443, 443, s3),
        }
        | ({("tcp", 443, 443, anywhere)} if yes("internet_egress") else set()),
        ("database", False): {("tcp", 5432, 5432, "tasks")},
        ("database", True): set(),
        ("cache", False): {("tcp", 6379, 6379, "tasks")},
        ("cache", True): set(),
        ("endpoints", False): {("tcp", 443, 443, cidr)},
        ("endpoints", True): set(),
    }
    for (group, egress), wanted in expected.items():
        check(f"{'egress' if egress else 'ingress'} of group {group}", rules(group, egress), wanted)
    for kind, group in by_name.items():
        check(f"description of group {kind} is told", group["Description"] != "", True)
        own_tags(f"group {kind}", tags(group))
    return ids


def check_endpoints(ec2, vpc, private, tables, groups):
    endpoints = {e["ServiceName"]: e for e in ec2.describe_vpc_endpoints(Filters=in_vpc(vpc))["VpcEndpoints"]}
    prefix = f"com.amazonaws.{text('region')}."
    interfaces = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"]
    check("endpoints", sorted(endpoints), sorted(prefix + of for of in [*interfaces, "s3"]))
    for of in interfaces:
        endpoint = endpoints[prefix + of]
        check(f"type of endpoint {of}", endpoint["VpcEndpointType"], "Interface")
        check(f"state of endpoint {of}", endpoint["State"].lower(), "available")
        check(f"private DNS of endpoint {of}", endpoint["PrivateDnsEnabled"], True)
        check(f"subnets of endpoint {of}", set(endpoint["SubnetIds"]), set(private))
        check(f"groups of endpoint {of}", [g["GroupId"] for g in endpoint["Groups"]], [groups["endpoints"]])
    s3 = endpoints[prefix + "s3"]
    check("type of endpoint s3", s3["VpcEndpointType"], "Gateway")
    check("route tables of endpoint s3", set(s3["RouteTableIds"]), tables)


def check_repository(ecr):
    found = the("repositories", ecr.describe_repositories()["repositories"])
    url = f"{account()}.dkr.ecr.{text('region')}.amazonaws.com/{text('ecr_repo_name')}"
    mutability = "IMMUTABLE" if yes("immutable_tags") else "MUTABLE"
    expected = {"repositoryName": text("ecr_repo_name"), "repositoryUri": url, "imageTagMutability": mutability}
    check_all("repository", found, expected)
    check("images are scanned", found["imageScanningConfiguration"]["scanOnPush"], True)
    policy = json.loads(ecr.get_lifecycle_policy(repositoryName=text("ecr_repo_name"))["lifecyclePolicyText"])
    check("images expire", [rule["selection"]["tagStatus"] for rule in policy["rules"]], ["untagged", "any"])
    return url


def check_secret(secrets):
    found = the("secrets", secrets.list_secrets()["SecretList"])
    check("name of the secret", found["Name"], text("secret_name"))
    own_tags("the secret", tags(found))
    value = json.loads(secrets.get_secret_value(SecretId=found["ARN"])["SecretString"])
    keys = {"POSTGRES_PASSWORD", "API_KEY"}
    keys |= {"REDIS_PASSWORD"} if yes("redis_tls") else set()
    for key in ["openai_api_key", "pinecone_api_key"]:
        keys |= {key.upper()} if text(key) else set()
        check(f"{key} in the secret", value.get(key.upper()), text(key) or None)
    check("keys of the secret", set(value), keys)
    for key in ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "API_KEY"]:
        if key in keys:
            check(f"{key} is long", len(value[key]) >= 16, True)
            check(f"{key}", value[key], text(key.lower()) or value[key])
    check("passwords differ", len(set(value.values())), len(value))
    return found["ARN"], keys


def check_database(rds, groups, private):
    found = the("databases", rds.describe_db_instances()["DBInstances"])
    expected = {
        "DBInstanceIdentifier": name("postgres"),
        "DBInstanceClass": text("db_instance_class"),
        "Engine": "postgres",
        "DBInstanceStatus": "available",
        "MasterUsername": "postgres",
        "DBName": "farsight",
        "AllocatedStorage": number("db_storage"),
        "BackupRetentionPeriod": number("db_backup_days"),
        "MultiAZ": yes("db_multi_az"),
        "PubliclyAccessible": False,
        "StorageEncrypted": yes("storage_encrypted"),
        "DeletionProtection": yes("deletion_protection"),
        "CopyTagsToSnapshot": True,
    }
    check_all("database", found, expected)
    check("port of the database", found["Endpoint"]["Port"], 5432)
    check("version of the database", found["EngineVersion"].split(".")[0], text("db_engine_version").split(".")[0])
    check("groups of the database", [g["VpcSecurityGroupId"] for g in found["VpcSecurityGroups"]], [groups["database"]])
    subnets = {s["SubnetIdentifier"] for s in found["DBSubnetGroup"]["Subnets"]}
    check("subnets of the database", subnets, set(private))
    return found["Endpoint"]["Address"]


def check_cache(elasticache, groups, private):
    found = the("caches", elasticache.describe_replication_groups()["ReplicationGroups"])
    expected = {
        "ReplicationGroupId": name("redis"),
        "Status": "available",
        "CacheNodeType": text("redis_node_type"),
        "AtRestEncryptionEnabled": yes("storage_encrypted"),
        "TransitEncryptionEnabled": yes("redis_tls"),
        "AuthTokenEnabled": yes("redis_tls"),
        "SnapshotRetentionLimit": 1 if yes("keep_data") else 0,
    }
    check_all("cache", found, expected)
    check("nodes of the cache", len(found["MemberClusters"]), 1)
    endpoint = found["NodeGroups"][0]["PrimaryEndpoint"]
    check("port of the cache", endpoint["Port"], 6379)
    subnets = the("subnet groups of caches", own_subnet_groups(elasticache))
    check("subnets of the cache", {s["SubnetIdentifier"] for s in subnets["Subnets"]}, set(private))
    return endpoint["Address"]


def own_subnet_groups(elasticache):
    answer = elasticache.describe_cache_subnet_groups()
    return [g for g in answer["CacheSubnetGroups"] if g["CacheSubnetGroupName"] != "default"]


def check_balancer(elbv2, vpc, public, groups):
    found = the("load balancers", elbv2.describe_load_balancers()["LoadBalancers"])
    expected = {"LoadBalancerName": name("alb"), "Scheme": "internet-facing", "Type": "application", "VpcId": vpc}
    check_all("load balancer", found, expected)
    check("state of the load balancer", found["State"]["Code"], "active")
    check("groups of the load balancer", found["SecurityGroups"], [groups["alb"]])
    check("subnets of the load balancer", {z["SubnetId"] for z in found["AvailabilityZones"]}, set(public))
    arn = found["LoadBalancerArn"]
    answer = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    attributes = {attribute["Key"]: attribute["Value"] for attribute in answer}
    check("invalid headers are dropped", attributes["routing.http.drop_invalid_header_fields.enabled"], "true")
    check("deletion protection", attributes["deletion_protection.enabled"], text("deletion_protection"))
    targets = the("target groups", elbv2.describe_target_groups()["TargetGroups"])
    expected = {
        "TargetGroupName": name("api-tg"),
        "Protocol": "HTTP",
        "Port": 8000,
        "VpcId": vpc,
        "TargetType": "ip",
        "HealthCheckPath": "/health",
        "HealthCheckProtocol": "HTTP",
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 10,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 3,
    }
    check_all("target group", targets, expected)
    listeners = {l["Port"]: l for l in elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]}
    domain = text("certificate_domain")
    check("ports of the load balancer", sorted(listeners), [80, 443] if domain else [80])
    check("protocol of port 80", listeners[80]["Protocol"], "HTTP")
    if domain:
        redirect = the("actions of port 80", listeners[80]["DefaultActions"])
        check("port 80 leads to HTTPS", redirect["Type"], "redirect")
        expected = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
        check_all("redirect", redirect["RedirectConfig"], expected)
        certificate = check_certificate(domain, found)
        check("protocol of port 443", listeners[443]["Protocol"], "HTTPS")
        check("certificate of port 443", listeners[443]["Certificates"][0]["CertificateArn"], certificate)
        check("TLS of port 443", listeners[443]["SslPolicy"], "ELBSecurityPolicy-TLS13-1-2-2021-06")
    action = the("actions of the listener", listeners[443 if domain else 80]["DefaultActions"])
    check("action of the listener", action["Type"], "forward")
    forwarded = [g["TargetGroupArn"] for g in action.get("ForwardConfig", {}).get("TargetGroups", [])]
    forwarded = forwarded or [action.get("TargetGroupArn")]
    check("target of the listener", forwarded, [targets["TargetGroupArn"]])
    acls = web_acls()
    check("firewalls", [acl["Name"] for acl in acls], [name("waf")] if yes("waf") else [])
    if yes("waf"):
        before = client("wafv2").get_web_acl_for_resource(ResourceArn=arn)["WebACL"]["ARN"]
        check("the firewall before the load balancer", before, acls[0]["ARN"])
    return targets["TargetGroupArn"]


def web_acls():
    return client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]


def records():
    """The records of all zones, but those that every zone has."""
    route53 = client("route53")
    zones = [zone["Id"] for zone in route53.list_hosted_zones()["HostedZones"]]
    found = [r for zone in zones for r in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]]
    return [record for record in found if record["Type"] not in ("NS", "SOA")]


def check_certificate(domain, balancer):
    acm = client("acm")
    found = the("certificates", acm.list_certificates()["CertificateSummaryList"])["CertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=found)["Certificate"]
    check_all("certificate", certificate, {"DomainName": domain, "Status": "ISSUED", "Type": "AMAZON_ISSUED"})
    proof = certificate["DomainValidationOptions"][0]["ResourceRecord"]
    by_type = {record["Type"]: record for record in records()}
    check("records", sorted(by_type), ["A", "CNAME"])
    check("name of the proof", by_type["CNAME"]["Name"].rstrip("."), proof["Name"].rstrip("."))
    values = [value["Value"].rstrip(".") for value in by_type["CNAME"]["ResourceRecords"]]
    check("value of the proof", values, [proof["Value"].rstrip(".")])
    check("name of the API", by_type["A"]["Name"].rstrip("."), domain)
    check("where the name leads", by_type["A"]["AliasTarget"]["DNSName"].rstrip("."), balancer["DNSName"])
    return found


def pairs(entries, value):
    return {entry["name"]: entry[value] for entry in entries}


def check_task(ecs, family, container, roles, expected_environment, expected_secrets, image):
    arns = ecs.list_task_definitions(familyPrefix=family, status="ACTIVE")["taskDefinitionArns"]
    found = the(f"active revisions of {family}", arns)
    found = ecs.describe_task_definition(taskDefinition=found)["taskDefinition"]
    expected = {
        "family": family,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": text("task_cpu"),
        "memory": text("task_memory"),
        "executionRoleArn": roles["ecsTaskExecutionRole"],
        "taskRoleArn": roles["ecsTaskRole"],
    }
    check_all(family, found, expected)
    only = the(f"containers of {family}", found["containerDefinitions"])
    check_all(f"container of {family}", only, {"name": container, "essential": True})
    if yes("images"):
        check(f"image of {family}", only["image"].startswith(f"{image}@sha256:"), True)
    else:
        check(f"image of {family}", only["image"], f"{image}:{text('image_tag')}")
    environment = pairs(only["environment"], "value")
    check(f"variables of {family}", sorted(environment), sorted(expected_environment))
    check_all(f"variable of {family}", environment, expected_environment)
    secrets = pairs(only["secrets"], "valueFrom")
    check(f"secrets of {family}", sorted(secrets), sorted(expected_secrets))
    check_all(f"secret of {family}", secrets, expected_secrets)
    log = only["logConfiguration"]
    check(f"log driver of {family}", log["logDriver"], "awslogs")
    options = {
        "awslogs-group": f"/ecs/{family}",
        "awslogs-region": text("region"),
        "awslogs-stream-prefix": "ecs",
    }
    check_all(f"log option of {family}", log["options"], options)
    return found["taskDefinitionArn"], only


def check_tasks(ecs, roles, hosts, secret, keys, image):
    environment = {
        "POSTGRES_HOST": hosts["database"],
        "POSTGRES_PORT": "5432",
        "POSTGRES_DB_NAME": "farsight",
        "POSTGRES_USER": "postgres",
        "REDIS_HOST": hosts["cache"],
        "REDIS_PORT": "6379",
        "TEMPORAL_ADDRESS": text("temporal_address"),
        "TEMPORAL_NAMESPACE": text("temporal_namespace"),
        "TEMPORAL_TASK_QUEUE": text("temporal_task_queue"),
        "PINECONE_INDEX": text("pinecone_index"),
    }
    secrets = {key: f"{secret}:{key}::" for key in keys}
    family = name("api-server")
    api, container = check_task(ecs, family, "api-server", roles, environment, secrets, image)
    port = the("ports of the API", container["portMappings"])
    check("port of the API", port["containerPort"], 8000)
    check("protocol of the API", port.get("protocol", "tcp"), "tcp")
    ask = "import urllib.request; urllib.request.urlopen('http://localhost:8000/health')"
    health = {
        "command": ["CMD-SHELL", f'python -c "{ask}" || exit 1'],
        "interval": 30,
        "timeout": 10,
        "retries": 3,
        "startPeriod": 60,
    }
    check_all("health check of the API", container["healthCheck"], health)
    del secrets["API_KEY"]
    family = name("worker")
    worker, container = check_task(ecs, family, "temporal-worker", roles, environment, secrets, image)
    check("command of the worker", container["command"], ["python", "-m", "src.temporal.worker"])
    check("ports of the worker", container.get("portMappings", []), [])
    return {name("api-server"): api, name("worker"): worker}


def check_services(ecs, definitions, targets, private, groups):
    clusters = ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"], include=["SETTINGS"])["clusters"]
    cluster = the("clusters", [c for c in clusters if c["status"] == "ACTIVE"])
    check_all("cluster", cluster, {"clusterName": text("cluster_name"), "status": "ACTIVE"})
    insights = "enabled" if yes("container_insights") else "disabled"
    check("settings of the cluster", cluster["settings"], [{"name": "containerInsights", "value": insights}])
    arns = ecs.list_services(cluster=text("cluster_name"))["serviceArns"]
    services = ecs.describe_services(cluster=text("cluster_name"), services=arns)["services"]
    services = {service["serviceName"]: service for service in services}
    check("services", sorted(services), sorted(definitions))
    for service, definition in definitions.items():
        found = services[service]
        spot = yes("worker_spot") and service == name("worker")
        expected = {
            "status": "ACTIVE",
            "desiredCount": 2,
            "launchType": None if spot else "FARGATE",
            "taskDefinition": definition,
        }
        check_all(service, found, expected)
        providers = [entry["capacityProvider"] for entry in found.get("capacityProviderStrategy", [])]
        check(f"capacity of {service}", providers, ["FARGATE_SPOT"] if spot else [])
        deployment = found["deploymentConfiguration"]
        expected = {"minimumHealthyPercent": 100, "maximumPercent": 200}
        check_all(f"deployment of {service}", deployment, expected)
        breaker = deployment["deploymentCircuitBreaker"]
        check_all(f"circuit breaker of {service}", breaker, {"enable": True, "rollback": True})
        network = found["networkConfiguration"]["awsvpcConfiguration"]
        check(f"public address of {service}", network["assignPublicIp"], "DISABLED")
        check(f"subnets of {service}", set(network["subnets"]), set(private))
        check(f"groups of {service}", network["securityGroups"], [groups["tasks"]])
    api = services[name("api-server")]
    balancer = the("load balancers of the API", api["loadBalancers"])
    expected = {"targetGroupArn": targets, "containerName": "api-server", "containerPort": 8000}
    check_all("load balancer of the API", balancer, expected)
    check("grace of the API", api["healthCheckGracePeriodSeconds"], 60)
    check("load balancers of the worker", services[name("worker")].get("loadBalancers", []), [])


def check_scaling(autoscaling):
    targets = autoscaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    policies = autoscaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    check("scaling targets", len(targets), 2)
    for service, policy_name, most in [("api-server", "api-server-cpu-scaling", 10), ("worker", "worker-cpu-scaling", 5)]:
        resource = f"service/{text('cluster_name')}/{name(service)}"
        target = the(f"scaling targets of {service}", [t for t in targets if t["ResourceId"] == resource])
        expected = {"MinCapacity": 2, "MaxCapacity": most, "ScalableDimension": "ecs:service:DesiredCount"}
        check_all(f"scaling target of {service}", target, expected)
        policy = the(f"scaling policies of {service}", [p for p in policies if p["ResourceId"] == resource])
        check_all(f"policy of {service}", policy, {"PolicyName": policy_name, "PolicyType": "TargetTrackingScaling"})
        tracking = policy["TargetTrackingScalingPolicyConfiguration"]
        expected = {"TargetValue": 70.0, "ScaleInCooldown": 300, "ScaleOutCooldown": 60}
        check_all(f"tracking of {service}", tracking, expected)
        metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
        check(f"metric of {service}", metric, "ECSServiceAverageCPUUtilization")


def check_roles(iam, secret, url):
    roles = [r for r in iam.list_roles()["Roles"] if not r["Path"].startswith("/aws-service-role/")]
    by_name = {}
    for role in roles:
        for kind in ["ecsTaskExecutionRole", "ecsTaskRole"]:
            if role["RoleName"].startswith(kind):
                by_name[kind] = role
    check("roles", sorted(by_name), ["ecsTaskExecutionRole", "ecsTaskRole"])
    for kind, role in by_name.items():
        (statement,) = listed(document(role["AssumeRolePolicyDocument"])["Statement"])
        check(f"trust of {kind}", listed(statement["Principal"]["Service"]), ["ecs-tasks.amazonaws.com"])
        check(f"effect of the trust of {kind}", statement["Effect"], "Allow")
        check(f"action of the trust of {kind}", listed(statement["Action"]), ["sts:AssumeRole"])
        check(f"session of {kind}", role["MaxSessionDuration"], 3600)
    execution = by_name["ecsTaskExecutionRole"]["RoleName"]
    task = by_name["ecsTaskRole"]["RoleName"]
    attached = [p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=execution)["AttachedPolicies"]]
    check("managed policies of the execution role", attached, ["AmazonECSTaskExecutionRolePolicy"])
    check("managed policies of the task role", iam.list_attached_role_policies(RoleName=task)["AttachedPolicies"], [])

    def resources(role, action):
        found = set()
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            policy = document(iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"])
            for statement in listed(policy["Statement"]):
                check(f"effect in {role}", statement["Effect"], "Allow")
                if action in listed(statement["Action"]):
                    found |= set(listed(statement["Resource"]))
        return found

    logs = {
        f"arn:aws:logs:{text('region')}:{account()}:log-group:/ecs/{name(kind)}:*" for kind in ["api-server", "worker"]
    }
    check("secrets of the execution role", resources(execution, "secretsmanager:GetSecretValue"), {secret})
    check("secrets of the task role", resources(task, "secretsmanager:GetSecretValue"), {secret})
    check("log groups of the execution role", resources(execution, "logs:PutLogEvents"), logs)
    check("log in to ECR", resources(execution, "ecr:GetAuthorizationToken"), {"*"})
    repository = {f"arn:aws:ecr:{text('region')}:{account()}:repository/{url.split('/', 1)[1]}"}
    check("repositories of the execution role", resources(execution, "ecr:BatchGetImage"), repository)
    check("repositories of the task role", resources(task, "ecr:BatchGetImage"), set())
    return {kind: role["Arn"] for kind, role in by_name.items()}


def check_logs(logs):
    groups = {g["logGroupName"]: g for g in logs.describe_log_groups()["logGroups"]}
    check("log groups", sorted(groups), [f"/ecs/{name('api-server')}", f"/ecs/{name('worker')}"])
    for group, found in groups.items():
        check(f"retention of {group}", found.get("retentionInDays"), number("log_retention_days"))
        check(f"class of {group}", found.get("logGroupClass", "STANDARD"), "STANDARD")
        filters = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
        check(f"filters of {group}", [f["filterName"] for f in filters], ["database-errors"])


def check_alarms(cloudwatch, sns):
    topic = the("topics", sns.list_topics()["Topics"])["TopicArn"]
    check("name of the topic", topic.rsplit(":", 1)[1], name("alarms"))
    subscriptions = [s["Endpoint"] for s in sns.list_subscriptions()["Subscriptions"]]
    check("subscriptions", subscriptions, [text("alarm_email")] if text("alarm_email") else [])
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    # Target tracking makes alarms of its own.
    alarms = {alarm["AlarmName"]: alarm for alarm in alarms if not alarm["AlarmName"].startswith("TargetTracking")}
    above, below = "GreaterThanThreshold", "LessThanThreshold"
    cluster = {"ClusterName": text("cluster_name")}
    expected = {}
    for service in ["api-server", "worker"]:
        of = {**cluster, "ServiceName": name(service)}
        expected |= {
            f"{service}-high-cpu": ("AWS/ECS", "CPUUtilization", above, 85.0, of),
            f"{service}-high-memory": ("AWS/ECS", "MemoryUtilization", above, 85.0, of),
            f"{service}-few-tasks": ("ECS/ContainerInsights", "RunningTaskCount", below, 2.0, of),
            f"{service}-database-errors": ("farsight/logs", f"{name(service)}-database-errors", above, 0.0, {}),
        }
    database = {"DBInstanceIdentifier": name("postgres")}
    node = {"CacheClusterId": f"{name('redis')}-001"}
    expected |= {
        "alb-unhealthy-targets": ("AWS/ApplicationELB", "UnHealthyHostCount", above, 0.0, None),
        "alb-target-errors": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", above, 10.0, None),
        "alb-balancer-errors": ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", above, 10.0, None),
        "postgres-high-cpu": ("AWS/RDS", "CPUUtilization", above, 80.0, database),
        "postgres-low-memory": ("AWS/RDS", "FreeableMemory", below, 256.0 * 2**20, database),
        "postgres-low-storage": ("AWS/RDS", "FreeStorageSpace", below, number("db_storage") * 2**30 / 10, database),
        "postgres-many-connections": ("AWS/RDS", "DatabaseConnections", above, None, database),
        "redis-001-high-cpu": ("AWS/ElastiCache", "CPUUtilization", above, 80.0, node),
        "redis-001-high-memory": ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", above, 80.0, node),
    }
    check("alarms", sorted(alarms), sorted(name(alarm) for alarm in expected))
    for alarm, (namespace, metric, comparison, threshold, dimensions) in expected.items():
        found = alarms[name(alarm)]
        check_all(
            f"alarm {alarm}", found, {"Namespace": namespace, "MetricName": metric, "ComparisonOperator": comparison}
        )
        check(f"actions of alarm {alarm}", (found["AlarmActions"], found["OKActions"]), ([topic], [topic]))
        if threshold is not None:
            check(f"threshold of alarm {alarm}", found["Threshold"], threshold)
        if dimensions is not None:
            check(f"dimensions of alarm {alarm}", {d["Name"]: d["Value"] for d in found["Dimensions"]}, dimensions)


def check_dashboard(cloudwatch):
    found = the("dashboards", cloudwatch.list_dashboards()["DashboardEntries"])
    check("name of the dashboard", found["DashboardName"], text("prefix"))
    body = cloudwatch.get_dashboard(DashboardName=text("prefix"))["DashboardBody"]
    widgets = json.loads(body)["widgets"]
    check("widgets", [widget["type"] for widget in widgets], ["alarm"] + ["metric"] * 15)
    shown = {(row[0], row[1]) for widget in widgets for row in widget["properties"].get("metrics", [])}
    for metric in [
        ("AWS/ECS", "CPUUtilization"),
        ("AWS/ECS", "MemoryUtilization"),
        ("ECS/ContainerInsights", "RunningTaskCount"),
        ("AWS/ApplicationELB", "RequestCount"),
        ("AWS/ApplicationELB", "TargetResponseTime"),
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"),
        ("AWS/RDS", "CPUUtilization"),
        ("AWS/RDS", "DatabaseConnections"),
        ("AWS/RDS", "FreeStorageSpace"),
        ("AWS/ElastiCache", "CPUUtilization"),
        ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage"),
        ("AWS/ElastiCache", "Evictions"),
    ]:
        check(f"graph of {metric[1]} of {metric[0]}", metric in shown, True)


def account():
    return client("sts").get_caller_identity()["Account"]


def check_up():
    ec2 = client("ec2")
    cidr = text("vpc_cidr")
    vpc = check_vpc(ec2, cidr)
    public, private = check_subnets(ec2, vpc, cidr)
    gateway, nats = check_gateways(ec2, vpc, public)
    tables = check_routes(ec2, vpc, public, private, gateway, nats)
    groups = check_groups(ec2, vpc, cidr)
    check_endpoints(ec2, vpc, private, tables, groups)
    url = check_repository(client("ecr"))
    secret, keys = check_secret(client("secretsmanager"))
    roles = check_roles(client("iam"), secret, url)
    hosts = {
        "database": check_database(client("rds"), groups, private),
        "cache": check_cache(client("elasticache"), groups, private),
    }
    targets = check_balancer(client("elbv2"), vpc, public, groups)
    ecs = client("ecs")
    definitions = check_tasks(ecs, roles, hosts, secret, keys, url)
    check_services(ecs, definitions, targets, private, groups)
    check_scaling(client("application-autoscaling"))
    check_logs(client("logs"))
    check_alarms(client("cloudwatch"), client("sns"))
    check_dashboard(client("cloudwatch"))


def check_down():
    check_network_gone(client("ec2"))
    roles = client("iam").list_roles()["Roles"]
    check("roles", [r["RoleName"] for r in roles if r["RoleName"].startswith("ecsTask")], [])
    check("policies", client("iam").list_policies(Scope="Local")["Policies"], [])
    rds, elasticache, elbv2, ecs = client("rds"), client("elasticache"), client("elbv2"), client("ecs")
    cloudwatch, autoscaling = client("cloudwatch"), client("application-autoscaling")
    subnet_groups = rds.describe_db_subnet_groups()["DBSubnetGroups"]
    # A deleted cluster may be listed for a while.
    clusters = ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"]
    for what, items in [
        ("databases", rds.describe_db_instances()["DBInstances"]),
        ("subnet groups of databases", [g for g in subnet_groups if g["DBSubnetGroupName"] != "default"]),
        ("caches", elasticache.describe_replication_groups()["ReplicationGroups"]),
        ("nodes of caches", elasticache.describe_cache_clusters()["CacheClusters"]),
        ("subnet groups of caches", own_subnet_groups(elasticache)),
        ("load balancers", elbv2.describe_load_balancers()["LoadBalancers"]),
        ("target groups", elbv2.describe_target_groups()["TargetGroups"]),
        ("clusters", [c["clusterArn"] for c in clusters if c["status"] == "ACTIVE"]),
        ("task definitions", ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]),
        ("scaling targets", autoscaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]),
        ("scaling policies", autoscaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]),
        ("alarms", cloudwatch.describe_alarms()["MetricAlarms"]),
        ("dashboards", cloudwatch.list_dashboards()["DashboardEntries"]),
        ("topics", client("sns").list_topics()["Topics"]),
        ("subscriptions", client("sns").list_subscriptions()["Subscriptions"]),
        ("certificates", client("acm").list_certificates()["CertificateSummaryList"]),
        ("records", records()),
        ("firewalls", web_acls()),
    ]:
        check(what, items, [])
    kept = yes("keep_data")
    groups = [g["logGroupName"] for g in client("logs").describe_log_groups()["logGroups"]]
    families = [name("api-server"), name("worker")]
    check("log groups that are kept", sorted(groups), [f"/ecs/{family}" for family in families] if kept else [])
    repositories = [r["repositoryName"] for r in client("ecr").describe_repositories()["repositories"]]
    check("repositories that are kept", repositories, [text("ecr_repo_name")] if kept else [])
    secrets = client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    check("secrets that can be restored", [s["Name"] for s in secrets], [text("secret_name")] if kept else [])
    for secret in secrets:
        check("the secret is deleted", "DeletedDate" in secret, True)
    snapshots = rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    last = [s["DBSnapshotIdentifier"].startswith(f"{name('postgres')}-final-") for s in snapshots]
    check("snapshots of the database", last, [True] * number("snapshots"))


def check_network_gone(ec2):
    check("VPCs", own_vpcs(ec2), [])
    default = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]}
    for what, items in [
        ("subnets", ec2.describe_subnets()["Subnets"]),
        ("route tables", ec2.describe_route_tables()["RouteTables"]),
        ("security groups", ec2.describe_security_groups()["SecurityGroups"]),
        ("network interfaces", ec2.describe_network_interfaces()["NetworkInterfaces"]),
    ]:
        check(f"{what} outside the default VPC", [i for i in items if i["VpcId"] not in default], [])
    check("endpoints", ec2.describe_vpc_endpoints()["VpcEndpoints"], [])
    check("addresses", ec2.describe_addresses()["Addresses"], [])
    nats = [n for n in ec2.describe_nat_gateways()["NatGateways"] if n["State"] not in ("deleted", "deleting")]
    check("NAT gateways", nats, [])
    gateways = ec2.describe_internet_gateways()["InternetGateways"]
    strays = [g for g in gateways if not any(a["VpcId"] in default for a in g["Attachments"])]
    check("internet gateways", strays, [])
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
    check("default groups", len(groups), len(default))


def main(arguments):
    changed = {}
    for pair in arguments[1:]:
        key, given, value = pair.partition("=")
        if not given or key not in CONFIG:
            sys.exit(f"{pair}: the keys are {', '.join(CONFIG)}")
        changed[key] = value
    prefix = changed.get("prefix", text("prefix"))
    for key in ["ecr_repo_name", "cluster_name", "secret_name"]:
        CONFIG[key] = CONFIG[key].replace(text("prefix"), prefix, 1)
    CONFIG.update(changed)
    if arguments[:1] == ["up"]:
        check_up()
    elif arguments[:1] == ["down"]:
        check_down()
    else:
        sys.exit(__doc__)
    for line in WRONG:
        print(line)
    print(f"{CHECKED} facts checked, {len(WRONG)} wrong")
    return 1 if WRONG else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
