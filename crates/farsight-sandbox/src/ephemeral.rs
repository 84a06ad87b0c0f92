//! Servers for tests: they end with the process that started them, however it ends.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::OnceLock;

use crate::error::{Doing, SandboxError};
use crate::launcher::{self, Kind};
use crate::{Sandbox, default_home, venv};

/// A server of its own on a free port, stopped when it is dropped.
#[derive(Debug)]
pub struct Ephemeral {
    sandbox: Sandbox,
    child: Child,
    python: PathBuf,
}

impl Sandbox {
    /// Starts a server for a test, with an empty account. It uses the Python environment of the default home.
    pub fn ephemeral() -> Result<Ephemeral, SandboxError> {
        Ephemeral::start(Kind::Tied)
    }
}

impl Ephemeral {
    /// Starts moto without any correction, to show what the corrections are for.
    pub fn plain() -> Result<Self, SandboxError> {
        Self::start(Kind::Plain)
    }

    /// The Python interpreter that has boto3.
    pub fn python(&self) -> &Path {
        &self.python
    }

    fn start(kind: Kind) -> Result<Self, SandboxError> {
        let home = default_home()?;
        let directory = home.join("sandbox");
        fs::create_dir_all(&directory).doing("create", &directory)?;
        let log = launcher::scratch_file(&home, "log");
        let started = launcher::start(&home, kind, &log);
        // The log matters only for a start that fails; later the server has the open file, and nobody is left to remove it.
        let _ = fs::remove_file(&log);
        let started = started?;
        let sandbox = Sandbox::at(started.port)?;
        Ok(Self { sandbox, child: started.child, python: venv::python(&venv::path(&home)) })
    }
}

impl Deref for Ephemeral {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl Drop for Ephemeral {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The one server that all tests of this process share. It ends with the process.
pub fn shared() -> Result<&'static Ephemeral, &'static SandboxError> {
    static SHARED: OnceLock<Result<Ephemeral, SandboxError>> = OnceLock::new();
    SHARED.get_or_init(Sandbox::ephemeral).as_ref()
}
