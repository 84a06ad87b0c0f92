//! A target group's health check and attributes, to AWS and back.

use crate::attributes::{Attributes, Row, row};
use crate::elb::small;
use crate::target_group::Known;
use aws_sdk_elasticloadbalancingv2::types::{Matcher, ProtocolEnum};
use farsight_aws::lb::{
    CrossZone, LoadBalancingAlgorithm, Protocol, ProtocolVersion, Switch, TargetGroup, TargetGroupArgs,
    TargetGroupDnsFailover, TargetGroupHealth, TargetGroupHealthCheck, TargetGroupOutputs, TargetGroupStickiness,
    TargetGroupTargetFailover, TargetGroupTargetHealthState, TargetGroupUnhealthyStateRouting, TargetIpAddressType,
    TargetType,
};
use farsight_aws_client::tags;
use farsight_provider::{Change, Seen};

/// A health check in the form of the SDK; what is absent is not sent.
pub(crate) struct Check {
    pub(crate) enabled: Option<bool>,
    pub(crate) interval: Option<i32>,
    pub(crate) path: Option<String>,
    pub(crate) port: Option<String>,
    pub(crate) protocol: Option<ProtocolEnum>,
    pub(crate) timeout: Option<i32>,
    pub(crate) healthy: Option<i32>,
    pub(crate) unhealthy: Option<i32>,
    pub(crate) matcher: Option<Matcher>,
}

const NOTHING: TargetGroupHealthCheck = TargetGroupHealthCheck {
    enabled: None,
    healthy_threshold: None,
    interval: None,
    matcher: None,
    path: None,
    port: None,
    protocol: None,
    timeout: None,
    unhealthy_threshold: None,
};

impl Check {
    /// What the program gives.
    pub(crate) fn given(args: &TargetGroupArgs) -> Self {
        Self::of(args, args.health_check.as_ref().unwrap_or(&NOTHING))
    }

    /// What the program gives, and AWS's defaults for what it no longer gives.
    pub(crate) fn changed(change: &Change<'_, TargetGroupArgs>) -> Self {
        let wanted = change.wanted.health_check.clone().unwrap_or(NOTHING);
        let given = |name: &str| {
            let whole = |path: &str| path == "healthCheck";
            let differs = |path: &str| whole(path) || path.strip_prefix("healthCheck.") == Some(name);
            change.differences.iter().any(|difference| differs(&difference.path.to_string()))
        };
        let http = matches!(wanted.protocol.or(change.wanted.protocol), Some(Protocol::Http | Protocol::Https));
        let default = |name: &str, value: &str| given(name).then(|| value.to_owned());
        let number = |name: &str, value: i64| given(name).then_some(value);
        let codes = match (change.wanted.protocol, change.wanted.protocol_version) {
            (_, Some(ProtocolVersion::Grpc)) => "12",
            (Some(Protocol::Http | Protocol::Https) | None, _) => "200",
            _ => "200-399",
        };
        let lambda = change.wanted.target_type == TargetType::Lambda;
        let (interval, timeout) = match (lambda, http) {
            (true, _) => (35, 30),
            (false, true) => (30, 5),
            (false, false) => (30, 10),
        };
        let check = TargetGroupHealthCheck {
            enabled: wanted.enabled.or(given("enabled").then_some(!lambda)),
            healthy_threshold: wanted.healthy_threshold.or(number("healthyThreshold", 5)),
            interval: wanted.interval.or(number("interval", interval)),
            matcher: wanted.matcher.or(default("matcher", codes).filter(|_| http || lambda)),
            path: wanted.path.or(default("path", "/").filter(|_| http || lambda)),
            port: wanted.port.or(default("port", "traffic-port").filter(|_| !lambda)),
            protocol: wanted.protocol.or(given("protocol").then_some(change.wanted.protocol).flatten()),
            timeout: wanted.timeout.or(number("timeout", timeout)),
            unhealthy_threshold: wanted.unhealthy_threshold.or(number("unhealthyThreshold", 2)),
        };
        Self::of(change.wanted, &check)
    }

    fn of(args: &TargetGroupArgs, check: &TargetGroupHealthCheck) -> Self {
        let grpc = args.protocol_version == Some(ProtocolVersion::Grpc);
        let matcher = check.matcher.as_ref().map(|codes| {
            let matcher = Matcher::builder();
            if grpc { matcher.grpc_code(codes).build() } else { matcher.http_code(codes).build() }
        });
        Self {
            enabled: check.enabled,
            interval: small(check.interval),
            path: check.path.clone(),
            port: check.port.clone(),
            protocol: check.protocol.map(|protocol| ProtocolEnum::from(protocol.as_str())),
            timeout: small(check.timeout),
            healthy: small(check.healthy_threshold),
            unhealthy: small(check.unhealthy_threshold),
            matcher,
        }
    }
}

