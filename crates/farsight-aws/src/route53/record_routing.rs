//! Aliases of records, and how one of several records is chosen.

use farsight::prelude::*;

/// An AWS resource that a name stands for.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordAlias {
    /// Whether the record is used only while its target is healthy.
    pub evaluate_target_health: bool,
    /// The DNS name of the target, such as that of a load balancer.
    #[prop(compare = domain)]
    pub name: String,
    /// The zone of the target: for a load balancer its `zoneId`, for a record of the same zone the zone itself.
    pub zone_id: String,
}

/// By the networks that questions come from.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordCidrRoutingPolicy {
    /// The collection of networks.
    pub collection_id: String,
    /// The place in the collection; `*` for all others.
    pub location_name: String,
}

/// By what works.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordFailoverRoutingPolicy {
    /// Whether it is the first choice or the second.
    #[prop(name = "type")]
    pub kind: FailoverType,
}

/// The two choices of a failover.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailoverType {
    /// The first, while it is healthy.
    #[prop(rename = "PRIMARY")]
    Primary,
    /// The second.
    #[prop(rename = "SECONDARY")]
    Secondary,
}

/// By the places that questions come from: a continent, or a country with or without a subdivision.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordGeolocationRoutingPolicy {
    /// A continent, by two letters such as `EU`.
    pub continent: Option<String>,
    /// A country, by two letters; `*` for all others.
    pub country: Option<String>,
    /// A state of the United States, or a region of Ukraine.
    pub subdivision: Option<String>,
}

/// By the distance from the place that questions come from.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordGeoproximityRoutingPolicy {
    /// Where the target is: an AWS region.
    pub aws_region: Option<String>,
    /// How far its area reaches beyond (or, if negative, short of) the middle, from -99 to 99.
    #[prop(default = 0)]
    pub bias: i64,
    /// Where the target is: one place on the map.
    pub coordinates: Vec<RecordCoordinates>,
    /// Where the target is: the group of an AWS local zone.
    pub local_zone_group: Option<String>,
}

/// A place on the map.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordCoordinates {
    /// From -90 to 90, with at most two digits after the point.
    pub latitude: String,
    /// From -180 to 180, with at most two digits after the point.
    pub longitude: String,
}

/// By delay.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordLatencyRoutingPolicy {
    /// The AWS region that the target is in.
    pub region: String,
}

/// By chance.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RecordWeightedRoutingPolicy {
    /// The share of the answers, from 0 to 255.
    pub weight: i64,
}
