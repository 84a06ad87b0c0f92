"""Corrections of security groups and their rules."""

import copy

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    DependencyViolationError,
    EC2ClientError,
    InvalidParameterCombination,
    InvalidParameterValue,
    InvalidPermissionDuplicateError,
    InvalidSecurityGroupNotFoundError,
    InvalidSecurityGroupRuleIdNotFoundError,
    MissingParameter,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule
from moto.ec2.responses import EC2Response

from . import correction, replace
from .ec2_network import interfaces

DIRECTIONS = ("ingress", "egress")


def _all_groups(backend):
    return [group for groups in backend.groups.values() for group in groups.values()]


@correction
def security_group_in_use():
    """moto: a group can be deleted while an interface is in it or a rule of another group names it.

    AWS: DependencyViolation.
    """

    @replace(EC2Response)
    def delete_security_group(self, old):
        name = self._get_param("GroupId") or self._get_param("GroupName")
        group = self.ec2_backend.get_security_group_by_name_or_id(name)
        if group:
            attached = any(group.id in groups for _, groups in interfaces(self.ec2_backend))
            named = any(
                rule.source_group.get("GroupId") == group.id
                for other in _all_groups(self.ec2_backend)
                if other.id != group.id
                for rule in other.ingress_rules + other.egress_rules
            )
            if attached or named:
                raise DependencyViolationError(f"resource {group.id} has a dependent object")
        return old()


@correction
def default_security_group_stays():
    """moto: the default group of a VPC can be deleted.

    AWS: CannotDelete, it goes only with its VPC.
    """

    @replace(EC2Response)
    def delete_security_group(self, old):
        name = self._get_param("GroupId") or self._get_param("GroupName")
        group = self.ec2_backend.get_security_group_by_name_or_id(name)
        if group and group.is_default:
            message = f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
            raise EC2ClientError("CannotDelete", message)
        return old()


@correction
def security_group_needs_vpc():
    """moto: a group can be made in a VPC that does not exist.

    AWS: InvalidVpcID.NotFound.
    """

    @replace(EC2Response)
    def create_security_group(self, old):
        if self._get_param("VpcId"):
            self.ec2_backend.get_vpc(self._get_param("VpcId"))
        return old()


