//! `aws:secretsmanager/secret:Secret`.

use farsight::prelude::*;

/// A named secret; its value is a [`SecretVersion`](super::SecretVersion).
///
/// A deleted secret keeps its name for `recovery_window_in_days`. Where the same resource is declared again in this time,
/// the secret is restored with all its versions.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Secret",
    token = "aws:secretsmanager/secret:Secret",
    import_id = "ARN of the secret",
    outputs = SecretOutputs,
)]
pub struct SecretArgs {
    /// What it is, at most 2048 characters.
    pub description: Option<String>,
    /// Whether a replica takes the place of a secret of the same name in its region.
    #[prop(local, default = false)]
    pub force_overwrite_replica_secret: bool,
    /// The KMS key: id, alias or ARN; the account's own one for Secrets Manager if not given.
    pub kms_key_id: Option<String>,
    /// The name, unique in account and region: at most 512 letters, digits and `/_+=.@-`. It should not end in a hyphen
    /// and six characters, which is how ARNs end.
    #[prop(replace, auto_name = 512)]
    pub name: String,
    /// Who may use it, besides what its own account allows, as a policy document.
    #[prop(compare = policy)]
    pub policy: Option<String>,
    /// Days in which a deleted secret can be restored, 7 to 30, or 0 for a delete at once and for ever.
    #[prop(local, default = 30)]
    pub recovery_window_in_days: i64,
    /// Copies in other regions.
    #[prop(set)]
    pub replicas: Vec<SecretReplica>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The partner whose secret it is, such as `salesforce`, if it is rotated by one.
    #[prop(name = "type")]
    pub kind: Option<String>,
}

/// A copy of a secret in another region.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct SecretReplica {
    /// The KMS key in that region; the account's own one if not given.
    #[prop(default = "alias/aws/secretsmanager")]
    pub kms_key_id: String,
    /// The region.
    pub region: String,
}

/// What a secret answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct SecretOutputs {
    /// The ARN, which ends in a hyphen and six random characters.
    #[prop(stable)]
    pub arn: String,
}
