//! `aws:route53/record:Record`.

use super::{
    RecordAlias, RecordCidrRoutingPolicy, RecordFailoverRoutingPolicy, RecordGeolocationRoutingPolicy,
    RecordGeoproximityRoutingPolicy, RecordLatencyRoutingPolicy, RecordWeightedRoutingPolicy,
};
use farsight::prelude::*;

/// What a name in a zone stands for: values, or another AWS resource.
///
/// It is there once Route 53 has taken it, about a minute before every name server answers with it.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Record",
    token = "aws:route53/record:Record",
    import_id = "`ZONEID_name_TYPE`, with `_setidentifier` at its end where there is one",
    outputs = RecordOutputs,
    exactly_one("aliases", "records"),
    requires("records", "ttl"),
    requires("ttl", "records"),
)]
pub struct RecordArgs {
    /// The AWS resource that the name stands for, one block.
    pub aliases: Option<Vec<RecordAlias>>,
    /// Whether a record that is there already is overwritten, rather than refused. Deleting this one then deletes it.
    #[prop(local, default = false)]
    pub allow_overwrite: bool,
    /// Answers by the networks that questions come from.
    pub cidr_routing_policy: Option<RecordCidrRoutingPolicy>,
    /// Answers by what works, one block.
    pub failover_routing_policies: Vec<RecordFailoverRoutingPolicy>,
    /// Answers by the places that questions come from, one block.
    pub geolocation_routing_policies: Vec<RecordGeolocationRoutingPolicy>,
    /// Answers by the distance from the place that questions come from.
    pub geoproximity_routing_policy: Option<RecordGeoproximityRoutingPolicy>,
    /// The health check without which the record is not used.
    pub health_check_id: Option<String>,
    /// Answers by delay, one block.
    pub latency_routing_policies: Vec<RecordLatencyRoutingPolicy>,
    /// Whether up to eight healthy records of the name are answered together.
    #[prop(default = false)]
    pub multivalue_answer_routing_policy: bool,
    /// The name, with or without that of the zone at its end: `www` or `www.example.com`. The other spelling of the same
    /// name is another name here.
    #[prop(replace, compare = domain)]
    pub name: String,
    /// The values, in the form of the type. Texts of `TXT` and `SPF` are given without their outer quotes; one of more
    /// than 255 characters is cut with `""` in the middle.
    #[prop(set)]
    pub records: Option<Vec<String>>,
    /// What tells this record from the others of the same name and type; needed with every routing policy.
    #[prop(replace)]
    pub set_identifier: Option<String>,
    /// How long answers may be kept, in seconds; an alias takes that of its target.
    pub ttl: Option<i64>,
    /// The kind of record.
    #[prop(replace, name = "type")]
    pub kind: RecordType,
    /// Answers by chance, one block.
    pub weighted_routing_policies: Vec<RecordWeightedRoutingPolicy>,
    /// The zone.
    #[prop(replace)]
    pub zone_id: String,
}

/// The kinds of records.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordType {
    /// IPv4 addresses.
    #[prop(rename = "A")]
    A,
    /// IPv6 addresses.
    #[prop(rename = "AAAA")]
    Aaaa,
    /// Who may issue certificates.
    #[prop(rename = "CAA")]
    Caa,
    /// Another name.
    #[prop(rename = "CNAME")]
    Cname,
    /// The keys of a signed child zone.
    #[prop(rename = "DS")]
    Ds,
    /// How a web server is reached.
    #[prop(rename = "HTTPS")]
    Https,
    /// Mail servers.
    #[prop(rename = "MX")]
    Mx,
    /// Rules that rewrite names.
    #[prop(rename = "NAPTR")]
    Naptr,
    /// Name servers.
    #[prop(rename = "NS")]
    Ns,
    /// The name of an address.
    #[prop(rename = "PTR")]
    Ptr,
    /// The start of authority.
    #[prop(rename = "SOA")]
    Soa,
    /// Who may send mail; `TXT` has taken its place.
    #[prop(rename = "SPF")]
    Spf,
    /// Servers of a service.
    #[prop(rename = "SRV")]
    Srv,
    /// The keys of an SSH server.
    #[prop(rename = "SSHFP")]
    Sshfp,
    /// How a service is reached.
    #[prop(rename = "SVCB")]
    Svcb,
    /// The certificate of a server.
    #[prop(rename = "TLSA")]
    Tlsa,
    /// Texts.
    #[prop(rename = "TXT")]
    Txt,
}

/// What a record answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RecordOutputs {
    /// The whole name, without a dot at its end.
    #[prop(stable)]
    pub fqdn: String,
}
