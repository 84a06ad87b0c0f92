//! `aws:lb/loadBalancer:LoadBalancer`.

use crate::attributes::{Attributes, Row, changed, row};
use crate::elb::{BATCH, Elb, PAGE, batch, create_tags, found, given, small, suffix};
use aws_sdk_elasticloadbalancingv2::types::{
    self, EnablePrefixForIpv6SourceNatEnum, EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum, IpamPools,
    LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerStateEnum, LoadBalancerTypeEnum, RemoveIpamPoolEnum,
    SubnetMapping,
};
use farsight_aws::ec2::Vpc;
use farsight_aws::lb::{
    DesyncMitigation, IpAddressType, LoadBalancer, LoadBalancerArgs, LoadBalancerIpamPools, LoadBalancerLogs,
    LoadBalancerOutputs, LoadBalancerSubnetMapping, LoadBalancerType, MinimumLoadBalancerCapacity, Switch,
    XffHeaderProcessing,
};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::{in_order, the_one};
use farsight_model::Resource;
use farsight_provider::{
    Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Settle, Stray, mins, secs,
};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

pub(crate) struct LoadBalancerHandler {
    pub(crate) elb: Elb,
}

/// All that is known of a load balancer.
struct Known {
    balancer: types::LoadBalancer,
    attributes: Attributes,
    capacity: Option<i64>,
    tags: Tags,
}

