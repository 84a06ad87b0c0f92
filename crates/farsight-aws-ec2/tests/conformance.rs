//! Every type of the crate keeps its promises, on moto.

mod common;

use common::{
    ENDPOINT, GATEWAY, GROUP, NAT, REGION, ROUTE, SUBNET, TABLE, VPC, address, gateway, group, handler, list, make,
    map, range, subnet, table, vpc,
};
use farsight_model::Value;
use farsight_provider::conformance;
use farsight_provider::conformance::{Check, Sample, Variation};

const IPAM: &str = "the sandbox has no IPAM";
const OUTPOST: &str = "the sandbox has no Outposts";

fn tags(name: &str) -> Value {
    map([("Name", name.into())])
}

conformance!(
    a_vpc,
    handler(VPC).await,
    Sample::new("vpc", map([("cidrBlock", "10.1.0.0/16".into()), ("tags", tags("a"))]))
        .missing("vpc-0123456789abcdef0")
        .sibling(map([("cidrBlock", "10.1.0.0/16".into())]))
        .vary("cidrBlock", "10.2.0.0/16")
        .vary("instanceTenancy", "dedicated")
        .variation(
            Variation::new("assignGeneratedIpv6CidrBlock", true)
                .moves(&["ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"])
        )
        .vary("enableDnsHostnames", true)
        .variation(Variation::new("enableDnsSupport", false))
        .vary("enableNetworkAddressUsageMetrics", true)
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .exempt("ipv4IpamPoolId", IPAM)
        .exempt("ipv4NetmaskLength", IPAM)
        .exempt("ipv6CidrBlock", IPAM)
        .exempt("ipv6CidrBlockNetworkBorderGroup", "the sandbox has no local zones")
        .exempt("ipv6IpamPoolId", IPAM)
        .exempt("ipv6NetmaskLength", IPAM)
);

conformance!(a_subnet, {
    let vpc = vpc().await;
    let inputs = |name: &str| {
        map([
            ("vpcId", vpc.as_str().into()),
            ("cidrBlock", range().into()),
            ("availabilityZone", "eu-central-1a".into()),
            ("tags", tags(name)),
        ])
    };
    let sample = Sample::new("subnet", inputs("a"))
        .missing("subnet-0123456789abcdef0")
        .sibling(inputs("b"))
        .vary("vpcId", "vpc-0123456789abcdef0")
        .vary("cidrBlock", "10.0.200.0/24")
        .vary("availabilityZone", "eu-central-1b")
        .vary("availabilityZoneId", "euc1-az3")
        .vary("enableDns64", true)
        .vary("enableResourceNameDnsARecordOnLaunch", true)
        .vary("enableResourceNameDnsAaaaRecordOnLaunch", true)
        .vary("mapPublicIpOnLaunch", true)
        .variation(Variation::new("privateDnsHostnameTypeOnLaunch", "resource-name").kept("AWS has no other default"))
        .vary("ipv6Native", true)
        .vary("tags", Value::Null)
        .exempt("assignIpv6AddressOnCreation", "in `a_subnet_with_ipv6`")
        .exempt("ipv6CidrBlock", "in `a_subnet_with_ipv6`")
        .exempt("customerOwnedIpv4Pool", OUTPOST)
        .exempt("enableLniAtDeviceIndex", OUTPOST)
        .exempt("mapCustomerOwnedIpOnLaunch", OUTPOST)
        .exempt("outpostArn", OUTPOST)
        .exempt("ipv4IpamPoolId", IPAM)
        .exempt("ipv4NetmaskLength", IPAM)
        .exempt("ipv6IpamPoolId", IPAM)
        .exempt("ipv6NetmaskLength", IPAM);
    (handler(SUBNET).await, sample)
});

