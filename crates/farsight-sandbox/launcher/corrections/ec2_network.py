"""Corrections of VPCs, subnets, internet gateways and addresses."""

import ipaddress
import sys

from moto.ec2.exceptions import (
    DependencyViolationError,
    EC2ClientError,
    InvalidParameterCombination,
    InvalidParameterValue,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import Zone
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses import EC2Response

from . import correction, replace


def interfaces(backend):
    """(subnet id, security group ids) of all network interfaces, also of those that moto does not show as interfaces."""
    for eni in backend.enis.values():
        yield eni.subnet.id, [group.id for group in eni.group_set]
    for instance in _resources(backend, "rds", "databases"):
        group = getattr(instance, "db_subnet_group", None)
        subnets = [subnet["SubnetIdentifier"] for subnet in getattr(group, "subnets", [])]
        for subnet in subnets[: 2 if instance.multi_az else 1] or [None]:
            yield subnet, list(instance.vpc_security_group_ids or [])
    for balancer in _resources(backend, "elbv2", "load_balancers"):
        for subnet in balancer.subnets:
            yield subnet.id, list(balancer.security_groups or [])
    for kind in ("cache_clusters", "replication_groups"):
        for cache in _resources(backend, "elasticache", kind):
            yield None, list(getattr(cache, "security_group_ids", None) or [])


def _resources(backend, service, attribute):
    models = sys.modules.get(f"moto.{service}.models")
    if models is None:
        return []
    other = getattr(models, f"{service}_backends")[backend.account_id][backend.region_name]
    return list(getattr(other, attribute).values())


@correction
def subnet_in_use():
    """moto: a subnet with network interfaces can be deleted.

    AWS: DependencyViolation while a NAT gateway, an endpoint, a load balancer or a database has an interface in it.
    """

    @replace(EC2Backend)
    def delete_subnet(self, old, subnet_id):
        if any(subnet == subnet_id for subnet, _ in interfaces(self)):
            raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        return old(subnet_id)


@correction
def subnet_takes_its_associations():
    """moto: the association of a deleted subnet stays in its route table, which then cannot be deleted.

    AWS: the association goes with the subnet.
    """

    @replace(EC2Backend)
    def delete_subnet(self, old, subnet_id):
        subnet = old(subnet_id)
        for table in self.route_tables.values():
            table._associations = {k: v for k, v in table._associations.items() if v != subnet_id}
        for acl in self.network_acls.values():
            acl._associations = {k: v for k, v in acl._associations.items() if v.subnet_id != subnet_id}
        return subnet


@correction
def subnet_by_zone_id():
    """moto: the first subnet made with AvailabilityZoneId is the default of its zone and maps public addresses.

    AWS: neither, only the default VPC's own subnets are.
    """

    @replace(EC2Backend)
    def create_subnet(self, old, vpc_id, *args, **kwargs):
        subnet = old(vpc_id, *args, **kwargs)
        if not self.vpcs[vpc_id].is_default:
            subnet.default_for_az = subnet.map_public_ip_on_launch = False
        return subnet


@correction
def subnet_ipv6_state():
    """moto: the state of a subnet's IPv6 network is a Python dictionary as text.

    AWS: `associated`.
    """

    def associations(self):
        found = [a for a in self.ipv6_cidr_block_associations.values() if a["ipv6CidrBlockState"]["State"] == "associated"]
        return [dict(association) for association in found]

    Subnet.ipv6_cidr_block_association_set = property(associations)


@correction
def subnet_attributes():
    """moto: EnableDns64, the host name type and the AAAA record of a subnet are not changed.

    AWS: all attributes are changed, and read back.
    """
    Subnet.enable_dns64 = False

    @replace(EC2Response)
    def modify_subnet_attribute(self, old):
        answer = old()
        subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
        options = subnet.private_dns_name_options_on_launch
        if (value := self._get_param("EnableDns64.Value")) is not None:
            subnet.enable_dns64 = value
        if (value := self._get_param("PrivateDnsHostnameTypeOnLaunch")) is not None:
            options["HostnameType"] = value
        if (value := self._get_param("EnableResourceNameDnsAAAARecordOnLaunch.Value")) is not None:
            options["EnableResourceNameDnsAAAARecord"] = value
        return answer


@correction
def one_attribute_at_a_time():
    """moto: modify_subnet_attribute and modify_vpc_attribute take several attributes in one call.

    AWS: one attribute in each call, else InvalidParameterCombination.
    """
    for method, subject in {"modify_subnet_attribute": "SubnetId", "modify_vpc_attribute": "VpcId"}.items():

        @replace(EC2Response, method)
        def modify(self, old, subject=subject):
            given = sorted(name for name, value in self.params.items() if name != subject and value is not None)
            if len(given) > 1:
                raise InvalidParameterCombination(f"Only one attribute can be modified at a time: {', '.join(given)}")
            return old()


@correction
def canonical_networks():
    """moto: the network of a VPC or a subnet stays as written, 10.0.7.1/16.

    AWS: it is put into its canonical form, 10.0.0.0/16.
    """
    for method in ("create_vpc", "create_subnet"):

        @replace(EC2Response, method)
        def create(self, old):
            self.params["CidrBlock"] = canonical(self._get_param("CidrBlock"))
            return old()


def canonical(network):
    """The canonical form of a network; what is no network is left to the caller's own check."""
    try:
        return str(ipaddress.ip_network(network, strict=False)) if network else network
    except ValueError:
        return network


@correction
def vpc_in_use():
    """moto: a VPC can be deleted while it has an internet gateway, endpoints, or groups and ACLs besides the default ones.

    AWS: DependencyViolation.
    """

    @replace(EC2Backend)
    def delete_vpc(self, old, vpc_id):
        gateways = [g for g in self.internet_gateways.values() if g.vpc and g.vpc.id == vpc_id]
        egress = [g for g in self.egress_only_internet_gateways.values() if g.vpc_id == vpc_id]
        endpoints = [e for e in self.vpc_end_points.values() if e.vpc_id == vpc_id and e.state != "deleted"]
        groups = [g for g in self.groups.get(vpc_id, {}).values() if not g.is_default]
        acls = [a for a in self.network_acls.values() if a.vpc_id == vpc_id and not a.default]
        if gateways or egress or endpoints or groups or acls:
            raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        return old(vpc_id)


@correction
def vpc_takes_its_defaults():
    """moto: the default network ACL of a deleted VPC stays.

    AWS: the default ACL, group and route table go with the VPC.
    """

    @replace(EC2Backend)
    def delete_vpc(self, old, vpc_id):
        vpc = old(vpc_id)
        self.groups.pop(vpc_id, None)
        for acl in [a for a in self.network_acls.values() if a.vpc_id == vpc_id]:
            del self.network_acls[acl.id]
        return vpc


@correction
def internet_gateway_in_use():
    """moto: an internet gateway can be detached while addresses of its VPC are in use.

    AWS: DependencyViolation while the VPC has mapped public addresses, such as that of a NAT gateway.
    """

    @replace(EC2Backend)
    def detach_internet_gateway(self, old, internet_gateway_id, vpc_id):
        mapped = [a for a in self.addresses if a.eni and a.eni.vpc_id == vpc_id]
        if mapped and self.internet_gateways.get(internet_gateway_id):
            message = (
                f"Network {vpc_id} has some mapped public address(es). "
                "Please unmap those public address(es) before detaching the gateway."
            )
            raise DependencyViolationError(message)
        return old(internet_gateway_id, vpc_id)


@correction
def one_internet_gateway_each_vpc():
    """moto: several internet gateways can be attached to one VPC.

    AWS: InvalidParameterValue for the second.
    """

    @replace(EC2Backend)
    def attach_internet_gateway(self, old, internet_gateway_id, vpc_id):
        if any(g.vpc and g.vpc.id == vpc_id and g.id != internet_gateway_id for g in self.internet_gateways.values()):
            raise InvalidParameterValue(f"Network {vpc_id} already has an internet gateway attached")
        return old(internet_gateway_id, vpc_id)


@correction
def address_in_use():
    """moto: an address can be released while it is associated.

    AWS: InvalidIPAddress.InUse, also for the address of a NAT gateway.
    """

    @replace(EC2Backend)
    def release_address(self, old, address=None, allocation_id=None):
        found = self.address_by_ip([address]) if address else self.address_by_allocation([allocation_id])
        if found[0].association_id:
            raise EC2ClientError("InvalidIPAddress.InUse", f"Address {found[0].public_ip} is in use.")
        return old(address=address, allocation_id=allocation_id)


@correction
def address_pool():
    """moto: an address has neither a network border group nor a pool.

    AWS: the region, and `amazon`.
    """
    ElasticAddress.network_border_group = property(lambda self: self.ec2_backend.region_name)
    ElasticAddress.public_ipv4_pool = "amazon"
    ElasticAddress.public_ipv4_pool_id = "amazon"

    @replace(EC2Response)
    def allocate_address(self, old):
        answer = old()
        answer.result["NetworkBorderGroup"] = self.region
        answer.result["PublicIpv4Pool"] = "amazon"
        return answer


@correction
def zone_fields():
    """moto: an availability zone has no opt-in status, group or border group, and filters by them are ignored.

    AWS: the zones of a region need no opt-in, and their groups are of the region.
    """
    Zone.opt_in_status = "opt-in-not-required"
    Zone.group_name = property(lambda zone: f"{zone.region_name}-zg-1")
    Zone.network_border_group = property(lambda zone: zone.region_name)

    @replace(EC2Backend)
    def describe_availability_zones(self, old, filters=None, zone_names=None, zone_ids=None):
        zones = old(filters, zone_names, zone_ids)
        for name in ("opt-in-status", "group-name", "network-border-group"):
            if name in (filters or {}):
                zones = [zone for zone in zones if getattr(zone, name.replace("-", "_")) in filters[name]]
        return zones
