//! Several outputs as one.

use crate::output::computed;
use crate::{Data, Output};
use farsight_model::{Expr, Location, Value};
use std::fmt::Display;

/// An output, owned or borrowed.
pub trait AsOutput {
    /// What it is an output of.
    type Of;
    /// The output's value with its expressions.
    fn value(&self) -> Value;
}

impl<T> AsOutput for Output<T> {
    type Of = T;
    fn value(&self) -> Value {
        self.to_value()
    }
}

impl<T> AsOutput for &Output<T> {
    type Of = T;
    fn value(&self) -> Value {
        self.to_value()
    }
}

/// What [`all`] takes: a tuple of two to eight outputs, or a list of outputs of one type.
pub trait All {
    /// The tuple or list of what they are outputs of.
    type Of;
    /// The outputs' values in order.
    fn values(self) -> Vec<Value>;
}

impl<O: AsOutput> All for Vec<O> {
    type Of = Vec<O::Of>;
    fn values(self) -> Vec<Value> {
        self.iter().map(O::value).collect()
    }
}

impl<O: AsOutput, const N: usize> All for [O; N] {
    type Of = Vec<O::Of>;
    fn values(self) -> Vec<Value> {
        self.iter().map(O::value).collect()
    }
}

macro_rules! tuples {
    ($(($($part:ident)+))*) => {$(
        impl<$($part: AsOutput),+> All for ($($part,)+) {
            type Of = ($($part::Of,)+);
            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn values(self) -> Vec<Value> {
                let ($($part,)+) = self;
                vec![$($part.value()),+]
            }
        }
    )*};
}

tuples! { (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }

/// Several outputs as one, known when all are: `all((a, b)).map(|(a, b)| ..)`.
pub fn all<O: All>(outputs: O) -> Output<O::Of> {
    Output::raw(Value::List(outputs.values()))
}

/// The items of a list as text with `separator` between them; items may be outputs.
#[track_caller]
pub fn join(separator: &str, list: impl Data) -> Output<String> {
    computed(Expr::Join { separator: separator.to_owned(), list: list.into_data() }, Location::caller())
}

/// Data as JSON text; parts may be outputs. The macro [`json!`](crate::json!) takes JSON's own notation.
#[track_caller]
pub fn json(of: impl Data) -> Output<String> {
    computed(Expr::Json { of: of.into_data() }, Location::caller())
}

/// The parts as text, one after another.
#[track_caller]
pub fn format(parts: Vec<Value>) -> Output<String> {
    computed(Expr::Format { parts }, Location::caller())
}

/// What can stand in the text of `output!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a text: it is no output and cannot be displayed"
)]
pub trait Part {
    /// The part.
    fn part(&self) -> Value;
}

impl<T: Display + ?Sized> Part for T {
    fn part(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl<T> Part for Output<T> {
    fn part(&self) -> Value {
        self.to_value()
    }
}

impl<T> Part for &Output<T> {
    fn part(&self) -> Value {
        self.to_value()
    }
}
