"""Corrections of Route 53."""

from moto.core.responses import ActionResult
from moto.route53 import urls
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import FakeZone, RecordSet, Route53Backend
from moto.route53.responses import Route53

from . import correction, replace


@correction
def caller_references():
    """moto: a repeated CallerReference makes a second zone.

    AWS: HostedZoneAlreadyExists, for ever.
    """

    @replace(Route53Backend)
    def create_hosted_zone(self, old, name, private_zone, caller_reference=None, **more):
        if caller_reference and any(zone.caller_reference == caller_reference for zone in self.zones.values()):
            message = f"A hosted zone has already been created with the specified caller reference {caller_reference}."
            raise Route53ClientError("HostedZoneAlreadyExists", message)
        return old(name, private_zone, caller_reference=caller_reference, **more)


@correction
def accelerated_recovery():
    """moto: update_hosted_zone_features is not there.

    AWS: it turns accelerated recovery on and off, and the zone says which.
    """
    urls.url_paths[r"{0}/(?P<api_version>[\d_-]+)/hostedzone/(?P<zone_id>[^/]+)/features$"] = Route53.dispatch

    @replace(Route53)
    def update_hosted_zone_features(self, _):
        zone = self.backend.get_hosted_zone(self._get_param("HostedZoneId"))
        on = self._get_bool_param("EnableAcceleratedRecovery", False)
        zone.features = {"AcceleratedRecoveryStatus": "ENABLED" if on else "DISABLED"}
        return ActionResult({"HostedZone": zone})


@correction
def record_changes():
    """moto: CREATE adds a second record beside one of other values, DELETE takes records of other names with the same identifier.

    AWS: name, type and identifier make the record. CREATE of one that is there, and DELETE of one that is not there or has other
    values, are InvalidChangeBatch, and then none of the batch's changes is made.
    """

    @replace(Route53Backend)
    def change_resource_record_sets(self, _, zoneid, change_list):
        zone = self.get_hosted_zone(zoneid)
        records = {key(record): record for record in zone.rrsets}
        for change in change_list:
            given = change["ResourceRecordSet"]
            if not plain(given["Name"]).endswith(plain(zone.name)):
                refuse(f"RRSet with DNS name {given['Name']} is not permitted in zone {zone.name}")
            values = [record["Value"] for record in given.get("ResourceRecords") or []]
            record = RecordSet({**given, "Name": as_answered(given["Name"]), "ResourceRecords": values})
            what = f"[name='{given['Name']}', type='{given['Type']}']"
            there = records.get(key(record))
            if change["Action"] == "CREATE" and there:
                refuse(f"Tried to create resource record set {what} but it already exists")
            if change["Action"] == "DELETE":
                if not there:
                    refuse(f"Tried to delete resource record set {what} but it was not found")
                if content(there) != content(record):
                    refuse(f"Tried to delete resource record set {what} but the values provided do not match the current values")
                del records[key(record)]
            else:
                records[key(record)] = record
        zone.rrsets = list(records.values())


@correction
def record_fields():
    """moto: the CIDR and geoproximity routing of a record are dropped, and names stay as written.

    AWS: they are read back. Names are in lower case with a dot at their end, and `*` is `\\052`.
    """

    @replace(RecordSet)
    def __init__(self, old, kwargs):
        old(kwargs)
        self.cidr_routing_config = kwargs.get("CidrRoutingConfig")
        self.geo_proximity_location = kwargs.get("GeoProximityLocation")
        self.name = as_answered(self.name)
        if self.alias_target:
            self.alias_target = {**self.alias_target, "DNSName": as_answered(self.alias_target["DNSName"])}

    @replace(FakeZone)
    def get_record_sets(self, old, start_type, start_name):
        return old(start_type, start_name and as_answered(start_name))


def refuse(message):
    raise Route53ClientError("InvalidChangeBatch", message)


def plain(name):
    return name.rstrip(".").lower()


def as_answered(name):
    return plain(name).replace("*", "\\052") + "."


def key(record):
    return plain(record.name).replace("*", "\\052"), record.type, record.set_identifier


def content(record):
    """What a DELETE must say like the record: everything."""
    fields = vars(record)
    return {name: str(value) for name, value in fields.items() if value not in (None, [], "", "false") and name not in ("name", "records")}, sorted(
        record.records or []
    )
