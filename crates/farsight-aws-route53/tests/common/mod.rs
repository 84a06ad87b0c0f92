//! What the tests of this crate share: handlers on moto, and zones.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail them")]
#![allow(dead_code, reason = "each test binary uses a part")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::{Clock, ErasedHandler, Error, Owner, SystemClock};
use std::sync::Arc;

pub const ZONE: &str = "aws:route53/zone:Zone";
pub const RECORD: &str = "aws:route53/record:Record";

/// The connection.
pub async fn aws() -> Aws {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some("eu-central-1".into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap()
}

/// The lifecycle of a type.
pub async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    let handlers = farsight_aws_route53::handlers(&aws().await);
    handlers.into_iter().find(|handler| handler.schema().token == token).unwrap()
}

/// Inputs as a map.
pub fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

/// A list of texts.
pub fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::from(*item)).collect())
}

/// A domain that no other test has.
pub fn domain() -> String {
    format!("{}.example.com", SystemClock.hex(8))
}

/// Asks for an object.
pub async fn create(token: &str, inputs: Value) -> Result<String, Error> {
    let handler = handler(token).await;
    let (inputs, problems) = handler.schema().check(&inputs);
    assert!(problems.is_empty(), "{problems:?}");
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    handler.create(&Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) }, &inputs).await
}

/// Makes an object.
pub async fn make(token: &str, inputs: Value) -> String {
    create(token, inputs).await.unwrap()
}

/// A zone of its own.
pub async fn zone() -> String {
    make(ZONE, map([("name", domain().into())])).await
}
