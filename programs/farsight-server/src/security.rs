//! Who may talk to whom. Every group begins closed in both directions; each line below opens one way.
//!
//! | from | to | port |
//! |---|---|---|
//! | the internet | load balancer | 80, 443 |
//! | load balancer | tasks | 8000 |
//! | tasks | database | 5432 |
//! | tasks | cache | 6379 |
//! | tasks | Temporal | 7233 |
//! | tasks, anything in the network | endpoints of AWS services | 443 |
//! | tasks | the internet, unless `internet_egress = false` | 443 |

use crate::tags;
use farsight::prelude::*;
use farsight_aws::ec2::{
    SecurityGroup, SecurityGroupEgressRule, SecurityGroupEgressRuleBuilder, SecurityGroupIngressRule,
    SecurityGroupIngressRuleBuilder, Vpc,
};

/// The groups.
pub struct Groups {
    pub alb: SecurityGroup,
    pub tasks: SecurityGroup,
    pub database: SecurityGroup,
    pub cache: SecurityGroup,
    pub endpoints: SecurityGroup,
}

const ANYWHERE: &str = "0.0.0.0/0";

pub fn declare(cx: &Context, vpc: &Vpc) -> Groups {
    let group = |name: &str, what: &str| {
        SecurityGroup::new(name).vpc_id(vpc.id()).description(what).tags(tags(cx, name)).add(cx)
    };
    let groups = Groups {
        alb: group("alb", "Load balancer in front of the API"),
        tasks: group("tasks", "API and worker tasks"),
        database: group("database", "PostgreSQL"),
        cache: group("cache", "Redis"),
        endpoints: group("endpoints", "Endpoints of AWS services"),
    };

    from_range(cx, "internet-to-alb-http", &groups.alb, 80, ANYWHERE);
    from_range(cx, "internet-to-alb-https", &groups.alb, 443, ANYWHERE);
    between(cx, "alb-to-tasks", &groups.alb, &groups.tasks, 8000);
    between(cx, "tasks-to-database", &groups.tasks, &groups.database, 5432);
    between(cx, "tasks-to-cache", &groups.tasks, &groups.cache, 6379);
    to_range(cx, "tasks-to-temporal", &groups.tasks, 7233, cx.config().or("temporal_cidr", ANYWHERE));
    from_range(cx, "network-to-endpoints", &groups.endpoints, 443, vpc.cidr_block());
    outward("tasks-to-endpoints", &groups.tasks, 443).referenced_security_group_id(groups.endpoints.id()).add(cx);
    if cx.config().or("internet_egress", true) {
        to_range(cx, "tasks-to-internet", &groups.tasks, 443, ANYWHERE);
    }
    groups
}

/// Opens a port of `to` for whatever is in `from`, on both sides.
fn between(cx: &Context, name: &str, from: &SecurityGroup, to: &SecurityGroup, port: i64) {
    outward(name, from, port).referenced_security_group_id(to.id()).add(cx);
    inward(name, to, port).referenced_security_group_id(from.id()).add(cx);
}

fn from_range(cx: &Context, name: &str, to: &SecurityGroup, port: i64, range: impl Into<Input<String>>) {
    inward(name, to, port).cidr_ipv4(range).add(cx);
}

fn to_range(cx: &Context, name: &str, from: &SecurityGroup, port: i64, range: impl Into<Input<String>>) {
    outward(name, from, port).cidr_ipv4(range).add(cx);
}

/// A rule for traffic that leaves `from`; where to is still to be said.
pub fn outward(name: &str, from: &SecurityGroup, port: i64) -> SecurityGroupEgressRuleBuilder {
    SecurityGroupEgressRule::new(name)
        .security_group_id(from.id())
        .ip_protocol("tcp")
        .from_port(port)
        .to_port(port)
        .description(name)
}

/// A rule for traffic that enters `to`; where from is still to be said.
fn inward(name: &str, to: &SecurityGroup, port: i64) -> SecurityGroupIngressRuleBuilder {
    SecurityGroupIngressRule::new(name)
        .security_group_id(to.id())
        .ip_protocol("tcp")
        .from_port(port)
        .to_port(port)
        .description(name)
}
