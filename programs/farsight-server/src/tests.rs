//! The whole program without an engine.

use farsight::Value;
use farsight::model::{Resource, Urn};
use farsight::testing::{ProgramErrorKind, Recorded, Recording, Setup};
use farsight_aws::appautoscaling::{Policy, Target};
use farsight_aws::cloudwatch::{Dashboard, MetricAlarm};
use farsight_aws::ec2::{
    NatGateway, Route, RouteTable, SecurityGroup, SecurityGroupEgressRule, SecurityGroupIngressRule, Subnet, Vpc,
    VpcEndpoint,
};
use farsight_aws::ecr::Repository;
use farsight_aws::ecs::{ClusterCapacityProviders, LaunchType, Service, TaskDefinition};
use farsight_aws::elasticache::ReplicationGroup;
use farsight_aws::iam::{Role, RolePolicy, RolePolicyAttachment};
use farsight_aws::lb::{Listener, LoadBalancer, Protocol, TargetGroup};
use farsight_aws::logs::LogGroup;
use farsight_aws::rds::Instance;
use farsight_aws::route53::Record;
use farsight_aws::secretsmanager::{Secret, SecretVersion};
use farsight_aws::sns::TopicSubscription;
use farsight_aws::wafv2::{WebAcl, WebAclAssociation};
use std::collections::{BTreeMap, BTreeSet};

/// A region with three zones and an empty repository.
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
        .answer("aws:ecr/getImage:getImage", |_| Value::Null)
}

/// The same with an image behind each tag.
fn with_image() -> Setup {
    setup().answer("aws:ecr/getImage:getImage", |args| {
        let digest = format!("sha256:{}", args.get("imageTag").and_then(Value::as_str).unwrap_or_default());
        Value::map([("imageDigest", digest.into()), ("imageUri", "uri".into()), ("imageTags", Value::List(vec![]))])
    })
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

/// The one container of a task definition.
fn container(recording: &Recording, name: &str) -> Value {
    let text = recording.get::<TaskDefinition>(name).args::<TaskDefinition>().container_definitions;
    serde_json::from_str::<Vec<Value>>(&text).unwrap().remove(0)
}

/// A list of names with values, as ECS writes environments.
fn pairs(list: Option<&Value>, value: &str) -> BTreeMap<String, String> {
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let entries = list.and_then(Value::as_list).unwrap_or_default();
    entries.iter().map(|entry| (text(entry, "name"), text(entry, value))).collect()
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
    let private = recording.get::<Subnet>("main-private-1").args::<Subnet>();
    assert_eq!(private.availability_zone.as_deref(), Some("eu-central-1b"));
    assert!(!private.map_public_ip_on_launch);
    assert!(recording.get::<Subnet>("main-public-0").args::<Subnet>().map_public_ip_on_launch);
    assert_eq!(recording.export("publicSubnetIds").as_list().map(<[_]>::len), Some(2));
}

/// Protects the first `up`: a NAT gateway without its way out fails for good.
#[test]
fn the_nat_gateway_waits_for_its_way_out() {
    let recording = record(setup());
    let nat = recording.get::<NatGateway>("main-nat-0");
    let waits: Vec<&str> = nat.declaration().options.depends_on.iter().map(Urn::name).collect();
    assert_eq!(waits, ["main", "main-public-internet"]);
    assert_eq!(recording.all::<NatGateway>().len(), 1);
    let private: Vec<_> = recording.all::<Route>().iter().map(|route| route.input("natGatewayId")).collect();
    assert_eq!(private, [Value::Null, "<NatGateway main-nat-0.id>".into(), "<NatGateway main-nat-0.id>".into()]);
}

#[test]
fn each_zone_can_have_its_own_nat_gateway() {
    let recording = record(setup().config("zones", "3").config("nat_per_zone", "true"));
    assert_eq!(recording.all::<NatGateway>().len(), 3);
    let route = recording.get::<Route>("main-private-2-internet");
    assert_eq!(route.input("natGatewayId"), "<NatGateway main-nat-2.id>".into());
    assert_eq!(recording.all::<RouteTable>().len(), 4);
}

/// Protects the security of the stack: these ways are open, and no other.
#[test]
fn exactly_these_ways_are_open() {
    fn ways(recording: &Recording) -> (BTreeSet<String>, BTreeSet<String>) {
        let peer = |rule: &Recorded<'_>| {
            ["cidrIpv4", "referencedSecurityGroupId", "prefixListId"]
                .iter()
                .filter_map(|path| rule.input(path).as_str().map(str::to_owned))
                .collect::<Vec<_>>()
                .join("+")
        };
        let way = |rule: &Recorded<'_>| {
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
        "tasks <VpcEndpoint endpoints-s3.prefixListId> 443",
        "tasks 0.0.0.0/0 443",
    ]);
    let recording = record(setup());
    assert_eq!(ways(&recording), (inward.clone(), outward.clone()));
    assert!(recording.all::<SecurityGroup>().iter().all(|group| !group.args::<SecurityGroup>().allow_all_egress));

    outward.remove("tasks 0.0.0.0/0 443");
    outward.remove("tasks 0.0.0.0/0 7233");
    outward.insert("tasks 10.9.0.0/24 7000".to_owned());
    let closed = setup().config("internet_egress", "false").config("temporal_cidr", "10.9.0.0/24");
    assert_eq!(ways(&record(closed.config("temporal_address", "t.example.com:7000"))), (inward, outward));
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
    let s3 = recording.get::<VpcEndpoint>("endpoints-s3").args::<VpcEndpoint>();
    assert_eq!(s3.service_name.as_deref(), Some("com.amazonaws.eu-central-1.s3"));
    assert_eq!(s3.route_table_ids.map(|ids| ids.len()), Some(3));
}

