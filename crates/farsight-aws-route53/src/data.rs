//! Route 53's data source: a zone that is there already.

use crate::route53::{Route53, bare_id, get_zone, plain_name, zone_arn, zone_tags, zones_of};
use aws_sdk_route53::operation::get_hosted_zone::GetHostedZoneOutput;
use aws_sdk_route53::types::{AcceleratedRecoveryStatus, HostedZone};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::{Aws, Function};
use farsight_model::{FromValue, Value};
use farsight_provider::{Error, Fault, Result};
use futures_util::future::try_join_all;

/// The data sources of this crate, on one connection.
pub fn functions(aws: &Aws) -> Vec<Function> {
    let route53 = Route53::new(aws);
    vec![Function::new("aws:route53/getZone:getZone", move |args| {
        let route53 = route53.clone();
        async move { zone(&route53, &args).await }
    })]
}

/// One zone with everything about it.
struct Found {
    id: String,
    zone: HostedZone,
    answer: GetHostedZoneOutput,
    tags: Tags,
}

impl Found {
    fn is_private(&self) -> bool {
        self.zone.config().is_some_and(|config| config.private_zone)
    }
}

async fn zone(route53: &Route53, args: &Value) -> Result<Value> {
    let text = |name: &str| args.get(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| args.get(name).and_then(Value::as_bool);
    let wanted_tags = args.get("tags").map_or(Ok(Tags::new()), |tags| {
        Tags::from_value(tags).map_err(|mismatch| rejected(mismatch.at("tags").to_string()))
    })?;
    let ids: Vec<String> = match (text("name"), text("zoneId")) {
        (Some(_), Some(_)) => return Err(rejected("`name` goes not with `zoneId`")),
        (None, None) => return Err(rejected("one of `name` and `zoneId` is required")),
        (None, Some(id)) => vec![bare_id(&id).to_owned()],
        (Some(name), None) => {
            zones_of(route53, &name).await?.iter().map(|zone| bare_id(zone.id()).to_owned()).collect()
        }
    };
    let mut tags = zone_tags(route53, &ids).await?;
    let answers = try_join_all(ids.iter().map(|id| get_zone(route53, id))).await?;
    let found = ids.into_iter().zip(answers).filter_map(|(id, answer)| {
        let answer = answer?;
        Some(Found { zone: answer.hosted_zone.clone()?, answer, tags: tags.remove(&id).unwrap_or_default(), id })
    });
    // A name means the public zone, unless the private one is asked for; an id means the zone.
    let private = flag("privateZone").or_else(|| text("name").map(|_| text("vpcId").is_some()));
    let matches = |found: &Found| {
        private.is_none_or(|private| private == found.is_private())
            && text("vpcId").is_none_or(|vpc| found.answer.vpcs().iter().any(|other| other.vpc_id() == Some(&vpc)))
            && flag("enableAcceleratedRecovery").is_none_or(|on| on == is_accelerated(&found.zone))
            && wanted_tags.iter().all(|(key, value)| found.tags.get(key) == Some(value))
    };
    let found: Vec<Found> = found.filter(matches).collect();
    match found.as_slice() {
        [only] => Ok(described(route53, only)),
        _ => Err(rejected(format!("{} zones match, where exactly one should", found.len()))),
    }
}

fn described(route53: &Route53, found: &Found) -> Value {
    let (id, zone) = (&found.id, &found.zone);
    let servers: Vec<String> = found
        .answer
        .delegation_set()
        .map(|set| set.name_servers().iter().map(|name| plain_name(name)).collect())
        .unwrap_or_default();
    let primary = servers.first().cloned().unwrap_or_default();
    let mut sorted = servers;
    sorted.sort();
    let optional = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let linked = zone.linked_service();
    Value::map([
        ("arn", Value::String(zone_arn(route53, id))),
        ("callerReference", Value::from(zone.caller_reference())),
        ("comment", Value::from(zone.config().and_then(|config| config.comment()).unwrap_or_default())),
        ("enableAcceleratedRecovery", Value::Bool(is_accelerated(zone))),
        ("id", Value::from(id.as_str())),
        ("linkedServiceDescription", optional(linked.and_then(|service| service.description()))),
        ("linkedServicePrincipal", optional(linked.and_then(|service| service.service_principal()))),
        ("name", Value::String(plain_name(zone.name()))),
        ("nameServers", Value::List(sorted.into_iter().map(Value::String).collect())),
        ("primaryNameServer", Value::String(primary)),
        ("privateZone", Value::Bool(found.is_private())),
        ("resourceRecordSetCount", zone.resource_record_set_count.map_or(Value::Null, Value::from)),
        (
            "tags",
            Value::map(tags::observed(found.tags.clone()).into_iter().map(|(key, value)| (key, Value::String(value)))),
        ),
        ("vpcId", optional(found.answer.vpcs().first().and_then(|vpc| vpc.vpc_id()))),
        ("zoneId", Value::from(id.as_str())),
    ])
}

fn is_accelerated(zone: &HostedZone) -> bool {
    let status = zone.features().and_then(|features| features.accelerated_recovery_status());
    status == Some(&AcceleratedRecoveryStatus::Enabled)
}

fn rejected(message: impl Into<String>) -> Error {
    Error::new(Fault::Rejected, message)
}
