//! Instance profiles.

use farsight::prelude::*;

/// What gives a role to EC2 instances.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "InstanceProfile",
    token = "aws:iam/instanceProfile:InstanceProfile",
    import_id = "instance profile name",
    outputs = InstanceProfileOutputs,
)]
pub struct InstanceProfileArgs {
    /// The name, unique in the account whatever its case, at most 128 characters.
    #[prop(replace, auto_name = 128)]
    pub name: String,
    /// The path, which begins and ends with a slash.
    #[prop(replace, default = "/")]
    pub path: String,
    /// Name of the role; a profile holds one.
    pub role: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// What an instance profile answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct InstanceProfileOutputs {
    /// The ARN.
    #[prop(stable)]
    pub arn: String,
    /// When it was made, as in `2026-01-31T12:00:00Z`.
    #[prop(stable)]
    pub create_date: String,
    /// The id that a profile of the same name made anew would not have, such as `AIPA...`.
    #[prop(stable)]
    pub unique_id: String,
}
