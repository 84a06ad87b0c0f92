"""What the tests share: clients of the sandbox under test, and short ways to make things."""

import os
import unittest
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=60)
_clients = {}


def client(service):
    if service not in _clients:
        _clients[service] = boto3.client(service, config=CONFIG)
    return _clients[service]


class Case(unittest.TestCase):
    """The tests share one account, so each looks at its own things, or empties the account first."""

    def empty_account(self):
        urllib.request.urlopen(urllib.request.Request(f"{ENDPOINT}/moto-api/reset", method="POST")).read()

    def refused(self, code, call, **arguments):
        """The call must be refused with this error code."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def has(self, expected, actual):
        """`actual` has all that `expected` has; lists are compared whole."""
        self.assertEqual(expected, {key: actual.get(key) for key in expected})


def tagged(kind, name="x"):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


NAME_TAG = [{"Key": "Name", "Value": "x"}]


class Network(Case):
    """EC2 tests, with short ways to make a network."""

    def setUp(self):
        super().setUp()
        self.ec2 = client("ec2")

    def vpc(self, cidr="10.0.0.0/16", hostnames=False):
        vpc = self.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        if hostnames:
            self.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        return vpc

    def subnet(self, vpc, cidr="10.0.0.0/24", zone="us-east-1a"):
        return self.ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]

    def gateway(self, vpc):
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        return gateway

    def address(self):
        return self.ec2.allocate_address(Domain="vpc")["AllocationId"]

    def nat(self, subnet, address=None, **more):
        address = address or self.address()
        return self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, **more)["NatGateway"]["NatGatewayId"]

    def nat_read(self, nat):
        return self.ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]

    def table(self, vpc):
        return self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]

    def routes(self, table):
        return self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]

    def group(self, vpc, name="g", **more):
        return self.ec2.create_security_group(VpcId=vpc, GroupName=name, Description="d", **more)["GroupId"]

    def rules(self, group):
        return self.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]

    def endpoint(self, vpc, service, **more):
        name = f"com.amazonaws.us-east-1.{service}"
        return self.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=name, **more)["VpcEndpoint"]["VpcEndpointId"]

    def endpoint_read(self, endpoint):
        return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]

    def interfaces(self, subnet):
        return self.ec2.describe_network_interfaces(Filters=[{"Name": "subnet-id", "Values": [subnet]}])["NetworkInterfaces"]

    def default_group(self, vpc):
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
        return self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]


def permission(port=80, cidr="0.0.0.0/0", protocol="tcp", **more):
    base = {"IpProtocol": protocol, "FromPort": port, "ToPort": port}
    return {**base, "IpRanges": [{"CidrIp": cidr}], **more} if cidr else {**base, **more}


def from_group(group, port=80, text=None):
    pair = {"GroupId": group, "Description": text} if text else {"GroupId": group}
    return permission(port, None, UserIdGroupPairs=[pair])
