//! `aws:ec2/vpcEndpoint:VpcEndpoint`.

use farsight::prelude::*;

/// Reaches a service without leaving the VPC.
///
/// An interface endpoint with private DNS needs `enable_dns_support` and `enable_dns_hostnames` of its VPC.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "VpcEndpoint",
    token = "aws:ec2/vpcEndpoint:VpcEndpoint",
    import_id = "VPC endpoint id, such as `vpce-0a1b2c3d`",
    outputs = VpcEndpointOutputs,
    exactly_one("resource_configuration_arn", "service_name", "service_network_arn"),
)]
pub struct VpcEndpointArgs {
    /// The VPC.
    #[prop(replace)]
    pub vpc_id: String,
    /// Whether to accept the connection right away; works for a service of the same account.
    #[prop(local, default = false)]
    pub auto_accept: bool,
    /// How names are answered.
    pub dns_options: Option<VpcEndpointDnsOptions>,
    /// Which kinds of addresses the endpoint has; AWS chooses by the service and the subnets.
    pub ip_address_type: Option<IpAddressType>,
    /// Who may do what through the endpoint, as a policy document; everything is allowed if not given.
    #[prop(compare = policy)]
    pub policy: Option<String>,
    /// Whether the service's usual name leads to an interface endpoint.
    #[prop(default = false)]
    pub private_dns_enabled: bool,
    /// The resource configuration, for the type `Resource`.
    #[prop(replace)]
    pub resource_configuration_arn: Option<String>,
    /// The route tables that get a route to a gateway endpoint.
    #[prop(set)]
    pub route_table_ids: Option<Vec<String>>,
    /// The groups around an interface endpoint; the VPC's default one if not given.
    #[prop(set)]
    pub security_group_ids: Option<Vec<String>>,
    /// The service, such as `com.amazonaws.eu-central-1.s3`.
    #[prop(replace)]
    pub service_name: Option<String>,
    /// The service network, for the type `ServiceNetwork`.
    #[prop(replace)]
    pub service_network_arn: Option<String>,
    /// The service's region, if it is another one.
    #[prop(replace)]
    pub service_region: Option<String>,
    /// Fixed addresses in the subnets; AWS does not tell them in one piece afterwards.
    #[prop(set, local)]
    pub subnet_configurations: Option<Vec<VpcEndpointSubnetConfiguration>>,
    /// The subnets of an interface endpoint.
    #[prop(set)]
    pub subnet_ids: Option<Vec<String>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// How the service is reached.
    #[prop(replace, default = "Gateway")]
    pub vpc_endpoint_type: VpcEndpointType,
}

/// How a service is reached.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum VpcEndpointType {
    /// By routes, for S3 and DynamoDB.
    #[prop(rename = "Gateway")]
    Gateway,
    /// By network interfaces with addresses of the VPC.
    #[prop(rename = "Interface")]
    Interface,
    /// By a gateway load balancer.
    #[prop(rename = "GatewayLoadBalancer")]
    GatewayLoadBalancer,
    /// A VPC Lattice resource.
    #[prop(rename = "Resource")]
    Resource,
    /// A VPC Lattice service network.
    #[prop(rename = "ServiceNetwork")]
    ServiceNetwork,
}

/// Kinds of addresses of an endpoint.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpAddressType {
    /// IPv4 and IPv6.
    Dualstack,
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

/// How an endpoint's names are answered.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct VpcEndpointDnsOptions {
    /// Which kinds of DNS records there are.
    pub dns_record_ip_type: Option<DnsRecordIpType>,
    /// Whether only queries from on-premises networks lead to an interface endpoint of a gateway service.
    pub private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
    /// Which private domains get names, for service networks and resources.
    #[prop(replace)]
    pub private_dns_preference: Option<String>,
    /// The domains, where the preference asks for certain ones.
    #[prop(replace, set)]
    pub private_dns_specified_domains: Option<Vec<String>>,
}

/// Kinds of DNS records of an endpoint.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsRecordIpType {
    /// A and AAAA.
    Dualstack,
    /// A.
    Ipv4,
    /// AAAA.
    Ipv6,
    /// What the service says.
    #[prop(rename = "service-defined")]
    ServiceDefined,
}

/// Fixed addresses of an endpoint in one subnet.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct VpcEndpointSubnetConfiguration {
    /// The IPv4 address.
    pub ipv4: Option<String>,
    /// The IPv6 address.
    pub ipv6: Option<String>,
    /// The subnet.
    pub subnet_id: Option<String>,
}

/// A name of an endpoint.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct VpcEndpointDnsEntry {
    /// The name.
    pub dns_name: Option<String>,
    /// The private zone that holds it.
    pub hosted_zone_id: Option<String>,
}

/// What an endpoint answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct VpcEndpointOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The address ranges of a gateway endpoint's service.
    pub cidr_blocks: Vec<String>,
    /// The names of an interface endpoint.
    pub dns_entries: Vec<VpcEndpointDnsEntry>,
    /// The network interfaces of an interface endpoint.
    pub network_interface_ids: Vec<String>,
    /// The account that owns it.
    #[prop(stable)]
    pub owner_id: Option<String>,
    /// The prefix list of a gateway endpoint's service.
    pub prefix_list_id: Option<String>,
    /// Whether an AWS service made it.
    pub requester_managed: Option<bool>,
    /// Its state, such as `available` or `pendingAcceptance`.
    pub state: Option<String>,
}
