//! The data sources, and what the connection tells about itself, on moto.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail them")]

mod common;

use common::{REGION, aws, list, map};
use farsight_aws_client::AwsProvider;
use farsight_model::Value;
use farsight_provider::{Fault, Provider};

async fn provider() -> AwsProvider {
    let aws = aws().await;
    AwsProvider::new(aws.clone())
        .with_handlers(farsight_aws_ec2::handlers(&aws))
        .with_functions(farsight_aws_ec2::functions(&aws))
}

async fn ask(token: &str, args: Value) -> Value {
    provider().await.invoke(token, &args).await.unwrap()
}

/// Protects programs that number their subnets by zone: the order is always the same.
#[tokio::test]
async fn zones_come_sorted_and_can_be_left_out() {
    let token = "aws:index/getAvailabilityZones:getAvailabilityZones";
    let all = ask(token, map([("state", "available".into())])).await;
    assert_eq!(all.get("names"), Some(&list(["eu-central-1a", "eu-central-1b", "eu-central-1c"])));
    let without = ask(token, map([("excludeNames", list(["eu-central-1b"]))])).await;
    assert_eq!(without.get("names"), Some(&list(["eu-central-1a", "eu-central-1c"])));
}

#[tokio::test]
async fn a_prefix_list_is_found_by_name() {
    let name = format!("com.amazonaws.{REGION}.s3");
    let found = ask("aws:ec2/getPrefixList:getPrefixList", map([("name", name.as_str().into())])).await;
    assert_eq!(found.get("name").and_then(Value::as_str), Some(name.as_str()));
    assert!(found.get("id").and_then(Value::as_str).unwrap().starts_with("pl-"));
    // The sandbox tells no ranges of this list, but the property is there.
    assert!(found.get("cidrBlocks").unwrap().as_list().is_some());
}

#[tokio::test]
async fn a_prefix_list_that_is_not_there_is_refused() {
    let args = map([("name", "com.amazonaws.nowhere".into())]);
    let error = provider().await.invoke("aws:ec2/getPrefixList:getPrefixList", &args).await.unwrap_err();
    assert_eq!(error.fault, Fault::Rejected);
}

#[tokio::test]
async fn the_provider_knows_where_it_is() {
    let provider = provider().await;
    let cloud = provider.cloud().await.unwrap().unwrap();
    assert_eq!((cloud.account.as_str(), cloud.region.as_str()), ("123456789012", REGION));
    assert!(cloud.endpoint.is_some());
    assert!(provider.propagation() < std::time::Duration::from_secs(2), "an emulator on this machine hardly lags");
    assert_eq!(provider.tokens().len(), 13);
    let who = ask("aws:index/getCallerIdentity:getCallerIdentity", map([])).await;
    assert_eq!(who.get("accountId"), Some(&Value::from("123456789012")));
    assert_eq!(ask("aws:index/getRegion:getRegion", map([])).await.get("region"), Some(&Value::from(REGION)));
    assert_eq!(ask("aws:index/getPartition:getPartition", map([])).await.get("partition"), Some(&Value::from("aws")));
    assert_eq!(provider.aws().stats()["sts:GetCallerIdentity"].calls, 1);
}

#[tokio::test]
async fn an_unknown_data_source_is_refused_by_name() {
    let error = provider().await.invoke("aws:ec2/getNothing:getNothing", &map([])).await.unwrap_err();
    assert!(error.message.contains("getNothing"), "{error}");
}
