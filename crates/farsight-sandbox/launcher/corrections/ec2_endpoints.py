"""Corrections of VPC endpoints."""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidParameter,
    InvalidServiceName,
    InvalidSubnetIdError,
    RouteAlreadyExistsError,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models import vpcs
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response
from moto.ec2.utils import random_private_ip

from . import correction, replace

GATEWAY_SERVICES = ("s3", "dynamodb")


def _is_interface(endpoint):
    return (endpoint.vpc_endpoint_type or "Gateway") == "Interface"


@correction
def endpoint_service():
    """moto: any service name is taken, and a gateway endpoint for any service.

    AWS: InvalidServiceName for an unknown one, and InvalidParameter unless the service has gateway endpoints (s3 and dynamodb).
    """

    @replace(EC2Response)
    def create_vpc_endpoint(self, old):
        service, kind = self._get_param("ServiceName") or "", self._get_param("VpcEndpointType") or "Gateway"
        prefix = f"com.amazonaws.{self.region}."
        tail = service.removeprefix(prefix)
        custom = any(c.service_name == service for c in self.ec2_backend.configurations.values())
        if not custom and not (service.startswith(prefix) and tail in vpcs.AWS_ENDPOINT_SERVICES):
            raise InvalidServiceName(service)
        if kind == "Gateway" and tail not in GATEWAY_SERVICES:
            message = f"Endpoint type (Gateway) does not match available service types ([Interface])."
            raise InvalidParameter(message)
        return old()


@correction
def endpoint_groups_exist():
    """moto: a missing security group makes an endpoint that HTTP 500 answers from then on.

    AWS: InvalidGroup.NotFound, and no endpoint.
    """
    for method, parameter in {"create_vpc_endpoint": "SecurityGroupIds", "modify_vpc_endpoint": "AddSecurityGroupIds"}.items():

        @replace(EC2Response, method)
        def call(self, old, parameter=parameter):
            self.ec2_backend.describe_security_groups(group_ids=self._get_param(parameter) or [])
            return old()


@correction
def endpoint_subnets():
    """moto: an endpoint can have two subnets of one zone, and subnets of another VPC.

    AWS: DuplicateSubnetsInSameZone, InvalidSubnetID.NotFound.
    """

    @replace(EC2Response)
    def create_vpc_endpoint(self, old):
        _check_subnets(self.ec2_backend, self._get_param("VpcId"), self._get_param("SubnetIds") or [])
        return old()

    @replace(EC2Response)
    def modify_vpc_endpoint(self, old):
        endpoint = self.ec2_backend.get_vpc_end_point(self._get_param("VpcEndpointId"))
        kept = [s for s in endpoint.subnet_ids or [] if s not in (self._get_param("RemoveSubnetIds") or [])]
        added = [s for s in self._get_param("AddSubnetIds") or [] if s not in kept]
        _check_subnets(self.ec2_backend, endpoint.vpc_id, kept + added)
        return old()


def _check_subnets(backend, vpc_id, subnet_ids):
    subnets = [backend.get_subnet(subnet_id) for subnet_id in subnet_ids]
    for subnet in subnets:
        if subnet.vpc_id != vpc_id:
            raise InvalidSubnetIdError(subnet.id)
    zones = [subnet.availability_zone for subnet in subnets]
    if len(zones) != len(set(zones)):
        raise EC2ClientError("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone")


@correction
def endpoint_private_dns():
    """moto: private DNS is never refused, and a gateway endpoint says that it has it.

    AWS: a gateway endpoint has none; an interface endpoint needs both DNS attributes of its VPC, and no other endpoint of the same
    service in it that has private DNS, else InvalidParameter.
    """

    @replace(EC2Response)
    def create_vpc_endpoint(self, old):
        if (self._get_param("VpcEndpointType") or "Gateway") == "Gateway":
            self.params["PrivateDnsEnabled"] = False
        elif self._get_param("PrivateDnsEnabled", True):
            _check_private_dns(self.ec2_backend, self._get_param("VpcId"), self._get_param("ServiceName"))
        return old()

    @replace(EC2Response)
    def modify_vpc_endpoint(self, old):
        endpoint = self.ec2_backend.get_vpc_end_point(self._get_param("VpcEndpointId"))
        if self._get_param("PrivateDnsEnabled") and not endpoint.private_dns_enabled:
            _check_private_dns(self.ec2_backend, endpoint.vpc_id, endpoint.service_name)
        return old()