impl Handler for LoadBalancerHandler {
    type Of = LoadBalancer;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: BATCH,
        // From one to five minutes (aws catalogue, elbv2.LoadBalancer).
        settle: Settle { every: secs(5), within: mins(15) },
        faults: &[
            ("DuplicateLoadBalancerName", Fault::Exists),
            ("InvalidSecurityGroup", Fault::Lag),
            // A fresh subnet may not have its route to the internet gateway yet.
            ("InvalidSubnet", Fault::Lag),
            ("LoadBalancerNotFound", Fault::Gone),
            ("ResourceInUse", Fault::Busy),
            ("SubnetNotFound", Fault::Lag),
            ("TooManyLoadBalancers", Fault::Quota),
        ],
        permissions: &[
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:CreateLoadBalancer",
            "elasticloadbalancing:DeleteLoadBalancer",
            "elasticloadbalancing:DescribeCapacityReservation",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:ModifyCapacityReservation",
            "elasticloadbalancing:ModifyIpPools",
            "elasticloadbalancing:ModifyLoadBalancerAttributes",
            "elasticloadbalancing:RemoveTags",
            "elasticloadbalancing:SetIpAddressType",
            "elasticloadbalancing:SetSecurityGroups",
            "elasticloadbalancing:SetSubnets",
        ],
    };

    /// The service answers with the load balancer of the same name and settings, whoever made it; so names are looked
    /// at first.
    async fn create(&self, owner: &Owner, args: &LoadBalancerArgs) -> Result<Id> {
        let tags = create_tags(owner, &args.tags)?;
        if self.named(&args.name).await?.is_some() {
            let message = format!("there is a load balancer of the name `{}` already", args.name);
            return Err(Error::new(Fault::Exists, message));
        }
        let scheme =
            if args.internal { LoadBalancerSchemeEnum::Internal } else { LoadBalancerSchemeEnum::InternetFacing };
        let call = self.elb.client.create_load_balancer().name(&args.name).set_tags(tags);
        let call = call
            .r#type(LoadBalancerTypeEnum::from(args.load_balancer_type.as_str()))
            .set_customer_owned_ipv4_pool(args.customer_owned_ipv4_pool.clone())
            .set_enable_prefix_for_ipv6_source_nat(args.enable_prefix_for_ipv6_source_nat.map(source_nat))
            .set_ip_address_type(args.ip_address_type.map(|kind| types::IpAddressType::from(kind.as_str())))
            .set_ipam_pools(args.ipam_pools.as_ref().map(pools))
            .set_security_groups(args.security_groups.as_deref().and_then(given))
            .set_subnet_mappings(args.subnet_mappings.as_deref().and_then(mappings))
            .set_subnets(args.subnets.as_deref().and_then(given));
        // Gateway load balancers have no scheme.
        let gateway = args.load_balancer_type == LoadBalancerType::Gateway;
        let call = call.set_scheme((!gateway).then_some(scheme));
        let answer = self.elb.write("CreateLoadBalancer", || call.clone().send()).await?;
        let made = answer.load_balancers.unwrap_or_default().into_iter().next();
        the_one(made.and_then(|balancer| balancer.load_balancer_arn), "CreateLoadBalancer")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<LoadBalancer>>> {
        let balancers = self.describe(ids).await?;
        let arns: Vec<Id> = balancers.keys().cloned().collect();
        let mut tags = self.elb.tags(&arns).await?;
        let known = balancers.into_iter().map(|(arn, balancer)| (tags.remove(&arn).unwrap_or_default(), arn, balancer));
        let known = try_join_all(known.map(async |(tags, arn, balancer)| {
            let Some(attributes) = found(self.attributes(&arn).await)? else { return Ok(None) };
            let Some(capacity) = found(self.capacity(&arn).await)? else { return Ok(None) };
            Ok::<_, Error>(Some((arn, Known { balancer, attributes, capacity, tags })))
        }));
        let known: BTreeMap<Id, Known> = known.await?.into_iter().flatten().collect();
        Ok(in_order(ids, &known, |arn, known| seen(arn, known)))
    }

    async fn update(&self, id: &Id, change: Change<'_, LoadBalancerArgs>) -> Result<Option<Id>> {
        let (wanted, client) = (change.wanted, &self.elb.client);
        if change.touches_any(&["subnets", "subnetMappings", "enablePrefixForIpv6SourceNat"]) {
            self.set_subnets(id, &change).await?;
        }
        if change.touches("ipAddressType") {
            let kind = types::IpAddressType::from(wanted.ip_address_type.unwrap_or(IpAddressType::Ipv4).as_str());
            let set = || client.set_ip_address_type().load_balancer_arn(id).ip_address_type(kind.clone()).send();
            self.elb.write("SetIpAddressType", set).await?;
        }
        if change.touches_any(&["securityGroups", "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"]) {
            self.set_groups(id, &change).await?;
        }
        if change.touches("ipamPools") {
            let call = client.modify_ip_pools().load_balancer_arn(id);
            let call = match &wanted.ipam_pools {
                Some(wanted) => call.ipam_pools(pools(wanted)),
                None => call.remove_ipam_pools(RemoveIpamPoolEnum::Ipv4),
            };
            self.elb.write("ModifyIpPools", || call.clone().send()).await?;
        }
        if change.touches("minimumLoadBalancerCapacity") {
            let call = client.modify_capacity_reservation().load_balancer_arn(id);
            let call = match &wanted.minimum_load_balancer_capacity {
                Some(wanted) => call.minimum_load_balancer_capacity(
                    types::MinimumLoadBalancerCapacity::builder()
                        .set_capacity_units(small(Some(wanted.capacity_units)))
                        .build(),
                ),
                None => call.reset_capacity_reservation(true),
            };
            self.elb.write("ModifyCapacityReservation", || call.clone().send()).await?;
        }
        // The service takes at most twenty attributes in one call.
        for chunk in changed(&change, rows(wanted)).chunks(20) {
            let pair = |(key, value): &(&str, String)| LoadBalancerAttribute::builder().key(*key).value(value).build();
            let call = client.modify_load_balancer_attributes().load_balancer_arn(id);
            let call = call.set_attributes(Some(chunk.iter().map(pair).collect()));
            self.elb.write("ModifyLoadBalancerAttributes", || call.clone().send()).await?;
        }
        self.elb.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &LoadBalancerArgs) -> Result<()> {
        let delete = || self.elb.client.delete_load_balancer().load_balancer_arn(id).send();
        self.elb.write("DeleteLoadBalancer", delete).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &LoadBalancerArgs) -> Result<Vec<Id>> {
        let named = self.named(&args.name).await?.and_then(|balancer| balancer.load_balancer_arn);
        self.elb.owned(&Vec::from_iter(named), owner).await
    }

    /// Load balancers in the stack's VPCs.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let networks = scope.ids_of(Vpc::SCHEMA.token);
        if networks.is_empty() {
            return Ok(Vec::new());
        }
        let (mut strays, mut marker) = (Vec::new(), None);
        loop {
            let list = || self.elb.client.describe_load_balancers().page_size(PAGE).set_marker(marker.clone()).send();
            let page = self.elb.read("DescribeLoadBalancers", list).await?;
            for balancer in page.load_balancers.unwrap_or_default() {
                let (network, id) =
                    (balancer.vpc_id.unwrap_or_default(), balancer.load_balancer_arn.unwrap_or_default());
                if networks.contains(&network.as_str()) && !scope.knows(LoadBalancer::SCHEMA.token, &id) {
                    let name = balancer.load_balancer_name.unwrap_or_default();
                    strays.push(Stray { id, what: format!("load balancer `{name}` in {network}") });
                }
            }
            marker = page.next_marker;
            if marker.is_none() {
                return Ok(strays);
            }
        }
    }
}

