"""Corrections of what all EC2 calls have in common: tokens, filters, pages, tags, dry runs."""

import re

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, get_pagination_model, get_service_model
from moto.ec2.exceptions import DryRunClientError, EC2ClientError, InvalidParameterValue
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.network_acls import NetworkAcl
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response

from . import correction, replace, shortcut

PAGE_TOKEN = "page:"

DELETED_BY = {
    "DeleteInternetGateway": "InternetGatewayId",
    "DeleteNetworkAcl": "NetworkAclId",
    "DeleteNetworkInterface": "NetworkInterfaceId",
    "DeleteRouteTable": "RouteTableId",
    "DeleteSecurityGroup": "GroupId",
    "DeleteSubnet": "SubnetId",
    "DeleteVpc": "VpcId",
    "DeleteVpcEndpoints": "VpcEndpointIds",
    "ReleaseAddress": "AllocationId",
    "RevokeSecurityGroupEgress": "SecurityGroupRuleIds",
    "RevokeSecurityGroupIngress": "SecurityGroupRuleIds",
}


def refuse(response, error):
    """Answers the current call with an EC2 error."""
    status, headers, body = response.serialized(ActionResult(error))
    headers, body = response._enrich_response({**headers, "status": status}, body)
    return status, headers, body


@correction
def client_tokens():
    """moto: a repeated ClientToken makes a second endpoint, route table or NAT gateway.

    AWS: the same token and parameters give the first answer again; other parameters give IdempotentParameterMismatch.
    """

    @replace(EC2Response)
    def call_action(self, old):
        token = self.querystring.get("ClientToken", [None])[0]
        if not token or not self._get_action().startswith("Create"):
            return old()
        call = {k: v for k, v in self.querystring.items() if k != "ClientToken"}
        # Kept on the backend, so that a reset of the account forgets them.
        tokens = self.ec2_backend.__dict__.setdefault("client_tokens", {})
        if token in tokens:
            first_call, answer = tokens[token]
            if first_call == call:
                return answer
            message = "The client token you have provided is associated with a resource whose parameters differ."
            return refuse(self, EC2ClientError("IdempotentParameterMismatch", message))
        answer = old()
        if answer[0] == 200:
            tokens[token] = (call, answer)
        return answer


@correction
def dry_run():
    """moto: DryRun is ignored by most calls, which then do the thing.

    AWS: a dry run changes nothing and answers DryRunOperation.
    """

    @replace(EC2Response)
    def call_action(self, old):
        if self.querystring.get("DryRun", ["false"])[0] == "true":
            return refuse(self, DryRunClientError())
        return old()


@correction
def unknown_filter():
    """moto: HTTP 500 with an HTML page, or the filter is passed over.

    AWS: InvalidParameterValue. The names that exist are those in the service model's own text.
    """

    @replace(EC2Response)
    def call_action(self, old):
        known = _documented_filters(self._get_action())
        for name in self._filters_from_querystring() if known else []:
            if name not in known and not name.startswith("tag:"):
                return refuse(self, InvalidParameterValue(f"The filter '{name}' is invalid"))
        return old()


@correction
def more_filters():
    """moto: HTTP 500 for some filters that a client of networks is likely to use.

    AWS: they hold.
    """
    known = {
        NetworkAcl: {"network-acl-id": lambda acl: acl.id},
        NetworkInterface: {
            "association.allocation-id": lambda eni: eni.association.get("allocationId"),
            "association.association-id": lambda eni: eni.association.get("associationId"),
            "association.public-ip": lambda eni: eni.association.get("publicIp"),
        },
        RouteTable: {
            "association.gateway-id": lambda table: [a.get("GatewayId") or "" for a in table.associations],
            "route.destination-ipv6-cidr-block": lambda table: [r.destination_ipv6_cidr_block or "" for r in table.routes],
            "route.destination-prefix-list-id": lambda table: [r.destination_prefix_list_id or "" for r in table.routes],
            "route.origin": lambda table: [r.origin for r in table.routes],
            "route.state": lambda table: [r.state for r in table.routes],
        },
        Subnet: {
            "availabilityZoneId": lambda subnet: subnet.availability_zone_id,
            "ipv6-cidr-block-association.ipv6-cidr-block": lambda subnet: [
                a["ipv6CidrBlock"] for a in subnet.ipv6_cidr_block_association_set
            ],
            "subnet-arn": lambda subnet: subnet.arn,
        },
        VPCEndPoint: {
            "service-region": lambda endpoint: endpoint.ec2_backend.region_name,
            "vpc-endpoint-id": lambda endpoint: endpoint.id,
        },
    }
    for model, filters in known.items():

        @replace(model)
        def get_filter_value(self, old, filter_name, method_name=None, filters=filters):
            if filter_name in filters:
                # A value that is not there must match nothing, rather than be an unknown filter.
                return filters[filter_name](self) or ""
            return old(filter_name, method_name)


