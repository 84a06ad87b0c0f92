//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Reading, Sight, SystemClock, conformance};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

const CLUSTER: &str = "aws:ecs/cluster:Cluster";
const PROVIDERS: &str = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
const TASK: &str = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE: &str = "aws:ecs/service:Service";
const KEY: &str = "arn:aws:kms:eu-central-1:123456789012:key/a";

async fn aws() -> Aws {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap()
}

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let aws = aws().await;
    farsight_aws_ecs::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

fn owner() -> Owner {
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) }
}

async fn make(token: &str, inputs: &Value) -> String {
    let handler = handler(token).await;
    let inputs = handler.schema().check(inputs).0;
    handler.create(&owner(), &inputs).await.unwrap()
}

async fn cluster() -> String {
    let name = format!("cluster-{}", SystemClock.hex(8));
    make(CLUSTER, &v(&format!(r#"{{"name":"{name}"}}"#))).await
}

async fn task() -> String {
    let family = format!("task-{}", SystemClock.hex(8));
    let containers = r#"[{\"name\":\"app\",\"image\":\"nginx\",\"memory\":64}]"#;
    make(TASK, &v(&format!(r#"{{"family":"{family}","containerDefinitions":"{containers}"}}"#))).await
}

/// Subnets and a security group of the default VPC, asked for without the SDK of EC2, which takes minutes to compile.
fn network() -> (Vec<String>, String) {
    let ask = |action: &str, tag: &str| -> Vec<String> {
        let endpoint = farsight_sandbox::shared().unwrap().endpoint().to_owned();
        let host = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let body = format!("Action={action}&Version=2016-11-15");
        let scope = "Credential=test/20260101/eu-central-1/ec2/aws4_request";
        let request = format!(
            "POST / HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let open = format!("<{tag}>");
        let items = answer.split(&open).skip(1);
        items.map(|item| item.split('<').next().unwrap().to_owned()).collect()
    };
    (ask("DescribeSubnets", "subnetId"), ask("DescribeSecurityGroups", "groupId").remove(0))
}

fn v(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

conformance!(
    cluster_conforms,
    handler(CLUSTER).await,
    Sample::new(
        "cluster",
        v(r#"{"settings":[{"name":"containerInsights","value":"enabled"}],"tags":{"Name":"a"}}"#)
    )
    .missing("no-such-cluster")
    .sibling(v("{}"))
    .vary("name", "another")
    .vary("settings", v(r#"[{"name":"containerInsights","value":"enhanced"}]"#))
    .vary("settings", Value::Null)
    .vary("configuration.executeCommandConfiguration", v(&format!(
        r#"{{"kmsKeyId":"{KEY}","logging":"OVERRIDE","logConfiguration":{{"cloudWatchLogGroupName":"g","s3BucketName":"b","s3BucketEncryptionEnabled":true}}}}"#
    )))
    .vary("serviceConnectDefaults.namespace", "arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-a")
    .vary("tags", v(r#"{"Name":"b","more":"c"}"#))
    .vary("tags", Value::Null)
);

conformance!(cluster_capacity_providers, {
    let (one, two) = (cluster().await, cluster().await);
    let on = |cluster: &str| {
        v(&format!(
            r#"{{"clusterName":"{cluster}","capacityProviders":["FARGATE","FARGATE_SPOT"],
            "defaultCapacityProviderStrategies":[{{"capacityProvider":"FARGATE","base":1,"weight":1}}]}}"#
        ))
    };
    let sample = Sample::new("providers", on(&one))
        .missing("no-such-cluster")
        .sibling(on(&two))
        .vary("clusterName", "another")
        .vary("capacityProviders", v(r#"["FARGATE"]"#))
        .vary("defaultCapacityProviderStrategies[0].weight", 2)
        .vary("defaultCapacityProviderStrategies", Value::Null);
    (handler(PROVIDERS).await, sample)
});

conformance!(task_definition, {
    let containers = |image: &str| {
        let port = r#"{"containerPort":80}"#;
        let environment = r#"[{"name":"A","value":"1"},{"name":"B","value":"2"}]"#;
        Value::String(format!(
            r#"[{{"name":"app","image":"{image}","portMappings":[{port}],"environment":{environment},
            "secrets":[{{"name":"P","valueFrom":"arn:aws:secretsmanager:eu-central-1:123456789012:secret:p"}}],
            "logConfiguration":{{"logDriver":"awslogs","options":{{"awslogs-group":"g"}}}},
            "healthCheck":{{"command":["CMD-SHELL","true"],"interval":10}}}}]"#
        ))
    };
    let mut inputs = v(r#"{
        "cpu":"256","memory":"512","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],
        "executionRoleArn":"arn:aws:iam::123456789012:role/a","taskRoleArn":"arn:aws:iam::123456789012:role/b",
        "runtimePlatform":{"cpuArchitecture":"ARM64","operatingSystemFamily":"LINUX"},
        "ephemeralStorage":{"sizeInGib":30},"tags":{"Name":"a"},
        "volumes":[{"name":"v","efsVolumeConfiguration":{"fileSystemId":"fs-1","rootDirectory":"/data"}}],
        "proxyConfiguration":{"containerName":"app","properties":{"AppPorts":"80"}}
    }"#);
    inputs.set("containerDefinitions", containers("nginx:1"));
    let mut sibling = v(r#"{"memory":"64","volumes":[{"name":"v","hostPath":"/data"}]}"#);
    sibling.set("containerDefinitions", containers("nginx:1"));
    let sample = Sample::new("task", inputs)
        .missing("arn:aws:ecs:eu-central-1:123456789012:task-definition/no-such-family:1")
        .sibling(sibling)
        .vary("containerDefinitions", containers("nginx:2"))
        .vary("cpu", "512")
        .vary("enableFaultInjection", true)
        .vary("ephemeralStorage.sizeInGib", 40)
        .vary("executionRoleArn", "arn:aws:iam::123456789012:role/c")
        .vary("family", "another")
        .vary("ipcMode", "task")
        .vary("memory", "1024")
        .vary("networkMode", "host")
        .vary("pidMode", "task")
        .vary("placementConstraints", v(r#"[{"type":"memberOf","expression":"attribute:ecs.os-type == linux"}]"#))
        .vary("proxyConfiguration.properties.AppPorts", "8080")
        .vary("requiresCompatibilities", v(r#"["FARGATE","EC2"]"#))
        .vary("runtimePlatform.cpuArchitecture", "X86_64")
        .vary("skipDestroy", true)
        .vary("tags", v(r#"{"Name":"b","more":"c"}"#))
        .vary("tags", Value::Null)
        .vary("taskRoleArn", "arn:aws:iam::123456789012:role/c")
        .vary("volumes[0].efsVolumeConfiguration.rootDirectory", "/");
    (handler(TASK).await, sample)
});

conformance!(service, {
    let (cluster, first, second) = (cluster().await, task().await, task().await);
    let mut inputs = v(r#"{
        "desiredCount":2,"deploymentMaximumPercent":150,"deploymentMinimumHealthyPercent":50,
        "deploymentCircuitBreaker":{"enable":true,"rollback":true},"tags":{"Name":"a"}
    }"#);
    let (subnets, group) = network();
    let network = format!(r#"{{"subnets":["{}"],"securityGroups":["{group}"]}}"#, subnets[0]);
    inputs.set("networkConfiguration", v(&network));
    inputs.set("cluster", cluster.as_str().into());
    inputs.set("taskDefinition", first.as_str().into());
    let mut sibling = v(r#"{"desiredCount":1,"launchType":"FARGATE"}"#);
    sibling.set("cluster", cluster.as_str().into());
    sibling.set("taskDefinition", first.as_str().into());
    let target = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/t/1";
    let balancer = format!(r#"[{{"containerName":"app","containerPort":80,"targetGroupArn":"{target}"}}]"#);
    let sample = Sample::new("service", inputs)
        .missing(format!("{cluster}/no-such-service"))
        .sibling(sibling)
        .vary("alarms", v(r#"{"alarmNames":["a"],"enable":true,"rollback":true}"#))
        .variation(
            Variation::new("availabilityZoneRebalancing", "ENABLED")
                .kept("there is no way back to the account's default"),
        )
        .vary("capacityProviderStrategies", v(r#"[{"capacityProvider":"FARGATE","weight":1}]"#))
        .vary("cluster", "another")
        .vary("deploymentCircuitBreaker.rollback", false)
        .vary("deploymentCircuitBreaker", Value::Null)
        .vary(
            "deploymentConfiguration",
            v(r#"{"strategy":"BLUE_GREEN","bakeTimeInMinutes":"5",
            "lifecycleHooks":[{"hookTargetArn":"f","lifecycleStages":["POST_TEST_TRAFFIC_SHIFT"]}]}"#),
        )
        .vary("deploymentController.type", "EXTERNAL")
        .vary("deploymentMaximumPercent", 200)
        .vary("deploymentMinimumHealthyPercent", 100)
        .vary("desiredCount", 3)
        .vary("enableEcsManagedTags", true)
        .vary("enableExecuteCommand", true)
        .vary("forceDelete", true)
        .vary("forceNewDeployment", true)
        .vary("healthCheckGracePeriodSeconds", 60)
        .vary("iamRole", "arn:aws:iam::123456789012:role/ecs")
        .vary("launchType", "FARGATE")
        .vary("loadBalancers", v(&balancer))
        .vary("name", "another")
        .vary("networkConfiguration.subnets", v(&format!(r#"["{}"]"#, subnets[1])))
        .vary("networkConfiguration.assignPublicIp", true)
        .vary("orderedPlacementStrategies", v(r#"[{"type":"spread","field":"instanceId"}]"#))
        .vary("placementConstraints", v(r#"[{"type":"distinctInstance"}]"#))
        .variation(Variation::new("platformVersion", "1.4.0").kept("it goes to `LATEST`, which is what none means"))
        .vary("propagateTags", "SERVICE")
        .vary("schedulingStrategy", "DAEMON")
        .vary(
            "serviceConnectConfiguration",
            v(r#"{"enabled":true,"namespace":"n","services":[{"portName":"p",
            "clientAlias":[{"port":80}]}]}"#),
        )
        .vary("serviceRegistries.registryArn", "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-a")
        .vary("tags", v(r#"{"Name":"b","more":"c"}"#))
        .vary("tags", Value::Null)
        .vary("taskDefinition", second.as_str())
        .vary("triggers", v(r#"{"digest":"b"}"#))
        .vary(
            "volumeConfiguration",
            v(r#"{"name":"v","managedEbsVolume":{"roleArn":"r","sizeInGb":8,
            "tagSpecifications":[{"resourceType":"volume","tags":{"a":"1"}}]}}"#),
        )
        .vary("vpcLatticeConfigurations", v(r#"[{"portName":"p","roleArn":"r","targetGroupArn":"t"}]"#))
        .vary("waitForSteadyState", false);
    (handler(SERVICE).await, sample)
});

/// Protects clusters of others: ECS would answer a create of their name with their cluster.
#[tokio::test]
async fn the_name_of_another_cluster_is_refused() {
    let (clusters, name) = (handler(CLUSTER).await, cluster().await);
    let inputs = clusters.schema().check(&v(&format!(r#"{{"name":"{name}"}}"#))).0;
    let stranger = Owner { stack: "other/dev".into(), ..owner() };
    assert_eq!(clusters.create(&stranger, &inputs).await.unwrap_err().fault, Fault::Exists);
    assert!(clusters.find(&stranger, &inputs).await.unwrap().is_empty());
}

/// Protects recovery: of the revisions of a family, only the one of the very operation is found.
#[tokio::test]
async fn a_revision_is_found_by_its_operation() {
    let tasks = handler(TASK).await;
    let containers = r#"[{\"name\":\"app\",\"image\":\"nginx\",\"memory\":64}]"#;
    let family = format!("task-{}", SystemClock.hex(8));
    let inputs = v(&format!(r#"{{"family":"{family}","containerDefinitions":"{containers}"}}"#));
    let inputs = tasks.schema().check(&inputs).0;
    let (first, second) = (owner(), owner());
    let (one, two) = (tasks.create(&first, &inputs).await.unwrap(), tasks.create(&second, &inputs).await.unwrap());
    assert_ne!(one, two);
    assert_eq!(tasks.find(&first, &inputs).await.unwrap(), [one]);
    assert_eq!(tasks.find(&second, &inputs).await.unwrap(), [two]);
}

/// Protects revisions that others run: `skipDestroy` leaves them.
#[tokio::test]
async fn a_revision_is_left_when_the_program_says_so() {
    let (tasks, id) = (handler(TASK).await, task().await);
    let Reading::Ready(mut inputs) = tasks.read(std::slice::from_ref(&id)).await.unwrap().remove(0) else { panic!() };
    inputs.set("skipDestroy", true.into());
    assert_eq!(tasks.delete(&id, &inputs).await.unwrap_err().fault, Fault::Gone);
    assert!(matches!(tasks.read(&[id]).await.unwrap().remove(0), Reading::Ready(_)));
}

/// Protects the promise of a way back: what cannot be read back as it was written is refused before the call.
#[tokio::test]
async fn a_service_takes_only_the_arn_of_a_revision() {
    let services = handler(SERVICE).await;
    let inputs = services.schema().check(&v(r#"{"name":"s","cluster":"c","taskDefinition":"family"}"#)).0;
    assert_eq!(services.create(&owner(), &inputs).await.unwrap_err().fault, Fault::Rejected);
}

/// Protects `farsight verify`: the check sees a service that runs, and says of one that is not there that it is not.
#[tokio::test]
async fn the_check_sees_whether_a_service_is_steady() {
    let aws = aws().await;
    let probe = farsight_aws_ecs::probes(&aws).remove(0);
    let (cluster, task, (subnets, group)) = (cluster().await, task().await, network());
    let mut inputs = v(&format!(
        r#"{{"desiredCount":2,"networkConfiguration":{{"subnets":["{}"],"securityGroups":["{group}"]}}}}"#,
        subnets[0]
    ));
    for (name, value) in [("name", "checked"), ("cluster", &cluster), ("taskDefinition", &task)] {
        inputs.set(name, value.into());
    }
    let args = v(&format!(r#"{{"cluster":"{cluster}","service":"checked"}}"#));
    let ask = || probe.ask(&args, std::time::Duration::from_mins(1));
    assert_eq!(ask().await.unwrap(), Sight::NotYet("there is no such service".into()));
    make(SERVICE, &inputs).await;
    assert_eq!(ask().await.unwrap(), Sight::Holds("2 of 2 tasks running".into()));
}
