//! The resource types of AWS as programs see them: arguments, outputs and marks. No AWS SDK, so that editing a program
//! never costs more than compiling it.
//!
//! ```no_run
//! use farsight::prelude::*;
//! use farsight_aws::ec2;
//!
//! fn main() -> farsight::Exit {
//!     farsight::program(|cx| {
//!         let vpc = ec2::Vpc::new("main").cidr_block("10.0.0.0/16").tags([("Name", "main")]).add(cx);
//!         for (i, zone) in ec2::availability_zones(cx)?.iter().take(2).enumerate() {
//!             ec2::Subnet::new(format!("public-{i}"))
//!                 .vpc_id(vpc.id())
//!                 .availability_zone(zone)
//!                 .cidr_block(vpc.cidr_block().subnet(8, i))
//!                 .add(cx);
//!         }
//!         cx.export("vpcId", vpc.id());
//!         Ok(())
//!     })
//! }
//! ```
//!
//! A type is one file: a struct of arguments whose marks say how each property behaves, and a struct of outputs. Tokens
//! and property names are those of the Pulumi AWS package, in snake case; `tests/tokens.rs` holds the list of exceptions
//! with a reason for each. The lifecycle of a type is in the crate of its service.

pub mod acm;
pub mod appautoscaling;
pub mod check;
pub mod cloudwatch;
pub mod data;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod elasticache;
pub mod iam;
pub mod lb;
pub mod logs;
mod provider;
pub mod rds;
pub mod route53;
pub mod secretsmanager;
pub mod sns;
pub mod wafv2;

use farsight::model::{Resource, Schema};

pub use data::{CallerIdentity, caller_identity, partition, region};
pub use provider::{Provider, ProviderArgs, ProviderBuilder, ProviderOutputs};

/// The schema of every type.
pub fn schemas() -> Vec<&'static Schema> {
    vec![
        schema::<ec2::Vpc>(),
        schema::<ec2::Subnet>(),
        schema::<ec2::InternetGateway>(),
        schema::<ec2::InternetGatewayAttachment>(),
        schema::<ec2::Eip>(),
        schema::<ec2::NatGateway>(),
        schema::<ec2::RouteTable>(),
        schema::<ec2::Route>(),
        schema::<ec2::RouteTableAssociation>(),
        schema::<ec2::SecurityGroup>(),
        schema::<ec2::SecurityGroupIngressRule>(),
        schema::<ec2::SecurityGroupEgressRule>(),
        schema::<ec2::VpcEndpoint>(),
        schema::<iam::Role>(),
        schema::<iam::RolePolicy>(),
        schema::<iam::RolePolicyAttachment>(),
        schema::<iam::Policy>(),
        schema::<iam::InstanceProfile>(),
        schema::<logs::LogGroup>(),
        schema::<logs::MetricFilter>(),
        schema::<rds::SubnetGroup>(),
        schema::<rds::ParameterGroup>(),
        schema::<rds::Instance>(),
        schema::<elasticache::SubnetGroup>(),
        schema::<elasticache::ParameterGroup>(),
        schema::<elasticache::Cluster>(),
        schema::<elasticache::ReplicationGroup>(),
        schema::<ecs::Cluster>(),
        schema::<ecs::ClusterCapacityProviders>(),
        schema::<ecs::TaskDefinition>(),
        schema::<ecs::Service>(),
        schema::<ecr::Repository>(),
        schema::<ecr::LifecyclePolicy>(),
        schema::<ecr::RepositoryPolicy>(),
        schema::<secretsmanager::Secret>(),
        schema::<secretsmanager::SecretVersion>(),
        schema::<lb::LoadBalancer>(),
        schema::<lb::TargetGroup>(),
        schema::<lb::Listener>(),
        schema::<lb::ListenerRule>(),
        schema::<appautoscaling::Target>(),
        schema::<appautoscaling::Policy>(),
        schema::<cloudwatch::MetricAlarm>(),
        schema::<cloudwatch::Dashboard>(),
        schema::<sns::Topic>(),
        schema::<sns::TopicSubscription>(),
        schema::<acm::Certificate>(),
        schema::<acm::CertificateValidation>(),
        schema::<route53::Zone>(),
        schema::<route53::Record>(),
        schema::<wafv2::WebAcl>(),
        schema::<wafv2::WebAclAssociation>(),
    ]
}

fn schema<R: Resource>() -> &'static Schema {
    const { &R::SCHEMA }
}
