import ipaddress

from support import Network, tagged


class NatGateways(Network):
    def setUp(self):
        super().setUp()
        self.here = self.subnet(self.vpc())

    def test_nat_gateway_not_found(self):
        self.refused("NatGatewayNotFound", self.ec2.describe_nat_gateways, NatGatewayIds=["nat-0123"])
        self.refused("NatGatewayNotFound", self.ec2.delete_nat_gateway, NatGatewayId="nat-0123")

    def test_nat_gateway_filters(self):
        first = self.nat(self.here, TagSpecifications=tagged("natgateway", "a"))
        second = self.nat(self.here, TagSpecifications=tagged("natgateway", "b"))

        def found(name, value):
            return [n["NatGatewayId"] for n in self.ec2.describe_nat_gateways(Filter=[{"Name": name, "Values": value}])["NatGateways"]]

        self.assertIn(second, found("tag:Name", ["b"]))
        self.assertNotIn(first, found("tag:Name", ["b"]))
        self.assertEqual(found("nat-gateway-id", [second]), [second])
        self.assertEqual(len(found("subnet-id", [self.here])), 2)
        self.assertIn(first, found("state", ["pending", "available"]))
        self.assertNotIn(first, found("state", ["deleted"]))

    def test_nat_gateway_deletion(self):
        address = self.address()
        nat = self.nat(self.here, address)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.assertEqual(self.nat_read(nat)["State"], "deleted")
        self.assertNotIn("AssociationId", self.ec2.describe_addresses(AllocationIds=[address])["Addresses"][0])
        self.assertEqual(self.interfaces(self.here), [])
        self.nat(self.here, address)

    def test_nat_gateway_defaults(self):
        self.has({"ConnectivityType": "public", "AvailabilityMode": "zonal"}, self.nat_read(self.nat(self.here)))

    def test_nat_gateway_needs_address(self):
        self.refused("MissingParameter", self.ec2.create_nat_gateway, SubnetId=self.here)
        nat = self.ec2.create_nat_gateway(SubnetId=self.here, ConnectivityType="private")["NatGateway"]
        self.assertEqual(nat["ConnectivityType"], "private")

    def test_nat_gateway_private_address(self):
        address = self.nat_read(self.nat(self.here))["NatGatewayAddresses"][0]["PrivateIp"]
        self.assertIn(ipaddress.ip_address(address), ipaddress.ip_network("10.0.0.0/24"))
        chosen = self.nat_read(self.nat(self.here, PrivateIpAddress="10.0.0.77"))
        self.assertEqual(chosen["NatGatewayAddresses"][0]["PrivateIp"], "10.0.0.77")

    def test_nat_gateway_interface(self):
        nat = self.nat(self.here)
        interface = self.interfaces(self.here)[0]
        wanted = {"Groups": [], "RequesterManaged": True, "Description": f"Interface for NAT Gateway {nat}", "Status": "in-use"}
        self.has(wanted, interface)

    def test_nat_gateway_addresses(self):
        second, third = self.address(), self.address()
        nat = self.nat(self.here, SecondaryAllocationIds=[second])
        self.ec2.associate_nat_gateway_address(NatGatewayId=nat, AllocationIds=[third], PrivateIpAddresses=["10.0.0.9"])
        addresses = self.nat_read(nat)["NatGatewayAddresses"]
        self.assertEqual([a["AllocationId"] for a in addresses][1:], [second, third])
        self.assertEqual([a["IsPrimary"] for a in addresses], [True, False, False])
        self.assertEqual({a["Status"] for a in addresses}, {"succeeded"})
        self.assertEqual(addresses[2]["PrivateIp"], "10.0.0.9")
        self.refused("InvalidIPAddress.InUse", self.ec2.release_address, AllocationId=third)
        self.ec2.disassociate_nat_gateway_address(NatGatewayId=nat, AssociationIds=[addresses[1]["AssociationId"]])
        self.assertEqual(len(self.nat_read(nat)["NatGatewayAddresses"]), 2)
        self.ec2.release_address(AllocationId=second)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.ec2.release_address(AllocationId=third)
        private = self.ec2.create_nat_gateway(SubnetId=self.here, ConnectivityType="private", SecondaryPrivateIpAddressCount=2)
        private = private["NatGateway"]["NatGatewayId"]
        self.ec2.assign_private_nat_gateway_address(NatGatewayId=private, PrivateIpAddresses=["10.0.0.10"])
        self.assertEqual(len(self.nat_read(private)["NatGatewayAddresses"]), 4)
        self.ec2.unassign_private_nat_gateway_address(NatGatewayId=private, PrivateIpAddresses=["10.0.0.10"])
        self.assertEqual(len(self.nat_read(private)["NatGatewayAddresses"]), 3)
