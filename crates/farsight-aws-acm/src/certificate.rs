//! `aws:acm/certificate:Certificate`.

use crate::acm::{Acm, FAULTS, describe, failure, found, status};
use crate::certificate_form::{method, own_domain, request_options, seen, waits_for_records};
use aws_sdk_acm::types::{self, CertificateStatus, CertificateSummary, DomainValidationOption, Filters, Tag};
use aws_smithy_types::Blob;
use farsight_aws::acm::{Certificate, CertificateArgs};
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_aws_client::the_one;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use futures_util::future::try_join_all;

pub(crate) struct CertificateHandler {
    pub(crate) acm: Acm,
}

/// The parts that an import sends.
const IMPORTED: &[&str] = &["certificateBody", "certificateChain", "privateKey"];

impl Handler for CertificateHandler {
    type Of = Certificate;

    const POLICY: Policy = Policy {
        // The token dies after an hour (aws catalogue, acm.Certificate); after that the tag tells.
        identity: Identity::ClientToken,
        // Old and new stand side by side, so that listeners change over without a gap.
        unique_key: &[],
        serialize_by: None,
        // There is no call for several; this many are asked side by side.
        read_batch: 10,
        settle: Settle { every: secs(3), within: mins(20) },
        faults: FAULTS,
        permissions: &[
            "acm:AddTagsToCertificate",
            "acm:DeleteCertificate",
            "acm:DescribeCertificate",
            "acm:ImportCertificate",
            "acm:ListCertificates",
            "acm:ListTagsForCertificate",
            "acm:RemoveTagsFromCertificate",
            "acm:RequestCertificate",
        ],
    };

    async fn create(&self, owner: &Owner, args: &CertificateArgs) -> Result<Id> {
        let tags = sdk_tags(&tags::for_create(owner, &args.tags)?);
        match &args.domain_name {
            Some(domain) => self.request(owner, domain, args, tags).await,
            None => self.import(None, args, Some(tags)).await,
        }
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Certificate>>> {
        try_join_all(ids.iter().map(async |arn| {
            let Some(detail) = describe(&self.acm, arn).await? else { return Ok(Seen::Absent) };
            if let Some(why) = failure(&detail) {
                return Ok(Seen::Failed(why));
            }
            if waits_for_records(&detail) {
                return Ok(Seen::Settling(format!("{} without its DNS records", status(&detail))));
            }
            Ok(self.tags(arn).await?.map_or(Seen::Absent, |tags| seen(arn, &detail, tags)))
        }))
        .await
    }

    async fn update(&self, id: &Id, change: Change<'_, CertificateArgs>) -> Result<Option<Id>> {
        if change.touches_any(IMPORTED) {
            // An import over an imported certificate keeps its ARN and its tags.
            self.import(Some(id), change.wanted, None).await?;
        }
        self.retag(id, tags::changed(&change, &change.wanted.tags, &change.observed.tags)?).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &CertificateArgs) -> Result<()> {
        let delete = || self.acm.client.delete_certificate().certificate_arn(id).send();
        found(self.acm.write("DeleteCertificate", delete).await)?.map(|_| ()).ok_or_else(|| Error::gone(id))
    }

    async fn find(&self, owner: &Owner, args: &CertificateArgs) -> Result<Vec<Id>> {
        let domain = args.domain_name.as_deref().map(own_domain);
        let may_be = |summary: &CertificateSummary| match &domain {
            Some(domain) => summary.domain_name().map(own_domain).as_ref() == Some(domain),
            None => summary.imported_at().is_some(),
        };
        let all = self.list().await?;
        let candidates: Vec<String> =
            all.into_iter().filter(may_be).filter_map(|summary| summary.certificate_arn).collect();
        let ours = async |arn: &String| {
            let tags = self.tags(arn).await?.unwrap_or_default();
            Ok((tags.get(tags::OP) == Some(&owner.op)).then(|| arn.clone()))
        };
        Ok(try_join_all(candidates.iter().map(ours)).await?.into_iter().flatten().collect())
    }
}

impl CertificateHandler {
    async fn request(&self, owner: &Owner, domain: &str, args: &CertificateArgs, tags: Vec<Tag>) -> Result<Id> {
        let own = own_domain(domain);
        if args.subject_alternative_names.iter().any(|name| own_domain(name) == own) {
            let message = format!("`subjectAlternativeNames` names `{domain}`, for which the certificate holds anyway");
            return Err(Error::new(Fault::Rejected, message));
        }
        let names = Some(args.subject_alternative_names.clone()).filter(|names| !names.is_empty());
        let call = self.acm.client.request_certificate().domain_name(domain).idempotency_token(&owner.op);
        let call = call
            .set_certificate_authority_arn(args.certificate_authority_arn.clone())
            .set_domain_validation_options(validation_options(args)?)
            .set_key_algorithm(args.key_algorithm.as_deref().map(types::KeyAlgorithm::from))
            .set_options(args.options.as_ref().map(request_options))
            .set_subject_alternative_names(names)
            .set_tags(Some(tags))
            .set_validation_method(args.validation_method.map(method));
        let answer = self.acm.write("RequestCertificate", || call.clone().send()).await?;
        the_one(answer.certificate_arn, "RequestCertificate")
    }

