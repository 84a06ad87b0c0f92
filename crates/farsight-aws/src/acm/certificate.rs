//! `aws:acm/certificate:Certificate`.

use farsight::prelude::*;

/// A certificate: requested from ACM, or made elsewhere and imported.
///
/// It is there as soon as ACM has said how its domains are to be validated; whoever needs it issued depends on a
/// `CertificateValidation`. A load balancer goes on with the old one until the new one is issued.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Certificate",
    token = "aws:acm/certificate:Certificate",
    import_id = "ARN of the certificate",
    outputs = CertificateOutputs,
    exactly_one("domain_name", "certificate_body"),
    requires("certificate_body", "private_key"),
    requires("private_key", "certificate_body"),
    requires("certificate_chain", "certificate_body"),
)]
pub struct CertificateArgs {
    /// The private certificate authority that issues it; Amazon's public one if not given.
    #[prop(replace)]
    pub certificate_authority_arn: Option<String>,
    /// The certificate to import, in PEM. Kept as a hash, since the same certificate can be spelt in several ways.
    #[prop(write_only)]
    pub certificate_body: Option<String>,
    /// The chain of a certificate to import, in PEM, without the certificate itself.
    #[prop(write_only)]
    pub certificate_chain: Option<String>,
    /// The domain to request a certificate for, such as `example.com` or `*.example.com`.
    #[prop(replace, compare = domain)]
    pub domain_name: Option<String>,
    /// The kind of key: `RSA_2048` if not given, or for example `EC_prime256v1`.
    #[prop(replace)]
    pub key_algorithm: Option<String>,
    /// What may be done with the certificate.
    pub options: Option<CertificateOptions>,
    /// The key of a certificate to import, in PEM, not encrypted.
    #[prop(write_only)]
    pub private_key: Option<String>,
    /// More domains that it holds for. The certificate's own domain is always among them and is not named here.
    #[prop(replace, set, compare = domain)]
    pub subject_alternative_names: Vec<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// How ACM makes sure that the domains are ours; not for private certificate authorities.
    #[prop(replace)]
    pub validation_method: Option<ValidationMethod>,
    /// Domains whose validation mails go to a parent domain.
    #[prop(replace, set)]
    pub validation_options: Vec<CertificateValidationOption>,
}

/// What may be done with a certificate.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CertificateOptions {
    /// Whether it can be exported with its key, which costs: `ENABLED` or `DISABLED`.
    #[prop(replace)]
    pub export: Option<String>,
}

/// How ACM makes sure that a domain is ours.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValidationMethod {
    /// By a record in the domain's DNS, which also renews the certificate for as long as it stands.
    #[prop(rename = "DNS")]
    Dns,
    /// By a mail to the domain's owner, for every renewal anew.
    #[prop(rename = "EMAIL")]
    Email,
    /// By a redirect on the domain's web server; only for certificates that `CloudFront` manages.
    #[prop(rename = "HTTP")]
    Http,
}

/// Where the validation mails of a domain go.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CertificateValidationOption {
    /// The domain of the certificate.
    #[prop(compare = domain)]
    pub domain_name: String,
    /// The parent domain that gets the mails, other than the domain itself.
    #[prop(compare = domain)]
    pub validation_domain: String,
}

/// A record that proves that a domain is ours.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CertificateDomainValidationOption {
    /// The domain of the certificate.
    pub domain_name: String,
    /// The name of the record.
    pub resource_record_name: String,
    /// The type of the record.
    pub resource_record_type: String,
    /// The value of the record.
    pub resource_record_value: String,
}

/// How a renewal goes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CertificateRenewalSummary {
    /// `PENDING_AUTO_RENEWAL`, `PENDING_VALIDATION`, `SUCCESS` or `FAILED`.
    pub renewal_status: String,
    /// Why it failed.
    pub renewal_status_reason: Option<String>,
    /// When this changed, as `2026-01-31T12:00:00Z`.
    pub updated_at: String,
}

/// What a certificate answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct CertificateOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The records that prove that the domains are ours, for the validation by DNS: the certificate's own domain first,
    /// the others in the order of their names. A domain and its wildcard share one record, which is here twice.
    pub domain_validation_options: Vec<CertificateDomainValidationOption>,
    /// The end of its validity, as `2026-01-31T12:00:00Z`, once it is issued.
    pub not_after: Option<String>,
    /// The begin of its validity, once it is issued.
    pub not_before: Option<String>,
    /// Whether ACM can renew it: `ELIGIBLE` or `INELIGIBLE`.
    pub renewal_eligibility: Option<String>,
    /// How its renewal goes; empty before the first one.
    pub renewal_summaries: Vec<CertificateRenewalSummary>,
    /// Its status, such as `PENDING_VALIDATION` or `ISSUED`.
    pub status: String,
    /// `AMAZON_ISSUED`, `PRIVATE` or `IMPORTED`.
    #[prop(name = "type")]
    pub kind: String,
    /// Where the validation mails go.
    pub validation_emails: Vec<String>,
}
