//! `aws:ec2/routeTableAssociation:RouteTableAssociation`.

use farsight::prelude::*;

/// Gives a subnet, or the traffic that enters through a gateway, a route table.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RouteTableAssociation",
    token = "aws:ec2/routeTableAssociation:RouteTableAssociation",
    import_id = "association id, such as `rtbassoc-0a1b2c3d`, or `subnet-4e5f6a7b/rtb-0a1b2c3d`",
    outputs = RouteTableAssociationOutputs,
    exactly_one("gateway_id", "subnet_id"),
)]
pub struct RouteTableAssociationArgs {
    /// The table. A change gives the association a new id, without a moment on the main table.
    pub route_table_id: String,
    /// The gateway.
    #[prop(replace)]
    pub gateway_id: Option<String>,
    /// The subnet.
    #[prop(replace)]
    pub subnet_id: Option<String>,
}

/// What an association answers: nothing.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RouteTableAssociationOutputs {}
