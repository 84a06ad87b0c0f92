//! `aws:sns/topicSubscription:TopicSubscription`.

use farsight::prelude::*;

/// Somebody who hears of a topic's messages.
///
/// Mail and web addresses must confirm that they want to: until then `pendingConfirmation` is true.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "TopicSubscription",
    token = "aws:sns/topicSubscription:TopicSubscription",
    import_id = "ARN of the subscription",
    outputs = TopicSubscriptionOutputs,
    requires("filter_policy_scope", "filter_policy"),
)]
pub struct TopicSubscriptionArgs {
    /// How often deliveries to a web address are tried.
    #[prop(json)]
    pub delivery_policy: Option<String>,
    /// Where messages go: an address or an ARN, as the protocol wants.
    #[prop(replace)]
    pub endpoint: String,
    /// Which messages are meant; all if not given.
    #[prop(json)]
    pub filter_policy: Option<String>,
    /// What the filter looks at: `MessageAttributes`, which is the default, or `MessageBody`.
    pub filter_policy_scope: Option<String>,
    /// How they go there: `email`, `email-json`, `http`, `https`, `sms`, `sqs`, `lambda`, `firehose` or `application`.
    #[prop(replace)]
    pub protocol: String,
    /// Whether messages go without the envelope; only for queues, Firehose and web addresses.
    #[prop(default = false)]
    pub raw_message_delivery: bool,
    /// The queue for messages that cannot be delivered, as `{"deadLetterTargetArn": "..."}`.
    #[prop(json)]
    pub redrive_policy: Option<String>,
    /// Which of the kept messages of a FIFO topic are sent again.
    #[prop(json)]
    pub replay_policy: Option<String>,
    /// The role that may write to Firehose.
    pub subscription_role_arn: Option<String>,
    /// The topic, by ARN.
    #[prop(replace)]
    pub topic: String,
}

/// What a subscription answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct TopicSubscriptionOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// Whether it was confirmed by somebody with credentials, without whom it cannot end.
    pub confirmation_was_authenticated: bool,
    /// The account that owns it.
    #[prop(stable)]
    pub owner_id: String,
    /// Whether nobody has confirmed it yet.
    pub pending_confirmation: bool,
}
