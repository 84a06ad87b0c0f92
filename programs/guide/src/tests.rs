//! The program without an engine.

use farsight::Value;
use farsight::testing::Setup;
use farsight_aws::ec2::{Subnet, Vpc};
use farsight_aws::iam::RolePolicy;
use farsight_aws::logs::LogGroup;
use farsight_random::RandomPassword;

/// What the program asks while it declares, answered by the test.
fn setup() -> Setup {
    Setup::new().answer("aws:index/getAvailabilityZones:getAvailabilityZones", |_| {
        Value::map([("names", Value::List(vec!["eu-central-1a".into(), "eu-central-1b".into()]))])
    })
}

#[test]
fn subnets_are_parts_of_the_network() {
    let recording = setup().config("vpc_cidr", "10.9.0.0/16").record(crate::declare);
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.problems(), Vec::<String>::new());
    assert_eq!(recording.get::<Vpc>("main").args::<Vpc>().cidr_block.as_deref(), Some("10.9.0.0/16"));
    let ranges: Vec<Value> = recording.all::<Subnet>().iter().map(|subnet| subnet.input("cidrBlock")).collect();
    assert_eq!(ranges, ["10.9.0.0/24".into(), "10.9.1.0/24".into()]);
}

#[test]
fn logs_are_protected_in_production_only() {
    for (stack, expected) in [("dev", false), ("prod", true)] {
        let recording = setup().stack(stack).record(crate::declare);
        assert_eq!(recording.get::<LogGroup>("app").declaration().options.protect, expected, "{stack}");
    }
}

#[test]
fn outputs_have_stand_ins() {
    let recording =
        setup().output("main", "id", "vpc-1").output("app", "arn", "arn:aws:iam::1:role/app").record(crate::declare);
    assert_eq!(recording.export("vpcId"), "vpc-1".into());
    assert_eq!(recording.export("roleShortArn"), "role/app".into());
    let policy = recording.get::<RolePolicy>("write-logs").input("policy");
    assert!(policy.as_str().is_some_and(|text| text.contains("arn:aws:iam::1:role/app:*")), "{policy:?}");
}

#[test]
fn a_password_is_made_where_it_is_asked_for() {
    let recording = setup().config("with_password", "true").output("admin", "result", "made-up").record(crate::declare);
    assert_eq!(recording.problems(), Vec::<String>::new());
    assert_eq!(recording.get::<RandomPassword>("admin").args::<RandomPassword>().length, 32);
    assert!(setup().record(crate::declare).all::<RandomPassword>().is_empty());
}

#[test]
fn what_is_made_of_a_secret_is_secret() {
    let recording = setup().secret("hook_token", "t0ken").record(crate::declare);
    assert_eq!(recording.export("hookUrl"), Value::secret("https://hooks.example.com/t0ken".into()));
}

#[test]
fn policies_are_tested_as_well() {
    assert_eq!(setup().record(crate::declare).violations(), []);
    let violations = setup().config("retention_days", 3).record(crate::declare).violations();
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].policy, "logs-are-kept");
    assert_eq!(violations[0].violation.urn.as_ref().unwrap().name(), "app");
}
