"""Corrections of NAT gateways."""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidParameterValue, MissingParameter
from moto.ec2.models import EC2Backend
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.responses import EC2Response
from moto.ec2.utils import generic_filter, random_eip_association_id, random_private_ip

from . import correction, replace


def _find(backend, nat_gateway_id):
    nat = backend.nat_gateways.get(nat_gateway_id)
    if nat is None:
        raise EC2ClientError("NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found")
    return nat


@correction
def nat_gateway_not_found():
    """moto: describing a missing NAT gateway gives an empty list, deleting one HTTP 500.

    AWS: NatGatewayNotFound.
    """

    @replace(EC2Backend)
    def describe_nat_gateways(self, old, filters, nat_gateway_ids):
        for nat_gateway_id in nat_gateway_ids or []:
            _find(self, nat_gateway_id)
        return old(filters, nat_gateway_ids)

    @replace(EC2Backend)
    def delete_nat_gateway(self, old, nat_gateway_id):
        _find(self, nat_gateway_id)
        return old(nat_gateway_id)


@correction
def nat_gateway_filters():
    """moto: tag filters are ignored, so a search by tag finds every NAT gateway.

    AWS: they hold.
    """

    @replace(EC2Backend)
    def describe_nat_gateways(self, old, filters, nat_gateway_ids):
        return generic_filter(filters, old(None, nat_gateway_ids))

    @replace(NatGateway)
    def get_filter_value(self, old, filter_name, method_name=None):
        return self.id if filter_name == "nat-gateway-id" else old(filter_name, "DescribeNatGateways")


@correction
def nat_gateway_deletion():
    """moto: a deleted NAT gateway keeps its address and its network interface.

    AWS: both are free again; the NAT gateway itself is seen as `deleted` for an hour.
    """

    @replace(EC2Backend)
    def delete_nat_gateway(self, old, nat_gateway_id):
        nat = old(nat_gateway_id)
        for address in self.addresses:
            if address.eni is nat._eni:
                self.disassociate_address(association_id=address.association_id)
        self.enis.pop(nat._eni.id, None)
        return nat


@correction
def nat_gateway_defaults():
    """moto: ConnectivityType is missing unless it was given, and so is AvailabilityMode.

    AWS: `public` and `zonal`.
    """
    NatGateway.availability_mode = "zonal"

    @replace(EC2Response)
    def create_nat_gateway(self, old):
        if not self._get_param("ConnectivityType"):
            self.params["ConnectivityType"] = "public"
        return old()


@correction
def nat_gateway_needs_address():
    """moto: a public NAT gateway without an address is made.

    AWS: MissingParameter.
    """

    @replace(EC2Response)
    def create_nat_gateway(self, old):
        if self._get_param("ConnectivityType", "public") == "public" and not self._get_param("AllocationId"):
            raise MissingParameter("The request must include the AllocationId parameter. Add the required parameter and retry.")
        return old()


@correction
def nat_gateway_private_address():
    """moto: the private address is a random one outside the subnet, and PrivateIpAddress is ignored.

    AWS: it is the one asked for, or one of the subnet's.
    """

    @replace(EC2Response)
    def create_nat_gateway(self, old):
        answer = old()
        nat = answer.result["NatGateway"]
        subnet = self.ec2_backend.get_subnet(nat.subnet_id)
        ip = self._get_param("PrivateIpAddress") or random_private_ip(subnet.cidr_block)
        nat.private_ip = nat._eni.private_ip_address = ip
        nat._eni.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": ip}]
        nat.address_set[0]["privateIp"] = ip
        return answer


@correction
def nat_gateway_interface():
    """moto: the network interface of a NAT gateway is in the default security group and says nothing of its owner.

    AWS: it is in no group, is managed by its requester, and is described as `Interface for NAT Gateway nat-...`.
    """

    @replace(EC2Response)
    def create_nat_gateway(self, old):
        answer = old()
        nat = answer.result["NatGateway"]
        eni = nat._eni
        eni._group_set, eni.requester_managed, eni.interface_type = [], True, "nat_gateway"
        eni.description, eni.status = f"Interface for NAT Gateway {nat.id}", "in-use"
        return answer


