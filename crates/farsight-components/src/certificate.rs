//! A certificate for a domain.

use crate::tags;
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::acm::{self, CertificateValidation, ValidationMethod};
use farsight_aws::route53::{self, Record, RecordType};

/// A certificate of ACM, which proves itself with a record in the domain's zone and so renews by itself.
pub struct Certificate {
    /// The component.
    pub component: Component,
    /// The certificate.
    pub certificate: acm::Certificate,
    /// The wait for its issue.
    pub validation: CertificateValidation,
    /// The domain.
    pub domain: String,
    /// The zone of the domain, by id.
    pub zone_id: String,
}

/// Declares a [`Certificate`].
#[must_use = "a certificate is declared only by `.add(cx)`"]
pub struct CertificateBuilder {
    component: farsight::ComponentBuilder,
    name: String,
    domain: String,
    zone: Option<String>,
}

impl Certificate {
    /// Begins a certificate for a domain such as `api.example.com`.
    #[track_caller]
    pub fn new(name: impl Into<String>, domain: impl Into<String>) -> CertificateBuilder {
        let name = name.into();
        CertificateBuilder {
            component: Component::new("farsight:components:Certificate", &name),
            name,
            domain: domain.into(),
            zone: None,
        }
    }

    /// The certificate's ARN, once it is issued.
    pub fn arn(&self) -> Output<String> {
        self.validation.certificate_arn()
    }
}

impl Dependency for Certificate {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl CertificateBuilder {
    /// The public zone of Route 53 that the domain is in; the domain without its first part if not given.
    pub fn zone(mut self, zone: Option<String>) -> Self {
        self.zone = zone;
        self
    }

    /// Declares the certificate. Fails if there is no such zone.
    #[track_caller]
    pub fn add(self, cx: &Context) -> farsight::Result<Certificate> {
        let parent = self.domain.split_once('.').map_or(self.domain.as_str(), |(_, parent)| parent);
        let zone = route53::zone(cx, self.zone.as_deref().unwrap_or(parent))?;
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        let certificate = acm::Certificate::new(name)
            .domain_name(&self.domain)
            .validation_method(ValidationMethod::Dns)
            .tags(tags::named(cx, name))
            .add(cx);
        let proof = certificate.domain_validation_options().at(0);
        let record = Record::new(format!("{name}-proof"))
            .zone_id(&zone.zone_id)
            .name(proof.get::<String>("resourceRecordName"))
            .kind(RecordType::Cname)
            .ttl(300)
            .records([proof.get::<String>("resourceRecordValue")])
            .add(cx);
        let validation = CertificateValidation::new(name)
            .certificate_arn(certificate.arn())
            .validation_record_fqdns([record.fqdn()])
            .add(cx);
        Ok(Certificate { component, certificate, validation, domain: self.domain, zone_id: zone.zone_id })
    }
}
