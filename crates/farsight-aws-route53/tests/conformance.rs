//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::{RECORD, ZONE, create, domain, handler, list, make, map, zone};
use farsight_model::Value;
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{ErasedHandler, Fault, Reading, Scope, conformance};
use std::sync::Arc;

fn block<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::List(vec![map(pairs)])
}

fn vpcs(ids: &[(&str, Option<&str>)]) -> Value {
    let one = |(id, region): &(&str, Option<&str>)| {
        map([("vpcId", (*id).into()), ("vpcRegion", region.map_or(Value::Null, Value::from))])
    };
    Value::List(ids.iter().map(one).collect())
}

conformance!(a_public_zone, {
    let many: Vec<(String, Value)> = (0..25).map(|n| (format!("tag-{n}"), "x".into())).collect();
    let inputs = map([("name", domain().into()), ("tags", map([("Name", "a".into())]))]);
    let sample = Sample::new("zone", inputs)
        .missing("Z0123456789ABCDEFGHIJ")
        .sibling(map([("name", domain().into())]))
        .vary("comment", "another")
        .vary("comment", "")
        .vary("delegationSetId", "N0123456789ABCDEFGHIJ")
        .vary("enableAcceleratedRecovery", true)
        .vary("forceDestroy", true)
        .vary("name", "another.example.com")
        .vary("tags", Value::map(many))
        .vary("tags", Value::Null)
        .exempt("vpcs", "in `a_private_zone`");
    (handler(ZONE).await, sample)
});

conformance!(a_private_zone, {
    let inputs = map([("name", domain().into()), ("vpcs", vpcs(&[("vpc-1", None), ("vpc-2", Some("us-east-1"))]))]);
    let mut sample = Sample::new("zone", inputs)
        .missing("Z0123456789ABCDEFGHIJ")
        .vary("vpcs", vpcs(&[("vpc-3", None)]))
        .vary("vpcs", vpcs(&[("vpc-2", Some("us-east-1")), ("vpc-1", None), ("vpc-3", Some("eu-west-1"))]));
    for field in handler(ZONE).await.schema().fields.iter().filter(|field| field.name != "vpcs") {
        sample = sample.exempt(field.name, "in `a_public_zone`");
    }
    (handler(ZONE).await, sample)
});

/// The properties that a sample varies are its own, the others are exempt.
async fn record(sample: Sample) -> (Arc<dyn ErasedHandler>, Sample) {
    let handler = handler(RECORD).await;
    let mut sample = sample.missing("Z0123456789ABCDEFGHIJ_www_A");
    for name in handler.schema().fields.iter().map(|field| field.name) {
        if !sample.vary.iter().any(|variation| variation.heads().first().is_some_and(|head| head == name)) {
            sample = sample.exempt(name, "in another sample");
        }
    }
    (handler, sample)
}

fn address(zone: &str, name: &str) -> Value {
    map([
        ("zoneId", zone.into()),
        ("name", name.into()),
        ("type", "A".into()),
        ("ttl", 60.into()),
        ("records", list(&["10.0.0.1", "10.0.0.2"])),
    ])
}

fn one_of(zone: &str, set: &str, routing: (&str, Value)) -> Value {
    let mut inputs = address(zone, "many");
    inputs.set("setIdentifier", set.into());
    inputs.set(routing.0, routing.1);
    inputs
}

conformance!(a_record_of_values, {
    let zone = zone().await;
    record(
        Sample::new("record", address(&zone, "WWW"))
            .sibling(address(&zone, "*"))
            .vary("allowOverwrite", true)
            .vary("name", "api")
            .vary("records", list(&["10.0.0.3"]))
            .vary("ttl", 300)
            .vary("type", "AAAA")
            .vary("zoneId", "Z1"),
    )
    .await
});

