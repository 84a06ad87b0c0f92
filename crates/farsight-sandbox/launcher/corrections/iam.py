"""Corrections of IAM."""

from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend

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
