//! `aws:acm/certificateValidation:CertificateValidation`.

use farsight::prelude::*;

/// Waits until a certificate is issued. It is nothing in the cloud: making it changes nothing there, and neither does
/// deleting it.
///
/// A certificate whose records are missing stays unissued for 72 hours and then fails, so the records are declared as
/// resources of their own and named here.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "CertificateValidation",
    token = "aws:acm/certificateValidation:CertificateValidation",
    import_id = "ARN of the certificate",
    outputs = CertificateValidationOutputs,
)]
pub struct CertificateValidationArgs {
    /// The certificate, by ARN. Listeners take it from here, so that they wait for the issue.
    #[prop(replace)]
    pub certificate_arn: String,
    /// The names of the records that validate it. If given, they must be all that the certificate asks for.
    #[prop(set, local, compare = domain)]
    pub validation_record_fqdns: Option<Vec<String>>,
}

/// What a validation answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct CertificateValidationOutputs {}
