//! Closures of a program that the engine runs around its steps.

use crate::{Result, session};
use farsight_model::{FromValue, HookRef, Location, Mismatch, Urn, Value};
use std::time::Duration;

pub use farsight_model::When;

/// How long a hook may take when the program does not say.
const USUAL: Duration = Duration::from_secs(30);

/// What a hook is told about the step that it runs around. What does not exist, or not yet, is null.
#[derive(Debug, Clone)]
pub struct Step {
    value: Value,
}

impl Step {
    /// The resource.
    pub fn urn(&self) -> Option<Urn> {
        Urn::parse(self.text("urn")).ok()
    }

    /// The resource's name.
    pub fn name(&self) -> &str {
        self.text("name")
    }

    /// The resource's full type.
    pub fn token(&self) -> &str {
        self.text("type")
    }

    /// The object's id; none before it is made.
    pub fn id(&self) -> Option<&str> {
        self.value.get("id").and_then(Value::as_str)
    }

    /// The inputs as they shall be, by their names on the wire; null around a delete.
    pub fn inputs(&self) -> Value {
        self.part("inputs")
    }

    /// The inputs as they were; null around a create.
    pub fn old_inputs(&self) -> Value {
        self.part("oldInputs")
    }

    /// What the object is, after a create or an update.
    pub fn outputs(&self) -> Value {
        self.part("outputs")
    }

    /// What the object was, before an update and around a delete.
    pub fn old_outputs(&self) -> Value {
        self.part("oldOutputs")
    }

    fn text(&self, name: &str) -> &str {
        self.value.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn part(&self, name: &str) -> Value {
        self.value.get(name).cloned().unwrap_or_default()
    }
}

impl FromValue for Step {
    fn from_value(value: &Value) -> std::result::Result<Self, Mismatch> {
        Ok(Self { value: value.clone() })
    }
}

/// Keeps a closure for the engine to run.
#[track_caller]
pub(crate) fn keep(when: When, within: Option<Duration>, run: impl Fn(&Step) -> Result<()> + 'static) -> HookRef {
    let location = Location::caller();
    let callback = session::register(location, move |step: Step| match run(&step) {
        Ok(()) => Ok(true),
        Err(error) => Err(error.to_string()),
    });
    HookRef { when, callback: Some(callback), within: within.unwrap_or(USUAL).as_secs().max(1) }
}