conformance!(a_subnet_with_ipv6, {
    let (vpc, ipv6) = common::vpc_with_ipv6().await;
    let sample = Sample::new(
        "subnet",
        map([
            ("vpcId", vpc.as_str().into()),
            ("cidrBlock", range().into()),
            ("ipv6CidrBlock", ipv6.as_str().into()),
            ("assignIpv6AddressOnCreation", true.into()),
        ]),
    )
    .missing("subnet-0123456789abcdef0")
    .vary("assignIpv6AddressOnCreation", false)
    .variation(
        Variation::new("ipv6CidrBlock", ipv6.replace("00::/64", "01::/64")).moves(&["ipv6CidrBlockAssociationId"]),
    );
    let others = [
        "vpcId",
        "cidrBlock",
        "availabilityZone",
        "availabilityZoneId",
        "customerOwnedIpv4Pool",
        "enableDns64",
        "enableLniAtDeviceIndex",
        "enableResourceNameDnsARecordOnLaunch",
        "enableResourceNameDnsAaaaRecordOnLaunch",
        "ipv4IpamPoolId",
        "ipv4NetmaskLength",
        "ipv6IpamPoolId",
        "ipv6Native",
        "ipv6NetmaskLength",
        "mapCustomerOwnedIpOnLaunch",
        "mapPublicIpOnLaunch",
        "outpostArn",
        "privateDnsHostnameTypeOnLaunch",
        "tags",
    ];
    (handler(SUBNET).await, others.into_iter().fold(sample, |sample, other| sample.exempt(other, "in `a_subnet`")))
});

conformance!(an_internet_gateway, {
    let (one, two) = (vpc().await, vpc().await);
    let sample = Sample::new("igw", map([("vpcId", one.as_str().into()), ("tags", tags("a"))]))
        .missing("igw-0123456789abcdef0")
        .sibling(map([]))
        .vary("vpcId", two)
        .vary("tags", tags("b"));
    (handler(GATEWAY).await, sample)
});

conformance!(an_internet_gateway_attachment, {
    let (one, two) = (make(GATEWAY, map([])).await, make(GATEWAY, map([])).await);
    let vpc = vpc().await;
    let sample = Sample::new("attachment", map([("internetGatewayId", one.into()), ("vpcId", vpc.as_str().into())]))
        .missing("igw-0123456789abcdef0:vpc-0123456789abcdef0")
        .vary("internetGatewayId", two)
        .vary("vpcId", "vpc-0123456789abcdef0");
    (handler("aws:ec2/internetGatewayAttachment:InternetGatewayAttachment").await, sample)
});

conformance!(an_elastic_ip, {
    let subnet = subnet(&vpc().await, "a").await;
    let (one, two) = (common::interface(&subnet).await, common::interface(&subnet).await);
    let sample = Sample::new("eip", map([("networkInterface", one.into()), ("tags", tags("a"))]))
        .missing("eipalloc-0123456789abcdef0")
        .sibling(map([]))
        .variation(Variation::new("networkInterface", two).moves(&[
            "associateWithPrivateIp",
            "associationId",
            "privateIp",
            "privateDns",
        ]))
        .vary("domain", "standard")
        .vary("address", "192.0.2.1")
        .vary("networkBorderGroup", "eu-central-1-x")
        .vary("publicIpv4Pool", "ipv4pool-ec2-1")
        .vary("customerOwnedIpv4Pool", "coip-1")
        .vary("ipamPoolId", "ipam-pool-1")
        .vary("tags", tags("b"))
        .exempt("associateWithPrivateIp", "the sandbox ignores which private address is asked for")
        .exempt("instance", "the sandbox's instances need an image; the call is that of `networkInterface`");
    (handler("aws:ec2/eip:Eip").await, sample)
});

conformance!(a_nat_gateway, {
    let vpc = vpc().await;
    gateway(&vpc).await;
    let subnet = subnet(&vpc, "a").await;
    let (one, two) = (address().await, address().await);
    let inputs = |address: &str| {
        map([("subnetId", subnet.as_str().into()), ("allocationId", address.into()), ("tags", tags("a"))])
    };
    let sample = Sample::new("nat", inputs(&one))
        .missing("nat-0123456789abcdef0")
        .sibling(inputs(&two))
        .vary("allocationId", two)
        .vary("connectivityType", "private")
        .vary("privateIp", "10.0.255.9")
        .vary("subnetId", "subnet-0123456789abcdef0")
        .variation(Variation::new("vpcId", "vpc-0123456789abcdef0").with("subnetId", Value::Null))
        .vary("availabilityMode", "regional")
        .vary("tags", tags("b"))
        .exempt("availabilityZoneAddresses", "the sandbox has no regional gateways")
        .exempt("secondaryAllocationIds", "the sandbox has no secondary addresses")
        .exempt("secondaryPrivateIpAddressCount", "the sandbox has no secondary addresses")
        .exempt("secondaryPrivateIpAddresses", "the sandbox has no secondary addresses");
    (handler(NAT).await, sample)
});

