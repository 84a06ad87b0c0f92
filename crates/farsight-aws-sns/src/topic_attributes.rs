//! The attributes of a topic: one text each.

use farsight_aws::sns::TopicArgs;
use std::collections::HashMap;

/// An attribute as it shall be: property, attribute, value.
pub(crate) type Row = (&'static str, &'static str, String);

/// A value that travels as text; an empty one is none.
trait Text: Sized {
    fn from_text(text: &str) -> Option<Self>;
}

impl Text for String {
    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty() && text != "{}").then(|| text.to_owned())
    }
}

impl Text for bool {
    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then_some(text == "true")
    }
}

impl Text for i64 {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// Makes the two directions from one table: property, attribute, AWS's default.
macro_rules! attributes {
    ($($field:ident: $property:literal, $attribute:literal, $default:literal;)*) => {
        /// Every attribute but the policy; what the program does not give is AWS's default.
        pub(crate) fn rows(args: &TopicArgs) -> Vec<Row> {
            vec![$((
                $property,
                $attribute,
                args.$field.as_ref().map_or_else(|| $default.to_owned(), ToString::to_string),
            )),*]
        }

        /// A topic with its attributes; name, order, policy and tags are to be filled in.
        pub(crate) fn read(attributes: &HashMap<String, String>) -> TopicArgs {
            TopicArgs {
                $($field: attributes.get($attribute).and_then(|text| Text::from_text(text)),)*
                fifo_topic: false,
                name: String::new(),
                policy: None,
                tags: std::collections::BTreeMap::new(),
            }
        }
    };
}

attributes! {
    application_failure_feedback_role_arn: "applicationFailureFeedbackRoleArn", "ApplicationFailureFeedbackRoleArn", "";
    application_success_feedback_role_arn: "applicationSuccessFeedbackRoleArn", "ApplicationSuccessFeedbackRoleArn", "";
    application_success_feedback_sample_rate: "applicationSuccessFeedbackSampleRate", "ApplicationSuccessFeedbackSampleRate", "0";
    firehose_failure_feedback_role_arn: "firehoseFailureFeedbackRoleArn", "FirehoseFailureFeedbackRoleArn", "";
    firehose_success_feedback_role_arn: "firehoseSuccessFeedbackRoleArn", "FirehoseSuccessFeedbackRoleArn", "";
    firehose_success_feedback_sample_rate: "firehoseSuccessFeedbackSampleRate", "FirehoseSuccessFeedbackSampleRate", "0";
    http_failure_feedback_role_arn: "httpFailureFeedbackRoleArn", "HTTPFailureFeedbackRoleArn", "";
    http_success_feedback_role_arn: "httpSuccessFeedbackRoleArn", "HTTPSuccessFeedbackRoleArn", "";
    http_success_feedback_sample_rate: "httpSuccessFeedbackSampleRate", "HTTPSuccessFeedbackSampleRate", "0";
    lambda_failure_feedback_role_arn: "lambdaFailureFeedbackRoleArn", "LambdaFailureFeedbackRoleArn", "";
    lambda_success_feedback_role_arn: "lambdaSuccessFeedbackRoleArn", "LambdaSuccessFeedbackRoleArn", "";
    lambda_success_feedback_sample_rate: "lambdaSuccessFeedbackSampleRate", "LambdaSuccessFeedbackSampleRate", "0";
    sqs_failure_feedback_role_arn: "sqsFailureFeedbackRoleArn", "SQSFailureFeedbackRoleArn", "";
    sqs_success_feedback_role_arn: "sqsSuccessFeedbackRoleArn", "SQSSuccessFeedbackRoleArn", "";
    sqs_success_feedback_sample_rate: "sqsSuccessFeedbackSampleRate", "SQSSuccessFeedbackSampleRate", "0";
    archive_policy: "archivePolicy", "ArchivePolicy", "{}";
    content_based_deduplication: "contentBasedDeduplication", "ContentBasedDeduplication", "false";
    delivery_policy: "deliveryPolicy", "DeliveryPolicy", "";
    display_name: "displayName", "DisplayName", "";
    fifo_throughput_scope: "fifoThroughputScope", "FifoThroughputScope", "Topic";
    kms_master_key_id: "kmsMasterKeyId", "KmsMasterKeyId", "";
    maximum_message_size: "maximumMessageSize", "MaximumMessageSize", "262144";
    signature_version: "signatureVersion", "SignatureVersion", "1";
    tracing_config: "tracingConfig", "TracingConfig", "PassThrough";
}
