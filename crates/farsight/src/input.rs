//! What setters take: values, outputs, and lists and maps that mix them.

use crate::Output;
use farsight_model::{IntoValue, Value};
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

/// A property value of type `T`: known, an output, or a list, map or block with outputs inside.
///
/// Setters take `impl Into<Input<T>>`. `None` is the same as not calling the setter.
pub struct Input<T> {
    value: Value,
    of: PhantomData<fn() -> T>,
}

impl<T> Input<T> {
    /// A known value.
    pub fn known(value: T) -> Self
    where
        T: IntoValue,
    {
        Self::from_value(value.into_value())
    }

    /// A value taken on trust; the engine checks it.
    pub fn from_value(value: Value) -> Self {
        Self { value, of: PhantomData }
    }

    /// The value with its expressions.
    pub fn into_value(self) -> Value {
        self.value
    }
}

impl<T> From<Output<T>> for Input<T> {
    fn from(output: Output<T>) -> Self {
        Self::from_value(output.to_value())
    }
}

impl<T> From<&Output<T>> for Input<T> {
    fn from(output: &Output<T>) -> Self {
        Self::from_value(output.to_value())
    }
}

impl<T, U: Into<Input<T>>> From<Option<U>> for Input<T> {
    fn from(value: Option<U>) -> Self {
        Self::from_value(value.map_or(Value::Null, |value| value.into().value))
    }
}

macro_rules! scalars {
    ($($target:ty: $($source:ty => $make:expr),+;)*) => {$($(
        impl From<$source> for Input<$target> {
            fn from(value: $source) -> Self {
                Self::from_value(($make)(value))
            }
        }
    )+)*};
}

scalars! {
    bool: bool => Value::Bool, &bool => |b: &bool| Value::Bool(*b);
    String: String => Value::String, &str => Value::from, &String => |text: &String| Value::String(text.clone()),
        &&str => |text: &&str| Value::from(*text);
    i64: i64 => Value::from, i32 => |n| Value::from(i64::from(n)), u32 => |n| Value::from(i64::from(n)),
        u16 => |n| Value::from(i64::from(n)), u8 => |n| Value::from(i64::from(n)), usize => |n| Value::Number(n as f64),
        &i64 => |n: &i64| Value::from(*n), &i32 => |n: &i32| Value::from(i64::from(*n));
    i32: i32 => |n| Value::from(i64::from(n));
    u32: u32 => |n| Value::from(i64::from(n));
    u16: u16 => |n| Value::from(i64::from(n));
    f64: f64 => Value::Number, f32 => |n| Value::Number(f64::from(n)), i32 => |n| Value::Number(f64::from(n));
    Value: Value => std::convert::identity;
}

fn list<T, U: Into<Input<T>>>(items: impl IntoIterator<Item = U>) -> Input<Vec<T>> {
    Input::from_value(Value::List(items.into_iter().map(|item| item.into().value).collect()))
}

impl<T, U: Into<Input<T>>> From<Vec<U>> for Input<Vec<T>> {
    fn from(items: Vec<U>) -> Self {
        list(items)
    }
}

impl<T, U: Into<Input<T>> + Clone> From<&Vec<U>> for Input<Vec<T>> {
    fn from(items: &Vec<U>) -> Self {
        list(items.iter().cloned())
    }
}

impl<T, U: Into<Input<T>> + Clone> From<&[U]> for Input<Vec<T>> {
    fn from(items: &[U]) -> Self {
        list(items.iter().cloned())
    }
}

impl<T, U: Into<Input<T>>, const N: usize> From<[U; N]> for Input<Vec<T>> {
    fn from(items: [U; N]) -> Self {
        list(items)
    }
}

fn map<T, K: Into<String>, V: Into<Input<T>>>(entries: impl IntoIterator<Item = (K, V)>) -> Input<BTreeMap<String, T>> {
    Input::from_value(Value::map(entries.into_iter().map(|(key, value)| (key, value.into().value))))
}

impl<T, K: Into<String>, V: Into<Input<T>>, const N: usize> From<[(K, V); N]> for Input<BTreeMap<String, T>> {
    fn from(entries: [(K, V); N]) -> Self {
        map(entries)
    }
}

impl<T, K: Into<String>, V: Into<Input<T>>> From<Vec<(K, V)>> for Input<BTreeMap<String, T>> {
    fn from(entries: Vec<(K, V)>) -> Self {
        map(entries)
    }
}

impl<T, K: Into<String>, V: Into<Input<T>>> From<BTreeMap<K, V>> for Input<BTreeMap<String, T>> {
    fn from(entries: BTreeMap<K, V>) -> Self {
        map(entries)
    }
}

impl<T, K: Into<String> + Clone, V: Into<Input<T>> + Clone> From<&BTreeMap<K, V>> for Input<BTreeMap<String, T>> {
    fn from(entries: &BTreeMap<K, V>) -> Self {
        map(entries.clone())
    }
}

impl<T, K: Into<String>, V: Into<Input<T>>, S> From<HashMap<K, V, S>> for Input<BTreeMap<String, T>> {
    fn from(entries: HashMap<K, V, S>) -> Self {
        map(entries)
    }
}
