//! Certificates: properties to request, answer to properties.

use crate::acm::{records, status};
use aws_sdk_acm::types::{
    self, CertificateDetail, CertificateExport, CertificateStatus, CertificateType, DomainValidation,
    RenewalEligibility, RenewalSummary,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use farsight_aws::acm::{
    Certificate, CertificateArgs, CertificateDomainValidationOption, CertificateOptions, CertificateOutputs,
    CertificateRenewalSummary, CertificateValidationOption, ValidationMethod,
};
use farsight_aws_client::tags::{self, Tags};
use farsight_provider::Seen;

/// A domain as ACM has it: in lower case, without a dot at its end.
pub(crate) fn own_domain(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}

pub(crate) fn method(method: ValidationMethod) -> types::ValidationMethod {
    types::ValidationMethod::from(method.as_str())
}

pub(crate) fn request_options(options: &CertificateOptions) -> types::CertificateOptions {
    types::CertificateOptions::builder().set_export(options.export.as_deref().map(CertificateExport::from)).build()
}

/// Whether ACM has yet to say by which DNS records its domains are validated, which takes seconds.
pub(crate) fn waits_for_records(detail: &CertificateDetail) -> bool {
    let options = detail.domain_validation_options();
    let by_dns = |option: &DomainValidation| option.validation_method() == Some(&types::ValidationMethod::Dns);
    let missing = |option: &DomainValidation| by_dns(option) && option.resource_record().is_none();
    detail.status() == Some(&CertificateStatus::PendingValidation)
        && (options.is_empty() || options.iter().any(missing))
}

pub(crate) fn seen(arn: &str, detail: &CertificateDetail, all_tags: Tags) -> Seen<Certificate> {
    let imported = detail.r#type() == Some(&CertificateType::Imported);
    let domain = detail.domain_name().unwrap_or_default();
    let others = detail.subject_alternative_names().iter().filter(|name| own_domain(name) != own_domain(domain));
    let validations = detail.domain_validation_options();
    let method =
        validations.iter().find_map(|option| ValidationMethod::from_wire(option.validation_method()?.as_str()));
    let args = CertificateArgs {
        certificate_authority_arn: detail.certificate_authority_arn.clone(),
        certificate_body: None,
        certificate_chain: None,
        // That of an imported certificate is in its body.
        domain_name: (!imported).then(|| domain.to_owned()),
        // Answers have had hyphens, where requests have underscores.
        key_algorithm: detail.key_algorithm().map(|kind| kind.as_str().replace('-', "_")),
        options: detail
            .options()
            .map(|options| CertificateOptions { export: options.export().map(|export| export.as_str().to_owned()) }),
        private_key: None,
        subject_alternative_names: if imported { Vec::new() } else { others.cloned().collect() },
        tags: tags::observed(all_tags),
        validation_method: method,
        validation_options: if method == Some(ValidationMethod::Email) { mails(validations) } else { Vec::new() },
    };
    let outputs = CertificateOutputs {
        arn: arn.to_owned(),
        domain_validation_options: validation_records(domain, detail),
        not_after: detail.not_after().map(time),
        not_before: detail.not_before().map(time),
        renewal_eligibility: detail.renewal_eligibility().map(RenewalEligibility::to_string),
        renewal_summaries: detail.renewal_summary().map(renewal).into_iter().collect(),
        status: status(detail).to_owned(),
        kind: detail.r#type().map(CertificateType::to_string).unwrap_or_default(),
        validation_emails: validations.iter().flat_map(DomainValidation::validation_emails).cloned().collect(),
    };
    Seen::Ready { args, outputs }
}

/// The domains whose mails go elsewhere; by default they go to the domain itself.
fn mails(validations: &[DomainValidation]) -> Vec<CertificateValidationOption> {
    let elsewhere = validations.iter().filter_map(|option| {
        let (domain_name, validation_domain) =
            (option.domain_name().to_owned(), option.validation_domain()?.to_owned());
        (own_domain(&domain_name) != own_domain(&validation_domain))
            .then_some(CertificateValidationOption { domain_name, validation_domain })
    });
    elsewhere.collect()
}

/// ACM promises no order; programs count on one.
fn validation_records(domain: &str, detail: &CertificateDetail) -> Vec<CertificateDomainValidationOption> {
    let mut records = records(detail);
    records.sort_by_key(|(name, _)| (*name != domain, *name));
    let option = |(domain, record): (&str, &types::ResourceRecord)| CertificateDomainValidationOption {
        domain_name: domain.to_owned(),
        resource_record_name: record.name().to_owned(),
        resource_record_type: record.r#type().as_str().to_owned(),
        resource_record_value: record.value().to_owned(),
    };
    records.into_iter().map(option).collect()
}

fn renewal(summary: &RenewalSummary) -> CertificateRenewalSummary {
    CertificateRenewalSummary {
        renewal_status: summary.renewal_status().as_str().to_owned(),
        renewal_status_reason: summary.renewal_status_reason().map(types::FailureReason::to_string),
        updated_at: time(summary.updated_at()),
    }
}

/// A time as RFC 3339 has it; empty if it is out of its range.
fn time(at: &DateTime) -> String {
    at.fmt(Format::DateTime).unwrap_or_default()
}