conformance!(a_route_table, {
    let vpc = vpc().await;
    let gateway = gateway(&vpc).await;
    let subnet = subnet(&vpc, "a").await;
    let interface = common::interface(&subnet).await;
    let to_gateway = |range: &str| map([("cidrBlock", range.into()), ("gatewayId", gateway.as_str().into())]);
    let to_interface = map([("cidrBlock", "172.16.0.0/12".into()), ("networkInterfaceId", interface.as_str().into())]);
    let routes = |routes: Vec<Value>| Value::List(routes);
    let sample = Sample::new(
        "table",
        map([
            ("vpcId", vpc.as_str().into()),
            ("routes", routes(vec![to_gateway("0.0.0.0/0"), to_gateway("172.16.0.0/12")])),
            ("tags", tags("a")),
        ]),
    )
    .missing("rtb-0123456789abcdef0")
    .sibling(map([("vpcId", vpc.as_str().into())]))
    .vary("routes", routes(vec![to_gateway("0.0.0.0/0"), to_interface]))
    .vary("routes", routes(vec![to_gateway("192.168.7.1/16")]))
    .vary("vpcId", "vpc-0123456789abcdef0")
    .vary("tags", tags("b"))
    .exempt("propagatingVgws", "the sandbox does not propagate routes");
    (handler(TABLE).await, sample)
});

conformance!(a_route, {
    let vpc = vpc().await;
    let table = table(&vpc).await;
    let gateway = gateway(&vpc).await;
    let subnet = subnet(&vpc, "a").await;
    let nat = make(NAT, map([("subnetId", subnet.as_str().into()), ("allocationId", address().await.into())])).await;
    let interface = common::interface(&subnet).await;
    let route = |range: &str| {
        map([
            ("routeTableId", table.as_str().into()),
            ("destinationCidrBlock", range.into()),
            ("gatewayId", gateway.as_str().into()),
        ])
    };
    let sample = Sample::new("route", route("0.0.0.0/0"))
        .missing(format!("{table}_192.168.0.0/16"))
        .sibling(route("172.16.9.9/12"))
        .variation(Variation::new("natGatewayId", nat).with("gatewayId", Value::Null))
        .variation(Variation::new("networkInterfaceId", interface).with("gatewayId", Value::Null))
        .variation(
            Variation::new("gatewayId", Value::Null).with("networkInterfaceId", common::interface(&subnet).await),
        )
        .vary("routeTableId", "rtb-0123456789abcdef0")
        .vary("destinationCidrBlock", "1.0.0.0/8")
        .variation(Variation::new("destinationIpv6CidrBlock", "::/0").with("destinationCidrBlock", Value::Null))
        .variation(Variation::new("destinationPrefixListId", "pl-1").with("destinationCidrBlock", Value::Null));
    let others = [
        "carrierGatewayId",
        "coreNetworkArn",
        "egressOnlyGatewayId",
        "localGatewayId",
        "odbNetworkArn",
        "transitGatewayId",
        "vpcEndpointId",
        "vpcPeeringConnectionId",
    ];
    let reason = "one field of the same call; the sandbox has no such target";
    (handler(ROUTE).await, others.into_iter().fold(sample, |sample, other| sample.exempt(other, reason)))
});

conformance!(a_route_table_association, {
    let vpc = vpc().await;
    let (one, two) = (table(&vpc).await, table(&vpc).await);
    let inputs = |subnet: &str| map([("routeTableId", one.as_str().into()), ("subnetId", subnet.into())]);
    let sample = Sample::new("association", inputs(&subnet(&vpc, "a").await))
        .missing("rtbassoc-0123456789abcdef0")
        .sibling(inputs(&subnet(&vpc, "b").await))
        .vary("routeTableId", two)
        .vary("subnetId", "subnet-0123456789abcdef0")
        .variation(Variation::new("gatewayId", "igw-0123456789abcdef0").with("subnetId", Value::Null))
        .waive(Check::CreateAgain, "AWS refuses a second association, the sandbox answers with the first");
    (handler("aws:ec2/routeTableAssociation:RouteTableAssociation").await, sample)
});

