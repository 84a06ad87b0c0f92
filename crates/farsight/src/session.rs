//! What a running program leaves behind besides its declarations: closures, and mistakes found along the way.
//!
//! Outputs and builders are used without a context at hand, so this lives beside the thread. Outputs do not leave
//! their thread.

use crate::panics;
use farsight_model::{FromValue, IntoValue, Location, Value};
use farsight_protocol::{ProgramError, ProgramErrorKind};
use std::cell::RefCell;
use std::rc::Rc;

/// A closure of the program over plain values.
pub type Closure = Rc<dyn Fn(&Value) -> Result<Value, ClosureError>>;

/// Why a closure gave nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosureError {
    /// What went wrong, as a lower-case fragment.
    pub message: String,
    /// Where.
    pub location: Location,
    /// Whether it panicked.
    pub panic: bool,
}

/// Closures by number, and mistakes in order.
#[derive(Default)]
pub struct Session {
    closures: Vec<Closure>,
    problems: Vec<ProgramError>,
}

thread_local! {
    static SESSION: RefCell<Session> = RefCell::default();
}

/// Begins a new program in this thread.
pub fn begin() {
    SESSION.with(|session| *session.borrow_mut() = Session::default());
}

/// Takes what the program left behind.
pub fn take() -> Session {
    SESSION.with(|session| std::mem::take(&mut *session.borrow_mut()))
}

/// Notes a mistake; the program fails with all of them at its end.
pub fn problem(message: impl Into<String>, location: Location) {
    note(ProgramError { message: message.into(), location: Some(location), kind: ProgramErrorKind::Failed });
}

/// Notes a mistake.
pub fn note(error: ProgramError) {
    SESSION.with(|session| session.borrow_mut().problems.push(error));
}

/// Takes the mistakes noted so far.
pub fn problems() -> Vec<ProgramError> {
    SESSION.with(|session| std::mem::take(&mut session.borrow_mut().problems))
}

/// Keeps a closure and gives its number.
pub fn register<T: FromValue, U: IntoValue>(location: Location, f: impl Fn(T) -> Result<U, String> + 'static) -> u64 {
    let closure: Closure = Rc::new(move |input| {
        let fail = |message: String| ClosureError { message, location: location.clone(), panic: false };
        let input = T::from_value(input).map_err(|mismatch| fail(format!("the closure's input: {mismatch}")))?;
        match panics::catch(|| f(input)) {
            Ok(result) => result.map(U::into_value).map_err(fail),
            Err(panicked) => Err(ClosureError {
                message: format!("the closure panicked: {}", panicked.message),
                location: panicked.location.unwrap_or_else(|| location.clone()),
                panic: true,
            }),
        }
    });
    SESSION.with(|session| {
        let closures = &mut session.borrow_mut().closures;
        closures.push(closure);
        closures.len() as u64 - 1
    })
}

/// Calls a closure by its number; `None` if there is none.
pub fn call(callback: u64, input: &Value) -> Option<Result<Value, ClosureError>> {
    // Taken out of the table first: a closure may itself use outputs.
    let closure = SESSION.with(|session| session.borrow().closure(callback))?;
    Some(closure(input))
}

impl Session {
    /// The closure of a number.
    pub fn closure(&self, callback: u64) -> Option<Closure> {
        usize::try_from(callback).ok().and_then(|index| self.closures.get(index)).cloned()
    }
}