impl LoadBalancerHandler {
    async fn describe(&self, arns: &[Id]) -> Result<BTreeMap<Id, types::LoadBalancer>> {
        let ask = |arns: Vec<Id>| async move {
            let describe =
                || self.elb.client.describe_load_balancers().set_load_balancer_arns(Some(arns.clone())).send();
            Ok(self.elb.read("DescribeLoadBalancers", describe).await?.load_balancers.unwrap_or_default())
        };
        let all = batch(arns, ask).await?;
        Ok(all.into_iter().filter_map(|balancer| Some((balancer.load_balancer_arn.clone()?, balancer))).collect())
    }

    async fn named(&self, name: &str) -> Result<Option<types::LoadBalancer>> {
        let describe = || self.elb.client.describe_load_balancers().names(name).send();
        let answer = found(self.elb.read("DescribeLoadBalancers", describe).await)?;
        let all = answer.and_then(|answer| answer.load_balancers).unwrap_or_default();
        Ok(all.into_iter().find(|balancer| balancer.load_balancer_name() == Some(name)))
    }

    async fn attributes(&self, arn: &str) -> Result<Attributes> {
        let describe = || self.elb.client.describe_load_balancer_attributes().load_balancer_arn(arn).send();
        let answer = self.elb.read("DescribeLoadBalancerAttributes", describe).await?;
        Ok(answer.attributes.unwrap_or_default().into_iter().map(|pair| (pair.key, pair.value)).collect())
    }

    async fn capacity(&self, arn: &str) -> Result<Option<i64>> {
        let describe = || self.elb.client.describe_capacity_reservation().load_balancer_arn(arn).send();
        let answer = match self.elb.read("DescribeCapacityReservation", describe).await {
            // A region that does not offer reservations has none.
            Err(error) if error.code.as_deref() == Some("InvalidAction") => return Ok(None),
            answer => answer?,
        };
        Ok(answer.minimum_load_balancer_capacity.and_then(|capacity| capacity.capacity_units).map(i64::from))
    }

    /// All subnets in one call, which takes them in either form.
    async fn set_subnets(&self, id: &Id, change: &Change<'_, LoadBalancerArgs>) -> Result<()> {
        let (wanted, observed) = (change.wanted, change.observed);
        let call = self.elb.client.set_subnets().load_balancer_arn(id);
        let call = match (&wanted.subnet_mappings, &wanted.subnets) {
            (Some(wanted), None) => call.set_subnet_mappings(mappings(wanted)),
            (_, subnets) => call.set_subnets(subnets.clone().or_else(|| observed.subnets.clone())),
        };
        let source = wanted.enable_prefix_for_ipv6_source_nat.unwrap_or(Switch::Off);
        let touched = change.touches("enablePrefixForIpv6SourceNat");
        let call = call.set_enable_prefix_for_ipv6_source_nat(touched.then(|| source_nat(source)));
        self.elb.write("SetSubnets", || call.clone().send()).await.map(|_| ())
    }

    /// All security groups in one call. Groups that the program no longer names stay: AWS has no call that would choose.
    async fn set_groups(&self, id: &Id, change: &Change<'_, LoadBalancerArgs>) -> Result<()> {
        let (wanted, observed) = (change.wanted, change.observed);
        let enforce = change.touches("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic").then(|| {
            let enforce = wanted.enforce_security_group_inbound_rules_on_private_link_traffic.unwrap_or(Switch::On);
            EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum::from(enforce.as_str())
        });
        let groups = wanted.security_groups.clone().or_else(|| observed.security_groups.clone());
        let call = self.elb.client.set_security_groups().load_balancer_arn(id).set_security_groups(groups);
        let call = call.set_enforce_security_group_inbound_rules_on_private_link_traffic(enforce);
        self.elb.write("SetSecurityGroups", || call.clone().send()).await.map(|_| ())
    }
}

fn source_nat(switch: Switch) -> EnablePrefixForIpv6SourceNatEnum {
    EnablePrefixForIpv6SourceNatEnum::from(switch.as_str())
}

fn pools(wanted: &LoadBalancerIpamPools) -> IpamPools {
    IpamPools::builder().ipv4_ipam_pool_id(&wanted.ipv4_ipam_pool_id).build()
}

