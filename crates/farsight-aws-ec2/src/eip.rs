//! `aws:ec2/eip:Eip`.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, SOON, failed_with, seen_tags, tagged, unless};
use crate::strays::{BY_STACK, Strays, stack, words};
use aws_sdk_ec2::types::{self, DomainType, ResourceType};
use farsight_aws::ec2::{Eip, EipArgs, EipOutputs};
use farsight_aws_client::{in_order, tags, the_one};
use farsight_model::Resource;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::BTreeMap;

pub(crate) struct EipHandler {
    pub ec2: Ec2,
}

impl Handler for EipHandler {
    type Of = Eip;

    const POLICY: Policy = Policy {
        identity: Identity::OwnerTag,
        unique_key: &[],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[
            ("InvalidAddress.NotFound", Fault::Gone),
            ("InvalidAllocationID.NotFound", Fault::Gone),
            ("InvalidElasticIpID.NotFound", Fault::Gone),
        ],
        permissions: &[
            "ec2:AllocateAddress",
            "ec2:AssociateAddress",
            "ec2:CreateTags",
            "ec2:DeleteTags",
            "ec2:DescribeAddresses",
            "ec2:DisassociateAddress",
            "ec2:ReleaseAddress",
        ],
    };

    async fn create(&self, owner: &Owner, args: &EipArgs) -> Result<Id> {
        let tags = tagged(ResourceType::ElasticIp, owner, &args.tags)?;
        let call = self.ec2.client.allocate_address();
        let call = call
            .domain(DomainType::from(args.domain.as_str()))
            .set_address(args.address.clone())
            .set_customer_owned_ipv4_pool(args.customer_owned_ipv4_pool.clone())
            .set_ipam_pool_id(args.ipam_pool_id.clone())
            .set_network_border_group(args.network_border_group.clone())
            .set_public_ipv4_pool(args.public_ipv4_pool.clone())
            .tag_specifications(tags);
        let answer = self.ec2.write("AllocateAddress", || call.clone().send()).await?;
        the_one(answer.allocation_id, "AllocateAddress")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Eip>>> {
        let found = self.describe("allocation-id", ids).await?;
        // An address does not say whose it is, but its ARN does.
        let account = &self.ec2.aws.identity().await?.account;
        Ok(in_order(ids, &found, |id, address| self.seen(id, account, address)))
    }

    async fn update(&self, id: &Id, change: Change<'_, EipArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        self.ec2.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        if !change.touches_any(&["instance", "networkInterface", "associateWithPrivateIp"]) {
            return Ok(None);
        }
        if wanted.instance.is_some() || wanted.network_interface.is_some() {
            let call = self.ec2.client.associate_address().allocation_id(id).allow_reassociation(true);
            let call = call
                .set_instance_id(wanted.instance.clone())
                .set_network_interface_id(wanted.network_interface.clone())
                .set_private_ip_address(wanted.associate_with_private_ip.clone());
            self.ec2.write("AssociateAddress", || call.clone().send()).await?;
        } else if let Some(address) = self.describe("allocation-id", std::slice::from_ref(id)).await?.get(id) {
            self.disassociate(address).await?;
        }
        Ok(None)
    }

    /// Takes the address off what its own `instance` or `networkInterface` points to, and gives it back for good.
    async fn delete(&self, id: &Id, args: &EipArgs) -> Result<()> {
        if (args.instance.is_some() || args.network_interface.is_some())
            && let Some(address) = self.describe("allocation-id", std::slice::from_ref(id)).await?.get(id)
        {
            self.disassociate(address).await?;
        }
        let send = || self.ec2.client.release_address().allocation_id(id).send();
        self.ec2.write("ReleaseAddress", send).await.map(|_| ()).map_err(|mut error| {
            // AWS says this too while a service, such as a NAT gateway, still maps the address.
            if failed_with(&error, &["AuthFailure"]) {
                error.fault = Fault::Busy;
            }
            error
        })
    }

    async fn find(&self, owner: &Owner, _: &EipArgs) -> Result<Vec<Id>> {
        Ok(self.describe(BY_OP, &op(owner)).await?.into_keys().collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, Eip::SCHEMA.token);
        for (id, address) in self.describe(BY_STACK, &stack(scope)).await? {
            strays.add(Some(&id), words("Elastic IP", address.tags.as_deref(), None));
        }
        Ok(strays.found())
    }
}

impl EipHandler {
    async fn describe(&self, by: &str, values: &[String]) -> Result<BTreeMap<Id, types::Address>> {
        let found = self.ec2.addresses(by, values, &[]).await?;
        Ok(found.into_iter().filter_map(|address| Some((address.allocation_id.clone()?, address))).collect())
    }

    async fn disassociate(&self, address: &types::Address) -> Result<()> {
        let Some(association) = address.association_id().filter(|id| !id.is_empty()) else { return Ok(()) };
        let send = || self.ec2.client.disassociate_address().association_id(association).send();
        unless(self.ec2.write("DisassociateAddress", send).await, &["InvalidAssociationID.NotFound"])
    }

    fn seen(&self, id: &str, account: &str, address: &types::Address) -> Seen<Eip> {
        let text = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let (public, private) = (text(&address.public_ip), text(&address.private_ip_address));
        let region = self.ec2.aws.region();
        Seen::Ready {
            args: EipArgs {
                address: None,
                associate_with_private_ip: private.clone(),
                customer_owned_ipv4_pool: text(&address.customer_owned_ipv4_pool),
                domain: address.domain().map_or("vpc", DomainType::as_str).to_owned(),
                instance: text(&address.instance_id),
                ipam_pool_id: None,
                network_border_group: text(&address.network_border_group),
                network_interface: text(&address.network_interface_id),
                public_ipv4_pool: text(&address.public_ipv4_pool),
                tags: seen_tags(address.tags.as_deref()),
            },
            outputs: EipOutputs {
                allocation_id: id.to_owned(),
                arn: self.ec2.aws.arn("ec2", account, &format!("elastic-ip/{id}")),
                association_id: text(&address.association_id),
                carrier_ip: text(&address.carrier_ip),
                customer_owned_ip: text(&address.customer_owned_ip),
                private_dns: private.as_deref().map(|ip| private_name(ip, region)),
                private_ip: private,
                public_dns: public.as_deref().map(|ip| public_name(ip, region)),
                public_ip: public,
            },
        }
    }
}

/// The public DNS name that AWS gives an address; the oldest region has a form of its own.
fn public_name(ip: &str, region: &str) -> String {
    let ip = ip.replace('.', "-");
    match region {
        "us-east-1" => format!("ec2-{ip}.compute-1.amazonaws.com"),
        region if region.starts_with("cn-") => format!("ec2-{ip}.{region}.compute.amazonaws.com.cn"),
        region => format!("ec2-{ip}.{region}.compute.amazonaws.com"),
    }
}

/// The private DNS name that AWS gives an address.
fn private_name(ip: &str, region: &str) -> String {
    let ip = ip.replace('.', "-");
    match region {
        "us-east-1" => format!("ip-{ip}.ec2.internal"),
        region => format!("ip-{ip}.{region}.compute.internal"),
    }
}
