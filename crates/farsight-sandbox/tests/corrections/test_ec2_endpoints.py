import json

from support import Network


class Endpoints(Network):
    def setUp(self):
        super().setUp()
        self.here = self.vpc(hostnames=True)
        self.a, self.b = self.subnet(self.here), self.subnet(self.here, "10.0.1.0/24", "us-east-1b")

    def interface(self, service="logs", **more):
        return self.endpoint(self.here, service, VpcEndpointType="Interface", **{"SubnetIds": [self.a], **more})

    def test_endpoint_service(self):
        make = self.ec2.create_vpc_endpoint
        self.refused("InvalidServiceName", make, VpcId=self.here, ServiceName="com.amazonaws.us-east-1.coffee")
        self.refused("InvalidParameter", make, VpcId=self.here, ServiceName="com.amazonaws.us-east-1.logs")

    def test_endpoint_groups_exist(self):
        self.refused("InvalidGroup.NotFound", self.interface, SecurityGroupIds=["sg-0123"])
        filters = [{"Name": "vpc-id", "Values": [self.here]}]
        self.assertEqual(self.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"], [])

    def test_endpoint_subnets(self):
        call = {"VpcId": self.here, "ServiceName": "com.amazonaws.us-east-1.logs", "VpcEndpointType": "Interface"}
        twin = self.subnet(self.here, "10.0.2.0/24")
        self.refused("DuplicateSubnetsInSameZone", self.ec2.create_vpc_endpoint, SubnetIds=[self.a, twin], **call)
        other = self.subnet(self.vpc("10.9.0.0/16"), "10.9.0.0/24")
        self.refused("InvalidSubnetID.NotFound", self.ec2.create_vpc_endpoint, SubnetIds=[other], **call)
        endpoint = self.interface()
        self.refused("DuplicateSubnetsInSameZone", self.ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, AddSubnetIds=[twin])

    def test_endpoint_private_dns(self):
        self.assertFalse(self.endpoint_read(self.endpoint(self.here, "s3"))["PrivateDnsEnabled"])
        self.assertTrue(self.endpoint_read(self.interface())["PrivateDnsEnabled"])
        call = {"ServiceName": "com.amazonaws.us-east-1.logs", "VpcEndpointType": "Interface"}
        self.refused("InvalidParameter", self.ec2.create_vpc_endpoint, VpcId=self.here, SubnetIds=[self.b], **call)
        plain = self.vpc("10.9.0.0/16")
        subnet = self.subnet(plain, "10.9.0.0/24")
        self.refused("InvalidParameter", self.ec2.create_vpc_endpoint, VpcId=plain, SubnetIds=[subnet], **call)

    def test_endpoint_modification(self):
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        endpoint = self.interface(PolicyDocument=policy)
        change = self.ec2.modify_vpc_endpoint
        change(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
        self.assertFalse(self.endpoint_read(endpoint)["PrivateDnsEnabled"])
        change(VpcEndpointId=endpoint, DnsOptions={"DnsRecordIpType": "dualstack"}, IpAddressType="dualstack", ResetPolicy=True)
        read = self.endpoint_read(endpoint)
        self.assertEqual(read["DnsOptions"]["DnsRecordIpType"], "dualstack")
        self.assertEqual(read["IpAddressType"], "dualstack")
        self.assertEqual(json.loads(read["PolicyDocument"])["Statement"][0]["Action"], "*")

    def test_endpoint_fields(self):
        gateway = self.endpoint_read(self.endpoint(self.here, "s3"))
        self.has({"VpcEndpointType": "Gateway", "IpAddressType": "ipv4", "DnsOptions": {"DnsRecordIpType": "service-defined"}}, gateway)
        interface = self.endpoint_read(self.interface(DnsOptions={"DnsRecordIpType": "ipv4"}))
        self.has({"IpAddressType": "ipv4", "DnsOptions": {"DnsRecordIpType": "ipv4"}, "RequesterManaged": False}, interface)

    def test_endpoint_default_group(self):
        groups = self.endpoint_read(self.interface())["Groups"]
        self.assertEqual([g["GroupId"] for g in groups], [self.default_group(self.here)])

    def test_endpoint_interfaces(self):
        first, second = self.group(self.here, "first"), self.group(self.here, "second")
        endpoint = self.interface(SecurityGroupIds=[first])

        def seen():
            ids = self.endpoint_read(endpoint)["NetworkInterfaceIds"]
            enis = self.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
            return sorted((e["SubnetId"], [g["GroupId"] for g in e["Groups"]]) for e in enis)

        self.assertEqual(seen(), [(self.a, [first])])
        self.ec2.modify_vpc_endpoint(
            VpcEndpointId=endpoint,
            AddSubnetIds=[self.b],
            RemoveSubnetIds=[self.a],
            AddSecurityGroupIds=[second],
            RemoveSecurityGroupIds=[first],
        )
        self.assertEqual(seen(), [(self.b, [second])])
        self.assertEqual(self.interfaces(self.a), [])
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        self.assertEqual(self.interfaces(self.b), [])

    def test_endpoint_routes(self):
        first, second = self.table(self.here), self.table(self.here)

        def routed(table):
            return [r for r in self.routes(table) if r.get("GatewayId", "").startswith("vpce-")]

        endpoint = self.endpoint(self.here, "s3", RouteTableIds=[first])
        self.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[second], RemoveRouteTableIds=[first])
        self.assertEqual((len(routed(first)), len(routed(second))), (0, 1))
        call = {"VpcId": self.here, "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": [second]}
        self.refused("RouteAlreadyExists", self.ec2.create_vpc_endpoint, **call)

    def test_endpoint_deletion(self):
        endpoint = self.endpoint(self.here, "s3")
        answer = self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint, "vpce-0123"])
        self.assertEqual([u["Error"]["Code"] for u in answer["Unsuccessful"]], ["InvalidVpcEndpointId.NotFound"])
        self.refused("InvalidVpcEndpointId.NotFound", self.ec2.describe_vpc_endpoints, VpcEndpointIds=[endpoint])
