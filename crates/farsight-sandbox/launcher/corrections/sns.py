"""Corrections of SNS."""

import copy

from moto.core.responses import EmptyResult
from moto.sns.responses import SNSResponse

from . import correction, replace

UNCONFIRMED = ("email", "email-json", "http", "https")


@correction
def topic_attributes():
    """moto: most attributes of a topic are not read back, and a delivery policy that was never set is an empty text.

    AWS: those that were set are, and the signature version and the tracing mode always.
    """
    own = ("DisplayName", "Policy", "KmsMasterKeyId", "DeliveryPolicy", "FifoTopic", "ContentBasedDeduplication")

    @replace(SNSResponse)
    def get_topic_attributes(self, old):
        answer = old()
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        attributes = answer.result["Attributes"]
        attributes.update({"SignatureVersion": "1", "TracingConfig": "PassThrough", **topic.__dict__.get("more", {})})
        answer.result["Attributes"] = {k: v for k, v in attributes.items() if v != "" or k == "DisplayName"}
        return answer

    @replace(SNSResponse)
    def set_topic_attributes(self, old):
        name, value = self._get_param("AttributeName"), self._get_param("AttributeValue")
        if name in own:
            return old()
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        topic.__dict__.setdefault("more", {})[name] = value or ""
        return EmptyResult()


@correction
def unconfirmed_subscriptions():
    """moto: subscriptions of mail and web addresses are confirmed at once.

    AWS: they are pending until somebody confirms them, and lists of subscriptions do not tell their ARNs.
    """

    def listed(subscription):
        if not subscription.attributes.get("PendingConfirmation"):
            return subscription
        shown = copy.copy(subscription)
        shown.arn = "PendingConfirmation"
        return shown

    def lists(self, old):
        answer = old()
        answer.result["Subscriptions"] = [listed(subscription) for subscription in answer.result["Subscriptions"]]
        return answer

    for name in ("list_subscriptions", "list_subscriptions_by_topic"):
        replace(SNSResponse, name)(lists)

    @replace(SNSResponse)
    def subscribe(self, old):
        answer = old()
        subscription = self.backend.subscriptions[answer.result["SubscriptionArn"]]
        if subscription.protocol in UNCONFIRMED:
            subscription.attributes["PendingConfirmation"] = True
            subscription.attributes["ConfirmationWasAuthenticated"] = False
        return answer


@correction
def subscription_policies():
    """moto: the replay policy of a subscription is refused, and an empty policy is kept as one.

    AWS: it is kept, and `{}` takes a policy away.
    """

    @replace(SNSResponse)
    def set_subscription_attributes(self, old):
        name, value = self._get_param("AttributeName"), self._get_param("AttributeValue")
        subscription = self.backend.subscriptions.get(self._get_param("SubscriptionArn"))
        if subscription and name.endswith("Policy") and value in ("", "{}", None):
            subscription.attributes.pop(name, None)
            if name == "FilterPolicy":
                subscription._filter_policy = subscription._filter_policy_matcher = None
            return EmptyResult()
        if subscription and name == "ReplayPolicy":
            subscription.attributes[name] = value
            return EmptyResult()
        return old()
