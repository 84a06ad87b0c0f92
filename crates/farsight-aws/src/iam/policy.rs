//! Managed policies.

use farsight::prelude::*;

/// A policy that stands alone and can be attached to many roles.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Policy",
    token = "aws:iam/policy:Policy",
    import_id = "policy ARN, such as `arn:aws:iam::123456789012:policy/read`",
    outputs = PolicyOutputs,
)]
pub struct PolicyArgs {
    /// What the policy is for, at most 1000 characters. The cloud never changes it.
    #[prop(replace)]
    pub description: Option<String>,
    /// The name, unique in the account whatever its case, at most 128 characters.
    #[prop(replace, auto_name = 128)]
    pub name: String,
    /// The path, which begins and ends with a slash.
    #[prop(replace, default = "/")]
    pub path: String,
    /// The policy document. A change makes a new version; the oldest goes when there are five.
    #[prop(compare = policy)]
    pub policy: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// What a policy answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct PolicyOutputs {
    /// The ARN.
    #[prop(stable)]
    pub arn: String,
    /// The id that a policy of the same name made anew would not have, such as `ANPA...`.
    #[prop(stable)]
    pub policy_id: String,
}