def _documented_filters(action):
    model = get_service_model("ec2")
    if action not in model.operation_names:
        return None
    shape = model.operation_model(action).input_shape
    members = shape.members if shape else {}
    filters = members.get("Filters") or members.get("Filter")
    # Each entry of the list begins with a name; some speak of a second one.
    pattern = r"(?:<li>\s*<p>\s*|use\s+)<code>([^<]+)</code>"
    return set(re.findall(pattern, filters.documentation)) - {"tag"} if filters else None


@correction
def unknown_action():
    """moto: HTTP 500 with an HTML page.

    AWS: InvalidAction.
    """

    @replace(EC2Response)
    def parse_parameters(self, old, request):
        # The parameters of an unknown action have no model to parse them by.
        if self._get_action() in get_service_model("ec2").operation_names:
            old(request)

    @replace(EC2Response)
    def call_action(self, old):
        action = self._get_action()
        if action not in get_service_model("ec2").operation_names:
            message = f"The action {action} is not valid for this web service."
            return refuse(self, EC2ClientError("InvalidAction", message))
        return old()


@correction
def pages():
    """moto: MaxResults is ignored by nearly all describe calls.

    AWS: at most MaxResults entries and a NextToken; a value out of range is InvalidParameterValue.
    """
    for operation, paging in get_pagination_model("ec2").items():
        method = camelcase_to_underscores(operation)
        if isinstance(paging["result_key"], str) and hasattr(EC2Response, method):
            _page(operation, method, paging["result_key"])


def _page(operation, method, key):
    limits = get_service_model("ec2").operation_model(operation).input_shape.members.get("MaxResults")

    @replace(EC2Response, method)
    def describe(self, old):
        size, token = self._get_int_param("MaxResults"), self._get_param("NextToken") or ""
        if size is not None and limits is not None:
            low, high = limits.metadata.get("min", 1), limits.metadata.get("max", size)
            if not low <= size <= high:
                raise InvalidParameterValue(f"Value ( {size} ) for parameter maxResults is invalid. Expecting {low} to {high}.")
        answer = old()
        result = getattr(answer, "result", None)
        # A token that is not ours belongs to one of the few calls that moto pages itself.
        foreign = token and not token.startswith(PAGE_TOKEN)
        if foreign or not isinstance(result, dict) or result.get("NextToken") or not (size or token):
            return answer
        start = int(token.removeprefix(PAGE_TOKEN)) if token else 0
        entries = list(result[key])
        end = start + (size or len(entries))
        result[key] = entries[start:end]
        result["NextToken"] = f"{PAGE_TOKEN}{end}" if end < len(entries) else None
        return answer


@correction
def tags_go_with_their_resource():
    """moto: describe_tags shows the tags of deleted resources for ever.

    AWS: the tags of a deleted resource are gone.
    """

    @replace(EC2Response)
    def call_action(self, old):
        answer = old()
        parameter = DELETED_BY.get(self._get_action())
        if answer[0] == 200 and parameter:
            ids = self._get_param(parameter) or []
            for resource in [ids] if isinstance(ids, str) else ids:
                self.ec2_backend.tags.pop(resource, None)
        return answer


@correction
def reserved_tag_keys():
    """moto: tags whose key begins with `aws:` can be made.

    AWS: InvalidParameterValue, they are reserved.
    """

    @replace(EC2Response)
    def call_action(self, old):
        for name, values in self.querystring.items():
            if re.fullmatch(r"(TagSpecification\.\d+\.)?Tag\.\d+\.Key", name) and values[0].lower().startswith("aws:"):
                message = f"Tag keys starting with 'aws:' are reserved for internal use: {values[0]}"
                return refuse(self, InvalidParameterValue(message))
        return old()


@shortcut
def tags_by_id():
    """moto searches the tags of all resources, with a regular expression each, for those of one resource.

    Describe calls then take time that grows with the square of the account.
    """

    def get_tags(self):
        mine = self.ec2_backend.tags.get(self.id, {}) if self.id else {}
        return [{"resource_id": self.id, "key": key, "value": value} for key, value in mine.items()]

    TaggedEC2Resource.get_tags = get_tags
