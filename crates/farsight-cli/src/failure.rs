//! Why a command did not do what was asked, and the exit code that follows.

use farsight_engine::{Code, Diagnostic, exit_code};
use farsight_sandbox::SandboxError;
use farsight_state::StateError;
use std::path::Path;

/// What a command ends with when it fails.
#[derive(Debug)]
pub struct Failure {
    /// What is wrong; empty if everything was said already.
    pub diagnostics: Vec<Diagnostic>,
    /// The exit code.
    pub exit: u8,
}

/// What functions of commands give.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// An end without words: they were printed already, or nobody listens any more.
    pub fn quiet(exit: u8) -> Self {
        Self { diagnostics: Vec::new(), exit }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        vec![diagnostic].into()
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self { exit: exit_code(&diagnostics), diagnostics }
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let code = match &error {
            StateError::AlreadyExists { .. } => Code::StackExists,
            StateError::BackupExists { .. } | StateError::Document { .. } => Code::BadArgument,
            other => return Diagnostic::from(other).into(),
        };
        Diagnostic::error(code, error.to_string()).into()
    }
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        Diagnostic::error(Code::SandboxFailed, error.to_string()).into()
    }
}

/// A file that could not be used, with what the system said about it.
pub fn file(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Diagnostic::error(Code::BadArgument, format!("cannot {what} `{}`: {error}", path.display())).into()
}
