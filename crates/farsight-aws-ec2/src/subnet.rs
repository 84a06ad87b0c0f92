//! `aws:ec2/subnet:Subnet`.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, SOON, seen_tags, small, tagged, truth};
use crate::strays::{BY_STACK, Strays, known, stack, words};
use aws_sdk_ec2::types::{self, ResourceType, SubnetCidrBlockStateCode, SubnetState};
use farsight_aws::ec2::{HostnameType, Subnet, SubnetArgs, SubnetOutputs, Vpc};
use farsight_aws_client::{in_order, tags, the_one};
use farsight_model::Resource;
use farsight_model::schema::canonical_cidr;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::BTreeMap;

pub(crate) struct SubnetHandler {
    pub ec2: Ec2,
}

impl Handler for SubnetHandler {
    type Of = Subnet;

    const POLICY: Policy = Policy {
        identity: Identity::OwnerTag,
        unique_key: &["vpcId", "cidrBlock"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[("InvalidSubnetID.NotFound", Fault::Gone), ("InvalidSubnetId.NotFound", Fault::Gone)],
        permissions: &[
            "ec2:AssociateSubnetCidrBlock",
            "ec2:CreateSubnet",
            "ec2:CreateTags",
            "ec2:DeleteSubnet",
            "ec2:DeleteTags",
            "ec2:DescribeSubnets",
            "ec2:DisassociateSubnetCidrBlock",
            "ec2:ModifySubnetAttribute",
        ],
    };

    async fn create(&self, owner: &Owner, args: &SubnetArgs) -> Result<Id> {
        let tags = tagged(ResourceType::Subnet, owner, &args.tags)?;
        let call = self.ec2.client.create_subnet();
        let call = call
            .vpc_id(&args.vpc_id)
            .set_availability_zone(args.availability_zone.clone())
            .set_availability_zone_id(args.availability_zone_id.clone())
            .set_cidr_block(args.cidr_block.clone())
            .set_ipv4_ipam_pool_id(args.ipv4_ipam_pool_id.clone())
            .set_ipv4_netmask_length(small(args.ipv4_netmask_length))
            .set_ipv6_cidr_block(args.ipv6_cidr_block.clone())
            .set_ipv6_ipam_pool_id(args.ipv6_ipam_pool_id.clone())
            .set_ipv6_netmask_length(small(args.ipv6_netmask_length))
            .set_ipv6_native(args.ipv6_native.then_some(true))
            .set_outpost_arn(args.outpost_arn.clone())
            .tag_specifications(tags);
        let answer = self.ec2.write("CreateSubnet", || call.clone().send()).await?;
        the_one(answer.subnet.and_then(|subnet| subnet.subnet_id), "CreateSubnet")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Subnet>>> {
        let found: BTreeMap<Id, _> = self.describe("subnet-id", ids).await?;
        Ok(in_order(ids, &found, |_, subnet| seen(subnet)))
    }

    async fn update(&self, id: &Id, change: Change<'_, SubnetArgs>) -> Result<Option<Id>> {
        self.ec2.retag(id, &tags::changed(&change, &change.wanted.tags, &change.observed.tags)?).await?;
        if change.touches("ipv6CidrBlock") {
            // The attributes that build on the range can be set only once it is there: after the next read.
            self.readdress(id, change.wanted.ipv6_cidr_block.as_deref()).await?;
            return Ok(None);
        }
        self.attributes(id, &change).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &SubnetArgs) -> Result<()> {
        self.ec2.write("DeleteSubnet", || self.ec2.client.delete_subnet().subnet_id(id).send()).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, _: &SubnetArgs) -> Result<Vec<Id>> {
        Ok(self.describe(BY_OP, &op(owner)).await?.into_keys().collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, Subnet::SCHEMA.token);
        for (by, values) in [(BY_STACK, stack(scope).to_vec()), ("vpc-id", known(scope, Vpc::SCHEMA.token))] {
            for (id, subnet) in self.describe(by, &values).await? {
                strays.add(Some(&id), words("subnet", subnet.tags.as_deref(), subnet.vpc_id()));
            }
        }
        Ok(strays.found())
    }
}

impl SubnetHandler {
    async fn describe(&self, by: &str, values: &[String]) -> Result<BTreeMap<Id, types::Subnet>> {
        let subnets = self.ec2.subnets(by, values, &[]).await?;
        Ok(subnets.into_iter().filter_map(|subnet| Some((subnet.subnet_id.clone()?, subnet))).collect())
    }

    /// Sets what differs, one attribute a call: the service takes no more at a time.
    async fn attributes(&self, id: &Id, change: &Change<'_, SubnetArgs>) -> Result<()> {
        let wanted = change.wanted;
        let call = || self.ec2.client.modify_subnet_attribute().subnet_id(id);
        let mut calls = Vec::new();
        if change.touches("mapPublicIpOnLaunch") {
            calls.push(call().map_public_ip_on_launch(truth(wanted.map_public_ip_on_launch)));
        }
        if change.touches("assignIpv6AddressOnCreation") {
            calls.push(call().assign_ipv6_address_on_creation(truth(wanted.assign_ipv6_address_on_creation)));
        }
        if change.touches("enableDns64") {
            calls.push(call().enable_dns64(truth(wanted.enable_dns64)));
        }
        if change.touches("enableResourceNameDnsARecordOnLaunch") {
            let on = truth(wanted.enable_resource_name_dns_a_record_on_launch);
            calls.push(call().enable_resource_name_dns_a_record_on_launch(on));
        }
        if change.touches("enableResourceNameDnsAaaaRecordOnLaunch") {
            let on = truth(wanted.enable_resource_name_dns_aaaa_record_on_launch);
            calls.push(call().enable_resource_name_dns_aaaa_record_on_launch(on));
        }
        if change.touches("privateDnsHostnameTypeOnLaunch")
            && let Some(kind) = wanted.private_dns_hostname_type_on_launch
        {
            calls.push(call().private_dns_hostname_type_on_launch(types::HostnameType::from(kind.as_str())));
        }
        if change.touches_any(&["mapCustomerOwnedIpOnLaunch", "customerOwnedIpv4Pool"]) {
            let on = wanted.map_customer_owned_ip_on_launch.unwrap_or(false);
            let pool = wanted.customer_owned_ipv4_pool.clone().filter(|_| on);
            calls.push(call().map_customer_owned_ip_on_launch(truth(on)).set_customer_owned_ipv4_pool(pool));
        }
        if change.touches("enableLniAtDeviceIndex") {
            calls.push(match small(wanted.enable_lni_at_device_index) {
                Some(index) => call().enable_lni_at_device_index(index),
                None => call().disable_lni_at_device_index(truth(true)),
            });
        }
        for call in calls {
            self.ec2.write("ModifySubnetAttribute", || call.clone().send()).await?;
        }
        Ok(())
    }

    async fn readdress(&self, id: &Id, wanted: Option<&str>) -> Result<()> {
        let subnets = self.describe("subnet-id", std::slice::from_ref(id)).await?;
        let old = subnets.get(id).and_then(ipv6_of);
        let canonical = |block: &str| canonical_cidr(block).unwrap_or_else(|| block.to_owned());
        if old.and_then(|old| old.ipv6_cidr_block()).map(canonical) == wanted.map(canonical) {
            return Ok(());
        }
        if let Some(old) = old.and_then(|old| old.association_id.clone()) {
            let send = || self.ec2.client.disassociate_subnet_cidr_block().association_id(&old).send();
            self.ec2.write("DisassociateSubnetCidrBlock", send).await?;
        }
        if let Some(block) = wanted {
            let send = || self.ec2.client.associate_subnet_cidr_block().subnet_id(id).ipv6_cidr_block(block).send();
            self.ec2.write("AssociateSubnetCidrBlock", send).await?;
        }
        Ok(())
    }
}

/// The association with an IPv6 range, unless it is over.
fn ipv6_of(subnet: &types::Subnet) -> Option<&types::SubnetIpv6CidrBlockAssociation> {
    use SubnetCidrBlockStateCode::{Disassociated, Failed, Failing};
    let state = |ipv6: &types::SubnetIpv6CidrBlockAssociation| ipv6.ipv6_cidr_block_state()?.state().cloned();
    subnet
        .ipv6_cidr_block_association_set()
        .iter()
        .find(|ipv6| !matches!(state(ipv6), Some(Disassociated | Failed | Failing)))
}

fn seen(subnet: &types::Subnet) -> Seen<Subnet> {
    match subnet.state() {
        Some(SubnetState::Available) => {}
        Some(SubnetState::Pending) | None => return Seen::Settling("pending".into()),
        Some(other) => return Seen::Failed(other.as_str().to_owned()),
    }
    let ipv6 = ipv6_of(subnet);
    let state = ipv6.and_then(|ipv6| ipv6.ipv6_cidr_block_state()?.state());
    if let Some(state @ (SubnetCidrBlockStateCode::Associating | SubnetCidrBlockStateCode::Disassociating)) = state {
        return Seen::Settling(format!("the IPv6 range is {}", state.as_str()));
    }
    let dns = subnet.private_dns_name_options_on_launch();
    Seen::Ready {
        args: SubnetArgs {
            vpc_id: subnet.vpc_id.clone().unwrap_or_default(),
            assign_ipv6_address_on_creation: subnet.assign_ipv6_address_on_creation.unwrap_or(false),
            availability_zone: subnet.availability_zone.clone(),
            availability_zone_id: subnet.availability_zone_id.clone(),
            cidr_block: subnet.cidr_block.clone().filter(|block| !block.is_empty()),
            customer_owned_ipv4_pool: subnet.customer_owned_ipv4_pool.clone(),
            enable_dns64: subnet.enable_dns64.unwrap_or(false),
            enable_lni_at_device_index: subnet.enable_lni_at_device_index.filter(|index| *index > 0).map(i64::from),
            enable_resource_name_dns_a_record_on_launch: dns
                .and_then(|dns| dns.enable_resource_name_dns_a_record)
                .unwrap_or(false),
            enable_resource_name_dns_aaaa_record_on_launch: dns
                .and_then(|dns| dns.enable_resource_name_dns_aaaa_record)
                .unwrap_or(false),
            ipv4_ipam_pool_id: None,
            ipv4_netmask_length: None,
            ipv6_cidr_block: ipv6.and_then(|ipv6| ipv6.ipv6_cidr_block.clone()),
            ipv6_ipam_pool_id: None,
            ipv6_native: subnet.ipv6_native.unwrap_or(false),
            ipv6_netmask_length: None,
            map_customer_owned_ip_on_launch: subnet.map_customer_owned_ip_on_launch,
            map_public_ip_on_launch: subnet.map_public_ip_on_launch.unwrap_or(false),
            outpost_arn: subnet.outpost_arn.clone().filter(|arn| !arn.is_empty()),
            private_dns_hostname_type_on_launch: dns
                .and_then(|dns| dns.hostname_type())
                .and_then(|kind| HostnameType::from_wire(kind.as_str())),
            tags: seen_tags(subnet.tags.as_deref()),
        },
        outputs: SubnetOutputs {
            arn: subnet.subnet_arn.clone().unwrap_or_default(),
            ipv6_cidr_block_association_id: ipv6.and_then(|ipv6| ipv6.association_id.clone()),
            owner_id: subnet.owner_id.clone(),
        },
    }
}
