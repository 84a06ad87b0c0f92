#!/usr/bin/env python3
"""Checks with boto3 alone what `programs/farsight-server` leaves in an account that held nothing else.

    check_network.py up   [VPC_CIDR]    every object of the guide is there, with the right values
    check_network.py down               nothing of it is left

Prints every fact that does not hold and ends with 1 if there is any.
"""

import ipaddress
import json
import sys
from urllib.parse import unquote

import boto3

REGION = "us-east-1"
WRONG = []
CHECKED = 0


def check(what, found, expected):
    global CHECKED
    CHECKED += 1
    if found != expected:
        WRONG.append(f"{what}: found {found!r}, expected {expected!r}")


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
    check("subnets", len(subnets), 4)
    network = ipaddress.ip_network(cidr)
    public = sorted((s for s in subnets if s["MapPublicIpOnLaunch"]), key=lambda s: s["AvailabilityZone"])
    private = sorted((s for s in subnets if not s["MapPublicIpOnLaunch"]), key=lambda s: s["AvailabilityZone"])
    for kind, group in [("public", public), ("private", private)]:
        check(f"{kind} subnets", len(group), 2)
        check(f"zones of {kind} subnets", len({s["AvailabilityZone"] for s in group}), 2)
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
    gateways = ec2.describe_internet_gateways(Filters=in_vpc(vpc, "attachment.vpc-id"))["InternetGateways"]
    check("internet gateways", len(gateways), 1)
    nats = ec2.describe_nat_gateways(Filters=in_vpc(vpc))["NatGateways"]
    nats = [nat for nat in nats if nat["State"] == "available"]
    check("NAT gateways", len(nats), 1)
    nat = nats[0]
    check("NAT gateway in a public subnet", nat["SubnetId"] in public, True)
    check("NAT connectivity", nat["ConnectivityType"], "public")
    addresses = ec2.describe_addresses()["Addresses"]
    check("addresses", len(addresses), 1)
    check("address of the NAT gateway", nat["NatGatewayAddresses"][0]["AllocationId"], addresses[0]["AllocationId"])
    check("address domain", addresses[0]["Domain"], "vpc")
    return gateways[0]["InternetGatewayId"], nat["NatGatewayId"]


def check_routes(ec2, vpc, public, private, gateway, nat):
    tables = ec2.describe_route_tables(Filters=in_vpc(vpc))["RouteTables"]
    own = [t for t in tables if not any(a.get("Main") for a in t["Associations"])]
    check("route tables besides the main one", len(own), 3)
    of_subnet = {a["SubnetId"]: t for t in own for a in t["Associations"] if "SubnetId" in a}
    check("subnets with a route table", set(of_subnet), set(public) | set(private))
    check("route tables of public subnets", len({of_subnet[s]["RouteTableId"] for s in public}), 1)
    check("route tables of private subnets", len({of_subnet[s]["RouteTableId"] for s in private}), 2)

    def default(table):
        routes = [r for r in table["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"]
        return [(r.get("GatewayId"), r.get("NatGatewayId"), r["State"]) for r in routes]

    for subnet in public:
        check(f"default route of public subnet {subnet}", default(of_subnet[subnet]), [(gateway, None, "active")])
    for subnet in private:
        check(f"default route of private subnet {subnet}", default(of_subnet[subnet]), [(None, nat, "active")])
    return {t["RouteTableId"] for t in own}


def check_groups(ec2, vpc, cidr):
    groups = [g for g in ec2.describe_security_groups(Filters=in_vpc(vpc))["SecurityGroups"] if g["GroupName"] != "default"]
    check("security groups", len(groups), 5)
    by_name = {}
    for group in groups:
        for name in ["alb", "tasks", "database", "cache", "endpoints"]:
            if group["GroupName"].startswith(name + "-"):
                by_name[name] = group
    check("security groups by name", sorted(by_name), ["alb", "cache", "database", "endpoints", "tasks"])
    ids = {name: group["GroupId"] for name, group in by_name.items()}
    names = {value: key for key, value in ids.items()}

    def rules(name, egress):
        found = set()
        answer = ec2.describe_security_group_rules(Filters=in_vpc(ids[name], "group-id"))
        for rule in answer["SecurityGroupRules"]:
            if rule["IsEgress"] == egress:
                other = rule.get("ReferencedGroupInfo", {}).get("GroupId")
                peer = rule.get("CidrIpv4") or names.get(other, other) or rule.get("PrefixListId")
                found.add((rule["IpProtocol"], rule["FromPort"], rule["ToPort"], peer))
        return found

    s3 = ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [f"com.amazonaws.{REGION}.s3"]}])
    s3 = s3["PrefixLists"][0]["PrefixListId"]
    anywhere = "0.0.0.0/0"
    expected = {
        ("alb", False): {("tcp", 80, 80, anywhere), ("tcp", 443, 443, anywhere)},
        ("alb", True): {("tcp", 8000, 8000, "tasks")},
        ("tasks", False): {("tcp", 8000, 8000, "alb")},
        ("tasks", True): {
            ("tcp", 5432, 5432, "database"),
            ("tcp", 6379, 6379, "cache"),
            ("tcp", 7233, 7233, anywhere),
            ("tcp", 443, 443, "endpoints"),
            ("tcp", 443, 443, anywhere),
            ("tcp", 443, 443, s3),
        },
        ("database", False): {("tcp", 5432, 5432, "tasks")},
        ("database", True): set(),
        ("cache", False): {("tcp", 6379, 6379, "tasks")},
        ("cache", True): set(),
        ("endpoints", False): {("tcp", 443, 443, cidr)},
        ("endpoints", True): set(),
    }
    for (name, egress), wanted in expected.items():
        check(f"{'egress' if egress else 'ingress'} of group {name}", rules(name, egress), wanted)
    for name, group in by_name.items():
        check(f"description of group {name} is told", group["Description"] != "", True)
    return ids


