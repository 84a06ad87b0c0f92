//! Private ways to the services of AWS.

use crate::{Network, access, tags};
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::ec2::{RouteTable, SecurityGroup, VpcEndpoint, VpcEndpointType};

/// Private ways to services of AWS, so that pulling images, writing logs and reading secrets need no NAT gateway.
pub struct Endpoints {
    /// The component.
    pub component: Component,
    /// The group of the interface endpoints, which the whole network may talk to over HTTPS.
    pub group: SecurityGroup,
    /// The gateway to S3, where ECR keeps the layers of images.
    pub s3: VpcEndpoint,
}

/// Declares [`Endpoints`].
#[must_use = "endpoints are declared only by `.add(cx)`"]
pub struct EndpointsBuilder<'a> {
    component: farsight::ComponentBuilder,
    name: String,
    network: &'a Network,
    services: Vec<String>,
    clients: Vec<(String, &'a SecurityGroup)>,
}

impl Endpoints {
    /// Begins the endpoints of a network.
    #[track_caller]
    pub fn new(name: impl Into<String>, network: &Network) -> EndpointsBuilder<'_> {
        let name = name.into();
        EndpointsBuilder {
            component: Component::new("farsight:components:Endpoints", &name),
            name,
            network,
            services: ["ecr.api", "ecr.dkr", "logs", "secretsmanager"].map(str::to_owned).to_vec(),
            clients: Vec::new(),
        }
    }
}

impl Dependency for Endpoints {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl<'a> EndpointsBuilder<'a> {
    /// The services that get an interface endpoint, as in the last part of its name; what Fargate needs if not given:
    /// `ecr.api`, `ecr.dkr`, `logs`, `secretsmanager`. Each costs by the hour and zone.
    pub fn services<S: Into<String>>(mut self, services: impl IntoIterator<Item = S>) -> Self {
        self.services = services.into_iter().map(Into::into).collect();
        self
    }

    /// Lets a group out to all of them; `name` is what it is called in rules.
    pub fn client(mut self, name: impl Into<String>, group: &'a SecurityGroup) -> Self {
        self.clients.push((name.into(), group));
        self
    }

    /// Declares the endpoints.
    #[track_caller]
    pub fn add(self, cx: &Context) -> farsight::Result<Endpoints> {
        let region = farsight_aws::region(cx)?;
        let service = |name: &str| format!("com.amazonaws.{region}.{name}");
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let (name, network) = (self.name.as_str(), self.network);
        let group = access::group(cx, name, network, "Endpoints of AWS services");
        access::from_range(cx, &format!("network-to-{name}"), network.vpc.cidr_block(), &group, 443);
        for of in &self.services {
            let full = format!("{name}-{of}");
            VpcEndpoint::new(&full)
                .vpc_id(network.vpc.id())
                .service_name(service(of))
                .vpc_endpoint_type(VpcEndpointType::Interface)
                .private_dns_enabled(true)
                .subnet_ids(network.private_ids())
                .security_group_ids([group.id()])
                .tags(tags::named(cx, &full))
                .add(cx);
        }
        let full = format!("{name}-s3");
        let s3 = VpcEndpoint::new(&full)
            .vpc_id(network.vpc.id())
            .service_name(service("s3"))
            .vpc_endpoint_type(VpcEndpointType::Gateway)
            .route_table_ids(network.tables.iter().map(RouteTable::id).collect::<Vec<_>>())
            .tags(tags::named(cx, &full))
            .add(cx);
        for (client, from) in self.clients {
            access::outward(&format!("{client}-to-{name}"), from, 443).referenced_security_group_id(group.id()).add(cx);
            access::outward(&format!("{client}-to-s3"), from, 443).prefix_list_id(s3.prefix_list_id()).add(cx);
        }
        Ok(Endpoints { component, group, s3 })
    }
}
