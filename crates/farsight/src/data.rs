//! Anything that can be a property value.

use crate::Output;
use farsight_model::Value;
use std::collections::BTreeMap;

/// Anything that can be a property value: constants, outputs, and lists and maps of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no property value: neither a constant nor an output nor a list of these"
)]
pub trait Data {
    /// The value.
    fn into_data(self) -> Value;
}

impl Data for Value {
    fn into_data(self) -> Value {
        self
    }
}

impl<T> Data for Output<T> {
    fn into_data(self) -> Value {
        self.to_value()
    }
}

impl<T> Data for &Output<T> {
    fn into_data(self) -> Value {
        self.to_value()
    }
}

macro_rules! constants {
    ($($type:ty: $make:expr;)*) => {$(
        impl Data for $type {
            fn into_data(self) -> Value {
                ($make)(self)
            }
        }
    )*};
}

constants! {
    &str: Value::from;
    String: Value::String;
    &String: |text: &String| Value::String(text.clone());
    bool: Value::Bool;
    f64: Value::Number;
    i64: Value::from;
    i32: |n| Value::Number(f64::from(n));
    u32: |n| Value::Number(f64::from(n));
    u16: |n| Value::Number(f64::from(n));
    usize: |n| Value::Number(n as f64);
}

impl<D: Data> Data for Option<D> {
    fn into_data(self) -> Value {
        self.map_or(Value::Null, D::into_data)
    }
}

impl<D: Data> Data for Vec<D> {
    fn into_data(self) -> Value {
        Value::List(self.into_iter().map(D::into_data).collect())
    }
}

impl<D: Data + Clone> Data for &Vec<D> {
    fn into_data(self) -> Value {
        self.clone().into_data()
    }
}

impl<D: Data + Clone> Data for &[D] {
    fn into_data(self) -> Value {
        self.to_vec().into_data()
    }
}

impl<D: Data, const N: usize> Data for [D; N] {
    fn into_data(self) -> Value {
        Value::List(self.into_iter().map(D::into_data).collect())
    }
}

impl<D: Data> Data for BTreeMap<String, D> {
    fn into_data(self) -> Value {
        Value::Map(self.into_iter().map(|(key, part)| (key, part.into_data())).collect())
    }
}