    /// Imports what was made elsewhere: anew with tags, or over an older import.
    async fn import(&self, over: Option<&Id>, args: &CertificateArgs, tags: Option<Vec<Tag>>) -> Result<Id> {
        let blob = |text: &Option<String>| text.as_deref().map(Blob::new);
        let call = self.acm.client.import_certificate();
        let call = call
            .set_certificate_arn(over.cloned())
            .set_certificate(blob(&args.certificate_body))
            .set_certificate_chain(blob(&args.certificate_chain))
            .set_private_key(blob(&args.private_key))
            .set_tags(tags);
        let answer = self.acm.write("ImportCertificate", || call.clone().send()).await?;
        the_one(answer.certificate_arn, "ImportCertificate")
    }

    /// All certificates of account and region; those with other keys than RSA 2048 only if their kinds are named.
    async fn list(&self) -> Result<Vec<CertificateSummary>> {
        let kinds = types::KeyAlgorithm::values().iter().map(|kind| types::KeyAlgorithm::from(*kind)).collect();
        let includes = Filters::builder().set_key_types(Some(kinds)).build();
        // Expired ones are nobody's interrupted create.
        let statuses = vec![CertificateStatus::PendingValidation, CertificateStatus::Issued, CertificateStatus::Failed];
        let call = self.acm.client.list_certificates().includes(includes).set_certificate_statuses(Some(statuses));
        let (mut all, mut token) = (Vec::new(), None);
        loop {
            let page = || call.clone().max_items(1000).set_next_token(token.clone()).send();
            let page = self.acm.read("ListCertificates", page).await?;
            all.extend(page.certificate_summary_list.unwrap_or_default());
            token = page.next_token;
            if token.is_none() {
                return Ok(all);
            }
        }
    }

    /// All tags; nothing if there is no such certificate.
    async fn tags(&self, arn: &str) -> Result<Option<Tags>> {
        let list = || self.acm.client.list_tags_for_certificate().certificate_arn(arn).send();
        let answer = found(self.acm.read("ListTagsForCertificate", list).await)?;
        let pair = |tag: Tag| (tag.key, tag.value.unwrap_or_default());
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().map(pair).collect()))
    }

    async fn retag(&self, arn: &str, change: TagChange) -> Result<()> {
        if !change.set.is_empty() {
            let set = Some(sdk_tags(&change.set));
            let add = || self.acm.client.add_tags_to_certificate().certificate_arn(arn).set_tags(set.clone()).send();
            self.acm.write("AddTagsToCertificate", add).await?;
        }
        if !change.unset.is_empty() {
            // Without a value, whatever value there is goes.
            let keys = change.unset.iter().filter_map(|key| Tag::builder().key(key).build().ok());
            let unset: Option<Vec<Tag>> = Some(keys.collect());
            let remove =
                || self.acm.client.remove_tags_from_certificate().certificate_arn(arn).set_tags(unset.clone()).send();
            self.acm.write("RemoveTagsFromCertificate", remove).await?;
        }
        Ok(())
    }
}

/// Where validation mails go, in the form of the SDK.
fn validation_options(args: &CertificateArgs) -> Result<Option<Vec<DomainValidationOption>>> {
    let option = |option: &farsight_aws::acm::CertificateValidationOption| {
        if own_domain(&option.domain_name) == own_domain(&option.validation_domain) {
            let message =
                format!("`validationOptions` sends the mails of `{}` where they go anyway", option.domain_name);
            return Err(Error::new(Fault::Rejected, message));
        }
        let built = DomainValidationOption::builder()
            .domain_name(&option.domain_name)
            .validation_domain(&option.validation_domain)
            .build();
        built.map_err(|error| Error::new(Fault::Rejected, error.to_string()))
    };
    let options: Vec<_> = args.validation_options.iter().map(option).collect::<Result<_>>()?;
    Ok((!options.is_empty()).then_some(options))
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    // The key is given, which is all that a tag needs.
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}