fn mappings(wanted: &[LoadBalancerSubnetMapping]) -> Option<Vec<SubnetMapping>> {
    let one = |mapping: &LoadBalancerSubnetMapping| {
        SubnetMapping::builder()
            .subnet_id(&mapping.subnet_id)
            .set_allocation_id(mapping.allocation_id.clone())
            .set_ipv6_address(mapping.ipv6_address.clone())
            .set_private_ipv4_address(mapping.private_ipv4_address.clone())
            .build()
    };
    (!wanted.is_empty()).then(|| wanted.iter().map(one).collect())
}

/// Every attribute with its key, as the service's documentation lists them.
fn rows(args: &LoadBalancerArgs) -> Vec<Row> {
    let cross_zone = if args.load_balancer_type == LoadBalancerType::Application { "true" } else { "false" };
    let mut rows = vec![
        row("clientKeepAlive", "client_keep_alive.seconds", args.client_keep_alive, "3600"),
        row("desyncMitigationMode", "routing.http.desync_mitigation_mode", args.desync_mitigation_mode, "defensive"),
        row(
            "dnsRecordClientRoutingPolicy",
            "dns_record.client_routing_policy",
            args.dns_record_client_routing_policy.as_ref(),
            "any_availability_zone",
        ),
        row(
            "dropInvalidHeaderFields",
            "routing.http.drop_invalid_header_fields.enabled",
            args.drop_invalid_header_fields,
            "false",
        ),
        row(
            "enableCrossZoneLoadBalancing",
            "load_balancing.cross_zone.enabled",
            args.enable_cross_zone_load_balancing,
            cross_zone,
        ),
        row("enableDeletionProtection", "deletion_protection.enabled", Some(args.enable_deletion_protection), "false"),
        row("enableHttp2", "routing.http2.enabled", args.enable_http2, "true"),
        row(
            "enableTlsVersionAndCipherSuiteHeaders",
            "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
            args.enable_tls_version_and_cipher_suite_headers,
            "false",
        ),
        row("enableWafFailOpen", "waf.fail_open.enabled", args.enable_waf_fail_open, "false"),
        row("enableXffClientPort", "routing.http.xff_client_port.enabled", args.enable_xff_client_port, "false"),
        row("enableZonalShift", "zonal_shift.config.enabled", args.enable_zonal_shift, "false"),
        row("idleTimeout", "idle_timeout.timeout_seconds", args.idle_timeout, "60"),
        row("preserveHostHeader", "routing.http.preserve_host_header.enabled", args.preserve_host_header, "false"),
        row(
            "secondaryIpsAutoAssignedPerSubnet",
            "secondary_ips.auto_assigned.per_subnet",
            args.secondary_ips_auto_assigned_per_subnet,
            "0",
        ),
        row(
            "xffHeaderProcessingMode",
            "routing.http.xff_header_processing.mode",
            args.xff_header_processing_mode,
            "append",
        ),
    ];
    for (property, [enabled, bucket, prefix], logs) in [
        ("accessLogs", ACCESS, &args.access_logs),
        ("connectionLogs", CONNECTION, &args.connection_logs),
        ("healthCheckLogs", HEALTH, &args.health_check_logs),
    ] {
        rows.push(row(property, enabled, logs.as_ref().map(|logs| logs.enabled), "false"));
        if let Some(logs) = logs {
            rows.push(row(property, bucket, Some(&logs.bucket), ""));
            rows.push(row(property, prefix, Some(&logs.prefix), ""));
        }
    }
    rows
}

const ACCESS: [&str; 3] = ["access_logs.s3.enabled", "access_logs.s3.bucket", "access_logs.s3.prefix"];
const CONNECTION: [&str; 3] = ["connection_logs.s3.enabled", "connection_logs.s3.bucket", "connection_logs.s3.prefix"];
const HEALTH: [&str; 3] =
    ["health_check_logs.s3.enabled", "health_check_logs.s3.bucket", "health_check_logs.s3.prefix"];

/// Logs that were never asked for have no bucket.
fn logs(attributes: &Attributes, [enabled, bucket, prefix]: [&str; 3]) -> Option<LoadBalancerLogs> {
    Some(LoadBalancerLogs {
        bucket: attributes.text(bucket)?,
        enabled: attributes.flag(enabled).unwrap_or_default(),
        prefix: attributes.text(prefix).unwrap_or_default(),
    })
}

