import json

from support import NAME_TAG, Case, client

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def policy(action="s3:*"):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


class Iam(Case):
    def setUp(self):
        self.iam = client("iam")
        self.name = self._testMethodName

    def role(self, **more):
        self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=TRUST, **more)
        return self.name

    def read(self):
        return self.iam.get_role(RoleName=self.name)["Role"]

    def policy(self, **more):
        return self.iam.create_policy(PolicyName=self.name, PolicyDocument=policy(), **more)["Policy"]["Arn"]


class Corrections(Iam):
    def test_policy_in_use(self):
        arn, role = self.policy(), self.role()
        self.iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        self.refused("DeleteConflict", self.iam.delete_policy, PolicyArn=arn)
        self.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        self.iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("ec2:*"), SetAsDefault=True)
        self.refused("DeleteConflict", self.iam.delete_policy, PolicyArn=arn)
        self.iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
        self.iam.delete_policy(PolicyArn=arn)

    def test_trust_policy_of_new_role(self):
        call = {"RoleName": self.name, "AssumeRolePolicyDocument": "{not json"}
        self.refused("MalformedPolicyDocument", self.iam.create_role, **call)
        call["AssumeRolePolicyDocument"] = policy()
        self.refused("MalformedPolicyDocument", self.iam.create_role, **call)
        self.refused("NoSuchEntity", self.iam.get_role, RoleName=self.name)
        self.role()
        call = {"RoleName": self.name, "PolicyDocument": "{not json"}
        self.refused("MalformedPolicyDocument", self.iam.update_assume_role_policy, **call)

    def test_boundary_exists(self):
        call = {"RoleName": self.name, "AssumeRolePolicyDocument": TRUST}
        missing = "arn:aws:iam::123456789012:policy/missing"
        self.refused("NoSuchEntity", self.iam.create_role, PermissionsBoundary=missing, **call)
        self.role()
        self.refused("NoSuchEntity", self.iam.put_role_permissions_boundary, RoleName=self.name, PermissionsBoundary=missing)

    def test_description_of_updated_role(self):
        self.role(Description="old", MaxSessionDuration=7200)
        self.iam.update_role(RoleName=self.name, MaxSessionDuration=5000)
        self.has({"Description": "old", "MaxSessionDuration": 5000}, self.read())

    def test_tags_of_instance_profile(self):
        self.iam.create_instance_profile(InstanceProfileName=self.name, Tags=NAME_TAG)
        self.assertEqual(self.iam.list_instance_profile_tags(InstanceProfileName=self.name)["Tags"], NAME_TAG)


