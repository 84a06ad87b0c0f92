//! The provider as the engine calls it.

#![allow(clippy::expect_used, reason = "helpers of tests may fail as tests do")]

use farsight_model::{Kind, Urn, Value};
use farsight_provider::{Clock, ErasedHandler, Identity, Owner, Provider, Reading, VirtualClock};
use farsight_random_provider::RandomProvider;
use std::sync::Arc;

const PASSWORD: &str = "random:index/randomPassword:RandomPassword";
const STRING: &str = "random:index/randomString:RandomString";
const ID: &str = "random:index/randomId:RandomId";

fn provider() -> RandomProvider {
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new(1));
    RandomProvider::new(&clock)
}

fn owner() -> Owner {
    let urn = Urn::parse("urn:farsight:dev::shop::random:index/randomId:RandomId::x");
    Owner { stack: "shop/dev".into(), urn: urn.expect("a URN"), op: "0".repeat(32) }
}

/// Makes a value of these inputs and reads it, as the engine does: the value, its kept id and its reading.
async fn made(handler: &dyn ErasedHandler, inputs: &str) -> (String, String, Value) {
    let (inputs, problems) = handler.schema().check(&serde_json::from_str(inputs).expect("JSON"));
    assert!(problems.is_empty(), "{problems:?}");
    let value = handler.create(&owner(), &inputs).await.expect("it is made");
    let reading = handler.read(std::slice::from_ref(&value)).await.expect("it is read").remove(0);
    let Reading::Ready(reading) = reading else { panic!("{reading:?}") };
    (value.clone(), handler.kept_id(&value), reading)
}

/// Protects ids, logs and plans: the value of a password is in none of them.
#[tokio::test(start_paused = true)]
async fn a_password_is_secret_and_its_id_says_nothing() {
    let handler = provider().handler(PASSWORD).expect("known");
    let (value, id, reading) = made(handler.as_ref(), r#"{"length":24,"minSpecial":3,"overrideSpecial":"_"}"#).await;
    assert_eq!((id.as_str(), reading.get("length")), ("none", Some(&Value::from(24_i64))));
    assert_eq!(reading.get("result"), Some(&Value::secret(Value::from(value.as_str()))));
    assert!(value.matches('_').count() >= 3 && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{value}");
    assert!(handler.schema().outputs.iter().all(|output| output.secret && output.name == "result"));
    assert_ne!(made(handler.as_ref(), r#"{"length":24}"#).await.0, value);
}

#[tokio::test(start_paused = true)]
async fn strings_and_ids_are_their_own_ids() {
    let provider = provider();
    let (value, id, reading) =
        made(provider.handler(STRING).expect("known").as_ref(), r#"{"length":6,"special":false}"#).await;
    assert_eq!((&value, reading.get("result")), (&id, Some(&Value::from(id.as_str()))));
    assert_eq!(value.len(), 6);
    let (value, id, reading) =
        made(provider.handler(ID).expect("known").as_ref(), r#"{"byteLength":5,"prefix":"web-"}"#).await;
    assert_eq!(value, format!("web-,{id}"));
    assert_eq!(reading.get("b64Url"), Some(&Value::from(format!("web-{id}").as_str())));
    assert_eq!(reading.get("hex").and_then(Value::as_str).map(str::len), Some(4 + 10));
    assert_eq!(reading.get("byteLength"), Some(&Value::from(5_i64)));
}

/// Protects the values in state: an input that changed without a mark that replaces would change nothing at all.
#[test]
fn every_input_replaces_and_is_documented() {
    let provider = provider_without_time();
    assert_eq!(provider.tokens(), [ID, PASSWORD, STRING]);
    for token in provider.tokens() {
        let handler = provider.handler(token).expect("known");
        assert_eq!(handler.policy().identity, Identity::State);
        for field in handler.schema().fields {
            assert!(field.marks.replace && !field.doc.is_empty(), "{token}.{}", field.name);
            // What a value does not tell of itself is only in state.
            let told = matches!(field.name, "length" | "byteLength" | "prefix");
            assert_ne!(field.marks.local, told, "{token}.{}", field.name);
            assert!(!matches!(field.kind, Kind::Any), "{token}.{}", field.name);
        }
    }
}

/// Names are Pulumi's (package `random` 4.x), but for what is left out for a reason.
#[test]
fn every_name_is_pulumis() {
    let shape = [
        "keepers",
        "length",
        "lower",
        "minLower",
        "minNumeric",
        "minSpecial",
        "minUpper",
        "numeric",
        "overrideSpecial",
        "special",
        "upper",
    ];
    let provider = provider_without_time();
    for (token, inputs, outputs) in [
        (PASSWORD, &shape[..], &["result"][..]),
        (STRING, &shape[..], &["result"][..]),
        (ID, &["byteLength", "keepers", "prefix"][..], &["b64Std", "b64Url", "dec", "hex"][..]),
    ] {
        let handler = provider.handler(token).expect("known");
        let names: Vec<&str> = handler.schema().fields.iter().map(|field| field.name).collect();
        assert_eq!(names, inputs, "{token}");
        let names: Vec<&str> = handler.schema().outputs.iter().map(|output| output.name).collect();
        assert_eq!(names, outputs, "{token}");
    }
}

fn provider_without_time() -> RandomProvider {
    let clock: Arc<dyn Clock> = Arc::new(farsight_provider::SystemClock);
    RandomProvider::new(&clock)
}
