//! What every resource type must do, checked on a real or emulated cloud.
//!
//! One entry per type: a [`Sample`] of its inputs, a [`Variation`] per property, and [`conformance!`](crate::conformance!).
//! The suite plays the engine: create, read, find after a lost answer, change and repair each property, delete. It
//! collects every failure before it reports, and a property that the sample forgets is a failure too.

mod lifecycle;
mod properties;
mod report;
#[cfg(test)]
mod tests;

use crate::{Clock, ErasedHandler, SystemClock};
use farsight_model::{PathSegment, PropertyPath, Value};
use std::sync::Arc;

pub use report::{Failure, Report};

/// Makes a `#[tokio::test]` of a handler and a sample; both expressions may await.
///
/// ```text
/// conformance!(role, handler("aws:iam/role:Role").await, Sample::new("role", inputs));
/// conformance!(subnet, { let vpc = vpc().await; (handler(SUBNET).await, sample(&vpc)) });
/// ```
#[macro_export]
macro_rules! conformance {
    ($name:ident, $handler:expr, $sample:expr $(,)?) => {
        $crate::conformance!($name, ($handler, $sample));
    };
    ($name:ident, $handler_and_sample:expr) => {
        #[tokio::test]
        async fn $name() {
            let (handler, sample) = $handler_and_sample;
            let outcome = $crate::conformance::check(handler, sample).await;
            assert!(outcome.is_ok(), "{}", outcome.err().map(|report| report.to_string()).unwrap_or_default());
        }
    };
}

/// One object of a type, and how to vary it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// A short name: part of the owner's stack and of auto-names.
    pub name: String,
    /// Inputs as a program gives them; defaults are filled in.
    pub inputs: Value,
    /// Another object that can stand beside the first, for the batched read.
    pub sibling: Option<Value>,
    /// An id of the right form that no object has.
    pub missing: String,
    /// One other value for each property.
    pub vary: Vec<Variation>,
    /// Properties that cannot be varied here, and why.
    pub exempt: Vec<(&'static str, &'static str)>,
    /// Checks that cannot hold here, and why.
    pub waive: Vec<(Check, &'static str)>,
}

impl Sample {
    /// A sample without variations.
    pub fn new(name: impl Into<String>, inputs: Value) -> Self {
        Self {
            name: name.into(),
            inputs,
            sibling: None,
            missing: String::new(),
            vary: Vec::new(),
            exempt: Vec::new(),
            waive: Vec::new(),
        }
    }

    /// The same with an id that no object has.
    #[must_use]
    pub fn missing(mut self, id: impl Into<String>) -> Self {
        self.missing = id.into();
        self
    }

    /// The same with inputs of a second object.
    #[must_use]
    pub fn sibling(mut self, inputs: Value) -> Self {
        self.sibling = Some(inputs);
        self
    }

    /// The same with one property more that is varied; null takes it away.
    #[must_use]
    pub fn vary(self, path: &str, value: impl Into<Value>) -> Self {
        self.variation(Variation::new(path, value))
    }

    /// The same with one variation more.
    #[must_use]
    pub fn variation(mut self, variation: Variation) -> Self {
        self.vary.push(variation);
        self
    }

    /// The same with a property that is not varied, and why.
    #[must_use]
    pub fn exempt(mut self, property: &'static str, reason: &'static str) -> Self {
        self.exempt.push((property, reason));
        self
    }

    /// The same without one of the checks, and why.
    #[must_use]
    pub fn waive(mut self, check: Check, reason: &'static str) -> Self {
        self.waive.push((check, reason));
        self
    }

    fn waives(&self, check: Check) -> bool {
        self.waive.iter().any(|(waived, _)| *waived == check)
    }
}

/// Checks that a sample may waive, because the emulator or the service cannot show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// A second create with the same owner gives the same object, or is refused, as the identity says.
    CreateAgain,
    /// The owner finds its object.
    Find,
    /// A foreign owner finds nothing.
    ForeignOwner,
    /// An update may be repeated.
    RepeatUpdate,
    /// The object is gone once it was deleted. Without it the handler must say of a delete that there is nothing to do.
    Delete,
    /// A second delete is fine.
    DeleteAgain,
}

/// Another value of one property.
#[derive(Debug, Clone)]
pub struct Variation {
    path: String,
    value: Value,
    with: Vec<(String, Value)>,
    moves: Vec<&'static str>,
    kept: Option<&'static str>,
}

impl Variation {
    /// A new value at a path such as `tags.Name`; null takes the property away.
    pub fn new(path: &str, value: impl Into<Value>) -> Self {
        Self { path: path.to_owned(), value: value.into(), with: Vec::new(), moves: Vec::new(), kept: None }
    }

    /// Changes another property in the same turn, where one alone would not be valid.
    #[must_use]
    pub fn with(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.with.push((path.to_owned(), value.into()));
        self
    }

    /// Names properties and outputs that the cloud changes in step.
    #[must_use]
    pub fn moves(mut self, properties: &[&'static str]) -> Self {
        self.moves.extend(properties);
        self
    }

    /// The cloud keeps the value when the program no longer gives it, and why.
    #[must_use]
    pub fn kept(mut self, reason: &'static str) -> Self {
        self.kept = Some(reason);
        self
    }

    /// The top-level properties that are given other values, the varied one first.
    pub fn heads(&self) -> Vec<String> {
        std::iter::once(&self.path)
            .chain(self.with.iter().map(|(path, _)| path))
            .filter_map(|path| PropertyPath::parse(path).ok()?.head().map(str::to_owned))
            .collect()
    }

    /// The inputs with the variation in them.
    fn apply(&self, inputs: &Value) -> Value {
        let mut inputs = inputs.clone();
        for (path, value) in std::iter::once((&self.path, &self.value)).chain(self.with.iter().map(|(p, v)| (p, v))) {
            let path = PropertyPath::parse(path).unwrap_or_default();
            put(&mut inputs, path.segments(), value);
        }
        inputs
    }
}

fn put(at: &mut Value, path: &[PathSegment], value: &Value) {
    match path {
        [] => *at = value.clone(),
        [PathSegment::Index(index), rest @ ..] => {
            if let Value::List(items) = at
                && let Some(item) = items.get_mut(*index)
            {
                put(item, rest, value);
            }
        }
        [PathSegment::Key(key), rest @ ..] => {
            let mut part = at.get(key).cloned().unwrap_or_default();
            put(&mut part, rest, value);
            at.set(key, part);
        }
        [PathSegment::Any, ..] => {}
    }
}

/// Runs every check in the machine's time.
pub async fn check(handler: Arc<dyn ErasedHandler>, sample: Sample) -> Result<(), Report> {
    check_with(handler, sample, Arc::new(SystemClock)).await
}

/// Runs every check in a clock's time.
pub async fn check_with(handler: Arc<dyn ErasedHandler>, sample: Sample, clock: Arc<dyn Clock>) -> Result<(), Report> {
    lifecycle::Run::new(handler, sample, clock).run().await
}
