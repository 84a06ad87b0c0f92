"""Corrections of IAM."""

from moto.core.responses import ActionResult
from moto.iam.exceptions import DeleteConflictException, NotFoundException
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.iam.responses import IamResponse

from . import correction, replace


@correction
def policy_in_use():
    """moto: an attached policy, or one with several versions, can be deleted.

    AWS: DeleteConflict.
    """

    @replace(IAMBackend)
    def delete_policy(self, old, policy_arn):
        policy = self.get_policy(policy_arn)
        if policy.attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            message = (
                "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
                "The default version is deleted with the policy."
            )
            raise DeleteConflictException(message)
        return old(policy_arn)


@correction
def trust_policy_of_new_role():
    """moto: create_role takes any text as trust policy; only update_assume_role_policy looks at it.

    AWS: MalformedPolicyDocument for both.
    """

    @replace(IAMBackend)
    def create_role(self, old, role_name, assume_role_policy_document, *args, **kwargs):
        IAMTrustPolicyDocumentValidator(assume_role_policy_document).validate()
        return old(role_name, assume_role_policy_document, *args, **kwargs)


@correction
def boundary_exists():
    """moto: a policy that does not exist can be a permissions boundary.

    AWS: NoSuchEntity.
    """

    def check(backend, arn):
        if arn and arn not in backend.managed_policies:
            raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")

    @replace(IAMBackend)
    def create_role(self, old, role_name, assume_role_policy_document, path, permissions_boundary, *args, **kwargs):
        check(self, permissions_boundary)
        return old(role_name, assume_role_policy_document, path, permissions_boundary, *args, **kwargs)

    @replace(IAMBackend)
    def put_role_permissions_boundary(self, old, role_name, permissions_boundary):
        check(self, permissions_boundary)
        return old(role_name, permissions_boundary)


@correction
def description_of_updated_role():
    """moto: update_role without a description takes it away.

    AWS: it stays. (A session duration that is not given does go back to one hour, as the service model says.)
    """

    @replace(IAMBackend)
    def update_role(self, old, role_name, role_description, max_session_duration):
        if role_description is None:
            role_description = self.get_role(role_name).description
        return old(role_name, role_description, max_session_duration)


@correction
def tags_of_instance_profile():
    """moto: list_instance_profile_tags is not there.

    AWS: it lists them.
    """

    def list_instance_profile_tags(self):
        profile = self.backend.get_instance_profile(self._get_param("InstanceProfileName"))
        return ActionResult({"Tags": list(profile.tags), "IsTruncated": False})

    IamResponse.list_instance_profile_tags = list_instance_profile_tags