fn seen(arn: &str, known: &Known) -> Seen<LoadBalancer> {
    let (balancer, attributes) = (&known.balancer, &known.attributes);
    let state = balancer.state.as_ref();
    match state.and_then(|state| state.code.as_ref()) {
        // What is impaired works, and works again by itself.
        Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) | None => {}
        Some(LoadBalancerStateEnum::Failed) => {
            let reason = state.and_then(|state| state.reason.as_deref());
            return Seen::Failed(reason.unwrap_or("failed").to_owned());
        }
        Some(other) => return Seen::Settling(other.as_str().to_owned()),
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let zones = balancer.availability_zones();
    let on_or_off = |text: Option<&str>| text.and_then(Switch::from_wire);
    let args = LoadBalancerArgs {
        access_logs: logs(attributes, ACCESS),
        client_keep_alive: attributes.number("client_keep_alive.seconds"),
        connection_logs: logs(attributes, CONNECTION),
        customer_owned_ipv4_pool: balancer.customer_owned_ipv4_pool.clone(),
        desync_mitigation_mode: attributes.word("routing.http.desync_mitigation_mode", DesyncMitigation::from_wire),
        dns_record_client_routing_policy: attributes.text("dns_record.client_routing_policy"),
        drop_invalid_header_fields: attributes.flag("routing.http.drop_invalid_header_fields.enabled"),
        enable_cross_zone_load_balancing: attributes.flag("load_balancing.cross_zone.enabled"),
        enable_deletion_protection: attributes.flag("deletion_protection.enabled").unwrap_or_default(),
        enable_http2: attributes.flag("routing.http2.enabled"),
        enable_prefix_for_ipv6_source_nat: on_or_off(
            balancer.enable_prefix_for_ipv6_source_nat.as_ref().map(EnablePrefixForIpv6SourceNatEnum::as_str),
        ),
        enable_tls_version_and_cipher_suite_headers: attributes
            .flag("routing.http.x_amzn_tls_version_and_cipher_suite.enabled"),
        enable_waf_fail_open: attributes.flag("waf.fail_open.enabled"),
        enable_xff_client_port: attributes.flag("routing.http.xff_client_port.enabled"),
        enable_zonal_shift: attributes.flag("zonal_shift.config.enabled"),
        enforce_security_group_inbound_rules_on_private_link_traffic: on_or_off(
            balancer.enforce_security_group_inbound_rules_on_private_link_traffic.as_deref(),
        ),
        health_check_logs: logs(attributes, HEALTH),
        idle_timeout: attributes.number("idle_timeout.timeout_seconds"),
        internal: balancer.scheme == Some(LoadBalancerSchemeEnum::Internal),
        ip_address_type: balancer.ip_address_type.as_ref().and_then(|kind| IpAddressType::from_wire(kind.as_str())),
        ipam_pools: balancer
            .ipam_pools
            .as_ref()
            .and_then(|pools| pools.ipv4_ipam_pool_id.clone())
            .map(|ipv4_ipam_pool_id| LoadBalancerIpamPools { ipv4_ipam_pool_id }),
        load_balancer_type: balancer
            .r#type
            .as_ref()
            .and_then(|kind| LoadBalancerType::from_wire(kind.as_str()))
            .unwrap_or(LoadBalancerType::Application),
        minimum_load_balancer_capacity: known
            .capacity
            .map(|capacity_units| MinimumLoadBalancerCapacity { capacity_units }),
        name: text(&balancer.load_balancer_name),
        preserve_host_header: attributes.flag("routing.http.preserve_host_header.enabled"),
        secondary_ips_auto_assigned_per_subnet: attributes.number("secondary_ips.auto_assigned.per_subnet"),
        security_groups: Some(balancer.security_groups().to_vec()),
        subnet_mappings: Some(zones.iter().map(mapping_of).collect()),
        subnets: Some(zones.iter().filter_map(|zone| zone.subnet_id.clone()).collect()),
        tags: tags::observed(known.tags.clone()),
        xff_header_processing_mode: attributes
            .word("routing.http.xff_header_processing.mode", XffHeaderProcessing::from_wire),
    };
    let outputs = LoadBalancerOutputs {
        arn: arn.to_owned(),
        arn_suffix: suffix(arn, ":loadbalancer/"),
        dns_name: text(&balancer.dns_name),
        vpc_id: text(&balancer.vpc_id),
        zone_id: text(&balancer.canonical_hosted_zone_id),
    };
    Seen::Ready { args, outputs }
}

fn mapping_of(zone: &types::AvailabilityZone) -> LoadBalancerSubnetMapping {
    let address = zone.load_balancer_addresses().first();
    LoadBalancerSubnetMapping {
        subnet_id: zone.subnet_id.clone().unwrap_or_default(),
        allocation_id: address.and_then(|address| address.allocation_id.clone()),
        ipv6_address: address.and_then(|address| address.ipv6_address.clone()),
        private_ipv4_address: address.and_then(|address| address.private_ipv4_address.clone()),
    }
}
