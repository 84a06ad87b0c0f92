//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Scope, SystemClock, conformance};
use std::sync::Arc;

const TARGET: &str = "aws:appautoscaling/target:Target";
const POLICY: &str = "aws:appautoscaling/policy:Policy";
// Tables, as the sandbox asks for the service itself only with ECS.
const DIMENSION: &str = "dynamodb:table:ReadCapacityUnits";

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    farsight_aws_autoscaling::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

async fn make(token: &str, inputs: &Value) -> String {
    let handler = handler(token).await;
    let inputs = handler.schema().check(inputs).0;
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    handler.create(&owner, &inputs).await.unwrap()
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

fn target(resource: &str) -> Value {
    map([
        ("serviceNamespace", "dynamodb".into()),
        ("resourceId", resource.into()),
        ("scalableDimension", DIMENSION.into()),
        ("minCapacity", 2.into()),
        ("maxCapacity", 10.into()),
        ("tags", map([("Name", "a".into())])),
    ])
}

fn table() -> String {
    format!("table/{}", SystemClock.hex(8))
}

conformance!(
    a_target,
    handler(TARGET).await,
    Sample::new("target", target(&table()))
        .missing(format!("dynamodb/table/none/{DIMENSION}"))
        .sibling(target(&table()))
        .vary("minCapacity", 3)
        .vary("maxCapacity", 5)
        .vary("resourceId", "table/another")
        .vary("scalableDimension", "dynamodb:table:WriteCapacityUnits")
        .vary("serviceNamespace", "ecs")
        .vary(
            "suspendedState",
            map([
                ("dynamicScalingInSuspended", true.into()),
                ("dynamicScalingOutSuspended", false.into()),
                ("scheduledScalingSuspended", true.into()),
            ])
        )
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("tags", Value::Null)
        .exempt("roleArn", "AWS takes its own role for all services but EMR")
);

fn tracking(value: f64) -> Value {
    let metric = map([("predefinedMetricType", "DynamoDBReadCapacityUtilization".into())]);
    map([
        ("targetValue", Value::Number(value)),
        ("predefinedMetricSpecification", metric),
        ("disableScaleIn", false.into()),
        ("scaleInCooldown", 300.into()),
        ("scaleOutCooldown", 60.into()),
    ])
}

fn policy(resource: &str, configuration: (&str, Value)) -> Value {
    let kind = if configuration.0.starts_with("step") { "StepScaling" } else { "TargetTrackingScaling" };
    let mut policy = map([
        ("serviceNamespace", "dynamodb".into()),
        ("resourceId", resource.into()),
        ("scalableDimension", DIMENSION.into()),
        ("policyType", kind.into()),
    ]);
    policy.set(configuration.0, configuration.1);
    policy
}

const TRACKING: &str = "targetTrackingScalingPolicyConfiguration";
const STEPS: &str = "stepScalingPolicyConfiguration";

fn steps(by: i64) -> Value {
    let step =
        |by: i64, from: f64| map([("scalingAdjustment", by.into()), ("metricIntervalLowerBound", Value::Number(from))]);
    let mut low = step(by, 0.0);
    low.set("metricIntervalUpperBound", Value::Number(20.0));
    map([
        ("adjustmentType", "ChangeInCapacity".into()),
        ("cooldown", 60.into()),
        ("metricAggregationType", "Maximum".into()),
        ("stepAdjustments", Value::List(vec![low, step(2 * by, 20.0)])),
    ])
}

fn expression() -> Value {
    let dimension = map([("name", "Queue".into()), ("value", "jobs".into())]);
    let metric = map([
        ("metricName", "Depth".into()),
        ("namespace", "app".into()),
        ("dimensions", Value::List(vec![dimension])),
    ]);
    let stat = map([("metric", metric), ("stat", "Sum".into())]);
    let depth = map([("id", "depth".into()), ("metricStat", stat), ("returnData", false.into())]);
    let each = map([("id", "each".into()), ("expression", "depth / 2".into()), ("label", "half".into())]);
    let own = map([("metrics", Value::List(vec![depth, each]))]);
    map([("targetValue", 100.into()), ("customizedMetricSpecification", own)])
}

conformance!(a_policy, {
    let resource = table();
    make(TARGET, &target(&resource)).await;
    let own = map([
        ("metricName", "Depth".into()),
        ("namespace", "app".into()),
        ("statistic", "Average".into()),
        ("dimensions", Value::List(vec![map([("name", "Queue".into()), ("value", "jobs".into())])])),
    ]);
    let named = map([
        ("targetValue", 70.into()),
        ("customizedMetricSpecification", own),
        ("disableScaleIn", true.into()),
        ("scaleInCooldown", 300.into()),
        ("scaleOutCooldown", 60.into()),
    ]);
    let moves = ["alarmArns"];
    let sample = Sample::new("policy", policy(&resource, (TRACKING, tracking(70.0))))
        .missing(format!("dynamodb/{resource}/{DIMENSION}/none"))
        .sibling(policy(&resource, (TRACKING, expression())))
        .variation(Variation::new(&format!("{TRACKING}.targetValue"), Value::Number(50.5)).moves(&moves))
        .variation(Variation::new(&format!("{TRACKING}.scaleInCooldown"), 60).moves(&moves))
        .variation(Variation::new(&format!("{TRACKING}.disableScaleIn"), true).moves(&moves))
        .variation(Variation::new(TRACKING, named).moves(&moves))
        .vary("name", "another")
        .variation(
            Variation::new("policyType", "StepScaling").with(TRACKING, Value::Null).with(STEPS, steps(1)).moves(&moves),
        )
        .vary("resourceId", "table/another")
        .vary("scalableDimension", "dynamodb:table:WriteCapacityUnits")
        .vary("serviceNamespace", "ecs")
        .exempt(STEPS, "in `a_policy_of_steps`");
    (handler(POLICY).await, sample)
});

conformance!(a_policy_of_steps, {
    let resource = table();
    make(TARGET, &target(&resource)).await;
    let sample = Sample::new("steps", policy(&resource, (STEPS, steps(1))))
        .missing(format!("dynamodb/{resource}/{DIMENSION}/none"))
        .vary(&format!("{STEPS}.cooldown"), 120)
        .vary(&format!("{STEPS}.minAdjustmentMagnitude"), 2)
        .vary(&format!("{STEPS}.adjustmentType"), "PercentChangeInCapacity")
        .vary(STEPS, steps(3));
    let others = ["name", "policyType", "resourceId", "scalableDimension", "serviceNamespace", TRACKING];
    (handler(POLICY).await, others.into_iter().fold(sample, |sample, other| sample.exempt(other, "in `a_policy`")))
});

/// Protects what belongs to others: the service itself would silently overwrite it.
#[tokio::test]
async fn a_target_of_others_is_refused() {
    let resource = table();
    make(TARGET, &target(&resource)).await;
    let handler = handler(TARGET).await;
    let inputs = handler.schema().check(&target(&resource)).0;
    let urn = Urn::parse("urn:farsight:other::p::t::n").unwrap();
    let owner = Owner { stack: "p/other".into(), urn, op: SystemClock.hex(32) };
    assert_eq!(handler.create(&owner, &inputs).await.map_err(|error| error.fault), Err(Fault::Exists));
}

/// Protects drift reports: policies of the stack's targets that nobody declared are shown.
#[tokio::test]
async fn a_policy_of_others_is_a_stray() {
    let resource = table();
    let id = make(TARGET, &target(&resource)).await;
    let mut inputs = policy(&resource, (TRACKING, tracking(70.0)));
    inputs.set("name", "theirs".into());
    let theirs = make(POLICY, &inputs).await;
    let scope = Scope { stack: "p/dev".into(), known: vec![(TARGET.to_owned(), id, Value::Null)] };
    let strays = handler(POLICY).await.strays(&scope).await.unwrap();
    assert_eq!(strays.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [theirs.as_str()]);
}