conformance!(a_record_of_texts, {
    let mut inputs = address(&zone().await, "_dmarc");
    inputs.set("type", "TXT".into());
    inputs.set("records", list(&["v=DMARC1; p=none", r#"one""two"#]));
    record(Sample::new("record", inputs).vary("records", list(&["v=DMARC1; p=reject"]))).await
});

conformance!(an_alias, {
    let zone = zone().await;
    let alias = |name: &str, health: bool| {
        block([("name", name.into()), ("zoneId", "Z215JYRZR1TBD5".into()), ("evaluateTargetHealth", health.into())])
    };
    let inputs = map([
        ("zoneId", zone.into()),
        ("name", "app".into()),
        ("type", "A".into()),
        ("aliases", alias("App-1.eu-central-1.elb.amazonaws.com", true)),
    ]);
    let values = Variation::new("aliases", Value::Null).with("records", list(&["10.0.0.1"])).with("ttl", 60);
    record(
        Sample::new("alias", inputs)
            .vary("aliases", alias("app-2.eu-central-1.elb.amazonaws.com", false))
            .variation(values),
    )
    .await
});

conformance!(a_weighted_record, {
    let zone = zone().await;
    let weight = |weight: i64| block([("weight", weight.into())]);
    let sample = Sample::new("weighted", one_of(&zone, "blue_1", ("weightedRoutingPolicies", weight(90))))
        .sibling(one_of(&zone, "green", ("weightedRoutingPolicies", weight(10))))
        .vary("healthCheckId", "0123abcd-0123-0123-0123-0123456789ab")
        .vary("setIdentifier", "red")
        .vary("weightedRoutingPolicies", weight(0));
    record(sample).await
});

conformance!(a_record_by_delay, {
    let region = |region: &str| block([("region", region.into())]);
    let inputs = one_of(&zone().await, "a", ("latencyRoutingPolicies", region("eu-central-1")));
    record(Sample::new("delay", inputs).vary("latencyRoutingPolicies", region("eu-west-1"))).await
});

conformance!(a_record_by_failover, {
    let choice = |choice: &str| block([("type", choice.into())]);
    let inputs = one_of(&zone().await, "a", ("failoverRoutingPolicies", choice("PRIMARY")));
    record(Sample::new("failover", inputs).vary("failoverRoutingPolicies", choice("SECONDARY"))).await
});

conformance!(a_record_by_place, {
    let inputs = one_of(&zone().await, "a", ("geolocationRoutingPolicies", block([("continent", "EU".into())])));
    let country = block([("country", "US".into()), ("subdivision", "CA".into())]);
    record(Sample::new("place", inputs).vary("geolocationRoutingPolicies", country)).await
});

conformance!(a_record_by_distance, {
    let near = map([("awsRegion", "eu-central-1".into()), ("bias", 10.into())]);
    let place = block([("latitude", "50.11".into()), ("longitude", "8.68".into())]);
    let inputs = one_of(&zone().await, "a", ("geoproximityRoutingPolicy", near));
    let sample = Sample::new("distance", inputs)
        .vary("geoproximityRoutingPolicy", map([("coordinates", place)]))
        .vary("geoproximityRoutingPolicy", map([("localZoneGroup", "eu-central-1-ham-1".into())]));
    record(sample).await
});

conformance!(a_record_by_network, {
    let network = |name: &str| map([("collectionId", "0123abcd".into()), ("locationName", name.into())]);
    let inputs = one_of(&zone().await, "a", ("cidrRoutingPolicy", network("office")));
    record(Sample::new("network", inputs).vary("cidrRoutingPolicy", network("*"))).await
});

conformance!(a_record_of_several_answers, {
    let inputs = one_of(&zone().await, "a", ("multivalueAnswerRoutingPolicy", true.into()));
    record(Sample::new("several", inputs).vary("multivalueAnswerRoutingPolicy", false)).await
});

/// Protects records of others: they are refused, unless the program says that they are to be overwritten.
#[tokio::test]
async fn a_record_of_others_is_refused_or_overwritten_as_the_program_says() {
    let zone = zone().await;
    make(RECORD, address(&zone, "www")).await;
    let mut other = address(&zone, "www");
    other.set("records", list(&["10.9.9.9"]));
    assert_eq!(create(RECORD, other.clone()).await.map_err(|error| error.fault), Err(Fault::Exists));
    other.set("allowOverwrite", true.into());
    let id = create(RECORD, other).await.unwrap();
    let Reading::Ready(seen) = handler(RECORD).await.read(&[id]).await.unwrap().remove(0) else { panic!("not ready") };
    assert_eq!(seen.get("records"), Some(&list(&["10.9.9.9"])));
    let mut outside = address(&zone, "www");
    outside.set("ttl", Value::Null);
    outside.set("records", Value::Null);
    let alias = || map([("name", "a".into()), ("zoneId", "Z1".into()), ("evaluateTargetHealth", false.into())]);
    outside.set("aliases", Value::List(vec![alias(), alias()]));
    assert_eq!(create(RECORD, outside).await.map_err(|error| error.fault), Err(Fault::Rejected));
}

/// Protects names: whole or short, they are the same record in the cloud, and read back as the program spells them.
#[tokio::test]
async fn a_name_is_read_back_as_the_program_spells_it() {
    let (name, records) = (domain(), handler(RECORD).await);
    let zone = make(ZONE, map([("name", name.as_str().into())])).await;
    for (given, whole) in [("www", format!("www.{name}")), (&format!("api.{name}."), format!("api.{name}"))] {
        let id = make(RECORD, address(&zone, given)).await;
        let Reading::Ready(seen) = records.read(&[id]).await.unwrap().remove(0) else { panic!("not ready") };
        assert_eq!((seen.get("name"), seen.get("fqdn")), (Some(&given.into()), Some(&whole.into())));
    }
}

/// Protects the records of others in a zone: it is not deleted with them, unless the program says so.
#[tokio::test]
async fn a_zone_goes_with_its_records_only_if_the_program_says_so() {
    let name = domain();
    let zone = make(ZONE, map([("name", name.as_str().into())])).await;
    make(RECORD, address(&zone, "www")).await;
    let zones = handler(ZONE).await;
    let inputs = |force: bool| map([("name", name.as_str().into()), ("forceDestroy", force.into())]);
    let checked = |inputs: Value| zones.schema().check(&inputs).0;
    let error = zones.delete(&zone, &checked(inputs(false))).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("HostedZoneNotEmpty"));
    assert!(error.message.contains("forceDestroy"), "{}", error.message);
    zones.delete(&zone, &checked(inputs(true))).await.unwrap();
    assert_eq!(zones.read(&[zone]).await.unwrap(), [Reading::Absent]);
}

/// Protects a stack's zones from records that nobody declared going unnoticed.
#[tokio::test]
async fn records_that_the_stack_does_not_know_are_strays() {
    let name = domain();
    let zone = make(ZONE, map([("name", name.as_str().into())])).await;
    let ours = make(RECORD, address(&zone, "www")).await;
    make(RECORD, address(&zone, "theirs")).await;
    let known = vec![(ZONE.to_owned(), zone.clone(), Value::Null), (RECORD.to_owned(), ours, Value::Null)];
    let strays = handler(RECORD).await.strays(&Scope { stack: "p/dev".into(), known }).await.unwrap();
    let ids: Vec<&str> = strays.iter().map(|stray| stray.id.as_str()).collect();
    assert_eq!(ids, [format!("{zone}_theirs.{name}_A")]);
}

/// Protects programs from a change that AWS cannot make, and from a zone that differs for ever.
#[tokio::test]
async fn what_cannot_be_done_is_refused() {
    let own = map([("name", domain().into()), ("vpcs", vpcs(&[("vpc-1", Some("eu-central-1"))]))]);
    assert_eq!(create(ZONE, own).await.map_err(|error| error.fault), Err(Fault::Rejected));
    let zones = handler(ZONE).await;
    let public = zones.schema().check(&map([("name", domain().into())])).0;
    let zone = make(ZONE, public.clone()).await;
    let mut private = public.clone();
    private.set("vpcs", vpcs(&[("vpc-1", None)]));
    let differences = farsight_model::diff(zones.schema(), Some(&public), &private, &public);
    let error = zones.update(&zone, &private, &public, &differences).await.unwrap_err();
    assert_eq!(error.fault, Fault::Rejected);
}
