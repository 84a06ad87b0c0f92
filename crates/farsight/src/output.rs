//! Values that may not be known yet.

use crate::session;
use farsight_model::{EvalError, Expr, FromValue, IntoValue, Location, PropertyPath, Resolver, Urn, Value, evaluate};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

/// A value of type `T` that may not be known yet: a property of a resource, or something computed from such.
///
/// Cheap to clone. It stays in its thread. It cannot be displayed, since its value may not exist: use [`crate::output!`].
pub struct Output<T> {
    value: Rc<Value>,
    of: PhantomData<fn() -> T>,
}

impl<T> Output<T> {
    /// A value that is known already.
    pub fn new(value: T) -> Self
    where
        T: IntoValue,
    {
        Self::raw(value.into_value())
    }

    /// An output that stands for `value`, which may hold expressions.
    pub(crate) fn raw(value: Value) -> Self {
        Self { value: Rc::new(value), of: PhantomData }
    }

    /// The value with its expressions, for those who declare by hand.
    pub fn to_value(&self) -> Value {
        Value::clone(&self.value)
    }

    /// Computes with the value once it is known. The closure runs in the program, called by the engine; of a value
    /// that is known already it runs at once. It must depend on nothing but its input, since it may run more than once.
    ///
    /// A closure that panics, or a value of another shape than `T`, fails the program with this line.
    #[track_caller]
    pub fn map<U: IntoValue + 'static>(&self, f: impl Fn(T) -> U + 'static) -> Output<U>
    where
        T: FromValue + 'static,
    {
        self.closure(Location::caller(), move |value| Ok(f(value)))
    }

    /// As [`Output::map`], for closures that can fail.
    #[track_caller]
    pub fn try_map<U, E>(&self, f: impl Fn(T) -> Result<U, E> + 'static) -> Output<U>
    where
        T: FromValue + 'static,
        U: IntoValue + 'static,
        E: fmt::Display,
    {
        self.closure(Location::caller(), move |value| f(value).map_err(|error| error.to_string()))
    }

    fn closure<U>(&self, location: Location, f: impl Fn(T) -> Result<U, String> + 'static) -> Output<U>
    where
        T: FromValue + 'static,
        U: IntoValue + 'static,
    {
        let callback = session::register(location.clone(), f);
        computed(Expr::Call { callback, input: self.to_value() }, location)
    }

    /// The same, never shown nor stored in clear.
    pub fn secret(&self) -> Self {
        Self::raw(Value::secret(self.to_value()))
    }

    /// The same for values that may be absent; without this, absence is an error where the value is used.
    pub fn optional(&self) -> Output<Option<T>> {
        Output { value: Rc::clone(&self.value), of: PhantomData }
    }

    /// A part of the value, by property path: `tags.Name`, `[0].arn`. Names are those of the wire.
    ///
    /// A malformed path fails the program with this line.
    #[track_caller]
    pub fn get<U>(&self, path: &str) -> Output<U> {
        match PropertyPath::parse(path) {
            Ok(path) => self.part(path),
            Err(error) => {
                session::problem(error.to_string(), Location::caller());
                Output::raw(Value::Unknown)
            }
        }
    }

    fn part<U>(&self, path: PropertyPath) -> Output<U> {
        match self.value.part(&path) {
            Value::Unknown => Output::raw(Value::output(Expr::Get { of: self.to_value(), path })),
            part => Output::raw(part),
        }
    }
}

impl<T> Output<Vec<T>> {
    /// The item number `index`, from 0.
    pub fn at(&self, index: usize) -> Output<T> {
        self.part(PropertyPath::root().join_index(index))
    }

    /// The items as text with `separator` between them.
    #[track_caller]
    pub fn join(&self, separator: &str) -> Output<String> {
        let expr = Expr::Join { separator: separator.to_owned(), list: self.to_value() };
        computed(expr, Location::caller())
    }
}

impl Output<String> {
    /// Part number `index` of this network when it is divided by `new_bits` more prefix bits, as Terraform's
    /// `cidrsubnet`: part 3 of `10.0.0.0/16` with 8 more bits is `10.0.3.0/24`.
    ///
    /// A part that does not exist fails the program, at once or when the network is known.
    #[track_caller]
    pub fn subnet(&self, new_bits: u8, index: impl TryInto<u32>) -> Self {
        let Ok(index) = index.try_into() else {
            session::problem("the number of a subnet is from 0 to 4294967295", Location::caller());
            return Self::raw(Value::Unknown);
        };
        computed(Expr::Cidr { base: self.to_value(), new_bits, index }, Location::caller())
    }
}

/// An expression, or its value where all that it takes is known. Failure is noted with `location`.
pub(crate) fn computed<T>(expr: Expr, location: Location) -> Output<T> {
    if expr.parts().any(Value::has_unknown) {
        return Output::raw(Value::output(expr));
    }
    let mut closures = Closures::default();
    let result = evaluate(&Value::output(expr), &mut closures);
    if let Some(error) = closures.failed {
        session::note(farsight_protocol::ProgramError {
            message: error.message,
            location: Some(error.location),
            kind: if error.panic {
                farsight_protocol::ProgramErrorKind::Panicked
            } else {
                farsight_protocol::ProgramErrorKind::Failed
            },
        });
        return Output::raw(Value::Unknown);
    }
    Output::raw(result.unwrap_or_else(|EvalError(message)| {
        session::problem(message, location);
        Value::Unknown
    }))
}

/// Answers for closures of this program; nothing that is evaluated here refers to resources.
#[derive(Default)]
struct Closures {
    failed: Option<session::ClosureError>,
}

impl Resolver for Closures {
    fn reference(&mut self, _: &Urn, _: &PropertyPath) -> Value {
        Value::Unknown
    }

    fn call(&mut self, callback: u64, input: &Value) -> Value {
        match session::call(callback, input) {
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                self.failed = Some(error);
                Value::Unknown
            }
            None => Value::Unknown,
        }
    }
}

impl<T> Clone for Output<T> {
    fn clone(&self) -> Self {
        Self { value: Rc::clone(&self.value), of: PhantomData }
    }
}

impl<T> fmt::Debug for Output<T> {
    /// Says what it is without its value, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.value.as_ref() {
            value if value.has_secret() => "secret",
            value if value.has_unknown() => "not known yet",
            _ => "known",
        };
        write!(f, "Output({what})")
    }
}