class ReadBack(Iam):
    """What is written is read back."""

    def test_role(self):
        boundary = "arn:aws:iam::aws:policy/AdministratorAccess"
        call = {"Path": "/service/", "Description": "text", "MaxSessionDuration": 7200, "Tags": NAME_TAG}
        made = self.iam.create_role(
            RoleName=self.name, AssumeRolePolicyDocument=TRUST, PermissionsBoundary=boundary, **call
        )["Role"]
        self.has({"Path": "/service/"}, made)
        self.has(call, self.read())
        self.assertEqual(self.read()["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary)
        self.assertEqual(self.read()["AssumeRolePolicyDocument"], json.loads(TRUST))
        self.assertEqual(self.read()["Arn"], f"arn:aws:iam::123456789012:role/service/{self.name}")
        self.refused("EntityAlreadyExists", self.role)

    def test_role_without_options(self):
        self.role()
        self.has({"Path": "/", "MaxSessionDuration": 3600, "Description": None, "PermissionsBoundary": None}, self.read())

    def test_role_updates(self):
        self.role(Description="old", MaxSessionDuration=7200)
        self.iam.update_role(RoleName=self.name, Description="new", MaxSessionDuration=4000)
        self.has({"Description": "new", "MaxSessionDuration": 4000}, self.read())
        self.iam.update_role(RoleName=self.name, Description="")
        self.assertEqual(self.read().get("Description", ""), "")
        trust = json.loads(TRUST)
        trust["Statement"][0]["Principal"]["Service"] = "ecs.amazonaws.com"
        self.iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=json.dumps(trust))
        self.assertEqual(self.read()["AssumeRolePolicyDocument"], trust)
        boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        self.iam.put_role_permissions_boundary(RoleName=self.name, PermissionsBoundary=boundary)
        self.assertEqual(self.read()["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary)
        self.iam.delete_role_permissions_boundary(RoleName=self.name)
        self.assertNotIn("PermissionsBoundary", self.read())

    def test_role_tags(self):
        self.role(Tags=NAME_TAG)
        self.iam.tag_role(RoleName=self.name, Tags=[{"Key": "Name", "Value": "y"}, {"Key": "More", "Value": "z"}])
        tags = {tag["Key"]: tag["Value"] for tag in self.read()["Tags"]}
        self.assertEqual(tags, {"Name": "y", "More": "z"})
        self.iam.untag_role(RoleName=self.name, TagKeys=["Name", "More"])
        self.assertEqual(self.iam.list_role_tags(RoleName=self.name)["Tags"], [])

    def test_inline_policies(self):
        role = self.role()
        self.iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=policy())
        self.iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=policy("ec2:*"))
        read = self.iam.get_role_policy(RoleName=role, PolicyName="p")["PolicyDocument"]
        self.assertEqual(read, json.loads(policy("ec2:*")))
        self.assertEqual(self.iam.list_role_policies(RoleName=role)["PolicyNames"], ["p"])
        self.refused("DeleteConflict", self.iam.delete_role, RoleName=role)
        self.iam.delete_role_policy(RoleName=role, PolicyName="p")
        self.refused("NoSuchEntity", self.iam.delete_role_policy, RoleName=role, PolicyName="p")
        self.refused("MalformedPolicyDocument", self.iam.put_role_policy, RoleName=role, PolicyName="p", PolicyDocument="{}")
        self.iam.delete_role(RoleName=role)
        self.refused("NoSuchEntity", self.iam.get_role, RoleName=role)
        self.refused("NoSuchEntity", self.iam.put_role_policy, RoleName=role, PolicyName="p", PolicyDocument=policy())

    def test_attachments(self):
        role, arn = self.role(), "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
        for _ in range(2):
            self.iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        read = self.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        self.assertEqual(read, [{"PolicyName": "AmazonECSTaskExecutionRolePolicy", "PolicyArn": arn}])
        self.refused("DeleteConflict", self.iam.delete_role, RoleName=role)
        self.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        self.refused("NoSuchEntity", self.iam.detach_role_policy, RoleName=role, PolicyArn=arn)
        missing = "arn:aws:iam::123456789012:policy/missing"
        self.refused("NoSuchEntity", self.iam.attach_role_policy, RoleName=role, PolicyArn=missing)

    def test_policy(self):
        arn = self.policy(Path="/p/", Description="text", Tags=NAME_TAG)
        read = self.iam.get_policy(PolicyArn=arn)["Policy"]
        self.has({"Path": "/p/", "Description": "text", "Tags": NAME_TAG, "DefaultVersionId": "v1", "AttachmentCount": 0}, read)
        document = self.iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
        self.assertEqual(document, json.loads(policy()))
        call = {"PolicyArn": arn, "PolicyDocument": policy("ec2:*")}
        version = self.iam.create_policy_version(**call, SetAsDefault=True)["PolicyVersion"]
        self.has({"VersionId": "v2", "IsDefaultVersion": True}, version)
        self.assertEqual(self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"], "v2")
        self.refused("DeleteConflict", self.iam.delete_policy_version, PolicyArn=arn, VersionId="v2")
        self.iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
        versions = self.iam.list_policy_versions(PolicyArn=arn)["Versions"]
        self.assertEqual({v["VersionId"]: v["IsDefaultVersion"] for v in versions}, {"v1": True, "v2": False})
        for _ in range(3):
            self.iam.create_policy_version(**call)
        self.refused("LimitExceeded", self.iam.create_policy_version, **call)
        self.iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "More", "Value": "z"}])
        self.iam.untag_policy(PolicyArn=arn, TagKeys=["Name"])
        self.assertEqual(self.iam.list_policy_tags(PolicyArn=arn)["Tags"], [{"Key": "More", "Value": "z"}])

    def test_policies_without_default_version(self):
        arn = self.policy()
        version = self.iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("ec2:*"), SetAsDefault=False)
        self.assertFalse(version["PolicyVersion"]["IsDefaultVersion"])
        self.assertEqual(self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"], "v1")
        self.iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
        self.refused("NoSuchEntity", self.iam.get_policy_version, PolicyArn=arn, VersionId="v2")
        self.iam.delete_policy(PolicyArn=arn)
        self.refused("NoSuchEntity", self.iam.get_policy, PolicyArn=arn)
        self.refused("NoSuchEntity", self.iam.delete_policy, PolicyArn=arn)

    def test_entities_of_policy(self):
        arn, role = self.policy(), self.role()
        self.iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        roles = self.iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
        self.assertEqual([r["RoleName"] for r in roles], [role])
        self.assertEqual(self.iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"], 1)

    def test_instance_profile(self):
        call = {"Path": "/p/", "Tags": NAME_TAG}
        self.iam.create_instance_profile(InstanceProfileName=self.name, **call)

        def read():
            return self.iam.get_instance_profile(InstanceProfileName=self.name)["InstanceProfile"]

        self.has({**call, "Roles": []}, read())
        role = self.role()
        both = {"InstanceProfileName": self.name, "RoleName": role}
        self.iam.add_role_to_instance_profile(**both)
        self.assertEqual([r["RoleName"] for r in read()["Roles"]], [role])
        self.refused("LimitExceeded", self.iam.add_role_to_instance_profile, **both)
        self.refused("DeleteConflict", self.iam.delete_role, RoleName=role)
        self.refused("DeleteConflict", self.iam.delete_instance_profile, InstanceProfileName=self.name)
        found = self.iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]
        self.assertEqual([p["InstanceProfileName"] for p in found], [self.name])
        self.iam.tag_instance_profile(InstanceProfileName=self.name, Tags=[{"Key": "More", "Value": "z"}])
        self.iam.untag_instance_profile(InstanceProfileName=self.name, TagKeys=["Name"])
        self.assertEqual(read()["Tags"], [{"Key": "More", "Value": "z"}])
        self.iam.remove_role_from_instance_profile(**both)
        self.iam.delete_instance_profile(InstanceProfileName=self.name)
        self.refused("NoSuchEntity", self.iam.get_instance_profile, InstanceProfileName=self.name)

    def test_instance_profile_of_nothing(self):
        self.refused("NoSuchEntity", self.iam.delete_instance_profile, InstanceProfileName="missing")
        self.iam.create_instance_profile(InstanceProfileName=self.name)
        call = {"InstanceProfileName": self.name, "RoleName": "missing"}
        self.refused("NoSuchEntity", self.iam.add_role_to_instance_profile, **call)
        self.refused("EntityAlreadyExists", self.iam.create_instance_profile, InstanceProfileName=self.name)
        self.refused("NoSuchEntity", self.iam.remove_role_from_instance_profile, **call)
