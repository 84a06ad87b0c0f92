//! A component: a network as one thing.

use farsight::Component;
use farsight::prelude::*;
use farsight_aws::ec2::{self, Subnet, Vpc};

/// A network with a subnet in each of two zones.
pub struct Network {
    pub vpc: Vpc,
    pub subnets: Vec<Subnet>,
}

impl Network {
    pub fn declare(cx: &Context, name: &str, range: &str) -> farsight::Result<Self> {
        let group = Component::new("guide:index:Network", name).add(cx);
        let cx = &group.scope(cx);
        let vpc = Vpc::new(name).cidr_block(range).tags([("Name", name)]).add(cx);
        let mut subnets = Vec::new();
        for (i, zone) in ec2::availability_zones(cx)?.iter().take(2).enumerate() {
            let subnet = Subnet::new(format!("{name}-{i}"))
                .vpc_id(vpc.id())
                .availability_zone(zone)
                .cidr_block(vpc.cidr_block().subnet(8, i))
                .add(cx);
            subnets.push(subnet);
        }
        group.outputs(cx, value!({ "vpcId": vpc.id() }));
        Ok(Self { vpc, subnets })
    }
}
