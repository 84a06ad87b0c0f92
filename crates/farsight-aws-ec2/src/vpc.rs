//! `aws:ec2/vpc:Vpc`.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, SOON, failed_with, seen_tags, small, tagged, truth};
use crate::strays::{BY_STACK, Strays, stack, words};
use aws_sdk_ec2::types::{self, ResourceType, VpcAttributeName, VpcCidrBlockStateCode, VpcState};
use farsight_aws::ec2::{Tenancy, Vpc, VpcArgs, VpcOutputs};
use farsight_aws_client::{in_order, tags, the_one};
use farsight_model::Resource;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use futures_util::future::{try_join, try_join_all, try_join3};
use std::collections::BTreeMap;

pub(crate) struct VpcHandler {
    pub ec2: Ec2,
}

const GONE: &str = "InvalidVpcID.NotFound";
const IPV6: &[&str] = &[
    "assignGeneratedIpv6CidrBlock",
    "ipv6CidrBlock",
    "ipv6CidrBlockNetworkBorderGroup",
    "ipv6IpamPoolId",
    "ipv6NetmaskLength",
];
/// How AWS names its own pool of IPv6 addresses.
const AMAZON: &str = "Amazon";

impl Handler for VpcHandler {
    type Of = Vpc;

    const POLICY: Policy = Policy {
        identity: Identity::OwnerTag,
        unique_key: &[],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[(GONE, Fault::Gone)],
        permissions: &[
            "ec2:AssociateVpcCidrBlock",
            "ec2:CreateTags",
            "ec2:CreateVpc",
            "ec2:DeleteTags",
            "ec2:DeleteVpc",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeVpcs",
            "ec2:DisassociateVpcCidrBlock",
            "ec2:ModifyVpcAttribute",
        ],
    };

