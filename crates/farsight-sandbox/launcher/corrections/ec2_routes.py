"""Corrections of route tables and routes."""

from moto.ec2.exceptions import DependencyViolationError, EC2ClientError, InvalidParameterValue, RouteAlreadyExistsError
from moto.ec2.models import EC2Backend
from moto.ec2.models.route_tables import Route
from moto.ec2.responses import EC2Response
from moto.ec2.utils import generate_route_id

from . import correction, replace
from .ec2_network import canonical


@correction
def main_route_table():
    """moto: the main route table of a VPC can be deleted.

    AWS: DependencyViolation, it goes only with its VPC.
    """

    @replace(EC2Response)
    def delete_route_table(self, old):
        table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
        if table.main_association_id:
            raise DependencyViolationError(f"The routeTable '{table.id}' has dependencies and cannot be deleted.")
        return old()


@correction
def one_route_table_each_subnet():
    """moto: associating a subnet that has another route table answers with the old association and changes nothing.

    AWS: Resource.AlreadyAssociated.
    """

    @replace(EC2Backend)
    def associate_route_table(self, old, route_table_id, gateway_id=None, subnet_id=None):
        target = subnet_id or gateway_id
        for table in self.route_tables.values():
            if target in table._associations.values() and table.id != route_table_id:
                message = (
                    f"the specified association for route table {route_table_id} conflicts with an existing association"
                )
                raise EC2ClientError("Resource.AlreadyAssociated", message)
        return old(route_table_id, gateway_id, subnet_id)


@correction
def route_to_missing_nat_gateway():
    """moto: a route to a NAT gateway that does not exist is made, without a target.

    AWS: InvalidNatGatewayID.NotFound.
    """
    for method in ("create_route", "replace_route"):

        @replace(EC2Response, method)
        def route(self, old):
            nat = self._get_param("NatGatewayId")
            if nat and nat not in self.ec2_backend.nat_gateways:
                raise EC2ClientError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat}' does not exist")
            return old()


@correction
def canonical_destinations():
    """moto: the destination of a route stays as written, 192.168.7.1/16.

    AWS: it is put into its canonical form, 192.168.0.0/16.
    """
    for method in ("create_route", "replace_route", "delete_route"):

        @replace(EC2Response, method)
        def route(self, old):
            for name in ("DestinationCidrBlock", "DestinationIpv6CidrBlock"):
                if self._get_param(name):
                    self.params[name] = canonical(self._get_param(name))
            return old()


@correction
def duplicate_route():
    """moto: only a second IPv4 route is refused; a second IPv6 or prefix-list route replaces the first.

    AWS: RouteAlreadyExists for all three.
    """

    @replace(EC2Response)
    def create_route(self, old):
        table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
        for name in ("DestinationIpv6CidrBlock", "DestinationPrefixListId"):
            destination = self._get_param(name)
            if destination and generate_route_id(table.id, destination) in table._routes:
                raise RouteAlreadyExistsError(destination)
        return old()


@correction
def local_route_stays():
    """moto: the local route of a table can be deleted.

    AWS: InvalidParameterValue.
    """

    @replace(EC2Response)
    def delete_route(self, old):
        table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
        destination = self._get_param("DestinationCidrBlock") or self._get_param("DestinationIpv6CidrBlock")
        route = table._routes.get(generate_route_id(table.id, destination))
        if route and route.local:
            raise InvalidParameterValue(f"cannot remove local route {destination} in route table {table.id}")
        return old()


@correction
def blackholes():
    """moto: a route stays active when its target is gone.

    AWS: its state is `blackhole`.
    """

    def state(self):
        backend = self.route_table.ec2_backend
        nat, gateway, interface = self.nat_gateway, self.gateway, self.interface
        vpc = getattr(gateway, "vpc", None)
        lost = (
            (nat and nat.state in ("deleting", "deleted"))
            or (gateway and gateway.id.startswith("igw-") and (vpc is None or vpc.id != self.route_table.vpc_id))
            or (interface and interface.id not in backend.enis)
        )
        return "blackhole" if lost else "active"

    Route.state = property(state)
