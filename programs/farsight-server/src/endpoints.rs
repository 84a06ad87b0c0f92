//! Private ways to the services of AWS, so that pulling images, writing logs and reading secrets need no NAT gateway.

use crate::network::Network;
use crate::security::{Groups, outward};
use crate::tags;
use farsight::prelude::*;
use farsight_aws::ec2::{RouteTable, Subnet, VpcEndpoint, VpcEndpointType};

const INTERFACES: [&str; 4] = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"];

pub fn declare(cx: &Context, network: &Network, groups: &Groups) -> farsight::Result<()> {
    let region = farsight_aws::region(cx)?;
    let service = |name: &str| format!("com.amazonaws.{region}.{name}");
    for name in INTERFACES {
        VpcEndpoint::new(name)
            .vpc_id(network.vpc.id())
            .service_name(service(name))
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .private_dns_enabled(true)
            .subnet_ids(network.private.iter().map(Subnet::id).collect::<Vec<_>>())
            .security_group_ids([groups.endpoints.id()])
            .tags(tags(cx, name))
            .add(cx);
    }
    // ECR keeps the layers of images in S3.
    let s3 = VpcEndpoint::new("s3")
        .vpc_id(network.vpc.id())
        .service_name(service("s3"))
        .vpc_endpoint_type(VpcEndpointType::Gateway)
        .route_table_ids(network.tables.iter().map(RouteTable::id).collect::<Vec<_>>())
        .tags(tags(cx, "s3"))
        .add(cx);
    outward("tasks-to-s3", &groups.tasks, 443).prefix_list_id(s3.prefix_list_id()).add(cx);
    Ok(())
}
