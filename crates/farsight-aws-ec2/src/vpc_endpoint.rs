//! `aws:ec2/vpcEndpoint:VpcEndpoint`.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, beyond, seen_tags, tagged};
use crate::strays::{BY_STACK, Strays, known, stack, words};
use aws_sdk_ec2::types::{self, DnsOptionsSpecification, ResourceType, State, SubnetConfiguration};
use farsight_aws::ec2::{
    DnsRecordIpType, IpAddressType, Vpc, VpcEndpoint, VpcEndpointArgs, VpcEndpointDnsEntry, VpcEndpointDnsOptions,
    VpcEndpointOutputs, VpcEndpointSubnetConfiguration, VpcEndpointType,
};
use farsight_aws_client::classify::refusal;
use farsight_aws_client::{in_order, tags, the_one};
use farsight_model::Resource;
use farsight_provider::{
    Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Settle, Stray, mins, secs,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct VpcEndpointHandler {
    pub ec2: Ec2,
}

const SETTLE: Settle = Settle { every: secs(5), within: mins(20) };
/// The state of an endpoint whose service's owner must agree.
const PENDING_ACCEPTANCE: &str = "pendingacceptance";

impl Handler for VpcEndpointHandler {
    type Of = VpcEndpoint;

    const POLICY: Policy = Policy {
        identity: Identity::ClientToken,
        unique_key: &["vpcId", "serviceName", "vpcEndpointType"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SETTLE,
        faults: &[("InvalidVpcEndpoint.NotFound", Fault::Gone), ("InvalidVpcEndpointId.NotFound", Fault::Gone)],
        permissions: &[
            "ec2:AcceptVpcEndpointConnections",
            "ec2:CreateTags",
            "ec2:CreateVpcEndpoint",
            "ec2:DeleteTags",
            "ec2:DeleteVpcEndpoints",
            "ec2:DescribePrefixLists",
            "ec2:DescribeVpcEndpointServices",
            "ec2:DescribeVpcEndpoints",
            "ec2:ModifyVpcEndpoint",
        ],
    };

    async fn create(&self, owner: &Owner, args: &VpcEndpointArgs) -> Result<Id> {
        let tags = tagged(ResourceType::VpcEndpoint, owner, &args.tags)?;
        let private_dns = (args.vpc_endpoint_type == VpcEndpointType::Interface).then_some(args.private_dns_enabled);
        let call = self.ec2.client.create_vpc_endpoint();
        let call = call
            .client_token(&owner.op)
            .vpc_id(&args.vpc_id)
            .vpc_endpoint_type(types::VpcEndpointType::from(args.vpc_endpoint_type.as_str()))
            .set_dns_options(args.dns_options.as_ref().map(dns))
            .set_ip_address_type(args.ip_address_type.map(|kind| types::IpAddressType::from(kind.as_str())))
            .set_policy_document(args.policy.clone())
            .set_private_dns_enabled(private_dns)
            .set_resource_configuration_arn(args.resource_configuration_arn.clone())
            .set_route_table_ids(args.route_table_ids.clone())
            .set_security_group_ids(args.security_group_ids.clone())
            .set_service_name(args.service_name.clone())
            .set_service_network_arn(args.service_network_arn.clone())
            .set_service_region(args.service_region.clone())
            .set_subnet_configurations(args.subnet_configurations.as_deref().map(configurations))
            .set_subnet_ids(args.subnet_ids.clone())
            .tag_specifications(tags);
        let answer = self.ec2.write("CreateVpcEndpoint", || call.clone().send()).await?;
        let id = the_one(answer.vpc_endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id), "CreateVpcEndpoint")?;
        if args.auto_accept {
            self.accept(&id, args).await?;
        }
        Ok(id)
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<VpcEndpoint>>> {
        let found = self.describe("vpc-endpoint-id", ids).await?;
        let lists = self.prefix_lists(found.values()).await?;
        Ok(in_order(ids, &found, |id, endpoint| {
            self.seen(id, endpoint, endpoint.service_name().and_then(|service| lists.get(service)))
        }))
    }

    async fn update(&self, id: &Id, change: Change<'_, VpcEndpointArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        self.ec2.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        if change.touches("autoAccept") && wanted.auto_accept {
            self.accept(id, wanted).await?;
        }
        let own = [
            "dnsOptions",
            "ipAddressType",
            "policy",
            "privateDnsEnabled",
            "routeTableIds",
            "securityGroupIds",
            "subnetConfigurations",
            "subnetIds",
        ];
        if change.touches_any(&own) {
            self.modify_endpoint(id, &change).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &VpcEndpointArgs) -> Result<()> {
        let send = || self.ec2.client.delete_vpc_endpoints().vpc_endpoint_ids(id).send();
        let answer = self.ec2.write("DeleteVpcEndpoints", send).await?;
        // Failures come inside a good answer.
        match answer.unsuccessful().first().and_then(|item| item.error()) {
            Some(error) => {
                let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
                Err(refusal("ec2", "DeleteVpcEndpoints", code, message))
            }
            None => Ok(()),
        }
    }

    async fn find(&self, owner: &Owner, _: &VpcEndpointArgs) -> Result<Vec<Id>> {
        Ok(self.describe(BY_OP, &op(owner)).await?.into_keys().collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, VpcEndpoint::SCHEMA.token);
        for (by, values) in [(BY_STACK, stack(scope).to_vec()), ("vpc-id", known(scope, Vpc::SCHEMA.token))] {
            for (id, endpoint) in self.describe(by, &values).await? {
                // Endpoints that a service made for itself go with what they were made for.
                if endpoint.requester_managed != Some(true) && state(&endpoint) != "deleting" {
                    let kind = format!("VPC endpoint to {}", endpoint.service_name().unwrap_or("a resource"));
                    strays.add(Some(&id), words(&kind, endpoint.tags.as_deref(), endpoint.vpc_id()));
                }
            }
        }
        Ok(strays.found())
    }
}

/// AWS spells states with small letters, its model with capital ones.
fn state(endpoint: &types::VpcEndpoint) -> String {
    endpoint.state().map(State::as_str).unwrap_or_default().to_ascii_lowercase()
}

impl VpcEndpointHandler {
    /// Without those that are gone: AWS shows them for a while.
    async fn describe(&self, by: &str, values: &[String]) -> Result<BTreeMap<Id, types::VpcEndpoint>> {
        let found = self.ec2.endpoints(by, values, &[]).await?;
        let there = found.into_iter().filter(|endpoint| state(endpoint) != "deleted");
        Ok(there.filter_map(|endpoint| Some((endpoint.vpc_endpoint_id.clone()?, endpoint))).collect())
    }

    /// The prefix lists of gateway endpoints' services, by service.
    async fn prefix_lists(
        &self,
        endpoints: impl Iterator<Item = &types::VpcEndpoint>,
    ) -> Result<BTreeMap<String, types::PrefixList>> {
        let gateways =
            endpoints.filter(|endpoint| endpoint.vpc_endpoint_type() == Some(&types::VpcEndpointType::Gateway));
        let services: BTreeSet<String> = gateways.filter_map(|endpoint| endpoint.service_name.clone()).collect();
        let services: Vec<String> = services.into_iter().collect();
        let lists = self.ec2.prefix_lists("prefix-list-name", &services, &[]).await?;
        Ok(lists.into_iter().filter_map(|list| Some((list.prefix_list_name.clone()?, list))).collect())
    }

    /// Agrees in the name of the service's owner, where the endpoint waits for that.
    async fn accept(&self, id: &Id, args: &VpcEndpointArgs) -> Result<()> {
        let Some(service) = &args.service_name else { return Ok(()) };
        let now = self.describe("vpc-endpoint-id", std::slice::from_ref(id)).await?;
        if now.get(id).is_none_or(|endpoint| state(endpoint) != PENDING_ACCEPTANCE) {
            return Ok(());
        }
        let send = || self.ec2.client.describe_vpc_endpoint_services().service_names(service).send();
        let answer = self.ec2.read("DescribeVpcEndpointServices", send).await?;
        let service_id = answer.service_details().first().and_then(|details| details.service_id());
        let Some(service_id) = service_id else {
            return Err(Error::new(Fault::Rejected, format!("the service {service} is not of this account")));
        };
        let call = self.ec2.client.accept_vpc_endpoint_connections().service_id(service_id).vpc_endpoint_ids(id);
        let answer = self.ec2.write("AcceptVpcEndpointConnections", || call.clone().send()).await?;
        match answer.unsuccessful().first().and_then(|item| item.error()) {
            Some(error) => {
                let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
                Err(refusal("ec2", "AcceptVpcEndpointConnections", code, message))
            }
            None => Ok(()),
        }
    }

    async fn modify_endpoint(&self, id: &Id, change: &Change<'_, VpcEndpointArgs>) -> Result<()> {
        let wanted = change.wanted;
        // Not from the change: an update may come twice, and adding what is there is refused.
        let now = self.describe("vpc-endpoint-id", std::slice::from_ref(id)).await?;
        let now = now.get(id).ok_or_else(|| Error::gone(id))?;
        let groups: Vec<String> = now.groups().iter().filter_map(|group| group.group_id.clone()).collect();
        // What the program no longer gives stays as it is.
        let delta = |name: &str, wanted: &Option<Vec<String>>, are: &[String]| {
            let Some(wanted) = wanted.as_deref().filter(|_| change.touches(name)) else { return (None, None) };
            let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
            (some(beyond(wanted, are)), some(beyond(are, wanted)))
        };
        let (add_tables, remove_tables) = delta("routeTableIds", &wanted.route_table_ids, now.route_table_ids());
        let (add_groups, remove_groups) = delta("securityGroupIds", &wanted.security_group_ids, &groups);
        let (add_subnets, remove_subnets) = delta("subnetIds", &wanted.subnet_ids, now.subnet_ids());
        let mut call = self.ec2.client.modify_vpc_endpoint().vpc_endpoint_id(id);
        call = call
            .set_add_route_table_ids(add_tables)
            .set_remove_route_table_ids(remove_tables)
            .set_add_security_group_ids(add_groups)
            .set_remove_security_group_ids(remove_groups)
            .set_add_subnet_ids(add_subnets)
            .set_remove_subnet_ids(remove_subnets);
        if change.touches("policy") {
            call = match &wanted.policy {
                Some(policy) => call.policy_document(policy),
                None => call.reset_policy(true),
            };
        }
        if change.touches("privateDnsEnabled") {
            call = call.private_dns_enabled(wanted.private_dns_enabled);
        }
        if let Some(kind) = wanted.ip_address_type.filter(|_| change.touches("ipAddressType")) {
            call = call.ip_address_type(types::IpAddressType::from(kind.as_str()));
        }
        if let Some(options) = wanted.dns_options.as_ref().filter(|_| change.touches("dnsOptions")) {
            call = call.dns_options(dns(options));
        }
        if let Some(subnets) =
            wanted.subnet_configurations.as_deref().filter(|_| change.touches("subnetConfigurations"))
        {
            call = call.set_subnet_configurations(Some(configurations(subnets)));
        }
        self.ec2.write("ModifyVpcEndpoint", || call.clone().send()).await.map(|_| ())
    }

    fn seen(&self, id: &str, endpoint: &types::VpcEndpoint, list: Option<&types::PrefixList>) -> Seen<VpcEndpoint> {
        let reason = || {
            let error = endpoint.last_error().and_then(|error| error.message());
            endpoint.failure_reason().or(error).unwrap_or("no reason given").to_owned()
        };
        match state(endpoint).as_str() {
            "available" | "partial" | PENDING_ACCEPTANCE => {}
            state @ ("rejected" | "expired" | "failed") => return Seen::Failed(format!("{state}: {}", reason())),
            state => return Seen::Settling(state.to_owned()),
        }
        let owner = endpoint.owner_id().unwrap_or_default();
        let groups = endpoint.groups().iter().filter_map(|group| group.group_id.clone());
        Seen::Ready {
            args: VpcEndpointArgs {
                vpc_id: endpoint.vpc_id.clone().unwrap_or_default(),
                auto_accept: false,
                dns_options: endpoint.dns_options().map(seen_dns),
                ip_address_type: endpoint.ip_address_type().and_then(|kind| IpAddressType::from_wire(kind.as_str())),
                policy: endpoint.policy_document.clone(),
                private_dns_enabled: endpoint.private_dns_enabled.unwrap_or(false),
                resource_configuration_arn: endpoint.resource_configuration_arn.clone(),
                route_table_ids: Some(endpoint.route_table_ids.clone().unwrap_or_default()),
                security_group_ids: Some(groups.collect()),
                service_name: endpoint.service_name.clone(),
                service_network_arn: endpoint.service_network_arn.clone(),
                service_region: endpoint.service_region.clone(),
                subnet_configurations: None,
                subnet_ids: Some(endpoint.subnet_ids.clone().unwrap_or_default()),
                tags: seen_tags(endpoint.tags.as_deref()),
                vpc_endpoint_type: endpoint
                    .vpc_endpoint_type()
                    .and_then(|kind| VpcEndpointType::from_wire(kind.as_str()))
                    .unwrap_or(VpcEndpointType::Gateway),
            },
            outputs: VpcEndpointOutputs {
                arn: self.ec2.aws.arn("ec2", owner, &format!("vpc-endpoint/{id}")),
                cidr_blocks: list.map(|list| list.cidrs().to_vec()).unwrap_or_default(),
                dns_entries: endpoint
                    .dns_entries()
                    .iter()
                    .map(|entry| VpcEndpointDnsEntry {
                        dns_name: entry.dns_name.clone(),
                        hosted_zone_id: entry.hosted_zone_id.clone(),
                    })
                    .collect(),
                network_interface_ids: endpoint.network_interface_ids.clone().unwrap_or_default(),
                owner_id: endpoint.owner_id.clone(),
                prefix_list_id: list.and_then(|list| list.prefix_list_id.clone()),
                requester_managed: endpoint.requester_managed,
                state: endpoint.state().map(|state| state.as_str().to_owned()),
            },
        }
    }
}

fn dns(options: &VpcEndpointDnsOptions) -> DnsOptionsSpecification {
    DnsOptionsSpecification::builder()
        .set_dns_record_ip_type(options.dns_record_ip_type.map(|kind| types::DnsRecordIpType::from(kind.as_str())))
        .set_private_dns_only_for_inbound_resolver_endpoint(options.private_dns_only_for_inbound_resolver_endpoint)
        .set_private_dns_preference(options.private_dns_preference.clone())
        .set_private_dns_specified_domains(options.private_dns_specified_domains.clone())
        .build()
}

fn seen_dns(options: &types::DnsOptions) -> VpcEndpointDnsOptions {
    VpcEndpointDnsOptions {
        dns_record_ip_type: options.dns_record_ip_type().and_then(|kind| DnsRecordIpType::from_wire(kind.as_str())),
        private_dns_only_for_inbound_resolver_endpoint: options.private_dns_only_for_inbound_resolver_endpoint,
        private_dns_preference: options.private_dns_preference.clone(),
        private_dns_specified_domains: options.private_dns_specified_domains.clone(),
    }
}

fn configurations(subnets: &[VpcEndpointSubnetConfiguration]) -> Vec<SubnetConfiguration> {
    let of = |subnet: &VpcEndpointSubnetConfiguration| {
        SubnetConfiguration::builder()
            .set_ipv4(subnet.ipv4.clone())
            .set_ipv6(subnet.ipv6.clone())
            .set_subnet_id(subnet.subnet_id.clone())
            .build()
    };
    subnets.iter().map(of).collect()
}