/// A block of rules for one port.
fn block(port: i64, pairs: &[(&str, Value)]) -> Value {
    let fixed = [("fromPort", port.into()), ("toPort", port.into()), ("protocol", Value::from("tcp"))];
    Value::map(fixed.into_iter().chain(pairs.iter().cloned()))
}

conformance!(a_security_group, {
    let vpc = vpc().await;
    let other = group(&vpc).await;
    let everywhere = map([
        ("fromPort", 0.into()),
        ("toPort", 0.into()),
        ("protocol", "-1".into()),
        ("cidrBlocks", list(["0.0.0.0/0"])),
    ]);
    let blocks = |blocks: &[Value]| Value::List(blocks.to_vec());
    let web = block(80, &[("cidrBlocks", list(["10.0.0.0/8", "11.0.0.0/8"])), ("description", "web".into())]);
    let inner = block(443, &[("self", true.into()), ("securityGroups", list([other.as_str()]))]);
    let sample = Sample::new(
        "group",
        map([
            ("vpcId", vpc.as_str().into()),
            ("ingress", blocks(&[web, inner.clone()])),
            ("egress", blocks(std::slice::from_ref(&everywhere))),
            ("tags", tags("a")),
        ]),
    )
    .missing("sg-0123456789abcdef0")
    .sibling(map([("vpcId", vpc.as_str().into()), ("allowAllEgress", true.into())]))
    .vary(
        "ingress",
        blocks(&[block(80, &[("cidrBlocks", list(["10.0.0.0/8"])), ("description", "www".into())]), inner]),
    )
    .vary("ingress", blocks(&[block(81, &[("ipv6CidrBlocks", list(["::/0"]))])]))
    .vary("egress", blocks(&[block(443, &[("cidrBlocks", list(["0.0.0.0/0"]))])]))
    .variation(
        Variation::new("allowAllEgress", true)
            .with("egress", blocks(&[block(53, &[("prefixListIds", list(["pl-1"]))])])),
    )
    .vary("name", "another")
    .vary("description", "another")
    .vary("vpcId", "vpc-0123456789abcdef0")
    .vary("revokeRulesOnDelete", true)
    .vary("tags", tags("b"));
    (handler(GROUP).await, sample)
});

async fn rule(way: &str, protocol: &str) -> (std::sync::Arc<dyn farsight_provider::ErasedHandler>, Sample) {
    let vpc = vpc().await;
    let (one, other) = (group(&vpc).await, group(&vpc).await);
    let inputs = |port: i64| {
        map([
            ("securityGroupId", one.as_str().into()),
            ("ipProtocol", protocol.into()),
            ("fromPort", port.into()),
            ("toPort", port.into()),
            ("cidrIpv4", "10.0.0.0/8".into()),
            ("description", "a".into()),
            ("tags", tags("a")),
        ])
    };
    let sample = Sample::new("rule", inputs(80))
        .missing("sgr-0123456789abcdef0")
        .sibling(inputs(90))
        .vary("ipProtocol", "udp")
        .vary("fromPort", 79)
        .vary("toPort", 81)
        .vary("cidrIpv4", "10.9.9.9/16")
        .variation(Variation::new("cidrIpv6", "2001:DB8::/32").with("cidrIpv4", Value::Null).moves(&MOVES))
        .variation(Variation::new("prefixListId", "pl-0123456789abcdef0").with("cidrIpv4", Value::Null).moves(&MOVES))
        .variation(Variation::new("referencedSecurityGroupId", other).with("cidrIpv4", Value::Null).moves(&MOVES))
        .vary("securityGroupId", "sg-0123456789abcdef0")
        .vary("description", "b")
        .vary("description", Value::Null)
        .vary("tags", tags("b"));
    (handler(&format!("aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule")).await, sample)
}

/// Another kind of source is another rule.
const MOVES: [&str; 2] = ["arn", "securityGroupRuleId"];

