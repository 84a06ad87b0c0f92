"""Corrections of CloudWatch Logs."""

import json

from moto.core.utils import unix_time_millis, utcnow
from moto.logs.exceptions import (
    InvalidParameterException,
    ResourceNotFoundException,
    ValidationException,
)
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse

from . import correction, replace

# Everything that put_retention_policy takes, in days.
RETENTION = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]


def _group(backend, name_or_arn):
    """The group of a name or an ARN."""
    name = (name_or_arn or "").split(":log-group:")[-1].removesuffix(":*")
    if name not in backend.groups:
        raise ResourceNotFoundException()
    return backend.groups[name]


@correction
def retention_values():
    """moto: a group keeps its events for any number of days.

    AWS: InvalidParameterException unless the number is one of those in the service's documentation.
    """

    @replace(LogsBackend)
    def put_retention_policy(self, old, log_group_name, retention_in_days):
        if retention_in_days not in RETENTION:
            constraint = f"Member must satisfy enum value set: {sorted(RETENTION)}"
            raise InvalidParameterException(constraint=constraint, parameter="retentionInDays", value=retention_in_days)
        return old(log_group_name, retention_in_days)


@correction
def log_group_class():
    """moto: the class of a log group is dropped.

    AWS: it is read back, and is STANDARD unless another one is given.
    """
    _attribute("logGroupClass", "STANDARD")


@correction
def log_group_deletion_protection():
    """moto: deletion protection is dropped, and cannot be changed.

    AWS: it is read back, and while it is on delete_log_group is refused with ValidationException.
    """
    _attribute("deletionProtectionEnabled", False)

    @replace(LogsBackend)
    def delete_log_group(self, old, log_group_name):
        if getattr(self.groups.get(log_group_name), "deletionProtectionEnabled", False):
            raise ValidationException("The log group has deletion protection enabled.")
        return old(log_group_name)

    def put_log_group_deletion_protection(self):
        group = _group(self.logs_backend, self._get_param("logGroupIdentifier"))
        group.deletionProtectionEnabled = self._get_param("deletionProtectionEnabled")
        return ""

    LogsResponse.put_log_group_deletion_protection = put_log_group_deletion_protection


def _attribute(name, default):
    """Lets log groups remember a parameter of their creation."""

    @replace(LogsResponse)
    def create_log_group(self, old):
        answer = old()
        setattr(_group(self.logs_backend, self._get_param("logGroupName")), name, self._get_param(name, default))
        return answer

    @replace(LogGroup)
    def to_describe_dict(self, old):
        return {**old(), name: getattr(self, name, default)}


@correction
def log_group_key():
    """moto: associate_kms_key and disassociate_kms_key are not there.

    AWS: they change the key of a log group.
    """

    def associate_kms_key(self):
        identifier = self._get_param("logGroupName") or self._get_param("resourceIdentifier")
        _group(self.logs_backend, identifier).kms_key_id = self._get_param("kmsKeyId")
        return ""

    LogsResponse.associate_kms_key = associate_kms_key
    # Without a key in the call it takes the key away.
    LogsResponse.disassociate_kms_key = lambda self: associate_kms_key(self)


@correction
def log_group_searches():
    """moto: describe_log_groups knows the name prefix only, and answers every other search with all groups.

    AWS: groups are also found by identifiers, by a part of the name, and by class.
    """

    @replace(LogsResponse)
    def describe_log_groups(self, old):
        wanted = {name: self._get_param(name) for name in ("logGroupIdentifiers", "logGroupNamePattern", "logGroupClass")}
        if not any(wanted.values()):
            return old()
        identifiers = {i.split(":log-group:")[-1].removesuffix(":*") for i in wanted["logGroupIdentifiers"] or []}
        prefix, pattern = self._get_param("logGroupNamePrefix", ""), wanted["logGroupNamePattern"] or ""
        found = [
            shown
            for name, group in sorted(self.logs_backend.groups.items())
            if name.startswith(prefix) and pattern.lower() in name.lower() and (not identifiers or name in identifiers)
            for shown in [group.to_describe_dict()]
            if wanted["logGroupClass"] in (None, shown.get("logGroupClass"))
        ]
        return json.dumps({"logGroups": found[: self._get_param("limit", 50)]})


