//! Inline policies of roles.

use farsight::prelude::*;

/// A policy that is part of one role.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RolePolicy",
    token = "aws:iam/rolePolicy:RolePolicy",
    import_id = "role name and policy name, such as `task:read-bucket`",
    outputs = RolePolicyOutputs,
)]
pub struct RolePolicyArgs {
    /// The name, unique in the role, at most 128 characters.
    #[prop(replace, auto_name = 128)]
    pub name: String,
    /// The policy document.
    #[prop(compare = policy)]
    pub policy: String,
    /// Name of the role.
    #[prop(replace)]
    pub role: String,
}

/// What an inline policy answers: nothing that is not an input.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RolePolicyOutputs {}
