//! The data source, on moto.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail them")]

mod common;

use common::{ZONE, aws, domain, list, make, map};
use farsight_aws_client::AwsProvider;
use farsight_model::Value;
use farsight_provider::{Fault, Provider, Result};

async fn ask(args: Value) -> Result<Value> {
    let aws = aws().await;
    let provider = AwsProvider::new(aws.clone()).with_functions(farsight_aws_route53::functions(&aws));
    provider.invoke("aws:route53/getZone:getZone", &args).await
}

/// Protects programs that put records into a zone of another stack: a name means the public zone.
#[tokio::test]
async fn a_zone_is_found_by_its_domain() {
    let name = domain();
    let network = Value::List(vec![map([("vpcId", "vpc-1".into())])]);
    let private = make(ZONE, map([("name", name.as_str().into()), ("vpcs", network)])).await;
    let tags = map([("team", "core".into())]);
    let public = make(ZONE, map([("name", name.as_str().into()), ("tags", tags.clone())])).await;
    let found = ask(map([("name", format!("{}.", name.to_uppercase()).into())])).await.unwrap();
    assert_eq!(found.get("zoneId"), Some(&public.as_str().into()));
    assert_eq!(found.get("name"), Some(&name.as_str().into()));
    assert_eq!(found.get("tags"), Some(&tags));
    let servers =
        ["ns-2048.awsdns-64.com", "ns-2049.awsdns-65.net", "ns-2050.awsdns-66.org", "ns-2051.awsdns-67.co.uk"];
    assert_eq!(found.get("nameServers"), Some(&list(&servers)));
    for args in [
        map([("name", name.as_str().into()), ("privateZone", true.into())]),
        map([("name", name.as_str().into()), ("vpcId", "vpc-1".into())]),
        map([("zoneId", private.as_str().into())]),
    ] {
        assert_eq!(ask(args).await.unwrap().get("id"), Some(&private.as_str().into()));
    }
}

/// Protects programs from the wrong zone: nothing is guessed.
#[tokio::test]
async fn none_or_several_are_refused() {
    let name = domain();
    for _ in 0..2 {
        assert_eq!(ask(map([("name", name.as_str().into())])).await.unwrap_err().fault, Fault::Rejected);
        make(ZONE, map([("name", name.as_str().into())])).await;
        make(ZONE, map([("name", name.as_str().into())])).await;
    }
    assert_eq!(ask(map([])).await.unwrap_err().fault, Fault::Rejected);
}
