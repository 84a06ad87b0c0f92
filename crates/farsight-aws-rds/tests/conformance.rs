//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Reading, Scope, SystemClock, conformance};
use std::sync::Arc;

const INSTANCE: &str = "aws:rds/instance:Instance";
const PARAMETERS: &str = "aws:rds/parameterGroup:ParameterGroup";
const SUBNETS: &str = "aws:rds/subnetGroup:SubnetGroup";

const DOMAIN: &str = "the sandbox has no directories, and does not change memberships";
const OUTPOST: &str = "the sandbox has no Outposts";
const OTHER_ENGINE: &str = "only other engines have it";

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    let mut all = farsight_aws_rds::handlers(&aws).into_iter().chain(farsight_aws_ec2::handlers(&aws));
    all.find(|handler| handler.schema().token == token).unwrap()
}

async fn make(token: &str, inputs: &Value) -> String {
    let handler = handler(token).await;
    let (inputs, problems) = handler.schema().check(inputs);
    assert!(problems.is_empty(), "{problems:?}");
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    handler.create(&owner, &inputs).await.unwrap()
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

fn list<const N: usize>(items: [&str; N]) -> Value {
    Value::List(items.into_iter().map(Value::from).collect())
}

fn tags(name: &str) -> Value {
    map([("Name", name.into())])
}

fn unique(name: &str) -> String {
    format!("{name}-{}", SystemClock.hex(8))
}

/// A network with three subnets.
async fn network() -> (String, [String; 3]) {
    let vpc = make("aws:ec2/vpc:Vpc", &map([("cidrBlock", "10.0.0.0/16".into())])).await;
    let mut subnets = [String::new(), String::new(), String::new()];
    for (subnet, (range, zone)) in subnets.iter_mut().zip([("0", "a"), ("1", "b"), ("2", "c")]) {
        let inputs = map([
            ("vpcId", vpc.as_str().into()),
            ("cidrBlock", format!("10.0.{range}.0/24").into()),
            ("availabilityZone", format!("eu-central-1{zone}").into()),
        ]);
        *subnet = make("aws:ec2/subnet:Subnet", &inputs).await;
    }
    (vpc, subnets)
}

async fn security_group(vpc: &str) -> String {
    let inputs = map([("vpcId", vpc.into()), ("name", unique("group").into())]);
    make("aws:ec2/securityGroup:SecurityGroup", &inputs).await
}

async fn subnet_group(subnets: &[String; 3]) -> String {
    let [a, b, _] = subnets;
    make(SUBNETS, &map([("name", unique("subnets").into()), ("subnetIds", list([a, b]))])).await
}

conformance!(subnet_group_keeps_its_promises, {
    let (_, [a, b, c]) = network().await;
    let inputs = |name: &str| map([("subnetIds", list([&a, &b])), ("tags", tags(name))]);
    let sample = Sample::new("Subnets", inputs("a"))
        .missing("no-such-group")
        .sibling(inputs("b"))
        .vary("name", "another")
        .vary("description", "other")
        .vary("subnetIds", list([&b, &c]))
        .vary("subnetIds", list([&c, &b, &a]))
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("tags", Value::Null);
    (handler(SUBNETS).await, sample)
});

fn parameter(name: &str, value: &str, method: &str) -> Value {
    map([("name", name.into()), ("value", value.into()), ("applyMethod", method.into())])
}

conformance!(
    parameter_group_keeps_its_promises,
    handler(PARAMETERS).await,
    Sample::new(
        "Parameters",
        map([
            ("family", "postgres14".into()),
            (
                "parameters",
                Value::List(vec![
                    parameter("log_statement", "ddl", "immediate"),
                    parameter("max_connections", "100", "pending-reboot"),
                ])
            ),
            ("tags", tags("a")),
        ])
    )
    .missing("no-such-group")
    .sibling(map([("family", "postgres14".into())]))
    .vary("name", "another")
    .vary("description", "other")
    .vary("family", "postgres15")
    .vary("parameters", Value::List(vec![parameter("log_statement", "all", "immediate")]))
    .vary("parameters", Value::List((0..45).map(|n| parameter(&format!("p{n}"), "1", "immediate")).collect()))
    .vary("parameters", Value::Null)
    .vary("skipDestroy", true)
    .vary("tags", map([("Name", "b".into())]))
);

conformance!(instance_keeps_its_promises, {
    let (vpc, subnets) = network().await;
    let subnet_group = subnet_group(&subnets).await;
    let (one, other) = (security_group(&vpc).await, security_group(&vpc).await);
    let group = make(PARAMETERS, &map([("name", unique("p").into()), ("family", "postgres14".into())])).await;
    let another = make(PARAMETERS, &map([("name", unique("p").into()), ("family", "postgres14".into())])).await;
    let key = |name: &str| Value::from(format!("arn:aws:kms:eu-central-1:123456789012:key/{name}"));
    let role = |name: &str| Value::from(format!("arn:aws:iam::123456789012:role/{name}"));
    let inputs = map([
        ("allocatedStorage", 100.into()),
        ("availabilityZone", "eu-central-1a".into()),
        ("backupRetentionPeriod", 7.into()),
        ("backupWindow", "03:00-04:00".into()),
        ("caCertIdentifier", "rds-ca-rsa2048-g1".into()),
        ("databaseInsightsMode", "standard".into()),
        ("dbName", "app".into()),
        ("dbSubnetGroupName", subnet_group.as_str().into()),
        ("enabledCloudwatchLogsExports", list(["postgresql"])),
        ("engine", "postgres".into()),
        ("engineVersion", "14".into()),
        ("instanceClass", "db.t3.medium".into()),
        ("iops", 3000.into()),
        ("kmsKeyId", key("a")),
        ("licenseModel", "postgresql-license".into()),
        ("maintenanceWindow", "Sun:04:30-Sun:05:30".into()),
        ("maxAllocatedStorage", 200.into()),
        ("monitoringInterval", 60.into()),
        ("monitoringRoleArn", role("a")),
        ("networkType", "IPV4".into()),
        ("parameterGroupName", group.as_str().into()),
        ("password", Value::secret("long-enough-1".into())),
        ("performanceInsightsEnabled", true.into()),
        ("performanceInsightsKmsKeyId", key("a")),
        ("performanceInsightsRetentionPeriod", 7.into()),
        ("port", 5432.into()),
        ("storageEncrypted", true.into()),
        ("storageThroughput", 125.into()),
        ("storageType", "gp3".into()),
        ("skipFinalSnapshot", true.into()),
        ("tags", tags("a")),
        ("username", "app".into()),
        ("vpcSecurityGroupIds", list([&one])),
    ]);
    let sibling = map([
        ("allocatedStorage", 20.into()),
        ("engine", "postgres".into()),
        ("instanceClass", "db.t3.micro".into()),
        ("manageMasterUserPassword", true.into()),
        ("skipFinalSnapshot", true.into()),
        ("username", "app".into()),
    ]);
    let sample = Sample::new("Database", inputs)
        .missing("no-such-database")
        .sibling(sibling)
        .vary("allocatedStorage", 150)
        .vary("allowMajorVersionUpgrade", true)
        .vary("applyImmediately", true)
        .vary("autoMinorVersionUpgrade", false)
        .vary("availabilityZone", "eu-central-1b")
        .vary("backupRetentionPeriod", 0)
        .vary("backupTarget", "outposts")
        .vary("backupWindow", "05:40-06:10")
        .vary("caCertIdentifier", "rds-ca-ecc384-g1")
        .vary("copyTagsToSnapshot", true)
        .vary("customIamInstanceProfile", "AWSRDSCustom")
        .vary("databaseInsightsMode", "advanced")
        .vary("dbName", "other")
        .vary("dbSubnetGroupName", "another")
        .vary("dedicatedLogVolume", true)
        .vary("deleteAutomatedBackups", false)
        .vary("deletionProtection", true)
        .vary("enabledCloudwatchLogsExports", list(["upgrade"]))
        .vary("enabledCloudwatchLogsExports", list(["upgrade", "postgresql"]))
        .vary("enabledCloudwatchLogsExports", Value::Null)
        .vary("engine", "mysql")
        .vary("engineLifecycleSupport", "open-source-rds-extended-support-disabled")
        .vary("engineVersion", "15.3")
        .vary("finalSnapshotIdentifier", "last")
        .vary("iamDatabaseAuthenticationEnabled", true)
        .vary("identifier", "another")
        .vary("instanceClass", "db.m5.large")
        .vary("iops", 4000)
        .vary("kmsKeyId", key("b"))
        .vary("licenseModel", "other-license")
        .vary("maintenanceWindow", "mon:01:00-mon:02:00")
        .variation(
            Variation::new("manageMasterUserPassword", true).moves(&["masterUserSecrets", "masterUserSecretKmsKeyId"]),
        )
        .vary("maxAllocatedStorage", 300)
        .vary("maxAllocatedStorage", Value::Null)
        .vary("monitoringInterval", 5)
        .variation(Variation::new("monitoringInterval", 0).with("monitoringRoleArn", Value::Null))
        .vary("monitoringRoleArn", role("b"))
        .vary("multiAz", true)
        .vary("ncharCharacterSetName", "AL16UTF16")
        .vary("networkType", "DUAL")
        .vary("parameterGroupName", another.as_str())
        .vary("password", Value::secret("long-enough-2".into()))
        .variation(
            Variation::new("performanceInsightsEnabled", false)
                .with("performanceInsightsKmsKeyId", Value::Null)
                .with("performanceInsightsRetentionPeriod", Value::Null),
        )
        .vary("performanceInsightsKmsKeyId", key("b"))
        .vary("performanceInsightsRetentionPeriod", 731)
        .variation(Variation::new("port", 5433).moves(&["endpoint"]))
        .vary("publiclyAccessible", true)
        .vary("restoreToPointInTime", map([("sourceDbInstanceIdentifier", "other".into())]))
        .vary("skipFinalSnapshot", false)
        .vary("snapshotIdentifier", "some")
        .vary("storageEncrypted", false)
        .vary("storageThroughput", 250)
        .variation(Variation::new("storageType", "io1").with("storageThroughput", Value::Null).kept("io1 has none"))
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("timezone", "UTC")
        .vary("username", "other")
        .vary("vpcSecurityGroupIds", list([&other, &one]))
        .exempt("characterSetName", OTHER_ENGINE)
        .exempt("customerOwnedIpEnabled", OUTPOST)
        .exempt("domain", DOMAIN)
        .exempt("domainAuthSecretArn", DOMAIN)
        .exempt("domainDnsIps", DOMAIN)
        .exempt("domainFqdn", DOMAIN)
        .exempt("domainIamRoleName", DOMAIN)
        .exempt("domainOu", DOMAIN)
        .exempt("masterUserSecretKmsKeyId", "in `a_managed_password_has_a_secret`")
        .exempt("optionGroupName", OTHER_ENGINE)
        .exempt("replicaMode", OTHER_ENGINE)
        .exempt("replicateSourceDb", "in `a_replica_is_made_and_promoted`");
    (handler(INSTANCE).await, sample)
});

async fn read(id: &str) -> Value {
    for _ in 0..10 {
        match handler(INSTANCE).await.read(&[id.to_owned()]).await.unwrap().remove(0) {
            Reading::Ready(value) => return value,
            Reading::Settling(_) => {}
            other => panic!("{other:?}"),
        }
    }
    panic!("not ready")
}

fn postgres(name: &str) -> Value {
    map([
        ("allocatedStorage", 20.into()),
        ("engine", "postgres".into()),
        ("engineVersion", "14.9".into()),
        ("identifier", unique(name).into()),
        ("instanceClass", "db.t3.micro".into()),
        ("password", "long-enough-1".into()),
        ("username", "app".into()),
    ])
}

/// Protects passwords: RDS makes one that no program ever sees.
#[tokio::test]
async fn a_managed_password_has_a_secret() {
    let mut inputs = postgres("managed");
    inputs.set("password", Value::Null);
    inputs.set("manageMasterUserPassword", true.into());
    let reading = read(&make(INSTANCE, &inputs).await).await;
    assert_eq!(reading.get("manageMasterUserPassword"), Some(&true.into()));
    let Some(Value::List(secrets)) = reading.get("masterUserSecrets") else { panic!("{reading:?}") };
    assert!(secrets[0].get("secretArn").and_then(Value::as_str).unwrap().contains(":secret:"));
}

/// Protects data: a delete leaves a snapshot unless the program says otherwise, and `up` after `down` begins with it.
#[tokio::test]
async fn a_delete_leaves_a_snapshot_that_an_instance_can_be_made_of() {
    let instances = handler(INSTANCE).await;
    let inputs = postgres("kept");
    let id = make(INSTANCE, &inputs).await;
    let resource = read(&id).await.get("resourceId").and_then(Value::as_str).unwrap().to_lowercase();
    let inputs = instances.schema().check(&inputs).0;
    instances.delete(&id, &inputs).await.unwrap();
    assert_eq!(instances.delete(&id, &inputs).await.unwrap_err().fault, Fault::Gone);

    let snapshot = format!("{id}-final-{}", resource.trim_start_matches("db-"));
    let inputs = map([
        ("identifier", unique("restored").into()),
        ("instanceClass", "db.t3.micro".into()),
        ("snapshotIdentifier", snapshot.into()),
        ("tags", tags("b")),
    ]);
    let reading = read(&make(INSTANCE, &inputs).await).await;
    assert_eq!(reading.get("username"), Some(&"app".into()));
    assert_eq!(reading.get("tags"), Some(&tags("b")));
}

/// Protects `down` after `up` after `down`: the snapshot that the first one left is in nobody's way, and is named.
#[tokio::test]
async fn a_snapshot_of_an_earlier_instance_is_in_nobodys_way() {
    let (instances, name) = (handler(INSTANCE).await, unique("last"));
    for _ in 0..2 {
        let mut inputs = postgres("again");
        inputs.set("finalSnapshotIdentifier", name.as_str().into());
        let id = make(INSTANCE, &inputs).await;
        let inputs = instances.schema().check(&inputs).0;
        instances.delete(&id, &inputs).await.unwrap();
        assert!(instances.leaves(&id, &inputs).unwrap().what.contains(&format!("`{name}`")));
    }
}

/// Protects people from a riddle: what keeps a database from being deleted is said, and how it goes.
#[tokio::test]
async fn a_protected_instance_says_how_it_can_be_deleted() {
    let (instances, mut inputs) = (handler(INSTANCE).await, postgres("protected"));
    inputs.set("deletionProtection", true.into());
    let id = make(INSTANCE, &inputs).await;
    let refused = instances.delete(&id, &instances.schema().check(&inputs).0).await.unwrap_err();
    assert_eq!(refused.fault, Fault::Rejected);
    assert!(refused.message.contains("deletion_protection(false)"), "{refused}");
}

/// Protects drift reports: databases in the stack's networks that nobody declared are shown.
#[tokio::test]
async fn a_database_of_others_is_a_stray() {
    let (vpc, subnets) = network().await;
    let group = subnet_group(&subnets).await;
    let mut inputs = postgres("stray");
    inputs.set("dbSubnetGroupName", group.as_str().into());
    let id = make(INSTANCE, &inputs).await;
    let known = vec![("aws:ec2/vpc:Vpc".to_owned(), vpc, Value::Null)];
    let scope = Scope { stack: "another/stack".into(), known };
    let found = handler(INSTANCE).await.strays(&scope).await.unwrap();
    assert_eq!(found.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    let found = handler(SUBNETS).await.strays(&scope).await.unwrap();
    assert_eq!(found.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [group.as_str()]);
}

#[tokio::test]
async fn a_replica_is_made_and_promoted() {
    let instances = handler(INSTANCE).await;
    let source = make(INSTANCE, &postgres("source")).await;
    let inputs = map([
        ("identifier", unique("replica").into()),
        ("instanceClass", "db.t3.micro".into()),
        ("replicateSourceDb", source.as_str().into()),
    ]);
    let id = make(INSTANCE, &inputs).await;
    let before = read(&id).await;
    assert_eq!(before.get("replicateSourceDb"), Some(&source.as_str().into()));
    let mut wanted = instances.schema().check(&inputs).0;
    let previous = wanted.clone();
    wanted.set("replicateSourceDb", Value::Null);
    let differences = farsight_model::diff(instances.schema(), Some(&previous), &wanted, &before);
    let named = differences.iter().filter(|difference| difference.path.head() == Some("replicateSourceDb"));
    let promotion: Vec<_> = named.cloned().collect();
    instances.update(&id, &wanted, &before, &promotion).await.unwrap();
    assert_eq!(read(&id).await.get("replicateSourceDb"), None);
}
