//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Check, Sample};
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Reading, SystemClock, conformance};
use std::sync::Arc;

const CERTIFICATE: &str = "aws:acm/certificate:Certificate";
const VALIDATION: &str = "aws:acm/certificateValidation:CertificateValidation";
const MISSING: &str = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-0123-0123-0123-0123456789ab";
const BODY: &str = include_str!("self_signed.pem");
const KEY: &str = include_str!("self_signed.key");

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    farsight_aws_acm::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::from(*item)).collect())
}

fn owner() -> Owner {
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) }
}

async fn create(token: &str, inputs: Value) -> Result<String, farsight_provider::Error> {
    let handler = handler(token).await;
    let (inputs, problems) = handler.schema().check(&inputs);
    assert!(problems.is_empty(), "{problems:?}");
    handler.create(&owner(), &inputs).await
}

async fn read(token: &str, id: &str) -> Reading {
    handler(token).await.read(&[id.to_owned()]).await.unwrap().remove(0)
}

fn domain() -> String {
    format!("{}.example.com", SystemClock.hex(8))
}

fn by_dns(domain: &str) -> Value {
    map([("domainName", domain.into()), ("validationMethod", "DNS".into())])
}

const ONLY_IMPORTED: [&str; 3] = ["certificateBody", "certificateChain", "privateKey"];

conformance!(a_requested_certificate, {
    let inputs = map([
        ("domainName", domain().into()),
        ("validationMethod", "DNS".into()),
        ("subjectAlternativeNames", list(&["b.example.com", "a.example.com"])),
        ("tags", map([("Name", "a".into())])),
    ]);
    let mail = map([("domainName", "a.example.com".into()), ("validationDomain", "example.com".into())]);
    let sample = Sample::new("certificate", inputs)
        .missing(MISSING)
        .sibling(map([
            ("domainName", "*.example.com".into()),
            ("validationMethod", "EMAIL".into()),
            (
                "validationOptions",
                Value::List(vec![map([
                    ("domainName", "*.example.com".into()),
                    ("validationDomain", "example.com".into()),
                ])]),
            ),
            ("keyAlgorithm", "EC_prime256v1".into()),
        ]))
        .vary("certificateAuthorityArn", "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/a")
        .vary("domainName", "other.example.com")
        .vary("keyAlgorithm", "EC_prime256v1")
        .vary("options", map([("export", "ENABLED".into())]))
        .vary("subjectAlternativeNames", list(&["a.example.com"]))
        .vary("tags", map([("Name", "b".into()), ("more", "c".into())]))
        .vary("tags", Value::Null)
        .vary("validationMethod", "EMAIL")
        .vary("validationOptions", Value::List(vec![mail]));
    let why = "in `an_imported_certificate`";
    (handler(CERTIFICATE).await, ONLY_IMPORTED.iter().fold(sample, |sample, name| sample.exempt(name, why)))
});

conformance!(an_imported_certificate, {
    let inputs =
        map([("certificateBody", BODY.into()), ("privateKey", KEY.into()), ("tags", map([("Name", "a".into())]))]);
    let mut sample = Sample::new("imported", inputs)
        .missing(MISSING)
        .waive(Check::CreateAgain, "an import takes no token; the tag tells after a lost answer")
        .vary("certificateBody", format!("{BODY}\n"))
        .vary("certificateChain", BODY)
        .vary("privateKey", format!("{KEY}\n"))
        .vary("tags", map([("Name", "b".into())]));
    let schema = *handler(CERTIFICATE).await.schema();
    for field in schema.fields.iter().filter(|field| !ONLY_IMPORTED.contains(&field.name) && field.name != "tags") {
        sample = sample.exempt(field.name, "in `a_requested_certificate`");
    }
    (handler(CERTIFICATE).await, sample)
});

conformance!(a_validation, {
    // What is imported counts as issued.
    let imported = map([("certificateBody", BODY.into()), ("privateKey", KEY.into())]);
    let arn = create(CERTIFICATE, imported).await.unwrap();
    let sample = Sample::new("validation", map([("certificateArn", arn.into())]))
        .missing(MISSING)
        .waive(Check::Find, "it is nothing in the cloud")
        .waive(Check::Delete, "it is nothing in the cloud")
        .vary("certificateArn", MISSING)
        .vary("validationRecordFqdns", list(&["_x.example.com"]));
    (handler(VALIDATION).await, sample)
});

/// Protects programs that declare a record for `domain_validation_options[0]`: its order is that of the program.
#[tokio::test]
async fn a_certificate_says_by_which_records_it_is_validated() {
    let own = domain();
    let names = list(&["a.example.com", "*.example.com", "example.com"]);
    let inputs = map([
        ("domainName", own.as_str().into()),
        ("validationMethod", "DNS".into()),
        ("subjectAlternativeNames", names),
    ]);
    let id = create(CERTIFICATE, inputs).await.unwrap();
    let Reading::Ready(seen) = read(CERTIFICATE, &id).await else { panic!("not ready") };
    let options = seen.get("domainValidationOptions").unwrap().as_list().unwrap();
    let text = |option: &Value, name: &str| option.get(name).unwrap().as_str().unwrap().to_owned();
    let domains: Vec<String> = options.iter().map(|option| text(option, "domainName")).collect();
    assert_eq!(domains, [own.as_str(), "*.example.com", "a.example.com", "example.com"]);
    assert_eq!(text(&options[1], "resourceRecordName"), text(&options[3], "resourceRecordName"));
    assert_eq!(text(&options[0], "resourceRecordType"), "CNAME");
    assert_eq!(seen.get("status"), Some(&"PENDING_VALIDATION".into()));
}

/// Protects the order of things: the certificate is there before it is issued, and whoever needs it issued waits.
#[tokio::test]
async fn a_validation_waits_for_the_issue_and_says_at_once_what_is_missing() {
    let own = domain();
    let id = create(CERTIFICATE, by_dns(&own)).await.unwrap();
    assert!(matches!(read(CERTIFICATE, &id).await, Reading::Ready(_)));
    assert_eq!(read(VALIDATION, &id).await, Reading::Settling("PENDING_VALIDATION".into()));
    let given = |names: Value| map([("certificateArn", id.as_str().into()), ("validationRecordFqdns", names)]);
    let error = create(VALIDATION, given(list(&["_other.example.com"]))).await.unwrap_err();
    assert_eq!(error.fault, Fault::Rejected);
    assert!(error.message.contains(&own), "{}", error.message);
    let record = format!("_d930b28be6c5927595552b219965053e.{}", own.to_uppercase());
    assert_eq!(create(VALIDATION, given(list(&[&record]))).await, Ok(id.clone()));
    let missing = map([("certificateArn", MISSING.into())]);
    assert_eq!(create(VALIDATION, missing).await.unwrap_err().fault, Fault::Lag);
}

/// Protects programs from a certificate that would be replaced for ever.
#[tokio::test]
async fn what_says_nothing_is_refused() {
    let (own, names) = (domain(), "subjectAlternativeNames");
    let twice = map([("domainName", own.as_str().into()), (names, list(&[&format!("{}.", own.to_uppercase())]))]);
    assert_eq!(create(CERTIFICATE, twice).await.unwrap_err().fault, Fault::Rejected);
    let option = map([("domainName", own.as_str().into()), ("validationDomain", own.as_str().into())]);
    let mails = map([("domainName", own.into()), ("validationOptions", Value::List(vec![option]))]);
    assert_eq!(create(CERTIFICATE, mails).await.unwrap_err().fault, Fault::Rejected);
}
