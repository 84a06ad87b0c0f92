"""Corrections of RDS."""

from moto.rds.exceptions import DBSubnetGroupNotFoundError
from moto.rds.models import RDSBackend

from . import correction, replace


@correction
def db_subnet_group_update():
    """moto: modify_db_subnet_group loses the group, and HTTP 500 answers for a missing one.

    AWS: the group has the new subnets; a missing one is DBSubnetGroupNotFoundFault.
    """

    @replace(RDSBackend)
    def modify_db_subnet_group(self, old, subnet_name, *args, **kwargs):
        if subnet_name not in self.subnet_groups:
            raise DBSubnetGroupNotFoundError(subnet_name)
        self.subnet_groups[subnet_name] = group = old(subnet_name, *args, **kwargs)
        return group