def _check_private_dns(backend, vpc_id, service):
    vpc = backend.get_vpc(vpc_id)
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        message = (
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
            f"set to true for {vpc_id}"
        )
        raise InvalidParameter(message)
    for other in backend.vpc_end_points.values():
        if other.vpc_id == vpc_id and other.service_name == service and other.private_dns_enabled and other.state != "deleted":
            message = f"private-dns-enabled cannot be set because there is already a conflicting DNS domain in the VPC {vpc_id}"
            raise InvalidParameter(message)


@correction
def endpoint_modification():
    """moto: PrivateDnsEnabled, DnsOptions, IpAddressType and ResetPolicy of modify_vpc_endpoint are ignored.

    AWS: they are changed, and read back.
    """

    @replace(EC2Response)
    def modify_vpc_endpoint(self, old):
        answer = old()
        endpoint = self.ec2_backend.get_vpc_end_point(self._get_param("VpcEndpointId"))
        if (enabled := self._get_param("PrivateDnsEnabled")) is not None:
            endpoint.private_dns_enabled = enabled
        endpoint.dns_options = {**endpoint.dns_options, **_plain(self._get_param("DnsOptions"))}
        endpoint.ip_address_type = self._get_param("IpAddressType") or endpoint.ip_address_type
        if self._get_param("ResetPolicy"):
            endpoint.policy_document = _DEFAULT_POLICY
        return answer


_DEFAULT_POLICY = vpcs.json.dumps(VPCEndPoint.DEFAULT_POLICY)


def _plain(parameter):
    """A structure parameter as a dict with the names of the API."""
    return parameter.original_dict() if hasattr(parameter, "original_dict") else dict(parameter or {})


@correction
def endpoint_fields():
    """moto: an endpoint has no DnsOptions and no IpAddressType, and VpcEndpointType is missing unless it was given.

    AWS: a gateway endpoint is the default; the address type is ipv4 and the DNS records are `ipv4` or `service-defined`.
    """

    @replace(EC2Response)
    def create_vpc_endpoint(self, old):
        self.params["VpcEndpointType"] = self._get_param("VpcEndpointType") or "Gateway"
        answer = old()
        endpoint = answer.result["VpcEndpoint"]
        record = "ipv4" if _is_interface(endpoint) else "service-defined"
        endpoint.dns_options = {"DnsRecordIpType": record, **_plain(self._get_param("DnsOptions"))}
        endpoint.ip_address_type = self._get_param("IpAddressType") or "ipv4"
        endpoint.requester_managed = False
        return answer


@correction
def endpoint_default_group():
    """moto: an interface endpoint made without security groups has none.

    AWS: it has the default group of its VPC.
    """

    @replace(EC2Backend)
    def create_vpc_endpoint(self, old, **kwargs):
        if kwargs["endpoint_type"] == "Interface" and not kwargs["security_group_ids"]:
            kwargs["security_group_ids"] = [self.get_default_security_group(kwargs["vpc_id"]).id]
        return old(**kwargs)


@correction
def endpoint_interfaces():
    """moto: the interfaces of an endpoint are in the default group, and do not follow its subnets and groups.

    AWS: one interface in each subnet, in the groups of the endpoint, with an address of the subnet.
    """

    @replace(EC2Response)
    def create_vpc_endpoint(self, old):
        answer = old()
        _follow(self.ec2_backend, answer.result["VpcEndpoint"])
        return answer

    @replace(EC2Response)
    def modify_vpc_endpoint(self, old):
        answer = old()
        _follow(self.ec2_backend, self.ec2_backend.get_vpc_end_point(self._get_param("VpcEndpointId")))
        return answer


