//! The network: public subnets for the load balancer, private ones for everything else, a way out for both.

use crate::tags;
use farsight::prelude::*;
use farsight_aws::ec2::{
    self, Eip, InternetGateway, InternetGatewayAttachment, NatGateway, Route, RouteTable, RouteTableAssociation,
    Subnet, SubnetBuilder, Vpc,
};

/// The network and its parts that others refer to.
pub struct Network {
    pub vpc: Vpc,
    pub public: Vec<Subnet>,
    pub private: Vec<Subnet>,
    /// All route tables, public and private.
    pub tables: Vec<RouteTable>,
    /// The addresses under which private subnets appear on the internet.
    pub addresses: Vec<Eip>,
}

/// The network is cut into 16 equal parts: the first half is for public subnets, the second for private ones.
const BITS: u8 = 4;
const FIRST_PRIVATE: usize = 8;

pub fn declare(cx: &Context) -> farsight::Result<Network> {
    let zones = zones(cx)?;
    // Interface endpoints with private DNS need both DNS settings.
    let vpc = Vpc::new("main")
        .cidr_block(cx.config().or("vpc_cidr", "10.0.0.0/16"))
        .enable_dns_support(true)
        .enable_dns_hostnames(true)
        .tags(tags(cx, "main"))
        .add(cx);

    let gateway = InternetGateway::new("main").tags(tags(cx, "main")).add(cx);
    let attachment = InternetGatewayAttachment::new("main").internet_gateway_id(gateway.id()).vpc_id(vpc.id()).add(cx);

    let public_table = RouteTable::new("public").vpc_id(vpc.id()).tags(tags(cx, "public")).add(cx);
    let public_route = Route::new("public-internet")
        .route_table_id(public_table.id())
        .destination_cidr_block("0.0.0.0/0")
        .gateway_id(gateway.id())
        .depends_on(&attachment)
        .add(cx);

    let mut network =
        Network { vpc, public: Vec::new(), private: Vec::new(), tables: vec![public_table], addresses: Vec::new() };
    for (i, zone) in zones.iter().enumerate() {
        let public = subnet(cx, &network.vpc, &format!("public-{i}"), zone, i).map_public_ip_on_launch(true).add(cx);
        associate(cx, &format!("public-{i}"), &public, &network.tables[0]);
        network.public.push(public);

        let private = subnet(cx, &network.vpc, &format!("private-{i}"), zone, FIRST_PRIVATE + i).add(cx);
        let name = format!("private-{i}");
        let table = RouteTable::new(&name).vpc_id(network.vpc.id()).tags(tags(cx, &name)).add(cx);
        associate(cx, &name, &private, &table);
        network.private.push(private);
        network.tables.push(table);
    }

    let per_zone = cx.config().or("nat_per_zone", false);
    let mut gateways = Vec::new();
    for (i, public) in network.public.iter().enumerate().take(if per_zone { zones.len() } else { 1 }) {
        let name = format!("nat-{i}");
        let address = Eip::new(&name).tags(tags(cx, &name)).depends_on(&attachment).add(cx);
        // A NAT gateway in a subnet without a way out fails for good.
        let nat = NatGateway::new(&name)
            .subnet_id(public.id())
            .allocation_id(address.id())
            .tags(tags(cx, &name))
            .depends_on((&attachment, &public_route))
            .add(cx);
        network.addresses.push(address);
        gateways.push(nat);
    }
    for (i, table) in network.tables.iter().skip(1).enumerate() {
        Route::new(format!("private-{i}-internet"))
            .route_table_id(table.id())
            .destination_cidr_block("0.0.0.0/0")
            .nat_gateway_id(gateways[i % gateways.len()].id())
            .add(cx);
    }
    Ok(network)
}

/// The zones that get subnets.
fn zones(cx: &Context) -> farsight::Result<Vec<String>> {
    let wanted = cx.config().or("zones", 2_usize);
    if !(1..=FIRST_PRIVATE).contains(&wanted) {
        return Err(farsight::Error::config(format!("`zones` is {wanted}, but must be from 1 to {FIRST_PRIVATE}")));
    }
    let mut zones = ec2::availability_zones(cx)?;
    if zones.len() < wanted {
        let message = format!("`zones` is {wanted}, but the region has only {} zones", zones.len());
        return Err(farsight::Error::config(message));
    }
    zones.truncate(wanted);
    Ok(zones)
}

/// The subnet with the part number `part` of the network.
fn subnet(cx: &Context, vpc: &Vpc, name: &str, zone: &str, part: usize) -> SubnetBuilder {
    Subnet::new(name)
        .vpc_id(vpc.id())
        .availability_zone(zone)
        .cidr_block(vpc.cidr_block().subnet(BITS, part))
        .tags(tags(cx, name))
}

fn associate(cx: &Context, name: &str, subnet: &Subnet, table: &RouteTable) {
    RouteTableAssociation::new(name).subnet_id(subnet.id()).route_table_id(table.id()).add(cx);
}
