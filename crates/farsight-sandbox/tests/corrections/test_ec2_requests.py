import http.client
import urllib.parse

from support import Network, tagged


def raw_call(ec2, **parameters):
    """Status and body of an unsigned call, which boto3 would not make."""
    address = urllib.parse.urlparse(ec2.meta.endpoint_url)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
    }
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request("POST", "/", urllib.parse.urlencode({"Version": "2016-11-15", **parameters}), headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


class Requests(Network):
    def test_client_tokens(self):
        self.empty_account()
        vpc = self.vpc()
        first = self.ec2.create_route_table(VpcId=vpc, ClientToken="t")["RouteTable"]["RouteTableId"]
        again = self.ec2.create_route_table(VpcId=vpc, ClientToken="t")["RouteTable"]["RouteTableId"]
        self.assertEqual(first, again)
        self.refused("IdempotentParameterMismatch", self.ec2.create_route_table, VpcId=self.vpc("10.1.0.0/16"), ClientToken="t")
        subnet, address = self.subnet(vpc), self.address()
        nat = self.nat(subnet, address, ClientToken="n")
        self.assertEqual(nat, self.nat(subnet, address, ClientToken="n"))
        endpoint = self.endpoint(vpc, "s3", ClientToken="e")
        self.assertEqual(endpoint, self.endpoint(vpc, "s3", ClientToken="e"))
        self.assertEqual(len(self.ec2.describe_vpc_endpoints()["VpcEndpoints"]), 1)

    def test_dry_run(self):
        self.empty_account()
        self.refused("DryRunOperation", self.ec2.create_vpc, CidrBlock="10.0.0.0/16", DryRun=True)
        self.assertEqual(len(self.ec2.describe_vpcs()["Vpcs"]), 1)

    def test_unknown_filter(self):
        filters = [{"Name": "colour", "Values": ["red"]}]
        self.refused("InvalidParameterValue", self.ec2.describe_vpcs, Filters=filters)
        self.refused("InvalidParameterValue", self.ec2.describe_nat_gateways, Filter=filters)
        self.refused("InvalidParameterValue", self.ec2.describe_security_group_rules, Filters=filters)

    def test_more_filters(self):
        vpc = self.vpc()
        table, subnet = self.table(vpc), self.subnet(vpc)
        endpoint, nat = self.endpoint(vpc, "s3", RouteTableIds=[table]), self.nat(subnet)

        def find(call, key, **filters):
            wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
            return [entry[key] for entry in list(call(Filters=wanted).values())[0]]

        self.assertEqual(find(self.ec2.describe_vpc_endpoints, "VpcEndpointId", vpc_endpoint_id=endpoint), [endpoint])
        self.assertEqual(find(self.ec2.describe_vpc_endpoints, "VpcEndpointId", vpc_endpoint_id="vpce-0123"), [])
        acl = self.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"][0]["NetworkAclId"]
        self.assertEqual(find(self.ec2.describe_network_acls, "NetworkAclId", network_acl_id=acl), [acl])
        address = self.nat_read(nat)["NatGatewayAddresses"][0]
        found = find(
            self.ec2.describe_network_interfaces, "SubnetId", **{"association.allocation-id": address["AllocationId"]}
        )
        self.assertEqual(found, [subnet])
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        found = find(self.ec2.describe_route_tables, "RouteTableId", **{"route.state": "blackhole", "vpc-id": vpc})
        self.assertEqual(found, [table])

    def test_failures_are_aws_errors(self):
        # A filter that AWS has and moto does not.
        self.vpc()
        filters = [{"Name": "outpost-arn", "Values": ["x"]}]
        self.refused("NotImplemented", self.ec2.describe_subnets, Filters=filters)

    def test_unknown_action(self):
        status, body = raw_call(self.ec2, Action="MakeCoffee")
        self.assertEqual(status, 400)
        self.assertIn("<Code>InvalidAction</Code>", body)

    def test_pages(self):
        vpc = self.vpc()
        made = {self.subnet(vpc, f"10.0.{i}.0/24") for i in range(7)}
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        first = self.ec2.describe_subnets(Filters=filters, MaxResults=5)
        self.assertEqual(len(first["Subnets"]), 5)
        second = self.ec2.describe_subnets(Filters=filters, MaxResults=5, NextToken=first["NextToken"])
        self.assertEqual(len(second["Subnets"]), 2)
        self.assertNotIn("NextToken", second)
        self.assertEqual({s["SubnetId"] for s in first["Subnets"] + second["Subnets"]}, made)
        status, body = raw_call(self.ec2, Action="DescribeSubnets", MaxResults=2)
        self.assertEqual(status, 400)
        self.assertIn("<Code>InvalidParameterValue</Code>", body)

    def test_tags_go_with_their_resource(self):
        self.empty_account()
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
        self.assertEqual(len(self.ec2.describe_tags()["Tags"]), 1)
        self.ec2.delete_vpc(VpcId=vpc)
        self.assertEqual(self.ec2.describe_tags()["Tags"], [])

    def test_reserved_tag_keys(self):
        tag = [{"Key": "aws:x", "Value": "1"}]
        self.refused("InvalidParameterValue", self.ec2.create_tags, Resources=[self.vpc()], Tags=tag)
        specification = [{"ResourceType": "vpc", "Tags": tag}]
        self.refused("InvalidParameterValue", self.ec2.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=specification)
