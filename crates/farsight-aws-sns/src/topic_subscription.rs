//! `aws:sns/topicSubscription:TopicSubscription`.

use crate::sns::{FAULTS, SETTLE, Sns, found};
use aws_sdk_sns::types::Subscription;
use farsight_aws::sns::{Topic, TopicSubscription, TopicSubscriptionArgs, TopicSubscriptionOutputs};
use farsight_aws_client::the_one;
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use futures_util::future::try_join_all;
use std::collections::HashMap;

pub(crate) struct TopicSubscriptionHandler {
    pub(crate) sns: Sns,
}

impl Handler for TopicSubscriptionHandler {
    type Of = TopicSubscription;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        unique_key: &["topic", "protocol", "endpoint"],
        serialize_by: None,
        // There is no call for several; this many are asked side by side.
        read_batch: 20,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "sns:GetSubscriptionAttributes",
            "sns:ListSubscriptionsByTopic",
            "sns:SetSubscriptionAttributes",
            "sns:Subscribe",
            "sns:Unsubscribe",
        ],
    };

    /// The service answers with the subscription that is there already; so they are looked at first. One that nobody has
    /// confirmed has no ARN to be known by, and asking again gives the same one.
    async fn create(&self, _: &Owner, args: &TopicSubscriptionArgs) -> Result<Id> {
        if self.there(args).await?.is_some() {
            let message = format!("`{}` hears of `{}` already", args.endpoint, args.topic);
            return Err(Error::new(Fault::Exists, message));
        }
        let call = self.sns.client.subscribe().topic_arn(&args.topic).return_subscription_arn(true);
        let mut call = call.protocol(&args.protocol).endpoint(&args.endpoint);
        // Firehose takes nobody without a role.
        if let Some(role) = &args.subscription_role_arn {
            call = call.attributes("SubscriptionRoleArn", role);
        }
        let answer = self.sns.write("Subscribe", || call.clone().send()).await?;
        the_one(answer.subscription_arn, "Subscribe")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<TopicSubscription>>> {
        let look = async |arn: &Id| Ok(self.attributes(arn).await?.map_or(Seen::Absent, |all| seen(arn, &all)));
        try_join_all(ids.iter().map(look)).await
    }

    async fn update(&self, id: &Id, change: Change<'_, TopicSubscriptionArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_owned());
        let scope = or(&wanted.filter_policy_scope, "MessageAttributes");
        // A filter of the body is valid only under its scope, one of attributes under both: so the wider scope comes
        // first, and the narrower last (aws catalogue, sns.TopicSubscription).
        let (first, last) = if scope == "MessageBody" { (Some(&scope), None) } else { (None, Some(&scope)) };
        let scoped =
            |scope: Option<&String>| scope.map(|scope| ("filterPolicyScope", "FilterPolicyScope", scope.clone()));
        let own = [
            ("filterPolicy", "FilterPolicy", or(&wanted.filter_policy, "{}")),
            ("deliveryPolicy", "DeliveryPolicy", or(&wanted.delivery_policy, "{}")),
            ("rawMessageDelivery", "RawMessageDelivery", wanted.raw_message_delivery.to_string()),
            ("redrivePolicy", "RedrivePolicy", or(&wanted.redrive_policy, "{}")),
            ("replayPolicy", "ReplayPolicy", or(&wanted.replay_policy, "{}")),
            ("subscriptionRoleArn", "SubscriptionRoleArn", or(&wanted.subscription_role_arn, "")),
        ];
        let rows = scoped(first).into_iter().chain(own).chain(scoped(last));
        // The scope goes with the policy.
        let idle = |property: &str| property == "filterPolicyScope" && wanted.filter_policy.is_none();
        for (_, attribute, value) in rows.filter(|(property, ..)| change.touches(property) && !idle(property)) {
            let set = || {
                let call = self.sns.client.set_subscription_attributes().subscription_arn(id);
                call.attribute_name(attribute).attribute_value(&value).send()
            };
            self.sns.write("SetSubscriptionAttributes", set).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &TopicSubscriptionArgs) -> Result<()> {
        let Some(attributes) = self.attributes(id).await? else { return Err(Error::gone(id)) };
        if is_true(&attributes, "PendingConfirmation") {
            // AWS refuses to end what never began; it forgets such subscriptions after two days. Done for the engine,
            // which would otherwise wait until the subscription is not there.
            return Err(Error::new(Fault::Gone, format!("`{id}` was never confirmed, and AWS will forget it")));
        }
        self.sns.write("Unsubscribe", || self.sns.client.unsubscribe().subscription_arn(id).send()).await.map(|_| ())
    }

    /// A subscription has no tags: the one with the same topic, protocol and endpoint is what the create would have made.
    async fn find(&self, _: &Owner, args: &TopicSubscriptionArgs) -> Result<Vec<Id>> {
        Ok(self.there(args).await?.into_iter().collect())
    }

    /// Subscriptions of the stack's topics that are no resources.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for topic in scope.ids_of(Topic::SCHEMA.token) {
            for subscription in self.of_topic(topic).await? {
                let (id, to) = (arn_of(&subscription), subscription.endpoint.unwrap_or_default());
                if let Some(id) = id.filter(|id| !scope.knows(TopicSubscription::SCHEMA.token, id)) {
                    strays.push(Stray { id, what: format!("subscription of `{to}` to {topic}") });
                }
            }
        }
        Ok(strays)
    }
}

