//! Routes: their destinations and targets, alike for routes inside a table and routes of their own.

use crate::ec2::Ec2;
use aws_sdk_ec2::types::{self, RouteOrigin, RouteState};
use farsight_aws::ec2::{RouteArgs, RouteTableRoute};
use farsight_model::schema::canonical_cidr;
use farsight_provider::{Error, Fault, Result};
use std::collections::BTreeMap;

/// A route of its own in the form of one inside a table.
pub(crate) fn of_args(args: &RouteArgs) -> RouteTableRoute {
    RouteTableRoute {
        carrier_gateway_id: args.carrier_gateway_id.clone(),
        cidr_block: args.destination_cidr_block.clone(),
        core_network_arn: args.core_network_arn.clone(),
        destination_prefix_list_id: args.destination_prefix_list_id.clone(),
        egress_only_gateway_id: args.egress_only_gateway_id.clone(),
        gateway_id: args.gateway_id.clone(),
        ipv6_cidr_block: args.destination_ipv6_cidr_block.clone(),
        local_gateway_id: args.local_gateway_id.clone(),
        nat_gateway_id: args.nat_gateway_id.clone(),
        network_interface_id: args.network_interface_id.clone(),
        odb_network_arn: args.odb_network_arn.clone(),
        transit_gateway_id: args.transit_gateway_id.clone(),
        vpc_endpoint_id: args.vpc_endpoint_id.clone(),
        vpc_peering_connection_id: args.vpc_peering_connection_id.clone(),
    }
}

/// The inverse of [`of_args`].
pub(crate) fn to_args(table: &str, route: RouteTableRoute) -> RouteArgs {
    RouteArgs {
        route_table_id: table.to_owned(),
        carrier_gateway_id: route.carrier_gateway_id,
        core_network_arn: route.core_network_arn,
        destination_cidr_block: route.cidr_block,
        destination_ipv6_cidr_block: route.ipv6_cidr_block,
        destination_prefix_list_id: route.destination_prefix_list_id,
        egress_only_gateway_id: route.egress_only_gateway_id,
        gateway_id: route.gateway_id,
        local_gateway_id: route.local_gateway_id,
        nat_gateway_id: route.nat_gateway_id,
        network_interface_id: route.network_interface_id,
        odb_network_arn: route.odb_network_arn,
        transit_gateway_id: route.transit_gateway_id,
        vpc_endpoint_id: route.vpc_endpoint_id,
        vpc_peering_connection_id: route.vpc_peering_connection_id,
    }
}

/// A route as AWS tells it.
///
/// A route into the void (`blackhole`) reads as one without a target, so that it is seen as drift. Network interfaces
/// are the exception: theirs are blackholes whenever the instance is stopped.
pub(crate) fn of_sdk(route: &types::Route) -> RouteTableRoute {
    let text = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let destination = RouteTableRoute {
        cidr_block: text(&route.destination_cidr_block),
        destination_prefix_list_id: text(&route.destination_prefix_list_id),
        ipv6_cidr_block: text(&route.destination_ipv6_cidr_block),
        ..RouteTableRoute::default()
    };
    let network_interface_id = text(&route.network_interface_id);
    if route.state() == Some(&RouteState::Blackhole) && network_interface_id.is_none() {
        return destination;
    }
    // AWS tells a gateway load balancer endpoint as a gateway.
    let (vpc_endpoint_id, gateway_id) = match text(&route.gateway_id) {
        Some(id) if id.starts_with("vpce-") => (Some(id), None),
        other => (None, other),
    };
    RouteTableRoute {
        carrier_gateway_id: text(&route.carrier_gateway_id),
        core_network_arn: text(&route.core_network_arn),
        egress_only_gateway_id: text(&route.egress_only_internet_gateway_id),
        gateway_id,
        local_gateway_id: text(&route.local_gateway_id),
        nat_gateway_id: text(&route.nat_gateway_id),
        network_interface_id,
        odb_network_arn: text(&route.odb_network_arn),
        transit_gateway_id: text(&route.transit_gateway_id),
        vpc_endpoint_id,
        vpc_peering_connection_id: text(&route.vpc_peering_connection_id),
        ..destination
    }
}