/// Protects accounts: the roles may do what tasks need, on nothing but the stack's own objects.
#[test]
fn roles_are_limited_to_what_tasks_need() {
    let recording = record(setup());
    assert_eq!(texts::<Role>(&recording, "name"), ["ecsTaskExecutionRole-0000000", "ecsTaskRole-0000000"]);
    assert_eq!(
        texts::<RolePolicyAttachment>(&recording, "policyArn"),
        ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]
    );
    let of = |name: &str| recording.get::<RolePolicy>(name).args::<RolePolicy>().policy;
    let start = of("ecsTaskExecutionRole");
    for part in ["<Secret server-secrets.arn>", "<Repository server.arn>"] {
        assert!(start.contains(part), "{part} is not in {start}");
    }
    assert_eq!(start.matches(r#"["*"]"#).count(), 1, "only the login has no object: {start}");
    assert!(of("api-logs").contains("<LogGroup api.arn>:*") && of("worker-logs").contains("<LogGroup worker.arn>:*"));
    let task = of("ecsTaskRole");
    assert!(task.contains("secretsmanager:GetSecretValue") && !task.contains("ecr:"), "{task}");
}

/// Protects data: nothing is public or in clear, and everything outlives a `down`.
#[test]
fn data_is_safe_by_default_and_each_switch_relaxes_one_thing() {
    let safe = record(setup());
    let database = safe.get::<Instance>("database").args::<Instance>();
    assert!(database.storage_encrypted && database.multi_az && !database.publicly_accessible);
    assert!(!database.skip_final_snapshot && !database.delete_automated_backups && !database.deletion_protection);
    assert_eq!((database.allocated_storage, database.backup_retention_period), (Some(100), Some(7)));
    assert_eq!((database.engine_version.as_deref(), database.db_name.as_deref()), (Some("14"), Some("farsight")));
    assert_eq!(database.instance_class, "db.t3.medium");
    let cache = safe.get::<ReplicationGroup>("cache").args::<ReplicationGroup>();
    assert!(cache.at_rest_encryption_enabled && cache.transit_encryption_enabled && cache.auth_token.is_some());
    assert_eq!((cache.node_type.as_deref(), cache.num_cache_clusters), (Some("cache.t3.micro"), Some(1)));
    assert!(cache.final_snapshot_identifier.is_some_and(|name| name.starts_with("farsight-redis-final-")));
    assert_eq!(safe.get::<Secret>("server-secrets").args::<Secret>().recovery_window_in_days, 30);
    let kept = |recording: &Recording| {
        let groups = recording.all::<LogGroup>();
        let all = groups.iter().chain([&recording.get::<Repository>("server")]).collect::<Vec<_>>().len();
        let kept = groups.iter().filter(|group| group.declaration().options.retain_on_delete).count();
        let images = usize::from(recording.get::<Repository>("server").declaration().options.retain_on_delete);
        (all, kept + images)
    };
    assert_eq!(kept(&safe), (3, 3));
    assert!(safe.get::<LoadBalancer>("alb").args::<LoadBalancer>().drop_invalid_header_fields == Some(true));

    let gone = record(setup().config("keep_data", "false"));
    let database = gone.get::<Instance>("database").args::<Instance>();
    assert!(database.skip_final_snapshot && database.delete_automated_backups);
    assert_eq!(gone.get::<ReplicationGroup>("cache").args::<ReplicationGroup>().final_snapshot_identifier, None);
    assert_eq!(gone.get::<Secret>("server-secrets").args::<Secret>().recovery_window_in_days, 0);
    assert_eq!(kept(&gone), (3, 0));
    assert!(gone.get::<Repository>("server").args::<Repository>().force_delete);

    let clear = record(setup().config("storage_encrypted", "false").config("redis_tls", "false"));
    assert!(!clear.get::<Instance>("database").args::<Instance>().storage_encrypted);
    let cache = clear.get::<ReplicationGroup>("cache").args::<ReplicationGroup>();
    assert!(!cache.at_rest_encryption_enabled && !cache.transit_encryption_enabled && cache.auth_token.is_none());
    assert!(!pairs(container(&clear, "api").get("secrets"), "valueFrom").contains_key("REDIS_PASSWORD"));

    for (setup, expected) in [
        (setup().stack("prod"), true),
        (setup().stack("prod").config("deletion_protection", "false"), false),
        (setup().config("deletion_protection", "true"), true),
    ] {
        let recording = record(setup);
        assert_eq!(recording.get::<Instance>("database").args::<Instance>().deletion_protection, expected);
        assert_eq!(recording.get::<LoadBalancer>("alb").args::<LoadBalancer>().enable_deletion_protection, expected);
    }
}

#[test]
fn tasks_are_what_the_guide_says() {
    let recording = record(with_image().config("temporal_address", "temporal.example.com:7233"));
    for (name, family) in [("api", "farsight-api-server"), ("worker", "farsight-worker")] {
        let task = recording.get::<TaskDefinition>(name).args::<TaskDefinition>();
        assert_eq!(
            (task.family.as_str(), task.cpu.as_deref(), task.memory.as_deref()),
            (family, Some("512"), Some("1024"))
        );
        let container = container(&recording, name);
        let environment = pairs(container.get("environment"), "value");
        let expected = [
            ("PINECONE_INDEX", "default-index"),
            ("POSTGRES_DB_NAME", "farsight"),
            ("POSTGRES_HOST", "<Instance database.address>"),
            ("POSTGRES_PORT", "5432"),
            ("POSTGRES_USER", "postgres"),
            ("REDIS_HOST", "<ReplicationGroup cache.primaryEndpointAddress>"),
            ("REDIS_PORT", "6379"),
            ("TEMPORAL_ADDRESS", "temporal.example.com:7233"),
            ("TEMPORAL_NAMESPACE", "default"),
            ("TEMPORAL_TASK_QUEUE", "orchestrator-task-queue"),
        ];
        assert_eq!(environment, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        assert_eq!(container.get("image"), Some(&"<Repository server.repositoryUrl>@sha256:latest".into()));
        let service = recording.get::<Service>(name).args::<Service>();
        assert_eq!((service.name.as_str(), service.desired_count), (family, Some(2)));
        assert_eq!(service.launch_type, Some(LaunchType::Fargate));
        assert!(!service.network_configuration.unwrap().assign_public_ip);
        assert!(service.deployment_circuit_breaker.is_some_and(|breaker| breaker.enable && breaker.rollback));
        assert_eq!(service.deployment_minimum_healthy_percent, Some(100));
    }
    let api = container(&recording, "api");
    let check = api.get("healthCheck").and_then(|check| check.get("command")).and_then(Value::as_list).unwrap();
    assert_eq!(
        check[1].as_str(),
        Some(r#"python -c "import urllib.request; urllib.request.urlopen('http://localhost:8000/health')" || exit 1"#)
    );
    let bounds = |name: &str| {
        let target = recording.get::<Target>(name).args::<Target>();
        (target.min_capacity, target.max_capacity)
    };
    assert_eq!((bounds("api"), bounds("worker")), ((2, 10), (2, 5)));
    assert_eq!(recording.all::<Policy>().len(), 2);
    let targets = recording.get::<TargetGroup>("alb").args::<TargetGroup>();
    assert_eq!((targets.name.as_str(), targets.port), ("farsight-api-tg", Some(8000)));
}

/// Protects the first `up`: nobody waits for tasks whose image nobody has pushed.
#[test]
fn an_empty_repository_is_not_waited_for() {
    for (setup, image, waits) in [
        (setup(), "<Repository server.repositoryUrl>:latest", false),
        (with_image().config("image_tag", "v2"), "<Repository server.repositoryUrl>@sha256:v2", true),
    ] {
        let recording = record(setup);
        assert_eq!(recording.log().iter().any(|line| line.contains("there is no image")), !waits);
        assert_eq!(container(&recording, "worker").get("image"), Some(&image.into()));
        for service in recording.all::<Service>() {
            assert_eq!(service.args::<Service>().wait_for_steady_state, waits);
        }
    }
}

/// Protects secrets: what is not set is left out, everything is secret, and tasks of the worker cannot read the API's key.
#[test]
fn secrets_are_what_is_there() {
    let recording = record(setup());
    let secrets = |recording: &Recording, name: &str| pairs(container(recording, name).get("secrets"), "valueFrom");
    let keys = |recording: &Recording, name: &str| secrets(recording, name).into_keys().collect::<Vec<_>>();
    assert_eq!(keys(&recording, "api"), ["API_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"]);
    assert_eq!(keys(&recording, "worker"), ["POSTGRES_PASSWORD", "REDIS_PASSWORD"]);
    assert!(recording.log().iter().any(|line| line.contains("tasks start without OPENAI_API_KEY")));
    assert_eq!(secrets(&recording, "api")["API_KEY"], "<Secret server-secrets.arn>:API_KEY::");

    let set = record(setup().secret("openai_api_key", "sk-1").secret("postgres_password", "hunter2"));
    assert!(keys(&set, "worker").contains(&"OPENAI_API_KEY".to_owned()));
    let version = set.get::<SecretVersion>("server-secrets");
    assert!(version.input("secretString").has_secret());
    let text = version.args::<SecretVersion>().secret_string.unwrap();
    assert!(text.contains(r#""OPENAI_API_KEY":"sk-1""#) && text.contains(r#""POSTGRES_PASSWORD":"hunter2""#), "{text}");
    assert_eq!(set.get::<Instance>("database").args::<Instance>().password.as_deref(), Some("hunter2"));

    let arn = "arn:aws:secretsmanager:eu-central-1:1:secret:farsight/server-secrets-AbCdEf";
    let adopted = record(setup().config("secret_import", arn));
    let adopted = adopted.get::<Secret>("server-secrets");
    assert_eq!(adopted.declaration().options.import.as_deref(), Some(arn));
    assert_eq!(adopted.args::<Secret>().tags, BTreeMap::new());
}

/// Protects time: a database takes a quarter of an hour, and only what needs its address waits for it.
#[test]
fn only_tasks_wait_for_the_database() {
    let recording = record(setup());
    let mut waiting: BTreeSet<Urn> = [recording.get::<Instance>("database").urn().clone()].into();
    for declaration in recording.declarations() {
        let text = format!("{:?} {:?}", declaration.inputs, declaration.options.depends_on);
        if waiting.iter().any(|urn| text.contains(urn.as_str())) {
            waiting.insert(declaration.urn.clone());
        }
    }
    let names: BTreeSet<String> = waiting
        .iter()
        .map(|urn| format!("{} {}", urn.token().short().rsplit(':').next().unwrap(), urn.name()))
        .collect();
    let expected = [
        "Instance database",
        "Policy api",
        "Policy worker",
        "Service api",
        "Service worker",
        "ServiceSteady api",
        "ServiceSteady worker",
        "Target api",
        "Target worker",
        "TaskDefinition api",
        "TaskDefinition worker",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
}

#[test]
fn workers_can_run_on_spot() {
    let recording = record(setup().config("worker_spot", "true"));
    assert_eq!(recording.all::<ClusterCapacityProviders>().len(), 1);
    let worker = recording.get::<Service>("worker").args::<Service>();
    assert_eq!(worker.launch_type, None);
    assert_eq!(worker.capacity_provider_strategies.unwrap()[0].capacity_provider, "FARGATE_SPOT");
    assert_eq!(recording.get::<Service>("api").args::<Service>().launch_type, Some(LaunchType::Fargate));
    assert!(record(setup()).all::<ClusterCapacityProviders>().is_empty());
}

/// Protects clients: with a domain nothing goes over the wire in clear, and nobody waits for a certificate by hand.
#[test]
fn a_domain_means_https() {
    let zone = |args: &Value| {
        assert_eq!(args.get("name"), Some(&"example.com".into()));
        let text = [("zoneId", "Z1"), ("name", "example.com"), ("arn", "arn")].map(|(k, v)| (k, Value::from(v)));
        Value::map(text.into_iter().chain([("nameServers", Value::List(Vec::new()))]))
    };
    let proof = [("resourceRecordName", "_p.api.example.com"), ("resourceRecordValue", "_v.acm")];
    let proof = Value::List(vec![Value::map(proof.map(|(k, v)| (k, Value::from(v))))]);
    let setup = setup().answer("aws:route53/getZone:getZone", zone).output("api", "domainValidationOptions", proof);
    let recording = record(setup.config("certificate_domain", "api.example.com").config("waf", "true"));
    let health = recording.named("farsight:check:Http", "health").input("url");
    assert_eq!(health.as_str(), Some("https://api.example.com/health"));
    let https = recording.get::<Listener>("alb-https").args::<Listener>();
    assert_eq!((https.port, https.protocol), (Some(443), Some(Protocol::Https)));
    assert_eq!(https.certificate_arn.as_deref(), Some("<Certificate api.arn>"));
    let waits = format!("{:?}", recording.get::<Listener>("alb-https").declaration().inputs);
    assert!(waits.contains("CertificateValidation::api"), "the listener does not wait for the issue: {waits}");
    let http = recording.get::<Listener>("alb-http").args::<Listener>();
    let redirect = http.default_actions[0].redirect.clone().unwrap();
    assert_eq!((redirect.protocol.as_str(), redirect.port.as_str()), ("HTTPS", "443"));
    let alias = recording.get::<Record>("alb-domain").args::<Record>();
    assert_eq!((alias.zone_id.as_str(), alias.name.as_str()), ("Z1", "api.example.com"));
    let proof = recording.get::<Record>("api-proof").args::<Record>();
    assert_eq!((proof.name.as_str(), proof.records), ("_p.api.example.com", Some(vec!["_v.acm".to_owned()])));
    assert_eq!(recording.export("url"), "https://api.example.com".into());
    assert_eq!(recording.get::<WebAclAssociation>("waf").input("resourceArn"), "<LoadBalancer alb.arn>".into());
    assert_eq!(recording.get::<WebAcl>("waf").args::<WebAcl>().rules.len(), 4);

    let plain = record(self::setup());
    assert_eq!(texts::<Listener>(&plain, "protocol"), ["HTTP"]);
    assert_eq!(plain.export("url"), "http://<LoadBalancer alb.dnsName>".into());
    assert!(plain.all::<WebAcl>().is_empty() && plain.all::<Record>().is_empty());
}

#[test]
fn everything_is_watched() {
    let recording = record(setup().config("alarm_email", "ops@example.com"));
    let names: BTreeSet<String> = texts::<MetricAlarm>(&recording, "name").into_iter().collect();
    for name in [
        "farsight-api-server-high-cpu",
        "farsight-api-server-high-memory",
        "farsight-api-server-few-tasks",
        "farsight-api-server-database-errors",
        "farsight-worker-high-cpu",
        "farsight-worker-high-memory",
        "farsight-worker-few-tasks",
        "farsight-worker-database-errors",
        "farsight-alb-unhealthy-targets",
        "farsight-postgres-high-cpu",
        "farsight-postgres-low-memory",
        "farsight-postgres-many-connections",
        "farsight-redis-001-high-cpu",
        "farsight-redis-001-high-memory",
    ] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    for alarm in recording.all::<MetricAlarm>() {
        assert_eq!(alarm.args::<MetricAlarm>().alarm_actions, ["<Topic alarms.arn>"]);
    }
    assert_eq!(texts::<TopicSubscription>(&recording, "endpoint"), ["ops@example.com"]);
    assert!(record(setup()).all::<TopicSubscription>().is_empty());
    let page = recording.get::<Dashboard>("dashboard").args::<Dashboard>().dashboard_body;
    for metric in [
        "CPUUtilization",
        "MemoryUtilization",
        "RunningTaskCount",
        "RequestCount",
        "TargetResponseTime",
        "HTTPCode_Target_5XX_Count",
        "DatabaseConnections",
        "FreeStorageSpace",
        "DatabaseMemoryUsagePercentage",
        "Evictions",
    ] {
        assert!(page.contains(metric), "{metric} is not in {page}");
    }
}

#[test]
fn the_outputs_are_the_guides() {
    let recording = record(with_image().config("image_tag", "v2"));
    assert_eq!(recording.export("LoadBalancerDNS"), "<LoadBalancer alb.dnsName>".into());
    assert_eq!(recording.export("ECRRepositoryURI"), "<Repository server.repositoryUrl>".into());
    assert_eq!(
        recording.export("dockerLogin"),
        "aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin \
         123456789012.dkr.ecr.eu-central-1.amazonaws.com"
            .into()
    );
    assert_eq!(recording.export("dockerBuild"), "docker build -t farsight-server:v2 .".into());
    let url = "<Repository server.repositoryUrl>";
    assert_eq!(recording.export("dockerTag"), format!("docker tag farsight-server:v2 {url}:v2").as_str().into());
    assert_eq!(recording.export("dockerPush"), format!("docker push {url}:v2").as_str().into());
}

/// Protects a second stack in the same account: no name is taken twice.
#[test]
fn a_prefix_changes_every_fixed_name() {
    let fixed = |recording: &Recording| {
        let mut names = BTreeSet::new();
        for declaration in recording.declarations() {
            for key in ["name", "identifier", "replicationGroupId", "family", "dashboardName"] {
                if let Some(Value::String(name)) = declaration.inputs.get(key)
                    && !name.ends_with("-cpu-scaling")
                    && name != "database-errors"
                {
                    names.insert(name.clone());
                }
            }
        }
        names
    };
    let (one, two) = (fixed(&record(setup())), fixed(&record(setup().config("prefix", "other"))));
    assert!(one.len() > 20, "{one:?}");
    assert_eq!(one.intersection(&two).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn wrong_configuration_is_refused() {
    for (key, value, message) in [
        ("zones", "4", "has only 3 zones"),
        ("zones", "0", "must be from 1 to 8"),
        ("region", "eu-west-1", "AWS is reached in `eu-central-1`"),
        ("temporal_address", "temporal", "must be HOST:PORT"),
    ] {
        let recording = setup().config(key, value).record(crate::declare);
        let [error] = recording.errors() else { panic!("{key}={value}: {:?}", recording.errors()) };
        assert!(error.kind == ProgramErrorKind::ConfigWrong && error.message.contains(message), "{error:?}");
    }
}

/// Protects `farsight verify`: it asks about everything that the guide's last step names.
#[test]
fn what_must_hold_is_declared() {
    let recording = record(setup());
    let check = |kind: &str, name: &str| recording.named(kind, name);
    let url = check("farsight:check:Http", "health").input("url");
    assert_eq!(url.as_str(), Some("http://<LoadBalancer alb.dnsName>/health"));
    assert_eq!(
        check("aws:check:TargetsHealthy", "targets").input("targetGroupArn").as_str(),
        Some("<TargetGroup alb.arn>")
    );
    for (name, service, group) in [
        ("api", "farsight-api-server", "/ecs/farsight-api-server"),
        ("worker", "farsight-worker", "/ecs/farsight-worker"),
    ] {
        assert_eq!(check("aws:check:ServiceSteady", name).input("service").as_str(), Some(service));
        assert_eq!(check("aws:check:LogsFlowing", name).input("logGroupName").as_str(), Some(group));
    }
    let alarms = check("aws:check:AlarmsQuiet", "alarms").input("alarmNames");
    assert_eq!(alarms.as_list().map(<[Value]>::len), Some(recording.all::<MetricAlarm>().len()));
}
