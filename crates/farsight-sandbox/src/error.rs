//! What can go wrong with the sandbox.

use std::io;
use std::path::{Path, PathBuf};

/// Why the sandbox could not be started, asked or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// Neither `FARSIGHT_HOME` nor `HOME` is set.
    #[error("no place for the sandbox: set FARSIGHT_HOME, or HOME")]
    NoHome,
    /// `python3` is not installed.
    #[error(
        "the sandbox needs python3 3.10 or newer, which was not found; install it (with its venv module) and try again"
    )]
    NoPython,
    /// The virtual environment could not be made.
    #[error(
        "`python3 -m venv {path}` failed; on Debian and Ubuntu install python3-venv, then try again\n{stderr}",
        path = path.display()
    )]
    Venv {
        /// Where it was to be.
        path: PathBuf,
        /// What Python said.
        stderr: String,
    },
    /// The packages could not be installed.
    #[error("`pip install {packages}` failed; check the network or the package index of pip, then try again\n{stderr}")]
    Pip {
        /// What was asked for.
        packages: String,
        /// What pip said.
        stderr: String,
    },
    /// The server ended, or said nothing, while it was starting.
    #[error("the sandbox server did not start\n{log}")]
    Start {
        /// The end of its log.
        log: String,
    },
    /// The server was asked to stop and still answers.
    #[error("the sandbox server (process {pid}) does not stop; end it with `kill {pid}`")]
    Stop {
        /// The server's process.
        pid: u32,
    },
    /// The server did not answer as it should.
    #[error("the sandbox server at {endpoint} gave no useful answer: {reason}")]
    Answer {
        /// Where it was asked.
        endpoint: String,
        /// What was wrong.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("cannot {what} {path}", path = path.display())]
    Io {
        /// What was being done.
        what: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// Adds what was being done, and to which file, to an I/O error.
pub(crate) trait Doing<T> {
    fn doing(self, what: &'static str, path: &Path) -> Result<T, SandboxError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: &'static str, path: &Path) -> Result<T, SandboxError> {
        self.map_err(|source| SandboxError::Io { what, path: path.to_owned(), source })
    }
}
