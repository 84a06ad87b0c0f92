//! A network over several availability zones.

use crate::tags;
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::ec2::{
    self, Eip, InternetGateway, InternetGatewayAttachment, NatGateway, Route, RouteTable, RouteTableAssociation,
    Subnet, Vpc,
};

/// A network: in each zone a public subnet for what the internet talks to and a private one for everything else, and a
/// way out for both.
pub struct Network {
    /// The component.
    pub component: Component,
    /// The VPC, with DNS as endpoints want it.
    pub vpc: Vpc,
    /// The public subnets, a zone each.
    pub public: Vec<Subnet>,
    /// The private subnets, a zone each.
    pub private: Vec<Subnet>,
    /// All route tables: first that of the public subnets, then one for each private subnet.
    pub tables: Vec<RouteTable>,
    /// The addresses under which private subnets appear on the internet.
    pub addresses: Vec<Eip>,
    /// The way of public subnets to the internet: whoever faces the internet waits for it.
    pub way_out: Route,
}

/// The network is cut into 16 equal parts: the first half is for public subnets, the second for private ones.
const BITS: u8 = 4;
const FIRST_PRIVATE: usize = 8;

/// Declares a [`Network`].
#[must_use = "a network is declared only by `.add(cx)`"]
pub struct NetworkBuilder {
    component: farsight::ComponentBuilder,
    name: String,
    range: Input<String>,
    zones: usize,
    nat_per_zone: bool,
}

impl Network {
    /// Begins a network.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> NetworkBuilder {
        let name = name.into();
        NetworkBuilder {
            component: Component::new("farsight:components:Network", &name),
            name,
            range: "10.0.0.0/16".into(),
            zones: 2,
            nat_per_zone: false,
        }
    }

    /// The ids of the public subnets.
    pub fn public_ids(&self) -> Vec<Output<String>> {
        self.public.iter().map(Subnet::id).collect()
    }

    /// The ids of the private subnets.
    pub fn private_ids(&self) -> Vec<Output<String>> {
        self.private.iter().map(Subnet::id).collect()
    }
}

impl Dependency for Network {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl NetworkBuilder {
    /// Its addresses, at least a /24; `10.0.0.0/16` if not given. Another range is another network.
    pub fn cidr_block(mut self, range: impl Into<Input<String>>) -> Self {
        self.range = range.into();
        self
    }

    /// In how many availability zones there are subnets, from 1 to 8; 2 if not given.
    pub fn zones(mut self, zones: usize) -> Self {
        self.zones = zones;
        self
    }

    /// Whether each zone has a NAT gateway of its own, so that a zone's failure leaves the others their way out; one for
    /// all if not given, which costs less.
    pub fn nat_per_zone(mut self, each: bool) -> Self {
        self.nat_per_zone = each;
        self
    }

    /// Declares the network. Fails if the region has fewer zones.
    #[track_caller]
    pub fn add(self, cx: &Context) -> farsight::Result<Network> {
        let zones = zones(cx, self.zones)?;
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        // Interface endpoints with private DNS need both DNS settings.
        let vpc = Vpc::new(name)
            .cidr_block(self.range)
            .enable_dns_support(true)
            .enable_dns_hostnames(true)
            .tags(tags::named(cx, name))
            .add(cx);
        let gateway = InternetGateway::new(name).tags(tags::named(cx, name)).add(cx);
        let attachment =
            InternetGatewayAttachment::new(name).internet_gateway_id(gateway.id()).vpc_id(vpc.id()).add(cx);

        let table = |name: &str| RouteTable::new(name).vpc_id(vpc.id()).tags(tags::named(cx, name)).add(cx);
        // The first half of the network is public, the second private.
        let subnet = |name: &str, zone: &str, part: usize| {
            Subnet::new(name)
                .vpc_id(vpc.id())
                .availability_zone(zone)
                .cidr_block(vpc.cidr_block().subnet(BITS, part))
                .tags(tags::named(cx, name))
        };
        let associate = |name: &str, subnet: &Subnet, table: &RouteTable| {
            RouteTableAssociation::new(name).subnet_id(subnet.id()).route_table_id(table.id()).add(cx)
        };
        let out = |name: &str, table: &RouteTable| {
            Route::new(name).route_table_id(table.id()).destination_cidr_block(crate::access::ANYWHERE)
        };

        let public_table = table(&format!("{name}-public"));
        let way_out = out(&format!("{name}-public-internet"), &public_table)
            .gateway_id(gateway.id())
            .depends_on(&attachment)
            .add(cx);
        let (mut public, mut private, mut tables) = (Vec::new(), Vec::new(), vec![public_table]);
        let (mut addresses, mut gateways) = (Vec::new(), Vec::new());
        for (i, zone) in zones.iter().enumerate() {
            let of_zone = format!("{name}-public-{i}");
            let in_public = subnet(&of_zone, zone, i).map_public_ip_on_launch(true).add(cx);
            associate(&of_zone, &in_public, &tables[0]);
            if i == 0 || self.nat_per_zone {
                let nat = format!("{name}-nat-{i}");
                let address = Eip::new(&nat).tags(tags::named(cx, &nat)).depends_on(&attachment).add(cx);
                // A NAT gateway in a subnet without a way out fails for good.
                let nat = NatGateway::new(&nat)
                    .subnet_id(in_public.id())
                    .allocation_id(address.id())
                    .tags(tags::named(cx, &nat))
                    .depends_on((&attachment, &way_out))
                    .add(cx);
                addresses.push(address);
                gateways.push(nat);
            }
            public.push(in_public);

            let of_zone = format!("{name}-private-{i}");
            let in_private = subnet(&of_zone, zone, FIRST_PRIVATE + i).add(cx);
            let private_table = table(&of_zone);
            associate(&of_zone, &in_private, &private_table);
            let nat: &NatGateway = &gateways[gateways.len() - 1];
            out(&format!("{of_zone}-internet"), &private_table).nat_gateway_id(nat.id()).add(cx);
            private.push(in_private);
            tables.push(private_table);
        }
        component.outputs(cx, value!({ "vpcId": vpc.id() }));
        Ok(Network { component, vpc, public, private, tables, addresses, way_out })
    }
}

/// The zones that get subnets.
#[track_caller]
fn zones(cx: &Context, wanted: usize) -> farsight::Result<Vec<String>> {
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
