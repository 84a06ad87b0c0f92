from support import Network


class Networks(Network):
    def test_subnet_in_use(self):
        vpc = self.vpc()
        subnet = self.subnet(vpc)
        nat = self.nat(subnet)
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.ec2.delete_subnet(SubnetId=subnet)

    def test_subnet_takes_its_associations(self):
        vpc = self.vpc()
        subnet, table = self.subnet(vpc), self.table(vpc)
        self.ec2.associate_route_table(SubnetId=subnet, RouteTableId=table)
        self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_route_table(RouteTableId=table)

    def test_subnet_by_zone_id(self):
        zone = self.ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneId"]
        subnet = self.ec2.create_subnet(VpcId=self.vpc(), CidrBlock="10.0.0.0/24", AvailabilityZoneId=zone)["Subnet"]
        self.has({"DefaultForAz": False, "MapPublicIpOnLaunch": False, "AvailabilityZoneId": zone}, subnet)

    def test_subnet_ipv6_state(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
        network = self.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
        mine = network.replace("/56", "/64")
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", Ipv6CidrBlock=mine)["Subnet"]
        read = self.ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]["Ipv6CidrBlockAssociationSet"]
        self.assertEqual([(a["Ipv6CidrBlock"], a["Ipv6CidrBlockState"]["State"]) for a in read], [(mine, "associated")])

    def test_subnet_attributes(self):
        subnet = self.subnet(self.vpc())
        change = self.ec2.modify_subnet_attribute
        change(SubnetId=subnet, EnableDns64={"Value": True})
        change(SubnetId=subnet, PrivateDnsHostnameTypeOnLaunch="resource-name")
        change(SubnetId=subnet, EnableResourceNameDnsARecordOnLaunch={"Value": True})
        change(SubnetId=subnet, EnableResourceNameDnsAAAARecordOnLaunch={"Value": True})
        read = self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        self.assertTrue(read["EnableDns64"])
        wanted = {"HostnameType": "resource-name", "EnableResourceNameDnsARecord": True, "EnableResourceNameDnsAAAARecord": True}
        self.assertEqual(read["PrivateDnsNameOptionsOnLaunch"], wanted)

    def test_one_attribute_at_a_time(self):
        vpc = self.vpc()
        two = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
        self.refused("InvalidParameterCombination", self.ec2.modify_vpc_attribute, VpcId=vpc, **two)
        two = {"MapPublicIpOnLaunch": {"Value": True}, "EnableDns64": {"Value": True}}
        self.refused("InvalidParameterCombination", self.ec2.modify_subnet_attribute, SubnetId=self.subnet(vpc), **two)

    def test_canonical_networks(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.7.1/16")["Vpc"]
        self.assertEqual(vpc["CidrBlock"], "10.0.0.0/16")
        subnet = self.ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.1.9/24")["Subnet"]
        self.assertEqual(subnet["CidrBlock"], "10.0.1.0/24")

    def test_vpc_in_use(self):
        vpc = self.vpc()
        gateway = self.gateway(vpc)
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        group = self.group(vpc)
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.ec2.delete_security_group(GroupId=group)
        endpoint = self.endpoint(vpc, "s3")
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        self.ec2.delete_vpc(VpcId=vpc)

    def test_vpc_takes_its_defaults(self):
        vpc = self.vpc()
        self.ec2.delete_vpc(VpcId=vpc)
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        self.assertEqual(self.ec2.describe_network_acls(Filters=filters)["NetworkAcls"], [])
        self.assertEqual(self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"], [])
        self.assertEqual(self.ec2.describe_route_tables(Filters=filters)["RouteTables"], [])

    def test_internet_gateway_in_use(self):
        vpc = self.vpc()
        gateway, nat = self.gateway(vpc), self.nat(self.subnet(vpc))
        ids = {"InternetGatewayId": gateway, "VpcId": vpc}
        self.refused("DependencyViolation", self.ec2.detach_internet_gateway, **ids)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.ec2.detach_internet_gateway(**ids)

    def test_one_internet_gateway_each_vpc(self):
        vpc = self.vpc()
        self.gateway(vpc)
        second = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.refused("InvalidParameterValue", self.ec2.attach_internet_gateway, InternetGatewayId=second, VpcId=vpc)

    def test_address_in_use(self):
        address = self.address()
        nat = self.nat(self.subnet(self.vpc()), address)
        self.refused("InvalidIPAddress.InUse", self.ec2.release_address, AllocationId=address)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.ec2.release_address(AllocationId=address)

    def test_address_pool(self):
        self.empty_account()
        wanted = {"NetworkBorderGroup": "us-east-1", "PublicIpv4Pool": "amazon"}
        self.has(wanted, self.ec2.allocate_address(Domain="vpc"))
        self.has(wanted, self.ec2.describe_addresses()["Addresses"][0])

    def test_main_route_table(self):
        vpc = self.vpc()
        main = self.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]
        self.refused("DependencyViolation", self.ec2.delete_route_table, RouteTableId=main["RouteTableId"])

    def test_one_route_table_each_subnet(self):
        vpc = self.vpc()
        subnet, first, second = self.subnet(vpc), self.table(vpc), self.table(vpc)
        associate = self.ec2.associate_route_table
        association = associate(SubnetId=subnet, RouteTableId=first)["AssociationId"]
        self.assertEqual(associate(SubnetId=subnet, RouteTableId=first)["AssociationId"], association)
        self.refused("Resource.AlreadyAssociated", associate, SubnetId=subnet, RouteTableId=second)

    def test_route_to_missing_nat_gateway(self):
        route = {"RouteTableId": self.table(self.vpc()), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0123"}
        self.refused("InvalidNatGatewayID.NotFound", self.ec2.create_route, **route)

    def test_canonical_destinations(self):
        vpc = self.vpc()
        table, gateway = self.table(vpc), self.gateway(vpc)
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.168.7.1/16", GatewayId=gateway)
        self.assertIn("192.168.0.0/16", [r["DestinationCidrBlock"] for r in self.routes(table)])
        self.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="192.168.7.1/16")

    def test_duplicate_route(self):
        vpc = self.vpc()
        route = {"RouteTableId": self.table(vpc), "DestinationIpv6CidrBlock": "::/0", "GatewayId": self.gateway(vpc)}
        self.ec2.create_route(**route)
        self.refused("RouteAlreadyExists", self.ec2.create_route, **route)

    def test_local_route_stays(self):
        table = self.table(self.vpc())
        self.refused("InvalidParameterValue", self.ec2.delete_route, RouteTableId=table, DestinationCidrBlock="10.0.0.0/16")

    def test_blackholes(self):
        vpc = self.vpc()
        table, nat = self.table(vpc), self.nat(self.subnet(vpc))
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
        self.assertEqual([r["State"] for r in self.routes(table)], ["active", "active"])
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.assertEqual([r["State"] for r in self.routes(table)], ["active", "blackhole"])

    def test_zone_fields(self):
        wanted = {"OptInStatus": "opt-in-not-required", "GroupName": "us-east-1-zg-1", "NetworkBorderGroup": "us-east-1"}
        self.has(wanted, self.ec2.describe_availability_zones()["AvailabilityZones"][0])
        filters = [{"Name": "opt-in-status", "Values": ["opted-in"]}]
        self.assertEqual(self.ec2.describe_availability_zones(Filters=filters)["AvailabilityZones"], [])