const DNS_COUNT: &str = "target_group_health.dns_failover.minimum_healthy_targets.count";
const DNS_SHARE: &str = "target_group_health.dns_failover.minimum_healthy_targets.percentage";
const ROUTING_COUNT: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
const ROUTING_SHARE: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage";
const TERMINATION: &str = "target_health_state.unhealthy.connection_termination.enabled";
const DRAINING: &str = "target_health_state.unhealthy.draining_interval_seconds";

/// Every attribute with its key, as the service's documentation lists them.
pub(crate) fn rows(args: &TargetGroupArgs) -> Vec<Row> {
    let datagrams = matches!(args.protocol, Some(Protocol::Udp | Protocol::TcpUdp));
    let by_address = args.target_type == TargetType::Ip && matches!(args.protocol, Some(Protocol::Tcp | Protocol::Tls));
    let truth = |value: bool| if value { "true" } else { "false" };
    let mut rows = vec![
        row(
            "connectionTermination",
            "deregistration_delay.connection_termination.enabled",
            args.connection_termination,
            truth(datagrams),
        ),
        row("deregistrationDelay", "deregistration_delay.timeout_seconds", args.deregistration_delay, "300"),
        row(
            "lambdaMultiValueHeadersEnabled",
            "lambda.multi_value_headers.enabled",
            args.lambda_multi_value_headers_enabled,
            "false",
        ),
        row(
            "loadBalancingAlgorithmType",
            "load_balancing.algorithm.type",
            args.load_balancing_algorithm_type,
            "round_robin",
        ),
        row(
            "loadBalancingAnomalyMitigation",
            "load_balancing.algorithm.anomaly_mitigation",
            args.load_balancing_anomaly_mitigation,
            "off",
        ),
        row(
            "loadBalancingCrossZoneEnabled",
            "load_balancing.cross_zone.enabled",
            args.load_balancing_cross_zone_enabled,
            "use_load_balancer_configuration",
        ),
        row("preserveClientIp", "preserve_client_ip.enabled", args.preserve_client_ip, truth(!by_address)),
        row("proxyProtocolV2", "proxy_protocol_v2.enabled", args.proxy_protocol_v2, "false"),
        row("slowStart", "slow_start.duration_seconds", args.slow_start, "0"),
        row("stickiness", "stickiness.enabled", args.stickiness.as_ref().map(|sticky| sticky.enabled), "false"),
    ];
    if let Some(sticky) = &args.stickiness {
        rows.push(row("stickiness", "stickiness.type", Some(&sticky.kind), ""));
        let duration = sticky.cookie_duration;
        match sticky.kind.as_str() {
            "lb_cookie" => rows.push(row("stickiness", "stickiness.lb_cookie.duration_seconds", duration, "86400")),
            "app_cookie" => {
                rows.push(row("stickiness", "stickiness.app_cookie.duration_seconds", duration, "86400"));
                let name = sticky.cookie_name.as_ref();
                rows.push(row("stickiness", "stickiness.app_cookie.cookie_name", name, ""));
            }
            _ => {}
        }
    }
    let failover = args.target_failovers.as_ref().and_then(|list| list.first());
    for (key, value) in [
        ("target_failover.on_deregistration", failover.map(|failover| &failover.on_deregistration)),
        ("target_failover.on_unhealthy", failover.map(|failover| &failover.on_unhealthy)),
    ] {
        rows.push(row("targetFailovers", key, value, "no_rebalance"));
    }
    let state = args.target_health_states.as_ref().and_then(|list| list.first());
    let terminates = state.is_none_or(|state| state.enable_unhealthy_connection_termination);
    rows.push(row("targetHealthStates", TERMINATION, Some(terminates), "true"));
    if !terminates {
        let interval = state.map(|state| state.unhealthy_draining_interval);
        rows.push(row("targetHealthStates", DRAINING, interval, "0"));
    }
    rows.extend(health_rows(args.target_group_health.as_ref()));
    rows
}

fn health_rows(health: Option<&TargetGroupHealth>) -> [Row; 4] {
    let dns = health.and_then(|health| health.dns_failover.as_ref());
    let routing = health.and_then(|health| health.unhealthy_state_routing.as_ref());
    let (count, share) = (
        dns.and_then(|dns| dns.minimum_healthy_targets_count.as_ref()),
        dns.and_then(|dns| dns.minimum_healthy_targets_percentage.as_ref()),
    );
    let routing_share = routing.and_then(|routing| routing.minimum_healthy_targets_percentage.as_ref());
    let routing_count = routing.and_then(|routing| routing.minimum_healthy_targets_count);
    [
        row("targetGroupHealth", DNS_COUNT, count, "1"),
        row("targetGroupHealth", DNS_SHARE, share, "off"),
        row("targetGroupHealth", ROUTING_COUNT, routing_count, "1"),
        row("targetGroupHealth", ROUTING_SHARE, routing_share, "off"),
    ]
}

