//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Reading, Scope, SystemClock, conformance};
use std::sync::Arc;

const TOPIC: &str = "aws:sns/topic:Topic";
const SUBSCRIPTION: &str = "aws:sns/topicSubscription:TopicSubscription";
const SNS: &str = "arn:aws:sns:eu-central-1:123456789012";
const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012";

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    farsight_aws_sns::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

async fn make(token: &str, inputs: Value) -> String {
    let handler = handler(token).await;
    let inputs = handler.schema().check(&inputs).0;
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    handler.create(&owner, &inputs).await.unwrap()
}

async fn topic() -> String {
    make(TOPIC, map([("name", format!("topic-{}", SystemClock.hex(8)).into())])).await
}

fn exempt(sample: Sample, properties: &[&'static str], why: &'static str) -> Sample {
    properties.iter().fold(sample, |sample, property| sample.exempt(property, why))
}

const FIFO: [&str; 3] = ["archivePolicy", "contentBasedDeduplication", "fifoThroughputScope"];

conformance!(a_topic, {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:Publish","Resource":"*",
        "Principal":{"Service":"cloudwatch.amazonaws.com"}}]}"#;
    let delivery = r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":5,"numRetries":3}}}"#;
    let kept = "AWS fills in its default";
    let inputs = map([("displayName", "alarms".into()), ("tags", map([("Name", "a".into())]))]);
    let mut sample = Sample::new("topic", inputs)
        .missing(format!("{SNS}:no-such-topic"))
        .sibling(map([]))
        .vary("deliveryPolicy", delivery)
        .vary("displayName", "news")
        .vary("displayName", Value::Null)
        .vary("fifoTopic", true)
        .vary("kmsMasterKeyId", "alias/aws/sns")
        .variation(Variation::new("maximumMessageSize", 1024).kept(kept))
        .vary("name", "another")
        .vary("policy", policy)
        .vary("signatureVersion", 2)
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("tags", Value::Null)
        .vary("tracingConfig", "Active");
    for kind in ["application", "firehose", "http", "lambda", "sqs"] {
        let role = "arn:aws:iam::123456789012:role/sns";
        sample = sample
            .vary(&format!("{kind}FailureFeedbackRoleArn"), role)
            .vary(&format!("{kind}SuccessFeedbackRoleArn"), role)
            .variation(Variation::new(&format!("{kind}SuccessFeedbackSampleRate"), 50).kept(kept));
    }
    (handler(TOPIC).await, exempt(sample, &FIFO, "in `a_fifo_topic`"))
});

conformance!(a_fifo_topic, {
    let name = format!("topic-{}.fifo", SystemClock.hex(8));
    let sample = Sample::new("fifo", map([("name", name.into()), ("fifoTopic", true.into())]))
        .missing(format!("{SNS}:no-such-topic.fifo"))
        .vary("archivePolicy", r#"{"MessageRetentionPeriod":"30"}"#)
        .vary("contentBasedDeduplication", true)
        .variation(Variation::new("fifoThroughputScope", "MessageGroup").kept("AWS fills in its default"));
    let schema = *handler(TOPIC).await.schema();
    let others: Vec<&'static str> =
        schema.fields.iter().map(|field| field.name).filter(|name| !FIFO.contains(name)).collect();
    (handler(TOPIC).await, exempt(sample, &others, "in `a_topic`"))
});

conformance!(a_subscription, {
    let topic = topic().await;
    let inputs = |queue: &str| {
        map([
            ("topic", topic.as_str().into()),
            ("protocol", "sqs".into()),
            ("endpoint", format!("{QUEUE}:{queue}").into()),
        ])
    };
    let filter = r#"{"kind":["alarm"]}"#;
    let delivery = r#"{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":5,"numRetries":3}}"#;
    let sample = Sample::new("subscription", inputs("one"))
        .missing(format!("{topic}:01234567-0123-0123-0123-0123456789ab"))
        .sibling(inputs("two"))
        .vary("deliveryPolicy", delivery)
        .vary("endpoint", format!("{QUEUE}:three"))
        .variation(Variation::new("filterPolicy", filter).moves(&["filterPolicyScope"]))
        .variation(Variation::new("filterPolicyScope", "MessageBody").with("filterPolicy", filter))
        .vary("protocol", "lambda")
        .vary("rawMessageDelivery", true)
        .vary("redrivePolicy", format!(r#"{{"deadLetterTargetArn":"{QUEUE}:dead"}}"#))
        .vary("replayPolicy", r#"{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00.000Z"}"#)
        .vary("subscriptionRoleArn", "arn:aws:iam::123456789012:role/sns")
        .vary("topic", format!("{SNS}:another"));
    (handler(SUBSCRIPTION).await, sample)
});

/// Protects stacks with a mail address in them: they are done before anybody reads the mail, and can be taken down.
#[tokio::test]
async fn a_subscription_that_nobody_confirmed_is_ready_and_can_be_left() {
    let inputs =
        map([("topic", topic().await.into()), ("protocol", "email".into()), ("endpoint", "ops@example.com".into())]);
    let id = make(SUBSCRIPTION, inputs.clone()).await;
    let handler = handler(SUBSCRIPTION).await;
    let Reading::Ready(seen) = handler.read(std::slice::from_ref(&id)).await.unwrap().remove(0) else {
        panic!("not ready")
    };
    assert_eq!(seen.get("pendingConfirmation"), Some(&true.into()));
    assert_eq!(handler.delete(&id, &inputs).await.map_err(|error| error.fault), Err(Fault::Gone));
}

/// Protects what belongs to others: the service itself would silently give it to us.
#[tokio::test]
async fn a_topic_of_others_is_refused_and_their_subscription_is_a_stray() {
    let name = format!("topic-{}", SystemClock.hex(8));
    let arn = make(TOPIC, map([("name", name.as_str().into())])).await;
    let topics = handler(TOPIC).await;
    let inputs = topics.schema().check(&map([("name", name.into())])).0;
    let urn = Urn::parse("urn:farsight:other::p::t::n").unwrap();
    let owner = Owner { stack: "p/other".into(), urn, op: SystemClock.hex(32) };
    assert_eq!(topics.create(&owner, &inputs).await.map_err(|error| error.fault), Err(Fault::Exists));
    let theirs =
        [("topic", arn.as_str().into()), ("protocol", "sqs".into()), ("endpoint", format!("{QUEUE}:theirs").into())];
    let theirs = make(SUBSCRIPTION, map(theirs)).await;
    let scope = Scope { stack: "p/dev".into(), known: vec![(TOPIC.to_owned(), arn, Value::Null)] };
    let strays = handler(SUBSCRIPTION).await.strays(&scope).await.unwrap();
    assert_eq!(strays.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [theirs.as_str()]);
}
