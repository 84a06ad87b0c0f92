//! Roles.

use farsight::prelude::*;

/// An identity that services and people can take on.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(resource = "Role", token = "aws:iam/role:Role", import_id = "role name", outputs = RoleOutputs)]
pub struct RoleArgs {
    /// Who may take the role on, as a policy document.
    #[prop(compare = policy)]
    pub assume_role_policy: String,
    /// What the role is for, at most 1000 characters.
    pub description: Option<String>,
    /// Whether a delete first detaches every managed policy, deletes every inline policy and leaves every instance profile,
    /// whoever put them there.
    #[prop(local, default = false)]
    pub force_detach_policies: bool,
    /// All inline policies of the role: others are deleted. Absent, they are left alone, for [`RolePolicy`](super::RolePolicy).
    #[prop(set, opt_in)]
    pub inline_policies: Option<Vec<RoleInlinePolicy>>,
    /// All attached managed policies: others are detached. Absent, they are left alone, for
    /// [`RolePolicyAttachment`](super::RolePolicyAttachment).
    #[prop(set, opt_in)]
    pub managed_policy_arns: Option<Vec<String>>,
    /// The longest session in seconds, from 3600 to 43200.
    #[prop(default = 3600)]
    pub max_session_duration: i64,
    /// The name, unique in the account whatever its case, at most 64 characters.
    #[prop(replace, auto_name = 64)]
    pub name: String,
    /// The path, which begins and ends with a slash.
    #[prop(replace, default = "/")]
    pub path: String,
    /// ARN of the policy that limits what the role can be allowed.
    pub permissions_boundary: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// An inline policy of a role.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RoleInlinePolicy {
    /// The name, unique in the role.
    pub name: String,
    /// The policy document.
    #[prop(compare = policy)]
    pub policy: String,
}

/// What a role answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RoleOutputs {
    /// The ARN.
    #[prop(stable)]
    pub arn: String,
    /// When it was made, as in `2026-01-31T12:00:00Z`.
    #[prop(stable)]
    pub create_date: String,
    /// The id that a role of the same name made anew would not have, such as `AROA...`.
    #[prop(stable)]
    pub unique_id: String,
}
