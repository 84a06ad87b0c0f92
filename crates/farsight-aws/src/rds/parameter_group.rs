//! `aws:rds/parameterGroup:ParameterGroup`.

use farsight::prelude::*;

/// Settings of a database engine, shared by instances.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "ParameterGroup",
    token = "aws:rds/parameterGroup:ParameterGroup",
    import_id = "parameter group name, in lower case",
    outputs = ParameterGroupOutputs,
)]
pub struct ParameterGroupArgs {
    /// What the group is for. AWS cannot change it.
    #[prop(replace, default = "Managed by farsight")]
    pub description: String,
    /// The engine and its major version, such as `postgres14`.
    #[prop(replace)]
    pub family: String,
    /// The name, unique in account and region, at most 255 characters; kept in lower case.
    #[prop(replace, auto_name = 255, compare = case_insensitive)]
    pub name: String,
    /// All settings that differ from the engine's own defaults; others are put back.
    #[prop(set)]
    pub parameters: Vec<ParameterGroupParameter>,
    /// Whether a delete leaves the group in the cloud.
    #[prop(local, default = false)]
    pub skip_destroy: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// One setting.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ParameterGroupParameter {
    /// When a change takes effect. Static parameters need [`ApplyMethod::PendingReboot`].
    #[prop(default = "immediate")]
    pub apply_method: ApplyMethod,
    /// The parameter's name, in lower case.
    #[prop(compare = case_insensitive)]
    pub name: String,
    /// Its value, in the spelling that AWS answers.
    pub value: String,
}

/// When a change of a parameter takes effect.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplyMethod {
    /// At once; only for dynamic parameters.
    Immediate,
    /// With the next reboot of an instance.
    #[prop(rename = "pending-reboot")]
    PendingReboot,
}

/// What a parameter group answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ParameterGroupOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
}
