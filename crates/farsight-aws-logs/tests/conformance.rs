//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::Sample;
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Reading, Scope, SystemClock, conformance};
use std::sync::Arc;

const GROUP: &str = "aws:cloudwatch/logGroup:LogGroup";
const FILTER: &str = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    farsight_aws_logs::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

async fn make(token: &str, inputs: &Value) -> String {
    let handler = handler(token).await;
    let inputs = handler.schema().check(inputs).0;
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    handler.create(&owner, &inputs).await.unwrap()
}

async fn group() -> String {
    let name = format!("/test/group-{}", SystemClock.hex(8));
    make(GROUP, &Value::map([("name", Value::from(name))])).await
}

fn tags(name: &str) -> Value {
    Value::map([("Name", Value::from(name))])
}

conformance!(
    log_group,
    handler(GROUP).await,
    Sample::new(
        "group",
        Value::map([
            ("retentionInDays", Value::from(731)),
            ("kmsKeyId", "arn:aws:kms:eu-central-1:123456789012:key/a".into()),
            ("tags", tags("a")),
        ])
    )
    .missing("no-such-group")
    .sibling(Value::map([("logGroupClass", Value::from("INFREQUENT_ACCESS"))]))
    .vary("name", "/another")
    .vary("retentionInDays", 7)
    .vary("retentionInDays", 0)
    .vary("retentionInDays", Value::Null)
    .vary("kmsKeyId", "arn:aws:kms:eu-central-1:123456789012:key/b")
    .vary("kmsKeyId", Value::Null)
    .vary("logGroupClass", "INFREQUENT_ACCESS")
    .vary("deletionProtectionEnabled", true)
    .vary("skipDestroy", true)
    .vary("tags", Value::map([("Name", Value::from("b")), ("more", "c".into())]))
    .vary("tags", Value::Null)
);

fn filter(group: &str, name: &str) -> Value {
    let metric = Value::map([("name", Value::from("errors")), ("namespace", "app".into()), ("value", "1".into())]);
    Value::map([
        ("logGroupName", Value::from(group)),
        ("name", name.into()),
        ("pattern", "ERROR".into()),
        ("metricTransformation", metric),
    ])
}

conformance!(metric_filter, {
    let group = group().await;
    let sample = Sample::new("filter", filter(&group, "errors"))
        .missing(format!("{group}:no-such-filter"))
        .sibling(filter(&group, "errors-too"))
        .vary("logGroupName", "another")
        .vary("name", "another")
        .vary("pattern", "")
        .vary("metricTransformation.name", "failures")
        .vary("metricTransformation.namespace", "other")
        .vary("metricTransformation.value", "$.count")
        .vary("metricTransformation.unit", "Count")
        .vary("metricTransformation.defaultValue", 0)
        .vary("metricTransformation.dimensions", Value::map([("host", Value::from("$.host"))]))
        .vary("applyOnTransformedLogs", true);
    (handler(FILTER).await, sample)
});

/// Protects logs that shall outlive their stack.
#[tokio::test]
async fn a_group_is_left_when_the_program_says_so() {
    let (groups, name) = (handler(GROUP).await, group().await);
    let inputs = Value::map([("name", Value::from(name.as_str())), ("skipDestroy", true.into())]);
    assert_eq!(groups.delete(&name, &inputs).await.unwrap_err().fault, Fault::Gone);
    let reading = groups.read(std::slice::from_ref(&name)).await.unwrap().remove(0);
    assert!(matches!(reading, Reading::Ready(_)), "{reading:?}");
    groups.delete(&name, &Value::map([("name", Value::from(name.as_str()))])).await.unwrap();
}

/// Protects drift reports: filters in the stack's groups that nobody declared are shown.
#[tokio::test]
async fn a_filter_of_others_is_a_stray() {
    let group = group().await;
    let ours = make(FILTER, &filter(&group, "ours")).await;
    let theirs = make(FILTER, &filter(&group, "theirs")).await;
    let known = vec![(GROUP.to_owned(), group, Value::Null), (FILTER.to_owned(), ours, Value::Null)];
    let strays = handler(FILTER).await.strays(&Scope { stack: "p/dev".into(), known }).await.unwrap();
    assert_eq!(strays.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [theirs.as_str()]);
}
