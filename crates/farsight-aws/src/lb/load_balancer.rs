//! `aws:lb/loadBalancer:LoadBalancer`.

use super::Switch;
use farsight::prelude::*;

/// Takes requests in and spreads them over targets.
///
/// Its network interfaces vanish some minutes after it: until then its subnets and security groups cannot be deleted.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "LoadBalancer",
    token = "aws:lb/loadBalancer:LoadBalancer",
    import_id = "ARN of the load balancer",
    outputs = LoadBalancerOutputs,
    at_least_one("subnets", "subnet_mappings"),
)]
pub struct LoadBalancerArgs {
    /// Where requests are logged; absent, they are not.
    pub access_logs: Option<LoadBalancerLogs>,
    /// Seconds that a client's connection may live, from 60 to 604800; 3600 if not given.
    pub client_keep_alive: Option<i64>,
    /// Where connections are logged; absent, they are not.
    pub connection_logs: Option<LoadBalancerLogs>,
    /// The customer-owned pool that addresses come from, on Outposts.
    #[prop(replace)]
    pub customer_owned_ipv4_pool: Option<String>,
    /// What happens to requests that could be meant to confuse; `defensive` if not given.
    pub desync_mitigation_mode: Option<DesyncMitigation>,
    /// How DNS prefers a client's own zone: `any_availability_zone`, `availability_zone_affinity` or
    /// `partial_availability_zone_affinity`; only for network load balancers.
    pub dns_record_client_routing_policy: Option<String>,
    /// Whether headers with invalid names are taken away; only for application load balancers.
    pub drop_invalid_header_fields: Option<bool>,
    /// Whether requests go to targets in all zones; application load balancers always do so.
    pub enable_cross_zone_load_balancing: Option<bool>,
    /// Whether the load balancer refuses to be deleted.
    #[prop(default = false)]
    pub enable_deletion_protection: bool,
    /// Whether clients may speak HTTP/2; true if not given. Only for application load balancers.
    pub enable_http2: Option<bool>,
    /// Whether IPv6 source addresses are translated; only for dual-stack network load balancers with UDP.
    pub enable_prefix_for_ipv6_source_nat: Option<Switch>,
    /// Whether targets get headers about the client's TLS; only for application load balancers.
    pub enable_tls_version_and_cipher_suite_headers: Option<bool>,
    /// Whether requests pass when the web application firewall cannot be asked; only for application load balancers.
    pub enable_waf_fail_open: Option<bool>,
    /// Whether `X-Forwarded-For` names the client's port; only for application load balancers.
    pub enable_xff_client_port: Option<bool>,
    /// Whether zones can be taken out for a while with Application Recovery Controller.
    pub enable_zonal_shift: Option<bool>,
    /// Whether the groups' inbound rules hold for traffic from PrivateLink; only for network load balancers.
    pub enforce_security_group_inbound_rules_on_private_link_traffic: Option<Switch>,
    /// Where health checks are logged; absent, they are not.
    pub health_check_logs: Option<LoadBalancerLogs>,
    /// Seconds after which a silent connection is closed, from 1 to 4000; 60 if not given. Only for application load
    /// balancers.
    pub idle_timeout: Option<i64>,
    /// Whether it has only private addresses.
    #[prop(replace, default = false)]
    pub internal: bool,
    /// The kinds of addresses that clients use; `ipv4` if not given.
    pub ip_address_type: Option<IpAddressType>,
    /// The IPAM pools that public addresses come from.
    pub ipam_pools: Option<LoadBalancerIpamPools>,
    /// What kind it is.
    #[prop(replace, default = "application")]
    pub load_balancer_type: LoadBalancerType,
    /// The capacity that it has even when nothing happens; paid for.
    pub minimum_load_balancer_capacity: Option<MinimumLoadBalancerCapacity>,
    /// The name, unique in account and region, at most 32 letters, digits and hyphens; may not begin with `internal-`.
    #[prop(replace, auto_name = 32)]
    pub name: String,
    /// Whether targets get the client's `Host` header untouched; only for application load balancers.
    pub preserve_host_header: Option<bool>,
    /// More addresses for each subnet, from 0 to 7; cannot be lowered. Only for network load balancers.
    pub secondary_ips_auto_assigned_per_subnet: Option<i64>,
    /// Its security groups; the VPC's default one if not given. A network load balancer made without any can never get one.
    #[prop(set)]
    pub security_groups: Option<Vec<String>>,
    /// Its subnets with addresses of one's own; instead of `subnets`.
    #[prop(set)]
    pub subnet_mappings: Option<Vec<LoadBalancerSubnetMapping>>,
    /// Its subnets, each in a zone of its own; an application load balancer needs two.
    #[prop(set)]
    pub subnets: Option<Vec<String>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// What happens to the client's `X-Forwarded-For` header; `append` if not given.
    pub xff_header_processing_mode: Option<XffHeaderProcessing>,
}

/// Where something is logged.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct LoadBalancerLogs {
    /// The S3 bucket, in the same region, whose policy lets the load balancer write.
    pub bucket: String,
    /// Whether it is on.
    #[prop(default = false)]
    pub enabled: bool,
    /// What the keys in the bucket begin with.
    #[prop(default = "")]
    pub prefix: String,
}

/// The IPAM pools that public addresses come from.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct LoadBalancerIpamPools {
    /// The pool of IPv4 addresses.
    pub ipv4_ipam_pool_id: String,
}

/// The capacity that a load balancer has even when nothing happens.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct MinimumLoadBalancerCapacity {
    /// Capacity units (LCU).
    pub capacity_units: i64,
}

/// A subnet with addresses of one's own.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct LoadBalancerSubnetMapping {
    /// The subnet.
    pub subnet_id: String,
    /// The Elastic IP of a public network load balancer, by allocation id.
    pub allocation_id: Option<String>,
    /// The IPv6 address of a network load balancer.
    pub ipv6_address: Option<String>,
    /// The private address of an internal network load balancer.
    pub private_ipv4_address: Option<String>,
}

/// The kinds of load balancers.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadBalancerType {
    /// For HTTP and HTTPS.
    Application,
    /// For appliances.
    Gateway,
    /// For TCP, UDP and TLS.
    Network,
}

/// The kinds of addresses that clients use.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpAddressType {
    /// IPv4.
    Ipv4,
    /// Both.
    Dualstack,
    /// Both inside, only IPv6 outside.
    #[prop(rename = "dualstack-without-public-ipv4")]
    DualstackWithoutPublicIpv4,
}

/// What happens to requests that could be meant to confuse.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum DesyncMitigation {
    /// They pass and are counted.
    Monitor,
    /// The dangerous ones are refused.
    Defensive,
    /// All that keep not to the letter of HTTP are refused.
    Strictest,
}

/// What happens to the client's `X-Forwarded-For` header.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum XffHeaderProcessing {
    /// The client's address is added.
    Append,
    /// It stays.
    Preserve,
    /// It is taken away.
    Remove,
}

/// What a load balancer answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct LoadBalancerOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// What CloudWatch calls it, such as `app/main/0123456789abcdef`.
    #[prop(stable)]
    pub arn_suffix: String,
    /// Its name in DNS.
    #[prop(stable)]
    pub dns_name: String,
    /// The VPC of its subnets.
    #[prop(stable)]
    pub vpc_id: String,
    /// The Route 53 zone of its name, for alias records.
    #[prop(stable)]
    pub zone_id: String,
}
