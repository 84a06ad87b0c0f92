//! `aws:rds/subnetGroup:SubnetGroup`.

use farsight::prelude::*;

/// The subnets that databases may be placed in: at least two, in different availability zones.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "SubnetGroup",
    token = "aws:rds/subnetGroup:SubnetGroup",
    import_id = "subnet group name, in lower case",
    outputs = SubnetGroupOutputs,
)]
pub struct SubnetGroupArgs {
    /// What the group is for.
    #[prop(default = "Managed by farsight")]
    pub description: String,
    /// The name, unique in account and region, at most 255 characters; kept in lower case.
    #[prop(replace, auto_name = 255, compare = case_insensitive)]
    pub name: String,
    /// The subnets.
    #[prop(set)]
    pub subnet_ids: Vec<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// What a subnet group answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct SubnetGroupOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// What databases in it may use: `IPV4`, `DUAL`.
    pub supported_network_types: Vec<String>,
    /// The VPC of the subnets.
    pub vpc_id: Option<String>,
}