/// Whether somebody made the route: not the local ones, nor those of a gateway endpoint or a virtual private gateway.
pub(crate) fn is_somebodys(route: &types::Route) -> bool {
    let of_endpoint = route.destination_prefix_list_id().is_some_and(|id| !id.is_empty())
        && route.gateway_id().is_some_and(|id| id.starts_with("vpce-"));
    let made = route.origin().is_none_or(|origin| *origin == RouteOrigin::CreateRoute);
    made && !of_endpoint && route.gateway_id() != Some("local")
}

/// Where a route leads to, in the one spelling that AWS uses.
pub(crate) fn destination(route: &RouteTableRoute) -> Option<String> {
    let range = route.cidr_block.as_deref().or(route.ipv6_cidr_block.as_deref());
    range.map(canonical).or_else(|| route.destination_prefix_list_id.clone())
}

/// A destination in the one spelling that AWS uses.
pub(crate) fn canonical(destination: &str) -> String {
    canonical_cidr(destination).unwrap_or_else(|| destination.to_owned())
}

/// The three ways to name a destination in a call; the two that do not apply are `None`.
struct Named {
    v4: Option<String>,
    v6: Option<String>,
    prefix_list: Option<String>,
}

fn named(destination: &str) -> Named {
    let mut named = Named { v4: None, v6: None, prefix_list: None };
    let slot = match destination {
        id if id.starts_with("pl-") => &mut named.prefix_list,
        range if range.contains(':') => &mut named.v6,
        _ => &mut named.v4,
    };
    *slot = Some(destination.to_owned());
    named
}

/// Routes by destination; two for one destination are a mistake of the program.
pub(crate) fn by_destination(routes: &[RouteTableRoute]) -> Result<BTreeMap<String, RouteTableRoute>> {
    let mut all = BTreeMap::new();
    for route in routes {
        let Some(to) = destination(route) else {
            return Err(Error::new(Fault::Rejected, "a route needs a destination: a range or a prefix list"));
        };
        if all.insert(to.clone(), route.clone()).is_some() {
            return Err(Error::new(Fault::Rejected, format!("the table has two routes to {to}")));
        }
    }
    Ok(all)
}

/// Whether two routes to the same destination have the same target.
pub(crate) fn same_target(a: &RouteTableRoute, b: &RouteTableRoute) -> bool {
    let target = |route: &RouteTableRoute| RouteTableRoute {
        cidr_block: None,
        ipv6_cidr_block: None,
        destination_prefix_list_id: None,
        ..route.clone()
    };
    target(a) == target(b)
}

/// Sets destination and target of a create or replace call: both have the same setters.
macro_rules! aimed {
    ($call:expr, $to:expr, $route:expr) => {{
        let (to, route) = ($to, $route);
        $call
            .set_destination_cidr_block(to.v4)
            .set_destination_ipv6_cidr_block(to.v6)
            .set_destination_prefix_list_id(to.prefix_list)
            .set_carrier_gateway_id(route.carrier_gateway_id.clone())
            .set_core_network_arn(route.core_network_arn.clone())
            .set_egress_only_internet_gateway_id(route.egress_only_gateway_id.clone())
            .set_gateway_id(route.gateway_id.clone())
            .set_local_gateway_id(route.local_gateway_id.clone())
            .set_nat_gateway_id(route.nat_gateway_id.clone())
            .set_network_interface_id(route.network_interface_id.clone())
            .set_odb_network_arn(route.odb_network_arn.clone())
            .set_transit_gateway_id(route.transit_gateway_id.clone())
            .set_vpc_endpoint_id(route.vpc_endpoint_id.clone())
            .set_vpc_peering_connection_id(route.vpc_peering_connection_id.clone())
    }};
}

