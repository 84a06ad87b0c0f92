//! Where a cache's logs go.

use farsight::prelude::*;

/// Where one kind of log goes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct LogDeliveryConfiguration {
    /// The log group or the delivery stream, by name.
    pub destination: String,
    /// `cloudwatch-logs` or `kinesis-firehose`.
    pub destination_type: String,
    /// `text` or `json`.
    pub log_format: String,
    /// `slow-log` or `engine-log`; each may be there once.
    pub log_type: String,
}