conformance!(an_ingress_rule, rule("Ingress", "tcp").await);
conformance!(an_egress_rule, rule("Egress", "6").await);

const READ: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:GetObject"],"Resource":"*"}]}"#;
const WRITE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:PutObject"],"Resource":"*"}]}"#;

conformance!(a_gateway_endpoint, {
    let vpc = vpc().await;
    let (one, two) = (table(&vpc).await, table(&vpc).await);
    let service = |name: &str| Value::from(format!("com.amazonaws.{REGION}.{name}"));
    let sample = Sample::new(
        "endpoint",
        map([
            ("vpcId", vpc.as_str().into()),
            ("serviceName", service("s3")),
            ("routeTableIds", list([one.as_str()])),
            ("policy", READ.into()),
            ("tags", tags("a")),
        ]),
    )
    .missing("vpce-0123456789abcdef0")
    .sibling(map([("vpcId", vpc.as_str().into()), ("serviceName", service("dynamodb"))]))
    .vary("routeTableIds", list([one.as_str(), two.as_str()]))
    .vary("routeTableIds", list([two.as_str()]))
    .vary("policy", WRITE)
    .variation(Variation::new("policy", Value::Null))
    .vary("autoAccept", true)
    .vary("serviceName", service("dynamodb"))
    .vary("vpcEndpointType", "Interface")
    .vary("vpcId", "vpc-0123456789abcdef0")
    .variation(Variation::new("serviceNetworkArn", "arn:1").with("serviceName", Value::Null))
    .variation(Variation::new("resourceConfigurationArn", "arn:1").with("serviceName", Value::Null))
    .vary("serviceRegion", "eu-west-1")
    .vary("tags", tags("b"));
    let others =
        ["dnsOptions", "ipAddressType", "privateDnsEnabled", "securityGroupIds", "subnetConfigurations", "subnetIds"];
    let reason = "in `an_interface_endpoint`";
    (handler(ENDPOINT).await, others.into_iter().fold(sample, |sample, other| sample.exempt(other, reason)))
});

conformance!(an_interface_endpoint, {
    let inputs = map([("cidrBlock", "10.0.0.0/16".into()), ("enableDnsHostnames", true.into())]);
    let vpc = common::settle(VPC, make(VPC, inputs.clone()).await, &inputs).await;
    let (one, two) = (subnet(&vpc, "a").await, subnet(&vpc, "b").await);
    let (inner, outer) = (group(&vpc).await, group(&vpc).await);
    let sample = Sample::new(
        "endpoint",
        map([
            ("vpcId", vpc.as_str().into()),
            ("serviceName", format!("com.amazonaws.{REGION}.logs").into()),
            ("vpcEndpointType", "Interface".into()),
            ("subnetIds", list([one.as_str()])),
            ("securityGroupIds", list([inner.as_str()])),
            ("privateDnsEnabled", true.into()),
        ]),
    )
    .missing("vpce-0123456789abcdef0")
    .variation(
        Variation::new("subnetIds", list([one.as_str(), two.as_str()])).moves(&["networkInterfaceIds", "dnsEntries"]),
    )
    .vary("securityGroupIds", list([inner.as_str(), outer.as_str()]))
    .vary("securityGroupIds", list([outer.as_str()]))
    .variation(Variation::new("privateDnsEnabled", false).moves(&["dnsEntries"]))
    .variation(Variation::new("ipAddressType", "dualstack").kept("AWS has no call that takes it back"))
    .variation(
        Variation::new("dnsOptions", map([("dnsRecordIpType", "dualstack".into())]))
            .kept("AWS has no call that takes it back"),
    )
    .exempt("subnetConfigurations", "the sandbox has no fixed addresses");
    let others = [
        "autoAccept",
        "policy",
        "resourceConfigurationArn",
        "routeTableIds",
        "serviceName",
        "serviceNetworkArn",
        "serviceRegion",
        "tags",
        "vpcEndpointType",
        "vpcId",
    ];
    let reason = "in `a_gateway_endpoint`";
    (handler(ENDPOINT).await, others.into_iter().fold(sample, |sample, other| sample.exempt(other, reason)))
});
