//! The guide's stack from nothing to nothing, with the built binary, as a user does it.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;

/// What somebody else might do to the stack: a VPC attribute, tags, a route, a security group rule, a trust policy the
/// retention of a log group, a service, a database, and the bounds of its scaling.
const MEDDLE: &str = r#"
import boto3, json
ec2, iam, logs = (boto3.client(name) for name in ("ec2", "iam", "logs"))
vpc = [v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]][0]["VpcId"]
inside = [{"Name": "vpc-id", "Values": [vpc]}]
ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "mine"}, {"Key": "owner", "Value": "somebody"}])
gateway = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"][0]
named = [{"Name": "tag:Name", "Values": ["*-main-private-0"]}]
table = ec2.describe_route_tables(Filters=inside + named)["RouteTables"][0]
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
boto3.client("ecs").update_service(cluster="farsight-cluster", service="farsight-worker", deploymentConfiguration={
    "minimumHealthyPercent": 50, "maximumPercent": 200, "deploymentCircuitBreaker": {"enable": True, "rollback": True}})
boto3.client("rds").modify_db_instance(DBInstanceIdentifier="farsight-postgres", BackupRetentionPeriod=1, ApplyImmediately=True)
boto3.client("application-autoscaling").register_scalable_target(
    ServiceNamespace="ecs", ScalableDimension="ecs:service:DesiredCount", MaxCapacity=50,
    ResourceId="service/farsight-cluster/farsight-api-server")
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
    assert_eq!(outputs["LoadBalancerDNS"], "farsight-alb-1.us-east-1.elb.amazonaws.com");
    assert_eq!(outputs["ECRRepositoryURI"], "123456789012.dkr.ecr.us-east-1.amazonaws.com/farsight-server");
    assert_eq!(outputs["dockerPush"], format!("docker push {}:latest", outputs["ECRRepositoryURI"].as_str().unwrap()));

    // Nothing changes, and everything says so.
    let before = guide.ok(&["state", "ls", "--json"]);
    let plan = guide.json(&["preview", "--json", "--expect-no-changes"]);
    assert_eq!(plan["summary"]["same"], RESOURCES);
    guide.ok(&["up", "--yes"]);
    assert_eq!(guide.ok(&["state", "ls", "--json"]), before);
    guide.ok(&["drift", "--check"]);

    // Somebody changes the cloud: it is named with all three values, taken into state, and put back.
    guide.meddle(MEDDLE);
    let report: serde_json::Value = serde_json::from_str(&guide.exits(6, &["drift", "--check", "--json"])).unwrap();
    assert_eq!(
        drifted(&report),
        [
            "changed api maxCapacity",
            "changed database backupRetentionPeriod",
            "changed ecsTaskRole assumeRolePolicy",
            "changed internet-to-alb-http fromPort",
            "changed internet-to-alb-http toPort",
            "changed main enableDnsHostnames",
            "changed main tags.Name",
            "changed main tags.owner",
            "changed main-private-0-internet gatewayId",
            "changed main-private-0-internet natGatewayId",
            "changed worker deploymentMinimumHealthyPercent",
            "changed worker retentionInDays",
        ]
    );
    let hostnames = report["findings"].as_array().unwrap().iter().find(|f| f["path"] == "enableDnsHostnames").unwrap();
    assert_eq!([&hostnames["declared"], &hostnames["remembered"], &hostnames["observed"]], [true, true, false]);
    guide.ok(&["refresh", "--yes"]);
    assert_eq!(
        guide.ops(&[]),
        [
            "update Instance database",
            "update LogGroup worker",
            "update Role ecsTaskRole",
            "update Route main-private-0-internet",
            "update SecurityGroupIngressRule internet-to-alb-http",
            "update Service worker",
            "update Target api",
            "update Vpc main",
        ]
    );
    guide.ok(&["up", "--yes"]);
    guide.check_cloud(&["up"]);
    guide.ok(&["drift", "--check"]);

    // One edited line is exactly one change.
    guide.edit("src/services.rs", "scaling(5)", "scaling(6)");
    assert_eq!(guide.ops(&[]), ["update Target worker"]);
    guide.exits(7, &["preview", "--expect-no-changes"]);
    guide.edit("src/services.rs", "scaling(6)", "scaling(5)");

    guide.ok(&["down", "--yes"]);
    guide.check_cloud(&["down"]);
    assert_eq!(guide.json(&["state", "ls", "--json"]), serde_json::json!([]));
    guide.ok(&["state", "verify"]);

    // What was kept is taken back, and goes when the program says so.
    guide.ok(&["up", "--yes"]);
    guide.check_cloud(&["up"]);
    guide.ok(&["drift", "--check"]);
    guide.ok(&["up", "--yes", "-c", "keep_data=false"]);
    guide.ok(&["down", "--yes"]);
    guide.check_cloud(&["down", "keep_data=false", "snapshots=1"]);
}

