//! The JSON form of values, used on the wire, in state and in saved plans.
//!
//! Plain data is plain JSON. Everything else is an object whose key `$farsight` names what it is; a map that itself
//! has such a key is wrapped, so every value round-trips.

use crate::{Expr, PropertyPath, Urn, Value};
use serde::{Deserialize, Serialize, de::Error as _, ser::Error as _};
use serde_json::{Map, Value as Json, json};
use std::fmt;

const TAG: &str = "$farsight";

/// Why JSON is no property value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireError(String);

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a property value: {}", self.0)
    }
}

impl std::error::Error for WireError {}

impl Value {
    /// The JSON form. Secrets are written in clear: seal the value first wherever it leaves memory for a file.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Number(n) => number(*n),
            Value::String(s) => Json::String(s.clone()),
            Value::List(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Value::Map(entries) => {
                let object = Json::Object(entries.iter().map(|(k, v)| (k.clone(), v.to_json())).collect());
                if entries.contains_key(TAG) { json!({ TAG: "map", "value": object }) } else { object }
            }
            Value::Secret(inner) => json!({ TAG: "secret", "value": inner.to_json() }),
            Value::Sealed(text) => json!({ TAG: "sealed", "value": text }),
            Value::Hash(text) => json!({ TAG: "hash", "value": text }),
            Value::Unknown => json!({ TAG: "unknown" }),
            Value::Output(expr) => expr.to_json(),
        }
    }

    /// Reads the JSON form.
    pub fn from_json(json: Json) -> Result<Self, WireError> {
        Ok(match json {
            Json::Null => Value::Null,
            Json::Bool(b) => Value::Bool(b),
            Json::Number(n) => Value::Number(n.as_f64().ok_or_else(|| WireError(format!("{n} is out of range")))?),
            Json::String(s) => Value::String(s),
            Json::Array(items) => Value::List(items.into_iter().map(Value::from_json).collect::<Result<_, _>>()?),
            Json::Object(mut object) => match object.remove(TAG) {
                None => entries(object)?,
                Some(Json::String(tag)) => tagged(&tag, object)?,
                Some(other) => return Err(WireError(format!("`{TAG}` is {other}"))),
            },
        })
    }
}

fn number(n: f64) -> Json {
    if n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0 { json!(n as i64) } else { json!(n) }
}

fn entries(object: Map<String, Json>) -> Result<Value, WireError> {
    Ok(Value::Map(object.into_iter().map(|(k, v)| Value::from_json(v).map(|v| (k, v))).collect::<Result<_, _>>()?))
}

/// Takes typed fields out of a tagged object, with the tag in the error.
struct Fields<'a> {
    tag: &'a str,
    object: Map<String, Json>,
}

impl Fields<'_> {
    fn value(&mut self, key: &str) -> Result<Value, WireError> {
        let json = self.object.remove(key).ok_or_else(|| self.missing(key))?;
        Value::from_json(json)
    }

    fn typed<T: serde::de::DeserializeOwned>(&mut self, key: &str) -> Result<T, WireError> {
        let json = self.object.remove(key).ok_or_else(|| self.missing(key))?;
        serde_json::from_value(json).map_err(|error| WireError(format!("`{key}` of `{}`: {error}", self.tag)))
    }

    fn missing(&self, key: &str) -> WireError {
        WireError(format!("`{}` without `{key}`", self.tag))
    }
}

fn tagged(tag: &str, object: Map<String, Json>) -> Result<Value, WireError> {
    let mut fields = Fields { tag, object };
    Ok(match tag {
        "map" => match fields.object.remove("value") {
            Some(Json::Object(inner)) => entries(inner)?,
            _ => return Err(WireError("`map` without an object".into())),
        },
        "secret" => Value::secret(fields.value("value")?),
        "sealed" => Value::Sealed(fields.typed("value")?),
        "hash" => Value::Hash(fields.typed("value")?),
        "unknown" => Value::Unknown,
        "ref" => {
            Value::output(Expr::Ref { urn: fields.typed::<Urn>("urn")?, path: fields.typed::<PropertyPath>("path")? })
        }
        "format" => Value::output(Expr::Format { parts: fields.typed("parts")? }),
        "join" => Value::output(Expr::Join { separator: fields.typed("separator")?, list: fields.value("list")? }),
        "json" => Value::output(Expr::Json { of: fields.value("of")? }),
        "get" => Value::output(Expr::Get { of: fields.value("of")?, path: fields.typed("path")? }),
        "cidr" => Value::output(Expr::Cidr {
            base: fields.value("base")?,
            new_bits: fields.typed("newBits")?,
            index: fields.typed("index")?,
        }),
        "call" => Value::output(Expr::Call { callback: fields.typed("callback")?, input: fields.value("input")? }),
        other => return Err(WireError(format!("unknown kind `{other}`"))),
    })
}

impl Expr {
    fn to_json(&self) -> Json {
        match self {
            Expr::Ref { urn, path } => json!({ TAG: "ref", "urn": urn, "path": path }),
            Expr::Format { parts } => {
                json!({ TAG: "format", "parts": parts.iter().map(Value::to_json).collect::<Vec<_>>() })
            }
            Expr::Join { separator, list } => json!({ TAG: "join", "separator": separator, "list": list.to_json() }),
            Expr::Json { of } => json!({ TAG: "json", "of": of.to_json() }),
            Expr::Get { of, path } => json!({ TAG: "get", "of": of.to_json(), "path": path }),
            Expr::Cidr { base, new_bits, index } => {
                json!({ TAG: "cidr", "base": base.to_json(), "newBits": new_bits, "index": index })
            }
            Expr::Call { callback, input } => json!({ TAG: "call", "callback": callback, "input": input.to_json() }),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer).map_err(S::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::from_json(Json::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the protocol and the state file: whatever is written is read back as it was.
    #[test]
    fn every_kind_of_value_round_trips() {
        let urn = Urn::parse("urn:farsight:dev::p::aws:ec2/vpc:Vpc::main").unwrap();
        let reference = Value::output(Expr::Ref { urn, path: PropertyPath::key("id") });
        let all = Value::List(vec![
            Value::Null,
            Value::Bool(true),
            Value::Number(1.5),
            Value::Number(443.0),
            Value::map([("$farsight", Value::from("a user's own key")), ("b", Value::Unknown)]),
            Value::secret(Value::from("s")),
            Value::Sealed("v1:abc".into()),
            Value::Hash("ff".into()),
            Value::output(Expr::Format { parts: vec!["a".into(), reference.clone()] }),
            Value::output(Expr::Join { separator: ",".into(), list: Value::List(vec![reference.clone()]) }),
            Value::output(Expr::Json { of: reference.clone() }),
            Value::output(Expr::Get { of: reference.clone(), path: PropertyPath::key("a") }),
            Value::output(Expr::Cidr { base: reference.clone(), new_bits: 8, index: 3 }),
            Value::output(Expr::Call { callback: 7, input: reference }),
        ]);
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), all);
    }

    #[test]
    fn what_is_no_value_says_why() {
        for text in [r#"{"$farsight":"nope"}"#, r#"{"$farsight":1}"#, r#"{"$farsight":"ref"}"#] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }
}
