//! Log groups.

use farsight::prelude::*;

/// A named place for log streams.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "LogGroup",
    token = "aws:cloudwatch/logGroup:LogGroup",
    import_id = "log group name",
    outputs = LogGroupOutputs,
)]
pub struct LogGroupArgs {
    /// Whether the group refuses to be deleted.
    #[prop(default = false)]
    pub deletion_protection_enabled: bool,
    /// ARN of the KMS key that encrypts what is written from now on.
    pub kms_key_id: Option<String>,
    /// The class, which decides what can be done with the logs and what they cost.
    #[prop(replace)]
    pub log_group_class: Option<LogGroupClass>,
    /// The name, unique in account and region, at most 512 characters.
    #[prop(replace, auto_name = 512)]
    pub name: String,
    /// Days that events are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
    /// 2922, 3288, 3653, or 0 for ever.
    pub retention_in_days: Option<i64>,
    /// Whether a delete leaves the group and its logs in the cloud.
    #[prop(local, default = false)]
    pub skip_destroy: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// The classes of log groups.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogGroupClass {
    /// Everything that CloudWatch Logs can do.
    #[prop(rename = "STANDARD")]
    Standard,
    /// Cheaper to write, fewer ways to read.
    #[prop(rename = "INFREQUENT_ACCESS")]
    InfrequentAccess,
    /// Only to be delivered elsewhere, kept for a day or two.
    #[prop(rename = "DELIVERY")]
    Delivery,
}

/// What a log group answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct LogGroupOutputs {
    /// The ARN, without `:*` at its end.
    #[prop(stable)]
    pub arn: String,
}
