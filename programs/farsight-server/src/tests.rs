//! The whole program without an engine.

use farsight::Value;
use farsight::model::{Resource, Urn};
use farsight::testing::{ProgramErrorKind, Recording, Setup};
use farsight_aws::ec2::{
    NatGateway, Route, RouteTable, SecurityGroup, SecurityGroupEgressRule, SecurityGroupIngressRule, Subnet, Vpc,
    VpcEndpoint,
};
use farsight_aws::iam::{Role, RolePolicy, RolePolicyAttachment};
use farsight_aws::logs::LogGroup;
use std::collections::BTreeSet;

/// A region with three zones.
fn setup() -> Setup {
    let zones = Value::List(["a", "b", "c"].map(|zone| Value::String(format!("eu-central-1{zone}"))).to_vec());
    let answer = |key: &'static str, value: Value| move |_: &Value| Value::map([(key, value.clone())]);
    let caller =
        Value::map([("accountId", "123456789012"), ("arn", "arn"), ("userId", "id")].map(|(k, v)| (k, v.into())));
    Setup::new()
        .answer("aws:index/getAvailabilityZones:getAvailabilityZones", answer("names", zones))
        .answer("aws:index/getRegion:getRegion", answer("region", "eu-central-1".into()))
        .answer("aws:index/getPartition:getPartition", answer("partition", "aws".into()))
        .answer("aws:index/getCallerIdentity:getCallerIdentity", move |_| caller.clone())
}

fn record(setup: Setup) -> Recording {
    let recording = setup.record(crate::declare);
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.problems(), Vec::<String>::new());
    recording
}

fn texts<R: Resource>(recording: &Recording, path: &str) -> Vec<String> {
    recording.all::<R>().iter().map(|one| one.input(path).as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_network_is_cut_into_sixteen_parts() {
    let recording = record(setup().config("vpc_cidr", "10.1.0.0/16"));
    let vpc = recording.get::<Vpc>("main").args::<Vpc>();
    assert!(vpc.enable_dns_support && vpc.enable_dns_hostnames);
    assert_eq!(
        texts::<Subnet>(&recording, "cidrBlock"),
        ["10.1.0.0/20", "10.1.128.0/20", "10.1.16.0/20", "10.1.144.0/20"]
    );
    assert_eq!(
        recording.get::<Subnet>("private-1").args::<Subnet>().availability_zone.as_deref(),
        Some("eu-central-1b")
    );
    assert!(recording.get::<Subnet>("public-0").args::<Subnet>().map_public_ip_on_launch);
    assert!(!recording.get::<Subnet>("private-0").args::<Subnet>().map_public_ip_on_launch);
    assert_eq!(recording.export("publicSubnetIds").as_list().map(<[_]>::len), Some(2));
}

/// Protects the first `up`: a NAT gateway without its way out fails for good.
#[test]
fn the_nat_gateway_waits_for_its_way_out() {
    let recording = record(setup());
    let nat = recording.get::<NatGateway>("nat-0");
    let waits: Vec<&str> = nat.declaration().options.depends_on.iter().map(Urn::name).collect();
    assert_eq!(waits, ["main", "public-internet"]);
    assert_eq!(recording.all::<NatGateway>().len(), 1);
    let private: Vec<_> = recording.all::<Route>().iter().map(|route| route.input("natGatewayId")).collect();
    assert_eq!(private, [Value::Null, "<NatGateway nat-0.id>".into(), "<NatGateway nat-0.id>".into()]);
}

#[test]
fn each_zone_can_have_its_own_nat_gateway() {
    let recording = record(setup().config("zones", "3").config("nat_per_zone", "true"));
    assert_eq!(recording.all::<NatGateway>().len(), 3);
    let route = recording.get::<Route>("private-2-internet");
    assert_eq!(route.input("natGatewayId"), "<NatGateway nat-2.id>".into());
    assert_eq!(recording.all::<RouteTable>().len(), 4);
}

/// Protects the security of the stack: these ways are open, and no other.
#[test]
fn exactly_these_ways_are_open() {
    fn ways(recording: &Recording) -> (BTreeSet<String>, BTreeSet<String>) {
        let peer = |rule: &farsight::testing::Recorded<'_>| {
            ["cidrIpv4", "referencedSecurityGroupId", "prefixListId"]
                .iter()
                .filter_map(|path| rule.input(path).as_str().map(str::to_owned))
                .collect::<Vec<_>>()
                .join("+")
        };
        let way = |rule: &farsight::testing::Recorded<'_>| {
            assert_eq!(rule.input("fromPort"), rule.input("toPort"));
            let port = rule.input("fromPort").as_int().unwrap_or_default();
            format!("{} {} {port}", rule.input("securityGroupId").as_str().unwrap_or_default(), peer(rule))
                .replace("<SecurityGroup ", "")
                .replace(".id>", "")
        };
        (
            recording.all::<SecurityGroupIngressRule>().iter().map(way).collect(),
            recording.all::<SecurityGroupEgressRule>().iter().map(way).collect(),
        )
    }
    fn set<const N: usize>(ways: [&str; N]) -> BTreeSet<String> {
        ways.map(str::to_owned).into()
    }
    let inward = set([
        "alb 0.0.0.0/0 80",
        "alb 0.0.0.0/0 443",
        "tasks alb 8000",
        "database tasks 5432",
        "cache tasks 6379",
        "endpoints 10.0.0.0/16 443",
    ]);
    let mut outward = set([
        "alb tasks 8000",
        "tasks database 5432",
        "tasks cache 6379",
        "tasks 0.0.0.0/0 7233",
        "tasks endpoints 443",
        "tasks <VpcEndpoint s3.prefixListId> 443",
        "tasks 0.0.0.0/0 443",
    ]);
    let recording = record(setup());
    assert_eq!(ways(&recording), (inward.clone(), outward.clone()));
    assert!(recording.all::<SecurityGroup>().iter().all(|group| !group.args::<SecurityGroup>().allow_all_egress));

    outward.remove("tasks 0.0.0.0/0 443");
    outward.remove("tasks 0.0.0.0/0 7233");
    outward.insert("tasks 10.9.0.0/24 7233".to_owned());
    let closed = record(setup().config("internet_egress", "false").config("temporal_cidr", "10.9.0.0/24"));
    assert_eq!(ways(&closed), (inward, outward));
}

