from support import NAME_TAG, Network, from_group, permission, tagged


class Groups(Network):
    def setUp(self):
        super().setUp()
        self.here = self.vpc(hostnames=True)
        self.one, self.two = self.group(self.here, "one"), self.group(self.here, "two")
        self.allow = self.ec2.authorize_security_group_ingress

    def allowed(self, *permissions):
        return self.allow(GroupId=self.one, IpPermissions=list(permissions))["SecurityGroupRules"]

    def test_security_group_in_use(self):
        self.allowed(from_group(self.two))
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=self.two)
        self.ec2.delete_security_group(GroupId=self.one)
        subnet = self.subnet(self.here)
        call = {"VpcEndpointType": "Interface", "SubnetIds": [subnet], "SecurityGroupIds": [self.two]}
        endpoint = self.endpoint(self.here, "logs", **call)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=self.two)
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        self.ec2.delete_security_group(GroupId=self.two)

    def test_default_security_group_stays(self):
        self.refused("CannotDelete", self.ec2.delete_security_group, GroupId=self.default_group(self.here))

    def test_security_group_needs_vpc(self):
        call = {"VpcId": "vpc-0123", "GroupName": "n", "Description": "d"}
        self.refused("InvalidVpcID.NotFound", self.ec2.create_security_group, **call)

    def test_security_group_tags_in_answer(self):
        call = {"VpcId": self.here, "GroupName": "n", "Description": "d", "TagSpecifications": tagged("security-group")}
        self.assertEqual(self.ec2.create_security_group(**call)["Tags"], NAME_TAG)

    def test_all_new_rules_in_answer(self):
        self.assertEqual(len(self.allowed(permission(80), permission(443))), 2)

    def test_ports_of_all_protocols(self):
        rule = self.allowed({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]})[0]
        self.has({"FromPort": -1, "ToPort": -1}, rule)
        group = self.ec2.describe_security_groups(GroupIds=[self.one])["SecurityGroups"][0]
        self.assertNotIn("FromPort", group["IpPermissions"][0])

    def test_rules_all_or_none(self):
        self.allowed(permission(80))
        self.refused("InvalidPermission.Duplicate", self.allow, GroupId=self.one, IpPermissions=[permission(443), permission(80)])
        self.assertEqual([r["FromPort"] for r in self.rules(self.one) if not r["IsEgress"]], [80])

    def test_duplicate_rule(self):
        self.allowed(from_group(self.two, text="first"))
        again = [from_group(self.two, text="second")]
        self.refused("InvalidPermission.Duplicate", self.allow, GroupId=self.one, IpPermissions=again)

    def test_rule_descriptions(self):
        rule = self.allowed(from_group(self.two, text="why"))[0]
        self.assertEqual(rule["Description"], "why")
        lists = self.ec2.describe_prefix_lists()["PrefixLists"]
        entry = {"PrefixListId": lists[0]["PrefixListId"], "Description": "list"}
        rule = self.allowed(permission(443, None, PrefixListIds=[entry]))[0]
        self.assertEqual(rule["Description"], "list")
        group = self.ec2.describe_security_groups(GroupIds=[self.one])["SecurityGroups"][0]
        self.assertIn([entry], [p["PrefixListIds"] for p in group["IpPermissions"]])

    def test_rule_description_updates(self):
        rule = self.allowed(from_group(self.two, text="old"))[0]["SecurityGroupRuleId"]
        update = self.ec2.update_security_group_rule_descriptions_ingress

        def read():
            return self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0].get("Description")

        self.assertTrue(update(GroupId=self.one, IpPermissions=[from_group(self.two, text="new")])["Return"])
        self.assertEqual(read(), "new")
        update(GroupId=self.one, SecurityGroupRuleDescriptions=[{"SecurityGroupRuleId": rule, "Description": "newer"}])
        self.assertEqual(read(), "newer")
        self.refused("InvalidPermission.NotFound", update, GroupId=self.one, IpPermissions=[from_group(self.two, 81, "x")])

    def modify(self, rule, **wanted):
        change = [{"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}]
        self.ec2.modify_security_group_rules(GroupId=self.one, SecurityGroupRules=change)

    def test_rule_modification(self):
        rule = self.allowed(from_group(self.two))[0]["SecurityGroupRuleId"]
        self.modify(rule, IpProtocol="tcp", FromPort=90, ToPort=91, ReferencedGroupId=self.one, Description="self")
        read = self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]
        self.has({"FromPort": 90, "ToPort": 91, "Description": "self"}, read)
        self.assertEqual(read["ReferencedGroupInfo"]["GroupId"], self.one)
        rule = self.allowed(permission())[0]["SecurityGroupRuleId"]
        self.modify(rule, IpProtocol="-1", CidrIpv4="10.0.0.0/8", Description="all")
        read = self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]
        self.has({"IpProtocol": "-1", "FromPort": -1, "CidrIpv4": "10.0.0.0/8", "Description": "all"}, read)
        self.allowed(permission(22))
        twin = [{"SecurityGroupRuleId": rule, "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}}]
        twin[0]["SecurityGroupRule"]["CidrIpv4"] = "0.0.0.0/0"
        change = self.ec2.modify_security_group_rules
        self.refused("InvalidPermission.Duplicate", change, GroupId=self.one, SecurityGroupRules=twin)

    def test_rules_of_other_protocols(self):
        rule = self.allowed({"IpProtocol": "50", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]})[0]
        self.has({"IpProtocol": "50", "FromPort": -1, "ToPort": -1}, rule)

    def test_revoke_by_missing_id(self):
        revoke = self.ec2.revoke_security_group_ingress
        self.refused("InvalidSecurityGroupRuleId.NotFound", revoke, GroupId=self.one, SecurityGroupRuleIds=["sgr-0123"])

    def test_rule_arns(self):
        rule = self.allowed(permission())[0]
        self.assertTrue(rule["SecurityGroupRuleArn"].endswith(f":security-group-rule/{rule['SecurityGroupRuleId']}"))
