//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Clock, ErasedHandler, Owner, Scope, SystemClock, conformance};
use std::sync::Arc;

const CLUSTER: &str = "aws:elasticache/cluster:Cluster";
const PARAMETERS: &str = "aws:elasticache/parameterGroup:ParameterGroup";
const GROUP: &str = "aws:elasticache/replicationGroup:ReplicationGroup";
const SUBNETS: &str = "aws:elasticache/subnetGroup:SubnetGroup";

const OUTPOST: &str = "the sandbox has no Outposts";
const MEMCACHED: &str = "in `memcached_keeps_its_promises`";

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    let mut all = farsight_aws_elasticache::handlers(&aws).into_iter().chain(farsight_aws_ec2::handlers(&aws));
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

fn parameter(name: &str, value: &str) -> Value {
    map([("name", name.into()), ("value", value.into())])
}

conformance!(
    parameter_group_keeps_its_promises,
    handler(PARAMETERS).await,
    Sample::new(
        "Parameters",
        map([
            ("family", "redis7".into()),
            ("parameters", Value::List(vec![parameter("maxmemory-policy", "allkeys-lru"), parameter("timeout", "60")])),
            ("tags", tags("a")),
        ])
    )
    .missing("no-such-group")
    .sibling(map([("family", "redis7".into())]))
    .vary("name", "another")
    .vary("description", "other")
    .vary("family", "redis6.x")
    .vary("parameters", Value::List(vec![parameter("timeout", "30")]))
    .vary("parameters", Value::List((0..45).map(|n| parameter(&format!("p{n}"), "1")).collect()))
    .vary("parameters", Value::Null)
    .vary("tags", map([("Name", "b".into())]))
);

fn delivery(kind: &str, group: &str) -> Value {
    map([
        ("destination", group.into()),
        ("destinationType", "cloudwatch-logs".into()),
        ("logFormat", "json".into()),
        ("logType", kind.into()),
    ])
}

conformance!(redis_keeps_its_promises, {
    let (vpc, subnets) = network().await;
    let subnet_group = subnet_group(&subnets).await;
    let (one, other) = (security_group(&vpc).await, security_group(&vpc).await);
    let group = make(PARAMETERS, &map([("name", unique("p").into()), ("family", "redis7".into())])).await;
    let another = make(PARAMETERS, &map([("name", unique("p").into()), ("family", "redis7".into())])).await;
    let topic = |name: &str| Value::from(format!("arn:aws:sns:eu-central-1:123456789012:{name}"));
    let inputs = map([
        ("availabilityZone", "eu-central-1a".into()),
        ("engine", "redis".into()),
        ("engineVersion", "7.1".into()),
        ("ipDiscovery", "ipv4".into()),
        ("logDeliveryConfigurations", Value::List(vec![delivery("slow-log", "/slow")])),
        ("maintenanceWindow", "Sun:04:30-Sun:05:30".into()),
        ("networkType", "ipv4".into()),
        ("nodeType", "cache.t3.micro".into()),
        ("notificationTopicArn", topic("a")),
        ("numCacheNodes", 1.into()),
        ("parameterGroupName", group.as_str().into()),
        ("port", 6379.into()),
        ("securityGroupIds", list([&one])),
        ("snapshotRetentionLimit", 1.into()),
        ("snapshotWindow", "03:00-04:00".into()),
        ("subnetGroupName", subnet_group.as_str().into()),
        ("tags", tags("a")),
    ]);
    let sibling = map([("engine", "redis".into()), ("nodeType", "cache.t3.micro".into())]);
    let sample = Sample::new("Cache", inputs)
        .missing("no-such-cache")
        .sibling(sibling)
        .vary("applyImmediately", true)
        .vary("autoMinorVersionUpgrade", false)
        .vary("availabilityZone", "eu-central-1b")
        .vary("clusterId", "another")
        .vary("engine", "valkey")
        .vary("engineVersion", "7.2")
        .vary("finalSnapshotIdentifier", "last")
        .vary("ipDiscovery", "ipv6")
        .vary("logDeliveryConfigurations", Value::List(vec![delivery("slow-log", "/other")]))
        .vary("logDeliveryConfigurations", Value::List(vec![delivery("engine-log", "/engine")]))
        .vary("logDeliveryConfigurations", Value::Null)
        .vary("maintenanceWindow", "mon:01:00-mon:02:00")
        .vary("networkType", "dual_stack")
        .vary("nodeType", "cache.t3.small")
        .vary("notificationTopicArn", topic("b"))
        .vary("notificationTopicArn", Value::Null)
        .vary("outpostMode", "single-outpost")
        .vary("parameterGroupName", another.as_str())
        .vary("port", 6380)
        .vary("replicationGroupId", "some")
        .vary("securityGroupIds", list([&other, &one]))
        .vary("snapshotArns", "arn:aws:s3:::bucket/dump.rdb")
        .vary("snapshotName", "some")
        .vary("snapshotRetentionLimit", 0)
        .vary("snapshotWindow", "05:00-06:00")
        .vary("subnetGroupName", "another")
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .exempt("azMode", MEMCACHED)
        .exempt("numCacheNodes", MEMCACHED)
        .exempt("preferredAvailabilityZones", MEMCACHED)
        .exempt("preferredOutpostArn", OUTPOST)
        .exempt("transitEncryptionEnabled", MEMCACHED);
    (handler(CLUSTER).await, sample)
});

