//! Every type of the crate keeps its promises, on moto.

mod common;

use common::{
    BALANCER, GROUP, LISTENER, RULE, answer, balancer, certificate, forward, handler, list, listener, make, map, name,
    owner, security_group, subnets, target_group, vpc,
};
use farsight_model::Value;
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Fault, Reading, Scope, conformance};

const NLB: &str = "only for network load balancers, in `a_network_load_balancer`";
const GATEWAY: &str = "only for gateway load balancers";
const ELB: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";

fn tags(name: &str) -> Value {
    map([("Name", name.into())])
}

fn logs(bucket: &str) -> Value {
    map([("bucket", bucket.into()), ("enabled", true.into()), ("prefix", "lb".into())])
}

fn exempt(sample: Sample, properties: &[&'static str], why: &'static str) -> Sample {
    properties.iter().fold(sample, |sample, property| sample.exempt(property, why))
}

conformance!(a_load_balancer, {
    let (subnets, one, two) = (subnets(), security_group(), security_group());
    let inputs = map([
        ("subnets", list(&subnets[..2])),
        ("securityGroups", list(&[&one])),
        ("idleTimeout", 120.into()),
        ("tags", tags("a")),
    ]);
    let kept = "AWS keeps where logs went that are off";
    let sample = Sample::new("lb", inputs)
        .missing(format!("{ELB}:loadbalancer/app/none/0123456789abcdef"))
        .sibling(map([("subnets", list(&subnets[1..3])), ("enableHttp2", false.into())]))
        .variation(Variation::new("accessLogs", logs("bucket")).kept(kept))
        .variation(Variation::new("connectionLogs", logs("bucket")).kept(kept))
        .variation(Variation::new("healthCheckLogs", logs("bucket")).kept(kept))
        .vary("clientKeepAlive", 60)
        .vary("desyncMitigationMode", "strictest")
        .vary("dropInvalidHeaderFields", true)
        .vary("enableDeletionProtection", true)
        .vary("enableHttp2", false)
        .vary("enableTlsVersionAndCipherSuiteHeaders", true)
        .vary("enableWafFailOpen", true)
        .vary("enableXffClientPort", true)
        .vary("enableZonalShift", true)
        .vary("idleTimeout", 60)
        .variation(Variation::new("idleTimeout", Value::Null))
        .vary("internal", true)
        .vary("ipAddressType", "dualstack")
        .vary("loadBalancerType", "network")
        .vary("customerOwnedIpv4Pool", "pool")
        .vary("name", "another")
        .vary("preserveHostHeader", true)
        .vary("securityGroups", list(&[&one, &two]))
        .variation(Variation::new("subnets", list(&subnets[1..3])).moves(&["subnetMappings"]))
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("tags", Value::Null)
        .vary("xffHeaderProcessingMode", "remove")
        .exempt("ipamPools", "the sandbox has no IPAM")
        .exempt("minimumLoadBalancerCapacity", "the sandbox reserves no capacity");
    let network = [
        "dnsRecordClientRoutingPolicy",
        "enableCrossZoneLoadBalancing",
        "secondaryIpsAutoAssignedPerSubnet",
        "subnetMappings",
    ];
    let sample = exempt(sample, &network, NLB);
    let private = ["enablePrefixForIpv6SourceNat", "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"];
    (handler(BALANCER).await, exempt(sample, &private, "the sandbox drops it"))
});

conformance!(a_network_load_balancer, {
    let subnets = subnets();
    let mapping = |subnet: &String| map([("subnetId", subnet.as_str().into())]);
    let mappings = |from: usize| Value::List(subnets[from..from + 2].iter().map(mapping).collect());
    let inputs = map([("loadBalancerType", "network".into()), ("subnetMappings", mappings(0))]);
    let sample = Sample::new("nlb", inputs)
        .missing(format!("{ELB}:loadbalancer/net/none/0123456789abcdef"))
        .vary("dnsRecordClientRoutingPolicy", "availability_zone_affinity")
        .vary("enableCrossZoneLoadBalancing", true)
        .vary("secondaryIpsAutoAssignedPerSubnet", 2)
        .variation(Variation::new("subnetMappings", mappings(1)).moves(&["subnets"]));
    let schema = *handler(BALANCER).await.schema();
    let varied: Vec<&str> = [
        "dnsRecordClientRoutingPolicy",
        "enableCrossZoneLoadBalancing",
        "secondaryIpsAutoAssignedPerSubnet",
        "subnetMappings",
    ]
    .into();
    let others: Vec<&'static str> =
        schema.fields.iter().map(|field| field.name).filter(|name| !varied.contains(name)).collect();
    (handler(BALANCER).await, exempt(sample, &others, "in `a_load_balancer`"))
});

conformance!(a_target_group, {
    // All of it: the suite compares the whole block with what is read.
    let check = map([
        ("enabled", true.into()),
        ("path", "/health".into()),
        ("port", "traffic-port".into()),
        ("protocol", "HTTP".into()),
        ("interval", 30.into()),
        ("timeout", 5.into()),
        ("healthyThreshold", 2.into()),
        ("unhealthyThreshold", 3.into()),
        ("matcher", "200".into()),
    ]);
    let inputs = |port: i64| {
        map([
            ("port", port.into()),
            ("protocol", "HTTP".into()),
            ("targetType", "ip".into()),
            ("vpcId", vpc().into()),
            ("healthCheck", check.clone()),
            ("deregistrationDelay", 30.into()),
            ("tags", tags("a")),
        ])
    };
    let sticky = |kind: &str, duration: i64| map([("type", kind.into()), ("cookieDuration", duration.into())]);
    let mut application = sticky("app_cookie", 60);
    application.set("cookieName", "session".into());
    let kept = "AWS keeps the kind of a stickiness that is off";
    let share = map([("minimumHealthyTargetsCount", "off".into()), ("minimumHealthyTargetsPercentage", "50".into())]);
    let routing = map([("minimumHealthyTargetsCount", 2.into()), ("minimumHealthyTargetsPercentage", "20".into())]);
    let health = map([("dnsFailover", share), ("unhealthyStateRouting", routing)]);
    let sample = Sample::new("tg", inputs(8080))
        .missing(format!("{ELB}:targetgroup/none/0123456789abcdef"))
        .sibling(inputs(80))
        .vary("deregistrationDelay", 60)
        .vary("deregistrationDelay", Value::Null)
        .vary("healthCheck.path", "/ready")
        .vary("healthCheck.interval", 60)
        .vary("healthCheck.matcher", "200-299")
        .vary("healthCheck.port", "9090")
        .vary("healthCheck.protocol", "HTTPS")
        .vary("healthCheck.timeout", 10)
        .vary("healthCheck.healthyThreshold", 5)
        .vary("healthCheck.unhealthyThreshold", 5)
        .vary("ipAddressType", "ipv6")
        .vary("loadBalancingAlgorithmType", "least_outstanding_requests")
        .variation(
            Variation::new("loadBalancingAnomalyMitigation", "on")
                .with("loadBalancingAlgorithmType", "weighted_random"),
        )
        .vary("loadBalancingCrossZoneEnabled", "false")
        .vary("name", "another")
        .vary("port", 80)
        .vary("protocol", "HTTPS")
        .vary("protocolVersion", "HTTP2")
        .vary("slowStart", 30)
        .variation(Variation::new("stickiness", sticky("lb_cookie", 60)).kept(kept))
        .variation(Variation::new("stickiness", application).kept(kept))
        .vary("tags", tags("b"))
        .vary("targetControlPort", 8081)
        .vary("targetGroupHealth", health)
        .vary("targetType", "instance")
        .vary("vpcId", "vpc-0123456789abcdef0")
        .exempt("lambdaMultiValueHeadersEnabled", "in `a_target_group_of_a_function`")
        .exempt("targetFailovers", GATEWAY);
    let network = ["connectionTermination", "preserveClientIp", "proxyProtocolV2", "targetHealthStates"];
    (handler(GROUP).await, exempt(sample, &network, "in `a_target_group_for_tcp`"))
});

/// All properties of target groups but some are looked at elsewhere.
async fn but(sample: Sample, varied: &[&str]) -> Sample {
    let schema = *handler(GROUP).await.schema();
    let others = schema.fields.iter().map(|field| field.name).filter(|name| !varied.contains(name));
    exempt(sample, &others.collect::<Vec<_>>(), "in `a_target_group`")
}

conformance!(a_target_group_for_tcp, {
    let inputs = [("port", 5432.into()), ("protocol", "TCP".into()), ("vpcId", vpc().into())];
    let cut = map([("enableUnhealthyConnectionTermination", false.into()), ("unhealthyDrainingInterval", 60.into())]);
    let sample = Sample::new("tcp", map(inputs))
        .missing(format!("{ELB}:targetgroup/none/0123456789abcdef"))
        .vary("connectionTermination", true)
        .vary("preserveClientIp", false)
        .vary("proxyProtocolV2", true)
        .variation(Variation::new("targetHealthStates", Value::List(vec![cut])).kept("AWS keeps the interval"));
    let varied = ["connectionTermination", "preserveClientIp", "proxyProtocolV2", "targetHealthStates"];
    (handler(GROUP).await, but(sample, &varied).await)
});

conformance!(a_target_group_of_a_function, {
    let check = |enabled: bool, interval: i64| {
        map([
            ("enabled", enabled.into()),
            ("healthyThreshold", 5.into()),
            ("interval", interval.into()),
            ("matcher", "200".into()),
            ("path", "/".into()),
            ("timeout", 30.into()),
            ("unhealthyThreshold", 2.into()),
        ])
    };
    let inputs = [("targetType", "lambda".into()), ("healthCheck", check(false, 35))];
    let sample = Sample::new("lambda", map(inputs))
        .missing(format!("{ELB}:targetgroup/none/0123456789abcdef"))
        .vary("lambdaMultiValueHeadersEnabled", true)
        .vary("healthCheck", check(true, 60));
    (handler(GROUP).await, but(sample, &["lambdaMultiValueHeadersEnabled", "healthCheck"]).await)
});

fn redirect() -> Value {
    let to = [("statusCode", "HTTP_301".into()), ("protocol", "HTTPS".into()), ("port", "443".into())];
    map([("type", "redirect".into()), ("redirect", map(to))])
}

conformance!(a_listener, {
    let (balancer, one, two) = (balancer().await, target_group().await, target_group().await);
    let inputs = |port: i64| {
        map([
            ("loadBalancerArn", balancer.as_str().into()),
            ("port", port.into()),
            ("protocol", "HTTP".into()),
            ("defaultActions", Value::List(vec![forward(&[(&one, 1)])])),
            ("tags", tags("a")),
        ])
    };
    let sticky = {
        let mut action = forward(&[(&two, 3), (&one, 1)]);
        let mut forward = action.get("forward").cloned().unwrap_or_default();
        forward.set("stickiness", map([("duration", 60.into())]));
        action.set("forward", forward);
        action
    };
    let sample = Sample::new("listener", inputs(80))
        .missing(format!("{ELB}:listener/app/none/0123456789abcdef/0123456789abcdef"))
        .sibling(inputs(81))
        .vary("defaultActions", Value::List(vec![forward(&[(&two, 1)])]))
        .vary("defaultActions", Value::List(vec![sticky]))
        .vary("defaultActions", Value::List(vec![redirect()]))
        .vary("defaultActions", Value::List(vec![answer("503")]))
        .vary("loadBalancerArn", "arn")
        .vary("port", 8080)
        .variation(
            Variation::new("protocol", "HTTPS")
                .with("certificateArn", certificate())
                .kept("the sandbox keeps the certificate")
                .moves(&["sslPolicy", "mutualAuthentication"]),
        )
        .vary("tags", tags("b"));
    let secure = ["certificateArn", "mutualAuthentication", "sslPolicy"];
    let sample = exempt(sample, &secure, "in `a_secure_listener`");
    let headers = handler(LISTENER).await.schema().fields.iter().map(|field| field.name);
    let headers: Vec<&'static str> = headers.filter(|name| name.starts_with("routingHttp")).collect();
    let sample = exempt(sample, &headers, "in `a_secure_listener`");
    (handler(LISTENER).await, exempt(sample, &["alpnPolicy", "tcpIdleTimeoutSeconds"], "in `a_network_listener`"))
});

conformance!(a_secure_listener, {
    let (balancer, one, two) = (balancer().await, certificate(), certificate());
    let inputs = map([
        ("loadBalancerArn", balancer.as_str().into()),
        ("port", 443.into()),
        ("protocol", "HTTPS".into()),
        ("certificateArn", one.into()),
        ("sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06".into()),
        ("defaultActions", Value::List(vec![answer("404")])),
    ]);
    let mut sample = Sample::new("listener", inputs)
        .missing(format!("{ELB}:listener/app/none/0123456789abcdef/0123456789abcdef"))
        .vary("certificateArn", two)
        .vary("sslPolicy", "ELBSecurityPolicy-2016-08")
        .vary("routingHttpResponseServerEnabled", false)
        .vary("mutualAuthentication", map([("mode", "passthrough".into())]));
    for field in handler(LISTENER).await.schema().fields {
        let request = field.name.starts_with("routingHttpRequest");
        if request || (field.name.starts_with("routingHttpResponse") && field.name.ends_with("Value")) {
            sample = sample.vary(field.name, if request { "X-Mine" } else { "value" });
        }
    }
    let others = ["defaultActions", "loadBalancerArn", "port", "protocol", "tags"];
    let sample = exempt(sample, &others, "in `a_listener`");
    (handler(LISTENER).await, exempt(sample, &["alpnPolicy", "tcpIdleTimeoutSeconds"], "in `a_network_listener`"))
});

conformance!(a_network_listener, {
    let inputs =
        [("name", name("nlb").into()), ("loadBalancerType", "network".into()), ("subnets", list(&subnets()[..2]))];
    let balancer = make(BALANCER, map(inputs)).await;
    let tcp =
        [("name", name("tcp").into()), ("port", 5432.into()), ("protocol", "TCP".into()), ("vpcId", vpc().into())];
    let group = make(GROUP, map(tcp)).await;
    let inputs = map([
        ("loadBalancerArn", balancer.as_str().into()),
        ("port", 5432.into()),
        ("protocol", "TCP".into()),
        ("defaultActions", Value::List(vec![forward(&[(&group, 1)])])),
    ]);
    let sample = Sample::new("listener", inputs)
        .missing(format!("{ELB}:listener/net/none/0123456789abcdef/0123456789abcdef"))
        .vary("alpnPolicy", "HTTP2Preferred")
        .vary("tcpIdleTimeoutSeconds", 60);
    let fields = handler(LISTENER).await.schema().fields.iter().map(|field| field.name);
    let others: Vec<&'static str> =
        fields.filter(|name| !["alpnPolicy", "tcpIdleTimeoutSeconds"].contains(name)).collect();
    (handler(LISTENER).await, exempt(sample, &others, "in `a_listener`"))
});

conformance!(a_listener_rule, {
    let (balancer, group) = (balancer().await, target_group().await);
    let listener = listener(&balancer, 80).await;
    let path = |path: &str| map([("pathPattern", map([("values", list(&[path]))]))]);
    let inputs = |priority: i64| {
        map([
            ("listenerArn", listener.as_str().into()),
            ("priority", priority.into()),
            ("actions", Value::List(vec![forward(&[(&group, 1)])])),
            ("conditions", Value::List(vec![path("/api/*")])),
            ("tags", tags("a")),
        ])
    };
    let query = Value::List(vec![map([("key", "v".into()), ("value", "2".into())]), map([("value", "beta".into())])]);
    let header = map([("httpHeaderName", "X-Beta".into()), ("values", list(&["yes"]))]);
    let conditions = Value::List(vec![
        map([("hostHeader", map([("values", list(&["a.example", "b.example"]))]))]),
        map([("httpHeader", header)]),
        map([("httpRequestMethod", map([("values", list(&["GET", "HEAD"]))]))]),
        path("/v2/*"),
        map([("queryStrings", query)]),
        map([("sourceIp", map([("values", list(&["10.0.0.0/8"]))]))]),
    ]);
    let rewrite = map([("rewrite", map([("regex", "^/api/(.*)".into()), ("replace", "/$1".into())]))]);
    let transform = map([("type", "url-rewrite".into()), ("urlRewriteConfig", rewrite)]);
    let sample = Sample::new("rule", inputs(10))
        .missing(format!("{ELB}:listener-rule/app/none/0123456789abcdef/0123456789abcdef/0123456789abcdef"))
        .sibling(inputs(20))
        .vary("actions", Value::List(vec![redirect()]))
        .vary("actions", Value::List(vec![answer("503")]))
        .vary("conditions", conditions)
        .vary("listenerArn", "arn")
        .vary("priority", 30)
        .vary("tags", tags("b"))
        .vary("transforms", Value::List(vec![transform]));
    (handler(RULE).await, sample)
});

/// Protects rules without a place of their own: they stand behind all others.
#[tokio::test]
async fn a_rule_without_a_priority_comes_last() {
    let listener = listener(&balancer().await, 80).await;
    let inputs = |priority: Value| {
        let path = map([("pathPattern", map([("values", list(&["/*"]))]))]);
        map([
            ("listenerArn", listener.as_str().into()),
            ("priority", priority),
            ("actions", Value::List(vec![answer("404")])),
            ("conditions", Value::List(vec![path])),
        ])
    };
    make(RULE, inputs(7.into())).await;
    let last = make(RULE, inputs(Value::Null)).await;
    let Reading::Ready(seen) = handler(RULE).await.read(&[last]).await.unwrap().remove(0) else { panic!("not there") };
    assert_eq!(seen.get("priority"), Some(&8.into()));
}

/// Protects what belongs to others: the service itself would silently give it to us.
#[tokio::test]
async fn an_object_of_others_with_the_same_name_is_refused() {
    let group = name("tg");
    let inputs = map([
        ("name", group.as_str().into()),
        ("port", 80.into()),
        ("protocol", "HTTP".into()),
        ("vpcId", vpc().into()),
    ]);
    make(GROUP, inputs.clone()).await;
    let handler = handler(GROUP).await;
    let inputs = handler.schema().check(&inputs).0;
    let refused = handler.create(&owner(), &inputs).await;
    assert_eq!(refused.map_err(|error| error.fault), Err(Fault::Exists));
}

/// Protects drift reports: what others put beside the stack's objects is shown, what AWS puts there is not.
#[tokio::test]
async fn listeners_and_rules_of_others_are_strays() {
    let balancer = balancer().await;
    let (ours, theirs) = (listener(&balancer, 80).await, listener(&balancer, 81).await);
    let known = vec![(BALANCER.to_owned(), balancer, Value::Null), (LISTENER.to_owned(), ours, Value::Null)];
    let scope = Scope { stack: "p/dev".into(), known };
    let strays = handler(LISTENER).await.strays(&scope).await.unwrap();
    assert_eq!(strays.iter().map(|stray| stray.id.as_str()).collect::<Vec<_>>(), [theirs.as_str()]);
    assert_eq!(handler(RULE).await.strays(&scope).await.unwrap(), []);
}
