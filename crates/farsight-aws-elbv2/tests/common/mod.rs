//! What the tests of this crate share: handlers on moto, and objects of other services that they need.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail them")]
#![allow(dead_code, reason = "each test binary uses its own part")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::{Clock, ErasedHandler, Owner, SystemClock};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

pub const BALANCER: &str = "aws:lb/loadBalancer:LoadBalancer";
pub const GROUP: &str = "aws:lb/targetGroup:TargetGroup";
pub const LISTENER: &str = "aws:lb/listener:Listener";
pub const RULE: &str = "aws:lb/listenerRule:ListenerRule";
pub const REGION: &str = "eu-central-1";

/// A connection to the sandbox.
pub async fn aws() -> Aws {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some(REGION.into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap()
}

/// The lifecycle of a type.
pub async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let aws = aws().await;
    farsight_aws_elbv2::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

/// An owner that no other test has.
pub fn owner() -> Owner {
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) }
}

/// Makes an object.
pub async fn make(token: &str, inputs: Value) -> String {
    let handler = handler(token).await;
    let (inputs, problems) = handler.schema().check(&inputs);
    assert!(problems.is_empty(), "{problems:?}");
    handler.create(&owner(), &inputs).await.unwrap()
}

/// Inputs as a map.
pub fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

/// A list of texts.
pub fn list<S: AsRef<str>>(items: &[S]) -> Value {
    Value::List(items.iter().map(|item| Value::from(item.as_ref())).collect())
}

/// A name that no other test has.
pub fn name(start: &str) -> String {
    format!("{start}-{}", SystemClock.hex(8))
}

/// A call in the query protocol, for services whose SDK this crate has not; gives every text of an element.
fn query(service: &str, region: &str, call: &str, element: &str) -> Vec<String> {
    let endpoint = farsight_sandbox::shared().unwrap().endpoint().to_owned();
    let host = endpoint.trim_start_matches("http://").trim_end_matches('/');
    let scope = format!("test/20260101/{region}/{service}/aws4_request");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n\r\n{call}",
        call.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let texts: Vec<String> =
        answer.split(&open).skip(1).filter_map(|rest| rest.split(&close).next().map(str::to_owned)).collect();
    assert!(!texts.is_empty(), "{answer}");
    texts
}

/// The default VPC.
pub fn vpc() -> String {
    query("ec2", REGION, "Action=DescribeVpcs&Version=2016-11-15", "vpcId").remove(0)
}

/// The default subnets, one in each zone.
pub fn subnets() -> Vec<String> {
    query("ec2", REGION, "Action=DescribeSubnets&Version=2016-11-15", "subnetId")
}

/// A security group.
pub fn security_group() -> String {
    let call = "Action=CreateSecurityGroup&Version=2016-11-15&GroupDescription=test";
    query("ec2", REGION, &format!("{call}&GroupName={}&VpcId={}", name("g"), vpc()), "groupId").remove(0)
}

/// A certificate, of the kind that IAM keeps.
pub fn certificate() -> String {
    let call = "Action=UploadServerCertificate&Version=2010-05-08&CertificateBody=body&PrivateKey=key";
    query("iam", "us-east-1", &format!("{call}&ServerCertificateName={}", name("c")), "Arn").remove(0)
}

/// A target group for HTTP.
pub async fn target_group() -> String {
    let inputs =
        [("name", name("tg").into()), ("port", 80.into()), ("protocol", "HTTP".into()), ("vpcId", vpc().into())];
    make(GROUP, map(inputs)).await
}

/// An application load balancer.
pub async fn balancer() -> String {
    make(BALANCER, map([("name", name("lb").into()), ("subnets", list(&subnets()[..2]))])).await
}

/// An action that answers with a status.
pub fn answer(status: &str) -> Value {
    let fixed = [("contentType", "text/plain".into()), ("statusCode", status.into())];
    map([("type", "fixed-response".into()), ("fixedResponse", map(fixed))])
}

/// An action that forwards.
pub fn forward(groups: &[(&str, i64)]) -> Value {
    let one = |(arn, weight): &(&str, i64)| map([("arn", (*arn).into()), ("weight", (*weight).into())]);
    let groups = Value::List(groups.iter().map(one).collect());
    map([("type", "forward".into()), ("forward", map([("targetGroups", groups)]))])
}

/// A listener that answers with 404.
pub async fn listener(balancer: &str, port: i64) -> String {
    let inputs = [
        ("loadBalancerArn", balancer.into()),
        ("port", port.into()),
        ("protocol", "HTTP".into()),
        ("defaultActions", Value::List(vec![answer("404")])),
    ];
    make(LISTENER, map(inputs)).await
}
