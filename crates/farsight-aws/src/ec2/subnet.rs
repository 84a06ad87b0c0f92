//! `aws:ec2/subnet:Subnet`.

use farsight::prelude::*;

/// A range of a VPC's addresses in one availability zone.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Subnet",
    token = "aws:ec2/subnet:Subnet",
    import_id = "subnet id, such as `subnet-0a1b2c3d`",
    outputs = SubnetOutputs,
    at_most_one("cidr_block", "ipv4_netmask_length"),
    requires("ipv4_netmask_length", "ipv4_ipam_pool_id"),
    requires("ipv6_netmask_length", "ipv6_ipam_pool_id"),
)]
pub struct SubnetArgs {
    /// The VPC that the subnet is part of.
    #[prop(replace)]
    pub vpc_id: String,
    /// Whether new network interfaces get an IPv6 address.
    #[prop(default = false)]
    pub assign_ipv6_address_on_creation: bool,
    /// The zone by name, such as `eu-central-1a`; AWS chooses one if neither name nor id is given.
    #[prop(replace)]
    pub availability_zone: Option<String>,
    /// The zone by the id that is the same in all accounts, such as `euc1-az2`.
    #[prop(replace)]
    pub availability_zone_id: Option<String>,
    /// The IPv4 range; not for a subnet with only IPv6.
    #[prop(replace, compare = cidr)]
    pub cidr_block: Option<String>,
    /// The customer-owned pool that addresses come from, on Outposts.
    pub customer_owned_ipv4_pool: Option<String>,
    /// Whether DNS answers with synthetic IPv6 addresses for IPv4-only destinations.
    #[prop(default = false)]
    pub enable_dns64: bool,
    /// The position of local network interfaces, on Outposts.
    pub enable_lni_at_device_index: Option<i64>,
    /// Whether DNS answers for instances' resource names with A records.
    #[prop(default = false)]
    pub enable_resource_name_dns_a_record_on_launch: bool,
    /// Whether DNS answers for instances' resource names with AAAA records.
    #[prop(default = false)]
    pub enable_resource_name_dns_aaaa_record_on_launch: bool,
    /// The IPAM pool that the IPv4 range is taken from; AWS does not tell it afterwards.
    #[prop(replace, local)]
    pub ipv4_ipam_pool_id: Option<String>,
    /// How long the prefix of the range taken from the IPAM pool is; AWS does not tell it afterwards.
    #[prop(replace, local)]
    pub ipv4_netmask_length: Option<i64>,
    /// The IPv6 range, a /64 of the VPC's.
    #[prop(compare = cidr)]
    pub ipv6_cidr_block: Option<String>,
    /// The IPAM pool that the IPv6 range is taken from; AWS does not tell it afterwards.
    #[prop(replace, local)]
    pub ipv6_ipam_pool_id: Option<String>,
    /// Whether the subnet has only IPv6.
    #[prop(replace, default = false)]
    pub ipv6_native: bool,
    /// How long the prefix of the IPv6 range taken from the IPAM pool is; AWS does not tell it afterwards.
    #[prop(replace, local)]
    pub ipv6_netmask_length: Option<i64>,
    /// Whether new network interfaces get a customer-owned address, on Outposts.
    pub map_customer_owned_ip_on_launch: Option<bool>,
    /// Whether new instances get a public IPv4 address.
    #[prop(default = false)]
    pub map_public_ip_on_launch: bool,
    /// The Outpost that the subnet is on.
    #[prop(replace)]
    pub outpost_arn: Option<String>,
    /// What instances' host names are made of; AWS chooses by the kind of subnet.
    pub private_dns_hostname_type_on_launch: Option<HostnameType>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// What an instance's host name is made of.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostnameType {
    /// Its private IPv4 address.
    #[prop(rename = "ip-name")]
    IpName,
    /// Its id.
    #[prop(rename = "resource-name")]
    ResourceName,
}

/// What a subnet answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct SubnetOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The association with its IPv6 range.
    pub ipv6_cidr_block_association_id: Option<String>,
    /// The account that owns it.
    #[prop(stable)]
    pub owner_id: Option<String>,
}