conformance!(memcached_keeps_its_promises, {
    let inputs = map([
        ("engine", "memcached".into()),
        ("nodeType", "cache.t3.micro".into()),
        ("numCacheNodes", 2.into()),
        ("preferredAvailabilityZones", list(["eu-central-1a", "eu-central-1a"])),
    ]);
    let sample = Sample::new("memcached", inputs)
        .missing("no-such-cache")
        .variation(Variation::new("numCacheNodes", 3).moves(&["cacheNodes"]))
        .variation(Variation::new("numCacheNodes", 1).moves(&["cacheNodes"]))
        .vary("preferredAvailabilityZones", list(["eu-central-1a", "eu-central-1b"]))
        .vary("transitEncryptionEnabled", true);
    let others = [
        "applyImmediately",
        "autoMinorVersionUpgrade",
        "availabilityZone",
        "clusterId",
        "engine",
        "engineVersion",
        "finalSnapshotIdentifier",
        "ipDiscovery",
        "logDeliveryConfigurations",
        "maintenanceWindow",
        "networkType",
        "nodeType",
        "notificationTopicArn",
        "outpostMode",
        "parameterGroupName",
        "port",
        "preferredOutpostArn",
        "replicationGroupId",
        "securityGroupIds",
        "snapshotArns",
        "snapshotName",
        "snapshotRetentionLimit",
        "snapshotWindow",
        "subnetGroupName",
        "tags",
    ];
    let sample = others.into_iter().fold(sample, |sample, other| sample.exempt(other, "in `redis_keeps_its_promises`"));
    (handler(CLUSTER).await, sample.exempt("azMode", "the sandbox does not spread nodes over zones"))
});

conformance!(replication_group_keeps_its_promises, {
    let (vpc, subnets) = network().await;
    let subnet_group = subnet_group(&subnets).await;
    let (one, other) = (security_group(&vpc).await, security_group(&vpc).await);
    let group = make(PARAMETERS, &map([("name", unique("p").into()), ("family", "redis7".into())])).await;
    let another = make(PARAMETERS, &map([("name", unique("p").into()), ("family", "redis7".into())])).await;
    let topic = |name: &str| Value::from(format!("arn:aws:sns:eu-central-1:123456789012:{name}"));
    let inputs = map([
        ("atRestEncryptionEnabled", true.into()),
        ("authToken", Value::secret("a-token-of-sixteen-1".into())),
        ("automaticFailoverEnabled", true.into()),
        ("description", "d".into()),
        ("engine", "redis".into()),
        ("engineVersion", "7.1".into()),
        ("ipDiscovery", "ipv4".into()),
        ("kmsKeyId", "arn:aws:kms:eu-central-1:123456789012:key/a".into()),
        ("logDeliveryConfigurations", Value::List(vec![delivery("slow-log", "/slow")])),
        ("maintenanceWindow", "Sun:04:30-Sun:05:30".into()),
        ("multiAzEnabled", true.into()),
        ("networkType", "ipv4".into()),
        ("nodeType", "cache.t3.micro".into()),
        ("notificationTopicArn", topic("a")),
        ("numCacheClusters", 2.into()),
        ("parameterGroupName", group.as_str().into()),
        ("port", 6379.into()),
        ("securityGroupIds", list([&one])),
        ("snapshotRetentionLimit", 1.into()),
        ("snapshotWindow", "03:00-04:00".into()),
        ("subnetGroupName", subnet_group.as_str().into()),
        ("tags", tags("a")),
        ("transitEncryptionEnabled", true.into()),
        ("transitEncryptionMode", "required".into()),
        ("userGroupIds", list(["a"])),
    ]);
    let moved = &["memberClusters", "replicasPerNodeGroup"];
    let sample = Sample::new("Group", inputs)
        .missing("no-such-group")
        .sibling(map([("description", "d".into()), ("nodeType", "cache.t3.micro".into())]))
        .vary("applyImmediately", true)
        .vary("atRestEncryptionEnabled", false)
        .vary("authToken", Value::secret("a-token-of-sixteen-2".into()))
        .vary("authTokenUpdateStrategy", "SET")
        .vary("autoMinorVersionUpgrade", false)
        .vary("automaticFailoverEnabled", false)
        .vary("dataTieringEnabled", true)
        .vary("description", "other")
        .vary("engine", "valkey")
        .vary("engineVersion", "7.2")
        .vary("finalSnapshotIdentifier", "last")
        .vary("globalReplicationGroupId", "some")
        .vary("ipDiscovery", "ipv6")
        .vary("kmsKeyId", "arn:aws:kms:eu-central-1:123456789012:key/b")
        .vary("logDeliveryConfigurations", Value::List(vec![delivery("slow-log", "/other")]))
        .vary("logDeliveryConfigurations", Value::List(vec![delivery("engine-log", "/engine")]))
        .vary("logDeliveryConfigurations", Value::Null)
        .vary("maintenanceWindow", "mon:01:00-mon:02:00")
        .vary("multiAzEnabled", false)
        .vary("networkType", "dual_stack")
        .vary("nodeType", "cache.t3.small")
        .vary("notificationTopicArn", topic("b"))
        .vary("notificationTopicArn", Value::Null)
        .variation(Variation::new("numCacheClusters", 3).moves(moved))
        .variation(Variation::new("numCacheClusters", 1).with("automaticFailoverEnabled", false).moves(moved))
        .vary("parameterGroupName", another.as_str())
        .vary("port", 6380)
        .vary("preferredCacheClusterAzs", list(["eu-central-1a", "eu-central-1b"]))
        .vary("replicationGroupId", "another")
        .vary("securityGroupIds", list([&other, &one]))
        .vary("snapshotArns", list(["arn:aws:s3:::bucket/dump.rdb"]))
        .vary("snapshotName", "some")
        .vary("snapshotRetentionLimit", 0)
        .vary("snapshotWindow", "05:00-06:00")
        .vary("subnetGroupName", "another")
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("transitEncryptionMode", "preferred")
        .variation(Variation::new("transitEncryptionEnabled", false).with("transitEncryptionMode", Value::Null))
        .vary("userGroupIds", list(["b"]));
    let sample = ["clusterMode", "durability", "nodeGroupConfigurations", "numNodeGroups", "replicasPerNodeGroup"]
        .into_iter()
        .fold(sample, |sample, other| sample.exempt(other, "in `cluster_mode_keeps_its_promises`"));
    (handler(GROUP).await, sample)
});

