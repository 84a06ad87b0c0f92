//! Canonical forms: two values count as the same when their canonical forms are equal.

use super::{Compare, Field, Kind, Marks, canonical_cidr};
use crate::Value;
use std::cmp::Ordering;

/// The canonical form of a value under a property's kind and marks.
///
/// Secret marks are taken off, sets are sorted, nested defaults are filled in, empty collections become null.
pub fn canonical(kind: &Kind, marks: &Marks, value: &Value) -> Value {
    match (kind, value.reveal()) {
        (Kind::List(item), Value::List(items)) => {
            let mut items: Vec<Value> = items.iter().map(|value| canonical(item, &item_marks(marks), value)).collect();
            if marks.set {
                items.sort_by(order);
                items.dedup();
            }
            if items.is_empty() { Value::Null } else { Value::List(items) }
        }
        (Kind::Map(item), Value::Map(entries)) => {
            let entries: std::collections::BTreeMap<String, Value> =
                entries.iter().map(|(key, value)| (key.clone(), canonical(item, &item_marks(marks), value))).collect();
            if entries.is_empty() { Value::Null } else { Value::Map(entries) }
        }
        (Kind::Struct(fields), Value::Map(_)) => {
            let value = value.reveal();
            Value::map(fields.iter().filter_map(|field| {
                let part = nested(field, value);
                (!part.is_null()).then_some((field.name, part))
            }))
        }
        (_, Value::String(text)) => scalar(marks.compare, text),
        (_, Value::Null) => Value::Null,
        (_, other) => other.revealed(),
    }
}

fn nested(field: &Field, parent: &Value) -> Value {
    match parent.get(field.name) {
        Some(value) => canonical(&field.kind, &field.marks, value),
        None => match field.marks.default {
            Some(literal) => canonical(&field.kind, &field.marks, &literal.value()),
            None => Value::Null,
        },
    }
}

/// What holds for a list holds for its items, except the order of the list itself.
fn item_marks(marks: &Marks) -> Marks {
    Marks { set: false, ..*marks }
}

fn scalar(compare: Compare, text: &str) -> Value {
    match compare {
        Compare::Exact | Compare::VersionPrefix => Value::from(text),
        Compare::CaseInsensitive => Value::String(text.to_lowercase()),
        Compare::Cidr => Value::String(canonical_cidr(text).unwrap_or_else(|| text.to_owned())),
        Compare::Protocol => Value::from(protocol(text).as_str()),
        Compare::Domain => Value::String(text.trim_end_matches('.').to_lowercase()),
        Compare::Json => json(text).unwrap_or_else(|| Value::from(text)),
        Compare::Policy => json(text).map_or_else(|| Value::from(text), |document| policy(&document, None)),
    }
}

/// AWS answers protocol numbers as names, in lower case, and `-1` for all.
fn protocol(text: &str) -> String {
    match text.to_lowercase().as_str() {
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        "all" => "-1",
        other => return other.to_owned(),
    }
    .to_owned()
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().map(plain)
}

/// JSON as plain data; the wire form's tags mean nothing inside a document.
fn plain(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(n) => n.as_f64().map_or(Value::Null, Value::Number),
        serde_json::Value::String(s) => Value::String(s),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(plain).collect()),
        serde_json::Value::Object(object) => Value::Map(object.into_iter().map(|(k, v)| (k, plain(v))).collect()),
    }
}

/// Policy documents: lists are sets, a list of one equals its item, an account id equals its root ARN.
fn policy(document: &Value, key: Option<&str>) -> Value {
    match document {
        Value::List(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| policy(item, key)).collect();
            items.sort_by(order);
            items.dedup();
            if items.len() == 1 { items.remove(0) } else { Value::List(items) }
        }
        Value::Map(entries) => Value::Map(entries.iter().map(|(k, v)| (k.clone(), policy(v, Some(k)))).collect()),
        Value::String(text) if key == Some("AWS") && text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) => {
            Value::String(format!("arn:aws:iam::{text}:root"))
        }
        // IAM takes `true` and `"true"`, `1` and `"1"` in conditions for the same.
        Value::Bool(b) => Value::String(b.to_string()),
        Value::Number(n) => Value::String(n.to_string()),
        other => other.clone(),
    }
}

/// A total order over canonical values, only to sort sets.
fn order(a: &Value, b: &Value) -> Ordering {
    fn rank(value: &Value) -> u8 {
        match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::String(_) => 3,
            Value::List(_) => 4,
            Value::Map(_) => 5,
            _ => 6,
        }
    }
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => {
            a.iter().zip(b).map(|(a, b)| order(a, b)).find(|o| o.is_ne()).unwrap_or(a.len().cmp(&b.len()))
        }
        (Value::Map(a), Value::Map(b)) => a
            .iter()
            .zip(b)
            .map(|((ka, va), (kb, vb))| ka.cmp(kb).then_with(|| order(va, vb)))
            .find(|o| o.is_ne())
            .unwrap_or(a.len().cmp(&b.len())),
        _ => rank(a).cmp(&rank(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(compare: Compare, a: &str, b: &str) -> bool {
        let marks = Marks { compare, ..Marks::NONE };
        canonical(&Kind::String, &marks, &a.into()) == canonical(&Kind::String, &marks, &b.into())
    }

    /// Protects an untouched stack from false drift: these are the same to AWS.
    #[test]
    fn what_aws_normalises_counts_as_the_same() {
        assert!(same(Compare::Cidr, "10.0.0.5/16", "10.0.0.0/16"));
        assert!(same(Compare::Protocol, "TCP", "6"));
        assert!(same(Compare::Domain, "WWW.example.com.", "www.example.com"));
        assert!(!same(Compare::Domain, "www.example.com", "example.com"));
        assert!(same(Compare::Json, r#"{"a":1,"b":[2]}"#, r#"{ "b": [2], "a": 1 }"#));
        assert!(same(
            Compare::Policy,
            r#"{"Statement":{"Action":"s3:*","Principal":{"AWS":"123456789012"}}}"#,
            r#"{"Statement":[{"Action":["s3:*"],"Principal":{"AWS":["arn:aws:iam::123456789012:root"]}}]}"#
        ));
        assert!(!same(Compare::Policy, r#"{"Statement":[]}"#, r#"{"Statement":[{"Effect":"Deny"}]}"#));
        assert!(!same(Compare::Json, "[1,2]", "[2,1]"));
    }

    #[test]
    fn sets_ignore_order_and_lists_do_not() {
        let list = |items: [&str; 2]| Value::List(items.iter().map(|i| Value::from(*i)).collect());
        let kind = Kind::List(&Kind::String);
        let set = Marks { set: true, ..Marks::NONE };
        assert_eq!(canonical(&kind, &set, &list(["a", "b"])), canonical(&kind, &set, &list(["b", "a"])));
        assert_ne!(
            canonical(&kind, &Marks::NONE, &list(["a", "b"])),
            canonical(&kind, &Marks::NONE, &list(["b", "a"]))
        );
    }
}
