//! `aws:ec2/natGateway:NatGateway`.

use farsight::prelude::*;

/// Lets private subnets reach out without being reached.
///
/// A public gateway fails when its VPC has no internet gateway attached yet: let it depend on the attachment.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "NatGateway",
    token = "aws:ec2/natGateway:NatGateway",
    import_id = "NAT gateway id, such as `nat-0a1b2c3d`",
    outputs = NatGatewayOutputs,
    exactly_one("subnet_id", "vpc_id"),
    at_most_one("availability_zone_addresses", "allocation_id"),
)]
pub struct NatGatewayArgs {
    /// The Elastic IP of a public gateway, by allocation id.
    #[prop(replace)]
    pub allocation_id: Option<String>,
    /// Whether the gateway serves one zone or the whole region.
    #[prop(replace, default = "zonal")]
    pub availability_mode: AvailabilityMode,
    /// The Elastic IPs of a regional gateway, zone by zone; AWS chooses if not given.
    #[prop(set)]
    pub availability_zone_addresses: Option<Vec<NatGatewayAvailabilityZoneAddress>>,
    /// Whether it reaches the internet or only other networks of one's own.
    #[prop(replace, default = "public")]
    pub connectivity_type: ConnectivityType,
    /// The private address; AWS chooses one if not given.
    #[prop(replace)]
    pub private_ip: Option<String>,
    /// More Elastic IPs, by allocation id.
    #[prop(set)]
    pub secondary_allocation_ids: Option<Vec<String>>,
    /// How many more private addresses a private gateway has.
    pub secondary_private_ip_address_count: Option<i64>,
    /// More private addresses.
    #[prop(set)]
    pub secondary_private_ip_addresses: Option<Vec<String>>,
    /// The subnet of a zonal gateway.
    #[prop(replace)]
    pub subnet_id: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The VPC of a regional gateway.
    #[prop(replace)]
    pub vpc_id: Option<String>,
}

/// How far a gateway reaches inside its region.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvailabilityMode {
    /// One availability zone.
    Zonal,
    /// All zones of the VPC.
    Regional,
}

/// What a gateway reaches.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectivityType {
    /// Other networks of one's own.
    Private,
    /// The internet.
    Public,
}

/// The Elastic IPs of a regional gateway in one zone.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct NatGatewayAvailabilityZoneAddress {
    /// The Elastic IPs, by allocation id.
    #[prop(set)]
    pub allocation_ids: Vec<String>,
    /// The zone, by name.
    pub availability_zone: String,
}

/// An address of a regional gateway.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RegionalNatGatewayAddress {
    /// The Elastic IP, by allocation id.
    pub allocation_id: Option<String>,
    /// The association between the two.
    pub association_id: Option<String>,
    /// The zone, by name.
    pub availability_zone: Option<String>,
    /// The zone, by id.
    pub availability_zone_id: Option<String>,
    /// The network interface.
    pub network_interface_id: Option<String>,
    /// The public address.
    pub public_ip: Option<String>,
    /// How far the association is.
    pub status: Option<String>,
}

/// What a NAT gateway answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct NatGatewayOutputs {
    /// The association with its Elastic IP.
    pub association_id: Option<String>,
    /// Whether AWS spreads a regional gateway over new zones.
    pub auto_provision_zones: Option<String>,
    /// Whether AWS gives a regional gateway more addresses.
    pub auto_scaling_ips: Option<String>,
    /// Its network interface.
    pub network_interface_id: Option<String>,
    /// Its public address.
    pub public_ip: Option<String>,
    /// The addresses of a regional gateway.
    pub regional_nat_gateway_addresses: Vec<RegionalNatGatewayAddress>,
    /// The route table of a regional gateway.
    pub route_table_id: Option<String>,
}
