//! `aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule`.

use farsight::prelude::*;

/// Lets traffic enter: one source, one range of ports.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "SecurityGroupIngressRule",
    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    import_id = "security group rule id, such as `sgr-0a1b2c3d`",
    outputs = SecurityGroupIngressRuleOutputs,
    exactly_one("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
    requires("from_port", "to_port"),
    requires("to_port", "from_port"),
)]
pub struct SecurityGroupIngressRuleArgs {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a protocol's number, or `-1` for all.
    #[prop(compare = protocol)]
    pub ip_protocol: String,
    /// The group that the rule is part of.
    #[prop(replace)]
    pub security_group_id: String,
    /// The source: an IPv4 range.
    #[prop(compare = cidr)]
    pub cidr_ipv4: Option<String>,
    /// The source: an IPv6 range.
    #[prop(compare = cidr)]
    pub cidr_ipv6: Option<String>,
    /// What the rule is for.
    pub description: Option<String>,
    /// The lowest port, or the ICMP type. Not for protocols without ports.
    pub from_port: Option<i64>,
    /// The source: a prefix list.
    pub prefix_list_id: Option<String>,
    /// The source: a security group, with `account/` before it if it is another account's.
    #[prop(holds)]
    pub referenced_security_group_id: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The highest port, or the ICMP code. Not for protocols without ports.
    pub to_port: Option<i64>,
}

/// What a rule answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct SecurityGroupIngressRuleOutputs {
    /// Its ARN.
    pub arn: Option<String>,
    /// Its id.
    pub security_group_rule_id: String,
}