impl Ec2 {
    /// Makes a route.
    pub async fn create_route(&self, table: &str, to: &str, route: &RouteTableRoute) -> Result<()> {
        let call = aimed!(self.client.create_route().route_table_id(table), named(to), route);
        self.write("CreateRoute", || call.clone().send()).await.map(|_| ())
    }

    /// Gives a route another target.
    pub async fn replace_route(&self, table: &str, to: &str, route: &RouteTableRoute) -> Result<()> {
        let call = aimed!(self.client.replace_route().route_table_id(table), named(to), route);
        self.write("ReplaceRoute", || call.clone().send()).await.map(|_| ())
    }

    /// Deletes a route.
    pub async fn delete_route(&self, table: &str, to: &str) -> Result<()> {
        let to = named(to);
        let call = self.client.delete_route().route_table_id(table);
        let call = call
            .set_destination_cidr_block(to.v4)
            .set_destination_ipv6_cidr_block(to.v6)
            .set_destination_prefix_list_id(to.prefix_list);
        self.write("DeleteRoute", || call.clone().send()).await.map(|_| ())
    }

    /// Route tables under their ids.
    pub async fn tables_by_id(&self, by: &str, values: &[String]) -> Result<BTreeMap<String, types::RouteTable>> {
        let found = self.route_tables(by, values, &[]).await?;
        Ok(found.into_iter().filter_map(|table| Some((table.route_table_id.clone()?, table))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(gateway: &str, to: &str) -> types::Route {
        types::Route::builder()
            .destination_cidr_block(to)
            .gateway_id(gateway)
            .origin(RouteOrigin::CreateRoute)
            .state(RouteState::Active)
            .build()
    }

    /// Protects what AWS makes by itself from being reported, changed or deleted.
    #[test]
    fn routes_of_aws_are_not_ours() {
        assert!(is_somebodys(&route("igw-1", "0.0.0.0/0")));
        assert!(!is_somebodys(&route("local", "10.0.0.0/16")));
        let endpoint = types::Route::builder().destination_prefix_list_id("pl-1").gateway_id("vpce-1").build();
        assert!(!is_somebodys(&endpoint));
        let propagated = types::Route::builder()
            .destination_cidr_block("172.16.0.0/12")
            .gateway_id("vgw-1")
            .origin(RouteOrigin::EnableVgwRoutePropagation)
            .build();
        assert!(!is_somebodys(&propagated));
    }

    #[test]
    fn a_route_into_the_void_has_no_target() {
        let mut dead = route("igw-1", "0.0.0.0/0");
        dead.state = Some(RouteState::Blackhole);
        let seen = of_sdk(&dead);
        assert_eq!((seen.cidr_block.as_deref(), seen.gateway_id), (Some("0.0.0.0/0"), None));
        dead.network_interface_id = Some("eni-1".into());
        assert_eq!(of_sdk(&dead).network_interface_id.as_deref(), Some("eni-1"));
    }

    #[test]
    fn an_endpoint_comes_back_as_a_gateway() {
        let seen = of_sdk(&route("vpce-1", "10.9.0.0/16"));
        assert_eq!((seen.vpc_endpoint_id.as_deref(), seen.gateway_id), (Some("vpce-1"), None));
    }

    #[test]
    fn two_routes_to_one_destination_are_refused() {
        let to = |range: &str| RouteTableRoute { cidr_block: Some(range.into()), ..RouteTableRoute::default() };
        assert!(by_destination(&[to("10.0.0.1/8"), to("10.0.0.0/8")]).is_err());
        assert!(by_destination(&[RouteTableRoute::default()]).is_err());
        assert_eq!(by_destination(&[to("10.0.0.0/8"), to("11.0.0.0/8")]).unwrap().len(), 2);
    }
}
