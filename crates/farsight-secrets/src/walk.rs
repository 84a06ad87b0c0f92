//! Replacing parts of a value, each with its path.

use crate::SecretsError;
use farsight_model::{Expr, PropertyPath, Value};
use std::collections::BTreeMap;

/// Where a part is. A chain of borrowed steps: a path is only made when one is asked for, which is rare.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    Root,
    Key(&'a At<'a>, &'a str),
    Index(&'a At<'a>, usize),
}

impl At<'_> {
    /// The path as text.
    pub(crate) fn path(&self) -> String {
        self.build().to_string()
    }

    fn build(&self) -> PropertyPath {
        match self {
            At::Root => PropertyPath::root(),
            At::Key(parent, key) => parent.build().join_key(key),
            At::Index(parent, index) => parent.build().join_index(*index),
        }
    }
}

/// Gives another value for a part, or `None` to keep it and go on inside of it.
pub(crate) type Replace<'f> = &'f mut dyn FnMut(&Value, At<'_>) -> Result<Option<Value>, SecretsError>;

/// Copies `value`, with each part for which `replace` gives another one replaced, outermost first; what was replaced
/// is not looked into.
pub(crate) fn map(value: &Value, at: At<'_>, replace: Replace<'_>) -> Result<Value, SecretsError> {
    if let Some(other) = replace(value, at)? {
        return Ok(other);
    }
    Ok(match value {
        Value::List(items) => Value::List(list(items, at, replace)?),
        Value::Map(entries) => {
            let mut copy = BTreeMap::new();
            for (key, part) in entries {
                copy.insert(key.clone(), map(part, At::Key(&at, key), replace)?);
            }
            Value::Map(copy)
        }
        Value::Secret(inner) => Value::Secret(Box::new(map(inner, at, replace)?)),
        Value::Output(expr) => Value::Output(Box::new(expression(expr, at, replace)?)),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Sealed(_)
        | Value::Hash(_)
        | Value::Unknown => value.clone(),
    })
}

fn list(items: &[Value], at: At<'_>, replace: Replace<'_>) -> Result<Vec<Value>, SecretsError> {
    items.iter().enumerate().map(|(index, part)| map(part, At::Index(&at, index), replace)).collect()
}

/// The values inside of an expression have the path of the expression and their own number.
fn expression(expr: &Expr, at: At<'_>, replace: Replace<'_>) -> Result<Expr, SecretsError> {
    let mut only = |part: &Value| map(part, At::Index(&at, 0), replace);
    Ok(match expr {
        Expr::Ref { urn, path } => Expr::Ref { urn: urn.clone(), path: path.clone() },
        Expr::Format { parts } => Expr::Format { parts: list(parts, at, replace)? },
        Expr::Join { separator, list } => Expr::Join { separator: separator.clone(), list: only(list)? },
        Expr::Json { of } => Expr::Json { of: only(of)? },
        Expr::Get { of, path } => Expr::Get { of: only(of)?, path: path.clone() },
        Expr::Cidr { base, new_bits, index } => Expr::Cidr { base: only(base)?, new_bits: *new_bits, index: *index },
        Expr::Call { callback, input } => Expr::Call { callback: *callback, input: only(input)? },
    })
}
