//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::Sample;
use farsight_provider::{Clock, ErasedHandler, Fault, Owner, Reading, SystemClock, conformance};
use std::sync::Arc;

const SECRET: &str = "aws:secretsmanager/secret:Secret";
const VERSION: &str = "aws:secretsmanager/secretVersion:SecretVersion";
const KEY: &str = "arn:aws:kms:eu-central-1:123456789012:key/a";

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
    let handlers = farsight_aws_secretsmanager::handlers(&aws().await);
    handlers.into_iter().find(|handler| handler.schema().token == token).unwrap()
}

fn owner() -> Owner {
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) }
}

async fn make(token: &str, inputs: &Value) -> String {
    let handler = handler(token).await;
    handler.create(&owner(), &handler.schema().check(inputs).0).await.unwrap()
}

async fn secret() -> String {
    make(SECRET, &v(&format!(r#"{{"name":"secret/{}"}}"#, SystemClock.hex(8)))).await
}

fn v(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn policy(action: &str) -> Value {
    let statement = format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::123456789012:root"}},"Action":"{action}","Resource":"*"}}"#
    );
    Value::from(format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#).as_str())
}

conformance!(secret_conforms, {
    let mut inputs = v(&format!(r#"{{"description":"a","kmsKeyId":"{KEY}","tags":{{"Name":"a"}}}}"#));
    inputs.set("policy", policy("secretsmanager:GetSecretValue"));
    let sample = Sample::new("secret", inputs)
        .missing("arn:aws:secretsmanager:eu-central-1:123456789012:secret:none-abcdef")
        .sibling(v("{}"))
        .vary("description", "b")
        .vary("description", Value::Null)
        .vary("forceOverwriteReplicaSecret", true)
        .vary("kmsKeyId", "arn:aws:kms:eu-central-1:123456789012:key/b")
        .vary("name", "another")
        .vary("policy", policy("secretsmanager:DescribeSecret"))
        .vary("policy", Value::Null)
        .vary("recoveryWindowInDays", 7)
        .vary("replicas", v(r#"[{"region":"eu-west-1"},{"region":"eu-north-1"}]"#))
        .vary("tags", v(r#"{"Name":"b","more":"c"}"#))
        .vary("tags", Value::Null)
        .exempt("type", "moto does not know it");
    (handler(SECRET).await, sample)
});

fn version(secret: &str, text: &str, stage: &str) -> Value {
    v(&format!(r#"{{"secretId":"{secret}","secretString":"{text}","versionStages":["{stage}"]}}"#))
}

conformance!(secret_version, {
    let secret = secret().await;
    // The first version is the current one whatever it is told, and stays.
    make(VERSION, &v(&format!(r#"{{"secretId":"{secret}","secretString":"first"}}"#))).await;
    let sample = Sample::new("version", version(&secret, "a", "BLUE"))
        .missing(format!("{secret}|{}", "0".repeat(32)))
        .sibling(version(&secret, "b", "GREEN"))
        .exempt("secretBinary", "only in place of `secretString`")
        .vary("secretId", "another")
        .vary("secretString", "c")
        .vary("versionStages", v(r#"["RED"]"#))
        .vary("versionStages", v(r#"["BLUE","RED"]"#));
    (handler(VERSION).await, sample)
});

/// Protects data: `up` after `down` gets the secret back with its values, in place of a name that is taken.
#[tokio::test]
async fn a_deleted_secret_of_ours_is_restored() {
    let (secrets, owner) = (handler(SECRET).await, owner());
    let inputs = v(&format!(r#"{{"name":"secret/{}"}}"#, SystemClock.hex(8)));
    let inputs = secrets.schema().check(&inputs).0;
    let arn = secrets.create(&owner, &inputs).await.unwrap();
    secrets.delete(&arn, &inputs).await.unwrap();
    assert_eq!(secrets.read(std::slice::from_ref(&arn)).await.unwrap(), [Reading::Absent]);

    let stranger = Owner { stack: "other/dev".into(), op: SystemClock.hex(32), ..owner.clone() };
    assert_eq!(secrets.create(&stranger, &inputs).await.unwrap_err().fault, Fault::Exists);
    let later = Owner { op: SystemClock.hex(32), ..owner };
    assert_eq!(secrets.create(&later, &inputs).await.unwrap(), arn);
    assert!(matches!(secrets.read(&[arn]).await.unwrap().remove(0), Reading::Ready(_)));
}

/// Protects replacements: the new version is current before the old one goes, and the current one never goes alone.
#[tokio::test]
async fn the_current_version_stays_with_its_secret() {
    let (versions, secret) = (handler(VERSION).await, secret().await);
    let inputs = |text: &str| v(&format!(r#"{{"secretId":"{secret}","secretString":"{text}"}}"#));
    let (old, new) = (make(VERSION, &inputs("old")).await, make(VERSION, &inputs("new")).await);
    versions.delete(&old, &inputs("old")).await.unwrap();
    assert_eq!(versions.read(std::slice::from_ref(&old)).await.unwrap(), [Reading::Absent]);
    assert_eq!(versions.delete(&new, &inputs("new")).await.unwrap_err().fault, Fault::Gone);
    assert!(matches!(versions.read(&[new]).await.unwrap().remove(0), Reading::Ready(_)));
}
