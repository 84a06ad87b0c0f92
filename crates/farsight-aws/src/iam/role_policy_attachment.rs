//! Managed policies attached to roles.

use farsight::prelude::*;

/// The attachment of a managed policy to a role.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RolePolicyAttachment",
    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    import_id = "role name and policy ARN, such as `task/arn:aws:iam::aws:policy/ReadOnlyAccess`",
    outputs = RolePolicyAttachmentOutputs,
)]
pub struct RolePolicyAttachmentArgs {
    /// ARN of the policy.
    #[prop(replace)]
    pub policy_arn: String,
    /// Name of the role.
    #[prop(replace)]
    pub role: String,
}

/// What an attachment answers: nothing that is not an input.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RolePolicyAttachmentOutputs {}
