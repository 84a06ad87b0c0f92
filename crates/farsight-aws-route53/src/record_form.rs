//! Records: properties to request, answer to properties.

use crate::record_id::RecordId;
use crate::route53::plain_name;
use aws_sdk_route53::types::{
    AliasTarget, CidrRoutingConfig, Coordinates, GeoLocation, GeoProximityLocation, ResourceRecord, ResourceRecordSet,
    ResourceRecordSetFailover, ResourceRecordSetRegion, RrType,
};
use farsight_aws::route53::{
    FailoverType, Record, RecordAlias, RecordArgs, RecordCidrRoutingPolicy, RecordCoordinates,
    RecordFailoverRoutingPolicy, RecordGeolocationRoutingPolicy, RecordGeoproximityRoutingPolicy,
    RecordLatencyRoutingPolicy, RecordOutputs, RecordType, RecordWeightedRoutingPolicy,
};
use farsight_provider::{Error, Fault, Result, Seen};

/// The whole name of a record, in plain form, with that of its zone at its end.
pub(crate) fn full_name(name: &str, zone: &str) -> String {
    let (name, zone) = (plain_name(name), plain_name(zone));
    if name == zone || name.ends_with(&format!(".{zone}")) {
        name
    } else if name.is_empty() {
        zone
    } else {
        format!("{name}.{zone}")
    }
}

/// A record as it shall be, under its whole name.
pub(crate) fn to_sdk(name: &str, args: &RecordArgs) -> Result<ResourceRecordSet> {
    let kind = args.kind;
    let value = |text: &String| ResourceRecord::builder().value(quoted(kind, text)).build().map_err(incomplete);
    let values: Option<Vec<_>> =
        args.records.as_ref().map(|list| list.iter().map(value).collect::<Result<_>>()).transpose()?;
    let failover = one("failoverRoutingPolicies", &args.failover_routing_policies)?;
    let region = one("latencyRoutingPolicies", &args.latency_routing_policies)?;
    let weight = one("weightedRoutingPolicies", &args.weighted_routing_policies)?;
    let place = one("geolocationRoutingPolicies", &args.geolocation_routing_policies)?;
    let alias = one("aliases", args.aliases.as_deref().unwrap_or_default())?;
    ResourceRecordSet::builder()
        .name(name)
        .r#type(RrType::from(kind.as_str()))
        .set_alias_target(alias.map(alias_to_sdk).transpose()?)
        .set_cidr_routing_config(args.cidr_routing_policy.as_ref().map(cidr_to_sdk).transpose()?)
        .set_failover(failover.map(|policy| ResourceRecordSetFailover::from(policy.kind.as_str())))
        .set_geo_location(place.map(place_to_sdk))
        .set_geo_proximity_location(args.geoproximity_routing_policy.as_ref().map(proximity_to_sdk).transpose()?)
        .set_health_check_id(args.health_check_id.clone())
        .set_multi_value_answer(args.multivalue_answer_routing_policy.then_some(true))
        .set_region(region.map(|policy| ResourceRecordSetRegion::from(policy.region.as_str())))
        .set_resource_records(values)
        .set_set_identifier(args.set_identifier.clone())
        .set_ttl(args.ttl)
        .set_weight(weight.map(|policy| policy.weight))
        .build()
        .map_err(incomplete)
}

/// A record as Route 53 has it, under the name that its id has.
pub(crate) fn seen(id: &RecordId, set: &ResourceRecordSet) -> Seen<Record> {
    let values = set.resource_records.as_ref().map(|list| {
        list.iter().map(|record| if is_text(id.kind) { unquoted(record.value()) } else { record.value().to_owned() })
    });
    let alias = set.alias_target().map(|alias| RecordAlias {
        evaluate_target_health: alias.evaluate_target_health,
        name: plain_name(alias.dns_name()),
        zone_id: alias.hosted_zone_id.clone(),
    });
    let failover = set.failover().and_then(|failover| FailoverType::from_wire(failover.as_str()));
    let args = RecordArgs {
        aliases: alias.map(|alias| vec![alias]),
        allow_overwrite: false,
        cidr_routing_policy: set.cidr_routing_config().map(|config| RecordCidrRoutingPolicy {
            collection_id: config.collection_id.clone(),
            location_name: config.location_name.clone(),
        }),
        failover_routing_policies: failover.map(|kind| RecordFailoverRoutingPolicy { kind }).into_iter().collect(),
        geolocation_routing_policies: set.geo_location().map(place_from_sdk).into_iter().collect(),
        geoproximity_routing_policy: set.geo_proximity_location().map(proximity_from_sdk),
        health_check_id: set.health_check_id.clone(),
        latency_routing_policies: set
            .region()
            .map(|region| RecordLatencyRoutingPolicy { region: region.as_str().to_owned() })
            .into_iter()
            .collect(),
        multivalue_answer_routing_policy: set.multi_value_answer.unwrap_or_default(),
        name: id.name.clone(),
        records: values.map(Iterator::collect).filter(|list: &Vec<String>| !list.is_empty()),
        set_identifier: set.set_identifier.clone(),
        // That of an alias is its target's.
        ttl: set.ttl.filter(|_| set.alias_target.is_none()),
        kind: id.kind,
        weighted_routing_policies: set
            .weight
            .map(|weight| RecordWeightedRoutingPolicy { weight })
            .into_iter()
            .collect(),
        zone_id: id.zone.clone(),
    };
    Seen::Ready { args, outputs: RecordOutputs { fqdn: plain_name(set.name()) } }
}

