//! Who may talk to whom: groups that begin closed in both directions, and rules that open one way each.

use crate::{Network, tags};
use farsight::prelude::*;
use farsight_aws::ec2::{
    SecurityGroup, SecurityGroupEgressRule, SecurityGroupEgressRuleBuilder, SecurityGroupIngressRule,
    SecurityGroupIngressRuleBuilder,
};

/// Everybody on the internet, over IPv4.
pub const ANYWHERE: &str = "0.0.0.0/0";

/// A group that lets nothing in and nothing out.
#[track_caller]
pub fn group(cx: &Context, name: &str, network: &Network, what: &str) -> SecurityGroup {
    SecurityGroup::new(name).vpc_id(network.vpc.id()).description(what).tags(tags::named(cx, name)).add(cx)
}

/// Opens a port of `to` for whatever is in `from`, on both sides.
#[track_caller]
pub fn between(cx: &Context, name: &str, from: &SecurityGroup, to: &SecurityGroup, port: u16) {
    outward(name, from, port).referenced_security_group_id(to.id()).add(cx);
    inward(name, to, port).referenced_security_group_id(from.id()).add(cx);
}

/// Opens a port of `to` for a range of addresses.
#[track_caller]
pub fn from_range(cx: &Context, name: &str, range: impl Into<Input<String>>, to: &SecurityGroup, port: u16) {
    inward(name, to, port).cidr_ipv4(range).add(cx);
}

/// Lets `from` reach a port of a range of addresses.
#[track_caller]
pub fn to_range(cx: &Context, name: &str, from: &SecurityGroup, range: impl Into<Input<String>>, port: u16) {
    outward(name, from, port).cidr_ipv4(range).add(cx);
}

/// A rule for traffic that leaves `from`; where to is still to be said.
#[track_caller]
pub fn outward(name: &str, from: &SecurityGroup, port: u16) -> SecurityGroupEgressRuleBuilder {
    SecurityGroupEgressRule::new(name)
        .security_group_id(from.id())
        .ip_protocol("tcp")
        .from_port(port)
        .to_port(port)
        .description(name)
}

/// A rule for traffic that enters `to`; where from is still to be said.
#[track_caller]
pub fn inward(name: &str, to: &SecurityGroup, port: u16) -> SecurityGroupIngressRuleBuilder {
    SecurityGroupIngressRule::new(name)
        .security_group_id(to.id())
        .ip_protocol("tcp")
        .from_port(port)
        .to_port(port)
        .description(name)
}
