//! Tests of programs without an engine: run one, then look at what it declared.
//!
//! ```
//! use farsight::testing;
//!
//! let recording = testing::record([("greeting", "hello")], |cx| {
//!     cx.export("text", cx.config().or("greeting", "hi"));
//!     Ok(())
//! });
//! assert_eq!(recording.export("text"), farsight::Value::from("hello"));
//! ```

mod recording;

pub use farsight_protocol::ProgramErrorKind;
pub use recording::{Recorded, Recording, Violated};

use crate::link::Link;
use crate::{Context, Data, Result, program, session};
use farsight_model::{Location, Value};
use farsight_protocol::{ConfigEntry, FromProgram, Welcome};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Runs a program with this configuration and records it. Data sources have no answers; see [`Setup`].
pub fn record<K: Into<String>, V: Data>(
    config: impl IntoIterator<Item = (K, V)>,
    program: impl FnOnce(&Context) -> Result<()>,
) -> Recording {
    config.into_iter().fold(Setup::new(), |setup, (key, value)| setup.config(key, value)).record(program)
}

type Answer = Box<dyn Fn(&Value) -> Value>;

/// What a program finds when it is tested: stack `test` of project `test`, and what is set here.
#[must_use = "nothing runs until `.record(..)`"]
pub struct Setup {
    welcome: Welcome,
    answers: BTreeMap<String, Answer>,
    outputs: BTreeMap<(String, String), Value>,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// An empty stack without configuration.
    pub fn new() -> Self {
        let welcome = Welcome { stack: "test".into(), project: "test".into(), config: BTreeMap::new(), preview: true };
        Self { welcome, answers: BTreeMap::new(), outputs: BTreeMap::new() }
    }

    /// The stack's name.
    pub fn stack(mut self, name: impl Into<String>) -> Self {
        self.welcome.stack = name.into();
        self
    }

    /// Sets a configuration key.
    pub fn config(self, key: impl Into<String>, value: impl Data) -> Self {
        self.entry(key.into(), value.into_data(), false)
    }

    /// Sets a secret configuration key.
    pub fn secret(self, key: impl Into<String>, value: impl Data) -> Self {
        self.entry(key.into(), value.into_data(), true)
    }

    fn entry(mut self, key: String, value: Value, secret: bool) -> Self {
        self.welcome.config.insert(key, ConfigEntry { value, secret, source: "the test".into() });
        self
    }

    /// What a data source answers; the closure gets its arguments.
    pub fn answer(mut self, token: impl Into<String>, answer: impl Fn(&Value) -> Value + 'static) -> Self {
        self.answers.insert(token.into(), Box::new(answer));
        self
    }

    /// The value of an output of the resource `name`, by its name on the wire. Without this, an output is a text like
    /// `<Vpc main.arn>`.
    pub fn output(mut self, name: impl Into<String>, property: impl Into<String>, value: impl Data) -> Self {
        self.outputs.insert((name.into(), property.into()), value.into_data());
        self
    }

    /// Runs the program and records it. A panic of the program is recorded as an error.
    pub fn record(self, program: impl FnOnce(&Context) -> Result<()>) -> Recording {
        let messages = Rc::new(RefCell::new(Vec::new()));
        let recorder = Recorder { messages: Rc::clone(&messages), answers: self.answers };
        let cx = Context::tested(self.welcome, Box::new(recorder));
        let errors = program::errors_of(&cx, program);
        let messages = messages.take();
        let (log, used) = (cx.take_log(), cx.config().used());
        Recording::new(messages, errors, session::take(), cx.schemas(), (log, used), self.outputs)
    }
}

struct Recorder {
    messages: Rc<RefCell<Vec<FromProgram>>>,
    answers: BTreeMap<String, Answer>,
}

impl Link for Recorder {
    fn tell(&mut self, message: FromProgram) {
        self.messages.borrow_mut().push(message);
    }

    fn ask(&mut self, token: &str, args: Value, _: Location) -> std::result::Result<Value, String> {
        match self.answers.get(token) {
            Some(answer) => Ok(answer(&args)),
            None => Err("the test has no answer for it: give one with `Setup::answer`".to_owned()),
        }
    }
}
