//! The sandbox of a run.

use crate::failure::Result;
use crate::home::Notes;
use crate::out;
use farsight_sandbox::Sandbox;
use std::path::Path;

/// Starts the sandbox, or finds it running. Says so when that takes its time.
pub fn start(home: &Path) -> Result<Sandbox> {
    if !Sandbox::is_installed(home) {
        out::talk("installing the sandbox, which takes a minute and happens once");
    }
    Ok(Sandbox::start(home)?)
}

/// The sandbox as a stack uses it. It holds nothing that was made before it was started.
pub struct StackSandbox {
    /// The server.
    pub server: Sandbox,
    /// Whether it was started anew since the stack was last brought up to date, so that what the stack had is gone.
    pub is_new: bool,
    key: String,
}

impl StackSandbox {
    /// Starts the sandbox for a stack. `lived_there`: whether the stack was built in a sandbox before.
    pub fn start(home: &Path, state: &Path, stack: &str, lived_there: bool) -> Result<Self> {
        let server = start(home)?;
        out::talk(&format!("using the sandbox at {}: nothing is real", server.endpoint()));
        let key = format!("{}#{stack}", state.display());
        let mut sandbox = Self { server, is_new: false, key };
        if !lived_there {
            sandbox.is_up_to_date()?;
        } else if Notes::sandboxes()?.get(&sandbox.key)?.as_deref() != Some(sandbox.run().as_str()) {
            sandbox.is_new = true;
            out::talk("warning: the sandbox was started anew, so what this stack had in it before is gone");
        }
        Ok(sandbox)
    }

    /// Remembers that the stack is as this run of the sandbox has it.
    pub fn is_up_to_date(&self) -> Result<()> {
        Notes::sandboxes()?.set(&self.key, Some(&self.run()))
    }

    /// What tells one run of the sandbox from another.
    fn run(&self) -> String {
        format!("{} {}", self.server.endpoint(), self.server.pid())
    }
}
