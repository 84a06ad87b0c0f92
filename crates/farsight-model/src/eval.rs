//! Evaluation of what programs declare as data.

use crate::{Expr, PathSegment, PropertyPath, Urn, Value, schema::subnet};
use std::fmt;

/// Where expressions get what they name.
pub trait Resolver {
    /// A property of a resource; [`Value::Unknown`] if it is not known yet.
    fn reference(&mut self, urn: &Urn, path: &PropertyPath) -> Value;

    /// The answer of a program's closure for known input; [`Value::Unknown`] if it was not asked yet.
    fn call(&mut self, callback: u64, input: &Value) -> Value;
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError(pub String);

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EvalError {}

/// The value with every expression replaced by its result, or by [`Value::Unknown`] where something is not known.
///
/// What is computed from a secret is secret.
pub fn evaluate(value: &Value, resolver: &mut dyn Resolver) -> Result<Value, EvalError> {
    Ok(match value {
        Value::List(items) => Value::List(items.iter().map(|item| evaluate(item, resolver)).collect::<Result<_, _>>()?),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, item)| evaluate(item, resolver).map(|item| (key.clone(), item)))
                .collect::<Result<_, _>>()?,
        ),
        Value::Secret(inner) => match evaluate(inner, resolver)? {
            Value::Unknown => Value::Unknown,
            known => Value::secret(known),
        },
        Value::Output(expr) => expression(expr, resolver)?,
        other => other.clone(),
    })
}

fn expression(expr: &Expr, resolver: &mut dyn Resolver) -> Result<Value, EvalError> {
    if let Expr::Ref { urn, path } = expr {
        return Ok(resolver.reference(urn, path));
    }
    let parts = expr.parts().map(|part| evaluate(part, resolver)).collect::<Result<Vec<_>, _>>()?;
    if let (Expr::Get { path, .. }, [of]) = (expr, parts.as_slice()) {
        // A known part of a partly unknown value is known.
        return Ok(part(of, path));
    }
    if parts.iter().any(Value::has_unknown) {
        return Ok(Value::Unknown);
    }
    let secret = parts.iter().any(Value::has_secret);
    let plain: Vec<Value> = parts.iter().map(Value::revealed).collect();
    let result = match (expr, plain.as_slice()) {
        (Expr::Format { .. }, parts) => Value::String(parts.iter().map(text).collect::<Result<Vec<_>, _>>()?.concat()),
        (Expr::Join { separator, .. }, [Value::List(items)]) => {
            Value::String(items.iter().map(text).collect::<Result<Vec<_>, _>>()?.join(separator))
        }
        (Expr::Json { .. }, [value]) => Value::String(value.to_json().to_string()),
        (Expr::Cidr { new_bits, index, .. }, [Value::String(base)]) => {
            Value::String(subnet(base, *new_bits, *index).ok_or_else(|| {
                EvalError(format!("`{base}` has no subnet number {index} with {new_bits} more prefix bits"))
            })?)
        }
        (Expr::Call { callback, .. }, [input]) => resolver.call(*callback, input),
        (Expr::Join { .. }, _) => return Err(EvalError("join takes a list".into())),
        (Expr::Cidr { .. }, _) => return Err(EvalError("cidr takes a CIDR block".into())),
        _ => return Err(EvalError("malformed expression".into())),
    };
    Ok(if secret && result != Value::Unknown { Value::secret(result) } else { result })
}

/// The part of a value that a path names; null where there is none, unknown below what is unknown.
pub(crate) fn part(value: &Value, path: &PropertyPath) -> Value {
    let mut current = value.clone();
    let mut secret = false;
    for segment in path.segments() {
        if let Value::Secret(inner) = current {
            secret = true;
            current = *inner;
        }
        current = match (segment, current) {
            (_, Value::Unknown | Value::Output(_)) => return Value::Unknown,
            (PathSegment::Key(key), Value::Map(mut entries)) => entries.remove(key).unwrap_or_default(),
            (PathSegment::Index(index), Value::List(mut items)) if *index < items.len() => items.swap_remove(*index),
            _ => Value::Null,
        };
    }
    if secret && !current.is_null() { Value::secret(current) } else { current }
}

fn text(value: &Value) -> Result<String, EvalError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(b) => Ok(b.to_string()),
        Value::Number(n) => Ok(n.to_string()),
        Value::Null => Err(EvalError("a part of the text is null: the resource has no such property".into())),
        Value::List(_) | Value::Map(_) => Ok(value.to_json().to_string()),
        _ => Err(EvalError("a part of the text cannot be written".into())),
    }
}

/// Every resource that a value refers to, with the property, in order of appearance.
pub fn references(value: &Value) -> Vec<(Urn, PropertyPath)> {
    fn walk(value: &Value, found: &mut Vec<(Urn, PropertyPath)>) {
        match value {
            Value::List(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Map(entries) => entries.values().for_each(|item| walk(item, found)),
            Value::Secret(inner) => walk(inner, found),
            Value::Output(expr) => match expr.as_ref() {
                Expr::Ref { urn, path } => found.push((urn.clone(), path.clone())),
                other => other.parts().for_each(|part| walk(part, found)),
            },
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, &mut found);
    found
}

impl Value {
    /// The part that a path names; null where there is none, [`Value::Unknown`] below what is unknown.
    pub fn part(&self, path: &PropertyPath) -> Value {
        part(self, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known(Value);

    impl Resolver for Known {
        fn reference(&mut self, _: &Urn, path: &PropertyPath) -> Value {
            self.0.part(path)
        }
        fn call(&mut self, _: u64, input: &Value) -> Value {
            Value::List(vec![input.clone()])
        }
    }

    fn reference(property: &str) -> Value {
        let urn = Urn::parse("urn:farsight:d::p::t::n").unwrap();
        Value::output(Expr::Ref { urn, path: PropertyPath::parse(property).unwrap() })
    }

    fn check(expr: Expr, expected: &Value) {
        let known = Value::map([
            ("host", Value::from("db.local")),
            ("port", Value::Number(5432.0)),
            ("password", Value::secret("hunter2".into())),
            ("later", Value::Unknown),
        ]);
        assert_eq!(evaluate(&Value::output(expr), &mut Known(known)).unwrap(), *expected);
    }

    /// Protects programs: text made of outputs is exact, and secrets stay secret through every computation.
    #[test]
    fn computes_and_keeps_secrets_and_unknowns() {
        let url =
            |host: &str| Expr::Format { parts: vec!["pg://".into(), reference(host), ":".into(), reference("port")] };
        check(url("host"), &"pg://db.local:5432".into());
        check(url("password"), &Value::secret("pg://hunter2:5432".into()));
        check(url("later"), &Value::Unknown);
        check(Expr::Cidr { base: "10.0.0.0/16".into(), new_bits: 8, index: 1 }, &"10.0.1.0/24".into());
        check(Expr::Json { of: Value::map([("a", reference("port"))]) }, &r#"{"a":5432}"#.into());
        let list = Value::List(vec![reference("host"), "x".into()]);
        check(Expr::Join { separator: "+".into(), list: list.clone() }, &"db.local+x".into());
        check(Expr::Get { of: list, path: PropertyPath::parse("[1]").unwrap() }, &"x".into());
        check(
            Expr::Call { callback: 1, input: reference("password") },
            &Value::secret(Value::List(vec!["hunter2".into()])),
        );
    }
}
