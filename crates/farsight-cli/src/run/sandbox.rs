//! The sandbox of a run.

use crate::failure::Result;
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

/// Starts the sandbox for a stack that lives in it. Tells whether it had to be started, and so is empty.
pub fn start_for_stack(home: &Path, lived_there: bool) -> Result<(Sandbox, bool)> {
    let was_running = Sandbox::status(home)?.is_some();
    let sandbox = start(home)?;
    out::talk(&format!("using the sandbox at {}: nothing is real", sandbox.endpoint()));
    let lost = lived_there && !was_running;
    if lost {
        out::talk("warning: the sandbox was not running, so everything that this stack had in it is gone");
    }
    Ok((sandbox, lost))
}
