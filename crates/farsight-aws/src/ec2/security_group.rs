//! `aws:ec2/securityGroup:SecurityGroup`.

use farsight::prelude::*;

/// A firewall around network interfaces.
///
/// AWS gives every new group a rule that lets all traffic out; it is taken away unless `allow_all_egress` is true.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "SecurityGroup",
    token = "aws:ec2/securityGroup:SecurityGroup",
    import_id = "security group id, such as `sg-0a1b2c3d`",
    outputs = SecurityGroupOutputs,
)]
pub struct SecurityGroupArgs {
    /// Whether the rule stands that AWS puts on every new group: all traffic may leave.
    #[prop(default = false)]
    pub allow_all_egress: bool,
    /// What it is for, at most 255 characters. AWS cannot change it.
    #[prop(replace, default = "Managed by farsight")]
    pub description: String,
    /// All rules for traffic that leaves, but that of `allow_all_egress` and those of `SecurityGroupEgressRule`
    /// resources. Leave it out where only such resources are used.
    #[prop(set, opt_in, holds)]
    pub egress: Option<Vec<InlineRule>>,
    /// All rules for traffic that enters, but those of `SecurityGroupIngressRule` resources. Leave it out where only
    /// such resources are used.
    #[prop(set, opt_in, holds)]
    pub ingress: Option<Vec<InlineRule>>,
    /// Its name, unique in the VPC, whatever the case; may not begin with `sg-`.
    #[prop(replace, auto_name = 255)]
    pub name: String,
    /// Whether all its rules are taken away before it is deleted, for groups that name each other.
    #[prop(local, default = false)]
    pub revoke_rules_on_delete: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The VPC; the account's default one if not given.
    #[prop(replace)]
    pub vpc_id: Option<String>,
}

/// Rules of a group for one range of ports. Two blocks may not have the same protocol, ports and description.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct InlineRule {
    /// The lowest port, or the ICMP type; 0 for the protocol `-1`.
    pub from_port: i64,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a protocol's number, or `-1` for all.
    #[prop(compare = protocol)]
    pub protocol: String,
    /// The highest port, or the ICMP code; 0 for the protocol `-1`.
    pub to_port: i64,
    /// IPv4 ranges.
    #[prop(set, compare = cidr)]
    pub cidr_blocks: Vec<String>,
    /// What the rules are for.
    pub description: Option<String>,
    /// IPv6 ranges.
    #[prop(set, compare = cidr)]
    pub ipv6_cidr_blocks: Vec<String>,
    /// Prefix lists.
    #[prop(set)]
    pub prefix_list_ids: Vec<String>,
    /// Other groups, by id.
    #[prop(set)]
    pub security_groups: Vec<String>,
    /// Whether the group itself is meant too.
    #[prop(name = "self", default = false)]
    pub include_self: bool,
}

/// What a security group answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct SecurityGroupOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The account that owns it.
    #[prop(stable)]
    pub owner_id: Option<String>,
}