@correction
def log_event_search():
    """moto: filter_log_events searches all streams, whatever the prefix, and answers one stream after the other.

    AWS: only streams whose names begin with the prefix are searched, and events come in order of time.
    """

    @replace(LogsResponse)
    def filter_log_events(self, old):
        group = _group(self.logs_backend, self._get_param("logGroupName") or self._get_param("logGroupIdentifier"))
        names, prefix = self._get_param("logStreamNames", []), self._get_param("logStreamNamePrefix")
        if prefix:
            names = [name for name in group.streams if name.startswith(prefix)]
            if not names:
                return json.dumps({"events": [], "searchedLogStreams": []})
        parameters = [self._get_param(name) for name in ("startTime", "endTime", "limit", "nextToken", "filterPattern")]
        events, token, streams = self.logs_backend.filter_log_events(group.name, names, *parameters, True)
        return json.dumps({"events": events, "nextToken": token, "searchedLogStreams": streams})


@correction
def log_group_takes_its_own():
    """moto: the tags and metric filters of a deleted log group come back with the next group of its name.

    AWS: they are gone with it.
    """

    @replace(LogsBackend)
    def delete_log_group(self, old, log_group_name):
        arn = self.groups[log_group_name].arn if log_group_name in self.groups else None
        answer = old(log_group_name)
        self.tagger.delete_all_tags_for_resource(arn)
        self.filters.metric_filters = [f for f in self.filters.metric_filters if f["logGroupName"] != log_group_name]
        return answer


@correction
def tags_of_missing_log_group():
    """moto: a log group that does not exist can be tagged, and has no tags.

    AWS: ResourceNotFoundException.
    """
    for method in ("tag_resource", "untag_resource", "list_tags_for_resource"):

        @replace(LogsResponse, method)
        def call(self, old):
            arn = self._get_param("resourceArn")
            if ":log-group:" in arn:
                _group(self.logs_backend, arn)
            return old()


@correction
def metric_filters_of_a_group():
    """moto: metric filters can be put on, and deleted from, groups that do not have them; they are not counted.

    AWS: ResourceNotFoundException, and the group says how many it has.
    """

    @replace(LogsBackend)
    def put_metric_filter(self, old, filter_name, filter_pattern, log_group_name, metric_transformations):
        _group(self, log_group_name)
        return old(filter_name, filter_pattern, log_group_name, metric_transformations)

    @replace(LogsBackend)
    def delete_metric_filter(self, old, filter_name=None, log_group_name=None):
        _group(self, log_group_name)
        if not _filters(self, log_group_name, filter_name):
            raise ResourceNotFoundException("The specified metric filter does not exist.")
        return old(filter_name, log_group_name)

    @replace(LogsResponse)
    def describe_log_groups(self, old):
        answer = json.loads(old())
        for group in answer["logGroups"]:
            group["metricFilterCount"] = len(_filters(self.logs_backend, group["logGroupName"]))
        return json.dumps(answer)


def _filters(backend, log_group_name, filter_name=None):
    return [
        f
        for f in backend.filters.metric_filters
        if f["logGroupName"] == log_group_name and filter_name in (None, f["filterName"])
    ]


@correction
def metric_filter_update():
    """moto: putting a metric filter again adds a second one of the same name.

    AWS: it takes the place of the first.
    """

    @replace(MetricFilters)
    def add_filter(self, old, filter_name, filter_pattern, log_group_name, metric_transformations):
        self.delete_filter(filter_name, log_group_name)
        return old(filter_name, filter_pattern, log_group_name, metric_transformations)


@correction
def metric_filter_options():
    """moto: a metric filter has no creation time, and its newer options are dropped.

    AWS: applyOnTransformedLogs, fieldSelectionCriteria and emitSystemFieldDimensions are read back.
    """

    @replace(LogsResponse)
    def put_metric_filter(self, old):
        answer = old()
        made = _filters(self.logs_backend, self._get_param("logGroupName"), self._get_param("filterName"))[-1]
        made["creationTime"] = int(unix_time_millis(utcnow()))
        made["applyOnTransformedLogs"] = self._get_param("applyOnTransformedLogs", False)
        for name in ("fieldSelectionCriteria", "emitSystemFieldDimensions"):
            if self._get_param(name):
                made[name] = self._get_param(name)
        return answer
