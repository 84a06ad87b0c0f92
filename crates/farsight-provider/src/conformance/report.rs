//! What a handler did wrong, for people.

use farsight_model::{Change, Value};
use std::fmt;

/// One thing that a handler did wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was tried.
    pub check: String,
    /// What should have come of it, and what did.
    pub message: String,
}

/// Everything that a handler did wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The type.
    pub token: &'static str,
    /// The failures in order.
    pub failures: Vec<Failure>,
}

impl Report {
    pub(super) fn fail(&mut self, check: impl Into<String>, message: impl Into<String>) {
        self.failures.push(Failure { check: check.into(), message: message.into() });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} of its promises do not hold", self.token, self.failures.len())?;
        for failure in &self.failures {
            writeln!(f, "  {}: {}", failure.check, failure.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// Differences on one line, such as `tags.Name: "a" -> "b"`.
pub(super) fn show(changes: &[Change]) -> String {
    let show = |value: &Value| value.to_json().to_string();
    let parts: Vec<String> = changes
        .iter()
        .map(|change| {
            let replace = if change.replace { " (replace)" } else { "" };
            format!("{}: {} -> {}{replace}", change.path, show(&change.old), show(&change.new))
        })
        .collect();
    if parts.is_empty() { "nothing".into() } else { parts.join(", ") }
}