conformance!(cluster_mode_keeps_its_promises, {
    let inputs = map([
        ("automaticFailoverEnabled", true.into()),
        ("clusterMode", "enabled".into()),
        ("description", "d".into()),
        ("nodeType", "cache.t3.micro".into()),
        ("numNodeGroups", 2.into()),
        ("replicasPerNodeGroup", 1.into()),
    ]);
    let sample = Sample::new("shards", inputs)
        .missing("no-such-group")
        .variation(Variation::new("numNodeGroups", 3).moves(&["memberClusters", "numCacheClusters"]))
        .variation(Variation::new("numNodeGroups", 1).moves(&["memberClusters", "numCacheClusters"]))
        .variation(Variation::new("replicasPerNodeGroup", 2).moves(&["memberClusters", "numCacheClusters"]))
        .variation(Variation::new("replicasPerNodeGroup", 0).moves(&["memberClusters", "numCacheClusters"]))
        .vary("clusterMode", "compatible")
        .vary("nodeGroupConfigurations", Value::List(vec![map([("replicaCount", 2.into())])]));
    let others = [
        "applyImmediately",
        "atRestEncryptionEnabled",
        "authToken",
        "authTokenUpdateStrategy",
        "autoMinorVersionUpgrade",
        "automaticFailoverEnabled",
        "dataTieringEnabled",
        "description",
        "engine",
        "engineVersion",
        "finalSnapshotIdentifier",
        "globalReplicationGroupId",
        "ipDiscovery",
        "kmsKeyId",
        "logDeliveryConfigurations",
        "maintenanceWindow",
        "multiAzEnabled",
        "networkType",
        "nodeType",
        "notificationTopicArn",
        "numCacheClusters",
        "parameterGroupName",
        "port",
        "preferredCacheClusterAzs",
        "replicationGroupId",
        "securityGroupIds",
        "snapshotArns",
        "snapshotName",
        "snapshotRetentionLimit",
        "snapshotWindow",
        "subnetGroupName",
        "tags",
        "transitEncryptionEnabled",
        "transitEncryptionMode",
        "userGroupIds",
    ];
    let elsewhere = "in `replication_group_keeps_its_promises`";
    let sample = others.into_iter().fold(sample, |sample, other| sample.exempt(other, elsewhere));
    (handler(GROUP).await, sample.exempt("durability", "the sandbox does not know it"))
});

/// Protects drift reports: caches in the stack's subnet groups, and groups in its networks, that nobody declared.
#[tokio::test]
async fn caches_of_others_are_strays() {
    let (vpc, subnets) = network().await;
    let group = subnet_group(&subnets).await;
    let inputs = map([
        ("clusterId", unique("stray").into()),
        ("engine", "redis".into()),
        ("nodeType", "cache.t3.micro".into()),
        ("subnetGroupName", group.as_str().into()),
    ]);
    let id = make(CLUSTER, &inputs).await;
    let scope = |token: &str, id: &str| Scope {
        stack: "another/stack".into(),
        known: vec![(token.to_owned(), id.to_owned(), Value::Null)],
    };
    let found = handler(CLUSTER).await.strays(&scope(SUBNETS, &group)).await.unwrap();
    assert_eq!(found.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    let found = handler(SUBNETS).await.strays(&scope("aws:ec2/vpc:Vpc", &vpc)).await.unwrap();
    assert_eq!(found.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [group.as_str()]);
}
