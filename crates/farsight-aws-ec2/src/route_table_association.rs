//! `aws:ec2/routeTableAssociation:RouteTableAssociation`.

use crate::ec2::{Ec2, SOON};
use crate::route_table::TABLES;
use aws_sdk_ec2::types::{self, RouteTableAssociationStateCode};
use farsight_aws::ec2::{RouteTableAssociation, RouteTableAssociationArgs, RouteTableAssociationOutputs};
use farsight_aws_client::{in_order, the_one};
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use std::collections::BTreeMap;

pub(crate) struct RouteTableAssociationHandler {
    pub ec2: Ec2,
}

impl Handler for RouteTableAssociationHandler {
    type Of = RouteTableAssociation;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        unique_key: &["gatewayId", "subnetId"],
        serialize_by: None,
        read_batch: TABLES,
        settle: SOON,
        faults: &[("InvalidAssociationID.NotFound", Fault::Gone)],
        permissions: &[
            "ec2:AssociateRouteTable",
            "ec2:DescribeRouteTables",
            "ec2:DisassociateRouteTable",
            "ec2:ReplaceRouteTableAssociation",
        ],
    };

    async fn create(&self, _: &Owner, args: &RouteTableAssociationArgs) -> Result<Id> {
        let call = self.ec2.client.associate_route_table();
        let call = call
            .route_table_id(&args.route_table_id)
            .set_subnet_id(args.subnet_id.clone())
            .set_gateway_id(args.gateway_id.clone());
        let answer = self.ec2.write("AssociateRouteTable", || call.clone().send()).await?;
        the_one(answer.association_id, "AssociateRouteTable")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<RouteTableAssociation>>> {
        let found = self.resolve(ids).await?;
        Ok(in_order(ids, &found, |_, association| seen(association)))
    }

    async fn update(&self, id: &Id, change: Change<'_, RouteTableAssociationArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        let now = self.standing(wanted).await?;
        if let Some(done) = now.iter().find(|now| now.route_table_id.as_ref() == Some(&wanted.route_table_id)) {
            return Ok(done.route_table_association_id.clone().filter(|done| done != id));
        }
        let old = now.first().and_then(|now| now.route_table_association_id.clone());
        let old = old.ok_or_else(|| Error::gone(id))?;
        let call = self.ec2.client.replace_route_table_association();
        let call = call.association_id(old).route_table_id(&wanted.route_table_id);
        let answer = self.ec2.write("ReplaceRouteTableAssociation", || call.clone().send()).await?;
        the_one(answer.new_association_id, "ReplaceRouteTableAssociation").map(Some)
    }

    async fn delete(&self, id: &Id, _: &RouteTableAssociationArgs) -> Result<()> {
        let found = self.resolve(std::slice::from_ref(id)).await?;
        let real = found.get(id).and_then(|association| association.route_table_association_id.clone());
        let real = real.ok_or_else(|| Error::gone(id))?;
        let send = || self.ec2.client.disassociate_route_table().association_id(&real).send();
        self.ec2.write("DisassociateRouteTable", send).await.map(|_| ())
    }

    async fn find(&self, _: &Owner, args: &RouteTableAssociationArgs) -> Result<Vec<Id>> {
        let standing = self.standing(args).await?;
        let ours = standing.into_iter().filter(|now| now.route_table_id.as_ref() == Some(&args.route_table_id));
        Ok(ours.filter_map(|association| association.route_table_association_id).collect())
    }
}

impl RouteTableAssociationHandler {
    async fn associations(&self, by: &str, values: &[String]) -> Result<Vec<types::RouteTableAssociation>> {
        let tables = self.ec2.route_tables(by, values, &[]).await?;
        Ok(tables.into_iter().flat_map(|table| table.associations.unwrap_or_default()).filter(is_there).collect())
    }

    /// The associations of ids in both forms: the association's own, and `subnet/table` (or `gateway/table`).
    async fn resolve(&self, ids: &[Id]) -> Result<BTreeMap<Id, types::RouteTableAssociation>> {
        let mut found = BTreeMap::new();
        let (pairs, own): (Vec<&Id>, Vec<&Id>) = ids.iter().partition(|id| id.contains('/'));
        let own: Vec<Id> = own.into_iter().cloned().collect();
        for association in self.associations("association.route-table-association-id", &own).await? {
            if let Some(id) = association.route_table_association_id.clone().filter(|id| own.contains(id)) {
                found.insert(id, association);
            }
        }
        for pair in pairs {
            let (what, table) = pair.split_once('/').ok_or_else(|| Error::bad_id(pair, "`rtbassoc-..`"))?;
            let by = if what.starts_with("subnet-") { "association.subnet-id" } else { "association.gateway-id" };
            let all = self.associations(by, &[what.to_owned()]).await?;
            let it = all.into_iter().find(|a| {
                (a.subnet_id() == Some(what) || a.gateway_id() == Some(what)) && a.route_table_id() == Some(table)
            });
            found.extend(it.map(|association| (pair.clone(), association)));
        }
        Ok(found)
    }

    /// What the subnet or gateway is associated with now.
    async fn standing(&self, args: &RouteTableAssociationArgs) -> Result<Vec<types::RouteTableAssociation>> {
        let (by, id) = match (&args.subnet_id, &args.gateway_id) {
            (Some(subnet), _) => ("association.subnet-id", subnet),
            (None, Some(gateway)) => ("association.gateway-id", gateway),
            (None, None) => return Ok(Vec::new()),
        };
        let all = self.associations(by, std::slice::from_ref(id)).await?;
        Ok(all.into_iter().filter(|a| a.subnet_id.as_ref() == Some(id) || a.gateway_id.as_ref() == Some(id)).collect())
    }
}

fn state(association: &types::RouteTableAssociation) -> Option<&RouteTableAssociationStateCode> {
    association.association_state()?.state()
}

fn is_there(association: &types::RouteTableAssociation) -> bool {
    state(association) != Some(&RouteTableAssociationStateCode::Disassociated)
}

fn seen(association: &types::RouteTableAssociation) -> Seen<RouteTableAssociation> {
    use RouteTableAssociationStateCode::{Associating, Disassociating, Failed};
    match state(association) {
        Some(state @ (Associating | Disassociating)) => return Seen::Settling(state.as_str().to_owned()),
        Some(Failed) => {
            let why = association.association_state().and_then(|state| state.status_message());
            return Seen::Failed(why.unwrap_or("no reason given").to_owned());
        }
        _ => {}
    }
    let text = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    Seen::Ready {
        args: RouteTableAssociationArgs {
            route_table_id: association.route_table_id.clone().unwrap_or_default(),
            gateway_id: text(&association.gateway_id),
            subnet_id: text(&association.subnet_id),
        },
        outputs: RouteTableAssociationOutputs {},
    }
}
