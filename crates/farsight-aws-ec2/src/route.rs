//! `aws:ec2/route:Route`.

use crate::ec2::{Ec2, SOON, failed_with};
use crate::route_table::TABLES;
use crate::strays::Strays;
use crate::targets;
use aws_sdk_ec2::types;
use farsight_aws::ec2::{Route, RouteArgs, RouteOutputs, RouteTable};
use farsight_aws_client::in_order;
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct RouteHandler {
    pub ec2: Ec2,
}

impl Handler for RouteHandler {
    type Of = Route;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        unique_key: &["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
        serialize_by: None,
        read_batch: TABLES,
        settle: SOON,
        faults: &[("InvalidRoute.NotFound", Fault::Gone)],
        permissions: &["ec2:CreateRoute", "ec2:DeleteRoute", "ec2:DescribeRouteTables", "ec2:ReplaceRoute"],
    };

    async fn create(&self, _: &Owner, args: &RouteArgs) -> Result<Id> {
        let route = targets::of_args(args);
        let Some(to) = targets::destination(&route) else {
            return Err(Error::new(Fault::Rejected, "a route needs a destination: a range or a prefix list"));
        };
        self.ec2.create_route(&args.route_table_id, &to, &route).await?;
        Ok(id_of(&args.route_table_id, &to))
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Route>>> {
        let keys = ids.iter().map(|id| parts(id)).collect::<Result<Vec<_>>>()?;
        let tables: BTreeSet<&str> = keys.iter().map(|(table, _)| *table).collect();
        let tables: Vec<String> = tables.into_iter().map(str::to_owned).collect();
        let tables = self.ec2.tables_by_id("route-table-id", &tables).await?;
        let mut found: BTreeMap<Id, (&str, &types::Route)> = BTreeMap::new();
        for (id, (table, to)) in ids.iter().zip(&keys) {
            if let Some(route) = tables.get(*table).and_then(|found| route_to(found, to)) {
                found.insert(id.clone(), (table, route));
            }
        }
        Ok(in_order(ids, &found, |_, (table, route)| seen(table, route)))
    }

    async fn update(&self, id: &Id, change: Change<'_, RouteArgs>) -> Result<Option<Id>> {
        let (table, to) = parts(id)?;
        self.ec2.replace_route(table, &to, &targets::of_args(change.wanted)).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &RouteArgs) -> Result<()> {
        let (table, to) = parts(id)?;
        match self.ec2.delete_route(table, &to).await {
            // With the table, its routes are gone.
            Err(error) if failed_with(&error, &["InvalidRouteTableID.NotFound"]) => Err(Error::gone(id)),
            other => other,
        }
    }

    /// A route has no tags: what leads to the wanted target is taken for the one that was made.
    async fn find(&self, _: &Owner, args: &RouteArgs) -> Result<Vec<Id>> {
        let wanted = targets::of_args(args);
        let Some(to) = targets::destination(&wanted) else { return Ok(Vec::new()) };
        let tables = self.ec2.tables_by_id("route-table-id", std::slice::from_ref(&args.route_table_id)).await?;
        let route = tables.get(&args.route_table_id).and_then(|table| route_to(table, &to)).map(targets::of_sdk);
        let ours = route.filter(|route| targets::same_target(route, &wanted));
        Ok(ours.map(|_| id_of(&args.route_table_id, &to)).into_iter().collect())
    }

    /// Routes that somebody made in the stack's tables, unless the table itself holds all its routes.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let inline = |(token, _, reading): &&(String, Id, farsight_model::Value)| {
            token == RouteTable::SCHEMA.token && reading.get("routes").is_none()
        };
        let tables: Vec<String> = scope.known.iter().filter(inline).map(|(_, id, _)| id.clone()).collect();
        let ours: BTreeSet<Id> = scope
            .ids_of(Route::SCHEMA.token)
            .into_iter()
            .filter_map(|id| parts(id).ok())
            .map(|(t, to)| id_of(t, &to))
            .collect();
        let mut strays = Strays::new(scope, Route::SCHEMA.token);
        for (table, found) in self.ec2.tables_by_id("route-table-id", &tables).await? {
            for route in found.routes().iter().filter(|route| targets::is_somebodys(route)) {
                let Some(to) = targets::destination(&targets::of_sdk(route)) else { continue };
                let id = id_of(&table, &to);
                if !ours.contains(&id) {
                    strays.add(Some(&id), format!("route to {to} in {table}"));
                }
            }
        }
        Ok(strays.found())
    }
}

fn id_of(table: &str, to: &str) -> Id {
    format!("{table}_{to}")
}

/// The table and the destination in AWS's spelling.
fn parts(id: &str) -> Result<(&str, String)> {
    let (table, to) = id.split_once('_').ok_or_else(|| Error::bad_id(id, "`rtb-.._<destination>`"))?;
    Ok((table, targets::canonical(to)))
}

fn route_to<'a>(table: &'a types::RouteTable, to: &str) -> Option<&'a types::Route> {
    let leads = |route: &&types::Route| targets::destination(&targets::of_sdk(route)).as_deref() == Some(to);
    table.routes().iter().filter(|route| targets::is_somebodys(route)).find(leads)
}

fn seen(table: &str, route: &types::Route) -> Seen<Route> {
    Seen::Ready {
        args: targets::to_args(table, targets::of_sdk(route)),
        outputs: RouteOutputs {
            instance_id: route.instance_id.clone().filter(|id| !id.is_empty()),
            instance_owner_id: route.instance_owner_id.clone().filter(|id| !id.is_empty()),
            origin: route.origin().map(|origin| origin.as_str().to_owned()),
            state: route.state().map(|state| state.as_str().to_owned()),
        },
    }
}
