//! `aws:secretsmanager/secretVersion:SecretVersion`.

use farsight::prelude::*;

/// A value of a secret. Secrets Manager never changes a version: another value is another version.
///
/// Nothing reads the value back; a keyed hash of what was sent last tells whether it changed.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "SecretVersion",
    token = "aws:secretsmanager/secretVersion:SecretVersion",
    import_id = "ARN of the secret and version id, joined by `|`",
    outputs = SecretVersionOutputs,
    exactly_one("secret_string", "secret_binary"),
)]
pub struct SecretVersionArgs {
    /// The value, as Base64 of any bytes.
    #[prop(replace, write_only, secret)]
    pub secret_binary: Option<String>,
    /// The secret: its ARN, or its name.
    #[prop(replace)]
    pub secret_id: String,
    /// The value as text, often JSON.
    #[prop(replace, write_only, secret)]
    pub secret_string: Option<String>,
    /// Labels that lead to this version; `AWSCURRENT` if not given. A label that another version had moves here.
    #[prop(set)]
    pub version_stages: Option<Vec<String>>,
}

/// What a version answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct SecretVersionOutputs {
    /// The ARN of the secret.
    #[prop(stable)]
    pub arn: String,
    /// The id of the version.
    #[prop(stable)]
    pub version_id: String,
}
