//! Conversions between Rust types and property values.

use crate::{
    Value,
    schema::{Kind, RustType},
};
use std::collections::BTreeMap;
use std::fmt;

/// A Rust type that is a property value. `farsight-derive` implements both traits for structs and enums.
pub trait IntoValue {
    /// What values of this type look like, for checks.
    const KIND: Kind;
    /// Whether an absent value is one of this type ([`Option`], lists and maps).
    const OPTIONAL: bool = false;
    /// The block or enum that it is, or holds.
    const RUST: Option<RustType> = None;

    /// The value.
    fn into_value(self) -> Value;
}

/// A Rust type that can be read from a property value.
pub trait FromValue: Sized {
    /// Reads the value; secret marks are looked through.
    fn from_value(value: &Value) -> Result<Self, Mismatch>;
}

/// A value of another shape than its type needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The property, from the outermost inwards.
    pub path: String,
    /// What was expected.
    pub expected: &'static str,
}

impl Mismatch {
    /// A mismatch at the value itself.
    pub fn new(expected: &'static str) -> Self {
        Self { path: String::new(), expected }
    }

    /// The same, seen from the property that holds the value.
    #[must_use]
    pub fn at(mut self, outer: &str) -> Self {
        self.path = if self.path.is_empty() { outer.to_owned() } else { format!("{outer}.{}", self.path) };
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "expected {}", self.expected)
        } else {
            write!(f, "`{}`: expected {}", self.path, self.expected)
        }
    }
}

impl std::error::Error for Mismatch {}

macro_rules! scalar {
    ($($type:ty, $kind:ident, $expected:literal, $get:expr, $make:expr;)*) => {$(
        impl IntoValue for $type {
            const KIND: Kind = Kind::$kind;
            fn into_value(self) -> Value {
                ($make)(self)
            }
        }
        impl FromValue for $type {
            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                ($get)(value).ok_or(Mismatch::new($expected))
            }
        }
    )*};
}

scalar! {
    bool, Bool, "true or false", Value::as_bool, Value::Bool;
    String, String, "text", |v: &Value| v.as_str().map(str::to_owned), Value::String;
    i64, Integer, "a whole number", Value::as_int, Value::from;
    i32, Integer, "a whole number", |v: &Value| v.as_int().and_then(|n| n.try_into().ok()), |n| Value::Number(f64::from(n));
    u32, Integer, "a whole number from 0", |v: &Value| v.as_int().and_then(|n| n.try_into().ok()), |n| Value::Number(f64::from(n));
    u16, Integer, "a whole number from 0 to 65535", |v: &Value| v.as_int().and_then(|n| n.try_into().ok()), |n| Value::Number(f64::from(n));
    usize, Integer, "a whole number from 0", |v: &Value| v.as_int().and_then(|n| n.try_into().ok()), |n| Value::Number(n as f64);
    f64, Number, "a number", |v: &Value| match v.reveal() { Value::Number(n) => Some(*n), _ => None }, Value::Number;
}

impl IntoValue for Value {
    const KIND: Kind = Kind::Any;
    fn into_value(self) -> Value {
        self
    }
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Ok(value.clone())
    }
}

impl IntoValue for &str {
    const KIND: Kind = Kind::String;
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;
    const RUST: Option<RustType> = T::RUST;
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value.reveal() {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
    const OPTIONAL: bool = true;
    const RUST: Option<RustType> = T::RUST;
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value.reveal() {
            Value::Null => Ok(Vec::new()),
            Value::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| T::from_value(item).map_err(|m| m.at(&format!("[{index}]"))))
                .collect(),
            _ => Err(Mismatch::new("a list")),
        }
    }
}

impl<T: IntoValue> IntoValue for BTreeMap<String, T> {
    const KIND: Kind = Kind::Map(&T::KIND);
    const OPTIONAL: bool = true;
    const RUST: Option<RustType> = T::RUST;
    fn into_value(self) -> Value {
        Value::Map(self.into_iter().map(|(key, value)| (key, value.into_value())).collect())
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value.reveal() {
            Value::Null => Ok(BTreeMap::new()),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, value)| T::from_value(value).map(|v| (key.clone(), v)).map_err(|m| m.at(key)))
                .collect(),
            _ => Err(Mismatch::new("a map")),
        }
    }
}

macro_rules! tuples {
    ($($expected:literal ($($part:ident)+);)*) => {$(
        impl<$($part: FromValue),+> FromValue for ($($part,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                match value.as_list() {
                    Some([$($part),+]) => Ok(($($part::from_value($part)?,)+)),
                    _ => Err(Mismatch::new($expected)),
                }
            }
        }
    )*};
}

tuples! {
    "a list of 2 items" (A B);
    "a list of 3 items" (A B C);
    "a list of 4 items" (A B C D);
    "a list of 5 items" (A B C D E);
    "a list of 6 items" (A B C D E F);
    "a list of 7 items" (A B C D E F G);
    "a list of 8 items" (A B C D E F G H);
}
