//! Errors of programs.

use farsight_model::Location;
use farsight_protocol::{ProgramError, ProgramErrorKind};
use std::fmt;

/// Why a program gave up. Any standard error turns into one with `?`, which remembers the line.
pub struct Error(Box<ProgramError>);

/// What functions of a program give.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error at the caller's line; `message` is a lower-case fragment.
    #[track_caller]
    pub fn new(message: impl fmt::Display) -> Self {
        Self::at(message, Location::caller())
    }

    /// An error about the stack's configuration at the caller's line.
    #[track_caller]
    pub fn config(message: impl fmt::Display) -> Self {
        let mut error = Self::new(message);
        error.0.kind = ProgramErrorKind::ConfigWrong;
        error
    }

    /// A configuration key that must be set, and is not.
    #[track_caller]
    pub(crate) fn missing_config(message: impl fmt::Display) -> Self {
        let mut error = Self::new(message);
        error.0.kind = ProgramErrorKind::ConfigMissing;
        error
    }

    pub(crate) fn at(message: impl fmt::Display, location: Location) -> Self {
        Self(Box::new(ProgramError {
            message: message.to_string(),
            location: Some(location),
            kind: ProgramErrorKind::Failed,
        }))
    }

    pub(crate) fn into_inner(self) -> ProgramError {
        *self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.location {
            Some(location) => write!(f, "{location}: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<E: std::error::Error> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message.push_str(": ");
            message.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::new(message)
    }
}
