//! The lifecycle of EC2's resource types: networks and what is in them.
//!
//! One file per type. What they share: `ec2` (calls, tags), `describe` (batched reads), `strays`, `rules` and
//! `inline_rules` (security group rules, of their own and inside a group), `targets` (where routes lead).

mod data;
mod describe;
mod ec2;
mod eip;
mod inline_rules;
mod internet_gateway;
mod internet_gateway_attachment;
mod nat_gateway;
mod route;
mod route_table;
mod route_table_association;
mod rules;
mod security_group;
mod security_group_rule;
mod strays;
mod subnet;
mod targets;
mod vpc;
mod vpc_endpoint;

pub use data::functions;

use ec2::Ec2;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let ec2 = Ec2::new(aws);
    vec![
        erase(eip::EipHandler { ec2: ec2.clone() }),
        erase(internet_gateway::InternetGatewayHandler { ec2: ec2.clone() }),
        erase(internet_gateway_attachment::InternetGatewayAttachmentHandler { ec2: ec2.clone() }),
        erase(nat_gateway::NatGatewayHandler { ec2: ec2.clone() }),
        erase(route::RouteHandler { ec2: ec2.clone() }),
        erase(route_table::RouteTableHandler { ec2: ec2.clone() }),
        erase(route_table_association::RouteTableAssociationHandler { ec2: ec2.clone() }),
        erase(security_group::SecurityGroupHandler { ec2: ec2.clone() }),
        erase(security_group_rule::SecurityGroupEgressRuleHandler { ec2: ec2.clone() }),
        erase(security_group_rule::SecurityGroupIngressRuleHandler { ec2: ec2.clone() }),
        erase(subnet::SubnetHandler { ec2: ec2.clone() }),
        erase(vpc::VpcHandler { ec2: ec2.clone() }),
        erase(vpc_endpoint::VpcEndpointHandler { ec2 }),
    ]
}
