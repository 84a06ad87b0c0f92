//! Every type of the crate keeps its promises, on moto.

mod common;

use common::{SUBNET, VPC, handler, map, range, vpc};
use farsight_model::Value;
use farsight_provider::conformance;
use farsight_provider::conformance::{Sample, Variation};

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
        .variation(Variation::new("assignGeneratedIpv6CidrBlock", true).moves(&[
            "ipv6CidrBlock",
            "ipv6CidrBlockNetworkBorderGroup"
        ]))
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
