"""What is written to EC2 networking is read back."""

import concurrent.futures
import json

from support import NAME_TAG, Network, from_group, permission, tagged

TAGS = {"Tags": NAME_TAG}


class ReadBack(Network):
    def setUp(self):
        super().setUp()
        self.here = self.vpc(hostnames=True)

    def test_tags_of_creation(self):
        ec2 = self.ec2
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]
        self.has(TAGS, vpc)
        self.has(TAGS, ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"][0])
        call = {"VpcId": vpc["VpcId"], "CidrBlock": "10.0.0.0/24"}
        subnet = ec2.create_subnet(**call, TagSpecifications=tagged("subnet"))["Subnet"]
        self.has(TAGS, subnet)
        self.has(TAGS, ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0])
        gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))["InternetGateway"]
        self.has(TAGS, gateway)
        ids = [gateway["InternetGatewayId"]]
        self.has(TAGS, ec2.describe_internet_gateways(InternetGatewayIds=ids)["InternetGateways"][0])
        address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
        self.has(TAGS, ec2.describe_addresses(AllocationIds=[address])["Addresses"][0])
        nat = self.nat(subnet["SubnetId"], address, TagSpecifications=tagged("natgateway"))
        self.has(TAGS, self.nat_read(nat))
        table = ec2.create_route_table(VpcId=vpc["VpcId"], TagSpecifications=tagged("route-table"))["RouteTable"]
        self.has(TAGS, table)
        self.has(TAGS, ec2.describe_route_tables(RouteTableIds=[table["RouteTableId"]])["RouteTables"][0])
        group = self.group(vpc["VpcId"], TagSpecifications=tagged("security-group"))
        self.has(TAGS, ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0])
        call = {"GroupId": group, "IpPermissions": [permission()], "TagSpecifications": tagged("security-group-rule")}
        rule = ec2.authorize_security_group_ingress(**call)["SecurityGroupRules"][0]
        self.has(TAGS, rule)
        ids = [rule["SecurityGroupRuleId"]]
        self.has(TAGS, ec2.describe_security_group_rules(SecurityGroupRuleIds=ids)["SecurityGroupRules"][0])
        self.has(TAGS, self.endpoint_read(self.endpoint(vpc["VpcId"], "s3", TagSpecifications=tagged("vpc-endpoint"))))

    def test_tags_of_a_rule_by_create_tags(self):
        group = self.group(self.here)
        rule = self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission()])["SecurityGroupRules"][0]
        self.ec2.create_tags(Resources=[rule["SecurityGroupRuleId"]], Tags=NAME_TAG)
        self.has(TAGS, [r for r in self.rules(group) if not r["IsEgress"]][0])
        self.ec2.delete_tags(Resources=[rule["SecurityGroupRuleId"]], Tags=[{"Key": "Name"}])
        self.has({"Tags": []}, [{"Tags": [], **r} for r in self.rules(group) if not r["IsEgress"]][0])

    def test_vpc(self):
        call = {"InstanceTenancy": "dedicated", "AmazonProvidedIpv6CidrBlock": True}
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", **call)["Vpc"]
        read = self.ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"][0]
        self.has({"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "dedicated", "State": "available", "IsDefault": False}, read)
        self.assertEqual(len(read["Ipv6CidrBlockAssociationSet"]), 1)
        for attribute in ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"):
            name = attribute[0].upper() + attribute[1:]
            for value in (True, False):
                self.ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], **{name: {"Value": value}})
                answer = self.ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
                self.assertEqual(answer[name]["Value"], value)

    def test_vpc_networks(self):
        answer = self.ec2.associate_vpc_cidr_block(VpcId=self.here, CidrBlock="10.1.0.0/16")
        read = self.ec2.describe_vpcs(VpcIds=[self.here])["Vpcs"][0]["CidrBlockAssociationSet"]
        self.assertEqual({a["CidrBlock"] for a in read}, {"10.0.0.0/16", "10.1.0.0/16"})
        self.subnet(self.here, "10.1.0.0/24")
        gone = self.ec2.associate_vpc_cidr_block(VpcId=self.here, CidrBlock="10.2.0.0/16")["CidrBlockAssociation"]
        self.ec2.disassociate_vpc_cidr_block(AssociationId=gone["AssociationId"])
        self.assertEqual(answer["VpcId"], self.here)

    def test_subnet(self):
        call = {"VpcId": self.here, "CidrBlock": "10.0.3.0/24", "AvailabilityZone": "us-east-1b"}
        subnet = self.ec2.create_subnet(**call)["Subnet"]["SubnetId"]
        self.ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        self.ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
        read = self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        self.has({**call, "MapPublicIpOnLaunch": True, "AssignIpv6AddressOnCreation": True, "State": "available"}, read)
        self.assertEqual(read["AvailableIpAddressCount"], 251)
        self.ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": False})
        self.assertFalse(self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["MapPublicIpOnLaunch"])

    def test_internet_gateway(self):
        gateway = self.gateway(self.here)
        read = self.ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"][0]
        self.assertEqual(read["Attachments"], [{"State": "available", "VpcId": self.here}])
        filters = [{"Name": "attachment.vpc-id", "Values": [self.here]}]
        found = self.ec2.describe_internet_gateways(Filters=filters)["InternetGateways"]
        self.assertEqual([g["InternetGatewayId"] for g in found], [gateway])

    def test_nat_gateway(self):
        subnet, address = self.subnet(self.here), self.address()
        nat = self.nat(subnet, address)
        read = self.nat_read(nat)
        self.has({"SubnetId": subnet, "VpcId": self.here, "State": "available"}, read)
        shown = self.ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]
        first = read["NatGatewayAddresses"][0]
        for name in ("AllocationId", "AssociationId", "PublicIp", "NetworkInterfaceId"):
            self.assertEqual(first[name], shown[name])
        self.assertEqual(first["PrivateIp"], shown["PrivateIpAddress"])

    def test_routes(self):
        table, gateway = self.table(self.here), self.gateway(self.here)
        nat = self.nat(self.subnet(self.here))
        lists = {p["PrefixListName"]: p["PrefixListId"] for p in self.ec2.describe_prefix_lists()["PrefixLists"]}
        destinations = [
            {"DestinationCidrBlock": "0.0.0.0/0"},
            {"DestinationIpv6CidrBlock": "::/0"},
            {"DestinationPrefixListId": lists["com.amazonaws.us-east-1.dynamodb"]},
        ]
        for destination in destinations:
            self.ec2.create_route(RouteTableId=table, GatewayId=gateway, **destination)
            read = [r for r in self.routes(table) if destination.items() <= r.items()][0]
            self.has({"GatewayId": gateway, "State": "active", "Origin": "CreateRoute"}, read)
            self.ec2.replace_route(RouteTableId=table, NatGatewayId=nat, **destination)
            read = [r for r in self.routes(table) if destination.items() <= r.items()]
            self.assertEqual(len(read), 1)
            self.has({"NatGatewayId": nat, "GatewayId": None}, read[0])
            self.ec2.delete_route(RouteTableId=table, **destination)
        self.assertEqual(len(self.routes(table)), 1)
        self.refused("InvalidRoute.NotFound", self.ec2.delete_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")

    def test_route_table_associations(self):
        first, second, subnet = self.table(self.here), self.table(self.here), self.subnet(self.here)
        old = self.ec2.associate_route_table(RouteTableId=first, SubnetId=subnet)["AssociationId"]
        call = {"AssociationId": old, "RouteTableId": second}
        new = self.ec2.replace_route_table_association(**call)["NewAssociationId"]

        def read(table):
            found = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]
            return [(a["RouteTableAssociationId"], a["SubnetId"]) for a in found]

        self.assertEqual((read(first), read(second)), ([], [(new, subnet)]))
        for name, value in {"association.subnet-id": subnet, "association.route-table-association-id": new}.items():
            found = self.ec2.describe_route_tables(Filters=[{"Name": name, "Values": [value]}])["RouteTables"]
            self.assertEqual([t["RouteTableId"] for t in found], [second])
        self.refused("DependencyViolation", self.ec2.delete_route_table, RouteTableId=second)
        self.ec2.disassociate_route_table(AssociationId=new)
        self.refused("InvalidAssociationID.NotFound", self.ec2.disassociate_route_table, AssociationId=new)
        self.ec2.delete_route_table(RouteTableId=second)
        self.refused("InvalidRouteTableID.NotFound", self.ec2.describe_route_tables, RouteTableIds=[second])

    def test_main_route_table(self):
        filters = [{"Name": "vpc-id", "Values": [self.here]}, {"Name": "association.main", "Values": ["true"]}]
        main = self.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]
        association, table = main["Associations"][0]["RouteTableAssociationId"], self.table(self.here)
        self.ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)
        found = self.ec2.describe_route_tables(Filters=filters)["RouteTables"]
        self.assertEqual([t["RouteTableId"] for t in found], [table])

    def test_security_group(self):
        group = self.group(self.here, "web")
        read = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        self.has({"GroupName": "web", "Description": "d", "VpcId": self.here, "IpPermissions": []}, read)
        self.assertEqual(len(read["IpPermissionsEgress"]), 1)
        self.assertIn(group, read["SecurityGroupArn"])
        call = {"VpcId": self.here, "GroupName": "web", "Description": "d"}
        self.refused("InvalidGroup.Duplicate", self.ec2.create_security_group, **call)

    def test_rules(self):
        one, two = self.group(self.here, "one"), self.group(self.here, "two")
        prefix_list = self.ec2.describe_prefix_lists()["PrefixLists"][0]["PrefixListId"]
        v6 = permission(443, None, Ipv6Ranges=[{"CidrIpv6": "::/0", "Description": "v6"}])
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "all"}]}
        ping = {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        listed = permission(443, None, PrefixListIds=[{"PrefixListId": prefix_list}])
        for direction in ("ingress", "egress"):
            allow = getattr(self.ec2, f"authorize_security_group_{direction}")
            revoke = getattr(self.ec2, f"revoke_security_group_{direction}")
            made = allow(GroupId=one, IpPermissions=[v6, everything, ping, listed, from_group(two)])["SecurityGroupRules"]
            self.assertEqual(len(made), 5)
            for rule in made:
                ids = [rule["SecurityGroupRuleId"]]
                self.assertEqual(self.ec2.describe_security_group_rules(SecurityGroupRuleIds=ids)["SecurityGroupRules"], [rule])
                self.has({"GroupId": one, "IsEgress": direction == "egress"}, rule)
            self.has({"CidrIpv6": "::/0", "Description": "v6", "FromPort": 443, "ToPort": 443, "IpProtocol": "tcp"}, made[0])
            self.has({"CidrIpv4": "10.0.0.0/8", "Description": "all", "FromPort": -1, "IpProtocol": "-1"}, made[1])
            self.has({"FromPort": 8, "ToPort": -1, "IpProtocol": "icmp"}, made[2])
            self.assertEqual(made[3]["PrefixListId"], prefix_list)
            self.has({"GroupId": two}, made[4]["ReferencedGroupInfo"])
            revoke(GroupId=one, SecurityGroupRuleIds=[made[0]["SecurityGroupRuleId"]])
            revoke(GroupId=one, IpPermissions=[everything, from_group(two)])
            left = [r["SecurityGroupRuleId"] for r in self.rules(one) if r["IsEgress"] == (direction == "egress")]
            self.assertEqual({made[2]["SecurityGroupRuleId"], made[3]["SecurityGroupRuleId"]} - set(left), set())
            self.refused("InvalidPermission.NotFound", revoke, GroupId=one, IpPermissions=[everything])

    def test_permissions_of_a_group_after_its_rules_were_described(self):
        group = self.group(self.here)
        self.rules(group)
        egress = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"][0]
        self.assertNotIn("FromPort", egress)

    def test_interface_endpoint(self):
        subnet, group = self.subnet(self.here), self.group(self.here)
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
        call = {"SubnetIds": [subnet], "SecurityGroupIds": [group], "PolicyDocument": json.dumps(policy)}
        endpoint = self.endpoint(self.here, "ecr.api", VpcEndpointType="Interface", **call)
        read = self.endpoint_read(endpoint)
        self.has({"VpcId": self.here, "SubnetIds": [subnet], "State": "available", "PrivateDnsEnabled": True}, read)
        self.assertEqual([g["GroupId"] for g in read["Groups"]], [group])
        self.assertEqual(json.loads(read["PolicyDocument"]), policy)
        self.assertEqual(len(read["NetworkInterfaceIds"]), 1)
        self.assertTrue(read["DnsEntries"][0]["DnsName"].startswith(endpoint))
        policy["Statement"][0]["Action"] = "ecr:*"
        self.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=json.dumps(policy))
        self.assertEqual(json.loads(self.endpoint_read(endpoint)["PolicyDocument"]), policy)
        filters = [{"Name": "vpc-id", "Values": [self.here]}, {"Name": "service-name", "Values": [read["ServiceName"]]}]
        found = self.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
        self.assertEqual([e["VpcEndpointId"] for e in found], [endpoint])

    def test_gateway_endpoint(self):
        table = self.table(self.here)
        read = self.endpoint_read(self.endpoint(self.here, "s3", RouteTableIds=[table]))
        self.has({"RouteTableIds": [table], "VpcEndpointType": "Gateway", "SubnetIds": [], "NetworkInterfaceIds": []}, read)
        route = [r for r in self.routes(table) if r.get("DestinationPrefixListId")][0]
        self.assertEqual(route["GatewayId"], read["VpcEndpointId"])

    def test_default_things_of_a_vpc(self):
        filters = [{"Name": "vpc-id", "Values": [self.here]}]
        acls = self.ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
        self.assertEqual([a["IsDefault"] for a in acls], [True])
        self.assertEqual(len(self.ec2.describe_route_tables(Filters=filters)["RouteTables"]), 1)
        groups = self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        self.assertEqual([g["GroupName"] for g in groups], ["default"])

    def test_sixteen_threads(self):
        def cycle(number):
            vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", str(number)))["Vpc"]["VpcId"]
            self.ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [str(number)]}])
            self.ec2.delete_vpc(VpcId=vpc)

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(cycle, range(64)))

    def test_delete_all_in_order(self):
        gateway, subnet, table, group = self.gateway(self.here), self.subnet(self.here), self.table(self.here), self.group(self.here)
        nat, address = self.nat(subnet, address := self.address()), address
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
        association = self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
        call = {"VpcEndpointType": "Interface", "SubnetIds": [subnet], "SecurityGroupIds": [group]}
        endpoint = self.endpoint(self.here, "logs", **call)
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.ec2.release_address(AllocationId=address)
        self.ec2.disassociate_route_table(AssociationId=association)
        self.ec2.delete_route_table(RouteTableId=table)
        self.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=self.here)
        self.ec2.delete_internet_gateway(InternetGatewayId=gateway)
        self.ec2.delete_security_group(GroupId=group)
        self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_vpc(VpcId=self.here)
        self.refused("InvalidVpcID.NotFound", self.ec2.describe_vpcs, VpcIds=[self.here])
