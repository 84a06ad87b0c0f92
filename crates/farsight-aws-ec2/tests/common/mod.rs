//! What the tests of this crate share: handlers on moto, and objects that others need.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a helper of tests may fail them")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::{Clock, ErasedHandler, Owner, Reading, Scope, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

pub const ENDPOINT: &str = "aws:ec2/vpcEndpoint:VpcEndpoint";
pub const GATEWAY: &str = "aws:ec2/internetGateway:InternetGateway";
pub const GROUP: &str = "aws:ec2/securityGroup:SecurityGroup";
pub const NAT: &str = "aws:ec2/natGateway:NatGateway";
pub const ROUTE: &str = "aws:ec2/route:Route";
pub const SUBNET: &str = "aws:ec2/subnet:Subnet";
pub const TABLE: &str = "aws:ec2/routeTable:RouteTable";
pub const VPC: &str = "aws:ec2/vpc:Vpc";
pub const REGION: &str = "eu-central-1";

/// The connection to moto.
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
    let handlers = farsight_aws_ec2::handlers(&aws().await);
    handlers.into_iter().find(|handler| handler.schema().token == token).unwrap()
}

/// An owner that no other test has.
pub fn owner(stack: &str) -> Owner {
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    Owner { stack: stack.to_owned(), urn, op: SystemClock.hex(32) }
}

/// Inputs as a map.
pub fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

/// A list of texts.
pub fn list<const N: usize>(items: [&str; N]) -> Value {
    Value::List(items.into_iter().map(Value::from).collect())
}

/// Inputs with defaults filled in.
pub fn checked(handler: &dyn ErasedHandler, inputs: &Value) -> Value {
    let (checked, problems) = handler.schema().check(inputs);
    assert!(problems.is_empty(), "{problems:?}");
    checked
}

/// Makes an object.
pub async fn make(token: &str, inputs: Value) -> String {
    make_for(&owner("p/dev"), token, inputs).await
}

/// Makes an object for an owner.
pub async fn make_for(owner: &Owner, token: &str, inputs: Value) -> String {
    let handler = handler(token).await;
    handler.create(owner, &checked(&*handler, &inputs)).await.unwrap()
}

/// What an object is now.
pub async fn look(token: &str, id: &str) -> Reading {
    handler(token).await.read(&[id.to_owned()]).await.unwrap().remove(0)
}

/// The ids of a type's strays.
pub async fn strays(token: &str, stack: &str, known: &[(&str, &str, Value)]) -> Vec<String> {
    let known = known.iter().map(|(token, id, value)| ((*token).to_owned(), (*id).to_owned(), value.clone())).collect();
    let scope = Scope { stack: stack.to_owned(), known };
    let found = handler(token).await.strays(&scope).await.unwrap();
    found.into_iter().map(|stray| stray.id).collect()
}

/// A VPC of its own.
pub async fn vpc() -> String {
    make(VPC, map([("cidrBlock", "10.0.0.0/16".into())])).await
}

/// A range inside the VPC that no other call gave.
pub fn range() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    format!("10.0.{}.0/24", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A subnet of a VPC.
pub async fn subnet(vpc: &str, zone: &str) -> String {
    let zone = Value::from(format!("{REGION}{zone}"));
    make(SUBNET, map([("vpcId", vpc.into()), ("cidrBlock", range().into()), ("availabilityZone", zone)])).await
}

/// A route table of a VPC.
pub async fn table(vpc: &str) -> String {
    make(TABLE, map([("vpcId", vpc.into())])).await
}

/// An internet gateway of a VPC.
pub async fn gateway(vpc: &str) -> String {
    let gateway = make(GATEWAY, map([])).await;
    let attachment = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment";
    make(attachment, map([("internetGatewayId", gateway.as_str().into()), ("vpcId", vpc.into())])).await;
    gateway
}

/// A security group of a VPC.
pub async fn group(vpc: &str) -> String {
    let name = format!("g-{}", SystemClock.hex(8));
    make(GROUP, map([("vpcId", vpc.into()), ("name", name.into())])).await
}

/// An Elastic IP.
pub async fn address() -> String {
    make("aws:ec2/eip:Eip", map([])).await
}

/// Brings a fresh object to what it was made as, as the engine does after a create; gives its id.
pub async fn settle(token: &str, id: String, inputs: &Value) -> String {
    let handler = handler(token).await;
    let wanted = checked(&*handler, inputs);
    let Reading::Ready(observed) = look(token, &id).await else { panic!("{id} is not ready") };
    let differences = farsight_model::diff(handler.schema(), None, &wanted, &observed);
    handler.update(&id, &wanted, &observed, &differences).await.unwrap().unwrap_or(id)
}

/// A property of an object.
pub async fn property(token: &str, id: &str, name: &str) -> Value {
    let Reading::Ready(observed) = look(token, id).await else { panic!("{id} is not ready") };
    observed.get(name).cloned().unwrap_or_default()
}

/// A VPC with an IPv6 range of Amazon's, and the first subnet's part of the range.
pub async fn vpc_with_ipv6() -> (String, String) {
    let inputs = map([("cidrBlock", "10.0.0.0/16".into()), ("assignGeneratedIpv6CidrBlock", true.into())]);
    let vpc = settle(VPC, make(VPC, inputs.clone()).await, &inputs).await;
    let range = property(VPC, &vpc, "ipv6CidrBlock").await;
    let part = range.as_str().unwrap().replace("/56", "/64");
    (vpc, part)
}

/// A network interface in a subnet.
pub async fn interface(subnet: &str) -> String {
    let client = aws_sdk_ec2::Client::new(aws().await.config());
    let made = client.create_network_interface().subnet_id(subnet).send().await.unwrap();
    made.network_interface.unwrap().network_interface_id.unwrap()
}
