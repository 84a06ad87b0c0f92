//! `aws:lb/targetGroup:TargetGroup`.

use farsight::prelude::*;

/// Where a load balancer sends requests to, and how it finds out who can take them.
///
/// A group cannot be deleted while a listener or rule forwards to it, so a replacement needs a name of its own: leave
/// `name` out.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "TargetGroup",
    token = "aws:lb/targetGroup:TargetGroup",
    import_id = "ARN of the target group",
    outputs = TargetGroupOutputs,
)]
pub struct TargetGroupArgs {
    /// Whether connections are cut when the deregistration delay is over; only for network load balancers.
    pub connection_termination: Option<bool>,
    /// Seconds that a deregistered target may finish its requests in, from 0 to 3600; 300 if not given.
    pub deregistration_delay: Option<i64>,
    /// How targets are found healthy. What is not given is AWS's default for the protocol.
    pub health_check: Option<TargetGroupHealthCheck>,
    /// The kind of addresses that targets have; `ipv4` if not given.
    #[prop(replace)]
    pub ip_address_type: Option<TargetIpAddressType>,
    /// Whether headers are lists for a Lambda function.
    pub lambda_multi_value_headers_enabled: Option<bool>,
    /// How targets are chosen; `round_robin` if not given. Only for application load balancers.
    pub load_balancing_algorithm_type: Option<LoadBalancingAlgorithm>,
    /// Whether targets that misbehave get less; only with the algorithm `weighted_random`.
    pub load_balancing_anomaly_mitigation: Option<Switch>,
    /// Whether requests go to targets in all zones; as the load balancer says, if not given.
    pub load_balancing_cross_zone_enabled: Option<CrossZone>,
    /// The name, unique in account and region, at most 32 letters, digits and single hyphens.
    #[prop(replace, auto_name = 32)]
    pub name: String,
    /// The port of the targets; not for Lambda functions.
    #[prop(replace)]
    pub port: Option<i64>,
    /// Whether targets see the client's address; only for network load balancers.
    pub preserve_client_ip: Option<bool>,
    /// The protocol of the targets; not for Lambda functions.
    #[prop(replace)]
    pub protocol: Option<Protocol>,
    /// The version of HTTP; `HTTP1` if not given.
    #[prop(replace)]
    pub protocol_version: Option<ProtocolVersion>,
    /// Whether targets get the proxy protocol, version 2; only for network load balancers.
    pub proxy_protocol_v2: Option<bool>,
    /// Seconds in which a new target's share grows to its full size, from 30 to 900, or 0 for at once.
    pub slow_start: Option<i64>,
    /// Whether a client stays with its target.
    pub stickiness: Option<TargetGroupStickiness>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The port on which targets and load balancer agree on how much a target takes.
    #[prop(replace)]
    pub target_control_port: Option<i64>,
    /// What happens to flows of targets that go; one block, only for gateway load balancers.
    pub target_failovers: Option<Vec<TargetGroupTargetFailover>>,
    /// How many healthy targets a zone needs.
    pub target_group_health: Option<TargetGroupHealth>,
    /// What happens to connections of unhealthy targets; one block, only for network load balancers with TCP or TLS.
    pub target_health_states: Option<Vec<TargetGroupTargetHealthState>>,
    /// What targets are.
    #[prop(replace, default = "instance")]
    pub target_type: TargetType,
    /// The VPC of the targets; not for Lambda functions.
    #[prop(replace)]
    pub vpc_id: Option<String>,
}

/// How targets are found healthy.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetGroupHealthCheck {
    /// Whether targets are checked at all; only Lambda functions need not be.
    pub enabled: Option<bool>,
    /// Good answers in a row that make a target healthy, from 2 to 10.
    pub healthy_threshold: Option<i64>,
    /// Seconds between two checks, from 5 to 300.
    pub interval: Option<i64>,
    /// Good HTTP or gRPC codes, such as `200`, `200,202` or `200-299`.
    pub matcher: Option<String>,
    /// The path that is asked for.
    pub path: Option<String>,
    /// The port, or `traffic-port` for that of the target.
    pub port: Option<String>,
    /// The protocol.
    pub protocol: Option<Protocol>,
    /// Seconds after which no answer is a bad answer, from 2 to 120.
    pub timeout: Option<i64>,
    /// Bad answers in a row that make a target unhealthy, from 2 to 10.
    pub unhealthy_threshold: Option<i64>,
}

