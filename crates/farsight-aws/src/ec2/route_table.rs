//! `aws:ec2/routeTable:RouteTable`.

use farsight::prelude::*;

/// Says where a subnet's traffic goes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RouteTable",
    token = "aws:ec2/routeTable:RouteTable",
    import_id = "route table id, such as `rtb-0a1b2c3d`",
    outputs = RouteTableOutputs,
)]
pub struct RouteTableArgs {
    /// The VPC.
    #[prop(replace)]
    pub vpc_id: String,
    /// The virtual private gateways whose routes the table takes over. Leave it out to manage that elsewhere.
    #[prop(set, opt_in)]
    pub propagating_vgws: Option<Vec<String>>,
    /// All routes but those that AWS makes. Leave it out where `Route` resources do that.
    #[prop(set, opt_in)]
    pub routes: Option<Vec<RouteTableRoute>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// One route: exactly one destination and one target.
#[derive(Inputs, Debug, Clone, PartialEq, Default)]
#[inputs(block)]
pub struct RouteTableRoute {
    /// Target: a carrier gateway.
    pub carrier_gateway_id: Option<String>,
    /// Destination: an IPv4 range.
    #[prop(compare = cidr)]
    pub cidr_block: Option<String>,
    /// Target: a core network.
    pub core_network_arn: Option<String>,
    /// Destination: a prefix list.
    pub destination_prefix_list_id: Option<String>,
    /// Target: an egress-only internet gateway.
    pub egress_only_gateway_id: Option<String>,
    /// Target: an internet gateway or a virtual private gateway.
    pub gateway_id: Option<String>,
    /// Destination: an IPv6 range.
    #[prop(compare = cidr)]
    pub ipv6_cidr_block: Option<String>,
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

/// What a route table answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RouteTableOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The account that owns it.
    #[prop(stable)]
    pub owner_id: Option<String>,
}