@correction
def security_group_tags_in_answer():
    """moto: the answer of create_security_group has no tags.

    AWS: it has those that were given.
    """

    @replace(EC2Response)
    def create_security_group(self, old):
        answer = old()
        tags = self.ec2_backend.tags.get(answer.result["GroupId"], {})
        answer.result["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        return answer


@correction
def all_new_rules_in_answer():
    """moto: authorize with several permissions answers with the rules of the last one only.

    AWS: with all of them.
    """
    for direction in DIRECTIONS:
        name = f"authorize_security_group_{direction}"

        @replace(EC2Response, name)
        def authorize(self, old, name=name):
            add, added = getattr(self.ec2_backend, name), []
            for permission in self._process_rules_from_querystring():
                added += add(**permission)[0]
            return ActionResult({"Return": True, "SecurityGroupRules": added})


@correction
def ports_of_all_protocols():
    """moto: the answer of authorize has no ports for a rule of all protocols.

    AWS: both are -1, as when the rule is described.
    """

    def shown(rule):
        rule = copy.copy(rule)
        rule.from_port = -1 if rule.from_port is None else rule.from_port
        rule.to_port = -1 if rule.to_port is None else rule.to_port
        return rule

    for direction in DIRECTIONS:

        @replace(EC2Response, f"authorize_security_group_{direction}")
        def authorize(self, old):
            answer = old()
            answer.result["SecurityGroupRules"] = [shown(rule) for rule in answer.result["SecurityGroupRules"]]
            return answer


@correction
def rules_all_or_none():
    """moto: authorize keeps the permissions before the one that it refuses.

    AWS: all of a call's permissions, or none.
    """
    for direction in DIRECTIONS:

        @replace(EC2Response, f"authorize_security_group_{direction}")
        def authorize(self, old, rules=f"{direction}_rules"):
            name = self._get_param("GroupName") or self._get_param("GroupId")
            group = self.ec2_backend.get_security_group_by_name_or_id(name)
            before = list(getattr(group, rules)) if group else []
            try:
                return old()
            except Exception:
                if group:
                    setattr(group, rules, before)
                raise


@correction
def duplicate_rule():
    """moto: a rule that differs from another one in its description alone is taken if it names a group.

    AWS: InvalidPermission.Duplicate: protocol, ports and peer make the rule.
    """

    def key(rule):
        peer = [rule.cidr_ipv4, rule.cidr_ipv6, rule.source_group.get("GroupId"), rule.prefix_list_id]
        ports = [None, None] if rule.ip_protocol == "-1" else [rule.from_port, rule.to_port]
        return [rule.ip_protocol, *ports, *peer]

    SecurityGroupRule.__eq__ = lambda self, other: key(self) == key(other)


@correction
def rule_descriptions():
    """moto: the description of a rule that names a group or a prefix list is not read back.

    AWS: it is, by the rule and by the permissions of the group.
    """

    @replace(SecurityGroupRule)
    def __init__(self, old, *args, **kwargs):
        old(*args, **kwargs)
        prefix_list = kwargs.get("prefix_list_id") or (args[7] if len(args) > 7 else None)
        self.prefix_list_description = (prefix_list or {}).get("Description")

    def description(self):
        return self.ip_range.get("Description") or self.source_group.get("Description") or self.prefix_list_description

    @replace(SecurityGroup)
    def _flattened_rules(self, old, rules):
        views = old(rules)
        texts = {rule.prefix_list_id: rule.prefix_list_description for rule in rules if rule.prefix_list_id}
        for view in views:
            for entry in view.prefix_list_ids:
                if texts[entry["PrefixListId"]]:
                    entry["Description"] = texts[entry["PrefixListId"]]
        return views

    SecurityGroupRule.description = property(description)


def _describe(rule, text):
    if rule.ip_range:
        rule.ip_range["Description"] = text
    elif rule.source_group:
        rule.source_group["Description"] = text
    else:
        rule.prefix_list_description = text


@correction
def rule_description_updates():
    """moto: update_security_group_rule_descriptions passes over rule ids, rules that name a group, and rules that do not exist.

    AWS: they are updated, a missing one is InvalidPermission.NotFound or InvalidSecurityGroupRuleId.NotFound; Return is true.
    """
    for direction in DIRECTIONS:

        @replace(EC2Response, f"update_security_group_rule_descriptions_{direction}")
        def update(self, old, rules=f"{direction}_rules"):
            backend = self.ec2_backend
            name = self._get_param("GroupId") or self._get_param("GroupName")
            group = backend.get_security_group_by_name_or_id(name)
            if group is None:
                raise InvalidSecurityGroupNotFoundError(name)
            present = getattr(group, rules)
            for item in self._get_param("SecurityGroupRuleDescriptions") or []:
                found = [rule for rule in present if rule.id == item["SecurityGroupRuleId"]]
                if not found:
                    raise InvalidSecurityGroupRuleIdNotFoundError(item["SecurityGroupRuleId"])
                _describe(found[0], item.get("Description"))
            if self._get_param("IpPermissions"):
                for wanted in _wanted_rules(self, group):
                    if wanted not in present:
                        raise EC2ClientError("InvalidPermission.NotFound", "The specified rule does not exist in this group.")
                    _describe(present[present.index(wanted)], wanted.description)
            return ActionResult({"Return": True})


def _wanted_rules(response, group):
    backend = response.ec2_backend
    for p in response._process_rules_from_querystring():
        groups = backend._add_source_group(p["source_groups"], group.vpc_id)
        yield from backend._iterate_security_rules(
            p["ip_protocol"], group.id, p["from_port"], p["to_port"], p["ip_ranges"], groups, p["prefix_list_ids"]
        )


@correction
def rule_modification():
    """moto: modify_security_group_rules changes IPv4 rules alone, wants ports even for all protocols, and makes duplicates.

    AWS: it changes every kind of rule, to one of the same kind; InvalidPermission.Duplicate if another rule is the same.
    """

    @replace(EC2Backend)
    def modify_security_group_rules(self, old, group_id, rules):
        group = self.get_security_group_by_name_or_id(group_id)
        if group is None:
            raise InvalidSecurityGroupNotFoundError(group_id)
        for rule_id, new in rules.items():
            rule = group.get_rule(rule_id)
            if rule is None:
                raise InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            wanted = _modified(self, rule, new)
            others = group.egress_rules if rule.is_egress else group.ingress_rules
            if any(other == wanted for other in others if other.id != rule.id):
                raise InvalidPermissionDuplicateError()
            for name in ("ip_protocol", "from_port", "to_port", "ip_range", "source_group", "prefix_list_id"):
                setattr(rule, name, getattr(wanted, name))
            _describe(rule, new.get("Description"))


def _modified(backend, rule, new):
    """The rule that a modification asks for."""
    given = [name for name in ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId") if new.get(name)]
    if len(given) > 1:
        raise InvalidParameterCombination(
            "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified"
        )
    if not given:
        raise MissingParameter("The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId")
    if new.get("IpProtocol") is None:
        raise InvalidParameterValue("Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.")
    kind, value = given[0], new[given[0]]
    present = {
        "CidrIpv4": rule.cidr_ipv4,
        "CidrIpv6": rule.cidr_ipv6,
        "PrefixListId": rule.prefix_list_id,
        "ReferencedGroupId": rule.source_group.get("GroupId"),
    }
    if not present[kind]:
        raise InvalidParameterValue(
            f"Invalid rule type for security group rule '{rule.id}'. You may not specify {kind} for an existing rule of another type."
        )
    ranges = {"CidrIpv4": {"CidrIp": value}, "CidrIpv6": {"CidrIpv6": value}}.get(kind)
    groups = backend._add_source_group([{"GroupId": value}], None)[0] if kind == "ReferencedGroupId" else None
    prefix_list = {"PrefixListId": value} if kind == "PrefixListId" else None
    return SecurityGroupRule(
        backend, new["IpProtocol"], rule.group_id, new.get("FromPort"), new.get("ToPort"), ranges, groups, prefix_list
    )


@correction
def rules_of_other_protocols():
    """moto: HTTP 500 for a rule of a protocol that has no ports, 50 for example.

    AWS: the rule holds for all of that protocol.
    """

    @replace(SecurityGroupRule)
    def __init__(self, old, ec2_backend, ip_protocol, group_id, from_port, to_port, *args, **kwargs):
        if from_port is None and str(ip_protocol).lower() not in ("tcp", "udp", "6", "17"):
            from_port = to_port = -1
        old(ec2_backend, ip_protocol, group_id, from_port, to_port, *args, **kwargs)


@correction
def revoke_by_missing_id():
    """moto: revoking a rule by an id that does not exist is InvalidPermission.NotFound.

    AWS: InvalidSecurityGroupRuleId.NotFound.
    """
    for direction in DIRECTIONS:

        @replace(EC2Response, f"revoke_security_group_{direction}")
        def revoke(self, old, rules=f"{direction}_rules"):
            name = self._get_param("GroupName") or self._get_param("GroupId")
            group = self.ec2_backend.get_security_group_by_name_or_id(name)
            present = [rule.id for rule in getattr(group, rules)] if group else []
            for rule_id in self._get_param("SecurityGroupRuleIds") or []:
                if group and rule_id not in present:
                    raise InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            return old()


@correction
def rule_arns():
    """moto: a security group rule has no ARN.

    AWS: it has one.
    """

    def arn(self):
        return f"arn:aws:ec2:{self.ec2_backend.region_name}:{self.owner_id}:security-group-rule/{self.id}"

    SecurityGroupRule.security_group_rule_arn = property(arn)
