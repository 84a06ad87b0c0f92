//! `aws:route53/zone:Zone`.

use farsight::prelude::*;

/// The records of a domain: for everybody, or private to some networks.
///
/// A public zone is asked by nobody until its name servers stand in the parent zone, or at the registrar of the domain.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Zone",
    token = "aws:route53/zone:Zone",
    import_id = "zone id",
    outputs = ZoneOutputs,
)]
pub struct ZoneArgs {
    /// What it is for, at most 256 characters.
    #[prop(default = "Managed by farsight")]
    pub comment: String,
    /// A reusable set of name servers; not for private zones.
    #[prop(replace)]
    pub delegation_set_id: Option<String>,
    /// Whether records can still be changed while Route 53's own region fails; not for private zones.
    #[prop(default = false)]
    pub enable_accelerated_recovery: bool,
    /// Whether deleting the zone deletes all records in it, those of others too.
    #[prop(local, default = false)]
    pub force_destroy: bool,
    /// The domain, such as `example.com`.
    #[prop(replace, compare = domain)]
    pub name: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The networks that see a private zone; without one, the zone is public. A zone cannot become the other kind.
    #[prop(set)]
    pub vpcs: Vec<ZoneVpc>,
}

/// A network that sees a private zone.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ZoneVpc {
    /// The VPC.
    pub vpc_id: String,
    /// Its region, where it is not the provider's.
    pub vpc_region: Option<String>,
}

/// What a zone answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ZoneOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// Its name servers, in order.
    #[prop(stable)]
    pub name_servers: Vec<String>,
    /// The name server that its start of authority names.
    #[prop(stable)]
    pub primary_name_server: String,
    /// Its id, the resource's own.
    #[prop(stable)]
    pub zone_id: String,
}
