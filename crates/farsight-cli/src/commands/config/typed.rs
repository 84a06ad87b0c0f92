//! Values with types, and paths into them.

use crate::failure::Result;
use clap::ValueEnum;
use farsight_engine::{Code, Diagnostic};
use farsight_model::{PathSegment, PropertyPath, Value};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Type {
    /// Text
    String,
    /// A whole number
    Int,
    /// Any number
    Float,
    /// `true` or `false`
    Bool,
    /// A JSON document
    Json,
}

impl Type {
    /// The value that a text stands for.
    pub fn read(self, key: &str, text: &str) -> Result<Value> {
        let read = match self {
            Type::String => return Ok(Value::from(text)),
            // Whole numbers beyond 2^53 would not come back as they were.
            Type::Int => text.parse::<i64>().ok().map(Value::from).filter(|value| value.as_int().is_some()),
            Type::Float => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::Number),
            Type::Bool => text.parse::<bool>().ok().map(Value::Bool),
            Type::Json => serde_json::from_str::<serde_json::Value>(text).ok().and_then(|json| plain(&json)),
        };
        let word = self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        read.ok_or_else(|| Diagnostic::error(Code::BadArgument, format!("the value for `{key}` is no `{word}`")).into())
    }
}

/// JSON as a value; `None` where a part is null, which configuration cannot hold.
fn plain(json: &serde_json::Value) -> Option<Value> {
    Some(match json {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => Value::Number(number.as_f64()?),
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(plain).collect::<Option<_>>()?),
        serde_json::Value::Object(entries) => {
            let parts = entries.iter().map(|(key, part)| plain(part).map(|part| (key.clone(), part)));
            Value::Map(parts.collect::<Option<_>>()?)
        }
    })
}

/// The key that a path begins with, and the way below it.
pub fn split(text: &str) -> Result<(String, PropertyPath)> {
    let path = PropertyPath::parse(text).map_err(|error| Diagnostic::error(Code::BadArgument, error.to_string()))?;
    let mut below = PropertyPath::root();
    for segment in path.segments().iter().skip(1) {
        below = match segment {
            PathSegment::Key(key) => below.join_key(key),
            PathSegment::Index(index) => below.join_index(*index),
            PathSegment::Any => return Err(no_path(text, "`*` stands for no single part").into()),
        };
    }
    match path.head() {
        Some(head) => Ok((head.to_owned(), below)),
        None => Err(no_path(text, "it does not begin with a key").into()),
    }
}

fn no_path(text: &str, why: &str) -> Diagnostic {
    Diagnostic::error(Code::BadArgument, format!("`{text}` is no path of a configuration value: {why}"))
}

/// The part of a value below a path; text is read as the JSON that it may be.
pub fn part(value: &Value, path: &PropertyPath) -> Option<Value> {
    let found = structured(value.clone()).part(path);
    (!found.is_null()).then_some(found)
}

/// `whole` with `value` at a path. Lists grow by one at most, so that none has a hole.
pub fn put(whole: Value, path: &[PathSegment], value: Value, shown: &str) -> Result<Value> {
    let Some((first, rest)) = path.split_first() else { return Ok(value) };
    match (first, structured(whole)) {
        (PathSegment::Key(key), old @ (Value::Map(_) | Value::Null)) => {
            let part = put(old.get(key).cloned().unwrap_or_default(), rest, value, shown)?;
            let mut new = old;
            new.set(key, part);
            Ok(new)
        }
        (PathSegment::Index(index), old @ (Value::List(_) | Value::Null)) => {
            let mut items = old.as_list().map(<[Value]>::to_vec).unwrap_or_default();
            if *index > items.len() {
                let message = format!("`{shown}` leaves a hole: the list has {} items", items.len());
                return Err(Diagnostic::error(Code::BadArgument, message).into());
            }
            if *index == items.len() {
                items.push(Value::Null);
            }
            items[*index] = put(std::mem::take(&mut items[*index]), rest, value, shown)?;
            Ok(Value::List(items))
        }
        _ => {
            let message = format!("`{shown}` leads into something that is no list or map");
            Err(Diagnostic::error(Code::BadArgument, message).into())
        }
    }
}

/// Lists and maps may be written as JSON text.
fn structured(value: Value) -> Value {
    let parsed = value.as_str().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    match parsed.as_ref().and_then(plain) {
        Some(parsed @ (Value::List(_) | Value::Map(_))) => parsed,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(whole: Value, path: &str, value: &str) -> Option<Value> {
        let (_, below) = split(path).ok()?;
        put(whole, below.segments(), value.into(), path).ok()
    }

    #[test]
    fn paths_build_and_change_values() {
        let one = set(Value::Null, "a.b[0]", "x").unwrap();
        assert_eq!(one, Value::map([("b", Value::List(vec!["x".into()]))]));
        let two = set(one, "a.b[1]", "y").unwrap();
        assert_eq!(part(&two, &split("a.b[1]").unwrap().1), Some("y".into()));
        assert_eq!(set(two.clone(), "a.b[3]", "z"), None);
        assert_eq!(set(two, "a.b.c", "z"), None);
        assert!(split("a.*").is_err() && split("[0]").is_err());
        assert_eq!(set(Value::from(r#"{"b":1}"#), "a.c", "z").unwrap().get("c"), Some(&"z".into()));
    }

    #[test]
    fn types_are_what_they_say() {
        for (kind, good, bad) in [
            (Type::Int, "-3", "3.5"),
            (Type::Float, "3.5", "inf"),
            (Type::Bool, "true", "yes"),
            (Type::Json, r#"{"a":[1]}"#, r#"{"a":null}"#),
            (Type::Int, "9007199254740992", "9007199254740993000"),
        ] {
            assert!(kind.read("k", good).is_ok(), "{good}");
            assert!(kind.read("k", bad).is_err(), "{bad}");
        }
    }
}
