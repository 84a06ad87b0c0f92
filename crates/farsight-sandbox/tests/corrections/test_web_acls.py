"""The corrections of WAF."""

import uuid

from support import Case, client

VISIBLE = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "x"}
BASE = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": VISIBLE}
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/x/"
PROTECTION = {"DataProtections": [{"Field": {"FieldType": "BODY"}, "Action": "HASH"}]}


class WebAcls(Case):
    def setUp(self):
        self.waf = client("wafv2")

    def make(self, **more):
        name = f"acl-{uuid.uuid4().hex[:8]}"
        made = self.waf.create_web_acl(Name=name, **BASE, **more)["Summary"]
        return made, {"Name": name, "Id": made["Id"], "Scope": "REGIONAL"}

    def read(self, key):
        return self.waf.get_web_acl(**key)["WebACL"]

    def test_web_acl_fields(self):
        _, key = self.make(DataProtectionConfig=PROTECTION)
        self.assertEqual(self.read(key)["DataProtectionConfig"]["DataProtections"][0]["Action"], "HASH")

    def test_web_acl_replacement(self):
        rule = {"Name": "geo", "Priority": 0, "Statement": {"GeoMatchStatement": {"CountryCodes": ["DE"]}}}
        rules = [{**rule, "Action": {"Block": {}}, "VisibilityConfig": VISIBLE}]
        made, key = self.make(Rules=rules, Description="x", TokenDomains=["example.com"])
        self.waf.update_web_acl(**BASE, Name=key["Name"], Id=key["Id"], LockToken=made["LockToken"], Rules=[])
        self.has({"Rules": [], "TokenDomains": None}, self.read(key))
        self.assertFalse(self.read(key).get("Description"))

    def test_one_web_acl_each_resource(self):
        resource = ARN + uuid.uuid4().hex
        for _ in range(2):
            acl = self.make()[0]["ARN"]
            self.waf.associate_web_acl(WebACLArn=acl, ResourceArn=resource)
        self.assertEqual(self.waf.get_web_acl_for_resource(ResourceArn=resource)["WebACL"]["ARN"], acl)

    def test_web_acl_in_use(self):
        (made, key), resource = self.make(), ARN + uuid.uuid4().hex
        self.waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=resource)
        self.refused("WAFAssociatedItemException", self.waf.delete_web_acl, **key, LockToken=made["LockToken"])
        self.waf.disassociate_web_acl(ResourceArn=resource)
        self.waf.delete_web_acl(**key, LockToken=made["LockToken"])

    def test_web_acl_duplicate(self):
        name = self.make()[1]["Name"]
        self.refused("WAFDuplicateItemException", self.waf.create_web_acl, Name=name, **BASE)
