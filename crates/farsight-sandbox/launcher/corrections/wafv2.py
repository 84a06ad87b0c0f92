"""Corrections of WAF."""

import json

from moto.wafv2.exceptions import WAFNonexistentItemException, WAFv2ClientError, WAFV2DuplicateItemException
from moto.wafv2.models import FakeWebACL, WAFV2Backend
from moto.wafv2.responses import WAFV2Response

from . import correction, replace

MORE = ("DataProtectionConfig", "MonetizationConfig", "OnSourceDDoSProtectionConfig")


@correction
def web_acl_fields():
    """moto: the data protection, monetization and flood protection of a web ACL are dropped.

    AWS: they are read back.
    """

    @replace(WAFV2Response)
    def create_web_acl(self, old):
        answer = old()
        made = json.loads(answer[2])["Summary"]["ARN"]
        body = json.loads(self.body)
        self.wafv2_backend.wacls[made].more = {name: body.get(name) for name in MORE}
        return answer

    @replace(FakeWebACL)
    def to_dict(self, old):
        return {**old(), **self.__dict__.get("more", {})}


@correction
def web_acl_replacement():
    """moto: update_web_acl keeps what is not given, and an empty list of rules changes nothing.

    AWS: it replaces everything.
    """

    @replace(WAFV2Response)
    def update_web_acl(self, old):
        answer = old()
        body = json.loads(self.body)
        acl = self.wafv2_backend.get_web_acl(None, body["Name"], body["Id"])
        acl.rules = acl.rules if body.get("Rules") else []
        acl.description = body.get("Description") or ""
        acl.custom_response_bodies = body.get("CustomResponseBodies")
        acl.captcha_config = body.get("CaptchaConfig")
        acl.challenge_config = body.get("ChallengeConfig")
        acl.token_domains = body.get("TokenDomains")
        acl.association_config = body.get("AssociationConfig")
        acl.more = {name: body.get(name) for name in MORE}
        return answer


@correction
def one_web_acl_each_resource():
    """moto: a resource can have several web ACLs, of which the oldest one counts.

    AWS: the last one takes the place of the others.
    """

    @replace(WAFV2Backend)
    def associate_web_acl(self, old, web_acl_arn, resource_arn):
        if web_acl_arn not in self.wacls:
            raise WAFNonexistentItemException
        for acl in self.wacls.values():
            acl.associated_resources = [arn for arn in acl.associated_resources if arn != resource_arn]
        return old(web_acl_arn, resource_arn)


@correction
def web_acl_in_use():
    """moto: a web ACL can be deleted while it protects something.

    AWS: WAFAssociatedItemException.
    """

    @replace(WAFV2Backend)
    def delete_web_acl(self, old, name, scope, _id, lock_token):
        if any(acl.id == _id and acl.associated_resources for acl in self.wacls.values()):
            message = "AWS WAF couldn't perform the operation because your resource is being used by another resource."
            raise WAFv2ClientError("WAFAssociatedItemException", message)
        return old(name, scope, _id, lock_token)


@correction
def web_acl_duplicate():
    """moto: a second web ACL of the same name is WafV2DuplicateItem.

    AWS: WAFDuplicateItemException.
    """

    @replace(WAFV2DuplicateItemException)
    def __init__(self, _):
        message = "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one."
        WAFv2ClientError.__init__(self, "WAFDuplicateItemException", message)