def _follow(backend, endpoint):
    """Makes the interfaces of an endpoint match its subnets and groups."""
    if not _is_interface(endpoint):
        return
    present = {backend.enis[eni_id].subnet.id: eni_id for eni_id in endpoint.network_interface_ids if eni_id in backend.enis}
    for subnet_id in set(present) - set(endpoint.subnet_ids):
        del backend.enis[present.pop(subnet_id)]
    for subnet_id in endpoint.subnet_ids:
        if subnet_id not in present:
            ip = random_private_ip(backend.get_subnet(subnet_id).cidr_block)
            present[subnet_id] = backend.create_network_interface(subnet_id, ip).id
    endpoint.network_interface_ids = list(present.values())
    for eni_id in endpoint.network_interface_ids:
        eni = backend.enis[eni_id]
        eni._group_set = [backend.get_security_group_from_id(group) for group in endpoint.security_group_ids]
        eni.description, eni.status = f"VPC Endpoint Interface {endpoint.id}", "in-use"
        eni.requester_managed, eni.interface_type = True, "vpc_endpoint"


@correction
def endpoint_routes():
    """moto: the routes of a gateway endpoint do not follow its route tables, and two endpoints can share a table.

    AWS: each of its route tables has the prefix-list route; a table that has it already is refused with RouteAlreadyExists.
    """

    @replace(EC2Backend)
    def create_vpc_endpoint(self, old, **kwargs):
        prefix_list = _prefix_list(self, kwargs["service_name"])
        if kwargs["endpoint_type"] == "Gateway":
            _check_routes(self, kwargs["route_table_ids"], prefix_list)
        return old(**kwargs)

    @replace(EC2Backend)
    def modify_vpc_endpoint(self, old, vpc_id, **kwargs):
        endpoint = self.get_vpc_end_point(vpc_id)
        prefix_list = endpoint.destination_prefix_list_id
        added = [t for t in kwargs["add_route_tables"] or [] if t not in endpoint.route_table_ids]
        removed = [t for t in kwargs["remove_route_tables"] or [] if t in endpoint.route_table_ids]
        _check_routes(self, added, prefix_list)
        answer = old(vpc_id, **kwargs)
        for table in added:
            self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list)
        for table in removed:
            self.delete_route(table, prefix_list)
        return answer


def _prefix_list(backend, service):
    found = [p.id for p in backend.managed_prefix_lists.values() if p.prefix_list_name == service]
    return found[0] if found else None


def _check_routes(backend, route_table_ids, prefix_list):
    for table_id in route_table_ids:
        routes = backend.get_route_table(table_id).routes
        if any(route.destination_prefix_list_id == prefix_list for route in routes if prefix_list):
            raise RouteAlreadyExistsError(prefix_list)


@correction
def endpoint_deletion():
    """moto: a deleted endpoint is described as `deleted` for ever, and deleting a missing one succeeds.

    AWS: it is soon gone, InvalidVpcEndpointId.NotFound; a missing one is listed as unsuccessful with that code.
    """

    @replace(EC2Response)
    def delete_vpc_endpoints(self, old):
        ids, points = self._get_param("VpcEndpointIds") or [], self.ec2_backend.vpc_end_points
        missing = [i for i in ids if i not in points]
        old()
        for endpoint_id in set(ids) - set(missing):
            del points[endpoint_id]
        error = {"Code": "InvalidVpcEndpointId.NotFound", "Message": "The Vpc Endpoint Id '{}' does not exist"}
        failed = [{"ResourceId": i, "Error": {**error, "Message": error["Message"].format(i)}} for i in missing]
        return ActionResult({"Unsuccessful": failed})