/// The resources and components of the program as it is without configuration.
const RESOURCES: u64 = 115;

/// Protects day two: an image is all that a deployment changes, a secret restarts what reads it, and passwords are nowhere.
#[test]
fn images_and_secrets_roll_out() {
    let guide = Guide::new();
    let secret = "sk-0123456789-not-in-clear";
    guide.ok(&["up", "--sandbox", "--yes"]);
    let rollout =
        ["replace TaskDefinition api", "replace TaskDefinition worker", "update Service api", "update Service worker"];
    guide.push("latest", 'a');
    assert_eq!(guide.ops(&[]), rollout);
    guide.ok(&["up", "--yes"]);
    guide.check_cloud(&["up", "images=true"]);
    // Another image behind the same tag, and another tag.
    guide.push("latest", 'b');
    assert_eq!(guide.ops(&[]), rollout);
    guide.push("v2", 'c');
    assert_eq!(guide.ops(&["-c", "image_tag=v2"]), rollout);
    guide.ok(&["up", "--yes"]);
    guide.ok(&["preview", "--expect-no-changes"]);

    // A secret that was not set is one more variable; a changed one restarts the tasks.
    guide.ok(&["config", "set", "--secret", "openai_api_key", secret]);
    let changed = ["replace SecretVersion server-secrets"].into_iter().chain(rollout).collect::<Vec<_>>();
    assert_eq!(sorted(guide.ops(&[])), sorted(changed.iter().map(|op| (*op).to_owned()).collect()));
    guide.ok(&["up", "--yes"]);
    guide.check_cloud(&["up", "images=true", &format!("openai_api_key={secret}")]);
    guide.ok(&["config", "set", "--secret", "openai_api_key", "sk-another"]);
    assert_eq!(guide.ops(&[]), ["replace SecretVersion server-secrets", "update Service api", "update Service worker"]);
    guide.ok(&["up", "--yes"]);

    let output = guide.python(&["-c", READ_SECRET]);
    let values: std::collections::BTreeMap<String, String> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(values["OPENAI_API_KEY"], "sk-another");
    let written = guide.everything_written();
    for clear in values.values().map(String::as_str).chain([secret]) {
        assert!(!written.windows(clear.len()).any(|part| part == clear.as_bytes()), "a secret is on disk in clear");
    }
}

/// Prints the secret that the tasks read.
const READ_SECRET: &str = r#"
import boto3
print(boto3.client("secretsmanager").get_secret_value(SecretId="farsight/server-secrets")["SecretString"])
"#;

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

/// Protects replacement of a whole network: another range means other subnets, groups and gateways, and nothing is left.
#[test]
fn another_range_replaces_the_network() {
    let guide = Guide::new();
    guide.ok(&["up", "--sandbox", "--yes"]);
    let ops = guide.ops(&["-c", "vpc_cidr=10.9.0.0/16"]);
    assert!(ops.contains(&"replace Vpc main".to_owned()), "{ops:?}");
    assert!(!ops.iter().any(|op| op.contains("Role ") || op.contains("LogGroup") || op.contains("Secret ")), "{ops:?}");
    guide.ok(&["up", "--yes", "-c", "vpc_cidr=10.9.0.0/16"]);
    guide.check_cloud(&["up", "vpc_cidr=10.9.0.0/16"]);
    guide.ok(&["preview", "--expect-no-changes", "-c", "vpc_cidr=10.9.0.0/16"]);
    guide.ok(&["drift", "--check"]);
    guide.ok(&["down", "--yes"]);
    // Both databases went with a snapshot.
    guide.check_cloud(&["down", "vpc_cidr=10.9.0.0/16", "snapshots=2"]);
}
