//! The guide's stack from nothing to nothing, with the built binary, as a user does it.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;

/// What somebody else might do to the stack: a VPC attribute, tags, a route, a security group rule, a trust policy and
/// the retention of a log group.
const MEDDLE: &str = r#"
import boto3, json
ec2, iam, logs = (boto3.client(name) for name in ("ec2", "iam", "logs"))
vpc = [v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]][0]["VpcId"]
inside = [{"Name": "vpc-id", "Values": [vpc]}]
ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "mine"}, {"Key": "owner", "Value": "somebody"}])
gateway = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"][0]
table = [t for t in ec2.describe_route_tables(Filters=inside)["RouteTables"] if any(r.get("NatGatewayId") for r in t["Routes"])][0]
ec2.replace_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway["InternetGatewayId"])
alb = [g for g in ec2.describe_security_groups(Filters=inside)["SecurityGroups"] if g["GroupName"].startswith("alb-")][0]["GroupId"]
rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [alb]}])["SecurityGroupRules"]
rule = [r for r in rules if not r["IsEgress"] and r["FromPort"] == 80][0]["SecurityGroupRuleId"]
changed = {"IpProtocol": "tcp", "FromPort": 81, "ToPort": 81, "CidrIpv4": "0.0.0.0/0", "Description": "internet-to-alb-http"}
ec2.modify_security_group_rules(GroupId=alb, SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": changed}])
role = [r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("ecsTaskRole")][0]
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
logs.put_retention_policy(logGroupName="/ecs/farsight-worker", retentionInDays=7)
"#;

fn drifted(report: &serde_json::Value) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{} {} {}", text(&f["kind"]), text(&f["urn"]).rsplit("::").next().unwrap(), text(&f["path"])))
        .collect();
    found.sort();
    found
}

/// Protects the first thing that anybody sees of farsight, all the way.
#[test]
fn from_nothing_to_nothing() {
    let guide = Guide::new();
    guide.ok(&["up", "--sandbox", "--yes"]);
    guide.check_cloud(&["up"]);
    let outputs = guide.json(&["stack", "output", "--json"]);
    assert!(outputs["vpcId"].as_str().unwrap().starts_with("vpc-"), "{outputs}");
    assert_eq!(outputs["apiLogGroup"], "/ecs/farsight-api-server");

    // Nothing changes, and everything says so.
    let before = guide.ok(&["state", "ls", "--json"]);
    let plan = guide.json(&["preview", "--json", "--expect-no-changes"]);
    assert_eq!(plan["summary"]["same"], 49);
    guide.ok(&["up", "--yes"]);
    assert_eq!(guide.ok(&["state", "ls", "--json"]), before);
    guide.ok(&["drift", "--check"]);

    // Somebody changes the cloud: it is named with all three values, taken into state, and put back.
    guide.meddle(MEDDLE);
    let report: serde_json::Value = serde_json::from_str(&guide.exits(6, &["drift", "--check", "--json"])).unwrap();
    assert_eq!(
        drifted(&report),
        [
            "changed ecsTaskRole assumeRolePolicy",
            "changed internet-to-alb-http fromPort",
            "changed internet-to-alb-http toPort",
            "changed main enableDnsHostnames",
            "changed main tags.Name",
            "changed main tags.owner",
            "changed private-0-internet gatewayId",
            "changed private-0-internet natGatewayId",
            "changed worker retentionInDays",
        ]
    );
    let hostnames = report["findings"].as_array().unwrap().iter().find(|f| f["path"] == "enableDnsHostnames").unwrap();
    assert_eq!([&hostnames["declared"], &hostnames["remembered"], &hostnames["observed"]], [true, true, false]);
    guide.ok(&["refresh", "--yes"]);
    assert_eq!(
        guide.ops(&[]),
        [
            "update LogGroup worker",
            "update Role ecsTaskRole",
            "update Route private-0-internet",
            "update SecurityGroupIngressRule internet-to-alb-http",
            "update Vpc main",
        ]
    );
    guide.ok(&["up", "--yes"]);
    guide.check_cloud(&["up"]);
    guide.ok(&["drift", "--check"]);

    // One edited line is exactly one change.
    guide.edit(
        "src/security.rs",
        "\"tasks-to-cache\", &groups.tasks, &groups.cache, 6379",
        "\"tasks-to-cache\", &groups.tasks, &groups.cache, 6380",
    );
    assert_eq!(
        guide.ops(&[]),
        ["update SecurityGroupEgressRule tasks-to-cache", "update SecurityGroupIngressRule tasks-to-cache"]
    );
    guide.exits(7, &["preview", "--expect-no-changes"]);
    guide.edit("src/security.rs", "&groups.cache, 6380", "&groups.cache, 6379");

    guide.ok(&["down", "--yes"]);
    guide.check_cloud(&["down"]);
    assert_eq!(guide.json(&["state", "ls", "--json"]), serde_json::json!([]));
    guide.ok(&["state", "verify"]);
}

/// Protects replacement of a whole network: another range means other subnets, groups and gateways, and nothing is left.
#[test]
fn another_range_replaces_the_network() {
    let guide = Guide::new();
    guide.ok(&["up", "--sandbox", "--yes"]);
    let ops = guide.ops(&["-c", "vpc_cidr=10.9.0.0/16"]);
    assert!(ops.contains(&"replace Vpc main".to_owned()), "{ops:?}");
    assert!(!ops.iter().any(|op| op.contains("Role") || op.contains("LogGroup")), "{ops:?}");
    guide.ok(&["up", "--yes", "-c", "vpc_cidr=10.9.0.0/16"]);
    guide.check_cloud(&["up", "10.9.0.0/16"]);
    guide.ok(&["preview", "--expect-no-changes", "-c", "vpc_cidr=10.9.0.0/16"]);
    guide.ok(&["drift", "--check"]);
    guide.ok(&["down", "--yes"]);
    guide.check_cloud(&["down"]);
}