impl TopicSubscriptionHandler {
    async fn attributes(&self, arn: &str) -> Result<Option<HashMap<String, String>>> {
        let get = || self.sns.client.get_subscription_attributes().subscription_arn(arn).send();
        let answer = found(self.sns.read("GetSubscriptionAttributes", get).await)?;
        Ok(answer.map(|answer| answer.attributes.unwrap_or_default()))
    }

    /// All subscriptions of a topic; none if it is not there.
    async fn of_topic(&self, topic: &str) -> Result<Vec<Subscription>> {
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let call = self.sns.client.list_subscriptions_by_topic().topic_arn(topic).set_next_token(next);
            let answer = found(self.sns.read("ListSubscriptionsByTopic", || call.clone().send()).await)?;
            let Some(page) = answer else { return Ok(Vec::new()) };
            all.extend(page.subscriptions.unwrap_or_default());
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(all);
            }
        }
    }

    /// The confirmed subscription where the wanted one shall be.
    async fn there(&self, args: &TopicSubscriptionArgs) -> Result<Option<Id>> {
        let same = |subscription: &Subscription| {
            subscription.protocol() == Some(&args.protocol) && subscription.endpoint() == Some(&args.endpoint)
        };
        Ok(self.of_topic(&args.topic).await?.iter().filter(|subscription| same(subscription)).find_map(arn_of))
    }
}

/// The ARN; what nobody has confirmed is listed with words in its place.
fn arn_of(subscription: &Subscription) -> Option<Id> {
    subscription.subscription_arn.clone().filter(|arn| arn.starts_with("arn:"))
}

fn is_true(attributes: &HashMap<String, String>, name: &str) -> bool {
    attributes.get(name).is_some_and(|text| text == "true")
}

fn seen(arn: &str, attributes: &HashMap<String, String>) -> Seen<TopicSubscription> {
    let text = |name: &str| attributes.get(name).filter(|text| !text.is_empty()).cloned();
    let policy = |name: &str| text(name).filter(|text| text != "{}");
    let filter_policy = policy("FilterPolicy");
    let args = TopicSubscriptionArgs {
        delivery_policy: policy("DeliveryPolicy"),
        endpoint: text("Endpoint").unwrap_or_default(),
        filter_policy_scope: text("FilterPolicyScope").filter(|_| filter_policy.is_some()),
        filter_policy,
        protocol: text("Protocol").unwrap_or_default(),
        raw_message_delivery: is_true(attributes, "RawMessageDelivery"),
        redrive_policy: policy("RedrivePolicy"),
        replay_policy: policy("ReplayPolicy"),
        subscription_role_arn: text("SubscriptionRoleArn"),
        topic: text("TopicArn").unwrap_or_default(),
    };
    let outputs = TopicSubscriptionOutputs {
        arn: arn.to_owned(),
        confirmation_was_authenticated: is_true(attributes, "ConfirmationWasAuthenticated"),
        owner_id: text("Owner").unwrap_or_default(),
        pending_confirmation: is_true(attributes, "PendingConfirmation"),
    };
    Seen::Ready { args, outputs }
}
