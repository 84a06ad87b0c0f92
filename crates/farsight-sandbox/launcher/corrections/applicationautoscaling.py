"""Corrections of Application Auto Scaling."""

import json

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    FakeApplicationAutoscalingPolicy,
    FakeScalableTarget,
)
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError

from . import correction, replace


@correction
def scalable_target_tags():
    """moto: the tags of a scalable target are dropped, and HTTP 500 answers a call that lists or changes them.

    AWS: they are kept.
    """

    def tags(response):
        arn = response._get_param("ResourceARN")
        targets = response.applicationautoscaling_backend.targets.values()
        found = [t for of_dimension in targets for t in of_dimension.values() if t.arn == arn]
        if not found:
            raise JsonRESTError("ResourceNotFoundException", f"Resource {arn} was not found")
        return found[0].__dict__.setdefault("tags", {})

    @replace(ApplicationAutoScalingResponse)
    def register_scalable_target(self, old):
        answer = old()
        dimension, resource = self._get_param("ScalableDimension"), self._get_param("ResourceId")
        target = self.applicationautoscaling_backend.targets[dimension][resource]
        target.__dict__.setdefault("tags", {}).update(self._get_param("Tags") or {})
        return answer

    def list_tags_for_resource(self):
        return json.dumps({"Tags": tags(self)})

    def tag_resource(self):
        tags(self).update(self._get_param("Tags"))
        return json.dumps({})

    def untag_resource(self):
        for key in self._get_param("TagKeys"):
            tags(self).pop(key, None)
        return json.dumps({})

    for call in (list_tags_for_resource, tag_resource, untag_resource):
        setattr(ApplicationAutoScalingResponse, call.__name__, call)


@correction
def scalable_target_role():
    """moto: a scalable target has no role unless one was given.

    AWS: it has the service-linked role of the service.
    """
    roles = {"ecs": "ECSService", "dynamodb": "DynamoDBTable", "rds": "RDSCluster"}

    @replace(FakeScalableTarget)
    def __init__(self, old, backend, service_namespace, *args):
        old(backend, service_namespace, *args)
        name = f"AWSServiceRoleForApplicationAutoScaling_{roles.get(service_namespace, service_namespace)}"
        path = f"aws-service-role/{service_namespace}.application-autoscaling.amazonaws.com"
        self.role_arn = self.role_arn or f"arn:aws:iam::{backend.account_id}:role/{path}/{name}"


@correction
def autoscaling_not_found():
    """moto: ValidationException for a scalable target or a policy that is not there.

    AWS: ObjectNotFoundException.
    """

    def found(response, call):
        try:
            return call()
        except AWSValidationException as error:
            if "found for service namespace" in str(error.description):
                raise JsonRESTError("ObjectNotFoundException", error.description) from error
            raise

    @replace(ApplicationAutoScalingResponse)
    def deregister_scalable_target(self, old):
        return found(self, old)

    @replace(ApplicationAutoScalingResponse)
    def delete_scaling_policy(self, old):
        return found(self, old)


@correction
def scaling_policy_update():
    """moto: putting a policy again gives it another ARN and leaves its alarms behind.

    AWS: the ARN stays, and so do the alarms while the policy is of one kind.
    """

    @replace(ApplicationAutoscalingBackend)
    def put_scaling_policy(self, old, *args, **kwargs):
        names = ("service_namespace", "resource_id", "scalable_dimension", "policy_name")
        before = self.policies.get(FakeApplicationAutoscalingPolicy.formulate_key(*(kwargs[name] for name in names)))
        policy = old(*args, **kwargs)
        if before:
            policy.policy_arn = before.policy_arn
            stale = policy if policy.policy_type == before.policy_type else before
            stale.delete_alarms(self.account_id, self.region_name)
            if stale is policy:
                policy.alarms = before.alarms
        return policy