def check_endpoints(ec2, vpc, private, tables, groups):
    endpoints = {e["ServiceName"]: e for e in ec2.describe_vpc_endpoints(Filters=in_vpc(vpc))["VpcEndpoints"]}
    prefix = f"com.amazonaws.{REGION}."
    interfaces = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"]
    check("endpoints", sorted(endpoints), sorted(prefix + name for name in [*interfaces, "s3"]))
    for name in interfaces:
        endpoint = endpoints[prefix + name]
        check(f"type of endpoint {name}", endpoint["VpcEndpointType"], "Interface")
        check(f"state of endpoint {name}", endpoint["State"].lower(), "available")
        check(f"private DNS of endpoint {name}", endpoint["PrivateDnsEnabled"], True)
        check(f"subnets of endpoint {name}", set(endpoint["SubnetIds"]), set(private))
        check(f"groups of endpoint {name}", [g["GroupId"] for g in endpoint["Groups"]], [groups["endpoints"]])
    s3 = endpoints[prefix + "s3"]
    check("type of endpoint s3", s3["VpcEndpointType"], "Gateway")
    check("route tables of endpoint s3", set(s3["RouteTableIds"]), tables)


def check_roles(iam, account):
    roles = [r for r in iam.list_roles()["Roles"] if not r["Path"].startswith("/aws-service-role/")]
    by_name = {}
    for role in roles:
        for name in ["ecsTaskExecutionRole", "ecsTaskRole"]:
            if role["RoleName"].startswith(name):
                by_name[name] = role
    check("roles", sorted(by_name), ["ecsTaskExecutionRole", "ecsTaskRole"])
    for name, role in by_name.items():
        (statement,) = listed(document(role["AssumeRolePolicyDocument"])["Statement"])
        check(f"trust of {name}", listed(statement["Principal"]["Service"]), ["ecs-tasks.amazonaws.com"])
        check(f"effect of the trust of {name}", statement["Effect"], "Allow")
        check(f"action of the trust of {name}", listed(statement["Action"]), ["sts:AssumeRole"])
        check(f"session of {name}", role["MaxSessionDuration"], 3600)
    execution = by_name["ecsTaskExecutionRole"]["RoleName"]
    task = by_name["ecsTaskRole"]["RoleName"]
    attached = [p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=execution)["AttachedPolicies"]]
    check("managed policies of the execution role", attached, ["AmazonECSTaskExecutionRolePolicy"])
    check("managed policies of the task role", iam.list_attached_role_policies(RoleName=task)["AttachedPolicies"], [])

    def inline(role):
        statements = []
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            policy = document(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
            statements += listed(policy["Statement"])
        return statements

    def resources(role, action):
        found = set()
        for statement in inline(role):
            check(f"effect in {role}", statement["Effect"], "Allow")
            if action in listed(statement["Action"]):
                found |= set(listed(statement["Resource"]))
        return found

    secret = {f"arn:aws:secretsmanager:{REGION}:{account}:secret:farsight/server-secrets-??????"}
    logs = {f"arn:aws:logs:{REGION}:{account}:log-group:/ecs/farsight-{name}:*" for name in ["api-server", "worker"]}
    check("secrets of the execution role", resources(execution, "secretsmanager:GetSecretValue"), secret)
    check("secrets of the task role", resources(task, "secretsmanager:GetSecretValue"), secret)
    check("log groups of the execution role", resources(execution, "logs:PutLogEvents"), logs)
    check("log in to ECR", resources(execution, "ecr:GetAuthorizationToken"), {"*"})
    repository = {f"arn:aws:ecr:{REGION}:{account}:repository/farsight-server"}
    check("repositories of the execution role", resources(execution, "ecr:BatchGetImage"), repository)
    check("repositories of the task role", resources(task, "ecr:BatchGetImage"), set())


def check_logs(logs):
    groups = {g["logGroupName"]: g for g in logs.describe_log_groups()["logGroups"]}
    check("log groups", sorted(groups), ["/ecs/farsight-api-server", "/ecs/farsight-worker"])
    for name, group in groups.items():
        check(f"retention of {name}", group.get("retentionInDays"), 731)
        check(f"class of {name}", group.get("logGroupClass", "STANDARD"), "STANDARD")


def check_gone(ec2, iam, logs):
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
    check("roles", [r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("ecsTask")], [])
    check("policies", iam.list_policies(Scope="Local")["Policies"], [])
    check("log groups", logs.describe_log_groups()["logGroups"], [])


def main(arguments):
    ec2 = boto3.client("ec2", region_name=REGION)
    iam = boto3.client("iam", region_name=REGION)
    logs = boto3.client("logs", region_name=REGION)
    if arguments[:1] == ["up"]:
        cidr = arguments[1] if len(arguments) > 1 else "10.0.0.0/16"
        account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
        vpc = check_vpc(ec2, cidr)
        public, private = check_subnets(ec2, vpc, cidr)
        gateway, nat = check_gateways(ec2, vpc, public)
        tables = check_routes(ec2, vpc, public, private, gateway, nat)
        groups = check_groups(ec2, vpc, cidr)
        check_endpoints(ec2, vpc, private, tables, groups)
        check_roles(iam, account)
        check_logs(logs)
    elif arguments == ["down"]:
        check_gone(ec2, iam, logs)
    else:
        sys.exit(__doc__)
    for line in WRONG:
        print(line)
    print(f"{CHECKED} facts checked, {len(WRONG)} wrong")
    return 1 if WRONG else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
