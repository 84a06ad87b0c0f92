//! Probes: how a check of a program is asked.

use crate::{BoxFuture, Error, Fault, Result};
use farsight_model::Value;
use std::time::Duration;

/// How a check stands at one moment. The text says what was seen, for people, as a lower-case fragment without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// It holds.
    Holds(String),
    /// It does not hold, but may later.
    NotYet(String),
    /// It cannot hold any more without a change.
    Never(String),
}

/// One kind of check: a question that is asked again until its answer is good enough.
pub struct Probe {
    /// The token, such as `aws:check/alarmsQuiet:AlarmsQuiet`.
    pub token: &'static str,
    ask: Box<Ask>,
}

type Ask = dyn Fn(Value, Duration) -> BoxFuture<'static, Result<Sight>> + Send + Sync;

impl Probe {
    /// A kind of check that is asked with `ask`: it gets the arguments, secrets in clear, and how long it may take.
    pub fn new<Run, Answer>(token: &'static str, ask: Run) -> Self
    where
        Run: Fn(Value, Duration) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<Sight>> + Send + 'static,
    {
        Self { token, ask: Box::new(move |args, patience| Box::pin(ask(args, patience))) }
    }

    /// Asks once.
    pub fn ask(&self, args: &Value, patience: Duration) -> BoxFuture<'static, Result<Sight>> {
        (self.ask)(args.clone(), patience)
    }
}

/// The text argument `name` of a check.
pub fn text_of(args: &Value, name: &str) -> Result<String> {
    let text = args.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| Error::new(Fault::Rejected, format!("the check needs `{name}`")))
}
