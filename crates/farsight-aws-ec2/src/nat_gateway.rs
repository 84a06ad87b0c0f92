//! `aws:ec2/natGateway:NatGateway`.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, beyond, seen_tags, small, tagged};
use crate::strays::{BY_STACK, Strays, known, stack, words};
use aws_sdk_ec2::types::{
    self, AvailabilityZoneAddress, NatGatewayAddress, NatGatewayAddressStatus, NatGatewayState, ResourceType,
};
use farsight_aws::ec2::{
    AvailabilityMode, ConnectivityType, NatGateway, NatGatewayArgs, NatGatewayAvailabilityZoneAddress,
    NatGatewayOutputs, RegionalNatGatewayAddress, Vpc,
};
use farsight_aws_client::{in_order, tags, the_one};
use farsight_model::Resource;
use farsight_provider::{
    Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Settle, Stray, mins, secs,
};
use std::collections::BTreeMap;

pub(crate) struct NatGatewayHandler {
    pub ec2: Ec2,
}

/// Deletes of secondary addresses drain their connections, which takes minutes.
const SETTLE: Settle = Settle { every: secs(5), within: mins(20) };

impl Handler for NatGatewayHandler {
    type Of = NatGateway;

    const POLICY: Policy = Policy {
        identity: Identity::ClientToken,
        unique_key: &["allocationId"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SETTLE,
        faults: &[("NatGatewayNotFound", Fault::Gone), ("InvalidNatGatewayID.NotFound", Fault::Gone)],
        permissions: &[
            "ec2:AssignPrivateNatGatewayAddress",
            "ec2:AssociateNatGatewayAddress",
            "ec2:CreateNatGateway",
            "ec2:CreateTags",
            "ec2:DeleteNatGateway",
            "ec2:DeleteTags",
            "ec2:DescribeNatGateways",
            "ec2:DisassociateNatGatewayAddress",
            "ec2:UnassignPrivateNatGatewayAddress",
        ],
    };

    async fn create(&self, owner: &Owner, args: &NatGatewayArgs) -> Result<Id> {
        let tags = tagged(ResourceType::Natgateway, owner, &args.tags)?;
        let regional = args.availability_mode == AvailabilityMode::Regional;
        let call = self.ec2.client.create_nat_gateway();
        let call = call
            .client_token(&owner.op)
            .set_allocation_id(args.allocation_id.clone())
            .set_availability_mode(regional.then_some(types::AvailabilityMode::Regional))
            .set_availability_zone_addresses(args.availability_zone_addresses.as_deref().map(by_zone))
            .connectivity_type(types::ConnectivityType::from(args.connectivity_type.as_str()))
            .set_private_ip_address(args.private_ip.clone())
            .set_secondary_allocation_ids(given(args.secondary_allocation_ids.as_ref()))
            .set_secondary_private_ip_address_count(small(args.secondary_private_ip_address_count))
            .set_secondary_private_ip_addresses(given(args.secondary_private_ip_addresses.as_ref()))
            .set_subnet_id(args.subnet_id.clone())
            .set_vpc_id(args.vpc_id.clone())
            .tag_specifications(tags);
        let answer = self.ec2.write("CreateNatGateway", || call.clone().send()).await?;
        the_one(answer.nat_gateway.and_then(|gateway| gateway.nat_gateway_id), "CreateNatGateway")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<NatGateway>>> {
        let found = self.describe("nat-gateway-id", ids).await?;
        Ok(in_order(ids, &found, |_, gateway| seen(gateway)))
    }

    async fn update(&self, id: &Id, change: Change<'_, NatGatewayArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        self.ec2.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        let secondary = ["secondaryAllocationIds", "secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses"];
        if !change.touches_any(&secondary) && !change.touches("availabilityZoneAddresses") {
            return Ok(None);
        }
        let now = self.describe("nat-gateway-id", std::slice::from_ref(id)).await?;
        let Some(now) = now.get(id) else { return Ok(None) };
        if change.touches("availabilityZoneAddresses") {
            self.rezone(id, now, wanted.availability_zone_addresses.as_deref().unwrap_or_default()).await?;
        } else if wanted.connectivity_type == ConnectivityType::Private {
            self.reassign(id, now, wanted).await?;
        } else {
            self.reassociate(id, now, wanted).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &NatGatewayArgs) -> Result<()> {
        let send = || self.ec2.client.delete_nat_gateway().nat_gateway_id(id).send();
        self.ec2.write("DeleteNatGateway", send).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, _: &NatGatewayArgs) -> Result<Vec<Id>> {
        Ok(self.describe(BY_OP, &op(owner)).await?.into_keys().collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, NatGateway::SCHEMA.token);
        for (by, values) in [(BY_STACK, stack(scope).to_vec()), ("vpc-id", known(scope, Vpc::SCHEMA.token))] {
            for (id, gateway) in self.describe(by, &values).await? {
                if gateway.state() != Some(&NatGatewayState::Deleting) {
                    strays.add(Some(&id), words("NAT gateway", gateway.tags.as_deref(), gateway.vpc_id()));
                }
            }
        }
        Ok(strays.found())
    }
}

impl NatGatewayHandler {
    /// Without those that are gone: AWS shows them for an hour more.
    async fn describe(&self, by: &str, values: &[String]) -> Result<BTreeMap<Id, types::NatGateway>> {
        let found = self.ec2.nat_gateways(by, values, &[]).await?;
        let there = found.into_iter().filter(|gateway| gateway.state() != Some(&NatGatewayState::Deleted));
        Ok(there.filter_map(|gateway| Some((gateway.nat_gateway_id.clone()?, gateway))).collect())
    }

    /// The private addresses of a private gateway.
    async fn reassign(&self, id: &Id, now: &types::NatGateway, wanted: &NatGatewayArgs) -> Result<()> {
        let are: Vec<String> = secondary(now).filter_map(|address| address.private_ip.clone()).collect();
        let client = &self.ec2.client;
        let (mut add, mut remove, mut more) = (Vec::new(), Vec::new(), None);
        if let Some(wanted) = &wanted.secondary_private_ip_addresses {
            (add, remove) = (beyond(wanted, &are), beyond(&are, wanted));
        } else if let Some(count) = wanted.secondary_private_ip_address_count {
            let count = usize::try_from(count).unwrap_or(0);
            remove = are.iter().skip(count).cloned().collect();
            more = i32::try_from(count.saturating_sub(are.len())).ok().filter(|more| *more > 0);
        }
        if !remove.is_empty() {
            let call = client.unassign_private_nat_gateway_address().nat_gateway_id(id);
            let call = call.set_private_ip_addresses(Some(remove));
            self.ec2.write("UnassignPrivateNatGatewayAddress", || call.clone().send()).await?;
        }
        if !add.is_empty() || more.is_some() {
            let call = client.assign_private_nat_gateway_address().nat_gateway_id(id);
            let call = call.set_private_ip_addresses(given(Some(&add))).set_private_ip_address_count(more);
            self.ec2.write("AssignPrivateNatGatewayAddress", || call.clone().send()).await?;
        }
        Ok(())
    }

    /// The Elastic IPs of a public gateway.
    async fn reassociate(&self, id: &Id, now: &types::NatGateway, wanted: &NatGatewayArgs) -> Result<()> {
        let Some(allocations) = &wanted.secondary_allocation_ids else { return Ok(()) };
        let gone = secondary(now).filter(|address| !is_one_of(address, allocations));
        self.disassociate(id, gone.filter_map(|address| address.association_id.clone()).collect()).await?;
        let are: Vec<String> = secondary(now).filter_map(|address| address.allocation_id.clone()).collect();
        let add = beyond(allocations, &are);
        if add.is_empty() {
            return Ok(());
        }
        let taken: Vec<String> = secondary(now).filter_map(|address| address.private_ip.clone()).collect();
        let free = wanted.secondary_private_ip_addresses.as_ref().map(|wanted| beyond(wanted, &taken));
        let call = self.ec2.client.associate_nat_gateway_address().nat_gateway_id(id);
        let call = call.set_allocation_ids(Some(add)).set_private_ip_addresses(given(free.as_ref()));
        self.ec2.write("AssociateNatGatewayAddress", || call.clone().send()).await.map(|_| ())
    }

    /// The Elastic IPs of a regional gateway, zone by zone.
    async fn rezone(
        &self,
        id: &Id,
        now: &types::NatGateway,
        wanted: &[NatGatewayAvailabilityZoneAddress],
    ) -> Result<()> {
        let all: Vec<String> = wanted.iter().flat_map(|zone| zone.allocation_ids.clone()).collect();
        let gone = now.nat_gateway_addresses().iter().filter(|address| !is_one_of(address, &all));
        self.disassociate(id, gone.filter_map(|address| address.association_id.clone()).collect()).await?;
        let are: Vec<String> = now.nat_gateway_addresses().iter().filter_map(|a| a.allocation_id.clone()).collect();
        for zone in wanted {
            let add = beyond(&zone.allocation_ids, &are);
            if !add.is_empty() {
                let call = self.ec2.client.associate_nat_gateway_address().nat_gateway_id(id);
                let call = call.availability_zone(&zone.availability_zone).set_allocation_ids(Some(add));
                self.ec2.write("AssociateNatGatewayAddress", || call.clone().send()).await?;
            }
        }
        Ok(())
    }

    async fn disassociate(&self, id: &Id, associations: Vec<String>) -> Result<()> {
        if associations.is_empty() {
            return Ok(());
        }
        let call = self.ec2.client.disassociate_nat_gateway_address().nat_gateway_id(id);
        let call = call.set_association_ids(Some(associations));
        self.ec2.write("DisassociateNatGatewayAddress", || call.clone().send()).await.map(|_| ())
    }
}

/// A list, unless it is empty: the service refuses empty lists.
fn given(list: Option<&Vec<String>>) -> Option<Vec<String>> {
    list.filter(|list| !list.is_empty()).cloned()
}

fn by_zone(zones: &[NatGatewayAvailabilityZoneAddress]) -> Vec<AvailabilityZoneAddress> {
    let of = |zone: &NatGatewayAvailabilityZoneAddress| {
        let allocations = Some(zone.allocation_ids.clone());
        AvailabilityZoneAddress::builder()
            .availability_zone(&zone.availability_zone)
            .set_allocation_ids(allocations)
            .build()
    };
    zones.iter().map(of).collect()
}

fn is_one_of(address: &NatGatewayAddress, allocations: &[String]) -> bool {
    address.allocation_id.as_ref().is_some_and(|id| allocations.contains(id))
}

/// The address that the gateway was made with: the one so marked, or the first.
fn primary(gateway: &types::NatGateway) -> Option<&NatGatewayAddress> {
    let addresses = gateway.nat_gateway_addresses();
    addresses.iter().find(|address| address.is_primary == Some(true)).or(addresses.first())
}

fn secondary(gateway: &types::NatGateway) -> impl Iterator<Item = &NatGatewayAddress> {
    let primary = primary(gateway);
    gateway.nat_gateway_addresses().iter().filter(move |address| !primary.is_some_and(|p| std::ptr::eq(p, *address)))
}

/// The state of an address that is on its way.
fn moving(address: &NatGatewayAddress) -> Option<&NatGatewayAddressStatus> {
    use NatGatewayAddressStatus::{Assigning, Associating, Disassociating, Unassigning};
    address.status().filter(|status| matches!(status, Assigning | Associating | Disassociating | Unassigning))
}

fn seen(gateway: &types::NatGateway) -> Seen<NatGateway> {
    match gateway.state() {
        Some(NatGatewayState::Available) => {}
        Some(NatGatewayState::Failed) => {
            let code = gateway.failure_code().unwrap_or("failed");
            return Seen::Failed(format!("{code}: {}", gateway.failure_message().unwrap_or("no reason given")));
        }
        state => return Seen::Settling(state.map_or("pending", NatGatewayState::as_str).to_owned()),
    }
    if let Some(status) = gateway.nat_gateway_addresses().iter().find_map(moving) {
        return Seen::Settling(format!("an address is {}", status.as_str()));
    }
    let regional = gateway.availability_mode() == Some(&types::AvailabilityMode::Regional);
    let primary = primary(gateway).filter(|_| !regional);
    let others: Vec<&NatGatewayAddress> = secondary(gateway).filter(|_| !regional).collect();
    let private: Vec<String> = others.iter().filter_map(|address| address.private_ip.clone()).collect();
    Seen::Ready {
        args: NatGatewayArgs {
            allocation_id: primary.and_then(|address| address.allocation_id.clone()),
            availability_mode: if regional { AvailabilityMode::Regional } else { AvailabilityMode::Zonal },
            availability_zone_addresses: regional.then(|| zones_of(gateway)),
            // A gateway without the attribute is a public one, as all were before there were others.
            connectivity_type: gateway
                .connectivity_type()
                .and_then(|kind| ConnectivityType::from_wire(kind.as_str()))
                .unwrap_or(ConnectivityType::Public),
            private_ip: primary.and_then(|address| address.private_ip.clone()),
            secondary_allocation_ids: Some(others.iter().filter_map(|address| address.allocation_id.clone()).collect()),
            secondary_private_ip_address_count: Some(private.len() as i64),
            secondary_private_ip_addresses: Some(private),
            subnet_id: gateway.subnet_id.clone().filter(|id| !id.is_empty()),
            tags: seen_tags(gateway.tags.as_deref()),
            vpc_id: gateway.vpc_id.clone().filter(|_| regional),
        },
        outputs: NatGatewayOutputs {
            association_id: primary.and_then(|address| address.association_id.clone()),
            auto_provision_zones: gateway.auto_provision_zones().map(|state| state.as_str().to_owned()),
            auto_scaling_ips: gateway.auto_scaling_ips().map(|state| state.as_str().to_owned()),
            network_interface_id: primary.and_then(|address| address.network_interface_id.clone()),
            public_ip: primary.and_then(|address| address.public_ip.clone()),
            regional_nat_gateway_addresses: gateway
                .nat_gateway_addresses()
                .iter()
                .filter(|_| regional)
                .map(|address| RegionalNatGatewayAddress {
                    allocation_id: address.allocation_id.clone(),
                    association_id: address.association_id.clone(),
                    availability_zone: address.availability_zone.clone(),
                    availability_zone_id: address.availability_zone_id.clone(),
                    network_interface_id: address.network_interface_id.clone(),
                    public_ip: address.public_ip.clone(),
                    status: address.status().map(|status| status.as_str().to_owned()),
                })
                .collect(),
            route_table_id: gateway.route_table_id.clone(),
        },
    }
}

fn zones_of(gateway: &types::NatGateway) -> Vec<NatGatewayAvailabilityZoneAddress> {
    let mut zones: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for address in gateway.nat_gateway_addresses() {
        if let (Some(zone), Some(allocation)) = (&address.availability_zone, &address.allocation_id) {
            zones.entry(zone.clone()).or_default().push(allocation.clone());
        }
    }
    zones
        .into_iter()
        .map(|(availability_zone, allocation_ids)| NatGatewayAvailabilityZoneAddress {
            allocation_ids,
            availability_zone,
        })
        .collect()
}
