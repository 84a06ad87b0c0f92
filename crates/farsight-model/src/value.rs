//! Property values.

use crate::{PropertyPath, Urn};
use std::collections::BTreeMap;

/// A property value: plain data, plus what a provisioning engine must know about data.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    /// Nothing; in a map the same as an absent key.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// Any number. Integers are exact up to 2^53, as in JSON.
    Number(f64),
    /// Text.
    String(String),
    /// An ordered list.
    List(Vec<Value>),
    /// A map; structs travel as maps with camel-case keys.
    Map(BTreeMap<String, Value>),
    /// A value that must never be shown or stored in clear.
    Secret(Box<Value>),
    /// A secret as it is stored: ciphertext that only `farsight-secrets` opens.
    Sealed(String),
    /// A write-only value as it is stored: a keyed hash, enough to see that the value changed.
    Hash(String),
    /// Not known before the plan runs.
    Unknown,
    /// Computed by the engine once what it names is known.
    Output(Box<Expr>),
}

/// A computation that the engine can do itself, declared as data by a program.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A property of another resource.
    Ref {
        /// The resource.
        urn: Urn,
        /// The property; `id` is the resource's id.
        path: PropertyPath,
    },
    /// The parts as text, one after another.
    Format {
        /// Texts and values in order.
        parts: Vec<Value>,
    },
    /// The items of a list as text with a separator between them.
    Join {
        /// What stands between two items.
        separator: String,
        /// A list of strings.
        list: Value,
    },
    /// The value as JSON text.
    Json {
        /// What is written as JSON.
        of: Value,
    },
    /// A part of a value.
    Get {
        /// The whole.
        of: Value,
        /// The part.
        path: PropertyPath,
    },
    /// A subnet of an IPv4 range: `cidr(base, new_bits, index)` as in Terraform's `cidrsubnet`.
    Cidr {
        /// The range that is divided.
        base: Value,
        /// Bits added to the prefix.
        new_bits: u8,
        /// Which of the parts, from 0.
        index: u32,
    },
    /// A Rust closure of the program, called back with its inputs when these are known.
    Call {
        /// The program's number of the closure.
        callback: u64,
        /// What the closure takes.
        input: Value,
    },
}

impl Value {
    /// Text as a value.
    pub fn string(text: impl Into<String>) -> Self {
        Value::String(text.into())
    }

    /// A map of the pairs given.
    pub fn map<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Value)>) -> Self {
        Value::Map(pairs.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// A value that is computed later.
    pub fn output(expr: Expr) -> Self {
        Value::Output(Box::new(expr))
    }

    /// Marks a value as secret; a secret stays what it is.
    pub fn secret(value: Value) -> Self {
        match value {
            Value::Secret(_) | Value::Sealed(_) | Value::Hash(_) => value,
            other => Value::Secret(Box::new(other)),
        }
    }

    /// Whether this is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, looking through a secret mark.
    pub fn as_str(&self) -> Option<&str> {
        match self.reveal() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number as an integer, if it is one and exact.
    pub fn as_int(&self) -> Option<i64> {
        match self.reveal() {
            Value::Number(n) if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0 => Some(*n as i64),
            _ => None,
        }
    }

    /// The truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self.reveal() {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The items.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self.reveal() {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self.reveal() {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value without its secret mark (only the outermost).
    pub fn reveal(&self) -> &Value {
        match self {
            Value::Secret(inner) => inner.reveal(),
            other => other,
        }
    }

    /// The same value with every secret mark taken off, at any depth.
    pub fn revealed(&self) -> Value {
        match self {
            Value::Secret(inner) => inner.revealed(),
            Value::List(items) => Value::List(items.iter().map(Value::revealed).collect()),
            Value::Map(entries) => Value::Map(entries.iter().map(|(k, v)| (k.clone(), v.revealed())).collect()),
            other => other.clone(),
        }
    }

    /// The entry `key` of a map; `None` if absent or no map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map().and_then(|entries| entries.get(key)).filter(|value| !value.is_null())
    }

    /// Sets `key` of a map; turns anything else into a map first. Setting null removes the key.
    pub fn set(&mut self, key: &str, value: Value) {
        if !matches!(self, Value::Map(_)) {
            *self = Value::Map(BTreeMap::new());
        }
        if let Value::Map(entries) = self {
            if value.is_null() {
                entries.remove(key);
            } else {
                entries.insert(key.to_owned(), value);
            }
        }
    }

    /// Whether any part satisfies `test`; expressions are looked into as well.
    pub fn any(&self, test: &dyn Fn(&Value) -> bool) -> bool {
        test(self)
            || match self {
                Value::List(items) => items.iter().any(|item| item.any(test)),
                Value::Map(entries) => entries.values().any(|item| item.any(test)),
                Value::Secret(inner) => inner.any(test),
                Value::Output(expr) => expr.parts().any(|part| part.any(test)),
                _ => false,
            }
    }

    /// Whether some part is not known yet.
    pub fn has_unknown(&self) -> bool {
        self.any(&|part| matches!(part, Value::Unknown | Value::Output(_)))
    }

    /// Whether some part is secret, in clear or stored form.
    pub fn has_secret(&self) -> bool {
        self.any(&|part| matches!(part, Value::Secret(_) | Value::Sealed(_) | Value::Hash(_)))
    }
}

/// As JSON, with secrets masked: debug output ends up in logs and panics.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Secret(_) => f.write_str("[secret]"),
            Value::List(items) => f.debug_list().entries(items).finish(),
            Value::Map(entries) => f.debug_map().entries(entries).finish(),
            Value::Output(expr) => write!(f, "{expr:?}"),
            plain => write!(f, "{}", plain.to_json()),
        }
    }
}

impl Expr {
    /// The values that this computation takes.
    pub fn parts(&self) -> impl Iterator<Item = &Value> {
        let slice: &[Value] = match self {
            Expr::Ref { .. } => &[],
            Expr::Format { parts } => parts,
            Expr::Join { list: value, .. }
            | Expr::Json { of: value }
            | Expr::Get { of: value, .. }
            | Expr::Cidr { base: value, .. }
            | Expr::Call { input: value, .. } => std::slice::from_ref(value),
        };
        slice.iter()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects logs and panics: debug output never shows a secret.
    #[test]
    fn debug_output_masks_secrets() {
        let inner = Value::map([("password", Value::secret("hunter2".into())), ("size", Value::from(3))]);
        let format = Expr::Format { parts: vec![Value::secret("hunter2".into())] };
        let shown = format!("{:?}", Value::List(vec![inner, Value::output(format)]));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("\"size\": 3"), "{shown}");
    }
}