#[test]
fn services_of_aws_are_reached_privately() {
    let recording = record(setup());
    let endpoints = recording.all::<VpcEndpoint>();
    assert_eq!(endpoints.len(), 5);
    for endpoint in &endpoints[..4] {
        let endpoint = endpoint.args::<VpcEndpoint>();
        assert!(endpoint.private_dns_enabled);
        assert_eq!(endpoint.subnet_ids.map(|ids| ids.len()), Some(2));
        assert_eq!(endpoint.security_group_ids, Some(vec!["<SecurityGroup endpoints.id>".to_owned()]));
    }
    let s3 = recording.get::<VpcEndpoint>("s3").args::<VpcEndpoint>();
    assert_eq!(s3.service_name.as_deref(), Some("com.amazonaws.eu-central-1.s3"));
    assert_eq!(s3.route_table_ids.map(|ids| ids.len()), Some(3));
}

/// Protects accounts: the roles may do what tasks need, on nothing but the farsight server's own objects.
#[test]
fn roles_are_limited_to_what_tasks_need() {
    let recording = record(setup().config("secret_name", "other/secret"));
    assert_eq!(texts::<Role>(&recording, "name"), ["ecsTaskExecutionRole-0000000", "ecsTaskRole-0000000"]);
    assert_eq!(
        texts::<RolePolicyAttachment>(&recording, "policyArn"),
        ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]
    );
    let start = recording.get::<RolePolicy>("execution").args::<RolePolicy>().policy;
    for part in [
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:other/secret-??????",
        "arn:aws:ecr:eu-central-1:123456789012:repository/farsight-server",
        "<LogGroup api.arn>:*",
        "<LogGroup worker.arn>:*",
    ] {
        assert!(start.contains(part), "{part} is not in {start}");
    }
    assert_eq!(start.matches(r#"["*"]"#).count(), 1, "only the login has no object: {start}");
    let task = recording.get::<RolePolicy>("task").args::<RolePolicy>().policy;
    assert!(task.contains("secretsmanager:GetSecretValue") && !task.contains("ecr:"), "{task}");
}

#[test]
fn logs_are_kept_two_years() {
    let recording = record(setup());
    assert_eq!(texts::<LogGroup>(&recording, "name"), ["/ecs/farsight-api-server", "/ecs/farsight-worker"]);
    assert!(recording.all::<LogGroup>().iter().all(|group| group.args::<LogGroup>().retention_in_days == Some(731)));
    assert!(recording.all::<LogGroup>().iter().all(|group| !group.declaration().options.retain_on_delete));
    let kept = record(setup().config("keep_logs", true));
    assert!(kept.all::<LogGroup>().iter().all(|group| group.declaration().options.retain_on_delete));
}

#[test]
fn zones_that_do_not_exist_are_refused() {
    for (zones, message) in [(4, "has only 3 zones"), (0, "must be from 1 to 8")] {
        let recording = setup().config("zones", zones).record(crate::declare);
        let [error] = recording.errors() else { panic!("{:?}", recording.errors()) };
        assert!(error.kind == ProgramErrorKind::ConfigWrong && error.message.contains(message), "{error:?}");
    }
}
