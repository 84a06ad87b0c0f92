//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::{Sample, Variation};
use farsight_provider::{Clock, ErasedHandler, Owner, SystemClock, conformance};
use std::sync::Arc;

const REPOSITORY: &str = "aws:ecr/repository:Repository";
const LIFECYCLE: &str = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
const POLICY: &str = "aws:ecr/repositoryPolicy:RepositoryPolicy";

async fn aws() -> Aws {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap()
}

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let handlers = farsight_aws_ecr::handlers(&aws().await);
    handlers.into_iter().find(|handler| handler.schema().token == token).unwrap()
}

async fn repository() -> String {
    let handler = handler(REPOSITORY).await;
    let inputs = v(&format!(r#"{{"name":"app/{}"}}"#, SystemClock.hex(8)));
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    handler.create(&owner, &handler.schema().check(&inputs).0).await.unwrap()
}

fn v(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

conformance!(
    repository_conforms,
    handler(REPOSITORY).await,
    Sample::new(
        "repository",
        v(r#"{"imageTagMutability":"IMMUTABLE","imageScanningConfiguration":{"scanOnPush":true},"tags":{"Name":"a"}}"#)
    )
    .missing("no-such-repository")
    .sibling(v(
        r#"{"encryptionConfigurations":[{"encryptionType":"KMS","kmsKey":"arn:aws:kms:eu-central-1:123456789012:key/a"}]}"#
    ))
    .vary("encryptionConfigurations", v(r#"[{"encryptionType":"KMS"}]"#))
    .vary("forceDelete", true)
    .vary("imageScanningConfiguration.scanOnPush", false)
    .vary("imageTagMutability", "MUTABLE")
    .variation(
        Variation::new("imageTagMutabilityExclusionFilters", v(r#"[{"filter":"latest*"}]"#))
            .with("imageTagMutability", "IMMUTABLE_WITH_EXCLUSION")
    )
    .vary("name", "another")
    .vary("tags", v(r#"{"Name":"b","more":"c"}"#))
    .vary("tags", Value::Null)
);

fn lifecycle(repository: &str, count: u32) -> Value {
    let rule = format!(
        r#"{{"rulePriority":1,"selection":{{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":{count}}},
        "action":{{"type":"expire"}}}}"#
    );
    Value::map([
        ("repository", Value::from(repository)),
        ("policy", format!(r#"{{"rules":[{rule}]}}"#).as_str().into()),
    ])
}

conformance!(lifecycle_policy, {
    let (one, two) = (repository().await, repository().await);
    let sample = Sample::new("lifecycle", lifecycle(&one, 30))
        .missing("no-such-repository")
        .sibling(lifecycle(&two, 30))
        .vary("policy", lifecycle(&one, 10).get("policy").unwrap().clone())
        .vary("repository", "another");
    (handler(LIFECYCLE).await, sample)
});

fn policy(repository: &str, action: &str) -> Value {
    let statement = format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"123456789012"}},"Action":"{action}"}}"#);
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    Value::map([("repository", Value::from(repository)), ("policy", document.as_str().into())])
}

conformance!(repository_policy, {
    let (one, two) = (repository().await, repository().await);
    let sample = Sample::new("policy", policy(&one, "ecr:BatchGetImage"))
        .missing("no-such-repository")
        .sibling(policy(&two, "ecr:BatchGetImage"))
        .vary("policy", policy(&one, "ecr:GetDownloadUrlForLayer").get("policy").unwrap().clone())
        .vary("repository", "another");
    (handler(POLICY).await, sample)
});

/// Protects deployments: the digest behind a tag is what changes when a new image is pushed.
#[tokio::test]
async fn the_digest_behind_a_tag_is_found() {
    let name = repository().await;
    let aws = aws().await;
    let client = aws_sdk_ecr::Client::new(aws.config());
    let push = async |content: &str| {
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
            "config":{{"mediaType":"application/vnd.docker.container.image.v1+json","size":1,"digest":"sha256:{content}"}},
            "layers":[{{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":1,"digest":"sha256:{content}"}}]}}"#
        );
        client.put_image().repository_name(&name).image_manifest(manifest).image_tag("live").send().await.unwrap();
    };
    let functions = farsight_aws_ecr::functions(&aws);
    let ask = v(&format!(r#"{{"repositoryName":"{name}","imageTag":"live"}}"#));
    push(&"a".repeat(64)).await;
    let first = functions[0].call(ask.clone()).await.unwrap();
    push(&"b".repeat(64)).await;
    let second = functions[0].call(ask.clone()).await.unwrap();
    let digest = |answer: &Value| answer.get("imageDigest").unwrap().as_str().unwrap().to_owned();
    assert!(digest(&first).starts_with("sha256:"));
    assert_ne!(digest(&first), digest(&second));
    assert!(second.get("imageUri").unwrap().as_str().unwrap().ends_with(&format!("/{name}@{}", digest(&second))));
    let missing = v(&format!(r#"{{"repositoryName":"{name}","imageTag":"none"}}"#));
    assert!(functions[0].call(missing).await.is_err());
    // Before the first push programs may ask whether there is one.
    for name in [name.as_str(), "no-such-repository"] {
        let ask = v(&format!(r#"{{"repositoryName":"{name}","imageTag":"none","mayBeAbsent":true}}"#));
        assert_eq!(functions[0].call(ask).await.unwrap().get("imageDigest"), None, "{name}");
    }
}