fn stickiness(attributes: &Attributes) -> Option<TargetGroupStickiness> {
    let kind = attributes.text("stickiness.type")?;
    let application = kind == "app_cookie";
    let cookie_duration = match kind.as_str() {
        "lb_cookie" => attributes.number("stickiness.lb_cookie.duration_seconds"),
        "app_cookie" => attributes.number("stickiness.app_cookie.duration_seconds"),
        _ => None,
    };
    Some(TargetGroupStickiness {
        kind,
        cookie_duration,
        cookie_name: attributes.text("stickiness.app_cookie.cookie_name").filter(|_| application),
        enabled: attributes.flag("stickiness.enabled").unwrap_or_default(),
    })
}

fn health(attributes: &Attributes) -> Option<TargetGroupHealth> {
    let dns_failover = TargetGroupDnsFailover {
        minimum_healthy_targets_count: attributes.text(DNS_COUNT),
        minimum_healthy_targets_percentage: attributes.text(DNS_SHARE),
    };
    let unhealthy_state_routing = TargetGroupUnhealthyStateRouting {
        minimum_healthy_targets_count: attributes.number(ROUTING_COUNT),
        minimum_healthy_targets_percentage: attributes.text(ROUTING_SHARE),
    };
    attributes.text(DNS_COUNT).map(|_| TargetGroupHealth {
        dns_failover: Some(dns_failover),
        unhealthy_state_routing: Some(unhealthy_state_routing),
    })
}

/// A target group as programs see it.
pub(crate) fn seen(arn: &str, known: &Known) -> Seen<TargetGroup> {
    let (group, attributes) = (&known.group, &known.attributes);
    let protocol =
        |protocol: &Option<ProtocolEnum>| protocol.as_ref().and_then(|protocol| Protocol::from_wire(protocol.as_str()));
    let number = |number: Option<i32>| number.map(i64::from);
    let codes = group.matcher.as_ref().and_then(|codes| codes.http_code.clone().or_else(|| codes.grpc_code.clone()));
    let check = TargetGroupHealthCheck {
        enabled: group.health_check_enabled,
        healthy_threshold: number(group.healthy_threshold_count),
        interval: number(group.health_check_interval_seconds),
        matcher: codes,
        path: group.health_check_path.clone(),
        port: group.health_check_port.clone(),
        protocol: protocol(&group.health_check_protocol),
        timeout: number(group.health_check_timeout_seconds),
        unhealthy_threshold: number(group.unhealthy_threshold_count),
    };
    let failover = attributes.text("target_failover.on_deregistration").map(|on_deregistration| {
        let on_unhealthy = attributes.text("target_failover.on_unhealthy").unwrap_or_default();
        vec![TargetGroupTargetFailover { on_deregistration, on_unhealthy }]
    });
    let state = attributes.flag(TERMINATION).map(|enable_unhealthy_connection_termination| {
        let unhealthy_draining_interval = attributes.number(DRAINING).unwrap_or_default();
        vec![TargetGroupTargetHealthState { enable_unhealthy_connection_termination, unhealthy_draining_interval }]
    });
    let args = TargetGroupArgs {
        connection_termination: attributes.flag("deregistration_delay.connection_termination.enabled"),
        deregistration_delay: attributes.number("deregistration_delay.timeout_seconds"),
        health_check: Some(check),
        ip_address_type: group.ip_address_type().and_then(|kind| TargetIpAddressType::from_wire(kind.as_str())),
        lambda_multi_value_headers_enabled: attributes.flag("lambda.multi_value_headers.enabled"),
        load_balancing_algorithm_type: attributes
            .word("load_balancing.algorithm.type", LoadBalancingAlgorithm::from_wire),
        load_balancing_anomaly_mitigation: attributes
            .word("load_balancing.algorithm.anomaly_mitigation", Switch::from_wire),
        load_balancing_cross_zone_enabled: attributes.word("load_balancing.cross_zone.enabled", CrossZone::from_wire),
        name: group.target_group_name.clone().unwrap_or_default(),
        port: number(group.port),
        preserve_client_ip: attributes.flag("preserve_client_ip.enabled"),
        protocol: protocol(&group.protocol),
        protocol_version: group.protocol_version().and_then(ProtocolVersion::from_wire),
        proxy_protocol_v2: attributes.flag("proxy_protocol_v2.enabled"),
        slow_start: attributes.number("slow_start.duration_seconds"),
        stickiness: stickiness(attributes),
        tags: tags::observed(known.tags.clone()),
        target_control_port: number(group.target_control_port),
        target_failovers: failover,
        target_group_health: health(attributes),
        target_health_states: state,
        target_type: group
            .target_type()
            .and_then(|kind| TargetType::from_wire(kind.as_str()))
            .unwrap_or(TargetType::Instance),
        vpc_id: group.vpc_id.clone(),
    };
    let outputs = TargetGroupOutputs {
        arn: arn.to_owned(),
        arn_suffix: arn.rsplit(':').next().unwrap_or_default().to_owned(),
        load_balancer_arns: group.load_balancer_arns().to_vec(),
    };
    Seen::Ready { args, outputs }
}
