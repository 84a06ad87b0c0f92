//! What the tests of this crate share: handlers on moto, and objects that others need.

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::{Clock, ErasedHandler, Owner, SystemClock};
use std::sync::Arc;

pub const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}"#;
pub const READ: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::a b+c/*"}]}"#;
pub const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

pub async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    farsight_aws_iam::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

/// A name that no other test has.
pub fn fresh(name: &str) -> String {
    format!("{name}-{}", SystemClock.hex(8))
}

/// Makes an object with defaults filled in.
pub async fn make(token: &str, inputs: Value) -> String {
    let handler = handler(token).await;
    let inputs = handler.schema().check(&inputs).0;
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    handler.create(&owner, &inputs).await.unwrap()
}

/// A role that other types need.
pub async fn role() -> String {
    let inputs = Value::map([("name", Value::from(fresh("role"))), ("assumeRolePolicy", TRUST.into())]);
    make("aws:iam/role:Role", inputs).await
}
