//! The lifecycle of SNS's resource types: topics and subscriptions.

mod sns;
mod topic;
mod topic_attributes;
mod topic_subscription;

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use sns::Sns;
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let sns = Sns::new(aws);
    vec![erase(topic::TopicHandler { sns: sns.clone() }), erase(topic_subscription::TopicSubscriptionHandler { sns })]
}
