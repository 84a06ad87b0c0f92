"""Corrections of RDS."""

import random

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.rds.exceptions import (
    DBParameterGroupNotFoundError,
    DBSubnetGroupNotFoundError,
    RDSClientError,
)
from moto.rds.models import DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

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


@correction
def db_group_exists():
    """moto: a second DB subnet group of the same name takes the place of the first; a group in use can be deleted.

    AWS: DBSubnetGroupAlreadyExists; InvalidDBSubnetGroupStateFault and InvalidDBParameterGroupState while an instance is in it.
    """

    @replace(RDSBackend)
    def create_subnet_group(self, old, subnet_name, *args, **kwargs):
        if subnet_name in self.subnet_groups:
            raise RDSClientError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists.")
        return old(subnet_name, *args, **kwargs)

    @replace(RDSBackend)
    def delete_subnet_group(self, old, subnet_name):
        groups = [getattr(database, "db_subnet_group", None) for database in self.databases.values()]
        if any(group and group.name == subnet_name for group in groups):
            message = f"Cannot delete the subnet group '{subnet_name}' because at least one database instance is in it."
            raise RDSClientError("InvalidDBSubnetGroupStateFault", message)
        return old(subnet_name)

    @replace(RDSBackend)
    def delete_db_parameter_group(self, old, db_parameter_group_name):
        if any(d.db_parameter_group_name == db_parameter_group_name for d in self.databases.values()):
            message = "One or more database instances are still members of this parameter group."
            raise RDSClientError("InvalidDBParameterGroupState", message)
        return old(db_parameter_group_name)


@correction
def missing_db_parameter_group():
    """moto: describing a missing DB parameter group gives an empty list, and reset_db_parameter_group is not there.

    AWS: DBParameterGroupNotFound; a reset puts the engine's own values back.
    """

    @replace(RDSBackend)
    def describe_db_parameter_groups(self, old, kwargs):
        found = old(kwargs)
        if kwargs.get("db_parameter_group_name") and not found:
            raise DBParameterGroupNotFoundError(kwargs["db_parameter_group_name"])
        return found

    def reset_db_parameter_group(self):
        name = self.params["DBParameterGroupName"]
        group = self.backend.describe_db_parameter_groups({"db_parameter_group_name": name})[0]
        for parameter in self.params.get("Parameters", []):
            group.parameters.pop(parameter.original_dict()["ParameterName"], None)
        if self.params.get("ResetAllParameters"):
            group.parameters.clear()
        return ActionResult({"DBParameterGroupName": name})

    RDSResponse.reset_db_parameter_group = reset_db_parameter_group


@correction
def db_instance_fields():
    """moto: Performance Insights, the customer-owned address and the port of an instance are not read back as changed, newer
    options are dropped on create, and a log type that is exported already is exported twice.

    AWS: they are read back; every instance has a resource id of its own, and its endpoint a hosted zone.
    """
    names = {
        "db_port_number": "port",
        "enable_customer_owned_ip": "customer_owned_ip_enabled",
        "enable_performance_insights": "performance_insights_enabled",
    }
    more = ("backup_target", "custom_iam_instance_profile", "database_insights_mode", "dedicated_log_volume")
    more += ("engine_lifecycle_support", "nchar_character_set_name", "network_type", "timezone")
    more += ("performance_insights_kms_key_id", "performance_insights_retention_period")

    def keep(database, kwargs, extra):
        for given, attribute in [*names.items(), *((name, name) for name in extra)]:
            if kwargs.get(given) is not None:
                setattr(database, attribute, kwargs[given])

    @replace(DBInstance, "__init__")
    def init(self, old, *args, **kwargs):
        old(*args, **kwargs)
        keep(self, kwargs, more)
        self.dbi_resource_id = "db-" + "".join(random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26))

    @replace(DBInstance)
    def update(self, old, *args, **kwargs):
        old(*args, **kwargs)
        keep(self, kwargs, ())
        self.enabled_cloudwatch_logs_exports = list(dict.fromkeys(self.enabled_cloudwatch_logs_exports))

    address = DBInstance.endpoint.fget
    DBInstance.endpoint = property(lambda self: {**address(self), "HostedZoneId": "Z1RLNUO7B9Q6NB"})


@correction
def replica_promotion():
    """moto: a promoted replica still names its source, and the source names it.

    AWS: both stand alone.
    """

    @replace(RDSBackend)
    def promote_read_replica(self, old, kwargs):
        database = old(kwargs)
        source = self.databases.get(database.source_db_instance_identifier)
        if source and database.db_instance_identifier in source.replicas:
            source.remove_replica(database)
        database.source_db_instance_identifier = None
        return database


@correction
def automated_backups_have_names_of_their_own():
    """moto: an instance is refused that is made within a minute of one of its name whose automated backups were kept.

    AWS: it is made; no two automated backups have the same name.
    """

    @replace(DBInstance)
    def save_automated_backup(self, old):
        now = utcnow()
        name = f"rds:{self.db_instance_identifier}-{now:%Y-%m-%d-%H-%M}"
        if name not in self.backend.database_snapshots:
            return old()
        return self.backend.create_auto_snapshot(self.db_instance_identifier, f"{name}-{now:%S-%f}")
