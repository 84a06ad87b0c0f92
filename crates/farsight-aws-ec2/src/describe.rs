//! Batched reads. They ask with filters, so an id that does not exist is just not answered.

use crate::ec2::{BATCH, Ec2};
use aws_sdk_ec2::types::{
    Address, Filter, InternetGateway, NatGateway, NetworkAcl, PrefixList, RouteTable, SecurityGroup, SecurityGroupRule,
    Subnet, Vpc, VpcEndpoint,
};
use farsight_aws_client::tags;
use farsight_provider::{Owner, Result};

/// A filter by one name and any number of values.
pub(crate) fn filter(name: &str, values: &[String]) -> Filter {
    Filter::builder().name(name).set_values(Some(values.to_vec())).build()
}

/// Further conditions, each with one value.
type Also<'a> = &'a [(&'a str, &'a str)];

fn filters(by: &str, values: &[String], also: Also<'_>) -> Vec<Filter> {
    let also = also.iter().map(|(name, value)| filter(name, &[(*value).to_owned()]));
    std::iter::once(filter(by, values)).chain(also).collect()
}

/// Makes a method per Describe operation: all objects whose attribute `by` has one of the values, page after page.
///
/// The number is the largest page that the operation allows.
macro_rules! describe {
    ($($method:ident: $operation:literal $call:ident.$set_filter:ident -> $items:ident: $item:ty, $page:literal;)*) => {
        impl Ec2 {
            $(
                pub async fn $method(&self, by: &str, values: &[String], also: Also<'_>) -> Result<Vec<$item>> {
                    let mut all = Vec::new();
                    for values in values.chunks(BATCH) {
                        let filters = filters(by, values, also);
                        let mut next = None;
                        loop {
                            let page = self
                                .read($operation, || {
                                    self.client
                                        .$call()
                                        .$set_filter(Some(filters.clone()))
                                        .max_results($page)
                                        .set_next_token(next.clone())
                                        .send()
                                })
                                .await?;
                            all.extend(page.$items.unwrap_or_default());
                            next = page.next_token.filter(|token| !token.is_empty());
                            if next.is_none() {
                                break;
                            }
                        }
                    }
                    Ok(all)
                }
            )*
        }
    };
}

describe! {
    vpcs: "DescribeVpcs" describe_vpcs.set_filters -> vpcs: Vpc, 1000;
    subnets: "DescribeSubnets" describe_subnets.set_filters -> subnets: Subnet, 1000;
    internet_gateways: "DescribeInternetGateways" describe_internet_gateways.set_filters -> internet_gateways: InternetGateway, 1000;
    nat_gateways: "DescribeNatGateways" describe_nat_gateways.set_filter -> nat_gateways: NatGateway, 1000;
    route_tables: "DescribeRouteTables" describe_route_tables.set_filters -> route_tables: RouteTable, 100;
    network_acls: "DescribeNetworkAcls" describe_network_acls.set_filters -> network_acls: NetworkAcl, 1000;
    groups: "DescribeSecurityGroups" describe_security_groups.set_filters -> security_groups: SecurityGroup, 1000;
    rules: "DescribeSecurityGroupRules" describe_security_group_rules.set_filters -> security_group_rules: SecurityGroupRule, 1000;
    endpoints: "DescribeVpcEndpoints" describe_vpc_endpoints.set_filters -> vpc_endpoints: VpcEndpoint, 1000;
    prefix_lists: "DescribePrefixLists" describe_prefix_lists.set_filters -> prefix_lists: PrefixList, 1000;
}

impl Ec2 {
    /// Elastic IPs; the only Describe without pages.
    pub async fn addresses(&self, by: &str, values: &[String], also: Also<'_>) -> Result<Vec<Address>> {
        let mut all = Vec::new();
        for values in values.chunks(BATCH) {
            let filters = filters(by, values, also);
            let send = || self.client.describe_addresses().set_filters(Some(filters.clone())).send();
            all.extend(self.read("DescribeAddresses", send).await?.addresses.unwrap_or_default());
        }
        Ok(all)
    }
}

/// The filter that finds what one create of an owner made.
pub(crate) const BY_OP: &str = "tag:farsight:op";

/// What [`BY_OP`] must be.
pub(crate) fn op(owner: &Owner) -> [String; 1] {
    debug_assert_eq!(BY_OP.strip_prefix("tag:"), Some(tags::OP));
    [owner.op.clone()]
}
