//! `aws:ec2/route:Route`.

use farsight::prelude::*;

/// One route of a table.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Route",
    token = "aws:ec2/route:Route",
    import_id = "table id and destination, such as `rtb-0a1b2c3d_0.0.0.0/0`",
    outputs = RouteOutputs,
    exactly_one("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"),
    exactly_one(
        "carrier_gateway_id",
        "core_network_arn",
        "egress_only_gateway_id",
        "gateway_id",
        "local_gateway_id",
        "nat_gateway_id",
        "network_interface_id",
        "odb_network_arn",
        "transit_gateway_id",
        "vpc_endpoint_id",
        "vpc_peering_connection_id"
    ),
)]
pub struct RouteArgs {
    /// The table.
    #[prop(replace)]
    pub route_table_id: String,
    /// Target: a carrier gateway.
    pub carrier_gateway_id: Option<String>,
    /// Target: a core network.
    pub core_network_arn: Option<String>,
    /// Destination: an IPv4 range.
    #[prop(replace, compare = cidr)]
    pub destination_cidr_block: Option<String>,
    /// Destination: an IPv6 range.
    #[prop(replace, compare = cidr)]
    pub destination_ipv6_cidr_block: Option<String>,
    /// Destination: a prefix list.
    #[prop(replace)]
    pub destination_prefix_list_id: Option<String>,
    /// Target: an egress-only internet gateway.
    pub egress_only_gateway_id: Option<String>,
    /// Target: an internet gateway or a virtual private gateway.
    pub gateway_id: Option<String>,
    /// Target: an Outpost's local gateway.
    pub local_gateway_id: Option<String>,
    /// Target: a NAT gateway.
    pub nat_gateway_id: Option<String>,
    /// Target: a network interface.
    pub network_interface_id: Option<String>,
    /// Target: an Oracle Database@AWS network.
    pub odb_network_arn: Option<String>,
    /// Target: a transit gateway.
    pub transit_gateway_id: Option<String>,
    /// Target: a gateway load balancer endpoint.
    pub vpc_endpoint_id: Option<String>,
    /// Target: a VPC peering connection.
    pub vpc_peering_connection_id: Option<String>,
}

/// What a route answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RouteOutputs {
    /// The instance that the network interface belongs to.
    pub instance_id: Option<String>,
    /// The account of that instance.
    pub instance_owner_id: Option<String>,
    /// How it came to be, such as `CreateRoute`.
    pub origin: Option<String>,
    /// `active`, or `blackhole` when the target is gone.
    pub state: Option<String>,
}
