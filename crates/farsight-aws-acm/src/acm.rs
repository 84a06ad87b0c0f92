//! What the types share: the client and the reading of a certificate.

use aws_sdk_acm::Client;
use aws_sdk_acm::types::{CertificateDetail, CertificateStatus, FailureReason, ResourceRecord};
use farsight_aws_client::{service, unless};
use farsight_provider::{Fault, Result};

service! {
    /// The client on a connection.
    Acm, Client, "acm"
}

/// A missing certificate is one that is not visible yet, to whoever names it.
pub(crate) const FAULTS: &[(&str, Fault)] = &[
    ("ConflictException", Fault::Busy),
    // Load balancers let go of a certificate minutes after their listener is gone.
    ("ResourceInUseException", Fault::Busy),
    ("ResourceNotFoundException", Fault::Lag),
];

const NOT_FOUND: &[&str] = &["ResourceNotFoundException"];

/// A certificate; nothing if there is none.
pub(crate) async fn describe(acm: &Acm, arn: &str) -> Result<Option<CertificateDetail>> {
    let call = || acm.client.describe_certificate().certificate_arn(arn).send();
    let answer = unless(NOT_FOUND, acm.read("DescribeCertificate", call).await)?;
    Ok(answer.and_then(|answer| answer.certificate))
}

/// Nothing instead of "not found".
pub(crate) fn found<T>(result: Result<T>) -> Result<Option<T>> {
    unless(NOT_FOUND, result)
}

/// The status in AWS's own word.
pub(crate) fn status(detail: &CertificateDetail) -> &str {
    detail.status().map_or("", CertificateStatus::as_str)
}

/// Why a certificate will never be issued, if so.
pub(crate) fn failure(detail: &CertificateDetail) -> Option<String> {
    use CertificateStatus::{Failed, Revoked, ValidationTimedOut};
    let status = detail.status().filter(|status| matches!(status, Failed | Revoked | ValidationTimedOut))?;
    let reason = detail.failure_reason().map(FailureReason::as_str);
    Some(reason.map_or_else(|| status.to_string(), |reason| format!("{status}: {reason}")))
}

/// The DNS records that validate a certificate, each domain with its own; empty while ACM has not made them.
pub(crate) fn records(detail: &CertificateDetail) -> Vec<(&str, &ResourceRecord)> {
    let options = detail.domain_validation_options().iter();
    options.filter_map(|option| Some((option.domain_name(), option.resource_record()?))).collect()
}
