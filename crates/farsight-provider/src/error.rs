//! Errors of provider calls, typed by what is known about their effect.

use std::fmt;

/// A provider call that gave no answer, or a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What the failure means for the engine.
    pub fault: Fault,
    /// The service's error code, such as `InvalidVpcID.NotFound`. Decisions are made on codes, never on messages.
    pub code: Option<String>,
    /// The service's words, for people.
    pub message: String,
    /// The API operation, such as `ec2:CreateVpc`.
    pub operation: Option<String>,
}

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The object itself is not there.
    Gone,
    /// An object with this identity is there already, ours or not.
    Exists,
    /// Something else is in the way for now (a dependant, a running change): surely not done, worth asking again.
    Busy,
    /// A thing that was made a moment ago is not visible yet: surely not done, worth asking again within the cloud's
    /// propagation window.
    Lag,
    /// Too many requests: surely not done, worth asking again.
    Throttled,
    /// A quota is used up: surely not done, asking again does not help.
    Quota,
    /// The caller may not do this: surely not done.
    Denied,
    /// The credentials are missing, wrong or expired: surely not done.
    Credentials,
    /// The request is wrong: surely not done.
    Rejected,
    /// The request did not leave this machine or found nobody: surely not done.
    Unreachable,
    /// Nobody knows: the answer was lost or the service failed. The call may have been done and must be looked up.
    Unknown,
}

impl Fault {
    /// Whether the call surely had no effect.
    pub fn surely_not_done(self) -> bool {
        self != Fault::Unknown
    }

    /// Whether the same call may succeed later by itself.
    pub fn is_passing(self) -> bool {
        matches!(self, Fault::Busy | Fault::Lag | Fault::Throttled | Fault::Unreachable)
    }
}

impl Error {
    /// A failure without a service's code.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, code: None, message: message.into(), operation: None }
    }

    /// The same with the service's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The object is not there.
    pub fn gone(what: impl fmt::Display) -> Self {
        Self::new(Fault::Gone, format!("{what} does not exist"))
    }

    /// The id has another form than this type's ids.
    pub fn bad_id(id: &str, expected: &str) -> Self {
        Self::new(Fault::Rejected, format!("`{id}` is not an id of this type: expected {expected}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.code {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