/// Lists that Pulumi has for what Route 53 takes once.
fn one<'a, T>(property: &str, list: &'a [T]) -> Result<Option<&'a T>> {
    match list {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        _ => Err(Error::new(Fault::Rejected, format!("`{property}` takes one block, not {}", list.len()))),
    }
}

fn incomplete(error: impl std::fmt::Display) -> Error {
    Error::new(Fault::Rejected, error.to_string())
}

fn is_text(kind: RecordType) -> bool {
    matches!(kind, RecordType::Txt | RecordType::Spf)
}

/// Route 53 wants texts in quotes; programs give them without.
fn quoted(kind: RecordType, text: &str) -> String {
    if is_text(kind) { format!("\"{text}\"") } else { text.to_owned() }
}

fn unquoted(text: &str) -> String {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).to_owned()
}

fn alias_to_sdk(alias: &RecordAlias) -> Result<AliasTarget> {
    AliasTarget::builder()
        .dns_name(&alias.name)
        .evaluate_target_health(alias.evaluate_target_health)
        .hosted_zone_id(&alias.zone_id)
        .build()
        .map_err(incomplete)
}

fn cidr_to_sdk(policy: &RecordCidrRoutingPolicy) -> Result<CidrRoutingConfig> {
    CidrRoutingConfig::builder()
        .collection_id(&policy.collection_id)
        .location_name(&policy.location_name)
        .build()
        .map_err(incomplete)
}

fn place_to_sdk(policy: &RecordGeolocationRoutingPolicy) -> GeoLocation {
    GeoLocation::builder()
        .set_continent_code(policy.continent.clone())
        .set_country_code(policy.country.clone())
        .set_subdivision_code(policy.subdivision.clone())
        .build()
}

fn place_from_sdk(place: &GeoLocation) -> RecordGeolocationRoutingPolicy {
    RecordGeolocationRoutingPolicy {
        continent: place.continent_code.clone(),
        country: place.country_code.clone(),
        subdivision: place.subdivision_code.clone(),
    }
}

fn proximity_to_sdk(policy: &RecordGeoproximityRoutingPolicy) -> Result<GeoProximityLocation> {
    let coordinates = one("coordinates", &policy.coordinates)?.map(|place| {
        Coordinates::builder().latitude(&place.latitude).longitude(&place.longitude).build().map_err(incomplete)
    });
    let bias = i32::try_from(policy.bias).map_err(incomplete)?;
    Ok(GeoProximityLocation::builder()
        .set_aws_region(policy.aws_region.clone())
        .set_bias((bias != 0).then_some(bias))
        .set_coordinates(coordinates.transpose()?)
        .set_local_zone_group(policy.local_zone_group.clone())
        .build())
}

fn proximity_from_sdk(place: &GeoProximityLocation) -> RecordGeoproximityRoutingPolicy {
    let coordinates = place
        .coordinates()
        .map(|place| RecordCoordinates { latitude: place.latitude.clone(), longitude: place.longitude.clone() });
    RecordGeoproximityRoutingPolicy {
        aws_region: place.aws_region.clone(),
        bias: place.bias.unwrap_or_default().into(),
        coordinates: coordinates.into_iter().collect(),
        local_zone_group: place.local_zone_group.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole_with_the_zone_at_their_end() {
        assert_eq!(full_name("www", "example.com."), "www.example.com");
        assert_eq!(full_name("WWW.example.com.", "example.com"), "www.example.com");
        assert_eq!(full_name("example.com", "example.com"), "example.com");
        assert_eq!(full_name("badexample.com", "example.com"), "badexample.com.example.com");
        assert_eq!(full_name("", "example.com"), "example.com");
    }

    /// Protects texts: programs never see the quotes that Route 53 wants.
    #[test]
    fn texts_go_there_and_back() {
        for text in ["v=spf1 -all", r#"one""two"#, ""] {
            assert_eq!(unquoted(&quoted(RecordType::Txt, text)), text);
        }
        assert_eq!(quoted(RecordType::A, "10.0.0.1"), "10.0.0.1");
    }
}
