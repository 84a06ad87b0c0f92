//! `aws:ec2/vpc:Vpc`.

use farsight::prelude::*;

/// A network of its own, with a range of addresses.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Vpc",
    token = "aws:ec2/vpc:Vpc",
    import_id = "VPC id, such as `vpc-0a1b2c3d`",
    outputs = VpcOutputs,
    at_least_one("cidr_block", "ipv4_ipam_pool_id"),
    at_most_one("cidr_block", "ipv4_netmask_length"),
    requires("ipv4_netmask_length", "ipv4_ipam_pool_id"),
    requires("ipv6_netmask_length", "ipv6_ipam_pool_id"),
)]
pub struct VpcArgs {
    /// Whether Amazon gives the VPC a /56 range of IPv6 addresses. Not together with `ipv6_ipam_pool_id`.
    #[prop(default = false)]
    pub assign_generated_ipv6_cidr_block: bool,
    /// The IPv4 range, such as `10.0.0.0/16`.
    #[prop(replace, compare = cidr)]
    pub cidr_block: Option<String>,
    /// Whether instances with public addresses get public DNS names. Needs `enable_dns_support`.
    #[prop(default = false)]
    pub enable_dns_hostnames: bool,
    /// Whether Amazon's DNS server answers in the VPC.
    #[prop(default = true)]
    pub enable_dns_support: bool,
    /// Whether metrics on the use of addresses are collected.
    #[prop(default = false)]
    pub enable_network_address_usage_metrics: bool,
    /// On which hardware instances run unless they say otherwise. AWS can change it in place only from `dedicated` to
    /// `default`; here every change replaces.
    #[prop(replace, default = "default")]
    pub instance_tenancy: Tenancy,
    /// The IPAM pool that the IPv4 range is taken from; AWS does not tell it afterwards.
    #[prop(replace, local)]
    pub ipv4_ipam_pool_id: Option<String>,
    /// How long the prefix of the range taken from the IPAM pool is; AWS does not tell it afterwards.
    #[prop(replace, local)]
    pub ipv4_netmask_length: Option<i64>,
    /// The IPv6 range, from the IPAM pool.
    #[prop(compare = cidr)]
    pub ipv6_cidr_block: Option<String>,
    /// The zone group that advertises Amazon's IPv6 range.
    pub ipv6_cidr_block_network_border_group: Option<String>,
    /// The IPAM pool that the IPv6 range is taken from.
    pub ipv6_ipam_pool_id: Option<String>,
    /// How long the prefix of the range taken from the IPv6 pool is; AWS tells only the range afterwards.
    #[prop(local)]
    pub ipv6_netmask_length: Option<i64>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// On which hardware instances run.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tenancy {
    /// Hardware shared with others.
    Default,
    /// Hardware of one's own.
    Dedicated,
}

/// What a VPC answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct VpcOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The network ACL that AWS made with it.
    #[prop(stable)]
    pub default_network_acl_id: String,
    /// The route table of subnets without one of their own; the same as `main_route_table_id`.
    pub default_route_table_id: String,
    /// The security group that AWS made with it.
    #[prop(stable)]
    pub default_security_group_id: String,
    /// The DHCP options in force.
    pub dhcp_options_id: Option<String>,
    /// The association with its IPv6 range.
    pub ipv6_association_id: Option<String>,
    /// The route table of subnets without one of their own.
    pub main_route_table_id: String,
    /// The account that owns it.
    #[prop(stable)]
    pub owner_id: Option<String>,
}
