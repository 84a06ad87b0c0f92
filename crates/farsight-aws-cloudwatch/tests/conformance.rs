//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use aws_sdk_cloudwatch::types::StateValue;
use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Sight, SystemClock, conformance};
use std::sync::Arc;

const ALARM: &str = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD: &str = "aws:cloudwatch/dashboard:Dashboard";
const DROPPED: &str = "the sandbox drops it";

async fn aws() -> Aws {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap()
}

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let aws = aws().await;
    farsight_aws_cloudwatch::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::from(*item)).collect())
}

fn alarm() -> Value {
    map([
        ("namespace", "AWS/ECS".into()),
        ("metricName", "CPUUtilization".into()),
        ("dimensions", map([("ServiceName", "api".into())])),
        ("statistic", "Average".into()),
        ("comparisonOperator", "GreaterThanThreshold".into()),
        ("threshold", 80.into()),
        ("period", 60.into()),
        ("evaluationPeriods", 3.into()),
        ("alarmActions", list(&["arn:aws:sns:eu-central-1:123456789012:a"])),
        ("tags", map([("Name", "a".into())])),
    ])
}

fn queries() -> Value {
    let metric = |name: &str| {
        map([
            ("metricName", name.into()),
            ("namespace", "AWS/ApplicationELB".into()),
            ("period", 60.into()),
            ("stat", "Sum".into()),
            ("dimensions", map([("LoadBalancer", "app/main/0".into())])),
        ])
    };
    Value::List(vec![
        map([("id", "bad".into()), ("metric", metric("HTTPCode_Target_5XX_Count"))]),
        map([("id", "all".into()), ("metric", metric("RequestCount"))]),
        map([
            ("id", "share".into()),
            ("expression", "bad / all * 100".into()),
            ("label", "errors".into()),
            ("returnData", true.into()),
        ]),
    ])
}

fn exempt(sample: Sample, properties: &[&'static str], why: &'static str) -> Sample {
    properties.iter().fold(sample, |sample, property| sample.exempt(property, why))
}

conformance!(a_metric_alarm, {
    let topic = |name: &str| list(&[&format!("arn:aws:sns:eu-central-1:123456789012:{name}")]);
    let sample = Sample::new("alarm", alarm())
        .missing("no-such-alarm")
        .sibling(map([
            ("metricQueries", queries()),
            ("comparisonOperator", "GreaterThanOrEqualToThreshold".into()),
            ("threshold", 5.into()),
            ("evaluationPeriods", 2.into()),
        ]))
        .vary("actionsEnabled", false)
        .vary("alarmActions", topic("b"))
        .vary("alarmActions", Value::Null)
        .vary("alarmDescription", "too much to do")
        .vary("comparisonOperator", "LessThanThreshold")
        .vary("datapointsToAlarm", 2)
        .vary("dimensions", map([("ServiceName", "worker".into()), ("ClusterName", "main".into())]))
        .variation(Variation::new("extendedStatistic", "p99").with("statistic", Value::Null))
        .variation(
            Variation::new("evaluateLowSampleCountPercentiles", "ignore")
                .with("extendedStatistic", "p99")
                .with("statistic", Value::Null),
        )
        .vary("evaluationPeriods", 5)
        .vary("insufficientDataActions", topic("c"))
        .vary("metricName", "MemoryUtilization")
        .variation(
            Variation::new("metricQueries", queries())
                .with("metricName", Value::Null)
                .with("namespace", Value::Null)
                .with("statistic", Value::Null)
                .with("period", Value::Null)
                .with("dimensions", Value::Null),
        )
        .vary("name", "another")
        .vary("namespace", "app")
        .vary("okActions", topic("d"))
        .vary("period", 300)
        .vary("statistic", "Maximum")
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("tags", Value::Null)
        .vary("threshold", Value::Number(70.5))
        .variation(Variation::new("thresholdMetricId", "band").with("threshold", Value::Null))
        .vary("treatMissingData", "notBreaching")
        .vary("unit", "Percent");
    let new = ["evaluationCriteria", "evaluationInterval", "evaluationWindow", "warmUpConfiguration"];
    (handler(ALARM).await, exempt(sample, &new, DROPPED))
});

fn body(text: &str) -> String {
    format!(r#"{{"widgets":[{{"type":"text","width":6,"height":2,"properties":{{"markdown":"{text}"}}}}]}}"#)
}

fn dashboard(name: &str) -> Value {
    map([("dashboardName", format!("{name}-{}", SystemClock.hex(6)).into()), ("dashboardBody", body("a").into())])
}

conformance!(
    a_dashboard,
    handler(DASHBOARD).await,
    Sample::new("dashboard", dashboard("one"))
        .missing("no-such-dashboard")
        .sibling(dashboard("two"))
        .vary("dashboardBody", body("b"))
        .vary("dashboardName", "another")
);

/// Protects what belongs to others: the service itself would silently overwrite it.
#[tokio::test]
async fn an_object_of_others_with_the_same_name_is_refused() {
    let mut named = alarm();
    named.set("name", format!("alarm-{}", SystemClock.hex(6)).into());
    for (token, inputs) in [(DASHBOARD, dashboard("three")), (ALARM, named)] {
        let handler = handler(token).await;
        let inputs = handler.schema().check(&inputs).0;
        let owner = |stack: &str| Owner {
            stack: format!("p/{stack}"),
            urn: Urn::parse(&format!("urn:farsight:{stack}::p::t::n")).unwrap(),
            op: SystemClock.hex(32),
        };
        handler.create(&owner("theirs"), &inputs).await.unwrap();
        let refused = handler.create(&owner("ours"), &inputs).await;
        assert_eq!(refused.map_err(|error| error.fault), Err(Fault::Exists), "{token}");
    }
}

/// Protects `farsight verify`: an alarm that rings, or is not there, is not quiet.
#[tokio::test]
async fn the_check_sees_whether_alarms_are_quiet() {
    let aws = aws().await;
    let client = aws_sdk_cloudwatch::Client::new(aws.config());
    let probe = farsight_aws_cloudwatch::probes(&aws).remove(0);
    let name = format!("alarm-{}", SystemClock.hex(6));
    let args = map([("alarmNames", list(&[&name]))]);
    let ask = || probe.ask(&args, std::time::Duration::from_mins(1));
    assert_eq!(ask().await.unwrap(), Sight::NotYet(format!("there is no alarm `{name}`")));
    let mut inputs = alarm();
    inputs.set("name", name.as_str().into());
    let alarms = handler(ALARM).await;
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    alarms.create(&owner, &alarms.schema().check(&inputs).0).await.unwrap();
    assert!(matches!(ask().await.unwrap(), Sight::Holds(_)));
    let rings = client.set_alarm_state().alarm_name(&name).state_value(StateValue::Alarm).state_reason("a test");
    rings.send().await.unwrap();
    assert_eq!(ask().await.unwrap(), Sight::NotYet(format!("in state ALARM: `{name}`")));
}
