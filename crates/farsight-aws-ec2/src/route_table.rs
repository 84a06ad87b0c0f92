//! `aws:ec2/routeTable:RouteTable`.

use crate::describe::{BY_OP, op};
use crate::ec2::{Ec2, SOON, beyond, seen_tags, tagged, unless};
use crate::strays::{BY_STACK, Strays, known, stack, words};
use crate::targets;
use aws_sdk_ec2::types::{self, PropagatingVgw, ResourceType};
use farsight_aws::ec2::{RouteTable, RouteTableArgs, RouteTableOutputs, RouteTableRoute, Vpc};
use farsight_aws_client::{in_order, tags, the_one};
use farsight_model::Resource;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};

pub(crate) struct RouteTableHandler {
    pub ec2: Ec2,
}

/// Tables are large, so a page holds fewer of them than of anything else (aws catalogue, section 12).
pub(crate) const TABLES: usize = 100;

impl Handler for RouteTableHandler {
    type Of = RouteTable;

    const POLICY: Policy = Policy {
        identity: Identity::ClientToken,
        unique_key: &[],
        serialize_by: None,
        read_batch: TABLES,
        settle: SOON,
        faults: &[("InvalidRouteTableID.NotFound", Fault::Gone), ("InvalidRouteTableId.NotFound", Fault::Gone)],
        permissions: &[
            "ec2:CreateRoute",
            "ec2:CreateRouteTable",
            "ec2:CreateTags",
            "ec2:DeleteRoute",
            "ec2:DeleteRouteTable",
            "ec2:DeleteTags",
            "ec2:DescribeRouteTables",
            "ec2:DisableVgwRoutePropagation",
            "ec2:EnableVgwRoutePropagation",
            "ec2:ReplaceRoute",
        ],
    };

    async fn create(&self, owner: &Owner, args: &RouteTableArgs) -> Result<Id> {
        let tags = tagged(ResourceType::RouteTable, owner, &args.tags)?;
        let call = self.ec2.client.create_route_table();
        let call = call.vpc_id(&args.vpc_id).client_token(&owner.op).tag_specifications(tags);
        let answer = self.ec2.write("CreateRouteTable", || call.clone().send()).await?;
        the_one(answer.route_table.and_then(|table| table.route_table_id), "CreateRouteTable")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<RouteTable>>> {
        let found = self.ec2.tables_by_id("route-table-id", ids).await?;
        Ok(in_order(ids, &found, |id, table| self.seen(id, table)))
    }

    async fn update(&self, id: &Id, change: Change<'_, RouteTableArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        self.ec2.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        // What the program no longer gives is from now on other resources' and stays as it is.
        let routes = wanted.routes.as_ref().filter(|_| change.touches("routes"));
        let gateways = wanted.propagating_vgws.as_ref().filter(|_| change.touches("propagatingVgws"));
        if routes.is_none() && gateways.is_none() {
            return Ok(None);
        }
        let now = self.ec2.tables_by_id("route-table-id", std::slice::from_ref(id)).await?;
        let Some(now) = now.get(id) else { return Ok(None) };
        if let Some(gateways) = gateways {
            self.propagate(id, &propagating(now), gateways).await?;
        }
        if let Some(routes) = routes {
            self.reroute(id, now, routes).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &RouteTableArgs) -> Result<()> {
        let send = || self.ec2.client.delete_route_table().route_table_id(id).send();
        self.ec2.write("DeleteRouteTable", send).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, _: &RouteTableArgs) -> Result<Vec<Id>> {
        Ok(self.ec2.tables_by_id(BY_OP, &op(owner)).await?.into_keys().collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, RouteTable::SCHEMA.token);
        for (by, values) in [(BY_STACK, stack(scope).to_vec()), ("vpc-id", known(scope, Vpc::SCHEMA.token))] {
            for (id, table) in self.ec2.tables_by_id(by, &values).await? {
                // The main table came with its VPC.
                if !table.associations().iter().any(|association| association.main == Some(true)) {
                    strays.add(Some(&id), words("route table", table.tags.as_deref(), table.vpc_id()));
                }
            }
        }
        Ok(strays.found())
    }
}

impl RouteTableHandler {
    async fn propagate(&self, id: &Id, are: &[String], wanted: &[String]) -> Result<()> {
        for gateway in beyond(are, wanted) {
            let call = self.ec2.client.disable_vgw_route_propagation().route_table_id(id).gateway_id(gateway);
            self.ec2.write("DisableVgwRoutePropagation", || call.clone().send()).await?;
        }
        for gateway in beyond(wanted, are) {
            let call = self.ec2.client.enable_vgw_route_propagation().route_table_id(id).gateway_id(gateway);
            self.ec2.write("EnableVgwRoutePropagation", || call.clone().send()).await?;
        }
        Ok(())
    }

    async fn reroute(&self, id: &Id, now: &types::RouteTable, wanted: &[RouteTableRoute]) -> Result<()> {
        let wanted = targets::by_destination(wanted)?;
        let are = targets::by_destination(&routes(now))?;
        for to in are.keys().filter(|to| !wanted.contains_key(*to)) {
            unless(self.ec2.delete_route(id, to).await, &["InvalidRoute.NotFound"])?;
        }
        for (to, route) in &wanted {
            match are.get(to) {
                None => self.ec2.create_route(id, to, route).await?,
                Some(old) if !targets::same_target(old, route) => self.ec2.replace_route(id, to, route).await?,
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn seen(&self, id: &str, table: &types::RouteTable) -> Seen<RouteTable> {
        let owner = table.owner_id().unwrap_or_default();
        Seen::Ready {
            args: RouteTableArgs {
                vpc_id: table.vpc_id.clone().unwrap_or_default(),
                propagating_vgws: Some(propagating(table)),
                routes: Some(routes(table)),
                tags: seen_tags(table.tags.as_deref()),
            },
            outputs: RouteTableOutputs {
                arn: self.ec2.aws.arn("ec2", owner, &format!("route-table/{id}")),
                owner_id: table.owner_id.clone(),
            },
        }
    }
}

fn propagating(table: &types::RouteTable) -> Vec<String> {
    table.propagating_vgws().iter().filter_map(PropagatingVgw::gateway_id).map(str::to_owned).collect()
}

fn routes(table: &types::RouteTable) -> Vec<RouteTableRoute> {
    table.routes().iter().filter(|route| targets::is_somebodys(route)).map(targets::of_sdk).collect()
}
