//! How fast AWS lets each operation be called: data, first match counts.
//!
//! From the aws catalogue, section 4. Services publish few of these numbers; the others are the careful side of what
//! was seen. A wrong number costs a little speed or a throttle, which the limiter learns from.

/// The rate of a group of operations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limit {
    /// The service, or empty for any.
    pub service: &'static str,
    /// What the names of the operations begin with; empty for any.
    pub prefix: &'static str,
    /// Calls that may be made at once after a rest.
    pub burst: f64,
    /// Calls a second that last.
    pub per_second: f64,
    /// Whether all operations of the group share one bucket; otherwise each has its own.
    pub shared: bool,
}

const fn each(service: &'static str, prefix: &'static str, burst: f64, per_second: f64) -> Limit {
    Limit { service, prefix, burst, per_second, shared: false }
}

const fn shared(service: &'static str, prefix: &'static str, burst: f64, per_second: f64) -> Limit {
    Limit { service, prefix, burst, per_second, shared: true }
}

const LIMITS: &[Limit] = &[
    // A bucket per API; interface endpoints have a tiny one of their own.
    each("ec2", "CreateVpcEndpoint", 4.0, 0.3),
    each("ec2", "ModifyVpcEndpoint", 4.0, 0.3),
    each("ec2", "DeleteVpcEndpoint", 4.0, 0.3),
    each("ec2", "Describe", 100.0, 20.0),
    each("ec2", "", 50.0, 5.0),
    // One low, unpublished limit for the whole account.
    shared("iam", "Get", 20.0, 10.0),
    shared("iam", "List", 20.0, 10.0),
    shared("iam", "", 10.0, 5.0),
    each("acm", "Describe", 10.0, 8.0),
    each("acm", "List", 10.0, 8.0),
    each("acm", "", 5.0, 5.0),
    each("logs", "Describe", 10.0, 5.0),
    each("logs", "", 10.0, 5.0),
    each("route53", "CreateHostedZone", 40.0, 2.0),
    shared("route53", "", 50.0, 10.0),
    each("sns", "List", 30.0, 30.0),
    each("sns", "", 100.0, 100.0),
    each("sts", "", 100.0, 50.0),
    // Five reads and one write a second, in account and region.
    shared("wafv2", "Get", 5.0, 5.0),
    shared("wafv2", "List", 5.0, 5.0),
    shared("wafv2", "", 1.0, 1.0),
    each("", "Describe", 50.0, 10.0),
    each("", "Get", 50.0, 10.0),
    each("", "List", 50.0, 10.0),
    each("", "", 20.0, 5.0),
];

/// The limit of an operation.
pub(crate) fn limit_of(service: &str, operation: &str) -> &'static Limit {
    LIMITS
        .iter()
        .find(|limit| (limit.service.is_empty() || limit.service == service) && operation.starts_with(limit.prefix))
        .unwrap_or(&LIMITS[LIMITS.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_special_line_counts() {
        assert_eq!(limit_of("ec2", "CreateVpcEndpoint").prefix, "CreateVpcEndpoint");
        assert_eq!(limit_of("ec2", "DescribeVpcEndpoints").prefix, "Describe");
        assert_eq!((limit_of("ec2", "CreateVpc").service, limit_of("ec2", "CreateVpc").prefix), ("ec2", ""));
        assert!(limit_of("iam", "CreateRole").shared);
        assert_eq!(limit_of("rds", "DescribeDBInstances").prefix, "Describe");
        assert_eq!(limit_of("rds", "CreateDBInstance"), &LIMITS[LIMITS.len() - 1]);
    }
}
