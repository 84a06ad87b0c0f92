//! Requests and answers as JSON, for services that speak JSON 1.1 and whose types are too many to spell out twice.
//!
//! The SDK still signs, sends and explains errors; only the body goes round its types.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use farsight_model::{FromValue, IntoValue, Value};
use farsight_provider::{Error, Fault, Result};
use serde_json::{Map, Number, Value as Json};
use std::sync::{Arc, Mutex, PoisonError};

/// Calls an operation with a body of JSON and gives its answer as JSON: a handle with `aws` and `client`, the service's
/// IAM prefix, [`crate::Effect`], the client's method, the operation, the body.
#[macro_export]
macro_rules! call_json {
    ($handle:expr, $service:literal, $effect:ident, $method:ident, $operation:literal, $body:expr) => {{
        let (body, answer) = ($body.to_string(), $crate::json::Answer::default());
        let send = || {
            let call = $handle.client.$method().customize();
            call.mutate_request($crate::json::put(body.clone())).interceptor(answer.clone()).send()
        };
        let called = $handle.aws.call($service, $operation, $crate::Effect::$effect, send).await;
        called.map(|_| answer.take())
    }};
}

/// Puts a body into a request that is not signed yet.
pub fn put(body: String) -> impl Fn(&mut HttpRequest) {
    move |request| {
        request.headers_mut().insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body.as_str());
    }
}

/// Keeps the last answer of a call.
#[derive(Debug, Clone, Default)]
pub struct Answer(Arc<Mutex<Json>>);

impl Answer {
    /// The answer, which is then empty; null if none came.
    pub fn take(&self) -> Json {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[dyn_dispatch_hint]
impl Intercept for Answer {
    fn name(&self) -> &'static str {
        "answer as JSON"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        if let Some(bytes) = context.response().body().bytes() {
            let answer = serde_json::from_slice(bytes).unwrap_or_default();
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        }
        Ok(())
    }
}

/// Properties as the wire has them; absent ones are left out.
pub fn to_json(value: impl IntoValue) -> Json {
    json_of(&value.into_value())
}

/// A value as JSON, without its secret marks; absent parts are left out.
pub fn json_of(value: &Value) -> Json {
    match value.reveal() {
        Value::Bool(b) => Json::Bool(*b),
        Value::Number(n) => number(*n),
        Value::String(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json_of).collect()),
        Value::Map(entries) => {
            let there = entries.iter().map(|(key, part)| (key.clone(), json_of(part)));
            Json::Object(there.filter(|(_, part)| !part.is_null()).collect())
        }
        _ => Json::Null,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::float_cmp, reason = "only whole numbers are cast")]
fn number(n: f64) -> Json {
    let whole = n as i64;
    if whole as f64 == n { Json::from(whole) } else { Number::from_f64(n).map_or(Json::Null, Json::Number) }
}

/// What the wire has as properties; null counts as absent. An error is a form that this version does not know.
pub fn from_json<T: FromValue>(json: &Json) -> Result<T> {
    T::from_value(&value_of(json)).map_err(|mismatch| {
        Error::new(
            Fault::Rejected,
            format!("the service answers in a form that this version does not know: {mismatch}"),
        )
    })
}

/// JSON as a value; null parts are left out.
pub fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => n.as_f64().map_or(Value::Null, Value::Number),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(value_of).collect()),
        Json::Object(entries) => {
            let there = entries.iter().map(|(key, part)| (key.clone(), value_of(part)));
            Value::Map(there.filter(|(_, part)| !part.is_null()).collect())
        }
    }
}

/// The text at a key; empty if there is none.
pub fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json[key].as_str().unwrap_or_default()
}

/// The whole number at a key; 0 if there is none.
pub fn count(json: &Json, key: &str) -> i64 {
    json[key].as_i64().unwrap_or_default()
}

/// The list at a key; empty if there is none.
pub fn list<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    json[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Gives a key another name, if it is there.
pub fn rename(json: &mut Json, from: &str, to: &str) {
    if let Some(map) = json.as_object_mut()
        && let Some(part) = map.remove(from)
    {
        map.insert(to.to_owned(), part);
    }
}

/// Takes a key out; null if it is not there.
pub fn take(json: &mut Json, key: &str) -> Json {
    json.as_object_mut().and_then(|map| map.remove(key)).unwrap_or_default()
}

/// Puts a part at a key, unless it is null.
pub fn set(json: &mut Json, key: &str, part: Json) {
    if let Some(map) = json.as_object_mut()
        && !part.is_null()
    {
        map.insert(key.to_owned(), part);
    }
}

/// Takes a key out if it holds nothing: null, an empty list or an empty map.
pub fn drop_empty(json: &mut Json, key: &str) {
    let empty = match &json[key] {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        _ => false,
    };
    if empty {
        take(json, key);
    }
}

/// The parts of `json` under these keys.
pub fn only(json: &Json, keys: &[&str]) -> Json {
    let parts = keys.iter().map(|key| ((*key).to_owned(), json[*key].clone()));
    Json::Object(parts.filter(|(_, part)| !part.is_null()).collect::<Map<_, _>>())
}
