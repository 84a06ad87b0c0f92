//! `aws:sns/topic:Topic`.

use farsight::prelude::*;

/// Passes messages on to all who subscribed.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Topic",
    token = "aws:sns/topic:Topic",
    import_id = "ARN of the topic",
    outputs = TopicOutputs,
)]
pub struct TopicArgs {
    /// The role that logs failed deliveries to a platform application.
    pub application_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to a platform application.
    pub application_success_feedback_role_arn: Option<String>,
    /// The share of deliveries to a platform application that is logged, from 0 to 100.
    pub application_success_feedback_sample_rate: Option<i64>,
    /// How long messages are kept to be sent again, such as `{"MessageRetentionPeriod":"30"}`; only for FIFO topics.
    #[prop(json)]
    pub archive_policy: Option<String>,
    /// Whether messages with the same content are the same; only for FIFO topics.
    pub content_based_deduplication: Option<bool>,
    /// How often deliveries to web addresses are tried.
    #[prop(json)]
    pub delivery_policy: Option<String>,
    /// The name that mails and text messages show.
    pub display_name: Option<String>,
    /// What the limits of a FIFO topic hold for: `Topic` or `MessageGroup`.
    pub fifo_throughput_scope: Option<String>,
    /// Whether messages keep their order. The name must then be given, and end in `.fifo`.
    #[prop(replace, default = false)]
    pub fifo_topic: bool,
    /// The role that logs failed deliveries to Firehose.
    pub firehose_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to Firehose.
    pub firehose_success_feedback_role_arn: Option<String>,
    /// The share of deliveries to Firehose that is logged, from 0 to 100.
    pub firehose_success_feedback_sample_rate: Option<i64>,
    /// The role that logs failed deliveries to a web address.
    pub http_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to a web address.
    pub http_success_feedback_role_arn: Option<String>,
    /// The share of deliveries to a web address that is logged, from 0 to 100.
    pub http_success_feedback_sample_rate: Option<i64>,
    /// The KMS key that encrypts messages at rest: id, alias or ARN.
    pub kms_master_key_id: Option<String>,
    /// The role that logs failed deliveries to a Lambda function.
    pub lambda_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to a Lambda function.
    pub lambda_success_feedback_role_arn: Option<String>,
    /// The share of deliveries to a Lambda function that is logged, from 0 to 100.
    pub lambda_success_feedback_sample_rate: Option<i64>,
    /// The longest message, in bytes.
    pub maximum_message_size: Option<i64>,
    /// The name, unique in account and region, at most 256 letters, digits, `-` and `_`.
    #[prop(replace, auto_name = 256)]
    pub name: String,
    /// Who may do what with the topic; only its account if not given.
    #[prop(compare = policy)]
    pub policy: Option<String>,
    /// The version of the signature on messages: 1 is SHA-1 and the default, 2 is SHA-256.
    pub signature_version: Option<i64>,
    /// The role that logs failed deliveries to a queue.
    pub sqs_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to a queue.
    pub sqs_success_feedback_role_arn: Option<String>,
    /// The share of deliveries to a queue that is logged, from 0 to 100.
    pub sqs_success_feedback_sample_rate: Option<i64>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether X-Ray follows messages: `Active`, or `PassThrough` if not given.
    pub tracing_config: Option<String>,
}

/// What a topic answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct TopicOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// From when on messages are kept, for FIFO topics with an archive.
    pub beginning_archive_time: Option<String>,
    /// The account that owns it.
    #[prop(stable)]
    pub owner: String,
}