/// Whether a client stays with its target.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetGroupStickiness {
    /// `lb_cookie` and `app_cookie` for application load balancers, `source_ip` for network ones, `source_ip_dest_ip` and
    /// `source_ip_dest_ip_proto` for gateway ones.
    #[prop(name = "type")]
    pub kind: String,
    /// Seconds that a cookie holds, from 1 to 604800; a day if not given.
    pub cookie_duration: Option<i64>,
    /// The application's cookie, for `app_cookie`.
    pub cookie_name: Option<String>,
    /// Whether it is on.
    #[prop(default = true)]
    pub enabled: bool,
}

/// What happens to flows of targets that go. Both must be the same.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetGroupTargetFailover {
    /// When a target is deregistered: `rebalance` or `no_rebalance`.
    pub on_deregistration: String,
    /// When a target is unhealthy: `rebalance` or `no_rebalance`.
    pub on_unhealthy: String,
}

/// How many healthy targets a zone needs.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetGroupHealth {
    /// Below which DNS names the zone no longer.
    pub dns_failover: Option<TargetGroupDnsFailover>,
    /// Below which unhealthy targets get requests as well.
    pub unhealthy_state_routing: Option<TargetGroupUnhealthyStateRouting>,
}

/// Below which number of healthy targets DNS names a zone no longer.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetGroupDnsFailover {
    /// A number, or `off`; `1` if not given.
    pub minimum_healthy_targets_count: Option<String>,
    /// A share of 1 to 100, or `off`; `off` if not given.
    pub minimum_healthy_targets_percentage: Option<String>,
}

/// Below which number of healthy targets unhealthy ones get requests as well.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetGroupUnhealthyStateRouting {
    /// A number; 1 if not given.
    pub minimum_healthy_targets_count: Option<i64>,
    /// A share of 1 to 100, or `off`; `off` if not given.
    pub minimum_healthy_targets_percentage: Option<String>,
}

/// What happens to connections of unhealthy targets.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TargetGroupTargetHealthState {
    /// Whether they are cut.
    pub enable_unhealthy_connection_termination: bool,
    /// Seconds that an unhealthy target drains, from 0 to 360000, where connections are not cut.
    #[prop(default = 0)]
    pub unhealthy_draining_interval: i64,
}

/// The protocols of listeners, target groups and health checks.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// GENEVE, of gateway load balancers.
    #[prop(rename = "GENEVE")]
    Geneve,
    /// HTTP.
    #[prop(rename = "HTTP")]
    Http,
    /// HTTP over TLS.
    #[prop(rename = "HTTPS")]
    Https,
    /// QUIC.
    #[prop(rename = "QUIC")]
    Quic,
    /// TCP.
    #[prop(rename = "TCP")]
    Tcp,
    /// TCP and QUIC.
    #[prop(rename = "TCP_QUIC")]
    TcpQuic,
    /// TCP and UDP.
    #[prop(rename = "TCP_UDP")]
    TcpUdp,
    /// TLS.
    #[prop(rename = "TLS")]
    Tls,
    /// UDP.
    #[prop(rename = "UDP")]
    Udp,
}

/// The versions of HTTP that targets speak.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProtocolVersion {
    /// HTTP/1.1.
    #[prop(rename = "HTTP1")]
    Http1,
    /// HTTP/2.
    #[prop(rename = "HTTP2")]
    Http2,
    /// gRPC.
    #[prop(rename = "GRPC")]
    Grpc,
}

/// What targets are.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetType {
    /// An application load balancer.
    Alb,
    /// EC2 instances.
    Instance,
    /// Addresses, such as those of Fargate tasks.
    Ip,
    /// A Lambda function.
    Lambda,
}

/// The kinds of addresses that targets have.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetIpAddressType {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

/// How targets are chosen.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadBalancingAlgorithm {
    /// One after another.
    #[prop(rename = "round_robin")]
    RoundRobin,
    /// Who has least to do.
    #[prop(rename = "least_outstanding_requests")]
    LeastOutstandingRequests,
    /// By chance.
    #[prop(rename = "weighted_random")]
    WeightedRandom,
}

/// Whether requests go to targets in all zones.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrossZone {
    /// They do.
    #[prop(rename = "true")]
    On,
    /// They stay in their zone.
    #[prop(rename = "false")]
    Off,
    /// As the load balancer says.
    #[prop(rename = "use_load_balancer_configuration")]
    LoadBalancer,
}

/// On or off.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// What a target group answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct TargetGroupOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// What CloudWatch calls it, such as `targetgroup/api/0123456789abcdef`.
    #[prop(stable)]
    pub arn_suffix: String,
    /// The load balancers that send requests to it.
    pub load_balancer_arns: Vec<String>,
}
