//! `aws:elasticache/parameterGroup:ParameterGroup`.

use farsight::prelude::*;

/// Settings of a cache engine, shared by clusters.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "ParameterGroup",
    token = "aws:elasticache/parameterGroup:ParameterGroup",
    import_id = "parameter group name, in lower case",
    outputs = ParameterGroupOutputs,
)]
pub struct ParameterGroupArgs {
    /// What the group is for. AWS cannot change it.
    #[prop(replace, default = "Managed by farsight")]
    pub description: String,
    /// The engine and its version, such as `redis7`.
    #[prop(replace)]
    pub family: String,
    /// The name, unique in account and region, at most 255 characters; kept in lower case.
    #[prop(replace, auto_name = 255, compare = case_insensitive)]
    pub name: String,
    /// All settings that differ from the engine's own defaults; others are put back.
    #[prop(set)]
    pub parameters: Vec<ParameterGroupParameter>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// One setting.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ParameterGroupParameter {
    /// The parameter's name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What a parameter group answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ParameterGroupOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
}
