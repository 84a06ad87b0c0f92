//! `aws:ec2/eip:Eip`.

use farsight::prelude::*;

/// A public IPv4 address that stays when what it points to is replaced.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Eip",
    token = "aws:ec2/eip:Eip",
    import_id = "allocation id, such as `eipalloc-0a1b2c3d`",
    outputs = EipOutputs,
)]
pub struct EipArgs {
    /// A certain address of one's own pool.
    #[prop(replace, local)]
    pub address: Option<String>,
    /// The private address that the address points to; the primary one if not given.
    #[prop(opt_in)]
    pub associate_with_private_ip: Option<String>,
    /// The customer-owned pool that the address comes from, on Outposts.
    #[prop(replace)]
    pub customer_owned_ipv4_pool: Option<String>,
    /// Always `vpc` today.
    #[prop(replace, default = "vpc")]
    pub domain: String,
    /// The instance that the address points to.
    #[prop(opt_in)]
    pub instance: Option<String>,
    /// The IPAM pool that the address is taken from.
    #[prop(replace, local)]
    pub ipam_pool_id: Option<String>,
    /// The zone group that advertises the address.
    #[prop(replace)]
    pub network_border_group: Option<String>,
    /// The network interface that the address points to.
    #[prop(opt_in)]
    pub network_interface: Option<String>,
    /// The pool that the address comes from: `amazon` or one of one's own.
    #[prop(replace)]
    pub public_ipv4_pool: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// What an address answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct EipOutputs {
    /// Its allocation id; the same as its id.
    #[prop(stable)]
    pub allocation_id: String,
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The association with what it points to.
    pub association_id: Option<String>,
    /// The carrier's address.
    pub carrier_ip: Option<String>,
    /// The customer-owned address.
    pub customer_owned_ip: Option<String>,
    /// The private DNS name of what it points to.
    pub private_dns: Option<String>,
    /// The private address that it points to.
    pub private_ip: Option<String>,
    /// Its public DNS name.
    pub public_dns: Option<String>,
    /// The address itself.
    #[prop(stable)]
    pub public_ip: Option<String>,
}