    async fn create(&self, owner: &Owner, args: &VpcArgs) -> Result<Id> {
        let tags = tagged(ResourceType::Vpc, owner, &args.tags)?;
        let call = self.ec2.client.create_vpc();
        let call = call
            .set_cidr_block(args.cidr_block.clone())
            .set_ipv4_ipam_pool_id(args.ipv4_ipam_pool_id.clone())
            .set_ipv4_netmask_length(small(args.ipv4_netmask_length))
            .instance_tenancy(types::Tenancy::from(args.instance_tenancy.as_str()))
            .tag_specifications(tags);
        let answer = self.ec2.write("CreateVpc", || call.clone().send()).await?;
        the_one(answer.vpc.and_then(|vpc| vpc.vpc_id), "CreateVpc")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Vpc>>> {
        let vpcs = self.ec2.vpcs("vpc-id", ids, &[]).await?;
        let (surroundings, attributes) = try_join(
            self.surroundings(ids, !vpcs.is_empty()),
            try_join_all(vpcs.iter().filter_map(types::Vpc::vpc_id).map(|id| self.attributes(id))),
        )
        .await?;
        let found: BTreeMap<Id, _> = vpcs
            .into_iter()
            .zip(attributes)
            .filter_map(|(vpc, attributes)| Some((vpc.vpc_id.clone()?, (vpc, attributes?))))
            .collect();
        Ok(in_order(ids, &found, |id, (vpc, attributes)| self.seen(vpc, *attributes, surroundings.get(id))))
    }

    async fn update(&self, id: &Id, change: Change<'_, VpcArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        // Host names need the DNS server: it comes first and goes last.
        let mut order = ["enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"];
        if !wanted.enable_dns_support {
            order.swap(0, 1);
        }
        for attribute in order.into_iter().filter(|attribute| change.touches(attribute)) {
            let call = self.ec2.client.modify_vpc_attribute().vpc_id(id);
            let call = match attribute {
                "enableDnsSupport" => call.enable_dns_support(truth(wanted.enable_dns_support)),
                "enableDnsHostnames" => call.enable_dns_hostnames(truth(wanted.enable_dns_hostnames)),
                _ => call.enable_network_address_usage_metrics(truth(wanted.enable_network_address_usage_metrics)),
            };
            self.ec2.write("ModifyVpcAttribute", || call.clone().send()).await?;
        }
        self.ec2.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        if change.touches_any(IPV6) {
            self.readdress(id, wanted).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &VpcArgs) -> Result<()> {
        self.ec2.write("DeleteVpc", || self.ec2.client.delete_vpc().vpc_id(id).send()).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, _: &VpcArgs) -> Result<Vec<Id>> {
        let found = self.ec2.vpcs(BY_OP, &op(owner), &[]).await?;
        Ok(found.into_iter().filter_map(|vpc| vpc.vpc_id).collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, Vpc::SCHEMA.token);
        for vpc in self.ec2.vpcs(BY_STACK, &stack(scope), &[]).await? {
            strays.add(vpc.vpc_id(), words("VPC", vpc.tags.as_deref(), None));
        }
        Ok(strays.found())
    }
}

/// What AWS tells of a VPC only one by one.
#[derive(Clone, Copy)]
struct Attributes {
    dns_support: bool,
    dns_hostnames: bool,
    metrics: bool,
}

/// What AWS makes beside a VPC.
#[derive(Default)]
struct Surroundings {
    network_acl: Option<String>,
    security_group: Option<String>,
    route_table: Option<String>,
}

impl VpcHandler {
    /// `None` if the VPC is gone by now.
    async fn attributes(&self, id: &str) -> Result<Option<Attributes>> {
        let ask = |name: VpcAttributeName| async move {
            let call = self.ec2.client.describe_vpc_attribute().vpc_id(id).attribute(name);
            self.ec2.read("DescribeVpcAttribute", || call.clone().send()).await
        };
        let answers = try_join3(
            ask(VpcAttributeName::EnableDnsSupport),
            ask(VpcAttributeName::EnableDnsHostnames),
            ask(VpcAttributeName::EnableNetworkAddressUsageMetrics),
        );
        let on = |value: Option<types::AttributeBooleanValue>| value.and_then(|value| value.value).unwrap_or(false);
        match answers.await {
            Ok((support, hostnames, metrics)) => Ok(Some(Attributes {
                dns_support: on(support.enable_dns_support),
                dns_hostnames: on(hostnames.enable_dns_hostnames),
                metrics: on(metrics.enable_network_address_usage_metrics),
            })),
            Err(error) if failed_with(&error, &[GONE]) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn surroundings(&self, ids: &[Id], any: bool) -> Result<BTreeMap<String, Surroundings>> {
        let mut all: BTreeMap<String, Surroundings> = BTreeMap::new();
        if !any {
            return Ok(all);
        }
        let (acls, groups, tables) = try_join3(
            self.ec2.network_acls("vpc-id", ids, &[("default", "true")]),
            self.ec2.groups("vpc-id", ids, &[("group-name", "default")]),
            self.ec2.route_tables("vpc-id", ids, &[("association.main", "true")]),
        )
        .await?;
        for acl in acls {
            all.entry(acl.vpc_id.unwrap_or_default()).or_default().network_acl = acl.network_acl_id;
        }
        for group in groups {
            all.entry(group.vpc_id.unwrap_or_default()).or_default().security_group = group.group_id;
        }
        for table in tables {
            all.entry(table.vpc_id.unwrap_or_default()).or_default().route_table = table.route_table_id;
        }
        Ok(all)
    }

    fn seen(&self, vpc: &types::Vpc, attributes: Attributes, around: Option<&Surroundings>) -> Seen<Vpc> {
        if vpc.state() != Some(&VpcState::Available) {
            return Seen::Settling(vpc.state().map_or("pending", VpcState::as_str).to_owned());
        }
        // They come with the VPC and cannot be deleted alone, so what is missing is only not visible yet.
        let Some(Surroundings { network_acl: Some(acl), security_group: Some(group), route_table: Some(table) }) =
            around
        else {
            return Seen::Settling("its default objects are not visible yet".to_owned());
        };
        let ipv6 = ipv6_of(vpc);
        if let Some(state) = ipv6.and_then(moving) {
            return Seen::Settling(format!("the IPv6 range is {state}"));
        }
        let pool = ipv6.and_then(|ipv6| ipv6.ipv6_pool.clone());
        let generated = pool.as_deref() == Some(AMAZON);
        let id = vpc.vpc_id().unwrap_or_default();
        let owner = vpc.owner_id().unwrap_or_default();
        Seen::Ready {
            args: VpcArgs {
                assign_generated_ipv6_cidr_block: generated,
                cidr_block: vpc.cidr_block.clone(),
                enable_dns_hostnames: attributes.dns_hostnames,
                enable_dns_support: attributes.dns_support,
                enable_network_address_usage_metrics: attributes.metrics,
                instance_tenancy: vpc
                    .instance_tenancy()
                    .and_then(|tenancy| Tenancy::from_wire(tenancy.as_str()))
                    .unwrap_or(Tenancy::Default),
                ipv4_ipam_pool_id: None,
                ipv4_netmask_length: None,
                ipv6_netmask_length: None,
                ipv6_cidr_block: ipv6.and_then(|ipv6| ipv6.ipv6_cidr_block.clone()),
                ipv6_cidr_block_network_border_group: ipv6.and_then(|ipv6| ipv6.network_border_group.clone()),
                ipv6_ipam_pool_id: pool.filter(|_| !generated),
                tags: seen_tags(vpc.tags.as_deref()),
            },
            outputs: VpcOutputs {
                arn: self.ec2.aws.arn("ec2", owner, &format!("vpc/{id}")),
                default_network_acl_id: acl.clone(),
                default_route_table_id: table.clone(),
                default_security_group_id: group.clone(),
                dhcp_options_id: vpc.dhcp_options_id.clone(),
                ipv6_association_id: ipv6.and_then(|ipv6| ipv6.association_id.clone()),
                main_route_table_id: table.clone(),
                owner_id: vpc.owner_id.clone(),
            },
        }
    }

    /// Gives the VPC the IPv6 range that is wanted, in the place of the one that it has.
    async fn readdress(&self, id: &Id, wanted: &VpcArgs) -> Result<()> {
        let vpc = self.ec2.vpcs("vpc-id", std::slice::from_ref(id), &[]).await?;
        let old = vpc.first().and_then(ipv6_of);
        if old.is_some_and(|old| is_as_wanted(old, wanted)) {
            return Ok(());
        }
        if let Some(old) = old.and_then(|old| old.association_id.clone()) {
            let send = || self.ec2.client.disassociate_vpc_cidr_block().association_id(&old).send();
            self.ec2.write("DisassociateVpcCidrBlock", send).await?;
        }
        if wanted.assign_generated_ipv6_cidr_block || wanted.ipv6_ipam_pool_id.is_some() {
            let call = self.ec2.client.associate_vpc_cidr_block().vpc_id(id);
            let call = call
                .set_amazon_provided_ipv6_cidr_block(wanted.assign_generated_ipv6_cidr_block.then_some(true))
                .set_ipv6_cidr_block(wanted.ipv6_cidr_block.clone())
                .set_ipv6_cidr_block_network_border_group(wanted.ipv6_cidr_block_network_border_group.clone())
                .set_ipv6_ipam_pool_id(wanted.ipv6_ipam_pool_id.clone())
                .set_ipv6_netmask_length(small(wanted.ipv6_netmask_length));
            self.ec2.write("AssociateVpcCidrBlock", || call.clone().send()).await?;
        }
        Ok(())
    }
}

/// The association with an IPv6 range, unless it is over.
fn ipv6_of(vpc: &types::Vpc) -> Option<&types::VpcIpv6CidrBlockAssociation> {
    use VpcCidrBlockStateCode::{Disassociated, Failed, Failing};
    let state = |ipv6: &types::VpcIpv6CidrBlockAssociation| ipv6.ipv6_cidr_block_state()?.state().cloned();
    vpc.ipv6_cidr_block_association_set()
        .iter()
        .find(|ipv6| !matches!(state(ipv6), Some(Disassociated | Failed | Failing)))
}

/// Whether the range needs no exchange: an update may come twice, and each exchange gives other addresses.
fn is_as_wanted(ipv6: &types::VpcIpv6CidrBlockAssociation, wanted: &VpcArgs) -> bool {
    let or_any = |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
    let pool = match &wanted.ipv6_ipam_pool_id {
        Some(pool) => Some(pool.as_str()),
        None => wanted.assign_generated_ipv6_cidr_block.then_some(AMAZON),
    };
    pool.is_some()
        && ipv6.ipv6_pool() == pool
        && or_any(&wanted.ipv6_cidr_block, &ipv6.ipv6_cidr_block)
        && or_any(&wanted.ipv6_cidr_block_network_border_group, &ipv6.network_border_group)
}

/// The state of an association that is on its way.
fn moving(ipv6: &types::VpcIpv6CidrBlockAssociation) -> Option<&str> {
    let state = ipv6.ipv6_cidr_block_state()?.state()?;
    matches!(state, VpcCidrBlockStateCode::Associating | VpcCidrBlockStateCode::Disassociating).then(|| state.as_str())
}
