//! The lifecycle of ACM's resource types: certificates, and waiting for their issue.

mod acm;
mod certificate;
mod certificate_form;
mod certificate_validation;

use acm::Acm;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let acm = Acm::new(aws);
    vec![
        erase(certificate::CertificateHandler { acm: acm.clone() }),
        erase(certificate_validation::CertificateValidationHandler { acm }),
    ]
}