@correction
def nat_gateway_addresses():
    """moto: secondary addresses are ignored at creation, and cannot be added or taken away.

    AWS: they are listed beside the primary one, each with its status.
    """

    @replace(EC2Response)
    def create_nat_gateway(self, old):
        answer = old()
        nat = answer.result["NatGateway"]
        nat.address_set[0].update(isPrimary=True, status="succeeded")
        ips = self._get_param("SecondaryPrivateIpAddresses") or []
        ips = ips + _new_ips(nat, (self._get_int_param("SecondaryPrivateIpAddressCount") or 0))
        _add(nat, self._get_param("SecondaryAllocationIds") or [], ips)
        return answer

    def associate_nat_gateway_address(self):
        nat = _find(self.ec2_backend, self._get_param("NatGatewayId"))
        return _answer(nat, _add(nat, self._get_param("AllocationIds"), self._get_param("PrivateIpAddresses") or []))

    def assign_private_nat_gateway_address(self):
        nat = _find(self.ec2_backend, self._get_param("NatGatewayId"))
        ips = (self._get_param("PrivateIpAddresses") or []) + _new_ips(nat, self._get_int_param("PrivateIpAddressCount") or 0)
        return _answer(nat, _add(nat, [], ips))

    def disassociate_nat_gateway_address(self):
        return _remove(self, "associationId", self._get_param("AssociationIds"))

    def unassign_private_nat_gateway_address(self):
        return _remove(self, "privateIp", self._get_param("PrivateIpAddresses"))

    EC2Response.associate_nat_gateway_address = associate_nat_gateway_address
    EC2Response.assign_private_nat_gateway_address = assign_private_nat_gateway_address
    EC2Response.disassociate_nat_gateway_address = disassociate_nat_gateway_address
    EC2Response.unassign_private_nat_gateway_address = unassign_private_nat_gateway_address


def _answer(nat, addresses):
    return ActionResult({"NatGatewayId": nat.id, "NatGatewayAddresses": addresses})


def _new_ips(nat, count):
    return [random_private_ip(nat.ec2_backend.get_subnet(nat.subnet_id).cidr_block) for _ in range(count)]


def _add(nat, allocation_ids, ips):
    """Adds secondary addresses: one for each allocation, with a private address each, or private addresses alone."""
    ips = ips + _new_ips(nat, len(allocation_ids) - len(ips))
    added = []
    for index, ip in enumerate(ips):
        address = {"networkInterfaceId": nat._eni.id, "privateIp": ip, "isPrimary": False, "status": "succeeded"}
        if index < len(allocation_ids):
            eip = nat.ec2_backend.address_by_allocation([allocation_ids[index]])[0]
            if eip.association_id:
                raise EC2ClientError("Resource.AlreadyAssociated", f"resource {eip.allocation_id} is already associated")
            eip.eni, eip.association_id = nat._eni, random_eip_association_id()
            address.update(allocationId=eip.allocation_id, publicIp=eip.public_ip, associationId=eip.association_id)
        nat._eni.private_ip_addresses.append({"Primary": False, "PrivateIpAddress": ip})
        nat.address_set.append(address)
        added.append(address)
    return added


def _remove(response, key, values):
    nat = _find(response.ec2_backend, response._get_param("NatGatewayId"))
    removed = [a for a in nat.address_set if a.get(key) in values]
    if len(removed) != len(values) or any(a["isPrimary"] for a in removed):
        raise InvalidParameterValue(f"The addresses {values} are not secondary addresses of {nat.id}")
    for address in removed:
        nat.address_set.remove(address)
        if address.get("associationId"):
            nat.ec2_backend.disassociate_address(association_id=address["associationId"])
    gone = [a["privateIp"] for a in removed]
    nat._eni.private_ip_addresses = [a for a in nat._eni.private_ip_addresses if a["PrivateIpAddress"] not in gone]
    return _answer(nat, removed)
