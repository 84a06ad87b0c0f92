//! `aws:acm/certificateValidation:CertificateValidation`.

use crate::acm::{Acm, FAULTS, describe, failure, records, status};
use crate::certificate_form::own_domain;
use aws_sdk_acm::types::{CertificateDetail, CertificateStatus};
use farsight_aws::acm::{CertificateValidation, CertificateValidationArgs, CertificateValidationOutputs};
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use futures_util::future::try_join_all;

pub(crate) struct CertificateValidationHandler {
    pub(crate) acm: Acm,
}

impl Handler for CertificateValidationHandler {
    type Of = CertificateValidation;

    const POLICY: Policy = Policy {
        // A create changes nothing, so it may be repeated, and there is nothing to find.
        identity: Identity::Upsert,
        unique_key: &[],
        serialize_by: None,
        read_batch: 10,
        // An issue takes a minute after the records are there, and now and then half an hour (aws catalogue,
        // acm.Certificate).
        settle: Settle { every: secs(10), within: mins(75) },
        faults: FAULTS,
        permissions: &["acm:DescribeCertificate"],
    };

    async fn create(&self, _: &Owner, args: &CertificateValidationArgs) -> Result<Id> {
        let arn = &args.certificate_arn;
        let Some(detail) = describe(&self.acm, arn).await? else {
            return Err(Error::new(Fault::Lag, format!("the certificate `{arn}` is not visible yet")));
        };
        complete(args, &detail)?;
        Ok(arn.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<CertificateValidation>>> {
        try_join_all(ids.iter().map(async |arn| {
            let Some(detail) = describe(&self.acm, arn).await? else { return Ok(Seen::Absent) };
            if let Some(why) = failure(&detail) {
                return Ok(Seen::Failed(why));
            }
            // One that is out of date by now was issued once.
            if detail.status() == Some(&CertificateStatus::PendingValidation) {
                return Ok(Seen::Settling(status(&detail).to_owned()));
            }
            let args = CertificateValidationArgs { certificate_arn: arn.clone(), validation_record_fqdns: None };
            Ok(Seen::Ready { args, outputs: CertificateValidationOutputs {} })
        }))
        .await
    }

    /// Names of records are all that can change, and nobody but [`complete`] reads them.
    async fn update(&self, id: &Id, change: Change<'_, CertificateValidationArgs>) -> Result<Option<Id>> {
        if let Some(detail) = describe(&self.acm, id).await? {
            complete(change.wanted, &detail)?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &CertificateValidationArgs) -> Result<()> {
        // Done for the engine, which would otherwise wait until the certificate is not there.
        Err(Error::new(Fault::Gone, format!("nothing in the cloud is the validation of `{id}`")))
    }

    async fn find(&self, _: &Owner, _: &CertificateValidationArgs) -> Result<Vec<Id>> {
        Ok(Vec::new())
    }
}

/// Waiting is in vain where a record is missing: says so at once, rather than after 75 minutes.
fn complete(args: &CertificateValidationArgs, detail: &CertificateDetail) -> Result<()> {
    let Some(given) = &args.validation_record_fqdns else { return Ok(()) };
    let given: Vec<String> = given.iter().map(|name| own_domain(name)).collect();
    let asked = records(detail);
    let missing = asked.iter().find(|(_, record)| !given.contains(&own_domain(record.name())));
    missing.map_or(Ok(()), |(domain, record)| {
        let name = record.name();
        let message = format!("`validationRecordFqdns` lacks `{name}`, without which `{domain}` is never validated");
        Err(Error::new(Fault::Rejected, message))
    })
}
