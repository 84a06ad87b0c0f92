//! What belongs to a stack without being in its state is found, and what AWS makes by itself is not taken for it.

mod common;

use common::{
    ENDPOINT, GATEWAY, GROUP, NAT, REGION, ROUTE, SUBNET, TABLE, VPC, address, gateway, group, list, make, make_for,
    map, owner, strays, subnet, table, vpc,
};
use farsight_model::Value;

const INGRESS: &str = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS: &str = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

/// Protects an untouched stack from false reports: a new VPC comes with a group, a table and an ACL.
#[tokio::test]
async fn a_new_vpc_has_no_strays() {
    let vpc = vpc().await;
    let known = [(VPC, vpc.as_str(), Value::Null)];
    for token in [VPC, SUBNET, GROUP, TABLE, GATEWAY, NAT, ENDPOINT] {
        assert_eq!(strays(token, "strays/none", &known).await, Vec::<String>::new(), "{token}");
    }
}

#[tokio::test]
async fn what_lives_in_a_known_vpc_is_found() {
    let vpc = vpc().await;
    let known = [(VPC, vpc.as_str(), Value::Null)];
    let (subnet, table, group) = (subnet(&vpc, "a").await, table(&vpc).await, group(&vpc).await);
    let gateway = gateway(&vpc).await;
    let nat = map([("subnetId", subnet.as_str().into()), ("allocationId", address().await.into())]);
    let nat = make(NAT, nat).await;
    let service = Value::from(format!("com.amazonaws.{REGION}.s3"));
    let endpoint = make(ENDPOINT, map([("vpcId", vpc.as_str().into()), ("serviceName", service)])).await;
    let all = [(SUBNET, subnet), (TABLE, table), (GROUP, group), (GATEWAY, gateway), (NAT, nat), (ENDPOINT, endpoint)];
    for (token, id) in &all {
        assert_eq!(strays(token, "strays/inside", &known).await, std::slice::from_ref(id), "{token}");
        let known = [(VPC, vpc.as_str(), Value::Null), (*token, id.as_str(), Value::Null)];
        assert_eq!(strays(token, "strays/inside", &known).await, Vec::<String>::new(), "{token} is known");
    }
}

#[tokio::test]
async fn what_carries_the_stacks_tags_is_found() {
    let owner = owner("strays/tagged");
    let vpc = make_for(&owner, VPC, map([("cidrBlock", "10.0.0.0/16".into())])).await;
    let address = make_for(&owner, "aws:ec2/eip:Eip", map([])).await;
    assert_eq!(strays(VPC, "strays/tagged", &[]).await, [vpc]);
    assert_eq!(strays("aws:ec2/eip:Eip", "strays/tagged", &[]).await, [address]);
    assert_eq!(strays(VPC, "strays/another", &[]).await, Vec::<String>::new());
}

#[tokio::test]
async fn unknown_rules_of_known_groups_are_found_unless_the_group_holds_them() {
    let vpc = vpc().await;
    let group = group(&vpc).await;
    let rule = |range: &str| {
        map([
            ("securityGroupId", group.as_str().into()),
            ("ipProtocol", "tcp".into()),
            ("fromPort", 80.into()),
            ("toPort", 80.into()),
            ("cidrIpv4", range.into()),
        ])
    };
    let (ours, theirs) = (make(INGRESS, rule("10.0.0.0/8")).await, make(INGRESS, rule("11.0.0.0/8")).await);
    let outwards = make(EGRESS, rule("12.0.0.0/8")).await;
    let known = [(GROUP, group.as_str(), map([])), (INGRESS, ours.as_str(), Value::Null)];
    assert_eq!(strays(INGRESS, "strays/rules", &known).await, [theirs]);
    // AWS's own allow-all rule is still there, and is not one of them.
    assert_eq!(strays(EGRESS, "strays/rules", &known).await, [outwards]);
    let held = map([("ingress", list([])), ("egress", list([]))]);
    let known = [(GROUP, group.as_str(), held)];
    assert_eq!(strays(INGRESS, "strays/rules", &known).await, Vec::<String>::new());
}

#[tokio::test]
async fn unknown_routes_of_known_tables_are_found_unless_the_table_holds_them() {
    let vpc = vpc().await;
    let (table, gateway) = (table(&vpc).await, gateway(&vpc).await);
    let route = |range: &str| {
        map([
            ("routeTableId", table.as_str().into()),
            ("destinationCidrBlock", range.into()),
            ("gatewayId", gateway.as_str().into()),
        ])
    };
    let (ours, theirs) = (make(ROUTE, route("0.0.0.0/0")).await, make(ROUTE, route("172.16.0.0/12")).await);
    let service = Value::from(format!("com.amazonaws.{REGION}.s3"));
    let endpoint =
        map([("vpcId", vpc.as_str().into()), ("serviceName", service), ("routeTableIds", list([table.as_str()]))]);
    make(ENDPOINT, endpoint).await;
    let known = [(TABLE, table.as_str(), map([])), (ROUTE, ours.as_str(), Value::Null)];
    assert_eq!(strays(ROUTE, "strays/routes", &known).await, [theirs]);
    let held = map([("routes", list([]))]);
    let known = [(TABLE, table.as_str(), held)];
    assert_eq!(strays(ROUTE, "strays/routes", &known).await, Vec::<String>::new());
}
